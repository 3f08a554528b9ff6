//! `jiedui match DIR`: sheets in, proven plan out.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::inputs::{InputArguments, read};
use super::progress::ProgressLine;
use super::solve::Solver;
use super::{stop, threads};
use crate::candidates::Prepared;
use crate::files::{Files, replace_folder_heard, write_folder_heard};
use crate::input::load::Loaded;
use crate::input::policy;
use crate::input::write::canonical::digest;
use crate::pipeline::make_plan;
use crate::plan::folder::{PLAN, WORKLIST, write};
use crate::plan::pass::PassKind;
use crate::plan::{Plan, PlanOptions};
use crate::report::{summary, worklist};

/// 由表格生成可验证的结对方案 / Make a proven plan from a county's sheets
#[derive(Debug, Args)]
pub struct MatchArguments {
    /// 资料文件夹或 .xlsx / Folder of sheets, or a workbook
    #[arg(value_name = "DIR")]
    pub inputs: PathBuf,
    #[command(flatten)]
    input: InputArguments,
    /// 方案文件夹，默认为资料旁的 plan / Plan folder; by default `plan` beside the sheets
    #[arg(long, value_name = "PLAN")]
    pub out: Option<PathBuf>,
    /// 视缺件将会补齐；此方案不得发出邀请 / Plan as if missing papers will arrive; nothing of it may be offered
    #[arg(long)]
    pub provisional: bool,
    /// 求解方法 / Method
    #[arg(long, value_enum, default_value_t = Solver::Exact)]
    pub solver: Solver,
    /// 同分次序与方案编号的种子 / Seed of the order among equals and of the plan's ids
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// 线程数，默认全部；结果与线程数无关 / Threads, all by default; the plan does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// 以 JSON 输出 plan.json / Print plan.json instead of the table
    #[arg(long)]
    pub json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Unreadable sheets, rows that cannot both stand, sizes that a method refuses, a disk that is full.
pub fn run(arguments: &MatchArguments) -> anyhow::Result<ExitCode> {
    threads::begin(arguments.threads)?;
    stop::listen()?;
    let mut line = ProgressLine::new();
    line.begin("读取表格 / reading");
    let loaded = read(&arguments.inputs, &arguments.input)?;
    let options = PlanOptions {
        seed: arguments.seed,
        method: arguments.solver.method(arguments.seed),
        provisional: arguments.provisional,
        digest: digest(&loaded.instance, &loaded.policy),
    };
    let plan = solve_with_progress(&loaded, options, &mut line).map_err(stop::or_cancelled)?;
    line.begin("整理方案 / rendering");
    let prepared = Prepared::new(&loaded.instance, &loaded.policy, options.seed, options.provisional);
    let mut files = write::render(&prepared, &plan, &policy::canonical(&loaded.policy));
    if options.provisional {
        files.insert(WORKLIST, worklist::table(&prepared, &plan));
    }
    let out = arguments.out.clone().unwrap_or_else(|| beside(&arguments.inputs));
    let kept = name_for_former(&out)?;
    write(&out, kept.as_deref(), &files, &mut line)?;
    line.clear();
    if arguments.json {
        print!("{}", String::from_utf8_lossy(&files[PLAN]));
        return Ok(ExitCode::SUCCESS);
    }
    print!("{}", summary::render(&prepared, &plan, &loaded.report.counts.to_string()));
    if let Some(kept) = kept {
        println!("原方案改存为 / the former plan is kept as: {}", kept.display());
    }
    println!("方案 / plan: {}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// `plan` inside the folder of the sheets, or beside a workbook.
fn beside(inputs: &Path) -> PathBuf {
    if inputs.is_dir() { inputs.join("plan") } else { inputs.with_file_name("plan") }
}

/// Where a former plan is to be kept: `plan-1`, `plan-2` …; anything else in the way is left alone and refused.
pub(super) fn name_for_former(out: &Path) -> anyhow::Result<Option<PathBuf>> {
    if !out.exists() {
        return Ok(None);
    }
    anyhow::ensure!(
        out.join(PLAN).is_file(),
        "{} 已存在且不是方案文件夹，请用 --out 另指 / {} exists and is no plan folder: name another with --out",
        out.display(),
        out.display()
    );
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let free = (1..=u16::MAX)
        .map(|number| out.with_file_name(format!("{name}-{number}")))
        .find(|path| !path.exists());
    free.context("没有空余的文件夹名 / no free folder name is left").map(Some)
}

/// Makes the plan, unless somebody presses Ctrl-C.
fn solve_with_progress(
    loaded: &Loaded,
    options: PlanOptions,
    line: &mut ProgressLine,
) -> anyhow::Result<Plan> {
    line.begin("查找可行结对 / pairs");
    let plan = make_plan(&loaded.instance, &loaded.policy, options, &mut |pass, step| {
        let work = match pass {
            PassKind::Lead => "结对 leads：",
            PassKind::Service => "专项服务 services：",
        };
        line.solver(work, step);
        if stop::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    Ok(plan?)
}

/// Writes the folder whole, or, where somebody presses Ctrl-C, not at all.
pub(super) fn write(
    out: &Path,
    kept: Option<&Path>,
    files: &Files,
    line: &mut ProgressLine,
) -> anyhow::Result<()> {
    stop::before_writing()?;
    let mut heard = |done, total| {
        line.share("写出方案 / writing", done, total);
        if stop::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let written = match kept {
        Some(kept) => replace_folder_heard(out, kept, files, &mut heard),
        None => write_folder_heard(out, files, &mut heard),
    };
    let written = written.with_context(|| {
        format!(
            "写不出 {}，请用 --out 另指可写的位置 / cannot write {}: name a place that can be written with --out",
            out.display(),
            out.display()
        )
    });
    written.map_err(stop::or_cancelled)
}
