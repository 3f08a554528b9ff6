//! A solved pass mended after declines: the pairs held, the choice and its prices in; out comes the pass without the
//! declined pairs, of least cost over **all** admissible pairs again.
//!
//! 1. The declined pairs are forbidden; a few alternating paths settle whom that leaves without a volunteer ([`Repair`]).
//! 2. Pairs left out are searched for among the groups whose u rose and the volunteers whose v fell, and added, until none
//!    with cost + v < u is found.
//! 3. Every group is asked once more, as [`growth`](super::growth) does: the proof that stands.
//!
//! Cost: that of reading the pass; a few searches a decline; one a group at the end.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::PlanError;
use super::growth::{Lists, PairCounts, PairSearch, count_pairs};
use super::outline::Outline;
use super::pass::{Pass, SolvedPass};
use crate::assignment::repair::{Moves, Repair, RepairError};
use crate::assignment::{Objective, Problem, Solution, Statistics, Status};
use crate::candidates::Prepared;

/// What a plan folder holds of a pass, in the numbers of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// By group, ascending by right node: right node and cost.
    pub rows: Vec<Vec<(u32, i64)>>,
    /// By group: the right node it has.
    pub chosen: Vec<Option<u32>>,
    /// By right node: v.
    pub price: Vec<i64>,
}

/// Why a pass cannot be mended.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// The problem could not be built.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The solution is not proven, or an amendment was refused.
    #[error(transparent)]
    Repair(#[from] RepairError),
}

/// Mends a pass. `prepared` and `outline` are those of inputs in which the declined pairs (group, right node) are
/// recorded, so that no search finds them again.
///
/// # Errors
/// [`MendError`]: what is held proves nothing, or amounts leave 64 bits.
pub fn mend(
    prepared: &Prepared<'_>,
    outline: Outline,
    held: Held,
    declined: &[(u32, u32)],
) -> Result<SolvedPass, MendError> {
    let problem = outline.problem(&held.rows)?;
    let chosen = (0_u32..).zip(&held.chosen).map(|(group, right)| arc_of(&problem, group, *right)).collect();
    let solution = Solution {
        chosen,
        price: held.price,
        objective: Objective::default(),
        status: Status::Optimal,
        statistics: Statistics::default(),
    };
    let mut repair = Repair::new(&problem, &solution)?;
    drop((problem, solution));
    let mut moves = Moves::default();
    for (group, right) in declined {
        moves = moves.then(repair.forbid(*group, *right)?);
    }
    let search = PairSearch::new(prepared, &outline);
    let mut counts = PairCounts::default();
    let mut find = |repair: &Repair, since: &Moves| {
        counts.rounds += 1;
        let (found, looked_at) = left_out(&search, outline.groups.len(), outline.places.len(), repair, since);
        counts.looked_at += looked_at;
        found
    };
    repair.certify(moves, &mut find)?;
    let everybody = Moves { risen: (0..outline.groups.len() as u32).collect(), ..Moves::default() };
    repair.certify(everybody, &mut find)?;
    count_pairs(&search, outline.groups.len(), &mut counts);
    drop(search);
    let mut solution = repair.solution();
    let held = repair.problem();
    let rows: Vec<Vec<(u32, i64)>> =
        (0..outline.groups.len() as u32).map(|group| row(&held, group)).collect();
    let pass = Pass::over(prepared, outline, &rows)?;
    solution.chosen =
        (0..rows.len() as u32).map(|group| arc_of(&pass.problem, group, repair.right_of(group))).collect();
    counts.kept = pass.problem.arc_count() as u64;
    Ok(SolvedPass { pass, solution, counts })
}

/// The arc of a group to a right node.
fn arc_of(problem: &Problem, group: u32, right: Option<u32>) -> Option<u32> {
    let at = problem.row_rights(group).iter().position(|end| Some(*end) == right)?;
    Some((problem.row(group).start + at) as u32)
}

/// The arcs of a group, ascending by right node.
fn row(problem: &Problem, group: u32) -> Vec<(u32, i64)> {
    let arcs = problem.row_rights(group).iter().copied().zip(problem.row_costs(group).iter().copied());
    let mut row: Vec<(u32, i64)> = arcs.collect();
    row.sort_unstable();
    row
}

/// Pairs left out that could improve on the choice, of the nodes named; and how many were scored.
fn left_out(
    search: &PairSearch<'_>,
    groups: usize,
    rights: usize,
    repair: &Repair,
    since: &Moves,
) -> (Vec<(u32, u32, i64)>, u64) {
    let cap = Lists::default().cap;
    let price: Vec<i64> = (0..rights as u32).map(|right| repair.right_price(right)).collect();
    let ready = search.prices(&price);
    // Groups that no volunteer's own search finds are asked as soon as any price fell.
    let hidden = (0..groups as u32)
        .filter(|group| !since.fallen.is_empty() && !search.is_found_by_volunteers(*group as usize));
    let mut asked: Vec<u32> = since.risen.iter().copied().chain(hidden).collect();
    asked.sort_unstable();
    asked.dedup();
    let of_groups: Vec<_> = asked
        .into_par_iter()
        .map(|group| (group, search.volunteers_of(group, Some(&ready), cap, repair.left_price(group))))
        .collect();
    let mut looked_at = 0;
    let mut found = Vec::new();
    for (group, of_group) in of_groups {
        looked_at += of_group.looked_at;
        found.extend(of_group.items.into_iter().map(|(right, cost)| (group, right, cost)));
    }
    if !since.fallen.is_empty() {
        let worths =
            search.worths(&(0..groups as u32).map(|group| repair.left_price(group)).collect::<Vec<_>>());
        for right in since.fallen.iter().copied() {
            let of_right = search.groups_of(right, Some(&worths), cap, -price[right as usize]);
            looked_at += of_right.looked_at;
            found.extend(of_right.items.into_iter().map(|(group, cost)| (group, right, cost)));
        }
    }
    found.sort_unstable();
    found.dedup();
    (found, looked_at)
}
