//! `jiedui keys …`: changing the master key, in three steps that can each be repeated.
//!
//! First `new-current` writes a fresh key before the others. Then `rotate` wraps every key by it; a server does this itself
//! when it hears SIGHUP or starts. At last `retire` takes an old key out once nothing needs it.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};

use super::configuration::{Configuration, Flags, StoreArguments};
use super::opening;
use crate::store::{Actor, Store};

/// 更换主密钥 / Change the master key
#[derive(Debug, Args)]
pub struct KeysArguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// 显示每把主密钥还包裹着多少密钥 / Show how many keys each master key wraps
    List(StoreArguments),
    /// 第一步：在密钥文件中加入新的当前密钥 / First: put a fresh current key into the key file
    NewCurrent(StoreArguments),
    /// 第二步：用当前密钥重新包裹所有密钥 / Second: wrap every key by the current one
    Rotate(StoreArguments),
    /// 第三步：删去不再需要的旧密钥 / Third: take an old key out of the key file
    Retire(RetireArguments),
}

#[derive(Debug, Args)]
struct RetireArguments {
    /// 旧密钥的编号 / Id of the old key
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb.
///
/// # Errors
/// The key file cannot be read or written, a key is missing, or the server has to do it.
pub fn run(arguments: &KeysArguments) -> anyhow::Result<ExitCode> {
    match &arguments.step {
        Step::List(store) => list(store),
        Step::NewCurrent(store) => new_current(store),
        Step::Rotate(store) => rotate(store),
        Step::Retire(arguments) => retire(arguments),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn list(arguments: &StoreArguments) -> anyhow::Result<()> {
    let (_, options) = opening::prepare(arguments)?;
    let current = options.keyring.current_id();
    let ids: Vec<_> = options.keyring.ids().collect();
    let counts = opening::runtime()?.block_on(async {
        let store = Store::inspect(options).await?;
        let counts = store.wrapped_by().await;
        store.close().await;
        counts
    })?;
    for id in ids {
        let keys = counts.iter().find(|wrapped| wrapped.id == id).map_or(0, |wrapped| wrapped.keys);
        let mark = if id == current { "  当前 / current" } else { "" };
        println!("{id}  {keys}{mark}");
    }
    Ok(())
}

/// The configuration, where the keys are in a file that can be written.
fn with_key_file(arguments: &StoreArguments) -> anyhow::Result<Configuration> {
    let configuration = Configuration::read(arguments, &Flags::default())?;
    if configuration.keys.is_some() {
        bail!(
            "密钥来自环境变量 JIEDUI_KEYS，请在那里修改 / the keys come from JIEDUI_KEYS, change them there"
        );
    }
    Ok(configuration)
}

fn new_current(arguments: &StoreArguments) -> anyhow::Result<()> {
    let configuration = with_key_file(arguments)?;
    let ring = opening::keyring(&configuration)?.with_new_current(&mut opening::system_random());
    let (path, id) = (configuration.key_path(), ring.current_id());
    opening::write_key_file(&path, &ring)?;
    println!("新的当前主密钥 / new current master key: {id} ({})", path.display());
    println!("请备份密钥文件。服务在运行时发 SIGHUP，它会接着完成轮换；未运行则执行 jiedui keys rotate");
    println!(
        "Back the key file up. Send a running server SIGHUP: it then rotates by itself; else run `jiedui keys rotate`."
    );
    Ok(())
}

fn rotate(arguments: &StoreArguments) -> anyhow::Result<()> {
    let (_, options) = opening::prepare(arguments)?;
    let done = opening::runtime()?.block_on(async {
        let store = Store::open(options).await?;
        let done = store.rotate(&Actor::COMMAND, |done| eprint!("\r{done}")).await;
        store.close().await;
        done
    })?;
    eprintln!();
    println!("重新包裹 / wrapped anew: {done}");
    Ok(())
}

fn retire(arguments: &RetireArguments) -> anyhow::Result<()> {
    let configuration = with_key_file(&arguments.store)?;
    let ring = opening::keyring(&configuration)?;
    let Some(id) = ring.ids().find(|id| id.to_string() == arguments.id.to_lowercase()) else {
        bail!("密钥文件中没有 / the key file has no key {}", arguments.id);
    };
    let options = opening::options(&configuration, opening::keyring(&configuration)?)?;
    let counts = opening::runtime()?.block_on(async {
        let store = Store::inspect(options).await?;
        let counts = store.wrapped_by().await;
        store.close().await;
        counts
    })?;
    let needed = counts.iter().find(|wrapped| wrapped.id == id).map_or(0, |wrapped| wrapped.keys);
    if needed > 0 {
        bail!("还有 {needed} 个密钥由它包裹，请先轮换 / it still wraps {needed} keys, rotate first");
    }
    let ring = ring.retire(id)?;
    opening::write_key_file(&configuration.key_path(), &ring)?;
    println!("已删去 / taken out: {id}。恢复更早的备份仍需要它 / Backups from before need it still.");
    Ok(())
}
