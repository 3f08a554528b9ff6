//! An exact pass over all admissible pairs without holding them: an outline in, a solved pass over a few pairs out, with
//! prices that no pair left out could improve on.
//!
//! 1. **Lists.** The cheapest pairs of each group, and of each volunteer some of the cheapest to which she comes, ties
//!    scattered; of many groups fewer of these, and some pairs anywhere besides ([`Lists::LARGE`]).
//!    While there are many groups, those of one division have numbers close to each other (`numbering`).
//! 2. **Solve** over these pairs: prices v of volunteers, and u of groups, the least of the unmatched price and of
//!    cost + v over the pairs held.
//! 3. **Search** for pairs left out with cost + v < u, the worst offenders of each group and of each volunteer, and
//!    add them. Where many groups look on the same volunteers, the worst of all would be the same few for each; there offenders of
//!    like size take turns. Of a group with few volunteers within reach, many of whom will not do, all pairs with a visit stand in a list with a bound on their cost
//!    (`search::Prospects`), and every round reads every list: that is the proof for these pairs. The others are
//!    searched for in trees. There, in the first round every group is asked; later a group whose u rose, a volunteer whose v fell
//!    (a pair within the bound stays within it unless one of the two moves), and **every search that found as many as
//!    it may return**: it has proven nothing. In pairs in which nobody comes, a volunteer might look through the groups of a whole
//!    country: where many prices fell, the other groups look for those volunteers instead, and some that improve will do
//!    (`search::Look`). Whoever's
//!    search found all there are need never be asked again.
//! 4. Again from 2, until a round finds none. Then, unless that round asked them all, **every group is asked once
//!    more**, but for those that hold all their pairs: this is the proof that stands, whatever the rounds before it did.
//!
//! With every pair satisfying cost + v ≥ u, weak duality holds over all admissible pairs, and the certificate over
//! the pairs held is one over all. Each round adds a pair that was not held, so it ends; on real counties after
//! a few rounds. Searches run in parallel; their results are put together in the order of groups and volunteers, so that
//! nothing depends on the number of threads. References: J. Desrosiers and M. Lübbecke, "A primer in column generation",
//! 2005 (pricing over pairs instead of paths).

mod least;
mod numbering;
mod rounds;
mod search;

use std::ops::ControlFlow;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::PlanError;
use super::outline::Outline;
use super::pass::{Pass, SolvedPass};
use crate::assignment::{Heard, Method, Solution, Start, solve, solve_from};
use crate::candidates::Prepared;
use numbering::Numbering;
use rounds::Growth;
use search::Search;

pub use least::least_prices;
pub use search::{Amounts as PairAmounts, LivePrices, MarkedPairs, Search as PairSearch};

/// Up to so many pairs within reach, the admissible ones among them are counted.
const COUNTED_UP_TO: u64 = 5_000_000;

/// Where more than one pair in so many is new, the solution before is no help.
const MUCH: usize = 8;

/// From so many groups on, lists are those of [`Lists::LARGE`].
const MANY: usize = 1 << 13;

/// How far lists go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lists {
    /// Cheapest volunteers of each group to begin with; at least one.
    pub of_group: usize,
    /// Cheapest groups of each volunteer to begin with.
    pub of_volunteer: usize,
    /// Further volunteers of each group to begin with, whoever is admissible.
    pub any_of_group: usize,
    /// Pairs that one later search may return; at least one.
    pub cap: usize,
    /// Whether later searches return offenders by turns among those of like size, or else the very worst; and whether, of pairs
    /// in which nobody comes, some will do from the first.
    pub by_turns: bool,
    /// Pairs with a visit that one group may have for a list of all of them to be kept; beyond that trees are searched.
    pub longest: usize,
    /// Whether groups and places are numbered so that those of one division are close to each other.
    pub by_division: bool,
}

impl Lists {
    /// For few groups: nearly all that matters is among the cheapest.
    pub const SMALL: Self = Self {
        of_group: 8,
        of_volunteer: 8,
        any_of_group: 0,
        cap: 8,
        by_turns: false,
        longest: 1024,
        by_division: false,
    };
    /// For many groups. Whom the rest of a town leaves without a child may be needed far away. Over the cheapest pairs alone
    /// prices tell of that from neighbour to neighbour, a round each; a pair anywhere for each group carries it across in one.
    pub const LARGE: Self = Self {
        of_group: 4,
        of_volunteer: 4,
        any_of_group: 1,
        by_turns: true,
        by_division: true,
        ..Self::SMALL
    };

    /// What suits an outline.
    pub fn of(outline: &Outline) -> Self {
        if outline.groups.len() < MANY { Self::SMALL } else { Self::LARGE }
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

/// Solves a pass exactly over all admissible pairs.
///
/// # Errors
/// Amounts that leave 64 bits, and a solver that was stopped.
pub fn grow(
    prepared: &Prepared<'_>,
    outline: Outline,
    lists: Lists,
    progress: &mut Heard<'_>,
) -> Result<SolvedPass, PlanError> {
    let (outline, grown) = grown_in_order(prepared, outline, lists, progress, |search, grown| {
        count_pairs(search, grown.rows.len(), &mut grown.counts);
    })?;
    let Grown { rows, chosen_right, mut solution, counts } = grown;
    let pass = Pass::over(outline, &rows)?;
    solution.chosen = pass.problem.arcs_to(&chosen_right);
    Ok(SolvedPass { pass, solution, counts })
}

/// The volunteer of each group in an optimum over all admissible pairs, and no more than that.
///
/// # Errors
/// As [`grow`].
pub fn grow_choice(prepared: &Prepared<'_>, outline: Outline) -> Result<Vec<Option<u32>>, PlanError> {
    let (lists, never_stopped) = (Lists::of(&outline), &mut |_| ControlFlow::Continue(()));
    let (outline, grown) = grown_in_order(prepared, outline, lists, never_stopped, |_, _| ())?;
    let volunteer = |right: Option<u32>| right.map(|right| outline.places[right as usize].volunteer);
    Ok(grown.chosen_right.into_iter().map(volunteer).collect())
}

/// By group, ascending by right node: right node and cost.
type Rows = Vec<Vec<(u32, i64)>>;

/// What growth comes to.
struct Grown {
    /// The pairs held in the end.
    rows: Rows,
    /// The choice among them, by group.
    chosen_right: Vec<Option<u32>>,
    /// Prices, totals and statistics; the arcs are those of the problem that was solved.
    solution: Solution,
    /// What was done for it.
    counts: PairCounts,
}

/// [`grown`], with numbers by which neighbours are close where lists wish it; `last` is done before the trees are gone.
fn grown_in_order(
    prepared: &Prepared<'_>,
    outline: Outline,
    lists: Lists,
    progress: &mut Heard<'_>,
    last: impl FnOnce(&Search<'_>, &mut Grown),
) -> Result<(Outline, Grown), PlanError> {
    let numbering = lists.by_division.then(|| Numbering::by_division(prepared, &outline));
    let outline = match &numbering {
        Some(numbering) => numbering.apply(outline),
        None => outline,
    };
    let search = Search::new(prepared, &outline);
    let mut grown = grown(&search, &outline, lists, progress)?;
    last(&search, &mut grown);
    drop(search);
    Ok(match numbering {
        Some(numbering) => numbering.undo(outline, grown),
        None => (outline, grown),
    })
}

/// Lists, then solving and searching in turn until no pair left out undercuts the prices.
fn grown(
    search: &Search<'_>,
    outline: &Outline,
    lists: Lists,
    progress: &mut Heard<'_>,
) -> Result<Grown, PlanError> {
    let mut growth = Growth::begin(search, outline, lists, progress)?;
    let mut problem = outline.problem(&growth.rows)?;
    let mut solution = solve(&problem, Method::Exact, progress)?;
    growth.counts.rounds = 1;
    while growth.search(search, &problem, &solution, progress)? {
        let (fewer, chosen_right) = (problem.arc_count(), problem.rights_of(&solution.chosen));
        drop(problem);
        problem = outline.problem(&growth.rows)?;
        // Goes on from the solution before, unless much is new.
        let much_is_new = (problem.arc_count() - fewer) * MUCH > problem.arc_count();
        solution = if much_is_new {
            solve(&problem, Method::Exact, progress)?
        } else {
            solve_from(&problem, &Start { price: &solution.price, chosen_right: &chosen_right }, progress)?
        };
        growth.counts.rounds += 1;
    }
    let counts = PairCounts { kept: problem.arc_count() as u64, ..growth.counts };
    let chosen_right = problem.rights_of(&solution.chosen);
    Ok(Grown { rows: growth.rows, chosen_right, solution, counts })
}

/// Every admissible pair of an outline, by group: right nodes with their costs. Held whole, so for small sizes,
/// for methods that give no prices, and as an oracle.
pub fn all_pairs(prepared: &Prepared<'_>, outline: &Outline) -> Vec<Vec<(u32, i64)>> {
    let search = Search::new(prepared, outline);
    (0..outline.groups.len() as u32).into_par_iter().map(|group| search.all_of(group)).collect()
}

/// Pairs within reach, and where these are few, the admissible ones among them.
pub(super) fn count_pairs(search: &Search<'_>, groups: usize, counts: &mut PairCounts) {
    counts.within_reach = (0..groups).into_par_iter().map(|group| search.count_within_reach(group)).sum();
    if counts.within_reach <= COUNTED_UP_TO {
        let count = |group: u32| search.all_of(group).len() as u32;
        counts.admissible = Some((0..groups as u32).into_par_iter().map(count).collect());
    }
}
