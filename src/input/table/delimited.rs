//! A text file → raw rows, through the crate `csv`.
//!
//! The sign that parts cells is the one of comma, tab and semicolon by which most headers are recognised. A record
//! is one row in Excel, however many lines it takes, and a blank line is a row as well; from the lines that the
//! reader counts and the line breaks inside cells follows the row.

use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord, Terminator};

use super::encoding::{DecodedText, END, Stop, TextEncoding, detect};
use super::header::{FIRST_ROWS, RawRows, is_blank, recognised};
use super::{MOST_COLUMNS, MOST_RECORD_BYTES, SheetRow, TableProblem, too_many_rows};
use crate::input::columns::Column;

/// The comma first: it holds where no header tells.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];
/// Largest text file. Ten million children with every column filled fit.
const MOST_FILE_BYTES: u64 = 8 << 30;
/// What the reader of the crate holds beyond the record.
const READ_AHEAD: usize = 1 << 13;

/// Reads all rows that are not blank.
pub(super) fn read_rows(
    path: &Path,
    columns: &'static [Column],
    most_rows: usize,
) -> Result<RawRows, TableProblem> {
    let size = std::fs::metadata(path).map_err(|error| TableProblem::unreadable(&error))?.len();
    if size > MOST_FILE_BYTES {
        return Err(TableProblem::too_large(
            format!("超过 {} MB", MOST_FILE_BYTES >> 20),
            format!("more than {} MB", MOST_FILE_BYTES >> 20),
        ));
    }
    let encoding = detect(path)?;
    let mut best = (0, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        let mut first = Vec::new();
        // A file that breaks off early is told about below, in full.
        let _ = Records::open(path, encoding, delimiter)?.read(FIRST_ROWS + 1, &mut first);
        let known = recognised(&first, columns);
        if known > best.0 {
            best = (known, delimiter);
        }
    }
    let mut rows = Vec::new();
    Records::open(path, encoding, best.1)?.read(most_rows.saturating_add(1), &mut rows)?;
    if rows.len() > most_rows {
        return Err(too_many_rows(most_rows));
    }
    if rows.is_empty() { Err(TableProblem::Empty) } else { Ok(RawRows { rows, widths_tell: true }) }
}

/// The records of a file with their rows in Excel.
struct Records {
    reader: Reader<DecodedText>,
    encoding: TextEncoding,
    /// Line breaks inside cells so far.
    inner_breaks: u64,
    /// The row after the last record.
    next_row: u32,
}

impl Records {
    fn open(path: &Path, encoding: TextEncoding, delimiter: u8) -> Result<Self, TableProblem> {
        let text = DecodedText::open(path, encoding).map_err(|error| TableProblem::unreadable(&error))?;
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(READ_AHEAD)
            .from_reader(text);
        Ok(Self { reader, encoding, inner_breaks: 0, next_row: 1 })
    }

    /// Appends up to `most` rows that are not blank.
    fn read(&mut self, most: usize, rows: &mut Vec<SheetRow>) -> Result<(), TableProblem> {
        let mut record = StringRecord::new();
        let mut ended = false;
        while rows.len() < most && self.advance(&mut record)? {
            let text = record.as_slice();
            self.inner_breaks += text.bytes().filter(|byte| *byte == b'\n').count() as u64;
            let lines = self.reader.position().line() - 1;
            let number = (lines - self.inner_breaks) as u32;
            if record.len() == 1 && &record[0] == END {
                ended = true;
                continue;
            }
            ended = false;
            let opens = self.next_row.max(1);
            self.next_row = number + 1;
            if record.iter().skip(MOST_COLUMNS).any(|cell| !is_blank(cell)) {
                return Err(TableProblem::TooManyColumns { row: number });
            }
            if record.iter().take(MOST_COLUMNS).last().is_some_and(ends_the_file) {
                return Err(TableProblem::OpenQuote { row: opens });
            }
            if !record.iter().take(MOST_COLUMNS).all(is_blank) {
                let cells = 0..record.len().min(MOST_COLUMNS);
                let ends = cells.map(|place| record.range(place).map_or(text.len(), |cell| cell.end));
                rows.push(SheetRow::of_text(number, text, ends));
            }
        }
        debug_assert!(ended || rows.len() >= most, "every text ends with its mark");
        Ok(())
    }

    /// Reads the next record; false at the end.
    fn advance(&mut self, record: &mut StringRecord) -> Result<bool, TableProblem> {
        self.reader.get_mut().allowance = MOST_RECORD_BYTES + READ_AHEAD;
        self.reader.read_record(record).map_err(|error| {
            let row = self.next_row;
            match (self.reader.get_ref().stop, error.kind()) {
                (Some(Stop::Exceeded), _) => TableProblem::RecordTooLong { row },
                (None | Some(Stop::End), csv::ErrorKind::Io(error)) => TableProblem::unreadable(error),
                _ => TableProblem::Undecodable { row, encoding: self.encoding.name() },
            }
        })
    }
}

/// Whether a cell has swallowed the mark that ends every text.
fn ends_the_file(cell: &str) -> bool {
    cell.strip_suffix('\n').and_then(|cell| cell.strip_suffix(END)).is_some_and(|cell| cell.ends_with('\n'))
}
