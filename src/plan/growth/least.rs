//! The least prices of a solved pass over all admissible pairs, held or not: the graph part is
//! [`extreme_prices`](crate::assignment::extreme_prices), the pairs left out are searched for here.
//!
//! With the least prices a further volunteer gains just max(0, u − c) over the groups that she may serve, and a plan has the
//! same prices whatever way the solver took to its choice. A lead pass is therefore handed on with these, and with the pairs that keep
//! them from falling further: to find them again then takes one shortest-path search over the pairs held, and no question.
//!
//! Cost: one shortest-path search over the pairs held; then a search for each place whose price fell, each group whose worth
//! rose again.

use super::{FoundPair, Report, Search, in_blocks};
use crate::assignment::extreme_prices::{Asked, LeastPrices, least};
use crate::assignment::{Problem, Solution};
use crate::plan::PlanError;

/// The least prices of places and worths of groups that prove a solution over all admissible pairs, and the pairs not held that
/// were named on the way: group, right node, cost.
///
/// # Errors
/// It was stopped.
///
/// # Panics
/// Where the solution's own prices prove nothing.
pub fn least_prices(
    search: &Search<'_>,
    problem: &Problem,
    solution: &Solution,
    progress: Report<'_>,
) -> Result<(LeastPrices, Vec<FoundPair>), PlanError> {
    let (mut named, mut stopped) = (Vec::new(), None);
    let prices = least(problem, solution, &mut |asked| {
        if stopped.is_some() {
            return Vec::new();
        }
        match left_out(search, asked, progress) {
            Ok(found) => {
                named.extend_from_slice(&found);
                found
            }
            Err(error) => {
                stopped = Some(error);
                Vec::new()
            }
        }
    });
    let prices = prices.expect("a solution is proven by its own prices");
    stopped.map_or(Ok((prices, named)), Err)
}

/// Every admissible pair of the nodes named with c + v < u.
fn left_out(
    search: &Search<'_>,
    asked: Asked<'_>,
    progress: Report<'_>,
) -> Result<Vec<FoundPair>, PlanError> {
    let prices = search.prices(asked.right_price);
    let worths = search.worths(asked.left_price);
    let from_groups = in_blocks(asked.lefts, progress, |left| {
        search.volunteers_of(left, Some(&prices), usize::MAX, asked.left_price[left as usize]).items
    })?;
    let from_rights = in_blocks(asked.rights, progress, |right| {
        search.groups_of(right, Some(&worths), usize::MAX, -asked.right_price[right as usize]).items
    })?;
    let of_groups = asked
        .lefts
        .iter()
        .zip(from_groups)
        .flat_map(|(left, found)| found.into_iter().map(|(right, cost)| (*left, right, cost)));
    let of_rights = asked
        .rights
        .iter()
        .zip(from_rights)
        .flat_map(|(right, found)| found.into_iter().map(|(left, cost)| (left, *right, cost)));
    let mut pairs: Vec<FoundPair> = of_groups.chain(of_rights).collect();
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}
