//! What of the answer may be posted: how many volunteers are wanted in which township, when, and what would be welcome.
//!
//! No child can be recognised. Children are counted by township only, and as "fewer than three" where they are. No
//! class, age or category is told. A skill is named for the whole county, and only if three children or more have the need; no
//! totals are given from which a hidden count could be worked out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Recruit;
use super::profiles::{FreeHours, Township, WantedSkill};
use crate::candidates::Prepared;

/// Fewer children than these are not counted in public.
pub const LEAST_SHOWN: u32 = 3;

/// A notice that may be posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Volunteers wanted.
    pub volunteers: u32,
    /// Where, in the order of codes.
    pub townships: Vec<WantedThere>,
    /// Skills that would be welcome, in order.
    pub skills: Vec<WantedSkill>,
}

/// Volunteers wanted in one township.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WantedThere {
    /// Where.
    pub township: Township,
    /// How many.
    pub volunteers: u32,
    /// When they should be free, each once.
    pub hours: Vec<FreeHours>,
    /// What they should speak besides Putonghua.
    pub languages: Vec<String>,
    /// Children who would gain a lead; none stands for fewer than [`LEAST_SHOWN`].
    pub children: Option<u32>,
}

impl Notice {
    /// The notice for recruits.
    pub(super) fn of(prepared: &Prepared<'_>, recruits: &[Recruit]) -> Self {
        let mut townships: BTreeMap<&Township, Vec<&Recruit>> = BTreeMap::new();
        for recruit in recruits {
            townships.entry(&recruit.wanted.township).or_default().push(recruit);
        }
        let there = |(township, recruits): (&Township, Vec<&Recruit>)| {
            let gained: i64 = recruits.iter().map(|recruit| recruit.effect.children_in_all()).sum();
            let hours: BTreeSet<FreeHours> = recruits.iter().map(|recruit| recruit.wanted.hours).collect();
            WantedThere {
                township: township.clone(),
                volunteers: recruits.len() as u32,
                hours: hours.into_iter().collect(),
                languages: recruits[0].wanted.languages.iter().skip(1).cloned().collect(),
                children: u32::try_from(gained).ok().filter(|gained| *gained >= LEAST_SHOWN),
            }
        };
        let skills: BTreeSet<&WantedSkill> =
            recruits.iter().filter_map(|recruit| recruit.wanted.skill.as_ref()).collect();
        let common = |skill: &&WantedSkill| skill.children(prepared) >= LEAST_SHOWN as usize;
        Self {
            volunteers: recruits.len() as u32,
            townships: townships.into_iter().map(there).collect(),
            skills: skills.into_iter().filter(common).cloned().collect(),
        }
    }
}
