//! A cell → whether its column's reader takes it. What no reader takes may be any text that an office wrote, and is sealed.

use super::POLICY;
use super::cells::is_a_number;
use crate::input::values::codes::{
    parse_call_device, parse_categories, parse_done, parse_risk, parse_sex, parse_standing, parse_unit_kind,
    parse_volunteer_kinds,
};
use crate::input::values::coordinates::parse_datum;
use crate::input::values::dates::{parse_date, parse_period};
use crate::input::values::lists::items;
use crate::input::values::needs::parse_needs;
use crate::input::values::numbers::{parse_decimal, parse_yes_no};
use crate::input::values::skills::parse_skills;

/// Whether a text is one of those its column is for. Columns of places, teams, languages and hours are read as they are.
pub(super) fn is_legible(key: &str, text: &str) -> bool {
    match key {
        "sex" => parse_sex(text).is_ok(),
        "categories" => parse_categories(text).is_ok(),
        "risk" => parse_risk(text).is_ok(),
        "risk_assessed_on" | "committed_through" => parse_date(text).is_ok(),
        "living_alone" | "nobody_home_for_festival" | "lead" => parse_yes_no(text).is_ok(),
        "parent_standing" => parse_standing(text).is_ok(),
        "parents_home" => parse_period(text).is_ok(),
        "call_device" => parse_call_device(text).is_ok(),
        "datum" => parse_datum(text).is_ok(),
        "household" => is_a_number(text),
        "previous_volunteers" => items(text).iter().all(|item| is_a_number(item)),
        "needs" => parse_needs(text, &POLICY).1.is_empty(),
        "skills" => parse_skills(text).1.is_empty(),
        "unit_kind" => parse_unit_kind(text).is_ok(),
        "kinds" => parse_volunteer_kinds(text).is_ok(),
        "training" | "agreement" => parse_date(text).is_ok() || parse_done(text).is_ok(),
        "capacity" | "max_siblings" | "minutes_per_week" | "reach_km" | "reach_minutes" => {
            parse_decimal(text, 0.0, 1e9).is_ok()
        }
        _ => true,
    }
}
