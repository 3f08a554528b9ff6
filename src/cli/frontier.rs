//! `jiedui frontier PLAN --by travel`: what fairness costs, point by point; and one of the points as a plan.
//!
//! A point on travel is a longest way, which the policy can say (`travel.max_travel_min`): with `--choose` the plan is made
//! under that policy, and written only if it is the point: the same coverage at the same cost with nobody farther. Other
//! points have no words in a policy, so that no `match` could make them again; they are not written.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::asked::{AnswerArguments, Asked, ask};
use super::inputs::PlanArguments;
use super::r#match::{name_for_former, write as write_whole};
use super::progress::ProgressLine;
use super::stop;
use crate::assignment::{Method, Progress};
use crate::candidates::Prepared;
use crate::candidates::standing::standing_pairs;
use crate::explanation::fairness::bottleneck::{BottleneckFrontier, BottleneckPoint};
use crate::explanation::fairness::gaps::GapFrontier;
use crate::explanation::fairness::quotas::QuotaFrontier;
use crate::explanation::fairness::{GroupBy, Measure};
use crate::explanation::render;
use crate::explanation::what_if::pins_hold;
use crate::input::policy;
use crate::input::write::canonical::digest;
use crate::model::policy::POINTS_PER_MINUTE;
use crate::pipeline::make_plan;
use crate::plan::PlanOptions;
use crate::plan::folder::{WORKLIST, write};
use crate::report::worklist;
use crate::scoring::Term;

/// 公平要付出多少代价：可供选择的方案 / What fairness costs: points to choose from
#[derive(Debug, Args)]
pub struct FrontierArguments {
    #[command(flatten)]
    plan: PlanArguments,
    /// 最吃亏者按路程或按代价 / Worst off by travel or by score
    #[arg(long, value_enum, default_value = "travel")]
    by: MeasureArgument,
    /// 改为各组保底覆盖 / Coverage quotas of groups instead
    #[arg(long, value_enum, value_name = "GROUPS", conflicts_with = "gap")]
    quota: Option<GroupArgument>,
    /// 改为各组均值的差距 / Gap between group means instead
    #[arg(long, value_enum, value_name = "GROUPS")]
    gap: Option<GroupArgument>,
    /// 分组列出基尼系数与 P90 / Groups by which Gini and P90 are told
    #[arg(long, value_enum, default_value = "township", value_name = "GROUPS")]
    group: GroupArgument,
    /// 最多几个方案 / Points at most
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
    points: u32,
    /// 选定其中一个，写成方案（仅限路程）/ Choose a point and write its plan; travel only
    #[arg(long, value_name = "N", requires = "out", conflicts_with_all = ["quota", "gap"])]
    choose: Option<usize>,
    /// 选定的方案写到这里 / Where the plan chosen is written
    #[arg(long, value_name = "DIR", requires = "choose")]
    out: Option<PathBuf>,
    #[command(flatten)]
    answer: AnswerArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MeasureArgument {
    /// 路程
    Travel,
    /// 代价
    Score,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GroupArgument {
    /// 乡镇
    Township,
    /// 类别
    Category,
}

impl From<MeasureArgument> for Measure {
    fn from(argument: MeasureArgument) -> Self {
        match argument {
            MeasureArgument::Travel => Self::Travel,
            MeasureArgument::Score => Self::Score,
        }
    }
}

impl From<GroupArgument> for GroupBy {
    fn from(argument: GroupArgument) -> Self {
        match argument {
            GroupArgument::Township => Self::Township,
            GroupArgument::Category => Self::Category,
        }
    }
}

/// Runs the verb.
///
/// # Errors
/// A plan that cannot be asked, a point that is not a plan's, a disk that is full.
pub fn run(arguments: &FrontierArguments) -> anyhow::Result<ExitCode> {
    arguments.answer.audience().may_read_tables()?;
    anyhow::ensure!(
        arguments.choose.is_none() || arguments.by == MeasureArgument::Travel,
        "只有路程方案能写成规则（travel.max_travel_min），其他方案无法由 match 重现，不写 / only points on travel can be said in a \
         policy (travel.max_travel_min); no match could make the others again, so they are not written: use --by travel"
    );
    stop::listen()?;
    ask(&arguments.plan, |asked| answer(asked, arguments)).map_err(stop::or_cancelled)?;
    Ok(ExitCode::SUCCESS)
}

fn answer(asked: &Asked<'_>, arguments: &FrontierArguments) -> anyhow::Result<()> {
    let mut line = ProgressLine::new();
    line.begin("计算 / solving");
    let mut heard = |step: Progress| {
        line.solver("计算 solving：", step);
        if stop::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let (measure, shown, audience) = (arguments.by.into(), arguments.answer, arguments.answer.audience());
    if let Some(groups) = arguments.quota {
        let answer = QuotaFrontier::of(asked.plan, groups.into(), arguments.points, &mut heard)?;
        line.clear();
        return shown.print("quota_frontier", &answer.shown_to(audience)?, render::quota_frontier);
    }
    let points = arguments.points as usize;
    if let Some(groups) = arguments.gap {
        let answer = GapFrontier::of(asked.plan, measure, groups.into(), points, &mut heard)?;
        line.clear();
        return shown.print("gap_frontier", &answer.shown_to(audience)?, render::gap_frontier);
    }
    let answer = BottleneckFrontier::of(asked.plan, measure, arguments.group.into(), points, &mut heard)?;
    line.clear();
    if let Some(number) = arguments.choose {
        let point = answer.points.iter().find(|point| point.number == number);
        let last = answer.points.len();
        let point = point.with_context(|| {
            format!(
                "没有方案 {number}，请选 1 至 {last} / there is no point {number}: choose from 1 to {last}"
            )
        })?;
        choose(asked, point, arguments, &mut line)?;
    }
    shown.print("bottleneck_frontier", &answer.shown_to(audience)?, render::bottleneck_frontier)
}

/// Writes the plan of a point on travel, if a policy says what it is.
fn choose(
    asked: &Asked<'_>,
    point: &BottleneckPoint,
    arguments: &FrontierArguments,
    line: &mut ProgressLine,
) -> anyhow::Result<()> {
    let (Some(out), Some(bottleneck)) = (&arguments.out, point.bottleneck_points) else {
        anyhow::bail!("此方案没有结对，无可写出 / this point has no pair: there is nothing to write");
    };
    let former = asked.plan.prepared;
    let longest_min =
        (bottleneck / POINTS_PER_MINUTE).max(i64::from(former.policy.travel.round_up_min.max(1)));
    let setting = ("travel.max_travel_min".to_owned(), longest_min.to_string());
    let policy = policy::amend(former.policy, std::slice::from_ref(&setting))?;
    let options = PlanOptions {
        seed: asked.folder.plan.seed,
        method: Method::Exact,
        provisional: asked.folder.plan.provisional,
        digest: digest(former.instance, &policy),
    };
    let prepared = Prepared::new(former.instance, &policy, options.seed, options.provisional);
    pins_hold(&prepared, &asked.posed.standing, &standing_pairs(&prepared)?, &[])?;
    let plan = make_plan(former.instance, &policy, options, &mut |_, step| {
        line.solver("写出 writing：", step);
        if stop::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let lead = &plan.passes[0];
    let objective = lead.solution.objective;
    let farthest = lead.chosen_scores(&prepared).iter().map(|score| score.part(Term::Travel)).max();
    let paired = lead.solution.chosen.iter().enumerate().filter(|(_, arc)| arc.is_some());
    let paired: usize = paired.map(|(at, _)| lead.pass.graph.groups[at].children.len()).sum();
    let of_point = point.spread.first().map_or(0, |all| all.paired);
    anyhow::ensure!(
        objective.arcs + objective.load == i128::from(point.cost_points)
            && farthest == point.bottleneck_points
            && paired == of_point,
        "按 travel.max_travel_min = {longest_min} 得出的方案与此点不同（有人可以改为不走访），规则写不出此点，不写 / the plan under \
         travel.max_travel_min = {longest_min} is not this point (somebody can do without visits), so no policy says it: \
         it is not written; see what that policy gives with whatif --set travel.max_travel_min={longest_min}"
    );
    let mut files = write::render(&prepared, &plan, &policy::canonical(&policy));
    if options.provisional {
        files.insert(WORKLIST, worklist::table(&prepared, &plan));
    }
    let kept = name_for_former(out)?;
    write_whole(out, kept.as_deref(), &files, line)?;
    line.clear();
    eprintln!(
        "方案 / plan: {}\n采用它之前，请在 policy.toml 写 travel.max_travel_min = {longest_min}：match 得出的方案与此相同 / before it is \
         used, write travel.max_travel_min = {longest_min} into policy.toml: match makes the same plan",
        out.display()
    );
    Ok(())
}
