//! What must hold at every moment, read from the database itself. Each line of what is found begins with the safeguard that is broken.

use std::collections::BTreeSet;

use super::facts::{Facts, day};
use super::rows::Row;

/// What is broken.
#[derive(Default)]
pub(crate) struct Broken(pub(crate) Vec<String>);

impl Broken {
    /// Notes what does not hold.
    pub(crate) fn unless(&mut self, holds: bool, safeguard: &str, what: &str, row: &Row) {
        if !holds {
            self.0.push(format!("{safeguard}: {what}: {row}"));
        }
    }
}

/// States in which a proposal promises its children.
const PROMISES: [&str; 3] = ["pinned", "approved", "offered"];

/// Everything that must hold now.
pub(crate) fn check(facts: &Facts<'_>) -> Vec<String> {
    let mut broken = Broken::default();
    for pairing in facts.rows.of("pairings") {
        of_every_pairing(facts, pairing, &mut broken);
        match pairing.text("state") {
            "ended" => of_ended(facts, pairing, &mut broken),
            "active" => of_active(facts, pairing, &mut broken),
            _ => {}
        }
        if !pairing.says("state", "ended") {
            of_living(facts, pairing, &mut broken);
        }
    }
    of_places(facts, &mut broken);
    of_proposals(facts, &mut broken);
    of_bars_and_concerns(facts, &mut broken);
    for child in facts.rows.of("children").filter(|row| row.is("ready") && !row.has("erased_at_ms")) {
        let id = child.text("id");
        let may = facts.has_basis(id) || facts.age(id) >= 14;
        broken.unless(may, "S9", "processed without a basis", child);
        let refused = facts.processing_refused(id) && !facts.has_basis(id);
        broken.unless(!refused, "S11", "takes part though processing was refused", child);
    }
    broken.0
}

fn is_coordinator(facts: &Facts<'_>, user_id: &str) -> bool {
    facts.rows.find("users", user_id).is_some_and(|user| user.says("role", "coordinator"))
}

fn of_every_pairing(facts: &Facts<'_>, pairing: &Row, broken: &mut Broken) {
    broken.unless(
        is_coordinator(facts, pairing.text("approved_by")),
        "S14",
        "no coordinator approved",
        pairing,
    );
    let proposal = facts.rows.find("proposals", pairing.text("proposal_id"));
    // One that ended before the two met is of a proposal that is void: the child may be proposed to somebody else.
    let unmet = pairing.says("state", "ended") && !pairing.has("began_on");
    let accepted = proposal
        .is_some_and(|row| row.says("state", "accepted") || (unmet && row.says("state", "withdrawn")));
    broken.unless(accepted, "S14", "a pair of a proposal that nobody accepted", pairing);
    let (mut state, mut number) = ("", 0);
    for step in facts.rows.of("pairing_steps").filter(|row| row.says("pairing_id", pairing.text("id"))) {
        number += 1;
        let follows = step.says("from_state", state) && step.whole("number") == number;
        broken.unless(follows, "S14", "a step that does not follow the one before", step);
        let told = !step.text("actor_kind").is_empty() && !step.text("reason").is_empty();
        broken.unless(told, "S14", "a step without actor or reason", step);
        state = step.text("to_state");
    }
    broken.unless(pairing.says("state", state), "S14", "the steps lead elsewhere", pairing);
}

/// What ends a pairing at once must have ended it.
fn of_living(facts: &Facts<'_>, pairing: &Row, broken: &mut Broken) {
    for why in must_end(facts, pairing) {
        broken.unless(false, why, "it lives on", pairing);
    }
}

/// Why a pairing must not live any more.
pub(crate) fn must_end(facts: &Facts<'_>, pairing: &Row) -> Vec<&'static str> {
    let (child, volunteer) = (pairing.text("child_id"), pairing.text("volunteer_id"));
    let withdrawn = |id: &str| facts.rows.find("consents", id).is_some_and(|row| row.has("withdrawn_at_ms"));
    let erased = |table, id| facts.rows.find(table, id).is_none_or(|row| row.has("erased_at_ms"));
    let barred = facts.rows.find("volunteers", volunteer).is_some_and(|row| facts.is_barred(row));
    let reasons = [
        (facts.guardian_says_no(child), "S11 the guardian says no"),
        (withdrawn(pairing.text("guardian_consent_id")), "S11 the yes to her was taken back"),
        (facts.wish(child) == "no", "S12 the child says no"),
        (pairing.says("guardian_answer", "no"), "S13 the guardian refused her"),
        (pairing.says("child_answer", "no"), "S12 the child refused her"),
        (barred, "S3 she is barred"),
        (erased("children", child) || erased("volunteers", volunteer), "S41 one of them was erased"),
    ];
    reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, why)| why).collect()
}

/// Why two may not meet at present.
pub(crate) fn must_rest(facts: &Facts<'_>, pairing: &Row) -> Vec<&'static str> {
    let (child, volunteer) = (pairing.text("child_id"), pairing.text("volunteer_id"));
    let consent = facts.rows.find("consents", pairing.text("guardian_consent_id"));
    let gave = |row: &Row| {
        row.says("answer", "yes")
            && ["guardian", "entrusted_carer_with_agreement"].contains(&row.text("giver"))
    };
    let reasons = [
        (!pairing.says("guardian_answer", "yes"), "S13 the guardian did not agree to her"),
        (!consent.is_some_and(gave), "S10 nobody who may answered for the child"),
        (!facts.child_takes_part(child), "S9 the child takes no part"),
        (!facts.unit_serves(volunteer, facts.today), "S1 S2 S3 an adult is not screened, or may not serve"),
        (facts.under_concern(volunteer), "S28 a concern about an adult is open"),
        (facts.in_conflict(child, volunteer), "S17 a conflict stands"),
        (facts.refused(child, volunteer), "S17 the pair was refused"),
        (facts.man_and_girl(child, volunteer), "S16 a man and a girl"),
    ];
    reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, why)| why).collect()
}

fn of_active(facts: &Facts<'_>, pairing: &Row, broken: &mut Broken) {
    for why in must_rest(facts, pairing) {
        broken.unless(false, why, "and they meet", pairing);
    }
    broken.unless(day(pairing, "began_on").is_some(), "S27", "nobody knows since when", pairing);
}

/// S30.
fn of_ended(facts: &Facts<'_>, pairing: &Row, broken: &mut Broken) {
    let told = ["reason", "ended_on", "notice", "farewell", "replacement"];
    let said = told.iter().all(|column| !pairing.text(column).is_empty());
    broken.unless(said, "S30", "an end of which something is not said", pairing);
    let pending = told.iter().any(|column| pairing.says(column, "pending"));
    if pairing.has("began_on") && pending {
        for kind in ["close_out", "tell_child"] {
            let asked = facts
                .rows
                .of("tasks")
                .any(|row| row.says("kind", kind) && row.says("subject_id", pairing.text("id")));
            broken.unless(asked, "S30", "nobody was asked to tell the child", pairing);
        }
    }
}

/// S19.
fn of_places(facts: &Facts<'_>, broken: &mut Broken) {
    let mut households = BTreeSet::new();
    for pairing in facts.rows.of("pairings").filter(|row| !row.says("state", "ended")) {
        let child = pairing.text("child_id");
        broken.unless(facts.living_of(child).count() == 1, "S19", "a child has two", pairing);
        households.insert((pairing.text("volunteer_id"), pairing.text("household")));
        let promised =
            facts.rows.of("proposal_children").any(|row| row.says("child_id", child) && row.is("is_open"));
        broken.unless(!promised, "S19", "a child who has a volunteer is promised to another", pairing);
    }
    let held: BTreeSet<_> = facts
        .rows
        .of("pairing_places")
        .map(|row| (row.text("volunteer_id"), row.text("proposal_id")))
        .collect();
    if held != households {
        broken.0.push(format!("S19: places held {held:?} are not those of living pairs {households:?}"));
    }
}

fn of_proposals(facts: &Facts<'_>, broken: &mut Broken) {
    for proposal in facts.rows.of("proposals") {
        let (id, state) = (proposal.text("id"), proposal.text("state"));
        let approved = is_coordinator(facts, proposal.text("approved_by"));
        let needs = ["approved", "offered", "accepted"].contains(&state);
        broken.unless(approved || !needs, "S14", "promised without a coordinator's name", proposal);
        let children = facts.rows.of("proposal_children").filter(|row| row.says("proposal_id", id));
        for child in children {
            broken.unless(
                child.is("is_open") == PROMISES.contains(&state),
                "S19",
                "promised and not, at once",
                child,
            );
        }
        let open =
            facts.rows.of("offers").filter(|row| row.says("proposal_id", id) && row.says("state", "sent"));
        let offered = usize::from(state == "offered");
        broken.unless(
            open.count() == offered,
            "S14",
            "offers that are open and the proposal's state differ",
            proposal,
        );
        let waits = state == "draft" || PROMISES.contains(&state);
        for child in facts.children_of(id).into_iter().filter(|_| waits) {
            let wanted = !facts.guardian_says_no(child) && facts.wish(child) != "no";
            broken.unless(
                wanted,
                "S11 S12",
                "a pair is proposed that guardian or child do not want",
                proposal,
            );
        }
        let lead = facts.rows.find("volunteers", proposal.text("volunteer_id"));
        let barred = waits && lead.is_some_and(|row| facts.is_barred(row));
        broken.unless(!barred, "S3", "somebody barred is proposed", proposal);
        if state == "accepted" {
            for child in facts.children_of(id) {
                let begun = facts
                    .rows
                    .of("pairings")
                    .any(|row| row.says("proposal_id", id) && row.says("child_id", child));
                broken.unless(begun, "S19", "accepted, and no pair", proposal);
            }
        }
    }
}

fn of_bars_and_concerns(facts: &Facts<'_>, broken: &mut Broken) {
    for bar in facts.rows.of("bars").filter(|row| row.has("lifted_at_ms")) {
        let two = bar.has("lift_asked_by") && bar.text("lift_asked_by") != bar.text("lifted_by");
        broken.unless(two, "S3", "lifted by one alone", bar);
    }
    for concern in facts.rows.of("concerns") {
        let id = concern.text("id");
        let (asked, closed) = (concern.text("close_asked_by"), concern.text("closed_by"));
        if concern.says("state", "closed") {
            broken.unless(
                !asked.is_empty() && !closed.is_empty() && asked != closed,
                "S29",
                "closed by one alone",
                concern,
            );
        }
        for who in [asked, closed].into_iter().filter(|who| !who.is_empty()) {
            let user = facts.rows.find("users", who);
            let hers = |user: &Row| {
                user.has("volunteer_id") && user.text("volunteer_id") == concern.text("subject_volunteer_id")
            };
            let subject = concern.says("subject_user_id", who) || user.is_some_and(hers);
            broken.unless(!subject, "S29", "its subject had a hand in closing it", concern);
        }
        let task = facts
            .rows
            .of("tasks")
            .any(|row| row.says("subject_id", id) && row.says("kind", "concern_report"));
        broken.unless(
            task && concern.whole("report_due_at_ms") > 0,
            "S28",
            "no timer to report it runs",
            concern,
        );
    }
}
