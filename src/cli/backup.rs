//! `jiedui backup --to FILE`: a copy of one moment, also while the server runs.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::configuration::{Configuration, Flags, StoreArguments};
use super::opening;
use crate::store::backup;

/// 备份数据库，服务可以继续运行 / Back up the database, also while the server runs
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// 备份文件，不能已存在 / The file to write, which must not be there yet
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb.
///
/// # Errors
/// The file is there already or cannot be written, or there is no database.
pub fn run(arguments: &BackupArguments) -> anyhow::Result<ExitCode> {
    let configuration = Configuration::read(&arguments.store, &Flags::default())?;
    let location = configuration.location()?;
    let report = opening::runtime()?.block_on(backup(&location, &arguments.to))?;
    println!(
        "备份完成 / backed up: {} ({} KiB, {} 人 / persons, 审计 / audit rows {})",
        arguments.to.display(),
        report.bytes.div_ceil(1024),
        report.persons,
        report.audit_rows
    );
    println!(
        "其中没有主密钥，请另外备份 / the master keys are not in it, back them up apart: {}",
        configuration.key_path().display()
    );
    Ok(ExitCode::SUCCESS)
}
