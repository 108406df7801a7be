//! What the console does to users, one at a time and several at once.

use doorward::app::accounts::{self, NewUser, SignIn, WayIn};
use doorward::domain::id::UserId;
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};

/// Submits the form of the page that asks about a deed.
async fn answer(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let page = browser.get(path).await.expect(200);
    let token = csrf(&page);
    let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    browser.send(browser.server().request(Method::POST, path).form(&fields)).await
}

fn csrf(page: &Reply) -> String {
    let token = page.text.split("name=\"csrf\" value=\"").nth(1).expect("the page has a token");
    token.split('"').next().unwrap().to_owned()
}

fn deed(id: UserId, word: &str) -> String {
    format!("/console/users/{id}/deeds/{word}")
}

async fn shown(server: &Server, id: UserId) -> serde_json::Value {
    server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200).json()
}

/// The menu of a user on the list.
async fn menu(browser: &Browser<'_>, id: UserId) -> String {
    let page = browser.get("/console/users?deactivated=1").await.expect(200);
    let text = words(&page);
    text.split(&format!("id=\"menu-{id}\"")).nth(1).unwrap_or_default().split("</ul>").next().unwrap().to_owned()
}

async fn with_mail(tenant: &Tenant<'_>, name: &str, way_in: Option<WayIn>) -> UserId {
    let new = NewUser {
        user_name: name.to_owned(),
        display_name: name.to_owned(),
        email: Some(format!("{name}@acme.example")),
        role: Some("viewer".parse().unwrap()),
        sign_in: Some(SignIn::Password),
        way_in,
    };
    accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().person.user.id
}

/// S1-16, 17: Change Role opens a labelled question that a script shows as a dialog; only Update changes anything.
#[tokio::test]
async fn s1_17_nothing_changes_until_update() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    let path = deed(vera, "role");

    let offered = menu(&browser, vera).await;
    let page = browser.get(&path).await.expect(200);
    let before = shown(&server, vera).await;
    let updated = answer(&browser, &path, &[("role", "admin")]).await.expect(303);
    let after = shown(&server, vera).await;

    assert!(offered.contains(&format!("href=\"{path}\" data-dialog>Change Role</a>")), "{offered}");
    let said = words(&page);
    assert!(said.contains("data-dialog-content aria-labelledby=\"ask\"") && said.contains("EDIT USER: vera"), "{said}");
    assert!(said.contains(">Update</button>") && said.contains("data-close>Cancel</a>"), "{said}");
    assert_eq!((before["role"].as_str(), after["role"].as_str()), (Some("viewer"), Some("admin")));
    assert!(updated.header("location").unwrap().ends_with("?said=role&undo=viewer"));
}

/// A role that was given by hand names who gave it, as the record has it.
#[tokio::test]
async fn a_role_given_by_hand_is_shown_with_who_gave_it() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    let access = format!("/console/users/{vera}/access");

    let before = browser.get(&access).await.expect(200);
    server.advance(std::time::Duration::from_mins(1));
    answer(&browser, &deed(vera, "role"), &[("role", "admin")]).await.expect(303);
    let after = browser.get(&access).await.expect(200);

    let by_olga = "Changed the role</a> · <bdi>olga</bdi>";
    assert!(!before.text.contains(by_olga) && after.text.contains(by_olga), "{}", after.text);
}

/// S2-4, S0-18, 19: the picker shows the roles that this person may give, each with what it is and whom it suits.
#[tokio::test]
async fn s0_19_the_role_picker_offers_only_what_may_be_given() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "root-admin-developer").await;
    tenant.user("rita", "root").await;
    tenant.user("adam", "admin").await;
    let picker = async |name: &str| {
        let page = signed_in(&tenant, name).await.get("/console/users/new").await.expect(200);
        let roles = page.text.split("name=\"role\" value=\"").skip(1);
        (roles.map(|it| it.split('"').next().unwrap().to_owned()).collect::<Vec<_>>(), words(&page))
    };

    let (root, page) = picker("rita").await;
    let (admin, _) = picker("adam").await;

    assert_eq!(root, ["admin", "developer"]);
    assert_eq!(admin, ["developer"]);
    assert!(page.contains("Manages pipelines") && page.contains("Best for: Engineers"), "{page}");
}

/// S0-20, S3-14: `Add` opens a form for a new user, which marks what it requires and saves by `Save`.
#[tokio::test]
async fn s0_20_the_form_for_a_new_user_marks_what_it_requires() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "root-admin-developer").await;
    tenant.user("rita", "root").await;
    tenant.user("adam", "admin").await;
    for name in ["rita", "adam"] {
        let browser = signed_in(&tenant, name).await;

        let list = browser.get("/console/users").await.expect(200);
        let form = browser.get("/console/users/new").await.expect(200);

        assert!(list.text.contains("href=\"/console/users/new\"><svg"), "{name}");
        assert!(
            form.text.contains("Fields with an asterisk (*) are required.") && form.text.contains(">Save</button>")
        );
        for field in ["user_name", "display_name"] {
            let input = form.text.split(&format!("id=\"{field}\"")).nth(1).unwrap().split('>').next().unwrap();
            let label = form.text.split(&format!("for=\"{field}\"")).nth(1).unwrap().split("</label>").next().unwrap();
            assert!(input.contains(" required") && label.contains(">*</span>"), "{field}");
        }
        let email = form.text.split("id=\"email\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(!email.contains("required"));
    }
}

/// S3-10, 11, 14: the form has an SSO On toggle, on where the role model says so, and Save makes such a user.
#[tokio::test]
async fn s3_11_sso_is_on_unless_it_is_switched_off() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-standard-readonly").await;
    tenant.user("ada", "admin").await;
    let browser = signed_in(&tenant, "ada").await;
    server.keep_outbox();

    let form = browser.get("/console/users/new").await.expect(200);
    let fields = [("user_name", "sam"), ("display_name", "Sam"), ("role", "standard"), ("email", "sam@acme.example")];
    let on: Vec<_> = fields.iter().copied().chain([("sso", "on")]).collect();
    let made = answer(&browser, "/console/users/new", &on).await.expect(303);
    let off = [("user_name", "pam"), ("display_name", "Pam"), ("role", "standard"), ("email", "pam@acme.example")];
    answer(&browser, "/console/users/new", &off).await.expect(303);

    let toggle = form.text.split("id=\"sso\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(toggle.contains(" checked") && form.text.contains("SSO On") && form.text.contains(">Save</button>"));
    let page = browser.get(made.header("location").unwrap()).await.expect(200);
    assert!(words(&page).contains("The user was created, and cannot sign in yet"), "{}", page.text);
    assert!(
        toggle.contains("sso-without-provider") && words(&form).contains("no identity provider that takes sign-ins")
    );
    let list = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme&name=am")).await.json();
    let kinds: Vec<_> = list["users"].as_array().unwrap().iter().map(|it| it["sign_in"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["password", "sso"]);
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_typed_and_marks_the_field() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let fields = [("user_name", "OLGA"), ("display_name", "Olga <two>"), ("role", "viewer"), ("email", "")];

    let taken = answer(&browser, "/console/users/new", &fields).await.expect(409);
    let wrong = [("user_name", "new"), ("display_name", "New"), ("role", "viewer"), ("email", "nobody")];
    let wrong = answer(&browser, "/console/users/new", &wrong).await.expect(400);

    assert!(taken.text.contains("value=\"Olga &#60;two&#62;\""), "{}", taken.text);
    let field = |page: &Reply, name: &str| {
        page.text.split(&format!("id=\"{name}\"")).nth(1).unwrap().split('>').next().unwrap().to_owned()
    };
    assert!(field(&taken, "user_name").contains("aria-invalid=\"true\" aria-describedby=\"wrong-user_name\""));
    assert!(taken.text.contains("<p class=\"wrong\" id=\"wrong-user_name\">"), "{}", taken.text);
    let email = field(&wrong, "email");
    assert!(email.contains("aria-invalid=\"true\"") && email.contains("\"wrong-email email-hint\""), "{email}");
    assert!(taken.text.contains("role=\"alert\" id=\"problem\""));
}

/// S1-19: the last owner keeps the role, and every control that would take it says why it is closed.
#[tokio::test]
async fn s1_19_the_controls_of_the_sole_owner_say_why_they_are_closed() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;

    let alone = menu(&browser, olga).await;
    let page = browser.get(&deed(olga, "role")).await.expect(200);
    let token = csrf(&page);
    let forced = browser
        .send(server.request(Method::POST, &deed(olga, "role")).form(&[("role", "viewer"), ("csrf", &token)]))
        .await;
    tenant.user("otto", "owner").await;
    let two = menu(&browser, olga).await;

    for label in ["Change Role", "Leave Organization"] {
        assert!(alone.contains(&format!("aria-disabled=\"true\">{label}</span>")), "{label}: {alone}");
        assert!(two.contains(&format!("data-dialog>{label}</a>")), "{label}: {two}");
    }
    assert!(alone.contains("Last active holder of the role Owner. Give the role to somebody else first."), "{alone}");
    assert!(words(&page).contains("Last active holder of the role Owner.") && !page.text.contains(">Update<"));
    assert_eq!(forced.status, 409, "{}", forced.text);
    assert_eq!(shown(&server, olga).await["role"], "owner");
}

/// S1-18, 22: changing roles and removing take an owner in the strict reading: an admin has neither control nor deed.
#[tokio::test]
async fn s1_22_an_admin_is_offered_no_removal_and_cannot_do_it_either() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "adam").await;

    let offered = menu(&browser, vera).await;
    let account = browser.get("/console").await.expect(200);

    assert!(!offered.contains("Change Role") && !offered.contains("Remove Access"), "{offered}");
    for word in ["role", "remove", "deactivate", "erase"] {
        let path = deed(vera, word);
        let asked = browser.get(&path).await;
        let fields = [("csrf", csrf(&account)), ("role", "admin".to_owned()), ("confirmation", "vera".to_owned())];
        let done = browser.send(server.request(Method::POST, &path).form(&fields)).await;
        assert_eq!((asked.status, done.status), (403, 403), "{word}");
    }
    assert_eq!(shown(&server, vera).await["role"], "viewer");
}

/// S1-20, 25: Remove Access asks first and happens by `Yes, remove`; on one's own row it is Leave Organization instead.
#[tokio::test]
async fn s1_20_removal_is_confirmed_and_is_leaving_for_oneself() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    tenant.user("otto", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;

    let (own, other) = (menu(&browser, olga).await, menu(&browser, vera).await);
    let page = browser.get(&deed(vera, "remove")).await.expect(200);
    let still = shown(&server, vera).await;
    let gone = answer(&browser, &deed(vera, "remove"), &[]).await.expect(303);

    assert!(own.contains("Leave Organization") && !own.contains("Remove Access"), "{own}");
    assert!(other.contains("Remove Access") && !other.contains("Leave Organization"), "{other}");
    let said = words(&page);
    assert!(said.contains("Remove the access of vera?") && said.contains(">Yes, remove</button>"), "{said}");
    assert!(said.contains("data-close autofocus>Cancel</a>"), "the focus is on the harmless way out");
    assert_eq!(still["status"], "active");
    assert_eq!(gone.header("location"), Some("/console/users?said=removed"));
    assert_eq!(browser.get(&format!("/console/users/{vera}")).await.status, 404);
}

/// S1-26: `Yes, leave` ends the own membership and the session.
#[tokio::test]
async fn s1_26_leaving_ends_the_membership_and_the_session() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let otto = tenant.user("otto", "owner").await;
    let browser = signed_in(&tenant, "otto").await;

    let page = browser.get(&deed(otto, "leave")).await.expect(200);
    let left = answer(&browser, &deed(otto, "leave"), &[]).await.expect(303);

    assert!(page.text.contains(">Yes, leave</button>"));
    assert_eq!(left.header("location"), Some("/left"));
    let landing = browser.get("/left").await.expect(200);
    assert_eq!(landing.heading(), "You have left the organisation");
    assert!(landing.text.contains("You can come back only when somebody there invites you"), "{}", landing.text);
    assert!(!browser.is_signed_in().await);
    server.send(server.api(Method::GET, &format!("/api/v1/users/{otto}"))).await.expect(404);
    server.run_jobs().await;
}

/// S2-33, S3-17, 19: Deactivate shuts somebody out at once, and Activate lets the same person in again.
#[tokio::test]
async fn s3_19_deactivating_shuts_out_and_activating_lets_in_again() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    let hers = signed_in(&tenant, "vera").await;

    let active = menu(&browser, vera).await;
    answer(&browser, &deed(vera, "deactivate"), &[]).await.expect(303);
    let shut_out = hers.is_signed_in().await;
    let deactivated = menu(&browser, vera).await;
    answer(&browser, &deed(vera, "activate"), &[]).await.expect(303);
    let again = signed_in(&tenant, "vera").await;

    assert!(active.contains("Deactivate User") && !active.contains("Activate User"), "{active}");
    assert!(deactivated.contains("Activate User") && !deactivated.contains("Deactivate User"), "{deactivated}");
    assert!(!shut_out && again.is_signed_in().await);
}

/// S0-24, S3-20: Reset Password sends one link, for somebody with a password; for an SSO user there is no such control.
#[tokio::test]
async fn s3_20_a_password_reset_is_offered_and_done_only_for_a_password_user() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let password = WayIn::Password { password: accounts::Secret::new(PASSWORD.to_owned()), must_change: false };
    let anna = with_mail(&tenant, "anna", Some(password)).await;
    let sso = tenant.user_with("sam", "viewer", SignIn::Sso, WayIn::Closed).await;
    let browser = signed_in(&tenant, "olga").await;

    let of_sso = menu(&browser, sso).await;
    let refused = browser.get(&deed(sso, "reset-password")).await;
    let token = csrf(&browser.get("/console").await);
    let forced =
        browser.send(server.request(Method::POST, &deed(sso, "reset-password")).form(&[("csrf", &token)])).await;
    answer(&browser, &deed(anna, "reset-password"), &[]).await.expect(303);

    assert!(!of_sso.contains("Password"), "{of_sso}");
    assert_eq!((refused.status, forced.status), (403, 409));
    assert_eq!(server.run_jobs().await, 1);
    assert!(signed_in(&tenant, "anna").await.is_signed_in().await, "the old password works until the link is used");
}

/// S0-24: so many letters with a link go to one person in an hour; the next try says so, and when it goes again.
#[tokio::test]
async fn s0_24_the_fourth_reset_within_an_hour_says_why_it_waits_and_leads_back_to_the_user() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let password = WayIn::Password { password: accounts::Secret::new(PASSWORD.to_owned()), must_change: false };
    let anna = with_mail(&tenant, "anna", Some(password)).await;
    let browser = signed_in(&tenant, "olga").await;
    server.keep_outbox();
    for _ in 0..3 {
        answer(&browser, &deed(anna, "reset-password"), &[]).await.expect(303);
    }

    let fourth = answer(&browser, &deed(anna, "reset-password"), &[]).await.expect(429);

    let said = words(&fourth);
    assert!(said.contains("as many mails with a link in the last hour as one person gets"), "{said}");
    assert!(said.contains("The next one can go in") && !said.contains("too much at once"), "{said}");
    assert!(fourth.text.contains(&format!("href=\"/console/users/{anna}\"")), "{}", fourth.text);
}

/// S3-21: a temporary password is set by hand, or made and shown once; it must be changed at the next sign-in.
#[tokio::test]
async fn s3_21_a_temporary_password_is_typed_or_made_and_must_be_changed() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let sso = tenant.user_with("sam", "viewer", SignIn::Sso, WayIn::Closed).await;
    let browser = signed_in(&tenant, "olga").await;

    let form = browser.get(&deed(vera, "temp-password")).await.expect(200);
    let made = answer(&browser, &deed(vera, "temp-password"), &[("password", "")]).await.expect(200);
    let password = made.text.split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let (_, with_made) = Browser::new(&server).sign_in("vera", &password).await;
    let typed = "seven quiet herons at dawn";
    answer(&browser, &deed(vera, "temp-password"), &[("password", typed)]).await.expect(303);
    let (_, with_typed) = Browser::new(&server).sign_in("vera", typed).await;
    let weak = answer(&browser, &deed(vera, "temp-password"), &[("password", "short")]).await;

    assert_eq!([with_made.heading(), with_typed.heading()], ["Choose a new password"; 2]);
    assert!(form.text.contains("id=\"rules\"") && words(&form).contains("15"), "{}", form.text);
    assert!(weak.status == 400 && weak.text.contains("role=\"alert\""), "{}", weak.text);
    assert!(!menu(&browser, sso).await.contains("Temp Password"));
}

/// S2-29: an administrator resets a second factor from the Users page; every session ends.
#[tokio::test]
async fn s2_29_a_second_factor_is_reset_from_the_console() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    tenant.require_mfa().await;
    let hers = Browser::new(&server);
    let (_, page) = hers.sign_in("vera", PASSWORD).await;
    hers.enrol(&page).await;

    let with_factor = menu(&browser, vera).await;
    let security = browser.get(&format!("/console/users/{vera}/security")).await.expect(200);
    answer(&browser, &deed(vera, "reset-mfa"), &[]).await.expect(303);
    let without = menu(&browser, vera).await;

    assert!(with_factor.contains("data-dialog>Reset MFA</a>"), "{with_factor}");
    assert!(
        security.text.contains("Authenticator app, since")
            && security.text.contains("Password and authenticator code")
            && words(&security).contains("<li>10 recovery codes left</li>")
    );
    assert!(without.contains("aria-disabled=\"true\">Reset MFA</span>"), "{without}");
    assert!(without.contains("No second factor is set up here."));
    assert!(!hers.is_signed_in().await);
}

/// Whoever may end the sessions of others does so after a question that names the person; it is offered neither to
/// others nor for oneself, and several people are signed out at once too.
#[tokio::test]
async fn an_administrator_signs_somebody_out_everywhere() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    let (vera, vito) = (tenant.user("vera", "viewer").await, tenant.user("vito", "viewer").await);
    let (browser, other) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "vito").await);
    let hers = [signed_in(&tenant, "vera").await, signed_in(&tenant, "vera").await];
    let path = deed(vera, "end-sessions");

    let question = words(&browser.get(&path).await.expect(200));
    let refused = other.get(&path).await.status;
    let done = answer(&browser, &path, &[]).await.expect(303);
    let hers = [hers[0].is_signed_in().await, hers[1].is_signed_in().await];
    let again = signed_in(&tenant, "vera").await;
    let plan = browser.get(&format!("/console/users/bulk?deed=end-sessions&id={vera}&id={vito}&id={olga}")).await;
    let ids = format!("{vera},{vito}");
    let fields = [("csrf", csrf(&plan)), ("deed", "end-sessions".to_owned()), ("ids", ids)];
    let several = browser.send(server.request(Method::POST, "/console/users/bulk").form(&fields)).await.expect(303);

    assert!(question.contains("Sign vera out everywhere?"), "{question}");
    assert!(question.contains("Every session, personal token and link of vera ends at once"), "{question}");
    assert!(matches!(refused, 403 | 404), "{refused}");
    assert_eq!(hers, [false, false]);
    assert_eq!(done.header("location"), Some(format!("/console/users/{vera}?said=sessions").as_str()));
    assert!(words(&plan).contains("Sign Out Everywhere (2)") && words(&plan).contains("This is you."), "{}", plan.text);
    assert_eq!(several.header("location"), Some("/console/users?said=several&done=2&skipped=0"));
    assert_eq!(
        [again.is_signed_in().await, other.is_signed_in().await, browser.is_signed_in().await],
        [false, false, true]
    );
    assert!(menu(&browser, vera).await.contains("data-dialog>Sign Out Everywhere</a>"));
    assert!(!menu(&browser, olga).await.contains("Sign Out Everywhere"));
}

/// S3-22: only somebody pending with a password account here can be deleted.
#[tokio::test]
async fn s3_22_only_a_pending_password_user_can_be_deleted() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let active = tenant.user("vera", "viewer").await;
    let sso = tenant.user_with("sam", "viewer", SignIn::Sso, WayIn::Closed).await;
    let pending = with_mail(&tenant, "penny", Some(WayIn::Link)).await;
    server.run_jobs().await;
    let browser = signed_in(&tenant, "olga").await;
    let token = csrf(&browser.get("/console").await);

    for id in [active, sso] {
        assert!(!menu(&browser, id).await.contains("Delete User"));
        let forced = browser.send(server.request(Method::POST, &deed(id, "delete")).form(&[("csrf", &token)])).await;
        assert_eq!(forced.status, 409, "{}", forced.text);
    }
    assert!(menu(&browser, pending).await.contains("data-dialog>Delete User</a>"));
    let page = browser.get(&deed(pending, "delete")).await.expect(200);
    assert!(page.text.contains(">Delete</button>") && page.text.contains(">Cancel</a>"));
    answer(&browser, &deed(pending, "delete"), &[]).await.expect(303);
    assert_eq!(browser.get(&format!("/console/users/{pending}")).await.status, 404);
}

/// S3-22, C9: removing is not offered where only pending users may go, and closed with the reason for somebody whom an
/// identity provider keeps.
#[tokio::test]
async fn s3_22_what_would_be_refused_is_not_offered() {
    let server = Server::start().await;
    let strict = server.tenant_with("strict", "admin-standard-readonly").await;
    strict.user("ada", "admin").await;
    let stan = strict.user("stan", "standard").await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let managed = tenant.user_with("sam", "viewer", SignIn::Sso, WayIn::Closed).await;
    let connection = serde_json::json!({ "connection": tenant.connection().await.id });
    server.send(server.api(Method::PATCH, &format!("/api/v1/users/{managed}")).json(&connection)).await.expect(200);

    let of_stan = menu(&signed_in(&strict, "ada").await, stan).await;
    let of_managed = menu(&signed_in(&tenant, "olga").await, managed).await;

    assert!(of_stan.contains("Deactivate User") && !of_stan.contains("Remove Access"), "{of_stan}");
    assert!(of_managed.contains("aria-disabled=\"true\">Remove Access</span>"), "{of_managed}");
    assert!(
        of_managed.contains("This user is managed by the identity provider. Make the change there."),
        "{of_managed}"
    );
    assert!(!of_managed.contains("Delete User"), "{of_managed}");
}

/// S3-23: somebody pending with a password account here gets another activation link, which works; the old one is dead.
#[tokio::test]
async fn s3_23_the_activation_mail_is_sent_again_to_a_pending_password_user_only() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let penny = with_mail(&tenant, "penny", Some(WayIn::Link)).await;
    server.run_jobs().await;
    let old = server.newest_link();
    let browser = signed_in(&tenant, "olga").await;

    let offered = menu(&browser, penny).await;
    let done = answer(&browser, &deed(penny, "resend-activation"), &[]).await.expect(303);
    server.run_jobs().await;
    let new = server.newest_link();
    let opens = async |link: &str| Browser::new(&server).visit(link).await.1.status;
    let token = csrf(&browser.get("/console").await);
    let forced = server.request(Method::POST, &deed(vera, "resend-activation")).form(&[("csrf", &token)]);
    let forced = browser.send(forced).await;

    assert!(offered.contains("data-dialog>Resend Account Activation Email</a>"), "{offered}");
    assert!(!menu(&browser, vera).await.contains("Resend Account Activation Email"));
    assert!(done.header("location").unwrap().ends_with("?said=activation"));
    assert_ne!(old, new);
    assert_eq!((opens(&old).await, opens(&new).await, forced.status), (410, 200, 409));
}

#[tokio::test]
async fn erasing_takes_the_user_name_typed_out() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;

    let wrong = answer(&browser, &deed(vera, "erase"), &[("confirmation", "olga")]).await;
    let still = shown(&server, vera).await;
    let done = answer(&browser, &deed(vera, "erase"), &[("confirmation", "vera")]).await;

    assert_eq!((wrong.status, done.status), (400, 303));
    assert_eq!(still["status"], "active");
    server.send(server.api(Method::GET, &format!("/api/v1/users/{vera}"))).await.expect(404);
}

/// S3-3: only who administers accounts may; everybody else is refused, whatever is sent.
#[tokio::test]
async fn s3_3_only_an_administrator_manages_accounts() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-standard-readonly").await;
    let ada = tenant.user("ada", "admin").await;
    tenant.user("sam", "standard").await;
    tenant.user("rea", "read_only").await;

    for name in ["sam", "rea"] {
        let browser = signed_in(&tenant, name).await;
        let token = csrf(&browser.get("/account").await);
        for path in [
            "/console/users/new".to_owned(),
            deed(ada, "deactivate"),
            deed(ada, "role"),
            "/console/users/bulk".to_owned(),
        ] {
            let fields =
                [("csrf", token.as_str()), ("role", "admin"), ("deed", "deactivate"), ("ids", &ada.to_string())];
            let sent = browser.send(server.request(Method::POST, &path).form(&fields)).await;
            assert_eq!(sent.status, 403, "{name} {path}");
        }
        assert!(!browser.get("/console").await.text.contains("/console/users"), "{name}");
    }
    assert_eq!(shown(&server, ada).await["status"], "active");
}

/// The plan of a deed for several says who is skipped and why; only the others are touched.
#[tokio::test]
async fn several_users_are_planned_first_and_the_skipped_are_named_with_the_reason() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let vito = tenant.user("vito", "viewer").await;
    let gone = tenant.user("gone", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    answer(&browser, &deed(gone, "deactivate"), &[]).await.expect(303);
    let query: String = [olga, vera, vito, gone].iter().map(|id| format!("&id={id}")).collect();
    let path = format!("/console/users/bulk?deed=deactivate{query}");

    let plan = browser.get(&path).await.expect(200);
    let before = shown(&server, vera).await;
    let ids = plan.text.split("name=\"ids\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("csrf", csrf(&plan)), ("deed", "deactivate".to_owned()), ("ids", ids)];
    let done = browser.send(server.request(Method::POST, "/console/users/bulk").form(&fields)).await.expect(303);

    let said = words(&plan);
    assert!(said.contains("2 of 4 skipped.") && said.contains("This is you."), "{said}");
    assert!(said.contains("Deactivate User (2)"), "{said}");
    assert_eq!(before["status"], "active");
    assert_eq!(done.header("location"), Some("/console/users?said=several&done=2&skipped=0"));
    for id in [vera, vito] {
        assert_eq!(shown(&server, id).await["status"], "deactivated");
    }
    assert_eq!(shown(&server, olga).await["status"], "active");
    for path in ["/console/users/bulk?deed=deactivate", "/console/users/bulk?deed=deactivate&id=x"] {
        assert_eq!(browser.get(path).await.status, 400, "{path}");
    }
    assert_eq!(browser.get(&format!("/console/users/bulk?deed=erase&id={vera}")).await.status, 404);
}

/// S3-15: the bar above the list has an icon that edits the one user who is selected, for those who may edit somebody.
#[tokio::test]
async fn s3_15_the_icon_above_the_list_edits_the_one_selected_user() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (olga, vera) = (tenant.user("olga", "owner").await, tenant.user("vera", "viewer").await);
    let (browser, viewer) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "vera").await);
    let icon = "type=\"submit\" name=\"deed\" value=\"edit\" aria-label=\"Edit User\" title=\"Edit User\"><svg";

    let (list, other) =
        (browser.get("/console/users").await.expect(200), viewer.get("/console/users").await.expect(200));
    let one = browser.get(&format!("/console/users/bulk?deed=edit&id={vera}")).await.expect(303);
    let two = browser.get(&format!("/console/users/bulk?deed=edit&id={vera}&id={olga}")).await.expect(400);
    let none = browser.get("/console/users/bulk?deed=edit").await.expect(400);

    assert!(list.text.contains(icon) && !other.text.contains(icon), "{}", list.text);
    assert_eq!(one.header("location"), Some(format!("/console/users/{vera}/edit").as_str()));
    for refused in [two, none] {
        assert!(refused.text.contains("Select exactly one user to edit."), "{}", refused.text);
        assert!(!refused.text.contains("id=\"submit\""), "there is nothing to send: {}", refused.text);
    }
}

/// Another page's form, or one without the token of this session, changes nothing.
#[tokio::test]
async fn a_form_without_the_token_of_this_session_changes_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;

    for path in [deed(vera, "deactivate"), "/console/users/new".to_owned(), "/console/users/bulk".to_owned()] {
        let ids = vera.to_string();
        let fields = [("csrf", "x"), ("deed", "deactivate"), ("ids", &ids)];
        let sent = browser.send(server.request(Method::POST, &path).form(&fields)).await;
        assert_eq!(sent.status, 403, "{path}");
    }
    assert_eq!(shown(&server, vera).await["status"], "active");
}
