//! Everybody who takes part in a run, of one moment; kept row by row, and read back as the same people.
//!
//! In: a store. Out: [`Snapshot`], an instance with the ids of the store beside it. What was gathered is written down in stretches
//! under the run's job, people under their own keys, so that a worker that takes over finds the same people and whoever is
//! erased is erased here too.
//!
//! A child who takes no part (not ready, or promised to somebody who is not in the run) is a row with her number alone: counted,
//! and placed nowhere. A unit of which one adult takes no part stays out whole. Places that pairs outside the run hold are taken
//! off the volunteer's own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::{Numbering, county_of};
use super::worker::go_on;
use super::{RunFault, archive};
use crate::input::person_check::Cells;
use crate::input::policy::{self, PolicyFile};
use crate::input::rows::PeopleRows;
use crate::input::values::half_width;
use crate::input::write::canonical::digest;
use crate::model::instance::{RunDates, SourceRow};
use crate::model::pairing::PairState;
use crate::model::{ChildId, ExistingPair, Instance, Period, Policy, VolunteerId};
use crate::store::people::china_day;
use crate::store::runs::{CHILD, INPUTS, Job, LivingPair, Run, SealedRunPerson, VOLUNTEER};
use crate::store::{RegionSpan, Store, StoreError, View};

/// People read and written at a time.
const STRETCH: i64 = 1_000;
/// The one file of the archive of other inputs.
const INPUTS_FILE: &str = "inputs.json";

/// Somebody of a run, in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Her id.
    pub id: String,
    /// Her division then.
    pub region_code: String,
}

/// The people of a run.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// As every stage reads them.
    pub instance: Instance,
    /// The rules.
    pub policy: Policy,
    /// By child index.
    pub children: Vec<Person>,
    /// By volunteer index: the lead of each unit.
    pub volunteers: Vec<Person>,
    /// SHA-256 of the canonical inputs.
    pub digest: [u8; 32],
}

/// What went into a run beside people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Inputs {
    /// The text of the policy.
    policy: String,
    places: Vec<Cells>,
    pairs: Vec<Cells>,
    replies: Vec<Cells>,
    /// Numbers of children who take no part.
    absent: Vec<String>,
    /// Child and day of pairs that ended with somebody who is not in the run.
    ended: Vec<(String, String, String)>,
}

/// The next row of each sort of people, and what a stretch of them becomes.
struct Gathering<'a> {
    store: &'a Store,
    job: &'a Job,
    run: &'a Run,
    break_off: &'a AtomicBool,
    span: RegionSpan,
    view: View,
    numbering: Numbering,
    rows: PeopleRows,
    inputs: Inputs,
    children: Vec<Person>,
    volunteers: Vec<Person>,
    /// Volunteers who take part.
    taking_part: BTreeSet<String>,
}

/// The dates of a run.
///
/// # Errors
/// Where they cannot be read.
pub fn dates_of(run: &Run) -> Result<RunDates, RunFault> {
    let day = |text: &str| text.parse::<Date>().map_err(|_| RunFault::Unreadable("dates"));
    let period = Period::new(day(&run.period_first)?, day(&run.period_last)?);
    let period = period.ok_or_else(|| RunFault::Unreadable("period"))?;
    Ok(RunDates { today: day(&run.today)?, period })
}

fn policy_of(text: &str) -> Result<PolicyFile, RunFault> {
    policy::parse(text, "policy.toml").map_err(|_| RunFault::Unreadable("policy"))
}

/// The people of a run, gathered now and written down, unless an earlier worker has done so. Whoever sets `break_off` is heard
/// after each stretch.
///
/// # Errors
/// [`RunFault`]: the job is another's by now, nobody takes part, the database fails.
pub async fn take(store: &Store, job: &Job, run: &Run, break_off: &AtomicBool) -> Result<Snapshot, RunFault> {
    if run.snapshot_hash.is_some() {
        return load(store, run).await;
    }
    let mut change = store.change_for(job).await?;
    change.forget_run_people(&run.id).await?;
    change.forget_run_file(&run.id, INPUTS).await?;
    change.commit(None).await?;
    let mut gathering = Gathering::begin(store, job, run, break_off).await?;
    let living = gathering.living().await?;
    gathering.read_volunteers(&living).await?;
    gathering.read_children(&living).await?;
    gathering.read_history(&living).await?;
    gathering.read_places().await?;
    gathering.finish().await
}

/// The people of a run as they were kept.
///
/// # Errors
/// [`RunFault::Erased`] where somebody of them was erased since.
pub async fn load(store: &Store, run: &Run) -> Result<Snapshot, RunFault> {
    let mut view = store.view().await?;
    let packed = view.run_file(&run.id, INPUTS).await?.ok_or(RunFault::NoPlan)?;
    let file = archive::unpack(&packed)?.remove(INPUTS_FILE).unwrap_or_default();
    let inputs: Inputs = serde_json::from_slice(&file).map_err(|_| RunFault::Unreadable(INPUTS_FILE))?;
    let mut rows = PeopleRows::default();
    let (mut children, mut volunteers) = (Vec::new(), Vec::new());
    for (kind, people) in [(VOLUNTEER, &mut volunteers), (CHILD, &mut children)] {
        let mut after = 0;
        loop {
            let stretch = view.run_people(&run.id, kind, after, STRETCH).await?;
            let Some(last) = stretch.last() else { break };
            after = last.position;
            for person in stretch {
                let cells = person.cells.ok_or(RunFault::Erased)?;
                if kind == CHILD {
                    rows.add_child(&cells);
                } else {
                    rows.add_volunteer(&cells);
                }
                people.push(Person { id: person.subject_id, region_code: person.region_code });
            }
        }
    }
    drop(view);
    let dates = dates_of(run)?;
    apart(move || assemble(rows, &inputs, dates, (children, volunteers))).await
}

/// Does slow work on a thread of its own.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RunFault> + Send + 'static,
) -> Result<T, RunFault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| RunFault::Broken)?
}

/// Rows → people, by the reader of sheets.
fn assemble(
    mut rows: PeopleRows,
    inputs: &Inputs,
    dates: RunDates,
    (children, volunteers): (Vec<Person>, Vec<Person>),
) -> Result<Snapshot, RunFault> {
    for id in &inputs.absent {
        rows.add_child(&Cells::from([("id".to_owned(), id.clone())]));
    }
    inputs.places.iter().for_each(|cells| rows.add_place(cells));
    inputs.pairs.iter().for_each(|cells| rows.add_pair(cells));
    inputs.replies.iter().for_each(|cells| rows.add_reply(cells));
    let loaded = rows.read(policy_of(&inputs.policy)?, dates)?;
    let mut instance = loaded.instance;
    set_ended(&mut instance, &inputs.ended);
    keep_promises(&mut instance, inputs);
    let of = |people: &[Person], source: SourceRow| people[source.0 as usize - 1].clone();
    let children = instance.children.iter().map(|child| of(&children, child.source)).collect();
    let volunteers = instance.volunteers.iter().map(|unit| of(&volunteers, unit.source)).collect();
    let digest = digest(&instance, &loaded.policy);
    Ok(Snapshot { instance, policy: loaded.policy, children, volunteers, digest })
}

/// Pairs that ended with somebody who is not in the run: the child goes to the head of her class all the same (S30).
fn set_ended(instance: &mut Instance, ended: &[(String, String, String)]) {
    let known: BTreeSet<&str> = instance.children.iter().map(|child| child.id.as_str()).collect();
    let ended: Vec<ExistingPair> = ended
        .iter()
        .filter(|(child, ..)| known.contains(child.as_str()))
        .map(|(child, volunteer, day)| ExistingPair {
            child: ChildId::new(child.as_str()),
            volunteer: VolunteerId::new(volunteer.as_str()),
            state: PairState::Ended,
            began_on: None,
            ended_on: day.parse().ok(),
            went_well: None,
            source: SourceRow::default(),
        })
        .collect();
    instance.existing_pairs.extend(ended);
    instance.existing_pairs.sort_by(|one, other| {
        (&one.child, &one.volunteer, one.state).cmp(&(&other.child, &other.volunteer, other.state))
    });
}

/// A child whose pair lives or is promised and whose volunteer the reader did not take under the run's own rules waits for nobody
/// else: she takes no part.
fn keep_promises(instance: &mut Instance, inputs: &Inputs) {
    let cell = |cells: &Cells, key: &str| cells.get(key).cloned().unwrap_or_default();
    let kept = inputs.pairs.iter().filter(|cells| cell(cells, "state") == KEPT);
    let accepted = inputs.replies.iter().filter(|cells| cell(cells, "answer") == ACCEPTED);
    let promised: BTreeSet<String> = kept.chain(accepted).map(|cells| cell(cells, "child")).collect();
    let living = instance.existing_pairs.iter().filter(|pair| pair.state == PairState::Kept);
    let living = living.map(|pair| &pair.child);
    let answered = instance.replies.iter().filter(|reply| reply.accepted).map(|reply| &reply.child);
    let standing: BTreeSet<ChildId> = living.chain(answered).cloned().collect();
    instance.children.retain(|child| !promised.contains(child.id.as_str()) || standing.contains(&child.id));
}

/// Words of the sheets of pairs and answers.
const KEPT: &str = "保持";
const ENDED: &str = "已结束";
const ACCEPTED: &str = "接受";
const DECLINED: &str = "婉拒";

/// Pairs that live or are promised.
struct Living {
    /// By child.
    of_child: BTreeMap<String, (LivingPair, bool)>,
}

fn row(cells: &[(&str, &str)]) -> Cells {
    let filled = cells.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

impl<'a> Gathering<'a> {
    async fn begin(
        store: &'a Store,
        job: &'a Job,
        run: &'a Run,
        break_off: &'a AtomicBool,
    ) -> Result<Self, RunFault> {
        let span = RegionSpan::of_prefix(&run.region_code);
        let mut view = store.view_of_one_moment().await?;
        let children = view.child_numbers(&span).await?;
        let volunteers = view.volunteer_numbers(&span).await?;
        let policy = view.policy(&RegionSpan::everywhere(), &run.policy_id).await?.content;
        Ok(Self {
            numbering: Numbering::of(&children, &volunteers),
            store,
            job,
            run,
            break_off,
            span,
            view,
            rows: PeopleRows::default(),
            inputs: Inputs { policy, ..Inputs::default() },
            children: Vec::new(),
            volunteers: Vec::new(),
            taking_part: BTreeSet::new(),
        })
    }

    /// Pairs that live, and promises where none does.
    async fn living(&mut self) -> Result<Living, RunFault> {
        let mut of_child = BTreeMap::new();
        for pair in self.view.living_pairs(&self.span).await? {
            of_child.insert(pair.child_id.clone(), (pair, false));
        }
        for pair in self.view.promised_pairs(&self.span).await? {
            of_child.entry(pair.child_id.clone()).or_insert((pair, true));
        }
        Ok(Living { of_child })
    }

    async fn read_volunteers(&mut self, living: &Living) -> Result<(), RunFault> {
        let ready: BTreeSet<String> = (self.view.child_numbers(&self.span).await?.into_iter())
            .filter(|child| child.ready)
            .map(|child| child.id)
            .collect();
        let taken = places_taken_elsewhere(living, &ready);
        let units = self.view.volunteer_units(&self.span).await?;
        let barred = self.view.barred_volunteers(&self.span).await?;
        let broken = self.view.units_not_whole(&self.span, &barred).await?;
        let mut after = String::new();
        loop {
            let stretch = self.view.volunteers_for_run(&self.span, &after, STRETCH, &barred).await?;
            let Some(last) = stretch.last() else { return Ok(()) };
            after.clone_from(&last.id);
            go_on(self.break_off)?;
            let mut sealed = Vec::new();
            for person in stretch {
                let Some(mut cells) = person.cells.clone() else { continue };
                let unit = half_width(cells.get("unit").map_or("", String::as_str));
                if broken.contains(&(county_of(&person.region_code).to_owned(), unit)) {
                    continue;
                }
                self.numbering.volunteer(&person.id, &person.region_code, &mut cells);
                if let Some(taken) = taken.get(units.get(&person.id).unwrap_or(&person.id)) {
                    let left = (person.capacity - taken).max(0);
                    cells.insert("capacity".to_owned(), left.to_string());
                }
                self.rows.add_volunteer(&cells);
                let of = Person { id: person.id.clone(), region_code: person.region_code.clone() };
                self.volunteers.push(of);
                self.taking_part.insert(person.id.clone());
                let place = (VOLUNTEER, self.volunteers.len() as i64);
                sealed.push(self.store.seal_run_person(&self.run.id, place, &person, &cells));
            }
            self.write(sealed).await?;
        }
    }

    async fn read_children(&mut self, living: &Living) -> Result<(), RunFault> {
        let mut after = String::new();
        loop {
            let stretch = self.view.children_for_run(&self.span, &after, STRETCH).await?;
            let Some(last) = stretch.last() else { return Ok(()) };
            after.clone_from(&last.id);
            go_on(self.break_off)?;
            let mut sealed = Vec::new();
            for person in stretch {
                let promised = living.of_child.get(&person.id);
                let elsewhere =
                    promised.is_some_and(|(pair, _)| !self.taking_part.contains(&pair.volunteer_id));
                let Some(mut cells) = person.cells.clone().filter(|_| !elsewhere) else {
                    let number = self.numbering.children.get(&person.id).unwrap_or(&person.id);
                    self.inputs.absent.push(number.to_owned());
                    continue;
                };
                self.numbering.child(&person.id, &person.region_code, &mut cells);
                self.rows.add_child(&cells);
                let of = Person { id: person.id.clone(), region_code: person.region_code.clone() };
                self.children.push(of);
                let place = (CHILD, self.children.len() as i64);
                sealed.push(self.store.seal_run_person(&self.run.id, place, &person, &cells));
            }
            self.write(sealed).await?;
        }
    }

    async fn write(&self, people: Vec<SealedRunPerson>) -> Result<(), StoreError> {
        if people.is_empty() {
            return Ok(());
        }
        let mut change = self.store.change_for(self.job).await?;
        change.add_run_people(&self.run.id, people).await?;
        change.commit(None).await
    }

    /// The numbers of a pair, where both take part.
    fn numbers(&self, in_run: &BTreeSet<&str>, child: &str, volunteer: &str) -> Option<(String, String)> {
        let both = in_run.contains(child) && self.taking_part.contains(volunteer);
        let numbers = self.numbering.children.get(child).zip(self.numbering.volunteers.get(volunteer));
        numbers.filter(|_| both).map(|(child, volunteer)| (child.to_owned(), volunteer.to_owned()))
    }

    /// What stands, what was refused and what has ended.
    async fn read_history(&mut self, living: &Living) -> Result<(), RunFault> {
        let refused = self.view.refused_pairs(&self.span).await?;
        let ended = self.view.ended_pairs(&self.span).await?;
        let in_run: BTreeSet<&str> = self.children.iter().map(|child| child.id.as_str()).collect();
        let (mut pairs, mut replies, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
        for (pair, promised) in living.of_child.values() {
            let Some((child, volunteer)) = self.numbers(&in_run, &pair.child_id, &pair.volunteer_id) else {
                continue;
            };
            if *promised {
                replies.push(row(&[("child", &child), ("volunteer", &volunteer), ("answer", ACCEPTED)]));
            } else {
                let began_on = pair.began_on.as_deref().unwrap_or_default();
                let both = [("child", child.as_str()), ("volunteer", &volunteer)];
                pairs.push(row(&[both[0], both[1], ("state", KEPT), ("began_on", began_on)]));
            }
        }
        for refusal in refused {
            let living = living.of_child.get(&refusal.child_id);
            if living.is_some_and(|(pair, _)| pair.volunteer_id == refusal.volunteer_id) {
                continue;
            }
            let numbers = self.numbers(&in_run, &refusal.child_id, &refusal.volunteer_id);
            let Some((child, volunteer)) = numbers else { continue };
            let day = china_day(refusal.at_ms).to_string();
            let both = [("child", child.as_str()), ("volunteer", &volunteer)];
            let said = [("answer", DECLINED), ("reason", refusal.reason.as_str()), ("answered_on", &day)];
            replies.push(row(&[both[0], both[1], said[0], said[1], said[2]]));
        }
        let mut last: HashMap<(String, String), (String, String, Option<bool>)> = HashMap::new();
        let mut order = Vec::new();
        for pair in ended {
            let day = pair.ended_on.unwrap_or_default();
            let child = self.numbering.children.get(&pair.child_id);
            let Some(child) = child.filter(|_| in_run.contains(pair.child_id.as_str())) else { continue };
            let Some((child, volunteer)) = self.numbers(&in_run, &pair.child_id, &pair.volunteer_id) else {
                elsewhere.push((child.to_owned(), pair.volunteer_id, day));
                continue;
            };
            let key = (child, volunteer);
            let began_on = pair.began_on.unwrap_or_default();
            let entry = last.entry(key.clone()).or_insert_with(|| {
                order.push(key);
                (String::new(), String::new(), None)
            });
            // The last end counts; once not well is not well.
            let went_well = if entry.2 == Some(false) { entry.2 } else { pair.went_well.or(entry.2) };
            *entry = (began_on, day.max(entry.1.clone()), went_well);
        }
        for key in order {
            let Some((began_on, day, well)) = last.remove(&key) else { continue };
            let well = match well {
                Some(true) => "好",
                Some(false) => "不好",
                None => "",
            };
            let both = [("child", key.0.as_str()), ("volunteer", &key.1)];
            let days = [("began_on", began_on.as_str()), ("ended_on", &day), ("went_well", well)];
            pairs.push(row(&[both[0], both[1], ("state", ENDED), days[0], days[1], days[2]]));
        }
        self.inputs.pairs = pairs;
        self.inputs.replies = replies;
        self.inputs.ended = elsewhere;
        Ok(())
    }

    async fn read_places(&mut self) -> Result<(), RunFault> {
        for place in self.view.known_places(&self.span).await? {
            self.inputs.places.push(row(&[
                ("region_code", &place.region_code),
                ("township", &place.township),
                ("village", &place.village),
                ("longitude", &place.longitude.to_string()),
                ("latitude", &place.latitude.to_string()),
                ("datum", "WGS-84"),
            ]));
        }
        Ok(())
    }

    /// Makes people of the rows, and writes down what else they were made of.
    async fn finish(self) -> Result<Snapshot, RunFault> {
        let Self { store, job, run, break_off, view, rows, inputs, children, volunteers, .. } = self;
        drop(view);
        let text = serde_json::to_vec(&inputs).map_err(|_| RunFault::Unreadable(INPUTS_FILE))?;
        let packed = archive::pack([(INPUTS_FILE, text.as_slice())])?;
        let dates = dates_of(run)?;
        let snapshot = apart(move || assemble(rows, &inputs, dates, (children, volunteers))).await?;
        go_on(break_off)?;
        super::worker::write_file(store, job, (&run.id, INPUTS), &packed).await?;
        let mut change = store.change_for(job).await?;
        change.set_run_snapshot(job, &crate::plan::folder::write::fingerprint(&snapshot.digest)).await?;
        change.commit(None).await?;
        Ok(snapshot)
    }
}

/// By unit, or volunteer where she is in none: places that pairs hold of whose children none takes part.
fn places_taken_elsewhere(living: &Living, ready: &BTreeSet<String>) -> BTreeMap<String, i64> {
    let mut households: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for (pair, _) in living.of_child.values() {
        let serves = pair.unit.as_ref().unwrap_or(&pair.volunteer_id);
        let here = households.entry((serves, &pair.household)).or_default();
        *here |= ready.contains(&pair.child_id);
    }
    let mut taken = BTreeMap::new();
    for ((volunteer, _), here) in households {
        if !here {
            *taken.entry(volunteer.to_owned()).or_default() += 1;
        }
    }
    taken
}
