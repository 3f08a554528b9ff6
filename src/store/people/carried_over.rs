//! What meets a person whose record was archived or erased and who is registered anew: conflicts (S17) and suspensions, by
//! the blind index of her ID number. Bars look it up by themselves.

use sqlx::FromRow;

use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, StoreError};

statements! {
    /// Conflicts of a record learn the ID number that became known.
    LEARN = "UPDATE conflicts SET volunteer_index = $2 WHERE volunteer_id = $1";
    /// Conflicts of a volunteer whose record is no longer in use are those of her new one.
    MOVE_TO_VOLUNTEER = "UPDATE conflicts
        SET volunteer_id = $1
        WHERE volunteer_index = $2 AND volunteer_id <> $1 AND cleared_at_ms IS NULL
            AND NOT EXISTS (
                SELECT v.id FROM volunteers v WHERE v.id = conflicts.volunteer_id AND v.deleted_at_ms IS NULL)";
    /// As above, of a child who is archived, or erased: her index then stands with the conflict alone.
    MOVE_TO_CHILD = "UPDATE conflicts
        SET child_id = $1, child_index = NULL
        WHERE cleared_at_ms IS NULL AND child_id <> $1
            AND (child_index = $2
                OR child_id IN (
                    SELECT c.id FROM children c
                    WHERE c.id_number_index = $2 AND c.deleted_at_ms IS NOT NULL))
            AND NOT EXISTS (
                SELECT t.id FROM conflicts t
                WHERE t.child_id = $1 AND t.county_code = conflicts.county_code
                    AND t.volunteer_number = conflicts.volunteer_number AND t.kind = conflicts.kind
                    AND t.cleared_at_ms IS NULL)";
    /// The record of the same person that was archived last.
    FIND_ARCHIVED = "SELECT suspended_at_ms, suspended_reason FROM volunteers
        WHERE id_number_index = $1 AND id <> $2 AND deleted_at_ms IS NOT NULL AND erased_at_ms IS NULL
        ORDER BY deleted_at_ms DESC, id DESC
        LIMIT 1";
    /// Suspends as before.
    SUSPEND = "UPDATE volunteers
        SET suspended_at_ms = $2, suspended_reason = $3
        WHERE id = $1 AND suspended_at_ms IS NULL";
}

#[derive(FromRow)]
struct Archived {
    suspended_at_ms: Option<i64>,
    suspended_reason: Option<String>,
}

impl Change {
    /// Conflicts of the volunteer with this index meet this record of hers.
    pub(super) async fn carry_conflicts_of_volunteer(
        &mut self,
        id: &str,
        id_number_index: Option<&str>,
    ) -> Result<(), StoreError> {
        let Some(index) = id_number_index else { return Ok(()) };
        self.execute(LEARN, bound![id, index]).await?;
        self.execute(MOVE_TO_VOLUNTEER, bound![id, index]).await?;
        self.suspend_conflicts_of_volunteer(id).await
    }

    /// A suspension of the volunteer with this index meets this record of hers.
    pub(super) async fn carry_suspension(
        &mut self,
        id: &str,
        region_code: &str,
        id_number_index: Option<&str>,
    ) -> Result<(), StoreError> {
        let Some(index) = id_number_index else { return Ok(()) };
        let archived: Option<Archived> = self.optional(FIND_ARCHIVED, bound![index, id]).await?;
        let Some(Archived { suspended_at_ms: Some(since_ms), suspended_reason }) = archived else {
            return Ok(());
        };
        let reason = suspended_reason.clone().unwrap_or_default();
        if self.execute(SUSPEND, bound![id, since_ms, suspended_reason]).await? == 1 {
            let event = AuditEvent::new("volunteer.suspended", "volunteers", id, region_code);
            self.record(event.because(&reason));
        }
        Ok(())
    }

    /// Conflicts of the child with this index meet this record of hers.
    pub(super) async fn carry_conflicts_of_child(
        &mut self,
        id: &str,
        id_number_index: Option<&str>,
    ) -> Result<bool, StoreError> {
        let Some(index) = id_number_index else { return Ok(false) };
        Ok(self.execute(MOVE_TO_CHILD, bound![id, index]).await? > 0)
    }
}
