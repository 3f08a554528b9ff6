//! The merged tree as a [`Policy`], with the checks that tie several keys together.
//!
//! Where a key alone is already wrong, a harmless value stands in and the section's own checks are left out: the
//! file is refused anyway, and no mistake is to be told twice.

mod exceptions;

use jiff::civil::Date;

use super::PolicyFile;
use super::check::about;
use super::problem::PolicyProblem;
use super::tree::{Node, Value};
use super::words::{self, Words};
use crate::input::values::Text;
use crate::input::values::coordinates::parse_datum;
use crate::input::values::hours::parse_week;
use crate::model::instance::RunDates;
use crate::model::location::Datum;
use crate::model::need::NeedKind;
use crate::model::policy::{
    ClassCondition, DefaultHours, EligibilityPolicy, ExchangeRates, NeedPolicy, OFFER_HOURS, Policy,
    PriorityClass, StatutoryDuty, TravelPolicy,
};
use crate::model::season::{Period, Season, SeasonCalendar, SeasonSpan};
use crate::model::{Rule, WeekMask};

/// What is wrong between the keys of a section that are each sound alone.
type SectionCheck = fn(&Node, &Policy) -> Vec<PolicyProblem>;

/// Reads everything, and adds what is wrong between keys to the problems.
pub(super) fn build(root: &Node, problems: &mut Vec<PolicyProblem>) -> PolicyFile {
    let exceptions = exceptions::exceptions(root, problems);
    let policy = Policy {
        name: text(root, "name"),
        version: text(root, "version"),
        calendar: calendar(root),
        default_hours: DefaultHours {
            child: weeks(root, "child"),
            parent: weeks(root, "parent"),
            volunteer: weeks(root, "volunteer"),
        },
        coverage: word(root, "coverage", words::COVERAGE),
        classes: root.items("classes").iter().map(class).collect(),
        needs: NeedKind::ALL.map(|kind| need(root, kind)),
        rules_off: exceptions.iter().map(|exception| exception.rule).collect(),
        exchange: exchange(root),
        travel: travel(root),
        eligibility: eligibility(root),
        offer_hours: offer_hours(root),
        siblings: word(root, "siblings", words::SIBLINGS),
        max_volunteers_per_child: whole(root, "max_volunteers_per_child"),
        default_service_capacity: whole(root, "default_service_capacity"),
        statutory_duty: root.at("legal_basis").map(|_| StatutoryDuty {
            authority: text(root, "legal_basis.authority"),
            document: text(root, "legal_basis.document"),
        }),
    };
    let sections: [(&str, SectionCheck); 6] = [
        ("classes", class_problems),
        ("calendar", calendar_problems),
        ("needs", need_problems),
        ("travel", travel_problems),
        ("eligibility", eligibility_problems),
        ("run", |root, _| run_problems(root)),
    ];
    for (section, check) in sections {
        if !problems.iter().any(|problem| within(&problem.key, section)) {
            problems.extend(check(root, &policy));
        }
    }
    PolicyFile { policy, run: run(root), datum: datum(root), exceptions }
}

/// Whether a key stands in a section.
fn within(key: &str, section: &str) -> bool {
    key.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn text(node: &Node, path: &str) -> String {
    node.at(path).and_then(Node::as_text).unwrap_or_default().trim().to_owned()
}

fn whole<T: TryFrom<i64> + Default>(node: &Node, path: &str) -> T {
    node.at(path).and_then(Node::as_whole).and_then(|number| number.try_into().ok()).unwrap_or_default()
}

fn number(node: &Node, path: &str) -> f64 {
    node.at(path).and_then(Node::as_number).unwrap_or(1.0)
}

fn switch(node: &Node, path: &str) -> bool {
    node.at(path).and_then(Node::as_switch).unwrap_or_default()
}

fn word<T: Copy>(node: &Node, path: &str, words: Words<T>) -> T {
    let chosen = node.at(path).and_then(Node::as_text).and_then(|word| words::meaning(words, word));
    chosen.unwrap_or(words[0].1)
}

fn day(node: &Node, path: &str) -> Date {
    node.at(path).and_then(Node::as_day).unwrap_or_default()
}

/// A stretch of days that may yet end before it begins: the section's checks tell.
fn period(node: &Node) -> Period {
    Period { first: day(node, "from"), last: day(node, "to") }
}

fn chosen<'a>(node: &'a Node, path: &str) -> impl Iterator<Item = &'a str> {
    node.items(path).iter().filter_map(Node::as_text)
}

fn calendar(root: &Node) -> SeasonCalendar {
    let span = |node: &Node| SeasonSpan {
        season: words::season(&text(node, "season")).unwrap_or(Season::Term),
        days: period(node),
    };
    SeasonCalendar { spans: root.items("calendar").iter().map(span).collect() }
}

fn weeks(root: &Node, whose: &str) -> [WeekMask; 4] {
    Season::ALL.map(|season| {
        let hours = text(root, &format!("default_hours.{whose}.{}", season.names().1));
        parse_week(&hours).unwrap_or_default()
    })
}

fn class(node: &Node) -> PriorityClass {
    PriorityClass {
        name_zh: text(node, "name_zh"),
        name_en: text(node, "name_en"),
        any_of: chosen(node, "any_of")
            .filter_map(|condition| words::meaning(words::CONDITIONS, condition))
            .collect(),
        unmatched_min: whole(node, "unmatched_min"),
    }
}

fn need(root: &Node, kind: NeedKind) -> NeedPolicy {
    let stand_in = Node { value: Value::Switch(false), line: None };
    let node = root.at(&format!("needs.{}", kind.names().1)).unwrap_or(&stand_in);
    NeedPolicy {
        assignment: word(node, "assignment", words::ASSIGNMENTS),
        skill_needed: switch(node, "skill_needed"),
        qualification_needed: switch(node, "qualification_needed"),
        default_mode: word(node, "default_mode", words::MODES),
        default_minutes: whole(node, "default_minutes"),
        default_strength: word(node, "default_strength", words::STRENGTHS),
        // In the order of the year, however they are written.
        seasons: Season::ALL
            .into_iter()
            .filter(|season| chosen(node, "seasons").any(|name| name == season.names().1))
            .collect(),
    }
}

fn exchange(root: &Node) -> ExchangeRates {
    ExchangeRates {
        wished_need_missed_min: whole(root, "exchange.wished_need_missed_min"),
        half_hour_short_min: whole(root, "exchange.half_hour_short_min"),
        home_language_missing_min: whole(root, "exchange.home_language_missing_min"),
        continuity_lost_min: whole(root, "exchange.continuity_lost_min"),
        further_household_min: whole(root, "exchange.further_household_min"),
    }
}

fn travel(root: &Node) -> TravelPolicy {
    TravelPolicy {
        detour: number(root, "travel.detour"),
        speed_kmh: number(root, "travel.speed_kmh"),
        round_up_min: whole(root, "travel.round_up_min"),
        default_reach_km: number(root, "travel.default_reach_km"),
        max_travel_min: whole(root, "travel.max_travel_min"),
    }
}

fn eligibility(root: &Node) -> EligibilityPolicy {
    let seasonal = switch(root, "eligibility.seasonal_pairings");
    EligibilityPolicy {
        screening_days: whole(root, "eligibility.screening_days"),
        screening_covers_period: switch(root, "eligibility.screening_covers_period"),
        accept_no_conviction: switch(root, "eligibility.accept_no_conviction"),
        min_term_days: whole(root, "eligibility.min_term_days"),
        seasonal_min_days: seasonal.then(|| whole(root, "eligibility.seasonal_min_days")),
        wish_from_age: whole(root, "eligibility.wish_from_age"),
        just_ended_days: whole(root, "eligibility.just_ended_days"),
    }
}

/// The canonical text leaves it out where it is the usual one.
fn offer_hours(root: &Node) -> u32 {
    root.at("offers.answer_hours").map_or(OFFER_HOURS, |_| whole(root, "offers.answer_hours"))
}

fn run(root: &Node) -> Option<RunDates> {
    root.at("run").map(|run| RunDates { today: day(run, "date"), period: period(run) })
}

fn datum(root: &Node) -> Option<Datum> {
    root.at("coordinates.datum").and_then(Node::as_text).and_then(|name| parse_datum(name).ok())
}

fn class_problems(root: &Node, policy: &Policy) -> Vec<PolicyProblem> {
    let items = root.items("classes");
    let Some(last) = items.len().checked_sub(1) else {
        let whole_list = root.at("classes").unwrap_or(root);
        return vec![about(
            whole_list,
            "classes",
            Text::fixed("至少要有一个类别", "at least one class is needed"),
            Text::fixed(
                "写一个 any_of = [\"everybody\"] 的类别",
                "write a class with any_of = [\"everybody\"]",
            ),
        )];
    };
    let mut problems = Vec::new();
    for (position, (node, class)) in items.iter().zip(&policy.classes).enumerate() {
        let mut tell = |key: &str, cause, remedy| {
            let path = format!("classes[{}].{key}", position + 1);
            problems.push(about(node.at(key).unwrap_or(node), &path, cause, remedy));
        };
        let earlier = &policy.classes[..position];
        for (key, taken) in [
            ("name_zh", earlier.iter().any(|other| other.name_zh == class.name_zh)),
            ("name_en", earlier.iter().any(|other| other.name_en == class.name_en)),
        ] {
            if taken {
                tell(
                    key,
                    Text::fixed("与前面的类别同名", "an earlier class has this name"),
                    Text::fixed("每个类别写不同的名称", "give every class a name of its own"),
                );
            }
        }
        if (position == last) != class.any_of.contains(&ClassCondition::Everybody) {
            tell(
                "any_of",
                Text::fixed(
                    "最后一类，也只有最后一类，收其余所有儿童",
                    "the last class, and only the last, takes everybody else",
                ),
                Text::fixed(
                    "把 \"everybody\" 写进最后一类，从其他类别删去",
                    "write \"everybody\" in the last class and remove it from the others",
                ),
            );
        }
        if earlier.last().is_some_and(|higher| higher.unmatched_min < class.unmatched_min) {
            tell(
                "unmatched_min",
                Text::fixed(
                    "比上一个更优先的类别还高",
                    "higher than that of the class before, which goes first",
                ),
                Text::fixed("从上到下写不增加的数", "let the numbers not rise from class to class"),
            );
        }
    }
    problems
}

fn calendar_problems(root: &Node, policy: &Policy) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let mut before: Option<Period> = None;
    for (position, (node, span)) in root.items("calendar").iter().zip(&policy.calendar.spans).enumerate() {
        let path = |key: &str| format!("calendar[{}].{key}", position + 1);
        if span.days.last < span.days.first {
            problems.push(ends_early(node, &path("to")));
            continue;
        }
        if before.is_some_and(|before| span.days.first <= before.last) {
            problems.push(about(
                node.at("from").unwrap_or(node),
                &path("from"),
                Text::fixed("与上一段重叠，或早于上一段", "overlaps the stretch before, or comes before it"),
                Text::fixed(
                    "各段按日期先后写，互不重叠",
                    "write the stretches in the order of their days, without overlap",
                ),
            ));
        }
        before = Some(span.days);
    }
    problems
}

fn ends_early(node: &Node, path: &str) -> PolicyProblem {
    about(
        node.at("to").unwrap_or(node),
        path,
        Text::fixed("最后一天早于第一天", "the last day comes before the first"),
        Text::fixed("核对 from 和 to", "check from and to"),
    )
}

fn run_problems(root: &Node) -> Vec<PolicyProblem> {
    let (Some(node), Some(run)) = (root.at("run"), run(root)) else { return Vec::new() };
    if run.period.last < run.period.first {
        return vec![ends_early(node, "run.to")];
    }
    if run.period.last < run.today {
        return vec![about(
            node.at("date").unwrap_or(node),
            "run.date",
            Text::fixed("运行日晚于服务期最后一天", "the day of the run comes after the period served"),
            Text::fixed("核对 date、from、to", "check date, from and to"),
        )];
    }
    Vec::new()
}

/// Psychological support by the unqualified is against VSR Art. 16 (S5), whatever a county wishes.
fn need_problems(root: &Node, policy: &Policy) -> Vec<PolicyProblem> {
    if policy.need(NeedKind::PsychologicalSupport).qualification_needed {
        return Vec::new();
    }
    let path = "needs.psychological_support.qualification_needed";
    vec![about(
        root.at(path).unwrap_or(root),
        path,
        Text::fixed(
            "心理支持须由有专业资格的志愿者提供（志愿服务条例第十六条）",
            "psychological support is for qualified volunteers only (Volunteer Service Regulations, Art. 16)",
        ),
        Text::fixed(
            "写 true；一般的倾诉陪伴请用 supportive_listening（倾听陪伴）",
            "write true; for a listening ear use supportive_listening",
        ),
    )]
}

fn travel_problems(root: &Node, policy: &Policy) -> Vec<PolicyProblem> {
    if policy.travel.round_up_min <= policy.travel.max_travel_min {
        return Vec::new();
    }
    vec![about(
        root.at("travel.max_travel_min").unwrap_or(root),
        "travel.max_travel_min",
        Text::fixed(
            "小于取整单位，任何路程都会超限",
            "below the rounding step, so that every way would be too long",
        ),
        Text::fixed("写不小于 round_up_min 的数", "write no less than round_up_min"),
    )]
}

fn eligibility_problems(root: &Node, policy: &Policy) -> Vec<PolicyProblem> {
    let eligibility = &policy.eligibility;
    if eligibility.seasonal_min_days.is_none_or(|days| days <= eligibility.min_term_days) {
        return Vec::new();
    }
    vec![about(
        root.at("eligibility.seasonal_min_days").unwrap_or(root),
        "eligibility.seasonal_min_days",
        Text::fixed("比长期结对的期限还长", "longer than the term of a lead pairing"),
        Text::fixed("写不大于 min_term_days 的数", "write no more than min_term_days"),
    )]
}
