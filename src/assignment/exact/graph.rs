//! The problem in the form the exact method works on: each row sorted by cost, and the same arcs once more by right node.
//!
//! Sorted rows end a scan early: prices are never below zero, so an arc's cost alone bounds everything behind it. Costs
//! that fit into 32 bits are held in 32, which halves the memory that a scan reads. A right node of some capacity has as
//! many units, but never more than arcs that reach it. Space: 16 bytes an arc (32 where a cost needs 64 bits).

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use crate::assignment::problem::Problem;

/// Marks "no node".
pub(super) const NONE: u32 = u32::MAX;

/// Left nodes that one task sorts.
const BLOCK: usize = 1 << 12;

/// How a cost is held in an arc.
pub(super) trait Amount: Copy + Ord + Default + Send + Sync {
    fn narrow(wide: i64) -> Self;
    fn wide(self) -> i64;
}

impl Amount for u32 {
    fn narrow(wide: i64) -> Self {
        wide as Self
    }
    fn wide(self) -> i64 {
        i64::from(self)
    }
}

impl Amount for i64 {
    fn narrow(wide: i64) -> Self {
        wide
    }
    fn wide(self) -> i64 {
        self
    }
}

/// One arc, seen from one of its ends.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arc<C> {
    cost: C,
    /// The node at the other end.
    pub(super) end: u32,
}

impl<C: Amount> Arc<C> {
    pub(super) fn cost(self) -> i64 {
        self.cost.wide()
    }
}

/// A problem, prepared.
pub(super) struct Graph<C> {
    row_start: Vec<u32>,
    row: Vec<Arc<C>>,
    column_start: Vec<u32>,
    column: Vec<Arc<C>>,
    /// Price of staying unmatched; for a left node that must be assigned, one that no path can reach.
    pub(super) unmatched: Vec<i64>,
    /// What stands for "may not stay unmatched": above every unmatched price.
    beyond: i64,
    unit_start: Vec<u32>,
    reserve: Vec<i64>,
}

impl<C: Amount> Graph<C> {
    pub(super) fn new(problem: &Problem) -> Self {
        let (row_start, row) = sorted_rows(problem);
        let (column_start, column) = columns(&row_start, &row, problem.right_count());
        let beyond = problem.price_bound() + 1;
        let lefts = 0..problem.left_count() as u32;
        let unmatched = lefts.map(|left| problem.unmatched(left).price().unwrap_or(beyond)).collect();
        let mut graph =
            Self { row_start, row, column_start, column, unmatched, beyond, unit_start: vec![0], reserve: Vec::new() };
        graph.count_units(problem);
        graph
    }

    fn count_units(&mut self, problem: &Problem) {
        let rights = problem.right_count() as u32;
        let has_load = (0..rights).any(|right| problem.load(right).iter().any(|step| *step > 0));
        let mut end = 0;
        for right in 0..rights {
            let units = problem.capacity(right).min(self.column(right).len() as u32);
            end += units;
            self.unit_start.push(end);
            if has_load {
                self.reserve.extend((0..units).map(|unit| problem.load_step(right, unit)));
            }
        }
    }

    pub(super) fn lefts(&self) -> usize {
        self.unmatched.len()
    }

    pub(super) fn rights(&self) -> usize {
        self.column_start.len() - 1
    }

    pub(super) fn units(&self) -> usize {
        self.unit_start[self.rights()] as usize
    }

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

    /// The arcs of a right node, by left node.
    pub(super) fn column(&self, right: u32) -> &[Arc<C>] {
        &self.column[self.column_start[right as usize] as usize..self.column_start[right as usize + 1] as usize]
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

/// Copies the rows, sorted by cost and, among equals, by right node. Right nodes without capacity are left out.
fn sorted_rows<C: Amount>(problem: &Problem) -> (Vec<u32>, Vec<Arc<C>>) {
    let lefts = problem.left_count();
    let open = |right: u32| problem.capacity(right) > 0;
    let mut row_start = Vec::with_capacity(lefts + 1);
    row_start.push(0_u32);
    let all_open = (0..problem.right_count() as u32).all(open);
    let mut end = 0;
    for left in 0..lefts as u32 {
        let rights = problem.row_rights(left);
        end += if all_open { rights.len() } else { rights.iter().filter(|right| open(**right)).count() } as u32;
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
    blocks.into_par_iter().for_each(|(lefts, mut block)| {
        for left in lefts {
            let length = (row_start[left + 1] - row_start[left]) as usize;
            let (row, behind) = block.split_at_mut(length);
            block = behind;
            let given = problem.row_rights(left as u32).iter().zip(problem.row_costs(left as u32));
            let kept = given.filter(|(right, _)| all_open || open(**right));
            for (arc, (&right, &cost)) in row.iter_mut().zip(kept) {
                *arc = Arc { cost: C::narrow(cost), end: right };
            }
            if !row.is_sorted() {
                row.sort_unstable();
            }
        }
    });
    (row_start, arcs)
}

/// The same arcs by right node, in the order of the left nodes.
fn columns<C: Amount>(row_start: &[u32], row: &[Arc<C>], rights: usize) -> (Vec<u32>, Vec<Arc<C>>) {
    let mut column_start = vec![0_u32; rights + 1];
    for arc in row {
        column_start[arc.end as usize + 1] += 1;
    }
    for right in 0..rights {
        column_start[right + 1] += column_start[right];
    }
    let mut column = vec![Arc::default(); row.len()];
    // Each task reads all arcs and fills the columns of a range of right nodes.
    let tasks = rayon::current_num_threads().max(1);
    let mut rest = column.as_mut_slice();
    let mut blocks = Vec::with_capacity(tasks);
    for task in 0..tasks {
        let (first, last) = (rights * task / tasks, rights * (task + 1) / tasks);
        let (block, behind) = rest.split_at_mut((column_start[last] - column_start[first]) as usize);
        blocks.push((first, last, block));
        rest = behind;
    }
    blocks.into_par_iter().for_each(|(first, last, block)| {
        let offset = column_start[first];
        let mut next: Vec<u32> = column_start[first..last].iter().map(|start| start - offset).collect();
        for (left, bounds) in (0_u32..).zip(row_start.windows(2)) {
            for arc in &row[bounds[0] as usize..bounds[1] as usize] {
                let Some(place) = (arc.end as usize).checked_sub(first).and_then(|at| next.get_mut(at)) else {
                    continue;
                };
                block[*place as usize] = Arc { cost: arc.cost, end: left };
                *place += 1;
            }
        }
    });
    (column_start, column)
}
