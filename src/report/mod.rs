//! What people read: summaries, worklists, rosters, measures. An edge: nothing of the core depends on it.

pub mod measures;
pub mod recruits;
pub mod roster;
pub mod summary;
#[cfg(feature = "server")]
pub mod trail;
pub mod worklist;

use comfy_table::{CellAlignment, Table, presets};

use measures::Figure;

use crate::scoring::spread::percentile;

/// A plain table whose first column is left-aligned and whose others are numbers.
fn table(headers: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(headers.iter().copied());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// The same figures of two lists beside each other, with the second less the first; rows that are 0 on both
/// sides are rules that nobody broke and are left out.
pub fn side_by_side(headers: [&str; 4], left: &[Figure], right: &[Figure]) -> Table {
    let mut table = table(&headers);
    for (one, other) in left.iter().zip(right) {
        if one.code.starts_with("broken.") && one.value == Some(0.0) && other.value == Some(0.0) {
            continue;
        }
        let difference = match (one.value, other.value) {
            (Some(one_value), Some(value)) => format!("{:+.*}", one.digits, value - one_value),
            _ => "—".to_owned(),
        };
        table.add_row([one.name.clone(), one.text(), other.text(), difference]);
    }
    table
}
