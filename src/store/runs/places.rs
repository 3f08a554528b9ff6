//! Where villages and townships lie: public knowledge, put in whole for a division.

use sqlx::FromRow;

use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, Page, PageRequest, RegionSpan, StoreError, View};

statements! {
    /// Takes the places of a span.
    REMOVE = "DELETE FROM places WHERE region_code BETWEEN $1 AND $2";
    /// Adds a place.
    ADD = "INSERT INTO places (region_code, township, village, longitude, latitude, updated_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// Every place of a span.
    LIST_ALL = "SELECT region_code, township, village, longitude, latitude, updated_at_ms FROM places
        WHERE region_code BETWEEN $1 AND $2";
    /// A page of the places of a span.
    LIST = "SELECT region_code, township, village, longitude, latitude, updated_at_ms FROM places
        WHERE region_code BETWEEN $1 AND $2
            AND (region_code > $3 OR (region_code = $3 AND (township > $4 OR (township = $4 AND village > $5))))
        ORDER BY region_code, township, village
        LIMIT $6";
}

/// A place.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct KnownPlace {
    /// Division, twelve digits.
    pub region_code: String,
    /// Township.
    pub township: String,
    /// Village; blank for the township's seat.
    pub village: String,
    /// Degrees east, WGS-84.
    pub longitude: f64,
    /// Degrees north, WGS-84.
    pub latitude: f64,
    /// When it was put in.
    pub updated_at_ms: i64,
}

/// Stands between the parts of a sort key; no name holds it.
const BETWEEN: char = '\u{1f}';

impl View {
    /// Every place of a span, in the same order on every database.
    pub async fn known_places(&mut self, span: &RegionSpan) -> Result<Vec<KnownPlace>, StoreError> {
        let mut places: Vec<KnownPlace> = self.all(LIST_ALL, bound![&span.first, &span.last]).await?;
        let key =
            |place: &KnownPlace| (place.region_code.clone(), place.township.clone(), place.village.clone());
        places.sort_by_cached_key(key);
        Ok(places)
    }

    /// A page of the places of a span.
    pub async fn places(
        &mut self,
        span: &RegionSpan,
        page: &PageRequest,
    ) -> Result<Page<KnownPlace>, StoreError> {
        let mut parts = page.after.split(BETWEEN);
        let mut part = || parts.next().unwrap_or_default();
        let values = bound![&span.first, &span.last, part(), part(), part(), page.rows()];
        let rows: Vec<KnownPlace> = self.all(LIST, values).await?;
        let key = |row: &KnownPlace| {
            [row.region_code.as_str(), &row.township, &row.village].join(&BETWEEN.to_string())
        };
        Ok(page.page(rows, key))
    }
}

impl Change {
    /// Puts all places of a division in the place of those that were there; how many there are now.
    pub async fn put_places(&mut self, region_code: &str, places: &[KnownPlace]) -> Result<u64, StoreError> {
        let span = RegionSpan::of_prefix(region_code);
        let now_ms = self.now_ms();
        self.execute(REMOVE, bound![&span.first, &span.last]).await?;
        let rows = places.iter().map(|place| {
            let (longitude, latitude) = (place.longitude, place.latitude);
            bound![&place.region_code, &place.township, &place.village, longitude, latitude, now_ms]
        });
        let added = self.insert_many(ADD, rows.collect()).await.map_err(StoreError::unique_is_conflict)?;
        self.record(AuditEvent::new("places.put", "places", region_code, region_code));
        Ok(added)
    }
}
