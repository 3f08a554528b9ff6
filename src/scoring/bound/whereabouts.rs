//! Where children can be met, and how far that is at least for anybody of an offer.

use super::offer::Offer;
use super::timetable::Rooms;
use crate::candidates::meeting::Sites;
use crate::candidates::places::{Point, on_unit_sphere};
use crate::model::Child;

/// Where a child can be met: at home, and at a school that lies elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Whereabouts {
    home: Point,
    school: Option<Point>,
}

impl Whereabouts {
    /// Those of a child.
    pub(super) fn of(child: &Child) -> Self {
        Self {
            home: on_unit_sphere(child.place.location),
            school: child.school.as_ref().map(|at| on_unit_sphere(at.location)),
        }
    }

    /// The one place or the two.
    pub(super) fn points(&self) -> impl Iterator<Item = Point> {
        std::iter::once(self.home).chain(self.school)
    }

    /// Kilometres to the home and to the school from the nearest of the offer who meets children there.
    fn kilometers(&self, offer: &Offer) -> (f64, f64) {
        let home_km = offer.least_km(&self.home);
        let school_km = self.school.as_ref().map_or(home_km, |school| offer.least_km(school));
        let accepted = |km: f64, accepts: bool| if accepts { km } else { f64::INFINITY };
        (accepted(home_km, offer.sites.home), accepted(school_km, offer.sites.school))
    }

    /// Kilometres to the nearer of the two; no way at all where nobody of the offer accepts either.
    pub(super) fn least_km(&self, offer: &Offer) -> f64 {
        let (home_km, school_km) = self.kilometers(offer);
        home_km.min(school_km)
    }
}

/// Kilometres to the sites of a child that are within reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeastWays {
    home_km: f64,
    school_km: f64,
    /// Which sites these are.
    sites: Sites,
}

impl LeastWays {
    /// The ways of somebody of an offer; `None` where no site is within reach.
    pub(super) fn to(visit: &Whereabouts, offer: &Offer) -> Option<Self> {
        let (home_km, school_km) = visit.kilometers(offer);
        let sites = Sites { home: home_km <= offer.reach_km, school: school_km <= offer.reach_km };
        (sites.home || sites.school).then_some(Self { home_km, school_km, sites })
    }

    /// Kilometres that who must meet the child goes at least; `None` where there is no room at what is within reach.
    /// Where one of two sites has no room in some season, she goes to the other.
    pub(super) fn least_km(self, rooms: Rooms) -> Option<f64> {
        if !rooms.has(self.sites) {
            return None;
        }
        let Sites { home, school } = self.sites;
        Some(match (home, school) {
            (true, false) => self.home_km,
            (false, _) => self.school_km,
            (true, true) => {
                let home = rooms.has(Sites { home: true, school: false });
                let school = rooms.has(Sites { home: false, school: true });
                match (home, school) {
                    (true, true) => self.home_km.min(self.school_km),
                    (true, false) => self.home_km,
                    (false, true) => self.school_km,
                    (false, false) => self.home_km.max(self.school_km),
                }
            }
        })
    }
}
