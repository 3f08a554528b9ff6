//! Rows to be corrected → a workbook: the rows as they were uploaded, the cells to be corrected coloured, with a note.
//!
//! Every cell is text and no text runs as a formula, so the workbook can be corrected and uploaded again; the last two
//! columns, row and faults, are not read then. Built in memory: a workbook written through temporary files would leave
//! names in clear on the disk. Memory: that of at most `MOST_ROWS` rows.

use jiff::civil::Date;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError};

use crate::input::columns::Column;
use crate::input::rule::Severity;
use crate::input::sheet_kind::SheetKind;
use crate::spreadsheet::{harmless, shortened};
use crate::store::{ImportRow, RowFinding};

/// Most rows of one workbook.
pub(super) const MOST_ROWS: usize = 10_000;

/// What goes into a workbook.
pub(super) struct Faulty {
    /// What the sheet holds.
    pub(super) kind: SheetKind,
    /// Keys of the columns it has.
    pub(super) columns: Vec<String>,
    /// The rows.
    pub(super) rows: Vec<ImportRow>,
    /// How many there are in all.
    pub(super) total: i64,
    /// The day, for the properties of the file.
    pub(super) today: Date,
}

/// The workbook's bytes. The same rows give the same bytes.
pub(super) fn write(faulty: &Faulty) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(
        faulty.today.year().unsigned_abs(),
        faulty.today.month().unsigned_abs(),
        faulty.today.day().unsigned_abs(),
    )?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let known = faulty.kind.columns().iter();
    let columns: Vec<&Column> =
        known.filter(|column| faulty.columns.iter().any(|key| key == column.key)).collect();
    let sheet = workbook.add_worksheet();
    sheet.set_name(faulty.kind.sheet_names()[0])?.set_freeze_panes(1, 0)?;
    write_headers(sheet, &columns)?;
    for (place, row) in (1u32..).zip(&faulty.rows) {
        write_row(sheet, place, &columns, row)?;
    }
    if faulty.total > faulty.rows.len() as i64 {
        write_rest(workbook.add_worksheet(), faulty)?;
    }
    workbook.save_to_buffer()
}

fn write_headers(sheet: &mut Worksheet, columns: &[&Column]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_background_color(Color::RGB(0x00DD_EBF7));
    let text = Format::new().set_num_format("@");
    let own = ["原表行号", "需改正之处"];
    let headers = columns.iter().map(|column| column.zh).chain(own);
    for (place, header) in (0u16..).zip(headers) {
        sheet.set_column_format(place, &text)?;
        sheet.set_column_width(place, if header == own[1] { 60.0 } else { 16.0 })?;
        sheet.write_string_with_format(0, place, header, &bold)?;
    }
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    place: u32,
    columns: &[&Column],
    row: &ImportRow,
) -> Result<(), XlsxError> {
    let text = Format::new().set_num_format("@");
    for (at, column) in (0u16..).zip(columns) {
        let cell = row.cells.get(column.key).map_or("", String::as_str);
        let of_cell = |finding: &&RowFinding| finding.column.as_deref() == Some(column.key);
        let told: Vec<&RowFinding> = row.findings.iter().filter(of_cell).collect();
        let grave = told.iter().map(|finding| finding.severity).min();
        let format = match grave {
            None => text.clone(),
            Some(Severity::Notes) => text.clone().set_background_color(Color::RGB(0x00FF_F2CC)),
            Some(_) => text.clone().set_background_color(Color::RGB(0x00FF_C7CE)),
        };
        if !cell.is_empty() || grave.is_some() {
            sheet.write_string_with_format(place, at, shortened(&harmless(cell)), &format)?;
        }
        if grave.is_some() {
            let note = Note::new(shortened(&sentences(&told))).set_author("jiedui").add_author_prefix(false);
            sheet.insert_note(place, at, &note)?;
        }
    }
    let after = columns.len() as u16;
    let all: Vec<&RowFinding> =
        row.findings.iter().filter(|finding| finding.severity != Severity::Notes).collect();
    sheet.write_string_with_format(place, after, row.number.to_string(), &text)?;
    sheet.write_string_with_format(place, after + 1, shortened(&sentences(&all)), &text)?;
    Ok(())
}

/// A sheet that says how many rows are not shown.
fn write_rest(sheet: &mut Worksheet, faulty: &Faulty) -> Result<(), XlsxError> {
    let (shown, total) = (faulty.rows.len(), faulty.total);
    sheet.set_name("未列出的行")?.set_column_width(0, 100.0)?;
    let zh = format!("共有 {total} 行需改正，此表只列出前 {shown} 行；改正后重新上传，再下载其余各行。");
    let en = format!(
        "{total} rows are to be corrected, the first {shown} are shown: correct and upload these, then get the others."
    );
    sheet.write_string(0, 0, zh)?;
    sheet.write_string(1, 0, en)?;
    Ok(())
}

/// Cause and remedy of each finding, Chinese above English.
fn sentences(findings: &[&RowFinding]) -> String {
    let sentence = |finding: &&RowFinding| {
        let ((cause_zh, cause_en), (remedy_zh, remedy_en)) = (&finding.cause, &finding.remedy);
        format!("[{}] {cause_zh}；{remedy_zh}。\n{cause_en}; {remedy_en}.", finding.rule)
    };
    findings.iter().map(sentence).collect::<Vec<_>>().join("\n")
}
