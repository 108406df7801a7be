//! What applications are told of changes to users and groups (RFC 9967), as signed tokens (RFC 8417) that are pushed (RFC 8935).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::app::clients::{self, AccessTokenFormat, AuthMethod, Edit, Lifetimes, NewClient, Profile, Reach};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{config, organisations};
use doorward::domain::id::{ClientId, OrgId, UserId};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use reqwest::Method;
use serde_json::{Value, json};

use crate::breaker;
use crate::harness::{Server, Tenant};
use crate::oidc::stage::claims;

const PROV: &str = "urn:ietf:params:scim:event:prov";

/// A receiver that keeps what it is told.
pub struct Listener {
    pub uri: String,
    status: Arc<Mutex<StatusCode>>,
    told: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/events", listener.local_addr().unwrap());
        let (status, told) = (Arc::new(Mutex::new(StatusCode::ACCEPTED)), Arc::<Mutex<Vec<String>>>::default());
        let (answer, keep) = (Arc::clone(&status), Arc::clone(&told));
        let take = move |headers: HeaderMap, body: String| {
            assert_eq!(headers["content-type"], "application/secevent+jwt");
            keep.lock().unwrap().push(body);
            let status = *answer.lock().unwrap();
            async move { status }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/events", post(take))).await });
        Self { uri, status, told }
    }

    pub fn answers(&self, status: StatusCode) {
        *self.status.lock().unwrap() = status;
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }

    /// What it was told since it was last asked: of which resource, and what.
    fn heard(&self) -> BTreeSet<(String, String)> {
        let told = self.take();
        let one = |token: &String| {
            let claims = claims(token);
            let events = claims["events"].as_object().unwrap();
            let names: Vec<&str> = events.keys().map(|it| it.strip_prefix(PROV).unwrap()).collect();
            (claims["sub_id"]["uri"].as_str().unwrap().to_owned(), names.join(" "))
        };
        told.iter().map(one).collect()
    }
}

pub async fn server() -> Server {
    Server::start_with(|it| config::Settings { outbound_allow: Some("127.0.0.1".to_owned()), ..it }).await
}

pub(crate) async fn application(server: &Server, org: Option<OrgId>, events_uri: &str) -> ClientId {
    let new = NewClient { org, ..registration(events_uri) };
    clients::create(&server.app, &Server::operator(), new).await.unwrap().0.client.id
}

fn told(uri: &str, what: &str) -> BTreeSet<(String, String)> {
    BTreeSet::from([(uri.to_owned(), what.to_owned())])
}

async fn deactivate(tenant: &Tenant<'_>, id: UserId) {
    users::deactivate(&tenant.server.app, &Server::operator(), id, OnLastHolder::Refuse).await.unwrap();
}

/// Each change that is kept is told once, whoever made it, with the attributes and without a value of any.
#[tokio::test]
async fn an_application_is_told_what_happens_to_users_and_groups() {
    let (server, listener) = (server().await, Listener::start().await);
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let app = application(&server, Some(tenant.org), &listener.uri).await;

    let ada = connection.push("yvonne").await;
    server.run_jobs().await;
    let first = listener.take();
    let uri = format!("/Users/{ada}");
    let set = claims(&first[0]);
    assert_eq!((first.len(), &set["sub_id"]), (1, &json!({ "format": "scim", "uri": uri })));
    assert_eq!((&set["iss"], &set["aud"]), (&json!(server.app.config.public_url), &json!(app.to_string())));
    assert_eq!((set.get("sub"), set.get("exp"), set["toe"].as_i64()), (None, None, Some(server.app.now().seconds())));
    assert!(!set.to_string().contains("yvonne"), "{set}");
    let (signed, signature) = first[0].rsplit_once('.').unwrap();
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(signed.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!((&header["typ"], &header["alg"]), (&json!("secevent+jwt"), &json!("RS256")));
    let keys: JwkSet = serde_json::from_value(server.get("/oauth2/jwks").await.expect(200).json()).unwrap();
    let key = DecodingKey::from_jwk(keys.find(header["kid"].as_str().unwrap()).unwrap()).unwrap();
    assert!(crypto::verify(signature, signed.as_bytes(), &key, Algorithm::RS256).unwrap());

    let title = json!({ "Operations": [{ "op": "replace", "path": "title", "value": "Countess" }] });
    connection.send(Method::PATCH, &uri, &title).await.expect(200);
    connection.send(Method::PATCH, &uri, &title).await.expect(200);
    server.run_jobs().await;
    let patched = listener.take();
    let attributes = &claims(&patched[0])["events"][format!("{PROV}:patch:notice")]["attributes"];
    assert_eq!((patched.len(), attributes), (1, &json!(["title"])));
    let whole = json!({ "userName": "yvonne", "displayName": "yvonne", "externalId": "00u-yvonne", "title": "Dr" });
    for _ in 0..2 {
        connection.send(Method::PUT, &uri, &whole).await.expect(200);
    }
    server.run_jobs().await;
    let replaced = listener.take();
    let told_of = claims(&replaced[0])["events"].clone();
    assert_eq!((replaced.len(), told_of), (1, json!({ format!("{PROV}:put:notice"): { "attributes": ["title"] } })));
    for active in [false, true] {
        let turn = json!({ "Operations": [{ "op": "replace", "value": { "active": active } }] });
        connection.send(Method::PATCH, &uri, &turn).await.expect(200);
        server.run_jobs().await;
        let what = if active { ":activate" } else { ":deactivate" };
        assert_eq!(listener.heard(), told(&uri, what));
    }
    let group = json!({ "displayName": "Writers", "members": [{ "value": ada }] });
    let group = connection.send(Method::POST, "/Groups", &group).await.expect(201).json();
    let group = format!("/Groups/{}", group["id"].as_str().unwrap());
    server.run_jobs().await;
    assert_eq!(listener.heard(), told(&group, ":create:notice"));
    let empty = json!({ "Operations": [{ "op": "remove", "path": "members" }] });
    connection.send(Method::PATCH, &group, &empty).await.expect(200);
    server.run_jobs().await;
    assert_eq!(listener.heard(), told(&group, ":patch:notice"));
    let renamed = json!({ "displayName": "Authors", "members": [{ "value": ada }] });
    connection.send(Method::PUT, &group, &renamed).await.expect(200);
    server.run_jobs().await;
    assert_eq!(listener.heard(), told(&group, ":put:notice"));
    connection.delete(&group).await.expect(204);
    connection.delete(&uri).await.expect(204);
    server.run_jobs().await;
    let gone = BTreeSet::from([(group, ":delete".to_owned()), (uri, ":delete".to_owned())]);
    assert_eq!(listener.heard(), gone);
    let by_hand = tenant.user("grace", "viewer").await;
    deactivate(&tenant, by_hand).await;
    server.run_jobs().await;
    let by_hand = format!("/Users/{by_hand}");
    let heard = BTreeSet::from([(by_hand.clone(), ":create:notice".to_owned()), (by_hand, ":deactivate".to_owned())]);
    assert_eq!(listener.heard(), heard);
    let config = connection.get("/ServiceProviderConfig").await.json();
    assert_eq!(config["securityEvents"]["asyncRequest"], "request");
    assert!(config["securityEvents"]["eventUris"].as_array().unwrap().contains(&json!(format!("{PROV}:deactivate"))));
}

/// Where an application hears of changes can be said anew, and that it wants to hear of none; both are on record.
#[tokio::test]
async fn an_application_can_be_told_elsewhere_or_no_more() {
    let server = server().await;
    let (before, after) = (Listener::start().await, Listener::start().await);
    let tenant = server.tenant("acme").await;
    let id = application(&server, Some(tenant.org), &before.uri).await;
    let connection = tenant.connection().await;
    let set = async |uri: Option<&str>| {
        let uri = uri.map(str::to_owned);
        clients::edit(&server.app, &Server::operator(), id, Edit { events_uri: Some(uri), ..Edit::default() })
            .await
            .map(|it| it.client.events_uri)
    };

    assert_eq!(set(Some(&after.uri)).await.unwrap().as_deref(), Some(after.uri.as_str()));
    connection.push("ada").await;
    server.run_jobs().await;
    assert_eq!((before.take().len(), after.take().len()), (0, 1));
    assert!(set(Some("http://app.example/events")).await.is_err());
    assert_eq!(set(None).await.unwrap(), None);
    connection.push("bob").await;
    server.run_jobs().await;

    assert_eq!((before.take().len(), after.take().len()), (0, 0));
    assert_eq!(connection.get("/ServiceProviderConfig").await.json().get("securityEvents"), None);
}

/// What is refused or changes nothing is not told, nor anything of another organisation, nor anything to an application that is
/// disabled or gone.
#[tokio::test]
async fn nobody_is_told_what_was_not_done_or_is_not_theirs() {
    let server = server().await;
    let (own, every, off) = (Listener::start().await, Listener::start().await, Listener::start().await);
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    application(&server, Some(acme.org), &own.uri).await;
    application(&server, None, &every.uri).await;
    let disabled = application(&server, Some(acme.org), &off.uri).await;
    clients::disable(&server.app, &Server::operator(), disabled).await.unwrap();
    let (ours, theirs) = (acme.connection().await, globex.connection().await);

    let hank = theirs.push("hank").await;
    server.run_jobs().await;
    assert_eq!((own.take().len(), off.take().len()), (0, 0));
    assert_eq!(every.heard(), told(&format!("/Users/{hank}"), ":create:notice"));
    ours.push("ada").await;
    assert_eq!(server.app.store.waiting().await.unwrap(), 2, "nothing is put by for the one that is disabled");
    let taken = json!({ "userName": "ada", "externalId": "another" });
    ours.send(Method::POST, "/Users", &taken).await.expect(409);
    let gone = application(&server, Some(acme.org), &off.uri).await;
    ours.push("grace").await;
    clients::delete(&server.app, &Server::operator(), gone).await.unwrap();
    server.run_jobs().await;
    assert_eq!((own.heard().len(), every.heard().len(), off.take().len()), (2, 2, 0));
    assert!(
        clients::create(&server.app, &Server::operator(), registration("http://app.example/events")).await.is_err(),
        "an address that is neither https nor of this machine"
    );
}

fn registration(events_uri: &str) -> NewClient {
    NewClient {
        org: None,
        name: "Ledger".to_owned(),
        auth_method: AuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: vec!["https://app.example/callback".to_owned()],
        post_logout_redirect_uris: Vec::new(),
        backchannel_logout_uri: None,
        frontchannel_logout_uri: None,
        frontchannel_logout_session_required: false,
        events_uri: Some(events_uri.to_owned()),
        scopes: None,
        first_party: true,
        require_mfa: false,
        profile: Profile::Standard,
        id_token_alg: None,
        access_token_format: AccessTokenFormat::Opaque,
        require_pushed_requests: false,
        dpop_bound: false,
        device_grant: false,
        resource: None,
        audiences: Vec::new(),
        pairwise: false,
        claims: Default::default(),
        initiate_login_uri: None,
        lifetimes: Lifetimes::default(),
        reach: Reach::default(),
    }
}

/// An application that cannot be told now is told later, under the same id, and the others need not wait for it; the token opens
/// nothing here.
#[tokio::test]
async fn an_application_that_is_away_is_told_later_under_the_same_id() {
    let server = server().await;
    let (away, there) = (Listener::start().await, Listener::start().await);
    let tenant = server.tenant("acme").await;
    application(&server, Some(tenant.org), &away.uri).await;
    application(&server, Some(tenant.org), &there.uri).await;
    away.answers(StatusCode::SERVICE_UNAVAILABLE);

    tenant.connection().await.push("ada").await;
    server.run_jobs().await;
    assert_eq!((there.take().len(), server.app.store.waiting().await.unwrap()), (1, 1));
    away.answers(StatusCode::ACCEPTED);
    server.advance(Duration::from_secs(60));
    server.run_jobs().await;

    let tries = away.take();
    let (first, second) = (claims(&tries[0]), claims(&tries[1]));
    assert_eq!((tries.len(), server.app.store.waiting().await.unwrap()), (2, 0));
    assert_eq!((&first["jti"], &first["txn"], &first["toe"]), (&second["jti"], &second["txn"], &second["toe"]));
    for path in ["/oauth2/userinfo", "/scim/v2/Users", "/api/v1/users"] {
        let reply = server.send(server.request(Method::GET, path).bearer_auth(&tries[1])).await;
        assert_eq!(reply.status, 401, "{path}");
    }
}

/// Everything that is done in one unit of work has one number, by which an application knows that it belongs together; what is done
/// in another has another.
#[tokio::test]
async fn what_was_done_at_once_is_told_under_one_number() {
    let (server, listener) = (server().await, Listener::start().await);
    let tenant = server.tenant("acme").await;
    let okta = breaker::connection(&tenant, 1).await;
    let [first, ada, bob] = breaker::push(&okta, ["first", "ada", "bob"]).await;
    application(&server, Some(tenant.org), &listener.uri).await;
    server.expect_faults();
    breaker::deactivate(&okta, &first).await.expect(200);
    for id in [&ada, &bob] {
        breaker::deactivate(&okta, id).await.expect(503);
    }

    breaker::decide(&okta, "release", json!({})).await;
    server.run_jobs().await;

    let told: Vec<Value> = listener.take().iter().map(|it| claims(it)).collect();
    let of = |id: &str| told.iter().find(|it| it["sub_id"]["uri"] == format!("/Users/{id}")).unwrap();
    assert_eq!(told.len(), 3);
    assert_eq!(of(&ada)["txn"], of(&bob)["txn"]);
    assert_ne!(of(&ada)["txn"], of(&first)["txn"]);
    assert_ne!(of(&ada)["jti"], of(&bob)["jti"]);
}

/// Of an organisation that is suspended nobody is told anything, also not what happened before.
#[tokio::test]
async fn nothing_is_told_of_a_suspended_organisation() {
    let (server, listener) = (server().await, Listener::start().await);
    let tenant = server.tenant("acme").await;
    application(&server, Some(tenant.org), &listener.uri).await;
    tenant.connection().await.push("ada").await;

    organisations::suspend(&server.app, &Server::operator(), tenant.org).await.unwrap();
    server.run_jobs().await;

    assert_eq!((listener.take().len(), server.app.store.waiting().await.unwrap()), (0, 0));
}

/// SS-06: an application that listens inside is told nothing unless the operator named its network.
#[tokio::test]
async fn ss_06_no_event_is_pushed_to_a_private_address_that_the_operator_did_not_name() {
    let (server, listener) = (Server::start().await, Listener::start().await);
    let tenant = server.tenant("acme").await;
    application(&server, Some(tenant.org), &listener.uri).await;
    tenant.connection().await.push("ada").await;

    server.run_jobs().await;

    assert_eq!((listener.take().len(), server.app.store.waiting().await.unwrap()), (0, 1));
    server.keep_outbox();
}
