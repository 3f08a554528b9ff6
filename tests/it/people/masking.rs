//! Canaries: names, phones, numbers, addresses that must turn up in no answer but a reveal, in no trail, no raw bytes.

use jiedui::model::Role;
use serde_json::{Value, json};

use super::made::VILLAGE;
use crate::http::client::Client;
use crate::http::server::{Server, fields};

/// Personal texts of an invented child and an invented volunteer, none of which may be shown unasked.
const CANARIES: [&str; 16] = [
    "向金丝雀",
    "田金丝雀",
    "990101201505011023",
    "19976543210",
    "2015-05-01",
    "109.40123",
    "29.50321",
    "见证金丝雀",
    "代签金丝雀",
    "彭金丝雀",
    "990101198803121020",
    "19976543219",
    "1988-03-12",
    "编号金丝雀",
    "109.41234",
    "29.51234",
];

fn child_body() -> Value {
    json!({"number": "C1", "region_code": VILLAGE, "external_ref": "ref-1", "cells": {
        "name": CANARIES[0], "guardian": CANARIES[1], "id_number": CANARIES[2], "phone": CANARIES[3],
        "birth_date": CANARIES[4], "longitude": CANARIES[5], "latitude": CANARIES[6], "datum": "WGS-84",
        "sex": "女", "township": "示例镇", "village": "示例村", "categories": "农村留守儿童",
        // Offices write whatever they like wherever they like.
        "household": "向金丝雀家", "needs": format!("陪伴走访 请打 {}", CANARIES[3])}})
}

fn volunteer_body() -> Value {
    json!({"number": "V1", "region_code": VILLAGE, "cells": {
        "name": CANARIES[9], "id_number": CANARIES[10], "phone": CANARIES[11], "birth_date": CANARIES[12],
        "longitude": CANARIES[14], "latitude": CANARIES[15], "datum": "WGS-84", "sex": "女", "township": "示例镇",
        "team": format!("队长 {}", CANARIES[9])}})
}

/// What a client was given, all together.
#[derive(Default)]
struct Told(Vec<(String, String)>);

impl Told {
    fn keep(&mut self, what: &str, answer: &crate::http::client::Answer) {
        let headers: Vec<String> =
            answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        self.0.push((what.to_owned(), format!("{}\n{}", headers.join("\n"), answer.text)));
    }

    fn check(&self) {
        for (what, text) in &self.0 {
            for canary in CANARIES {
                assert!(!text.contains(canary), "{what} shows {canary}: {text}");
            }
        }
    }
}

fn make(told: &mut Told, coordinator: &Client) -> (String, String) {
    let child = coordinator.post("/children", &child_body()).expect(201);
    told.keep("POST children", &child);
    let volunteer = coordinator.post("/volunteers", &volunteer_body()).expect(201);
    told.keep("POST volunteers", &volunteer);
    let (child, volunteer) = (child.text_of("/id"), volunteer.text_of("/id"));
    let consent = json!({"purpose": "processing", "answer": "yes", "giver": "guardian", "relation": "mother",
        "method": "spoken_with_witness", "channel": "read_aloud", "text_version": "1", "given_on": "2026-02-01",
        "giver_name": CANARIES[1], "witness": CANARIES[7], "on_behalf_of": CANARIES[8]});
    let path = format!("/children/{child}/consents");
    told.keep("POST consents", &coordinator.post(&path, &consent).expect(201));
    let screening = json!({"kind": "employment", "result": "passed", "authority": "来凤县公安局",
        "screened_on": "2026-02-01", "query_consent": true, "reference": CANARIES[13]});
    let path = format!("/volunteers/{volunteer}/screenings");
    told.keep("POST screenings", &coordinator.post(&path, &screening).expect(200));
    (child, volunteer)
}

#[test]
fn what_is_personal_is_shown_by_a_reveal_alone() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let mut told = Told::default();
    let (child, volunteer) = make(&mut told, &coordinator);
    for role in [Role::Coordinator, Role::ChildDirector, Role::Supervisor] {
        let client = server.log_in_as(role);
        for path in [
            "/children".to_owned(),
            format!("/children/{child}"),
            format!("/children/{child}/consents"),
            format!("/children/{child}/legal-bases"),
            format!("/children/{child}/availability"),
            format!("/children/{child}/history"),
            "/volunteers".to_owned(),
            format!("/volunteers/{volunteer}"),
            format!("/volunteers/{volunteer}/screenings"),
        ] {
            told.keep(&format!("GET {path} as {}", role.word()), &client.get(&path).expect(200));
        }
        for (path, text) in [("/children/search", CANARIES[3]), ("/volunteers/search", CANARIES[10])] {
            let found = client.post(path, &json!({"text": text})).expect(200);
            assert_eq!(found.body["items"].as_array().unwrap().len(), 1, "{path}");
            told.keep(path, &found);
        }
    }
    let shown = coordinator.get(&format!("/children/{child}")).expect(200);
    assert_eq!(shown.text_of("/name"), "向***");
    assert_eq!(shown.text_of("/phone"), "199****3210");
    assert_eq!(shown.text_of("/id_number"), "99************1023");
    assert_eq!(shown.body["birth_year"], 2015);
    assert_eq!(shown.text_of("/cells/household"), "***");
    assert_eq!(shown.text_of("/cells/needs"), "***");

    // Whatever is refused repeats nothing of what was sent.
    let mut twice = child_body();
    twice["number"] = json!("C2");
    told.keep("twice", &coordinator.post("/children", &twice).expect(409));
    for (field, text) in
        [("number", CANARIES[3]), ("region_code", CANARIES[2]), ("external_ref", CANARIES[2])]
    {
        let mut wrong = child_body();
        wrong[field] = json!(text);
        told.keep(field, &coordinator.post("/children", &wrong).expect(422));
    }
    let unknown = json!({"number": "C3", "region_code": VILLAGE, "cells": {CANARIES[0]: CANARIES[2]}});
    told.keep("unknown cell", &coordinator.post("/children", &unknown).expect(422));
    let unknown = json!({"number": "C3", "region_code": VILLAGE, CANARIES[0]: CANARIES[2]});
    told.keep("unknown field", &coordinator.post("/children", &unknown).expect(422));
    told.check();

    let request = json!({"fields": ["name", "phone", "birth_date", "household"], "purpose": "contact"});
    let revealed = coordinator.post(&format!("/children/{child}/reveal"), &request).expect(200);
    assert_eq!(revealed.header("cache-control"), "no-store");
    assert_eq!(
        revealed.body["fields"],
        json!({"name": CANARIES[0], "phone": CANARIES[3], "birth_date": CANARIES[4], "household": "向金丝雀家"})
    );
    let history = coordinator.get(&format!("/children/{child}/history?limit=200")).expect(200);
    let entries = history.body["items"].as_array().unwrap();
    let reveal = entries.iter().find(|entry| entry["action"] == "child.revealed").unwrap();
    assert_eq!(reveal["purpose"], "contact");
    assert_eq!(reveal["fields"], json!(["name", "phone", "birth_date", "household"]));
    assert_eq!(reveal["actor_id"], json!(coordinator.user_id));
}

#[test]
fn the_raw_bytes_of_the_database_hold_nothing_personal() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let mut told = Told::default();
    let (child, _) = make(&mut told, &coordinator);
    let request = json!({"fields": ["name", "phone", "id_number"], "purpose": "contact"});
    coordinator.post(&format!("/children/{child}/reveal"), &request).expect(200);
    for canary in CANARIES {
        assert!(!server.stores(canary), "the files hold {canary}");
    }
    assert!(server.stores("示例镇"), "what is not personal is found so");
}

#[test]
fn every_answer_with_a_child_is_in_the_trail() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let (child, _) = make(&mut Told::default(), &coordinator);
    let supervisor = server.log_in_as(Role::Supervisor);
    let reads = || {
        let trail = server.dump(&[]);
        trail.into_iter().filter(|row| row.contains(&supervisor.user_id) && row.contains(&child)).count()
    };
    for path in ["", "/consents", "/legal-bases", "/wishes", "/availability", "/history"] {
        let before = reads();
        supervisor.get(&format!("/children/{child}{path}")).expect(200);
        assert_eq!(reads(), before + 1, "GET /children/…{path}");
    }
    let before = reads();
    supervisor.get("/children").expect(200);
    supervisor.post("/children/search", &json!({"text": CANARIES[2]})).expect(200);
    assert_eq!(reads(), before + 2, "lists too, a row for every child on the page");
}

#[test]
fn a_team_leader_sees_neither_checks_nor_numbers_nor_limits() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let team = coordinator.post("/teams", &json!({"name": "一队", "region_code": VILLAGE})).expect(201);
    let team_id = team.text_of("/id");
    let mut body = volunteer_body();
    body["team_id"] = json!(team_id);
    body["cells"]["category_limit"] = json!("孤儿");
    let volunteer = coordinator.post("/volunteers", &body).expect(201).text_of("/id");
    coordinator.post("/volunteers", &json!({"number": "V2", "region_code": VILLAGE})).expect(201);
    let leader = server.log_in_with(&jiedui::store::UserFields {
        team_id: Some(team_id),
        ..fields(Role::TeamLeader, "422827000000")
    });
    let listed = leader.get("/volunteers").expect(200);
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1, "her team alone");
    let shown = leader.get(&format!("/volunteers/{volunteer}")).expect(200);
    assert_eq!(shown.text_of("/name"), "彭***");
    for hidden in ["id_number", "age", "birth_year", "screening", "screened_through", "suspended_reason"] {
        assert_eq!(shown.body[hidden], Value::Null, "{hidden}");
    }
    assert!(shown.body["cells"].get("category_limit").is_none());
    let reveal = json!({"fields": ["name"], "purpose": "contact"});
    leader.post(&format!("/volunteers/{volunteer}/reveal"), &reveal).expect(403);
    leader.get(&format!("/volunteers/{volunteer}/screenings")).expect(403);
}

#[test]
fn what_no_reader_takes_is_sealed_wherever_it_stands() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let cells = json!({
        "name": "向金丝雀", "village": "金村19976543210", "township": "109.40123,29.50321", "risk": "高（丧父金丝雀）",
        "needs": "陪伴走访；接送金丝雀", "household": "金丝雀户", "parent_standing": "父金丝雀在押",
        "previous_volunteers": "19976543212"});
    let body = json!({"number": "C9", "region_code": VILLAGE, "cells": cells});
    coordinator.post("/children", &body).expect(201);
    let body = json!({"number": "V9", "region_code": VILLAGE, "cells": {
        "name": "彭金丝雀", "skills": "会金丝雀"}});
    coordinator.post("/volunteers", &body).expect(201);
    for canary in ["金丝雀", "1997654321", "109.40123"] {
        assert!(!server.stores(canary), "the files hold {canary}");
    }
}

crate::http::server::on_postgres_too! {
    what_is_personal_is_shown_by_a_reveal_alone
    the_raw_bytes_of_the_database_hold_nothing_personal
    every_answer_with_a_child_is_in_the_trail
    a_team_leader_sees_neither_checks_nor_numbers_nor_limits
    what_no_reader_takes_is_sealed_wherever_it_stands
}
