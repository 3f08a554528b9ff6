//! Checks a plan folder without the solver: everything that is wrong, each with its file and line.
//!
//! From the folder alone: every row agrees with every other, the costs are the sums of their parts, and the
//! prices prove that no cheaper plan exists over the arcs of `arcs.csv` (see
//! [`certificate`](crate::assignment::certificate)). Whether these pairs are admissible, and whether the prices rule out
//! every admissible pair that is not among them, only the inputs can tell: [`against_inputs`] asks the rules anew.

mod inputs;
mod passes;
mod rows;

use sha2::{Digest, Sha256};

pub use inputs::against_inputs;

use super::folder::read::Folder;
use super::folder::{CERTIFICATE, PLAN, hexadecimal};

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub file: &'static str,
    /// The line, from 1; 0 where no line is to blame.
    pub line: u64,
    /// Chinese and English text.
    pub texts: (String, String),
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (zh, en) = &self.texts;
        match self.line {
            0 => write!(f, "{}: {zh} / {en}", self.file),
            line => write!(f, "{}:{line}: {zh} / {en}", self.file),
        }
    }
}

/// The findings of a check, as they come.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, file: &'static str, line: u64, zh: impl Into<String>, en: impl Into<String>) {
        self.0.push(Finding { file, line, texts: (zh.into(), en.into()) });
    }
}

/// What a sound folder proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// By pass: name, cost of the plan, proven bound (none where the method gives no proof).
    pub passes: Vec<(String, i128, Option<i128>)>,
}

impl Proof {
    /// Whether every pass is proven optimal.
    pub fn optimal(&self) -> bool {
        self.passes.iter().all(|(_, primal, dual)| *dual == Some(*primal))
    }
}

/// Checks a folder from its own files.
///
/// # Errors
/// Everything that does not hold, sorted by file and line.
///
/// # Complexity
/// O(a log a) for a arcs.
pub fn folder(folder: &Folder) -> Result<Proof, Vec<Finding>> {
    let mut findings = Findings::default();
    rows::check(folder, &mut findings);
    let proof = passes::check(folder, &mut findings);
    check_hashes(folder, &mut findings);
    findings.0.sort();
    findings.0.dedup();
    if findings.0.is_empty() { Ok(proof) } else { Err(findings.0) }
}

/// Every file is the one that was written. Named last: a row to blame says more.
fn check_hashes(folder: &Folder, findings: &mut Findings) {
    for (name, bytes) in folder.bytes.iter().filter(|(name, _)| **name != PLAN) {
        let written = folder.plan.files.get(*name);
        if written.map(String::as_str) != Some(hexadecimal(&Sha256::digest(bytes)).as_str()) {
            findings.add(
                name,
                0,
                "写出后被改动（SHA-256 与 plan.json 不符）",
                "changed since it was written (SHA-256 differs from plan.json)",
            );
        }
    }
    if folder.certificate.plan != folder.plan.plan {
        let zh = format!("属于方案 {}，而 plan.json 是 {}", folder.certificate.plan, folder.plan.plan);
        let en =
            format!("belongs to plan {}, but plan.json is {}", folder.certificate.plan, folder.plan.plan);
        findings.add(CERTIFICATE, 1, zh, en);
    }
}

/// The line of `certificate.json` that holds an entry.
fn certificate_line(folder: &Folder, pass: &str, side: &str, id: &str) -> u64 {
    let opens = format!("{{\"pass\":\"{pass}\"");
    let side = format!("\"{side}\":[");
    let entry = format!("{{\"id\":\"{id}\"");
    let mut lines = folder.certificate_lines.iter().zip(1_u64..);
    lines
        .by_ref()
        .skip_while(|(line, _)| !line.starts_with(&opens))
        .skip_while(|(line, _)| !line.starts_with(&side))
        .find(|(line, _)| line.starts_with(&entry))
        .map_or(0, |(_, number)| number)
}
