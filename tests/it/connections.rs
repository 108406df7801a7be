//! Connections over the API: made, changed, given tokens; by whom, and what is refused.

use std::time::Duration;

use doorward::domain::connection::{Kind, Settings};
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Reply, Server, Tenant, in_acme};
use crate::people::Api;

async fn api(server: &Server, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = server.api(method, &format!("/api/v1{}", in_acme(path)));
    server.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await
}

/// What the API answers to a SCIM token.
async fn scim(server: &Server, token: &str) -> u16 {
    server.send(server.request(Method::GET, "/scim/v2/Users").bearer_auth(token)).await.status
}

fn okta() -> Value {
    json!({
        "kind": "okta",
        "name": "Okta",
        "issuer": "https://acme.okta.example",
        "client_id": "0oa1",
        "client_secret": "between us",
        "mfa": "require_amr",
        "default_role": "viewer",
        "max_role": "contributor",
        "domains": ["acme.example"],
        "expires_in_days": 30,
    })
}

fn field_of(reply: &Reply) -> String {
    reply.json()["detail"].as_str().unwrap().split(':').next().unwrap().to_owned()
}

async fn records(tenant: &Tenant<'_>, action: &str) -> Vec<Value> {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 1_000).await.unwrap();
    let of = rows.iter().filter(|row| row.action == action);
    of.map(|row| serde_json::from_str(&row.changes).unwrap()).collect()
}

/// Everything that goes into the settings of the provider is in the answer; the token is there once, the secret never.
#[tokio::test]
async fn a_connection_is_made_with_a_first_token_that_is_shown_once_and_what_the_provider_must_know() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;

    let made = api(&server, Method::POST, "/connections", Some(okta())).await.expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let shown = api(&server, Method::GET, &format!("/connections/{id}"), None).await.expect(200);
    let listed = api(&server, Method::GET, "/connections", None).await.expect(200);

    let (one, again) = (made.json(), shown.json());
    let token = one["tokens"][0]["token"].as_str().unwrap().to_owned();
    assert_eq!(scim(&server, &token).await, 200);
    assert_eq!((one["tokens"].as_array().unwrap().len(), &again["tokens"][0]["token"]), (1, &Value::Null));
    let at = |last: &str| json!(server.app.config.url(&format!("/sso/{id}/{last}")));
    assert_eq!((&one["redirect_uri"], &again["initiate_login_uri"]), (&at("callback"), &at("start")));
    assert_eq!(one["scim_base_url"], json!(server.app.config.url("/scim/v2")));
    for (name, value) in [
        ("client_id", json!("0oa1")),
        ("mfa", json!("require_amr")),
        ("domains", json!(["acme.example"])),
        ("max_role", json!("contributor")),
        ("last_holder", json!("suspend_and_alert")),
    ] {
        assert_eq!((&one[name], &again[name]), (&value, &value), "{name}");
    }
    assert_eq!(one["proves_two_factors"]["amr"], json!(["mfa"]));
    assert_eq!((&one["mfa_amr"], &one["has_client_secret"]), (&Value::Null, &json!(true)));
    for reply in [&made, &shown, &listed] {
        assert!(!reply.text.contains("between us"), "{}", reply.text);
    }
    let record = records(&tenant, "connection.created").await;
    let of = |path: &str| record[0].as_array().unwrap().iter().find(|it| it["path"] == path).unwrap()["new"].clone();
    assert_eq!((&of("sign_in")["issuer"], &of("sign_in")["client_id"]), (&one["issuer"], &json!("0oa1")));
    assert_eq!((&of("sign_in")["mfa"], of("client_secret")), (&json!("require_amr"), json!("set")));
    assert!(!format!("{record:?}").contains("between us"));
}

/// What is left out of a change stays, an empty list is none, `null` is the usual; and the record says what changed.
#[tokio::test]
async fn how_people_sign_in_at_a_connection_is_changed_part_by_part() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let made = api(&server, Method::POST, "/connections", Some(okta())).await.expect(201).json();
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    let patch = async |body: Value| api(&server, Method::PATCH, &path, Some(body)).await.expect(200).json();

    let renamed = patch(json!({ "name": "Okta Europe" })).await;
    let mapped = patch(json!({ "mfa": null, "mfa_amr": [], "mfa_acr": ["urn:okta:loa:1fa:pwd", "c1"] })).await;
    let usual = patch(json!({ "mfa_amr": null, "jit": true, "link_by_email": true, "domains": [] })).await;
    let records_before = records(&tenant, "connection.changed").await;
    let same = patch(json!({ "name": "Okta Europe", "jit": true, "domains": [] })).await;

    assert_eq!((&renamed["name"], &renamed["issuer"]), (&json!("Okta Europe"), &made["issuer"]));
    let words = json!({ "amr": [], "acr": ["urn:okta:loa:1fa:pwd", "c1"] });
    assert_eq!((&mapped["proves_two_factors"], &mapped["mfa"]), (&words, &Value::Null));
    assert_eq!(mapped["domains"], json!(["acme.example"]));
    assert_eq!((&mapped["mfa_amr"], &usual["mfa_amr"]), (&json!([]), &Value::Null));
    assert_eq!(usual["mfa_acr"], words["acr"]);
    assert_eq!(usual["proves_two_factors"], json!({ "amr": ["mfa"], "acr": ["urn:okta:loa:1fa:pwd", "c1"] }));
    assert_eq!((&usual["jit"], &usual["domains"], &same["domains"]), (&json!(true), &json!([]), &json!([])));
    assert_eq!([&made["link_by_email"], &mapped["link_by_email"]], [&json!(false); 2]);
    assert_eq!([&usual["link_by_email"], &same["link_by_email"]], [&json!(true); 2]);
    assert_eq!(records_before.len(), 3);
    assert_eq!(records(&tenant, "connection.changed").await, records_before, "nothing changed, nothing is recorded");
    assert_eq!(records_before[2], json!([{ "path": "name", "old": "Okta", "new": "Okta Europe" }]));
    assert_eq!(records_before[1][0]["new"]["mfa_amr"], json!([]));
}

/// Each is refused with the field that is wrong, and nothing of it is kept.
#[tokio::test]
async fn what_no_connection_can_be_is_refused_by_the_field_that_is_wrong() {
    let server = Server::start().await;
    let _tenant = server.tenant("acme").await;
    let made = api(&server, Method::POST, "/connections", Some(okta())).await.expect(201).json();
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    let long = |characters: usize| "x".repeat(characters);
    let many: Vec<String> = (0..17).map(|nth| format!("c{nth}")).collect();
    let both = [
        ("name", json!(" ")),
        ("name", json!(long(129))),
        ("issuer", json!("acme.okta.example")),
        ("issuer", json!("http://acme.okta.example")),
        ("issuer", json!("https://acme.okta.example ")),
        ("issuer", json!("https://acme.okta.example?tenant=1")),
        ("issuer", json!("javascript:alert(1)")),
        ("issuer", json!(format!("https://{}.example", long(500)))),
        ("client_id", json!("")),
        ("client_id", json!("a\nb")),
        ("client_id", json!(long(201))),
        ("client_secret", json!("")),
        ("client_secret", json!(long(1_001))),
        ("mfa_amr", json!(["two words"])),
        ("mfa_amr", json!([""])),
        ("mfa_amr", json!([long(33)])),
        ("mfa_amr", json!(many)),
        ("mfa_acr", json!([long(201)])),
        ("mfa_acr", json!(["schön"])),
        ("domains", json!(["acme"])),
    ];
    let new_ones = [
        ("expires_in_days", json!(0)),
        ("expires_in_days", json!(3_651)),
        ("default_role", json!("admin")),
        ("max_role", json!("nobody")),
        ("default_role", json!("nobody")),
    ];

    for (field, value) in &both {
        let changed = api(&server, Method::PATCH, &path, Some(json!({ (*field): value }))).await.expect(400);
        assert_eq!(field_of(&changed), *field, "{value}: {}", changed.text);
    }
    for (field, value) in both.iter().chain(&new_ones) {
        let mut new = okta();
        new[*field] = value.clone();
        let refused = api(&server, Method::POST, "/connections", Some(new)).await.expect(400);
        assert_eq!(field_of(&refused), *field, "{value}: {}", refused.text);
    }
    let taken = api(&server, Method::POST, "/connections", Some(okta())).await.expect(400);
    assert_eq!(field_of(&taken), "domains", "{}", taken.text);
    let pushes = Some(json!({ "kind": "okta", "name": "Pushes", "client_secret": null }));
    let pushes = api(&server, Method::POST, "/connections", pushes).await.expect(201).json();
    let of_pushes = format!("/connections/{}", pushes["id"].as_str().unwrap());
    for (field, value) in
        [("client_id", json!("us")), ("client_secret", json!("between us")), ("domains", json!(["x.example"]))]
    {
        let half = json!({ "kind": "okta", "name": "x", field: value });
        let half = api(&server, Method::POST, "/connections", Some(half)).await.expect(400);
        let late = api(&server, Method::PATCH, &of_pushes, Some(json!({ field: value }))).await.expect(400);
        assert_eq!([field_of(&half), field_of(&late)], ["issuer", "issuer"], "{field}");
    }
    for body in [json!({ "issuer": null }), json!({ "kind": "entra" }), json!({ "mfa": "always" }), json!([])] {
        api(&server, Method::PATCH, &path, Some(body)).await.expect(400);
    }

    assert_eq!(
        api(&server, Method::GET, "/connections", None).await.json()["connections"].as_array().unwrap().len(),
        2
    );
    let mut after = api(&server, Method::GET, &path, None).await.json();
    after["tokens"][0]["token"] = made["tokens"][0]["token"].clone();
    assert_eq!(after, made);
}

/// A token replaces another without a gap, and one that is ended is dead at once.
#[tokio::test]
async fn tokens_of_a_connection_overlap_and_end_one_by_one() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let first = tenant.connection().await;
    let path = format!("/connections/{}", first.id);
    let tokens = format!("{path}/tokens");

    let made = api(&server, Method::POST, &tokens, Some(json!({ "expires_in_days": 1 }))).await.expect(201).json();
    let usual = api(&server, Method::POST, &tokens, None).await.expect(201).json();
    let (short, long) = (made["token"].as_str().unwrap(), usual["token"].as_str().unwrap());
    assert_eq!([scim(&server, &first.token).await, scim(&server, short).await, scim(&server, long).await], [200; 3]);
    let shown = api(&server, Method::GET, &path, None).await.expect(200);
    assert!([&first.token, short, long].iter().all(|it| !shown.text.contains(*it)), "{}", shown.text);
    assert!(short.starts_with(made["hint"].as_str().unwrap()));

    let one = format!("{tokens}/{}", usual["id"].as_str().unwrap());
    api(&server, Method::DELETE, &one, None).await.expect(204);
    let again = api(&server, Method::DELETE, &one, None).await.status;
    let other = tenant.connection().await.id;
    let of_other = format!("/connections/{other}/tokens/{}", made["id"].as_str().unwrap());
    let elsewhere = api(&server, Method::DELETE, &of_other, None).await.status;

    assert_eq!((again, elsewhere), (404, 404));
    assert_eq!(
        [scim(&server, &first.token).await, scim(&server, short).await, scim(&server, long).await],
        [200, 200, 401]
    );
    server.advance(Duration::from_hours(25));
    assert_eq!([scim(&server, &first.token).await, scim(&server, short).await], [200, 401]);
    for days in [0, 3_651] {
        let body = Some(json!({ "expires_in_days": days }));
        assert_eq!(field_of(&api(&server, Method::POST, &tokens, body).await.expect(400)), "expires_in_days");
    }
}

/// UP-13, TE-03: whoever manages connections gives nobody by one what they could not give themselves: no connection above
/// their own reach is made, pointed at another provider, let go on or given a token by them.
#[tokio::test]
async fn up_13_nobody_reaches_above_themselves_by_a_connection() {
    let api = Api::new().await;
    let tenant = api.preset("root-admin-developer").await;
    let (_, admin) = api.caller(&tenant, "adam", "admin").await;
    let (_, root) = api.caller(&tenant, "rosa", "root").await;
    let with = |max: Option<&str>, protected| Settings {
        issuer: Some("https://id.example".to_owned()),
        client_id: Some("us".to_owned()),
        max_role: max.map(str::to_owned),
        protected_roles: protected,
        ..Settings::default()
    };
    let low = tenant.connection_with(Kind::Okta, with(Some("developer"), false)).await.id;
    let wide = tenant.connection_with(Kind::Okta, with(None, false)).await.id;
    let all = tenant.connection_with(Kind::Okta, with(Some("root"), true)).await.id;
    let evil = || json!({ "issuer": "https://evil.example", "client_id": "us" });
    let prove = || json!({ "mfa": "trust_idp" });
    let words = || json!({ "mfa_amr": ["pwd"] });

    for (id, status, made) in [(low, 200, 201), (wide, 403, 403), (all, 403, 403)] {
        for body in [prove(), words(), evil()] {
            let reply = api.call(&admin, Method::PATCH, &format!("/connections/{id}"), Some(body.clone())).await;
            assert_eq!(reply.status, status, "{body}: {}", reply.text);
        }
        let token = api.call(&admin, Method::POST, &format!("/connections/{id}/tokens"), None).await;
        assert_eq!(token.status, made, "{}", token.text);
        let name = Some(json!({ "name": "Renamed" }));
        api.call(&admin, Method::PATCH, &format!("/connections/{id}"), name).await.expect(200);
        api.call(&admin, Method::POST, &format!("/connections/{id}/pause"), None).await.expect(200);
        let resumed = api.call(&admin, Method::POST, &format!("/connections/{id}/resume"), None).await;
        assert_eq!(resumed.status, status, "{}", resumed.text);
    }
    for (body, status) in [
        (json!({ "max_role": "developer" }), 201),
        (json!({}), 403),
        (json!({ "max_role": "admin" }), 403),
        (json!({ "max_role": "root", "protected_roles": true }), 403),
    ] {
        let mut new = body.clone();
        (new["kind"], new["name"]) = (json!("generic"), json!("Another"));
        let reply = api.call(&admin, Method::POST, "/connections", Some(new)).await;
        assert_eq!(reply.status, status, "{body}: {}", reply.text);
    }
    api.call(&root, Method::PATCH, &format!("/connections/{wide}"), Some(json!({ "jit": true }))).await.expect(200);
    let kept = api.operator(Method::GET, &format!("/connections/{wide}"), None).await.json();
    assert_eq!((&kept["issuer"], &kept["mfa"]), (&json!("https://id.example"), &Value::Null));
}

/// UP-06, UP-11: nobody but the operator lets a domain lead to a connection, because nobody has proved that it is theirs; what
/// leads there already may stay or go. What another organisation has is not told.
#[tokio::test]
async fn up_06_an_organisation_claims_no_domain_for_itself() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let (_, owner) = api.caller(&globex, "hank", "owner").await;
    let mut new = okta();
    api.operator(Method::POST, "/connections?organisation=acme", Some(new.clone())).await.expect(201);
    new["domains"] = json!([]);
    let made = api.call(&owner, Method::POST, "/connections", Some(new.clone())).await.expect(201).json();
    let path = format!("/connections/{}", made["id"].as_str().unwrap());

    let mut said = Vec::new();
    for domain in ["acme.example", "globex.example"] {
        let change = json!({ "domains": [domain] });
        let changed = api.call(&owner, Method::PATCH, &path, Some(change)).await.expect(403).json();
        new["domains"] = json!([domain]);
        let made = api.call(&owner, Method::POST, "/connections", Some(new.clone())).await.expect(403).json();
        said.push((changed["detail"].clone(), made["detail"].clone()));
    }
    api.operator(Method::PATCH, &path, Some(json!({ "domains": ["globex.example", "a.example"] }))).await.expect(200);
    let fewer = Some(json!({ "domains": ["globex.example", "globex.example"] }));
    let fewer = api.call(&owner, Method::PATCH, &path, fewer).await.expect(200).json();
    let back = api.call(&owner, Method::PATCH, &path, Some(json!({ "domains": ["a.example"] }))).await.status;

    assert_eq!(said[0], said[1]);
    assert_eq!((&fewer["domains"], back), (&json!(["globex.example"]), 403));
}

/// UP-05: a secret that one provider was given is not sent to another that somebody points the connection at.
#[tokio::test]
async fn up_05_the_secret_of_one_issuer_never_goes_to_another() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let made = api(&server, Method::POST, "/connections", Some(okta())).await.expect(201).json();
    let path = format!("/connections/{}", made["id"].as_str().unwrap());
    let elsewhere = json!({ "issuer": "https://evil.example" });

    let refused = api(&server, Method::PATCH, &path, Some(elsewhere.clone())).await.expect(400);
    let same = json!({ "issuer": "https://acme.okta.example", "client_id": "0oa2" });
    api(&server, Method::PATCH, &path, Some(same)).await.expect(200);
    let both = json!({ "issuer": "https://new.example", "client_secret": "another one" });
    let moved = api(&server, Method::PATCH, &path, Some(both)).await.expect(200);

    assert_eq!(field_of(&refused), "client_secret", "{}", refused.text);
    assert_eq!(moved.json()["issuer"], json!("https://new.example"));
    let kept = records(&tenant, "connection.changed").await;
    assert!(format!("{kept:?}").contains("client_secret") && !format!("{kept:?}").contains("another one"), "{kept:?}");
    // Whoever has no secret there says so by leaving it out.
    let public = tenant.connection_with(
        Kind::Okta,
        Settings {
            issuer: Some("https://id.example".to_owned()),
            client_id: Some("us".to_owned()),
            ..Settings::default()
        },
    );
    let public = format!("/connections/{}", public.await.id);
    api(&server, Method::PATCH, &public, Some(elsewhere)).await.expect(200);
}

/// Who vouches for people, and the secrets of programs, are changed with a new proof only; a personal token makes no other
/// credential.
#[tokio::test]
async fn an_old_proof_changes_no_connection() {
    let api = Api::new().await;
    let acme = api.acme();
    let id = acme.connection().await.id;
    let browser = api.stage.browser(&api.stage.ada).await;
    api.server().advance(Duration::from_mins(11));
    let stale = api.token_in(&browser).await;
    let before = records(&acme, "connection.changed").await.len();

    for (method, path, body) in [
        (Method::POST, "/connections".to_owned(), Some(json!({ "kind": "okta", "name": "Okta" }))),
        (Method::PATCH, format!("/connections/{id}"), Some(json!({ "jit": true }))),
        (Method::POST, format!("/connections/{id}/tokens"), None),
        (Method::POST, format!("/connections/{id}/resume"), None),
    ] {
        let reply = api.call(&stale, method, &path, body).await.expect(403);
        assert_eq!(reply.json()["type"], "urn:doorward:problem:proof-is-old", "{path}: {}", reply.text);
    }

    let personal = api.stage.personal_token(&api.stage.ada, &["read", "write"]).await;
    let account = json!({ "name": "sync", "role": "admin" });
    let account = api.operator(Method::POST, "/service-accounts?organisation=acme", Some(account)).await.expect(201);
    let tokens = format!("/service-accounts/{}/tokens", account.json()["id"].as_str().unwrap());
    let token = Some(json!({ "name": "nightly", "scopes": ["read", "write"] }));
    let service = api.operator(Method::POST, &tokens, token).await.expect(201).json()["token"].clone();
    let new = json!({ "kind": "okta", "name": "Okta" });
    let evil = json!({ "issuer": "https://evil.example", "client_id": "us" });
    for token in [personal.as_str(), service.as_str().unwrap()] {
        for (method, path, body) in [
            (Method::POST, "/connections".to_owned(), Some(new.clone())),
            (Method::PATCH, format!("/connections/{id}"), Some(evil.clone())),
            (Method::PATCH, format!("/connections/{id}"), Some(json!({ "mfa": null }))),
            (Method::POST, format!("/connections/{id}/tokens"), None),
        ] {
            let reply = api.call(token, method, &path, body).await.expect(403);
            assert!(reply.text.contains("changes no credential"), "{path}: {}", reply.text);
        }
    }

    assert_eq!(records(&acme, "connection.changed").await.len(), before);
    let name = Some(json!({ "name": "Okta" }));
    api.call(&personal, Method::PATCH, &format!("/connections/{id}"), name).await.expect(200);
    api.call(&stale, Method::POST, &format!("/connections/{id}/pause"), None).await.expect(200);
}
