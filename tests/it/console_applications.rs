//! Applications in the console: who sees them, how one is registered and changed, and how the sign-in of somebody is tried.

use std::time::Duration;

use axum::http::StatusCode;
use doorward::app::clients::{self, AuthMethod};
use doorward::app::config::Settings;
use doorward::app::users;
use doorward::domain::id::ClientId;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::words;
use crate::harness::{Browser, Reply, Server};
use crate::oidc::receiver::Receiver;
use crate::oidc::stage::{REDIRECT, Rp, Stage, claims};

const LIST: &str = "/console/applications";
const NEW: &str = "/console/applications/new";

/// An application of the organisation, registered over the API, with these members besides.
async fn application(stage: &Stage, more: Value) -> Rp {
    let mut body = json!({ "name": "Wiki", "redirect_uris": [REDIRECT], "first_party": true });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let request = stage.server.api(Method::POST, "/api/v1/clients?organisation=acme").json(&body);
    crate::clients_api::rp(&stage.server.send(request).await.expect(201))
}

fn path(rp: &Rp) -> String {
    format!("{LIST}/{}", rp.client_id)
}

/// Opens the form for a new application and sends it with these fields changed.
async fn register(browser: &Browser<'_>, changed: &[(&str, Option<&str>)]) -> Reply {
    let page = browser.get(NEW).await.expect(200);
    browser.fill_in(&page, NEW, changed).await
}

/// The text of the element with this id.
fn element(page: &Reply, id: &str) -> String {
    let after = page.text.split(&format!("id=\"{id}\"")).nth(1).unwrap_or_else(|| panic!("no {id}: {}", page.text));
    after.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
}

async fn registered(stage: &Stage, id: &str) -> clients::Registered {
    let id: ClientId = id.parse().unwrap();
    clients::get(&stage.server.app, &Server::operator(), id).await.unwrap()
}

#[tokio::test]
async fn applications_are_only_for_those_who_may_manage_them_and_only_those_of_their_organisation() {
    let stage = Stage::new().await;
    let rp = application(&stage, json!({ "name": "Hidden wiki" })).await;
    let globex = stage.server.tenant("globex").await;
    let gina = globex.user("gina", "owner").await;
    let gina = users::show(&stage.server.app, &Server::operator(), gina).await.unwrap();
    let here = path(&rp);
    let pages = [
        here.clone(),
        format!("{here}/edit"),
        format!("{here}/secret"),
        format!("{here}/test"),
        format!("{here}/test?user_name=ada@acme.example&scope=openid"),
        format!("{here}/deeds/disable"),
        format!("{here}/deeds/delete"),
        format!("{here}/people/{}/end", stage.ada.user.id),
    ];
    let owner = stage.browser(&stage.ada).await;
    assert!(owner.get(LIST).await.expect(200).text.contains("Hidden wiki"));
    assert!(owner.get("/console").await.expect(200).text.contains("href=\"/console/applications\""));
    for page in &pages {
        owner.get(page).await.expect(200);
    }

    for (person, status) in [(&stage.grace, 403), (&gina, 404)] {
        let browser = stage.browser(person).await;
        let account = browser.get("/account").await.expect(200);
        for page in &pages {
            let reply = browser.get(page).await;
            assert_eq!(reply.status, status, "GET {page}");
            assert!(!reply.text.contains("Hidden wiki"), "{page}");
        }
        let deeds = ["/edit", "/secret", "/deeds/disable", "/deeds/delete"].map(|it| format!("{here}{it}"));
        for deed in deeds.iter().chain([&pages[7]]) {
            let fields = [("earlier", "ends"), ("name", "Mine"), ("redirect_uris", "https://evil.example/")];
            assert_eq!(browser.submit_to(deed, &account, &fields).await.status, status, "POST {deed}");
        }
        let console = browser.get("/console").await;
        assert_eq!(console.text.contains("href=\"/console/applications\""), status == 404);
    }
    let viewer = stage.browser(&stage.grace).await;
    assert_eq!([viewer.get(LIST).await.status, viewer.get(NEW).await.status], [403, 403]);
    assert!(!stage.browser(&gina).await.get(LIST).await.expect(200).text.contains("Hidden wiki"));
    assert!(!registered(&stage, &rp.client_id).await.client.is_disabled);
}

#[tokio::test]
async fn an_application_is_registered_in_the_console_and_its_secret_is_shown_once() {
    let stage = Stage::new().await;
    let browser = stage.browser(&stage.ada).await;
    assert!(browser.get(LIST).await.expect(200).text.contains("No application yet"));

    let made =
        register(&browser, &[("name", Some("Wiki")), ("redirect_uris", Some(REDIRECT)), ("first_party", Some("on"))])
            .await
            .expect(200);

    let (id, secret) = (element(&made, "client-id"), element(&made, "once"));
    assert!(made.text.contains("data-copy=\"once\"") && made.text.contains("/assets/shown-once.js?v="));
    let rp = Rp {
        id: id.parse().unwrap(),
        client_id: id.clone(),
        secret: Some(secret.clone()),
        method: AuthMethod::ClientSecretBasic,
    };
    stage.tokens(&rp, &stage.grace).await;
    let mut seen = String::new();
    for page in [LIST.to_owned(), path(&rp), format!("{}/edit", path(&rp)), "/console/audit".to_owned()] {
        seen.push_str(&browser.get(&page).await.expect(200).text);
    }
    let rows = audit::newest(stage.server.app.store.reader(), stage.org.id, 100).await.unwrap();
    seen.push_str(&rows.into_iter().map(|row| row.changes).collect::<String>());
    assert!(!seen.contains(&secret), "the secret is seen again");
    let shown = browser.get(&path(&rp)).await.expect(200);
    let setup = words(&shown);
    for said in [
        &format!("client_id = {id}"),
        &format!("oidc_issuer_url = \"{}\"", stage.server.url).replace('"', "&#34;"),
        &format!("OIDCRedirectURI {REDIRECT}"),
        "YOUR_CLIENT_SECRET",
        "contains(roles[*], &#39;owner&#39;)",
        "https://YOUR-HOST/login/generic_oauth",
        "This product sends its secret in the body.",
    ] {
        assert!(setup.contains(said), "{said}: {setup}");
    }
    assert!(!setup.contains("{{"), "a word was not filled in");
}

#[tokio::test]
async fn a_kind_of_application_that_keeps_no_secret_gets_none() {
    let stage = Stage::new().await;
    let browser = stage.browser(&stage.ada).await;
    let new = [("name", Some("App")), ("kind", Some("public")), ("redirect_uris", Some("com.example.app:/back"))];

    let made = register(&browser, &new).await.expect(303);

    let location = made.header("location").unwrap().to_owned();
    let (here, said) = location.split_once('?').unwrap();
    assert_eq!(said, "said=application-made");
    let shown = browser.get(&location).await.expect(200);
    assert!(
        shown.text.contains("The application is registered.") && !shown.text.contains("YOUR_CLIENT_SECRET\nClient")
    );
    assert!(!shown.text.contains(&format!("{here}/secret")));
    browser.get(&format!("{here}/secret")).await.expect(404);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let stage = Stage::new().await;
    let browser = stage.browser(&stage.ada).await;
    let typed = [
        ("name", Some("Wiki of the crew")),
        ("redirect_uris", Some("https://wiki.example/back\nhttp://wiki.example/plain")),
        ("backchannel_logout_uri", Some("https://wiki.example/out")),
        ("require_mfa", Some("on")),
        ("scope-phone", None),
    ];

    let refused = register(&browser, &typed).await.expect(400);

    let beside = element(&refused, "wrong-redirect_uris");
    assert!(beside.starts_with("Write each address in full"), "{beside}");
    assert!(refused.text.contains("<bdi lang=\"en\">http://wiki.example/plain must use https"), "{}", refused.text);
    assert!(refused.text.contains("aria-describedby=\"wrong-redirect_uris redirect_uris-hint\""));
    assert_eq!(refused.text.matches("class=\"wrong\"").count(), 1);
    for (name, value) in typed {
        assert_eq!(refused.field(NEW, name).as_deref(), value, "{name}");
    }
    let deep =
        [("name", Some("Wiki")), ("redirect_uris", Some(REDIRECT)), ("initiate_login_uri", Some("http://x.example/"))];
    let hidden = register(&browser, &deep).await.expect(400);
    assert!(hidden.text.contains("<details open>") && hidden.text.contains("id=\"wrong-initiate_login_uri\""));
    let german = browser.speaking("de");
    let german = register(&german, &typed).await.expect(400);
    assert!(element(&german, "wrong-redirect_uris").starts_with("Geben Sie jede Adresse vollständig an"));
    assert!(clients::list(&stage.server.app, &Server::operator(), Some(stage.org.id)).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_application_is_changed_and_what_somebody_else_changed_meanwhile_stays() {
    let stage = Stage::new().await;
    let rp = application(&stage, json!({})).await;
    let browser = stage.browser(&stage.ada).await;
    let edit = format!("{}/edit", path(&rp));
    let page = browser.get(&edit).await.expect(200);
    let theirs = json!({ "backchannel_logout_uri": "https://app.example/out" });
    let api = stage.server.api(Method::PATCH, &format!("/api/v1/clients/{}", rp.client_id)).json(&theirs);
    stage.server.send(api).await.expect(200);

    let mine = [("role-owner", Some("on")), ("access_token_seconds", Some("120")), ("scope-phone", None)];
    let saved = browser.fill_in(&page, &edit, &mine).await.expect(303);
    let now = registered(&stage, &rp.client_id).await.registration;
    let page = browser.get(&edit).await.expect(200);
    let wrong = browser.fill_in(&page, &edit, &[("access_token_seconds", Some("9"))]).await.expect(400);

    assert_eq!(saved.header("location"), Some(&*format!("{}?said=application-changed", path(&rp))));
    assert_eq!((now.reach.roles, now.lifetimes.access_token_seconds), (vec!["owner".to_owned()], 120));
    assert_eq!(now.backchannel_logout_uri.as_deref(), Some("https://app.example/out"));
    assert_eq!(now.scopes.to_string(), "openid profile email address groups roles offline_access");
    assert!(now.first_party);
    assert!(wrong.text.contains("must be from 60 to 3600 seconds"), "{}", wrong.text);
    assert_eq!(wrong.field(&edit, "access_token_seconds").as_deref(), Some("9"));
    let shown = words(&browser.get(&path(&rp)).await.expect(200));
    assert!(shown.contains("With the role Owner") && shown.contains("2 minutes"), "{shown}");
}

#[tokio::test]
async fn a_secret_is_made_only_after_a_new_proof_and_the_earlier_one_ends_when_it_is_said() {
    let stage = Stage::new().await;
    let rp = application(&stage, json!({})).await;
    let browser = stage.browser(&stage.ada).await;
    let at = format!("{}/secret", path(&rp));
    let page = browser.get(&at).await.expect(200);

    let made = browser.fill_in(&page, &at, &[("earlier", Some("ends"))]).await.expect(200);
    let second = Rp { secret: Some(element(&made, "once")), ..rp.clone() };
    let works = async |rp: &Rp| stage.call(rp, "/oauth2/introspect", &[("token", "x")]).await.status;
    let both = (works(&rp).await, works(&second).await);
    stage.server.advance(Duration::from_mins(11));
    let stale = [
        browser.get(&at).await.status,
        browser.get(NEW).await.status,
        browser.fill_in(&page, &at, &[("earlier", Some("ends"))]).await.status,
    ];

    assert_eq!(both, (401, 200));
    assert_eq!(stale, [303, 303, 403]);
    assert_eq!(works(&second).await, 200);
}

#[tokio::test]
async fn disabling_ends_tokens_and_a_deleted_application_is_gone() {
    let stage = Stage::new().await;
    let rp = application(&stage, json!({})).await;
    let access = stage.tokens(&rp, &stage.grace).await["access_token"].as_str().unwrap().to_owned();
    let browser = stage.browser(&stage.ada).await;
    let deed = async |word: &str| {
        let at = format!("{}/deeds/{word}", path(&rp));
        let page = browser.get(&at).await.expect(200);
        (words(&page), browser.fill_in(&page, &at, &[]).await)
    };
    let before = stage.userinfo(&access).await.status;

    let (asked, _) = deed("disable").await;
    let after = stage.userinfo(&access).await.status;
    let shown = words(&browser.get(&path(&rp)).await.expect(200));
    deed("enable").await;
    let again = stage.userinfo(&access).await.status;
    let (_, gone) = deed("delete").await;

    assert!(asked.contains("Disable Wiki?") && asked.contains("One person is signed in there."), "{asked}");
    assert_eq!((before, after, again), (200, 401, 401));
    assert!(shown.contains("This application is disabled"));
    assert_eq!(gone.header("location"), Some("/console/applications?said=application-deleted"));
    browser.get(&path(&rp)).await.expect(404);
}

#[tokio::test]
async fn the_access_of_somebody_is_ended_from_the_page_and_the_application_hears_of_it() {
    let allow = |settings| Settings { outbound_allow: Some("127.0.0.0/8".to_owned()), ..settings };
    let stage = Stage::on(Server::start_with(allow).await).await;
    let receiver = Receiver::start(StatusCode::OK).await;
    let rp = application(&stage, json!({ "backchannel_logout_uri": receiver.uri })).await;
    let tokens = stage.tokens(&rp, &stage.grace).await;
    let browser = stage.browser(&stage.ada).await;
    let end = format!("{}/people/{}/end", path(&rp), stage.grace.user.id);
    assert!(browser.get(&path(&rp)).await.expect(200).text.contains(&format!("href=\"{end}\"")));

    let question = browser.get(&end).await.expect(200);
    let done = browser.fill_in(&question, &end, &[]).await.expect(303);
    stage.server.run_jobs().await;

    assert_eq!(done.header("location"), Some(&*format!("{}?said=application-access-ended", path(&rp))));
    assert_eq!(stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    assert_eq!(receiver.tokens().len(), 1);
    let shown = browser.get(&path(&rp)).await.expect(200);
    assert!(shown.text.contains("Nobody is signed in.") && !shown.text.contains(&end));
}

/// The claims that a page tells in this place; nothing for one that is another at each sign-in.
fn told(page: &Reply, id: &str) -> Vec<(String, Option<String>)> {
    let table = page.text.split(&format!("id=\"{id}\"")).nth(1).unwrap().split("</table>").next().unwrap();
    let plain = |text: &str| text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&");
    let rows = table.split("<tr>").skip(2).map(|row| {
        let mut codes =
            row.split("<code").skip(1).map(|it| plain(it.split_once('>').unwrap().1.split('<').next().unwrap()));
        (codes.next().unwrap(), codes.next())
    });
    rows.collect()
}

/// A document of claims as the page would tell it.
fn as_told(claims: &Value) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_momentary = |name: &str| clients::MOMENTARY.contains(&name);
    let all = claims.as_object().unwrap().iter();
    all.map(|(name, value)| (name.clone(), (!is_momentary(name)).then(|| text(value)))).collect()
}

#[tokio::test]
async fn a_trial_tells_what_a_real_id_token_and_userinfo_say_and_issues_nothing() {
    let stage = Stage::new().await;
    let rp = application(&stage, json!({})).await;
    let browser = stage.browser(&stage.ada).await;
    let scopes = ["openid", "profile", "email", "roles", "groups", "offline_access"];
    let query: String = scopes.iter().map(|it| format!("&scope={it}")).collect();

    let page = browser.get(&format!("{}/test?user_name=GRACE@acme.example{query}", path(&rp))).await.expect(200);
    let people = clients::signed_in(&stage.server.app, &Server::operator(), rp.id, 9).await.unwrap().people;
    let tokens = stage.tokens(&rp, &stage.grace).await;
    let mut id_token = claims(tokens["id_token"].as_str().unwrap());
    let userinfo = stage.userinfo(tokens["access_token"].as_str().unwrap()).await.expect(200).json();

    assert!(people.is_empty(), "a trial signs nobody in");
    assert!(words(&page).contains("Would be let in"), "{}", page.text);
    // Only the request of a real application has a nonce.
    id_token.as_object_mut().unwrap().remove("nonce").unwrap();
    let sorted = |mut all: Vec<(String, Option<String>)>| {
        all.sort();
        all
    };
    assert_eq!(sorted(told(&page, "id-token")), sorted(as_told(&id_token)));
    assert_eq!(sorted(told(&page, "userinfo")), sorted(as_told(&userinfo)));
}

#[tokio::test]
async fn a_trial_says_why_somebody_would_not_be_let_in_and_what_would_be_asked() {
    let stage = Stage::new().await;
    let begin = "https://app.example/begin?x=1";
    let rp = application(&stage, json!({ "only_roles": ["owner"], "first_party": false, "initiate_login_uri": begin }))
        .await;
    let strict = application(&stage, json!({ "require_mfa": true })).await;
    let browser = stage.browser(&stage.ada).await;
    let tried = async |rp: &Rp, name: &str, scopes: &str| {
        let page = browser.get(&format!("{}/test?user_name={name}{scopes}", path(rp))).await.expect(200);
        (words(&page), page)
    };

    let (outside, page) = tried(&rp, "grace@acme.example", "&scope=openid").await;
    let (inside, _) = tried(&rp, "ada@acme.example", "&scope=openid").await;
    let (nobody, _) = tried(&rp, "nobody", "&scope=openid").await;
    let (nothing, _) = tried(&rp, "ada@acme.example", "").await;
    let (twice, with_factor) = tried(&strict, "grace@acme.example", "&scope=openid").await;
    clients::disable(&stage.server.app, &Server::operator(), rp.id).await.unwrap();
    let (disabled, _) = tried(&rp, "ada@acme.example", "&scope=openid").await;

    assert!(outside.contains("Would not be let in") && outside.contains("is not for this person"), "{outside}");
    assert!(!page.text.contains("id=\"id-token\"") && !page.text.contains("id=\"userinfo\""));
    assert!(inside.contains("Would be let in") && inside.contains("Is asked first"), "{inside}");
    assert!(nobody.contains("Nobody of the organisation has this user name."), "{nobody}");
    assert!(nothing.contains("Tick at least one."), "{nothing}");
    assert!(twice.contains("The application asks for two factors."), "{twice}");
    let acr = told(&with_factor, "id-token").into_iter().find(|it| it.0 == "acr").unwrap().1;
    assert_eq!(acr.as_deref(), Some("aal2"));
    assert!(disabled.contains("The application is disabled."), "{disabled}");
    let issuer: String =
        reqwest::Url::parse_with_params("http://x/", [("iss", &stage.server.url)]).unwrap().query().unwrap().to_owned();
    assert!(page.text.contains(&format!("href=\"{begin}&#38;{issuer}\"")), "{}", page.text);
}
