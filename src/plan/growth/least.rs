//! The least prices of a solved pass over all admissible pairs, held or not: the graph part is
//! [`extreme_prices`](crate::assignment::extreme_prices), the pairs left out are searched for here.
//!
//! With the least prices a further volunteer gains just max(0, u − c) over the groups that she may serve.
//!
//! Cost: one shortest-path search over the pairs held; then a search for each place whose price fell, each group whose worth
//! rose again.

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::Search;
use crate::assignment::certificate::Violation;
use crate::assignment::extreme_prices::{Asked, LeastPrices, Pair, least};
use crate::assignment::{Problem, Solution};

/// The least prices of places and worths of groups that prove a solution over all admissible pairs.
///
/// # Errors
/// What is wrong with the solution.
pub fn least_prices(
    search: &Search<'_>,
    problem: &Problem,
    solution: &Solution,
) -> Result<LeastPrices, Vec<Violation>> {
    least(problem, solution, &mut |asked| left_out(search, asked))
}

/// Every admissible pair of the nodes named with c + v < u.
fn left_out(search: &Search<'_>, asked: Asked<'_>) -> Vec<Pair> {
    let prices = search.prices(asked.right_price);
    let worths = search.worths(asked.left_price);
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
    let from_groups: Vec<Vec<Pair>> = asked.lefts.par_iter().map(of_group).collect();
    let from_rights: Vec<Vec<Pair>> = asked.rights.par_iter().map(of_right).collect();
    let mut pairs: Vec<Pair> = from_groups.into_iter().chain(from_rights).flatten().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
