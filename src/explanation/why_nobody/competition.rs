//! Whose places a child competes for: the closed set that alternating paths over all admissible pairs reach from
//! its group.
//!
//! S holds the group itself and everybody with whom those volunteers are who could serve somebody in S; N(S) holds
//! exactly these volunteers. Each of them is full, so S is one group larger than the places of N(S): whatever is
//! done among them, one group stays alone. The graph part is in [`closure`](crate::assignment::closure); here it is
//! summed up by township, once for each component, and looked up as the sum over the components that are reached.
//!
//! **Why no free place is ever reached where coverage comes first.** Suppose an alternating path led from the group
//! to a place that nobody has. Taking its free arcs for its chosen ones gives the group a volunteer and leaves
//! nobody without. That changes the cost of each group passed by no more than the group's bound mᵢ, and opens one
//! further place, at most the greatest load step; the unmatched price of the group is at least the step Σᵢ mᵢ + max
//! mᵢ + greatest load step + 1 (see [`Outline`](crate::plan::Outline)), so the plan would have become cheaper, but
//! it is proven to be cheapest. In the same way nobody of a lower rank is ever in S. Where the policy pays a price
//! instead, a path to a free place may well exist, and no witness is given.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Count;
use crate::assignment::closure::Closures;
use crate::explanation::{Audience, LoadedPlan};
use crate::model::{Place, RegionCode};
use crate::plan::growth::MarkedPairs;

/// The closed set: its children, its volunteers, its places.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Witness {
    /// |S|: the child and all others who compete; children placed together count as one.
    pub groups: Count,
    /// Children in S.
    pub children: Count,
    /// |N(S)|: volunteers of whom any could serve somebody in S.
    pub volunteers: Count,
    /// Open places of these volunteers: fewer than the groups.
    pub places: Count,
    /// The same by township, most children first.
    pub townships: Vec<TownshipShare>,
    /// Children in S by priority class, the highest first; none for an audience that could single somebody out.
    pub classes: Vec<ClassShare>,
}

/// What of a witness is in one township.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TownshipShare {
    /// Twelve digits of the township, or of what is known of it.
    pub region: String,
    /// Its name.
    pub township: String,
    /// Children who live there.
    pub children: Count,
    /// Volunteers who start there.
    pub volunteers: Count,
    /// Their open places.
    pub places: Count,
}

/// Children of one priority class.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ClassShare {
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// How many.
    pub children: Count,
}

impl Witness {
    pub(super) fn shown_to(self, audience: Audience) -> Self {
        if audience.sees_others() {
            return self;
        }
        // A township with few would show as what is missing from the sum: then no township is told apart.
        let told = |count: Count| count.blurred() != Count::Few;
        let all_told =
            self.townships.iter().all(|one| told(one.children) && told(one.volunteers) && told(one.places));
        Self {
            groups: self.groups.blurred(),
            children: self.children.blurred(),
            volunteers: self.volunteers.blurred(),
            places: self.places.blurred(),
            townships: if all_told { self.townships } else { Vec::new() },
            classes: Vec::new(),
        }
    }
}

/// Sums of a component, or of several.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    children: u32,
    volunteers: u32,
    places: u32,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.children += other.children;
        self.volunteers += other.volunteers;
        self.places += other.places;
    }
}

/// What is summed up of a component.
#[derive(Clone, Debug, Default)]
struct Summed {
    groups: u32,
    /// Places that nobody has.
    spare: u32,
    /// By township, ascending.
    townships: BTreeMap<u32, Sums>,
    /// By priority class: children.
    classes: BTreeMap<usize, u32>,
}

/// The closures of a plan, summed up by component.
pub(super) struct Competition<'q> {
    plan: &'q LoadedPlan<'q>,
    oracle: MarkedPairs<'q>,
    closures: Closures,
    /// Region code and name, ascending.
    townships: Vec<(RegionCode, Arc<str>)>,
    summed: Vec<Summed>,
}

impl<'q> Competition<'q> {
    /// Finds the closures of every group that has nobody.
    ///
    /// # Complexity
    /// That of [`Closures::of`]: some searches a volunteer and a group reached.
    pub(super) fn of(plan: &'q LoadedPlan<'q>) -> Self {
        let rights = plan.outline.places.len() as u32;
        let holders: Vec<Vec<u32>> = (0..rights).map(|right| plan.holders(right).to_vec()).collect();
        let groups = 0..plan.outline.groups.len() as u32;
        let alone: Vec<u32> = groups.filter(|group| plan.chosen(*group).is_none()).collect();
        let mut oracle = MarkedPairs::of(&plan.search);
        let closures = Closures::of(&plan.problem, &holders, &alone, &mut oracle);
        let instance = plan.prepared.instance;
        let places = instance.children.iter().map(|child| &child.place);
        let places = places.chain(instance.volunteers.iter().map(|unit| &unit.place));
        let mut townships: Vec<(RegionCode, Arc<str>)> = Vec::new();
        let mut last: Option<&Place> = None;
        for place in places {
            let known = last.is_some_and(|last| same_township(last, place));
            if !known {
                townships.push(township_of(place));
                last = Some(place);
            }
        }
        townships.sort_unstable();
        townships.dedup();
        let mut competition = Self { plan, oracle, closures, townships, summed: Vec::new() };
        let components = 0..competition.closures.len() as u32;
        competition.summed = components.map(|component| competition.sum_up(component)).collect();
        competition
    }

    /// The witness for a group that has nobody; `None` where a place that nobody has is reached.
    pub(super) fn witness(&self, group: u32) -> Option<Witness> {
        let mut whole = Summed::default();
        self.take_in(&mut whole, group);
        for component in self.closures.reached(group, &self.oracle) {
            let summed = &self.summed[component as usize];
            whole.groups += summed.groups;
            whole.spare += summed.spare;
            for (township, sums) in &summed.townships {
                whole.townships.entry(*township).or_default().add(*sums);
            }
            for (class, children) in &summed.classes {
                *whole.classes.entry(*class).or_default() += children;
            }
        }
        (whole.spare == 0).then(|| self.told(&whole))
    }

    /// S and N(S), each ascending.
    pub(super) fn closure_of(&self, group: u32) -> (Vec<u32>, Vec<u32>) {
        let components = self.closures.reached(group, &self.oracle);
        let mut rights: Vec<u32> =
            components.iter().flat_map(|component| self.closures.members(*component)).copied().collect();
        rights.sort_unstable();
        let mut groups = vec![group];
        groups.extend(rights.iter().flat_map(|right| self.plan.holders(*right)));
        groups.sort_unstable();
        (groups, rights)
    }

    fn told(&self, whole: &Summed) -> Witness {
        let sum = |of: fn(&Sums) -> u32| Count::Exactly(whole.townships.values().map(of).sum());
        let mut shares: Vec<(&u32, &Sums)> = whole.townships.iter().collect();
        shares.sort_by_key(|(township, sums)| (std::cmp::Reverse(sums.children), **township));
        let share = |(township, sums): (&u32, &Sums)| {
            let (region, name) = &self.townships[*township as usize];
            TownshipShare {
                region: region.to_string(),
                township: name.to_string(),
                children: Count::Exactly(sums.children),
                volunteers: Count::Exactly(sums.volunteers),
                places: Count::Exactly(sums.places),
            }
        };
        let class = |(class, children): (&usize, &u32)| {
            let class = &self.plan.prepared.policy.classes[*class];
            ClassShare {
                zh: class.name_zh.clone(),
                en: class.name_en.clone(),
                children: Count::Exactly(*children),
            }
        };
        Witness {
            groups: Count::Exactly(whole.groups),
            children: sum(|sums| sums.children),
            volunteers: sum(|sums| sums.volunteers),
            places: sum(|sums| sums.places),
            townships: shares.into_iter().map(share).collect(),
            classes: whole.classes.iter().map(class).collect(),
        }
    }

    fn sum_up(&self, component: u32) -> Summed {
        let mut summed = Summed::default();
        for right in self.closures.members(component).iter().copied() {
            let places = &self.plan.outline.places[right as usize];
            let unit = self.plan.prepared.volunteer_of(places.volunteer);
            let sums = Sums { children: 0, volunteers: 1, places: places.open() };
            summed.townships.entry(self.township(&unit.place)).or_default().add(sums);
            let holders = self.plan.holders(right);
            summed.spare += places.open() - holders.len() as u32;
            for group in holders {
                self.take_in(&mut summed, *group);
            }
        }
        summed
    }

    fn take_in(&self, summed: &mut Summed, group: u32) {
        summed.groups += 1;
        for child in &self.plan.outline.groups[group as usize].children {
            let place = &self.plan.prepared.child_of(*child).place;
            summed.townships.entry(self.township(place)).or_default().children += 1;
            *summed.classes.entry(self.plan.prepared.children[*child as usize].class).or_default() += 1;
        }
    }

    fn township(&self, place: &Place) -> u32 {
        let found = self.townships.binary_search(&township_of(place));
        found.expect("every place of the instance is in the table") as u32
    }
}

fn township_of(place: &Place) -> (RegionCode, Arc<str>) {
    (place.region.township(), Arc::clone(&place.township))
}

fn same_township(one: &Place, other: &Place) -> bool {
    one.region.township() == other.region.township() && one.township == other.township
}
