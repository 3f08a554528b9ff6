//! Problems to measure on, from fixed seeds: the same on every machine.

use jiedui::assignment::{Problem, ProblemBuilder, Unmatched};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How large a problem is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Left nodes.
    pub(crate) lefts: u32,
    /// Right nodes, each of capacity 1.
    pub(crate) rights: u32,
    /// Arcs of each left node.
    pub(crate) degree: usize,
}

/// Staying unmatched costs more than any change along a path can save: coverage first.
fn coverage_price(size: Size, cost_max: i64) -> Unmatched {
    Unmatched::Price((i64::from(size.lefts) + 2) * cost_max)
}

/// Uniformly random right nodes at uniformly random costs.
pub(crate) fn random(size: Size, seed: u64) -> Problem {
    const COST_MAX: i64 = 100_000;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut builder = ProblemBuilder::new();
    for _ in 0..size.rights {
        builder.push_right(1, &[]).expect("a plain right node");
    }
    let mut row: Vec<(u32, i64)> = Vec::new();
    for _ in 0..size.lefts {
        row.clear();
        while row.len() < size.degree.min(size.rights as usize) {
            let right = random.random_range(0..size.rights);
            if row.iter().all(|arc| arc.0 != right) {
                row.push((right, random.random_range(0..=COST_MAX)));
            }
        }
        builder.push_left(coverage_price(size, COST_MAX), &row).expect("a plain left node");
    }
    builder.finish().expect("costs are small")
}

/// Left and right nodes gathered about towns on a plane, each left node with arcs to its nearest right nodes; the cost
/// is the distance. Towns differ in how many left nodes they have for their right nodes, as places do.
pub(crate) fn towns(size: Size, seed: u64) -> Problem {
    const SIDE: f64 = 100_000.0;
    const SPREAD: f64 = 2_000.0;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let towns: Vec<(f64, f64)> = (0..(size.lefts / 500).max(3))
        .map(|_| (random.random_range(0.0..SIDE), random.random_range(0.0..SIDE)))
        .collect();
    let place = |random: &mut ChaCha8Rng| {
        let town = towns[random.random_range(0..towns.len())];
        // The sum of three uniform offsets falls off from the centre, much as houses do.
        let mut offset = || (0..3).map(|_| random.random_range(-SPREAD..SPREAD)).sum::<f64>();
        (town.0 + offset(), town.1 + offset())
    };
    let rights: Vec<(f64, f64)> = (0..size.rights).map(|_| place(&mut random)).collect();
    let lefts: Vec<(f64, f64)> = (0..size.lefts).map(|_| place(&mut random)).collect();
    let tree = rstar::RTree::bulk_load(
        rights
            .iter()
            .zip(0_u32..)
            .map(|(&(x, y), right)| rstar::primitives::GeomWithData::new([x, y], right))
            .collect(),
    );
    let mut builder = ProblemBuilder::new();
    for _ in &rights {
        builder.push_right(1, &[]).expect("a plain right node");
    }
    for &(x, y) in &lefts {
        let row: Vec<(u32, i64)> = tree
            .nearest_neighbor_iter([x, y])
            .take(size.degree)
            .map(|near| {
                let [at_x, at_y] = *near.geom();
                (near.data, (x - at_x).hypot(y - at_y).round() as i64)
            })
            .collect();
        builder.push_left(coverage_price(size, 2 * SIDE as i64), &row).expect("a plain left node");
    }
    builder.finish().expect("costs are small")
}

/// Random arcs that all cost the same: nothing but ties.
pub(crate) fn ties(size: Size, seed: u64) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut builder = ProblemBuilder::new();
    for _ in 0..size.rights {
        builder.push_right(1, &[]).expect("a plain right node");
    }
    for _ in 0..size.lefts {
        let mut row: Vec<(u32, i64)> =
            (0..size.degree).map(|_| (random.random_range(0..size.rights), 7)).collect();
        row.sort_unstable();
        row.dedup();
        builder.push_left(coverage_price(size, 7), &row).expect("a plain left node");
    }
    builder.finish().expect("costs are small")
}
