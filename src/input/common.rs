//! Values that many people have in common, kept once: hours, needs, languages, names.
//!
//! Whole cells repeat in every sheet (`周六 09:00-11:30`, `普通话、西南官话`). A cell that was read before is looked up
//! by its text, and the people share what it means: reading is faster, and a person takes half the memory. Whoever reads
//! first makes no difference, since the same text always means the same. Only what was read without a complaint is kept.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::availability::{AvailabilityRow, Site, WeekMask};
use crate::model::need::Need;
use crate::model::volunteer::{Language, Skill};

/// Locks are split so that threads seldom meet at one.
const SHARDS: usize = 16;

/// Everything that is shared while people are read.
#[derive(Default)]
pub(super) struct Common {
    /// Cells of hours with sites.
    pub(super) site_hours: ByText<Arc<[(Site, WeekMask)]>>,
    /// Cells of hours without sites.
    pub(super) plain_hours: ByText<Arc<[(Site, WeekMask)]>>,
    /// Whole weeks of hours.
    pub(super) availability: Once<AvailabilityRow>,
    pub(super) needs: ByText<Arc<[Need]>>,
    pub(super) skills: ByText<Arc<[Skill]>>,
    pub(super) languages: ByText<Arc<[Language]>>,
    /// Teams, authorities, townships, villages.
    names: ByText<Arc<str>>,
}

impl Common {
    /// The one copy of a name.
    pub(super) fn name(&self, text: &str) -> Arc<str> {
        let Ok(name) = self.names.read(text, |text| Ok::<_, Infallible>(Arc::from(text)));
        name
    }
}

/// What texts mean.
pub(super) struct ByText<Value> {
    shards: [Mutex<HashMap<Box<str>, Value>>; SHARDS],
    hasher: RandomState,
}

impl<Value> Default for ByText<Value> {
    fn default() -> Self {
        Self { shards: Default::default(), hasher: RandomState::new() }
    }
}

impl<Value: Clone> ByText<Value> {
    /// The meaning of a text: known, or read now and kept.
    pub(super) fn read<Problem>(
        &self,
        text: &str,
        read: impl FnOnce(&str) -> Result<Value, Problem>,
    ) -> Result<Value, Problem> {
        let shard = &self.shards[self.hasher.hash_one(text) as usize % SHARDS];
        // A thread that died while holding the lock left whole entries or none.
        let known = shard.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned();
        if let Some(value) = known {
            return Ok(value);
        }
        let value = read(text)?;
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(shard.entry(text.into()).or_insert(value).clone())
    }
}

/// Lists of which one copy is kept.
pub(super) struct Once<Item> {
    shards: [Mutex<HashSet<Arc<[Item]>>>; SHARDS],
    hasher: RandomState,
}

impl<Item> Default for Once<Item> {
    fn default() -> Self {
        Self { shards: Default::default(), hasher: RandomState::new() }
    }
}

impl<Item: Hash + Eq> Once<Item> {
    /// The one copy of a list.
    pub(super) fn keep(&self, list: Vec<Item>) -> Arc<[Item]> {
        let shard = &self.shards[self.hasher.hash_one(&list) as usize % SHARDS];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shard.get(list.as_slice()) {
            return Arc::clone(known);
        }
        let kept: Arc<[Item]> = list.into();
        shard.insert(Arc::clone(&kept));
        kept
    }
}
