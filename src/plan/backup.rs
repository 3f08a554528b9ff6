//! Who would step in: a backup for each paired household from the capacity that is left.
//!
//! The same engine once more: the admissible arcs of the lead pass without each household's own volunteer,
//! the places that stayed free, and one price for every household, so that as many as can be have a backup
//! of their own, at the least cost.

use std::ops::ControlFlow;

use super::PlanError;
use super::pass::SolvedPass;
use crate::assignment::tiers::lexicographic_prices;
use crate::assignment::{Method, ProblemBuilder, Unmatched, solve};

/// The backup of each group of a lead pass; `None` where the group has no volunteer or nobody is left.
///
/// # Errors
/// Amounts that leave 64 bits: never where the lead pass itself was solved.
pub fn backups(solved: &SolvedPass) -> Result<Vec<Option<u32>>, PlanError> {
    let (pass, used) = (&solved.pass, solved.used());
    let mut backups = vec![None; pass.graph.groups.len()];
    let paired: Vec<usize> =
        (0..backups.len()).filter(|group| solved.solution.chosen[*group].is_some()).collect();
    let rows: Vec<Vec<(u32, i64)>> = paired.iter().map(|group| spare_arcs(solved, *group, &used)).collect();
    let prices =
        lexicographic_prices(rows.iter().map(|row| row.iter().map(|arc| arc.1)), &vec![1; rows.len()], 0)?;
    let mut builder = ProblemBuilder::new();
    for (place, taken) in pass.places.iter().zip(&used) {
        builder.push_right(place.open() - taken, &[])?;
    }
    for (row, price) in rows.iter().zip(prices) {
        builder.push_left(Unmatched::Price(price), row)?;
    }
    let problem = builder.finish()?;
    let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()))?;
    for (group, arc) in paired.into_iter().zip(&solution.chosen) {
        backups[group] = arc.map(|arc| pass.places[problem.arc_right(arc as usize) as usize].volunteer);
    }
    Ok(backups)
}

/// Arcs to volunteers with a place to spare, other than the group's own.
fn spare_arcs(solved: &SolvedPass, group: usize, used: &[u32]) -> Vec<(u32, i64)> {
    let pass = &solved.pass;
    let own = solved.solution.chosen[group].map(|arc| pass.problem.arc_right(arc as usize));
    pass.problem
        .row(group as u32)
        .map(|arc| (pass.problem.arc_right(arc), pass.problem.arc_cost(arc)))
        .filter(|(right, _)| {
            Some(*right) != own && pass.places[*right as usize].open() > used[*right as usize]
        })
        .collect()
}
