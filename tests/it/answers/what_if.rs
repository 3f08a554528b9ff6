//! What if: the new plan is the one that `match` makes of sheets edited by hand, what stands is not moved, what cannot be is
//! refused, and the cost is what looking at every choice tells.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiedui::candidates::rules::verdict;
use jiedui::candidates::{Origin, Prepared, Scope};
use jiedui::explanation::difference::{Change as Changed, Difference, PlanRecord};
use jiedui::explanation::named::Named;
use jiedui::explanation::what_if::{Change, Cost, WhatIf, WhatIfError, apply, pins_hold};
use jiedui::explanation::{Language, render};
use jiedui::input::policy;
use jiedui::model::policy::{CoverageMode, SiblingPolicy};
use jiedui::model::{Instance, Policy, Rule};
use jiedui::pipeline::pose;
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, prop_assume, proptest};
use proptest::test_runner::Config;

use super::choices::{Choice, every_choice};
use super::counties::asked;
use super::difference::{approved, committed, planned};
use crate::pairing_oracle::people::county;

fn pin(child: &str, volunteer: &str) -> Change {
    Change::Pin { child: Named::by_number(child), volunteer: Named::by_number(volunteer) }
}

fn forbid(child: &str, volunteer: &str) -> Change {
    Change::Forbid { child: Named::by_number(child), volunteer: Named::by_number(volunteer) }
}

/// The pairs of a plan: child, volunteer, origin.
fn leads(instance: &Instance, policy: &Policy, provisional: bool) -> BTreeSet<(String, String, Origin)> {
    planned(instance, policy, provisional, |prepared, plan| {
        let named = plan.pairs.iter().map(|pair| {
            let child = prepared.child_of(pair.child).id.to_string();
            (child, prepared.volunteer_of(pair.volunteer).id.to_string(), pair.origin)
        });
        named.collect()
    })
}

/// Pairs of people whom the rules allow, standing or not.
fn allowed(instance: &Instance, policy: &Policy, provisional: bool) -> Vec<(String, String)> {
    let prepared = Prepared::new(instance, policy, 7, provisional);
    let (children, units) = (0..instance.children.len() as u32, 0..instance.volunteers.len() as u32);
    let pairs = children.flat_map(|child| units.clone().map(move |unit| (child, unit)));
    let allowed =
        pairs.filter(|(child, unit)| verdict(&prepared, &[*child], *unit, Scope::Lead).admissible());
    let named = allowed.map(|(child, unit)| {
        (prepared.child_of(child).id.to_string(), prepared.volunteer_of(unit).id.to_string())
    });
    named.collect()
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn nothing_that_stands_moves_and_a_pin_holds_or_is_refused(
        county in county(),
        which in any::<prop::sample::Index>(),
        capacity in 0_u32..3,
    ) {
        let instance = &county.instance;
        prop_assume!(!instance.children.is_empty() && !instance.volunteers.is_empty());
        let pairs = instance.children.len() * instance.volunteers.len();
        let at = which.index(pairs);
        let child = instance.children[at / instance.volunteers.len()].id.to_string();
        let unit = instance.volunteers[at % instance.volunteers.len()].id.to_string();
        let changes = [
            pin(&child, &unit),
            Change::Capacity { volunteer: Named::by_number(&unit), households: capacity + 1 },
        ];
        let before = leads(instance, &county.policy, county.provisional);
        let standing: BTreeSet<_> = before
            .iter()
            .filter(|pair| matches!(pair.2, Origin::Kept | Origin::Accepted | Origin::Pinned))
            .cloned()
            .collect();
        let Ok(changed) = apply(instance, &changes) else {
            let held = standing.iter().any(|pair| pair.0 == child && pair.1 != unit)
                // A pin that was refused before is in the way as well.
                || instance.existing_pairs.iter().any(|row| row.child.as_str() == child);
            prop_assert!(held, "a pin is refused for what stands only");
            return Ok(());
        };
        let prepared = Prepared::new(&changed, &county.policy, 7, county.provisional);
        let former = Prepared::new(instance, &county.policy, 7, county.provisional);
        let (old, new) = (pose(&former).unwrap(), pose(&prepared));
        // A pair may have been declined: then a pin of it is refused by the rules, not by contradiction of rows.
        let new = new.unwrap();
        match pins_hold(&prepared, &old.standing, &new.standing, &changes) {
            Ok(()) => {
                let after = leads(&changed, &county.policy, county.provisional);
                let find = |wanted: &str, with: &str| {
                    after.iter().any(|pair| pair.0 == wanted && pair.1 == with && pair.2 != Origin::Proposed)
                };
                prop_assert!(find(&child, &unit), "the pin holds");
                for pair in &standing {
                    prop_assert!(find(&pair.0, &pair.1), "{} stays with {}", pair.0, pair.1);
                }
            }
            Err(WhatIfError::PinRefused { rules, .. }) => prop_assert!(!rules.is_empty()),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn a_pin_costs_what_looking_at_every_choice_with_it_tells(
        county in county(),
        which in any::<prop::sample::Index>(),
    ) {
        let (mut instance, mut policy) = (county.instance, county.policy);
        instance.existing_pairs.clear();
        instance.replies.clear();
        policy.siblings = SiblingPolicy::Free;
        policy.coverage = CoverageMode::Lexicographic;
        // Without the rule on places a pin holds beyond them, which no choice of the plan's own can.
        policy.rules_off.retain(|rule| *rule != Rule::Capacity);
        let allowed = allowed(&instance, &policy, false);
        prop_assume!(!allowed.is_empty());
        let (child, unit) = allowed[which.index(allowed.len())].clone();
        let changed = apply(&instance, &[pin(&child, &unit)]).unwrap();
        let best = |forced: Option<(&str, &str)>| {
            asked(&instance, &policy, |plan, _| {
                let holds = |choice: &Choice| {
                    let Some((child, unit)) = forced else { return true };
                    let mut groups = 0_u32..plan.outline.groups.len() as u32;
                    let group = groups.find(|group| {
                        let member = plan.outline.groups[*group as usize].children[0];
                        plan.prepared.child_of(member).id.as_str() == child
                    });
                    choice.rights[group.unwrap() as usize]
                        .is_some_and(|right| plan.prepared.volunteer_of(plan.volunteer_at(right)).id.as_str() == unit)
                };
                let choices = every_choice(plan.prepared, plan.outline);
                let kept = choices.into_iter().filter(holds);
                let best = kept.min_by_key(|choice| (choice.unmatched, choice.cost)).unwrap();
                (best.rights.iter().flatten().count() as i64, best.cost)
            })
        };
        let leads_of = |instance: &Instance| {
            planned(instance, &policy, false, |_, plan| {
                plan.pairs.iter().map(|pair| (pair.child, pair.volunteer)).collect::<Vec<_>>()
            })
        };
        let (before, after) = (leads_of(&instance), leads_of(&changed));
        let one = Prepared::new(&instance, &policy, 7, false);
        let other = Prepared::new(&changed, &policy, 7, false);
        let cost = Cost::between((&one, &before), (&other, &after));
        let (without, with) = (best(None), best(Some((&child, &unit))));
        prop_assert_eq!(cost.paired.before, Some(without.0));
        prop_assert_eq!(cost.paired.after, Some(with.0));
        prop_assert_eq!(cost.all_points.before, Some(without.1));
        prop_assert_eq!(cost.all_points.after, Some(with.1));
        prop_assert!(cost.same_policy);
    }
}

#[test]
fn changes_that_contradict_each_other_or_what_stands_are_refused() {
    let (instance, _) = committed("laifeng");
    let [a, b] = [0, 1].map(|at: usize| instance.volunteers[at].id.to_string());
    let free = instance.children.iter().find(|child| {
        instance.existing_pairs.iter().all(|row| row.child != child.id)
            && instance.replies.iter().all(|reply| reply.child != child.id)
    });
    let child = free.unwrap().id.to_string();
    let capacity = |households| Change::Capacity { volunteer: Named::by_number(&a), households };
    let set =
        |value: &str| Change::Setting { key: "travel.max_travel_min".to_owned(), value: value.to_owned() };
    for pair in [
        [pin(&child, &a), pin(&child, &b)],
        [pin(&child, &a), forbid(&child, &a)],
        [forbid(&child, &a), pin(&child, &a)],
        [capacity(1), capacity(2)],
        [set("30"), set("40")],
    ] {
        let refusal = apply(&instance, &pair).unwrap_err();
        assert!(matches!(refusal, WhatIfError::Contradiction { .. }), "{pair:?}: {refusal}");
        assert!(refusal.to_string().contains(&pair[0].asked()), "{refusal}");
    }
    assert!(matches!(apply(&instance, &[pin("nobody", &a)]), Err(WhatIfError::Unknown(_))));
    let accepted = instance.replies.iter().find(|reply| reply.accepted).unwrap();
    let (child, unit) = (accepted.child.as_str(), accepted.volunteer.as_str());
    let another = if unit == a { &b } else { &a };
    for change in [pin(child, another), forbid(child, unit)] {
        let refusal = apply(&instance, std::slice::from_ref(&change)).unwrap_err();
        assert!(matches!(refusal, WhatIfError::Stands { origin: Origin::Accepted, .. }), "{refusal}");
        assert!(refusal.to_string().contains("--move-accepted"), "the cure is named: {refusal}");
        assert!(apply(&instance, &[Change::MoveAccepted, change]).is_ok());
    }
}

#[test]
fn a_setting_is_checked_as_a_policy_file_is() {
    let (_, policy) = committed("laifeng");
    let set = |key: &str, value: &str| policy::amend(&policy, &[(key.to_owned(), value.to_owned())]);
    let amended = set("exchange.wished_need_missed_min", "30").unwrap();
    assert_eq!(amended.exchange.wished_need_missed_min, 30);
    let expected = Policy { exchange: amended.exchange.clone(), ..policy.clone() };
    assert_eq!(amended, expected, "nothing else changes");
    assert_eq!(set("coverage", "priced").unwrap().coverage, CoverageMode::Priced);
    assert_eq!(set("classes[1].unmatched_min", "9999").unwrap().classes[0].unmatched_min, 9999);
    let off = set("rules.off", "[\"H20\"]").unwrap();
    assert_eq!(off.rules_off, [Rule::WithinReach]);
    let kept = policy::amend(&off, &[("travel.max_travel_min".to_owned(), "40".to_owned())]).unwrap();
    assert_eq!(kept.rules_off, off.rules_off, "rules that are off stay off");
    for (key, value, named) in [
        ("exchange.no_such_key", "1", "exchange.no_such_key"),
        ("exchange.wished_need_missed_min", "-3", "exchange.wished_need_missed_min = -3"),
        ("classes[9].unmatched_min", "1", "classes[9]"),
        ("rules.off", "[\"H13\"]", "approved_by"),
        ("rules.off", "[\"H04\"]", "rules_off[1].code"),
        ("rules.off", "[\"H99\"]", "rules_off[1].code"),
        ("needs.tutoring.default_minutes", "30", "policy.toml"),
        ("default_hours.child.term", "无", "policy.toml"),
    ] {
        let refusal = set(key, value).unwrap_err().to_string();
        assert!(refusal.contains(named), "{key}={value} names {named}: {refusal}");
    }
}

/// A copy of Laifeng with its plan.
struct County {
    place: tempfile::TempDir,
}

impl County {
    fn matched() -> Self {
        let place = tempfile::tempdir().unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/laifeng");
        for file in fs::read_dir(committed).unwrap().map(Result::unwrap) {
            if file.path().is_file() {
                fs::copy(file.path(), place.path().join(file.file_name())).unwrap();
            }
        }
        let county = Self { place };
        County::succeeds(&["match", county.path("").to_str().unwrap()]);
        county
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn run(arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_jiedui")).args(arguments).output().unwrap()
    }

    fn succeeds(arguments: &[&str]) -> String {
        let output = Self::run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Writes into the cell of a row and a column, of which the ending of the header is given.
    fn edit(&self, sheet: &str, id: &str, column: &str, write: impl Fn(&str) -> String) {
        let text = fs::read_to_string(self.path(sheet)).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let headers = reader.headers().unwrap().clone();
        let at = headers.iter().position(|header| header == column).unwrap_or_else(|| panic!("{headers:?}"));
        let mut writer = csv::Writer::from_path(self.path(sheet)).unwrap();
        writer.write_record(&headers).unwrap();
        let mut edited = 0;
        for record in reader.records().map(Result::unwrap) {
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if cells[0] == id {
                cells[at] = write(&cells[at]);
                edited += 1;
            }
            writer.write_record(&cells).unwrap();
        }
        writer.flush().unwrap();
        assert!(edited > 0, "{id} is in {sheet}");
    }
}

/// Two proposals of Laifeng whose volunteers may change places, and a third.
fn proposals() -> ((String, String), (String, String), (String, String)) {
    let (instance, policy) = committed("laifeng");
    let allowed: BTreeSet<(String, String)> = allowed(&instance, &policy, false).into_iter().collect();
    let proposed: BTreeMap<String, String> = leads(&instance, &policy, false)
        .into_iter()
        .filter(|pair| pair.2 == Origin::Proposed)
        .map(|pair| (pair.0, pair.1))
        .collect();
    let movable = proposed.iter().find_map(|(child, unit)| {
        let other = proposed
            .values()
            .find(|other| *other != unit && allowed.contains(&(child.clone(), (*other).clone())));
        other.map(|other| (child.clone(), other.clone()))
    });
    let pinned = movable.unwrap();
    let apart = proposed.into_iter().filter(|(child, unit)| *child != pinned.0 && *unit != pinned.1);
    let mut others = apart.collect::<Vec<_>>().into_iter();
    (pinned, others.next().unwrap(), others.next().unwrap())
}

#[test]
fn a_what_if_is_what_match_makes_of_sheets_edited_by_hand() {
    let county = County::matched();
    let (pinned, forbidden, widened) = proposals();
    let out = county.path("tried");
    let plan = county.path("plan");
    let (pin, forbid, capacity) = (
        format!("{}:{}", pinned.0, pinned.1),
        format!("{}:{}", forbidden.0, forbidden.1),
        format!("{}=3", widened.1),
    );
    County::succeeds(&[
        "whatif",
        plan.to_str().unwrap(),
        "--pin",
        &pin,
        "--forbid",
        &forbid,
        "--capacity",
        &capacity,
        "--set",
        "exchange.wished_need_missed_min=30",
        "--out",
        out.to_str().unwrap(),
    ]);
    let pairs = fs::read_to_string(county.path("existing_pairs.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(pairs.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().unwrap().clone();
    let row: Vec<String> = headers
        .iter()
        .enumerate()
        .map(|(at, _)| match at {
            0 => pinned.0.clone(),
            1 => pinned.1.clone(),
            2 => "指定".to_owned(),
            _ => String::new(),
        })
        .collect();
    fs::write(county.path("existing_pairs.csv"), format!("{}\n{}\n", pairs.trim_end(), row.join(",")))
        .unwrap();
    county.edit("children.csv", &forbidden.0, "回避志愿者", |cell| {
        if cell.is_empty() { forbidden.1.clone() } else { format!("{cell}、{}", forbidden.1) }
    });
    county.edit("volunteers.csv", &widened.1, "可结对户数", |_| "3".to_owned());
    let policy = fs::read_to_string(county.path("policy.toml")).unwrap();
    assert!(!policy.contains("[exchange]"), "the key is appended");
    fs::write(county.path("policy.toml"), format!("{policy}\n[exchange]\nwished_need_missed_min = 30\n"))
        .unwrap();
    let by_hand = county.path("by-hand");
    County::succeeds(&["match", county.path("").to_str().unwrap(), "--out", by_hand.to_str().unwrap()]);
    for entry in fs::read_dir(&by_hand).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        assert_eq!(
            fs::read_to_string(out.join(&name)).unwrap(),
            fs::read_to_string(entry.path()).unwrap(),
            "{}",
            name.to_string_lossy()
        );
    }
}

#[test]
fn a_pin_that_breaks_a_rule_is_refused_with_the_rule_and_nothing_is_written() {
    let county = County::matched();
    let (instance, policy) = committed("laifeng");
    let prepared = Prepared::new(&instance, &policy, 0, false);
    let (pinned, ..) = proposals();
    let child = instance.children.iter().position(|child| child.id.as_str() == pinned.0).unwrap() as u32;
    let broken = (0..instance.volunteers.len() as u32).find_map(|unit| {
        let checked = verdict(&prepared, &[child], unit, Scope::Lead);
        checked.broken.first().map(|rule| (prepared.volunteer_of(unit).id.to_string(), rule.code()))
    });
    let (unit, code) = broken.unwrap();
    let (plan, out) = (county.path("plan"), county.path("tried"));
    let output = County::run(&[
        "whatif",
        plan.to_str().unwrap(),
        "--pin",
        &format!("{}:{unit}", pinned.0),
        "--out",
        out.to_str().unwrap(),
    ]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains(code), "{said}");
    assert!(!out.exists());
    let guardian =
        County::run(&["whatif", plan.to_str().unwrap(), "--move-accepted", "--audience", "guardian"]);
    assert_eq!(guardian.status.code(), Some(2));
    assert!(guardian.stdout.is_empty());
}

#[test]
fn whole_what_ifs_as_they_are_read() {
    let (instance, policy) = committed("laifeng");
    let (pinned, forbidden, widened) = proposals();
    let changes = vec![
        pin(&pinned.0, &pinned.1),
        forbid(&forbidden.0, &forbidden.1),
        Change::Capacity { volunteer: Named::by_number(&widened.1), households: 2 },
    ];
    let edited = apply(&instance, &changes).unwrap();
    let text = policy::canonical(&policy);
    let of = |instance: &Instance| {
        planned(instance, &policy, false, |prepared, plan| {
            let leads: Vec<(u32, u32)> = plan.pairs.iter().map(|pair| (pair.child, pair.volunteer)).collect();
            (PlanRecord::of(prepared, plan, &text), leads)
        })
    };
    let ((before, one), (after, other)) = (of(&instance), of(&edited));
    let former = Prepared::new(&instance, &policy, 7, false);
    let prepared = Prepared::new(&edited, &policy, 7, false);
    let answer = WhatIf {
        changes,
        cost: Cost::between((&former, &one), (&prepared, &other)),
        difference: Difference::between(&before, &after),
    };
    assert!(answer.difference.children.iter().any(|entry| entry.change == Changed::Moved));
    approved("what-if-zh", &render::what_if(&answer, Language::Chinese));
    approved("what-if-en", &render::what_if(&answer, Language::English));
    approved("what-if-json", &serde_json::to_string_pretty(&answer).unwrap());
}
