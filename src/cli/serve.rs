//! `jiedui serve`: the API over the store, until somebody says stop.
//!
//! Output: what a person is to read goes to standard output, the log (JSON, a line an event, no personal data) to standard
//! error. Ctrl-C and SIGTERM end it after the requests under way; SIGHUP reads the key file again.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing_subscriber::EnvFilter;

use super::configuration::{Configuration, Flags, StoreArguments};
use super::opening::{self, KeyFile};
use crate::delivery::{self, Senders};
use crate::http::{self, App, Figures};
use crate::runs::Worker;
use crate::runs::daily::check_living;
use crate::runs::expiry::expire_overdue;
use crate::runs::repairs::repair_due;
use crate::store::{Actor, Store, StoreError};

/// Between two looks at whether a new day has begun.
const TICK: Duration = Duration::from_mins(1);
/// Between two rounds of tidying.
const TIDY: Duration = Duration::from_mins(5);
/// People of each kind erased by one transaction, so that nobody waits long for the writer.
const MOST_PURGED: i64 = 50;
/// How long the end waits for a worker to give its job back.
const WORKER_ENDS_WITHIN: Duration = Duration::from_secs(5);

/// 启动服务：接口、文档和健康检查 / Serve the API, its documentation and health checks
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// 监听地址，默认 127.0.0.1:8080 / Where to serve
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// 监控指标的监听地址，默认不开 / Where to serve figures for Prometheus, nowhere by default
    #[arg(long, value_name = "ADDR:PORT")]
    pub metrics_listen: Option<SocketAddr>,
    /// 只显示生效的配置 / Show the effective configuration, secrets hidden, and end
    #[arg(long)]
    pub print_config: bool,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the verb.
///
/// # Errors
/// The configuration has a fault, the address is taken, or the store refuses to open.
pub fn run(arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    let flags = Flags::serving(arguments.listen, arguments.metrics_listen);
    let configuration = Configuration::read(&arguments.store, &flags)?;
    if arguments.print_config {
        print!("{}", configuration.shown()?);
        return Ok(ExitCode::SUCCESS);
    }
    log(&configuration.log);
    opening::runtime()?.block_on(serve(configuration))?;
    Ok(ExitCode::SUCCESS)
}

/// Only our own events are logged: a driver's may quote a value.
pub(super) fn log(level: &str) {
    let filter = EnvFilter::new(format!("off,jiedui={level}"));
    let subscriber = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in the same process goes on with the first one's log.
    let _ = subscriber.try_init();
}

async fn serve(configuration: Configuration) -> anyhow::Result<()> {
    // Ready for signals before anything is begun that a signal should end well.
    let (stop, stopping) = watch::channel(false);
    let signals = Signals::listen()?;
    let figures = Figures::begin()?;
    let senders = Senders::of(&configuration.messages())
        .map_err(|error| anyhow::anyhow!("配置有误 / the configuration has a fault: {error}"))?;
    let listener = listen(configuration.listen).await?;
    let metrics = match configuration.metrics_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let address = listener.local_addr()?;
    let (store, key_file) = opening::open_to_serve(&configuration).await?;
    let app = App::new(store.clone(), configuration.server_options());
    announce(&configuration, address, &store, key_file).await?;
    let (configuration, figures) = (Arc::new(configuration), figures);
    let tasks = [
        tokio::spawn(tidy(Arc::clone(&app), figures.clone())),
        tokio::spawn(rotate(store.clone())),
        tokio::spawn(tick(Arc::clone(&app))),
        tokio::spawn(check_pairs(Arc::clone(&app))),
        tokio::spawn(delivery::Worker::new(store.clone(), Arc::new(senders)).run()),
        tokio::spawn(signals.watch(stop, store.clone(), Arc::clone(&configuration))),
    ];
    let metrics = metrics.map(|listener| {
        let stopping = stopped(stopping.clone());
        tokio::spawn(http::serve_figures(listener, figures, stopping))
    });
    let workers: Vec<JoinHandle<()>> = (0..configuration.workers)
        .map(|_| {
            let worker = Worker::new(store.clone(), configuration.worker_options());
            let stopping = stopping.clone();
            tokio::spawn(async move { worker.work(stopping).await })
        })
        .collect();
    // Requests are refused from the first moment on, whatever the workers are at.
    http::serve(listener, app, stopped(stopping)).await;
    for worker in workers {
        // It heard the same word, and gives its job back before the store closes; one that is long about it loses its lease.
        let _ = tokio::time::timeout(WORKER_ENDS_WITHIN, worker).await;
    }
    for task in tasks {
        task.abort();
    }
    if let Some(metrics) = metrics {
        // It hears the same word.
        let _ = metrics.await;
    }
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| {
        format!("无法监听，请换一个端口 / cannot listen, choose another port with --listen: {address}")
    })
}

/// Says what somebody at the terminal needs to know.
async fn announce(
    configuration: &Configuration,
    address: SocketAddr,
    store: &Store,
    key_file: KeyFile,
) -> anyhow::Result<()> {
    tracing::info!(configuration = configuration.shown()?, "effective configuration");
    if key_file == KeyFile::Made {
        println!(
            "已生成主密钥，请立即备份到别处；丢失后数据无法恢复 / Master keys were made. \
             Back them up now, apart from the database; without them the data is lost: {}",
            configuration.key_path().display()
        );
    }
    let public = configuration.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    set_up(&public, store).await?;
    println!("服务已启动 / serving: {public} (docs: {public}/docs)");
    tracing::info!(%address, database = store.database_name(), "serving");
    metrics::gauge!("jiedui_info", "version" => env!("CARGO_PKG_VERSION"), "database" => store.database_name())
        .set(1.0);
    Ok(())
}

/// Prints the link for the first account, where there is none yet.
async fn set_up(public: &str, store: &Store) -> anyhow::Result<()> {
    let mut change = store.change(Actor::COMMAND).await?;
    if let Some(token) = change.make_setup_token().await? {
        change.commit(None).await?;
        println!(
            "首次设置：24 小时内用此链接创建管理员，只显示这一次 / First set-up: \
             make the administrator by this link within 24 hours, it is shown only now:\n  {}",
            http::setup::link(public, &token)
        );
    }
    Ok(())
}

/// Resolves once the word to stop is given.
async fn stopped(mut stopping: watch::Receiver<bool>) {
    // Where the sender is gone there is nobody left to serve for.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Forgets what need not be kept, every few minutes.
async fn tidy(app: Arc<App>, figures: Figures) {
    loop {
        app.limits.forget();
        figures.tidy();
        if let Err(error) = forget(&app.store).await {
            tracing::warn!(%error, "tidying failed, it is tried again");
        }
        tokio::time::sleep(TIDY).await;
    }
}

/// Ends offers whose time is over, and goes through each day, once: what ran out, what is due.
async fn tick(app: Arc<App>) {
    loop {
        match expire_overdue(&app.store, &app.plans).await {
            Ok(0) => {}
            Ok(offers) => tracing::info!(offers, "offers were not answered in time"),
            Err(error) => tracing::warn!(%error, "offers could not be ended, it is tried again"),
        }
        match repair_due(&app.store, &app.plans).await {
            Ok(0) => {}
            Ok(pairs) => tracing::info!(pairs, "plans followed what had ended"),
            Err(error) => tracing::warn!(%error, "a plan could not follow, it is tried again"),
        }
        if let Err(error) = app.plans.forget_erased().await {
            tracing::warn!(%error, "held plans could not be looked through, it is tried again");
        }
        match app.store.tick().await {
            Ok(true) => tracing::info!("the day was gone through"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the day could not be gone through, it is tried again"),
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Asks the rules about every living pair, once a day.
async fn check_pairs(app: Arc<App>) {
    loop {
        match check_living(&app.store).await {
            Ok(0) => {}
            Ok(pairs) => tracing::info!(pairs, "something was to be done about living pairs"),
            Err(error) => tracing::warn!(%error, "the rules could not be asked again, it is tried again"),
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Old replies, sessions and failed log-ins go; people whose time to be restored is over are erased, some at a time.
async fn forget(store: &Store) -> Result<(), StoreError> {
    let mut change = store.change(Actor::SYSTEM).await?;
    let replies = change.forget_old_replies().await?;
    let sessions = change.forget_old_sessions().await?;
    let failures = change.forget_old_login_failures().await?;
    let events = change.forget_old_events().await?;
    change.commit(None).await?;
    let imports = store.forget_old_imports().await?;
    store.withdraw_superseded_drafts().await?;
    let run_people = store.forget_people_of_old_runs().await?;
    store.tell_overdue_concerns().await?;
    let forgotten = [
        ("replies", replies),
        ("sessions", sessions),
        ("login_failures", failures),
        ("imports", imports),
        ("events", events),
        ("run_people", run_people),
    ];
    for (what, number) in forgotten {
        metrics::counter!("forgotten_total", "what" => what).increment(number);
    }
    loop {
        let mut change = store.change(Actor::SYSTEM).await?;
        let purged = change.purge_due(MOST_PURGED).await?;
        change.commit(None).await?;
        let number = purged.children + purged.volunteers;
        metrics::counter!("forgotten_total", "what" => "people").increment(number as u64);
        if number == 0 {
            return store.checkpoint().await;
        }
    }
}

/// Wraps by the current master key what an older one wraps.
async fn rotate(store: Store) {
    match store.rotate(&Actor::SYSTEM, |_| {}).await {
        Ok(0) => {}
        Ok(keys) => tracing::info!(keys, "keys were wrapped by the current master key"),
        Err(error) => tracing::error!(%error, "keys could not be wrapped by the current master key"),
    }
}

/// Signals, heard from the moment of [`listen`](Self::listen) on.
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    reload: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).context("signals cannot be heard");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            reload: listen(SignalKind::hangup())?,
        })
    }

    pub(super) async fn watch(
        mut self,
        stop: watch::Sender<bool>,
        store: Store,
        configuration: Arc<Configuration>,
    ) {
        loop {
            let again = tokio::select! {
                _ = self.terminate.recv() => false,
                _ = self.interrupt.recv() => false,
                _ = self.reload.recv() => true,
            };
            if !again {
                tracing::info!("stopping");
                stop.send_replace(true);
                return wait_for_ever().await;
            }
            reload(&store, &configuration).await;
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn listen() -> anyhow::Result<Self> {
        Ok(Self {})
    }

    pub(super) async fn watch(
        self,
        stop: watch::Sender<bool>,
        _store: Store,
        _configuration: Arc<Configuration>,
    ) {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.send_replace(true);
        }
        wait_for_ever().await
    }
}

/// Keeps what it is called from alive until it is aborted.
async fn wait_for_ever() {
    poll_fn(|_| std::task::Poll::<()>::Pending).await;
}

/// Takes the key file as it is now, and wraps by its first key what others wrap.
#[cfg(unix)]
async fn reload(store: &Store, configuration: &Configuration) {
    let taken = match opening::keyring(configuration) {
        Ok(ring) => store.take_keyring(ring).await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    match taken {
        Ok(()) => {
            tracing::info!("the key file was read again");
            rotate(store.clone()).await;
        }
        Err(error) => tracing::error!(error = format!("{error:#}"), "the key file was not taken"),
    }
}
