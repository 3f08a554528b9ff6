//! Every endpoint asked in every wrong way, with somebody's name, phone, number, house and words wherever a text may stand.

use jiedui::http::endpoint::Endpoint;
use jiedui::http::table;
use serde_json::{Map, Value, json};

use super::accounts::Staff;
use super::office::Office;
use super::people::Canary;
use super::persons::Made;
use super::traces::in_an_address;
use crate::http::client::Client;
use crate::http::samples::NOBODY;
use crate::served::Served;

/// What goes through much at every request, and is asked less often.
const COSTLY: [&str; 6] = [
    "export_masked",
    "export_full",
    "export_statistics",
    "export_audit_events",
    "verify_audit_events",
    "download_import_errors",
];
/// What ends the session that asks.
const ENDING: [&str; 2] = ["log_out", "end_sessions"];

/// Names of the fields of an operation's body, and of its query.
fn fields(document: &Value, endpoint: &Endpoint) -> (Vec<String>, Vec<String>) {
    let path = format!("/api/v1{}", endpoint.path);
    let operation = &document["paths"][&path][endpoint.method.as_str().to_lowercase()];
    let content = operation["requestBody"]["content"].as_object();
    let schema =
        content.and_then(|content| content.values().next()).map_or(&Value::Null, |kind| &kind["schema"]);
    let named = schema["$ref"].as_str().and_then(|named| named.strip_prefix('#'));
    let schema = named.and_then(|named| document.pointer(named)).unwrap_or(schema);
    let body = schema["properties"].as_object().map_or_else(Vec::new, |all| all.keys().cloned().collect());
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter(|asked| asked["in"] == "query");
    (body, query.map(|asked| asked["name"].as_str().unwrap().to_owned()).collect())
}

/// A path of the endpoint with somebody's records where there are any.
fn path(endpoint: &Endpoint, made: &Made) -> String {
    let path = endpoint.path.replace("{child_id}", &made.children[0]);
    let path = path.replace("{volunteer_id}", &made.volunteers[0]).replace("{consent_id}", &made.consents[0]);
    let parts = path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// An endpoint, and whoever asks it.
struct Asking<'a> {
    office: &'a Office<'a>,
    endpoint: &'a Endpoint,
    path: String,
}

impl Asking<'_> {
    fn send(&self, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) {
        let key = self.office.client.new_key();
        let mut all = headers.to_vec();
        for (name, value) in [("idempotency-key", key.as_str()), ("if-match", "\"1\"")] {
            if headers.iter().all(|(given, _)| *given != name) {
                all.push((name, value));
            }
        }
        let method = self.endpoint.method.as_str();
        let answer = self.office.client.send_bytes(method, &format!("/api/v1{path}"), &all, body);
        assert!(answer.status < 500, "{method} {path}: {}", answer.text);
        self.office.keep(method, self.endpoint.path, answer);
    }

    /// Bodies that cannot be read, or hold what no field takes.
    fn bodies(&self, somebody: &Canary, fields: &[String]) {
        let texts = somebody.texts();
        let filled = |text: &str| {
            let all: Map<String, Value> = fields.iter().map(|field| (field.clone(), json!(text))).collect();
            Value::from(all)
        };
        for (place, text) in texts.iter().enumerate() {
            let other = texts[(place + 1) % texts.len()];
            let bodies = [
                filled(text),
                json!({*text: other}),
                json!([text]),
                json!(text),
                json!({"cells": {*text: other}, "fields": [text], "number": text}),
            ];
            for body in bodies {
                self.send(&self.path, &[], Some(body.to_string().into_bytes()));
            }
        }
        let name = &somebody.name;
        self.send(&self.path, &[], Some(format!("{{\"name\": \"{name}").into_bytes()));
        self.send(&self.path, &[], Some([name.as_bytes(), &[0xff]].concat()));
        self.send(&self.path, &[("content-type", "text/plain")], Some(name.clone().into_bytes()));
    }

    /// Addresses and headers.
    fn surroundings(&self, somebody: &Canary, query: &[String]) {
        let costly = COSTLY.contains(&self.endpoint.name);
        for text in somebody.texts().into_iter().take(if costly { 2 } else { usize::MAX }) {
            let text = in_an_address(text);
            let unknown = ["q".to_owned(), text.clone()];
            for name in query.iter().chain(&unknown) {
                self.send(&format!("{}?{name}={text}", self.path), &[], None);
            }
            for part in self.endpoint.path.split('/').filter(|part| part.starts_with('{')) {
                self.send(&self.endpoint.path.replace(part, &text), &[], None);
            }
        }
        let (phone, number) = (somebody.phone.as_str(), somebody.id_number.as_str());
        for header in [
            "idempotency-key",
            "if-match",
            "if-none-match",
            "accept-language",
            "x-request-id",
            "x-csrf-token",
            "authorization",
            "cookie",
            "x-forwarded-for",
            "traceparent",
            "user-agent",
            "content-type",
        ] {
            let values = [phone, number, &format!("Bearer {phone}"), &format!("session={number}")];
            for value in values.into_iter().take(if costly { 1 } else { usize::MAX }) {
                self.send(&self.path, &[(header, value)], Some(b"{}".to_vec()));
            }
        }
    }
}

/// Every endpoint, as coordinator, as admin, as auditor and as nobody.
pub(super) fn of_everything(
    served: &Served,
    staff: &Staff<'_>,
    admin: &Office<'_>,
    people: &[Canary],
    made: &Made,
) {
    let nobody = Office { client: Client::at(&served.url), traces: admin.traces };
    let document = nobody.client.send_bytes("GET", "/openapi.json", &[], None).body;
    let mut people = people.iter().cycle();
    for endpoint in table::all().iter().filter(|endpoint| !ENDING.contains(&endpoint.name)) {
        let (body, query) = fields(&document, endpoint);
        for office in [&staff.coordinator, admin, &nobody] {
            let asking = Asking { office, endpoint, path: path(endpoint, made) };
            let somebody = people.next().unwrap();
            if endpoint.method != "GET" {
                asking.bodies(somebody, &body);
            }
            asking.surroundings(somebody, &query);
        }
    }
    let unknown = people.next().unwrap();
    for text in unknown.texts() {
        let answer = nobody.client.send_bytes("GET", &format!("/{}", in_an_address(text)), &[], None);
        nobody.keep("GET", "an unknown path", answer);
        let answer = nobody.client.send_bytes("GET", &format!("/api/v1/{}", in_an_address(text)), &[], None);
        nobody.keep("GET", "an unknown resource", answer);
    }
}
