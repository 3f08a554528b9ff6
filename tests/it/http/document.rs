//! The OpenAPI document: a promise to whoever wrote a client. It is a snapshot, a file a group, so that a change that would
//! break one is seen in the review; and what it links can be asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::server::Server;

fn document() -> Value {
    let server = Server::start();
    server.anonymous().send_bytes("GET", "/openapi.json", &[], None).expect(200).body
}

/// Every operation with its path and method.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The schemas that something names, and those that they name.
fn named(value: &Value, document: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            if let Some(name) = name
                && !found.contains_key(name)
            {
                let schema = document["components"]["schemas"][name].clone();
                found.insert(name.to_owned(), schema.clone());
                named(&schema, document, found);
            }
            fields.values().for_each(|field| named(field, document, found));
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, document, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_what_clients_were_told() {
    let document = document();
    let mut groups: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (path, method, operation) in operations(&document) {
        // The last word of a group is its English one.
        let group = operation["tags"][0].as_str().unwrap().rsplit(' ').next().unwrap();
        groups.entry(group).or_default().insert(format!("{method} {path}"), operation.clone());
    }
    for (group, operations) in groups {
        let (operations, mut schemas) = (Value::from(operations), BTreeMap::new());
        named(&operations, &document, &mut schemas);
        let text =
            serde_json::to_string_pretty(&json!({"operations": operations, "schemas": schemas})).unwrap();
        insta::assert_snapshot!(format!("openapi-{group}"), text);
    }
    let mut rest = document.clone();
    for part in ["/paths", "/components/schemas"] {
        *rest.pointer_mut(part).unwrap() = json!("in files of their own");
    }
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&rest).unwrap());
}

/// A schema with references followed.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let named = schema["$ref"].as_str().and_then(|path| document.pointer(path.strip_prefix('#')?));
    named.map_or(schema, |named| resolved(document, named))
}

/// Whether answers of a schema have a text where a pointer leads.
fn holds_a_text(document: &Value, schema: &Value, pointer: &str) -> bool {
    let schema = resolved(document, schema);
    let Some((step, rest)) = pointer.strip_prefix('/').map(|path| path.split_once('/').unwrap_or((path, "")))
    else {
        return schema["type"] == "string";
    };
    let below = if step == "0" { &schema["items"] } else { &schema["properties"][step] };
    holds_a_text(document, below, &if rest.is_empty() { String::new() } else { format!("/{rest}") })
}

#[test]
fn every_link_leads_from_a_text_of_the_answer_to_an_operation_that_takes_it() {
    let document = document();
    let known: BTreeMap<&str, &Value> = operations(&document)
        .map(|(_, _, operation)| (operation["operationId"].as_str().unwrap(), operation))
        .collect();
    let mut linked = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        for response in operation["responses"].as_object().unwrap().values() {
            let Some(links) = response["links"].as_object() else { continue };
            let schema = response["content"].as_object().unwrap().values().next().unwrap();
            for (name, link) in links {
                assert_eq!(link["operationId"], json!(name));
                let taken = known[name.as_str()]["parameters"].as_array().unwrap();
                for (parameter, expression) in link["parameters"].as_object().unwrap() {
                    let (place, parameter) = parameter.split_once('.').unwrap();
                    assert!(
                        taken.iter().any(|known| known["in"] == place && known["name"] == parameter),
                        "{name}"
                    );
                    if let Some(pointer) = expression.as_str().unwrap().strip_prefix("$response.body#") {
                        let holds = holds_a_text(&document, &schema["schema"], pointer);
                        assert!(holds, "{method} {path} has no text at {pointer} for {name}");
                    }
                }
                linked.insert(name.clone());
            }
        }
    }
    let created =
        ["change_team", "change_user", "change_child", "change_volunteer", "archive_child", "reveal_child"];
    let created =
        created.into_iter().chain(["lift_bar", "withdraw_consent", "commit_import", "revoke_api_key"]);
    for name in created {
        assert!(linked.contains(name), "no answer leads to {name}");
    }
}
