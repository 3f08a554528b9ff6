//! The plan follows whatever is decided and answered: at any moment the drafts are those of a plan that is loaded anew and replays
//! the table, and nobody who is promised has moved.

use std::collections::BTreeMap;

use jiedui::runs::Plans;
use jiedui::runs::expiry::expire_overdue;
use jiedui::store::{PlanChange, PlanChangeKind};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::json;

use super::ground::{Published, link_of};
use crate::http::server::on_postgres_too;

/// Whom every group of the plan has, by a copy of the plan that replays the whole table.
fn replayed(county: &Published) -> BTreeMap<i64, String> {
    let plans = Plans::new(county.server.store.clone());
    let run_id = county.run_id.clone();
    county.server.run(async {
        let mut view = county.server.store.view().await.unwrap();
        let table: Vec<PlanChange> = view.plan_changes(&run_id, 0).await.unwrap();
        drop(view);
        plans.take_up(&run_id, 0, table).await.unwrap();
        let asked = plans.ask(&run_id, |kept| {
            let groups = kept.plan.outline.groups.len() as u32;
            let mut has = BTreeMap::new();
            for group in 0..groups {
                let right = kept.changed().unwrap().mending().right_of(group);
                if let Some(right) = right {
                    let volunteer = kept.plan.volunteer_at(right) as usize;
                    has.insert(
                        i64::from(kept.numbers.group(group)),
                        kept.snapshot.volunteers[volunteer].id.clone(),
                    );
                }
            }
            has
        });
        asked.await.unwrap()
    })
}

pub(super) fn check(county: &Published, promised: &BTreeMap<String, String>) {
    let drafts: BTreeMap<i64, String> =
        county.proposals("draft").into_iter().map(|draft| (draft.group_number, draft.volunteer_id)).collect();
    assert_eq!(drafts, replayed(county), "left: drafts, right: the plan replayed");
    for state in ["pinned", "approved", "offered", "accepted"] {
        for proposal in county.proposals(state) {
            if let Some(volunteer) = promised.get(&proposal.id) {
                assert_eq!(*volunteer, proposal.volunteer_id, "a promised pair moved");
            }
        }
    }
}

/// A season of decisions drawn from a seed.
fn season(seed: u64, steps: usize) {
    let mut county = Published::of(8, 6);
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut links: BTreeMap<String, String> = BTreeMap::new();
    let mut promised: BTreeMap<String, String> = BTreeMap::new();
    let bearer = county.server.anonymous();
    let plans = Plans::new(county.server.store.clone());
    for _ in 0..steps {
        let state = ["draft", "draft", "draft", "pinned", "approved", "offered", "offered"]
            [random.random_range(0..7)];
        let mut there = county.proposals(state);
        if there.is_empty() {
            continue;
        }
        let proposal = there.swap_remove(random.random_range(0..there.len()));
        let verb = match state {
            "draft" => ["pin", "approve", "approve", "reject"][random.random_range(0..4)],
            "pinned" => ["unpin", "approve", "reject"][random.random_range(0..3)],
            "approved" => ["offer", "offer", "offer", "unpin", "reject"][random.random_range(0..5)],
            _ => ["accept", "decline", "decline", "conflict", "expire"][random.random_range(0..5)],
        };
        match verb {
            "accept" | "decline" | "conflict" => {
                let path = format!("{}/{verb}", link_of(&links[&proposal.id]));
                let answer = bearer.post(&path, &json!({}));
                assert!(answer.status == 200 || answer.status == 409, "{}", answer.text);
            }
            "expire" => {
                county.wait_minutes(73 * 60);
                county.server.run(expire_overdue(&county.server.store, &plans)).unwrap();
            }
            "offer" => {
                let made = county.step(&proposal.id, "offer", &json!({})).expect(201);
                links.insert(proposal.id.clone(), made.text_of("/link"));
            }
            "reject" => drop(county.step(&proposal.id, verb, &json!({"reason": "other"})).expect(200)),
            _ => {
                county.step(&proposal.id, verb, &json!({})).expect(200);
                promised.insert(proposal.id.clone(), proposal.volunteer_id.clone());
            }
        }
        check(&county, &promised);
    }
    let declined = |change: &PlanChange| change.kind == PlanChangeKind::Decline;
    let table = county.server.run(async {
        county.server.store.view().await.unwrap().plan_changes(&county.run_id, 0).await.unwrap()
    });
    assert!(table.len() > steps / 4 && table.iter().any(declined), "{table:?}");
}

#[test]
fn drafts_are_those_of_the_plan_that_replays_the_table() {
    for seed in 0..3 {
        season(seed, 30);
    }
}

#[test]
fn drafts_are_those_of_the_plan_also_where_somebody_was_erased_after_other_changes() {
    for seed in 0..4 {
        let county = Published::of(8, 5);
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        for round in 0..6 {
            let mut drafts = county.proposals("draft");
            let draft = drafts.swap_remove(random.random_range(0..drafts.len()));
            match round % 3 {
                0 | 1 => drop(county.step(&draft.id, "reject", &json!({"reason": "other"})).expect(200)),
                _ => {
                    let erased = match random.random_range(0..2) {
                        0 => format!("/children/{}", draft.child_ids[0]),
                        _ => format!("/volunteers/{}", draft.volunteer_id),
                    };
                    let why = json!({"reason": "subject_request"});
                    county.coordinator.post(&format!("{erased}/erase"), &why).expect(204);
                }
            }
            check(&county, &BTreeMap::new());
        }
        assert_eq!(county.server.counted("plan_repairs"), 0);
        assert_eq!(county.server.counted("plans_to_settle"), 0);
    }
}

on_postgres_too! {
    drafts_are_those_of_the_plan_that_replays_the_table
    drafts_are_those_of_the_plan_also_where_somebody_was_erased_after_other_changes
}
