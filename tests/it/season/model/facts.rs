//! The reference: what the safeguards make of people's records at a moment, written from the rules and not from the program. It reads
//! rows and what the test remembers; it takes nobody's word for it, neither `ready` nor `screening` nor `screened_through`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::rows::{Row, Rows};
use super::world::World;

/// A moment.
pub(crate) struct Facts<'a> {
    pub(crate) world: &'a World,
    pub(crate) rows: &'a Rows,
    pub(crate) today: Date,
    pub(crate) now_ms: i64,
}

/// A day in a column; none where it holds none.
pub(crate) fn day(row: &Row, column: &str) -> Option<Date> {
    row.text(column).parse().ok()
}

impl<'a> Facts<'a> {
    /// As it is now.
    pub(crate) fn now(world: &'a World, rows: &'a Rows) -> Self {
        Self { world, rows, today: world.today(), now_ms: world.now_ms() }
    }

    /// The last answer of a guardian to a question.
    fn last_consent(&self, child: &str, purpose: &str) -> Option<&'a Row> {
        let mut consents = self.rows.of("consents");
        consents.rfind(|row| {
            row.says("child_id", child) && row.says("purpose", purpose) && !row.has("superseded_at_ms")
        })
    }

    fn agreed(&self, child: &str, purpose: &str) -> bool {
        let last = self.last_consent(child, purpose);
        last.is_some_and(|row| row.says("answer", "yes") && !row.has("withdrawn_at_ms"))
    }

    /// S11: a no to processing, or a yes that was taken back.
    pub(crate) fn processing_refused(&self, child: &str) -> bool {
        self.last_consent(child, "processing").is_some() && !self.agreed(child, "processing")
    }

    /// S9: consent or statutory duty.
    pub(crate) fn has_basis(&self, child: &str) -> bool {
        let duty = |row: &Row| {
            row.says("child_id", child) && row.says("kind", "statutory_duty") && !row.has("ended_at_ms")
        };
        self.agreed(child, "processing") || self.rows.of("legal_bases").any(duty)
    }

    /// What ends every pair of a child: the guardian no longer agrees.
    pub(crate) fn guardian_says_no(&self, child: &str) -> bool {
        let said = self.last_consent(child, "pairing").is_some();
        self.processing_refused(child) || (said && !self.agreed(child, "pairing"))
    }

    /// What the child wishes; empty where nobody asked.
    pub(crate) fn wish(&self, child: &str) -> &'a str {
        let mut wishes = self.rows.of("wishes");
        let last = wishes.rfind(|row| row.says("child_id", child) && !row.has("superseded_at_ms"));
        last.map_or("", |row| row.text("answer"))
    }

    /// Full years.
    pub(crate) fn age(&self, child: &str) -> i16 {
        let born = self.world.child(child).map_or(self.today, |person| person.born);
        let had = (self.today.month(), self.today.day()) >= (born.month(), born.day());
        self.today.year() - born.year() - i16::from(!had)
    }

    /// Whether a child may take part in anything at all: she is here, and her data may be kept (S9, S11).
    pub(crate) fn child_takes_part(&self, child: &str) -> bool {
        let here = self.rows.find("children", child).is_some_and(|row| !row.has("deleted_at_ms"));
        let basis = self.has_basis(child);
        here && (basis || (self.age(child) >= 14 && !self.processing_refused(child)))
    }

    /// The volunteer and whoever meets children with her.
    pub(crate) fn unit(&self, volunteer: &str) -> Vec<&'a Row> {
        let Some(lead) = self.rows.find("volunteers", volunteer) else { return Vec::new() };
        let unit = lead.text("unit");
        let together = |row: &&Row| {
            row.says("id", volunteer)
                || (!unit.is_empty() && row.says("unit", unit) && !row.has("deleted_at_ms"))
        };
        self.rows.of("volunteers").filter(together).collect()
    }

    /// S3: a bar that nobody lifted, by her record or by who she is.
    pub(crate) fn is_barred(&self, volunteer: &Row) -> bool {
        let number = volunteer.text("id_number_index");
        self.rows.of("bars").any(|bar| {
            let hers = bar.says("volunteer_id", volunteer.text("id"))
                || (!number.is_empty() && bar.says("id_number_index", number));
            hers && !bar.has("lifted_at_ms")
        })
    }

    /// S1, S2: the last day of her last passed 从业查询, never more than 365 days after it was made.
    pub(crate) fn screened_through(&self, volunteer: &str) -> Option<Date> {
        let passed = self.rows.of("screenings").filter(|row| {
            row.says("volunteer_id", volunteer)
                && row.says("result", "passed")
                && row.says("kind", "employment")
        });
        let last = passed.max_by_key(|row| row.text("screened_on"))?;
        let by_age = day(last, "screened_on")?.checked_add(365.days()).ok()?;
        Some(day(last, "valid_through").map_or(by_age, |named| named.min(by_age)))
    }

    /// Whether an adult may meet a child until a day.
    fn adult_serves(&self, adult: &Row, until: Date) -> bool {
        let screened = self.screened_through(adult.text("id")).is_some_and(|through| through >= until);
        screened && !adult.has("deleted_at_ms") && !adult.has("suspended_at_ms") && !self.is_barred(adult)
    }

    /// Whether all of them may.
    pub(crate) fn unit_serves(&self, volunteer: &str, until: Date) -> bool {
        let unit = self.unit(volunteer);
        !unit.is_empty() && unit.iter().all(|adult| self.adult_serves(adult, until))
    }

    /// S28: something about one of them is being looked into.
    pub(crate) fn under_concern(&self, volunteer: &str) -> bool {
        let unit = self.unit(volunteer);
        self.rows.of("concerns").any(|row| {
            !row.says("state", "closed")
                && unit.iter().any(|adult| row.says("subject_volunteer_id", adult.text("id")))
        })
    }

    /// S17: a conflict with one of them that nobody cleared.
    pub(crate) fn in_conflict(&self, child: &str, volunteer: &str) -> bool {
        let unit = self.unit(volunteer);
        self.rows.of("conflicts").any(|row| {
            row.says("child_id", child)
                && !row.has("cleared_at_ms")
                && unit.iter().any(|adult| row.says("volunteer_id", adult.text("id")))
        })
    }

    /// S17: somebody refused this very pair, or it ended badly.
    pub(crate) fn refused(&self, child: &str, volunteer: &str) -> bool {
        let pair = |row: &Row| row.says("child_id", child) && row.says("volunteer_id", volunteer);
        let badly = |row: &Row| pair(row) && row.has("went_well") && !row.is("went_well");
        self.rows.of("refusals").any(pair) || self.rows.of("pairings").any(badly)
    }

    /// S16.
    pub(crate) fn man_and_girl(&self, child: &str, volunteer: &str) -> bool {
        let girl = self.world.child(child).is_some_and(|person| !person.man);
        let man = |adult: &&Row| self.world.volunteer(adult.text("id")).is_some_and(|person| person.man);
        girl && self.unit(volunteer).iter().any(man)
    }

    /// Whether the two have time at once.
    fn have_time(&self, child: &str, volunteer: &str) -> bool {
        let child = self.world.child(child).is_some_and(|person| person.saturday);
        self.world.volunteer(volunteer).is_some_and(|person| person.saturday == child)
    }

    /// Until when a proposal's days are served, at least today.
    fn served_until(&self, proposal: &Row) -> Date {
        let run = self.rows.find("runs", proposal.text("run_id"));
        run.and_then(|run| day(run, "period_last")).map_or(self.today, |last| last.max(self.today))
    }

    /// Whether a child may be met by a volunteer until a day, leaving aside whether she has a place left.
    pub(crate) fn may_meet(&self, child: &str, volunteer: &str, until: Date) -> bool {
        let asked = self.age(child) >= 8;
        let wishes = match self.wish(child) {
            "yes" => true,
            "no" => false,
            _ => !asked,
        };
        self.child_takes_part(child)
            && self.agreed(child, "pairing")
            && !self.processing_refused(child)
            && wishes
            && self.unit_serves(volunteer, until)
            && !self.under_concern(volunteer)
            && !self.in_conflict(child, volunteer)
            && !self.refused(child, volunteer)
            && !self.man_and_girl(child, volunteer)
            && self.have_time(child, volunteer)
    }

    /// The children of a proposal.
    pub(crate) fn children_of(&self, proposal: &str) -> Vec<&'a str> {
        let children = self.rows.of("proposal_children").filter(|row| row.says("proposal_id", proposal));
        children.map(|row| row.text("child_id")).collect()
    }

    /// Whether a proposal may be offered, and accepted, today.
    pub(crate) fn may_be_offered(&self, proposal: &Row) -> bool {
        let volunteer = proposal.text("volunteer_id");
        let offers = self.rows.find("volunteers", volunteer).is_some_and(|row| row.whole("capacity") > 0);
        let until = self.served_until(proposal);
        let children = self.children_of(proposal.text("id"));
        offers && children.iter().all(|child| self.may_meet(child, volunteer, until))
    }

    /// Whether the two of a pairing may meet from today on.
    pub(crate) fn may_be_met(&self, pairing: &Row) -> bool {
        let Some(proposal) = self.rows.find("proposals", pairing.text("proposal_id")) else { return false };
        self.may_meet(pairing.text("child_id"), pairing.text("volunteer_id"), self.served_until(proposal))
    }

    /// Whether a pair was suspended for a concern that nobody has closed since.
    pub(crate) fn concern_is_to_be_closed(&self, pairing: &Row) -> bool {
        let steps = self.rows.of("pairing_steps").filter(|row| {
            row.says("pairing_id", pairing.text("id"))
                && row.says("from_state", "active")
                && row.says("to_state", "suspended")
        });
        let since = steps.map(|row| row.whole("at_ms")).max().unwrap_or_default();
        let unit = self.unit(pairing.text("volunteer_id"));
        let closed = self.rows.of("concerns").any(|row| {
            row.says("state", "closed")
                && row.whole("closed_at_ms") >= since
                && (row.says("pairing_id", pairing.text("id"))
                    || row.says("child_id", pairing.text("child_id"))
                    || unit.iter().any(|adult| row.says("subject_volunteer_id", adult.text("id"))))
        });
        pairing.says("state", "suspended") && pairing.says("reason", "concern") && !closed
    }

    /// Whether the rules can be read for a pairing at all: everybody in it takes part.
    pub(crate) fn can_be_asked(&self, pairing: &Row) -> bool {
        let unit = self.unit(pairing.text("volunteer_id"));
        let there = |adult: &&Row| {
            !adult.has("deleted_at_ms") && !adult.has("suspended_at_ms") && !self.is_barred(adult)
        };
        self.child_takes_part(pairing.text("child_id")) && !unit.is_empty() && unit.iter().all(there)
    }

    /// S43.
    pub(crate) fn concerns_are_heard(&self) -> bool {
        let county = self.rows.of("regions").find(|row| row.says("code", crate::http::server::COUNTY));
        let phone = county.is_some_and(|row| !row.text("duty_phone").is_empty());
        let handler = |row: &Row| {
            row.says("role", "supervisor")
                && row.says("region_code", crate::http::server::COUNTY)
                && !row.has("disabled_at_ms")
        };
        phone && self.rows.of("users").any(handler)
    }

    /// Living pairings of a child.
    pub(crate) fn living_of(&self, child: &str) -> impl Iterator<Item = &'a Row> {
        let rows = self.rows.of("pairings").filter(|row| !row.says("state", "ended"));
        let child = child.to_owned();
        rows.filter(move |row| row.says("child_id", &child))
    }

    /// Whether a child has a volunteer, or is promised by another proposal.
    pub(crate) fn is_taken(&self, child: &str, by_other_than: &str) -> bool {
        let promised = self.rows.of("proposal_children").any(|row| {
            row.says("child_id", child) && row.is("is_open") && !row.says("proposal_id", by_other_than)
        });
        promised || self.living_of(child).next().is_some()
    }

    /// Places of a volunteer that are held.
    pub(crate) fn places(&self, volunteer: &str) -> usize {
        self.rows.of("pairing_places").filter(|row| row.says("volunteer_id", volunteer)).count()
    }
}
