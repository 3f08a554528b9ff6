//! Progress, figures, proof and explanations of a run.

use std::path::Path;
use std::process::Command;

use jiedui::model::Role;
use jiedui::runs::archive;
use serde_json::{Value, json};

use super::flow::county;
use super::ground::{body, made_run, pairs, worker_of};
use crate::http::server::{Client, Server};

fn watched(client: &Client, id: &str, last_seen: Option<&str>) -> crate::http::server::Answer {
    let path = format!("/runs/{id}/events");
    let headers: Vec<(&str, &str)> = last_seen.map(|number| ("last-event-id", number)).into_iter().collect();
    client.send("GET", &path, &headers, None)
}

#[test]
fn whoever_watches_hears_every_event_once_and_the_end() {
    let (server, client, policy_id) = county(2, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    let begun = watched(&client, &id, None).expect(200);
    assert!(begun.header("content-type").starts_with("text/event-stream"));
    assert!(
        begun.text.contains("id: 1\nevent: progress\n") && begun.text.contains("\"queued\""),
        "{}",
        begun.text
    );
    let nothing_new = watched(&client, &id, Some("1")).expect(200);
    assert!(!nothing_new.text.contains("id:"), "{}", nothing_new.text);
    server.run(worker_of(&server.store).work_off()).unwrap();
    let later = watched(&client, &id, Some("1")).expect(200).text;
    assert!(!later.contains("\"queued\"") && later.contains("\"succeeded\""), "{later}");
    let numbers: Vec<u64> =
        later.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    assert!(numbers.iter().zip(2..).all(|(number, expected)| *number == expected), "{numbers:?}");
    let last = numbers.last().unwrap().to_string();
    watched(&client, &id, Some(&last)).expect(204);
}

#[test]
fn a_watch_stays_open_for_what_comes() {
    let (server, client, policy_id) = county(1, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    let heard = std::thread::scope(|scope| {
        let watching =
            scope.spawn(|| client.get(&format!("/runs/{id}/events?wait=15&after=1")).expect(200).text);
        server.run(worker_of(&server.store).work_off()).unwrap();
        watching.join().unwrap()
    });
    assert!(heard.contains("\"succeeded\""), "{heard}");
}

/// The plan folder of a run, downloaded.
pub(super) fn download(client: &Client, id: &str, into: &Path) {
    let answer = client.get(&format!("/runs/{id}/certificate")).expect(200);
    assert_eq!(answer.header("content-type"), "application/zip");
    for (name, bytes) in archive::unpack(&answer.bytes).unwrap() {
        std::fs::write(into.join(name), bytes).unwrap();
    }
}

/// Both checkers accept a plan folder.
pub(super) fn verify(folder: &Path) {
    let ours = Command::new(env!("CARGO_BIN_EXE_jiedui")).arg("verify").arg(folder).output().unwrap();
    assert!(ours.status.success(), "{}", String::from_utf8_lossy(&ours.stderr));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verify.py");
    let theirs = Command::new("python3").arg(script).arg(folder).output().unwrap();
    assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stdout));
}

#[test]
fn the_certificate_is_accepted_by_both_checkers_and_names_nobody() {
    let (server, client, policy_id) = county(4, 2);
    let run = made_run(&server, &client, &body(&policy_id));
    let folder = tempfile::tempdir().unwrap();
    download(&client, run["id"].as_str().unwrap(), folder.path());
    verify(folder.path());
    assert!(!folder.path().join("people.csv").exists());
    let files: Vec<(String, Vec<u8>)> = {
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
        names.sort();
        names
            .iter()
            .map(|path| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
            })
            .collect()
    };
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("C0000") && !text.contains("V0000"), "{name}");
    }
    let hash = archive::digest(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    assert_eq!(run["result_hash"], hash, "anybody can make the hash again");
    let analyst = server.log_in_as(Role::Analyst);
    assert_eq!(analyst.get(&format!("/runs/{}/certificate", run["id"].as_str().unwrap())).status, 403);
    let figures = analyst.get(&format!("/runs/{}/metrics", run["id"].as_str().unwrap())).expect(200).body;
    assert_eq!(figures["metrics"]["status"], "optimal");
}

fn explained(client: &Client, path: &str) -> Value {
    client.get(path).expect(200).body
}

#[test]
fn every_child_of_a_run_is_explained_by_ids_of_the_store() {
    let (server, client, policy_id) = county(5, 2);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    let paired = server.run(pairs(&server.store, id));
    assert_eq!(paired.len(), 4);
    for (child, volunteer, _) in &paired {
        let answer = explained(&client, &format!("/runs/{id}/children/{child}/explanation"));
        assert_eq!(answer["question"], "why_pair");
        assert_eq!(answer["answer"]["child"], *child);
        assert_eq!(answer["answer"]["volunteer"], *volunteer);
        let not =
            explained(&client, &format!("/runs/{id}/children/{child}/explanation?volunteer_id={volunteer}"));
        assert_eq!(not["answer"]["because"]["because"], "paired");
    }
    let unmatched = explained(&client, &format!("/runs/{id}/unmatched"));
    let alone = unmatched["items"][0]["child_id"].as_str().unwrap();
    assert_eq!(unmatched["items"].as_array().unwrap().len(), 1);
    assert_eq!(unmatched["items"][0]["reason"], "competition");
    let nobody = explained(&client, &format!("/runs/{id}/children/{alone}/explanation"));
    assert_eq!(nobody["question"], "why_nobody");
    assert_eq!(nobody["answer"]["child"], alone);
    let volunteer = &paired[0].1;
    let not =
        explained(&client, &format!("/runs/{id}/children/{alone}/explanation?volunteer_id={volunteer}"));
    assert_eq!(not["answer"]["because"]["because"], "price", "{not}");
    let moves = &not["answer"]["because"]["insisting"]["moves"];
    assert_eq!(moves[0]["children"][0], alone, "{not}");
    assert_eq!(moves[0]["to"], *volunteer, "{not}");
    // A child director explains to a guardian: nobody else is named.
    let director = server.log_in_as(Role::ChildDirector);
    let reduced =
        explained(&director, &format!("/runs/{id}/children/{alone}/explanation?volunteer_id={volunteer}"));
    assert!(reduced["answer"]["because"]["insisting"]["moves"].as_array().unwrap().len() <= 1, "{reduced}");
    client.get(&format!("/runs/{id}/children/{}/explanation", crate::http::samples::NOBODY)).expect(404);
    assert!(server.counted("audit_events WHERE action = 'child.explained'") >= 10);
}

#[test]
fn a_run_says_whom_to_recruit_what_fairness_costs_and_what_changes_would_do() {
    let (server, client, policy_id) = county(5, 2);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    let recruits = explained(&client, &format!("/runs/{id}/recruits?count=1"));
    assert_eq!(recruits["question"], "recruit");
    assert_eq!(recruits["answer"]["recruits"].as_array().unwrap().len(), 1, "{recruits}");
    let paired = server.run(pairs(&server.store, id));
    let volunteer = &paired[0].1;
    let loss = explained(&client, &format!("/runs/{id}/recruits?without={volunteer}"));
    assert_eq!(loss["answer"]["volunteer"], *volunteer);
    let frontier = explained(&client, &format!("/runs/{id}/frontier?between=travel"));
    assert_eq!(frontier["question"], "bottleneck_frontier");
    let changes = json!({"changes": [{"change": "capacity", "volunteer_id": volunteer, "households": 3}]});
    let what_if = client.post(&format!("/runs/{id}/what-if"), &changes).expect(200).body;
    assert_eq!(what_if["answer"]["cost"]["paired"]["after"], 5, "{what_if}");
    let none = json!({"changes": []});
    client.post(&format!("/runs/{id}/what-if"), &none).expect(422);
    let strange = json!({"changes": [{"change": "setting", "key": "travel.nothing", "value": "1"}]});
    assert_eq!(client.post(&format!("/runs/{id}/what-if"), &strange).expect(422).code(), "not_explainable");
}

#[test]
fn two_runs_are_compared_by_ids_of_the_store() {
    let (server, client, policy_id) = county(3, 1);
    let first = made_run(&server, &client, &body(&policy_id));
    server.run(super::ground::volunteer(&server.store, 9));
    let second = made_run(&server, &client, &body(&policy_id));
    let (one, other) = (first["id"].as_str().unwrap(), second["id"].as_str().unwrap());
    let compared = explained(&client, &format!("/runs/{one}/compare/{other}"));
    assert_eq!(compared["question"], "compare");
    assert!(compared["answer"].to_string().contains("newly_paired"), "{compared}");
    let child = &server.run(pairs(&server.store, other))[0].0;
    assert!(server.run(pairs(&server.store, one)).len() < server.run(pairs(&server.store, other)).len());
    assert!(child.len() == 36);
}

#[test]
fn a_proposal_is_explained() {
    let (server, client, policy_id) = county(2, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    client.post(&format!("/runs/{}/publish", run["id"].as_str().unwrap()), &json!({})).expect(200);
    let proposal = super::ground::first_proposal(&server);
    let answer = explained(&client, &format!("/proposals/{proposal}/explanation"));
    assert_eq!(answer["question"], "why_pair");
    assert_eq!(answer["run_id"], run["id"]);
}

#[test]
fn a_run_without_a_proven_plan_is_not_asked() {
    let (server, client, policy_id) = county(2, 1);
    let mut greedy = body(&policy_id);
    greedy["solver"] = json!("greedy");
    let run = made_run(&server, &client, &greedy);
    assert_eq!(run["state"], "succeeded", "{run}");
    let path = format!("/runs/{}/recruits", run["id"].as_str().unwrap());
    assert_eq!(client.get(&path).expect(409).code(), "run_not_askable");
    let queued = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    assert_eq!(client.get(&format!("/runs/{queued}/certificate")).expect(409).code(), "run_not_askable");
    assert_eq!(client.get(&format!("/runs/{queued}/metrics")).expect(409).code(), "run_not_askable");
}

#[test]
fn places_are_put_in_whole_and_listed_page_by_page() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let put = |text: &str| {
        let headers = [("content-type", "text/csv")];
        client.send_bytes("PUT", "/api/v1/regions/422827/places", &headers, Some(text.as_bytes().to_vec()))
    };
    let head = "行政区划代码,乡镇,村,经度,纬度,坐标系\n";
    let good =
        "422827101000,百福司镇,,109.40,29.50,WGS-84\n422827101203,百福司镇,第一村,109.41,29.51,GCJ-02\n";
    assert_eq!(put(&format!("{head}{good}")).expect(200).body["places"], 2);
    let first = client.get("/regions/422827/places?limit=1").expect(200).body;
    assert_eq!(first["items"][0]["township"], "百福司镇");
    assert_eq!(first["items"][0]["longitude"], 109.4);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("/regions/422827/places?limit=1&cursor={cursor}")).expect(200).body;
    assert_eq!(second["items"][0]["village"], "第一村");
    assert!(second.get("next_cursor").is_none());
    put(&format!("{head}422802101000,别镇,,109.40,29.50,WGS-84\n")).expect(422);
    put(&format!("{head}422827101000,百福司镇,,,,WGS-84\n")).expect(422);
    put("不是表格").expect(422);
    assert_eq!(
        put(&format!("{head}422827102000,大河镇,,109.50,29.60,WGS-84\n")).expect(200).body["places"],
        1
    );
    let elsewhere = client.send_bytes(
        "PUT",
        "/api/v1/regions/422802/places",
        &[("content-type", "text/csv")],
        Some(format!("{head}{good}").into_bytes()),
    );
    elsewhere.expect(404);
    assert_eq!(server.counted("places"), 1);
}
