//! Concerns as they are read: a page without texts, one with everything, a reporter's receipts; and whom to call in a division.

use sqlx::FromRow;

use super::{TABLE, Texts, not_found};
use crate::store::outbox::upward;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Page, PageRequest, RegionSpan, StoreError, View};

/// The columns of a row without its texts.
macro_rules! concern_columns {
    () => {
        "c.id, c.version, c.region_code, c.child_id, c.pairing_id, c.subject_kind, c.subject_volunteer_id,
            c.subject_user_id, c.kind, c.severity, c.state, c.sealed, c.reported_by, c.reporter_kind, c.channel,
            c.report_due_at_ms, c.reported_to_authority_at_ms, c.assigned_to, c.close_asked_by, c.close_asked_at_ms,
            c.outcome, c.closed_by, c.closed_at_ms, c.created_at_ms, c.updated_at_ms
        FROM concerns c"
    };
}

/// Who may read a concern: a supervisor of its division ($2, $3; an empty span for the others) or whom it is assigned to ($4), and never
/// its subject, as an account or as a volunteer's.
macro_rules! may_read {
    () => {
        "(c.region_code BETWEEN $2 AND $3 OR c.assigned_to = $4)
            AND (c.subject_user_id IS NULL OR c.subject_user_id <> $4)
            AND NOT EXISTS (SELECT u.id FROM users u WHERE u.id = $4 AND u.volunteer_id = c.subject_volunteer_id)"
    };
}

statements! {
    /// One concern.
    FIND = concat!("SELECT ", concern_columns!(), " WHERE c.id = $1 AND ", may_read!());
    /// A page, the newest last.
    LIST = concat!("SELECT ", concern_columns!(), " WHERE c.id > $1 AND ", may_read!(), "
            AND ($5 = '' OR c.state = $5) AND ($6 = '' OR c.child_id = $6) AND ($7 = '' OR c.subject_volunteer_id = $7)
        ORDER BY c.id
        LIMIT $8");
    /// What was done about one.
    ENTRIES = "SELECT number, at_ms, actor_id, kind, sealed
        FROM concern_entries
        WHERE concern_id = $1
        ORDER BY number";
    /// What somebody reported.
    RECEIPTS = "SELECT id, kind, state, region_code, created_at_ms
        FROM concerns
        WHERE reported_by = $1 AND id > $2
        ORDER BY id
        LIMIT $3";
    /// A concern about a volunteer that is not settled.
    OPEN_ABOUT = "SELECT COUNT(*) AS number FROM concerns WHERE subject_volunteer_id = $1 AND state <> 'closed'";
    /// Phones of a division and of those above it.
    PHONES = "SELECT emergency_phone, duty_phone
        FROM regions
        WHERE code IN ($1, $2, $3, $4, $5)
        ORDER BY code DESC";
}

/// Who reads.
#[derive(Clone, Debug)]
pub struct ConcernReader {
    /// A supervisor's divisions; `None` for whoever reads what is assigned to her and nothing else.
    pub span: Option<RegionSpan>,
    /// Her account.
    pub user_id: String,
}

impl ConcernReader {
    /// First and last division; a span that holds none where she has none.
    fn divisions(&self) -> (&str, &str) {
        self.span.as_ref().map_or(("~", ""), |span| (span.first.as_str(), span.last.as_str()))
    }
}

/// Which concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConcernFilter {
    /// In this state; empty for any.
    pub state: String,
    /// About this child; empty for any.
    pub child_id: String,
    /// Whose subject is this volunteer; empty for any.
    pub volunteer_id: String,
}

/// A concern.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Concern {
    /// Id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// Division.
    pub region_code: String,
    /// The child, who may be gone.
    pub child_id: Option<String>,
    /// The pair.
    pub pairing_id: Option<String>,
    /// A word: who its subject is.
    pub subject_kind: String,
    /// The volunteer it is about.
    pub subject_volunteer_id: Option<String>,
    /// The account it is about.
    pub subject_user_id: Option<String>,
    /// A word: what is feared.
    pub kind: String,
    /// A word: how bad.
    pub severity: String,
    /// `open`, `assigned`, `closing` or `closed`.
    pub state: String,
    sealed: String,
    /// Whose account wrote it down.
    pub reported_by: String,
    /// A word: in whose name.
    pub reporter_kind: String,
    /// A word: how it was said.
    pub channel: String,
    /// Until when it is to be reported to the authority.
    pub report_due_at_ms: i64,
    /// When that was done.
    pub reported_to_authority_at_ms: Option<i64>,
    /// Who sees to it.
    pub assigned_to: Option<String>,
    /// The first of the two who close it.
    pub close_asked_by: Option<String>,
    /// When.
    pub close_asked_at_ms: Option<i64>,
    /// A word: how it ended; empty until then.
    pub outcome: String,
    /// The second.
    pub closed_by: Option<String>,
    /// When it was closed.
    pub closed_at_ms: Option<i64>,
    /// When it was reported.
    pub created_at_ms: i64,
    /// When anything of it changed last.
    pub updated_at_ms: i64,
}

/// What was done about a concern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// When, milliseconds.
    pub at_ms: i64,
    /// Whose account wrote it.
    pub actor_id: String,
    /// A word: what was done.
    pub kind: String,
    /// What was written, by field.
    pub texts: Texts,
}

#[derive(FromRow)]
struct EntryRow {
    number: i64,
    at_ms: i64,
    actor_id: String,
    kind: String,
    sealed: String,
}

/// What whoever reported sees of it later.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Receipt {
    /// Id.
    pub id: String,
    /// A word: what is feared.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// Division.
    pub region_code: String,
    /// When it was reported.
    pub created_at_ms: i64,
}

/// Whom to call, beside 110.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phones {
    /// The emergency phone of the nearest division that has one.
    pub emergency: Option<String>,
    /// The duty phone of the nearest division that has one.
    pub duty: Option<String>,
}

#[derive(FromRow)]
struct PhoneRow {
    emergency_phone: Option<String>,
    duty_phone: Option<String>,
}

#[derive(FromRow)]
struct Count {
    number: i64,
}

impl Concern {
    /// What is written down when it is read or something is done about it.
    pub fn event(&self, action: &'static str) -> AuditEvent {
        AuditEvent::new(action, TABLE, &self.id, &self.region_code)
    }
}

impl View {
    /// A concern that the reader may see.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] also where it is not for her.
    pub async fn concern(&mut self, reader: &ConcernReader, id: &str) -> Result<Concern, StoreError> {
        let (first, last) = reader.divisions();
        self.optional(FIND, bound![id, first, last, &reader.user_id]).await?.ok_or(not_found())
    }

    /// A page of concerns; their texts are not opened.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn concerns(
        &mut self,
        reader: &ConcernReader,
        filter: &ConcernFilter,
        page: &PageRequest,
    ) -> Result<Page<Concern>, StoreError> {
        let (first, last) = reader.divisions();
        let mut values = bound![&page.after, first, last, &reader.user_id, &filter.state];
        values.extend(bound![&filter.child_id, &filter.volunteer_id, page.rows()]);
        let rows: Vec<Concern> = self.all(LIST, values).await?;
        Ok(page.page(rows, |row| row.id.clone()))
    }

    /// What was said and what was done about it. Whoever asks must write down that she did.
    ///
    /// # Errors
    /// Where the database fails or a text cannot be opened.
    pub async fn concern_texts(&mut self, concern: &Concern) -> Result<(Texts, Vec<Entry>), StoreError> {
        let key = self.row_key(TABLE, &concern.id).await?;
        let said = self.open_part(&key, "", &concern.sealed)?;
        let rows: Vec<EntryRow> = self.all(ENTRIES, bound![&concern.id]).await?;
        let mut entries = Vec::new();
        for row in rows {
            let texts = self.open_part(&key, &row.number.to_string(), &row.sealed)?;
            let EntryRow { number, at_ms, actor_id, kind, .. } = row;
            entries.push(Entry { number, at_ms, actor_id, kind, texts });
        }
        Ok((said, entries))
    }

    /// A page of what somebody reported herself.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn concern_receipts(
        &mut self,
        user_id: &str,
        page: &PageRequest,
    ) -> Result<Page<Receipt>, StoreError> {
        let rows: Vec<Receipt> = self.all(RECEIPTS, bound![user_id, &page.after, page.rows()]).await?;
        Ok(page.page(rows, |row| row.id.clone()))
    }

    /// Whether a concern about a volunteer is not settled: until then no pair of hers becomes active.
    pub(in crate::store) async fn is_subject_of_concern(
        &mut self,
        volunteer_id: &str,
    ) -> Result<bool, StoreError> {
        let open: Count = self.one(OPEN_ABOUT, bound![volunteer_id]).await?;
        Ok(open.number > 0)
    }

    /// Whom to call in a division: each phone of the nearest one that has it, itself first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn phones_of(&mut self, region_code: &str) -> Result<Phones, StoreError> {
        let [province, prefecture, county, township, village] = upward(region_code);
        let rows: Vec<PhoneRow> =
            self.all(PHONES, bound![province, prefecture, county, township, village]).await?;
        let filled = |phone: &Option<String>| phone.clone().filter(|phone| !phone.trim().is_empty());
        Ok(Phones {
            emergency: rows.iter().find_map(|row| filled(&row.emergency_phone)),
            duty: rows.iter().find_map(|row| filled(&row.duty_phone)),
        })
    }
}
