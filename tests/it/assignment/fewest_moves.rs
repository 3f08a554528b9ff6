//! Of amendments that cost the same, the one that moves fewest is made.

use std::collections::{BTreeMap, BTreeSet};

use jiedui::assignment::repair::Repair;
use jiedui::assignment::{Method, Problem, ProblemBuilder, Unmatched};
use proptest::collection::{btree_set, vec};
use proptest::prelude::{ProptestConfig, Strategy, prop_assume, proptest};

use super::plain::run;

/// Rights of each left node; every arc costs the same.
fn rows(lefts: usize, rights: u32) -> impl Strategy<Value = Vec<BTreeSet<u32>>> {
    vec(btree_set(0..rights, 3..=4), lefts)
}

/// How many left nodes move, the first included, until one of them comes to a right node that nobody has; breadth first. None where
/// nobody can.
fn fewest(rows: &[BTreeSet<u32>], held: &[Option<u32>], left: usize, forbidden: u32) -> Option<usize> {
    let holder: BTreeMap<u32, usize> =
        (0..).zip(held).filter_map(|(left, right)| Some(((*right)?, left))).collect();
    let (mut seen, mut now) = (BTreeSet::from([left]), vec![left]);
    for moves in 1.. {
        let rights = now.iter().flat_map(|at| rows[*at].iter().map(move |right| (*at, *right)));
        let open: Vec<u32> =
            rights.filter(|(at, right)| (*at, *right) != (left, forbidden)).map(|pair| pair.1).collect();
        // The right node that the first one leaves is nobody's.
        if open.iter().any(|right| *right == forbidden || !holder.contains_key(right)) {
            return Some(moves);
        }
        now = open.iter().map(|right| holder[right]).filter(|holder| seen.insert(*holder)).collect();
        if now.is_empty() {
            return None;
        }
    }
    None
}

/// How many left nodes move until one that has nobody is drawn in, once `right` may take one more; breadth first. None where nobody can
/// be.
fn fewest_into(rows: &[BTreeSet<u32>], held: &[Option<u32>], right: u32) -> Option<usize> {
    let (mut seen, mut now) = (BTreeSet::from([right]), vec![right]);
    for moves in 1.. {
        let comers = (0..rows.len()).filter(|left| now.iter().any(|right| rows[*left].contains(right)));
        let comers: Vec<usize> = comers.collect();
        if comers.iter().any(|left| held[*left].is_none()) {
            return Some(moves);
        }
        now = comers.iter().filter_map(|left| held[*left]).filter(|right| seen.insert(*right)).collect();
        if now.is_empty() {
            return None;
        }
    }
    None
}

fn equally_dear(rows: &[BTreeSet<u32>], rights: u32) -> Problem {
    let mut builder = ProblemBuilder::new();
    for _ in 0..rights {
        builder.push_right(1, &[]).unwrap();
    }
    for row in rows {
        let arcs: Vec<(u32, i64)> = row.iter().map(|right| (*right, 7)).collect();
        builder.push_left(Unmatched::Price(1_000), &arcs).unwrap();
    }
    builder.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_pair_that_is_forbidden_moves_no_more_than_it_must(rows in rows(40, 44)) {
        let problem = equally_dear(&rows, 44);
        let solution = run(&problem, Method::Exact).unwrap();
        // Where somebody is alone, whoever comes to be alone instead costs the same.
        let held = problem.rights_of(&solution.chosen);
        prop_assume!(held.iter().all(Option::is_some));
        for (left, right) in (0_u32..).zip(held.iter().copied().flatten()) {
            let Some(fewest) = fewest(&rows, &held, left as usize, right) else { continue };
            let mut repair = Repair::new(&problem, &solution).unwrap();
            assert_eq!(repair.forbid(left, right).unwrap().moved.len(), fewest, "{left} without {right}");
        }
    }

    #[test]
    fn one_more_place_moves_no_more_than_it_must(rows in rows(44, 40)) {
        let problem = equally_dear(&rows, 40);
        let solution = run(&problem, Method::Exact).unwrap();
        let held = problem.rights_of(&solution.chosen);
        prop_assume!(held.iter().flatten().count() == 40);
        for right in 0..40 {
            let fewest = fewest_into(&rows, &held, right).unwrap_or_default();
            let mut repair = Repair::new(&problem, &solution).unwrap();
            assert_eq!(repair.set_capacity(right, 2, &[]).unwrap().moved.len(), fewest, "{right}");
        }
    }
}
