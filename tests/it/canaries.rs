//! A thousand invented people go through every flow of the real program, and nothing personal of them turns up where nobody
//! was shown it: in the log, the figures, an address, an error, the answer to another role, a file or page of the database, a
//! backup. What reveals and exports in full show is looked at too, so that the search is known to find.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod accounts;
mod imports;
mod office;
mod people;
mod persons;
mod refusals;
mod traces;

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::http::client::Client;
use crate::http::dump::dump_postgres;
use crate::postgres::Cluster;
use crate::served::{Place, Served};
use crate::store::ground::runtime;
use office::Office;
use people::Canary;
use traces::Traces;

/// Everything that people do, as somebody of the role whose business it is.
fn every_flow(served: &Served, traces: &Traces, people: &[Canary]) {
    let mut admin = Office { client: Client::at(&served.url), traces };
    accounts::set_up(served, &mut admin, people);
    imports::load_divisions(&admin);
    let staff = accounts::make_staff(served, &admin, people);
    let (sheets, typed) = people.split_at(800);
    let (children, volunteers) = typed.split_at(100);
    let made = persons::register(&staff.coordinator, children, volunteers);
    imports::every_sheet(&staff.coordinator, sheets);
    imports::exports(&staff.coordinator);
    persons::shown_to_everybody(&staff, &admin, &made);
    refusals::of_everything(served, &staff, &admin, people, &made);
    accounts::wrong_log_ins(served, traces, people);
    persons::ended(&staff, &made);
}

/// What a program leaves behind: its log, its figures, every file of its folder.
fn look_at_what_is_left(place: &Place, traces: &Traces) {
    for entry in std::fs::read_dir(&place.folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            traces.look(&format!("the file {}", name_of(&path)), &std::fs::read(&path).unwrap());
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Runs the program over a place; `beside` looks at what the database itself keeps.
fn watch(place: &Place, beside: impl FnOnce(&Traces)) {
    let people = people::all();
    let traces = Traces::of(&people);
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = [
        ("JIEDUI_LOG", "debug"),
        ("JIEDUI_REVEALS_PER_MINUTE", "1000000"),
        ("JIEDUI_LOGINS_PER_MINUTE", "1000000"),
    ];
    let served = Served::start_under(place, &["--metrics-listen", &metrics.to_string()], &settings);
    every_flow(&served, &traces, &people);
    let figures = Client::at(&format!("http://{metrics}")).send_bytes("GET", "/metrics", &[], None);
    assert!(figures.text.contains("http_request_seconds"), "{}", figures.text);
    traces.look("the figures", figures.text.as_bytes());
    // While it runs, SQLite's log is there too.
    look_at_what_is_left(place, &traces);
    let (well, said) = place.run(&["backup", "--to", "copy"]);
    assert!(well, "{said}");
    traces.look("what backup says", said.as_bytes());
    for verb in [&["doctor"][..], &["audit", "verify"], &["keys", "list"], &["backup", "--to", "copy"]] {
        traces.look(&format!("what {verb:?} says"), place.run(verb).1.as_bytes());
    }
    let export = ["audit", "export", "--from", "2000-01-01", "--to", "2999-12-31", "--out", "trail.csv"];
    assert!(place.run(&export).0);
    assert!(served.stop());
    look_at_what_is_left(place, &traces);
    beside(&traces);
    let log = std::fs::read_to_string(place.folder.join("log")).unwrap();
    assert!(log.lines().count() > 1_000, "the log tells of every request");
    traces.check();
}

#[test]
fn nothing_of_a_thousand_people_is_left_by_the_program_over_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    watch(&Place::sqlite(folder.path()), |_| {});
}

#[test]
fn nothing_of_a_thousand_people_is_left_by_the_program_over_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    let url = Cluster::shared().database("");
    // The server's own log then holds every statement, with all that is bound to it.
    let name = url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    runtime().block_on(async {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        for setting in ["log_statement = 'all'", "log_parameter_max_length_on_error = -1"] {
            let set = format!("ALTER DATABASE {name} SET {setting}");
            connection.execute(AssertSqlSafe(set)).await.unwrap();
        }
    });
    watch(&Place::postgres(folder.path(), url.clone()), |traces| {
        // Row by row: PostgreSQL's own program for it is not wherever its server is.
        let rows = runtime().block_on(dump_postgres(&url, &[]));
        assert!(rows.len() > 2_000, "{}", rows.len());
        traces.look("a dump", rows.join("\n").as_bytes());
        let log = Cluster::shared().log();
        assert!(String::from_utf8_lossy(&log).contains("INSERT INTO children"), "it tells of statements");
        // Entry by entry, so that each is told. Names of places, policies and offices are no persons', and asked for in clear.
        let public = ["FROM regions", "FROM policies", "INTO legal_bases"];
        let log = String::from_utf8_lossy(&log);
        for entry in log.split(" LOG:  ").filter(|entry| !public.iter().any(|words| entry.contains(words))) {
            let statement: String = entry.chars().take(200).collect();
            traces.look(&format!("the log of the database: {statement}"), entry.as_bytes());
        }
    });
}
