//! How many volunteers are left for a group after each of the rules, in a fixed order: within reach → papers of her
//! own in order → the rules between the two → enough common time → required needs covered → a place that no
//! standing pair holds.
//!
//! In: a loaded plan and a group. Out: for each volunteer who may be near enough the set of rules that forbid the
//! pair, read from the rules themselves ([`unit_verdict`], [`pair_verdict`], [`siblings_fit`]), and from these sets
//! the counts; a volunteer is lost at the first stage one of whose rules she breaks, so counts never rise.
//!
//! Cost: a tree over all volunteers once a plan, O(v log v). A group that must be visited looks at those of the
//! tree's nodes within reach; for a group that nobody must visit all v volunteers are asked, on all threads.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::Count;
use crate::candidates::meeting::{Ways, asks_for_visit};
use crate::candidates::places::{Extent, Point, on_unit_sphere, split_by_place};
use crate::candidates::rules::{pair_verdict, siblings_fit, unit_verdict};
use crate::candidates::travel::TravelModel;
use crate::candidates::tree::{Summary, Tree};
use crate::candidates::{Prepared, Scope};
use crate::explanation::named::NamedRule;
use crate::explanation::{Audience, LoadedPlan};
use crate::model::Rule;
use crate::model::volunteer::Reach;

/// Rules as a bit set, in counting order; two further bits say why a place is not open to this group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Broken(u32);

impl Broken {
    /// Standing pairs hold every place of hers.
    pub(super) const HELD: Self = Self(1 << Rule::ALL.len());
    /// She serves a brother or sister whom this group could not join.
    pub(super) const NOT_JOINED: Self = Self(1 << (Rule::ALL.len() + 1));

    /// One rule.
    pub(super) const fn rule(rule: Rule) -> Self {
        Self(1 << rule.index())
    }

    /// Whether nothing is broken.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Both.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether some of these are broken.
    pub(super) const fn any_of(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing but some of these is broken.
    pub(super) const fn only(self, these: Self) -> bool {
        self.0 != 0 && self.0 & !these.0 == 0
    }

    fn of(rules: &[Rule]) -> Self {
        rules.iter().fold(Self::default(), |all, rule| all.or(Self::rule(*rule)))
    }
}

/// A stage of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Within reach (H20).
    WithinReach,
    /// What every adult must have passed and promised (H04 to H12).
    OwnPapers,
    /// Gender, conflicts, region, her own limits, brothers and sisters, language (H13 to H18).
    BetweenTheTwo,
    /// Enough common time (H21).
    CommonTime,
    /// Required needs covered (H19).
    NeedCovered,
    /// A place that no standing pair holds, and no brother or sister with her whom these could not join.
    OpenPlace,
}

impl StageKind {
    /// Every stage, in the order of the funnel.
    pub const ALL: [Self; 6] = [
        Self::WithinReach,
        Self::OwnPapers,
        Self::BetweenTheTwo,
        Self::CommonTime,
        Self::NeedCovered,
        Self::OpenPlace,
    ];

    /// The rules by which a volunteer is lost here, in counting order.
    const fn rules(self) -> &'static [Rule] {
        match self {
            Self::WithinReach => &[Rule::WithinReach],
            Self::OwnPapers => &[
                Rule::NotBarred,
                Rule::IdentityClear,
                Rule::QueryConsent,
                Rule::ScreeningPassed,
                Rule::ScreeningInDate,
                Rule::TrainingDone,
                Rule::AdultVolunteer,
                Rule::Commitment,
                Rule::Capacity,
            ],
            Self::BetweenTheTwo => &[
                Rule::Gender,
                Rule::NoConflict,
                Rule::RegionScope,
                Rule::OwnLimits,
                Rule::Siblings,
                Rule::Language,
            ],
            Self::CommonTime => &[Rule::CommonTime],
            Self::NeedCovered => &[Rule::NeedCovered],
            Self::OpenPlace => &[],
        }
    }

    /// What loses a volunteer here, with the rule under which it is counted.
    fn losses(self) -> impl Iterator<Item = (Broken, Rule)> {
        let places = [(Broken::HELD, Rule::Capacity), (Broken::NOT_JOINED, Rule::Siblings)];
        let places = places.into_iter().filter(move |_| self == Self::OpenPlace);
        self.rules().iter().map(|rule| (Broken::rule(*rule), *rule)).chain(places)
    }
}

/// A stage with what is left after it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Stage {
    /// Which.
    pub stage: StageKind,
    /// Volunteers left after it.
    pub left: Count,
    /// Volunteers lost at it, by the first of its rules that each breaks; rules that nobody was lost at are left out.
    pub lost: Vec<Lost>,
}

/// Volunteers lost at a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Lost {
    /// At which.
    pub rule: NamedRule,
    /// How many.
    pub volunteers: Count,
}

/// How many volunteers are left after each stage.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Funnel {
    /// Volunteer units in the pool.
    pub registered: Count,
    /// In order; nobody is left after the last.
    pub stages: Vec<Stage>,
}

impl Funnel {
    /// The counts over the volunteers looked at; all others are out of reach.
    pub(super) fn of(registered: usize, looked_at: &[(u32, Broken)]) -> Self {
        let mut lost: Vec<Vec<(Rule, u32)>> =
            StageKind::ALL.iter().map(|stage| stage.losses().map(|(_, rule)| (rule, 0)).collect()).collect();
        lost[0][0].1 = (registered - looked_at.len()) as u32;
        for (_, broken) in looked_at {
            let first = StageKind::ALL.iter().enumerate().find_map(|(at, stage)| {
                stage.losses().position(|(loss, _)| broken.any_of(loss)).map(|of_stage| (at, of_stage))
            });
            if let Some((stage, of_stage)) = first {
                lost[stage][of_stage].1 += 1;
            }
        }
        let mut left = registered as u32;
        let stages = StageKind::ALL.into_iter().zip(lost).map(|(stage, lost)| {
            left -= lost.iter().map(|(_, count)| count).sum::<u32>();
            let lost = lost.into_iter().filter(|(_, count)| *count > 0);
            let named =
                |(rule, count)| Lost { rule: NamedRule(Some(rule)), volunteers: Count::Exactly(count) };
            Stage { stage, left: Count::Exactly(left), lost: lost.map(named).collect() }
        });
        Self { stages: stages.collect(), registered: Count::Exactly(registered as u32) }
    }

    /// What an audience may know: for a guardian or a volunteer the first stage and the last, with nobody told
    /// apart between.
    pub(super) fn shown_to(mut self, audience: Audience) -> Self {
        if audience.sees_others() {
            return self;
        }
        let last = self.stages.len() - 1;
        let mut at = 0..;
        self.stages.retain(|_| at.next().is_some_and(|at| at == 0 || at == last));
        for stage in &mut self.stages {
            stage.left = stage.left.blurred();
            stage.lost.clear();
        }
        self.registered = self.registered.blurred();
        self
    }
}

/// What is known of several volunteers: where they are and how far they go.
#[derive(Clone, Debug)]
pub(super) struct Near {
    extent: Extent,
    /// As the rules have it: her own reach within the policy's maximum.
    reach_km: f64,
    /// Whole minutes that the farthest of them surely goes.
    reach_min: u32,
    /// The same without the policy's maximum.
    own_reach_min: u32,
}

impl Summary for Near {
    fn join(&mut self, other: &Self) {
        self.extent.join(&other.extent);
        self.reach_km = self.reach_km.max(other.reach_km);
        self.reach_min = self.reach_min.max(other.reach_min);
        self.own_reach_min = self.own_reach_min.max(other.own_reach_min);
    }
}

/// Where children who must be visited can be met: at home, and at a school that lies elsewhere.
pub(super) type Visits = Vec<(Point, Option<Point>)>;

impl Near {
    /// Whether anybody may reach every child.
    fn may_reach(&self, visits: &Visits) -> bool {
        visits.iter().all(|sites| self.least_km(sites) <= self.reach_km)
    }

    /// A distance that no way to a child is shorter than.
    fn least_km(&self, (home, school): &(Point, Option<Point>)) -> f64 {
        let home = self.extent.least_km(home);
        school.as_ref().map_or(home, |school| home.min(self.extent.least_km(school)))
    }

    /// Minutes that everybody needs at least to the child whose way is the longest.
    pub(super) fn least_min(&self, prepared: &Prepared<'_>, visits: &Visits) -> u32 {
        let minutes = visits.iter().map(|sites| prepared.travel.least_minutes(self.least_km(sites)));
        minutes.max().unwrap_or(0)
    }

    /// Whole minutes that the farthest of them surely goes, within the policy's maximum and without it.
    pub(super) fn reach_min(&self) -> (u32, u32) {
        (self.reach_min, self.own_reach_min)
    }
}

/// Whole minutes that a volunteer surely goes by her own word: of kilometres, those of a way no longer.
pub(super) fn own_reach_min(prepared: &Prepared<'_>, volunteer: u32) -> u32 {
    let km = match prepared.volunteer_of(volunteer).reach {
        Reach::Minutes(minutes) => return minutes,
        Reach::Kilometers(km) => km,
        Reach::Default => prepared.policy.travel.default_reach_km,
    };
    let up = prepared.travel.least_minutes(km);
    if prepared.travel.radius_km(up) <= km { up } else { up.saturating_sub(1) }
}

/// Volunteers of a plan, ready to be counted.
pub(super) struct Everybody {
    by_place: Tree<Near>,
    near: Vec<Near>,
    /// Rules of their own that they break, and [`Broken::HELD`].
    own: Vec<Broken>,
    /// Whether she has an open place, and no pin of hers was refused.
    may_be_asked: Vec<bool>,
}

impl Everybody {
    /// Builds the tree and reads every volunteer's own rules.
    pub(super) fn of(plan: &LoadedPlan<'_>) -> Self {
        let prepared = plan.prepared;
        let all: Vec<u32> = (0..prepared.instance.volunteers.len() as u32).collect();
        let own = all.clone().into_par_iter().map(|volunteer| {
            let broken = Broken::of(&unit_verdict(prepared, volunteer, Scope::Lead).broken);
            let offers = !broken.any_of(Broken::rule(Rule::Capacity));
            let held = offers && plan.right_of(volunteer).is_none();
            if held { broken.or(Broken::HELD) } else { broken }
        });
        let own: Vec<Broken> = own.collect();
        let near = |volunteer: &u32| {
            let own_min = own_reach_min(prepared, *volunteer);
            Near {
                extent: Extent::of(on_unit_sphere(prepared.volunteer_of(*volunteer).place.location)),
                reach_km: prepared.volunteers[*volunteer as usize].reach_km,
                reach_min: own_min.min(prepared.policy.travel.max_travel_min),
                own_reach_min: own_min,
            }
        };
        let near: Vec<Near> = all.iter().map(near).collect();
        let by_place = Tree::new(all, &|volunteer| near[volunteer as usize].clone(), &|items| {
            split_by_place(items, |volunteer| near[volunteer as usize].extent.middle());
        });
        let mut may_be_asked: Vec<bool> =
            (0..own.len() as u32).map(|volunteer| plan.right_of(volunteer).is_some()).collect();
        for pin in &plan.standing.refused_pins {
            may_be_asked[pin.volunteer as usize] = false;
        }
        Self { by_place, near, own, may_be_asked }
    }

    /// Whether a change may be asked of a volunteer: she has an open place, and no pin of hers was refused.
    pub(super) fn may_be_asked(&self, volunteer: u32) -> bool {
        self.may_be_asked[volunteer as usize]
    }

    /// The tree over all volunteers by place.
    pub(super) fn by_place(&self) -> &Tree<Near> {
        &self.by_place
    }

    /// Where one volunteer is and how far she goes.
    pub(super) fn near(&self, volunteer: u32) -> &Near {
        &self.near[volunteer as usize]
    }

    /// What of her own stands against a volunteer.
    pub(super) fn own(&self, volunteer: u32) -> Broken {
        self.own[volunteer as usize]
    }

    /// Every volunteer who may be near enough with all that forbids her pair with a group, ascending.
    pub(super) fn look_at(&self, plan: &LoadedPlan<'_>, children: &[u32]) -> Vec<(u32, Broken)> {
        let visits = visits(plan.prepared, children);
        let judged = |volunteer: u32| (volunteer, self.broken(plan, children, volunteer));
        if visits.is_empty() {
            return (0..self.own.len() as u32).into_par_iter().map(judged).collect();
        }
        let mut near = self.by_place.items(&|near| near.may_reach(&visits));
        near.sort_unstable();
        near.into_iter().map(judged).collect()
    }

    /// All that forbids a pair.
    fn broken(&self, plan: &LoadedPlan<'_>, children: &[u32], volunteer: u32) -> Broken {
        let prepared = plan.prepared;
        let mut broken = self.own(volunteer);
        for child in children.iter().copied() {
            let visited = needs_visit(prepared, child);
            if visited && !Ways::of(prepared, child, volunteer).any() {
                // Out of reach she is lost before anything else is asked.
                return broken.or(Broken::rule(Rule::WithinReach));
            }
        }
        for child in children.iter().copied() {
            broken = broken.or(Broken::of(&pair_verdict(prepared, child, volunteer, Scope::Lead).broken));
            if plan.standing.could_not_join(child, volunteer) {
                broken = broken.or(Broken::NOT_JOINED);
            }
        }
        if siblings_fit(prepared, volunteer, children.len()) {
            broken
        } else {
            broken.or(Broken::rule(Rule::Siblings))
        }
    }
}

fn needs_visit(prepared: &Prepared<'_>, child: u32) -> bool {
    let person = prepared.child_of(child);
    let required = &prepared.children[child as usize].required;
    required.iter().any(|need| asks_for_visit(prepared, &person.needs[*need], person.call_device))
}

/// Where the children who must be visited can be met.
pub(super) fn visits(prepared: &Prepared<'_>, children: &[u32]) -> Visits {
    let visited = children.iter().filter(|child| needs_visit(prepared, **child));
    let sites = visited.map(|child| {
        let person = prepared.child_of(*child);
        let school = person.school.as_ref().map(|school| on_unit_sphere(school.location));
        (on_unit_sphere(person.place.location), school)
    });
    sites.collect()
}
