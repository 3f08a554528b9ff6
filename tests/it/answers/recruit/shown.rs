//! What is shown of the answers: whole ones as they are printed and written, and what nobody may read in them.

use std::path::{Path, PathBuf};
use std::process::Command;

use insta::Settings;
use jiedui::explanation::recruit::notice::LEAST_SHOWN;
use jiedui::explanation::render::recruit as render;
use jiedui::explanation::{Audience, Language, LossAnswer, RecruitAnswer, loss_of, recruit};
use jiedui::input::load::{LoadOptions, Loaded, load};
use jiedui::model::{ChildId, HouseholdId, VolunteerId};
use jiedui::report::recruits::csv;
use jiedui::spreadsheet::BOM;
use proptest::prelude::proptest;
use proptest::test_runner::Config;

use super::super::counties::asked;
use crate::pairing_oracle::people::county;

fn laifeng() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/laifeng")
}

fn loaded() -> Loaded {
    load(&laifeng(), &LoadOptions::default()).expect("the county is sound")
}

fn answers(loaded: &Loaded, count: u32) -> (RecruitAnswer, LossAnswer) {
    asked(&loaded.instance, &loaded.policy, |plan, _| {
        // Somebody whose loss is felt.
        let units = (0..plan.outline.places.len() as u32).map(|right| plan.volunteer_at(right));
        let mut losses = units.map(|unit| loss_of(plan, unit).expect("amounts are small"));
        let felt = losses.find(|loss| loss.effect.gain_points < 0).expect("the county has pairs");
        (recruit(plan, count).expect("amounts are small"), felt)
    })
}

/// Compares with the snapshot of that name, whichever binary the test runs in.
fn is_as_before(name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn json(answer: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(answer).expect("answers are plain data")
}

#[test]
fn the_first_recruits_of_laifeng_are_as_printed() {
    let loaded = loaded();
    let (answer, loss) = answers(&loaded, 5);
    for (language, code) in [(Language::Chinese, "zh"), (Language::English, "en")] {
        is_as_before(&format!("recruit_laifeng_{code}"), &render::recruit(&answer, language));
        is_as_before(&format!("recruit_laifeng_loss_{code}"), &render::loss(&loss, language));
    }
    is_as_before("recruit_laifeng_json", &json(&answer));
    is_as_before("recruit_laifeng_loss_json", &json(&loss));
    let public = answer.clone().shown_to(Audience::Volunteer);
    is_as_before("recruit_laifeng_public_json", &json(&public));
    is_as_before("recruit_laifeng_public_zh", &render::recruit(&public, Language::Chinese));
}

#[test]
fn the_table_opens_in_a_spreadsheet_and_has_a_row_a_recruit() {
    let loaded = loaded();
    let recruits = answers(&loaded, 5).0.recruits.expect("nothing is hidden yet");
    let table = csv(&recruits, loaded.policy.classes.iter().map(|class| class.name_zh.as_str()));
    let text = String::from_utf8(table.strip_prefix(BOM).expect("the mark comes first").to_vec());
    let text = text.expect("the table is UTF-8");
    assert_eq!(text.matches("\r\n").count(), recruits.len() + 1);
    is_as_before("recruit_laifeng_csv", &text.replace("\r\n", "\n"));
}

#[test]
fn the_verb_writes_what_the_audience_may_see() {
    let place = tempfile::tempdir().expect("there is room");
    let (inputs, plan) = (laifeng(), place.path().join("plan"));
    let jiedui = |arguments: &[&std::ffi::OsStr]| {
        let output = Command::new(env!("CARGO_BIN_EXE_jiedui")).args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("texts are UTF-8")
    };
    jiedui(&["match".as_ref(), inputs.as_ref(), "--out".as_ref(), plan.as_ref()]);
    for (audience, files) in
        [("coordinator", &["notice.txt", "recruits.csv"][..]), ("volunteer", &["notice.txt"])]
    {
        let out = place.path().join(audience);
        let printed = jiedui(&[
            "recruit".as_ref(),
            plan.as_ref(),
            "--inputs".as_ref(),
            inputs.as_ref(),
            "--count".as_ref(),
            "3".as_ref(),
            "--audience".as_ref(),
            audience.as_ref(),
            "--out".as_ref(),
            out.as_ref(),
        ]);
        let mut written: Vec<String> = std::fs::read_dir(&out)
            .expect("the folder is there")
            .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
            .collect();
        written.sort();
        assert_eq!(written, files);
        let notice = std::fs::read_to_string(out.join("notice.txt")).expect("it is there");
        assert!(printed.ends_with(&notice));
        assert_eq!(printed == notice, audience == "volunteer");
    }
    let unit = asked(&loaded().instance, &loaded().policy, |plan, _| {
        plan.prepared.volunteer_of(plan.volunteer_at(0)).id.to_string()
    });
    let arguments = ["--inputs".as_ref(), inputs.as_ref(), "--without".as_ref(), unit.as_ref()];
    let printed =
        jiedui(&[&["recruit".as_ref(), plan.as_ref()], &arguments[..], &["--json".as_ref()]].concat());
    let framed: serde_json::Value = serde_json::from_str(&printed).expect("it is JSON");
    assert_eq!(framed["question"], "loss");
    assert_eq!(framed["answer"]["volunteer"], unit);
}

proptest! {
    #![proptest_config(Config::with_cases(100))]

    #[test]
    fn no_answer_names_anybody_and_no_notice_counts_a_few_children(county in county()) {
        const CANARY: &str = "金丝雀";
        let mut instance = county.instance;
        for (child, number) in instance.children.iter_mut().zip(0..) {
            child.id = ChildId::new(format!("{CANARY}{number}"));
            child.household = child.household.as_ref().map(|home| HouseholdId::new(format!("{CANARY}{home}")));
            child.place.village = format!("{CANARY}村").into();
        }
        for (unit, number) in instance.volunteers.iter_mut().zip(0..) {
            unit.id = VolunteerId::new(format!("{CANARY}{number}"));
        }
        asked(&instance, &county.policy, |plan, _| {
            let answer = recruit(plan, 4).expect("amounts are small");
            for there in &answer.notice.townships {
                assert!(there.children.is_none_or(|children| children >= LEAST_SHOWN));
            }
            for skill in &answer.notice.skills {
                let code = skill.need;
                let with = instance.children.iter().filter(|child| child.needs.iter().any(|need| need.kind.names().1 == code));
                assert!(with.count() >= LEAST_SHOWN as usize);
            }
            for audience in Audience::ALL {
                let mut said = Vec::new();
                let shown = answer.clone().shown_to(audience);
                said.push(json(&shown));
                said.extend([Language::Chinese, Language::English].map(|language| render::recruit(&shown, language)));
                if !audience.sees_others() {
                    assert_eq!(shown.recruits, None);
                    for unit in 0..instance.volunteers.len() as u32 {
                        let loss = loss_of(plan, unit).expect("amounts are small").shown_to(audience);
                        said.push(json(&loss));
                        said.push(render::loss(&loss, Language::Chinese));
                    }
                    for class in &county.policy.classes {
                        let told = said[1..3].iter().any(|text| {
                            text.contains(&format!("{} 1 名", class.name_zh)) || text.contains(&format!("1 {}", class.name_en))
                        });
                        assert!(!told, "a class is told to {audience:?}");
                    }
                }
                assert!(said.iter().all(|text| !text.contains(CANARY)), "somebody is named to {audience:?}");
            }
        });
    }
}
