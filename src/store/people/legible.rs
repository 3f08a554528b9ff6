//! A cell → whether its column's reader takes it. What no reader takes may be any text that an office wrote, and is sealed.

use jiff::civil::{Date, date};

use super::POLICY;
use super::cells::is_a_number;
use crate::input::values::codes::{
    parse_age_range, parse_call_device, parse_categories, parse_done, parse_risk, parse_sex, parse_sites,
    parse_standing, parse_unit_kind, parse_volunteer_kinds,
};
use crate::input::values::coordinates::parse_datum;
use crate::input::values::dates::{parse_date, parse_period};
use crate::input::values::half_width;
use crate::input::values::hours::parse_hours;
use crate::input::values::lists::items;
use crate::input::values::needs::parse_needs;
use crate::input::values::numbers::{parse_decimal, parse_yes_no};
use crate::input::values::skills::parse_skills;
use crate::input::values::time_zones::parse_time_zone;

/// Longest name of a language or dialect, characters.
const LONGEST_LANGUAGE: usize = 6;
/// A day on which every zone that is known has a time.
const SOME_DAY: Date = date(2026, 1, 1);

/// Whether a text is one of those its column is for. Columns of places and teams are read as they are.
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
        "household" | "unit" => is_a_number(text),
        "languages" => items(text).iter().all(|item| item.chars().count() <= LONGEST_LANGUAGE),
        "availability"
        | "term_hours"
        | "winter_holiday_hours"
        | "spring_festival_hours"
        | "summer_holiday_hours"
        | "parent_hours" => parse_hours(text).is_ok(),
        "parent_time_zone" => parse_time_zone(text, SOME_DAY).is_ok(),
        "settings" => is_any(text) || parse_sites(text).is_ok(),
        "age_range" => is_any(text) || parse_age_range(text).is_ok(),
        "child_sex" => is_any(text) || parse_sex(text).is_ok(),
        "category_limit" => is_any(text) || parse_categories(text).is_ok(),
        "previous_volunteers" => items(text).iter().all(|item| is_a_number(item)),
        "needs" => parse_needs(text, &POLICY).1.is_empty(),
        "skills" => parse_skills(text).1.is_empty(),
        "unit_kind" => parse_unit_kind(text).is_ok(),
        "kinds" => parse_volunteer_kinds(text).is_ok(),
        "training" | "agreement" => parse_date(text).is_ok() || parse_done(text).is_ok(),
        "capacity" | "service_capacity" | "max_siblings" | "minutes_per_week" | "reach_km"
        | "reach_minutes" => parse_decimal(text, 0.0, 1e9).is_ok(),
        _ => true,
    }
}

/// The words for no limit.
fn is_any(text: &str) -> bool {
    matches!(half_width(text).as_str(), "不限" | "无" | "任意" | "any")
}
