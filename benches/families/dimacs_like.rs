//! Families after the first DIMACS implementation challenge, as Goldberg and Kennedy describe them: every left must be
//! assigned, both sides are equally many, each left has 2·log₂ of all nodes arcs. Written anew; none of their code.
//!
//! They differ from their source in two points. One arc of each row belongs to a hidden perfect matching, so that the
//! problem is feasible for sure. The geometric family is sparse here (nearest rights and the hidden arc) where theirs
//! has every pair: at 2¹⁵ a side that would be 10⁹ arcs.
//!
//! References: A. Goldberg, R. Kennedy, "An efficient cost scaling algorithm for the assignment problem", Mathematical
//! Programming 71, 1995.

use jiedui::assignment::Unmatched;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::plane::{along_a_curve, distance, nearest};
use super::rows::{draw, problem, shuffled, stream};
use super::{Instance, Places, Size};

/// Costs 0 to 10⁸.
pub(super) fn high_cost(size: Size, seed: u64) -> Instance {
    random_arcs(size, seed, |random| random.random_range(0..=100_000_000))
}

/// Costs 0 to 100.
pub(super) fn low_cost(size: Size, seed: u64) -> Instance {
    random_arcs(size, seed, |random| random.random_range(0..=100))
}

/// Costs 100 or 10⁸, as a coin falls: as many cheap arcs as can be, and the rest dear.
pub(super) fn two_cost(size: Size, seed: u64) -> Instance {
    random_arcs(size, seed, |random| if random.random_range(0..2) == 0 { 100 } else { 100_000_000 })
}

fn random_arcs(size: Size, seed: u64, cost: impl Fn(&mut ChaCha8Rng) -> i64) -> Instance {
    let mut random = stream(seed, 5);
    let hidden = shuffled(size.rights, &mut random);
    let problem = problem(size, |left, row| {
        let cost_hidden = cost(&mut random);
        row.push((hidden[left as usize], cost_hidden));
        draw(size, &mut random, row, &cost);
        // Anywhere in its row: no solver shall find the matching by taking first arcs.
        row.swap(0, random.random_range(0..size.degree as usize));
        Unmatched::Forbidden
    });
    Instance { problem, places: None }
}

/// Uniform points on a square of side 10⁶, costs the distance. The hidden matching pairs the k-th left along a curve
/// with the k-th right, so that its arcs are of a length like the others.
pub(super) fn geometric(size: Size, seed: u64) -> Instance {
    let mut random = stream(seed, 6);
    let mut points = |count: u32| -> Vec<[i64; 2]> {
        (0..count).map(|_| [random.random_range(0..=1_000_000), random.random_range(0..=1_000_000)]).collect()
    };
    let (lefts, rights) = (points(size.lefts), points(size.rights));
    let near = nearest(&lefts, &rights, size.degree);
    let mut hidden = vec![0; lefts.len()];
    for (left, right) in along_a_curve(&lefts).into_iter().zip(along_a_curve(&rights)) {
        hidden[left as usize] = right;
    }
    let problem = problem(size, |left, row| {
        let at = left as usize;
        let near = &near[at * size.degree as usize..][..size.degree as usize];
        row.extend(near.iter().map(|&(right, cost)| (right, i64::from(cost))));
        if row.iter().all(|arc| arc.0 != hidden[at]) {
            row.push((hidden[at], distance(lefts[at], rights[hidden[at] as usize])));
        }
        Unmatched::Forbidden
    });
    Instance { problem, places: Some(Places { lefts, rights }) }
}
