//! Passkeys: made by their owner, used after the password or alone, and ended with everything else.

use std::time::Duration;

use doorward::app::config::Settings;
use doorward::app::users::OnLastHolder;
use doorward::app::{accounts, departures, users};
use doorward::domain::id::UserId;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::words;
use crate::harness::{Authenticator, Browser, PASSWORD, Reply, Server, Tenant};
use crate::reset;
use crate::signin::join_all;

const SECURITY: &str = "/account/security";
const NEW: &str = "/account/security/passkeys/new";
const REMOVAL: &str = "/account/security/authenticator/remove";

/// A server that the world calls by a name, as passkeys need it.
pub async fn named_server() -> Server {
    let named = |settings: Settings| {
        let url = settings.listen.clone().map(|it| format!("http://{}", it.replace("127.0.0.1", "localhost")));
        Settings { public_url: url, ..settings }
    };
    Server::start_with(named).await
}

fn device(server: &Server) -> Authenticator {
    Authenticator::at(&server.app.config.public_url)
}

async fn signed_in<'s>(server: &'s Server, name: &str) -> Browser<'s> {
    let browser = Browser::new(server);
    let (at, page) = browser.sign_in(name, PASSWORD).await;
    assert_eq!(at, "/account", "{}", page.text);
    browser
}

/// What the server asks a browser on this page of an attempt.
async fn question(browser: &Browser<'_>, at: &str, page: &Reply) -> Value {
    let attempt = at.trim_end_matches("/passkey");
    browser.submit_to(&format!("{attempt}/passkey"), page, &[]).await.expect(200).json()
}

/// Adds a passkey on the security page; answers what comes back.
async fn add(browser: &Browser<'_>, device: &mut Authenticator, name: &str) -> Reply {
    let (at, page) = browser.visit(NEW).await;
    assert_eq!(page.heading(), "Add a passkey", "{}", page.text);
    let asked = question(browser, &at, &page).await;
    let made = device.create(&asked);
    browser.submit(&page, &[("passkey", &made), ("name", name)]).await
}

/// Signs in with nothing but a passkey; answers the page that follows.
async fn alone(browser: &Browser<'_>, device: &mut Authenticator) -> (String, Reply) {
    let (at, page) = browser.visit("/sign-in").await;
    let asked = question(browser, &at, &page).await;
    let answer = browser.submit(&page, &[("passkey", &device.get(&asked))]).await;
    browser.follow(&at, answer).await
}

/// Somebody with a passkey.
pub async fn owner(tenant: &Tenant<'_>, name: &str) -> (UserId, Authenticator) {
    let id = tenant.user(name, "viewer").await;
    let browser = signed_in(tenant.server, name).await;
    let mut device = device(tenant.server);
    let added = add(&browser, &mut device, "Work laptop").await;
    assert_eq!(added.header("location"), Some("/account/security?done=passkey-added"), "{}", added.text);
    (id, device)
}

/// How each live session of somebody was signed in.
async fn methods(server: &Server, id: UserId) -> Vec<String> {
    let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
    let live = doorward::app::sessions::live(&server.app, &person).await.unwrap();
    let mut methods: Vec<String> = live.iter().map(|it| it.amr.join(" ")).collect();
    methods.sort();
    methods
}

/// SE-06 and the rule for credentials: a new passkey ends the other sessions and gives this one another token; its name and
/// moments are shown, and its owner is told.
#[tokio::test]
async fn se_06_a_new_passkey_is_shown_and_ends_the_other_sessions() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    tenant.user("anna", "viewer").await;
    let (browser, elsewhere) = (signed_in(&server, "anna").await, signed_in(&server, "anna").await);
    let before = browser.jar();
    let mut device = device(&server);

    let added = add(&browser, &mut device, "Work laptop").await;
    let (_, page) = browser.follow("", added).await;

    assert!(
        page.text.contains("The passkey is added.") && page.text.contains("<bdi>Work laptop</bdi>"),
        "{}",
        page.text
    );
    assert!(page.text.contains("Never") && page.text.contains("With your passkeys"), "{}", page.text);
    assert!(page.text.contains("None yet") && page.text.contains("Make recovery codes"), "{}", page.text);
    assert!(!elsewhere.is_signed_in().await && browser.is_signed_in().await);
    let replayed = Browser::new(&server);
    replayed.set_jar(before);
    assert!(!replayed.is_signed_in().await, "the session has another token");
    let activity = browser.get("/account/activity").await.text;
    assert!(activity.contains("A passkey was added"), "{activity}");
}

/// MF-06: whoever has a passkey is asked for it after the password although nobody requires it.
#[tokio::test]
async fn mf_06_a_passkey_is_asked_for_after_the_password() {
    let server = named_server().await;
    let (id, mut device) = owner(&server.tenant("acme").await, "anna").await;
    let browser = Browser::new(&server);

    let (at, page) = browser.sign_in("anna", PASSWORD).await;
    let is_in_too_early = browser.is_signed_in().await;
    let asked = question(&browser, &at, &page).await;
    let answer = browser.submit(&page, &[("passkey", &device.get(&asked))]).await;

    assert_eq!(page.heading(), "Use your passkey", "{}", page.text);
    assert!(!is_in_too_early);
    assert_eq!(asked["publicKey"]["allowCredentials"].as_array().map(Vec::len), Some(1), "{asked}");
    assert!(asked["publicKey"]["allowCredentials"][0]["id"].is_string(), "a browser reads base64url: {asked}");
    assert_eq!(asked["publicKey"]["userVerification"], "required");
    assert_eq!(answer.header("location"), Some("/account"), "{}", answer.text);
    assert!(browser.is_signed_in().await);
    assert_eq!(methods(&server, id).await, ["pwd", "pwd hwk user mfa"]);
}

/// A passkey is two factors by itself: no name and no password, and the session says that there were two (RFC 8176).
#[tokio::test]
async fn a_passkey_alone_signs_in_with_two_factors() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    let id = tenant.user("anna", "viewer").await;
    let (browser, mut device) = (Browser::new(&server), device(&server));
    device.is_synced = true;
    let (at, page) = browser.sign_in("anna", PASSWORD).await;
    assert_eq!(page.heading(), "Set up your second factor", "{}", page.text);
    let page = browser.get(&format!("{at}/passkey")).await;
    let asked = question(&browser, &at, &page).await;
    let enrolled = browser.submit(&page, &[("passkey", &device.create(&asked))]).await;
    let after_enrolling = methods(&server, id).await;

    let (at, _) = alone(&Browser::new(&server), &mut device).await;

    assert_eq!(enrolled.header("location"), Some("/account"), "{}", enrolled.text);
    assert_eq!(after_enrolling, ["pwd swk user mfa"]);
    assert_eq!(at, "/account");
    assert_eq!(methods(&server, id).await, ["pwd swk user mfa", "swk user mfa"]);
}

/// AU-01, AU-05: with a passkey, without one and with a name of nobody the pages and the question are the same, and so is
/// the answer to a key of nobody, of somebody who is shut out and of another organisation than the one named.
#[tokio::test]
async fn au_01_nothing_about_passkeys_tells_whether_a_name_is_known() {
    let server = named_server().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (_, mut anna) = owner(&acme, "anna").await;
    acme.user("bert", "viewer").await;
    let (cara, mut shut_out) = owner(&acme, "cara").await;
    let (_, mut elsewhere) = owner(&globex, "dora").await;
    users::deactivate(&server.app, &Server::operator(), cara, OnLastHolder::Refuse).await.unwrap();
    let mut seen = Vec::new();
    for name in ["anna", "bert", "nobody"] {
        let browser = Browser::new(&server);
        let (at, page) = browser.visit("/sign-in?organisation=acme").await;
        let answer = browser.submit(&page, &[("username", name)]).await;
        let (at, page) = browser.follow(&at, answer).await;
        let mut asked = question(&browser, &at, &page).await;
        asked["publicKey"]["challenge"] = Value::Null;
        seen.push((page.anonymous(name).replace(at.as_str(), "AT"), asked));
    }
    let mut stranger = device(&server);
    stranger.user = uuid::Uuid::from_u128(7).as_bytes().to_vec();
    let mut nameless = device(&server);
    nameless.user = b"nobody".to_vec();
    let mut impostor = device(&server);
    impostor.user.clone_from(&anna.user);
    let mut refusals = Vec::new();
    for device in [&mut stranger, &mut nameless, &mut impostor, &mut shut_out, &mut elsewhere] {
        let browser = Browser::new(&server);
        let (at, page) = browser.visit("/sign-in?organisation=acme").await;
        let asked = question(&browser, &at, &page).await;
        let answer = browser.submit(&page, &[("passkey", &device.get(&asked))]).await;
        refusals.push((answer.status, answer.problem().to_owned()));
    }

    let (at, _) = alone(&Browser::new(&server), &mut anna).await;

    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert_eq!(seen[0].1["publicKey"].get("allowCredentials").and_then(Value::as_array).map_or(0, Vec::len), 0);
    for refusal in refusals {
        assert_eq!(refusal, (422, "This passkey was not accepted. Try again, or sign in another way.".to_owned()));
    }
    assert_eq!(at, "/account", "the right key does open");
}

/// SE-02: a question is for one browser, once, for five minutes, and only for this server and this origin; a key that does
/// not see to its holder opens nothing.
#[tokio::test]
async fn se_02_what_a_passkey_signs_counts_once_in_its_own_browser() {
    let server = named_server().await;
    let (_, mut device) = owner(&server.tenant("acme").await, "anna").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit("/sign-in").await;
    let send = |answer: String| {
        let (browser, page) = (&browser, &page);
        async move { browser.submit(page, &[("passkey", &answer)]).await.status }
    };

    let asked = question(&browser, &at, &page).await;
    device.origin = "http://evil.example".to_owned();
    let other_origin = send(device.get(&asked)).await;
    device.origin.clone_from(&server.app.config.public_url);
    let asked_again = send(device.get(&asked)).await;
    let asked = question(&browser, &at, &page).await;
    device.host = "evil.example".to_owned();
    let other_host = send(device.get(&asked)).await;
    device.host = "localhost".to_owned();
    let asked = question(&browser, &at, &page).await;
    device.verifies = false;
    let unverified = send(device.get(&asked)).await;
    device.verifies = true;
    let asked = question(&browser, &at, &page).await;
    server.advance(Duration::from_mins(5));
    let too_late = send(device.get(&asked)).await;
    server.advance(Duration::from_mins(20));
    let asked = question(&browser, &at, &page).await;
    let other = Browser::new(&server);
    let (_, others_page) = other.visit("/sign-in").await;
    let in_another_browser = other.submit(&others_page, &[("passkey", &device.get(&asked))]).await.status;
    server.advance(Duration::from_mins(2));
    let right = device.get(&asked);
    let first = browser.submit(&page, &[("passkey", &right)]).await;
    let replayed = browser.submit(&page, &[("passkey", &right)]).await;

    for status in [other_origin, asked_again, other_host, unverified, too_late, in_another_browser] {
        assert_eq!(status, 422);
    }
    assert_eq!(first.header("location"), Some("/account"), "{}", first.text);
    assert!(
        matches!(replayed.status, 303 | 403) && replayed.header("location") != Some("/account"),
        "{}",
        replayed.status
    );
}

/// SE-03: the question and the answer are forms of our own page: without its token there is neither.
#[tokio::test]
async fn se_03_no_question_is_asked_for_a_forged_form() {
    let server = named_server().await;
    server.tenant("acme").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit("/sign-in").await;
    let path = format!("{at}/passkey");

    let without = browser.send(server.request(reqwest::Method::POST, &path).form(&[("x", "y")])).await;
    let foreign = browser.send(server.request(reqwest::Method::POST, &path).form(&[("csrf", "abc")])).await;
    let right = browser.submit_to(&path, &page, &[]).await;

    assert_eq!((without.status, foreign.status, right.status), (403, 403, 200), "{}", right.text);
}

/// MF-03 for passkeys: one answer sent many times at once opens one session.
#[tokio::test]
async fn mf_03_one_answer_at_once_opens_one_session() {
    let server = named_server().await;
    // So many failures are told of, to nobody who has an address here.
    server.keep_outbox();
    let (id, mut device) = owner(&server.tenant("acme").await, "anna").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit("/sign-in").await;
    let asked = question(&browser, &at, &page).await;
    let answer = device.get(&asked);
    let jar = browser.jar();

    let tries = (0..12).map(|_| {
        let (server, jar, page, answer) = (&server, jar.clone(), &page, answer.as_str());
        async move {
            let browser = Browser::new(server);
            browser.set_jar(jar);
            browser.submit(page, &[("passkey", answer)]).await
        }
    });
    let replies = join_all(tries).await;

    let opened = replies.iter().filter(|it| it.header("location") == Some("/account")).count();
    assert_eq!(opened, 1);
    assert_eq!(methods(&server, id).await, ["hwk user mfa", "pwd"]);
}

/// A key whose counter has gone back was copied: it opens nothing, and its owner sees it.
#[tokio::test]
async fn a_copied_passkey_is_refused() {
    let server = named_server().await;
    let (_, mut device) = owner(&server.tenant("acme").await, "anna").await;
    device.counter = 6;
    let (browser, copy) = (Browser::new(&server), Browser::new(&server));
    let (at, _) = alone(&browser, &mut device).await;
    device.counter = 3;

    let (_, refused) = alone(&copy, &mut device).await;

    assert_eq!(at, "/account");
    assert_eq!(refused.status, 422);
    let activity = browser.get("/account/activity").await.text;
    assert!(activity.contains("A passkey that seems to have been copied"), "{activity}");
}

/// AU-12: refused passkeys and wrong passwords share one budget, and the right key waits with the rest.
#[tokio::test]
async fn au_12_refused_passkeys_count_like_wrong_passwords() {
    let server = named_server().await;
    let (_, mut device) = owner(&server.tenant("acme").await, "anna").await;
    device.verifies = false;
    for _ in 0..3 {
        alone(&Browser::new(&server), &mut device).await;
    }
    for _ in 0..2 {
        Browser::new(&server).sign_in("anna", "not the password of anna").await;
    }
    device.verifies = true;

    let (locked, _) = alone(&Browser::new(&server), &mut device).await;
    server.advance(Duration::from_mins(2));
    let (open, _) = alone(&Browser::new(&server), &mut device).await;

    assert_ne!(locked, "/account");
    assert_eq!(open, "/account");
}

/// MF-10: a passkey is added and removed only by somebody who has proved lately who it is; the last one stays while a second
/// factor is required, and says why.
#[tokio::test]
async fn mf_10_the_last_passkey_stays_while_a_factor_is_required() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    let (_, mut device) = owner(&tenant, "anna").await;
    let browser = Browser::new(&server);
    alone(&browser, &mut device).await;
    let mut second = Authenticator::at(&server.app.config.public_url);
    add(&browser, &mut second, "Phone").await;
    let page = browser.get(SECURITY).await.text;
    let removals: Vec<&str> = page.split("href=\"").filter_map(|it| it.split('"').next()).collect();
    let removals: Vec<String> = removals.into_iter().filter(|it| it.ends_with("/remove")).map(str::to_owned).collect();
    tenant.require_mfa().await;

    server.advance(Duration::from_mins(11));
    let too_late = browser.get(&removals[0]).await;
    let mut proving = browser.visit(&removals[0]).await;
    assert_eq!(proving.1.heading(), "Enter your password", "{}", proving.1.text);
    let asked = question(&browser, &proving.0, &proving.1).await;
    let answer = browser.submit(&proving.1, &[("passkey", &second.get(&asked))]).await;
    proving = browser.follow(&proving.0, answer).await;
    let first = browser.submit_to(&removals[0], &proving.1, &[]).await;
    let page = browser.get(SECURITY).await;
    let last = browser.submit_to(&removals[1], &page, &[]).await;
    let (_, gone) = alone(&Browser::new(&server), &mut device).await;
    let (still, _) = alone(&Browser::new(&server), &mut second).await;

    assert_eq!(removals.len(), 2, "{page:?}");
    assert_eq!(too_late.status, 303);
    assert_eq!(proving.1.heading(), "Remove this passkey?", "{}", proving.1.text);
    assert_eq!(first.header("location"), Some("/account/security?done=passkey-removed"), "{}", first.text);
    assert!(page.text.contains("id=\"keeps-passkey\""), "{}", page.text);
    assert_eq!(last.status, 403, "{}", last.text);
    assert!(last.text.contains("requires a second factor"), "{}", last.text);
    assert_eq!(gone.status, 422);
    assert_eq!(still, "/account");
}

/// Whoever gives the authenticator up and keeps a passkey still has a second factor: page, activity, audit and letter say that
/// the app is gone and not that everything is off.
#[tokio::test]
async fn without_the_app_a_passkey_still_is_a_second_factor_and_everything_says_so() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    reset::mailed_user(&tenant, "anna", reset::with_password()).await;
    let browser = signed_in(&server, "anna").await;
    let (_, page) = browser.visit("/account/security/authenticator").await;
    browser.enrol(&page).await;
    let mut device = device(&server);
    add(&browser, &mut device, "Work laptop").await;
    server.run_jobs().await;
    let before = server.mails().len();

    let asked = browser.get(REMOVAL).await;
    let removed = browser.submit_to(REMOVAL, &asked, &[]).await;
    let (_, page) = browser.follow("", removed).await;
    server.run_jobs().await;

    assert_eq!(asked.heading(), "Remove the authenticator app?");
    assert!(
        page.text.contains("Signing in takes a passkey now.") && !page.text.contains("switched off"),
        "{}",
        page.text
    );
    assert!(page.text.contains("With your passkeys"), "{}", page.text);
    let activity = browser.get("/account/activity").await.text;
    assert!(activity.contains("The authenticator app was removed") && !activity.contains("switched off"), "{activity}");
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let removals = |action: &str| rows.iter().filter(|it| it.action == action).count();
    assert_eq!((removals("mfa.authenticator_removed"), removals("mfa.removed")), (1, 0));
    let mails = server.mails().split_off(before);
    assert!(mails.len() == 1 && mails[0].contains("Your authenticator app at ACME was removed"), "{mails:?}");
    let (_, next) = Browser::new(&server).sign_in("anna", PASSWORD).await;
    assert!(next.text.contains("passkey"), "{}", next.text);
    assert_ne!(next.heading(), "Your account");
}

/// SE-12: a passkey of somebody else does not exist, neither to look at nor to remove.
#[tokio::test]
async fn se_12_nobody_removes_the_passkey_of_somebody_else() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    let (_, mut annas) = owner(&tenant, "anna").await;
    let anna = Browser::new(&server);
    alone(&anna, &mut annas).await;
    let page = anna.get(SECURITY).await.text;
    let path = page.split("href=\"").filter_map(|it| it.split('"').next()).find(|it| it.ends_with("/remove")).unwrap();
    tenant.user("bert", "owner").await;
    let bert = signed_in(&server, "bert").await;

    let own = bert.get(SECURITY).await;
    let (asked, removed) = (bert.get(path).await.status, bert.submit_to(path, &own, &[]).await.status);

    assert_eq!((asked, removed), (404, 404));
    assert_eq!(alone(&Browser::new(&server), &mut annas).await.0, "/account");
}

/// A credential id belongs to one person: the same key is not taken twice, and a device is told which it has already.
#[tokio::test]
async fn a_passkey_belongs_to_one_person() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    let (_, mut device) = owner(&tenant, "anna").await;
    tenant.user("bert", "viewer").await;
    let (anna, bert) = (Browser::new(&server), signed_in(&server, "bert").await);
    alone(&anna, &mut device).await;
    let (at, page) = anna.visit(NEW).await;
    let asked = question(&anna, &at, &page).await;
    let anna_is = device.user.clone();

    let again = add(&anna, &mut device, "Again").await;
    let taken = add(&bert, &mut device, "Mine now").await;

    device.user = anna_is;
    assert_eq!(asked["publicKey"]["excludeCredentials"].as_array().map(Vec::len), Some(1), "{asked}");
    assert_eq!(asked["publicKey"]["authenticatorSelection"]["residentKey"], "required");
    assert_eq!((again.status, taken.status), (422, 422));
    assert!(taken.problem().starts_with("This passkey is here already."), "{}", taken.problem());
    assert_eq!(alone(&Browser::new(&server), &mut device).await.0, "/account");
}

/// MF-11: what an administrator resets is gone for the passkeys too; a user who is shut out or erased opens nothing.
#[tokio::test]
async fn mf_11_a_reset_and_a_departure_end_passkeys() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    let mut devices = Vec::new();
    for name in ["anna", "bert", "cara"] {
        devices.push(owner(&tenant, name).await);
    }
    let operator = Server::operator();
    let anna = users::show(&server.app, &operator, devices[0].0).await.unwrap().user;

    accounts::reset_mfa(&server.app, &operator, &anna).await.unwrap();
    users::deactivate(&server.app, &operator, devices[1].0, OnLastHolder::Refuse).await.unwrap();
    departures::erase(&server.app, &operator, devices[2].0).await.unwrap();

    for (_, device) in &mut devices {
        let browser = Browser::new(&server);
        let (_, page) = alone(&browser, device).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(!browser.is_signed_in().await);
    }
    let (at, _) = Browser::new(&server).sign_in("anna", PASSWORD).await;
    assert_eq!(at, "/account", "nothing is asked for after the reset");
}

/// S2-29, MF-11: an administrator sees each factor of somebody by its kind, reads what a reset takes, and finds none after it;
/// the letter names them too.
#[tokio::test]
async fn s2_29_mf_11_each_factor_is_shown_to_the_administrator_before_it_goes() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let (anna, _) = owner(&tenant, "anna").await;
    let olga = signed_in(&server, "olga").await;
    let (sheet, api) = (format!("/console/users/{anna}/security"), format!("/api/v1/users/{anna}"));
    let reset = format!("/console/users/{anna}/deeds/reset-mfa");
    let factors = async || server.send(server.api(Method::GET, &api)).await.expect(200).json()["factors"].clone();

    let (before, told) = (words(&olga.get(&sheet).await.expect(200)), factors().await);
    let question = olga.get(&reset).await.expect(200);
    olga.submit_to(&reset, &question, &[]).await.expect(303);
    let (after, left) = (words(&olga.get(&sheet).await.expect(200)), factors().await);

    assert!(before.contains("Passkey “Work laptop”, since <time"), "{before}");
    assert!(!before.contains("Authenticator app, since"), "{before}");
    assert!(told["authenticator_since"].is_null() && told["recovery_codes_left"].is_null(), "{told}");
    assert_eq!(told["passkeys"][0]["name"], "Work laptop", "{told}");
    assert!(words(&question).contains("Authenticator app, passkeys and recovery codes of anna are removed."));
    assert!(!after.contains("id=\"factors\""), "{after}");
    assert_eq!(left, json!({ "authenticator_since": null, "passkeys": [], "recovery_codes_left": null }));
}

/// A browser proves with a passkey that it is somebody else's session: it is refused.
#[tokio::test]
async fn a_proof_asked_of_one_person_is_not_given_by_another() {
    let server = named_server().await;
    let tenant = server.tenant("acme").await;
    let (_, mut annas) = owner(&tenant, "anna").await;
    tenant.user("bert", "viewer").await;
    let bert = signed_in(&server, "bert").await;
    server.advance(Duration::from_mins(11));

    let (at, page) = bert.visit(NEW).await;
    let asked = question(&bert, &at, &page).await;
    let answer = bert.submit(&page, &[("passkey", &annas.get(&asked))]).await;

    assert_eq!(page.heading(), "Enter your password", "{}", page.text);
    assert_eq!(answer.status, 422, "{}", answer.text);
}

/// Where the server is called by a number, nothing is offered that no browser would do.
#[tokio::test]
async fn a_server_called_by_a_number_offers_no_passkeys() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;

    let (_, sign_in) = Browser::new(&server).visit("/sign-in").await;
    let security = browser.get(SECURITY).await;

    assert!(!sign_in.text.contains("passkey"), "{}", sign_in.text);
    assert!(!security.text.contains("add-passkey"), "{}", security.text);
}
