//! For whom an answer is, and in which language.
//!
//! A guardian or a volunteer learns of their own pair and of nobody else: other children and volunteers have no number
//! in what they read, and what was found out about a person (checks, refusals, conflicts, papers) shows as "not eligible".

use serde::{Deserialize, Serialize};

use crate::model::Rule;

/// Who reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// 监护人
    Guardian,
    /// 志愿者
    Volunteer,
    /// 协调员
    Coordinator,
    /// 儿童保护督导
    Supervisor,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 4] = [Self::Guardian, Self::Volunteer, Self::Coordinator, Self::Supervisor];

    /// Whether other people are named, and reasons given in full.
    pub const fn sees_others(self) -> bool {
        matches!(self, Self::Coordinator | Self::Supervisor)
    }

    /// Whether this audience may read tables about everybody.
    ///
    /// # Errors
    /// [`NotForThem`] for a guardian or a volunteer.
    pub const fn may_read_tables(self) -> Result<(), NotForThem> {
        if self.sees_others() { Ok(()) } else { Err(NotForThem) }
    }

    /// The rule as this audience may read it; [`None`] stands for "not eligible".
    pub const fn rule(self, rule: Rule) -> Option<Rule> {
        let of_the_way_or_the_week = matches!(
            rule,
            Rule::WithinReach | Rule::CommonTime | Rule::NeedCovered | Rule::Language | Rule::RegionScope
        );
        if self.sees_others() || of_the_way_or_the_week { Some(rule) } else { None }
    }

    /// The rules that forbid a pair as this audience may read them: in counting order, with one [`None`] for all that
    /// show as "not eligible".
    pub fn rules(self, broken: &[Rule]) -> Vec<Option<Rule>> {
        let mut shown: Vec<Option<Rule>> = broken.iter().map(|rule| self.rule(*rule)).collect();
        shown.sort_unstable();
        shown.dedup();
        shown
    }
}

/// A table about everybody was asked for a guardian or a volunteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "此表涉及全体儿童和志愿者，只给协调员或儿童保护督导看：请用 --audience coordinator 或 supervisor；给监护人或志愿者请用 explain \
     逐人说明 / this table is about everybody and for coordinators and supervisors only: ask with --audience coordinator or \
     supervisor; for a guardian or a volunteer, use explain for the one child"
)]
pub struct NotForThem;

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// 中文
    #[default]
    #[serde(rename = "zh")]
    Chinese,
    /// English
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// One of two texts.
    pub const fn pick<'t>(self, texts: (&'t str, &'t str)) -> &'t str {
        match self {
            Self::Chinese => texts.0,
            Self::English => texts.1,
        }
    }
}
