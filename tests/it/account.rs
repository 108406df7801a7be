//! One's own pages: name, password, second factor, recovery codes, sessions, tokens and what happened.

use std::time::Duration;

use doorward::app::accounts::{self, NewUser, Secret, SignIn, WayIn};
use doorward::app::organisations::{self, MfaPolicy, MfaRequirement};
use doorward::app::users;
use doorward::domain::id::UserId;
use reqwest::Method;

use crate::access::leads_to_the_sign_in;
use crate::harness::{Browser, PASSWORD, Phone, Reply, Server, Tenant};
use crate::signin::join_all;

const STEP: Duration = Duration::from_secs(30);
const NEW: &str = "seven quiet herons at dawn";
const SECURITY: &str = "/account/security";
const CHANGE: &str = "/account/security/password";
const REMOVE: &str = "/account/security/authenticator/remove";
const CODES: &str = "/account/security/recovery-codes";

/// A new active user with [`PASSWORD`] and an address.
async fn mailed(tenant: &Tenant<'_>, name: &str, role: &str) -> UserId {
    let new = NewUser {
        user_name: name.to_owned(),
        display_name: name.to_owned(),
        email: Some(format!("{name}@mail.example")),
        role: Some(role.parse().unwrap()),
        sign_in: Some(SignIn::Password),
        way_in: Some(WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false }),
    };
    accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().person.user.id
}

async fn signed_in<'s>(server: &'s Server, name: &str) -> Browser<'s> {
    let browser = Browser::new(server);
    let (at, page) = browser.sign_in(name, PASSWORD).await;
    assert_eq!(at, "/account", "{}", page.text);
    browser
}

/// Opens a page and sends its form.
pub async fn act(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let page = browser.get(path).await.expect(200);
    browser.submit_to(path, &page, fields).await
}

/// Enables MFA on the security page; answers the phone and the recovery codes.
async fn enable(browser: &Browser<'_>) -> (Phone, Vec<String>) {
    let (_, page) = browser.visit("/account/security/authenticator").await;
    let (phone, shown) = browser.confirm(&page).await;
    let codes = shown.recovery_codes();
    let answer = browser.submit(&shown, &[]).await;
    assert_eq!(answer.header("location"), Some("/account/security?done=mfa-on"), "{}", answer.text);
    browser.server().advance(STEP);
    (phone, codes)
}

/// Signs in up to the code and gives this recovery code.
pub async fn recover<'s>(server: &'s Server, name: &str, code: &str) -> (Browser<'s>, Reply) {
    let browser = Browser::new(server);
    let (at, page) = browser.sign_in(name, PASSWORD).await;
    assert_eq!(page.heading(), "Enter your code", "{}", page.text);
    let page = browser.get(&format!("{at}/recovery")).await;
    assert_eq!(page.heading(), "Use a recovery code");
    let answer = browser.submit(&page, &[("recovery_code", code)]).await;
    (browser, answer)
}

async fn policy(tenant: &Tenant<'_>, require: MfaRequirement) {
    let policy = MfaPolicy { require, roles: Vec::new(), grace_days: 0 };
    organisations::require_mfa(&tenant.server.app, &Server::operator(), tenant.org, policy).await.unwrap();
}

fn subjects(server: &Server) -> Vec<String> {
    let all = server.mails();
    let subject = |mail: &String| mail.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap().to_owned();
    all.iter().map(subject).collect()
}

/// S0-10: a person changes the own name, and sees it at the next load; what is no name is refused where it was typed.
#[tokio::test]
async fn s0_10_a_person_changes_the_own_name() {
    let server = Server::start().await;
    mailed(&server.tenant("acme").await, "anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;

    let empty = act(&browser, "/account", &[("display_name", "  ")]).await;
    let saved = act(&browser, "/account", &[("display_name", "Anna Åkesson")]).await;
    let (_, page) = browser.follow("", saved).await;

    assert_eq!(
        (empty.status, empty.problem()),
        (422, "Enter your name: at most 256 characters, without line breaks and tabs.")
    );
    assert_eq!(page.heading(), "<bdi>Anna Åkesson</bdi>");
    assert!(page.text.contains("Your name is saved."), "{}", page.text);
}

/// S0-11: the own password changes with the current one only, and ends the other sessions when that is wished.
#[tokio::test]
async fn s0_11_a_person_changes_the_own_password_with_the_current_one() {
    let server = Server::start().await;
    mailed(&server.tenant("acme").await, "anna", "viewer").await;
    let (browser, elsewhere) = (signed_in(&server, "anna").await, signed_in(&server, "anna").await);
    let change = |current: &'static str, new: &'static str, more: &'static [(&str, &str)]| {
        let mut fields = vec![("current_password", current), ("password", new), ("password_again", new)];
        fields.extend(more);
        let browser = &browser;
        async move { act(browser, CHANGE, &fields).await }
    };
    let before = browser.jar();

    let wrong = change("not my password at all", NEW, &[]).await;
    let weak = change(PASSWORD, "short", &[]).await;
    let same = change(PASSWORD, PASSWORD, &[]).await;
    let kept = change(PASSWORD, NEW, &[]).await;
    let is_kept = elsewhere.is_signed_in().await;
    let replayed = Browser::new(&server);
    replayed.set_jar(before);
    let is_replayed = replayed.is_signed_in().await;
    let ended = change(NEW, "a slow green river in may", &[("end_others", "yes")]).await;

    assert_eq!((wrong.status, wrong.problem()), (422, "This is not your current password. Check it and try again."));
    assert!(wrong.text.contains(r#"name="current_password" type="password" autocomplete="current-password" maxlength="1024" required aria-invalid="true""#));
    assert_eq!((weak.status, same.status), (422, 422));
    assert_eq!(kept.header("location"), Some("/account/security?done=password"));
    assert_eq!(ended.header("location"), Some("/account/security?done=password"));
    assert!(is_kept && !is_replayed, "the session goes on under a new token");
    assert!(browser.is_signed_in().await && !elsewhere.is_signed_in().await);
    assert_eq!(Browser::new(&server).sign_in("anna", PASSWORD).await.1.status, 422);
    assert_eq!(Browser::new(&server).sign_in("anna", "a slow green river in may").await.0, "/account");
    server.run_jobs().await;
    let (elsewhere, changed) = ("A new sign-in to your account at ACME", "Your password for ACME was changed");
    assert_eq!(subjects(&server), [elsewhere, changed, changed, elsewhere]);
}

/// S0-12, S0-15, S0-16, S2-23: the second factor is on only after a right code and the word to activate, and off again by
/// the same switch.
#[tokio::test]
async fn s0_12_s0_15_s0_16_the_second_factor_is_switched_on_and_off() {
    let server = Server::start().await;
    mailed(&server.tenant("acme").await, "anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;
    let is_on = async || browser.get(SECURITY).await.text.contains("Authenticator app, since");
    let offered = browser.get(SECURITY).await;
    assert!(offered.text.contains(r#"href="/account/security/authenticator">Enable MFA</a>"#), "{}", offered.text);

    let (at, page) = browser.visit("/account/security/authenticator").await;
    let phone = Phone::with_key_of(&page);
    let wrong = browser.submit(&page, &[("code", &wrong_code(&phone, &server))]).await;
    let after_wrong = is_on().await;
    let code = phone.code(&server);
    let answer = browser.submit(&page, &[("code", &code)]).await;
    let (_, shown) = browser.follow(&at, answer).await;
    let before_activation = is_on().await;
    let activated = browser.submit(&shown, &[]).await;
    let after_activation = is_on().await;
    let other = Browser::new(&server);
    let (_, asked) = other.sign_in("anna", PASSWORD).await;
    let replayed = other.submit(&asked, &[("code", &code)]).await;
    server.advance(STEP);
    let next = other.submit(&asked, &[("code", &phone.code(&server))]).await;
    let removed = act(&browser, REMOVE, &[]).await;
    let after_removal = is_on().await;
    let (without_code, _) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!((wrong.status, after_wrong, before_activation, after_activation), (422, false, false, true));
    assert!(page.text.contains("<svg xmlns") && page.text.contains(r#"href="otpauth://totp/"#), "{}", page.text);
    assert_eq!(shown.heading(), "Save your recovery codes");
    assert!(shown.text.contains(">Activate MFA</button>"));
    assert_eq!(activated.header("location"), Some("/account/security?done=mfa-on"));
    assert_eq!((asked.heading(), replayed.status), ("Enter your code", 422));
    assert_eq!(next.header("location"), Some("/account"));
    assert_eq!(removed.header("location"), Some("/account/security?done=mfa-off"));
    assert!(!after_removal && !other.is_signed_in().await && browser.is_signed_in().await);
    assert_eq!(without_code, "/account");
    server.run_jobs().await;
    let letters = [
        "A second factor protects your account at ACME",
        "A new sign-in to your account at ACME",
        "Your second factor at ACME was switched off",
        "A new sign-in to your account at ACME",
    ];
    assert_eq!(subjects(&server), letters);
}

/// S0-14: the key that is shown works in any app that follows RFC 6238: SHA-1, six digits, thirty seconds.
#[tokio::test]
async fn s0_14_the_code_of_another_implementation_is_taken() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;
    let (_, page) = browser.visit("/account/security/authenticator").await;
    let address = page.text.split("href=\"otpauth://").nth(1).unwrap().split('"').next().unwrap();
    let address = format!("otpauth://{}", address.replace("&#38;", "&").replace("&amp;", "&"));
    let url = reqwest::Url::parse(&address).unwrap();
    let fact = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());

    let answer = browser.submit(&page, &[("code", &code_by_rfc_6238(&fact("secret").unwrap(), &server))]).await;
    let (_, next) = browser.follow("", answer).await;

    assert_eq!((url.host_str(), fact("issuer").as_deref()), (Some("totp"), Some("ACME")));
    assert!(url.path().contains("anna"), "{address}");
    for (name, usual) in [("algorithm", "SHA1"), ("digits", "6"), ("period", "30")] {
        assert!(fact(name).is_none_or(|it| it == usual), "{address}");
    }
    assert_eq!(next.heading(), "Save your recovery codes");
}

/// RFC 6238 and RFC 4226 written down once more, in another language.
fn code_by_rfc_6238(secret: &str, server: &Server) -> String {
    let script = "import sys,hmac,hashlib,base64,struct\n\
                  k=sys.argv[1]; k=base64.b32decode(k+'='*(-len(k)%8)); t=int(sys.argv[2])//30\n\
                  h=hmac.new(k,struct.pack('>Q',t),hashlib.sha1).digest(); o=h[-1]&15\n\
                  print('%06d'%((struct.unpack('>I',h[o:o+4])[0]&0x7fffffff)%1000000),end='')";
    let seconds = server.app.now().seconds().to_string();
    let done = std::process::Command::new("python3").args(["-c", script, secret, &seconds]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// S2-23: ten codes are shown once, can be saved, and each signs in once; new codes end the earlier ones.
#[tokio::test]
async fn s2_23_each_recovery_code_works_once_and_new_ones_end_the_old() {
    let server = Server::start().await;
    mailed(&server.tenant("acme").await, "anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;

    let (_, codes) = enable(&browser).await;
    let (by_code, first) = recover(&server, "anna", &codes[3]).await;
    let (_, second) = recover(&server, "anna", &codes[3]).await;
    let (_, spelled) = recover(&server, "anna", &codes[4].replace('-', " ").to_lowercase()).await;
    let left = browser.get(SECURITY).await;
    let renewed = act(&browser, CODES, &[]).await.expect(200);
    let (_, of_old_set) = recover(&server, "anna", &codes[5]).await;
    let (_, of_new_set) = recover(&server, "anna", &renewed.recovery_codes()[5]).await;
    let shown_again = browser.get(CODES).await;

    assert_eq!(codes.len(), 10);
    assert_eq!((first.header("location"), second.status), (Some("/account"), 422));
    assert!(by_code.get("/account/sessions").await.text.contains("Password and recovery code"));
    assert_eq!(spelled.header("location"), Some("/account"));
    assert!(left.text.contains("8 of 10 codes left"), "{}", left.text);
    assert!(renewed.text.contains(r#"download="recovery-codes.txt""#) && renewed.text.contains("data-print"));
    assert_eq!((of_old_set.status, of_new_set.header("location")), (422, Some("/account")));
    assert!(!shown_again.text.contains("id=\"codes\""));
    server.run_jobs().await;
    assert_eq!(subjects(&server).iter().filter(|it| *it == "A recovery code was used at ACME").count(), 3);
}

/// MF-12: a recovery code opens one sign-in, also of many at once; one of another user none; five wrong ones end the
/// sign-in.
#[tokio::test]
async fn mf_12_a_recovery_code_is_used_once_by_its_owner_and_guesses_end_the_sign_in() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("anna", "viewer").await;
    tenant.user("bert", "viewer").await;
    let anna = signed_in(&server, "anna").await;
    let (_, codes) = enable(&anna).await;
    let (_, of_bert) = enable(&signed_in(&server, "bert").await).await;

    let tries = (0..4).map(|_| async { recover(&server, "anna", &codes[0]).await.1.header("location").is_some() });
    let at_once = join_all(tries).await.into_iter().filter(|it| *it).count();
    server.advance(Duration::from_mins(1));
    let again = recover(&server, "anna", &codes[0]).await.1.status;
    let of_another = recover(&server, "anna", &of_bert[1]).await.1.status;
    server.advance(Duration::from_mins(16));
    let renewed = {
        let anna = Browser::new(&server);
        let (at, _) = anna.sign_in("anna", PASSWORD).await;
        let page = anna.get(&format!("{at}/recovery")).await;
        anna.submit(&page, &[("recovery_code", &codes[1])]).await;
        act(&anna, CODES, &[]).await.expect(200).recovery_codes()
    };
    let of_old_set = recover(&server, "anna", &codes[2]).await.1.status;
    server.advance(Duration::from_hours(25));
    let guesser = Browser::new(&server);
    let (at, _) = guesser.sign_in("anna", PASSWORD).await;
    let page = guesser.get(&format!("{at}/recovery")).await;
    let mut guesses = Vec::new();
    for _ in 0..5 {
        let answer = guesser.submit(&page, &[("recovery_code", "3-00000-00000-00000")]).await;
        guesses.push(answer.header("location").map_or_else(|| answer.status.to_string(), |_| "away".to_owned()));
    }
    let (_, restarted) = guesser.visit(&at).await;
    let (_, locked) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!((at_once, again, of_another, of_old_set), (1, 422, 422, 422));
    assert_eq!(renewed.len(), 10);
    assert_eq!(guesses, ["422", "422", "422", "422", "away"]);
    assert_eq!((restarted.heading(), locked.status), ("Sign in", 422));
}

/// MF-10: a second factor is not switched off without a recent proof, by another site, or while it is required.
#[tokio::test]
async fn mf_10_a_second_factor_stays_on_without_a_recent_proof_from_another_site_and_while_required() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;
    enable(&browser).await;
    let page = browser.get(REMOVE).await.expect(200);
    let send = |headers: &'static [(&'static str, &'static str)]| {
        let fields = crate::harness::hidden_fields(&page.text);
        let request = server.request(Method::POST, REMOVE).form(&fields);
        browser.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
    };

    let cross_site = send(&[("sec-fetch-site", "cross-site")]).await.status;
    let other_origin = send(&[("origin", "https://evil.example")]).await.status;
    let without_token = browser.send(server.request(Method::POST, REMOVE).form(&[("csrf", "x")])).await.status;
    policy(&tenant, MfaRequirement::All).await;
    let required = send(&[]).await;
    let shown = browser.get(SECURITY).await;
    let asked = browser.get(REMOVE).await.expect(200);
    policy(&tenant, MfaRequirement::None).await;
    server.advance(Duration::from_mins(10));
    let stale = send(&[]).await.status;
    let is_on = browser.get(SECURITY).await.text.contains("Authenticator app, since");

    assert_eq!((cross_site, other_origin, without_token), (403, 403, 403));
    assert_eq!(required.status, 403);
    assert!(required.text.contains("requires a second factor of you"), "{}", required.text);
    assert!(shown.text.contains("Your organisation requires a second factor of you"), "{}", shown.text);
    assert!(shown.text.contains(r#"id="disable-mfa" type="button" disabled"#), "{}", shown.text);
    assert!(
        asked.text.contains(r#"id="confirm" type="button" disabled aria-describedby="why-not">"#),
        "{}",
        asked.text
    );
    assert!(asked.text.contains("Your organisation requires a second factor of you"), "{}", asked.text);
    assert_eq!((stale, is_on), (403, true));
}

/// An act that changes a credential asks for every proof again after ten minutes, and goes on where it was.
#[tokio::test]
async fn an_act_that_changes_a_credential_asks_again_who_it_is_and_comes_back() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "contributor").await;
    let browser = signed_in(&server, "anna").await;
    let (phone, _) = enable(&browser).await;
    let before = browser.cookie("dw_sid");
    server.advance(Duration::from_mins(11));

    for path in [CHANGE, REMOVE, CODES, "/account/tokens/new", "/account/security/authenticator"] {
        let sent = browser.get(path).await;
        assert!(sent.header("location").is_some_and(|it| it.starts_with("/sign-in/")), "{path}: {}", sent.status);
    }
    let (at, password) = browser.visit("/account/tokens/new").await;
    let wrong = browser.submit(&password, &[("password", "not my password")]).await;
    let answer = browser.submit(&password, &[("password", PASSWORD)]).await;
    let (_, code) = browser.follow(&at, answer).await;
    let answer = browser.submit(&code, &[("code", &phone.code(&server))]).await;
    let (back, page) = browser.follow(&at, answer).await;

    assert_eq!((password.heading(), wrong.status, code.heading()), ("Enter your password", 422, "Enter your code"));
    assert!(password.text.contains("what you were doing") && !password.text.contains("Not you?"));
    assert_eq!((back.as_str(), page.heading()), ("/account/tokens/new", "New token"));
    assert_ne!(browser.cookie("dw_sid"), before, "a proof gives the session a new token");
}

#[tokio::test]
async fn an_enrolment_asks_for_the_password_when_the_session_it_was_begun_in_has_ended() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;
    let (at, page) = browser.visit("/account/security/authenticator").await;
    let phone = Phone::with_key_of(&page);
    let elsewhere = signed_in(&server, "anna").await;
    let list = elsewhere.get("/account/sessions").await;
    elsewhere.submit_to("/account/sessions/end-others", &list, &[]).await;

    let sent = browser.submit(&page, &[("code", &phone.code(&server))]).await;
    let (_, asked) = browser.visit(&at).await;
    let answer = browser.submit(&asked, &[("password", PASSWORD)]).await;
    let (_, again) = browser.follow(&at, answer).await;

    assert_eq!((sent.status, asked.heading()), (400, "Enter your password"));
    assert_eq!(again.heading(), "Set up your second factor");
}

/// SE-12: the list of sessions shows the own ones, ends one or all others, and knows no session of anybody else.
#[tokio::test]
async fn se_12_only_the_own_sessions_are_listed_and_ended() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("anna", "viewer").await;
    tenant.user("bert", "owner").await;
    let here = signed_in(&server, "anna").await;
    server.advance(STEP);
    let there = signed_in(&server, "anna").await;
    server.advance(STEP);
    let third = signed_in(&server, "anna").await;
    let bert = signed_in(&server, "bert").await;

    let list = here.get("/account/sessions").await.expect(200);
    let ends: Vec<String> =
        list.text.split("action=\"").skip(1).map(|it| it.split('"').next().unwrap().to_owned()).collect();
    let ends: Vec<&String> = ends.iter().filter(|it| it.ends_with("/end")).collect();
    let page = bert.get("/account/sessions").await;
    let foreign = bert.submit_to(ends[0], &page, &[]).await.status;
    let no_id = bert.submit_to("/account/sessions/0/end", &page, &[]).await.status;
    let of_foreigner = [third.is_signed_in().await, bert.is_signed_in().await];
    let one = here.submit_to(ends[0], &list, &[]).await;
    let after_one = [third.is_signed_in().await, there.is_signed_in().await];
    let all = here.submit_to("/account/sessions/end-others", &list, &[]).await;
    let after_all = [there.is_signed_in().await, here.is_signed_in().await, bert.is_signed_in().await];

    assert_eq!(ends.len(), 2, "{}", list.text);
    assert_eq!((foreign, no_id), (404, 404));
    assert_eq!((of_foreigner, after_one, after_all), ([true, true], [false, true], [false, true, true]));
    assert_eq!(one.header("location"), Some("/account/sessions?done=session"));
    assert_eq!(all.header("location"), Some("/account/sessions?done=sessions"));
}

/// S1-30: whoever may, makes a token on the own page and sees it once; for a viewer neither page nor tab exists.
#[tokio::test]
async fn s1_30_a_token_is_made_on_the_own_page_and_a_viewer_finds_no_such_page() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("cora", "contributor").await;
    tenant.user("vera", "viewer").await;
    let (cora, vera) = (signed_in(&server, "cora").await, signed_in(&server, "vera").await);
    let new = |fields: &'static [(&str, &str)]| act(&cora, "/account/tokens/new", fields);

    let nothing = new(&[("name", "backup"), ("days", "30")]).await;
    let made = new(&[("name", "backup"), ("read", "yes"), ("days", "30")]).await.expect(200);
    let token = made.text.split("id=\"token\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let me = server.send(server.request(Method::GET, "/api/v1/me").bearer_auth(&token)).await;
    let list = cora.get("/account/tokens").await;
    let end = list.text.split("href=\"/account/tokens/").find(|it| it.contains("/end\"")).unwrap();
    let end = format!("/account/tokens/{}", end.split('"').next().unwrap());
    let asked = cora.get(&end).await.expect(200);
    let until_yes = server.send(server.request(Method::GET, "/api/v1/me").bearer_auth(&token)).await.status;
    let foreign = vera.get(&end).await.status;
    let ended = cora.submit_to(&end, &asked, &[]).await;
    let twice = cora.get(&end).await.status;
    let after = server.send(server.request(Method::GET, "/api/v1/me").bearer_auth(&token)).await;
    let own = vera.get("/account").await;
    let forged = vera.submit_to("/account/tokens/new", &own, &[("name", "x"), ("read", "yes"), ("days", "7")]).await;

    assert_eq!((nothing.status, me.status, after.status), (422, 200, 401));
    assert_eq!((asked.heading(), until_yes), ("End this token?", 200));
    assert!(asked.text.contains("<bdi>backup</bdi>") && asked.text.contains("This cannot be undone"), "{}", asked.text);
    assert_eq!((foreign, twice), (404, 404));
    assert!(list.text.contains("backup") && !list.text.contains(&token), "{}", list.text);
    assert_eq!(ended.header("location"), Some("/account/tokens?done=token"));
    assert!(cora.get("/account").await.text.contains("/account/tokens"));
    assert!(!own.text.contains("/account/tokens"), "{}", own.text);
    for path in ["/account/tokens", "/account/tokens/new"] {
        assert_eq!(vera.get(path).await.status, 403, "{path}");
    }
    assert_eq!(forged.status, 403);
}

#[tokio::test]
async fn the_own_activity_tells_of_sign_ins_failures_and_changes() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let anna = tenant.user("anna", "viewer").await;
    tenant.user("bert", "viewer").await;
    Browser::new(&server).sign_in("anna", "not the password").await;
    let browser = signed_in(&server, "anna").await;
    signed_in(&server, "bert").await;
    enable(&browser).await;
    let user = users::show(&server.app, &Server::operator(), anna).await.unwrap().user;
    accounts::reset_mfa(&server.app, &Server::operator(), &user).await.unwrap();
    let browser = signed_in(&server, "anna").await;

    let page = browser.get("/account/activity").await.expect(200);

    for told in ["Signed in", "Wrong password", "An authenticator app was set up", "The second factor was reset"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(page.text.contains("by \u{2068}"), "{}", page.text);
    let rows = || page.text.split("<tr>").skip(2);
    let from = "Another browser or program<br><span class=\"quiet\">127.0.0.1</span>";
    for told in ["Signed in", "Wrong password"] {
        let mut these = rows().filter(|it| it.contains(told)).peekable();
        assert!(these.peek().is_some() && these.all(|it| it.contains(from)), "{told}: {}", page.text);
    }
    assert!(
        rows().filter(|it| it.contains("The second factor was reset")).all(|it| !it.contains(from)),
        "{}",
        page.text
    );
    assert!(!page.text.contains("bert"), "{}", page.text);
}

/// AU-12: guesses at every place where something can be guessed come out of one budget: in the browsers that the person has
/// signed in with before, and in all others.
#[tokio::test]
async fn au_12_guesses_at_every_place_share_one_budget() {
    for is_known in [true, false] {
        let server = Server::start().await;
        server.tenant("acme").await.user("anna", "viewer").await;
        let browser = signed_in(&server, "anna").await;
        let (phone, _) = enable(&browser).await;
        let mut jar = browser.jar();
        jar.retain(|name, _| is_known || name != "dw_dev");
        browser.set_jar(jar.clone());
        jar.retain(|name, _| name == "dw_dev");
        let same = || {
            let browser = Browser::new(&server);
            browser.set_jar(jar.clone());
            browser
        };
        let guess = [("current_password", "guess number one"), ("password", NEW), ("password_again", NEW)];
        assert_eq!(act(&browser, CHANGE, &guess).await.status, 422);
        server.advance(Duration::from_mins(11));
        let (at, page) = browser.visit(CHANGE).await;
        assert_eq!(browser.submit(&page, &[("password", "guess number two")]).await.status, 422);
        let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
        let (at, page) = browser.follow(&at, answer).await;
        assert_eq!(browser.submit(&page, &[("code", &wrong_code(&phone, &server))]).await.status, 422);
        let page = browser.get(&format!("{at}/recovery")).await;
        assert_eq!(browser.submit(&page, &[("recovery_code", "1-00000-00000-00000")]).await.status, 422);

        let fifth = same().sign_in("anna", "guess number five").await.1.status;
        let right_password = same().sign_in("anna", PASSWORD).await.1.status;
        let right_code = browser.submit_to(&at, &page, &[("code", &phone.code(&server))]).await.status;

        assert_eq!((fifth, right_password, right_code), (422, 422, 422), "known: {is_known}");
    }
}

/// AU-11: a failure is counted although everything after it fails.
#[tokio::test]
async fn au_11_a_failure_counts_although_the_rest_of_the_sign_in_fails() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "viewer").await;
    let url = server.app.config.database_url.clone();
    server.expect_faults();

    crate::harness::database::execute(&url, "ALTER TABLE audit RENAME TO audit_gone");
    let mut broken = Vec::new();
    for _ in 0..5 {
        broken.push(Browser::new(&server).sign_in("anna", "not the password").await.1.status);
    }
    crate::harness::database::execute(&url, "ALTER TABLE audit_gone RENAME TO audit");
    let at_once = Browser::new(&server).sign_in("anna", PASSWORD).await.1.status;
    server.advance(STEP);
    let (later, _) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!((broken, at_once), (vec![500; 5], 422));
    assert_eq!(later, "/account");
}

/// MF-14: cookies of before, put back during the second step, give no further guesses.
#[tokio::test]
async fn mf_14_earlier_cookies_give_no_further_guesses() {
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "viewer").await;
    let (phone, _) = enable(&signed_in(&server, "anna").await).await;
    let browser = Browser::new(&server);
    let (at, page) = browser.identify("anna").await;
    let at_password = browser.jar();
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    let (_, code) = browser.follow(&at, answer).await;
    let at_code = browser.jar();

    let mut outcomes = Vec::new();
    for _ in 0..6 {
        browser.set_jar(at_code.clone());
        let answer = browser.submit(&code, &[("code", &wrong_code(&phone, &server))]).await;
        outcomes.push(answer.header("location").map_or_else(|| answer.status.to_string(), str::to_owned));
    }
    browser.set_jar(at_password);
    let earlier = browser.submit(&page, &[("password", PASSWORD)]).await;
    let (_, fresh) = Browser::new(&server).sign_in("anna", PASSWORD).await;

    assert_eq!(outcomes[..4], ["422", "422", "422", "422"]);
    assert_eq!(outcomes[4..], [at, "/sign-in".to_owned()], "the fifth ends the sign-in, and its cookie with it");
    assert!(earlier.status == 403 || earlier.header("location") == Some("/sign-in"), "{}", earlier.status);
    assert_eq!(fresh.status, 422, "the account waits");
}

/// SE-10: nothing of the own pages is kept by the browser, and after signing out nothing is shown.
#[tokio::test]
async fn se_10_the_own_pages_are_not_kept_and_are_gone_after_signing_out() {
    let server = Server::start().await;
    server.tenant("acme").await.user("olga", "owner").await;
    let browser = signed_in(&server, "olga").await;
    let paths = ["/account", SECURITY, "/account/sessions", "/account/tokens", "/account/activity", CHANGE];
    let made = act(&browser, "/account/tokens/new", &[("name", "x"), ("read", "yes"), ("days", "7")]).await.expect(200);

    let mut kept = vec![made.header("cache-control").map(str::to_owned)];
    for path in paths {
        kept.push(browser.get(path).await.expect(200).header("cache-control").map(str::to_owned));
    }
    let jar = browser.jar();
    let out = browser.submit(&browser.get("/account").await, &[]).await;
    browser.set_jar(jar);
    let other = signed_in(&server, "olga").await;
    let asked = other.get("/oauth2/logout").await;
    let confirmed = other.submit(&asked, &[]).await;

    assert_eq!(confirmed.header("clear-site-data"), Some("\"cache\", \"storage\""), "{}", asked.text);
    assert!(kept.iter().all(|it| it.as_deref() == Some("no-store")), "{kept:?}");
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
    for path in paths {
        let gone = browser.get(path).await;
        assert!(gone.header("location").is_some_and(leads_to_the_sign_in), "{path}: {}", gone.status);
    }
}

/// MF-08: after the activation neither the address of the enrolment nor any other page shows the key again, every page that
/// did was not to be kept, and no log line ever held it.
#[tokio::test]
async fn mf_08_the_key_is_shown_once_and_never_logged() {
    let log = crate::harness::log::captured();
    let server = Server::start().await;
    server.tenant("acme").await.user("anna", "viewer").await;
    let browser = signed_in(&server, "anna").await;
    let (at, page) = browser.visit("/account/security/authenticator").await;
    let shown_key = page.text.split("<code id=\"key\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let key = shown_key.replace(' ', "");
    let (_, codes) = browser.confirm(&page).await;
    let code = codes.recovery_codes().remove(0);
    browser.submit(&codes, &[]).await;

    let mut again = Vec::new();
    for path in [at.as_str(), "/account/security/authenticator", SECURITY, "/account/activity"] {
        again.push(browser.visit(path).await.1.text);
    }
    let logged = log();

    assert_eq!((page.header("cache-control"), codes.header("cache-control")), (Some("no-store"), Some("no-store")));
    assert!(again.iter().all(|it| !it.contains(&shown_key) && !it.contains(&key) && !it.contains(&code)));
    assert!(logged.contains("request answered"), "the log is captured");
    for secret in [&key, &shown_key, &code, &PASSWORD.to_owned()] {
        assert!(!logged.contains(secret.as_str()), "a log line holds a secret");
    }
}

/// A code that is right at no step near the present moment.
pub fn wrong_code(phone: &Phone, server: &Server) -> String {
    let now = server.app.now();
    let right =
        [now.before(2 * STEP), now.before(STEP), now, now.after(STEP), now.after(2 * STEP)].map(|it| phone.code_at(it));
    let mut all = (0..1_000_000).map(|number| format!("{number:06}"));
    all.find(|code| !right.contains(code)).unwrap()
}
