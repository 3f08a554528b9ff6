//! The price of insisting on a pair, as people read it: children who would lose or gain a volunteer, minutes, and who moves.
//!
//! A change of the objective mixes what leaving children alone costs with the cost of pairs, and the first is a number so
//! large that it tells nobody anything. So it is split: the groups whom the moves leave alone or bring in are counted as
//! children by priority class, and only the rest (cost of pairs and of further households) is said in minutes.

use std::collections::BTreeMap;

use super::named::{Named, Titled, total_as_text};
use super::{Audience, LoadedPlan};
use crate::assignment::insist::Change;
use crate::assignment::repair::Move;

/// What insisting on a pair would change.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Insisting {
    /// By how many points the least total rises, what leaving children alone costs included; 0 is equally good.
    #[serde(serialize_with = "total_as_text")]
    pub delta_points: i128,
    /// Children who would be left without a volunteer.
    pub losing: Vec<ByClass>,
    /// Children who would get one.
    pub gaining: Vec<ByClass>,
    /// By how many points the rest rises: cost of pairs and of further households. Below 0 where it falls.
    pub other_points: i64,
    /// How many children besides those asked about would change, or lose or gain, their volunteer.
    pub other_children: usize,
    /// Who would move, in order: each takes the place that the next one leaves. The child asked about comes first; for a
    /// guardian or a volunteer it is the only one.
    pub moves: Vec<Moved>,
}

/// Children of one priority class.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ByClass {
    /// The class; absent where the audience is not told.
    pub class: Option<Titled>,
    /// How many children.
    pub children: usize,
}

/// Children who are placed together and would change.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Moved {
    /// Who.
    pub children: Vec<Named>,
    /// Their volunteer now; absent where they have none.
    pub from: Option<Named>,
    /// Their volunteer then.
    pub to: Option<Named>,
}

impl Insisting {
    /// What a group and a right node, joined by an admissible pair of this cost, would change; none where no choice joins
    /// them.
    pub fn of(plan: &LoadedPlan<'_>, group: u32, right: u32, cost: i64) -> Option<Self> {
        let change = plan.residual().insist(plan, group, right, cost)?;
        Some(Self::read(plan, &change))
    }

    fn read(plan: &LoadedPlan<'_>, change: &Change) -> Self {
        let (mut losing, mut gaining): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        let mut other = i128::from(change.delta);
        for step in &change.moves {
            let price = i128::from(plan.unmatched_price(step.left));
            if step.to.is_none() {
                losing.push(step.left);
                other -= price;
            } else if step.from.is_none() {
                gaining.push(step.left);
                other += price;
            }
        }
        Self {
            delta_points: i128::from(change.delta),
            losing: by_class(plan, &losing),
            gaining: by_class(plan, &gaining),
            other_points: i64::try_from(other).unwrap_or(i64::MAX),
            other_children: change
                .moves
                .iter()
                .skip(1)
                .map(|step| plan.outline.groups[step.left as usize].children.len())
                .sum(),
            moves: change.moves.iter().map(|step| moved(plan, step)).collect(),
        }
    }

    /// Whether the plan would be exactly as good.
    pub fn is_equally_good(&self) -> bool {
        self.delta_points == 0
    }

    /// Reduced to what an audience may know: of the moves the first is that of the child asked about.
    #[must_use]
    pub fn shown_to(mut self, audience: Audience) -> Self {
        if audience.sees_others() {
            return self;
        }
        self.moves.truncate(1);
        // The guardian knows the child's own volunteer; a volunteer knows of herself alone.
        if audience == Audience::Volunteer {
            for step in &mut self.moves {
                step.from = step.from.take().map(|who| who.as_other(audience));
            }
        }
        for list in [&mut self.losing, &mut self.gaining] {
            let children: usize = list.iter().map(|count| count.children).sum();
            list.clear();
            list.extend((children > 0).then_some(ByClass { class: None, children }));
        }
        self
    }
}

fn by_class(plan: &LoadedPlan<'_>, groups: &[u32]) -> Vec<ByClass> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for group in groups {
        for child in &plan.outline.groups[*group as usize].children {
            *counts.entry(plan.prepared.children[*child as usize].class).or_default() += 1;
        }
    }
    let classes = &plan.prepared.policy.classes;
    let titled = |class: usize| {
        let class = classes.get(class)?;
        Some(Titled { zh: class.name_zh.clone(), en: class.name_en.clone() })
    };
    counts.into_iter().map(|(class, children)| ByClass { class: titled(class), children }).collect()
}

fn moved(plan: &LoadedPlan<'_>, step: &Move) -> Moved {
    let unit =
        |right: Option<u32>| right.map(|right| Named::volunteer(plan.prepared, plan.volunteer_at(right)));
    let children = &plan.outline.groups[step.left as usize].children;
    Moved {
        children: children.iter().map(|child| Named::child(plan.prepared, *child)).collect(),
        from: unit(step.from),
        to: unit(step.to),
    }
}
