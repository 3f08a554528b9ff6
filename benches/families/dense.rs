//! Every pair admissible: one town.

use jiedui::assignment::Unmatched;
use rand::RngExt;

use super::plane::distance;
use super::rows::{problem, stream};
use super::{Instance, Places, Size};

/// Random costs to 10,000. The unmatched price lies above any cost, so that as many as can be are assigned.
pub(super) fn random(size: Size, seed: u64) -> Instance {
    let mut random = stream(seed, 2);
    let problem = problem(size, |_, row| {
        row.extend((0..size.rights).map(|right| (right, random.random_range(0..=10_000))));
        Unmatched::Price(20_000)
    });
    Instance { problem, places: None }
}

/// Distances between uniform points on a square of side 10,000.
pub(super) fn euclid(size: Size, seed: u64) -> Instance {
    let mut random = stream(seed, 3);
    let mut points = |count: u32| -> Vec<[i64; 2]> {
        (0..count).map(|_| [random.random_range(0..10_000), random.random_range(0..10_000)]).collect()
    };
    let (lefts, rights) = (points(size.lefts), points(size.rights));
    let problem = problem(size, |left, row| {
        row.extend((0_u32..).zip(&rights).map(|(right, &at)| (right, distance(lefts[left as usize], at))));
        Unmatched::Price(40_000)
    });
    Instance { problem, places: Some(Places { lefts, rights }) }
}
