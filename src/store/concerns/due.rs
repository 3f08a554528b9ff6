//! The duty to report: a task from the moment a concern is recorded, a message when its time is over.

use jiff::civil::Date;
use sqlx::FromRow;

use super::TABLE;
use super::reading::ConcernReader;
use crate::store::people::china_day;
use crate::store::statement::{bound, statements};
use crate::store::{Actor, AuditEvent, Change, EventKind, RegionSpan, Store, StoreError};

/// Concerns told as overdue by one transaction.
const MOST: i64 = 50;

statements! {
    /// A supervisor's task; the same one twice is one.
    ADD_TASK = "INSERT INTO tasks (id, kind, role, region_code, subject_table, subject_id, due_on, created_at_ms)
        VALUES ($1, $2, 'supervisor', $3, 'concerns', $4, $5, $6)
        ON CONFLICT DO NOTHING";
    /// Tasks of a concern that are open.
    CLOSE_TASKS = "UPDATE tasks
        SET done_at_ms = $2, done_by = $3
        WHERE subject_id = $1 AND subject_table = 'concerns' AND done_at_ms IS NULL";
    /// Concerns whose time to be reported is over, and which were not told as such yet.
    OVERDUE = "SELECT c.id, c.region_code
        FROM concerns c
        WHERE c.state <> 'closed' AND c.report_due_at_ms <= $1 AND c.reported_to_authority_at_ms IS NULL
            AND NOT EXISTS (
                SELECT t.id FROM tasks t WHERE t.subject_id = c.id AND t.kind = 'concern_report_overdue')
        ORDER BY c.report_due_at_ms, c.id
        LIMIT $2";
}

#[derive(FromRow)]
struct Overdue {
    id: String,
    region_code: String,
}

impl Change {
    /// The task to report a concern, due on the day its time is over.
    pub(super) async fn open_report_task(
        &mut self,
        id: &str,
        region_code: &str,
        due_on: Date,
    ) -> Result<(), StoreError> {
        self.add_concern_task("concern_report", id, region_code, due_on).await.map(|_| ())
    }

    async fn add_concern_task(
        &mut self,
        kind: &str,
        id: &str,
        region_code: &str,
        due_on: Date,
    ) -> Result<bool, StoreError> {
        let values = bound![self.store().new_id(), kind, region_code, id, due_on.to_string(), self.now_ms()];
        Ok(self.execute(ADD_TASK, values).await? == 1)
    }

    /// Whatever was to be done about reporting a concern is done.
    pub(super) async fn close_report_tasks(&mut self, id: &str, user_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(CLOSE_TASKS, bound![id, now_ms, user_id]).await.map(|_| ())
    }
}

impl Store {
    /// Tells supervisors of concerns whose time to be reported is over, each once; how many.
    ///
    /// # Errors
    /// Where the database fails; what was told until then stays told.
    pub async fn tell_overdue_concerns(&self) -> Result<usize, StoreError> {
        let mut told = 0;
        loop {
            let mut change = self.change(Actor::SYSTEM).await?;
            let now_ms = change.now_ms();
            let overdue: Vec<Overdue> = change.all(OVERDUE, bound![now_ms, MOST]).await?;
            let number = overdue.len();
            for Overdue { id, region_code } in overdue {
                let today = china_day(now_ms);
                if !change.add_concern_task("concern_report_overdue", &id, &region_code, today).await? {
                    continue;
                }
                let everybody =
                    ConcernReader { span: Some(RegionSpan::everywhere()), user_id: String::new() };
                let concern = change.concern(&everybody, &id).await?;
                change.tell_supervisors(&concern, EventKind::ConcernDue, "").await?;
                change.record(AuditEvent::new("concern.report_overdue", TABLE, &id, &region_code));
            }
            change.commit(None).await?;
            told += number;
            if number == 0 {
                return Ok(told);
            }
        }
    }
}
