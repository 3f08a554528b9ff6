//! The problem in the form the exact method works on: each row sorted by cost, and the same arcs once more by right node, which
//! another thread sees to while left nodes bid.
//!
//! Sorted rows end a scan early: prices are never below zero, so an arc's cost alone bounds everything behind it. Costs
//! that fit into 32 bits are held in 32, which halves the memory that a scan reads. A right node of some capacity has as
//! many units, but at most one more than arcs that reach it: that one stays free and keeps the price down. Space: 16 bytes an arc (32 where a cost needs 64 bits).

use std::sync::OnceLock;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::numbering::Numbering;
use crate::assignment::problem::Problem;

/// Marks "no node".
pub(in crate::assignment) const NONE: u32 = u32::MAX;

/// Rows after which the common measure of all amounts is told nearly always.
const SAMPLE: u32 = 64;

/// Fewer arcs than this are put into columns sooner than another thread awakes.
pub(super) const WORTH_A_THREAD: usize = 1 << 14;

/// Left nodes whose rows one task sees to.
pub(super) const BLOCK: usize = 1 << 12;

/// How a cost is held in an arc.
pub(in crate::assignment) trait Amount: Copy + Ord + Default + Send + Sync {
    /// Cost and end as one number, in the order of costs: quicker to sort than a pair.
    type Key: Copy + Ord + Send;
    fn narrow(wide: i64) -> Self;
    fn wide(self) -> i64;
    fn key(self, end: u32) -> Self::Key;
    fn arc(key: Self::Key) -> Arc<Self>;
}

impl Amount for u32 {
    type Key = u64;
    fn key(self, end: u32) -> u64 {
        u64::from(self) << 32 | u64::from(end)
    }
    fn arc(key: u64) -> Arc<Self> {
        Arc { cost: (key >> 32) as Self, end: key as u32 }
    }
    fn narrow(wide: i64) -> Self {
        wide as Self
    }
    fn wide(self) -> i64 {
        i64::from(self)
    }
}

impl Amount for i64 {
    type Key = u128;
    fn key(self, end: u32) -> u128 {
        (self as u128) << 32 | u128::from(end)
    }
    fn arc(key: u128) -> Arc<Self> {
        Arc { cost: (key >> 32) as Self, end: key as u32 }
    }
    fn narrow(wide: i64) -> Self {
        wide
    }
    fn wide(self) -> i64 {
        self
    }
}

/// One arc, seen from one of its ends.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::assignment) struct Arc<C> {
    cost: C,
    /// The node at the other end.
    pub(in crate::assignment) end: u32,
}

impl<C: Amount> Arc<C> {
    pub(in crate::assignment) fn new(cost: i64, end: u32) -> Self {
        Self { cost: C::narrow(cost), end }
    }

    pub(in crate::assignment) fn cost(self) -> i64 {
        self.cost.wide()
    }
}

/// What shortest paths need to know of a graph: one that stays as it is ([`Graph`]), or one that is amended between them.
pub(in crate::assignment) trait Network {
    /// How costs are held.
    type Cost: Amount;
    /// The arcs of a left node, cheapest first.
    fn row(&self, left: u32) -> &[Arc<Self::Cost>];
    /// The arcs of a right node.
    fn column(&self, right: u32) -> &[Arc<Self::Cost>];
    /// The price of staying unmatched, of no meaning where that is not allowed.
    fn unmatched(&self, left: u32) -> i64;
    /// Whether a left node may not stay unmatched.
    fn must_be_assigned(&self, left: u32) -> bool;
    /// The first unit of a right node.
    fn first_unit(&self, right: u32) -> u32;
    /// How many units a right node has.
    fn capacity(&self, right: u32) -> u32;
    /// The load step of a unit.
    fn reserve(&self, unit: u32) -> i64;
}

impl<C: Amount> Network for Graph<C> {
    type Cost = C;
    fn row(&self, left: u32) -> &[Arc<C>] {
        self.row(left)
    }
    fn column(&self, right: u32) -> &[Arc<C>] {
        self.column(right)
    }
    fn unmatched(&self, left: u32) -> i64 {
        self.unmatched[left as usize]
    }
    fn must_be_assigned(&self, left: u32) -> bool {
        self.must_be_assigned(left)
    }
    fn first_unit(&self, right: u32) -> u32 {
        self.first_unit(right)
    }
    fn capacity(&self, right: u32) -> u32 {
        self.capacity(right)
    }
    fn reserve(&self, unit: u32) -> i64 {
        self.reserve(unit)
    }
}

/// A problem, prepared.
pub(super) struct Graph<C> {
    row_start: Vec<u32>,
    row: Vec<Arc<C>>,
    columns: OnceLock<Columns<C>>,
    /// Price of staying unmatched; for a left node that must be assigned, one that no path can reach.
    pub(super) unmatched: Vec<i64>,
    /// Amounts of the problem times this are the amounts here.
    pub(super) multiplier: i64,
    /// All amounts here are multiples of this.
    pub(super) grain: i64,
    /// What stands for "may not stay unmatched": above every unmatched price.
    beyond: i64,
    unit_start: Vec<u32>,
    reserve: Vec<i64>,
    numbering: Option<Numbering>,
}

impl<C: Amount> Graph<C> {
    pub(super) fn new(problem: &Problem, multiplier: i64) -> Self {
        let numbering = Numbering::of(problem);
        let (row_start, row) = sorted_rows(problem, numbering.as_ref(), multiplier);
        let measure = common_measure(problem);
        let beyond = (problem.price_bound() / measure + 1) * measure * multiplier;
        let mut graph = Self {
            row_start,
            row,
            columns: OnceLock::new(),
            unmatched: Vec::new(),
            multiplier,
            grain: measure * multiplier,
            beyond,
            unit_start: vec![0],
            reserve: Vec::new(),
            numbering,
        };
        let price = |left| {
            problem.unmatched(graph.given_left(left)).price().map_or(beyond, |price| price * multiplier)
        };
        graph.unmatched = (0..problem.left_count() as u32).map(price).collect();
        graph.count_units(problem);
        graph
    }

    fn count_units(&mut self, problem: &Problem) {
        let rights = problem.right_count() as u32;
        let has_load = problem.has_load_steps();
        let several = (0..rights).any(|right| problem.capacity(right) > 1);
        let degrees = if several { degrees(&self.row, rights as usize) } else { Vec::new() };
        let mut end = 0;
        for right in 0..rights {
            let given = self.given_right(right);
            let most = degrees.get(right as usize).map_or(1, |degree| degree + 1);
            let units = problem.capacity(given).min(most);
            end += units;
            self.unit_start.push(end);
            if has_load {
                self.reserve.extend((0..units).map(|unit| problem.load_step(given, unit) * self.multiplier));
            }
        }
    }

    /// Where the regions of the numbering end, if nodes were numbered anew.
    pub(super) fn regions(&self) -> Option<&[(u32, u32)]> {
        self.numbering.as_ref().map(|numbering| numbering.regions.as_slice())
    }

    /// The number that the problem gives a left node.
    pub(super) fn given_left(&self, left: u32) -> u32 {
        self.numbering.as_ref().map_or(left, |numbering| numbering.lefts[left as usize])
    }

    /// The number that the problem gives a right node.
    pub(super) fn given_right(&self, right: u32) -> u32 {
        self.numbering.as_ref().map_or(right, |numbering| numbering.rights[right as usize])
    }

    pub(super) fn lefts(&self) -> usize {
        self.unmatched.len()
    }

    pub(super) fn rights(&self) -> usize {
        self.unit_start.len() - 1
    }

    pub(super) fn units(&self) -> usize {
        self.unit_start[self.rights()] as usize
    }

    /// How many arcs there are.
    pub(super) fn arcs(&self) -> usize {
        self.row.len()
    }

    /// Whether a left node may not stay unmatched.
    pub(super) fn must_be_assigned(&self, left: u32) -> bool {
        self.unmatched[left as usize] == self.beyond
    }

    /// The arcs of a left node, cheapest first.
    pub(super) fn row(&self, left: u32) -> &[Arc<C>] {
        &self.row[self.row_start[left as usize] as usize..self.row_start[left as usize + 1] as usize]
    }

    /// The arcs of a right node, by left node. Whoever asks first makes the columns, unless that is done or under way.
    pub(super) fn column(&self, right: u32) -> &[Arc<C>] {
        let Columns { start, arcs } = self.columns();
        &arcs[start[right as usize] as usize..start[right as usize + 1] as usize]
    }

    fn columns(&self) -> &Columns<C> {
        self.columns.get_or_init(|| Columns::of(&self.row_start, &self.row, self.rights()))
    }

    /// Does some work, while another thread, if there is one, makes the columns: bids of left nodes need none.
    pub(super) fn while_columns_are_made<R>(&self, work: impl FnOnce() -> R) -> R {
        if self.arcs() < WORTH_A_THREAD || rayon::current_num_threads() < 2 {
            return work();
        }
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| {
                self.columns();
            });
            work()
        })
    }

    /// The first unit of a right node.
    pub(super) fn first_unit(&self, right: u32) -> u32 {
        self.unit_start[right as usize]
    }

    /// How many units a right node has.
    pub(super) fn capacity(&self, right: u32) -> u32 {
        self.unit_start[right as usize + 1] - self.unit_start[right as usize]
    }

    /// The load step of the unit at a place of [`first_unit`](Self::first_unit)'s numbering.
    pub(super) fn reserve(&self, unit: u32) -> i64 {
        if self.reserve.is_empty() { 0 } else { self.reserve[unit as usize] }
    }
}

/// The greatest whole number of which all amounts are multiples: costs of minutes rounded up to fives are.
fn common_measure(problem: &Problem) -> i64 {
    let lefts = problem.left_count() as u32;
    let joined =
        |measure: i64, amount: i64| if amount % measure == 0 { measure } else { gcd(measure, amount) };
    let of_left = |measure: i64, left: u32| {
        let amounts = problem.row_costs(left).iter().copied().chain(problem.unmatched(left).price());
        amounts.fold(measure, joined)
    };
    let costs = (0..lefts).flat_map(|left| problem.row_costs(left));
    let Some(first) = costs.copied().find(|cost| *cost > 0) else { return 1 };
    let measure = (0..lefts.min(SAMPLE)).fold(first, of_left);
    if measure == 1 {
        return 1;
    }
    let blocks: Vec<u32> = (0..lefts).step_by(BLOCK).collect();
    let of_block = |first: u32| (first..lefts.min(first + BLOCK as u32)).fold(measure, of_left);
    let measure = blocks.into_par_iter().map(of_block).reduce(|| measure, gcd);
    let steps = (0..problem.right_count() as u32).flat_map(|right| problem.load(right));
    steps.copied().fold(measure, joined)
}

fn gcd(one: i64, other: i64) -> i64 {
    if other == 0 { one } else { gcd(other, one % other) }
}

/// What to multiply all amounts by, so that ε can fall below the least difference of two costs: where costs are small
/// whole numbers, ties are many, and prices a fraction apart tell them apart.
pub(super) fn multiplier(problem: &Problem) -> i64 {
    const SMALL_COST: i64 = 1_000;
    const FINE: i64 = 64;
    if problem.cost_max() <= SMALL_COST && problem.price_bound() <= i64::MAX / 8 / FINE { FINE } else { 1 }
}

/// Copies the rows, sorted by cost and, among equals, by right node. Right nodes without capacity are left out.
fn sorted_rows<C: Amount>(
    problem: &Problem,
    numbering: Option<&Numbering>,
    multiplier: i64,
) -> (Vec<u32>, Vec<Arc<C>>) {
    let lefts = problem.left_count();
    let given = |left: usize| numbering.map_or(left as u32, |numbering| numbering.lefts[left]);
    let new_right = numbering.map(|numbering| {
        let mut new = vec![0; numbering.rights.len()];
        for (number, right) in (0_u32..).zip(&numbering.rights) {
            new[*right as usize] = number;
        }
        new
    });
    let open = |right: u32| problem.capacity(right) > 0;
    let all_open = (0..problem.right_count() as u32).all(open);
    let mut row_start = Vec::with_capacity(lefts + 1);
    row_start.push(0_u32);
    let mut end = 0;
    for left in 0..lefts {
        let rights = problem.row_rights(given(left));
        end +=
            if all_open { rights.len() } else { rights.iter().filter(|right| open(**right)).count() } as u32;
        row_start.push(end);
    }
    let mut arcs = vec![Arc::default(); end as usize];
    let mut rest = arcs.as_mut_slice();
    let mut blocks = Vec::with_capacity(lefts / BLOCK + 1);
    for first in (0..lefts).step_by(BLOCK) {
        let last = (first + BLOCK).min(lefts);
        let (block, behind) = rest.split_at_mut((row_start[last] - row_start[first]) as usize);
        blocks.push((first..last, block));
        rest = behind;
    }
    blocks.into_par_iter().for_each_init(Vec::new, |keys, (lefts, mut block)| {
        for left in lefts {
            let length = (row_start[left + 1] - row_start[left]) as usize;
            let (row, behind) = block.split_at_mut(length);
            block = behind;
            let old = given(left);
            let given = problem.row_rights(old).iter().zip(problem.row_costs(old));
            let kept = given.filter(|(right, _)| all_open || open(**right));
            keys.clear();
            keys.extend(kept.map(|(&right, &cost)| {
                let end = new_right.as_ref().map_or(right, |new| new[right as usize]);
                C::narrow(cost * multiplier).key(end)
            }));
            keys.sort_unstable();
            for (arc, key) in row.iter_mut().zip(keys.iter()) {
                *arc = C::arc(*key);
            }
        }
    });
    (row_start, arcs)
}

/// How many arcs reach each right node.
fn degrees<C>(row: &[Arc<C>], rights: usize) -> Vec<u32> {
    let mut degrees = vec![0; rights];
    for arc in row {
        degrees[arc.end as usize] += 1;
    }
    degrees
}

/// The same arcs by right node, in the order of the left nodes.
struct Columns<C> {
    start: Vec<u32>,
    arcs: Vec<Arc<C>>,
}

impl<C: Amount> Columns<C> {
    /// Calls for no other thread, so that whoever waits for it waits for one thread that is at work.
    fn of(row_start: &[u32], row: &[Arc<C>], rights: usize) -> Self {
        // The start of the column behind is where the next arc goes until the column is full.
        let mut start = vec![0_u32; rights + 1];
        let mut end = 0;
        for (start, degree) in start[1..].iter_mut().zip(degrees(row, rights)) {
            *start = end;
            end += degree;
        }
        let mut arcs = vec![Arc::default(); row.len()];
        for (left, bounds) in (0_u32..).zip(row_start.windows(2)) {
            for arc in &row[bounds[0] as usize..bounds[1] as usize] {
                let next = &mut start[arc.end as usize + 1];
                arcs[*next as usize] = Arc { cost: arc.cost, end: left };
                *next += 1;
            }
        }
        Self { start, arcs }
    }
}
