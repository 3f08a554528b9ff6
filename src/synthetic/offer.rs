//! What a volunteer brings: checked papers, places, skills, limits and hours.

use jiff::civil::date;
use jiff::{Span, ToSpan};

use super::dice::Dice;
use super::plan::CountyPlan;
use super::record::{Record, yes_no};
use super::volunteers::Unit;
use crate::model::child::Sex;
use crate::model::volunteer::VolunteerKind;

/// How the record check of an adult stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// Passed, and young enough to cover the half-year.
    Current,
    /// Passed, but it runs out before the half-year ends.
    RunsOut,
    /// Passed more than a year ago.
    Expired,
    /// Asked for.
    Pending,
    /// Nothing recorded.
    Missing,
    /// A 无犯罪记录证明 instead.
    WrongKind,
    /// Not passed.
    Failed,
}

/// Check, training and agreement. True where all of it holds for the whole half-year.
pub(super) fn screening(plan: &CountyPlan, unit: &Unit, record: &mut Record, dice: &mut Dice) -> bool {
    let check = dice.weighted(&[
        (Check::Current, 880),
        (Check::RunsOut, 40),
        (Check::Expired, 12),
        (Check::Pending, 30),
        (Check::Missing, 20),
        (Check::WrongKind, 14),
        (Check::Failed, 4),
    ]);
    let consents = check != Check::Missing || dice.chance(400);
    // A check counts for 365 days: within 175 days of the run it lasts until the half-year is over.
    let days_ago = match check {
        Check::Current | Check::WrongKind | Check::Failed => dice.between(10, 170),
        Check::RunsOut => dice.between(190, 350),
        Check::Expired => dice.between(372, 500),
        Check::Pending | Check::Missing => 0,
    };
    let checked = plan.days_ago(days_ago);
    let through = checked.saturating_add(364.days());
    let (kind, result) = match check {
        Check::Current | Check::RunsOut | Check::Expired => ("从业查询", "通过"),
        Check::Pending => ("从业查询", "查询中"),
        Check::Missing => ("", ""),
        Check::WrongKind => ("无犯罪记录证明", "通过"),
        Check::Failed => ("从业查询", "未通过"),
    };
    let dated = |text: String| if days_ago > 0 { text } else { String::new() };
    record.push(("同意查询", if consents { yes_no(true) } else { String::new() }));
    record.push(("查询类型", kind.to_owned()));
    record.push(("查询结果", result.to_owned()));
    record.push(("查询机关", if kind.is_empty() { String::new() } else { format!("{}公安局", plan.name) }));
    record.push(("查询日期", dated(unit.dates.text(checked))));
    let through_given = dice.chance(700) && result == "通过";
    let through = if through_given { unit.dates.text(through) } else { String::new() };
    record.push(("从业查询有效期至", through));
    record.push(("查询编号", dated(format!("虚构{}-{:05}", checked.year(), unit.number))));
    let trained = dice.weighted(&[("已完成", 60), ("date", 34), ("", 6)]);
    let agreed = dice.weighted(&[("已签", 70), ("date", 26), ("", 4)]);
    let mut paper = |word: &str| match word {
        "date" => unit.dates.text(plan.days_ago(dice.between(10, 240))),
        word => word.to_owned(),
    };
    record.push(("培训", paper(trained)));
    record.push(("协议", paper(agreed)));
    check == Check::Current && consents && !trained.is_empty() && !agreed.is_empty()
}

/// Places, term, skills, reach and limits. Gives the capacity in households.
pub(super) fn offer(plan: &CountyPlan, unit: &Unit, sex: Sex, record: &mut Record, dice: &mut Dice) -> u32 {
    let capacity = dice.weighted(plan.capacities);
    let service = match unit.kind {
        VolunteerKind::Counsellor => dice.between(2, 5).to_string(),
        VolunteerKind::Teacher | VolunteerKind::Student => dice.between(1, 3).to_string(),
        VolunteerKind::SocialWorker => dice.between(1, 4).to_string(),
        _ => String::new(),
    };
    record.push(("可结对户数", capacity.to_string()));
    record.push(("专项服务名额", service));
    record.push(("最多兄弟姐妹数", dice.weighted(&[("", 60), ("1", 8), ("2", 22), ("3", 10)]).to_string()));
    record.push(("承诺服务至", term(plan, unit, dice)));
    record.push(("技能", skills(unit.kind, dice)));
    let reach: &[(&str, &str, u32)] = &[
        ("", "", 6),
        ("3", "", 14),
        ("5", "", 26),
        ("8", "", 18),
        ("10", "", 12),
        ("15", "", 6),
        ("20", "", 2),
        ("", "15", 8),
        ("", "30", 6),
        ("", "45", 2),
    ];
    let reach: Vec<((&str, &str), u32)> =
        reach.iter().map(|(km, min, weight)| ((*km, *min), *weight)).collect();
    let (kilometers, minutes) = dice.weighted(&reach);
    record.push(("可达公里", kilometers.to_owned()));
    record.push(("可达分钟", minutes.to_owned()));
    limits(plan, unit, sex, record, dice);
    capacity
}

/// Until when she commits. A student here for the holiday leaves after it.
fn term(plan: &CountyPlan, unit: &Unit, dice: &mut Dice) -> String {
    let last = plan.period().last;
    if unit.kind == VolunteerKind::Student && dice.chance(700) {
        let leaves = plan.period().first.saturating_add(Span::new().months(2)).saturating_add(27.days());
        return unit.dates.text(leaves);
    }
    match dice.weighted(&[("open", 45), ("month", 20), ("half", 20), ("year", 12), ("short", 3)]) {
        "month" => unit.dates.text(last.saturating_add(30.days())),
        "half" => unit.dates.text(date(last.year(), 12, 31)),
        "year" => unit.dates.text(last.saturating_add(1.years())),
        "short" => unit.dates.text(plan.period().first.saturating_add(dice.between(20, 120).days())),
        _ => String::new(),
    }
}

/// Skills and qualifications by kind.
fn skills(kind: VolunteerKind, dice: &mut Dice) -> String {
    let list: &[(&str, u32)] = match kind {
        VolunteerKind::Teacher => &[
            ("学业辅导：数学、语文（至六年级）", 40),
            ("学业辅导：英语（至初三）；倾听陪伴", 25),
            ("学业辅导：数学、物理（至初三）", 20),
            ("学业辅导：语文、英语；家庭教育", 15),
        ],
        VolunteerKind::Student => {
            &[("学业辅导：数学、英语（至初三）", 60), ("学业辅导：作业（至六年级）；课外活动", 40)]
        }
        VolunteerKind::Counsellor => &[
            ("心理支持（二级心理咨询师，有效期至2028-06-30）；倾听陪伴", 50),
            ("心理支持（三级心理咨询师）；家庭教育", 35),
            ("心理支持（二级心理咨询师，有效期至2026-12-31）", 15),
        ],
        VolunteerKind::SocialWorker => {
            &[("倾听陪伴；家庭教育；安全教育", 60), ("心理支持（社会工作者）；倾听陪伴", 40)]
        }
        VolunteerKind::CivilisationPractice | VolunteerKind::PartyMember => {
            &[("安全教育；家庭教育", 35), ("安全教育", 25), ("", 40)]
        }
        VolunteerKind::Youth => &[("课外活动", 40), ("学业辅导：作业（至六年级）", 30), ("", 30)],
        _ => &[
            ("", 50),
            ("亲情连线", 10),
            ("倾听陪伴", 12),
            ("学业辅导：作业（至三年级）", 14),
            ("家庭教育；安全教育", 14),
        ],
    };
    dice.weighted(list).to_string()
}

/// Ages, sex, settings, divisions, villages, categories and minutes she will take.
fn limits(plan: &CountyPlan, unit: &Unit, sex: Sex, record: &mut Record, dice: &mut Dice) {
    let township = plan.land.township(unit.township);
    let ages = dice.weighted(&[("", 78), ("6-12", 9), ("6-14", 6), ("3-10", 4), ("10-17", 3)]);
    let child_sex = match sex {
        Sex::Male if dice.chance(400) => "男",
        Sex::Female if dice.chance(25) => "女",
        _ => "",
    };
    let settings = dice.weighted(&[("", 90), ("社区场所、学校", 5), ("家中、社区场所", 5)]);
    record.push(("儿童年龄", ages.to_owned()));
    record.push(("儿童性别", child_sex.to_owned()));
    record.push(("服务场所", settings.to_owned()));
    let own_county = &township.code[..6];
    record.push(("服务区划", if dice.chance(900) { own_county.to_owned() } else { String::new() }));
    let own_township = if dice.chance(45) { format!("{}000", township.code) } else { String::new() };
    record.push(("限定区划", own_township));
    record.push((
        "回避村",
        if dice.chance(20) { super::land::village_name(unit.village) } else { String::new() },
    ));
    let categories = dice.weighted(&[("", 96), ("留守儿童、困境儿童", 2), ("孤儿、事实无人抚养儿童", 2)]);
    record.push(("儿童类别", categories.to_owned()));
    record.push(("每周分钟上限", dice.weighted(&[("", 86), ("120", 8), ("180", 4), ("60", 2)]).to_string()));
}

/// Hours by season.
pub(super) fn availability(unit: &Unit, record: &mut Record, dice: &mut Dice) {
    let usual: &[(&str, u32)] = &[
        ("周六、周日 09:00-17:00", 24),
        ("周末全天", 12),
        ("周六上午；周日下午", 12),
        ("周一至周五 17:30-19:30；周六上午", 12),
        ("每天 上午；每天 14:00-17:00", 9),
        ("周二、周四 16:30-18:30；周日 14:00-18:00", 9),
        ("周一、周三 16:00-18:00；周六上午", 8),
        ("周六全天", 6),
        ("周三下午", 2),
        ("工作日 中午；周六 09:00-12:00", 6),
    ];
    let (usual, winter) = match unit.kind {
        // Here for the holiday only: 无 is no time at all, where a blank would be filled with the usual hours.
        VolunteerKind::Student if dice.chance(700) => ("无", "每天 09:00-17:00"),
        VolunteerKind::Teacher => ("周六 09:00-12:00；周日 14:00-17:00", "工作日 09:00-11:30；周六上午"),
        _ => (dice.weighted(usual), ""),
    };
    let winter =
        if winter.is_empty() && dice.chance(120) { "每天 14:00-17:00；周六上午" } else { winter };
    let festival = if dice.chance(100) && usual != "无" { "周六、周日 10:00-16:00" } else { "" };
    record.push(("可服务时段", usual.to_owned()));
    record.push(("学期时段", String::new()));
    record.push(("寒假时段", winter.to_owned()));
    record.push(("春节时段", festival.to_owned()));
    record.push(("暑假时段", String::new()));
}
