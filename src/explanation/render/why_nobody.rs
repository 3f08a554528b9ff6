//! Why a child has nobody, in sentences of one language.

use std::fmt::Write;

use super::words::{child, minutes, rule, volunteer};
use crate::candidates::Paper;
use crate::explanation::Language;
use crate::explanation::named::{Named, NamedRule};
use crate::explanation::why_nobody::{
    Change, Count, DayPart, Funnel, MissingSkill, Obstacle, OpenedPair, PriceReason, Relaxation,
    SiblingObstacles, StageKind, Stretch, ToDo, Used, Why, WhyNobody, Witness,
};
use crate::model::need::{NeedKind, Subject};

/// The answer as a text of some lines.
pub fn why_nobody(answer: &WhyNobody, language: Language) -> String {
    let mut text = heading(answer, language);
    let more = match &answer.why {
        Why::Paired { volunteer: named } => match (named.number(), language) {
            (Some(number), Language::Chinese) => format!("已有志愿者：{number}。\n"),
            (Some(number), Language::English) => format!("There is a volunteer: {number}.\n"),
            (None, Language::Chinese) => "已有志愿者。\n".to_owned(),
            (None, Language::English) => "There is a volunteer.\n".to_owned(),
        },
        Why::OwnSide { obstacles } => own_side(obstacles, language),
        Why::SiblingsSide { siblings } => siblings_side(siblings, language),
        Why::NobodyAdmissible { funnel, relaxations } => {
            funnel_text(funnel, language) + &relaxations_text(relaxations, language)
        }
        Why::Competition(witness) => competition(witness, language),
        Why::Price(reason) => price(reason, language),
    };
    text.push_str(&more);
    text
}

fn heading(answer: &WhyNobody, language: Language) -> String {
    let who = child(&answer.child, language);
    let mut text = match (&answer.why, language) {
        (Why::Paired { .. }, Language::Chinese) => format!("儿童 {who}\n"),
        (Why::Paired { .. }, Language::English) => format!("Child {who}\n"),
        (_, Language::Chinese) => format!("儿童 {who} 为什么还没有志愿者\n"),
        (_, Language::English) => format!("Why child {who} has no volunteer yet\n"),
    };
    if !answer.together_with.is_empty() {
        let known = answer.together_with.iter().filter_map(Named::number).map(str::to_owned);
        let others = joined(known, language);
        let _infallible = match language {
            Language::Chinese if others.is_empty() => writeln!(text, "与兄弟姐妹一起安排。"),
            Language::Chinese => writeln!(text, "与兄弟姐妹一起安排：{others}。"),
            Language::English if others.is_empty() => {
                writeln!(text, "Placed together with brothers and sisters.")
            }
            Language::English => writeln!(text, "Placed together with brothers and sisters: {others}."),
        };
    }
    text
}

fn count(count: Count, language: Language) -> String {
    count.number().map_or_else(|| language.pick(("极少", "few")).to_owned(), |number| number.to_string())
}

fn own_side(obstacles: &[Obstacle], language: Language) -> String {
    let mut text = language
        .pick(("儿童这一方还有手续或意愿问题：\n", "Something is open on the child's own side:\n"))
        .to_owned();
    text.extend(obstacles.iter().map(|obstacle| obstacle_line(*obstacle, language)));
    text
}

fn siblings_side(siblings: &[SiblingObstacles], language: Language) -> String {
    let mut text = language
        .pick((
            "兄弟姐妹要由同一位志愿者结对，其中有人还没办好：\n",
            "Brothers and sisters are to have one volunteer, and one of them is not ready:\n",
        ))
        .to_owned();
    for sibling in siblings {
        let _infallible = match (sibling.child.number(), language) {
            (Some(number), Language::Chinese) => writeln!(text, "儿童 {number}："),
            (Some(number), Language::English) => writeln!(text, "Child {number}:"),
            (None, Language::Chinese) => writeln!(text, "一名兄弟姐妹："),
            (None, Language::English) => writeln!(text, "A brother or sister:"),
        };
        text.extend(sibling.obstacles.iter().map(|obstacle| obstacle_line(*obstacle, language)));
    }
    text
}

fn obstacle_line(obstacle: Obstacle, language: Language) -> String {
    let to_do = match (obstacle.to_do, language) {
        (Some(ToDo::Ask(paper)), Language::Chinese) => format!("；要办：{}", paper.texts().0),
        (Some(ToDo::Ask(paper)), Language::English) => format!("; to do: {}", paper.texts().1),
        (Some(ToDo::Respect), Language::Chinese) => "；尊重本人或监护人的回答，不再安排".to_owned(),
        (Some(ToDo::Respect), Language::English) => {
            "; the answer is respected: nothing is to be done".to_owned()
        }
        (None, Language::Chinese) => "；详情请问妇联或儿童主任".to_owned(),
        (None, Language::English) => "; please ask the office".to_owned(),
    };
    format!("  - {}{to_do}\n", rule(obstacle.rule, language))
}

fn stage(stage: StageKind, language: Language) -> &'static str {
    language.pick(match stage {
        StageKind::WithinReach => ("去得了的", "within reach"),
        StageKind::OwnPapers => ("手续齐全的", "papers in order"),
        StageKind::BetweenTheTwo => ("双方条件合适的", "suitable for each other"),
        StageKind::CommonTime => ("时间对得上的", "enough time in common"),
        StageKind::NeedCovered => ("能满足必需需求的", "able to meet what is required"),
        StageKind::OpenPlace => ("还有名额的", "with a place left"),
    })
}

fn funnel_text(funnel: &Funnel, language: Language) -> String {
    let registered = count(funnel.registered, language);
    let mut text = match language {
        Language::Chinese => {
            format!("没有符合条件的志愿者。登记的志愿者 {registered} 位，逐项筛选后剩下：\n")
        }
        Language::English => {
            format!("No volunteer is eligible. Of {registered} volunteers registered there are left:\n")
        }
    };
    for one in &funnel.stages {
        let _infallible = write!(text, "  {}: {}", stage(one.stage, language), count(one.left, language));
        let lost: Vec<String> = one
            .lost
            .iter()
            .map(|lost| format!("{} −{}", short(lost.rule, language), count(lost.volunteers, language)))
            .collect();
        let _infallible = match language {
            _ if lost.is_empty() => writeln!(text),
            Language::Chinese => writeln!(text, "（{}）", lost.join("；")),
            Language::English => writeln!(text, " ({})", lost.join("; ")),
        };
    }
    if language == Language::Chinese { text.replace(": ", "：") } else { text }
}

/// A rule without its source.
fn short(named: NamedRule, language: Language) -> String {
    named.0.map_or_else(
        || language.pick(("不符合条件", "not eligible")).to_owned(),
        |rule| format!("{} {}", rule.code(), language.pick(rule.texts())),
    )
}

fn relaxations_text(relaxations: &[Relaxation], language: Language) -> String {
    if relaxations.is_empty() {
        return language
            .pick((
                "只改一处，还不能让任何人符合条件；可考虑招募新的志愿者。\n",
                "No single change would make anybody eligible; think of recruiting.\n",
            ))
            .to_owned();
    }
    let mut text = language
        .pick((
            "以下任改一处，就会有人符合条件：\n",
            "Any one of these changes would make somebody eligible:\n",
        ))
        .to_owned();
    for relaxation in relaxations {
        let what = change(&relaxation.change, language);
        let _infallible = match (relaxation.opens.number(), language) {
            (Some(opens), Language::Chinese) => write!(text, "  - {what}（可用的志愿者 {opens} 位）"),
            (None, Language::Chinese) => write!(text, "  - {what}（可用的志愿者极少）"),
            (Some(opens), Language::English) => {
                write!(text, "  - {what} (volunteers it would open: {opens})")
            }
            (None, Language::English) => write!(text, "  - {what} (few volunteers)"),
        };
        if let Some(pair) = &relaxation.pair {
            text.push_str(&opened(pair, language));
        }
        text.push('\n');
    }
    text
}

fn opened(pair: &OpenedPair, language: Language) -> String {
    let who = volunteer(&pair.volunteer, language);
    let cost = minutes(i128::from(pair.cost_points));
    let used = language.pick(match pair.used {
        Used::Yes => ("方案会采用", "the plan would use it"),
        Used::EquallyGood => ("采用与否一样好", "using it or not is equally good"),
        Used::No => ("方案不会因此改变", "the plan would not change"),
    });
    match language {
        Language::Chinese => format!("：如 {who}，代价 {cost} 分钟；单看这一对，{used}"),
        Language::English => format!(": {who} for one, cost {cost} min; taken alone, {used}"),
    }
}

fn change(change: &Change, language: Language) -> String {
    match change {
        Change::FartherReach { extra_min } => match language {
            Language::Chinese => format!("志愿者单程多走 {extra_min} 分钟"),
            Language::English => format!("a volunteer travels {extra_min} minutes more, one way"),
        },
        Change::LongerMaximum { extra_min } => match language {
            Language::Chinese => format!("规则允许的最长单程放宽 {extra_min} 分钟"),
            Language::English => format!("the policy's longest way is extended by {extra_min} minutes"),
        },
        Change::VolunteerHours { stretch } => match language {
            Language::Chinese => format!("志愿者{}有空", when(*stretch, language)),
            Language::English => format!("a volunteer is free on {}", when(*stretch, language)),
        },
        Change::ChildHours { stretch } => match language {
            Language::Chinese => format!("儿童{}在家", when(*stretch, language)),
            Language::English => format!("the child is at home on {}", when(*stretch, language)),
        },
        Change::Skills { skills } => {
            let names = joined(skills.iter().map(|one| skill(*one, language)), language);
            match language {
                Language::Chinese => format!("志愿者具备：{names}"),
                Language::English => format!("a volunteer has {names}"),
            }
        }
        Change::Papers { papers } => {
            let text = |paper: Paper| language.pick(paper.texts()).to_owned();
            let names = joined(papers.iter().map(|paper| text(paper.0)), language);
            match language {
                Language::Chinese => format!("志愿者补办：{names}"),
                Language::English => format!("a volunteer completes: {names}"),
            }
        }
        Change::Languages { languages } => {
            let names = joined(languages.iter().cloned(), language);
            match language {
                Language::Chinese => format!("志愿者会说{names}"),
                Language::English => format!("a volunteer speaks {names}"),
            }
        }
        Change::OwnLimits { limits } => {
            let text = |names: (&str, &str, &str)| language.pick((names.0, names.1)).to_owned();
            let names = joined(limits.iter().map(|limit| text(limit.0.names())), language);
            match language {
                Language::Chinese => format!("志愿者愿意放开本人限制：{names}"),
                Language::English => format!("a volunteer gives up limits of her own: {names}"),
            }
        }
    }
}

fn joined(names: impl Iterator<Item = String>, language: Language) -> String {
    names.collect::<Vec<_>>().join(language.pick(("、", ", ")))
}

/// `周六上午 9:00–10:30`.
fn when(stretch: Stretch, language: Language) -> String {
    const DAYS: [(&str, &str); 7] = [
        ("周一", "Monday"),
        ("周二", "Tuesday"),
        ("周三", "Wednesday"),
        ("周四", "Thursday"),
        ("周五", "Friday"),
        ("周六", "Saturday"),
        ("周日", "Sunday"),
    ];
    let day = language.pick(DAYS[stretch.weekday % 7]);
    let part = language.pick(match stretch.part {
        DayPart::Morning => ("上午", "morning"),
        DayPart::Afternoon => ("下午", "afternoon"),
        DayPart::Evening => ("晚上", "evening"),
    });
    let clock = |minutes: usize| format!("{}:{:02}", minutes / 60, minutes % 60);
    let (from, to) = (clock(stretch.from_min), clock(stretch.to_min));
    match language {
        Language::Chinese => format!("{day}{part} {from}–{to} "),
        Language::English => format!("{day} {part}, {from}–{to}"),
    }
}

/// `心理咨询资质`, `学业辅导（数学）能力`.
fn skill(skill: MissingSkill, language: Language) -> String {
    if skill.kind == NeedKind::PsychologicalSupport && skill.qualification {
        return language.pick(("心理咨询资质", "a psychological counsellor's certificate")).to_owned();
    }
    let (zh, en) = skill.kind.names();
    let en = en.replace('_', " ");
    let subject = skill.subject.map(Subject::names);
    let (zh_subject, en_subject) =
        subject.map_or_else(Default::default, |(zh, en)| (format!("（{zh}）"), format!(" ({en})")));
    match (language, skill.qualification) {
        (Language::Chinese, true) => format!("{zh}{zh_subject}资质"),
        (Language::Chinese, false) => format!("{zh}{zh_subject}能力"),
        (Language::English, true) => format!("a certificate for {en}{en_subject}"),
        (Language::English, false) => format!("the skill of {en}{en_subject}"),
    }
}

fn competition(witness: &Witness, language: Language) -> String {
    let [groups, children, volunteers, places] =
        [witness.groups, witness.children, witness.volunteers, witness.places]
            .map(|number| count(number, language));
    let mut text = match language {
        Language::Chinese => format!(
            "有符合条件的志愿者，但名额都给了别人。\n相互竞争的儿童 {children} 名（按家庭或单独计 {groups} \
             份），能接他们的志愿者 {volunteers} 位，名额共 {places} 个：无论怎样调整，都少一个名额。\n"
        ),
        Language::English => format!(
            "There are eligible volunteers, but their places went to others.\n{children} children ({groups} \
             placements, brothers and sisters together) compete for {volunteers} volunteers with {places} places: \
             however they are arranged, there is one place too few.\n"
        ),
    };
    if !witness.classes.is_empty() {
        let class = |zh: &str, en: &str, children: Count| {
            let number = count(children, language);
            format!("{} {number}", language.pick((zh, en)))
        };
        let classes = witness.classes.iter().map(|one| class(&one.zh, &one.en, one.children));
        let classes = joined(classes, language);
        let _infallible = match language {
            Language::Chinese => {
                writeln!(text, "其中：{classes}。占用这些名额的，优先次序都不在本儿童之后。")
            }
            Language::English => writeln!(
                text,
                "Among them: {classes}. Nobody who has one of these places ranks below this child."
            ),
        };
    }
    for share in &witness.townships {
        let [children, volunteers, places] =
            [share.children, share.volunteers, share.places].map(|number| count(number, language));
        let name = &share.township;
        let _infallible = match language {
            Language::Chinese => {
                writeln!(text, "  {name}：儿童 {children} 名，志愿者 {volunteers} 位，名额 {places} 个")
            }
            Language::English => {
                writeln!(text, "  {name}: children {children}, volunteers {volunteers}, places {places}")
            }
        };
    }
    text
}

fn price(reason: &PriceReason, language: Language) -> String {
    let pays = minutes(i128::from(reason.unmatched_points));
    let least = minutes(i128::from(reason.at_least_points));
    let mut text = match language {
        Language::Chinese => format!(
            "按本规则，为该儿童安排志愿者最多值 {pays} 分钟；任何一位符合条件的志愿者都至少要 {least} 分钟，所以没有安排。\n"
        ),
        Language::English => format!(
            "The policy pays {pays} minutes for a volunteer here; every eligible volunteer would take at least {least} \
             minutes.\n"
        ),
    };
    if let Some(cheapest) = &reason.cheapest {
        let who = volunteer(&cheapest.volunteer, language);
        let cost = minutes(i128::from(cheapest.cost_points));
        let place = minutes(i128::from(cheapest.price_points));
        let _infallible = match language {
            Language::Chinese => {
                writeln!(text, "最省的是 {who}：这一对 {cost} 分钟，她的名额另值 {place} 分钟。")
            }
            Language::English => {
                writeln!(text, "The least is {who}: {cost} minutes for the pair, {place} for her place.")
            }
        };
    }
    text
}
