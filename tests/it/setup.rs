//! Setting an empty instance up in the browser.

use std::time::Duration;

use doorward::app::organisations::{self, NewOrganisation};
use doorward::app::setup;
use doorward::domain::role::RoleModel;
use doorward::store::audit;
use reqwest::Method;

use crate::harness::{Browser, Reply, Server};
use crate::signin::join_all;

/// Good enough for every policy there is.
const PASSWORD: &str = "Quiet lantern 7 over the harbour";
const ORGANISATION: [(&str, &str); 3] =
    [("name", "Acme & Sons"), ("slug", "acme"), ("role_model", "owner-admin-contributor-viewer")];
const OWNER: [(&str, &str); 6] = [
    ("user_name", "olivia@acme.example"),
    ("display_name", "Olivia Owner"),
    ("email", "olivia@acme.example"),
    ("password", PASSWORD),
    ("password_again", PASSWORD),
    ("step", "finish"),
];

/// The path of a new address.
async fn address(server: &Server) -> String {
    let url = setup::offer(&server.app).await.unwrap().expect("there is no organisation yet");
    url.reveal().strip_prefix(&server.app.config.public_url).unwrap().to_owned()
}

/// The page of the owner, reached as a person does.
async fn at_the_owner(browser: &Browser<'_>, path: &str, organisation: &[(&str, &str)]) -> Reply {
    let page = browser.get(path).await.expect(200);
    browser.submit(&page, &[organisation, &[("step", "owner")]].concat()).await
}

/// The short names of every organisation.
async fn organisations_of(server: &Server) -> Vec<String> {
    let all = organisations::list(&server.app, &Server::operator()).await.unwrap();
    all.into_iter().map(|it| it.slug).collect()
}

#[tokio::test]
async fn s4_2_the_address_makes_an_organisation_and_a_first_person_who_signs_in_with_the_first_role() {
    for preset in RoleModel::PRESETS {
        let server = Server::start().await;
        let browser = Browser::new(&server);
        let page = at_the_owner(
            &browser,
            &address(&server).await,
            &[("name", "Acme"), ("slug", "acme"), ("role_model", preset)],
        )
        .await;

        let done = browser.submit(&page.expect(200), &OWNER).await.expect(200);

        assert_eq!(done.heading(), "Doorward is ready");
        assert!(!browser.is_signed_in().await, "nobody is signed in by that");
        let (_, next) = Browser::new(&server).sign_in("olivia@acme.example", PASSWORD).await;
        assert_eq!((next.status, next.problem()), (200, ""), "{preset}");
        let users = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.json();
        let first = RoleModel::preset(preset).unwrap();
        assert_eq!(users["users"][0]["role"], first.first_user_role().as_str(), "{preset}: {users}");
        assert_eq!(users["users"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn every_role_model_is_offered_with_a_sentence_and_its_roles() {
    let server = Server::start().await;

    let page = Browser::new(&server).get(&address(&server).await).await.expect(200);

    for preset in RoleModel::PRESETS {
        let model = RoleModel::preset(preset).unwrap();
        assert!(
            page.text.contains(&format!("value=\"{preset}\"")) && page.text.contains(model.description()),
            "{preset}"
        );
        for role in model.roles() {
            assert!(page.text.contains(&format!("<li>{}: ", role.label)), "{preset}: {}", role.label);
        }
    }
}

/// AU-18: the usual defaults open nothing, and an empty instance says what to do.
#[tokio::test]
async fn au_18_an_empty_instance_has_no_account_and_says_how_to_begin() {
    let server = Server::start().await;
    let browser = Browser::new(&server);
    let (_, front) = browser.visit("/").await;
    assert!(front.text.contains("set-up address") && front.text.contains("doorward org create"), "{}", front.text);
    let forgot = browser.get("/forgot").await.expect(200);
    let attempt = forgot.text.split("href=\"/sign-in/").nth(1).unwrap().split('"').next().unwrap().to_owned();

    for name in ["admin", "root", "doorward"] {
        for password in ["admin", "password", "doorward", "changeme", name] {
            let page = browser.get(&format!("/sign-in/{attempt}/restart")).await;
            let (at, page) = browser.follow("", page).await;
            let answer = browser.submit(&page, &[("username", name)]).await;
            let (_, page) = browser.follow(&at, answer).await;
            let refused = browser.submit(&page, &[("password", password)]).await;

            assert_ne!(refused.problem(), "", "{name} {password}: {}", refused.text);
            assert!(!browser.is_signed_in().await, "{name} {password}");
        }
    }
}

#[tokio::test]
async fn au_18_the_address_works_once_and_is_closed_for_ever() {
    let server = Server::start().await;
    let path = address(&server).await;
    let [first, second] = [Browser::new(&server), Browser::new(&server)];
    let pages = [at_the_owner(&first, &path, &ORGANISATION).await, at_the_owner(&second, &path, &ORGANISATION).await];
    first.submit(&pages[0], &OWNER).await.expect(200);

    let again = second.submit(&pages[1], &OWNER).await;
    let opened = second.get(&path).await;

    assert_eq!((again.status, opened.status), (410, 410));
    assert!(again.text.contains("has been set up already"), "{}", again.text);
    assert_eq!(organisations_of(&server).await, ["acme"]);
    assert!(setup::offer(&server.app).await.unwrap().is_none(), "a restart prints no other address");
}

/// AU-18: what the operator makes in a terminal closes the address too.
#[tokio::test]
async fn au_18_an_organisation_made_another_way_closes_the_address() {
    let server = Server::start().await;
    let path = address(&server).await;
    let browser = Browser::new(&server);
    let page = at_the_owner(&browser, &path, &ORGANISATION).await;
    server.tenant("globex").await;

    let late = browser.submit(&page, &OWNER).await;

    assert_eq!(late.status, 410);
    assert_eq!(organisations_of(&server).await, ["globex"]);
}

#[tokio::test]
async fn au_18_an_address_that_is_wrong_expired_or_replaced_makes_nothing() {
    let server = Server::start().await;
    let browser = Browser::new(&server);
    let [old, new] = [address(&server).await, address(&server).await];
    let page = at_the_owner(&browser, &new, &ORGANISATION).await;
    let wrong = format!("{}x", new.trim_end_matches(char::is_alphanumeric));

    for path in [&old, &wrong, "/setup/0"] {
        assert_eq!(browser.get(path).await.status, 410, "{path}");
        let reply = browser.submit_to(path, &page, &OWNER).await;
        assert_eq!(reply.status, 410, "{path}");
        assert!(reply.text.contains("a restart") || reply.text.contains("Restart the server"), "{}", reply.text);
    }
    server.advance(Duration::from_hours(24) - Duration::from_millis(1));
    let browser = Browser::new(&server);
    let page = at_the_owner(&browser, &new, &ORGANISATION).await.expect(200);
    server.advance(Duration::from_millis(1));

    let late = browser.submit(&page, &OWNER).await;

    assert_eq!(late.status, 410);
    assert_eq!(organisations_of(&server).await, Vec::<String>::new());
}

/// RE-07: a scanner that opens the address uses nothing up.
#[tokio::test]
async fn re_07_opening_the_set_up_address_changes_nothing() {
    let server = Server::start().await;
    let path = address(&server).await;
    for method in [Method::GET, Method::HEAD] {
        for _ in 0..10 {
            server.send(server.request(method.clone(), &path)).await.expect(200);
        }
    }
    assert_eq!(organisations_of(&server).await, Vec::<String>::new());

    let browser = Browser::new(&server);
    let page = at_the_owner(&browser, &path, &ORGANISATION).await;
    browser.submit(&page, &OWNER).await.expect(200);

    assert_eq!(organisations_of(&server).await, ["acme"]);
}

/// AU-18: two nodes, twenty forms, one organisation, one owner.
#[tokio::test]
async fn au_18_twenty_forms_at_once_on_two_nodes_make_one_organisation() {
    let server = Server::start().await;
    let other = server.node().await;
    let path = address(&server).await;
    let browsers: Vec<Browser<'_>> =
        (0..20).map(|it| Browser::new(if it % 2 == 0 { &server } else { &other })).collect();
    let pages = join_all(browsers.iter().map(|it| at_the_owner(it, &path, &ORGANISATION))).await;

    let answers = join_all(browsers.iter().zip(&pages).map(|(browser, page)| browser.submit(page, &OWNER))).await;

    let mut statuses: Vec<u16> = answers.iter().map(|it| it.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![410; 19]].concat());
    assert_eq!(organisations_of(&server).await, ["acme"]);
    let users = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.json();
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
}

/// AU-18: a form of another site does nothing, even with the right address.
#[tokio::test]
async fn au_18_a_form_of_another_site_sets_nothing_up() {
    let server = Server::start().await;
    let path = address(&server).await;
    let browser = Browser::new(&server);
    let page = at_the_owner(&browser, &path, &ORGANISATION).await;
    let form = || server.request(Method::POST, &path).form(&[&ORGANISATION[..], &OWNER[..]].concat());

    let without = browser.send(form()).await;
    let csrf = crate::harness::hidden_fields(&page.text).into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let fields = [&ORGANISATION[..], &OWNER[..], &[("csrf", csrf.as_str())]].concat();
    let crossing = server.request(Method::POST, &path).form(&fields).header("sec-fetch-site", "cross-site");
    let crossing = browser.send(crossing).await;

    assert_eq!((without.status, crossing.status), (403, 403));
    assert_eq!(organisations_of(&server).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_nothing_is_made() {
    let server = Server::start().await;
    let path = address(&server).await;
    let browser = Browser::new(&server);
    for (field, value) in
        [("name", ""), ("slug", "A"), ("slug", "-acme"), ("role_model", "/etc/passwd"), ("role_model", "")]
    {
        let typed: Vec<_> =
            ORGANISATION.map(|(name, usual)| (name, if name == field { value } else { usual })).to_vec();
        let page = at_the_owner(&browser, &path, &typed).await;
        assert_eq!((page.status, page.heading()), (422, "Set up Doorward"), "{field}={value}");
        assert_ne!(page.problem(), "");
    }
    for (field, value) in [
        ("password", "short"),
        ("password_again", "another long enough password"),
        ("user_name", ""),
        ("display_name", "\u{7}"),
        ("email", "nobody"),
    ] {
        let mut typed: Vec<_> = OWNER.map(|(name, usual)| (name, if name == field { value } else { usual })).to_vec();
        if field == "password" {
            typed.retain(|it| it.0 != "password_again");
            typed.push(("password_again", value));
        }
        let page = at_the_owner(&browser, &path, &ORGANISATION).await.expect(200);
        let reply = browser.submit(&page, &typed).await;
        assert_eq!((reply.status, reply.heading()), (422, "The first person"), "{field}");
        let marked = format!("name=\"{field}\"");
        let input = reply.text.split("<input").find(|it| it.contains(&marked)).unwrap();
        assert!(input.split('>').next().unwrap().contains("aria-invalid"), "{field}: {}", reply.problem());
        assert!(!reply.text.contains(PASSWORD), "a password is never written back");
    }
    assert_eq!(organisations_of(&server).await, Vec::<String>::new());
}

/// The names of the organisation survive the way back, and what somebody typed is text.
#[tokio::test]
async fn the_way_back_keeps_what_was_typed() {
    let server = Server::start().await;
    let browser = Browser::new(&server);
    let organisation = [("name", "<b>Acme</b>"), ("slug", "acme"), ("role_model", "admin-platform-devops")];
    let page = at_the_owner(&browser, &address(&server).await, &organisation).await.expect(200);
    assert!(!page.text.contains("<b>Acme"), "{}", page.text);

    let back = browser.submit(&page, &[("step", "organisation")]).await.expect(200);

    assert!(back.text.contains("value=\"acme\"") && !back.text.contains("<b>Acme"), "{}", back.text);
    let chosen = back.text.split("<input").find(|it| it.contains("value=\"admin-platform-devops\"")).unwrap();
    assert!(chosen.split('>').next().unwrap().contains("checked"));
}

/// Organisation and owner stand in the audit log, by the address and nobody else.
#[tokio::test]
async fn the_audit_log_says_that_the_set_up_address_made_both() {
    let server = Server::start().await;
    let browser = Browser::new(&server);
    let page = at_the_owner(&browser, &address(&server).await, &ORGANISATION).await;
    browser.submit(&page, &OWNER).await.expect(200);

    let org = organisations::list(&server.app, &Server::operator()).await.unwrap().remove(0).id;
    let rows = audit::newest(server.app.store.reader(), org, 10).await.unwrap();

    let told: Vec<_> = rows.iter().rev().map(|row| (row.action.as_str(), row.actor_label.as_str())).collect();
    assert_eq!(told, [("organisation.created", "set-up address"), ("user.created", "set-up address")]);
}

#[tokio::test]
async fn an_organisation_that_is_refused_leaves_the_address_open() {
    let server = Server::start().await;
    let role_model = RoleModel::preset("root-admin-developer").unwrap().to_toml().to_owned();
    let new = NewOrganisation { slug: "Acme".to_owned(), name: "Acme".to_owned(), role_model };

    let refused = organisations::create(&server.app, &Server::operator(), new).await;

    assert!(refused.is_err());
    assert!(setup::offer(&server.app).await.unwrap().is_some(), "what was refused closes nothing");
}
