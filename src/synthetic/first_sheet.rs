//! The first sheet that an office sends, two days before the festival: the same people as in the clean county, with the
//! gaps and slips of a real one.
//!
//! A title, a header of two rows with merged cells, 合计 and 填表人 below; most consents, checks and trainings blank, no
//! column at all for the children's own wish; dates in every spelling, full-width digits, Excel's serial days; ID numbers
//! that Excel has cut to fifteen digits; one phone for several families, and a child without one; places without
//! coordinates. A few rows cannot be used at all; the constants below name them, so that a test can expect exactly these.

use std::path::Path;

use super::children::{SyntheticChild, children};
use super::dice::{Dice, Purpose};
use super::folder::{SyntheticError, write_file};
use super::plan::CountyPlan;
use super::record::{Record, cell};
use super::volunteers::{SyntheticVolunteer, volunteers};

/// The child (from 1) whose birth date and ID number the office does not know.
pub const WITHOUT_BIRTH_DATE: usize = 17;
/// The child whose sex is blank and whose ID number is missing.
pub const WITHOUT_SEX: usize = 41;
/// The child without any phone.
pub const WITHOUT_PHONE: usize = 8;
/// The volunteer (row, from 1) whose ID number Excel has broken.
pub const BROKEN_VOLUNTEER: usize = 12;

/// Upper header, lower header (blank where the upper one spans both rows), and the clean sheet's column.
type Heading = (&'static str, &'static str, &'static str);

const CHILD_HEADINGS: &[Heading] = &[
    ("编号", "", "儿童编号"),
    ("姓名", "", "姓名"),
    ("性别", "", "性别"),
    ("出生年月", "", "出生日期"),
    ("身份证号", "", "身份证号"),
    ("家庭住址", "乡镇", "乡镇"),
    ("", "村", "村"),
    ("监护情况", "监护人", "监护人"),
    ("", "联系电话", "联系电话"),
    ("", "监护风险", "监护风险"),
    ("类别", "", "类别"),
    ("需求", "", "需求"),
    ("监护人意见", "结对同意", "结对同意"),
    ("", "同意人身份", "同意人身份"),
    ("父母返乡", "", "父母返乡"),
];

const VOLUNTEER_HEADINGS: &[Heading] = &[
    ("编号", "", "志愿者编号"),
    ("组队编号", "", "组队编号"),
    ("负责人", "", "负责人"),
    ("姓名", "", "姓名"),
    ("性别", "", "性别"),
    ("出生年月", "", "出生日期"),
    ("身份证号", "", "身份证号"),
    ("手机", "", "手机"),
    ("所在地", "乡镇", "乡镇"),
    ("", "村", "村"),
    ("志愿者类型", "", "志愿者类型"),
    ("从业查询", "查询类型", "查询类型"),
    ("", "查询结果", "查询结果"),
    ("", "查询机关", "查询机关"),
    ("", "查询日期", "查询日期"),
    ("", "查询编号", "查询编号"),
    ("", "同意查询", "同意查询"),
    ("培训", "", "培训"),
    ("协议", "", "协议"),
    ("可结对户数", "", "可结对户数"),
    ("可服务时段", "", "可服务时段"),
];

/// Writes children.csv and volunteers.csv of the first sheet, and a list of places that knows only the townships' seats.
pub(super) fn write_first_sheet(plan: &CountyPlan, folder: &Path) -> Result<(), SyntheticError> {
    let rows =
        children(plan).enumerate().map(|(index, child)| messy_child(plan, index + 1, &child)).collect();
    let title = format!("{}困境儿童摸底登记表（2026年11月，人员均为虚构）", plan.name);
    let sheet = laid_out(&title, CHILD_HEADINGS, rows, &format!("合计：{}人", plan.children));
    write_file(&folder.join("children.csv"), sheet.as_bytes())?;
    let rows = volunteers(plan)
        .enumerate()
        .map(|(index, volunteer)| messy_volunteer(plan, index + 1, &volunteer))
        .collect();
    let title = format!("{}爱心妈妈报名表（人员均为虚构）", plan.name);
    let sheet = laid_out(&title, VOLUNTEER_HEADINGS, rows, &format!("合计：{}人", plan.volunteers));
    write_file(&folder.join("volunteers.csv"), sheet.as_bytes())?;
    let seats = super::folder::places(plan).filter(|place| cell(place, "村").is_empty());
    super::folder::write_csv(&folder.join("places.csv"), seats)
}

/// Title, two header rows, the people, and what stands below them.
fn laid_out(title: &str, headings: &[Heading], rows: Vec<Vec<String>>, sum: &str) -> String {
    let width = headings.len();
    let padded = |text: &str| {
        let mut line = vec![text.to_owned()];
        line.resize(width, String::new());
        line
    };
    let mut lines = vec![
        padded(title),
        headings.iter().map(|(upper, ..)| (*upper).to_owned()).collect(),
        headings.iter().map(|(_, lower, _)| (*lower).to_owned()).collect(),
    ];
    lines.extend(rows);
    lines.push(padded(sum));
    lines.push(padded("填表人：（虚构）　审核人：（虚构）　填表日期：2026年11月20日"));
    let mut text = String::from("\u{feff}");
    for line in lines {
        text.push_str(&line.iter().map(|cell| quoted(cell)).collect::<Vec<String>>().join(","));
        text.push_str("\r\n");
    }
    text
}

/// A CSV cell, quoted where it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The cells that the headings name.
fn chosen(record: &Record, headings: &[Heading]) -> Vec<(&'static str, String)> {
    headings.iter().map(|(.., column)| (*column, cell(record, column).to_owned())).collect()
}

fn messy_child(plan: &CountyPlan, number: usize, child: &SyntheticChild) -> Vec<String> {
    let mut dice = Dice::new(plan.seed, Purpose::FirstSheet, number as u64);
    let mut row = chosen(&child.record, CHILD_HEADINGS);
    let asked = dice.chance(350);
    let iso = child.birth.to_string();
    for (column, text) in &mut row {
        match *column {
            "出生日期" => *text = messy_date(&iso, &mut dice),
            "身份证号" => match dice.below(10) {
                0..3 => text.clear(),
                3 => *text = broken_by_excel(text),
                _ => {}
            },
            // One committee's phone stands in for several families.
            "联系电话" if child.township.is_multiple_of(3) && dice.chance(400) => {
                *text = super::identity::phone(super::identity::PhoneOf::Household, 9_000_000);
            }
            "结对同意" | "同意人身份" if !asked => text.clear(),
            "监护风险" if dice.chance(300) => *text = format!("{text}风险"),
            "需求" if dice.chance(350) => text.clear(),
            "需求" => *text = text.split(['（', '；']).next().unwrap_or_default().to_owned(),
            "村" if dice.chance(200) => text.clear(),
            _ => {}
        }
    }
    let mut blank = |wanted: &str| {
        row.iter_mut().filter(|(column, _)| *column == wanted).for_each(|(_, text)| text.clear());
    };
    match number {
        WITHOUT_BIRTH_DATE => {
            blank("身份证号");
            blank("出生日期");
        }
        WITHOUT_SEX => {
            blank("身份证号");
            blank("性别");
        }
        WITHOUT_PHONE => blank("联系电话"),
        _ => {}
    }
    row.into_iter().map(|(_, text)| text).collect()
}

fn messy_volunteer(plan: &CountyPlan, number: usize, volunteer: &SyntheticVolunteer) -> Vec<String> {
    let mut dice = Dice::new(plan.seed, Purpose::FirstSheet, 1_000_000 + number as u64);
    let checked = dice.chance(350);
    let mut row = chosen(&volunteer.record, VOLUNTEER_HEADINGS);
    for (column, text) in &mut row {
        match *column {
            "查询类型" | "查询结果" | "查询机关" | "查询日期" | "查询编号" if !checked => {
                text.clear();
            }
            "培训" if dice.chance(600) => text.clear(),
            "协议" if dice.chance(500) => text.clear(),
            "可服务时段" if dice.chance(300) => text.clear(),
            "可结对户数" if dice.chance(150) => text.clear(),
            "身份证号" if number == BROKEN_VOLUNTEER => *text = broken_by_excel(text),
            _ => {}
        }
    }
    row.into_iter().map(|(_, text)| text).collect()
}

/// What Excel leaves of eighteen digits: fifteen, and three zeros.
fn broken_by_excel(id_number: &str) -> String {
    format!("{}000", id_number.chars().take(15).collect::<String>())
}

/// An ISO date in any of the spellings that come in.
fn messy_date(iso: &str, dice: &mut Dice) -> String {
    let Ok(day) = iso.parse::<jiff::civil::Date>() else { return iso.to_owned() };
    let full_width: String =
        iso.chars().map(|sign| char::from_u32(sign as u32 + 0xFEE0).unwrap_or(sign)).collect();
    // Excel counts days from 1899-12-30.
    let serial = jiff::civil::date(1899, 12, 30).until(day).map_or(0, |span| span.get_days());
    match dice.below(6) {
        0 => format!("{}.{}.{}", day.year(), day.month(), day.day()),
        1 => format!("{}/{}/{}", day.year(), day.month(), day.day()),
        2 => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        3 => serial.to_string(),
        4 => full_width.replace('－', "-"),
        _ => iso.to_owned(),
    }
}
