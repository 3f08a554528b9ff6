//! `POST /runs/{run_id}/proposals/approve`: a named coordinator approves the proposals that she lists, of one run. Each is
//! approved or told why not; none stands in the way of another.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::promises::{NotTaken, take_step};
use crate::http::reply::Reply;
use crate::runs::promises::{self, PromiseError};
use crate::store::{Change, StoreError};

/// Most proposals of one request.
const MOST: usize = 200;

/// Which proposals.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProposalIds")]
pub(super) struct Ids {
    /// Their ids, those of one run.
    #[schemars(
        length(min = 1, max = 200),
        inner(regex(pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))
    )]
    pub(super) proposal_ids: Vec<String>,
}

/// What became of each.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "ProposalsDone")]
pub(super) struct Done {
    /// Those for which it was done.
    pub(super) done: Vec<String>,
    /// Those for which it was not.
    pub(super) refused: Vec<Refused>,
}

/// A proposal for which it was not done.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RefusedProposal")]
pub(super) struct Refused {
    pub(super) proposal_id: String,
    /// A stable word, as the code of a problem.
    pub(super) code: String,
}

impl Ids {
    pub(super) fn check(&self, call: &Call) -> Result<(), Problem> {
        let mut checks = Checks::new(call.language);
        let good = (1..=MOST).contains(&self.proposal_ids.len());
        checks.hold(good, "/proposal_ids", "length", "须为 1 至 200 个编号", "must be 1 to 200 ids");
        for (at, id) in self.proposal_ids.iter().enumerate() {
            checks.id(&format!("/proposal_ids/{at}"), id);
        }
        checks.done()
    }
}

impl Done {
    /// Notes what became of one.
    ///
    /// # Errors
    /// What concerns all of them.
    pub(super) fn note<T>(&mut self, id: &str, done: Result<T, PromiseError>) -> Result<(), PromiseError> {
        let code = match done {
            Ok(_) => {
                self.done.push(id.to_owned());
                return Ok(());
            }
            Err(PromiseError::Store(StoreError::Conflict { code })) => code,
            Err(PromiseError::Store(StoreError::NotFound { .. })) => "not_found",
            Err(error) => return Err(error),
        };
        self.refused.push(Refused { proposal_id: id.to_owned(), code: code.to_owned() });
        Ok(())
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/proposals/approve";
    Endpoint::works(Method::POST, path, "approve_proposals", |call| approve_many(call).boxed())
        .says(super::GROUP, "批量批准（署名）", "Approve many proposals of a run by name")
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .in_session()
        .takes::<Ids>()
        .gives::<Done>(StatusCode::OK)
        .fails(super::REFUSALS)
}

async fn approve_many(call: &Call) -> Result<Reply, Problem> {
    let run_id = {
        let mut view = call.app.store.view().await?;
        view.run(&call.span()?, call.id("run_id")?).await?.id
    };
    call.body::<Ids>()?.check(call)?;
    take_step(call, &run_id, |call, change| step(call, change).boxed()).await
}

async fn step(call: &Call, change: &mut Change) -> Result<Reply, NotTaken> {
    let (span, run_id, ids): (_, _, Ids) = (call.span()?, call.id("run_id")?, call.body()?);
    let user_id = &call.caller()?.user_id;
    let mut done = Done::default();
    for id in &ids.proposal_ids {
        let approved = promises::approve_of(change, &call.app.plans, &span, (run_id, id), user_id).await;
        done.note(id, approved)?;
    }
    Ok(Reply::ok(&done))
}
