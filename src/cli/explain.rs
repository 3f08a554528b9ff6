//! `jiedui explain PLAN --child ID`: why this volunteer, why nobody, or why not that one.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::asked::{AnswerArguments, Asked, ask};
use super::inputs::PlanArguments;
use crate::explanation::named::Named;
use crate::explanation::{Language, render, why_nobody, why_not, why_pair};
use crate::model::need::{NeedKind, Subject};
use crate::plan::pass::PassKind;

/// 说明一名儿童的结果 / Explain what became of a child
#[derive(Debug, Args)]
pub struct ExplainArguments {
    #[command(flatten)]
    plan: PlanArguments,
    /// 儿童编号（本县编号或方案编号）/ Child, by the county's number or the plan's id
    #[arg(long, value_name = "ID")]
    child: String,
    /// 为什么不是这位志愿者 / Why not this volunteer
    #[arg(long, value_name = "ID")]
    volunteer: Option<String>,
    #[command(flatten)]
    answer: AnswerArguments,
}

/// Runs the verb.
///
/// # Errors
/// An unreadable folder, unknown ids, inputs that are not the plan's, a plan that is not proven.
pub fn run(arguments: &ExplainArguments) -> anyhow::Result<ExitCode> {
    ask(&arguments.plan, |asked| {
        let child = child_named(asked, &arguments.child)?;
        match &arguments.volunteer {
            Some(named) => not_paired(asked, child, volunteer_named(asked, named)?, arguments.answer)?,
            None => outcome(asked, child, arguments.answer)?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn child_named(asked: &Asked<'_>, named: &str) -> anyhow::Result<u32> {
    let own = asked.folder.people.as_ref().and_then(|people| people.get(named)).map_or(named, String::as_str);
    let mut quarantined = asked.plan.prepared.instance.quarantined.iter();
    if let Some(row) = quarantined.find(|row| row.id.as_ref().is_some_and(|id| id.as_str() == own)) {
        anyhow::bail!(
            "儿童 {own} 在隔离区（{}），补齐后才能处理 / child {own} is in quarantine ({}): mend the row first",
            row.rule,
            row.rule
        );
    }
    asked.people.child_named(named).with_context(|| {
        format!("资料中没有儿童 {named}，请核对编号 / no child {named} in the sheets: check the number")
    })
}

fn volunteer_named(asked: &Asked<'_>, named: &str) -> anyhow::Result<u32> {
    asked.people.unit_named(named).with_context(|| {
        format!("资料中没有志愿者 {named}，请核对编号 / no volunteer {named} in the sheets: check the number")
    })
}

fn not_paired(asked: &Asked<'_>, child: u32, volunteer: u32, how: AnswerArguments) -> anyhow::Result<()> {
    let answer = why_not(asked.plan, child, volunteer).shown_to(how.audience());
    how.print("why_not", &answer, render::why_not)
}

fn outcome(asked: &Asked<'_>, child: u32, how: AnswerArguments) -> anyhow::Result<()> {
    let own = asked.plan.prepared.child_of(child).id.as_str();
    let id = asked.folder.plan_id(own).unwrap_or(own);
    let mut rows = asked.folder.pairs.iter();
    let row = rows.find(|row| row.pass == PassKind::Lead.code() && row.child == id);
    let backup = row.and_then(|row| asked.people.unit(&row.backup));
    match why_pair(asked.plan, child, backup) {
        Some(answer) => how.print("why_pair", &answer.shown_to(how.audience()), |answer, language| {
            render::why_pair(answer, language) + &services(asked, id, how)
        }),
        None => how.print(
            "why_nobody",
            &why_nobody(asked.plan, child).shown_to(how.audience()),
            |answer, language| render::why_nobody(answer, language) + &services(asked, id, how),
        ),
    }
}

/// What became of the child's needs for specialists, a line each.
fn services(asked: &Asked<'_>, id: &str, how: AnswerArguments) -> String {
    let language = how.language();
    let service = PassKind::Service.code();
    let line = |need: &str, what: &str| match language {
        Language::Chinese => format!("专项服务 {}：{what}\n", need_named(need, language)),
        Language::English => format!("Service {}: {what}\n", need_named(need, language)),
    };
    let served = asked.folder.pairs.iter().filter(|row| row.pass == service && row.child == id);
    let served = served.map(|row| {
        let unit = asked.people.unit(&row.volunteer);
        let unit = unit.map(|unit| Named::volunteer(asked.plan.prepared, unit).as_other(how.audience()));
        let unit = unit.map_or_else(String::new, |unit| render::words::volunteer(&unit, language));
        line(&row.need, &unit)
    });
    let waiting = asked.folder.unmatched.iter().filter(|row| row.pass == service && row.child == id);
    let waiting = waiting.map(|row| line(&row.need, unserved(&row.reason, language)));
    served.chain(waiting).collect()
}

/// A need by its code in a plan folder, such as `tutoring.mathematics`.
fn need_named(code: &str, language: Language) -> String {
    let (kind, subject) = code.split_once('.').unwrap_or((code, ""));
    let kind = NeedKind::ALL.into_iter().map(NeedKind::names).find(|names| names.1 == kind);
    let subject = Subject::ALL.into_iter().map(Subject::names).find(|names| names.1 == subject);
    let parts = [kind, subject].into_iter().flatten().map(|names| language.pick(names).replace('_', " "));
    parts.collect::<Vec<String>>().join("·")
}

/// Why a need has no specialist, by its code in a plan folder.
fn unserved(reason: &str, language: Language) -> &'static str {
    language.pick(match reason {
        "referral" => ("无具备资质者，转介专业机构", "nobody is qualified: refer to a professional body"),
        "waiting" => ("专业名额不足", "every specialist's places are taken"),
        "deferred" => ("同时服务人数已达上限", "put off: as many volunteers at a time as allowed"),
        _ => ("本次不安排", "not arranged in this run"),
    })
}
