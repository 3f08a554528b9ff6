//! `jiedui whatif PLAN --pin C:V …`: the plan that would be made if, and what it would cost.
//!
//! The new plan is the one that `match` makes of sheets in which the changes are written down; with `--out` it is kept, and
//! the sheets must follow before `verify`, `explain` or `repair` find its inputs.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::asked::{AnswerArguments, Asked, ask};
use super::inputs::PlanArguments;
use super::r#match::{name_for_former, write as write_whole};
use super::progress::ProgressLine;
use super::stop;
use crate::assignment::Method;
use crate::candidates::Prepared;
use crate::candidates::standing::standing_pairs;
use crate::explanation::difference::{Difference, PlanRecord};
use crate::explanation::named::Named;
use crate::explanation::render;
use crate::explanation::what_if::{Change, Cost, WhatIf, apply, pins_hold, settings};
use crate::input::policy;
use crate::input::write::canonical::digest;
use crate::pipeline::make_plan;
use crate::plan::folder::{WORKLIST, write};
use crate::plan::{Plan, PlanOptions};
use crate::report::worklist;

/// 如果……会怎样：试算一个新方案并与现方案对比 / What if: try a new plan and compare it with the present one
#[derive(Debug, Args)]
pub struct WhatIfArguments {
    #[command(flatten)]
    plan: PlanArguments,
    /// 指定这一对：儿童:志愿者，可多次 / Pair these two
    #[arg(long = "pin", value_name = "CHILD:VOLUNTEER")]
    pins: Vec<String>,
    /// 不许这一对，可多次 / Do not pair these two
    #[arg(long = "forbid", value_name = "CHILD:VOLUNTEER")]
    forbidden: Vec<String>,
    /// 志愿者接几户，可多次 / How many households a volunteer takes
    #[arg(long = "capacity", value_name = "VOLUNTEER=N")]
    capacities: Vec<String>,
    /// 改一条规则，键同 docs/POLICY.md，可多次 / Change a key of the policy
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// 已接受和已指定的结对也可以动 / Accepted and pinned pairs may be moved
    #[arg(long)]
    move_accepted: bool,
    /// 把新方案写到这个文件夹 / Write the new plan to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    answer: AnswerArguments,
}

/// Runs the verb.
///
/// # Errors
/// A plan that cannot be asked, changes that are refused, a disk that is full.
pub fn run(arguments: &WhatIfArguments) -> anyhow::Result<ExitCode> {
    arguments.answer.audience().may_read_tables()?;
    stop::listen()?;
    ask(&arguments.plan, |asked| answer(asked, arguments)).map_err(stop::or_cancelled)?;
    Ok(ExitCode::SUCCESS)
}

fn answer(asked: &Asked<'_>, arguments: &WhatIfArguments) -> anyhow::Result<()> {
    let former = asked.plan.prepared;
    let changes = changes(asked, arguments)?;
    let instance = apply(former.instance, &changes)?;
    let policy = policy::amend(former.policy, &settings(&changes))?;
    let options = PlanOptions {
        seed: asked.folder.plan.seed,
        method: Method::Exact,
        provisional: asked.folder.plan.provisional,
        digest: digest(&instance, &policy),
    };
    let prepared = Prepared::new(&instance, &policy, options.seed, options.provisional);
    pins_hold(&prepared, &asked.posed.standing, &standing_pairs(&prepared)?, &changes)?;
    let mut line = ProgressLine::new();
    line.begin("试算 / trying");
    let plan = make_plan(&instance, &policy, options, &mut |_, step| {
        line.solver("试算 trying：", step);
        if stop::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let policy_text = policy::canonical(&policy);
    let leads = asked.people.leads(asked.folder)?;
    let leads: Vec<(u32, u32)> = leads.into_iter().map(|(_, child, unit)| (child, unit)).collect();
    let new_leads: Vec<(u32, u32)> = plan.pairs.iter().map(|pair| (pair.child, pair.volunteer)).collect();
    let record = PlanRecord::of(&prepared, &plan, &policy_text);
    let answer = WhatIf {
        changes,
        cost: Cost::between((former, &leads), (&prepared, &new_leads)),
        difference: Difference::between(&PlanRecord::read(asked.folder)?, &record),
    };
    if arguments.out.is_some() {
        keep(&prepared, &plan, &policy_text, arguments, &mut line)?;
    }
    line.clear();
    let answer = answer.shown_to(arguments.answer.audience())?;
    arguments.answer.print("what_if", &answer, render::what_if)
}

/// Writes the new plan.
fn keep(
    prepared: &Prepared<'_>,
    plan: &Plan,
    policy_text: &str,
    arguments: &WhatIfArguments,
    line: &mut ProgressLine,
) -> anyhow::Result<()> {
    let Some(out) = &arguments.out else { return Ok(()) };
    let mut files = write::render(prepared, plan, policy_text);
    if plan.options.provisional {
        files.insert(WORKLIST, worklist::table(prepared, plan));
    }
    let kept = name_for_former(out)?;
    write_whole(out, kept.as_deref(), &files, line)?;
    line.clear();
    eprintln!(
        "新方案 / new plan: {}\n采用它之前，请把上述改动写进表格：match 得出的方案与此相同 / before it is used, write the changes \
         into the sheets: match makes the same plan of them",
        out.display()
    );
    Ok(())
}

fn changes(asked: &Asked<'_>, arguments: &WhatIfArguments) -> anyhow::Result<Vec<Change>> {
    let mut changes = Vec::new();
    if arguments.move_accepted {
        changes.push(Change::MoveAccepted);
    }
    for text in &arguments.pins {
        let (child, volunteer) = pair(asked, text)?;
        changes.push(Change::Pin { child, volunteer });
    }
    for text in &arguments.forbidden {
        let (child, volunteer) = pair(asked, text)?;
        changes.push(Change::Forbid { child, volunteer });
    }
    for text in &arguments.capacities {
        let read = text.split_once('=').and_then(|(unit, count)| Some((unit, count.trim().parse().ok()?)));
        let (unit, households) = read.with_context(|| {
            format!(
                "{text}：请写 志愿者=户数，如 V017=2 / {text}: write volunteer=households, such as V017=2"
            )
        })?;
        changes.push(Change::Capacity { volunteer: volunteer(asked, unit)?, households });
    }
    for text in &arguments.settings {
        let (key, value) = text.split_once('=').with_context(|| {
            format!("{text}：请写 键=值，如 travel.max_travel_min=40 / {text}: write key=value, such as travel.max_travel_min=40")
        })?;
        changes.push(Change::Setting { key: key.trim().to_owned(), value: value.trim().to_owned() });
    }
    anyhow::ensure!(
        !changes.is_empty(),
        "没有要试的改动：请用 --pin、--forbid、--capacity、--set 或 --move-accepted / nothing to try: use --pin, --forbid, \
         --capacity, --set or --move-accepted"
    );
    Ok(changes)
}

fn pair(asked: &Asked<'_>, text: &str) -> anyhow::Result<(Named, Named)> {
    let (child, unit) = text
        .split_once(':')
        .with_context(|| format!("{text}：请写 儿童:志愿者 / {text}: write child:volunteer"))?;
    let found = asked.people.child_named(child.trim()).with_context(|| {
        format!("资料中没有儿童 {child}，请核对编号 / no child {child} in the sheets: check the number")
    })?;
    Ok((Named::child(asked.plan.prepared, found), volunteer(asked, unit)?))
}

fn volunteer(asked: &Asked<'_>, named: &str) -> anyhow::Result<Named> {
    let found = asked.people.unit_named(named.trim()).with_context(|| {
        format!("资料中没有志愿者 {named}，请核对编号 / no volunteer {named} in the sheets: check the number")
    })?;
    Ok(Named::volunteer(asked.plan.prepared, found))
}
