//! Rehearsals against a server that answers wrongly: each wrong answer is noticed, and told as what it is.

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use doorward::app::rehearse::{self, EntraManner, OktaManner, Provider, Report, Script};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::secret::Secret;
use serde_json::{Value, json};

use crate::harness::Server;

const CATALOGUE: Provider = Provider::Okta(OktaManner::Catalogue);
const WIZARD: Provider = Provider::Okta(OktaManner::Wizard);
const PLAIN: Provider = Provider::Entra(EntraManner::Plain);
const FLAGGED: Provider = Provider::Entra(EntraManner::Flagged);

/// An answer on its way; a body that is text goes as it is, and nothing goes as no body.
struct Answer {
    status: u16,
    body: Value,
}

/// What is made of an answer.
type Lie = fn(&mut Answer);

/// Stands before the server and lies.
#[derive(Clone)]
struct Liar {
    server: String,
    lies: (Where, Lie),
    http: reqwest::Client,
}

impl Liar {
    /// Its SCIM base URL.
    async fn start(server: &Server, lies: (Where, Lie)) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let liar = Self { server: server.url.clone(), lies, http: reqwest::Client::new() };
        let router = Router::new().fallback(pass_on).with_state(liar);
        tokio::spawn(async move { axum::serve(listener, router).await });
        base
    }
}

async fn pass_on(State(liar): State<Liar>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let body: Bytes = to_bytes(body, usize::MAX).await.unwrap();
    let mut on = liar.http.request(parts.method.clone(), format!("{}{path}", liar.server)).body(body);
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT] {
        on = on.header(&name, &parts.headers[&name]);
    }
    let answered = on.send().await.unwrap();
    let status = answered.status().as_u16();
    let body = serde_json::from_slice(&answered.bytes().await.unwrap()).unwrap_or(Value::Null);
    let mut answer = Answer { status, body };
    let (at, lie) = liar.lies;
    if at(&parts.method, path) {
        lie(&mut answer);
    }
    let text = match answer.body {
        Value::Null => String::new(),
        Value::String(text) => text,
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    };
    (StatusCode::from_u16(answer.status).unwrap(), text).into_response()
}

/// Plays a whole life before this liar, at an organisation of its own.
async fn played(server: &Server, org: &str, provider: Provider, lies: (Where, Lie)) -> Report {
    let kind = match provider {
        Provider::Okta(_) => Kind::Okta,
        Provider::Entra(_) => Kind::Entra,
    };
    let connection = server.tenant(org).await.connection_with(kind, Settings::default()).await;
    let script = Script {
        url: Liar::start(server, lies).await.parse().unwrap(),
        token: Secret::new(connection.token.clone()),
        users: 3,
        groups: 1,
        deactivate: 1,
        seed: 3,
        life: true,
    };
    rehearse::play(provider, &script, None).await.unwrap()
}

/// Which requests are answered wrongly.
type Where = fn(&Method, &str) -> bool;

const GROUP_LISTS: Where = |_, path| path.contains("/Groups?");
const MEMBERSHIPS: Where = |_, path| path.contains("members+eq");
const NEW_USERS: Where = |method, path| *method == Method::POST && path.contains("/Users");
const USERS: Where = |method, path| *method == Method::GET && path.contains("/Users/");
const GROUPS: Where = |method, path| *method == Method::GET && path.contains("/Groups/");
const REPLACED: Where = |method, _| *method == Method::PUT;
const USER_LISTS: Where = |_, path| path.contains("/Users?") && path.contains("count=100");
const IMPORTS: Where = |method, path| USER_LISTS(method, path) && !path.contains("filter=");
const ALL: Where = |_, _| true;

/// What may be wrong: with the provider that notices it, and with what it says.
const LIES: [(Provider, Where, Lie, &str); 22] = [
    (CATALOGUE, GROUP_LISTS, |it| it.body["totalResults"] = json!("0"), "`totalResults` must be"),
    (PLAIN, GROUP_LISTS, |it| forget(it, "totalResults"), "`totalResults` must be"),
    (CATALOGUE, NEW_USERS, |it| it.body["id"] = json!(""), "the resource has no id"),
    (FLAGGED, NEW_USERS, |it| it.body["id"] = json!(7), "the resource has no id"),
    (WIZARD, NEW_USERS, |it| it.body["userName"] = json!("eve"), "`userName` is \"eve\", expected"),
    (PLAIN, NEW_USERS, |it| forget(it, "userName"), "`userName` is missing, expected"),
    (CATALOGUE, USERS, |it| forget(it, "active"), "`active` is missing"),
    (WIZARD, USERS, |it| it.body["active"] = json!(true), "`active` is true, expected false"),
    (PLAIN, USERS, |it| it.body["active"] = json!("False"), "`active` is \"False\", expected false"),
    (CATALOGUE, GROUPS, |it| forget(it, "members"), "has 0 members, expected"),
    (FLAGGED, MEMBERSHIPS, |it| it.body["totalResults"] = json!(1), "1 were found, expected 0"),
    (PLAIN, MEMBERSHIPS, |it| it.body["totalResults"] = json!(0), "0 were found, expected 1"),
    (WIZARD, REPLACED, |it| it.body["title"] = json!("Duke"), "`title` is \"Duke\", expected nothing"),
    (CATALOGUE, USER_LISTS, another, "the id is another now"),
    (CATALOGUE, IMPORTS, twice, "is on two pages"),
    (WIZARD, IMPORTS, |it| it.body["itemsPerPage"] = json!(99), "`itemsPerPage` is 99"),
    (WIZARD, IMPORTS, |it| forget(it, "itemsPerPage"), "`itemsPerPage` is missing"),
    (PLAIN, ALL, |it| it.status = if it.status == 409 { 201 } else { it.status }, "expected 409"),
    (CATALOGUE, ALL, |it| it.status = if it.status == 404 { 200 } else { it.status }, "expected 404"),
    (FLAGGED, ALL, |it| it.status = if it.status == 204 { 202 } else { it.status }, "expected 204"),
    (PLAIN, USERS, |it| it.body = json!("<html>"), "the body is not JSON"),
    (PLAIN, USERS, |it| it.body = Value::Null, "`active` is missing"),
];

fn forget(answer: &mut Answer, name: &str) {
    if let Some(body) = answer.body.as_object_mut() {
        body.remove(name);
    }
}

fn another(list: &mut Answer) {
    if let Some(found) = list.body.pointer_mut("/Resources/0/id") {
        *found = json!("another");
    }
}

/// Everybody of a page a second time.
fn twice(page: &mut Answer) {
    let people = page.body["Resources"].as_array_mut().unwrap();
    people.extend_from_within(..);
    page.body["itemsPerPage"] = json!(people.len());
}

/// A rehearsal that says that all is well although the server answers wrongly would be worse than none.
#[tokio::test]
async fn every_wrong_answer_of_a_server_is_noticed_and_named() {
    let server = Server::start().await;
    for (nth, provider) in [CATALOGUE, WIZARD, PLAIN, FLAGGED].into_iter().enumerate() {
        let honest = played(&server, &format!("honest-{nth}"), provider, (ALL, |_| {})).await;
        assert_eq!(honest.failed(), 0, "{provider:?}: {:#?}", problems(&honest));
    }

    for (nth, (provider, at, lie, expected)) in LIES.into_iter().enumerate() {
        let report = played(&server, &format!("lied-to-{nth}"), provider, (at, lie)).await;

        let said = problems(&report);
        assert!(said.iter().any(|it| it.contains(expected)), "{nth} {provider:?} {expected}: {said:#?}");
        assert_eq!(report.failed(), said.len());
    }
    server.keep_outbox();
}

fn problems(report: &Report) -> Vec<String> {
    report.steps.iter().filter_map(|it| it.problem.clone()).collect()
}
