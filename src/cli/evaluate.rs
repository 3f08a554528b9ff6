//! `jiedui evaluate PAIRS.csv --inputs DIR`: any list of pairs under the same measures and rules as a plan.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::inputs::{InputArguments, inputs_of, prepare, read};
use crate::assignment::Method;
use crate::candidates::Prepared;
use crate::input::columns::existing_pairs;
use crate::input::load::Loaded;
use crate::input::table::read_sheet;
use crate::input::write::canonical::digest;
use crate::pipeline::make_plan;
use crate::plan::PlanOptions;
use crate::plan::folder::read::Folder;
use crate::plan::pass::PassKind;
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
    if let Some(plan) = &arguments.plan {
        let folder = Folder::read(plan)?;
        let loaded = inputs_of(plan, &folder, Some(&arguments.inputs), &arguments.input)?;
        let prepared = prepare(&loaded, &folder);
        let pairs = folder.pairs.iter().filter(|row| row.pass == PassKind::Lead.code());
        let own =
            |id: &str| folder.people.as_ref().and_then(|people| people.get(id)).cloned().unwrap_or_default();
        let people = Names::new(&prepared);
        let beside: Vec<Listed> = pairs
            .filter_map(|row| {
                Some(Listed {
                    child: people.child(&own(&row.child))?,
                    volunteer: people.volunteer(&own(&row.volunteer))?,
                })
            })
            .collect();
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
    let list = read_list(&arguments.pairs, prepared)?;
    let (list, plan) = (measure(prepared, &list), measure(prepared, beside));
    if arguments.json {
        let named = |measures: &Measures| -> serde_json::Value {
            measures
                .rows(prepared)
                .into_iter()
                .map(|(name, value)| (name, value.into()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        println!("{}", serde_json::json!({ "list": named(&list), "plan": named(&plan) }));
        return Ok(ExitCode::SUCCESS);
    }
    let headers = ["指标 / measure", "名单 / list", "方案 / plan"];
    println!("{}", side_by_side(headers, &list.rows(prepared), &plan.rows(prepared)));
    for refused in &list.refused {
        let codes: Vec<&str> = refused.broken.iter().map(|rule| rule.code()).collect();
        let child = &prepared.child_of(refused.pair.child).id;
        let unit = &prepared.volunteer_of(refused.pair.volunteer).id;
        println!("不合规则 / breaks {}: {child} – {unit}", codes.join(", "));
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

/// Reads the list; every row that cannot be used is named, without the names of people.
fn read_list(path: &Path, prepared: &Prepared<'_>) -> anyhow::Result<Vec<Listed>> {
    let sheet = read_sheet(path, existing_pairs::ALL, &["名单", "已有结对", "pairs"])?;
    let people = Names::new(prepared);
    let (mut list, mut problems) = (Vec::new(), Vec::new());
    for row in &sheet.rows {
        let child = sheet.cell(row, &existing_pairs::CHILD);
        let volunteer = sheet.cell(row, &existing_pairs::VOLUNTEER);
        match (people.child(child), people.volunteer(volunteer)) {
            (Some(child), Some(volunteer)) => list.push(Listed { child, volunteer }),
            (found, _) => {
                let column =
                    if found.is_none() { &existing_pairs::CHILD } else { &existing_pairs::VOLUNTEER };
                problems.push(format!(
                    "{} 第 {} 行 {}：资料中没有此人，或同名不止一人，请改用编号 / row {}: nobody, or more than one, by that \
                     {}: use the number",
                    sheet.file, row.number, column.zh, row.number, column.key
                ));
            }
        }
    }
    anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(list)
}
