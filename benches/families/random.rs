//! Uniformly random arcs without any place: nothing to gain from neighbours.

use jiedui::assignment::Unmatched;
use rand::RngExt;

use super::rows::{draw, problem, stream};
use super::{Instance, Size};

/// Costs 0 to 10,000, unmatched price 20,000. With fewer rights than lefts it is the scarce family.
pub(super) fn plain(size: Size, seed: u64) -> Instance {
    uniform(size, seed, 10_000, 20_000)
}

/// Costs 0 to 3, unmatched price 20: hardly two arcs differ.
pub(super) fn ties(size: Size, seed: u64) -> Instance {
    uniform(size, seed, 3, 20)
}

fn uniform(size: Size, seed: u64, cost_max: i64, unmatched: i64) -> Instance {
    let mut random = stream(seed, 1);
    let problem = problem(size, |_, row| {
        draw(size, &mut random, row, |random| random.random_range(0..=cost_max));
        Unmatched::Price(unmatched)
    });
    Instance { problem, places: None }
}
