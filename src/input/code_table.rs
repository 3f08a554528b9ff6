//! A published code table of administrative divisions → divisions with the division above each, or faults by line.
//!
//! In: a CSV or workbook with the columns `code,name,provinceCode,cityCode,areaCode,streetCode`, of which a level has those
//! above it. Codes of 2, 4, 6 or 9 digits are filled up to twelve. Out: every division once, or what is wrong with which
//! line. Whether the division above is known is for whoever keeps the table. Cost: linear in the rows.

use std::collections::BTreeMap;

use super::columns::Column;
use super::columns::regions as columns;
use super::table::{Sheet, SheetRow, TableError, TableFile, read_file};
use super::values::regions::parse_region;
use super::values::{Text, half_width};
use crate::model::RegionCode;

/// Longest name of a division, in characters.
const LONGEST_NAME: usize = 64;

/// A division of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// The row as Excel shows it.
    pub line: u32,
    /// Its code.
    pub code: RegionCode,
    /// Its name.
    pub name: String,
    /// The division above; provinces have none.
    pub parent: Option<RegionCode>,
}

/// A line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// The row as Excel shows it.
    pub line: u32,
    /// The column.
    pub column: &'static str,
    /// What is wrong and what to do.
    pub text: Text,
}

/// Reads a table.
///
/// # Errors
/// Where the file is no table, or has no columns of code and name.
pub fn read(file: TableFile<'_>) -> Result<(Vec<Division>, Vec<LineFault>), TableError> {
    let sheet = read_file(file, columns::ALL, &["regions", "行政区划"])?;
    let (mut divisions, mut faults) = (Vec::with_capacity(sheet.rows.len()), Vec::new());
    let mut first_line = BTreeMap::new();
    for row in &sheet.rows {
        match division(&sheet, row) {
            Err(fault) => faults.push(fault),
            Ok(division) => match first_line.insert(division.code, division.line) {
                None => divisions.push(division),
                Some(line) => faults.push(fault(
                    row,
                    &columns::CODE,
                    Text::composed(
                        format!("代码与第 {line} 行重复，请只留一行"),
                        format!("the code stands in row {line} as well: keep one of them"),
                    ),
                )),
            },
        }
    }
    Ok((divisions, faults))
}

/// The level of a code: 1 province, 2 prefecture, 3 county, 4 township, 5 village.
pub fn level(code: RegionCode) -> i64 {
    match code.prefix().len() {
        2 => 1,
        4 => 2,
        6 => 3,
        9 => 4,
        _ => 5,
    }
}

fn fault(row: &SheetRow, column: &Column, text: Text) -> LineFault {
    LineFault { line: row.number, column: column.key, text }
}

fn division(sheet: &Sheet, row: &SheetRow) -> Result<Division, LineFault> {
    let code = parse_region(sheet.cell(row, &columns::CODE)).map_err(|problem| {
        let Text { zh, en } = problem.cause;
        let text =
            Text::composed(format!("{zh}；{}", problem.remedy.zh), format!("{en}; {}", problem.remedy.en));
        fault(row, &columns::CODE, text)
    })?;
    let name = half_width(sheet.cell(row, &columns::NAME));
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let text = Text::fixed("名称空白或超过 64 个字", "the name is blank or longer than 64 characters");
        return Err(fault(row, &columns::NAME, text));
    }
    let above = [&columns::TOWNSHIP, &columns::COUNTY, &columns::PREFECTURE, &columns::PROVINCE];
    let given = above.into_iter().find(|column| !sheet.cell(row, column).is_empty());
    let Some(column) = given else { return Ok(Division { line: row.number, code, name, parent: None }) };
    let parent = parse_region(sheet.cell(row, column)).ok();
    match parent.filter(|parent| parent.contains(code) && *parent != code) {
        Some(parent) => Ok(Division { line: row.number, code, name, parent: Some(parent) }),
        None => Err(fault(
            row,
            column,
            Text::fixed(
                "不是包含本行代码的上级代码，请核对",
                "this is no code of a division above that of the row: check both",
            ),
        )),
    }
}
