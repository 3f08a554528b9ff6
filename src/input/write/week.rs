//! A week of half-hours as people write it, in the grammar that [`values`](crate::input::values) reads back.

use crate::model::availability::WeekMask;

const DAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// Days with the same hours together, each group an item: `周一、周三 16:00-18:00、19:00-20:00`, `周六 08:00-12:00`.
/// Nothing for a week without time; how items are joined is the caller's.
///
/// # Example
/// ```
/// use jiedui::input::write::week::week_parts;
/// use jiedui::model::WeekMask;
///
/// let mut week = WeekMask::EMPTY;
/// week.insert_stretch(0, 16 * 60, 18 * 60);
/// week.insert_stretch(2, 16 * 60, 18 * 60);
/// assert_eq!(week_parts(&week), ["周一、周三 16:00-18:00"]);
/// ```
pub fn week_parts(week: &WeekMask) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (day, name) in DAYS.into_iter().enumerate() {
        let times = stretches(week, day);
        match groups.iter_mut().find(|(known, _)| *known == times) {
            _ if times.is_empty() => {}
            Some((_, days)) => days.push(name),
            None => groups.push((times, vec![name])),
        }
    }
    groups.into_iter().map(|(times, days)| format!("{} {times}", days.join("、"))).collect()
}

/// The stretches of one day, `08:00-12:00、14:00-16:00`.
fn stretches(week: &WeekMask, day: usize) -> String {
    let clock = |slot: usize| format!("{:02}:{:02}", slot / 2, slot % 2 * 30);
    let set = |slot: usize| slot < 48 && week.contains(day * 48 + slot);
    let begins = (0..48).filter(|slot| set(*slot) && (*slot == 0 || !set(slot - 1)));
    let stretch = |begin: usize| {
        let end = (begin..=48).find(|slot| !set(*slot)).unwrap_or(48);
        format!("{}-{}", clock(begin), clock(end))
    };
    begins.map(stretch).collect::<Vec<_>>().join("、")
}
