//! The county's own list of places, and how a row's place is found in it.
//!
//! In: `places.csv` (township, village, code, coordinates; a blank village is the township's seat). Out: a book
//! that resolves names or a code to a [`Place`]. Coordinates in the person's own row win; then the village; then
//! the seat, flagged. A name that fits two places is never guessed: the code must tell them apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::{Column, places as columns};
use super::load::Context;
use super::report::Finding;
use super::row::Row;
use super::rule::InputRule;
use super::table::Sheet;
use super::values::coordinates::{parse_datum, parse_point};
use super::values::regions::parse_region;
use super::values::{Text, ValueProblem, half_width};
use crate::model::instance::Flag;
use crate::model::location::{Datum, Precision};
use crate::model::{Location, Place, RegionCode};

/// Endings that offices write or leave out.
pub(super) const TOWNSHIP_ENDINGS: [&str; 5] = ["街道办事处", "街道", "民族乡", "镇", "乡"];
pub(super) const VILLAGE_ENDINGS: [&str; 6] = ["村民委员会", "居委会", "村委会", "社区", "居", "村"];

/// One line of the list.
#[derive(Clone, Debug)]
struct KnownPlace {
    township: Arc<str>,
    village: Arc<str>,
    region: RegionCode,
    location: Location,
    datum: Datum,
}

/// The list of places.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceBook {
    places: Vec<KnownPlace>,
    /// By the names without their endings; a seat has an empty village.
    by_name: BTreeMap<(String, String), Vec<usize>>,
    by_region: BTreeMap<RegionCode, Vec<usize>>,
}

/// What a row says of a place.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceWords {
    pub(super) region: Option<RegionCode>,
    pub(super) township: String,
    pub(super) village: String,
    pub(super) point: Option<(Location, Datum)>,
}

impl PlaceBook {
    /// Reads the list; rows that cannot be used are told and counted.
    pub(super) fn read(sheet: &Sheet, datum: Option<Datum>, findings: &mut Vec<Finding>) -> (Self, usize) {
        let mut book = Self::default();
        let mut rejected = 0;
        for row in &sheet.rows {
            let mut row = Row::new(sheet, row, columns::ALL, findings);
            match known_place(&mut row, datum) {
                Some(place) => {
                    if book.contains(&place) {
                        row.tell(InputRule::PlaceTwice, &columns::VILLAGE);
                    } else {
                        book.add(place);
                    }
                }
                None => {
                    rejected += 1;
                }
            }
        }
        (book, rejected)
    }

    /// A list that holds what one row names, for a reader that asks whether a place is named and not where it lies.
    pub(super) fn of_names(region: RegionCode, home: (String, String), school: (String, String)) -> Self {
        let mut book = Self::default();
        let Some(location) = Location::new(0.0, 0.0) else { return book };
        let county = RegionCode::parse(&region.as_str()[..6]).unwrap_or(region);
        for (region, (township, village)) in [(region, home), (county, school)] {
            // A school in the home's own village is found there.
            let known = book.find(&township, &village, Some(region)).is_some();
            if !known && (region != county || !township.is_empty()) {
                let (township, village) = (township.into(), village.into());
                book.add(KnownPlace { township, village, region, location, datum: Datum::Wgs84 });
            }
        }
        book
    }

    /// Every place in the order of the list: division, township, village, point.
    pub(super) fn listed(&self) -> impl Iterator<Item = (RegionCode, &str, &str, Location)> {
        self.places.iter().map(|place| (place.region, &*place.township, &*place.village, place.location))
    }

    fn contains(&self, place: &KnownPlace) -> bool {
        self.by_region.get(&place.region).is_some_and(|same_code| {
            let known = same_code.iter().map(|index| &self.places[*index]);
            known.into_iter().any(|known| known.township == place.township && known.village == place.village)
        })
    }

    fn add(&mut self, place: KnownPlace) {
        let key = (plain(&place.township, &TOWNSHIP_ENDINGS), plain(&place.village, &VILLAGE_ENDINGS));
        self.by_name.entry(key).or_default().push(self.places.len());
        self.by_region.entry(place.region).or_default().push(self.places.len());
        self.places.push(place);
    }

    /// The only place of these names inside the code, if the code is known. Exact names go before names without endings.
    fn find(&self, township: &str, village: &str, region: Option<RegionCode>) -> Option<&KnownPlace> {
        let key = (plain(township, &TOWNSHIP_ENDINGS), plain(village, &VILLAGE_ENDINGS));
        let fits = |place: &&KnownPlace| {
            region.is_none_or(|code| code.contains(place.region) || place.region.contains(code))
        };
        let candidates: Vec<&KnownPlace> =
            self.by_name.get(&key)?.iter().map(|index| &self.places[*index]).filter(fits).collect();
        let exact: Vec<&&KnownPlace> = candidates
            .iter()
            .filter(|place| *place.township == *township && *place.village == *village)
            .collect();
        match (candidates.as_slice(), exact.as_slice()) {
            (_, [only]) => Some(only),
            ([only], []) => Some(only),
            _ => None,
        }
    }

    /// The place of a village's or township's code, where the row gives no names.
    fn find_by_code(&self, region: RegionCode) -> Option<&KnownPlace> {
        match self.by_region.get(&region)?.as_slice() {
            [only] if region.prefix().len() >= 9 => Some(&self.places[*only]),
            _ => None,
        }
    }

    /// The county of all places, where they have one.
    fn county(&self) -> Option<RegionCode> {
        let (lowest, highest) = (self.by_region.keys().next()?, self.by_region.keys().next_back()?);
        let county = RegionCode::parse(lowest.as_str().get(..6)?)?;
        county.contains(*highest).then_some(county)
    }

    /// Finds the place that a row's words mean.
    pub(super) fn resolve(&self, words: &PlaceWords) -> Result<Place, ValueProblem> {
        let (township, village) = (words.township.as_str(), words.village.as_str());
        let by_code = words.region.filter(|_| township.is_empty() && village.is_empty());
        let by_code = by_code.and_then(|code| self.find_by_code(code));
        let in_village =
            if township.is_empty() { by_code } else { self.find(township, village, words.region) };
        let in_village = in_village.filter(|place| !place.village.is_empty());
        let seat = || {
            let named = if township.is_empty() { by_code } else { self.find(township, "", words.region) };
            named.filter(|place| place.village.is_empty())
        };
        if let Some((location, source_datum)) = words.point {
            let listed = in_village.or_else(seat);
            let listed_region = listed.map(|place| place.region);
            let region =
                narrower(words.region, listed_region).or_else(|| self.county()).ok_or_else(no_region)?;
            let (township, village) = named(words, listed);
            return Ok(Place {
                region,
                township,
                village,
                location,
                precision: Precision::Exact,
                source_datum,
            });
        }
        let (known, precision) = match in_village {
            Some(place) => (place, Precision::Village),
            None => (seat().ok_or_else(not_listed)?, Precision::TownshipSeat),
        };
        let region = narrower(words.region, Some(known.region)).unwrap_or(known.region);
        let (township, village) = named(words, Some(known));
        Ok(Place {
            region,
            township,
            village,
            location: known.location,
            precision,
            source_datum: known.datum,
        })
    }
}

/// The row's own names, else the list's.
fn named(words: &PlaceWords, listed: Option<&KnownPlace>) -> (Arc<str>, Arc<str>) {
    match listed {
        Some(place) if words.township.is_empty() => (place.township.clone(), place.village.clone()),
        _ => {
            let own = |word: &str, listed: Option<&Arc<str>>| match listed {
                Some(listed) if **listed == *word => Arc::clone(listed),
                _ => word.into(),
            };
            let township = own(&words.township, listed.map(|place| &place.township));
            (township, own(&words.village, listed.map(|place| &place.village)))
        }
    }
}

/// The code that says more.
fn narrower(own: Option<RegionCode>, listed: Option<RegionCode>) -> Option<RegionCode> {
    match (own, listed) {
        (Some(own), Some(listed)) if own.contains(listed) => Some(listed),
        (Some(own), _) => Some(own),
        (None, listed) => listed,
    }
}

/// A name without its ending; a name that is nothing but an ending stays.
fn plain(name: &str, endings: &[&str]) -> String {
    let name = half_width(name);
    let bare = endings.iter().find_map(|ending| name.strip_suffix(ending)).filter(|bare| !bare.is_empty());
    bare.unwrap_or(&name).to_owned()
}

fn known_place(row: &mut Row<'_>, file_datum: Option<Datum>) -> Option<KnownPlace> {
    let region = row.read(&columns::REGION_CODE, InputRule::PlaceUnreadable, parse_region);
    let point = read_point(row, &POINT_COLUMNS, file_datum);
    let township = row.text(&columns::TOWNSHIP);
    if row.refused_by.is_some() {
        return None;
    }
    let Some((region, (location, datum))) = region.zip(point).filter(|_| !township.is_empty()) else {
        row.tell(InputRule::PlaceUnreadable, &columns::TOWNSHIP);
        return None;
    };
    Some(KnownPlace {
        township: township.into(),
        village: row.text(&columns::VILLAGE).into(),
        region,
        location,
        datum,
    })
}

/// Which columns hold a point.
pub(super) struct PointColumns {
    pub(super) longitude: &'static Column,
    pub(super) latitude: &'static Column,
    pub(super) datum: &'static Column,
}

const POINT_COLUMNS: PointColumns =
    PointColumns { longitude: &columns::LONGITUDE, latitude: &columns::LATITUDE, datum: &columns::DATUM };

/// Which columns say where somebody lives.
pub(super) struct HomeColumns {
    pub(super) region: &'static Column,
    pub(super) township: &'static Column,
    pub(super) village: &'static Column,
    pub(super) point: PointColumns,
    /// The rule of a home that cannot be found.
    pub(super) unknown: InputRule,
}

/// Reads where somebody lives. A township's seat that stands for a village is told and flagged, a home that cannot be
/// found is told.
pub(super) fn read_home(
    row: &mut Row<'_>,
    columns: &HomeColumns,
    context: &Context<'_>,
    flags: &mut Vec<Flag>,
) -> Option<Place> {
    let words = PlaceWords {
        region: row.read(columns.region, InputRule::RegionUnreadable, parse_region),
        township: row.text(columns.township),
        village: row.text(columns.village),
        point: read_point(row, &columns.point, context.datum),
    };
    match context.places.resolve(&words) {
        Ok(place) => {
            if place.precision == Precision::TownshipSeat {
                row.tell(InputRule::TownshipSeat, columns.village);
                flags.push(Flag::TownshipSeat);
            }
            Some(place)
        }
        Err(problem) => {
            row.tell_problem(columns.unknown, columns.township, problem);
            None
        }
    }
}

/// Reads the point of a row; its own datum goes before the file's. A point that cannot be used is told.
fn read_point(
    row: &mut Row<'_>,
    columns: &PointColumns,
    file_datum: Option<Datum>,
) -> Option<(Location, Datum)> {
    let (longitude, latitude) = (row.cell(columns.longitude), row.cell(columns.latitude));
    if longitude.is_empty() && latitude.is_empty() {
        return None;
    }
    let named = !row.cell(columns.datum).is_empty();
    let own = row.read(columns.datum, InputRule::DatumUnknown, parse_datum);
    let datum = if named { own? } else { file_datum.or_else(|| tell_no_datum(row, columns))? };
    match parse_point(longitude, latitude, datum) {
        Ok(location) => Some((location, datum)),
        Err(problem) => {
            row.tell_problem(InputRule::PointUnreadable, columns.longitude, problem);
            None
        }
    }
}

fn tell_no_datum(row: &mut Row<'_>, columns: &PointColumns) -> Option<Datum> {
    row.tell(InputRule::DatumUnknown, columns.datum);
    None
}

fn no_region() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("有坐标，但不知属于哪个行政区划", "there are coordinates, but no division code"),
        Text::fixed(
            "填写行政区划代码，或在 places.csv 中加上该乡镇",
            "enter the division code, or add the township to places.csv",
        ),
    )
}

fn not_listed() -> ValueProblem {
    ValueProblem::new(
        Text::fixed(
            "不知住处：无可用坐标，乡镇、村在 places.csv 中没有，或同名不止一处",
            "no place: no usable coordinates, and township and village are not in places.csv or stand there twice",
        ),
        Text::fixed(
            "填写乡镇和村，并在 places.csv 中加上其坐标；同名的另填行政区划代码",
            "enter township and village, and add their coordinates to places.csv; where a name stands twice, give the code",
        ),
    )
}
