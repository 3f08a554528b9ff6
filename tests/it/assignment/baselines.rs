//! The baselines: feasible, each what its name says, never below the optimum.

use jiedui::assignment::{Method, Problem, ProblemBuilder, SolveError, Status, Unmatched};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::plain::{Plain, problems, run};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn baselines_keep_every_rule_and_never_beat_the_optimum((plain, seed) in (problems(8, 4, true), any::<u64>())) {
        let problem = plain.build();
        let best = plain.brute_force();
        for method in [Method::Greedy, Method::FirstCome, Method::GaleShapley, Method::Random { seed }] {
            match run(&problem, method) {
                Ok(solution) => {
                    let total = plain.total(&Plain::choice_of(&problem, &solution.chosen));
                    prop_assert_eq!(total, Some(solution.objective.total()));
                    prop_assert!(total >= best && best.is_some());
                    prop_assert_eq!(solution.status, Status::Feasible);
                }
                Err(SolveError::Incomplete { unassigned }) => {
                    let must = |&left: &u32| plain.lefts[left as usize].unmatched.is_none();
                    prop_assert!(!unassigned.is_empty() && unassigned.iter().all(must));
                }
                Err(error) => prop_assert!(false, "{:?}: {}", method, error),
            }
        }
    }

    #[test]
    fn kuhn_munkres_equals_brute_force(plain in problems(6, 4, true)) {
        match run(&plain.build(), Method::KuhnMunkres) {
            Ok(solution) => prop_assert_eq!(Some(solution.objective.total()), plain.brute_force()),
            Err(SolveError::Infeasible(_)) => prop_assert_eq!(plain.brute_force(), None),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn gale_shapley_leaves_no_two_who_would_rather_have_each_other(plain in problems(8, 4, false)) {
        let problem = plain.build();
        let solution = run(&problem, Method::GaleShapley).unwrap();
        let choice = Plain::choice_of(&problem, &solution.chosen);
        for (left, node) in plain.lefts.iter().enumerate() {
            let has = choice[left].map_or(node.unmatched.unwrap(), |right| node.cost[right].unwrap());
            for (right, units) in plain.rights.iter().enumerate() {
                let Some(cost) = node.cost[right].filter(|&cost| cost < has) else { continue };
                let held: Vec<i64> = (0..choice.len())
                    .filter(|&other| choice[other] == Some(right))
                    .map(|other| plain.lefts[other].cost[right].unwrap())
                    .collect();
                let rather = held.len() < units.len() || held.iter().any(|&other| other > cost);
                prop_assert!(!rather, "left {} and right {}", left, right);
            }
        }
    }
}

fn two_by_two() -> Problem {
    let mut builder = ProblemBuilder::new();
    builder.push_right(1, &[]).unwrap();
    builder.push_right(1, &[]).unwrap();
    builder.push_left(Unmatched::Price(1_000), &[(0, 10), (1, 11)]).unwrap();
    builder.push_left(Unmatched::Price(1_000), &[(0, 9), (1, 500)]).unwrap();
    builder.finish().unwrap()
}

#[test]
fn greedy_takes_the_cheapest_arc_first_and_first_come_the_first_row() {
    let total = |method| run(&two_by_two(), method).unwrap().objective.total();
    assert_eq!(total(Method::Exact), 20);
    assert_eq!(total(Method::Greedy), 20);
    assert_eq!(total(Method::FirstCome), 510);
}

#[test]
fn greedy_counts_the_load_of_the_next_unit() {
    let mut builder = ProblemBuilder::new();
    builder.push_right(2, &[0, 100]).unwrap();
    builder.push_right(1, &[]).unwrap();
    builder.push_left(Unmatched::Price(1_000), &[(0, 1), (1, 50)]).unwrap();
    builder.push_left(Unmatched::Price(1_000), &[(0, 2), (1, 60)]).unwrap();
    assert_eq!(run(&builder.finish().unwrap(), Method::Greedy).unwrap().objective.total(), 61);
}

#[test]
fn random_repeats_with_its_seed_and_differs_without() {
    let mut builder = ProblemBuilder::new();
    let row: Vec<(u32, i64)> = (0..40).map(|_| (builder.push_right(1, &[]).unwrap(), 1)).collect();
    for _ in 0..40 {
        builder.push_left(Unmatched::Price(5), &row).unwrap();
    }
    let problem = builder.finish().unwrap();
    let with = |seed| run(&problem, Method::Random { seed }).unwrap().chosen;
    assert_eq!(with(7), with(7));
    assert_ne!(with(7), with(8));
}

#[test]
fn kuhn_munkres_refuses_what_is_too_large_for_it() {
    let mut builder = ProblemBuilder::new();
    builder.push_right(u32::MAX, &[]).unwrap();
    for _ in 0..1_500 {
        builder.push_left(Unmatched::Forbidden, &[(0, 1)]).unwrap();
    }
    let Err(refused) = run(&builder.finish().unwrap(), Method::KuhnMunkres) else { panic!("solved") };
    assert!(matches!(refused, SolveError::TooLarge { cells: 4_500_000, .. }), "{refused:?}");
    assert!(refused.to_string().contains("2000000"), "{refused}");
}
