//! Administrative divisions.

pub(in crate::http) mod boundary;
pub(in crate::http) mod boundary_put;
pub(in crate::http) mod get;
pub(in crate::http) mod import;
pub(in crate::http) mod list;
pub(in crate::http) mod patch;
pub(in crate::http) mod places;
pub(in crate::http) mod places_put;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::problem::{Code, Problem};
use crate::http::time::rfc3339;
use crate::model::RegionCode;
use crate::store;

/// A division.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Region")]
pub(super) struct Wire {
    /// Twelve digits.
    code: String,
    /// Its name.
    name: String,
    /// The division above.
    parent_code: Option<String>,
    /// 1 province, 2 prefecture, 3 county, 4 township, 5 village.
    level: i64,
    /// Whom to call in an emergency, beside 110.
    emergency_phone: Option<String>,
    /// Duty phone of the office that protects minors.
    duty_phone: Option<String>,
    /// Whether a boundary is kept.
    has_boundary: bool,
    /// When it changed last.
    updated_at: String,
    /// Its version, also the `ETag`.
    version: i64,
}

impl From<store::Region> for Wire {
    fn from(region: store::Region) -> Self {
        Self {
            code: region.code,
            name: region.name,
            parent_code: region.parent_code,
            level: region.level,
            emergency_phone: region.emergency_phone,
            duty_phone: region.duty_phone,
            has_boundary: region.has_boundary,
            updated_at: rfc3339(region.updated_at_ms),
            version: region.version,
        }
    }
}

/// The code in the path, where it is one of the caller's divisions; others are not hers to change.
fn own_code(call: &Call) -> Result<String, Problem> {
    let (code, span) = (code(call)?, call.span()?);
    if span.holds(&code) { Ok(code) } else { Err(Problem::new(Code::NotFound)) }
}

/// The code in the path, filled up to twelve digits.
fn code(call: &Call) -> Result<String, Problem> {
    let code = RegionCode::parse(call.path("code")).ok_or(Problem::new(Code::NotFound))?;
    Ok(code.as_str().to_owned())
}
