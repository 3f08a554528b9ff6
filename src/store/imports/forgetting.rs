//! Forgetting: uploads that broke off, and what imports still hold after thirty days.
//!
//! An import's state changes first, under its condition, so that no commit and no row meets one that is being forgotten; its
//! rows go some at a time, each time in a transaction of their own; its key and name go last. Where that stops midway, the
//! next round goes on.

use sqlx::FromRow;

use crate::store::Store;
use crate::store::audit::Actor;
use crate::store::error::StoreError;
use crate::store::statement::{bound, statements};

/// An upload whose rows have not all come by then was given up, milliseconds.
const READING_MS: i64 = 60 * 60 * 1000;
/// Uploads that nobody commits or discards are forgotten, and so is what a committed one still holds, milliseconds.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Rows that go in one transaction.
const ROWS_A_STEP: i64 = 2_000;

statements! {
    /// Uploads that were given up, and those that are too old to be kept.
    LIST_OLD = "SELECT id FROM imports
        WHERE state = 'given_up' OR (state = 'reading' AND created_at_ms < $1)
            OR (state IN ('checked', 'committing', 'committed', 'discarded') AND created_at_ms < $2
                AND (sealed <> '{}' OR findings <> '[]'))
        ORDER BY id
        LIMIT 100";
    /// No more rows come.
    GIVE_UP = "UPDATE imports SET state = 'given_up', version = version + 1
        WHERE id = $1 AND state = 'reading' AND created_at_ms < $2";
    /// Nothing more is committed.
    END = "UPDATE imports SET state = 'discarded', version = version + 1, ended_at_ms = $2
        WHERE id = $1 AND state IN ('checked', 'committing') AND created_at_ms < $3";
    /// Some rows.
    REMOVE_ROWS = "DELETE FROM import_rows
        WHERE import_id = $1
            AND number IN (SELECT number FROM import_rows WHERE import_id = $1 ORDER BY number LIMIT $2)";
    /// Takes what a forgotten import still holds.
    EMPTY = "UPDATE imports SET sealed = '{}', findings = '[]', version = version + 1
        WHERE id = $1 AND state IN ('committed', 'discarded')";
    /// Takes an import that never was.
    REMOVE = "DELETE FROM imports WHERE id = $1 AND state = 'given_up'";
}

#[derive(FromRow)]
struct Old {
    id: String,
}

impl Store {
    /// Forgets what nobody came back for: uploads that broke off more than an hour ago, and cells of imports older than
    /// thirty days. How many imports.
    ///
    /// # Errors
    /// Where the database fails; what is done stays done.
    pub async fn forget_old_imports(&self) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let now_ms = self.now_ms();
            let values = bound![now_ms - READING_MS, now_ms - KEPT_MS];
            let old: Vec<Old> = self.view().await?.all(LIST_OLD, values).await?;
            if old.is_empty() {
                return Ok(forgotten);
            }
            for import in &old {
                self.forget_import(&import.id).await?;
            }
            forgotten += old.len() as u64;
        }
    }

    async fn forget_import(&self, id: &str) -> Result<(), StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        let now_ms = change.now_ms();
        change.execute(GIVE_UP, bound![id, now_ms - READING_MS]).await?;
        change.execute(END, bound![id, now_ms, now_ms - KEPT_MS]).await?;
        change.commit(None).await?;
        loop {
            let mut change = self.change(Actor::SYSTEM).await?;
            let removed = change.execute(REMOVE_ROWS, bound![id, ROWS_A_STEP]).await?;
            change.commit(None).await?;
            if removed == 0 {
                break;
            }
        }
        let mut change = self.change(Actor::SYSTEM).await?;
        change.destroy_person_key(id).await?;
        change.execute(EMPTY, bound![id]).await?;
        change.execute(REMOVE, bound![id]).await?;
        change.commit(None).await
    }
}
