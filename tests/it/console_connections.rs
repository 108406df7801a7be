//! Connections to identity providers in the console: who sees them, how one is made, changed, given tokens and deleted.

use std::time::Duration;

use doorward::domain::connection::{Kind, Settings, SsoMfa};
use doorward::domain::id::UserId;
use doorward::store::audit;
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Provisioning, Reply, Server, Tenant, attribute};

const LIST: &str = "/console/provisioning";
const NEW: &str = "/console/provisioning/new";

/// What the SCIM endpoint answers to this token.
async fn scim(server: &Server, token: &str) -> u16 {
    server.send(server.request(Method::GET, "/scim/v2/Users").bearer_auth(token)).await.status
}

/// Opens the page of a form and sends it with these fields changed.
pub async fn fill_in(browser: &Browser<'_>, path: &str, changed: &[(&str, Option<&str>)]) -> Reply {
    let page = browser.get(path).await.expect(200);
    browser.fill_in(&page, path, changed).await
}

/// What a page shows once.
pub fn once(page: &Reply) -> String {
    page.text.split("<code id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

fn signs_in(settings: Settings) -> Settings {
    let (issuer, client_id) = (Some("https://id.example".to_owned()), Some("us".to_owned()));
    Settings { issuer, client_id, ..settings }
}

async fn connection<'s>(tenant: &Tenant<'s>) -> Provisioning<'s> {
    tenant.connection_with(Kind::Okta, signs_in(Settings::default())).await
}

fn pages(of: &Provisioning<'_>) -> Vec<String> {
    let here = format!("{LIST}/connections/{}", of.id);
    let more = ["/edit", "/pause", "/resume", "/delete", "/tokens/new", "/clients/new"].map(|it| format!("{here}{it}"));
    std::iter::once(here).chain(more).collect()
}

/// UP-06, TE-01: whoever does not manage connections finds neither the way to them nor any page; those of another
/// organisation do not exist.
#[tokio::test]
async fn up_06_connections_are_only_for_those_who_manage_them_and_never_those_of_others() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("vera", "viewer")] {
        acme.user(name, role).await;
    }
    let one = connection(&acme).await;
    let globex = server.tenant("globex").await;
    globex.user("gina", "owner").await;

    let owner = signed_in(&acme, "olga").await;
    let home = owner.get("/console").await.expect(200);
    let palette = owner.get("/console/go?q=okta").await.expect(200);
    assert!(home.text.contains(&format!("<a href=\"{LIST}\">Connections</a>")), "{}", home.text);
    assert!(palette.text.contains(LIST) && palette.text.contains(NEW), "{}", palette.text);
    let list = owner.get(LIST).await.expect(200);
    assert!(list.text.contains(&format!("<a href=\"{LIST}\" aria-current=\"page\">")));
    assert!(words(&list).contains("the provider under test") && list.text.contains("https://id.example"));
    for path in pages(&one) {
        owner.get(&path).await.expect(200);
    }

    for (browser, status) in [
        (signed_in(&acme, "adam").await, 403),
        (signed_in(&acme, "vera").await, 403),
        (signed_in(&globex, "gina").await, 404),
    ] {
        let home = browser.get("/console").await.expect(200);
        let found = browser.get("/console/go?q=okta").await.expect(200);
        assert_eq!([home.text.contains(LIST), found.text.contains(LIST)], [status == 404; 2]);
        for path in pages(&one) {
            let page = browser.get(&path).await;
            assert_eq!(page.status, status, "GET {path}");
            assert!(!page.text.contains("provider under test"), "{path}");
            if path != pages(&one)[0] {
                let fields = [("name", "x"), ("days", "90"), ("mfa", "trust_idp"), ("issuer", "https://evil.example")];
                assert_eq!(browser.submit_to(&path, &home, &fields).await.status, status, "POST {path}");
            }
        }
        if status == 403 {
            assert_eq!([browser.get(LIST).await.status, browser.get(NEW).await.status], [403; 2]);
            let new = [("kind", "okta"), ("name", "x"), ("days", "90")];
            assert_eq!(browser.submit_to(NEW, &home, &new).await.status, 403);
        }
    }
    assert_eq!(scim(&server, &one.token).await, 200);
}

/// A connection is made on one page; its token is shown once, and what the provider must know stands on its page.
#[tokio::test]
async fn a_connection_is_made_changed_and_given_tokens_in_the_console() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let new = [
        ("kind", Some("entra")),
        ("name", Some("Entra <Europe>")),
        ("issuer", Some("https://login.example/tenant/v2.0")),
        ("client_id", Some("us")),
        ("client_secret", Some("between us")),
        ("mfa", Some("require_amr")),
        ("mfa_amr", Some("")),
        ("mfa_acr", Some("c1\r\n c2 \r\n\r\n")),
        ("max_role", Some("contributor")),
        ("default_role", Some("viewer")),
    ];

    let made = fill_in(&browser, NEW, &new).await.expect(200);
    let path = attribute(&made.text, "class=\"button primary\"", "href").unwrap();
    let (token, shown) = (once(&made), browser.get(&path).await.expect(200));

    assert_eq!(scim(&server, &token).await, 200);
    assert!(shown.text.contains("Entra &#60;Europe&#62;") && !shown.text.contains(&token), "{}", shown.text);
    let id = path.rsplit('/').next().unwrap();
    let redirect = server.app.config.url(&format!("/sso/{id}/callback"));
    let address = |id: &str, url: &str| format!("<code id=\"{id}\" class=\"break\">{url}</code>");
    assert!(shown.text.contains(&address("redirect-uri", &redirect)), "{}", shown.text);
    assert!(shown.text.contains(&address("scim-base-url", &server.app.config.url("/scim/v2"))));
    assert!(shown.text.contains("data-copy=\"redirect-uri\""));
    let said = words(&shown);
    for fact in ["Microsoft Entra ID", "The provider must say so", "Nothing of this kind proves two", "Kept, and never"]
    {
        assert!(said.contains(fact), "{fact}: {said}");
    }
    assert!(
        shown.text.contains("<bdi>c1</bdi>, <bdi>c2</bdi>")
            && said.contains("Contributor")
            && !shown.text.contains("between us"),
        "{said}"
    );

    let edit = format!("{path}/edit");
    let usual = "urn:okta:loa:2fa:any\nphr\nphrh\nhttps://refeds.org/profile/mfa\naal2";
    let ticked = [("jit", Some("on")), ("link_by_email", Some("on"))];
    let changed = [("name", Some("Entra")), ("mfa_amr", Some("mfa")), ("mfa_acr", Some(usual)), ticked[0], ticked[1]];
    let saved = fill_in(&browser, &edit, &changed).await.expect(303);
    fill_in(&browser, &edit, &[("governance", Some("on"))]).await.expect(303);
    let settings = settings(&server, id).await;
    assert_eq!(settings.governance, Some(true));
    assert_eq!(saved.header("location"), Some(&*format!("{path}?said=connection-changed")));
    assert_eq!((settings.mfa_amr, settings.mfa_acr), (None, None));
    assert!(settings.jit && settings.link_by_email);
    assert_eq!(settings.issuer.as_deref(), Some("https://login.example/tenant/v2.0"));

    server.advance(Duration::from_mins(1));
    let second = fill_in(&browser, &format!("{path}/tokens/new"), &[("days", Some("90"))]).await.expect(200);
    let second = once(&second);
    let page = browser.get(&path).await.expect(200);
    assert_eq!(page.text.matches("/end\" data-dialog>").count(), 2);
    let oldest = page.text.rsplit("/tokens/").next().unwrap().split('"').next().unwrap();
    let end = format!("{path}/tokens/{oldest}");
    let question = browser.get(&end).await.expect(200);
    let ended = browser.submit_to(&end, &question, &[]).await.expect(303);
    assert_eq!(ended.header("location"), Some(&*format!("{path}?said=token-ended")));
    assert_eq!([scim(&server, &token).await, scim(&server, &second).await], [401, 200]);
}

async fn settings(server: &Server, id: &str) -> Settings {
    let operator = Server::operator();
    doorward::app::connections::get(&server.app, &operator, id.parse().unwrap()).await.unwrap().0.settings
}

/// What is wrong is said beside the field in the words of the reader, and what was typed stays, but for the secret.
#[tokio::test]
async fn what_is_wrong_with_a_connection_is_said_by_its_field_and_what_was_typed_stays() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let one = connection(&acme).await;
    let browser = signed_in(&acme, "olga").await;
    let edit = pages(&one)[1].clone();
    let good = [("kind", Some("okta")), ("name", Some("Okta")), ("client_secret", Some("between us"))];
    let provider = [("issuer", Some("https://id.example")), ("client_id", Some("us"))];

    for (field, value, says) in [
        ("name", " ", "Fill this in."),
        ("issuer", "http://id.example", "Write the https address"),
        ("client_id", "us", "Write the https address"),
        ("mfa_amr", "two words", "Name at most 16 values"),
        ("mfa_acr", "schön", "Name at most 16 values"),
        ("default_role", "owner", "may not give the role owner"),
        ("kind", "ping", "Fill this in."),
    ] {
        let provider = provider.iter().filter(|_| field != "client_id");
        let good = good.iter().chain(provider).copied().filter(|it| it.0 != field);
        let fields: Vec<_> = good.chain([(field, Some(value))]).collect();
        let page = fill_in(&browser, NEW, &fields).await.expect(400);
        assert!(words(&page).contains(says), "{field}: {}", words(&page));
        assert!(page.text.contains("id=\"problem\"") && !page.text.contains("between us"), "{field}: {}", page.text);
        assert!(page.text.contains(value) || field == "kind", "{field}: {}", page.text);
        let is_marked = page.text.contains(&format!("name=\"{field}\" aria-invalid=\"true\""));
        assert!(is_marked || field != "default_role", "{field}: {}", page.text);
    }
    let (new, old) = (browser.get(NEW).await.expect(200), browser.get(&edit).await.expect(200));
    let leaves_empty = [&new, &old].map(|page| words(page).contains("Leave the issuer and the id empty"));
    assert_eq!((leaves_empty, words(&old).contains("cannot be taken away")), ([true, false], true));
    let german = Browser::new(&server).speaking("de");
    german.sign_in("olga", crate::harness::PASSWORD).await;
    let page = german.get(&edit).await.expect(200);
    let page = german.fill_in(&page, &edit, &[("issuer", Some("gopher://id.example"))]).await.expect(400);
    assert!(page.text.contains("die https-Adresse ein") && page.text.contains("gopher://id.example"), "{}", page.text);
    assert_eq!(settings(&server, &one.id.to_string()).await.issuer.as_deref(), Some("https://id.example"));
}

/// Two administrators who change different things both get what they wanted; one that both changed is shown again.
#[tokio::test]
async fn two_who_change_a_connection_at_once_lose_nothing_unseen() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let one = connection(&acme).await;
    let (first, second) = (signed_in(&acme, "olga").await, signed_in(&acme, "olga").await);
    let edit = pages(&one)[1].clone();
    let (page, other) = (first.get(&edit).await.expect(200), second.get(&edit).await.expect(200));

    first.fill_in(&page, &edit, &[("name", Some("Okta")), ("mfa", Some("trust_idp"))]).await.expect(303);
    let clash = [("mfa", Some("require_local")), ("jit", Some("on"))];
    let clash = second.fill_in(&other, &edit, &clash).await.expect(412);
    let other = second.get(&edit).await.expect(200);
    second.fill_in(&other, &edit, &[("jit", Some("on"))]).await.expect(303);

    assert!(words(&clash).contains("Trust the provider"), "{}", words(&clash));
    let settings = settings(&server, &one.id.to_string()).await;
    assert_eq!((settings.mfa.map(SsoMfa::word), settings.jit), (Some("trust_idp"), true));
}

/// UP-07: a paused connection lets nobody in and takes no push, until it goes on; a deletion says before what it comes to.
#[tokio::test]
async fn up_07_a_connection_is_paused_resumed_and_deleted_with_its_plan() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let with = Settings { default_role: Some("viewer".to_owned()), ..signs_in(Settings::default()) };
    let one = acme.connection_with(Kind::Okta, with).await;
    let pia: UserId = one.push("pia").await.parse().unwrap();
    let browser = signed_in(&acme, "olga").await;
    let all = pages(&one);
    let [here, pause, resume, delete] = [&all[0], &all[2], &all[3], &all[4]];
    let press = async |path: &str| {
        let page = browser.get(path).await.expect(200);
        browser.submit_to(path, &page, &[]).await.expect(303)
    };

    server.expect_faults();
    press(pause).await;
    let paused = (browser.get(here).await.expect(200), scim(&server, &one.token).await);
    press(resume).await;
    let resumed = (browser.get(here).await.expect(200), scim(&server, &one.token).await);
    assert!(paused.0.text.contains("id=\"resume\"") && words(&paused.0).contains("Paused"));
    assert!(resumed.0.text.contains("id=\"pause\"") && (paused.1, resumed.1) == (503, 200));

    let plan = browser.get(delete).await.expect(200);
    let said = words(&plan);
    for line in ["One person comes from it and stays", "One person can sign in now", "One token ends", "Viewer"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(scim(&server, &one.token).await, 200, "a plan deletes nothing");
    press(delete).await;
    let list = browser.get(&format!("{LIST}?said=connection-deleted")).await.expect(200);
    assert!(list.text.contains("There is no identity provider yet") && list.text.contains("was deleted"));
    assert_eq!((scim(&server, &one.token).await, browser.get(here).await.status), (401, 404));
    let user = doorward::app::users::show(&server.app, &Server::operator(), pia).await.unwrap().user;
    assert_eq!(user.managed_by, None);
    let rows = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    assert!(rows.iter().any(|row| row.action == "connection.deleted"));
}

/// TE-03: where a connection reaches further than whoever looks at it, the page says why nothing can be changed.
#[tokio::test]
async fn te_03_what_reaches_further_than_oneself_is_shown_and_closed_with_the_reason() {
    let server = Server::start().await;
    let acme = server.tenant_with("acme", "root-admin-developer").await;
    acme.user("adam", "admin").await;
    let wide = connection(&acme).await;
    let low = Settings { max_role: Some("developer".to_owned()), ..signs_in(Settings::default()) };
    let low = acme.connection_with(Kind::Okta, low).await;
    let above = Settings { default_role: Some("admin".to_owned()), ..signs_in(Settings::default()) };
    let above = acme.connection_with(Kind::Okta, above).await;
    above.push("pia").await;
    doorward::app::connections::set_paused(&server.app, &Server::operator(), above.id, true).await.unwrap();
    let browser = signed_in(&acme, "adam").await;

    let stays = browser.get(&pages(&above)[0]).await.expect(200);
    assert!(!stays.text.contains("/delete\"") && !stays.text.contains("/resume\""), "{}", stays.text);
    assert!(stays.text.contains("disabled aria-describedby=\"why-kept\""), "{}", stays.text);
    assert!(words(&stays).contains("You cannot delete it."), "{}", words(&stays));
    let closed = browser.get(&pages(&wide)[0]).await.expect(200);
    let open = browser.get(&pages(&low)[0]).await.expect(200);
    let new = browser.get(NEW).await.expect(200);
    let refused = [pages(&wide)[1].clone(), pages(&wide)[5].clone(), pages(&above)[3].clone()];
    assert!(closed.text.contains("id=\"delete\""), "nobody has a role by it");

    assert!(
        closed.text.matches("disabled aria-describedby=\"why-not\"").count() == 3 && !closed.text.contains("/edit\"")
    );
    assert!(words(&closed).contains("reaches further than you"), "{}", words(&closed));
    assert!(open.text.contains("id=\"edit\"") && open.text.contains("id=\"new-token\""));
    assert!(new.text.contains("value=\"developer\"") && !new.text.contains("Every role that is not protected"));
    for path in refused {
        assert_eq!(browser.get(&path).await.status, 403, "{path}");
        let fields = [("name", "x"), ("issuer", "https://evil.example"), ("client_id", "us"), ("days", "90")];
        assert_eq!(browser.submit_to(&path, &new, &fields).await.status, 403, "{path}");
    }
    let forged = [("kind", "okta"), ("name", "x"), ("max_role", "admin"), ("days", "90")];
    assert_eq!(browser.submit_to(NEW, &new, &forged).await.status, 403);
    assert_eq!(settings(&server, &wide.id.to_string()).await.issuer.as_deref(), Some("https://id.example"));
}

/// Who vouches for people and what programs push with is changed with a new proof only.
#[tokio::test]
async fn an_old_session_is_asked_for_a_proof_before_it_changes_a_connection() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let one = connection(&acme).await;
    let browser = signed_in(&acme, "olga").await;
    let form = browser.get(LIST).await.expect(200);
    server.advance(Duration::from_mins(11));

    let all = pages(&one);
    for path in [NEW, &all[1], &all[3], &all[4], &all[5]] {
        let asked = browser.get(path).await;
        assert!(asked.header("location").is_some_and(|at| at.starts_with("/sign-in/")), "{path}: {}", asked.status);
        let sent = browser.submit_to(path, &form, &[("name", "x"), ("days", "90"), ("kind", "okta")]).await;
        assert!(sent.status == 403 || sent.status == 303, "{path}: {}", sent.status);
    }
    browser.get(&all[0]).await.expect(200);

    let rows = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let deeds = rows.iter().filter(|row| row.action.starts_with("connection.") && row.outcome == "success").count();
    assert_eq!((deeds, scim(&server, &one.token).await), (2, 200));
}

/// A client of a connection is made with a secret, which is shown once, or with keys; and Entra is let in by its tenant.
#[tokio::test]
async fn clients_of_a_connection_and_tokens_of_entra_are_set_up_in_the_console() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let browser = signed_in(&acme, "olga").await;
    let it = acme.connection().await;
    let path = format!("{LIST}/connections/{}", it.id);
    let new = format!("{path}/clients/new");

    let made = fill_in(&browser, &new, &[("name", Some("Nightly <sync>"))]).await.expect(200);
    let secret = once(&made);
    let shown = browser.get(&path).await.expect(200);
    assert!(secret.starts_with("dwcs_") && !shown.text.contains(&secret), "{}", made.text);
    assert!(shown.text.contains("Nightly &#60;sync&#62;") && words(&shown).contains("A secret"), "{}", shown.text);
    let client = shown.text.rsplit("/clients/").next().unwrap().split('/').next().unwrap();
    let form = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", &secret)];
    let token = server.send(server.request(reqwest::Method::POST, "/oauth2/token").form(&form)).await.expect(200);
    let token = token.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(scim(&server, &token).await, 200);
    let wrong = [("name", Some("By key")), ("jwks", Some("{\"keys\": [{\"kty\": \"oct\"}]}"))];
    let refused = fill_in(&browser, &new, &wrong).await.expect(400);
    assert!(words(&refused).contains("public keys only") && refused.text.contains("By key"), "{}", refused.text);
    let public = doorward::oidc::jwt::SigningKey::generate_es256().unwrap();
    let keys = serde_json::json!({ "keys": [public.verification_key().public_jwk()] }).to_string();
    let saved = fill_in(&browser, &new, &[("name", Some("By key")), ("jwks", Some(&keys))]).await.expect(303);
    assert_eq!(saved.header("location"), Some(&*format!("{path}?said=client-made")));
    let end = format!("{path}/clients/{client}/end");
    let question = browser.get(&end).await.expect(200);
    browser.submit_to(&end, &question, &[]).await.expect(303);
    assert_eq!(scim(&server, &token).await, 401);

    let tenant = "6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a911";
    let edit = format!("{path}/edit");
    let refused = fill_in(&browser, &edit, &[("entra_tenant", Some("acme.example"))]).await.expect(400);
    assert!(words(&refused).contains("Enter the id as Entra shows it"), "{}", refused.text);
    fill_in(&browser, &edit, &[("entra_tenant", Some(tenant))]).await.expect(303);
    let entra = settings(&server, &it.id.to_string()).await.entra.unwrap();
    assert_eq!((entra.tenant.as_str(), entra.audience.as_str()), (tenant, "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"));
    let shown = browser.get(&path).await.expect(200);
    assert!(shown.text.contains(&server.app.config.url(&format!("/scim/{}/v2", it.id))), "{}", shown.text);
    fill_in(&browser, &edit, &[("entra_tenant", Some(""))]).await.expect(303);
    assert_eq!(settings(&server, &it.id.to_string()).await.entra, None);
}
