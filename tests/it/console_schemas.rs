//! Schemas that an organisation adds to users over SCIM, in the console: who sees them, how they are made, changed and retired.

use reqwest::Method;
use serde_json::{Value, json};

use crate::console_connections::fill_in;
use crate::console_shell::{signed_in, words};
use crate::custom_roles::of_its_own;
use crate::harness::{Browser, Reply, Server};

const LIST: &str = "/console/provisioning/schemas";
const URN: &str = "urn:example:acme:2.0:User";

fn here(rest: &str) -> String {
    format!("{LIST}/{URN}{rest}")
}

async fn make(browser: &Browser<'_>, urn: &str, attribute: &str) -> Reply {
    let new = [("id", Some(urn)), ("schema_name", Some("Acme")), ("name", Some(attribute))];
    fill_in(browser, &format!("{LIST}/new"), &new).await
}

async fn defined(server: &Server) -> Value {
    let path = "/api/v1/organisation/schemas?organisation=acme";
    server.send(server.api(Method::GET, path)).await.expect(200).json()["schemas"].clone()
}

/// UP-06, TE-05: the schemas are for those who may change the organisation, to look at and to change; the organisation next door
/// has none of them.
#[tokio::test]
async fn up_06_te_05_schemas_are_for_those_who_may_change_the_organisation() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("vera", "viewer")] {
        acme.user(name, role).await;
    }
    globex.user("gina", "owner").await;
    let olga = signed_in(&acme, "olga").await;
    assert_eq!(make(&olga, URN, "badge").await.status, 303);
    let pages = ["", "/edit", "/retire", "/new", "/attributes/badge", "/attributes/badge/retire"].map(here);
    for path in &pages {
        olga.get(path).await.expect(200);
    }

    for (browser, status) in [
        (signed_in(&acme, "adam").await, 403),
        (signed_in(&acme, "vera").await, 403),
        (signed_in(&globex, "gina").await, 404),
    ] {
        let home = browser.get("/console").await.expect(200);
        assert_eq!(browser.get(LIST).await.status, if status == 403 { 403 } else { 200 });
        assert!(!browser.get(LIST).await.text.contains(URN));
        for path in &pages {
            assert_eq!(browser.get(path).await.status, status, "GET {path}");
            if path != &pages[0] {
                let fields = [("name", "x"), ("type", "string"), ("mutability", "readWrite"), ("returned", "default")];
                assert_eq!(browser.submit_to(path, &home, &fields).await.status, status, "POST {path}");
            }
        }
    }
    assert_eq!(defined(&server).await.as_array().unwrap().len(), 1);
}

/// What the forms say is what the API and the connections are told; what never changes is not offered, and what is retired is
/// published no more.
#[tokio::test]
async fn a_schema_is_made_changed_and_retired_attribute_by_attribute() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let connection = acme.connection().await;
    let olga = signed_in(&acme, "olga").await;
    assert!(words(&olga.get(LIST).await.expect(200)).contains("There is no schema of your own."));

    assert_eq!(make(&olga, URN, "badge").await.status, 303);
    let site = [
        ("name", Some("sites")),
        ("list", Some("on")),
        ("case_exact", Some("on")),
        ("required", Some("on")),
        ("mutability", Some("immutable")),
        ("returned", Some("request")),
        ("values", Some("Bern\r\n Chur \r\n\r\n")),
    ];
    assert_eq!(fill_in(&olga, &here("/new"), &site).await.status, 303);
    let badge = [("unique", Some("on")), ("description", Some("The <badge>"))];
    assert_eq!(fill_in(&olga, &here("/attributes/badge"), &badge).await.status, 303);
    assert_eq!(fill_in(&olga, &here("/attributes/sites"), &[("description", Some("Where"))]).await.status, 303);
    assert_eq!(fill_in(&olga, &here("/edit"), &[("schema_name", Some("Acme & Co"))]).await.status, 303);

    let all = defined(&server).await;
    assert_eq!((&all[0]["id"], &all[0]["name"]), (&json!(URN), &json!("Acme & Co")));
    let [badge, sites] = [0_usize, 1].map(|nth| all[0]["attributes"][nth].clone());
    assert_eq!((&badge["uniqueness"], &badge["description"]), (&json!("server"), &json!("The <badge>")));
    assert_eq!((&badge["caseExact"], &badge["mutability"]), (&json!(false), &json!("readWrite")));
    assert_eq!((&sites["multiValued"], &sites["required"]), (&json!(true), &json!(true)));
    assert_eq!((&sites["caseExact"], &sites["description"]), (&json!(true), &json!("Where")));
    assert_eq!((&sites["mutability"], &sites["returned"]), (&json!("immutable"), &json!("request")));
    assert_eq!(sites["canonicalValues"], json!(["Bern", "Chur"]));
    let page = olga.get(&here("")).await.expect(200);
    assert!(page.text.contains("The &#60;badge&#62;") && !page.text.contains("<badge>"), "{}", page.text);
    assert!(words(&page).contains("Nobody else of the organisation may have the same value"), "{}", words(&page));
    let form = olga.get(&here("/attributes/sites")).await.expect(200);
    assert!(!form.text.contains("name=\"type\"") && !form.text.contains("name=\"list\""), "{}", form.text);
    assert_eq!(
        connection.get(&format!("/Schemas/{URN}")).await.expect(200).json()["attributes"].as_array().unwrap().len(),
        2
    );

    assert_eq!(fill_in(&olga, &here("/attributes/badge/retire"), &[]).await.status, 303);
    assert_eq!(defined(&server).await[0]["attributes"].as_array().unwrap().len(), 1);
    let last = olga.get(&here("/attributes/sites/retire")).await.expect(200);
    assert!(words(&last).contains("It is the only attribute of the schema.") && !last.text.contains("id=\"submit\""));
    assert_eq!(fill_in(&olga, &here("/retire"), &[]).await.status, 303);
    assert_eq!(defined(&server).await, json!([]));
    connection.get(&format!("/Schemas/{URN}")).await.expect(404);
}

/// What the API refuses is refused here, with a sentence in the language of the reader and everything that was typed; nothing is
/// written.
#[tokio::test]
async fn what_cannot_be_a_schema_is_refused_in_words_and_what_was_typed_stays() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let olga = signed_in(&acme, "olga").await;

    for (urn, attribute, sentence) in [
        ("acme", "badge", "Write a URN such as"),
        ("urn:ietf:x:y", "badge", "This URN begins with the name of somebody else."),
        (URN, "1st", "Begin the name of the attribute with a letter"),
        (URN, "Members", "SCIM uses this name itself."),
    ] {
        let refused = make(&olga, urn, attribute).await;
        assert_eq!(refused.status, 400);
        assert!(words(&refused).contains(sentence), "{}", words(&refused));
        assert!(
            refused.text.contains(&format!("value=\"{urn}\""))
                && refused.text.contains(&format!("value=\"{attribute}\""))
        );
    }
    assert_eq!(make(&olga, URN, "badge").await.status, 303);
    let twice = fill_in(&olga, &here("/new"), &[("name", Some("BADGE"))]).await;
    assert_eq!((twice.status, words(&twice).contains("Another attribute of the schema has this name.")), (400, true));
    let number = [("name", Some("level")), ("type", Some("integer")), ("unique", Some("on"))];
    let unique = fill_in(&olga, &here("/new"), &number).await;
    assert_eq!((unique.status, words(&unique).contains("Only a text or an address")), (400, true));
    let nobody = [("required", Some("on")), ("mutability", Some("readOnly"))];
    let nobody = fill_in(&olga, &here("/attributes/badge"), &nobody).await;
    assert_eq!((nobody.status, words(&nobody).contains("Nobody could have it")), (400, true));
    assert_eq!(defined(&server).await[0]["attributes"].as_array().unwrap().len(), 1);

    assert_eq!(fill_in(&olga, &here("/retire"), &[]).await.status, 303);
    let again = [("id", Some(URN)), ("schema_name", Some("Acme")), ("name", Some("badge")), ("type", Some("boolean"))];
    let again = fill_in(&olga, &format!("{LIST}/new"), &again).await;
    assert_eq!((again.status, words(&again).contains("has been of another type before")), (400, true));
}

/// Two people who change the same attribute at once: what one left alone stays as the other has made it, and what both changed
/// is asked about.
#[tokio::test]
async fn what_two_people_change_of_an_attribute_at_once_is_not_lost() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    acme.user("otto", "owner").await;
    let (olga, otto) = (signed_in(&acme, "olga").await, signed_in(&acme, "otto").await);
    assert_eq!(make(&olga, URN, "badge").await.status, 303);
    let path = here("/attributes/badge");
    let (opened, first) = (otto.get(&path).await.expect(200), [("description", Some("One")), ("unique", Some("on"))]);
    assert_eq!(fill_in(&olga, &path, &first).await.status, 303);

    let both = otto.fill_in(&opened, &path, &[("description", Some("Two"))]).await;
    let other = otto.fill_in(&opened, &path, &[("returned", Some("always"))]).await;

    assert_eq!((both.status, words(&both).contains("One")), (412, true), "{}", words(&both));
    assert_eq!(other.status, 303);
    let badge = defined(&server).await[0]["attributes"][0].clone();
    assert_eq!(
        (&badge["description"], &badge["uniqueness"], &badge["returned"]),
        (&json!("One"), &json!("server"), &json!("always"))
    );

    let edit = here("/edit");
    let opened = otto.get(&edit).await.expect(200);
    assert_eq!(fill_in(&olga, &edit, &[("schema_name", Some("Acme One"))]).await.status, 303);
    let both = otto.fill_in(&opened, &edit, &[("schema_name", Some("Acme Two"))]).await;
    assert_eq!((both.status, words(&both).contains("Acme One")), (412, true), "{}", words(&both));
    assert_eq!(defined(&server).await[0]["name"], "Acme One");
}

/// Who may change the organisation and manages no connection is led to no other part of provisioning, and where there are as many
/// schemas as there may be, no form is offered for another one.
#[tokio::test]
async fn the_list_of_schemas_offers_what_can_be_done() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    of_its_own(&server, "Bursar", &["org.account:manage"]).await;
    acme.user("kim", "bursar").await;
    let (olga, kim) = (signed_in(&acme, "olga").await, signed_in(&acme, "kim").await);
    let journal = "href=\"/console/provisioning/journal\"";

    assert_eq!(make(&kim, URN, "badge").await.status, 303);
    assert!(!kim.get(LIST).await.expect(200).text.contains(journal));
    assert!(olga.get(LIST).await.expect(200).text.contains(journal));

    for nth in 3..=6 {
        assert!(olga.get(LIST).await.expect(200).text.contains("id=\"new-schema\""));
        assert_eq!(make(&olga, &format!("urn:example:acme:{nth}.0:User"), "badge").await.status, 303);
    }
    assert!(!olga.get(LIST).await.expect(200).text.contains("id=\"new-schema\""));
    server.run_jobs().await;
}
