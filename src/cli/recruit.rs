//! `jiedui recruit PLAN --count 10`: where, with which skills and at which hours further volunteers would help most; or, with
//! `--without`, what is lost if one stops.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::asked::{AnswerArguments, Asked, ask};
use super::inputs::PlanArguments;
use crate::explanation::render;
use crate::explanation::{Language, RecruitAnswer, loss_of, recruit};
use crate::files::{Files, write_folder};
use crate::report::recruits;

/// The table, for the coordinator's desk.
const TABLE: &str = "recruits.csv";
/// The text that may be posted.
const NOTICE: &str = "notice.txt";

/// 再招哪里的、会什么的志愿者最有用 / Whom to recruit
#[derive(Debug, Args)]
pub struct RecruitArguments {
    #[command(flatten)]
    plan: PlanArguments,
    /// 再招几位 / How many
    #[arg(long, default_value_t = 10, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    count: u32,
    /// 招募清单和启事写入此文件夹（须不存在）/ Write the table and the notice into this folder, which must not exist
    #[arg(long, value_name = "DIR", conflicts_with = "without")]
    out: Option<PathBuf>,
    /// 改问：如果这位志愿者不再参加 / Ask instead what is lost if this volunteer stops
    #[arg(long, value_name = "ID", conflicts_with = "count")]
    without: Option<String>,
    #[command(flatten)]
    answer: AnswerArguments,
}

/// Runs the verb.
///
/// # Errors
/// Those of [`ask`], an unknown volunteer, a folder that exists or cannot be written.
pub fn run(arguments: &RecruitArguments) -> anyhow::Result<ExitCode> {
    let shown = arguments.answer;
    ask(&arguments.plan, |asked| {
        if let Some(id) = &arguments.without {
            let unit = asked.people.unit_named(id).with_context(|| {
                format!(
                    "资料中没有志愿者 {id}，请核对编号 / no volunteer {id} in the sheets: check the number"
                )
            })?;
            let answer = loss_of(asked.plan, unit)?.shown_to(shown.audience());
            return shown.print("loss", &answer, render::recruit::loss);
        }
        let answer = recruit(asked.plan, arguments.count)?.shown_to(shown.audience());
        if let Some(out) = &arguments.out {
            write(out, asked, &answer, shown.language())?;
        }
        shown.print("recruit", &answer, render::recruit::recruit)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Writes what the audience may see: the notice, and the table where it may.
fn write(out: &Path, asked: &Asked<'_>, answer: &RecruitAnswer, language: Language) -> anyhow::Result<()> {
    let mut files = Files::from([(NOTICE, render::recruit::notice(answer, language).into_bytes())]);
    if let Some(found) = &answer.recruits {
        let classes = asked.plan.prepared.policy.classes.iter().map(|class| class.name_zh.as_str());
        files.insert(TABLE, recruits::csv(found, classes));
    }
    write_folder(out, &files).with_context(|| {
        let out = out.display();
        format!(
            "{out} 写不进：请换一个不存在的文件夹 / cannot write {out}: name a folder that does not exist"
        )
    })
}
