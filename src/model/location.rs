//! Points on the earth and named places.

use std::sync::Arc;

use super::region::RegionCode;

/// The coordinate system of a point as it was given. Phones and most Chinese maps give GCJ-02, Baidu BD-09;
/// the two differ from WGS-84 by hundreds of metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Datum {
    /// GPS, GB 2000 to within a metre.
    Wgs84,
    /// State bureau offset: Gaode, Tencent, phones.
    Gcj02,
    /// Baidu's offset on top of GCJ-02.
    Bd09,
}

/// A point in WGS-84 degrees. Made by [`Location::new`], so always on the earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    latitude_deg: f64,
    longitude_deg: f64,
}

impl Location {
    /// A point from degrees; `None` where they are not finite or not on the earth.
    pub fn new(latitude_deg: f64, longitude_deg: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude_deg) && (-180.0..=180.0).contains(&longitude_deg);
        on_earth.then_some(Self { latitude_deg, longitude_deg })
    }

    /// Degrees north.
    pub fn latitude_deg(&self) -> f64 {
        self.latitude_deg
    }

    /// Degrees east.
    pub fn longitude_deg(&self) -> f64 {
        self.longitude_deg
    }
}

/// How exactly a place is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Coordinates stood in the row.
    Exact,
    /// The centre of the village, from the county's own list of places.
    Village,
    /// Only the township is known: its seat, flagged for the coordinator.
    TownshipSeat,
}

/// Where somebody lives or can be met.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Administrative division, as exactly as it is known.
    pub region: RegionCode,
    /// Township name (乡镇) for sheets and summaries.
    pub township: Arc<str>,
    /// Village name (村/社区); empty where only the township is known.
    pub village: Arc<str>,
    /// The point that distances are measured from.
    pub location: Location,
    /// How the point was found.
    pub precision: Precision,
    /// The coordinate system it was given in, before conversion to WGS-84.
    pub source_datum: Datum,
}
