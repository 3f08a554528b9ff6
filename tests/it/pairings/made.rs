//! A county in which people can be paired, and pairs in every state. Runs and proposals are put there behind the API's back.

use jiedui::model::Role;
use jiedui::store::people::{NewScreening, NewWish};
use jiedui::store::{Actor, NewRegion, StoreError};
use serde_json::{Value, json};

use crate::http::server::{COUNTY, Client, Server};
use crate::people::made::{
    VILLAGE, add_child, add_consent, add_volunteer, consent, everybody, everywhere, new_child, new_volunteer,
};

/// A coordinator's id, where only that there is one matters.
pub(crate) const APPROVER: &str = "01900000-0000-7000-8000-00000000c000";

/// Who belongs to a pairing.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "each is an id, and is called what the wire calls it")]
pub(crate) struct Pair {
    pub(crate) child_id: String,
    pub(crate) volunteer_id: String,
    pub(crate) pairing_id: String,
}

impl Pair {
    pub(crate) fn path(&self, verb: &str) -> String {
        if verb.is_empty() {
            format!("/pairings/{}", self.pairing_id)
        } else {
            format!("/pairings/{}/{verb}", self.pairing_id)
        }
    }
}

/// A new id.
pub(crate) fn id(server: &Server) -> String {
    format!("01900000-0000-7000-9000-{:012}", server.number())
}

/// The county has a duty phone and somebody who sees to concerns (S43).
pub(crate) fn ready_county(server: &Server) {
    with_phone(server);
    server.log_in_as(Role::Supervisor);
}

pub(crate) fn with_phone(server: &Server) {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let county =
            NewRegion { code: COUNTY.to_owned(), name: "来凤县".to_owned(), parent_code: None, level: 3 };
        change.import_regions(&[county]).await.unwrap();
        let version = change.region(COUNTY).await.unwrap().version;
        let seen = (COUNTY, version);
        change.set_region_phones(&everywhere(), seen, None, Some("0718-0000000")).await.unwrap();
        change.commit(None).await.unwrap();
    });
}

/// A girl of ten whose guardian and who herself agree to a pairing.
pub(crate) fn child(server: &Server) -> String {
    child_in(server, VILLAGE)
}

pub(crate) fn child_in(server: &Server, region_code: &str) -> String {
    let new = new_child(server.number() as u32, region_code);
    server.run(async {
        let id = add_child(&server.store, new).await;
        for purpose in ["processing", "pairing"] {
            add_consent(&server.store, &id, &consent(purpose, "yes")).await;
        }
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let wish = NewWish { answer: "yes".to_owned(), asked_on: "2026-02-20".to_owned() };
        change.add_wish(&everywhere(), &id, &wish).await.unwrap();
        change.commit(None).await.unwrap();
        id
    })
}

/// A woman who lives in the same village, speaks its language, and was checked.
pub(crate) fn volunteer(server: &Server) -> String {
    volunteer_with(server, &[])
}

pub(crate) fn volunteer_with(server: &Server, cells: &[(&str, &str)]) -> String {
    let mut new = new_volunteer(server.number() as u32, VILLAGE);
    let home =
        [("languages", "西南官话"), ("longitude", "109.402"), ("latitude", "29.503"), ("datum", "WGS-84")];
    for (key, text) in home.iter().chain(cells) {
        new.cells.insert((*key).to_owned(), (*text).to_owned());
    }
    server.run(async {
        let id = add_volunteer(&server.store, new).await;
        screen(server, &id, "passed", "2026-02-20").await;
        id
    })
}

pub(crate) async fn screen(server: &Server, id: &str, result: &str, screened_on: &str) {
    let mut change = server.store.change(Actor::COMMAND).await.unwrap();
    let new = NewScreening {
        kind: "employment".to_owned(),
        result: result.to_owned(),
        authority: "来凤县公安局".to_owned(),
        screened_on: screened_on.to_owned(),
        valid_through: None,
        query_consent: "yes".to_owned(),
        reference: "试-0001".to_owned(),
    };
    change.add_screening(&everybody(), id, &new).await.unwrap();
    change.commit(None).await.unwrap();
}

/// A proposal of a run, offered; approved by somebody or not.
pub(crate) fn proposal(
    server: &Server,
    volunteer_id: &str,
    children: &[&str],
    approved_by: Option<&str>,
) -> String {
    proposal_in(server, (volunteer_id, children), approved_by, COUNTY)
}

pub(crate) fn proposal_in(
    server: &Server,
    (volunteer_id, children): (&str, &[&str]),
    approved_by: Option<&str>,
    region_code: &str,
) -> String {
    let (run, proposal) = (id(server), id(server));
    let policy = server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let policy = change.add_policy("规则", COUNTY, "").await.unwrap();
        change.commit(None).await.unwrap();
        policy.id
    });
    let approved = approved_by.map_or("NULL, NULL".to_owned(), |by| format!("'{by}', 1"));
    let mut statements = vec![
        format!(
            "INSERT INTO runs (id, version, region_code, policy_id, state, stage, progress, today, period_first,
                period_last, solver, seed, provisional, metrics, changes, created_by, created_at_ms)
            VALUES ('{run}', 1, '{region_code}', '{policy}', 'succeeded', '', 100, '2026-03-02', '2026-03-02',
                '2026-06-30', 'exact', 0, FALSE, '{{}}', 0, '{APPROVER}', 1)"
        ),
        format!(
            "INSERT INTO proposals (id, version, run_id, region_code, group_number, volunteer_id, kind, origin, state,
                reason, cost, approved_by, approved_at_ms, created_at_ms, updated_at_ms)
            VALUES ('{proposal}', 1, '{run}', '{region_code}', 0, '{volunteer_id}', 'lead', 'proposed', 'offered', '', 0,
                {approved}, 1, 1)"
        ),
    ];
    statements.extend(children.iter().map(|child| {
        format!(
            "INSERT INTO proposal_children (proposal_id, child_id, is_open) VALUES ('{proposal}', '{child}', FALSE)"
        )
    }));
    server.behind(&statements);
    proposal
}

/// Begins the pairings of a proposal as an acceptance does.
pub(crate) fn begin(server: &Server, proposal_id: &str) -> Result<Vec<String>, StoreError> {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let pairings = change.begin_pairings(proposal_id).await?;
        change.commit(None).await?;
        Ok(pairings)
    })
}

/// A pairing that awaits the answers.
pub(crate) fn begun(server: &Server) -> Pair {
    begun_of(server, child(server), volunteer(server))
}

pub(crate) fn begun_of(server: &Server, child_id: String, volunteer_id: String) -> Pair {
    let proposal_id = proposal(server, &volunteer_id, &[&child_id], Some(APPROVER));
    let pairing_id = begin(server, &proposal_id).unwrap().remove(0);
    Pair { child_id, volunteer_id, pairing_id }
}

/// A guardian's answer on the wire.
pub(crate) fn guardian(answer: &str) -> Value {
    json!({"answer": answer, "giver": "guardian", "relation": "grandparent", "method": "thumbprint",
        "channel": "paper_thumbprint", "text_version": "2026-1", "given_on": "2026-03-02",
        "giver_name": "田护某", "witness": "向证某"})
}

/// A child's.
pub(crate) fn says(answer: &str) -> Value {
    json!({"answer": answer, "channel": "in_person", "asked_on": "2026-03-02", "witness": "向证某"})
}

/// An end that lacks nothing.
pub(crate) fn ending() -> Value {
    json!({"reason": "volunteer_leaves", "went_well": true, "notice": "in_person", "farewell": "met",
        "replacement": "next_run"})
}

/// Guardian and child say yes.
pub(crate) fn answered(server: &Server, coordinator: &Client) -> Pair {
    let pair = begun(server);
    say_yes(coordinator, &pair);
    pair
}

pub(crate) fn say_yes(coordinator: &Client, pair: &Pair) {
    coordinator.post(&pair.path("guardian-answer"), &guardian("yes")).expect(200);
    coordinator.post(&pair.path("child-answer"), &says("yes")).expect(200);
}

/// A pairing in which two meet, in a county that is ready.
pub(crate) fn active(server: &Server, coordinator: &Client) -> Pair {
    let pair = answered(server, coordinator);
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    pair
}

/// Where a pairing stands, and why.
pub(crate) fn stands(coordinator: &Client, pair: &Pair) -> (String, String) {
    let shown = coordinator.get(&pair.path("")).expect(200);
    (shown.text_of("/state"), shown.text_of("/reason"))
}

/// A server whose county is ready, and its coordinator.
pub(crate) fn start() -> (Server, Client) {
    let server = Server::start();
    ready_county(&server);
    let coordinator = server.log_in_as(Role::Coordinator);
    (server, coordinator)
}
