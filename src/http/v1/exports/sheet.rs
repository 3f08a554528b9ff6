//! Rows of people → CSV or a workbook under the headers of the templates, so that what is exported can be imported.

use std::io;

use axum::body::Bytes;
use futures_util::{Stream, stream};
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::http::turns::Held;
use crate::input::person_check::Cells;
use crate::input::sheet_kind::SheetKind;
use crate::spreadsheet::{SafeCsv, harmless, shortened};

/// What is handed to a connection at a time, bytes.
const PIECE_BYTES: usize = 64 << 10;

/// A finished file, some bytes at a time, as long as it is held.
pub(super) fn pieces(file: Held<Bytes>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::try_unfold(file, |file| async move {
        let piece = file.with(|rest| rest.split_to(rest.len().min(PIECE_BYTES)));
        match piece {
            None => Err(io::ErrorKind::TimedOut.into()),
            Some(piece) if piece.is_empty() => Ok(None),
            Some(piece) => Ok(Some((piece, file))),
        }
    })
}

/// A CSV text with its headers.
pub(super) fn begin(kind: SheetKind) -> SafeCsv {
    SafeCsv::new(kind.columns().iter().map(|column| column.zh))
}

/// Adds a person.
pub(super) fn add(csv: &mut SafeCsv, kind: SheetKind, cells: &Cells) {
    csv.row(kind.columns().iter().map(|column| cells.get(column.key).map_or("", String::as_str)));
}

/// A workbook of one sheet. Every cell is text. The same rows and day give the same bytes.
pub(super) fn workbook(kind: SheetKind, rows: &[Cells], today: Date) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(
        today.year().unsigned_abs(),
        today.month().unsigned_abs(),
        today.day().unsigned_abs(),
    )?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = workbook.add_worksheet();
    sheet.set_name(kind.sheet_names()[0])?.set_freeze_panes(1, 0)?;
    for (place, column) in (0u16..).zip(kind.columns()) {
        sheet.set_column_format(place, &text)?;
        sheet.write_string_with_format(0, place, column.zh, &bold)?;
    }
    for (number, cells) in (1u32..).zip(rows) {
        for (place, column) in (0u16..).zip(kind.columns()) {
            if let Some(cell) = cells.get(column.key).filter(|cell| !cell.is_empty()) {
                sheet.write_string_with_format(number, place, shortened(&harmless(cell)), &text)?;
            }
        }
    }
    workbook.save_to_buffer()
}
