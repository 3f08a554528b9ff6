//! Any list of pairs under the rules: recounted by hand-written loops over the list.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiedui::candidates::rules::{child_verdict, verdict};
use jiedui::candidates::{Prepared, Scope};
use jiedui::input::load::{LoadOptions, Loaded, load};
use jiedui::model::Rule;
use jiedui::model::policy::SiblingPolicy;
use jiedui::plan::folder::read::Folder;
use jiedui::report::measures::{Listed, measure};
use jiedui::scoring::score_child;
use jiedui::scoring::spread::gini;
use proptest::prelude::{prop, prop_assert, proptest};

fn lingshi() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/lingshi")
}

fn loaded() -> Loaded {
    load(&lingshi(), &LoadOptions::default()).unwrap()
}

fn hand_made() -> String {
    std::fs::read_to_string(lingshi().join("hand-made-pairs.csv")).unwrap()
}

/// The hand-made list by index, read without our reader.
fn listed(prepared: &Prepared<'_>) -> Vec<Listed> {
    let instance = prepared.instance;
    let position = |found: Option<usize>| u32::try_from(found.unwrap()).unwrap();
    let pair = |line: &str| {
        let (child, unit) = line.split_once(',').unwrap();
        Listed {
            child: position(instance.children.iter().position(|known| known.id.as_str() == child)),
            volunteer: position(instance.volunteers.iter().position(|known| known.id.as_str() == unit)),
        }
    };
    hand_made().lines().skip(1).map(pair).collect()
}

/// Runs `evaluate` on a list with this text.
fn evaluate(text: &str, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(&path, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_jiedui"));
    command.arg("evaluate").arg(&path).arg("--inputs").arg(lingshi()).args(more).output().unwrap()
}

fn json(text: &str) -> serde_json::Value {
    json_with(text, &[])
}

fn json_with(text: &str, more: &[&str]) -> serde_json::Value {
    let output = evaluate(text, &[&["--json"], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn coverage_is_what_a_loop_over_the_list_counts() {
    let loaded = loaded();
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, 0, false);
    let list = listed(&prepared);
    let together = loaded.policy.siblings == SiblingPolicy::SameVolunteer;
    let mut households: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    let (mut covered, mut refused, mut travel, mut total) = (0, 0, 0, 0);
    let mut broken: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in &list {
        let mut codes: BTreeSet<&str> = BTreeSet::new();
        for rule in verdict(&prepared, &[pair.child], pair.volunteer, Scope::Lead).broken {
            codes.insert(rule.code());
        }
        let child = &loaded.instance.children[pair.child as usize];
        let family = child.household.as_ref().filter(|_| together).map(ToString::to_string);
        let family = family.unwrap_or_else(|| child.id.to_string());
        let unit = &loaded.instance.volunteers[pair.volunteer as usize];
        let served = households.entry(pair.volunteer).or_default();
        if !served.contains(&family) && served.len() == unit.capacity as usize {
            codes.insert("H12");
        }
        if codes.is_empty() {
            served.insert(family);
            covered += 1;
            let score = score_child(&prepared, pair.child, pair.volunteer, Scope::Lead).unwrap();
            travel += score.parts[0];
            total += score.total();
        } else {
            refused += 1;
        }
        for code in codes {
            *broken.entry(code).or_default() += 1;
        }
    }
    let measures = measure(&prepared, &list);
    assert_eq!((measures.covered, measures.refused.len()), (covered, refused));
    assert!(covered > 0 && refused > 0, "the list has pairs of both sorts");
    assert_eq!((measures.cost.parts[0], measures.cost.total()), (travel, total));
    let figures = measures.figures(&prepared);
    for rule in Rule::ALL {
        let code = format!("broken.{}", rule.code());
        let figure = figures.iter().find(|figure| figure.code == code).unwrap();
        let expected = broken.get(rule.code()).copied().unwrap_or(0);
        assert_eq!(figure.value, Some(expected as f64), "{code}");
    }
}

#[test]
fn the_waterfall_is_counted_pair_by_pair_and_only_falls() {
    let loaded = loaded();
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, 0, false);
    let list = listed(&prepared);
    let (children, units) = (loaded.instance.children.len() as u32, loaded.instance.volunteers.len() as u32);
    let in_order =
        (0..children).filter(|child| child_verdict(&prepared, *child).admissible()).collect::<Vec<_>>();
    // Every volunteer for every child, without the spatial index.
    let somebody =
        |child: &u32| (0..units).any(|unit| verdict(&prepared, &[*child], unit, Scope::Lead).admissible());
    let admissible: Vec<u32> = in_order.iter().copied().filter(somebody).collect();
    let listed = admissible.iter().filter(|child| list.iter().any(|pair| pair.child == **child)).count();
    let measures = measure(&prepared, &list);
    assert_eq!(measures.papers_in_order, in_order.len());
    assert_eq!(measures.admissible, admissible.len());
    assert_eq!(measures.admissible_listed, listed);
    let steps = [
        measures.registered,
        measures.in_pool,
        measures.papers_in_order,
        measures.admissible,
        measures.admissible_listed,
        measures.covered,
    ];
    assert!(steps.is_sorted_by(|one, next| one >= next), "{steps:?}");
}

#[test]
fn the_command_prints_the_figures_of_the_library_and_no_name() {
    let loaded = loaded();
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, 0, false);
    let told = json(&hand_made());
    for figure in measure(&prepared, &listed(&prepared)).figures(&prepared) {
        assert_eq!(told["list"][&figure.code].as_f64(), figure.value, "{}", figure.code);
    }
    assert_eq!(told["plan"]["refused"], 0.0, "a plan breaks no rule");
    let output = evaluate(&hand_made(), &[]);
    let shown = format!("{output:?}{}", String::from_utf8_lossy(&output.stdout));
    let shown = shown + &String::from_utf8_lossy(&output.stderr);
    for child in &loaded.instance.children {
        assert!(!shown.contains(child.name.expose()), "a child's name is shown");
    }
    for adult in loaded.instance.volunteers.iter().flat_map(|unit| &unit.adults) {
        assert!(!shown.contains(adult.name.expose()), "a volunteer's name is shown");
    }
}

/// A plan of Lingshi in a temporary folder.
fn planned(more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan");
    let mut command = Command::new(env!("CARGO_BIN_EXE_jiedui"));
    let output = command.arg("match").arg(lingshi()).arg("--out").arg(&plan).args(more).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (place, plan)
}

#[test]
fn a_plan_folder_measures_as_the_optimum_that_is_solved_at_once() {
    let (_place, plan) = planned(&[]);
    let told = json_with(&hand_made(), &["--plan", plan.to_str().unwrap()]);
    let rows = Folder::read(&plan).unwrap().pairs.into_iter().filter(|row| row.pass == "lead").count();
    assert!(rows > 0);
    assert_eq!(told["plan"]["listed"].as_f64(), Some(rows as f64));
    assert_eq!(told, json(&hand_made()));
}

#[test]
fn a_provisional_plan_covers_nobody_whose_papers_are_still_to_come() {
    let (_place, plan) = planned(&["--provisional"]);
    let told = json_with(&hand_made(), &["--plan", plan.to_str().unwrap()]);
    assert_eq!(told["list"], json(&hand_made())["list"], "the list is measured on the papers as they stand");
    let folder = Folder::read(&plan).unwrap();
    let rows: Vec<_> = folder.pairs.iter().filter(|row| row.pass == "lead").collect();
    // Brothers and sisters of one group share what is awaited, so only those alone must be refused for it.
    let alone = |group: &str| rows.iter().filter(|row| row.group == group).count() == 1;
    let waiting = rows.iter().filter(|row| !row.awaited.is_empty() || !row.broken.is_empty()).count();
    let waiting_alone = rows.iter().filter(|row| !row.awaited.is_empty() && alone(&row.group)).count();
    let figure = |code: &str| told["plan"][code].as_f64().unwrap() as usize;
    assert!(waiting_alone > 0, "the county has papers to wait for");
    assert!((waiting_alone..=waiting).contains(&figure("refused")), "{told}");
    assert_eq!(figure("covered") + figure("refused"), rows.len());
    let output = evaluate(&hand_made(), &["--plan", plan.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("预排"), "the reader is told");
}

#[test]
fn a_plan_without_its_key_is_refused_and_not_measured_as_empty() {
    let (_place, plan) = planned(&[]);
    std::fs::remove_file(plan.join("people.csv")).unwrap();
    let output = evaluate(&hand_made(), &["--plan", plan.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(output.stdout.is_empty() && told.contains("people.csv"), "{told}");
}

#[test]
fn a_list_by_unique_names_is_the_list_by_numbers() {
    let loaded = loaded();
    let names = |name: &str| {
        let children = loaded.instance.children.iter().map(|child| child.name.expose());
        let units = loaded.instance.volunteers.iter().map(|unit| unit.lead().name.expose());
        (children.filter(|known| *known == name).count(), units.filter(|known| *known == name).count())
    };
    let (mut by_name, mut by_number) =
        ("儿童编号,志愿者编号\n".to_owned(), "儿童编号,志愿者编号\n".to_owned());
    for line in hand_made().lines().skip(1) {
        let (child, unit) = line.split_once(',').unwrap();
        let child = loaded.instance.children.iter().find(|known| known.id.as_str() == child).unwrap();
        let unit = loaded.instance.volunteers.iter().find(|known| known.id.as_str() == unit).unwrap();
        let (child_name, unit_name) = (child.name.expose(), unit.lead().name.expose());
        if names(child_name).0 == 1 && names(unit_name).1 == 1 {
            by_name.extend([child_name, ",", unit_name, "\n"]);
            by_number.extend([child.id.as_str(), ",", unit.id.as_str(), "\n"]);
        }
    }
    assert!(by_name.lines().count() > 10, "enough of the names are unique");
    assert_eq!(json(&by_name), json(&by_number));
}

#[test]
fn rows_that_name_nobody_or_a_child_twice_are_told_with_row_cause_and_cure() {
    let text = hand_made();
    let mut lines: Vec<&str> = text.lines().collect();
    let again = format!("{},LS-V001", lines[1].split_once(',').unwrap().0);
    lines.extend([again.as_str(), "LS-E999,LS-V001", "LS-E001x,LS-V001"]);
    let output = evaluate(&lines.join("\n"), &[]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(output.stdout.is_empty());
    let row = lines.len() - 2;
    for (row, words) in [(row, "请只留一行"), (row + 1, "请改用编号"), (row + 2, "请改用编号")]
    {
        let line = told.lines().find(|line| line.contains(&format!("第 {row} 行"))).unwrap();
        assert!(line.contains(words), "{line}");
    }
    assert!(!told.contains("LS-E999"), "what stands in a cell may be a name and is not repeated");
}

#[test]
fn a_second_household_beyond_the_places_breaks_h12_and_only_the_later_row() {
    let loaded = loaded();
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, 0, false);
    let sound = |child: u32, unit: u32| verdict(&prepared, &[child], unit, Scope::Lead).admissible();
    let children = 0..loaded.instance.children.len() as u32;
    let alone = |child: &u32| loaded.instance.children[*child as usize].household.is_none();
    let (unit, both) = (0..loaded.instance.volunteers.len() as u32)
        .filter(|unit| loaded.instance.volunteers[*unit as usize].capacity == 1)
        .map(|unit| {
            let served = children.clone().filter(alone).filter(|child| sound(*child, unit));
            (unit, served.take(2).collect::<Vec<_>>())
        })
        .find(|(_, both)| both.len() == 2)
        .unwrap();
    let list: Vec<Listed> = both.iter().map(|child| Listed { child: *child, volunteer: unit }).collect();
    let measures = measure(&prepared, &list);
    assert_eq!((measures.covered, measures.repeated_volunteers, measures.most_children), (1, 1, 2));
    assert_eq!(measures.refused.len(), 1);
    assert_eq!((measures.refused[0].pair, &measures.refused[0].broken[..]), (list[1], &[Rule::Capacity][..]));
}

proptest! {
    #[test]
    fn gini_is_half_the_mean_absolute_difference_over_the_mean(
        costs in prop::collection::vec(0_i64..10_000, 1..40),
    ) {
        let mut differences = 0;
        for one in &costs {
            for other in &costs {
                differences += (one - other).abs();
            }
        }
        let (count, sum) = (costs.len() as f64, costs.iter().sum::<i64>() as f64);
        let expected = if sum == 0.0 { 0.0 } else { differences as f64 / (2.0 * count * sum) };
        prop_assert!((gini(&mut costs.clone()) - expected).abs() < 1e-12);
    }
}
