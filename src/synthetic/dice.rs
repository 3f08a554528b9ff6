//! Draws from a seed: one `ChaCha8` stream a household or volunteer, so that every row depends on the seed and its own
//! number only. A county of a million can be written row by row, and a longer sheet starts with the same rows.
//!
//! Whole numbers only, by multiply and shift (Lemire's reduction without rejection; the bias of at most 2⁻³² is far
//! below anything a synthetic county could show), so that no platform or crate version draws differently.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is drawn for; keeps the draws of one purpose apart from another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A household with its children.
    Household = 1,
    /// A volunteer unit.
    Unit = 2,
    /// Where villages lie.
    Village = 3,
    /// Spoiling the first sheet.
    FirstSheet = 4,
}

/// Dice for one row.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice for item `number` of a purpose.
    pub(super) fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = purpose as u8;
        let mut stream = ChaCha8Rng::from_seed(key);
        stream.set_stream(number);
        Self(stream)
    }

    /// A number from 0 to `bound` − 1; 0 where `bound` is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    /// A number from `first` to `last`, both included.
    pub(super) fn between(&mut self, first: i32, last: i32) -> i32 {
        first + self.below((last - first + 1).max(1) as u32) as i32
    }

    /// True in `per_mille` of a thousand cases.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of a list that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    /// One of a weighted list that is not empty.
    pub(super) fn weighted<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let total = list.iter().map(|(_, weight)| weight).sum();
        let mut rest = self.below(total);
        for (item, weight) in list {
            if rest < *weight {
                return *item;
            }
            rest -= weight;
        }
        list[list.len() - 1].0
    }
}
