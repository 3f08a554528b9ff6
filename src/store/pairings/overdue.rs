//! When the office must have spoken with volunteer, carer and child again (S27): the one definition of «overdue» that the list, the
//! page and the daily tick share.
//!
//! The first contact with each side is due 14 days after they began to meet, then one a month in the first year, one a quarter
//! afterwards, counted from the last that took place. The sides are counted apart: whoever speaks with the carer has not
//! heard the child.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Days after the beginning within which the first contact is due.
const FIRST_DAYS: i64 = 14;
/// Days overdue from which the coordinator is told.
pub(super) const COORDINATOR_DAYS: i64 = 3;
/// Days overdue from which the supervisor is told.
pub(super) const SUPERVISOR_DAYS: i64 = 14;

/// A side of a pairing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The volunteer.
    Volunteer,
    /// Guardian or carer.
    Carer,
    /// The child.
    Child,
}

impl Side {
    /// Every side.
    pub const ALL: [Self; 3] = [Self::Volunteer, Self::Carer, Self::Child];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Volunteer => "volunteer",
            Self::Carer => "carer",
            Self::Child => "child",
        }
    }
}

/// The last day on which the office spoke with each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastContacts {
    /// With the volunteer.
    pub volunteer: Option<Date>,
    /// With guardian or carer.
    pub carer: Option<Date>,
    /// With the child.
    pub child: Option<Date>,
}

impl LastContacts {
    /// With one of them.
    pub fn with(&self, side: Side) -> Option<Date> {
        match side {
            Side::Volunteer => self.volunteer,
            Side::Carer => self.carer,
            Side::Child => self.child,
        }
    }
}

/// What is late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Since which day the first of them is due.
    pub due_on: Date,
    /// How many days ago that was, at least one.
    pub days: i64,
    /// With whom nobody spoke in time.
    pub sides: Vec<Side>,
}

/// The day on which the next contact with a side is due.
pub fn due_on(began_on: Date, last: Option<Date>) -> Date {
    let after = |day: Date, span: Span| day.checked_add(span).unwrap_or(Date::MAX);
    match last.filter(|last| *last >= began_on) {
        None => after(began_on, FIRST_DAYS.days()),
        Some(last) if last < after(began_on, 1.year()) => after(last, 1.month()),
        Some(last) => after(last, 3.months()),
    }
}

/// What is late of a pairing that began on a day and is active.
pub fn overdue(began_on: Date, last: &LastContacts, today: Date) -> Option<Overdue> {
    let late = |side: &Side| due_on(began_on, last.with(*side)) < today;
    let sides: Vec<Side> = Side::ALL.into_iter().filter(late).collect();
    let first = sides.iter().map(|side| due_on(began_on, last.with(*side))).min()?;
    let days = i64::from((today - first).get_days());
    Some(Overdue { due_on: first, days, sides })
}
