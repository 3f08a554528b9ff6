//! What the exact method knows while it works: prices, chosen arcs, and who holds which unit.
//!
//! Kept true at every step: prices v ≥ 0; a right node with n units used has load[n−1] ≤ v, and v ≤ load[n] if n is
//! below its capacity; the chosen arc of every assigned left node is tight. Space: 16 bytes a left node, 16 bytes a
//! right node and 4 bytes a unit; units are counted only up to the arcs that reach a right node.

use crate::assignment::problem::Problem;
use crate::assignment::solution::Statistics;

/// Marks "no arc"; the builder keeps this index free.
pub(super) const NONE: u32 = u32::MAX;

pub(super) struct State {
    /// vⱼ of each right node.
    pub(super) price: Vec<i64>,
    /// The arc each left node takes, or [`NONE`].
    pub(super) chosen: Vec<u32>,
    /// Units used of each right node.
    pub(super) used: Vec<u32>,
    pub(super) statistics: Statistics,
    // Left node `left` sits in `holder[place[left]]` while it is assigned.
    place: Vec<u32>,
    holder_start: Vec<u32>,
    holder: Vec<u32>,
}

impl State {
    pub(super) fn new(problem: &Problem) -> Self {
        let rights = problem.right_count();
        let mut arcs_into = vec![0_u32; rights];
        for arc in 0..problem.arc_count() {
            arcs_into[problem.arc_right(arc) as usize] += 1;
        }
        let mut holder_start = Vec::with_capacity(rights + 1);
        let mut end = 0;
        holder_start.push(end);
        for (right, &arcs) in (0_u32..).zip(&arcs_into) {
            end += arcs.min(problem.capacity(right));
            holder_start.push(end);
        }
        Self {
            price: vec![0; rights],
            chosen: vec![NONE; problem.left_count()],
            used: vec![0; rights],
            statistics: Statistics::default(),
            place: vec![NONE; problem.left_count()],
            holder_start,
            holder: vec![NONE; end as usize],
        }
    }

    /// The left nodes that hold a unit of `right`.
    pub(super) fn holders(&self, right: u32) -> &[u32] {
        let start = self.holder_start[right as usize] as usize;
        &self.holder[start..start + self.used[right as usize] as usize]
    }

    /// Opens a further unit of `right` and returns its place, which somebody must take at once.
    pub(super) fn open_unit(&mut self, right: u32) -> u32 {
        let place = self.holder_start[right as usize] + self.used[right as usize];
        self.used[right as usize] += 1;
        place
    }

    /// Takes its arc from a left node and returns its place, which somebody must take at once.
    pub(super) fn leave(&mut self, left: u32) -> u32 {
        self.chosen[left as usize] = NONE;
        std::mem::replace(&mut self.place[left as usize], NONE)
    }

    /// Gives a left node an arc and the place at its right end; returns the place it had, or [`NONE`].
    pub(super) fn sit(&mut self, left: u32, arc: u32, place: u32) -> u32 {
        self.chosen[left as usize] = arc;
        self.holder[place as usize] = left;
        std::mem::replace(&mut self.place[left as usize], place)
    }

    /// The choice in the form of the public types.
    pub(super) fn chosen_arcs(&self) -> Vec<Option<u32>> {
        self.chosen.iter().map(|&arc| (arc != NONE).then_some(arc)).collect()
    }
}
