//! Whole answers as they are read, on the synthetic county of Laifeng, and what they keep from guardians and volunteers.

use std::path::Path;

use insta::Settings;
use jiedui::explanation::render::why_nobody::why_nobody as text;
use jiedui::explanation::why_nobody::{NobodyIndex, Why, WhyNobody};
use jiedui::explanation::{Audience, Language};
use jiedui::input::{LoadOptions, load};
use jiedui::model::policy::CoverageMode;
use jiedui::model::{ChildId, Instance, Policy, VolunteerId};
use proptest::prelude::{prop_assert, proptest};
use proptest::test_runner::Config;
use serde_json::Value;

use super::short_of_volunteers;
use crate::answers::counties::asked;

fn laifeng() -> (Instance, Policy) {
    let county = load(Path::new("data/laifeng"), &LoadOptions::default()).expect("the county is sound");
    (county.instance, county.policy)
}

/// Every answer for a child without anybody, in the order of the sheet.
fn answers(instance: &Instance, policy: &Policy) -> Vec<WhyNobody> {
    asked(instance, policy, |plan, _| {
        let index = NobodyIndex::of(plan);
        let all = (0..instance.children.len() as u32).map(|child| index.why_nobody(child));
        all.filter(|answer| !matches!(answer.why, Why::Paired { .. })).collect()
    })
}

/// An answer in every form: for a coordinator in both languages and as JSON, then for a guardian.
fn whole(answer: &WhyNobody) -> String {
    let json = |answer: &WhyNobody| serde_json::to_string_pretty(answer).expect("an answer is plain data");
    let guardian = answer.clone().shown_to(Audience::Guardian);
    [
        text(answer, Language::Chinese),
        text(answer, Language::English),
        json(answer),
        "--- guardian".to_owned(),
        text(&guardian, Language::Chinese),
        text(&guardian, Language::English),
        json(&guardian),
    ]
    .join("\n")
}

fn told(answers: &[WhyNobody], child: &str, snapshot: &str) {
    let answer = answers.iter().find(|answer| answer.child.number() == Some(child));
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(snapshot, whole(answer.expect("the child has nobody"))));
}

#[test]
fn answers_for_laifeng_read_as_they_did() {
    let (instance, mut policy) = laifeng();
    let by_coverage = answers(&instance, &policy);
    told(&by_coverage, "LF-E004", "nobody_admissible");
    told(&by_coverage, "LF-E043", "nobody_admissible_speaks_the_language");
    told(&by_coverage, "LF-E005", "competition");
    told(&by_coverage, "LF-E018", "own_side");
    told(&by_coverage, "LF-E073", "siblings_side");
    policy.coverage = CoverageMode::Priced;
    policy.classes.iter_mut().for_each(|class| class.unmatched_min = 30);
    let by_price = answers(&instance, &policy);
    let priced = by_price.iter().find(|answer| matches!(answer.why, Why::Price(_)));
    let child = priced.and_then(|answer| answer.child.number()).expect("somebody is too dear").to_owned();
    told(&by_price, &child, "price");
}

/// The county under names that no text could hold by chance.
fn canaries(mut instance: Instance) -> Instance {
    let child = |id: &ChildId| ChildId::new(format!("CANARY-CHILD-{id}-"));
    let unit = |id: &VolunteerId| VolunteerId::new(format!("CANARY-UNIT-{id}-"));
    for one in &mut instance.children {
        one.id = child(&one.id);
        one.previous_volunteers.iter_mut().for_each(|id| *id = unit(id));
        one.excluded_volunteers.iter_mut().for_each(|id| *id = unit(id));
    }
    instance.volunteers.iter_mut().for_each(|one| one.id = unit(&one.id));
    for pair in &mut instance.existing_pairs {
        (pair.child, pair.volunteer) = (child(&pair.child), unit(&pair.volunteer));
    }
    for reply in &mut instance.replies {
        (reply.child, reply.volunteer) = (child(&reply.child), unit(&reply.volunteer));
    }
    instance
}

/// Every number in a JSON value, where it stands under a name that counts people.
fn counts(value: &Value, found: &mut Vec<u64>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let people = ["children", "volunteers", "groups", "places", "left", "registered", "opens"];
                found.extend(field.as_u64().filter(|_| people.contains(&name.as_str())));
                counts(field, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| counts(item, found)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn guardians_and_volunteers_read_of_nobody_else(county in short_of_volunteers()) {
        let instance = canaries(county.instance);
        asked(&instance, &county.policy, |plan, _| {
            let index = NobodyIndex::of(plan);
            for (child, at) in instance.children.iter().zip(0..) {
                for audience in [Audience::Guardian, Audience::Volunteer] {
                    let answer = index.why_nobody(at).shown_to(audience);
                    let json = serde_json::to_value(&answer).expect("an answer is plain data");
                    let texts = [
                        text(&answer, Language::Chinese),
                        text(&answer, Language::English),
                        json.to_string(),
                        format!("{answer:?}"),
                    ];
                    for text in texts {
                        let others = text.replace(child.id.as_str(), "");
                        prop_assert!(!others.contains("CANARY"), "{}", text);
                        for code in ["H01", "H02", "H03", "H04", "H05", "H06", "H07", "H08", "H09", "H13", "H14", "H16"] {
                            prop_assert!(!text.contains(code), "{}", text);
                        }
                    }
                    let mut told = Vec::new();
                    counts(&json, &mut told);
                    prop_assert!(told.iter().all(|count| !(1..3).contains(count)), "{}", json);
                }
            }
            Ok(())
        })?;
    }
}
