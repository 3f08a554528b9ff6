//! How the server is set up: what is built in, then `jiedui.toml`, then the environment, then flags; the later one counts.
//!
//! Every verb that opens the store reads the same configuration, so that `jiedui backup` finds what `jiedui serve` serves.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::delivery;
use crate::http::ServerOptions;
use crate::http::limits::Budgets;
use crate::runs::WorkerOptions;
use crate::store::Location;

/// The file that is read where it is there.
const FILE: &str = "jiedui.toml";
/// Stands for what is not shown.
const HIDDEN: &str = "***";

/// Where the store lies and which keys open it. Flags of every verb that needs it.
#[derive(Clone, Debug, Default, Args)]
pub struct StoreArguments {
    /// 配置文件，默认读取当前目录的 jiedui.toml / Configuration file, by default jiedui.toml here
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 数据目录，默认 ./jiedui-data / Folder of database and keys
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// 数据库：SQLite 文件路径，或 postgres://… / A path of a SQLite file, or postgres://…
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// 主密钥文件，默认为数据目录中的 keys / File of the master keys, by default `keys` in the data folder
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// Everything that can be set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    /// Where to serve.
    pub listen: SocketAddr,
    /// Where to serve the figures for Prometheus; nowhere unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_listen: Option<SocketAddr>,
    /// Folder of database and keys.
    pub data_dir: PathBuf,
    /// Database; by default `jiedui.sqlite3` in the data folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// Master keys; by default `keys` in the data folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Master keys themselves, `id:base64,id:base64`, where no file is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<String>,
    /// The address by which people reach the server, for links; by default what it listens on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Whether a proxy in front speaks HTTPS to people: cookies are then for HTTPS alone.
    pub https: bool,
    /// Whether a proxy in front tells the client's address.
    pub behind_proxy: bool,
    /// Connections for reading.
    pub readers: u32,
    /// Requests of one address, a second.
    pub requests_per_second: NonZeroU32,
    /// Reveals, exports and the like of one user, a minute.
    pub reveals_per_minute: NonZeroU32,
    /// Log-ins and the like of one address without a login, a minute.
    pub logins_per_minute: NonZeroU32,
    /// Runs made at once beside serving; none where other machines work.
    pub workers: u32,
    /// How long a worker that is gone keeps its job, seconds.
    pub job_lease_seconds: u32,
    /// What is logged: `error`, `warn`, `info` or `debug`.
    pub log: String,
    /// A folder into which every message is written instead of being sent: for trials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_folder: Option<PathBuf>,
    /// The mail server, `smtps://user:password@host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_url: Option<String>,
    /// From whom letters are, `结对 <jiedui@example.org>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_from: Option<String>,
    /// The gateway for short messages; `{phone}`, `{text}` and `{id}` are filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_url: Option<String>,
    /// What is posted to it, with the same blanks; without it the address is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_body: Option<String>,
    /// The body's type: `application/json` or `application/x-www-form-urlencoded`.
    pub sms_content_type: String,
    /// What a good answer of the gateway holds, where its status alone does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_good_answer: Option<String>,
    /// Further headers for the gateway, such as a key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sms_headers: BTreeMap<String, String>,
}

impl Default for Configuration {
    fn default() -> Self {
        let budgets = Budgets::default();
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            metrics_listen: None,
            data_dir: PathBuf::from("jiedui-data"),
            database_url: None,
            key_file: None,
            keys: None,
            public_url: None,
            https: false,
            behind_proxy: false,
            readers: 8,
            requests_per_second: budgets.address_per_second,
            reveals_per_minute: budgets.scarce_per_minute,
            logins_per_minute: budgets.anonymous_scarce_per_minute,
            workers: 1,
            job_lease_seconds: 20,
            log: "info".to_owned(),
            message_folder: None,
            smtp_url: None,
            mail_from: None,
            sms_url: None,
            sms_body: None,
            sms_content_type: "application/json".to_owned(),
            sms_good_answer: None,
            sms_headers: BTreeMap::new(),
        }
    }
}

/// The names under which the environment may set something, behind `JIEDUI_`.
const NAMES: &[&str] = &[
    "listen",
    "metrics_listen",
    "data_dir",
    "database_url",
    "key_file",
    "keys",
    "public_url",
    "https",
    "behind_proxy",
    "readers",
    "requests_per_second",
    "reveals_per_minute",
    "logins_per_minute",
    "workers",
    "job_lease_seconds",
    "log",
    "message_folder",
    "smtp_url",
    "mail_from",
    "sms_url",
    "sms_body",
    "sms_content_type",
    "sms_good_answer",
    "sms_headers",
];

/// Flags beside those of the store.
#[derive(Debug, Default, Serialize)]
pub struct Flags {
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics_listen: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_file: Option<PathBuf>,
}

impl Flags {
    /// Where to serve, and where to serve the figures.
    pub fn serving(listen: Option<SocketAddr>, metrics_listen: Option<SocketAddr>) -> Self {
        Self { listen, metrics_listen, ..Self::default() }
    }
}

impl Configuration {
    /// Reads file, environment and flags.
    ///
    /// # Errors
    /// A file that was named and is not there, an unknown name, a value that does not fit; the message names its source.
    pub fn read(arguments: &StoreArguments, flags: &Flags) -> anyhow::Result<Self> {
        let flags = Flags {
            data_dir: arguments.data_dir.clone(),
            database_url: arguments.database_url.clone(),
            key_file: arguments.key_file.clone(),
            ..*flags
        };
        let file = arguments.config.clone().unwrap_or_else(|| PathBuf::from(FILE));
        if arguments.config.is_some() && !file.is_file() {
            bail!("没有配置文件 / there is no configuration file {}", file.display());
        }
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if file.is_file() {
            figment = figment.merge(Toml::file_exact(&file));
        }
        let figment = figment.merge(Env::prefixed("JIEDUI_").only(NAMES)).merge(Serialized::defaults(flags));
        let read: Self = figment.extract().map_err(|error| {
            // The value is not repeated: it may be a password.
            let what = error.path.join(".");
            let source =
                error.metadata.as_ref().map_or_else(String::new, |metadata| metadata.name.to_string());
            anyhow::anyhow!(
                "配置有误 / the configuration has a fault: {what} ({source}): {}",
                kind(&error.kind)
            )
        })?;
        if !["error", "warn", "info", "debug"].contains(&read.log.as_str()) {
            bail!("配置有误 / the configuration has a fault: log: error, warn, info, debug");
        }
        if read.readers == 0 {
            bail!("配置有误 / the configuration has a fault: readers: 至少 1 / at least 1");
        }
        if read.job_lease_seconds == 0 || read.job_lease_seconds > 3600 {
            bail!("配置有误 / the configuration has a fault: job_lease_seconds: 1–3600");
        }
        if read.workers > 16 {
            bail!("配置有误 / the configuration has a fault: workers: 至多 16 / at most 16");
        }
        Ok(read)
    }

    /// Where the data lies.
    pub fn location(&self) -> anyhow::Result<Location> {
        match &self.database_url {
            Some(url) => Ok(url.parse()?),
            None => Ok(Location::Sqlite(self.data_dir.join("jiedui.sqlite3"))),
        }
    }

    /// Where the master keys lie.
    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data_dir.join("keys"))
    }

    /// How workers work.
    pub fn worker_options(&self) -> WorkerOptions {
        WorkerOptions { lease_ms: i64::from(self.job_lease_seconds) * 1000, ..WorkerOptions::default() }
    }

    /// What the API is told.
    pub fn server_options(&self) -> ServerOptions {
        ServerOptions {
            budgets: Budgets {
                address_per_second: self.requests_per_second,
                scarce_per_minute: self.reveals_per_minute,
                anonymous_scarce_per_minute: self.logins_per_minute,
            },
            behind_proxy: self.behind_proxy,
            https: self.https,
            public_url: self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen)),
        }
    }

    /// How messages leave the house.
    pub fn messages(&self) -> delivery::Settings {
        let sms = self.sms_url.clone().map(|url| delivery::SmsSettings {
            url,
            body: self.sms_body.clone(),
            content_type: self.sms_content_type.clone(),
            headers: self.sms_headers.clone(),
            good_answer: self.sms_good_answer.clone(),
        });
        delivery::Settings {
            folder: self.message_folder.clone(),
            smtp_url: self.smtp_url.clone(),
            mail_from: self.mail_from.clone(),
            sms,
        }
    }

    /// The configuration as a file, what is secret hidden, what follows from the rest filled in.
    ///
    /// # Errors
    /// Never in practice: it was read from such a text.
    pub fn shown(&self) -> anyhow::Result<String> {
        let mut shown = self.clone();
        let location = self.database_url.clone();
        let file = || self.data_dir.join("jiedui.sqlite3").display().to_string();
        shown.database_url = Some(location.map_or_else(file, |url| without_password(&url)));
        shown.key_file = self.keys.is_none().then(|| self.key_path());
        shown.keys = self.keys.as_ref().map(|_| HIDDEN.to_owned());
        shown.smtp_url = self.smtp_url.as_deref().map(without_password);
        // A gateway's key may stand in any of these.
        shown.sms_url = self.sms_url.as_deref().map(without_query);
        shown.sms_body = self.sms_body.as_ref().map(|_| HIDDEN.to_owned());
        shown.sms_headers.values_mut().for_each(|value| HIDDEN.clone_into(value));
        toml::to_string(&shown).context("the configuration cannot be written")
    }
}

/// What is wrong, without the value that is.
fn kind(kind: &figment::error::Kind) -> String {
    use figment::error::Kind;
    match kind {
        Kind::UnknownField(name, _) => format!("未知名称 / unknown name {name}"),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            format!("应为 / expected {expected}")
        }
        Kind::MissingField(name) => format!("缺少 / missing {name}"),
        _ => "无法读取该值 / the value cannot be read".to_owned(),
    }
}

/// A database's address without its password, wherever it stands.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    if scheme.is_empty() {
        return url.to_owned();
    }
    let (before, query) = rest.split_once('?').map_or((rest, None), |(before, query)| (before, Some(query)));
    let shown = match before.rsplit_once('@') {
        Some((user, host)) => {
            let user =
                user.split_once(':').map_or_else(|| user.to_owned(), |(user, _)| format!("{user}:{HIDDEN}"));
            format!("{user}@{host}")
        }
        None => before.to_owned(),
    };
    let query = query.map(|query| {
        let parts = query.split('&').map(|part| match part.split_once('=') {
            Some((name, _)) if name.contains("password") => format!("{name}={HIDDEN}"),
            _ => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("&")
    });
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{scheme}://{shown}{query}")
}

/// An address without password and query.
fn without_query(url: &str) -> String {
    let shown = without_password(url);
    match shown.split_once('?') {
        Some((address, _)) => format!("{address}?{HIDDEN}"),
        None => shown,
    }
}

/// Makes a folder that only its owner reads, where there is none.
pub(super) fn private_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .with_context(|| format!("无法创建目录 / the folder cannot be made: {}", folder.display()))
}
