//! Values as the cells that the parsers of [`values`](crate::input::values) read back.

use jiff::civil::Date;

use super::week::week_parts;
use crate::model::availability::{Availability, AvailabilityRow, Site, WeekMask};
use crate::model::child::{Answer, CallDevice, ConsentGiver, LegalBasis, ParentStanding, RiskLevel, Sex};
use crate::model::need::{Grade, Need};
use crate::model::season::{Period, Season};
use crate::model::volunteer::{Language, ScreeningKind, ScreeningResult, Skill, UnitKind};

/// Items of a list.
pub(super) fn list<Text: AsRef<str>>(items: impl IntoIterator<Item = Text>) -> String {
    joined(items, "、")
}

fn joined<Text: AsRef<str>>(items: impl IntoIterator<Item = Text>, between: &str) -> String {
    let mut text = String::new();
    for item in items {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(item.as_ref());
    }
    text
}

pub(super) fn yes_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

/// `2013-05-01`, blank for none.
pub(super) fn date(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

pub(super) fn period(days: Option<Period>) -> String {
    days.map(|days| format!("{}至{}", days.first, days.last)).unwrap_or_default()
}

pub(super) fn sex(sex: Sex) -> String {
    sex.names().0.to_owned()
}

pub(super) fn risk(level: RiskLevel) -> String {
    level.names().0.to_owned()
}

pub(super) fn legal_basis(basis: Option<&LegalBasis>) -> String {
    match basis {
        None => String::new(),
        Some(LegalBasis::GuardianConsent) => "监护人同意".to_owned(),
        Some(LegalBasis::StatutoryDuty { authority, document }) => {
            format!("法定职责：{authority}，{document}")
        }
    }
}

/// The answer and its date, in the words of the column.
pub(super) fn answer(answer: Answer, yes: &str, no: &str) -> (String, String) {
    match answer {
        Answer::Unknown => (String::new(), String::new()),
        Answer::Yes(day) => (yes.to_owned(), date(day)),
        Answer::No => (no.to_owned(), String::new()),
    }
}

/// Done, or the day on which it was done.
pub(super) fn done(answer: Answer, done: &str, open: &str) -> String {
    match answer {
        Answer::Unknown => String::new(),
        Answer::Yes(None) => done.to_owned(),
        Answer::Yes(day) => date(day),
        Answer::No => open.to_owned(),
    }
}

pub(super) fn consent_giver(giver: ConsentGiver) -> String {
    giver.names().0.to_owned()
}

pub(super) fn standing(standing: ParentStanding) -> String {
    let named = ParentStanding::ALL.into_iter().find(|(known, ..)| *known == standing);
    named.map_or("", |(_, zh, _)| zh).to_owned()
}

pub(super) fn call_device(device: CallDevice) -> String {
    device.names().0.to_owned()
}

pub(super) fn languages(languages: &[Language]) -> String {
    list(languages.iter().map(|language| &*language.0))
}

/// `UTC+9`, `UTC-3:30`.
pub(super) fn time_zone(utc_offset_min: i32) -> String {
    let sign = if utc_offset_min < 0 { '-' } else { '+' };
    let (hours, minutes) = (utc_offset_min.abs() / 60, utc_offset_min.abs() % 60);
    if minutes == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{minutes:02}") }
}

pub(super) fn unit_kind(kind: UnitKind) -> String {
    kind.names().0.to_owned()
}

pub(super) fn screening_kind(kind: ScreeningKind) -> String {
    kind.names().0.to_owned()
}

pub(super) fn screening_result(result: ScreeningResult) -> String {
    result.names().0.to_owned()
}

/// `6-12`, `6-`, `-12`, blank for any age.
pub(super) fn age_range(least: Option<u8>, most: Option<u8>) -> String {
    let age = |age: Option<u8>| age.map(|age| age.to_string()).unwrap_or_default();
    if least.is_none() && most.is_none() { String::new() } else { format!("{}-{}", age(least), age(most)) }
}

fn grade(grade: Grade) -> String {
    if grade.0 == 0 { "幼儿园".to_owned() } else { format!("{}年级", grade.0) }
}

/// Every need with all that can be said of it, so that no default is needed to read it.
pub(super) fn needs(needs: &[Need]) -> String {
    let need = |need: &Need| {
        let subject = need.subject.map(|subject| format!("：{}", subject.names().0)).unwrap_or_default();
        let strength = need.strength.names().0;
        let mode = need.mode.names().0;
        let year = need.grade.map(|year| format!("，{}", grade(year))).unwrap_or_default();
        let (kind, minutes, weight) = (need.kind.names().0, need.minutes_per_week, need.weight_percent);
        format!("{kind}{subject}（{strength}，{mode}，每周{minutes}分钟，权重{weight}%{year}）")
    };
    joined(needs.iter().map(need), "；")
}

pub(super) fn skills(skills: &[Skill]) -> String {
    let skill = |skill: &Skill| {
        let subject = skill.subject.map(|subject| format!("：{}", subject.names().0)).unwrap_or_default();
        let mut remarks = Vec::new();
        remarks.extend(skill.up_to_grade.map(|year| format!("至{}", grade(year))));
        if let Some(qualification) = &skill.qualification {
            remarks.push(qualification.title.clone());
            remarks.extend(qualification.valid_through.map(|day| format!("有效期至{day}")));
        }
        let bracket =
            if remarks.is_empty() { String::new() } else { format!("（{}）", joined(remarks, "，")) };
        format!("{}{subject}{bracket}", skill.kind.names().0)
    };
    joined(skills.iter().map(skill), "；")
}

/// The general column and those of the four seasons. A season without hours of its own where no general ones hold
/// is written as no time, never left to a default.
pub(super) fn hours(availability: &Availability, sites: bool) -> [String; 5] {
    let of = |season: Option<Season>| -> Vec<&AvailabilityRow> {
        availability.rows.iter().filter(|row| row.season == season).collect()
    };
    let general = of(None);
    let mut columns =
        [site_weeks(&general, sites), String::new(), String::new(), String::new(), String::new()];
    for season in Season::ALL {
        let own = of(Some(season));
        columns[season.index() + 1] = match (own.is_empty(), general.is_empty()) {
            (true, true) => "无".to_owned(),
            _ => site_weeks(&own, sites),
        };
    }
    columns
}

/// The hours of parents, who have one column; blank where they are the policy's.
pub(super) fn plain_hours(availability: &Availability) -> String {
    if availability.assumed || availability.rows.iter().any(|row| row.season.is_some()) {
        return String::new();
    }
    site_weeks(&availability.rows.iter().collect::<Vec<_>>(), false)
}

fn site_weeks(rows: &[&AvailabilityRow], sites: bool) -> String {
    if !sites {
        let all = rows.iter().fold(WeekMask::EMPTY, |all, row| all.or(&row.week));
        return if rows.is_empty() { String::new() } else { week(&all, "") };
    }
    let at = |site: Site| {
        let mut own = rows.iter().filter(|row| row.site == site).peekable();
        own.peek()?;
        let all = own.fold(WeekMask::EMPTY, |all, row| all.or(&row.week));
        let prefix = if site == Site::Home { String::new() } else { format!("{}：", site.names().0) };
        Some(week(&all, &prefix))
    };
    joined(Site::ALL.into_iter().filter_map(at), "；")
}

/// `周一、周三 16:00-18:00、19:00-20:00；周六 08:00-12:00`, the prefix before each item.
fn week(week: &WeekMask, prefix: &str) -> String {
    if week.is_empty() {
        return format!("{prefix}无");
    }
    joined(week_parts(week).iter().map(|part| format!("{prefix}{part}")), "；")
}
