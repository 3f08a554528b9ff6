//! People as rows of a sheet again, masked or in full, and how many children there are by township and category.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::cells::birth_of;
use super::children::{ChildFilter, stored_cells};
use super::volunteers::VolunteerFilter;
use crate::input::person_check::Cells;
use crate::input::values::codes::parse_categories;
use crate::model::RegionCode;
use crate::model::child::Category;
use crate::secrets::masking::{mask_id_number, mask_name, mask_phone};
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{Page, PageRequest, RegionSpan, StoreError, View};

/// Shown for a text that is sealed and has no masked form.
const HIDDEN: &str = "***";

statements! {
    /// What is counted of children.
    LIST_COUNTED = "SELECT id, region_code, cells FROM children
        WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL AND id > $3
        ORDER BY id
        LIMIT $4";
    /// How many children there are.
    COUNT_CHILDREN = "SELECT COUNT(*) FROM children
        WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL";
    /// How many volunteers there are.
    COUNT_VOLUNTEERS = "SELECT COUNT(*) FROM volunteers
        WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL";
}

/// How much is shown of personal cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As lists show them.
    Masked,
    /// All of them. Whoever asks must write down who and why.
    Full,
}

/// How many children of a category live in a township.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TownshipCount {
    /// Twelve digits.
    pub township_code: String,
    /// The category.
    pub category: Category,
    /// How many.
    pub children: usize,
}

#[derive(FromRow)]
struct Count(i64);

#[derive(FromRow)]
struct Counted {
    id: String,
    region_code: String,
    cells: String,
}

/// Lays the masked form over what is sealed.
fn mask(cells: &mut Cells, sealed: &Clear) {
    for (key, text) in sealed {
        let masked = match key.as_str() {
            "name" | "guardian" => mask_name(text),
            "phone" => mask_phone(text),
            "id_number" => mask_id_number(text),
            "birth_date" => {
                birth_of(sealed).map_or_else(|| HIDDEN.to_owned(), |birth| birth.year().to_string())
            }
            _ => HIDDEN.to_owned(),
        };
        cells.insert(key.clone(), masked);
    }
    if cells.contains_key("screening_reference") {
        cells.insert("screening_reference".to_owned(), HIDDEN.to_owned());
    }
}

impl View {
    /// How many children a sheet of these divisions has.
    pub async fn count_children(&mut self, span: &RegionSpan) -> Result<i64, StoreError> {
        self.one(COUNT_CHILDREN, bound![&span.first, &span.last]).await.map(|Count(number)| number)
    }

    /// How many volunteers a sheet of these divisions has.
    pub async fn count_volunteers(&mut self, span: &RegionSpan) -> Result<i64, StoreError> {
        self.one(COUNT_VOLUNTEERS, bound![&span.first, &span.last]).await.map(|Count(number)| number)
    }

    /// Rows of children, those included who take no part.
    pub async fn child_sheet_rows(
        &mut self,
        filter: &ChildFilter,
        shown: Shown,
        page: &PageRequest,
    ) -> Result<Page<Cells>, StoreError> {
        let Page { items, next_after } = self.child_rows(filter, page).await?;
        let mut rows = Vec::with_capacity(items.len());
        for row in items {
            let mut cells = self.child_cells(&row).await?;
            if shown == Shown::Masked {
                let (_, sealed) = row.opened(self, &row.key(self)?)?;
                mask(&mut cells, &sealed);
            }
            rows.push(cells);
        }
        Ok(Page { items: rows, next_after })
    }

    /// Rows of volunteers, those included who take no part.
    pub async fn volunteer_sheet_rows(
        &mut self,
        filter: &VolunteerFilter,
        shown: Shown,
        page: &PageRequest,
    ) -> Result<Page<Cells>, StoreError> {
        let Page { items, next_after } = self.volunteer_rows(filter, page).await?;
        let mut rows = Vec::with_capacity(items.len());
        for row in items {
            let standing = self.volunteer_standing(&row).await?;
            let mut cells = self.volunteer_cells(&row, &standing)?;
            if shown == Shown::Masked {
                let (_, sealed) = row.opened(self, &row.key(self)?)?;
                mask(&mut cells, &sealed);
            }
            rows.push(cells);
        }
        Ok(Page { items: rows, next_after })
    }

    /// Children by township and category, in this order. Nothing sealed is opened; a child of two categories counts in both.
    pub async fn township_counts(&mut self, span: &RegionSpan) -> Result<Vec<TownshipCount>, StoreError> {
        let mut counts: BTreeMap<(String, Category), usize> = BTreeMap::new();
        let mut after = String::new();
        loop {
            let values = bound![&span.first, &span.last, &after, 1_000_i64];
            let rows: Vec<Counted> = self.all(LIST_COUNTED, values).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            for row in rows {
                let township = RegionCode::parse(&row.region_code).map(|code| code.township().to_string());
                let township = township.unwrap_or(row.region_code);
                let cells = stored_cells("children", &row.id, &row.cells)?;
                let categories = cells.get("categories").and_then(|cell| parse_categories(cell).ok());
                let known = categories.filter(|categories| !categories.is_empty());
                for category in known.unwrap_or_else(|| vec![Category::InDifficulty]) {
                    *counts.entry((township.clone(), category)).or_default() += 1;
                }
            }
        }
        let count =
            |((township_code, category), children)| TownshipCount { township_code, category, children };
        Ok(counts.into_iter().map(count).collect())
    }
}
