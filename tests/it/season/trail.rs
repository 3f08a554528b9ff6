//! What the audit trail tells, counted anew and held against what the API shows.

use std::collections::BTreeMap;

use jiedui::model::Role;
use jiedui::store::EventKind;
use serde_json::Value;

use super::office::{Office, text};
use crate::http::server::Client;

/// Drafts are withdrawn many at once, of which no trail tells one by one.
const WITHDRAWN: &str = "withdrawn";

/// The state in which an action leaves its subject; `None` where it leaves it as it was.
fn state_after(action: &str) -> Option<&'static str> {
    Some(match action {
        "offer.made" | "offer.resent" => "sent",
        "pairing.begun" => "awaiting_guardian",
        "pairing.activated" | "pairing.resumed" => "active",
        "proposal.approved" => "approved",
        "proposal.offered" => "offered",
        "offer.accepted" | "proposal.accepted" => "accepted",
        "offer.declined" | "proposal.declined" => "declined",
        "offer.expired" | "proposal.expired" => "expired",
        "offer.revoked" => "revoked",
        "offer.conflict_reported" => "conflict_reported",
        "pairing.suspended" => "suspended",
        "pairing.ended" => "ended",
        "proposal.rejected" => "rejected",
        "proposal.withdrawn" => WITHDRAWN,
        _ => return None,
    })
}

/// States of a kind of thing, by how many are in each, as the trail leaves them.
fn told(auditor: &Client, family: &str) -> BTreeMap<String, usize> {
    let actions =
        EventKind::ALL.iter().map(|kind| kind.word()).chain(["pairing.begun", "proposal.withdrawn"]);
    let mut events: BTreeMap<u64, (String, &'static str)> = BTreeMap::new();
    for action in actions.filter(|action| action.starts_with(family)) {
        let Some(state) = state_after(action) else { continue };
        for event in Office::all(auditor, &format!("/audit-events?action={action}")) {
            events.insert(event["sequence"].as_u64().unwrap(), (text(&event, "subject_id"), state));
        }
    }
    let last: BTreeMap<String, &str> = events.into_values().collect();
    counted(last.into_values().filter(|state| *state != WITHDRAWN).map(str::to_owned))
}

fn counted(states: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    states.fold(BTreeMap::new(), |mut counts, state| {
        *counts.entry(state).or_default() += 1;
        counts
    })
}

/// States of a list of the API, without those that no trail tells of one by one.
fn shown(office: &Office, path: &str) -> BTreeMap<String, usize> {
    let items: Vec<Value> = Office::all(&office.coordinator, path);
    let states = items.iter().map(|item| text(item, "state"));
    counted(states.filter(|state| !matches!(state.as_str(), "draft" | WITHDRAWN)))
}

/// Offers, pairings and decided proposals are as many as the trail says, and every event of the trail is in the outbox, once.
pub(super) fn counts_are_those_of_the_trail(office: &Office) {
    let auditor = office.server.log_in_as(Role::Auditor);
    for (family, path) in [("offer.", "/offers"), ("pairing.", "/pairings"), ("proposal.", "/proposals")] {
        let (by_api, by_trail) = (shown(office, path), told(&auditor, family));
        assert_eq!(by_api, by_trail, "{path}");
        eprintln!("{path}: {by_api:?}");
    }
    for kind in EventKind::ALL {
        let word = kind.word();
        let events = office.server.counted(&format!("outbox WHERE kind = '{word}' AND channel = 'event'"));
        assert_eq!(office.server.counted(&format!("audit_events WHERE action = '{word}'")), events, "{word}");
    }
    assert_eq!(auditor.get("/audit-events/verify").expect(200).body["intact"], true);
}
