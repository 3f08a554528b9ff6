//! What volunteers answer, and what becomes of it.

use jiedui::model::Role;
use jiedui::runs::Plans;
use jiedui::runs::expiry::expire_overdue;
use serde_json::json;

use super::ground::{Published, link_of};
use crate::http::server::{COUNTY, fields, on_postgres_too};

#[test]
fn a_yes_begins_a_pairing_and_the_link_is_good_once() {
    let county = Published::of(2, 2);
    let draft = county.draft();
    let (offer_id, link) = county.offered(&draft.id);
    let bearer = county.server.anonymous();
    let seen = bearer.get(&link_of(&link)).expect(200).body;
    assert_eq!(seen["state"], "open");
    assert_eq!(seen["offered"]["township"], "示例镇");
    let accepted = bearer.post(&format!("{}/accept", link_of(&link)), &json!({})).expect(200).body;
    assert_eq!(accepted["state"], "accepted");
    assert_eq!(county.state_of(&draft.id), "accepted");
    assert_eq!(county.server.counted("pairings WHERE state = 'awaiting_guardian'"), 1);
    for verb in ["accept", "decline", "conflict"] {
        let again = bearer.post(&format!("{}/{verb}", link_of(&link)), &json!({})).expect(409);
        assert_eq!(again.code(), "offer_used");
    }
    let shown = county.coordinator.get(&format!("/offers/{offer_id}")).expect(200).body;
    assert_eq!((shown["state"].as_str(), shown["answered_by"].as_str()), (Some("accepted"), Some("link")));
    assert!(bearer.get(&link_of(&link)).expect(200).body["offered"].is_null(), "nothing more is told");
}

#[test]
fn a_no_has_no_penalty_and_the_plan_goes_on() {
    let county = Published::of(2, 3);
    let draft = county.draft();
    let (_, link) = county.offered(&draft.id);
    let bearer = county.server.anonymous();
    let declined =
        bearer.post(&format!("{}/decline", link_of(&link)), &json!({"reason": "time"})).expect(200).body;
    assert_eq!(declined["state"], "declined");
    assert_eq!(county.state_of(&draft.id), "declined");
    assert_eq!(county.server.counted("refusals WHERE said_by = 'volunteer' AND reason = 'time'"), 1);
    assert_eq!(county.server.counted("conflicts"), 0);
    let next: Vec<_> = county
        .proposals("draft")
        .into_iter()
        .filter(|open| open.group_number == draft.group_number)
        .collect();
    assert_eq!(next.len(), 1, "there are others");
    assert_ne!(next[0].volunteer_id, draft.volunteer_id);
    assert_eq!(next[0].origin, "repaired");
    // She is proposed to others as before: capacity and standing are what they were.
    let volunteer = format!("/volunteers/{}", draft.volunteer_id);
    assert_eq!(county.coordinator.get(&volunteer).expect(200).body["capacity"], 2);
}

#[test]
fn who_knows_the_family_is_kept_apart_from_it() {
    let county = Published::of(1, 2);
    let draft = county.draft();
    let (_, link) = county.offered(&draft.id);
    let bearer = county.server.anonymous();
    bearer.post(&format!("{}/conflict", link_of(&link)), &json!({"kind": "kinship"})).expect(200);
    assert_eq!(county.state_of(&draft.id), "declined");
    assert_eq!(county.server.counted("conflicts WHERE kind = 'kinship' AND cleared_at_ms IS NULL"), 1);
    assert!(county.proposals("draft").iter().all(|open| open.volunteer_id != draft.volunteer_id));
}

#[test]
fn nobody_answering_in_time_is_no_answer_and_the_plan_goes_on() {
    let mut county = Published::of(2, 3);
    let draft = county.draft();
    let (offer_id, link) = county.offered(&draft.id);
    let plans = Plans::new(county.server.store.clone());
    let tick = |county: &Published| county.server.run(expire_overdue(&county.server.store, &plans)).unwrap();
    county.wait_minutes(72 * 60 - 1);
    assert_eq!(tick(&county), 0);
    county.wait_minutes(1);
    let bearer = county.server.anonymous();
    assert_eq!(bearer.get(&link_of(&link)).expect(200).body["state"], "expired");
    let late = bearer.post(&format!("{}/accept", link_of(&link)), &json!({})).expect(409);
    assert_eq!(late.code(), "offer_expired");
    assert_eq!((tick(&county), tick(&county)), (1, 0));
    assert_eq!(county.state_of(&draft.id), "expired");
    assert_eq!(
        county.coordinator.get(&format!("/offers/{offer_id}")).expect(200).text_of("/state"),
        "expired"
    );
    assert_eq!(county.server.counted("refusals WHERE said_by = 'expiry'"), 1);
    assert!(county.proposals("draft").iter().any(|open| open.group_number == draft.group_number));
    // The server's own copy of the plan takes up what the tick changed.
    county.step(&county.draft().id, "approve", &json!({})).expect(200);
}

#[test]
fn a_link_that_was_sent_again_is_good_and_the_former_is_not() {
    let county = Published::of(1, 1);
    let (offer_id, first) = county.offered(&county.draft().id);
    let again = county.coordinator.post(&format!("/offers/{offer_id}/resend"), &json!({})).expect(200);
    let second = again.text_of("/link");
    assert_eq!(again.body["offer"]["times_sent"], 2);
    let bearer = county.server.anonymous();
    bearer.get(&link_of(&first)).expect(404);
    bearer.get(&link_of(&second)).expect(200);
    for token in [&first, &second] {
        assert!(!county.server.stores(token.trim_start_matches("/i/")), "a token stands in the database");
    }
}

#[test]
fn an_offer_that_was_taken_back_may_be_made_again() {
    let county = Published::of(1, 1);
    let draft = county.draft();
    let (offer_id, link) = county.offered(&draft.id);
    let revoked =
        county.coordinator.post(&format!("/offers/{offer_id}/revoke"), &json!({"reason": "mistake"}));
    assert_eq!(revoked.expect(200).text_of("/state"), "revoked");
    let bearer = county.server.anonymous();
    let late = bearer.post(&format!("{}/accept", link_of(&link)), &json!({})).expect(409);
    assert_eq!(late.code(), "offer_revoked");
    assert_eq!(county.state_of(&draft.id), "approved");
    county.step(&draft.id, "offer", &json!({})).expect(201);
    let listed = county.coordinator.get(&format!("/offers?proposal_id={}", draft.id)).expect(200).body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
}

#[test]
fn an_answer_is_written_down_for_her_with_channel_and_witness() {
    let county = Published::of(2, 2);
    let drafts = county.proposals("draft");
    let (offer_id, _) = county.offered(&drafts[0].id);
    let said = json!({"answer": "accept", "channel": "phone", "witness": "证人向试某"});
    let recorded = county.coordinator.post(&format!("/offers/{offer_id}/record"), &said).expect(200).body;
    assert_eq!(recorded["state"], "accepted");
    assert_eq!(recorded["channel"], "phone");
    assert_eq!(recorded["answered_by"], county.coordinator.user_id.as_str());
    assert!(!county.server.stores("证人向试某"));
    let (offer_id, _) = county.offered(&drafts[1].id);
    let said = json!({"answer": "decline", "channel": "in_person", "reason": "distance"});
    let recorded = county.coordinator.post(&format!("/offers/{offer_id}/record"), &said).expect(200).body;
    assert_eq!(
        (recorded["state"].as_str(), recorded["reason"].as_str()),
        (Some("declined"), Some("distance"))
    );
}

#[test]
fn a_volunteer_with_an_account_answers_by_it_and_sees_only_her_own() {
    let county = Published::of(2, 2);
    let draft = county.draft();
    let (offer_id, _) = county.offered(&draft.id);
    let mut hers = fields(Role::Volunteer, COUNTY);
    hers.volunteer_id = Some(draft.volunteer_id.clone());
    let herself = county.server.log_in_with(&hers);
    let listed = herself.get("/me/offers").expect(200).body;
    assert_eq!(listed["items"][0]["id"], offer_id.as_str());
    let shown = herself.get(&format!("/me/offers/{offer_id}")).expect(200).body;
    assert_eq!(shown["offered"]["children"], 1);
    let stranger = crate::http::samples::caller(&county.server, Role::Volunteer);
    stranger.get(&format!("/me/offers/{offer_id}")).expect(404);
    stranger.post(&format!("/me/offers/{offer_id}/accept"), &json!({})).expect(404);
    herself.post(&format!("/me/offers/{offer_id}/accept"), &json!({})).expect(200);
    assert_eq!(county.state_of(&draft.id), "accepted");
}

#[test]
fn whoever_is_suspended_has_no_offer_to_accept() {
    let county = Published::of(1, 1);
    let draft = county.draft();
    let (_, link) = county.offered(&draft.id);
    let suspend = format!("/volunteers/{}/suspend", draft.volunteer_id);
    county.coordinator.post(&suspend, &json!({"reason": "papers"})).expect(200);
    let bearer = county.server.anonymous();
    let refused = bearer.post(&format!("{}/accept", link_of(&link)), &json!({})).expect(409);
    assert_eq!(refused.code(), "offer_revoked");
    assert_eq!(county.state_of(&draft.id), "withdrawn");
    assert_eq!(county.server.counted("pairings"), 0);
}

#[test]
fn the_rules_are_asked_again_when_she_says_yes() {
    let county = Published::of(1, 1);
    let draft = county.draft();
    let (_, link) = county.offered(&draft.id);
    // Behind the API's back: recorded through it, a conflict takes the offer back at once.
    county.server.behind(&[format!(
        "INSERT INTO conflicts
            (id, child_id, volunteer_id, county_code, volunteer_number, kind, recorded_at_ms, recorded_by)
        VALUES ('c1', '{}', '{}', '422827', 'V', 'debt', 1, 'x')",
        draft.child_ids[0], draft.volunteer_id
    )]);
    let bearer = county.server.anonymous();
    let refused = bearer.post(&format!("{}/accept", link_of(&link)), &json!({})).expect(409);
    assert_eq!(refused.code(), "not_eligible");
    assert_eq!(county.state_of(&draft.id), "offered", "nothing has happened");
    assert_eq!(county.server.counted("pairings"), 0);
}

on_postgres_too! {
    a_yes_begins_a_pairing_and_the_link_is_good_once
    a_no_has_no_penalty_and_the_plan_goes_on
    who_knows_the_family_is_kept_apart_from_it
    nobody_answering_in_time_is_no_answer_and_the_plan_goes_on
    an_offer_that_was_taken_back_may_be_made_again
    an_answer_is_written_down_for_her_with_channel_and_witness
    whoever_is_suspended_has_no_offer_to_accept
    the_rules_are_asked_again_when_she_says_yes
}
