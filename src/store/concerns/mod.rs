//! Concerns (关切/隐患报告): what somebody fears for a child, and what is done about it.
//!
//! In: a report by anybody who is logged in, also taken down for a child or neighbour on the phone. Out: a record that is never
//! changed nor deleted, sealed under a key of its own (S41), followed by numbered entries that are only ever added to.
//!
//! # Who sees one
//!
//! Supervisors of its divisions and whoever it is assigned to, and of these nobody who is its subject. Whoever reported it has a
//! receipt and no more: a telephone may be looked at by the one it is about. All of it stands in the statements.
//!
//! # Life
//!
//! `open → assigned → closing → closed`; back to `assigned` or `open` by reopening. One person asks to close, another who is not
//! the subject confirms, as for bars (S29). The time to report to the authority begins with the record ([`REPORT_WITHIN_MS`]).

mod due;
mod handling;
mod reading;
mod reporting;

use std::collections::BTreeMap;

use super::StoreError;
use super::statement::Statement;

pub use handling::{Closing, NewEntry};
pub use reading::{Concern, ConcernFilter, ConcernReader, Entry, Phones, Receipt};
pub use reporting::{NewConcern, Reported, ReporterScope};

/// The statements of the files of this folder.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("concerns/due", due::STATEMENTS),
    ("concerns/handling", handling::STATEMENTS),
    ("concerns/reading", reading::STATEMENTS),
    ("concerns/reporting", reporting::STATEMENTS),
];

const HOUR_MS: i64 = 3_600_000;

/// How long whoever learns of harm to a child may take to report it to police, civil affairs or education. The law gives no hour: it
/// says 立即, at once (未成年人保护法 Art. 11 ¶2; 关于建立侵害未成年人案件强制报告制度的意见（试行）Art. 2 and 4). These are the outer limits after which it
/// is told to supervisors as overdue: two hours where a child is in danger now, a day otherwise.
pub const REPORT_WITHIN_MS: [(&str, i64); 3] =
    [("emergency", 2 * HOUR_MS), ("serious", 24 * HOUR_MS), ("worrying", 24 * HOUR_MS)];

/// Where the limit comes from, as it is shown.
pub const REPORT_SOURCE: (&str, &str) = (
    "《未成年人保护法》第十一条第二款；《关于建立侵害未成年人案件强制报告制度的意见（试行）》",
    "Minors Protection Law, Article 11 paragraph 2; Opinions on Mandatory Reporting of Cases of Harm to Minors (trial)",
);

/// The table, also the space of its keys.
const TABLE: &str = "concerns";

/// Texts by field.
type Texts = BTreeMap<String, String>;

/// A concern that is not there, or not for the caller.
const fn not_found() -> StoreError {
    StoreError::not_found("concern")
}
