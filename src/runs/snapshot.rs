//! Everybody who takes part in a run, of one moment; kept row by row, and read back as the same people.
//!
//! In: a store. Out: [`Snapshot`], an instance with the ids of the store beside it. What was gathered is written down in stretches
//! under the run's job, people under their own keys, so that a worker that takes over finds the same people and whoever is
//! erased is erased here too.
//!
//! A child who takes no part (not ready, or promised to somebody who is not in the run) is a row with her id alone: counted,
//! and placed nowhere. A unit of which one adult takes no part stays out whole. Places that pairs outside the run hold are taken
//! off the volunteer's own.
//!
//! Whoever was erased since is read back as taking no part, and a unit of which one adult was erased stays out whole; the
//! [key](super::key) of the plan then says who of the others is who in its files, and [`remains`](super::remains) goes on from them.
//! Where there is no plan yet, everybody is gathered anew.

mod gathering;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::gathering::Gathering;
use super::key::PlanKey;
use super::{RunFault, archive};
use crate::input::person_check::Cells;
use crate::input::policy::{self, PolicyFile};
use crate::input::rows::PeopleRows;
use crate::input::write::canonical::digest;
use crate::model::instance::{RunDates, SourceRow};
use crate::model::pairing::PairState;
use crate::model::{ChildId, ExistingPair, Instance, Period, Policy, VolunteerId};
use crate::store::runs::{CHILD, INPUTS, Job, KEY, Run, StoredRunPerson, VOLUNTEER};
use crate::store::{Store, View};

/// People read and written at a time.
const STRETCH: i64 = 1_000;
/// The one file of the archive of other inputs.
const INPUTS_FILE: &str = "inputs.json";
/// Words of the sheets of pairs and answers.
const KEPT: &str = "保持";
const ENDED: &str = "已结束";
const ACCEPTED: &str = "接受";
const DECLINED: &str = "婉拒";

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
    /// By volunteer index: ids of every adult of the unit, the lead first.
    pub adults: Vec<Vec<String>>,
    /// SHA-256 of the canonical inputs.
    pub digest: [u8; 32],
    /// Who is who in the files of the plan; only where somebody was erased since, so that it cannot be drawn again.
    pub erased_since: Option<PlanKey>,
}

/// What went into a run beside people. People are named by their ids in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Inputs {
    /// The text of the policy.
    policy: String,
    places: Vec<Cells>,
    pairs: Vec<Cells>,
    replies: Vec<Cells>,
    /// Children who take no part.
    absent: Vec<String>,
    /// Child, volunteer and day of pairs that ended with somebody who is not in the run.
    ended: Vec<(String, String, String)>,
}

/// Rows of people on their way into an instance, and who they are.
#[derive(Default)]
struct People {
    rows: PeopleRows,
    children: Vec<Person>,
    volunteers: Vec<Person>,
    /// The number in the run by id of the store.
    numbers: HashMap<String, String>,
}

impl People {
    fn name(&mut self, person: &Person, cells: &Cells) {
        self.numbers.insert(person.id.clone(), cells.get("id").cloned().unwrap_or_default());
    }

    fn add_child(&mut self, person: Person, cells: &Cells) {
        self.name(&person, cells);
        self.rows.add_child(cells);
        self.children.push(person);
    }

    fn add_volunteer(&mut self, person: Person, cells: &Cells) {
        self.name(&person, cells);
        self.rows.add_volunteer(cells);
        self.volunteers.push(person);
    }

    /// Rows about two people, by their numbers; none where one of them takes no part.
    fn numbered(&self, rows: &[Cells]) -> Vec<Cells> {
        let of_two = |row: &Cells| {
            let mut row = row.clone();
            for who in ["child", "volunteer"] {
                let cell = row.get_mut(who)?;
                cell.clone_from(self.numbers.get(cell.as_str())?);
            }
            Some(row)
        };
        rows.iter().filter_map(of_two).collect()
    }
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

/// The people of a run, gathered now and written down, unless an earlier worker has done so and nobody of them was erased since.
/// Whoever sets `break_off` is heard after each stretch.
///
/// # Errors
/// [`RunFault`]: the job is another's by now, nobody takes part, the database fails.
pub async fn take(store: &Store, job: &Job, run: &Run, break_off: &AtomicBool) -> Result<Snapshot, RunFault> {
    if run.snapshot_hash.is_some() {
        match load(store, run).await {
            Ok(snapshot) if snapshot.erased_since.is_none() => return Ok(snapshot),
            Ok(_) | Err(RunFault::Erased) => {}
            Err(fault) => return Err(fault),
        }
    }
    let mut change = store.change_for(job).await?;
    change.forget_run_people(&run.id).await?;
    change.forget_run_file(&run.id, INPUTS).await?;
    change.forget_run_file(&run.id, KEY).await?;
    change.commit(None).await?;
    let mut gathering = Gathering::begin(store, job, run, break_off).await?;
    let living = gathering.living().await?;
    gathering.read_volunteers(&living).await?;
    gathering.read_children(&living).await?;
    gathering.read_history(&living).await?;
    gathering.read_places().await?;
    gathering.finish().await
}

/// The people of a run as they were kept, without those who were erased since.
///
/// # Errors
/// [`RunFault::Erased`] where somebody was erased and there is no key to go on from, or nobody is left.
pub async fn load(store: &Store, run: &Run) -> Result<Snapshot, RunFault> {
    let mut view = store.view().await?;
    let packed = view.run_file(&run.id, INPUTS).await?.ok_or(RunFault::NoPlan)?;
    let file = archive::unpack(&packed)?.remove(INPUTS_FILE).unwrap_or_default();
    let inputs: Inputs = serde_json::from_slice(&file).map_err(|_| RunFault::Unreadable(INPUTS_FILE))?;
    let mut kept = Vec::new();
    for kind in [VOLUNTEER, CHILD] {
        let mut after = 0;
        loop {
            let stretch = view.run_people(&run.id, kind, after, STRETCH).await?;
            let Some(last) = stretch.last() else { break };
            after = last.position;
            kept.extend(stretch.into_iter().map(|person| (kind, person)));
        }
    }
    let erased: BTreeSet<String> = kept
        .iter()
        .filter(|(_, person)| person.cells.is_none())
        .map(|(_, it)| it.subject_id.clone())
        .collect();
    let key = if erased.is_empty() { None } else { Some(key_of(&mut view, run).await?) };
    drop(view);
    let left_out = key.as_ref().map(|key| key.left_out_with(&erased)).unwrap_or_default();
    let dates = dates_of(run)?;
    let snapshot = apart(move || {
        let mut people = People::default();
        for (kind, StoredRunPerson { subject_id: id, region_code, cells, .. }) in kept {
            let Some(cells) = cells.filter(|_| !left_out.contains(&id)) else { continue };
            let person = Person { id, region_code };
            if kind == CHILD {
                people.add_child(person, &cells);
            } else {
                people.add_volunteer(person, &cells);
            }
        }
        assemble(people, &inputs, dates)
    });
    match (snapshot.await, key) {
        (snapshot, None) => snapshot,
        (Ok(snapshot), erased_since) => Ok(Snapshot { erased_since, ..snapshot }),
        // The reader refuses a county of nobody.
        (Err(RunFault::Input(_)), Some(_)) => Err(RunFault::Erased),
        (Err(fault), Some(_)) => Err(fault),
    }
}

async fn key_of(view: &mut View, run: &Run) -> Result<PlanKey, RunFault> {
    let packed = view.run_file(&run.id, KEY).await?.ok_or(RunFault::Erased)?;
    PlanKey::unpack(&packed)
}

/// Does slow work on a thread of its own.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RunFault> + Send + 'static,
) -> Result<T, RunFault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| RunFault::Broken)?
}

/// Rows → people, by the reader of sheets.
fn assemble(mut people: People, inputs: &Inputs, dates: RunDates) -> Result<Snapshot, RunFault> {
    for id in &inputs.absent {
        people.rows.add_child(&Cells::from([("id".to_owned(), id.clone())]));
    }
    let (pairs, replies) = (people.numbered(&inputs.pairs), people.numbered(&inputs.replies));
    let People { mut rows, children, volunteers, numbers } = people;
    inputs.places.iter().for_each(|cells| rows.add_place(cells));
    for cells in &pairs {
        rows.add_pair(cells);
    }
    for cells in &replies {
        rows.add_reply(cells);
    }
    let loaded = rows.read(policy_of(&inputs.policy)?, dates)?;
    let mut instance = loaded.instance;
    set_ended(&mut instance, &inputs.ended, &numbers);
    keep_promises(&mut instance, &pairs, &replies);
    let of = |people: &[Person], source: SourceRow| people[source.0 as usize - 1].clone();
    let adults = instance.volunteers.iter().map(|unit| {
        unit.adults.iter().map(|adult| of(&volunteers, adult.source).id).collect::<Vec<String>>()
    });
    let adults = adults.collect();
    let children = instance.children.iter().map(|child| of(&children, child.source)).collect();
    let volunteers = instance.volunteers.iter().map(|unit| of(&volunteers, unit.source)).collect();
    let digest = digest(&instance, &loaded.policy);
    Ok(Snapshot { instance, policy: loaded.policy, children, volunteers, adults, digest, erased_since: None })
}

/// Pairs that ended with somebody who is not in the run: the child goes to the head of her class all the same (S30).
fn set_ended(instance: &mut Instance, ended: &[(String, String, String)], numbers: &HashMap<String, String>) {
    let known: BTreeSet<&str> = instance.children.iter().map(|child| child.id.as_str()).collect();
    let ended: Vec<ExistingPair> = ended
        .iter()
        .filter_map(|(child, volunteer, day)| Some((numbers.get(child)?, volunteer, day)))
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
fn keep_promises(instance: &mut Instance, pairs: &[Cells], replies: &[Cells]) {
    let cell = |cells: &Cells, key: &str| cells.get(key).cloned().unwrap_or_default();
    let kept = pairs.iter().filter(|cells| cell(cells, "state") == KEPT);
    let accepted = replies.iter().filter(|cells| cell(cells, "answer") == ACCEPTED);
    let promised: BTreeSet<String> = kept.chain(accepted).map(|cells| cell(cells, "child")).collect();
    let living = instance.existing_pairs.iter().filter(|pair| pair.state == PairState::Kept);
    let living = living.map(|pair| &pair.child);
    let answered = instance.replies.iter().filter(|reply| reply.accepted).map(|reply| &reply.child);
    let standing: BTreeSet<ChildId> = living.chain(answered).cloned().collect();
    instance.children.retain(|child| !promised.contains(child.id.as_str()) || standing.contains(&child.id));
}
