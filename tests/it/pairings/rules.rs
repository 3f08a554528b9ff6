//! Every rule is asked again at every entry to `active` (S1–S3, S16, S17).

use jiedui::model::Role;
use jiedui::runs::eligibility;
use jiedui::store::PairingScope;
use jiedui::store::people::PersonPatch;
use serde_json::json;

use super::made::{
    APPROVER, active, answered, begun_of, child, proposal, say_yes, screen, start, volunteer, volunteer_with,
};
use crate::http::server::{Server, on_postgres_too};
use crate::people::made::{add_conflict, everybody};
use jiedui::store::Actor;

on_postgres_too! {
    a_pair_that_lacks_nothing_is_eligible
    each_rule_that_is_broken_is_named
}

fn broken(server: &Server, proposal_id: &str) -> Vec<&'static str> {
    server.run(async {
        let mut view = server.store.view().await.unwrap();
        let found = eligibility::of_proposal(&mut view, proposal_id).await.unwrap();
        found.broken.iter().map(|rule| rule.code()).collect()
    })
}

#[test]
fn a_pair_that_lacks_nothing_is_eligible() {
    let (server, _) = start();
    let (child, volunteer) = (child(&server), volunteer(&server));
    let proposal_id = proposal(&server, &volunteer, &[&child], Some(APPROVER));
    server.run(async {
        let mut view = server.store.view().await.unwrap();
        let found = eligibility::of_proposal(&mut view, &proposal_id).await.unwrap();
        assert!(found.holds(), "{found:?}");
        assert!(found.asked_children.contains(&child), "she is ten");
    });
}

#[test]
fn each_rule_that_is_broken_is_named() {
    let (server, _) = start();
    let child = child(&server);
    let of = |cells: &[(&str, &str)]| {
        let volunteer = volunteer_with(&server, cells);
        broken(&server, &proposal(&server, &volunteer, &[&child], Some(APPROVER)))
    };
    assert_eq!(of(&[("sex", "男"), ("id_number", "")]), ["H13"]);
    assert_eq!(of(&[("languages", "普通话")]), ["H18"]);
    assert_eq!(of(&[("availability", "周一上午")]), ["H21"]);
    assert_eq!(of(&[("longitude", "111.0")]), ["H20"]);
    assert_eq!(of(&[("training", "")]), ["H09"]);
    assert_eq!(of(&[("committed_through", "2026-03-20")]), ["H11"]);
    assert_eq!(of(&[("capacity", "0")]), ["H12"]);
    let volunteer = volunteer(&server);
    let proposal_id = proposal(&server, &volunteer, &[&child], Some(APPROVER));
    server.run(add_conflict(&server.store, &child, &volunteer));
    assert_eq!(broken(&server, &proposal_id), ["H14"]);
}

#[test]
fn a_check_must_last_through_the_days_served() {
    let (server, _) = start();
    let (child, volunteer) = (child(&server), volunteer(&server));
    let proposal_id = proposal(&server, &volunteer, &[&child], Some(APPROVER));
    assert!(broken(&server, &proposal_id).is_empty());
    // The run serves until the end of June 2026, the check lasts until February 2027.
    server.behind(&["UPDATE runs SET period_last = '2027-03-01'".to_owned()]);
    assert_eq!(broken(&server, &proposal_id), ["H08"]);
}

#[test]
fn a_unit_is_eligible_where_each_of_its_adults_is() {
    let (server, _) = start();
    let child = child(&server);
    let lead = volunteer_with(&server, &[("unit", "家庭一"), ("lead", "是"), ("unit_kind", "家庭")]);
    let proposal_id = proposal(&server, &lead, &[&child], Some(APPROVER));
    assert!(broken(&server, &proposal_id).is_empty());
    let other = volunteer_with(&server, &[("unit", "家庭一"), ("unit_kind", "家庭")]);
    assert!(broken(&server, &proposal_id).is_empty());
    let is_absent = || {
        server.run(async {
            let mut view = server.store.view().await.unwrap();
            eligibility::of_proposal(&mut view, &proposal_id).await.unwrap().volunteer_absent
        })
    };
    assert!(!is_absent());
    server.run(screen(&server, &other, "barred", "2026-02-25"));
    assert!(is_absent());
}

#[test]
fn nobody_is_activated_against_a_rule_that_broke_meanwhile() {
    let (server, coordinator) = start();
    let pair = answered(&server, &coordinator);
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let patch = PersonPatch::of_cells([("languages".to_owned(), Some("普通话".to_owned()))]);
        let version = change.volunteer(&everybody(), &pair.volunteer_id).await.unwrap().version;
        change.patch_volunteer(&everybody(), &pair.volunteer_id, version, &patch).await.unwrap();
        change.commit(None).await.unwrap();
    });
    let refused = coordinator.post(&pair.path("activate"), &json!({})).expect(409);
    assert_eq!((refused.code(), refused.text_of("/errors/0/code").as_str()), ("not_eligible", "H18"));
}

#[test]
fn a_place_that_is_held_is_not_asked_for_again() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let volunteer = server.log_in_with(&jiedui::store::UserFields {
        volunteer_id: Some(pair.volunteer_id.clone()),
        ..crate::http::server::fields(Role::Volunteer, crate::http::server::COUNTY)
    });
    let capacity = volunteer.get("/me/capacity").expect(200);
    assert_eq!((&capacity.body["capacity"], &capacity.body["taken"]), (&json!(2), &json!(1)));
    let headers = [("if-match", capacity.etag())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    volunteer.send("PUT", "/me/capacity", &headers, Some(&json!({"capacity": 0}))).expect(200);
    coordinator.post(&pair.path("suspend"), &json!({"reason": "other"})).expect(200);
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
    let next = child(&server);
    let proposal_id = proposal(&server, &pair.volunteer_id, &[&next], Some(APPROVER));
    assert_eq!(super::made::begin(&server, &proposal_id).unwrap_err().to_string(), "capacity_exhausted");
}

#[test]
fn a_boy_and_a_man_may_meet() {
    let (server, coordinator) = start();
    let boy = child(&server);
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let span = crate::people::made::everywhere();
        let version = change.child(&span, &boy).await.unwrap().version;
        let cells = [("sex", Some("男")), ("id_number", None)];
        let cells = cells.map(|(key, text)| (key.to_owned(), text.map(str::to_owned)));
        change.patch_child(&span, &boy, version, &PersonPatch::of_cells(cells)).await.unwrap();
        change.commit(None).await.unwrap();
    });
    let man = volunteer_with(&server, &[("sex", "男"), ("id_number", "")]);
    let pair = begun_of(&server, boy, man);
    say_yes(&coordinator, &pair);
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    server.run(async {
        let mut view = server.store.view().await.unwrap();
        let pairing = view.pairing(&PairingScope::everywhere(), &pair.pairing_id).await.unwrap();
        assert!(eligibility::of_pairing(&mut view, &pairing).await.unwrap().holds());
    });
}

#[test]
fn a_certificate_of_no_conviction_neither_lengthens_a_check_nor_stands_in_its_way() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let certificate = json!({"kind": "no_conviction", "result": "passed", "authority": "来凤县公安局",
        "screened_on": "2026-03-01", "query_consent": true, "reference": "试-0002"});
    coordinator.post(&format!("/volunteers/{}/screenings", pair.volunteer_id), &certificate).expect(200);
    let shown = coordinator.get(&pair.path("")).expect(200);
    assert_eq!(shown.text_of("/volunteer_screened_through"), "2027-02-20");
    coordinator.post(&pair.path("suspend"), &json!({"reason": "other"})).expect(200);
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
    server.wait_minutes(356 * 24 * 60);
    server.run(server.store.tick()).unwrap();
    let shown = server.log_in_as(Role::Coordinator).get(&pair.path("")).expect(200);
    assert_eq!(shown.text_of("/reason"), "screening_expired");
}
