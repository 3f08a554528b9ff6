//! Publishing later, or beside others: who gets a draft, which runs go out of force, what is too old.

use std::collections::BTreeMap;

use jiedui::model::Role;
use jiedui::runs::Plans;
use jiedui::runs::publishing::drafts;
use jiedui::runs::repairs::repair_due;
use jiedui::store::{Actor, RegionSpan};
use serde_json::json;

use super::flow::county;
use super::ground::{body, made_run, pairs, siblings_from, stored, volunteer};
use crate::http::server::on_postgres_too;
use crate::pairings::made::{APPROVER, begin, begun_of, proposal_in};
use crate::people::made::VILLAGE;

#[test]
fn a_county_puts_no_run_out_of_force_that_reaches_beyond_it() {
    let (server, county_s, policy_id) = county(3, 2);
    let province_s = server.log_in_as_in(Role::Coordinator, "420000000000");
    let mut of_province = body(&policy_id);
    of_province["region_code"] = json!("42");
    let large = made_run(&server, &province_s, &of_province);
    let large = large["id"].as_str().unwrap();
    province_s.post(&format!("/runs/{large}/publish"), &json!({})).expect(200);
    let drafts = format!("proposals WHERE run_id = '{large}' AND state = 'draft'");
    assert_eq!(server.counted(&drafts), 3);
    let small = made_run(&server, &county_s, &body(&policy_id));
    let path = format!("/runs/{}/publish", small["id"].as_str().unwrap());
    assert_eq!(county_s.post(&path, &json!({})).expect(409).code(), "run_reaches_further");
    assert_eq!(server.counted(&drafts), 3, "nobody's drafts were withdrawn");
    assert_eq!(server.counted("proposals"), 3, "and none were made");
    // Whoever answers for both may.
    province_s.post(&path, &json!({})).expect(200);
    assert_eq!(province_s.get(&format!("/runs/{large}")).expect(200).text_of("/state"), "superseded");
    assert_eq!(server.counted(&drafts), 0);
}

#[test]
fn a_village_within_ones_own_county_supersedes_the_countys_run() {
    let (server, client, policy_id) = county(2, 1);
    let large = made_run(&server, &client, &body(&policy_id));
    let large = large["id"].as_str().unwrap();
    client.post(&format!("/runs/{large}/publish"), &json!({})).expect(200);
    let mut of_village = body(&policy_id);
    of_village["region_code"] = json!(VILLAGE);
    let small = made_run(&server, &client, &of_village);
    client.post(&format!("/runs/{}/publish", small["id"].as_str().unwrap()), &json!({})).expect(200);
    assert_eq!(client.get(&format!("/runs/{large}")).expect(200).text_of("/state"), "superseded");
}

#[test]
fn whoever_takes_no_part_any_more_gets_no_draft_at_publication() {
    let (server, client, policy_id) = county(4, 4);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let (_, snapshot) = server.run(stored(&server.store, &id));
    let (no, archived) = (&snapshot.children[0].id, &snapshot.children[1].id);
    let wish = json!({"answer": "no", "asked_on": "2026-03-01"});
    client.post(&format!("/children/{no}/wishes"), &wish).expect(200);
    let shown = client.get(&format!("/children/{archived}")).expect(200);
    client.delete(&format!("/children/{archived}"), Some(&shown.etag())).expect(204);
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
    for child in [no, archived] {
        let drafts = format!(
            "proposals p JOIN proposal_children k ON k.proposal_id = p.id \
             WHERE k.child_id = '{child}' AND p.state = 'draft'"
        );
        assert_eq!(server.counted(&drafts), 0, "{child}");
    }
    assert_eq!(server.counted("proposals WHERE state = 'withdrawn' AND reason = 'not_possible_now'"), 2);
    assert_eq!(server.counted("proposals WHERE state = 'draft'"), 2);
}

#[test]
fn the_place_of_who_takes_no_part_any_more_is_given_to_who_had_nobody_at_publication() {
    let (server, client, policy_id) = county(3, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let paired = server.run(pairs(&server.store, &id));
    assert_eq!(paired.len(), 2, "one child has nobody");
    let wish = json!({"answer": "no", "asked_on": "2026-03-01"});
    client.post(&format!("/children/{}/wishes", paired[0].0), &wish).expect(200);
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
    assert_eq!(server.counted("proposals WHERE state = 'draft'"), 2);
    assert_eq!(server.counted("plans_to_settle"), 0);
}

#[test]
fn what_ends_while_a_publication_broke_off_is_followed_once_it_is_published() {
    let (server, client, policy_id) = county(2, 2);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let plans = Plans::new(server.store.clone());
    server.run(async {
        let drafts = plans.ask(&id, |kept| drafts(kept)).await.unwrap();
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let run = change.hold_run_to_publish(&RegionSpan::everywhere(), &id).await.unwrap();
        change.add_draft_proposals(&run, &drafts).await.unwrap();
        change.commit(None).await.unwrap();
    });
    let (child, volunteer, _) = server.run(pairs(&server.store, &id)).remove(0);
    let conflict = json!({"child_id": child, "volunteer_id": volunteer, "kind": "kinship"});
    client.post("/conflicts", &conflict).expect(201);
    server.run(repair_due(&server.store, &plans)).unwrap();
    assert_eq!(server.counted("plan_repairs"), 1, "it waits for the publication");
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
    assert_eq!(server.counted("plan_repairs"), 0);
    let hers = format!(
        "proposals p JOIN proposal_children k ON k.proposal_id = p.id \
         WHERE k.child_id = '{child}' AND p.state = 'draft' AND p.volunteer_id <> '{volunteer}'"
    );
    assert_eq!(server.counted(&hers), 1, "she has another, and not the one that came to nothing");
}

#[test]
fn who_joins_a_brother_or_sister_keeps_her_number_whoever_else_is_erased() {
    let (server, client, policy_id) = county(1, 3);
    let families = server
        .run(async { [siblings_from(&server.store, 11).await, siblings_from(&server.store, 21).await] });
    for ([stands, _], serial) in families.iter().zip(31..) {
        begun_of(&server, stands.clone(), server.run(volunteer(&server.store, serial)));
    }
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let numbers = || -> BTreeMap<String, i64> {
        let plans = Plans::new(server.store.clone());
        let drafts = server.run(plans.ask(&id, |kept| drafts(kept))).unwrap().into_iter();
        let joining = drafts.filter(|draft| draft.joins_child_id.is_some());
        joining.map(|draft| (draft.child_ids[0].clone(), draft.group_number)).collect()
    };
    let before = numbers();
    assert_eq!(before.len(), 2, "{before:?}");
    let first = before.iter().min_by_key(|(_, number)| **number).unwrap().0.clone();
    let why = json!({"reason": "subject_request"});
    client.post(&format!("/children/{first}/erase"), &why).expect(204);
    let after = numbers();
    assert_eq!(after.len(), 1);
    assert!(after.iter().all(|(child, number)| before.get(child) == Some(number)), "{before:?} {after:?}");
}

#[test]
fn a_barred_volunteer_gets_no_draft_at_publication() {
    let (server, client, policy_id) = county(2, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let (_, snapshot) = server.run(stored(&server.store, &id));
    let path = format!("/volunteers/{}/bar", snapshot.volunteers[0].id);
    client.post(&path, &json!({"reason": "incident"})).expect(200);
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
    assert_eq!(server.counted("proposals WHERE state = 'draft'"), 0);
}

#[test]
fn two_who_parted_badly_meanwhile_get_no_draft_at_publication() {
    let (server, client, policy_id) = county(1, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let (_, snapshot) = server.run(stored(&server.store, &id));
    let (child, volunteer) = (snapshot.children[0].id.as_str(), snapshot.volunteers[0].id.as_str());
    let earlier = proposal_in(&server, (volunteer, &[child]), Some(APPROVER), VILLAGE);
    let pairing = begin(&server, &earlier).unwrap().remove(0);
    server.behind(&[
        format!("DELETE FROM pairing_places WHERE volunteer_id = '{volunteer}'"),
        format!("UPDATE proposals SET state = 'accepted' WHERE id = '{earlier}'"),
        format!("UPDATE pairings SET state = 'ended', went_well = FALSE WHERE id = '{pairing}'"),
    ]);
    client.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
    assert_eq!(server.counted("proposals WHERE state = 'draft'"), 0);
    assert_eq!(server.counted("proposals WHERE state = 'withdrawn' AND reason = 'not_possible_now'"), 1);
}

#[test]
fn a_run_of_long_ago_is_not_published() {
    let (server, client, policy_id) = county(1, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    server.behind(&[format!("UPDATE runs SET today = '2026-01-15' WHERE id = '{id}'")]);
    let path = format!("/runs/{id}/publish");
    assert_eq!(client.post(&path, &json!({})).expect(409).code(), "run_too_old");
    assert_eq!(server.counted("proposals"), 0);
}

on_postgres_too! {
    the_place_of_who_takes_no_part_any_more_is_given_to_who_had_nobody_at_publication
    what_ends_while_a_publication_broke_off_is_followed_once_it_is_published
    a_county_puts_no_run_out_of_force_that_reaches_beyond_it
    whoever_takes_no_part_any_more_gets_no_draft_at_publication
    a_barred_volunteer_gets_no_draft_at_publication
    two_who_parted_badly_meanwhile_get_no_draft_at_publication
}
