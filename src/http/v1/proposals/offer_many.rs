//! `POST /runs/{run_id}/proposals/offer`: asks the volunteers of the approved proposals that are listed, of one run. Their links go
//! to them alone; whoever needs one on paper sends it again.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::approve_many::{Done, Ids};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::runs::promises;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/proposals/offer";
    Endpoint::changes(Method::POST, path, "offer_proposals", |call, change| offer_many(call, change).boxed())
        .says(super::GROUP, "批量发出邀请", "Offer many approved proposals of a run")
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .in_session()
        .takes::<Ids>()
        .gives::<Done>(StatusCode::OK)
}

async fn offer_many(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, ids): (_, Ids) = (call.span()?, call.body()?);
    ids.check(call)?;
    let run = change.run(&span, call.id("run_id")?).await?;
    let mut done = Done::default();
    for id in &ids.proposal_ids {
        let offered = promises::offer_of(change, &span, (&run.id, id), &call.app.options.public_url).await;
        done.note(id, offered)?;
    }
    Ok(Reply::ok(&done))
}
