//! How an answer names people, rules and amounts: as data that is written as JSON as it stands.
//!
//! People have the county's own number, or none where the audience may not know them. Amounts are points, a hundredth
//! of a minute of one-way travel; totals that may leave 64 bits are strings in JSON.

use serde::ser::{Serialize, Serializer};

use super::{Audience, Language};
use crate::candidates::Prepared;
use crate::model::Rule;

/// A child or a volunteer unit by the county's own number; without one where the audience may not know who.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Named(Option<String>);

impl Named {
    /// A child.
    pub fn child(prepared: &Prepared<'_>, child: u32) -> Self {
        Self(Some(prepared.child_of(child).id.to_string()))
    }

    /// A volunteer unit.
    pub fn volunteer(prepared: &Prepared<'_>, volunteer: u32) -> Self {
        Self(Some(prepared.volunteer_of(volunteer).id.to_string()))
    }

    /// Somebody by the county's number.
    pub fn by_number(number: impl Into<String>) -> Self {
        Self(Some(number.into()))
    }

    /// Somebody of whom nothing is known.
    pub fn nobody() -> Self {
        Self(None)
    }

    /// Who it is, if that may be known.
    pub fn number(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The same person for an audience to whom this is somebody else's child or volunteer.
    #[must_use]
    pub fn as_other(self, audience: Audience) -> Self {
        if audience.sees_others() { self } else { Self(None) }
    }
}

/// A rule as an answer names it: by its code, or without one where it shows as "not eligible".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedRule(pub Option<Rule>);

impl Serialize for NamedRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.map(Rule::code).serialize(serializer)
    }
}

impl NamedRule {
    /// The rules that forbid a pair, in counting order, in full.
    pub fn all(broken: &[Rule]) -> Vec<Self> {
        broken.iter().map(|rule| Self(Some(*rule))).collect()
    }

    /// The same rules for an audience.
    #[must_use]
    pub fn shown_to(rules: &[Self], audience: Audience) -> Vec<Self> {
        let known: Vec<Rule> = rules.iter().filter_map(|rule| rule.0).collect();
        let mut shown: Vec<Self> = audience.rules(&known).into_iter().map(Self).collect();
        if rules.iter().any(|rule| rule.0.is_none()) && !shown.contains(&Self(None)) {
            shown.insert(0, Self(None));
        }
        shown
    }
}

/// What is called by a name in each language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Titled {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Titled {
    /// The name in a language.
    pub fn in_language(&self, language: Language) -> &str {
        language.pick((&self.zh, &self.en))
    }
}

/// Writes a total as a string, for it may leave 64 bits.
///
/// # Errors
/// Those of the serializer.
pub fn total_as_text<S: Serializer>(total: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(total)
}
