use std::collections::HashSet;

use super::*;

const T: Texts = Texts(crate::web::texts::Language::English);

const ATTACK: &str = "'\"><script>alert(1)</script>&lt;";

/// One page with the names of the values in it that somebody outside this server chose.
struct Shown {
    page: &'static str,
    html: String,
    values: &'static [&'static str],
}

fn shown<T: Template>(page: &'static str, values: &'static [&'static str], template: &T) -> Shown {
    Shown { page, html: template.render().unwrap(), values }
}

/// A hostile value that tells which one it is.
fn hostile(name: &str) -> String {
    format!("{ATTACK}[{name}]")
}

/// Every page, each value of a person, a directory or an application being hostile.
fn every_page() -> Vec<Shown> {
    let mut pages = sign_in_pages();
    pages.extend(enrolment_pages());
    pages.extend(proof_pages());
    pages.extend(provider_pages());
    pages.extend(password_pages());
    pages.extend(application_pages());
    pages.extend(other_pages());
    pages
}

fn sign_in_pages() -> Vec<Shown> {
    let (text, application, user) = (hostile("problem"), hostile("application"), hostile("username"));
    let (organisation, csrf) = (hostile("organisation"), hostile("csrf"));
    let (username, restart_url, application) = (user.as_str(), Some("/sign-in"), Some(application.as_str()));
    let at = |field| PageForm { action: "/here", csrf: &csrf, problem: Some(Problem { field, text: &text }) };
    let connection = hostile("connection");
    let providers = &[(connection.as_str(), "/sso/x/start")];
    let named = Some(organisation.as_str());
    let passkey_url = Some("/here/passkey");
    let identifier = IdentifierPage {
        t: T,
        form: at("username"),
        application,
        username,
        organisation: named,
        providers,
        passkey_url,
    };
    let forgot_url = Some("/forgot");
    let password = PasswordPage {
        t: T,
        form: at("password"),
        application,
        username,
        restart_url,
        forgot_url,
        providers,
        organisation_url: restart_url,
        passkey_url,
    };
    let code = CodePage {
        t: T,
        form: at("code"),
        application,
        username,
        restart_url,
        recovery_url: "/recovery",
        has_code: true,
        passkey_url,
    };
    let recovery = RecoveryPage { t: T, form: at("recovery_code"), application, username, restart_url };
    vec![
        shown("identifier", &["problem", "application", "username", "organisation", "csrf", "connection"], &identifier),
        shown("password", &["problem", "application", "username", "csrf"], &password),
        shown("code", &["problem", "application", "username", "csrf"], &code),
        shown("recovery", &["problem", "application", "username", "csrf"], &recovery),
    ]
}

fn enrolment_pages() -> Vec<Shown> {
    let (text, user, key, csrf) = (hostile("problem"), hostile("username"), hostile("key"), hostile("csrf"));
    let (username, restart_url, passkey_url) = (user.as_str(), Some("/sign-in"), Some("/here/passkey"));
    let qr = Qr::draw("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP").unwrap();
    let at = |field| PageForm { action: "/here", csrf: &csrf, problem: Some(Problem { field, text: &text }) };
    let passkey = PasskeyPage {
        t: T,
        form: at("passkey"),
        username,
        restart_url,
        passkey_url: "/here/passkey",
        back_url: "/here",
    };
    let shown_code = hostile("recovery code");
    let codes =
        ActivatePage { t: T, form: at(""), username, restart_url, shown: ShownCodes { codes: &[shown_code.as_str()] } };
    let enrol = EnrolPage {
        for_application: None,
        t: T,
        form: at("code"),
        username,
        restart_url,
        qr: &qr,
        otpauth_url: "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
        key: &key,
        is_required: true,
        passkey_url,
        days_left: Some(3),
    };
    vec![
        shown("enrol", &["problem", "username", "csrf"], &enrol),
        shown("passkey", &["problem", "username", "csrf"], &passkey),
        shown("codes to keep", &["problem", "username", "recovery code", "csrf"], &codes),
    ]
}

fn proof_pages() -> Vec<Shown> {
    let (csrf, name, value) = (hostile("csrf"), hostile("field"), hostile("value"));
    let due = ProofDuePage { t: T, title: T.say("prove-it"), lead: T.say("proof-is-due"), url: "/sign-in/x" };
    let form = PageForm { action: "/here", csrf: &csrf, problem: None };
    let fields = [(name, value)];
    let go_on = GoOnPage { t: T, path: "/here", form: Some(form), fields: &fields, home_url: "/account" };
    let file = GoOnPage { t: T, path: "/here/export", form: None, fields: &[], home_url: "/account" };
    vec![
        shown("proof due", &[], &due),
        shown("go on with a form", &["csrf", "field", "value"], &go_on),
        shown("go on with a file", &[], &file),
    ]
}

fn provider_pages() -> Vec<Shown> {
    let (application, user, connection) = (hostile("application"), hostile("username"), hostile("connection"));
    let provider = ProviderPage {
        t: T,
        application: Some(application.as_str()),
        username: user.as_str(),
        restart_url: Some("/sign-in"),
        provider: connection.as_str(),
        provider_url: "/sso/x/start?attempt=y",
    };
    let refused = ProviderRefusedPage {
        t: T,
        sentence: T.name("refused-known", &connection),
        next: T.say("provider-refused-next"),
        reference: "0123456789",
        again_url: "/sign-in",
    };
    vec![
        shown("provider", &["application", "username", "connection"], &provider),
        shown("provider refused", &["connection"], &refused),
    ]
}

fn password_pages() -> Vec<Shown> {
    let (text, user, rule) = (hostile("problem"), hostile("username"), hostile("rule"));
    let (organisation, csrf) = (hostile("organisation"), hostile("csrf"));
    let username = user.as_str();
    let at = |field| PageForm { action: "/here", csrf: &csrf, problem: Some(Problem { field, text: &text }) };
    let rules = [PasswordRule { text: rule, kept_by: Some(("length", 8)) }];
    let new =
        |reason| NewPasswordPage { t: T, form: at("password"), reason, username, restart_url: None, rules: &rules };
    let forgot = ForgotPage {
        t: T,
        form: at("organisation"),
        username,
        organisation: Some(&organisation),
        sign_in_url: "/sign-in",
    };
    let values: &[_] = &["problem", "username", "rule", "csrf"];
    vec![
        shown("new password, temporary", values, &new(NewPassword::Temporary)),
        shown("new password, reset", values, &new(NewPassword::Reset)),
        shown("new password, activate", values, &new(NewPassword::Activate)),
        shown("forgot", &["problem", "username", "organisation", "csrf"], &forgot),
        shown("mail sent", &[], &MailSentPage { t: T, minutes: 30, sign_in_url: "/sign-in" }),
        shown(
            "link gone",
            &[],
            &LinkGonePage { t: T, again_url: "/forgot", has_helper: true, sign_in_url: "/sign-in" },
        ),
        shown(
            "link gone, own",
            &[],
            &LinkGonePage { t: T, again_url: "/account/email", has_helper: false, sign_in_url: "/account" },
        ),
    ]
}

fn application_pages() -> Vec<Shown> {
    let (text, app, user) = (hostile("problem"), hostile("application"), hostile("username"));
    let (scope, host, name, value) = (hostile("scope"), hostile("host"), hostile("name"), hostile("value"));
    let csrf = hostile("csrf");
    let (application, username) = (app.as_str(), user.as_str());
    let form = PageForm { action: "/here", csrf: &csrf, problem: Some(Problem { field: "", text: &text }) };
    let resources = [hostile("resource")];
    let (scopes, fields) = (["openid".to_owned(), scope], [(name.as_str(), value.as_str())]);
    let consent = ConsentPage {
        t: T,
        form,
        application,
        username,
        restart_url: Some("/"),
        scopes: &scopes,
        resources: &resources,
        return_to: Some(&host),
    };
    let (visits, next) = ([hostile("visit")], hostile("next"));
    let out = |application| SignOutPage {
        t: T,
        form,
        application,
        username,
        restart_url: None,
        fields: &fields,
        stay_url: "/account",
    };
    let values: &[_] = &["problem", "username", "name", "value", "csrf"];
    let device = DevicePage { t: T, form, username, restart_url: None, typed: &name };
    vec![
        shown("device", &["problem", "username", "name", "csrf"], &device),
        shown("consent", &["problem", "application", "username", "scope", "resource", "host", "csrf"], &consent),
        shown(
            "form post",
            &["application", "name", "value"],
            &FormPostPage { t: T, action: "/x", application, fields: &fields },
        ),
        shown("sign out", values, &out(None)),
        shown("sign out for an application", &["application"], &out(Some(application))),
        shown("signing out", &["visit", "next"], &SigningOutPage { t: T, visits: &visits, next_url: &next }),
        shown("signed out", &[], &SignedOutPage { t: T, sign_in_url: "/sign-in" }),
    ]
}

fn other_pages() -> Vec<Shown> {
    let (happened, request_id) = (hostile("happened"), hostile("request_id"));
    let error = ErrorPage::new(StatusCode::FORBIDDEN, Some(&happened), &request_id);
    let mut pages = account_pages();
    pages.extend(account_forms());
    pages.extend(account_lists());
    pages.push(own_applications());
    pages.extend([shown("error", &["happened", "request_id"], &error), shown("empty", &[], &EmptyPage { t: T })]);
    pages
}

fn account_pages() -> Vec<Shown> {
    let [text, display_name, user_name, organisation] =
        ["problem", "display_name", "user_name", "organisation"].map(hostile);
    let [role, granted, from, csrf, email] = ["role", "granted", "from", "csrf", "email"].map(hostile);
    let form = |field| PageForm { action: "/here", csrf: &csrf, problem: Some(Problem { field, text: &text }) };
    let frame = |tab| AccountFrame {
        user_name: &user_name,
        tab,
        offers_tokens: true,
        offers_console: true,
        done: Some("It is done."),
    };
    let sources = [RoleSource { role: &granted, from }];
    let profile = |typed_name| ProfilePage {
        languages: None,
        t: T,
        form: form("display_name"),
        frame: frame(AccountTab::Profile),
        display_name: &display_name,
        typed_name,
        organisation: &organisation,
        email: Some(&email),
        changes_email: true,
        role: Some(&role),
        sources: &sources,
    };
    let at = Timestamp::from_millis(0);
    let passkey = hostile("passkey");
    let passkey = PasskeyRow { remove_url: "/remove", name: &passkey, created_at: at, last_used_at: Some(at) };
    let passkeys = [passkey, PasskeyRow { last_used_at: None, ..passkey }];
    let security = |second_factor| SecurityPage {
        t: T,
        form: form(""),
        frame: frame(AccountTab::Security),
        has_password: second_factor != SecondFactor::AtIdentityProvider,
        second_factor,
        keeps_factor: true,
        passkeys: &passkeys,
        may_add_passkey: true,
        codes_left: Some(3),
        factor_due: Some(Timestamp::from_millis(1_795_343_400_000)),
    };
    let on = SecondFactor::On { since: Timestamp::from_millis(1_795_343_400_000) };
    let values: &[_] =
        &["problem", "display_name", "user_name", "organisation", "role", "granted", "from", "email", "csrf"];
    let last = SecurityPage { passkeys: &passkeys[..1], codes_left: None, ..security(SecondFactor::Passkeys) };
    vec![
        shown("profile", values, &profile(Some(&display_name))),
        shown("profile, managed", values, &profile(None)),
        shown("security, second factor on", &["user_name", "passkey", "csrf"], &security(on)),
        shown("security, the last passkey", &["user_name", "passkey", "csrf"], &last),
        shown("security, second factor off", &["user_name", "csrf"], &security(SecondFactor::Off)),
        shown("security, second factor elsewhere", &["user_name", "csrf"], &security(SecondFactor::AtIdentityProvider)),
    ]
}

fn account_forms() -> Vec<Shown> {
    let [text, display_name, user_name, csrf, rule, code] =
        ["problem", "display_name", "user_name", "csrf", "rule", "recovery code"].map(hostile);
    let form = |field| PageForm { action: "/here", csrf: &csrf, problem: Some(Problem { field, text: &text }) };
    let frame =
        |tab| AccountFrame { user_name: &user_name, tab, offers_tokens: true, offers_console: true, done: None };
    let rules = [PasswordRule { text: rule, kept_by: Some(("length", 8)) }];
    let password =
        ChangePasswordPage { t: T, form: form("current_password"), frame: frame(AccountTab::Security), rules: &rules };
    let confirm = ConfirmPage {
        t: T,
        form: form(""),
        frame: frame(AccountTab::Security),
        about: Some(&display_name),
        question: "disable-mfa-question",
        consequence: "disable-mfa-text",
        yes: "disable-mfa",
        why_not: None,
        back: "/account/security",
    };
    let shown_codes = [code.as_str()];
    let codes = CodesPage {
        t: T,
        form: form(""),
        frame: frame(AccountTab::Security),
        shown: ShownCodes { codes: &shown_codes },
    };
    vec![
        shown("change password", &["problem", "user_name", "rule", "csrf"], &password),
        shown("confirm", &["problem", "user_name", "csrf"], &confirm),
        shown("new codes", &["user_name", "recovery code", "csrf"], &codes),
    ]
}

fn account_lists() -> Vec<Shown> {
    let [text, user_name, csrf, browser, ip, method] =
        ["problem", "user_name", "csrf", "browser", "ip", "method"].map(hostile);
    let [name, hint, scopes, token, what, how, by] =
        ["name", "hint", "scopes", "token", "what", "how", "by"].map(hostile);
    let form = |field| PageForm { action: "/here", csrf: &csrf, problem: Some(Problem { field, text: &text }) };
    let frame =
        |tab| AccountFrame { user_name: &user_name, tab, offers_tokens: true, offers_console: true, done: None };
    let at = Timestamp::from_millis(0);
    let session = || SessionRow {
        end_url: "/end",
        browser: browser.clone(),
        ip: &ip,
        signed_in_at: at,
        last_seen_at: at,
        method: method.clone(),
    };
    let others = [session(), session()];
    let sessions =
        SessionsPage { t: T, form: form(""), frame: frame(AccountTab::Sessions), current: session(), others: &others };
    let row = |last_used_at| TokenRow {
        end_url: "/end",
        name: &name,
        hint: &hint,
        scopes: scopes.clone(),
        last_used_at,
        expires_at: at,
    };
    let rows = [row(None), row(Some(at))];
    let tokens = TokensPage { t: T, form: form(""), frame: frame(AccountTab::Tokens), may_create: true, tokens: &rows };
    let new = NewTokenPage { t: T, form: form("name"), frame: frame(AccountTab::Tokens), name: &name, writes: true };
    let made = TokenMadePage {
        t: T,
        form: form(""),
        frame: frame(AccountTab::Tokens),
        name: &name,
        token: &token,
        expires_at: at,
    };
    let from = HappenedFrom { address: ip.clone(), browser: browser.clone(), client: Some(name.clone()) };
    let happenings = [HappeningRow { at, what, how, is_failure: true, by: Some(by.clone()), from: Some(from) }];
    let activity = ActivityPage {
        t: T,
        form: form(""),
        frame: frame(AccountTab::Activity),
        happenings: &happenings,
        has_password: true,
    };
    vec![
        shown("sessions", &["user_name", "browser", "ip", "method", "csrf"], &sessions),
        shown("tokens", &["user_name", "name", "hint", "scopes", "csrf"], &tokens),
        shown("new token", &["problem", "user_name", "name", "csrf"], &new),
        shown("token made", &["user_name", "name", "token", "csrf"], &made),
        shown("activity", &["user_name", "what", "how", "by", "ip", "browser", "name", "csrf"], &activity),
    ]
}

fn own_applications() -> Shown {
    let [user_name, csrf, name, scope, resource] = ["user_name", "csrf", "name", "scope", "resource"].map(hostile);
    let (scopes, resources) = (["email".to_owned(), scope], [resource]);
    let row = |start_url, since| OwnApplicationRow {
        withdraw_url: "/end",
        name: &name,
        start_url,
        scopes: &scopes,
        resources: &resources,
        since,
    };
    let rows = [row(None, Some(Timestamp::from_millis(0))), row(Some("https://wiki.example/begin?iss=here"), None)];
    let frame = AccountFrame {
        user_name: &user_name,
        tab: AccountTab::Applications,
        offers_tokens: true,
        offers_console: true,
        done: None,
    };
    let form = PageForm { action: "/here", csrf: &csrf, problem: None };
    let page = OwnApplicationsPage { t: T, form, frame, applications: &rows };
    shown("own applications", &["user_name", "name", "scope", "resource", "csrf"], &page)
}

#[test]
fn se_09_every_value_from_outside_is_shown_as_text() {
    for Shown { page, html, values } in every_page() {
        for value in values {
            assert!(html.contains(&format!("&#60;/script&#62;&#38;lt;[{value}]")), "{page} does not show {value}");
        }
        assert!(!html.contains("<script>"), "{page} lets a script through");
        assert!(!html.contains("'\">"), "{page} lets a quote through");
        assert!(!html.contains("</script>&lt;"), "{page} prints an entity it was given");
    }
}

#[test]
fn every_form_of_ours_carries_the_csrf_token_and_the_one_to_an_application_does_not() {
    for Shown { page, html, .. } in every_page() {
        let forms = elements(&html, "form");
        let tokens = html.matches(r#"<input type="hidden" name="csrf" value=""#).count();

        let expected = if page == "form post" { 0 } else { forms.len() };

        assert_eq!(tokens, expected, "{page}");
        assert!(
            forms.iter().all(|form| attribute(form, "method") == Some("post")),
            "{page} has a form that is not a POST"
        );
    }
}

#[test]
fn every_field_a_person_fills_in_has_a_label_and_says_how_it_is_completed() {
    let mut fields = 0;
    for Shown { page, html, .. } in every_page() {
        for input in elements(&html, "input") {
            if attribute(input, "type") == Some("hidden") || input.ends_with(" hidden") {
                continue;
            }
            let id = attribute(input, "id").unwrap_or_else(|| panic!("{page}: a field without id"));
            assert!(html.contains(&format!(r#"<label for="{id}">"#)), "{page}: {id} has no label");
            assert_eq!(attribute(input, "name"), Some(id), "{page}");
            assert!(attribute(input, "autocomplete").is_some(), "{page}: {id}");
            fields += 1;
        }
    }
    assert_eq!(fields, 24);
}

#[test]
fn the_field_that_was_refused_is_marked_and_points_at_the_sentence() {
    for Shown { page, html, .. } in every_page().into_iter().filter(|shown| shown.html.contains("[problem]")) {
        assert!(html.contains(r#"role="alert" id="problem""#), "{page}");
        for marked in elements(&html, "input").into_iter().filter(|input| input.contains("aria-invalid")) {
            let described_by = attribute(marked, "aria-describedby").unwrap_or_default();
            assert_eq!(described_by.split(' ').next(), Some("problem"), "{page}");
            assert!(described_by.split(' ').all(|id| html.contains(&format!(r#"id="{id}""#))), "{page}");
        }
    }
    let marked = |page: &str| {
        let shown = every_page().into_iter().find(|shown| shown.page == page).unwrap();
        elements(&shown.html, "input").into_iter().find(|input| input.contains("aria-invalid")).map(str::to_owned)
    };
    assert!(marked("password").unwrap().contains(r#"name="password""#));
    assert!(marked("forgot").unwrap().contains(r#"name="organisation""#));
    assert!(marked("forgot").unwrap().contains(" autofocus"), "typing goes on where it was refused");
    assert_eq!(marked("consent"), None);
}

#[test]
fn every_page_has_one_heading_a_title_a_language_a_viewport_and_one_main() {
    for Shown { page, html, .. } in every_page() {
        for once in ["<title>", "<h1>", "<main ", "<html lang=\"en\" dir=\"ltr\">", "name=\"viewport\""] {
            assert_eq!(html.matches(once).count(), 1, "{page}: {once}");
        }
    }
}

#[test]
fn no_page_has_inline_script_or_style_and_only_few_pages_have_a_script() {
    const WITH_SCRIPT: [&str; 12] = [
        "form post",
        "codes to keep",
        "new codes",
        "token made",
        "identifier",
        "password",
        "code",
        "passkey",
        "new password, temporary",
        "new password, reset",
        "new password, activate",
        "change password",
    ];
    for Shown { page, html, .. } in every_page() {
        assert!(!html.contains(" style=") && !html.contains("<style"), "{page}");
        for tag in tags(&html) {
            assert!(!tag.split_whitespace().any(|word| word.starts_with("on") && word.contains('=')), "{page}: {tag}");
        }
        let scripts = elements(&html, "script");
        assert!(scripts.iter().all(|script| attribute(script, "src").is_some()), "{page}");
        // Moments are told by the clock of the reader all over the account.
        let (of_moments, own): (Vec<_>, Vec<_>) = scripts.into_iter().partition(|it| it.contains("/assets/moments.js"));
        assert_eq!(own.len(), usize::from(WITH_SCRIPT.contains(&page)), "{page}");
        assert_eq!(of_moments.len(), usize::from(html.contains("<nav class=\"tabs\"")), "{page}");
    }
}

#[test]
fn no_id_is_used_twice_on_a_page() {
    for Shown { page, html, .. } in every_page() {
        let mut seen = HashSet::new();
        for id in tags(&html).into_iter().filter_map(|tag| attribute(tag, "id")) {
            assert!(seen.insert(id.to_owned()), "{page}: {id}");
        }
    }
}

#[test]
fn the_names_that_scripts_and_tests_press_are_on_their_pages() {
    let html = |page: &str| every_page().into_iter().find(|shown| shown.page == page).unwrap().html;

    for (page, tag) in [
        ("identifier", r#"id="username" name="username""#),
        ("identifier", r#"id="organisation" name="organisation""#),
        ("identifier", r#"id="submit" type="submit""#),
        ("password", r#"id="password" name="password" type="password" autocomplete="current-password""#),
        ("new password, temporary", r#"id="password_again" name="password_again""#),
        ("code", r#"id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code""#),
        ("enrol", r#"id="code" name="code""#),
        ("consent", r#"id="allow" type="submit" name="decision" value="allow""#),
        ("consent", r#"id="deny" type="submit" name="decision" value="deny""#),
        ("sign out", r#"id="confirm" type="submit""#),
        ("form post", r#"id="submit" type="submit">Continue</button>"#),
    ] {
        assert!(html(page).contains(tag), "{page}: {tag}");
    }
}

#[test]
fn the_key_is_written_in_groups_of_four_and_the_qr_code_is_drawn_in_the_page() {
    let form = PageForm { action: "/", csrf: "", problem: None };
    let address = "otpauth://totp/a?secret=JBSWY3DPEHPK3PXPQ";
    let qr = Qr::draw(address).unwrap();

    let page = EnrolPage {
        for_application: None,
        t: T,
        form,
        username: "a",
        restart_url: None,
        qr: &qr,
        otpauth_url: address,
        key: "JBSWY3DPEHPK3PXPQ",
        is_required: false,
        passkey_url: None,
        days_left: None,
    };

    let html = page.render().unwrap();
    assert!(html.contains(">JBSW Y3DP EHPK 3PXP Q</code>"));
    assert!(html.contains("<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width="));
    assert!(!html.contains("<?xml"));
}

#[test]
fn an_address_too_long_for_a_qr_code_is_an_error() {
    assert!(Qr::draw(&"x".repeat(4000)).is_err());
}

#[test]
fn each_kind_of_error_says_what_to_do_and_gives_the_request_number() {
    for (status, title) in [
        (400, "This request cannot be used"),
        (401, "Sign in first"),
        (403, "You cannot do this"),
        (404, "There is nothing here"),
        (405, "This cannot be done here"),
        (409, "This cannot be done now"),
        (413, "This is too large"),
        (422, "This request cannot be used"),
        (429, "Please wait a moment"),
        (500, "Something went wrong here"),
        (502, "Something went wrong here"),
        (503, "Please wait a moment"),
    ] {
        let html = ErrorPage::new(StatusCode::from_u16(status).unwrap(), None, "req-7").render().unwrap();

        assert!(html.contains(&format!("<h1>{title}</h1>")), "{status}");
        assert!(html.contains(&format!("Error {status} · Request <code class=\"break\">req-7</code>")), "{status}");
    }
}

#[test]
fn a_moment_is_written_for_people_and_for_machines() {
    let shown = every_page().into_iter().find(|shown| shown.page == "security, second factor on").unwrap();

    assert!(shown.html.contains(r#"<time datetime="2026-11-22T10:30:00.000Z">22 Nov 2026, 10:30 UTC</time>"#));
    let sessions = every_page().into_iter().find(|shown| shown.page == "sessions").unwrap();
    assert!(sessions.html.contains(">1 Jan 1970, 00:00 UTC</time>"));
}

#[test]
fn a_page_answers_as_html_with_status_200() {
    let response = Page(EmptyPage { t: T }).into_response();

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
}

#[test]
fn a_page_that_cannot_be_rendered_answers_500_with_a_sentence() {
    #[derive(Template)]
    #[template(source = "{{ broken }}", ext = "txt")]
    struct Broken {
        broken: Unprintable,
    }
    struct Unprintable;
    impl std::fmt::Display for Unprintable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            Err(std::fmt::Error)
        }
    }

    let response = Page(Broken { broken: Unprintable }).into_response();

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
}

/// The opening tags of a page, without their angle brackets.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag).collect()
}

fn elements<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    tags(html).into_iter().filter(|tag| tag.split_whitespace().next() == Some(name)).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
