//! What was changed of a published plan, in order. Whoever holds the plan in memory takes up what it has not seen yet; the same
//! changes in the same order give the same plan everywhere.
//!
//! The row of the run is what changes of its plan queue up for: it is taken before any proposal, so that two that touch each
//! other's proposals cannot wait for each other.

use sqlx::FromRow;

use crate::store::statement::{bound, statements};
use crate::store::{Change, StoreError, View};

statements! {
    /// Takes the run, and makes other changes of its plan wait; nothing where it is not published.
    HOLD = "UPDATE runs SET changes = changes + 0 WHERE id = $1 AND state = 'published' RETURNING changes";
    /// Counts changes.
    COUNT = "UPDATE runs SET changes = $2 WHERE id = $1";
    /// Adds a change.
    ADD = "INSERT INTO plan_changes (run_id, number, kind, group_number, volunteer_number, at_ms)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// Changes after a number.
    LIST = "SELECT number, kind, group_number, volunteer_number
        FROM plan_changes
        WHERE run_id = $1 AND number > $2
        ORDER BY number";
    /// In which division a child lives.
    FIND_REGION = "SELECT region_code FROM children WHERE id = $1";
}

/// What is changed of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanChangeKind {
    /// A group is promised to a volunteer: both are taken out.
    Pin,
    /// They come back.
    Unpin,
    /// The pair is ruled out; a group that was promised to her comes back.
    Decline,
    /// The group takes no part at present, whoever was proposed to it.
    GroupLeaves,
    /// It takes part again.
    GroupReturns,
    /// The volunteer takes no part at present: what places she has left are closed.
    VolunteerLeaves,
    /// They are open again.
    VolunteerReturns,
}

impl PlanChangeKind {
    const ALL: [Self; 7] = [
        Self::Pin,
        Self::Unpin,
        Self::Decline,
        Self::GroupLeaves,
        Self::GroupReturns,
        Self::VolunteerLeaves,
        Self::VolunteerReturns,
    ];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Unpin => "unpin",
            Self::Decline => "decline",
            Self::GroupLeaves => "group_leaves",
            Self::GroupReturns => "group_returns",
            Self::VolunteerLeaves => "volunteer_leaves",
            Self::VolunteerReturns => "volunteer_returns",
        }
    }
}

/// A change of a plan. Numbers are those of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanChange {
    /// What.
    pub kind: PlanChangeKind,
    /// The group.
    pub group: u32,
    /// The volunteer.
    pub volunteer: u32,
}

/// A published run that a transaction holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRun {
    /// Its id.
    pub id: String,
    /// How many changes its plan has had.
    pub changes: i64,
    /// How many of these were committed when it was held: the others are of the transaction that holds it.
    pub committed: i64,
}

#[derive(FromRow)]
struct Changes {
    changes: i64,
}

#[derive(FromRow)]
struct Row {
    number: i64,
    kind: String,
    group_number: i64,
    volunteer_number: Option<i64>,
}

#[derive(FromRow)]
struct RegionOf {
    region_code: String,
}

fn number(value: i64, run_id: &str, column: &'static str) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|error| StoreError::Broken {
        table: "plan_changes",
        column,
        row: run_id.to_owned(),
        cause: error.to_string(),
    })
}

impl View {
    /// The changes of a run's plan after a number, in order and without a gap.
    pub async fn plan_changes(&mut self, run_id: &str, after: i64) -> Result<Vec<PlanChange>, StoreError> {
        let rows: Vec<Row> = self.all(LIST, bound![run_id, after]).await?;
        let read = |(row, expected): (Row, i64)| {
            let broken = |column, cause: &str| StoreError::Broken {
                table: "plan_changes",
                column,
                row: run_id.to_owned(),
                cause: cause.to_owned(),
            };
            if row.number != expected {
                return Err(broken("number", "a number is missing"));
            }
            let kind = PlanChangeKind::ALL.into_iter().find(|kind| kind.word() == row.kind);
            Ok(PlanChange {
                kind: kind.ok_or_else(|| broken("kind", "no such kind"))?,
                group: number(row.group_number, run_id, "group_number")?,
                volunteer: number(row.volunteer_number.unwrap_or(-1), run_id, "volunteer_number")?,
            })
        };
        rows.into_iter().zip(after + 1..).map(read).collect()
    }

    /// In which division a child lives.
    pub async fn region_of_child(&mut self, child_id: &str) -> Result<String, StoreError> {
        let found: Option<RegionOf> = self.optional(FIND_REGION, bound![child_id]).await?;
        found.map(|found| found.region_code).ok_or(StoreError::not_found("child"))
    }
}

impl Change {
    /// Takes a run whose plan is to be changed, before anything else of it is touched; none where it is not published (any more).
    pub async fn hold_plan(&mut self, run_id: &str) -> Result<Option<PublishedRun>, StoreError> {
        let held: Option<Changes> = self.optional(HOLD, bound![run_id]).await?;
        let Some(Changes { changes }) = held else { return Ok(None) };
        let committed = self.committed_of_plan(run_id, changes);
        Ok(Some(PublishedRun { id: run_id.to_owned(), changes, committed }))
    }

    /// Adds changes to a plan that is held.
    pub async fn add_plan_changes(
        &mut self,
        run: &mut PublishedRun,
        new: &[PlanChange],
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let rows = new.iter().zip(run.changes + 1..).map(|(change, number)| {
            let (group, volunteer) = (i64::from(change.group), i64::from(change.volunteer));
            bound![&run.id, number, change.kind.word(), group, volunteer, now_ms]
        });
        let rows = rows.collect();
        self.insert_many(ADD, rows).await?;
        run.changes += new.len() as i64;
        self.execute(COUNT, bound![&run.id, run.changes]).await.map(|_| ())
    }
}
