//! The exact method: least, lexicographic, monotone, and honest about what cannot be.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiedui::assignment::tiers::lexicographic_prices;
use jiedui::assignment::{
    HallWitness, Method, Phase, Problem, ProblemBuilder, SolveError, Status, Unmatched, certificate, solve,
};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};

use super::plain::{Left, Plain, problems, run};

/// Plainly: the left nodes must be assigned, the right nodes are all their neighbours, and they are too few.
fn assert_deficient(problem: &Problem, witness: &HallWitness) {
    let left: BTreeSet<u32> = witness.left.iter().copied().collect();
    assert_eq!(left.len(), witness.left.len(), "a left node is named twice");
    let mut neighbours = BTreeSet::new();
    for &node in &left {
        assert_eq!(problem.unmatched(node), Unmatched::Forbidden);
        neighbours.extend(problem.row(node).map(|arc| problem.arc_right(arc)));
    }
    assert_eq!(neighbours, witness.right.iter().copied().collect());
    let capacity: u64 = neighbours.iter().map(|&node| u64::from(problem.capacity(node))).sum();
    assert_eq!(capacity, witness.capacity);
    assert!(left.len() as u64 > capacity, "{left:?} fit into {capacity}");
}

fn solve_certified(plain: &Plain) -> Option<i128> {
    let problem = plain.build();
    match run(&problem, Method::Exact) {
        Ok(solution) => {
            let proof = certificate::check(&problem, &solution.chosen, &solution.price);
            assert_eq!(solution.status, Status::Optimal);
            assert_eq!(proof.unwrap().primal, solution.objective.total());
            let choice = Plain::choice_of(&problem, &solution.chosen);
            assert_eq!(plain.total(&choice), Some(solution.objective.total()));
            Some(solution.objective.total())
        }
        Err(SolveError::Infeasible(witness)) => {
            assert_deficient(&problem, &witness);
            None
        }
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12_000))]

    #[test]
    fn exact_equals_brute_force(plain in problems(8, 4, true)) {
        prop_assert_eq!(solve_certified(&plain), plain.brute_force());
    }
}

/// Covered left nodes of each tier, the highest first, then the cost negated: greater is better.
fn best_by_vectors(plain: &Plain, tier: &[u32]) -> (Vec<usize>, i128) {
    let mut best = (Vec::new(), 0);
    plain.every_choice(&mut |choice| {
        let paid = Plain {
            lefts: plain.lefts.iter().map(|left| Left { unmatched: Some(0), ..left.clone() }).collect(),
            rights: plain.rights.clone(),
        };
        let value = (coverage(choice, tier), -paid.total(choice).unwrap());
        if best.0.is_empty() || value > best {
            best = value;
        }
    });
    best
}

fn coverage(choice: &[Option<usize>], tier: &[u32]) -> Vec<usize> {
    (1..=3)
        .rev()
        .map(|rank| choice.iter().zip(tier).filter(|&(right, &tier)| right.is_some() && tier == rank).count())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn tiers_cover_lexicographically_and_then_cost_least(
        (plain, tier) in (problems(6, 4, false), vec(1..=3_u32, 6))
    ) {
        let tier = &tier[..plain.lefts.len()];
        let load_max = plain.rights.iter().flatten().copied().max().unwrap_or(0);
        let costs = plain.lefts.iter().map(|left| left.arcs().into_iter().map(|arc| arc.1));
        let prices = lexicographic_prices(costs, tier, load_max).unwrap();
        let mut tiered = plain.clone();
        for (left, price) in tiered.lefts.iter_mut().zip(prices) {
            left.unmatched = Some(price);
        }
        let problem = tiered.build();
        let solution = run(&problem, Method::Exact).unwrap();
        let choice = Plain::choice_of(&problem, &solution.chosen);
        let cost = solution.objective.arcs + solution.objective.load;
        prop_assert_eq!((coverage(&choice, tier), -cost), best_by_vectors(&plain, tier));
    }

    #[test]
    fn adding_a_right_node_never_raises_the_objective(
        (plain, costs) in (problems(8, 4, true), vec(proptest::option::of(0..=12_i64), 8))
    ) {
        let before = solve_certified(&plain);
        let mut more = plain.clone();
        more.rights.push(vec![0, 3]);
        for (left, cost) in more.lefts.iter_mut().zip(costs) {
            left.cost.push(cost);
        }
        let after = solve_certified(&more);
        prop_assert!(before.is_none() || after <= before && after.is_some());
    }

    #[test]
    fn adding_capacity_never_raises_the_objective(plain in problems(8, 4, true)) {
        let before = solve_certified(&plain);
        for right in 0..plain.rights.len() {
            let mut more = plain.clone();
            let last = more.rights[right].last().copied().unwrap_or(0);
            more.rights[right].push(last);
            let after = solve_certified(&more);
            prop_assert!(before.is_none() || after <= before && after.is_some());
        }
    }
}

/// Larger problems, with right nodes that hold more and load steps that matter.
fn larger() -> impl Strategy<Value = Plain> {
    problems(100, 60, false)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn exact_equals_kuhn_munkres(plain in larger()) {
        let problem = plain.build();
        let second_opinion = run(&problem, Method::KuhnMunkres).unwrap();
        prop_assert_eq!(solve_certified(&plain), Some(second_opinion.objective.total()));
    }

    #[test]
    fn the_same_problem_gives_the_same_solution(plain in larger()) {
        prop_assert_eq!(run(&plain.build(), Method::Exact), run(&plain.build(), Method::Exact));
    }
}

fn problem(rights: &[(u32, &[i64])], lefts: &[(Unmatched, &[(u32, i64)])]) -> Problem {
    let mut builder = ProblemBuilder::new();
    for &(capacity, load) in rights {
        builder.push_right(capacity, load).unwrap();
    }
    for &(unmatched, arcs) in lefts {
        builder.push_left(unmatched, arcs).unwrap();
    }
    builder.finish().unwrap()
}

fn certified_total(problem: &Problem) -> i128 {
    let solution = run(problem, Method::Exact).unwrap();
    certificate::check(problem, &solution.chosen, &solution.price).unwrap().dual
}

#[test]
fn an_empty_problem_costs_nothing() {
    assert_eq!(certified_total(&problem(&[], &[])), 0);
}

#[test]
fn without_arcs_everybody_stays_unmatched() {
    assert_eq!(
        certified_total(&problem(&[(1, &[])], &[(Unmatched::Price(4), &[]), (Unmatched::Price(5), &[])])),
        9
    );
}

#[test]
fn one_left_node_takes_its_only_arc_unless_staying_is_cheaper() {
    assert_eq!(certified_total(&problem(&[(1, &[])], &[(Unmatched::Price(4), &[(0, 3)])])), 3);
    assert_eq!(certified_total(&problem(&[(1, &[])], &[(Unmatched::Price(4), &[(0, 5)])])), 4);
    assert_eq!(certified_total(&problem(&[(1, &[2])], &[(Unmatched::Price(4), &[(0, 3)])])), 4);
}

#[test]
fn capacity_zero_takes_nobody_and_is_proven_so() {
    assert_eq!(certified_total(&problem(&[(0, &[])], &[(Unmatched::Price(4), &[(0, 0)])])), 4);
    let stuck = problem(&[(0, &[])], &[(Unmatched::Forbidden, &[(0, 0)])]);
    let Err(SolveError::Infeasible(witness)) = run(&stuck, Method::Exact) else { panic!("solved") };
    assert_eq!(witness, HallWitness { left: vec![0], right: vec![0], capacity: 0 });
}

#[test]
fn a_left_node_without_arcs_that_must_be_assigned_is_its_own_witness() {
    let stuck = problem(&[(1, &[])], &[(Unmatched::Price(1), &[(0, 0)]), (Unmatched::Forbidden, &[])]);
    let Err(SolveError::Infeasible(witness)) = run(&stuck, Method::Exact) else { panic!("solved") };
    assert_eq!(witness, HallWitness { left: vec![1], right: vec![], capacity: 0 });
}

#[test]
fn one_right_node_wanted_by_all_goes_to_whoever_saves_most() {
    let wanted: Vec<(Unmatched, &[(u32, i64)])> =
        (0..500).map(|left| (Unmatched::Price(1_000 + left), &[(0_u32, 7_i64)][..])).collect();
    let problem = problem(&[(1, &[])], &wanted);
    let solution = run(&problem, Method::Exact).unwrap();
    assert_eq!(solution.chosen.iter().position(Option::is_some), Some(499));
    assert!(certificate::check(&problem, &solution.chosen, &solution.price).is_ok());
}

#[test]
fn a_right_node_with_more_units_than_the_start_looks_at_is_filled_exactly() {
    let lefts: Vec<(Unmatched, &[(u32, i64)])> =
        (0..400).map(|left| (Unmatched::Price(100 + left % 50), &[(0_u32, 10_i64), (1, 60)][..])).collect();
    let load: Vec<i64> = (0..90).collect();
    assert_eq!(
        certified_total(&problem(&[(150, &[]), (90, &load)], &lefts)),
        run(&problem(&[(150, &[]), (90, &load)], &lefts), Method::KuhnMunkres).unwrap().objective.total()
    );
}

#[test]
fn all_costs_equal_does_not_blow_up() {
    let row: Vec<(u32, i64)> = (0..300).map(|right| (right, 5)).collect();
    let lefts = vec![(Unmatched::Price(50), &row[..]); 400];
    let solution = run(&problem(&vec![(1, &[][..]); 300], &lefts), Method::Exact).unwrap();
    assert_eq!(solution.objective.total(), 300 * 5 + 100 * 50);
    // Each left node looks at its row a few times at most, not once for each of the others.
    assert!(solution.statistics.arcs_scanned < 400 * 300 * 10, "{:?}", solution.statistics);
}

#[test]
fn the_callback_hears_the_end_and_can_cancel() {
    let problem = problem(&[(1, &[])], &[(Unmatched::Price(4), &[(0, 3)])]);
    let mut heard = Vec::new();
    let keep = |progress| {
        heard.push(progress);
        ControlFlow::Continue(())
    };
    solve(&problem, Method::Exact, &mut { keep }).unwrap();
    assert!(heard.last().is_some_and(|last| last.phase == Phase::Repair && last.done == last.total));
    let cancelled = solve(&problem, Method::Exact, &mut |_| ControlFlow::Break(()));
    assert_eq!(cancelled, Err(SolveError::Cancelled));
}
