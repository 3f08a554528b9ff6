//! Exact sparse assignment in graph words: left, right, arc, cost, capacity, price.
//!
//! In: a [`Problem`]. Out: a [`Solution`] with the arc that each left node takes, and, from the exact method, a price
//! for each right node, which [`certificate::check`] accepts as a proof in time linear in the arcs. Everything is
//! integer, every answer depends on the problem alone (ties by the order of rows and arcs), and nothing here knows
//! what the nodes stand for.
//!
//! The certificate: prices vⱼ ≥ 0 with uᵢ = min(unmatchedᵢ, minⱼ(cᵢⱼ + vⱼ)) such that chosen arcs are tight,
//! unmatched left nodes have uᵢ = unmatchedᵢ, a right node with n units used has `load[n−1] ≤ vⱼ ≤ load[n]`, and
//! Σ cost + Σ load + Σ unmatched = Σᵢ uᵢ − Σⱼ Σₖ max(0, vⱼ − loadⱼₖ).

pub mod baselines;
pub mod certificate;
pub mod closure;
pub mod dimacs;
mod exact;
pub mod extreme_prices;
pub mod frontier;
mod hall;
pub mod insist;
mod problem;
pub mod repair;
mod solution;
pub mod tiers;

pub use problem::{Problem, ProblemBuilder, ProblemError, Unmatched};
pub use solution::{
    HallWitness, Heard, Objective, Phase, Progress, Solution, SolveError, Start, Statistics, Status,
};

/// How to solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Least total, with proof.
    Exact,
    /// The cheapest arc of all first.
    Greedy,
    /// Left nodes in their order, each takes what is cheapest for it.
    FirstCome,
    /// Stable assignment by proposals.
    GaleShapley,
    /// Dense Hungarian method of the crate `pathfinding`: least total without proof, small sizes only.
    KuhnMunkres,
    /// Random order, random partner.
    Random {
        /// Same seed, same answer.
        seed: u64,
    },
}

impl Method {
    /// Stable name, as on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Greedy => "greedy",
            Self::FirstCome => "first-come",
            Self::GaleShapley => "gale-shapley",
            Self::KuhnMunkres => "kuhn-munkres",
            Self::Random { .. } => "random",
        }
    }
}

/// Solves a problem by the method named.
///
/// The callback hears now and then how far the work is; it ends the work with [`Break`](std::ops::ControlFlow::Break).
///
/// # Errors
/// [`SolveError::Infeasible`] with a Hall witness, from the exact and the Kuhn–Munkres method;
/// [`SolveError::Incomplete`] from the others; [`SolveError::TooLarge`] from Kuhn–Munkres; [`SolveError::Cancelled`].
///
/// # Complexity
/// Exact: at most one search of O(m log m) for each of n left nodes with m arcs, O(n + m) space; in practice most
/// left nodes are settled by the start and a search sees a small part of the graph.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use jiedui::assignment::{Method, ProblemBuilder, Unmatched, certificate, solve};
/// let mut builder = ProblemBuilder::new();
/// let near = builder.push_right(1, &[])?;
/// let far = builder.push_right(1, &[])?;
/// builder.push_left(Unmatched::Price(100), &[(near, 10), (far, 12)])?;
/// builder.push_left(Unmatched::Price(100), &[(near, 10), (far, 40)])?;
/// let problem = builder.finish()?;
/// let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(solution.objective.total(), 22);
/// assert!(certificate::check(&problem, &solution.chosen, &solution.price).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(problem: &Problem, method: Method, progress: &mut Heard<'_>) -> Result<Solution, SolveError> {
    match method {
        Method::Exact => exact::solve(problem, progress),
        Method::Greedy => baselines::greedy::solve(problem, progress),
        Method::FirstCome => baselines::first_come::solve(problem, progress),
        Method::GaleShapley => baselines::gale_shapley::solve(problem, progress),
        Method::KuhnMunkres => baselines::kuhn_munkres::solve(problem),
        Method::Random { seed } => baselines::random::solve(problem, seed, progress),
    }
}

/// Solves a problem exactly, going on from a choice and prices that were optimal before arcs were added, amounts changed or
/// nodes came after the others: quick where little has changed, right in any case. Where going on takes long, because most prices
/// come down and each of them over many ties, it starts anew.
///
/// # Errors
/// As [`solve`] with [`Method::Exact`].
pub fn solve_from(
    problem: &Problem,
    start: &Start<'_>,
    progress: &mut Heard<'_>,
) -> Result<Solution, SolveError> {
    exact::solve_from(problem, start, progress)
}
