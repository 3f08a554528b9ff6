//! The CSV files of a plan folder as texts.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

use crate::candidates::papers::Paper;
use crate::candidates::{Prepared, Scope};
use crate::model::Rule;
use crate::plan::ids::PlanIds;
use crate::plan::pass::PassKind;
use crate::plan::{Contenders, Pass, Plan, ServiceOutcome, UnmatchedReason};
use crate::scoring::{Score, Term};
use crate::spreadsheet::SafeCsv;

/// Rows, or groups of rows, that one thread writes at a time.
const ITEMS_A_TASK: usize = 1 << 10;
/// Those that are written before their pieces are joined.
const ITEMS_A_STRETCH: usize = 1 << 17;

/// A header cell: the Chinese name for people, the code after it for programs.
fn header(zh: &str, code: &str) -> String {
    format!("{zh} {code}")
}

fn term_headers() -> impl Iterator<Item = String> {
    Term::ALL.into_iter().map(|term| header(term.names().0, term.names().2))
}

fn score_cells(score: Option<&Score>) -> Vec<String> {
    match score {
        Some(score) => {
            std::iter::once(score.total()).chain(score.parts).map(|points| points.to_string()).collect()
        }
        None => vec![String::new(); Term::ALL.len() + 1],
    }
}

/// `arcs.csv`: every pair of every pass that is held, with the parts of its cost; sorted by pass, group, volunteer.
pub fn arcs(prepared: &Prepared<'_>, ids: &PlanIds, passes: &[&Pass]) -> Vec<u8> {
    let headers = [("轮次", "pass"), ("儿童组", "left"), ("志愿者", "right"), ("代价", "cost")];
    let headers = headers.map(|(zh, code)| header(zh, code)).into_iter().chain(term_headers());
    let mut text = SafeCsv::new(headers).finish();
    for (pass, groups) in passes.iter().zip(&ids.groups) {
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.par_sort_unstable_by_key(|group| &groups[*group]);
        append(&mut text, &order, |text, group| {
            group_arcs(text, prepared, (pass, *group), ids, &groups[*group]);
        });
    }
    text
}

/// The arcs of one group, by volunteer.
fn group_arcs(
    text: &mut SafeCsv,
    prepared: &Prepared<'_>,
    (pass, group): (&Pass, usize),
    ids: &PlanIds,
    group_id: &str,
) {
    let arcs = pass.graph.row_start[group]..pass.graph.row_start[group + 1];
    let volunteer_id = |arc: usize| &ids.volunteers[pass.graph.volunteers[arc] as usize];
    let mut row: Vec<(&String, Score)> =
        arcs.map(|arc| (volunteer_id(arc), pass.score(prepared, group, arc))).collect();
    row.sort_unstable();
    for (volunteer, score) in row {
        for name in [pass.kind.code(), group_id, volunteer] {
            text.cell(name);
        }
        for points in std::iter::once(score.total()).chain(score.parts) {
            text.number(points);
        }
        text.end_row();
    }
}

/// Appends the rows of many items, which threads write in pieces.
fn append<Item: Sync>(text: &mut Vec<u8>, items: &[Item], write: impl Fn(&mut SafeCsv, &Item) + Sync) {
    for stretch in items.chunks(ITEMS_A_STRETCH) {
        let pieces: Vec<Vec<u8>> = stretch
            .par_chunks(ITEMS_A_TASK)
            .map(|items| {
                let mut piece = SafeCsv::without_headers();
                for item in items {
                    write(&mut piece, item);
                }
                piece.finish()
            })
            .collect();
        for piece in pieces {
            text.extend(piece);
        }
    }
}

/// `pairs.csv`: one row a paired child and one a served need; sorted by kind of row, child and need.
///
/// The cost is that of the arc: brothers and sisters of one group show the same.
pub fn pairs(prepared: &Prepared<'_>, plan: &Plan, ids: &PlanIds) -> Vec<u8> {
    let before =
        [("轮次", "pass"), ("儿童", "child"), ("志愿者", "volunteer"), ("儿童组", "group"), ("需求", "need")];
    let kinds = [("类型", "kind"), ("来源", "origin"), ("代价", "cost")];
    let after = [("候补", "backup"), ("待办手续", "awaited"), ("不再符合的规则", "broken")];
    let named =
        |pairs: &[(&str, &str)]| -> Vec<String> { pairs.iter().map(|(zh, code)| header(zh, code)).collect() };
    let headers = named(&before).into_iter().chain(named(&kinds)).chain(term_headers()).chain(named(&after));
    let mut text = SafeCsv::new(headers).finish();
    append_leads(&mut text, prepared, plan, ids);
    let mut services = service_rows(prepared, plan, ids);
    services.par_sort_unstable();
    append(&mut text, &services, |text, row| text.row(row));
    text
}

/// Rows of leads, by child: a child has one. No row is kept once it is written.
fn append_leads(text: &mut Vec<u8>, prepared: &Prepared<'_>, plan: &Plan, ids: &PlanIds) {
    let solved = &plan.passes[0];
    let mut group_of = vec![None; ids.children.len()];
    for (position, group) in solved.pass.graph.groups.iter().enumerate() {
        group.children.iter().for_each(|child| group_of[*child as usize] = Some(position));
    }
    let row = |pair: &crate::plan::Pair| {
        let group = group_of[pair.child as usize];
        let arc = group.and_then(|group| Some((group, solved.solution.chosen[group]?)));
        let score = arc.map(|(group, arc)| solved.pass.score(prepared, group, arc as usize)).or(pair.score);
        let mut row = vec![
            PassKind::Lead.code().to_owned(),
            ids.children[pair.child as usize].clone(),
            ids.volunteers[pair.volunteer as usize].clone(),
            group.map(|group| ids.groups[0][group].clone()).unwrap_or_default(),
            String::new(),
            pair.kind.names().1.to_owned(),
            pair.origin.names().1.to_owned(),
        ];
        row.extend(score_cells(score.as_ref()));
        row.push(pair.backup.map(|unit| ids.volunteers[unit as usize].clone()).unwrap_or_default());
        row.push(papers(pair.awaited.iter().map(|missing| missing.paper)));
        row.push(pair.broken.iter().map(|rule| rule.code()).collect::<Vec<_>>().join(";"));
        row
    };
    let mut order: Vec<&crate::plan::Pair> = plan.pairs.iter().collect();
    order.par_sort_unstable_by_key(|pair| &ids.children[pair.child as usize]);
    append(text, &order, |text, pair| text.row(row(pair)));
}

fn service_rows(prepared: &Prepared<'_>, plan: &Plan, ids: &PlanIds) -> Vec<Vec<String>> {
    let groups = service_groups(plan, ids);
    let row = |service: &crate::plan::Service| {
        let ServiceOutcome::Assigned(volunteer) = service.outcome else { return None };
        let mut row = vec![
            PassKind::Service.code().to_owned(),
            ids.children[service.child as usize].clone(),
            ids.volunteers[volunteer as usize].clone(),
            groups.get(&(service.child, service.need)).cloned().unwrap_or_default(),
            need_code(prepared, service.child, service.need),
            "service".to_owned(),
            "proposed".to_owned(),
        ];
        row.extend(score_cells(service.score.as_ref()));
        row.push(String::new());
        row.push(papers(service.awaited.iter().map(|missing| missing.paper)));
        row.push(String::new());
        Some(row)
    };
    plan.services.iter().filter_map(row).collect()
}

/// Ids of the service groups, by child and need.
fn service_groups(plan: &Plan, ids: &PlanIds) -> std::collections::HashMap<(u32, usize), String> {
    let groups = plan.passes[1].pass.graph.groups.iter().zip(&ids.groups[1]);
    let keyed = groups.filter_map(|(group, id)| match group.scope {
        Scope::Service(need) => Some(((group.children[0], need), id.clone())),
        Scope::Lead => None,
    });
    keyed.collect()
}

/// A need's stable code, with its subject.
pub fn need_code(prepared: &Prepared<'_>, child: u32, need: usize) -> String {
    let need = &prepared.child_of(child).needs[need];
    let kind = need.kind.names().1;
    need.subject.map_or_else(|| kind.to_owned(), |subject| format!("{kind}.{}", subject.names().1))
}

fn papers(missing: impl Iterator<Item = Paper>) -> String {
    let mut codes: Vec<&str> = missing.map(Paper::code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.join(";")
}

/// `unmatched.csv`: children without a lead and needs without a specialist, each with its reason.
pub fn unmatched(prepared: &Prepared<'_>, plan: &Plan, ids: &PlanIds) -> Vec<u8> {
    let headers = [
        ("轮次", "pass"),
        ("儿童", "child"),
        ("需求", "need"),
        ("优先等级", "class"),
        ("原因代码", "reason"),
        ("原因", "reason_zh"),
        ("规则", "rules"),
        ("候选人数", "candidates"),
    ];
    let mut text = SafeCsv::new(headers.map(|(zh, code)| header(zh, code))).finish();
    let mut alone: Vec<&crate::plan::Unmatched> = plan.unmatched.iter().collect();
    alone.par_sort_unstable_by_key(|alone| &ids.children[alone.child as usize]);
    append(&mut text, &alone, |text, alone| text.row(alone_row(prepared, ids, alone)));
    let unserved = plan.services.par_iter().filter_map(|service| unserved_row(prepared, ids, service));
    let mut unserved: Vec<Vec<String>> = unserved.collect();
    unserved.par_sort_unstable();
    append(&mut text, &unserved, |text, row| text.row(row));
    text
}

fn class_of(prepared: &Prepared<'_>, child: u32) -> String {
    prepared.policy.classes[prepared.children[child as usize].class].name_zh.clone()
}

fn alone_row(prepared: &Prepared<'_>, ids: &PlanIds, alone: &crate::plan::Unmatched) -> Vec<String> {
    let codes = |rules: &[Rule]| rules.iter().map(|rule| rule.code()).collect::<Vec<_>>().join(";");
    let (rules, candidates) = match &alone.reason {
        UnmatchedReason::Own(rules) | UnmatchedReason::Sibling(rules) => (codes(rules), String::new()),
        UnmatchedReason::NoCandidate(lost) => {
            let lost: Vec<String> =
                lost.iter().map(|(rule, count)| format!("{}:{count}", rule.code())).collect();
            (lost.join(";"), "0".to_owned())
        }
        UnmatchedReason::Competition(Contenders::Exactly(count)) => (String::new(), count.to_string()),
        UnmatchedReason::Competition(Contenders::AtLeast(count)) => (String::new(), format!("{count}+")),
    };
    let (zh, _, code) = alone.reason.names();
    vec![
        PassKind::Lead.code().to_owned(),
        ids.children[alone.child as usize].clone(),
        String::new(),
        class_of(prepared, alone.child),
        code.to_owned(),
        zh.to_owned(),
        rules,
        candidates,
    ]
}

fn unserved_row(
    prepared: &Prepared<'_>,
    ids: &PlanIds,
    service: &crate::plan::Service,
) -> Option<Vec<String>> {
    let (zh, code) = match service.outcome {
        ServiceOutcome::Assigned(_) => return None,
        ServiceOutcome::Referral => ("无具备资质者，转介专业机构", "referral"),
        ServiceOutcome::Waiting => ("专业名额不足", "waiting"),
        ServiceOutcome::Withheld(reason) => (reason.texts().0, "withheld"),
        ServiceOutcome::Deferred => ("同时服务人数已达上限", "deferred"),
    };
    Some(vec![
        PassKind::Service.code().to_owned(),
        ids.children[service.child as usize].clone(),
        need_code(prepared, service.child, service.need),
        class_of(prepared, service.child),
        code.to_owned(),
        zh.to_owned(),
        String::new(),
        String::new(),
    ])
}

/// `people.csv`: the key from plan ids to the county's numbers.
pub fn people(prepared: &Prepared<'_>, ids: &PlanIds) -> Vec<u8> {
    let children = prepared.instance.children.iter().map(|child| child.id.as_str());
    let units = prepared.instance.volunteers.iter().map(|unit| unit.id.as_str());
    let mut rows: Vec<[&str; 3]> = children
        .zip(&ids.children)
        .map(|(own, id)| [id.as_str(), "child", own])
        .chain(units.zip(&ids.volunteers).map(|(own, id)| [id.as_str(), "volunteer", own]))
        .collect();
    rows.par_sort_unstable();
    let headers = [header("方案编号", "id"), header("身份", "kind"), header("本县编号", "own_id")];
    let mut text = SafeCsv::new(headers).finish();
    append(&mut text, &rows, |text, row| text.row(row));
    text
}
