//! Everything one run reads, validated.

use jiff::civil::Date;

use super::child::Child;
use super::id::ChildId;
use super::pairing::{ExistingPair, Reply};
use super::season::Period;
use super::volunteer::Volunteer;

/// Where a row stood: row 1 is the first line of the sheet. Kept for messages, not part of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceRow(pub u32);

/// Something the reader assumed, approximated or dropped, for the coordinator's eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// A broken ID number was dropped.
    IdNumberDropped,
    /// Hours were blank; the policy's default stands in.
    HoursAssumed,
    /// Only the township is known; its seat stands in.
    TownshipSeat,
    /// Needs were blank; companionship stands in.
    NeedsAssumed,
    /// No phone is known.
    NoPhone,
    /// The category was blank; 困境儿童 stands in.
    CategoryAssumed,
    /// The risk was blank; low stands in.
    RiskAssumed,
    /// A cell could not be read and was taken as blank.
    FieldDropped,
}

impl Flag {
    /// Chinese and English text.
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::IdNumberDropped => ("身份证号有误，已略去", "broken ID number dropped"),
            Self::HoursAssumed => ("时段为默认值", "hours assumed"),
            Self::TownshipSeat => ("位置为乡镇驻地", "placed at the township's seat"),
            Self::NeedsAssumed => ("需求为默认值", "needs assumed"),
            Self::NoPhone => ("无联系电话", "no phone"),
            Self::CategoryAssumed => ("类别为默认值", "category assumed"),
            Self::RiskAssumed => ("风险为默认值", "risk assumed"),
            Self::FieldDropped => ("有内容读不懂，已略去", "an unreadable cell was dropped"),
        }
    }
}

/// When the plan is made and for which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunDates {
    /// The day of the run. An input, never the wall clock.
    pub today: Date,
    /// The days that the pairs are to serve.
    pub period: Period,
}

/// A registered child whose row may not be processed, or could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its number, if one was given.
    pub id: Option<ChildId>,
    /// Township, for counts.
    pub township: String,
    /// Village, for the worklist.
    pub village: String,
    /// The number of the input rule that sent it here.
    pub rule: &'static str,
    /// Where the row stood.
    pub source: SourceRow,
}

/// The people of one run. Ids are unique; every pair and reply names people who exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Children who may be processed.
    pub children: Vec<Child>,
    /// Volunteer units.
    pub volunteers: Vec<Volunteer>,
    /// Living, pinned and ended pairs.
    pub existing_pairs: Vec<ExistingPair>,
    /// Answers that came back.
    pub replies: Vec<Reply>,
    /// Registered children who are not in the pool, each with the reason.
    pub quarantined: Vec<Quarantined>,
    /// The day of the run and the days served.
    pub dates: RunDates,
}

impl Instance {
    /// How many children the county registered, in the pool or not.
    pub fn registered(&self) -> usize {
        self.children.len() + self.quarantined.len()
    }
}
