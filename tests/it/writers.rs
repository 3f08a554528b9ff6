//! What is written for people and for digests.

use jiedui::input::columns::{Column, children, volunteers};
use jiedui::input::rule::Severity;
use jiedui::input::table::{SkipReason, read_sheet, sheet_names};
use jiedui::input::write::{canonical, template};
use jiedui::input::{LoadOptions, load};
use jiedui::model::Instance;
use jiedui::spreadsheet::{BOM, SafeCsv, plain};
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
use tempfile::TempDir;

use crate::input_county::{County, sound_child, sound_volunteer};

fn digest(county: &County) -> [u8; 32] {
    let loaded = county.load();
    canonical::digest(&loaded.instance, &loaded.policy)
}

#[test]
fn every_sheet_of_the_template_reads_back_whole_with_its_example_skipped() {
    let folder = TempDir::new().unwrap();
    let book = folder.path().join(template::WORKBOOK);
    std::fs::write(&book, template::workbook()).unwrap();
    for sheet in template::SHEETS {
        let path = folder.path().join(sheet.file);
        std::fs::write(&path, template::csv(&sheet)).unwrap();
        for path in [&path, &book] {
            let read =
                read_sheet(path, sheet.columns, &[sheet.name]).unwrap_or_else(|error| panic!("{error}"));
            assert!(sheet.columns.iter().all(|column| read.has(column)), "{}", sheet.file);
            assert_eq!(read.unknown_headers(), [""; 0]);
            assert!(read.rows.is_empty());
            assert_eq!(read.skipped.iter().map(|row| row.reason).collect::<Vec<_>>(), [SkipReason::Example]);
        }
    }
    let names: Vec<&str> = template::SHEETS.iter().map(|sheet| sheet.name).chain([template::NOTES]).collect();
    assert_eq!(sheet_names(&book).unwrap(), names);
}

#[test]
fn what_the_template_shows_can_be_read() {
    let folder = TempDir::new().unwrap();
    for sheet in template::SHEETS {
        let text = String::from_utf8(template::csv(&sheet)).unwrap();
        // No longer marked as examples; places keep their names so that people are found there.
        let text = text.replace("示例-", "甲-").replace("示例镇", "甲镇");
        std::fs::write(folder.path().join(sheet.file), text).unwrap();
    }
    let county = County::sound();
    let loaded = load(folder.path(), &county.options).unwrap_or_else(|error| panic!("{error}"));
    let instance = &loaded.instance;
    let sizes = (
        instance.children.len(),
        instance.volunteers.len(),
        instance.existing_pairs.len(),
        instance.replies.len(),
    );
    assert_eq!(sizes, (1, 1, 1, 1));
    for severity in [Severity::RejectsFile, Severity::QuarantinesRow, Severity::DropsField] {
        assert_eq!(loaded.report.count(severity), 0, "{}", loaded.report);
    }
}

#[test]
fn a_template_left_as_it_is_has_nobody_in_it() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(template::WORKBOOK), template::workbook()).unwrap();
    let error = load(folder.path(), &LoadOptions::default()).unwrap_err();
    assert!(error.report.findings.iter().any(|finding| finding.file.contains("儿童")), "{error}");
}

#[test]
fn the_template_is_the_same_bytes_each_time() {
    assert_eq!(template::workbook(), template::workbook());
}

/// Another value for each column of a child that says something of its own.
const OTHER_CHILD: &[(&str, &str)] = &[
    ("儿童编号", "C9"),
    ("姓名", "己某某"),
    ("性别", "男"),
    ("出生日期", "2015-05-02"),
    ("身份证号", "110105201505010022"),
    ("联系电话", "13800000002"),
    ("类别", "孤儿"),
    ("监护风险", "高"),
    ("风险评估日期", "2026-09-01"),
    ("独居", "是"),
    ("春节无人在家", "是"),
    ("家庭编号", "F1"),
    ("监护人", "庚某某"),
    ("法律依据", "法定职责：甲县民政局，一号"),
    ("结对同意", "不同意"),
    ("同意日期", "2026-10-02"),
    ("同意人身份", "照料人"),
    ("本人意愿", "不愿意"),
    ("意愿日期", "2026-10-03"),
    ("语言", "土家语"),
    ("曾结对志愿者", "V1"),
    ("回避志愿者", "V1"),
    ("需求", "陪伴（权重101%）"),
    ("可服务时段", "周六下午"),
    ("学期时段", "周一 16:00-18:00"),
    ("寒假时段", "周一 16:00-18:00"),
    ("春节时段", "周一 16:00-18:00"),
    ("暑假时段", "学校：周一 16:00-18:00"),
    ("父母状况", "不详"),
    ("父母可通话时段", "周日晚上"),
    ("父母时区", "东京"),
    ("父母返乡", "2027-01-25至2027-02-20"),
    ("通话设备", "学校"),
    ("乡镇", "乙乡"),
    ("村", "西村"),
    ("学校乡镇", "乙乡"),
];

/// And of a volunteer.
const OTHER_VOLUNTEER: &[(&str, &str)] = &[
    ("志愿者编号", "V9"),
    ("姓名", "己某某"),
    ("性别", "男"),
    ("出生日期", "1985-03-13"),
    ("身份证号", "11010519850312002"),
    ("手机", "13900000002"),
    ("志愿者类型", "教师"),
    ("志愿服务队", "甲队"),
    ("同意查询", "否"),
    ("查询类型", "无犯罪记录证明"),
    ("查询结果", "未通过"),
    ("查询机关", "乙县公安局"),
    ("查询日期", "2026-09-16"),
    ("从业查询有效期至", "2027-01-01"),
    ("查询编号", "二"),
    ("培训", "2026-09-01"),
    ("协议", ""),
    ("可结对户数", "2"),
    ("专项服务名额", "9"),
    ("最多兄弟姐妹数", "2"),
    ("承诺服务至", "2027-12-31"),
    ("技能", "安全教育"),
    ("可达公里", "7.5"),
    ("可达分钟", "30"),
    ("可服务时段", "周日上午"),
    ("学期时段", "周一晚上"),
    ("寒假时段", "周一晚上"),
    ("春节时段", "周一晚上"),
    ("暑假时段", "周一晚上"),
    ("语言", "土家语"),
    ("儿童年龄", "6-12"),
    ("儿童性别", "女"),
    ("服务场所", "学校"),
    ("服务区划", "990101"),
    ("限定区划", "990101"),
    ("回避村", "西村"),
    ("儿童类别", "孤儿"),
    ("每周分钟上限", "90"),
    ("乡镇", "乙乡"),
    ("村", "西村"),
];

#[test]
fn every_column_moves_the_digest() {
    // What says nothing without another column: coordinates, a code that agrees with the village, a school's village.
    let point = |column: &&Column| {
        matches!(column.key, "region_code" | "longitude" | "latitude" | "datum" | "school_village")
    };
    let unit = |column: &&Column| matches!(column.key, "unit" | "unit_kind" | "lead");
    assert_eq!(OTHER_CHILD.len(), children::ALL.iter().filter(|column| !point(column)).count());
    assert_eq!(
        OTHER_VOLUNTEER.len(),
        volunteers::ALL.iter().filter(|column| !point(column) && !unit(column)).count()
    );
    let first = digest(&County::sound());
    for (header, cell) in OTHER_CHILD {
        assert_ne!(digest(&County::with_child(header, cell)), first, "{header}");
    }
    for (header, cell) in OTHER_VOLUNTEER {
        assert_ne!(digest(&County::with_volunteer(header, cell)), first, "{header}");
    }
    let mut moved = County::sound();
    moved.children[0] =
        sound_child("C1").with("经度", "109.41").with("纬度", "29.51").with("坐标系", "WGS-84");
    let there = digest(&moved);
    assert_ne!(there, first);
    moved.children[0] = moved.children[0].clone().with("经度", "109.410001");
    let farther = digest(&moved);
    assert_ne!(farther, there);
    moved.children[0] = moved.children[0].clone().with("行政区划代码", "990101102201");
    assert_ne!(digest(&moved), farther);
    let school = |village| County {
        children: vec![sound_child("C1").with("学校乡镇", "甲镇").with("学校村", village)],
        ..County::sound()
    };
    assert_ne!(digest(&school("东村")), digest(&school("西村")));
    let mut joined = County::sound();
    joined.volunteers = vec![sound_volunteer("V1"), sound_volunteer("V2").with("负责人", "是")];
    let apart = digest(&joined);
    joined.volunteers.iter_mut().for_each(|row| *row = row.clone().with("组队编号", "U1"));
    assert_ne!(digest(&joined), apart);
}

#[test]
fn dates_policy_and_quarantine_move_the_digest() {
    let loaded = County::sound().load();
    let first = canonical::digest(&loaded.instance, &loaded.policy);
    let mut later = loaded.instance.clone();
    later.dates.today = later.dates.today.tomorrow().unwrap();
    assert_ne!(canonical::digest(&later, &loaded.policy), first);
    let mut dearer = loaded.policy.clone();
    dearer.exchange.wished_need_missed_min += 1;
    assert_ne!(canonical::digest(&loaded.instance, &dearer), first);
    let mut county = County::sound();
    county.children.push(sound_child("C2").with("法律依据", ""));
    assert_ne!(digest(&county), first);
}

#[test]
fn the_digest_knows_no_order() {
    let mut county = County::sound();
    county.children = (0..9).map(|number| sound_child(&format!("C{number}"))).collect();
    county.volunteers = (0..9).map(|number| sound_volunteer(&format!("V{number}"))).collect();
    let loaded = county.load();
    let turned = Instance {
        children: loaded.instance.children.iter().rev().cloned().collect(),
        volunteers: loaded.instance.volunteers.iter().rev().cloned().collect(),
        ..loaded.instance.clone()
    };
    assert_eq!(
        canonical::digest(&loaded.instance, &loaded.policy),
        canonical::digest(&turned, &loaded.policy)
    );
}

proptest! {
    #[test]
    fn no_cell_that_is_written_runs_as_a_formula(
        cells in prop::collection::vec(prop::sample::select(&["", "'"][..]), 1..4),
        begin in prop::sample::select(&['=', '+', '-', '@', '\t', '\r', 'x', '1'][..]),
        rest in any::<String>(),
        number in any::<i32>(),
    ) {
        let text = format!("{}{begin}{rest}", cells.concat());
        let mut csv = SafeCsv::new(["a", "b"]);
        csv.row([text.as_str(), &number.to_string()]);
        let bytes = csv.finish();
        let body = bytes.strip_prefix(BOM).expect("Excel needs the mark");
        let mut reader = csv::Reader::from_reader(body);
        let record = reader.records().next().expect("one row").expect("readable");
        let formula = record[0].starts_with(['=', '+', '-', '@', '\t', '\r']) && record[0].parse::<f64>().is_err();
        prop_assert!(!formula, "{:?}", &record[0]);
        prop_assert_eq!(plain(&record[0]), text);
        prop_assert_eq!(&record[1], number.to_string());
    }
}
