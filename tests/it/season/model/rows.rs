//! What stands in the database, read past the store: every row of the tables of a season, in the order in which they were added.
//!
//! One statement reads all of it. A row that is as it was keeps its place in memory, so that looking after every step is cheap.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Row as _, SqliteConnection};

/// Tables, and columns that are left out: what is sealed anew with every writing says nothing.
const TABLES: &[(&str, &[&str])] = &[
    ("children", &["cells", "sealed", "findings"]),
    ("volunteers", &["cells", "sealed", "findings"]),
    ("legal_bases", &[]),
    ("consents", &["sealed"]),
    ("wishes", &[]),
    ("screenings", &["sealed"]),
    ("bars", &[]),
    ("conflicts", &[]),
    ("runs", &["metrics"]),
    ("proposals", &[]),
    ("proposal_children", &[]),
    ("plan_changes", &[]),
    ("offers", &["sealed"]),
    ("refusals", &[]),
    ("pairings", &[]),
    ("pairing_places", &[]),
    ("pairing_steps", &["sealed"]),
    ("contacts", &["sealed"]),
    ("tasks", &[]),
    ("concerns", &[]),
    ("concern_entries", &[]),
    ("regions", &["boundary"]),
    (
        "users",
        &["sealed", "login", "password_hash", "totp_secret", "totp_pending", "recovery_codes", "invite_hash"],
    ),
];

/// A row: its columns by name.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    text: Arc<str>,
    columns: Arc<Value>,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Row {
    /// A text; empty for none.
    pub(crate) fn text(&self, column: &str) -> &str {
        self.columns[column].as_str().unwrap_or_default()
    }

    /// A whole number; 0 for none.
    pub(crate) fn whole(&self, column: &str) -> i64 {
        self.columns[column].as_i64().unwrap_or_default()
    }

    /// Whether a column holds anything.
    pub(crate) fn has(&self, column: &str) -> bool {
        !self.columns[column].is_null()
    }

    /// Whether a truth is true.
    pub(crate) fn is(&self, column: &str) -> bool {
        self.whole(column) == 1
    }

    /// Whether another row holds the same but in some columns.
    pub(crate) fn same_but(&self, other: &Self, columns: &[&str]) -> bool {
        let (Some(own), Some(others)) = (self.columns.as_object(), other.columns.as_object()) else {
            return false;
        };
        own.iter().all(|(name, value)| columns.contains(&name.as_str()) || others.get(name) == Some(value))
    }

    /// Whether a text is this one.
    pub(crate) fn says(&self, column: &str, word: &str) -> bool {
        self.text(column) == word
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Every row at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows {
    tables: BTreeMap<&'static str, BTreeMap<i64, Row>>,
}

impl Rows {
    /// The rows of a table, the oldest first.
    pub(crate) fn of<'r>(
        &'r self,
        table: &'static str,
    ) -> impl DoubleEndedIterator<Item = &'r Row> + use<'r> {
        self.tables.get(table).into_iter().flat_map(BTreeMap::values)
    }

    /// With their places in the table, which are never given twice while the row stands.
    pub(crate) fn placed(&self, table: &'static str) -> &BTreeMap<i64, Row> {
        static NONE: BTreeMap<i64, Row> = BTreeMap::new();
        self.tables.get(table).unwrap_or(&NONE)
    }

    /// The row of an id.
    pub(crate) fn find(&self, table: &'static str, id: &str) -> Option<&Row> {
        self.of(table).find(|row| row.says("id", id))
    }

    /// What is another in a later moment: table, row before, row after.
    pub(crate) fn changes<'r>(
        &'r self,
        later: &'r Self,
    ) -> Vec<(&'static str, Option<&'r Row>, Option<&'r Row>)> {
        let mut changes = Vec::new();
        for (table, _) in TABLES {
            let (old, new) = (self.placed(table), later.placed(table));
            for (place, row) in old {
                if new.get(place) != Some(row) {
                    changes.push((*table, Some(row), new.get(place)));
                }
            }
            let added = new.iter().filter(|(place, _)| !old.contains_key(place));
            changes.extend(added.map(|(_, row)| (*table, None, Some(row))));
        }
        changes
    }
}

/// Reads the rows of one database.
pub(crate) struct Reader {
    connection: SqliteConnection,
    statement: String,
}

impl Reader {
    /// A reader beside the store.
    pub(crate) async fn open(url: &str) -> Self {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        let mut parts = Vec::new();
        for (number, (table, without)) in TABLES.iter().enumerate() {
            let asked = AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')"));
            let names: Vec<String> = sqlx::query_scalar(asked).fetch_all(&mut connection).await.unwrap();
            let kept: Vec<String> = names
                .iter()
                .filter(|name| !without.contains(&name.as_str()))
                .map(|name| format!("'{name}', {name}"))
                .collect();
            parts.push(format!("SELECT {number}, rowid, json_object({}) FROM {table}", kept.join(", ")));
        }
        Self { connection, statement: parts.join(" UNION ALL ") }
    }

    /// Everything as it is now; what is as it was in `before` is shared with it.
    pub(crate) async fn read(&mut self, before: &Rows) -> Rows {
        let found = sqlx::query(AssertSqlSafe(self.statement.clone())).fetch_all(&mut self.connection).await;
        let mut rows = Rows::default();
        for row in found.unwrap() {
            let (number, place, text): (i64, i64, &str) = (row.get(0), row.get(1), row.get(2));
            let table = TABLES[usize::try_from(number).unwrap()].0;
            let known = before.placed(table).get(&place).filter(|known| &*known.text == text);
            let row = known.cloned().unwrap_or_else(|| Row {
                text: text.into(),
                columns: Arc::new(serde_json::from_str(text).unwrap()),
            });
            rows.tables.entry(table).or_default().insert(place, row);
        }
        rows
    }

    /// How many rows a table has, or a table and a condition.
    pub(crate) async fn count(&mut self, from: &str) -> i64 {
        let asked = AssertSqlSafe(format!("SELECT COUNT(*) FROM {from}"));
        sqlx::query_scalar(asked).fetch_one(&mut self.connection).await.unwrap()
    }
}
