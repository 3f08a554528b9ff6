//! Many rows by few statements: the values of one insert repeated, as long as the databases take it.
//!
//! In: an insert of one row, declared as every statement is (`VALUES ($1, $2, …)`), and rows of values. Out: the same rows
//! in the table as by running the insert once a row, which a test holds it to. Apart from `database.rs` this is the
//! only place where the text of a statement is made; it is made of constants and numbers alone, never of a value.
//! Cost: a round trip for every `MOST_BINDS` values, and for what is left one for each power of two in the number of its rows.

use super::error::StoreError;
use super::statement::{Statement, Value};
use super::view::View;

/// Values bound by one statement. SQLite takes 32,766, PostgreSQL 65,535; longer texts are no faster.
const MOST_BINDS: usize = 8_192;

/// An insert cut where its values stand.
struct Insert {
    /// Up to and including `VALUES `.
    head: &'static str,
    /// Between the brackets.
    values: &'static str,
    /// What follows: a conflict clause without binds, or nothing.
    tail: &'static str,
}

impl Insert {
    fn of(statement: Statement) -> Option<Self> {
        let text = statement.0;
        let open = text.find("VALUES (")? + "VALUES ".len();
        let close = open + text[open..].find(')')?;
        let (values, tail) = (&text[open + 1..close], &text[close + 1..]);
        // A bind after the values would have another value for each row.
        (!tail.contains('$')).then_some(Self { head: &text[..open], values, tail })
    }

    /// The statement for so many rows of so many values.
    fn text(&self, rows: usize, width: usize) -> String {
        let mut text = String::with_capacity(self.head.len() + rows * (self.values.len() + 8));
        text.push_str(self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            let mut pieces = self.values.split('$');
            text.push_str(pieces.next().unwrap_or_default());
            for piece in pieces {
                let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
                let bind: usize = piece[..digits].parse().unwrap_or_default();
                text.extend(["$", &(row * width + bind).to_string(), &piece[digits..]]);
            }
            text.push(')');
        }
        text.push_str(self.tail);
        text
    }
}

/// The greatest power of two that is not above a number, which is not 0.
fn power_of_two(number: usize) -> usize {
    1 << number.ilog2()
}

impl View {
    /// Runs an insert once for each row, many rows by one statement; how many rows it touched. Two rows of one call must
    /// not meet in a conflict clause.
    pub(super) async fn insert_many(
        &mut self,
        statement: Statement,
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, StoreError> {
        let Some(width) = rows.first().map(Vec::len).filter(|width| *width > 0) else { return Ok(0) };
        let insert = Insert::of(statement).filter(|_| rows.iter().all(|row| row.len() == width));
        let insert = insert.ok_or_else(|| {
            StoreError::Statement(sqlx::Error::Protocol("rows that do not fit their insert".to_owned()))
        })?;
        let most = power_of_two((MOST_BINDS / width).max(1));
        let (mut rows, mut touched) = (rows.into_iter(), 0);
        while rows.len() > 0 {
            // Powers of two make few texts, which stay prepared.
            let count = power_of_two(rows.len()).min(most);
            let values = rows.by_ref().take(count).flatten().collect();
            touched += self.connection().execute_made(insert.text(count, width), values).await?;
        }
        Ok(touched)
    }
}
