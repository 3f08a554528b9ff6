//! Rows under the columns of a sheet, rendered as CSV.

use crate::input::columns::Column;
use crate::spreadsheet::SafeCsv;

/// A row in the making: cells by column, in any order.
pub(super) type Cells = Vec<(Column, String)>;

/// Renders rows under the Chinese headers of all columns; what a row does not name is blank.
pub(super) fn render(columns: &[Column], rows: impl IntoIterator<Item = Cells>) -> Vec<u8> {
    let mut text = SafeCsv::new(columns.iter().map(|column| column.zh));
    for row in rows {
        let cell = |column: &Column| row.iter().find(|(known, _)| known.key == column.key);
        text.row(columns.iter().map(|column| cell(column).map_or("", |(_, cell)| cell.as_str())));
    }
    text.finish()
}
