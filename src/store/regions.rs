//! Administrative divisions: the code table as it was imported, with what an office adds to it (phones, boundary).
//!
//! Divisions are public, so anybody who is logged in reads all of them. Changing one is held to the caller's span.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use sqlx::FromRow;

use super::audit::AuditEvent;
use super::change::Change;
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::statement::{bound, statements};
use super::view::View;

statements! {
    /// Divisions by code.
    LIST = "SELECT code, version, name, parent_code, level, emergency_phone, duty_phone,
            boundary IS NOT NULL AS has_boundary, updated_at_ms
        FROM regions
        WHERE code > $1 AND ($2 = 0 OR level = $2)
        ORDER BY code
        LIMIT $3";
    /// Divisions whose name begins alike, by name.
    LIST_NAMED = "SELECT code, version, name, parent_code, level, emergency_phone, duty_phone,
            boundary IS NOT NULL AS has_boundary, updated_at_ms
        FROM regions
        WHERE name_key BETWEEN $1 AND $2 AND (name_key > $1 OR code > $3) AND ($4 = 0 OR level = $4)
            AND ($5 = '' OR parent_code = $5)
        ORDER BY name_key, code
        LIMIT $6";
    /// Divisions right below one.
    LIST_BELOW = "SELECT code, version, name, parent_code, level, emergency_phone, duty_phone,
            boundary IS NOT NULL AS has_boundary, updated_at_ms
        FROM regions
        WHERE parent_code = $1 AND code > $2 AND ($3 = 0 OR level = $3)
        ORDER BY code
        LIMIT $4";
    /// One division.
    FIND = "SELECT code, version, name, parent_code, level, emergency_phone, duty_phone,
            boundary IS NOT NULL AS has_boundary, updated_at_ms
        FROM regions
        WHERE code = $1";
    /// The line round a division.
    FIND_BOUNDARY = "SELECT version, boundary FROM regions WHERE code = $1";
    /// Names and codes inside a span, for finding places by name.
    LIST_NAMES = "SELECT code, name, parent_code FROM regions
        WHERE code BETWEEN $1 AND $2 AND level >= 4
        ORDER BY code";
    /// Codes of all divisions that may have others below them.
    LIST_UPPER_CODES = "SELECT code FROM regions WHERE level < 5 ORDER BY code";
    /// A line of the code table. What an office added to the division stays.
    PUT = "INSERT INTO regions (code, version, name, parent_code, level, updated_at_ms, name_key)
        VALUES ($1, 1, $2, $3, $4, $5, $6)
        ON CONFLICT (code) DO UPDATE SET version = regions.version + 1, name = excluded.name,
            name_key = excluded.name_key, parent_code = excluded.parent_code, level = excluded.level, updated_at_ms = excluded.updated_at_ms
        WHERE regions.name <> excluded.name OR regions.level <> excluded.level
            OR COALESCE(regions.parent_code, '') <> COALESCE(excluded.parent_code, '')";
    /// Phones of a division.
    PUT_PHONES = "UPDATE regions
        SET emergency_phone = $3, duty_phone = $4, version = version + 1, updated_at_ms = $5
        WHERE code = $1 AND version = $2";
    /// The line round a division.
    PUT_BOUNDARY = "UPDATE regions SET boundary = $3, version = version + 1, updated_at_ms = $4
        WHERE code = $1 AND version = $2";
}

/// A division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Twelve digits.
    pub code: String,
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The division above.
    pub parent_code: Option<String>,
    /// 1 province, 2 prefecture, 3 county, 4 township, 5 village.
    pub level: i64,
    /// Whom to call in an emergency, beside 110.
    pub emergency_phone: Option<String>,
    /// The duty phone of the office that protects minors.
    pub duty_phone: Option<String>,
    /// Whether a boundary is kept.
    pub has_boundary: bool,
    /// When it changed last, milliseconds.
    pub updated_at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    code: String,
    version: i64,
    name: String,
    parent_code: Option<String>,
    level: i64,
    emergency_phone: Option<String>,
    duty_phone: Option<String>,
    has_boundary: bool,
    updated_at_ms: i64,
}

impl From<Row> for Region {
    fn from(row: Row) -> Self {
        Self {
            code: row.code,
            version: row.version,
            name: row.name,
            parent_code: row.parent_code,
            level: row.level,
            emergency_phone: row.emergency_phone,
            duty_phone: row.duty_phone,
            has_boundary: row.has_boundary,
            updated_at_ms: row.updated_at_ms,
        }
    }
}

/// A line of the code table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRegion {
    /// Twelve digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The division above.
    pub parent_code: Option<String>,
    /// 1 to 5.
    pub level: i64,
}

/// Which divisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionFilter {
    /// Only those right below this one.
    pub parent_code: Option<String>,
    /// Only of this level; 0 for all.
    pub level: i64,
    /// Only whose name begins so; empty for all.
    pub name_prefix: String,
}

/// A township or village by name.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct NamedRegion {
    /// Twelve digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The division above.
    pub parent_code: Option<String>,
}

#[derive(FromRow)]
struct Code(String);

#[derive(FromRow)]
struct Boundary {
    version: i64,
    boundary: Option<String>,
}

/// A name as it is searched by its beginning.
fn name_key(name: &str) -> String {
    HEXLOWER.encode(name.as_bytes())
}

impl View {
    /// Divisions by code; those whose name begins alike by name.
    pub async fn regions(
        &mut self,
        filter: &RegionFilter,
        page: &PageRequest,
    ) -> Result<Page<Region>, StoreError> {
        if !filter.name_prefix.is_empty() {
            return self.regions_named(filter, page).await;
        }
        let rows: Vec<Row> = if let Some(parent) = &filter.parent_code {
            self.all(LIST_BELOW, bound![parent, &page.after, filter.level, page.rows()]).await?
        } else {
            self.all(LIST, bound![&page.after, filter.level, page.rows()]).await?
        };
        let regions = rows.into_iter().map(Region::from).collect();
        Ok(page.page(regions, |region: &Region| region.code.clone()))
    }

    /// Cost: a search in the index of names, and what is found.
    async fn regions_named(
        &mut self,
        filter: &RegionFilter,
        page: &PageRequest,
    ) -> Result<Page<Region>, StoreError> {
        let prefix = name_key(&filter.name_prefix);
        // After every digit of a longer key.
        let last = format!("{prefix}g");
        let (name, code) = page.after.split_once('/').unwrap_or((&prefix, ""));
        let parent = filter.parent_code.as_deref().unwrap_or_default();
        let values = bound![name, last, code, filter.level, parent, page.rows()];
        let rows: Vec<Row> = self.all(LIST_NAMED, values).await?;
        let regions = rows.into_iter().map(Region::from).collect();
        Ok(page.page(regions, |region: &Region| format!("{}/{}", name_key(&region.name), region.code)))
    }

    /// One division.
    pub async fn region(&mut self, code: &str) -> Result<Region, StoreError> {
        let row: Option<Row> = self.optional(FIND, bound![code]).await?;
        row.map(Region::from).ok_or(StoreError::not_found("region"))
    }

    /// Version of a division and the line round it, `GeoJSON` text.
    pub async fn region_boundary(&mut self, code: &str) -> Result<(i64, Option<String>), StoreError> {
        let row: Option<Boundary> = self.optional(FIND_BOUNDARY, bound![code]).await?;
        row.map(|row| (row.version, row.boundary)).ok_or(StoreError::not_found("region"))
    }

    /// Townships and villages of a span by name, in the order of their codes.
    pub async fn places_by_name(&mut self, span: &RegionSpan) -> Result<Vec<NamedRegion>, StoreError> {
        self.all(LIST_NAMES, bound![&span.first, &span.last]).await
    }

    /// Codes of all divisions but villages.
    pub async fn upper_region_codes(&mut self) -> Result<BTreeSet<String>, StoreError> {
        let codes: Vec<Code> = self.all(LIST_UPPER_CODES, bound![]).await?;
        Ok(codes.into_iter().map(|Code(code)| code).collect())
    }
}

impl Change {
    /// Adds lines of the code table, and brings those up to date that are there; how many are new or other than before.
    /// Codes must differ.
    pub async fn import_regions(&mut self, regions: &[NewRegion]) -> Result<u64, StoreError> {
        let now_ms = self.now_ms();
        let row = |region: &NewRegion| {
            let key = name_key(&region.name);
            bound![&region.code, &region.name, region.parent_code.clone(), region.level, now_ms, key]
        };
        let touched = self.insert_many(PUT, regions.iter().map(row).collect()).await?;
        let mut event =
            AuditEvent::new("regions.imported", "regions", "", "").of_fields(["name", "parent_code"]);
        event.subject.id = None;
        self.record(event);
        Ok(touched)
    }

    /// Sets the phones of a division of the span that has the version seen.
    pub async fn set_region_phones(
        &mut self,
        span: &RegionSpan,
        (code, version): (&str, i64),
        emergency_phone: Option<&str>,
        duty_phone: Option<&str>,
    ) -> Result<Region, StoreError> {
        if !span.holds(code) {
            return Err(StoreError::not_found("region"));
        }
        let values = bound![code, version, emergency_phone, duty_phone, self.now_ms()];
        let touched = self.execute(PUT_PHONES, values).await?;
        self.after_region_update(touched, code, ["emergency_phone", "duty_phone"].as_slice()).await
    }

    /// Sets the line round a division of the span that has the version seen.
    pub async fn set_region_boundary(
        &mut self,
        span: &RegionSpan,
        (code, version): (&str, i64),
        boundary: &str,
    ) -> Result<Region, StoreError> {
        if !span.holds(code) {
            return Err(StoreError::not_found("region"));
        }
        let values = bound![code, version, boundary, self.now_ms()];
        let touched = self.execute(PUT_BOUNDARY, values).await?;
        self.after_region_update(touched, code, ["boundary"].as_slice()).await
    }

    async fn after_region_update(
        &mut self,
        touched: u64,
        code: &str,
        fields: &[&str],
    ) -> Result<Region, StoreError> {
        let region = self.region(code).await?;
        if touched == 0 {
            return Err(StoreError::Stale { what: "region", version: region.version });
        }
        let event = AuditEvent::new("region.changed", "regions", code, code);
        self.record(event.of_fields(fields.iter().copied()));
        Ok(region)
    }
}
