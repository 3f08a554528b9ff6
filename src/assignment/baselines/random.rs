//! Random: left nodes in a random order, each takes a random one of its right nodes with a unit to spare, whatever it
//! costs. `ChaCha` with 8 rounds from the seed; the same seed gives the same choice on every machine. Cost: O(m).

use rand::SeedableRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::{finish, next_unit, report};
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Heard, Solution, SolveError};

pub(in crate::assignment) fn solve(
    problem: &Problem,
    seed: u64,
    progress: &mut Heard<'_>,
) -> Result<Solution, SolveError> {
    let lefts = problem.left_count();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<u32> = (0..lefts as u32).collect();
    order.shuffle(&mut random);
    let mut chosen = vec![None; lefts];
    let mut used = vec![0_u32; problem.right_count()];
    let mut free = Vec::new();
    for (done, &left) in order.iter().enumerate() {
        report(progress, done, lefts)?;
        free.clear();
        free.extend(
            problem.row(left).filter(|&arc| next_unit(problem, &used, problem.arc_right(arc)).is_some()),
        );
        if let Some(&arc) = free.choose(&mut random) {
            used[problem.arc_right(arc) as usize] += 1;
            chosen[left as usize] = Some(arc as u32);
        }
    }
    finish(problem, chosen, problem.arc_count() as u64)
}
