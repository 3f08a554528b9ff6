//! A sheet of an `.xlsx` → raw rows, through the crate `calamine`.
//!
//! Cells are read as a stream: a stray cell in the last corner of a sheet costs one cell, not the rectangle up to it.
//! What is kept is counted, because a text that is stored once may stand in a million cells.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Dimensions, Reader, Xlsx, XlsxError};

use super::bounds::measure;
use super::cells::text_of;
use super::header::{RawRows, is_blank};
use super::{MOST_COLUMNS, SheetRow, TableProblem, too_many_rows};

/// Most memory that cells may take: a hundred thousand people with every column filled fit.
const MOST_KEPT_BYTES: usize = 1 << 28;

type Workbook = Xlsx<BufReader<File>>;

/// A row while cells are still being added to it.
struct OpenRow {
    number: u32,
    cells: Vec<String>,
}

fn open(path: &Path) -> Result<Workbook, TableProblem> {
    measure(path)?;
    calamine::open_workbook(path).map_err(|_: XlsxError| TableProblem::BrokenWorkbook)
}

/// The names of the sheets, in the order of their tabs.
pub(super) fn sheet_names(path: &Path) -> Result<Vec<String>, TableProblem> {
    Ok(open(path)?.sheet_names())
}

/// Reads the rows that are not blank of the first sheet with one of the names, else of the only sheet. Gives the
/// sheet's name as well.
pub(super) fn read_rows(
    path: &Path,
    wanted: &[&str],
    most_rows: usize,
) -> Result<(String, RawRows), TableProblem> {
    let mut workbook = open(path)?;
    let name = choose(&workbook.sheet_names(), wanted)?;
    let mut rows = cells(&mut workbook, &name, most_rows)?;
    let merged = workbook.merge_cells_by_sheet_name(&name).map_err(|_| TableProblem::BrokenWorkbook)?;
    fill(&mut rows, &merged)?;
    rows.retain(|row| !row.cells.iter().all(|cell| is_blank(cell)));
    let closed = |row: OpenRow| SheetRow::new(row.number, row.cells.iter().map(String::as_str));
    let rows: Vec<SheetRow> = rows.into_iter().map(closed).collect();
    if rows.is_empty() { Err(TableProblem::Empty) } else { Ok((name, RawRows { rows, widths_tell: false })) }
}

fn choose(names: &[String], wanted: &[&str]) -> Result<String, TableProblem> {
    let bears = |name: &&String, word: &&str| name.trim().to_lowercase() == word.to_lowercase();
    let found = names.iter().find(|name| wanted.iter().any(|word| bears(name, word)));
    match (found, names) {
        (Some(name), _) | (None, [name]) => Ok(name.clone()),
        _ => Err(TableProblem::NoSheet {
            wanted: wanted.iter().map(|name| (*name).to_owned()).collect(),
            found: names.to_vec(),
        }),
    }
}

fn cells(workbook: &mut Workbook, name: &str, most_rows: usize) -> Result<Vec<OpenRow>, TableProblem> {
    let broken = |_: XlsxError| TableProblem::BrokenWorkbook;
    let mut reader = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut rows: Vec<OpenRow> = Vec::new();
    let mut kept = 0;
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let (number, place) = (row + 1, column as usize);
        let text = text_of(cell.get_value());
        if is_blank(&text) {
            continue;
        }
        if place >= MOST_COLUMNS {
            return Err(TableProblem::TooManyColumns { row: number });
        }
        match rows.last() {
            Some(last) if last.number > number => return Err(TableProblem::BrokenWorkbook),
            Some(last) if last.number == number => {}
            Some(_) if rows.len() >= most_rows => return Err(too_many_rows(most_rows)),
            _ => rows.push(OpenRow { number, cells: Vec::new() }),
        }
        let Some(OpenRow { cells, .. }) = rows.last_mut() else { continue };
        if cells.len() <= place {
            kept += (place + 1 - cells.len()) * size_of::<String>();
            cells.resize(place + 1, String::new());
        }
        kept += text.len();
        if kept > MOST_KEPT_BYTES {
            return Err(too_much());
        }
        cells[place] = text;
    }
    Ok(rows)
}

/// A cell merged over several rows holds for each of them: one township beside all its villages. Cells merged across
/// columns are titles and groups of headers, which stay where they are.
fn fill(rows: &mut [OpenRow], merged: &[Dimensions]) -> Result<(), TableProblem> {
    let mut filled = 0;
    for area in merged.iter().filter(|area| area.start.1 == area.end.1 && area.start.0 < area.end.0) {
        let (first, last, place) = (area.start.0 + 1, area.end.0 + 1, area.start.1 as usize);
        let begin = rows.partition_point(|row| row.number < first);
        let end = rows.partition_point(|row| row.number <= last);
        let Some((top, below)) = rows[begin..end.max(begin)].split_first_mut() else { continue };
        let Some(text) = top.cells.get(place).filter(|text| top.number == first && !text.is_empty()) else {
            continue;
        };
        filled += below.len() * (text.len() + size_of::<String>());
        if filled > MOST_KEPT_BYTES {
            return Err(too_much());
        }
        for row in below {
            if row.cells.len() <= place {
                row.cells.resize(place + 1, String::new());
            }
            if row.cells[place].is_empty() {
                row.cells[place].clone_from(text);
            }
        }
    }
    Ok(())
}

fn too_much() -> TableProblem {
    TableProblem::too_large("工作表的内容过多".to_owned(), "the sheet holds more than can be kept".to_owned())
}
