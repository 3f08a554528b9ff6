//! Every key of the policy file: what it means and what may stand there.
//!
//! The one list by which files are checked, remedies are worded and the guide's table is written. In a pattern
//! `*` stands for each code (a kind of need, a season) and `[]` for the items of a list.

use super::words;
use crate::model::need::NeedKind;
use crate::model::rule::Rule;

/// What may stand at a key.
#[derive(Clone, Copy)]
pub enum Accepts {
    /// Text that is not blank.
    Text,
    /// A list of texts, none blank; may be empty.
    Texts,
    /// A whole number, both ends included.
    Whole(i64, i64),
    /// A number, both ends included.
    Number(f64, f64),
    /// true or false.
    Switch,
    /// One word of a list.
    Word(fn() -> Vec<&'static str>),
    /// One or more words of a list, each once.
    Words(fn() -> Vec<&'static str>),
    /// A date.
    Day,
    /// Weekly hours as in the sheets, without a site.
    Hours,
    /// A coordinate system.
    Datum,
}

/// One key.
#[derive(Clone, Copy)]
pub struct Key {
    /// Its pattern.
    pub pattern: &'static str,
    /// What may stand there.
    pub accepts: Accepts,
    /// Whether it may be left out of a table or list item that is written. (What the presets hold never needs
    /// writing.)
    pub optional: bool,
    /// What it means, Chinese.
    pub zh: &'static str,
    /// What it means, English.
    pub en: &'static str,
}

const fn key(pattern: &'static str, accepts: Accepts, zh: &'static str, en: &'static str) -> Key {
    Key { pattern, accepts, optional: false, zh, en }
}

impl Key {
    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The table or list item that holds it.
    pub(super) fn parent(&self) -> &'static str {
        self.pattern.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// Its last part.
    pub(super) fn name(&self) -> &'static str {
        self.pattern.rsplit_once('.').map_or(self.pattern, |(_, name)| name)
    }
}

/// Most minutes at which an exchange rate makes sense: a day.
const DAY_MIN: i64 = 1440;
const MINUTES: Accepts = Accepts::Whole(0, DAY_MIN);

/// Every key, in the order of the guide.
pub const KEYS: &[Key] = &[
    key(
        "extends",
        Accepts::Word(preset_names),
        "以哪套预设为底，不写即 balanced",
        "the preset it builds on, balanced if left out",
    )
    .optional(),
    key("name", Accepts::Text, "规则名称，写进结果", "name of the rules, printed in the plan"),
    key("version", Accepts::Text, "规则版本，写进结果", "version of the rules, printed in the plan"),
    key(
        "coverage",
        Accepts::Word(|| words::list(words::COVERAGE)),
        "先逐级保证覆盖，还是按价取舍",
        "coverage first, or weighed by price",
    ),
    key(
        "siblings",
        Accepts::Word(|| words::list(words::SIBLINGS)),
        "兄弟姐妹：同一志愿者、同一天、不作要求",
        "brothers and sisters: one volunteer, one day, no tie",
    ),
    key(
        "max_volunteers_per_child",
        Accepts::Whole(1, 20),
        "一名儿童同时最多几名志愿者",
        "most volunteers of one child at a time",
    ),
    key(
        "default_service_capacity",
        Accepts::Whole(0, 100),
        "有专业资格者未写名额时的专项服务名额",
        "service places of a qualified volunteer who names none",
    ),
    key(
        "exchange.wished_need_missed_min",
        MINUTES,
        "一项希望的需求落空，值单程几分钟",
        "a wished need unmet, in minutes of travel",
    ),
    key(
        "exchange.half_hour_short_min",
        MINUTES,
        "每周共同时间每少半小时",
        "each half-hour a week of common time short",
    ),
    key("exchange.home_language_missing_min", MINUTES, "不会儿童的家乡话", "the home language is not spoken"),
    key(
        "exchange.continuity_lost_min",
        MINUTES,
        "原来相处好的志愿者换了人",
        "an earlier good volunteer is replaced",
    ),
    key(
        "exchange.further_household_min",
        MINUTES,
        "同一志愿者每多一户",
        "each further household of one volunteer",
    ),
    key("travel.detour", Accepts::Number(1.0, 5.0), "道路与直线距离之比", "road length over straight line"),
    key("travel.speed_kmh", Accepts::Number(1.0, 120.0), "平均车速，公里每小时", "mean speed, km/h"),
    key(
        "travel.round_up_min",
        Accepts::Whole(1, 60),
        "路程向上取整到几分钟的倍数",
        "travel is rounded up to a multiple of this, minutes",
    ),
    key(
        "travel.default_reach_km",
        Accepts::Number(0.1, 500.0),
        "未写可达范围者按几公里",
        "reach of a volunteer who names none, km",
    ),
    key(
        "travel.max_travel_min",
        Accepts::Whole(1, DAY_MIN),
        "单程上限，分钟",
        "longest way, one way, minutes",
    ),
    key(
        "eligibility.screening_days",
        Accepts::Whole(1, 365),
        "从业查询有效天数",
        "days for which a record check counts",
    ),
    key(
        "eligibility.screening_covers_period",
        Accepts::Switch,
        "查询须覆盖整个服务期",
        "the check must cover the whole period served",
    ),
    key(
        "eligibility.accept_no_conviction",
        Accepts::Switch,
        "接受无犯罪记录证明",
        "a 无犯罪记录证明 is accepted",
    ),
    key(
        "eligibility.min_term_days",
        Accepts::Whole(1, 3650),
        "长期结对最短承诺天数",
        "shortest commitment for a lead pairing, days",
    ),
    key("eligibility.seasonal_pairings", Accepts::Switch, "允许假期结对", "seasonal pairings are allowed"),
    key(
        "eligibility.seasonal_min_days",
        Accepts::Whole(1, 3650),
        "假期结对最短天数",
        "shortest commitment for a seasonal pairing, days",
    ),
    // Later than 8 would switch off the rule on the child's own wish by the back door.
    key(
        "eligibility.wish_from_age",
        Accepts::Whole(0, 8),
        "几周岁起须本人愿意",
        "age from which the child's own yes is needed",
    ),
    key(
        "eligibility.just_ended_days",
        Accepts::Whole(0, 3650),
        "结对结束后几天内算刚结束",
        "days for which an ended pair counts as just ended",
    ),
    key(
        "offers.answer_hours",
        Accepts::Whole(1, 720),
        "邀请多少小时内答复（春节假期不计）",
        "hours for which an offer may be answered; those of the Spring Festival do not count",
    ),
    key("classes[].name_zh", Accepts::Text, "优先类别的中文名", "Chinese name of a priority class"),
    key("classes[].name_en", Accepts::Text, "优先类别的英文名", "English name of a priority class"),
    key(
        "classes[].any_of",
        Accepts::Words(|| words::list(words::CONDITIONS)),
        "满足其一即归此类；最后一类写 everybody",
        "any of these; the last class takes everybody",
    ),
    key(
        "classes[].unmatched_min",
        Accepts::Whole(0, 100_000),
        "无人结对的代价，只用于 priced",
        "what leaving a child alone costs, under priced",
    ),
    key("calendar[].season", Accepts::Word(words::seasons), "这段日子是什么时节", "what the stretch is"),
    key("calendar[].from", Accepts::Day, "第一天", "first day"),
    key("calendar[].to", Accepts::Day, "最后一天", "last day"),
    key(
        "needs.*.assignment",
        Accepts::Word(|| words::list(words::ASSIGNMENTS)),
        "主结对须能做、只计代价、另配专业人员",
        "the lead must, only scored, or a separate service",
    ),
    key("needs.*.skill_needed", Accepts::Switch, "须写明此项技能", "only volunteers who name the skill"),
    key(
        "needs.*.qualification_needed",
        Accepts::Switch,
        "须有有效专业资格",
        "only volunteers with a verified qualification",
    ),
    key(
        "needs.*.default_mode",
        Accepts::Word(|| words::list(words::MODES)),
        "表中未写时：线下、线上、均可",
        "how, where the sheet does not say",
    ),
    key(
        "needs.*.default_minutes",
        Accepts::Whole(1, 2400),
        "表中未写时：每周几分钟",
        "minutes a week, where the sheet does not say",
    ),
    key(
        "needs.*.default_strength",
        Accepts::Word(|| words::list(words::STRENGTHS)),
        "表中未写时：必需或希望",
        "required or wished, where the sheet does not say",
    ),
    key("needs.*.seasons", Accepts::Words(words::seasons), "在哪些时节适用", "seasons in which it applies"),
    key(
        "default_hours.child.*",
        Accepts::Hours,
        "儿童时段空白时（在家中）",
        "hours of a child whose cell is blank, at home",
    ),
    key(
        "default_hours.parent.*",
        Accepts::Hours,
        "父母时段空白时（当地时间）",
        "hours of parents, on their own clock",
    ),
    key("default_hours.volunteer.*", Accepts::Hours, "志愿者时段空白时", "hours of a volunteer"),
    key("run.date", Accepts::Day, "运行日", "the day of the run"),
    key("run.from", Accepts::Day, "服务期第一天", "first day served"),
    key("run.to", Accepts::Day, "服务期最后一天", "last day served"),
    key("coordinates.datum", Accepts::Datum, "全表坐标系", "the system of all coordinates"),
    key(
        "legal_basis.authority",
        Accepts::Text,
        "依法定职责处理时：机关",
        "under a statutory duty: the authority",
    ),
    key(
        "legal_basis.document",
        Accepts::Text,
        "依法定职责处理时：文号",
        "under a statutory duty: the document",
    ),
    key("rules_off[].code", Accepts::Word(rule_codes), "停用哪条规则", "the rule that is switched off"),
    key("rules_off[].reason", Accepts::Text, "停用的理由", "why it is switched off"),
    key(
        "rules_off[].approved_by",
        Accepts::Texts,
        "批准人；H13 须两名不同人员",
        "who approved; two different names for H13",
    )
    .optional(),
];

/// The key with a pattern.
pub(super) fn find(pattern: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.pattern == pattern)
}

/// The pattern of a key below a pattern: `needs` and `tutoring` make `needs.*`.
pub(super) fn below(pattern: &str, name: &str) -> String {
    let coded = match pattern {
        "needs" => words::need_kind(name).is_some(),
        "default_hours.child" | "default_hours.parent" | "default_hours.volunteer" => {
            words::season(name).is_some()
        }
        _ => false,
    };
    let name = if coded { "*" } else { name };
    if pattern.is_empty() { name.to_owned() } else { format!("{pattern}.{name}") }
}

/// Whether some key stands below a table's pattern.
pub(super) fn is_table(pattern: &str) -> bool {
    KEYS.iter().any(|key| key.pattern.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('.')))
}

/// The names that a table knows, for remedies.
pub(super) fn names_below(pattern: &str) -> Vec<&'static str> {
    let coded = match pattern {
        "needs" => NeedKind::ALL.map(|kind| kind.names().1).to_vec(),
        "default_hours.child" | "default_hours.parent" | "default_hours.volunteer" => words::seasons(),
        _ => Vec::new(),
    };
    if !coded.is_empty() {
        return coded;
    }
    let mut names = Vec::new();
    for key in KEYS {
        let rest = if pattern.is_empty() {
            Some(key.pattern)
        } else {
            key.pattern.strip_prefix(pattern).and_then(|rest| rest.strip_prefix('.'))
        };
        let Some(name) = rest.and_then(|rest| rest.split(['.', '[']).next()) else { continue };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn preset_names() -> Vec<&'static str> {
    super::PRESETS.map(|(name, ..)| name).to_vec()
}

fn rule_codes() -> Vec<&'static str> {
    Rule::ALL.map(Rule::code).to_vec()
}
