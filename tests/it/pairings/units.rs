//! What a household and a unit are one in: one place for brothers and sisters, one capacity and one memory for who meets children
//! together, whoever leads them; and who has left is no part of it.

use jiedui::runs::eligibility;
use serde_json::json;

use super::made::{
    APPROVER, Pair, begin, begun_of, child, ending, guardian, proposal, say_yes, screen, stands, start,
    volunteer_with,
};
use crate::http::server::{Client, Server, on_postgres_too};
use crate::people::made::everywhere;

on_postgres_too! {
    a_brother_who_joins_shares_the_place_of_his_sister
    a_promise_to_join_takes_no_further_place_whoever_of_the_unit_leads_it
    a_unit_has_one_capacity_whoever_leads_it
    she_to_whom_children_were_proposed_says_how_many_whoever_leads_by_now
    a_child_who_refused_one_of_a_unit_is_proposed_to_none_of_it
    what_befalls_whoever_left_a_unit_stops_nobody
}

const UNIT: [(&str, &str); 2] = [("unit", "家庭一"), ("unit_kind", "家庭")];

/// Two who meet children together, the first of whom leads; they take one household.
fn couple(server: &Server) -> [String; 2] {
    let lead = [("lead", "是"), UNIT[0], UNIT[1], ("capacity", "1")];
    [volunteer_with(server, &lead), volunteer_with(server, &[UNIT[0], UNIT[1], ("capacity", "1")])]
}

/// A proposal for a child who joins another.
fn joining(server: &Server, volunteer_id: &str, child_id: &str, joins: &str) -> String {
    let id = proposal(server, volunteer_id, &[child_id], Some(APPROVER));
    server.behind(&[format!("UPDATE proposals SET joins_child_id = '{joins}' WHERE id = '{id}'")]);
    id
}

fn end(coordinator: &Client, pairing_id: &str) {
    coordinator.post(&format!("/pairings/{pairing_id}/end"), &ending()).expect(200);
}

#[test]
fn a_brother_who_joins_shares_the_place_of_his_sister() {
    let (server, coordinator) = start();
    let volunteer = volunteer_with(&server, &[("capacity", "1")]);
    let sister = begun_of(&server, child(&server), volunteer.clone());
    let brother = child(&server);
    let stranger = proposal(&server, &volunteer, &[&child(&server)], Some(APPROVER));
    assert_eq!(begin(&server, &stranger).unwrap_err().to_string(), "capacity_exhausted");
    let joined = joining(&server, &volunteer, &brother, &sister.child_id);
    let joined = begin(&server, &joined).unwrap().remove(0);
    assert_eq!(server.counted("pairing_places"), 1);
    // The place is theirs until neither is with her.
    end(&coordinator, &sister.pairing_id);
    assert_eq!(server.counted("pairing_places"), 1);
    assert!(begin(&server, &stranger).is_err());
    end(&coordinator, &joined);
    assert_eq!(server.counted("pairing_places"), 0);
    begin(&server, &stranger).unwrap();
}

#[test]
fn brothers_and_sisters_who_join_count_for_her_limit() {
    let (server, _) = start();
    let volunteer = volunteer_with(&server, &[("capacity", "1"), ("max_siblings", "1")]);
    let sister = begun_of(&server, child(&server), volunteer.clone());
    let joined = joining(&server, &volunteer, &child(&server), &sister.child_id);
    server.run(async {
        let mut view = server.store.view().await.unwrap();
        let says = eligibility::of_proposal(&mut view, &joined).await.unwrap();
        assert_eq!(says.broken.iter().map(|rule| rule.code()).collect::<Vec<_>>(), ["H17"]);
    });
}

#[test]
fn a_promise_to_join_takes_no_further_place_whoever_of_the_unit_leads_it() {
    let (server, _) = start();
    let [lead, other] = couple(&server);
    let sister = begun_of(&server, child(&server), other);
    let promised = joining(&server, &lead, &child(&server), &sister.child_id);
    server.behind(&[format!("UPDATE proposal_children SET is_open = TRUE WHERE proposal_id = '{promised}'")]);
    let households = server.run(async {
        let mut view = server.store.view().await.unwrap();
        let living = view.living_pairs(&everywhere()).await.unwrap().into_iter();
        let promised = view.promised_pairs(&everywhere()).await.unwrap();
        living.chain(promised).map(|pair| pair.household).collect::<Vec<_>>()
    });
    assert_eq!(households.len(), 2);
    assert_eq!(households[0], households[1]);
}

#[test]
fn a_unit_has_one_capacity_whoever_leads_it() {
    let (server, coordinator) = start();
    let [lead, other] = couple(&server);
    let pair = begun_of(&server, child(&server), lead);
    let second = proposal(&server, &other, &[&child(&server)], Some(APPROVER));
    assert_eq!(begin(&server, &second).unwrap_err().to_string(), "capacity_exhausted");
    end(&coordinator, &pair.pairing_id);
    begin(&server, &second).unwrap();
}

#[test]
fn she_to_whom_children_were_proposed_says_how_many_whoever_leads_by_now() {
    let (server, coordinator) = start();
    let [lead, other] = couple(&server);
    let broken = |proposal_id: &str| {
        server.run(async {
            let mut view = server.store.view().await.unwrap();
            let says = eligibility::of_proposal(&mut view, proposal_id).await.unwrap();
            says.broken.iter().map(|rule| rule.code()).collect::<Vec<_>>()
        })
    };
    let [of_lead, of_other] =
        [&lead, &other].map(|volunteer| proposal(&server, volunteer, &[&child(&server)], Some(APPROVER)));
    assert!(broken(&of_lead).is_empty() && broken(&of_other).is_empty());
    let path = format!("/volunteers/{other}/capacity");
    let seen = coordinator.get(&format!("/volunteers/{other}")).expect(200);
    coordinator.put(&path, &seen.etag(), &json!({"capacity": 0})).expect(200);
    assert!(broken(&of_lead).is_empty());
    assert_eq!(broken(&of_other), ["H12"]);
    // What the lead takes upon the unit otherwise counts for both.
    let seen = coordinator.get(&format!("/volunteers/{lead}")).expect(200);
    let boys = json!({"cells": {"child_sex": "男"}});
    coordinator.patch(&format!("/volunteers/{lead}"), &seen.etag(), &boys).expect(200);
    assert_eq!(broken(&of_lead), ["H16"]);
    assert_eq!(broken(&of_other), ["H12", "H16"]);
}

#[test]
fn a_child_who_refused_one_of_a_unit_is_proposed_to_none_of_it() {
    let (server, coordinator) = start();
    let [lead, other] = couple(&server);
    let pair = begun_of(&server, child(&server), lead);
    let holds = |proposal_id: &str| {
        server.run(async {
            let mut view = server.store.view().await.unwrap();
            eligibility::of_proposal(&mut view, proposal_id).await.unwrap().holds()
        })
    };
    coordinator.post(&pair.path("guardian-answer"), &guardian("no")).expect(200);
    let again = proposal(&server, &other, &[&pair.child_id], Some(APPROVER));
    assert!(!holds(&again), "the pair that was refused comes back under another name");
    let stranger = proposal(&server, &other, &[&child(&server)], Some(APPROVER));
    assert!(holds(&stranger));
}

#[test]
fn what_befalls_whoever_left_a_unit_stops_nobody() {
    let (server, coordinator) = start();
    let [lead, other] = couple(&server);
    let pair: Pair = begun_of(&server, child(&server), lead);
    say_yes(&coordinator, &pair);
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    let path = format!("/volunteers/{other}");
    let etag = coordinator.get(&path).expect(200).etag();
    coordinator.delete(&path, Some(&etag)).expect(204);
    assert_eq!(
        stands(&coordinator, &pair),
        ("suspended".into(), "volunteer_archived".into()),
        "they are others now"
    );
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
    let open = proposal(&server, &pair.volunteer_id, &[&child(&server)], Some(APPROVER));
    for result in ["passed", "pending", "barred"] {
        server.run(screen(&server, &other, result, "2026-02-25"));
        assert_eq!(stands(&coordinator, &pair).0, "active", "{result}");
        assert_eq!(server.counted(&format!("proposals WHERE id = '{open}' AND state = 'offered'")), 1);
    }
}
