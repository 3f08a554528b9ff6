//! A county's list of places, read by itself: for a database that keeps it.

use super::columns;
use super::places::PlaceBook;
use super::report::{Finding, shown_header};
use super::rule::InputRule;
use super::table::{TableError, TableFile, read_file};
use crate::model::{Location, RegionCode};

/// Names the sheet may have in a workbook.
const SHEET_NAMES: [&str; 2] = ["地点", "places"];

/// A place that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedPlace {
    /// Division, as exactly as the list says.
    pub region: RegionCode,
    /// Township.
    pub township: String,
    /// Village; blank for the township's seat.
    pub village: String,
    /// The point, WGS-84.
    pub location: Location,
}

/// A list that was read.
#[derive(Clone, Debug)]
pub struct PlaceList {
    /// Its places, each once.
    pub places: Vec<ListedPlace>,
    /// Every violation.
    pub findings: Vec<Finding>,
    /// Rows that cannot be used.
    pub rejected: usize,
}

/// Reads a list of places. Points say in which system they are given.
///
/// # Errors
/// Where the file is no table of this kind.
pub fn read_place_list(file: TableFile<'_>) -> Result<PlaceList, TableError> {
    let sheet = read_file(file, columns::places::ALL, &SHEET_NAMES)?;
    let mut findings = Vec::new();
    for header in sheet.unknown_headers() {
        let mut finding = Finding::about_file(InputRule::UnknownHeader, sheet.file.clone());
        finding.value = Some(shown_header(header));
        findings.push(finding);
    }
    let (book, rejected) = PlaceBook::read(&sheet, None, &mut findings);
    let places = book.listed().map(|(region, township, village, location)| ListedPlace {
        region,
        township: township.to_owned(),
        village: village.to_owned(),
        location,
    });
    Ok(PlaceList { places: places.collect(), findings, rejected })
}
