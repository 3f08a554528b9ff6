//! Those who play the season: an office with its coordinator, and the post that brings volunteers their links.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiedui::delivery::{FileSender, Senders, Worker};
use jiedui::model::Role;
use jiedui::store::{Actor, NewRegion};
use serde_json::{Value, json};

use crate::http::server::{Client, Server};
use crate::runs::county::{folder, load_county};
use crate::runs::ground::{made_run, policy};

/// The city whose sheets are played.
pub(super) const CITY: &str = "511600000000";
/// The day on which the season begins.
pub(super) const TODAY: &str = "2026-11-24";

/// An office at work.
pub(super) struct Office {
    pub(super) server: Server,
    pub(super) coordinator: Client,
    policy_id: String,
    messages: tempfile::TempDir,
}

impl Office {
    /// An office whose sheets are loaded, with a duty phone and a supervisor.
    pub(super) fn open() -> Self {
        let server = Server::start();
        // All six counties take an unoptimised build many minutes; one of them plays the same season.
        let counties = std::env::var("JIEDUI_SEASON_COUNTIES").unwrap_or_else(|_| "511681".to_owned());
        let coordinator = load_county(&server, &counties.split(',').collect::<Vec<_>>());
        server.log_in_as_in(Role::Supervisor, CITY);
        let city =
            NewRegion { code: CITY.to_owned(), name: "广安市".to_owned(), parent_code: None, level: 2 };
        let content = std::fs::read_to_string(folder().join("policy.toml")).unwrap();
        let policy_id = server.run(async {
            let mut change = server.store.change(Actor::COMMAND).await.unwrap();
            change.import_regions(&[city]).await.unwrap();
            change.commit(None).await.unwrap();
            policy(&server.store, &content).await
        });
        let path = format!("/regions/{CITY}");
        let etag = coordinator.get(&path).expect(200).etag();
        coordinator.patch(&path, &etag, &json!({"duty_phone": "0000-12345"})).expect(200);
        Self { server, coordinator, policy_id, messages: tempfile::tempdir().unwrap() }
    }

    /// A run of the whole city, published; its id.
    pub(super) fn publish_run(&self) -> String {
        let body = json!({"region_code": "5116", "policy_id": self.policy_id, "date": TODAY});
        let run = made_run(&self.server, &self.coordinator, &body);
        assert_eq!(run["state"], "succeeded", "{run}");
        let id = run["id"].as_str().unwrap().to_owned();
        self.coordinator.post(&format!("/runs/{id}/publish"), &json!({})).expect(200);
        id
    }

    /// Everything of a list, page by page.
    pub(super) fn all(client: &Client, path: &str) -> Vec<Value> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let (mut found, mut address) = (Vec::new(), format!("{path}{mark}limit=200"));
        loop {
            let page = client.get(&address).expect(200).body;
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) => address = format!("{path}{mark}limit=200&cursor={cursor}"),
                None => return found,
            }
        }
    }

    /// Approves proposals of a run by name and offers them.
    pub(super) fn offer(&self, run_id: &str, proposals: &[String]) {
        for ids in proposals.chunks(100) {
            let body = json!({"proposal_ids": ids});
            for verb in ["approve", "offer"] {
                let path = format!("/runs/{run_id}/proposals/{verb}");
                let done = self.coordinator.post(&path, &body).expect(200).body;
                assert_eq!(done["refused"], json!([]), "{verb}: {done}");
            }
        }
    }

    /// Brings every message that is due: links by the offer they belong to.
    pub(super) fn links(&self) -> BTreeMap<String, String> {
        let sender = FileSender::new(self.messages.path()).unwrap();
        let senders = Arc::new(Senders::new(vec![Box::new(sender)]));
        let post = Worker::new(self.server.store.clone(), senders);
        while self.server.run(post.round()).unwrap() > 0 {}
        let mut links = BTreeMap::new();
        for message in files(self.messages.path()) {
            let text = message["text"].as_str().unwrap();
            if let Some((_, rest)) = text.split_once("/i/") {
                let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
                links.insert(message["subject_id"].as_str().unwrap().to_owned(), token);
            }
        }
        links
    }

    /// A volunteer answers by the link she was sent: whether her answer was taken.
    pub(super) fn answer(&self, token: &str, answer: &str) {
        let path = format!("/offer-links/{token}");
        assert_eq!(self.server.anonymous().get(&path).expect(200).text_of("/state"), "open");
        self.server.anonymous().post(&format!("{path}/{answer}"), &json!({})).expect(200);
    }

    /// Guardian and child say yes to the volunteer, and the two may meet.
    pub(super) fn activate(&self, pairing_id: &str) -> u16 {
        self.guardian(pairing_id, "yes");
        let said = json!({"answer": "yes", "channel": "in_person", "asked_on": TODAY, "witness": "向证某"});
        self.coordinator.post(&format!("/pairings/{pairing_id}/child-answer"), &said).expect(200);
        self.coordinator.post(&format!("/pairings/{pairing_id}/activate"), &json!({})).status
    }

    pub(super) fn guardian(&self, pairing_id: &str, answer: &str) {
        let said = json!({"answer": answer, "giver": "guardian", "relation": "grandparent",
            "method": "thumbprint", "channel": "paper_thumbprint", "text_version": "2026-1", "given_on": TODAY,
            "witness": "向证某"});
        self.coordinator.post(&format!("/pairings/{pairing_id}/guardian-answer"), &said).expect(200);
    }

    pub(super) fn pairing(&self, id: &str) -> Value {
        self.coordinator.get(&format!("/pairings/{id}")).expect(200).body
    }
}

fn files(folder: &Path) -> Vec<Value> {
    let found = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut names: Vec<PathBuf> = found.collect();
    names.sort();
    names.iter().map(|name| serde_json::from_slice(&std::fs::read(name).unwrap()).unwrap()).collect()
}

/// A text of an object.
pub(super) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}
