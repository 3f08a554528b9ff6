//! `jiedui audit …`: is the trail whole, and the trail as a table for the yearly audit of minors' data.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::configuration::StoreArguments;
use super::opening;
use crate::report::trail;
use crate::store::{AuditFilter, AuditRow, PageRequest, RegionSpan, Store};

/// 审计记录 / The audit trail
#[derive(Debug, Args)]
pub struct AuditArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// 核对审计链，指出第一处断开 / Check the chain, name the first broken row
    Verify(StoreArguments),
    /// 导出一段时间的记录 / Export the rows of a time
    Export(ExportArguments),
}

#[derive(Debug, Args)]
struct ExportArguments {
    /// 首日，如 2026-01-01 / First day
    #[arg(long, value_name = "DAY")]
    from: Date,
    /// 末日（含）/ Last day, included
    #[arg(long, value_name = "DAY")]
    to: Date,
    /// 写入的文件：.csv 或 .xlsx / The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb.
///
/// # Errors
/// The store cannot be opened, or the file cannot be written.
pub fn run(arguments: &AuditArguments) -> anyhow::Result<ExitCode> {
    match &arguments.what {
        What::Verify(store) => verify(store),
        What::Export(arguments) => export(arguments),
    }
}

fn verify(arguments: &StoreArguments) -> anyhow::Result<ExitCode> {
    let (_, options) = opening::prepare(arguments)?;
    let (rows, fault) = opening::runtime()?.block_on(async {
        let store = Store::inspect(options).await?;
        let verified = store.view().await?.verify_audit().await;
        store.close().await;
        verified
    })?;
    let Some(fault) = fault else {
        println!("审计链完整 / the audit chain holds: {rows}");
        return Ok(ExitCode::SUCCESS);
    };
    println!(
        "审计链在第 {0} 条断开（{1}），之前 {rows} 条有效 / the audit chain is broken at row {0} ({1}), {rows} rows before it hold",
        fault.sequence, fault.fault
    );
    Ok(ExitCode::FAILURE)
}

fn export(arguments: &ExportArguments) -> anyhow::Result<ExitCode> {
    let is_workbook = match arguments.out.extension().and_then(|ending| ending.to_str()) {
        Some("xlsx") => true,
        Some("csv") => false,
        _ => bail!("文件名应以 .csv 或 .xlsx 结尾 / the file's name must end in .csv or .xlsx"),
    };
    if arguments.out.exists() {
        bail!("文件已存在 / the file is there already: {}", arguments.out.display());
    }
    // Days are those of the offices.
    let zone = TimeZone::get("Asia/Shanghai").context("the zone table has no Asia/Shanghai")?;
    let start = |day: Date| -> anyhow::Result<i64> {
        Ok(day.to_zoned_datetime(zone.clone())?.timestamp().as_millisecond())
    };
    let filter = AuditFilter {
        region: RegionSpan::everywhere(),
        action: String::new(),
        actor_id: String::new(),
        from_ms: start(arguments.from)?,
        before_ms: start(arguments.to.tomorrow()?)?,
    };
    let (_, options) = opening::prepare(&arguments.store)?;
    let rows = opening::runtime()?.block_on(read(options, &filter))?;
    let bytes = if is_workbook { trail::workbook(&rows)? } else { trail::csv(&rows) };
    write(&arguments.out, &bytes)?;
    println!("导出 / exported: {} ({})", rows.len(), arguments.out.display());
    Ok(ExitCode::SUCCESS)
}

async fn read(options: crate::store::StoreOptions, filter: &AuditFilter) -> anyhow::Result<Vec<AuditRow>> {
    let store = Store::inspect(options).await?;
    let mut view = store.view().await?;
    let (mut rows, mut page) = (Vec::new(), PageRequest { after: String::new(), limit: 200 });
    loop {
        let found = view.audit_events(filter, &page).await?;
        rows.extend(found.items);
        match found.next_after {
            Some(after) => page.after = after,
            None => break,
        }
    }
    drop(view);
    store.close().await;
    Ok(rows)
}

/// Writes a file that only its owner reads, where there is none.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes));
    written.with_context(|| format!("无法写入 / cannot be written: {}", path.display()))
}
