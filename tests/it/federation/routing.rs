//! Who is sent to a provider: by the domain of the name, whoever that is.

use std::collections::BTreeSet;
use std::time::Duration;

use doorward::app::accounts::{SignIn, WayIn};
use doorward::app::connections::{self, NewConnection};
use doorward::domain::connection::{Kind, Settings};

use super::{link_in, server};
use crate::harness::provider::{IdentityProvider, parameter};
use crate::harness::{Browser, PASSWORD, Server};

/// AU-05: in a domain of a provider everybody gets the page that leads there, known or not, and nobody a password form.
#[tokio::test]
async fn au_05_every_name_of_a_domain_leads_to_its_provider_and_no_password_is_asked_for() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    tenant.user("anna@acme.example", "owner").await;
    tenant.user_with("sven@acme.example", "viewer", SignIn::Sso, WayIn::Closed).await;
    let link = link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &["acme.example"]).await;

    let mut pages = BTreeSet::new();
    let names = ["anna@acme.example", "sven@acme.example", "SVEN@Acme.Example", "nobody@acme.example"];
    for typed in names {
        let browser = Browser::new(&server);
        let (at, page) = browser.identify(typed).await;
        assert!(page.text.contains(&format!("<bdi class=\"person-name\">{typed}</bdi>")), "{}", page.text);
        let attempt = at.rsplit('/').next().unwrap();
        let way = format!("/sso/{}/start?attempt={attempt}", link.id);
        assert!(page.text.contains(&way), "{}", page.text);
        let question = browser.get(&way).await.expect(303).header("location").unwrap().to_owned();
        assert_eq!(parameter(&question, "login_hint"), typed);
        pages.insert((page.status, page.text.replace(typed, "NAME").replace(attempt, "ATTEMPT")));
    }

    assert_eq!(pages.len(), 1, "{pages:#?}");
    let (_, page) = pages.first().unwrap();
    assert!(!page.contains("name=\"password\""), "{page}");
}

/// UP-11: a name that can be read in two ways is nobody's of the domain.
#[tokio::test]
async fn up_11_an_ambiguous_or_look_alike_address_is_not_sent_to_the_provider() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &["acme.example"]).await;

    for typed in [
        "a@evil@acme.example",
        "\"a@evil\"@acme.example",
        "a\u{ff20}acme.example",
        "a@acme.example.",
        "a@\u{430}cme.example",
        "a@sub.acme.example",
        "acme.example",
    ] {
        let (_, page) = Browser::new(&server).identify(typed).await;
        assert_eq!(page.heading(), "Enter your password", "{typed}");
    }
}

#[tokio::test]
async fn a_password_that_is_sent_where_the_provider_is_due_opens_nothing() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    tenant.user("anna@acme.example", "owner").await;
    link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &["acme.example"]).await;
    let browser = Browser::new(&server);
    let (start, first) = browser.visit("/sign-in").await;
    let answer = browser.submit(&first, &[("username", "anna@acme.example")]).await;
    browser.follow(&start, answer).await;

    let forged = browser.submit_to(&start, &first, &[("password", PASSWORD)]).await;

    assert!(matches!(forged.status, 400 | 403), "{}", forged.status);
    assert!(!browser.is_signed_in().await);
}

/// Those who sign in here although their name is of the domain have an address of their own.
#[tokio::test]
async fn an_account_with_a_password_in_the_domain_signs_in_at_the_address_for_that() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    tenant.user("anna@acme.example", "owner").await;
    link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &["acme.example"]).await;
    let browser = Browser::new(&server);

    let (at, page) = browser.visit("/sign-in?method=password").await;
    let answer = browser.submit(&page, &[("username", "anna@acme.example")]).await;
    let (at, page) = browser.follow(&at, answer).await;
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    let (at, _) = browser.follow(&at, answer).await;

    assert_eq!(at, "/account");
}

#[tokio::test]
async fn a_domain_leads_to_one_connection_of_the_whole_instance() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let (one, other) = (server.tenant("one").await, server.tenant("other").await);
    link_in((&server, one.org), &provider, Kind::Okta, Settings::default(), &["acme.example"]).await;

    let (issuer, client_id) = (Some(provider.issuer.clone()), Some("x".to_owned()));
    let late = NewConnection {
        org: other.org,
        kind: Kind::Generic,
        name: "late".to_owned(),
        settings: Settings { issuer, client_id, ..Settings::default() },
        client_secret: None,
        domains: vec!["ACME.example".parse().unwrap()],
        token_lifetime: Duration::from_hours(24),
    };
    let refused = connections::create(&server.app, &Server::operator(), late).await;

    let problem = refused.err().unwrap().to_string();
    assert!(problem.contains("leads to another connection already"), "{problem}");
}
