//! Everybody of a division who takes part today, read from the store in stretches and written down as they are read.
//!
//! In: a store, a job, a run. Out: the [`Snapshot`]. People go under their own keys, what binds two of them under the run's, by their ids
//! in the store: nothing outside somebody's own row says which number or which reason was hers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

use super::{
    ACCEPTED, DECLINED, ENDED, INPUTS_FILE, Inputs, KEPT, People, Person, STRETCH, Snapshot, apart, assemble,
    dates_of,
};
use crate::input::person_check::Cells;
use crate::input::values::half_width;
use crate::runs::ids::{Numbering, county_of};
use crate::runs::worker::{self, go_on};
use crate::runs::{RunFault, archive};
use crate::store::people::china_day;
use crate::store::runs::{CHILD, INPUTS, Job, LivingPair, Run, SealedRunPerson, VOLUNTEER};
use crate::store::{RegionSpan, Store, StoreError, View};

/// The next row of each sort of people, and what a stretch of them becomes.
pub(super) struct Gathering<'a> {
    store: &'a Store,
    job: &'a Job,
    run: &'a Run,
    break_off: &'a AtomicBool,
    span: RegionSpan,
    view: View,
    numbering: Numbering,
    people: People,
    inputs: Inputs,
    /// Volunteers who take part.
    taking_part: BTreeSet<String>,
}

/// Pairs that live or are promised.
pub(super) struct Living {
    /// By child.
    of_child: BTreeMap<String, (LivingPair, bool)>,
}

fn row(cells: &[(&str, &str)]) -> Cells {
    let filled = cells.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

impl<'a> Gathering<'a> {
    pub(super) async fn begin(
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
            people: People::default(),
            inputs: Inputs { policy, ..Inputs::default() },
            taking_part: BTreeSet::new(),
        })
    }

    /// Pairs that live, and promises where none does.
    pub(super) async fn living(&mut self) -> Result<Living, RunFault> {
        let mut of_child = BTreeMap::new();
        for pair in self.view.living_pairs(&self.span).await? {
            of_child.insert(pair.child_id.clone(), (pair, false));
        }
        for pair in self.view.promised_pairs(&self.span).await? {
            of_child.entry(pair.child_id.clone()).or_insert((pair, true));
        }
        Ok(Living { of_child })
    }

    pub(super) async fn read_volunteers(&mut self, living: &Living) -> Result<(), RunFault> {
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
                let of = Person { id: person.id.clone(), region_code: person.region_code.clone() };
                self.people.add_volunteer(of, &cells);
                self.taking_part.insert(person.id.clone());
                let place = (VOLUNTEER, self.people.volunteers.len() as i64);
                sealed.push(self.store.seal_run_person(&self.run.id, place, &person, &cells));
            }
            self.write(sealed).await?;
        }
    }

    pub(super) async fn read_children(&mut self, living: &Living) -> Result<(), RunFault> {
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
                    self.inputs.absent.push(person.id.clone());
                    continue;
                };
                self.numbering.child(&person.id, &person.region_code, &mut cells);
                let of = Person { id: person.id.clone(), region_code: person.region_code.clone() };
                self.people.add_child(of, &cells);
                let place = (CHILD, self.people.children.len() as i64);
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

    /// Whether both of a pair take part.
    fn both(&self, in_run: &BTreeSet<&str>, child: &str, volunteer: &str) -> bool {
        in_run.contains(child) && self.taking_part.contains(volunteer)
    }

    /// What stands, what was refused and what has ended.
    pub(super) async fn read_history(&mut self, living: &Living) -> Result<(), RunFault> {
        let refused = self.view.refused_pairs(&self.span).await?;
        let ended = self.view.ended_pairs(&self.span).await?;
        let in_run: BTreeSet<&str> = self.people.children.iter().map(|child| child.id.as_str()).collect();
        let (mut pairs, mut replies, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
        for (pair, promised) in living.of_child.values() {
            if !self.both(&in_run, &pair.child_id, &pair.volunteer_id) {
                continue;
            }
            let both = [("child", pair.child_id.as_str()), ("volunteer", pair.volunteer_id.as_str())];
            if *promised {
                replies.push(row(&[both[0], both[1], ("answer", ACCEPTED)]));
            } else {
                let began_on = pair.began_on.as_deref().unwrap_or_default();
                pairs.push(row(&[both[0], both[1], ("state", KEPT), ("began_on", began_on)]));
            }
        }
        for refusal in refused {
            let living = living.of_child.get(&refusal.child_id);
            if living.is_some_and(|(pair, _)| pair.volunteer_id == refusal.volunteer_id) {
                continue;
            }
            if !self.both(&in_run, &refusal.child_id, &refusal.volunteer_id) {
                continue;
            }
            let day = china_day(refusal.at_ms).to_string();
            let both = [("child", refusal.child_id.as_str()), ("volunteer", &refusal.volunteer_id)];
            // Why is nothing that a plan asks.
            replies.push(row(&[both[0], both[1], ("answer", DECLINED), ("answered_on", &day)]));
        }
        let mut last: HashMap<(String, String), (String, String, Option<bool>)> = HashMap::new();
        let mut order = Vec::new();
        for pair in ended {
            let day = pair.ended_on.unwrap_or_default();
            if !in_run.contains(pair.child_id.as_str()) {
                continue;
            }
            if !self.taking_part.contains(&pair.volunteer_id) {
                elsewhere.push((pair.child_id, pair.volunteer_id, day));
                continue;
            }
            let key = (pair.child_id, pair.volunteer_id);
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

    pub(super) async fn read_places(&mut self) -> Result<(), RunFault> {
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
    pub(super) async fn finish(self) -> Result<Snapshot, RunFault> {
        let Self { store, job, run, break_off, view, people, inputs, .. } = self;
        drop(view);
        let text = serde_json::to_vec(&inputs).map_err(|_| RunFault::Unreadable(INPUTS_FILE))?;
        let packed = archive::pack([(INPUTS_FILE, text.as_slice())])?;
        let dates = dates_of(run)?;
        let snapshot = apart(move || assemble(people, &inputs, dates)).await?;
        go_on(break_off)?;
        worker::write_file(store, job, (&run.id, INPUTS), &packed).await?;
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
