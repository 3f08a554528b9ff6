//! The DIMACS assignment format: in come lines, out comes a [`Problem`] in which every left node must be assigned.
//!
//! ```text
//! c a remark                 anywhere
//! p asn 4 3                  first: 4 nodes in all, 3 arcs
//! n 1                        node 1 is a left node; before the arcs
//! n 2
//! a 1 3 20                   an arc from left node 1 to right node 3 at cost 20
//! a 1 4 15
//! a 2 3 17
//! ```
//!
//! Nodes are counted from 1; those without an `n` line are right nodes of capacity 1. Costs are whole numbers ≥ 0.
//! Blank lines, a byte order mark and CRLF are allowed. Every error names its line and the cure. Reading is linear;
//! space is 24 bytes an arc beside the problem. [`write_assignment`] writes an answer as `s cost` and `f i j 1` lines, the
//! solution form of the same family.
//!
//! Reference: "The First DIMACS International Algorithm Implementation Challenge: Problem definitions and
//! specifications", 1990.

use std::io::{self, BufRead, Read, Write};

use super::problem::{Problem, ProblemBuilder, ProblemError, Unmatched};
use super::solution::Solution;

/// More nodes than this are refused before memory is asked for: a wrong header must not take the machine down.
pub const NODES_MAX: u32 = 50_000_000;

/// A line longer than this many bytes is refused without being read to its end.
pub const LINE_MAX: usize = 65_536;

/// A problem and the names its nodes have in the file.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The problem: left and right nodes in the order of their numbers.
    pub problem: Problem,
    /// The number in the file of each left node.
    pub left_id: Vec<u32>,
    /// The number in the file of each right node.
    pub right_id: Vec<u32>,
}

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DimacsError {
    /// The file could not be read.
    #[error("读取失败 / cannot read: {0}")]
    Read(#[from] io::Error),
    /// A line is wrong.
    #[error("第 {line} 行：{fault} / line {line}: {}", .fault.english())]
    Line {
        /// Counted from 1; the line after the last stands for the end of the file.
        line: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The problem as a whole is refused.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

/// What is wrong with a line, and the cure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Longer than [`LINE_MAX`].
    TooLong,
    /// Not UTF-8.
    NotText,
    /// Does not start with c, p, n or a.
    UnknownKind,
    /// Does not have the fields its kind has.
    Fields {
        /// What the line should look like.
        form: &'static str,
    },
    /// A field is not a whole number in its range.
    Number {
        /// Which field.
        field: &'static str,
        /// The least value.
        least: i64,
        /// The greatest value.
        greatest: i64,
    },
    /// Something stands before the `p` line, or there is none.
    NoHeader,
    /// A second `p` line.
    SecondHeader,
    /// An `n` line after an `a` line.
    LateNode,
    /// A node marked twice.
    NodeTwice(u32),
    /// An arc from a node that no `n` line names.
    FromRight(u32),
    /// An arc to a left node.
    ToLeft(u32),
    /// Two arcs join the same nodes; the first is at this line.
    ArcTwice(u64),
    /// Not as many arcs as the header says.
    ArcCount {
        /// Arcs announced.
        announced: u32,
        /// Arcs found.
        found: u64,
    },
}

impl std::fmt::Display for Fault {
    /// The sentence in Chinese.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong => write!(out, "超过 {LINE_MAX} 字节；请确认这是 DIMACS 文本，一行一条"),
            Self::NotText => write!(out, "不是 UTF-8 文本；请另存为 UTF-8"),
            Self::UnknownKind => write!(out, "行首须为 c、p、n 或 a；注释请以 c 开头"),
            Self::Fields { form } => write!(out, "应写作「{form}」"),
            Self::Number { field, least, greatest } => {
                write!(out, "{field} 须为 {least} 到 {greatest} 的整数")
            }
            Self::NoHeader => write!(out, "缺少「p asn N A」；请放在节点和弧之前"),
            Self::SecondHeader => write!(out, "出现第二个 p 行；请只留一个"),
            Self::LateNode => write!(out, "n 行在弧之后；请移到所有 a 行之前"),
            Self::NodeTwice(node) => write!(out, "节点 {node} 已标过；请删去其一"),
            Self::FromRight(node) => write!(out, "弧的起点 {node} 不是左点；请加一行「n {node}」"),
            Self::ToLeft(node) => write!(out, "弧的终点 {node} 是左点；终点须为右点"),
            Self::ArcTwice(first) => write!(out, "与第 {first} 行的弧重复；请只留较便宜的一条"),
            Self::ArcCount { announced, found } => {
                write!(out, "p 行写明 {announced} 条弧，实有 {found} 条；请改 p 行或补全文件")
            }
        }
    }
}

impl Fault {
    /// The sentence in English.
    pub fn english(&self) -> String {
        match self {
            Self::TooLong => {
                format!("longer than {LINE_MAX} bytes; make sure that this is DIMACS text, one record a line")
            }
            Self::NotText => "not UTF-8; save the file as UTF-8".into(),
            Self::UnknownKind => "a line starts with c, p, n or a; start remarks with c".into(),
            Self::Fields { form } => format!("write it as `{form}`"),
            Self::Number { field, least, greatest } => {
                format!("{field} must be a whole number from {least} to {greatest}")
            }
            Self::NoHeader => "`p asn N A` is missing; put it before nodes and arcs".into(),
            Self::SecondHeader => "a second p line; keep one".into(),
            Self::LateNode => "an n line after the arcs; move it before all a lines".into(),
            Self::NodeTwice(node) => format!("node {node} is marked already; remove one of the two lines"),
            Self::FromRight(node) => format!("node {node} is not a left node; add a line `n {node}`"),
            Self::ToLeft(node) => format!("node {node} is a left node; an arc ends at a right node"),
            Self::ArcTwice(first) => format!("repeats the arc of line {first}; keep the cheaper one"),
            Self::ArcCount { announced, found } => {
                format!(
                    "the p line says {announced} arcs, there are {found}; correct it or complete the file"
                )
            }
        }
    }
}

/// One `a` line.
struct Arc {
    from: u32,
    to: u32,
    cost: i64,
    line: u64,
}

/// What has been read so far.
#[derive(Default)]
struct Draft {
    header: Option<(u32, u32)>,
    is_left: Vec<bool>,
    arcs: Vec<Arc>,
}

/// Reads a problem.
///
/// # Errors
/// [`DimacsError`], which names the line and the cure.
pub fn read(mut input: impl BufRead) -> Result<Instance, DimacsError> {
    let mut draft = Draft::default();
    let mut text = Vec::new();
    let mut line = 0;
    loop {
        line += 1;
        text.clear();
        if (&mut input).take(LINE_MAX as u64 + 1).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        let at_line = |fault| DimacsError::Line { line, fault };
        if text.len() > LINE_MAX {
            return Err(at_line(Fault::TooLong));
        }
        let text = std::str::from_utf8(&text).map_err(|_| at_line(Fault::NotText))?;
        let text = if line == 1 { text.trim_start_matches('\u{feff}') } else { text };
        draft.take_line(text, line).map_err(at_line)?;
    }
    let at_end = |fault| DimacsError::Line { line, fault };
    let (_, announced) = draft.header.ok_or_else(|| at_end(Fault::NoHeader))?;
    let found = draft.arcs.len() as u64;
    if found != u64::from(announced) {
        return Err(at_end(Fault::ArcCount { announced, found }));
    }
    draft.build()
}

impl Draft {
    fn take_line(&mut self, text: &str, line: u64) -> Result<(), Fault> {
        let mut fields = text.split_ascii_whitespace();
        match fields.next() {
            None | Some("c") => Ok(()),
            Some("p") => self.take_header(fields),
            Some("n") => self.take_node(fields),
            Some("a") => self.take_arc(fields, line),
            // A remark may lean on its letter: "cost table of May" is one too in many files.
            Some(word) if word.starts_with('c') => Ok(()),
            Some(_) => Err(Fault::UnknownKind),
        }
    }

    fn take_header<'a>(&mut self, mut fields: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
        let form = Fault::Fields { form: "p asn N A" };
        if self.header.is_some() {
            return Err(Fault::SecondHeader);
        }
        if fields.next() != Some("asn") {
            return Err(form);
        }
        let [nodes, arcs] = exactly(fields).ok_or(form)?;
        let nodes = number("N", nodes, 0, i64::from(NODES_MAX))? as u32;
        let arcs = number("A", arcs, 0, i64::from(u32::MAX) - 1)? as u32;
        self.header = Some((nodes, arcs));
        self.is_left = vec![false; nodes as usize + 1];
        Ok(())
    }

    fn take_node<'a>(&mut self, fields: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
        let (nodes, _) = self.header.ok_or(Fault::NoHeader)?;
        let [node] = exactly(fields).ok_or(Fault::Fields { form: "n i" })?;
        let node = number("i", node, 1, i64::from(nodes))? as u32;
        if !self.arcs.is_empty() {
            return Err(Fault::LateNode);
        }
        if std::mem::replace(&mut self.is_left[node as usize], true) {
            return Err(Fault::NodeTwice(node));
        }
        Ok(())
    }

    fn take_arc<'a>(&mut self, fields: impl Iterator<Item = &'a str>, line: u64) -> Result<(), Fault> {
        let (nodes, announced) = self.header.ok_or(Fault::NoHeader)?;
        let [from, to, cost] = exactly(fields).ok_or(Fault::Fields { form: "a i j c" })?;
        let from = number("i", from, 1, i64::from(nodes))? as u32;
        let to = number("j", to, 1, i64::from(nodes))? as u32;
        let cost = number("c", cost, 0, i64::MAX)?;
        if !self.is_left[from as usize] {
            return Err(Fault::FromRight(from));
        }
        if self.is_left[to as usize] {
            return Err(Fault::ToLeft(to));
        }
        if self.arcs.len() as u64 == u64::from(announced) {
            return Err(Fault::ArcCount { announced, found: u64::from(announced) + 1 });
        }
        self.arcs.push(Arc { from, to, cost, line });
        Ok(())
    }

    fn build(mut self) -> Result<Instance, DimacsError> {
        let mut builder = ProblemBuilder::new();
        let (mut left_id, mut right_id) = (Vec::new(), Vec::new());
        let mut right_index = vec![0_u32; self.is_left.len()];
        for node in 1..self.is_left.len() as u32 {
            if self.is_left[node as usize] {
                left_id.push(node);
            } else {
                right_index[node as usize] = builder.push_right(1, &[])?;
                right_id.push(node);
            }
        }
        // Stable: a row keeps the order of its lines, on which ties depend.
        self.arcs.sort_by_key(|arc| arc.from);
        let mut rest = self.arcs.as_slice();
        let mut row = Vec::new();
        for &node in &left_id {
            let (own, others) = rest.split_at(rest.partition_point(|arc| arc.from <= node));
            rest = others;
            row.clear();
            row.extend(own.iter().map(|arc| (right_index[arc.to as usize], arc.cost)));
            match builder.push_left(Unmatched::Forbidden, &row) {
                Err(ProblemError::DuplicateArc { .. }) => return Err(duplicate(own)),
                pushed => pushed?,
            };
        }
        Ok(Instance { problem: builder.finish()?, left_id, right_id })
    }
}

/// The first line of a row that repeats an earlier one.
fn duplicate(row: &[Arc]) -> DimacsError {
    let mut order: Vec<&Arc> = row.iter().collect();
    order.sort_by_key(|arc| (arc.to, arc.line));
    let pair = order.windows(2).filter(|pair| pair[0].to == pair[1].to).min_by_key(|pair| pair[1].line);
    let (first, line) = pair.map_or((0, 0), |pair| (pair[0].line, pair[1].line));
    DimacsError::Line { line, fault: Fault::ArcTwice(first) }
}

fn exactly<'a, const COUNT: usize>(fields: impl Iterator<Item = &'a str>) -> Option<[&'a str; COUNT]> {
    let mut taken = [""; COUNT];
    let mut count = 0;
    for field in fields {
        *taken.get_mut(count)? = field;
        count += 1;
    }
    (count == COUNT).then_some(taken)
}

fn number(field: &'static str, text: &str, least: i64, greatest: i64) -> Result<i64, Fault> {
    let within = |value: &i64| (least..=greatest).contains(value);
    text.parse().ok().filter(within).ok_or(Fault::Number { field, least, greatest })
}

/// Writes an answer: `s cost`, then `f i j 1` for each chosen arc, in the order of left nodes.
pub fn write_assignment(instance: &Instance, solution: &Solution, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "s {}", solution.objective.total())?;
    for (left, arc) in instance.left_id.iter().zip(&solution.chosen) {
        if let Some(arc) = arc {
            let right = instance.problem.arc_right(*arc as usize);
            writeln!(out, "f {left} {} 1", instance.right_id[right as usize])?;
        }
    }
    Ok(())
}
