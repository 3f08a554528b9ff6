//! What every verb that reads sheets has in common.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use jiff::civil::Date;

use crate::candidates::Prepared;
use crate::input::load::{LoadOptions, Loaded, load};
use crate::input::write::canonical::digest;
use crate::model::Period;
use crate::model::location::Datum;
use crate::plan::folder::read::{Folder, PairRow};
use crate::plan::folder::write::fingerprint;
use crate::plan::pass::PassKind;

/// How to read the sheets.
#[derive(Clone, Debug, Default, Args)]
pub struct InputArguments {
    /// 规则文件，代替资料文件夹中的 policy.toml / Policy file in place of the folder's own
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// 匹配日期，如 2026-11-24 / Day of the run
    #[arg(long, value_name = "DATE")]
    pub date: Option<Date>,
    /// 服务期首日 / First day served
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<Date>,
    /// 服务期末日 / Last day served
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<Date>,
    /// 未注明的坐标系：wgs84、gcj02、bd09 / Coordinate system of rows that name none
    #[arg(long, value_name = "NAME", value_parser = read_datum)]
    pub datum: Option<Datum>,
}

fn read_datum(text: &str) -> Result<Datum, String> {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    match plain.to_ascii_lowercase().as_str() {
        "wgs84" => Ok(Datum::Wgs84),
        "gcj02" => Ok(Datum::Gcj02),
        "bd09" => Ok(Datum::Bd09),
        _ => Err("请写 wgs84、gcj02 或 bd09 / write wgs84, gcj02 or bd09".to_owned()),
    }
}

/// Reads the sheets; every finding goes to standard error, masked.
///
/// # Errors
/// Something stands against planning at all.
pub fn read(path: &Path, arguments: &InputArguments) -> anyhow::Result<Loaded> {
    let period = match (arguments.from, arguments.to) {
        (Some(from), Some(to)) => Some(
            Period::new(from, to)
                .context("--to 早于 --from，请改正 / --to is before --from: correct one of them")?,
        ),
        _ => None,
    };
    let options = LoadOptions {
        policy: arguments.policy.clone(),
        today: arguments.date,
        period,
        datum: arguments.datum,
    };
    let loaded = load(path, &options)?;
    if !loaded.report.findings.is_empty() {
        eprintln!("{}", loaded.report);
    }
    Ok(loaded)
}

/// The inputs of a plan: the folder named, else the one that the plan folder lies in.
///
/// # Errors
/// They cannot be read, or the plan was made from others.
pub(super) fn inputs_of(
    plan: &Path,
    folder: &Folder,
    named: Option<&Path>,
    arguments: &InputArguments,
) -> anyhow::Result<Loaded> {
    let beside = plan.canonicalize().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    let Some(path) = named.map(Path::to_path_buf).or(beside) else {
        anyhow::bail!("请用 --inputs 指明资料文件夹 / name the folder of the sheets with --inputs");
    };
    let mut arguments = arguments.clone();
    let plan_date = |text: &str| text.parse::<Date>().ok();
    arguments.date = arguments.date.or_else(|| plan_date(&folder.plan.today));
    if arguments.from.is_none() {
        arguments.from = plan_date(&folder.plan.from);
        arguments.to = plan_date(&folder.plan.to);
    }
    let loaded = read(&path, &arguments).with_context(|| {
        format!(
            "{} 读不出资料，请用 --inputs 指明 / no inputs could be read at {}, name them with --inputs",
            path.display(),
            path.display()
        )
    })?;
    let made_from = fingerprint(&digest(&loaded.instance, &loaded.policy));
    anyhow::ensure!(
        made_from == folder.plan.inputs_sha256,
        "方案不是由 {} 的资料、日期和规则得出的，请用 --inputs 指明原来的资料 / the plan was not made from the people, \
         dates and policy at {}: name the original inputs with --inputs",
        path.display(),
        path.display()
    );
    Ok(loaded)
}

/// A plan and the sheets it was made from.
#[derive(Clone, Debug, Args)]
pub struct PlanArguments {
    /// 方案文件夹 / Plan folder
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// 原始资料，默认为方案所在文件夹 / The sheets; by default the folder that the plan lies in
    #[arg(long, value_name = "DIR")]
    pub inputs: Option<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
}

impl PlanArguments {
    /// Reads the plan and its sheets.
    ///
    /// # Errors
    /// An unreadable folder, inputs that are not the plan's.
    pub fn read(&self) -> anyhow::Result<(Folder, Loaded)> {
        let folder = Folder::read(&self.plan)?;
        let loaded = inputs_of(&self.plan, &folder, self.inputs.as_deref(), &self.input)?;
        Ok((folder, loaded))
    }
}

/// Everything derived from inputs as a plan saw them.
pub fn prepare<'a>(loaded: &'a Loaded, folder: &Folder) -> Prepared<'a> {
    Prepared::new(&loaded.instance, &loaded.policy, folder.plan.seed, folder.plan.provisional)
}

/// The volunteers and children of a plan's ids, by index.
pub struct People<'a> {
    by_id: &'a BTreeMap<String, String>,
    children: BTreeMap<&'a str, u32>,
    units: BTreeMap<&'a str, u32>,
}

impl<'a> People<'a> {
    /// # Errors
    /// A plan without its key, such as a copy made for evaluators.
    pub fn of(folder: &'a Folder, prepared: &Prepared<'a>) -> anyhow::Result<Self> {
        let by_id = folder.people.as_ref().context(
            "方案缺少 people.csv（评估用的副本没有），无法找到其中的人 / the plan has no people.csv, as copies for \
             evaluators: nobody in it can be found without it",
        )?;
        let instance = prepared.instance;
        let children = instance.children.iter().map(|child| child.id.as_str()).zip(0..).collect();
        let units = instance.volunteers.iter().map(|unit| unit.id.as_str()).zip(0..).collect();
        Ok(Self { by_id, children, units })
    }

    /// The child of a plan's id.
    pub fn child(&self, id: &str) -> Option<u32> {
        self.children.get(self.by_id.get(id)?.as_str()).copied()
    }

    /// The volunteer unit of a plan's id.
    pub fn unit(&self, id: &str) -> Option<u32> {
        self.units.get(self.by_id.get(id)?.as_str()).copied()
    }

    /// The child of a plan's id or the county's number.
    pub fn child_named(&self, id: &str) -> Option<u32> {
        self.child(id).or_else(|| self.children.get(id).copied())
    }

    /// The volunteer unit of a plan's id or the county's number.
    pub fn unit_named(&self, id: &str) -> Option<u32> {
        self.unit(id).or_else(|| self.units.get(id).copied())
    }

    /// The lead pairs of a plan with child and unit.
    ///
    /// # Errors
    /// A row whose people are not in the sheets.
    pub fn leads<'f>(&self, folder: &'f Folder) -> anyhow::Result<Vec<(&'f PairRow, u32, u32)>> {
        let leads = folder.pairs.iter().filter(|row| row.pass == PassKind::Lead.code());
        let found = leads.map(|row| {
            let both = self.child(&row.child).zip(self.unit(&row.volunteer));
            let (child, unit) = both.with_context(|| {
                let line = row.line;
                format!("pairs.csv 第 {line} 行的人不在资料中 / pairs.csv row {line}: nobody of the sheets")
            })?;
            Ok((row, child, unit))
        });
        found.collect()
    }
}
