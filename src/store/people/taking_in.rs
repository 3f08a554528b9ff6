//! A row of an imported sheet → a new person, or the one in the county who bears its number.
//!
//! For a person who is known, a blank cell says nothing, and other cells replace what stood there. Records are another
//! matter, for a sheet may be older than they are: it may say no at any time, and yes only where nothing of the kind was
//! ever recorded. So no old sheet brings a withdrawn consent back.

use sqlx::FromRow;

use super::cells::{CHILD, Sort, VOLUNTEER};
use super::child_changes::{NewChild, PersonPatch};
use super::consents::Consent;
use super::screenings::reference_field;
use super::volunteer_changes::NewVolunteer;
use super::volunteers::PeopleScope;
use super::{blind_indexes, county_of};
use crate::input::person_check::Cells;
use crate::input::values::codes::{parse_agreement, parse_screening_result};
use crate::input::values::dates::parse_date;
use crate::input::values::half_width;
use crate::model::volunteer::ScreeningResult;
use crate::store::statement::{bound, statements};
use crate::store::{Change, RegionSpan, StoreError, View};

statements! {
    /// The child of a number.
    FIND_CHILD = "SELECT id, version FROM children
        WHERE county_code = $1 AND number = $2 AND erased_at_ms IS NULL";
    /// The volunteer of a number.
    FIND_VOLUNTEER = "SELECT id, version FROM volunteers
        WHERE county_code = $1 AND number = $2 AND erased_at_ms IS NULL";
    /// A volunteer who is archived.
    FIND_ARCHIVED = "SELECT id, version FROM volunteers WHERE id = $1 AND deleted_at_ms IS NOT NULL";
    /// Another child with an ID number.
    OTHER_CHILD = "SELECT id, version FROM children
        WHERE id_number_index = $1 AND deleted_at_ms IS NULL AND id <> $2";
    /// Another volunteer with an ID number.
    OTHER_VOLUNTEER = "SELECT id, version FROM volunteers
        WHERE id_number_index = $1 AND deleted_at_ms IS NULL AND id <> $2";
}

#[derive(FromRow)]
struct Known {
    id: String,
    version: i64,
}

/// The cells of a row that a person's own columns keep, as a patch.
fn patch_of(sort: &Sort, region_code: &str, cells: &Cells) -> PersonPatch {
    let own = cells.iter().filter(|(key, text)| {
        !sort.records.contains(&key.as_str())
            && !matches!(key.as_str(), "id" | "region_code")
            && !text.trim().is_empty()
    });
    let cells = own.map(|(key, text)| (key.clone(), Some(text.clone()))).collect();
    PersonPatch { region_code: Some(region_code.to_owned()), cells, ..PersonPatch::default() }
}

/// Somebody whose record is not the caller's to change.
fn elsewhere(error: StoreError) -> StoreError {
    match error {
        StoreError::NotFound { .. } => StoreError::conflict("registered_elsewhere"),
        other => other,
    }
}

/// Whether a sheet tells of a finding.
fn is_finding(records: &Cells) -> bool {
    let result = records.get("screening_result").map_or("", String::as_str);
    parse_screening_result(result).ok() == Some(ScreeningResult::Barred)
}

fn id_number_index(view: &View, cells: &Cells) -> Option<String> {
    let number = cells.get("id_number").map_or("", String::as_str);
    blind_indexes(view, "", number).1
}

impl Change {
    /// Registers the child of a row, or changes the one who bears the number; her id.
    ///
    /// # Errors
    /// `already_exists` where the ID number is somebody else's, `registered_elsewhere` where the number is that of somebody
    /// outside the span, `state_conflict` where she is archived, and those of
    /// [`add_child`](Self::add_child). The transaction can go on after each.
    pub async fn take_in_child(
        &mut self,
        span: &RegionSpan,
        number: String,
        region_code: &str,
        cells: Cells,
    ) -> Result<String, StoreError> {
        let (county, number) = (county_of(region_code).to_owned(), half_width(&number));
        let Some(known) = self.optional::<Known>(FIND_CHILD, bound![&county, &number]).await? else {
            let new = NewChild { number, region_code: region_code.to_owned(), external_ref: None, cells };
            return self.add_child(new).await;
        };
        if let Some(index) = id_number_index(self, &cells) {
            let other: Option<Known> = self.optional(OTHER_CHILD, bound![index, &known.id]).await?;
            if other.is_some() {
                return Err(StoreError::conflict("already_exists"));
            }
        }
        // Held from here on, so that the version read now is the one that is patched.
        self.touch_child(span, &known.id, None).await.map_err(elsewhere)?;
        let known: Known = self.one(FIND_CHILD, bound![&county, &number]).await?;
        let patch = patch_of(&CHILD, region_code, &cells);
        self.patch_child(span, &known.id, known.version, &patch).await?;
        let records = self.child_records_to_take(&known.id, CHILD.part(&cells).records).await?;
        if !records.is_empty() {
            self.record_child_cells(&known.id, region_code, &records).await?;
            self.refresh_child(&RegionSpan::everywhere(), &known.id).await?;
        }
        Ok(known.id)
    }

    /// What a sheet may still record of a child who is known.
    async fn child_records_to_take(&mut self, id: &str, mut records: Cells) -> Result<Cells, StoreError> {
        let consents = self.consent_rows(id).await?;
        let says_no = |records: &Cells, key: &str| {
            records.get(key).and_then(|cell| parse_agreement(cell).ok().flatten()) == Some(false)
        };
        let asked = consents.iter().any(|consent| consent.purpose == "pairing");
        if asked && !says_no(&records, "consent") {
            records.retain(|key, _| !key.starts_with("consent"));
        }
        let answers = |consent: &Consent| consent.giver_counts() || consent.answer != "yes";
        let based = consents.iter().any(|consent| consent.purpose == "processing" && answers(consent));
        if based || !self.legal_basis_rows(id).await?.is_empty() {
            records.remove("legal_basis");
        }
        if !self.wish_rows(id).await?.is_empty() && !says_no(&records, "wish") {
            records.retain(|key, _| !key.starts_with("wish"));
        }
        Ok(records)
    }

    /// Registers the volunteer of a row, or changes the one who bears the number; her id. A finding is kept also where the row
    /// is not taken in because its ID number stands under another number.
    ///
    /// # Errors
    /// As [`take_in_child`](Self::take_in_child), and `barred`.
    pub async fn take_in_volunteer(
        &mut self,
        span: &RegionSpan,
        number: String,
        region_code: &str,
        cells: Cells,
    ) -> Result<String, StoreError> {
        let taken = self.take_in_her_row(span, number, region_code, cells.clone()).await;
        if matches!(taken, Err(StoreError::Conflict { code: "already_exists" })) {
            self.keep_finding(&cells).await?;
        }
        taken
    }

    /// A finding bars whoever bears the ID number, wherever she is registered (S3).
    async fn keep_finding(&mut self, cells: &Cells) -> Result<(), StoreError> {
        let records = VOLUNTEER.part(cells).records;
        let Some(index) = id_number_index(self, cells).filter(|_| is_finding(&records)) else {
            return Ok(());
        };
        let Some(known) = self.optional::<Known>(OTHER_VOLUNTEER, bound![index, ""]).await? else {
            return Ok(());
        };
        let everywhere = PeopleScope::region(RegionSpan::everywhere());
        self.hold_volunteer(&everywhere, &known.id).await?;
        if self.is_new_screening(&known.id, &records).await? {
            let region_code = self.volunteer_row(&everywhere, &known.id).await?.region_code;
            self.record_screening_cells(&known.id, &region_code, &records).await?;
            self.refresh_volunteer(&known.id).await?;
        }
        Ok(())
    }

    async fn take_in_her_row(
        &mut self,
        span: &RegionSpan,
        number: String,
        region_code: &str,
        cells: Cells,
    ) -> Result<String, StoreError> {
        let (county, number) = (county_of(region_code).to_owned(), half_width(&number));
        let Some(known) = self.optional::<Known>(FIND_VOLUNTEER, bound![&county, &number]).await? else {
            let region_code = region_code.to_owned();
            let new = NewVolunteer { number, region_code, team_id: None, external_ref: None, cells };
            return self.add_volunteer(new).await;
        };
        let scope = PeopleScope::region(span.clone());
        let records = VOLUNTEER.part(&cells).records;
        if self.optional::<Known>(FIND_ARCHIVED, bound![&known.id]).await?.is_some() {
            return self.bar_the_archived(&scope, &known.id, region_code, &records).await;
        }
        if let Some(index) = id_number_index(self, &cells) {
            let other: Option<Known> = self.optional(OTHER_VOLUNTEER, bound![index, &known.id]).await?;
            if other.is_some() {
                return Err(StoreError::conflict("already_exists"));
            }
        }
        self.touch_volunteer(&scope, &known.id, None).await.map_err(elsewhere)?;
        let known: Known = self.one(FIND_VOLUNTEER, bound![&county, &number]).await?;
        let patch = patch_of(&VOLUNTEER, region_code, &cells);
        self.patch_volunteer(&scope, &known.id, known.version, &patch).await?;
        if self.is_new_screening(&known.id, &records).await? {
            self.record_screening_cells(&known.id, region_code, &records).await?;
            self.refresh_volunteer(&known.id).await?;
        }
        Ok(known.id)
    }

    /// An archived record takes nothing in, and a finding bars its person all the same.
    async fn bar_the_archived(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        region_code: &str,
        records: &Cells,
    ) -> Result<String, StoreError> {
        if is_finding(records) {
            self.hold_volunteer(scope, id).await.map_err(elsewhere)?;
            if self.is_new_screening(id, records).await? {
                self.record_screening_cells(id, region_code, records).await?;
                self.refresh_volunteer(id).await?;
            }
        }
        self.volunteer_row(scope, id).await.map_err(elsewhere)?;
        Err(StoreError::conflict("state_conflict"))
    }

    /// Whether a sheet tells of a check that is later than all that are known, or of a finding.
    async fn is_new_screening(&mut self, id: &str, records: &Cells) -> Result<bool, StoreError> {
        let cell = |key: &str| records.get(key).map_or("", String::as_str);
        let known = self.screening_rows(id).await?;
        if known.is_empty() {
            return Ok(!records.is_empty());
        }
        let day = parse_date(cell("screening_date")).map(|day| day.to_string()).ok();
        if is_finding(records) {
            // A later finding bars anew, though an earlier bar was lifted; only the very same one is known.
            let missing = StoreError::not_found("volunteer");
            let key = self.person_key(VOLUNTEER.table, id).await?.ok_or(missing)?;
            let day = day.unwrap_or_default();
            for record in known.iter().filter(|record| record.result == "barred" && record.screened_on == day)
            {
                let field = reference_field(&record.id);
                let opened = self.open(&key, &record.sealed, Some(&[field.as_str()]))?;
                if opened.get(&field).map_or("", String::as_str) == cell("screening_reference") {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        Ok(day.is_some_and(|day| known.iter().all(|record| record.screened_on < day)))
    }
}
