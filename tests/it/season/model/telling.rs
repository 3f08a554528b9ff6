//! What an answer may tell whom: names, phones and villages before their time to nobody (S25), a concern's words to those who see to it
//! alone (S28, S41), and what the office must be told (S27, S28, S30).

use jiedui::model::Role;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::expected::may_read;
use super::facts::{Facts, day};
use super::operation::Verb;
use super::rows::Row;
use super::world::{Answer, Person, Request};

/// What an answer tells that it must not, or does not tell that it must.
pub(crate) fn check(facts: &Facts<'_>, verb: Verb, request: &Request, answer: &Answer) -> Vec<String> {
    let mut broken = secrets(facts, verb, request, answer);
    broken.extend(concern_texts(facts, request, answer));
    if answer.status >= 400 {
        return broken;
    }
    let wrong = match verb {
        Verb::ListOverdue => overdue_list(facts, request, answer),
        Verb::Report => {
            let told = answer.body["phones"]["police"] == "110";
            let county = facts.rows.of("regions").find(|row| row.says("code", crate::http::server::COUNTY));
            let phone = county.map_or("", |row| row.text("duty_phone"));
            let here = answer.body["region_code"].as_str().is_some_and(|code| code.starts_with("422827"));
            let duty = answer.body["phones"]["duty"].as_str().unwrap_or_default();
            (!told || (here && duty != phone))
                .then(|| "S28: the answer does not tell whom to call".to_owned())
        }
        Verb::ShowPairing => {
            let pairing = facts.rows.find("pairings", &request.target);
            let changes = pairing.map_or(0, |row| volunteer_changes(facts, row));
            let told = answer.body["volunteer_changes"].as_i64();
            (told != Some(changes))
                .then(|| format!("S30: {changes} changes of volunteer are told as {told:?}"))
        }
        Verb::ShowConcern => {
            let said = facts.world.said.get(&request.target);
            let lost = said.is_some_and(|said| !answer.text.contains(said));
            lost.then(|| "S41: what was said in a concern is lost".to_owned())
        }
        _ => None,
    };
    broken.extend(wrong);
    broken
}

/// Whose secrets an answer may tell: by a reveal, the one who was asked about.
fn may_tell(facts: &Facts<'_>, verb: Verb, request: &Request, person: &Person) -> bool {
    match verb {
        Verb::RevealChild => person.id == request.target,
        Verb::RevealMine => {
            let pairing = facts.rows.find("pairings", &request.target);
            pairing.is_some_and(|row| row.says("child_id", &person.id) && row.says("state", "active"))
        }
        _ => false,
    }
}

fn secrets(facts: &Facts<'_>, verb: Verb, request: &Request, answer: &Answer) -> Vec<String> {
    let user = request.by.map(|by| &facts.world.users[by]);
    let office = [Role::Coordinator, Role::ChildDirector, Role::Supervisor];
    let of_office = user.is_some_and(|user| office.contains(&user.role));
    let mut broken = Vec::new();
    for person in facts.world.children.iter().chain(&facts.world.volunteers) {
        if may_tell(facts, verb, request, person) {
            continue;
        }
        let village = (!of_office && !person.village.is_empty()).then_some(&person.village);
        for secret in person.secrets.iter().chain(village) {
            if answer.text.contains(secret.as_str()) {
                let whom = user.map_or("nobody", |user| user.role.word());
                broken.push(format!("S25: {secret} is told to {whom}"));
            }
        }
    }
    broken
}

fn concern_texts(facts: &Facts<'_>, request: &Request, answer: &Answer) -> Vec<String> {
    let user = request.by.map(|by| &facts.world.users[by]);
    let mut broken = Vec::new();
    for (id, said) in &facts.world.said {
        let reads = facts.rows.find("concerns", id).zip(user).is_some_and(|(row, user)| may_read(row, user));
        if !reads && answer.text.contains(said.as_str()) {
            broken.push(format!(
                "S28 S41: a concern is told to {}",
                user.map_or("nobody", |user| user.role.word())
            ));
        }
    }
    broken
}

/// How many other volunteers the child of a pairing had met before.
fn volunteer_changes(facts: &Facts<'_>, pairing: &Row) -> i64 {
    let mut others: Vec<&str> = facts
        .rows
        .of("pairings")
        .filter(|row| row.says("child_id", pairing.text("child_id")) && row.has("began_on"))
        .filter(|row| row.whole("created_at_ms") <= pairing.whole("created_at_ms"))
        .map(|row| row.text("volunteer_id"))
        .filter(|volunteer| !pairing.says("volunteer_id", volunteer))
        .collect();
    others.sort_unstable();
    others.dedup();
    others.len() as i64
}

/// S27: since when somebody should have spoken with one of the sides, if that is past.
fn overdue_since(facts: &Facts<'_>, pairing: &Row) -> Option<Date> {
    let began = day(pairing, "began_on").filter(|_| pairing.says("state", "active"))?;
    let due = ["support_volunteer", "support_carer", "support_child"].into_iter().map(|kind| {
        let contacts = facts.rows.of("contacts").filter(|row| {
            row.says("pairing_id", pairing.text("id"))
                && row.says("kind", kind)
                && row.is("took_place")
                && !facts.rows.of("contacts").any(|other| other.says("amends_id", row.text("id")))
        });
        match contacts.filter_map(|row| day(row, "happened_on")).max() {
            None => began + 14.days(),
            Some(last) if last < began + 1.year() => last + 1.month(),
            Some(last) => last + 3.months(),
        }
    });
    due.min().filter(|due| *due < facts.today)
}

fn overdue_list(facts: &Facts<'_>, request: &Request, answer: &Answer) -> Option<String> {
    let user = &facts.world.users[request.by?];
    let items = answer.body["items"].as_array()?;
    let mut told: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
    let mut late: Vec<&str> = facts
        .rows
        .of("pairings")
        .filter(|row| user.is_here() && overdue_since(facts, row).is_some())
        .map(|row| row.text("id"))
        .collect();
    told.sort_unstable();
    late.sort_unstable();
    (told != late).then(|| format!("S27: overdue are {late:?}, told are {told:?}"))
}

/// What the passing of a day must have told: renewals (S2), contacts overdue (S27).
pub(crate) fn check_day(facts: &Facts<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    let has_task = |kind: &str, role: &str, subject: &str| {
        facts
            .rows
            .of("tasks")
            .any(|row| row.says("kind", kind) && row.says("role", role) && row.says("subject_id", subject))
    };
    for pairing in facts.rows.of("pairings") {
        let Some(since) = overdue_since(facts, pairing) else { continue };
        let days = (facts.today - since).get_days();
        for (from, role) in [(3, "coordinator"), (14, "supervisor")] {
            if days >= from && !has_task("contact_overdue", role, pairing.text("id")) {
                broken.push(format!("S27: no {role} was told of a contact {days} days overdue: {pairing}"));
            }
        }
    }
    for volunteer in facts.rows.of("volunteers").filter(|row| !row.has("deleted_at_ms")) {
        let id = volunteer.text("id");
        let Some(through) = facts.screened_through(id).filter(|_| !facts.is_barred(volunteer)) else {
            continue;
        };
        let left = (through - facts.today).get_days();
        let kind = match left {
            0..=7 => "renew_screening_7",
            8..=30 => "renew_screening_30",
            31..=60 => "renew_screening_60",
            _ => continue,
        };
        if !has_task(kind, "coordinator", id) {
            broken.push(format!("S2: nobody was told that a check ends in {left} days: {volunteer}"));
        }
    }
    broken
}

/// The ids and links that an answer brings for later.
pub(crate) fn links(answer: &Answer) -> Option<(String, String)> {
    let id = answer.body["offer"]["id"].as_str()?;
    let token = answer.body["link"].as_str()?.trim_start_matches("/i/");
    Some((id.to_owned(), token.to_owned()))
}

/// A text of an answer.
pub(crate) fn text<'v>(body: &'v Value, name: &str) -> &'v str {
    body[name].as_str().unwrap_or_default()
}
