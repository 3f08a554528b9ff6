//! Weekly hours by season, derived once for all people who have the same.
//!
//! In: the people, who share their lists of hours where the sheets say the same. Out: for each list a week a season, for
//! a child also with those of the parents and the place of the device for calls. Cost: one look-up a person, and some
//! microseconds for each list that is not like another; a million people have some thousands.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::year::Year;
use crate::model::availability::{Availability, AvailabilityRow, Site, WeekMask};
use crate::model::child::{CallDevice, Child};
use crate::model::{Instance, Season, Volunteer};

/// Weekly hours of one child in one season.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ChildHours {
    /// Wherever the child is.
    pub anywhere: WeekMask,
    /// At home or at the village's community site.
    pub home: WeekMask,
    /// At school.
    pub school: WeekMask,
    /// Where the device for calls is, while a parent is free.
    pub call: WeekMask,
    /// While a parent is free, at home (calls that the volunteer hosts).
    pub hosted_call_home: WeekMask,
    /// While a parent is free, at school.
    pub hosted_call_school: WeekMask,
}

/// The address of a list of hours; the instance outlives every use, so it means this list and no other.
pub(super) type Address = usize;

/// The address of somebody's hours.
pub(super) fn address(hours: &Availability) -> Address {
    Arc::as_ptr(&hours.rows).cast::<AvailabilityRow>().addr()
}

/// All that a child's weeks depend on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ChildWeek {
    own: Address,
    parents: Address,
    utc_offset_min: i32,
    device: CallDevice,
}

impl ChildWeek {
    /// That of a child.
    pub(super) fn of(child: &Child) -> Self {
        Self {
            own: address(&child.availability),
            parents: address(&child.parents.availability),
            utc_offset_min: child.parents.utc_offset_min,
            device: child.call_device,
        }
    }
}

/// Weeks by what they depend on.
pub(super) struct Weeks<Key, Week>(HashMap<Key, Arc<Year<Week>>>);

impl Weeks<ChildWeek, ChildHours> {
    /// Those of all children.
    pub(super) fn of_children(instance: &Instance) -> Self {
        let mut known = HashMap::new();
        for child in &instance.children {
            let week = || Arc::new(Year::of(Season::ALL.map(|season| child_hours(child, season))));
            known.entry(ChildWeek::of(child)).or_insert_with(week);
        }
        Self(known)
    }
}

impl Weeks<Address, WeekMask> {
    /// Those of some volunteers.
    pub(super) fn of_volunteers(volunteers: &[Volunteer]) -> Self {
        let mut known = HashMap::new();
        for unit in volunteers {
            let week = || Arc::new(Year::of(Season::ALL.map(|season| unit.availability.week(season))));
            known.entry(address(&unit.availability)).or_insert_with(week);
        }
        Self(known)
    }
}

impl<Key: Hash + Eq, Week> Weeks<Key, Week> {
    /// The weeks of somebody.
    pub(super) fn of(&self, key: &Key) -> Arc<Year<Week>> {
        Arc::clone(&self.0[key])
    }
}

/// A child's hours in a season, with the parents' hours on the child's clock.
pub fn child_hours(child: &Child, season: Season) -> ChildHours {
    const CHINA_UTC_OFFSET_MIN: i32 = 480;
    let at = |site| child.availability.week_at(season, site);
    let home = at(Site::Home).or(&at(Site::CommunitySite));
    let school = at(Site::School);
    let later = (CHINA_UTC_OFFSET_MIN - child.parents.utc_offset_min).div_euclid(30);
    let parent = child.parents.availability.week(season).rotated(later);
    let device = match child.call_device {
        CallDevice::Home => at(Site::Home),
        CallDevice::School => school,
        CallDevice::CommunitySite => home,
        CallDevice::None => WeekMask::EMPTY,
    };
    ChildHours {
        anywhere: child.availability.week(season),
        home,
        school,
        call: device.and(&parent),
        hosted_call_home: home.and(&parent),
        hosted_call_school: school.and(&parent),
    }
}
