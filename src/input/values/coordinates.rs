//! Coordinates: decimal degrees in a declared coordinate system, converted to WGS-84.
//!
//! Method: the crate `coordtransform` inverts the GCJ-02 and BD-09 offsets by refinement (below a metre). A point
//! whose system nobody declared is refused: the systems differ by hundreds of metres.

use super::numbers::parse_decimal;
use super::{Text, ValueProblem, half_width};
use crate::model::Location;
use crate::model::location::Datum;

/// Reads the name of a coordinate system.
///
/// # Errors
/// Where it is none of the three.
pub fn parse_datum(text: &str) -> Result<Datum, ValueProblem> {
    let plain: String = half_width(text)
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '-' | '_' | ' ' | '坐' | '标' | '系'))
        .collect();
    match plain.as_str() {
        "wgs84" | "gps" | "cgcs2000" | "国家2000" | "epsg4326" => Ok(Datum::Wgs84),
        "gcj02" | "gcj2" | "高德" | "腾讯" | "火星" => Ok(Datum::Gcj02),
        "bd09" | "bd9" | "百度" => Ok(Datum::Bd09),
        _ => Err(ValueProblem::new(
            Text::fixed("不认识的坐标系", "an unknown coordinate system"),
            Text::fixed(
                "写 WGS-84（GPS）、GCJ-02（高德、腾讯、手机）或 BD-09（百度）",
                "write WGS-84 (GPS), GCJ-02 (Gaode, Tencent, phones) or BD-09 (Baidu)",
            ),
        )),
    }
}

/// The name by which a coordinate system is written out.
pub const fn datum_name(datum: Datum) -> &'static str {
    match datum {
        Datum::Wgs84 => "WGS-84",
        Datum::Gcj02 => "GCJ-02",
        Datum::Bd09 => "BD-09",
    }
}

/// Reads a point. The two cells are given apart, as the columns stand.
///
/// # Errors
/// Where a cell is no number, off the earth, swapped with the other, or outside China.
pub fn parse_point(longitude: &str, latitude: &str, datum: Datum) -> Result<Location, ValueProblem> {
    let longitude_deg = parse_decimal(longitude, -180.0, 180.0)?;
    let latitude_deg = match parse_decimal(latitude, -90.0, 90.0) {
        Ok(degrees) => degrees,
        Err(problem) => {
            let swapped =
                parse_decimal(latitude, -180.0, 180.0).is_ok_and(|east| in_china(east, longitude_deg));
            return Err(if swapped { swapped_columns() } else { problem });
        }
    };
    if !in_china(longitude_deg, latitude_deg) {
        return Err(if in_china(latitude_deg, longitude_deg) { swapped_columns() } else { outside_china() });
    }
    let (east, north) = match datum {
        Datum::Wgs84 => (longitude_deg, latitude_deg),
        Datum::Gcj02 => coordtransform::gcj02_to_wgs84(longitude_deg, latitude_deg),
        Datum::Bd09 => coordtransform::bd09_to_wgs84(longitude_deg, latitude_deg),
    };
    Location::new(north, east).ok_or_else(outside_china)
}

/// A rectangle round the country: catches slips, claims nothing about borders.
fn in_china(longitude_deg: f64, latitude_deg: f64) -> bool {
    (73.0..=136.0).contains(&longitude_deg) && (3.0..=54.0).contains(&latitude_deg)
}

fn swapped_columns() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("经度和纬度写反了", "longitude and latitude are swapped"),
        Text::fixed(
            "对调两栏：国内经度 73–136，纬度 3–54",
            "swap the columns: in China longitude is 73–136, latitude 3–54",
        ),
    )
}

fn outside_china() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("坐标不在中国境内", "the point lies outside China"),
        Text::fixed(
            "核对小数点和数位：经度 73–136，纬度 3–54",
            "check the decimal point: longitude 73–136, latitude 3–54",
        ),
    )
}
