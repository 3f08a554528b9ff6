//! Problems of a size at which numbering, tiles and thinning come into play. The oracle is the
//! certificate, which shares no code with the solver, and a second solve by another way.

use std::ops::ControlFlow;

use jiedui::assignment::repair::Repair;
use jiedui::assignment::{Method, Problem, ProblemBuilder, Solution, Unmatched, solve};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::plain::certified;

/// Left and right nodes strewn over a square, each left node with arcs to right nodes in the cells around its own, in no
/// particular order.
pub(super) fn strewn(lefts: usize, rights: u32, seed: u64) -> Problem {
    strewn_with(lefts, rights, seed, [5_000, 50_000])
}

/// The same with two prices of staying unmatched, of which one left node in five has the second.
fn strewn_with(lefts: usize, rights: u32, seed: u64, unmatched: [i64; 2]) -> Problem {
    const CELLS: usize = 70;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut place = || (random.random_range(0..7_000_i64), random.random_range(0..7_000_i64));
    let right_places: Vec<(i64, i64)> = (0..rights).map(|_| place()).collect();
    let left_places: Vec<(i64, i64)> = (0..lefts).map(|_| place()).collect();
    let mut cells = vec![Vec::new(); CELLS * CELLS];
    for (right, at) in (0_u32..).zip(&right_places) {
        cells[at.0 as usize / 100 * CELLS + at.1 as usize / 100].push(right);
    }
    let mut builder = ProblemBuilder::new();
    for right in 0..rights {
        match right % 7 {
            0 => builder.push_right(2, &[0, 300]).unwrap(),
            1 => builder.push_right(3, &[]).unwrap(),
            _ => builder.push_right(1, &[]).unwrap(),
        };
    }
    for (left, at) in left_places.iter().enumerate() {
        let (x, y) = (at.0 as usize / 100, at.1 as usize / 100);
        let mut arcs = Vec::new();
        for row in x.saturating_sub(1)..=(x + 1).min(CELLS - 1) {
            for column in y.saturating_sub(1)..=(y + 1).min(CELLS - 1) {
                for &right in &cells[row * CELLS + column] {
                    let to = right_places[right as usize];
                    arcs.push((right, (at.0 - to.0).abs() + (at.1 - to.1).abs()));
                }
            }
        }
        arcs.sort_unstable();
        let price = unmatched[usize::from(left % 5 == 0)];
        builder.push_left(Unmatched::Price(price), &arcs).unwrap();
    }
    builder.finish().unwrap()
}

pub(super) fn exact(problem: &Problem) -> Solution {
    solve(problem, Method::Exact, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn on_threads(threads: usize, problem: &Problem) -> Solution {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| exact(problem))
}

#[test]
fn a_strewn_problem_is_solved_alike_on_one_thread_and_two_and_proven() {
    // Of the second, units are so few that they choose.
    for (rights, seed) in [(22_000, 1), (15_000, 14)] {
        let problem = strewn(45_000, rights, seed);
        assert!(problem.arc_count() > 1 << 20, "{} arcs are too few for tiles", problem.arc_count());
        let one = on_threads(1, &problem);
        certified(&problem, &one);
        assert_eq!(one, on_threads(2, &problem));
    }
}

#[test]
fn where_some_right_nodes_have_many_units_a_strewn_problem_is_solved_alike_on_one_thread_and_two() {
    let strewn = strewn(45_000, 22_000, 15);
    let mut builder = ProblemBuilder::new();
    for right in 0..strewn.right_count() as u32 {
        builder.push_right(if right % 40 == 0 { 80 } else { strewn.capacity(right) / 2 }, &[]).unwrap();
    }
    let problem = with_rows(builder, &strewn, |left| strewn.unmatched(left));
    assert!(problem.arc_count() > 1 << 20, "{} arcs are too few for tiles", problem.arc_count());
    let one = on_threads(1, &problem);
    certified(&problem, &one);
    assert_eq!(one, on_threads(2, &problem));
}

#[test]
fn where_staying_unmatched_is_dear_beyond_all_arcs_as_many_are_assigned_as_can_be() {
    for (lefts, rights, seed) in [(9_000, 4_000, 6), (6_000, 6_000, 7), (3_000, 3_000, 8)] {
        let dear = strewn_with(lefts, rights, seed, [1_000_000_000, 10_000_000_000]);
        let solution = exact(&dear);
        certified(&dear, &solution);
        // Where arcs cost nothing and staying unmatched is all alike, the least total is the greatest number.
        let mut builder = ProblemBuilder::new();
        for right in 0..rights {
            builder.push_right(dear.capacity(right), &[]).unwrap();
        }
        for left in 0..lefts as u32 {
            let arcs: Vec<(u32, i64)> = dear.row_rights(left).iter().map(|right| (*right, 0)).collect();
            builder.push_left(Unmatched::Price(1), &arcs).unwrap();
        }
        let alike = builder.finish().unwrap();
        let most = exact(&alike);
        certified(&alike, &most);
        let assigned = |solution: &Solution| solution.chosen.iter().flatten().count();
        assert_eq!(assigned(&solution), assigned(&most));
    }
}

#[test]
fn where_staying_unmatched_costs_each_another_amount_dear_beyond_arcs_few_bids_are_made() {
    const LEFTS: usize = 4_000;
    const RIGHTS: u32 = 2_400;
    let mut random = ChaCha8Rng::seed_from_u64(17);
    // Of the second, only some are dear.
    for price in [|draw: i64| draw, |draw: i64| 1 << (draw % 31)] {
        let mut builder = ProblemBuilder::new();
        for _ in 0..RIGHTS {
            builder.push_right(1, &[]).unwrap();
        }
        for _ in 0..LEFTS {
            let mut ends: Vec<u32> = (0..6).map(|_| random.random_range(0..RIGHTS)).collect();
            ends.sort_unstable();
            ends.dedup();
            let arcs: Vec<(u32, i64)> =
                ends.into_iter().map(|end| (end, random.random_range(0..1_000))).collect();
            builder.push_left(Unmatched::Price(price(random.random_range(0..1 << 30))), &arcs).unwrap();
        }
        let problem = builder.finish().unwrap();
        let solution = exact(&problem);
        certified(&problem, &solution);
        assert!(solution.statistics.bids < 400 * LEFTS as u64, "{:?}", solution.statistics);
    }
}

/// The same with every cost rounded up to a multiple, so that most arcs have many equals.
fn rounded(problem: &Problem, to: i64) -> Problem {
    let mut builder = ProblemBuilder::new();
    for right in 0..problem.right_count() as u32 {
        builder.push_right(problem.capacity(right), problem.load(right)).unwrap();
    }
    for left in 0..problem.left_count() as u32 {
        let costs = problem.row_costs(left).iter().map(|cost| (cost + to - 1) / to * to);
        let arcs: Vec<(u32, i64)> = problem.row_rights(left).iter().copied().zip(costs).collect();
        builder.push_left(problem.unmatched(left), &arcs).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn declines_among_many_equals_cost_what_solving_anew_costs() {
    let problem = rounded(&strewn(21_000, 16_000, 9), 100);
    assert!(problem.arc_count() > 1 << 19, "{} arcs are too few to be put in order", problem.arc_count());
    let mut repair = Repair::new(&problem, &exact(&problem)).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(10);
    for _ in 0..400 {
        let left = random.random_range(0..problem.left_count() as u32);
        if let Some(right) = repair.right_of(left) {
            repair.forbid(left, right).unwrap();
            assert_ne!(repair.right_of(left), Some(right));
        }
    }
    let amended = repair.problem();
    let total = certified(&amended, &repair.solution());
    assert_eq!(total, certified(&amended, &exact(&amended)));
}

#[test]
fn a_dense_problem_thinned_costs_what_it_costs_unthinned() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for (lefts, rights, most) in [(300, 200, 1_000), (200, 300, 3), (256, 256, 100_000), (300, 300, 0)] {
        let mut builder = ProblemBuilder::new();
        for right in 0..rights {
            builder.push_right(1 + u32::from(right % 9 == 0), &[]).unwrap();
        }
        for left in 0..lefts {
            let arcs: Vec<(u32, i64)> =
                (0..rights).map(|right| (right, random.random_range(0..=most))).collect();
            let must = left % 3 == 0 && left < rights;
            let unmatched = if must { Unmatched::Forbidden } else { Unmatched::Price(most * 2) };
            builder.push_left(unmatched, &arcs).unwrap();
        }
        let dense = builder.finish().unwrap();
        let sparse = with_idle_rights(&dense, lefts * 3);
        assert_eq!(certified(&dense, &exact(&dense)), certified(&sparse, &exact(&sparse)));
    }
}

#[test]
fn where_the_cheapest_arcs_are_not_those_that_matter_all_are_taken_soon() {
    // Each row and each column is cheapest where all others are: in the best choice those with the least numbers have the greatest.
    const LEFTS: i64 = 400;
    const RIGHTS: i64 = 360;
    let mut builder = ProblemBuilder::new();
    for _ in 0..RIGHTS {
        builder.push_right(1, &[]).unwrap();
    }
    for left in 1..=LEFTS {
        let arcs: Vec<(u32, i64)> = (0..).zip((1..=RIGHTS).map(|right| left * right)).collect();
        builder.push_left(Unmatched::Price(1 << 40), &arcs).unwrap();
    }
    let problem = builder.finish().unwrap();
    let solution = exact(&problem);
    let least: i64 = (1..=RIGHTS).map(|right| right * (RIGHTS + 1 - right)).sum();
    assert_eq!(certified(&problem, &solution), i128::from(least) + (i128::from(LEFTS - RIGHTS) << 40));
    // Each of the rounds settles anew.
    assert!(solution.statistics.settled_by_auction < 5 * LEFTS as u64, "{:?}", solution.statistics);
}

#[test]
fn a_dense_problem_on_a_plane_is_proven_alike_on_one_thread_and_two() {
    // Whoever lives at the edge competes with everybody further in: prices differ over many arcs' cost, and arcs are added
    // in several rounds, the later of which look only at what has changed.
    let mut random = ChaCha8Rng::seed_from_u64(9);
    for (lefts, rights) in [(700, 700), (600, 500)] {
        let mut place = || [random.random_range(0..10_000_i64), random.random_range(0..10_000_i64)];
        let right_places: Vec<[i64; 2]> = (0..rights).map(|_| place()).collect();
        let mut builder = ProblemBuilder::new();
        for _ in 0..rights {
            builder.push_right(1, &[]).unwrap();
        }
        for _ in 0..lefts {
            let at = place();
            let way = |to: &[i64; 2]| ((at[0] - to[0]).pow(2) + (at[1] - to[1]).pow(2)).isqrt();
            let arcs: Vec<(u32, i64)> = (0..).zip(right_places.iter().map(way)).collect();
            builder.push_left(Unmatched::Price(40_000), &arcs).unwrap();
        }
        let dense = builder.finish().unwrap();
        let one = on_threads(1, &dense);
        let sparse = with_idle_rights(&dense, 3 * lefts);
        assert_eq!(certified(&dense, &one), certified(&sparse, &exact(&sparse)));
        assert_eq!(one, on_threads(2, &dense));
    }
}

#[test]
fn where_all_can_have_one_of_their_cheapest_arcs_at_once_all_do() {
    for (count, favourites, seed) in [(2_000, 3, 10), (2_000, 12, 11), (500, 5, 12)] {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        // A hidden partner for everybody, and others at the same cost; the rest is dear.
        let mut partner: Vec<u32> = (0..count).collect();
        partner.shuffle(&mut random);
        let mut builder = ProblemBuilder::new();
        for _ in 0..count {
            builder.push_right(1, &[]).unwrap();
        }
        let mut least = 0;
        for left in 0..count {
            let cheap = random.random_range(1..100);
            least += i128::from(cheap);
            let mut arcs = vec![(partner[left as usize], cheap)];
            while arcs.len() < favourites + 4 {
                let right = random.random_range(0..count);
                if arcs.iter().all(|arc| arc.0 != right) {
                    arcs.push((right, if arcs.len() < favourites { cheap } else { 1_000 }));
                }
            }
            arcs.sort_unstable();
            let unmatched = if left % 2 == 0 { Unmatched::Forbidden } else { Unmatched::Price(100) };
            builder.push_left(unmatched, &arcs).unwrap();
        }
        let problem = builder.finish().unwrap();
        assert_eq!(certified(&problem, &exact(&problem)), least);
        // One right node without a unit is enough that this cannot be; the whole solver says what can.
        let short = without_unit(&problem, partner[7]);
        assert!(certified(&short, &exact(&short)) >= least);
    }
}

/// The same problem, one right node without capacity, everybody free to stay unmatched.
fn without_unit(problem: &Problem, closed: u32) -> Problem {
    let mut builder = ProblemBuilder::new();
    for right in 0..problem.right_count() as u32 {
        builder.push_right(u32::from(right != closed), &[]).unwrap();
    }
    with_rows(builder, problem, |_| Unmatched::Price(100))
}

/// A problem of right nodes so far and the rows of another.
fn with_rows(mut builder: ProblemBuilder, rows: &Problem, unmatched: impl Fn(u32) -> Unmatched) -> Problem {
    for left in 0..rows.left_count() as u32 {
        let arcs = rows.row_rights(left).iter().zip(rows.row_costs(left));
        let arcs: Vec<(u32, i64)> = arcs.map(|(right, cost)| (*right, *cost)).collect();
        builder.push_left(unmatched(left), &arcs).unwrap();
    }
    builder.finish().unwrap()
}

/// The same problem with so many more right nodes that no arc reaches: too sparse to be thinned.
fn with_idle_rights(problem: &Problem, idle: u32) -> Problem {
    let mut builder = ProblemBuilder::new();
    for right in 0..problem.right_count() as u32 {
        builder.push_right(problem.capacity(right), problem.load(right)).unwrap();
    }
    for _ in 0..idle {
        builder.push_right(1, &[]).unwrap();
    }
    with_rows(builder, problem, |left| problem.unmatched(left))
}

#[test]
fn a_problem_with_few_right_nodes_thinned_costs_what_it_costs_unthinned() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for (lefts, rights, degree, most) in
        [(3_000, 40, 6, 1_000), (900, 7, 7, 3), (2_000, 20, 3, 0), (4_000, 30, 5, 90_000)]
    {
        let mut builder = ProblemBuilder::new();
        for right in 0..rights {
            match right % 5 {
                0 => builder.push_right(2, &[0, most / 2]).unwrap(),
                1 => builder.push_right(12, &[]).unwrap(),
                2 => builder.push_right(0, &[]).unwrap(),
                _ => builder.push_right(1, &[]).unwrap(),
            };
        }
        for _ in 0..lefts {
            let first = random.random_range(0..rights);
            let ends = (0..degree).map(|step| (first + step) % rights);
            let arcs: Vec<(u32, i64)> = ends.map(|right| (right, random.random_range(0..=most))).collect();
            builder.push_left(Unmatched::Price(random.random_range(0..=most * 2)), &arcs).unwrap();
        }
        let scarce = builder.finish().unwrap();
        let sparse = with_idle_rights(&scarce, lefts);
        assert_eq!(certified(&scarce, &exact(&scarce)), certified(&sparse, &exact(&sparse)));
    }
}

/// Random arcs, as many for each left node, with a dearer price of staying unmatched for the first few.
fn scattered(lefts: u32, rights: u32, degree: usize, dear: u32, most: i64, seed: u64) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut builder = ProblemBuilder::new();
    for right in 0..rights {
        match right % 5 {
            0 => builder.push_right(2, &[0, most / 2]).unwrap(),
            1 => builder.push_right(0, &[]).unwrap(),
            _ => builder.push_right(1, &[]).unwrap(),
        };
    }
    for left in 0..lefts {
        let mut ends: Vec<u32> = (0..degree).map(|_| random.random_range(0..rights)).collect();
        ends.sort_unstable();
        ends.dedup();
        let arcs: Vec<(u32, i64)> =
            ends.into_iter().map(|right| (right, random.random_range(0..=most))).collect();
        let price = if left < dear { 1_000 * (most + 1) } else { 2 * most };
        builder.push_left(Unmatched::Price(price), &arcs).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn where_units_choose_it_costs_what_it_costs_where_left_nodes_bid() {
    // The last has arcs enough to tell that they lead anywhere.
    for (lefts, rights, degree, dear, most, seed) in [
        (9_000, 4_000, 6, 0, 10_000, 20),
        (9_000, 3_000, 9, 2_500, 10_000, 21),
        (9_000, 3_000, 9, 2_900, 2, 22),
        (9_000, 1_500, 4, 9_000, 0, 23),
        (70_000, 66_000, 8, 5_000, 1_000, 24),
    ] {
        let problem = scattered(lefts, rights, degree, dear, most, seed);
        let one = on_threads(1, &problem);
        assert_eq!(one, on_threads(2, &problem));
        // With more units than left nodes it is for these to bid.
        let left_nodes_bid = with_idle_rights(&problem, lefts);
        assert_eq!(certified(&problem, &one), certified(&left_nodes_bid, &exact(&left_nodes_bid)));
    }
}
