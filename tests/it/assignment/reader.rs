//! The DIMACS reader and the verb `solve`: what is right is read, what is wrong is named by its line.

use std::process::{Command, Output};

use jiedui::assignment::Method;
use jiedui::assignment::dimacs::{DimacsError, LINE_MAX, read, write_assignment};

use super::plain::run;

const SMALL: &str = "c two children's worth of arcs\np asn 4 3\nn 1\nn 2\na 1 3 20\na 1 4 15\na 2 3 17\n";

#[test]
fn a_file_is_read_solved_and_written() {
    for text in
        [SMALL.to_owned(), format!("\u{feff}{}", SMALL.replace('\n', "\r\n")), SMALL.replace('\n', "\n\n")]
    {
        let instance = read(text.as_bytes()).unwrap();
        assert_eq!((&instance.left_id[..], &instance.right_id[..]), (&[1, 2][..], &[3, 4][..]));
        let solution = run(&instance.problem, Method::Exact).unwrap();
        let mut out = Vec::new();
        write_assignment(&instance, &solution, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "s 32\nf 1 4 1\nf 2 3 1\n");
    }
}

#[test]
fn left_nodes_may_have_any_numbers_and_arcs_any_order() {
    let instance = read("p asn 4 3\nn 4\nn 2\na 4 1 5\na 2 3 6\na 4 3 1\n".as_bytes()).unwrap();
    assert_eq!(instance.left_id, [2, 4]);
    assert_eq!(instance.problem.row_costs(1), [5, 1]);
    assert_eq!(run(&instance.problem, Method::Exact).unwrap().objective.total(), 11);
}

fn refusal(text: &str) -> (u64, String) {
    match read(text.as_bytes()) {
        Err(error @ DimacsError::Line { line, .. }) => (line, error.to_string()),
        other => panic!("{text:?} gave {other:?}"),
    }
}

#[test]
fn every_bad_line_is_named_with_its_cure() {
    let long = format!("p asn 2 1\nc {}\n", "x".repeat(LINE_MAX));
    let cases: [(&str, u64, &str); 27] = [
        ("", 1, "`p asn N A` is missing"),
        ("c only a remark\n", 2, "`p asn N A` is missing"),
        ("n 1\n", 1, "put it before nodes"),
        ("a 1 2 3\n", 1, "put it before nodes"),
        ("p max 2 1\n", 1, "`p asn N A`"),
        ("p asn 2\n", 1, "`p asn N A`"),
        ("p asn 2 1 7\n", 1, "`p asn N A`"),
        ("p asn two 1\n", 1, "N must be a whole number"),
        ("p asn 4000000000 1\n", 1, "N must be a whole number from 0 to 50000000"),
        ("p asn 2 99999999999999999999\n", 1, "A must be a whole number"),
        ("p asn 2 0\np asn 2 0\n", 2, "keep one"),
        ("p asn 2 1\nn\n", 2, "`n i`"),
        ("p asn 2 1\nn 0\n", 2, "i must be a whole number from 1 to 2"),
        ("p asn 2 1\nn 3\n", 2, "i must be a whole number from 1 to 2"),
        ("p asn 2 1\nn 1\nn 1\n", 3, "marked already"),
        ("p asn 2 1\nn 1\na 1 2\n", 3, "`a i j c`"),
        ("p asn 2 1\nn 1\na 1 2 3 4\n", 3, "`a i j c`"),
        ("p asn 2 1\nn 1\na 1 9 3\n", 3, "j must be"),
        ("p asn 2 1\nn 1\na 1 2 -3\n", 3, "c must be a whole number from 0"),
        ("p asn 2 1\nn 1\na 1 2 1.5\n", 3, "c must be"),
        ("p asn 2 1\nn 1\na 1 2 9223372036854775808\n", 3, "c must be"),
        ("p asn 2 1\nn 1\na 2 1 3\n", 3, "add a line `n 2`"),
        ("p asn 3 1\nn 1\nn 2\na 1 2 3\n", 4, "ends at a right node"),
        ("p asn 3 2\nn 1\na 1 2 3\nn 3\n", 4, "before all a lines"),
        ("p asn 3 3\nn 1\na 1 2 3\na 1 3 3\na 1 2 1\n", 5, "arc of line 3"),
        ("p asn 3 2\nn 1\na 1 2 3\n", 4, "2 arcs, there are 1"),
        ("p asn 3 1\nn 1\na 1 2 3\na 1 3 3\n", 4, "1 arcs, there are 2"),
    ];
    for (text, line, cure) in cases {
        let (at, message) = refusal(text);
        assert!(at == line && message.contains(cure), "{text:?}: {message}");
        assert!(message.contains(&format!("第 {line} 行")) && message.contains(&format!("line {line}:")));
    }
    assert_eq!(refusal(&long).0, 2);
    assert_eq!(refusal("p asn 2 1\nedge 1 2\n").0, 2);
    assert!(matches!(read(&b"p asn 2 1\n\xff\xfe\n"[..]), Err(DimacsError::Line { line: 2, .. })));
}

#[test]
fn costs_that_cannot_be_added_up_are_refused_not_wrapped() {
    let text = format!("p asn 4 4\nn 1\nn 2\na 1 3 {0}\na 1 4 0\na 2 3 {0}\na 2 4 0\n", i64::MAX);
    assert!(matches!(read(text.as_bytes()), Err(DimacsError::Problem(_))));
}

fn solve_file(text: &str, arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("problem.asn"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_jiedui"))
        .args(["solve", "problem.asn"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    (output, folder)
}

#[test]
fn the_verb_prints_the_cost_and_writes_the_arcs() {
    let (output, folder) = solve_file(SMALL, &["--assignment", "out.sol"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "cost 32\n");
    assert!(output.status.success());
    assert_eq!(std::fs::read_to_string(folder.path().join("out.sol")).unwrap(), "s 32\nf 1 4 1\nf 2 3 1\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the file written aside is gone");
}

#[test]
fn the_verb_prints_json_with_counts_and_the_verdict_on_the_certificate() {
    let (output, _folder) = solve_file(SMALL, &["--json"]);
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["cost"], &object["certificate"]), (&32.into(), &true.into()));
    assert_eq!((&object["left"], &object["right"], &object["arcs"]), (&2.into(), &2.into(), &3.into()));
    assert!(object["read_ms"].is_u64() && object["solve_ms"].is_u64());
    if cfg!(target_os = "linux") {
        assert!(object["peak_memory_bytes"].as_u64().is_some_and(|bytes| bytes > 100_000));
    }
    let (output, _folder) = solve_file(SMALL, &["--json", "--solver", "kuhn-munkres"]);
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["cost"], &object["certificate"]), (&32.into(), &serde_json::Value::Null));
}

#[test]
fn without_a_complete_assignment_the_verb_names_who_competes_and_exits_with_2() {
    let text = "p asn 7 5\nn 2\nn 3\nn 5\na 2 7 1\na 3 7 4\na 5 6 2\na 5 1 2\na 5 4 2\n";
    let (output, folder) = solve_file(text, &["--assignment", "out.sol"]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains("left: 2 3\n") && message.contains("neighbours: 7\n"), "{message}");
    assert!(message.contains("不存在完整的指派") && output.stdout.is_empty());
    assert!(!folder.path().join("out.sol").exists());
}

#[test]
fn errors_of_the_verb_exit_with_2_and_write_nothing() {
    let (output, folder) = solve_file("p asn 2 1\nn 1\na 1 2 x\n", &["--assignment", "out.sol"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 3"));
    assert!(!folder.path().join("out.sol").exists());
    let (output, _folder) = solve_file(SMALL, &["--assignment", "nowhere/out.sol"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere/out.sol"));
}
