//! `PUT /regions/{code}/places`: a list of places (`places.csv`) in the place of what was known of a division, all of it or nothing.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::{Begun, Call};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::language::Language;
use crate::http::problem::{Code, Fault, Problem};
use crate::http::reply::Reply;
use crate::http::upload;
use crate::input::Finding;
use crate::input::place_list::{ListedPlace, read_place_list};
use crate::input::rule::Severity;
use crate::input::table::TableFile;
use crate::model::Role;
use crate::store::RegionSpan;
use crate::store::runs::KnownPlace;

/// Most rows of one list.
const MOST_ROWS: usize = 50_000;
/// Faults that are listed.
const MOST_FAULTS: usize = 100;
/// Longest name, characters.
const LONGEST_NAME: usize = 100;

/// What came of a list.
#[derive(Debug, Serialize, JsonSchema)]
struct PlacesPut {
    /// Places of the division now.
    places: u64,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/regions/{code}/places";
    Endpoint::works(Method::PUT, path, "put_region_places", |call| put(call).boxed())
        .says(
            "区划 regions",
            "设置区划内乡镇、村的坐标（places.csv，整表替换）",
            "Set where townships and villages of a division lie (places.csv, replaces the whole list)",
        )
        .allows(Access::Roles(&[Role::Admin, Role::Coordinator]), Scope::Region)
        .takes_file(upload::TABLES)
        .gives::<PlacesPut>(StatusCode::OK)
        .fails(&[Code::FileRejected])
}

async fn put(call: &Call) -> Result<Reply, Problem> {
    let code = super::own_code(call)?;
    let path = upload::path(call)?;
    let name = upload::default_name(call, "places");
    // One row more, for the headers.
    let most_rows = MOST_ROWS + 1;
    let read = upload::in_turn(move || read_place_list(TableFile { path: &path, name: &name, most_rows }));
    let list = read.await?.map_err(|error| upload::refused(&error, call.language))?;
    if list.places.is_empty() && list.rejected == 0 {
        let said = call.language.pick("表里没有一行数据", "the table has no row of data");
        return Err(Problem::new(Code::FileRejected).detail(said));
    }
    let span = RegionSpan::of_prefix(&code);
    let mut faults: Vec<Fault> = (list.findings.iter())
        .filter(|finding| finding.rule.severity() == Severity::QuarantinesRow || list.rejected > 0)
        .filter_map(|finding| fault(finding, call.language))
        .collect();
    faults.extend(list.places.iter().filter_map(|place| unfit(place, &span, call.language)));
    if list.rejected > 0 || !faults.is_empty() {
        faults.truncate(MOST_FAULTS);
        return Err(Problem { errors: faults, ..Problem::new(Code::ValidationFailed) });
    }
    let places: Vec<KnownPlace> = list.places.into_iter().map(known).collect();
    match call.begin().await? {
        Begun::Answered(reply) => Ok(reply),
        Begun::Change(mut change) => {
            let places = change.put_places(&code, &places).await?;
            call.finish(*change, Reply::ok(&PlacesPut { places })).await
        }
    }
}

fn known(place: ListedPlace) -> KnownPlace {
    KnownPlace {
        region_code: place.region.to_string(),
        township: place.township,
        village: place.village,
        longitude: place.location.longitude_deg(),
        latitude: place.location.latitude_deg(),
        updated_at_ms: 0,
    }
}

fn fault(finding: &Finding, language: Language) -> Option<Fault> {
    let row = finding.row?;
    let column = finding.column.map_or("", |(_, key)| key);
    let detail = language.pick(&finding.cause.zh, &finding.cause.en).to_owned();
    Some(Fault { pointer: format!("row {row} / {column}"), code: "invalid".to_owned(), detail })
}

/// Why a place cannot be one of this division.
fn unfit(place: &ListedPlace, span: &RegionSpan, language: Language) -> Option<Fault> {
    let fault = |zh: &str, en: &str| {
        let pointer = format!("{} {}", place.township, place.village).trim().to_owned();
        Some(Fault { pointer, code: "invalid".to_owned(), detail: language.pick(zh, en).to_owned() })
    };
    if !span.holds(place.region.as_str()) {
        return fault("不在该区划之内", "it lies outside the division");
    }
    let long = |name: &str| name.chars().nth(LONGEST_NAME).is_some() || name.contains(char::is_control);
    if long(&place.township) || long(&place.village) {
        return fault("名称过长或含控制字符", "the name is too long or holds control characters");
    }
    None
}
