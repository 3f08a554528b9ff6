//! What people read: summaries, worklists, rosters, measures. An edge: nothing of the core depends on it.

pub mod summary;
pub mod worklist;

use comfy_table::{CellAlignment, Table, presets};

/// A plain table whose first column is left-aligned and whose others are numbers.
fn table(headers: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(headers.iter().copied());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// The value below which a share of the sorted values lies (nearest rank); `None` of nothing.
pub fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}
