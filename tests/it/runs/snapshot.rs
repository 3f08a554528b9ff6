//! Who takes part in a run, and as what.

use jiedui::store::Actor;
use jiedui::store::people::NewVolunteer;
use jiedui::store::runs::{CHILD, VOLUNTEER};
use serde_json::json;

use super::flow::county;
use super::ground::{body, made_run, pairs, screen, stored};
use crate::http::server::Server;
use crate::people::made;
use crate::promises::ground::{Published, link_of};

/// Adds a volunteer to a unit.
async fn adult(server: &Server, serial: u32, unit: &str, screened: bool) -> String {
    let mut new: NewVolunteer = made::new_volunteer(serial, made::VILLAGE);
    for (key, text) in
        [("unit", unit), ("unit_kind", "家庭"), ("longitude", "109.402"), ("latitude", "29.504")]
    {
        new.cells.insert(key.to_owned(), text.to_owned());
    }
    for (key, text) in [("datum", "WGS-84"), ("languages", "西南官话")] {
        new.cells.insert(key.to_owned(), text.to_owned());
    }
    let id = made::add_volunteer(&server.store, new).await;
    if screened {
        screen(&server.store, &id).await;
    }
    id
}

#[test]
fn the_people_that_were_kept_are_read_back_as_the_same_people() {
    let (server, client, policy_id) = county(4, 3);
    let run = made_run(&server, &client, &body(&policy_id));
    let (stored, first) = server.run(stored(&server.store, run["id"].as_str().unwrap()));
    assert_eq!(stored.snapshot_hash.as_deref(), run["snapshot_hash"].as_str());
    let fingerprint = jiedui::plan::folder::write::fingerprint(&first.digest);
    assert_eq!(
        Some(fingerprint.as_str()),
        run["snapshot_hash"].as_str(),
        "read back, the digest is the same"
    );
    assert_eq!((first.children.len(), first.volunteers.len()), (4, 3));
}

#[test]
fn a_unit_of_which_one_adult_is_barred_stays_out_whole() {
    let (server, client, policy_id) = county(2, 0);
    let (wife, husband) = server
        .run(async { (adult(&server, 50, "家-1", true).await, adult(&server, 51, "家-1", true).await) });
    let both = made_run(&server, &client, &body(&policy_id));
    let paired = server.run(pairs(&server.store, both["id"].as_str().unwrap()));
    assert!(paired.iter().all(|(_, volunteer, _)| *volunteer == wife || *volunteer == husband));
    assert_eq!(paired.len(), 2);
    server.run(made::bar(&server.store, &husband));
    let run = made_run(&server, &client, &body(&policy_id));
    assert_eq!(run["fault"], "input_rejected: I004 volunteers", "{run}");
    // Whoever is archived visits nobody any more: the other goes on alone.
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let version = change.volunteer(&made::everybody(), &husband).await.unwrap().version;
        change.archive_volunteer(&made::everybody(), &husband, version).await.unwrap();
        change.commit(None).await.unwrap();
    });
    let alone = made_run(&server, &client, &body(&policy_id));
    let paired = server.run(pairs(&server.store, alone["id"].as_str().unwrap()));
    assert!(!paired.is_empty() && paired.iter().all(|(_, volunteer, _)| *volunteer == wife), "{paired:?}");
}

#[test]
fn a_conflict_keeps_two_apart_whatever_their_numbers_are() {
    let (server, client, policy_id) = county(1, 2);
    let run = made_run(&server, &client, &body(&policy_id));
    let first = server.run(pairs(&server.store, run["id"].as_str().unwrap())).remove(0);
    server.run(made::add_conflict(&server.store, &first.0, &first.1));
    let run = made_run(&server, &client, &body(&policy_id));
    let second = server.run(pairs(&server.store, run["id"].as_str().unwrap())).remove(0);
    assert_eq!(first.0, second.0);
    assert_ne!(first.1, second.1);
}

#[test]
fn numbers_of_two_counties_are_told_apart() {
    let (server, _, policy_id) = county(1, 1);
    let other = "422828100000";
    let far = server.run(async {
        let child = super::ground::child_in(&server.store, 300, other).await;
        let mut new = made::new_volunteer(0, other);
        for (key, text) in [("longitude", "109.402"), ("latitude", "29.504"), ("datum", "WGS-84")] {
            new.cells.insert(key.to_owned(), text.to_owned());
        }
        new.cells.insert("id_number".to_owned(), made::id_number("19880312", 998));
        let volunteer = made::add_volunteer(&server.store, new).await;
        screen(&server.store, &volunteer).await;
        (child, volunteer)
    });
    let above = server.log_in_as_in(jiedui::model::Role::Coordinator, "422800000000");
    let mut body = body(&policy_id);
    body["region_code"] = json!("4228");
    let run = made_run(&server, &above, &body);
    assert_eq!(run["metrics"]["counts"]["volunteers"], 2, "both bear V0000: {run}");
    let (_, snapshot) = server.run(stored(&server.store, run["id"].as_str().unwrap()));
    assert!(snapshot.volunteers.iter().any(|person| person.id == far.1));
    assert!(snapshot.instance.volunteers.iter().any(|unit| unit.id.as_str() == "422828-V0000"));
    assert!(snapshot.children.iter().any(|person| person.id == far.0));
}

#[test]
fn a_run_reads_nothing_of_who_takes_no_part() {
    let (server, client, policy_id) = county(1, 1);
    let absent = server.run(made::add_child(&server.store, made::new_child(88, made::VILLAGE)));
    let run = made_run(&server, &client, &body(&policy_id));
    assert_eq!(run["metrics"]["counts"]["registered"], 2);
    assert_eq!(run["metrics"]["counts"]["quarantined"], 1);
    let id = run["id"].as_str().unwrap().to_owned();
    server.run(async {
        let mut view = server.store.view().await.unwrap();
        assert!(view.run_subject(&id, &absent).await.unwrap().is_none());
        assert_eq!(view.run_subjects(&id, CHILD).await.unwrap().len(), 1);
        assert_eq!(view.run_subjects(&id, VOLUNTEER).await.unwrap().len(), 1);
    });
}

/// Child and volunteer of a proposal.
fn pair_of(proposal: &jiedui::store::proposals::Proposal) -> (String, String) {
    (proposal.child_ids[0].clone(), proposal.volunteer_id.clone())
}

#[test]
fn the_next_run_moves_no_promise_and_brings_back_no_refused_pair() {
    let published = Published::of(5, 3);
    let client = &published.coordinator;
    let policy_id = client.get(&format!("/runs/{}", published.run_id)).expect(200).text_of("/policy_id");
    let promised = published.draft();
    published.step(&promised.id, "pin", &json!({})).expect(200);
    let refused = published.draft();
    published.step(&refused.id, "reject", &json!({"reason": "other"})).expect(200);
    let run = made_run(&published.server, client, &body(&policy_id));
    let paired = published.server.run(pairs(&published.server.store, run["id"].as_str().unwrap()));
    let (child, volunteer) = pair_of(&promised);
    assert!(paired.contains(&(child, volunteer, "accepted".to_owned())), "{paired:?}");
    let (child, volunteer) = pair_of(&refused);
    assert!(!paired.iter().any(|(one, other, _)| (one, other) == (&child, &volunteer)), "{paired:?}");
    let households = paired.iter().filter(|(_, other, _)| *other == promised.volunteer_id).count();
    assert!(households <= 2, "what is promised takes a place: {paired:?}");
}

#[test]
fn a_living_pair_is_kept_and_one_with_somebody_outside_keeps_its_child_out() {
    let published = Published::of(3, 2);
    let (server, client) = (&published.server, &published.coordinator);
    let policy_id = client.get(&format!("/runs/{}", published.run_id)).expect(200).text_of("/policy_id");
    let accepted = published.draft();
    let (_, link) = published.offered(&accepted.id);
    server.anonymous().post(&format!("{}/accept", link_of(&link)), &json!({})).expect(200);
    let run = made_run(server, client, &body(&policy_id));
    let paired = server.run(pairs(&server.store, run["id"].as_str().unwrap()));
    let (child, volunteer) = pair_of(&accepted);
    assert!(paired.contains(&(child.clone(), volunteer.clone(), "kept".to_owned())), "{paired:?}");
    // Whoever is suspended is in no run; her child waits for her, not for another.
    let path = format!("/volunteers/{volunteer}/suspend");
    client.post(&path, &json!({"reason": "own_request"})).expect(200);
    let run = made_run(server, client, &body(&policy_id));
    let paired = server.run(pairs(&server.store, run["id"].as_str().unwrap()));
    assert!(!paired.iter().any(|(one, _, _)| *one == child), "{paired:?}");
    assert_eq!(run["metrics"]["counts"]["quarantined"], 1, "{run}");
}
