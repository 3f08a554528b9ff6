//! What one search asks for, in trees and in lists.

use crate::candidates::tree::{Order, Wanted};
use crate::scoring::bound::Visit;

/// What is wanted of pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// At most so many pairs.
    pub(crate) most: usize,
    /// Only pairs of which cost plus price, or cost less worth, is below this.
    pub(crate) below: i64,
    /// Which come first.
    pub(crate) order: Order,
    /// The pairs of which some below the bound will do, where it takes long to find the best. Who finds any of these counts as
    /// capped, and is asked again.
    pub(crate) some_will_do: Option<Visit>,
}

/// Nodes that are opened where some pairs will do.
const PATIENCE: u32 = 64;

impl Look {
    /// Those of least cost plus price.
    pub(crate) fn least(most: usize, below: i64) -> Self {
        Self { most, below, order: Order::Least, some_will_do: None }
    }

    /// Any that are admissible.
    pub(crate) fn any(most: usize) -> Self {
        Self { most, below: i64::MAX, order: Order::Any, some_will_do: None }
    }

    /// The same of a tree of pairs of a kind.
    pub(super) fn wanted(self, visit: Visit, salt: u64) -> Wanted {
        let Self { most, below, order, some_will_do } = self;
        let patience = if some_will_do == Some(visit) { PATIENCE } else { u32::MAX };
        Wanted { most, below, order, salt, patience }
    }
}
