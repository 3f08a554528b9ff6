//! Somebody of a run is erased: the plan of the others is asked, published and mended as before, and of her nothing is said.

use std::collections::BTreeSet;

use jiedui::assignment::certificate;
use jiedui::runs::{Plans, kept, worker};
use serde_json::{Value, json};

use super::flow::county;
use super::ground::{body, made_run, pairs, siblings, stored};
use crate::http::server::{Client, Server, on_postgres_too};
use crate::promises::ground::{Published, link_of};

fn erase(client: &Client, kind: &str, id: &str) {
    client.post(&format!("/{kind}/{id}/erase"), &json!({"reason": "subject_request"})).expect(204);
}

/// Whom a run's plan has for whom, and that its prices prove it over everybody who remains.
fn proven_pairs(server: &Server, run_id: &str) -> BTreeSet<(String, String)> {
    server.run(async {
        let (run, snapshot) = stored(&server.store, run_id).await;
        let files = worker::plan_files(&server.store, run_id).await.unwrap();
        kept::load_and(&run, &snapshot, &files, |kept| {
            let proof =
                certificate::check(&kept.plan.problem, &kept.plan.solution.chosen, &kept.plan.solution.price);
            let worth = proof.unwrap().left_price;
            let mut pairs = BTreeSet::new();
            for group in 0..kept.plan.outline.groups.len() as u32 {
                for right in 0..kept.plan.outline.places.len() as u32 {
                    if let Some(cost) = kept.plan.cost(group, right) {
                        let reduced = cost + kept.plan.price(right) - worth[group as usize];
                        assert!(reduced >= 0, "no pair left out improves on the plan");
                    }
                }
                if let Some(right) = kept.plan.chosen(group) {
                    let volunteer = kept.plan.volunteer_at(right) as usize;
                    for child in &kept.plan.outline.groups[group as usize].children {
                        let child = kept.snapshot.children[*child as usize].id.clone();
                        pairs.insert((child, kept.snapshot.volunteers[volunteer].id.clone()));
                    }
                }
            }
            pairs
        })
        .unwrap()
    })
}

fn unmatched(client: &Client, run_id: &str) -> Vec<Value> {
    client.get(&format!("/runs/{run_id}/unmatched")).expect(200).body["items"].as_array().unwrap().clone()
}

#[test]
fn a_run_of_which_a_child_and_a_volunteer_were_erased_is_asked_and_published_without_them() {
    let (server, client, policy_id) = county(6, 3);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let before = server.run(pairs(&server.store, &id));
    assert_eq!(before.len(), 6, "three volunteers take two households each");
    assert!(unmatched(&client, &id).is_empty());
    let (child, volunteer, _) = before[0].clone();
    let gone = before.iter().map(|pair| &pair.1).find(|other| **other != volunteer).unwrap().clone();
    let left: Vec<String> =
        before.iter().map(|pair| pair.0.clone()).filter(|other| *other != child).collect();
    erase(&client, "children", &child);
    erase(&client, "volunteers", &gone);
    // Five children remain, and four places.
    let now = proven_pairs(&server, &id);
    assert_eq!(now.len(), 4);
    assert!(now.iter().all(|(one, other)| *one != child && *other != gone));
    let stays = before.iter().filter(|pair| pair.0 != child && pair.1 != gone);
    for (child, volunteer, _) in stays {
        assert!(now.contains(&(child.clone(), volunteer.clone())), "whoever could stay stays");
    }
    let alone = unmatched(&client, &id);
    assert_eq!(alone.len(), 1);
    assert_eq!(alone[0]["reason"], "competition");
    for other in &left {
        let answer = client.get(&format!("/runs/{id}/children/{other}/explanation")).expect(200);
        assert!(!answer.text.contains(&child) && !answer.text.contains(&gone), "{}", answer.text);
    }
    let whom = &left[0];
    client.get(&format!("/runs/{id}/children/{child}/explanation")).expect(404);
    client.get(&format!("/runs/{id}/children/{whom}/explanation?volunteer_id={gone}")).expect(404);
    client.get(&format!("/runs/{id}/recruits?without={gone}")).expect(404);
    client.get(&format!("/runs/{id}/recruits?count=1")).expect(200);
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
    assert_eq!(server.counted("proposals WHERE state = 'draft'"), 4);
    assert_eq!(server.counted(&format!("proposals WHERE volunteer_id = '{gone}'")), 0);
    assert_eq!(server.counted(&format!("proposal_children WHERE child_id = '{child}'")), 0);
}

#[test]
fn a_published_plan_of_which_somebody_was_erased_is_mended_after_a_no_and_never_proposes_her() {
    let county = Published::of(5, 4);
    let (server, id) = (&county.server, &county.run_id);
    let drafts = county.proposals("draft");
    assert_eq!(drafts.len(), 5);
    // An earlier promise stands in the table of changes, to be taken up again after the erasures.
    county.step(&drafts[0].id, "pin", &json!({})).expect(200);
    let child = drafts[1].child_ids[0].clone();
    let spared = [&drafts[0].volunteer_id, &drafts[2].volunteer_id];
    let gone = drafts.iter().map(|draft| &draft.volunteer_id).find(|other| !spared.contains(other));
    let gone = gone.expect("of four volunteers for five children another has a draft").clone();
    erase(&county.coordinator, "children", &child);
    erase(&county.coordinator, "volunteers", &gone);
    assert_eq!(server.counted("plan_repairs"), 0, "the plan has followed both");
    let (_, link) = county.offered(&drafts[2].id);
    let decline = format!("{}/decline", link_of(&link));
    server.anonymous().post(&decline, &json!({"reason": "time"})).expect(200);
    let open: Vec<_> = county.proposals("draft").into_iter().chain(county.proposals("pinned")).collect();
    assert!(open.iter().all(|draft| draft.volunteer_id != gone && !draft.child_ids.contains(&child)));
    let drafted: BTreeSet<&String> = open.iter().flat_map(|draft| &draft.child_ids).collect();
    assert_eq!(drafted.len(), 4, "everybody else has somebody: {open:?}");
    for draft in &open {
        let first = drafts.iter().find(|first| first.group_number == draft.group_number);
        assert_eq!(first.map(|first| &first.child_ids), Some(&draft.child_ids), "a group keeps its number");
    }
    let again = open.iter().find(|draft| draft.group_number == drafts[2].group_number).unwrap();
    assert_ne!(again.volunteer_id, drafts[2].volunteer_id);
    assert_eq!(open.iter().filter(|draft| draft.group_number == drafts[0].group_number).count(), 1);
    // What the table holds can be taken up from the beginning, by whoever loads the plan anew.
    county.step(&again.id, "pin", &json!({})).expect(200);
    server.run(async {
        let table = server.store.view().await.unwrap().plan_changes(id, 0).await.unwrap();
        assert_eq!(table.len(), 6, "two pins, what two erasures took back, an approval, a no: {table:?}");
        Plans::new(server.store.clone()).take_up(id, 0, table).await.unwrap();
    });
}

#[test]
fn of_brothers_and_sisters_the_one_who_remains_keeps_her_place() {
    let (server, client, policy_id) = county(0, 2);
    let [one, other] = server.run(siblings(&server.store));
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    assert_eq!(proven_pairs(&server, id).len(), 2);
    erase(&client, "children", &one);
    let now = proven_pairs(&server, id);
    assert_eq!(now.iter().map(|pair| pair.0.as_str()).collect::<Vec<_>>(), [other.as_str()]);
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
    assert_eq!(server.counted("proposal_children"), 1);
}

#[test]
fn a_child_who_stood_with_somebody_erased_is_told_to_wait_for_the_next_run() {
    let county = Published::of(3, 2);
    let (server, client) = (&county.server, &county.coordinator);
    let policy_id = client.get(&format!("/runs/{}", county.run_id)).expect(200).text_of("/policy_id");
    let accepted = county.draft();
    let (_, link) = county.offered(&accepted.id);
    server.anonymous().post(&format!("{}/accept", link_of(&link)), &json!({})).expect(200);
    let run = made_run(server, client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    let child = &accepted.child_ids[0];
    let path = format!("/runs/{id}/children/{child}/explanation");
    assert_eq!(client.get(&path).expect(200).body["answer"]["origin"], "kept");
    erase(client, "volunteers", &accepted.volunteer_id);
    assert_eq!(client.get(&path).expect(422).code(), "not_explainable");
    assert!(proven_pairs(server, id).iter().all(|pair| pair.0 != *child && pair.1 != accepted.volunteer_id));
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
}

#[test]
fn whoever_is_erased_one_after_the_other_the_plan_of_the_rest_is_proven() {
    let (server, client, policy_id) = county(9, 4);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    let mut pairs = proven_pairs(&server, id);
    assert_eq!(pairs.len(), 8);
    for round in 0..5 {
        let (child, volunteer) = pairs.iter().nth(round % pairs.len()).unwrap().clone();
        if round == 2 {
            erase(&client, "volunteers", &volunteer);
        } else {
            erase(&client, "children", &child);
        }
        pairs = proven_pairs(&server, id);
        let (children, places) = if round < 2 { (8 - round, 8) } else { (9 - round, 6) };
        assert_eq!(pairs.len(), children.min(places), "round {round}");
    }
}

#[test]
fn a_run_that_has_no_plan_yet_gathers_everybody_anew_once_somebody_was_erased() {
    let (server, client, policy_id) = county(3, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    let child = server.run(async {
        let store = &server.store;
        let lost = store.take_job("run", "lost", 1_000).await.unwrap().unwrap();
        let mut change = store.change_for(&lost).await.unwrap();
        let run = change.begin_run(&lost).await.unwrap();
        change.commit(None).await.unwrap();
        let never = std::sync::atomic::AtomicBool::new(false);
        let snapshot = jiedui::runs::snapshot::take(store, &lost, &run, &never).await.unwrap();
        snapshot.children[0].id.clone()
    });
    erase(&client, "children", &child);
    server.clock.advance_ms(2_000);
    server.run(super::ground::worker_of(&server.store).work_off()).unwrap();
    assert_eq!(client.get(&format!("/runs/{id}")).expect(200).text_of("/state"), "succeeded");
    assert_eq!(server.counted("run_people WHERE kind = 'children'"), 2);
}

#[test]
fn of_an_erased_child_no_reason_of_a_refusal_is_left() {
    let county = Published::of(2, 3);
    let draft = county.draft();
    county.step(&draft.id, "reject", &json!({"reason": "other"})).expect(200);
    assert_eq!(county.server.counted("refusals WHERE reason = 'other'"), 1);
    erase(&county.coordinator, "children", &draft.child_ids[0]);
    assert_eq!(county.server.counted("refusals WHERE reason = ''"), 1, "that they were refused stays");
}

on_postgres_too! {
    a_run_of_which_a_child_and_a_volunteer_were_erased_is_asked_and_published_without_them
    a_published_plan_of_which_somebody_was_erased_is_mended_after_a_no_and_never_proposes_her
    of_brothers_and_sisters_the_one_who_remains_keeps_her_place
    a_child_who_stood_with_somebody_erased_is_told_to_wait_for_the_next_run
    a_run_that_has_no_plan_yet_gathers_everybody_anew_once_somebody_was_erased
    of_an_erased_child_no_reason_of_a_refusal_is_left
}
