//! Operating the program: what it is told, what it prints, how it starts and ends, and the verbs beside a running server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::json;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::postgres::Cluster;
use crate::served::{Client, Place, Served};
use crate::store::ground::runtime;

fn place() -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::sqlite(folder.path());
    (folder, place)
}

#[test]
fn a_fresh_start_makes_keys_that_only_the_owner_reads_and_prints_the_set_up_link_until_it_is_used() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, place) = place();
    let served = Served::start(&place);
    let first = served.setup_token.clone().unwrap();
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("keys"), 0o600);
    assert!(served.stop(), "SIGTERM ends it well");
    let served = Served::start(&place);
    assert_ne!(served.setup_token.clone().unwrap(), first, "an unused link is replaced");
    runtime().block_on(async {
        let client = Client::first_admin(&served).await;
        assert_eq!(client.get("/readyz").await.good(), json!({"status": "ready"}));
        let team = json!({"name": "x", "region_code": "422827000000"});
        client.try_keyed("/api/v1/teams", "k", &team).await.unwrap().good();
    });
    assert!(served.stop());
    let served = Served::start(&place);
    assert!(served.setup_token.is_none(), "there is an admin");
    assert!(served.stop());
}

#[test]
fn a_database_without_its_key_file_is_refused_and_no_new_keys_are_made() {
    let (folder, place) = place();
    assert!(Served::start(&place).stop());
    std::fs::rename(folder.path().join("keys"), folder.path().join("elsewhere")).unwrap();
    let (well, said) = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!well && said.contains("master keys are missing"), "{said}");
    assert!(!folder.path().join("keys").exists());
    let place = Place::postgres(folder.path(), Cluster::shared().database(""));
    assert!(Served::start(&place).stop());
    std::fs::remove_file(folder.path().join("keys")).unwrap();
    let (well, said) = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!well && said.contains("key file does not fit"), "{said}");
    assert!(!folder.path().join("keys").exists());
}

#[test]
fn a_second_server_of_the_same_file_is_refused_and_so_is_a_taken_port() {
    let (_folder, place) = place();
    let served = Served::start(&place);
    let (well, said) = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!well && said.contains("another program writes to it"), "{said}");
    let taken = served.url.trim_start_matches("http://");
    let (well, said) = place.run(&["serve", "--listen", taken]);
    assert!(!well && said.contains("choose another port"), "{said}");
    assert!(served.stop());
}

#[test]
fn flags_count_more_than_the_environment_and_that_more_than_the_file_and_no_secret_is_shown() {
    let (folder, place) = place();
    let file = "listen = \"127.0.0.1:1111\"\nreaders = 3\nlog = \"warn\"\nhttps = true\n";
    std::fs::write(folder.path().join("jiedui.toml"), file).unwrap();
    let mut command = place.command(&["serve", "--print-config", "--listen", "127.0.0.1:3333"]);
    command.env("JIEDUI_LISTEN", "127.0.0.1:2222").env("JIEDUI_READERS", "5").env("JIEDUI_KILL_CYCLES", "9");
    command.env("JIEDUI_DATABASE_URL", "postgres://u:canary-1@h/d?password=canary-2&x=y");
    command.env("JIEDUI_KEYS", "0123abcd:canary-3");
    let output = command.output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in
        ["listen = \"127.0.0.1:3333\"", "readers = 5", "log = \"warn\"", "https = true", "keys = \"***\""]
    {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    assert!(shown.contains("postgres://u:***@h/d?password=***&x=y"), "{shown}");
    assert!(!shown.contains("canary"));
}

#[test]
fn a_fault_in_the_configuration_names_its_place_and_no_value() {
    let (folder, place) = place();
    for (file, named) in [
        ("listen = \"canary\"", "listen"),
        ("canary_free = 1", "unknown name canary_free"),
        ("readers = \"canary\"", "readers"),
        ("readers = 0", "readers"),
        ("log = \"trace\"", "log"),
    ] {
        std::fs::write(folder.path().join("jiedui.toml"), file).unwrap();
        let (well, said) = place.run(&["serve"]);
        assert!(!well && said.contains(named) && !said.contains("\"canary\""), "{file}: {said}");
    }
    let (well, said) = place.run(&["doctor", "--config", "missing.toml"]);
    assert!(!well && said.contains("missing.toml"), "{said}");
}

/// Reads what comes until the other side closes; `None` where it stays open and silent for a moment.
fn read_to_end(mut stream: &TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).ok().map(|_| text)
}

#[test]
fn connections_that_dawdle_keep_nobody_else_out() {
    let (_folder, place) = place();
    let served = Served::start(&place);
    let address: SocketAddr = served.url.trim_start_matches("http://").parse().unwrap();
    let mut held = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(address).unwrap();
        // The beginning of a request that never ends. Where the place is refused, writing may fail.
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        held.push(stream);
    }
    // One address has 256 places; the others were closed at once.
    let closed = held
        .iter()
        .rev()
        .take(40)
        .filter(|stream| {
            read_to_end(stream).is_some_and(|text| text.is_empty()) || stream.peer_addr().is_err()
        })
        .count();
    assert!(closed >= 30, "{closed}");
    drop(held);
    runtime().block_on(async {
        let client = Client::new(&served);
        let begun = Instant::now();
        // The server sees the closed connections in its own time.
        while client.try_send(axum::http::Method::GET, "/healthz", None).await.is_err() {
            assert!(begun.elapsed() < Duration::from_mins(1), "places are given back");
        }
    });
    assert!(served.stop());
}

#[test]
fn whoever_dawdles_over_a_body_keeps_nobody_from_the_database() {
    let (_folder, place) = place();
    let served = Served::start_under(&place, &[], &[("JIEDUI_READERS", "1")]);
    let address: SocketAddr = served.url.trim_start_matches("http://").parse().unwrap();
    runtime().block_on(async {
        let client = Client::first_admin(&served).await;
        let mut slow = TcpStream::connect(address).unwrap();
        let head = format!(
            "GET /api/v1/teams HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n{}\r\n",
            client.lines()
        );
        slow.write_all(head.as_bytes()).unwrap();
        // The server learns who she is, and waits for what she sends.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let others = tokio::time::timeout(Duration::from_secs(5), client.get("/api/v1/teams")).await;
        others.expect("the one reader is free").good();
    });
    assert!(served.stop());
}

#[test]
fn figures_name_endpoints_and_nothing_that_was_sent() {
    let (folder, place) = place();
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let served = Served::start_with(&place, &["--metrics-listen", &metrics.to_string()]);
    runtime().block_on(async {
        let client = Client::first_admin(&served).await;
        let canary = json!({"name": "canary", "region_code": "422827000000"});
        client.try_keyed("/api/v1/teams", "canary", &canary).await.unwrap().good();
        client.get("/api/v1/canary").await;
        let coordinator = client.coordinator(&served, "canary.login", "422827000000").await;
        coordinator.get("/api/v1/children").await.good();
        let method = "CANARY".parse().unwrap();
        assert_eq!(
            client.try_send(method, "/healthz", None).await.unwrap().status,
            StatusCode::METHOD_NOT_ALLOWED
        );
        let figures =
            Client::at(&client, &served).elsewhere(&format!("http://{metrics}")).get("/metrics").await;
        let figures = String::from_utf8(figures.body.to_vec()).unwrap();
        assert!(
            figures.contains("http_request_seconds_bucket{method=\"POST\",path=\"/api/v1/teams\""),
            "{figures}"
        );
        assert!(figures.contains("http_connections"), "{figures}");
        assert!(!figures.to_lowercase().contains("canary"), "{figures}");
    });
    assert!(served.stop());
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(!log.to_lowercase().contains("canary"), "{log}");
}

fn signal(served: &Served, name: &str) {
    assert!(Command::new("kill").args([name, &served.id().to_string()]).status().unwrap().success());
}

/// Ids of the key file, the current one first.
fn key_ids(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("keys")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn the_master_key_is_changed_while_the_server_runs() {
    for database in ["sqlite", "postgres"] {
        let folder = tempfile::tempdir().unwrap();
        let place = match database {
            "sqlite" => Place::sqlite(folder.path()),
            _ => Place::postgres(folder.path(), Cluster::shared().database("")),
        };
        let served = Served::start(&place);
        let runtime = runtime();
        let client = runtime.block_on(Client::first_admin(&served));
        let old = key_ids(folder.path())[0].clone();
        let (well, said) = place.run(&["keys", "retire", &old]);
        assert!(!well && said.contains("it still wraps"), "{said}");
        assert!(place.run(&["keys", "new-current"]).0);
        let current = key_ids(folder.path())[0].clone();
        assert_eq!(key_ids(folder.path()), [current.as_str(), old.as_str()]);
        signal(&served, "-HUP");
        let begun = Instant::now();
        while !place.run(&["keys", "list"]).1.contains(&format!("{old}  0\n")) {
            assert!(begun.elapsed() < Duration::from_mins(1), "{}", place.run(&["keys", "list"]).1);
        }
        let (well, said) = place.run(&["keys", "retire", &current]);
        assert!(!well && said.contains("it still wraps"), "{said}");
        let (well, said) = place.run(&["keys", "retire", &old]);
        assert!(well, "{said}");
        assert_eq!(key_ids(folder.path()), [current]);
        runtime.block_on(async { client.get("/api/v1/me").await.good() });
        assert!(served.stop());
        let served = Served::start(&place);
        runtime.block_on(async { client.at(&served).get("/api/v1/me").await.good() });
        assert!(served.stop());
        let (well, said) = place.run(&["keys", "rotate"]);
        assert!(well && said.contains("wrapped anew: 0"), "{said}");
    }
}

#[test]
fn the_trail_is_checked_and_exported_beside_a_running_server() {
    let (folder, place) = place();
    let served = Served::start(&place);
    runtime().block_on(async {
        let client = Client::first_admin(&served).await;
        for number in 0..5 {
            let team = json!({"name": format!("=1+{number}"), "region_code": "422827000000"});
            client.try_keyed("/api/v1/teams", &number.to_string(), &team).await.unwrap().good();
        }
        let verified = client.get("/api/v1/audit-events/verify").await.good();
        assert_eq!((&verified["intact"], &verified["broken_at"]), (&json!(true), &json!(null)));
        let created = client.all("/api/v1/audit-events").await;
        assert_eq!(created.iter().filter(|event| event["action"] == "team.created").count(), 5);
        assert_eq!(created[0]["sequence"], 1);
        let only = client.get("/api/v1/audit-events?action=team.created&limit=2&region=4228").await.good();
        assert_eq!(only["items"].as_array().unwrap().len(), 2);
        for fault in ["from=yesterday", "region=4", "region=abc", "actor_id=1", "action=%00", "unknown=1"] {
            let answer = client.get(&format!("/api/v1/audit-events?{fault}")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault}");
        }
        let table = client.get("/api/v1/audit-events/export").await;
        assert_eq!(table.headers["content-type"], "text/csv");
        assert!(table.body.starts_with("\u{feff}序号 sequence".as_bytes()));
        let anonymous = Client::new(&served).get("/api/v1/audit-events").await;
        assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
        let written = client.get("/api/v1/audit-events?action=audit.exported").await.good();
        assert_eq!(written["items"].as_array().unwrap().len(), 1, "who exports is written down");
    });
    let (well, said) = place.run(&["audit", "verify"]);
    assert!(well && said.contains("holds"), "{said}");
    for (file, magic) in [("trail.csv", "\u{feff}".as_bytes()), ("trail.xlsx", b"PK")] {
        let verb = ["audit", "export", "--from", "2000-01-01", "--to", "2999-12-31", "--out", file];
        let (well, said) = place.run(&verb);
        assert!(well, "{said}");
        assert!(std::fs::read(folder.path().join(file)).unwrap().starts_with(magic));
        assert!(!place.run(&verb).0, "nothing is overwritten");
    }
    assert!(place.run(&["doctor"]).1.contains("audit chain"));
    runtime().block_on(async {
        let url = format!("sqlite://{}", place.database_url);
        let mut beside = SqliteConnection::connect(&url).await.unwrap();
        beside.execute("UPDATE audit_events SET action = 'x' WHERE sequence = 4").await.unwrap();
    });
    let (well, said) = place.run(&["audit", "verify"]);
    assert!(!well && said.contains("broken at row 4"), "{said}");
    let (well, said) = place.run(&["doctor"]);
    assert!(!well && said.contains("fault"), "{said}");
    assert!(served.stop());
}

#[test]
fn a_backup_made_beside_a_running_server_is_restored_and_served() {
    let (folder, place) = place();
    let served = Served::start(&place);
    let client = runtime().block_on(async {
        let client = Client::first_admin(&served).await;
        let team = json!({"name": "kept", "region_code": "422827000000"});
        client.try_keyed("/api/v1/teams", "k", &team).await.unwrap().good();
        client
    });
    let (well, said) = place.run(&["backup", "--to", "copy"]);
    assert!(well && said.contains("backed up"), "{said}");
    let (well, said) = place.run(&["restore", "--from", "copy"]);
    assert!(!well && said.contains("the target holds data"), "{said}");
    assert!(served.stop());
    let elsewhere = Place { database_url: "restored.sqlite3".to_owned(), ..place };
    let (well, said) = elsewhere.run(&["restore", "--from", "copy"]);
    assert!(well, "{said}");
    let served = Served::start(&elsewhere);
    assert!(served.setup_token.is_none());
    runtime().block_on(async {
        let old = client.at(&served).get("/api/v1/me").await;
        assert_eq!(old.status, StatusCode::UNAUTHORIZED, "whoever was logged in is not any more");
        let login = json!({"login": "first.admin", "password": "correct horse battery"});
        Client::new(&served).post("/api/v1/sessions", &login).await.good();
    });
    assert!(served.stop());
    assert!(folder.path().join("restored.sqlite3").exists());
}
