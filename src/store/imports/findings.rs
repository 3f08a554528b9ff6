//! Findings as they are stored beside a row: rule and column, the masked value, and words only where they are not the
//! rule's own. A long sheet has many findings and few texts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::input::Finding;
use crate::input::rule::{InputRule, Severity};
use crate::store::error::StoreError;
use crate::store::json;

/// What was found, with the words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFinding {
    /// Number of the rule.
    pub rule: &'static str,
    /// What it does to the row.
    pub severity: Severity,
    /// Key of the column.
    pub column: Option<String>,
    /// Row as Excel shows it, of a finding about the file.
    pub row: Option<u32>,
    /// What stood there, masked where it is personal.
    pub value: Option<String>,
    /// What is wrong, Chinese and English.
    pub cause: (String, String),
    /// What to do, Chinese and English.
    pub remedy: (String, String),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Cause and remedy, Chinese and English each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<[String; 4]>,
}

fn stored(finding: &Finding) -> Stored {
    let own = finding.cause == finding.rule.cause() && finding.remedy == finding.rule.remedy();
    let words = || {
        let (cause, remedy) = (&finding.cause, &finding.remedy);
        [&cause.zh, &cause.en, &remedy.zh, &remedy.en].map(|text| text.clone().into_owned())
    };
    Stored {
        rule: finding.rule.code().to_owned(),
        column: finding.column.map(|(_, key)| key.to_owned()),
        // The row's own number stands beside it.
        row: finding.row.filter(|_| finding.column.is_none()),
        value: finding.value.clone(),
        words: (!own).then(words),
    }
}

/// Findings as JSON.
pub(super) fn write(findings: &[Finding]) -> String {
    json(&findings.iter().map(stored).collect::<Vec<_>>())
}

/// A finding that came up when a row was committed.
pub(super) fn write_with(before: &str, finding: &Finding) -> String {
    let mut all: Vec<Stored> = serde_json::from_str(before).unwrap_or_default();
    all.push(stored(finding));
    json(&all)
}

/// Findings out of JSON.
pub(super) fn read(table: &'static str, row: &str, text: &str) -> Result<Vec<RowFinding>, StoreError> {
    let fault = |cause: String| StoreError::Broken { table, column: "findings", row: row.to_owned(), cause };
    let stored: Vec<Stored> = serde_json::from_str(text).map_err(|error| fault(error.to_string()))?;
    let finding = |stored: Stored| {
        let rule = InputRule::ALL.into_iter().find(|rule| rule.code() == stored.rule);
        let rule = rule.ok_or_else(|| fault(format!("unknown rule {}", stored.rule)))?;
        let [cause_zh, cause_en, remedy_zh, remedy_en] = stored.words.unwrap_or_else(|| {
            let (cause, remedy) = (rule.cause(), rule.remedy());
            [cause.zh, cause.en, remedy.zh, remedy.en].map(Cow::into_owned)
        });
        Ok(RowFinding {
            rule: rule.code(),
            severity: rule.severity(),
            column: stored.column,
            row: stored.row,
            value: stored.value,
            cause: (cause_zh, cause_en),
            remedy: (remedy_zh, remedy_en),
        })
    };
    stored.into_iter().map(finding).collect()
}
