//! From solved passes to a plan: pairs, services, and for every child who is alone, why.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::{IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::backup::backups;
use super::pass::SolvedPass;
use super::{
    Contenders, Pair, PairKind, Plan, PlanError, PlanOptions, Service, ServiceOutcome, SiblingNote,
    Unmatched, UnmatchedReason,
};
use crate::assignment::Status;
use crate::candidates::rules::{child_verdict, first_broken, unit_verdict, verdict};
use crate::candidates::{Group, Origin, Prepared, Scope, StandingPairs};
use crate::model::policy::SiblingPolicy;
use crate::model::{HouseholdId, Rule};
use crate::scoring::score_child;

/// What the passes leave open: needs put off by the limit on concurrent volunteers.
pub struct Solved {
    /// Pairs that were not moved.
    pub standing: StandingPairs,
    /// The lead pass.
    pub lead: SolvedPass,
    /// The service pass.
    pub service: SolvedPass,
    /// Service groups put off (S19).
    pub deferred: Vec<Group>,
}

/// Reads the plan out of the solved passes.
///
/// # Errors
/// As [`backups`].
pub fn compose(prepared: &Prepared<'_>, options: PlanOptions, solved: Solved) -> Result<Plan, PlanError> {
    let Solved { standing, lead, service, deferred } = solved;
    let mut by_child: HashMap<u32, Pair> = HashMap::new();
    for pair in &standing.pairs {
        let score = score_child(prepared, pair.child, pair.volunteer, Scope::Lead);
        let mut made = new_pair(prepared, pair.child, pair.volunteer, pair.origin);
        made.score = score;
        made.awaited.clone_from(&pair.verdict.awaited);
        made.broken.clone_from(&pair.verdict.broken);
        by_child.insert(pair.child, made);
    }
    let backup_of = backups(prepared, &standing, &lead)?;
    let stepping_in = (0_u32..).zip(&backup_of).filter_map(|(group, unit)| unit.map(|unit| (group, unit)));
    let lead = lead.holding(prepared, &stepping_in.collect::<Vec<_>>())?;
    let pool = Pool::of(prepared);
    let alone =
        (0..lead.pass.graph.groups.len()).into_par_iter().filter(|at| lead.volunteer_of(*at).is_none());
    let reasons = alone.flat_map_iter(|at| {
        let children = lead.pass.graph.groups[at].children.iter();
        children
            .map(|child| (*child, why_alone(prepared, &standing, &lead, &pool, at, *child)))
            .collect::<Vec<_>>()
    });
    let mut reasons: HashMap<u32, UnmatchedReason> = reasons.collect();
    let proposed = (0..lead.pass.graph.groups.len()).into_par_iter().flat_map_iter(|at| {
        let children = &lead.pass.graph.groups[at].children;
        let made = lead.volunteer_of(at).map(|unit| proposals(prepared, children, unit, backup_of[at]));
        made.into_iter().flatten()
    });
    by_child.par_extend(proposed);
    let pairs: Vec<Pair> = prepared.child_order.iter().filter_map(|child| by_child.remove(child)).collect();
    let unmatched = prepared
        .child_order
        .iter()
        .filter_map(|child| reasons.remove(child).map(|reason| Unmatched { child: *child, reason }));
    let unmatched = unmatched.collect();
    let both_proven = lead.solution.status == Status::Optimal && service.solution.status == Status::Optimal;
    Ok(Plan {
        options,
        status: if both_proven { Status::Optimal } else { Status::Feasible },
        services: services(prepared, &service, &deferred),
        sibling_notes: sibling_notes(prepared, &pairs),
        pairs,
        unmatched,
        refused_pins: standing.refused_pins,
        passes: vec![lead, service],
    })
}

/// The pairs of some children, served together, with the volunteer whom they got.
fn proposals(
    prepared: &Prepared<'_>,
    children: &[u32],
    volunteer: u32,
    backup: Option<u32>,
) -> Vec<(u32, Pair)> {
    let checked = verdict(prepared, children, volunteer, Scope::Lead);
    let proposal = |child: &u32| {
        let score = score_child(prepared, *child, volunteer, Scope::Lead);
        let made = new_pair(prepared, *child, volunteer, Origin::Proposed);
        (*child, Pair { score, awaited: checked.awaited.clone(), backup, ..made })
    };
    children.iter().map(proposal).collect()
}

fn new_pair(prepared: &Prepared<'_>, child: u32, volunteer: u32, origin: Origin) -> Pair {
    let seasonal = prepared.volunteers[volunteer as usize].seasonal;
    Pair {
        child,
        volunteer,
        kind: if seasonal { PairKind::Seasonal } else { PairKind::Lead },
        origin,
        score: None,
        awaited: Vec::new(),
        broken: Vec::new(),
        backup: None,
    }
}

/// Why a child is alone: its own side, a brother's or sister's, nobody admissible, or competition.
fn why_alone(
    prepared: &Prepared<'_>,
    standing: &StandingPairs,
    lead: &SolvedPass,
    pool: &Pool,
    position: usize,
    child: u32,
) -> UnmatchedReason {
    let group = &lead.pass.graph.groups[position];
    let own = child_verdict(prepared, child).broken;
    if !own.is_empty() {
        return UnmatchedReason::Own(own);
    }
    let mut of_siblings: Vec<Rule> =
        group.children.iter().flat_map(|sibling| child_verdict(prepared, *sibling).broken).collect();
    if !of_siblings.is_empty() {
        of_siblings.sort_unstable();
        of_siblings.dedup();
        return UnmatchedReason::Sibling(of_siblings);
    }
    // Lists begin with the cheapest admissible volunteer, so a group holds a pair exactly if it has one.
    let held = lead.pass.graph.row(position).len() as u32;
    match (held, &lead.counts.admissible) {
        (0, _) => UnmatchedReason::NoCandidate(pool.lost_at(prepared, standing, &group.children)),
        (_, Some(counted)) => UnmatchedReason::Competition(Contenders::Exactly(counted[position])),
        (held, None) => UnmatchedReason::Competition(Contenders::AtLeast(held)),
    }
}

/// What the rules of volunteers alone say, once for all children: how many are lost at each, and who remains.
struct Pool {
    lost: BTreeMap<Rule, u32>,
    eligible: Vec<u32>,
}

impl Pool {
    fn of(prepared: &Prepared<'_>) -> Self {
        let mut pool = Self { lost: BTreeMap::new(), eligible: Vec::new() };
        for volunteer in prepared.volunteer_order.iter().copied() {
            match unit_verdict(prepared, volunteer, Scope::Lead).broken.first() {
                Some(rule) => *pool.lost.entry(*rule).or_default() += 1,
                None => pool.eligible.push(volunteer),
            }
        }
        pool
    }

    /// How many volunteers were lost at each rule, each counted at the first that it breaks. Of the units that keep
    /// every rule, those of a brother or sister whom these could not join count as lost at [`Rule::Siblings`], and
    /// those whose places standing pairs hold at [`Rule::Capacity`]. Cost: one look at every eligible volunteer, of most no
    /// further than at the division she serves.
    fn lost_at(
        &self,
        prepared: &Prepared<'_>,
        standing: &StandingPairs,
        children: &[u32],
    ) -> Vec<(Rule, u32)> {
        let mut lost = self.lost.clone();
        for volunteer in self.eligible.iter().copied() {
            let of_sibling = || children.iter().any(|child| standing.could_not_join(*child, volunteer));
            let held = || if of_sibling() { Rule::Siblings } else { Rule::Capacity };
            let rule = first_broken(prepared, children, volunteer, Scope::Lead).unwrap_or_else(held);
            *lost.entry(rule).or_default() += 1;
        }
        lost.into_iter().collect()
    }
}

/// What became of every need apart from the lead.
fn services(prepared: &Prepared<'_>, solved: &SolvedPass, deferred: &[Group]) -> Vec<Service> {
    let mut services = Vec::new();
    let mut add = |child: u32, need: usize, outcome: ServiceOutcome| {
        services.push(Service { child, need, outcome, score: None, awaited: Vec::new() });
    };
    for child in prepared.child_order.iter().copied() {
        for withheld in &prepared.children[child as usize].withheld {
            add(child, withheld.need, ServiceOutcome::Withheld(withheld.reason));
        }
    }
    for group in deferred {
        if let Scope::Service(need) = group.scope {
            add(group.children[0], need, ServiceOutcome::Deferred);
        }
    }
    for (position, group) in solved.pass.graph.groups.iter().enumerate() {
        let Scope::Service(need) = group.scope else { continue };
        let child = group.children[0];
        let outcome = match solved.volunteer_of(position) {
            Some(volunteer) => ServiceOutcome::Assigned(volunteer),
            None if solved.pass.graph.row(position).is_empty() => ServiceOutcome::Referral,
            None => ServiceOutcome::Waiting,
        };
        add(child, need, outcome);
    }
    for service in &mut services {
        if let ServiceOutcome::Assigned(volunteer) = service.outcome {
            let scope = Scope::Service(service.need);
            service.score = score_child(prepared, service.child, volunteer, scope);
            service.awaited = verdict(prepared, &[service.child], volunteer, scope).awaited;
        }
    }
    let mut rank = vec![0_usize; prepared.instance.children.len()];
    for (position, child) in prepared.child_order.iter().enumerate() {
        rank[*child as usize] = position;
    }
    services.sort_by_key(|service| (rank[service.child as usize], service.need));
    services
}

/// Households whose brothers and sisters did not get what the policy wishes for them.
fn sibling_notes(prepared: &Prepared<'_>, pairs: &[Pair]) -> Vec<SiblingNote> {
    let mut households: BTreeMap<&HouseholdId, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        if let Some(household) = &prepared.child_of(pair.child).household {
            households.entry(household).or_default().push(pair);
        }
    }
    let breaks = |members: &[&Pair]| match prepared.policy.siblings {
        SiblingPolicy::SameVolunteer => {
            let split = members.iter().any(|pair| pair.volunteer != members[0].volunteer);
            split.then_some(("兄弟姐妹由不同志愿者结对", "brothers and sisters have different volunteers"))
        }
        SiblingPolicy::SameDay => (!share_a_day(prepared, members))
            .then_some(("兄弟姐妹没有共同的走访日", "brothers and sisters have no visiting day in common")),
        SiblingPolicy::Free => None,
    };
    let noted = households.values().filter(|members| members.len() > 1).filter_map(|members| {
        let texts = breaks(members)?;
        Some(SiblingNote { children: members.iter().map(|pair| pair.child).collect(), texts })
    });
    noted.collect()
}

/// Whether in every season there is a weekday on which each child and its own volunteer have common time.
fn share_a_day(prepared: &Prepared<'_>, members: &[&Pair]) -> bool {
    prepared.seasons.iter().all(|season| {
        let days_of = |pair: &Pair| -> Vec<usize> {
            let child = &prepared.children[pair.child as usize].hours[season.index()];
            let unit = &prepared.volunteers[pair.volunteer as usize].hours[season.index()];
            child.anywhere.and(unit).days().collect()
        };
        let days: Vec<Vec<usize>> = members.iter().map(|pair| days_of(pair)).collect();
        (0..7).any(|day| days.iter().all(|free| free.contains(&day)))
    })
}
