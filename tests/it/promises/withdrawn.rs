//! What ends a pair at once takes back what is only proposed or offered as well.

use serde_json::json;

use super::ground::{Published, link_of};
use crate::http::server::on_postgres_too;

#[test]
fn a_childs_no_takes_back_the_offer_that_speaks_of_her() {
    let county = Published::of(2, 2);
    let draft = county.draft();
    let (offer_id, link) = county.offered(&draft.id);
    let wish = json!({"answer": "no", "asked_on": "2026-03-01"});
    county.coordinator.post(&format!("/children/{}/wishes", draft.child_ids[0]), &wish).expect(200);
    assert_eq!(county.state_of(&draft.id), "withdrawn");
    let offer = county.coordinator.get(&format!("/offers/{offer_id}")).expect(200);
    assert_eq!((offer.text_of("/state"), offer.text_of("/reason")), ("revoked".into(), "child_no".into()));
    let bearer = county.server.anonymous();
    assert!(bearer.get(&link_of(&link)).expect(200).body["offered"].is_null(), "nothing more is told");
    let late = bearer.post(&format!("{}/accept", link_of(&link)), &json!({})).expect(409);
    assert_eq!(late.code(), "offer_revoked");
    assert_eq!(county.server.counted("proposal_children WHERE is_open"), 0);
}

#[test]
fn a_suspended_or_barred_volunteer_has_nothing_proposed_to_her() {
    for (verb, reason) in [("suspend", "unavailable"), ("bar", "incident")] {
        let county = Published::of(3, 2);
        let draft = county.draft();
        county.step(&draft.id, "approve", &json!({})).expect(200);
        let path = format!("/volunteers/{}/{verb}", draft.volunteer_id);
        county.coordinator.post(&path, &json!({"reason": reason})).expect(200);
        assert_eq!(county.state_of(&draft.id), "withdrawn", "{verb}");
        let open = format!(
            "proposals WHERE volunteer_id = '{}' AND state IN ('draft', 'pinned', 'approved', 'offered')",
            draft.volunteer_id
        );
        assert_eq!(county.server.counted(&open), 0, "{verb}");
        assert_eq!(county.server.counted("proposal_children WHERE is_open"), 0, "{verb}");
    }
}

#[test]
fn erasing_a_child_takes_back_what_is_proposed_for_her() {
    let county = Published::of(2, 2);
    let draft = county.draft();
    let path = format!("/children/{}/erase", draft.child_ids[0]);
    county.coordinator.post(&path, &json!({"reason": "subject_request"})).expect(204);
    assert_eq!(county.state_of(&draft.id), "withdrawn");
}

on_postgres_too! {
    a_childs_no_takes_back_the_offer_that_speaks_of_her
    a_suspended_or_barred_volunteer_has_nothing_proposed_to_her
}
