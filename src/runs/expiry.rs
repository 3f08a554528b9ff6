//! Offers whose time is over: each is ended in a transaction of its own, and the plan of its run goes on without the pair.
//!
//! Called by `serve` now and then. Two servers over one database may both come to an offer: one ends it, the other finds it ended.

use super::kept::Plans;
use super::promises::{self, PromiseError};
use crate::store::{Actor, RegionSpan, Store, StoreError};

/// Offers that are looked for at once.
const MOST: i64 = 200;
/// How often an offer is begun with.
const ATTEMPTS: usize = 3;

/// Ends what is over; how many offers.
///
/// # Errors
/// Where the database fails, or a plan cannot be loaded; the others are ended all the same.
pub async fn expire_overdue(store: &Store, plans: &Plans) -> Result<usize, PromiseError> {
    let (mut ended, mut failed) = (0, None);
    loop {
        let overdue = store.view().await?.overdue_offers(store.now_ms(), MOST).await?;
        let before = ended;
        for id in &overdue {
            match expire_one(store, plans, id).await {
                Ok(was_open) => ended += usize::from(was_open),
                Err(error) => failed = Some(error),
            }
        }
        // Whatever cannot be ended now is looked at again by the next tick.
        if ended == before || overdue.len() < MOST as usize {
            return failed.map_or(Ok(ended), Err);
        }
    }
}

/// Whether it was this call that ended the offer.
async fn expire_one(store: &Store, plans: &Plans, id: &str) -> Result<bool, PromiseError> {
    let everywhere = RegionSpan::everywhere();
    for _ in 0..ATTEMPTS {
        let mut view = store.view().await?;
        let offer = view.offer(&everywhere, "", id).await?;
        let run_id = view.proposal(&everywhere, &offer.proposal_id).await?.run_id;
        drop(view);
        match plans.prepare(&run_id).await {
            Ok(()) | Err(PromiseError::Gone) => {}
            Err(error) => return Err(error),
        }
        let mut change = store.change(Actor::SYSTEM).await?;
        let offer = change.offer(&everywhere, "", id).await?;
        match promises::expire(&mut change, plans, &offer).await {
            Ok(()) => {
                change.commit(None).await?;
                return Ok(true);
            }
            Err(error) if error.is_to_be_begun_again() => {
                drop(change);
                plans.forget(&run_id);
            }
            // Somebody answered, or another server was first.
            Err(PromiseError::Store(StoreError::Conflict { .. })) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}
