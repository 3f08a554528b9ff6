//! `jiedui repair`: the mended plan is the one that `match` finds once the declines are recorded, standing pairs stay, and
//! what is wrong is named before anything is written.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiedui::plan::folder::read::Folder;

/// A copy of a committed county with its plan.
struct County {
    place: tempfile::TempDir,
}

impl County {
    fn matched(name: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
        for file in fs::read_dir(committed).unwrap().map(Result::unwrap) {
            if file.path().is_file() {
                fs::copy(file.path(), place.path().join(file.file_name())).unwrap();
            }
        }
        let county = Self { place };
        let matched = county.run(&["match"], &[]);
        assert!(matched.status.success(), "{}", said(&matched));
        county
    }

    fn plan(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn read(&self, name: &str) -> Folder {
        Folder::read(&self.plan(name)).unwrap()
    }

    /// Runs a verb on the inputs (for `match`) or on the plan named after the verb.
    fn run(&self, verb: &[&str], arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiedui"));
        command.arg(verb[0]).arg(verb.get(1).map_or(self.place.path().to_path_buf(), |name| self.plan(name)));
        command.args(arguments).output().unwrap()
    }

    fn decline(&self, pairs: &[(String, String)], out: &str) -> Output {
        let pairs: Vec<String> = pairs.iter().map(|(child, unit)| format!("{child}:{unit}")).collect();
        let mut arguments: Vec<&str> = Vec::new();
        for pair in &pairs {
            arguments.extend(["--decline", pair]);
        }
        let out = self.plan(out);
        arguments.extend(["--out", out.to_str().unwrap()]);
        self.run(&["repair", "plan"], &arguments)
    }

    fn record(&self, pairs: &[(String, String)]) {
        let sheet = self.place.path().join("replies.csv");
        let mut text =
            fs::read_to_string(&sheet).unwrap_or_else(|_| "儿童编号,志愿者编号,答复,理由,日期\n".to_owned());
        for (child, unit) in pairs {
            text.extend([child, ",", unit, ",婉拒,,\n"]);
        }
        fs::write(sheet, text).unwrap();
    }
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// Pairs by the county's numbers: child, need and volunteer, with origin.
fn pairs(folder: &Folder) -> BTreeMap<(String, String), (String, String)> {
    let people = folder.people.as_ref().unwrap();
    let row = |row: &jiedui::plan::folder::read::PairRow| {
        let child = (people[&row.child].clone(), row.need.clone());
        (child, (people[&row.volunteer].clone(), row.origin.clone()))
    };
    folder.pairs.iter().map(row).collect()
}

/// Every so-many-th lead proposal.
fn proposals(folder: &Folder, every: usize) -> Vec<(String, String)> {
    let leads =
        pairs(folder).into_iter().filter(|((_, need), (_, origin))| need.is_empty() && origin == "proposed");
    leads.map(|((child, _), (unit, _))| (child, unit)).step_by(every).collect()
}

fn totals(folder: &Folder) -> Vec<(String, String, Option<String>)> {
    folder
        .plan
        .passes
        .iter()
        .map(|pass| (pass.pass.clone(), pass.primal.clone(), pass.dual.clone()))
        .collect()
}

#[test]
fn the_mended_plan_costs_what_match_finds_once_the_declines_are_recorded() {
    for (name, every) in [("laifeng", 7), ("lingshi", 5)] {
        let county = County::matched(name);
        let former = county.read("plan");
        let declined = proposals(&former, every);
        assert!(declined.len() > 2, "{name}");
        let repaired = county.decline(&declined, "mended");
        assert!(repaired.status.success(), "{}", said(&repaired));
        let mended = county.read("mended");
        let (before, after) = (pairs(&former), pairs(&mended));
        for (child, unit) in &declined {
            assert_ne!(after.get(&(child.clone(), String::new())).map(|pair| &pair.0), Some(unit));
            assert!(said(&repaired).contains(&format!("{child},{unit},婉拒,,")), "{}", said(&repaired));
        }
        let standing = |pairs: &BTreeMap<(String, String), (String, String)>| -> BTreeSet<_> {
            pairs.clone().into_iter().filter(|(_, (_, origin))| origin != "proposed").collect()
        };
        assert_eq!(standing(&before), standing(&after), "{name}");
        let unit_of = |pairs: &BTreeMap<(String, String), (String, String)>, key| {
            pairs.get(key).map_or("无 nobody".to_owned(), |pair: &(String, String)| pair.0.clone())
        };
        for key in before.keys().chain(after.keys()) {
            let (from, to) = (unit_of(&before, key), unit_of(&after, key));
            let told = said(&repaired).contains(&format!("{}: {from} → {to}", key.0))
                || said(&repaired).contains(&format!("{} ({}): {from} → {to}", key.0, key.1));
            assert_eq!(told, from != to, "{name} {key:?}: {from} {to}");
        }

        county.record(&declined);
        let verified =
            county.run(&["verify", "mended"], &["--inputs", county.place.path().to_str().unwrap()]);
        assert!(verified.status.success(), "{name}: {}", said(&verified));
        let again = county.run(&["match"], &["--out", county.plan("again").to_str().unwrap()]);
        assert!(again.status.success(), "{}", said(&again));
        assert_eq!(totals(&county.read("again")), totals(&mended), "{name}");
    }
}

#[test]
fn plan_ids_and_numbers_name_the_same_pair_and_the_former_plan_is_kept() {
    let county = County::matched("laifeng");
    let former = county.read("plan");
    let declined = proposals(&former, 1_000);
    let by_plan: Vec<(String, String)> = declined
        .iter()
        .map(|(child, unit)| {
            (former.plan_id(child).unwrap().to_owned(), former.plan_id(unit).unwrap().to_owned())
        })
        .collect();
    assert!(county.decline(&declined, "one").status.success());
    assert!(county.decline(&by_plan, "other").status.success());
    assert_eq!(county.read("one").bytes, county.read("other").bytes);
    let (child, unit) = &by_plan[0];
    let in_place = county.run(&["repair", "plan"], &["--decline", &format!("{child}：{unit}")]);
    assert!(in_place.status.success(), "{}", said(&in_place));
    assert_eq!(county.read("plan").bytes, county.read("one").bytes);
    assert_eq!(county.read("plan-1").bytes, former.bytes);
    let ids: BTreeSet<String> = former.people.unwrap().into_keys().collect();
    let drawn: BTreeSet<String> = county.read("plan").people.unwrap().into_keys().collect();
    assert!(ids.is_disjoint(&drawn), "an id of the former plan leads into the new one");
}

#[test]
fn what_is_no_open_proposal_is_refused_with_the_reason_and_nothing_is_written() {
    let county = County::matched("laifeng");
    let kept = pairs(&county.read("plan")).into_iter().find(|(_, (_, origin))| origin == "kept").unwrap();
    let kept = format!("{}:{}", kept.0.0, kept.1.0);
    for (named, reason) in [
        ("LF-E005:LF-V011", "declined before"),
        ("LF-E015:LF-V031", "accepted"),
        (kept.as_str(), "kept"),
        ("LF-E001:LF-V001", "no such pair"),
        ("LF-X001:LF-V001", "no child LF-X001"),
        ("LF-E001:LF-X001", "no volunteer LF-X001"),
        ("LF-E001", "CHILD:VOLUNTEER"),
    ] {
        let out = county.plan("new");
        let refused = county.run(&["repair", "plan"], &["--decline", named, "--out", out.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(2), "{named}: {}", said(&refused));
        assert!(said(&refused).contains(reason), "{named}: {}", said(&refused));
        assert!(said(&refused).contains(" / "), "both languages: {}", said(&refused));
        assert!(!out.exists(), "{named}");
    }
}

#[test]
fn a_plan_without_proof_is_not_mended() {
    let county = County::matched("laifeng");
    let greedy = county.plan("greedy");
    assert!(
        county.run(&["match"], &["--solver", "greedy", "--out", greedy.to_str().unwrap()]).status.success()
    );
    let refused = county.run(&["repair", "greedy"], &["--decline", "LF-E001:LF-V001"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("run match first"), "{}", said(&refused));
}
