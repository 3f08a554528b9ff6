//! What is wrong with a policy file: every mistake with its key, line, value, cause and remedy.

use std::fmt;

use crate::input::values::Text;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The key from the top of the file, such as `classes[2].name_zh`; list items count from 1. Where the
    /// text is no TOML, what stands before the line's equals sign, or nothing.
    pub key: String,
    /// The line it stands on; `None` where the preset's value is at fault together with another.
    pub line: Option<u32>,
    /// The value as read, where there is one.
    pub value: Option<String>,
    /// What is wrong.
    pub cause: Text,
    /// What to write instead.
    pub remedy: Text,
}

impl PolicyProblem {
    /// The key with its value, as both languages show it.
    fn subject(&self) -> String {
        match &self.value {
            Some(value) => format!("{} = {value}", self.key),
            None => self.key.clone(),
        }
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |line: Option<String>| {
            let subject = Some(self.subject()).filter(|subject| !subject.is_empty());
            line.into_iter().chain(subject).collect::<Vec<_>>().join(" ")
        };
        let place_zh = place(self.line.map(|line| format!("第{line}行")));
        let place_en = place(self.line.map(|line| format!("line {line}")));
        writeln!(f, "{place_zh}：{}。{}", self.cause.zh, self.remedy.zh)?;
        write!(f, "  {place_en}: {}; {}", self.cause.en, self.remedy.en)
    }
}

/// Every mistake of one policy file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The file as the reader named it.
    pub file: String,
    /// The mistakes; never empty.
    pub problems: Vec<PolicyProblem>,
}

impl PolicyError {
    /// Orders the mistakes as they stand in the file.
    pub(super) fn new(file: &str, mut problems: Vec<PolicyProblem>) -> Self {
        problems.sort_by_key(|problem| problem.line);
        Self { file: file.to_owned(), problems }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(f, "{} 有 {count} 处要改 / {count} to correct:", self.file)?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n{problem}"))
    }
}

impl std::error::Error for PolicyError {}
