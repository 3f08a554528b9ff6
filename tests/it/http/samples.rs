//! For tests that go through every endpoint of the table: an object for each name in a path, a body for each operation.
//!
//! A new resource adds a line to [`object`], a new operation one to [`body`]. What is missing is a made-up id, or `{}`.

use jiedui::http::endpoint::{Endpoint, Taken};
use jiedui::input::sheet_kind::SheetKind;
use jiedui::model::Role;
use jiedui::store::people::{NewVolunteer, PeopleScope};
use jiedui::store::proposals::{NewProposal, Proposal, ProposalStep};
use jiedui::store::runs::NewRun;
use jiedui::store::{
    Actor, NewApiKey, NewConcern, NewContact, NewImport, NewRegion, PairingScope, RegionSpan, ReporterScope,
    TeamFields,
};
use serde_json::{Value, json};

use super::server::{Answer, COUNTY, Client, ELSEWHERE, Server, fields};
use crate::people::made::{self, VILLAGE};

/// An id that nothing has.
pub(crate) const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

/// Whose object a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The caller's, or one in her county.
    Own,
    /// Another user's, or one in another county.
    Foreign,
}

/// The id, or code, of a new object for a name in a path.
pub(crate) fn object(server: &Server, name: &str, whose: Whose, caller: &Client) -> String {
    let region_code = if whose == Whose::Own { COUNTY } else { ELSEWHERE };
    match name {
        "user_id" => server.add_invited_user(&fields(Role::Volunteer, region_code)).0,
        "team_id" => match &caller.team_id {
            Some(own) if whose == Whose::Own => own.clone(),
            _ => team(server, region_code),
        },
        "session_id" => session(server, &owner(server, whose, caller)),
        "api_key_id" => api_key(server, &owner(server, whose, caller)),
        "code" => division(server, region_code),
        "policy_id" => policy(server, region_code),
        "import_id" => import(server, region_code),
        "run_id" | "other_run_id" => run(server, region_code),
        "proposal_id" => proposal(server, region_code, None).id,
        "offer_id" | "token" => {
            let own = caller.volunteer_id.clone().filter(|_| whose == Whose::Own);
            let (id, token) = offer(server, &proposal(server, region_code, own));
            if name == "offer_id" { id } else { token }
        }
        "file" if whose == Whose::Own => "children.csv".to_owned(),
        "name" => "categories".to_owned(),
        "child_id" => child(server, region_code),
        "volunteer_id" => match &caller.volunteer_id {
            Some(own) if whose == Whose::Own => own.clone(),
            _ => {
                let team_id = caller.team_id.clone().filter(|_| whose == Whose::Own);
                volunteer(server, region_code, team_id)
            }
        },
        "consent_id" => {
            let child_id = child(server, region_code);
            server.run(made::add_consent(&server.store, &child_id, &made::consent("pairing", "yes")))
        }
        "bar_id" => {
            let volunteer_id = volunteer(server, region_code, None);
            server.run(made::bar(&server.store, &volunteer_id))
        }
        "legal_basis_id" => {
            let child_id = child(server, region_code);
            server.run(made::add_duty(&server.store, &child_id))
        }
        "conflict_id" => {
            let (child_id, volunteer_id) = (child(server, region_code), volunteer(server, region_code, None));
            server.run(made::add_conflict(&server.store, &child_id, &volunteer_id))
        }
        "pairing_id" => pairing(server, region_code, whose, caller),
        "contact_id" => contact(server, &pairing(server, region_code, whose, caller)),
        "task_id" => task(server, region_code, caller),
        "version" if whose == Whose::Own => "2026-1".to_owned(),
        "concern_id" => concern(server, region_code),
        _ => NOBODY.to_owned(),
    }
}

/// A pairing of a child of a division, in which two meet, she with a check in date; of the caller herself where she is a
/// volunteer.
fn pairing(server: &Server, region_code: &str, whose: Whose, caller: &Client) -> String {
    let own = caller.volunteer_id.clone().filter(|_| whose == Whose::Own);
    let volunteer_id = own.unwrap_or_else(|| volunteer(server, region_code, None));
    let child_id = child(server, region_code);
    let of = (volunteer_id.as_str(), [child_id.as_str()]);
    let proposal = crate::pairings::made::proposal_in(server, (of.0, &of.1), Some(NOBODY), region_code);
    let id = crate::pairings::made::begin(server, &proposal).unwrap().remove(0);
    server.behind(&[
        format!("UPDATE pairings SET state = 'active', began_on = '2026-02-01' WHERE id = '{id}'"),
        format!("UPDATE volunteers SET screened_through = '2026-12-31' WHERE id = '{volunteer_id}'"),
    ]);
    id
}

fn contact(server: &Server, pairing_id: &str) -> String {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let new = NewContact {
            kind: "support_carer".to_owned(),
            took_place: true,
            happened_on: "2026-02-20".to_owned(),
            ..NewContact::default()
        };
        let contact = change.add_contact(&PairingScope::everywhere(), pairing_id, &new).await.unwrap();
        change.commit(None).await.unwrap();
        contact.id
    })
}

/// A task of the caller's role in a division.
fn task(server: &Server, region_code: &str, caller: &Client) -> String {
    let id = format!("01900000-0000-7000-8100-{:012}", server.number());
    let role = caller.login.split('.').next().unwrap_or_default().replace('-', "_");
    server.behind(&[format!(
        "INSERT INTO tasks (id, kind, role, region_code, subject_table, subject_id, due_on, created_at_ms)
        VALUES ('{id}', 'cover', '{role}', '{region_code}', 'pairings', '{id}', '2026-03-01', 1)"
    )]);
    id
}

fn concern(server: &Server, region_code: &str) -> String {
    let scope = ReporterScope {
        people: PeopleScope::region(RegionSpan::everywhere()),
        children: None,
        regions: RegionSpan::everywhere(),
        user_id: NOBODY.to_owned(),
    };
    let new = NewConcern {
        region_code: Some(region_code.to_owned()),
        child_id: None,
        pairing_id: None,
        subject_kind: "unknown".to_owned(),
        subject_volunteer_id: None,
        subject_user_id: None,
        kind: "other".to_owned(),
        severity: "worrying".to_owned(),
        reporter_kind: "neighbour".to_owned(),
        channel: "phone".to_owned(),
        texts: std::collections::BTreeMap::from([("text".to_owned(), "试".to_owned())]),
    };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let id = change.report_concern(&scope, new).await.unwrap().id;
        change.commit(None).await.unwrap();
        id
    })
}

fn child(server: &Server, region_code: &str) -> String {
    server.run(made::add_child(&server.store, made::new_child(server.number() as u32, region_code)))
}

fn volunteer(server: &Server, region_code: &str, team_id: Option<String>) -> String {
    let new = made::new_volunteer(server.number() as u32, region_code);
    server.run(made::add_volunteer(&server.store, NewVolunteer { team_id, ..new }))
}

/// Somebody of a role, a leader with a team to lead, a volunteer with a record of her own.
pub(crate) fn caller(server: &Server, role: Role) -> Client {
    let mut fields = fields(role, COUNTY);
    match role {
        Role::TeamLeader => fields.team_id = Some(team(server, COUNTY)),
        Role::Volunteer => fields.volunteer_id = Some(volunteer(server, COUNTY, None)),
        _ => return server.log_in_as(role),
    }
    server.log_in_with(&fields)
}

/// A good body of an operation, which no other request had.
#[expect(clippy::too_many_lines, reason = "one arm an operation")]
pub(crate) fn body(server: &Server, name: &str) -> Value {
    let number = server.number();
    match name {
        "create_user" => {
            let login = format!("made.up.{number}");
            json!({"login": login, "role": "volunteer", "region_code": COUNTY, "name": "彭试"})
        }
        "change_user" => json!({"name": "彭试"}),
        "create_team" => json!({"name": format!("新队 {number}"), "region_code": COUNTY}),
        "change_team" => json!({"name": format!("改名队 {number}")}),
        "create_api_key" => {
            json!({"name": "key", "scopes": ["get_me"], "expires_at": "2026-12-31T00:00:00Z"})
        }
        "create_policy" => json!({"name": "规则", "content": ""}),
        "put_region_boundary" => {
            json!({"type": "Polygon", "coordinates": [[[109.0, 29.0], [109.5, 29.0], [109.5, 29.5], [109.0, 29.0]]]})
        }
        "export_full" => json!({"purpose": "offline_work"}),
        "create_child" => {
            json!({"number": format!("C9{number}"), "region_code": VILLAGE, "cells": {"sex": "女"}})
        }
        "create_volunteer" => {
            json!({"number": format!("V9{number}"), "region_code": VILLAGE, "cells": {"sex": "女"}})
        }
        "change_child" | "change_volunteer" => json!({"cells": {"village": "试村"}}),
        "put_child_needs" => json!({"needs": "陪伴走访"}),
        "put_child_availability" | "put_volunteer_availability" | "put_my_availability" => {
            json!({"availability": "周六上午"})
        }
        "put_volunteer_capacity" => json!({"capacity": 2}),
        "create_legal_basis" => json!({"authority": "来凤县民政局", "document": "试〔2026〕1号"}),
        "create_consent" => {
            json!({"purpose": "pairing", "answer": "yes", "giver": "guardian", "relation": "mother",
            "method": "thumbprint", "channel": "paper_thumbprint", "text_version": "2026-1",
            "given_on": "2026-02-20"})
        }
        "withdraw_consent" => json!({"channel": "phone"}),
        "create_wish" => json!({"answer": "yes", "asked_on": "2026-02-20"}),
        "search_children" | "search_volunteers" => json!({"text": "13800000000"}),
        "reveal_child" | "reveal_volunteer" => json!({"fields": ["name"], "purpose": "contact"}),
        "erase_child" | "erase_volunteer" => json!({"reason": "subject_request"}),
        "create_screening" => json!({"kind": "employment", "result": "passed", "authority": "来凤县公安局",
            "screened_on": "2026-02-20", "query_consent": true, "reference": "试-1"}),
        "create_run" => json!({"region_code": COUNTY, "policy_id": policy_in_force(server),
            "period_first": "2026-03-03", "period_last": "2026-08-31"}),
        "reject_proposal" => json!({"reason": "fit"}),
        "swap_proposal" => json!({"volunteer_id": volunteer(server, COUNTY, None)}),
        "approve_proposals" | "offer_proposals" => json!({"proposal_ids": [NOBODY]}),
        "revoke_offer" => json!({"reason": "mistake"}),
        "record_offer_answer" => json!({"answer": "decline", "channel": "phone"}),
        "explain_changes" => json!({"changes": [{"change": "move_accepted"}]}),
        "suspend_volunteer" => json!({"reason": "own_request"}),
        "bar_volunteer" => json!({"reason": "incident"}),
        "create_conflict" => json!({"child_id": child(server, COUNTY),
            "volunteer_id": volunteer(server, COUNTY, None), "kind": "kinship"}),
        "record_guardian_answer" => json!({"answer": "no", "giver": "guardian", "relation": "mother",
            "method": "thumbprint", "channel": "paper_thumbprint", "text_version": "2026-1",
            "given_on": "2026-02-20"}),
        "record_child_answer" => json!({"answer": "no", "channel": "in_person", "asked_on": "2026-02-20"}),
        "record_pairing_conflict" => json!({"kind": "kinship", "channel": "phone"}),
        "report_my_pairing_conflict" => json!({"kind": "kinship"}),
        "suspend_pairing" => json!({"reason": "other"}),
        "end_pairing" => json!({"reason": "term_ended", "notice": "in_person", "farewell": "met",
            "replacement": "next_run"}),
        "create_contact" | "amend_contact" | "create_my_contact" => json!({"kind": "visit",
            "setting": "facilitated", "took_place": true, "happened_on": "2026-02-20", "minutes": 60,
            "present": ["child", "volunteer", "staff"]}),
        "reveal_my_pairing" => json!({"purpose": "contact"}),
        "put_my_capacity" => json!({"capacity": 1}),
        "create_concern" => json!({"kind": "other", "severity": "worrying", "text": "试",
            "region_code": COUNTY, "subject_kind": "unknown", "reporter_kind": "neighbour", "channel": "phone"}),
        "assign_concern" => json!({"user_id": server.add_user(&fields(Role::Supervisor, COUNTY)).0}),
        "create_concern_entry" => json!({"kind": "note", "text": "试"}),
        "report_concern" => {
            json!({"authority": "police", "reference": "试-1", "told_at": "2026-03-01T00:00:00Z"})
        }
        "close_concern" => json!({"outcome": "unfounded", "text": "试"}),
        "reopen_concern" => json!({"text": "试"}),
        _ => json!({}),
    }
}

/// Names in the path of an endpoint.
pub(crate) fn names(endpoint: &Endpoint) -> Vec<&'static str> {
    let parts = endpoint.path.split('/');
    parts.filter_map(|part| part.strip_prefix('{')?.split('}').next()).collect()
}

/// The path with an object for each of its names.
pub(crate) fn path(server: &Server, endpoint: &Endpoint, whose: Whose, caller: &Client) -> String {
    names(endpoint).into_iter().fold(endpoint.path.to_owned(), |path, name| {
        path.replace(&format!("{{{name}}}"), &object(server, name, whose, caller))
    })
}

/// Sends a request to an endpoint as it wants to be asked, of version 1 where it asks for one.
pub(crate) fn ask(server: &Server, endpoint: &Endpoint, path: &str, caller: &Client) -> Answer {
    let key = caller.new_key();
    let mut headers = vec![];
    if endpoint.keyed {
        headers.push(("idempotency-key", key.as_str()));
    }
    if endpoint.if_match {
        headers.push(("if-match", "\"1\""));
    }
    if endpoint.method == "PUT"
        && let Taken::File(types) = endpoint.takes
    {
        headers.push(("content-type", types[0]));
        let file = b"township,village\n".to_vec();
        return caller.send_bytes("PUT", &format!("/api/v1{path}"), &headers, Some(file));
    }
    let body =
        matches!(endpoint.method.as_str(), "POST" | "PATCH" | "PUT").then(|| body(server, endpoint.name));
    caller.send(endpoint.method.as_str(), path, &headers, body.as_ref())
}

fn division(server: &Server, code: &str) -> String {
    let division =
        NewRegion { code: code.to_owned(), name: "某县".to_owned(), parent_code: None, level: 3 };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        change.import_regions(&[division]).await.unwrap();
        change.commit(None).await.unwrap();
    });
    code.to_owned()
}

fn policy(server: &Server, region_code: &str) -> String {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let policy = change.add_policy("规则", region_code, "").await.unwrap();
        change.commit(None).await.unwrap();
        policy.id
    })
}

fn policy_in_force(server: &Server) -> String {
    server.run(crate::runs::ground::policy(&server.store, ""))
}

/// A run that nobody has begun.
fn run(server: &Server, region_code: &str) -> String {
    let policy_id = policy(server, region_code);
    let new = NewRun {
        region_code: region_code.to_owned(),
        policy_id,
        today: "2026-03-02".to_owned(),
        period_first: "2026-03-03".to_owned(),
        period_last: "2026-08-31".to_owned(),
        solver: "exact".to_owned(),
        seed: 0,
        provisional: false,
        created_by: NOBODY.to_owned(),
    };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let run = change.add_run(&new).await.unwrap();
        change.commit(None).await.unwrap();
        run.id
    })
}

/// A draft for a child.
fn proposal(server: &Server, region_code: &str, volunteer_id: Option<String>) -> Proposal {
    let volunteer_id = volunteer_id.unwrap_or_else(|| volunteer(server, region_code, None));
    let new = NewProposal {
        run_id: run(server, region_code),
        group_number: 0,
        volunteer_id,
        kind: "lead".to_owned(),
        origin: "repaired".to_owned(),
        cost: 100,
        backup_volunteer_id: None,
        region_code: region_code.to_owned(),
        child_ids: vec![child(server, region_code)],
    };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let id = change.add_proposal(&new).await.unwrap();
        let proposal = change.proposal(&RegionSpan::everywhere(), &id).await.unwrap();
        change.commit(None).await.unwrap();
        proposal
    })
}

/// An offer of a proposal, and the token of its link.
fn offer(server: &Server, proposal: &Proposal) -> (String, String) {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let approved = change.approve_proposal(proposal, NOBODY).await.unwrap();
        let offered = change.step_proposal(&approved, ProposalStep::Offer, "").await.unwrap();
        let expires_at_ms = change.now_ms() + 3_600_000;
        let (id, token) = change.add_offer(&offered, expires_at_ms).await.unwrap();
        change.commit(None).await.unwrap();
        (id, token.expose().to_owned())
    })
}

fn import(server: &Server, region_code: &str) -> String {
    let new = NewImport {
        kind: SheetKind::Children,
        file_name: "儿童.csv".to_owned(),
        region_code: region_code.to_owned(),
        columns: vec!["id"],
        findings: Vec::new(),
        created_by: NOBODY.to_owned(),
    };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let import = change.add_import(new).await.unwrap();
        change.finish_import(&RegionSpan::everywhere(), import.id()).await.unwrap();
        change.commit(None).await.unwrap();
        import.id().to_owned()
    })
}

fn owner(server: &Server, whose: Whose, caller: &Client) -> String {
    match whose {
        Whose::Own if !caller.user_id.is_empty() => caller.user_id.clone(),
        _ => server.add_user(&fields(Role::Analyst, "")).0,
    }
}

fn team(server: &Server, region_code: &str) -> String {
    let name = format!("队 {}", server.number());
    let fields = TeamFields { name, region_code: region_code.to_owned(), external_ref: None };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let id = change.add_team(&fields).await.unwrap();
        change.commit(None).await.unwrap();
        id
    })
}

fn session(server: &Server, user_id: &str) -> String {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let (id, _) = change.begin_session(user_id, "").await.unwrap();
        change.commit(None).await.unwrap();
        id
    })
}

fn api_key(server: &Server, user_id: &str) -> String {
    let key = NewApiKey {
        name: "key".to_owned(),
        scopes: vec!["get_me".to_owned()],
        expires_at_ms: super::server::BEGIN_MS + 60_000,
    };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let (key, _) = change.add_api_key(user_id, &key).await.unwrap();
        change.commit(None).await.unwrap();
        key.id
    })
}
