//! A plan that was made and published with nothing in between, held against the county as it is: nobody is left out whom somebody
//! could take (S20), no less urgent child was taken in the place of a more urgent one (S20, S30), no family is torn apart (S18), no
//! pair breaks a rule (S1–S3, S16, S17) and nobody gets more than she takes (S19).

use jiff::ToSpan;
use jiff::civil::Date;

use super::facts::{Facts, day};
use super::rows::Row;

/// What is wrong with the drafts of a run, looked at just after it was published.
pub(crate) fn check(facts: &Facts<'_>, run: &Row) -> Vec<String> {
    let Some(until) = day(run, "period_last") else { return Vec::new() };
    let drafts: Vec<(&Row, Vec<&str>)> = facts
        .rows
        .of("proposals")
        .filter(|row| row.says("run_id", run.text("id")))
        .map(|row| (row, facts.children_of(row.text("id"))))
        .collect();
    let mut broken = Vec::new();
    for (draft, children) in &drafts {
        for child in children {
            let volunteer = draft.text("volunteer_id");
            // Somebody about whom a concern is open is refused when she is to be asked.
            if !facts.may_meet(child, volunteer, until) && !facts.under_concern(volunteer) {
                broken.push(format!("S1 S2 S3 S9 S12 S16 S17: a run proposes who may not meet: {draft}"));
            }
        }
    }
    broken.extend(families(facts, &drafts, until));
    for volunteer in facts.rows.of("volunteers") {
        let taken = taken(facts, &drafts, volunteer.text("id"));
        let id = volunteer.text("id");
        // Whoever takes fewer than she has keeps those, and brothers and sisters may join them.
        let proposed = drafts
            .iter()
            .any(|(row, _)| row.says("volunteer_id", id) && !row.says("origin", "joined_sibling"));
        if proposed && taken > volunteer.whole("capacity") {
            broken.push(format!("S19: {taken} households are proposed to {volunteer}"));
        }
    }
    let left = facts.rows.of("children").map(|row| row.text("id")).filter(|child| {
        !facts.is_taken(child, "") && !drafts.iter().any(|(_, children)| children.contains(child))
    });
    for child in left.filter(|child| is_alone(facts, child)) {
        broken.extend(left_out(facts, &drafts, child, until));
    }
    broken
}

/// A child without brothers or sisters, whose place in a plan is hers alone.
fn is_alone(facts: &Facts<'_>, child: &str) -> bool {
    facts.world.child(child).is_some_and(|person| person.together.is_empty())
}

/// S18: brothers and sisters of one plan have one volunteer; but who may not meet the one whom another joins goes elsewhere.
fn families(facts: &Facts<'_>, drafts: &[(&Row, Vec<&str>)], until: Date) -> Vec<String> {
    let mut broken = Vec::new();
    let must_part = |joins: &Row, others: &[&str]| {
        let volunteer = joins.text("volunteer_id");
        joins.says("origin", "joined_sibling")
            && others.iter().any(|child| !facts.may_meet(child, volunteer, until))
    };
    let family = |child: &str| facts.world.child(child).map_or("", |person| person.together.as_str());
    for (at, (draft, children)) in drafts.iter().enumerate() {
        for (other, others) in &drafts[at + 1..] {
            let of = children.iter().map(|child| family(child)).find(|family| !family.is_empty());
            let same = of.is_some_and(|of| others.iter().any(|child| family(child) == of));
            let parted = draft.text("volunteer_id") != other.text("volunteer_id");
            if same && parted && !must_part(draft, others) && !must_part(other, children) {
                broken.push(format!("S18: a family is torn apart: {draft} and {other}"));
            }
        }
    }
    broken
}

/// Places of a volunteer that pairs, promises and drafts hold.
fn taken(facts: &Facts<'_>, drafts: &[(&Row, Vec<&str>)], volunteer: &str) -> i64 {
    let promised = facts.rows.of("proposals").filter(|row| {
        row.says("volunteer_id", volunteer) && ["pinned", "approved", "offered"].contains(&row.text("state"))
    });
    // Brothers and sisters who join a pair that stands are of its household.
    let drafted = drafts
        .iter()
        .filter(|(row, _)| row.says("volunteer_id", volunteer) && !row.says("origin", "joined_sibling"));
    (facts.places(volunteer) + promised.count() + drafted.count()) as i64
}

/// The class that a child has at least, and at most: 0 is the most urgent. Whoever lost a volunteer lately is at the head (S30).
fn classes(facts: &Facts<'_>, child: &str) -> (usize, usize) {
    let class = facts.world.child(child).map_or(2, |person| person.class);
    let mut ended =
        facts.rows.of("pairings").filter(|row| row.says("child_id", child) && row.says("state", "ended"));
    let lately = |row: &Row| {
        row.has("began_on") && day(row, "ended_on").is_some_and(|end| end + 80.days() > facts.today)
    };
    let surely = facts
        .rows
        .of("pairings")
        .any(|row| row.says("child_id", child) && row.says("state", "ended") && lately(row));
    let perhaps = ended.next().is_some();
    (if perhaps { 0 } else { class }, if surely { 0 } else { class })
}

fn left_out(facts: &Facts<'_>, drafts: &[(&Row, Vec<&str>)], child: &str, until: Date) -> Vec<String> {
    let mut broken = Vec::new();
    for volunteer in facts.rows.of("volunteers").filter(|row| row.whole("capacity") > 0) {
        let id = volunteer.text("id");
        let leads = facts.world.volunteer(id).is_some_and(|person| person.lead);
        if !leads || !facts.may_meet(child, id, until) {
            continue;
        }
        if taken(facts, drafts, id) < volunteer.whole("capacity") {
            broken.push(format!("S20: {child} is left out, and {id} has a place"));
        }
        for (draft, others) in drafts.iter().filter(|(row, _)| row.says("volunteer_id", id)) {
            let single = others.len() == 1 && is_alone(facts, others[0]);
            if single
                && draft.says("origin", "proposed")
                && classes(facts, others[0]).0 > classes(facts, child).1
            {
                broken.push(format!("S20 S30: {child} is left out for a less urgent one: {draft}"));
            }
        }
    }
    broken
}
