//! Pairings as they are found: one, or a page, with what may be seen of child and volunteer.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::FromRow;

use super::overdue::{LastContacts, Overdue, overdue};
use super::{ACTIVE, ENDED};
use crate::input::values::dates::parse_date;
use crate::secrets::masking::mask_name;
use crate::store::people::china_day;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Page, PageRequest, RegionSpan, StoreError, View};

/// The columns of a row, with the keys of both persons, the last contacts that took place, and how many other volunteers the child
/// has met before.
macro_rules! pairing_columns {
    () => {
        "p.id, p.version, p.child_id, p.volunteer_id, p.proposal_id, p.policy_id, p.region_code, p.kind, p.state,
            p.reason, p.approved_by, p.guardian_answer, p.guardian_consent_id, p.child_answer, p.child_wish_id,
            p.began_on, p.ends_on, p.ended_on, p.went_well, p.notice, p.farewell, p.replacement, p.created_at_ms, p.updated_at_ms,
            c.number AS child_number, c.sealed AS child_sealed, c.cells AS child_cells, kc.wrapped AS child_wrapped,
            v.number AS volunteer_number, v.sealed AS volunteer_sealed, v.team_id, v.screening,
            v.screened_through, kv.wrapped AS volunteer_wrapped,
            (SELECT MAX(t.happened_on) FROM contacts t WHERE t.pairing_id = p.id AND t.took_place
                AND t.kind = 'support_volunteer'
                AND NOT EXISTS (SELECT a.id FROM contacts a WHERE a.amends_id = t.id)) AS last_volunteer,
            (SELECT MAX(t.happened_on) FROM contacts t WHERE t.pairing_id = p.id AND t.took_place
                AND t.kind = 'support_carer'
                AND NOT EXISTS (SELECT a.id FROM contacts a WHERE a.amends_id = t.id)) AS last_carer,
            (SELECT MAX(t.happened_on) FROM contacts t WHERE t.pairing_id = p.id AND t.took_place
                AND t.kind = 'support_child'
                AND NOT EXISTS (SELECT a.id FROM contacts a WHERE a.amends_id = t.id)) AS last_child,
            (SELECT COUNT(DISTINCT o.volunteer_id) FROM pairings o WHERE o.child_id = p.child_id
                AND o.began_on IS NOT NULL AND o.volunteer_id <> p.volunteer_id
                AND o.created_at_ms <= p.created_at_ms) AS volunteer_changes
        FROM pairings p
        JOIN children c ON c.id = p.child_id
        JOIN volunteers v ON v.id = p.volunteer_id
        LEFT JOIN data_keys kc ON kc.subject_id = p.child_id
        LEFT JOIN data_keys kv ON kv.subject_id = p.volunteer_id"
    };
}

statements! {
    /// One pairing.
    FIND = concat!("SELECT ", pairing_columns!(), "
        WHERE p.id = $1 AND p.region_code BETWEEN $2 AND $3 AND ($4 = '' OR p.volunteer_id = $4)");
    /// A page of pairings, in the order of divisions.
    LIST = concat!("SELECT ", pairing_columns!(), "
        WHERE p.region_code BETWEEN $1 AND $2 AND (p.region_code > $1 OR p.id > $3)
            AND ($4 = '' OR p.volunteer_id = $4) AND ($5 = '' OR p.state = $5) AND ($6 = '' OR p.child_id = $6)
        ORDER BY p.region_code, p.id
        LIMIT $7");
}

/// Which pairings somebody reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairingScope {
    /// Of children of these divisions,
    pub region: RegionSpan,
    /// and of this very volunteer, where one is set.
    pub volunteer_id: Option<String>,
}

impl PairingScope {
    /// All of these divisions.
    pub fn region(region: RegionSpan) -> Self {
        Self { region, volunteer_id: None }
    }

    /// Every pairing there is.
    pub fn everywhere() -> Self {
        Self::region(RegionSpan::everywhere())
    }

    fn own(&self) -> &str {
        self.volunteer_id.as_deref().unwrap_or_default()
    }
}

/// Which pairings.
#[derive(Clone, Debug)]
pub struct PairingFilter {
    /// Of those the caller reaches.
    pub scope: PairingScope,
    /// In this state; empty for any.
    pub state: String,
    /// Of this child; empty for any.
    pub child_id: String,
    /// Of this volunteer; empty for any.
    pub volunteer_id: String,
    /// Only those of which a contact is overdue.
    pub overdue: bool,
}

#[derive(FromRow)]
struct Row {
    id: String,
    version: i64,
    child_id: String,
    volunteer_id: String,
    proposal_id: String,
    policy_id: String,
    region_code: String,
    kind: String,
    state: String,
    reason: String,
    approved_by: String,
    guardian_answer: String,
    guardian_consent_id: Option<String>,
    child_answer: String,
    child_wish_id: Option<String>,
    began_on: Option<String>,
    ends_on: Option<String>,
    ended_on: Option<String>,
    went_well: Option<bool>,
    notice: String,
    farewell: String,
    replacement: String,
    created_at_ms: i64,
    updated_at_ms: i64,
    child_number: String,
    child_sealed: String,
    child_cells: String,
    child_wrapped: Option<String>,
    volunteer_number: String,
    volunteer_sealed: String,
    team_id: Option<String>,
    screening: String,
    screened_through: Option<String>,
    volunteer_wrapped: Option<String>,
    last_volunteer: Option<String>,
    last_carer: Option<String>,
    last_child: Option<String>,
    volunteer_changes: i64,
}

/// A pairing, and what may be seen of its two persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// Id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// The child.
    pub child_id: String,
    /// The volunteer, lead of her unit.
    pub volunteer_id: String,
    /// The proposal it came from.
    pub proposal_id: String,
    /// The policy it was made under.
    pub policy_id: String,
    /// Division of the child when it began.
    pub region_code: String,
    /// What sort of pair, a word of the plan.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// Why it stands there, a word.
    pub reason: String,
    /// The coordinator who approved it (S14).
    pub approved_by: String,
    /// The guardian's answer to this volunteer: `yes`, `no`, or empty.
    pub guardian_answer: String,
    /// Its record.
    pub guardian_consent_id: Option<String>,
    /// The child's answer to this volunteer.
    pub child_answer: String,
    /// Its record.
    pub child_wish_id: Option<String>,
    /// When they began to meet.
    pub began_on: Option<String>,
    /// When it ends, where everybody knows that beforehand.
    pub ends_on: Option<String>,
    /// When it ended.
    pub ended_on: Option<String>,
    /// Whether both would meet again.
    pub went_well: Option<bool>,
    /// What was told to the child, a word; empty while it lives.
    pub notice: String,
    /// Whether there was a farewell, or why none.
    pub farewell: String,
    /// What follows.
    pub replacement: String,
    /// When the volunteer accepted.
    pub created_at_ms: i64,
    /// When anything changed last.
    pub updated_at_ms: i64,
    /// The child's number in her county.
    pub child_number: String,
    /// Her name, masked.
    pub child_name: String,
    /// Her township, which is no secret.
    pub township: String,
    /// The volunteer's number.
    pub volunteer_number: String,
    /// Her name, masked.
    pub volunteer_name: String,
    /// Her team.
    pub team_id: Option<String>,
    /// Where her record check stands: `passed`, `pending`, `barred`, or empty.
    pub screening: String,
    /// Its last day.
    pub screened_through: Option<String>,
    /// When the office last spoke with each side.
    pub last_contacts: LastContacts,
    /// How many other volunteers the child had met before (S30).
    pub volunteer_changes: i64,
}

impl Pairing {
    /// What is late of it today, by the one definition there is.
    pub fn overdue(&self, today: Date) -> Option<Overdue> {
        let began_on = self.began_on.as_deref().and_then(|day| parse_date(day).ok());
        began_on.filter(|_| self.state == ACTIVE).and_then(|began| overdue(began, &self.last_contacts, today))
    }

    /// Whether it lives.
    pub fn lives(&self) -> bool {
        self.state != ENDED
    }

    /// What is written down when it is shown: it tells of the child.
    pub fn read_event(&self, action: &'static str) -> AuditEvent {
        let event = AuditEvent::new(action, "children", &self.child_id, &self.region_code);
        event.of_fields(["pairing", "name"])
    }
}

impl View {
    fn name_of(
        &self,
        table: &'static str,
        id: &str,
        (sealed, wrapped): (&str, Option<&str>),
    ) -> Result<String, StoreError> {
        // Erased, nobody has a name.
        let Some(wrapped) = wrapped else { return Ok(String::new()) };
        let key = self.unwrap_person_key(table, id, wrapped)?;
        let clear = self.open(&key, sealed, Some(&["name"]))?;
        Ok(mask_name(clear.get("name").map_or("", String::as_str)))
    }

    fn pairing_of(&self, row: Row) -> Result<Pairing, StoreError> {
        let child = (row.child_sealed.as_str(), row.child_wrapped.as_deref());
        let volunteer = (row.volunteer_sealed.as_str(), row.volunteer_wrapped.as_deref());
        let day = |text: Option<String>| text.and_then(|text| parse_date(&text).ok());
        let cells: BTreeMap<String, String> = serde_json::from_str(&row.child_cells).unwrap_or_default();
        Ok(Pairing {
            child_name: self.name_of("children", &row.child_id, child)?,
            volunteer_name: self.name_of("volunteers", &row.volunteer_id, volunteer)?,
            township: cells.get("township").cloned().unwrap_or_default(),
            last_contacts: LastContacts {
                volunteer: day(row.last_volunteer),
                carer: day(row.last_carer),
                child: day(row.last_child),
            },
            id: row.id,
            version: row.version,
            child_id: row.child_id,
            volunteer_id: row.volunteer_id,
            proposal_id: row.proposal_id,
            policy_id: row.policy_id,
            region_code: row.region_code,
            kind: row.kind,
            state: row.state,
            reason: row.reason,
            approved_by: row.approved_by,
            guardian_answer: row.guardian_answer,
            guardian_consent_id: row.guardian_consent_id,
            child_answer: row.child_answer,
            child_wish_id: row.child_wish_id,
            began_on: row.began_on,
            ends_on: row.ends_on,
            ended_on: row.ended_on,
            went_well: row.went_well,
            notice: row.notice,
            farewell: row.farewell,
            replacement: row.replacement,
            created_at_ms: row.created_at_ms,
            updated_at_ms: row.updated_at_ms,
            child_number: row.child_number,
            volunteer_number: row.volunteer_number,
            team_id: row.team_id,
            screening: row.screening,
            screened_through: row.screened_through,
            volunteer_changes: row.volunteer_changes,
        })
    }

    /// A pairing within reach, ended or not.
    pub async fn pairing(&mut self, scope: &PairingScope, id: &str) -> Result<Pairing, StoreError> {
        let values = bound![id, &scope.region.first, &scope.region.last, scope.own()];
        let row: Option<Row> = self.optional(FIND, values).await?;
        self.pairing_of(row.ok_or(StoreError::not_found("pairing"))?)
    }

    /// A page of pairings. Of those that are overdue as many rows are looked at as a page has at most; it may be short, and the next one
    /// goes on after the last row that was looked at.
    pub async fn pairings(
        &mut self,
        filter: &PairingFilter,
        page: &PageRequest,
    ) -> Result<Page<Pairing>, StoreError> {
        let (scope, own) = (&filter.scope, filter.scope.own());
        let volunteer = match (own, filter.volunteer_id.as_str()) {
            (own, "") => own,
            ("", asked) => asked,
            (own, asked) if own == asked => own,
            _ => return Ok(Page { items: Vec::new(), next_after: None }),
        };
        let looked_at =
            if filter.overdue { PageRequest { limit: 200, ..page.clone() } } else { page.clone() };
        let state = if filter.overdue { ACTIVE } else { &filter.state };
        let (region, id) = page.after.split_once('/').unwrap_or((scope.region.first.as_str(), ""));
        let values =
            bound![region, &scope.region.last, id, volunteer, state, &filter.child_id, looked_at.rows()];
        let rows: Vec<Row> = self.all(LIST, values).await?;
        let found = looked_at.page(rows, |row| format!("{}/{}", row.region_code, row.id));
        let looked = found.items.len();
        let (mut items, mut next_after) = (Vec::new(), found.next_after);
        let today = china_day(self.store().now_ms());
        for (number, row) in found.items.into_iter().enumerate() {
            let pairing = self.pairing_of(row)?;
            if filter.overdue && pairing.overdue(today).is_none() {
                continue;
            }
            let key = format!("{}/{}", pairing.region_code, pairing.id);
            items.push(pairing);
            if filter.overdue && items.len() as i64 >= page.limit.max(1) && number + 1 < looked {
                next_after = Some(key);
                break;
            }
        }
        Ok(Page { items, next_after })
    }
}
