//! One pass of the engine: an outline and some of its admissible pairs in, a solved assignment problem out.

use std::collections::HashSet;

use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::PlanError;
use super::growth::{Lists, PairCounts, all_pairs, grow};
use super::outline::{Frame, Outline, Places, UnmatchedPrices};
use crate::assignment::{Heard, Method, Problem, Solution, solve};
use crate::candidates::{CandidateGraph, Prepared};
use crate::scoring::{Score, score};

/// Which pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassKind {
    /// Children and their leads.
    Lead,
    /// Needs and specialists.
    Service,
}

impl PassKind {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Service => "service",
        }
    }
}

/// A pass over pairs that are held.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Which.
    pub kind: PassKind,
    /// Left nodes and those of their admissible volunteers that are held; left `i` of the problem is group `i`.
    pub graph: CandidateGraph,
    /// Right `j` of the problem is `places[j]`.
    pub places: Vec<Places>,
    /// What leaving a group alone costs.
    pub unmatched: UnmatchedPrices,
    /// Points of each further household of one volunteer.
    pub load_step: i64,
    /// The problem.
    pub problem: Problem,
}

/// A pass with its solution.
#[derive(Clone, Debug)]
pub struct SolvedPass {
    /// The pass.
    pub pass: Pass,
    /// Who got whom, and the prices.
    pub solution: Solution,
    /// How many pairs there were, and what became of them.
    pub counts: PairCounts,
}

impl Pass {
    /// A pass over some pairs: by group, right nodes ascending, each with its cost.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    ///
    /// # Complexity
    /// O(pairs).
    pub fn over(outline: Outline, rows: &[Vec<(u32, i64)>]) -> Result<Self, PlanError> {
        let problem = outline.problem(rows)?;
        let mut row_start = Vec::with_capacity(rows.len() + 1);
        row_start.push(0);
        let mut volunteers = Vec::with_capacity(problem.arc_count());
        for row in rows {
            volunteers.extend(row.iter().map(|(right, _)| outline.places[*right as usize].volunteer));
            row_start.push(volunteers.len());
        }
        let Outline { kind, groups, places, unmatched, load_step, .. } = outline;
        let graph = CandidateGraph { groups, row_start, volunteers };
        Ok(Self { kind, graph, places, unmatched, load_step, problem })
    }

    /// The parts of what an arc of a group costs. Held nowhere, since most arcs are never looked at.
    ///
    /// # Panics
    /// Where the two cannot meet, which no admissible pair is.
    pub fn score(&self, prepared: &Prepared<'_>, group: usize, arc: usize) -> Score {
        let volunteer = self.graph.volunteers[arc];
        score(prepared, &self.graph.groups[group], volunteer).expect("an admissible pair can meet")
    }

    /// What a certificate says of it besides the pairs.
    pub fn frame(&self) -> Frame<'_> {
        let Self { kind, graph, places, unmatched, load_step, .. } = self;
        Frame { kind: *kind, groups: &graph.groups, places, unmatched, load_step: *load_step }
    }

    /// A pass over every admissible pair of an outline: for methods without prices, and as an oracle.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    ///
    /// # Complexity
    /// Time and space of all admissible pairs.
    pub fn over_all_pairs(prepared: &Prepared<'_>, outline: Outline) -> Result<Self, PlanError> {
        let rows = all_pairs(prepared, &outline);
        Self::over(outline, &rows)
    }
}

impl SolvedPass {
    /// Solves a pass: exactly over all admissible pairs while few are held, or by a method without prices over all of
    /// them.
    ///
    /// # Errors
    /// A solver that was stopped or refused the size; amounts that leave 64 bits.
    pub fn of(
        prepared: &Prepared<'_>,
        outline: Outline,
        method: Method,
        progress: &mut Heard<'_>,
    ) -> Result<Self, PlanError> {
        if method == Method::Exact {
            let lists = Lists::of(&outline);
            return grow(prepared, outline, lists, progress);
        }
        let pass = Pass::over_all_pairs(prepared, outline)?;
        let solution = solve(&pass.problem, method, progress)?;
        let rows = pass.graph.row_start.windows(2).map(|ends| (ends[1] - ends[0]) as u32).collect();
        let all = pass.graph.arc_count() as u64;
        let counts =
            PairCounts { within_reach: all, admissible: Some(rows), looked_at: all, kept: all, rounds: 0 };
        Ok(Self { pass, solution, counts })
    }

    /// The same solution with further admissible pairs held: by group and volunteer.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    ///
    /// # Panics
    /// Where a pair is not admissible.
    pub fn holding(self, prepared: &Prepared<'_>, pairs: &[(u32, u32)]) -> Result<Self, PlanError> {
        let Self { pass, mut solution, mut counts } = self;
        let chosen = pass.problem.rights_of(&solution.chosen);
        let arcs = |left: u32| {
            pass.problem.row_rights(left).iter().copied().zip(pass.problem.row_costs(left).iter().copied())
        };
        let mut rows: Vec<Vec<(u32, i64)>> =
            (0..chosen.len() as u32).map(|left| arcs(left).collect()).collect();
        let mut right_of = vec![0_u32; prepared.instance.volunteers.len()];
        for (place, right) in pass.places.iter().zip(0..) {
            right_of[place.volunteer as usize] = right;
        }
        for (group, volunteer) in pairs.iter().copied() {
            let members = &pass.graph.groups[group as usize];
            let (right, row) = (right_of[volunteer as usize], &mut rows[group as usize]);
            if row.iter().all(|arc| arc.0 != right) {
                let score = score(prepared, members, volunteer).expect("an admissible pair can meet");
                row.push((right, score.total()));
                row.sort_unstable();
            }
        }
        let Pass { kind, graph, places, unmatched, load_step, .. } = pass;
        let barred = HashSet::new();
        let outline = Outline { kind, groups: graph.groups, places, unmatched, load_step, barred };
        let pass = Pass::over(outline, &rows)?;
        solution.chosen = pass.problem.arcs_to(&chosen);
        counts.kept = pass.graph.arc_count() as u64;
        Ok(Self { pass, solution, counts })
    }

    /// The parts of what the chosen arcs cost, in the order of the groups.
    pub fn chosen_scores(&self, prepared: &Prepared<'_>) -> Vec<Score> {
        let chosen = self.solution.chosen.par_iter().enumerate();
        chosen.filter_map(|(group, arc)| Some(self.pass.score(prepared, group, (*arc)? as usize))).collect()
    }

    /// The volunteer whom a group got.
    pub fn volunteer_of(&self, group: usize) -> Option<u32> {
        self.solution.chosen[group].map(|arc| self.pass.graph.volunteers[arc as usize])
    }

    /// How many groups each right node got.
    pub fn used(&self) -> Vec<u32> {
        let mut used = vec![0; self.pass.places.len()];
        for arc in self.solution.chosen.iter().flatten() {
            used[self.pass.problem.arc_right(*arc as usize) as usize] += 1;
        }
        used
    }
}
