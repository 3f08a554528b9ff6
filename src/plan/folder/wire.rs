//! The JSON shapes of a plan folder.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::plan::growth::PairCounts;

/// Version of the folder's format.
pub const FORMAT: &str = "jiedui-plan/1";

/// `plan.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanFile {
    /// [`FORMAT`].
    pub format: String,
    /// Program and version.
    pub engine: String,
    /// A random name for this plan.
    pub plan: String,
    /// `optimal` (proven) or `feasible`.
    pub status: String,
    /// Missing papers were counted as arrived: nothing here may be offered.
    pub provisional: bool,
    /// Which method made it.
    pub solver: String,
    /// The seed of order and ids.
    pub seed: u64,
    /// The day of the run.
    pub today: String,
    /// First day served.
    pub from: String,
    /// Last day served.
    pub to: String,
    /// The policy, as understood.
    pub policy: PolicyRecord,
    /// Fingerprint of the people and dates, as understood.
    pub inputs_sha256: String,
    /// Head counts.
    pub counts: Counts,
    /// Head counts by priority class, the highest first.
    pub classes: Vec<ClassCount>,
    /// Totals by pass, in points; strings, because they may leave 64 bits.
    pub passes: Vec<PassTotals>,
    /// SHA-256 by file name.
    pub files: BTreeMap<String, String>,
}

/// The policy of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its canonical text.
    pub sha256: String,
    /// Its canonical text.
    pub text: String,
}

/// Head counts of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Children the county registered.
    pub registered: usize,
    /// Of these, rows that may not be processed.
    pub quarantined: usize,
    /// Children with a lead.
    pub paired: usize,
    /// Of these, proposed by this run.
    pub proposed: usize,
    /// Children with a backup as well.
    pub with_backup: usize,
    /// Children without a lead.
    pub unmatched: usize,
    /// Volunteer units.
    pub volunteers: usize,
    /// Separate services assigned.
    pub services: usize,
    /// Needs referred, because nobody qualifies.
    pub referrals: usize,
}

/// Head counts of one priority class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Children in the pool.
    pub children: usize,
    /// Children with a lead.
    pub paired: usize,
}

/// Totals of one pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassTotals {
    /// `lead` or `service`.
    pub pass: String,
    /// Groups to place.
    pub groups: usize,
    /// Pairs held: the rows of `arcs.csv`.
    pub arcs: usize,
    /// What became of the other pairs.
    pub pairs: PairTotals,
    /// Σ cost of the chosen arcs.
    pub cost: String,
    /// Σ load steps.
    pub load: String,
    /// Σ price of what stays unmatched.
    pub unmatched: String,
    /// Their sum.
    pub primal: String,
    /// The proven lower bound; absent where the method finds no prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dual: Option<String>,
}

/// How many pairs of a pass there were, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairTotals {
    /// At most so many pairs are near enough.
    pub within_reach_at_most: u64,
    /// Admissible pairs; absent where there are too many to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admissible: Option<u64>,
    /// How often a pair was scored.
    pub looked_at: u64,
    /// Pairs left out, proven unnecessary: exactly so many where `admissible` is given, else at most.
    pub unnecessary: u64,
    /// Rounds of solving and searching; 0 where every pair is held.
    pub rounds: u32,
}

impl PairTotals {
    /// The totals of a pass.
    pub fn of(counts: &PairCounts) -> Self {
        Self {
            within_reach_at_most: counts.within_reach,
            admissible: counts.admissible_pairs(),
            looked_at: counts.looked_at,
            unnecessary: counts.unnecessary(),
            rounds: counts.rounds,
        }
    }
}

/// `certificate.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFile {
    /// [`FORMAT`].
    pub format: String,
    /// As in `plan.json`.
    pub plan: String,
    /// One a pass.
    pub passes: Vec<PassCertificate>,
}

/// The proof of one pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassCertificate {
    /// `lead` or `service`.
    pub pass: String,
    /// Points a rank: leaving a group alone costs rank × step.
    pub step: i64,
    /// The k-th household of one volunteer costs (k − 1) × this.
    pub load_step: i64,
    /// Σ cost + Σ load + Σ unmatched.
    pub primal: String,
    /// Σ u − Σ max(0, v − load); equal to `primal` in a proven plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dual: Option<String>,
    /// Groups, by id.
    pub left: Vec<LeftEntry>,
    /// Volunteers with an open place, by id.
    pub right: Vec<RightEntry>,
}

/// A group of a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftEntry {
    /// Id of the group.
    pub id: String,
    /// Ids of its children.
    pub children: Vec<String>,
    /// For a service: which need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<String>,
    /// Rank among the unmatched prices.
    pub rank: i64,
    /// What leaving it alone costs: rank × step.
    pub unmatched: i64,
    /// u: the least of `unmatched` and cost + v over its arcs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub u: Option<i64>,
}

/// A volunteer of a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightEntry {
    /// Id of the volunteer.
    pub id: String,
    /// Places offered.
    pub offered: u32,
    /// Places that standing pairs hold.
    pub standing: u32,
    /// Places open to the pass: offered − standing.
    pub capacity: u32,
    /// v: the price of a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v: Option<i64>,
}
