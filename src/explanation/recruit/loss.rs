//! What the plan loses if a volunteer stops: her open places are closed and the plan mended over all admissible pairs.
//!
//! The difference is exact, whatever her number of places. Of one place it is max(0, v − load) at the greatest prices
//! ([`extreme_prices`](crate::assignment::extreme_prices)); of several, less than the sum would say, hence the trial.

use serde::Serialize;

use super::effect::Effect;
use crate::assignment::repair::Moves;
use crate::explanation::{Audience, LoadedPlan, named::Named};
use crate::plan::mend::{Held, MendError, Mending};

/// What would be lost without a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LossAnswer {
    /// Who.
    pub volunteer: Named,
    /// What becomes of the children that this plan gave her, once everybody else is placed anew as well as can be. The gain is
    /// 0 or below.
    pub effect: Effect,
    /// Households whose pair with her stood before this plan. They would need somebody new too, and are not in the effect.
    pub standing_households: u32,
}

impl LossAnswer {
    /// The same for an audience.
    #[must_use]
    pub fn shown_to(self, audience: Audience) -> Self {
        Self { volunteer: self.volunteer.as_other(audience), ..self }
    }
}

/// What would be lost without a volunteer.
///
/// # Errors
/// Amounts that leave 64 bits.
///
/// # Complexity
/// O(pairs held), then a few alternating paths for each place.
pub fn loss_of(plan: &LoadedPlan<'_>, volunteer: u32) -> Result<LossAnswer, MendError> {
    let mut mending = Mending::new(&plan.search, plan.outline, Held::over(&plan.problem, &plan.solution))?;
    let before = mending.objective();
    let moves = match plan.right_of(volunteer) {
        Some(right) => mending.set_capacity(right, 0, &[])?,
        None => Moves::default(),
    };
    let after = mending.objective();
    Ok(LossAnswer {
        volunteer: Named::volunteer(plan.prepared, volunteer),
        effect: Effect::of(plan.prepared, &plan.outline.groups, &moves, before, after),
        standing_households: plan.standing.households_of(volunteer),
    })
}
