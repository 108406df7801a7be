//! Why somebody could not sign in: found by number, shown to those who may, and gone after a week.

use std::time::Duration;

use doorward::app::{connections, departures, jobs};
use doorward::domain::connection::{Kind, Settings};
use doorward::store::sign_in_refusals::{self, StoredRefusal, Which};
use reqwest::Method;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::{Link, link, link_in, link_with, server};
use crate::console_shell::{signed_in, words};
use crate::harness::provider::{IdentityProvider, parameter};
use crate::harness::{Browser, PASSWORD, Reply, Server};

const LIST: &str = "/console/security/sign-ins";

fn number(page: &Reply) -> String {
    page.text.split("id=\"reference\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// Somebody new at the provider is refused with these claims; answers the number.
async fn refused(link: &Link<'_>, sub: &str, change: impl FnOnce(&mut Value)) -> String {
    link.server.advance(Duration::from_mins(1));
    let (_, page) = link.sign_in_with(&Browser::new(link.server), sub, change).await;
    assert_eq!(page.status, 403, "{}", page.text);
    number(&page)
}

async fn kept(link: &Link<'_>) -> Vec<StoredRefusal> {
    let db = link.server.app.store.reader();
    sign_in_refusals::list(db, link.org, Which::default(), 10_000).await.unwrap()
}

async fn by_api(server: &Server, path: &str) -> Reply {
    server.send(server.api(Method::GET, &format!("/api/v1{path}"))).await
}

/// C69: Entra sends `mailNickname` over SCIM unless told otherwise: the number leads to the claims beside the record, the value
/// that differs is marked, and the page says what to change there.
#[tokio::test]
async fn a_number_leads_to_the_claims_beside_the_user_with_what_differs_and_what_helps() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link_with(&tenant, &provider, Kind::Entra, |settings| settings).await;
    let ada = link.scim.push("ada@acme.example").await;
    tenant.user("olga", "owner").await;
    let owner = signed_in(&tenant, "olga").await;

    let number = refused(&link, "pairwise", |claims| {
        claims["oid"] = json!("0b1ec7-1d");
        claims["tid"] = json!("7e4a47");
        claims["preferred_username"] = json!("Ada@ACME.example");
    })
    .await;
    let (at, page) = owner.visit(&format!("{LIST}?number={}", number.to_lowercase())).await;
    let list = owner.get(&format!("{LIST}?user={ada}")).await.expect(200);
    let security = owner.get(&format!("/console/users/{ada}/security")).await.expect(200);
    let missing = owner.get(&format!("{LIST}?number=0000000000")).await.expect(200);
    let api = by_api(&server, &format!("/sign-in-refusals/{number}?organisation=acme")).await.expect(200).json();

    assert_eq!(at, format!("{LIST}/{number}"));
    let text = words(&page);
    for expected in [
        "There is no account that the person may open in this way",
        "Nobody here is known by this subject.",
        "map externalId to objectId",
        "From a token that was verified.",
        "0b1ec7-1d",
        "00u-ada@acme.example",
        "differs",
        "agrees",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(list.text.contains(&number) && missing.text.contains("There is no refused sign-in"), "{}", list.text);
    assert!(security.text.contains(&format!("{LIST}?user={ada}")), "{}", security.text);
    assert!(security.text.contains("Entra signs people in by their object id"), "{}", security.text);
    assert_eq!((&api["check"], &api["claims_verified"], &api["user"]), (&json!("known"), &json!(true), &json!(ada)));
    assert_eq!(api["candidates"][0]["advice"], "map_object_id");
    assert_eq!(
        api["candidates"][0]["values"][0],
        json!({ "name": "externalId", "claim": "0b1ec7-1d", "here": "00u-ada@acme.example", "differs": true })
    );
    assert_eq!(api["claims"]["tid"], "7e4a47");
}

/// The number of another organisation is that of nothing, for its owner and over the API; and whoever may not see the
/// activity of others sees nothing of it and is not led there.
#[tokio::test]
async fn te_07_a_refused_sign_in_is_for_those_of_its_organisation_who_may_see_activity() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let (tenant, other) = (server.tenant("acme").await, server.tenant("evil").await);
    let link = link(&tenant, &provider).await;
    other.user("mallory", "owner").await;
    tenant.user("vera", "viewer").await;
    tenant.user("adam", "admin").await;
    let number = refused(&link, "nobody", |_| {}).await;

    let mallory = signed_in(&other, "mallory").await;
    let foreign = mallory.get(&format!("{LIST}/{number}")).await;
    let searched = mallory.get(&format!("{LIST}?number={number}")).await.expect(200);
    let narrowed = mallory.get(&format!("{LIST}?connection={}", link.id)).await.expect(200);
    let by_number = by_api(&server, &format!("/sign-in-refusals/{number}?organisation=evil")).await;
    let listed = by_api(&server, &format!("/sign-in-refusals?organisation=evil&connection={}", link.id)).await;
    let viewer = signed_in(&tenant, "vera").await;
    let shut = [viewer.get(LIST).await.status, viewer.get(&format!("{LIST}/{number}")).await.status];
    let console = viewer.get("/console").await;
    let admin = signed_in(&tenant, "adam").await.get(&format!("{LIST}/{number}")).await;

    assert_eq!((foreign.status, by_number.status), (404, 404));
    assert!(!searched.text.contains("Acme Directory") && !narrowed.text.contains(&number), "{}", narrowed.text);
    assert_eq!(listed.expect(200).json()["refusals"], json!([]));
    assert_eq!((shut, admin.status), ([403, 403], 200));
    assert!(!console.text.contains(LIST), "{}", console.text);
}

/// What a provider says is text on every page, and nothing in it that opens something is kept: not the token, not what ties
/// it to the question, not the session there.
#[tokio::test]
async fn what_a_provider_said_is_shown_as_text_and_no_token_is_kept() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    tenant.user("olga", "owner").await;
    let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
    let payload = "\"><script>alert(1)</script>";

    let number = refused(&link, "00u-nobody", |claims| {
        claims["name"] = json!(payload);
        claims[payload] = json!([payload]);
        claims["upstream"] = json!({ "refresh_token": "rt-very-secret", "hint": jwt });
    })
    .await;
    let page = signed_in(&tenant, "olga").await.get(&format!("{LIST}/{number}")).await.expect(200);
    let forged = refused(&link, "00u-nobody", |claims| claims["nonce"] = json!("nonce-of-somebody")).await;
    let untrusted = by_api(&server, &format!("/sign-in-refusals/{forged}?organisation=acme")).await.expect(200).json();

    assert!(!page.text.contains("<script>alert") && page.text.contains("&#60;script&#62;alert(1)"), "{}", page.text);
    for secret in [jwt, "rt-very-secret", "sid-00u-nobody", "nonce-of-somebody"] {
        assert!(!page.text.contains(secret) && !untrusted.to_string().contains(secret), "{secret}");
    }
    assert_eq!((&untrusted["claims_verified"], &untrusted["claims"]["sub"]), (&json!(false), &json!("00u-nobody")));
    for refusal in kept(&link).await {
        let sealed = refusal.claims_sealed.unwrap();
        assert!(!sealed.windows(6).any(|some| some == b"nobody"), "the claims lie open");
    }
}

/// However much a provider says, and however often, little is kept: of a token that is too long nothing.
#[tokio::test]
async fn up_12_huge_claims_and_many_refusals_do_not_fill_the_table() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;

    refused(&link, "nobody", |claims| claims["groups"] = json!(["x".repeat(1 << 20)])).await;
    refused(&link, "nobody", |claims| {
        for number in 0..120 {
            claims[format!("claim-{number}")] = json!("y".repeat(300));
        }
    })
    .await;
    let sizes: Vec<usize> = kept(&link).await.iter().map(|it| it.claims_sealed.as_ref().map_or(0, Vec::len)).collect();
    connections::set_paused(&server.app, &Server::operator(), link.id, true).await.unwrap();
    for number in 0..501 {
        if number % 60 == 0 {
            server.advance(Duration::from_mins(1));
        }
        server.get(&format!("/sso/{}/start", link.id)).await.expect(403);
    }

    assert!(sizes[1] == 0 && (1_000..20_000).contains(&sizes[0]), "{sizes:?}");
    assert_eq!(kept(&link).await.len(), 500);
    assert_eq!(link.audit("auth.sso_refused").await.len(), 503);
}

/// Personal data of somebody who may be nobody here is not kept for long, nor longer than the user it is about.
#[tokio::test]
async fn a_refused_sign_in_is_gone_after_seven_days_and_with_the_user_it_is_about() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    tenant.user("olga", "owner").await;
    let ada = link.scim.push("ada").await;
    link.deactivate(&ada).await;
    refused(&link, "00u-ada", |_| {}).await;
    refused(&link, "nobody", |_| {}).await;
    let about = |all: Vec<StoredRefusal>| all.iter().map(|it| it.user.map(|id| id.to_string())).collect::<Vec<_>>();

    let before = about(kept(&link).await);
    departures::erase(&server.app, &Server::operator(), ada.parse().unwrap()).await.unwrap();
    let erased = about(kept(&link).await);
    server.advance(Duration::from_hours(7 * 24 - 1));
    jobs::sweep(&server.app).await.unwrap();
    let still = kept(&link).await.len();
    server.advance(Duration::from_hours(1));
    jobs::sweep(&server.app).await.unwrap();

    assert_eq!((before, erased), (vec![None, Some(ada)], vec![None]));
    assert_eq!((still, kept(&link).await.len()), (1, 0));
}

/// Whether somebody can sign in now is said on the page of the user and over the API, with the reason and what to do.
#[tokio::test]
async fn whether_somebody_can_sign_in_now_is_said_with_the_reason() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &[]).await;
    tenant.user("olga", "owner").await;
    let owner = signed_in(&tenant, "olga").await;
    let (ada, vic) = (link.scim.push("ada").await, tenant.user("vic", "viewer").await.to_string());
    let says = async |id: &str| {
        let said = by_api(&server, &format!("/users/{id}/sign-in")).await.expect(200).json();
        let codes = |of: &str| said[of].as_array().unwrap().iter().map(|it| it["code"].clone()).collect::<Vec<_>>();
        (said["can_sign_in"].clone(), codes("obstacles"), codes("duties"))
    };
    let page = async |id: &str| words(&owner.get(&format!("/console/users/{id}/security")).await.expect(200));

    let at_first = says(&ada).await;
    link.sign_in(&Browser::new(&server), "00u-ada").await;
    let linked = says(&ada).await;
    connections::set_paused(&server.app, &Server::operator(), link.id, true).await.unwrap();
    let (paused, paused_page) = (says(&ada).await, page(&ada).await);
    let open = (says(&vic).await, page(&vic).await);
    for _ in 0..5 {
        Browser::new(&server).sign_in("vic", "not the password").await;
    }
    let (waits, waiting_page) = (says(&vic).await, page(&vic).await);
    server.advance(Duration::from_mins(2));
    let counted = says(&vic).await;
    let (entered, _) = Browser::new(&server).sign_in("vic", PASSWORD).await;
    link.deactivate(&vic).await;
    let gone = says(&vic).await;

    let (yes, no) = (json!(true), json!(false));
    assert_eq!(at_first, (yes.clone(), vec![], vec![json!("link")]));
    assert_eq!((linked, open.0), ((yes.clone(), vec![], vec![]), (yes.clone(), vec![], vec![])));
    assert_eq!(paused, (no.clone(), vec![json!("provider_paused")], vec![]));
    assert!(paused_page.contains("The connection to the identity provider is paused."), "{paused_page}");
    assert!(open.1.contains("Can this person sign in now?") && open.1.contains("</svg>Yes</span>"), "{}", open.1);
    assert_eq!(waits, (no.clone(), vec![json!("waits")], vec![]));
    assert!(waiting_page.contains("nothing is checked until"), "{waiting_page}");
    assert_eq!((counted, entered.as_str()), ((yes, vec![], vec![]), "/account"));
    assert_eq!(gone, (no, vec![json!("deactivated")], vec![]));
}

/// What this server found is said in the language of the reader, the word of the provider stays as it was said, and a
/// sentence that an older version wrote is shown as it is.
#[tokio::test]
async fn why_somebody_was_refused_is_said_in_the_language_of_the_reader() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    tenant.user("olga", "owner").await;
    let (english, german) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "olga").await.speaking("de"));
    let browser = Browser::new(&server);
    let state = parameter(&link.ask(&browser).await, "state");
    let answer = format!("/sso/{}/callback?error=server_error&state={state}", link.id);
    let failed = number(&browser.get(&answer).await);
    let unbelieved = refused(&link, "ada", |claims| claims["aud"] = json!("others")).await;
    let old = "the identity provider wanted something else";
    let written_by_another = refused(&link, "nobody", |_| {}).await;
    let sql = format!("UPDATE sign_in_refusals SET reason = '{old}' WHERE reference = '{written_by_another}'");
    server.app.store.reader().execute_unprepared(&sql).await.unwrap();

    for (reader, number, expected) in [
        (&english, &failed, "The identity provider answered with the error server_error."),
        (&german, &failed, "Der Anbieter hat mit dem Fehler server_error geantwortet."),
        (&english, &unbelieved, "A token of the identity provider is not believed: it is for somebody else."),
        (&german, &unbelieved, "Einem Token des Anbieters wird nicht geglaubt: er ist für jemand anderen."),
        (&german, &written_by_another, old),
    ] {
        let text = words(&reader.get(&format!("{LIST}/{number}")).await.expect(200));
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let api = by_api(&server, &format!("/sign-in-refusals/{failed}?organisation=acme")).await.expect(200).json();
    assert_eq!(api["reason"], "the identity provider answered server_error");
}
