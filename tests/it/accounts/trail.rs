//! The audit trail tells who was let in, who was not, and who did what to whose account.

use jiedui::model::Role;
use jiedui::store::{AuditFilter, PageRequest, RegionSpan};
use serde_json::{Value, json};

use crate::http::server::{COUNTY, PASSWORD, Server};

/// Actor's kind, action and subject of every row after a number of rows.
fn rows(server: &Server, after: usize) -> Vec<(String, String, Option<String>)> {
    let filter = AuditFilter {
        region: RegionSpan::everywhere(),
        action: String::new(),
        actor_id: String::new(),
        from_ms: i64::MIN,
        before_ms: i64::MAX,
    };
    let page = PageRequest { after: after.to_string(), limit: 200 };
    let found = server.run(async { server.store.view().await.unwrap().audit_events(&filter, &page).await });
    let rows = found.unwrap().items.into_iter();
    rows.map(|row| (row.actor_kind, row.action, row.subject_id)).collect()
}

#[test]
fn everything_done_to_an_account_is_in_the_trail_under_who_did_it() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let before = rows(&server, 0).len();
    let body = json!({"login": "tian.shi", "role": "coordinator", "region_code": COUNTY, "name": "田试"});
    let made = admin.post("/users", &body).expect(201);
    let (id, token) = (made.text_of("/user/id"), made.text_of("/invitation/token"));
    let mut client = server.anonymous();
    client.post("/invitations/accept", &json!({"token": token, "password": PASSWORD})).expect(204);
    client.log_in("tian.shi", "not the password").expect(401);
    client.log_in("nobody.here", "not the password").expect(401);
    client.log_in("tian.shi", PASSWORD).expect(201);
    client.enrol(server.seconds());
    client.give_second_factor(server.seconds()).expect(401);
    let path = format!("/users/{id}");
    let etag = admin.get(&path).expect(200).etag();
    admin.patch(&path, &etag, &json!({"name": "向试"})).expect(200);
    admin.post(&format!("{path}/disable"), &Value::Null).expect(200);
    admin.post(&format!("{path}/enable"), &Value::Null).expect(200);

    let id = Some(id);
    let row =
        |kind: &str, action: &str, id: &Option<String>| (kind.to_owned(), action.to_owned(), id.clone());
    let expected = [
        row("user", "user.created", &id),
        row("user", "user.invited", &id),
        row("anonymous", "invitation.accepted", &id),
        row("anonymous", "session.refused", &id),
        row("anonymous", "session.refused", &None),
        row("user", "session.began", &id),
        row("user", "second_factor.confirmed", &id),
        row("user", "second_factor.refused", &id),
        row("user", "user.changed", &id),
        row("user", "user.disabled", &id),
        row("user", "user.enabled", &id),
    ];
    assert_eq!(rows(&server, before), expected);
    assert!(!server.dump(&[]).iter().any(|row| row.contains("nobody.here") || row.contains("向试")));
}

crate::http::server::on_postgres_too! {
    everything_done_to_an_account_is_in_the_trail_under_who_did_it
}
