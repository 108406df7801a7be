//! The pages about roles, and the page of one user.

use doorward::app::accounts::{Secret, SignIn, WayIn};
use doorward::app::users::{self, OnLastHolder};
use reqwest::Method;

use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, Server};

/// The marks of a permission in the matrix, role by role.
fn marks(text: &str, permission: &str) -> Vec<bool> {
    let row = text.split(&format!("<th scope=\"row\"><code>{permission}</code></th>")).nth(1).unwrap();
    let cells = row.split("</tr>").next().unwrap().split("<td>").skip(1);
    cells.map(|cell| cell.contains("<span class=\"hidden\">Yes</span>")).collect()
}

/// S1-38: the breakdown of roles and permissions can be shown, and says what the system's own matrix says.
#[tokio::test]
async fn s1_38_the_role_matrix_shows_which_role_allows_what() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let browser = signed_in(&tenant, "olga").await;

    let page = browser.get("/console/roles/matrix").await.expect(200);

    let roles: Vec<&str> = page
        .text
        .split("<th scope=\"col\"><a href=\"/console/roles/")
        .skip(1)
        .map(|it| it.split('"').next().unwrap())
        .collect();
    assert_eq!(roles, ["owner", "admin", "contributor", "viewer", "viewernosecrets"]);
    for (permission, expected) in [
        ("users:list", [true, true, true, true, true]),
        ("tokens.personal:create", [true, true, true, false, false]),
        ("org.integrations:manage", [true, true, false, false, false]),
        ("org.audit:read", [true, true, false, false, false]),
        ("users:invite", [true, true, false, false, false]),
        ("org.account:manage", [true, false, false, false, false]),
        ("projects:switch", [true, true, true, true, true]),
        ("app.config.parameters:read", [true, true, true, true, true]),
        ("app.config.secrets:read", [true, true, true, true, false]),
        ("app.config.templates:read", [true, true, true, true, true]),
        ("app.config.environments:create", [true, true, true, false, false]),
        ("projects:delete", [true, true, true, false, false]),
        ("app.config.templates:update", [true, true, true, false, false]),
    ] {
        assert_eq!(marks(&page.text, permission), expected, "{permission}");
    }
}

/// S2-4: a role has a name, a description, permissions and a text that says whom it suits.
#[tokio::test]
async fn s2_4_a_role_says_what_it_is_whom_it_suits_and_what_it_allows() {
    let server = Server::start().await;
    let tenant = server.tenant_with("acme", "admin-developer-viewer").await;
    let classic = "Quiet lantern over the harbour, 7";
    let password = Secret::new(classic.to_owned());
    let way_in = WayIn::Password { password, must_change: false };
    tenant.user_with("ada", "admin", SignIn::Password, way_in).await;
    let browser = Browser::new(&server);
    browser.sign_in("ada", classic).await;

    let all = words(&browser.get("/console/roles").await.expect(200));
    let one = browser.get("/console/roles/developer").await.expect(200);
    let picker = words(&browser.get("/console/users/new").await.expect(200));

    let model = doorward::domain::role::RoleModel::preset("admin-developer-viewer").unwrap();
    let escaped = |text: &str| text.replace('\'', "&#39;");
    for role in model.roles() {
        for text in [&role.label, &role.description, &role.best_for] {
            assert!(!text.is_empty() && all.contains(&escaped(text)) && picker.contains(&escaped(text)), "{text}");
        }
    }
    assert!(one.text.contains("<code>app.apps:"), "{}", one.text);
}

/// Who holds a role is listed with the reason.
#[tokio::test]
async fn a_role_lists_its_holders_and_where_each_has_it_from() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let connection = tenant.connection().await;
    let grace = connection.push("grace").await;
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Night <shift>", "members": [{ "value": grace }],
    });
    connection.send(Method::POST, "/Groups", &body).await.expect(201);
    let role = "admin".parse().unwrap();
    doorward::app::connections::map_group(&server.app, &Server::operator(), connection.id, "Night <shift>", &role)
        .await
        .unwrap();
    let browser = signed_in(&tenant, "olga").await;

    let owners = words(&browser.get("/console/roles/owner").await.expect(200));
    let admins = words(&browser.get("/console/roles/admin").await.expect(200));
    let access = words(&browser.get(&format!("/console/users/{grace}/access")).await.expect(200));
    let provisioning = words(&browser.get(&format!("/console/users/{grace}/provisioning")).await.expect(200));

    assert!(owners.contains("olga") && owners.contains("Given by an administrator"), "{owners}");
    assert!(admins.contains("grace") && admins.contains("Group “Night &#60;shift&#62;”"), "{admins}");
    assert!(access.contains("The group Night &#60;shift&#62; gives the role") && access.contains("Counts"), "{access}");
    assert!(access.contains("<code>users:invite</code>") && !access.contains("<code>org.account:manage</code>"));
    assert!(provisioning.contains("the provider under test") && provisioning.contains("00u-grace"), "{provisioning}");
}

#[tokio::test]
async fn the_page_of_a_user_tells_who_did_what_to_it_and_where_it_is_signed_in() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    let browser = signed_in(&tenant, "olga").await;
    signed_in(&tenant, "vera").await;

    let activity = browser.get(&format!("/console/users/{vera}/activity")).await.expect(200);
    let security = browser.get(&format!("/console/users/{vera}/security")).await.expect(200);
    let overview = browser.get(&format!("/console/users/{vera}")).await.expect(200);

    assert!(activity.text.contains(">Created the user</td>") && activity.text.contains(">Signed in</td>"));
    assert!(activity.text.contains("the operator under test"));
    assert!(security.text.contains("<code>127.0.0.1</code>"), "{}", security.text);
    assert!(
        overview.text.contains("<time datetime=\"2027-01-15T08:00:00.000Z\">15 Jan 2027, 08:00 UTC</time>"),
        "{}",
        overview.text
    );
    assert_eq!(browser.get(&format!("/console/users/{vera}/secrets")).await.status, 404);
}

/// A page of the activity goes on where the last one ended.
#[tokio::test]
async fn older_activity_is_on_the_next_page() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let vera = tenant.user("vera", "viewer").await;
    for _ in 0..30 {
        users::deactivate(&server.app, &Server::operator(), vera, OnLastHolder::Refuse).await.unwrap();
        users::activate(&server.app, &Server::operator(), vera).await.unwrap();
    }
    let browser = signed_in(&tenant, "olga").await;

    let first = browser.get(&format!("/console/users/{vera}/activity")).await.expect(200);
    let older =
        first.text.split("class=\"pager\"><a class=\"button\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = browser.get(older).await.expect(200);

    let rows = |text: &str| text.matches("data-head=\"What\"").count();
    assert_eq!((rows(&first.text), rows(&second.text)), (50, 11));
}
