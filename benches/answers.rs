//! How long answers take once a plan is loaded: `cargo bench --bench answers [-- CHILDREN VOLUNTEERS QUESTIONS]`.
//!
//! An invented county is planned over all admissible pairs, loaded, and asked: why this pair, why not that volunteer, why nobody,
//! whom to recruit. So that there is somebody whom nobody may visit or talk to, some children speak a language of their own, and
//! some live far from everybody. Printed are percentiles in milliseconds and the median's ratio to solving the same plan anew, in
//! the same run. Then the frontier of a county of 5,000 children whose ways are rounded to two minutes, so that there are ten points.

use std::ops::ControlFlow;
use std::time::Instant;

use jiedui::assignment::Method;
use jiedui::candidates::Prepared;
use jiedui::explanation::fairness::bottleneck::BottleneckFrontier;
use jiedui::explanation::fairness::{GroupBy, Measure};
use jiedui::explanation::why_nobody::NobodyIndex;
use jiedui::explanation::{LoadedPlan, recruit, why_not, why_pair};
use jiedui::input::load::{LoadOptions, Loaded, load};
use jiedui::model::Location;
use jiedui::model::volunteer::Language;
use jiedui::pipeline::pose;
use jiedui::plan::SolvedPass;
use jiedui::plan::mend::Held;
use jiedui::synthetic::{CountyPlan, Published, write_generated};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SEED: u64 = 7;
/// Recruits asked for.
const RECRUITS: u32 = 10;
/// One child in so many speaks a language of its own, another lives far away.
const LONELY: usize = 500;
/// The county of the frontier, and its points.
const FRONTIER: (u32, u32, usize) = (5_000, 4_000, 10);

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let mut count =
        |otherwise: u32| arguments.next().map_or(otherwise, |text| text.parse().expect("a number"));
    let (children, volunteers, questions) = (count(100_000), count(80_000), count(500));
    ask(invented(children, volunteers), questions as usize);
    frontier();
}

fn invented(children: u32, volunteers: u32) -> Loaded {
    let folder = tempfile::tempdir().expect("there is room for the sheets");
    let county = CountyPlan::invented(children, volunteers, SEED, Published::TODAY);
    write_generated(&county, "cargo bench --bench answers", folder.path()).expect("the sheets are written");
    load(folder.path(), &LoadOptions::default()).expect("the sheets can be read")
}

fn ask(mut loaded: Loaded, questions: usize) {
    for two in loaded.instance.children.chunks_mut(LONELY) {
        two[0].languages = [Language("没有志愿者会的话".into())].into();
        if let Some(child) = two.get_mut(1) {
            let home = child.place.location;
            child.place.location =
                Location::new(home.latitude_deg() - 3.0, home.longitude_deg()).expect("it is on the earth");
        }
    }
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, SEED, false);
    let posed = pose(&prepared).expect("no two rows contradict");
    let go_on = &mut |_| ControlFlow::Continue(());
    let clock = Instant::now();
    let solved =
        SolvedPass::of(&prepared, posed.lead.clone(), Method::Exact, go_on).expect("it can be solved");
    let anew_ms = clock.elapsed().as_secs_f64() * 1e3;
    let clock = Instant::now();
    let plan = LoadedPlan::new(&prepared, &posed.standing, &posed.lead, Held::of(&solved));
    let plan = plan.expect("the exact method proves its plans");
    println!(
        "{} groups x {} volunteers with places; solved anew in {anew_ms:.0} ms, loaded in {:.0} ms",
        posed.lead.groups.len(),
        posed.lead.places.len(),
        clock.elapsed().as_secs_f64() * 1e3
    );
    let nobody = NobodyIndex::of(&plan);
    let child_of = |group: u32| posed.lead.groups[group as usize].children[0];
    let groups = 0..posed.lead.groups.len() as u32;
    let (paired, alone): (Vec<u32>, Vec<u32>) = groups.partition(|group| plan.chosen(*group).is_some());
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut drawn = |from: &[u32]| -> Vec<u32> {
        let draws = if from.is_empty() { 0 } else { questions };
        (0..draws).map(|_| from[random.random_range(0..from.len())]).collect()
    };
    let (wanted, not_admissible): (Vec<u32>, Vec<u32>) = alone
        .into_iter()
        .filter(|group| plan.search.is_ready(*group as usize))
        .partition(|group| plan.cheapest(*group).is_some());
    let (asked_paired, asked_wanted) = (drawn(&paired), drawn(&wanted));
    let first = asked_paired.first().copied();
    timed("first why this pair", anew_ms, first.into_iter(), |group| {
        drop(why_pair(&plan, child_of(group), None));
    });
    timed("why this pair", anew_ms, asked_paired.iter().copied(), |group| {
        drop(why_pair(&plan, child_of(group), None));
    });
    // The volunteers a guardian would name: those near by, cheapest first.
    let near = asked_paired.iter().chain(&asked_wanted).copied().enumerate().filter_map(|(at, group)| {
        let volunteers = plan.volunteers_below(group, 6_000);
        let (right, _) = *volunteers.get(at % volunteers.len().max(1))?;
        Some((child_of(group), plan.volunteer_at(right)))
    });
    let near: Vec<(u32, u32)> = near.collect();
    timed("why not her", anew_ms, near.into_iter(), |(child, volunteer)| {
        drop(why_not(&plan, child, volunteer));
    });
    for (what, groups) in [("nobody: competition", &wanted), ("nobody: none may", &not_admissible)] {
        let why = |group: u32| drop(nobody.why_nobody(child_of(group)));
        timed(&format!("first, {what}"), anew_ms, groups.first().copied().into_iter(), why);
        timed(what, anew_ms, drawn(groups).into_iter(), why);
    }
    timed("least prices, once a plan", anew_ms, std::iter::once(()), |()| {
        plan.least_prices();
    });
    let mut gained = Vec::new();
    timed("ten recruits", anew_ms, std::iter::once(()), |()| {
        let answer = recruit(&plan, RECRUITS).expect("amounts stay in bounds");
        let recruits = answer.recruits.into_iter().flatten();
        gained.extend(recruits.map(|recruit| (recruit.wanted.township.code, recruit.effect.gain_points)));
    });
    println!("their townships and the points they gain: {gained:?}");
}

fn timed<Question>(
    what: &str,
    anew_ms: f64,
    questions: impl Iterator<Item = Question>,
    mut answer: impl FnMut(Question),
) {
    let mut times: Vec<f64> = questions
        .map(|question| {
            let clock = Instant::now();
            answer(question);
            clock.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let Some(last) = times.len().checked_sub(1) else { return println!("{what:26} nobody to ask about") };
    let at = |share: f64| times[(last as f64 * share).round() as usize];
    println!(
        "{what:26} p50 {:10.3}, p99 {:10.3}, most {:10.3} ms; solving anew takes {:.0} times the median",
        at(0.5),
        at(0.99),
        at(1.0),
        anew_ms / at(0.5)
    );
}

/// A frontier, its plan loaded.
fn frontier() {
    let (children, volunteers, points) = FRONTIER;
    let mut loaded = invented(children, volunteers);
    loaded.policy.travel.round_up_min = 2;
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, SEED, false);
    let posed = pose(&prepared).expect("no two rows contradict");
    let go_on = &mut |_| ControlFlow::Continue(());
    let clock = Instant::now();
    let solved =
        SolvedPass::of(&prepared, posed.lead.clone(), Method::Exact, go_on).expect("it can be solved");
    let anew_ms = clock.elapsed().as_secs_f64() * 1e3;
    let plan = LoadedPlan::new(&prepared, &posed.standing, &posed.lead, Held::of(&solved));
    let plan = plan.expect("the exact method proves its plans");
    for measure in [Measure::Travel, Measure::Score] {
        let clock = Instant::now();
        let frontier = BottleneckFrontier::of(&plan, measure, GroupBy::Township, points, go_on);
        let found = frontier.expect("coverage comes first").points.len();
        let took_ms = clock.elapsed().as_secs_f64() * 1e3;
        println!(
            "{children} x {volunteers}: {found} points by {measure:?} in {took_ms:.0} ms, {:.1} times solving anew",
            took_ms / anew_ms
        );
    }
}
