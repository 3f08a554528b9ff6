//! The least change of each kind that gives a group an admissible volunteer.
//!
//! In: a group for whom nobody is admissible, and what forbids each volunteer. Out: at most one [`Relaxation`] a
//! kind, of least amount over all volunteers who have an open place and whom nothing of another kind forbids. Reach
//! is searched best first in the tree of volunteers; the other kinds look at the volunteers within reach who break
//! rules of that kind alone. What the opened pair costs is read from the rules and the score themselves, over the
//! people concerned alone ([`Scene`]).
//!
//! A volunteer for whom a pin was refused is passed over, and so are the children's own hours and the policy where
//! one of them has a refused pin or a brother or sister whom it could not join: there the change might make a pair
//! stand that the plan does not decide.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::funnel::{Broken, Everybody, own_reach_min};
use super::hours;
use super::reach::Bound;
use super::relaxation::{Change, Edit, MissingSkill, NamedLimit, NamedPaper, OpenedPair, Relaxation, Used};
use super::{Count, scene::Scene};
use crate::candidates::rules::pair::{Limit, covers, within_limit};
use crate::candidates::rules::{Holder, MissingPaper, unit_verdict_awaiting};
use crate::candidates::{Paper, Prepared, Scope};
use crate::explanation::LoadedPlan;
use crate::explanation::named::Named;
use crate::model::Rule;
use crate::model::need::{NeedKind, Subject};
use crate::model::volunteer::Language;

/// Opened pairs of one kind whose cost is looked at, those with the cheapest places first.
const PRICED: usize = 64;

/// The question: a group for whom nobody is admissible.
pub(super) struct Opening<'q> {
    pub(super) plan: &'q LoadedPlan<'q>,
    pub(super) everybody: &'q Everybody,
    pub(super) group: u32,
    pub(super) children: &'q [u32],
    /// Volunteers within reach and what forbids each.
    pub(super) looked_at: &'q [(u32, Broken)],
}

/// An edit of one volunteer's rows, or of everybody's, that makes her admissible.
pub(super) type Opened = (u32, Edit);

impl Opening<'_> {
    /// The least change of each kind.
    pub(super) fn relaxations(&self) -> Vec<Relaxation> {
        let scene = Scene::of(self.plan, self.group);
        let kinds = [
            self.farther(),
            self.longer_maximum(),
            self.volunteer_hours(),
            self.child_hours(),
            self.skills(),
            self.languages(),
            self.limits(),
            self.papers(),
        ];
        kinds
            .into_iter()
            .flatten()
            .filter_map(|(change, opened)| self.priced(&scene, change, opened))
            .collect()
    }

    pub(super) fn prepared(&self) -> &Prepared<'_> {
        self.plan.prepared
    }

    /// Whether a volunteer has a place that the group could take, were nothing else in the way.
    pub(super) fn has_place(&self, volunteer: u32) -> bool {
        self.everybody.may_be_asked(volunteer)
            && !self.children.iter().any(|child| self.plan.standing.could_not_join(*child, volunteer))
    }

    /// Whether the children's own rows or the policy may be edited without a pair of theirs coming to stand.
    fn no_pair_would_stand(&self) -> bool {
        let standing = self.plan.standing;
        self.children.iter().all(|child| {
            standing.not_joined(*child).is_empty()
                && !standing.refused_pins.iter().any(|pin| pin.child == *child)
        })
    }

    /// Volunteers with a place whom rules of one kind alone forbid.
    fn only(&self, rules: Broken) -> Vec<u32> {
        let alone = self.looked_at.iter().filter(|(_, broken)| broken.only(rules)).map(|(unit, _)| *unit);
        alone.filter(|volunteer| self.has_place(*volunteer)).collect()
    }

    /// The relaxation with the best of the pairs that it opens.
    fn priced(&self, scene: &Scene<'_>, change: Change, mut opened: Vec<Opened>) -> Option<Relaxation> {
        let price = |volunteer: u32| self.plan.right_of(volunteer).map_or(0, |right| self.plan.price(right));
        let opens = Count::Exactly(opened.len() as u32);
        opened.sort_by_key(|(volunteer, _)| price(*volunteer));
        opened.truncate(PRICED);
        let costs = scene.costs(&opened);
        let best = opened.iter().zip(costs).filter_map(|((volunteer, edit), cost)| {
            let right = self.plan.right_of(*volunteer)?;
            Some((cost? + self.plan.price(right), cost?, *volunteer, right, edit))
        });
        let (_, cost, volunteer, right, edit) = best.min_by_key(|found| (found.0, found.2))?;
        let pair = OpenedPair {
            volunteer: Named::volunteer(self.prepared(), volunteer),
            cost_points: cost,
            price_points: self.plan.price(right),
            used: self.used(right, cost),
        };
        Some(Relaxation { change, opens, pair: Some(pair), edit: Some(edit.clone()) })
    }

    /// Whether the plan would use a pair of this cost, were it the only one to come in: by the exact price of insisting on it.
    fn used(&self, right: u32, cost: i64) -> Used {
        let change = self.plan.residual().insist(self.plan, self.group, right, cost);
        match change.map(|change| change.delta.cmp(&0)) {
            Some(Ordering::Less) => Used::Yes,
            Some(Ordering::Equal) => Used::EquallyGood,
            Some(Ordering::Greater) | None => Used::No,
        }
    }

    fn farther(&self) -> Option<(Change, Vec<Opened>)> {
        let (extra_min, volunteers) = self.least_way(Bound::OwnReach)?;
        let most = self.prepared().policy.travel.max_travel_min;
        let opened = volunteers.into_iter().map(|volunteer| {
            let reach = own_reach_min(self.prepared(), volunteer).min(most);
            let id = self.prepared().volunteer_of(volunteer).id.clone();
            (volunteer, Edit::Reach(id, reach + extra_min))
        });
        Some((Change::FartherReach { extra_min }, opened.collect()))
    }

    fn longer_maximum(&self) -> Option<(Change, Vec<Opened>)> {
        if !self.no_pair_would_stand() {
            return None;
        }
        let (extra_min, volunteers) = self.least_way(Bound::Maximum)?;
        let edit = Edit::MaxTravel(self.prepared().policy.travel.max_travel_min + extra_min);
        let opened = volunteers.into_iter().map(|volunteer| (volunteer, edit.clone()));
        Some((Change::LongerMaximum { extra_min }, opened.collect()))
    }

    fn volunteer_hours(&self) -> Option<(Change, Vec<Opened>)> {
        let alone = self.only(Broken::rule(Rule::CommonTime));
        let (stretch, volunteers) = hours::of_volunteers(self.prepared(), self.children, &alone)?;
        let opened = volunteers.into_iter().map(|volunteer| {
            let id = self.prepared().volunteer_of(volunteer).id.clone();
            (volunteer, Edit::VolunteerHours(id, stretch.week()))
        });
        Some((Change::VolunteerHours { stretch }, opened.collect()))
    }

    fn child_hours(&self) -> Option<(Change, Vec<Opened>)> {
        if !self.no_pair_would_stand() {
            return None;
        }
        let alone = self.only(Broken::rule(Rule::CommonTime));
        let (stretch, volunteers) = hours::of_children(self.prepared(), self.children, &alone)?;
        let ids = self.children.iter().map(|child| self.prepared().child_of(*child).id.clone());
        let edit = Edit::ChildHours(ids.collect(), stretch.week());
        let opened = volunteers.into_iter().map(|volunteer| (volunteer, edit.clone()));
        Some((Change::ChildHours { stretch }, opened.collect()))
    }

    fn skills(&self) -> Option<(Change, Vec<Opened>)> {
        let alone = self.only(Broken::rule(Rule::NeedCovered));
        let lacking = alone.into_iter().map(|volunteer| (volunteer, self.missing_skills(volunteer)));
        let (skills, volunteers) = fewest(lacking)?;
        let opened = volunteers.into_iter().map(|volunteer| {
            let id = self.prepared().volunteer_of(volunteer).id.clone();
            (volunteer, Edit::Skills(id, skills.clone()))
        });
        let opened = opened.collect();
        Some((Change::Skills { skills }, opened))
    }

    /// One for each kind of need that she does not cover.
    fn missing_skills(&self, volunteer: u32) -> Vec<MissingSkill> {
        let mut missing: Vec<MissingSkill> = Vec::new();
        for child in self.children.iter().copied() {
            let needs = &self.prepared().child_of(child).needs;
            for need in self.prepared().children[child as usize].required.iter().map(|at| &needs[*at]) {
                if covers(self.prepared(), volunteer, need) {
                    continue;
                }
                let asked = self.prepared().policy.need(need.kind);
                let subject = need.subject.filter(|subject| *subject != Subject::Homework);
                let subject = subject.filter(|_| need.kind == NeedKind::Tutoring);
                match missing.iter_mut().find(|known| known.kind == need.kind) {
                    Some(known) if known.subject != subject => known.subject = None,
                    Some(_) => {}
                    None => missing.push(MissingSkill {
                        kind: need.kind,
                        subject,
                        qualification: asked.qualification_needed,
                    }),
                }
            }
        }
        missing.sort_unstable();
        missing
    }

    fn languages(&self) -> Option<(Change, Vec<Opened>)> {
        let alone = self.only(Broken::rule(Rule::Language));
        let lacking = alone.into_iter().filter_map(|volunteer| {
            Some((volunteer, fewest_languages(self.prepared(), self.children, volunteer)?))
        });
        let (languages, volunteers) = fewest(lacking)?;
        let opened = volunteers.into_iter().map(|volunteer| {
            let id = self.prepared().volunteer_of(volunteer).id.clone();
            (volunteer, Edit::Languages(id, languages.clone()))
        });
        let opened = opened.collect();
        let languages = languages.into_iter().map(|language| language.0.into_string()).collect();
        Some((Change::Languages { languages }, opened))
    }

    fn limits(&self) -> Option<(Change, Vec<Opened>)> {
        let alone = self.only(Broken::rule(Rule::OwnLimits));
        let lacking = alone.into_iter().map(|volunteer| {
            let kept = |limit: &Limit| {
                let within =
                    |child: &u32| within_limit(self.prepared(), *child, volunteer, Scope::Lead, *limit);
                self.children.iter().all(within)
            };
            (volunteer, Limit::ALL.into_iter().filter(|limit| !kept(limit)).collect::<Vec<_>>())
        });
        let (limits, volunteers) = fewest(lacking)?;
        let opened = volunteers.into_iter().map(|volunteer| {
            let id = self.prepared().volunteer_of(volunteer).id.clone();
            (volunteer, Edit::Limits(id, limits.clone()))
        });
        let opened = opened.collect();
        Some((Change::OwnLimits { limits: limits.into_iter().map(NamedLimit).collect() }, opened))
    }

    fn papers(&self) -> Option<(Change, Vec<Opened>)> {
        let rules = [Rule::QueryConsent, Rule::ScreeningPassed, Rule::ScreeningInDate, Rule::TrainingDone];
        let alone = self.only(rules.iter().fold(Broken::default(), |all, rule| all.or(Broken::rule(*rule))));
        let lacking = alone.into_iter().filter_map(|volunteer| {
            let verdict = unit_verdict_awaiting(self.prepared(), volunteer, Scope::Lead);
            verdict.admissible().then(|| (volunteer, papers_of_adults(&verdict.awaited)))
        });
        let scene = Scene::of(self.plan, self.group);
        let mut lacking: Vec<(u32, Vec<(u32, Paper)>)> = lacking.collect();
        // A check made today may run out before the period served ends: then no paper that could arrive will do.
        if !scene.a_check_of_today_counts() {
            let renewed =
                |paper: &(u32, Paper)| matches!(paper.1, Paper::Screening | Paper::ScreeningRenewal);
            lacking.retain(|(_, papers)| !papers.iter().any(renewed));
        }
        let kinds = |papers: &[(u32, Paper)]| papers.iter().map(|paper| NamedPaper(paper.1)).collect();
        let named = lacking.iter().map(|(volunteer, papers)| {
            let mut kinds: Vec<NamedPaper> = kinds(papers);
            kinds.sort_unstable();
            (*volunteer, kinds)
        });
        let (papers, volunteers) = fewest(named)?;
        let of = |volunteer: u32| lacking.iter().find(|(unit, _)| *unit == volunteer);
        let opened = volunteers.into_iter().filter_map(|volunteer| {
            let id = self.prepared().volunteer_of(volunteer).id.clone();
            Some((volunteer, Edit::Papers(id, of(volunteer)?.1.clone())))
        });
        let opened = opened.collect();
        Some((Change::Papers { papers }, opened))
    }
}

/// The fewest things that any of the volunteers lacks, of several such lists the one that most volunteers share,
/// and these.
fn fewest<Thing: Ord + Clone>(
    lacking: impl Iterator<Item = (u32, Vec<Thing>)>,
) -> Option<(Vec<Thing>, Vec<u32>)> {
    let mut lists: Vec<(Vec<Thing>, u32)> = lacking.map(|(unit, things)| (things, unit)).collect();
    let least = lists.iter().map(|(things, _)| things.len()).min()?;
    lists.retain(|(things, _)| things.len() == least);
    lists.sort();
    let shared = lists.chunk_by(|a, b| a.0 == b.0).rev().max_by_key(|units| units.len())?;
    Some((shared[0].0.clone(), shared.iter().map(|(_, unit)| *unit).collect()))
}

fn papers_of_adults(awaited: &[MissingPaper]) -> Vec<(u32, Paper)> {
    let adults = awaited.iter().filter_map(|missing| match missing.holder {
        Holder::Adult(_, position) => Some((position, missing.paper)),
        Holder::Child(_) => None,
    });
    adults.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The fewest further languages with which a volunteer shares one with every child; of several such lists the first
/// by the children's own order. `None` where a child has none.
fn fewest_languages(prepared: &Prepared<'_>, children: &[u32], volunteer: u32) -> Option<Vec<Language>> {
    /// All subsets of so many are looked at.
    const MOST: usize = 12;
    let spoken = &prepared.volunteer_of(volunteer).languages;
    let shares = |child: &u32, more: &[&Language]| {
        let of_child = &prepared.child_of(*child).languages;
        of_child.iter().any(|language| spoken.contains(language) || more.contains(&language))
    };
    let mut offered: Vec<&Language> = Vec::new();
    for language in children.iter().flat_map(|child| prepared.child_of(*child).languages.iter()) {
        if !spoken.contains(language) && !offered.contains(&language) && offered.len() < MOST {
            offered.push(language);
        }
    }
    let mut subsets: Vec<u32> = (1..1 << offered.len()).collect();
    subsets.sort_by_key(|subset| subset.count_ones());
    subsets.into_iter().find_map(|subset| {
        let chosen: Vec<&Language> =
            offered.iter().enumerate().filter(|(at, _)| subset >> at & 1 == 1).map(|(_, one)| *one).collect();
        children
            .iter()
            .all(|child| shares(child, &chosen))
            .then(|| chosen.into_iter().cloned().collect::<Vec<_>>())
    })
}
