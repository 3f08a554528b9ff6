//! The people of one question alone: what an edit of them gives is read from the rules and the score, prepared anew.
//!
//! In: a group. Out: for edits of volunteers what the pair with each would cost. The scene holds the children of
//! the group, their history, the volunteers edited, and those who were good for the children before, for
//! continuity; nobody else bears on what a pair may be and costs. Cost: that of preparing so few people, some tens
//! of microseconds.

use jiff::ToSpan;

use super::opening::Opened;
use crate::candidates::rules::{child_verdict, unit_verdict};
use crate::candidates::{Group, Prepared, Scope};
use crate::explanation::LoadedPlan;
use crate::model::Instance;
use crate::scoring::score_if_admissible;

pub(super) struct Scene<'q> {
    prepared: &'q Prepared<'q>,
    /// The children and their history, without volunteers.
    children: Instance,
    /// Volunteers who were good for them.
    good: Vec<u32>,
}

impl<'q> Scene<'q> {
    pub(super) fn of(plan: &'q LoadedPlan<'q>, group: u32) -> Self {
        let prepared = plan.prepared;
        let group = &plan.outline.groups[group as usize];
        let instance = prepared.instance;
        let children: Vec<_> = group.children.iter().map(|child| prepared.child_of(*child).clone()).collect();
        let theirs = |id: &crate::model::ChildId| children.iter().any(|child| child.id == *id);
        let existing_pairs =
            instance.existing_pairs.iter().filter(|pair| theirs(&pair.child)).cloned().collect();
        let replies = instance.replies.iter().filter(|reply| theirs(&reply.child)).cloned().collect();
        let mut good: Vec<u32> = Vec::new();
        for child in &group.children {
            good.extend(prepared.good_volunteers(*child));
        }
        good.sort_unstable();
        good.dedup();
        let quarantined = Vec::new();
        let dates = instance.dates;
        let children =
            Instance { children, volunteers: Vec::new(), existing_pairs, replies, quarantined, dates };
        Self { prepared, children, good }
    }

    /// What each pair costs once the edit of its volunteer is made; `None` where it is not admissible even then.
    /// Edits that are not of one volunteer are the same in all of them.
    pub(super) fn costs(&self, opened: &[Opened]) -> Vec<Option<i64>> {
        let mut instance = self.children.clone();
        let edited = opened.iter().map(|(volunteer, _)| *volunteer);
        let good = self.good.iter().copied().filter(|unit| opened.iter().all(|(known, _)| known != unit));
        let units = edited.chain(good).map(|unit| self.prepared.volunteer_of(unit).clone());
        instance.volunteers = units.collect();
        let mut policy = self.prepared.policy.clone();
        for (at, (_, edit)) in opened.iter().enumerate() {
            if at == 0 || opened[at - 1].1 != *edit {
                edit.apply(&mut instance, &mut policy);
            }
        }
        let prepared = Prepared::new(&instance, &policy, 0, self.prepared.provisional);
        let children: Vec<u32> = (0..instance.children.len() as u32).collect();
        let ready = children.iter().all(|child| child_verdict(&prepared, *child).admissible());
        let group = Group { children, scope: Scope::Lead };
        let cost = |volunteer: u32| {
            let eligible = ready && unit_verdict(&prepared, volunteer, Scope::Lead).admissible();
            if eligible { score_if_admissible(&prepared, &group, volunteer) } else { None }
        };
        (0..opened.len() as u32).map(|volunteer| cost(volunteer).map(|score| score.total())).collect()
    }

    /// Whether a record check made on the day of the run would cover what the policy asks it to.
    pub(super) fn a_check_of_today_counts(&self) -> bool {
        let (dates, eligibility) = (self.prepared.instance.dates, &self.prepared.policy.eligibility);
        let needed = if eligibility.screening_covers_period {
            dates.period.last
        } else {
            dates.period.first.max(dates.today)
        };
        let last = dates.today.checked_add(i64::from(eligibility.screening_days).days());
        last.is_ok_and(|last| last >= needed)
    }
}
