//! A pass that is grown from short lists costs the same as one over all admissible pairs, and says so truthfully.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::HashSet;
use std::ops::ControlFlow;

use jiedui::assignment::extreme_prices::{Asked, least};
use jiedui::assignment::{Method, Solution, certificate, solve};
use jiedui::candidates::Prepared;
use jiedui::candidates::rules::{child_verdict, first_broken, unit_verdict, verdict};
use jiedui::candidates::tree::{Found, Summary, mix};
use jiedui::files::write_folder;
use jiedui::model::Instance;
use jiedui::model::policy::CoverageMode;
use jiedui::pipeline::{Posed, pose};
use jiedui::plan::compose::{Solved, compose};
use jiedui::plan::folder::CERTIFICATE;
use jiedui::plan::folder::read::Folder;
use jiedui::plan::folder::write::render;
use jiedui::plan::growth::{Lists, PairSearch, grow, least_prices};
use jiedui::plan::{Outline, Pass, PlanOptions, SolvedPass, verify};
use jiedui::scoring::bound::{Alphabet, Ask, Asks, Offer, Timetable, Visit};
use jiedui::scoring::score;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use crowd::crowd;
use people::policy_of;

#[cfg(feature = "server")]
mod changes;
mod crowd;
mod further;
mod mend;
mod people;

/// So short that nearly everything must be grown.
const TINY: [Lists; 5] = [
    Lists { of_group: 1, of_volunteer: 0, cap: 1, longest: 0, ..Lists::SMALL },
    Lists { of_group: 1, of_volunteer: 1, cap: 2, longest: 4, ..Lists::SMALL },
    Lists { of_group: 3, of_volunteer: 2, cap: 16, ..Lists::SMALL },
    Lists { of_group: 1, of_volunteer: 0, any_of_group: 1, cap: 1, ..Lists::LARGE },
    Lists { cap: 1, longest: 4, ..Lists::LARGE },
];

fn grown(prepared: &Prepared<'_>, outline: Outline, lists: Lists) -> SolvedPass {
    grow(prepared, outline, lists, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn solved_whole(pass: &Pass) -> i128 {
    solve(&pass.problem, Method::Exact, &mut |_| ControlFlow::Continue(())).unwrap().objective.total()
}

/// The prices of a pass, held against every admissible pair; returns the same solution over all of these.
fn proves_all(grown: &SolvedPass, whole: &Pass) -> Solution {
    let held = &grown.pass.problem;
    certificate::check(held, &grown.solution.chosen, &grown.solution.price).unwrap();
    let chosen = whole.problem.arcs_to(&held.rights_of(&grown.solution.chosen));
    assert_eq!(chosen.iter().flatten().count(), grown.solution.chosen.iter().flatten().count());
    let over_all = Solution { chosen, ..grown.solution.clone() };
    certificate::check(&whole.problem, &over_all.chosen, &over_all.price).unwrap();
    over_all
}

/// The least prices found by searches are those over all admissible pairs.
fn least_prices_are_those_of_all(search: &PairSearch<'_>, grown: &SolvedPass, whole: &Pass) {
    let over_all = proves_all(grown, whole);
    let found = least_prices(search, &grown.pass.problem, &grown.solution).unwrap();
    assert_eq!(found, least(&whole.problem, &over_all, &mut |_: Asked<'_>| Vec::new()).unwrap());
}

fn compare(prepared: &Prepared<'_>, outline: &Outline) -> (u64, u64) {
    let whole = Pass::over_all_pairs(prepared, outline.clone()).unwrap();
    let total = solved_whole(&whole);
    let search = PairSearch::new(prepared, outline);
    let (mut rounds, mut left_out) = (0, 0);
    for lists in TINY {
        let grown = grown(prepared, outline.clone(), lists);
        assert_eq!(grown.solution.objective.total(), total, "{lists:?}");
        least_prices_are_those_of_all(&search, &grown, &whole);
        let counts = &grown.counts;
        let admissible: Vec<u32> =
            (0..whole.graph.groups.len()).map(|group| whole.graph.row(group).len() as u32).collect();
        assert_eq!(counts.admissible.as_ref(), Some(&admissible));
        assert!(counts.within_reach >= whole.graph.arc_count() as u64);
        assert_eq!(counts.kept + counts.unnecessary(), whole.graph.arc_count() as u64);
        for (group, admissible) in admissible.iter().enumerate() {
            assert_eq!(
                grown.pass.graph.row(group).is_empty(),
                *admissible == 0,
                "nobody held exactly if there is nobody"
            );
        }
        for group in 0..grown.pass.graph.groups.len() {
            for arc in grown.pass.graph.row_start[group]..grown.pass.graph.row_start[group + 1] {
                let score = grown.pass.score(prepared, group, arc);
                assert_eq!(score.total(), grown.pass.problem.arc_cost(arc));
            }
        }
        rounds += u64::from(counts.rounds);
        left_out += counts.unnecessary();
    }
    (rounds, left_out)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_grown_pass_costs_what_the_whole_one_costs(seed in any::<u64>()) {
        let instance = crowd(seed, 30, 24);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&prepared).unwrap();
        compare(&prepared, &posed.lead);
        compare(&prepared, &posed.service);
    }

    #[test]
    fn no_admissible_pair_costs_less_or_more_than_its_bounds(seed in any::<u64>()) {
        let instance = crowd(seed, 8, 8);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&prepared).unwrap();
        let alphabet = Alphabet::of(&prepared);
        for outline in [posed.lead, posed.service] {
            let longest = jiedui::scoring::bound::longest_way_min(&prepared, outline.places.iter().map(|p| p.volunteer));
            let whole = Pass::over_all_pairs(&prepared, outline).unwrap();
            let mut ask: Vec<Option<Ask>> =
                whole.graph.groups.iter().map(|group| Some(Ask::of(&prepared, &alphabet, group))).collect();
            let timetable = Timetable::new(&prepared, &mut ask, prepared.volunteers.iter().map(|unit| &**unit.hours));
            let ask: Vec<Ask> = ask.into_iter().flatten().collect();
            let offers: Vec<Offer> = whole.places.iter().map(|place| {
                Offer::of(&prepared, &alphabet, &timetable, place.volunteer)
            }).collect();
            for (at, group) in whole.graph.groups.iter().enumerate() {
                let most = ask[at].most(&prepared, group, longest);
                for unit in whole.graph.row(at) {
                    let cost = score(&prepared, group, *unit).unwrap().total();
                    prop_assert!(cost <= most, "{cost} above {most}");
                    let own = whole.places.iter().position(|place| place.volunteer == *unit).unwrap();
                    let offer = &offers[own];
                    let visit = if ask[at].is_near(offer) { Visit::Near } else { Visit::Away };
                    let passed_over = !ask[at].good_volunteers().contains(unit);
                    let continuity = if passed_over { ask[at].continuity() } else { 0 };
                    // Alone, and among any others: what all of them offer bounds each of them.
                    let mut many = offer.clone();
                    for other in &offers {
                        let least = ask[at].least(&prepared, &timetable, &many, visit);
                        prop_assert!(least.is_some_and(|least| least + continuity <= cost), "{least:?} + {continuity} above {cost}");
                        many.join(other);
                    }
                    // And so does what any of several groups asks; those that must be visited never stand among the far.
                    let mut any = Asks::of(&timetable, &ask[at]);
                    for other in ask.iter().filter(|ask| visit == Visit::Near || !ask.is_bound_to_places()) {
                        let least = any.least(&prepared, offer, visit);
                        prop_assert!(least.is_some_and(|least| least <= cost), "{least:?} above {cost}");
                        any.join(&Asks::of(&timetable, other));
                    }
                }
            }
        }
    }

    /// Between people who keep the rules of their own, as the whole verdict names it.
    #[test]
    fn the_first_rule_that_a_pair_breaks_is_the_least_of_all_it_breaks(seed in any::<u64>()) {
        let instance = crowd(seed, 16, 16);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let outline = pose(&prepared).unwrap().lead;
        for group in &outline.groups {
            for unit in 0..prepared.volunteers.len() as u32 {
                let alone = unit_verdict(&prepared, unit, group.scope).admissible()
                    && group.children.iter().all(|child| child_verdict(&prepared, *child).admissible());
                if alone {
                    let all = verdict(&prepared, &group.children, unit, group.scope).broken;
                    let first = first_broken(&prepared, &group.children, unit, group.scope);
                    prop_assert_eq!(first, all.first().copied());
                }
            }
        }
    }

    /// Asked without end, the searches of either side find all pairs; asked for a few, the cheapest, and they say whether
    /// there are more.
    #[test]
    fn either_side_finds_every_admissible_pair(seed in any::<u64>()) {
        let instance = crowd(seed, 24, 20);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&prepared).unwrap();
        for outline in [posed.lead, posed.service] {
            let search = PairSearch::new(&prepared, &outline);
            let whole = Pass::over_all_pairs(&prepared, outline.clone()).unwrap().problem;
            let mut dice = seed;
            let mut draw = || {
                dice = mix(dice);
                (dice % 3000) as i64
            };
            let price: Vec<i64> = outline.places.iter().map(|_| draw()).collect();
            let worth: Vec<i64> = outline.groups.iter().map(|_| draw() * 2).collect();
            let (prices, worths) = (search.prices(&price), search.worths(&worth));
            let mut of_right: Vec<Vec<(u32, i64)>> = vec![Vec::new(); price.len()];
            for group in 0..outline.groups.len() as u32 {
                let costs = whole.row_rights(group).iter().zip(whole.row_costs(group));
                let all: Vec<(u32, i64)> = costs.map(|(right, cost)| (*right, *cost)).collect();
                for (right, cost) in &all {
                    of_right[*right as usize].push((group, *cost));
                }
                let below = worth[group as usize];
                let find = |most, below| search.volunteers_of(group, Some(&prices), most, below);
                finds_the_cheapest(&all, &find, &|right| price[right as usize], below);
            }
            for (right, all) in (0_u32..).zip(&of_right) {
                let find = |most, below| search.groups_of(right, Some(&worths), most, below);
                finds_the_cheapest(all, &find, &|group| -worth[group as usize], -price[right as usize]);
            }
        }
    }
}

fn finds_the_cheapest(
    all: &[(u32, i64)],
    find: &dyn Fn(usize, i64) -> Found,
    weight: &dyn Fn(u32) -> i64,
    below: i64,
) {
    for below in [below, i64::MAX] {
        let key = |pair: &(u32, i64)| pair.1 + weight(pair.0);
        let mut wanted: Vec<(u32, i64)> = all.iter().copied().filter(|pair| key(pair) < below).collect();
        let mut keys: Vec<i64> = wanted.iter().map(key).collect();
        wanted.sort_unstable();
        keys.sort_unstable();
        let mut found = find(usize::MAX, below);
        assert!(!found.capped, "without end");
        found.items.sort_unstable();
        assert_eq!(found.items, wanted);
        for most in [1, 3] {
            let found = find(most, below);
            assert_eq!(found.items.iter().map(key).collect::<Vec<i64>>(), keys[..most.min(keys.len())]);
            assert!(found.items.iter().all(|pair| wanted.contains(pair)));
            assert!(found.capped || keys.len() <= most, "more than {most} of {}, not said", keys.len());
        }
    }
}

/// The properties above mean nothing where lists are never left.
#[test]
fn tiny_lists_grow_and_leave_much_out() {
    let (mut rounds, mut left_out, mut priced, mut remote, mut services) = (0, 0, 0, 0, 0);
    for seed in 0..40 {
        let instance = crowd(seed, 30, 24);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&prepared).unwrap();
        let (more, unnecessary) = compare(&prepared, &posed.lead);
        rounds += more - TINY.len() as u64;
        left_out += unnecessary;
        priced += u32::from(policy.coverage == CoverageMode::Priced);
        let alphabet = Alphabet::of(&prepared);
        remote +=
            posed.lead.groups.iter().filter(|group| Ask::of(&prepared, &alphabet, group).is_remote()).count();
        services += posed.service.groups.len();
    }
    assert!(rounds > 100 && left_out > 4000, "{rounds} further rounds, {left_out} pairs left out");
    assert!(
        priced > 5 && remote > 40 && services > 40,
        "{priced} priced, {remote} remote, {services} services"
    );
}

/// Everybody on one point, all ways alike: three thousand children and two thousand volunteers.
#[test]
fn a_crowd_on_one_point_is_not_quadratic() {
    let instance = on_one_point(crowd(5, 3000, 2000));
    let policy = policy_of(0);
    let prepared = Prepared::new(&instance, &policy, 0, false);
    let outline = pose(&prepared).unwrap().lead;
    let grown = grown(&prepared, outline.clone(), Lists::SMALL);
    let kept = grown.counts.kept;
    assert!(kept < 40 * 3000, "{kept} pairs are held");
    let whole = Pass::over_all_pairs(&prepared, outline.clone()).unwrap();
    assert!(whole.graph.arc_count() as u64 > 5 * kept, "{} admissible, {kept} held", whole.graph.arc_count());
    least_prices_are_those_of_all(&PairSearch::new(&prepared, &outline), &grown, &whole);
}

/// With prices lowered in the certificate, the check against the inputs names exactly the groups that an admissible pair,
/// held or not, would then serve better.
#[test]
fn the_check_against_the_inputs_finds_every_pair_that_prices_leave_open() {
    let instance = crowd(3, 30, 24);
    let policy = policy_of(0);
    let prepared = Prepared::new(&instance, &policy, 3, false);
    let options = PlanOptions { seed: 3, method: Method::Exact, provisional: false, digest: [3; 32] };
    let Posed { standing, lead, service, deferred } = pose(&prepared).unwrap();
    let (lead, service) = (grown(&prepared, lead, TINY[0]), grown(&prepared, service, TINY[0]));
    let plan = compose(&prepared, options, Solved { standing, lead, service, deferred }).unwrap();
    let place = tempfile::tempdir().unwrap();
    write_folder(&place.path().join("plan"), &render(&prepared, &plan, "")).unwrap();
    let mut folder = Folder::read(&place.path().join("plan")).unwrap();
    let posed = pose(&prepared).unwrap();
    let outlines = [&posed.lead, &posed.service];
    assert_eq!(verify::against_inputs(&folder, &prepared, &options, &outlines), Ok(()));
    folder.certificate.passes[0].right.iter_mut().for_each(|entry| entry.v = Some(0));
    let found = verify::against_inputs(&folder, &prepared, &options, &outlines).unwrap_err();
    let whole = Pass::over_all_pairs(&prepared, posed.lead.clone()).unwrap();
    let SolvedPass { pass, solution, .. } = &plan.passes[0];
    let proof = certificate::check(&pass.problem, &solution.chosen, &solution.price).unwrap();
    let open = (0_u32..)
        .zip(&proof.left_price)
        .filter(|(left, worth)| whole.problem.row_costs(*left).iter().any(|cost| cost < worth));
    let open = open.count();
    assert!(open > 5 && found.len() == open, "{open} groups, found {found:?}");
    assert!(found.iter().all(|finding| finding.file == CERTIFICATE && finding.line > 0), "{found:?}");
}

fn on_one_point(mut instance: Instance) -> Instance {
    let place = instance.children[0].place.clone();
    instance.children.iter_mut().for_each(|child| {
        child.place = place.clone();
        child.school = None;
    });
    instance.volunteers.iter_mut().for_each(|unit| unit.place = place.clone());
    instance
}

#[test]
fn a_grown_pass_is_the_same_on_one_thread_and_on_three() {
    let instance = crowd(9, 300, 240);
    let policy = policy_of(9);
    let prepared = Prepared::new(&instance, &policy, 9, false);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let grown = grown(&prepared, pose(&prepared).unwrap().lead, Lists::SMALL);
            (grown.pass.graph.volunteers, grown.solution.chosen, grown.solution.price, grown.counts)
        })
    };
    assert_eq!(on(1), on(3));
}

/// Many children who see the same volunteers at the same cost begin with different ones.
#[test]
fn ties_are_scattered() {
    let mut instance = on_one_point(crowd(1, 200, 400));
    let volunteer = jiedui::model::Volunteer {
        limits: jiedui::model::volunteer::Limits::default(),
        region_scope: None,
        ..instance.volunteers[0].clone()
    };
    for (unit, number) in instance.volunteers.iter_mut().zip(0..) {
        let id = jiedui::model::VolunteerId::new(format!("V{number}"));
        *unit = jiedui::model::Volunteer { id, capacity: 1, ..volunteer.clone() };
    }
    let policy = policy_of(0);
    let prepared = Prepared::new(&instance, &policy, 0, false);
    let outline = pose(&prepared).unwrap().lead;
    let search = PairSearch::new(&prepared, &outline);
    let lists: Vec<Vec<(u32, i64)>> = (0..outline.groups.len() as u32)
        .map(|group| search.volunteers_of(group, None, 4, i64::MAX).items)
        .filter(|list| list.len() == 4)
        .collect();
    let taken: HashSet<u32> = lists.iter().flatten().map(|pair| pair.0).collect();
    assert!(
        lists.len() > 20 && taken.len() * 2 > lists.len().min(100) * 4,
        "{} lists name {}",
        lists.len(),
        taken.len()
    );
}
