//! A throw-away PostgreSQL: a cluster in a temporary folder, reached by a socket in it, gone when the process is gone.
//!
//! The server is stopped by a shell that waits for its standard input to end: so it goes however the tests end, also when
//! they are killed. PostgreSQL refuses to run as root, so root hands it to the user `postgres`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// What to do where there is none.
const CURE: &str = "PostgreSQL is needed for this test: apt-get install postgresql";

/// The one server that all tests of the process share, each with a database of its own.
static SHARED: LazyLock<Cluster> = LazyLock::new(Cluster::start);
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// A running server.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    /// Its input is closed by the end of this process; it then stops the server.
    _shell: Child,
}

impl Cluster {
    /// The server all tests share.
    pub(crate) fn shared() -> &'static Self {
        &SHARED
    }

    /// A server of one's own.
    pub(crate) fn start() -> Self {
        let programs = programs();
        let folder =
            tempfile::Builder::new().prefix("jiedui-pg-").tempdir().expect("a temporary folder").keep();
        if is_root() {
            let done = Command::new("chown").arg("postgres").arg(&folder).status();
            assert!(done.is_ok_and(|status| status.success()), "the user postgres is missing. {CURE}");
        }
        let data = folder.join("data");
        let mut make = unprivileged(&programs.join("initdb"));
        make.args(["--locale=C", "--encoding=UTF8", "--auth=trust", "--username=jiedui", "--no-sync", "-D"])
            .arg(&data);
        run(&mut make);
        let stop = format!(
            "cat >/dev/null; '{}' -D '{}' -m immediate stop; rm -rf '{}'",
            programs.join("pg_ctl").display(),
            data.display(),
            folder.display()
        );
        let mut shell = unprivileged(Path::new("sh"));
        shell.args(["-c", &stop]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Apart from the terminal: Ctrl-C ends the tests, and the shell then tidies up in peace.
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let shell = shell.spawn().expect("a shell");
        let cluster = Self { folder, programs, _shell: shell };
        cluster.go_on();
        cluster
    }

    /// Starts the server where it does not run.
    pub(crate) fn go_on(&self) {
        let options =
            format!("-k '{}' -c listen_addresses= -c fsync=on -c max_connections=300", self.folder.display());
        let mut start = unprivileged(&self.programs.join("pg_ctl"));
        start.arg("-D").arg(self.folder.join("data")).arg("-l").arg(self.folder.join("log"));
        run(start.args(["-w", "-t", "120", "-o", &options, "start"]));
    }

    /// Kills the server as a loss of power would, short of the disk.
    pub(crate) fn stop_at_once(&self) {
        let mut stop = unprivileged(&self.programs.join("pg_ctl"));
        run(stop.arg("-D").arg(self.folder.join("data")).args(["-m", "immediate", "stop"]));
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://jiedui@localhost/{database}?host={host}")
    }

    /// A new database with the collation that a statement's end asks for; its address.
    pub(crate) fn database(&self, collation: &str) -> String {
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let statement = format!("CREATE DATABASE {name} TEMPLATE template0 {collation}");
        let url = self.url("postgres");
        // A thread of its own: the caller may or may not be inside a runtime.
        let made = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&url).await.expect("the server answers");
                connection.execute(AssertSqlSafe(statement)).await.expect("a database is made");
            });
        });
        made.join().expect("a database is made");
        self.url(&name)
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id runs");
    output.stdout.starts_with(b"0\n")
}

/// A command as somebody whom PostgreSQL serves.
fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program).current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}. {CURE}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Where `initdb` and its like are: on the path, or where Debian puts them.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let found =
        folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists());
    found.unwrap_or_else(|| panic!("{CURE}"))
}
