//! A plan folder proves itself: both checkers accept what was written and name the place of any changed digit.

use std::path::Path;
use std::process::Command;

use jiedui::assignment::Method;
use jiedui::candidates::Prepared;
use jiedui::files::{Files, write_folder as write};
use jiedui::input::load::{LoadOptions, load};
use jiedui::input::policy;
use jiedui::input::write::canonical::digest;
use jiedui::pipeline::make_plan;
use jiedui::plan::PlanOptions;
use jiedui::plan::folder::read::Folder;
use jiedui::plan::folder::write::render;
use jiedui::plan::folder::{ARCS, CERTIFICATE, PAIRS};
use jiedui::plan::verify;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::ControlFlow;

fn county(name: &str, method: Method, provisional: bool) -> Files {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    let loaded = load(&inputs, &LoadOptions::default()).expect("the committed county loads");
    let digest = digest(&loaded.instance, &loaded.policy);
    let options = PlanOptions { seed: 0, method, provisional, digest };
    let plan = make_plan(&loaded.instance, &loaded.policy, options, &mut |_, _| ControlFlow::Continue(()))
        .expect("the county has a plan");
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, options.seed, provisional);
    render(&prepared, &plan, &policy::canonical(&loaded.policy))
}

/// What our checker says: `Ok` with the proof, or the places it names.
fn rust_checker(folder: &Path) -> Result<verify::Proof, Vec<String>> {
    match Folder::read(folder) {
        Ok(read) => verify::folder(&read).map_err(|found| found.iter().map(ToString::to_string).collect()),
        Err(error) => Err(vec![error.to_string()]),
    }
}

/// What the Python checker says: exit status and output.
fn python_checker(folder: &Path) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verify.py");
    let output = Command::new("python3").arg(script).arg(folder).output().expect("python3 runs");
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), text)
}

#[test]
fn both_checkers_accept_every_kind_of_plan() {
    let plans = [
        ("laifeng", Method::Exact, false, true),
        ("laifeng", Method::Exact, true, true),
        ("lingshi", Method::Exact, false, true),
        ("lingshi", Method::Greedy, false, false),
        ("laifeng", Method::Random { seed: 3 }, false, false),
        ("laifeng-first-sheet", Method::Exact, true, true),
    ];
    for (name, method, provisional, optimal) in plans {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("plan");
        write(&folder, &county(name, method, provisional)).unwrap();
        let proof = rust_checker(&folder).unwrap_or_else(|found| panic!("{name}: {found:?}"));
        assert_eq!(proof.optimal(), optimal, "{name}");
        let (holds, said) = python_checker(&folder);
        assert!(holds, "{name}: {said}");
        assert_eq!(said.contains("not proven"), !optimal, "{name}: {said}");
    }
}

/// One digit at a time, anywhere in the three files of the proof, both checkers fail and name the file; where
/// our checker names a line of that file, it is told from the hash alone only when nothing else speaks.
#[test]
fn any_changed_digit_is_found_by_both_checkers_with_its_place() {
    let files = county("laifeng", Method::Exact, false);
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for (name, trials) in [(PAIRS, 40), (CERTIFICATE, 40), (ARCS, 40)] {
        let digits: Vec<usize> =
            files[name].iter().zip(0..).filter(|(byte, _)| byte.is_ascii_digit()).map(|(_, at)| at).collect();
        let mut located = 0;
        for _ in 0..trials {
            let at = digits[random.random_range(0..digits.len())];
            let mut changed = files.clone();
            let bytes = changed.get_mut(name).unwrap();
            bytes[at] = b'0' + (bytes[at] - b'0' + random.random_range(1..10)) % 10;
            let line = bytes[..at].split(|byte| *byte == b'\n').count();
            let place = tempfile::tempdir().unwrap();
            let folder = place.path().join("plan");
            write(&folder, &changed).unwrap();
            let found = rust_checker(&folder).expect_err(&format!("{name}:{line} passed"));
            assert!(found.iter().any(|finding| finding.starts_with(name)), "{name}:{line}: {found:?}");
            located +=
                usize::from(found.iter().any(|finding| finding.starts_with(&format!("{name}:{line}:"))));
            let (holds, said) = python_checker(&folder);
            assert!(
                !holds && (said.contains(name) || said.contains("whole plan folder")),
                "{name}:{line}: {said}"
            );
        }
        assert!(
            located * 10 >= trials * 9,
            "{name}: only {located} of {trials} changes were located by line"
        );
    }
}

#[test]
fn a_plan_is_checked_against_its_own_inputs_only() {
    let binary = env!("CARGO_BIN_EXE_jiedui");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("plan");
    write(&folder, &county("laifeng", Method::Exact, false)).unwrap();
    let verify = |inputs: &str| {
        Command::new(binary)
            .arg("verify")
            .arg(&folder)
            .arg("--inputs")
            .arg(data.join(inputs))
            .output()
            .unwrap()
    };
    for same in ["laifeng", "laifeng-gbk", "laifeng-xlsx"] {
        let output = verify(same);
        assert!(output.status.success(), "{same}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let other = verify("lingshi");
    assert!(!other.status.success());
    assert!(String::from_utf8_lossy(&other.stderr).contains("--inputs"), "the cure is named");
}
