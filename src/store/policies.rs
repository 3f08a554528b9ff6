//! Policies: the rules of a deployment as text, by name and number. What is stored is never changed: another text is
//! another number, and only the state goes from draft to published.

use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::audit::AuditEvent;
use super::change::Change;
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::statement::{bound, statements};
use super::view::View;
use crate::input::policy;

/// Not in force.
pub const DRAFT: &str = "draft";
/// In force where nothing newer is.
pub const PUBLISHED: &str = "published";

statements! {
    /// Policies that hold in a span: its own, and those of the divisions above.
    LIST = "SELECT id, version, name, number, region_code, content, content_hash, state, created_at_ms, created_by,
            published_at_ms
        FROM policies
        WHERE id > $1 AND (region_code BETWEEN $2 AND $3 OR region_code IN ('', $4, $5, $6, $7))
            AND ($8 = '' OR name = $8) AND ($9 = '' OR state = $9)
        ORDER BY id
        LIMIT $10";
    /// One policy.
    FIND = "SELECT id, version, name, number, region_code, content, content_hash, state, created_at_ms, created_by,
            published_at_ms
        FROM policies
        WHERE id = $1 AND (region_code BETWEEN $2 AND $3 OR region_code IN ('', $4, $5, $6, $7))";
    /// The last number of a name.
    LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM policies WHERE region_code = $1 AND name = $2";
    /// Adds a draft.
    ADD = "INSERT INTO policies
        (id, version, name, number, region_code, content, content_hash, state, created_at_ms, created_by)
        VALUES ($1, 1, $2, $3, $4, $5, $6, 'draft', $7, $8)";
    /// Puts a draft into force.
    PUBLISH = "UPDATE policies SET state = 'published', version = version + 1, published_at_ms = $2
        WHERE id = $1 AND state = 'draft'";
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredPolicy {
    /// Its id.
    pub id: String,
    /// Version of the row, for the state.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The number under that name, from 1.
    pub number: i64,
    /// For which division; empty for the whole deployment.
    pub region_code: String,
    /// The text of `policy.toml`.
    pub content: String,
    /// SHA-256 of the text, hexadecimal.
    pub content_hash: String,
    /// `draft` or `published`.
    pub state: String,
    /// When it was stored, milliseconds.
    pub created_at_ms: i64,
    /// Id of the user who stored it; empty where the program did.
    pub created_by: String,
    /// When it was put into force.
    pub published_at_ms: Option<i64>,
}

/// Which policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyFilter {
    /// Only of this name; empty for all.
    pub name: String,
    /// Only in this state; empty for all.
    pub state: String,
}

#[derive(FromRow)]
struct Number(i64);

/// Whether a text switches off a rule that only two people may: the names in it are the author's to write, the account
/// that publishes it is not. A text that cannot be read any more takes two as well.
fn takes_two(content: &str) -> bool {
    let parsed = policy::parse(content, "policy.toml");
    parsed.map_or(true, |file| file.exceptions.iter().any(|exception| exception.rule.takes_two_approvers()))
}

/// The codes of the divisions above the first code of a span, outermost first.
fn above(span: &RegionSpan) -> [String; 4] {
    [2, 4, 6, 9].map(|digits| {
        let prefix = span.first.get(..digits).unwrap_or_default();
        if prefix.is_empty() { String::new() } else { format!("{prefix:0<12}") }
    })
}

impl View {
    /// Policies that hold in a span, oldest first.
    pub async fn policies(
        &mut self,
        span: &RegionSpan,
        filter: &PolicyFilter,
        page: &PageRequest,
    ) -> Result<Page<StoredPolicy>, StoreError> {
        let [province, prefecture, county, township] = above(span);
        let values = bound![
            &page.after,
            &span.first,
            &span.last,
            province,
            prefecture,
            county,
            township,
            &filter.name,
            &filter.state,
            page.rows()
        ];
        let rows: Vec<StoredPolicy> = self.all(LIST, values).await?;
        Ok(page.page(rows, |policy| policy.id.clone()))
    }

    /// A policy that holds in a span.
    pub async fn policy(&mut self, span: &RegionSpan, id: &str) -> Result<StoredPolicy, StoreError> {
        let [province, prefecture, county, township] = above(span);
        let values = bound![id, &span.first, &span.last, province, prefecture, county, township];
        self.optional(FIND, values).await?.ok_or(StoreError::not_found("policy"))
    }
}

impl Change {
    /// Stores a text that was checked, under the next number of its name.
    pub async fn add_policy(
        &mut self,
        name: &str,
        region_code: &str,
        content: &str,
    ) -> Result<StoredPolicy, StoreError> {
        let Number(last) = self.one(LAST_NUMBER, bound![region_code, name]).await?;
        let id = self.store().new_id();
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(content.as_bytes()));
        let now_ms = self.now_ms();
        let created_by = self.actor().id.clone().unwrap_or_default();
        let values = bound![&id, name, last + 1, region_code, content, &hash, now_ms, &created_by];
        let added = self.execute(ADD, values).await;
        added.map_err(StoreError::unique_is_conflict)?;
        self.record(AuditEvent::new("policy.created", "policies", &id, region_code));
        Ok(StoredPolicy {
            id,
            version: 1,
            name: name.to_owned(),
            number: last + 1,
            region_code: region_code.to_owned(),
            content: content.to_owned(),
            content_hash: hash,
            state: DRAFT.to_owned(),
            created_at_ms: now_ms,
            created_by,
            published_at_ms: None,
        })
    }

    /// Puts a draft of the span into force.
    ///
    /// # Errors
    /// `state_conflict` where it is in force already, `second_person_needed` where it switches off a rule that takes two
    /// approvers and the caller is who wrote it.
    pub async fn publish_policy(&mut self, span: &RegionSpan, id: &str) -> Result<StoredPolicy, StoreError> {
        let policy = self.policy(span, id).await?;
        if !span.holds(&policy.region_code) {
            // Seen from below, it is another office's to publish.
            return Err(StoreError::not_found("policy"));
        }
        if takes_two(&policy.content) && self.actor().id.as_ref() == Some(&policy.created_by) {
            return Err(StoreError::conflict("second_person_needed"));
        }
        let now_ms = self.now_ms();
        if self.execute(PUBLISH, bound![id, now_ms]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.record(AuditEvent::new("policy.published", "policies", id, &policy.region_code));
        Ok(StoredPolicy {
            version: policy.version + 1,
            state: PUBLISHED.to_owned(),
            published_at_ms: Some(now_ms),
            ..policy
        })
    }
}
