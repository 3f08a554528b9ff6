//! The OpenAPI 3.1 document, made from the table of endpoints, and the page that shows it.

use std::sync::LazyLock;

use axum::Router;
use axum::http::{Method, header};
use axum::routing::get;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::ENDPOINTS;
use super::endpoint::{Access, Credential, EVENT_STREAM, Endpoint, Given, Taken};
use super::language::Language;
use super::problem::{Code, ProblemBody};

static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string_pretty(&document()).unwrap_or_default());

pub(super) fn routes() -> Router {
    let document = || async { ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()) };
    let page = utoipa_swagger_ui::Config::from("/openapi.json").validator_url("none");
    Router::new()
        .route("/openapi.json", get(document))
        .merge(utoipa_swagger_ui::SwaggerUi::new("/docs").config(page))
}

/// The whole document.
fn document() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<ProblemBody<'static>>();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in ENDPOINTS.iter() {
        let path = format!("/api/v1{}", endpoint.path);
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let operation = operation(endpoint, &mut generator, &problem);
        let at = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(at) = at.as_object_mut() {
            at.insert(method, operation);
        }
    }
    let schemas: Map<String, Value> = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "jiedui 结对",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "把志愿者与有需要的儿童一对一结对。Pairs volunteers one-to-one with children who need them.",
            "license": {"name": env!("CARGO_PKG_LICENSE")},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session",
                    "description": "HTTP 下名为 session。Named `session` over plain HTTP."},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
                "key": {"type": "http", "scheme": "bearer"},
            },
        },
    })
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator, problem: &Schema) -> Value {
    let (zh, en) = endpoint.summary;
    let in_session = endpoint.credential == Credential::Session;
    let mut operation = json!({
        "operationId": endpoint.name,
        "tags": [endpoint.group],
        "summary": format!("{zh} / {en}"),
        "description": description(endpoint),
        "parameters": parameters(endpoint, generator),
        "responses": responses(endpoint, generator, problem),
        "security": match endpoint.access {
            Access::Everybody => json!([]),
            Access::LoggedIn | Access::Roles(_) if in_session && endpoint.method == Method::GET => {
                json!([{"session": []}])
            }
            Access::LoggedIn | Access::Roles(_) if in_session => json!([{"session": [], "csrf": []}]),
            Access::LoggedIn | Access::Roles(_) if endpoint.method == Method::GET => {
                json!([{"key": []}, {"session": []}])
            }
            Access::LoggedIn | Access::Roles(_) => json!([{"key": []}, {"session": [], "csrf": []}]),
        },
    });
    if let Some(body) = request_body(endpoint, generator) {
        operation["requestBody"] = body;
    }
    operation
}

fn description(endpoint: &Endpoint) -> String {
    match endpoint.access {
        Access::Everybody => "无需登录。No login needed.".to_owned(),
        Access::LoggedIn => "登录即可。Anybody who is logged in.".to_owned(),
        Access::Roles(roles) => {
            let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
            format!("角色 / roles: {}", words.join(", "))
        }
    }
}

fn parameters(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut found = Vec::new();
    for part in endpoint.path.split('/') {
        let name = part.strip_prefix('{').and_then(|part| part.split('}').next());
        if let Some(name) = name {
            let schema = match name {
                _ if name.ends_with("_id") => json!({"type": "string", "format": "uuid"}),
                _ => json!({"type": "string"}),
            };
            found.push(json!({"name": name, "in": "path", "required": true, "schema": schema}));
        }
    }
    if let Some(query) = endpoint.query {
        found.extend(query_parameters(&query(generator), generator));
    }
    if endpoint.keyed {
        found.push(json!({"name": "Idempotency-Key", "in": "header", "required": true,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
            "description": "同一键只生效一次。One effect a key."}));
    }
    if endpoint.if_match {
        found.push(json!({"name": "If-Match", "in": "header", "required": true,
            "schema": {"type": "string", "pattern": "^\"[0-9]+\"$"},
            "description": "所见版本的 ETag。The ETag of the version you saw."}));
    }
    found
}

/// Each property of the query's schema as a parameter.
fn query_parameters(schema: &Schema, generator: &mut SchemaGenerator) -> Vec<Value> {
    let whole = schema.as_value();
    let name = whole.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    let resolved = name.and_then(|name| generator.definitions().get(name)).unwrap_or(whole).clone();
    let required: Vec<&str> = resolved["required"]
        .as_array()
        .map_or_else(Vec::new, |names| names.iter().filter_map(Value::as_str).collect());
    let properties = resolved["properties"].as_object();
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        // A parameter that is absent is left out; it is never the word null.
        if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
            types.retain(|kind| kind != "null");
            if let [only] = types.as_slice() {
                schema["type"] = only.clone();
            }
        }
        let description = schema["description"].clone();
        json!({"name": name, "in": "query", "required": required.contains(&name.as_str()),
            "schema": schema, "description": description})
    };
    properties.map_or_else(Vec::new, |properties| properties.iter().map(parameter).collect())
}

fn request_body(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Option<Value> {
    let content = match endpoint.takes {
        Taken::Nothing => return None,
        Taken::Json(schema) => json!({"application/json": {"schema": schema(generator)}}),
        Taken::MergePatch(schema) => json!({"application/merge-patch+json": {"schema": schema(generator)}}),
        Taken::File(types) => {
            let file = json!({"schema": {"type": "string", "format": "binary"}});
            types.iter().map(|kind| ((*kind).to_owned(), file.clone())).collect::<Map<_, _>>().into()
        }
    };
    Some(json!({"required": true, "content": content}))
}

fn responses(endpoint: &Endpoint, generator: &mut SchemaGenerator, problem: &Schema) -> Value {
    let mut found: Map<String, Value> = Map::new();
    for (place, given) in endpoint.gives.iter().enumerate() {
        let mut response = response(given, generator);
        // The first is the answer that names something; others say that nothing was made.
        let links = if place == 0 { links(endpoint) } else { Map::new() };
        if !links.is_empty() {
            response["links"] = links.into();
        }
        match found.get_mut(given.status.as_str()) {
            // The same status under another media type.
            Some(before) => merge_content(before, response),
            None => drop(found.insert(given.status.as_str().to_owned(), response)),
        }
    }
    let versioned = |given: &Given| given.schema.is_some() && given.media_type != EVENT_STREAM;
    if endpoint.method == Method::GET && endpoint.gives.iter().any(versioned) {
        found.insert("304".to_owned(), json!({"description": "未改变 / not changed"}));
    }
    for code in codes(endpoint) {
        let status = code.status().as_str().to_owned();
        let line = format!("`{}` {}", code.word(), code.title(Language::English));
        let entry = found.entry(status).or_insert_with(
            || json!({"description": "", "content": {"application/problem+json": {"schema": problem}}}),
        );
        let described = entry["description"].as_str().unwrap_or_default();
        entry["description"] =
            if described.is_empty() { line } else { format!("{described}; {line}") }.into();
    }
    found.into()
}

/// What can be asked next of the objects that an answer names, with the version it shows where one is needed.
fn links(endpoint: &Endpoint) -> Map<String, Value> {
    let mut found = Map::new();
    for lead in &endpoint.leads {
        let name = format!("{{{}}}", lead.parameter);
        for next in ENDPOINTS.iter().filter(|next| next.name != endpoint.name) {
            // Other names in its path would stay open.
            if !next.path.contains(&name) || next.path.matches('{').count() != 1 {
                continue;
            }
            let mut parameters = Map::new();
            parameters.insert(
                format!("path.{}", lead.parameter),
                format!("$response.body#{}", lead.pointer).into(),
            );
            if next.if_match && !lead.pointer.starts_with("/items") {
                parameters.insert("header.If-Match".to_owned(), "$response.header.ETag".into());
            }
            found.insert(next.name.to_owned(), json!({"operationId": next.name, "parameters": parameters}));
        }
    }
    found
}

fn merge_content(before: &mut Value, mut other: Value) {
    let more = other["content"].as_object_mut().map(std::mem::take).unwrap_or_default();
    if let Some(content) = before["content"].as_object_mut() {
        content.extend(more);
    }
}

fn response(given: &Given, generator: &mut SchemaGenerator) -> Value {
    let mut response = json!({"description": given.status.canonical_reason().unwrap_or_default()});
    if let Some(schema) = given.schema {
        response["content"] = json!({given.media_type: {"schema": schema(generator)}});
    } else if !given.media_type.is_empty() {
        let file = json!({"type": "string", "format": "binary"});
        response["content"] = json!({given.media_type: {"schema": file}});
    }
    response
}

/// Every problem an endpoint may answer: its own, and those that follow from what it takes.
pub(super) fn codes(endpoint: &Endpoint) -> Vec<Code> {
    let mut codes = endpoint.fails.clone();
    codes.extend([Code::RateLimited, Code::StorageUnavailable, Code::Internal, Code::ValidationFailed]);
    codes.extend([Code::Unauthenticated, Code::Forbidden, Code::BodyTooLarge, Code::RequestTimeout]);
    if !matches!(endpoint.access, Access::Everybody) {
        codes.push(Code::MfaRequired);
    }
    if endpoint.path.contains('{') {
        codes.push(Code::NotFound);
    }
    if endpoint.method != Method::GET {
        codes.push(Code::CrossSite);
    }
    if endpoint.keyed {
        let keyed = [Code::IdempotencyKeyMissing, Code::IdempotencyKeyReused, Code::IdempotencyKeyInFlight];
        codes.extend(keyed);
    }
    if endpoint.if_match {
        codes.extend([Code::PreconditionRequired, Code::PreconditionFailed]);
    }
    match endpoint.takes {
        Taken::Nothing => {}
        Taken::Json(_) | Taken::MergePatch(_) => {
            codes.extend([Code::MalformedBody, Code::UnsupportedMediaType]);
        }
        Taken::File(_) => {
            codes.extend([
                Code::MalformedBody,
                Code::UnsupportedMediaType,
                Code::ImportTooLarge,
                Code::FileRejected,
            ]);
        }
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}
