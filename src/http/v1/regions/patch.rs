//! `PATCH /regions/{code}`: whom to call in a division.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Wire;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::patch::Patch as Field;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::Change;

/// What an office adds to a division. Phones of offices, never of a person.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RegionPatch")]
struct Patch {
    /// Whom to call in an emergency, beside 110; null deletes it.
    #[serde(default)]
    #[schemars(with = "Option<String>", regex(pattern = r"^[0-9+\-()# ]{3,32}$"))]
    emergency_phone: Field<String>,
    /// Duty phone of the office that protects minors; null deletes it.
    #[serde(default)]
    #[schemars(with = "Option<String>", regex(pattern = r"^[0-9+\-()# ]{3,32}$"))]
    duty_phone: Field<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/regions/{code}";
    Endpoint::changes(Method::PATCH, path, "patch_region", |call, change| patch(call, change).boxed())
        .says("区划 regions", "修改区划的值班电话", "Change the phones of a division")
        .allows(Access::Roles(&[Role::Admin, Role::Coordinator]), Scope::Region)
        .takes::<Patch>()
        .gives::<Wire>(StatusCode::OK)
}

async fn patch(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let code = super::own_code(call)?;
    let seen = call.if_match()?;
    let patch: Patch = call.body()?;
    for (pointer, phone) in [("/emergency_phone", &patch.emergency_phone), ("/duty_phone", &patch.duty_phone)]
    {
        if matches!(phone, Field::Set(phone) if !is_phone(phone)) {
            let said =
                call.language.pick("须为 3 至 32 位的电话号码", "must be a phone number of 3 to 32 digits");
            return Err(Problem::of_field(pointer, "invalid", said));
        }
    }
    let region = change.region(&code).await?;
    let emergency_phone = patch.emergency_phone.over(region.emergency_phone);
    let duty_phone = patch.duty_phone.over(region.duty_phone);
    let phones = (emergency_phone.as_deref(), duty_phone.as_deref());
    let region = change.set_region_phones(&call.span()?, (&code, seen), phones.0, phones.1).await?;
    let version = region.version;
    Ok(Reply::ok(&Wire::from(region)).version(version))
}

fn is_phone(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_digit() || "+-()# ".contains(c);
    (3..=32).contains(&text.len()) && text.chars().all(fits)
}
