//! Reading the audit trail, and going through its chain row by row.
//!
//! In: a filter and a page, or nothing. Out: rows as they stand, or the first row that does not fit the one before.

use super::audit::{AuditRow, Head};
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::statement::{bound, statements};
use super::view::View;

/// Rows read at a time when the whole chain is gone through.
const STRETCH: i64 = 1_000;

statements! {
    /// The end of the chain.
    FIND_HEAD = "SELECT sequence, hash FROM audit_head WHERE id = 1";
    /// Every row after a number, whatever else it holds.
    NEXT = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE sequence > $1
        ORDER BY sequence
        LIMIT $2";
    /// Rows from a number on.
    LIST = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE sequence > $1 AND region_code BETWEEN $2 AND $3 AND ($4 = '' OR action = $4)
            AND ($5 = '' OR actor_id = $5) AND at_ms >= $6 AND at_ms < $7
        ORDER BY sequence
        LIMIT $8";
    /// Rows about one subject.
    LIST_OF_SUBJECT = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE subject_table = $1 AND subject_id = $2 AND sequence > $3
        ORDER BY sequence
        LIMIT $4";
}

/// Where the chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// The first row that does not fit, or the number that is missing.
    pub sequence: i64,
    /// What does not fit: `changed`, `missing`, `added`, `not after the row before` or `end cut off`.
    pub fault: &'static str,
}

/// Which rows of the trail.
#[derive(Clone, Debug)]
pub struct AuditFilter {
    /// Only what belongs to these divisions.
    pub region: RegionSpan,
    /// Only this action; empty for all.
    pub action: String,
    /// Only this actor; empty for all.
    pub actor_id: String,
    /// From this moment on, milliseconds.
    pub from_ms: i64,
    /// Before this moment, milliseconds.
    pub before_ms: i64,
}

impl View {
    /// Rows of the trail in their order; the sort key of a page is the row's number.
    pub async fn audit_events(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Page<AuditRow>, StoreError> {
        let after: i64 = page.after.parse().unwrap_or(0);
        let values = bound![
            after,
            &filter.region.first,
            &filter.region.last,
            &filter.action,
            &filter.actor_id,
            filter.from_ms,
            filter.before_ms,
            page.rows()
        ];
        let rows: Vec<AuditRow> = self.all(LIST, values).await?;
        Ok(page.page(rows, |row| row.sequence.to_string()))
    }

    /// What was done to one row, and who read it.
    pub async fn history(
        &mut self,
        table: &'static str,
        id: &str,
        page: &PageRequest,
    ) -> Result<Page<AuditRow>, StoreError> {
        let after: i64 = page.after.parse().unwrap_or(0);
        let rows: Vec<AuditRow> = self.all(LIST_OF_SUBJECT, bound![table, id, after, page.rows()]).await?;
        Ok(page.page(rows, |row| row.sequence.to_string()))
    }

    /// Goes through the whole chain. Cost: linear in its rows; memory that of one stretch.
    ///
    /// # Errors
    /// Where the database fails. A broken chain is an answer: the number of rows that hold, and the first fault.
    pub async fn verify_audit(&mut self) -> Result<(i64, Option<ChainFault>), StoreError> {
        let before: Head = self.one(FIND_HEAD, bound![]).await?;
        let (mut good, mut hash) = (0_i64, String::new());
        let fault = |at, fault| Some(ChainFault { sequence: at, fault });
        // From below the first number, so that a row put before it is seen.
        let mut last = i64::MIN;
        loop {
            let rows: Vec<AuditRow> = self.all(NEXT, bound![last, STRETCH]).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let found = if row.sequence <= good {
                    fault(row.sequence, "added")
                } else if row.sequence != good + 1 {
                    fault(good + 1, "missing")
                } else if row.previous_hash != hash {
                    fault(row.sequence, "not after the row before")
                } else if row.digest() != row.hash {
                    fault(row.sequence, "changed")
                } else {
                    None
                };
                if found.is_some() {
                    return Ok((good, found));
                }
                (last, good, hash) = (row.sequence, row.sequence, row.hash);
            }
        }
        // Rows that came while we read are no fault; fewer than the head said before are, and more than it says now.
        if good < before.sequence || (good == before.sequence && hash != before.hash) {
            return Ok((good, fault(good + 1, "end cut off")));
        }
        let after: Head = self.one(FIND_HEAD, bound![]).await?;
        if good > after.sequence {
            return Ok((good, fault(after.sequence + 1, "added")));
        }
        Ok((good, None))
    }
}
