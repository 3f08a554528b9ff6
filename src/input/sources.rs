//! Which sheets there are: five CSV files of a folder, or the sheets of one workbook; and whether they can be used.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use rayon::slice::ParallelSliceMut;

use super::columns::{self, Column};
use super::report::{Finding, shown_header};
use super::row::Row;
use super::rule::InputRule;
use super::sheet_kind::SheetKind;
use super::table::{Sheet, read_sheet, sheet_names};
use super::values::{Text, ValueProblem, narrowed};

/// One of the five sheets.
#[derive(Clone, Copy)]
pub(super) struct SourceKind {
    /// File name in a folder.
    file: &'static str,
    /// Names in a workbook.
    names: &'static [&'static str],
    columns: &'static [Column],
    /// What identifies a row, where rows are people.
    id: Option<&'static Column>,
}

const CHILDREN: SourceKind = SourceKind {
    file: "children.csv",
    names: SheetKind::Children.sheet_names(),
    columns: columns::children::ALL,
    id: Some(&columns::children::ID),
};
const VOLUNTEERS: SourceKind = SourceKind {
    file: "volunteers.csv",
    names: SheetKind::Volunteers.sheet_names(),
    columns: columns::volunteers::ALL,
    id: Some(&columns::volunteers::ID),
};
const PLACES: SourceKind =
    SourceKind { file: "places.csv", names: &["地点", "places"], columns: columns::places::ALL, id: None };
const PAIRS: SourceKind = SourceKind {
    file: "existing_pairs.csv",
    names: &["已有结对", "existing_pairs"],
    columns: columns::existing_pairs::ALL,
    id: None,
};
const REPLIES: SourceKind =
    SourceKind {
        file: "replies.csv", names: &["答复", "replies"], columns: columns::replies::ALL, id: None
    };

/// The sheets of a run, as far as they could be read.
#[derive(Default)]
pub(super) struct Sheets {
    pub(super) children: Option<Sheet>,
    pub(super) volunteers: Option<Sheet>,
    pub(super) places: Option<Sheet>,
    pub(super) pairs: Option<Sheet>,
    pub(super) replies: Option<Sheet>,
    /// `policy.toml` beside them.
    pub(super) policy: Option<PathBuf>,
}

/// Where the sheets stand.
enum Source {
    Folder(PathBuf),
    Workbook { path: PathBuf, sheets: Vec<String> },
}

/// Finds and reads all sheets. Whatever stands against using them is told.
pub(super) fn read_sheets(path: &Path, findings: &mut Vec<Finding>) -> Sheets {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let policy = Some(folder.join("policy.toml")).filter(|file| file.is_file());
    let Some(source) = find_source(path, findings) else { return Sheets { policy, ..Sheets::default() } };
    // The two long sheets at once; what is found in each keeps its place in the report.
    let both = rayon::join(|| source.required(CHILDREN), || source.required(VOLUNTEERS));
    let ((children, of_children), (volunteers, of_volunteers)) = both;
    findings.extend(of_children);
    findings.extend(of_volunteers);
    Sheets {
        children,
        volunteers,
        places: source.read(PLACES, findings),
        pairs: source.read(PAIRS, findings),
        replies: source.read(REPLIES, findings),
        policy,
    }
}

fn find_source(path: &Path, findings: &mut Vec<Finding>) -> Option<Source> {
    if path.is_file() {
        return if is_workbook(path) { open_workbook(path, findings) } else { missing(path, findings) };
    }
    let Ok(entries) = std::fs::read_dir(path) else { return missing(path, findings) };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let workbooks: Vec<&PathBuf> = files.iter().filter(|file| is_workbook(file)).collect();
    let all = [CHILDREN, VOLUNTEERS, PLACES, PAIRS, REPLIES];
    let has_csv = all.iter().any(|kind| path.join(kind.file).is_file());
    match (workbooks.as_slice(), has_csv) {
        ([], _) => Some(Source::Folder(path.to_owned())),
        ([only], false) => open_workbook(only, findings),
        _ => {
            findings.push(Finding::about_file(InputRule::TwoSources, name_of(path)));
            None
        }
    }
}

/// An .xlsx or .xls that is not the lock file of an open Excel.
fn is_workbook(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    let workbook = matches!(ending.as_deref(), Some("xlsx" | "xlsm" | "xls"));
    workbook && path.is_file() && !name_of(path).starts_with(['~', '.'])
}

fn open_workbook(path: &Path, findings: &mut Vec<Finding>) -> Option<Source> {
    // The bounds of the table reader come before anything of the workbook is unpacked.
    match sheet_names(path) {
        Ok(sheets) => Some(Source::Workbook { path: path.to_owned(), sheets }),
        Err(error) => {
            findings.push(Finding::told_by(InputRule::TableUnreadable, name_of(path), &error));
            None
        }
    }
}

fn missing(path: &Path, findings: &mut Vec<Finding>) -> Option<Source> {
    findings.push(Finding::about_file(InputRule::FileMissing, name_of(path)));
    None
}

/// The last part of a path: messages name the file, not the machine.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

impl Source {
    fn holds(&self, kind: SourceKind) -> bool {
        match self {
            Self::Folder(folder) => folder.join(kind.file).is_file(),
            Self::Workbook { sheets, .. } => sheets.iter().any(|sheet| kind.names.contains(&sheet.trim())),
        }
    }

    /// How messages call a sheet.
    fn name_of(&self, kind: SourceKind) -> String {
        match self {
            Self::Folder(_) => kind.file.to_owned(),
            Self::Workbook { path, .. } => format!("{}#{}", name_of(path), kind.names[0]),
        }
    }

    /// Reads a sheet that must be there and hold people with ids.
    fn required(&self, kind: SourceKind) -> (Option<Sheet>, Vec<Finding>) {
        let mut findings = Vec::new();
        let sheet = if self.holds(kind) {
            self.read(kind, &mut findings)
        } else {
            findings.push(Finding::about_file(InputRule::FileMissing, self.name_of(kind)));
            None
        };
        let filled = sheet.filter(|sheet| {
            if sheet.rows.is_empty() {
                findings.push(Finding::about_file(InputRule::SheetEmpty, sheet.file.clone()));
            } else if let Some(id) = kind.id {
                check_ids(sheet, id, kind.columns, &mut findings);
            }
            !sheet.rows.is_empty()
        });
        (filled, findings)
    }

    fn read(&self, kind: SourceKind, findings: &mut Vec<Finding>) -> Option<Sheet> {
        if !self.holds(kind) {
            return None;
        }
        let read = match self {
            Self::Folder(folder) => read_sheet(&folder.join(kind.file), kind.columns, kind.names),
            Self::Workbook { path, .. } => read_sheet(path, kind.columns, kind.names),
        };
        match read {
            Ok(sheet) => {
                for header in sheet.unknown_headers() {
                    let mut finding = Finding::about_file(InputRule::UnknownHeader, sheet.file.clone());
                    finding.value = Some(shown_header(header));
                    findings.push(finding);
                }
                for skipped in &sheet.skipped {
                    let mut finding = Finding::about_file(InputRule::RowSkipped, sheet.file.clone());
                    finding.row = Some(skipped.number);
                    findings.push(finding);
                }
                Some(sheet)
            }
            Err(error) => {
                findings.push(Finding::told_by(InputRule::TableUnreadable, self.name_of(kind), &error));
                None
            }
        }
    }
}

/// An id and the place of its row.
type IdAt<'a> = (Cow<'a, str>, usize);

/// No column of ids, or one id in several rows: nobody could say whom a pair means.
fn check_ids(sheet: &Sheet, id: &'static Column, columns: &'static [Column], findings: &mut Vec<Finding>) {
    if !sheet.has(id) {
        findings.push(Finding::about_file(InputRule::NoIdColumn, sheet.file.clone()));
        return;
    }
    let ids = sheet.rows.iter().enumerate();
    let mut ids: Vec<IdAt<'_>> = ids
        .map(|(place, row)| (narrowed(sheet.cell(row, id)), place))
        .filter(|(text, _)| !text.is_empty())
        .collect();
    ids.par_sort_unstable();
    let mut twice: Vec<(usize, &[IdAt<'_>])> = ids
        .chunk_by(|one, next| one.0 == next.0)
        .filter(|rows| rows.len() > 1)
        .flat_map(|rows| rows.iter().map(move |(_, row)| (*row, rows)))
        .collect();
    twice.sort_unstable_by_key(|(place, _)| *place);
    for (place, rows) in twice {
        let others: Vec<String> = rows
            .iter()
            .filter(|(_, row)| *row != place)
            .take(5)
            .map(|(_, row)| sheet.rows[*row].number.to_string())
            .collect();
        let more = if rows.len() > 6 { " …" } else { "" };
        let cause = Text::composed(
            format!("编号与第 {}{more} 行重复", others.join("、")),
            format!("the id stands in row {}{more} as well", others.join(", ")),
        );
        let problem = ValueProblem::new(cause, InputRule::DuplicateId.remedy());
        Row::new(sheet, &sheet.rows[place], columns, findings).tell_problem(
            InputRule::DuplicateId,
            id,
            problem,
        );
    }
}
