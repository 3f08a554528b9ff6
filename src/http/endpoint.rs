//! An endpoint as data: path, who may call it, what it takes and gives, and the function that does it.
//!
//! Routes, authorization, checks of headers and the OpenAPI document all come from the same values, so that none of them
//! can say something else than the others. A new endpoint is a file with an `endpoint()` and its function, and a line in
//! `table.rs`.

use axum::http::{Method, StatusCode};
use futures_util::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::call::Call;
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::model::Role;
use crate::store::{Change, View};

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, logged in or not.
    Everybody,
    /// Whoever is logged in, even before the second factor.
    LoggedIn,
    /// These roles, after the second factor where the role needs one.
    Roles(&'static [Role]),
}

/// Which objects a caller reaches through an endpoint. The statements of the store hold it; the matrix test asks with an
/// own and a foreign object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing that belongs to somebody.
    None,
    /// The caller's own account, sessions and keys.
    Own,
    /// What lies in her divisions; for a team leader, her team in them.
    Region,
    /// The whole deployment.
    Everywhere,
}

/// By what somebody may be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A session's cookie or a key of a program.
    SessionOrKey,
    /// A session alone: what gives power over accounts, or everybody's data.
    Session,
}

/// What a body may be.
#[derive(Clone, Copy)]
pub enum Taken {
    /// None.
    Nothing,
    /// JSON of a schema.
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// A JSON merge patch (RFC 7396) of a schema.
    MergePatch(fn(&mut SchemaGenerator) -> Schema),
    /// A file: the media types it may have. It is streamed to a temporary file, never held in memory.
    File(&'static [&'static str]),
}

/// The media type of server-sent events: told as they happen, so that the answer has no version.
pub(super) const EVENT_STREAM: &str = "text/event-stream";

/// An answer that may be given.
#[derive(Clone, Copy)]
pub struct Given {
    /// Its status.
    pub status: StatusCode,
    /// Its media type; empty without a body.
    pub media_type: &'static str,
    /// The schema of JSON.
    pub schema: Option<fn(&mut SchemaGenerator) -> Schema>,
}

/// Does a request with a view.
pub type Reads = for<'a> fn(&'a Call, &'a mut View) -> BoxFuture<'a, Result<Reply, Problem>>;
/// Does a request in a transaction, which the dispatcher commits where the answer is no problem.
pub type Changes = for<'a> fn(&'a Call, &'a mut Change) -> BoxFuture<'a, Result<Reply, Problem>>;
/// Does a request whose work does not fit into one transaction: slow computation, files.
pub type Works = for<'a> fn(&'a Call) -> BoxFuture<'a, Result<Reply, Problem>>;

/// An object that an answer names: what can be asked of it next is linked in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The name in paths that stands for it.
    pub parameter: &'static str,
    /// Where in the answer it is named, a JSON pointer.
    pub pointer: &'static str,
}

/// The function of an endpoint.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Reads.
    Reads(Reads),
    /// Changes.
    Changes(Changes),
    /// Sees to its own transactions, by [`Call::begin`](super::call::Call::begin).
    Works(Works),
}

/// An endpoint.
#[derive(Clone)]
pub struct Endpoint {
    /// HTTP method.
    pub method: Method,
    /// Path below `/api/v1`, with `{names}`.
    pub path: &'static str,
    /// The operation's name.
    pub name: &'static str,
    /// The group it is shown in.
    pub group: &'static str,
    /// What it does, Chinese and English.
    pub summary: (&'static str, &'static str),
    /// Who may call it.
    pub access: Access,
    /// Which objects are reached.
    pub scope: Scope,
    /// The schema of the query, an object.
    pub query: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// The body.
    pub takes: Taken,
    /// The answers.
    pub gives: Vec<Given>,
    /// The objects its answer names.
    pub leads: Vec<Lead>,
    /// The problems, beside those that every endpoint may have.
    pub fails: Vec<Code>,
    /// Whether an `Idempotency-Key` is needed.
    pub keyed: bool,
    /// Whether `If-Match` is needed.
    pub if_match: bool,
    /// What may be shown by whoever calls.
    pub credential: Credential,
    /// Whether it shows or changes what few may see often: counted against a small budget.
    pub scarce: bool,
    /// Calls it.
    pub handler: Handler,
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Endpoint {
    fn new(method: Method, path: &'static str, name: &'static str, handler: Handler) -> Self {
        Self {
            method,
            path,
            name,
            group: "",
            summary: ("", ""),
            access: Access::Roles(&[]),
            scope: Scope::None,
            query: None,
            takes: Taken::Nothing,
            gives: Vec::new(),
            leads: Vec::new(),
            fails: Vec::new(),
            keyed: false,
            if_match: false,
            credential: Credential::SessionOrKey,
            scarce: false,
            handler,
        }
    }

    /// An endpoint that reads.
    pub fn reads(path: &'static str, name: &'static str, handler: Reads) -> Self {
        Self::new(Method::GET, path, name, Handler::Reads(handler))
    }

    /// An endpoint that reads and is asked by POST: what is sought belongs in no address, which logs and proxies keep.
    pub fn seeks(path: &'static str, name: &'static str, handler: Reads) -> Self {
        Self::new(Method::POST, path, name, Handler::Reads(handler))
    }

    /// An endpoint that changes. A POST needs an `Idempotency-Key`, the others `If-Match`.
    pub fn changes(method: Method, path: &'static str, name: &'static str, handler: Changes) -> Self {
        let keyed = method == Method::POST;
        let endpoint = Self::new(method, path, name, Handler::Changes(handler));
        Self { keyed, if_match: !keyed, ..endpoint }
    }

    /// An endpoint that sees to its own transactions. A POST needs an `Idempotency-Key`.
    pub fn works(method: Method, path: &'static str, name: &'static str, handler: Works) -> Self {
        let keyed = method == Method::POST;
        let endpoint = Self::new(method, path, name, Handler::Works(handler));
        Self { keyed, ..endpoint }
    }

    /// Group and summary.
    #[must_use]
    pub fn says(mut self, group: &'static str, zh: &'static str, en: &'static str) -> Self {
        self.group = group;
        self.summary = (zh, en);
        self
    }

    /// Who may, and what is reached.
    #[must_use]
    pub fn allows(mut self, access: Access, scope: Scope) -> Self {
        self.access = access;
        self.scope = scope;
        self
    }

    /// With a query of this shape; the type must deny unknown fields.
    #[must_use]
    pub fn asks<T: JsonSchema>(mut self) -> Self {
        self.query = Some(schema_of::<T>);
        self
    }

    /// With a JSON body; a PATCH takes a merge patch of it.
    #[must_use]
    pub fn takes<T: JsonSchema>(mut self) -> Self {
        let patch = self.method == Method::PATCH;
        self.takes = if patch { Taken::MergePatch(schema_of::<T>) } else { Taken::Json(schema_of::<T>) };
        self
    }

    /// With an uploaded file.
    #[must_use]
    pub fn takes_file(mut self, media_types: &'static [&'static str]) -> Self {
        self.takes = Taken::File(media_types);
        self
    }

    /// Answers JSON.
    #[must_use]
    pub fn gives<T: JsonSchema>(mut self, status: StatusCode) -> Self {
        self.gives.push(Given { status, media_type: "application/json", schema: Some(schema_of::<T>) });
        self
    }

    /// Answers JSON under a media type of its own, such as that of `GeoJSON`.
    #[must_use]
    pub fn gives_as<T: JsonSchema>(mut self, status: StatusCode, media_type: &'static str) -> Self {
        self.gives.push(Given { status, media_type, schema: Some(schema_of::<T>) });
        self
    }

    /// Answers a file.
    #[must_use]
    pub fn gives_file(mut self, media_type: &'static str) -> Self {
        self.gives.push(Given { status: StatusCode::OK, media_type, schema: None });
        self
    }

    /// Answers 204.
    #[must_use]
    pub fn gives_nothing(mut self) -> Self {
        self.gives.push(Given { status: StatusCode::NO_CONTENT, media_type: "", schema: None });
        self
    }

    /// Names an object in its answer, by which paths with this parameter can be asked.
    #[must_use]
    pub fn leads_to(mut self, parameter: &'static str, pointer: &'static str) -> Self {
        self.leads.push(Lead { parameter, pointer });
        self
    }

    /// May fail so.
    #[must_use]
    pub fn fails(mut self, codes: &[Code]) -> Self {
        self.fails.extend_from_slice(codes);
        self
    }

    /// Needs no `Idempotency-Key`, because it creates and sends nothing that could be doubled.
    #[must_use]
    pub fn unkeyed(mut self) -> Self {
        self.keyed = false;
        self
    }

    /// Needs no `If-Match`, because there is no version to be seen.
    #[must_use]
    pub fn unversioned(mut self) -> Self {
        self.if_match = false;
        self
    }

    /// Needs `If-Match`, also where the method alone does not ask for it.
    #[must_use]
    pub fn versioned(mut self) -> Self {
        self.if_match = true;
        self
    }

    /// Takes a session: no key of a program may be used for it.
    #[must_use]
    pub fn in_session(mut self) -> Self {
        self.credential = Credential::Session;
        self
    }

    /// Whether a key of these scopes may be used for it.
    pub fn may_be_scope(&self, scopes: &[String]) -> bool {
        self.credential == Credential::SessionOrKey && scopes.iter().any(|scope| scope == self.name)
    }

    /// Names of the parameters of its query.
    pub fn parameters(&self) -> Vec<String> {
        let mut generator = SchemaGenerator::default();
        let Some(query) = self.query else { return Vec::new() };
        let schema = query(&mut generator);
        let whole = schema.as_value();
        let name = whole.get("$ref").and_then(|path| path.as_str()?.rsplit('/').next());
        let resolved = name.and_then(|name| generator.definitions().get(name)).unwrap_or(whole);
        resolved["properties"].as_object().map_or_else(Vec::new, |fields| fields.keys().cloned().collect())
    }

    /// Counted against the small budget.
    #[must_use]
    pub fn scarce(mut self) -> Self {
        self.scarce = true;
        self
    }
}
