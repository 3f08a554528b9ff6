//! CSV that opens right in a county office's Excel: UTF-8 with BOM, CRLF, and no cell that runs as a formula.

use std::borrow::Cow;
use std::fmt::Write;

/// The byte order mark that tells Excel the text is UTF-8.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// A CSV text in the making.
pub struct SafeCsv {
    rows: csv::Writer<Vec<u8>>,
    /// A number on its way into a cell.
    number: String,
}

impl SafeCsv {
    /// A text that begins with these headers.
    pub fn new<Cells>(headers: Cells) -> Self
    where
        Cells: IntoIterator,
        Cells::Item: AsRef<str>,
    {
        let mut text = Self::continuing(BOM.to_vec());
        text.row(headers);
        text
    }

    /// The continuation of a text whose headers stand elsewhere.
    pub fn without_headers() -> Self {
        Self::continuing(Vec::new())
    }

    fn continuing(bytes: Vec<u8>) -> Self {
        let rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bytes);
        Self { rows, number: String::new() }
    }

    /// Adds a row; every cell is made harmless.
    ///
    /// # Panics
    /// Where the row is not as long as the headers.
    pub fn row<Cells>(&mut self, cells: Cells)
    where
        Cells: IntoIterator,
        Cells::Item: AsRef<str>,
    {
        for cell in cells {
            self.cell(cell.as_ref());
        }
        self.end_row();
    }

    /// Adds a cell to the row that [`end_row`](Self::end_row) ends, made harmless.
    ///
    /// # Panics
    /// Never: the text is in memory.
    pub fn cell(&mut self, cell: &str) {
        self.rows.write_field(harmless(cell).as_ref()).expect("memory takes every field");
    }

    /// Adds a cell with a number, which is harmless.
    ///
    /// # Panics
    /// Never: the text is in memory.
    pub fn number(&mut self, number: i64) {
        self.number.clear();
        write!(self.number, "{number}").expect("memory takes every digit");
        self.rows.write_field(&self.number).expect("memory takes every field");
    }

    /// Ends a row.
    ///
    /// # Panics
    /// Where the row is not as long as the headers.
    pub fn end_row(&mut self) {
        self.rows.write_record(None::<&[u8]>).expect("a row is as long as the headers");
    }

    /// The finished text.
    ///
    /// # Panics
    /// Never: the text is in memory.
    pub fn finish(self) -> Vec<u8> {
        self.rows.into_inner().expect("memory takes every row")
    }
}

/// A cell that no spreadsheet runs: one that begins like a formula and is no plain number gets an apostrophe.
///
/// # Example
/// ```
/// use jiedui::spreadsheet::harmless;
/// assert_eq!(harmless("=1+1"), "'=1+1");
/// assert_eq!(harmless("-12.5"), "-12.5");
/// assert_eq!(harmless("村民小组"), "村民小组");
/// ```
pub fn harmless(cell: &str) -> Cow<'_, str> {
    // A cell that already looks as if this function had written it gets one more, so that `plain` can undo it.
    let begins = cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if begins && cell.parse::<f64>().is_err() { format!("'{cell}").into() } else { cell.into() }
}

/// Longest text of a cell or note that is written into a workbook, in the units Excel counts (it takes 32,767).
const LONGEST_CELL: usize = 32_000;

/// A text that Excel takes into one cell or note: where it is longer, its beginning and `…`.
///
/// # Example
/// ```
/// use jiedui::spreadsheet::shortened;
/// assert_eq!(shortened("村民小组"), "村民小组");
/// // Each of these signs is two units.
/// assert_eq!(shortened(&"𠀀".repeat(20_000)).chars().count(), 16_001);
/// ```
pub fn shortened(text: &str) -> Cow<'_, str> {
    let mut units = 0;
    let beyond = text.char_indices().find(|(_, sign)| {
        units += sign.len_utf16();
        units > LONGEST_CELL
    });
    beyond.map_or(Cow::Borrowed(text), |(end, _)| format!("{}…", &text[..end]).into())
}

/// What stood in a cell before it was made harmless.
///
/// # Example
/// ```
/// use jiedui::spreadsheet::{harmless, plain};
/// for cell in ["=1+1", "'=1+1", "-12.5", "'quoted'", "村民小组"] {
///     assert_eq!(plain(&harmless(cell)), cell);
/// }
/// ```
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if harmless(rest) == cell => rest,
        _ => cell,
    }
}
