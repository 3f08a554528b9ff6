//! The exact method on families of problems at a tenth of their full size, as a guard against getting slower.
//! Every run checks its certificate, outside the time measured; a run that proves nothing is no measurement.
//! Full sizes beside other solvers: `benches/peers`.

mod families;

use std::ops::ControlFlow;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use families::{SEED, by_name};
use jiedui::assignment::{Method, Problem, Solution, certificate, solve};

/// Families and the share of the full size at which one solve takes milliseconds.
const MEASURED: [(&str, f64); 9] = [
    ("towns", 0.1),
    ("towns_lexicographic", 0.1),
    ("random16", 0.1),
    ("ties", 0.1),
    ("scarce", 0.1),
    ("dense_random", 0.25),
    ("dense_euclid", 0.25),
    ("geometric", 0.125),
    ("two_cost", 0.125),
];

/// A certified solution: dropped by the harness after the clock has stopped.
struct Proven<'a> {
    problem: &'a Problem,
    solution: Solution,
}

impl Drop for Proven<'_> {
    fn drop(&mut self) {
        let verdict = certificate::check(self.problem, &self.solution.chosen, &self.solution.price);
        let proof = verdict.expect("the exact method hands back a proof");
        assert_eq!(proof.dual, self.solution.objective.total());
    }
}

fn exact(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exact");
    group.sample_size(10);
    for (name, scale) in MEASURED {
        let family = by_name(name).expect("a family of the table");
        let problem = family.make(scale, SEED).problem;
        let size =
            format!("{}x{}, {} arcs", problem.left_count(), problem.right_count(), problem.arc_count());
        group.bench_function(BenchmarkId::new(name, size), |bencher| {
            bencher.iter_batched(
                || &problem,
                |problem| {
                    let solution = solve(problem, Method::Exact, &mut |_| ControlFlow::Continue(()))
                        .expect("every family is feasible");
                    Proven { problem, solution }
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, exact);
criterion_main!(benches);
