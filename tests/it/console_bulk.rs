//! What the console does to several users at once, and how it comes back to the list.

use doorward::app::accounts::{SignIn, WayIn};
use doorward::app::teams::{self, NewTeam};
use doorward::domain::id::{TeamId, UserId};
use doorward::store::audit;
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Reply, Server, Tenant};

const BULK: &str = "/console/users/bulk";

async fn plan(browser: &Browser<'_>, deed: &str, users: &[UserId], more: &str) -> Reply {
    let ids: String = users.iter().map(|id| format!("&id={id}")).collect();
    browser.get(&format!("{BULK}?deed={deed}{ids}{more}")).await
}

/// Sends the form of a plan as it stands.
async fn apply(browser: &Browser<'_>, plan: &Reply) -> Reply {
    let fields = plan.fields(BULK);
    browser.send(browser.server().request(Method::POST, BULK).form(&fields)).await
}

async fn team(tenant: &Tenant<'_>, name: &str, members: Vec<UserId>) -> TeamId {
    let new = NewTeam { name: name.to_owned(), members, ..NewTeam::default() };
    teams::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id
}

async fn on_team(server: &Server, id: TeamId) -> Vec<String> {
    let team = teams::show(&server.app, &Server::operator(), id).await.unwrap();
    let members = teams::members(&server.app, &Server::operator(), &team).await.unwrap();
    members.into_iter().map(|it| it.user_name).collect()
}

/// S4-10: several users are put on a team at once: the plan names who joins, who is on it already and who cannot.
#[tokio::test]
async fn s4_10_several_users_join_a_team_and_the_others_are_named_with_the_reason() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let (vera, vito) = (tenant.user("vera", "viewer").await, tenant.user("vito", "viewer").await);
    let late = tenant.user_with("late", "viewer", SignIn::Password, WayIn::Link).await;
    let core = team(&tenant, "Core", vec![vito]).await;
    let browser = signed_in(&tenant, "olga").await;
    let all = [vera, vito, late];

    let question = plan(&browser, "team", &all, "").await.expect(200);
    let shown = plan(&browser, "team", &all, &format!("&team={core}")).await.expect(200);
    let before = on_team(&server, core).await;
    let done = apply(&browser, &shown).await.expect(303);

    assert!(words(&question).contains("Core") && question.text.contains("method=\"get\""), "{}", question.text);
    let said = words(&shown);
    assert!(said.contains("2 of 3 skipped.") && said.contains("Add to Team (1)"), "{said}");
    assert!(
        said.contains("On this team already.") && said.contains("Only somebody active is put on a team."),
        "{said}"
    );
    assert_eq!((before, on_team(&server, core).await), (vec!["vito".to_owned()], vec!["vera".into(), "vito".into()]));
    assert_eq!(done.header("location"), Some("/console/users?said=several&done=1&skipped=0"));
}

/// Whoever may not put people on teams is not offered it and is refused; teams and users of others do not exist.
#[tokio::test]
async fn a_team_is_offered_only_to_whoever_may_and_never_one_of_another_organisation() {
    let server = Server::start().await;
    let (tenant, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let foreign = globex.user("gus", "viewer").await;
    let (core, theirs) = (team(&tenant, "Core", vec![]).await, team(&globex, "Theirs", vec![]).await);
    let (owner, viewer) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "vera").await);
    let button = "name=\"deed\" value=\"team\"";

    let offered =
        [&owner, &viewer].map(|it| async { it.get("/console/users").await.expect(200).text.contains(button) });
    let [owner_is, viewer_is] = offered;
    let refused = plan(&viewer, "team", &[vera], &format!("&team={core}")).await;
    let other_team = plan(&owner, "team", &[vera], &format!("&team={theirs}")).await;
    let other_user = plan(&owner, "team", &[vera, foreign], &format!("&team={core}")).await;
    let mut form = plan(&owner, "team", &[vera], &format!("&team={core}")).await.expect(200).fields(BULK);
    form.iter_mut().filter(|it| it.0 == "ids").for_each(|it| it.1 = format!("{vera},{foreign}"));
    let forced = owner.send(server.request(Method::POST, BULK).form(&form)).await;

    assert_eq!((owner_is.await, viewer_is.await), (true, false));
    assert_eq!([refused.status, other_team.status, other_user.status, forced.status], [403, 404, 404, 404]);
    assert!(!refused.text.contains("Core"), "{}", refused.text);
    assert_eq!(on_team(&server, core).await, Vec::<String>::new());
}

/// S4-12: where the role model asks users one by one for a second factor, several are asked at once; elsewhere nobody is
/// offered that.
#[tokio::test]
async fn s4_12_several_users_are_asked_for_a_second_factor_where_the_roles_have_that() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-platform-devops").await;
    let ada = tenant.user("ada", "admin").await;
    let (dina, dora) = (tenant.user("dina", "devops").await, tenant.user("dora", "devops").await);
    let other = server.tenant("globex").await;
    other.user("gina", "owner").await;
    let gus = other.user("gus", "viewer").await;
    let (browser, elsewhere) = (signed_in(&tenant, "ada").await, signed_in(&other, "gina").await);
    let button = "name=\"deed\" value=\"require-mfa\"";
    apply(&browser, &plan(&browser, "require-mfa", &[dora], "").await.expect(200)).await.expect(303);

    let shown = plan(&browser, "require-mfa", &[ada, dina, dora], "").await.expect(200);
    apply(&browser, &shown).await.expect(303);

    let said = words(&shown);
    assert!(said.contains("2 of 3 skipped.") && said.contains("Require MFA (1)"), "{said}");
    assert!(said.contains("A second factor is required of this user already.") && said.contains("This is you."));
    for (id, is_required) in [(ada, false), (dina, true), (dora, true)] {
        let user = server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200).json();
        assert_eq!(user["mfa_required"], is_required, "{user}");
    }
    assert!(browser.get("/console/users").await.text.contains(button));
    assert!(!elsewhere.get("/console/users").await.text.contains(button));
    let refused = plan(&elsewhere, "require-mfa", &[gus], "").await.expect(200);
    assert!(words(&refused).contains("1 of 1 skipped.") && !refused.text.contains("id=\"submit\""));
}

/// S0-24: the activation goes again to those who are still to come and have mail; a letter too many stops one, not all.
#[tokio::test]
async fn s0_24_the_activation_is_sent_again_to_several_and_one_letter_too_many_stops_only_that_one() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let there = tenant.user("vera", "viewer").await;
    let mailed = [tenant.mailed("ivy", "viewer", WayIn::Link).await, tenant.mailed("ina", "viewer", WayIn::Link).await];
    let [ivy, ina] = mailed.map(|it| it.person.user.id);
    let nowhere = tenant.user_with("nils", "viewer", SignIn::Password, WayIn::Link).await;
    server.run_jobs().await;
    let browser = signed_in(&tenant, "olga").await;

    let shown = plan(&browser, "resend-activation", &[ivy, ina, nowhere, there], "").await.expect(200);
    let first = apply(&browser, &shown).await.expect(303);
    let sent = server.run_jobs().await;
    let ids = [ivy];
    for _ in 0..2 {
        apply(&browser, &plan(&browser, "resend-activation", &ids, "").await.expect(200)).await.expect(303);
    }
    server.run_jobs().await;
    let last = apply(&browser, &shown).await.expect(303);
    let again = server.run_jobs().await;

    let said = words(&shown);
    assert!(said.contains("2 of 4 skipped.") && said.contains("The user has no address"), "{said}");
    assert_eq!(first.header("location"), Some("/console/users?said=several&done=2&skipped=0"));
    assert_eq!(last.header("location"), Some("/console/users?said=several&done=1&skipped=1"));
    assert_eq!((sent, again), (2, 1));
}

/// After a deed for several the list has the filter, the order, the columns and the page of before, and leads nowhere else.
#[tokio::test]
async fn the_list_comes_back_with_filter_order_columns_and_page() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    for number in 0..52 {
        tenant.user_with(&format!("u{number:02}"), "viewer", SignIn::Sso, WayIn::Closed).await;
    }
    let browser = signed_in(&tenant, "olga").await;
    let first = browser.get("/console/users?role=viewer&sort=-name&columns=email").await.expect(200);
    let next =
        first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = browser.get(&next).await.expect(200);
    let list =
        second.text.split("name=\"list\" value=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let id: UserId =
        second.text.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let coded: String = url::form_urlencoded::byte_serialize(list.as_bytes()).collect();

    let shown = plan(&browser, "deactivate", &[id], &format!("&list={coded}")).await.expect(200);
    let back = apply(&browser, &shown).await.expect(303).header("location").unwrap().to_owned();
    let page = browser.get(&back).await.expect(200);
    let wrong = plan(&browser, "deactivate", &[id], "&list=https%3A%2F%2Fevil.example%2F&list=sort%3Dx").await;

    assert!(shown.text.contains("role=viewer") && shown.text.contains("cursor="), "{}", shown.text);
    for word in ["role=viewer", "sort=-name", "columns=email", "cursor=", "said=several"] {
        assert!(back.starts_with("/console/users?") && back.contains(word), "{word}: {back}");
    }
    let said = words(&page);
    assert!(said.contains(">u00<") && !said.contains(">u30<") && !said.contains(">u01<"), "{said}");
    assert!(!wrong.text.contains("evil.example"), "{}", wrong.text);
}

/// The users selected are a file of those alone, for whoever may have one, after a proof, and it is recorded.
#[tokio::test]
async fn the_users_selected_are_a_file_of_those_alone() {
    let server = Server::start().await;
    let (tenant, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    tenant.user("olga", "owner").await;
    tenant.user("adam", "admin").await;
    let (vera, vito) = (tenant.user("vera", "viewer").await, tenant.user("vito", "viewer").await);
    let foreign = globex.user("gus", "viewer").await;
    let (owner, admin) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "adam").await);

    let sent = plan(&owner, "export", &[vito, vera], "").await.expect(303).header("location").unwrap().to_owned();
    let file = owner.get(&sent).await.expect(200).text;
    let none = owner.get(&format!("/console/users/export?id={vera}&id={foreign}")).await;
    let refused = admin.get(&sent).await;
    let offered = [&owner, &admin].map(|it| it.get("/console/users"));
    let [to_owner, to_admin] = offered;
    let button = "name=\"deed\" value=\"export\"";

    let names: Vec<_> = file.lines().skip(1).map(|it| it.split(',').next().unwrap()).collect();
    assert_eq!(names, ["vito", "vera"]);
    assert_eq!((none.status, refused.status), (404, 403));
    assert!(to_owner.await.text.contains(button) && !to_admin.await.text.contains(button));
    let rows = audit::newest(server.app.store.reader(), tenant.org, 100).await.unwrap();
    let told: Vec<_> = rows.iter().filter(|row| row.action == "user.exported").map(|row| &*row.changes).collect();
    assert_eq!(told, ["[{\"new\":0,\"path\":\"users\"}]", "[{\"new\":2,\"path\":\"users\"}]"]);
    server.advance(std::time::Duration::from_secs(11 * 60));
    let late = owner.get(&sent).await;
    assert!(late.header("location").is_some_and(|it| it.starts_with("/sign-in/")), "{} {}", late.status, late.text);
}

/// More users than a hundred are refused for every deed, and so is nobody.
#[tokio::test]
async fn a_selection_of_nobody_or_of_too_many_is_refused_for_every_deed() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;
    let many: Vec<UserId> = (0..101).map(|_| UserId::new()).collect();

    for deed in ["deactivate", "team", "export", "group", "resend-activation"] {
        for users in [&many[..], &[]] {
            let refused = plan(&browser, deed, users, "").await;

            assert_eq!(refused.status, 400, "{deed} {}", users.len());
            assert!(words(&refused).contains("Select between 1 and 100 rows"), "{}", refused.text);
        }
    }
    let ids: String = many.iter().map(|id| format!("id={id}&")).collect();
    assert_eq!(browser.get(&format!("/console/users/export?{ids}")).await.status, 400);
}
