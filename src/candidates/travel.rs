//! How long a way takes.

use geo::{Distance, Haversine, Point};

use crate::model::Location;
use crate::model::policy::TravelPolicy;

/// Minutes of one-way travel between two points. A matrix file or a road service can stand in later.
pub trait TravelModel: Sync {
    /// Travel time in whole minutes, rounded up.
    fn minutes(&self, from: Location, to: Location) -> u32 {
        self.minutes_over(from, to, distance_km(from, to))
    }

    /// The same where the great-circle distance of the two is known.
    fn minutes_over(&self, from: Location, to: Location, distance_km: f64) -> u32;

    /// Whole minutes, rounded up, that a way between points so far apart takes at least; never more than
    /// [`minutes`](Self::minutes) of two points at that great-circle distance or beyond.
    fn least_minutes(&self, distance_km: f64) -> u32;

    /// Great-circle kilometres beyond which [`minutes`](Self::minutes) surely exceeds `limit_min`:
    /// the radius of a spatial query.
    fn radius_km(&self, limit_min: u32) -> f64;
}

/// Great-circle distance × detour ÷ speed.
#[derive(Clone, Copy, Debug)]
pub struct GreatCircle {
    detour: f64,
    speed_kmh: f64,
}

impl GreatCircle {
    /// The model that a policy describes.
    pub fn new(policy: &TravelPolicy) -> Self {
        Self { detour: policy.detour, speed_kmh: policy.speed_kmh }
    }
}

impl TravelModel for GreatCircle {
    fn minutes_over(&self, _: Location, _: Location, distance_km: f64) -> u32 {
        self.least_minutes(distance_km)
    }

    fn least_minutes(&self, distance_km: f64) -> u32 {
        let minutes = distance_km * self.detour / self.speed_kmh * 60.0;
        // Rounded up; where the processor cannot be told to, `ceil` is a call.
        let whole = minutes as u32;
        whole.saturating_add(u32::from(f64::from(whole) < minutes))
    }

    fn radius_km(&self, limit_min: u32) -> f64 {
        f64::from(limit_min) / 60.0 * self.speed_kmh / self.detour
    }
}

/// Great-circle distance.
///
/// # Units
/// Kilometres, on the sphere of mean earth radius (haversine).
pub fn distance_km(from: Location, to: Location) -> f64 {
    let point = |place: Location| Point::new(place.longitude_deg(), place.latitude_deg());
    Haversine.distance(point(from), point(to)) / 1000.0
}
