//! What is already so: living pairs, pins, and the answers that came back by phone.

use jiff::civil::Date;

use super::id::{ChildId, VolunteerId};
use super::instance::SourceRow;

/// What an existing pair is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PairState {
    /// 保持: alive, never moved.
    Kept,
    /// 指定: set by a coordinator for this run.
    Pinned,
    /// 已结束: over; its end counts for priority and continuity.
    Ended,
}

/// A row of `existing_pairs.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingPair {
    /// The child.
    pub child: ChildId,
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// Kept, pinned or ended.
    pub state: PairState,
    /// When it began.
    pub began_on: Option<Date>,
    /// When it ended.
    pub ended_on: Option<Date>,
    /// Whether both would meet again: `Some(false)` forbids the pair, `Some(true)` earns continuity.
    pub went_well: Option<bool>,
    /// Where the row stood.
    pub source: SourceRow,
}

/// A row of `replies.csv`: how somebody answered a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The child.
    pub child: ChildId,
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// Yes: the pair stands and never moves. No: it never returns.
    pub accepted: bool,
    /// Reason as given (a code list for declines comes with the offers).
    pub reason: String,
    /// When.
    pub answered_on: Option<Date>,
    /// Where the row stood.
    pub source: SourceRow,
}
