//! What ends a promise or an acceptance outside of the plan: the plan follows at once, whoever is free gets the best there is as a new
//! draft, and the pair that came to nothing stays away.

use std::collections::BTreeMap;

use jiedui::runs::repairs::repair_due;
use jiedui::store::Actor;
use jiedui::store::proposals::Proposal;
use serde_json::json;

use super::following::check;
use super::ground::{Published, link_of};
use crate::http::server::on_postgres_too;
use crate::pairings::made::{Pair, guardian, ready_county, say_yes, says};
use crate::people::made::everybody;

/// Offers a draft and lets its volunteer say yes; the ids of the pairings.
fn accepted(county: &Published, draft: &Proposal) -> Vec<String> {
    let (_, link) = county.offered(&draft.id);
    county.server.anonymous().post(&format!("{}/accept", link_of(&link)), &json!({})).expect(200);
    let listed = county.coordinator.get(&format!("/pairings?child_id={}", draft.child_ids[0])).expect(200);
    listed.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Whom the drafts propose to a child.
fn drafted(county: &Published, child_id: &str) -> Vec<String> {
    let drafts = county.proposals("draft").into_iter();
    drafts
        .filter(|draft| draft.child_ids.iter().any(|id| id == child_id))
        .map(|draft| draft.volunteer_id)
        .collect()
}

/// Drafts are those of the plan, and nothing is left to be followed.
fn settled(county: &Published) {
    check(county, &BTreeMap::new());
    assert_eq!(county.server.counted("plan_repairs"), 0);
}

#[test]
fn after_a_no_of_guardian_or_child_the_child_has_another_draft_and_the_place_is_used_again() {
    for (verb, body, reason) in
        [("guardian-answer", guardian("no"), "guardian_no"), ("child-answer", says("no"), "child_no")]
    {
        // Three children, two places here and two there: one place is left.
        let county = Published::of(3, 2);
        let draft = county.draft();
        let pairing = accepted(&county, &draft).remove(0);
        county.coordinator.post(&format!("/pairings/{pairing}/{verb}"), &body).expect(200);
        assert_eq!(county.state_of(&draft.id), "withdrawn", "{verb}");
        let shown = county.coordinator.get(&format!("/proposals/{}", draft.id)).expect(200);
        assert_eq!(shown.text_of("/reason"), reason);
        let new = drafted(&county, &draft.child_ids[0]);
        assert_eq!(new.len(), 1, "{verb}");
        assert_ne!(new[0], draft.volunteer_id, "the pair that was refused comes back");
        assert_eq!(county.proposals("draft").len(), 3, "everybody has somebody");
        settled(&county);
    }
}

#[test]
fn the_place_of_a_refused_volunteer_goes_to_a_child_who_had_nobody() {
    let county = Published::of(3, 1);
    let before: Vec<String> = county.proposals("draft").into_iter().flat_map(|one| one.child_ids).collect();
    assert_eq!(before.len(), 2, "one child has nobody");
    let draft = county.draft();
    let pairing = accepted(&county, &draft).remove(0);
    county.coordinator.post(&format!("/pairings/{pairing}/guardian-answer"), &guardian("no")).expect(200);
    let after: Vec<String> = county.proposals("draft").into_iter().flat_map(|one| one.child_ids).collect();
    assert_eq!(after.len(), 2);
    assert!(!after.contains(&draft.child_ids[0]) && after.iter().any(|child| !before.contains(child)));
    settled(&county);
}

#[test]
fn who_stays_when_the_other_is_out_is_drafted_anew() {
    for (verb, body) in
        [("suspend", json!({"reason": "unavailable"})), ("bar", json!({"reason": "incident"}))]
    {
        let county = Published::of(3, 2);
        let draft = county.draft();
        county.offered(&draft.id);
        county.coordinator.post(&format!("/volunteers/{}/{verb}", draft.volunteer_id), &body).expect(200);
        let new = drafted(&county, &draft.child_ids[0]);
        assert!(!new.contains(&draft.volunteer_id), "{verb}");
        assert_eq!(county.proposals("draft").len(), 2, "whoever is left has two places");
        settled(&county);
    }
    // And the other way round: the child says no to everybody, and her volunteer's place goes to who had nobody.
    let county = Published::of(3, 1);
    let draft = county.draft();
    county.offered(&draft.id);
    let wish = json!({"answer": "no", "asked_on": "2026-03-01"});
    county.coordinator.post(&format!("/children/{}/wishes", draft.child_ids[0]), &wish).expect(200);
    assert_eq!(county.proposals("draft").len(), 2);
    assert!(drafted(&county, &draft.child_ids[0]).is_empty());
    settled(&county);
}

#[test]
fn an_archived_volunteer_keeps_no_child_waiting() {
    let county = Published::of(2, 2);
    let draft = county.draft();
    let pairing = accepted(&county, &draft).remove(0);
    let path = format!("/volunteers/{}", draft.volunteer_id);
    let etag = county.coordinator.get(&path).expect(200).etag();
    county.coordinator.delete(&path, Some(&etag)).expect(204);
    let shown = county.coordinator.get(&format!("/pairings/{pairing}")).expect(200);
    assert_eq!(
        (shown.text_of("/state"), shown.text_of("/reason")),
        ("ended".into(), "volunteer_archived".into())
    );
    let new = drafted(&county, &draft.child_ids[0]);
    assert!(new.len() == 1 && new[0] != draft.volunteer_id);
    settled(&county);
}

#[test]
fn a_conflict_takes_back_what_was_offered_and_what_was_accepted() {
    for accept in [false, true] {
        let county = Published::of(2, 2);
        let draft = county.draft();
        if accept {
            accepted(&county, &draft);
        } else {
            county.offered(&draft.id);
        }
        let body =
            json!({"child_id": draft.child_ids[0], "volunteer_id": draft.volunteer_id, "kind": "kinship"});
        county.coordinator.post("/conflicts", &body).expect(201);
        assert_eq!(county.state_of(&draft.id), "withdrawn");
        let new = drafted(&county, &draft.child_ids[0]);
        assert!(new.len() == 1 && new[0] != draft.volunteer_id, "{accept}");
        settled(&county);
    }
}

#[test]
fn what_ends_beside_any_request_is_followed_by_the_next_tick() {
    let county = Published::of(3, 2);
    let draft = county.draft();
    county.offered(&draft.id);
    let (store, plans) = (county.server.store.clone(), jiedui::runs::Plans::new(county.server.store.clone()));
    county.server.run(async {
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.bar_volunteer(&everybody(), &draft.volunteer_id, "incident").await.unwrap();
        change.commit(None).await.unwrap();
    });
    assert!(county.server.counted("plan_repairs") > 0);
    assert!(county.server.run(repair_due(&store, &plans)).unwrap() > 0);
    settled(&county);
    assert_eq!(county.server.run(repair_due(&store, &plans)).unwrap(), 0, "once is enough");
    // Whoever held the plan in memory meanwhile is told to load it anew, and goes on.
    let next = county.draft();
    county.step(&next.id, "pin", &json!({})).expect(200);
    settled(&county);
}

#[test]
fn an_erasure_that_ends_no_promise_gives_the_place_to_who_had_nobody() {
    let county = Published::of(3, 1);
    ready_county(&county.server);
    let draft = county.draft();
    let child_id = draft.child_ids[0].clone();
    let pairing_id = accepted(&county, &draft).remove(0);
    let pair = Pair { child_id: child_id.clone(), volunteer_id: draft.volunteer_id, pairing_id };
    say_yes(&county.coordinator, &pair);
    county.coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    assert_eq!(county.proposals("draft").len(), 1, "one child has nobody");
    let why = json!({"reason": "subject_request"});
    county.coordinator.post(&format!("/children/{child_id}/erase"), &why).expect(204);
    assert_eq!(county.proposals("draft").len(), 2, "both who remain have a place");
    settled(&county);
}

on_postgres_too! {
    an_erasure_that_ends_no_promise_gives_the_place_to_who_had_nobody
    after_a_no_of_guardian_or_child_the_child_has_another_draft_and_the_place_is_used_again
    who_stays_when_the_other_is_out_is_drafted_anew
    a_conflict_takes_back_what_was_offered_and_what_was_accepted
    what_ends_beside_any_request_is_followed_by_the_next_tick
}
