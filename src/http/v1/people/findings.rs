//! What the input rules say of a person's row, in the caller's language and without anything of the row.

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::language::Language;
use crate::http::problem::{Code, Fault, Problem};
use crate::input::rule::{InputRule, Severity};
use crate::store::people::BrokenRule;

/// What a finding does.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FindingSeverity")]
pub(in crate::http) enum SeverityWord {
    /// Nothing is planned with it.
    RejectsFile,
    /// The person stays out of every run.
    QuarantinesRow,
    /// The volunteer is held.
    HoldsVolunteer,
    /// The cell counts as blank.
    DropsField,
    /// It is used as it is.
    Notes,
}

impl From<Severity> for SeverityWord {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::RejectsFile => Self::RejectsFile,
            Severity::QuarantinesRow => Self::QuarantinesRow,
            Severity::HoldsVolunteer => Self::HoldsVolunteer,
            Severity::DropsField => Self::DropsField,
            Severity::Notes => Self::Notes,
        }
    }
}

/// A rule that the row breaks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PersonFinding")]
pub(in crate::http) struct FindingShown {
    /// Number of the rule.
    rule: &'static str,
    /// Key of the column.
    column: Option<String>,
    severity: SeverityWord,
    /// What is wrong.
    cause: String,
    /// What to do about it.
    remedy: String,
}

fn rule_of(code: &str) -> Option<InputRule> {
    InputRule::ALL.into_iter().find(|rule| rule.code() == code)
}

/// Findings as they are shown.
pub(in crate::http) fn shown(language: Language, findings: &[BrokenRule]) -> Vec<FindingShown> {
    let shown = |broken: &BrokenRule| {
        let rule = rule_of(&broken.rule)?;
        let (cause, remedy) = (rule.cause(), rule.remedy());
        Some(FindingShown {
            rule: rule.code(),
            column: Some(broken.column.clone()).filter(|column| !column.is_empty()),
            severity: rule.severity().into(),
            cause: language.pick(&cause.zh, &cause.en).to_owned(),
            remedy: language.pick(&remedy.zh, &remedy.en).to_owned(),
        })
    };
    findings.iter().filter_map(shown).collect()
}

/// Refuses a request whose own cells cannot be read: what was just sent can be put right at once.
pub(in crate::http) fn refuse_unreadable(
    language: Language,
    findings: &[BrokenRule],
    columns: &[&str],
) -> Result<(), Problem> {
    let fault = |broken: &BrokenRule| {
        let rule = rule_of(&broken.rule)?;
        if rule.severity() == Severity::Notes || !columns.contains(&broken.column.as_str()) {
            return None;
        }
        let (cause, remedy) = (rule.cause(), rule.remedy());
        Some(Fault {
            pointer: format!("/{}", broken.column),
            code: rule.code().to_owned(),
            detail: language
                .pick(&format!("{}；{}", cause.zh, remedy.zh), &format!("{}; {}", cause.en, remedy.en))
                .to_owned(),
        })
    };
    let errors: Vec<Fault> = findings.iter().filter_map(fault).collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Problem { errors, ..Problem::new(Code::ValidationFailed) })
}
