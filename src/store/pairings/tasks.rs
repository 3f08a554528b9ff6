//! What somebody has to do or to know: a role in a division, what about, until when. No names.

use jiff::civil::Date;
use sqlx::FromRow;

use super::PairingScope;
use crate::model::Role;
use crate::store::people::china_day;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, Page, PageRequest, RegionSpan, StoreError, View};

statements! {
    /// Adds a task, unless the same one is open; of some kinds, unless it was ever given.
    ADD = "INSERT INTO tasks (id, kind, role, region_code, subject_table, subject_id, due_on, created_at_ms)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8
        WHERE NOT EXISTS (
            SELECT t.id FROM tasks t WHERE t.kind = $2 AND t.role = $3 AND t.subject_id = $6 AND t.due_on = $7
                AND ($9 = 'once' OR t.done_at_ms IS NULL))
        ON CONFLICT DO NOTHING";
    /// A page of tasks of a role; of any where none is named.
    LIST = "SELECT id, kind, role, region_code, subject_table, subject_id, due_on, created_at_ms, done_at_ms, done_by
        FROM tasks
        WHERE region_code BETWEEN $1 AND $2 AND id > $3 AND ($4 = '' OR role = $4)
            AND ($5 = 'yes' OR done_at_ms IS NULL) AND ($6 = '' OR kind = $6)
        ORDER BY id
        LIMIT $7";
    /// One task.
    FIND = "SELECT id, kind, role, region_code, subject_table, subject_id, due_on, created_at_ms, done_at_ms, done_by
        FROM tasks
        WHERE id = $1 AND region_code BETWEEN $2 AND $3 AND ($4 = '' OR role = $4)";
    /// Marks a task as done.
    DO = "UPDATE tasks SET done_at_ms = $2, done_by = $3 WHERE id = $1 AND done_at_ms IS NULL";
    /// What was asked about a thing need not be done any more.
    DROP_OPEN = "UPDATE tasks SET done_at_ms = $3, done_by = $4
        WHERE subject_id = $1 AND kind = $2 AND done_at_ms IS NULL";
}

/// Kinds that a day brings and that are given once: what was done is not asked for again the next time the day is gone through.
const GIVEN_ONCE: &[&str] = &[
    "renew_screening_7",
    "renew_screening_30",
    "renew_screening_60",
    "term_ends",
    "ask_child",
    "comes_of_age",
    "decide_pairing",
    "rules_to_check",
];
/// The kind that is done by speaking with whoever waits, and by nothing else.
const CONTACT_OVERDUE: &str = "contact_overdue";

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Task {
    /// Id.
    pub id: String,
    /// What is to be done, a word.
    pub kind: String,
    /// The role that has to do it.
    pub role: String,
    /// In which division.
    pub region_code: String,
    /// What it is about: the table
    pub subject_table: String,
    /// and the row.
    pub subject_id: String,
    /// Until when.
    pub due_on: String,
    /// Since when.
    pub created_at_ms: i64,
    /// When it was done.
    pub done_at_ms: Option<i64>,
    /// By whom.
    pub done_by: Option<String>,
}

/// A task to be given.
#[derive(Clone, Debug)]
pub struct NewTask<'a> {
    /// What is to be done, a word.
    pub kind: &'static str,
    /// By which role.
    pub role: Role,
    /// In which division.
    pub region_code: &'a str,
    /// What it is about: table and row.
    pub subject: (&'static str, &'a str),
    /// Until when.
    pub due_on: Date,
}

/// Which tasks.
#[derive(Clone, Debug)]
pub struct TaskFilter {
    /// In these divisions.
    pub region: RegionSpan,
    /// Of this role; none for all.
    pub role: Option<Role>,
    /// Of this kind; empty for any.
    pub kind: String,
    /// With those that are done.
    pub done: bool,
}

impl View {
    /// A page of tasks, the oldest first.
    pub async fn tasks(&mut self, filter: &TaskFilter, page: &PageRequest) -> Result<Page<Task>, StoreError> {
        let role = filter.role.map_or("", Role::word);
        let done = if filter.done { "yes" } else { "no" };
        let (first, last) = (&filter.region.first, &filter.region.last);
        let values = bound![first, last, &page.after, role, done, &filter.kind, page.rows()];
        let rows: Vec<Task> = self.all(LIST, values).await?;
        Ok(page.page(rows, |row| row.id.clone()))
    }

    /// One task.
    pub async fn task(
        &mut self,
        span: &RegionSpan,
        role: Option<Role>,
        id: &str,
    ) -> Result<Task, StoreError> {
        let role = role.map_or("", Role::word);
        let found = self.optional(FIND, bound![id, &span.first, &span.last, role]).await?;
        found.ok_or(StoreError::not_found("task"))
    }
}

impl Change {
    /// Gives a task, unless it is open; whether it is a new one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn put_task(&mut self, new: &NewTask<'_>) -> Result<bool, StoreError> {
        let (id, now_ms) = (self.store().new_id(), self.now_ms());
        let (table, subject) = new.subject;
        let (role, due_on) = (new.role.word(), new.due_on.to_string());
        let once = if GIVEN_ONCE.contains(&new.kind) { "once" } else { "again" };
        let values = bound![id, new.kind, role, new.region_code, table, subject, due_on, now_ms, once];
        Ok(self.execute(ADD, values).await? == 1)
    }

    /// Takes back what was asked about a thing.
    pub(in crate::store) async fn drop_tasks(
        &mut self,
        subject_id: &str,
        kind: &str,
    ) -> Result<(), StoreError> {
        let values = bound![subject_id, kind, self.now_ms(), self.recorder()];
        self.execute(DROP_OPEN, values).await.map(|_| ())
    }

    /// Marks a task as done; as it stands then.
    ///
    /// # Errors
    /// `state_conflict` where it was done before, or where a contact is overdue still.
    pub async fn do_task(
        &mut self,
        span: &RegionSpan,
        role: Option<Role>,
        id: &str,
    ) -> Result<Task, StoreError> {
        let task = self.task(span, role, id).await?;
        if task.kind == CONTACT_OVERDUE {
            let pairing = self.pairing(&PairingScope::everywhere(), &task.subject_id).await?;
            if pairing.overdue(china_day(self.now_ms())).is_some() {
                return Err(StoreError::conflict("state_conflict"));
            }
        }
        let values = bound![id, self.now_ms(), self.recorder()];
        if self.execute(DO, values).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        let event = AuditEvent::new("task.done", "tasks", id, &task.region_code);
        self.record(event.because(&task.kind));
        self.task(span, role, id).await
    }
}
