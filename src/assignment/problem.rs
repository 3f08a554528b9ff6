//! The assignment problem as a graph: in come left nodes with arcs, right nodes with capacities; out comes a checked,
//! immutable [`Problem`] in compressed rows.
//!
//! Every left node takes one arc or stays unmatched at its price; a right node takes up to its capacity, and its k-th
//! unit costs its k-th load step. Minimise Σ arc cost + Σ load steps used + Σ unmatched prices. All quantities are
//! whole numbers ≥ 0 without a unit. Space: 12 bytes an arc, 20 bytes a left node, 12 bytes a right node, 8 a load step.
//!
//! Overflow is checked at the door, from the instance itself: no distance or price in any solver here exceeds four
//! times Σᵢ(cmaxᵢ − cminᵢ) + max cost + max(max load step, max unmatched price), because a path that alternates
//! enters and leaves each left node once. [`ProblemBuilder::finish`] refuses a problem for which eight times that
//! bound leaves 64 bits.

use std::ops::Range;

use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// What happens to a left node without an arc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmatched {
    /// It may stay unmatched at this price.
    Price(i64),
    /// It must be assigned; where that cannot be, the problem is infeasible.
    Forbidden,
}

impl Unmatched {
    /// The price of staying unmatched, if that is allowed.
    pub fn price(self) -> Option<i64> {
        match self {
            Self::Price(price) => Some(price),
            Self::Forbidden => None,
        }
    }
}

/// Why a problem was refused. Nodes are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// A cost, load step or unmatched price below zero.
    #[error(
        "{place} 的数值 {value} 为负；费用须 ≥ 0，可整体加一个常数 / negative amount {value} at {place}; amounts must be \
         >= 0, add a constant to all"
    )]
    Negative {
        /// Where it stands.
        place: String,
        /// The amount.
        value: i64,
    },
    /// An arc to a right node that was not announced before.
    #[error(
        "左点 {left} 的弧指向不存在的右点 {right}；请先加入右点 / left node {left} has an arc to right node {right}, which \
         does not exist; add the right nodes first"
    )]
    UnknownRight {
        /// The left node.
        left: u32,
        /// The right node named.
        right: u32,
    },
    /// Two arcs join the same two nodes.
    #[error(
        "左点 {left} 到右点 {right} 有两条弧；请只留较便宜的一条 / two arcs from left node {left} to right node {right}; \
         keep the cheaper one"
    )]
    DuplicateArc {
        /// The left node.
        left: u32,
        /// The right node.
        right: u32,
    },
    /// The load steps of a right node are neither absent nor one for each unit of capacity.
    #[error(
        "右点 {right} 容量为 {capacity}，却有 {steps} 个负荷级；须为 0 个或与容量相等 / right node {right} has capacity \
         {capacity} but {steps} load steps; give none or one for each unit"
    )]
    LoadLength {
        /// The right node.
        right: u32,
        /// Its capacity.
        capacity: u32,
        /// The number of steps given.
        steps: usize,
    },
    /// A load step is cheaper than the one before it.
    #[error(
        "右点 {right} 的第 {step} 个负荷级低于前一级；须逐级不减 / load step {step} of right node {right} is below the one \
         before it; steps must not decrease"
    )]
    LoadDecreases {
        /// The right node.
        right: u32,
        /// The step, counted from 1.
        step: usize,
    },
    /// More nodes, arcs or load steps than 32-bit indices can name.
    #[error(
        "{what} 超过 32 位上限；请按区域拆分 / more {what} than 32 bits can count; split the problem by region"
    )]
    TooMany {
        /// What there is too much of.
        what: &'static str,
    },
    /// The amounts are so large that a total could leave 64 bits.
    #[error(
        "数值过大（上界 {bound}），会超出 64 位；请缩小费用或未匹配代价 / the amounts are too large (bound {bound}) for 64 \
         bits; scale down the costs or the unmatched prices"
    )]
    Overflow {
        /// The bound on a price, computed from the instance.
        bound: i128,
    },
    /// Ranks and rows are not equally many, or a rank is 0.
    #[error(
        "第 {left} 个左点的等级缺失或为 0；每个左点须有 ≥ 1 的等级 / the tier of left node {left} is missing or 0; give each \
         left node a tier >= 1"
    )]
    Tier {
        /// The left node.
        left: usize,
    },
}

/// A checked assignment problem in compressed rows. Immutable; made by [`ProblemBuilder`].
#[derive(Debug, Clone)]
pub struct Problem {
    row_start: Vec<u32>,
    right: Vec<u32>,
    cost: Vec<i64>,
    unmatched: Vec<Unmatched>,
    capacity: Vec<u32>,
    load_start: Vec<u32>,
    load: Vec<i64>,
    cost_max: i64,
    price_bound: i64,
    complete: bool,
}

impl Problem {
    /// How many left nodes there are.
    pub fn left_count(&self) -> usize {
        self.unmatched.len()
    }

    /// How many right nodes there are.
    pub fn right_count(&self) -> usize {
        self.capacity.len()
    }

    /// How many arcs there are.
    pub fn arc_count(&self) -> usize {
        self.right.len()
    }

    /// The indices of the arcs of a left node, in the order given.
    pub fn row(&self, left: u32) -> Range<usize> {
        self.row_start[left as usize] as usize..self.row_start[left as usize + 1] as usize
    }

    /// The right nodes of a row, in the order of its arcs.
    pub fn row_rights(&self, left: u32) -> &[u32] {
        &self.right[self.row(left)]
    }

    /// The costs of a row, in the order of its arcs.
    pub fn row_costs(&self, left: u32) -> &[i64] {
        &self.cost[self.row(left)]
    }

    /// The right end of an arc.
    pub fn arc_right(&self, arc: usize) -> u32 {
        self.right[arc]
    }

    /// The cost of an arc.
    pub fn arc_cost(&self, arc: usize) -> i64 {
        self.cost[arc]
    }

    /// The left end of an arc.
    pub fn left_of(&self, arc: u32) -> u32 {
        self.row_start.partition_point(|start| *start <= arc) as u32 - 1
    }

    /// A choice of arcs as right nodes, left node by left node.
    pub fn rights_of(&self, chosen: &[Option<u32>]) -> Vec<Option<u32>> {
        chosen.iter().map(|arc| arc.map(|arc| self.arc_right(arc as usize))).collect()
    }

    /// A choice of right nodes as arcs, left node by left node; `None` also where there is no such arc.
    ///
    /// # Complexity
    /// O(arcs).
    pub fn arcs_to(&self, rights: &[Option<u32>]) -> Vec<Option<u32>> {
        let arc_to = |(left, right): (usize, &Option<u32>)| {
            let at =
                right.and_then(|right| self.row_rights(left as u32).iter().position(|end| *end == right))?;
            Some((self.row(left as u32).start + at) as u32)
        };
        rights.par_iter().enumerate().map(arc_to).collect()
    }

    /// The same right nodes, and of some left nodes only some of the arcs: where each row begins, and the end and cost of each.
    pub(super) fn with_rows(
        &self,
        lefts: &[u32],
        row_start: Vec<u32>,
        right: Vec<u32>,
        cost: Vec<i64>,
    ) -> Self {
        Self {
            row_start,
            right,
            cost,
            unmatched: lefts.iter().map(|left| self.unmatched[*left as usize]).collect(),
            capacity: self.capacity.clone(),
            load_start: self.load_start.clone(),
            load: self.load.clone(),
            complete: false,
            ..*self
        }
    }

    /// What happens to a left node without an arc.
    pub fn unmatched(&self, left: u32) -> Unmatched {
        self.unmatched[left as usize]
    }

    /// How many left nodes a right node may take.
    pub fn capacity(&self, right: u32) -> u32 {
        self.capacity[right as usize]
    }

    /// How many units all right nodes have together.
    pub(super) fn unit_count(&self) -> usize {
        self.capacity.iter().map(|units| *units as usize).sum()
    }

    /// Whether nobody must be assigned.
    pub(super) fn all_may_stay_unmatched(&self) -> bool {
        self.unmatched.iter().all(|unmatched| unmatched.price().is_some())
    }

    /// The price of the (k+1)-th unit of a right node; 0 where no load steps were given. `k` is below its capacity.
    pub fn load_step(&self, right: u32, k: u32) -> i64 {
        let start = self.load_start[right as usize] as usize;
        let end = self.load_start[right as usize + 1] as usize;
        if start == end { 0 } else { self.load[start + k as usize] }
    }

    /// The load steps of a right node: empty (all zero) or one for each unit of capacity.
    pub fn load(&self, right: u32) -> &[i64] {
        &self.load[self.load_start[right as usize] as usize..self.load_start[right as usize + 1] as usize]
    }

    /// Whether any load step is above 0.
    pub fn has_load_steps(&self) -> bool {
        self.load.iter().any(|step| *step > 0)
    }

    /// Whether every left node has an arc to every right node, in their order.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The greatest cost of an arc.
    pub fn cost_max(&self) -> i64 {
        self.cost_max
    }

    /// Σᵢ(cmaxᵢ − cminᵢ) + max cost + max(max load step, max unmatched price): no shortest alternating path is longer.
    pub fn price_bound(&self) -> i64 {
        self.price_bound
    }
}

/// Builds a [`Problem`]: all right nodes first, then the left nodes with their arcs.
///
/// # Example
/// ```
/// use jiedui::assignment::{ProblemBuilder, Unmatched};
/// let mut builder = ProblemBuilder::new();
/// let one = builder.push_right(1, &[])?;
/// let two = builder.push_right(2, &[0, 30])?; // the second unit costs 30
/// builder.push_left(Unmatched::Price(1_000), &[(one, 10), (two, 20)])?;
/// builder.push_left(Unmatched::Forbidden, &[(one, 15)])?;
/// assert_eq!(builder.finish()?.arc_count(), 3);
/// # Ok::<(), jiedui::assignment::ProblemError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProblemBuilder {
    problem: Problem,
    // The last left node (plus one) that has an arc to each right node: finds duplicates without a set.
    seen_by: Vec<u32>,
    row_spread: i128,
    cost_max: i64,
    end_max: i64,
}

impl Default for ProblemBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ProblemBuilder {
    /// An empty problem.
    pub fn new() -> Self {
        Self {
            problem: Problem {
                row_start: vec![0],
                right: Vec::new(),
                cost: Vec::new(),
                unmatched: Vec::new(),
                capacity: Vec::new(),
                load_start: vec![0],
                load: Vec::new(),
                cost_max: 0,
                price_bound: 0,
                complete: true,
            },
            seen_by: Vec::new(),
            row_spread: 0,
            cost_max: 0,
            end_max: 0,
        }
    }

    /// Adds a right node and returns its index. `load[k]` is the price of its (k+1)-th unit: not decreasing, ≥ 0, and
    /// either empty (all zero) or one for each unit of capacity.
    pub fn push_right(&mut self, capacity: u32, load: &[i64]) -> Result<u32, ProblemError> {
        let right = index(self.problem.capacity.len(), "right nodes")?;
        if !load.is_empty() && load.len() != capacity as usize {
            return Err(ProblemError::LoadLength { right, capacity, steps: load.len() });
        }
        if let Some(&value) = load.iter().find(|&&step| step < 0) {
            return Err(ProblemError::Negative { place: format!("right node {right}, load"), value });
        }
        if let Some(position) = load.windows(2).position(|pair| pair[1] < pair[0]) {
            return Err(ProblemError::LoadDecreases { right, step: position + 2 });
        }
        let end = index(self.problem.load.len() + load.len(), "load steps")?;
        self.end_max = self.end_max.max(load.last().copied().unwrap_or(0));
        self.problem.load.extend_from_slice(load);
        self.problem.load_start.push(end);
        self.problem.capacity.push(capacity);
        self.seen_by.push(0);
        Ok(right)
    }

    /// Adds a left node with its arcs `(right, cost)` and returns its index.
    pub fn push_left(&mut self, unmatched: Unmatched, arcs: &[(u32, i64)]) -> Result<u32, ProblemError> {
        let left = index(self.problem.unmatched.len(), "left nodes")?;
        let end = index(self.problem.right.len() + arcs.len(), "arcs")?;
        if let Unmatched::Price(value @ ..0) = unmatched {
            return Err(ProblemError::Negative { place: format!("left node {left}, unmatched"), value });
        }
        // Everything is checked before anything is kept, so that a refused row leaves no trace. The marks that a
        // refused row leaves behind are stamped away by checking the row again under a mark no other row has.
        if let Some(&(right, _)) = arcs.iter().find(|arc| arc.0 as usize >= self.seen_by.len()) {
            return Err(ProblemError::UnknownRight { left, right });
        }
        if let Some(&(right, value)) = arcs.iter().find(|arc| arc.1 < 0) {
            return Err(ProblemError::Negative { place: format!("arc {left} -> {right}"), value });
        }
        for (position, &(right, _)) in arcs.iter().enumerate() {
            if self.seen_by[right as usize] == left + 1 {
                for &(marked, _) in &arcs[..position] {
                    self.seen_by[marked as usize] = 0;
                }
                return Err(ProblemError::DuplicateArc { left, right });
            }
            self.seen_by[right as usize] = left + 1;
        }
        self.problem.complete = self.problem.complete
            && arcs.len() == self.seen_by.len()
            && arcs.iter().zip(0..).all(|(arc, right)| arc.0 == right);
        let costs = || arcs.iter().map(|arc| arc.1);
        if let (Some(most), Some(least)) = (costs().max(), costs().min()) {
            self.row_spread += i128::from(most) - i128::from(least);
            self.cost_max = self.cost_max.max(most);
        }
        self.end_max = self.end_max.max(unmatched.price().unwrap_or(0));
        self.problem.right.extend(arcs.iter().map(|arc| arc.0));
        self.problem.cost.extend(costs());
        self.problem.row_start.push(end);
        self.problem.unmatched.push(unmatched);
        Ok(left)
    }

    /// The checked problem.
    ///
    /// # Errors
    /// [`ProblemError::Overflow`] if a price could leave 64 bits.
    pub fn finish(mut self) -> Result<Problem, ProblemError> {
        let bound = self.row_spread + i128::from(self.cost_max) + i128::from(self.end_max);
        match i64::try_from(bound) {
            Ok(price_bound) if price_bound <= i64::MAX / 8 => self.problem.price_bound = price_bound,
            _ => return Err(ProblemError::Overflow { bound }),
        }
        // Right nodes may have come after the last left node.
        self.problem.complete &=
            self.problem.right.len() == self.problem.unmatched.len() * self.problem.capacity.len();
        self.problem.cost_max = self.cost_max;
        self.problem.right.shrink_to_fit();
        self.problem.cost.shrink_to_fit();
        Ok(self.problem)
    }
}

/// A length as a 32-bit index; the last value is kept free to mean "none".
fn index(length: usize, what: &'static str) -> Result<u32, ProblemError> {
    u32::try_from(length).ok().filter(|&index| index < u32::MAX).ok_or(ProblemError::TooMany { what })
}
