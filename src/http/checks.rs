//! Checks of what was sent: every fault is told at once, each with its place, a stable word and a sentence.

use std::ops::RangeInclusive;

use super::language::Language;
use super::problem::{Code, Fault, Problem};
use crate::store::people::holds_a_persons_number;

/// Faults found so far.
pub struct Checks {
    language: Language,
    faults: Vec<Fault>,
}

impl Checks {
    /// None yet.
    pub const fn new(language: Language) -> Self {
        Self { language, faults: Vec::new() }
    }

    /// Notes a fault unless `good`.
    pub fn hold(&mut self, good: bool, pointer: &str, code: &str, zh: &str, en: &str) {
        if !good {
            let detail = self.language.pick(zh, en).to_owned();
            self.faults.push(Fault { pointer: pointer.to_owned(), code: code.to_owned(), detail });
        }
    }

    /// A text has so many characters.
    pub fn length(&mut self, pointer: &str, text: &str, allowed: RangeInclusive<usize>) {
        let good = allowed.contains(&text.chars().count());
        let (from, to) = (allowed.start(), allowed.end());
        let (zh, en) =
            (format!("须为 {from} 至 {to} 个字符"), format!("must have {from} to {to} characters"));
        self.hold(good, pointer, "length", &zh, &en);
    }

    /// A text is a division's code of twelve digits, or empty where `may_be_empty`.
    pub fn region_code(&mut self, pointer: &str, code: &str, may_be_empty: bool) {
        let full = code.len() == 12 && code.bytes().all(|byte| byte.is_ascii_digit());
        let good = full || (may_be_empty && code.is_empty());
        self.hold(
            good,
            pointer,
            "region_code",
            "须为 12 位行政区划代码",
            "must be a division code of 12 digits",
        );
    }

    /// A label that is kept and shown in clear holds no phone and no ID number.
    pub fn no_number(&mut self, pointer: &str, text: &str) {
        self.hold(
            !holds_a_persons_number(text),
            pointer,
            "personal",
            "不得含电话或身份证号",
            "must hold no phone or ID number",
        );
    }

    /// A text that is kept in clear beside a person does not tell who she is.
    pub fn unnamed(&mut self, is_named: bool, pointer: &str) {
        self.hold(
            !is_named,
            pointer,
            "personal",
            "不得含姓名、电话、身份证号或详细住址",
            "must hold no name, phone, ID number or exact place",
        );
    }

    /// A text has the form of an id.
    pub fn id(&mut self, pointer: &str, id: &str) {
        self.hold(crate::store::is_id(id), pointer, "id", "不是有效的编号", "is not an id");
    }

    /// A filter is a word of the system: small Latin letters, `_` and `.`. What is none may be a name, which must not come to
    /// the database in clear, nor into its log.
    pub fn word(&mut self, pointer: &str, text: &str) {
        let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.'));
        let (zh, en) = ("须为系统用词（小写字母、下划线、点）", "must be a word of small letters, _ and .");
        self.hold(text.len() <= 64 && letters, pointer, "word", zh, en);
    }

    /// The faults, where there are any.
    ///
    /// # Errors
    /// `validation_failed` with all of them.
    pub fn done(self) -> Result<(), Problem> {
        if self.faults.is_empty() {
            return Ok(());
        }
        Err(Problem { errors: self.faults, ..Problem::new(Code::ValidationFailed) })
    }
}
