//! Who would step in: a backup for each paired household from the capacity that is left.
//!
//! The same engine once more, [grown](super::growth) over all admissible pairs: the paired households without each one's
//! own volunteer, the places that stayed free, and one price for every household, so that as many as can be have a
//! backup of their own, at the least cost.

use super::PlanError;
use super::growth::grow_choice;
use super::outline::{Outline, Places};
use super::pass::SolvedPass;
use crate::candidates::{Group, Prepared, StandingPairs};

/// The backup of each group of a lead pass; `None` where the group has no volunteer or nobody is left.
///
/// # Errors
/// Amounts that leave 64 bits: never where the lead pass itself was solved.
pub fn backups(
    prepared: &Prepared<'_>,
    standing: &StandingPairs,
    solved: &SolvedPass,
) -> Result<Vec<Option<u32>>, PlanError> {
    let (pass, used) = (&solved.pass, solved.used());
    let mut backups = vec![None; pass.graph.groups.len()];
    let paired: Vec<usize> =
        (0..backups.len()).filter(|group| solved.solution.chosen[*group].is_some()).collect();
    let groups: Vec<Group> = paired.iter().map(|group| pass.graph.groups[*group].clone()).collect();
    let spare = pass.places.iter().zip(&used).filter(|(place, taken)| place.open() > **taken);
    let places: Vec<Places> =
        spare.map(|(place, taken)| Places { standing: place.standing + taken, ..place.clone() }).collect();
    let not_joined = |group: &Group| -> Vec<u32> {
        group.children.iter().flat_map(|child| standing.not_joined(*child)).copied().collect()
    };
    let barred = paired
        .iter()
        .zip(0_u32..)
        .flat_map(|(group, at)| {
            let own = solved.volunteer_of(*group);
            not_joined(&pass.graph.groups[*group]).into_iter().chain(own).map(move |unit| (at, unit))
        })
        .collect();
    let outline = Outline::of_equals(prepared, groups, places, barred)?;
    for (group, backup) in paired.into_iter().zip(grow_choice(prepared, outline)?) {
        backups[group] = backup;
    }
    Ok(backups)
}
