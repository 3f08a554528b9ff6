//! `POST /imports/{import_id}/commit`: makes people of the good rows, some rows a transaction.
//!
//! A commit that broke off (the client went away, the program stopped) is gone on with by sending it again: rows that are
//! done stay done, and none is done twice.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{LOADERS, Wire};
use crate::http::call::{Begun, Call};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::{Committed, Import, RegionSpan, StoreError};

/// Rows that become people in one transaction.
const ROWS_A_STEP: i64 = 200;
/// How often a step is begun before its error is told.
const MOST_ATTEMPTS: usize = 5;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/imports/{import_id}/commit";
    Endpoint::works(Method::POST, path, "commit_import", |call| commit(call).boxed())
        .says("导入 imports", "确认导入：登记无误的各行", "Commit an import: register the good rows")
        .allows(Access::Roles(LOADERS), Scope::Region)
        .gives::<Wire>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn commit(call: &Call) -> Result<Reply, Problem> {
    let span = call.span()?;
    let id = call.id("import_id")?;
    if let Begun::Answered(reply) = call.begin().await? {
        return Ok(reply);
    }
    let import = call.app.store.view().await?.import(&span, id).await?;
    loop {
        let count = some_rows(call, &span, &import).await?;
        if count.done + count.faulty == 0 {
            break;
        }
    }
    match call.begin().await? {
        Begun::Answered(reply) => Ok(reply),
        Begun::Change(mut change) => {
            let import = change.finish_import_commit(&span, &import).await?;
            let version = import.version;
            let reply = Reply::ok(&Wire::new(import, call.language)).version(version);
            call.finish(*change, reply).await
        }
    }
}

/// A step, again where another office changed the same people meanwhile.
async fn some_rows(call: &Call, span: &RegionSpan, import: &Import) -> Result<Committed, StoreError> {
    for _ in 1..MOST_ATTEMPTS {
        match one_step(call, span, import).await {
            Err(error) if error.was_overtaken() => {}
            done => return done,
        }
    }
    one_step(call, span, import).await
}

async fn one_step(call: &Call, span: &RegionSpan, import: &Import) -> Result<Committed, StoreError> {
    let mut change = call.app.store.change(call.actor()).await?;
    let count = change.commit_import_rows(span, import, ROWS_A_STEP).await?;
    change.commit(None).await?;
    Ok(count)
}
