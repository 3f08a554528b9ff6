//! Random histories of everything that can befall a pairing, each step held against what must never be (S1–S3, S9, S12–S14, S16–S19,
//! S25, S28, S30). What is asked after every step is asked of the tables themselves, in the plainest SQL there is.
//!
//! `JIEDUI_HISTORY_STEPS` asks for longer ones, `JIEDUI_HISTORY_SEED` for another; a failure names its seed and its last steps.

mod world;

use std::collections::BTreeMap;

use jiedui::store::StoreError;

use crate::store::ground::{Ground, runtime};
use world::{World, word};

/// What must hold of every table after every step: a name, and a query that counts what breaks it. `{today}` is the day.
const NEVER: [(&str, &str); 14] = [
    ("two live pairs of a child", "SELECT child_id FROM pairings WHERE state <> 'ended' GROUP BY child_id HAVING COUNT(*) > 1"),
    (
        "a living pair without a place, or a place without one",
        "SELECT proposal_id FROM pairings WHERE state <> 'ended' AND proposal_id NOT IN (SELECT proposal_id FROM pairing_places)
        UNION SELECT proposal_id FROM pairing_places
            WHERE proposal_id NOT IN (SELECT proposal_id FROM pairings WHERE state <> 'ended')",
    ),
    ("meeting without an approver (S14)", "SELECT id FROM pairings WHERE state = 'active' AND approved_by = ''"),
    (
        "meeting without the guardian's yes (S9, S11)",
        "SELECT p.id FROM pairings p LEFT JOIN consents t ON t.id = p.guardian_consent_id
        WHERE p.state = 'active' AND (p.guardian_answer <> 'yes' OR t.id IS NULL OR t.answer <> 'yes'
            OR t.withdrawn_at_ms IS NOT NULL)",
    ),
    (
        "meeting against a guardian who agrees to none",
        "SELECT p.id FROM pairings p WHERE p.state <> 'ended' AND EXISTS (SELECT t.id FROM consents t
            WHERE t.child_id = p.child_id AND t.purpose IN ('pairing', 'processing') AND t.superseded_at_ms IS NULL
                AND (t.withdrawn_at_ms IS NOT NULL OR t.answer = 'no') AND p.state <> 'awaiting_guardian')",
    ),
    (
        "meeting a child of ten who did not say yes (S12)",
        "SELECT p.id FROM pairings p WHERE p.state = 'active' AND (p.child_answer <> 'yes' OR EXISTS (
            SELECT w.id FROM wishes w
            WHERE w.child_id = p.child_id AND w.superseded_at_ms IS NULL AND w.answer = 'no'))",
    ),
    (
        "meeting an archived child, or one who takes no part",
        "SELECT p.id FROM pairings p JOIN children c ON c.id = p.child_id
        WHERE p.state = 'active' AND (c.deleted_at_ms IS NOT NULL OR c.ready = FALSE)",
    ),
    (
        "meeting somebody of a unit that must not (S1, S2)",
        "SELECT p.id FROM pairings p JOIN volunteers l ON l.id = p.volunteer_id
        JOIN volunteers v ON v.id = l.id OR (v.county_code = l.county_code AND v.unit = l.unit AND v.deleted_at_ms IS NULL)
        WHERE p.state = 'active' AND (v.deleted_at_ms IS NOT NULL OR v.suspended_at_ms IS NOT NULL OR v.ready = FALSE
            OR v.screening <> 'passed' OR v.screened_through IS NULL OR v.screened_through < '{today}')",
    ),
    (
        "meeting, or to meet again, somebody who is barred (S3)",
        "SELECT p.id FROM pairings p JOIN bars b ON b.volunteer_id = p.volunteer_id
        WHERE p.state IN ('active', 'suspended') AND b.lifted_at_ms IS NULL",
    ),
    (
        "meeting against a conflict or a refusal (S17)",
        "SELECT p.id FROM pairings p WHERE p.state = 'active' AND (
            EXISTS (SELECT t.id FROM conflicts t WHERE t.child_id = p.child_id AND t.volunteer_id = p.volunteer_id
                AND t.cleared_at_ms IS NULL)
            OR EXISTS (SELECT r.child_id FROM refusals r WHERE r.child_id = p.child_id AND r.volunteer_id = p.volunteer_id))",
    ),
    (
        "meeting somebody about whom a concern is open (S28)",
        "SELECT p.id FROM pairings p JOIN concerns k ON k.subject_volunteer_id = p.volunteer_id
        WHERE p.state = 'active' AND k.state <> 'closed'",
    ),
    (
        "an end without day, reason and what was told, or known to be untold (S30)",
        "SELECT id FROM pairings WHERE (state = 'ended')
            <> (ended_on IS NOT NULL AND notice <> '' AND farewell <> '' AND replacement <> '')
            OR (state = 'ended' AND reason = '')",
    ),
    (
        "a state that its last step does not tell",
        "SELECT p.id FROM pairings p JOIN pairing_steps s ON s.pairing_id = p.id
        WHERE s.to_state <> p.state AND s.number = (SELECT MAX(m.number) FROM pairing_steps m WHERE m.pairing_id = p.id)",
    ),
    (
        "a step that there is not",
        "SELECT pairing_id FROM pairing_steps WHERE from_state || '>' || to_state NOT IN (
            '>awaiting_guardian', 'awaiting_guardian>awaiting_guardian', 'active>active', 'suspended>suspended',
            'awaiting_guardian>active', 'awaiting_guardian>ended', 'active>suspended', 'active>ended',
            'suspended>active', 'suspended>ended', 'ended>ended')",
    ),
];

impl World {
    async fn look(&mut self, seed: u64) {
        let today = self.today();
        for (name, query) in NEVER {
            let query = query.replace("{today}", &today);
            let counted = format!("SELECT CAST(COUNT(*) AS TEXT) FROM ({query}) found");
            let found = self.beside.text(&counted).await;
            let last: Vec<&String> = self.told.iter().rev().take(12).collect();
            assert_eq!(found.as_deref(), Some("0"), "{name}; seed {seed}, the last steps first: {last:#?}");
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Steps of one life: a child grows up, and then nobody is left to meet.
const LIFE: u64 = 1_000;

fn go_well(ground: impl Fn() -> Ground, steps: u64) {
    let (steps, seed) = (number("JIEDUI_HISTORY_STEPS", steps), number("JIEDUI_HISTORY_SEED", 7));
    let mut done = BTreeMap::new();
    for life in 0..steps.div_ceil(LIFE) {
        let ground = ground();
        let of_this = LIFE.min(steps - life * LIFE);
        runtime().block_on(live(ground, seed + life, of_this, &mut done));
    }
    eprintln!("{done:#?}");
    let met = done.get(&("activate or resume", word("done"))).copied().unwrap_or_default();
    assert!(met * 200 > steps, "a history in which nobody meets shows nothing");
}

async fn live(ground: Ground, seed: u64, steps: u64, done: &mut BTreeMap<(&'static str, String), u64>) {
    let mut world = World::new(ground, seed).await;
    for at in 0..steps {
        let (name, outcome) = world.step().await;
        let told = match &outcome {
            Ok(()) => word("done"),
            Err(StoreError::Conflict { code }) => word(code),
            Err(StoreError::NotFound { what }) => format!("no such {what}"),
            Err(error) => panic!("{name}: {error}; seed {seed}, step {at}"),
        };
        *done.entry((name, told.clone())).or_insert(0) += 1;
        world.told.push(format!("{at} {name}: {told}"));
        world.look(seed).await;
    }
    world.store.close().await;
}

#[test]
fn no_history_comes_to_what_must_never_be() {
    go_well(Ground::sqlite, 1_500);
}

#[test]
fn no_history_comes_to_what_must_never_be_on_postgresql() {
    go_well(|| Ground::postgres(""), 500);
}
