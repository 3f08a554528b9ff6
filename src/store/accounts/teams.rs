//! Teams of volunteers: a name in a division.

use sqlx::FromRow;

use crate::store::audit::AuditEvent;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::paging::{Page, PageRequest};
use crate::store::scope::RegionSpan;
use crate::store::statement::{bound, statements};
use crate::store::view::View;

statements! {
    /// A team within a span, or the one team of a leader.
    FIND = "SELECT id, version, name, region_code, external_ref, created_at_ms, updated_at_ms FROM teams
        WHERE id = $1 AND region_code BETWEEN $2 AND $3";
    /// A page of teams within a span; of one id where one is given.
    LIST = "SELECT id, version, name, region_code, external_ref, created_at_ms, updated_at_ms FROM teams
        WHERE id > $1 AND region_code BETWEEN $2 AND $3 AND ($4 = '' OR id = $4)
        ORDER BY id
        LIMIT $5";
    /// Adds a team.
    ADD = "INSERT INTO teams (id, version, name, region_code, external_ref, created_at_ms, updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, $5, $5)";
    /// Changes a team whose version is known.
    CHANGE = "UPDATE teams
        SET version = version + 1, name = $3, region_code = $4, external_ref = $5, updated_at_ms = $6
        WHERE id = $1 AND version = $2";
}

/// What of a team can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamFields {
    /// Its name.
    pub name: String,
    /// Its division.
    pub region_code: String,
    /// What another system calls it.
    pub external_ref: Option<String>,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Id.
    pub id: String,
    /// Counts changes.
    pub version: i64,
    /// Name, division, reference.
    pub fields: TeamFields,
    /// When it was made, milliseconds.
    pub created_at_ms: i64,
    /// When it was last changed, milliseconds.
    pub updated_at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    id: String,
    version: i64,
    name: String,
    region_code: String,
    external_ref: Option<String>,
    created_at_ms: i64,
    updated_at_ms: i64,
}

impl From<Row> for Team {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            fields: TeamFields {
                name: row.name,
                region_code: row.region_code,
                external_ref: row.external_ref,
            },
            created_at_ms: row.created_at_ms,
            updated_at_ms: row.updated_at_ms,
        }
    }
}

impl View {
    /// A team within a span of divisions.
    pub async fn team(&mut self, id: &str, span: &RegionSpan) -> Result<Team, StoreError> {
        let row: Option<Row> = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        row.map(Team::from).ok_or(StoreError::not_found("team"))
    }

    /// A page of teams within a span; only the one where `only` is given.
    pub async fn teams(
        &mut self,
        span: &RegionSpan,
        only: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<Team>, StoreError> {
        let values = bound![&page.after, &span.first, &span.last, only.unwrap_or_default(), page.rows()];
        let rows: Vec<Row> = self.all(LIST, values).await?;
        let page = page.page(rows, |row| row.id.clone());
        Ok(Page { items: page.items.into_iter().map(Team::from).collect(), next_after: page.next_after })
    }
}

impl Change {
    /// Adds a team; its id.
    ///
    /// # Errors
    /// `already_exists` where the division has one of that name, or the reference is taken.
    pub async fn add_team(&mut self, fields: &TeamFields) -> Result<String, StoreError> {
        let (id, now_ms) = (self.store().new_id(), self.now_ms());
        let values = bound![&id, &fields.name, &fields.region_code, fields.external_ref.clone(), now_ms];
        self.execute(ADD, values).await.map_err(StoreError::unique_is_conflict)?;
        self.record(AuditEvent::new("team.created", "teams", &id, &fields.region_code));
        Ok(id)
    }

    /// Changes a team.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where it has been changed meanwhile, and `already_exists` as in [`add_team`](Self::add_team).
    pub async fn change_team(
        &mut self,
        team: &Team,
        version: i64,
        fields: &TeamFields,
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let values =
            bound![&team.id, version, &fields.name, &fields.region_code, fields.external_ref.clone(), now_ms];
        if self.execute(CHANGE, values).await.map_err(StoreError::unique_is_conflict)? != 1 {
            return Err(StoreError::Stale { what: "team", version: team.version });
        }
        self.record(AuditEvent::new("team.changed", "teams", &team.id, &fields.region_code));
        Ok(())
    }
}
