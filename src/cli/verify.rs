//! `jiedui verify PLAN`: checks a plan folder without the solver, and with `--inputs` against the sheets.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::inputs::{InputArguments, inputs_of, prepare};
use super::threads;
use crate::input::write::canonical::digest;
use crate::pipeline::pose;
use crate::plan::PlanOptions;
use crate::plan::folder::read::Folder;
use crate::plan::verify::{self, Finding};

/// 检验方案及其最优性证明 / Check a plan and its proof of optimality
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// 方案文件夹 / Plan folder
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// 原始资料：核对各对是否可行，并查证明是否排除其余全部可行结对 / The sheets: check the pairs held, and that the prices rule out every admissible pair left out
    #[arg(long, value_name = "DIR")]
    pub inputs: Option<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
}

/// Runs the verb: exit status 0 where everything holds, 1 where something does not.
///
/// # Errors
/// A folder that cannot be read.
pub fn run(arguments: &VerifyArguments) -> anyhow::Result<ExitCode> {
    threads::begin(None)?;
    let folder = Folder::read(&arguments.plan)?;
    let proof = match verify::folder(&folder) {
        Ok(proof) => proof,
        Err(findings) => return Ok(refuse(&findings)),
    };
    if let Some(inputs) = &arguments.inputs {
        let loaded = inputs_of(&arguments.plan, &folder, Some(inputs), &arguments.input)?;
        let prepared = prepare(&loaded, &folder);
        let posed = pose(&prepared)?;
        let options = PlanOptions {
            seed: folder.plan.seed,
            method: crate::assignment::Method::Exact,
            provisional: folder.plan.provisional,
            digest: digest(&loaded.instance, &loaded.policy),
        };
        if let Err(findings) =
            verify::against_inputs(&folder, &prepared, &options, &[&posed.lead, &posed.service])
        {
            return Ok(refuse(&findings));
        }
        println!("资料 / inputs: 与资料一致 / agrees with the sheets{}", all_pairs(&proof));
    }
    for (pass, primal, dual) in &proof.passes {
        match dual {
            Some(dual) => println!("{pass}: 最优 / optimal, cost = dual = {dual}"),
            None => println!("{pass}: 可行，未证明最优 / feasible, not proven optimal, cost = {primal}"),
        }
    }
    if folder.plan.provisional {
        println!("预排方案，不得发出邀请 / provisional: nothing of it may be offered");
    }
    Ok(ExitCode::SUCCESS)
}

/// How far the proof goes, with the inputs at hand.
fn all_pairs(proof: &verify::Proof) -> &'static str {
    if proof.optimal() {
        "；证明覆盖全部可行结对 / the proof covers every admissible pair"
    } else {
        ""
    }
}

fn refuse(findings: &[Finding]) -> ExitCode {
    for finding in findings {
        println!("{finding}");
    }
    println!("不成立：{} 处 / does not hold: {} findings", findings.len(), findings.len());
    ExitCode::from(1)
}
