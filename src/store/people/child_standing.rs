//! What the records of a child say at this moment, as cells of her row; and what the input rules make of the whole row.

use jiff::civil::Date;

use super::cells::{CHILD, EXCLUDED, birth_of};
use super::children::ChildRow;
use super::consents::Consent;
use super::legal_bases::LegalBasisRecord;
use super::wishes::Wish;
use super::{BrokenRule, DAY_MS, DAYS_UNTIL_PURGE, check_at, json};
use crate::input::person_check::{Cells, Outcome};
use crate::store::sealing::PersonKey;
use crate::store::statement::bound;
use crate::store::{Change, RegionSpan, StoreError, View};

/// The records of a child that count now.
pub(super) struct ChildStanding {
    legal_basis: Option<LegalBasisRecord>,
    /// The last answer to the pairing.
    pairing: Option<Consent>,
    /// The last answer to processing was a no, or was withdrawn.
    processing_refused: bool,
    wish: Option<Wish>,
    /// Numbers of volunteers she must not be paired with.
    excluded: Vec<String>,
}

/// Every record of a child, each sort in the order of its ids.
#[derive(Default)]
pub(super) struct ChildRecords {
    pub(super) consents: Vec<Consent>,
    pub(super) bases: Vec<LegalBasisRecord>,
    pub(super) wishes: Vec<Wish>,
    pub(super) excluded: Vec<String>,
}

impl ChildRecords {
    /// Those that count now.
    pub(super) fn standing(self) -> ChildStanding {
        let last = |purpose: &str| {
            let mut consents = self.consents.iter();
            consents.find(|consent| consent.purpose == purpose && consent.superseded_at_ms.is_none())
        };
        let processing_refused = last("processing")
            .is_some_and(|consent| consent.withdrawn_at_ms.is_some() || consent.answer == "no");
        ChildStanding {
            processing_refused,
            pairing: last("pairing").cloned(),
            legal_basis: self.bases.into_iter().rev().find(|basis| basis.ended_at_ms.is_none()),
            wish: self.wishes.into_iter().find(|wish| wish.superseded_at_ms.is_none()),
            excluded: self.excluded,
        }
    }
}

/// The cell for whoever gave a consent.
fn giver_cell(giver: &str) -> &'static str {
    match giver {
        "guardian" => "监护人",
        "entrusted_carer_with_agreement" => "受托照护人（有协议）",
        "carer" => "照料人",
        _ => "",
    }
}

impl ChildStanding {
    /// Whether she may not be processed (S9, S11).
    fn is_refused(&self) -> bool {
        self.processing_refused && self.legal_basis.is_none()
    }

    /// `yes`, `no`, or nothing known, of the pairing.
    fn consent(&self) -> &'static str {
        let Some(pairing) = &self.pairing else { return if self.processing_refused { "no" } else { "" } };
        if self.processing_refused || pairing.withdrawn_at_ms.is_some() {
            return "no";
        }
        match pairing.answer.as_str() {
            "yes" => "yes",
            "no" => "no",
            _ => "",
        }
    }

    fn legal_basis_cell(&self) -> String {
        match &self.legal_basis {
            Some(basis) if basis.kind == "statutory_duty" => {
                format!("法定职责：{}，{}", basis.authority, basis.document)
            }
            Some(_) => "监护人同意".to_owned(),
            None => String::new(),
        }
    }

    /// The cells that these records stand for.
    pub(super) fn cells(&self) -> Cells {
        let mut cells = Cells::new();
        let mut put = |key: &str, text: &str| {
            if !text.is_empty() {
                cells.insert(key.to_owned(), text.to_owned());
            }
        };
        put("legal_basis", &self.legal_basis_cell());
        let consent = self.consent();
        match consent {
            "yes" => put("consent", "同意"),
            "no" => put("consent", "不同意"),
            _ => {}
        }
        if let Some(pairing) = &self.pairing {
            put("consent_giver", giver_cell(&pairing.giver));
            if consent == "yes" {
                put("consent_date", &pairing.given_on);
            }
        }
        if let Some(wish) = &self.wish {
            match wish.answer.as_str() {
                "yes" => {
                    put("wish", "愿意");
                    put("wish_date", &wish.asked_on);
                }
                "no" => put("wish", "不愿意"),
                _ => {}
            }
        }
        put("excluded_volunteers", &self.excluded.join("、"));
        cells
    }
}

/// A row's own cells, its columns and what its records say, together.
pub(super) fn whole(
    (number, region_code): (&str, &str),
    clear: Cells,
    sealed: Cells,
    standing: &ChildStanding,
) -> Cells {
    let mut cells = clear;
    cells.extend(sealed);
    let named = cells.get(EXCLUDED).cloned();
    cells.retain(|key, _| !CHILD.records.contains(&key.as_str()));
    cells.extend(standing.cells());
    if let Some(named) = named {
        let numbers = cells.get(EXCLUDED).map(|numbers| format!("{numbers}、")).unwrap_or_default();
        cells.insert(EXCLUDED.to_owned(), numbers + &named);
    }
    cells.insert("id".to_owned(), number.to_owned());
    cells.insert("region_code".to_owned(), region_code.to_owned());
    cells
}

/// What is noted of a child once her whole row has been read under the input rules.
pub(super) struct Noted {
    /// Whether she takes part.
    pub(super) ready: bool,
    /// Which rules her row breaks, JSON.
    pub(super) findings: String,
}

impl Noted {
    /// Of a row that is yet to be read.
    pub(super) fn nothing() -> Self {
        Self { ready: false, findings: "[]".to_owned() }
    }

    pub(super) fn of(now_ms: i64, cells: &Cells, standing: &ChildStanding) -> Self {
        let checked = check_at(now_ms).child(cells);
        let findings: Vec<BrokenRule> = checked.findings.iter().map(BrokenRule::from).collect();
        let ready = checked.outcome == Outcome::Usable && !standing.is_refused();
        Self { ready, findings: json(&findings) }
    }
}

impl View {
    async fn child_standing(&mut self, id: &str) -> Result<ChildStanding, StoreError> {
        let records = ChildRecords {
            consents: self.consent_rows(id).await?,
            bases: self.legal_basis_rows(id).await?,
            wishes: self.wish_rows(id).await?,
            excluded: self.excluded_numbers(id).await?,
        };
        Ok(records.standing())
    }

    /// The row of a child as a sheet would hold it, for the reader of sheets; `None` where she takes no part.
    ///
    /// Everything personal is in it, in clear: it goes to a run and to nobody else.
    pub async fn child_cells_for_run(
        &mut self,
        span: &RegionSpan,
        id: &str,
    ) -> Result<Option<Cells>, StoreError> {
        let row = self.child_row(span, id).await?;
        if !row.ready || row.deleted_at_ms.is_some() {
            return Ok(None);
        }
        self.child_cells(&row).await.map(Some)
    }

    /// When a child was born, where anybody knows.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such child, or none any more.
    pub async fn birth_of_child(&mut self, id: &str) -> Result<Option<Date>, StoreError> {
        let row = self.child_row(&RegionSpan::everywhere(), id).await?;
        let key = row.key(self)?;
        let (_, sealed) = row.opened(self, &key)?;
        Ok(birth_of(&sealed))
    }

    /// The row of any child, whether she takes part or not.
    pub(super) async fn child_cells(&mut self, row: &ChildRow) -> Result<Cells, StoreError> {
        let key = row.key(self)?;
        let (clear, sealed) = row.opened(self, &key)?;
        let standing = self.child_standing(&row.id).await?;
        Ok(whole((&row.number, &row.region_code), clear, sealed, &standing))
    }
}

impl Change {
    /// Reads the whole row under the input rules and notes what came out. To be called after every change of cells or
    /// records. A no of guardian or child ends her pairs with it, anything else that takes her out suspends them.
    ///
    /// A refusal or withdrawal of processing takes the child out at any age and sets the day of erasure, unless a
    /// statutory duty stands (S11).
    pub(in crate::store) async fn refresh_child(
        &mut self,
        span: &RegionSpan,
        id: &str,
    ) -> Result<(), StoreError> {
        let row = self.child_row(span, id).await?;
        let key: PersonKey = row.key(self)?;
        let (clear, sealed) = row.opened(self, &key)?;
        let standing = self.child_standing(id).await?;
        let cells = whole((&row.number, &row.region_code), clear, sealed, &standing);
        let now_ms = self.now_ms();
        let Noted { ready, findings } = Noted::of(now_ms, &cells, &standing);
        let legal_basis = standing.legal_basis.as_ref().map_or("", |basis| basis.kind.as_str());
        let purge_at_ms = if standing.is_refused() {
            Some(row.purge_at_ms.unwrap_or(now_ms + DAYS_UNTIL_PURGE * DAY_MS))
        } else {
            // An archived child keeps her day.
            row.purge_at_ms.filter(|_| row.deleted_at_ms.is_some())
        };
        let wish = standing.wish.as_ref().map_or("", |wish| wish.answer.as_str());
        let values = bound![id, ready, findings, legal_basis, standing.consent(), wish, purge_at_ms];
        self.put_child_standing(values).await?;
        if standing.consent() == "no" {
            self.end_pairs_of_child(id, "consent_withdrawn").await
        } else if wish == "no" {
            self.end_pairs_of_child(id, "child_no").await
        } else if !ready {
            self.suspend_pairs_of_child(id, "child_not_ready").await
        } else if !row.ready || row.consent == "no" || row.wish == "no" {
            // She takes part again, also in plans that went on without her.
            self.note_settling_with(id).await
        } else {
            Ok(())
        }
    }
}
