//! The Rust side of the comparison. `peers families` lists the seed and the families. `peers write FAMILY SCALE SEED
//! GIVEN SPATIAL` writes an instance as it comes, and renumbered along a curve if its nodes lie anywhere. `peers solve
//! SOLVER FILE` solves one and prints one line of JSON: `objective` (text), `build_ms`, `solve_ms`, or `error`. The
//! file's layout is in `instance.rs`.

#[path = "../../../families/mod.rs"]
mod families;
mod instance;
mod rivals;

use std::env;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use instance::Instance;
use jiedui::assignment::{Method, certificate, solve};

/// The program's, for all who are written in Rust.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What one run of one solver gave.
pub(crate) struct Outcome {
    /// The total, recomputed from the assignment in whole numbers.
    pub(crate) objective: i128,
    /// Milliseconds that the solver's own structures took to build.
    pub(crate) build_ms: f64,
    /// Milliseconds of the solve alone.
    pub(crate) solve_ms: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["families"] => {
            println!("{}", families::SEED);
            for family in &families::FAMILIES {
                println!("{}\t{}", family.name, family.about);
            }
            Ok(())
        }
        ["write", family, scale, seed, given, spatial] => {
            let family = families::by_name(family).ok_or("no such family")?;
            let made = family.make(scale.parse()?, seed.parse()?);
            let instance = Instance::of(&made.problem);
            instance.write(Path::new(given))?;
            if let Some(places) = &made.places {
                instance
                    .renumbered(
                        &families::along_a_curve(&places.lefts),
                        &families::along_a_curve(&places.rights),
                    )
                    .write(Path::new(spatial))?;
            }
            Ok(())
        }
        ["solve", solver, file] => {
            let instance = Instance::read(Path::new(file))?;
            match run(solver, &instance) {
                Ok(outcome) => println!(
                    "{{\"objective\": \"{}\", \"build_ms\": {:.3}, \"solve_ms\": {:.3}}}",
                    outcome.objective, outcome.build_ms, outcome.solve_ms
                ),
                Err(error) => println!("{{\"error\": {:?}}}", error.to_string()),
            }
            Ok(())
        }
        _ => Err("peers families | write FAMILY SCALE SEED GIVEN SPATIAL | solve SOLVER FILE".into()),
    }
}

fn run(solver: &str, instance: &Instance) -> Result<Outcome, Box<dyn Error>> {
    match solver {
        "jiedui" => ours(instance, 0),
        "jiedui_1" => ours(instance, 1),
        "pathfinding_kuhn_munkres" => rivals::kuhn_munkres(instance),
        "crate_lapjv" => rivals::lapjv(instance),
        "crate_sparse_forward" => rivals::sparse_forward(instance),
        "crate_sparse_khosla" => rivals::sparse_khosla(instance),
        _ => Err("no such solver".into()),
    }
}

/// Jiedui on so many threads, 0 for all there are. The answer counts only with its certificate.
fn ours(instance: &Instance, threads: usize) -> Result<Outcome, Box<dyn Error>> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build_global()?;
    let clock = Instant::now();
    let problem = instance.problem()?;
    let build_ms = milliseconds(clock);
    let clock = Instant::now();
    let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()))?;
    let solve_ms = milliseconds(clock);
    let proof = certificate::check(&problem, &solution.chosen, &solution.price)
        .map_err(|violations| format!("the certificate has {} violations", violations.len()))?;
    let taken: Vec<Option<u32>> =
        solution.chosen.iter().map(|arc| arc.map(|arc| problem.arc_right(arc as usize))).collect();
    let objective = instance.objective(&taken)?;
    if objective != proof.dual {
        return Err("the certificate proves another total".into());
    }
    Ok(Outcome { objective, build_ms, solve_ms })
}

/// Milliseconds since a clock was started.
pub(crate) fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
