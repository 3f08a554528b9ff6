//! `jiedui explain` as it is called: both kinds of answer, in both languages and as JSON, for every audience; what cannot be
//! answered is refused with the cure.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A copy of the committed county Laifeng with a plan.
struct County(tempfile::TempDir);

impl County {
    fn matched(method: &str) -> Self {
        let county = Self(tempfile::tempdir().unwrap());
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/laifeng");
        for file in fs::read_dir(committed).unwrap().map(Result::unwrap) {
            if file.path().is_file() {
                fs::copy(file.path(), county.0.path().join(file.file_name())).unwrap();
            }
        }
        let inputs = county.0.path().to_str().unwrap().to_owned();
        let matched = run(&["match", &inputs, "--solver", method]);
        assert!(matched.status.success(), "{}", said(&matched));
        county
    }

    fn explain(&self, arguments: &[&str]) -> Output {
        let plan = self.0.path().join("plan");
        run(&[&["explain", plan.to_str().unwrap()], arguments].concat())
    }

    fn told(&self, arguments: &[&str]) -> String {
        let output = self.explain(arguments);
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiedui")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

#[test]
fn each_language_is_spoken_alone_and_json_says_what_it_is() {
    let county = County::matched("exact");
    let chinese = county.told(&["--child", "LF-E003"]);
    assert!(chinese.contains("为什么不是别的志愿者") && !chinese.contains("Why no other"));
    let english = county.told(&["--child", "LF-E003", "--lang", "en"]);
    assert!(english.contains("Why no other volunteer") && !english.contains("为什么"));
    let json =
        county.told(&["--child", "LF-E017", "--volunteer", "LF-V055", "--json", "--audience", "guardian"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["format"], &json["question"]), (&"jiedui-answer/1".into(), &"why_not".into()));
    assert_eq!(
        (&json["audience"], &json["answer"]["because"]["because"]),
        (&"guardian".into(), &"forbidden".into())
    );
}

#[test]
fn every_child_of_the_county_has_an_answer_for_every_audience() {
    let county = County::matched("exact");
    let sheet = fs::read_to_string(county.0.path().join("children.csv")).unwrap();
    let ids: Vec<&str> =
        sheet.lines().filter_map(|line| line.split(',').find(|cell| cell.starts_with("LF-E"))).collect();
    assert!(ids.len() > 50);
    for (child, audience) in
        ids.iter().step_by(9).zip(["guardian", "volunteer", "coordinator", "supervisor"].iter().cycle())
    {
        assert!(!county.told(&["--child", child, "--audience", audience]).is_empty());
    }
}

#[test]
fn what_cannot_be_answered_is_refused_with_the_cure() {
    let county = County::matched("exact");
    assert!(said(&county.explain(&["--child", "LF-E999"])).contains("LF-E999"));
    assert!(said(&county.explain(&["--child", "LF-E003", "--volunteer", "nobody"])).contains("nobody"));
    let unproven = County::matched("greedy").explain(&["--child", "LF-E003"]);
    assert!(!unproven.status.success());
    assert!(said(&unproven).contains("exact"), "{}", said(&unproven));
}
