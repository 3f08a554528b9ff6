//! The people of a run → the plan folder, packed, and its figures. No person stands in the figures.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::Serialize;
use serde_json::{Value, json};

use super::key::PlanKey;
use super::snapshot::Snapshot;
use super::{RunFault, archive};
use crate::assignment::{Method, Phase, Progress};
use crate::candidates::Prepared;
use crate::files::Files;
use crate::input::policy;
use crate::model::pairing::PairState;
use crate::pipeline::{make_plan, pose};
use crate::plan::folder::{PEOPLE, PLAN, write};
use crate::plan::ids::PlanIds;
use crate::plan::pass::PassKind;
use crate::plan::{Plan, PlanOptions};
use crate::store::runs::Run;

/// Every method by its word.
pub const SOLVERS: [&str; 6] = ["exact", "greedy", "first-come", "gale-shapley", "kuhn-munkres", "random"];

/// The method of a word.
pub fn method_of(word: &str, seed: u64) -> Option<Method> {
    Some(match word {
        "exact" => Method::Exact,
        "greedy" => Method::Greedy,
        "first-come" => Method::FirstCome,
        "gale-shapley" => Method::GaleShapley,
        "kuhn-munkres" => Method::KuhnMunkres,
        "random" => Method::Random { seed },
        _ => return None,
    })
}

/// How the plan of a run is made.
///
/// # Errors
/// A word that is no method.
pub fn options_of(run: &Run, snapshot: &Snapshot) -> Result<PlanOptions, RunFault> {
    let seed = run.seed as u64;
    let method = method_of(&run.solver, seed).ok_or_else(|| RunFault::Unreadable("solver"))?;
    Ok(PlanOptions { seed, method, provisional: run.provisional, digest: snapshot.digest })
}

/// A plan, ready to be kept.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The folder without `people.csv`, packed.
    pub packed: Vec<u8>,
    /// Who is who in it, packed.
    pub key: Vec<u8>,
    /// SHA-256 over its files.
    pub result_hash: String,
    /// Figures, JSON.
    pub metrics: String,
}

/// Makes the plan of a run. `heard` hears how much of the solving is done, percent, and may break it off.
///
/// # Errors
/// [`RunFault::Plan`]: rows that cannot both stand, a method that refuses the size, a solver that was stopped.
pub fn plan(
    snapshot: &Snapshot,
    options: PlanOptions,
    heard: &mut (dyn FnMut(i64) -> ControlFlow<()> + Send),
) -> Result<Planned, RunFault> {
    let (instance, policy) = (&snapshot.instance, &snapshot.policy);
    let plan = make_plan(instance, policy, options, &mut |pass, step| heard(percent(pass, step)))?;
    let prepared = Prepared::new(instance, policy, options.seed, options.provisional);
    let mut files: Files = write::render(&prepared, &plan, &policy::canonical(policy));
    // The key to the people is kept apart, by ids of the store.
    files.remove(PEOPLE);
    let metrics = metrics(&prepared, &plan, &files[PLAN])?;
    let listed = || files.iter().map(|(name, bytes)| (*name, bytes.as_slice()));
    let groups = pose(&prepared)?.lead.groups;
    let key = PlanKey::of(snapshot, &PlanIds::draw(&prepared, &options, &[]), &groups).pack()?;
    Ok(Planned { packed: archive::pack(listed())?, key, result_hash: archive::digest(listed()), metrics })
}

/// How much of the solving is done: a guess that never falls within a pass.
fn percent(pass: PassKind, step: Progress) -> i64 {
    let share = (step.done.min(step.total) * 100).checked_div(step.total).unwrap_or(0) as i64;
    let (first, length) = match (pass, step.phase) {
        (PassKind::Lead, Phase::Preparation) => (0, 10),
        (PassKind::Lead, Phase::Auction) => (10, 30),
        (PassKind::Lead, Phase::Repair) => (40, 40),
        (PassKind::Service, _) => (80, 20),
    };
    first + share * length / 100
}

/// How many children have had so many changes of volunteer (S30).
#[derive(Debug, Default, Serialize)]
struct VolunteerChanges {
    one: usize,
    two_or_more: usize,
}

fn metrics(prepared: &Prepared<'_>, plan: &Plan, header: &[u8]) -> Result<String, RunFault> {
    let header: Value = serde_json::from_slice(header).map_err(|_| RunFault::Unreadable("plan header"))?;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for unmatched in &plan.unmatched {
        *reasons.entry(unmatched.reason.names().2).or_default() += 1;
    }
    let mut ended: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in prepared.instance.existing_pairs.iter().filter(|pair| pair.state == PairState::Ended) {
        *ended.entry(pair.child.as_str()).or_default() += 1;
    }
    let mut changes = VolunteerChanges::default();
    for times in ended.into_values() {
        if times == 1 { changes.one += 1 } else { changes.two_or_more += 1 }
    }
    let standing = plan.pairs.iter().filter(|pair| pair.origin.names().1 != "proposed").count();
    let broken = plan.pairs.iter().filter(|pair| !pair.broken.is_empty()).count();
    let metrics = json!({
        "status": header["status"],
        "engine": header["engine"],
        "counts": header["counts"],
        "classes": header["classes"],
        "passes": header["passes"],
        "unmatched": reasons,
        "standing": standing,
        "standing_that_break_a_rule": broken,
        "volunteer_changes": changes,
    });
    Ok(metrics.to_string())
}
