//! Every row of a database as text in a fixed order, read behind the store's back.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

pub(super) async fn dump_sqlite(path: &Path, without: &[&str]) -> Vec<String> {
    let mut connection = SqliteConnectOptions::new().filename(path).read_only(true).connect().await.unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let mut rows = Vec::new();
    for table in tables.iter().filter(|table| !without.contains(&table.as_str())) {
        let columns =
            "SELECT group_concat('quote(\"' || name || '\")', ' || char(9) || ') FROM pragma_table_info($1)";
        let columns = sqlx::query_scalar(columns).bind(table).fetch_one(&mut connection).await;
        let columns: String = columns.unwrap();
        let all = format!("SELECT '{table}' || char(9) || {columns} FROM \"{table}\" ORDER BY 1");
        let found = sqlx::query_scalar(AssertSqlSafe(all)).fetch_all(&mut connection).await;
        rows.extend::<Vec<String>>(found.unwrap());
    }
    connection.close().await.unwrap();
    rows
}

pub(crate) async fn dump_postgres(url: &str, without: &[&str]) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let tables =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let mut rows = Vec::new();
    for table in tables.iter().filter(|table| !without.contains(&table.as_str())) {
        let all = format!("SELECT '{table} ' || t::text FROM \"{table}\" t ORDER BY 1");
        let found = sqlx::query_scalar(AssertSqlSafe(all)).fetch_all(&mut connection).await;
        rows.extend::<Vec<String>>(found.unwrap());
    }
    connection.close().await.unwrap();
    rows
}
