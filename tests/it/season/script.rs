//! The season of Guang'an: a run, offers, 30 % declines and their repair, guardians' answers, living pairs; one pair ends and its child is
//! paired again, one consent is withdrawn, one concern is reported, one check expires. At the end the API's counts are those of
//! the audit trail. `JIEDUI_SEASON_COUNTIES=511602,511603` plays other counties, `JIEDUI_SEASON_OFFERS` asks for more offers.

use std::collections::BTreeSet;

use jiedui::model::Role;
use serde_json::{Value, json};

use super::office::{CITY, Office, text};
use super::trail::counts_are_those_of_the_trail;
use crate::http::server::on_postgres_too;

on_postgres_too! {
    a_season_of_a_city_ends_with_the_counts_that_its_trail_tells
}

fn offers() -> usize {
    std::env::var("JIEDUI_SEASON_OFFERS").map_or(40, |text| text.parse().unwrap())
}

/// Child and volunteer of a proposal, one pair a child.
fn pairs(proposal: &Value) -> Vec<(String, String)> {
    let children = proposal["child_ids"].as_array().unwrap().iter();
    children.map(|child| (child.as_str().unwrap().to_owned(), text(proposal, "volunteer_id"))).collect()
}

fn ids(proposals: &[Value]) -> Vec<String> {
    proposals.iter().map(|proposal| text(proposal, "id")).collect()
}

/// Offers proposals; three in ten decline where `some_decline`, the others accept. The pairs that were declined.
fn play_offers(
    office: &Office,
    run_id: &str,
    proposals: &[Value],
    some_decline: bool,
) -> BTreeSet<(String, String)> {
    office.offer(run_id, &ids(proposals));
    let links = office.links();
    let offers = Office::all(&office.coordinator, "/offers?state=sent");
    assert_eq!(offers.len(), proposals.len(), "each is asked");
    let mut declined = BTreeSet::new();
    for (at, offer) in offers.iter().enumerate() {
        let token = links.get(&text(offer, "id")).unwrap_or_else(|| panic!("no link for {offer}"));
        if some_decline && at % 10 < 3 {
            office.answer(token, "decline");
            let of = text(offer, "proposal_id");
            let proposal = proposals.iter().find(|proposal| proposal["id"] == of.as_str()).unwrap();
            declined.extend(pairs(proposal));
        } else {
            office.answer(token, "accept");
        }
    }
    declined
}

#[test]
fn a_season_of_a_city_ends_with_the_counts_that_its_trail_tells() {
    let office = Office::open();
    let run_id = office.publish_run();
    let of_run = format!("/runs/{run_id}/proposals");
    let drafts = Office::all(&office.coordinator, &format!("{of_run}?state=draft"));
    assert!(drafts.len() > offers(), "{} proposals", drafts.len());
    let declined = play_offers(&office, &run_id, &drafts[..offers()], true);

    // The plan is mended at once: what was declined does not come back, and whoever was next is proposed.
    let drafts = Office::all(&office.coordinator, &format!("{of_run}?state=draft"));
    let open: BTreeSet<(String, String)> = drafts.iter().flat_map(pairs).collect();
    assert!(declined.is_disjoint(&open), "a declined pair never comes back by itself");
    let declined_children: BTreeSet<&String> = declined.iter().map(|(child, _)| child).collect();
    let mended: Vec<Value> = drafts
        .into_iter()
        .filter(|draft| pairs(draft).iter().any(|(child, _)| declined_children.contains(child)))
        .collect();
    assert!(!mended.is_empty(), "somebody else is proposed");
    play_offers(&office, &run_id, &mended, false);

    let awaiting = Office::all(&office.coordinator, "/pairings?state=awaiting_guardian");
    assert!(awaiting.len() >= offers() * 7 / 10, "{}", awaiting.len());
    let (refused, asked) = awaiting.split_first().unwrap();
    office.guardian(&text(refused, "id"), "no");
    let drafts = format!("/proposals?child_id={}&state=draft", text(refused, "child_id"));
    for draft in Office::all(&office.coordinator, &drafts) {
        assert_ne!(draft["volunteer_id"], refused["volunteer_id"], "whoever was refused comes back");
    }
    for pairing in asked {
        assert_eq!(office.activate(&text(pairing, "id")), 200, "{pairing}");
    }
    let active = Office::all(&office.coordinator, "/pairings?state=active");
    assert_eq!(active.len(), asked.len());
    assert_eq!(office.pairing(&text(refused, "id"))["state"], "ended", "a guardian's no needs no reason");

    pair_again(&office, &active[0]);
    let consent = text(&office.pairing(&text(&active[1], "id")), "guardian_consent_id");
    let path = format!("/consents/{consent}/withdraw");
    office.coordinator.post(&path, &json!({"channel": "phone"})).expect(200);
    assert_eq!(office.pairing(&text(&active[1], "id"))["state"], "ended", "a withdrawal closes at once");

    let about = json!({"kind": "boundary", "severity": "serious", "text": "试", "subject_kind": "volunteer",
        "pairing_id": active[2]["id"], "reporter_kind": "child", "channel": "phone"});
    office.coordinator.post("/concerns", &about).expect(201);
    let held = office.pairing(&text(&active[2], "id"));
    assert_eq!((&held["state"], &held["reason"]), (&json!("suspended"), &json!("volunteer_suspended")));

    let office = let_a_check_expire(office);
    counts_are_those_of_the_trail(&office);
}

/// A pair ends; the next run proposes somebody for its child, who accepts.
fn pair_again(office: &Office, pairing: &Value) {
    let end = json!({"reason": "volunteer_leaves", "notice": "in_person", "farewell": "met",
        "replacement": "next_run"});
    office.coordinator.post(&format!("/pairings/{}/end", text(pairing, "id")), &end).expect(200);
    let run_id = office.publish_run();
    let child_id = text(pairing, "child_id");
    let proposals = Office::all(&office.coordinator, &format!("/proposals?child_id={child_id}&state=draft"));
    let of_run: Vec<Value> =
        proposals.into_iter().filter(|found| found["run_id"] == run_id.as_str()).collect();
    assert_eq!(of_run.len(), 1, "whose pair ended goes to the head of her class");
    play_offers(office, &run_id, &of_run, false);
    let again =
        Office::all(&office.coordinator, &format!("/pairings?child_id={child_id}&state=awaiting_guardian"));
    assert_eq!(again.len(), 1);
    assert_eq!(office.activate(&text(&again[0], "id")), 200);
    let changes = &office.pairing(&text(&again[0], "id"))["volunteer_changes"];
    let same = again[0]["volunteer_id"] == pairing["volunteer_id"];
    assert_eq!(changes, &json!(i64::from(!same)), "a change of volunteer is counted");
}

/// The day after the first check of an active pair's volunteer ran out.
fn let_a_check_expire(mut office: Office) -> Office {
    let active = Office::all(&office.coordinator, "/pairings?state=active");
    let first = active.iter().map(|pairing| text(pairing, "volunteer_screened_through")).min().unwrap();
    let day: jiff::civil::Date = first.parse().unwrap();
    let noon = jiff::tz::Offset::UTC.to_timestamp(day.tomorrow().unwrap().at(4, 0, 0, 0)).unwrap();
    let now_ms = jiedui::model::Clock::now_ms(&*office.server.clock);
    office.server.clock.advance_ms(noon.as_millisecond() - now_ms);
    // The session ended long ago.
    office.coordinator = office.server.log_in_as_in(Role::Coordinator, CITY);
    assert!(office.server.run(office.server.store.tick()).unwrap());
    let mut stopped = 0;
    for pairing in &active {
        let now = office.pairing(&text(pairing, "id"));
        let by_check = now["reason"] == "screening_expired";
        if text(pairing, "volunteer_screened_through") == first {
            // A seasonal pair may be over for another reason too; none of these meets any more.
            assert_ne!(now["state"], "active", "{now}");
            stopped += usize::from(by_check && now["state"] == "suspended");
        } else {
            assert!(!by_check, "{now}");
        }
    }
    assert!(stopped > 0, "a check that ran out suspends");
    office
}
