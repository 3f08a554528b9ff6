//! Repair against the same problem solved anew: after every amendment of a random sequence the total is the same, the
//! certificate holds, what is said to have changed has changed and nothing else; a refused amendment leaves no trace.

mod mirror;

use jiedui::assignment::repair::{Move, Moves, Repair, RepairError};
use jiedui::assignment::{Method, SolveError, Unmatched, certificate};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, proptest};

use mirror::{Amendment, Mirror, amend, amendment};

use super::exact::assert_deficient;
use super::plain::{Left, Plain, problems, run};

/// Right nodes and u of every left node, and v of every right node.
struct Snapshot {
    right: Vec<Option<u32>>,
    u: Vec<i64>,
    v: Vec<i64>,
}

fn snapshot(repair: &Repair, mirror: &Mirror) -> Snapshot {
    let lefts = 0..mirror.plain.lefts.len() as u32;
    Snapshot {
        right: lefts.clone().map(|left| repair.right_of(left)).collect(),
        u: lefts.map(|left| repair.left_price(left)).collect(),
        v: (0..mirror.plain.rights.len() as u32).map(|right| repair.right_price(right)).collect(),
    }
}

/// What changed between two snapshots, found by looking at everybody.
fn differences(before: &Snapshot, after: &Snapshot, mirror: &Mirror) -> Moves {
    let mut moves = Moves::default();
    for left in (0..after.right.len()).filter(|left| !mirror.gone_left[*left]) {
        let from = before.right.get(left).copied().flatten();
        if from != after.right[left] {
            moves.moved.push(Move { left: left as u32, from, to: after.right[left] });
        }
        if before.u.get(left).is_none_or(|u| after.u[left] > *u) {
            moves.risen.push(left as u32);
        } else if after.u[left] < before.u[left] {
            moves.sunk.push(left as u32);
        }
    }
    for right in (0..after.v.len()).filter(|right| !mirror.gone_right[*right]) {
        if before.v.get(right).is_none_or(|v| after.v[right] < *v) {
            moves.fallen.push(right as u32);
        } else if after.v[right] > before.v[right] {
            moves.raised.push(right as u32);
        }
    }
    moves
}

fn assert_proven(repair: &Repair, mirror: &Mirror) {
    let (problem, solution) = (repair.problem(), repair.solution());
    for (left, row) in (0_u32..).zip(&mirror.plain.lefts) {
        let mut arcs: Vec<(u32, i64)> =
            problem.row_rights(left).iter().copied().zip(problem.row_costs(left).iter().copied()).collect();
        arcs.sort_unstable();
        assert_eq!(arcs, row.arcs(), "row {left}");
        assert_eq!(problem.unmatched(left).price(), row.unmatched);
    }
    let proof = certificate::check(&problem, &solution.chosen, &solution.price).unwrap();
    assert_eq!(proof.primal, solution.objective.total());
    let choice = Plain::choice_of(&problem, &solution.chosen);
    assert_eq!(mirror.plain.total(&choice), Some(solution.objective.total()));
    let anew = run(&mirror.plain.build(), Method::Exact).unwrap();
    assert_eq!(anew.objective.total(), solution.objective.total());
}

fn follow(plain: &Plain, amendments: &[Amendment]) {
    let problem = plain.build();
    let Ok(solution) = run(&problem, Method::Exact) else { return };
    let mut repair = Repair::new(&problem, &solution).unwrap();
    let mut mirror = Mirror::new(plain);
    for amendment in amendments {
        let mut after = mirror.clone();
        if after.amend(amendment).is_none() {
            continue;
        }
        let before = snapshot(&repair, &mirror);
        let total = repair.objective();
        match amend(&mut repair, amendment, &mirror, &after) {
            Ok(moves) => {
                assert_eq!(moves.objective, repair.objective().total());
                let mut before = before;
                let back = match amendment {
                    Amendment::Unpin(pin, _) => Some(mirror.pinned[pin % mirror.pinned.len()].0),
                    Amendment::RestoreLeft(left, _) => mirror.removed(*left),
                    _ => None,
                };
                if let Some(left) = back {
                    // Out of the problem it had no price; whoever comes back is to be looked at.
                    before.u[left] = i64::MIN;
                }
                let expected = differences(&before, &snapshot(&repair, &after), &after);
                assert_eq!(Moves { objective: 0, ..moves }, expected, "{amendment:?}");
                mirror = after;
            }
            Err(RepairError::Infeasible(witness)) => {
                assert!(matches!(run(&after.plain.build(), Method::Exact), Err(SolveError::Infeasible(_))));
                assert_deficient(&after.plain.build(), &witness);
                let kept = snapshot(&repair, &mirror);
                assert_eq!((kept.right, kept.u, kept.v), (before.right, before.u, before.v));
                assert_eq!(repair.objective(), total);
            }
            Err(error) => panic!("{error}"),
        }
        assert_proven(&repair, &mirror);
        for (left, right) in &mirror.pinned {
            let (left, right) = (*left as u32, *right as u32);
            assert_eq!((repair.pinned_to(left), repair.right_of(left)), (Some(right), None));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn every_amendment_costs_what_solving_anew_costs(
        plain in problems(9, 5, true),
        amendments in vec(amendment(), 1..=8)
    ) {
        follow(&plain, &amendments);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn long_sequences_on_larger_problems_drift_nowhere(
        plain in problems(60, 40, false),
        amendments in vec(amendment(), 30)
    ) {
        follow(&plain, &amendments);
    }
}

/// The pairs without an arc that could improve the choice, among those whose u rose or v fell.
fn violated(repair: &Repair, whole: &Mirror, since: &Moves, most: usize) -> Vec<(u32, u32, i64)> {
    let kept = repair.problem();
    let mut found = Vec::new();
    for (left, row) in (0_u32..).zip(&whole.plain.lefts) {
        for (right, cost) in row.arcs() {
            let asked = since.risen.contains(&left) || since.fallen.contains(&right);
            let held = kept.row_rights(left).contains(&right);
            if asked && !held && cost + repair.right_price(right) < repair.left_price(left) {
                found.push((left, right, cost));
            }
        }
    }
    found.truncate(most);
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn looking_only_at_what_rose_and_fell_finds_the_best_over_all_pairs(
        plain in problems(9, 5, false),
        kept in vec(proptest::bool::weighted(0.4), 45),
        declined in vec((0..64_usize, 0..64_usize), 1..=5),
        most in 1..=4_usize
    ) {
        let mut whole = Mirror::new(&plain);
        let mut few = plain.clone();
        let arcs = few.lefts.iter_mut().flat_map(|left| &mut left.cost);
        arcs.zip(kept.iter().cycle()).for_each(|(cost, keep)| *cost = cost.filter(|_| *keep));
        let problem = few.build();
        let mut repair = Repair::new(&problem, &run(&problem, Method::Exact).unwrap()).unwrap();
        let everybody = Moves {
            risen: (0..plain.lefts.len() as u32).collect(),
            fallen: (0..plain.rights.len() as u32).collect(),
            ..Moves::default()
        };
        repair.certify(everybody, &mut |repair, since| violated(repair, &whole, since, most)).unwrap();
        for (left, right) in declined {
            let declined = Amendment::Forbid(left, right);
            if whole.amend(&declined).is_none() {
                continue;
            }
            let (left, right) = (whole.left(left).unwrap() as u32, whole.right(right).unwrap() as u32);
            let moves = repair.forbid(left, right).unwrap();
            repair.certify(moves, &mut |repair, since| violated(repair, &whole, since, most)).unwrap();
            let anew = run(&whole.plain.build(), Method::Exact).unwrap();
            assert_eq!(anew.objective.total(), repair.objective().total());
        }
    }
}

#[test]
fn an_unproven_solution_is_refused_with_what_is_wrong() {
    let plain =
        Plain { rights: vec![vec![0]], lefts: vec![Left { unmatched: Some(9), cost: vec![Some(2)] }] };
    let problem = plain.build();
    let mut solution = run(&problem, Method::Exact).unwrap();
    solution.chosen[0] = None;
    let Err(RepairError::NotProven(violations)) = Repair::new(&problem, &solution) else { panic!("taken") };
    assert!(!violations.is_empty());
}

#[test]
fn who_is_unknown_or_gone_is_named_and_nothing_changes() {
    let plain =
        Plain { rights: vec![vec![0]], lefts: vec![Left { unmatched: Some(9), cost: vec![Some(2)] }] };
    let problem = plain.build();
    let mut repair = Repair::new(&problem, &run(&problem, Method::Exact).unwrap()).unwrap();
    assert_eq!(repair.forbid(1, 0), Err(RepairError::NoLeft { left: 1 }));
    assert_eq!(repair.unpin(0, Unmatched::Price(9), &[]), Err(RepairError::NotPinned { left: 0 }));
    assert_eq!(repair.forbid(0, 1), Err(RepairError::NoRight { right: 1 }));
    assert!(matches!(repair.add_arcs(&[(0, 0, 1)]), Err(RepairError::Problem(_))));
    assert!(matches!(repair.add_left(Unmatched::Price(-1), &[]), Err(RepairError::Problem(_))));
    assert!(matches!(repair.set_capacity(0, 2, &[3]), Err(RepairError::Problem(_))));
    assert!(matches!(repair.set_unmatched(0, Unmatched::Price(i64::MAX / 2)), Err(RepairError::Problem(_))));
    assert_eq!(repair.objective().total(), 2);
    repair.remove_right(0).unwrap();
    assert_eq!(repair.remove_right(0), Err(RepairError::NoRight { right: 0 }));
    assert_eq!(repair.pin(0, 0), Err(RepairError::NoRight { right: 0 }));
    assert_eq!(repair.objective().total(), 9);
}
