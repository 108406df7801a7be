//! What makes the console quick: kept views, close rows, the command palette, and taking back what was just done.

use doorward::app::users;
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant};

const LIST: &str = "/console/users";

/// The links of the views on a page: name and address.
fn views(page: &Reply) -> Vec<(String, String)> {
    let nav = page.text.split("<nav class=\"views\"").nth(1).unwrap().split("</nav>").next().unwrap();
    let links = nav.split("<a href=\"").skip(1);
    let name = |it: &str| it.split("<bdi>").nth(1).unwrap().split("</bdi>").next().unwrap().to_owned();
    links.map(|it| (name(it), it.split('"').next().unwrap().replace("&#38;", "&"))).collect()
}

async fn keep(browser: &Browser<'_>, query: &str, name: &str, shared: bool) -> Reply {
    let page = browser.get(&format!("{LIST}?{query}")).await.expect(200);
    let mut fields = vec![("query", query), ("name", name)];
    fields.extend(shared.then_some(("shared", "on")));
    browser.submit_to("/console/users/views", &page, &fields).await
}

async fn seen(browser: &Browser<'_>) -> Vec<String> {
    views(&browser.get(LIST).await.expect(200)).into_iter().map(|it| it.0).collect()
}

fn names(page: &Reply) -> Vec<String> {
    let rows = page.text.split("<th scope=\"row\">").skip(1);
    rows.map(|it| it.split("<bdi>").nth(1).unwrap().split("</bdi>").next().unwrap().to_owned()).collect()
}

/// 5.2.2: the state of the list is kept under a name, for oneself alone, and opens the same list again; those that ship stay.
#[tokio::test]
async fn a_view_is_kept_under_a_name_for_oneself_alone() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("otto", "owner"), ("vera", "viewer"), ("dan", "contributor")] {
        tenant.user(name, role).await;
    }
    let (olga, otto) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "otto").await);
    let query = "role=owner&sort=-name&columns=name&columns=role";

    let kept = keep(&olga, query, "The owners", false).await.expect(303);
    let page = olga.get(kept.header("location").unwrap()).await.expect(200);

    assert!(words(&page).contains("The view was saved."), "{}", page.text);
    let (_, address) = views(&page).into_iter().find(|it| it.0 == "The owners").unwrap();
    let again = olga.get(&address).await.expect(200);
    assert_eq!(names(&again), ["otto", "olga"]);
    assert_eq!(again.text.matches("<th scope=\"col\" aria-sort").count(), 2, "{}", again.text);
    assert!(again.text.contains("aria-current=\"true\"><bdi>The owners</bdi>"), "{}", again.text);
    assert_eq!(
        seen(&olga).await,
        ["Admins without MFA", "Inactive 90 days", "Pending &#62; 7 days", "Should be gone", "The owners"]
    );
    assert_eq!(seen(&otto).await, ["Admins without MFA", "Inactive 90 days", "Pending &#62; 7 days", "Should be gone"]);
}

/// A name stands for one view of a person, and what is no list is not kept.
#[tokio::test]
async fn a_view_needs_a_name_of_its_own_and_a_list_that_exists() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let olga = signed_in(&tenant, "olga").await;
    let page = olga.get(LIST).await.expect(200);
    let send = async |query: &str, name: &str| {
        olga.submit_to("/console/users/views", &page, &[("query", query), ("name", name)]).await.status
    };

    let statuses = [
        send("role=owner", "Owners").await,
        send("role=viewer", "OWNERS").await,
        send("role=viewer", " ").await,
        send("mfa=perhaps", "Perhaps").await,
        send("role=viewer&said=policy&csrf=x", "Viewers").await,
    ];

    let taken = [("query", "role=viewer&columns=email"), ("name", "owners")];
    let again = olga.submit_to("/console/users/views", &page, &taken).await;

    assert_eq!(statuses, [303, 409, 400, 400, 303]);
    assert!(again.status == 409 && again.text.contains("value=\"owners\""), "what was typed is kept: {}", again.text);
    assert!(again.text.contains("Another of your views has this name already."), "{}", again.text);
    assert!(again.text.contains("role=viewer") && again.text.contains("role=\"alert\""), "{}", again.text);
    let (_, address) = views(&olga.get(LIST).await).into_iter().find(|it| it.0 == "Viewers").unwrap();
    assert_eq!(address, "/console/users?role=viewer");
}

/// A private view is taken away by its owner alone; a shared one by whoever may share.
#[tokio::test]
async fn a_shared_view_is_for_everybody_and_made_and_deleted_by_those_who_may() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("otto", "owner"), ("vera", "viewer")] {
        tenant.user(name, role).await;
    }
    let [olga, otto, vera] =
        [signed_in(&tenant, "olga").await, signed_in(&tenant, "otto").await, signed_in(&tenant, "vera").await];
    let delete = async |browser: &Browser<'_>, owner: &Browser<'_>, name: &str| {
        let page = owner.get(LIST).await.expect(200);
        let form = page.text.split("<form method=\"post\" action=\"/console/users/views/").skip(1);
        let id = form.filter(|it| it.contains(name)).map(|it| it.split('/').next().unwrap().to_owned()).next().unwrap();
        let own = browser.get(LIST).await.expect(200);
        browser.submit_to(&format!("/console/users/views/{id}/delete"), &own, &[("query", "role=owner")]).await
    };

    keep(&olga, "role=owner", "Private", false).await.expect(303);
    keep(&olga, "role=admin", "For all", true).await.expect(303);
    let by_viewer = keep(&vera, "role=viewer", "Mine for all", true).await.status;
    keep(&vera, "role=viewer", "Only mine", false).await.expect(303);
    let offered = vera.get(LIST).await.expect(200);
    let (private, shared) = (delete(&otto, &olga, "Private").await, delete(&vera, &olga, "For all").await);
    let by_other_owner = delete(&otto, &olga, "For all").await;

    assert_eq!(by_viewer, 403);
    assert!(!offered.text.contains("name=\"shared\""), "{}", offered.text);
    assert!(
        seen(&vera).await.contains(&"Only mine".to_owned()) && !seen(&olga).await.contains(&"Only mine".to_owned())
    );
    assert_eq!([private.status, shared.status, by_other_owner.status], [404, 403, 303]);
    assert_eq!(by_other_owner.header("location"), Some("/console/users?role=owner&said=view-deleted"));
    assert!(!seen(&vera).await.contains(&"For all".to_owned()));
    assert!(seen(&olga).await.contains(&"Private".to_owned()));
}

/// 5.2.2: the rows stand close for whoever wants that, on every visit, without a script.
#[tokio::test]
async fn how_close_the_rows_stand_is_remembered_for_each_person() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    tenant.user("otto", "owner").await;
    let (olga, otto) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "otto").await);
    let is_dense =
        async |browser: &Browser<'_>| browser.get(LIST).await.expect(200).text.contains("<div class=\"sheet dense\">");
    let page = olga.get(LIST).await.expect(200);

    let before = is_dense(&olga).await;
    let fields = [("density", "dense"), ("query", "role=owner")];
    let set = olga.submit_to("/console/users/density", &page, &fields).await.expect(303);
    let again = signed_in(&tenant, "olga").await;
    let after = [is_dense(&again).await, is_dense(&otto).await];
    again.submit_to("/console/users/density", &again.get(LIST).await, &[("density", "roomy")]).await.expect(303);

    assert_eq!(set.header("location"), Some("/console/users?role=owner"));
    assert_eq!((before, after, is_dense(&olga).await), (false, [true, false], false));
}

async fn found(browser: &Browser<'_>, typed: &str) -> Vec<String> {
    let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let page = browser.get(&format!("/console/go?q={query}")).await.expect(200);
    let list = page.text.split("id=\"places\"").nth(1).unwrap().split("</ul>").next().unwrap();
    list.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap().to_owned()).collect()
}

/// C16: the palette finds a page by the words of the five systems, and leads to it, without a script.
#[tokio::test]
async fn the_palette_knows_the_words_of_other_systems() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    for (typed, path) in [
        ("Access Control", "/console/users"),
        ("Identity & Access", "/console/users"),
        ("Settings Users", "/console/users"),
        ("User Account Management", "/console/users"),
        ("Create Users", "/console/users/invite"),
        ("invite team", "/console/users/invite"),
        ("add user", "/console/users/new"),
        ("Account Settings", "/account/security"),
        ("enable mfa", "/account/security"),
        ("policies", "/console/security/policies"),
        ("policy", "/console/security/policies"),
        ("2fa", "/account/security"),
        ("passwords", "/account/security"),
        ("tokens", "/account/tokens"),
        ("tokens", "/console/users/service-accounts"),
        ("okta", "/console/security/sign-ins"),
        ("sso", "/console/security/sign-ins"),
        ("permissions breakdown", "/console/roles/matrix"),
        ("access control", "/console/roles"),
    ] {
        let all = found(&browser, typed).await;
        assert!(all.contains(&path.to_owned()), "{typed}: {all:?}");
    }
    for path in found(&browser, "").await {
        let page = browser.get(&path.replace("&#38;", "&")).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
    }
    let page = browser.get("/console").await.expect(200);
    assert!(page.text.contains("id=\"go\" href=\"/console/go\""), "{}", page.text);
    assert_eq!(found(&browser, "nothing of that kind").await, Vec::<String>::new());
}

/// The palette finds people too, and for nobody what they may not open.
#[tokio::test]
async fn te_18_the_palette_finds_only_what_the_reader_may_open() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let id = tenant.user("vera", "viewer").await;
    let (owner, viewer) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "vera").await);

    let people = owner.get("/console/go?q=ver").await.expect(200);
    let open = found(&viewer, "").await;

    assert!(people.text.contains(&format!("href=\"/console/users/{id}\"")), "{}", people.text);
    for path in &open {
        assert_eq!(viewer.get(&path.replace("&#38;", "&")).await.status, 200, "{path}");
    }
    for path in [
        "/console/users/new",
        "/console/users/invite",
        "/console/security/policies",
        "/console/security/sign-ins",
        "/console/roles/new",
    ] {
        assert!(!open.contains(&path.to_owned()), "{path}");
        assert!(found(&owner, "").await.contains(&path.to_owned()), "{path}");
    }
    let nobody = server.tenant_with("globex", "root-admin-developer").await;
    nobody.user("rita", "root").await;
    nobody.user("dave", "developer").await;
    let developer = signed_in(&nobody, "dave").await;
    let all = found(&developer, "").await;
    assert!(all.iter().all(|path| path.starts_with("/account")), "{all:?}");
    assert!(!developer.get("/console/go?q=rita").await.text.contains("id=\"people\""));
}

/// The form that takes back what was just done, when there is one.
fn undo(page: &Reply) -> Option<(String, Vec<(String, String)>)> {
    let said = page.text.split("role=\"status\"").nth(1)?.split("</div>").next()?;
    let form = said.split("<form method=\"post\" action=\"").nth(1)?;
    let role = form.split("name=\"role\" value=\"").nth(1).map(|it| it.split('"').next().unwrap().to_owned());
    Some((form.split('"').next()?.to_owned(), role.map(|it| ("role".to_owned(), it)).into_iter().collect()))
}

async fn take_back(browser: &Browser<'_>, page: &Reply) -> Reply {
    let (path, fields) = undo(page).unwrap_or_else(|| panic!("{}", page.text));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let done = browser.submit_to(&path, page, &fields).await.expect(303);
    browser.get(done.header("location").unwrap()).await.expect(200)
}

async fn act(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let page = browser.get(path).await.expect(200);
    let done = browser.submit_to(path, &page, fields).await.expect(303);
    browser.get(done.header("location").unwrap()).await.expect(200)
}

async fn state(tenant: &Tenant<'_>, id: doorward::domain::id::UserId) -> (String, String) {
    let person = users::show(&tenant.server.app, &Server::operator(), id).await.unwrap();
    (person.user.status.word().to_owned(), person.effective.role.unwrap().to_string())
}

/// 5.2.6: what can be taken back is taken back from the notice that says it was done, by the reverse deed.
#[tokio::test]
async fn what_was_just_done_is_taken_back_from_the_notice() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    server.keep_outbox();
    let deed = |name: &str| format!("/console/users/{vera}/deeds/{name}");

    let promoted = act(&browser, &deed("role"), &[("role", "contributor")]).await;
    let with_role = state(&tenant, vera).await;
    let demoted = take_back(&browser, &promoted).await;
    let without_role = state(&tenant, vera).await;
    let gone = act(&browser, &deed("deactivate"), &[]).await;
    let shut = state(&tenant, vera).await;
    let back = take_back(&browser, &gone).await;

    assert_eq!((with_role.1.as_str(), without_role.1.as_str()), ("contributor", "viewer"));
    assert!(words(&demoted).contains("The role was changed.") && undo(&demoted).is_some());
    assert_eq!((shut.0.as_str(), state(&tenant, vera).await.0.as_str()), ("deactivated", "active"));
    assert!(words(&back).contains("The user may sign in again.") && undo(&back).is_some(), "{}", back.text);
}

/// Nothing is offered to be taken back by whoever may not do the reverse, nor when it would change nothing.
#[tokio::test]
async fn only_what_can_be_taken_back_is_offered() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let olga = tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    let vera = tenant.user("vera", "viewer").await;
    let (owner, admin) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "adam").await);
    let at = async |browser: &Browser<'_>, id, query: &str| {
        undo(&browser.get(&format!("/console/users/{id}?{query}")).await.expect(200)).is_some()
    };

    let offers = [
        at(&owner, vera, "said=role&undo=contributor").await,
        at(&owner, vera, "said=role&undo=viewer").await,
        at(&owner, vera, "said=role&undo=nobody").await,
        at(&owner, vera, "said=role").await,
        at(&owner, vera, "said=deactivated").await,
        at(&admin, vera, "said=role&undo=contributor").await,
        at(&admin, vera, "said=activated").await,
        at(&owner, olga, "said=role&undo=viewer").await,
        at(&owner, vera, "undo=contributor").await,
    ];

    assert_eq!(offers, [true, false, false, false, false, false, false, false, false]);
}

/// S4-14: Delete User asks first; Cancel leads back and changes nothing, Delete deletes, somebody active and somebody pending.
#[tokio::test]
async fn s4_14_delete_asks_and_cancel_changes_nothing() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    tenant.user("ada", "admin").await;
    let active = tenant.user("dora", "devops").await.to_string();
    let browser = signed_in(&tenant, "ada").await;
    server.keep_outbox();
    let new = serde_json::json!({ "user_name": "dan", "display_name": "Dan", "role": "devops", "activation": "none" });
    let request = server.api(Method::POST, "/api/v1/users?organisation=acme").json(&new);
    let pending = server.send(request).await.expect(201).json()["id"].as_str().unwrap().to_owned();

    let list = browser.get(LIST).await.expect(200);
    assert!(!list.text.contains("Remove Access"), "{}", list.text);
    assert_eq!(list.text.matches("data-dialog>Delete User</a>").count(), 2, "one for each but oneself");
    for id in [active, pending] {
        let path = format!("/console/users/{id}/deeds/remove");
        let asked = browser.get(&path).await.expect(200);
        let cancel = asked.text.split("data-close").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next();
        let back = browser.get(cancel.unwrap()).await.expect(200);
        let still = server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.status;
        let done = browser.submit_to(&path, &asked, &[]).await.expect(303);

        assert!(list.text.contains(&format!("href=\"{path}\"")), "{}", list.text);
        let buttons = asked.text.split("<div class=\"buttons\">").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(buttons.contains(">Cancel</a>") && buttons.contains("type=\"submit\">Delete</button>"), "{buttons}");
        assert!(words(&back).contains("Delete User") && still == 200);
        assert_eq!(done.header("location"), Some("/console/users?said=deleted"));
        assert_eq!(server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.status, 404);
    }
}

/// S2-22: from the profile icon at the top right, over Account Settings and its Security tab, to Enable MFA.
#[tokio::test]
async fn s2_22_the_way_from_the_profile_icon_to_enable_mfa() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let console = browser.get("/console").await.expect(200);
    let icon = console.text.split("id=\"person\"").nth(1).unwrap().split("</button>").next().unwrap();
    let menu = console.text.split("id=\"person-menu\"").nth(1).unwrap().split("</div>").next().unwrap();
    let settings = menu.split("Account Settings</a>").next().unwrap().rsplit("href=\"").next().unwrap();
    let page = browser.get(settings.split('"').next().unwrap()).await.expect(200);
    let tab = page.text.split("aria-current=\"page\">").nth(1).unwrap().split("</a>").next().unwrap();
    let enable = page.text.split("id=\"enable-mfa\" href=\"").nth(1).unwrap();
    let (_, enrol) = browser.visit(enable.split('"').next().unwrap()).await;

    assert!(icon.contains("<svg") && icon.contains("popovertarget=\"person-menu\""), "{icon}");
    assert_eq!(tab, "Security");
    assert!(enable.split("</a>").next().unwrap().ends_with(">Enable MFA"), "{enable}");
    assert!(enrol.text.contains("otpauth") || enrol.text.contains("<svg"), "{}", enrol.text);
    let own = browser.get("/account").await.expect(200);
    assert!(own.text.contains("href=\"/account\" aria-label=\"Account Settings of"), "{}", own.text);
    assert!(own.text.contains("<a href=\"/account/security\">Security</a>"), "{}", own.text);
}
