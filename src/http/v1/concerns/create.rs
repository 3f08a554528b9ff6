//! `POST /concerns`: somebody fears for a child. The answer is a receipt with the numbers to call; it shows no text again.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{ConcernChannel, ConcernKind, ReporterKind, Severity, SubjectKind};
use super::{LONGEST_TEXT, put};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::{CHILD_READERS, scope};
use crate::model::Role;
use crate::store::{Change, NewConcern, REPORT_SOURCE, Reported, ReporterScope};

/// A report. Where it is about nobody who is registered, a division and a text are enough.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewConcern")]
struct Body {
    /// What is feared.
    kind: ConcernKind,
    severity: Severity,
    /// What was seen or said, in plain words.
    #[schemars(length(min = 1, max = 4000), regex(pattern = r"\S"))]
    text: String,
    /// What the child said, word for word.
    #[schemars(length(max = 4000))]
    child_words: Option<String>,
    /// Where: twelve digits; left out, the division of the pair, child, volunteer or caller.
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    region_code: Option<String>,
    #[schemars(extend("format" = "uuid"))]
    child_id: Option<String>,
    /// The pair it is about: of a volunteer, her own.
    #[schemars(extend("format" = "uuid"))]
    pairing_id: Option<String>,
    /// Of whom something is feared.
    subject_kind: SubjectKind,
    /// The volunteer; of a pair, hers where none is named.
    #[schemars(extend("format" = "uuid"))]
    subject_volunteer_id: Option<String>,
    /// The account, where it is about somebody who works with one.
    #[schemars(extend("format" = "uuid"))]
    subject_user_id: Option<String>,
    /// Who it is, where no record says so.
    #[schemars(length(max = 200))]
    subject_text: Option<String>,
    /// In whose name: a child and a neighbour need no account.
    reporter_kind: ReporterKind,
    #[schemars(length(max = 60))]
    reporter_name: Option<String>,
    #[schemars(length(max = 40))]
    reporter_phone: Option<String>,
    channel: ConcernChannel,
}

/// That a concern was taken down, and whom to call now.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ConcernReceived")]
struct Received {
    id: String,
    region_code: String,
    /// Until when whoever is responsible must report it to the authority.
    report_due_at: String,
    /// The law that says so.
    report_source: &'static str,
    /// What to do now.
    advice: &'static str,
    phones: PhonesShown,
}

/// Whom to call.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EmergencyPhones")]
struct PhonesShown {
    /// Always.
    police: &'static str,
    /// The hotline for minors of the division or the nearest above it.
    emergency: Option<String>,
    /// The duty phone of the office that protects minors.
    duty: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/concerns", "create_concern", |call, change| {
        create(call, change).boxed()
    })
    .says(
        super::GROUP,
        "报告关切（可代儿童或邻里登记）",
        "Report a concern, also in a child's or neighbour's name",
    )
    .allows(Access::Roles(Role::ALL), Scope::Region)
    .takes::<Body>()
    .gives::<Received>(StatusCode::CREATED)
    .fails(&[Code::NotFound])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let new = checked(call, call.body()?)?;
    let reported = change.report_concern(&reporter(call)?, new).await?;
    Ok(Reply::json(StatusCode::CREATED, &received(call, reported)))
}

fn received(call: &Call, reported: Reported) -> Received {
    let pick = |(zh, en): (&'static str, &'static str)| call.language.pick(zh, en);
    Received {
        id: reported.id,
        region_code: reported.region_code,
        report_due_at: rfc3339(reported.report_due_at_ms),
        report_source: pick(REPORT_SOURCE),
        advice: pick((
            "儿童有危险时请立即拨打 110，再拨打未成年人保护值班电话；不要自行质问当事人。",
            "Where a child is in danger call 110 at once, then the duty phone; do not question anybody yourself.",
        )),
        phones: PhonesShown {
            police: "110",
            emergency: reported.phones.emergency,
            duty: reported.phones.duty,
        },
    }
}

/// Whom the caller may name.
fn reporter(call: &Call) -> Result<ReporterScope, Problem> {
    let caller = call.caller()?;
    Ok(ReporterScope {
        people: scope(call)?,
        children: CHILD_READERS.contains(&caller.role).then(|| caller.span.clone()),
        regions: caller.span.clone(),
        user_id: caller.user_id.clone(),
    })
}

fn checked(call: &Call, body: Body) -> Result<NewConcern, Problem> {
    let mut checks = Checks::new(call.language);
    checks.length("/text", body.text.trim(), 1..=LONGEST_TEXT);
    let mut texts = BTreeMap::new();
    for (field, longest, text) in [
        ("text", LONGEST_TEXT, Some(body.text)),
        ("child_words", LONGEST_TEXT, body.child_words),
        ("subject_text", 200, body.subject_text),
        ("reporter_name", 60, body.reporter_name),
        ("reporter_phone", 40, body.reporter_phone),
    ] {
        put(&mut checks, &mut texts, (field, longest), text);
    }
    for (pointer, id) in [
        ("/child_id", &body.child_id),
        ("/pairing_id", &body.pairing_id),
        ("/subject_volunteer_id", &body.subject_volunteer_id),
        ("/subject_user_id", &body.subject_user_id),
    ] {
        if let Some(id) = id {
            checks.id(pointer, id);
        }
    }
    if let Some(code) = &body.region_code {
        checks.region_code("/region_code", code, false);
    }
    let own = call.span()?.first;
    let named = [&body.child_id, &body.pairing_id, &body.subject_volunteer_id];
    let somewhere = body.region_code.is_some() || !own.is_empty() || named.into_iter().any(Option::is_some);
    checks.hold(somewhere, "/region_code", "region_code", "请写明所在地区", "say in which division");
    checks.done()?;
    Ok(NewConcern {
        region_code: body.region_code.or(Some(own)),
        child_id: body.child_id,
        pairing_id: body.pairing_id,
        subject_kind: body.subject_kind.word().to_owned(),
        subject_volunteer_id: body.subject_volunteer_id,
        subject_user_id: body.subject_user_id,
        kind: body.kind.word().to_owned(),
        severity: body.severity.word().to_owned(),
        reporter_kind: body.reporter_kind.word().to_owned(),
        channel: body.channel.word().to_owned(),
        texts,
    })
}
