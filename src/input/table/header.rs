//! Raw rows → a [`Sheet`]: where the header is, which rows below it are people, and which are not.
//!
//! Offices put a title above the header, merge cells of a header of two rows (a group above, the columns below it),
//! and write totals, signatures and remarks under the list. The header is the row, or pair of rows, among the first
//! [`FIRST_ROWS`] in which most columns are recognised. Cost: linear in the cells.

use std::collections::HashMap;

use super::{Columns, Sheet, SheetRow, TableProblem};
use crate::input::columns::Column;
use crate::input::values::half_width;

/// How many rows that are not blank may hold the header.
pub(super) const FIRST_ROWS: usize = 20;

/// The first rows of words that stand under a list, whatever follows them.
const SIGNATURES: [&str; 14] = [
    "填表人",
    "填报人",
    "制表人",
    "审核人",
    "审批人",
    "填表单位",
    "填报单位",
    "制表单位",
    "报送单位",
    "填表日期",
    "填报日期",
    "填表时间",
    "填表说明",
    "单位负责人",
];
/// Words that stand under a list alone, or before a colon or number.
const REMARKS: [&str; 14] = [
    "合计",
    "总计",
    "小计",
    "共计",
    "共",
    "注",
    "备注",
    "附注",
    "说明",
    "制表",
    "审核",
    "负责人",
    "经办人",
    "联系人",
];
/// A row under the list has few cells; one with sums may have many.
const FEW_CELLS: usize = 6;

/// What the template's examples begin with.
const EXAMPLE: &str = "示例";

/// Why a row below the header is no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// 合计, 填表人, 注 …
    Footer,
    /// The header once more, as printed lists have it on each page.
    RepeatedHeader,
    /// The example of the template, left in.
    Example,
}

impl SkipReason {
    /// Chinese and English text.
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Footer => ("合计、签名或备注", "totals, signature or remark"),
            Self::RepeatedHeader => ("重复的表头", "the header again"),
            Self::Example => ("模板的示例行", "the template's example"),
        }
    }
}

/// A row below the header that is no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkippedRow {
    /// Row as Excel shows it.
    pub number: u32,
    /// Why.
    pub reason: SkipReason,
}

/// Raw rows and what their widths mean.
pub(super) struct RawRows {
    /// Rows that are not blank, in order.
    pub(super) rows: Vec<SheetRow>,
    /// Whether a row wider than the header tells that a cell was cut in two: so in delimited text, whose writers
    /// give every row the same number of cells.
    pub(super) widths_tell: bool,
}

/// Makes a sheet of raw rows.
pub(super) fn lay_out(file: &str, raw: RawRows, columns: &'static [Column]) -> Result<Sheet, TableProblem> {
    let header = find(&raw.rows, columns)?;
    let found = header.columns(columns)?;
    let width = header.names.len();
    let mut rows = raw.rows;
    let below = rows.split_off(header.end);
    let (mut kept, mut skipped) = (Vec::with_capacity(below.len()), Vec::new());
    for mut row in below {
        let filled = row.cells().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1);
        if let Some(reason) = header.skip_reason(&row, columns) {
            skipped.push(SkippedRow { number: row.number, reason });
            continue;
        }
        if raw.widths_tell && filled > width {
            return Err(TableProblem::RowTooWide { row: row.number, cells: filled, headers: width });
        }
        row.truncate(filled.min(width));
        if filled > 0 {
            kept.push(row);
        }
    }
    Ok(Sheet { file: file.to_owned(), columns: found, rows: kept, skipped })
}

/// How many columns the likeliest header among the rows has: tells whether text was cut at the right sign.
pub(super) fn recognised(rows: &[SheetRow], columns: &'static [Column]) -> usize {
    likeliest(rows, &Names::of(columns)).map_or(0, |header| header.known())
}

pub(super) fn is_blank(cell: &str) -> bool {
    cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}').is_empty()
}

/// How a header was recognised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    /// By the column's own Chinese or English name.
    Own,
    /// By another name that offices use.
    Alias,
}

/// A row, or two, taken for the header.
struct Header<'a> {
    /// The row that messages name.
    number: u32,
    /// Index of the first row below it.
    end: usize,
    /// The name of each position; empty where there is none.
    names: Vec<&'a str>,
    /// The column recognised at each position.
    matches: Vec<Option<(usize, Match)>>,
}

fn find<'a>(rows: &'a [SheetRow], columns: &'static [Column]) -> Result<OwnedHeader, TableProblem> {
    let no_header = |header: Option<&Header<'a>>| TableProblem::NoHeader {
        found: header.map(|header| header.found(columns)).unwrap_or_default(),
        wanted: columns.iter().take(4).map(|column| column.zh).collect(),
    };
    let header = likeliest(rows, &Names::of(columns)).ok_or_else(|| no_header(None))?;
    let all_known =
        header.names.iter().zip(&header.matches).all(|(name, found)| name.is_empty() || found.is_some());
    // One word among others may stand in any sentence.
    if header.known() >= 2 || (header.known() == 1 && all_known) {
        Ok(OwnedHeader::from(&header))
    } else {
        Err(no_header(Some(&header)))
    }
}

fn likeliest<'a>(rows: &'a [SheetRow], known: &Names) -> Option<Header<'a>> {
    let mut best: Option<Header<'a>> = None;
    for first in 0..rows.len().min(FIRST_ROWS) {
        let pair = rows.get(first + 1).and_then(|below| Header::of_two(&rows[first], below, first, known));
        for header in pair.into_iter().chain([Header::of_one(&rows[first], first, known)]) {
            if header.known() > best.as_ref().map_or(0, Header::known) {
                best = Some(header);
            }
        }
    }
    best
}

impl<'a> Header<'a> {
    fn of_one(row: &'a SheetRow, first: usize, known: &Names) -> Self {
        let names: Vec<&str> = row.cells().map(str::trim).collect();
        let matches = names.iter().map(|name| known.recognise(name)).collect();
        Self { number: row.number, end: first + 1, names, matches }
    }

    /// A group above and columns below. The lower row is one of headers where it names at least one column and puts
    /// nothing but headers under headers: a row of people puts a number or a name under 编号 or 姓名.
    fn of_two(upper: &'a SheetRow, lower: &'a SheetRow, first: usize, known: &Names) -> Option<Self> {
        let cell = |row: &'a SheetRow, place: usize| row.cell(place).map_or("", str::trim);
        let width = upper.len().max(lower.len());
        if (0..width).filter(|place| !is_blank(cell(upper, *place))).count() < 2 {
            return None;
        }
        let (mut names, mut matches, mut named_below) = (Vec::new(), Vec::new(), false);
        for place in 0..width {
            let (above, below) = (cell(upper, place), cell(lower, place));
            let (known_above, known_below) = (known.recognise(above), known.recognise(below));
            if !is_blank(below) && known_above.is_some() && known_below.is_none() {
                return None;
            }
            named_below |= known_below.is_some() && known_below != known_above;
            names.push(if is_blank(below) { above } else { below });
            matches.push(if is_blank(below) { known_above } else { known_below });
        }
        named_below.then_some(Self { number: lower.number, end: first + 2, names, matches })
    }

    /// How many different columns it names.
    fn known(&self) -> usize {
        let mut found: Vec<usize> = self.matches.iter().flatten().map(|(column, _)| *column).collect();
        found.sort_unstable();
        found.dedup();
        found.len()
    }

    fn found(&self, columns: &'static [Column]) -> Vec<&'static str> {
        self.matches.iter().flatten().map(|(column, _)| columns[*column].zh).collect()
    }
}

/// The header that was found, free of the rows it was found in.
struct OwnedHeader {
    number: u32,
    end: usize,
    names: Vec<String>,
    matches: Vec<Option<(usize, Match)>>,
}

impl From<&Header<'_>> for OwnedHeader {
    fn from(header: &Header<'_>) -> Self {
        Self {
            number: header.number,
            end: header.end,
            names: header.names.iter().map(|name| (*name).to_owned()).collect(),
            matches: header.matches.clone(),
        }
    }
}

impl OwnedHeader {
    /// One position a column. A column's own name goes before its aliases: beside 儿童编号, 编号 is just a number.
    fn columns(&self, columns: &'static [Column]) -> Result<Columns, TableProblem> {
        let mut found = Columns::default();
        for (index, column) in columns.iter().enumerate() {
            let mut places: Vec<(Match, usize)> = (self.matches.iter().enumerate())
                .filter_map(|(place, found)| {
                    found.filter(|(known, _)| *known == index).map(|(_, by)| (by, place))
                })
                .collect();
            places.sort_unstable();
            let best = places.first().map(|(by, _)| *by);
            let same = places.iter().filter(|(by, _)| Some(*by) == best).count();
            if same > 1 {
                return Err(TableProblem::DuplicateHeader {
                    row: self.number,
                    header: column.zh,
                    places: places[..same].iter().map(|(_, place)| letters(*place)).collect(),
                });
            }
            found.places.extend(places.first().map(|(_, place)| (column.key, *place)));
        }
        let used = |place: usize| found.places.iter().any(|(_, known)| *known == place);
        let unknown = self.names.iter().enumerate().filter(|(place, name)| !is_blank(name) && !used(*place));
        found.unknown = unknown.map(|(_, name)| name.clone()).collect();
        Ok(found)
    }

    fn skip_reason(&self, row: &SheetRow, columns: &'static [Column]) -> Option<SkipReason> {
        // Walked anew by each question: almost every row answers all of them by its first cells.
        let filled = || (row.cells().enumerate()).filter(|(_, cell)| !is_blank(cell));
        let (_, first) = filled().next()?;
        let same = |(place, cell): (usize, &str)| {
            self.names.get(place).is_some_and(|name| plain(name) == plain(cell.trim()))
        };
        if filled().nth(1).is_some() && filled().all(same) {
            return Some(SkipReason::RepeatedHeader);
        }
        if is_footer(first.trim())
            && (filled().nth(FEW_CELLS).is_none() || filled().skip(1).all(|(_, cell)| is_sum(cell.trim())))
        {
            return Some(SkipReason::Footer);
        }
        self.is_example(row, columns).then_some(SkipReason::Example)
    }

    /// The template marks its example by 示例 in the first column that has such an example. A number that begins so
    /// is nobody's; a township may, so that of the example must be the whole name.
    fn is_example(&self, row: &SheetRow, columns: &'static [Column]) -> bool {
        let Some(marked) = columns.iter().position(|column| column.example.starts_with(EXAMPLE)) else {
            return false;
        };
        let example = columns[marked].example;
        let numbered = example.strip_prefix(EXAMPLE).is_some_and(|rest| rest.starts_with('-'));
        let place = self.matches.iter().position(|found| found.is_some_and(|(column, _)| column == marked));
        place
            .and_then(|place| row.cell(place))
            .map(str::trim)
            .is_some_and(|cell| if numbered { cell.starts_with(EXAMPLE) } else { cell == example })
    }
}

/// The names of all columns, spelled plainly, by which headers are recognised. Made once a file.
struct Names {
    own: HashMap<String, usize>,
    aliases: HashMap<String, usize>,
}

impl Names {
    fn of(columns: &'static [Column]) -> Self {
        let mut names = Self { own: HashMap::new(), aliases: HashMap::new() };
        for (index, column) in columns.iter().enumerate() {
            let zh = plain(column.zh);
            let both = format!("{zh}{}", column.key);
            for own in [zh, column.key.to_owned(), both] {
                names.own.entry(own).or_insert(index);
            }
            for alias in column.aliases {
                names.aliases.entry(plain(alias)).or_insert(index);
            }
        }
        names
    }

    /// Finds the column of a header. A remark in brackets, a star and blanks do not count: `出生日期（必填）*`.
    fn recognise(&self, header: &str) -> Option<(usize, Match)> {
        let name = plain(header);
        if name.is_empty() {
            return None;
        }
        let bare = name.split('(').next().filter(|bare| !bare.is_empty() && name.ends_with(')'));
        [Some(name.as_str()), bare].into_iter().flatten().find_map(|name| self.by_name(name))
    }

    fn by_name(&self, name: &str) -> Option<(usize, Match)> {
        let own = self.own.get(name).map(|index| (*index, Match::Own));
        own.or_else(|| self.aliases.get(name).map(|index| (*index, Match::Alias)))
    }
}

/// Half-width, small letters, without blanks and stars.
fn plain(text: &str) -> String {
    let kept = half_width(text);
    kept.chars().filter(|c| !c.is_whitespace() && *c != '*').flat_map(char::to_lowercase).collect()
}

fn is_footer(cell: &str) -> bool {
    let cell = plain(cell);
    let opens = |c: char| matches!(c, ':' | '(' | '、' | '.' | ',') || c.is_ascii_digit();
    let remark = |word: &&str| {
        cell.strip_prefix(*word).is_some_and(|rest| rest.chars().next().map_or(*word != "共", opens))
    };
    SIGNATURES.iter().any(|word| cell.starts_with(word)) || REMARKS.iter().any(remark)
}

/// A number, with or without a unit.
fn is_sum(cell: &str) -> bool {
    let cell = plain(cell);
    let digits = cell.trim_end_matches(['人', '名', '户', '个', '对', '%']);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '/'))
}

/// A position as Excel calls it: A, B, … Z, AA …
pub(super) fn letters(place: usize) -> String {
    let mut name = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        rest -= 1;
        name.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    name.reverse();
    String::from_utf8_lossy(&name).into_owned()
}
