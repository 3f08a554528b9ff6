//! What coordinators decide about drafts.

use jiedui::model::Role;
use jiedui::runs::Plans;
use jiedui::runs::promises::{self, PromiseError};
use jiedui::store::{Actor, RegionSpan, StoreError};
use serde_json::json;

use super::ground::Published;
use crate::http::server::on_postgres_too;

#[test]
fn a_published_run_has_drafts_that_are_listed_and_shown() {
    let county = Published::of(3, 2);
    let drafts = county.proposals("draft");
    assert_eq!(drafts.len(), 3);
    let listed = county.coordinator.get(&format!("/runs/{}/proposals", county.run_id)).expect(200).body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    let child = &drafts[0].child_ids[0];
    let of_child = county.coordinator.get(&format!("/proposals?child_id={child}")).expect(200).body;
    assert_eq!(of_child["items"][0]["id"], drafts[0].id.as_str());
    let shown = county.coordinator.get(&format!("/proposals/{}", drafts[0].id)).expect(200).body;
    assert_eq!(shown["state"], "draft");
    assert_eq!(shown["volunteer_id"], drafts[0].volunteer_id.as_str());
    assert!(county.server.counted("audit_events WHERE action = 'proposal.read'") >= 5);
}

#[test]
fn a_named_coordinator_approves_and_nobody_else() {
    let county = Published::of(2, 2);
    let id = county.draft().id;
    let path = format!("/proposals/{id}/approve");
    for role in [Role::Supervisor, Role::ChildDirector, Role::Admin, Role::TeamLeader] {
        assert_eq!(county.server.log_in_as(role).post(&path, &json!({})).expect(403).code(), "forbidden");
    }
    let approved = county.step(&id, "approve", &json!({})).expect(200);
    assert_eq!(approved.text_of("/approved_by"), county.coordinator.user_id);
    assert_eq!(approved.text_of("/state"), "approved");
    assert_eq!(county.step(&id, "approve", &json!({})).expect(409).code(), "state_conflict");
}

#[test]
fn a_pinned_pair_is_held_and_let_go() {
    let county = Published::of(3, 2);
    let draft = county.draft();
    county.step(&draft.id, "pin", &json!({})).expect(200);
    assert_eq!(county.state_of(&draft.id), "pinned");
    assert_eq!(county.step(&draft.id, "pin", &json!({})).expect(409).code(), "state_conflict");
    county.step(&draft.id, "unpin", &json!({})).expect(200);
    let open = county.proposals("draft").into_iter().filter(|open| open.group_number == draft.group_number);
    assert_eq!(open.count(), 1, "the group has one draft again");
    assert_eq!(county.server.counted("plan_changes"), 2);
}

#[test]
fn a_rejected_pair_does_not_come_back() {
    let county = Published::of(2, 3);
    for _ in 0..3 {
        let draft = county.draft();
        county.step(&draft.id, "reject", &json!({"reason": "fit"})).expect(200);
        assert_eq!(county.state_of(&draft.id), "rejected");
        for open in county.proposals("draft") {
            let same = open.group_number == draft.group_number && open.volunteer_id == draft.volunteer_id;
            assert!(!same, "a rejected pair came back");
        }
    }
    assert_eq!(county.server.counted("refusals"), 3);
    assert_eq!(
        county.step(&county.proposals("rejected")[0].id, "pin", &json!({})).expect(409).code(),
        "state_conflict"
    );
    county.step(&county.draft().id, "reject", &json!({})).expect(422);
}

#[test]
fn the_price_of_a_swap_is_shown_first_and_then_it_is_pinned() {
    let county = Published::of(2, 3);
    let draft = county.draft();
    let listed = county.coordinator.get("/volunteers").expect(200).body;
    let ids =
        listed["items"].as_array().unwrap().iter().map(|shown| shown["id"].as_str().unwrap().to_owned());
    let others: Vec<String> = ids.filter(|id| *id != draft.volunteer_id).collect();
    let to = json!({"volunteer_id": others[0]});
    let priced = county.step(&draft.id, "swap?validate_only=true", &to).expect(200).body;
    assert!(priced["price"]["delta_points"].as_str().unwrap().parse::<i64>().unwrap() >= 0, "{priced}");
    assert!(priced["proposal"].is_null());
    assert_eq!(county.state_of(&draft.id), "draft", "nothing was changed");
    let same = json!({"volunteer_id": draft.volunteer_id});
    assert_eq!(county.step(&draft.id, "swap", &same).expect(409).code(), "state_conflict");
    let swapped = county.step(&draft.id, "swap", &to).expect(200).body;
    assert_eq!(swapped["proposal"]["state"], "pinned");
    assert_eq!(swapped["proposal"]["volunteer_id"], others[0].as_str());
    assert_eq!(swapped["proposal"]["cost_points"], priced["price"]["cost_points"]);
    assert_eq!(county.state_of(&draft.id), "withdrawn");
    county
        .step(&county.draft().id, "swap", &json!({"volunteer_id": crate::http::samples::NOBODY}))
        .expect(409);
}

#[test]
fn a_swap_to_whom_the_pair_was_ruled_out_is_refused_also_by_a_plan_that_was_loaded_just_now() {
    let county = Published::of(1, 2);
    let first = county.draft();
    county.step(&first.id, "reject", &json!({"reason": "other"})).expect(200);
    let second = county.draft();
    assert_ne!(second.volunteer_id, first.volunteer_id);
    let store = &county.server.store;
    let refused = county.server.run(async {
        let plans = Plans::new(store.clone());
        plans.prepare(&county.run_id).await.unwrap();
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let everywhere = RegionSpan::everywhere();
        promises::swap(&mut change, &plans, &everywhere, &second.id, &first.volunteer_id).await
    });
    assert!(
        matches!(refused, Err(PromiseError::Store(StoreError::Conflict { code: "not_eligible" }))),
        "{refused:?}"
    );
}

#[test]
fn many_are_approved_and_offered_each_for_itself() {
    let county = Published::of(4, 2);
    let drafts = county.proposals("draft");
    county.step(&drafts[0].id, "reject", &json!({"reason": "other"})).expect(200);
    let ids: Vec<&str> =
        drafts.iter().map(|draft| draft.id.as_str()).chain([crate::http::samples::NOBODY]).collect();
    let path = format!("/runs/{}/proposals/approve", county.run_id);
    let approved = county.coordinator.post(&path, &json!({"proposal_ids": ids})).expect(200).body;
    let done: Vec<String> =
        approved["done"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    assert!(!done.contains(&drafts[0].id));
    assert!(done.len() >= 2 && done.len() + approved["refused"].as_array().unwrap().len() == 5, "{approved}");
    let path = format!("/runs/{}/proposals/offer", county.run_id);
    let offered = county.coordinator.post(&path, &json!({"proposal_ids": done})).expect(200).body;
    assert_eq!(offered["done"].as_array().unwrap().len(), done.len(), "{offered}");
    assert_eq!(county.proposals("offered").len(), done.len());
    county.coordinator.post(&path, &json!({"proposal_ids": []})).expect(422);
}

on_postgres_too! {
    a_named_coordinator_approves_and_nobody_else
    a_pinned_pair_is_held_and_let_go
    a_rejected_pair_does_not_come_back
    the_price_of_a_swap_is_shown_first_and_then_it_is_pinned
    a_swap_to_whom_the_pair_was_ruled_out_is_refused_also_by_a_plan_that_was_loaded_just_now
    many_are_approved_and_offered_each_for_itself
}
