//! How long a run keeps whom it looked at (S36), and forgetting them afterwards, a stretch a transaction, so that nobody waits long for
//! the writer.
//!
//! In: the clock. Gone are then the rows of its people, the other inputs and the key to its plan: nobody can ask about it any more. Its
//! figures stay, and of a run that had a plan the plan with its certificate, which name nobody.

use crate::store::statement::{bound, statements};
use crate::store::{Actor, Store, StoreError};

/// A run that nobody published: it can be published no more by then.
const UNPUBLISHED_KEPT_MS: i64 = 35 * 24 * 3_600_000;
/// A run that was published: a season, and the next one, in which somebody may ask why.
const PUBLISHED_KEPT_MS: i64 = 400 * 24 * 3_600_000;
/// People whom one transaction forgets.
const PEOPLE_AT_ONCE: i64 = 1_000;
/// Parts of archives that one transaction forgets.
const PARTS_AT_ONCE: i64 = 8;

statements! {
    /// People of runs whose time is over, some at a time.
    FORGET_PEOPLE = "DELETE FROM run_people
        WHERE (run_id, kind, position) IN (
            SELECT p.run_id, p.kind, p.position
            FROM runs r
            JOIN run_people p ON p.run_id = r.id
            WHERE r.state IN ('failed', 'cancelled')
                OR (r.state = 'succeeded' AND r.ended_at_ms < $2)
                OR (r.state IN ('published', 'superseded') AND r.published_at_ms < $3)
            LIMIT $1)";
    /// As above, of their archives.
    FORGET_PARTS = "DELETE FROM run_files
        WHERE (run_id, name, part) IN (
            SELECT f.run_id, f.name, f.part
            FROM runs r
            JOIN run_files f ON f.run_id = r.id
            WHERE r.state IN ('failed', 'cancelled')
                OR (f.name <> 'plan.zip' AND r.state = 'succeeded' AND r.ended_at_ms < $2)
                OR (f.name <> 'plan.zip' AND r.state IN ('published', 'superseded') AND r.published_at_ms < $3)
            LIMIT $1)";
}

impl Store {
    /// Forgets whom runs looked at that failed, were cancelled, or whose time is over; how many people.
    ///
    /// # Errors
    /// Where the database fails; what is left then goes by the next call.
    pub async fn forget_people_of_old_runs(&self) -> Result<u64, StoreError> {
        let mut people = 0;
        for (statement, at_once) in [(FORGET_PEOPLE, PEOPLE_AT_ONCE), (FORGET_PARTS, PARTS_AT_ONCE)] {
            loop {
                let mut change = self.change(Actor::SYSTEM).await?;
                let now_ms = change.now_ms();
                let values = bound![at_once, now_ms - UNPUBLISHED_KEPT_MS, now_ms - PUBLISHED_KEPT_MS];
                let gone = change.execute(statement, values).await?;
                change.commit(None).await?;
                people += if at_once == PEOPLE_AT_ONCE { gone } else { 0 };
                if gone < at_once as u64 {
                    break;
                }
            }
        }
        Ok(people)
    }
}
