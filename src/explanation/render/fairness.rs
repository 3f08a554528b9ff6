//! Frontiers as text: a table of points, what each costs, how its burdens are spread; and what may be said of what lies between.

use std::fmt::Write;

use super::difference::table;
use super::words::minutes;
use crate::explanation::Language;
use crate::explanation::fairness::bottleneck::{BottleneckFrontier, BottleneckPoint};
use crate::explanation::fairness::gaps::GapFrontier;
use crate::explanation::fairness::quotas::{QuotaFrontier, QuotaPoint, QuotaWitness};
use crate::explanation::fairness::{GroupBy, Measure, Spread};

/// The frontier between the total and the worst-off pair.
pub fn bottleneck_frontier(answer: &BottleneckFrontier, language: Language) -> String {
    let mut text = match language {
        Language::Chinese => format!(
            "公平与代价：最吃亏的一对（{}）与总代价。各优先类别的覆盖不变；每一行都是确切的：代价更小就会有人更吃亏。\n",
            measure_words(answer.measure, language)
        ),
        Language::English => format!(
            "fairness and cost: the worst-off pair ({}) and the total. Coverage by class stays what it is; every line is exact: \
             for less, somebody fares worse.\n",
            measure_words(answer.measure, language)
        ),
    };
    let mut points = table(&match language {
        Language::Chinese => {
            ["方案", "最吃亏者（分钟）", "总代价（分钟）", "比最省多 %", "本步 %", "换人", "基尼", "单程 P90"]
        }
        Language::English => {
            ["point", "worst off, min", "cost, min", "dearer by %", "this step %", "moved", "Gini", "way P90"]
        }
    });
    for point in &answer.points {
        let all = point.spread.first();
        points.add_row([
            point.number.to_string(),
            point.bottleneck_points.map_or("—".to_owned(), |points| minutes(points.into())),
            minutes(point.cost_points.into()),
            percent(point.dearer_percent),
            percent(point.step_percent),
            point.moved.to_string(),
            all.map_or("—".to_owned(), |all| format!("{:.3}", all.gini)),
            whole(all.and_then(|all| all.way_p90_min)),
        ]);
    }
    let _infallible = writeln!(text, "{points}");
    if let (Some(first), Some(last)) = (answer.points.first(), answer.points.last()) {
        text.push_str(&ends(first, last, answer.group_by, language));
    }
    text
}

/// The groups at both ends.
fn ends(first: &BottleneckPoint, last: &BottleneckPoint, by: GroupBy, language: Language) -> String {
    let mut text = spread_table(
        &heading(by, language.pick(("方案", "point")), &first.number.to_string(), language),
        &first.spread,
        language,
    );
    if last.number != first.number {
        text.push_str(&spread_table(
            &heading(by, language.pick(("方案", "point")), &last.number.to_string(), language),
            &last.spread,
            language,
        ));
    }
    text
}

fn heading(by: GroupBy, what: &str, which: &str, language: Language) -> String {
    match language {
        Language::Chinese => format!("{what} {which}，{}", group_words(by, language)),
        Language::English => format!("{what} {which}, {}", group_words(by, language)),
    }
}

fn spread_table(heading: &str, spread: &[Spread], language: Language) -> String {
    let mut groups = table(&match language {
        Language::Chinese => [heading, "等候儿童", "有志愿者", "人均代价（分钟）", "基尼", "单程 P90"],
        Language::English => [heading, "waiting", "paired", "mean cost, min", "Gini", "way P90"],
    });
    for of in spread {
        let name = if of.group.is_empty() { language.pick(("全体", "everybody")) } else { &of.group };
        groups.add_row([
            name.to_owned(),
            of.waiting.to_string(),
            of.paired.to_string(),
            of.mean_points.map_or("—".to_owned(), mean_minutes),
            format!("{:.3}", of.gini),
            whole(of.way_p90_min),
        ]);
    }
    format!("{groups}\n")
}

/// The frontier between the total and coverage quotas.
pub fn quota_frontier(answer: &QuotaFrontier, language: Language) -> String {
    let by = group_words(answer.group_by, language);
    let mut text = match language {
        Language::Chinese => format!(
            "{by}的保底覆盖：每组至少这么多 %（或该组最多能达到的）有志愿者时的最省方案。每一行都是确切的。同住的兄弟姐妹算一户。\n"
        ),
        Language::English => format!(
            "coverage quotas {by}: the cheapest choice in which every group has at least so many percent, or as many as it could \
             have. Every line is exact. Brothers and sisters placed together count as one household.\n"
        ),
    };
    let classes: Vec<&str> = answer.points.first().map_or_else(Vec::new, |point| {
        point
            .classes
            .iter()
            .map(|class| language.pick((class.name_zh.as_str(), class.name_en.as_str())))
            .collect()
    });
    let mut headers = vec![language.pick(("保底 %", "quota %"))];
    headers.extend(&classes);
    headers.extend(match language {
        Language::Chinese => ["总代价（分钟）", "比无保底多 %", "换人", "基尼"],
        Language::English => ["cost, min", "dearer by %", "moved", "Gini"],
    });
    let mut points = table(&headers);
    for point in &answer.points {
        let mut row = vec![point.percent.to_string()];
        row.extend(point.classes.iter().map(|class| format!("{}/{}", class.paired, class.waiting)));
        row.push(minutes(point.cost_points.into()));
        row.push(percent(point.dearer_percent));
        row.push(point.moved.to_string());
        row.push(point.spread.first().map_or("—".to_owned(), |all| format!("{:.3}", all.gini)));
        points.add_row(row);
    }
    let _infallible = writeln!(text, "{points}");
    if let Some(last) = answer.points.last() {
        text.push_str(&quota_groups(last, answer.group_by, language));
    }
    if let Some(witness) = &answer.impossible {
        text.push_str(&impossible(witness, language));
    }
    text
}

fn quota_groups(point: &QuotaPoint, by: GroupBy, language: Language) -> String {
    let what = language.pick(("保底 %", "quota %"));
    let heading = heading(by, what, &point.percent.to_string(), language);
    let mut groups = table(&match language {
        Language::Chinese => [heading.as_str(), "等候（户）", "最多能有", "保底", "实际"],
        Language::English => [heading.as_str(), "waiting", "at most", "quota", "served"],
    });
    for group in &point.groups {
        groups.add_row([
            group.group.clone(),
            group.waiting.to_string(),
            group.most.to_string(),
            group.quota.to_string(),
            group.served.to_string(),
        ]);
    }
    format!("{groups}\n")
}

fn impossible(witness: &QuotaWitness, language: Language) -> String {
    let separator = language.pick(("、", ", "));
    let households: Vec<String> =
        witness.households.iter().map(|(group, count)| format!("{group} {count}")).collect();
    let (households, count) = (households.join(separator), witness.households.values().sum::<usize>());
    let QuotaWitness { percent, volunteers, places, may_stay_alone, .. } = witness;
    match language {
        Language::Chinese => format!(
            "{percent}% 做不到：{households}，共 {count} 户；能为其中任何一户服务的志愿者只有 {volunteers} 人、{places} 个名额，\
             而按此保底最多只有 {may_stay_alone} 户可以暂无。\n"
        ),
        Language::English => format!(
            "{percent} % cannot be: of {households}, {count} households in all, at most {may_stay_alone} may stay alone at this \
             level, and all volunteers admissible for any of them are {volunteers} with {places} places.\n"
        ),
    }
}

/// Supported points between the total and the gap of group means.
pub fn gap_frontier(answer: &GapFrontier, language: Language) -> String {
    let by = group_words(answer.group_by, language);
    let measure = measure_words(answer.measure, language);
    let Some(group) = &answer.group else {
        return match language {
            Language::Chinese => format!("{by}：有志愿者的儿童都在同一组，没有差距可言。\n"),
            Language::English => format!("{by}: all children served are of one group, there is no gap.\n"),
        };
    };
    let mut text = match language {
        Language::Chinese => format!(
            "{by}的差距：{group} 的人均{measure}比其他组高多少。谁有志愿者不变。每一行都是“差距不超过这么多”时的最省方案；两行之间只有下限，没有确切值\
             （任意差距的最省方案是难解问题）。\n"
        ),
        Language::English => format!(
            "gap {by}: how much more {measure} {group} bears on average than the others. Who is served stays. Every line is the \
             cheapest with at most its gap; between two lines only a bound is known (the cheapest for an arbitrary gap is NP-hard).\n"
        ),
    };
    let mut points = table(&match language {
        Language::Chinese => {
            ["方案", "差距（分钟）", "本组均值", "其他组均值", "总代价（分钟）", "比最省多 %"]
        }
        Language::English => ["point", "gap, min", "mean", "mean of others", "cost, min", "dearer by %"],
    });
    for point in &answer.points {
        points.add_row([
            point.number.to_string(),
            mean_minutes(point.gap_points),
            mean_minutes(point.mean_points),
            mean_minutes(point.mean_of_others_points),
            minutes(point.cost_points.into()),
            percent(point.dearer_percent),
        ]);
    }
    let _infallible = writeln!(text, "{points}");
    let _infallible = match (language, answer.no_gap_costs_at_least_points) {
        (Language::Chinese, Some(bound)) => {
            writeln!(text, "下限：要完全消除差距，总代价至少 {} 分钟。", minutes(bound.into()))
        }
        (Language::English, Some(bound)) => {
            writeln!(text, "bound: without any gap the cost is at least {} minutes.", minutes(bound.into()))
        }
        (Language::Chinese, None) => writeln!(text, "已证明：谁有志愿者不变时，差距无法完全消除。"),
        (Language::English, None) => {
            writeln!(text, "proven: with the same children served, nothing closes the gap altogether.")
        }
    };
    text.push_str(language.pick((
        "请看两个均值：差距缩小也可能只是其他组变差了。\n",
        "look at both means: a gap may also shrink because the others fare worse.\n",
    )));
    text
}

fn measure_words(measure: Measure, language: Language) -> &'static str {
    language.pick(match measure {
        Measure::Travel => ("单程路程", "one-way travel"),
        Measure::Score => ("代价", "cost"),
    })
}

fn group_words(by: GroupBy, language: Language) -> &'static str {
    language.pick(match by {
        GroupBy::Township => ("按乡镇", "by township"),
        GroupBy::Category => ("按类别", "by category"),
    })
}

fn percent(value: Option<f64>) -> String {
    value.map_or("—".to_owned(), |value| format!("{value:.1}"))
}

fn whole(value: Option<u32>) -> String {
    value.map_or("—".to_owned(), |value| value.to_string())
}

/// A mean in points as minutes.
fn mean_minutes(points: f64) -> String {
    format!("{:.1}", points / crate::model::policy::POINTS_PER_MINUTE as f64)
}
