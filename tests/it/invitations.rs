//! Invitations: sent, opened, accepted, refused, and what must not be possible with them.

use std::time::Duration;

use doorward::app::invitations::{self, Delivery, Invitation, Invited, Invitee, Standing};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{accounts, departures, organisations};
use doorward::domain::Error;
use doorward::domain::id::InvitationId;
use doorward::domain::invitation_list::InvitationList;
use doorward::domain::list::Cursor;
use doorward::domain::policy::Actor;
use doorward::domain::secret::Secret;
use doorward::store::audit;
use reqwest::Method;

use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant};
use crate::signin::join_all;

const NEW: &str = "seven quiet herons at dawn";
/// What whoever accepts fills in.
pub const FORM: [(&str, &str); 3] = [("display_name", "Ida Invited"), ("password", NEW), ("password_again", NEW)];
/// The heading of the own account of whoever accepts here.
const IN: &str = "<bdi>Ida Invited</bdi>";
const WEEK: Duration = Duration::from_hours(7 * 24);

fn invitee(address: &str, role: &str) -> Invitee {
    Invitee { address: address.to_owned(), display_name: None, role: Some(role.parse().unwrap()), teams: Vec::new() }
}

async fn send(
    tenant: &Tenant<'_>,
    by: &Actor,
    people: Vec<Invitee>,
    delivery: Delivery,
) -> Result<Vec<Invited>, Error> {
    invitations::invite_many(&tenant.server.app, by, tenant.org, people, delivery).await
}

/// Invites one person as viewer without a mail; answers the invitation and the path of its link.
pub async fn invite(tenant: &Tenant<'_>, by: &Actor, address: &str) -> (Invitation, String) {
    let mut answers = send(tenant, by, vec![invitee(address, "viewer")], Delivery::HandedLink).await.unwrap();
    let Ok(sent) = answers.remove(0).result else { panic!("{address} was not invited") };
    let link = path(tenant.server, &sent.link.unwrap());
    (sent.invitation, link)
}

fn path(server: &Server, link: &Secret<String>) -> String {
    link.reveal().strip_prefix(&server.url).unwrap().to_owned()
}

/// Follows a link and fills in the form, with more fields than it has.
async fn accept_with<'s>(server: &'s Server, link: &str, more: &[(&str, &str)]) -> (Browser<'s>, Reply) {
    let browser = Browser::new(server);
    let (at, page) = browser.visit(link).await;
    let all: Vec<_> = FORM.iter().chain(more).copied().collect();
    let answer = browser.submit(&page, &all).await;
    let (_, next) = browser.follow(&at, answer).await;
    (browser, next)
}

async fn accept<'s>(server: &'s Server, link: &str) -> (Browser<'s>, Reply) {
    accept_with(server, link, &[]).await
}

async fn opens(server: &Server, link: &str) -> u16 {
    Browser::new(server).visit(link).await.1.status
}

async fn pending(tenant: &Tenant<'_>) -> Vec<(String, Standing)> {
    let app = &tenant.server.app;
    let page = invitations::list(app, &Server::operator(), tenant.org, &InvitationList::default()).await.unwrap();
    page.invitations.into_iter().map(|it| (it.invitation.address, it.standing)).collect()
}

/// S1-15, S2-9: the link is mailed, opens a page for name and password, and makes an active user of the invitation in one
/// step; the list of invitations no longer has it.
#[tokio::test]
async fn s1_15_whoever_accepts_is_a_user_with_that_role_and_the_invitation_is_gone() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    send(&acme, &owner, vec![invitee("ida@acme.example", "admin")], Delivery::Mail).await.unwrap();
    let before = pending(&acme).await;
    server.run_jobs().await;
    let link = server.newest_link();
    let page = Browser::new(&server).visit(&link).await.1;

    let (browser, next) = accept(&server, &link).await;

    assert_eq!(before, [("ida@acme.example".to_owned(), Standing::Open)]);
    assert!(page.text.contains("\u{2068}ada\u{2069} invites you as \u{2068}Admin\u{2069}"), "{}", page.text);
    assert_eq!((next.heading(), browser.is_signed_in().await), (IN, true), "{}", next.text);
    assert_eq!(pending(&acme).await, []);
    let people = users::list(&server.app, &owner, acme.org).await.unwrap();
    let ida: Vec<_> = people.iter().filter(|it| it.user.user_name == "ida@acme.example").collect();
    assert_eq!(ida.len(), 1);
    assert_eq!((ida[0].user.display_name.as_str(), ida[0].user.status.word()), ("Ida Invited", "active"));
    assert_eq!(ida[0].effective.role.as_ref().unwrap().as_str(), "admin");
    assert_eq!(ida[0].user.email.as_deref(), Some("ida@acme.example"));
    assert!(ida[0].user.has_proved_email());
}

/// S1-8, S1-11: a pasted list becomes one row each; the good ones are invited, the bad ones say why, none is lost.
#[tokio::test]
async fn s1_8_s1_11_every_row_of_a_pasted_list_gets_its_own_answer() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada@acme.example", "owner").await;
    invite(&acme, &owner, "waits@acme.example").await;
    let mut text: String = (0..25).map(|it| format!("new{it}@acme.example,\n")).collect();
    text.push_str(
        "\"Lovelace, Ida\" <ida@acme.example>; ADA@acme.example Waits@acme.example, nonsense, new3@ACME.example",
    );
    let people = invitations::read_list(&text).into_iter().map(|it| Invitee::of(it, None)).collect();

    let answers = send(&acme, &owner, people, Delivery::Mail).await.unwrap();
    let sent = server.run_jobs().await;

    let problems: Vec<_> =
        answers.iter().filter_map(|it| Some((it.invitee.address.as_str(), it.result.as_ref().err()?.code()))).collect();
    assert_eq!(
        problems,
        [
            ("ADA@acme.example", "member"),
            ("Waits@acme.example", "invited"),
            ("nonsense", "address"),
            ("new3@ACME.example", "twice")
        ]
    );
    assert_eq!((answers.len(), sent, pending(&acme).await.len()), (30, 26, 27));
    assert!(server.mails().iter().any(|it| it.contains("Hello Lovelace, Ida,") && it.contains("<ida@acme.example>")));
}

/// S1-8: fifty people at once, and not one more.
#[tokio::test]
async fn s1_8_more_than_fifty_at_once_are_refused_as_a_whole() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let list = |many: usize| (0..many).map(|it| invitee(&format!("a{it}@acme.example"), "viewer")).collect::<Vec<_>>();

    let too_many = send(&acme, &owner, list(51), Delivery::HandedLink).await;
    let fifty = send(&acme, &owner, list(50), Delivery::HandedLink).await.unwrap();

    assert!(matches!(too_many, Err(Error::Invalid { .. })));
    assert!(matches!(send(&acme, &owner, Vec::new(), Delivery::Mail).await, Err(Error::Invalid { .. })));
    assert!(fifty.iter().all(|it| it.result.is_ok()));
    assert_eq!(pending(&acme).await.len(), 50);
}

/// S2-8: without a mail the inviter gets the link, which works once; no mail leaves.
#[tokio::test]
async fn s2_8_without_a_mail_the_link_is_handed_over_and_works_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;

    let (_, first) = accept(&server, &link).await;
    let second = opens(&server, &link).await;

    assert_eq!((first.heading(), second), (IN, 410));
    assert_eq!((server.run_jobs().await, server.mails().len()), (0, 0));
}

/// RE-11, S1-13, S1-14: a link is dead after it was used, taken back, replaced by a newer one, and after seven days.
#[tokio::test]
async fn re_11_s1_13_s1_14_a_link_is_dead_once_used_revoked_resent_or_too_old() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let app = &server.app;
    let (_, used) = invite(&acme, &owner, "used@acme.example").await;
    let (revoked, taken_back) = invite(&acme, &owner, "revoked@acme.example").await;
    let (resent, old) = invite(&acme, &owner, "resent@acme.example").await;
    let (_, late) = invite(&acme, &owner, "late@acme.example").await;

    accept(&server, &used).await;
    invitations::revoke(app, &owner, revoked.id).await.unwrap();
    server.advance(Duration::from_hours(24));
    let again = invitations::resend(app, &owner, resent.id, Delivery::HandedLink).await.unwrap();
    let dead = [opens(&server, &used).await, opens(&server, &taken_back).await, opens(&server, &old).await];
    server.advance(WEEK - Duration::from_hours(24) - Duration::from_millis(1));
    let just_in_time = opens(&server, &late).await;
    server.advance(Duration::from_millis(1));
    let too_late = Browser::new(&server).visit(&late).await.1;
    let extended = opens(&server, &path(&server, &again.link.unwrap())).await;

    assert_eq!(dead, [410, 410, 410]);
    assert_eq!((just_in_time, too_late.status, extended), (200, 410, 200));
    assert_eq!(too_late.heading(), "This invitation has run out");
    assert!(too_late.text.contains("\u{2068}ada\u{2069}") && too_late.text.contains("ACME"), "{}", too_late.text);
    let left =
        [("late@acme.example".to_owned(), Standing::Expired), ("resent@acme.example".to_owned(), Standing::Open)];
    assert_eq!(pending(&acme).await, left);
    assert!(matches!(invitations::revoke(app, &owner, revoked.id).await, Err(Error::NotFound("invitation"))));
    let replaced = invite(&acme, &owner, "late@acme.example").await.1;
    assert_eq!(opens(&server, &replaced).await, 200);
}

/// Whoever comes too late asks for another with one click: the inviter is told, once a day, and sends it again; an
/// inviter who may not any more is no help, and those who give roles are told instead.
#[tokio::test]
async fn an_invitation_that_has_run_out_is_asked_for_again_with_one_click() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let way_in = accounts::WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false };
    let ada = acme.mailed("ada", "admin", way_in).await.person;
    mailed_owner(&acme).await;
    let (ada, admin) = (ada.user.id, ada.actor(None));
    let (sent, link) = invite(&acme, &admin, "ida@mail.example").await;
    server.advance(WEEK);
    let ask = async || {
        let browser = Browser::new(&server);
        let (at, page) = browser.visit(&link).await;
        assert_eq!((page.status, page.heading()), (410, "This invitation has run out"));
        let answer = browser.submit(&page, &[("decision", "ask")]).await;
        browser.follow(&at, answer).await.1
    };

    let asked = [ask().await, ask().await];
    server.run_jobs().await;
    let first = server.mails();
    users::change_role(&server.app, &Server::operator(), ada, &"viewer".parse().unwrap()).await.unwrap();
    server.run_jobs().await;
    server.advance(Duration::from_hours(25));
    ask().await;
    server.run_jobs().await;
    let last = server.mails().pop().unwrap();

    for page in asked {
        assert_eq!((page.status, page.heading()), (410, "Somebody has been told"));
    }
    let told = |mail: &String| mail.contains("asks for a new invitation");
    assert_eq!(first.iter().filter(|it| told(it)).count(), 1, "asked twice on one day");
    assert!(first[0].contains("<ada@mail.example>") && first[0].contains("ida@mail.example"), "{}", first[0]);
    assert!(told(&last) && last.contains("<olga@acme.example>"), "{last}");
    assert_eq!(pending(&acme).await, [("ida@mail.example".to_owned(), Standing::Expired)]);
    let again = invitations::resend(&server.app, &Server::operator(), sent.id, Delivery::HandedLink).await.unwrap();
    assert_eq!(opens(&server, &path(&server, &again.link.unwrap())).await, 200);
}

/// RE-11: twenty times at the same moment make one user.
#[tokio::test]
async fn re_11_an_invitation_is_accepted_once_even_twenty_times_at_once() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;

    let mut ready = Vec::new();
    for _ in 0..20 {
        let browser = Browser::new(&server);
        let (_, page) = browser.visit(&link).await;
        ready.push((browser, page));
    }

    let fields = [("display_name", "Ida"), ("password", NEW), ("password_again", NEW)];
    let tries = ready.iter().map(|(browser, page)| async move {
        let answer = browser.submit(page, &fields).await;
        browser.follow("", answer).await.1
    });
    let pages = join_all(tries).await;

    let accepted = pages.iter().filter(|page| page.heading() == "<bdi>Ida</bdi>").count();
    assert_eq!(accepted, 1);
    assert_eq!(users::list(&server.app, &owner, acme.org).await.unwrap().len(), 2);
}

/// RE-07, RE-08: reading the link, as mail scanners do, uses nothing up, and the token leaves the address bar.
#[tokio::test]
async fn reading_an_invitation_uses_nothing_up_and_takes_the_token_out_of_the_address() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;

    for method in [Method::GET, Method::HEAD].into_iter().cycle().take(10) {
        let reply = server.send(server.request(method, &link)).await;
        assert_eq!((reply.status, reply.header("referrer-policy")), (303, Some("no-referrer")));
    }
    let (at, page) = Browser::new(&server).visit(&link).await;
    let (_, next) = accept(&server, &link).await;

    assert!(!at.contains("dwln_") && !page.text.contains("dwln_"), "{at}");
    assert_eq!(next.heading(), IN);
}

/// RE-12: what else is sent with the form changes nothing; the values of the invitation are used.
#[tokio::test]
async fn re_12_address_role_organisation_and_user_of_the_form_are_ignored() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (ada, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;
    let (victim, foreign) = (ada.to_string(), globex.org.to_string());
    let more = [
        ("email", "eve@evil.example"),
        ("address", "eve@evil.example"),
        ("username", "ada"),
        ("user_name", "ada"),
        ("role", "owner"),
        ("org", foreign.as_str()),
        ("organisation", "globex"),
        ("user", victim.as_str()),
        ("id", victim.as_str()),
    ];

    accept_with(&server, &link, &more).await;

    let people = users::list(&server.app, &owner, acme.org).await.unwrap();
    let seen: Vec<_> =
        people.iter().map(|it| (it.user.user_name.as_str(), it.effective.role.as_ref().unwrap().as_str())).collect();
    assert_eq!(seen, [("ada", "owner"), ("ida@acme.example", "viewer")]);
    assert_eq!(people[1].user.email.as_deref(), Some("ida@acme.example"));
    assert_eq!(users::list(&server.app, &Server::operator(), globex.org).await.unwrap().len(), 0);
    assert_eq!(Browser::new(&server).sign_in("ada", PASSWORD).await.0, "/account");
}

/// RE-13: a user belongs to one organisation, so an invitation makes a user of the inviting one. Whoever has the address
/// already, there or elsewhere, signs in with the own password and gets no other, and nobody is signed in by a link.
#[tokio::test]
async fn re_13_nobody_gets_another_password_by_an_invitation() {
    let server = Server::start().await;
    server.keep_outbox();
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (_, owner) = acme.actor("ada", "owner").await;
    globex.user("ida@acme.example", "owner").await;
    let (_, elsewhere) = invite(&acme, &owner, "ida@acme.example").await;
    let (_, taken) = invite(&acme, &owner, "bob@acme.example").await;
    acme.user("Bob@acme.example", "viewer").await;

    let (newcomer, next) = accept(&server, &elsewhere).await;
    let (known, refused) = accept(&server, &taken).await;

    assert_eq!(
        refused.problem(),
        "Somebody at \u{2068}ACME\u{2069} has this address already. Sign in, or ask an administrator."
    );
    assert_eq!(next.heading(), IN);
    assert!(newcomer.is_signed_in().await && !known.is_signed_in().await);
    for (slug, name, password) in [
        ("globex", "ida@acme.example", PASSWORD),
        ("acme", "ida@acme.example", NEW),
        ("acme", "bob@acme.example", PASSWORD),
    ] {
        let browser = Browser::new(&server);
        let (_, page) = browser.visit(&format!("/sign-in?organisation={slug}")).await;
        let answer = browser.submit(&page, &[("username", name), ("organisation", slug)]).await;
        let (_, page) = browser.follow("", answer).await;
        let answer = browser.submit(&page, &[("password", password)]).await;
        assert_eq!(answer.header("location"), Some("/account"), "{slug} {name}");
    }
}

/// RE-14, SC-13, S1-2: whoever was demoted, shut out or lost all access since brings nobody in; those who can give roles
/// are told, once, and the audit has it.
#[tokio::test]
async fn re_14_sc_13_an_invitation_dies_with_the_right_of_its_inviter_and_the_owners_are_told() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let app = &server.app;
    let operator = Server::operator();
    mailed_owner(&acme).await;
    for (name, how) in [("demoted", 0), ("shut-out", 1), ("back", 2), ("removed", 3), ("new-password", 4)] {
        let (id, admin) = acme.actor(name, "admin").await;
        let address = format!("ida-{name}@acme.example");
        let (invitation, link) = invite(&acme, &admin, &address).await;
        let person = users::show(app, &operator, id).await.unwrap();
        match how {
            0 => drop(users::change_role(app, &operator, id, &"viewer".parse().unwrap()).await.unwrap()),
            1 => drop(users::deactivate(app, &operator, id, OnLastHolder::Refuse).await.unwrap()),
            2 => {
                users::deactivate(app, &operator, id, OnLastHolder::Refuse).await.unwrap();
                users::activate(app, &operator, id).await.unwrap();
            }
            3 => departures::erase(app, &operator, id).await.unwrap(),
            _ => {
                let password = Secret::new(NEW.to_owned());
                accounts::set_password(app, &operator, &person.user, password, false).await.unwrap();
            }
        }
        server.run_jobs().await;
        let mails = server.mails().len();

        let page = Browser::new(&server).visit(&link).await.1;
        let (_, refused) = accept(&server, &link).await;
        let again = opens(&server, &link).await;
        server.run_jobs().await;

        assert_eq!((page.status, page.heading()), (410, "This invitation no longer counts"), "{name}");
        assert_eq!((refused.status, refused.heading()), (410, "Somebody has been told"), "{name}");
        assert_eq!((again, server.mails().len()), (410, mails + 1), "{name}");
        let told = server.mails().pop().unwrap();
        assert!(told.contains("<olga@acme.example>") && told.contains(&address), "{told}");
        assert!(users::list(app, &operator, acme.org).await.unwrap().iter().all(|it| it.user.user_name != address));
        let audit = audit::newest(app.store.reader(), acme.org, 1).await.unwrap().remove(0);
        assert_eq!((audit.action.as_str(), audit.outcome.as_str()), ("user.invite_refused", "failure"));
        assert_eq!(audit.target_id, invitation.id.to_string());
    }
}

async fn mailed_owner(tenant: &Tenant<'_>) {
    let new = accounts::NewUser {
        user_name: "olga".to_owned(),
        display_name: "Olga".to_owned(),
        email: Some("olga@acme.example".to_owned()),
        role: Some("owner".parse().unwrap()),
        sign_in: Some(accounts::SignIn::Password),
        way_in: Some(accounts::WayIn::Closed),
    };
    let made = accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap();
    let password = Secret::new(PASSWORD.to_owned());
    accounts::set_password(&tenant.server.app, &Server::operator(), &made.person.user, password, false).await.unwrap();
}

/// RE-14: between reading the page and sending the form the inviter may have lost the right as well.
#[tokio::test]
async fn re_14_a_form_that_was_open_when_the_inviter_lost_the_right_is_refused() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("ada", "owner").await;
    let (id, admin) = acme.actor("bob", "admin").await;
    let (_, link) = invite(&acme, &admin, "ida@acme.example").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit(&link).await;
    users::deactivate(&server.app, &Server::operator(), id, OnLastHolder::Refuse).await.unwrap();

    let fields = [("display_name", "Ida"), ("password", NEW), ("password_again", NEW)];
    let answer = browser.submit(&page, &fields).await;
    let (_, next) = browser.follow(&at, answer).await;

    assert_eq!((page.status, next.status, next.heading()), (200, 410, "Somebody has been told"));
    server.run_jobs().await;
}

#[tokio::test]
async fn whoever_declines_leaves_no_account_and_no_invitation() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;
    let browser = Browser::new(&server);
    let (at, page) = browser.visit(&link).await;

    let answer = browser.submit(&page, &[("decision", "decline")]).await;
    let (_, next) = browser.follow(&at, answer).await;

    assert_eq!((next.status, next.heading()), (410, "You have declined"));
    assert_eq!(pending(&acme).await, []);
    assert_eq!(users::list(&server.app, &owner, acme.org).await.unwrap().len(), 1);
    assert_eq!(opens(&server, &link).await, 410);
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_the_name_and_leaves_the_invitation_open() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;
    let browser = Browser::new(&server);
    let (_, page) = browser.visit(&link).await;

    for (name, password, again, problem) in [
        ("Ida <b>", "short", "short", "at least 15 characters"),
        ("Ida <b>", NEW, "another one entirely", "not the same"),
        (" ", NEW, NEW, "Enter your name"),
        ("Ida <b>", "ida@acme.example", "ida@acme.example", "little more than your name"),
    ] {
        let fields = [("display_name", name), ("password", password), ("password_again", again)];
        let refused = browser.submit(&page, &fields).await.expect(422);
        assert!(refused.problem().contains(problem), "{}", refused.problem());
        assert_eq!(refused.text.contains("value=\"Ida &#60;b&#62;\""), name != " ", "{}", refused.text);
    }

    assert_eq!(accept(&server, &link).await.1.heading(), IN);
}

/// TE-03, TE-07, S1-2, S1-4, S1-5: who may send, see and take back which invitations; those of others do not exist.
#[tokio::test]
async fn te_07_s1_4_invitations_are_for_those_who_may_give_the_role_in_their_own_organisation() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let app = &server.app;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, admin) = acme.actor("bob", "admin").await;
    let (_, viewer) = acme.actor("vic", "viewer").await;
    let (_, foreign) = globex.actor("hank", "owner").await;
    let one = |address: &str, role: &str| vec![invitee(address, role)];

    let by_owner = send(&acme, &owner, one("o@acme.example", "owner"), Delivery::HandedLink).await.unwrap();
    let owner_invite = by_owner[0].result.as_ref().map_err(invitations::Problem::code).unwrap().invitation.id;
    let mixed = vec![invitee("a@acme.example", "admin"), invitee("b@acme.example", "owner")];
    for refused in [
        send(&acme, &admin, mixed, Delivery::Mail).await.map(drop),
        send(&acme, &viewer, one("v@acme.example", "viewer"), Delivery::Mail).await.map(drop),
        invitations::revoke(app, &admin, owner_invite).await,
        invitations::resend(app, &admin, owner_invite, Delivery::Mail).await.map(drop),
        invitations::list(app, &viewer, acme.org, &InvitationList::default()).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    }
    for unknown in [
        invitations::revoke(app, &foreign, owner_invite).await,
        invitations::resend(app, &foreign, owner_invite, Delivery::Mail).await.map(drop),
        invitations::list(app, &foreign, acme.org, &InvitationList::default()).await.map(drop),
        send(&acme, &foreign, one("v@acme.example", "viewer"), Delivery::Mail).await.map(drop),
        invitations::revoke(app, &owner, InvitationId::new()).await,
    ] {
        assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
    }

    let by_admin = send(&acme, &admin, one("c@acme.example", "admin"), Delivery::HandedLink).await.unwrap();
    assert!(by_admin[0].result.is_ok());
    assert_eq!(pending(&acme).await.len(), 2);
    assert_eq!(pending(&globex).await.len(), 0);
}

/// AU-04: an address that another organisation knows, as a user or as an invitation, is answered like any other.
#[tokio::test]
async fn au_04_an_invitation_does_not_tell_what_another_organisation_knows() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, other) = globex.actor("hank", "owner").await;
    globex.user("known@globex.example", "viewer").await;
    invite(&globex, &other, "invited@globex.example").await;
    let addresses = ["known@globex.example", "invited@globex.example", "nobody@globex.example"];

    let people = addresses.map(|it| invitee(it, "viewer")).to_vec();
    let answers = send(&acme, &owner, people, Delivery::Mail).await.unwrap();
    let mails = server.run_jobs().await;

    assert!(answers.iter().all(|it| it.result.is_ok()));
    assert_eq!((mails, server.mails().len()), (3, 3));
    let shape = |mail: &str, address: &str| mail.split("\r\n\r\n").nth(1).unwrap().replace(address, "X").len();
    let lengths: Vec<_> = server.mails().iter().zip(addresses).map(|(mail, it)| shape(mail, it)).collect();
    assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{lengths:?}");
}

/// S1-13: three invitations an hour reach one address, and one person sends two hundred a day.
#[tokio::test]
async fn s1_13_sending_again_is_limited() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (invitation, _) = invite(&acme, &owner, "ida@acme.example").await;
    let again = || invitations::resend(&server.app, &owner, invitation.id, Delivery::HandedLink);

    let (second, third, fourth) = (again().await.is_ok(), again().await.is_ok(), again().await);
    server.advance(Duration::from_hours(1));
    let later = again().await.is_ok();
    let mut sent = 5;
    let mut refused = 0;
    for round in 0..4 {
        let list = (0..50).map(|it| invitee(&format!("p{round}-{it}@acme.example"), "viewer")).collect();
        let answers = send(&acme, &owner, list, Delivery::HandedLink).await.unwrap();
        sent += answers.iter().filter(|it| it.result.is_ok()).count();
        refused += answers.iter().filter(|it| it.result.as_ref().is_err_and(|it| it.code() == "too-often")).count();
    }

    assert!(second && third && later);
    assert!(matches!(fourth, Err(Error::Throttled { .. })));
    assert_eq!((sent, refused), (201, 4));
}

/// TE-17: a page goes on where the last one ended; a cursor that was changed or is of another organisation is refused.
#[tokio::test]
async fn te_17_a_cursor_is_good_only_as_it_came_and_where_it_came_from() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, foreign) = globex.actor("hank", "owner").await;
    for name in ["a", "b", "c", "d", "e"] {
        invite(&acme, &owner, &format!("{name}@acme.example")).await;
    }
    let on = |cursor: Option<Cursor>| InvitationList { cursor, limit: 2, ..InvitationList::default() };
    let list = |cursor: Option<Cursor>| {
        let (app, owner) = (&server.app, &owner);
        async move { invitations::list(app, owner, acme.org, &on(cursor)).await }
    };

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = list(cursor).await.unwrap();
        seen.extend(page.invitations.into_iter().map(|it| it.invitation.address));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let good = list(None).await.unwrap().next.unwrap();

    assert_eq!(seen.iter().filter_map(|it| it.chars().next()).collect::<String>(), "edcba");
    let mut flipped = good.word.clone().into_bytes();
    let at = flipped.len() / 2;
    flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
    for bad in [String::from_utf8(flipped).unwrap(), "x".to_owned(), String::new(), good.word.chars().skip(1).collect()]
    {
        let bad = Cursor { word: bad, ..good.clone() };
        assert!(matches!(list(Some(bad)).await, Err(Error::Invalid { .. })));
    }
    let other = invitations::list(&server.app, &foreign, globex.org, &on(Some(good))).await;
    assert!(matches!(other, Err(Error::Invalid { .. })));
}

#[tokio::test]
async fn suspending_the_organisation_ends_its_invitations() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;

    organisations::suspend(&server.app, &Server::operator(), acme.org).await.unwrap();
    let suspended = opens(&server, &link).await;
    organisations::resume(&server.app, &Server::operator(), acme.org).await.unwrap();

    assert_eq!((suspended, opens(&server, &link).await), (410, 410));
    assert_eq!(pending(&acme).await, [("ida@acme.example".to_owned(), Standing::Void)]);
}

/// SE-01, MF-05: whoever accepts goes on in the same browser, under new cookies: the second factor that is required is
/// asked for before there is a session, the old cookie of the attempt finds nothing, and no other browser is let in.
#[tokio::test]
async fn se_01_mf_05_who_accepts_sets_up_the_required_factor_without_typing_the_password_again() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    acme.require_mfa().await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;
    let browser = Browser::new(&server);
    let (at, form) = browser.visit(&link).await;
    let before = browser.jar();

    let fields = [("display_name", "Ida Invited"), ("password", NEW), ("password_again", NEW)];
    let (enrolling, page) = browser.follow(&at, browser.submit(&form, &fields).await).await;
    let is_in_too_early = browser.is_signed_in().await;
    let stranger = Browser::new(&server).visit(&enrolling).await.1;
    let old = Browser::new(&server);
    old.set_jar(before.clone());
    let replayed = old.visit(&at).await.1;
    let between = browser.jar();
    let (_, end, _) = browser.enrol(&page).await;

    assert_eq!((page.heading(), is_in_too_early), ("Set up your second factor", false), "{}", page.text);
    for other in [&stranger, &replayed] {
        assert!(other.heading() != "Set up your second factor" && other.heading() != IN, "{}", other.text);
    }
    assert!(before != between && between != browser.jar());
    assert_eq!((end.as_str(), browser.is_signed_in().await), ("/account", true));
}

/// SE-01: a browser in which somebody else is signed in becomes the newcomer's, and the session of before ends.
#[tokio::test]
async fn se_01_accepting_where_somebody_else_is_signed_in_ends_that_session() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let (_, link) = invite(&acme, &owner, "ida@acme.example").await;
    let browser = Browser::new(&server);
    browser.sign_in("ada", PASSWORD).await;
    let hers = browser.jar();

    let (at, form) = browser.visit(&link).await;
    let fields = [("display_name", "Ida Invited"), ("password", NEW), ("password_again", NEW)];
    let (_, page) = browser.follow(&at, browser.submit(&form, &fields).await).await;
    let old = Browser::new(&server);
    old.set_jar(hers);

    assert_eq!(page.heading(), IN);
    assert!(!old.is_signed_in().await);
}

/// Whoever is handed a link has not read the letters of that address, also where it was mailed before.
#[tokio::test]
async fn a_link_that_somebody_was_handed_proves_no_address() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let mut proved = Vec::new();
    for (address, first, second) in [
        ("ida@acme.example", Delivery::Mail, Delivery::HandedLink),
        ("ivo@acme.example", Delivery::HandedLink, Delivery::Mail),
    ] {
        let mut sent = send(&acme, &owner, vec![invitee(address, "viewer")], first).await.unwrap();
        let Ok(sent) = sent.remove(0).result else { panic!("{address} is not invited") };
        let again = invitations::resend(&server.app, &owner, sent.invitation.id, second).await.unwrap();
        server.run_jobs().await;
        let link = again.link.map_or_else(|| server.newest_link(), |link| path(&server, &link));
        accept(&server, &link).await;
        let people = users::list(&server.app, &owner, acme.org).await.unwrap();
        proved.push(people.iter().find(|it| it.user.user_name == address).unwrap().user.has_proved_email());
    }

    assert_eq!(proved, [false, true]);
}
