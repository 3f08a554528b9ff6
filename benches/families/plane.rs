//! Towns on a plane, each left with its nearest rights: the family this project lives on. Lengths are metres.
//!
//! Towns differ in size (by a factor of ten) and in how many rights they have for their lefts, as places do; the plane
//! grows with the number of towns, so that a family is equally crowded at any scale. Nodes are drawn one by one, each
//! in a random town: rows come in random order and numbers say nothing about places, the worst case for caches.
//! Method: R-tree for the nearest, in parallel over lefts sorted along a curve.

use std::iter;

use jiedui::assignment::Unmatched;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::rows::{problem, stream};
use super::{Instance, Places, Size};

/// Lefts a town on average.
const TOWN: u32 = 500;
/// The side of a square that holds one town on average.
const SIDE_A_TOWN: f64 = 7_000.0;
/// Three uniform offsets of this reach make a place: dense in the centre, thin outside, as houses are.
const REACH: i64 = 2_000;

/// Unmatched prices 20,000 for four fifths and 40,000 for a fifth.
pub(super) fn towns(size: Size, seed: u64) -> Instance {
    with_prices(size, seed, 20_000, 40_000)
}

/// Unmatched prices that put coverage before distance, and the higher class before the lower one.
pub(super) fn towns_lexicographic(size: Size, seed: u64) -> Instance {
    with_prices(size, seed, 5_000_000, 50_000_000)
}

/// Hardly enough rights for the lefts of sixty squares, which overlap here and there: who goes without is told only far away, and
/// most ways to a free right are long. Unmatched prices 100,000.
pub(super) fn crowded(size: Size, seed: u64) -> Instance {
    const SQUARES: usize = 60;
    const SIDE: i64 = 12_000;
    const EDGE: i64 = 100_000;
    let mut random = stream(seed, 12);
    let corners: Vec<[i64; 2]> =
        (0..SQUARES).map(|_| [random.random_range(0..EDGE), random.random_range(0..EDGE)]).collect();
    let mut settle = |count: u32| -> Vec<[i64; 2]> {
        let place = |_| corners[random.random_range(0..SQUARES)].map(|at| at + random.random_range(0..SIDE));
        (0..count).map(place).collect()
    };
    let (lefts, rights) = (settle(size.lefts), settle(size.rights));
    from_near(size, Places { lefts, rights }, || 100_000)
}

/// Each left with its nearest rights, at their distance.
fn from_near(size: Size, places: Places, mut unmatched: impl FnMut() -> i64) -> Instance {
    let near = nearest(&places.lefts, &places.rights, size.degree);
    let problem = problem(size, |left, row| {
        let degree = size.degree as usize;
        let near = &near[left as usize * degree..][..degree];
        row.extend(near.iter().map(|&(right, cost)| (right, i64::from(cost))));
        Unmatched::Price(unmatched())
    });
    Instance { problem, places: Some(places) }
}

/// Whole metres between two points, rounded down.
pub(super) fn distance(one: [i64; 2], other: [i64; 2]) -> i64 {
    squared(one, other).isqrt()
}

fn squared(one: [i64; 2], other: [i64; 2]) -> i64 {
    (one[0] - other[0]).pow(2) + (one[1] - other[1]).pow(2)
}

fn with_prices(size: Size, seed: u64, lower: i64, higher: i64) -> Instance {
    let mut random = stream(seed, 4);
    let places = settle(size, &mut random);
    from_near(size, places, || if random.random_range(0..5) == 0 { higher } else { lower })
}

/// Draws the towns and everybody's place.
fn settle(size: Size, random: &mut ChaCha8Rng) -> Places {
    let count = (size.lefts / TOWN).max(3) as usize;
    let edge = (SIDE_A_TOWN * (count as f64).sqrt()) as i64;
    let centres: Vec<[i64; 2]> =
        (0..count).map(|_| [random.random_range(0..edge), random.random_range(0..edge)]).collect();
    let sizes: Vec<u64> = (0..count).map(|_| random.random_range(100..=1_000)).collect();
    let supplied: Vec<u64> = sizes.iter().map(|size| size * random.random_range(70..=130) / 100).collect();
    let lefts = scatter(size.lefts, &centres, &sizes, random);
    let rights = scatter(size.rights, &centres, &supplied, random);
    Places { lefts, rights }
}

/// Places for `count` people, each in a town drawn by weight.
fn scatter(count: u32, centres: &[[i64; 2]], weights: &[u64], random: &mut ChaCha8Rng) -> Vec<[i64; 2]> {
    let upto: Vec<u64> = weights
        .iter()
        .scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect();
    let total = upto[upto.len() - 1];
    (0..count)
        .map(|_| {
            let ticket = random.random_range(0..total);
            let centre = centres[upto.partition_point(|&sum| sum <= ticket)];
            centre
                .map(|at| at + iter::repeat_with(|| random.random_range(-REACH..=REACH)).take(3).sum::<i64>())
        })
        .collect()
}

/// For each of `from`, the `degree` nearest of `to` with their distance, nearest first; one row after the other.
/// Rows are made in the order of a curve, where one query finds in the cache what the last one left there.
pub(super) fn nearest(from: &[[i64; 2]], to: &[[i64; 2]], degree: u32) -> Vec<(u32, u32)> {
    let tree: RTree<GeomWithData<[i64; 2], u32>> =
        RTree::bulk_load(to.iter().zip(0..).map(|(&at, number)| GeomWithData::new(at, number)).collect());
    let order = along_a_curve(from);
    let degree = degree as usize;
    let block = 1_024 * degree;
    let mut sorted = vec![(0, 0); from.len() * degree];
    let blocks: Vec<&mut [(u32, u32)]> = sorted.chunks_mut(block).collect();
    blocks.into_par_iter().enumerate().for_each(|(number, block)| {
        for (offset, row) in block.chunks_mut(degree).enumerate() {
            let at = from[order[number * 1_024 + offset] as usize];
            for (slot, near) in row.iter_mut().zip(tree.nearest_neighbor_iter(at)) {
                *slot = (near.data, distance(at, *near.geom()) as u32);
            }
        }
    });
    let mut rows = vec![(0, 0); sorted.len()];
    for (row, &node) in sorted.chunks(degree).zip(&order) {
        rows[node as usize * degree..][..degree].copy_from_slice(row);
    }
    rows
}

/// The numbers of the points along a Z-curve (Morton order).
pub(crate) fn along_a_curve(points: &[[i64; 2]]) -> Vec<u32> {
    let least = |axis: usize| points.iter().map(|at| at[axis]).min().unwrap_or(0);
    let (left, low) = (least(0), least(1));
    let mut order: Vec<(u64, u32)> = points
        .iter()
        .zip(0..)
        .map(|(at, number)| (spread(at[0] - left) | spread(at[1] - low) << 1, number))
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, number)| number).collect()
}

/// The lower 32 bits of a number that is not negative, each followed by a gap of one bit.
fn spread(value: i64) -> u64 {
    const STEPS: [(u32, u64); 5] = [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ];
    STEPS.iter().fold(value as u64 & 0xffff_ffff, |bits, (shift, mask)| (bits | bits << shift) & mask)
}
