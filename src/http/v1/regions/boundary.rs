//! `GET /regions/{code}/boundary`: the line round a division, `GeoJSON` (RFC 7946).

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::language::Language;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::View;

/// The media type of `GeoJSON`.
const GEO_JSON: &str = "application/geo+json";

/// Longitude and latitude, degrees of WGS-84.
type Position = [f64; 2];
/// A closed line: the last position is the first.
type Ring = Vec<Position>;

/// A `GeoJSON` geometry: one area, or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", deny_unknown_fields)]
pub(super) enum Boundary {
    /// One area: the outer ring, then its holes.
    Polygon {
        /// The rings.
        coordinates: Vec<Ring>,
    },
    /// Several areas.
    MultiPolygon {
        /// The areas.
        coordinates: Vec<Vec<Ring>>,
    },
}

impl Boundary {
    fn areas_mut(&mut self) -> &mut [Vec<Ring>] {
        match self {
            Self::Polygon { coordinates } => std::slice::from_mut(coordinates),
            Self::MultiPolygon { coordinates } => coordinates,
        }
    }

    /// Keeps five decimals, a metre, and says what is wrong with the rest: a pointer and a sentence.
    pub(super) fn settle(&mut self, language: Language) -> Result<(), (String, &'static str)> {
        let several = matches!(self, Self::MultiPolygon { .. });
        let areas = self.areas_mut();
        if areas.is_empty() {
            let said = language.pick("没有任何区域", "there is no area");
            return Err(("/coordinates".to_owned(), said));
        }
        for (place, rings) in areas.iter_mut().enumerate() {
            let at = if several { format!("/coordinates/{place}") } else { "/coordinates".to_owned() };
            if rings.is_empty() {
                return Err((at, language.pick("区域没有边界线", "the area has no ring")));
            }
            for (ring_place, ring) in rings.iter_mut().enumerate() {
                settle_ring(ring, language).map_err(|said| (format!("{at}/{ring_place}"), said))?;
            }
        }
        Ok(())
    }
}

fn settle_ring(ring: &mut Ring, language: Language) -> Result<(), &'static str> {
    for [longitude, latitude] in ring.iter_mut() {
        if !(-180.0..=180.0).contains(longitude) || !(-90.0..=90.0).contains(latitude) {
            return Err(language.pick(
                "经度须在 ±180、纬度须在 ±90 之内，先经后纬，WGS-84",
                "longitude within ±180 first, then latitude within ±90, WGS-84",
            ));
        }
        let five = |degrees: f64| (degrees * 1e5).round() / 1e5;
        (*longitude, *latitude) = (five(*longitude), five(*latitude));
    }
    if ring.len() < 4 || ring.first() != ring.last() {
        return Err(language.pick(
            "边界线至少四个点，且首尾相同",
            "a ring has four positions or more, the last equal to the first",
        ));
    }
    Ok(())
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/regions/{code}/boundary";
    Endpoint::reads(path, "get_region_boundary", |call, view| get(call, view).boxed())
        .says("区划 regions", "查看区划边界（GeoJSON）", "Show the boundary of a division (GeoJSON)")
        .allows(Access::Roles(Role::ALL), Scope::None)
        .gives_as::<Boundary>(StatusCode::OK, GEO_JSON)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (version, boundary) = view.region_boundary(&super::code(call)?).await?;
    let boundary = boundary.ok_or(Problem::new(Code::NotFound))?;
    Ok(Reply::file(StatusCode::OK, GEO_JSON, boundary).version(version))
}
