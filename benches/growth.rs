//! From people to a certified optimum over every admissible pair, beside short lists that prove nothing:
//! `cargo bench --bench growth -- [CASE [SCALE [LISTS…]]]`, cases `towns` (unequal towns, every pair within 30 km
//! admissible), `classes` (the same people, children of three priority classes, of which the first two take nearly all
//! volunteers), `mixed` (the same towns with needs, hours, languages and limits of all kinds) and `point` (everybody
//! on one point, of three classes too). Scale 1 is 100,000 children and 60,000 volunteers, on one point 20,000 and 12,000. Prints times, peak memory,
//! children covered, and pairs held.
//!
//! `cargo bench --bench growth -- declines [SCALE [MOST [FILE]]]` takes `classes` once more, and then up to so many declines, one after
//! the other, each certified over all admissible pairs. What was grown is kept in the file and read from it by the next run, which
//! then takes seconds. In the end a search whose bounds are made anew finds no pair that the prices do not rule out.
//!
//! What flatters us: the lists are made by our own search, which is fast. What flatters the lists: their time has no
//! proof in it, and their unmatched prices hold for all pairs as ours do.

mod memory;
#[path = "../tests/it/growth/people.rs"]
mod people;

use std::env;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use jiedui::assignment::{Method, Problem, Solution, certificate, solve};
use jiedui::candidates::Prepared;
use jiedui::model::child::{CallDevice, Risk, RiskLevel, Sex};
use jiedui::model::volunteer::{Limits, Reach};
use jiedui::model::{Child, Instance, Place, Policy, Volunteer};
use jiedui::pipeline::pose;
use jiedui::plan::SolvedPass;
use jiedui::plan::growth::{Lists, PairSearch, grow};
use jiedui::plan::mend::{Held, Mending};
use jiedui::plan::outline::Outline;
use memory::{forget_peak_memory, peak_memory};
use people::{Dice, at, child, instance, policy_of, volunteer};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::{IntoParallelIterator, ParallelIterator};

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // Cargo hands `--bench` to every bench.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let case = arguments.first().map_or("towns", String::as_str);
    let scale: f64 = arguments.get(1).map_or(1.0, |scale| scale.parse().expect("a scale"));
    let size = |whole: f64| (whole * scale) as usize;
    let people = match case {
        "point" => on_one_point(size(20_000.0), size(12_000.0)),
        "mixed" => unequal_towns(size(100_000.0), size(60_000.0), People::Mixed),
        "classes" | "declines" => unequal_towns(size(100_000.0), size(60_000.0), People::InClasses),
        _ => unequal_towns(size(100_000.0), size(60_000.0), People::Alike),
    };
    let policy = policy_of(0);
    println!(
        "{case}: {} children, {} volunteers, {} threads",
        people.children.len(),
        people.volunteers.len(),
        rayon::current_num_threads()
    );
    if case == "declines" {
        let most = arguments.get(2).map_or(200, |most| most.parse().expect("a number of declines"));
        declines(&people, &policy, most, arguments.get(3).map(Path::new));
        return;
    }
    let lists: Vec<usize> = arguments.iter().skip(2).map(|list| list.parse().expect("a length")).collect();
    let lists = if lists.is_empty() { vec![16, 64, 128] } else { lists };
    grown(&people, &policy);
    for length in lists {
        listed(&people, &policy, length);
    }
}

/// From people to a certified optimum.
fn grown(people: &Instance, policy: &Policy) {
    forget_peak_memory();
    let clock = Instant::now();
    let prepared = Prepared::new(people, policy, 0, false);
    let outline = pose(&prepared).expect("no two rows contradict").lead;
    let posed = clock.elapsed();
    let lists = Lists::of(&outline);
    let solved = grow(&prepared, outline, lists, &mut |_| ControlFlow::Continue(()));
    let solved: SolvedPass = solved.expect("solved");
    let proof = certificate::check(&solved.pass.problem, &solved.solution.chosen, &solved.solution.price);
    let dual = proof.expect("proven").dual;
    let covered = solved.solution.chosen.iter().flatten().count();
    let counts = &solved.counts;
    println!(
        "  grown:  {:7.2} s ({:.2} s to prepare), peak {}, {covered} covered, cost {}, dual {dual}",
        clock.elapsed().as_secs_f64(),
        posed.as_secs_f64(),
        peak_memory(),
        solved.solution.objective.arcs
    );
    println!(
        "          {} pairs held, at most {} within reach, {} times one was scored, {} rounds",
        counts.kept, counts.within_reach, counts.looked_at, counts.rounds
    );
}

/// What is grown of an outline, from the file where an earlier run kept it; else grown now, and kept there.
fn grown_or_kept(prepared: &Prepared<'_>, outline: &Outline, kept: Option<&Path>) -> Held {
    if let Some(bytes) = kept.and_then(|kept| fs::read(kept).ok()) {
        return held_from(&bytes);
    }
    let solved = grow(prepared, outline.clone(), Lists::of(outline), &mut |_| ControlFlow::Continue(()));
    let held = Held::of(&solved.expect("solved"));
    if let Some(kept) = kept {
        fs::write(kept, bytes_of(&held)).expect("a place where it can be kept");
    }
    held
}

/// As many words of eight bytes as [`held_from`] reads.
fn bytes_of(held: &Held) -> Vec<u8> {
    let mut words = vec![held.rows.len() as i64];
    for (row, chosen) in held.rows.iter().zip(&held.chosen) {
        words.extend([chosen.map_or(-1, i64::from), row.len() as i64]);
        words.extend(row.iter().flat_map(|(right, cost)| [i64::from(*right), *cost]));
    }
    words.extend(&held.price);
    words.into_iter().flat_map(i64::to_le_bytes).collect()
}

fn held_from(bytes: &[u8]) -> Held {
    let mut words = bytes.as_chunks().0.iter().map(|word| i64::from_le_bytes(*word));
    let mut next = || words.next().expect("a whole file");
    let (mut rows, mut chosen) = (Vec::new(), Vec::new());
    for _ in 0..next() {
        chosen.push(u32::try_from(next()).ok());
        rows.push((0..next()).map(|_| (next() as u32, next())).collect());
    }
    Held { rows, chosen, price: words.collect() }
}

/// Prices that prove the choice over the pairs held, and of which a search built anew finds no pair left out that they
/// do not rule out.
fn prove_anew(search: &PairSearch<'_>, problem: &Problem, solution: &Solution) {
    let proof = certificate::check(problem, &solution.chosen, &solution.price).expect("proven");
    let prices = search.prices(&solution.price);
    let improves = (0..problem.left_count() as u32).into_par_iter().find_any(|group| {
        let below = proof.left_price[*group as usize];
        !search.volunteers_of(*group, Some(&prices), 1, below).items.is_empty()
    });
    assert_eq!(improves, None, "nothing left out improves");
}

/// One decline after the other in a grown pass, each certified over every admissible pair but those declined.
fn declines(people: &Instance, policy: &Policy, most: usize, kept: Option<&Path>) {
    let prepared = Prepared::new(people, policy, 0, false);
    let outline = pose(&prepared).expect("no two rows contradict").lead;
    let held = grown_or_kept(&prepared, &outline, kept);
    let mut dice = ChaCha8Rng::seed_from_u64(2_027);
    let mut barred = outline.clone();
    let mut asked: Vec<(u32, u32)> = Vec::new();
    // Drawn beforehand from the first choice, so that the search can be told; a pair that moved on by then costs nothing.
    let most = most.min(held.chosen.iter().flatten().count() / 2);
    while asked.len() < most {
        let group = dice.random_range(0..outline.groups.len() as u32);
        if let Some(right) = held.chosen[group as usize]
            && barred.barred.insert((group, outline.places[right as usize].volunteer))
        {
            asked.push((group, right));
        }
    }
    let search = PairSearch::new(&prepared, &barred);
    let mut mending = Mending::new(&search, &barred, held).expect("proven");
    let (mut times, mut moved) = (Vec::new(), 0);
    for (group, right) in asked {
        if mending.right_of(group) != Some(right) {
            mending.decline(group, right).expect("everybody may stay alone");
            moved += 1;
            continue;
        }
        let clock = Instant::now();
        mending.decline(group, right).expect("everybody may stay alone");
        times.push(clock.elapsed().as_secs_f64() * 1e3);
    }
    let (problem, solution) = mending.solved();
    prove_anew(&search, &problem, &solution);
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "  {} declines ({moved} more had moved on): p50 {:.4} ms, p90 {:.4} ms, p99 {:.4} ms, most {:.4} ms",
        times.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}

/// The cheapest few of each child, solved, nothing proven about the rest.
fn listed(people: &Instance, policy: &Policy, length: usize) {
    forget_peak_memory();
    let clock = Instant::now();
    let prepared = Prepared::new(people, policy, 0, false);
    let outline = pose(&prepared).expect("no two rows contradict").lead;
    let search = PairSearch::new(&prepared, &outline);
    let rows: Vec<Vec<(u32, i64)>> = (0..outline.groups.len() as u32)
        .into_par_iter()
        .map(|group| {
            let mut row = search.volunteers_of(group, None, length, i64::MAX).items;
            row.sort_unstable();
            row
        })
        .collect();
    let problem = outline.problem(&rows).expect("small amounts");
    let built = clock.elapsed();
    let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(())).expect("solved");
    let covered = solution.chosen.iter().flatten().count();
    println!(
        "  K {length:4}: {:7.2} s ({:.2} s to build), peak {}, {covered} covered, cost {}",
        clock.elapsed().as_secs_f64(),
        built.as_secs_f64(),
        peak_memory(),
        solution.objective.arcs
    );
}

/// What people differ in besides their places.
#[derive(Clone, Copy, PartialEq, Eq)]
enum People {
    Alike,
    InClasses,
    Mixed,
}

/// Towns whose sizes differ by a factor of a thousand and whose volunteers are nowhere in proportion, on a plain of
/// some 300 km by 300 km.
fn unequal_towns(children: usize, volunteers: usize, people: People) -> Instance {
    let mixed = people == People::Mixed;
    let dice = &mut Dice(ChaCha8Rng::seed_from_u64(2026));
    let towns: Vec<([f64; 2], f64, f64)> = (0..120)
        .map(|_| {
            let size = 10.0_f64.powf(dice.0.random_range(0.0..3.0));
            let middle = [dice.0.random_range(28.0..30.7), dice.0.random_range(107.0..110.1)];
            (middle, size, size * dice.0.random_range(0.1..2.0))
        })
        .collect();
    let children: Vec<Child> = (0..children)
        .map(|number| {
            let place = in_some_town(dice, &towns, |town| town.1);
            let child = child(dice, number);
            match people {
                People::Alike => of_the_last_class(plain_child(child, place)),
                People::InClasses => plain_child(child, place),
                People::Mixed => Child { place, school: None, ..child },
            }
        })
        .collect();
    let volunteers: Vec<Volunteer> = (0..volunteers)
        .map(|number| {
            let place = in_some_town(dice, &towns, |town| town.2);
            let unit = volunteer(dice, number);
            if mixed { Volunteer { place, ..unit } } else { plain_volunteer(unit, place) }
        })
        .collect();
    let people = instance(children, volunteers);
    if mixed { people } else { everybody_alike(people) }
}

fn on_one_point(children: usize, volunteers: usize) -> Instance {
    let dice = &mut Dice(ChaCha8Rng::seed_from_u64(2026));
    let place = at(29.5, 109.4);
    let children = (0..children).map(|number| plain_child(child(dice, number), place.clone())).collect();
    let volunteers =
        (0..volunteers).map(|number| plain_volunteer(volunteer(dice, number), place.clone())).collect();
    everybody_alike(instance(children, volunteers))
}

type Town = ([f64; 2], f64, f64);

fn in_some_town(dice: &mut Dice, towns: &[Town], weight: impl Fn(&Town) -> f64) -> Place {
    let total: f64 = towns.iter().map(&weight).sum();
    let mut ticket = dice.0.random_range(0.0..total);
    let town = towns.iter().find(|town| {
        ticket -= weight(town);
        ticket < 0.0
    });
    let middle = town.unwrap_or(&towns[0]).0;
    let mut offset = || (0..3).map(|_| dice.0.random_range(-0.06..0.06)).sum::<f64>();
    at(middle[0] + offset(), middle[1] + offset())
}

/// One visit a week, nothing else.
fn plain_child(child: Child, place: Place) -> Child {
    let visit = jiedui::model::Need {
        kind: jiedui::model::NeedKind::Companionship,
        subject: None,
        grade: None,
        strength: jiedui::model::need::Strength::Required,
        mode: jiedui::model::need::Mode::InPerson,
        minutes_per_week: 60,
        weight_percent: 100,
    };
    Child {
        needs: vec![visit].into(),
        household: None,
        school: None,
        call_device: CallDevice::Home,
        place,
        ..child
    }
}

fn of_the_last_class(child: Child) -> Child {
    let risk = Risk { level: RiskLevel::Low, assessed_on: None };
    Child { risk, living_alone: false, nobody_home_for_festival: false, ..child }
}

fn plain_volunteer(unit: Volunteer, place: Place) -> Volunteer {
    let (limits, reach) = (Limits::default(), Reach::Kilometers(30.0));
    let mut unit = Volunteer { limits, reach, capacity: 1, place, ..unit };
    unit.adults.iter_mut().for_each(|adult| adult.sex = Sex::Female);
    unit
}

/// The hours, languages and papers of the first for all, so that every pair within reach is admissible.
fn everybody_alike(mut people: Instance) -> Instance {
    let mut week = jiedui::model::WeekMask::EMPTY;
    week.insert_stretch(5, 540, 720);
    let row =
        jiedui::model::availability::AvailabilityRow { season: None, site: jiedui::model::Site::Home, week };
    let hours = jiedui::model::Availability { rows: vec![row].into(), assumed: false };
    let languages: std::sync::Arc<[_]> = [jiedui::model::volunteer::Language("普通话".into())].into();
    let yes = jiedui::model::child::Answer::Yes(None);
    for child in &mut people.children {
        child.consent.answer = yes;
        (child.availability, child.languages) = (hours.clone(), languages.clone());
    }
    for unit in &mut people.volunteers {
        unit.adults.iter_mut().for_each(|adult| adult.training = yes);
        (unit.availability, unit.languages) = (hours.clone(), languages.clone());
    }
    people
}
