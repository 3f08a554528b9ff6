//! What a volunteer may know of the children before she has said yes: needs, hours, township and how far it is. No name, no age, no
//! village, and nothing from which a house could be told.
//!
//! In: an offer. Out: that, read from the children's rows of today by the reader of a run. Distances are told in bands.

use super::eligibility;
use crate::candidates::travel::distance_km;
use crate::input::write::week::week_parts;
use crate::model::need::{Mode, Need, NeedKind, Strength, Subject};
use crate::model::season::Season;
use crate::model::{Instance, WeekMask};
use crate::store::offers::Offer;
use crate::store::{AuditEvent, PairFacts, RegionSpan, StoreError, View};

/// What is offered, as far as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// How many children: one, or brothers and sisters.
    pub children: usize,
    /// `lead` or `seasonal`.
    pub kind: String,
    /// What they need.
    pub needs: Vec<NeedTold>,
    /// When they can, by season of the days served.
    pub hours: Vec<(Season, Vec<String>)>,
    /// In which township.
    pub township: String,
    /// How far away; none where a place is not known.
    pub distance: Option<DistanceBand>,
}

/// A need, without anything else of the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NeedTold {
    /// What.
    pub kind: NeedKind,
    /// Of tutoring: in which subject.
    pub subject: Option<Subject>,
    /// Required or wished.
    pub strength: Strength,
    /// In person, remote or either.
    pub mode: Mode,
    /// Minutes a week.
    pub minutes_per_week: u16,
}

/// How far it is, as the crow flies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DistanceBand {
    /// Less than 3 km.
    Under3,
    /// 3 to 10 km.
    Under10,
    /// 10 to 30 km.
    Under30,
    /// 30 km or more.
    Beyond,
}

impl DistanceBand {
    /// Every band, the nearest first.
    pub const ALL: [Self; 4] = [Self::Under3, Self::Under10, Self::Under30, Self::Beyond];

    /// The band of a distance.
    pub fn of_km(km: f64) -> Self {
        match km {
            _ if km < 3.0 => Self::Under3,
            _ if km < 10.0 => Self::Under10,
            _ if km < 30.0 => Self::Under30,
            _ => Self::Beyond,
        }
    }

    /// Chinese and English text, and the stable word.
    pub const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Under3 => ("不到 3 公里", "less than 3 km", "under_3_km"),
            Self::Under10 => ("3 至 10 公里", "3 to 10 km", "under_10_km"),
            Self::Under30 => ("10 至 30 公里", "10 to 30 km", "under_30_km"),
            Self::Beyond => ("30 公里以上", "30 km or more", "beyond"),
        }
    }
}

impl From<&Need> for NeedTold {
    fn from(need: &Need) -> Self {
        Self {
            kind: need.kind,
            subject: need.subject,
            strength: need.strength,
            mode: need.mode,
            minutes_per_week: need.minutes_per_week,
        }
    }
}

/// What may be told of an offer, and what is to be written down for it: a read of each child's record.
///
/// # Errors
/// Where the database fails.
pub async fn of_offer(view: &mut View, offer: &Offer) -> Result<(Offered, Vec<AuditEvent>), StoreError> {
    let proposal = view.proposal(&RegionSpan::everywhere(), &offer.proposal_id).await?;
    let facts = view.facts_of_proposal(&proposal.id).await?;
    let fields = ["needs", "availability", "township"];
    let events = proposal.child_ids.iter().map(|child_id| {
        AuditEvent::new("offer.shown", "children", child_id, &proposal.region_code).of_fields(fields)
    });
    let events = events.collect();
    Ok((told(facts, proposal.child_ids.len(), proposal.kind)?, events))
}

fn told(facts: PairFacts, children: usize, kind: String) -> Result<Offered, StoreError> {
    let period = facts.period;
    let Some(read) = eligibility::read(facts)? else {
        // Whoever takes no part at present is told nothing of; a yes is refused for the same reason.
        let (needs, hours, township) = (Vec::new(), Vec::new(), String::new());
        return Ok(Offered { children, kind, needs, hours, township, distance: None });
    };
    let instance = &read.instance;
    let seasons = read.policy.calendar.seasons_in(period);
    Ok(Offered {
        children,
        kind,
        needs: needs(instance),
        hours: hours(instance, &seasons),
        township: instance
            .children
            .first()
            .map_or_else(String::new, |child| child.place.township.to_string()),
        distance: distance(instance),
    })
}

fn needs(instance: &Instance) -> Vec<NeedTold> {
    let mut needs: Vec<NeedTold> =
        instance.children.iter().flat_map(|child| child.needs.iter().map(NeedTold::from)).collect();
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// When all of them can, whatever the place.
fn hours(instance: &Instance, seasons: &[Season]) -> Vec<(Season, Vec<String>)> {
    let together = |season: Season| {
        let mut weeks = instance.children.iter().map(|child| child.availability.week(season));
        let first = weeks.next().unwrap_or(WeekMask::EMPTY);
        weeks.fold(first, |together, week| together.and(&week))
    };
    seasons.iter().map(|season| (*season, week_parts(&together(*season)))).collect()
}

fn distance(instance: &Instance) -> Option<DistanceBand> {
    let (child, volunteer) = (instance.children.first()?, instance.volunteers.first()?);
    Some(DistanceBand::of_km(distance_km(child.place.location, volunteer.place.location)))
}
