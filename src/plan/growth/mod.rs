//! An exact pass over all admissible pairs without holding them: an outline in, a solved pass over a few pairs out, with
//! prices that no pair left out could improve on.
//!
//! 1. **Lists.** The cheapest pairs of each group, and of each volunteer some of the cheapest to which she comes, ties
//!    scattered. Whoever's list holds all there are need never be found again.
//! 2. **Solve** over these pairs: prices v of volunteers, and u of groups, the least of the unmatched price and of
//!    cost + v over the pairs held.
//! 3. **Search** for pairs left out with cost + v < u, the worst offenders of each group and of each volunteer, and
//!    add them. In the first round every group is asked; later a group whose u rose, a volunteer whose v fell
//!    (a pair within the bound stays within it unless one of the two moves), and **every search that found as many as
//!    it may return**: it has proven nothing.
//! 4. Again from 2, until a round finds none. Then, unless that round asked them all, **every group is asked once
//!    more**, but for those that hold all their pairs: this is the proof that stands, whatever the rounds before it did.
//!
//! With every pair satisfying cost + v ≥ u, weak duality holds over all admissible pairs, and the certificate over
//! the pairs held is one over all. Each round adds a pair that was not held, so it ends; on real counties after
//! a few rounds. Searches run in parallel; their results are put together in the order of groups and volunteers, so that
//! nothing depends on the number of threads. References: J. Desrosiers and M. Lübbecke, "A primer in column generation",
//! 2005 (pricing over pairs instead of paths).

mod least;
mod search;

use std::ops::ControlFlow;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::PlanError;
use super::outline::Outline;
use super::pass::{Pass, SolvedPass};
use crate::assignment::{Method, Phase, Problem, Progress, Solution, SolveError, Start, solve, solve_from};
use crate::candidates::Prepared;
use search::Search;

pub use least::least_prices;
pub use search::{Amounts as PairAmounts, LivePrices, MarkedPairs, Search as PairSearch};

/// Up to so many pairs within reach, the admissible ones among them are counted.
const COUNTED_UP_TO: u64 = 5_000_000;
/// Searches between two reports of progress.
const BLOCK: usize = 4096;

/// How far lists go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lists {
    /// Cheapest volunteers of each group to begin with; at least one.
    pub of_group: usize,
    /// Cheapest groups of each volunteer to begin with.
    pub of_volunteer: usize,
    /// Pairs that one later search may return; at least one.
    pub cap: usize,
}

impl Default for Lists {
    fn default() -> Self {
        Self { of_group: 8, of_volunteer: 8, cap: 16 }
    }
}

/// How many pairs there were, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PairCounts {
    /// At most so many pairs are near enough: groups and the volunteers of the tree's nodes within reach.
    pub within_reach: u64,
    /// Admissible volunteers by group, where there are few enough pairs within reach to count them.
    pub admissible: Option<Vec<u32>>,
    /// How often a pair was scored.
    pub looked_at: u64,
    /// Pairs held.
    pub kept: u64,
    /// Rounds of solving and searching; 0 where all pairs are held from the start.
    pub rounds: u32,
}

impl PairCounts {
    /// Number of admissible pairs, where they were counted.
    pub fn admissible_pairs(&self) -> Option<u64> {
        self.admissible.as_ref().map(|rows| rows.iter().copied().map(u64::from).sum())
    }

    /// Pairs left out, proven unnecessary: exactly where the admissible ones were counted, else at most.
    pub fn unnecessary(&self) -> u64 {
        self.admissible_pairs().unwrap_or(self.within_reach).saturating_sub(self.kept)
    }
}

/// Reports progress; ends the work when told to.
type Report<'r> = &'r mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Solves a pass exactly over all admissible pairs.
///
/// # Errors
/// Amounts that leave 64 bits, and a solver that was stopped.
pub fn grow(
    prepared: &Prepared<'_>,
    outline: Outline,
    lists: Lists,
    progress: Report<'_>,
) -> Result<SolvedPass, PlanError> {
    let search = Search::new(prepared, &outline);
    let (rows, solution, mut counts) = grown(&search, &outline, lists, progress)?;
    count_pairs(&search, outline.groups.len(), &mut counts);
    drop(search);
    let pass = Pass::over(prepared, outline, &rows)?;
    Ok(SolvedPass { pass, solution, counts })
}

/// The right node of each group in an optimum over all admissible pairs, and no more than that.
///
/// # Errors
/// As [`grow`].
pub fn grow_choice(prepared: &Prepared<'_>, outline: &Outline) -> Result<Vec<Option<u32>>, PlanError> {
    let search = Search::new(prepared, outline);
    let never_stopped = &mut |_| ControlFlow::Continue(());
    let (rows, solution, _) = grown(&search, outline, Lists::default(), never_stopped)?;
    Ok(outline.problem(&rows)?.rights_of(&solution.chosen))
}

/// By group, ascending by right node: right node and cost.
type Rows = Vec<Vec<(u32, i64)>>;

/// The pairs held in the end, the choice among them with its prices, and what was done for it.
fn grown(
    search: &Search<'_>,
    outline: &Outline,
    lists: Lists,
    progress: Report<'_>,
) -> Result<(Rows, Solution, PairCounts), PlanError> {
    let mut growth = Growth::begin(search, outline, lists, progress)?;
    let mut problem = outline.problem(&growth.rows)?;
    let mut solution = solve_again(&problem, None, progress)?;
    growth.counts.rounds = 1;
    while growth.search(search, &problem, &solution, progress)? {
        let grown = outline.problem(&growth.rows)?;
        solution = solve_again(&grown, Some((&problem, &solution)), progress)?;
        problem = grown;
        growth.counts.rounds += 1;
    }
    let counts = PairCounts { kept: problem.arc_count() as u64, ..growth.counts };
    Ok((growth.rows, solution, counts))
}

/// Every admissible pair of an outline, by group: right nodes with their costs. Held whole, so for small sizes,
/// for methods that give no prices, and as an oracle.
pub fn all_pairs(prepared: &Prepared<'_>, outline: &Outline) -> Vec<Vec<(u32, i64)>> {
    let search = Search::new(prepared, outline);
    (0..outline.groups.len() as u32).into_par_iter().map(|group| search.all_of(group)).collect()
}

/// Solves a problem that has grown since its last solution, going on from there.
fn solve_again(
    problem: &Problem,
    before: Option<(&Problem, &Solution)>,
    progress: Report<'_>,
) -> Result<Solution, SolveError> {
    let Some((smaller, solution)) = before else { return solve(problem, Method::Exact, progress) };
    let chosen_right = smaller.rights_of(&solution.chosen);
    solve_from(problem, &Start { price: &solution.price, chosen_right: &chosen_right }, progress)
}

/// Pairs within reach, and where these are few, the admissible ones among them.
pub(super) fn count_pairs(search: &Search<'_>, groups: usize, counts: &mut PairCounts) {
    counts.within_reach = (0..groups).into_par_iter().map(|group| search.count_within_reach(group)).sum();
    if counts.within_reach <= COUNTED_UP_TO {
        let count = |group: u32| search.all_of(group).len() as u32;
        counts.admissible = Some((0..groups as u32).into_par_iter().map(count).collect());
    }
}

/// The pairs held so far and what the last round knew.
struct Growth {
    lists: Lists,
    rows: Rows,
    /// By group and by right node: every admissible pair is held, so that nobody need find it.
    complete: Vec<bool>,
    complete_rights: Vec<bool>,
    /// By group and by right node: the last search hit its cap.
    capped_groups: Vec<bool>,
    capped_rights: Vec<bool>,
    /// u and v of the round before; empty before the first.
    worth: Vec<i64>,
    price: Vec<i64>,
    counts: PairCounts,
}

/// A pair that was found: group, right node, cost.
type FoundPair = (u32, u32, i64);

impl Growth {
    /// The first lists.
    fn begin(
        search: &Search<'_>,
        outline: &Outline,
        lists: Lists,
        progress: Report<'_>,
    ) -> Result<Self, PlanError> {
        let (groups, rights) = (outline.groups.len(), outline.places.len());
        let mut growth = Self {
            lists,
            rows: vec![Vec::new(); groups],
            complete: vec![false; groups],
            complete_rights: vec![false; rights],
            capped_groups: vec![false; groups],
            capped_rights: vec![false; rights],
            worth: Vec::new(),
            price: Vec::new(),
            counts: PairCounts::default(),
        };
        let all: Vec<u32> = (0..groups as u32).collect();
        let found =
            in_blocks(&all, progress, |group| search.volunteers_of(group, None, lists.of_group, i64::MAX))?;
        let mut pairs: Vec<FoundPair> = Vec::new();
        for (group, found) in all.into_iter().zip(found) {
            growth.counts.looked_at += found.looked_at;
            growth.complete[group as usize] = !found.capped;
            pairs.extend(found.items.into_iter().map(|(right, cost)| (group, right, cost)));
        }
        if lists.of_volunteer > 0 {
            let all: Vec<u32> = (0..rights as u32).collect();
            let found = in_blocks(&all, progress, |right| search.first_groups_of(right, lists.of_volunteer))?;
            for (right, found) in all.into_iter().zip(found) {
                growth.counts.looked_at += found.looked_at;
                growth.complete_rights[right as usize] = !found.capped;
                pairs.extend(found.items.into_iter().map(|(group, cost)| (group, right, cost)));
            }
        }
        add(&mut growth.rows, pairs);
        Ok(growth)
    }

    /// Adds pairs that the prices do not rule out; whether there were any.
    fn search(
        &mut self,
        search: &Search<'_>,
        problem: &Problem,
        solution: &Solution,
        progress: Report<'_>,
    ) -> Result<bool, PlanError> {
        let price = solution.price.clone();
        let worth: Vec<i64> =
            (0..problem.left_count() as u32).map(|left| cheapest_option(problem, left, &price)).collect();
        let first = self.worth.is_empty();
        let open = |growth: &Self, group: usize| search.is_ready(group) && !growth.complete[group];
        let fell: Vec<u32> = (0..price.len() as u32)
            .filter(|right| {
                let at = *right as usize;
                let moved = || self.capped_rights[at] || price[at] < self.price[at];
                !first && !self.complete_rights[at] && moved()
            })
            .collect();
        let asked: Vec<u32> = (0..worth.len() as u32)
            .filter(|group| {
                let at = *group as usize;
                let moved = first || self.capped_groups[at] || worth[at] > self.worth[at];
                moved && open(self, at)
            })
            .collect();
        let everybody: Vec<u32> =
            (0..worth.len() as u32).filter(|group| open(self, *group as usize)).collect();
        let all_asked = asked.len() == everybody.len();
        let ready = search.prices(&except(&price, &self.complete_rights, i64::MAX));
        let mut pairs = self.ask_groups(search, &asked, &ready, &worth, progress)?;
        if !all_asked && !fell.is_empty() {
            pairs.extend(self.ask_volunteers(search, &fell, &price, &worth, progress)?);
        } else {
            self.capped_rights.fill(false);
        }
        if pairs.is_empty() && !all_asked {
            pairs = self.ask_groups(search, &everybody, &ready, &worth, progress)?;
        }
        (self.price, self.worth) = (price, worth);
        let any = !pairs.is_empty();
        add(&mut self.rows, pairs);
        Ok(any)
    }

    /// The worst offenders of each group.
    fn ask_groups(
        &mut self,
        search: &Search<'_>,
        groups: &[u32],
        prices: &search::Amounts,
        worth: &[i64],
        progress: Report<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let cap = self.lists.cap;
        let found = in_blocks(groups, progress, |group| {
            search.volunteers_of(group, Some(prices), cap, worth[group as usize])
        })?;
        let mut pairs = Vec::new();
        for (group, found) in groups.iter().zip(found) {
            self.counts.looked_at += found.looked_at;
            self.capped_groups[*group as usize] = found.capped;
            pairs.extend(found.items.into_iter().map(|(right, cost)| (*group, right, cost)));
        }
        Ok(pairs)
    }

    /// The worst offenders of each volunteer.
    fn ask_volunteers(
        &mut self,
        search: &Search<'_>,
        rights: &[u32],
        price: &[i64],
        worth: &[i64],
        progress: Report<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let (cap, worths) = (self.lists.cap, search.worths(&except(worth, &self.complete, -i64::MAX)));
        let found = in_blocks(rights, progress, |right| {
            search.groups_of(right, Some(&worths), cap, -price[right as usize])
        })?;
        let mut pairs = Vec::new();
        for (right, found) in rights.iter().zip(found) {
            self.counts.looked_at += found.looked_at;
            self.capped_rights[*right as usize] = found.capped;
            pairs.extend(found.items.into_iter().map(|(group, cost)| (group, *right, cost)));
        }
        Ok(pairs)
    }
}

/// Adds pairs to those held.
fn add(rows: &mut Rows, mut pairs: Vec<FoundPair>) {
    pairs.sort_unstable();
    pairs.dedup();
    for of_group in pairs.chunk_by(|a, b| a.0 == b.0) {
        let row = &mut rows[of_group[0].0 as usize];
        row.extend(of_group.iter().map(|pair| (pair.1, pair.2)));
        row.sort_unstable();
        row.dedup();
    }
}

/// The amounts, but `instead` where no search need find anything.
fn except(amounts: &[i64], complete: &[bool], instead: i64) -> Vec<i64> {
    amounts.iter().zip(complete).map(|(amount, complete)| if *complete { instead } else { *amount }).collect()
}

/// u: the least of the unmatched price and of cost + v over the pairs held.
fn cheapest_option(problem: &Problem, left: u32, price: &[i64]) -> i64 {
    let arcs = problem.row_rights(left).iter().zip(problem.row_costs(left));
    let options = arcs.map(|(right, cost)| cost + price[*right as usize]);
    options.chain(problem.unmatched(left).price()).min().unwrap_or(i64::MAX)
}

/// Answers for each of the askers, in their order, on all threads; reports now and then.
fn in_blocks<Answer: Send>(
    askers: &[u32],
    progress: Report<'_>,
    answer: impl Fn(u32) -> Answer + Sync,
) -> Result<Vec<Answer>, PlanError> {
    let mut answers = Vec::with_capacity(askers.len());
    for block in askers.chunks(BLOCK) {
        let (done, total) = (answers.len() as u64, askers.len() as u64);
        if progress(Progress { phase: Phase::Preparation, done, total }).is_break() {
            return Err(SolveError::Cancelled.into());
        }
        answers.append(&mut block.to_vec().into_par_iter().map(&answer).collect());
    }
    Ok(answers)
}
