//! Whom to recruit: where, with which skills and at which hours a further volunteer helps most, in order; and what is lost
//! if one stops.
//!
//! In: a loaded plan, and how many there are to be. Out: [`RecruitAnswer`], each recruit with her exact gain given those
//! before, and a [`Notice`] that may be posted. [`profiles`] says whom one could look for and what is assumed of them, [`greedy`]
//! how the best are found and what is promised, [`loss`] what a volunteer who stops is worth.
//!
//! The lead pass only: separate services are not counted.

pub mod effect;
pub mod greedy;
pub mod loss;
pub mod notice;
pub mod profiles;

use serde::Serialize;

use super::{Audience, LoadedPlan};
use crate::model::Rule;
use crate::plan::mend::MendError;
pub use effect::{ClassCount, Effect};
pub use loss::{LossAnswer, loss_of};
pub use notice::Notice;
pub use profiles::{FreeHours, Profile, Profiles, Township, WantedSkill};

/// What is assumed of every recruit, by the policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assumed {
    /// Kilometres that she goes at most, one way, as the crow flies; without a limit where the policy has none.
    pub reach_km: f64,
    /// Days that she stays at least.
    pub min_term_days: u32,
    /// Girls are paired with women only; a woman is assumed, whom no rule keeps from anybody.
    pub women_for_girls: bool,
}

/// Whom to recruit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecruitAnswer {
    /// How many were asked for. There may be fewer: where nobody more would gain anything.
    pub asked: u32,
    /// The recruits in order; none for an audience that sees only the notice.
    pub recruits: Option<Vec<Recruit>>,
    /// What is assumed of each of them.
    pub assumed: Assumed,
    /// What may be posted.
    pub notice: Notice,
}

/// One recruit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recruit {
    /// From 1.
    pub number: u32,
    /// Whom to look for.
    pub wanted: Profile,
    /// What she adds to the plan with the recruits before her.
    pub effect: Effect,
}

impl RecruitAnswer {
    /// The same for an audience: a single recruit often speaks of a single child, so guardians and volunteers see the notice.
    #[must_use]
    pub fn shown_to(self, audience: Audience) -> Self {
        Self { recruits: self.recruits.filter(|_| audience.sees_others()), ..self }
    }
}

/// Whom to recruit, for a number of new volunteers.
///
/// # Errors
/// Amounts that leave 64 bits.
pub fn recruit(plan: &LoadedPlan<'_>, count: u32) -> Result<RecruitAnswer, MendError> {
    let profiles = profiles_of(plan);
    let taken = greedy::take(plan, &profiles, count as usize)?;
    let recruits: Vec<Recruit> = taken
        .into_iter()
        .zip(1..)
        .map(|(taken, number)| Recruit {
            number,
            wanted: profiles.all[taken.profile].clone(),
            effect: taken.effect,
        })
        .collect();
    let policy = plan.prepared.policy;
    let assumed = Assumed {
        reach_km: if policy.enforces(Rule::WithinReach) {
            policy.travel.default_reach_km
        } else {
            f64::INFINITY
        },
        min_term_days: policy.eligibility.min_term_days,
        women_for_girls: policy.enforces(Rule::Gender),
    };
    let notice = Notice::of(plan.prepared, &recruits);
    Ok(RecruitAnswer { asked: count, recruits: Some(recruits), assumed, notice })
}

/// Whom one could look for, for the children of a plan who wait for a lead or are given one by it.
pub fn profiles_of(plan: &LoadedPlan<'_>) -> Profiles {
    Profiles::of(plan.prepared, plan.outline.groups.iter().flat_map(|group| group.children.iter().copied()))
}
