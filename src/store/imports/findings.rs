//! Findings as they are stored beside a row: rule and column, the masked value, and words only where they are not the
//! rule's own. A long sheet has many findings and few texts. They are sealed as the cells are: what stood in a cell that no
//! reader takes may be anything that an office wrote.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::input::Finding;
use crate::input::rule::{InputRule, Severity};
use crate::store::error::StoreError;
use crate::store::sealing::{Clear, PersonKey};
use crate::store::view::View;
use crate::store::{Store, json};

/// What is stored where nothing was found.
const NONE: &str = "[]";

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

/// Where findings stand: the table, its row, and the name they are sealed under.
pub(super) struct Place<'a> {
    pub(super) table: &'static str,
    pub(super) row: &'a str,
    pub(super) field: &'a str,
}

impl Place<'_> {
    fn fault(&self, cause: &dyn std::fmt::Display) -> StoreError {
        let (table, row) = (self.table, self.row.to_owned());
        StoreError::Broken { table, column: "findings", row, cause: cause.to_string() }
    }
}

fn sealed(store: &Store, key: &PersonKey, field: &str, findings: &[Stored]) -> String {
    if findings.is_empty() {
        return NONE.to_owned();
    }
    store.seal(key, &Clear::from([(field.to_owned(), json(&findings))]))
}

/// Findings, sealed.
pub(super) fn write(store: &Store, key: &PersonKey, field: &str, findings: &[Finding]) -> String {
    let findings: Vec<Stored> = findings.iter().map(stored).collect();
    sealed(store, key, field, &findings)
}

/// With a finding that came up when a row was committed.
pub(super) fn write_with(
    view: &View,
    key: &PersonKey,
    place: &Place<'_>,
    before: &str,
    finding: &Finding,
) -> Result<String, StoreError> {
    let mut all = opened(view, Some(key), place, before)?;
    all.push(stored(finding));
    Ok(sealed(view.store(), key, place.field, &all))
}

/// Nothing is left where the key was destroyed.
fn opened(
    view: &View,
    key: Option<&PersonKey>,
    place: &Place<'_>,
    text: &str,
) -> Result<Vec<Stored>, StoreError> {
    let Some(key) = key.filter(|_| text != NONE) else { return Ok(Vec::new()) };
    let text = view.open(key, text, None)?.remove(place.field).unwrap_or_else(|| NONE.to_owned());
    serde_json::from_str(&text).map_err(|error| place.fault(&error))
}

/// Findings as they were stored.
pub(super) fn read(
    view: &View,
    key: Option<&PersonKey>,
    place: &Place<'_>,
    text: &str,
) -> Result<Vec<RowFinding>, StoreError> {
    let stored = opened(view, key, place, text)?;
    let finding = |stored: Stored| {
        let rule = InputRule::ALL.into_iter().find(|rule| rule.code() == stored.rule);
        let rule = rule.ok_or_else(|| place.fault(&"unknown rule"))?;
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
