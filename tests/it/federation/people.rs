//! Whom a provider means: by subject and connection, and never by a name or an address.

use std::collections::BTreeMap;

use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::user::{SignIn, Status};
use serde_json::{Value, json};

use super::{link, link_with, server};
use crate::harness::provider::IdentityProvider;
use crate::harness::{Browser, PASSWORD, Server};

const JIT: fn(Settings) -> Settings = |settings| Settings { jit: true, ..settings };

/// UP-01: the address of somebody here, verified or not, finds nobody: a new user is made, or nobody gets in.
#[tokio::test]
async fn up_01_an_address_or_a_name_links_to_nobody() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let (closed, open) = (link(&tenant, &provider).await, link_with(&tenant, &provider, Kind::Generic, JIT).await);
    tenant.user("ada@acme.example", "owner").await;
    let people = closed.people().await;

    for verified in [Some(true), None] {
        let hostile = |claims: &mut Value| {
            claims["email"] = json!("ada@acme.example");
            claims["upn"] = json!("ada@acme.example");
            claims["name"] = json!("ada@acme.example");
            if let Some(verified) = verified {
                claims["email_verified"] = json!(verified);
            }
        };
        assert_eq!(closed.refused_with("attacker", hostile).await, "nobody here is known by this subject");
        let named = |claims: &mut Value| {
            hostile(claims);
            claims["preferred_username"] = json!("ADA@acme.example");
        };
        assert!(open.refused_with("attacker", named).await.contains("another user here has the name"));
    }
    assert_eq!(open.people().await, people);
    let (at, account) = open
        .sign_in_with(&Browser::new(&server), "attacker", |claims| {
            claims["email"] = json!("ada@acme.example");
            claims["email_verified"] = json!(true);
        })
        .await;

    assert_eq!((at.as_str(), open.people().await), ("/account", people + 1));
    let made = open.user_named("attacker").await.unwrap();
    assert_eq!((made.sign_in, made.managed_by), (SignIn::Sso, Some(open.id)));
    assert!(!account.text.contains("Owner"), "{}", account.text);
}

/// UP-02: an address is taken as verified only when the provider says so with the JSON value true.
#[tokio::test]
async fn up_02_nothing_but_true_makes_an_address_verified() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link_with(&tenant, &provider, Kind::Generic, JIT).await;

    let values = [json!("true"), json!("false"), json!(1), json!(null), json!([]), json!(false), json!(true)];
    for (number, verified) in values.iter().enumerate() {
        let sub = format!("person-{number}");
        let (at, _) = link
            .sign_in_with(&Browser::new(&server), &sub, |claims| {
                claims["email"] = json!(format!("{sub}@acme.example"));
                claims["email_verified"] = verified.clone();
            })
            .await;

        let address = link.user_named(&sub).await.unwrap().email;
        assert_eq!((at.as_str(), address.is_some()), ("/account", *verified == json!(true)), "{verified}");
    }
}

/// A provider whose ID tokens say only who it is tells the names at its userinfo endpoint; what it says there of somebody
/// else lets nobody in, and what it does not say makes no address verified.
#[tokio::test]
async fn names_that_the_token_lacks_are_read_at_the_userinfo_endpoint_of_the_same_person() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link_with(&tenant, &provider, Kind::Generic, JIT).await;
    let names =
        |sub: &str| json!({ "sub": sub, "preferred_username": sub, "name": "Ida", "email": "ida@acme.example" });

    let mut verified = names("ida");
    verified["email_verified"] = json!(true);
    provider.tell(verified);
    let (at, _) = link.sign_in(&Browser::new(&server), "ida-1").await;
    let foreign = (at, link.user_named("ida").await.is_some());
    let mut own = names("ida");
    own["email_verified"] = json!(true);
    provider.tell(own);
    link.sign_in(&Browser::new(&server), "ida").await;
    let ida = link.user_named("ida").await.unwrap();
    provider.tell(names("bob"));
    let claimed = |claims: &mut Value| claims["email_verified"] = json!(true);
    link.sign_in_with(&Browser::new(&server), "bob", claimed).await;
    let bob = link.user_named("bob").await.unwrap();
    provider.tell(names("nobody"));
    let named = |claims: &mut Value| claims["preferred_username"] = json!("eve");
    link.sign_in_with(&Browser::new(&server), "eve", named).await;

    assert!(!foreign.1 && foreign.0 != "/account", "{foreign:?}");
    assert_eq!((ida.display_name.as_str(), ida.email.as_deref()), ("Ida", Some("ida@acme.example")));
    assert_eq!((bob.display_name.as_str(), bob.email), ("Ida", None));
    assert!(link.user_named("eve").await.is_some(), "a token that names somebody needs no other answer");
}

/// UP-06: what the provider of one organisation says, it says about that organisation only.
#[tokio::test]
async fn up_06_a_provider_never_speaks_for_the_people_of_another_organisation() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let (theirs, mine) = (server.tenant("acme").await, server.tenant("evil").await);
    let (honest, hostile) = (link(&theirs, &provider).await, link_with(&mine, &provider, Kind::Okta, JIT).await);
    honest.scim.push("ada").await;
    honest.sign_in(&Browser::new(&server), "00u-ada").await;
    let ada = honest.user_named("ada").await.unwrap();

    let browser = Browser::new(&server);
    let (at, account) = hostile
        .sign_in_with(&browser, "00u-ada", |claims| {
            claims["preferred_username"] = json!("ada");
            claims["email"] = json!("ada");
            claims["upn"] = json!("ada");
        })
        .await;

    let twin = hostile.user_named("ada").await.unwrap();
    assert_eq!(at, "/account");
    assert!(account.text.contains("EVIL") && !account.text.contains("ACME"), "{}", account.text);
    assert!(twin.id != ada.id && twin.org == mine.org);
    assert_eq!(honest.people().await, 1);
}

/// UP-08: nobody's account gets a second way in by a provider: not the owner's who is signed in, not one that belongs to
/// somebody else, and not by a link on another site.
#[tokio::test]
async fn up_08_signing_in_at_a_provider_never_links_to_the_account_that_is_signed_in() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    tenant.user("olga", "owner").await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    browser.sign_in("olga", PASSWORD).await;

    let start = server.request(reqwest::Method::GET, &format!("/sso/{}/start", link.id));
    let sent = browser.send(start.header("sec-fetch-site", "cross-site")).await.expect(303);
    let question = sent.header("location").unwrap().to_owned();
    let mut claims = provider.claims(&question, "olga-elsewhere", link.now());
    claims["preferred_username"] = json!("olga");
    let refused = browser.get(&provider.answer(&question, &claims)).await;
    let linked = link.audit("identity.linked").await.len();
    let still = browser.get("/account").await.text.contains("olga");
    link.sign_in(&browser, "00u-ada").await;
    let then = browser.get("/account").await.text;

    assert_eq!(link.reason(&refused).await, "nobody here is known by this subject");
    assert!(linked == 0 && still);
    assert!(then.contains("ada") && !then.contains("olga"), "{then}");
}

/// UP-13: roles and groups in an ID token give nothing, above the ceiling of the connection or below it, to somebody who was
/// pushed or to somebody new; a role that is claimed and not held is in the audit as refused.
#[tokio::test]
async fn up_13_a_role_that_an_id_token_claims_is_given_to_nobody_and_recorded() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let switches = |settings| Settings { default_role: Some("viewer".to_owned()), ..JIT(settings) };
    let link = link_with(&tenant, &provider, Kind::Generic, switches).await;
    link.scim.push("ada").await;
    let hostile = |claims: &mut Value| {
        claims["roles"] = json!(["owner", "admin", "viewer", "no such role", 7]);
        claims["groups"] = json!([{ "value": "contributor" }, "Owners"]);
        claims["role"] = json!("owner");
        claims["permissions"] = json!(["*"]);
    };

    let pushed = link.sign_in_with(&Browser::new(&server), "00u-ada", hostile).await.0;
    let new = link.sign_in_with(&Browser::new(&server), "nobody-pushed", hostile).await.0;
    let modest = |claims: &mut Value| claims["roles"] = json!(["viewer", "Everyone"]);
    let harmless = link.sign_in_with(&Browser::new(&server), "00u-ada", modest).await.0;

    assert_eq!([pushed, new, harmless], ["/account"; 3]);
    for name in ["ada", "nobody-pushed"] {
        let user = link.user_named(name).await.unwrap();
        let person = users::show(&server.app, &Server::operator(), user.id).await.unwrap();
        assert_eq!(person.effective.held(), ["viewer".parse().unwrap()], "{name}");
    }
    let refused = link.audit("identity.roles_claimed").await;
    let told: Vec<Value> = refused.iter().map(|row| serde_json::from_str(&row.changes).unwrap()).collect();
    assert_eq!(told, vec![json!([{ "path": "roles", "new": ["admin", "contributor", "owner"] }]); 2]);
    assert!(refused.iter().all(|row| row.outcome == "denied" && row.actor_label == "Acme Directory"));
    assert_eq!(link.audit("role.granted").await, []);
}

/// SC-15, C98: somebody deactivated stays so, linked or not, and nobody new is made in their place.
#[tokio::test]
async fn sc_15_a_deactivated_person_is_refused_stays_inactive_and_gets_no_second_user() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link_with(&tenant, &provider, Kind::Okta, JIT).await;
    let mut ids = BTreeMap::new();
    for name in ["linked", "fresh", "late"] {
        ids.insert(name, link.scim.push(name).await);
    }
    link.sign_in(&Browser::new(&server), "00u-linked").await;
    let late = Browser::new(&server);
    let question = link.ask(&late).await;
    let back = provider.answer(&question, &provider.claims(&question, "00u-late", link.now()));
    for id in ids.values() {
        link.deactivate(id).await;
    }
    let (people, links) = (link.people().await, link.audit("identity.linked").await.len());

    let linked = link.refused_with("00u-linked", |claims| claims["preferred_username"] = json!("linked")).await;
    let fresh = link.refused_with("00u-fresh", |claims| claims["preferred_username"] = json!("somebody new")).await;
    let on_the_way = late.get(&back).await;

    assert_eq!([linked.as_str(), &fresh, &link.reason(&on_the_way).await], ["this user is deactivated"; 3]);
    assert_eq!((link.people().await, link.audit("identity.linked").await.len()), (people, links));
    for name in ids.keys() {
        assert_eq!(link.user_named(name).await.unwrap().status, Status::Deactivated);
    }
}

/// C63: somebody who was made by signing in is found, kept and still let in once the provider pushes people; a second one is
/// refused with the reason, as often as it is tried.
#[tokio::test]
async fn c63_somebody_who_signed_in_first_is_the_one_who_is_pushed_later() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link_with(&tenant, &provider, Kind::Okta, JIT).await;
    link.sign_in_with(&Browser::new(&server), "00u-ada", |claims| claims["preferred_username"] = json!("ada")).await;
    let ada = link.user_named("ada").await.unwrap();
    let pushed =
        |name: &str| json!({ "userName": name, "externalId": "00u-ada", "displayName": "Ada L.", "active": true });

    let found = link.scim.get("/Users?filter=userName eq \"ada\"").await.expect(200).json();
    for name in ["ada", "ada.lovelace", "ada"] {
        let refused = link.scim.send(reqwest::Method::POST, "/Users", &pushed(name)).await.expect(409).json();
        assert_eq!(refused["scimType"], "uniqueness", "{refused}");
    }
    let path = format!("/Users/{}", ada.id);
    link.scim.send(reqwest::Method::PUT, &path, &pushed("ada.lovelace")).await.expect(200);
    let (at, _) = link.sign_in(&Browser::new(&server), "00u-ada").await;

    assert_eq!(found["Resources"][0]["id"], json!(ada.id.to_string()));
    assert_eq!(found["Resources"][0]["externalId"], "00u-ada");
    assert_eq!((at.as_str(), link.people().await), ("/account", 1));
    assert_eq!(link.user_named("ada.lovelace").await.unwrap().id, ada.id);
}

/// Whoever can write over SCIM may point an external id at themselves: that opens neither an account that is linked nor one
/// that holds more than the connection may give.
#[tokio::test]
async fn an_external_id_that_was_pointed_elsewhere_opens_no_account() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    let (ada, boss) = (link.scim.push("ada").await, link.scim.push("boss").await);
    tenant.user("olga", "owner").await;
    let (app, operator) = (&server.app, Server::operator());
    users::change_role(app, &operator, boss.parse().unwrap(), &"owner".parse().unwrap()).await.unwrap();
    link.sign_in(&Browser::new(&server), "00u-ada").await;
    for (id, subject) in [(&ada, "attacker-1"), (&boss, "attacker-2")] {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "externalId", "value": subject }],
        });
        link.scim.send(reqwest::Method::PATCH, &format!("/Users/{id}"), &body).await.expect(200);
    }

    let linked = link.refused_with("attacker-1", |_| {}).await;
    let above = link.refused_with("attacker-2", |_| {}).await;
    let (at, _) = link.sign_in(&Browser::new(&server), "00u-ada").await;

    assert_eq!(linked, "this user is linked to another subject of the identity provider");
    assert!(above.contains("may not give or manage the role owner"), "{above}");
    assert_eq!(at, "/account");
}

#[tokio::test]
async fn a_person_of_entra_is_named_by_tenant_and_object_and_not_by_sub() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link_with(&tenant, &provider, Kind::Entra, |settings| settings).await;
    link.scim.push("ada").await;
    let ids = |tenant: &'static str, object: &'static str| {
        move |claims: &mut Value| {
            claims["tid"] = json!(tenant);
            claims["oid"] = json!(object);
        }
    };

    let without = link.refused_with("00u-ada", |_| {}).await;
    let other = link.refused_with("00u-ada", ids("t1", "somebody")).await;
    let (at, _) = link.sign_in_with(&Browser::new(&server), "pairwise-1", ids("t1", "00u-ada")).await;
    let (again, _) = link.sign_in_with(&Browser::new(&server), "pairwise-2", ids("t1", "00u-ada")).await;

    assert!(without.contains("tid"), "{without}");
    assert!(other.contains("nobody here"), "{other}");
    assert_eq!((at.as_str(), again.as_str()), ("/account", "/account"));
}

#[tokio::test]
async fn somebody_whose_user_is_gone_is_not_the_one_who_comes_after_under_the_same_id() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    let first = link.scim.push("ada").await;
    link.sign_in(&Browser::new(&server), "00u-ada").await;

    link.scim.delete(&format!("/Users/{first}")).await.expect(204);
    let gone = link.refused_with("00u-ada", |_| {}).await;
    let second = link.scim.push("ada").await;
    let (at, _) = link.sign_in(&Browser::new(&server), "00u-ada").await;

    assert_eq!(gone, "nobody here is known by this subject");
    assert!(first != second && at == "/account");
}

/// A token may claim what roles and groups it likes: here they come from the directory.
#[tokio::test]
async fn roles_and_groups_in_a_token_give_nothing() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let viewer = |settings| Settings { default_role: Some("viewer".to_owned()), ..settings };
    let link = link_with(&tenant, &provider, Kind::Okta, viewer).await;
    link.scim.push("ada").await;

    let (_, account) = link
        .sign_in_with(&Browser::new(&server), "00u-ada", |claims| {
            claims["roles"] = json!(["owner", "admin"]);
            claims["groups"] = json!(["owner"]);
        })
        .await;

    assert!(account.text.contains("Viewer") && !account.text.contains("Owner"), "{}", account.text);
}

/// S3-20, S3-21: somebody who signs in at a provider has no password and no recovery codes here, so there are no pages about
/// them; and the own activity says where the person signed in, whatever the provider says of how.
#[tokio::test]
async fn s3_20_somebody_with_a_provider_finds_no_page_about_credentials_that_are_not_here() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);
    link.sign_in(&browser, "00u-ada").await;

    let pages = ["password", "recovery-codes"].map(|page| format!("/account/security/{page}"));
    let statuses = [browser.get(&pages[0]).await.status, browser.get(&pages[1]).await.status];
    let activity = browser.get("/account/activity").await.expect(200);

    assert_eq!(statuses, [404, 404]);
    assert!(activity.text.contains("Identity provider") && !activity.text.contains("assword"), "{}", activity.text);
}
