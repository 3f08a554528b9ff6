//! One decline at a time: `cargo bench --bench repair [-- DECLINES [SCALE]]`.
//!
//! Solves the towns of the families at full size, then forbids the chosen pair of assigned lefts drawn at random, one after
//! the other in the same solution, and prints percentiles of the time and of the arcs looked at. Before the clock starts and
//! after it has stopped the certificate is checked, and at the end the total is that of solving the amended problem anew.

mod families;

use std::ops::ControlFlow;
use std::time::Instant;

use families::{SEED, by_name};
use jiedui::assignment::repair::Repair;
use jiedui::assignment::{Method, Problem, Solution, certificate, solve};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Families and the amendments measured on them.
const MEASURED: [&str; 2] = ["towns", "towns_lexicographic"];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let declines: usize = arguments.next().map_or(2_000, |text| text.parse().expect("DECLINES is a number"));
    let scale: f64 = arguments.next().map_or(1.0, |text| text.parse().expect("SCALE is a number"));
    for name in MEASURED {
        let problem = by_name(name).expect("a family of the table").make(scale, SEED).problem;
        measure(name, &problem, declines);
    }
}

fn measure(name: &str, problem: &Problem, declines: usize) {
    let solution = solve_exactly(problem);
    let clock = Instant::now();
    let mut repair = Repair::new(problem, &solution).expect("the exact method hands back a proof");
    let taken_over = clock.elapsed().as_secs_f64() * 1e3;
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let (mut times, mut moved, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    while times.len() < declines {
        let left = random.random_range(0..problem.left_count() as u32);
        let Some(right) = repair.right_of(left) else { continue };
        let clock = Instant::now();
        let change = repair.forbid(left, right).expect("everybody may stay unmatched");
        times.push(clock.elapsed().as_secs_f64() * 1e3);
        moved.push(change.moved.len() as f64);
        asked.push(
            (change.risen.len() + change.fallen.len() + change.sunk.len() + change.raised.len()) as f64,
        );
    }
    let (amended, repaired) = (repair.problem(), repair.solution());
    let proof = certificate::check(&amended, &repaired.chosen, &repaired.price).expect("proven all the way");
    assert_eq!(proof.dual, solve_exactly(&amended).objective.total(), "as solved anew");
    println!(
        "{name}: {} x {}, {} arcs, taken over in {taken_over:.0} ms; {declines} declines",
        problem.left_count(),
        problem.right_count(),
        problem.arc_count()
    );
    show("milliseconds", times);
    show("moved", moved);
    show("prices changed", asked);
}

fn show(what: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    println!(
        "  {what:14} p50 {:8.4}, p90 {:8.4}, p99 {:8.4}, most {:8.4}",
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}

fn solve_exactly(problem: &Problem) -> Solution {
    solve(problem, Method::Exact, &mut |_| ControlFlow::Continue(())).expect("every family is feasible")
}
