//! A volunteer unit: one person, a couple or family, or a team with every adult who meets the child.

use std::sync::Arc;

use jiff::civil::Date;

use super::availability::{Availability, Site};
use super::child::{Answer, Category, Sex, completed_years};
use super::id::VolunteerId;
use super::instance::{Flag, SourceRow};
use super::location::Place;
use super::need::{Grade, NeedKind, Subject};
use super::private::Private;
use super::region::RegionCode;

/// A language or dialect by its Chinese name (普通话, 土家语, 西南官话 …).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(pub Box<str>);

impl Language {
    /// 普通话, assumed where a volunteer's column is blank.
    pub const MANDARIN: &'static str = "普通话";
}

/// What a volunteer is registered as; one person may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolunteerKind {
    /// 巾帼志愿者
    WomenVolunteer,
    /// 爱心妈妈
    CaringMother,
    /// 文明实践员
    CivilisationPractice,
    /// 党员
    PartyMember,
    /// 青年
    Youth,
    /// 童伴妈妈
    CompanionMother,
    /// 教师
    Teacher,
    /// 学生
    Student,
    /// 心理咨询师
    Counsellor,
    /// 社工
    SocialWorker,
    /// 其他
    Other,
}

impl VolunteerKind {
    /// The whole code list with Chinese names and English codes.
    pub const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::WomenVolunteer, "巾帼志愿者", "women_volunteer"),
        (Self::CaringMother, "爱心妈妈", "caring_mother"),
        (Self::CivilisationPractice, "文明实践员", "civilisation_practice"),
        (Self::PartyMember, "党员", "party_member"),
        (Self::Youth, "青年", "youth"),
        (Self::CompanionMother, "童伴妈妈", "companion_mother"),
        (Self::Teacher, "教师", "teacher"),
        (Self::Student, "学生", "student"),
        (Self::Counsellor, "心理咨询师", "counsellor"),
        (Self::SocialWorker, "社工", "social_worker"),
        (Self::Other, "其他", "other"),
    ];
}

/// Which record check was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScreeningKind {
    /// 从业查询 (Minors Protection Law Art. 62)
    Employment,
    /// 无犯罪记录证明: shows court convictions only, not enough by default.
    NoConviction,
}

impl ScreeningKind {
    /// The whole code list.
    pub const ALL: [Self; 2] = [Self::Employment, Self::NoConviction];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Employment => ("从业查询", "employment"),
            Self::NoConviction => ("无犯罪记录证明", "no_conviction"),
        }
    }
}

/// The outcome of a check; the content of a record is never stored (S4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScreeningResult {
    /// 通过
    Passed,
    /// 未通过: bars for good (S3).
    Barred,
    /// Asked for, no answer yet.
    Pending,
}

impl ScreeningResult {
    /// The whole code list.
    pub const ALL: [Self; 3] = [Self::Passed, Self::Barred, Self::Pending];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Passed => ("通过", "passed"),
            Self::Barred => ("未通过", "barred"),
            Self::Pending => ("查询中", "pending"),
        }
    }
}

/// A record check of one adult.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Screening {
    /// Which check.
    pub kind: ScreeningKind,
    /// Its outcome.
    pub result: ScreeningResult,
    /// Who made it.
    pub authority: Arc<str>,
    /// When.
    pub checked_on: Option<Date>,
    /// Until when it counts, if the sheet says; never beyond the policy's maximum age.
    pub valid_through: Option<Date>,
    /// Reference number.
    pub reference: Private,
}

/// One adult of the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adult {
    /// 姓名
    pub name: Private,
    /// 身份证号
    pub id_number: Option<Private>,
    /// 手机
    pub phone: Option<Private>,
    /// 性别
    pub sex: Sex,
    /// 出生日期
    pub birth: Date,
    /// Consent to being checked (S4).
    pub query_consent: Answer,
    /// The check, if one is recorded.
    pub screening: Option<Screening>,
    /// Training finished (S7).
    pub training: Answer,
    /// Agreement signed (S7).
    pub agreement: Answer,
    /// Set where the ID number is broken: the unit is held until it is corrected.
    pub held: bool,
    /// Where the row stood.
    pub source: SourceRow,
}

impl Adult {
    /// Completed years of age on a day.
    pub fn age_on(&self, day: Date) -> u8 {
        completed_years(self.birth, day)
    }
}

/// How the unit is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// 个人
    Person,
    /// 家庭: a couple or family.
    Family,
    /// 团队
    Team,
}

impl UnitKind {
    /// The whole code list.
    pub const ALL: [Self; 3] = [Self::Person, Self::Family, Self::Team];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Person => ("个人", "person"),
            Self::Family => ("家庭", "family"),
            Self::Team => ("团队", "team"),
        }
    }
}

/// Something a volunteer can do beyond company.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Skill {
    /// For which need.
    pub kind: NeedKind,
    /// For tutoring: subject; `None` covers every subject.
    pub subject: Option<Subject>,
    /// For tutoring: up to which school year; `None` covers all.
    pub up_to_grade: Option<Grade>,
    /// A verified professional qualification, as psychological support demands.
    pub qualification: Option<Qualification>,
}

/// A verified professional qualification.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Qualification {
    /// Its name (二级心理咨询师, 社会工作者 …).
    pub title: String,
    /// Until when it counts; `None` for no expiry.
    pub valid_through: Option<Date>,
}

/// How far she goes, one way.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Reach {
    /// Kilometres as the crow flies.
    Kilometers(f64),
    /// Minutes of travel under the policy's travel model.
    Minutes(u32),
    /// Not said: the policy's default.
    Default,
}

/// What she says she will not, or only, do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Limits {
    /// Youngest age she takes.
    pub min_age: Option<u8>,
    /// Oldest age she takes.
    pub max_age: Option<u8>,
    /// Only children of this sex.
    pub sex: Option<Sex>,
    /// Only these settings; empty for any.
    pub settings: Vec<Site>,
    /// Only inside these divisions; empty for any.
    pub regions: Vec<RegionCode>,
    /// Villages by name where she will not be sent (her own relatives, say).
    pub excluded_villages: Vec<String>,
    /// Only these categories; empty for any.
    pub categories: Vec<Category>,
    /// Most minutes a week for one household.
    pub minutes_per_week: Option<u16>,
    /// Most brothers and sisters of one household.
    pub max_siblings: Option<u8>,
}

/// A volunteer unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Volunteer {
    /// 志愿者编号
    pub id: VolunteerId,
    /// Person, family or team.
    pub unit: UnitKind,
    /// 所属志愿服务队
    pub team: Arc<str>,
    /// Every adult who meets the child; the first is the named lead.
    pub adults: Vec<Adult>,
    /// What they are registered as, sorted.
    pub kinds: Vec<VolunteerKind>,
    /// Capacity in households for lead pairings.
    pub capacity: u32,
    /// Capacity in children for separate services.
    pub service_capacity: u32,
    /// Her own limits.
    pub limits: Limits,
    /// Until when she commits; `None` for open-ended.
    pub committed_through: Option<Date>,
    /// Skills and qualifications.
    pub skills: Arc<[Skill]>,
    /// How far she goes.
    pub reach: Reach,
    /// When she is free.
    pub availability: Availability,
    /// Languages of the unit, at least one.
    pub languages: Arc<[Language]>,
    /// The division that her organisation answers for; `None` where the run's whole region is meant.
    pub region_scope: Option<RegionCode>,
    /// Where she starts from.
    pub place: Place,
    /// What the reader had to assume or drop.
    pub flags: Vec<Flag>,
    /// Where the lead's row stood.
    pub source: SourceRow,
}

impl Volunteer {
    /// The named lead.
    ///
    /// # Panics
    /// Never for a unit made by the reader: it has at least one adult.
    pub fn lead(&self) -> &Adult {
        self.adults.first().expect("a unit has at least one adult")
    }
}
