//! What a run must know beside people: pairs that live, promises that are open, refusals, pairs that have ended.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::store::statement::{bound, statements};
use crate::store::{RegionSpan, StoreError, View};

statements! {
    /// Living pairs of children or volunteers of these divisions.
    LIST_LIVING = "SELECT p.child_id, p.volunteer_id, p.household, p.began_on,
            CASE WHEN v.deleted_at_ms IS NULL THEN v.county_code || ' ' || v.unit END AS unit
        FROM pairings p
        JOIN children c ON c.id = p.child_id
        JOIN volunteers v ON v.id = p.volunteer_id
        WHERE p.state <> 'ended'
            AND (c.region_code BETWEEN $1 AND $2 OR v.region_code BETWEEN $1 AND $2)
        ORDER BY p.child_id";
    /// Promises that are open: pinned, approved or offered. Who joins a brother or sister takes no place of her own, whoever of the unit
    /// leads either pair.
    LIST_PROMISED = "SELECT i.child_id, p.volunteer_id,
            COALESCE(
                (SELECT MIN(l.household)
                    FROM pairings l
                    JOIN volunteers m ON m.id = l.volunteer_id
                    WHERE l.child_id = p.joins_child_id AND l.state <> 'ended' AND (m.id = v.id
                        OR (m.county_code = v.county_code AND m.unit = v.unit
                            AND m.deleted_at_ms IS NULL AND v.deleted_at_ms IS NULL))),
                p.id) AS household,
            NULL AS began_on,
            CASE WHEN v.deleted_at_ms IS NULL THEN v.county_code || ' ' || v.unit END AS unit
        FROM proposal_children i
        JOIN proposals p ON p.id = i.proposal_id
        JOIN children c ON c.id = i.child_id
        JOIN volunteers v ON v.id = p.volunteer_id
        WHERE i.is_open
            AND (c.region_code BETWEEN $1 AND $2 OR v.region_code BETWEEN $1 AND $2)
        ORDER BY i.child_id";
    /// Who of these divisions meets children with others: her unit.
    LIST_UNITS = "SELECT id, county_code || ' ' || unit AS unit FROM volunteers
        WHERE region_code BETWEEN $1 AND $2 AND unit IS NOT NULL AND deleted_at_ms IS NULL";
    /// Pairs that must not come back by themselves.
    LIST_REFUSED = "SELECT r.child_id, r.volunteer_id, r.said_by, r.reason, r.at_ms
        FROM refusals r
        JOIN children c ON c.id = r.child_id
        WHERE c.region_code BETWEEN $1 AND $2
        UNION ALL
        SELECT p.child_id, p.volunteer_id, 'office' AS said_by, p.reason, p.updated_at_ms AS at_ms
        FROM pairings p
        JOIN children c ON c.id = p.child_id
        WHERE p.state = 'ended' AND p.began_on IS NULL AND p.went_well = FALSE AND c.region_code BETWEEN $1 AND $2
            AND NOT EXISTS (
                SELECT o.child_id FROM refusals o
                WHERE o.child_id = p.child_id AND o.volunteer_id = p.volunteer_id)
        ORDER BY child_id, volunteer_id";
    /// Pairs that have met and ended: whoever never met had no volunteer, and loses none.
    LIST_ENDED = "SELECT p.id, p.child_id, p.volunteer_id, p.began_on, p.ended_on, p.went_well
        FROM pairings p
        JOIN children c ON c.id = p.child_id
        WHERE p.state = 'ended' AND p.began_on IS NOT NULL AND c.region_code BETWEEN $1 AND $2
        ORDER BY p.id";
}

/// A pair that lives, or is promised.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct LivingPair {
    /// The child.
    pub child_id: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// What takes one place with the volunteer.
    pub household: String,
    /// Her unit: whoever leads it, it has one capacity.
    pub unit: Option<String>,
    /// When it began.
    pub began_on: Option<String>,
}

/// A pair that was refused.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Refused {
    /// The child.
    pub child_id: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// By whom: a word.
    pub said_by: String,
    /// Why: a word of a code list.
    pub reason: String,
    /// When.
    pub at_ms: i64,
}

/// A pair that has ended.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct EndedPair {
    /// Its id.
    pub id: String,
    /// The child.
    pub child_id: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// When it began.
    pub began_on: Option<String>,
    /// When it ended.
    pub ended_on: Option<String>,
    /// Whether both would meet again.
    pub went_well: Option<bool>,
}

#[derive(FromRow)]
struct InUnit {
    id: String,
    unit: String,
}

impl View {
    /// Units by volunteer, of a span.
    pub async fn volunteer_units(
        &mut self,
        span: &RegionSpan,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let rows: Vec<InUnit> = self.all(LIST_UNITS, bound![&span.first, &span.last]).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.unit)).collect())
    }

    /// Living pairs of children or volunteers of a span.
    pub async fn living_pairs(&mut self, span: &RegionSpan) -> Result<Vec<LivingPair>, StoreError> {
        self.all(LIST_LIVING, bound![&span.first, &span.last]).await
    }

    /// Open promises of children or volunteers of a span.
    pub async fn promised_pairs(&mut self, span: &RegionSpan) -> Result<Vec<LivingPair>, StoreError> {
        self.all(LIST_PROMISED, bound![&span.first, &span.last]).await
    }

    /// Refused pairs of children of a span.
    pub async fn refused_pairs(&mut self, span: &RegionSpan) -> Result<Vec<Refused>, StoreError> {
        self.all(LIST_REFUSED, bound![&span.first, &span.last]).await
    }

    /// Ended pairs of children of a span, in the order in which they were made.
    pub async fn ended_pairs(&mut self, span: &RegionSpan) -> Result<Vec<EndedPair>, StoreError> {
        self.all(LIST_ENDED, bound![&span.first, &span.last]).await
    }
}
