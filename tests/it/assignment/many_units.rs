//! Right nodes of many units, whose free units bid together. Oracles: the certificate, a total told by the greatest savings, and
//! the same units as right nodes of their own, each of which bids alone.

use std::cmp::Reverse;

use jiedui::assignment::{Method, ProblemBuilder, Unmatched};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::plain::{certified, run};

#[test]
fn units_that_most_left_nodes_want_go_to_those_who_save_most_by_them() {
    const LEFTS: u32 = 4_000;
    const UNITS: usize = 2_000;
    let mut random = ChaCha8Rng::seed_from_u64(31);
    // Where all save alike, units could only tie.
    for (spread, unmatched) in [(1, 1_000_000), (3, 200), (10_000, 1_000_000_000), (10_000, 25_000)] {
        let mut builder = ProblemBuilder::new();
        let wanted = builder.push_right(UNITS as u32, &[]).unwrap();
        let mut savings = Vec::new();
        let mut total = 0;
        for _ in 0..LEFTS {
            let own = builder.push_right(1, &[]).unwrap();
            let (near, far) = (
                random.random_range(0..spread),
                10_000 * (spread / 10_000) + 100 + random.random_range(0..spread),
            );
            savings.push(far - near);
            total += i128::from(far);
            builder.push_left(Unmatched::Price(unmatched.max(far)), &[(wanted, near), (own, far)]).unwrap();
        }
        savings.sort_by_key(|saving| Reverse(*saving));
        total -= savings[..UNITS].iter().map(|saving| i128::from(*saving)).sum::<i128>();
        let problem = builder.finish().unwrap();
        let solution = run(&problem, Method::Exact).unwrap();
        assert_eq!(certified(&problem, &solution), total);
        // One path for each unit would look at all arcs of their right node, unit after unit.
        assert!(solution.statistics.searches < UNITS as u64 / 4, "{:?}", solution.statistics);
    }
}

#[test]
fn units_that_many_want_go_in_few_bids_to_those_for_whom_staying_unmatched_is_dearest() {
    const LEFTS: usize = 10_000;
    const UNITS: usize = 1_000;
    let mut random = ChaCha8Rng::seed_from_u64(32);
    let mut builder = ProblemBuilder::new();
    let wanted = builder.push_right(UNITS as u32, &[]).unwrap();
    let mut savings = Vec::new();
    let mut total = 0;
    for left in 0..LEFTS {
        let own = builder.push_right(1, &[]).unwrap();
        let (near, unmatched) = (random.random_range(0..10), random.random_range(500..1_000_000));
        let mut arcs = vec![(wanted, near)];
        if left % 2 == 0 {
            arcs.push((own, random.random_range(100..200)));
        }
        let otherwise = if left % 2 == 0 { arcs[1].1 } else { unmatched };
        savings.push(otherwise - near);
        total += i128::from(otherwise);
        builder.push_left(Unmatched::Price(unmatched), &arcs).unwrap();
    }
    savings.sort_by_key(|saving| Reverse(*saving));
    total -= savings[..UNITS].iter().map(|saving| i128::from(*saving)).sum::<i128>();
    let problem = builder.finish().unwrap();
    let solution = run(&problem, Method::Exact).unwrap();
    assert_eq!(certified(&problem, &solution), total);
    // Bids by what arcs cost come nowhere near what staying unmatched costs.
    assert!(solution.statistics.bids < 100 * LEFTS as u64, "{:?}", solution.statistics);
    assert!(solution.statistics.searches < UNITS as u64 / 4, "{:?}", solution.statistics);
}

#[test]
fn units_of_one_right_node_cost_what_they_cost_as_right_nodes_of_their_own() {
    for seed in 0..60 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (lefts, rights) = (random.random_range(60..500), random.random_range(1..6_u32));
        let (most, dear) = (*[0, 3, 1_000].get(seed as usize % 3).unwrap(), [20, 5_000][seed as usize % 2]);
        let loads: Vec<Vec<i64>> = (0..rights)
            .map(|right| {
                let step = if right % 3 == 2 { random.random_range(0..=most / 20 + 1) } else { 0 };
                (0..random.random_range(1..160)).map(|unit| unit / 4 * step).collect()
            })
            .collect();
        let (mut together, mut apart) = (ProblemBuilder::new(), ProblemBuilder::new());
        let mut own: Vec<Vec<u32>> = Vec::new();
        for load in &loads {
            together.push_right(load.len() as u32, load).unwrap();
            own.push(load.iter().map(|step| apart.push_right(1, &[*step]).unwrap()).collect());
        }
        for left in 0..lefts {
            let mut arcs: Vec<(u32, i64)> = Vec::new();
            for right in 0..rights {
                if random.random_range(0..4) > 0 {
                    arcs.push((right, random.random_range(0..=most)));
                }
            }
            let price =
                Unmatched::Price(random.random_range(0..=most) + if left % 3 == 0 { dear } else { most });
            together.push_left(price, &arcs).unwrap();
            let each = arcs
                .iter()
                .flat_map(|(right, cost)| own[*right as usize].iter().map(move |unit| (*unit, *cost)));
            apart.push_left(price, &each.collect::<Vec<(u32, i64)>>()).unwrap();
        }
        let (together, apart) = (together.finish().unwrap(), apart.finish().unwrap());
        let total = certified(&together, &run(&together, Method::Exact).unwrap());
        assert_eq!(total, certified(&apart, &run(&apart, Method::Exact).unwrap()), "seed {seed}");
    }
}
