//! `jiedui solve FILE.asn`: an assignment problem in the DIMACS format, solved by the method named.
//!
//! Prints `cost N` on a line of its own, or with `--json` one object. `--assignment OUT` writes `s cost` and `f i j 1`
//! lines. Exit status 0 for an answer; 2 with a Hall witness where no complete assignment exists, and for every error.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::progress::ProgressLine;
use super::{stop, threads};
use crate::assignment::dimacs::{self, Instance};
use crate::assignment::{HallWitness, Method, Solution, SolveError, Status, certificate, solve};

/// Nodes of a Hall witness that are named on the terminal.
const WITNESS_NODES_SHOWN: usize = 20;

/// 求解 DIMACS 指派问题 / Solve an assignment problem in the DIMACS format
#[derive(Debug, Args)]
pub struct SolveArguments {
    /// 问题文件 / The problem (p asn, n, a lines)
    #[arg(value_name = "FILE.asn")]
    pub file: PathBuf,
    /// 求解方法 / Method
    #[arg(long, value_enum, default_value_t = Solver::Exact)]
    pub solver: Solver,
    /// 随机方法的种子 / Seed of the random method
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// 写出所选的弧 / Write the chosen arcs as `f i j 1` lines
    #[arg(long, value_name = "OUT")]
    pub assignment: Option<PathBuf>,
    /// 以 JSON 输出 / Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// The methods by their names on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Solver {
    /// 最优且可验证 / least cost, with proof
    Exact,
    /// 全局最便宜的弧优先 / cheapest arc of all first
    Greedy,
    /// 先到先得 / first come, first served
    FirstCome,
    /// 稳定匹配 / stable
    GaleShapley,
    /// 稠密匈牙利法，仅小规模 / dense Hungarian, small sizes only
    KuhnMunkres,
    /// 随机 / random, seeded
    Random,
}

impl Solver {
    /// The method of the engine; the seed is for the random one.
    pub fn method(self, seed: u64) -> Method {
        match self {
            Self::Exact => Method::Exact,
            Self::Greedy => Method::Greedy,
            Self::FirstCome => Method::FirstCome,
            Self::GaleShapley => Method::GaleShapley,
            Self::KuhnMunkres => Method::KuhnMunkres,
            Self::Random => Method::Random { seed },
        }
    }
}

/// What `--json` prints. The cost is a number with all its digits.
#[derive(Debug, Serialize)]
struct Summary {
    cost: i128,
    left: usize,
    right: usize,
    arcs: usize,
    read_ms: u64,
    solve_ms: u64,
    peak_memory_bytes: Option<u64>,
    certificate: Option<bool>,
}

/// Runs the verb.
///
/// # Errors
/// Unreadable or malformed files, and methods that cannot answer; the caller prints them and exits with status 2.
pub fn run(arguments: &SolveArguments) -> anyhow::Result<ExitCode> {
    threads::begin(None)?;
    stop::listen()?;
    let mut line = ProgressLine::new();
    line.begin("读取问题 / reading");
    let started = Instant::now();
    let path = arguments.file.display();
    let file = File::open(&arguments.file).with_context(|| format!("打不开 {path} / cannot open {path}"))?;
    let instance = dimacs::read(BufReader::with_capacity(1 << 16, file)).with_context(|| path.to_string())?;
    let read_ms = elapsed_ms(started);
    let started = Instant::now();
    let solved = solve(&instance.problem, arguments.solver.method(arguments.seed), &mut |step| {
        line.solver("求解 solving：", step);
        if stop::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    line.clear();
    let solve_ms = elapsed_ms(started);
    let solution = match solved {
        Ok(solution) => solution,
        Err(SolveError::Infeasible(witness)) => {
            explain_infeasible(&instance, &witness, arguments.json)?;
            return Ok(ExitCode::from(2));
        }
        Err(SolveError::Cancelled) => return Err(stop::Cancelled.into()),
        Err(error) => return Err(error).with_context(|| path.to_string()),
    };
    let certificate = (solution.status == Status::Optimal)
        .then(|| certificate::check(&instance.problem, &solution.chosen, &solution.price).is_ok());
    if let Some(out) = &arguments.assignment {
        stop::before_writing()?;
        write_aside(&instance, &solution, out)
            .with_context(|| format!("写不了 {0} / cannot write {0}", out.display()))
            .map_err(stop::or_cancelled)?;
    }
    let cost = solution.objective.total();
    let mut terminal = io::stdout().lock();
    if arguments.json {
        let summary = Summary {
            cost,
            left: instance.problem.left_count(),
            right: instance.problem.right_count(),
            arcs: instance.problem.arc_count(),
            read_ms,
            solve_ms,
            peak_memory_bytes: peak_memory_bytes(),
            certificate,
        };
        writeln!(terminal, "{}", serde_json::to_string(&summary)?)?;
    } else {
        writeln!(terminal, "cost {cost}")?;
    }
    anyhow::ensure!(
        certificate != Some(false),
        "最优性证明不成立，请报告此问题 / the certificate does not hold, please report this"
    );
    Ok(ExitCode::SUCCESS)
}

fn elapsed_ms(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Says which left nodes compete for which right nodes, by their numbers in the file.
fn explain_infeasible(instance: &Instance, witness: &HallWitness, json: bool) -> io::Result<()> {
    let left: Vec<u32> = witness.left.iter().map(|&node| instance.left_id[node as usize]).collect();
    let right: Vec<u32> = witness.right.iter().map(|&node| instance.right_id[node as usize]).collect();
    if json {
        let object = serde_json::json!({
            "cost": null,
            "infeasible": { "left": left, "right": right, "capacity": witness.capacity },
        });
        writeln!(io::stdout().lock(), "{object}")?;
    }
    let mut terminal = io::stderr().lock();
    writeln!(
        terminal,
        "不存在完整的指派：{} 个左点的全部邻点只能接纳 {} 个 / no complete assignment exists: all neighbours of {} left \
         nodes can take only {}",
        left.len(),
        witness.capacity,
        left.len(),
        witness.capacity
    )?;
    writeln!(terminal, "左点 / left: {}", shortened(&left))?;
    writeln!(terminal, "邻点 / neighbours: {}", shortened(&right))
}

fn shortened(nodes: &[u32]) -> String {
    let shown: Vec<String> = nodes.iter().take(WITNESS_NODES_SHOWN).map(u32::to_string).collect();
    let rest = nodes.len() - shown.len();
    let tail = if rest == 0 { String::new() } else { format!(" … (+{rest})") };
    if nodes.is_empty() { "（无 / none）".into() } else { shown.join(" ") + &tail }
}

/// Writes next to the target and renames, so that nobody sees half a file.
fn write_aside(instance: &Instance, solution: &Solution, target: &Path) -> io::Result<()> {
    let mut name = target.file_name().map(ToOwned::to_owned).ok_or(io::ErrorKind::InvalidInput)?;
    name.push(".part");
    let aside = target.with_file_name(name);
    let written = File::create(&aside)
        .map(BufWriter::new)
        .and_then(|mut out| {
            dimacs::write_assignment(instance, solution, &mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
        })
        .and_then(|()| if stop::asked() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) })
        .and_then(|()| std::fs::rename(&aside, target));
    if written.is_err() {
        // The first error is the one to report; the remnant may not even exist.
        let _ = std::fs::remove_file(&aside);
    }
    written
}

/// The most memory this process has held, where the system tells: Linux, in /proc.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
