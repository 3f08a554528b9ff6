//! The least prices of a plan over all admissible pairs, held or not: the graph part is
//! [`extreme_prices`](crate::assignment::extreme_prices), the pairs left out are searched for here.
//!
//! Cost: one shortest-path search over the pairs held; then a search for each place whose price fell, each group whose worth
//! rose again, and once for each group that no volunteer's own search finds.

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use crate::assignment::certificate::Violation;
use crate::assignment::extreme_prices::{Asked, LeastPrices, Pair, UNBOUNDED, least};
use crate::assignment::{Problem, Solution};
use crate::plan::growth::PairSearch;

/// The least prices of places and worths of groups that prove a solution over all admissible pairs: with these, a further
/// volunteer gains just max(0, u − c) over the groups that she may serve. Right nodes that are `closed`, ascending, have no places:
/// they matter to nobody else, and no pair of theirs is searched for.
///
/// # Errors
/// What is wrong with the solution.
pub fn least_prices(
    search: &PairSearch<'_>,
    problem: &Problem,
    solution: &Solution,
    closed: &[u32],
) -> Result<LeastPrices, Vec<Violation>> {
    least(problem, solution, &mut |asked| left_out(search, asked, closed))
}

/// Every admissible pair of the nodes named with c + v < u.
fn left_out(search: &PairSearch<'_>, asked: Asked<'_>, closed: &[u32]) -> Vec<Pair> {
    let mut price = asked.right_price.to_vec();
    for right in closed {
        price[*right as usize] = UNBOUNDED;
    }
    let prices = search.prices(&price);
    let open = |right: &&u32| closed.binary_search(right).is_err();
    let rights: Vec<u32> = asked.rights.iter().filter(open).copied().collect();
    let worths = search.worths(asked.left_price);
    let mut lefts: Vec<u32> = asked.lefts.to_vec();
    if !rights.is_empty() {
        lefts.extend(hidden_groups(search, asked.left_price.len()));
        lefts.sort_unstable();
        lefts.dedup();
    }
    let of_group = |left: &u32| -> Vec<Pair> {
        let below = asked.left_price[*left as usize];
        let found = search.volunteers_of(*left, Some(&prices), usize::MAX, below);
        found.items.into_iter().map(|(right, cost)| (*left, right, cost)).collect()
    };
    let of_right = |right: &u32| -> Vec<Pair> {
        let below = -asked.right_price[*right as usize];
        let found = search.groups_of(*right, Some(&worths), usize::MAX, below);
        found.items.into_iter().map(|(left, cost)| (left, *right, cost)).collect()
    };
    let from_groups: Vec<Vec<Pair>> = lefts.par_iter().map(of_group).collect();
    let from_rights: Vec<Vec<Pair>> = rights.par_iter().map(of_right).collect();
    let mut pairs: Vec<Pair> = from_groups.into_iter().chain(from_rights).flatten().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Groups that no volunteer's own search finds, since nobody must come to them.
pub(super) fn hidden_groups(search: &PairSearch<'_>, groups: usize) -> Vec<u32> {
    let is_hidden =
        |group: &u32| search.is_ready(*group as usize) && !search.is_found_by_volunteers(*group as usize);
    (0..groups as u32).filter(is_hidden).collect()
}
