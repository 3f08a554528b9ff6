//! The sparse graph of admissible pairs that are held, in compressed rows.

use super::groups::Group;

/// Groups and, for each, the volunteers held who may serve it.
#[derive(Clone, Debug, Default)]
pub struct CandidateGraph {
    /// Left nodes, in stable order.
    pub groups: Vec<Group>,
    /// Row `g` of [`volunteers`](Self::volunteers) is `row_start[g]..row_start[g + 1]`.
    pub row_start: Vec<usize>,
    /// Volunteer indices; within a row in stable order.
    pub volunteers: Vec<u32>,
}

impl CandidateGraph {
    /// The volunteers held who may serve a group.
    pub fn row(&self, group: usize) -> &[u32] {
        &self.volunteers[self.row_start[group]..self.row_start[group + 1]]
    }

    /// Number of pairs held.
    pub fn arc_count(&self) -> usize {
        self.volunteers.len()
    }
}
