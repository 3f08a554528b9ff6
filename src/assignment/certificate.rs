//! The certificate checker: in come a problem, a choice of arcs and a price for each right node; out comes a proof of
//! optimality or the list of everything that is wrong. Shares no code with any solver; works in 128 bits, so that no
//! price, however corrupt, can make it overflow.
//!
//! Why it proves: for any prices v ≥ 0 and uᵢ = min(unmatchedᵢ, minⱼ(cᵢⱼ + vⱼ)), every choice costs at least
//! Σᵢ uᵢ − Σⱼ Σₖ max(0, vⱼ − loadⱼₖ) (weak duality of the assignment problem); a choice that costs just that is best.
//! Cost: O(n + m + load steps). Reference: Ahuja, Magnanti, Orlin, "Network Flows", 1993, chapters 9 and 12.

use super::problem::{Problem, Unmatched};

/// What a valid certificate proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Optimality {
    /// Σ cost + Σ load + Σ unmatched.
    pub primal: i128,
    /// Σ u − Σ max(0, v − load); equal to `primal`.
    pub dual: i128,
    /// uᵢ of each left node: what it is worth to the total.
    pub left_price: Vec<i64>,
}

/// One thing that is wrong with a certificate. Nodes and arcs are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// The choice does not name each left node once.
    #[error("{given} choices for {expected} left nodes")]
    ChoiceCount {
        /// Choices given.
        given: usize,
        /// Left nodes.
        expected: usize,
    },
    /// The prices do not name each right node once.
    #[error("{given} prices for {expected} right nodes")]
    PriceCount {
        /// Prices given.
        given: usize,
        /// Right nodes.
        expected: usize,
    },
    /// The arc chosen is not one of this left node.
    #[error("left node {left} chose arc {arc}, which is not its own")]
    ForeignArc {
        /// The left node.
        left: u32,
        /// The arc.
        arc: u32,
    },
    /// A left node that must be assigned has no arc.
    #[error("left node {left} must be assigned and is not")]
    MustBeAssigned {
        /// The left node.
        left: u32,
    },
    /// More units used than there are.
    #[error("right node {right} takes {used}, more than its capacity {capacity}")]
    OverCapacity {
        /// The right node.
        right: u32,
        /// Units used.
        used: u64,
        /// Its capacity.
        capacity: u32,
    },
    /// A price below zero.
    #[error("right node {right} has the negative price {price}")]
    NegativePrice {
        /// The right node.
        right: u32,
        /// Its price.
        price: i64,
    },
    /// The chosen arc is dearer than another option at these prices.
    #[error("left node {left} takes arc {arc} at {value}, but has an option at {best}")]
    ArcNotTight {
        /// The left node.
        left: u32,
        /// The arc.
        arc: u32,
        /// Its cost and the price of its right node.
        value: i128,
        /// The cheapest option u.
        best: i128,
    },
    /// Staying unmatched is dearer than an arc at these prices.
    #[error("left node {left} stays unmatched at {value}, but has an option at {best}")]
    UnmatchedNotTight {
        /// The left node.
        left: u32,
        /// Its unmatched price.
        value: i64,
        /// The cheapest option u.
        best: i128,
    },
    /// The price does not cover the last unit used.
    #[error("right node {right} uses a unit at {step}, above its price {price}")]
    PriceBelowUsedUnit {
        /// The right node.
        right: u32,
        /// Its price.
        price: i64,
        /// The last load step used.
        step: i64,
    },
    /// The price is above a unit to spare.
    #[error("right node {right} has a unit to spare at {step}, below its price {price}")]
    PriceAboveSpareUnit {
        /// The right node.
        right: u32,
        /// Its price.
        price: i64,
        /// The first load step not used.
        step: i64,
    },
    /// The totals differ.
    #[error("the choice costs {primal}, the prices prove only {dual}")]
    TotalsDiffer {
        /// What the choice costs.
        primal: i128,
        /// What the prices prove.
        dual: i128,
    },
    /// A left price outside 64 bits, which no honest certificate has.
    #[error("left node {left} has the price {price}, outside 64 bits")]
    LeftPriceRange {
        /// The left node.
        left: u32,
        /// Its price.
        price: i128,
    },
}

/// Checks that `chosen` is feasible and that `price` proves it optimal.
///
/// # Errors
/// Every violation found, in the order of nodes: left nodes first, then right nodes, then the totals.
///
/// # Complexity
/// O(n + m + load steps) time, O(n) space.
///
/// # Example
/// Both left nodes would rather have right node 0; it goes to the one who would lose more without it.
/// ```
/// use jiedui::assignment::{ProblemBuilder, Unmatched, certificate};
/// let mut builder = ProblemBuilder::new();
/// let one = builder.push_right(1, &[])?;
/// let two = builder.push_right(1, &[])?;
/// builder.push_left(Unmatched::Price(14_002), &[(one, 1_000), (two, 2_500)])?; // arcs 0 and 1
/// builder.push_left(Unmatched::Price(7_001), &[(one, 500), (two, 3_000)])?; // arcs 2 and 3
/// let problem = builder.finish()?;
/// let proof = certificate::check(&problem, &[Some(1), Some(2)], &[1_500, 0]).expect("no violation");
/// assert_eq!(proof.left_price, [2_500, 2_000]);
/// assert_eq!((proof.primal, proof.dual), (3_000, 3_000)); // 2500 + 500 = 2500 + 2000 − 1500
/// assert!(certificate::check(&problem, &[Some(0), Some(3)], &[1_500, 0]).is_err());
/// # Ok::<(), jiedui::assignment::ProblemError>(())
/// ```
pub fn check(problem: &Problem, chosen: &[Option<u32>], price: &[i64]) -> Result<Optimality, Vec<Violation>> {
    let mut violations = Vec::new();
    if chosen.len() != problem.left_count() {
        violations.push(Violation::ChoiceCount { given: chosen.len(), expected: problem.left_count() });
    }
    if price.len() != problem.right_count() {
        violations.push(Violation::PriceCount { given: price.len(), expected: problem.right_count() });
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    let mut used = vec![0_u64; problem.right_count()];
    let mut left_price = Vec::with_capacity(problem.left_count());
    let (mut primal, mut dual) = (0_i128, 0_i128);
    for (left, &arc) in (0_u32..).zip(chosen) {
        let best = cheapest_option(problem, price, left);
        primal += check_left(problem, price, left, arc, best, &mut used, &mut violations);
        // A left node without any option must be assigned and is not: reported already, and it has no price.
        let best = best.unwrap_or(0);
        dual += best;
        match i64::try_from(best) {
            Ok(value) => left_price.push(value),
            Err(_) => violations.push(Violation::LeftPriceRange { left, price: best }),
        }
    }
    for right in 0..problem.right_count() as u32 {
        let (load, rent) =
            check_right(problem, right, price[right as usize], used[right as usize], &mut violations);
        primal += load;
        dual -= rent;
    }
    if primal != dual {
        violations.push(Violation::TotalsDiffer { primal, dual });
    }
    if violations.is_empty() { Ok(Optimality { primal, dual, left_price }) } else { Err(violations) }
}

/// uᵢ: the least over staying unmatched, if allowed, and all arcs at the prices of their right ends.
fn cheapest_option(problem: &Problem, price: &[i64], left: u32) -> Option<i128> {
    let stay = match problem.unmatched(left) {
        Unmatched::Price(price) => Some(i128::from(price)),
        Unmatched::Forbidden => None,
    };
    let through = |arc| arc_value(problem, price, arc);
    problem.row(left).map(through).chain(stay).min()
}

fn arc_value(problem: &Problem, price: &[i64], arc: usize) -> i128 {
    i128::from(problem.arc_cost(arc)) + i128::from(price[problem.arc_right(arc) as usize])
}

/// What a left node pays by itself: the cost of its arc or its unmatched price.
fn check_left(
    problem: &Problem,
    price: &[i64],
    left: u32,
    arc: Option<u32>,
    best: Option<i128>,
    used: &mut [u64],
    violations: &mut Vec<Violation>,
) -> i128 {
    match (arc, problem.unmatched(left)) {
        (Some(arc), _) if !problem.row(left).contains(&(arc as usize)) => {
            violations.push(Violation::ForeignArc { left, arc });
            0
        }
        (Some(arc), _) => {
            used[problem.arc_right(arc as usize) as usize] += 1;
            let value = arc_value(problem, price, arc as usize);
            if let Some(best) = best.filter(|&best| best < value) {
                violations.push(Violation::ArcNotTight { left, arc, value, best });
            }
            i128::from(problem.arc_cost(arc as usize))
        }
        (None, Unmatched::Forbidden) => {
            violations.push(Violation::MustBeAssigned { left });
            0
        }
        (None, Unmatched::Price(value)) => {
            if let Some(best) = best.filter(|&best| best < i128::from(value)) {
                violations.push(Violation::UnmatchedNotTight { left, value, best });
            }
            i128::from(value)
        }
    }
}

/// Σ load of the units used, and Σₖ max(0, v − loadₖ) over all units.
fn check_right(
    problem: &Problem,
    right: u32,
    price: i64,
    used: u64,
    violations: &mut Vec<Violation>,
) -> (i128, i128) {
    let capacity = problem.capacity(right);
    if price < 0 {
        violations.push(Violation::NegativePrice { right, price });
    }
    if used > u64::from(capacity) {
        violations.push(Violation::OverCapacity { right, used, capacity });
        return (0, 0);
    }
    let used = used as u32;
    if used > 0 && problem.load_step(right, used - 1) > price {
        violations.push(Violation::PriceBelowUsedUnit {
            right,
            price,
            step: problem.load_step(right, used - 1),
        });
    }
    if used < capacity && problem.load_step(right, used) < price {
        violations.push(Violation::PriceAboveSpareUnit {
            right,
            price,
            step: problem.load_step(right, used),
        });
    }
    let steps = problem.load(right);
    if steps.is_empty() {
        return (0, i128::from(capacity) * i128::from(price.max(0)));
    }
    let load = steps[..used as usize].iter().map(|&step| i128::from(step)).sum();
    let rent = steps.iter().map(|&step| (i128::from(price) - i128::from(step)).max(0)).sum();
    (load, rent)
}
