//! Sheets into files: CSV as Excel writes it (UTF-8 with a byte order mark, commas, CRLF), GBK, XLSX; and a folder
//! that stands whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::children::children;
use super::land::{VILLAGES, village_name};
use super::plan::CountyPlan;
use super::record::Record;
use super::volunteers::volunteers;
use crate::spreadsheet::{BOM, harmless};

/// Why a county could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SyntheticError {
    /// The folder is there already.
    #[error("{} 已存在：请换一个目录，或先移走它 · already exists: name another folder or move it away first", .0.display())]
    Exists(PathBuf),
    /// An unfinished folder of an earlier run is there.
    #[error("{} 是上次未写完的目录：请删除后重试 · was left unfinished by an earlier run: delete it and try again", .0.display())]
    Unfinished(PathBuf),
    /// A file or folder could not be written.
    #[error("无法写入 {} · cannot write: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A CSV row could not be written.
    #[error("无法写入 {} · cannot write: {source}", path.display())]
    Csv {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: csv::Error,
    },
    /// A workbook could not be written.
    #[error("无法写入 {} · cannot write: {source}", path.display())]
    Workbook {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: XlsxError,
    },
}

/// Makes a folder that is complete or absent: `fill` writes into a folder beside it, which is renamed at the end.
///
/// # Errors
/// Where `out` exists, or what `fill` gives; the unfinished folder is then removed.
pub fn write_aside(
    out: &Path,
    fill: impl FnOnce(&Path) -> Result<(), SyntheticError>,
) -> Result<(), SyntheticError> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(SyntheticError::Exists(out.to_owned()));
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(out.file_name().unwrap_or(out.as_os_str()));
    name.push(".unfinished");
    let aside = out.with_file_name(name);
    if fs::symlink_metadata(&aside).is_ok() {
        return Err(SyntheticError::Unfinished(aside));
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| SyntheticError::Write { path, source }
    };
    fs::create_dir_all(&aside).map_err(failed(&aside))?;
    let written = fill(&aside).and_then(|()| fs::rename(&aside, out).map_err(failed(out)));
    if written.is_err() {
        // The first error is the one to tell; a folder that cannot be removed is named by the next run.
        let _ = fs::remove_dir_all(&aside);
    }
    written
}

/// Writes the sheets of a county into a folder that exists: children.csv, volunteers.csv, places.csv.
pub(super) fn write_county(plan: &CountyPlan, folder: &Path) -> Result<(), SyntheticError> {
    write_csv(&folder.join("children.csv"), children(plan).map(|child| child.record))?;
    write_csv(&folder.join("volunteers.csv"), volunteers(plan).map(|volunteer| volunteer.record))?;
    write_csv(&folder.join("places.csv"), places(plan))
}

/// The county's list of places: every township's seat, then its villages.
pub fn places(plan: &CountyPlan) -> impl Iterator<Item = Record> + '_ {
    (0..plan.land.townships()).flat_map(|index| (0..=VILLAGES).map(move |village| (index, village))).map(
        |(index, village)| {
            let township = plan.land.township(index);
            let (longitude, latitude) = plan.land.point(index, village);
            vec![
                ("行政区划代码", format!("{}000", township.code)),
                ("乡镇", township.name),
                ("村", village_name(village)),
                ("经度", format!("{longitude:.4}")),
                ("纬度", format!("{latitude:.4}")),
                ("坐标系", "WGS-84".to_owned()),
            ]
        },
    )
}

/// Writes rows under their headers, with the mark that lets Excel know UTF-8.
pub(super) fn write_csv(path: &Path, rows: impl Iterator<Item = Record>) -> Result<(), SyntheticError> {
    let failed = |source| SyntheticError::Write { path: path.to_owned(), source };
    let mut file = BufWriter::new(fs::File::create(path).map_err(failed)?);
    file.write_all(BOM).map_err(failed)?;
    let mut file =
        csv_into(file, rows).map_err(|source| SyntheticError::Csv { path: path.to_owned(), source })?;
    file.flush().map_err(failed)
}

/// The same rows in GBK, without a mark, as an older Excel saves them.
pub(super) fn write_gbk(path: &Path, rows: impl Iterator<Item = Record>) -> Result<(), SyntheticError> {
    let text =
        csv_into(Vec::new(), rows).map_err(|source| SyntheticError::Csv { path: path.to_owned(), source })?;
    let text = String::from_utf8_lossy(&text).into_owned();
    write_file(path, &encoding_rs::GBK.encode(&text).0)
}

/// Writes a whole file.
pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<(), SyntheticError> {
    fs::write(path, content).map_err(|source| SyntheticError::Write { path: path.to_owned(), source })
}

fn csv_into<W: Write>(file: W, rows: impl Iterator<Item = Record>) -> Result<W, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    for (number, row) in rows.enumerate() {
        if number == 0 {
            writer.write_record(row.iter().map(|(header, _)| *header))?;
        }
        writer.write_record(row.iter().map(|(_, text)| harmless(text).into_owned()))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Writes a workbook with one sheet a name. Numbers and ISO dates become numbers and dates, as in an office's workbook;
/// codes, phones and ID numbers stay text.
pub(super) fn write_workbook(path: &Path, sheets: &[(&str, Vec<Record>)]) -> Result<(), SyntheticError> {
    let failed = |source| SyntheticError::Workbook { path: path.to_owned(), source };
    let mut workbook = Workbook::new();
    // The day of making is no clock's: the same plan gives the same workbook.
    let made = ExcelDateTime::from_ymd(2026, 11, 24).map_err(failed)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for (name, rows) in sheets {
        fill_sheet(&mut workbook, name, rows).map_err(failed)?;
    }
    workbook.save(path).map_err(failed)
}

fn fill_sheet(workbook: &mut Workbook, name: &str, rows: &[Record]) -> Result<(), XlsxError> {
    const NUMBERS: [&str; 8] = [
        "经度",
        "纬度",
        "可结对户数",
        "专项服务名额",
        "最多兄弟姐妹数",
        "可达公里",
        "可达分钟",
        "每周分钟上限",
    ];
    const DATES: [&str; 8] = [
        "出生日期",
        "风险评估日期",
        "同意日期",
        "意愿日期",
        "查询日期",
        "从业查询有效期至",
        "开始日期",
        "结束日期",
    ];
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    let sheet = workbook.add_worksheet().set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (number, row) in (0_u32..).zip(rows) {
        for (column, (header, text)) in (0_u16..).zip(row) {
            if number == 0 {
                sheet.write_string_with_format(0, column, *header, &bold)?;
            }
            let number_cell = text.parse::<f64>().ok().filter(|_| NUMBERS.contains(header));
            let date_cell = ExcelDateTime::parse_from_str(text).ok().filter(|_| DATES.contains(header));
            let iso = text.len() == 10 && text.as_bytes()[4] == b'-';
            match (number_cell, date_cell) {
                (Some(value), _) => sheet.write_number(number + 1, column, value)?,
                (_, Some(value)) if iso => {
                    sheet.write_datetime_with_format(number + 1, column, &value, &day)?
                }
                _ if text.is_empty() => continue,
                _ => sheet.write_string(number + 1, column, text)?,
            };
        }
    }
    Ok(())
}
