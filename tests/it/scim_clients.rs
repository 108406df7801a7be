//! Programs that get tokens for a connection by themselves: client credentials, by a secret or by a key of their own.

use std::time::Duration;

use doorward::app::clients::NewClient;
use doorward::app::connections::{self, add_client, revoke_client};
use doorward::app::{jobs, organisations};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::ClientId;
use doorward::oidc::jwt::SigningKey;
use doorward::store::audit;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::provider::seal;
use crate::harness::{Provisioning, Reply, Server, Tenant};
use crate::oidc::stage::{Stage, basic};
use crate::scim_scopes::{behind_a_proxy, from};

pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client with a secret.
async fn with_secret(connection: &Provisioning<'_>) -> (ClientId, String) {
    let named = ("A program".to_owned(), None);
    let made = add_client(&connection.server.app, &Server::operator(), connection.id, named).await.unwrap();
    (made.client.id, made.secret.unwrap().reveal().clone())
}

/// A client with a key.
async fn with_key(connection: &Provisioning<'_>, key: &SigningKey) -> ClientId {
    let jwks = json!({ "keys": [key.verification_key().public_jwk()] });
    let named = ("A program".to_owned(), Some(&jwks));
    let made = add_client(&connection.server.app, &Server::operator(), connection.id, named).await.unwrap();
    assert!(made.secret.is_none());
    made.client.id
}

async fn ask(server: &Server, form: &[(&str, &str)]) -> Reply {
    let form: Vec<_> = [("grant_type", "client_credentials")].iter().chain(form).copied().collect();
    server.send(server.request(Method::POST, "/oauth2/token").form(&form)).await
}

async fn by_secret(server: &Server, id: ClientId, secret: &str) -> Reply {
    ask(server, &[("client_id", &id.to_string()), ("client_secret", secret)]).await
}

async fn by_assertion(server: &Server, assertion: &str) -> Reply {
    ask(server, &[("client_assertion", assertion), ("client_assertion_type", JWT_BEARER)]).await
}

fn token(reply: &Reply) -> String {
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

pub fn error(reply: &Reply) -> (u16, String) {
    (reply.status, reply.json()["error"].as_str().unwrap_or_default().to_owned())
}

/// What SCIM answers to a token.
async fn scim(server: &Server, token: &str) -> u16 {
    server.send(server.request(Method::GET, "/scim/v2/Users").bearer_auth(token)).await.status
}

pub fn good(server: &Server, client: ClientId, jti: &str) -> Value {
    let (id, now) = (client.to_string(), server.app.now().seconds());
    json!({ "iss": id, "sub": id, "aud": server.app.config.public_url, "jti": jti, "iat": now, "exp": now + 60 })
}

pub fn header(key: &SigningKey) -> Value {
    json!({ "alg": "ES256", "typ": "JWT", "kid": key.kid() })
}

pub fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let pen = EncodingKey::from_ec_der(key.pkcs8());
    seal(header, claims, |text| crypto::sign(text.as_bytes(), &pen, Algorithm::ES256).unwrap())
}

async fn deeds(tenant: &Tenant<'_>, action: &str) -> usize {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 1_000).await.unwrap();
    rows.iter().filter(|row| row.action == action).count()
}

/// RFC 6749 4.4: the token is one of the connection, for an hour, and each is on record.
#[tokio::test]
async fn a_client_with_a_secret_gets_a_token_of_an_hour_that_does_what_the_connection_may() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let (id, secret) = with_secret(&connection).await;

    let form = [("grant_type", "client_credentials"), ("scope", "scim")];
    let request =
        server.request(Method::POST, "/oauth2/token").header("authorization", basic(&id.to_string(), &secret));
    let in_header = server.send(request.form(&form)).await.expect(200);
    let in_body = by_secret(&server, id, &secret).await.expect(200);

    let told = in_header.json();
    assert_eq!(
        (&told["token_type"], &told["expires_in"], &told["scope"]),
        (&json!("Bearer"), &json!(3600), &json!("scim"))
    );
    assert_eq!((told.get("refresh_token"), told.get("id_token")), (None, None));
    assert_eq!(in_header.header("cache-control"), Some("no-store"));
    let by_token = Provisioning { server: &server, id: connection.id, token: token(&in_header) };
    let ada = by_token.push("ada").await;
    connection.get(&format!("/Users/{ada}")).await.expect(200);
    assert_eq!(scim(&server, &token(&in_body)).await, 200);
    assert_eq!((deeds(&tenant, "connection.client_added").await, deeds(&tenant, "token.issued").await), (1, 2));
    let sheet = connections::sheet(&server.app, &Server::operator(), connection.id).await.unwrap();
    assert!(sheet.clients[0].last_used_at.is_some());
    let config = connection.get("/ServiceProviderConfig").await.json();
    assert_eq!(config["authenticationSchemes"][1]["type"], "oauth2");

    server.advance(Duration::from_secs(3_601));
    assert_eq!(scim(&server, &token(&in_header)).await, 401);
    // What is swept is gone: also a clock that is set back brings no token to life.
    jobs::sweep(&server.app).await.unwrap();
    server.set_back(Duration::from_secs(3_601));
    assert_eq!(scim(&server, &token(&in_header)).await, 401);
}

/// OP-09: a wrong secret, a proof of another kind, another scope or grant, and an application give nothing.
#[tokio::test]
async fn op_09_whoever_is_no_client_of_a_connection_or_proves_it_wrongly_gets_no_token() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let acme = Tenant { server, org: stage.org.id };
    let connection = acme.connection().await;
    let (id, secret) = with_secret(&connection).await;
    let (other, _) = with_secret(&acme.connection().await).await;
    let key = SigningKey::generate_es256().unwrap();
    let signs = with_key(&connection, &key).await;
    let rp = stage.rp_with(|new| NewClient { scopes: Some("openid scim".to_owned()), ..new }).await;
    let named = id.to_string();

    let wrong = (401, "invalid_client".to_owned());
    assert_eq!(error(&by_secret(server, id, "dwcs_wrong").await), wrong);
    assert_eq!(error(&by_secret(server, other, &secret).await), wrong);
    assert_eq!(error(&by_secret(server, signs, &secret).await), wrong);
    assert_eq!(error(&by_secret(server, ClientId::new(), &secret).await), wrong);
    assert_eq!(error(&ask(server, &[("client_id", &named)]).await), wrong);
    assert_eq!(error(&by_assertion(server, &sign(&key, &header(&key), &good(server, id, "x"))).await), wrong);
    for scope in ["openid", "scim api", "scim openid", "root"] {
        let asked = [("client_id", named.as_str()), ("client_secret", &secret), ("scope", scope)];
        assert_eq!(error(&ask(server, &asked).await), (400, "invalid_scope".to_owned()), "{scope}");
    }
    let grant = [("grant_type", "client_credentials"), ("scope", "scim")];
    assert_eq!(error(&stage.token(&rp, &grant).await), (400, "unauthorized_client".to_owned()));
    let elsewhere =
        [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", &named), ("client_secret", &secret)];
    let elsewhere = server.send(server.request(Method::POST, "/oauth2/token").form(&elsewhere)).await;
    assert_eq!(error(&elsewhere), wrong);
    assert_eq!(deeds(&acme, "token.issued").await, 0);
}

/// OP-10: an assertion is for this issuer alone, as one string; it is signed by a key of the client in an algorithm of that
/// key, ends soon, and works once.
#[tokio::test]
async fn op_10_an_assertion_is_for_this_issuer_ends_soon_and_works_once() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let (key, stranger) = (SigningKey::generate_es256().unwrap(), SigningKey::generate_es256().unwrap());
    let client = with_key(&connection, &key).await;
    let twin = with_key(&connection, &key).await;
    let (now, issuer) = (server.app.now().seconds(), server.app.config.public_url.clone());
    let public = key.verification_key().public_jwk().clone();
    let with = |name: &str, value: Value| {
        let mut claims = good(&server, client, &format!("{name}{value}"));
        claims[name] = value;
        sign(&key, &header(&key), &claims)
    };
    let under = |head: Value| sign(&key, &head, &good(&server, client, &head.to_string()));
    let secret = EncodingKey::from_secret(public.to_string().as_bytes());
    let hmac = seal(&json!({ "alg": "HS256", "kid": key.kid() }), &good(&server, client, "h"), |text| {
        crypto::sign(text.as_bytes(), &secret, Algorithm::HS256).unwrap()
    });
    let unsigned = seal(&json!({ "alg": "none", "kid": key.kid() }), &good(&server, client, "n"), |_| String::new());

    for (nth, assertion) in [
        with("aud", json!(format!("{issuer}/oauth2/token"))),
        with("aud", json!([issuer])),
        with("aud", json!([issuer, "https://other.example"])),
        with("aud", json!("https://other.example")),
        with("exp", json!(now + 3_600)),
        with("exp", json!(now - 60)),
        with("exp", json!("soon")),
        with("nbf", json!(now + 120)),
        with("iat", json!(now + 120)),
        with("iss", json!(twin.to_string())),
        with("sub", json!(twin.to_string())),
        with("jti", json!("")),
        with("jti", json!("x".repeat(1_000))),
        under(json!({ "alg": "RS256", "kid": key.kid() })),
        under(json!({ "alg": "ES256", "kid": "another" })),
        under(json!({ "alg": "ES256", "kid": key.kid(), "typ": "at+jwt" })),
        under(json!({ "alg": "ES256", "kid": key.kid(), "crit": ["exp"] })),
        sign(&stranger, &header(&key), &good(&server, client, "s")),
        sign(
            &stranger,
            &json!({ "alg": "ES256", "jwk": stranger.verification_key().public_jwk() }),
            &good(&server, client, "j"),
        ),
        hmac,
        unsigned,
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(error(&by_assertion(&server, assertion).await), (401, "invalid_client".to_owned()), "{nth}");
    }
    for name in ["iss", "aud", "exp", "jti"] {
        let mut claims = good(&server, client, "m");
        claims.as_object_mut().unwrap().remove(name);
        let assertion = sign(&key, &header(&key), &claims);
        assert_eq!(error(&by_assertion(&server, &assertion).await), (401, "invalid_client".to_owned()), "{name}");
    }
    let assertion = sign(&key, &header(&key), &good(&server, client, "once"));
    let node = server.node().await;
    let (one, two) = tokio::join!(by_assertion(&server, &assertion), by_assertion(&node, &assertion));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [200, 401]);
    let given = if one.status == 200 { one } else { two };
    assert_eq!(scim(&server, &token(&given)).await, 200);
    // The id is the client's own: another's is not spent by it.
    by_assertion(&server, &sign(&key, &header(&key), &good(&server, twin, "once"))).await.expect(200);
    server.advance(Duration::from_secs(200));
    assert_eq!(error(&by_assertion(&server, &assertion).await).0, 401);
}

/// OP-10: what is spent stays so for as long as it would be believed, also in the half minute that clocks may differ by, and
/// whatever is swept meanwhile.
#[tokio::test]
async fn op_10_an_assertion_stays_spent_for_as_long_as_it_would_be_believed() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let key = SigningKey::generate_es256().unwrap();
    let client = with_key(&tenant.connection().await, &key).await;
    let (spent, late) = (
        sign(&key, &header(&key), &good(&server, client, "spent")),
        sign(&key, &header(&key), &good(&server, client, "late")),
    );
    by_assertion(&server, &spent).await.expect(200);

    for seconds in [1, 58, 20] {
        server.advance(Duration::from_secs(seconds));
        jobs::sweep(&server.app).await.unwrap();
        assert_eq!(error(&by_assertion(&server, &spent).await), (401, "invalid_client".to_owned()), "{seconds}");
    }

    by_assertion(&server, &late).await.expect(200);
}

/// Private and symmetric keys, weak ones, and keys that can be taken for one another are not registered.
#[tokio::test]
async fn only_public_keys_that_can_be_told_apart_are_registered() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let key = SigningKey::generate_es256().unwrap();
    let public = key.verification_key().public_jwk().clone();
    let mut private = public.clone();
    private["d"] = json!("AAAA");
    let mut unnamed = public.clone();
    unnamed.as_object_mut().unwrap().remove("kid");

    for (nth, keys) in [
        json!([]),
        json!("keys"),
        json!([private]),
        json!([unnamed]),
        json!([public, public]),
        json!([public, { "kty": "oct", "kid": "k", "k": "AAAA" }]),
        json!([{ "kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB" }]),
    ]
    .into_iter()
    .enumerate()
    {
        let jwks = json!({ "keys": keys });
        let named = ("A program".to_owned(), Some(&jwks));
        let refused = add_client(&server.app, &Server::operator(), connection.id, named).await;
        assert!(refused.is_err(), "{nth}");
    }
}

/// A token that a client got dies with the client, with its connection, and with the organisation; while the connection is
/// paused it is told "later", on every node.
#[tokio::test]
async fn tokens_of_a_client_die_with_it_its_connection_and_its_organisation() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (kept, gone) = (acme.connection().await, acme.connection().await);
    let node = server.node().await;
    let ((one, secret), (two, second)) = (with_secret(&kept).await, with_secret(&kept).await);
    let (third, of_gone) = with_secret(&gone).await;
    let of_one = token(&by_secret(&server, one, &secret).await.expect(200));
    let of_two = token(&by_secret(&server, two, &second).await.expect(200));
    let of_gone_too = token(&by_secret(&server, third, &of_gone).await.expect(200));
    let operator = Server::operator();

    node.expect_faults();
    connections::set_paused(&server.app, &operator, kept.id, true).await.unwrap();
    assert_eq!(scim(&node, &of_one).await, 503);
    connections::set_paused(&server.app, &operator, kept.id, false).await.unwrap();
    assert_eq!(scim(&node, &of_one).await, 200);
    revoke_client(&server.app, &operator, kept.id, one).await.unwrap();
    connections::delete(&server.app, &operator, gone.id).await.unwrap();

    assert_eq!((scim(&node, &of_one).await, scim(&node, &of_two).await), (401, 200));
    assert_eq!(scim(&node, &of_gone_too).await, 401);
    assert_eq!(error(&by_secret(&node, one, &secret).await).0, 401);
    assert_eq!(error(&by_secret(&node, third, &of_gone).await).0, 401);
    assert!(revoke_client(&server.app, &operator, gone.id, two).await.is_err());
    assert!(revoke_client(&server.app, &operator, kept.id, third).await.is_err());
    organisations::suspend(&server.app, &operator, acme.org).await.unwrap();
    assert_eq!(scim(&node, &of_two).await, 401);
    assert_eq!(error(&by_secret(&node, two, &second).await).0, 401);
}

/// SC-21, SC-11: what a client got opens SCIM for its own connection, and nothing else anywhere.
#[tokio::test]
async fn sc_21_a_token_of_a_client_opens_its_connection_and_nothing_else() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (own, beside, other) = (acme.connection().await, acme.connection().await, globex.connection().await);
    let (id, secret) = with_secret(&own).await;
    let token = token(&by_secret(&server, id, &secret).await.expect(200));
    let (grace, hank) = (beside.push("grace").await, other.push("hank").await);
    let by_token = Provisioning { server: &server, id: own.id, token: token.clone() };

    by_token.get(&format!("/Users/{grace}")).await.expect(404);
    by_token.get(&format!("/Users/{hank}")).await.expect(404);
    server.expect_faults();
    by_token.get("/Me").await.expect(501);
    for path in ["/api/v1/users", "/oauth2/userinfo"] {
        let reply = server.send(server.request(Method::GET, path).bearer_auth(&token)).await;
        assert_eq!(reply.status, 401, "{path}");
    }
    let claims = [("token", token.as_str()), ("client_id", &id.to_string()), ("client_secret", &secret)];
    let told = server.send(server.request(Method::POST, "/oauth2/introspect").form(&claims)).await;
    assert_eq!(told.status, 401);
    let stolen =
        server.send(server.request(Method::GET, &format!("/oauth2/authorize?client_id={id}&response_type=code"))).await;
    assert_eq!(stolen.status, 400);
}

/// Over the API a client is made by whoever may make a token, and its secret is shown once; Entra is let in by its tenant.
#[tokio::test]
async fn clients_and_tokens_of_entra_are_set_up_over_the_api() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let path = format!("/api/v1/connections/{}", connection.id);
    let call = async |method: Method, path: &str, body: Option<Value>| {
        let request = server.api(method, path);
        server.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await
    };

    let made =
        call(Method::POST, &format!("{path}/clients"), Some(json!({ "name": "Nightly" }))).await.expect(201).json();
    let shown = call(Method::GET, &path, None).await.expect(200).json();
    let id = made["id"].as_str().unwrap();
    let secret = made["client_secret"].as_str().unwrap();
    assert_eq!((&shown["clients"][0]["id"], shown["clients"][0].get("client_secret")), (&made["id"], None));
    assert_eq!(shown["clients"][0]["auth_method"], "client_secret");
    by_secret(&server, id.parse().unwrap(), secret).await.expect(200);
    for body in
        [json!({}), json!({ "name": "" }), json!({ "name": "x", "jwks": {} }), json!({ "name": "x", "secret": 1 })]
    {
        let refused = call(Method::POST, &format!("{path}/clients"), Some(body.clone())).await.status;
        assert!((400..500).contains(&refused), "{body}: {refused}");
    }
    call(Method::DELETE, &format!("{path}/clients/{id}"), None).await.expect(204);
    call(Method::DELETE, &format!("{path}/clients/{id}"), None).await.expect(404);

    let entra = json!({ "entra": { "tenant": "6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a911", "audience": "api://acme" } });
    let changed = call(Method::PATCH, &path, Some(entra)).await.expect(200).json();
    assert_eq!(changed["entra"]["audience"], "api://acme");
    assert_eq!(changed["entra"]["app"], "00000014-0000-0000-c000-000000000000");
    assert!(changed["scim_base_url"].as_str().unwrap().ends_with(&format!("/scim/{}/v2", connection.id)));
    let wrong = json!({ "entra": { "tenant": "acme.example" } });
    assert_eq!(call(Method::PATCH, &path, Some(wrong)).await.status, 400);
    let none = call(Method::PATCH, &path, Some(json!({ "entra": null }))).await.expect(200).json();
    assert_eq!((&none["entra"], none["scim_base_url"].as_str().unwrap().ends_with("/scim/v2")), (&Value::Null, true));
}

/// SC-18: a token that a client got works from nowhere else than those that were made for the connection.
#[tokio::test]
async fn sc_18_a_token_of_a_client_from_elsewhere_opens_nothing() {
    let server = behind_a_proxy().await;
    let connection = server.tenant("acme").await.connection().await;
    let (id, secret) = with_secret(&connection).await;
    let token = token(&by_secret(&server, id, &secret).await.expect(200));
    let by_client = Provisioning { server: &server, id: connection.id, token };
    from(&by_client, "203.0.113.9").await.expect(200);

    let allowed = json!({ "allowed_addresses": ["192.0.2.0/24"] });
    let path = format!("/api/v1/connections/{}", connection.id);
    server.send(server.api(Method::PATCH, &path).json(&allowed)).await.expect(200);

    from(&by_client, "203.0.113.9").await.expect(401);
    from(&by_client, "192.0.2.7").await.expect(200);
}

/// SD-11: to get a token is a request of the connection like any other, so that one who has the secret floods nobody.
#[tokio::test]
async fn tokens_are_got_no_faster_than_the_connection_may_ask() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let settings = Settings { requests_per_second: Some(10), ..Settings::default() };
    let okta = acme.connection_with(Kind::Okta, settings).await;
    let (id, secret) = with_secret(&okta).await;

    for _ in 0..20 {
        by_secret(&server, id, &secret).await.expect(200);
    }
    let refused = by_secret(&server, id, &secret).await;

    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")), "{}", refused.text);
    assert_eq!(by_secret(&server, id, "wrong").await.status, 401);
    server.advance(Duration::from_secs(1));
    by_secret(&server, id, &secret).await.expect(200);
}
