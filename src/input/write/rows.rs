//! Rows under the columns of a sheet, rendered as CSV, many at once.

use std::borrow::Cow;

use rayon::iter::{IndexedParallelIterator, ParallelExtend, ParallelIterator};
use rayon::slice::ParallelSlice;

use super::spelled::Spelled;
use crate::input::columns::Column;
use crate::spreadsheet::SafeCsv;

/// Rows that one thread renders at a time.
const ROWS_A_TASK: usize = 1 << 12;

/// A row in the making: cells by the key of their column, in any order.
pub(super) type Cells<'a> = Vec<(&'static str, Cow<'a, str>)>;

/// A cell of a row.
pub(super) fn cell<'a>(column: &Column, text: impl Into<Cow<'a, str>>) -> (&'static str, Cow<'a, str>) {
    (column.key, text.into())
}

/// Renders rows under the Chinese headers of all columns; what a row does not name is blank. The pieces, one after the
/// other, are the text.
pub(super) fn render<Of: Sync>(
    columns: &[Column],
    people: &[Of],
    row: impl for<'a> Fn(&'a Of, &mut Spelled) -> Cells<'a> + Sync,
) -> Vec<Vec<u8>> {
    let headers = SafeCsv::new(columns.iter().map(|column| column.zh)).finish();
    let below = people.par_chunks(ROWS_A_TASK).map(|people| {
        let (mut text, mut spelled) = (SafeCsv::without_headers(), Spelled::default());
        for person in people {
            add(&mut text, columns, &row(person, &mut spelled));
        }
        text.finish()
    });
    let mut pieces = vec![headers];
    pieces.par_extend(below.with_max_len(1));
    pieces
}

/// Adds one row. Rows name their columns almost in the order of the sheet, so the next one is looked for first.
fn add(text: &mut SafeCsv, columns: &[Column], row: &Cells<'_>) {
    let mut next = 0;
    text.row(columns.iter().map(|column| {
        let named = |place: &usize| row[*place].0 == column.key;
        let found = (next..row.len()).chain(0..next.min(row.len())).find(named);
        found.map_or("", |place| {
            next = place + 1;
            row[place].1.as_ref()
        })
    }));
}
