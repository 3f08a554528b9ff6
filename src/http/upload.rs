//! What endpoints with an uploaded file share: which types, how it is read without holding up others, how it is refused.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread::available_parallelism;

use axum::http::header;
use tokio::sync::SemaphorePermit;

use super::call::Call;
use super::language::Language;
use super::problem::{Code, Problem};
use super::turns::Turns;
use crate::input::table::{TableError, TableProblem};

/// Media types a table may come as. What the bytes are decides, not the name.
pub(super) const TABLES: &[&str] = &["text/csv", XLSX, "application/octet-stream"];
/// The media type of a workbook.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One file a core is read or written at a time: each may take as much memory as a file may.
static TURNS: LazyLock<Turns> =
    LazyLock::new(|| Turns::new(available_parallelism().map_or(1, std::num::NonZero::get), MOST_WAITING));
/// Requests that may wait for their turn: each keeps its file on the disk meanwhile.
const MOST_WAITING: usize = 32;

/// Where the uploaded file lies.
pub(super) fn path(call: &Call) -> Result<PathBuf, Problem> {
    let file = call.file.as_ref().ok_or(Problem::new(Code::MalformedBody))?;
    Ok(file.path())
}

/// The name of a file as its owner knows it, with the ending of what it was sent as where she gives none.
pub(super) fn default_name(call: &Call, stem: &str) -> String {
    let sent_as = call.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let workbook = sent_as.is_some_and(|sent_as| sent_as.starts_with(XLSX));
    format!("{stem}.{}", if workbook { "xlsx" } else { "csv" })
}

/// Waits until a file may be read or written; it may be while what is given is held.
pub(super) async fn turn() -> Result<SemaphorePermit<'static>, Problem> {
    TURNS.take().await
}

/// Does slow work on a thread of its own.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Problem { cause: Some(Box::new(error)), ..Problem::new(Code::Internal) })
}

/// Does slow work on a thread of its own, when it is its turn.
pub(super) async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let _turn = turn().await?;
    apart(work).await
}

/// A file that is no table, as a problem that names place and cure.
pub(super) fn refused(error: &TableError, language: Language) -> Problem {
    let code = match error.problem {
        TableProblem::TooLarge { .. } => Code::ImportTooLarge,
        _ => Code::FileRejected,
    };
    let both = error.to_string();
    let (zh, en) = both.split_once(" / ").unwrap_or((&both, &both));
    Problem::new(code).detail(language.pick(zh, en))
}
