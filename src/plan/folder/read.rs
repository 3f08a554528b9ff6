//! Reads a plan folder back, with the line of everything that was read.

use std::collections::BTreeMap;
use std::path::Path;

use super::wire::{CertificateFile, FORMAT, PlanFile};
use super::{ARCS, CERTIFICATE, PAIRS, PEOPLE, PLAN, UNMATCHED};
use crate::scoring::{Score, Term};

/// Why a folder cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {zh} / {en}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct FolderError {
    /// The file.
    pub file: &'static str,
    /// The line, from 1, if one is to blame.
    pub line: Option<u64>,
    /// What is wrong, Chinese.
    pub zh: String,
    /// What is wrong, English.
    pub en: String,
}

impl FolderError {
    pub(super) fn new(
        file: &'static str,
        line: Option<u64>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { file, line, zh: zh.into(), en: en.into() }
    }
}

/// A row of `arcs.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArcRow {
    /// Line in the file.
    pub line: u64,
    /// Pass.
    pub pass: String,
    /// Group id.
    pub left: String,
    /// Volunteer id.
    pub right: String,
    /// Cost as written.
    pub cost: i64,
    /// Its parts.
    pub score: Score,
}

/// A row of `pairs.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairRow {
    /// Line in the file.
    pub line: u64,
    /// Pass.
    pub pass: String,
    /// Child id.
    pub child: String,
    /// Volunteer id.
    pub volunteer: String,
    /// Group id; empty for a pair that stood before.
    pub group: String,
    /// Need, for a service.
    pub need: String,
    /// `lead`, `seasonal` or `service`.
    pub kind: String,
    /// How it came to be.
    pub origin: String,
    /// Cost and parts; none for a standing pair that can no longer meet.
    pub cost: Option<(i64, Score)>,
    /// Backup volunteer id; may be empty.
    pub backup: String,
    /// Papers counted as arrived.
    pub awaited: String,
    /// Rules no longer kept.
    pub broken: String,
}

/// A row of `unmatched.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedRow {
    /// Line in the file.
    pub line: u64,
    /// Pass.
    pub pass: String,
    /// Child id.
    pub child: String,
    /// Need, for a service.
    pub need: String,
    /// Reason code.
    pub reason: String,
    /// Rules and how many volunteers each lost.
    pub rules: String,
}

/// A folder as read.
#[derive(Clone, Debug)]
pub struct Folder {
    /// `plan.json`.
    pub plan: PlanFile,
    /// `certificate.json`.
    pub certificate: CertificateFile,
    /// The lines of `certificate.json`, to name the line of an entry.
    pub certificate_lines: Vec<String>,
    /// `arcs.csv`.
    pub arcs: Vec<ArcRow>,
    /// `pairs.csv`.
    pub pairs: Vec<PairRow>,
    /// `unmatched.csv`.
    pub unmatched: Vec<UnmatchedRow>,
    /// County's number by plan id; absent where the key was left out.
    pub people: Option<BTreeMap<String, String>>,
    /// The bytes of every file that is there, by name.
    pub bytes: BTreeMap<&'static str, Vec<u8>>,
}

impl Folder {
    /// Reads a folder.
    ///
    /// # Errors
    /// The first file that is missing or malformed, with its line.
    pub fn read(folder: &Path) -> Result<Self, FolderError> {
        let mut bytes = BTreeMap::new();
        for file in [PLAN, PAIRS, UNMATCHED, ARCS, CERTIFICATE, PEOPLE] {
            match std::fs::read(folder.join(file)) {
                Ok(read) => drop(bytes.insert(file, read)),
                Err(error) if file == PEOPLE && error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    let zh = format!("无法读取（{}）：请指向 match 写出的方案文件夹", error.kind());
                    let en = format!("cannot be read ({}): name a folder that match wrote", error.kind());
                    return Err(FolderError::new(file, None, zh, en));
                }
            }
        }
        Self::of_bytes(bytes)
    }

    /// Reads a folder whose files stand elsewhere than on a disk.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn of(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, FolderError> {
        let mut bytes = BTreeMap::new();
        for file in [PLAN, PAIRS, UNMATCHED, ARCS, CERTIFICATE, PEOPLE] {
            match files.get(file) {
                Some(read) => drop(bytes.insert(file, read.clone())),
                None if file == PEOPLE => {}
                None => return Err(FolderError::new(file, None, "缺少此文件", "is missing")),
            }
        }
        Self::of_bytes(bytes)
    }

    fn of_bytes(bytes: BTreeMap<&'static str, Vec<u8>>) -> Result<Self, FolderError> {
        let plan: PlanFile = json(PLAN, &bytes[PLAN])?;
        if plan.format != FORMAT {
            let zh = format!("格式 {} 未知，本程序读 {FORMAT}", plan.format);
            let en = format!("unknown format {}, this program reads {FORMAT}", plan.format);
            return Err(FolderError::new(PLAN, None, zh, en));
        }
        let certificate_lines =
            String::from_utf8_lossy(&bytes[CERTIFICATE]).lines().map(str::to_owned).collect();
        Ok(Self {
            certificate: json(CERTIFICATE, &bytes[CERTIFICATE])?,
            certificate_lines,
            arcs: table(ARCS, &bytes[ARCS], arc_row)?,
            pairs: table(PAIRS, &bytes[PAIRS], pair_row)?,
            unmatched: table(UNMATCHED, &bytes[UNMATCHED], unmatched_row)?,
            people: bytes.get(PEOPLE).map(|people| read_people(people)).transpose()?,
            plan,
            bytes,
        })
    }

    /// The plan id of a person by the county's number.
    pub fn plan_id(&self, own_id: &str) -> Option<&str> {
        self.people.as_ref()?.iter().find(|(_, own)| *own == own_id).map(|(id, _)| id.as_str())
    }
}

fn json<Shape: serde::de::DeserializeOwned>(file: &'static str, bytes: &[u8]) -> Result<Shape, FolderError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let line = u64::try_from(error.line()).ok();
        FolderError::new(file, line, format!("不是本程序写出的内容：{error}"), format!("malformed: {error}"))
    })
}

/// The cells of one row, by the code that ends each header.
struct Cells<'a> {
    file: &'static str,
    line: u64,
    columns: &'a BTreeMap<String, usize>,
    record: &'a csv::StringRecord,
}

impl Cells<'_> {
    fn text(&self, code: &str) -> Result<String, FolderError> {
        let cell = self.columns.get(code).and_then(|column| self.record.get(*column));
        cell.map(str::to_owned).ok_or_else(|| {
            let (zh, en) = (format!("缺少列 {code}"), format!("column {code} is missing"));
            FolderError::new(self.file, Some(self.line), zh, en)
        })
    }

    fn points(&self, code: &str) -> Result<i64, FolderError> {
        self.text(code)?.parse().map_err(|_| {
            let (zh, en) = (format!("列 {code} 不是整数"), format!("column {code} is no whole number"));
            FolderError::new(self.file, Some(self.line), zh, en)
        })
    }

    fn score(&self) -> Result<Score, FolderError> {
        let mut score = Score::default();
        for (term, part) in Term::ALL.into_iter().zip(&mut score.parts) {
            *part = self.points(term.names().2)?;
        }
        Ok(score)
    }
}

fn table<Row>(
    file: &'static str,
    bytes: &[u8],
    read_row: impl Fn(&Cells<'_>) -> Result<Row, FolderError>,
) -> Result<Vec<Row>, FolderError> {
    let text = bytes.strip_prefix(crate::spreadsheet::BOM).unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(text);
    let malformed = |line| FolderError::new(file, Some(line), "不是完整的 CSV 行", "not a whole CSV row");
    let headers = reader.headers().map_err(|_| malformed(1))?;
    let code = |header: &str| header.rsplit(' ').next().unwrap_or_default().to_owned();
    let columns: BTreeMap<String, usize> = headers.iter().map(code).zip(0..).collect();
    let mut rows = Vec::new();
    // No cell of ours holds a line break, so that records count lines; the reader's own count differs by one
    // where lines end in CR LF.
    for (record, line) in reader.records().zip(2_u64..) {
        let record = record.map_err(|_| malformed(line))?;
        rows.push(read_row(&Cells { file, line, columns: &columns, record: &record })?);
    }
    Ok(rows)
}

fn arc_row(cells: &Cells<'_>) -> Result<ArcRow, FolderError> {
    Ok(ArcRow {
        line: cells.line,
        pass: cells.text("pass")?,
        left: cells.text("left")?,
        right: cells.text("right")?,
        cost: cells.points("cost")?,
        score: cells.score()?,
    })
}

fn pair_row(cells: &Cells<'_>) -> Result<PairRow, FolderError> {
    let costed = !cells.text("cost")?.is_empty();
    Ok(PairRow {
        line: cells.line,
        pass: cells.text("pass")?,
        child: cells.text("child")?,
        volunteer: cells.text("volunteer")?,
        group: cells.text("group")?,
        need: cells.text("need")?,
        kind: cells.text("kind")?,
        origin: cells.text("origin")?,
        cost: if costed { Some((cells.points("cost")?, cells.score()?)) } else { None },
        backup: cells.text("backup")?,
        awaited: cells.text("awaited")?,
        broken: cells.text("broken")?,
    })
}

fn unmatched_row(cells: &Cells<'_>) -> Result<UnmatchedRow, FolderError> {
    Ok(UnmatchedRow {
        line: cells.line,
        pass: cells.text("pass")?,
        child: cells.text("child")?,
        need: cells.text("need")?,
        reason: cells.text("reason")?,
        rules: cells.text("rules")?,
    })
}

fn read_people(bytes: &[u8]) -> Result<BTreeMap<String, String>, FolderError> {
    let rows = table(PEOPLE, bytes, |cells| Ok((cells.text("id")?, cells.text("own_id")?)))?;
    Ok(rows.into_iter().map(|(id, own_id)| (id, crate::spreadsheet::plain(&own_id).to_owned())).collect())
}
