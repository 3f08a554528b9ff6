//! Measures of match quality, the same for a plan and for any list of pairs.
//!
//! Coverage is counted over every registered child, not only over those who could be matched, as a waterfall:
//! registered ⊇ in the pool ⊇ own papers in order ⊇ somebody admissible ⊇ in the list ⊇ keeping every rule.
//! Definitions: docs/MEASURES.md.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use crate::candidates::rules::{child_verdict, siblings_fit, verdict};
use crate::candidates::standing::PlaceTaker;
use crate::candidates::{Group, Prepared, Scope};
use crate::model::Rule;
use crate::model::policy::POINTS_PER_MINUTE;
use crate::plan::Outline;
use crate::plan::growth::PairSearch;
use crate::plan::outline::Places;
use crate::scoring::spread::{gini, percentile};
use crate::scoring::{Met, Score, Term, score_child};

/// A child and a volunteer unit, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listed {
    /// Child index.
    pub child: u32,
    /// Volunteer index.
    pub volunteer: u32,
}

/// A pair of the list that does not count, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The pair.
    pub pair: Listed,
    /// Rules it breaks; [`Rule::Capacity`] where her places are used up by pairs before it.
    pub broken: Vec<Rule>,
}

/// The measures of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// Children the county registered.
    pub registered: usize,
    /// Of them, rows that may be processed.
    pub in_pool: usize,
    /// Of them, children whose own papers are in order.
    pub papers_in_order: usize,
    /// Of them, children for whom somebody is admissible.
    pub admissible: usize,
    /// Children in the list, whatever their pair breaks.
    pub listed: usize,
    /// Of the children with somebody admissible, those in the list.
    pub admissible_listed: usize,
    /// Children whose pair keeps every rule.
    pub covered: usize,
    /// Covered children by priority class.
    pub covered_by_class: Vec<usize>,
    /// Pairs that break a rule.
    pub refused: Vec<Refused>,
    /// Cost by term of the covered pairs, in points.
    pub cost: Score,
    /// One-way minutes of covered pairs that meet in person, sorted.
    pub ways_min: Vec<u32>,
    /// Wished needs met and asked, among covered children.
    pub wished: (usize, usize),
    /// Common minutes a week of the covered pairs, sorted.
    pub common_min: Vec<u32>,
    /// Gini coefficient of cost over the covered children: 0 where all bear the same.
    pub gini: f64,
    /// Households whose covered brothers and sisters have different volunteers.
    pub split_households: usize,
    /// Most children of one volunteer.
    pub most_children: usize,
    /// Volunteers with more than one child of the list.
    pub repeated_volunteers: usize,
}

/// A measure by name, ready to be shown or subtracted.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Stable code.
    pub code: String,
    /// Chinese and English name, with the unit.
    pub name: String,
    /// The value; none of nothing, such as the longest way of no way.
    pub value: Option<f64>,
    /// Digits shown after the point.
    pub digits: usize,
}

impl Figure {
    /// The value as text, `—` for none.
    pub fn text(&self) -> String {
        self.value.map_or("—".to_owned(), |value| format!("{value:.*}", self.digits))
    }
}

/// Measures a list of pairs. The order of the list decides who gets a place that is wanted twice.
///
/// # Complexity
/// A search for each child.
pub fn measure(prepared: &Prepared<'_>, list: &[Listed]) -> Measures {
    let (covered, refused) = judge(prepared, list);
    let children = || 0..prepared.instance.children.len() as u32;
    let in_order: Vec<u32> =
        children().filter(|child| child_verdict(prepared, *child).admissible()).collect();
    let somebody = has_somebody(prepared, &in_order);
    let wanted: BTreeSet<u32> = list.iter().map(|pair| pair.child).collect();
    let admissible: Vec<u32> =
        in_order.iter().zip(somebody).filter_map(|(child, somebody)| somebody.then_some(*child)).collect();
    let loads = children_of_volunteers(list);
    let mut measures = Measures {
        registered: prepared.instance.registered(),
        in_pool: prepared.instance.children.len(),
        papers_in_order: in_order.len(),
        admissible: admissible.len(),
        listed: wanted.len(),
        admissible_listed: admissible.iter().filter(|child| wanted.contains(child)).count(),
        covered: covered.len(),
        covered_by_class: vec![0; prepared.policy.classes.len()],
        refused,
        cost: Score::default(),
        ways_min: Vec::new(),
        wished: (0, 0),
        common_min: Vec::new(),
        gini: 0.0,
        split_households: split_households(prepared, &covered),
        most_children: loads.values().copied().max().unwrap_or(0),
        repeated_volunteers: loads.values().filter(|children| **children > 1).count(),
    };
    let mut costs: Vec<i64> = Vec::new();
    for pair in &covered {
        measures.covered_by_class[prepared.children[pair.child as usize].class] += 1;
        let met = Met::of(prepared, pair.child, pair.volunteer, Scope::Lead);
        let score = score_child(prepared, pair.child, pair.volunteer, Scope::Lead);
        let (Some(met), Some(score)) = (met, score) else { continue };
        for (sum, part) in measures.cost.parts.iter_mut().zip(score.parts) {
            *sum += part;
        }
        costs.push(score.total());
        if met.meeting.travel_min > 0 {
            measures.ways_min.push(prepared.shown_travel_min(met.meeting.travel_min));
        }
        measures.common_min.push(met.meeting.common_min);
        measures.wished.0 += met.wished.len();
        measures.wished.1 += met.wished.len() + met.missed.len();
    }
    measures.ways_min.sort_unstable();
    measures.common_min.sort_unstable();
    measures.gini = gini(&mut costs);
    measures
}

/// Whether anybody is admissible for each child, whatever places are left.
fn has_somebody(prepared: &Prepared<'_>, children: &[u32]) -> Vec<bool> {
    let groups = children.iter().map(|child| Group { children: vec![*child], scope: Scope::Lead }).collect();
    let offered = |volunteer: &u32| Places {
        volunteer: *volunteer,
        offered: prepared.volunteer_of(*volunteer).capacity,
        standing: 0,
    };
    let places = prepared.volunteer_order.iter().map(offered).collect();
    let outline = Outline::without_prices(groups, places);
    let search = PairSearch::new(prepared, &outline);
    let somebody = |group: u32| !search.volunteers_of(group, None, 1, i64::MAX).items.is_empty();
    (0..children.len() as u32).into_par_iter().map(somebody).collect()
}

/// The pairs that count, and those that do not.
fn judge(prepared: &Prepared<'_>, list: &[Listed]) -> (Vec<Listed>, Vec<Refused>) {
    let (mut covered, mut refused) = (Vec::new(), Vec::new());
    let mut served: BTreeMap<u32, BTreeSet<PlaceTaker<'_>>> = BTreeMap::new();
    let mut siblings: BTreeMap<(u32, PlaceTaker<'_>), usize> = BTreeMap::new();
    let mut paired: BTreeSet<u32> = BTreeSet::new();
    for pair in list.iter().copied() {
        let mut broken = verdict(prepared, &[pair.child], pair.volunteer, Scope::Lead).broken;
        let household = PlaceTaker::of(prepared, pair.child);
        let households = served.entry(pair.volunteer).or_default();
        let places = prepared.volunteer_of(pair.volunteer).capacity as usize;
        let no_place = !households.contains(&household) && households.len() >= places;
        if (no_place || paired.contains(&pair.child)) && !broken.contains(&Rule::Capacity) {
            broken.push(Rule::Capacity);
        }
        let together = siblings.entry((pair.volunteer, household)).or_default();
        if !siblings_fit(prepared, pair.volunteer, *together + 1) {
            broken.push(Rule::Siblings);
        }
        if broken.is_empty() {
            households.insert(household);
            *together += 1;
            paired.insert(pair.child);
            covered.push(pair);
        } else {
            broken.sort_unstable();
            refused.push(Refused { pair, broken });
        }
    }
    (covered, refused)
}

fn split_households(prepared: &Prepared<'_>, covered: &[Listed]) -> usize {
    let mut units: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for pair in covered {
        if let Some(household) = &prepared.child_of(pair.child).household {
            units.entry(household.as_str()).or_default().insert(pair.volunteer);
        }
    }
    units.values().filter(|units| units.len() > 1).count()
}

fn children_of_volunteers(list: &[Listed]) -> BTreeMap<u32, usize> {
    let mut children: BTreeMap<u32, usize> = BTreeMap::new();
    for pair in list {
        *children.entry(pair.volunteer).or_default() += 1;
    }
    children
}

/// Figures in the making.
#[derive(Default)]
struct Figures(Vec<Figure>);

impl Figures {
    fn count(&mut self, code: impl Into<String>, name: impl Into<String>, value: usize) {
        self.add(code, name, Some(value as f64), 0);
    }

    fn add(&mut self, code: impl Into<String>, name: impl Into<String>, value: Option<f64>, digits: usize) {
        self.0.push(Figure { code: code.into(), name: name.into(), value, digits });
    }
}

fn mean(values: &[u32]) -> Option<f64> {
    let sum: u64 = values.iter().map(|value| u64::from(*value)).sum();
    (!values.is_empty()).then(|| sum as f64 / values.len() as f64)
}

fn percent(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

impl Measures {
    /// Every measure, in the order of the report. Every list of the same people has the same figures.
    pub fn figures(&self, prepared: &Prepared<'_>) -> Vec<Figure> {
        let mut figures = Figures::default();
        self.coverage_figures(prepared, &mut figures);
        self.rule_figures(&mut figures);
        self.quality_figures(&mut figures);
        self.cost_figures(&mut figures);
        figures.0
    }

    fn coverage_figures(&self, prepared: &Prepared<'_>, figures: &mut Figures) {
        figures.count("registered", "登记儿童 / registered", self.registered);
        figures.count("in_pool", "→ 可处理 / may be processed", self.in_pool);
        figures.count("papers_in_order", "→ 本人手续齐 / own papers in order", self.papers_in_order);
        figures.count("admissible", "→ 有可行志愿者 / somebody admissible", self.admissible);
        figures.count("admissible_listed", "→ 在名单内 / in the list", self.admissible_listed);
        figures.count("covered", "→ 符合全部规则 / keeping every rule", self.covered);
        let covered = percent(self.covered, self.registered);
        figures.add("coverage_percent", "覆盖率（占登记）/ coverage of the registered, %", covered, 1);
        for (class, covered) in prepared.policy.classes.iter().zip(&self.covered_by_class) {
            let code = format!("covered.{}", class.name_en);
            figures.count(code, format!("  {} / {}", class.name_zh, class.name_en), *covered);
        }
        figures.count("listed", "名单内儿童（不论规则）/ children listed, rules or not", self.listed);
    }

    fn rule_figures(&self, figures: &mut Figures) {
        figures.count("refused", "不合规则的对 / pairs that break a rule", self.refused.len());
        for rule in Rule::ALL {
            let count = self.refused.iter().filter(|refused| refused.broken.contains(&rule)).count();
            let name = if rule == Rule::Capacity { "没有名额或超出名额" } else { rule.texts().0 };
            figures.count(format!("broken.{}", rule.code()), format!("  {} {name}", rule.code()), count);
        }
    }

    fn quality_figures(&self, figures: &mut Figures) {
        let whole = |value: Option<u32>| value.map(f64::from);
        figures.add("way_mean_min", "单程平均 / one way mean, min", mean(&self.ways_min), 1);
        let (half, most) = (percentile(&self.ways_min, 50), percentile(&self.ways_min, 90));
        figures.add("way_p50_min", "单程中位 / one way median, min", whole(half), 0);
        figures.add("way_p90_min", "单程 P90 / one way P90, min", whole(most), 0);
        let longest = self.ways_min.last().copied();
        figures.add("way_max_min", "单程最长 / one way longest, min", whole(longest), 0);
        let common = percentile(&self.common_min, 50);
        figures.add("common_p50_min", "共同时段中位 / common time median, min a week", whole(common), 0);
        let wished = percent(self.wished.0, self.wished.1);
        figures.add("wished_percent", "希望的需求满足 / wished needs met, %", wished, 1);
        figures.count("split_households", "被拆开的家庭 / households split", self.split_households);
        let repeated = "带多名儿童的志愿者 / volunteers with several children";
        figures.count("repeated_volunteers", repeated, self.repeated_volunteers);
        figures.count("most_children", "一人最多儿童 / most children of one volunteer", self.most_children);
    }

    fn cost_figures(&self, figures: &mut Figures) {
        let minutes = |points: i64| points as f64 / POINTS_PER_MINUTE as f64;
        for term in Term::ALL {
            let (zh, en, code) = term.names();
            let name = format!("代价·{zh} / {en}, min");
            figures.add(format!("cost.{code}_min"), name, Some(minutes(self.cost.part(term))), 0);
        }
        let each = (self.covered > 0).then(|| minutes(self.cost.total()) / self.covered as f64);
        figures.add("cost_per_child_min", "每名儿童代价 / cost a child, min", each, 1);
        figures.add("gini", "代价基尼系数 / Gini of cost", Some(self.gini), 3);
    }
}
