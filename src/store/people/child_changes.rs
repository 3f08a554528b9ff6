//! Children as they are registered, changed, archived and brought back.

use std::collections::BTreeMap;

use super::cells::{CHILD, Parted, Sort, is_a_number};
use super::child_standing::{ChildRecords, Noted, whole};
use super::volunteer_changes::differ;
use super::{DAY_MS, DAYS_UNTIL_PURGE, blind_indexes, check_at, county_of, json, word_list};
use crate::input::person_check::Cells;
use crate::input::values::half_width;
use crate::store::sealing::PersonKey;
use crate::store::statement::{Value, bound, statements};
use crate::store::{AuditEvent, Change, RULES_TO_CHECK, RegionSpan, StoreError};

statements! {
    /// Registers a child, unless number, reference or ID number is taken.
    ADD = "INSERT INTO children
        (id, version, number, county_code, region_code, cells, sealed, need_kinds, phone_index, id_number_index,
         external_ref, ready, findings, legal_basis, consent, wish, created_at_ms, updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', $13, $13)
        ON CONFLICT DO NOTHING";
    /// Puts cells and what is made of them.
    PUT_CELLS = "UPDATE children
        SET number = $2, county_code = $3, region_code = $4, cells = $5, sealed = $6, need_kinds = $7,
            phone_index = $8, id_number_index = $9, external_ref = $10
        WHERE id = $1";
    /// Puts what the rules and the records say.
    PUT_STANDING = "UPDATE children
        SET ready = $2, findings = $3, legal_basis = $4, consent = $5, wish = $6, purge_at_ms = $7
        WHERE id = $1";
    /// Archives; an erasure that is due earlier stays so.
    ARCHIVE = "UPDATE children
        SET deleted_at_ms = $2, purge_at_ms = CASE WHEN purge_at_ms < $3 THEN purge_at_ms ELSE $3 END
        WHERE id = $1";
    /// Brings back. The day of erasure is for the reading of her row afterwards: it stays where processing is refused.
    RESTORE = "UPDATE children
        SET version = version + 1, updated_at_ms = $4, deleted_at_ms = NULL
        WHERE id = $1 AND region_code BETWEEN $2 AND $3 AND deleted_at_ms IS NOT NULL AND erased_at_ms IS NULL";
}

/// Cells of which another word makes a child another one to the rules.
const OF_PERSON: &[&str] = &["sex", "birth_date", "id_number", "excluded_volunteers"];

/// A child to be registered.
#[derive(Clone, Debug, Default)]
pub struct NewChild {
    /// The county's own number.
    pub number: String,
    /// Division, twelve digits.
    pub region_code: String,
    /// The client's own reference, unique in the deployment.
    pub external_ref: Option<String>,
    /// Her row. Cells that records stand for (`legal_basis`, `consent` …) become records, as a sheet is their paper.
    pub cells: Cells,
}

/// What is to happen to a field that may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is emptied.
    Remove,
    /// It holds this.
    Put(String),
}

impl Edit {
    /// The field afterwards.
    pub(super) fn over(&self, old: Option<String>) -> Option<String> {
        match self {
            Self::Keep => old,
            Self::Remove => None,
            Self::Put(text) => Some(text.clone()),
        }
    }
}

/// What is to be changed of a person. A key with `None` is emptied; cells that records stand for are left alone.
#[derive(Clone, Debug, Default)]
pub struct PersonPatch {
    /// Another number.
    pub number: Option<String>,
    /// Another division.
    pub region_code: Option<String>,
    /// Another reference, or none.
    pub external_ref: Edit,
    /// Of a volunteer: another team, or none.
    pub team_id: Edit,
    /// Cells by key.
    pub cells: BTreeMap<String, Option<String>>,
}

impl PersonPatch {
    /// A patch of cells alone.
    pub fn of_cells(cells: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        Self { cells: cells.into_iter().collect(), ..Self::default() }
    }

    /// Names of the fields it touches.
    pub(super) fn fields(&self) -> Vec<String> {
        let own = [
            ("number", self.number.is_some()),
            ("region_code", self.region_code.is_some()),
            ("external_ref", self.external_ref != Edit::Keep),
            ("team_id", self.team_id != Edit::Keep),
        ];
        let own = own.into_iter().filter(|(_, touched)| *touched).map(|(name, _)| name.to_owned());
        own.chain(self.cells.keys().cloned()).collect()
    }

    /// Lays the patch over a row.
    pub(super) fn over(&self, sort: &Sort, cells: &mut Cells) {
        for (key, text) in self.cells.iter().filter(|(key, _)| !sort.records.contains(&key.as_str())) {
            match text {
                Some(text) => cells.insert(key.clone(), text.clone()),
                None => cells.remove(key),
            };
        }
    }
}

impl Change {
    /// Puts what the rules and the records say.
    pub(super) async fn put_child_standing(&mut self, values: Vec<Value>) -> Result<(), StoreError> {
        self.execute(PUT_STANDING, values).await.map(|_| ())
    }

    fn child_need_kinds(&self, parted: &Parted) -> String {
        let cell = parted.clear.get("needs").or_else(|| parted.sealed.get("needs"));
        let check = check_at(self.now_ms());
        let kinds = cell.map(|cell| check.need_kinds(cell)).unwrap_or_default();
        word_list(&kinds.iter().map(|kind| kind.names().1).collect::<Vec<_>>())
    }

    /// What is stored of a row, in the order in which statements bind it.
    fn child_values(&self, key: &PersonKey, parted: &Parted) -> [Value; 5] {
        let get = |field: &str| parted.sealed.get(field).map_or("", String::as_str);
        let (phone, id_number) = blind_indexes(self, get("phone"), get("id_number"));
        [
            json(&parted.clear).into(),
            self.seal(key, &parted.sealed).into(),
            self.child_need_kinds(parted).into(),
            phone.into(),
            id_number.into(),
        ]
    }

    /// Registers a child; her id. One who may not be processed (S9) is kept out of every run until a basis is recorded.
    ///
    /// # Errors
    /// `already_exists` where the number stands in the county, or the reference or ID number anywhere; `number_refused`
    /// where a name, a phone or an ID number stands for the number. The transaction can go on after either.
    pub async fn add_child(&mut self, new: NewChild) -> Result<String, StoreError> {
        if !is_a_number(&new.number) {
            return Err(StoreError::conflict("number_refused"));
        }
        let id = self.store().new_id();
        let key = self.new_person_key(CHILD.table, &id).await?;
        let parted = CHILD.part(&new.cells);
        let number = half_width(&new.number);
        // Of whom nothing is recorded, her row says everything; the others' are read once the records stand.
        let recorded = !parted.records.is_empty();
        let noted =
            if recorded { Noted::nothing() } else { self.noted_of_row((&number, &new.region_code), &parted) };
        let mut values = bound![&id, &number, county_of(&new.region_code), &new.region_code];
        values.extend(self.child_values(&key, &parted));
        values.extend(bound![new.external_ref.clone(), noted.ready, noted.findings, self.now_ms()]);
        if self.execute(ADD, values).await? == 0 {
            self.destroy_person_key(&id).await?;
            return Err(StoreError::conflict("already_exists"));
        }
        let carried = self.carry_child(&id, &parted).await?;
        self.record_child_cells(&id, &new.region_code, &parted.records).await?;
        if carried || recorded {
            self.refresh_child(&RegionSpan::everywhere(), &id).await?;
        }
        let fields = parted.clear.keys().chain(parted.sealed.keys()).chain(parted.records.keys());
        let event = AuditEvent::new("child.created", "children", &id, &new.region_code);
        self.record(event.of_fields(fields.cloned()));
        Ok(id)
    }

    /// What a row of which there are no records says.
    fn noted_of_row(&self, place: (&str, &str), parted: &Parted) -> Noted {
        let nothing = ChildRecords::default().standing();
        let cells = whole(place, parted.clear.clone(), parted.sealed.clone(), &nothing);
        Noted::of(self.now_ms(), &cells, &nothing)
    }

    /// What meets her again, by her ID number; whether anything did.
    async fn carry_child(&mut self, id: &str, parted: &Parted) -> Result<bool, StoreError> {
        let id_number = parted.sealed.get("id_number").map_or("", String::as_str);
        let (_, index) = blind_indexes(self, "", id_number);
        self.carry_conflicts_of_child(id, index.as_deref()).await
    }

    /// Makes records of what a sheet's row says of legal basis, consent, wish and conflicts.
    pub(super) async fn record_child_cells(
        &mut self,
        id: &str,
        region_code: &str,
        records: &Cells,
    ) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let cell = |key: &str| records.get(key).map_or("", String::as_str);
        let signed = (cell("consent_giver"), cell("consent_date"));
        self.record_basis_cell(id, region_code, cell("legal_basis"), signed).await?;
        let (consent, day, giver) = (cell("consent"), cell("consent_date"), cell("consent_giver"));
        self.record_consent_cells(id, region_code, consent, day, giver).await?;
        self.record_wish_cells(id, cell("wish"), cell("wish_date")).await?;
        self.record_conflict_cell(id, region_code, cell("excluded_volunteers")).await
    }

    /// Changes a child where she has the version that was seen.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where somebody was first; `already_exists` as in [`add_child`](Self::add_child).
    pub async fn patch_child(
        &mut self,
        span: &RegionSpan,
        id: &str,
        version: i64,
        patch: &PersonPatch,
    ) -> Result<(), StoreError> {
        self.touch_child(span, id, Some(version)).await?;
        let row = self.child_row(span, id).await?;
        let key = row.key(self)?;
        let (mut cells, sealed) = row.opened(self, &key)?;
        cells.extend(sealed);
        let before = cells.clone();
        patch.over(&CHILD, &mut cells);
        let is_another = differ(&before, &cells, OF_PERSON);
        let parted = CHILD.part(&cells);
        let number = patch.number.as_deref().map_or(row.number, half_width);
        let moved = patch.region_code.as_ref().is_some_and(|code| *code != row.region_code);
        let region_code = patch.region_code.clone().unwrap_or(row.region_code);
        let external_ref = patch.external_ref.over(row.external_ref);
        let mut values = bound![id, number, county_of(&region_code), &region_code];
        values.extend(self.child_values(&key, &parted));
        values.extend(bound![external_ref]);
        self.execute(PUT_CELLS, values).await.map_err(StoreError::unique_is_conflict)?;
        self.carry_child(id, &parted).await?;
        self.refresh_child(&RegionSpan::everywhere(), id).await?;
        if moved {
            self.move_pairs_of_child(id, &region_code).await?;
        }
        self.suspend_pairs_in_conflict(id).await?;
        if is_another || moved {
            self.suspend_pairs_of_child(id, RULES_TO_CHECK).await?;
        }
        let event = AuditEvent::new("child.changed", "children", id, &region_code);
        self.record(event.of_fields(patch.fields()));
        Ok(())
    }

    /// Archives a child: out of lists and runs, erased after thirty days unless she is brought back.
    pub async fn archive_child(
        &mut self,
        span: &RegionSpan,
        id: &str,
        version: i64,
    ) -> Result<(), StoreError> {
        self.touch_child(span, id, Some(version)).await?;
        let row = self.child_row(span, id).await?;
        let now_ms = self.now_ms();
        self.execute(ARCHIVE, bound![id, now_ms, now_ms + DAYS_UNTIL_PURGE * DAY_MS]).await?;
        self.record(AuditEvent::new("child.archived", "children", id, &row.region_code));
        self.suspend_pairs_of_child(id, "child_archived").await
    }

    /// Brings an archived child back.
    ///
    /// # Errors
    /// `state_conflict` where she is not archived; `already_exists` where her ID number was registered anew meanwhile.
    pub async fn restore_child(&mut self, span: &RegionSpan, id: &str) -> Result<(), StoreError> {
        let row = self.child_row(span, id).await?;
        let now_ms = self.now_ms();
        let restored = self.execute(RESTORE, bound![id, &span.first, &span.last, now_ms]).await;
        if restored.map_err(StoreError::unique_is_conflict)? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.refresh_child(span, id).await?;
        self.record(AuditEvent::new("child.restored", "children", id, &row.region_code));
        Ok(())
    }
}
