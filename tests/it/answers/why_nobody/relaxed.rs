//! Every relaxation applied to the data and prepared anew, and every smaller one of its kind tried on every volunteer.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiedui::assignment::{Method, solve};
use jiedui::candidates::Prepared;
use jiedui::candidates::rules::pair::Limit;
use jiedui::explanation::LoadedPlan;
use jiedui::explanation::why_nobody::{Change, DayPart, NobodyIndex, Relaxation, Used, Why};
use jiedui::model::availability::{AvailabilityRow, Site};
use jiedui::model::child::Answer;
use jiedui::model::need::NeedKind;
use jiedui::model::volunteer::{
    Language, Qualification, Reach, Screening, ScreeningKind, ScreeningResult, Skill, Volunteer,
};
use jiedui::model::{Availability, Instance, Policy, Private, Season, WeekMask};
use jiedui::pipeline::pose;
use jiedui::plan::Outline;
use jiedui::plan::growth::{PairSearch, all_pairs};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::Config;

use super::short_of_volunteers;
use crate::answers::counties::{SEED, asked};

/// What the pair of these children and this volunteer costs, everything derived anew; none where it is not admissible.
fn cost(instance: &Instance, policy: &Policy, children: &[u32], volunteer: u32) -> Option<i64> {
    let prepared = Prepared::new(instance, policy, SEED, false);
    let posed = pose(&prepared).expect("no two rows contradict");
    let same: BTreeSet<u32> = children.iter().copied().collect();
    let group = posed
        .lead
        .groups
        .iter()
        .position(|group| group.children.iter().copied().collect::<BTreeSet<_>>() == same);
    let right = posed.lead.places.iter().position(|place| place.volunteer == volunteer);
    PairSearch::new(&prepared, &posed.lead).admissible_cost(group? as u32, right? as u32)
}

/// Volunteers of whom a change may be asked: with an open place, no refused pin, no brother or sister these could not join.
fn may_be_asked(plan: &LoadedPlan<'_>, children: &[u32]) -> Vec<u32> {
    let all = 0..plan.prepared.instance.volunteers.len() as u32;
    let standing = plan.standing;
    all.filter(|volunteer| {
        plan.right_of(*volunteer).is_some()
            && standing.refused_pins.iter().all(|pin| pin.volunteer != *volunteer)
            && children.iter().all(|child| !standing.could_not_join(*child, *volunteer))
    })
    .collect()
}

/// Whether the children's own rows and the policy may be edited without a pair coming to stand.
fn stands_still(plan: &LoadedPlan<'_>, children: &[u32]) -> bool {
    let standing = plan.standing;
    children.iter().all(|child| {
        standing.not_joined(*child).is_empty() && standing.refused_pins.iter().all(|pin| pin.child != *child)
    })
}

/// The question: a group without anybody admissible, in its county.
struct Asked<'q> {
    plan: &'q LoadedPlan<'q>,
    children: Vec<u32>,
}

impl Asked<'_> {
    /// Whether any volunteer who may be asked is opened by an edit of her row.
    fn any_unit(&self, edit: impl Fn(&mut Volunteer)) -> bool {
        let prepared = self.plan.prepared;
        may_be_asked(self.plan, &self.children).into_iter().any(|volunteer| {
            let mut instance = prepared.instance.clone();
            edit(&mut instance.volunteers[volunteer as usize]);
            cost(&instance, prepared.policy, &self.children, volunteer).is_some()
        })
    }

    /// Whether any volunteer who may be asked is opened by an edit of the children or the policy.
    fn anybody(&self, edit: impl Fn(&mut Instance, &mut Policy)) -> bool {
        let prepared = self.plan.prepared;
        let (mut instance, mut policy) = (prepared.instance.clone(), prepared.policy.clone());
        edit(&mut instance, &mut policy);
        let asked = may_be_asked(self.plan, &self.children);
        stands_still(self.plan, &self.children)
            && asked.into_iter().any(|unit| cost(&instance, &policy, &self.children, unit).is_some())
    }

    /// Whether a change of one kind by at most an amount opens anybody.
    fn opens(&self, kind: &str, amount: u32) -> bool {
        let policy = self.plan.prepared.policy;
        let most = policy.travel.max_travel_min;
        match kind {
            "farther_reach" => self.any_unit(|unit| {
                let per_km = policy.travel.detour / policy.travel.speed_kmh * 60.0;
                let now = match unit.reach {
                    Reach::Minutes(minutes) => minutes,
                    Reach::Kilometers(km) => (km * per_km).floor() as u32,
                    Reach::Default => (policy.travel.default_reach_km * per_km).floor() as u32,
                };
                unit.reach = Reach::Minutes(now.min(most) + amount);
            }),
            "longer_maximum" => self.anybody(|_, policy| policy.travel.max_travel_min = most + amount),
            "volunteer_hours" => stretches(amount).into_iter().any(|week| {
                self.any_unit(|unit| {
                    if new_half_hours(self.plan, &[&unit.availability], None, &week) <= amount {
                        unit.availability = with(&unit.availability, &week);
                    }
                })
            }),
            "child_hours" => stretches(amount).into_iter().any(|week| {
                let rows = |child: &u32| &self.plan.prepared.child_of(*child).availability;
                let theirs: Vec<&Availability> = self.children.iter().map(rows).collect();
                new_half_hours(self.plan, &theirs, Some(Site::Home), &week) <= amount
                    && self.anybody(|instance, _| {
                        for child in &self.children {
                            let child = &mut instance.children[*child as usize];
                            child.availability = with(&child.availability, &week);
                        }
                    })
            }),
            "skills" => subsets(&NeedKind::ALL, amount).into_iter().any(|kinds| {
                self.any_unit(|unit| {
                    let title = "资质".to_owned();
                    let qualification = Some(Qualification { title, valid_through: None });
                    let more = kinds.iter().map(|kind| Skill {
                        kind: *kind,
                        subject: None,
                        up_to_grade: None,
                        qualification: qualification.clone(),
                    });
                    unit.skills = unit.skills.iter().cloned().chain(more).collect();
                })
            }),
            "languages" => {
                let spoken = ["普通话", "土家语"];
                subsets(&spoken, amount).into_iter().any(|names| {
                    self.any_unit(|unit| {
                        let more = names.iter().map(|name| Language((*name).into()));
                        unit.languages = unit.languages.iter().cloned().chain(more).collect();
                    })
                })
            }
            "own_limits" => subsets(&Limit::ALL, amount).into_iter().any(|lifted| {
                self.any_unit(|unit| {
                    let limits = &mut unit.limits;
                    let lifts = |limit: Limit| lifted.contains(&limit);
                    limits.min_age = limits.min_age.filter(|_| !lifts(Limit::MinAge));
                    limits.max_age = limits.max_age.filter(|_| !lifts(Limit::MaxAge));
                    limits.sex = limits.sex.filter(|_| !lifts(Limit::Sex));
                    limits.regions.retain(|_| !lifts(Limit::Regions));
                    limits.excluded_villages.retain(|_| !lifts(Limit::Villages));
                    limits.categories.retain(|_| !lifts(Limit::Categories));
                    limits.minutes_per_week =
                        limits.minutes_per_week.filter(|_| !lifts(Limit::MinutesPerWeek));
                })
            }),
            "papers" => subsets(&[0, 1, 2, 3, 4, 5, 6, 7], amount)
                .into_iter()
                .any(|papers| self.any_unit(|unit| papers.iter().for_each(|paper| arrive(unit, *paper)))),
            other => unreachable!("no kind of change is called {other}"),
        }
    }
}

/// One of four papers of the first or the second adult; a refused one stays refused.
fn arrive(unit: &mut Volunteer, paper: usize) {
    let Some(adult) = unit.adults.get_mut(paper / 4) else { return };
    match paper % 4 {
        0 if adult.query_consent != Answer::No => adult.query_consent = Answer::Yes(None),
        1 => adult.training = Answer::Yes(None),
        2 => adult.agreement = Answer::Yes(None),
        3 if adult.screening.as_ref().is_none_or(|known| known.result != ScreeningResult::Barred) => {
            adult.screening = Some(Screening {
                kind: ScreeningKind::Employment,
                result: ScreeningResult::Passed,
                authority: "公安局".into(),
                checked_on: Some(jiff::civil::date(2026, 11, 24)),
                valid_through: None,
                reference: Private::new("1"),
            });
        }
        _ => {}
    }
}

/// Every subset of at most so many.
fn subsets<T: Copy>(all: &[T], most: u32) -> Vec<Vec<T>> {
    let chosen = (0_usize..1 << all.len()).filter(|subset| subset.count_ones() <= most);
    chosen
        .map(|subset| {
            all.iter().enumerate().filter(|(at, _)| subset >> at & 1 == 1).map(|(_, one)| *one).collect()
        })
        .collect()
}

/// Every stretch within a part of a day; the whole parts alone where these may be had, for they hold all others.
fn stretches(amount: u32) -> Vec<WeekMask> {
    let mut all = Vec::new();
    for day in 0..7 {
        for part in DayPart::ALL {
            let (first, end) = part.half_hours();
            for from in first..end {
                for to in from + 1..=end {
                    if amount as usize >= 12 && (from, to) != (first, end) {
                        continue;
                    }
                    let mut week = WeekMask::EMPTY;
                    week.insert_stretch(day, from as u32 * 30, to as u32 * 30);
                    all.push(week);
                }
            }
        }
    }
    all
}

/// Half-hours of a stretch that somebody of these does not have, at a site or anywhere, in some season served.
fn new_half_hours(plan: &LoadedPlan<'_>, theirs: &[&Availability], at: Option<Site>, week: &WeekMask) -> u32 {
    let always = |slot: &usize| {
        let in_season = |hours: &Availability, season: Season| match at {
            Some(site) => hours.week_at(season, site).contains(*slot),
            None => hours.week(season).contains(*slot),
        };
        theirs.iter().all(|hours| plan.prepared.seasons.iter().all(|season| in_season(hours, *season)))
    };
    week.half_hours().filter(|slot| !always(slot)).count() as u32
}

/// Hours with more at home in every season.
fn with(hours: &Availability, week: &WeekMask) -> Availability {
    let mut rows = Vec::new();
    for season in Season::ALL {
        rows.extend(hours.rows_in(season).map(|row| AvailabilityRow { season: Some(season), ..row.clone() }));
        rows.push(AvailabilityRow { season: Some(season), site: Site::Home, week: *week });
    }
    Availability { rows: rows.into(), assumed: false }
}

const KINDS: [&str; 8] = [
    "farther_reach",
    "longer_maximum",
    "volunteer_hours",
    "child_hours",
    "skills",
    "languages",
    "own_limits",
    "papers",
];

fn kind(change: &Change) -> &'static str {
    match change {
        Change::FartherReach { .. } => "farther_reach",
        Change::LongerMaximum { .. } => "longer_maximum",
        Change::VolunteerHours { .. } => "volunteer_hours",
        Change::ChildHours { .. } => "child_hours",
        Change::Skills { .. } => "skills",
        Change::Languages { .. } => "languages",
        Change::OwnLimits { .. } => "own_limits",
        Change::Papers { .. } => "papers",
    }
}

/// More than any amount that these counties have room for, kind by kind.
fn all_of(kind: &str) -> u32 {
    match kind {
        "farther_reach" | "longer_maximum" => 600,
        _ => 12,
    }
}

fn relaxations_of(plan: &LoadedPlan<'_>) -> Vec<(Vec<u32>, Vec<Relaxation>)> {
    let index = NobodyIndex::of(plan);
    let of_group = |group: &jiedui::candidates::Group| match index.why_nobody(group.children[0]).why {
        Why::NobodyAdmissible { relaxations, .. } => Some((group.children.clone(), relaxations)),
        _ => None,
    };
    plan.outline.groups.iter().filter_map(of_group).collect()
}

fn named(relaxation: &Relaxation, instance: &Instance) -> u32 {
    let pair = relaxation.pair.as_ref().expect("a coordinator reads who it is");
    let is = |unit: &Volunteer| Some(unit.id.as_str()) == pair.volunteer.number();
    instance.volunteers.iter().position(is).expect("the volunteer is in the county") as u32
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn every_relaxation_gives_a_pair_of_the_cost_told_and_no_smaller_one_of_its_kind_does(county in short_of_volunteers()) {
        asked(&county.instance, &county.policy, |plan, _| {
            for (children, relaxations) in relaxations_of(plan) {
                let asked = Asked { plan, children };
                for wanted in KINDS {
                    let told = relaxations.iter().find(|one| kind(&one.change) == wanted);
                    let Some(told) = told else {
                        prop_assert!(!asked.opens(wanted, all_of(wanted)), "{} is missing", wanted);
                        continue;
                    };
                    let (instance, policy) = told.applied(&county.instance, &county.policy);
                    let volunteer = named(told, &county.instance);
                    let pair = told.pair.as_ref().expect("a coordinator reads who it is");
                    let anew = cost(&instance, &policy, &asked.children, volunteer);
                    prop_assert_eq!(anew, Some(pair.cost_points), "{:?}", told);
                    let amount = told.change.amount();
                    prop_assert!(amount > 0);
                    prop_assert!(!asked.opens(wanted, amount - 1), "{} by less than {} does", wanted, amount);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_pair_said_to_be_used_lowers_the_total_of_all_admissible_pairs_and_one_said_not_to_be_does_not(
        county in short_of_volunteers(),
    ) {
        asked(&county.instance, &county.policy, |plan, _| {
            for (children, relaxations) in relaxations_of(plan) {
                let group = plan.group_of(children[0]).expect("the group waits");
                for relaxation in relaxations {
                    let pair = relaxation.pair.as_ref().expect("a coordinator reads who it is");
                    let right = plan.right_of(named(&relaxation, &county.instance)).expect("she has a place");
                    let mut rows = all_pairs(plan.prepared, plan.outline);
                    rows[group as usize].push((right, pair.cost_points));
                    let least_total = |outline: &Outline, rows: &[Vec<(u32, i64)>]| {
                        let problem = outline.problem(rows).expect("it is small");
                        let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()));
                        solution.expect("everybody may stay alone").objective.total()
                    };
                    let (before, after) = (plan.solution.objective.total(), least_total(plan.outline, &rows));
                    // Staying alone costs more than anything else could.
                    let mut insisting = plan.outline.clone();
                    insisting.unmatched.ranks[group as usize] *= 1_000;
                    rows[group as usize] = vec![(right, pair.cost_points)];
                    let forced = least_total(&insisting, &rows);
                    match pair.used {
                        Used::Yes => prop_assert!(after < before),
                        Used::EquallyGood => prop_assert!(after == before && forced == before),
                        Used::No => prop_assert!(after == before && forced > before),
                    }
                }
            }
            Ok(())
        })?;
    }
}
