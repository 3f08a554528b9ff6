//! Questions to a kept plan → answers of the explanation module, as JSON with the ids of the store, and as a text.
//!
//! Data names people by their numbers within the run; on its way out every such number becomes the person's id, by the names of the
//! fields in which people stand. The text keeps the county's own numbers, which are what an office works with.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use serde::Serialize;
use serde_json::Value;

use super::kept::KeptPlan;
use crate::assignment::Method;
use crate::candidates::Prepared;
use crate::candidates::standing::standing_pairs;
use crate::explanation::difference::{Difference, PlanRecord};
use crate::explanation::fairness::bottleneck::BottleneckFrontier;
use crate::explanation::fairness::gaps::GapFrontier;
use crate::explanation::fairness::quotas::QuotaFrontier;
use crate::explanation::fairness::{GroupBy, Measure};
use crate::explanation::named::Named;
use crate::explanation::what_if::{Change, Cost, WhatIf, apply, pins_hold, settings};
use crate::explanation::{Audience, Language, loss_of, recruit, render, why_nobody, why_not, why_pair};
use crate::input::policy;
use crate::input::write::canonical::digest;
use crate::pipeline::make_plan;
use crate::plan::PlanOptions;
use crate::plan::folder::read::Folder;
use crate::plan::pass::PassKind;

/// Of a child whose standing pair was with somebody erased.
const PARTNER_ERASED: &str = "与该儿童已结对（或随其安排）的人员资料已删除，本次匹配未再安排：请重新匹配 / the data of whoever this child stood \
    with was erased, and this run places the child no more: make a new run";

/// Fields in which children stand.
const CHILD_FIELDS: [&str; 4] = ["child", "with_siblings", "together_with", "children"];
/// Fields in which volunteers stand.
const VOLUNTEER_FIELDS: [&str; 5] = ["volunteer", "with", "backup", "from", "to"];

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// Which question: `why_pair`, `why_nobody`, `why_not`, `recruit`, `loss`, `what_if`, a frontier, or `compare`.
    pub question: &'static str,
    /// The data, with ids of the store.
    pub answer: Value,
    /// The same as a text.
    pub text: String,
    /// Ids of the children whom it names: reading it is reading of them (S32).
    pub named: BTreeSet<String>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum NotExplained {
    /// Somebody who took no part in the run.
    #[error("nobody of that id took part")]
    Unknown,
    /// The question itself cannot be answered; the sentences say why, Chinese before a slash, then English.
    #[error("{0}")]
    Refused(String),
}

/// For whom, and in which language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct For {
    /// For whom.
    pub audience: Audience,
    /// In which language.
    pub language: Language,
}

/// What a frontier is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontierKind {
    /// The total and the worst-off pair by travel or by score.
    WorstOff(Measure),
    /// The total and coverage quotas of groups.
    Quota,
    /// The total and the gap of group means.
    Gap(Measure),
}

/// A change to be tried, with ids of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// These two are paired.
    Pin(String, String),
    /// These two are not.
    Forbid(String, String),
    /// A volunteer takes so many households.
    Capacity(String, u32),
    /// A key of the policy has another value.
    Setting(String, String),
    /// Promised pairs are open again.
    MoveAccepted,
}

/// Puts ids of the store in the place of numbers within the run.
fn with_ids(
    value: &mut Value,
    field: &str,
    children: &HashMap<&str, &str>,
    volunteers: &HashMap<&str, &str>,
) {
    match value {
        Value::String(text) => {
            let known = if CHILD_FIELDS.contains(&field) {
                children.get(text.as_str())
            } else if VOLUNTEER_FIELDS.contains(&field) {
                volunteers.get(text.as_str())
            } else {
                None
            };
            if let Some(id) = known {
                (*id).clone_into(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| with_ids(item, field, children, volunteers)),
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                with_ids(value, name, children, volunteers);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Ids that stand in fields of children.
fn children_named(value: &Value, field: &str, named: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if CHILD_FIELDS.contains(&field) => drop(named.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| children_named(item, field, named)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| children_named(value, name, named));
        }
        _ => {}
    }
}

fn answered(question: &'static str, answer: Value, text: String) -> Explained {
    let mut named = BTreeSet::new();
    children_named(&answer, "", &mut named);
    Explained { question, answer, text, named }
}

fn refused(error: &impl ToString) -> NotExplained {
    NotExplained::Refused(error.to_string())
}

impl KeptPlan<'_> {
    fn explained<A: Serialize>(
        &self,
        question: &'static str,
        answer: &A,
        render: impl FnOnce(&A, Language) -> String,
        shown: For,
    ) -> Result<Explained, NotExplained> {
        let mut value = serde_json::to_value(answer).map_err(|error| refused(&error))?;
        let instance = &self.snapshot.instance;
        let children = instance.children.iter().zip(&self.snapshot.children);
        let children = children.map(|(child, person)| (child.id.as_str(), person.id.as_str())).collect();
        let units = instance.volunteers.iter().zip(&self.snapshot.volunteers);
        let units = units.map(|(unit, person)| (unit.id.as_str(), person.id.as_str())).collect();
        with_ids(&mut value, "", &children, &units);
        Ok(answered(question, value, render(answer, shown.language)))
    }

    /// What became of a child: why this volunteer, or why nobody.
    ///
    /// # Errors
    /// [`NotExplained::Unknown`] where she took no part.
    pub fn explain_child(&self, child_id: &str, shown: For) -> Result<Explained, NotExplained> {
        let child = self.child(child_id).ok_or(NotExplained::Unknown)?;
        let (lead, id) = (PassKind::Lead.code(), &self.ids.children[child as usize]);
        let row = self.folder.pairs.iter().find(|row| row.pass == lead && row.child == *id);
        let backup = row.filter(|row| !row.backup.is_empty()).and_then(|row| {
            let at = self.ids.volunteers.iter().position(|id| *id == row.backup)?;
            u32::try_from(at).ok()
        });
        let stands = self.plan.standing.holds(child);
        if self.plan.group_of(child).is_none() && !stands {
            return Err(NotExplained::Refused(PARTNER_ERASED.to_owned()));
        }
        if let Some(answer) = why_pair(self.plan, child, backup) {
            return self.explained("why_pair", &answer.shown_to(shown.audience), render::why_pair, shown);
        }
        let answer = why_nobody(self.plan, child).shown_to(shown.audience);
        self.explained("why_nobody", &answer, render::why_nobody, shown)
    }

    /// Why a child does not have a volunteer, or what it would cost.
    ///
    /// # Errors
    /// [`NotExplained::Unknown`] where one of them took no part.
    pub fn explain_not(
        &self,
        child_id: &str,
        volunteer_id: &str,
        shown: For,
    ) -> Result<Explained, NotExplained> {
        let child = self.child(child_id).ok_or(NotExplained::Unknown)?;
        let volunteer = self.volunteer(volunteer_id).ok_or(NotExplained::Unknown)?;
        let answer = why_not(self.plan, child, volunteer).shown_to(shown.audience);
        self.explained("why_not", &answer, render::why_not, shown)
    }

    /// Whom to recruit.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    pub fn explain_recruits(&self, count: u32, shown: For) -> Result<Explained, NotExplained> {
        let answer = recruit(self.plan, count).map_err(|error| refused(&error))?.shown_to(shown.audience);
        self.explained("recruit", &answer, render::recruit::recruit, shown)
    }

    /// What is lost where a volunteer stops.
    ///
    /// # Errors
    /// [`NotExplained::Unknown`] where she took no part.
    pub fn explain_loss(&self, volunteer_id: &str, shown: For) -> Result<Explained, NotExplained> {
        let volunteer = self.volunteer(volunteer_id).ok_or(NotExplained::Unknown)?;
        let answer = loss_of(self.plan, volunteer).map_err(|error| refused(&error))?;
        self.explained("loss", &answer.shown_to(shown.audience), render::recruit::loss, shown)
    }

    /// What fairness costs.
    ///
    /// # Errors
    /// A policy or a size for which there is no frontier.
    pub fn explain_frontier(
        &self,
        kind: FrontierKind,
        by: GroupBy,
        points: u32,
        shown: For,
    ) -> Result<Explained, NotExplained> {
        let heard = &mut |_| ControlFlow::Continue(());
        let most = points as usize;
        match kind {
            FrontierKind::WorstOff(measure) => {
                let answer = BottleneckFrontier::of(self.plan, measure, by, most, heard);
                let answer = answer.map_err(|error| refused(&error))?.shown_to(shown.audience);
                let answer = answer.map_err(|error| refused(&error))?;
                self.explained("bottleneck_frontier", &answer, render::bottleneck_frontier, shown)
            }
            FrontierKind::Quota => {
                let answer = QuotaFrontier::of(self.plan, by, points, heard);
                let answer = answer.map_err(|error| refused(&error))?.shown_to(shown.audience);
                let answer = answer.map_err(|error| refused(&error))?;
                self.explained("quota_frontier", &answer, render::quota_frontier, shown)
            }
            FrontierKind::Gap(measure) => {
                let answer = GapFrontier::of(self.plan, measure, by, most, heard);
                let answer = answer.map_err(|error| refused(&error))?.shown_to(shown.audience);
                let answer = answer.map_err(|error| refused(&error))?;
                self.explained("gap_frontier", &answer, render::gap_frontier, shown)
            }
        }
    }

    /// Tries changes: the plan that would follow, compared with this one. Nothing is changed.
    ///
    /// # Errors
    /// [`NotExplained`]: unknown people, changes that contradict each other, what stands, or the rules.
    pub fn explain_changes(&self, tried: &[Tried], shown: For) -> Result<Explained, NotExplained> {
        let changes = tried.iter().map(|change| self.change(change)).collect::<Result<Vec<Change>, _>>()?;
        let former = self.prepared;
        let instance = apply(former.instance, &changes).map_err(|error| refused(&error))?;
        let policy = policy::amend(former.policy, &settings(&changes)).map_err(|error| refused(&error))?;
        let options = PlanOptions {
            seed: self.folder.plan.seed,
            method: Method::Exact,
            provisional: self.folder.plan.provisional,
            digest: digest(&instance, &policy),
        };
        let prepared = Prepared::new(&instance, &policy, options.seed, options.provisional);
        let standing = standing_pairs(&prepared).map_err(|error| refused(&error))?;
        pins_hold(&prepared, &self.posed.standing, &standing, &changes).map_err(|error| refused(&error))?;
        let go_on = &mut |_, _| ControlFlow::Continue(());
        let plan = make_plan(&instance, &policy, options, go_on).map_err(|error| refused(&error))?;
        let record = PlanRecord::of(&prepared, &plan, &policy::canonical(&policy));
        let before = PlanRecord::read(self.folder).map_err(|error| refused(&error))?;
        let new_leads: Vec<(u32, u32)> = plan.pairs.iter().map(|pair| (pair.child, pair.volunteer)).collect();
        let answer = WhatIf {
            changes,
            cost: Cost::between((former, &self.leads()), (&prepared, &new_leads)),
            difference: Difference::between(&before, &record),
        };
        let answer = answer.shown_to(shown.audience).map_err(|error| refused(&error))?;
        self.explained("what_if", &answer, render::what_if, shown)
    }

    /// Every lead pair by child and volunteer.
    fn leads(&self) -> Vec<(u32, u32)> {
        let index = |ids: &[String]| -> HashMap<String, u32> { ids.iter().cloned().zip(0..).collect() };
        let (children, units) = (index(&self.ids.children), index(&self.ids.volunteers));
        let rows = self.folder.pairs.iter().filter(|row| row.pass == PassKind::Lead.code());
        rows.filter_map(|row| Some((*children.get(&row.child)?, *units.get(&row.volunteer)?))).collect()
    }

    fn change(&self, tried: &Tried) -> Result<Change, NotExplained> {
        let child = |id: &str| {
            let found = self.child(id).map(|child| Named::child(self.prepared, child));
            found.ok_or(NotExplained::Unknown)
        };
        let volunteer = |id: &str| {
            let found = self.volunteer(id).map(|unit| Named::volunteer(self.prepared, unit));
            found.ok_or(NotExplained::Unknown)
        };
        Ok(match tried {
            Tried::Pin(of, with) => Change::Pin { child: child(of)?, volunteer: volunteer(with)? },
            Tried::Forbid(of, with) => Change::Forbid { child: child(of)?, volunteer: volunteer(with)? },
            Tried::Capacity(of, households) => {
                Change::Capacity { volunteer: volunteer(of)?, households: *households }
            }
            Tried::Setting(key, value) => Change::Setting { key: key.clone(), value: value.clone() },
            Tried::MoveAccepted => Change::MoveAccepted,
        })
    }

    /// The plan as comparisons see it, people by their ids in the store, so that runs of different divisions may be compared.
    ///
    /// # Errors
    /// Files that do not fit the people.
    pub fn record(&self) -> Result<PlanRecord, NotExplained> {
        let children = self.ids.children.iter().zip(&self.snapshot.children);
        let people = children.chain(self.ids.volunteers.iter().zip(&self.snapshot.volunteers));
        let people = people.map(|(id, person)| (id.clone(), person.id.clone())).collect();
        let folder = Folder { people: Some(people), ..self.folder.clone() };
        PlanRecord::read(&folder).map_err(|error| refused(&error))
    }
}

/// Two plans compared.
///
/// # Errors
/// An audience that may not read tables about everybody.
pub fn compare(before: &PlanRecord, after: &PlanRecord, shown: For) -> Result<Explained, NotExplained> {
    let answer =
        Difference::between(before, after).shown_to(shown.audience).map_err(|error| refused(&error))?;
    let value = serde_json::to_value(&answer).map_err(|error| refused(&error))?;
    Ok(answered("compare", value, render::difference(&answer, shown.language)))
}
