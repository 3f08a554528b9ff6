//! What one step may do: whatever is append-only only grows, states go their ways and no others, by those who may, for a reason; a
//! refusal and a look change nothing.

use super::facts::Facts;
use super::operation::{Operation, Verb};
use super::rows::{Row, Rows};
use super::standing::{Broken, must_end, must_rest};
use super::world::{Answer, Request};

/// A step that was taken.
pub(crate) struct Step<'a> {
    pub(crate) operation: Operation,
    /// None where only time passed.
    pub(crate) request: Option<&'a Request>,
    pub(crate) answer: Option<&'a Answer>,
    pub(crate) before: &'a Rows,
    pub(crate) after: &'a Facts<'a>,
}

/// Columns of tables whose rows stay as they are but for these.
const KEPT: &[(&str, &[&str])] = &[
    ("consents", &["superseded_at_ms", "withdrawn_at_ms", "withdrawn_by", "withdrawn_channel"]),
    ("wishes", &["superseded_at_ms"]),
    ("screenings", &["authority"]),
    ("bars", &["lift_asked_by", "lift_asked_at_ms", "lifted_by", "lifted_at_ms", "id_number_index"]),
    ("refusals", &["reason"]),
    ("pairing_steps", &[]),
    ("contacts", &[]),
    ("concern_entries", &[]),
    ("plan_changes", &[]),
    (
        "concerns",
        &[
            "version",
            "state",
            "assigned_to",
            "close_asked_by",
            "close_asked_at_ms",
            "outcome",
            "closed_by",
            "closed_at_ms",
            "updated_at_ms",
            "reported_to_authority_at_ms",
        ],
    ),
];

/// Ways of a pairing, and by which verbs alone; none for any.
const PAIRING_WAYS: &[(&str, &str, Option<Verb>)] = &[
    ("awaiting_guardian", "active", Some(Verb::Activate)),
    ("active", "suspended", None),
    ("suspended", "active", Some(Verb::Resume)),
    ("awaiting_guardian", "ended", None),
    ("active", "ended", None),
    ("suspended", "ended", None),
];

/// Where a record of somebody is put right or comes back, or something is feared, pairs rest and promises are taken back until the
/// rules were asked again.
const ASKED_AGAIN: [Verb; 4] = [Verb::Report, Verb::ChangeChild, Verb::RestoreVolunteer, Verb::NewVolunteer];
const ACCEPTS: [Verb; 3] = [Verb::LinkAccept, Verb::MyAccept, Verb::RecordOffer];
const DECLINES: [Verb; 5] =
    [Verb::LinkDecline, Verb::LinkConflict, Verb::MyDecline, Verb::MyConflict, Verb::RecordOffer];

/// By which verbs a proposal goes from a state to another.
fn proposal_way(from: &str, to: &str) -> &'static [Verb] {
    match (from, to) {
        ("draft", "pinned") => &[Verb::Pin],
        ("draft" | "pinned", "approved") => &[Verb::Approve, Verb::ApproveMany],
        ("pinned" | "approved", "draft") => &[Verb::Unpin],
        ("draft" | "pinned" | "approved", "rejected") => &[Verb::Reject],
        ("approved", "offered") => &[Verb::Offer, Verb::OfferMany],
        ("offered", "approved") => &[Verb::Revoke],
        ("offered", "accepted") => &ACCEPTS,
        ("offered", "declined") => &DECLINES,
        ("offered", "expired") => &[Verb::Clock],
        _ => &[],
    }
}

/// By which verbs an offer does.
fn offer_way(from: &str, to: &str) -> &'static [Verb] {
    match (from, to) {
        ("sent", "sent") => &[Verb::Resend],
        ("sent", "accepted") => &ACCEPTS,
        ("sent", "declined") => &[Verb::LinkDecline, Verb::MyDecline, Verb::RecordOffer],
        ("sent", "conflict_reported") => &[Verb::LinkConflict, Verb::MyConflict, Verb::RecordOffer],
        ("sent", "expired") => &[Verb::Clock],
        _ => &[],
    }
}

/// By which verbs a concern does.
fn concern_way(from: &str, to: &str) -> &'static [Verb] {
    match (from, to) {
        ("open" | "assigned", "assigned") => &[Verb::Assign],
        ("open" | "assigned", "closing") | ("closing", "closed") => &[Verb::Close],
        ("closing" | "closed", "open" | "assigned") => &[Verb::Reopen],
        _ => &[],
    }
}

impl Step<'_> {
    /// What it broke.
    pub(crate) fn check(&self) -> Vec<String> {
        let mut broken = Broken::default();
        let changes = self.before.changes(self.after.rows);
        let done = self.answer.is_none_or(|answer| answer.status < 400);
        let looked = self.request.is_some_and(|request| request.method == "GET" || request.word == "price");
        if (!done || looked)
            && let Some((table, old, new)) = changes.first()
        {
            let of = |row: Option<&Row>| row.map_or_else(String::new, ToString::to_string);
            broken.0.push(format!("a refusal or a look changed {table}: {} to {}", of(*old), of(*new)));
        }
        for (table, old, new) in changes {
            match (old, new) {
                (Some(old), None) if table != "pairing_places" => {
                    broken.unless(false, "S29 S41", &format!("a row of {table} is gone"), old);
                }
                (Some(old), Some(new)) => self.changed(table, old, new, &mut broken),
                (None, Some(new)) => self.added(table, new, &mut broken),
                _ => {}
            }
        }
        broken.0
    }

    fn came_by(&self, verbs: &[Verb]) -> bool {
        verbs.contains(&self.operation.verb)
    }

    fn is_target(&self, row: &Row) -> bool {
        self.request.is_some_and(|request| row.says("id", &request.target))
    }

    fn changed(&self, table: &'static str, old: &Row, new: &Row, broken: &mut Broken) {
        if let Some((_, free)) = KEPT.iter().find(|(name, _)| *name == table) {
            broken.unless(
                old.same_but(new, free),
                "S29 S41",
                &format!("a row of {table} was rewritten"),
                new,
            );
        }
        let (from, to) = (old.text("state"), new.text("state"));
        match table {
            "pairings" if from != to => self.pairing_moved(old, new, broken),
            // Of whoever is erased no word of why is left.
            "refusals" => {
                broken.unless(new.text("reason").is_empty(), "S17", "another reason of a refusal", new);
            }
            "proposals" if from != to => self.proposal_moved(old, new, broken),
            "offers" if to == "revoked" => {
                let proposal = self.after.rows.find("proposals", new.text("proposal_id"));
                let why = self.came_by(&[Verb::Revoke]) || proposal.is_some_and(|row| self.cannot_be(row));
                broken.unless(why && from == "sent", "S14", "an offer was taken back without a cause", new);
            }
            "offers" => {
                let came = self.came_by(offer_way(from, to));
                broken.unless(came, "S14", &format!("an offer went from {from}"), new);
            }
            "concerns" if from != to => {
                let came = self.came_by(concern_way(from, to));
                broken.unless(came, "S29", &format!("a concern went from {from}"), new);
            }
            "volunteers" if self.came_by(&DECLINES) => {
                broken.unless(false, "S8", "a no changed something of her", new);
            }
            "volunteers" if self.came_by(&[Verb::Clock]) && !new.has("erased_at_ms") => {
                broken.unless(false, "S8", "time alone changed something of her", new);
            }
            "bars" => {
                let lifts = self.came_by(&[Verb::LiftBar]) || !new.has("lift_asked_by");
                broken.unless(lifts, "S3", "a bar was lifted by another verb", new);
            }
            _ => {}
        }
    }

    fn pairing_moved(&self, old: &Row, new: &Row, broken: &mut Broken) {
        let (from, to) = (old.text("state"), new.text("state"));
        let way = PAIRING_WAYS.iter().find(|(first, second, _)| *first == from && *second == to);
        let came =
            way.is_some_and(|(_, _, by)| by.is_none_or(|verb| self.came_by(&[verb]) && self.is_target(new)));
        broken.unless(came, "S14", &format!("a pairing went from {from}"), new);
        let facts = self.after;
        match to {
            "active" => {
                let asked = facts.age(new.text("child_id")) >= 8;
                broken.unless(
                    !asked || new.says("child_answer", "yes"),
                    "S12",
                    "the child was not asked",
                    new,
                );
                broken.unless(facts.concerns_are_heard(), "S43", "nobody would hear a concern", new);
            }
            "suspended" => {
                let asked = self.came_by(&[Verb::Suspend]) && self.is_target(new);
                let unasked = facts.age(new.text("child_id")) >= 8 && !new.says("child_answer", "yes");
                let why = asked || unasked || self.asked_again(new) || !must_rest(facts, new).is_empty();
                broken.unless(why, "S8", "suspended without a cause", new);
                for (kind, role) in [("cover", "child_director"), ("pairing_suspended", "coordinator")] {
                    let told = facts.rows.of("tasks").any(|task| {
                        task.says("kind", kind)
                            && task.says("role", role)
                            && task.says("subject_id", new.text("id"))
                    });
                    broken.unless(told, "S2", "nobody was told that they do not meet", new);
                }
            }
            _ => {
                let asked = self.came_by(&[Verb::End, Verb::GuardianAnswer, Verb::ChildAnswer])
                    && self.is_target(new);
                // Who have not met yet part where they could not meet.
                let unmet = old.says("state", "awaiting_guardian")
                    && (!must_rest(facts, new).is_empty() || self.asked_again(new));
                let why = asked || unmet || !must_end(facts, new).is_empty();
                broken.unless(why, "S30", "ended without a cause", new);
                let no = self.came_by(&[Verb::GuardianAnswer, Verb::ChildAnswer])
                    && self.request.is_some_and(|request| request.word == "no");
                let kept = facts.refused(new.text("child_id"), new.text("volunteer_id"));
                broken.unless(!no || kept, "S13 S17", "a refusal was not kept", new);
            }
        }
    }

    fn proposal_moved(&self, old: &Row, new: &Row, broken: &mut Broken) {
        let (from, to) = (old.text("state"), new.text("state"));
        if to == "withdrawn" && from == "accepted" {
            // Whatever ended it before the two met frees the child for another.
            let pairings =
                self.after.rows.of("pairings").filter(|row| row.says("proposal_id", new.text("id")));
            let unmet = |row: &Row| row.says("state", "ended") && !row.has("began_on");
            let all = pairings.map(unmet).reduce(|one, other| one && other);
            broken.unless(all == Some(true), "S14", "a proposal of those who met was taken back", new);
            return;
        }
        if to == "withdrawn" {
            // Drafts follow the plan, whatever changed it; what is promised is taken back for a cause alone.
            let open = ["draft", "pinned", "approved", "offered"].contains(&from);
            let why = from == "draft" || self.came_by(&[Verb::Unpin]) || self.cannot_be(new);
            broken.unless(open && why, "S14", &format!("a proposal that was {from} was taken back"), new);
            return;
        }
        let came = self.came_by(proposal_way(from, to));
        broken.unless(came, "S14", &format!("a proposal went from {from}"), new);
        let own = self.is_target(new) || self.came_by(&[Verb::ApproveMany, Verb::OfferMany, Verb::Clock]);
        let by_offer = self.request.and_then(|request| self.before.find("offers", &request.target));
        let offered = by_offer.is_some_and(|offer| new.says("id", offer.text("proposal_id")));
        broken.unless(own || offered, "S14", &format!("another proposal went from {from}"), new);
        if ["declined", "expired", "rejected"].contains(&to) {
            for child in self.after.children_of(new.text("id")) {
                let kept = self.after.refused(child, new.text("volunteer_id"));
                broken.unless(kept, "S17", "a refusal was not kept", new);
            }
        }
    }

    /// Whether somebody of a proposal takes no part any more, or does not want it.
    /// Whether the rules are to be asked again of a pair or a proposal: a record was put right, or somebody left the unit.
    fn asked_again(&self, of: &Row) -> bool {
        let unit = |id: &str| self.before.find("volunteers", id).map(|row| row.text("unit"));
        let left = self.came_by(&[Verb::ArchiveVolunteer, Verb::EraseVolunteer])
            && self.request.and_then(|request| unit(&request.target)).is_some_and(|left| {
                !left.is_empty() && unit(of.text("volunteer_id")).is_some_and(|own| own == left)
            });
        left || self.came_by(&ASKED_AGAIN)
    }

    fn cannot_be(&self, proposal: &Row) -> bool {
        let facts = self.after;
        let out = |child: &str| {
            !facts.child_takes_part(child) || facts.guardian_says_no(child) || facts.wish(child) == "no"
        };
        let apart = |child: &str| facts.in_conflict(child, proposal.text("volunteer_id"));
        self.asked_again(proposal)
            || facts.children_of(proposal.text("id")).into_iter().any(|child| out(child) || apart(child))
            || !facts.unit_serves(proposal.text("volunteer_id"), facts.today)
    }

    fn added(&self, table: &'static str, new: &Row, broken: &mut Broken) {
        let facts = self.after;
        match table {
            "proposals" if !new.says("state", "withdrawn") => {
                for child in facts.children_of(new.text("id")) {
                    let back = facts.refused(child, new.text("volunteer_id"));
                    broken.unless(!back, "S17", "a refused pair came back", new);
                }
            }
            "pairings" => {
                let came = self.came_by(&ACCEPTS);
                broken.unless(
                    came && new.says("state", "awaiting_guardian"),
                    "S14",
                    "a pair out of nothing",
                    new,
                );
            }
            "offers" => broken.unless(
                self.came_by(&[Verb::Offer, Verb::OfferMany]),
                "S14",
                "an offer out of nothing",
                new,
            ),
            "pairing_places" => {
                let volunteer = facts.rows.find("volunteers", new.text("volunteer_id"));
                let held = facts.places(new.text("volunteer_id")) as i64;
                let within = volunteer.is_some_and(|row| held <= row.whole("capacity"));
                broken.unless(within, "S19", "more households than she takes", new);
            }
            "contacts" => self.contact_added(new, broken),
            "consents" => {
                let giver = ["guardian", "entrusted_carer_with_agreement"].contains(&new.text("giver"));
                // A no is heard from anybody.
                let counts = giver || new.says("answer", "no");
                broken.unless(counts, "S10", "somebody answered who may not", new);
            }
            _ => {}
        }
    }

    /// S22: a meeting has a setting that exists; one in public in the first ninety days is told to the supervisor.
    fn contact_added(&self, new: &Row, broken: &mut Broken) {
        let meets = ["visit", "activity", "video_call"].contains(&new.text("kind"));
        let settings = ["facilitated", "site_observable", "video_observed", "community"];
        let known =
            if meets { settings.contains(&new.text("setting")) } else { new.text("setting").is_empty() };
        broken.unless(known, "S22", "a meeting in no setting", new);
        let pairing = self.after.rows.find("pairings", new.text("pairing_id"));
        let began = pairing.and_then(|row| super::facts::day(row, "began_on"));
        let met = super::facts::day(new, "happened_on");
        let early = began.zip(met).is_some_and(|(began, met)| (met - began).get_days() < 90);
        if new.says("setting", "community") && new.is("took_place") && early {
            let told = self.after.rows.of("tasks").any(|task| {
                task.says("kind", "setting_not_allowed") && task.says("subject_id", new.text("pairing_id"))
            });
            broken.unless(told, "S22", "the supervisor was not told", new);
        }
    }
}
