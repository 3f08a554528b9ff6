//! What a change of the plan is worth: children who gain or lose a lead, by priority class, and minutes.

use serde::Serialize;

use crate::assignment::Objective;
use crate::assignment::repair::Moves;
use crate::candidates::{Group, Prepared};
use crate::explanation::named::total_as_text;

/// Children of one priority class who gain a lead; fewer than none where some lose theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// Chinese name of the class.
    pub class_zh: String,
    /// English name of the class.
    pub class_en: String,
    /// How many.
    pub children: i64,
}

/// What a change does to the plan's objective, exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Children who gain a lead, the highest class first; every class is named.
    pub children: Vec<ClassCount>,
    /// Points by which the cost of all pairs falls: ways, wishes missed, load. Below 0 where it rises, as it may where children
    /// are covered who had nobody.
    #[serde(serialize_with = "total_as_text")]
    pub saved_points: i128,
    /// Points by which the whole objective falls, the prices of children left alone included.
    #[serde(serialize_with = "total_as_text")]
    pub gain_points: i128,
}

impl Effect {
    /// The effect of moves between two totals.
    pub(super) fn of(
        prepared: &Prepared<'_>,
        groups: &[Group],
        moves: &Moves,
        before: Objective,
        after: Objective,
    ) -> Self {
        let mut counts = vec![0_i64; prepared.policy.classes.len()];
        for entry in &moves.moved {
            let by = i64::from(entry.to.is_some()) - i64::from(entry.from.is_some());
            for child in &groups[entry.left as usize].children {
                counts[prepared.children[*child as usize].class] += by;
            }
        }
        let classes = prepared.policy.classes.iter().zip(counts);
        let count = classes.map(|(class, children)| ClassCount {
            class_zh: class.name_zh.clone(),
            class_en: class.name_en.clone(),
            children,
        });
        Self {
            children: count.collect(),
            saved_points: before.arcs + before.load - after.arcs - after.load,
            gain_points: before.total() - after.total(),
        }
    }

    /// Children of all classes who gain a lead.
    pub fn children_in_all(&self) -> i64 {
        self.children.iter().map(|count| count.children).sum()
    }
}
