//! What is usual in a plan: the median of every part of the score over the pairs that the run proposes.
//!
//! A median is the middle one of the sorted values, the lower of the two where their number is even, so that it is some
//! pair's own. Medians of the parts do not sum to the median of the whole. O(p log p) for p pairs, in parallel.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::LoadedPlan;
use crate::scoring::{Score, Term, score};

/// The usual parts and the usual whole, in points; none where the run proposes no pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Typical {
    parts: [Option<i64>; Term::ALL.len()],
    total: Option<i64>,
}

impl Typical {
    /// Looks at every proposed pair of the plan.
    pub fn of(plan: &LoadedPlan<'_>) -> Self {
        let groups = 0..plan.outline.groups.len() as u32;
        let scores: Vec<Score> = groups
            .into_par_iter()
            .filter_map(|group| {
                let volunteer = plan.volunteer_at(plan.chosen(group)?);
                score(plan.prepared, &plan.outline.groups[group as usize], volunteer)
            })
            .collect();
        Self {
            parts: Term::ALL.map(|term| median(scores.iter().map(|score| score.part(term)).collect())),
            total: median(scores.iter().map(Score::total).collect()),
        }
    }

    /// The median of a part.
    pub fn part(&self, term: Term) -> Option<i64> {
        self.parts[term as usize]
    }

    /// The median of the whole.
    pub fn total(&self) -> Option<i64> {
        self.total
    }
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable(middle).1)
}
