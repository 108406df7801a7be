//! What the console does to several invitations at once, and how it comes back to the list.

use std::time::Duration;

use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::domain::policy::Actor;
use doorward::store::audit;
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant, hidden_fields};

const LIST: &str = "/console/users/invitations";
const BULK: &str = "/console/users/invitations/bulk";

/// The id of the invitation, and its link.
async fn invite(tenant: &Tenant<'_>, by: &Actor, address: &str, role: &str) -> (String, String) {
    let person = Invitee {
        address: address.to_owned(),
        display_name: None,
        role: Some(role.parse().unwrap()),
        teams: Vec::new(),
    };
    let app = &tenant.server.app;
    let mut sent = invitations::invite_many(app, by, tenant.org, vec![person], Delivery::HandedLink).await.unwrap();
    let Ok(sent) = sent.remove(0).result else { panic!("{address} was not invited") };
    let link = sent.link.unwrap().reveal().strip_prefix(&tenant.server.url).unwrap().to_owned();
    (sent.invitation.id.to_string(), link)
}

async fn plan(browser: &Browser<'_>, deed: &str, ids: &[&String], list: &str) -> Reply {
    let ids: String = ids.iter().map(|id| format!("&id={id}")).collect();
    let list = list.replace('&', "%26").replace('=', "%3D");
    browser.get(&format!("{BULK}?deed={deed}{ids}&list={list}")).await
}

/// Sends the form of a plan as it stands.
async fn apply(browser: &Browser<'_>, plan: &Reply) -> Reply {
    browser.send(browser.server().request(Method::POST, BULK).form(&plan.fields(BULK))).await
}

/// How often this was done, by the audit log.
async fn times(tenant: &Tenant<'_>, action: &str) -> usize {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 100).await.unwrap();
    rows.iter().filter(|it| it.action == action).count()
}

async fn status(server: &Server, link: &str) -> u16 {
    Browser::new(server).visit(link).await.1.status
}

/// S1-13: several invitations are sent again by mail: the plan names who gets a letter, and who is left out and why; nothing
/// happens before it is confirmed, each is on record, and a letter too many stops that one and no other.
#[tokio::test]
async fn s1_13_several_invitations_are_sent_again_and_the_others_are_named_with_the_reason() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("olga", "owner").await;
    let (_, admin) = tenant.actor("adam", "admin").await;
    let (old, old_link) = invite(&tenant, &admin, "old@acme.example", "viewer").await;
    server.advance(Duration::from_hours(8 * 24));
    let (new, new_link) = invite(&tenant, &owner, "new@acme.example", "contributor").await;
    let (high, high_link) = invite(&tenant, &owner, "high@acme.example", "owner").await;
    let (gone, _) = invite(&tenant, &owner, "gone@acme.example", "viewer").await;
    let browser = signed_in(&tenant, "adam").await;
    let revoked = gone.parse().unwrap();
    invitations::revoke(&server.app, &owner, revoked).await.unwrap();

    let shown = plan(&browser, "resend", &[&old, &new, &high, &gone, &old], "sort=address").await.expect(200);
    let by_looking = (server.run_jobs().await, times(&tenant, "user.invite_resent").await);
    let done = apply(&browser, &shown).await.expect(303);
    let letters = server.run_jobs().await;
    let list = browser.get(done.header("location").unwrap()).await.expect(200);
    let links = [status(&server, &old_link).await, status(&server, &new_link).await, status(&server, &high_link).await];
    invitations::resend(&server.app, &owner, new.parse().unwrap(), Delivery::HandedLink).await.unwrap();
    let again = apply(&browser, &plan(&browser, "resend", &[&old, &new], "").await.expect(200)).await.expect(303);
    server.run_jobs().await;

    let said = words(&shown);
    assert!(said.contains("2 of 4 skipped.") && said.contains("Resend Invitation (2)"), "{said}");
    let [ready, skipped] = ["Will be done to</h2>", "Skipped</h2>"].map(|it| said.split(it).nth(1).unwrap());
    let ready = ready.split("<h2>").next().unwrap();
    assert!(
        ready.contains("old@acme.example") && ready.contains("new@acme.example</bdi> <span class=\"hint\">Contributor")
    );
    assert!(!ready.contains("high@acme.example") && !ready.contains("gone@acme.example"), "{ready}");
    assert!(
        skipped.contains("high@acme.example</bdi> <span class=\"hint\">Only somebody who may invite into this role")
    );
    assert!(skipped.contains("gone@acme.example</bdi> <span class=\"hint\">It was answered or taken back already."));
    assert_eq!((by_looking, letters), ((0, 0), 2));
    assert_eq!(done.header("location"), Some(&*format!("{LIST}?sort=address&said=several&done=2&skipped=0")));
    assert!(words(&list).contains("2 done.") && !words(&list).contains("Expired"), "{}", list.text);
    assert_eq!(links, [410, 410, 200], "the links before are dead, and those left out live");
    assert_eq!(again.header("location"), Some(&*format!("{LIST}?said=several&done=1&skipped=1")));
    assert_eq!(times(&tenant, "user.invite_resent").await, 4);
}

/// S1-14: several invitations are deleted after a plan that says so; their links are dead, those of others live, each is on
/// record, and the list is as it was.
#[tokio::test]
async fn s1_14_several_invitations_are_deleted_and_the_list_is_as_it_was() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let (_, owner) = tenant.actor("olga", "owner").await;
    let (one, one_link) = invite(&tenant, &owner, "one@acme.example", "viewer").await;
    let (two, two_link) = invite(&tenant, &owner, "two@acme.example", "viewer").await;
    let (_, stays_link) = invite(&tenant, &owner, "stays@acme.example", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    let here = "role=viewer&sort=address&columns=address&columns=role";

    let page = browser.get(&format!("{LIST}?{here}")).await.expect(200);
    let shown = plan(&browser, "delete", &[&one, &two], here).await.expect(200);
    let before = [status(&server, &one_link).await, status(&server, &two_link).await];
    let done = apply(&browser, &shown).await.expect(303);
    let list = browser.get(done.header("location").unwrap()).await.expect(200);
    let again = plan(&browser, "delete", &[&one, &two], "").await.expect(200);

    for id in [&one, &two] {
        assert!(page.text.contains(&format!("name=\"id\" value=\"{id}\" form=\"bulk\"")), "{}", page.text);
    }
    assert!(words(&page).contains(&format!("name=\"list\" value=\"{}\"", here.replace('&', "&#38;"))));
    assert!(
        words(&shown).contains("2 chosen, none skipped.")
            && shown.text.contains("class=\"button danger\" id=\"submit\"")
    );
    assert!(words(&shown).contains("The links that these people got stop working at once."), "{}", shown.text);
    assert_eq!(done.header("location"), Some(&*format!("{LIST}?{here}&said=several&done=2&skipped=0")));
    assert!(words(&list).contains("stays@acme.example") && !words(&list).contains("one@acme.example"));
    let after = [status(&server, &one_link).await, status(&server, &two_link).await];
    assert_eq!((before, after, status(&server, &stays_link).await), ([200, 200], [410, 410], 200));
    assert_eq!(times(&tenant, "user.invite_revoked").await, 2);
    assert!(words(&again).contains("2 of 2 skipped.") && !again.text.contains("id=\"submit\""), "{}", again.text);
}

/// S1-2, S1-4: nobody is offered for several what they may not do to one; invitations of others do not exist.
#[tokio::test]
async fn s1_2_s1_4_what_is_not_offered_for_one_invitation_is_not_for_several() {
    let server = Server::start().await;
    let (tenant, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (_, owner) = tenant.actor("olga", "owner").await;
    tenant.user("adam", "admin").await;
    tenant.user("cora", "contributor").await;
    let (high, link) = invite(&tenant, &owner, "high@acme.example", "owner").await;
    let (foreign, foreign_link) = invite(&globex, &Server::operator(), "gus@globex.example", "viewer").await;
    let [olga, adam, cora] = ["olga", "adam", "cora"].map(|it| signed_in(&tenant, it));
    let (olga, adam, cora) = (olga.await, adam.await, cora.await);
    let (by_owner, by_admin) = (olga.get(LIST).await.expect(200), adam.get(LIST).await.expect(200));

    let theirs = plan(&olga, "delete", &[&high, &foreign], "").await;
    let mut form = plan(&olga, "delete", &[&high], "").await.expect(200).fields(BULK);
    let own_form = form.clone();
    form.iter_mut().filter(|it| it.0 == "ids").for_each(|it| it.1 = format!("{high},{foreign}"));
    let forced = olga.send(server.request(Method::POST, BULK).form(&form)).await;
    let nobody = plan(&olga, "resend", &[], "").await;
    let unknown = plan(&olga, "accept", &[&high], "").await;
    let by_contributor = plan(&cora, "delete", &[&high], "").await;
    let skipped = plan(&adam, "delete", &[&high], "").await.expect(200);
    let csrf = hidden_fields(&adam.get("/account").await.text).into_iter().find(|it| it.0 == "csrf").unwrap();
    let mut stolen: Vec<_> = own_form.into_iter().filter(|it| it.0 != "csrf").collect();
    stolen.push(csrf);
    let by_force = adam.send(server.request(Method::POST, BULK).form(&stolen)).await.expect(303);

    for word in ["resend", "delete"] {
        let button = format!("name=\"deed\" value=\"{word}\"");
        assert!(by_owner.text.contains(&button) && !by_admin.text.contains(&button), "{word}");
    }
    assert!(!by_admin.text.contains("class=\"pick\""), "{}", by_admin.text);
    assert_eq!(
        [theirs.status, forced.status, nobody.status, unknown.status, by_contributor.status],
        [404, 404, 400, 404, 403]
    );
    assert!(words(&nobody).contains("Select between 1 and 100 rows"), "{}", nobody.text);
    assert!(words(&skipped).contains("1 of 1 skipped.") && !skipped.text.contains("id=\"submit\""));
    assert_eq!(by_force.header("location"), Some(&*format!("{LIST}?said=several&done=0&skipped=1")));
    assert_eq!((status(&server, &link).await, status(&server, &foreign_link).await), (200, 200));
}
