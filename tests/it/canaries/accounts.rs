//! Accounts of every role, made and used as people do.

use serde_json::json;

use super::office::Office;
use super::people::Canary;
use super::traces::Traces;
use crate::http::client::Client;
use crate::served::{Served, seconds_now};

/// Nobody's secret.
const PASSWORD: &str = "correct horse battery";
/// The county in which they work.
pub(super) const COUNTY: &str = "422827000000";

/// Whoever works in the county.
pub(super) struct Staff<'a> {
    pub(super) coordinator: Office<'a>,
    /// Somebody of every other role but admin.
    pub(super) others: Vec<Office<'a>>,
}

impl<'a> Staff<'a> {
    /// All of them.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &Office<'a>> {
        std::iter::once(&self.coordinator).chain(&self.others)
    }
}

fn log_in(office: &mut Office<'_>, login: &str) {
    let answer = office.client.log_in(login, PASSWORD).expect(201);
    office.keep("POST", "/sessions", answer);
    // It shows a secret, and nothing of a person.
    let answer = office.client.enrol(seconds_now());
    office.keep("POST", "/me/totp/confirm", answer);
}

/// The first admin.
pub(super) fn set_up(served: &Served, admin: &mut Office<'_>, people: &[Canary]) {
    let token = served.setup_token.as_deref().unwrap();
    let somebody = &people[1];
    let wrong =
        json!({"token": somebody.words, "login": "first.admin", "password": PASSWORD, "name": somebody.name});
    admin.post("/setup", &wrong).expect(403);
    let wrong =
        json!({"token": token, "login": somebody.name, "password": somebody.words, "name": somebody.name});
    admin.post("/setup", &wrong).expect(422);
    let body = json!({"token": token, "login": "first.admin", "password": PASSWORD, "name": somebody.name});
    admin.post("/setup", &body).expect(201);
    log_in(admin, "first.admin");
}

/// A user of a role, invited, with a password and an app.
fn make_user<'a>(
    served: &Served,
    maker: &Office<'a>,
    role: &str,
    somebody: &Canary,
    more: &serde_json::Value,
) -> Office<'a> {
    let login = format!("somebody.{}", role.replace('_', "-"));
    let everywhere = matches!(role, "analyst" | "auditor");
    let mut body = json!({"login": login, "role": role, "region_code": if everywhere { "" } else { COUNTY },
        "name": somebody.name, "phone": somebody.phone});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = maker.post("/users", &body).expect(201);
    maker.post("/users", &body).expect(409);
    let path = format!("/users/{}", made.text_of("/user/id"));
    let patched = json!({"name": somebody.other_name});
    maker.patch(&path, &made.etag(), &patched).expect(200);
    let client = Client::at(&served.url);
    let mut office = Office { client, traces: maker.traces };
    let accepted = json!({"token": made.text_of("/invitation/token"), "password": PASSWORD});
    office.post("/invitations/accept", &accepted).expect(204);
    log_in(&mut office, &login);
    office.get("/me").expect(200);
    office.get("/me/sessions").expect(200);
    office
}

/// Somebody of every role.
pub(super) fn make_staff<'a>(served: &Served, admin: &Office<'a>, people: &[Canary]) -> Staff<'a> {
    let coordinator = make_user(served, admin, "coordinator", &people[2], &json!({}));
    let team = json!({"name": "示例队", "region_code": COUNTY});
    let team = coordinator.post("/teams", &team).expect(201).text_of("/id");
    let own = &people[0];
    let own = json!({"number": "V-own", "region_code": COUNTY, "team_id": team,
        "cells": {"name": own.name, "phone": own.phone, "id_number": own.id_number}});
    let volunteer_id = coordinator.post("/volunteers", &own).expect(201).text_of("/id");
    let roles = [
        ("child_director", json!({})),
        ("supervisor", json!({})),
        ("team_leader", json!({"team_id": team})),
        ("volunteer", json!({"volunteer_id": volunteer_id})),
        ("analyst", json!({})),
        ("auditor", json!({})),
    ];
    let others = roles.iter().zip(&people[3..]);
    let others =
        others.map(|((role, more), somebody)| make_user(served, admin, role, somebody, more)).collect();
    Staff { coordinator, others }
}

/// Log-ins that fail, by whatever somebody may type into either field.
pub(super) fn wrong_log_ins(served: &Served, traces: &Traces, people: &[Canary]) {
    let nobody = Office { client: Client::at(&served.url), traces };
    for somebody in &people[..5] {
        for text in somebody.texts() {
            for (login, password) in [(text, text), ("somebody.coordinator", text), (text, PASSWORD)] {
                let answer = nobody.post("/sessions", &json!({"login": login, "password": password}));
                assert_ne!(answer.status, 201);
            }
            nobody.post("/invitations/accept", &json!({"token": text, "password": text}));
        }
    }
}
