//! Volunteers as they are registered, changed, suspended, archived and brought back.

use data_encoding::HEXLOWER;
use sqlx::FromRow;

use super::cells::{Parted, VOLUNTEER, is_a_number};
use super::child_changes::PersonPatch;
use super::volunteers::PeopleScope;
use super::{DAY_MS, DAYS_UNTIL_PURGE, blind_indexes, county_of, json, word_list};
use crate::input::person_check::{Cells, skill_kinds};
use crate::input::values::half_width;
use crate::input::values::numbers::parse_whole;
use crate::store::sealing::PersonKey;
use crate::store::statement::{Value, bound, statements};
use crate::store::{AuditEvent, Change, RegionSpan, StoreError, VOLUNTEER_ARCHIVED, View};

statements! {
    /// Registers a volunteer, unless number, reference or ID number is taken.
    ADD = "INSERT INTO volunteers
        (id, version, number, county_code, region_code, cells, sealed, skill_kinds, capacity, unit, phone_index,
         id_number_index, team_id, external_ref, ready, findings, screening, created_at_ms, updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, FALSE, '[]', '', $14, $14)
        ON CONFLICT DO NOTHING";
    /// Puts cells and what is made of them.
    PUT_CELLS = "UPDATE volunteers
        SET number = $2, county_code = $3, region_code = $4, cells = $5, sealed = $6, skill_kinds = $7, capacity = $8,
            unit = $9, phone_index = $10, id_number_index = $11, external_ref = $12, team_id = $13
        WHERE id = $1";
    /// Puts what the rules and the records say.
    PUT_STANDING = "UPDATE volunteers
        SET ready = $2, findings = $3, screening = $4, screened_through = $5
        WHERE id = $1";
    /// Whether there is a team.
    FIND_TEAM = "SELECT id FROM teams WHERE id = $1 AND region_code BETWEEN $2 AND $3";
    /// Suspends.
    SUSPEND = "UPDATE volunteers
        SET suspended_at_ms = $2, suspended_reason = $3
        WHERE id = $1 AND suspended_at_ms IS NULL";
    /// Resumes.
    RESUME = "UPDATE volunteers
        SET suspended_at_ms = NULL, suspended_reason = NULL
        WHERE id = $1 AND suspended_at_ms IS NOT NULL";
    /// Archives.
    ARCHIVE = "UPDATE volunteers
        SET deleted_at_ms = $2, purge_at_ms = $3
        WHERE id = $1";
    /// Brings back.
    RESTORE = "UPDATE volunteers
        SET version = version + 1, updated_at_ms = $4, deleted_at_ms = NULL, purge_at_ms = NULL
        WHERE id = $1 AND region_code BETWEEN $2 AND $3 AND deleted_at_ms IS NOT NULL AND erased_at_ms IS NULL";
}

/// A volunteer to be registered.
#[derive(Clone, Debug, Default)]
pub struct NewVolunteer {
    /// The organisation's own number.
    pub number: String,
    /// Division, twelve digits.
    pub region_code: String,
    /// Her team.
    pub team_id: Option<String>,
    /// The client's own reference, unique in the deployment.
    pub external_ref: Option<String>,
    /// Her row. Cells that records stand for (`screening_result` …) become records, as a sheet is their paper.
    pub cells: Cells,
}

#[derive(FromRow)]
struct Team {
    #[expect(dead_code, reason = "only whether there is one is asked")]
    id: String,
}

impl View {
    /// Whether a team of these divisions has this id.
    pub async fn has_team(&mut self, span: &RegionSpan, id: &str) -> Result<bool, StoreError> {
        let found: Option<Team> = self.optional(FIND_TEAM, bound![id, &span.first, &span.last]).await?;
        Ok(found.is_some())
    }
}

/// Cells of which another word makes an adult another one to the rules: who she is, and with whom she meets children.
const OF_PERSON: &[&str] = &["sex", "birth_date", "id_number", "unit", "unit_kind"];

/// Whether one of these cells says another thing than before.
pub(super) fn differ(before: &Cells, after: &Cells, keys: &[&str]) -> bool {
    let cell = |cells: &Cells, key: &str| half_width(cells.get(key).map_or("", String::as_str));
    keys.iter().any(|key| cell(before, key) != cell(after, key))
}

/// Capacity where no cell says any.
const DEFAULT_CAPACITY: i64 = 1;

/// What is stored of a row.
struct Made {
    /// In the order in which statements bind it.
    values: [Value; 7],
    id_number_index: Option<String>,
}

/// What stands in the column of units for one that is sealed: a blind index, the same for the same name.
fn sealed_unit(view: &View, unit: &str) -> String {
    // Spelt in digits and letters, which is all that an index looks at.
    let spelled = HEXLOWER.encode(half_width(unit).as_bytes());
    view.store().keys().index.id_number(&format!("unit {spelled}"))
}

impl Change {
    /// Puts what the rules and the records say.
    pub(super) async fn put_volunteer_standing(&mut self, values: Vec<Value>) -> Result<(), StoreError> {
        self.execute(PUT_STANDING, values).await.map(|_| ())
    }

    fn volunteer_values(&self, key: &PersonKey, parted: &Parted) -> Made {
        let sealed = |field: &str| parted.sealed.get(field).map_or("", String::as_str);
        // A cell of which a part could not be read is sealed, and the rest counts all the same.
        let clear = |field: &str| {
            let cell = parted.clear.get(field).or_else(|| parted.sealed.get(field));
            cell.map_or("", String::as_str)
        };
        let (phone, id_number_index) = blind_indexes(self, sealed("phone"), sealed("id_number"));
        let kinds = skill_kinds(clear("skills"));
        let kinds = word_list(&kinds.iter().map(|kind| kind.names().1).collect::<Vec<_>>());
        let capacity = parse_whole(clear("capacity"), 0, 200).map_or(DEFAULT_CAPACITY, i64::from);
        let unit = parted.clear.get("unit").map(|unit| half_width(unit)).filter(|unit| !unit.is_empty());
        // A unit by the name of somebody is sealed, and those who belong together are found all the same.
        let unit = unit.or_else(|| parted.sealed.get("unit").map(|unit| sealed_unit(self, unit)));
        Made {
            values: [
                json(&parted.clear).into(),
                self.seal(key, &parted.sealed).into(),
                kinds.into(),
                capacity.into(),
                unit.into(),
                phone.into(),
                id_number_index.clone().into(),
            ],
            id_number_index,
        }
    }

    /// Registers a volunteer; her id.
    ///
    /// # Errors
    /// `barred` where a bar stands against her ID number; `already_exists` where the number stands in the county, or the
    /// reference or ID number anywhere; `number_refused` where a name, a phone or an ID number stands for the number. The
    /// transaction can go on after each.
    pub async fn add_volunteer(&mut self, new: NewVolunteer) -> Result<String, StoreError> {
        if !is_a_number(&new.number) {
            return Err(StoreError::conflict("number_refused"));
        }
        let id = self.store().new_id();
        let key = self.new_person_key(VOLUNTEER.table, &id).await?;
        let parted = VOLUNTEER.part(&new.cells);
        let made = self.volunteer_values(&key, &parted);
        if !self.live_bars(&id, made.id_number_index.as_deref()).await?.is_empty() {
            self.destroy_person_key(&id).await?;
            return Err(StoreError::conflict("barred"));
        }
        let number = half_width(&new.number);
        let county = county_of(&new.region_code);
        let mut values = bound![&id, &number, county, &new.region_code];
        values.extend(made.values);
        values.extend(bound![new.team_id.clone(), new.external_ref.clone(), self.now_ms()]);
        if self.execute(ADD, values).await? == 0 {
            self.destroy_person_key(&id).await?;
            return Err(StoreError::conflict("already_exists"));
        }
        self.meet_conflicts(&id, county, &number).await?;
        self.carry_conflicts_of_volunteer(&id, made.id_number_index.as_deref()).await?;
        self.carry_suspension(&id, &new.region_code, made.id_number_index.as_deref()).await?;
        self.record_screening_cells(&id, &new.region_code, &parted.records).await?;
        self.refresh_volunteer(&id).await?;
        if parted.clear.contains_key("unit") || parted.sealed.contains_key("unit") {
            self.suspend_pairs_joined_by(&id).await?;
        }
        let fields = parted.clear.keys().chain(parted.sealed.keys()).chain(parted.records.keys());
        let event = AuditEvent::new("volunteer.created", "volunteers", &id, &new.region_code);
        self.record(event.of_fields(fields.cloned()));
        Ok(id)
    }

    /// Changes a volunteer where she has the version that was seen.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where somebody was first; `already_exists` as in [`add_volunteer`](Self::add_volunteer);
    /// `barred` where the ID number becomes one that is barred, or that of a barred person is to change.
    pub async fn patch_volunteer(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        version: i64,
        patch: &PersonPatch,
    ) -> Result<(), StoreError> {
        self.touch_volunteer(scope, id, Some(version)).await?;
        let row = self.volunteer_row(scope, id).await?;
        let key = row.key(self)?;
        let (mut cells, sealed) = row.opened(self, &key)?;
        cells.extend(sealed);
        let before = cells.clone();
        patch.over(&VOLUNTEER, &mut cells);
        let is_another = differ(&before, &cells, OF_PERSON);
        let members = self.unit_members(id).await?;
        let parted = VOLUNTEER.part(&cells);
        let made = self.volunteer_values(&key, &parted);
        let known_index = self.index_of(id).await?;
        self.check_new_index(id, made.id_number_index.as_deref()).await?;
        let number = patch.number.as_deref().map_or(row.number, half_width);
        let county_before = county_of(&row.region_code).to_owned();
        let region_code = patch.region_code.clone().unwrap_or(row.region_code);
        // A unit is one of a county.
        let moves = county_of(&region_code) != county_before && before.contains_key("unit");
        let external_ref = patch.external_ref.over(row.external_ref);
        let mut values = bound![id, number, county_of(&region_code), &region_code];
        values.extend(made.values);
        let team_id = patch.team_id.over(row.team_id);
        values.extend(bound![external_ref, team_id]);
        self.execute(PUT_CELLS, values).await.map_err(StoreError::unique_is_conflict)?;
        if known_index != made.id_number_index {
            self.carry_conflicts_of_volunteer(id, made.id_number_index.as_deref()).await?;
            self.carry_suspension(id, &region_code, made.id_number_index.as_deref()).await?;
        }
        self.refresh_volunteer(id).await?;
        if is_another || moves {
            self.suspend_pairs_to_check(&members).await?;
        }
        let event = AuditEvent::new("volunteer.changed", "volunteers", id, &region_code);
        self.record(event.of_fields(patch.fields()));
        Ok(())
    }

    /// Whether an ID number may become a record's: no bar may be left behind by a change, nor walked into.
    async fn check_new_index(&mut self, id: &str, index: Option<&str>) -> Result<(), StoreError> {
        let known = self.index_of(id).await?;
        if known.as_deref() == index || self.live_bars(id, index).await?.is_empty() {
            return Ok(());
        }
        match index {
            // A bar made without a number learns it.
            Some(index) if known.is_none() => {
                let others = self.live_bars("", Some(index)).await?;
                if others.is_empty() {
                    return self.teach_bars(id, index).await;
                }
                Err(StoreError::conflict("barred"))
            }
            _ => Err(StoreError::conflict("barred")),
        }
    }

    /// Suspends a volunteer: out of every run until she is resumed.
    ///
    /// # Errors
    /// `state_conflict` where she is suspended already.
    pub async fn suspend_volunteer(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.touch_volunteer(scope, id, None).await?;
        let now_ms = self.now_ms();
        if self.execute(SUSPEND, bound![id, now_ms, reason]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.settle_volunteer(scope, id, "volunteer.suspended", reason).await
    }

    /// Resumes a suspended volunteer.
    ///
    /// # Errors
    /// `state_conflict` where she is not suspended.
    pub async fn resume_volunteer(&mut self, scope: &PeopleScope, id: &str) -> Result<(), StoreError> {
        self.touch_volunteer(scope, id, None).await?;
        if self.execute(RESUME, bound![id]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.settle_volunteer(scope, id, "volunteer.resumed", "").await
    }

    /// Archives a volunteer: out of lists and runs, erased after thirty days unless she is brought back.
    pub async fn archive_volunteer(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        version: i64,
    ) -> Result<(), StoreError> {
        self.touch_volunteer(scope, id, Some(version)).await?;
        let mut stay = self.unit_members(id).await?;
        stay.retain(|member| member != id);
        let now_ms = self.now_ms();
        self.execute(ARCHIVE, bound![id, now_ms, now_ms + DAYS_UNTIL_PURGE * DAY_MS]).await?;
        self.settle_volunteer(scope, id, "volunteer.archived", "").await?;
        self.halt_pairs_left_by(&stay, VOLUNTEER_ARCHIVED).await
    }

    /// Brings an archived volunteer back.
    ///
    /// # Errors
    /// `state_conflict` where she is not archived; `already_exists` where her ID number was registered anew meanwhile.
    pub async fn restore_volunteer(&mut self, scope: &PeopleScope, id: &str) -> Result<(), StoreError> {
        self.volunteer_row(scope, id).await?;
        let values = bound![id, &scope.region.first, &scope.region.last, self.now_ms()];
        if self.execute(RESTORE, values).await.map_err(StoreError::unique_is_conflict)? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        let index = self.index_of(id).await?;
        self.carry_conflicts_of_volunteer(id, index.as_deref()).await?;
        self.settle_volunteer(scope, id, "volunteer.restored", "").await?;
        self.suspend_pairs_joined_by(id).await
    }

    async fn settle_volunteer(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        action: &'static str,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.refresh_volunteer(id).await?;
        let row = self.volunteer_row(scope, id).await?;
        let event = AuditEvent::new(action, "volunteers", id, &row.region_code);
        self.record(event.because(reason));
        Ok(())
    }
}
