//! What people read: summaries, worklists, rosters, measures. An edge: nothing of the core depends on it.

pub mod measures;
pub mod roster;
pub mod summary;
pub mod worklist;

use comfy_table::{CellAlignment, Table, presets};

/// A plain table whose first column is left-aligned and whose others are numbers.
fn table(headers: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(headers.iter().copied());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Two columns of the same measures beside each other; a measure that one side lacks shows as 0 there.
pub fn side_by_side(headers: [&str; 3], left: &[(String, String)], right: &[(String, String)]) -> Table {
    let mut table = table(&headers);
    let value_in = |rows: &[(String, String)], name: &str| {
        rows.iter().find(|row| row.0 == name).map_or("0".to_owned(), |row| row.1.clone())
    };
    for (name, value) in left {
        table.add_row([name.clone(), value.clone(), value_in(right, name)]);
    }
    for (name, value) in right.iter().filter(|(name, _)| left.iter().all(|row| row.0 != *name)) {
        table.add_row([name.clone(), "0".to_owned(), value.clone()]);
    }
    table
}

/// The value below which a share of the sorted values lies (nearest rank); `None` of nothing.
pub fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}
