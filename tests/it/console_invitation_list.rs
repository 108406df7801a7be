//! The list of invitations: which are found, in which order, on which page, in console and API alike.

use std::time::Duration;

use doorward::app::invitations::{self, AT_ONCE_MAX, Delivery, Invitee};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::id::UserId;
use doorward::domain::invitation::{Standing, Warrant};
use doorward::domain::invitation_list::{Column, InvitationFilter, InvitationList, Sort};
use doorward::domain::list::Column as _;
use doorward::domain::policy::Actor;
use doorward::domain::undelivered::{GivenUp, Undelivered};
use doorward::store::invitation_list::{self as store, Scope};
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant};

const LIST: &str = "/console/users/invitations";

async fn invite(tenant: &Tenant<'_>, by: &Actor, people: &[(&str, &str, &str)]) -> Vec<UserId> {
    let people = people.iter().map(|(address, name, role)| Invitee {
        address: (*address).to_owned(),
        display_name: Some((*name).to_owned()).filter(|it| !it.is_empty()),
        role: Some(role.parse().unwrap()),
        teams: Vec::new(),
    });
    let (app, people) = (&tenant.server.app, people.collect());
    let sent = invitations::invite_many(app, by, tenant.org, people, Delivery::HandedLink).await.unwrap();
    let invited = sent.into_iter().map(|it| match it.result {
        Ok(sent) => sent.invitation.id.user(),
        Err(problem) => panic!("{}: {problem}", it.invitee.address),
    });
    invited.collect()
}

/// The addresses of the rows, each up to the @.
fn rows(page: &Reply) -> Vec<String> {
    let rows = page.text.split("<th scope=\"row\"><span class=\"fit\"><bdi title=\"").skip(1);
    rows.map(|it| it.split('@').next().unwrap().to_owned()).collect()
}

async fn found(browser: &Browser<'_>, query: &str) -> Vec<String> {
    rows(&browser.get(&format!("{LIST}?{query}")).await.expect(200))
}

async fn found_by_api(server: &Server, query: &str) -> Vec<String> {
    let path = format!("/api/v1/invitations?organisation=acme&{query}");
    let page = server.send(server.api(Method::GET, &path)).await.expect(200).json();
    let all = page["invitations"].as_array().unwrap().iter();
    all.map(|it| it["address"].as_str().unwrap().split('@').next().unwrap().to_owned()).collect()
}

async fn note_undelivered(tenant: &Tenant<'_>, person: UserId, address: &str) {
    let now = tenant.server.app.now();
    let note = Undelivered {
        org: tenant.org,
        person,
        address: address.to_owned(),
        written_at: now,
        at: now,
        why: GivenUp::Refused,
        said: None,
    };
    tenant.server.app.store.note_undelivered(&note).await.unwrap();
}

/// Six invitations of which each is special; the newest first: vic, op, dora, zoe, old.
async fn different_ones(tenant: &Tenant<'_>) -> UserId {
    let (_, olga) = tenant.actor("olga", "owner").await;
    let (adam_id, adam) = tenant.actor("adam", "admin").await;
    let (mona_id, mona) = tenant.actor("mona", "admin").await;
    let old = invite(tenant, &adam, &[("old@acme.example", "", "contributor")]).await;
    note_undelivered(tenant, old[0], "elsewhere@acme.example").await;
    tenant.server.advance(Duration::from_hours(8 * 24));
    invite(tenant, &adam, &[("zoe@acme.example", "Zoë ÄRMEL", "admin")]).await;
    tenant.server.advance(Duration::from_secs(1));
    let dora = invite(tenant, &olga, &[("dora@acme.example", "Dora % Dev", "viewer")]).await;
    note_undelivered(tenant, dora[0], "dora@acme.example").await;
    tenant.server.advance(Duration::from_secs(1));
    invite(tenant, &Server::operator(), &[("op@acme.example", "", "viewer")]).await;
    tenant.server.advance(Duration::from_secs(1));
    invite(tenant, &mona, &[("vic@acme.example", "Vic", "contributor")]).await;
    let app = &tenant.server.app;
    users::deactivate(app, &Server::operator(), mona_id, OnLastHolder::Refuse).await.unwrap();
    adam_id
}

/// S1-12: invitations are found by name or address in any spelling, and narrowed by role, state, letter, inviter and age; the
/// same in console and API.
#[tokio::test]
async fn s1_12_invitations_are_found_by_name_and_narrowed_by_everything_the_list_shows() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let adam = different_ones(&tenant).await;
    let other = server.tenant("globex").await;
    invite(&other, &Server::operator(), &[("zoe@globex.example", "Zoë", "viewer")]).await;
    let browser = signed_in(&tenant, "olga").await;

    for (query, expected) in [
        ("", "vic op dora zoe old"),
        ("name=%C3%A4rmel", "zoe"),
        ("name=DORA%40acme", "dora"),
        ("name=%25", "dora"),
        ("name=nobody", ""),
        ("role=viewer", "op dora"),
        ("role=admin&role=contributor", "vic zoe old"),
        ("status=pending", "op dora zoe"),
        ("status=expired", "old"),
        ("status=void", "vic"),
        ("status=void&status=expired", "vic old"),
        ("undelivered=1", "dora"),
        ("undelivered=0", "vic op zoe old"),
        ("inviter=operator", "op"),
        (&format!("inviter={adam}"), "zoe old"),
        ("created=before-7", "old"),
        ("created=within-7", "vic op dora zoe"),
        ("created=within-7&role=viewer&undelivered=0", "op"),
    ] {
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(found(&browser, query).await, expected, "{query}");
        assert_eq!(found_by_api(&server, query).await, expected, "{query}");
    }
}

/// S1-12: each filter that is on is a chip whose link takes it off and leaves the others; the window of a filter is a form
/// that leads back to the list.
#[tokio::test]
async fn s1_12_a_filter_of_the_invitations_is_added_in_its_window_and_removed_by_its_chip() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let adam = different_ones(&tenant).await;
    let browser = signed_in(&tenant, "olga").await;
    let query = format!("inviter={adam}&status=expired&created=before-3&sort=address");

    let page = browser.get(&format!("{LIST}?{query}")).await.expect(200);
    let window = browser.get(&format!("{LIST}?{query}&add=created")).await.expect(200);
    let said = words(&page);
    let chip = |label: &str| {
        let (before, _) = said.split_once(&format!("aria-label=\"Remove the filter {label}\"")).expect(label);
        before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&#38;", "&")
    };
    let without = chip("Status: Expired");
    let nobody = browser.get(&format!("{LIST}?name=nobody")).await.expect(200);

    assert_eq!(rows(&page), ["old"]);
    assert_eq!(without, format!("{LIST}?inviter={adam}&created=before-3&sort=address"));
    assert_eq!(chip("Invited by: adam"), format!("{LIST}?status=expired&created=before-3&sort=address"));
    assert_eq!(
        chip("First invited: More than 3 days ago"),
        format!("{LIST}?status=expired&inviter={adam}&sort=address")
    );
    assert!(window.text.contains("value=\"before-3\" checked"), "{}", window.text);
    for carried in [format!("name=\"inviter\" value=\"{adam}\""), "name=\"sort\" value=\"address\"".to_owned()] {
        assert!(window.text.contains(&carried), "{carried}");
    }
    assert!(words(&nobody).contains("No invitation matches these filters.") && rows(&nobody).is_empty());
    let opened = |word: &str| page.text.contains(&format!("add={word}\" data-dialog"));
    assert!(["name", "role", "status", "undelivered", "inviter", "created"].into_iter().all(opened), "{}", page.text);
}

/// S1-12: a word that means nothing is refused by name and never widens the list.
#[tokio::test]
async fn s1_12_a_filter_of_the_invitations_that_means_nothing_is_refused() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    for (word, value) in
        [("status", "accepted"), ("inviter", "adam"), ("sort", "token"), ("undelivered", "yes"), ("created", "7")]
    {
        let page = browser.get(&format!("{LIST}?{word}={value}")).await;
        let path = format!("/api/v1/invitations?organisation=acme&{word}={value}");
        let refused = server.send(server.api(Method::GET, &path)).await;
        assert_eq!((page.status, refused.status), (400, 400), "{word}");
        assert!(refused.text.contains(word), "{}", refused.text);
    }
    for query in ["cursor=abc", "after=abc", "columns=name"] {
        let path = format!("/api/v1/invitations?organisation=acme&{query}");
        let refused = server.send(server.api(Method::GET, &path)).await.expect(400);
        assert!(refused.text.contains(query.split('=').next().unwrap()), "{}", refused.text);
    }
}

/// S1-12: every column sorts both ways, and the pages of two, walked to the end and back, are the list.
#[tokio::test]
async fn s1_12_the_pages_of_the_invitations_are_the_list_in_every_order_from_either_end() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    different_ones(&tenant).await;
    let (_, olga) = tenant.actor("otto", "owner").await;
    let page = async |list: &InvitationList| {
        let page = invitations::list(&server.app, &olga, tenant.org, list).await.unwrap();
        let names = page.invitations.into_iter().map(|it| it.invitation.address.replace("@acme.example", ""));
        (names.collect::<Vec<_>>(), page.previous, page.next)
    };

    for (word, expected) in [
        ("address", "dora old op vic zoe"),
        ("name", "old op dora vic zoe"),
        ("role", "dora op old vic zoe"),
        ("status", "zoe dora op vic old"),
        ("inviter", "op old zoe vic dora"),
        ("created", "old zoe dora op vic"),
        ("sent", "old zoe dora op vic"),
        ("expires", "old zoe dora op vic"),
    ] {
        for descending in [false, true] {
            let sort = Sort { column: Column::parse(word).unwrap(), descending };
            let whole = InvitationList { sort, ..InvitationList::default() };
            let mut expected: Vec<&str> = expected.split_whitespace().collect();
            if descending {
                expected.reverse();
            }
            let mut two = InvitationList { limit: 2, ..whole.clone() };
            let (mut there, mut back) = (Vec::new(), Vec::new());
            loop {
                let (names, _, next) = page(&two).await;
                there.extend(names);
                let Some(next) = next else { break };
                two.cursor = Some(next);
            }
            loop {
                let (names, previous, _) = page(&two).await;
                assert!(!names.is_empty(), "a page that is led to has somebody on it");
                back.splice(0..0, names);
                let Some(previous) = previous else { break };
                two.cursor = Some(previous);
            }
            assert_eq!(page(&whole).await, (expected.iter().map(ToString::to_string).collect(), None, None), "{word}");
            assert_eq!((&there, &back), (&page(&whole).await.0, &there), "{word} {descending}");
        }
    }
    assert_eq!(Column::ALL.len(), 8, "each of them is in the table");
}

/// S1-12: the console shows fifty and leads to the others and back, in columns that the address names; a page that is gone
/// is the first.
#[tokio::test]
async fn s1_12_the_list_of_invitations_turns_pages_and_shows_the_columns_of_the_address() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, olga) = tenant.actor("olga", "owner").await;
    let people: Vec<_> = (0..AT_ONCE_MAX + 3).map(|it| format!("p{it:02}@acme.example")).collect();
    for some in people.chunks(AT_ONCE_MAX) {
        let some: Vec<_> = some.iter().map(|it| (it.as_str(), "", "viewer")).collect();
        invite(&tenant, &olga, &some).await;
    }
    let browser = signed_in(&tenant, "olga").await;
    let query = "role=viewer&sort=address&columns=address&columns=created";
    let turn = |page: &Reply, rel: &str| {
        let link = page.text.split(&format!("rel=\"{rel}\" href=\"")).nth(1)?.split('"').next()?;
        Some(link.replace("&#38;", "&"))
    };

    let first = browser.get(&format!("{LIST}?{query}")).await.expect(200);
    let second = browser.get(&turn(&first, "next").unwrap()).await.expect(200);
    let again = browser.get(&turn(&second, "prev").unwrap()).await.expect(200);

    let expected: Vec<String> = people.iter().map(|it| it.replace("@acme.example", "")).collect();
    assert_eq!([rows(&first), rows(&second)].concat(), expected);
    assert_eq!((rows(&second).len(), rows(&again)), (3, rows(&first)));
    assert_eq!([turn(&first, "prev"), turn(&again, "prev"), turn(&second, "next")], [None, None, None]);
    let heads = first.text.split("<thead>").nth(1).unwrap().split("</thead>").next().unwrap();
    assert_eq!(heads.matches("aria-sort=").count(), 2, "{heads}");
    assert!(heads.contains("aria-sort=\"ascending\"") && heads.contains(">First invited<"), "{heads}");
    assert!(second.text.contains("columns=created") && second.text.contains("sort=-address"), "{}", second.text);
}

/// However many people have sent what is void now, it is one statement that the database takes.
#[tokio::test]
async fn void_invitations_of_thousands_of_inviters_are_found_by_one_statement() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let sent = invite(&tenant, &Server::operator(), &[("ada@mail.example", "", "viewer")]).await;
    let (_, model) = server.app.store.organisation(tenant.org).await.unwrap();
    let rests_on = |inviter| Warrant { inviter, inviter_epoch: 0, org_epoch: 0, role: "viewer".parse().unwrap() };
    let page = async |void: Vec<Warrant>| {
        let scope = Scope { org: tenant.org, model: &model, now: server.app.now(), void };
        let filter = InvitationFilter { standings: vec![Standing::Void], ..InvitationFilter::default() };
        let list = InvitationList { filter, ..InvitationList::default() };
        store::page(server.app.store.reader(), &scope, &list, None).await.unwrap().invitations
    };
    let strangers: Vec<_> = (0..3_000).map(|_| rests_on(Some(UserId::new()))).collect();

    let of_strangers = page(strangers.clone()).await;
    let of_anybody = page(strangers.into_iter().chain([rests_on(None)]).collect()).await;

    assert_eq!(of_strangers, []);
    assert_eq!(of_anybody.iter().map(|it| it.id.user()).collect::<Vec<_>>(), sent);
}
