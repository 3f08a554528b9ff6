//! What happened to a run, for those who watch it. Whoever adds an event holds the run's row, so numbers follow each other.

use sqlx::FromRow;

use crate::store::statement::{bound, statements};
use crate::store::{Change, StoreError, View};

statements! {
    /// Adds an event behind the others.
    ADD = "INSERT INTO run_events (run_id, number, at_ms, state, stage, progress)
        SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM run_events WHERE run_id = $1";
    /// Events after a number.
    LIST = "SELECT number, at_ms, state, stage, progress FROM run_events
        WHERE run_id = $1 AND number > $2
        ORDER BY number
        LIMIT $3";
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct RunEvent {
    /// From 1 without gaps.
    pub number: i64,
    /// When.
    pub at_ms: i64,
    /// The run's state then.
    pub state: String,
    /// Its stage.
    pub stage: String,
    /// Percent.
    pub progress: i64,
}

impl View {
    /// Events of a run after a number.
    pub async fn run_events(
        &mut self,
        run_id: &str,
        after: i64,
        most: i64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        self.all(LIST, bound![run_id, after, most]).await
    }
}

impl Change {
    pub(super) async fn add_run_event(
        &mut self,
        run_id: &str,
        state: &str,
        (doing, progress): (&str, i64),
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(ADD, bound![run_id, now_ms, state, doing, progress]).await.map(|_| ())
    }
}
