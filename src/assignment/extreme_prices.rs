//! The least and the greatest prices that prove a solution: what one node or unit **more** is worth, and what one **less**
//! costs.
//!
//! In: a [`Problem`] with a [`Solution`] whose prices prove it, and somebody who can name pairs without an arc. Out: among
//! all prices that prove the same choice over **all** pairs, the least ones (each as low as it can be in any of them; they
//! are attained together) and the greatest ones.
//!
//! Prices of a least-cost flow are no unique numbers: total as a function of a capacity is convex and has corners, and at a
//! corner any slope between the left and the right one will do. The least price of a right node is the slope to the right:
//! a further unit at load step s gains max(0, v − s), and a further right node gains max(0, maxᵢ(uᵢ − cᵢ) − s). The greatest
//! price is the slope to the left: the loss of a unit at step s costs max(0, v − s). Likewise u: leaving a left node out
//! saves its least u, a second one like it costs its greatest u.
//!
//! Method: complementary slackness ties the prices of one choice by differences only. With i held by j,
//!
//! | least prices: vⱼ may fall until | greatest prices: vⱼ may rise until |
//! |---|---|
//! | it is the last load step used, or 0 | it is the next load step, where a unit is to spare |
//! | an unmatched i has cᵢⱼ + vⱼ = its unmatched price | a holder i has uᵢ = its unmatched price |
//! | a holder i of j′ has cᵢⱼ + vⱼ = uᵢ, which falls with vⱼ′ | a holder i has uᵢ = cᵢⱼ′ + vⱼ′ of another arc, which may rise |
//!
//! so the distance by which it moves is that of a shortest path from a set of ends through the residual graph, whose arcs
//! have the reduced costs c + v − u ≥ 0 as lengths: one Dijkstra from all ends at once. Afterwards pairs without an arc that
//! the moved prices do not rule out (c + v < u) are asked for, become arcs, and shorten paths further; only nodes
//! whose distance shrank are looked at and asked about again, until none is found. Distances only shrink, so the order in
//! which pairs are named changes nothing.
//!
//! A greatest price is unbounded where every way on ends in left nodes that must be assigned: without that unit there
//! would be no complete choice. It is [`None`] then.
//!
//! Cost: O(m log n) and 16 bytes an arc, and what the pairs named cost. References: R. Ahuja, T. Magnanti, J. Orlin, "Network
//! Flows", 1993, sections 9.2 and 9.11; L. Shapley, M. Shubik, "The assignment game I: the core", 1971 (the two corners of the
//! prices); G. Demange, D. Gale, "The strategy structure of two-sided matching markets", 1985.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::certificate::{self, Violation};
use super::problem::Problem;
use super::solution::Solution;

/// Stands for "no bound" in the prices that [`Asked`] shows.
pub const UNBOUNDED: i64 = i64::MAX;

/// An arc to be: left node, right node, cost.
pub type Pair = (u32, u32, i64);

/// What somebody who knows all pairs is asked: every pair without an arc that has c + v < u and one of these nodes.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// v of each right node.
    pub right_price: &'a [i64],
    /// u of each left node.
    pub left_price: &'a [i64],
    /// Right nodes whose v fell since the last question, in order.
    pub rights: &'a [u32],
    /// Left nodes whose u rose since the last question, in order.
    pub lefts: &'a [u32],
}

/// Names all pairs asked for; those that it named before are arcs now and need not be named again.
pub type Find<'f> = &'f mut dyn FnMut(Asked<'_>) -> Vec<Pair>;

/// The least prices that prove a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeastPrices {
    /// v of each right node.
    pub right: Vec<i64>,
    /// u of each left node.
    pub left: Vec<i64>,
}

/// The greatest prices that prove a choice; [`None`] where there is no greatest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GreatestPrices {
    /// v of each right node. One without any unit has no bound: nobody can have it anyway.
    pub right: Vec<Option<i64>>,
    /// u of each left node.
    pub left: Vec<Option<i64>>,
}

/// The least prices that prove a solution over all pairs that `find` knows.
///
/// # Errors
/// What is wrong with the solution, where its own prices prove nothing.
///
/// # Panics
/// Where `find` names a pair that contradicts the solution's own prices.
///
/// # Example
/// A right node for which two left nodes compete is worth what the loser would gain by it, not what it is worth to who has it.
/// ```
/// use std::ops::ControlFlow;
/// use jiedui::assignment::extreme_prices::{greatest, least};
/// use jiedui::assignment::{Method, ProblemBuilder, Unmatched, solve};
/// let mut builder = ProblemBuilder::new();
/// let one = builder.push_right(1, &[])?;
/// builder.push_left(Unmatched::Price(100), &[(one, 10)])?;
/// builder.push_left(Unmatched::Price(40), &[(one, 10)])?;
/// let problem = builder.finish()?;
/// let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()))?;
/// let nothing_left_out = &mut |_: jiedui::assignment::extreme_prices::Asked<'_>| Vec::new();
/// assert_eq!(least(&problem, &solution, nothing_left_out).expect("proven").right, [30]);
/// assert_eq!(greatest(&problem, &solution, nothing_left_out).expect("proven").right, [Some(90)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn least(problem: &Problem, solution: &Solution, find: Find<'_>) -> Result<LeastPrices, Vec<Violation>> {
    let mut residual = Residual::new(problem, solution, Side::Least)?;
    residual.settle_with(find);
    Ok(LeastPrices { right: residual.right_price, left: residual.left_price })
}

/// The greatest prices that prove a solution over all pairs that `find` knows.
///
/// # Errors
/// As [`least`].
///
/// # Panics
/// As [`least`].
pub fn greatest(
    problem: &Problem,
    solution: &Solution,
    find: Find<'_>,
) -> Result<GreatestPrices, Vec<Violation>> {
    let mut residual = Residual::new(problem, solution, Side::Greatest)?;
    residual.settle_with(find);
    let bounded = |price: i64| Some(price).filter(|price| *price != UNBOUNDED);
    let all = |prices: Vec<i64>| prices.into_iter().map(bounded).collect();
    Ok(GreatestPrices { right: all(residual.right_price), left: all(residual.left_price) })
}

/// Which corner of the prices.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Least,
    Greatest,
}

const FAR: i64 = i64::MAX;

/// The residual graph on right nodes, with the distance of each from the nearest end.
struct Residual<'a> {
    side: Side,
    price: &'a [i64],
    worth: Vec<i64>,
    /// By left node: the right node it has.
    right_of: Vec<Option<u32>>,
    /// By right node: where its residual arcs start; one more at the end.
    start: Vec<usize>,
    /// Right nodes that can be reached next, with the length of the way.
    arcs: Vec<(u32, i64)>,
    /// Residual arcs of pairs that were named later.
    later: BTreeMap<u32, Vec<(u32, i64)>>,
    holder_start: Vec<usize>,
    holders: Vec<u32>,
    distance: Vec<i64>,
    /// Right nodes whose distance shrank since the last question; before the first, all.
    shrunk: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    right_price: Vec<i64>,
    left_price: Vec<i64>,
}

impl<'a> Residual<'a> {
    fn new(problem: &Problem, solution: &'a Solution, side: Side) -> Result<Self, Vec<Violation>> {
        let proof = certificate::check(problem, &solution.chosen, &solution.price)?;
        let right_of = problem.rights_of(&solution.chosen);
        let rights = problem.right_count();
        let held = || right_of.iter().zip(0_u32..).filter_map(|(right, left)| Some(((*right)?, left)));
        let (holder_start, holders) = in_rows(rights, held);
        let worth = proof.left_price;
        let mut residual = Self {
            side,
            price: &solution.price,
            right_of: Vec::new(),
            start: Vec::new(),
            arcs: Vec::new(),
            later: BTreeMap::new(),
            holder_start,
            holders,
            distance: Vec::new(),
            shrunk: (0..rights as u32).collect(),
            heap: BinaryHeap::new(),
            right_price: solution.price.clone(),
            left_price: worth.clone(),
            worth,
        };
        residual.distance = (0..rights as u32).map(|right| residual.own_end(problem, right)).collect();
        let arcs = || {
            right_of.iter().zip(0_u32..).filter_map(|(right, left)| Some(((*right)?, left))).flat_map(
                |(held, left)| {
                    let row = problem.row_rights(left).iter().zip(problem.row_costs(left));
                    let others = row.filter(move |(other, _)| **other != held);
                    others.map(move |(other, cost)| (held, left, *other, *cost))
                },
            )
        };
        let (price, worth) = (residual.price, &residual.worth);
        (residual.start, residual.arcs) = in_rows(rights, || {
            arcs().map(|(held, left, other, cost)| {
                let length = cost + price[other as usize] - worth[left as usize];
                match side {
                    Side::Least => (held, (other, length)),
                    Side::Greatest => (other, (held, length)),
                }
            })
        });
        residual.take_ends_of_lefts(problem, &right_of);
        residual.right_of = right_of;
        let ends = (0_u32..).zip(&residual.distance).filter(|(_, distance)| **distance != FAR);
        residual.heap = ends.map(|(right, distance)| Reverse((*distance, right))).collect();
        Ok(residual)
    }

    /// By how much the load steps of a right node let its price move.
    fn own_end(&self, problem: &Problem, right: u32) -> i64 {
        let used = self.holders_of(right).len() as u32;
        let price = self.price[right as usize];
        match self.side {
            Side::Least if used > 0 => price - problem.load_step(right, used - 1),
            Side::Least => price,
            Side::Greatest if used < problem.capacity(right) => problem.load_step(right, used) - price,
            Side::Greatest => FAR,
        }
    }

    /// By how much left nodes that are unmatched, or could be, let prices move.
    fn take_ends_of_lefts(&mut self, problem: &Problem, right_of: &[Option<u32>]) {
        for (held, left) in right_of.iter().zip(0_u32..) {
            let Some(alone) = problem.unmatched(left).price() else { continue };
            match (self.side, held) {
                (Side::Least, None) => {
                    for (other, cost) in problem.row_rights(left).iter().zip(problem.row_costs(left)) {
                        let end = &mut self.distance[*other as usize];
                        *end = (*end).min(cost + self.price[*other as usize] - alone);
                    }
                }
                (Side::Greatest, Some(held)) => {
                    let end = &mut self.distance[*held as usize];
                    *end = (*end).min(alone - self.worth[left as usize]);
                }
                _ => {}
            }
        }
    }

    fn holders_of(&self, right: u32) -> &[u32] {
        &self.holders[self.holder_start[right as usize]..self.holder_start[right as usize + 1]]
    }

    /// Shortest paths, then pairs without an arc, until there are none.
    fn settle_with(&mut self, find: Find<'_>) {
        loop {
            self.settle();
            let (rights, lefts) = self.reprice();
            if rights.is_empty() && lefts.is_empty() {
                return;
            }
            let asked = Asked {
                right_price: &self.right_price,
                left_price: &self.left_price,
                rights: &rights,
                lefts: &lefts,
            };
            for pair in find(asked) {
                self.take(pair);
            }
        }
    }

    fn settle(&mut self) {
        while let Some(Reverse((distance, node))) = self.heap.pop() {
            if distance > self.distance[node as usize] {
                continue;
            }
            let row = self.start[node as usize]..self.start[node as usize + 1];
            for at in row {
                let (next, length) = self.arcs[at];
                self.reach(next, distance + length);
            }
            // Moved out and back, since reaching a node does not touch it.
            if let Some(named) = self.later.remove(&node) {
                for (next, length) in &named {
                    self.reach(*next, distance + length);
                }
                self.later.insert(node, named);
            }
        }
    }

    fn reach(&mut self, right: u32, distance: i64) {
        if distance < self.distance[right as usize] {
            self.distance[right as usize] = distance;
            self.shrunk.push(right);
            self.heap.push(Reverse((distance, right)));
        }
    }

    /// Moves prices to where distances say; returns right nodes whose v fell and left nodes whose u rose.
    fn reprice(&mut self) -> (Vec<u32>, Vec<u32>) {
        let mut shrunk = std::mem::take(&mut self.shrunk);
        shrunk.sort_unstable();
        shrunk.dedup();
        let (mut rights, mut lefts) = (Vec::new(), Vec::new());
        for right in shrunk {
            let moved = |from: i64| match (self.side, self.distance[right as usize]) {
                (Side::Greatest, FAR) => UNBOUNDED,
                (Side::Greatest, by) => from + by,
                (Side::Least, by) => from - by,
            };
            let price = moved(self.price[right as usize]);
            let before = std::mem::replace(&mut self.right_price[right as usize], price);
            if price < before {
                rights.push(right);
            }
            let holders = self.holder_start[right as usize]..self.holder_start[right as usize + 1];
            for left in self.holders[holders].iter().copied() {
                self.left_price[left as usize] = moved(self.worth[left as usize]);
                if price > before {
                    lefts.push(left);
                }
            }
        }
        lefts.sort_unstable();
        (rights, lefts)
    }

    /// Takes in an arc between two nodes.
    fn take(&mut self, (left, right, cost): Pair) {
        let length = cost + self.price[right as usize] - self.worth[left as usize];
        assert!(length >= 0, "left node {left} and right node {right} contradict the prices they came with");
        match (self.side, self.right_of[left as usize]) {
            (Side::Least, None) => self.reach(right, length),
            (Side::Least, Some(held)) => self.join(held, right, length),
            (Side::Greatest, Some(held)) => self.join(right, held, length),
            // The price of a right node may rise without any harm to a left node that is unmatched.
            (Side::Greatest, None) => {}
        }
    }

    fn join(&mut self, from: u32, to: u32, length: i64) {
        if from == to {
            return;
        }
        self.later.entry(from).or_default().push((to, length));
        if self.distance[from as usize] != FAR {
            self.reach(to, self.distance[from as usize] + length);
        }
    }
}

/// Entries by row, in their order: where each row starts (one more at the end), and all entries.
fn in_rows<Entry: Copy + Default, All: Iterator<Item = (u32, Entry)>>(
    rows: usize,
    all: impl Fn() -> All,
) -> (Vec<usize>, Vec<Entry>) {
    let mut start = vec![0; rows + 1];
    for (row, _) in all() {
        start[row as usize + 1] += 1;
    }
    for row in 0..rows {
        start[row + 1] += start[row];
    }
    let mut entries = vec![Entry::default(); start[rows]];
    let mut next = start.clone();
    for (row, entry) in all() {
        entries[next[row as usize]] = entry;
        next[row as usize] += 1;
    }
    (start, entries)
}
