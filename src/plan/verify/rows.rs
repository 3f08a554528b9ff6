//! Rows agree with each other: ids, sums, groups, backups.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, certificate_line};
use crate::plan::folder::read::{ArcRow, Folder, PairRow};
use crate::plan::folder::wire::PassCertificate;
use crate::plan::folder::{ARCS, CERTIFICATE, PAIRS, UNMATCHED};

type ArcIndex<'a> = BTreeMap<(&'a str, &'a str, &'a str), &'a ArcRow>;

pub(super) fn check(folder: &Folder, findings: &mut Findings) {
    let arcs = check_arcs(folder, findings);
    for pass in &folder.certificate.passes {
        check_entries(folder, pass, findings);
        check_ids(folder, pass, findings);
        check_children(folder, pass, findings);
    }
    for pair in &folder.pairs {
        check_pair(&arcs, folder, pair, findings);
    }
    check_once(folder, findings);
    check_backups(folder, &arcs, findings);
}

/// Arcs are sorted, known to the certificate, and cost what their parts sum to.
fn check_arcs<'a>(folder: &'a Folder, findings: &mut Findings) -> ArcIndex<'a> {
    let mut known: BTreeSet<(&str, &str, bool)> = BTreeSet::new();
    for pass in &folder.certificate.passes {
        known.extend(pass.left.iter().map(|entry| (pass.pass.as_str(), entry.id.as_str(), true)));
        known.extend(pass.right.iter().map(|entry| (pass.pass.as_str(), entry.id.as_str(), false)));
    }
    let mut index = ArcIndex::new();
    let mut previous: Option<&ArcRow> = None;
    for arc in &folder.arcs {
        let sum: i64 = arc.score.parts.iter().sum();
        if sum != arc.cost {
            let zh = format!("各项之和 {sum} 不等于代价 {}", arc.cost);
            findings.add(ARCS, arc.line, zh, format!("the parts sum to {sum}, not to the cost {}", arc.cost));
        }
        for (id, left) in [(&arc.left, true), (&arc.right, false)] {
            if !known.contains(&(arc.pass.as_str(), id, left)) {
                let zh = format!("编号 {id} 不在证明中");
                findings.add(ARCS, arc.line, zh, format!("{id} is not in the certificate"));
            }
        }
        let key = |arc: &'a ArcRow| (arc.pass.as_str(), arc.left.as_str(), arc.right.as_str());
        if previous.is_some_and(|earlier| key(earlier) >= key(arc)) {
            findings.add(ARCS, arc.line, "行序有误或重复", "rows are out of order or repeated");
        }
        index.insert(key(arc), arc);
        previous = Some(arc);
    }
    index
}

/// Entries of the certificate agree with themselves.
fn check_entries(folder: &Folder, pass: &PassCertificate, findings: &mut Findings) {
    for entry in &pass.left {
        if i128::from(entry.rank) * i128::from(pass.step) != i128::from(entry.unmatched) {
            let line = certificate_line(folder, &pass.pass, "left", &entry.id);
            let (rank, step, unmatched) = (entry.rank, pass.step, entry.unmatched);
            let zh = format!("未匹配代价 {unmatched} 不等于等级 {rank} × 步长 {step}");
            let en = format!("the unmatched price {unmatched} is not rank {rank} × step {step}");
            findings.add(CERTIFICATE, line, zh, en);
        }
    }
    for entry in &pass.right {
        if entry.offered.saturating_sub(entry.standing) != entry.capacity || entry.capacity == 0 {
            let line = certificate_line(folder, &pass.pass, "right", &entry.id);
            let (offered, standing, capacity) = (entry.offered, entry.standing, entry.capacity);
            let zh = format!("开放名额 {capacity} 不等于名额 {offered} − 已占 {standing}");
            let en =
                format!("capacity {capacity} is not offered {offered} − standing {standing}, at least 1");
            findings.add(CERTIFICATE, line, zh, en);
        }
    }
}

/// A single child's group for a lead bears the child's id, and where the key is there, it knows everybody.
fn check_ids(folder: &Folder, pass: &PassCertificate, findings: &mut Findings) {
    let unknown = |id: &str| folder.people.as_ref().is_some_and(|people| !people.contains_key(id));
    for entry in &pass.left {
        let single = entry.need.is_none() && entry.children.len() == 1;
        let own = !single || entry.children[0] == entry.id;
        if !own || entry.children.iter().any(|child| unknown(child)) {
            let line = certificate_line(folder, &pass.pass, "left", &entry.id);
            let zh = format!("{} 与其儿童的编号不符", entry.id);
            findings.add(CERTIFICATE, line, zh, format!("{} and its children's ids do not agree", entry.id));
        }
    }
    for entry in pass.right.iter().filter(|entry| unknown(&entry.id)) {
        let line = certificate_line(folder, &pass.pass, "right", &entry.id);
        let zh = format!("编号 {} 不在 people.csv 中", entry.id);
        findings.add(CERTIFICATE, line, zh, format!("{} is not in people.csv", entry.id));
    }
}

/// Every child of a group shows either as a pair of that group or as unmatched.
fn check_children(folder: &Folder, pass: &PassCertificate, findings: &mut Findings) {
    let paired: BTreeSet<(&str, &str, &str)> = folder
        .pairs
        .iter()
        .filter(|pair| pair.pass == pass.pass)
        .map(|pair| (pair.group.as_str(), pair.child.as_str(), pair.need.as_str()))
        .collect();
    let alone: BTreeSet<(&str, &str)> = folder
        .unmatched
        .iter()
        .filter(|row| row.pass == pass.pass)
        .map(|row| (row.child.as_str(), row.need.as_str()))
        .collect();
    for entry in &pass.left {
        let need = entry.need.as_deref().unwrap_or_default();
        for child in &entry.children {
            let shown = paired.contains(&(entry.id.as_str(), child.as_str(), need));
            if shown == alone.contains(&(child.as_str(), need)) {
                let line = certificate_line(folder, &pass.pass, "left", &entry.id);
                let zh = format!("儿童 {child} 应在 pairs.csv 或 unmatched.csv 中恰好出现一次");
                let en = format!("child {child} must stand once, in pairs.csv or in unmatched.csv");
                findings.add(CERTIFICATE, line, zh, en);
            }
        }
    }
}

/// A pair's cost is that of its arc; a standing pair's cost is the sum of its parts.
fn check_pair(arcs: &ArcIndex<'_>, folder: &Folder, pair: &PairRow, findings: &mut Findings) {
    if let Some((cost, score)) = &pair.cost
        && score.total() != *cost
    {
        let zh = format!("各项之和 {} 不等于代价 {cost}", score.total());
        let en = format!("the parts sum to {}, not to the cost {cost}", score.total());
        findings.add(PAIRS, pair.line, zh, en);
    }
    if let Some(people) = &folder.people {
        for id in [&pair.child, &pair.volunteer] {
            if !people.contains_key(id) {
                findings.add(
                    PAIRS,
                    pair.line,
                    format!("编号 {id} 不在 people.csv 中"),
                    format!("{id} is not in people.csv"),
                );
            }
        }
    }
    if pair.group.is_empty() {
        if pair.origin == "proposed" {
            findings.add(PAIRS, pair.line, "建议的结对没有儿童组", "a proposed pair has no group");
        }
        return;
    }
    let arc = arcs.get(&(pair.pass.as_str(), pair.group.as_str(), pair.volunteer.as_str()));
    let Some(arc) = arc else {
        let zh = format!("arcs.csv 中没有 {} 与 {} 的可行结对", pair.group, pair.volunteer);
        let en = format!("arcs.csv has no arc from {} to {}", pair.group, pair.volunteer);
        findings.add(PAIRS, pair.line, zh, en);
        return;
    };
    if pair.cost != Some((arc.cost, arc.score)) {
        let zh = format!("代价与 arcs.csv 第 {} 行不符", arc.line);
        findings.add(PAIRS, pair.line, zh, format!("the cost differs from arcs.csv line {}", arc.line));
    }
}

/// No child has two leads, and nobody is both paired and unmatched for the same.
fn check_once(folder: &Folder, findings: &mut Findings) {
    let mut seen: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for pair in &folder.pairs {
        if !seen.insert((&pair.pass, &pair.child, &pair.need)) {
            let zh = format!("儿童 {} 出现两次", pair.child);
            findings.add(PAIRS, pair.line, zh, format!("child {} stands twice", pair.child));
        }
    }
    for row in &folder.unmatched {
        if !seen.insert((&row.pass, &row.child, &row.need)) {
            let zh = format!("儿童 {} 已在 pairs.csv 中", row.child);
            findings.add(UNMATCHED, row.line, zh, format!("child {} stands in pairs.csv", row.child));
        }
    }
}

/// Backups are admissible, somebody else, and within the places that are left.
fn check_backups(folder: &Folder, arcs: &ArcIndex<'_>, findings: &mut Findings) {
    let Some(lead) = folder.certificate.passes.first() else { return };
    let mut left: BTreeMap<&str, i64> =
        lead.right.iter().map(|entry| (entry.id.as_str(), i64::from(entry.capacity))).collect();
    let mut groups: BTreeMap<&str, (&PairRow, &str)> = BTreeMap::new();
    for pair in folder.pairs.iter().filter(|pair| pair.pass == lead.pass && !pair.group.is_empty()) {
        let (first, backup) = groups.entry(&pair.group).or_insert((pair, &pair.backup));
        if first.line == pair.line {
            *left.entry(&pair.volunteer).or_default() -= 1;
        } else if *backup != pair.backup || first.volunteer != pair.volunteer {
            findings.add(
                PAIRS,
                pair.line,
                "同一儿童组的志愿者或候补不一致",
                "volunteer or backup differs within one group",
            );
        }
    }
    for (group, (pair, backup)) in groups {
        if backup.is_empty() {
            continue;
        }
        let room = left.entry(backup).or_default();
        *room -= 1;
        let admissible = arcs.contains_key(&(lead.pass.as_str(), group, backup));
        if *room < 0 || !admissible || backup == pair.volunteer {
            let zh = format!("候补 {backup} 不可行、无余额或就是结对志愿者");
            let en = format!("backup {backup} is not admissible, has no place left, or is the lead");
            findings.add(PAIRS, pair.line, zh, en);
        }
    }
}
