//! One family, solved by the exact method and proven: `cargo bench --bench probe -- FAMILY [REPEATS [THREADS [SCALE]]]`.
//! Without a family it lists them. Prints sizes, the time of each repeat, the median and the least, the peak memory of the
//! solve, what the proof says, and the statistics: the quick look between two changes, not a published figure.

mod families;
mod memory;

use std::env;
use std::ops::ControlFlow;
use std::time::Instant;

use families::{FAMILIES, SEED, by_name};
use jiedui::assignment::{Method, Problem, Solution, certificate, solve};
use memory::{forget_peak_memory, peak_memory};

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // Cargo hands `--bench` to every bench.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let Some(family) = arguments.first().and_then(|name| by_name(name)) else {
        for family in &FAMILIES {
            println!("{:20} {}", family.name, family.about);
        }
        return;
    };
    let repeats: usize = number(&arguments, 1, 3);
    let threads: usize = number(&arguments, 2, 0);
    let scale: f64 = number(&arguments, 3, 1.0);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .use_current_thread()
        .build_global()
        .expect("built once");

    let clock = Instant::now();
    let problem = family.make(scale, SEED).problem;
    println!(
        "{}: {} x {}, {} arcs, {} threads, made in {:.0} ms",
        family.name,
        problem.left_count(),
        problem.right_count(),
        problem.arc_count(),
        rayon::current_num_threads(),
        milliseconds(clock)
    );
    let mut times = Vec::new();
    for repeat in 1..=repeats {
        forget_peak_memory();
        let clock = Instant::now();
        let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()));
        times.push(milliseconds(clock));
        let peak = peak_memory();
        let solution = solution.expect("every family is feasible");
        println!("  {repeat}: {:9.2} ms, peak {peak}, {}", times[repeat - 1], verdict(&problem, &solution));
        if repeat == repeats {
            println!("  {:?}", solution.statistics);
        }
    }
    times.sort_by(f64::total_cmp);
    println!("  median {:.2} ms, least {:.2}", times[times.len() / 2], times[0]);
}

fn number<T: std::str::FromStr>(arguments: &[String], position: usize, otherwise: T) -> T {
    match arguments.get(position).map(|argument| argument.parse()) {
        None => otherwise,
        Some(Ok(value)) => value,
        Some(Err(_)) => panic!("argument {} is no number: {}", position + 1, arguments[position]),
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn verdict(problem: &Problem, solution: &Solution) -> String {
    match certificate::check(problem, &solution.chosen, &solution.price) {
        Ok(proof) => {
            let assigned = solution.chosen.iter().flatten().count();
            format!("proven {} with {assigned} assigned", proof.dual)
        }
        Err(violations) => {
            panic!("not proven: {} violations, first {:?}", violations.len(), violations.first())
        }
    }
}
