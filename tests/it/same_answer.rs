//! The same people give the same bytes: whatever the encoding, the container, the order of rows, the threads.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiedui::assignment::Method;
use jiedui::candidates::Prepared;
use jiedui::files::Files;
use jiedui::input::load::{LoadOptions, load};
use jiedui::input::policy;
use jiedui::input::write::canonical::digest;
use jiedui::pipeline::make_plan;
use jiedui::plan::PlanOptions;
use jiedui::plan::folder::write::render;
use jiedui::plan::folder::{PEOPLE, PLAN};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// The plan folder of a county, with the total cost of its passes.
fn plan(inputs: &Path, seed: u64, provisional: bool) -> (Files, Vec<i128>) {
    let loaded = load(inputs, &LoadOptions::default()).unwrap();
    let digest = digest(&loaded.instance, &loaded.policy);
    let options = PlanOptions { seed, method: Method::Exact, provisional, digest };
    let plan =
        make_plan(&loaded.instance, &loaded.policy, options, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, seed, provisional);
    let totals = plan.passes.iter().map(|solved| solved.solution.objective.total()).collect();
    (render(&prepared, &plan, &policy::canonical(&loaded.policy)), totals)
}

/// A copy of a county's folder with the rows of every sheet in another order.
fn shuffled(name: &str, seed: u64) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for entry in std::fs::read_dir(data(name)).unwrap() {
        let path = entry.unwrap().path();
        let Some(file) = path.file_name().filter(|_| path.is_file()) else { continue };
        let bytes = std::fs::read(&path).unwrap();
        let moved = if path.extension().is_some_and(|ending| ending == "csv") {
            let text = String::from_utf8(bytes).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].shuffle(&mut random);
            lines.join("\r\n").into_bytes()
        } else {
            bytes
        };
        std::fs::write(place.path().join(file), moved).unwrap();
    }
    place
}

#[test]
fn utf8_gbk_and_workbook_give_the_same_bytes() {
    for provisional in [false, true] {
        let (utf8, _) = plan(&data("laifeng"), 0, provisional);
        for other in ["laifeng-gbk", "laifeng-xlsx"] {
            assert_eq!(utf8, plan(&data(other), 0, provisional).0, "{other}");
        }
    }
}

#[test]
fn the_order_of_rows_tells_nothing() {
    for name in ["laifeng", "lingshi"] {
        let (written, _) = plan(&data(name), 0, false);
        for seed in 0..5 {
            assert_eq!(written, plan(shuffled(name, seed).path(), 0, false).0, "{name}, shuffle {seed}");
        }
    }
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| plan(&data("lingshi"), 0, false).0)
    };
    assert_eq!(on(1), on(2));
}

#[test]
fn another_seed_gives_other_ids_at_the_same_cost() {
    let ((one, cost), (other, same_cost)) =
        (plan(&data("laifeng"), 1, false), plan(&data("laifeng"), 2, false));
    assert_eq!(cost, same_cost);
    assert_ne!(one[PEOPLE], other[PEOPLE]);
    assert_ne!(one[PLAN], other[PLAN]);
}
