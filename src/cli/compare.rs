//! `jiedui compare PLAN OTHER`: two plans held beside each other.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::asked::AnswerArguments;
use crate::explanation::difference::{Difference, PlanRecord};
use crate::explanation::render;
use crate::plan::folder::read::Folder;

/// 对比两个方案：谁换了人、各类别覆盖、各项代价、规则 / Compare two plans: who moved, coverage, cost, rules
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// 前一个方案文件夹 / The plan before
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// 后一个方案文件夹 / The plan after
    #[arg(value_name = "OTHER")]
    pub other: PathBuf,
    #[command(flatten)]
    answer: AnswerArguments,
}

/// Runs the verb.
///
/// # Errors
/// Unreadable folders, folders without their key, and an audience that may not read tables about everybody.
pub fn run(arguments: &CompareArguments) -> anyhow::Result<ExitCode> {
    arguments.answer.audience().may_read_tables()?;
    let before = PlanRecord::read(&Folder::read(&arguments.plan)?)?;
    let after = PlanRecord::read(&Folder::read(&arguments.other)?)?;
    let difference = Difference::between(&before, &after).shown_to(arguments.answer.audience())?;
    arguments.answer.print("compare", &difference, render::difference)?;
    Ok(ExitCode::SUCCESS)
}
