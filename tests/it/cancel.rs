//! Ctrl-C stops the work, leaves nothing half-written, and says so.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::files::names;
use jiedui::files::{Files, replace_folder_heard, write_folder, write_folder_heard};
use jiedui::synthetic::{CountyPlan, Published, write_generated};

/// Far longer than stopping takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

fn begin(arguments: &[&str], folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_jiedui"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the process hears SIGINT, as its status in /proc tells: a mask of signals, SIGINT the second.
fn wait_for_its_ear(process: &Child) {
    let status = format!("/proc/{}/status", process.id());
    let hears = || {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let mask = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
        u64::from_str_radix(mask, 16).unwrap_or_default() & 2 != 0
    };
    let since = Instant::now();
    while !hears() {
        assert!(since.elapsed() < LONG, "the process never took SIGINT over");
        thread::sleep(Duration::from_millis(2));
    }
}

fn interrupt(process: &Child) {
    let sent = Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Sends SIGINT once the process hears it, some moments into the work; what it said, once it has ended.
fn interrupted(mut process: Child, after: Duration) -> Output {
    wait_for_its_ear(&process);
    thread::sleep(after);
    assert!(process.try_wait().unwrap().is_none(), "the work was over before it could be stopped");
    let since = Instant::now();
    interrupt(&process);
    let output = process.wait_with_output().unwrap();
    assert!(since.elapsed() < LONG, "it did not stop");
    output
}

fn assert_cancelled(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert_eq!(said.matches("已取消，未写出任何文件 / cancelled, nothing was written").count(), 1, "{said}");
}

/// A dense problem of the size `side` × `side` whose costs are products: the worst case of the cubic method, known for it.
fn dense(side: usize, file: &Path) {
    let mut text = format!("p asn {} {}\n", 2 * side, side * side);
    (1..=side).for_each(|node| writeln!(text, "n {node}").unwrap());
    for left in 1..=side {
        for right in 1..=side {
            writeln!(text, "a {left} {} {}", side + right, left * right).unwrap();
        }
    }
    fs::write(file, text).unwrap();
}

/// The cubic method takes seconds on the largest table that it accepts, and asks nobody whether to go on.
#[test]
fn ctrl_c_stops_a_solve_that_asks_nobody() {
    let place = tempfile::tempdir().unwrap();
    dense(990, &place.path().join("dense.asn"));
    let arguments = ["solve", "dense.asn", "--solver", "kuhn-munkres", "--assignment", "out"];
    let output = interrupted(begin(&arguments, place.path()), Duration::from_millis(300));
    assert_cancelled(&output);
    assert!(output.stdout.is_empty());
    assert_eq!(names(place.path()), ["dense.asn"]);
}

#[test]
fn ctrl_c_stops_a_match_and_leaves_the_former_plan_alone() {
    let place = tempfile::tempdir().unwrap();
    let county = CountyPlan::invented(12_000, 9_000, 1, Published::TODAY);
    write_generated(&county, "", place.path()).unwrap();
    let former = Files::from([("plan.json", b"{}".to_vec())]);
    write_folder(&place.path().join("plan"), &former).unwrap();
    let before = names(place.path());
    for after in [0, 150, 600] {
        let output = interrupted(begin(&["match", "."], place.path()), Duration::from_millis(after));
        assert_cancelled(&output);
        assert!(output.stdout.is_empty());
        assert_eq!(names(place.path()), before, "after {after} ms");
        assert_eq!(fs::read(place.path().join("plan/plan.json")).unwrap(), b"{}");
    }
}

/// Breaking off at every step that the writer reports, one after the other, until it has no more.
#[test]
fn writing_can_be_broken_off_at_any_step() {
    let place = tempfile::tempdir().unwrap();
    let (plan, kept) = (place.path().join("plan"), place.path().join("plan-1"));
    let files =
        Files::from([("a.txt", vec![b'a'; 9_000_000]), ("b.txt", b"b".to_vec()), ("c.txt", Vec::new())]);
    let mut steps = 0;
    loop {
        let mut heard = 0;
        let mut last = 0;
        let written = write_folder_heard(&plan, &files, &mut |done, total| {
            assert!(last <= done && done <= total && total == 9_000_001);
            last = done;
            heard += 1;
            if heard > steps { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if written.is_ok() {
            break;
        }
        assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::Interrupted);
        assert!(names(place.path()).is_empty(), "after {steps} steps");
        steps += 1;
    }
    assert!(steps > 5, "long files are written in steps");
    let broken = replace_folder_heard(&plan, &kept, &files, &mut |_, _| ControlFlow::Break(()));
    assert!(broken.is_err());
    assert_eq!(names(place.path()), ["plan"]);
    assert_eq!(names(&plan), ["a.txt", "b.txt", "c.txt"]);
}
