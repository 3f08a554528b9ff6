//! Steps that the plan of a run follows, in a request: begun again where the plan in memory was not that of the table, and where another
//! transaction had to go first.

use futures_util::future::BoxFuture;

use super::call::{Begun, Call};
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::runs::promises::PromiseError;
use crate::store::{Change, StoreError};

/// How often a step is begun.
const ATTEMPTS: usize = 4;

impl From<PromiseError> for Problem {
    fn from(error: PromiseError) -> Self {
        match error {
            PromiseError::Store(error) => error.into(),
            PromiseError::Gone => Self::new(Code::RunNotAskable),
            other => Self {
                retry_after_s: Some(1),
                cause: Some(Box::new(other)),
                ..Self::new(Code::StorageUnavailable)
            },
        }
    }
}

/// Why a step was not taken: a problem to be told, or a plan to be loaded anew, or somebody who was first.
pub(in crate::http) enum NotTaken {
    /// To be told.
    Problem(Problem),
    /// To be begun again.
    Again,
}

impl From<PromiseError> for NotTaken {
    fn from(error: PromiseError) -> Self {
        if error.is_to_be_begun_again() { Self::Again } else { Self::Problem(error.into()) }
    }
}

impl From<Problem> for NotTaken {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        if error.was_overtaken() { Self::Again } else { Self::Problem(error.into()) }
    }
}

/// Takes a step in a transaction of its own. The plan is loaded before it begins, since nobody else may write on SQLite
/// while it lasts.
pub(in crate::http) async fn take_step(
    call: &Call,
    run_id: &str,
    step: impl for<'a> Fn(&'a Call, &'a mut Change) -> BoxFuture<'a, Result<Reply, NotTaken>>,
) -> Result<Reply, Problem> {
    for _ in 0..ATTEMPTS {
        match call.app.plans.prepare(run_id).await {
            // People decide and answer all the same where no plan can follow any more.
            Ok(()) | Err(PromiseError::Gone) => {}
            Err(error) => return Err(error.into()),
        }
        let mut change = match call.begin().await? {
            Begun::Answered(reply) => return Ok(reply),
            Begun::Change(change) => change,
        };
        match step(call, &mut change).await {
            Ok(reply) => return call.finish(*change, reply).await,
            Err(NotTaken::Problem(problem)) => return Err(problem),
            Err(NotTaken::Again) => {
                drop(change);
                call.app.plans.forget(run_id);
            }
        }
    }
    Err(Problem { retry_after_s: Some(1), ..Problem::new(Code::StorageUnavailable) })
}
