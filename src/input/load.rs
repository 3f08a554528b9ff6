//! A folder of sheets, or a workbook → [`Loaded`]: the people of one run, the policy, and what was found on the way.
//!
//! Order: which sheets there are, policy, dates, places, volunteers, children, pairs, replies. Everything that can be
//! told is told before anything is refused, so that an office corrects its sheet once. People come out sorted by id:
//! the order of rows tells nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rayon::slice::ParallelSliceMut;

use super::children::{ReadChildren, read_children};
use super::common::Common;
use super::pairs::{Known, ReadPairs, read_pairs, read_replies, remember_ended_pairs, take_places};
use super::person::UnitOf;
use super::places::PlaceBook;
use super::policy::{self, PolicyFile};
use super::report::{Finding, InputError, InputReport, LoadCounts};
use super::rule::InputRule;
use super::sources::{Sheets, name_of, read_sheets};
use super::table::Sheet;
use super::volunteers::{ReadVolunteers, read_volunteers};
use crate::model::instance::{Quarantined, RunDates};
use crate::model::location::Datum;
use crate::model::{Child, Instance, Period, Policy, Reply};

/// What the command line may say beside the sheets.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// A policy file in place of the folder's own.
    pub policy: Option<PathBuf>,
    /// The day of the run.
    pub today: Option<Date>,
    /// The days served.
    pub period: Option<Period>,
    /// The coordinate system of rows that name none.
    pub datum: Option<Datum>,
}

/// Everything one run reads.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The people.
    pub instance: Instance,
    /// The rules of the deployment.
    pub policy: Policy,
    /// What was found.
    pub report: InputReport,
}

/// What every row needs to know.
pub(super) struct Context<'a> {
    pub(super) policy: &'a Policy,
    pub(super) dates: RunDates,
    pub(super) datum: Option<Datum>,
    pub(super) places: &'a PlaceBook,
    pub(super) common: Common,
}

/// Reads a folder (`children.csv`, `volunteers.csv`, …) or an `.xlsx`.
///
/// # Errors
/// Where something stands against planning at all; the report holds every finding, grave or not.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Loaded, InputError> {
    let mut findings = Vec::new();
    let mut sheets = read_sheets(path, &mut findings);
    let policy_file = options.policy.as_deref().or(sheets.policy.as_deref());
    let policy = read_policy(policy_file, &mut findings);
    let dates = run_dates(options, policy.as_ref(), &mut findings);
    let (Some(children), Some(volunteers), Some(policy), Some(dates)) =
        (sheets.children.take(), sheets.volunteers.take(), policy, dates)
    else {
        let report = Box::new(InputReport { findings, counts: LoadCounts::default() });
        return Err(InputError { report });
    };
    let datum = options.datum.or(policy.datum);
    let people = People { children, volunteers, sheets: &sheets };
    let (instance, report) = people.read(&policy.policy, dates, datum, findings);
    if report.rejects() {
        Err(InputError { report: Box::new(report) })
    } else {
        Ok(Loaded { instance, policy: policy.policy, report })
    }
}

/// The sheets that must be there, and the others.
pub(super) struct People<'a> {
    pub(super) children: Sheet,
    pub(super) volunteers: Sheet,
    pub(super) sheets: &'a Sheets,
}

impl People<'_> {
    pub(super) fn read(
        self,
        policy: &Policy,
        dates: RunDates,
        datum: Option<Datum>,
        mut findings: Vec<Finding>,
    ) -> (Instance, InputReport) {
        let (places, rejected_places) = match &self.sheets.places {
            Some(sheet) => PlaceBook::read(sheet, datum, &mut findings),
            None => (PlaceBook::default(), 0),
        };
        let context = Context { policy, dates, datum, places: &places, common: Common::default() };
        let (child_rows, volunteer_rows) = (self.children.rows.len(), self.volunteers.rows.len());
        let ReadVolunteers { mut volunteers, units, rejected_rows } =
            read_volunteers(&self.volunteers, &context, &mut findings);
        drop(self.volunteers);
        let ReadChildren { mut children, mut quarantined } =
            read_children(self.children, &context, &units, &mut findings);
        let (mut pairs, mut replies) =
            read_answers(self.sheets, &children, &quarantined, &units, &mut findings);
        remember_ended_pairs(&mut children, &pairs.pairs);
        take_places(&mut volunteers, &pairs.taken_places);
        children.par_sort_by(|one, other| one.id.cmp(&other.id));
        volunteers.par_sort_by(|one, other| one.id.cmp(&other.id));
        quarantined.sort_by(|one, other| (&one.id, one.source).cmp(&(&other.id, other.source)));
        pairs.pairs.sort_by(|one, other| {
            (&one.child, &one.volunteer, one.state).cmp(&(&other.child, &other.volunteer, other.state))
        });
        replies.sort_by(|one, other| (&one.child, &one.volunteer).cmp(&(&other.child, &other.volunteer)));
        let rows = |sheet: &Option<Sheet>| sheet.as_ref().map_or(0, |sheet| sheet.rows.len());
        let counts = LoadCounts {
            child_rows,
            children: children.len(),
            quarantined: quarantined.len(),
            volunteer_rows,
            adults: volunteers.iter().map(|unit| unit.adults.len()).sum(),
            volunteers: volunteers.len(),
            rejected_volunteer_rows: rejected_rows,
            held: volunteers.iter().filter(|unit| unit.adults.iter().any(|adult| adult.held)).count(),
            pair_rows: rows(&self.sheets.pairs),
            rejected_pairs: rows(&self.sheets.pairs) - pairs.pairs.len(),
            reply_rows: rows(&self.sheets.replies),
            rejected_replies: rows(&self.sheets.replies) - replies.len(),
            place_rows: rows(&self.sheets.places),
            rejected_places,
        };
        let existing_pairs = pairs.pairs;
        let instance = Instance { children, volunteers, existing_pairs, replies, quarantined, dates };
        (instance, InputReport { findings, counts })
    }
}

/// Reads pairs and replies, which name people by their ids. Most folders have neither, and no list of ids is made then.
fn read_answers(
    sheets: &Sheets,
    children: &[Child],
    quarantined: &[Quarantined],
    units: &UnitOf,
    findings: &mut Vec<Finding>,
) -> (ReadPairs, Vec<Reply>) {
    if sheets.pairs.is_none() && sheets.replies.is_none() {
        return Default::default();
    }
    let known = Known {
        children: children.iter().map(|child| &child.id).collect(),
        quarantined: quarantined.iter().filter_map(|child| child.id.as_ref()).collect::<BTreeSet<_>>(),
        units,
    };
    let pairs = sheets.pairs.as_ref().map(|sheet| read_pairs(sheet, &known, findings));
    let replies = sheets.replies.as_ref().map(|sheet| read_replies(sheet, &known, findings));
    (pairs.unwrap_or_default(), replies.unwrap_or_default())
}

/// The named file, else the folder's, else the balanced preset.
fn read_policy(file: Option<&Path>, findings: &mut Vec<Finding>) -> Option<PolicyFile> {
    let (text, name) = match file {
        Some(path) => {
            let Ok(text) = std::fs::read_to_string(path) else {
                findings.push(Finding::about_file(InputRule::PolicyUnusable, name_of(path)));
                return None;
            };
            (text, name_of(path))
        }
        None => (policy::preset("balanced").unwrap_or_default().to_owned(), "balanced.toml".to_owned()),
    };
    match policy::parse(&text, &name) {
        Ok(policy) => Some(policy),
        Err(error) => {
            findings.push(Finding::told_by(InputRule::PolicyUnusable, name, &error));
            None
        }
    }
}

/// The command line goes before the policy file; there is no third place, least of all the clock.
fn run_dates(
    options: &LoadOptions,
    policy: Option<&PolicyFile>,
    findings: &mut Vec<Finding>,
) -> Option<RunDates> {
    let run = policy.and_then(|policy| policy.run);
    let today = options.today.or(run.map(|run| run.today));
    let period = options.period.or(run.map(|run| run.period));
    if let (Some(today), Some(period)) = (today, period) {
        return Some(RunDates { today, period });
    }
    findings.push(Finding::about_file(InputRule::RunDatesMissing, "policy.toml"));
    None
}
