//! `jiedui generate`: a synthetic county in a new folder: children.csv, volunteers.csv, places.csv, policy.toml and a
//! README.md that says how it was made. `--county` writes one of the committed folders of data/ instead.
//!
//! The folder is written beside its place and renamed when complete; one that exists is never touched.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;

use crate::synthetic::{CountyPlan, Published, write_aside, write_generated};

/// 生成虚构的县 / Make a synthetic county: invented people in the columns of a county office
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// 儿童人数 / Registered children
    #[arg(long, value_name = "N", required_unless_present = "county", value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    pub children: Option<u32>,
    /// 志愿者人数 / Registered volunteers, counted in adults
    #[arg(long, value_name = "M", required_unless_present = "county", value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    pub volunteers: Option<u32>,
    /// 随机种子：相同则文件逐字节相同 / Seed: the same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// 运行日期 / Day of the run for which the sheets are made
    #[arg(long, value_name = "YYYY-MM-DD", default_value_t = Published::TODAY, value_parser = parse_date)]
    pub date: Date,
    /// 改为写出随附的数据目录 / Write one of the committed folders instead
    #[arg(long, value_name = "NAME", value_parser = Published::ALL.map(Published::name), conflicts_with_all = ["children", "volunteers", "seed", "date"])]
    pub county: Option<String>,
    /// 新目录 / The folder to make; it must not exist
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// A run's day; the sheets reach back to the births of volunteers and forward to the end of terms.
fn parse_date(text: &str) -> Result<Date, String> {
    let wrong =
        || "写成 2026-11-24，年份 2000 至 2099 · write 2026-11-24, a year from 2000 to 2099".to_owned();
    text.parse::<Date>().ok().filter(|day| (2000..=2099).contains(&day.year())).ok_or_else(wrong)
}

/// Makes the folder.
///
/// # Errors
/// Where the folder exists or cannot be written.
pub fn run(arguments: &GenerateArguments) -> anyhow::Result<ExitCode> {
    let published = arguments.county.as_deref().and_then(Published::by_name);
    let plan = match published {
        Some(published) => published.plan(),
        None => CountyPlan::invented(
            arguments.children.unwrap_or(1),
            arguments.volunteers.unwrap_or(1),
            arguments.seed,
            arguments.date,
        ),
    };
    write_aside(&arguments.out, |folder| match published {
        Some(published) => published.write(folder),
        None => write_generated(&plan, &command(&plan), folder),
    })?;
    println!(
        "已生成虚构数据 {}：儿童 {} 名，志愿者 {} 名 · wrote {} invented children and {} invented volunteers",
        arguments.out.display(),
        plan.children,
        plan.volunteers,
        plan.children,
        plan.volunteers,
    );
    Ok(ExitCode::SUCCESS)
}

/// The command that makes the same county again.
fn command(plan: &CountyPlan) -> String {
    format!(
        "jiedui generate --children {} --volunteers {} --seed {} --date {} --out DIR",
        plan.children, plan.volunteers, plan.seed, plan.today
    )
}
