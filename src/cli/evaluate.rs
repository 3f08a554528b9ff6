//! `jiedui evaluate PAIRS.csv --inputs DIR`: any list of pairs under the same measures and rules as a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::inputs::{InputArguments, People, inputs_of, read};
use super::threads;
use crate::assignment::Method;
use crate::candidates::Prepared;
use crate::input::columns::existing_pairs;
use crate::input::load::Loaded;
use crate::input::table::read_sheet;
use crate::input::write::canonical::digest;
use crate::pipeline::make_plan;
use crate::plan::PlanOptions;
use crate::plan::folder::read::Folder;
use crate::report::measures::{Listed, Measures, measure};
use crate::report::side_by_side;

/// 用同一套规则和指标评价任意名单 / Score any list of pairs by the same rules and measures
#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// 名单：儿童编号、志愿者编号两列 / The list: columns 儿童编号 and 志愿者编号
    #[arg(value_name = "PAIRS.csv")]
    pub pairs: PathBuf,
    /// 资料文件夹 / Folder of the sheets
    #[arg(long, value_name = "DIR")]
    pub inputs: PathBuf,
    /// 与此方案并列；默认当场求最优 / Beside this plan; by default beside the optimum, solved at once
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<PathBuf>,
    /// 以 JSON 输出 / Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    input: InputArguments,
}

/// Runs the verb.
///
/// # Errors
/// Unreadable sheets or lists; rows that name nobody are reported, each, before anything is scored.
pub fn run(arguments: &EvaluateArguments) -> anyhow::Result<ExitCode> {
    threads::begin(None)?;
    if let Some(plan) = &arguments.plan {
        let folder = Folder::read(plan)?;
        let loaded = inputs_of(plan, &folder, Some(&arguments.inputs), &arguments.input)?;
        // Whatever the plan counted as arrived, the measures count the papers as they stand: what may not be
        // offered covers nobody.
        let prepared = Prepared::new(&loaded.instance, &loaded.policy, folder.plan.seed, false);
        let leads = People::of(&folder, &prepared)?.leads(&folder)?;
        let beside: Vec<Listed> =
            leads.into_iter().map(|(_, child, volunteer)| Listed { child, volunteer }).collect();
        if folder.plan.provisional {
            eprintln!(
                "此方案是预排；两列都按现有手续计 / the plan is provisional: both columns count papers as they stand"
            );
        }
        return compare(arguments, &prepared, &beside);
    }
    let loaded = read(&arguments.inputs, &arguments.input)?;
    let beside = optimum(&loaded)?;
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, 0, false);
    compare(arguments, &prepared, &beside)
}

/// The pairs of the optimal plan.
fn optimum(loaded: &Loaded) -> anyhow::Result<Vec<Listed>> {
    let options = PlanOptions {
        seed: 0,
        method: Method::Exact,
        provisional: false,
        digest: digest(&loaded.instance, &loaded.policy),
    };
    let plan = make_plan(&loaded.instance, &loaded.policy, options, &mut |_, _| ControlFlow::Continue(()))?;
    Ok(plan.pairs.iter().map(|pair| Listed { child: pair.child, volunteer: pair.volunteer }).collect())
}

fn compare(
    arguments: &EvaluateArguments,
    prepared: &Prepared<'_>,
    beside: &[Listed],
) -> anyhow::Result<ExitCode> {
    let read = read_list(&arguments.pairs, prepared)?;
    for note in &read.notes {
        eprintln!("{note}");
    }
    let (list, plan) = (measure(prepared, &read.pairs), measure(prepared, beside));
    if arguments.json {
        let named = |measures: &Measures| -> serde_json::Map<String, serde_json::Value> {
            let figures = measures.figures(prepared).into_iter();
            figures.map(|figure| (figure.code, figure.value.into())).collect()
        };
        println!("{}", serde_json::json!({ "list": named(&list), "plan": named(&plan) }));
        return Ok(ExitCode::SUCCESS);
    }
    let headers = ["指标 / measure", "名单 / list", "方案 / plan", "差 / difference"];
    println!("{}", side_by_side(headers, &list.figures(prepared), &plan.figures(prepared)));
    for refused in &list.refused {
        let codes: Vec<&str> = refused.broken.iter().map(|rule| rule.code()).collect();
        let child = &prepared.child_of(refused.pair.child).id;
        let unit = &prepared.volunteer_of(refused.pair.volunteer).id;
        let row = read.row_of.get(&refused.pair).copied().unwrap_or_default();
        println!("第 {row} 行不合规则 / row {row} breaks {}: {child} – {unit}", codes.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

/// People by the county's number, else by a name that only one bears.
struct Names<'a> {
    children: BTreeMap<&'a str, Option<u32>>,
    volunteers: BTreeMap<&'a str, Option<u32>>,
}

impl<'a> Names<'a> {
    fn new(prepared: &Prepared<'a>) -> Self {
        let instance = prepared.instance;
        let children = instance.children.iter().map(|child| (child.name.expose(), child.id.as_str()));
        let units = instance.volunteers.iter().map(|unit| (unit.lead().name.expose(), unit.id.as_str()));
        Self { children: index(children), volunteers: index(units) }
    }

    fn child(&self, named: &str) -> Option<u32> {
        self.children.get(named).copied().flatten()
    }

    fn volunteer(&self, named: &str) -> Option<u32> {
        self.volunteers.get(named).copied().flatten()
    }
}

/// Names that several bear lead to nobody; numbers outrank names.
fn index<'a>(people: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> BTreeMap<&'a str, Option<u32>> {
    let mut index: BTreeMap<&str, Option<u32>> = BTreeMap::new();
    for ((name, _), position) in people.clone().zip(0..) {
        index.entry(name).and_modify(|known| *known = None).or_insert(Some(position));
    }
    index.extend(people.zip(0..).map(|((_, id), position)| (id, Some(position))));
    index
}

/// A list as read.
struct ReadList {
    pairs: Vec<Listed>,
    /// Row of each pair, as Excel shows it.
    row_of: BTreeMap<Listed, u32>,
    /// What is left out and why, without the names of people.
    notes: Vec<String>,
}

/// Reads the list; every row that cannot be used is named, without the names of people.
fn read_list(path: &Path, prepared: &Prepared<'_>) -> anyhow::Result<ReadList> {
    let sheet = read_sheet(path, existing_pairs::ALL, &["名单", "已有结对", "pairs"])?;
    let people = Names::new(prepared);
    let quarantined: BTreeSet<&str> =
        prepared.instance.quarantined.iter().filter_map(|row| Some(row.id.as_ref()?.as_str())).collect();
    let mut read = ReadList { pairs: Vec::new(), row_of: BTreeMap::new(), notes: Vec::new() };
    let mut first_row: BTreeMap<u32, u32> = BTreeMap::new();
    let mut problems = Vec::new();
    for row in &sheet.rows {
        let (file, number) = (&sheet.file, row.number);
        let named = sheet.cell(row, &existing_pairs::CHILD);
        let child = people.child(named);
        let volunteer = people.volunteer(sheet.cell(row, &existing_pairs::VOLUNTEER));
        if child.is_none() && quarantined.contains(named) {
            read.notes.push(format!(
                "{file} 第 {number} 行：该儿童的登记已隔离，不计为覆盖，请先改正其登记 / row {number}: the child's record \
                 is quarantined and does not count as covered: mend the record first"
            ));
            continue;
        }
        let (Some(child), Some(volunteer)) = (child, volunteer) else {
            let column = if child.is_none() { &existing_pairs::CHILD } else { &existing_pairs::VOLUNTEER };
            problems.push(format!(
                "{file} 第 {number} 行 {}：资料中没有此人，或同名不止一人，请改用编号 / row {number}: nobody, or more than \
                 one, by that {}: use the number",
                column.zh, column.key
            ));
            continue;
        };
        if let Some(first) = first_row.get(&child) {
            problems.push(format!(
                "{file} 第 {number} 行：该儿童已在第 {first} 行，请只留一行 / row {number}: the child stands in row {first} \
                 already: keep one of them"
            ));
            continue;
        }
        first_row.insert(child, number);
        let pair = Listed { child, volunteer };
        read.row_of.insert(pair, number);
        read.pairs.push(pair);
    }
    anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(read)
}
