//! Who is sent to a provider: by the domain of the name, whoever that is; in a browser that knows the person, by the user.

use std::collections::BTreeSet;
use std::time::Duration;

use doorward::app::accounts::{SignIn, WayIn};
use doorward::app::connections::{self, NewConnection};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::ConnectionId;

use super::{link_in, server};
use crate::harness::provider::{IdentityProvider, parameter};

use crate::harness::{Browser, PASSWORD, Reply, Server, hidden_fields};

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

/// S4-11: whoever belongs to a provider without being of its domain finds the way there on the page for the password, where
/// it stands for every name.
#[tokio::test]
async fn s4_11_the_page_for_the_password_offers_the_providers_whoever_is_meant() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    tenant.user("anna@elsewhere.example", "owner").await;
    let link = link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &["acme.example"]).await;
    link.scim.push("kim@elsewhere.example").await;

    let mut pages = BTreeSet::new();
    for typed in ["kim@elsewhere.example", "anna@elsewhere.example", "nobody@elsewhere.example"] {
        let (at, page) = Browser::new(&server).identify(typed).await;
        let attempt = at.rsplit('/').next().unwrap();
        pages.insert(masked(&page).replace(typed, "NAME").replace(attempt, "ATTEMPT"));
    }
    let browser = Browser::new(&server);
    let (at, page) = browser.identify("kim@elsewhere.example").await;
    let attempt = at.rsplit('/').next().unwrap();
    let question = browser.get(&format!("/sso/{}/start?attempt={attempt}", link.id)).await.expect(303);
    let question = question.header("location").unwrap().to_owned();
    let claims = provider.claims(&question, "00u-kim@elsewhere.example", server.app.now().seconds());
    let (end, _) = browser.visit(&provider.answer(&question, &claims)).await;

    assert_eq!(pages.len(), 1, "{pages:#?}");
    assert!(page.text.contains("Sign in with \u{2068}Acme Directory\u{2069}"), "{}", page.text);
    assert_eq!((parameter(&question, "login_hint").as_str(), end.as_str()), ("kim@elsewhere.example", "/account"));
}

/// S4-11: the provider of the user decides where the browser knows that very person, and nowhere else: AU-01, AU-05.
#[tokio::test]
async fn s4_11_a_browser_that_knows_somebody_leads_to_the_provider_of_that_user() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let tenant = server.tenant("acme").await;
    let settings = Settings::default;
    let link = link_in((&server, tenant.org), &provider, Kind::Okta, settings(), &[]).await;
    let of_domain = link_in((&server, tenant.org), &provider, Kind::Okta, settings(), &["acme.example"]).await;
    let names = ["kim@elsewhere.example", "sam@acme.example"];
    for name in names {
        link.scim.push(name).await;
    }

    for (name, other) in names.into_iter().zip(names.into_iter().rev()) {
        let known = Browser::new(&server);
        assert_eq!(link.sign_in(&known, &format!("00u-{name}")).await.0, "/account");
        let only = |browser: &Browser<'_>| {
            let jar = known.jar().into_iter().filter(|(cookie, _)| cookie == "dw_dev");
            browser.set_jar(jar.collect());
        };

        assert_eq!(led_to(&server, name, only).await, Some(link.id), "{name} in a browser that knows them");
        let elsewhere = name.ends_with("@acme.example").then_some(of_domain.id);
        assert_eq!(led_to(&server, name, |_| {}).await, elsewhere, "{name} in any other");
        let elsewhere = other.ends_with("@acme.example").then_some(of_domain.id);
        assert_eq!(led_to(&server, other, only).await, elsewhere, "{other} in the browser of {name}");
        server.advance(Duration::from_hours(91 * 24));
        let elsewhere = name.ends_with("@acme.example").then_some(of_domain.id);
        assert_eq!(led_to(&server, name, only).await, elsewhere, "{name} after ninety days");
    }
}

/// S4-11: where there are several organisations, their providers are offered once one is named.
#[tokio::test]
async fn s4_11_who_has_no_password_is_told_to_name_the_organisation() {
    let (server, provider) = (server().await, IdentityProvider::start().await);
    let (tenant, _other) = (server.tenant("acme").await, server.tenant("other").await);
    let link = link_in((&server, tenant.org), &provider, Kind::Okta, Settings::default(), &[]).await;
    let browser = Browser::new(&server);

    let (_, unnamed) = browser.identify("kim@elsewhere.example").await;
    let (at, first) = browser.visit("/sign-in").await;
    let answer = browser.submit(&first, &[("username", "kim@elsewhere.example"), ("organisation", "acme")]).await;
    let (_, named) = browser.follow(&at, answer).await;

    let hint = "No password here? Name your organisation";
    assert!(unnamed.text.contains(hint) && !unnamed.text.contains("/sso/"), "{}", unnamed.text);
    assert!(!named.text.contains(hint) && named.text.contains(&format!("/sso/{}/", link.id)), "{}", named.text);
}

/// The connection to which a browser is led that types this name, if it is not asked for a password.
async fn led_to(server: &Server, name: &str, prepare: impl Fn(&Browser<'_>)) -> Option<ConnectionId> {
    let browser = Browser::new(server);
    prepare(&browser);
    let (_, page) = browser.identify(name).await;
    match page.heading() {
        "Enter your password" => None,
        heading => {
            assert_eq!(heading, "Continue at \u{2068}Acme Directory\u{2069}", "{}", page.text);
            Some(page.text.split("/sso/").nth(1)?.split('/').next()?.parse().unwrap())
        }
    }
}

/// A page without what differs from one answer to the next.
fn masked(page: &Reply) -> String {
    hidden_fields(&page.text).iter().fold(page.text.clone(), |text, (_, value)| text.replace(value.as_str(), "HIDDEN"))
}
