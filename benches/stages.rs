//! What happens to a county before and after the solve, stage by stage: reading, fingerprint, preparation, ids.
//!
//! Without arguments criterion measures a county of 20,000 children and 16,000 volunteers, made by the generator. With
//! `--once DIR` every stage runs once on the sheets of `DIR`, at whatever size, and one line a stage is printed: seconds,
//! and the memory that the process holds and has held at most.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use criterion::Criterion;
use jiedui::candidates::Prepared;
use jiedui::input::load::{LoadOptions, Loaded, load};
use jiedui::input::write::canonical::digest;
use jiedui::synthetic::{CountyPlan, Published, write_generated};

/// The size at which criterion measures: long enough to be stable, short enough to repeat.
const CHILDREN: u32 = 20_000;
const VOLUNTEERS: u32 = 16_000;

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--once").skip(1);
    match arguments.next() {
        Some(folder) => once(Path::new(&folder)),
        None => repeated(),
    }
}

fn read(folder: &Path) -> Loaded {
    load(folder, &LoadOptions::default()).expect("the sheets can be read")
}

/// Every stage once.
fn once(folder: &Path) {
    let loaded = timed("read", || read(folder));
    let people = (loaded.instance.children.len(), loaded.instance.volunteers.len());
    println!("children {} volunteers {} findings {}", people.0, people.1, loaded.report.findings.len());
    timed("digest", || digest(&loaded.instance, &loaded.policy));
    timed("prepare", || Prepared::new(&loaded.instance, &loaded.policy, 0, false));
}

fn timed<T>(stage: &str, work: impl FnOnce() -> T) -> T {
    let (started, before) = (Instant::now(), processor_seconds());
    let result = work();
    println!(
        "{stage:10} {:8.2} s, {:8.2} s of processors; holds {} MB, held at most {} MB",
        started.elapsed().as_secs_f64(),
        processor_seconds() - before,
        megabytes("VmRSS:"),
        megabytes("VmHWM:")
    );
    result
}

/// Seconds that all threads have worked so far, where the system tells; else 0.
fn processor_seconds() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = status.rsplit(')').next().unwrap_or_default();
    let ticks = |field: usize| {
        after_name.split_whitespace().nth(field).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0)
    };
    // Fields 14 and 15 of the line, in hundredths of a second.
    (ticks(11) + ticks(12)) / 100.0
}

/// A line of memory in the process's status, where the system tells; else 0.
fn megabytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().map_or(0, |kilobytes| kilobytes / 1024)
}

fn repeated() {
    let folder = tempfile::tempdir().expect("a folder for the sheets");
    let plan = CountyPlan::invented(CHILDREN, VOLUNTEERS, 1, Published::TODAY);
    write_generated(&plan, "", folder.path()).expect("the sheets can be written");
    let loaded = read(folder.path());
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group(format!("stages/{CHILDREN}x{VOLUNTEERS}"));
    group.bench_function("read", |bencher| bencher.iter(|| read(folder.path())));
    group.bench_function("digest", |bencher| {
        bencher.iter(|| black_box(digest(&loaded.instance, &loaded.policy)));
    });
    group.bench_function("prepare", |bencher| {
        bencher.iter(|| Prepared::new(&loaded.instance, &loaded.policy, 0, false).children.len());
    });
    group.finish();
    criterion.final_summary();
}
