//! The code lists of the columns, with the words that offices use for them.
//!
//! Each function takes a cell that is not blank. The first word of a row is the one that is written out.

use super::lists::{items, one_of};
use super::numbers::parse_whole;
use super::{Text, ValueProblem, half_width};
use crate::model::availability::Site;
use crate::model::child::{CallDevice, Category, ConsentGiver, ParentStanding, RiskLevel, Sex};
use crate::model::pairing::PairState;
use crate::model::volunteer::{Language, ScreeningKind, ScreeningResult, UnitKind, VolunteerKind};

type Read<T> = Result<T, ValueProblem>;

/// 性别
pub fn parse_sex(text: &str) -> Read<Sex> {
    one_of(
        text,
        &[
            (Sex::Female, &["女", "女性", "女孩", "女童", "f", "female", "2"]),
            (Sex::Male, &["男", "男性", "男孩", "男童", "m", "male", "1"]),
        ],
    )
}

/// 类别, several; sorted and each once.
pub fn parse_categories(text: &str) -> Read<Vec<Category>> {
    const CODES: [(Category, &[&str]); 5] = [
        (Category::Orphan, &["孤儿", "散居孤儿", "集中供养孤儿", "orphan"]),
        (
            Category::DeFactoUnattended,
            &["事实无人抚养儿童", "事实无人抚养", "事实孤儿", "事实无人抚养困境儿童", "de_facto_unattended"],
        ),
        (Category::LeftBehind, &["农村留守儿童", "留守儿童", "留守", "left_behind"]),
        (Category::Migrant, &["流动儿童", "流动", "随迁儿童", "migrant"]),
        (Category::InDifficulty, &["困境儿童", "困境", "其他困境儿童", "in_difficulty"]),
    ];
    sorted_list(text, &CODES)
}

/// 监护风险
pub fn parse_risk(text: &str) -> Read<RiskLevel> {
    one_of(
        text,
        &[
            (RiskLevel::Low, &["低", "低风险", "low"]),
            (RiskLevel::Medium, &["中", "中风险", "medium"]),
            (RiskLevel::High, &["高", "高风险", "high"]),
        ],
    )
}

/// 同意人身份. A relation such as 奶奶 does not say who the guardian is, and is refused.
pub fn parse_consent_giver(text: &str) -> Read<ConsentGiver> {
    let text = half_width(text).replace(['(', ')'], "");
    one_of(
        &text,
        &[
            (
                ConsentGiver::Guardian,
                &[
                    "监护人",
                    "父亲",
                    "母亲",
                    "父母",
                    "村委会作为监护人",
                    "居委会作为监护人",
                    "民政部门作为监护人",
                    "村委会/民政部门作为监护人",
                    "guardian",
                ],
            ),
            (
                ConsentGiver::CarerWithAgreement,
                &["受托照护人有协议", "有协议的受托照护人", "carer_with_agreement"],
            ),
            (ConsentGiver::CarerAlone, &["照料人", "实际照料人", "carer_alone", "carer"]),
        ],
    )
}

/// 同意/不同意 and its kin; `None` for a question that was not answered yet.
pub fn parse_agreement(text: &str) -> Read<Option<bool>> {
    one_of(
        text,
        &[
            (Some(true), &["同意", "愿意", "是", "已同意", "接受", "yes", "y", "√"]),
            (Some(false), &["不同意", "不愿意", "否", "拒绝", "撤回", "no", "n", "×"]),
            (None, &["未问", "待定", "未回复", "未征求", "考虑中", "unknown"]),
        ],
    )
}

/// 已完成/未完成, 已签/未签: whether something that must be done once is done.
pub fn parse_done(text: &str) -> Read<bool> {
    one_of(
        text,
        &[
            (true, &["已完成", "完成", "已签", "已签订", "已培训", "是", "有", "√", "done", "signed", "yes"]),
            (false, &["未完成", "未签", "未培训", "否", "无", "待签", "进行中", "no", "×"]),
        ],
    )
}

/// 父母状况
pub fn parse_standing(text: &str) -> Read<ParentStanding> {
    let word = half_width(text).to_lowercase();
    if let Some((standing, _, _)) = ParentStanding::ALL.iter().find(|(_, zh, en)| word == *zh || word == *en)
    {
        return Ok(*standing);
    }
    one_of(
        &word,
        &[
            (ParentStanding::Free, &["正常", "无异常", "外出务工", "务工"]),
            (ParentStanding::Unknown, &["不详", "未知", "不清楚"]),
            (ParentStanding::GuardianshipRevoked, &["撤销监护资格", "监护资格被撤销"]),
            (ParentStanding::ProtectionOrder, &["人身安全保护令"]),
            (ParentStanding::VisitationSuspended, &["中止探望"]),
            (ParentStanding::UnderConcern, &["涉隐患报告"]),
            (ParentStanding::Detained, &["在押", "服刑", "服刑在押", "强制隔离戒毒"]),
            (ParentStanding::Absent, &["已故或失联", "已故", "失联", "去世"]),
        ],
    )
}

/// 通话设备
pub fn parse_call_device(text: &str) -> Read<CallDevice> {
    one_of(
        text,
        &[
            (CallDevice::Home, &["家中", "家", "家里", "手机", "home"]),
            (CallDevice::School, &["学校", "school"]),
            (CallDevice::CommunitySite, &["社区场所", "儿童之家", "文明实践所", "社区", "community_site"]),
            (CallDevice::None, &["无", "没有", "none"]),
        ],
    )
}

/// 服务场所, several; sorted and each once.
pub fn parse_sites(text: &str) -> Read<Vec<Site>> {
    const CODES: [(Site, &[&str]); 4] = [
        (Site::Home, &["家中", "家", "入户", "home"]),
        (Site::School, &["学校", "school"]),
        (Site::ParentsCity, &["父母所在城市", "parents_city"]),
        (Site::CommunitySite, &["社区场所", "社区", "儿童之家", "文明实践所", "community_site"]),
    ];
    sorted_list(text, &CODES)
}

/// 志愿者类型, several; sorted and each once.
pub fn parse_volunteer_kinds(text: &str) -> Read<Vec<VolunteerKind>> {
    let mut kinds = Vec::new();
    for item in items(text) {
        let word = item.to_lowercase();
        let found = VolunteerKind::ALL.iter().find(|(_, zh, en)| word == *zh || word == *en);
        let kind = match found {
            Some((kind, _, _)) => *kind,
            None => one_of(
                &word,
                &[
                    (VolunteerKind::WomenVolunteer, &["巾帼志愿者", "巾帼", "妇联执委"]),
                    (VolunteerKind::CaringMother, &["爱心妈妈", "爱心爸爸"]),
                    (
                        VolunteerKind::CivilisationPractice,
                        &["文明实践员", "文明实践志愿者", "新时代文明实践志愿者"],
                    ),
                    (VolunteerKind::PartyMember, &["党员", "党员志愿者"]),
                    (VolunteerKind::Youth, &["青年", "青年志愿者", "团员"]),
                    (VolunteerKind::CompanionMother, &["童伴妈妈"]),
                    (VolunteerKind::Teacher, &["教师", "老师", "退休教师"]),
                    (VolunteerKind::Student, &["学生", "大学生"]),
                    (VolunteerKind::Counsellor, &["心理咨询师", "心理志愿者"]),
                    (VolunteerKind::SocialWorker, &["社工", "社会工作者"]),
                    (VolunteerKind::Other, &["其他", "其它"]),
                ],
            )
            .map_err(|problem| problem.at(item))?,
        };
        kinds.push(kind);
    }
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

/// 组队形式
pub fn parse_unit_kind(text: &str) -> Read<UnitKind> {
    one_of(
        text,
        &[
            (UnitKind::Person, &["个人", "单人", "person"]),
            (UnitKind::Family, &["家庭", "夫妻", "family", "couple"]),
            (UnitKind::Team, &["团队", "小组", "team"]),
        ],
    )
}

/// 查询类型
pub fn parse_screening_kind(text: &str) -> Read<ScreeningKind> {
    one_of(
        text,
        &[
            (ScreeningKind::Employment, &["从业查询", "违法犯罪记录查询", "入职查询", "employment"]),
            (ScreeningKind::NoConviction, &["无犯罪记录证明", "无犯罪证明", "no_conviction"]),
        ],
    )
}

/// 查询结果. Words that mean a record are never taken for anything milder.
pub fn parse_screening_result(text: &str) -> Read<ScreeningResult> {
    one_of(
        text,
        &[
            (ScreeningResult::Passed, &["通过", "已通过", "合格", "无记录", "无违法犯罪记录", "passed"]),
            (
                ScreeningResult::Barred,
                &["未通过", "不通过", "不合格", "有记录", "有违法犯罪记录", "barred", "failed"],
            ),
            (
                ScreeningResult::Pending,
                &["查询中", "待查", "待查询", "未查询", "办理中", "已申请", "pending"],
            ),
        ],
    )
}

/// 状态 of an existing pair.
pub fn parse_pair_state(text: &str) -> Read<PairState> {
    one_of(
        text,
        &[
            (PairState::Kept, &["保持", "结对中", "进行中", "kept", "active"]),
            (PairState::Pinned, &["指定", "pinned"]),
            (PairState::Ended, &["已结束", "结束", "ended"]),
        ],
    )
}

/// 相处
pub fn parse_went_well(text: &str) -> Read<bool> {
    one_of(
        text,
        &[
            (true, &["好", "良好", "愿意继续", "是", "well", "yes", "true"]),
            (false, &["不好", "不合", "差", "不愿继续", "否", "badly", "no", "false"]),
        ],
    )
}

/// 答复
pub fn parse_answer(text: &str) -> Read<bool> {
    one_of(
        text,
        &[
            (true, &["接受", "同意", "愿意", "是", "accepted", "yes"]),
            (false, &["婉拒", "拒绝", "不同意", "不愿意", "否", "declined", "no"]),
        ],
    )
}

/// 语言, several, in the order of the cell, each once.
pub fn parse_languages(text: &str) -> Vec<Language> {
    let mut languages: Vec<Language> = Vec::new();
    for item in items(text) {
        let name = match item.to_lowercase().as_str() {
            "汉语" | "国语" | "普通话" | "mandarin" => Language::MANDARIN.to_owned(),
            _ => item,
        };
        let language = Language(name.into());
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

/// 儿童年龄: `6-12`, `6至12岁`, `6岁以上`, `12岁以下`, `8`. Both ends are included.
pub fn parse_age_range(text: &str) -> Read<(Option<u8>, Option<u8>)> {
    let text = half_width(text).replace(['至', '到', '~', '—', '–'], "-");
    let age =
        |text: &str| parse_whole(text.trim().trim_end_matches(['岁', '周']), 0, 17).map(|age| age as u8);
    for (word, from) in [("以上", true), ("以下", false), ("以内", false)] {
        if let Some(rest) = text.strip_suffix(word) {
            let bound = age(rest)?;
            return Ok(if from { (Some(bound), None) } else { (None, Some(bound)) });
        }
    }
    let Some((low, high)) = text.split_once('-') else {
        let only = age(&text)?;
        return Ok((Some(only), Some(only)));
    };
    let bound = |text: &str| if text.trim().is_empty() { Ok(None) } else { age(text).map(Some) };
    match (bound(low)?, bound(high)?) {
        (None, None) => Err(no_age_range()),
        (Some(low), Some(high)) if high < low => Err(no_age_range()),
        ages => Ok(ages),
    }
}

fn no_age_range() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("年龄范围读不懂", "this is no range of ages"),
        Text::fixed("小的在前，如 6-12", "write the lower age first, such as 6-12"),
    )
}

fn sorted_list<T: Copy + Ord>(text: &str, codes: &[(T, &[&str])]) -> Read<Vec<T>> {
    let mut list = Vec::new();
    for item in items(text) {
        list.push(one_of(&item, codes).map_err(|problem| problem.at(item))?);
    }
    list.sort_unstable();
    list.dedup();
    Ok(list)
}
