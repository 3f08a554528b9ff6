//! The names of townships and villages → their codes, among the divisions below one.
//!
//! Offices write 百福司镇 or 百福司, 兴安村 or 兴安村委会: endings do not count. A name that fits two divisions is never
//! guessed.

use std::collections::BTreeMap;

use super::places::{TOWNSHIP_ENDINGS, VILLAGE_ENDINGS};
use super::values::half_width;
use crate::model::RegionCode;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    One(RegionCode),
    Several,
}

/// Names of divisions.
#[derive(Clone, Debug, Default)]
pub struct RegionNames {
    townships: BTreeMap<String, Found>,
    villages: BTreeMap<(RegionCode, String), Found>,
}

/// What the names of a row say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// This division.
    Division(RegionCode),
    /// More than one division of that name.
    Several,
    /// No name was given, or none that is known.
    Unknown,
}

impl RegionNames {
    /// Names of these divisions; others than townships and villages are left out.
    pub fn new<'a>(divisions: impl IntoIterator<Item = (RegionCode, &'a str)>) -> Self {
        let mut names = Self::default();
        for (code, name) in divisions {
            let kept = |kept: &mut Found| {
                if *kept != Found::One(code) {
                    *kept = Found::Several;
                }
            };
            match code.prefix().len() {
                9 => {
                    let name = bare(name, &TOWNSHIP_ENDINGS);
                    names.townships.entry(name).and_modify(kept).or_insert(Found::One(code));
                }
                12 => {
                    let key = (code.township(), bare(name, &VILLAGE_ENDINGS));
                    names.villages.entry(key).and_modify(kept).or_insert(Found::One(code));
                }
                _ => {}
            }
        }
        names
    }

    /// The division of a township's and a village's name: the village, else the township.
    pub fn find(&self, township: &str, village: &str) -> Named {
        let township = match self.townships.get(&bare(township, &TOWNSHIP_ENDINGS)) {
            Some(Found::One(code)) => *code,
            Some(Found::Several) => return Named::Several,
            None => return Named::Unknown,
        };
        match self.villages.get(&(township, bare(village, &VILLAGE_ENDINGS))) {
            Some(Found::One(code)) => Named::Division(*code),
            Some(Found::Several) => Named::Several,
            None => Named::Division(township),
        }
    }
}

/// A name without its endings; a name that is nothing but an ending stays.
fn bare(name: &str, endings: &[&str]) -> String {
    let name = half_width(name);
    let mut rest = name.as_str();
    loop {
        let shorter =
            endings.iter().find_map(|ending| rest.strip_suffix(ending)).filter(|rest| !rest.is_empty());
        match shorter {
            Some(shorter) => rest = shorter,
            None => return rest.to_owned(),
        }
    }
}
