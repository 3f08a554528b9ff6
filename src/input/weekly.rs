//! The five columns of hours of one person, with the policy's default hours for what is blank.

use std::sync::Arc;

use super::columns::Column;
use super::common::Common;
use super::row::Row;
use super::rule::InputRule;
use super::values::ValueProblem;
use super::values::hours::{parse_hours, parse_week};
use crate::model::instance::Flag;
use crate::model::{Availability, AvailabilityRow, Season, Site, WeekMask};

/// Which columns hold hours.
pub(super) struct HourColumns {
    /// 可服务时段, for seasons without hours of their own.
    pub(super) general: &'static Column,
    /// By [`Season::index`].
    pub(super) seasons: [&'static Column; 4],
    /// Whether a site may stand before hours; else a site is read and left out.
    pub(super) sites: bool,
    /// The rule of a cell that cannot be read.
    pub(super) unreadable: InputRule,
    /// The rule of hours that are taken from the policy.
    pub(super) assumed: InputRule,
}

/// Reads all five. A season that neither its own column nor the general one covers takes the policy's hours, which is
/// told and flagged.
pub(super) fn read_availability(
    row: &mut Row<'_>,
    columns: &HourColumns,
    common: &Common,
    default_hours: &[WeekMask; 4],
    flags: &mut Vec<Flag>,
) -> Availability {
    let mut rows = read_hours(row, columns.general, columns, common)
        .map(|hours| season_rows(None, &hours))
        .unwrap_or_default();
    let covered = !rows.is_empty();
    let mut assumed = false;
    for season in Season::ALL {
        match read_hours(row, columns.seasons[season.index()], columns, common) {
            Some(hours) => rows.extend(season_rows(Some(season), &hours)),
            None if !covered => {
                assumed = true;
                let week = default_hours[season.index()];
                rows.push(AvailabilityRow { season: Some(season), site: Site::Home, week });
            }
            None => {}
        }
    }
    if assumed {
        row.tell(columns.assumed, columns.general);
        flags.push(Flag::HoursAssumed);
    }
    Availability { rows: common.availability.keep(rows), assumed }
}

/// Reads one column for every season, as parents have it; blank takes the policy's hours.
pub(super) fn read_plain_availability(
    row: &mut Row<'_>,
    column: &'static Column,
    unreadable: InputRule,
    common: &Common,
    default_hours: &[WeekMask; 4],
) -> Availability {
    if let Some(hours) = row.read(column, unreadable, |text| plain_hours(text, common)) {
        return Availability { rows: common.availability.keep(season_rows(None, &hours)), assumed: false };
    }
    let assumed_row = |season: Season| AvailabilityRow {
        season: Some(season),
        site: Site::Home,
        week: default_hours[season.index()],
    };
    Availability { rows: common.availability.keep(Season::ALL.map(assumed_row).to_vec()), assumed: true }
}

fn read_hours(
    row: &mut Row<'_>,
    column: &'static Column,
    columns: &HourColumns,
    common: &Common,
) -> Option<Arc<[(Site, WeekMask)]>> {
    row.read(column, columns.unreadable, |text| {
        if columns.sites {
            common.site_hours.read(text, |text| parse_hours(text).map(Arc::from))
        } else {
            plain_hours(text, common)
        }
    })
}

fn plain_hours(text: &str, common: &Common) -> Result<Arc<[(Site, WeekMask)]>, ValueProblem> {
    common.plain_hours.read(text, |text| parse_week(text).map(|week| Arc::from([(Site::Home, week)])))
}

fn season_rows(season: Option<Season>, hours: &[(Site, WeekMask)]) -> Vec<AvailabilityRow> {
    hours.iter().map(|&(site, week)| AvailabilityRow { season, site, week }).collect()
}
