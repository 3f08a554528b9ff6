//! Every table from one database into another, whichever of the two kinds they are.
//!
//! In: an open source and a target whose tables are there. Out: how many rows went over. Tables and columns are those of
//! the SQLite end, in the order in which the migrations made them, which is one that foreign keys allow. The two kinds have
//! the same tables by construction, so a value goes over as it is. Memory: one batch of rows.

use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, ColumnIndex, Decode, Executor, FromRow, PgConnection, Row, SqliteConnection, Type,
};

use super::database::Bind;
use super::error::StoreError;
use super::statement::Value;

/// Values bound by one statement; both databases take more.
const MOST_VALUES: usize = 10_000;

const TABLES: &str = "SELECT name FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_sqlx_migrations'
    ORDER BY rowid";
const COLUMNS: &str = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Whole,
    Truth,
    Real,
}

#[derive(FromRow)]
struct ColumnRow {
    name: String,
    r#type: String,
}

/// A table and its columns.
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<(String, Kind)>,
}

/// The tables of a SQLite database, without the list of migrations.
pub(super) async fn tables(connection: &mut SqliteConnection) -> Result<Vec<Table>, StoreError> {
    let names: Vec<(String,)> =
        sqlx::query_as(TABLES).fetch_all(&mut *connection).await.map_err(StoreError::of_driver)?;
    let mut found = Vec::new();
    for (name,) in names {
        let rows: Vec<ColumnRow> = sqlx::query_as(COLUMNS)
            .bind(&name)
            .fetch_all(&mut *connection)
            .await
            .map_err(StoreError::of_driver)?;
        let columns = rows.into_iter().map(|row| {
            let kind = match row.r#type.as_str() {
                "TEXT" => Kind::Text,
                "BIGINT" => Kind::Whole,
                "BOOLEAN" => Kind::Truth,
                "DOUBLE PRECISION" => Kind::Real,
                other => {
                    return Err(StoreError::Refused(format!("{name}.{} has the type {other}", row.name)));
                }
            };
            Ok((row.name, kind))
        });
        let columns = columns.collect::<Result<_, _>>()?;
        found.push(Table { name, columns });
    }
    Ok(found)
}

impl Table {
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    fn selection(&self) -> String {
        format!("SELECT {} FROM {}", self.names(), self.name)
    }

    fn insertion(&self, rows: usize) -> String {
        let width = self.columns.len();
        let row = |row: usize| {
            let binds: Vec<String> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
            format!("({})", binds.join(", "))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!("INSERT INTO {} ({}) VALUES {}", self.name, self.names(), rows.join(", "))
    }

    /// Rows of one statement.
    fn batch(&self) -> usize {
        (MOST_VALUES / self.columns.len().max(1)).max(1)
    }

    fn values<R>(&self, row: &R, into: &mut Vec<Value>) -> Result<(), sqlx::Error>
    where
        R: Row,
        usize: ColumnIndex<R>,
        Option<String>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
        Option<i64>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
        Option<bool>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
        Option<f64>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    {
        for (at, (_, kind)) in self.columns.iter().enumerate() {
            into.push(match kind {
                Kind::Text => Value::Text(row.try_get(at)?),
                Kind::Whole => Value::Whole(row.try_get(at)?),
                Kind::Truth => Value::Truth(row.try_get(at)?),
                Kind::Real => Value::Real(row.try_get(at)?),
            });
        }
        Ok(())
    }
}

/// Copies a table's rows in batches: two kinds of connections, one body.
macro_rules! copy_rows {
    ($table:expr, $from:expr, $to:expr) => {{
        let (table, batch) = ($table, $table.batch());
        let selection = AssertSqlSafe(table.selection());
        let (mut values, mut waiting, mut copied) = (Vec::new(), 0, 0_u64);
        let mut rows = (&mut *$from).fetch(selection);
        loop {
            let row = rows.try_next().await.map_err(StoreError::of_driver)?;
            if let Some(row) = &row {
                table.values(row, &mut values).map_err(StoreError::of_driver)?;
                waiting += 1;
            }
            if waiting == batch || (row.is_none() && waiting > 0) {
                let insertion = AssertSqlSafe(table.insertion(waiting));
                let insertion = sqlx::query(insertion).bind_all(std::mem::take(&mut values));
                let done = insertion.execute(&mut *$to).await.map_err(StoreError::of_driver)?;
                copied += done.rows_affected();
                waiting = 0;
            }
            if row.is_none() {
                break copied;
            }
        }
    }};
}

/// Empties the tables, those that refer to others first.
macro_rules! clear {
    ($tables:expr, $to:expr) => {
        for table in $tables.iter().rev() {
            let statement = AssertSqlSafe(format!("DELETE FROM {}", table.name));
            (&mut *$to).execute(statement).await.map_err(StoreError::of_driver)?;
        }
    };
}

/// Replaces what the SQLite database holds by what the PostgreSQL database holds.
pub(super) async fn from_postgres(
    from: &mut PgConnection,
    to: &mut SqliteConnection,
) -> Result<u64, StoreError> {
    let tables = tables(to).await?;
    clear!(tables, to);
    let mut copied = 0;
    for table in &tables {
        copied += copy_rows!(table, from, to);
    }
    Ok(copied)
}

/// Replaces what the PostgreSQL database holds by what the SQLite database holds.
pub(super) async fn to_postgres(
    from: &mut SqliteConnection,
    to: &mut PgConnection,
) -> Result<u64, StoreError> {
    let tables = tables(from).await?;
    clear!(tables, to);
    let mut copied = 0;
    for table in &tables {
        copied += copy_rows!(table, from, to);
    }
    Ok(copied)
}

/// The first table of a PostgreSQL database that holds rows, apart from what every new database holds.
pub(super) async fn first_filled(
    tables: &[Table],
    connection: &mut PgConnection,
) -> Result<Option<String>, StoreError> {
    for table in tables.iter().filter(|table| !["settings", "audit_head"].contains(&table.name.as_str())) {
        let statement = AssertSqlSafe(format!("SELECT EXISTS (SELECT 1 FROM {})", table.name));
        let row = (&mut *connection).fetch_one(statement).await.map_err(StoreError::of_driver)?;
        if row.try_get::<bool, _>(0).map_err(StoreError::of_driver)? {
            return Ok(Some(table.name.clone()));
        }
    }
    Ok(None)
}

/// The one whole number a statement gives on SQLite.
pub(super) async fn number(
    connection: &mut SqliteConnection,
    statement: &'static str,
) -> Result<i64, StoreError> {
    let row: SqliteRow = connection.fetch_one(statement).await.map_err(StoreError::of_driver)?;
    row.try_get(0).map_err(StoreError::of_driver)
}
