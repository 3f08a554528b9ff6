//! Why a child's data may be kept (S9): a statutory duty by its document, or a consent, with which it ends.

use sqlx::FromRow;

use super::consents::{NewConsent, giver_of_cell};
use crate::input::values::half_width;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, RegionSpan, StoreError, View};

statements! {
    /// Records a basis.
    ADD = "INSERT INTO legal_bases
        (id, child_id, kind, authority, document, consent_id, recorded_at_ms, recorded_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Every basis of a child, the latest last.
    LIST = "SELECT id, child_id, kind, authority, document, consent_id, recorded_at_ms, recorded_by, ended_at_ms
        FROM legal_bases
        WHERE child_id = $1
        ORDER BY id";
    /// One basis of a child of these divisions.
    FIND = "SELECT t.id, t.child_id, t.kind, t.authority, t.document, t.consent_id, t.recorded_at_ms, t.recorded_by,
            t.ended_at_ms
        FROM legal_bases t
        JOIN children c ON c.id = t.child_id
        WHERE t.id = $1 AND c.region_code BETWEEN $2 AND $3 AND c.erased_at_ms IS NULL";
    /// Ends a duty.
    END_DUTY = "UPDATE legal_bases
        SET ended_at_ms = $2
        WHERE id = $1 AND kind = 'statutory_duty' AND ended_at_ms IS NULL";
    /// Ends every basis of a kind.
    END_KIND = "UPDATE legal_bases
        SET ended_at_ms = $3
        WHERE child_id = $1 AND kind = $2 AND ended_at_ms IS NULL";
}

/// A recorded basis.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct LegalBasisRecord {
    /// Id.
    pub id: String,
    /// The child.
    pub child_id: String,
    /// `guardian_consent` or `statutory_duty`.
    pub kind: String,
    /// Of a duty: which authority.
    pub authority: String,
    /// Of a duty: by which document.
    pub document: String,
    /// Of a consent: which.
    pub consent_id: Option<String>,
    /// When it was recorded.
    pub recorded_at_ms: i64,
    /// By which user.
    pub recorded_by: String,
    /// When it ended.
    pub ended_at_ms: Option<i64>,
}

/// A statutory duty to be recorded.
#[derive(Clone, Debug)]
pub struct NewDuty {
    /// 机关
    pub authority: String,
    /// 文号
    pub document: String,
}

impl View {
    pub(super) async fn legal_basis_rows(
        &mut self,
        child_id: &str,
    ) -> Result<Vec<LegalBasisRecord>, StoreError> {
        self.all(LIST, bound![child_id]).await
    }

    /// Every basis of a child, the latest last.
    pub async fn legal_bases(
        &mut self,
        span: &RegionSpan,
        child_id: &str,
    ) -> Result<Vec<LegalBasisRecord>, StoreError> {
        self.child_row(span, child_id).await?;
        self.legal_basis_rows(child_id).await
    }
}

impl Change {
    async fn put_basis(
        &mut self,
        child_id: &str,
        kind: &str,
        duty: (&str, &str),
        consent_id: Option<&str>,
    ) -> Result<String, StoreError> {
        let id = self.store().new_id();
        let recorded_by = self.recorder();
        let (authority, document) = duty;
        let values = bound![&id, child_id, kind, authority, document, consent_id, self.now_ms(), recorded_by];
        self.execute(ADD, values).await?;
        Ok(id)
    }

    /// Whom records name: the user or key that acts.
    pub(in crate::store) fn recorder(&self) -> String {
        self.actor().id.clone().unwrap_or_else(|| self.actor().kind.to_owned())
    }

    /// Records a statutory duty; its id.
    pub async fn add_duty(
        &mut self,
        span: &RegionSpan,
        child_id: &str,
        duty: &NewDuty,
    ) -> Result<String, StoreError> {
        self.touch_child(span, child_id, None).await?;
        let parts = (half_width(&duty.authority), half_width(&duty.document));
        let id = self.put_basis(child_id, "statutory_duty", (&parts.0, &parts.1), None).await?;
        self.refresh_child(span, child_id).await?;
        let region_code = self.child_row(span, child_id).await?.region_code;
        let event = AuditEvent::new("legal_basis.recorded", "children", child_id, &region_code);
        self.record(event.of_fields(["legal_basis"]).because("statutory_duty"));
        Ok(id)
    }

    /// Ends a statutory duty: it no longer holds, or was recorded by mistake.
    ///
    /// # Errors
    /// `state_conflict` where it has ended, or is a consent: that is withdrawn.
    pub async fn end_duty(&mut self, span: &RegionSpan, id: &str) -> Result<String, StoreError> {
        let found: Option<LegalBasisRecord> =
            self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        let basis = found.ok_or(StoreError::not_found("legal basis"))?;
        self.touch_child(span, &basis.child_id, None).await?;
        let now_ms = self.now_ms();
        if self.execute(END_DUTY, bound![id, now_ms]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.refresh_child(span, &basis.child_id).await?;
        let region_code = self.child_row(span, &basis.child_id).await?.region_code;
        let event = AuditEvent::new("legal_basis.ended", "children", &basis.child_id, &region_code);
        self.record(event.of_fields(["legal_basis"]));
        Ok(basis.child_id)
    }

    /// Notes that a consent to processing is the basis from now on.
    pub(super) async fn rest_on_consent(
        &mut self,
        child_id: &str,
        consent_id: &str,
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(END_KIND, bound![child_id, "guardian_consent", now_ms]).await?;
        self.put_basis(child_id, "guardian_consent", ("", ""), Some(consent_id)).await.map(|_| ())
    }

    /// Ends what rested on any consent: the guardian's last word is a no, or was withdrawn.
    pub(super) async fn end_consent_bases(&mut self, child_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(END_KIND, bound![child_id, "guardian_consent", now_ms]).await.map(|_| ())
    }

    /// The cell 法律依据 of a sheet: the paper behind it is the sheet's.
    pub(super) async fn record_basis_cell(
        &mut self,
        child_id: &str,
        region_code: &str,
        cell: &str,
        (giver, day): (&str, &str),
    ) -> Result<(), StoreError> {
        match crate::input::person_check::legal_basis_of(cell) {
            None => Ok(()),
            Some(crate::model::child::LegalBasis::StatutoryDuty { authority, document }) => {
                let duty = (authority.as_str(), document.as_str());
                self.put_basis(child_id, "statutory_duty", duty, None).await.map(|_| ())
            }
            Some(crate::model::child::LegalBasis::GuardianConsent) => {
                // The cell itself says that it was the guardian, unless the one beside it says otherwise.
                let giver = if giver.trim().is_empty() { "guardian" } else { giver_of_cell(giver) };
                let consent = NewConsent::of_sheet("processing", "yes", giver, day);
                self.put_consent(child_id, region_code, &consent).await.map(|_| ())
            }
        }
    }
}
