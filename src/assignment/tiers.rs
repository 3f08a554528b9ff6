//! Prices that put coverage first: in come the arc costs of each left node and its tier, out comes a price for staying
//! unmatched, such that the least total covers lexicographically: as many as can be of the highest tier, then of the
//! next, and so on; and costs least among all such choices.
//!
//! Why additive steps suffice. The sets of left nodes that can be covered together are the independent sets of a
//! transversal matroid (Edmonds and Fulkerson, "Transversals and matroid partition", 1965). A basis of greatest
//! weight under *any* weights that strictly rise with the tier is the one that the greedy method picks from the top
//! tier down, hence lexicographically greatest; the weights need not dwarf each other. What a step must exceed is
//! cost: a choice that is not of greatest weight can be changed along one alternating path, which adds one left node
//! or exchanges one for another of a higher tier. Such a path enters and leaves each left node once, so it changes
//! cost by at most Σᵢ(cmaxᵢ − cminᵢ) + max cmax, and opens at most one further unit, at most the greatest load step.
//! With step = that + 1 and price(tier t) = t·step, every such change pays; so the optimum is of greatest weight.

use super::problem::ProblemError;

/// The unmatched price of each left node: its tier times the step. Higher tiers matter more; tiers start at 1.
///
/// `row_costs` yields, for each left node, the costs of its arcs; `load_max` is the greatest load step of all.
///
/// # Errors
/// [`ProblemError::Tier`] if a tier is 0 or rows and tiers are not equally many; [`ProblemError::Overflow`] if a price
/// leaves 64 bits.
///
/// # Example
/// ```
/// use jiedui::assignment::tiers::lexicographic_prices;
/// let rows = [vec![3, 5], vec![4]];
/// let prices = lexicographic_prices(rows, &[1, 2], 0)?;
/// assert_eq!(prices, [8, 16]); // step = (5 − 3) + (4 − 4) + 5 + 0 + 1
/// # Ok::<(), jiedui::assignment::ProblemError>(())
/// ```
pub fn lexicographic_prices<Row>(
    row_costs: impl IntoIterator<Item = Row>,
    tier: &[u32],
    load_max: i64,
) -> Result<Vec<i64>, ProblemError>
where
    Row: IntoIterator<Item = i64>,
{
    let (mut spread, mut cost_max, mut rows) = (0_i128, 0_i64, 0_usize);
    for row in row_costs {
        rows += 1;
        let mut row = row.into_iter();
        if let Some(first) = row.next() {
            let (least, most) =
                row.fold((first, first), |(least, most), cost| (least.min(cost), most.max(cost)));
            spread += i128::from(most) - i128::from(least);
            cost_max = cost_max.max(most);
        }
    }
    if rows != tier.len() {
        return Err(ProblemError::Tier { left: rows.min(tier.len()) });
    }
    let step = spread + i128::from(cost_max) + i128::from(load_max) + 1;
    let price_of = |(left, &tier): (usize, &u32)| {
        if tier == 0 {
            return Err(ProblemError::Tier { left });
        }
        let price = step * i128::from(tier);
        i64::try_from(price).map_err(|_| ProblemError::Overflow { bound: price })
    };
    tier.iter().enumerate().map(price_of).collect()
}
