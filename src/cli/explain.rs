//! `jiedui explain PLAN --child ID`: why this volunteer, why nobody, or why not that one.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::inputs::{InputArguments, inputs_of, prepare};
use crate::candidates::standing::standing_pairs;
use crate::candidates::{Prepared, StandingPairs};
use crate::explanation::{explain_pair, render};
use crate::plan::folder::read::{Folder, PairRow};
use crate::plan::pass::PassKind;

/// 说明一名儿童的结果 / Explain what became of a child
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// 方案文件夹 / Plan folder
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// 儿童编号（本县编号或方案编号）/ Child, by the county's number or the plan's id
    #[arg(long, value_name = "ID")]
    pub child: String,
    /// 为什么不是这位志愿者 / Why not this volunteer
    #[arg(long, value_name = "ID")]
    pub volunteer: Option<String>,
    /// 原始资料，默认为方案所在文件夹 / The sheets; by default the folder that the plan lies in
    #[arg(long, value_name = "DIR")]
    pub inputs: Option<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
}

/// Runs the verb.
///
/// # Errors
/// An unreadable folder, unknown ids, inputs that are not the plan's.
pub fn run(arguments: &ExplainArguments) -> anyhow::Result<ExitCode> {
    let folder = Folder::read(&arguments.plan)?;
    let loaded = inputs_of(&arguments.plan, &folder, arguments.inputs.as_deref(), &arguments.input)?;
    let prepared = prepare(&loaded, &folder);
    let standing = standing_pairs(&prepared)?;
    let people = People { folder: &folder, prepared: &prepared, standing: &standing };
    let child = people.child(&arguments.child)?;
    let id = people.plan_id(&prepared.child_of(child).id.to_string())?;
    let pair = folder.pairs.iter().find(|row| row.pass == PassKind::Lead.code() && row.child == id);
    let together = people.together(&id, child)?;
    if let Some(named) = &arguments.volunteer {
        let volunteer = people.volunteer(named)?;
        print!("{}", render::pair(&prepared, &explain_pair(&prepared, &standing, &together, volunteer)));
        return Ok(ExitCode::SUCCESS);
    }
    match pair {
        Some(row) => print!("{}", people.paired(row, &together)?),
        None => print!("{}", people.alone(&id)),
    }
    print!("{}", people.services(&id));
    Ok(ExitCode::SUCCESS)
}

/// The people of a plan, by either of their ids.
struct People<'a> {
    folder: &'a Folder,
    prepared: &'a Prepared<'a>,
    standing: &'a StandingPairs,
}

impl People<'_> {
    fn own_id<'t>(&'t self, id: &'t str) -> &'t str {
        self.folder.people.as_ref().and_then(|people| people.get(id)).map_or(id, String::as_str)
    }

    fn plan_id(&self, own: &str) -> anyhow::Result<String> {
        let id = self.folder.plan_id(own);
        id.map(str::to_owned).with_context(|| {
            "方案缺少 people.csv，无法找到此人 / the plan has no people.csv to find this person by".to_owned()
        })
    }

    fn child(&self, named: &str) -> anyhow::Result<u32> {
        let own = self.own_id(named);
        let position = self.prepared.instance.children.iter().position(|child| child.id.as_str() == own);
        let quarantined = self.prepared.instance.quarantined.iter();
        if let Some(row) =
            quarantined.clone().find(|row| row.id.as_ref().is_some_and(|id| id.as_str() == own))
        {
            anyhow::bail!(
                "儿童 {own} 在隔离区（{}），补齐后才能处理 / child {own} is in quarantine ({}): mend the row first",
                row.rule,
                row.rule
            );
        }
        position.map(|index| index as u32).with_context(|| {
            format!("资料中没有儿童 {named}，请核对编号 / no child {named} in the sheets: check the number")
        })
    }

    fn volunteer(&self, named: &str) -> anyhow::Result<u32> {
        let own = self.own_id(named);
        let position = self.prepared.instance.volunteers.iter().position(|unit| unit.id.as_str() == own);
        position.map(|index| index as u32).with_context(|| {
            format!(
                "资料中没有志愿者 {named}，请核对编号 / no volunteer {named} in the sheets: check the number"
            )
        })
    }

    /// The child and those who are placed with it.
    fn together(&self, id: &str, child: u32) -> anyhow::Result<Vec<u32>> {
        let lead = self.folder.certificate.passes.iter().find(|pass| pass.pass == PassKind::Lead.code());
        let entry = lead
            .and_then(|pass| pass.left.iter().find(|entry| entry.children.iter().any(|other| other == id)));
        entry.map_or(Ok(vec![child]), |entry| entry.children.iter().map(|other| self.child(other)).collect())
    }

    fn paired(&self, row: &PairRow, together: &[u32]) -> anyhow::Result<String> {
        let volunteer = self.volunteer(&row.volunteer)?;
        let unit = &self.prepared.volunteer_of(volunteer).id;
        let mut text = format!("结对志愿者 / paired with {unit} ({}, {})\n", row.kind, row.origin);
        text.push_str(&render::pair(
            self.prepared,
            &explain_pair(self.prepared, self.standing, together, volunteer),
        ));
        if !row.backup.is_empty() {
            text.extend(["候补 / backup: ", self.own_id(&row.backup), "\n"]);
        }
        Ok(text)
    }

    fn alone(&self, id: &str) -> String {
        let row =
            self.folder.unmatched.iter().find(|row| row.pass == PassKind::Lead.code() && row.child == id);
        let Some(row) = row else { return "无记录 / no record\n".to_owned() };
        let said = match row.reason.as_str() {
            "own" => "手续未齐或不同意 / papers are missing or refused:",
            "sibling" => {
                "须与兄弟姐妹同一志愿者，而其手续未齐 / a brother or sister who comes along is not ready:"
            }
            "no_candidate" => {
                "没有符合全部规则的志愿者；按首条不符的规则计数 / nobody passes every rule; volunteers lost at each, by the first they break:"
            }
            _ => {
                "有符合条件的志愿者，但名额都给了应优先或代价更小的儿童 / every admissible volunteer's places went to children before this one"
            }
        };
        format!("未结对 / alone: {said}\n{}", render::losses(&row.rules))
    }

    fn services(&self, id: &str) -> String {
        let service = PassKind::Service.code();
        let served = self.folder.pairs.iter().filter(|row| row.pass == service && row.child == id);
        let served =
            served.map(|row| format!("专项服务 / service {}: {}\n", row.need, self.own_id(&row.volunteer)));
        let waiting = self.folder.unmatched.iter().filter(|row| row.pass == service && row.child == id);
        let waiting = waiting.map(|row| format!("专项服务 / service {}: {}\n", row.need, row.reason));
        served.chain(waiting).collect()
    }
}
