//! The transmitter of security events (OpenID Shared Signals Framework 1.0, CAEP 1.0, RISC 1.0; RFC 8935, RFC 8936).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::app::clients::{self, NewClient, Reach};
use doorward::app::users::{self, OnLastHolder, Person};
use doorward::app::{config, sessions};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};
use crate::oidc::stage::{Rp, SCOPE, Stage, answer, claims, organisation, user};

const CAEP: &str = "https://schemas.openid.net/secevent/caep/event-type";
const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type";
const SSF: &str = "https://schemas.openid.net/secevent/ssf/event-type";
const SCOPES: &str = "openid profile email roles groups offline_access ssf.read ssf.manage";

/// A token that was posted, and the header that came with it.
type Posted = (String, Option<String>);

/// A receiver that events are posted to.
struct Inbox {
    uri: String,
    status: Arc<Mutex<StatusCode>>,
    came: Arc<Mutex<Vec<Posted>>>,
}

impl Inbox {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/events", listener.local_addr().unwrap());
        let (status, came) = (Arc::new(Mutex::new(StatusCode::ACCEPTED)), Arc::<Mutex<Vec<_>>>::default());
        let (answer, keep) = (Arc::clone(&status), Arc::clone(&came));
        let take = move |headers: HeaderMap, body: String| {
            assert_eq!(headers["content-type"], "application/secevent+jwt");
            let authorization = headers.get("authorization").map(|it| it.to_str().unwrap().to_owned());
            keep.lock().unwrap().push((body, authorization));
            let status = *answer.lock().unwrap();
            async move { status }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/events", post(take))).await });
        Self { uri, status, came }
    }

    fn answers(&self, status: StatusCode) {
        *self.status.lock().unwrap() = status;
    }

    fn take(&self) -> Vec<Posted> {
        std::mem::take(&mut *self.came.lock().unwrap())
    }

    /// The events that came since it was last asked, by name, with their subjects.
    fn heard(&self) -> Vec<(String, Value)> {
        self.take().iter().map(|(token, _)| event(token)).collect()
    }
}

fn event(token: &str) -> (String, Value) {
    let claims = claims(token);
    let events = claims["events"].as_object().unwrap();
    assert_eq!(events.len(), 1, "{claims}");
    (events.keys().next().unwrap().clone(), claims["sub_id"].clone())
}

/// An application that may have a stream, with the token for it.
struct Receiver<'s> {
    stage: &'s Stage,
    rp: Rp,
    token: String,
}

impl<'s> Receiver<'s> {
    async fn of(stage: &'s Stage, change: impl FnOnce(NewClient) -> NewClient) -> Self {
        let rp = stage.rp_with(|new| change(NewClient { scopes: Some(SCOPES.to_owned()), ..new })).await;
        let token = token(stage, &rp, None).await.expect(200).json()["access_token"].as_str().unwrap().to_owned();
        Self { stage, rp, token }
    }

    async fn new(stage: &'s Stage) -> Self {
        Self::of(stage, |new| new).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = self.stage.server.request(method, path).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(body) };
        self.stage.server.send(request).await
    }

    /// Makes the stream; answers its id.
    async fn stream(&self, body: &Value) -> String {
        let made = self.send(Method::POST, "/ssf/stream", body).await.expect(201).json();
        made["stream_id"].as_str().unwrap().to_owned()
    }

    async fn pushed_to(&self, inbox: &Inbox) -> String {
        let delivery = json!({ "method": "urn:ietf:rfc:8935", "endpoint_url": inbox.uri, "authorization_header": "Bearer let-me-in" });
        self.stream(&json!({ "delivery": delivery })).await
    }

    async fn poll(&self, id: &str, body: &Value) -> Value {
        self.send(Method::POST, &format!("/ssf/poll/{id}"), body).await.expect(200).json()
    }

    async fn set_status(&self, id: &str, status: &str) {
        let body = json!({ "stream_id": id, "status": status });
        self.send(Method::POST, "/ssf/status", &body).await.expect(200);
    }
}

async fn token(stage: &Stage, rp: &Rp, scope: Option<&str>) -> Reply {
    let scope = scope.map(|it| ("scope", it));
    let fields: Vec<_> = [("grant_type", "client_credentials")].into_iter().chain(scope).collect();
    stage.token(rp, &fields).await
}

async fn stage() -> Stage {
    let allowed = |it| config::Settings { outbound_allow: Some("127.0.0.1".to_owned()), ..it };
    Stage::on(Server::start_with(allowed).await).await
}

async fn deactivate(stage: &Stage, person: &Person) {
    let done = users::deactivate(&stage.server.app, &Server::operator(), person.user.id, OnLastHolder::Refuse).await;
    done.unwrap();
}

fn subject(stage: &Stage, person: &Person) -> Value {
    json!({ "format": "iss_sub", "iss": stage.server.app.config.public_url, "sub": person.user.id })
}

#[tokio::test]
async fn the_document_names_what_the_transmitter_offers_and_nothing_else() {
    let stage = stage().await;

    let told = stage.server.get("/.well-known/ssf-configuration").await.expect(200).json();

    let issuer = &stage.server.app.config.public_url;
    assert_eq!(
        told,
        json!({
            "spec_version": "1_0",
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/oauth2/jwks"),
            "delivery_methods_supported": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
            "configuration_endpoint": format!("{issuer}/ssf/stream"),
            "status_endpoint": format!("{issuer}/ssf/status"),
            "verification_endpoint": format!("{issuer}/ssf/verify"),
            "authorization_schemes": [{ "spec_urn": "urn:ietf:rfc:6749" }],
            "default_subjects": "ALL",
        })
    );
}

#[tokio::test]
async fn only_an_application_registered_for_it_gets_a_token_for_itself() {
    let stage = stage().await;
    let (receiver, other) = (Receiver::new(&stage).await, stage.rp().await);
    let public = stage.rp_with(|new| NewClient {
        auth_method: clients::AuthMethod::None,
        scopes: Some(SCOPES.to_owned()),
        ..new
    });
    let public = public.await;

    let narrow = token(&stage, &receiver.rp, Some("ssf.read")).await.expect(200).json();
    let wide = token(&stage, &receiver.rp, Some("ssf.read openid")).await;
    let of_other = token(&stage, &other, None).await;
    let of_public = token(&stage, &public, None).await;

    assert_eq!((&narrow["scope"], narrow.get("refresh_token")), (&json!("ssf.read"), None));
    assert_eq!((wide.status, &wide.json()["error"]), (400, &json!("invalid_scope")));
    assert_eq!((of_other.status, &of_other.json()["error"]), (400, &json!("unauthorized_client")));
    assert_eq!((of_public.status, &of_public.json()["error"]), (400, &json!("unauthorized_client")));
}

/// What an application gets for itself opens nothing of a person, and what it gets of a person opens no stream.
#[tokio::test]
async fn tokens_of_applications_and_of_people_are_not_taken_for_each_other() {
    let stage = stage().await;
    let receiver = Receiver::new(&stage).await;
    let browser = stage.browser(&stage.ada).await;
    let asked = receiver.rp.request(&[("scope", &format!("{SCOPE} ssf.manage"))]);
    let code = answer(&browser.get(&asked).await)["code"].clone();
    let of_person = stage.redeem(&receiver.rp, &code).await.expect(200).json();

    let person = of_person["access_token"].as_str().unwrap();
    let request = stage.server.request(Method::GET, "/ssf/stream").bearer_auth(person);
    let stream = stage.server.send(request).await;
    let userinfo = stage.userinfo(&receiver.token).await;

    assert!(!of_person["scope"].as_str().unwrap().contains("ssf"), "{of_person}");
    assert_eq!((stream.status, userinfo.status), (401, 401));
}

#[tokio::test]
async fn a_stream_is_made_read_changed_replaced_and_deleted() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    let none = receiver.send(Method::GET, "/ssf/stream", &Value::Null).await.expect(200);
    let revoked = format!("{CAEP}/session-revoked");

    let wanted = json!({ "events_requested": [revoked, "urn:of:somebody:else"], "description": "for the ledger" });
    let made = receiver.send(Method::POST, "/ssf/stream", &wanted).await.expect(201);
    let again = receiver.send(Method::POST, "/ssf/stream", &wanted).await;
    let stream = made.json();
    let id = stream["stream_id"].as_str().unwrap();
    let path = format!("/ssf/stream?stream_id={id}");
    let read = receiver.send(Method::GET, &path, &Value::Null).await.expect(200).json();
    let all = receiver.send(Method::GET, "/ssf/stream", &Value::Null).await.expect(200).json();
    let push =
        json!({ "method": "urn:ietf:rfc:8935", "endpoint_url": inbox.uri, "authorization_header": "Bearer secret" });
    let change = json!({ "stream_id": id, "delivery": push });
    let changed = receiver.send(Method::PATCH, "/ssf/stream", &change).await.expect(200).json();
    let replacement = json!({ "stream_id": id, "aud": receiver.rp.client_id, "events_requested": [] });
    let replaced = receiver.send(Method::PUT, "/ssf/stream", &replacement).await.expect(200).json();
    let deleted = receiver.send(Method::DELETE, &path, &Value::Null).await;
    let gone = receiver.send(Method::GET, &path, &Value::Null).await;

    let issuer = &stage.server.app.config.public_url;
    assert_eq!((none.json(), none.header("cache-control")), (json!([]), Some("no-store")));
    assert_eq!((again.status, &again.json()["type"]), (409, &json!("urn:doorward:problem:stream-exists")));
    assert_eq!((&stream["iss"], &stream["aud"]), (&json!(issuer), &json!(receiver.rp.client_id)));
    assert_eq!(
        (&stream["events_delivered"], &stream["events_requested"]),
        (&json!([revoked]), &wanted["events_requested"])
    );
    assert_eq!(
        stream["delivery"],
        json!({ "method": "urn:ietf:rfc:8936", "endpoint_url": format!("{issuer}/ssf/poll/{id}") })
    );
    assert_eq!((&read, &all), (&stream, &json!([stream])));
    assert_eq!(changed["delivery"], json!({ "method": "urn:ietf:rfc:8935", "endpoint_url": inbox.uri }));
    assert_eq!((&changed["events_delivered"], &changed["description"]), (&json!([revoked]), &json!("for the ledger")));
    assert_eq!((&replaced["events_delivered"], replaced.get("description")), (&json!([]), None));
    assert_eq!(replaced["delivery"]["method"], "urn:ietf:rfc:8936");
    assert_eq!((deleted.status, gone.status), (204, 404));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_about_a_stream_is_said_by_its_status() {
    let stage = stage().await;
    let (receiver, other) = (Receiver::new(&stage).await, Receiver::new(&stage).await);
    let id = receiver.stream(&json!({})).await;
    let reader = token(&stage, &other.rp, Some("ssf.read")).await.json()["access_token"].as_str().unwrap().to_owned();
    let reader = Receiver { token: reader, rp: other.rp.clone(), stage: &stage };
    let nobody = Receiver { token: "dwat_nothing".to_owned(), rp: other.rp.clone(), stage: &stage };
    let path = format!("/ssf/stream?stream_id={id}");
    let of_it = |member: &str, value: Value| json!({ "stream_id": id, member: value });

    let cases = [
        (&nobody, Method::GET, path.as_str(), Value::Null, 401),
        (&reader, Method::POST, "/ssf/stream", json!({}), 403),
        (&reader, Method::POST, "/ssf/verify", of_it("state", json!("x")), 403),
        (&other, Method::GET, &path, Value::Null, 404),
        (&other, Method::DELETE, &path, Value::Null, 404),
        (&other, Method::PATCH, "/ssf/stream", of_it("description", json!("mine")), 404),
        (&other, Method::POST, "/ssf/status", of_it("status", json!("disabled")), 404),
        (&other, Method::POST, &format!("/ssf/poll/{id}"), json!({ "returnImmediately": true }), 404),
        (&other, Method::GET, &format!("/ssf/status?stream_id={id}"), Value::Null, 404),
        (&receiver, Method::GET, "/ssf/status", Value::Null, 400),
        (&receiver, Method::DELETE, "/ssf/stream", Value::Null, 400),
        (&receiver, Method::PATCH, "/ssf/stream", json!({ "description": "which?" }), 400),
        (&receiver, Method::PATCH, "/ssf/stream", json!([]), 400),
        (&receiver, Method::PATCH, "/ssf/stream", of_it("iss", json!("https://evil.example")), 400),
        (&receiver, Method::PATCH, "/ssf/stream", of_it("events_delivered", json!([])), 400),
        (&receiver, Method::PATCH, "/ssf/stream", of_it("delivery", json!({ "method": "carrier pigeon" })), 400),
        (&receiver, Method::PATCH, "/ssf/stream", of_it("delivery", json!({ "method": "urn:ietf:rfc:8935" })), 400),
        (&receiver, Method::PUT, "/ssf/stream", of_it("events_requested", json!("all of them")), 400),
        (&receiver, Method::POST, "/ssf/status", of_it("status", json!("asleep")), 400),
        (&receiver, Method::GET, "/ssf/stream?access_token=x", Value::Null, 400),
    ];

    for (who, method, path, body, status) in cases {
        let reply = who.send(method.clone(), path, &body).await;
        assert_eq!(reply.status, status, "{method} {path} {body}: {}", reply.text);
    }
}

/// SS-01: nor does a stream lead the server to where its receiver may not.
#[tokio::test]
async fn a_stream_is_pushed_to_no_private_address_and_by_no_plain_http() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(&stage).await;
    let push = |url: &str| json!({ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": url } });
    let plain = receiver.send(Method::POST, "/ssf/stream", &push("http://receiver.example/events")).await;
    let inbox = Inbox::start().await;
    receiver.stream(&push(&inbox.uri)).await;

    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;

    assert_eq!(plain.status, 400);
    assert_eq!(inbox.heard(), []);
    stage.server.keep_outbox();
}

#[tokio::test]
async fn whoever_is_shut_out_is_told_of_to_every_stream_at_once_with_a_signed_token() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    receiver.pushed_to(&inbox).await;

    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;

    let came = inbox.take();
    let mut names: Vec<_> = came.iter().map(|(token, _)| event(token)).collect();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    let whom = subject(&stage, &stage.grace);
    assert_eq!(names, [(format!("{CAEP}/session-revoked"), whom.clone()), (format!("{RISC}/account-disabled"), whom)]);
    let (one, other) = (claims(&came[0].0), claims(&came[1].0));
    assert_eq!((&one["txn"], one["jti"] == other["jti"]), (&other["txn"], false));
    for (token, authorization) in &came {
        let set = claims(token);
        assert_eq!((set.get("sub"), set.get("exp"), &set["aud"]), (None, None, &json!(receiver.rp.client_id)));
        assert_eq!(authorization.as_deref(), Some("Bearer let-me-in"));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(signed.split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!((&header["typ"], &header["alg"]), (&json!("secevent+jwt"), &json!("RS256")));
        let keys: JwkSet = serde_json::from_value(stage.server.get("/oauth2/jwks").await.expect(200).json()).unwrap();
        let key = DecodingKey::from_jwk(keys.find(header["kid"].as_str().unwrap()).unwrap()).unwrap();
        assert!(crypto::verify(signature, signed.as_bytes(), &key, Algorithm::RS256).unwrap());
    }
    let revoked =
        came.iter().map(|it| claims(&it.0)).find(|it| it["events"].get(format!("{CAEP}/session-revoked")).is_some());
    let payload = revoked.unwrap()["events"][format!("{CAEP}/session-revoked")].clone();
    assert!(payload["reason_admin"]["en"].is_string() && payload["event_timestamp"].is_u64(), "{payload}");
}

#[tokio::test]
async fn who_comes_back_has_another_password_or_is_gone_is_told_of_too() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    receiver.pushed_to(&inbox).await;
    let (app, operator, id) = (&stage.server.app, Server::operator(), stage.grace.user.id);
    let events = async |stage: &Stage| {
        stage.server.run_jobs().await;
        let mut names: Vec<_> =
            inbox.heard().into_iter().map(|it| it.0.rsplit('/').next().unwrap().to_owned()).collect();
        names.sort();
        names
    };

    deactivate(&stage, &stage.grace).await;
    let shut_out = events(&stage).await;
    users::activate(app, &operator, id).await.unwrap();
    let back = events(&stage).await;
    doorward::app::accounts::set_temporary_password(app, &operator, &stage.grace.user).await.unwrap();
    let reset = events(&stage).await;
    doorward::app::departures::remove(app, &operator, id).await.unwrap();
    let gone = events(&stage).await;

    assert_eq!(shut_out, ["account-disabled", "session-revoked"]);
    assert_eq!(back, ["account-enabled"]);
    assert_eq!(reset, ["credential-change", "session-revoked"]);
    assert_eq!(gone, ["account-purged", "session-revoked"]);
}

/// An application learns of the sessions that it had a part in, and of no others.
#[tokio::test]
async fn one_session_that_ends_is_told_of_to_the_applications_in_it_alone() {
    let (stage, inbox, elsewhere) = (stage().await, Inbox::start().await, Inbox::start().await);
    let (receiver, other) = (Receiver::new(&stage).await, Receiver::new(&stage).await);
    receiver.pushed_to(&inbox).await;
    other.pushed_to(&elsewhere).await;
    let tokens = stage.tokens(&receiver.rp, &stage.ada).await;
    let sid = claims(tokens["id_token"].as_str().unwrap())["sid"].clone();

    let session = sid.as_str().unwrap().parse().unwrap();
    sessions::end_own(&stage.server.app, &Server::operator(), &stage.ada, session).await.unwrap();
    stage.server.run_jobs().await;

    let whom = json!({ "format": "complex", "user": subject(&stage, &stage.ada), "session": { "format": "opaque", "id": sid } });
    assert_eq!(inbox.heard(), [(format!("{CAEP}/session-revoked"), whom)]);
    assert_eq!(elsewhere.heard(), []);
}

/// An application of one organisation hears of no other's people, and one of the operator only of those whom it serves.
#[tokio::test]
async fn a_stream_tells_of_no_organisation_that_its_application_does_not_serve() {
    let stage = stage().await;
    let globex = organisation(&stage.server, "globex").await;
    let foreigner = user(&stage.server, &globex, "hank@globex.example", "viewer").await;
    let (own, limited, all) = (Inbox::start().await, Inbox::start().await, Inbox::start().await);
    let of_acme = Receiver::of(&stage, |new| NewClient { org: Some(stage.org.id), ..new }).await;
    of_acme.pushed_to(&own).await;
    let reach = Reach { organisations: vec![stage.org.id.to_string()], ..Reach::default() };
    Receiver::of(&stage, |new| NewClient { reach, ..new }).await.pushed_to(&limited).await;
    Receiver::new(&stage).await.pushed_to(&all).await;

    deactivate(&stage, &foreigner).await;
    stage.server.run_jobs().await;
    let of_foreigner = [own.heard().len(), limited.heard().len(), all.heard().len()];
    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;
    let of_grace = [own.heard().len(), limited.heard().len(), all.heard().len()];

    assert_eq!((of_foreigner, of_grace), ([0, 0, 2], [2, 2, 2]));
}

#[tokio::test]
async fn a_receiver_that_fetches_gets_each_event_until_it_says_that_it_has_it() {
    let stage = stage().await;
    let receiver = Receiver::new(&stage).await;
    let id = receiver.stream(&json!({})).await;
    let at_once = json!({ "returnImmediately": true });
    let empty = receiver.poll(&id, &at_once).await;
    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;

    let one = receiver.poll(&id, &json!({ "returnImmediately": true, "maxEvents": 1 })).await;
    let both = receiver.poll(&id, &at_once).await;
    let jtis: Vec<String> = both["sets"].as_object().unwrap().keys().cloned().collect();
    let rest = receiver.poll(&id, &json!({ "returnImmediately": true, "ack": [jtis[0]] })).await;
    let refusal = json!({ jtis[1].clone(): { "err": "invalid_key", "description": "no such key" } });
    let confirmed = json!({ "maxEvents": 0, "setErrs": refusal });
    let done = receiver.poll(&id, &confirmed).await;
    let none = receiver.poll(&id, &at_once).await;

    assert_eq!(empty, json!({ "sets": {}, "moreAvailable": false }));
    assert_eq!((one["sets"].as_object().unwrap().len(), &one["moreAvailable"]), (1, &json!(true)));
    assert_eq!((jtis.len(), &both["moreAvailable"]), (2, &json!(false)));
    assert_eq!(claims(both["sets"][&jtis[0]].as_str().unwrap())["jti"], json!(jtis[0]));
    assert_eq!(rest["sets"].as_object().unwrap().keys().collect::<Vec<_>>(), [&jtis[1]]);
    assert_eq!(
        (done, none),
        (json!({ "sets": {}, "moreAvailable": false }), json!({ "sets": {}, "moreAvailable": false }))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_an_event_has_it_within_a_second_on_every_node() {
    let stage = stage().await;
    let node = stage.server.node().await;
    let receiver = Receiver::new(&stage).await;
    let id = receiver.stream(&json!({})).await;

    let request = node.request(Method::POST, &format!("/ssf/poll/{id}")).bearer_auth(&receiver.token).json(&json!({}));
    let waits = async {
        let reply = node.send(request).await.expect(200).json();
        (reply, std::time::Instant::now())
    };
    let acts = async {
        tokio::task::yield_now().await;
        deactivate(&stage, &stage.grace).await;
        std::time::Instant::now()
    };
    let ((reply, had), done) = tokio::join!(waits, acts);
    stage.server.run_jobs().await;

    assert_eq!(reply["sets"].as_object().unwrap().len(), 2, "{reply}");
    assert!(had.saturating_duration_since(done) < Duration::from_secs(1));
}

#[tokio::test]
async fn a_paused_stream_keeps_what_happens_and_one_that_is_off_never_tells_it() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    let id = receiver.pushed_to(&inbox).await;
    let operator = Server::operator();

    receiver.set_status(&id, "paused").await;
    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;
    let paused = inbox.heard().len();
    receiver.set_status(&id, "enabled").await;
    stage.server.run_jobs().await;
    let resumed = inbox.heard().len();
    receiver.set_status(&id, "disabled").await;
    users::activate(&stage.server.app, &operator, stage.grace.user.id).await.unwrap();
    stage.server.run_jobs().await;
    let off = inbox.heard().len();
    receiver.set_status(&id, "enabled").await;
    stage.server.run_jobs().await;
    let on = inbox.heard().len();
    let status = receiver.send(Method::GET, &format!("/ssf/status?stream_id={id}"), &Value::Null).await.expect(200);

    assert_eq!((paused, resumed, off, on), (0, 2, 0, 0));
    assert_eq!(status.json(), json!({ "stream_id": id, "status": "enabled" }));
}

#[tokio::test]
async fn what_waits_in_a_stream_that_is_switched_off_is_never_told() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    let id = receiver.pushed_to(&inbox).await;
    receiver.set_status(&id, "paused").await;
    deactivate(&stage, &stage.grace).await;

    for status in ["disabled", "enabled"] {
        receiver.set_status(&id, status).await;
        stage.server.run_jobs().await;
    }

    assert_eq!(inbox.heard(), []);
}

#[tokio::test]
async fn a_stream_tells_what_was_asked_for_and_nothing_else() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    let delivery = json!({ "method": "urn:ietf:rfc:8935", "endpoint_url": inbox.uri });
    let disabled = format!("{RISC}/account-disabled");
    receiver.stream(&json!({ "delivery": delivery, "events_requested": [disabled] })).await;

    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;

    let came = inbox.take();
    assert_eq!(came.iter().map(|(token, _)| event(token).0).collect::<Vec<_>>(), [disabled]);
    assert_eq!(came[0].1, None);
}

/// What a node left that died, or what happened in the moment in which a stream went on, is no message yet.
#[tokio::test]
async fn an_event_without_a_message_is_found_and_sent() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    Receiver::new(&stage).await.pushed_to(&inbox).await;
    deactivate(&stage, &stage.grace).await;
    let url = &stage.server.app.config.database_url;
    crate::harness::database::execute(url, "DELETE FROM outbox WHERE kind = 'stream-event'");
    stage.server.run_jobs().await;
    let lost = inbox.heard().len();

    for _ in 0..2 {
        doorward::app::jobs::sweep(&stage.server.app).await.unwrap();
        stage.server.run_jobs().await;
    }

    assert_eq!((lost, inbox.heard().len()), (0, 2));
}

#[tokio::test]
async fn a_sign_of_life_comes_with_what_the_receiver_said_and_not_too_often() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    let id = receiver.pushed_to(&inbox).await;
    let body = json!({ "stream_id": id, "state": "VGhpcyBpcyBhIHRlc3Q" });

    let first = receiver.send(Method::POST, "/ssf/verify", &body).await;
    let second = receiver.send(Method::POST, "/ssf/verify", &body).await;
    stage.server.advance(Duration::from_secs(10));
    let third = receiver.send(Method::POST, "/ssf/verify", &json!({ "stream_id": id })).await;
    stage.server.run_jobs().await;

    let came = inbox.take();
    let mut told: Vec<_> = came.iter().map(|(token, _)| claims(token)).collect();
    // They are sent at once, in no order.
    told.sort_by_key(|it| it["events"].to_string().len());
    told.reverse();
    assert_eq!((first.status, second.status, third.status), (204, 429, 204));
    assert!(second.header("retry-after").is_some());
    assert_eq!(told[0]["events"], json!({ format!("{SSF}/verification"): { "state": "VGhpcyBpcyBhIHRlc3Q" } }));
    assert_eq!(told[1]["events"], json!({ format!("{SSF}/verification"): {} }));
    assert_eq!(told[0]["sub_id"], json!({ "format": "opaque", "id": id }));
}

#[tokio::test]
async fn an_event_that_the_receiver_does_not_take_is_sent_again_as_the_same() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    receiver.pushed_to(&inbox).await;
    inbox.answers(StatusCode::SERVICE_UNAVAILABLE);

    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;
    let refused = inbox.take();
    inbox.answers(StatusCode::ACCEPTED);
    stage.server.advance(Duration::from_secs(30));
    stage.server.run_jobs().await;
    let taken = inbox.take();

    let jtis = |all: &[Posted]| {
        let mut all: Vec<String> = all.iter().map(|it| claims(&it.0)["jti"].to_string()).collect();
        all.sort();
        all
    };
    assert_eq!((refused.len(), jtis(&refused)), (2, jtis(&taken)));
}

#[tokio::test]
async fn a_disabled_application_has_no_stream_any_more_and_is_told_nothing() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let receiver = Receiver::new(&stage).await;
    receiver.pushed_to(&inbox).await;

    clients::disable(&stage.server.app, &Server::operator(), receiver.rp.id).await.unwrap();
    deactivate(&stage, &stage.grace).await;
    stage.server.run_jobs().await;
    let read = receiver.send(Method::GET, "/ssf/stream", &Value::Null).await;

    assert_eq!((inbox.heard(), read.status), (vec![], 401));
}

#[tokio::test]
async fn a_token_that_an_application_takes_back_is_dead() {
    let stage = stage().await;
    let receiver = Receiver::new(&stage).await;
    let before = receiver.send(Method::GET, "/ssf/stream", &Value::Null).await;

    stage.call(&receiver.rp, "/oauth2/revoke", &[("token", &receiver.token)]).await.expect(200);
    let after = receiver.send(Method::GET, "/ssf/stream", &Value::Null).await;

    assert_eq!((before.status, after.status), (200, 401));
}

/// One record tells whom the deed was told to, and fills in as that succeeds.
#[tokio::test]
async fn the_record_of_a_departure_tells_what_became_of_telling_each_application() {
    let (stage, inbox) = (stage().await, Inbox::start().await);
    let logout = crate::oidc::receiver::Receiver::start(StatusCode::OK).await;
    let receiver =
        Receiver::of(&stage, |new| NewClient { backchannel_logout_uri: Some(logout.uri.clone()), ..new }).await;
    receiver.pushed_to(&inbox).await;
    stage.tokens(&receiver.rp, &stage.grace).await;
    let token = stage.personal_token(&stage.ada, &["read"]).await;
    let get = async |path: &str| {
        let request = stage.server.request(Method::GET, path).bearer_auth(&token);
        stage.server.send(request).await.expect(200).json()
    };
    let told = async || {
        let list = get("/api/v1/audit?action=user.deactivated").await;
        let id = list["events"][0]["id"].as_str().unwrap().to_owned();
        let mut told = get(&format!("/api/v1/audit/{id}")).await["told"].as_array().unwrap().clone();
        told.sort_by_key(|it| it["kind"].as_str().unwrap().to_owned());
        told
    };
    inbox.answers(StatusCode::BAD_GATEWAY);

    deactivate(&stage, &stage.grace).await;
    let before = told().await;
    stage.server.run_jobs().await;
    let tried = told().await;
    inbox.answers(StatusCode::ACCEPTED);
    stage.server.advance(Duration::from_secs(30));
    stage.server.run_jobs().await;
    let after = told().await;

    let of = |all: &[Value], member: &str| all.iter().map(|it| it[member].clone()).collect::<Vec<_>>();
    assert_eq!(of(&before, "kind"), ["account-disabled", "backchannel-logout", "session-revoked"]);
    assert_eq!(of(&before, "state"), ["waiting", "waiting", "waiting"]);
    assert_eq!(of(&tried, "state"), ["waiting", "delivered", "waiting"]);
    assert_eq!((of(&tried, "tries"), tried[0]["failure"].as_str().unwrap().contains("502")), (vec![json!(1); 3], true));
    assert_eq!((of(&after, "state"), of(&after, "failure")), (vec![json!("delivered"); 3], vec![Value::Null; 3]));
    assert_eq!((&after[0]["application"], &after[0]["after_ms"]), (&json!("Ledger"), &json!(30_000)));
    let page =
        stage.browser(&stage.ada).await.get(&format!("/console/users/{}", stage.grace.user.id)).await.expect(200);
    assert!(page.text.contains("3 of 3 messages to applications have arrived."), "{}", page.text);
}
