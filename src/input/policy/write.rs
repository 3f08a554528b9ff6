//! A policy as complete TOML text: what it says in full, whatever it was read from.
//!
//! Keys stand in a fixed order and numbers in their shortest form that reads back the same, so that equal policies
//! give equal bytes and a digest can be taken over them.

use std::fmt::{self, Formatter};

use super::PolicyFile;
use super::words;
use crate::input::values::coordinates::datum_name;
use crate::input::write::week::week_parts;
use crate::model::availability::WeekMask;
use crate::model::need::NeedKind;
use crate::model::policy::{NeedPolicy, OFFER_HOURS, Policy};
use crate::model::season::Season;

/// Writes a policy file; reading the text gives the same file back.
///
/// # Example
/// ```
/// use jiedui::input::policy::{parse, write};
/// let file = parse("[travel]\ndetour = 1.8", "policy.toml").unwrap();
/// assert_eq!(parse(&write(&file), "policy.toml").unwrap(), file);
/// ```
pub fn write(file: &PolicyFile) -> String {
    WholeFile(file).to_string()
}

/// The text of the rules alone, without dates, coordinate system and the reasons for exceptions: what a digest is
/// taken over. Rules that are off stand in a closing comment.
pub fn canonical(policy: &Policy) -> String {
    Rules(policy).to_string()
}

struct WholeFile<'a>(&'a PolicyFile);

impl fmt::Display for WholeFile<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_policy(f, &self.0.policy)?;
        write_optional(f, self.0)
    }
}

struct Rules<'a>(&'a Policy);

impl fmt::Display for Rules<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_policy(f, self.0)
    }
}

fn write_policy(out: &mut Formatter<'_>, policy: &Policy) -> fmt::Result {
    writeln!(out, "name = {}", quoted(&policy.name))?;
    writeln!(out, "version = {}", quoted(&policy.version))?;
    writeln!(out, "coverage = \"{}\"", words::word_for(words::COVERAGE, policy.coverage))?;
    writeln!(out, "siblings = \"{}\"", words::word_for(words::SIBLINGS, policy.siblings))?;
    writeln!(out, "max_volunteers_per_child = {}", policy.max_volunteers_per_child)?;
    writeln!(out, "default_service_capacity = {}", policy.default_service_capacity)?;
    if policy.calendar.spans.is_empty() {
        writeln!(out, "calendar = []")?;
    }
    write_numbers(out, policy)?;
    for class in &policy.classes {
        let conditions = class.any_of.iter().map(|one| words::word_for(words::CONDITIONS, *one));
        writeln!(out, "\n[[classes]]")?;
        writeln!(out, "name_zh = {}", quoted(&class.name_zh))?;
        writeln!(out, "name_en = {}", quoted(&class.name_en))?;
        writeln!(out, "any_of = {}", list(conditions))?;
        writeln!(out, "unmatched_min = {}", class.unmatched_min)?;
    }
    for span in &policy.calendar.spans {
        writeln!(out, "\n[[calendar]]")?;
        writeln!(out, "season = \"{}\"", span.season.names().1)?;
        writeln!(out, "from = {}\nto = {}", span.days.first, span.days.last)?;
    }
    for kind in NeedKind::ALL {
        write_need(out, kind, policy.need(kind))?;
    }
    let hours = &policy.default_hours;
    for (whose, weeks) in [("child", hours.child), ("parent", hours.parent), ("volunteer", hours.volunteer)] {
        writeln!(out, "\n[default_hours.{whose}]")?;
        for (season, week) in Season::ALL.into_iter().zip(&weeks) {
            writeln!(out, "{} = \"{}\"", season.names().1, week_text(week))?;
        }
    }
    if let Some(duty) = &policy.statutory_duty {
        writeln!(out, "\n[legal_basis]")?;
        writeln!(out, "authority = {}", quoted(&duty.authority))?;
        writeln!(out, "document = {}", quoted(&duty.document))?;
    }
    if !policy.rules_off.is_empty() {
        let codes: Vec<&str> = policy.rules_off.iter().map(|rule| rule.code()).collect();
        writeln!(out, "\n# rules off: {}", codes.join(", "))?;
    }
    Ok(())
}

fn write_numbers(out: &mut Formatter<'_>, policy: &Policy) -> fmt::Result {
    let (exchange, travel, eligibility) = (&policy.exchange, &policy.travel, &policy.eligibility);
    writeln!(out, "\n[exchange]")?;
    writeln!(out, "wished_need_missed_min = {}", exchange.wished_need_missed_min)?;
    writeln!(out, "half_hour_short_min = {}", exchange.half_hour_short_min)?;
    writeln!(out, "home_language_missing_min = {}", exchange.home_language_missing_min)?;
    writeln!(out, "continuity_lost_min = {}", exchange.continuity_lost_min)?;
    writeln!(out, "further_household_min = {}", exchange.further_household_min)?;
    writeln!(out, "\n[travel]")?;
    writeln!(out, "detour = {:?}", travel.detour)?;
    writeln!(out, "speed_kmh = {:?}", travel.speed_kmh)?;
    writeln!(out, "round_up_min = {}", travel.round_up_min)?;
    writeln!(out, "default_reach_km = {:?}", travel.default_reach_km)?;
    writeln!(out, "max_travel_min = {}", travel.max_travel_min)?;
    writeln!(out, "\n[eligibility]")?;
    writeln!(out, "screening_days = {}", eligibility.screening_days)?;
    writeln!(out, "screening_covers_period = {}", eligibility.screening_covers_period)?;
    writeln!(out, "accept_no_conviction = {}", eligibility.accept_no_conviction)?;
    writeln!(out, "min_term_days = {}", eligibility.min_term_days)?;
    writeln!(out, "seasonal_pairings = {}", eligibility.seasonal_min_days.is_some())?;
    if let Some(days) = eligibility.seasonal_min_days {
        writeln!(out, "seasonal_min_days = {days}")?;
    }
    writeln!(out, "wish_from_age = {}", eligibility.wish_from_age)?;
    writeln!(out, "just_ended_days = {}", eligibility.just_ended_days)
}

fn write_need(out: &mut Formatter<'_>, kind: NeedKind, need: &NeedPolicy) -> fmt::Result {
    writeln!(out, "\n[needs.{}]", kind.names().1)?;
    writeln!(out, "assignment = \"{}\"", words::word_for(words::ASSIGNMENTS, need.assignment))?;
    writeln!(out, "skill_needed = {}", need.skill_needed)?;
    writeln!(out, "qualification_needed = {}", need.qualification_needed)?;
    writeln!(out, "default_mode = \"{}\"", words::word_for(words::MODES, need.default_mode))?;
    writeln!(out, "default_minutes = {}", need.default_minutes)?;
    writeln!(out, "default_strength = \"{}\"", words::word_for(words::STRENGTHS, need.default_strength))?;
    writeln!(out, "seasons = {}", list(need.seasons.iter().map(|season| season.names().1)))
}

fn write_optional(out: &mut Formatter<'_>, file: &PolicyFile) -> fmt::Result {
    if let Some(run) = file.run {
        writeln!(out, "\n[run]\ndate = {}", run.today)?;
        writeln!(out, "from = {}\nto = {}", run.period.first, run.period.last)?;
    }
    // No plan depends on it, so no digest of rules does.
    if file.policy.offer_hours != OFFER_HOURS {
        writeln!(out, "\n[offers]\nanswer_hours = {}", file.policy.offer_hours)?;
    }
    if let Some(datum) = file.datum {
        writeln!(out, "\n[coordinates]\ndatum = \"{}\"", datum_name(datum))?;
    }
    for exception in &file.exceptions {
        let names: Vec<String> = exception.approved_by.iter().map(|name| quoted(name)).collect();
        writeln!(out, "\n[[rules_off]]\ncode = \"{}\"", exception.rule.code())?;
        writeln!(out, "reason = {}", quoted(&exception.reason))?;
        writeln!(out, "approved_by = [{}]", names.join(", "))?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", words.join(", "))
}

/// Hours in the grammar of the sheets: `周一、周三 16:00-18:00；周六 08:00-12:00`.
fn week_text(week: &WeekMask) -> String {
    if week.is_empty() { "无".to_owned() } else { week_parts(week).join("；") }
}
