//! A child's days: school and hours, parents far away, and what is wished for.

use jiff::ToSpan;

use super::dice::Dice;
use super::plan::CountyPlan;
use super::record::{DateStyle, Record, cell};
use crate::model::child::Category;

/// What brothers and sisters share.
pub(super) struct Home {
    pub(super) number: u32,
    pub(super) township: u32,
    pub(super) village: u32,
    pub(super) category: Category,
    pub(super) family: &'static str,
    pub(super) guardian: String,
    pub(super) phone: String,
    pub(super) with_grandparents: bool,
    pub(super) languages: &'static str,
    pub(super) dates: DateStyle,
}

impl Home {
    /// 家庭编号
    pub(super) fn household_id(&self, plan: &CountyPlan) -> String {
        format!("{}-H{:04}", plan.id_prefix, self.number)
    }

    /// Whether a parent may be working away: of orphans there is none, migrant children live with theirs.
    fn parents_work_away(&self) -> bool {
        matches!(self.category, Category::LeftBehind | Category::DeFactoUnattended)
    }
}

/// The school year of an age, as written: first year at six.
fn grade(age: u8) -> &'static str {
    const GRADES: [&str; 11] =
        ["一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "初一", "初二", "初三", "高一", "高二"];
    GRADES[usize::from(age.saturating_sub(6)).min(GRADES.len() - 1)]
}

/// The needs column; after the parents' columns.
pub(super) fn wants(home: &Home, age: u8, risk: &str, record: &mut Record, dice: &mut Dice) {
    let mut needs: Vec<String> = Vec::new();
    if dice.chance(780) {
        let details = ["", "", "（必需，线下，每周60分钟）", "（必需，线下，每周90分钟）", "（希望）"];
        needs.push(format!("{}{}", dice.pick(&["陪伴走访", "陪伴走访", "陪伴"]), dice.pick(&details)));
    }
    if age >= 6 && dice.chance(480) {
        let subjects: &[(&str, u32)] = if age >= 13 {
            &[("英语", 30), ("数学、物理", 30), ("数学", 30), ("化学", 10)]
        } else {
            &[("数学", 35), ("数学、语文", 25), ("英语", 15), ("语文", 10), ("作业", 15)]
        };
        let details = ["", "", "（希望，均可，每周60分钟）", "（希望，每周60分钟，权重150%）", "（线上）"];
        needs.push(format!("学业辅导：{} {}{}", dice.weighted(subjects), grade(age), dice.pick(&details)));
    }
    // An office writes the wish down before it knows whether a parent may be called.
    let callable = home.parents_work_away() && matches!(cell(record, "父母状况"), "正常" | "不详");
    if callable && age >= 3 && dice.chance(380) {
        needs.push(format!("亲情连线{}", dice.pick(&["", "", "（希望，每周30分钟）"])));
    }
    let troubled = if risk == "高" { 260 } else { 45 };
    if age >= 6 && dice.chance(troubled) {
        needs.push(dice.pick(&["心理支持（必需）", "心理支持"]).to_string());
    } else if age >= 6 && dice.chance(170) {
        needs.push("倾听陪伴".to_owned());
    }
    for (need, share) in [("安全教育", 120), ("家庭教育", 110), ("课外活动（希望）", 130)] {
        if dice.chance(share) {
            needs.push(need.to_owned());
        }
    }
    if needs.is_empty() {
        needs.push("陪伴走访".to_owned());
    }
    record.push(("需求", needs.join("；")));
}

/// Hours by season, and the boarding school in the township's seat (from eleven, some in the county's).
pub(super) fn school_and_hours(
    plan: &CountyPlan,
    home: &Home,
    age: u8,
    record: &mut Record,
    dice: &mut Dice,
) {
    let boards = age >= 7 && dice.chance(if age >= 12 { 520 } else { 240 });
    let holidays: &[(&str, u32)] =
        &[("每天 09:00-17:00", 50), ("每天 上午；每天 下午", 25), ("每天 8:30-11:30；每天 14:00-18:00", 25)];
    let day_school: &[(&str, u32)] = &[
        ("周一至周五 16:30-19:00；周六、周日 09:00-17:00", 40),
        ("工作日 17:00-19:00；周末 09:00-17:00", 30),
        ("周一、周三、周五 17:00-19:00；周六全天；周日下午", 20),
        ("周六、周日 全天", 10),
    ];
    let boarding: &[(&str, u32)] = &[
        ("学校：周一至周四 17:00-18:30；家中：周六 09:00-17:00；家中：周日上午", 60),
        ("学校：周二、周四 17:00-18:00；家中：周末 09:00-16:00", 40),
    ];
    let young: &[(&str, u32)] =
        &[("每天 09:00-11:30；每天 14:30-18:00", 60), ("每天 上午；每天 下午", 25), ("周末全天", 15)];
    let (usual, term) = match (boards, age) {
        (true, _) => (dice.weighted(holidays), dice.weighted(boarding)),
        (_, 0..6) => (dice.weighted(young), ""),
        _ if dice.chance(500) => (dice.weighted(holidays), dice.weighted(day_school)),
        _ => (dice.weighted(day_school), ""),
    };
    let winter = if dice.chance(250) { dice.weighted(holidays) } else { "" };
    let festival = if dice.chance(200) { "每天 10:00-16:00" } else { "" };
    record.push(("可服务时段", usual.to_owned()));
    record.push(("学期时段", term.to_owned()));
    record.push(("寒假时段", winter.to_owned()));
    record.push(("春节时段", festival.to_owned()));
    let summer = if home.parents_work_away() && dice.chance(150) {
        "父母所在城市：每天 09:00-17:00"
    } else {
        ""
    };
    record.push(("暑假时段", summer.to_owned()));
    let school = if boards && age >= 12 && dice.chance(500) {
        plan.land.county_seat(home.township)
    } else {
        home.township
    };
    let township = if boards { plan.land.township(school).name } else { String::new() };
    record.push(("学校乡镇", township));
    record.push(("学校村", String::new()));
}

/// The parents: may they be called, when, on which clock, when are they home; and on which device.
pub(super) fn parents(plan: &CountyPlan, home: &Home, record: &mut Record, dice: &mut Dice) {
    let standings: &[(&str, u32)] = match home.category {
        Category::Orphan => &[("已故或失联", 1)],
        Category::DeFactoUnattended => &[
            ("已故或失联", 44),
            ("在押", 18),
            ("不详", 14),
            ("正常", 18),
            ("撤销监护资格", 4),
            ("中止探望", 2),
        ],
        _ => &[("正常", 955), ("不详", 38), ("人身安全保护令", 3), ("涉隐患报告", 4)],
    };
    let standing = dice.weighted(standings);
    let calls = standing == "正常" && home.parents_work_away();
    let hours: &[(&str, u32)] =
        &[("每天 20:00-21:30", 40), ("每天晚上", 25), ("周六、周日 19:00-21:00", 20), ("", 15)];
    let clocks: &[(&str, u32)] =
        &[("", 965), ("UTC+9", 8), ("东京", 8), ("UTC+7", 9), ("Asia/Dubai", 5), ("UTC+1", 5)];
    let return_known = calls && cell(record, "春节无人在家") == "否" && dice.chance(800);
    let home_for_festival = plan.spring_festival().filter(|_| return_known).map(|festival| {
        let from = festival.saturating_sub((dice.between(4, 16)).days());
        let to = festival.saturating_add((dice.between(6, 18)).days());
        format!("{}-{}", DateStyle::Dots.text(from), DateStyle::Dots.text(to))
    });
    let devices: &[(&str, u32)] = if home.with_grandparents {
        &[("家中", 62), ("学校", 14), ("社区场所", 14), ("无", 10)]
    } else {
        &[("家中", 80), ("学校", 8), ("社区场所", 8), ("无", 4)]
    };
    let if_called = |text: &str| if calls { text.to_owned() } else { String::new() };
    record.push(("父母状况", standing.to_owned()));
    record.push(("父母可通话时段", if_called(dice.weighted(hours))));
    record.push(("父母时区", if_called(dice.weighted(clocks))));
    record.push(("父母返乡", home_for_festival.unwrap_or_default()));
    record.push(("通话设备", dice.weighted(devices).to_string()));
}
