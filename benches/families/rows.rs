//! Rows of arcs and the problem made of them: what every family ends in.

use jiedui::assignment::{Problem, ProblemBuilder, Unmatched};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Size;

/// The generator of a family: one stream a purpose, so that one draw more in one of them moves nothing in another.
pub(super) fn stream(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(purpose);
    random
}

/// The numbers below `count` in random order.
pub(super) fn shuffled(count: u32, random: &mut ChaCha8Rng) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    order.shuffle(random);
    order
}

/// A builder that has all right nodes, each of capacity 1.
pub(super) fn builder(rights: u32) -> ProblemBuilder {
    let mut builder = ProblemBuilder::new();
    for _ in 0..rights {
        builder.push_right(1, &[]).expect("a plain right node");
    }
    builder
}

/// A problem whose row i is what `arcs` writes into an empty list, and whose unmatched price is what it returns.
pub(super) fn problem(size: Size, mut arcs: impl FnMut(u32, &mut Vec<(u32, i64)>) -> Unmatched) -> Problem {
    let mut builder = builder(size.rights);
    let mut row = Vec::new();
    for left in 0..size.lefts {
        row.clear();
        let unmatched = arcs(left, &mut row);
        builder.push_left(unmatched, &row).expect("rights exist and are named once");
    }
    builder.finish().expect("amounts keep the bound")
}

/// Adds different random rights to a row until it has `degree` arcs, each at a cost drawn by `cost`.
pub(super) fn draw(
    size: Size,
    random: &mut ChaCha8Rng,
    row: &mut Vec<(u32, i64)>,
    cost: impl Fn(&mut ChaCha8Rng) -> i64,
) {
    while row.len() < size.degree as usize {
        let right = random.random_range(0..size.rights);
        if row.iter().all(|arc| arc.0 != right) {
            let cost = cost(random);
            row.push((right, cost));
        }
    }
}
