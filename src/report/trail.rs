//! Rows of the audit trail → a table for the yearly audit of minors' data, as CSV or workbook.
//!
//! It holds ids, words from code lists and times; no name, phone or number. Times are those of the offices, UTC+8.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use rust_xlsxwriter::{Workbook, XlsxError};

use crate::spreadsheet::SafeCsv;
use crate::store::AuditRow;

/// Headers, Chinese and English in one cell.
const HEADERS: [&str; 13] = [
    "序号 sequence",
    "时间 at (UTC+8)",
    "操作者类别 actor kind",
    "操作者 actor",
    "请求 request",
    "操作 action",
    "对象类别 subject table",
    "对象 subject",
    "区划 region",
    "字段 fields",
    "目的 purpose",
    "原因 reason",
    "校验值 hash",
];

fn cells(row: &AuditRow) -> [String; 13] {
    let zone = TimeZone::fixed(Offset::constant(8));
    let at = Timestamp::from_millisecond(row.at_ms).map_or_else(
        |_| row.at_ms.to_string(),
        |at| at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    );
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        row.sequence.to_string(),
        at,
        row.actor_kind.clone(),
        or_empty(&row.actor_id),
        or_empty(&row.request_id),
        row.action.clone(),
        row.subject_table.clone(),
        or_empty(&row.subject_id),
        row.region_code.clone(),
        row.fields.clone(),
        row.purpose.clone(),
        row.reason.clone(),
        row.hash.clone(),
    ]
}

/// The table as CSV that Excel opens.
pub fn csv(rows: &[AuditRow]) -> Vec<u8> {
    let mut table = SafeCsv::new(HEADERS);
    for row in rows {
        table.row(cells(row));
    }
    table.finish()
}

/// The table as a workbook.
///
/// # Errors
/// More rows than a sheet holds.
pub fn workbook(rows: &[AuditRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("审计 audit")?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, header) in (0..).zip(HEADERS) {
        sheet.write_string(0, column, header)?;
    }
    for (at, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells(row)) {
            sheet.write_string(at, column, cell)?;
        }
    }
    workbook.save_to_buffer()
}
