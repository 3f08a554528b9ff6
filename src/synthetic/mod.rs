//! Synthetic counties: invented children and volunteers in the columns that a county office uses.
//!
//! In goes a [`CountyPlan`] (how many, where, from which seed), out come rows of text cells in the contract's Chinese
//! columns, or a whole folder that `match` reads. Nobody in it exists: see [`identity`] for how names, ID numbers and
//! phones show it. The same plan gives the same bytes on every machine.
//!
//! ```text
//! plan ── dice ── children  ─┐
//!    │            volunteers ├─ folder: children.csv, volunteers.csv, places.csv, policy.toml, README.md
//!  land ───────── places    ─┘     │
//!                                 published: the committed folders of data/, with pairs, replies, GBK, XLSX,
//!                                 and the first sheet as an office would send it
//! ```
//!
//! Rows are written as they are drawn: time O(children + volunteers), memory O(birth dates).

mod childhood;
mod children;
mod dice;
pub mod first_sheet;
mod folder;
pub mod identity;
mod land;
mod offer;
mod pairs;
mod plan;
mod policy;
mod published;
mod record;
mod volunteers;

pub use children::{SyntheticChild, children};
pub use folder::{SyntheticError, places, write_aside};
pub use land::{GUANGAN, LAIFENG, LINGSHI, Land, TownshipRow};
pub use pairs::{History, hand_made_pairs, history};
pub use plan::{CountyPlan, NATIONAL_CATEGORIES};
pub use published::{Published, write_generated};
pub use record::{Record, cell};
pub use volunteers::{SyntheticVolunteer, volunteers};

use dice::Dice;

/// Coordinates in `per_mille` of a thousand rows, within some hundred metres of the village's centre; else blanks,
/// which the list of places fills. Longitude, latitude, datum.
fn point_cells(
    plan: &CountyPlan,
    township: u32,
    village: u32,
    per_mille: u32,
    dice: &mut Dice,
) -> (String, String, String) {
    let (longitude, latitude) = plan.land.point(township, village);
    let away = |dice: &mut Dice| f64::from(dice.between(-40, 40)) / 10_000.0;
    let (east, north) = (away(dice), away(dice));
    let datum = dice.weighted(&[("WGS-84", 50), ("GCJ-02", 40), ("BD-09", 10)]);
    if dice.chance(per_mille) {
        (format!("{:.5}", longitude + east), format!("{:.5}", latitude + north), datum.to_owned())
    } else {
        Default::default()
    }
}
