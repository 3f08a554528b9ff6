//! Households of children, one after the other, as rows of children.csv.
//!
//! Ages, sexes and carers follow the ministry's profile of left-behind children (2018): boys 54.5 %; 0–5 years 21.7 %,
//! 6–13 years 67.4 %, 14 and over 10.9 %; in the care of grandparents 96 %, of other kin 4 %; disabled 0.5 %, ill 0.1 %.
//! What no figure is known for (risks, consents, wishes, hours) is invented, so that most papers are in order and every
//! kind of gap occurs.
//!
//! Cost: O(1) a child; the memory is that of the ID numbers' counters, one a birth date and sex.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::childhood::{Home, parents, school_and_hours, wants};
use super::dice::{Dice, Purpose};
use super::identity::{self, IdNumbers, PhoneOf};
use super::land::{VILLAGES, village_name};
use super::plan::CountyPlan;
use super::record::{DateStyle, Record, yes_no};
use super::volunteers;
use crate::model::child::{Category, Sex, completed_years};

/// Who looks after the children: relation, sex, and whether the family name is theirs.
type Carer = (&'static str, Sex, bool);
const GRANDPARENTS: &[(Carer, u32)] = &[
    (("祖母", Sex::Female, false), 42),
    (("祖父", Sex::Male, true), 28),
    (("外祖母", Sex::Female, false), 18),
    (("外祖父", Sex::Male, false), 12),
];
const OTHER_KIN: &[(Carer, u32)] = &[
    (("伯父", Sex::Male, true), 30),
    (("姑母", Sex::Female, true), 30),
    (("舅父", Sex::Male, false), 20),
    (("姨母", Sex::Female, false), 20),
];

/// A child and what the rest of the generator has to know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntheticChild {
    /// 儿童编号
    pub id: String,
    /// 性别
    pub sex: Sex,
    /// 出生日期
    pub birth: Date,
    /// Index of the township.
    pub township: u32,
    /// Whether brothers or sisters are registered too.
    pub has_siblings: bool,
    /// Whether guardian and child have said yes and nothing stands against a pair.
    pub papers_in_order: bool,
    /// The row.
    pub record: Record,
}

/// Every child of a county, in the order of the ids.
pub fn children(plan: &CountyPlan) -> impl Iterator<Item = SyntheticChild> + '_ {
    let mut id_numbers = IdNumbers::default();
    let mut registered = 0;
    (1..)
        .map_while(move |household| {
            let places = plan.children - registered;
            (places > 0).then(|| {
                let members = one_household(plan, household, registered + 1, places, &mut id_numbers);
                registered += members.len() as u32;
                members
            })
        })
        .flatten()
}

/// A household with one to three children, as many as there are places left.
fn one_household(
    plan: &CountyPlan,
    household: u32,
    first_number: u32,
    places: u32,
    id_numbers: &mut IdNumbers,
) -> Vec<SyntheticChild> {
    let mut dice = Dice::new(plan.seed, Purpose::Household, u64::from(household));
    let home = draw_home(plan, household, &mut dice);
    let count = (dice.weighted(&[(1, 78), (2, 18), (3, 4)])).min(places);
    let mut births: Vec<Date> = Vec::new();
    while (births.len() as u32) < count {
        let birth = draw_birth(plan.today, home.category, &mut dice);
        // Brothers and sisters are born ten months apart or more.
        if births.iter().all(|other| (birth.until(*other).map_or(0, |span| span.get_days())).abs() >= 300) {
            births.push(birth);
        }
    }
    births
        .into_iter()
        .zip(first_number..)
        .map(|(birth, number)| {
            let sex = if dice.chance(545) { Sex::Male } else { Sex::Female };
            one_child(plan, &home, number, (sex, birth, count > 1), id_numbers, &mut dice)
        })
        .collect()
}

/// What brothers and sisters share.
fn draw_home(plan: &CountyPlan, household: u32, dice: &mut Dice) -> Home {
    let mut township = dice.below(plan.land.townships());
    if dice.chance(80) {
        township = plan.land.county_seat(township);
    }
    let category = dice.weighted(plan.categories);
    let family = identity::family_name(dice);
    let with_grandparents = dice.chance(960);
    let (relation, carer_sex, same_family) =
        dice.weighted(if with_grandparents { GRANDPARENTS } else { OTHER_KIN });
    let carer_family = if same_family { family } else { identity::family_name(dice) };
    Home {
        number: household,
        township,
        village: 1 + dice.below(VILLAGES),
        category,
        family,
        guardian: format!("{relation}{}", identity::adult_name(dice, carer_family, carer_sex)),
        phone: identity::phone(PhoneOf::Household, u64::from(household)),
        with_grandparents,
        languages: dice.weighted(plan.child_languages),
        dates: DateStyle::draw(dice),
    }
}

/// A birth date by the profile's bands. Left-behind children are under 16 by definition.
fn draw_birth(today: Date, category: Category, dice: &mut Dice) -> Date {
    let oldest = if matches!(category, Category::LeftBehind | Category::Migrant) { 15 } else { 16 };
    let (from_age, to_age) = dice.weighted(&[((0, 5), 217), ((6, 13), 674), ((14, oldest), 109)]);
    let latest = today.saturating_sub(Span::new().years(from_age));
    let earliest = today.saturating_sub(Span::new().years(to_age + 1)).saturating_add(1.day());
    let days = earliest.until(latest).map_or(0, |span| span.get_days());
    earliest.saturating_add(Span::new().days(dice.between(0, days)))
}

/// One row of the sheet.
fn one_child(
    plan: &CountyPlan,
    home: &Home,
    number: u32,
    (sex, birth, has_siblings): (Sex, Date, bool),
    id_numbers: &mut IdNumbers,
    dice: &mut Dice,
) -> SyntheticChild {
    let age = completed_years(birth, plan.today);
    let id = plan.child_id(number);
    let mut record: Record = vec![
        ("儿童编号", id.clone()),
        ("姓名", identity::child_name(dice, home.family, sex)),
        ("性别", if sex == Sex::Male { "男" } else { "女" }.to_owned()),
        ("出生日期", home.dates.text(birth)),
        ("身份证号", id_numbers.next(birth, sex)),
        ("联系电话", home.phone.clone()),
    ];
    let risk = standing(plan, home, age, &mut record, dice);
    record.push(("家庭编号", if has_siblings { home.household_id(plan) } else { String::new() }));
    record.push(("监护人", home.guardian.clone()));
    let papers_in_order = papers(plan, home, age, &mut record, dice);
    earlier_volunteers(plan, home, number, &mut record, dice);
    record.push(("语言", home.languages.to_owned()));
    parents(plan, home, &mut record, dice);
    wants(home, age, risk, &mut record, dice);
    school_and_hours(plan, home, age, &mut record, dice);
    place(plan, home, &mut record, dice);
    SyntheticChild { id, sex, birth, township: home.township, has_siblings, papers_in_order, record }
}

/// Categories, risk, living alone, the festival. Gives the risk.
fn standing(plan: &CountyPlan, home: &Home, age: u8, record: &mut Record, dice: &mut Dice) -> &'static str {
    let mut categories = home.category.names().0.to_owned();
    // Disabled 0.5 %, ill 0.1 %: children in difficulty besides.
    if home.category != Category::InDifficulty && dice.chance(6) {
        categories.push('、');
        categories.push_str(Category::InDifficulty.names().0);
    }
    let levels: &[(&str, u32)] = match home.category {
        Category::LeftBehind | Category::Migrant => &[("高", 4), ("中", 24), ("低", 72)],
        Category::InDifficulty => &[("高", 12), ("中", 38), ("低", 50)],
        Category::Orphan | Category::DeFactoUnattended => &[("高", 14), ("中", 44), ("低", 42)],
    };
    let risk = dice.weighted(levels);
    let assessed = plan.days_ago(dice.between(20, 200));
    record.push(("类别", categories));
    record.push(("监护风险", risk.to_owned()));
    record.push(("风险评估日期", home.dates.text(assessed)));
    record.push(("独居", yes_no(age >= 13 && dice.chance(25))));
    let away_at_festival = if home.category == Category::LeftBehind { 120 } else { 50 };
    record.push(("春节无人在家", yes_no(dice.chance(away_at_festival))));
    risk
}

/// Legal basis, the guardian's answer, the child's own wish. True where all of it says yes.
fn papers(plan: &CountyPlan, home: &Home, age: u8, record: &mut Record, dice: &mut Dice) -> bool {
    let basis = if dice.chance(900) {
        "监护人同意".to_owned()
    } else {
        format!("法定职责：{}民政局，虚构〔2026〕1号", plan.name)
    };
    let answer = dice.weighted(&[("同意", 945), ("不同意", 20), ("", 35)]);
    let giver = match (home.category, answer) {
        (_, "") => "",
        (Category::Orphan | Category::DeFactoUnattended, _) => dice.weighted(&[
            ("监护人", 88),
            ("村委会作为监护人", 8),
            ("受托照护人（有协议）", 3),
            ("照料人", 1),
        ]),
        _ => dice.weighted(&[("监护人", 90), ("受托照护人（有协议）", 8), ("照料人", 2)]),
    };
    let wish = if age >= 8 { dice.weighted(&[("愿意", 945), ("不愿意", 20), ("", 35)]) } else { "" };
    let asked_on = plan.days_ago(dice.between(5, 90));
    let on = |answered: bool| if answered { home.dates.text(asked_on) } else { String::new() };
    record.push(("法律依据", basis));
    record.push(("结对同意", answer.to_owned()));
    record.push(("同意日期", on(answer == "同意")));
    record.push(("同意人身份", giver.to_owned()));
    record.push(("本人意愿", wish.to_owned()));
    record.push(("意愿日期", on(wish == "愿意")));
    answer == "同意" && giver != "照料人" && (wish == "愿意" || age < 8)
}

/// Volunteers of earlier pairs, and those whom the family will not have.
fn earlier_volunteers(plan: &CountyPlan, home: &Home, number: u32, record: &mut Record, dice: &mut Dice) {
    // The sheet has a third as many units as adults at least, so these numbers exist.
    let known = plan.volunteers / 3;
    let mut neighbour = |share: u32| {
        let wanted = known > 0 && dice.chance(share);
        let mut tried = (0..24).map(|_| 1 + dice.below(known.max(1))).collect::<Vec<u32>>();
        tried.retain(|unit| volunteers::unit_township(plan, *unit) == home.township);
        tried.first().filter(|_| wanted).map(|unit| plan.unit_id(*unit)).unwrap_or_default()
    };
    // The first child of a sheet has a volunteer to avoid, so that the rule shows in every county.
    let share = if number == 1 { 1000 } else { 25 };
    let previous = neighbour(40);
    let excluded = neighbour(share);
    let excluded = if excluded == previous { String::new() } else { excluded };
    record.push(("曾结对志愿者", previous));
    record.push(("回避志愿者", excluded));
}

/// Where the child lives: the village, seldom the house itself.
fn place(plan: &CountyPlan, home: &Home, record: &mut Record, dice: &mut Dice) {
    let township = plan.land.township(home.township);
    record.push(("行政区划代码", format!("{}000", township.code)));
    record.push(("乡镇", township.name));
    record.push(("村", village_name(home.village)));
    let (longitude, latitude, datum) = super::point_cells(plan, home.township, home.village, 150, dice);
    record.push(("经度", longitude));
    record.push(("纬度", latitude));
    record.push(("坐标系", datum));
}
