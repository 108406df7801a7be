//! What the API says about itself: an OpenAPI 3.1 document, written together with the routes.
//!
//! **Invariant:** a route of the API is added with what the document says of it, in one call, so neither is without the
//! other; shapes are read off the types that are read and written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use url::form_urlencoded;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::plans::{CONFIRM, DRY_RUN, PlanBody, planned};
use crate::app::App;
use crate::app::branding::MediaType;
use crate::app::resources::Kind;
use crate::domain::Error;
use crate::web::error::Problem;
use crate::web::routes::{Access, DELETE, GET, PATCH, POST, PUT, Plain, Routes, Verb};

/// Where the document is.
pub(super) const PATH: &str = "/api/openapi.json";

/// What the document says of `cursor`.
pub(super) const CURSOR: &str = "`next_cursor` of the page before.";

const ABOUT: &str = "Administration of users, by people and programs. A caller sends `Authorization: Bearer ...` with an \
    access token of the scope `api`, a personal token, a token of a service account, or the operator token; the operator \
    names the organisation by `organisation` where a path does not. With personal tokens and tokens of service accounts, \
    GET needs the scope `read` and everything else the scope `write`. What a caller may do is decided by its role. Times \
    are RFC 3339 in UTC, with milliseconds. A refusal is a problem document (RFC 9457); a rule of the directory carries \
    its name in `type`, such as `urn:doorward:problem:last-protected-role`. What opens a way into an account, changes the \
    rules, touches a protected role or takes a copy of the data needs, with an access token, a sign-in of the last ten \
    minutes: else it is refused as `urn:doorward:problem:proof-is-old`, with the challenge of RFC 9470. Before an operation is reached the server may \
    also answer 408, 414, 415, 421 or 503, as a problem document too.";

/// What the document says of one operation.
pub(super) struct Operation {
    summary: &'static str,
    about: Option<&'static str>,
    takes: Option<Taken>,
    answers: Option<Answered>,
    status: u16,
    may_create: bool,
    plan: Option<Value>,
    query: Vec<Value>,
    refusals: Vec<u16>,
    schemas: Vec<(String, RefOr<Schema>)>,
}

struct Answered {
    kinds: Vec<&'static str>,
    schema: Value,
}

struct Taken {
    kinds: Vec<&'static str>,
    schema: Value,
    is_required: bool,
}

/// An operation that answers 204.
pub(super) fn operation(summary: &'static str) -> Operation {
    Operation {
        summary,
        about: None,
        takes: None,
        answers: None,
        status: 204,
        may_create: false,
        plan: None,
        query: Vec::new(),
        refusals: vec![401, 403],
        schemas: Vec::new(),
    }
}

impl Operation {
    /// What should be known of it besides.
    pub(super) const fn about(mut self, text: &'static str) -> Self {
        self.about = Some(text);
        self
    }

    /// It takes a JSON body.
    pub(super) fn takes<T: ToSchema>(self) -> Self {
        self.takes_json::<T>(true)
    }

    /// It takes a JSON body, which may be left out.
    pub(super) fn may_take<T: ToSchema>(self) -> Self {
        self.takes_json::<T>(false)
    }

    /// It answers with this status and a JSON body.
    pub(super) fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        self.answers = Some(Answered { kinds: vec!["application/json"], schema: self.known::<T>() });
        self.status = status;
        self
    }

    /// It answers 201, with the same body, when it made something.
    pub(super) const fn may_create(mut self) -> Self {
        self.may_create = true;
        self
    }

    /// What it would do can be asked for, and is then what it does.
    pub(super) fn planned(mut self) -> Self {
        self.plan = Some(self.known::<PlanBody>());
        let word = json!({ "type": "string" });
        self.refusals.push(409);
        self.query(
            DRY_RUN,
            "`1` to be told what would be done, with a word that confirms it.",
            json!({ "type": "string", "enum": ["1"] }),
        )
        .query(CONFIRM, "The word of a plan: what was planned is done, or nothing.", word)
    }

    /// It answers with a file of one of these kinds.
    pub(super) fn answers_file(mut self, kinds: &[&'static str]) -> Self {
        let plain = kinds.iter().filter_map(|it| it.split(';').next());
        self.answers = Some(Answered { kinds: plain.collect(), schema: json!({}) });
        self.status = 200;
        self
    }

    /// It answers with this status and no body.
    pub(super) const fn answers_nothing(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// It is about the organisation of the caller, or the one that the operator names.
    pub(super) fn of_an_organisation(mut self) -> Self {
        self.refusals.push(404);
        let slug = json!({ "type": "string", "minLength": 2, "maxLength": 63 });
        self.query("organisation", "Short name of the organisation; only the operator needs to say.", slug)
    }

    /// It reads a word of the query.
    #[expect(clippy::needless_pass_by_value, reason = "each schema is written where it is said")]
    pub(super) fn query(mut self, name: &str, about: &str, schema: Value) -> Self {
        self.query.push(json!({ "name": name, "in": "query", "description": about, "schema": schema }));
        self
    }

    /// It answers page by page: so many on each where nobody says, and at most so many.
    pub(super) fn paged(self, (usual, most): (u64, u64)) -> Self {
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual });
        self.query("cursor", CURSOR, json!({ "type": "string" })).query("limit", "How many.", limit)
    }

    /// It reads a word of the query that may stand there several times.
    pub(super) fn query_of_many(self, name: &str, about: &str, schema: &Value) -> Self {
        self.query(name, about, json!({ "type": "array", "items": schema }))
    }

    /// A rule of the directory may stand in its way.
    pub(super) fn conflicts(mut self) -> Self {
        self.refusals.push(409);
        self
    }

    /// What was seen of it is said, and may be another one by now.
    pub(super) fn may_be_stale(mut self) -> Self {
        self.refusals.push(412);
        self
    }

    /// What it is about may not be there.
    pub(super) fn may_miss(mut self) -> Self {
        self.refusals.push(404);
        self
    }

    /// It is refused when it is done too often.
    pub(super) fn throttles(mut self) -> Self {
        self.refusals.push(429);
        self
    }

    /// It takes a body of CSV.
    pub(super) fn takes_csv(mut self, about: &str) -> Self {
        let schema = json!({ "type": "string", "description": about });
        self.takes = Some(Taken { kinds: vec!["text/csv"], schema, is_required: true });
        self.refusals.extend([413, 415]);
        self
    }

    /// It takes a picture.
    pub(super) fn takes_picture(mut self, about: &str) -> Self {
        let schema = json!({ "type": "string", "format": "binary", "description": about });
        self.takes = Some(Taken { kinds: MediaType::ALL.map(MediaType::name).to_vec(), schema, is_required: true });
        self.refusals.extend([413, 415]);
        self
    }

    fn takes_json<T: ToSchema>(mut self, is_required: bool) -> Self {
        let schema = self.known::<T>();
        self.takes = Some(Taken { kinds: vec!["application/json"], schema, is_required });
        self.refusals.extend([413, 415]);
        self
    }

    /// A reference to the shape, which is told once.
    fn known<T: ToSchema>(&mut self) -> Value {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        json!({ "$ref": format!("#/components/schemas/{}", T::name()) })
    }

    fn into_json(mut self, method: &str, path: &str) -> Value {
        let names: Vec<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let shape = |name: &str| match name {
            "key" => json!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$" }),
            "kind" => json!({ "type": "string", "enum": Kind::ALL.map(Kind::word) }),
            "external_id" => json!({ "type": "string", "pattern": "^[A-Za-z0-9._~!$&'()*+,;=:@-]{1,200}$" }),
            "slug" => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$" }),
            "reference" => json!({ "type": "string", "pattern": "^[0-9A-F]{10}$" }),
            _ => json!({ "type": "string", "format": "uuid" }),
        };
        let id = |name: &&str| json!({ "name": name, "in": "path", "required": true, "schema": shape(name) });
        let parameters: Vec<Value> = names.iter().map(id).chain(self.query.iter().cloned()).collect();
        // A word of the query that it does not know is refused by each.
        self.refusals.push(400);
        if !names.is_empty() {
            self.refusals.push(404);
        }
        let words: Vec<&str> = path.split(['/', '{', '}', '-']).filter(|word| !word.is_empty()).skip(2).collect();
        let mut about = json!({
            "operationId": format!("{method}_{}", words.join("_")),
            "summary": self.summary,
            "tags": [path.split('/').nth(3).unwrap_or_default()],
            "parameters": parameters,
            "responses": self.responses(),
        });
        if let (Some(text), Some(members)) = (self.about, about.as_object_mut()) {
            members.insert("description".to_owned(), json!(text));
        }
        if let (Some(taken), Some(members)) = (&self.takes, about.as_object_mut()) {
            let content = taken.kinds.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": taken.schema })));
            let content: Map<_, _> = content.collect();
            members.insert("requestBody".to_owned(), json!({ "required": taken.is_required, "content": content }));
        }
        about
    }

    /// The handler, reached by a query that it knows each word of.
    fn reached(&self, handler: Plain) -> Plain {
        let words = self.query.iter().map(Word::of).collect();
        let handler = if self.plan.is_some() { planned(handler) } else { handler };
        Plain::of(handler.layer(middleware::from_fn_with_state(words, check_query)))
    }

    fn responses(&self) -> Map<String, Value> {
        let mut responses = Map::new();
        let content = |kind: &str, schema: &Value| (kind.to_owned(), json!({ "schema": schema }));
        let done = match &self.answers {
            Some(it) => {
                let schema = match &self.plan {
                    Some(plan) if self.status == 200 => &json!({ "anyOf": [it.schema, plan] }),
                    Some(_) | None => &it.schema,
                };
                let content = it.kinds.iter().map(|kind| content(kind, schema));
                json!({ "description": "Done.", "content": content.collect::<Map<_, _>>() })
            }
            None => json!({ "description": "Done; there is nothing to say." }),
        };
        if self.may_create {
            responses.insert("201".to_owned(), done.clone());
        }
        if let Some(plan) = &self.plan {
            let content = Map::from_iter([content("application/json", plan)]);
            responses.insert("200".to_owned(), json!({ "description": "What would be done.", "content": content }));
        }
        responses.insert(self.status.to_string(), done);
        for status in &self.refusals {
            responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }));
        }
        responses
    }
}

/// A word of the query that an operation knows.
struct Word {
    name: String,
    /// It may stand there several times.
    is_many: bool,
}

impl Word {
    fn of(parameter: &Value) -> Self {
        let text = |at: &str| parameter.pointer(at).and_then(Value::as_str).unwrap_or_default();
        Self { name: text("/name").to_owned(), is_many: text("/schema/type") == "array" }
    }
}

/// Refuses a word of the query that the operation does not know, because a misspelt `dry_run` would do the deed, and one that
/// says two things where one counts.
async fn check_query(State(known): State<Arc<[Word]>>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    match flaw(query, &known) {
        None => next.run(request).await,
        Some((name, sentence)) => Problem::from(Error::malformed(name, sentence)).into_response(),
    }
}

fn flaw(query: &str, known: &[Word]) -> Option<(String, String)> {
    let mut seen = BTreeSet::new();
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        let Some(word) = known.iter().find(|it| it.name == name) else {
            let all: Vec<&str> = known.iter().map(|it| it.name.as_str()).collect();
            let takes = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
            return Some((name.into_owned(), format!("leave it out of the query; this takes {takes}")));
        };
        if !seen.insert(&word.name) && !word.is_many {
            return Some((name.into_owned(), "say it once".to_owned()));
        }
    }
    None
}

/// Routes of the API under construction, each with what the document says of it.
pub(super) struct Documented {
    routes: Routes,
    paths: BTreeMap<&'static str, Map<String, Value>>,
    schemas: BTreeMap<String, Value>,
}

impl Documented {
    pub(super) fn new(routes: Routes) -> Self {
        Self { routes, paths: BTreeMap::new(), schemas: BTreeMap::from([("Problem".to_owned(), problem())]) }
    }

    pub(super) fn get<T>(self, path: &'static str, operation: Operation, handler: impl Handler<T, App>) -> Self {
        self.with(GET, path, operation, Plain::of(handler))
    }

    pub(super) fn post<T>(self, path: &'static str, operation: Operation, handler: impl Handler<T, App>) -> Self {
        self.with(POST, path, operation, Plain::of(handler))
    }

    pub(super) fn put<T>(self, path: &'static str, operation: Operation, handler: impl Handler<T, App>) -> Self {
        self.with(PUT, path, operation, Plain::of(handler))
    }

    pub(super) fn patch<T>(self, path: &'static str, operation: Operation, handler: impl Handler<T, App>) -> Self {
        self.with(PATCH, path, operation, Plain::of(handler))
    }

    pub(super) fn delete<T>(self, path: &'static str, operation: Operation, handler: impl Handler<T, App>) -> Self {
        self.with(DELETE, path, operation, Plain::of(handler))
    }

    /// The routes, and one more for the document.
    pub(super) fn finish(self) -> Routes {
        let document: Arc<str> = document(&self.paths, &self.schemas).to_string().into();
        let handler = move || async move { ([(header::CONTENT_TYPE, "application/json")], document.to_string()) };
        self.routes.get(PATH, Access::Open, handler)
    }

    fn with(mut self, verb: Verb, path: &'static str, mut operation: Operation, handler: Plain) -> Self {
        let handler = operation.reached(handler);
        let method = verb.0.as_str().to_ascii_lowercase();
        for (name, schema) in std::mem::take(&mut operation.schemas) {
            self.schemas.insert(name, json!(schema));
        }
        let about = operation.into_json(&method, path);
        self.paths.entry(path).or_default().insert(method, about);
        Self { routes: self.routes.add(verb, path, Access::Api, handler), ..self }
    }
}

fn document(paths: &BTreeMap<&'static str, Map<String, Value>>, schemas: &BTreeMap<String, Value>) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Doorward administration API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "security": [{ "bearer": [] }],
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
            "responses": refusals(),
        },
    })
}

fn refusals() -> Map<String, Value> {
    const REFUSALS: [(u16, &str); 9] = [
        (400, "The request is not well formed, or a value in it is not possible; `detail` begins with its name."),
        (401, "No valid token came with the request."),
        (403, "The token lacks a scope, or the role of the caller does not allow this."),
        (404, "There is no such thing, or not for this caller."),
        (409, "A rule of the directory stands in the way; `type` names it."),
        (412, "It has changed since it was read; read it again."),
        (413, "The body is too large."),
        (415, "The body is not of the kind that this takes."),
        (429, "This was done too often; `Retry-After` says when to come back."),
    ];
    let refusal = |about: &str| {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        json!({ "description": about, "content": { "application/problem+json": { "schema": schema } } })
    };
    REFUSALS.into_iter().map(|(status, about)| (status.to_string(), refusal(about))).collect()
}

/// The shape of every refusal.
fn problem() -> Value {
    json!({
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "description": "The rule that stands in the way, or `about:blank`." },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "What is wrong and what to do, in a sentence." },
            "request_id": { "type": "string", "description": "What to quote when asking for help." },
        },
    })
}
