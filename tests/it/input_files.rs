//! What a folder or workbook becomes: a run, or a report that names every place and its cure.

use jiedui::input::columns::{children, volunteers};
use jiedui::input::rule::{InputRule, Severity};
use jiedui::input::values::id_number::check_sign;
use jiedui::input::{InputReport, LoadOptions, load};
use jiedui::model::instance::SourceRow;
use jiedui::model::{Instance, VolunteerId};
use proptest::prelude::{any, prop, prop_assert_eq, proptest};

use crate::input_county::{Cells, County, only, sound_child, sound_volunteer, told};

fn rejected(county: &County) -> InputReport {
    let report = county.try_load().expect_err("the file is rejected").report;
    assert!(report.count(Severity::RejectsFile) > 0);
    *report
}

#[test]
fn one_child_and_one_volunteer_are_a_county() {
    let loaded = County::sound().load();
    assert_eq!((loaded.instance.children.len(), loaded.instance.volunteers.len()), (1, 1));
}

#[test]
fn a_missing_sheet_is_named_with_its_cure() {
    let mut county = County::sound();
    county.volunteers.clear();
    let report = rejected(&county);
    let finding = only(&report, "FileMissing");
    assert_eq!(finding.file, "volunteers.csv");
    assert!(report.to_string().contains("jiedui template"));
    county.children.clear();
    let empty_folder =
        County { children: Vec::new(), volunteers: Vec::new(), places: Vec::new(), ..County::sound() };
    assert_eq!(told(&rejected(&empty_folder)), ["FileMissing", "FileMissing"]);
    let nowhere = county.folder.path().join("nowhere");
    let report = load(&nowhere, &LoadOptions::default()).unwrap_err().report;
    assert!(told(&report).contains(&"FileMissing".to_owned()));
    assert!(
        !report.to_string().contains(county.folder.path().to_str().unwrap()),
        "names the file, not the machine"
    );
}

#[test]
fn an_empty_file_and_a_file_of_headers_only_are_rejected() {
    for bytes in ["", "\u{feff}", "\r\n\r\n", "儿童编号,姓名\n"] {
        let county = County::sound();
        county.write();
        std::fs::write(county.folder.path().join("children.csv"), bytes).unwrap();
        let report = load(county.folder.path(), &county.options).expect_err("nobody in it").report;
        assert!(report.rejects() && report.findings[0].file.contains("children.csv"), "{bytes:?}: {report}");
    }
}

#[test]
fn equal_ids_are_all_told_and_the_rest_is_still_checked() {
    let mut county = County::sound();
    county.children = vec![sound_child("C1"), sound_child("C1"), sound_child("Ｃ１").with("类别", "少年")];
    county.volunteers = vec![sound_volunteer("V1"), sound_volunteer("V1")];
    let report = rejected(&county);
    let rows: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == InputRule::DuplicateId)
        .map(|finding| (finding.file.as_str(), finding.row.unwrap()))
        .collect();
    assert_eq!(
        rows,
        [
            ("children.csv", 2),
            ("children.csv", 3),
            ("children.csv", 4),
            ("volunteers.csv", 2),
            ("volunteers.csv", 3)
        ]
    );
    only(&report, "ChildField");
    assert!(report.to_string().contains("编号与第 3、4 行重复"));
}

#[test]
fn ids_with_commas_and_quotes_are_ids() {
    let strange = r#"V"1",东/西;"#;
    let mut county = County::sound();
    county.volunteers = vec![sound_volunteer(strange), sound_volunteer("V2")];
    county.children[0] = sound_child("C,1").with("曾结对志愿者", &format!("V2、{strange}"));
    county.pairs = vec![Cells::of(&[("儿童编号", "C,1"), ("志愿者编号", strange), ("状态", "保持")])];
    let loaded = county.load();
    assert_eq!(told(&loaded.report), Vec::<String>::new());
    let child = &loaded.instance.children[0];
    assert_eq!(child.id.as_str(), "C,1");
    assert_eq!(child.previous_volunteers, [VolunteerId::new("V2"), VolunteerId::new(strange)]);
    assert_eq!(loaded.instance.existing_pairs[0].volunteer.as_str(), strange);
}

#[test]
fn blank_ids_are_quarantined_and_a_sheet_without_ids_is_rejected() {
    let mut county = County::sound();
    county.children.push(sound_child(""));
    county.volunteers.push(sound_volunteer(""));
    let loaded = county.load();
    assert_eq!(loaded.instance.quarantined[0].rule, InputRule::BlankId.code());
    assert_eq!((loaded.report.counts.rejected_volunteer_rows, loaded.report.counts.volunteers), (1, 1));
    let mut county = County::sound();
    county.children[0].0.remove("儿童编号");
    assert!(told(&rejected(&county)).contains(&"NoIdColumn".to_owned()));
}

#[test]
fn without_dates_the_remedy_names_the_flags() {
    let mut county = County::sound();
    county.options.today = None;
    assert!(only(&rejected(&county), "RunDatesMissing").remedy.en.contains("--date"));
}

#[test]
fn a_policy_that_cannot_be_used_rejects_and_names_the_file() {
    let mut county = County::sound();
    county.policy = Some("broken = [".to_owned());
    let report = rejected(&county);
    assert!(report.findings.iter().any(|f| f.rule == InputRule::PolicyUnusable && f.file == "policy.toml"));
    county.options.policy = Some(county.folder.path().join("other.toml"));
    assert!(rejected(&county).findings.iter().any(|f| f.file == "other.toml"));
}

#[test]
fn a_header_nobody_knows_is_noted_and_nothing_else_happens() {
    let county = County::with_child("属相", "羊");
    let (_, report) = county.child();
    assert_eq!(only(&report, "UnknownHeader").value.as_deref(), Some("属相"));
}

#[test]
fn a_workbook_says_what_its_csv_twin_says() {
    let county = crowd();
    let from_csv = county.load();
    let folder = tempfile::TempDir::new().unwrap();
    let book = folder.path().join("名单.xlsx");
    county.write_workbook(&book);
    let from_folder = load(folder.path(), &county.options).unwrap();
    let from_file = load(&book, &county.options).unwrap();
    assert_eq!(without_rows(from_csv.instance), without_rows(from_folder.instance.clone()));
    assert_eq!(from_folder.instance, from_file.instance);
    assert_eq!(from_csv.report.counts, from_file.report.counts);
}

#[test]
fn a_folder_with_a_workbook_and_csv_or_with_two_workbooks_is_refused() {
    let county = County::sound();
    county.write_workbook(&county.folder.path().join("名单.xlsx"));
    only(&rejected(&county), "TwoSources");
    let folder = tempfile::TempDir::new().unwrap();
    county.write_workbook(&folder.path().join("a.xlsx"));
    std::fs::write(folder.path().join("~$a.xlsx"), b"lock file of an open Excel").unwrap();
    assert!(load(folder.path(), &county.options).is_ok());
    county.write_workbook(&folder.path().join("b.xlsx"));
    let report = load(folder.path(), &county.options).unwrap_err().report;
    assert!(told(&report).contains(&"TwoSources".to_owned()));
}

#[test]
fn a_workbook_without_the_volunteers_sheet_and_bytes_that_are_none_are_named() {
    let mut county = County::sound();
    county.volunteers.clear();
    let folder = tempfile::TempDir::new().unwrap();
    county.write_workbook(&folder.path().join("a.xlsx"));
    let report = load(folder.path(), &county.options).unwrap_err().report;
    assert_eq!(only(&report, "FileMissing").file, "a.xlsx#志愿者");
    std::fs::write(folder.path().join("a.xlsx"), b"PK no workbook").unwrap();
    let report = load(folder.path(), &county.options).unwrap_err().report;
    only(&report, "TableUnreadable");
}

/// Everything but where the rows stood.
pub(crate) fn without_rows(mut instance: Instance) -> Instance {
    for child in &mut instance.children {
        child.source = SourceRow::default();
    }
    for unit in &mut instance.volunteers {
        unit.source = SourceRow::default();
        unit.adults.iter_mut().for_each(|adult| adult.source = SourceRow::default());
    }
    instance.existing_pairs.iter_mut().for_each(|pair| pair.source = SourceRow::default());
    instance.replies.iter_mut().for_each(|reply| reply.source = SourceRow::default());
    instance.quarantined.iter_mut().for_each(|child| child.source = SourceRow::default());
    instance
}

fn crowd() -> County {
    let mut county = County::sound();
    county.children =
        (0..12).map(|n| sound_child(&format!("C{n}")).with("家庭编号", &format!("F{}", n / 3))).collect();
    county.children[5] = sound_child("C5").with("法律依据", "");
    county.volunteers = (0..12).map(|n| sound_volunteer(&format!("V{n}"))).collect();
    for (row, lead) in [(2, ""), (7, "是"), (9, "")] {
        county.volunteers[row] = county.volunteers[row].clone().with("组队编号", "U1").with("负责人", lead);
    }
    county.pairs = (0..4)
        .map(|n| {
            Cells::of(&[("儿童编号", &format!("C{n}")), ("志愿者编号", &format!("V{n}")), ("状态", "保持")])
        })
        .collect();
    county
}

#[test]
fn the_order_of_rows_tells_nothing() {
    let straight = crowd().load();
    let mut turned = crowd();
    turned.children.reverse();
    turned.volunteers.rotate_left(5);
    turned.pairs.reverse();
    turned.places.reverse();
    let turned = turned.load();
    assert_eq!(without_rows(straight.instance), without_rows(turned.instance));
    assert_eq!(straight.report.counts, turned.report.counts);
}

/// A name, phone and ID number that must never be seen.
fn canary() -> (String, String, String) {
    let mut body = b"11010520150501002".to_vec();
    body.push(check_sign(&body));
    ("金丝雀甲乙".to_owned(), "13775318642".to_owned(), String::from_utf8(body).expect("digits"))
}

#[test]
fn no_report_ever_holds_a_name_a_phone_or_an_id_number() {
    let (name, phone, number) = canary();
    let mut county = County::sound();
    let personal = |row: Cells, phone_header: &str| {
        row.with("姓名", &name)
            .with(phone_header, &phone)
            .with("身份证号", &number)
            .with("出生日期", "2015-05-02")
    };
    // Every column in turn holds all three, or one of them, or is blank.
    let everything = format!("{name}{phone}{number}");
    let fills = [everything.as_str(), name.as_str(), phone.as_str(), number.as_str(), "", "109.987654"];
    for (column_at, column) in children::ALL.iter().enumerate() {
        for (fill_at, fill) in fills.iter().enumerate() {
            let row = personal(sound_child(&format!("C{column_at}-{fill_at}")), "联系电话")
                .with("监护人", "红雀丙丁");
            county.children.push(row.with(column.zh, fill));
        }
    }
    for (column_at, column) in volunteers::ALL.iter().enumerate() {
        for (fill_at, fill) in fills.iter().enumerate() {
            let row = personal(sound_volunteer(&format!("V{column_at}-{fill_at}")), "手机");
            county.volunteers.push(row.with(column.zh, fill));
        }
    }
    for fill in fills {
        county.pairs.push(Cells::of(&[("儿童编号", fill), ("志愿者编号", fill), ("状态", "保持")]));
        county.replies.push(Cells::of(&[("儿童编号", fill), ("志愿者编号", fill), ("答复", "接受")]));
    }
    let mut reports = Vec::new();
    match county.try_load() {
        Ok(loaded) => reports.push(loaded.report),
        Err(error) => reports.push(*error.report),
    }
    let rendered: String =
        reports.iter().flat_map(|report| [report.to_string(), format!("{report:?}")]).collect();
    for secret in [&name, &phone, &number, "红雀丙丁", "2015-05-02", "109.987654"] {
        let at = rendered.find(secret).map(|at| rendered[..at].chars().rev().take(120).collect::<Vec<_>>());
        let before: Option<String> = at.map(|context| context.into_iter().rev().collect());
        assert_eq!(before, None, "{secret} shows");
    }
    let distinct: std::collections::BTreeSet<String> = told(&reports[0]).into_iter().collect();
    assert!(distinct.len() >= 20, "the sheet breaks most rules: {distinct:?}");
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn no_row_disappears_whatever_stands_in_its_cells(
        child_cells in prop::collection::vec((0..children::ALL.len(), any::<String>()), 0..8),
        volunteer_cells in prop::collection::vec((0..volunteers::ALL.len(), any::<String>()), 0..8),
    ) {
        let mut county = County::sound();
        for (at, (column, text)) in child_cells.iter().enumerate() {
            county.children.push(sound_child(&format!("X{at}")).with(children::ALL[*column].zh, text));
        }
        for (at, (column, text)) in volunteer_cells.iter().enumerate() {
            county.volunteers.push(sound_volunteer(&format!("Y{at}")).with(volunteers::ALL[*column].zh, text));
        }
        if let Ok(loaded) = county.try_load() {
            let counts = loaded.report.counts;
            prop_assert_eq!(counts.child_rows, county.children.len());
            prop_assert_eq!(counts.children + counts.quarantined, counts.child_rows);
            prop_assert_eq!(counts.adults + counts.rejected_volunteer_rows, counts.volunteer_rows);
            prop_assert_eq!(loaded.instance.registered(), counts.child_rows);
        }
    }
}
