//! The rules of a deployment: what is asked of pairs, and what is worth how many minutes of travel.
//!
//! Read from TOML by `input::policy`; three presets ship with the binary.

use super::availability::WeekMask;
use super::child::RiskLevel;
use super::need::{Mode, NeedKind, Strength};
use super::rule::Rule;
use super::season::{Season, SeasonCalendar};

/// Points per minute of one-way travel: the unit of every cost.
pub const POINTS_PER_MINUTE: i64 = 100;

/// A condition that puts a child into a priority class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClassCondition {
    /// Guardianship risk at or above a level.
    RiskAtLeast(RiskLevel),
    /// Lives alone.
    LivingAlone,
    /// Nobody home for the festival.
    NobodyHomeForFestival,
    /// Her pair has just ended.
    PairJustEnded,
    /// Everybody else.
    Everybody,
}

/// A priority class. A child belongs to the first class one of whose conditions holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityClass {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Any of these.
    pub any_of: Vec<ClassCondition>,
    /// What leaving one child of this class alone costs under [`CoverageMode::Priced`].
    pub unmatched_min: u32,
}

/// How coverage and cost are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverageMode {
    /// Coverage first by class, lexicographic; then least cost.
    Lexicographic,
    /// A child stays alone where everybody would cost more than the class's price.
    Priced,
}

/// Who meets a kind of need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assignment {
    /// The lead volunteer must, where it is required.
    Lead,
    /// Counts in the score, whoever leads.
    Scored,
    /// A specialist, by a second pass.
    Service,
}

/// What the policy says of one kind of need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedPolicy {
    /// Who meets it.
    pub assignment: Assignment,
    /// Only volunteers who name the skill.
    pub skill_needed: bool,
    /// Only volunteers with a verified qualification in date.
    pub qualification_needed: bool,
    /// Where the sheet does not say: how.
    pub default_mode: Mode,
    /// Where the sheet does not say: minutes a week.
    pub default_minutes: u16,
    /// Where the sheet does not say: required or wished.
    pub default_strength: Strength,
    /// Seasons in which it applies.
    pub seasons: Vec<Season>,
}

/// Exchange rates, in minutes of one-way travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRates {
    /// A wished need that goes unmet.
    pub wished_need_missed_min: u32,
    /// Each half-hour a week of common time short of what was asked.
    pub half_hour_short_min: u32,
    /// The child's home language is not spoken (another common one is).
    pub home_language_missing_min: u32,
    /// A child with an earlier good volunteer gets another one.
    pub continuity_lost_min: u32,
    /// Each further household of the same volunteer: 1× for the second, 2× for the third …
    pub further_household_min: u32,
}

/// The default travel model: great-circle distance × detour ÷ speed.
#[derive(Clone, Debug, PartialEq)]
pub struct TravelPolicy {
    /// Road length over great-circle distance.
    pub detour: f64,
    /// Mean speed.
    pub speed_kmh: f64,
    /// Travel is rounded up to a multiple of this, so that a published cost does not locate a home.
    pub round_up_min: u32,
    /// Reach of a volunteer who names none.
    pub default_reach_km: f64,
    /// Nobody is sent farther than this.
    pub max_travel_min: u32,
}

/// Screening, terms and ages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EligibilityPolicy {
    /// A check counts for this many days (S2).
    pub screening_days: u32,
    /// Must the check cover the whole period served, or only its first day.
    pub screening_covers_period: bool,
    /// Whether a 无犯罪记录证明 is accepted in place of the 从业查询.
    pub accept_no_conviction: bool,
    /// Shortest commitment for a lead pairing.
    pub min_term_days: u32,
    /// Shortest commitment for a seasonal pairing; `None` where there are none.
    pub seasonal_min_days: Option<u32>,
    /// Age from which the child's own wish is asked.
    pub wish_from_age: u8,
    /// For how long an ended pair counts as just ended.
    pub just_ended_days: u32,
}

/// For how long an offer may be answered where the policy does not say.
pub const OFFER_HOURS: u32 = 72;

/// What is done with brothers and sisters (S18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiblingPolicy {
    /// One volunteer for all.
    SameVolunteer,
    /// Visits on one day; reported where it cannot be.
    SameDay,
    /// No tie.
    Free,
}

/// Hours that stand in for blank cells in a season.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultHours {
    /// For children.
    pub child: [WeekMask; 4],
    /// For parents on their own clock.
    pub parent: [WeekMask; 4],
    /// For volunteers.
    pub volunteer: [WeekMask; 4],
}

/// A statutory duty under which the whole sheet may be processed (S9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatutoryDuty {
    /// 机关
    pub authority: String,
    /// 文号
    pub document: String,
}

/// The policy of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its name, for the plan.
    pub name: String,
    /// Its version, for the plan.
    pub version: String,
    /// Dated seasons.
    pub calendar: SeasonCalendar,
    /// Hours for blank cells, by season.
    pub default_hours: DefaultHours,
    /// How coverage and cost are weighed.
    pub coverage: CoverageMode,
    /// Priority classes, the highest first; the last takes everybody.
    pub classes: Vec<PriorityClass>,
    /// By [`NeedKind::index`].
    pub needs: [NeedPolicy; NeedKind::ALL.len()],
    /// Switched-off rules; empty by default.
    pub rules_off: Vec<Rule>,
    /// Minutes for everything that is not travel.
    pub exchange: ExchangeRates,
    /// The travel model.
    pub travel: TravelPolicy,
    /// Screening, terms and ages.
    pub eligibility: EligibilityPolicy,
    /// Hours for which an offer may be answered; those of the Spring Festival do not count.
    pub offer_hours: u32,
    /// Brothers and sisters.
    pub siblings: SiblingPolicy,
    /// Most concurrent volunteers of one child, lead and services together (S19).
    pub max_volunteers_per_child: u32,
    /// Service places of a specialist who names none.
    pub default_service_capacity: u32,
    /// The basis on which the whole sheet may be processed.
    pub statutory_duty: Option<StatutoryDuty>,
}

impl Policy {
    /// What it says of a kind of need.
    pub fn need(&self, kind: NeedKind) -> &NeedPolicy {
        &self.needs[kind.index()]
    }

    /// Whether a rule is in force.
    pub fn enforces(&self, rule: Rule) -> bool {
        !self.rules_off.contains(&rule)
    }
}
