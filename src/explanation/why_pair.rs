//! Why this pair: what it costs and what is usual, how the two meet, the rules it passed and what shows it, and why the next
//! volunteers in line went elsewhere.
//!
//! The next in line are the cheapest other admissible volunteers, held by the plan or not. For each the price of insisting on
//! her is the exact difference of two least totals; so where it is 0 she is equally good, and where it is not, no choice
//! whatever with her is as good as the plan.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::evidence::{PassedRule, meets_in_person, minutes_of, need_title, passed_rules};
use super::insisting::Insisting;
use super::named::{Named, NamedRule, Titled};
use super::{Audience, LoadedPlan};
use crate::candidates::rules::{MissingPaper, verdict};
use crate::candidates::{Group, Origin, Prepared, Scope};
use crate::model::Rule;
use crate::plan::PairKind;
use crate::scoring::{Met, Score, Term, score};

/// How many others in line are looked at.
const NEXT: usize = 3;

/// Why this pair.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WhyPair {
    /// The child.
    pub child: Named,
    /// Brothers and sisters who are placed with it.
    pub with_siblings: Vec<Named>,
    /// The volunteer.
    pub volunteer: Named,
    /// `lead` or `seasonal`.
    pub kind: &'static str,
    /// `proposed`, or how a pair that stands came to be: `kept`, `accepted`, `pinned`, `joined_sibling`.
    pub origin: &'static str,
    /// The parts of the cost; empty where a pair that stands can no longer meet.
    pub parts: Vec<Part>,
    /// Their sum, if there are any.
    pub total_points: Option<i64>,
    /// The median of that sum over the proposed pairs of the plan.
    pub typical_total_points: Option<i64>,
    /// By child: how the two meet.
    pub meetings: Vec<Meets>,
    /// The rules it keeps.
    pub passed: Vec<PassedRule>,
    /// Rules that a pair that stands no longer keeps.
    pub broken: Vec<NamedRule>,
    /// Papers that the plan counts as arrived.
    pub awaited: Vec<Titled>,
    /// The next admissible volunteers by cost; none for a pair that stands, which is not compared.
    pub next: Vec<NextInLine>,
    /// Who would step in.
    pub backup: Option<Named>,
}

/// One part of the cost.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Part {
    /// Code of the term.
    pub term: &'static str,
    /// Points.
    pub points: i64,
    /// The median over the proposed pairs of the plan.
    pub typical_points: Option<i64>,
}

/// How a child and the volunteer meet.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Meets {
    /// The child.
    pub child: Named,
    /// One way, rounded up as the plan shows it; absent where nobody needs to travel.
    pub one_way_min: Option<u32>,
    /// Hours in common a week, in the worst season served.
    pub common_min: u32,
    /// Minutes a week asked for, wishes included.
    pub asked_min: u32,
    /// Needs that are met.
    pub met: Vec<Titled>,
    /// Wished needs that are not.
    pub missed: Vec<Titled>,
}

/// Another volunteer in line.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NextInLine {
    /// Who.
    pub volunteer: Named,
    /// Points of the pair with her.
    pub cost_points: i64,
    /// Why she went elsewhere.
    pub why: WhyElsewhere,
}

/// Why the child does not have the next volunteer in line.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyElsewhere {
    /// A place of hers is free, but the pair costs more: so many points, a further household of hers included.
    FreeButDearer {
        /// Points.
        more_points: i64,
    },
    /// Others would have to move, or the plan be equally good.
    Insisting(Insisting),
    /// Every choice with her leaves somebody alone who must not be.
    NoChoice,
}

/// Answers the question; none where the child has no volunteer. `backup` is the volunteer whom the plan names as such.
///
/// # Complexity
/// Four searches for volunteers, and three of [`insist`](crate::assignment::insist).
pub fn why_pair(plan: &LoadedPlan<'_>, child: u32, backup: Option<u32>) -> Option<WhyPair> {
    let answer = match plan.group_of(child) {
        Some(group) => proposed(plan, child, group)?,
        None => standing(plan, child)?,
    };
    Some(WhyPair { backup: backup.map(|unit| Named::volunteer(plan.prepared, unit)), ..answer })
}

fn proposed(plan: &LoadedPlan<'_>, child: u32, group: u32) -> Option<WhyPair> {
    let volunteer = plan.volunteer_at(plan.chosen(group)?);
    let children = &plan.outline.groups[group as usize].children;
    let checked = verdict(plan.prepared, children, volunteer, Scope::Lead);
    let answer =
        of_pair(plan, child, children, volunteer, Origin::Proposed, &checked.broken, &checked.awaited);
    Some(WhyPair { next: next_in_line(plan, group), ..answer })
}

fn standing(plan: &LoadedPlan<'_>, child: u32) -> Option<WhyPair> {
    let pair = plan.standing.pairs.iter().find(|pair| pair.child == child)?;
    let (broken, awaited) = (&pair.verdict.broken, &pair.verdict.awaited);
    Some(of_pair(plan, child, &[child], pair.volunteer, pair.origin, broken, awaited))
}

fn of_pair(
    plan: &LoadedPlan<'_>,
    child: u32,
    children: &[u32],
    volunteer: u32,
    origin: Origin,
    broken: &[Rule],
    awaited: &[MissingPaper],
) -> WhyPair {
    let prepared = plan.prepared;
    let scored = score(prepared, &Group { children: children.to_vec(), scope: Scope::Lead }, volunteer);
    let kind =
        if prepared.volunteers[volunteer as usize].seasonal { PairKind::Seasonal } else { PairKind::Lead };
    let others = children.iter().filter(|other| **other != child);
    let papers = awaited.iter().map(|missing| missing.paper.texts());
    WhyPair {
        child: Named::child(prepared, child),
        with_siblings: others.map(|other| Named::child(prepared, *other)).collect(),
        volunteer: Named::volunteer(prepared, volunteer),
        kind: kind.names().1,
        origin: origin.names().1,
        parts: scored.as_ref().map_or_else(Vec::new, |score| parts(plan, score)),
        total_points: scored.as_ref().map(Score::total),
        typical_total_points: plan.typical().total(),
        meetings: children.iter().filter_map(|child| meets(prepared, *child, volunteer)).collect(),
        passed: passed_rules(prepared, plan.standing, children, volunteer, broken),
        broken: NamedRule::all(broken),
        awaited: papers.map(|(zh, en)| Titled { zh: zh.to_owned(), en: en.to_owned() }).collect(),
        next: Vec::new(),
        backup: None,
    }
}

fn parts(plan: &LoadedPlan<'_>, score: &Score) -> Vec<Part> {
    let part = |term: Term| Part {
        term: term.names().2,
        points: score.part(term),
        typical_points: plan.typical().part(term),
    };
    Term::ALL.map(part).to_vec()
}

fn meets(prepared: &Prepared<'_>, child: u32, volunteer: u32) -> Option<Meets> {
    let found = Met::of(prepared, child, volunteer, Scope::Lead)?;
    let (person, own) = (prepared.child_of(child), &prepared.children[child as usize]);
    let met: Vec<usize> = own.required.iter().chain(&found.wished).copied().collect();
    let asked: Vec<usize> = own.required.iter().chain(&own.wished).copied().collect();
    let titles =
        |needs: &[usize]| needs.iter().map(|need| need_title(&person.needs[*need])).collect::<Vec<Titled>>();
    let visits = meets_in_person(prepared, child, &met);
    Some(Meets {
        child: Named::child(prepared, child),
        one_way_min: visits.then(|| prepared.shown_travel_min(found.meeting.travel_min)),
        common_min: found.meeting.common_min,
        asked_min: minutes_of(prepared, child, &asked),
        met: titles(&met),
        missed: titles(&found.missed),
    })
}

fn next_in_line(plan: &LoadedPlan<'_>, group: u32) -> Vec<NextInLine> {
    let own = plan.chosen(group);
    let cheapest = plan.search.volunteers_of(group, None, NEXT + 1, i64::MAX).items;
    let others: Vec<(u32, i64)> =
        cheapest.into_iter().filter(|(right, _)| Some(*right) != own).take(NEXT).collect();
    let next = others.into_par_iter().map(|(right, cost_points)| NextInLine {
        volunteer: Named::volunteer(plan.prepared, plan.volunteer_at(right)),
        cost_points,
        why: match Insisting::of(plan, group, right, cost_points) {
            None => WhyElsewhere::NoChoice,
            Some(insisting) if insisting.moves.len() == 1 && !insisting.is_equally_good() => {
                WhyElsewhere::FreeButDearer { more_points: insisting.other_points }
            }
            Some(insisting) => WhyElsewhere::Insisting(insisting),
        },
    });
    next.collect()
}

impl WhyPair {
    /// Reduced to what an audience may know. Rules that are not of the way or the week become one entry without a code.
    #[must_use]
    pub fn shown_to(mut self, audience: Audience) -> Self {
        if audience.sees_others() {
            return self;
        }
        let (told, kept): (Vec<PassedRule>, Vec<PassedRule>) = self
            .passed
            .into_iter()
            .partition(|passed| passed.rule.0.is_some_and(|rule| audience.rule(rule).is_some()));
        let rest = PassedRule { rule: NamedRule(None), facts: Vec::new() };
        self.passed = told.into_iter().chain((!kept.is_empty()).then_some(rest)).collect();
        self.broken = NamedRule::shown_to(&self.broken, audience);
        self.awaited.clear();
        for next in &mut self.next {
            next.volunteer = next.volunteer.clone().as_other(audience);
            if let WhyElsewhere::Insisting(insisting) = &mut next.why {
                *insisting = insisting.clone().shown_to(audience);
                // Here the child would move to somebody else's volunteer.
                insisting.moves.clear();
            }
        }
        self.backup = self.backup.map(|who| who.as_other(audience));
        self
    }
}
