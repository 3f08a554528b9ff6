//! `GET /runs/{run_id}/certificate`: the plan folder as a zip, without the key to the people: what `jiedui verify` and
//! `docs/verify.py` check without trusting the program.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{GROUP, MAKERS};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::View;
use crate::store::runs::PLAN;

/// The media type of an archive.
const ZIP: &str = "application/zip";

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/certificate";
    Endpoint::reads(path, "get_run_certificate", |call, view| get(call, view).boxed())
        .says(
            GROUP,
            "下载方案与最优性证明（zip，不含人员对照表，可独立核验）",
            "The plan and its proof (zip, without the key to the people), to be checked by anybody",
        )
        .allows(Access::Roles(MAKERS), Scope::Region)
        .gives_file(ZIP)
        .fails(&[Code::RunNotAskable])
        .scarce()
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let run = view.run(&call.span()?, call.id("run_id")?).await?;
    let finished = run.result_hash.is_some();
    let packed = if finished { view.run_file(&run.id, PLAN).await? } else { None };
    let packed = packed.ok_or(Problem::new(Code::RunNotAskable))?;
    let event = run.event("run.certificate_exported").of_fields(["plan"]);
    Ok(Reply::file(StatusCode::OK, ZIP, packed).download("plan.zip").reading([event]))
}
