//! What endpoints that explain have in common: for whom an answer is, its shape on the wire, refusals.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::http::call::Call;
use crate::http::language::Language;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::runs::explaining::{Explained, For, NotExplained};
use crate::runs::{Audience, Language as Spoken};
use crate::store::runs::Run;
use crate::store::{AuditEvent, RegionSpan};

/// An explanation.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::http) struct Explanation {
    /// The run whose plan was asked, as it was published.
    run_id: String,
    /// Which question: `why_pair`, `why_nobody`, `why_not`, `recruit`, `loss`, `what_if`, `bottleneck_frontier`, `quota_frontier`,
    /// `gap_frontier` or `compare`.
    question: String,
    /// The data, as docs/EXPLANATIONS.md describes it, people by their ids. What the caller may not know is left out.
    answer: Value,
    /// The same as a text in the caller's language; people by the county's numbers.
    text: String,
}

/// For whom an answer is: coordinators and supervisors read everything, everybody else what a guardian may know.
pub(super) fn shown(call: &Call) -> Result<For, Problem> {
    let audience = match call.caller()?.role {
        Role::Coordinator => Audience::Coordinator,
        Role::Supervisor => Audience::Supervisor,
        _ => Audience::Guardian,
    };
    let language = match call.language {
        Language::Chinese => Spoken::Chinese,
        Language::English => Spoken::English,
    };
    Ok(For { audience, language })
}

/// As [`shown`], of a run that may reach beyond the caller's divisions: of people elsewhere she is told what a guardian may know.
pub(super) fn shown_of(call: &Call, run_region: &str) -> Result<For, Problem> {
    let (span, whole) = (call.span()?, RegionSpan::of_prefix(run_region));
    let shown = shown(call)?;
    let reaches_further = span.within(&whole) != whole;
    Ok(if reaches_further { For { audience: Audience::Guardian, ..shown } } else { shown })
}

/// An answer on the wire, or why there is none.
fn reply(call: &Call, run_id: &str, explained: Result<Explained, NotExplained>) -> Result<Reply, Problem> {
    match explained {
        Ok(explained) => Ok(Reply::ok(&Explanation {
            run_id: run_id.to_owned(),
            question: explained.question.to_owned(),
            answer: explained.answer,
            text: explained.text,
        })),
        Err(NotExplained::Unknown) => Err(Problem::new(Code::NotFound)),
        Err(NotExplained::Refused(said)) => {
            let (zh, en) = said.split_once(" / ").unwrap_or((&said, &said));
            Err(Problem::new(Code::NotExplainable).detail(call.language.pick(zh, en)))
        }
    }
}

/// An answer about children, written down as read of them, and of whoever else is named in it: brothers and sisters (S32).
pub(super) async fn about(
    call: &Call,
    run: &Run,
    children: &[(&str, &str)],
    explained: Result<Explained, NotExplained>,
) -> Result<Reply, Problem> {
    let asked = children.iter().map(|(id, region_code)| {
        let event = AuditEvent::new("child.explained", "children", id, region_code);
        event.of_fields(["explanation"])
    });
    let mut events: Vec<AuditEvent> = asked.collect();
    let named = explained.iter().flat_map(|explained| &explained.named);
    let others = named.filter(|named| children.iter().all(|(id, _)| id != named));
    events.extend(read_events(call, &[run], others, "explanation").await?);
    Ok(reply(call, &run.id, explained)?.reading(events))
}

/// An answer about everybody of some runs, the first of which was asked: written down as read of the run, and of every child named.
pub(super) async fn tables(
    call: &Call,
    runs: &[&Run],
    explained: Result<Explained, NotExplained>,
) -> Result<Reply, Problem> {
    let [run, ..] = runs else { return Err(Problem::new(Code::NotFound)) };
    let question = explained.as_ref().map_or("", |explained| explained.question);
    let mut events = vec![run.event("run.explained").of_fields([question])];
    let named = explained.iter().flat_map(|explained| &explained.named);
    events.extend(read_events(call, runs, named, question).await?);
    Ok(reply(call, &run.id, explained)?.reading(events))
}

/// That each of these children was read about, in the division in which the first of the runs that knows her saw her.
async fn read_events(
    call: &Call,
    runs: &[&Run],
    child_ids: impl Iterator<Item = &String>,
    field: &'static str,
) -> Result<Vec<AuditEvent>, Problem> {
    let mut view = call.app.store.view().await?;
    let mut events = Vec::new();
    for child_id in child_ids {
        for run in runs {
            let Some(child) = view.run_subject(&run.id, child_id).await? else { continue };
            let event = AuditEvent::new("child.explained", "children", child_id, &child.region_code);
            events.push(event.of_fields([field]));
            break;
        }
    }
    Ok(events)
}
