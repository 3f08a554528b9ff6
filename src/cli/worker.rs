//! `jiedui worker`: makes runs for servers that share its PostgreSQL, until somebody says stop. It serves nothing.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use tokio::sync::watch;

use super::configuration::{Configuration, Flags, StoreArguments};
use super::opening;
use super::serve::{Signals, log};
use crate::runs::Worker;
use crate::store::{Location, Store};

/// 后台完成匹配：与 serve 共用 PostgreSQL / Make runs for servers that share a PostgreSQL
#[derive(Debug, Args)]
pub struct WorkerArguments {
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb.
///
/// # Errors
/// The configuration has a fault, the database is a SQLite file, or the store refuses to open.
pub fn run(arguments: &WorkerArguments) -> anyhow::Result<ExitCode> {
    let configuration = Configuration::read(&arguments.store, &Flags::default())?;
    if let Location::Sqlite(path) = configuration.location()? {
        bail!(
            "SQLite 只能由一个程序写入，serve 自带后台匹配；分开运行请用 PostgreSQL / one program alone writes to a SQLite \
             file, and serve makes its runs itself; use PostgreSQL to work apart: {}",
            path.display()
        );
    }
    log(&configuration.log);
    opening::runtime()?.block_on(work(configuration))?;
    Ok(ExitCode::SUCCESS)
}

async fn work(configuration: Configuration) -> anyhow::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let signals = Signals::listen()?;
    let store = Store::open(opening::options(&configuration, opening::keyring(&configuration)?)?).await?;
    let watching =
        tokio::spawn(signals.watch(stop, store.clone(), std::sync::Arc::new(configuration.clone())));
    println!("后台匹配已启动 / working");
    let workers = (0..configuration.workers.max(1)).map(|_| {
        let worker = Worker::new(store.clone(), configuration.worker_options());
        let stopping = stopping.clone();
        tokio::spawn(async move { worker.work(stopping).await })
    });
    for worker in workers.collect::<Vec<_>>() {
        // A worker that panicked has lost its job to the others by its lease.
        let _ = worker.await;
    }
    watching.abort();
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}
