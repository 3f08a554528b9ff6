//! A plan of which somebody was erased → the plan of those who remain, proven anew and moved no more than it must.
//!
//! In: the plan's files, its [key](PlanKey), the people who remain. Whoever was erased takes no part: her group and her places are taken
//! out of the stored problem, whose prices prove the rest after a few alternating paths ([`Repair`]); what now costs otherwise
//! (brothers and sisters of an erased child, a child whose former volunteer is gone) is put at its new cost; then pairs left out are searched for over
//! everybody who remains ([`mend`]). What leaving a group alone costs stays as it was. Services, backups and reasons are found anew.
//!
//! A child whose standing pair was with somebody erased is no group of this plan: the next run places her. Nothing is written: the stored
//! plan, its certificate and its figures stay what they were.
//!
//! Cost: that of reading the plan, of costing every pair held, and of composing a plan.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use super::RunFault;
use super::key::PlanKey;
use super::numbers::Numbers;
use super::snapshot::Snapshot;
use crate::assignment::Method;
use crate::assignment::repair::{Repair, RepairError};
use crate::candidates::{Group, Prepared, Scope, StandingPairs};
use crate::input::policy;
use crate::pipeline::Posed;
use crate::plan::compose::{Solved, compose};
use crate::plan::folder::read::Folder;
use crate::plan::folder::wire::PassCertificate;
use crate::plan::folder::{PEOPLE, write};
use crate::plan::growth::PairSearch;
use crate::plan::mend::{Held, mend};
use crate::plan::outline::{Places, UnmatchedPrices};
use crate::plan::pass::PassKind;
use crate::plan::{Outline, PlanOptions, SolvedPass};

/// The plan of those who remain.
pub struct Remains {
    /// Its files.
    pub folder: Folder,
    /// Its lead pass.
    pub outline: Outline,
    /// Which numbers groups bear in the plan as it is stored.
    pub numbers: Numbers,
}

/// A stored plan that proves nothing cannot be gone on from.
fn no_plan<E>(_: E) -> RunFault {
    RunFault::NoPlan
}

/// The lead pass as it is stored, people by its own numbers.
struct Stored<'f> {
    pass: &'f PassCertificate,
    repair: Repair,
}

/// The problem of those who remain.
struct Remaining {
    outline: Outline,
    /// By group: its number.
    numbers: Vec<u32>,
    /// By group: its index in the stored pass.
    lefts: Vec<u32>,
    /// By place: its index in the stored pass.
    rights: Vec<u32>,
}

impl<'f> Stored<'f> {
    fn of(folder: &'f Folder) -> Result<Self, RunFault> {
        let lead = PassKind::Lead.code();
        let pass = folder.certificate.passes.iter().find(|pass| pass.pass == lead).ok_or(RunFault::NoPlan)?;
        let lefts: HashMap<&str, u32> = pass.left.iter().map(|entry| entry.id.as_str()).zip(0..).collect();
        let rights: HashMap<&str, u32> = pass.right.iter().map(|entry| entry.id.as_str()).zip(0..).collect();
        let both = |left: &str, right: &str| {
            lefts
                .get(left)
                .copied()
                .zip(rights.get(right).copied())
                .ok_or(RunFault::Unreadable("plan folder"))
        };
        let (mut rows, mut chosen) = (vec![Vec::new(); pass.left.len()], vec![None; pass.left.len()]);
        for arc in folder.arcs.iter().filter(|arc| arc.pass == lead) {
            let (left, right) = both(&arc.left, &arc.right)?;
            rows[left as usize].push((right, arc.cost));
        }
        for row in &mut rows {
            row.sort_unstable();
        }
        for pair in folder.pairs.iter().filter(|pair| pair.pass == lead && !pair.group.is_empty()) {
            let (left, right) = both(&pair.group, &pair.volunteer)?;
            chosen[left as usize] = Some(right);
        }
        let price =
            pass.right.iter().map(|entry| entry.v.ok_or(RunFault::NoPlan)).collect::<Result<_, _>>()?;
        // Who they are is no part of the problem.
        let places = pass.right.iter().map(|entry| places_of(entry.offered, entry.standing, 0)).collect();
        let ranks = pass.left.iter().map(|entry| entry.rank).collect();
        let unmatched = UnmatchedPrices { step: pass.step, ranks };
        let nobody = Outline::without_prices(Vec::new(), places);
        let outline = Outline { unmatched, load_step: pass.load_step, ..nobody };
        let held = Held { rows, chosen, price };
        let (problem, solution) = held.posed(&outline).map_err(no_plan)?;
        Ok(Self { pass, repair: Repair::new(&problem, &solution).map_err(no_plan)? })
    }

    /// Takes out whoever is gone.
    fn without(
        &mut self,
        key: &PlanKey,
        snapshot: &Snapshot,
        standing: &StandingPairs,
    ) -> Result<Remaining, RepairError> {
        let (child_of, unit_of) = (key.children_of(snapshot), key.volunteers_of(snapshot));
        let number_of = key.group_numbers();
        let mut remaining = Vec::new();
        for (entry, left) in self.pass.left.iter().zip(0_u32..) {
            let children = entry.children.iter().filter_map(|id| child_of.get(id.as_str()).copied());
            let children: Vec<u32> = children.filter(|child| !standing.holds(*child)).collect();
            if children.is_empty() {
                self.repair.remove_left(left)?;
                continue;
            }
            let number = entry.children.iter().find_map(|id| number_of.get(id.as_str()).copied());
            let number = number.ok_or(RepairError::NoLeft { left })?;
            remaining.push((number, left, Group { children, scope: Scope::Lead }, entry.rank));
        }
        // In the order of their numbers, which is not that of the file.
        remaining.sort_unstable_by_key(|(number, ..)| *number);
        let numbers = remaining.iter().map(|(number, ..)| *number).collect();
        let lefts = remaining.iter().map(|(_, left, ..)| *left).collect();
        let (groups, ranks): (Vec<Group>, Vec<i64>) =
            remaining.into_iter().map(|(_, _, group, rank)| (group, rank)).unzip();
        let (mut places, mut rights) = (Vec::new(), Vec::new());
        for (entry, right) in self.pass.right.iter().zip(0_u32..) {
            match unit_of.get(entry.id.as_str()) {
                None => drop(self.repair.remove_right(right)?),
                Some(volunteer) => {
                    places.push(places_of(entry.offered, entry.standing, *volunteer));
                    rights.push(right);
                }
            }
        }
        let not_joined = |(group, at): (&Group, u32)| -> Vec<(u32, u32)> {
            let units = group.children.iter().flat_map(|child| standing.not_joined(*child));
            units.map(|unit| (at, *unit)).collect()
        };
        let barred: HashSet<(u32, u32)> = groups.iter().zip(0..).flat_map(not_joined).collect();
        let unmatched = UnmatchedPrices { step: self.pass.step, ranks };
        let load_step = self.pass.load_step;
        let outline = Outline { unmatched, load_step, barred, ..Outline::without_prices(groups, places) };
        Ok(Remaining { outline, numbers, lefts, rights })
    }

    /// Puts every pair held at what it costs among those who remain, and takes out what is admissible no more.
    fn cost_again(
        &mut self,
        search: &PairSearch<'_>,
        lefts: &[u32],
        at: &[Option<u32>],
    ) -> Result<(), RepairError> {
        for (left, group) in lefts.iter().zip(0_u32..) {
            let held: Vec<(u32, i64)> = self.repair.arcs_of(*left).collect();
            for (right, cost) in held {
                let now = at[right as usize].and_then(|right| search.admissible_cost(group, right));
                if now == Some(cost) {
                    continue;
                }
                self.repair.forbid(*left, right)?;
                if let Some(now) = now {
                    self.repair.add_arcs(&[(*left, right, now)])?;
                }
            }
        }
        Ok(())
    }

    /// What it holds of those who remain.
    fn held(&self, lefts: &[u32], rights: &[u32], at: &[Option<u32>]) -> Held {
        let here = |right: u32| at[right as usize];
        let row = |left: &u32| {
            let arcs = self.repair.arcs_of(*left);
            let mut row: Vec<(u32, i64)> =
                arcs.filter_map(|(right, cost)| Some((here(right)?, cost))).collect();
            row.sort_unstable();
            row
        };
        Held {
            rows: lefts.iter().map(row).collect(),
            chosen: lefts.iter().map(|left| self.repair.right_of(*left).and_then(here)).collect(),
            price: rights.iter().map(|right| self.repair.right_price(*right)).collect(),
        }
    }
}

fn places_of(offered: u32, standing: u32, volunteer: u32) -> Places {
    Places { volunteer, offered, standing }
}

/// The plan of those who remain.
///
/// # Errors
/// [`RunFault::NoPlan`] where the stored plan is not proven.
pub fn remains(
    prepared: &Prepared<'_>,
    (snapshot, key): (&Snapshot, &PlanKey),
    options: PlanOptions,
    folder: &Folder,
    posed: &Posed,
) -> Result<Remains, RunFault> {
    let mut stored = Stored::of(folder)?;
    let Remaining { outline, numbers, lefts, rights } =
        stored.without(key, snapshot, &posed.standing).map_err(no_plan)?;
    let mut at = vec![None; stored.pass.right.len()];
    for (right, here) in rights.iter().zip(0_u32..) {
        at[*right as usize] = Some(here);
    }
    stored.cost_again(&PairSearch::new(prepared, &outline), &lefts, &at).map_err(no_plan)?;
    let held = stored.held(&lefts, &rights, &at);
    let lead = mend(prepared, outline.clone(), held, &[]).map_err(no_plan)?;
    let never_stopped = &mut |_| ControlFlow::Continue(());
    let service = SolvedPass::of(prepared, posed.service.clone(), Method::Exact, never_stopped)?;
    let (standing, deferred) = (posed.standing.clone(), posed.deferred.clone());
    let plan = compose(prepared, options, Solved { standing, lead, service, deferred })?;
    let mut files = write::render(prepared, &plan, &policy::canonical(prepared.policy));
    files.remove(PEOPLE);
    let files: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    let folder = Folder::of(&files).map_err(|_| RunFault::Unreadable("plan folder"))?;
    let numbers = Numbers::some(numbers, stored.pass.left.len() as u32);
    Ok(Remains { folder, outline, numbers })
}
