//! The exact method on three families of problems, at three supplies: fewer right nodes than left, as many, more.
//! Every run checks its certificate, outside the time measured; a run that proves nothing is no measurement.

mod families;

use std::ops::ControlFlow;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use families::{Size, random, ties, towns};
use jiedui::assignment::{Method, Problem, Solution, certificate, solve};

const SEED: u64 = 20_260_601;

/// Makes a problem of a size from a seed.
type Family = fn(Size, u64) -> Problem;

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
    let families: [(&str, Family); 3] = [("towns", towns), ("random", random), ("ties", ties)];
    let mut group = criterion.benchmark_group("exact");
    group.sample_size(10);
    for (family, make) in families {
        for (lefts, rights) in [(10_000, 8_000), (10_000, 10_000), (10_000, 12_500)] {
            let problem = make(Size { lefts, rights, degree: 24 }, SEED);
            let name = BenchmarkId::new(family, format!("{lefts}x{rights}x24"));
            group.bench_function(name, |bencher| {
                bencher.iter_batched(
                    || &problem,
                    |problem| {
                        let solution = solve(problem, Method::Exact, &mut |_| ControlFlow::Continue(()))
                            .expect("everybody may stay unmatched");
                        Proven { problem, solution }
                    },
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

criterion_group!(benches, exact);
criterion_main!(benches);
