//! What bad input gets: a message that names the place and the cure, exit status 2, no panic, no half-written plan.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

const CHILD_HEADERS: &str = "儿童编号,姓名,性别,出生日期,类别,法律依据,结对同意,同意人身份,本人意愿,需求,可服务时段,经度,纬度,坐标系,行政区划代码,家庭编号";
const UNIT_HEADERS: &str = "志愿者编号,姓名,性别,出生日期,同意查询,查询类型,查询结果,查询机关,查询日期,从业查询有效期至,查询编号,培训,协议,可结对户数,承诺服务至,最多兄弟姐妹数,可服务时段,经度,纬度,坐标系,行政区划代码";
const POLICY: &str = "[run]\ndate = 2026-11-24\nfrom = 2026-12-01\nto = 2027-01-15\n";

fn child(id: &str) -> String {
    child_at(id, "周六上午", "109.4", "29.5", "")
}

fn child_at(id: &str, hours: &str, longitude: &str, latitude: &str, household: &str) -> String {
    format!(
        "{id},示例甲,女,2015-05-01,农村留守儿童,监护人同意,同意,监护人,愿意,陪伴走访,{hours},{longitude},{latitude},WGS-84,422827100000,{household}"
    )
}

fn unit(id: &str) -> String {
    unit_with(id, "1", "", "", "周六上午")
}

fn unit_with(id: &str, capacity: &str, through: &str, siblings: &str, hours: &str) -> String {
    format!(
        "{id},示例乙,女,1980-05-01,是,从业查询,通过,示例公安局,2026-10-01,2027-09-30,示例1,已完成,已签,{capacity},{through},{siblings},{hours},109.41,29.5,WGS-84,422827100000"
    )
}

struct County(tempfile::TempDir);

impl County {
    fn new(children: &[String], units: &[String]) -> Self {
        let sheet = |headers: &str, rows: &[String]| format!("{headers}\n{}\n", rows.join("\n"));
        Self::of(&sheet(CHILD_HEADERS, children), &sheet(UNIT_HEADERS, units))
    }

    fn of(children: &str, units: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("children.csv"), children).unwrap();
        fs::write(place.path().join("volunteers.csv"), units).unwrap();
        fs::write(place.path().join("policy.toml"), POLICY).unwrap();
        Self(place)
    }

    fn add(self, file: &str, text: &str) -> Self {
        fs::write(self.0.path().join(file), text).unwrap();
        self
    }

    fn run(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_jiedui")).arg("match").arg(self.0.path()).output().unwrap()
    }

    fn run_to(&self, out: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiedui"));
        command.arg("match").arg(self.0.path()).arg("--out").arg(self.0.path().join(out)).output().unwrap()
    }

    /// A plan comes out with so many pairs.
    fn pairs(&self, expected: usize) -> String {
        let output = self.run();
        let said = text(&output);
        assert!(output.status.success(), "{said}");
        let written = fs::read_to_string(self.0.path().join("plan/pairs.csv")).unwrap();
        assert_eq!(written.lines().count() - 1, expected, "{said}");
        said
    }

    /// Refused with status 2, naming all of these, and nothing is left behind.
    fn refused(&self, named: &[&str]) {
        let output = self.run();
        let said = text(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        for name in named {
            assert!(said.contains(name), "{name} is not named: {said}");
        }
        assert_no_leftovers(self.0.path());
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

fn assert_no_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(!name.starts_with("plan") && !name.starts_with('.'), "{name} was left behind");
    }
}

#[test]
fn empty_files_are_refused_by_name() {
    County::of("", "").refused(&["children.csv", "volunteers.csv"]);
}

#[test]
fn sheets_without_a_row_are_refused_with_the_cure() {
    let cure = "至少填写一人";
    County::new(&[], &[]).refused(&["children.csv", "volunteers.csv", "I004", cure]);
    County::new(&[], &[unit("V1")]).refused(&["children.csv", "I004", cure]);
    County::new(&[child("C1")], &[]).refused(&["volunteers.csv", "I004", cure]);
}

#[test]
fn one_child_and_one_volunteer_are_paired() {
    County::new(&[child("C1")], &[unit("V1")]).pairs(1);
}

#[test]
fn nobody_eligible_is_a_plan_that_says_why() {
    let unscreened = unit("V1").replace("通过", "");
    let said = County::new(&[child("C1")], &[unscreened]).pairs(0);
    assert!(said.contains("无符合条件的志愿者"), "{said}");
}

#[test]
fn all_ids_equal_are_refused_with_every_row() {
    County::new(&[child("C1"), child("C1"), child("C1")], &[unit("V1"), unit("V1")]).refused(&[
        "children.csv",
        "volunteers.csv",
        "C1",
        "V1",
    ]);
}

#[test]
fn ids_with_commas_and_quotes_are_kept() {
    let county = County::new(&[child("\"C,1\"\"x\"\"\"")], &[unit("\"V,\"\"1\"\"\"")]);
    county.pairs(1);
    let people = fs::read_to_string(county.0.path().join("plan/people.csv")).unwrap();
    assert!(people.contains("\"C,1\"\"x\"\"\"") && people.contains("\"V,\"\"1\"\"\""), "{people}");
}

#[test]
fn coordinates_off_the_earth_are_named_and_the_others_are_paired() {
    let off = child_at("C2", "周六上午", "209.4", "29.5", "");
    let said = County::new(&[child("C1"), off], &[unit("V1")]).pairs(1);
    assert!(said.contains("children.csv") && said.contains("row 3"), "{said}");
}

#[test]
fn hours_past_midnight_meet_on_the_next_day() {
    let night = child_at("C1", "周五 23:00-次日02:00", "109.4", "29.5", "");
    County::new(&[night], &[unit_with("V1", "1", "", "", "周六 00:00-02:00")]).pairs(1);
}

#[test]
fn no_places_at_all_leave_everybody_alone() {
    let said = County::new(&[child("C1")], &[unit_with("V1", "0", "", "", "周六上午")]).pairs(0);
    assert!(said.contains("H12") || said.contains("无符合条件的志愿者"), "{said}");
}

#[test]
fn a_household_larger_than_any_limit_waits_together() {
    let siblings: Vec<String> =
        (1..=4).map(|n| child_at(&format!("C{n}"), "周六上午", "109.4", "29.5", "H1")).collect();
    County::new(&siblings, &[unit_with("V1", "4", "", "2", "周六上午")]).pairs(0);
    County::new(&siblings, &[unit_with("V1", "1", "", "4", "周六上午")]).pairs(4);
}

#[test]
fn a_volunteer_who_commits_for_a_week_leads_nobody() {
    County::new(&[child("C1")], &[unit_with("V1", "1", "2026-12-01", "", "周六上午")]).pairs(0);
    let county = County::new(&[child("C1")], &[unit_with("V1", "1", "2027-02-01", "", "周六上午")]);
    county.pairs(1);
    let pairs = fs::read_to_string(county.0.path().join("plan/pairs.csv")).unwrap();
    assert!(pairs.contains(",seasonal,"), "a short commitment is stamped: {pairs}");
}

#[test]
fn two_standing_pairs_of_one_child_are_refused_by_name() {
    County::new(&[child("C1")], &[unit("V1"), unit("V2")])
        .add("existing_pairs.csv", "儿童编号,志愿者编号,状态\nC1,V1,保持\nC1,V2,保持\n")
        .refused(&["C1", "existing_pairs.csv"]);
}

#[test]
fn a_second_pin_on_one_place_is_refused_with_the_rule() {
    let county = County::new(&[child("C1"), child("C2")], &[unit("V1")])
        .add("existing_pairs.csv", "儿童编号,志愿者编号,状态\nC1,V1,指定\nC2,V1,指定\n");
    let said = county.pairs(1);
    let refused =
        ["C1", "C2"].map(|child| said.contains(&format!("未采纳的指定 / pin refused: {child} – V1 (H12)")));
    assert!(refused == [true, false] || refused == [false, true], "{said}");
}

#[test]
fn a_kept_pair_leaves_no_place_for_a_pin_and_does_not_move() {
    let county = County::new(&[child("C1"), child("C2")], &[unit("V1")])
        .add("existing_pairs.csv", "儿童编号,志愿者编号,状态\nC2,V1,指定\nC1,V1,保持\n");
    let said = county.pairs(1);
    assert!(said.contains("未采纳的指定 / pin refused: C2 – V1 (H12)"), "{said}");
    let pairs = fs::read_to_string(county.0.path().join("plan/pairs.csv")).unwrap();
    assert!(pairs.contains(",kept,"), "{pairs}");
    let pinned_siblings = County::new(
        &[
            child_at("C1", "周六上午", "109.4", "29.5", "H1"),
            child_at("C2", "周六上午", "109.4", "29.5", "H1"),
        ],
        &[unit("V1")],
    );
    let both =
        pinned_siblings.add("existing_pairs.csv", "儿童编号,志愿者编号,状态\nC1,V1,保持\nC2,V1,指定\n");
    assert!(!both.pairs(2).contains("未采纳"), "a household takes one place");
}

#[test]
fn a_child_numbered_like_a_household_takes_a_place_of_its_own() {
    let county =
        County::new(&[child("H1"), child_at("C2", "周六上午", "109.4", "29.5", "H1")], &[unit("V1")]);
    let said =
        county.add("existing_pairs.csv", "儿童编号,志愿者编号,状态\nH1,V1,保持\nC2,V1,指定\n").pairs(1);
    assert!(said.contains("未采纳的指定 / pin refused: C2 – V1 (H12)"), "{said}");
}

#[test]
fn a_line_of_200_megabytes_is_refused() {
    let county = County::new(&[child("C1")], &[unit("V1")]);
    let mut file = fs::File::create(county.0.path().join("children.csv")).unwrap();
    writeln!(file, "{CHILD_HEADERS}").unwrap();
    let block = vec![b'x'; 1 << 20];
    (0..200).for_each(|_| file.write_all(&block).unwrap());
    drop(file);
    county.refused(&["children.csv"]);
}

#[test]
fn a_missing_folder_is_named() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_jiedui")).args(["match", "no-such-folder"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("no-such-folder"), "{}", text(&output));
}

#[test]
fn something_else_in_the_way_is_left_alone() {
    let county = County::new(&[child("C1")], &[unit("V1")]).add("plan", "not a plan folder");
    let output = county.run();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("--out"), "the cure is named");
    assert_eq!(fs::read_to_string(county.0.path().join("plan")).unwrap(), "not a plan folder");
}

#[test]
fn a_place_that_cannot_be_written_is_named_and_nothing_is_left_there() {
    let county = County::new(&[child("C1")], &[unit("V1")]).add("taken", "a file, no folder");
    for out in ["taken/plan", "missing/plan"] {
        let output = county.run_to(out);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(out) && said.contains("--out") && !said.contains("panicked"), "{said}");
        assert_no_leftovers(county.0.path());
    }
    assert!(!county.0.path().join("missing").exists());
}

#[test]
fn a_former_plan_is_kept() {
    let county = County::new(&[child("C1")], &[unit("V1")]);
    county.pairs(1);
    county.pairs(1);
    assert!(county.0.path().join("plan-1/plan.json").is_file());
}

#[cfg(unix)]
#[test]
fn a_plan_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let county = County::new(&[child("C1")], &[unit("V1")]);
    county.pairs(1);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let plan = county.0.path().join("plan");
    assert_eq!(mode(&plan), 0o700);
    for entry in fs::read_dir(&plan).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}
