//! Tokens of Microsoft Entra ID at SCIM: whose, for whom, and where they count.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use doorward::app::config;
use doorward::app::connections::{self, ConnectionChange};
use doorward::domain::connection::{EntraTokens, Kind, Settings, USUAL_APP, USUAL_AUDIENCE};
use doorward::domain::id::ConnectionId;
use doorward::oidc::jwt::{self, SigningKey};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::provider::seal;
use crate::harness::{Provisioning, Server, Tenant};
use crate::signin::join_all;

const TENANT: &str = "6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a911";
const OTHER: &str = "11111111-2222-4333-8444-555555555555";

/// Entra with one key for all of its tenants.
struct Entra {
    authority: String,
    key: SigningKey,
    /// What it publishes; nothing while it is away.
    keys: Arc<Mutex<Option<Value>>>,
    keys_asked: Arc<AtomicUsize>,
}

impl Entra {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = format!("http://{}", listener.local_addr().unwrap());
        let key = SigningKey::generate(jwt::Algorithm::Rs256, 2048).unwrap();
        let mut jwk = key.verification_key().public_jwk().clone();
        jwk["issuer"] = json!(format!("{authority}/{{tenantid}}/v2.0"));
        // The keys of Entra do not say for which algorithm they are.
        jwk.as_object_mut().unwrap().remove("alg");
        let keys_asked = Arc::new(AtomicUsize::new(0));
        let mut router = Router::new();
        for tenant in [TENANT, OTHER] {
            let at = format!("{authority}/{tenant}/v2.0");
            let metadata = json!({
                "issuer": at,
                "authorization_endpoint": format!("{authority}/authorize"),
                "token_endpoint": format!("{authority}/token"),
                "jwks_uri": format!("{authority}/keys"),
            });
            let path = format!("/{tenant}/v2.0/.well-known/openid-configuration");
            router = router.route(&path, get(async move || metadata.to_string()));
        }
        let keys = Arc::new(Mutex::new(Some(json!({ "keys": [jwk] }))));
        let (published, asked) = (Arc::clone(&keys), Arc::clone(&keys_asked));
        let publish = async move || {
            asked.fetch_add(1, Ordering::SeqCst);
            let keys = published.lock().unwrap().as_ref().map(Value::to_string);
            keys.ok_or(StatusCode::BAD_GATEWAY)
        };
        let router = router.route("/keys", get(publish));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { authority, key, keys, keys_asked }
    }

    fn publishes(&self, keys: Option<Value>) {
        *self.keys.lock().unwrap() = keys;
    }

    /// A server that takes its tokens.
    async fn server(&self) -> Server {
        let authority = Some(self.authority.clone());
        let with = |settings| config::Settings {
            outbound_allow: Some("127.0.0.1".to_owned()),
            entra_authority: authority,
            ..settings
        };
        Server::start_with(with).await
    }

    /// The claims of version 1, as the provisioning service has them.
    fn claims(&self, server: &Server) -> Value {
        let now = server.app.now().seconds();
        json!({
            "iss": format!("https://sts.windows.net/{TENANT}/"),
            "aud": USUAL_AUDIENCE,
            "tid": TENANT,
            "appid": USUAL_APP,
            "sub": "f2a1", "oid": "f2a1", "idtyp": "app", "ver": "1.0",
            "iat": now - 60, "nbf": now - 60, "exp": now + 3_600,
        })
    }

    fn header(&self) -> Value {
        json!({ "alg": "RS256", "typ": "JWT", "kid": self.key.kid() })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_as(Algorithm::RS256, header, claims)
    }

    fn sign_as(&self, algorithm: Algorithm, header: &Value, claims: &Value) -> String {
        let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", self.key.pkcs8()));
        let pen = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        seal(header, claims, |text| crypto::sign(text.as_bytes(), &pen, algorithm).unwrap())
    }

    fn good(&self, server: &Server) -> String {
        self.sign(&self.header(), &self.claims(server))
    }
}

async fn connection<'s>(tenant: &Tenant<'s>, tokens: EntraTokens) -> Provisioning<'s> {
    tenant.connection_with(Kind::Entra, Settings { entra: Some(tokens), ..Settings::default() }).await
}

/// What the address of a connection answers to a token.
async fn at(server: &Server, id: ConnectionId, token: &str) -> u16 {
    let path = format!("/scim/{id}/v2/Users?aadOptscim062020");
    server.send(server.request(Method::GET, &path).bearer_auth(token)).await.status
}

/// A token of either version does what the connection may, at the address that is shown for it; the keys are asked for once.
#[tokio::test]
async fn a_token_of_entra_does_what_its_connection_may_at_the_address_of_the_connection() {
    let entra = Entra::start().await;
    let server = entra.server().await;
    let acme = server.tenant("acme").await;
    let own = connection(&acme, EntraTokens::of(&TENANT.to_uppercase(), None, None)).await;
    let base = connections::scim_base_url_of(
        &server.app,
        &connections::get(&server.app, &Server::operator(), own.id).await.unwrap().0,
    );
    let path = base.strip_prefix(&server.app.config.public_url).unwrap().to_owned();
    let of_version_2 = |claims: &mut Value| {
        claims["iss"] = json!(format!("{}/{TENANT}/v2.0", entra.authority));
        claims["azp"] = claims.as_object_mut().unwrap().remove("appid").unwrap();
    };
    let mut claims = entra.claims(&server);
    of_version_2(&mut claims);

    for (name, token) in [("ada", entra.good(&server)), ("grace", entra.sign(&entra.header(), &claims))] {
        let body = json!({ "userName": name, "active": true });
        let request = server.request(Method::POST, &format!("{path}/Users")).bearer_auth(&token);
        let made = server.send(request.header("content-type", "application/scim+json").body(body.to_string())).await;
        let id = made.expect(201).json()["id"].as_str().unwrap().to_owned();
        own.get(&format!("/Users/{id}")).await.expect(200);
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{ "method": "DELETE", "path": format!("/Users/{id}") }],
        });
        let request = server.request(Method::POST, &format!("{path}/Bulk")).bearer_auth(&token);
        let done = server.send(request.header("content-type", "application/scim+json").body(bulk.to_string())).await;
        assert_eq!(done.expect(200).json()["Operations"][0]["status"], "204");
    }
    assert_eq!(entra.keys_asked.load(Ordering::SeqCst), 1);
    // The connection's own tokens are served there as well.
    assert_eq!(at(&server, own.id, &own.token).await, 200);
}

/// TE-05, SC-21: a token counts for its tenant, its audience and the provisioning service alone, while it lasts, under RS256, and
/// nowhere but at the address of a connection that names all of them.
#[tokio::test]
async fn te_05_a_token_of_another_tenant_audience_program_or_person_opens_nothing() {
    let entra = Entra::start().await;
    let server = entra.server().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let own = connection(&acme, EntraTokens::of(TENANT, None, None)).await;
    let elsewhere = connection(&globex, EntraTokens::of(OTHER, None, None)).await;
    let custom = connection(&acme, EntraTokens::of(TENANT, Some("api://acme"), Some(OTHER))).await;
    let plain = acme.connection().await;
    let (good, now) = (entra.good(&server), server.app.now().seconds());
    let with = |name: &str, value: Value| {
        let mut claims = entra.claims(&server);
        claims[name] = value;
        entra.sign(&entra.header(), &claims)
    };
    let public = entra.key.verification_key().public_jwk().to_string();
    let secret = EncodingKey::from_secret(public.as_bytes());
    let hmac = seal(&json!({ "alg": "HS256", "kid": entra.key.kid() }), &entra.claims(&server), |text| {
        crypto::sign(text.as_bytes(), &secret, Algorithm::HS256).unwrap()
    });
    let stranger = Entra::start().await;
    let under = |head: Value| entra.sign(&head, &entra.claims(&server));

    assert_eq!(at(&server, own.id, &good).await, 200);
    for (nth, token) in [
        with("tid", json!(OTHER)),
        with("iss", json!(format!("https://sts.windows.net/{OTHER}/"))),
        with("iss", json!(format!("https://evil.example/{TENANT}/v2.0"))),
        with("iss", json!(format!("https://sts.windows.net/{TENANT}"))),
        with("aud", json!("api://acme")),
        with("aud", json!([USUAL_AUDIENCE])),
        with("appid", json!(OTHER)),
        with("appid", Value::Null),
        with("azp", json!(OTHER)),
        with("scp", json!("user_impersonation")),
        with("exp", json!(now - 120)),
        with("exp", Value::Null),
        with("nbf", json!(now + 600)),
        with("iat", json!(now - 100_000)),
        under(json!({ "alg": "PS256", "kid": entra.key.kid() })),
        entra.sign_as(Algorithm::PS256, &json!({ "alg": "PS256", "kid": entra.key.kid() }), &entra.claims(&server)),
        under(json!({ "alg": "none", "kid": entra.key.kid() })),
        under(json!({ "alg": "RS256", "kid": "another" })),
        under(json!({ "alg": "RS256", "kid": entra.key.kid(), "typ": "id+jwt" })),
        under(json!({ "alg": "RS256", "kid": entra.key.kid(), "crit": ["exp"] })),
        stranger.sign(&entra.header(), &entra.claims(&server)),
        format!("{}.", good.rsplit_once('.').unwrap().0),
        hmac,
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(at(&server, own.id, token).await, 401, "{nth}");
    }
    // Nor anywhere else.
    for id in [elsewhere.id, custom.id, plain.id, ConnectionId::new()] {
        assert_eq!(at(&server, id, &good).await, 401, "{id}");
    }
    for path in ["/scim/v2/Users", "/scim/Users", "/scim/v2/Me", "/api/v1/users", "/oauth2/userinfo"] {
        let reply = server.send(server.request(Method::GET, path).bearer_auth(&good)).await;
        assert_eq!(reply.status, 401, "{path}");
    }
    // A token of one connection does not count at the address of another.
    assert_eq!((at(&server, own.id, &plain.token).await, at(&server, own.id, &elsewhere.token).await), (401, 401));
}

/// Tokens of Entra die with the setting, the pause and the deletion of the connection, and with its organisation.
#[tokio::test]
async fn tokens_of_entra_die_with_the_setting_and_the_connection() {
    let entra = Entra::start().await;
    let server = entra.server().await;
    let acme = server.tenant("acme").await;
    let own = connection(&acme, EntraTokens::of(TENANT, None, None)).await;
    let good = entra.good(&server);
    let operator = Server::operator();
    let say = async |tokens: Option<EntraTokens>| {
        let change = ConnectionChange { entra: Some(tokens), ..ConnectionChange::default() };
        connections::change(&server.app, &operator, own.id, change).await
    };
    assert_eq!(at(&server, own.id, &good).await, 200);

    server.expect_faults();
    connections::set_paused(&server.app, &operator, own.id, true).await.unwrap();
    assert_eq!(at(&server, own.id, &good).await, 503);
    connections::set_paused(&server.app, &operator, own.id, false).await.unwrap();
    say(None).await.unwrap();
    assert_eq!(at(&server, own.id, &good).await, 401);
    assert!(say(Some(EntraTokens::of("common", None, None))).await.is_err());
    say(Some(EntraTokens::of(TENANT, None, None))).await.unwrap();
    assert_eq!(at(&server, own.id, &good).await, 200);
    server.advance(Duration::from_hours(2));
    assert_eq!(at(&server, own.id, &good).await, 401);
    connections::delete(&server.app, &operator, own.id).await.unwrap();
    assert_eq!(at(&server, own.id, &entra.good(&server)).await, 401);
}

/// JW-03: what anybody makes up costs one look at the keys in ten seconds, however many come at once.
#[tokio::test]
async fn made_up_tokens_ask_for_the_keys_once() {
    let entra = Entra::start().await;
    let server = entra.server().await;
    let acme = server.tenant("acme").await;
    let own = connection(&acme, EntraTokens::of(TENANT, None, None)).await;
    assert_eq!(at(&server, own.id, &entra.good(&server)).await, 200);
    server.advance(Duration::from_secs(11));
    let made_up: Vec<String> = (0..8)
        .map(|kid| {
            let header = json!({ "alg": "RS256", "kid": format!("kid-{kid}") });
            entra.sign(&header, &entra.claims(&server))
        })
        .collect();

    let answers = join_all(made_up.iter().map(|token| at(&server, own.id, token))).await;

    assert_eq!((answers, entra.keys_asked.load(Ordering::SeqCst)), (vec![401; 8], 2));
    server.advance(Duration::from_mins(11));
    let answers = join_all(made_up.iter().map(|token| at(&server, own.id, token))).await;
    assert!(answers.iter().all(|it| matches!(it, 401 | 429)), "{answers:?}");
    assert_eq!(entra.keys_asked.load(Ordering::SeqCst), 3, "what has run out is asked for once");
    // One after the other, and whether or not the keys can be had.
    entra.publishes(None);
    for (later, asked) in [(Duration::from_secs(11), 4), (Duration::from_mins(11), 5)] {
        server.advance(later);
        for token in &made_up[..3] {
            assert!(matches!(at(&server, own.id, token).await, 401 | 429));
        }
        assert_eq!(entra.keys_asked.load(Ordering::SeqCst), asked);
    }
}

/// JW-03: a key that is taken back opens nothing any more ten minutes later; and while the keys cannot be had, the provider is
/// told to come again, and not that its token is wrong.
#[tokio::test]
async fn a_key_that_is_taken_back_is_not_believed_for_long() {
    let entra = Entra::start().await;
    let server = entra.server().await;
    let acme = server.tenant("acme").await;
    let own = connection(&acme, EntraTokens::of(TENANT, None, None)).await;
    let good = entra.good(&server);
    assert_eq!(at(&server, own.id, &good).await, 200);

    entra.publishes(None);
    server.advance(Duration::from_mins(11));
    let path = format!("/scim/{}/v2/Users", own.id);
    let away = server.send(server.request(Method::GET, &path).bearer_auth(&good)).await.expect(429);
    assert_eq!(away.header("retry-after"), Some("60"));
    entra.publishes(Some(json!({ "keys": [] })));
    server.advance(Duration::from_secs(11));
    assert_eq!(at(&server, own.id, &good).await, 401);
}
