//! `jiedui restore --from FILE`: a backup into an empty place.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::configuration::{Configuration, Flags, StoreArguments};
use super::opening::{self, SystemClock};
use crate::store::{RestoreOptions, restore};

/// 把备份恢复到空的位置 / Restore a backup into an empty place
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// 备份文件，不会被改动 / The backup; it is not changed
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// 审计链断开也恢复 / Go on although the audit chain is broken
    #[arg(long)]
    despite_broken_chain: bool,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb.
///
/// # Errors
/// The target holds data, the keys do not fit, or the backup is damaged. The target is then as it was.
pub fn run(arguments: &RestoreArguments) -> anyhow::Result<ExitCode> {
    let configuration = Configuration::read(&arguments.store, &Flags::default())?;
    let options = RestoreOptions {
        from: arguments.from.clone(),
        to: configuration.location()?,
        keyring: opening::keyring(&configuration)?,
        clock: Arc::new(SystemClock),
        random: opening::system_random(),
        despite_broken_chain: arguments.despite_broken_chain,
    };
    let report = opening::runtime()?.block_on(restore(options))?;
    println!("恢复完成 / restored. 审计链 / audit chain: {} 条有效 / rows hold", report.audit_rows);
    println!(
        "已清除登录、API 密钥、邀请和应答 / sessions, API keys, invitations and kept replies were dropped: {}",
        report.dropped
    );
    if let Some(fault) = report.fault {
        println!("审计链断开 / the audit chain is broken: {} ({})", fault.sequence, fault.fault);
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
