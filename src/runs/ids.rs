//! The numbers that people bear within one run.
//!
//! Numbers are a county's own, and a run may span several. A number that stands once bears itself, so that a run over a county gives
//! what `match` gives on its sheets; one that stands in two counties is led by the county's code.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::input::person_check::Cells;
use crate::input::values::half_width;
use crate::input::values::lists::items;
use crate::store::people::PersonNumber;

/// Numbers of one sort of people.
#[derive(Clone, Debug, Default)]
pub struct RunIds {
    /// By id of the store.
    by_subject: HashMap<String, String>,
    /// By county and the county's own number.
    by_number: HashMap<(String, String), String>,
}

/// The county's part of a division's code.
pub fn county_of(region_code: &str) -> &str {
    region_code.get(..6).unwrap_or(region_code)
}

impl RunIds {
    /// Gives everybody a number.
    pub fn of(people: &[PersonNumber]) -> Self {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for person in people {
            *times.entry(half_width(&person.number)).or_default() += 1;
        }
        let (mut ids, mut given) = (Self::default(), BTreeSet::new());
        for person in people {
            let number = half_width(&person.number);
            let county = county_of(&person.region_code);
            let mut id = if times[&number] == 1 { number.clone() } else { format!("{county}-{number}") };
            if !given.insert(id.clone()) {
                id.clone_from(&person.id);
                given.insert(id.clone());
            }
            ids.by_subject.insert(person.id.clone(), id.clone());
            ids.by_number.insert((county.to_owned(), number), id);
        }
        ids
    }

    /// The number of somebody.
    pub fn get(&self, subject_id: &str) -> Option<&str> {
        self.by_subject.get(subject_id).map(String::as_str)
    }

    /// Turns a list that an office or a record wrote into numbers of the run: each an id of the store, a number of the county, or,
    /// where nobody is known by either, itself.
    pub fn list(&self, county: &str, cell: &str) -> String {
        let number = |text: &str| {
            let of_county = || self.by_number.get(&(county.to_owned(), text.to_owned())).map(String::as_str);
            self.get(text).or_else(of_county).map(str::to_owned)
        };
        let whole = half_width(cell);
        if let Some(known) = number(&whole) {
            return known;
        }
        let listed = items(cell).into_iter().map(|item| number(&item).unwrap_or(item));
        listed.collect::<Vec<String>>().join("、")
    }
}

/// The numbers of a run.
#[derive(Clone, Debug)]
pub struct Numbering {
    /// Children.
    pub children: RunIds,
    /// Adults who volunteer.
    pub volunteers: RunIds,
    /// Whether more than one county takes part.
    several: bool,
}

impl Numbering {
    /// Numbers everybody.
    pub fn of(children: &[PersonNumber], volunteers: &[PersonNumber]) -> Self {
        let counties: BTreeSet<&str> =
            children.iter().chain(volunteers).map(|person| county_of(&person.region_code)).collect();
        Self {
            children: RunIds::of(children),
            volunteers: RunIds::of(volunteers),
            several: counties.len() > 1,
        }
    }

    /// Numbers of households and units are a county's own too.
    fn own(&self, county: &str, cells: &mut Cells, key: &str) {
        if let Some(cell) = cells.get_mut(key).filter(|cell| self.several && !cell.trim().is_empty()) {
            *cell = format!("{county}-{}", half_width(cell));
        }
    }

    /// A child's row in the numbers of the run.
    pub fn child(&self, subject_id: &str, region_code: &str, cells: &mut Cells) {
        let county = county_of(region_code);
        put(cells, "id", self.children.get(subject_id).unwrap_or(subject_id));
        self.own(county, cells, "household");
        for key in ["previous_volunteers", "excluded_volunteers"] {
            if let Some(cell) = cells.get_mut(key) {
                *cell = self.volunteers.list(county, cell);
            }
        }
    }

    /// A volunteer's row in the numbers of the run.
    pub fn volunteer(&self, subject_id: &str, region_code: &str, cells: &mut Cells) {
        put(cells, "id", self.volunteers.get(subject_id).unwrap_or(subject_id));
        self.own(county_of(region_code), cells, "unit");
    }
}

fn put(cells: &mut Cells, key: &str, text: &str) {
    cells.insert(key.to_owned(), text.to_owned());
}
