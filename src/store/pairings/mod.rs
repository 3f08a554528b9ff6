//! Living pairs (结对): how they begin, who answers, what moves them from state to state, and what was done meanwhile.
//!
//! `awaiting_guardian → active ⇄ suspended → ended`. [`steps`] is the one way from a state into another: it holds the row,
//! writes the step with actor, time and reason, and records it. Nothing enters `active` but by
//! [`Change::activate_pairing`](crate::store::Change::activate_pairing) and
//! [`Change::resume_pairing`](crate::store::Change::resume_pairing), which ask for what the rules say at that moment.
//!
//! # Order of locks
//!
//! Children by id, then volunteers, then pairings, in every transaction that changes any of them; so the last place of a volunteer and
//! the one live pair of a child are decided by who holds the row, and the unique indexes hold it whatever happens.

mod answers;
mod beginning;
mod closing;
mod contacts;
mod facts;
mod living;
mod overdue;
mod pairing;
mod steps;
mod tasks;
mod tick;

use std::collections::BTreeSet;

pub use answers::ChildSays;
pub use closing::RULES_TO_CHECK;
pub(super) use closing::{Halt, VOLUNTEER_ARCHIVED};
pub use contacts::{Contact, NewContact};
pub use facts::{ChildFacts, PairFacts};
pub use living::Ending;
pub use overdue::{LastContacts, Overdue, Side, due_on, overdue};
pub use pairing::{Pairing, PairingFilter, PairingScope};
pub use steps::{Heard, PairingStep};
pub use tasks::{NewTask, Task, TaskFilter};

use super::statement::Statement;

/// The guardian, or the child, has not said yes yet.
pub const AWAITING_GUARDIAN: &str = "awaiting_guardian";
/// They meet.
pub const ACTIVE: &str = "active";
/// They do not meet at present.
pub const SUSPENDED: &str = "suspended";
/// Over.
pub const ENDED: &str = "ended";

/// An answer that agrees.
const YES: &str = "yes";

/// The statements of the files of this folder.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("pairings::answers", answers::STATEMENTS),
    ("pairings::beginning", beginning::STATEMENTS),
    ("pairings::closing", closing::STATEMENTS),
    ("pairings::contacts", contacts::STATEMENTS),
    ("pairings::facts", facts::STATEMENTS),
    ("pairings::living", living::STATEMENTS),
    ("pairings::pairing", pairing::STATEMENTS),
    ("pairings::steps", steps::STATEMENTS),
    ("pairings::tasks", tasks::STATEMENTS),
    ("pairings::tick", tick::STATEMENTS),
];

/// What the rules say of a pair at this moment. The store knows no rules; it asks for their word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesSay {
    /// Whether every one of them holds.
    pub hold: bool,
    /// Children of an age at which their own yes is needed.
    pub asked_children: BTreeSet<String>,
}
