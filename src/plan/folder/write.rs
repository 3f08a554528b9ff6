//! Renders the files of a plan folder.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::wire::{
    CertificateFile, ClassCount, Counts, FORMAT, LeftEntry, PairTotals, PassCertificate, PassTotals,
    PlanFile, PolicyRecord, RightEntry,
};
use super::{ARCS, CERTIFICATE, PAIRS, PEOPLE, PLAN, UNMATCHED, hexadecimal, tables};
use crate::assignment::{Status, certificate};
use crate::candidates::{Group, Origin, Prepared, Scope};
use crate::files::Files;
use crate::plan::ids::{PlanIds, derive};
use crate::plan::outline::Frame;
use crate::plan::{Pass, Plan, ServiceOutcome, SolvedPass};

/// Renders every file of a plan folder. `policy_text` is the canonical text of the policy.
///
/// # Panics
/// Where a plan that calls itself optimal fails its own certificate: a defect that must not be shipped.
pub fn render(prepared: &Prepared<'_>, plan: &Plan, policy_text: &str) -> Files {
    let passes: Vec<&Pass> = plan.passes.iter().map(|solved| &solved.pass).collect();
    let groups: Vec<&[Group]> = passes.iter().map(|pass| pass.graph.groups.as_slice()).collect();
    let ids = PlanIds::draw(prepared, &plan.options, &groups);
    let name = hexadecimal(&derive("jiedui plan name", &plan.options)[..8]);
    let certificate = certificate_file(prepared, plan, &ids, &name);
    let mut files = Files::from([
        (PAIRS, tables::pairs(prepared, plan, &ids)),
        (UNMATCHED, tables::unmatched(prepared, plan, &ids)),
        (ARCS, tables::arcs(prepared, &ids, &passes)),
        (PEOPLE, tables::people(prepared, &ids)),
        (CERTIFICATE, certificate_text(&certificate)),
    ]);
    let hashes =
        files.par_iter().map(|(name, bytes)| ((*name).to_owned(), hexadecimal(&Sha256::digest(bytes))));
    let header = plan_file(prepared, plan, &certificate, policy_text, hashes.collect());
    files.insert(PLAN, pretty(&header));
    files
}

/// One entry a line, so that a checker can name the line.
fn certificate_text(file: &CertificateFile) -> Vec<u8> {
    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).expect("plain data has a JSON form")
    }
    fn lines(entries: &[impl Serialize]) -> String {
        let mut text = String::new();
        for entry in entries {
            text.push_str(if text.is_empty() { "" } else { ",\n" });
            text.push_str(&json(entry));
        }
        text
    }
    let passes: Vec<String> = file
        .passes
        .iter()
        .map(|pass| {
            let dual = pass.dual.as_ref().map(|dual| format!(",\"dual\":{}", json(dual))).unwrap_or_default();
            format!(
                "{{\"pass\":{},\"step\":{},\"load_step\":{},\"primal\":{}{dual},\n\"left\":[\n{}\n],\n\"right\":[\n{}\n]}}",
                json(&pass.pass),
                pass.step,
                pass.load_step,
                json(&pass.primal),
                lines(&pass.left),
                lines(&pass.right),
            )
        })
        .collect();
    let text = format!(
        "{{\"format\":{},\"plan\":{},\"passes\":[\n{}\n]}}\n",
        json(&file.format),
        json(&file.plan),
        passes.join(",\n")
    );
    text.into_bytes()
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).expect("plain data has a JSON form");
    text.push(b'\n');
    text
}

fn certificate_file(prepared: &Prepared<'_>, plan: &Plan, ids: &PlanIds, name: &str) -> CertificateFile {
    let passes = plan.passes.iter().zip(&ids.groups);
    CertificateFile {
        format: FORMAT.to_owned(),
        plan: name.to_owned(),
        passes: passes.map(|(solved, groups)| pass_certificate(prepared, solved, ids, groups)).collect(),
    }
}

/// The proof of one pass, from its prices; without the prices where the method finds none.
fn pass_certificate(
    prepared: &Prepared<'_>,
    solved: &SolvedPass,
    ids: &PlanIds,
    groups: &[String],
) -> PassCertificate {
    let SolvedPass { pass, solution, .. } = solved;
    let proof = (solution.status == Status::Optimal).then(|| {
        certificate::check(&pass.problem, &solution.chosen, &solution.price)
            .expect("an exact solution carries its proof")
    });
    let mut entries = describe(prepared, pass.frame(), ids, groups);
    if let Some(proof) = &proof {
        for (entry, price) in entries.left.iter_mut().zip(&proof.left_price) {
            entry.u = Some(*price);
        }
        for (entry, price) in entries.right.iter_mut().zip(&solution.price) {
            entry.v = Some(*price);
        }
    }
    entries.left.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    entries.right.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    entries.primal = solution.objective.total().to_string();
    entries.dual = proof.map(|proof| proof.dual.to_string());
    entries
}

/// What a pass looks like before it is solved: groups and places under their plan ids, in problem order.
pub fn describe(
    prepared: &Prepared<'_>,
    pass: Frame<'_>,
    ids: &PlanIds,
    groups: &[String],
) -> PassCertificate {
    let left = pass.groups.iter().zip(groups).zip(&pass.unmatched.ranks).map(|((group, id), rank)| {
        let mut children: Vec<String> =
            group.children.iter().map(|child| ids.children[*child as usize].clone()).collect();
        children.sort_unstable();
        LeftEntry {
            id: id.clone(),
            children,
            need: match group.scope {
                Scope::Lead => None,
                Scope::Service(need) => Some(tables::need_code(prepared, group.children[0], need)),
            },
            rank: *rank,
            unmatched: rank * pass.unmatched.step,
            u: None,
        }
    });
    let right = pass.places.iter().map(|place| RightEntry {
        id: ids.volunteers[place.volunteer as usize].clone(),
        offered: place.offered,
        standing: place.standing,
        capacity: place.open(),
        v: None,
    });
    PassCertificate {
        pass: pass.kind.code().to_owned(),
        step: pass.unmatched.step,
        load_step: pass.load_step,
        primal: String::new(),
        dual: None,
        left: left.collect(),
        right: right.collect(),
    }
}

fn plan_file(
    prepared: &Prepared<'_>,
    plan: &Plan,
    certificate: &CertificateFile,
    policy_text: &str,
    files: BTreeMap<String, String>,
) -> PlanFile {
    let instance = prepared.instance;
    PlanFile {
        format: FORMAT.to_owned(),
        engine: concat!("jiedui ", env!("CARGO_PKG_VERSION")).to_owned(),
        plan: certificate.plan.clone(),
        status: if plan.status == Status::Optimal { "optimal" } else { "feasible" }.to_owned(),
        provisional: plan.options.provisional,
        solver: plan.options.method.name().to_owned(),
        seed: plan.options.seed,
        today: instance.dates.today.to_string(),
        from: instance.dates.period.first.to_string(),
        to: instance.dates.period.last.to_string(),
        policy: PolicyRecord {
            name: prepared.policy.name.clone(),
            version: prepared.policy.version.clone(),
            sha256: hexadecimal(&Sha256::digest(policy_text)),
            text: policy_text.to_owned(),
        },
        inputs_sha256: fingerprint(&plan.options.digest),
        counts: counts(prepared, plan),
        classes: classes(prepared, plan),
        passes: plan
            .passes
            .iter()
            .zip(&certificate.passes)
            .map(|(solved, proof)| totals(solved, proof))
            .collect(),
        files,
    }
}

/// The published fingerprint of the inputs: a hash of their digest, which itself is the key to the ids and
/// stays private.
pub fn fingerprint(digest: &[u8; 32]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"jiedui inputs\0");
    hash.update(digest);
    hexadecimal(&hash.finalize())
}

fn totals(solved: &SolvedPass, proof: &PassCertificate) -> PassTotals {
    let objective = &solved.solution.objective;
    PassTotals {
        pass: proof.pass.clone(),
        groups: solved.pass.graph.groups.len(),
        arcs: solved.pass.graph.arc_count(),
        pairs: PairTotals::of(&solved.counts),
        cost: objective.arcs.to_string(),
        load: objective.load.to_string(),
        unmatched: objective.unmatched.to_string(),
        primal: proof.primal.clone(),
        dual: proof.dual.clone(),
    }
}

fn counts(prepared: &Prepared<'_>, plan: &Plan) -> Counts {
    let outcome = |wanted: fn(&ServiceOutcome) -> bool| {
        plan.services.iter().filter(|service| wanted(&service.outcome)).count()
    };
    Counts {
        registered: prepared.instance.registered(),
        quarantined: prepared.instance.quarantined.len(),
        paired: plan.pairs.len(),
        proposed: plan.pairs.iter().filter(|pair| pair.origin == Origin::Proposed).count(),
        with_backup: plan.pairs.iter().filter(|pair| pair.backup.is_some()).count(),
        unmatched: plan.unmatched.len(),
        volunteers: prepared.instance.volunteers.len(),
        services: outcome(|outcome| matches!(outcome, ServiceOutcome::Assigned(_))),
        referrals: outcome(|outcome| *outcome == ServiceOutcome::Referral),
    }
}

/// Head counts by priority class.
pub fn classes(prepared: &Prepared<'_>, plan: &Plan) -> Vec<ClassCount> {
    let mut counts: Vec<ClassCount> = prepared
        .policy
        .classes
        .iter()
        .map(|class| ClassCount {
            name_zh: class.name_zh.clone(),
            name_en: class.name_en.clone(),
            children: 0,
            paired: 0,
        })
        .collect();
    prepared.children.iter().for_each(|child| counts[child.class].children += 1);
    plan.pairs.iter().for_each(|pair| counts[prepared.children[pair.child as usize].class].paired += 1);
    counts
}
