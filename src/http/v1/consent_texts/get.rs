//! `GET /consent-texts/{version}`: a consent text as a page to be printed, Chinese with English. It holds nobody's data, so anybody
//! reads it.

use std::future::ready;

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::TEXTS;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;

const MEDIA_TYPE: &str = "text/html; charset=utf-8";

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/consent-texts/{version}";
    Endpoint::reads(path, "get_consent_text", |call, _| ready(get(call)).boxed())
        .says("知情同意书 consent texts", "可打印的知情同意书", "A consent text to be printed")
        .allows(Access::Everybody, Scope::None)
        .gives_file(MEDIA_TYPE)
}

fn get(call: &Call) -> Result<Reply, Problem> {
    let asked = call.path("version");
    let text = TEXTS.iter().find(|(version, _)| *version == asked);
    let (_, text) = text.ok_or(Problem::new(Code::NotFound))?;
    Ok(Reply::file(StatusCode::OK, MEDIA_TYPE, *text))
}
