//! The code lists: every word that stands for a choice, with its Chinese name, made from the enumerations themselves.

use super::availability::Site;
use super::child::{CallDevice, Category, ConsentGiver, ParentStanding, RiskLevel, Sex};
use super::need::{Mode, NeedKind, Strength, Subject};
use super::role::Role;
use super::season::Season;
use super::volunteer::{ScreeningKind, ScreeningResult, UnitKind, VolunteerKind};

/// A word of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeItem {
    /// The stable word.
    pub code: &'static str,
    /// Its Chinese name.
    pub zh: &'static str,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// Its stable name.
    pub name: &'static str,
    /// Chinese and English title.
    pub title: (&'static str, &'static str),
    /// Its words, in their order.
    pub items: Vec<CodeItem>,
}

/// A list of Chinese names and their words.
pub fn list(
    name: &'static str,
    title: (&'static str, &'static str),
    names: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> CodeList {
    let items = names.into_iter().map(|(zh, code)| CodeItem { code, zh }).collect();
    CodeList { name, title, items }
}

/// Every list of what sheets hold, by name.
pub fn all() -> Vec<CodeList> {
    let mut lists = vec![
        list(
            "call_devices",
            ("通话设备", "where a child can take a call"),
            CallDevice::ALL.map(CallDevice::names),
        ),
        list("categories", ("儿童类别", "categories of children"), Category::ALL.map(Category::names)),
        list("consent_givers", ("同意人身份", "who may consent"), ConsentGiver::ALL.map(ConsentGiver::names)),
        list("need_kinds", ("需求", "kinds of need"), NeedKind::ALL.map(NeedKind::names)),
        list("need_modes", ("服务方式", "how a need is met"), Mode::ALL.map(Mode::names)),
        list(
            "need_strengths",
            ("必要程度", "whether a need may be missed"),
            Strength::ALL.map(Strength::names),
        ),
        list(
            "parent_standings",
            ("父母状况", "standing of parents"),
            ParentStanding::ALL.map(|(_, zh, code)| (zh, code)),
        ),
        list(
            "risk_levels",
            ("监护风险", "levels of guardianship risk"),
            RiskLevel::ALL.map(RiskLevel::names),
        ),
        list("roles", ("角色", "roles"), Role::ALL.iter().map(|role| (role.names().0, role.word()))),
        list(
            "screening_kinds",
            ("查询类型", "kinds of record check"),
            ScreeningKind::ALL.map(ScreeningKind::names),
        ),
        list(
            "screening_results",
            ("查询结果", "results of a record check"),
            ScreeningResult::ALL.map(ScreeningResult::names),
        ),
        list("seasons", ("季节", "seasons"), Season::ALL.map(Season::names)),
        list("sexes", ("性别", "sex"), Sex::ALL.map(Sex::names)),
        list("sites", ("服务场所", "where volunteers meet children"), Site::ALL.map(Site::names)),
        list("skills", ("技能", "skills, named by the need they serve"), NeedKind::ALL.map(NeedKind::names)),
        list("subjects", ("科目", "school subjects"), Subject::ALL.map(Subject::names)),
        list("unit_kinds", ("组队形式", "how volunteers come"), UnitKind::ALL.map(UnitKind::names)),
        list(
            "volunteer_kinds",
            ("志愿者类型", "kinds of volunteer"),
            VolunteerKind::ALL.map(|(_, zh, code)| (zh, code)),
        ),
    ];
    lists.sort_by_key(|list| list.name);
    lists
}
