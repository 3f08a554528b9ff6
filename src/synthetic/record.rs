//! One row of a sheet: header and text, in the order of the sheet, and the ways in which an office writes a date.

use jiff::civil::Date;

use super::dice::Dice;

/// Header and text of each cell, in the order of the sheet.
pub type Record = Vec<(&'static str, String)>;

/// The text under a header; nothing where the row has no such column.
pub fn cell<'a>(record: &'a Record, header: &str) -> &'a str {
    record.iter().find(|(name, _)| *name == header).map_or("", |(_, text)| text)
}

/// 是 or 否.
pub(super) fn yes_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

/// How the clerk of a row writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateStyle {
    /// 2013-05-01
    Iso,
    /// 2013.5.1
    Dots,
    /// 2013/05/01
    Slashes,
    /// 2013年5月1日
    Chinese,
}

impl DateStyle {
    /// Mostly ISO.
    pub(super) fn draw(dice: &mut Dice) -> Self {
        dice.weighted(&[(Self::Iso, 70), (Self::Dots, 15), (Self::Slashes, 10), (Self::Chinese, 5)])
    }

    /// The date in this style.
    pub(super) fn text(self, day: Date) -> String {
        let (year, month, of_month) = (day.year(), day.month(), day.day());
        match self {
            Self::Iso => format!("{year}-{month:02}-{of_month:02}"),
            Self::Dots => format!("{year}.{month}.{of_month}"),
            Self::Slashes => format!("{year}/{month:02}/{of_month:02}"),
            Self::Chinese => format!("{year}年{month}月{of_month}日"),
        }
    }
}
