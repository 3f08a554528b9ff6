//! `policy.toml` → [`Policy`], and back: the rules of a deployment as a coordinator reads and sets them.
//!
//! In: TOML text. Out: a [`PolicyFile`], or every mistake at once, each with key, line, cause and remedy.
//! A file holds only what differs from the preset it `extends`; without `extends` that is [`DEFAULT_PRESET`], so
//! that a file with nothing but `[run]` means the default rules. Tables are merged key by key; lists (classes,
//! calendar, seasons) are replaced whole.
//!
//! Method: the spanned tree of the crate `toml` is merged, checked against one list of keys ([`keys::KEYS`]), and
//! only then read. A derived deserializer would stop at the first mistake; the list also writes the guide in
//! `docs/POLICY.md`. Cost: linear in the text.

mod amend;
mod build;
mod check;
pub mod guide;
pub mod keys;
mod problem;
mod tree;
mod words;
mod write;

use crate::model::instance::RunDates;
use crate::model::location::Datum;
use crate::model::{Policy, Rule};

pub use amend::amend;
pub use problem::{PolicyError, PolicyProblem};
pub use write::{canonical, write};

/// The preset that holds where a file names none.
pub const DEFAULT_PRESET: &str = "balanced";

/// The presets, with what they are for: name, Chinese, English.
pub const PRESETS: [(&str, &str, &str); 3] = [
    (DEFAULT_PRESET, "均衡：路程、需求与连续性兼顾", "travel, needs and continuity weighed together"),
    ("nearby", "就近：路程最要紧", "travel weighs most"),
    ("needs-first", "需求优先：满足需求和共同时间最要紧", "needs met and common time weigh most"),
];

/// What a policy file says.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyFile {
    /// The rules.
    pub policy: Policy,
    /// The run's dates, from `[run]`.
    pub run: Option<RunDates>,
    /// The system in which coordinates are given, from `[coordinates]`.
    pub datum: Option<Datum>,
    /// Why rules are switched off, in the order of [`Policy::rules_off`].
    pub exceptions: Vec<RuleException>,
}

/// Why a rule is switched off, and who approved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleException {
    /// The rule.
    pub rule: Rule,
    /// The reason; never blank.
    pub reason: String,
    /// Who approved it; two different names for the rule on men and girls (S16).
    pub approved_by: Vec<String>,
}

/// The commented TOML text of a preset.
pub fn preset(name: &str) -> Option<&'static str> {
    match name {
        DEFAULT_PRESET => Some(include_str!("policy/presets/balanced.toml")),
        "nearby" => Some(include_str!("policy/presets/nearby.toml")),
        "needs-first" => Some(include_str!("policy/presets/needs-first.toml")),
        _ => None,
    }
}

/// Reads a policy; `file` is the name that messages show.
///
/// # Errors
/// Every mistake of the file at once.
///
/// # Example
/// ```
/// use jiedui::input::policy::parse;
/// let file = parse("[exchange]\nwished_need_missed_min = 25", "policy.toml").unwrap();
/// assert_eq!(file.policy.exchange.wished_need_missed_min, 25);
/// assert_eq!(file.policy.travel.max_travel_min, 90);
/// let error = parse("[travel]\nspeed = 30\ndetour = 0.5", "policy.toml").unwrap_err();
/// assert_eq!(error.problems.len(), 2);
/// ```
pub fn parse(text: &str, file: &str) -> Result<PolicyFile, PolicyError> {
    let read = || {
        let merged = tree::with_preset(tree::read(text)?)?;
        let mut problems = check::check(&merged);
        let policy_file = build::build(&merged, &mut problems);
        if problems.is_empty() { Ok(policy_file) } else { Err(problems) }
    };
    read().map_err(|problems| PolicyError::new(file, problems))
}
