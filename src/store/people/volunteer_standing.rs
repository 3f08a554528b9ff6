//! What the records of a volunteer say at this moment, as cells of her row; and what the input rules make of the whole row.

use jiff::ToSpan;

use super::bars::Bar;
use super::cells::VOLUNTEER;
use super::screenings::{ScreeningRecord, reference_field};
use super::volunteers::{PeopleScope, VolunteerRow};
use super::{BrokenRule, POLICY, check_at, china_day, json};
use crate::input::person_check::{Cells, Outcome};
use crate::input::values::dates::parse_date;
use crate::store::statement::bound;
use crate::store::{Change, Halt, RegionSpan, StoreError, VOLUNTEER_ARCHIVED, View};

/// The records of a volunteer that count now.
pub(super) struct VolunteerStanding {
    bars: Vec<Bar>,
    /// The check that counts.
    screening: Option<ScreeningRecord>,
    /// Its number.
    reference: String,
    /// The last word on whether she agrees to be checked.
    query_consent: &'static str,
}

/// The check that counts: a passed one goes before one under way, of passed ones that of the kind which suffices by itself (S1),
/// then the latest: a certificate of no conviction does not lengthen a check that runs out. What barred her counts by its bar
/// and not here, so that a bar that was lifted is lifted.
fn counting(records: &[ScreeningRecord]) -> Option<&ScreeningRecord> {
    let standing = records.iter().filter(|record| record.result != "barred");
    standing.max_by_key(|record| {
        let passed = record.result == "passed";
        let suffices = passed && record.kind == "employment";
        let day = if passed { record.screened_on.as_str() } else { "" };
        (passed, suffices, day, record.recorded_at_ms, &record.id)
    })
}

/// The last day of a passed check: the one it names, never later than the rules say (S2).
fn last_day(record: &ScreeningRecord) -> Option<String> {
    let checked_on = parse_date(&record.screened_on).ok().filter(|_| record.result == "passed")?;
    let days = i64::from(POLICY.eligibility.screening_days);
    let by_age = checked_on.checked_add(days.days()).ok()?;
    let named = record.valid_through.as_deref().and_then(|day| parse_date(day).ok());
    Some(named.map_or(by_age, |day| day.min(by_age)).to_string())
}

impl VolunteerStanding {
    /// `passed`, `pending`, `barred`, or empty.
    fn screening(&self) -> &'static str {
        if !self.bars.is_empty() {
            return "barred";
        }
        match self.screening.as_ref().map(|record| record.result.as_str()) {
            Some("passed") => "passed",
            Some("pending") => "pending",
            _ => "",
        }
    }

    /// The cells that these records stand for.
    fn cells(&self) -> Cells {
        let mut cells = Cells::new();
        let mut put = |key: &str, text: &str| {
            if !text.is_empty() {
                cells.insert(key.to_owned(), text.to_owned());
            }
        };
        put("query_consent", self.query_consent);
        if let Some(record) = &self.screening {
            put(
                "screening_kind",
                match record.kind.as_str() {
                    "employment" => "从业查询",
                    "no_conviction" => "无犯罪记录证明",
                    _ => "",
                },
            );
            put(
                "screening_result",
                match record.result.as_str() {
                    "passed" => "通过",
                    "pending" => "查询中",
                    // No word of the column: the reader holds her, as it did when the sheet was read.
                    "unreadable" => "读不懂",
                    _ => "",
                },
            );
            put("screening_authority", &record.authority);
            put("screening_date", &record.screened_on);
            put("screening_valid_through", record.valid_through.as_deref().unwrap_or_default());
            put("screening_reference", &self.reference);
        }
        if !self.bars.is_empty() {
            put("screening_result", "未通过");
        }
        cells
    }
}

impl View {
    pub(super) async fn volunteer_standing(
        &mut self,
        row: &VolunteerRow,
    ) -> Result<VolunteerStanding, StoreError> {
        let index = self.index_of(&row.id).await?;
        let bars = self.live_bars(&row.id, index.as_deref()).await?;
        let records = self.screening_rows(&row.id).await?;
        self.standing_of(row, bars, &records)
    }

    /// What counts of these records, the oldest first.
    pub(super) fn standing_of(
        &self,
        row: &VolunteerRow,
        bars: Vec<Bar>,
        records: &[ScreeningRecord],
    ) -> Result<VolunteerStanding, StoreError> {
        let consent = records.iter().rev().map(|record| record.query_consent.as_str());
        let query_consent = match consent.into_iter().find(|answer| *answer != "unknown") {
            Some("yes") => "是",
            Some("no") => "否",
            _ => "",
        };
        let screening = counting(records).cloned();
        let reference = match &screening {
            Some(record) => {
                let field = reference_field(&record.id);
                let key = row.key(self)?;
                self.open(&key, &record.sealed, Some(&[field.as_str()]))?.remove(&field).unwrap_or_default()
            }
            None => String::new(),
        };
        Ok(VolunteerStanding { bars, screening, reference, query_consent })
    }

    /// The row of a volunteer as a sheet would hold it, for the reader of sheets; `None` where she takes no part.
    ///
    /// Everything personal is in it, in clear: it goes to a run and to nobody else.
    pub async fn volunteer_cells_for_run(
        &mut self,
        span: &RegionSpan,
        id: &str,
    ) -> Result<Option<Cells>, StoreError> {
        let row = self.volunteer_row(&PeopleScope::region(span.clone()), id).await?;
        if !row.ready || row.deleted_at_ms.is_some() {
            return Ok(None);
        }
        let standing = self.volunteer_standing(&row).await?;
        self.volunteer_cells(&row, &standing).map(Some)
    }

    /// A row's own cells, its columns and what its records say, together.
    pub(super) fn volunteer_cells(
        &self,
        row: &VolunteerRow,
        standing: &VolunteerStanding,
    ) -> Result<Cells, StoreError> {
        let key = row.key(self)?;
        let (mut cells, sealed) = row.opened(self, &key)?;
        cells.extend(sealed);
        cells.retain(|key, _| !VOLUNTEER.records.contains(&key.as_str()));
        cells.extend(standing.cells());
        cells.insert("id".to_owned(), row.number.clone());
        cells.insert("region_code".to_owned(), row.region_code.clone());
        Ok(cells)
    }
}

impl Change {
    /// Reads the whole row under the input rules and notes what came out. To be called after every change of cells or
    /// records. What takes her out of runs stops her pairs in the same transaction, and a bar ends them.
    pub(super) async fn refresh_volunteer(&mut self, id: &str) -> Result<(), StoreError> {
        let row = self.volunteer_row(&PeopleScope::region(RegionSpan::everywhere()), id).await?;
        let standing = self.volunteer_standing(&row).await?;
        let cells = self.volunteer_cells(&row, &standing)?;
        let checked = check_at(self.now_ms()).volunteer(&cells);
        let usable = checked.outcome == Outcome::Usable;
        let ready = usable && standing.bars.is_empty() && row.suspended_at_ms.is_none();
        let findings: Vec<BrokenRule> = checked.findings.iter().map(BrokenRule::from).collect();
        let through = standing.screening.as_ref().and_then(last_day);
        let values = bound![id, ready, json(&findings), standing.screening(), through.clone()];
        self.put_volunteer_standing(values).await?;
        let today = china_day(self.now_ms()).to_string();
        let in_date = through.is_some_and(|day| day >= today);
        let halt = if !standing.bars.is_empty() {
            Halt::Ended("volunteer_barred")
        } else if row.deleted_at_ms.is_some() {
            Halt::Suspended(VOLUNTEER_ARCHIVED)
        } else if row.suspended_at_ms.is_some() {
            Halt::Suspended("volunteer_suspended")
        } else if !in_date {
            Halt::Suspended("screening_expired")
        } else if !ready {
            Halt::Suspended("volunteer_not_ready")
        } else if row.ready {
            return Ok(());
        } else {
            // She takes part again, also in plans that went on without her.
            return self.note_settling_with(id).await;
        };
        self.halt_pairs_of_volunteer(id, halt).await
    }
}
