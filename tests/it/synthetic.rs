//! Synthetic counties: the same plan gives the same bytes, the published proportions hold, nobody is real, and the
//! committed folders are what the generator writes.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use calamine::Reader;
use jiedui::model::Period;
use jiedui::model::child::{Sex, completed_years};
use jiedui::synthetic::identity::{ID_PREFIX, NAME_MARK, PHONE_PREFIX};
use jiedui::synthetic::{
    CountyPlan, Published, Record, SyntheticError, cell, children, hand_made_pairs, volunteers, write_aside,
    write_generated,
};
use jiff::civil::{Date, date};

pub(crate) fn plan(children: u32, volunteers: u32, seed: u64) -> CountyPlan {
    CountyPlan::invented(children, volunteers, seed, date(2026, 11, 24))
}

#[test]
fn the_half_year_begins_with_the_next_month() {
    let plan = plan(1, 1, 0);
    assert_eq!(plan.period(), Period { first: date(2026, 12, 1), last: date(2027, 5, 31) });
    assert_eq!(plan.spring_festival(), Some(date(2027, 2, 6)));
}

/// Every file of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        // A plan that somebody made beside the sheets is a folder of its own.
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

fn generated(plan: &CountyPlan) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    write_generated(plan, "jiedui generate", folder.path()).unwrap();
    files(folder.path())
}

/// Whether a file has this extension.
fn is_a(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

/// The folder data/ of the project.
pub(crate) fn committed(published: Published) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(published.name())
}

/// Reads a date in any of the four spellings: the three numbers in it.
fn plain_date(text: &str) -> Date {
    let numbers: Vec<i16> = text
        .split(|sign: char| !sign.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap())
        .collect();
    date(numbers[0], numbers[1] as i8, numbers[2] as i8)
}

/// ISO 7064 MOD 11-2 in its recursive form: start at 0, for each digit add it and double, modulo 11; with the check
/// sign (X is ten) the sum is 1.
fn passes_mod_11_2(id_number: &str) -> bool {
    let value = |sign: char| if sign == 'X' { 10 } else { sign.to_digit(10).unwrap() };
    let signs: Vec<u32> = id_number.chars().map(value).collect();
    let carried = signs[..17].iter().fold(0, |carried, digit| (carried + digit) * 2 % 11);
    signs.len() == 18 && (carried + signs[17]) % 11 == 1
}

fn assert_id_number_tells_the_truth(record: &Record) {
    let id_number = cell(record, "身份证号");
    assert!(passes_mod_11_2(id_number), "check sign");
    let birth = plain_date(cell(record, "出生日期"));
    assert_eq!(&id_number[6..14], birth.strftime("%Y%m%d").to_string(), "birth date");
    let odd = id_number.as_bytes()[16] % 2 == 1;
    assert_eq!(odd, cell(record, "性别") == "男", "sex");
}

#[test]
fn the_plain_check_accepts_the_standard_s_own_examples() {
    assert!(passes_mod_11_2("11010519491231002X"));
    assert!(passes_mod_11_2("440524188001010014"));
    assert!(!passes_mod_11_2("440524188001010015"));
}

#[test]
fn same_seed_same_bytes_and_another_seed_another_county() {
    let first = generated(&plan(300, 120, 7));
    assert_eq!(first, generated(&plan(300, 120, 7)));
    let other = generated(&plan(300, 120, 8));
    assert_ne!(first["children.csv"], other["children.csv"]);
    assert_ne!(first["volunteers.csv"], other["volunteers.csv"]);
}

#[test]
fn head_counts_are_met_to_the_person() {
    for (wanted_children, wanted_volunteers) in [(1, 1), (2, 3), (97, 41), (1000, 1)] {
        let plan = plan(wanted_children, wanted_volunteers, 3);
        assert_eq!(children(&plan).count() as u32, wanted_children);
        assert_eq!(volunteers(&plan).count() as u32, wanted_volunteers);
    }
}

#[test]
fn a_longer_sheet_begins_with_the_same_rows() {
    // The last household of the shorter sheet may be cut, so a few rows before its end.
    let rows = |count| children(&plan(count, 60, 5)).take(190).map(|child| child.record).collect::<Vec<_>>();
    assert_eq!(rows(200), rows(400));
}

/// Whether a share of `count` cases lies within five standard errors; households make the cases hang together, which
/// the factor 1.5 on the variance covers (1.26 children a household on average).
fn assert_share(name: &str, hits: usize, count: usize, expected: f64) {
    let share = hits as f64 / count as f64;
    let error = (1.5 * expected * (1.0 - expected) / count as f64).sqrt();
    assert!((share - expected).abs() < 5.0 * error, "{name}: {share} instead of {expected}");
}

#[test]
fn children_follow_the_ministry_s_profile() {
    let plan = plan(40_000, 100, 11);
    let all: Vec<_> = children(&plan).collect();
    let ages: Vec<u8> = all.iter().map(|child| completed_years(child.birth, plan.today)).collect();
    let between = |from, to| ages.iter().filter(|age| (from..=to).contains(*age)).count();
    let boys = all.iter().filter(|child| child.sex == Sex::Male).count();
    let carer = |child: &&jiedui::synthetic::SyntheticChild| {
        let carer = cell(&child.record, "监护人");
        ["祖", "外祖"].iter().any(|relation| carer.starts_with(relation))
    };
    assert_share("boys", boys, all.len(), 0.545);
    assert_share("0 to 5", between(0, 5), all.len(), 0.217);
    assert_share("6 to 13", between(6, 13), all.len(), 0.674);
    assert_share("14 and over", between(14, 16), all.len(), 0.109);
    assert_share("grandparents", all.iter().filter(carer).count(), all.len(), 0.96);
    let categories = |name: &str| -> Vec<&str> {
        let all = all.iter().map(|child| cell(&child.record, "类别"));
        all.filter(|categories| categories.starts_with(name)).collect()
    };
    let left_behind = categories("农村留守儿童");
    let besides = left_behind.iter().filter(|categories| categories.ends_with("困境儿童")).count();
    assert_share("disabled or ill", besides, left_behind.len(), 0.006);
    // 6.97 million, 253,000 and 134,000 stand to each other as the shares do.
    let (unattended, orphans) = (categories("事实无人抚养儿童").len(), categories("孤儿").len());
    let three = left_behind.len() + unattended + orphans;
    assert_share("de facto unattended", unattended, three, 253.0 / 7357.0);
    assert_share("orphans", orphans, three, 134.0 / 7357.0);
}

#[test]
fn left_behind_children_are_under_sixteen() {
    let plan = plan(5_000, 10, 2);
    for child in children(&plan).filter(|child| cell(&child.record, "类别").contains("留守")) {
        assert!(completed_years(child.birth, plan.today) < 16);
    }
}

#[test]
fn id_numbers_agree_with_check_sign_sex_and_birth_date() {
    let mut plans: Vec<CountyPlan> = Published::ALL.map(Published::plan).to_vec();
    plans.push(plan(3_000, 2_000, 1));
    for plan in &plans {
        children(plan).for_each(|child| assert_id_number_tells_the_truth(&child.record));
        volunteers(plan).for_each(|volunteer| assert_id_number_tells_the_truth(&volunteer.record));
    }
}

#[test]
fn no_two_people_share_an_id_and_nobody_can_be_real() {
    for plan in [Published::Guangan.plan(), Published::Laifeng.plan(), plan(30_000, 20_000, 1)] {
        let (mut ids, mut id_numbers, mut phones) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let people = children(&plan)
            .map(|child| (child.record, "儿童编号", "联系电话"))
            .chain(volunteers(&plan).map(|volunteer| (volunteer.record, "志愿者编号", "手机")));
        for (record, id, phone) in people {
            assert!(ids.insert(cell(&record, id).to_owned()));
            let id_number = cell(&record, "身份证号");
            assert!(id_number.starts_with(ID_PREFIX) && id_numbers.insert(id_number.to_owned()));
            let phone = cell(&record, phone);
            assert!(phone.starts_with(PHONE_PREFIX) && phone.len() == PHONE_PREFIX.len() + 8);
            // Brothers and sisters share the household's phone; volunteers share none.
            assert!(phones.insert(phone.to_owned()) || id == "儿童编号");
            assert!(cell(&record, "姓名").ends_with(NAME_MARK));
            assert!(id == "志愿者编号" || cell(&record, "监护人").ends_with(NAME_MARK));
        }
    }
}

#[test]
fn places_are_named_once_and_every_home_is_among_them() {
    for plan in [Published::Guangan.plan(), Published::Lingshi.plan(), plan(2_000, 500, 1)] {
        let key =
            |record: &Record| ["行政区划代码", "乡镇", "村"].map(|header| cell(record, header).to_owned());
        let mut known = BTreeSet::new();
        jiedui::synthetic::places(&plan).for_each(|place| assert!(known.insert(key(&place))));
        let homes = children(&plan).map(|child| key(&child.record));
        let starts =
            volunteers(&plan).filter(|volunteer| volunteer.lead).map(|volunteer| key(&volunteer.record));
        homes.chain(starts).for_each(|place| assert!(known.contains(&place)));
    }
}

#[test]
fn committed_folders_are_what_the_generator_writes() {
    for published in Published::ALL {
        let made = tempfile::tempdir().unwrap();
        published.write(made.path()).unwrap();
        let (made, kept) = (files(made.path()), files(&committed(published)));
        assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>(), "{}", published.name());
        for (name, content) in &made {
            // A workbook is packed by a library; what counts is in its cells.
            if is_a(name, "xlsx") {
                assert!(cells(content) == cells(&kept[name]), "{}/{name} differs", published.name());
            } else {
                assert!(*content == kept[name], "{}/{name} differs", published.name());
            }
        }
    }
}

/// Every cell of a workbook, by sheet.
fn cells(workbook: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    let mut workbook = calamine::Xlsx::new(std::io::Cursor::new(workbook)).unwrap();
    let sheets = workbook.worksheets();
    let text = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect();
    sheets.into_iter().map(|(name, range)| (name, range.rows().map(text).collect())).collect()
}

#[test]
fn committed_data_stay_small() {
    let bytes: usize = Published::ALL
        .iter()
        .flat_map(|published| files(&committed(*published)))
        .map(|(_, file)| file.len())
        .sum();
    assert!(bytes < 5_000_000, "{bytes} bytes");
}

#[test]
fn published_head_counts() {
    let count = |published: Published| {
        let plan = published.plan();
        (children(&plan).count(), volunteers(&plan).count())
    };
    assert_eq!(count(Published::Laifeng).0, 90);
    assert_eq!(count(Published::Lingshi), (86, 270));
    assert_eq!(count(Published::Guangan), (4_957, 2_569));
}

#[test]
fn laifeng_in_gbk_and_in_a_workbook_says_the_same() {
    let plain = files(&committed(Published::Laifeng));
    let gbk = files(&committed(Published::LaifengGbk));
    for (name, content) in &plain {
        let (text, _, broken) = encoding_rs::GBK.decode(&gbk[name]);
        let marked = String::from_utf8(content.clone()).unwrap();
        assert!(!broken || !is_a(name, "csv"));
        if is_a(name, "csv") {
            assert_eq!(marked.trim_start_matches('\u{feff}'), text, "{name}");
        }
    }
    let workbook = cells(&files(&committed(Published::LaifengXlsx))["laifeng.xlsx"]);
    let rows = |sheet: &str| workbook.iter().find(|(name, _)| name == sheet).unwrap().1.len();
    let lines = |file: &str| String::from_utf8(plain[file].clone()).unwrap().lines().count();
    assert_eq!(rows("儿童"), lines("children.csv"));
    assert_eq!(rows("志愿者"), lines("volunteers.csv"));
}

#[test]
fn the_list_made_by_hand_has_the_mistakes_that_hands_make() {
    let plan = Published::Lingshi.plan();
    let by_id: BTreeMap<String, _> =
        volunteers(&plan).map(|volunteer| (volunteer.id.clone(), volunteer)).collect();
    let children: BTreeMap<String, _> = children(&plan).map(|child| (child.id.clone(), child)).collect();
    let pairs = hand_made_pairs(&plan);
    let mut taken: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut man_with_girl, mut check_too_old) = (0, 0);
    for pair in &pairs {
        let volunteer = &by_id[cell(pair, "志愿者编号")];
        let child = &children[cell(pair, "儿童编号")];
        *taken.entry(&volunteer.id).or_default() += 1;
        man_with_girl += u32::from(volunteer.sex == Sex::Male && child.sex == Sex::Female);
        let checked = plain_date(cell(&volunteer.record, "查询日期"));
        let last_day = plan.period().last;
        check_too_old += u32::from(checked.until(last_day).unwrap().get_days() >= 365);
    }
    assert!(pairs.len() > 60 && pairs.len() < 86);
    assert!(man_with_girl > 0 && man_with_girl < 10, "{man_with_girl}");
    assert!(check_too_old > 0 && check_too_old < 20, "{check_too_old}");
    assert!(taken.iter().any(|(volunteer, children)| *children > by_id[*volunteer].capacity));
}

#[test]
fn a_folder_that_exists_is_never_touched() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("county");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("mine.txt"), "mine").unwrap();
    let refused = write_aside(&out, |folder| write_generated(&plan(3, 3, 1), "", folder));
    assert!(matches!(refused, Err(SyntheticError::Exists(_))));
    assert_eq!(files(&out).into_keys().collect::<Vec<_>>(), ["mine.txt"]);
}

#[test]
fn a_folder_is_whole_or_absent() {
    let parent = tempfile::tempdir().unwrap();
    let out = parent.path().join("county");
    let broken_off = write_aside(&out, |folder| {
        write_generated(&plan(3, 3, 1), "", folder)?;
        Err(SyntheticError::Exists(folder.to_owned()))
    });
    assert!(broken_off.is_err());
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    write_aside(&out, |folder| write_generated(&plan(3, 3, 1), "", folder)).unwrap();
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    let names: Vec<String> = files(&out).into_keys().collect();
    assert_eq!(names, ["README.md", "children.csv", "places.csv", "policy.toml", "volunteers.csv"]);
}

/// Runs `jiedui generate`; exit status and everything it said.
fn generate(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_jiedui"))
        .arg("generate")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn the_command_writes_what_the_library_writes_and_refuses_to_overwrite() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = ["--children", "40", "--volunteers", "20", "--seed", "9", "--out", "county"];
    let (status, _) = generate(&wanted, folder.path());
    assert_eq!(status, Some(0));
    let made = files(&folder.path().join("county"));
    let mut expected = generated(&plan(40, 20, 9));
    // The README names the command, which the library is told.
    expected.remove("README.md");
    for (name, content) in &expected {
        assert!(made[name] == *content, "{name}");
    }
    let readme = String::from_utf8(made["README.md"].clone()).unwrap();
    assert!(readme.contains("--children 40 --volunteers 20 --seed 9 --date 2026-11-24"));
    let (status, said) = generate(&wanted, folder.path());
    assert_eq!(status, Some(2));
    assert!(said.contains("county") && said.contains("已存在"), "{said}");
    assert_eq!(files(&folder.path().join("county")), made);
}

#[test]
fn impossible_wishes_are_refused_with_a_cure() {
    let folder = tempfile::tempdir().unwrap();
    let refused: [&[&str]; 4] = [
        &["--children", "0", "--volunteers", "1", "--out", "county"],
        &["--children", "5", "--out", "county"],
        &["--children", "5", "--volunteers", "1", "--date", "24.11.2026", "--out", "county"],
        &["--county", "atlantis", "--out", "county"],
    ];
    for arguments in refused {
        let (status, said) = generate(arguments, folder.path());
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains("--"), "{said}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
