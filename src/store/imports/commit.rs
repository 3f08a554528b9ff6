//! Rows of an import → children and volunteers, some rows a transaction.
//!
//! Each transaction takes the import's row first, so that two commits of one import follow each other; a row's status changes
//! in the transaction that makes its person. So a commit that broke off goes on where it stopped, and none is done twice.
//! A row that cannot become anybody (barred, or a number that is somebody else's) turns faulty; the others go on.

use sqlx::FromRow;

use super::rows::{Row, findings_field};
use super::{Import, TABLE, findings};
use crate::input::person_check::Cells;
use crate::input::rule::InputRule;
use crate::input::sheet_kind::SheetKind;
use crate::input::values::Text;
use crate::input::{Finding, columns};
use crate::store::audit::AuditEvent;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::people::is_a_number;
use crate::store::scope::RegionSpan;
use crate::store::sealing::PersonKey;
use crate::store::statement::{bound, statements};

statements! {
    /// Begins or goes on.
    TAKE = "UPDATE imports SET state = 'committing', version = version + 1
        WHERE id = $1 AND state IN ('checked', 'committing')";
    /// The next rows.
    LIST_NEXT = "SELECT number, status, region_code, sealed, findings, subject_id FROM import_rows
        WHERE import_id = $1 AND status = 'good'
        ORDER BY number
        LIMIT $2";
    /// A row has become somebody; its cells are hers now, and nowhere else.
    SET_COMMITTED = "UPDATE import_rows SET status = 'committed', sealed = '', findings = '[]', subject_id = $3
        WHERE import_id = $1 AND number = $2";
    /// A row cannot become anybody.
    SET_FAULTY = "UPDATE import_rows SET status = 'faulty', findings = $3
        WHERE import_id = $1 AND number = $2";
    /// Counts on.
    ADVANCE = "UPDATE imports
        SET rows_done = rows_done + $2, rows_good = rows_good - $3, rows_faulty = rows_faulty + $3
        WHERE id = $1";
    /// Rows that are left.
    COUNT_LEFT = "SELECT COUNT(*) FROM import_rows WHERE import_id = $1 AND status = 'good'";
    /// Every row has become somebody, or is faulty.
    SET_DONE = "UPDATE imports SET state = 'committed', version = version + 1, ended_at_ms = $2
        WHERE id = $1 AND state = 'committing'";
}

#[derive(FromRow)]
struct Count(i64);

/// What a transaction of a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Rows that became somebody.
    pub done: i64,
    /// Rows that turned faulty.
    pub faulty: i64,
}

/// Why a row cannot become anybody.
fn refusal(code: &str) -> Option<Finding> {
    let (cause, remedy) = match code {
        "barred" => (
            Text::fixed("此人不符合条件，不能登记", "this person is not eligible and cannot be registered"),
            Text::fixed("如有疑问，请联系管理员", "ask the administrator where in doubt"),
        ),
        "number_refused" => (
            Text::fixed(
                "编号像姓名、电话或身份证号，不能作编号",
                "the number looks like a name, a phone or an ID number",
            ),
            Text::fixed("改用本县自编的编号", "use a number of the county's own"),
        ),
        "registered_elsewhere" => (
            Text::fixed(
                "该编号在本县其他区划已登记",
                "the number is registered in another division of the county",
            ),
            Text::fixed("核对编号，或请上级导入", "check the number, or leave the row to the office above"),
        ),
        "state_conflict" => (
            Text::fixed("该编号的人员已归档", "the person of this number is archived"),
            Text::fixed("先恢复其档案，或改用新的编号", "bring her record back first, or use a new number"),
        ),
        "already_exists" => (
            Text::fixed("身份证号已登记在另一编号之下", "the ID number is registered under another number"),
            Text::fixed("核对编号与身份证号", "check the number and the ID number"),
        ),
        _ => return None,
    };
    let by_number = matches!(code, "number_refused" | "registered_elsewhere" | "state_conflict");
    let column = if by_number { &columns::children::ID } else { &columns::children::ID_NUMBER };
    let finding = Finding::about_file(InputRule::NotTakenIn, "");
    Some(Finding { column: Some((column.zh, column.key)), cause, remedy, ..finding })
}

/// What stands against a number, without a question to the database: so an office hears of it at once.
pub fn number_refused(number: &str) -> Option<Finding> {
    let refused = !number.is_empty() && !is_a_number(number);
    refused.then(|| refusal("number_refused")).flatten()
}

impl Change {
    /// Makes people of the next rows of an import, and changes those of the span who are known. The caller commits the
    /// transaction.
    ///
    /// # Errors
    /// `state_conflict` where the import is neither checked nor being committed.
    pub async fn commit_import_rows(
        &mut self,
        span: &RegionSpan,
        import: &Import,
        most: i64,
    ) -> Result<Committed, StoreError> {
        if self.execute(TAKE, bound![&import.id]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        let rows: Vec<Row> = self.all(LIST_NEXT, bound![&import.id, most]).await?;
        let key = self.person_key(TABLE, &import.id).await?;
        let mut count = Committed { done: 0, faulty: 0 };
        for row in rows {
            let cells = row.cells(self, key.as_ref())?;
            let mut taken = self.take_in(span, import, &row.region_code, cells.clone()).await;
            if matches!(taken, Err(StoreError::Conflict { code: "already_exists" })) {
                // Somebody may have come with this number since it was looked for: then she is known now.
                taken = self.take_in(span, import, &row.region_code, cells).await;
            }
            match taken {
                Ok(subject_id) => {
                    self.execute(SET_COMMITTED, bound![&import.id, row.number, subject_id]).await?;
                    count.done += 1;
                }
                Err(StoreError::Conflict { code }) if refusal(code).is_some() => {
                    self.refuse_row(import, &row, key.as_ref(), code).await?;
                    count.faulty += 1;
                }
                Err(error) => return Err(error),
            }
        }
        self.execute(ADVANCE, bound![&import.id, count.done, count.faulty]).await?;
        Ok(count)
    }

    async fn refuse_row(
        &mut self,
        import: &Import,
        row: &Row,
        key: Option<&PersonKey>,
        code: &str,
    ) -> Result<(), StoreError> {
        let (Some(finding), Some(key)) = (refusal(code), key) else { return Ok(()) };
        let (number, field) = (row.number.to_string(), findings_field(row.number));
        let place = findings::Place { table: "import_rows", row: &number, field: &field };
        let findings = findings::write_with(self, key, &place, &row.findings, &finding)?;
        self.execute(SET_FAULTY, bound![&import.id, row.number, findings]).await.map(|_| ())
    }

    /// Ends a commit of which no row is left.
    ///
    /// # Errors
    /// `state_conflict` where rows are left.
    pub async fn finish_import_commit(
        &mut self,
        span: &RegionSpan,
        import: &Import,
    ) -> Result<Import, StoreError> {
        let Count(left) = self.one(COUNT_LEFT, bound![&import.id]).await?;
        let now_ms = self.now_ms();
        if left > 0 || self.execute(SET_DONE, bound![&import.id, now_ms]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.record(AuditEvent::new("import.committed", TABLE, &import.id, &import.region_code));
        self.import(span, &import.id).await
    }

    /// Makes or changes the person of a row; her id.
    async fn take_in(
        &mut self,
        span: &RegionSpan,
        import: &Import,
        region_code: &str,
        cells: Cells,
    ) -> Result<String, StoreError> {
        let number = cells.get(import.kind.id().key).cloned().unwrap_or_default();
        match import.kind {
            SheetKind::Children => self.take_in_child(span, number, region_code, cells).await,
            SheetKind::Volunteers => self.take_in_volunteer(span, number, region_code, cells).await,
        }
    }
}
