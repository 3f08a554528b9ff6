//! What one search asks for, in trees and in lists.

use crate::candidates::tree::{Order, Wanted};

/// What is wanted of pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// At most so many pairs.
    pub(crate) most: usize,
    /// Only pairs of which cost plus price, or cost less worth, is below this.
    pub(crate) below: i64,
    /// Which come first.
    pub(crate) order: Order,
}

impl Look {
    /// Those of least cost plus price.
    pub(crate) fn least(most: usize, below: i64) -> Self {
        Self { most, below, order: Order::Least }
    }

    /// Any that are admissible.
    pub(crate) fn any(most: usize) -> Self {
        Self { most, below: i64::MAX, order: Order::Any }
    }

    /// The same of a tree.
    pub(super) fn wanted(self, salt: u64) -> Wanted {
        let Self { most, below, order } = self;
        Wanted { most, below, order, salt, patience: u32::MAX }
    }
}
