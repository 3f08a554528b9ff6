//! Reading the audit trail, and going through its chain row by row.
//!
//! In: a filter and a page, or nothing. Out: rows as they stand, or the first row that does not fit the one before.

use sqlx::FromRow;

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
        WHERE sequence > $1 AND region_code BETWEEN $2 AND $3 AND at_ms >= $4 AND at_ms < $5
        ORDER BY sequence
        LIMIT $6";
    /// As above, of one action, and of one actor where one is named.
    LIST_OF_ACTION = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE sequence > $1 AND region_code BETWEEN $2 AND $3 AND at_ms >= $4 AND at_ms < $5
            AND action = $7 AND ($8 = '' OR actor_id = $8)
        ORDER BY sequence
        LIMIT $6";
    /// As above, of one actor.
    LIST_OF_ACTOR = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE sequence > $1 AND region_code BETWEEN $2 AND $3 AND at_ms >= $4 AND at_ms < $5 AND actor_id = $7
        ORDER BY sequence
        LIMIT $6";
    /// The first row of a time and after; rows are numbered when they are committed, so not quite in the order of their times.
    FIRST_SINCE = "SELECT MIN(sequence) FROM audit_events WHERE at_ms >= $1";
    /// Rows about one subject.
    LIST_OF_SUBJECT = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE subject_table = $1 AND subject_id = $2 AND sequence > $3
        ORDER BY sequence
        LIMIT $4";
}

#[derive(FromRow)]
struct Number(Option<i64>);

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
        let after = match page.after.parse() {
            Ok(after) => after,
            Err(_) => self.before_time(filter.from_ms).await?,
        };
        let mut values = bound![
            after,
            &filter.region.first,
            &filter.region.last,
            filter.from_ms,
            filter.before_ms,
            page.rows()
        ];
        let statement = match (filter.action.as_str(), filter.actor_id.as_str()) {
            ("", "") => LIST,
            ("", actor_id) => {
                values.extend(bound![actor_id]);
                LIST_OF_ACTOR
            }
            (action, actor_id) => {
                values.extend(bound![action, actor_id]);
                LIST_OF_ACTION
            }
        };
        let rows: Vec<AuditRow> = self.all(statement, values).await?;
        Ok(page.page(rows, |row| row.sequence.to_string()))
    }

    /// A number before every row of a time and after, so that a long trail is not read from its beginning.
    async fn before_time(&mut self, from_ms: i64) -> Result<i64, StoreError> {
        if from_ms <= 0 {
            return Ok(0);
        }
        let Number(first) = self.one(FIRST_SINCE, bound![from_ms]).await?;
        Ok(first.map_or(i64::MAX, |first| first - 1))
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
