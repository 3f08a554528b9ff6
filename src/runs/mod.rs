//! The edge that joins store and pipeline: people of the store → a plan kept beside them, and questions to it.
//!
//! [`snapshot`] makes an [`Instance`](crate::model::Instance) of everybody who takes part, by the very reader of sheets, and makes it
//! again later from the rows that were kept; [`remains`] goes on from a plan of which somebody was erased, by its [`key`].
//! [`worker`] takes jobs, plans and ends runs. [`archive`] packs the plan folder. [`kept`] holds plans in memory, to be asked;
//! [`publishing`] makes proposals of one, [`explaining`] answers questions to it. [`eligibility`] asks the rules about one
//! volunteer and her children as they are today, [`daily`] about every living pair. [`changes`] follows what is promised and
//! refused of a published plan, by its [`numbers`].
//!
//! What is absent: HTTP, and any clock or randomness but the store's.

pub mod archive;
pub mod changes;
pub mod daily;
pub mod eligibility;
pub mod expiry;
pub mod explaining;
pub mod following;
pub mod ids;
pub mod kept;
pub mod key;
pub mod numbers;
pub mod offered;
pub mod planning;
pub mod promises;
pub mod publishing;
pub mod remains;
pub mod repairs;
pub mod snapshot;
pub mod unmatched;
pub mod worker;

pub use kept::{KeptPlan, Plans};
pub use snapshot::Snapshot;
pub use worker::{Worker, WorkerOptions};

pub use crate::explanation::fairness::{GroupBy, Measure};
pub use crate::explanation::{Audience, Language};

use crate::input::InputError;
use crate::plan::PlanError;
use crate::store::StoreError;

/// Why a run has no plan, or cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum RunFault {
    /// The database failed, or the job is another's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something stands against planning at all.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The solver refused, or was stopped.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Something stored cannot be read back: which. Why is not said, as a reader's reason quotes what it read.
    #[error("{0} cannot be read back")]
    Unreadable(&'static str),
    /// Somebody who took part was erased before there was a plan, or nobody is left.
    #[error("somebody who took part was erased")]
    Erased,
    /// There is no plan yet, or none that is proven.
    #[error("there is no proven plan")]
    NoPlan,
    /// Too many ask at once.
    #[error("too many ask at once")]
    Busy,
    /// A thread of ours ended before its work.
    #[error("a thread ended before its work")]
    Broken,
}

impl RunFault {
    /// A stable word, and after a colon what it is about; nothing of anybody.
    pub fn word(&self) -> String {
        match self {
            Self::Store(_) => "storage".to_owned(),
            Self::Input(error) => {
                let grave = error.report.findings.iter();
                let grave = grave
                    .filter(|finding| finding.rule.severity() == crate::input::rule::Severity::RejectsFile);
                let mut rules: Vec<String> =
                    grave.map(|finding| format!("{} {}", finding.rule.code(), finding.file)).collect();
                rules.sort();
                rules.dedup();
                format!("input_rejected: {}", rules.join(", "))
            }
            Self::Plan(PlanError::Standing(_)) => "standing_conflict".to_owned(),
            Self::Plan(_) => "solver_refused".to_owned(),
            Self::Unreadable(what) => format!("unreadable: {what}"),
            Self::Erased => "erased".to_owned(),
            Self::NoPlan => "no_plan".to_owned(),
            Self::Busy => "busy".to_owned(),
            Self::Broken => "internal".to_owned(),
        }
    }
}
