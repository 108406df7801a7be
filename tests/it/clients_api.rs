//! Applications over the API: who registers them, what is seen of their secrets, and how the access of a person ends.

use std::time::Duration;

use axum::http::StatusCode;
use doorward::app::clients::{AuthMethod, NewClient};
use doorward::app::config::Settings;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{OPERATOR_TOKEN, Reply, Server};
use crate::oidc::receiver::Receiver;
use crate::oidc::stage::{AFTER_LOGOUT, REDIRECT, Rp, claims};
use crate::people::{Api, application};

fn wiki() -> Value {
    json!({ "name": "Wiki", "redirect_uris": [REDIRECT], "post_logout_redirect_uris": [AFTER_LOGOUT], "first_party": true })
}

/// A server that may call applications on this machine.
async fn api_that_calls() -> Api {
    let allow = |settings| Settings { outbound_allow: Some("127.0.0.0/8".to_owned()), ..settings };
    Api::on(Server::start_with(allow).await).await
}

/// The application that an answer has just made.
pub fn rp(made: &Reply) -> Rp {
    let made = made.json();
    Rp {
        id: made["id"].as_str().unwrap().parse().unwrap(),
        client_id: made["id"].as_str().unwrap().to_owned(),
        secret: made["client_secret"].as_str().map(str::to_owned),
        method: AuthMethod::named(made["auth_method"].as_str().unwrap()).unwrap(),
    }
}

#[tokio::test]
async fn the_secret_of_an_application_is_in_the_answer_that_makes_it_and_nowhere_else() {
    let api = Api::new().await;
    let owner = api.token(api.stage.ada.user.id).await;

    let made = api.call(&owner, Method::POST, "/clients", Some(wiki())).await.expect(201);
    let rp = rp(&made);
    let path = format!("/clients/{}", rp.client_id);
    let rotated = api.call(&owner, Method::POST, &format!("{path}/rotate-secret"), None).await.expect(200);
    let secrets = [&made, &rotated].map(|it| it.json()["client_secret"].as_str().unwrap().to_owned());

    assert_ne!(secrets[0], secrets[1]);
    let mut seen = String::new();
    for read in ["/clients", &path, "/audit?limit=200"] {
        seen.push_str(&api.call(&owner, Method::GET, read, None).await.expect(200).text);
    }
    seen.push_str(&api.call(&owner, Method::PATCH, &path, Some(json!({ "name": "Other" }))).await.expect(200).text);
    let rows = audit::newest(api.server().app.store.reader(), api.stage.org.id, 200).await.unwrap();
    seen.push_str(&rows.iter().map(|row| row.changes.clone()).collect::<String>());
    for secret in &secrets {
        assert!(secret.starts_with("dwcs_") || secret.len() > 20, "{secret}");
        assert!(!seen.contains(secret), "{seen}");
    }
    assert!(!seen.contains("client_secret\""), "{seen}");
    for secret in secrets {
        let with = Rp { secret: Some(secret), ..rp.clone() };
        api.stage.tokens(&with, &api.stage.ada).await;
    }
}

/// What an application needs is said of it in one body, and comes back as it was said.
#[tokio::test]
async fn an_application_is_registered_changed_and_shown_in_the_same_words() {
    let api = Api::new().await;
    let owner = api.token(api.stage.ada.user.id).await;
    let group = crate::people::group(&api.acme(), "Writers").await;
    let new = json!({
        "name": "Wiki", "auth_method": "client_secret_post", "redirect_uris": [REDIRECT],
        "backchannel_logout_uri": "https://app.example/out", "scopes": ["openid", "email"],
        "profile": "ipsie-sl1", "require_mfa": true, "access_token_seconds": 60, "only_groups": [group],
        "only_roles": ["owner"],
    });

    let made = api.call(&owner, Method::POST, "/clients", Some(new.clone())).await.expect(201).json();
    let path = format!("/clients/{}", made["id"].as_str().unwrap());
    let change =
        json!({ "backchannel_logout_uri": null, "only_groups": [], "access_token_seconds": 90, "dpop_bound": true });
    let changed = api.call(&owner, Method::PATCH, &path, Some(change)).await.expect(200).json();
    let shown = api.call(&owner, Method::GET, &path, None).await.expect(200).json();

    for (name, value) in new.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    assert_eq!((&made["id_token_alg"], &made["status"]), (&json!("ES256"), &json!("active")));
    assert_eq!(changed, shown);
    assert_eq!((&shown["backchannel_logout_uri"], &shown["only_groups"]), (&Value::Null, &json!([])));
    assert_eq!((&shown["only_roles"], &shown["scopes"]), (&json!(["owner"]), &json!(["openid", "email"])));
    assert_eq!((&shown["access_token_seconds"], &shown["dpop_bound"]), (&json!(90), &json!(true)));
    assert_eq!(shown["refresh_token_idle_seconds"], made["refresh_token_idle_seconds"]);
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused_by_its_name() {
    let api = Api::new().await;
    let owner = api.token(api.stage.ada.user.id).await;
    let id = application(&api.acme(), "Wiki").await;
    let with = |name: &str, value: Value| {
        let mut body = wiki();
        body[name] = value;
        body
    };

    for (body, field) in [
        (with("redirect_uris", json!(["http://app.example/callback"])), "redirect_uris"),
        (with("redirect_uris", json!([])), "redirect_uris"),
        (with("post_logout_redirect_uris", json!(["x"])), "post_logout_redirect_uris"),
        (with("auth_method", json!("tls_client_auth")), "auth_method"),
        (with("auth_method", json!("private_key_jwt")), "jwks"),
        (with("profile", json!("fapi2")), "token_endpoint_auth_method"),
        (with("scopes", json!(["openid", "everything"])), "scope"),
        (with("only_roles", json!(["wizard"])), "reach.roles"),
        (with("access_token_seconds", json!(3601)), "access_token_seconds"),
        (with("name", json!("")), "name"),
    ] {
        let refused = api.call(&owner, Method::POST, "/clients", Some(body.clone())).await.expect(400).json();
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.starts_with(&format!("{field}: ")), "{body}: {detail}");
    }
    for name in ["name", "redirect_uris", "scopes", "first_party", "profile", "only_roles", "access_token_seconds"] {
        let body = Some(json!({ name: null }));
        let refused = api.call(&owner, Method::PATCH, &format!("/clients/{id}"), body).await.expect(400).json();
        assert_eq!(refused["detail"], format!("{name}: cannot be null; leave it out to keep what is there"));
    }
    let public = json!({ "name": "App", "redirect_uris": [REDIRECT], "auth_method": "none" });
    let public = api.call(&owner, Method::POST, "/clients", Some(public)).await.expect(201).json();
    assert_eq!(public.get("client_secret"), None);
    let path = format!("/clients/{}/rotate-secret", public["id"].as_str().unwrap());
    api.call(&owner, Method::POST, &path, None).await.expect(400);
}

/// TE-07: an application of another organisation, or of the operator, does not exist.
#[tokio::test]
async fn te_07_applications_of_others_and_of_the_operator_do_not_exist() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let theirs = application(&globex, "Reactor").await;
    let of_operator = api.stage.rp().await.client_id;
    let owner = api.token(api.stage.ada.user.id).await;

    for id in [theirs, of_operator] {
        let path = format!("/clients/{id}");
        for (method, path, body) in [
            (Method::GET, path.clone(), None),
            (Method::PATCH, path.clone(), Some(json!({ "name": "Mine" }))),
            (Method::POST, format!("{path}/rotate-secret"), None),
            (Method::POST, format!("{path}/disable"), None),
            (Method::POST, format!("{path}/enable"), None),
            (Method::GET, format!("{path}/sessions"), None),
            (Method::DELETE, format!("{path}/sessions/{}", api.stage.ada.user.id), None),
            (Method::DELETE, path.clone(), None),
        ] {
            assert_eq!(api.call(&owner, method.clone(), &path, body).await.status, 404, "{method} {path}");
        }
        api.operator(Method::GET, &path, None).await.expect(200);
    }
    assert_eq!(api.call(&owner, Method::GET, "/clients", None).await.json()["clients"], json!([]));
    api.call(&owner, Method::GET, "/clients?organisation=globex", None).await.expect(404);
    api.call(&owner, Method::POST, "/clients?organisation=globex", Some(wiki())).await.expect(404);
}

#[tokio::test]
async fn whoever_may_not_learns_nothing_and_changes_nothing_of_an_application() {
    let api = Api::new().await;
    let acme = api.acme();
    let id = application(&acme, "Hidden wiki").await;
    let (_, admin) = api.caller(&acme, "adam", "admin").await;
    let path = format!("/clients/{id}");
    let before = api.operator(Method::GET, &path, None).await.expect(200).text;

    for (method, path, body) in [
        (Method::GET, path.clone(), None),
        (Method::POST, format!("{path}/enable"), None),
        (Method::POST, format!("{path}/rotate-secret"), None),
        (Method::PATCH, path.clone(), Some(json!({ "redirect_uris": ["https://evil.example/"] }))),
        (Method::PATCH, path.clone(), Some(json!({ "redirect_uris": ["nonsense"] }))),
        (Method::GET, format!("{path}/sessions"), None),
    ] {
        let refused = api.call(&admin, method.clone(), &path, body).await.expect(403);
        assert!(!refused.text.contains("Hidden wiki"), "{method} {path}: {}", refused.text);
    }

    assert_eq!(api.operator(Method::GET, &path, None).await.expect(200).text, before);
}

/// A new secret is a way in: a session of this morning is not enough for it, and no token of a program is.
#[tokio::test]
async fn a_client_or_a_secret_is_made_only_by_somebody_who_has_just_proved_who_they_are() {
    let api = Api::new().await;
    let id = application(&api.acme(), "Wiki").await;
    let rotate = format!("/clients/{id}/rotate-secret");
    let personal = api.stage.personal_token(&api.stage.ada, &["read", "write"]).await;
    let rp = api.stage.rp_with(|new| NewClient { scopes: Some("openid api offline_access".to_owned()), ..new }).await;
    let browser = api.stage.browser(&api.stage.ada).await;
    let request = rp.request(&[("scope", "openid api offline_access")]);
    let code = crate::oidc::stage::answer(&browser.get(&request).await)["code"].clone();
    let tokens = api.stage.redeem(&rp, &code).await.expect(200).json();
    api.server().advance(Duration::from_mins(11));
    let tokens = api.stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.expect(200).json();
    let old = tokens["access_token"].as_str().unwrap();

    let stale = [
        api.call(old, Method::POST, "/clients", Some(wiki())).await,
        api.call(old, Method::POST, &rotate, None).await,
        api.call(old, Method::PATCH, &format!("/clients/{id}"), Some(json!({ "name": "Other" }))).await,
    ];
    let by_program = [
        api.call(&personal, Method::POST, "/clients", Some(wiki())).await.status,
        api.call(&personal, Method::POST, &rotate, None).await.status,
    ];

    for reply in stale {
        assert_eq!((reply.status, &reply.json()["type"]), (403, &json!("urn:doorward:problem:proof-is-old")));
    }
    assert_eq!(by_program, [403, 403]);
    api.call(old, Method::GET, &format!("/clients/{id}"), None).await.expect(200);
    api.call(OPERATOR_TOKEN, Method::POST, &rotate, None).await.expect(200);
}

#[tokio::test]
async fn disabling_an_application_ends_its_tokens_for_good() {
    let api = Api::new().await;
    let made = api.operator(Method::POST, "/clients?organisation=acme", Some(wiki())).await.expect(201);
    let rp = rp(&made);
    let tokens = api.stage.tokens(&rp, &api.stage.grace).await;
    let access = tokens["access_token"].as_str().unwrap();
    let path = format!("/clients/{}", rp.client_id);
    let works = async || {
        let refreshed = api.stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.status;
        (api.stage.userinfo(access).await.status, refreshed)
    };
    assert_eq!(api.stage.userinfo(access).await.status, 200);

    let disabled = api.operator(Method::POST, &format!("{path}/disable"), None).await.expect(200).json();
    let shut = works().await;
    let people = api.operator(Method::GET, &format!("{path}/sessions"), None).await.expect(200).json();
    let enabled = api.operator(Method::POST, &format!("{path}/enable"), None).await.expect(200).json();
    let again = works().await;

    assert_eq!((&disabled["status"], &enabled["status"]), (&json!("disabled"), &json!("active")));
    assert_eq!((shut.0, again), (401, (401, 400)));
    assert!(matches!(shut.1, 400 | 401), "{shut:?}");
    assert_eq!(people["sessions"], json!([]));
    api.stage.tokens(&rp, &api.stage.grace).await;
}

#[tokio::test]
async fn ending_the_access_of_a_person_ends_the_refresh_token_and_tells_the_application() {
    let api = api_that_calls().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let mut new = wiki();
    new["backchannel_logout_uri"] = json!(receiver.uri);
    let rp = rp(&api.operator(Method::POST, "/clients?organisation=acme", Some(new)).await.expect(201));
    let (grace, ada) = (&api.stage.grace, &api.stage.ada);
    let tokens = api.stage.tokens(&rp, grace).await;
    let others = api.stage.tokens(&rp, ada).await;
    let path = format!("/clients/{}/sessions", rp.client_id);
    let before = api.operator(Method::GET, &path, None).await.expect(200).json();
    let one = format!("{path}/{}", grace.user.id);
    let first = api.operator(Method::GET, &format!("{path}?limit=1"), None).await.expect(200).json();

    api.operator(Method::DELETE, &one, None).await.expect(204);
    api.server().run_jobs().await;

    let session = before["sessions"].as_array().unwrap().iter().find(|it| it["user_name"] == "grace@acme.example");
    let session = session.unwrap();
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(before["sessions"].as_array().unwrap().len(), 2);
    assert_eq!((first["sessions"].as_array().unwrap().len(), &first["has_more"]), (1, &json!(true)));
    assert_eq!((&session["session_id"], &session["user_id"]), (&id_token["sid"], &id_token["sub"]));
    assert_eq!(api.stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(api.stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    let told = receiver.tokens();
    assert_eq!(told.len(), 1, "one notice for one session");
    assert_eq!((&claims(&told[0])["sub"], &claims(&told[0])["sid"]), (&id_token["sub"], &id_token["sid"]));
    api.stage.refresh(&rp, others["refresh_token"].as_str().unwrap()).await.expect(200);
    let after = api.operator(Method::GET, &path, None).await.expect(200).json();
    assert_eq!(after["sessions"].as_array().unwrap().len(), 1);
    api.operator(Method::DELETE, &one, None).await.expect(404);
    let rows = audit::newest(api.server().app.store.reader(), api.stage.org.id, 20).await.unwrap();
    let record = rows.iter().find(|row| row.action == "token.consent_withdrawn").unwrap();
    assert!(record.changes.contains(&rp.client_id), "{}", record.changes);
}

/// An application that opens the API does there what its people may: nobody who may less signs them in to it unasked.
#[tokio::test]
async fn only_somebody_whose_role_allows_everything_lets_an_application_of_the_api_ask_nobody() {
    let api = Api::new().await;
    let owner = api.token(api.stage.ada.user.id).await;
    let keeper = json!({ "label": "Keeper", "allow": ["org.clients:manage"], "given_by": ["owner"] });
    let keeper = api.call(&owner, Method::POST, "/roles", Some(keeper)).await.expect(201).json();
    let (_, keeper) = api.caller(&api.acme(), "kim", keeper["key"].as_str().unwrap()).await;
    let with = |first_party: bool| {
        let scopes = json!(["openid", "api"]);
        json!({ "name": "Wiki", "redirect_uris": [REDIRECT], "scopes": scopes, "first_party": first_party })
    };

    let waived = api.call(&keeper, Method::POST, "/clients", Some(with(true))).await;
    let asking = api.call(&keeper, Method::POST, "/clients", Some(with(false))).await.expect(201).json();
    let path = format!("/clients/{}", asking["id"].as_str().unwrap());
    let later = api.call(&keeper, Method::PATCH, &path, Some(json!({ "first_party": true }))).await;
    let by_owner = api.call(&owner, Method::PATCH, &path, Some(json!({ "first_party": true }))).await;
    let moved = json!({ "redirect_uris": ["https://evil.example/"] });
    let moved = api.call(&keeper, Method::PATCH, &path, Some(moved)).await;

    assert_eq!((waived.status, later.status, by_owner.status, moved.status), (400, 400, 200, 400));
    assert!(waived.text.contains("first_party: "), "{}", waived.text);
}

/// Where an application hears of changes is set, changed and taken away like everything else of it.
#[tokio::test]
async fn the_address_for_events_is_changed_by_patch() {
    let api = Api::new().await;
    let made = json!({ "name": "Wiki", "redirect_uris": ["https://wiki.example/callback"] });
    let made = api.operator(Method::POST, "/clients?organisation=acme", Some(made)).await.expect(201).json();
    let path = format!("/clients/{}", made["id"].as_str().unwrap());
    let mut seen = Vec::new();
    for uri in [json!("https://wiki.example/events"), json!(null)] {
        let changed = api.operator(Method::PATCH, &path, Some(json!({ "events_uri": uri }))).await.expect(200).json();
        seen.push((changed["events_uri"].clone(), uri));
    }
    let refused = api.operator(Method::PATCH, &path, Some(json!({ "events_uri": "http://wiki.example/events" }))).await;

    assert!(seen.iter().all(|(is, wanted)| is == wanted), "{seen:?}");
    assert!(
        refused.status == 400 && refused.json()["detail"].as_str().unwrap().starts_with("events_uri"),
        "{}",
        refused.text
    );
}
