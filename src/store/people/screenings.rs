//! Record checks of volunteers (S1, S2, S4): kind, result and reference, never the content. A finding bars at once (S3).

use sqlx::FromRow;

use super::cells::VOLUNTEER;
use super::volunteers::PeopleScope;
use crate::input::person_check::Cells;
use crate::input::values::codes::{parse_agreement, parse_screening_kind, parse_screening_result};
use crate::input::values::dates::parse_date;
use crate::model::volunteer::{ScreeningKind, ScreeningResult};
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, StoreError, View};

statements! {
    /// Records a check.
    ADD = "INSERT INTO screenings
        (id, volunteer_id, kind, result, authority, screened_on, valid_through, query_consent, sealed, recorded_at_ms,
         recorded_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Every check of a volunteer.
    LIST = "SELECT id, volunteer_id, kind, result, authority, screened_on, valid_through, query_consent, sealed,
            recorded_at_ms, recorded_by
        FROM screenings
        WHERE volunteer_id = $1
        ORDER BY recorded_at_ms, id";
}

/// A recorded check.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ScreeningRecord {
    /// Id.
    pub id: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// `employment` or `no_conviction`; of a sheet also empty.
    pub kind: String,
    /// `passed`, `barred`, `pending`; of a sheet also `unreadable` and empty.
    pub result: String,
    /// Who made it.
    pub authority: String,
    /// The day it was made; empty where a sheet did not say.
    pub screened_on: String,
    /// Its last day, where it names one.
    pub valid_through: Option<String>,
    /// Whether she agreed to it: `yes`, `no`, `unknown`.
    pub query_consent: String,
    pub(super) sealed: String,
    /// When it was recorded.
    pub recorded_at_ms: i64,
    /// By which user.
    pub recorded_by: String,
}

/// A check to be recorded.
#[derive(Clone, Debug, Default)]
pub struct NewScreening {
    /// `employment` or `no_conviction`.
    pub kind: String,
    /// `passed`, `barred` or `pending`.
    pub result: String,
    /// Who made it.
    pub authority: String,
    /// The day it was made.
    pub screened_on: String,
    /// Its last day.
    pub valid_through: Option<String>,
    /// Whether she agreed to it.
    pub query_consent: String,
    /// Its number there; sealed.
    pub reference: String,
}

/// The sealed field of a check's reference: bound to this very check.
pub(super) fn reference_field(screening_id: &str) -> String {
    format!("screenings/{screening_id}/reference")
}

impl View {
    pub(super) async fn screening_rows(
        &mut self,
        volunteer_id: &str,
    ) -> Result<Vec<ScreeningRecord>, StoreError> {
        self.all(LIST, bound![volunteer_id]).await
    }

    /// Every check of a volunteer, the latest last.
    pub async fn screenings(
        &mut self,
        scope: &PeopleScope,
        volunteer_id: &str,
    ) -> Result<Vec<ScreeningRecord>, StoreError> {
        self.volunteer_row(scope, volunteer_id).await?;
        self.screening_rows(volunteer_id).await
    }
}

impl Change {
    async fn put_screening(
        &mut self,
        volunteer_id: &str,
        region_code: &str,
        new: &NewScreening,
    ) -> Result<String, StoreError> {
        let id = self.store().new_id();
        let missing = StoreError::not_found("volunteer");
        let key = self.person_key(VOLUNTEER.table, volunteer_id).await?.ok_or(missing)?;
        let mut clear = Clear::new();
        if !new.reference.is_empty() {
            clear.insert(reference_field(&id), new.reference.clone());
        }
        let sealed = self.seal(&key, &clear);
        let values = bound![
            &id,
            volunteer_id,
            &new.kind,
            &new.result,
            &new.authority,
            &new.screened_on,
            new.valid_through.clone(),
            &new.query_consent,
            sealed,
            self.now_ms(),
            self.recorder()
        ];
        self.execute(ADD, values).await?;
        if new.result == "barred" {
            self.put_bar(volunteer_id, region_code, "screening").await?;
        }
        let event = AuditEvent::new("screening.recorded", "volunteers", volunteer_id, region_code);
        self.record(event.of_fields(["screening"]).because(&new.result));
        Ok(id)
    }

    /// Records a check; its id. One with a finding bars the volunteer in the same transaction, archived or not.
    pub async fn add_screening(
        &mut self,
        scope: &PeopleScope,
        volunteer_id: &str,
        new: &NewScreening,
    ) -> Result<String, StoreError> {
        self.hold_volunteer(scope, volunteer_id).await?;
        let region_code = self.volunteer_row(scope, volunteer_id).await?.region_code;
        let id = self.put_screening(volunteer_id, &region_code, new).await?;
        self.refresh_volunteer(volunteer_id).await?;
        Ok(id)
    }

    /// The cells 同意查询 and 查询… of a sheet.
    pub(super) async fn record_screening_cells(
        &mut self,
        volunteer_id: &str,
        region_code: &str,
        records: &Cells,
    ) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let cell = |key: &str| records.get(key).map_or("", String::as_str);
        let day = |key: &str| parse_date(cell(key)).map(|day| day.to_string()).ok();
        let kind = match parse_screening_kind(cell("screening_kind")) {
            Ok(ScreeningKind::Employment) => "employment",
            Ok(ScreeningKind::NoConviction) => "no_conviction",
            Err(_) => "",
        };
        let result = match parse_screening_result(cell("screening_result")) {
            Ok(ScreeningResult::Passed) => "passed",
            Ok(ScreeningResult::Barred) => "barred",
            Ok(ScreeningResult::Pending) => "pending",
            Err(_) if cell("screening_result").is_empty() => "",
            Err(_) => "unreadable",
        };
        // A last day that cannot be read must not become none: the check counts as incomplete.
        let limited = !cell("screening_valid_through").is_empty();
        let valid_through = day("screening_valid_through");
        let result =
            if result == "passed" && limited && valid_through.is_none() { "pending" } else { result };
        let query_consent = match parse_agreement(cell("query_consent")).ok().flatten() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        let new = NewScreening {
            kind: kind.to_owned(),
            result: result.to_owned(),
            authority: cell("screening_authority").to_owned(),
            screened_on: day("screening_date").unwrap_or_default(),
            valid_through,
            query_consent: query_consent.to_owned(),
            reference: cell("screening_reference").to_owned(),
        };
        self.put_screening(volunteer_id, region_code, &new).await.map(|_| ())
    }
}
