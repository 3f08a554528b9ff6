//! A child as registered by village, township and county.

use std::sync::Arc;

use jiff::civil::Date;

use super::availability::Availability;
use super::id::{ChildId, HouseholdId, VolunteerId};
use super::instance::{Flag, SourceRow};
use super::location::Place;
use super::need::Need;
use super::private::Private;
use super::season::Period;
use super::volunteer::Language;

/// 性别, GB/T 2261.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

impl Sex {
    /// The whole code list.
    pub const ALL: [Self; 2] = [Self::Female, Self::Male];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Female => ("女", "female"),
            Self::Male => ("男", "male"),
        }
    }
}

/// Categories of children, version 2016/2019 of the policy definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// 孤儿
    Orphan,
    /// 事实无人抚养儿童 (民发〔2019〕62号)
    DeFactoUnattended,
    /// 农村留守儿童 (国发〔2016〕13号)
    LeftBehind,
    /// 流动儿童
    Migrant,
    /// 困境儿童 (国发〔2016〕36号)
    InDifficulty,
}

impl Category {
    /// The whole code list.
    pub const ALL: [Self; 5] =
        [Self::Orphan, Self::DeFactoUnattended, Self::LeftBehind, Self::Migrant, Self::InDifficulty];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Orphan => ("孤儿", "orphan"),
            Self::DeFactoUnattended => ("事实无人抚养儿童", "de_facto_unattended"),
            Self::LeftBehind => ("农村留守儿童", "left_behind"),
            Self::Migrant => ("流动儿童", "migrant"),
            Self::InDifficulty => ("困境儿童", "in_difficulty"),
        }
    }
}

/// Level of guardianship risk (监护风险等级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskLevel {
    /// 低
    Low,
    /// 中
    Medium,
    /// 高
    High,
}

impl RiskLevel {
    /// The whole code list.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Low => ("低", "low"),
            Self::Medium => ("中", "medium"),
            Self::High => ("高", "high"),
        }
    }
}

/// A dated assessment of guardianship risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Risk {
    /// The level.
    pub level: RiskLevel,
    /// When it was assessed, if the sheet says.
    pub assessed_on: Option<Date>,
}

/// Why the child's data may be processed at all (S9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LegalBasis {
    /// The guardian's consent to processing, with the separate consent for sensitive data (S11).
    GuardianConsent,
    /// A statutory duty: which authority, by which document.
    StatutoryDuty {
        /// 机关
        authority: String,
        /// 文号
        document: String,
    },
}

/// An answer that may not have been given yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Nothing recorded: never counts as yes.
    Unknown,
    /// Yes, if known on which day.
    Yes(Option<Date>),
    /// No, or withdrawn.
    No,
}

/// Who stands in the guardian's column (S10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConsentGiver {
    /// The guardian (Civil Code 27–32), also a village committee or civil-affairs office as guardian.
    Guardian,
    /// A carer with a written 委托照护 agreement that names this consent.
    CarerWithAgreement,
    /// A carer without one: the signature does not count.
    CarerAlone,
}

impl ConsentGiver {
    /// The whole code list.
    pub const ALL: [Self; 3] = [Self::Guardian, Self::CarerWithAgreement, Self::CarerAlone];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Guardian => ("监护人", "guardian"),
            Self::CarerWithAgreement => ("受托照护人（有协议）", "carer_with_agreement"),
            Self::CarerAlone => ("照料人", "carer_alone"),
        }
    }
}

/// The guardian's answer to the pairing itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PairingConsent {
    /// Yes, no, or not asked yet.
    pub answer: Answer,
    /// Who answered.
    pub giver: ConsentGiver,
}

/// The standing of the parent who would call (S42).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParentStanding {
    /// Nothing stands against contact.
    Free,
    /// Not known.
    Unknown,
    /// 监护资格被撤销
    GuardianshipRevoked,
    /// 人身安全保护令
    ProtectionOrder,
    /// 中止探望
    VisitationSuspended,
    /// Subject of an open concern.
    UnderConcern,
    /// In custody: calls go by the institution's own channel.
    Detained,
    /// 已故或失联: nobody to call.
    Absent,
}

impl ParentStanding {
    /// The whole code list with Chinese names and English codes.
    pub const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Free, "正常", "free"),
        (Self::Unknown, "不详", "unknown"),
        (Self::GuardianshipRevoked, "撤销监护资格", "guardianship_revoked"),
        (Self::ProtectionOrder, "人身安全保护令", "protection_order"),
        (Self::VisitationSuspended, "中止探望", "visitation_suspended"),
        (Self::UnderConcern, "涉隐患报告", "under_concern"),
        (Self::Detained, "在押", "detained"),
        (Self::Absent, "已故或失联", "absent"),
    ];
}

/// The parents as far as calls need them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parents {
    /// May they be called.
    pub standing: ParentStanding,
    /// When they can take a call, on their own clock.
    pub availability: Availability,
    /// Their clock, in minutes east of Greenwich; China is 480.
    pub utc_offset_min: i32,
    /// The days on which they are home, if known: when papers can be signed.
    pub home: Option<Period>,
}

/// Where the child can take a video call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallDevice {
    /// 家中手机或平板
    Home,
    /// 学校
    School,
    /// 文明实践所、儿童之家
    CommunitySite,
    /// None: the volunteer hosts the call in person.
    None,
}

impl CallDevice {
    /// The whole code list.
    pub const ALL: [Self; 4] = [Self::Home, Self::School, Self::CommunitySite, Self::None];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Home => ("家中", "home"),
            Self::School => ("学校", "school"),
            Self::CommunitySite => ("社区场所", "community_site"),
            Self::None => ("无", "none"),
        }
    }
}

/// A registered child.
#[derive(Clone, Debug, PartialEq)]
pub struct Child {
    /// 儿童编号
    pub id: ChildId,
    /// 姓名
    pub name: Private,
    /// 身份证号, if given and sound.
    pub id_number: Option<Private>,
    /// A phone to reach the household; several children may share it.
    pub phone: Option<Private>,
    /// 性别
    pub sex: Sex,
    /// 出生日期
    pub birth: Date,
    /// 类别, sorted, at least one.
    pub categories: Vec<Category>,
    /// 监护风险
    pub risk: Risk,
    /// 独居
    pub living_alone: bool,
    /// 春节无人在家
    pub nobody_home_for_festival: bool,
    /// 家庭编号; children that share it are brothers and sisters.
    pub household: Option<HouseholdId>,
    /// 监护人姓名
    pub guardian: Private,
    /// Why the data may be processed; never absent from the age of a pool child under 14.
    pub legal_basis: Option<LegalBasis>,
    /// The guardian's answer to the pairing.
    pub consent: PairingConsent,
    /// The child's own wish; asked from age 8.
    pub wish: Answer,
    /// 语言, at least one.
    pub languages: Arc<[Language]>,
    /// Volunteers of earlier good pairs, for continuity.
    pub previous_volunteers: Vec<VolunteerId>,
    /// Volunteers who may not be paired with this child (conflict, kinship, refusal).
    pub excluded_volunteers: Vec<VolunteerId>,
    /// 需求, in the order of the sheet.
    pub needs: Arc<[Need]>,
    /// 可服务时段
    pub availability: Availability,
    /// The parents who work away.
    pub parents: Parents,
    /// Where a call can be taken.
    pub call_device: CallDevice,
    /// Home.
    pub place: Place,
    /// Boarding school, where it lies elsewhere.
    pub school: Option<Place>,
    /// What the reader had to assume or drop.
    pub flags: Vec<Flag>,
    /// Where the row stood.
    pub source: SourceRow,
}

impl Child {
    /// Completed years of age on a day; 0 before birth.
    pub fn age_on(&self, day: Date) -> u8 {
        completed_years(self.birth, day)
    }
}

/// Completed years between a birth date and a day (born on 29 February: on 1 March in other years).
///
/// # Example
/// ```
/// use jiedui::model::child::completed_years;
/// use jiff::civil::date;
/// assert_eq!(completed_years(date(2013, 5, 1), date(2026, 4, 30)), 12);
/// assert_eq!(completed_years(date(2013, 5, 1), date(2026, 5, 1)), 13);
/// ```
pub fn completed_years(birth: Date, day: Date) -> u8 {
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    let years = i32::from(day.year()) - i32::from(birth.year()) - i32::from(before_birthday);
    u8::try_from(years.max(0)).unwrap_or(u8::MAX)
}
