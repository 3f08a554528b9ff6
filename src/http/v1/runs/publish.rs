//! `POST /runs/{run_id}/publish`: makes drafts of every pair the run proposes, and puts it into force; runs whose divisions overlap
//! go out of force, where all of them lies in the run's own division or in the caller's.
//!
//! Drafts are stored in stretches. A publication that broke off (the client went away, the program stopped) is gone on with by
//! sending it again: no group gets two drafts.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{GROUP, MAKERS, Wire};
use crate::http::call::{Begun, Call};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::runs::publishing::drafts;
use crate::store::runs::NewProposal;

/// Drafts stored by one transaction.
const DRAFTS_A_STEP: usize = 2_000;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/publish";
    Endpoint::works(Method::POST, path, "publish_run", |call| publish(call).boxed())
        .says(GROUP, "发布匹配：生成建议结对", "Publish a run: its pairs become proposals")
        .allows(Access::Roles(MAKERS), Scope::Region)
        .gives::<Wire>(StatusCode::OK)
        .fails(&[
            Code::StateConflict,
            Code::RunProvisional,
            Code::RunNotAskable,
            Code::RunTooOld,
            Code::RunReachesFurther,
        ])
}

async fn publish(call: &Call) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("run_id")?);
    // Whether it may be published, and whether it was, before anything is loaded for it.
    match call.begin().await? {
        Begun::Answered(reply) => return Ok(reply),
        Begun::Change(mut change) => drop(change.hold_run_to_publish(&span, id).await?),
    }
    let drafts: Vec<NewProposal> = call.app.plans.ask(id, |kept| drafts(kept)).await?;
    for stretch in drafts.chunks(DRAFTS_A_STEP) {
        let mut change = call.app.store.change(call.actor()).await?;
        let run = change.hold_run_to_publish(&span, id).await?;
        change.add_draft_proposals(&run, stretch).await?;
        change.commit(None).await?;
    }
    match call.begin().await? {
        Begun::Answered(reply) => Ok(reply),
        Begun::Change(mut change) => {
            let run = change.publish_run(&span, id).await?;
            let version = run.version;
            let reply = call.finish(*change, Reply::ok(&Wire::new(run)?).version(version)).await?;
            // Nobody can decide about them any more; what is left where this breaks off goes at the next tidying.
            if let Err(error) = call.app.store.withdraw_superseded_drafts().await {
                tracing::warn!(%error, "drafts of superseded runs are left for the next tidying");
            }
            Ok(reply)
        }
    }
}
