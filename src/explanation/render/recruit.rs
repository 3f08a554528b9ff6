//! Whom to recruit and what a loss costs as sentences, and the notice that may be posted.

use std::fmt::Write;

use super::words;
use crate::explanation::Language;
use crate::explanation::recruit::notice::LEAST_SHOWN;
use crate::explanation::recruit::{
    Assumed, ClassCount, Effect, FreeHours, LossAnswer, Notice, Profile, Recruit, RecruitAnswer, WantedSkill,
};

/// The answer: the recruits, where they may be seen, and the notice.
pub fn recruit(answer: &RecruitAnswer, language: Language) -> String {
    let mut text = String::new();
    if let Some(recruits) = &answer.recruits {
        text.push_str(&listed(answer, recruits, language));
        text.push('\n');
    }
    text.push_str(&notice(answer, language));
    text
}

fn listed(answer: &RecruitAnswer, recruits: &[Recruit], language: Language) -> String {
    let mut text = String::new();
    let found = recruits.len();
    let _infallible = match language {
        Language::Chinese => writeln!(text, "再招 {} 位志愿者，按作用大小依次为：", answer.asked),
        Language::English => writeln!(text, "{} more volunteers, those who help most first:", answer.asked),
    };
    for recruit in recruits {
        let (wanted, does) = (profile(&recruit.wanted, language), effect(&recruit.effect, language));
        let _infallible = writeln!(text, "  {}. {wanted}\n     {does}", recruit.number);
    }
    if found < answer.asked as usize {
        text.push_str(language.pick((
            "  再多招的人，按现有规则对本方案不再有帮助。\n",
            "  Nobody beyond these would help this plan under the present rules.\n",
        )));
    }
    text.push_str(language.pick((
        "说明：每一位的作用，都以排在前面的各位已经到位为前提，并已计入其他结对随之调整，数字是准确的，不是估计。每一步都选当时作用最大的\
         一位；合起来的作用不低于最佳组合的 63%（按总目标计）。\n",
        "Each figure is exact, all other pairs adjusted, and counts on those before her being there. Each is the best one at her \
         turn; together they gain no less than 63 % of what the best such group could (in the plan's whole objective).\n",
    )));
    text.push_str(&assumed(&answer.assumed, language));
    text
}

fn assumed(assumed: &Assumed, language: Language) -> String {
    let (reach, term) = (kilometers(assumed.reach_km), assumed.min_term_days);
    match language {
        Language::Chinese => format!(
            "测算假定：女性；结对一户家庭；手续齐全；会普通话和当地多数儿童的家乡话；住在该乡镇儿童居住地的中部；单程不超过 {reach} 公里；\
             至少服务 {term} 天；平日晚上指 19–21 时，周末指 8–20 时。只计主结对，不计专项服务。\n"
        ),
        Language::English => format!(
            "Assumed: a woman; one household; papers in order; speaks Putonghua and the home language of most children there; lives in \
             the middle of the township's children; goes no farther than {reach} km; stays {term} days or more; weekday evenings \
             are 19–21, weekends 8–20. Lead pairs only, separate services are not counted.\n"
        ),
    }
}

/// Kilometres without needless digits; without a limit where there is none.
fn kilometers(reach_km: f64) -> String {
    if reach_km.is_finite() { format!("{reach_km}") } else { "∞".to_owned() }
}

/// Whom to look for, on one line.
fn profile(profile: &Profile, language: Language) -> String {
    let Profile { township, skill: wanted, hours: free, languages } = profile;
    let skill = wanted.as_ref().map_or_else(
        || language.pick(("不需专长", "no special skill")).to_owned(),
        |wanted| skill(wanted, language),
    );
    let separator = language.pick(("、", ", "));
    format!("{} | {skill} | {} | {}", township.name, hours(*free, language), languages.join(separator))
}

/// A skill by name, in one language.
pub fn skill(skill: &WantedSkill, language: Language) -> String {
    let name = language.pick((&skill.name_zh, &skill.name_en));
    match (skill.qualified, language) {
        (false, _) => name.to_owned(),
        (true, Language::Chinese) => format!("{name}（须有专业资格）"),
        (true, Language::English) => format!("{name} (qualified)"),
    }
}

/// Hours by name.
pub fn hours(hours: FreeHours, language: Language) -> &'static str {
    language.pick(match hours {
        FreeHours::WeekdayEvenings => ("平日晚上", "weekday evenings"),
        FreeHours::Weekends => ("周末", "weekends"),
        FreeHours::Both => ("平日晚上和周末", "weekday evenings and weekends"),
    })
}

/// What a change does, on one line.
fn effect(effect: &Effect, language: Language) -> String {
    let mut parts = vec![children(&effect.children, language)];
    let minutes = words::minutes(effect.saved_points.abs());
    match (effect.saved_points.signum(), language) {
        (1, Language::Chinese) => parts.push(format!("路程等代价减少 {minutes} 分钟")),
        (1, Language::English) => parts.push(format!("ways and other costs fall by {minutes} minutes")),
        (-1, Language::Chinese) => parts.push(format!("路程等代价增加 {minutes} 分钟")),
        (-1, Language::English) => parts.push(format!("ways and other costs rise by {minutes} minutes")),
        _ => parts.push(language.pick(("路程等代价不变", "ways and other costs stay")).to_owned()),
    }
    parts.join(language.pick(("；", "; ")))
}

/// Who gains a lead and who loses one, by class.
fn children(counts: &[ClassCount], language: Language) -> String {
    let of_class = |count: &ClassCount| {
        let (class, number) = (language.pick((&count.class_zh, &count.class_en)), count.children.abs());
        match language {
            Language::Chinese => format!("{class} {number} 名"),
            Language::English => format!("{number} {class}"),
        }
    };
    let listed = |of: &dyn Fn(&&ClassCount) -> bool| -> Vec<String> {
        counts.iter().filter(of).map(of_class).collect()
    };
    let (gained, lost) = (listed(&|count| count.children > 0), listed(&|count| count.children < 0));
    let separator = language.pick(("、", ", "));
    let mut parts = Vec::new();
    if !gained.is_empty() {
        let said = language.pick(("新增结对儿童：", "children who gain a volunteer: "));
        parts.push(format!("{said}{}", gained.join(separator)));
    }
    if !lost.is_empty() {
        let said = language.pick(("失去结对的儿童：", "children who lose theirs: "));
        parts.push(format!("{said}{}", lost.join(separator)));
    }
    if parts.is_empty() {
        parts.push(
            language.pick(("结对儿童人数不变", "as many children have a volunteer as before")).to_owned(),
        );
    }
    parts.join(language.pick(("；", "; ")))
}

/// The notice alone: names no child, and counts none in public where there are few.
pub fn notice(answer: &RecruitAnswer, language: Language) -> String {
    let Notice { volunteers, townships, skills } = &answer.notice;
    let mut text = String::new();
    if *volunteers == 0 {
        return language
            .pick(("目前没有需要招募的志愿者。\n", "No volunteers are looked for at present.\n"))
            .to_owned();
    }
    let _infallible = match language {
        Language::Chinese => {
            writeln!(text, "招募启事\n\n为了陪伴身边需要关爱的孩子，现招募结对志愿者 {volunteers} 名：")
        }
        Language::English => {
            writeln!(
                text,
                "Volunteers wanted\n\nFor children near you who need company, we look for {volunteers}:"
            )
        }
    };
    for there in townships {
        let free: Vec<&str> = there.hours.iter().map(|free| hours(*free, language)).collect();
        let free = free.join(language.pick(("，或", ", or ")));
        let spoken = there.languages.join(language.pick(("、", ", ")));
        let (place, number) = (&there.township.name, there.volunteers);
        let children = match (there.children, language) {
            (Some(children), Language::Chinese) => format!("{children} 名"),
            (None, Language::Chinese) => format!("不足 {LEAST_SHOWN} 名"),
            (Some(children), Language::English) => children.to_string(),
            (None, Language::English) => format!("fewer than {LEAST_SHOWN}"),
        };
        let line = match (language, spoken.is_empty()) {
            (Language::Chinese, true) => format!("{place} {number} 名，{free}有空"),
            (Language::Chinese, false) => format!("{place} {number} 名，{free}有空，会{spoken}更好"),
            (Language::English, true) => format!("{place}: {number}, free on {free}"),
            (Language::English, false) => {
                format!("{place}: {number}, free on {free}, at best speaking {spoken}")
            }
        };
        let _infallible = match language {
            Language::Chinese => writeln!(text, "  {line}；预计新增结对儿童{children}"),
            Language::English => writeln!(text, "  {line}; children who would gain a volunteer: {children}"),
        };
    }
    if !skills.is_empty() {
        let named: Vec<String> = skills.iter().map(|wanted| skill(wanted, language)).collect();
        let said = language.pick(("有以下专长的尤其欢迎：", "Most welcome: "));
        let separator = language.pick(("、", "; "));
        let _infallible = writeln!(text, "{said}{}{}", named.join(separator), language.pick(("。", ".")));
    }
    text.push_str(&conditions(&answer.assumed, language));
    text
}

fn conditions(assumed: &Assumed, language: Language) -> String {
    let term = assumed.min_term_days;
    let men = match (assumed.women_for_girls, language) {
        (true, Language::Chinese) => "以上名额按女志愿者测算；男志愿者同样欢迎，只与男童结对。",
        (true, Language::English) => {
            "The numbers are worked out for women; men are as welcome and are paired with boys. "
        }
        (false, _) => "",
    };
    match language {
        Language::Chinese => format!(
            "条件：年满 18 周岁；同意并通过从业查询；参加岗前培训并签署志愿服务协议；能坚持服务 {term} 天以上；一般结对一户家庭。\n\
             {men}是否结对，由监护人和孩子决定。\n"
        ),
        Language::English => format!(
            "Conditions: 18 or older; agrees to the record check and passes it; training and agreement before the first visit; stays \
             {term} days or more; as a rule one household.\n{men}Whether a pair is made is for guardian and child to say.\n"
        ),
    }
}

/// What is lost if a volunteer stops.
pub fn loss(answer: &LossAnswer, language: Language) -> String {
    let who = words::volunteer(&answer.volunteer, language);
    let done = effect(&answer.effect, language);
    let standing = answer.standing_households;
    let mut text = match language {
        Language::Chinese => format!("如果 {who} 不再参加，本方案其余结对重新安排后：\n  {done}\n"),
        Language::English => format!("If {who} stops, once all others are placed anew:\n  {done}\n"),
    };
    if standing > 0 {
        let _infallible = match language {
            Language::Chinese => {
                writeln!(text, "  另有 {standing} 户原已与其结对，也须另找志愿者，未计入上面的数字。")
            }
            Language::English => {
                writeln!(
                    text,
                    "  {standing} households paired with her before need somebody new as well; not counted above."
                )
            }
        };
    }
    text
}
