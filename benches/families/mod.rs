//! Problems to measure on: in come a family's name, a scale and a seed, out comes a [`Problem`], the same on every
//! machine and any number of threads.
//!
//! The benches, the probe and the runner of the peers share this table, so that all of them speak of one instance.
//! Costs and prices are whole numbers without a unit unless a family says otherwise; every right node has capacity 1.
//! Method: `ChaCha8` streams and integer arithmetic throughout. Cost: O(arcs), and O(arcs log rights) on the plane.

mod dense;
mod dimacs_like;
mod hostile;
mod plane;
mod random;
mod rows;

use jiedui::assignment::Problem;
#[allow(unused_imports, reason = "the runner of the peers renumbers with it")]
pub(crate) use plane::along_a_curve;

/// The seed of every published figure.
pub(crate) const SEED: u64 = 20_260_601;

/// A problem, and where its nodes lie if they lie anywhere.
pub(crate) struct Instance {
    /// What is to be solved.
    pub(crate) problem: Problem,
    /// Coordinates, for solvers that gain from numbering neighbours close to each other.
    #[allow(
        dead_code,
        reason = "read by the runner of the peers; our own benches solve the rows as they come"
    )]
    pub(crate) places: Option<Places>,
}

/// Where the nodes of a problem lie on a plane.
#[allow(dead_code, reason = "as above")]
pub(crate) struct Places {
    /// Left nodes.
    pub(crate) lefts: Vec<[i64; 2]>,
    /// Right nodes.
    pub(crate) rights: Vec<[i64; 2]>,
}

/// How large a problem is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Left nodes.
    pub(crate) lefts: u32,
    /// Right nodes.
    pub(crate) rights: u32,
    /// Arcs of each left node; all right nodes where the family is dense.
    pub(crate) degree: u32,
}

/// A family at its full size.
pub(crate) struct Family {
    /// Stable name, as on the command line.
    pub(crate) name: &'static str,
    /// One line for a table.
    #[allow(dead_code, reason = "shown by the probe alone")]
    pub(crate) about: &'static str,
    size: Size,
    make: fn(Size, u64) -> Instance,
}

impl Family {
    /// The problem at a share `scale` of its full size, both sides alike and the degree kept.
    pub(crate) fn make(&self, scale: f64, seed: u64) -> Instance {
        let scaled = |count: u32| ((f64::from(count) * scale).round() as u32).max(8);
        let rights = scaled(self.size.rights);
        let size = Size { lefts: scaled(self.size.lefts), rights, degree: self.size.degree.min(rights) };
        (self.make)(size, seed)
    }
}

/// The family of a name.
pub(crate) fn by_name(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

const fn family(
    name: &'static str,
    [lefts, rights, degree]: [u32; 3],
    make: fn(Size, u64) -> Instance,
    about: &'static str,
) -> Family {
    Family { name, about, size: Size { lefts, rights, degree }, make }
}

const EVERY: u32 = u32::MAX;

/// All families.
pub(crate) const FAMILIES: [Family; 22] = [
    family("towns", [100_000, 80_000, 24], plane::towns, "towns on a plane, a fifth with a higher class"),
    family("towns_1m", [1_000_000, 800_000, 24], plane::towns, "the same, ten times as large"),
    family(
        "towns_lexicographic",
        [100_000, 80_000, 24],
        plane::towns_lexicographic,
        "the same with unmatched prices 5e6 and 5e7: coverage first, by class",
    ),
    family("random16", [100_000, 80_000, 16], random::plain, "random arcs, costs to 10,000"),
    family("ties", [100_000, 80_000, 16], random::ties, "random arcs, costs 0 to 3"),
    family("scarce", [100_000, 10_000, 16], random::plain, "ten lefts for each right, random arcs"),
    family(
        "dense_random",
        [4_000, 3_000, EVERY],
        dense::random,
        "one town, every pair, random costs to 10,000",
    ),
    family(
        "dense_euclid",
        [3_000, 3_000, EVERY],
        dense::euclid,
        "one town, every pair, distances on a plane",
    ),
    family("geometric", [32_768, 32_768, 32], dimacs_like::geometric, "DIMACS-like: points on a plane"),
    family("two_cost", [32_768, 32_768, 32], dimacs_like::two_cost, "DIMACS-like: costs 100 or 1e8"),
    family("high_cost", [32_768, 32_768, 32], dimacs_like::high_cost, "DIMACS-like: costs to 1e8"),
    family("low_cost", [32_768, 32_768, 32], dimacs_like::low_cost, "DIMACS-like: costs to 100"),
    family("all_equal", [100_000, 80_000, 16], hostile::all_equal, "all costs equal"),
    family(
        "one_wanted_by_all",
        [100_000, 80_000, 8],
        hostile::one_wanted_by_all,
        "all want the same right first",
    ),
    family("long_chains", [30_000, 30_000, 2], hostile::long_chains, "one path through everybody must shift"),
    family("many_chains", [100_000, 100_000, 2], hostile::many_chains, "a hundred such paths"),
    family("price_war", [10_000, 9_950, 199], hostile::price_war, "fifty groups, one left too many in each"),
    family(
        "price_war_bound",
        [10_000, 9_950, 199],
        hostile::price_war_bound,
        "the same, prices at the bound",
    ),
    family(
        "one_point",
        [4_000, 2_400, EVERY],
        hostile::one_point,
        "everybody on one point, every pair, one cost",
    ),
    family(
        "one_point_scattered",
        [20_000, 12_000, 600],
        hostile::one_point_scattered,
        "one point, 600 arcs, costs 0 or 1",
    ),
    family("products", [1_500, 1_350, EVERY], hostile::products, "every pair, costs products of numbers"),
    family("crowded", [62_000, 60_000, 48], plane::crowded, "sixty squares with hardly enough rights"),
];
