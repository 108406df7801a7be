//! Inviting people in the console, and what happens to the invitations that wait.

use std::time::Duration;

use doorward::app::accounts::{Secret, SignIn, WayIn};
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::domain::policy::Actor;
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant, hidden_fields};

const PAGE: &str = "/console/users/invite";
const CLASSIC: &str = "Seven-Quiet-Herons-8";
const LIST: &str = "/console/users/invitations";

/// Presses a button of the form on this page, with everything that stands in it and these changes.
async fn press(browser: &Browser<'_>, page: &Reply, button: (&str, &str), changes: &[(&str, &str)]) -> Reply {
    let mut fields = filled_in(page);
    for (name, value) in changes.iter().copied().chain([button]) {
        fields.retain(|it| it.0 != name);
        fields.push((name.to_owned(), value.to_owned()));
    }
    browser.send(browser.server().request(Method::POST, PAGE).form(&fields)).await
}

/// Everything that the form would send as it stands.
fn filled_in(page: &Reply) -> Vec<(String, String)> {
    let form = page.text.split(&format!("action=\"{PAGE}\"")).nth(1).expect("the page has the form");
    let form = form.split("</form>").next().unwrap();
    let attribute =
        |tag: &str, name: &str| Some(tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned());
    let mut fields = Vec::new();
    for tag in form.split("<input").skip(1).map(|it| it.split('>').next().unwrap()) {
        let is_box = tag.contains("type=\"checkbox\"");
        if !is_box || tag.contains(" checked") {
            fields.push((attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap_or_default()));
        }
    }
    for select in form.split("<select").skip(1).map(|it| it.split("</select>").next().unwrap()) {
        let options: Vec<_> = select.split("<option").skip(1).collect();
        let chosen = options.iter().find(|it| it.contains(" selected")).or(options.first()).unwrap();
        fields.push((attribute(select, "name").unwrap(), attribute(chosen, "value").unwrap()));
    }
    fields
}

/// The addresses of the rows, each with its role and the reason why it is not sent.
fn rows(page: &Reply) -> Vec<(String, String, Option<String>)> {
    let fields = filled_in(page);
    let get = |name: &str| fields.iter().find(|it| it.0 == name).map(|it| it.1.clone());
    let why = |at: usize| {
        let rest = words(page).split(&format!("id=\"why-{at}\">")).nth(1)?.split('<').next()?.to_owned();
        Some(rest)
    };
    let all = (0..).map_while(|at| Some((get(&format!("address-{at}"))?, get(&format!("role-{at}"))?, why(at))));
    all.collect()
}

/// The page with a row for each address of the text.
async fn staged(browser: &Browser<'_>, text: &str) -> Reply {
    let page = browser.get(PAGE).await.expect(200);
    press(browser, &page, ("step", "roles"), &[("text", text)]).await
}

async fn invite(tenant: &Tenant<'_>, by: &Actor, address: &str, role: &str) -> String {
    let person = Invitee {
        address: address.to_owned(),
        display_name: None,
        role: Some(role.parse().unwrap()),
        teams: Vec::new(),
    };
    let app = &tenant.server.app;
    let mut sent = invitations::invite_many(app, by, tenant.org, vec![person], Delivery::HandedLink).await.unwrap();
    let Ok(sent) = sent.remove(0).result else { panic!("{address} was not invited") };
    sent.invitation.id.to_string()
}

async fn waiting(server: &Server) -> Vec<(String, String)> {
    let page = server.send(server.api(Method::GET, "/api/v1/invitations?organisation=acme")).await.expect(200).json();
    let text = |it: &serde_json::Value, name: &str| it[name].as_str().unwrap().to_owned();
    let all = page["invitations"].as_array().unwrap().iter();
    let mut all: Vec<_> = all.map(|it| (text(it, "address"), text(it, "role"))).collect();
    all.sort();
    all
}

/// Answers the question of a deed on an invitation.
async fn answer(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let page = browser.get(path).await.expect(200);
    let form = page.text.split("data-dialog-content").nth(1).unwrap();
    let token = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields: Vec<_> = fields.iter().copied().chain([("csrf", token)]).collect();
    browser.send(browser.server().request(Method::POST, path).form(&fields)).await
}

/// An administrator of an organisation with the roles and the passwords of S2, signed in.
async fn classic_admin(server: &Server) -> Browser<'_> {
    let tenant = server.tenant_with("classic", "admin-developer-viewer").await;
    let password = WayIn::Password { password: Secret::new(CLASSIC.to_owned()), must_change: false };
    tenant.user_with("ada", "admin", SignIn::Password, password).await;
    let browser = Browser::new(server);
    browser.sign_in("ada", CLASSIC).await.1.expect(200);
    browser
}

/// S1-7, S2-5: the way to the page is at the top of the list of users, under the words of the system, and the page is titled
/// `Invite team members`.
#[tokio::test]
async fn s1_7_s2_5_the_list_of_users_leads_to_the_page_that_invites() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    for (preset, browser, label) in [
        ("owner-admin-contributor-viewer", signed_in(&acme, "olga").await, "+ Create Users"),
        ("admin-developer-viewer", classic_admin(&server).await, "Invite User"),
    ] {
        for list in ["/console/users", LIST] {
            let page = browser.get(list).await.expect(200);
            assert!(page.text.contains(&format!("href=\"{PAGE}\">{label}</a>")), "{preset} {list}");
        }
        let page = browser.get(PAGE).await.expect(200);
        assert_eq!(page.heading(), "Invite team members");
        assert!(page.text.contains("<title>Invite team members") && page.text.contains(">Set User Roles</button>"));
    }
}

/// S1-8, S1-9: 25 pasted addresses become 25 rows with a role each; what cannot be invited is flagged and kept.
#[tokio::test]
async fn s1_8_twenty_five_pasted_addresses_become_rows_and_none_is_lost() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("olga@acme.example", "owner").await;
    invite(&tenant, &owner, "waits@acme.example", "viewer").await;
    let browser = signed_in(&tenant, "olga@acme.example").await;
    let mut text = String::from("\"Lovelace, Ada\" <p0@acme.example>, Bob <p1@acme.example>\n");
    text.extend((2..25).map(|it| format!("p{it}@acme.example{}", [", ", " ", "\n", "; "][it % 4])));
    text.push_str("nonsense, p3@ACME.example OLGA@acme.example;waits@acme.example");

    let page = staged(&browser, &text).await.expect(200);
    let rows = rows(&page);

    assert_eq!(rows.len(), 29);
    assert!(rows[..25].iter().all(|(_, role, why)| role == "viewer" && why.is_none()), "{rows:?}");
    assert!(page.text.contains("name=\"name-0\" type=\"text\" value=\"Lovelace, Ada\""));
    let flagged: Vec<_> = rows[25..].iter().map(|it| (it.0.as_str(), it.2.as_deref().unwrap())).collect();
    assert_eq!(
        flagged,
        [
            ("nonsense", "Write an address such as ada@example.com."),
            ("p3@ACME.example", "This address is further up in the list already."),
            ("OLGA@acme.example", "Somebody of this organisation has this address already."),
            ("waits@acme.example", "There is an invitation for this address already. Send that one again."),
        ]
    );
    assert_eq!(page.text.matches("aria-invalid=\"true\"").count(), 4);
    assert!(page.text.contains(">Send 25 invitations</button>"));
    assert_eq!(waiting(&server).await.len(), 1, "nothing is sent by looking");
}

/// S1-9, S1-10, S1-11: rows have roles of their own or one for all, REMOVE drops one, and the last button sends the rest.
#[tokio::test]
async fn s1_9_s1_10_s1_11_rows_get_roles_one_is_removed_and_the_others_are_sent() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let three = staged(&browser, "a@acme.example b@acme.example c@acme.example").await.expect(200);
    let same = press(&browser, &three, ("step", "apply"), &[("role-all", "contributor")]).await.expect(200);
    let two = press(&browser, &same, ("remove", "1"), &[("role-0", "admin")]).await.expect(200);
    let sent = press(&browser, &two, ("step", "send"), &[("name-0", "Anna Adams")]).await.expect(303);
    let mails = server.run_jobs().await;
    let list = browser.get(sent.header("location").unwrap()).await.expect(200);

    assert!(rows(&same).iter().all(|it| it.1 == "contributor"), "{:?}", rows(&same));
    let left: Vec<_> = rows(&two).into_iter().map(|it| (it.0, it.1)).collect();
    let expected = [("a@acme.example", "admin"), ("c@acme.example", "contributor")];
    let expected = expected.map(|(address, role)| (address.to_owned(), role.to_owned()));
    assert_eq!(left, expected);
    assert!(two.text.contains(">REMOVE</button>") && two.text.contains(">Send 2 invitations</button>"));
    assert_eq!((waiting(&server).await.as_slice(), mails), (&expected[..], 2));
    assert!(list.text.contains("2 invitations were sent.") && words(&list).contains("Anna Adams"), "{}", list.text);
}

/// S1-8, S1-11: rows that cannot be sent stay on the page with the reason when the others are sent; mended, they go too.
#[tokio::test]
async fn s1_8_s1_11_what_was_not_sent_stays_and_can_be_mended() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = staged(&browser, "a@acme.example b@acme").await.expect(200);
    let left = press(&browser, &page, ("step", "send"), &[]).await.expect(200);
    let none = press(&browser, &left, ("step", "send"), &[]).await.expect(400);
    let done = press(&browser, &left, ("step", "send"), &[("address-0", "b@acme.example")]).await.expect(303);
    server.run_jobs().await;

    assert!(left.text.contains("1 person is invited") && words(&left).contains("a@acme.example"), "{}", left.text);
    let why = "Write a domain such as example.com after the @.".to_owned();
    assert_eq!(rows(&left), [("b@acme".to_owned(), "viewer".to_owned(), Some(why))]);
    assert!(left.text.contains("Nobody here can be invited yet.") && !left.text.contains("value=\"send\""));
    assert_eq!(none.problem(), "Nobody was invited. Each row says why.");
    assert_eq!(
        (done.header("location").unwrap(), waiting(&server).await.len()),
        ("/console/users/invitations?said=invited&count=1", 2)
    );
}

/// S1-8: more than fifty are told and stay in the field; nobody is an error that says so.
#[tokio::test]
async fn s1_8_too_many_or_nobody_is_said_and_what_was_pasted_stays() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let many: String = (0..51).map(|it| format!("p{it}@acme.example ")).collect();

    let too_many = staged(&browser, &many).await.expect(400);
    let nobody = staged(&browser, " , ").await.expect(400);
    let page = staged(&browser, "a@acme.example").await.expect(200);
    let added = press(&browser, &page, ("step", "send"), &[("text", "b@acme.example")]).await.expect(200);

    assert_eq!(
        too_many.problem().replace(['\u{2068}', '\u{2069}'], ""),
        "These would be 51 people. Invite at most 50 at once."
    );
    assert!(too_many.text.contains("p50@acme.example") && rows(&too_many).is_empty());
    assert_eq!(nobody.problem(), "Enter between 1 and 50 addresses.");
    assert_eq!(rows(&added).len(), 2, "what was not seen as a row is shown before it is sent");
    assert_eq!(waiting(&server).await, []);
}

/// S2-6, S2-8, S2-9: with Send Invitation Email off no mail leaves; the links are shown once, and each works once.
#[tokio::test]
async fn s2_8_without_mail_the_links_are_shown_once_and_work_once() {
    let server = Server::start().await;
    let browser = classic_admin(&server).await;

    let page = staged(&browser, "Dora Dev <dora@acme.example>, vic@acme.example").await.expect(200);
    let mut fields = filled_in(&page);
    fields.retain(|it| it.0 != "mail");
    fields.extend([("step".to_owned(), "send".to_owned())]);
    fields.iter_mut().filter(|it| it.0 == "role-0").for_each(|it| it.1 = "developer".to_owned());
    let sent = browser.send(server.request(Method::POST, PAGE).form(&fields)).await.expect(200);
    let link = sent.text.split("id=\"link-0\">").nth(1).unwrap().split('<').next().unwrap();
    let link = link.strip_prefix(&server.url).unwrap();
    let hers = Browser::new(&server);
    let (at, accept) = hers.visit(link).await;
    let fields = [("display_name", "Dora Dev"), ("password", CLASSIC), ("password_again", CLASSIC)];
    let answer = hers.submit(&accept, &fields).await;
    let (_, next) = hers.follow(&at, answer).await;
    let again = Browser::new(&server).visit(link).await.1;

    for name in ["address-0", "name-0", "role-0", "mail"] {
        assert!(page.text.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert!(
        sent.text.contains("They are shown only now") && sent.text.contains("data-copy=\"link-1\""),
        "{}",
        sent.text
    );
    assert!(!browser.get(LIST).await.text.contains("dwln_"));
    assert_eq!((server.run_jobs().await, server.mails().len()), (0, 0));
    assert_eq!((next.heading(), again.status), ("<bdi>Dora Dev</bdi>", 410));
    let list = server.send(server.api(Method::GET, "/api/v1/users?organisation=classic&name=dora")).await.json();
    assert_eq!(
        (list["users"][0]["role"].as_str(), list["users"][0]["sign_in"].as_str()),
        (Some("developer"), Some("password"))
    );
}

/// S1-12: whoever is invited is in the tab Invitations with its count: status, inviter, role, when it was sent and ends.
#[tokio::test]
async fn s1_12_those_invited_are_listed_with_status_inviter_role_and_times() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let (_, adam) = tenant.actor("adam", "admin").await;
    invite(&tenant, &adam, "old@acme.example", "contributor").await;
    server.advance(Duration::from_hours(7 * 24));
    invite(&tenant, &adam, "new@acme.example", "admin").await;
    invite(&tenant, &Server::operator(), "op@acme.example", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;

    let users = browser.get("/console/users").await.expect(200);
    let page = browser.get(LIST).await.expect(200);
    let text = words(&page);
    let row = |address: &str| {
        text.split(&format!(">{address}</bdi></span></th>")).nth(1).unwrap().split("</tr>").next().unwrap()
    };

    assert!(users.text.contains(&format!("<a href=\"{LIST}\">Invitations <span class=\"count\">3</span></a>")));
    assert!(page.text.contains(&format!("<a href=\"{LIST}\" aria-current=\"page\">Invitations")));
    for (address, expected) in [
        ("new@acme.example", ["Invited</span>", "<bdi>Admin</bdi>", "<bdi>adam</bdi>"]),
        ("old@acme.example", ["Expired</span>", "<bdi>Contributor</bdi>", "<bdi>adam</bdi>"]),
        ("op@acme.example", ["Invited</span>", "<bdi>Viewer</bdi>", "<bdi>The operator</bdi>"]),
    ] {
        assert!(expected.iter().all(|it| row(address).contains(it)), "{address}: {}", row(address));
    }
    let times: Vec<_> =
        row("new@acme.example").split("<time datetime=\"").skip(1).filter_map(|it| it.get(..10)).collect();
    assert_eq!(times, ["2027-01-22", "2027-01-29"]);
    assert!(row("new@acme.example").contains(">Resend Invitation</a>"));
}

/// S1-13: Resend asks first, sends another link and a new week; the old link is dead, and there is a limit.
#[tokio::test]
async fn s1_13_an_invitation_is_sent_again_a_few_times() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("olga", "owner").await;
    let id = invite(&tenant, &owner, "ida@acme.example", "viewer").await;
    server.advance(Duration::from_hours(24));
    let browser = signed_in(&tenant, "olga").await;
    let path = format!("{LIST}/{id}/resend");

    let asked = browser.get(&path).await.expect(200);
    let by_mail = answer(&browser, &path, &[("mail", "on")]).await.expect(303);
    server.run_jobs().await;
    let mailed = server.newest_link();
    let by_hand = answer(&browser, &path, &[]).await.expect(200);
    let link = by_hand.text.split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let old = Browser::new(&server).visit(&mailed).await.1;
    let new = Browser::new(&server).visit(link.strip_prefix(&server.url).unwrap()).await.1;
    answer(&browser, &path, &[]).await.expect(200);
    let limited = answer(&browser, &path, &[]).await.expect(429);

    assert!(words(&asked).contains("Send the invitation to ida@acme.example again?"), "{}", asked.text);
    assert_eq!(by_mail.header("location").unwrap(), format!("{LIST}?said=resent"));
    assert_eq!((old.status, new.status), (410, 200));
    assert!(browser.get(LIST).await.text.contains("2027-01-23"), "the week begins again");
    assert!(limited.problem().starts_with("Too many invitations in a short time."), "{}", limited.text);
}

/// S1-14: Delete asks first; then the link is no longer valid and the row is gone. Cancel keeps both.
#[tokio::test]
async fn s1_14_an_invitation_is_deleted_after_a_question() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let page = staged(&browser, "ida@acme.example").await;
    press(&browser, &page, ("step", "send"), &[]).await.expect(303);
    server.run_jobs().await;
    let link = server.newest_link();
    let menu = browser.get(LIST).await.text.rsplit_once("Delete Invitation").unwrap().0.to_owned();
    let path = menu.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned();

    let asked = browser.get(&path).await.expect(200);
    let still = Browser::new(&server).visit(&link).await.1;
    let done = answer(&browser, &path, &[]).await.expect(303);
    let dead = Browser::new(&server).visit(&link).await.1;
    let list = browser.get(done.header("location").unwrap()).await.expect(200);

    assert!(words(&asked).contains("Delete the invitation of ida@acme.example?"), "{}", asked.text);
    assert!(asked.text.contains("autofocus>Cancel</a>") && asked.text.contains(">Delete</button>"));
    assert_eq!((still.status, dead.status, dead.heading()), (200, 410, "This invitation no longer works"));
    assert!(list.text.contains("its link no longer works") && !words(&list).contains("ida@acme.example"));
    assert_eq!(browser.get(&path).await.status, 404);
}

/// S1-15: when it is accepted, the row of the invitation becomes the row of the user.
#[tokio::test]
async fn s1_15_an_accepted_invitation_is_a_row_among_the_users_and_none_among_the_invitations() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let page = staged(&browser, "ida@acme.example").await;
    press(&browser, &page, ("step", "send"), &[]).await.expect(303);
    server.run_jobs().await;
    let rows = async || {
        let [invited, users] = [browser.get(LIST).await, browser.get("/console/users").await];
        [invited, users].map(|it| it.text.matches("ida@acme.example</bdi>").count())
    };

    let before = rows().await;
    let hers = Browser::new(&server);
    let (_, accept) = hers.visit(&server.newest_link()).await;
    let fields = [("display_name", "Ida"), ("password", PASSWORD), ("password_again", PASSWORD)];
    hers.submit(&accept, &fields).await.expect(303);
    let after = rows().await;

    assert_eq!((before, after), ([1, 0], [0, 1]));
}

/// S1-2, S1-4, S1-5: a viewer sees neither tab nor page; an admin is offered every role up to admin, and no other is taken.
#[tokio::test]
async fn s1_2_s1_4_s1_5_only_who_may_invite_is_offered_it_and_only_roles_that_may_be_given() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("olga", "owner").await;
    tenant.user("adam", "admin").await;
    tenant.user("cora", "contributor").await;
    let id = invite(&tenant, &owner, "second@acme.example", "owner").await;
    let (admin, contributor) = (signed_in(&tenant, "adam").await, signed_in(&tenant, "cora").await);

    let page = staged(&admin, "a@acme.example").await.expect(200);
    let offered: Vec<_> = page
        .text
        .split("id=\"role-0\"")
        .nth(1)
        .unwrap()
        .split("</select>")
        .next()
        .unwrap()
        .split("value=\"")
        .skip(1)
        .map(|it| it.split('"').next().unwrap())
        .collect();
    let forced = press(&admin, &page, ("step", "send"), &[("role-0", "owner")]).await;
    let list = admin.get(LIST).await.expect(200);
    let users = contributor.get("/console/users").await.expect(200);

    assert_eq!(offered, ["admin", "contributor", "viewer", "viewernosecrets"]);
    assert_eq!(forced.status, 403, "{}", forced.text);
    assert!(list.text.contains("second@acme.example") && !list.text.contains(&id), "an owner's invitation has no menu");
    assert!(!users.text.contains(LIST) && !users.text.contains(PAGE), "{}", users.text);
    let token = hidden_fields(&contributor.get("/account").await.text).into_iter().find(|it| it.0 == "csrf").unwrap().1;
    for path in [PAGE, LIST, &format!("{LIST}/{id}/delete"), &format!("{LIST}/{id}/resend")] {
        let asked = contributor.get(path).await.status;
        let form = [
            ("csrf", token.as_str()),
            ("rows", "1"),
            ("address-0", "x@acme.example"),
            ("role-0", "viewer"),
            ("step", "send"),
        ];
        let sent = contributor.send(server.request(Method::POST, path).form(&form)).await.status;
        assert!(asked == 403 && matches!(sent, 403 | 405), "{path}: {asked} {sent}");
    }
    assert_eq!(waiting(&server).await.len(), 1);
}
