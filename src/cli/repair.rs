//! `jiedui repair PLAN --decline CHILD:VOLUNTEER`: proposals that were declined are taken back, and the plan is mended.
//!
//! The new plan is the one that `match` could make of the same inputs with the declines in `replies.csv`: its digest
//! counts them as recorded. So its ids are drawn anew, as for any other plan (a plan's ids must not lead to another
//! plan's), and `people.csv` is the key to both; once the rows that are printed stand in `replies.csv`, `verify --inputs`,
//! `explain` and `roster` find the inputs of the new plan, and no later `match` proposes these pairs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::inputs::{People, PlanArguments, prepare};
use super::r#match::{name_for_former, write as write_whole};
use super::progress::ProgressLine;
use super::{stop, threads};
use crate::assignment::Method;
use crate::candidates::{Origin, Prepared, Scope};
use crate::input::load::Loaded;
use crate::input::policy;
use crate::input::write::canonical::{self, digest};
use crate::model::instance::SourceRow;
use crate::model::{Instance, Reply};
use crate::pipeline::{Posed, pose};
use crate::plan::compose::{Solved, compose};
use crate::plan::folder::held::held;
use crate::plan::folder::read::Folder;
use crate::plan::folder::tables::need_code;
use crate::plan::folder::{WORKLIST, write};
use crate::plan::mend::mend;
use crate::plan::pass::PassKind;
use crate::plan::{Outline, Plan, PlanOptions, ServiceOutcome, SolvedPass};
use crate::report::{summary, worklist};
use crate::spreadsheet::BOM;

/// 有人婉拒后修补方案，其余尽量不动 / Mend a plan after declines
#[derive(Debug, Args)]
pub struct RepairArguments {
    #[command(flatten)]
    plan: PlanArguments,
    /// 被婉拒的结对：儿童:志愿者，用本县编号或方案编号，可多次 / A declined pair, by the county's numbers or the plan's ids
    #[arg(long = "decline", value_name = "CHILD:VOLUNTEER", required = true)]
    pub declines: Vec<String>,
    /// 新方案文件夹，默认取代原方案（原方案另存）/ New plan folder; by default in the place of the former, which is kept
    #[arg(long, value_name = "PLAN")]
    pub out: Option<PathBuf>,
}

/// A declined pair by index.
type Declined = (u32, u32);

/// Runs the verb.
///
/// # Errors
/// An unreadable folder, inputs that are not the plan's, people who are unknown, pairs that are no open proposals.
pub fn run(arguments: &RepairArguments) -> anyhow::Result<ExitCode> {
    threads::begin(None)?;
    stop::listen()?;
    let mut line = ProgressLine::new();
    line.begin("读取方案 / reading");
    let (folder, loaded) = arguments.plan.read()?;
    anyhow::ensure!(
        folder.plan.status == "optimal" && folder.plan.solver == Method::Exact.name(),
        "只能修补由 exact 得出并证明的方案，请先 match / only a plan that exact made and proved can be repaired: run match first"
    );
    let former = prepare(&loaded, &folder);
    let declined = declined_pairs(&folder, &former, &arguments.declines)?;
    let instance = with_declines(&loaded.instance, &declined);
    let options = PlanOptions {
        seed: folder.plan.seed,
        method: Method::Exact,
        provisional: folder.plan.provisional,
        digest: digest(&instance, &loaded.policy),
    };
    let prepared = Prepared::new(&instance, &loaded.policy, options.seed, options.provisional);
    line.begin("修补方案 / mending");
    let plan = mended_plan(&folder, &prepared, options, &declined)?;
    let mut files = write::render(&prepared, &plan, &policy::canonical(&loaded.policy));
    if options.provisional {
        files.insert(WORKLIST, worklist::table(&prepared, &plan));
    }
    let moved = moved(&folder, &former, &plan)?;
    let out = arguments.out.as_deref().unwrap_or(&arguments.plan.plan);
    let kept = name_for_former(out)?;
    write_whole(out, kept.as_deref(), &files, &mut line)?;
    line.clear();
    tell(&prepared, &loaded, &plan, declined.len(), &moved);
    if let Some(kept) = kept {
        println!("原方案改存为 / the former plan is kept as: {}", kept.display());
    }
    println!("方案 / plan: {}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// The pairs named, each an unanswered proposal of the plan.
fn declined_pairs(
    folder: &Folder,
    prepared: &Prepared<'_>,
    named: &[String],
) -> anyhow::Result<Vec<Declined>> {
    let people = People::of(folder, prepared)?;
    let proposals: BTreeMap<Declined, &str> = folder
        .pairs
        .iter()
        .filter_map(|row| {
            let pair = people.child(&row.child).zip(people.unit(&row.volunteer))?;
            Some((pair, row.origin.as_str()))
        })
        .collect();
    let mut declined = Vec::new();
    for text in named {
        let pair = read_pair(&people, text)?;
        let child = &prepared.child_of(pair.0).id;
        let unit = &prepared.volunteer_of(pair.1).id;
        let answered = prepared.instance.replies.iter();
        let refused = answered
            .filter(|reply| !reply.accepted)
            .any(|reply| reply.child == *child && reply.volunteer == *unit);
        anyhow::ensure!(
            !refused,
            "{text}：此对早已婉拒，方案中没有它 / {text}: this pair was declined before, the plan does not have it"
        );
        match proposals.get(&pair).copied() {
            Some(origin) if origin == Origin::Proposed.names().1 => declined.push(pair),
            Some(origin) => anyhow::bail!(
                "{text}：此对不是待答复的建议（{origin}），修补不动它；如已结束，请改 existing_pairs.csv 或 replies.csv 后重新 \
                 match / {text}: this pair is no open proposal ({origin}) and is not moved; if it is over, correct \
                 existing_pairs.csv or replies.csv and run match"
            ),
            None => anyhow::bail!(
                "{text}：方案中没有此对，请核对编号 / {text}: the plan has no such pair, check the numbers"
            ),
        }
    }
    declined.sort_unstable();
    declined.dedup();
    Ok(declined)
}

/// `CHILD:VOLUNTEER`; an id may hold a colon itself.
fn read_pair(people: &People<'_>, text: &str) -> anyhow::Result<Declined> {
    let colons = text.char_indices().filter(|(_, symbol)| matches!(symbol, ':' | '：'));
    let mut halves = colons.map(|(at, symbol)| (text[..at].trim(), text[at + symbol.len_utf8()..].trim()));
    let found =
        halves.clone().find_map(|(child, unit)| Some((people.child_named(child)?, people.unit_named(unit)?)));
    if let Some(found) = found {
        return Ok(found);
    }
    let Some((child, unit)) = halves.next() else {
        anyhow::bail!("{text}：请写作 儿童:志愿者 / {text}: write CHILD:VOLUNTEER");
    };
    let child_known = people.child_named(child).is_some();
    let (zh, en, id) =
        if child_known { ("志愿者", "volunteer", unit) } else { ("儿童", "child", child) };
    anyhow::bail!("资料中没有{zh} {id}，请核对编号 / no {en} {id} in the sheets: check the number")
}

/// The inputs as they are once the declines stand in `replies.csv`.
fn with_declines(instance: &Instance, declined: &[Declined]) -> Instance {
    let mut instance = instance.clone();
    for (child, unit) in declined {
        let reply = Reply {
            child: instance.children[*child as usize].id.clone(),
            volunteer: instance.volunteers[*unit as usize].id.clone(),
            accepted: false,
            reason: String::new(),
            answered_on: None,
            source: SourceRow(0),
        };
        instance.replies.push(reply);
    }
    instance
}

/// Both passes without the declined pairs, each the best over all admissible pairs again, and the plan that they make.
fn mended_plan(
    folder: &Folder,
    prepared: &Prepared<'_>,
    options: PlanOptions,
    declined: &[Declined],
) -> anyhow::Result<Plan> {
    let Posed { standing, lead, service, deferred } = pose(prepared)?;
    let mended = |outline: Outline| -> anyhow::Result<SolvedPass> {
        let held = held(folder, prepared, &outline)?;
        let forbidden = forbidden(&outline, declined);
        Ok(mend(prepared, outline, held, &forbidden)?)
    };
    let (lead, service) = (mended(lead)?, mended(service)?);
    Ok(compose(prepared, options, Solved { standing, lead, service, deferred })?)
}

/// Groups with a child who declined, or was declined, and the volunteer's right node.
fn forbidden(outline: &Outline, declined: &[Declined]) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for (child, unit) in declined {
        let right = outline.places.iter().position(|place| place.volunteer == *unit);
        let groups = (0_u32..).zip(&outline.groups).filter(|(_, group)| group.children.contains(child));
        pairs.extend(groups.filter_map(|(group, _)| Some((group, right? as u32))));
    }
    pairs
}

/// A proposal that moved: child, need, former and new volunteer.
type Moved = (u32, Option<usize>, Option<u32>, Option<u32>);

/// What differs between the two plans.
fn moved(folder: &Folder, prepared: &Prepared<'_>, plan: &Plan) -> anyhow::Result<Vec<Moved>> {
    let people = People::of(folder, prepared)?;
    let mut units: BTreeMap<(u32, Option<usize>), [Option<u32>; 2]> = BTreeMap::new();
    for (_, child, unit) in people.leads(folder)? {
        units.entry((child, None)).or_default()[0] = Some(unit);
    }
    for pair in &plan.pairs {
        units.entry((pair.child, None)).or_default()[1] = Some(pair.volunteer);
    }
    let services = folder.pairs.iter().filter(|row| row.pass == PassKind::Service.code());
    let served: BTreeMap<(Option<u32>, &str), Option<u32>> = services
        .map(|row| ((people.child(&row.child), row.need.as_str()), people.unit(&row.volunteer)))
        .collect();
    for group in &plan.passes[1].pass.graph.groups {
        let Scope::Service(need) = group.scope else { continue };
        let child = group.children[0];
        let code = need_code(prepared, child, need);
        let unit = served.get(&(Some(child), code.as_str())).copied().flatten();
        units.entry((child, Some(need))).or_default()[0] = unit;
    }
    for service in &plan.services {
        if let ServiceOutcome::Assigned(unit) = service.outcome {
            units.entry((service.child, Some(service.need))).or_default()[1] = Some(unit);
        }
    }
    let changed = units.into_iter().filter(|(_, [from, to])| from != to);
    Ok(changed.map(|((child, need), [from, to])| (child, need, from, to)).collect())
}

fn tell(prepared: &Prepared<'_>, loaded: &Loaded, plan: &Plan, declined: usize, moved: &[Moved]) {
    println!("改动的建议 / proposals that moved: {}", moved.len());
    let name = |unit: Option<u32>| {
        unit.map_or("无 nobody".to_owned(), |unit| prepared.volunteer_of(unit).id.to_string())
    };
    for (child, need, from, to) in moved {
        let need = need.map(|need| format!(" ({})", need_code(prepared, *child, need))).unwrap_or_default();
        let child = &prepared.child_of(*child).id;
        println!("  {child}{need}: {} → {}", name(*from), name(*to));
    }
    print!("{}", summary::render(prepared, plan, &loaded.report.counts.to_string()));
    println!(
        "请把下列各行记入 replies.csv（日期、理由留空），以后的 match 才不会再提出，verify --inputs 才认得新方案 / add these rows to \
         replies.csv, day and reason left empty, so that no later match proposes them and verify --inputs knows the new plan:"
    );
    let recorded = &prepared.instance.replies;
    let rows = canonical::replies(&recorded[recorded.len() - declined..]);
    print!("{}", String::from_utf8_lossy(rows.strip_prefix(BOM).unwrap_or(&rows)));
}
