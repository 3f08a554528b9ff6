//! Volunteer units, one after the other, as rows of volunteers.csv.
//!
//! No counted profile of volunteers is known to us, so all shares here are invented: mostly women, as the notices of
//! 爱心妈妈 programmes ask; nine in ten single; most papers in order for the whole half-year and every kind of gap
//! present. A unit's first draw is its township, so that [`unit_township`] can tell it without making the unit.
//!
//! Cost: O(1) an adult.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::dice::{Dice, Purpose};
use super::identity::{self, IdNumbers, PhoneOf};
use super::land::{VILLAGES, village_name};
use super::offer::{availability, offer, screening};
use super::plan::CountyPlan;
use super::record::{DateStyle, Record};
use crate::model::child::Sex;
use crate::model::volunteer::VolunteerKind;

/// An adult and what the rest of the generator has to know of her.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntheticVolunteer {
    /// 志愿者编号
    pub id: String,
    /// 性别
    pub sex: Sex,
    /// Index of the township.
    pub township: u32,
    /// Whether she is a unit of her own.
    pub alone: bool,
    /// Whether the unit's lead, who answers for it.
    pub lead: bool,
    /// Whether check, training and agreement hold for the whole half-year.
    pub papers_in_order: bool,
    /// Households that the unit takes; 0 for those who are not the lead.
    pub capacity: u32,
    /// The row.
    pub record: Record,
}

/// What the adults of a unit share.
pub(super) struct Unit {
    pub(super) number: u32,
    pub(super) township: u32,
    pub(super) village: u32,
    pub(super) kind: VolunteerKind,
    pub(super) size: u32,
    pub(super) dates: DateStyle,
}

/// The township of a unit.
pub(super) fn unit_township(plan: &CountyPlan, number: u32) -> u32 {
    draw_township(plan, &mut Dice::new(plan.seed, Purpose::Unit, u64::from(number)))
}

/// Evenly over the townships, but two in five live in the county's seat.
fn draw_township(plan: &CountyPlan, dice: &mut Dice) -> u32 {
    let township = dice.below(plan.land.townships());
    if dice.chance(420) { plan.land.county_seat(township) } else { township }
}

/// Every adult of a county, unit by unit, the lead first.
pub fn volunteers(plan: &CountyPlan) -> impl Iterator<Item = SyntheticVolunteer> + '_ {
    let mut id_numbers = IdNumbers::default();
    let mut registered = 0;
    (1..)
        .map_while(move |number| {
            let places = plan.volunteers - registered;
            (places > 0).then(|| {
                let adults = one_unit(plan, number, places, &mut id_numbers);
                registered += adults.len() as u32;
                adults
            })
        })
        .flatten()
}

/// A unit of one to three adults, as many as there are places left.
fn one_unit(
    plan: &CountyPlan,
    number: u32,
    places: u32,
    id_numbers: &mut IdNumbers,
) -> Vec<SyntheticVolunteer> {
    let mut dice = Dice::new(plan.seed, Purpose::Unit, u64::from(number));
    let township = draw_township(plan, &mut dice);
    let size = dice.weighted(&[(1, 920), (2, 60), (3, 20)]);
    let unit = Unit {
        number,
        township,
        village: 1 + dice.below(VILLAGES),
        kind: dice.weighted(&[
            (VolunteerKind::CaringMother, 30),
            (VolunteerKind::WomenVolunteer, 24),
            (VolunteerKind::CivilisationPractice, 9),
            (VolunteerKind::PartyMember, 7),
            (VolunteerKind::Youth, 6),
            (VolunteerKind::CompanionMother, 5),
            (VolunteerKind::Teacher, 9),
            (VolunteerKind::Student, 4),
            (VolunteerKind::Counsellor, 2),
            (VolunteerKind::SocialWorker, 2),
            (VolunteerKind::Other, 2),
        ]),
        size: if size <= places { size } else { 1 },
        dates: DateStyle::draw(&mut dice),
    };
    (0..unit.size).map(|member| one_adult(plan, &unit, member, id_numbers, &mut dice)).collect()
}

/// One row of the sheet. Everything that belongs to the unit stands in the lead's row only.
fn one_adult(
    plan: &CountyPlan,
    unit: &Unit,
    member: u32,
    id_numbers: &mut IdNumbers,
    dice: &mut Dice,
) -> SyntheticVolunteer {
    let lead = member == 0;
    let sex = draw_sex(unit, member, dice);
    let birth = draw_birth(plan.today, unit.kind, dice);
    let unit_id = plan.unit_id(unit.number);
    let id = if lead { unit_id.clone() } else { format!("{unit_id}-{}", member + 1) };
    let family = identity::family_name(dice);
    let forms = ["个人", "家庭", "团队"];
    let together = unit.size > 1;
    let mut record: Record = vec![
        ("志愿者编号", id.clone()),
        ("组队编号", if together { unit_id } else { String::new() }),
        ("组队形式", forms[unit.size as usize - 1].to_owned()),
        ("负责人", if together { super::record::yes_no(lead) } else { String::new() }),
        ("姓名", identity::adult_name(dice, family, sex)),
        ("性别", if sex == Sex::Male { "男" } else { "女" }.to_owned()),
        ("出生日期", unit.dates.text(birth)),
        ("身份证号", id_numbers.next(birth, sex)),
        ("手机", identity::phone(PhoneOf::Volunteer, u64::from(unit.number) * 3 + u64::from(member))),
        ("志愿者类型", kinds(unit.kind, dice)),
        ("志愿服务队", team(plan, unit)),
    ];
    let papers_in_order = screening(plan, unit, &mut record, dice);
    let capacity = offer(plan, unit, sex, &mut record, dice);
    availability(unit, &mut record, dice);
    record.push(("语言", dice.weighted(plan.volunteer_languages).to_string()));
    place(plan, unit, &mut record, dice);
    if !lead {
        keep_personal_cells(&mut record);
    }
    let township = unit.township;
    let capacity = if lead { capacity } else { 0 };
    SyntheticVolunteer { id, sex, township, alone: !together, lead, papers_in_order, capacity, record }
}

/// Blanks what the lead's row says for the whole unit.
fn keep_personal_cells(record: &mut Record) {
    const PERSONAL: [&str; 21] = [
        "志愿者编号",
        "组队编号",
        "组队形式",
        "负责人",
        "姓名",
        "性别",
        "出生日期",
        "身份证号",
        "手机",
        "志愿者类型",
        "志愿服务队",
        "同意查询",
        "查询类型",
        "查询结果",
        "查询机关",
        "查询日期",
        "从业查询有效期至",
        "查询编号",
        "培训",
        "协议",
        "语言",
    ];
    record.iter_mut().filter(|(header, _)| !PERSONAL.contains(header)).for_each(|(_, text)| text.clear());
}

/// 爱心妈妈 and 童伴妈妈 are women; the second of a couple is a man.
fn draw_sex(unit: &Unit, member: u32, dice: &mut Dice) -> Sex {
    let men = match (unit.size, member, unit.kind) {
        (2, 1, _) => 1000,
        (
            _,
            _,
            VolunteerKind::CaringMother | VolunteerKind::WomenVolunteer | VolunteerKind::CompanionMother,
        ) => 0,
        (_, _, VolunteerKind::PartyMember | VolunteerKind::Youth | VolunteerKind::Student) => 450,
        _ => 220,
    };
    if dice.chance(men) { Sex::Male } else { Sex::Female }
}

/// Students are 18 to 22, the others of working age or lately retired.
fn draw_birth(today: Date, kind: VolunteerKind, dice: &mut Dice) -> Date {
    let age = match kind {
        VolunteerKind::Student => dice.between(18, 22),
        VolunteerKind::Youth => dice.between(20, 35),
        _ => dice.between(24, 61),
    };
    today.saturating_sub(Span::new().years(age)).saturating_sub((dice.between(0, 364)).days())
}

/// The kind's name, with a second one now and then.
fn kinds(kind: VolunteerKind, dice: &mut Dice) -> String {
    let name = |wanted: VolunteerKind| {
        VolunteerKind::ALL.iter().find(|(kind, ..)| *kind == wanted).map_or("其他", |(_, zh, _)| *zh)
    };
    if kind != VolunteerKind::PartyMember && dice.chance(120) {
        format!("{}、{}", name(kind), name(VolunteerKind::PartyMember))
    } else {
        name(kind).to_owned()
    }
}

/// The organisation that answers for the unit.
fn team(plan: &CountyPlan, unit: &Unit) -> String {
    let township = plan.land.township(unit.township).name;
    match unit.kind {
        VolunteerKind::CaringMother | VolunteerKind::CompanionMother | VolunteerKind::WomenVolunteer => {
            format!("{township}巾帼志愿服务队")
        }
        VolunteerKind::CivilisationPractice | VolunteerKind::PartyMember => {
            format!("{township}新时代文明实践所")
        }
        VolunteerKind::Youth | VolunteerKind::Student => format!("{}青年志愿者协会", plan.name),
        VolunteerKind::Teacher => format!("{township}教师志愿服务队"),
        _ => format!("{}社会工作服务站", plan.name),
    }
}

/// Where the unit starts from.
fn place(plan: &CountyPlan, unit: &Unit, record: &mut Record, dice: &mut Dice) {
    let township = plan.land.township(unit.township);
    record.push(("行政区划代码", format!("{}000", township.code)));
    record.push(("乡镇", township.name));
    record.push(("村", village_name(unit.village)));
    let (longitude, latitude, datum) = super::point_cells(plan, unit.township, unit.village, 250, dice);
    record.push(("经度", longitude));
    record.push(("纬度", latitude));
    record.push(("坐标系", datum));
}
