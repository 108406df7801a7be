//! The way to a provider and back.

use std::time::Duration;

use doorward::app::clients::NewClient;
use doorward::app::policies::{self, PolicyChange};
use doorward::domain::connection::{Kind, Settings, SsoMfa};
use serde_json::json;

use super::{link, link_in, link_with, server};
use crate::harness::provider::{IdentityProvider, parameter};
use crate::harness::{Browser, Phone, Server};
use crate::oidc::stage::{Stage, answer, claims};

#[tokio::test]
async fn somebody_whom_the_connection_pushed_signs_in_at_the_provider() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);

    let (at, account) = link.sign_in(&browser, "00u-ada").await;
    let (again, _) = link.sign_in(&browser, "00u-ada").await;
    let sessions = browser.get("/account/sessions").await;

    assert_eq!((at.as_str(), account.status, again.as_str()), ("/account", 200, "/account"));
    assert!(sessions.text.contains("Identity provider"), "{}", sessions.text);
    assert_eq!(link.audit("identity.linked").await.len(), 1);
    let signed_in = link.audit("auth.signed_in").await;
    assert_eq!(signed_in.len(), 2);
    assert_eq!(signed_in[0].changes, json!([{"path": "amr", "new": ["pwd", "mfa"]}]).to_string());
}

#[tokio::test]
async fn the_question_has_state_nonce_and_challenge_of_its_own_every_time() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    let browser = Browser::new(&server);

    let (one, other) = (link.ask(&browser).await, link.ask(&browser).await);

    assert!(one.starts_with(&format!("{}/authorize?", provider.issuer)), "{one}");
    for name in ["state", "nonce", "code_challenge"] {
        assert!(parameter(&one, name).len() >= 43, "{name} in {one}");
        assert_ne!(parameter(&one, name), parameter(&other, name), "{name}");
    }
    assert_eq!(parameter(&one, "code_challenge_method"), "S256");
    assert_eq!(parameter(&one, "response_type"), "code");
    assert_eq!(parameter(&one, "redirect_uri"), format!("{}/sso/{}/callback", server.url, link.id));
}

/// An application asks, the first page offers the provider, and the application gets a code: with the methods and the
/// moment of the provider in its ID token.
#[tokio::test]
async fn an_application_gets_somebody_who_signed_in_at_the_provider() {
    let provider = IdentityProvider::start().await;
    let stage = Stage::on(server().await).await;
    let link = link_in((&stage.server, stage.org.id), &provider, Kind::Okta, Settings::default(), &[]).await;
    link.scim.push("eve").await;
    let rp = stage.rp_with(|new| NewClient { org: Some(stage.org.id), ..new }).await;
    let browser = Browser::new(&stage.server);

    let (_, first) = browser.visit(&rp.request(&[])).await;
    let way = first.text.split("href=\"").find(|it| it.starts_with("/sso/")).unwrap().split('"').next().unwrap();
    let question = browser.get(way).await.expect(303).header("location").unwrap().to_owned();
    let back = provider.answer(&question, &provider.claims(&question, "00u-eve", link.now()));
    let code = answer(&browser.get(&back).await)["code"].clone();
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();

    assert!(first.text.contains("Sign in with \u{2068}Acme Directory\u{2069}"), "{}", first.text);
    let said = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(said["amr"], json!(["pwd", "mfa"]));
    assert_eq!(said["auth_time"], link.now() - 10);
}

#[tokio::test]
async fn an_application_that_wants_a_new_proof_gets_one_or_nobody() {
    let provider = IdentityProvider::start().await;
    let stage = Stage::on(server().await).await;
    let link = link_in((&stage.server, stage.org.id), &provider, Kind::Okta, Settings::default(), &[]).await;
    link.scim.push("eve").await;
    let rp = stage.rp_with(|new| NewClient { org: Some(stage.org.id), ..new }).await;
    let browser = Browser::new(&stage.server);
    let ask = async |wish: (&str, &str)| {
        let (_, first) = browser.visit(&rp.request(&[wish])).await;
        let way = first.text.split("href=\"").find(|it| it.starts_with("/sso/")).unwrap().split('"').next().unwrap();
        browser.get(way).await.expect(303).header("location").unwrap().to_owned()
    };

    let anew = ask(("prompt", "login")).await;
    let mut old = provider.claims(&anew, "00u-eve", link.now());
    old["auth_time"] = json!(link.now() - 3_600);
    let (_, refused) = browser.visit(&provider.answer(&anew, &old)).await;
    let bounded = ask(("max_age", "600")).await;
    let fresh = provider.claims(&bounded, "00u-eve", link.now());
    let taken = browser.get(&provider.answer(&bounded, &fresh)).await;

    assert_eq!((parameter(&anew, "prompt").as_str(), parameter(&bounded, "max_age").as_str()), ("login", "600"));
    assert!(link.reason(&refused).await.contains("newer proof"));
    assert!(answer(&taken).contains_key("code"));
}

/// The rule of the connection says whether a code is asked for here.
#[tokio::test]
async fn a_second_factor_is_asked_for_here_unless_the_rule_and_the_provider_make_it_needless() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let enrols = "Set up your second factor";
    for (number, (mfa, amr, expected)) in [
        (SsoMfa::TrustIdp, json!(["pwd"]), "/account"),
        (SsoMfa::RequireAmr, json!(["pwd", "mfa"]), "/account"),
        (SsoMfa::RequireAmr, json!(["pwd", "otp"]), enrols),
        (SsoMfa::RequireAmr, json!(null), enrols),
        (SsoMfa::RequireLocal, json!(["pwd", "mfa"]), enrols),
    ]
    .into_iter()
    .enumerate()
    {
        let tenant = server.tenant(&format!("org-{number}")).await;
        let link = link_with(&tenant, &provider, Kind::Okta, |settings| Settings { mfa: Some(mfa), ..settings }).await;
        link.scim.push("ada").await;

        let (at, page) =
            link.sign_in_with(&Browser::new(&server), "00u-ada", |claims| claims["amr"] = amr.clone()).await;

        let reached = if at == "/account" { "/account" } else { page.heading() };
        assert_eq!(reached, expected, "{mfa:?} {amr}");
    }
}

/// MF-07: what the provider says proves two factors only by a word that counts at the connection; a provider that says nothing
/// proves nothing, and neither does a word of another claim. The session says of itself what was proved.
#[tokio::test]
async fn mf_07_only_the_words_of_the_connection_prove_two_factors() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let enrols = "Set up your second factor";
    let words = |all: &[&str]| Some(all.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
    let table = [
        (Kind::Okta, None, None, json!({ "amr": null }), enrols),
        (Kind::Okta, None, None, json!({ "amr": null, "acr": "urn:okta:loa:2fa:any" }), "/account"),
        (Kind::Okta, words(&["hwk"]), None, json!({ "amr": ["hwk"] }), "/account"),
        (Kind::Okta, words(&["hwk"]), None, json!({ "amr": ["pwd", "mfa"] }), enrols),
        (Kind::Okta, words(&[]), words(&[]), json!({ "amr": ["mfa"], "acr": "phr" }), enrols),
        (
            Kind::Okta,
            None,
            words(&["urn:okta:loa:1fa:any"]),
            json!({ "amr": [], "acr": "urn:okta:loa:2fa:any" }),
            enrols,
        ),
        (Kind::Entra, None, words(&["c2"]), json!({ "amr": null, "acrs": ["c1", "c2"] }), "/account"),
        (Kind::Entra, None, words(&["c2"]), json!({ "amr": null, "acrs": ["c1"] }), enrols),
        (Kind::Entra, None, words(&["c2"]), json!({ "amr": null, "acrs": "c2" }), enrols),
        (Kind::Entra, None, None, json!({ "amr": null, "acrs": ["c1", "p1"] }), enrols),
        (Kind::Generic, None, words(&["c2"]), json!({ "amr": null, "acrs": ["c2"] }), enrols),
    ];

    for (number, (kind, mfa_amr, mfa_acr, said, expected)) in table.into_iter().enumerate() {
        let tenant = server.tenant(&format!("org-{number}")).await;
        let with = |settings| Settings { mfa: Some(SsoMfa::RequireAmr), mfa_amr, mfa_acr, ..settings };
        let link = link_with(&tenant, &provider, kind, with).await;
        link.scim.push("ada").await;
        let browser = Browser::new(&server);

        let change = |claims: &mut serde_json::Value| {
            (claims["tid"], claims["oid"]) = (json!("tenant"), json!("00u-ada"));
            said.as_object().unwrap().iter().for_each(|(name, value)| claims[name] = value.clone());
        };
        let (at, page) = link.sign_in_with(&browser, "00u-ada", change).await;

        let reached = if at == "/account" { "/account" } else { page.heading() };
        assert_eq!(reached, expected, "{number} {said}");
        if expected == "/account" {
            let row = &link.audit("auth.signed_in").await[0];
            assert!(row.changes.contains("\"mfa\""), "{number}: {}", row.changes);
        }
    }
}

/// MF-07: where the connection says nothing the policy of the organisation says whether a code is asked for here, and what
/// the connection says comes first.
#[tokio::test]
async fn mf_07_the_policy_says_what_counts_as_a_second_factor_where_the_connection_does_not() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let enrols = "Set up your second factor";
    let (trust, local) = (Some(SsoMfa::TrustIdp), Some(SsoMfa::RequireLocal));
    for (number, (policy, connection, expected)) in
        [(local, None, enrols), (trust, None, "/account"), (local, trust, "/account"), (trust, local, enrols)]
            .into_iter()
            .enumerate()
    {
        let tenant = server.tenant(&format!("org-{number}")).await;
        let change = PolicyChange { sso_mfa: Some(policy), ..PolicyChange::default() };
        policies::change(&server.app, &Server::operator(), tenant.org, change).await.unwrap();
        let with = |settings| Settings { mfa: connection, ..settings };
        let link = link_with(&tenant, &provider, Kind::Okta, with).await;
        link.scim.push("ada").await;

        let browser = Browser::new(&server);
        let (at, page) = link.sign_in_with(&browser, "00u-ada", |claims| claims["amr"] = json!(["pwd", "mfa"])).await;

        let reached = if at == "/account" { "/account" } else { page.heading() };
        assert_eq!(reached, expected, "{policy:?} {connection:?}");
        assert_eq!(browser.is_signed_in().await, expected == "/account");
    }
}

#[tokio::test]
async fn a_second_factor_that_was_enrolled_here_is_asked_for_the_next_time() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let local = |settings| Settings { mfa: Some(SsoMfa::RequireLocal), ..settings };
    let link = link_with(&tenant, &provider, Kind::Okta, local).await;
    link.scim.push("ada").await;
    let browser = Browser::new(&server);

    let (_, page) = link.sign_in(&browser, "00u-ada").await;
    let (phone, at, _): (Phone, String, _) = browser.enrol(&page).await;
    server.advance(Duration::from_secs(30));
    let second = Browser::new(&server);
    let (_, asked) = link.sign_in(&second, "00u-ada").await;
    let skipped = second.is_signed_in().await;
    let answer = second.submit(&asked, &[("code", &phone.code(&server))]).await;
    let (then, _) = second.follow("", answer).await;

    assert_eq!((at.as_str(), asked.heading(), then.as_str()), ("/account", "Enter your code", "/account"));
    assert!(!skipped);
}

/// What the provider says about the end of a session is a ceiling: for the session, and for every token that came of it.
#[tokio::test]
async fn a_session_ends_when_the_provider_says_and_nothing_outlives_it() {
    let provider = IdentityProvider::start().await;
    let stage = Stage::on(server().await).await;
    let link = link_in((&stage.server, stage.org.id), &provider, Kind::Okta, Settings::default(), &[]).await;
    link.scim.push("eve").await;
    let (rp, browser) = (stage.rp().await, Browser::new(&stage.server));
    let past = link.refused_with("00u-eve", |claims| claims["session_expiry"] = json!(1_700_000_000)).await;
    let end = link.now() + 600;

    link.sign_in_with(&browser, "00u-eve", |claims| claims["session_expiry"] = json!(end)).await;
    let code = stage.code(&rp, &browser).await;
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();
    stage.server.advance(Duration::from_secs(590));
    let before = browser.is_signed_in().await;
    stage.server.advance(Duration::from_secs(11));
    let after = browser.is_signed_in().await;
    let refreshed = stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await;

    assert!(past.contains("has ended already"), "{past}");
    assert_eq!((before, after, refreshed.status), (true, false, 400));
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_named_and_lets_nobody_in() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let settings = Settings::default();
    let gone = provider.said_to_be("http://127.0.0.1:9");
    let link = link_in((&server, tenant.org), &gone, Kind::Okta, settings, &[]).await;

    let page = Browser::new(&server).get(&format!("/sso/{}/start", link.id)).await;

    assert!(link.reason(&page).await.contains("could not be reached"));
}

/// A key that the provider has changed is asked for, but not more than once in ten seconds for whoever makes keys up.
#[tokio::test]
async fn a_new_key_is_asked_for_once_in_ten_seconds_at_most() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    link.scim.push("ada").await;
    link.sign_in(&Browser::new(&server), "00u-ada").await;

    provider.rotate();
    let at_once = {
        let browser = Browser::new(&server);
        link.sign_in(&browser, "00u-ada").await;
        (browser.is_signed_in().await, provider.keys_asked())
    };
    server.advance(Duration::from_secs(10));
    let (later, _) = link.sign_in(&Browser::new(&server), "00u-ada").await;

    assert_eq!(at_once, (false, 1));
    assert_eq!((later.as_str(), provider.keys_asked()), ("/account", 2));
}

/// C8: an application that wants two factors asks for a code here unless the provider says that there were two, also where the
/// connection takes its word for everything.
#[tokio::test]
async fn c8_an_application_that_wants_two_factors_asks_whoever_comes_from_a_provider() {
    let (stage, provider) = (Stage::on(server().await).await, IdentityProvider::start().await);
    let trusted = Settings { mfa: Some(SsoMfa::TrustIdp), ..Settings::default() };
    let link = link_in((&stage.server, stage.org.id), &provider, Kind::Okta, trusted, &[]).await;
    link.scim.push("eve").await;
    let org = Some(stage.org.id);
    let usual = stage.rp_with(|new| NewClient { org, ..new }).await;
    let strict = stage.rp_with(|new| NewClient { org, require_mfa: true, ..new }).await;

    let mut ends = Vec::new();
    for (rp, amr) in [(&usual, json!(["pwd"])), (&strict, json!(["pwd"])), (&strict, json!(["pwd", "mfa"]))] {
        let browser = Browser::new(&stage.server);
        let (_, first) = browser.visit(&rp.request(&[])).await;
        let way = first.text.split("href=\"").find(|it| it.starts_with("/sso/")).unwrap().split('"').next().unwrap();
        let question = browser.get(way).await.expect(303).header("location").unwrap().to_owned();
        let mut claims = provider.claims(&question, "00u-eve", link.now());
        claims["amr"] = amr;
        let (_, end) = browser.visit(&provider.answer(&question, &claims)).await;
        let has_code = end.header("location").is_some_and(|it| it.contains("code="));
        ends.push(if has_code { "a code".to_owned() } else { end.heading().to_owned() });
    }

    assert_eq!(ends, ["a code", "Set up your second factor", "a code"]);
}
