//! Families made to hurt: ties without end, one right wanted by all, paths through everybody, price wars. None of
//! them may make a solver hang.

use jiedui::assignment::Unmatched;
use rand::RngExt;

use super::rows::{draw, problem, shuffled, stream};
use super::{Instance, Size};

/// Random arcs that all cost the same: nothing but ties.
pub(super) fn all_equal(size: Size, seed: u64) -> Instance {
    let mut random = stream(seed, 7);
    let problem = problem(size, |_, row| {
        draw(size, &mut random, row, |_| 7);
        Unmatched::Price(1_000)
    });
    Instance { problem, places: None }
}

/// The right 0 costs nothing to anybody; all others cost half of staying unmatched at least.
pub(super) fn one_wanted_by_all(size: Size, seed: u64) -> Instance {
    let mut random = stream(seed, 8);
    let problem = problem(size, |_, row| {
        row.push((0, 0));
        draw(size, &mut random, row, |random| random.random_range(10_000..=15_000));
        Unmatched::Price(20_000)
    });
    Instance { problem, places: None }
}

/// One chain through everybody. See [`chains`].
pub(super) fn long_chains(size: Size, seed: u64) -> Instance {
    chains(size, seed, size.lefts)
}

/// A hundred chains. See [`chains`].
pub(super) fn many_chains(size: Size, seed: u64) -> Instance {
    chains(size, seed, (size.lefts / 100).max(2))
}

/// Chains of `length` lefts and as many rights: the k-th left would have the (k−1)-th right for nothing and the k-th
/// for 1, and the first left has the first right alone. Staying unmatched costs more than moving the whole chain by
/// one, so that is what must be found. Numbers are shuffled: no order of rows gives the answer away.
fn chains(size: Size, seed: u64, length: u32) -> Instance {
    let mut random = stream(seed, 9);
    let lefts = shuffled(size.lefts, &mut random);
    let rights = shuffled(size.rights, &mut random);
    let unmatched = 2 * i64::from(length);
    let problem = problem(size, |row_number, row| {
        let link = lefts[row_number as usize];
        if link.is_multiple_of(length) {
            row.push((rights[link as usize], 0));
        } else {
            row.push((rights[link as usize - 1], 0));
            row.push((rights[link as usize], 1));
        }
        Unmatched::Price(unmatched)
    });
    Instance { problem, places: None }
}

/// Unmatched prices of 10⁹ against costs of 0 to 3.
pub(super) fn price_war(size: Size, seed: u64) -> Instance {
    war(size, seed, 1_000_000_000)
}

/// The highest unmatched price that a problem of this size is let in with.
pub(super) fn price_war_bound(size: Size, seed: u64) -> Instance {
    war(size, seed, i64::MAX / 8 - 3 * (i64::from(size.lefts) + 1))
}

/// Groups in which `degree` + 1 lefts want the same `degree` rights at costs 0 to 3: the one who goes without is
/// found only after prices have risen from almost nothing to the unmatched price, unless a solver sees it coming.
fn war(size: Size, seed: u64, unmatched: i64) -> Instance {
    let mut random = stream(seed, 10);
    let group = size.degree + 1;
    let problem = problem(size, |left, row| {
        let first = left / group * size.degree;
        let last = (first + size.degree).min(size.rights);
        row.extend((first.min(last)..last).map(|right| (right, random.random_range(0..=3))));
        Unmatched::Price(unmatched)
    });
    Instance { problem, places: None }
}

/// Costs are products of the numbers of both ends, from 1: rows and columns are cheapest where all others are, and in the best choice the
/// least numbers have the greatest. Known to be hard for the Hungarian method: R. Machol, M. Wien, "A 'hard' assignment
/// problem", Operations Research 24, 1976.
pub(super) fn products(size: Size, _seed: u64) -> Instance {
    let problem = problem(size, |left, row| {
        let number = |node: u32| i64::from(node) + 1;
        row.extend((0..size.rights).map(|right| (right, number(left) * number(right))));
        Unmatched::Price(1_000_000_000_000)
    });
    Instance { problem, places: None }
}

/// Everybody on one point: every pair, at one cost.
pub(super) fn one_point(size: Size, _seed: u64) -> Instance {
    let problem = problem(size, |_, row| {
        row.extend((0..size.rights).map(|right| (right, 500)));
        Unmatched::Price(20_000)
    });
    Instance { problem, places: None }
}

/// Everybody on one point, of each row only `degree` arcs that a hash would leave, and costs that differ by 1 at most.
pub(super) fn one_point_scattered(size: Size, seed: u64) -> Instance {
    let mut random = stream(seed, 11);
    let step = size.rights / size.degree;
    let problem = problem(size, |_, row| {
        let offset = random.random_range(0..step.max(1));
        row.extend((0..size.degree).map(|k| (k * step + offset, 500 + random.random_range(0..=1))));
        Unmatched::Price(20_000)
    });
    Instance { problem, places: None }
}
