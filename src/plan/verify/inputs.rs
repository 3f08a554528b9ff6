//! Derives the arcs anew from the inputs and compares.

use super::{Finding, Findings};
use crate::candidates::Prepared;
use crate::plan::folder::read::Folder;
use crate::plan::folder::wire::PassCertificate;
use crate::plan::folder::write::{describe, fingerprint};
use crate::plan::folder::{ARCS, CERTIFICATE, PEOPLE, PLAN, tables};
use crate::plan::ids::PlanIds;
use crate::plan::{Pass, PlanOptions};

/// Checks that `arcs.csv` holds exactly the admissible pairs of the inputs at their costs, and that the
/// certificate speaks of exactly their groups and places.
///
/// `passes` are the problems posed anew from the same inputs and policy; `options` must carry the seed of the
/// plan and the digest of the inputs.
///
/// # Errors
/// Everything that differs.
pub fn against_inputs(
    folder: &Folder,
    prepared: &Prepared<'_>,
    options: &PlanOptions,
    passes: &[&Pass],
) -> Result<(), Vec<Finding>> {
    let mut findings = Findings::default();
    if fingerprint(&options.digest) != folder.plan.inputs_sha256 {
        findings.add(
            PLAN,
            0,
            "方案出自别的人员、日期或规则（inputs_sha256 不符）：请指向原来的资料",
            "the plan was made from other people, dates or policy (inputs_sha256 differs): name the original inputs",
        );
        return Err(findings.0);
    }
    let ids = PlanIds::draw(prepared, options, passes);
    compare_lines(ARCS, &folder.bytes[ARCS], &tables::arcs(&ids, passes), &mut findings);
    if let Some(people) = folder.bytes.get(PEOPLE) {
        compare_lines(PEOPLE, people, &tables::people(prepared, &ids), &mut findings);
    }
    for ((pass, groups), written) in passes.iter().zip(&ids.groups).zip(&folder.certificate.passes) {
        compare_entries(folder, &describe(prepared, pass, &ids, groups), written, &mut findings);
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

/// Names the first line that differs: lines are sorted, so everything after it may merely be shifted.
fn compare_lines(file: &'static str, written: &[u8], derived: &[u8], findings: &mut Findings) {
    if written == derived {
        return;
    }
    let lines =
        |bytes: &[u8]| -> Vec<Vec<u8>> { bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect() };
    let (written, derived) = (lines(written), lines(derived));
    let same = written.iter().zip(&derived).take_while(|(a, b)| a == b).count();
    findings.add(
        file,
        same as u64 + 1,
        format!("与按资料重新推导的内容不符（写出 {} 行，应有 {} 行）", written.len() - 1, derived.len() - 1),
        format!(
            "differs from what the inputs give ({} lines written, {} derived)",
            written.len() - 1,
            derived.len() - 1
        ),
    );
}

fn compare_entries(
    folder: &Folder,
    derived: &PassCertificate,
    written: &PassCertificate,
    findings: &mut Findings,
) {
    let mut bare = written.clone();
    bare.left.iter_mut().for_each(|entry| entry.u = None);
    bare.right.iter_mut().for_each(|entry| entry.v = None);
    let mut derived = derived.clone();
    derived.left.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    derived.right.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let differs = "与按资料重新推导的内容不符";
    let different_left =
        bare.left.iter().zip(&derived.left).find(|(a, b)| a != b).map(|(a, _)| ("left", &a.id));
    let different_right =
        bare.right.iter().zip(&derived.right).find(|(a, b)| a != b).map(|(a, _)| ("right", &a.id));
    for (side, id) in different_left.into_iter().chain(different_right) {
        let line = super::certificate_line(folder, &written.pass, side, id);
        findings.add(CERTIFICATE, line, differs, "differs from what the inputs give");
    }
    let shape = |pass: &PassCertificate| (pass.step, pass.load_step, pass.left.len(), pass.right.len());
    if shape(&bare) != shape(&derived) {
        findings.add(
            CERTIFICATE,
            0,
            differs,
            "step, load step or number of entries differs from what the inputs give",
        );
    }
}
