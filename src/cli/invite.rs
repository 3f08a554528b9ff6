//! `jiedui invite LOGIN`: a new invitation at the server's own terminal, for when no admin can give one.
//!
//! In: a login. Out: a link on standard output, good once and for 72 hours. Whoever may run the program on its data holds
//! the keys anyway; the trail says that it was done by a command.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use super::configuration::StoreArguments;
use super::opening;
use crate::http::setup::invitation_link;
use crate::store::{Actor, PageRequest, RegionSpan, Store, StoreError, UserFilter, UserState};

/// 管理员忘记密码或丢失手机时，在服务器上重新邀请 / Invite a user anew, at the server, when no admin can
#[derive(Debug, Args)]
pub struct InviteArguments {
    /// 登录名 / Whom
    #[arg(value_name = "LOGIN")]
    login: String,
    /// 同时解除动态验证器和恢复码 / Forget authenticator app and recovery codes too
    #[arg(long)]
    forget_second_factor: bool,
    /// 同时启用已停用的账号 / Enable a disabled account too
    #[arg(long)]
    enable: bool,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb.
///
/// # Errors
/// The store cannot be opened, or nobody has this login.
pub fn run(arguments: &InviteArguments) -> anyhow::Result<ExitCode> {
    let (configuration, options) = opening::prepare(&arguments.store)?;
    let token = opening::runtime()?.block_on(async {
        let store = Store::open(options).await?;
        let token = invite(&store, arguments).await;
        store.close().await;
        token
    })?;
    let Some(token) = token else {
        bail!("没有这个登录名 / nobody has this login: {}", arguments.login);
    };
    let public =
        configuration.public_url.clone().unwrap_or_else(|| format!("http://{}", configuration.listen));
    println!(
        "72 小时内用此链接设置新密码，只显示这一次 / Set a new password by this link within 72 hours, it is shown only now:\n  {}",
        invitation_link(&public, &token)
    );
    Ok(ExitCode::SUCCESS)
}

async fn invite(
    store: &Store,
    arguments: &InviteArguments,
) -> Result<Option<crate::secrets::Token>, StoreError> {
    let mut change = store.change(Actor::COMMAND).await?;
    let filter = UserFilter { span: RegionSpan::everywhere(), role: None, login: arguments.login.clone() };
    let found = change.users(&filter, &PageRequest::default()).await?;
    let Some(user) = found.items.into_iter().next() else { return Ok(None) };
    if arguments.enable && user.state == UserState::Disabled {
        change.enable_user(&user).await?;
    }
    let (token, _) = change.invite_user(&user, arguments.forget_second_factor).await?;
    change.commit(None).await?;
    Ok(Some(token))
}
