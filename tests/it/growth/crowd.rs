//! Random people some of whom know each other already.

use jiedui::model::child::{Category, Sex};
use jiedui::model::instance::SourceRow;
use jiedui::model::pairing::{ExistingPair, PairState, Reply};
use jiedui::model::{Instance, RegionCode};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::people::{Dice, child, instance, volunteer};

/// So many children and volunteers, some of whom know each other already, and some of whom set limits.
pub(super) fn crowd(seed: u64, children: usize, volunteers: usize) -> Instance {
    let dice = &mut Dice(ChaCha8Rng::seed_from_u64(seed));
    let children = (0..children).map(|number| child(dice, number)).collect();
    let volunteers = (0..volunteers).map(|number| volunteer(dice, number)).collect();
    let mut instance = instance(children, volunteers);
    set_limits(&mut Dice(ChaCha8Rng::seed_from_u64(seed ^ 0x6c69_6d69)), &mut instance);
    for at in 0..instance.children.len() {
        let child = instance.children[at].id.clone();
        let volunteer = instance.volunteers[dice.below(instance.volunteers.len())].id.clone();
        let source = SourceRow(0);
        match dice.below(16) {
            0 => instance.existing_pairs.push(ExistingPair {
                child,
                volunteer,
                state: PairState::Kept,
                began_on: None,
                ended_on: None,
                went_well: None,
                source,
            }),
            1 => instance.replies.push(Reply {
                child,
                volunteer,
                accepted: false,
                reason: String::new(),
                answered_on: None,
                source,
            }),
            2 | 3 => instance.children[at].previous_volunteers.push(volunteer),
            _ => {}
        }
    }
    instance
}

/// Divisions of a tree: villages of two townships of a county, and another county.
const REGIONS: [&str; 4] = ["990101101201", "990101101202", "990101102201", "990102101201"];

/// Children live in several divisions and are of several kinds; volunteers serve some of these only.
fn set_limits(dice: &mut Dice, instance: &mut Instance) {
    let code = |text: &str| RegionCode::parse(text).expect("digits of a division");
    for child in &mut instance.children {
        child.place.region = code(REGIONS[dice.below(REGIONS.len())]);
        if dice.below(3) == 0 {
            child.categories = vec![Category::Orphan];
        }
    }
    for unit in &mut instance.volunteers {
        let limits = &mut unit.limits;
        match dice.below(16) {
            0 => limits.sex = Some(Sex::Male),
            1 => limits.sex = Some(Sex::Female),
            2 => limits.categories = vec![Category::Orphan, Category::Migrant],
            3 => limits.minutes_per_week = Some(60),
            4 => limits.max_age = Some(12),
            5 => limits.regions = vec![code("990101101"), code("990102")],
            6 => limits.excluded_villages = vec!["东村".to_owned()],
            7 => unit.region_scope = Some(code("990101102")),
            8..12 => unit.region_scope = Some(code("990101")),
            _ => {}
        }
    }
}
