//! What ends a promise or an acceptance outside of the plan: the plan follows at once, whoever is free gets the best there is as a new
//! draft, and the pair that came to nothing stays away.

use std::collections::BTreeMap;
use std::time::Duration;

use jiedui::runs::Plans;
use jiedui::runs::repairs::repair_due;
use jiedui::store::people::{NewConflict, NewWish};
use jiedui::store::proposals::Proposal;
use jiedui::store::{Actor, RegionSpan};
use serde_json::json;

use super::following::check;
use super::ground::{Published, link_of};
use crate::http::server::{Server, on_postgres_too};
use crate::pairings::made::{Pair, guardian, ready_county, say_yes, says, volunteer_with};
use crate::people::made::everybody;
use crate::runs::ground::{child, siblings, volunteer};

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
fn whoever_takes_part_again_is_proposed_again() {
    // A volunteer who was suspended for a time; nobody else has a place.
    let county = Published::of(2, 1);
    let draft = county.draft();
    county.offered(&draft.id);
    let path = format!("/volunteers/{}", draft.volunteer_id);
    county.coordinator.post(&format!("{path}/suspend"), &json!({"reason": "unavailable"})).expect(200);
    assert!(county.proposals("draft").is_empty(), "she has no place, and nobody else has one");
    settled(&county);
    county.coordinator.post(&format!("{path}/resume"), &json!({})).expect(200);
    assert_eq!(county.proposals("draft").len(), 2);
    settled(&county);
    // A child who said no to everybody, and thinks otherwise.
    let draft = county.draft();
    let wish = |answer: &str| {
        let wish = json!({"answer": answer, "asked_on": "2026-03-01"});
        county.coordinator.post(&format!("/children/{}/wishes", draft.child_ids[0]), &wish).expect(200);
    };
    wish("no");
    assert!(drafted(&county, &draft.child_ids[0]).is_empty());
    wish("yes");
    assert_eq!(drafted(&county, &draft.child_ids[0]).len(), 1);
    settled(&county);
}

#[test]
fn a_check_that_is_renewed_after_its_day_brings_the_volunteer_back_at_the_next_tick() {
    let county = Published::of(2, 2);
    let (server, store) = (&county.server, county.server.store.clone());
    let draft = county.draft();
    let lapse = |day: &str| {
        let hers = &draft.volunteer_id;
        server.behind(&[format!("UPDATE volunteers SET screened_through = '{day}' WHERE id = '{hers}'")]);
    };
    lapse("2026-01-01");
    let plans = Plans::new(store.clone());
    let next_day = || {
        server.behind(&["DELETE FROM ticks".to_owned()]);
        server.run(store.tick()).unwrap();
        server.run(repair_due(&store, &plans)).unwrap();
    };
    county.step(&draft.id, "reject", &json!({"reason": "other"})).expect(200);
    next_day();
    assert!(county.proposals("draft").iter().all(|open| open.volunteer_id != draft.volunteer_id));
    let without = server.counted("plan_changes WHERE kind = 'volunteer_leaves'");
    lapse("2026-12-31");
    next_day();
    assert_eq!(server.counted("plan_changes WHERE kind = 'volunteer_returns'"), without);
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
    let (store, plans) = (county.server.store.clone(), Plans::new(county.server.store.clone()));
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

#[test]
fn what_is_promised_to_who_remains_of_a_unit_stays_out_of_the_plan_until_it_comes_to_nothing() {
    let server = Server::start();
    let couple = [("unit", "家庭一"), ("unit_kind", "家庭"), ("capacity", "1")];
    let lead = volunteer_with(&server, &[couple[0], couple[1], couple[2], ("lead", "是")]);
    let mate = volunteer_with(&server, &couple);
    let other = volunteer_with(&server, &couple[2..]);
    server.run(async {
        for serial in 0..2 {
            child(&server.store, serial).await;
        }
    });
    let county = Published::by(server);
    let path = format!("/volunteers/{mate}");
    let etag = county.coordinator.get(&path).expect(200).etag();
    county.coordinator.delete(&path, Some(&etag)).expect(204);
    // Alone she is proposed to the child who had the other volunteer.
    let to = |whom: &str| {
        let drafts = county.proposals("draft").into_iter();
        drafts.filter(|draft| draft.volunteer_id == *whom).collect::<Vec<_>>()
    };
    let (promised, stays) = (to(&lead).remove(0), to(&other).remove(0));
    county.step(&promised.id, "approve", &json!({})).expect(200);
    let why = json!({"reason": "subject_request"});
    county.coordinator.post(&format!("/volunteers/{mate}/erase"), &why).expect(204);
    assert_eq!(county.state_of(&promised.id), "approved");
    assert_eq!(to(&other), std::slice::from_ref(&stays));
    settled(&county);
    county.step(&promised.id, "unpin", &json!({})).expect(200);
    assert_eq!(county.state_of(&promised.id), "withdrawn", "the plan knows her with her mate alone");
    assert_eq!(to(&other).len(), 1, "who came back waits for a place, or took that of the other child");
    assert_eq!(county.server.counted("plan_changes WHERE kind = 'group_leaves'"), 0);
    settled(&county);
}

#[test]
fn a_no_that_comes_in_while_a_child_is_drafted_is_not_outrun() {
    let county = Published::of(3, 1);
    let store = county.server.store.clone();
    let drafts = county.proposals("draft");
    let waits: Vec<String> = county.server.run(async {
        let mut view = store.view().await.unwrap();
        let all = view.run_subjects(&county.run_id, "children").await.unwrap();
        let drafted = |id: &String| drafts.iter().any(|draft| draft.child_ids.contains(id));
        all.into_iter().map(|child| child.subject_id).filter(|id| !drafted(id)).collect()
    });
    let child_id = &waits[0];
    let plans = Plans::new(store.clone());
    county.server.run(async {
        plans.prepare(&county.run_id).await.unwrap();
        // A draft came to nothing, and whoever waited is to have the place.
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let wish = NewWish { answer: "no".to_owned(), asked_on: "2026-03-01".to_owned() };
        change.add_wish(&RegionSpan::everywhere(), &drafts[0].child_ids[0], &wish).await.unwrap();
        change.commit(None).await.unwrap();
        // Meanwhile she says no to everybody.
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.add_wish(&RegionSpan::everywhere(), child_id, &wish).await.unwrap();
        let says_no = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            change.commit(None).await.unwrap();
        };
        let (repaired, ()) = tokio::join!(repair_due(&store, &plans), says_no);
        repaired.unwrap();
    });
    assert!(drafted(&county, child_id).is_empty());
    settled(&county);
}

#[test]
fn of_two_conflicts_that_end_a_familys_pairs_at_once_the_second_takes_the_acceptance_back() {
    let server = Server::start();
    server.run(async {
        siblings(&server.store).await;
        volunteer(&server.store, 9).await;
    });
    let county = Published::by(server);
    let draft = county.draft();
    assert_eq!(draft.child_ids.len(), 2);
    accepted(&county, &draft);
    let store = county.server.store.clone();
    let conflict_of = |child_id: &String| NewConflict {
        child_id: child_id.clone(),
        volunteer_id: draft.volunteer_id.clone(),
        kind: "kinship".to_owned(),
    };
    county.server.run(async {
        let everywhere = RegionSpan::everywhere();
        let mut first = store.change(Actor::COMMAND).await.unwrap();
        first.add_conflict(&everywhere, &conflict_of(&draft.child_ids[0])).await.unwrap();
        let first = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            first.commit(None).await.unwrap();
        };
        let second = async {
            let mut second = store.change(Actor::COMMAND).await.unwrap();
            second.add_conflict(&everywhere, &conflict_of(&draft.child_ids[1])).await.unwrap();
            second.commit(None).await.unwrap();
        };
        tokio::join!(first, second);
    });
    assert_eq!(county.state_of(&draft.id), "withdrawn");
    assert_eq!(county.server.counted("plan_repairs"), 1);
}

on_postgres_too! {
    whoever_takes_part_again_is_proposed_again
    what_is_promised_to_who_remains_of_a_unit_stays_out_of_the_plan_until_it_comes_to_nothing
    a_no_that_comes_in_while_a_child_is_drafted_is_not_outrun
    of_two_conflicts_that_end_a_familys_pairs_at_once_the_second_takes_the_acceptance_back
    an_erasure_that_ends_no_promise_gives_the_place_to_who_had_nobody
    after_a_no_of_guardian_or_child_the_child_has_another_draft_and_the_place_is_used_again
    who_stays_when_the_other_is_out_is_drafted_anew
    a_conflict_takes_back_what_was_offered_and_what_was_accepted
    what_ends_beside_any_request_is_followed_by_the_next_tick
}
