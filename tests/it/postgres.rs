//! A throw-away PostgreSQL: a cluster in a temporary folder, reached by a socket in it, gone when the process is gone.
//!
//! The server is stopped by a shell that waits for its standard input to end: so it goes however the tests end, also when
//! they are killed. Should the shell be killed too, the next process that starts a server ends what was left. PostgreSQL refuses to run as root, so root hands it to the user `postgres`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// What to do where there is none.
const CURE: &str = "PostgreSQL is needed for this test: apt-get install postgresql";

/// How the folder of a server is named.
const PREFIX: &str = "jiedui-pg-";
/// The file in it that holds the number of the process whose server it is.
const OWNER: &str = "owner";

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
        end_forsaken(&programs);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().expect("a temporary folder").keep();
        std::fs::write(folder.join(OWNER), std::process::id().to_string()).expect("a note of whose it is");
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

    /// What the server has written into its log so far.
    pub(crate) fn log(&self) -> Vec<u8> {
        std::fs::read(self.folder.join("log")).expect("a log")
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

/// Ends servers whose process and shell were both killed; a server whose process lives is left alone.
fn end_forsaken(programs: &Path) {
    for folder in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let path = folder.path();
        let owner = std::fs::read_to_string(path.join(OWNER)).ok().and_then(|text| text.parse::<u32>().ok());
        let Some(owner) = owner.filter(|_| folder.file_name().to_string_lossy().starts_with(PREFIX)) else {
            continue;
        };
        if Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{owner}")).exists() {
            let mut stop = unprivileged(&programs.join("pg_ctl"));
            stop.arg("-D").arg(path.join("data")).args(["-m", "immediate", "stop"]);
            // It may have ended by itself, and another process may be tidying here too.
            let _ = stop.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
            let _ = std::fs::remove_dir_all(path);
        }
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

#[test]
fn a_server_whose_process_and_shell_were_killed_is_ended() {
    let mut process = Command::new("true").spawn().expect("a process");
    let gone = process.id();
    process.wait().expect("it ends");
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().expect("a folder").keep();
    let mine = tempfile::Builder::new().prefix(PREFIX).tempdir().expect("a folder");
    std::fs::write(folder.join(OWNER), gone.to_string()).expect("a note");
    std::fs::write(mine.path().join(OWNER), std::process::id().to_string()).expect("a note");
    end_forsaken(&programs());
    assert!(!folder.exists() && mine.path().exists());
}
