//! Files of a county office → [`Sheet`]s: rows of text under known columns.
//!
//! In: CSV (UTF-8, UTF-16, GBK/GB18030; comma, semicolon or tab) or a sheet of an `.xlsx`. Out: the rows below the
//! header, each with its number in Excel, and a list of the rows that are no data. What a file *is* decides, not its
//! ending. Nothing is read without a bound: a record has at most [`MOST_RECORD_BYTES`], a row [`MOST_COLUMNS`] cells,
//! a workbook is measured before it is opened. Cost: linear in the size of the file, memory that of the cells kept.

mod bounds;
mod cells;
mod delimited;
mod encoding;
mod error;
mod header;
mod workbook;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::columns::Column;
use crate::spreadsheet::plain;

pub use error::{TableError, TableProblem};
pub use header::{SkipReason, SkippedRow};

/// Longest record of a CSV file. The longest real rows have a few kilobytes; a longer one is a file without line
/// breaks, or a quote that was never closed.
pub const MOST_RECORD_BYTES: usize = 1 << 20;
/// Most cells of a row.
pub const MOST_COLUMNS: usize = 1024;

/// A sheet that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// File name, for messages; of a workbook with `#` and the sheet's name.
    pub file: String,
    /// Which column stands where.
    pub columns: Columns,
    /// The data rows, in the order of the file.
    pub rows: Vec<SheetRow>,
    /// Rows that are no data: totals, signatures, the template's example.
    pub skipped: Vec<SkippedRow>,
}

/// A data row: its cells as they stand in the file, in one piece of memory, control characters but tabs and line breaks
/// as blanks. Shorter than the header where the rest is blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Row as Excel shows it: 1 is the first row of the file; a cell with line breaks counts once.
    pub number: u32,
    /// All cells, one after the other.
    text: Box<str>,
    /// Where each cell ends in the text.
    ends: Box<[u32]>,
}

/// A text with a blank for each control character that nobody writes: databases refuse some of them, and nobody sees
/// them. Each is one byte, so every cell ends where it did.
fn harmless(text: String) -> String {
    let unseen = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    if text.contains(unseen) { text.replace(unseen, " ") } else { text }
}

impl SheetRow {
    /// A row of these cells.
    fn new<'a>(number: u32, cells: impl Iterator<Item = &'a str>) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for cell in cells {
            text.push_str(cell);
            // A record is bounded far below four gigabytes.
            ends.push(text.len() as u32);
        }
        Self { number, text: harmless(text).into_boxed_str(), ends: ends.into_boxed_slice() }
    }

    /// A row whose cells stand in one text already, each up to its end.
    fn of_text(number: u32, text: &str, ends: impl Iterator<Item = usize>) -> Self {
        let ends: Box<[u32]> = ends.map(|end| end as u32).collect();
        let length = ends.last().map_or(0, |end| *end as usize);
        Self { number, text: harmless(text[..length].to_owned()).into_boxed_str(), ends }
    }

    /// How many cells there are.
    fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell at a position, where the row is so long.
    fn cell(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)? as usize;
        let begin = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        Some(&self.text[begin..end])
    }

    /// Every cell, in order.
    fn cells(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        (0..self.len()).map(|place| self.cell(place).unwrap_or_default())
    }

    /// Drops the cells from a position on.
    fn truncate(&mut self, length: usize) {
        if length < self.len() {
            let ends = self.ends[..length].iter().map(|end| *end as usize);
            *self = Self::of_text(self.number, &self.text, ends);
        }
    }
}

/// Where the known columns stand.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Columns {
    /// Key and position of each column found.
    places: Vec<(&'static str, usize)>,
    unknown: Vec<String>,
}

impl Columns {
    fn place(&self, column: &Column) -> Option<usize> {
        // Keys are constants, and nearly always the very same piece of memory; only an absent column is compared by text.
        let same = self.places.iter().find(|(key, _)| std::ptr::eq(*key, column.key));
        same.or_else(|| self.places.iter().find(|(key, _)| *key == column.key)).map(|(_, place)| *place)
    }
}

impl Sheet {
    /// A sheet without rows that has these columns, for people whose cells stand elsewhere than in a file.
    pub(super) fn of_columns(name: &str, columns: impl IntoIterator<Item = &'static Column>) -> Self {
        let places = columns.into_iter().map(|column| column.key).zip(0..).collect();
        let columns = Columns { places, unknown: Vec::new() };
        Self { file: name.to_owned(), columns, rows: Vec::new(), skipped: Vec::new() }
    }

    /// Adds a row: the cells of the sheet's columns, in their order. Rows are numbered from 1.
    pub(super) fn add_row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        let number = self.rows.len() as u32 + 1;
        self.rows.push(SheetRow::new(number, cells));
    }

    /// The cell of a row under a column, trimmed and without the apostrophe that keeps a spreadsheet from running it;
    /// empty where the sheet lacks the column.
    pub fn cell<'a>(&'a self, row: &'a SheetRow, column: &Column) -> &'a str {
        let cell = self.columns.place(column).and_then(|place| row.cell(place));
        cell.map_or("", |text| plain(text).trim())
    }

    /// The sheet without its rows, and the rows, to be forgotten one after the other.
    pub(super) fn into_rows(mut self) -> (Self, Vec<SheetRow>) {
        let rows = std::mem::take(&mut self.rows);
        (self, rows)
    }

    /// Whether the sheet has the column.
    pub fn has(&self, column: &Column) -> bool {
        self.columns.place(column).is_some()
    }

    /// Headers that are no column of this kind of sheet; their cells are not read.
    pub fn unknown_headers(&self) -> &[String] {
        &self.columns.unknown
    }
}

/// A file to be read.
#[derive(Clone, Copy, Debug)]
pub struct TableFile<'a> {
    /// Where it lies.
    pub path: &'a Path,
    /// The name its owner knows it by, for messages. What its ending promises, it must be.
    pub name: &'a str,
    /// Most rows it may have.
    pub most_rows: usize,
}

/// Reads the sheet of a file. Of a workbook, the first sheet that bears one of the names, else its only sheet.
///
/// # Errors
/// Where the file cannot be opened, is no table, is too large or broken somewhere, or has no header of this kind.
/// A column that is absent is no error here: whether it is needed depends on what the rows are read for.
pub fn read_sheet(
    path: &Path,
    columns: &'static [Column],
    sheet_names: &[&str],
) -> Result<Sheet, TableError> {
    read_file(TableFile { path, name: &file_name(path), most_rows: usize::MAX }, columns, sheet_names)
}

/// As [`read_sheet`], of a file that lies under another name and may have only so many rows. It ends at the first row
/// beyond, before that row takes memory.
///
/// # Errors
/// As [`read_sheet`].
pub fn read_file(
    file: TableFile<'_>,
    columns: &'static [Column],
    sheet_names: &[&str],
) -> Result<Sheet, TableError> {
    let TableFile { path, name, most_rows } = file;
    let named = |problem| TableError::new(name, problem);
    match kind_of(path, name).map_err(named)? {
        Kind::Workbook => {
            let (sheet, rows) = workbook::read_rows(path, sheet_names, most_rows).map_err(named)?;
            let file = format!("{name}#{sheet}");
            header::lay_out(&file, rows, columns).map_err(|problem| TableError::new(&file, problem))
        }
        Kind::Text => {
            let rows = delimited::read_rows(path, columns, most_rows).map_err(named)?;
            header::lay_out(name, rows, columns).map_err(named)
        }
    }
}

/// More rows than the file may have.
fn too_many_rows(most: usize) -> TableProblem {
    TableProblem::too_large(format!("超过 {most} 行"), format!("more than {most} rows"))
}

/// The names of a workbook's sheets. The workbook is measured first, so this is safe with any file.
///
/// # Errors
/// Where the file cannot be opened, is no workbook, or is too large.
pub fn sheet_names(path: &Path) -> Result<Vec<String>, TableError> {
    let named = |problem| TableError::new(&file_name(path), problem);
    match kind_of(path, &file_name(path)).map_err(named)? {
        Kind::Workbook => workbook::sheet_names(path).map_err(named),
        Kind::Text => Err(named(TableProblem::NoWorkbook)),
    }
}

/// What a file is.
enum Kind {
    Workbook,
    Text,
}

/// Decides by the first bytes.
fn kind_of(path: &Path, name: &str) -> Result<Kind, TableProblem> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| TableProblem::unreadable(&error))?;
    file.take(512).read_to_end(&mut head).map_err(|error| TableProblem::unreadable(&error))?;
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    let claims_workbook = matches!(ending.as_deref(), Some("xlsx" | "xlsm" | "xls" | "xlsb" | "ods"));
    match head.as_slice() {
        [b'P', b'K', 3, 4, ..] => Ok(Kind::Workbook),
        // The container of .xls, and of an .xlsx with a password.
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(TableProblem::OldOrLocked),
        [] => Err(TableProblem::Empty),
        _ if claims_workbook => Err(TableProblem::NoWorkbook),
        _ => Ok(Kind::Text),
    }
}

/// The last part of a path: messages name the file, not the machine.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
