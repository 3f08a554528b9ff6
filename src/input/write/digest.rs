//! One number for everything that a plan depends on.

use sha2::{Digest, Sha256};

use super::canonical;
use crate::input::policy;
use crate::model::{Instance, Place, Policy};

/// SHA-256 over the canonical sheets, the children in quarantine, the schools' places, the dates and the policy.
/// The same people give the same digest from CSV in any encoding, from a workbook, and in any order of rows.
pub fn digest(instance: &Instance, policy: &Policy) -> [u8; 32] {
    let mut hash = Sha256::new();
    let dates = instance.dates;
    // Parts are parted by their lengths, so that no byte can move from one to the next.
    let mut part = |name: &str, pieces: Vec<Vec<u8>>| {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
        hash.update(pieces.iter().map(|piece| piece.len() as u64).sum::<u64>().to_be_bytes());
        for piece in pieces {
            hash.update(piece);
        }
    };
    part("children", canonical::children_pieces(&instance.children));
    part("volunteers", canonical::volunteers_pieces(&instance.volunteers));
    part("existing_pairs", vec![canonical::existing_pairs(&instance.existing_pairs)]);
    part("replies", vec![canonical::replies(&instance.replies)]);
    part("quarantined", vec![quarantined(instance).into_bytes()]);
    part("schools", vec![schools(instance).into_bytes()]);
    let days = format!("{} {} {}", dates.today, dates.period.first, dates.period.last);
    part("dates", vec![days.into_bytes()]);
    part("policy", vec![policy::canonical(policy).into_bytes()]);
    hash.finalize().into()
}

/// They are no part of any pair, and still of every count.
fn quarantined(instance: &Instance) -> String {
    let mut lines: Vec<String> = (instance.quarantined.iter())
        .map(|child| format!("{:?}", (&child.id, &child.township, &child.village, child.rule)))
        .collect();
    lines.sort();
    lines.join("\n")
}

/// The sheet names a school by its village only; travel is measured from where that is.
fn schools(instance: &Instance) -> String {
    let place = |place: &Place| format!("{:?}", (place.region, place.location));
    let school = |child: &crate::model::Child| {
        child.school.as_ref().map(|school| format!("{:?} {}", child.id, place(school)))
    };
    let mut lines: Vec<String> = instance.children.iter().filter_map(school).collect();
    lines.sort();
    lines.join("\n")
}
