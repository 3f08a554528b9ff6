//! Teams of volunteers.

use jiedui::model::Role;
use serde_json::json;

use crate::http::server::{COUNTY, ELSEWHERE, Server, fields};

#[test]
fn a_team_is_made_changed_and_seen_in_its_county() {
    let server = Server::start();
    let ours = server.log_in_as(Role::Coordinator);
    let theirs = server.log_in_as_in(Role::Coordinator, ELSEWHERE);
    let made = ours.post("/teams", &json!({"name": "来凤试验队", "region_code": COUNTY})).expect(201);
    let path = format!("/teams/{}", made.text_of("/id"));
    assert_eq!(made.header("location"), format!("/api/v1{path}"));
    theirs.get(&path).expect(404);
    theirs.patch(&path, &made.etag(), &json!({"name": "x"})).expect(404);
    assert_eq!(theirs.get("/teams").expect(200).body["items"], json!([]));

    let changed =
        ours.patch(&path, &made.etag(), &json!({"name": "来凤二队", "external_ref": "T-2"})).expect(200);
    assert_eq!(changed.text_of("/name"), "来凤二队");
    ours.patch(&path, &made.etag(), &json!({"name": "x"})).expect(412);
    ours.patch(&path, &changed.etag(), &json!({"region_code": ELSEWHERE})).expect(403);
    ours.patch(&path, &changed.etag(), &json!({"name": null})).expect(422);
    let kept = ours.patch(&path, &changed.etag(), &json!({"external_ref": null})).expect(200);
    assert_eq!(kept.body["external_ref"], json!(null));
}

#[test]
fn a_name_is_there_once_in_a_county() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    admin.post("/teams", &json!({"name": "一队", "region_code": COUNTY})).expect(201);
    assert_eq!(
        admin.post("/teams", &json!({"name": "一队", "region_code": COUNTY})).expect(409).code(),
        "already_exists"
    );
    admin.post("/teams", &json!({"name": "一队", "region_code": ELSEWHERE})).expect(201);
}

#[test]
fn a_leader_sees_her_own_team_alone() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let team = |name: &str| {
        coordinator.post("/teams", &json!({"name": name, "region_code": COUNTY})).expect(201).text_of("/id")
    };
    let (own, other) = (team("一队"), team("二队"));
    let mut leads = fields(Role::TeamLeader, COUNTY);
    leads.team_id = Some(own.clone());
    let leader = server.log_in_with(&leads);
    leader.get(&format!("/teams/{own}")).expect(200);
    leader.get(&format!("/teams/{other}")).expect(404);
    let listed = leader.get("/teams").expect(200).body["items"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let without = server.log_in_as(Role::TeamLeader);
    assert_eq!(without.get("/teams").expect(200).body["items"], json!([]));
    without.get(&format!("/teams/{own}")).expect(404);
}

crate::http::server::on_postgres_too! {
    a_team_is_made_changed_and_seen_in_its_county
    a_name_is_there_once_in_a_county
    a_leader_sees_her_own_team_alone
}
