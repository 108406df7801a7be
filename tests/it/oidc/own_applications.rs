//! The own applications: where a person goes from here, and how they take back what an application has of them.

use doorward::app::clients::{self, NewClient, Reach};
use doorward::store::audit;

use super::stage::{Rp, Stage, answer, organisation, user};
use crate::harness::Server;

const PAGE: &str = "/account/applications";

fn begins_at(uri: &str, new: NewClient) -> NewClient {
    NewClient { initiate_login_uri: Some(uri.to_owned()), ..new }
}

fn withdrawal(rp: &Rp) -> String {
    format!("{PAGE}/{}/withdraw", rp.id)
}

#[tokio::test]
async fn what_an_application_has_is_shown_and_taken_back_by_whose_it_is() {
    let stage = Stage::new().await;
    let asks = stage.rp_with(|new| NewClient { first_party: false, name: "Ledger".to_owned(), ..new }).await;
    let trusted = stage.rp_with(|new| NewClient { name: "Wiki".to_owned(), ..new }).await;
    let tokens = stage.tokens(&trusted, &stage.ada).await;
    let browser = stage.browser(&stage.ada).await;
    let (_, page) = browser.visit(&asks.request(&[])).await;
    let allowed = browser.submit(&page, &[("decision", "allow")]).await;
    let code = answer(&allowed)["code"].clone();
    let other = stage.tokens(&trusted, &stage.grace).await;

    let page = browser.get(PAGE).await.expect(200);

    for shown in ["Ledger", "Wiki", "See your e-mail address", "Keep this access while you are away"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let taken_back = browser.submit_to(&withdrawal(&asks), &page, &[]).await;
    assert_eq!(taken_back.header("location"), Some("/account/applications?done=application"));
    let left = browser.get(PAGE).await.expect(200);
    assert!(!left.text.contains("Ledger") && left.text.contains("Wiki"), "{}", left.text);
    assert_eq!(stage.redeem(&asks, &code).await.status, 400);
    let asked_again = browser.get(&asks.request(&[])).await;
    assert!(asked_again.header("location").is_some_and(|it| it.starts_with("/sign-in/")), "{}", asked_again.text);
    // One that nobody is asked about ends in the same way, for whoever ends it and for nobody else.
    browser.submit_to(&withdrawal(&trusted), &left, &[]).await.expect(303);
    assert_eq!(stage.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert_eq!(stage.userinfo(other["access_token"].as_str().unwrap()).await.status, 200);
    assert!(browser.get(PAGE).await.expect(200).text.contains("No application has access to your account"));
    let rows = audit::newest(stage.server.app.store.reader(), stage.org.id, 50).await.unwrap();
    let withdrawn = rows.iter().filter(|row| row.action == "token.consent_withdrawn").count();
    assert_eq!(withdrawn, 2);
}

#[tokio::test]
async fn nothing_is_taken_back_twice_or_of_an_application_that_is_not_there() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    stage.code(&rp, &browser).await;
    let page = browser.get(PAGE).await.expect(200);
    browser.submit_to(&withdrawal(&rp), &page, &[]).await.expect(303);

    for path in [withdrawal(&rp), format!("{PAGE}/0/withdraw"), format!("{PAGE}/{}/withdraw", stage.org.id)] {
        assert_eq!(browser.submit_to(&path, &page, &[]).await.status, 404, "{path}");
    }
}

/// OpenID Connect Core 4: the application learns at whom it is to ask; only whoever may use it is sent there.
#[tokio::test]
async fn a_sign_in_begins_here_for_whoever_may_use_the_application() {
    let stage = Stage::new().await;
    let globex = organisation(&stage.server, "globex").await;
    let vera = user(&stage.server, &globex, "vera@globex.example", "owner").await;
    stage.rp_with(|new| begins_at("https://wiki.example/begin?from=doorward", new)).await;
    let owners = Reach { roles: vec!["owner".to_owned()], ..Reach::default() };
    stage.rp_with(|new| begins_at("https://ledger.example/begin", NewClient { reach: owners, ..new })).await;
    stage.rp_with(|new| begins_at("https://acme.example/begin", NewClient { org: Some(stage.org.id), ..new })).await;
    let off = stage.rp_with(|new| begins_at("https://off.example/begin", new)).await;
    clients::disable(&stage.server.app, &Server::operator(), off.id).await.unwrap();
    let issuer = stage.server.app.config.public_url.replace(':', "%3A").replace('/', "%2F");

    for (person, offered) in [
        (&stage.ada, &["wiki.example", "ledger.example", "acme.example"][..]),
        (&stage.grace, &["wiki.example", "acme.example"]),
        (&vera, &["wiki.example", "ledger.example"]),
    ] {
        let page = stage.browser(person).await.get(PAGE).await.expect(200).text;
        for host in ["wiki.example", "ledger.example", "acme.example", "off.example"] {
            let is_there = page.contains(&format!("href=\"https://{host}/begin?"));
            assert_eq!(is_there, offered.contains(&host), "{} {host}: {page}", person.user.user_name);
        }
        assert!(page.contains(&format!("https://wiki.example/begin?from=doorward&#38;iss={issuer}\"")), "{page}");
    }
}
