//! What a comparison sees of a plan: who has whom and who has nobody, by the county's own numbers; scores, head counts, and
//! the policy key by key.
//!
//! In: a plan in memory with its people, or a plan folder with its key `people.csv`. Both give the same record, so that a
//! plan just made may be held against one that was written last month. Cost: linear in the rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidates::Prepared;
use crate::model::Rule;
use crate::plan::folder::read::{Folder, FolderError, PairRow, UnmatchedRow};
use crate::plan::folder::tables::need_code;
use crate::plan::folder::wire::ClassCount;
use crate::plan::folder::write::classes;
use crate::plan::folder::{PAIRS, PEOPLE, UNMATCHED};
use crate::plan::pass::PassKind;
use crate::plan::{Plan, Service, ServiceOutcome, UnmatchedReason};
use crate::scoring::Score;

/// What the canonical text of a policy writes before the codes of rules that are off.
const RULES_OFF: &str = "# rules off: ";

/// What became of a child, or of a need for a specialist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody was found.
    Paired {
        /// The volunteer's number.
        volunteer: String,
        /// How the pair came to be: the code of [`Origin`](crate::candidates::Origin).
        origin: String,
    },
    /// Nobody was.
    Alone {
        /// Code of the reason, as in `unmatched.csv`.
        reason: String,
        /// The rules that speak, each with how many volunteers it lost where that was counted.
        rules: Vec<(Rule, Option<u32>)>,
    },
}

/// Which need of which child: the child's number, the need's code, and which of those with the same code.
pub type ServiceKey = (String, String, usize);

/// A plan as comparisons see it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRecord {
    /// By the child's number.
    pub children: BTreeMap<String, Outcome>,
    /// By child and need.
    pub services: BTreeMap<ServiceKey, Outcome>,
    /// Scores of lead pairs, sorted: brothers and sisters who were placed together have one.
    pub scores: Vec<Score>,
    /// Points for further households of one volunteer, of the pairs that this plan made.
    pub load_points: i64,
    /// Rules that pairs which stand no longer keep, each with how many.
    pub no_longer_kept: BTreeMap<Rule, u64>,
    /// Head counts by class, the highest first.
    pub classes: Vec<ClassCount>,
    /// The policy, key by key.
    pub policy: BTreeMap<String, String>,
}

impl PlanRecord {
    /// The record of a plan in memory. `policy_text` is the canonical text of its policy.
    pub fn of(prepared: &Prepared<'_>, plan: &Plan, policy_text: &str) -> Self {
        let number = |child: u32| prepared.child_of(child).id.to_string();
        let unit = |volunteer: u32| prepared.volunteer_of(volunteer).id.to_string();
        let mut record = Self::without_people(classes(prepared, plan), policy_text);
        let lead = &plan.passes[0];
        record.load_points = lead.solution.objective.load as i64;
        record.scores = lead.chosen_scores(prepared);
        let placed: BTreeSet<u32> =
            lead.pass.graph.groups.iter().flat_map(|group| &group.children).copied().collect();
        for pair in &plan.pairs {
            let origin = pair.origin.names().1.to_owned();
            let paired = Outcome::Paired { volunteer: unit(pair.volunteer), origin };
            record.children.insert(number(pair.child), paired);
            if !placed.contains(&pair.child) {
                record.scores.extend(pair.score);
            }
            for rule in &pair.broken {
                *record.no_longer_kept.entry(*rule).or_default() += 1;
            }
        }
        for alone in &plan.unmatched {
            record.children.insert(number(alone.child), alone_for(&alone.reason));
        }
        for service in &plan.services {
            let need = need_code(prepared, service.child, service.need);
            record.add_service(&number(service.child), &need, service_outcome(service, unit));
        }
        record.scores.sort_unstable();
        record
    }

    /// The record of a plan folder.
    ///
    /// # Errors
    /// A folder without `people.csv`, or with rows that no plan of ours has.
    pub fn read(folder: &Folder) -> Result<Self, FolderError> {
        let people = folder.people.as_ref().ok_or_else(|| FolderError {
            file: PEOPLE,
            line: None,
            zh: "缺少此文件（评估用的副本没有），无法按人对比：请用原方案文件夹".to_owned(),
            en: "is missing, as in copies for evaluators: compare the original plan folders".to_owned(),
        })?;
        let own = |file: &'static str, line: u64, id: &str| {
            people.get(id).cloned().ok_or_else(|| FolderError {
                file,
                line: Some(line),
                zh: "编号不在 people.csv 中：请重新 match".to_owned(),
                en: "an id is not in people.csv: run match again".to_owned(),
            })
        };
        let mut record = Self::without_people(folder.plan.classes.clone(), &folder.plan.policy.text);
        record.load_points = load_points(folder);
        let mut groups: BTreeSet<&str> = BTreeSet::new();
        for row in &folder.pairs {
            let (child, volunteer) =
                (own(PAIRS, row.line, &row.child)?, own(PAIRS, row.line, &row.volunteer)?);
            let paired = Outcome::Paired { volunteer, origin: row.origin.clone() };
            if row.pass != PassKind::Lead.code() {
                record.add_service(&child, &row.need, paired);
                continue;
            }
            record.children.insert(child, paired);
            if row.group.is_empty() || groups.insert(&row.group) {
                record.scores.extend(row.cost.map(|(_, score)| score));
            }
            for rule in broken_rules(row) {
                *record.no_longer_kept.entry(rule).or_default() += 1;
            }
        }
        for row in &folder.unmatched {
            let child = own(UNMATCHED, row.line, &row.child)?;
            let alone = Outcome::Alone { reason: row.reason.clone(), rules: rules_of(row) };
            if row.pass == PassKind::Lead.code() {
                record.children.insert(child, alone);
            } else {
                record.add_service(&child, &row.need, alone);
            }
        }
        record.scores.sort_unstable();
        Ok(record)
    }

    fn without_people(classes: Vec<ClassCount>, policy_text: &str) -> Self {
        Self {
            children: BTreeMap::new(),
            services: BTreeMap::new(),
            scores: Vec::new(),
            load_points: 0,
            no_longer_kept: BTreeMap::new(),
            classes,
            policy: keys_of(policy_text),
        }
    }

    /// Needs of one child with the same code are told apart by what became of them: served ones first, in any order of rows.
    fn add_service(&mut self, child: &str, need: &str, outcome: Outcome) {
        let key = |which| (child.to_owned(), need.to_owned(), which);
        let keys = key(0)..=key(usize::MAX);
        let mut outcomes: Vec<Outcome> = self.services.range(keys).map(|entry| entry.1.clone()).collect();
        outcomes.push(outcome);
        outcomes.sort_by_key(|outcome| match outcome {
            Outcome::Paired { volunteer, .. } => (false, volunteer.clone()),
            Outcome::Alone { reason, .. } => (true, reason.clone()),
        });
        for (outcome, which) in outcomes.into_iter().zip(0..) {
            self.services.insert(key(which), outcome);
        }
    }
}

fn alone_for(reason: &UnmatchedReason) -> Outcome {
    let rules = match reason {
        UnmatchedReason::Own(rules) | UnmatchedReason::Sibling(rules) => {
            rules.iter().map(|rule| (*rule, None)).collect()
        }
        UnmatchedReason::NoCandidate(lost) => {
            lost.iter().map(|(rule, count)| (*rule, Some(*count))).collect()
        }
        UnmatchedReason::Competition(_) => Vec::new(),
    };
    Outcome::Alone { reason: reason.names().2.to_owned(), rules }
}

fn service_outcome(service: &Service, unit: impl Fn(u32) -> String) -> Outcome {
    let reason = match service.outcome {
        ServiceOutcome::Assigned(volunteer) => {
            return Outcome::Paired { volunteer: unit(volunteer), origin: "proposed".to_owned() };
        }
        ServiceOutcome::Referral => "referral",
        ServiceOutcome::Waiting => "waiting",
        ServiceOutcome::Withheld(_) => "withheld",
        ServiceOutcome::Deferred => "deferred",
    };
    Outcome::Alone { reason: reason.to_owned(), rules: Vec::new() }
}

/// What `plan.json` says of the load of the lead pass.
fn load_points(folder: &Folder) -> i64 {
    let lead = folder.plan.passes.iter().find(|pass| pass.pass == PassKind::Lead.code());
    lead.and_then(|pass| pass.load.parse().ok()).unwrap_or(0)
}

fn broken_rules(row: &PairRow) -> impl Iterator<Item = Rule> + '_ {
    row.broken.split(';').filter_map(Rule::by_code)
}

/// `H20:30;H21:4`, or codes without counts.
fn rules_of(row: &UnmatchedRow) -> Vec<(Rule, Option<u32>)> {
    let parts = row.rules.split(';').filter(|part| !part.is_empty());
    let read = parts.filter_map(|part| {
        let (code, count) = part.split_once(':').unwrap_or((part, ""));
        Some((Rule::by_code(code)?, count.parse().ok()))
    });
    read.collect()
}

/// The keys of a policy's canonical text, list items counted from 1; rules that are off under `rules_off`.
fn keys_of(policy_text: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    if let Ok(table) = policy_text.parse::<toml::Table>() {
        add_keys("", &toml::Value::Table(table), &mut keys);
    }
    let off = policy_text.lines().filter_map(|line| line.strip_prefix(RULES_OFF));
    keys.extend(off.map(|codes| ("rules_off".to_owned(), codes.to_owned())));
    keys
}

fn add_keys(at: &str, value: &toml::Value, keys: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, below) in table {
                let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                add_keys(&path, below, keys);
            }
        }
        toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
            for (item, number) in items.iter().zip(1..) {
                add_keys(&format!("{at}[{number}]"), item, keys);
            }
        }
        plain => {
            keys.insert(at.to_owned(), plain.to_string());
        }
    }
}
