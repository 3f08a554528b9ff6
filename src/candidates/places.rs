//! Points on the unit sphere and boxes round them: what a spatial search bounds distances with.

use crate::model::Location;

/// Mean earth radius of the haversine formula.
const EARTH_RADIUS_KM: f64 = 6_371.008_8;
/// Taken off every bound, so that rounding never makes it exceed the distance: a millimetre, but a kilometre on the
/// other side of the earth, where the arc is the worse conditioned the nearer the chord is to the diameter.
const SLACK_KM: f64 = 1e-6;
const FAR_SLACK_KM: f64 = 1.0;
/// Up to half a chord so long, arc and chord differ by less than a millionth, and the chord, which is the shorter, stands for
/// the arc.
const NEAR_HALF_CHORD: f64 = 0.002;

/// A point on the unit sphere.
pub type Point = [f64; 3];

/// Where a location lies on the unit sphere.
pub fn on_unit_sphere(location: Location) -> Point {
    let (latitude, longitude) = (location.latitude_deg().to_radians(), location.longitude_deg().to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

/// A box with sides along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    low: Point,
    high: Point,
}

impl Extent {
    /// The box that is one point.
    pub fn of(point: Point) -> Self {
        Self { low: point, high: point }
    }

    /// Takes in another box.
    pub fn join(&mut self, other: &Self) {
        for axis in 0..3 {
            self.low[axis] = self.low[axis].min(other.low[axis]);
            self.high[axis] = self.high[axis].max(other.high[axis]);
        }
    }

    /// A great-circle distance in kilometres that no point in the box is nearer than.
    pub fn least_km(&self, from: &Point) -> f64 {
        self.least_km_between(&Self::of(*from))
    }

    /// A great-circle distance in kilometres that no two points of the two boxes are nearer to each other than.
    pub fn least_km_between(&self, other: &Self) -> f64 {
        let mut squared = 0.0;
        for axis in 0..3 {
            let apart = (self.low[axis] - other.high[axis]).max(other.low[axis] - self.high[axis]).max(0.0);
            squared += apart * apart;
        }
        let half_chord = (squared.sqrt() / 2.0).min(1.0);
        if half_chord < NEAR_HALF_CHORD {
            return (2.0 * half_chord * EARTH_RADIUS_KM - SLACK_KM).max(0.0);
        }
        let slack_km = if half_chord > 0.99 { FAR_SLACK_KM } else { SLACK_KM };
        (2.0 * half_chord.asin() * EARTH_RADIUS_KM - slack_km).max(0.0)
    }

    /// The middle.
    pub fn middle(&self) -> Point {
        std::array::from_fn(|axis| f64::midpoint(self.low[axis], self.high[axis]))
    }
}

/// Orders items so that those of either half lie together: by the axis along which they are spread most.
pub fn split_by_place(items: &mut [u32], point: impl Fn(u32) -> Point) {
    let mut whole = Extent::of(point(items[0]));
    for item in &*items {
        whole.join(&Extent::of(point(*item)));
    }
    let spread = |axis: usize| whole.high[axis] - whole.low[axis];
    let axis = (1..3).fold(0, |widest, axis| if spread(axis) > spread(widest) { axis } else { widest });
    let middle = items.len() / 2;
    items.select_nth_unstable_by(middle, |a, b| {
        point(*a)[axis].total_cmp(&point(*b)[axis]).then_with(|| a.cmp(b))
    });
}
