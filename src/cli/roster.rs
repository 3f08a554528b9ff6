//! `jiedui roster PLAN --by volunteer|village`: printable sheets with names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::inputs::{People, PlanArguments, prepare};
use crate::candidates::Prepared;
use crate::files::{Files, write_folder};
use crate::plan::folder::read::{Folder, PairRow};
use crate::report::roster::{RosterBy, RosterPair, csv, html, pages};

/// 打印名册（含姓名）/ Print rosters, with names
#[derive(Debug, Args)]
pub struct RosterArguments {
    #[command(flatten)]
    plan: PlanArguments,
    /// 按志愿者或按村 / One page a volunteer, or one a village
    #[arg(long, value_enum)]
    pub by: By,
    /// 新文件夹，默认在方案文件夹旁 / A new folder; by default beside the plan folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// How the sheets are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// 按志愿者 / by volunteer
    Volunteer,
    /// 按村 / by village
    Village,
}

/// Runs the verb. No name goes to the terminal.
///
/// # Errors
/// An unreadable folder, a plan without its key, inputs that are not the plan's, a folder in the way.
pub fn run(arguments: &RosterArguments) -> anyhow::Result<ExitCode> {
    let (folder, loaded) = arguments.plan.read()?;
    let prepared = prepare(&loaded, &folder);
    let pairs = roster_pairs(&folder, &prepared)?;
    let (by, name) = match arguments.by {
        By::Volunteer => (RosterBy::Volunteer, "roster-by-volunteer"),
        By::Village => (RosterBy::Village, "roster-by-village"),
    };
    let pages = pages(&prepared, &pairs, by);
    let provisional = folder.plan.provisional;
    let files = Files::from([
        ("roster.html", html(&pages, provisional).into_bytes()),
        ("roster.csv", csv(&pages, provisional)),
    ]);
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => beside(&arguments.plan.plan, name)?,
    };
    write_folder(&out, &files).with_context(|| {
        format!(
            "写不出 {}，请移开旧名册或用 --out 另指 / cannot write {}: move the former roster away or name another \
             place with --out",
            out.display(),
            out.display()
        )
    })?;
    println!("名册 / roster: {} ({} 页 / pages)", out.display(), pages.len());
    println!("含个人信息，请妥善保管 / it holds personal data: keep it safe");
    Ok(ExitCode::SUCCESS)
}

/// `plan-roster-by-village` beside `plan`: whoever hands the plan folder on hands on no names.
fn beside(plan: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let whole = plan.canonicalize()?;
    let named = if plan.file_name().is_some() { plan } else { &whole };
    let own =
        named.file_name().context("请用 --out 指明名册的位置 / name a place for the roster with --out")?;
    Ok(named.with_file_name(format!("{}-{name}", own.to_string_lossy())))
}

/// The lead pairs of a plan by index.
fn roster_pairs(folder: &Folder, prepared: &Prepared<'_>) -> anyhow::Result<Vec<RosterPair>> {
    let people = People::of(folder, prepared)?;
    let leads = people.leads(folder)?;
    let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (row, child, _) in leads.iter().filter(|(row, ..)| !row.group.is_empty()) {
        groups.entry(&row.group).or_default().push(*child);
    }
    let pair = |(row, child, volunteer): &(&PairRow, u32, u32)| RosterPair {
        child: *child,
        volunteer: *volunteer,
        together: groups.get(row.group.as_str()).cloned().unwrap_or_else(|| vec![*child]),
        seasonal: row.kind == "seasonal",
        backup: people.unit(&row.backup),
    };
    Ok(leads.iter().map(pair).collect())
}
