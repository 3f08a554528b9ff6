//! Rosters hold every pair once, are stamped where provisional, stay private, and the terminal sees no name.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiedui::candidates::Prepared;
use jiedui::input::load::{LoadOptions, Loaded, load};
use jiedui::input::write::week::week_parts;
use jiedui::model::Private;
use jiedui::model::availability::WeekMask;
use jiedui::plan::folder::read::Folder;
use jiedui::report::roster::{RosterBy, RosterPair, html, pages};
use tempfile::TempDir;

const STAMP: &str = "预排，不得发出";

fn lingshi() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/lingshi")
}

fn loaded() -> Loaded {
    load(&lingshi(), &LoadOptions::default()).unwrap()
}

fn jiedui(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_jiedui")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A plan of Lingshi with a roster, and what `roster` said.
struct Printed {
    place: TempDir,
    output: Output,
    by: &'static str,
}

impl Printed {
    fn new(by: &'static str, more: &[&str]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let (inputs, plan) = (lingshi(), place.path().join("plan"));
        let (inputs, plan) = (inputs.to_str().unwrap(), plan.to_str().unwrap());
        jiedui(&[&["match", inputs, "--out", plan], more].concat());
        let output = jiedui(&["roster", plan, "--by", by, "--inputs", inputs]);
        Self { place, output, by }
    }

    fn plan(&self) -> PathBuf {
        self.place.path().join("plan")
    }

    fn folder(&self) -> PathBuf {
        self.place.path().join(format!("plan-roster-by-{}", self.by))
    }

    fn html(&self) -> String {
        std::fs::read_to_string(self.folder().join("roster.html")).unwrap()
    }

    /// Rows of `roster.csv` by header.
    fn rows(&self) -> Vec<BTreeMap<String, String>> {
        let bytes = std::fs::read(self.folder().join("roster.csv")).unwrap();
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("Excel needs the mark");
        csv::Reader::from_reader(text).deserialize().map(|row| row.unwrap()).collect()
    }
}

/// The leads of a plan as (child's number, volunteer's number), by way of people.csv.
fn leads(plan: &Path) -> Vec<(String, String)> {
    let folder = Folder::read(plan).unwrap();
    let people = folder.people.as_ref().unwrap();
    let rows = folder.pairs.iter().filter(|row| row.pass == "lead");
    rows.map(|row| (people[&row.child].clone(), people[&row.volunteer].clone())).collect()
}

/// What a folder holds, by name.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// How often each text comes.
fn counted(texts: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    texts.for_each(|text| *counts.entry(text).or_default() += 1);
    counts
}

#[test]
fn every_pair_stands_once_with_the_names_of_both() {
    let loaded = loaded();
    let child = |id: &str| loaded.instance.children.iter().find(|child| child.id.as_str() == id).unwrap();
    let unit = |id: &str| loaded.instance.volunteers.iter().find(|unit| unit.id.as_str() == id).unwrap();
    for by in ["volunteer", "village"] {
        let printed = Printed::new(by, &[]);
        let pairs = leads(&printed.plan());
        let expected = counted(pairs.iter().map(|(one, _)| child(one).name.expose().to_owned()));
        assert!(!expected.is_empty());
        let rows = printed.rows();
        assert_eq!(counted(rows.iter().map(|row| row["儿童"].clone())), expected);
        let html = printed.html();
        for (name, times) in &expected {
            assert_eq!(html.matches(&format!("<td>{name}</td>")).count(), *times);
        }
        let together = |one: &str, other: &str| format!("{one}|{other}");
        let phone = |phone: &Option<Private>| phone.as_ref().map_or("", Private::expose).to_owned();
        let expected = pairs
            .iter()
            .map(|(one, other)| together(&phone(&child(one).phone), &phone(&unit(other).lead().phone)));
        let shown = rows.iter().map(|row| together(&row["联系电话"], &row["志愿者电话"]));
        assert_eq!(counted(shown), counted(expected));
        let sections = if by == "volunteer" {
            pairs.iter().map(|(_, other)| other.clone()).collect::<BTreeSet<_>>().len()
        } else {
            let home = |id: &str| (&child(id).place.township, &child(id).place.village);
            pairs.iter().map(|(one, _)| home(one)).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(html.matches("<section>").count(), sections, "a page a {by}");
    }
}

#[test]
fn a_provisional_roster_is_stamped_on_every_page_and_row_and_names_the_papers_it_waits_for() {
    let printed = Printed::new("village", &["--provisional"]);
    let html = printed.html();
    assert_eq!(html.matches(STAMP).count(), html.matches("<section>").count());
    let rows = printed.rows();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["状态"] == STAMP));
    let folder = Folder::read(&printed.plan()).unwrap();
    let waiting = folder.pairs.iter().filter(|row| row.pass == "lead" && !row.awaited.is_empty()).count();
    assert!(waiting > 0);
    assert_eq!(rows.iter().filter(|row| !row["待办手续"].is_empty()).count(), waiting);
}

#[test]
fn a_plan_that_may_be_offered_has_no_stamp() {
    let printed = Printed::new("volunteer", &[]);
    assert!(!printed.html().contains(STAMP));
    assert!(printed.rows().iter().all(|row| !row.contains_key("状态") && row["待办手续"].is_empty()));
}

#[test]
fn the_terminal_sees_no_name_and_no_phone() {
    let printed = Printed::new("volunteer", &[]);
    let said = [&printed.output.stdout[..], &printed.output.stderr[..]].concat();
    let said = String::from_utf8(said).unwrap();
    let loaded = loaded();
    let children =
        loaded.instance.children.iter().flat_map(|child| [Some(&child.name), child.phone.as_ref()]);
    let adults = loaded.instance.volunteers.iter().flat_map(|unit| &unit.adults);
    let adults = adults.flat_map(|adult| [Some(&adult.name), adult.phone.as_ref()]);
    for private in children.chain(adults).flatten().filter(|private| !private.is_empty()) {
        assert!(!said.contains(private.expose()), "personal data on the terminal");
    }
}

#[test]
fn a_roster_lies_beside_the_plan_and_the_plan_folder_holds_no_name() {
    let printed = Printed::new("volunteer", &[]);
    let loaded = loaded();
    let before = names_in(&printed.plan());
    let named =
        jiedui(&["verify", printed.plan().to_str().unwrap(), "--inputs", lingshi().to_str().unwrap()]);
    assert!(!named.stdout.is_empty() && names_in(&printed.plan()) == before);
    for file in &before {
        let text = std::fs::read_to_string(printed.plan().join(file)).unwrap();
        for child in &loaded.instance.children {
            assert!(!text.contains(child.name.expose()), "a child's name stands in {file}");
        }
        for adult in loaded.instance.volunteers.iter().flat_map(|unit| &unit.adults) {
            assert!(!text.contains(adult.name.expose()), "a volunteer's name stands in {file}");
        }
    }
}

#[test]
fn a_roster_finds_its_place_from_inside_the_plan_folder_and_overwrites_nothing() {
    let printed = Printed::new("village", &[]);
    let inputs = lingshi();
    let arguments = ["roster", ".", "--by", "volunteer", "--inputs", inputs.to_str().unwrap()];
    let again = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiedui"));
        command.args(arguments).current_dir(printed.plan()).output().unwrap()
    };
    assert!(again().status.success());
    let beside = ["plan", "plan-roster-by-village", "plan-roster-by-volunteer"];
    assert_eq!(names_in(printed.place.path()), beside);
    let second = again();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("--out"), "the cure is named");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_roster() {
    use std::os::unix::fs::PermissionsExt;
    let printed = Printed::new("village", &[]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&printed.folder()), 0o700);
    for file in ["roster.html", "roster.csv"] {
        assert_eq!(mode(&printed.folder().join(file)), 0o600, "{file}");
    }
    assert_eq!(names_in(printed.place.path()), ["plan", "plan-roster-by-village"], "nothing is left aside");
}

#[test]
fn markup_in_a_name_is_text() {
    let mut loaded = loaded();
    loaded.instance.children[0].name = Private::new("<b>甲</b>&\"乙\"");
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, 0, false);
    let pair = RosterPair { child: 0, volunteer: 0, together: vec![0], seasonal: false, backup: None };
    let text = html(&pages(&prepared, &[pair], RosterBy::Volunteer), false);
    assert!(text.contains("<td>&lt;b&gt;甲&lt;/b&gt;&amp;&quot;乙&quot;</td>"));
    assert!(!text.contains("<b>"));
}

#[test]
fn a_week_is_written_as_people_write_it() {
    let mut week = WeekMask::EMPTY;
    week.insert_stretch(0, 16 * 60, 18 * 60);
    week.insert_stretch(2, 16 * 60, 18 * 60);
    week.insert_stretch(5, 9 * 60, 11 * 60 + 30);
    week.insert_stretch(5, 14 * 60, 17 * 60);
    week.insert_stretch(6, 23 * 60, 24 * 60);
    let expected = ["周一、周三 16:00-18:00", "周六 09:00-11:30、14:00-17:00", "周日 23:00-24:00"];
    assert_eq!(week_parts(&week), expected);
    assert!(week_parts(&WeekMask::EMPTY).is_empty());
}
