//! The plan: who is paired with whom, who waits, what it cost, and the proof.
//!
//! [`Plan`] holds indices into the instance, never names. [`outline`] says who is to be placed, [`growth`] solves a
//! [`pass`] exactly over all admissible pairs while it holds few of them, and [`mend`] keeps one so after declines; [`compose`]
//! reads pairs, backups and the unmatched out of the solved passes; [`ids`] draws the ids under which a plan may be shown;
//! [`folder`] writes and reads the plan folder; [`verify`] checks a folder without our solver.

pub mod backup;
pub mod compose;
pub mod folder;
pub mod growth;
pub mod ids;
pub mod mend;
pub mod outline;
pub mod pass;
pub mod verify;

use crate::assignment::{Method, SolveError, Status};
use crate::candidates::rules::MissingPaper;
use crate::candidates::standing::StandingConflict;
use crate::candidates::{Origin, StandingPair, Withheld};
use crate::model::Rule;
use crate::scoring::Score;

pub use growth::PairCounts;
pub use outline::Outline;
pub use pass::{Pass, SolvedPass};

/// How a run is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanOptions {
    /// Order among equals and ids of the plan.
    pub seed: u64,
    /// Which method.
    pub method: Method,
    /// Plan as if missing papers will arrive.
    pub provisional: bool,
    /// SHA-256 of the canonical inputs: what the ids are drawn from, together with the seed.
    pub digest: [u8; 32],
}

/// Why no plan came out.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Two rows cannot both stand.
    #[error(transparent)]
    Standing(#[from] StandingConflict),
    /// The problem could not be built or solved.
    #[error(transparent)]
    Solve(#[from] SolveError),
    /// Amounts out of bounds.
    #[error(transparent)]
    Problem(#[from] crate::assignment::ProblemError),
}

/// Lead pairing or a seasonal one, whose end everybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PairKind {
    /// For the long term.
    Lead,
    /// Until her commitment ends.
    Seasonal,
}

impl PairKind {
    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Lead => ("长期结对", "lead"),
            Self::Seasonal => ("季节结对", "seasonal"),
        }
    }
}

/// A child and its lead volunteer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Child index.
    pub child: u32,
    /// Volunteer index.
    pub volunteer: u32,
    /// For the long term, or seasonal.
    pub kind: PairKind,
    /// How it came to be.
    pub origin: Origin,
    /// The child's own score; for a standing pair that can no longer meet, none.
    pub score: Option<Score>,
    /// Papers counted as arrived; only in a provisional plan.
    pub awaited: Vec<MissingPaper>,
    /// Rules that a standing pair no longer keeps.
    pub broken: Vec<Rule>,
    /// Who would step in.
    pub backup: Option<u32>,
}

/// What became of a need for a specialist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceOutcome {
    /// Assigned to this volunteer.
    Assigned(u32),
    /// Nobody qualifies: refer to a professional body.
    Referral,
    /// Somebody qualifies, but every place is taken.
    Waiting,
    /// Not matched (S42).
    Withheld(Withheld),
    /// Put off by the limit on concurrent volunteers (S19).
    Deferred,
}

/// A need that the lead does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Child index.
    pub child: u32,
    /// Position among the child's needs.
    pub need: usize,
    /// What became of it.
    pub outcome: ServiceOutcome,
    /// The pair's score, if assigned.
    pub score: Option<Score>,
    /// Papers counted as arrived.
    pub awaited: Vec<MissingPaper>,
}

/// Why a child is alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnmatchedReason {
    /// A rule of the child's own side.
    Own(Vec<Rule>),
    /// A brother or sister who is to have the same volunteer is not ready.
    Sibling(Vec<Rule>),
    /// No volunteer passes every rule: how many were lost at each, in counting order.
    NoCandidate(Vec<(Rule, u32)>),
    /// Every admissible volunteer's places went to others; how many there were.
    Competition(Contenders),
}

/// How many volunteers were admissible, as far as it was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contenders {
    /// So many.
    Exactly(u32),
    /// So many were looked at; in a large county nobody counts the rest.
    AtLeast(u32),
}

impl UnmatchedReason {
    /// Chinese, English and stable code.
    pub const fn names(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Own(_) => ("手续未齐或不同意", "papers missing or refused", "own"),
            Self::Sibling(_) => ("兄弟姐妹手续未齐", "a brother's or sister's papers are missing", "sibling"),
            Self::NoCandidate(_) => ("无符合条件的志愿者", "nobody is admissible", "no_candidate"),
            Self::Competition(_) => ("名额不足", "every place is taken", "competition"),
        }
    }
}

/// A child without a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// Child index.
    pub child: u32,
    /// Why.
    pub reason: UnmatchedReason,
}

/// Brothers and sisters for whom the policy's wish was not met (S18).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiblingNote {
    /// Child indices.
    pub children: Vec<u32>,
    /// Chinese and English text.
    pub texts: (&'static str, &'static str),
}

/// A plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How it was made.
    pub options: PlanOptions,
    /// Proven optimal over all admissible pairs, or only feasible.
    pub status: Status,
    /// One a child at most, in stable order of the children.
    pub pairs: Vec<Pair>,
    /// Children without a lead, in stable order.
    pub unmatched: Vec<Unmatched>,
    /// Needs apart from the lead, in stable order.
    pub services: Vec<Service>,
    /// Pins that break a rule and were not made.
    pub refused_pins: Vec<StandingPair>,
    /// Brothers and sisters for whom the policy's wish was not met.
    pub sibling_notes: Vec<SiblingNote>,
    /// The solved problems: leads first, then services.
    pub passes: Vec<SolvedPass>,
}

impl Plan {
    /// The pair of a child.
    pub fn pair_of(&self, child: u32) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.child == child)
    }
}
