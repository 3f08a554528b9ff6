//! `jiedui doctor`: does everything hold under which the data is safe.

use std::process::ExitCode;

use clap::Args;

use super::configuration::StoreArguments;
use super::opening;
use crate::store::examine;

/// 检查数据库、密钥、审计链和磁盘 / Check database, keys, audit chain and disk
#[derive(Debug, Args)]
pub struct DoctorArguments {
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb: a line a check, and a failure where one does not hold.
///
/// # Errors
/// The configuration or the key file cannot be read.
pub fn run(arguments: &DoctorArguments) -> anyhow::Result<ExitCode> {
    let (_, options) = opening::prepare(&arguments.store)?;
    let checks = opening::runtime()?.block_on(examine(options));
    for check in &checks {
        let (zh, en) = check.what;
        let word = if check.cure.is_none() { "正常 / ok   " } else { "故障 / fault" };
        println!("{word}  {zh} / {en}: {}", check.found);
        if let Some((zh, en)) = check.cure {
            println!("              {zh} / {en}");
        }
    }
    let well = checks.iter().all(|check| check.cure.is_none());
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
