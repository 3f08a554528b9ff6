//! What is known at this moment of some children and a volunteer who are to meet: cells of everybody, places, what was
//! refused, under which policy and for which days. What the rules make of it is `runs::eligibility`'s.

use jiff::civil::Date;
use sqlx::FromRow;

use crate::input::person_check::Cells;
use crate::input::values::dates::parse_date;
use crate::model::Period;
use crate::store::people::{PeopleScope, china_day};
use crate::store::statement::{bound, statements};
use crate::store::{RegionSpan, StoreError, View};

statements! {
    /// Under what a proposal was made.
    FIND_PROPOSAL = "SELECT p.volunteer_id, r.policy_id, o.content, r.period_first, r.period_last
        FROM proposals p
        JOIN runs r ON r.id = p.run_id
        JOIN policies o ON o.id = r.policy_id
        WHERE p.id = $1";
    /// Its children.
    LIST_PROPOSED = "SELECT child_id AS id FROM proposal_children WHERE proposal_id = $1 ORDER BY child_id";
    /// Which children of the household of a proposal still live with its volunteer.
    LIST_PAIRED = "SELECT child_id AS id FROM pairings
        WHERE household IN (SELECT h.household FROM pairings h WHERE h.proposal_id = $1) AND state <> 'ended'
        ORDER BY child_id";
    /// How many children of a household live with their volunteer.
    COUNT_HOUSEHOLD = "SELECT COUNT(*) AS children FROM pairings WHERE household = $1 AND state <> 'ended'";
    /// Children who are, or were, of the household of a pairing.
    LIST_FAMILY_OF_PAIRING = "SELECT DISTINCT p.child_id AS id
        FROM pairings l
        JOIN pairings p ON p.household = l.household
        JOIN children c ON c.id = p.child_id
        WHERE l.id = $1 AND c.erased_at_ms IS NULL
        ORDER BY p.child_id";
    /// As above, of a household.
    LIST_FAMILY = "SELECT DISTINCT p.child_id AS id
        FROM pairings p
        JOIN children c ON c.id = p.child_id
        WHERE p.household = $1 AND c.erased_at_ms IS NULL
        ORDER BY p.child_id";
    /// The unit of a volunteer. Whoever is archived has left it.
    FIND_UNIT = "SELECT county_code, unit FROM volunteers
        WHERE id = $1 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL";
    /// Everybody of a unit, archived ones not.
    LIST_UNIT = "SELECT id FROM volunteers
        WHERE county_code = $1 AND unit = $2 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL
        ORDER BY id";
    /// Where the villages of a span lie.
    LIST_PLACES = "SELECT region_code, township, village, longitude, latitude FROM places
        WHERE region_code BETWEEN $1 AND $2
        ORDER BY region_code, township, village";
    /// Whether a pair must not come back: somebody refused it, or it ended badly; with her, or with whoever meets children with her.
    FIND_REFUSED = "SELECT w.id
        FROM volunteers n
        JOIN volunteers w ON w.id = n.id
            OR (w.county_code = n.county_code AND w.unit = n.unit AND w.deleted_at_ms IS NULL)
        WHERE n.id = $2 AND (
            EXISTS (SELECT r.child_id FROM refusals r WHERE r.child_id = $1 AND r.volunteer_id = w.id)
            OR EXISTS (SELECT e.id
                FROM pairings e
                WHERE e.child_id = $1 AND e.volunteer_id = w.id AND e.went_well = FALSE))";
    /// An adult of a volunteer's unit whose check does not count on a day.
    FIND_UNSCREENED = "SELECT m.id
        FROM volunteers m
        JOIN volunteers l ON l.id = $1
        WHERE m.erased_at_ms IS NULL AND (m.screened_through IS NULL OR m.screened_through < $2)
            AND (m.id = l.id
                OR (m.county_code = l.county_code AND m.unit = l.unit AND m.deleted_at_ms IS NULL))
        LIMIT 1";
    /// Whether something about a volunteer is being looked into.
    FIND_CONCERN = "SELECT id FROM concerns WHERE subject_volunteer_id = $1 AND state <> 'closed' LIMIT 1";
}

/// A child who is to meet somebody.
#[derive(Clone, Debug)]
pub struct ChildFacts {
    /// Her id.
    pub id: String,
    /// Her row; none where she takes no part.
    pub cells: Option<Cells>,
    /// Whether somebody refused this very pair, or it ended badly.
    pub refused: bool,
}

/// Everything the rules ask about.
#[derive(Clone, Debug)]
pub struct PairFacts {
    /// The children.
    pub children: Vec<ChildFacts>,
    /// How many brothers and sisters are with the volunteer whom these are to join.
    pub joined: usize,
    /// The volunteer's number.
    pub volunteer_number: String,
    /// The rows of all adults of her unit, hers first; none where one of them takes no part.
    pub adults: Option<Vec<Cells>>,
    /// Rows of the places of both counties.
    pub places: Vec<Cells>,
    /// Whether something about an adult is being looked into.
    pub under_concern: bool,
    /// Id of the policy.
    pub policy_id: String,
    /// Its text.
    pub policy: String,
    /// The day it is.
    pub today: Date,
    /// The days to be served.
    pub period: Period,
}

#[derive(FromRow)]
struct Terms {
    volunteer_id: String,
    policy_id: String,
    content: String,
    period_first: String,
    period_last: String,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

#[derive(FromRow)]
struct Household {
    children: i64,
}

#[derive(FromRow)]
struct Unit {
    county_code: String,
    unit: Option<String>,
}

#[derive(FromRow)]
struct PlaceRow {
    region_code: String,
    township: String,
    village: String,
    longitude: f64,
    latitude: f64,
}

impl PlaceRow {
    fn cells(self) -> Cells {
        let Self { region_code, township, village, longitude, latitude } = self;
        let cells = [
            ("region_code", region_code),
            ("township", township),
            ("village", village),
            ("longitude", longitude.to_string()),
            ("latitude", latitude.to_string()),
            ("datum", "WGS-84".to_owned()),
        ];
        cells.into_iter().map(|(key, text)| (key.to_owned(), text)).collect()
    }
}

/// The days to be served from today on: what is left of those that the run served, at least today.
fn period_from(today: Date, first: &str, last: &str) -> Period {
    let day = |text: &str| parse_date(text).unwrap_or(today);
    let first = day(first).max(today);
    Period { first, last: day(last).max(first) }
}

impl View {
    /// Children who are, or were, of the household of a pairing, by id.
    pub(super) async fn family_of_pairing(&mut self, pairing_id: &str) -> Result<Vec<String>, StoreError> {
        let children: Vec<Id> = self.all(LIST_FAMILY_OF_PAIRING, bound![pairing_id]).await?;
        Ok(children.into_iter().map(|child| child.id).collect())
    }

    /// As above, of a household.
    pub(super) async fn family_of_household(&mut self, household: &str) -> Result<Vec<String>, StoreError> {
        let children: Vec<Id> = self.all(LIST_FAMILY, bound![household]).await?;
        Ok(children.into_iter().map(|child| child.id).collect())
    }

    /// Who belongs to a volunteer's unit, herself first; where she is archived, she alone.
    pub(in crate::store) async fn unit_members(
        &mut self,
        volunteer_id: &str,
    ) -> Result<Vec<String>, StoreError> {
        let mut members = vec![volunteer_id.to_owned()];
        let found: Option<Unit> = self.optional(FIND_UNIT, bound![volunteer_id]).await?;
        if let Some(Unit { county_code, unit: Some(unit) }) = found {
            let others: Vec<Id> = self.all(LIST_UNIT, bound![county_code, unit]).await?;
            members.extend(others.into_iter().map(|other| other.id).filter(|id| id != volunteer_id));
        }
        Ok(members)
    }

    /// Whether the checks of everybody of a volunteer's unit count today (S2). Asked wherever something of a child is shown to her:
    /// between midnight and the daily tick her pairs are active still.
    pub async fn unit_is_screened(&mut self, volunteer_id: &str) -> Result<bool, StoreError> {
        let today = china_day(self.store().now_ms()).to_string();
        let lacking: Option<Id> = self.optional(FIND_UNSCREENED, bound![volunteer_id, today]).await?;
        Ok(lacking.is_none_or(|found| found.id.is_empty()))
    }

    /// What is known of a proposal's children and its volunteer.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such proposal.
    pub async fn facts_of_proposal(&mut self, proposal_id: &str) -> Result<PairFacts, StoreError> {
        let children: Vec<Id> = self.all(LIST_PROPOSED, bound![proposal_id]).await?;
        let mut facts = self.pair_facts(proposal_id, children).await?;
        let proposal = self.proposal(&RegionSpan::everywhere(), proposal_id).await?;
        if let Some(household) = self.household_joined(proposal_id, &proposal.volunteer_id).await? {
            let Household { children } = self.one(COUNT_HOUSEHOLD, bound![household]).await?;
            facts.joined = usize::try_from(children).unwrap_or_default();
        }
        Ok(facts)
    }

    /// As above, of the children alone whose pairs live.
    ///
    /// # Errors
    /// As [`facts_of_proposal`](Self::facts_of_proposal).
    pub async fn facts_of_living(&mut self, proposal_id: &str) -> Result<PairFacts, StoreError> {
        let children: Vec<Id> = self.all(LIST_PAIRED, bound![proposal_id]).await?;
        self.pair_facts(proposal_id, children).await
    }

    async fn pair_facts(&mut self, proposal_id: &str, children: Vec<Id>) -> Result<PairFacts, StoreError> {
        let found: Option<Terms> = self.optional(FIND_PROPOSAL, bound![proposal_id]).await?;
        let terms = found.ok_or(StoreError::not_found("proposal"))?;
        let today = china_day(self.store().now_ms());
        let everywhere = RegionSpan::everywhere();
        let (mut counties, mut facts) = (Vec::new(), Vec::new());
        for Id { id } in children {
            let refused: Vec<Id> = self.all(FIND_REFUSED, bound![&id, &terms.volunteer_id]).await?;
            let cells = match self.child_cells_for_run(&everywhere, &id).await {
                Ok(cells) => cells,
                // Erased.
                Err(StoreError::NotFound { .. }) => None,
                Err(error) => return Err(error),
            };
            counties.extend(cells.as_ref().and_then(county_of));
            facts.push(ChildFacts { id, cells, refused: !refused.is_empty() });
        }
        let (volunteer_number, adults, under_concern) = self.unit_facts(&terms.volunteer_id).await?;
        counties.extend(adults.iter().flatten().filter_map(county_of));
        counties.sort_unstable();
        counties.dedup();
        let mut places = Vec::new();
        for county in counties {
            let span = RegionSpan::of_prefix(&county);
            let rows: Vec<PlaceRow> = self.all(LIST_PLACES, bound![span.first, span.last]).await?;
            places.extend(rows.into_iter().map(PlaceRow::cells));
        }
        Ok(PairFacts {
            children: facts,
            joined: 0,
            volunteer_number,
            adults,
            places,
            under_concern,
            policy_id: terms.policy_id,
            policy: terms.content,
            today,
            period: period_from(today, &terms.period_first, &terms.period_last),
        })
    }

    /// The lead's number, the rows of all adults where all take part, and whether something is being looked into.
    async fn unit_facts(
        &mut self,
        volunteer_id: &str,
    ) -> Result<(String, Option<Vec<Cells>>, bool), StoreError> {
        let scope = PeopleScope::region(RegionSpan::everywhere());
        let number = match self.volunteer(&scope, volunteer_id).await {
            Ok(volunteer) => volunteer.number,
            Err(StoreError::NotFound { .. }) => return Ok((String::new(), None, false)),
            Err(error) => return Err(error),
        };
        let (mut adults, mut under_concern) = (Some(Vec::new()), false);
        for id in self.unit_members(volunteer_id).await? {
            let concern: Option<Id> = self.optional(FIND_CONCERN, bound![&id]).await?;
            under_concern |= concern.is_some_and(|concern| !concern.id.is_empty());
            match self.volunteer_cells_for_run(&RegionSpan::everywhere(), &id).await? {
                Some(cells) => adults.iter_mut().for_each(|adults| adults.push(cells.clone())),
                None => adults = None,
            }
        }
        Ok((number, adults, under_concern))
    }
}

fn county_of(cells: &Cells) -> Option<String> {
    cells.get("region_code").and_then(|code| code.get(..6)).map(str::to_owned)
}
