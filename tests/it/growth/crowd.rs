//! Random people some of whom know each other already.

use jiedui::model::Instance;
use jiedui::model::instance::SourceRow;
use jiedui::model::pairing::{ExistingPair, PairState, Reply};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::people::{Dice, child, instance, volunteer};

/// So many children and volunteers, some of whom know each other already.
pub(super) fn crowd(seed: u64, children: usize, volunteers: usize) -> Instance {
    let dice = &mut Dice(ChaCha8Rng::seed_from_u64(seed));
    let children = (0..children).map(|number| child(dice, number)).collect();
    let volunteers = (0..volunteers).map(|number| volunteer(dice, number)).collect();
    let mut instance = instance(children, volunteers);
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
