//! The prices prove the cost: each pass is built again from its rows and handed to the certificate checker.

use std::collections::BTreeMap;

use super::{Findings, Proof, certificate_line};
use crate::assignment::certificate::{self, Violation};
use crate::assignment::{Objective, Problem, ProblemBuilder, ProblemError, Unmatched};
use crate::plan::folder::read::Folder;
use crate::plan::folder::wire::PassCertificate;
use crate::plan::folder::{ARCS, CERTIFICATE, PAIRS, PLAN};

pub(super) fn check(folder: &Folder, findings: &mut Findings) -> Proof {
    let passes = folder.certificate.passes.iter().map(|pass| check_pass(folder, pass, findings)).collect();
    let status = &folder.plan.status;
    let proof = Proof { passes };
    if proof.optimal() != (status == "optimal") {
        let zh = format!("状态 {status} 与证明不符");
        findings.add(PLAN, 0, zh, format!("the status {status} does not agree with the certificate"));
    }
    proof
}

/// A pass built again, with the choice that the pairs make.
struct Rebuilt {
    problem: Problem,
    chosen: Vec<Option<u32>>,
    /// Line in `arcs.csv` by arc.
    arc_lines: Vec<u64>,
    /// Line in `pairs.csv` by group.
    pair_lines: Vec<u64>,
}

fn check_pass(
    folder: &Folder,
    pass: &PassCertificate,
    findings: &mut Findings,
) -> (String, i128, Option<i128>) {
    let rebuilt = match rebuild(folder, pass) {
        Ok(rebuilt) => rebuilt,
        Err(error) => {
            findings.add(CERTIFICATE, 0, format!("{}：{error}", pass.pass), error.to_string());
            return (pass.pass.clone(), 0, None);
        }
    };
    let primal = Objective::of(&rebuilt.problem, &rebuilt.chosen).total();
    let name_line = pass_line(folder, &pass.pass);
    if primal.to_string() != pass.primal {
        let zh = format!("代价合计应为 {primal}，写的是 {}", pass.primal);
        let en = format!("the cost is {primal}, but {} is written", pass.primal);
        findings.add(CERTIFICATE, name_line, zh, en);
    }
    check_totals(folder, pass, findings);
    let prices: Option<Vec<i64>> = pass.right.iter().map(|entry| entry.v).collect();
    let (Some(prices), Some(dual)) = (prices, &pass.dual) else { return (pass.pass.clone(), primal, None) };
    match certificate::check(&rebuilt.problem, &rebuilt.chosen, &prices) {
        Ok(optimality) => {
            for (entry, price) in pass.left.iter().zip(&optimality.left_price) {
                if entry.u != Some(*price) {
                    let line = certificate_line(folder, &pass.pass, "left", &entry.id);
                    findings.add(CERTIFICATE, line, format!("u 应为 {price}"), format!("u must be {price}"));
                }
            }
            if optimality.dual.to_string() != *dual {
                let zh = format!("对偶界应为 {}，写的是 {dual}", optimality.dual);
                let en = format!("the dual bound is {}, but {dual} is written", optimality.dual);
                findings.add(CERTIFICATE, name_line, zh, en);
            }
            (pass.pass.clone(), primal, Some(optimality.dual))
        }
        Err(violations) => {
            violations.iter().for_each(|violation| blame(folder, pass, &rebuilt, violation, findings));
            (pass.pass.clone(), primal, None)
        }
    }
}

fn pass_line(folder: &Folder, pass: &str) -> u64 {
    let opens = format!("{{\"pass\":\"{pass}\"");
    let lines = folder.certificate_lines.iter().zip(1_u64..);
    lines.filter(|(line, _)| line.starts_with(&opens)).map(|(_, number)| number).next().unwrap_or(0)
}

/// The totals of `plan.json` are those of the certificate.
fn check_totals(folder: &Folder, pass: &PassCertificate, findings: &mut Findings) {
    let written = folder.plan.passes.iter().find(|totals| totals.pass == pass.pass);
    let agree = written.is_some_and(|totals| {
        let parts = [&totals.cost, &totals.load, &totals.unmatched];
        let sum: Option<i128> = parts.iter().map(|part| part.parse::<i128>().ok()).sum();
        let arcs = folder.arcs.iter().filter(|arc| arc.pass == pass.pass).count();
        totals.primal == pass.primal
            && totals.dual == pass.dual
            && totals.groups == pass.left.len()
            && totals.arcs == arcs
            && sum.is_some_and(|sum| sum.to_string() == totals.primal)
    });
    if !agree {
        let zh = format!("轮次 {} 的合计与证明不符", pass.pass);
        let en = format!("the totals of pass {} differ from the certificate", pass.pass);
        findings.add(PLAN, 0, zh, en);
    }
}

fn rebuild(folder: &Folder, pass: &PassCertificate) -> Result<Rebuilt, ProblemError> {
    let mut builder = ProblemBuilder::new();
    let mut right_of: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in &pass.right {
        let steps: Vec<i64> = (entry.standing..entry.standing.saturating_add(entry.capacity))
            .map(|households| i64::from(households).saturating_mul(pass.load_step))
            .collect();
        let steps = if pass.load_step == 0 { &[] } else { steps.as_slice() };
        right_of.insert(&entry.id, builder.push_right(entry.capacity, steps)?);
    }
    let mut rows: BTreeMap<&str, Vec<(u32, i64, u64)>> = BTreeMap::new();
    for arc in folder.arcs.iter().filter(|arc| arc.pass == pass.pass) {
        if let Some(right) = right_of.get(arc.right.as_str()) {
            rows.entry(&arc.left).or_default().push((*right, arc.cost, arc.line));
        }
    }
    let mut taken: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
    for pair in folder.pairs.iter().filter(|pair| pair.pass == pass.pass && !pair.group.is_empty()) {
        taken.entry(&pair.group).or_insert((&pair.volunteer, pair.line));
    }
    let (mut chosen, mut arc_lines, mut pair_lines) = (Vec::new(), Vec::new(), Vec::new());
    for entry in &pass.left {
        let row = rows.remove(entry.id.as_str()).unwrap_or_default();
        let pair = taken.get(entry.id.as_str());
        let right = pair.and_then(|(volunteer, _)| right_of.get(volunteer));
        let position = right.and_then(|right| row.iter().position(|arc| arc.0 == *right));
        chosen.push(position.map(|position| (arc_lines.len() + position) as u32));
        arc_lines.extend(row.iter().map(|arc| arc.2));
        pair_lines.push(pair.map_or(0, |pair| pair.1));
        let arcs: Vec<(u32, i64)> = row.iter().map(|arc| (arc.0, arc.1)).collect();
        builder.push_left(Unmatched::Price(entry.unmatched), &arcs)?;
    }
    Ok(Rebuilt { problem: builder.finish()?, chosen, arc_lines, pair_lines })
}

/// Says of a violation which rows are to blame.
fn blame(
    folder: &Folder,
    pass: &PassCertificate,
    rebuilt: &Rebuilt,
    violation: &Violation,
    findings: &mut Findings,
) {
    let left_line = |left: u32| certificate_line(folder, &pass.pass, "left", &pass.left[left as usize].id);
    let right_line =
        |right: u32| certificate_line(folder, &pass.pass, "right", &pass.right[right as usize].id);
    match violation {
        Violation::ArcNotTight { left, arc, value, best } => {
            let volunteer = &pass.right[rebuilt.problem.arc_right(*arc as usize) as usize].id;
            let group = &pass.left[*left as usize].id;
            let zh = format!("{group} 与 {volunteer} 的代价加名额价格为 {value}，另有 {best} 的选择");
            let en = format!("{group} takes {volunteer} at {value}, but has an option at {best}");
            findings.add(PAIRS, rebuilt.pair_lines[*left as usize], zh.as_str(), en.as_str());
            findings.add(ARCS, rebuilt.arc_lines[*arc as usize], zh.as_str(), en.as_str());
            findings.add(CERTIFICATE, left_line(*left), zh.as_str(), en.as_str());
            findings.add(CERTIFICATE, right_line(rebuilt.problem.arc_right(*arc as usize)), zh, en);
        }
        Violation::UnmatchedNotTight { left, value, best } => {
            let group = &pass.left[*left as usize].id;
            let zh = format!("{group} 未匹配，代价 {value}，另有 {best} 的选择");
            let en = format!("{group} stays unmatched at {value}, but has an option at {best}");
            findings.add(CERTIFICATE, left_line(*left), zh, en);
        }
        Violation::MustBeAssigned { left } | Violation::ForeignArc { left, .. } => {
            findings.add(CERTIFICATE, left_line(*left), "所选结对不可行", violation.to_string());
        }
        Violation::LeftPriceRange { left, .. } => {
            findings.add(CERTIFICATE, left_line(*left), "价格超出 64 位", violation.to_string());
        }
        Violation::OverCapacity { right, used, capacity } => {
            let volunteer = &pass.right[*right as usize].id;
            let zh = format!("{volunteer} 承担 {used} 户，超过开放名额 {capacity}");
            let en = format!("{volunteer} takes {used}, more than the capacity {capacity}");
            findings.add(CERTIFICATE, right_line(*right), zh, en);
        }
        Violation::NegativePrice { right, price } => {
            let (zh, en) = (format!("名额价格 {price} 为负"), format!("the price {price} is negative"));
            findings.add(CERTIFICATE, right_line(*right), zh, en);
        }
        Violation::PriceBelowUsedUnit { right, price, step } => {
            let zh = format!("名额价格 {price} 低于已用名额的负荷 {step}");
            let en = format!("the price {price} is below the load {step} of a place in use");
            findings.add(CERTIFICATE, right_line(*right), zh, en);
        }
        Violation::PriceAboveSpareUnit { right, price, step } => {
            let zh = format!("名额价格 {price} 高于空余名额的负荷 {step}");
            let en = format!("the price {price} is above the load {step} of a place to spare");
            findings.add(CERTIFICATE, right_line(*right), zh, en);
        }
        other => {
            let line = pass_line(folder, &pass.pass);
            findings.add(CERTIFICATE, line, format!("轮次 {} 的证明不成立", pass.pass), other.to_string());
        }
    }
}
