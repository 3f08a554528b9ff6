//! Every choice of a tiny outline, to be looked at one by one.

use jiedui::candidates::Prepared;
use jiedui::plan::Outline;
use jiedui::plan::growth::all_pairs;

/// One choice: who gets whom, and what that costs.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// By group.
    pub(super) rights: Vec<Option<u32>>,
    /// Pairs and load, in points.
    pub(super) cost: i64,
    /// Unmatched prices.
    pub(super) unmatched: i64,
}

/// All choices that keep the capacities, over all admissible pairs.
pub(super) fn every_choice(prepared: &Prepared<'_>, outline: &Outline) -> Vec<Choice> {
    let rows = all_pairs(prepared, outline);
    let mut found = Vec::new();
    let mut taken = vec![0; outline.places.len()];
    let none = Choice { rights: Vec::new(), cost: 0, unmatched: 0 };
    extend(outline, &rows, &mut taken, &none, &mut found);
    found
}

fn extend(
    outline: &Outline,
    rows: &[Vec<(u32, i64)>],
    taken: &mut [u32],
    begun: &Choice,
    found: &mut Vec<Choice>,
) {
    let group = begun.rights.len();
    if group == rows.len() {
        found.push(begun.clone());
        return;
    }
    let mut alone = begun.clone();
    alone.rights.push(None);
    alone.unmatched += outline.unmatched_price(group);
    extend(outline, rows, taken, &alone, found);
    for (right, cost) in &rows[group] {
        let place = &outline.places[*right as usize];
        let used = taken[*right as usize];
        if used == place.open() {
            continue;
        }
        let mut paired = begun.clone();
        paired.rights.push(Some(*right));
        paired.cost += cost + i64::from(place.standing + used) * outline.load_step;
        taken[*right as usize] += 1;
        extend(outline, rows, taken, &paired, found);
        taken[*right as usize] -= 1;
    }
}
