//! Service accounts in the console: who sees them, how one is made, given tokens, changed and shut out.

use std::time::Duration;

use doorward::app::personal_tokens::{NewToken, Scope};
use doorward::app::service_accounts::{self, NewServiceAccount};
use doorward::app::users::{self as users_of, OnLastHolder};
use doorward::domain::id::ServiceAccountId;
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant};

const LIST: &str = "/console/users/service-accounts";
const NEW: &str = "/console/users/service-accounts/new";

/// A service account of the organisation, made by the operator.
pub async fn account(tenant: &Tenant<'_>, name: &str, role: &str) -> ServiceAccountId {
    let new = NewServiceAccount {
        name: name.to_owned(),
        description: format!("{name} at work"),
        role: role.parse().unwrap(),
        owner: None,
    };
    service_accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id
}

/// A token of it that reads for thirty days: its id and its secret.
pub async fn token(server: &Server, of: ServiceAccountId, name: &str) -> (String, String) {
    let lifetime = Duration::from_hours(24 * 30);
    let new = NewToken { name: name.to_owned(), scopes: vec![Scope::Read], lifetime };
    let (made, secret) = service_accounts::create_token(&server.app, &Server::operator(), of, new).await.unwrap();
    (made.id.to_string(), secret.reveal().clone())
}

/// What the API answers to this token.
async fn users(server: &Server, secret: &str) -> u16 {
    server.send(server.request(Method::GET, "/api/v1/users").bearer_auth(secret)).await.status
}

/// Opens the page of a form and sends it.
async fn fill_in(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let page = browser.get(path).await.expect(200);
    browser.submit_to(path, &page, fields).await
}

/// The one account that the organisation has, as the list leads to it.
async fn only_path(browser: &Browser<'_>) -> String {
    let list = browser.get(LIST).await.expect(200);
    let links: Vec<_> = list.text.split("<th scope=\"row\"><a href=\"").skip(1).collect();
    assert_eq!(links.len(), 1, "{}", list.text);
    links[0].split('"').next().unwrap().to_owned()
}

/// S1-1: service accounts are a kind of their own among the users, with a tab and a count for those who may see them; for
/// others there is neither the tab nor any page behind it.
#[tokio::test]
async fn s1_1_the_tab_service_accounts_is_only_for_those_who_may_manage_them() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    acme.user("adam", "admin").await;
    acme.user("vera", "viewer").await;
    let sync = account(&acme, "HR sync", "viewer").await;
    let (nightly, _) = token(&server, sync, "nightly").await;
    let globex = server.tenant("globex").await;
    globex.user("gina", "owner").await;
    let here = format!("{LIST}/{sync}");
    let pages = [
        here.clone(),
        format!("{here}/deeds/edit"),
        format!("{here}/deeds/role"),
        format!("{here}/deeds/owner"),
        format!("{here}/deeds/deactivate"),
        format!("{here}/deeds/delete"),
        format!("{here}/tokens/new"),
        format!("{here}/tokens/{nightly}/end"),
    ];

    let owner = signed_in(&acme, "olga").await;
    let list = owner.get("/console/users").await.expect(200);
    assert!(list.text.contains(&format!("<a href=\"{LIST}\">Service accounts <span class=\"count\">1</span></a>")));
    assert!(!list.text.contains("HR sync"), "a service account is no user");
    let tab = owner.get(LIST).await.expect(200);
    assert!(tab.text.contains(&format!("<a href=\"{LIST}\" aria-current=\"page\">Service accounts")));
    assert!(tab.text.contains("HR sync") && tab.text.contains(&format!("href=\"{NEW}\"")), "{}", tab.text);
    for path in &pages {
        owner.get(path).await.expect(200);
    }

    for (browser, status) in [
        (signed_in(&acme, "adam").await, 403),
        (signed_in(&acme, "vera").await, 403),
        (signed_in(&globex, "gina").await, 404),
    ] {
        let list = browser.get("/console/users").await.expect(200);
        assert_eq!(list.text.contains(LIST), status == 404, "the way to the service accounts");
        for path in &pages {
            let page = browser.get(path).await;
            assert_eq!(page.status, status, "GET {path}");
            assert!(!page.text.contains("HR sync"), "{path}");
            if path != &here {
                let fields = [("name", "x"), ("role", "contributor"), ("read", "yes"), ("days", "7")];
                let reply = browser.submit_to(path, &list, &fields).await;
                assert_eq!(reply.status, status, "POST {path}");
            }
        }
        if status == 403 {
            assert_eq!([browser.get(LIST).await.status, browser.get(NEW).await.status], [403, 403]);
            let made = browser.submit_to(NEW, &list, &[("name", "x"), ("role", "viewer")]).await;
            assert_eq!(made.status, 403);
        }
    }
    let tab = owner.get(LIST).await.expect(200);
    assert!(tab.text.contains("HR sync") && tab.text.matches("<th scope=\"row\">").count() == 1);
}

/// S1-1: a program gets its account and its token in the console and calls the API with it; the token is seen once.
#[tokio::test]
async fn s1_1_a_service_account_is_made_and_gets_a_token_that_is_shown_once_and_ended() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let new = [("name", "HR sync"), ("description", "Copies people at night"), ("role", "admin")];

    let made = fill_in(&browser, NEW, &new).await.expect(303);
    let path = only_path(&browser).await;
    assert_eq!(made.header("location"), Some(&*format!("{path}?said=service-created")));
    let page = browser.get(&path).await.expect(200);
    for shown in ["Copies people at night", "Admin", &format!("/console/users/{olga}\"><bdi>olga")] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let nightly = [("name", "nightly"), ("read", "yes"), ("days", "30")];
    let once = fill_in(&browser, &format!("{path}/tokens/new"), &nightly).await.expect(200);
    let secret = once.text.split("<code id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(once.text.contains("data-copy=\"once\"") && once.text.contains("/assets/shown-once.js?v="));

    let unused = browser.get(LIST).await.expect(200);
    let called = users(&server, &secret).await;
    let used = browser.get(LIST).await.expect(200);
    let page = browser.get(&path).await.expect(200);
    assert_eq!((unused.text.contains(">Never</td>"), called, used.text.contains(">Never</td>")), (true, 200, false));
    assert!(
        page.text.contains(secret.get(..12).unwrap()) && !page.text.contains(&secret),
        "the hint stays, the secret does not"
    );
    assert!(page.text.contains("nightly") && page.text.contains(">Read</td>"), "{}", page.text);

    let end = page.text.split(&format!("{path}/tokens/")).nth(2).unwrap().split('"').next().unwrap();
    let end = format!("{path}/tokens/{end}");
    let question = browser.get(&end).await.expect(200);
    assert!(words(&question).contains("The token nightly of HR sync is dead at once"), "{}", question.text);
    assert_eq!(users(&server, &secret).await, 200, "a question ends nothing");
    let ended = browser.submit_to(&end, &question, &[]).await.expect(303);
    assert_eq!(ended.header("location"), Some(&*format!("{path}?said=token-ended")));
    assert_eq!(users(&server, &secret).await, 401);
    assert_eq!(browser.get(&end).await.status, 404);
}

/// S1-1, TE-02: the console offers roles for programs only, and refuses what is typed past it, with the reason.
#[tokio::test]
async fn s1_1_a_protected_role_is_not_offered_and_a_wrong_form_comes_back_as_it_was() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let sync = account(&acme, "HR sync", "admin").await;
    let browser = signed_in(&acme, "olga").await;
    let change = format!("{LIST}/{sync}/deeds/role");
    let offered = async |path: &str| {
        let page = browser.get(path).await.expect(200).text;
        let roles = page.split("name=\"role\" value=\"").skip(1).map(|it| it.split('"').next().unwrap().to_owned());
        roles.collect::<Vec<_>>()
    };

    let [new, other] = [offered(NEW).await, offered(&change).await];
    assert!(new.contains(&"admin".to_owned()) && new.contains(&"viewer".to_owned()), "{new:?}");
    assert!(!new.contains(&"owner".to_owned()) && !other.contains(&"owner".to_owned()), "{new:?} {other:?}");
    assert!(!other.contains(&"admin".to_owned()), "the role that it has is no other one");

    let protected = fill_in(&browser, NEW, &[("name", "Root"), ("role", "owner")]).await.expect(400);
    let unnamed =
        fill_in(&browser, NEW, &[("name", " "), ("description", "Kept"), ("role", "viewer")]).await.expect(400);
    let same = fill_in(&browser, NEW, &[("name", "hr SYNC"), ("role", "viewer")]).await;
    let raised = fill_in(&browser, &change, &[("role", "owner")]).await.expect(400);
    let tokens = format!("{LIST}/{sync}/tokens/new");
    let useless = fill_in(&browser, &tokens, &[("name", "nightly"), ("days", "30")]).await.expect(400);
    let endless = fill_in(&browser, &tokens, &[("name", "x"), ("read", "yes"), ("days", "366")]).await.expect(400);

    for (page, says) in [
        (&protected, "Choose a role."),
        (&unnamed, "Enter a name"),
        (&raised, "Choose a role."),
        (&useless, "Choose at least one thing"),
        (&endless, "Choose from 1 to 365 days."),
    ] {
        let problem = page.text.split("id=\"problem\"").nth(1).unwrap_or_else(|| panic!("{says}: {}", page.text));
        assert!(words(page).contains("<title>Error") && problem.contains(says), "{says}: {problem}");
    }
    assert!(unnamed.text.contains("value=\"Kept\"") && unnamed.text.contains("value=\"viewer\" required checked"));
    assert!(useless.text.contains("value=\"nightly\""));
    assert_eq!(same.status, 409, "{}", same.text);
    let list = browser.get(LIST).await.expect(200);
    assert_eq!(list.text.matches("<th scope=\"row\">").count(), 1, "nothing was made");
    assert!(list.text.contains(">Admin<"), "nothing was changed");
}

/// S1-1: every deed asks first, with the name and what follows, and counts for the tokens that are out there at once.
#[tokio::test]
async fn s1_1_each_deed_on_a_service_account_names_it_and_what_follows_and_counts_at_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = acme.user("olga", "owner").await;
    let sync = account(&acme, "HR sync", "admin").await;
    let (_, secret) = token(&server, sync, "nightly").await;
    let browser = signed_in(&acme, "olga").await;
    let path = format!("{LIST}/{sync}");
    let person = async || {
        let request = server.request(Method::GET, &format!("/api/v1/users/{olga}")).bearer_auth(&secret);
        server.send(request).await.status
    };
    let deed = async |word: &str, says: &str, fields: &[(&str, &str)]| {
        let at = format!("{path}/deeds/{word}");
        let question = browser.get(&at).await.expect(200);
        assert!(words(&question).contains("HR") && words(&question).contains(says), "{word}: {}", words(&question));
        browser.submit_to(&at, &question, fields).await.expect(303)
    };

    let before = person().await;
    deed("role", "HR sync is Admin now", &[("role", "viewer")]).await;
    let shrunk = (person().await, users(&server, &secret).await);
    deed("edit", "HR sync", &[("name", "HR copy"), ("description", "")]).await;
    assert!(browser.get(&path).await.expect(200).text.contains("<h1><bdi>HR copy</bdi></h1>"));
    deed("deactivate", "Every token of HR copy is dead at once and for good", &[]).await;
    let dead = users(&server, &secret).await;
    let shut = browser.get(&path).await.expect(200);
    assert!(shut.text.contains("disabled aria-describedby=\"why-not\">New token</button>"), "{}", shut.text);
    assert!(shut.text.contains("id=\"why-not\">The service account is deactivated. Activate it first.</p>"));
    assert!(!shut.text.contains("/tokens/new") && !shut.text.contains("/deeds/deactivate"));
    let late = fill_in(&browser, &format!("{path}/tokens/new"), &[("name", "x"), ("read", "yes"), ("days", "7")]).await;
    deed("activate", "HR copy may call the API again as Viewer, with new tokens only", &[]).await;
    let after = users(&server, &secret).await;
    let (_, fresh) = token(&server, sync, "fresh").await;
    let alive = users(&server, &fresh).await;
    let gone = deed("delete", "The service account HR copy and every token of it are gone at once", &[]).await;

    assert_eq!((before, shrunk, dead, late.status, after, alive), (200, (403, 200), 401, 409, 401, 200));
    assert_eq!(gone.header("location"), Some(&*format!("{LIST}?said=service-deleted")));
    assert_eq!((users(&server, &fresh).await, browser.get(&path).await.status), (401, 404));
    let list = browser.get(LIST).await.expect(200);
    assert!(list.text.contains("No program has an account yet."), "{}", list.text);
}

/// S1-1: a token for a program takes a proof of the last ten minutes that it is the person who asks.
#[tokio::test]
async fn s1_1_a_token_for_a_program_takes_a_fresh_proof_of_who_asks() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let sync = account(&acme, "HR sync", "viewer").await;
    let browser = signed_in(&acme, "olga").await;
    let path = format!("{LIST}/{sync}");
    let form = browser.get(&format!("{path}/tokens/new")).await.expect(200);

    server.advance(Duration::from_mins(11));
    let fields = [("name", "late"), ("read", "yes"), ("days", "30")];
    let late = browser.submit_to(&format!("{path}/tokens/new"), &form, &fields).await;
    let asked = browser.get(&format!("{path}/tokens/new")).await;
    let page = browser.get(&path).await.expect(200);

    assert_eq!(late.status, 403, "{}", late.text);
    assert!(asked.status == 303 && asked.header("location").unwrap().starts_with("/sign-in/"), "{}", asked.status);
    assert!(page.text.contains("There is none, so the program cannot call the API."), "{}", page.text);
}

/// S1-1: what cannot be made now because there are as many as there may be is shown with the reason.
#[tokio::test]
async fn s1_1_a_service_account_with_all_its_tokens_says_why_it_gets_no_further_one() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let sync = account(&acme, "HR sync", "viewer").await;
    for at in 0..service_accounts::TOKENS_MAX {
        token(&server, sync, &format!("token {at}")).await;
    }
    let browser = signed_in(&acme, "olga").await;
    let path = format!("{LIST}/{sync}");
    let why = "It has 20 tokens, and there can be no more. End one first.";

    let page = browser.get(&path).await.expect(200);
    let form = browser.get(&format!("{path}/tokens/new")).await.expect(200);
    let fields = [("name", "one more"), ("read", "yes"), ("days", "30")];
    let refused = browser.submit_to(&format!("{path}/tokens/new"), &form, &fields).await;

    for shown in [&page, &form, &refused] {
        assert!(words(shown).contains(why), "{}", shown.text);
    }
    assert_eq!((refused.status, page.text.contains("/tokens/new\"")), (400, false));
    assert!(!form.text.contains("name=\"days\""), "no form that cannot be sent");
}

/// S1-1: a program whose owner cannot sign in any more is marked, and somebody active takes it over.
#[tokio::test]
async fn s1_1_a_service_account_without_an_active_owner_is_marked_and_handed_over() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let otto = acme.user("otto", "owner").await;
    let gone = acme.user("gone", "viewer").await;
    let deactivate = async |id| users_of::deactivate(&server.app, &Server::operator(), id, OnLastHolder::Refuse).await;
    deactivate(gone).await.unwrap();
    let browser = signed_in(&acme, "olga").await;
    fill_in(&browser, NEW, &[("name", "HR sync"), ("role", "viewer")]).await.expect(303);
    let path = only_path(&browser).await;
    let hand_over = format!("{path}/deeds/owner");
    let marked = async || {
        let pages = [browser.get(LIST).await.expect(200), browser.get(&path).await.expect(200)];
        pages.map(|page| words(&page).contains("(not active: hand it over)"))
    };

    let before = marked().await;
    for nobody in ["gone", "nobody", ""] {
        let refused = fill_in(&browser, &hand_over, &[("owner", nobody)]).await.expect(400);
        assert!(words(&refused).contains("Enter the user name of an active user"), "{nobody}: {}", refused.text);
        assert!(refused.text.contains(&format!("value=\"{nobody}\"")), "what was typed stays");
    }
    let done = fill_in(&browser, &hand_over, &[("owner", "OTTO")]).await.expect(303);
    let handed = browser.get(&path).await.expect(200);
    deactivate(otto).await.unwrap();
    let after = marked().await;

    assert_eq!(done.header("location"), Some(&*format!("{path}?said=service-changed")));
    assert!(handed.text.contains(&format!("/console/users/{otto}\"><bdi>otto")), "{}", handed.text);
    assert_eq!((before, after), ([false, false], [true, true]));
}
