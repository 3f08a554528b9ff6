//! What endpoints with an uploaded file share: which types, how it is read without holding up others, how it is refused.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::call::Call;
use super::language::Language;
use super::problem::{Code, Problem};
use crate::input::table::{TableError, TableProblem};

/// Media types a table may come as. What the bytes are decides, not the name.
pub(super) const TABLES: &[&str] = &["text/csv", XLSX, "application/octet-stream"];
/// The media type of a workbook.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One file a core is read or written at a time: each may take as much memory as a file may.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, std::num::NonZero::get)));

/// Where the uploaded file lies.
pub(super) fn path(call: &Call) -> Result<PathBuf, Problem> {
    let file = call.file.as_ref().ok_or(Problem::new(Code::MalformedBody))?;
    Ok(file.path().to_owned())
}

/// Waits until a file may be read or written; it may be while what is given is held.
pub(super) async fn turn() -> Option<SemaphorePermit<'static>> {
    // The semaphore is never closed; were it, the work would be done out of turn.
    TURNS.acquire().await.ok()
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
    let _turn = turn().await;
    apart(work).await
}

/// A file that is no table, as a problem that names place and cure.
pub(super) fn refused(error: TableError, name: &str, language: Language) -> Problem {
    let code = match error.problem {
        TableProblem::TooLarge { .. } => Code::ImportTooLarge,
        _ => Code::FileRejected,
    };
    let error = TableError { file: renamed(&error.file, name), ..error };
    let both = error.to_string();
    let (zh, en) = both.split_once(" / ").unwrap_or((&both, &both));
    Problem::new(code).detail(language.pick(zh, en))
}

/// The name the user knows in place of that of the temporary file.
pub(super) fn renamed(file: &str, name: &str) -> String {
    match file.split_once('#') {
        Some((_, sheet)) => format!("{name}#{sheet}"),
        None => name.to_owned(),
    }
}
