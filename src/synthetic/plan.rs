//! What a synthetic county is to be like.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use super::land::Land;
use crate::model::child::Category;
use crate::model::season::Period;

/// The left-behind children of the policy definition, the de-facto unattended and the orphans who live in families
/// stand to each other as counted by the ministry (6.97 million in 2018, 253,000 in 2021, 134,000 in 2020); the
/// shares of the other two are invented.
pub const NATIONAL_CATEGORIES: &[(Category, u32)] = &[
    (Category::LeftBehind, 880),
    (Category::DeFactoUnattended, 32),
    (Category::Orphan, 17),
    (Category::InDifficulty, 56),
    (Category::Migrant, 15),
];

/// One synthetic county (or city, or province).
#[derive(Clone, Debug, PartialEq)]
pub struct CountyPlan {
    /// Its name, for authorities and teams.
    pub name: String,
    /// Every id begins with this.
    pub id_prefix: String,
    /// How many children are registered.
    pub children: u32,
    /// How many adults are registered as volunteers; couples and teams are several.
    pub volunteers: u32,
    /// Same plan, same bytes.
    pub seed: u64,
    /// The day of the run for which the sheets are made.
    pub today: Date,
    /// Where it lies.
    pub land: Land,
    /// Main categories of the children, weighted.
    pub categories: &'static [(Category, u32)],
    /// Languages of a household as the sheet lists them, weighted.
    pub child_languages: &'static [(&'static str, u32)],
    /// Languages of a volunteer, weighted.
    pub volunteer_languages: &'static [(&'static str, u32)],
    /// Households that a volunteer takes, weighted.
    pub capacities: &'static [(u32, u32)],
}

impl CountyPlan {
    /// A county of invented townships with the nation's proportions.
    pub fn invented(children: u32, volunteers: u32, seed: u64, today: Date) -> Self {
        let many_children = u64::from(children) * 4 > u64::from(volunteers) * 5;
        Self {
            name: "示例县".to_owned(),
            id_prefix: "SL".to_owned(),
            children,
            volunteers,
            seed,
            today,
            land: Land::Invented((children / 150).max(8)),
            categories: NATIONAL_CATEGORIES,
            child_languages: &[("普通话、西南官话", 70), ("西南官话", 20), ("普通话", 10)],
            volunteer_languages: &[("普通话、西南官话", 80), ("普通话", 20)],
            capacities: if many_children {
                &[(1, 30), (2, 45), (3, 25)]
            } else {
                &[(1, 75), (2, 20), (3, 5)]
            },
        }
    }

    /// The half-year served: from the first of the next month.
    pub fn period(&self) -> Period {
        let first = self.today.last_of_month().saturating_add(1.day());
        Period { first, last: first.saturating_add(6.months()).saturating_sub(1.day()) }
    }

    /// The first day of the first Spring Festival in or after the half-year, where the table reaches so far.
    pub fn spring_festival(&self) -> Option<Date> {
        const FESTIVALS: [Date; 7] = [
            date(2025, 1, 29),
            date(2026, 2, 17),
            date(2027, 2, 6),
            date(2028, 1, 26),
            date(2029, 2, 13),
            date(2030, 2, 3),
            date(2031, 1, 23),
        ];
        FESTIVALS.into_iter().find(|festival| *festival >= self.period().first)
    }

    /// A day so many days before the run.
    pub(super) fn days_ago(&self, days: i32) -> Date {
        self.today.saturating_sub(Span::new().days(days))
    }

    /// A child's id by its number from 1.
    pub(super) fn child_id(&self, number: u32) -> String {
        format!("{}-E{number:0width$}", self.id_prefix, width = width(self.children))
    }

    /// A unit's id, which is its lead's, by its number from 1.
    pub(super) fn unit_id(&self, number: u32) -> String {
        format!("{}-V{number:0width$}", self.id_prefix, width = width(self.volunteers))
    }
}

/// Digits of the largest number, three at least, so that ids sort as they count.
fn width(count: u32) -> usize {
    count.to_string().len().max(3)
}
