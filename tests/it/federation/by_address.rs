//! Linking by an address: only where the connection says so, only by one that is verified and of a domain that leads there, and
//! only somebody of that provider whom it means by no other id.

use doorward::app::entrance;
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use serde_json::{Value, json};

use super::{Link, link_in, server};
use crate::harness::provider::IdentityProvider;
use crate::harness::{Browser, Server, Tenant};

const UNKNOWN: &str = "nobody here is known by this subject";

fn by_email() -> Settings {
    Settings { link_by_email: true, ..Settings::default() }
}

async fn link<'s>(
    tenant: &Tenant<'s>,
    provider: &'s IdentityProvider,
    kind: Kind,
    settings: Settings,
    domains: &[&str],
) -> Link<'s> {
    link_in((tenant.server, tenant.org), provider, kind, settings, domains).await
}

/// Pushes somebody with this address, under an external id or none.
async fn push(link: &Link<'_>, name: &str, email: &str, external_id: Option<&str>) -> UserId {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": name,
        "displayName": name,
        "emails": [{ "value": email, "primary": true }],
    });
    if let Some(id) = external_id {
        body["externalId"] = json!(id);
    }
    let made = link.scim.send(reqwest::Method::POST, "/Users", &body).await.expect(201).json();
    made["id"].as_str().unwrap().parse().unwrap()
}

fn verified(email: &'static str) -> impl FnOnce(&mut Value) {
    move |claims| {
        claims["email"] = json!(email);
        claims["email_verified"] = json!(true);
    }
}

/// UP-01, UP-02: the address links once, is told to the person and recorded; from then on the subject counts and no address.
#[tokio::test]
async fn up_01_a_verified_address_of_a_domain_links_somebody_once_where_that_is_switched_on() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider, Kind::Generic, by_email(), &["acme.example"]).await;
    let ada = push(&link, "ada", "ada@acme.example", None).await;
    let told = |it: &entrance::Verdict| (it.is_open(), it.duties.iter().map(|it| it.word()).collect::<Vec<_>>());
    let before = entrance::show(&server.app, &Server::operator(), ada).await.unwrap();

    for claim in [json!("true"), json!(1), json!(null), json!(false)] {
        let unsure = |claims: &mut Value| {
            claims["email"] = json!("ada@acme.example");
            claims["email_verified"] = claim;
        };
        assert_eq!(link.refused_with("sub-1", unsure).await, UNKNOWN);
    }
    let (at, page) = link.sign_in_with(&Browser::new(&server), "sub-1", verified("Ada@ACME.example")).await;
    let after = entrance::show(&server.app, &Server::operator(), ada).await.unwrap();
    server.run_jobs().await;
    let letters = server.mails();
    let (again, _) = link.sign_in(&Browser::new(&server), "sub-1").await;
    let other = link.refused_with("sub-2", verified("ada@acme.example")).await;

    assert_eq!((at.as_str(), again.as_str()), ("/account", "/account"), "{}", page.text);
    assert_eq!(other, "this user is linked to another subject of the identity provider");
    assert_eq!(told(&before), (true, vec!["link_by_email"]));
    assert_eq!(told(&after), (true, vec![]));
    let rows = link.audit("identity.linked").await;
    let changes: Value = serde_json::from_str(&rows[0].changes).unwrap();
    assert_eq!((rows.len(), &changes[2]["new"], &changes[3]["new"]), (1, &json!("sub-1"), &json!("email")));
    let letter = letters.iter().find(|it| it.contains("linked to Acme Directory")).expect("the person is told");
    assert!(letter.contains("To: ada <ada@acme.example>"), "{letter}");
}

/// UP-01, UP-08, UP-11: who is found by no address, whatever the provider says of it.
#[tokio::test]
async fn up_08_an_address_finds_nobody_else() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let okta = link(&tenant, &provider, Kind::Okta, by_email(), &["acme.example"]).await;
    let (off, bare) = (
        link(&tenant, &provider, Kind::Generic, Settings::default(), &["off.example"]).await,
        link(&tenant, &provider, Kind::Generic, by_email(), &[]).await,
    );
    for (of, email) in [(&off, "a@off.example"), (&bare, "b@bare.example"), (&okta, "c@other.example")] {
        push(of, email, email, None).await;
    }
    push(&okta, "with-id", "with-id@acme.example", Some("00u-somebody-else")).await;
    push(&off, "elsewhere", "elsewhere@acme.example", None).await;
    let twice = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "twin-0",
        "emails": [
            { "value": "others@acme.example", "type": "work", "primary": true },
            { "value": "others@acme.example", "type": "home" },
        ],
    });
    okta.scim.send(reqwest::Method::POST, "/Users", &twice).await.expect(201);
    push(&okta, "twin-3", "others@acme.example", None).await;
    for name in ["twin-1", "twin-2"] {
        push(&okta, name, "twins@acme.example", None).await;
    }
    tenant.user("local@acme.example", "viewer").await;

    for (of, email) in [
        (&off, "a@off.example"),
        (&bare, "b@bare.example"),
        (&okta, "c@other.example"),
        (&okta, "with-id@acme.example"),
        (&okta, "elsewhere@acme.example"),
        (&okta, "twins@acme.example"),
        (&okta, "others@acme.example"),
        (&okta, "local@acme.example"),
        (&okta, "with-id\u{ff20}acme.example"),
        (&okta, "\"with-id\"@acme.example"),
    ] {
        assert_eq!(of.refused_with("attacker", verified(email)).await, UNKNOWN, "{email}");
    }
}

/// UP-08, SC-15: an address opens nobody's account who is deactivated or holds a protected role, whatever the connection may give.
#[tokio::test]
async fn up_08_an_address_opens_no_account_of_an_owner_or_of_somebody_who_is_gone() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let okta = link(&tenant, &provider, Kind::Okta, by_email(), &["acme.example"]).await;
    let gone = push(&okta, "gone", "gone@acme.example", None).await;
    users::deactivate(&server.app, &Server::operator(), gone, OnLastHolder::Refuse).await.unwrap();
    let boss = push(&okta, "boss", "boss@acme.example", None).await;
    users::change_role(&server.app, &Server::operator(), boss, &"owner".parse().unwrap()).await.unwrap();
    tenant.user("olga", "owner").await;
    let all = Settings { protected_roles: true, ..by_email() };
    let wide = link(&tenant, &provider, Kind::Okta, all, &["wide.example"]).await;
    let chief = push(&wide, "chief", "chief@wide.example", None).await;
    users::change_role(&server.app, &Server::operator(), chief, &"owner".parse().unwrap()).await.unwrap();

    assert_eq!(okta.refused_with("attacker", verified("gone@acme.example")).await, "this user is deactivated");
    server.run_jobs().await;
    let above = okta.refused_with("attacker", verified("boss@acme.example")).await;
    let wider = wide.refused_with("attacker", verified("chief@wide.example")).await;
    for it in [&above, &wider] {
        assert!(it.contains("may not give or manage the role owner"), "{it}");
    }
    let rows = okta.audit("identity.linked").await;
    assert_eq!(
        rows.iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(),
        ["denied"; 2],
        "only boss and chief were found"
    );
}

/// UP-01: Entra verifies an address by another claim, and of its people only those are found whom it was never told by a UUID.
#[tokio::test]
async fn up_01_entra_says_in_its_own_claim_which_address_is_verified() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let entra = link(&tenant, &provider, Kind::Entra, by_email(), &["entra.example"]).await;
    push(&entra, "nickname", "nickname@entra.example", Some("nickname")).await;
    push(&entra, "object", "object@entra.example", Some("6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a911")).await;

    let of_entra = |email: &'static str| {
        move |claims: &mut Value| {
            verified(email)(claims);
            claims["tid"] = json!("t1");
            claims["oid"] = json!("0d4be1c7-9a53-4c2f-8a5f-6f1b4d2ea911");
        }
    };
    assert_eq!(entra.refused_with("pairwise", of_entra("object@entra.example")).await, UNKNOWN);
    let unverified = |claims: &mut Value| {
        of_entra("nickname@entra.example")(claims);
        claims["email_verified"] = Value::Null;
    };
    assert_eq!(entra.refused_with("pairwise", unverified).await, UNKNOWN);
    let nickname = |claims: &mut Value| {
        of_entra("somebody@entra.example")(claims);
        claims["email_verified"] = Value::Null;
        claims["verified_primary_email"] = json!(["nickname@entra.example"]);
    };
    let (at, _) = entra.sign_in_with(&Browser::new(&server), "pairwise", nickname).await;
    server.run_jobs().await;
    let linked = entra.audit("identity.linked").await.into_iter().filter(|row| row.outcome != "denied").count();
    assert_eq!((at.as_str(), linked), ("/account", 1), "a nickname is no id of Entra");
}

/// Somebody is looked for by the address before a new user is made; and the address is asked for where the ID token has none.
#[tokio::test]
async fn an_address_finds_somebody_before_a_new_user_is_made() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let settings = Settings { jit: true, ..by_email() };
    let link = link(&tenant, &provider, Kind::Generic, settings, &["acme.example"]).await;
    push(&link, "ada", "ada@acme.example", None).await;
    let people = link.people().await;

    provider.tell(json!({ "sub": "sub-1", "email": "ada@acme.example", "email_verified": true }));
    let named = |claims: &mut Value| {
        claims["preferred_username"] = json!("somebody");
        claims.as_object_mut().unwrap().remove("email");
    };
    let (at, account) = link.sign_in_with(&Browser::new(&server), "sub-1", named).await;
    server.run_jobs().await;

    assert_eq!((at.as_str(), link.people().await), ("/account", people));
    assert!(account.text.contains("ada"), "{}", account.text);
}
