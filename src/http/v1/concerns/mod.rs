//! Concerns (S28, S29, S41, S43): who fears what for a child, and what is done about it.
//!
//! Everybody who is logged in may report, also in the name of a child or neighbour on the phone. Supervisors of the division read,
//! and whoever it is assigned to; nobody else, admins included, and never its subject.

pub(in crate::http) mod assign;
pub(in crate::http) mod close;
pub(in crate::http) mod create;
pub(in crate::http) mod entries_create;
pub(in crate::http) mod get;
pub(in crate::http) mod list;
pub(in crate::http) mod receipts;
pub(in crate::http) mod reopen;
pub(in crate::http) mod report_to_authority;
mod shown;
mod words;

use std::collections::BTreeMap;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::{ConcernReader, View};

use shown::ConcernShown;

/// The group in the API's documentation.
const GROUP: &str = "关切 concerns";

/// Who may read a concern: the first where it lies in her divisions, all where it is assigned to them.
const READERS: &[Role] = &[Role::Supervisor, Role::Coordinator, Role::ChildDirector];
/// Who says who sees to it, and takes it up again.
const SUPERVISORS: &[Role] = &[Role::Supervisor];

/// The longest text about a concern, characters.
const LONGEST_TEXT: usize = 4_000;

/// As whom the caller reads.
fn reader(call: &Call) -> Result<ConcernReader, Problem> {
    let caller = call.caller()?;
    let span = (caller.role == Role::Supervisor).then(|| caller.span.clone());
    Ok(ConcernReader { span, user_id: caller.user_id.clone() })
}

/// A concern with everything, as an answer; that it was read is written down.
async fn shown(call: &Call, view: &mut View, id: &str) -> Result<Reply, Problem> {
    let concern = view.concern(&reader(call)?, id).await?;
    let (said, entries) = view.concern_texts(&concern).await?;
    let event = concern.event("concern.read").of_fields(said.keys().cloned());
    let version = concern.version;
    Ok(Reply::ok(&ConcernShown::of(concern, said, entries)).version(version).reading([event]))
}

/// Adds a text that is not blank to the texts of a concern.
fn put(
    checks: &mut Checks,
    texts: &mut BTreeMap<String, String>,
    (field, longest): (&str, usize),
    text: Option<String>,
) {
    let Some(text) = text else { return };
    checks.length(&format!("/{field}"), text.trim(), 0..=longest);
    if !text.trim().is_empty() {
        texts.insert(field.to_owned(), text.trim().to_owned());
    }
}
