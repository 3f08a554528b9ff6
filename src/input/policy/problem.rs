//! What is wrong with a policy file: every mistake with its key, line, value, cause and remedy.

use std::fmt;

use crate::input::values::Text;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The key from the top of the file, such as `classes[2].name_zh`; list items count from 1. Empty where the
    /// text is no TOML at all.
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
        let subject = self.subject();
        if let Some(line) = self.line {
            write!(f, "第{line}行 ")?;
        }
        writeln!(f, "{subject}：{}。{}", self.cause.zh, self.remedy.zh)?;
        if let Some(line) = self.line {
            write!(f, "  line {line}: ")?;
        } else {
            write!(f, "  ")?;
        }
        write!(f, "{subject}: {}; {}", self.cause.en, self.remedy.en)
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
