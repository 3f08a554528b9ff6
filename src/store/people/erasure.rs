//! Erasure (S35, S36): the person's key is destroyed, her blind indexes go, her cells shrink to what statistics count. The
//! row stays, so that runs which counted it still add up. Bars, concerns and the audit trail are not touched (S41).

use sqlx::FromRow;

use super::cells::{CHILD, VOLUNTEER, birth_of};
use super::volunteers::PeopleScope;
use super::{county_of, json, row_indexes};
use crate::input::person_check::Cells;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, Halt, RegionSpan, StoreError};

statements! {
    /// Leaves of a child what statistics count.
    ERASE_CHILD = "UPDATE children
        SET version = version + 1, updated_at_ms = $2, erased_at_ms = $2, deleted_at_ms = COALESCE(deleted_at_ms, $2),
            purge_at_ms = NULL, number = $1, region_code = $3, cells = $4, sealed = '{}', phone_index = NULL,
            id_number_index = NULL, external_ref = NULL, ready = FALSE, findings = '[]', legal_basis = '', consent = '',
            wish = ''
        WHERE id = $1";
    /// As above, of a volunteer.
    ERASE_VOLUNTEER = "UPDATE volunteers
        SET version = version + 1, updated_at_ms = $2, erased_at_ms = $2, deleted_at_ms = COALESCE(deleted_at_ms, $2),
            purge_at_ms = NULL, number = $1, region_code = $3, cells = $4, sealed = '{}', phone_index = NULL,
            id_number_index = NULL, external_ref = NULL, ready = FALSE, findings = '[]', screening = '',
            screened_through = NULL, suspended_reason = NULL, unit = NULL
        WHERE id = $1";
    /// Numbers in conflicts point to a person in the county's own books.
    BLANK_CONFLICTS = "UPDATE conflicts
        SET volunteer_number = $1
        WHERE volunteer_id = $1";
    /// Who must not meet her must not meet her registered anew either: her ID number's blind index outlives her record.
    KEEP_CONFLICTS = "UPDATE conflicts
        SET child_index = (SELECT c.id_number_index FROM children c WHERE c.id = $1)
        WHERE child_id = $1 AND cleared_at_ms IS NULL";
    /// Sealed names in answers were unreadable already.
    BLANK_CONSENTS = "UPDATE consents
        SET sealed = '{}'
        WHERE child_id = $1";
    /// As above, of checks.
    BLANK_SCREENINGS = "UPDATE screenings
        SET sealed = '{}', authority = ''
        WHERE volunteer_id = $1";
    /// Why somebody said no is hers; that the two are not to be proposed to each other stands.
    BLANK_REFUSALS = "UPDATE refusals
        SET reason = ''
        WHERE child_id = $1 OR volunteer_id = $1";
    /// What an office wrote about a duty may name her.
    BLANK_LEGAL_BASES = "UPDATE legal_bases
        SET authority = '', document = ''
        WHERE child_id = $1";
    /// Rows of uploads that speak of a person, by what she became, her number or her ID number.
    LIST_IMPORT_ROWS = "SELECT import_id, number, status
        FROM import_rows
        WHERE subject_id = $1 OR number_index = $2 OR id_number_index = $3";
    /// Her copy in a row goes, and what was found in it; a row that became nobody cannot any more.
    BLANK_IMPORT_ROW = "UPDATE import_rows
        SET sealed = '', findings = '[]', number_index = NULL, id_number_index = NULL,
            status = CASE WHEN status = 'committed' THEN 'committed' ELSE 'faulty' END
        WHERE import_id = $1 AND number = $2";
    /// What was found in the whole file may quote her; the rows are counted anew.
    BLANK_IMPORT = "UPDATE imports
        SET findings = '[]', rows_good = rows_good - $2, rows_faulty = rows_faulty + $2
        WHERE id = $1";
    /// Children whose day has come.
    DUE_CHILDREN = "SELECT id
        FROM children
        WHERE purge_at_ms <= $1 AND erased_at_ms IS NULL
        ORDER BY purge_at_ms
        LIMIT $2";
    /// Volunteers whose day has come.
    DUE_VOLUNTEERS = "SELECT id
        FROM volunteers
        WHERE purge_at_ms <= $1 AND erased_at_ms IS NULL
        ORDER BY purge_at_ms
        LIMIT $2";
}

/// How many were erased because their day had come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Children.
    pub children: usize,
    /// Volunteers.
    pub volunteers: usize,
}

#[derive(FromRow)]
struct Copied {
    import_id: String,
    number: i64,
    status: String,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

/// What statistics count: no text that anybody wrote freely, no place below the county.
fn counted(cells: &Cells, sealed: &Clear, keys: &[&str]) -> Cells {
    let mut kept: Cells = cells.clone();
    kept.retain(|key, _| keys.contains(&key.as_str()));
    if let Some(birth) = birth_of(sealed) {
        kept.insert("birth_year".to_owned(), birth.year().to_string());
    }
    kept
}

/// The county of a division, as a code.
fn county_code(region_code: &str) -> String {
    format!("{:0<12}", county_of(region_code))
}

impl Change {
    /// Takes a person, by id, number and division, out of the rows of uploads, those included that became nobody.
    async fn blank_import_rows(
        &mut self,
        table: &'static str,
        (id, number, region_code): (&str, &str, &str),
        sealed: &Clear,
    ) -> Result<(), StoreError> {
        let mut cells = Cells::from([("id".to_owned(), number.to_owned())]);
        cells.extend(sealed.get_key_value("id_number").map(|(key, text)| (key.clone(), text.clone())));
        let (by_number, by_id_number) = row_indexes(self.store(), table, region_code, &cells);
        let rows: Vec<Copied> = self.all(LIST_IMPORT_ROWS, bound![id, by_number, by_id_number]).await?;
        for Copied { import_id, number, status } in rows {
            self.execute(BLANK_IMPORT_ROW, bound![&import_id, number]).await?;
            self.execute(BLANK_IMPORT, bound![&import_id, i64::from(status == "good")]).await?;
        }
        Ok(())
    }

    /// Erases a child, archived or not. Nothing of her can be read afterwards.
    pub async fn erase_child(&mut self, span: &RegionSpan, id: &str, reason: &str) -> Result<(), StoreError> {
        let row = self.child_row(span, id).await?;
        let key = row.key(self)?;
        let (cells, sealed) = row.opened(self, &key)?;
        let kept = counted(&cells, &sealed, &["sex", "categories", "risk", "living_alone"]);
        let region_code = county_code(&row.region_code);
        let now_ms = self.now_ms();
        self.hold_child(span, id).await?;
        self.end_pairs_of_child(id, "erased").await?;
        self.execute(KEEP_CONFLICTS, bound![id]).await?;
        self.execute(ERASE_CHILD, bound![id, now_ms, region_code, json(&kept)]).await?;
        self.execute(BLANK_CONSENTS, bound![id]).await?;
        self.execute(BLANK_LEGAL_BASES, bound![id]).await?;
        self.execute(BLANK_REFUSALS, bound![id]).await?;
        self.blank_import_rows(CHILD.table, (id, &row.number, &row.region_code), &sealed).await?;
        self.erase_from_runs(id).await?;
        self.destroy_person_key(id).await?;
        let event = AuditEvent::new("child.erased", CHILD.table, id, &row.region_code);
        self.record(event.because(reason));
        Ok(())
    }

    /// Erases a volunteer, archived or not. A bar against her ID number stands on.
    pub async fn erase_volunteer(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let row = self.volunteer_row(scope, id).await?;
        let key = row.key(self)?;
        let (cells, sealed) = row.opened(self, &key)?;
        let kept = counted(&cells, &sealed, &["sex", "kinds"]);
        let region_code = county_code(&row.region_code);
        let now_ms = self.now_ms();
        self.hold_volunteer(scope, id).await?;
        self.halt_pairs_of_volunteer(id, Halt::Ended("erased")).await?;
        self.execute(ERASE_VOLUNTEER, bound![id, now_ms, region_code, json(&kept)]).await?;
        self.execute(BLANK_CONFLICTS, bound![id]).await?;
        self.execute(BLANK_SCREENINGS, bound![id]).await?;
        self.execute(BLANK_REFUSALS, bound![id]).await?;
        self.erase_account_of(id).await?;
        self.withdraw_messages_to(id).await?;
        self.blank_import_rows(VOLUNTEER.table, (id, &row.number, &row.region_code), &sealed).await?;
        self.erase_from_runs(id).await?;
        self.destroy_person_key(id).await?;
        let event = AuditEvent::new("volunteer.erased", VOLUNTEER.table, id, &row.region_code);
        self.record(event.because(reason));
        Ok(())
    }

    /// Erases at most so many of either sort whose day has come. To be called again while it finds any.
    pub async fn purge_due(&mut self, most: i64) -> Result<Purged, StoreError> {
        let (everywhere, now_ms) = (RegionSpan::everywhere(), self.now_ms());
        let children: Vec<Id> = self.all(DUE_CHILDREN, bound![now_ms, most]).await?;
        for child in &children {
            self.erase_child(&everywhere, &child.id, "retention").await?;
        }
        let volunteers: Vec<Id> = self.all(DUE_VOLUNTEERS, bound![now_ms, most]).await?;
        let scope = PeopleScope::region(everywhere);
        for volunteer in &volunteers {
            self.erase_volunteer(&scope, &volunteer.id, "retention").await?;
        }
        Ok(Purged { children: children.len(), volunteers: volunteers.len() })
    }
}
