//! The command line as a script sees it: the real binary, its exit code, its standard output and error.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use doorward::app::rehearse::{self, EntraManner, OktaManner, Provider, Script};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::role::RoleModel;
use doorward::domain::secret::Secret;
use doorward::store::Store;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{OPERATOR_TOKEN, Server, database};

const PASSWORD: &str = "quiet lantern over the harbour";

/// An instance that only commands work on.
struct Instance {
    dir: TempDir,
    database_url: String,
}

/// What a command answered.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Instance {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let database_url = database::fresh(dir.path());
        std::fs::write(dir.path().join("master.key"), "5a".repeat(32)).unwrap();
        Self { dir, database_url }
    }

    fn with_organisation() -> Self {
        let instance = Self::new();
        instance.json(&["org", "create", "--slug", "acme", "--name", "Acme"]);
        instance
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorward"));
        command
            .args(arguments)
            .env_clear()
            .env("DOORWARD_DATA_DIR", self.dir.path())
            .env("DOORWARD_DATABASE_URL", &self.database_url)
            .current_dir(self.dir.path());
        command
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Said {
        let piped = || Stdio::piped();
        let mut child = self.command(arguments).stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
    }

    /// Runs a command that must be done, and reads its document.
    #[track_caller]
    fn json_with(&self, arguments: &[&str], stdin: &str) -> Value {
        let said = self.run(&[arguments, &["--json"]].concat(), stdin);
        assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
        serde_json::from_str(&said.out).unwrap()
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        self.json_with(arguments, "")
    }

    /// Runs a command that must be refused, and answers the sentence.
    #[track_caller]
    fn refused(&self, arguments: &[&str], stdin: &str) -> String {
        let said = self.run(arguments, stdin);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{arguments:?}");
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        said.err
    }

    #[track_caller]
    fn user(&self, name: &str, more: &[&str]) -> Value {
        let named = ["user", "create", "--org", "acme", "--user-name", name, "--display-name", name];
        self.json_with(&[&named, more, &["--password-stdin"]].concat(), &format!("{PASSWORD}\n"))
    }
}

#[test]
fn s4_2_the_first_user_of_an_organisation_gets_the_role_of_first_users_in_every_preset() {
    let instance = Instance::new();

    for preset in RoleModel::PRESETS {
        instance.json(&["org", "create", "--slug", preset, "--name", preset, "--role-model", preset]);
        let create = |name| {
            let named = ["user", "create", "--org", preset, "--user-name", name, "--display-name", name];
            instance.json(&[&named[..], &["--sso", "off", "--activation", "none"]].concat())
        };
        let (first, second) = (create("ann"), create("bob"));

        let model = RoleModel::preset(preset).unwrap();
        assert_eq!(first["role"], model.first_user_role().as_str(), "{preset}");
        assert_eq!(second["role"], model.default_role().as_str(), "{preset}");
    }
}

#[test]
fn a_refusal_is_one_sentence_and_a_wrong_call_is_another_exit_code() {
    let instance = Instance::with_organisation();

    let refusal = instance.refused(&["org", "create", "--slug", "acme", "--name", "Again"], "");
    let wrong = instance.run(&["org", "create", "--slug", "other"], "");

    assert_eq!(refusal, "doorward: another organisation has this short name already\n");
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
}

#[test]
fn a_password_from_standard_input_is_permanent_unless_it_must_be_changed() {
    let instance = Instance::with_organisation();

    let permanent = instance.user("ann", &[]);
    let temporary = instance.user("bob", &["--must-change"]);

    assert_eq!((&permanent["status"], &temporary["status"]), (&json!("active"), &json!("pending")));
    assert!(!permanent.to_string().contains(PASSWORD));
}

#[test]
fn a_weak_password_is_refused_with_the_reason_and_makes_nobody() {
    let instance = Instance::with_organisation();
    let ann = ["user", "create", "--org", "acme", "--user-name", "ann", "--display-name", "Ann", "--password-stdin"];

    let refusal = instance.refused(&ann, "short\n");

    assert!(refusal.contains("use at least 15 characters"), "{refusal}");
    assert_eq!(instance.json(&["user", "list", "--org", "acme"]), json!([]));
}

#[test]
fn a_user_with_sso_has_no_password_to_set() {
    let instance = Instance::with_organisation();
    let ann = ["--org", "acme", "--user-name", "ann"];
    instance.json(&[&["user", "create", "--display-name", "Ann", "--sso", "on"], &ann[..]].concat());

    let refusal = instance.refused(&[&["user", "set-password", "--password-stdin"], &ann[..]].concat(), PASSWORD);

    assert!(refusal.contains("signs in through the identity provider"), "{refusal}");
}

#[test]
fn a_file_that_others_wrote_over_the_master_key_is_noticed_before_anything_is_changed() {
    let instance = Instance::with_organisation();
    std::fs::write(instance.dir.path().join("master.key"), "6b".repeat(32)).unwrap();

    let refusal = instance.refused(&["org", "create", "--slug", "other", "--name", "Other"], "");

    assert!(refusal.contains("does not hold the key that this database was made with"), "{refusal}");
}

/// Deleting takes the short name twice, and until the time is over it is taken back.
#[test]
fn an_organisation_is_deleted_by_its_name_said_twice_and_restored() {
    let instance = Instance::with_organisation();

    let unmeant = instance.refused(&["org", "delete", "acme", "--confirm", "acne"], "");
    let too_long = instance.refused(&["org", "delete", "acme", "--confirm", "acme", "--grace-days", "91"], "");
    let deleted = instance.json(&["org", "delete", "acme", "--confirm", "acme"]);
    let listed = instance.json(&["org", "list"]);
    let resumed = instance.refused(&["org", "resume", "acme"], "");
    let restored = instance.json(&["org", "restore", "acme"]);

    assert!(unmeant.contains("write acme again"), "{unmeant}");
    assert!(too_long.contains("grace_days: write a number from 0 to 90"), "{too_long}");
    assert_eq!((&deleted["status"], &listed[0]), (&json!("deleting"), &deleted));
    assert!(deleted["delete_at"].is_string(), "{deleted}");
    assert!(resumed.contains("restore it first"), "{resumed}");
    assert_eq!((&restored["status"], restored.get("delete_at")), (&json!("active"), None));
}

/// C18: an identity provider manages protected roles only where somebody outside it can come back.
#[test]
fn c18_protected_roles_are_given_to_a_connection_only_beside_a_local_holder() {
    let instance = Instance::with_organisation();
    let create = ["connection", "create", "--org", "acme", "--kind", "okta", "--name", "Okta", "--protected-roles"];

    let refusal = instance.refused(&create, "");
    instance.user("ann", &["--role", "owner"]);
    let made = instance.json(&create);

    assert!(refusal.contains("somebody outside it"), "{refusal}");
    assert!(made["token"].as_str().unwrap().starts_with("dwscim_"));
}

/// What would be read by some connections and not by others is refused, with what to write.
#[test]
fn parameters_of_an_embedded_database_are_refused() {
    let instance = Instance::with_organisation();

    let refusal = instance.refused(&["--database-url", "sqlite:doorward.db?mode=rwc", "org", "list"], "");

    assert!(refusal.contains("write sqlite:PATH without parameters"), "{refusal}");
}

#[test]
fn a_connection_without_protected_roles_maps_no_group_to_one() {
    let instance = Instance::with_organisation();
    let made = instance.json(&["connection", "create", "--org", "acme", "--kind", "okta", "--name", "Okta"]);
    let map = |role| ["connection", "map", "--id", made["id"].as_str().unwrap(), "--group", "Staff", "--role", role];

    let refusal = instance.refused(&map("owner"), "");
    let mapped = instance.json(&map("admin"));
    let unmap = ["connection", "unmap", "--id", made["id"].as_str().unwrap(), "--group", "STAFF", "--role", "admin"];
    let unmapped = instance.json(&unmap);
    let again = instance.refused(&unmap, "");

    assert_eq!(unmapped["status"], "unmapped");
    assert!(again.contains("there is no such role of this group"), "{again}");
    assert!(refusal.contains("owner is a protected role"), "{refusal}");
    assert_eq!(mapped["is_waiting"], true);
}

#[test]
fn a_token_that_was_revoked_is_gone_from_the_list_and_no_token_is_shown_twice() {
    let instance = Instance::with_organisation();
    let made = instance.json(&["connection", "create", "--org", "acme", "--kind", "entra", "--name", "Entra"]);
    let (id, first) = (made["id"].as_str().unwrap(), made["token_id"].as_str().unwrap());

    let second = instance.json(&["connection", "token", "add", "--id", id]);
    instance.json(&["connection", "token", "revoke", "--id", id, "--token", first]);
    let left = instance.json(&["connection", "token", "list", "--id", id]);

    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["token_id"], second["token_id"]);
    assert!(!left.to_string().contains(second["token"].as_str().unwrap()));
}

#[test]
fn differences_are_asked_for_by_the_words_of_the_api() {
    let instance = Instance::with_organisation();
    let made = instance.json(&["connection", "create", "--org", "acme", "--kind", "okta", "--name", "Okta"]);
    let drift = |kind| ["connection", "drift", "--id", made["id"].as_str().unwrap(), "--kind", kind];

    for kind in ["kept", "shut_out", "roles", "groups", "unmentioned"] {
        assert_eq!(instance.json(&drift(kind)), json!([]), "{kind}");
    }
    let other = instance.run(&drift("everything"), "");

    assert!(other.code != Some(0) && other.err.contains("write kept, shut_out, roles"), "{}", other.err);
}

#[test]
fn the_words_that_prove_two_factors_at_a_connection_are_said_and_said_anew() {
    let instance = Instance::with_organisation();
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let run = |line: String| instance.json(&words(&line).iter().map(String::as_str).collect::<Vec<_>>());
    let provider = "--issuer https://id.example --client-id us";

    let made = run(format!(
        "connection create --org acme --kind entra --name Entra {provider} --mfa-acr c1 --mfa-acr c2 --no-mfa-amr"
    ));
    let id = made["id"].as_str().unwrap();
    let shown = run(format!("connection show --id {id}"));
    let anew = run(format!("connection sign-in --id {id} {provider} --mfa-amr hwk"));
    let same = run(format!("connection sign-in --id {id} {provider}"));
    let both = format!("connection sign-in --id {id} {provider} --mfa-amr hwk --no-mfa-amr");
    let both = instance.run(&words(&both).iter().map(String::as_str).collect::<Vec<_>>(), "");
    let long = format!("connection sign-in --id {id} {provider} --mfa-amr {}", "x".repeat(33));
    let long = instance.refused(&words(&long).iter().map(String::as_str).collect::<Vec<_>>(), "");

    assert_eq!((&shown["mfa_amr"], &shown["mfa_acr"]), (&json!([]), &json!(["c1", "c2"])));
    for kept in [anew, same] {
        assert_eq!((&kept["mfa_amr"], &kept["mfa_acr"]), (&json!(["hwk"]), &json!(["c1", "c2"])));
    }
    assert!(both.err.contains("cannot be used with"), "{}", both.err);
    assert!(long.contains("mfa_amr: name at most 16 values, each of 1 to 32 printable ASCII characters"), "{long}");
}

#[test]
fn a_connection_with_an_issuer_says_what_the_provider_must_know_and_the_check_whether_it_answers() {
    let instance = Instance::with_organisation();
    let created = instance.json_with(
        &[
            "connection",
            "create",
            "--org",
            "acme",
            "--kind",
            "entra",
            "--name",
            "Entra",
            "--issuer",
            "http://127.0.0.1:9",
            "--client-id",
            "us",
            "--client-secret-stdin",
            "--jit",
            "--link-by-email",
            "--mfa",
            "trust-idp",
            "--domain",
            "ACME.example",
        ],
        "a secret",
    );
    let id = created["id"].as_str().unwrap();

    let shown = instance.json(&["connection", "show", "--id", id]);
    let checked = instance.run(&["check", "--json"], "");
    let wrong = instance.refused(
        &"connection create --org acme --kind okta --name Okta --issuer https://idp.example --client-id us --domain acme.example"
            .split(' ')
            .collect::<Vec<_>>(),
        "",
    );

    let sign_in = [
        "connection",
        "sign-in",
        "--id",
        id,
        "--issuer",
        "https://idp.example",
        "--client-id",
        "we",
        "--mfa",
        "trust-idp",
        "--domain",
        "other.example",
    ];
    let without_secret = instance.refused(&sign_in, "");
    let changed = instance.json_with(&[&sign_in[..], &["--client-secret-stdin"]].concat(), "another secret");
    let after = instance.json(&["connection", "show", "--id", id]);

    assert_eq!((&changed["issuer"], &changed["mfa"]), (&json!("https://idp.example"), &json!("trust_idp")));
    assert_eq!((&after["jit"], &after["domains"]), (&json!(false), &json!(["other.example"])));
    let callback = format!("http://127.0.0.1:8080/sso/{id}/callback");
    assert_eq!((&created["redirect_uri"], &shown["redirect_uri"]), (&json!(callback), &json!(callback)));
    assert_eq!(
        (&shown["jit"], &shown["mfa"], &shown["domains"]),
        (&json!(true), &json!("trust_idp"), &json!(["acme.example"]))
    );
    assert_eq!((&shown["link_by_email"], &after["link_by_email"]), (&json!(true), &json!(false)));
    assert!(without_secret.contains("belongs to another issuer"), "{without_secret}");
    assert_eq!((&shown["client_id"], &after["client_id"]), (&json!("us"), &json!("we")));
    assert!(!shown.to_string().contains("a secret") && !created.to_string().contains("a secret"));
    assert!(checked.out.contains("nobody can sign in there"), "{}", checked.out);
    assert!(wrong.contains("leads to another connection already"), "{wrong}");
}

#[test]
fn an_erased_person_is_named_nowhere_and_the_deed_stays_on_record() {
    let instance = Instance::with_organisation();
    instance.user("ann", &[]);
    let gone = instance.user("bob-the-erased", &["--email", "bob-the-erased@acme.example"]);
    let bob = ["--org", "acme", "--user-name", "bob-the-erased"];

    instance.json(&[&["user", "deactivate"], &bob[..]].concat());
    instance.json(&[&["user", "erase"], &bob[..]].concat());

    let audit = instance.rows("SELECT action, target_id, target_label || changes FROM audit ORDER BY id");
    let of_bob: Vec<_> = audit.iter().filter(|row| row.1 == gone["id"].as_str().unwrap()).collect();
    let actions: Vec<&str> = of_bob.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(actions, ["user.created", "user.deactivated", "user.erased"]);
    assert!(audit.iter().all(|row| !row.2.contains("bob-the-erased")), "{audit:?}");
}

#[test]
fn fsck_finds_nothing_in_a_sound_directory_and_lists_what_hangs_in_the_air() {
    let instance = Instance::with_organisation();
    instance.user("ann", &[]);

    let sound = instance.json(&["fsck"]);
    instance.execute("UPDATE users SET sign_in = 'sso'");
    let shut = instance.json(&["fsck"]);
    instance.execute("DELETE FROM users");
    let broken = instance.run(&["fsck", "--json"], "");

    assert_eq!(sound, json!({ "broken": [], "notices": [] }));
    assert_eq!(shut["broken"], json!([]));
    assert_eq!(shut["notices"][0]["rule"], "somebody who could sign in holds a protected role");
    assert_eq!(broken.code, Some(1), "{}", broken.err);
    let broken: Value = serde_json::from_str(&broken.out).unwrap();
    let rules: Vec<&str> = broken["broken"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert!(rules.contains(&"a grant is to a user") && rules.contains(&"a password is of a user"), "{rules:?}");
    assert!(rules.contains(&"an organisation keeps a holder of a protected role"), "{rules:?}");
}

/// Every table of an organisation gets a row that refers to nothing, and every rule about such rows finds one.
#[test]
fn fsck_finds_a_row_that_hangs_in_the_air_in_every_table() {
    let instance = Instance::with_organisation();
    let (columns, value): (_, fn(&str) -> &str) = if instance.database_url.starts_with("sqlite") {
        let columns = "SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                       WHERE m.type = 'table' ORDER BY m.name";
        (columns, |kind| match kind {
            "BLOB" => "randomblob(16)",
            "TEXT" => "'x'",
            _ => "0",
        })
    } else {
        let columns = "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
                       WHERE table_schema = current_schema() ORDER BY table_name";
        (columns, |kind| match kind {
            "uuid" => "gen_random_uuid()",
            "bytea" => "'\\x01'",
            "text" => "'x'",
            "boolean" => "false",
            "jsonb" => "'{}'",
            _ => "0",
        })
    };
    let rows = instance.rows(columns);
    for table in rows.chunk_by(|one, next| one.0 == next.0).filter(|it| it.iter().any(|row| row.1 == "org_id")) {
        let names: Vec<&str> = table.iter().map(|row| row.1.as_str()).collect();
        let of = |row: &(String, String, String)| match row.1.as_str() {
            "org_id" => "(SELECT id FROM organisations)".to_owned(),
            _ => value(&row.2).to_owned(),
        };
        let values: Vec<String> = table.iter().map(of).collect();
        instance.execute(&format!("INSERT INTO {} ({}) VALUES ({})", table[0].0, names.join(", "), values.join(", ")));
    }
    let found = |instance: &Instance| {
        let said: Value = serde_json::from_str(&instance.run(&["fsck", "--json"], "").out).unwrap();
        let rules = said["broken"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap().to_owned());
        rules.collect::<BTreeSet<_>>()
    };

    let mut rules = found(&instance);
    instance.execute("DELETE FROM organisations");
    rules.extend(found(&instance));

    insta::assert_snapshot!(Vec::from_iter(rules).join("\n"));
}

#[test]
fn a_new_secret_of_an_application_is_another_one_and_a_public_application_has_none() {
    let instance = Instance::with_organisation();
    let create = ["client", "create", "--org", "acme", "--name", "Wiki", "--redirect-uri", "http://localhost:9/cb"];

    let made = instance.json(&create);
    let rotated = instance.json(&["client", "rotate-secret", made["client_id"].as_str().unwrap()]);
    let public = instance.json(&[&create[..], &["--auth-method", "none"]].concat());

    assert_ne!(made["client_secret"], rotated["client_secret"]);
    assert_eq!(public.get("client_secret"), None);
    let listed = instance.json(&["client", "list", "--org", "acme"]).to_string();
    assert!(!listed.contains(rotated["client_secret"].as_str().unwrap()));
}

#[test]
fn the_table_of_routes_names_a_caller_for_each() {
    let routes = Instance::new().json(&["check", "--routes"]);

    let callers =
        ["open", "attempt", "session", "recent", "scim", "me", "provider", "token", "client", "api", "decision"];
    assert!(routes.as_array().unwrap().len() > 20);
    assert!(routes.as_array().unwrap().iter().all(|it| callers.contains(&it["access"].as_str().unwrap())), "{routes}");
}

#[tokio::test]
async fn a_rehearsed_okta_passes_twice_and_a_group_that_was_mapped_before_gives_its_role() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection().await;
    let role = "contributor".parse().unwrap();
    let operator = Server::operator();
    doorward::app::connections::map_group(&server.app, &operator, connection.id, "Support", &role).await.unwrap();
    let play = || Script {
        url: format!("{}/scim/v2", server.url).parse().unwrap(),
        token: Secret::new(connection.token.clone()),
        users: 8,
        groups: 2,
        deactivate: 1,
        seed: 3,
        life: false,
    };
    let okta = Provider::Okta(OktaManner::Catalogue);

    let first = rehearse::play(okta, &play(), None).await.unwrap();
    let second = rehearse::play(okta, &play(), None).await.unwrap();

    for report in [&first, &second] {
        let problems: Vec<_> = report.steps.iter().filter(|step| step.problem.is_some()).collect();
        assert!(problems.is_empty(), "{problems:?}");
    }
    assert_eq!(
        first.people.iter().map(|it| &it.id).collect::<Vec<_>>(),
        second.people.iter().map(|it| &it.id).collect::<Vec<_>>()
    );
    let people = doorward::app::users::list(&server.app, &operator, tenant.org).await.unwrap();
    let contributors = people.iter().filter(|it| it.effective.role.as_ref() == Some(&role)).count();
    let in_support = first.people.iter().filter(|it| it.groups.iter().any(|group| group == "Support")).count();
    assert_eq!((contributors, people.iter().filter(|it| !it.user.is_active()).count()), (in_support, 1));
}

#[tokio::test]
async fn a_rehearsal_with_a_wrong_token_stops_at_the_first_request() {
    let server = Server::start().await;
    let url = format!("{}/scim/v2", server.url).parse().unwrap();
    let token = Secret::new("wrong".to_owned());

    let script = Script { url, token, users: 3, groups: 1, deactivate: 0, seed: 1, life: true };
    for provider in [Provider::Okta(OktaManner::Catalogue), Provider::Entra(EntraManner::Plain)] {
        let report = rehearse::play(provider, &script, None).await.unwrap();

        assert_eq!((report.steps.len(), report.failed(), report.steps[0].status), (1, 1, Some(401)));
    }
}

/// Both manners of Okta and of Entra, through whole lives, a second time over what the first left, and all four at the same
/// organisation one after the other.
#[tokio::test]
async fn every_manner_of_both_providers_lives_through_everything_twice() {
    let server = Server::start().await;
    let manners = [
        (Kind::Okta, Provider::Okta(OktaManner::Catalogue)),
        (Kind::Okta, Provider::Okta(OktaManner::Wizard)),
        (Kind::Entra, Provider::Entra(EntraManner::Plain)),
        (Kind::Entra, Provider::Entra(EntraManner::Flagged)),
    ];
    for (number, (kind, provider)) in manners.into_iter().enumerate() {
        let tenant = server.tenant(&format!("org-{number}")).await;
        let connection = tenant.connection_with(kind, Settings::default()).await;
        let script = Script {
            url: format!("{}/scim/v2", server.url).parse().unwrap(),
            token: Secret::new(connection.token.clone()),
            users: 6,
            groups: 2,
            deactivate: 1,
            seed: 3,
            life: true,
        };
        let mut sent = Vec::new();
        for _ in 0..2 {
            let report = rehearse::play(provider, &script, None).await.unwrap();
            let problems: Vec<_> = report.steps.iter().filter(|step| step.problem.is_some()).collect();
            assert!(problems.is_empty(), "{provider:?}: {problems:#?}");
            assert_eq!((report.people.len(), report.groups.len()), (6, 2), "{provider:?}");
            sent = report.steps;
        }
        let has = |method: &str| sent.iter().any(|step| step.method == method && step.path.starts_with("/Users/"));
        match provider {
            Provider::Okta(OktaManner::Catalogue) => assert!(has("PUT") && has("PATCH") && !has("DELETE")),
            Provider::Okta(OktaManner::Wizard) => assert!(sent.iter().all(|step| step.method != "PATCH")),
            Provider::Entra(_) => assert!(!has("PUT") && has("PATCH") && has("DELETE")),
        }
        let is_flagged = provider == Provider::Entra(EntraManner::Flagged);
        assert!(sent.iter().all(|step| step.path.contains("aadOptscim062020") == is_flagged), "{provider:?}");
    }
}

#[test]
fn the_demonstration_tells_what_to_open_serves_it_and_leaves_nothing_behind() {
    let temporary = TempDir::new().unwrap();
    let instance = Instance::new();
    let mut demo = instance.command(&["demo", "--json"]);
    let mut demo = demo.env("TMPDIR", temporary.path()).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(demo.stdout.take().unwrap());
    let mut line = String::new();

    out.read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let page = get(told["sample_url"].as_str().unwrap());
    let ended = Command::new("kill").arg(demo.id().to_string()).status().unwrap();

    assert!(ended.success() && demo.wait().unwrap().success());
    assert_eq!((&told["pushed_people"], &told["requests_failed"]), (&json!(25), &json!(0)));
    assert!(page.contains("Sample application"), "{page}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn the_demonstration_listens_where_it_is_told_to_and_says_so_where_it_cannot() {
    let (temporary, instance) = (TempDir::new().unwrap(), Instance::new());
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let demo = || {
        let mut demo = instance.command(&["demo", "--json", "--listen", &address]);
        demo.env("TMPDIR", temporary.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        demo.spawn().unwrap()
    };

    let refused = demo().wait_with_output().unwrap();
    drop(taken);
    let mut running = demo();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(Command::new("kill").arg(running.id().to_string()).status().unwrap().success());
    running.wait().unwrap();

    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("choose another with --listen"), "{said}");
    assert!(line.contains(&format!("http://{address}")), "{line}");
}

/// AU-18: the address to set up is printed by an instance without an organisation, another one at each start.
#[test]
fn au_18_only_an_instance_without_an_organisation_prints_an_address_to_set_it_up() {
    let instance = Instance::new();
    instance.json(&["migrate"]);
    let printed = || {
        let (mut serve, _out, banner) = served(&instance, |_| ());
        serve.kill().unwrap();
        serve.wait().unwrap();
        banner["setup_url"].clone()
    };

    let (first, second) = (printed(), printed());
    instance.json(&["org", "create", "--slug", "acme", "--name", "Acme"]);
    let after = printed();

    let is_address = |it: &Value| it.as_str().is_some_and(|url| url.contains("/setup/dwln_"));
    assert!(is_address(&first) && is_address(&second), "{first} {second}");
    assert_ne!(first, second);
    assert_eq!(after, Value::Null);
}

/// A server at a port that the system chooses: the process, what it prints after its banner, and its banner.
fn served(instance: &Instance, with: impl FnOnce(&mut Command)) -> (Child, BufReader<ChildStdout>, Value) {
    let mut serve = instance.command(&["serve", "--migrate", "--json", "--listen", "127.0.0.1:0"]);
    with(&mut serve);
    let mut serve = serve.env("DOORWARD_LOG", "error").stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(serve.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    (serve, out, serde_json::from_str(&line).unwrap())
}

/// OU-05: the metrics have a listener of their own, which is there where the settings name one and ends with the server.
#[test]
fn ou_05_the_metrics_are_told_at_an_address_that_the_settings_name() {
    let instance = Instance::new();
    let (mut serve, _out, said) = served(&instance, |it| {
        it.args(["--metrics-listen", "127.0.0.1:0"]);
    });
    let (public, told_at) = (said["url"].as_str().unwrap(), said["metrics"].as_str().unwrap());
    let at = told_at.strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap();
    let hidden = get(&format!("{public}/metrics"));
    let told = get(told_at);
    let ended = Command::new("kill").arg(serve.id().to_string()).status().unwrap();

    assert!(ended.success() && serve.wait().unwrap().success());
    assert!(hidden.starts_with("HTTP/1.1 404"), "{hidden}");
    assert!(told.starts_with("HTTP/1.1 200") && told.contains("\ndoorward_database_up 1\n"), "{told}");
    assert!(std::net::TcpStream::connect(at).is_err(), "it goes on listening");
}

/// The next line of a server that tells of a record.
fn next_record(out: &mut impl std::io::BufRead) -> Value {
    loop {
        let mut line = String::new();
        assert!(out.read_line(&mut line).unwrap() > 0, "the output has ended");
        let line: Value = serde_json::from_str(&line).unwrap();
        if line["type"] == "audit.record" {
            return line;
        }
    }
}

/// A container prints what is recorded in every organisation that the operator says, a record a line. Where whoever reads has gone the
/// stream has failed, and the server has not.
#[test]
fn the_server_prints_a_record_a_line_and_survives_whoever_read_them() {
    let instance = Instance::with_organisation();
    instance.json(&["org", "create", "--slug", "globex", "--name", "Globex"]);
    let allowed = |arguments: &[&str]| {
        let done = instance.command(&[arguments, &["--json"]].concat()).env("DOORWARD_AUDIT_STDOUT", "true").output();
        done.unwrap()
    };
    let stream = |org| {
        let made = allowed(&["audit", "stream", "add", "--org", org, "--name", "container", "--kind", "stdout"]);
        serde_json::from_slice::<Value>(&made.stdout).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let forbidden = instance.refused(&["audit", "stream", "add", "--name", "container", "--kind", "stdout"], "");
    let (acme, globex) = (stream("acme"), stream("globex"));
    let elsewhere = allowed(&["audit", "stream", "test", &acme]);
    std::fs::write(instance.dir.path().join("operator.token"), OPERATOR_TOKEN).unwrap();
    let (mut serve, mut out, banner) = served(&instance, |it| {
        it.env("DOORWARD_AUDIT_STDOUT", "true").env("DOORWARD_OPERATOR_TOKEN_FILE", "operator.token");
    });
    let url = banner["url"].as_str().unwrap();
    let test = || {
        let fields = format!("Authorization: Bearer {OPERATOR_TOKEN}\r\nContent-Length: 0\r\n");
        ask(&format!("{url}/api/v1/audit/streams/{acme}/test"), "POST", (&fields, ""))
    };

    let first = [next_record(&mut out), next_record(&mut out)];
    let taken = test();
    let tried = next_record(&mut out);
    let tested = next_record(&mut out);
    drop(out);
    let refused = test();
    let alive = get(&format!("{url}/healthz"));
    let ended = Command::new("kill").arg(serve.id().to_string()).status().unwrap();

    assert!(forbidden.contains("DOORWARD_AUDIT_STDOUT=true"), "{forbidden}");
    assert_eq!(elsewhere.status.code(), Some(1));
    assert!(String::from_utf8(elsewhere.stderr).unwrap().contains("try it there"), "it is not that of the command");
    let mut streams = first.each_ref().map(|it| it["stream"].as_str().unwrap());
    streams.sort_unstable();
    assert_eq!(streams, [acme.as_str(), globex.as_str()]);
    assert!(first.iter().all(|it| it["record"]["action"] == "audit.stream_created"), "{first:?}");
    assert!(taken.contains("\"taken\":true"), "{taken}");
    assert_eq!((&tried["stream"], &tried["record"]["type"]), (&json!(acme), &json!("test")));
    assert_eq!((&tested["stream"], &tested["record"]["action"]), (&json!(acme), &json!("audit.stream_tested")));
    assert!(tested["record"]["seq"].is_i64() && tested["organisation"].is_string(), "{tested}");
    assert!(refused.contains("\"taken\":false") && refused.contains("standard output cannot be written"), "{refused}");
    assert!(alive.starts_with("HTTP/1.1 200"), "{alive}");
    assert!(ended.success() && serve.wait().unwrap().success());
}

/// Whoever has stopped to read and not gone keeps neither the stream from failing nor the server from ending.
#[test]
#[cfg(target_os = "linux")]
fn a_server_whose_output_nobody_reads_goes_on_and_ends_when_it_is_told_to() {
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let instance = Instance::with_organisation();
    std::fs::write(instance.dir.path().join("operator.token"), OPERATOR_TOKEN).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let mut serve = instance.command(&["serve", "--json", "--listen", "127.0.0.1:0"]);
    serve.env("DOORWARD_AUDIT_STDOUT", "true").env("DOORWARD_OPERATOR_TOKEN_FILE", "operator.token");
    let serve = serve.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(Stdio::null());
    let mut serve = serve.spawn().unwrap();
    let mut reader = BufReader::new(reader);
    let mut banner = String::new();
    reader.read_line(&mut banner).unwrap();
    let banner: Value = serde_json::from_str(&banner).unwrap();
    let same = format!("/proc/self/fd/{}", writer.as_raw_fd());
    let mut same = std::fs::OpenOptions::new().write(true).custom_flags(libc::O_NONBLOCK).open(same).unwrap();
    while same.write(&[b'x'; 4_096]).is_ok() {}
    let operator = |path: &str, body: &str| {
        let fields = format!(
            "Authorization: Bearer {OPERATOR_TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        ask(&format!("{}/api/v1/audit/streams{path}", banner["url"].as_str().unwrap()), "POST", (&fields, body))
    };

    let made = operator("?organisation=acme", "{\"name\":\"container\",\"kind\":\"stdout\"}");
    let id = made.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap();
    let refused = operator(&format!("/{id}/test"), "");
    let asked = Command::new("kill").arg(serve.id().to_string()).status().unwrap();
    let (told, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || told.send(serve.wait().unwrap().success()));

    assert!(refused.contains("\"taken\":false") && refused.contains("nobody reads the standard output"), "{refused}");
    assert!(asked.success() && ended.recv_timeout(std::time::Duration::from_mins(1)).unwrap());
    drop(reader);
}

/// OU-04: a process that dies leaves no copy of its memory, in which keys and passwords are, whatever the limits of its user allow.
#[test]
#[cfg(target_os = "linux")]
fn ou_04_a_process_that_dies_leaves_no_core_file() {
    use std::os::unix::process::ExitStatusExt as _;

    let instance = Instance::new();
    instance.json(&["migrate"]);
    let dies = |script: &str| {
        let mut shell = Command::new("sh");
        let path = std::env::var_os("PATH").unwrap();
        shell.args(["-c", &format!("ulimit -c unlimited; {script}")]).current_dir(instance.dir.path());
        shell.env_clear().env("PATH", path).env("DOORWARD_DATA_DIR", instance.dir.path());
        shell.env("DOORWARD_DATABASE_URL", &instance.database_url).env("PROGRAM", env!("CARGO_BIN_EXE_doorward"));
        let mut running = shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(Command::new("kill").args(["-ABRT", &running.id().to_string()]).status().unwrap().success());
        running.wait().unwrap()
    };

    let another = dies("echo ready; exec sleep 60");
    let server = dies("exec \"$PROGRAM\" serve --json --listen 127.0.0.1:0");

    assert_eq!((another.signal(), server.signal()), (Some(6), Some(6)));
    assert!(
        !server.core_dumped(),
        "the memory of the server was kept; that of another program: {}",
        another.core_dumped()
    );
}

#[test]
fn an_address_for_the_metrics_that_others_reach_is_warned_of_and_one_that_is_none_refused() {
    let instance = Instance::new();
    let checked = |at: &str| {
        let said = instance.run(&["check", "--json", "--metrics-listen", at], "");
        let lines: Value = serde_json::from_str(&said.out).unwrap();
        let line = lines.as_array().unwrap().iter().find(|it| it["subject"] == "metrics").unwrap();
        line["result"].as_str().unwrap().to_owned()
    };

    let (inside, outside) = (checked("127.0.0.1:9464"), checked("0.0.0.0:9464"));
    let none: Value = serde_json::from_str(&instance.run(&["check", "--json"], "").out).unwrap();
    let refused = instance.refused(&["check", "--metrics-listen", "everywhere"], "");

    assert_eq!((inside.as_str(), outside.as_str()), ("ok", "warning"));
    assert!(none.as_array().unwrap().iter().all(|it| it["subject"] != "metrics"));
    assert_eq!(refused, "doorward: metrics_listen: write an address and a port, such as 127.0.0.1:9464\n");
}

#[test]
fn a_support_bundle_is_a_new_file_that_nobody_else_reads() {
    use std::os::unix::fs::PermissionsExt as _;

    let instance = Instance::with_organisation();
    let file = instance.dir.path().join("bundle.zip");
    let path = file.display().to_string();

    let told = instance.json(&["support-bundle", "--out", &path]);
    let kept = std::fs::read(&file).unwrap();
    let again = instance.refused(&["support-bundle", "--out", &path], "");
    let without = instance.run(&["support-bundle"], "");

    assert_eq!((&told["file"], &told["bytes"]), (&json!(path), &json!(kept.len())));
    assert_eq!(told["files"].as_array().unwrap().len(), 8);
    assert_eq!(crate::support_bundle::unpacked(&kept).len(), 9);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(again.contains("cannot be made"), "{again}");
    assert_eq!(std::fs::read(&file).unwrap(), kept);
    assert_eq!(without.code, Some(2));
}

/// A page over a bare socket.
fn get(url: &str) -> String {
    ask(url, "GET", ("", ""))
}

/// What a server answers to a request with these lines in its header and this body.
fn ask(url: &str, method: &str, (fields, body): (&str, &str)) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let port: u16 = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let mut socket = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(socket, "{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n{body}").unwrap();
    let mut page = String::new();
    socket.read_to_string(&mut page).unwrap();
    page
}

impl Instance {
    /// Does something to the database that no command would do.
    fn execute(&self, sql: &str) {
        let sql = sql.to_owned();
        self.on_database(async move |store| store.reader().execute_unprepared(&sql).await.map(drop).unwrap());
    }

    /// Rows of three texts.
    fn rows(&self, sql: &str) -> Vec<(String, String, String)> {
        let sql = sql.to_owned();
        self.on_database(async move |store| {
            let db = store.reader();
            let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
            let rows = db.query_all_raw(statement).await.unwrap();
            rows.iter()
                .map(|row| {
                    let text = |column| row.try_get_by_index::<String>(column).unwrap();
                    (text(0), text(1), text(2))
                })
                .collect()
        })
    }

    fn on_database<T>(&self, work: impl AsyncFnOnce(&Store) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&self.database_url).await.unwrap();
            let done = work(&store).await;
            store.close().await.unwrap();
            done
        })
    }
}

#[test]
fn an_import_answers_each_row_and_can_be_tried_first_and_repeated() {
    let instance = Instance::with_organisation();
    let file = "user_name;display_name;email;role;sign_in\nann;Ann;ann@x.example;admin;\nbob;Bob;;;sso\n";
    std::fs::write(instance.dir.path().join("people.csv"), file).unwrap();
    let import = ["import", "people.csv", "--org", "acme"];

    let plan = instance.json(&[&import[..], &["--dry-run"]].concat());
    let before = instance.json(&["user", "list", "--org", "acme"]);
    let done = instance.json(&import);
    let again = instance.json_with(&["import", "-", "--org", "acme"], file);

    let counts = |it: &Value| ["created", "exists", "refused"].map(|name| it[name].as_u64().unwrap());
    assert_eq!([&plan, &done, &again].map(counts), [[2, 0, 0], [2, 0, 0], [0, 2, 0]]);
    assert_eq!((&plan["dry_run"], &done["dry_run"], before), (&json!(true), &json!(false), json!([])));
    assert_eq!(done["rows"][0]["role"], "admin");
    assert!(plan["rows"][0].get("id").is_none() && done["rows"][0]["id"].is_string(), "{done}");
}

#[test]
fn an_import_with_refused_rows_imports_the_others_and_says_so_by_its_exit_code() {
    let instance = Instance::with_organisation();
    let import = ["import", "-", "--org", "acme"];

    let said = instance.run(&import, "user_name,display_name,role\nann,Ann,god\nbob,Bob,viewer\n");
    let several = instance.run(&import, "user_name,display_name,email,role\nann,,x,god\n");
    let refusal = instance.refused(&import, "name\nann\n");
    let missing = instance.refused(&["import", "nowhere.csv", "--org", "acme"], "");

    assert_eq!((said.code, said.err.as_str()), (Some(1), "doorward: 1 of 2 rows were refused\n"));
    assert!(
        said.out.contains("the organisation has no role \"god\"") && said.out.contains("1 created"),
        "{}",
        said.out
    );
    assert_eq!(instance.json(&["user", "show", "--org", "acme", "--user-name", "bob"])["role"], "viewer");
    let all = ["display_name: ", "; email: write an address", "; role: the organisation has no role"];
    assert!(all.iter().all(|part| several.out.contains(part)), "{}", several.out);
    assert!(refusal.starts_with("doorward: file: there is no column \"name\""), "{refusal}");
    assert!(missing.contains("nowhere.csv cannot be opened"), "{missing}");
}

/// C5, C7: what is named of the policies changes, and the rest stays as it is.
#[test]
fn c5_c7_the_password_policy_and_the_grace_are_chosen_on_the_command_line() {
    let instance = Instance::with_organisation();
    let policy = |arguments: &[&str]| instance.json(&[&["org", "policy", "--org", "acme"], arguments].concat());
    instance.user("bob", &["--role", "viewer", "--sso", "off"]);

    let before = policy(&[]);
    let asks = ["--password-min", "12", "--password-classes", "digit,special", "--password-history", "5"];
    let first = policy(&asks);
    let tried = policy(&["--password-history", "0", "--dry-run"]);
    let lists = ["--deny-breached", "false", "--deny-context-words", "false", "--regrace-on-reactivation", "true"];
    let second = policy(&lists);
    let last = policy(&["--password", "classic", "--password-classes", "none"]);
    let wrong = instance.run(&["org", "policy", "--org", "acme", "--password-history", "25"], "");

    assert_eq!((&before["password"]["history"], &before["regrace_on_reactivation"]), (&json!(0), &json!(false)));
    assert_eq!(first["password"]["classes"], json!(["digit", "special"]));
    assert_eq!((&tried["password"]["history"], &tried["password"]["min"]), (&json!(0), &json!(12)));
    assert_eq!((&second["password"]["history"], &second["password"]["deny_breached"]), (&json!(5), &json!(false)));
    assert_eq!(second["regrace_on_reactivation"], json!(true));
    let expected = json!({
        "preset": "classic", "min": 12, "classes": [], "deny_breached": false, "deny_context_words": false, "history": 5,
    });
    assert_eq!(last["password"], expected);
    assert!(wrong.code == Some(1) && wrong.err.contains("password.history"), "{}", wrong.err);
    let set = ["user", "set-password", "--org", "acme", "--user-name", "bob", "--password-stdin"];
    let (weak, listed) = (instance.run(&set, "Password1!"), instance.run(&set, "Password1!Password1!"));
    assert!(weak.code == Some(1) && weak.err.contains("use at least 12 characters"), "{}", weak.err);
    assert_eq!(listed.code, Some(0), "{}", listed.err);
}

/// C1: the reading of the role model is shown, tried out and chosen on the command line.
#[test]
fn s1_18_the_reading_is_chosen_on_the_command_line_after_a_dry_run() {
    let instance = Instance::with_organisation();
    instance.user("olga", &["--role", "owner"]);
    instance.user("adam", &["--role", "admin"]);
    let reading = |arguments: &[&str]| instance.json(&[&["org", "reading", "--org", "acme"], arguments].concat());

    let before = reading(&[]);
    let tried = reading(&["--set", "matrix", "--dry-run"]);
    let still = reading(&[]);
    let after = reading(&["--set", "matrix"]);
    let unknown = instance.run(&["org", "reading", "--org", "acme", "--set", "loose"], "");

    assert_eq!(
        (&before["reading"], &still["reading"], &after["reading"]),
        (&json!("strict"), &json!("strict"), &json!("matrix"))
    );
    let gains = tried["effects"][0]["gains"].as_array().unwrap();
    assert!(gains.contains(&json!("roles:assign on viewer")), "{tried}");
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("choose one of strict, matrix"), "{}", unknown.err);
}

#[test]
fn an_export_is_a_new_file_that_the_import_reads_again() {
    let instance = Instance::with_organisation();
    instance.user("ada", &["--role", "owner"]);
    instance.user("vic", &["--role", "viewer"]);

    let said = instance.json(&["export", "people.csv", "--org", "acme", "--filter", "role=viewer"]);
    let again = instance.refused(&["export", "people.csv", "--org", "acme"], "");
    let wrong = instance.refused(&["export", "other.csv", "--org", "acme", "--filter", "role=No Role"], "");
    let everybody = instance.run(&["export", "-", "--org", "acme"], "");
    let file = std::fs::read_to_string(instance.dir.path().join("people.csv")).unwrap();
    let plan = instance.json(&["import", "people.csv", "--org", "acme", "--dry-run"]);

    assert_eq!(said, json!({ "file": "people.csv", "users": 1 }));
    assert!(again.contains("people.csv cannot be made"), "{again}");
    assert!(wrong.contains("role: "), "{wrong}");
    assert_eq!(everybody.out.lines().count(), 3, "{}", everybody.out);
    assert_eq!(file.lines().nth(1).and_then(|line| line.split(',').next()), Some("vic"), "{file}");
    assert_eq!(plan["rows"][0]["result"], "exists", "{plan}");
}

/// S2-40: the record is listed and exported in each format, filtered; a name cannot act on the terminal.
#[test]
fn s2_40_the_record_is_listed_and_exported() {
    let instance = Instance::with_organisation();
    instance.user("ada", &["--role", "owner"]);
    let vic = instance.user("vic", &["--role", "viewer"])["id"].as_str().unwrap().to_owned();
    let of_vic = ["--org", "acme", "--target", &vic, "--action", "user"];

    let listed = instance.json(&[&["audit", "list"], &of_vic[..]].concat());
    let table = instance.run(&[&["audit", "list"], &of_vic[..]].concat(), "");
    let said = instance.json(&[&["audit", "export", "record.csv"], &of_vic[..]].concat());
    let lines = instance.run(&[&["audit", "export", "-", "--format", "ndjson"], &of_vic[..]].concat(), "");
    let ocsf = instance.run(&[&["audit", "export", "-", "--format", "ocsf"], &of_vic[..]].concat(), "");
    instance.json(&[&["audit", "export", "record.xlsx"], &of_vic[..]].concat());
    let own = instance.json(&["audit", "list", "--limit", "5"]);

    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!((&listed[0]["action"], &listed[0]["target"]["label"]), (&json!("user.created"), &json!("vic")));
    assert!(table.out.starts_with("at ") && table.out.contains("  user.created  command line"), "{}", table.out);
    assert_eq!(said, json!({ "file": "record.csv", "deeds": 1 }));
    let file = std::fs::read_to_string(instance.dir.path().join("record.csv")).unwrap();
    assert!(file.lines().count() == 2 && file.contains(listed[0]["id"].as_str().unwrap()), "{file}");
    assert_eq!(serde_json::from_str::<Value>(&lines.out).unwrap(), listed[0]);
    let event: Value = serde_json::from_str(&ocsf.out).unwrap();
    assert_eq!((&event["metadata"]["uid"], &event["activity_name"]), (&listed[0]["id"], &json!("Create")));
    assert!(std::fs::read(instance.dir.path().join("record.xlsx")).unwrap().starts_with(b"PK"));
    assert!(own.as_array().is_some_and(|all| all.iter().all(|it| it["target"]["label"] != "vic")), "{own}");
    let exports = instance.json(&["audit", "list", "--org", "acme", "--action", "audit.exported"]);
    assert_eq!(exports.as_array().map(Vec::len), Some(4), "{exports}");
    for (arguments, problem) in [
        (&["audit", "export", "record.csv", "--org", "acme"][..], "record.csv cannot be made"),
        (&["audit", "export", "record.txt", "--org", "acme"], "name the file .csv, .json, .ndjson or .xlsx"),
        (&["audit", "list", "--org", "acme", "--from", "yesterday"], "from: write a day such as"),
        (&["audit", "list", "--org", "nowhere"], "no such organisation"),
    ] {
        let refused = instance.refused(arguments, "");
        assert!(refused.contains(problem), "{refused}");
    }
}

#[test]
fn a_service_account_is_made_changed_and_shut_out_and_its_token_is_shown_once() {
    let instance = Instance::with_organisation();
    let owner = instance.user("ada", &["--role", "owner"])["id"].as_str().unwrap().to_owned();
    let create = ["service-account", "create", "--org", "acme", "--name", "Backup"];

    let protected = instance.refused(&[&create[..], &["--role", "owner"]].concat(), "");
    let nobody = instance.refused(&[&create[..], &["--role", "viewer", "--owner", "nobody"]].concat(), "");
    let made = instance.json(&[&create[..], &["--role", "viewer", "--owner", "ada"]].concat());
    let id = made["id"].as_str().unwrap();
    let on = |command: &[&str]| instance.json(&[&["service-account"], command, &["--id", id]].concat());
    let token = on(&["token", "create", "--name", "nightly", "--scopes", "read,write", "--days", "7"]);
    let listed = on(&["token", "list"]);
    let changed = on(&["update", "--role", "contributor", "--owner", &owner]);
    let gone = on(&["deactivate"]);
    let left = on(&["token", "list"]);
    let all = instance.json(&["service-account", "list", "--org", "acme"]);

    assert!(protected.contains("protected"), "{protected}");
    assert!(nobody.contains("owner"), "{nobody}");
    assert_eq!((&made["role"], &made["owner"], &made["status"]), (&json!("viewer"), &json!(owner), &json!("active")));
    assert!(token["token"].as_str().unwrap().starts_with("dwsvc_"));
    assert_eq!((&listed[0]["scopes"], listed[0].get("token")), (&json!(["read", "write"]), None));
    assert_eq!((&changed["role"], &gone["status"], &left), (&json!("contributor"), &json!("deactivated"), &json!([])));
    assert_eq!(all[0]["name"], "Backup");
    on(&["delete"]);
    assert_eq!(instance.json(&["service-account", "list", "--org", "acme"]), json!([]));
}

/// S3-29, S3-30, S3-31: a project is made, groups and users are put on it and taken off, and what somebody may do there is told.
#[test]
fn s3_29_a_project_is_made_assigned_and_explained_on_the_command_line() {
    let instance = Instance::new();
    let preset = "admin-standard-readonly";
    instance.json(&["org", "create", "--slug", "acme", "--name", "Acme", "--role-model", preset]);
    for name in ["ada", "vic"] {
        instance.user(name, &["--role", "standard", "--sso", "off"]);
    }
    fn run<'a>(of: &'a str, command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        [&[of, command, "--org", "acme"][..], more].concat()
    }
    let on = |command: &str, more: &[&str]| {
        instance.json(&run("project", command, &[&["--project", "bridge"], more].concat()))
    };

    let made = instance.json(&run("project", "create", &["--name", "Bridge", "--description", "Over it"]));
    instance.json(&run("group", "create", &["--name", "Crew"]));
    instance.json(&run("group", "add", &["--group", "Crew", "--user", "ada"]));
    let assigned = on("assign", &["--group", "Crew", "--as-team"]);
    let read = on("assign", &["--group", "crew", "--access", "read"]);
    on("assign", &["--user", "vic"]);
    let alone = on("access", &["--user", "vic"]);
    let through = on("access", &["--user", "ada", "--permission", "app.project.limited:update"]);
    let wrong = instance.json(&run("project", "misconfigured", &[]));
    let kept = instance.run(&run("group", "delete", &["--group", "Crew", "--json"]), "");
    let second =
        instance.refused(&run("project", "assign", &["--project", "Bridge", "--user", "ada", "--as-team"]), "");
    let shown = on("show", &[]);
    let off = on("unassign", &["--group", "Crew"]);
    let gone = on("delete", &[]);

    assert_eq!((&made["name"], &made["description"]), (&json!("Bridge"), &json!("Over it")));
    assert_eq!((&assigned["as_team"], &assigned["access"]), (&json!(true), &json!("write")));
    assert_eq!((&read["as_team"], &read["access"]), (&json!(true), &json!("read")));
    assert_eq!((&alone["access"], &alone["reason"]), (&json!("none"), &json!("misconfigured_team")));
    assert_eq!((&through["access"], &through["team"]), (&json!("read"), &json!("Crew")));
    assert_eq!((&through["allowed"], &through["why"]), (&json!(false), &json!("read_only_project")));
    assert_eq!(wrong, json!([{ "user_name": "vic", "project": "Bridge", "problem": "no_team" }]));
    assert_eq!((kept.code, kept.err.contains("Bridge")), (Some(1), true), "{}", kept.err);
    assert!(second.contains("ada is on the team Crew of the project Bridge already"), "{second}");
    assert_eq!(shown.as_array().unwrap().len(), 2);
    assert_eq!((&off["status"], &gone["status"]), (&json!("unassigned"), &json!("deleted")));
}

#[test]
fn a_group_is_made_filled_given_a_role_and_deleted_on_the_command_line() {
    let instance = Instance::with_organisation();
    for name in ["ada", "vic"] {
        instance.user(name, &["--role", "viewer"]);
    }
    fn group<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        [&["group", command, "--org", "acme"][..], more].concat()
    }
    let on = |command: &str, more: &[&str]| instance.json(&group(command, &[&["--group", "builders"], more].concat()));

    let made = instance.json(&group("create", &["--name", "Builders"]));
    let added = on("add", &["--user", "ada", "--user", "vic", "--user", "ada"]);
    let mapped = on("map", &["--role", "contributor"]);
    let shown = instance.json(&["user", "show", "--org", "acme", "--user-name", "ada"]);
    let kept = instance.run(&group("delete", &["--group", "Builders", "--json"]), "");
    let unmapped = on("unmap", &["--role", "contributor"]);
    let removed = on("remove", &["--user", "vic"]);
    let members = on("members", &[]);
    let all = instance.json(&group("list", &[]));
    let unknown = instance.refused(&group("add", &["--group", "Nobody", "--user", "ada"]), "");
    let gone = on("delete", &[]);

    assert_eq!((&made["name"], &made["members"]), (&json!("Builders"), &json!(0)));
    assert_eq!((&added["added"], &added["skipped"]), (&json!(["ada", "vic"]), &json!([])));
    assert_eq!((&mapped["roles"], &unmapped["roles"]), (&json!(["contributor"]), &json!([])));
    assert_eq!(shown["role"], "contributor");
    assert_eq!((kept.code, kept.err.contains("contributor")), (Some(1), true), "{}", kept.err);
    assert_eq!((&removed["removed"], members.as_array().unwrap().len()), (&json!(["vic"]), 1));
    assert_eq!((&all[0]["name"], &all[0]["members"]), (&json!("Builders"), &json!(1)));
    assert!(unknown.contains("group"), "{unknown}");
    assert_eq!(gone["status"], "deleted");
}

#[test]
fn an_organisation_gets_another_name_and_language_and_what_is_not_named_stays() {
    let instance = Instance::with_organisation();
    let set = |more: &[&str]| instance.json(&[&["org", "set", "acme"], more].concat());

    let german = set(&["--default-language", "de"]);
    let renamed = set(&["--name", "Acme Ltd"]);
    let auto = set(&["--default-language", "auto"]);
    let wrong = instance.refused(&["org", "set", "acme", "--default-language", "fr"], "");

    assert_eq!((&german["name"], &german["language"]), (&json!("Acme"), &json!("de")));
    assert_eq!((&renamed["name"], &renamed["language"]), (&json!("Acme Ltd"), &json!("de")));
    assert_eq!((&auto["name"], &auto["language"]), (&json!("Acme Ltd"), &Value::Null));
    assert_eq!(wrong, "doorward: language: write en, de or auto\n");
    assert_eq!(instance.run(&["org", "set", "acme"], "").code, Some(2), "nothing to change");
}

/// What the list of users is narrowed by in the API narrows it on the command line; a wrong word says which there are.
#[test]
fn users_are_listed_by_the_filters_of_the_api() {
    let instance = Instance::with_organisation();
    instance.user("ann", &["--role", "owner"]);
    instance.user("bob", &["--role", "viewer"]);
    instance.user("cyd", &["--role", "viewer", "--must-change"]);
    let list = |filters: &[&str]| {
        let filters = filters.iter().flat_map(|it| ["--filter", it]);
        let all = instance.json(&["user", "list", "--org", "acme"].into_iter().chain(filters).collect::<Vec<_>>());
        all.as_array().unwrap().iter().map(|it| it["user_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(list(&[]).len(), 3);
    assert_eq!(list(&["role=viewer"]), ["bob", "cyd"]);
    assert_eq!(list(&["role=viewer", "status=pending"]), ["cyd"]);
    assert_eq!(list(&["mfa=on"]), [""; 0]);
    let unknown = instance.refused(&["user", "list", "--org", "acme", "--filter", "rank=high"], "");
    let bare = instance.refused(&["user", "list", "--org", "acme", "--filter", "viewer"], "");
    let wrong = instance.refused(&["user", "list", "--org", "acme", "--filter", "mfa=maybe"], "");
    assert!(unknown.contains("rank is none; there are role, name, email"), "{unknown}");
    assert!(bare.contains("say it as NAME=VALUE, such as role=admin"), "{bare}");
    assert!(wrong.contains("mfa"), "{wrong}");
}

/// A client of a connection is made with a secret or with keys, listed and ended; Entra is let in by its tenant; and an
/// application says where it wants to hear of changes.
#[test]
fn clients_of_a_connection_tokens_of_entra_and_receivers_of_events_are_set_up_on_the_command_line() {
    let instance = Instance::new();
    instance.json(&["org", "create", "--slug", "acme", "--name", "Acme"]);
    let made = instance.json(&["connection", "create", "--org", "acme", "--kind", "entra", "--name", "Entra"]);
    let id = made["id"].as_str().unwrap();
    let client = |more: &[&str]| instance.json(&[&["connection", "client"], more, &["--id", id]].concat());
    let key = doorward::oidc::jwt::SigningKey::generate_es256().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let jwks = json!({ "keys": [key.verification_key().public_jwk()] });
    std::fs::write(file.path(), jwks.to_string()).unwrap();
    let path = file.path().to_str().unwrap();

    let by_secret = client(&["add", "--name", "Nightly"]);
    let by_key = client(&["add", "--name", "By key", "--jwks", path]);
    assert!(by_secret["client_secret"].as_str().unwrap().starts_with("dwcs_"));
    assert!(by_secret["token_endpoint"].as_str().unwrap().ends_with("/oauth2/token"));
    assert_eq!((&by_key["auth_method"], by_key.get("client_secret")), (&json!("private_key_jwt"), None));
    assert_eq!(client(&["list"]).as_array().unwrap().len(), 2);
    client(&["revoke", "--client", by_key["client_id"].as_str().unwrap()]);
    assert_eq!(client(&["list"])[0]["name"], "Nightly");
    std::fs::write(file.path(), "{\"keys\": []}").unwrap();
    let add = ["connection", "client", "add", "--id", id, "--name", "x", "--jwks", path];
    assert!(instance.refused(&add, "").contains("public keys only"));

    let tenant = "6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a911";
    let set = instance.json(&["connection", "set", "--id", id, "--entra-tenant", tenant]);
    let shown = instance.json(&["connection", "show", "--id", id]);
    assert_eq!((&set["entra"]["tenant"], shown["clients"].as_array().unwrap().len()), (&json!(tenant), 1));
    assert!(shown["scim_base_url"].as_str().unwrap().ends_with(&format!("/scim/{id}/v2")));
    assert!(instance.refused(&["connection", "set", "--id", id, "--entra-tenant", "x"], "").contains("entra_tenant"));
    assert_eq!(instance.json(&["connection", "set", "--id", id, "--no-entra"])["entra"], json!(null));

    let new = ["client", "create", "--name", "Wiki", "--redirect-uri", "https://wiki.example/callback", "--events-uri"];
    let wiki = instance.json(&[&new[..], &["https://wiki.example/events"]].concat());
    assert_eq!(wiki["events_uri"], "https://wiki.example/events");
    assert!(instance.refused(&[&new[..], &["http://wiki.example/events"]].concat(), "").contains("events_uri"));
    for set in [["connection", "set", "--id", id], ["client", "set", "--id", wiki["client_id"].as_str().unwrap()]] {
        let with = |more: &[&'static str]| [&set[..], more].concat();
        let told = instance.json(&with(&["--events-uri", "https://other.example/events"]));
        assert_eq!(told["events_uri"], "https://other.example/events");
        assert!(instance.refused(&with(&["--events-uri", "other.example"]), "").contains("events_uri"));
        assert_eq!(instance.json(&with(&["--no-events-uri"]))["events_uri"], json!(null));
    }
}

/// The operator has a log written into a file in the directory of the settings, and looks after streams by the command line.
#[test]
fn a_stream_of_the_audit_log_is_made_and_looked_after_at_the_command_line() {
    let instance = Instance::with_organisation();
    let stream = |deed: &str, more: &[&str]| instance.json(&[&["audit", "stream", deed], more].concat());
    let named = ["--org", "acme", "--name", "SIEM"];

    let url = "https://siem.example.com/hook";
    let made = stream("add", &[&named[..], &["--kind", "webhook", "--to", url]].concat());
    let id = made["id"].as_str().unwrap();
    let no_directory = instance.refused(&["audit", "stream", "add", "--name", "disk", "--kind", "file"], "");
    let set = stream("set", &[id, "--name", "Collector", "--format", "ocsf", "--events", "user.*,role.defined"]);
    let unknown = instance.refused(&["audit", "stream", "set", id, "--events", "role.defind"], "");
    let all = stream("set", &[id, "--events", ""]);
    let paused = stream("pause", &[id]);
    let listed = stream("list", &["--org", "acme"]);
    let replayed = stream("replay", &[id, "--from", "1"]);
    let beyond = instance.refused(&["audit", "stream", "replay", id, "--from", "999"], "");
    let secret = stream("rotate-secret", &[id]);
    stream("delete", &[id]);
    let gone = instance.refused(&["audit", "stream", "show", id], "");

    assert_eq!((&made["to"], &made["state"], &made["format"]), (&json!(url), &json!("active"), &json!("json")));
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_") && secret["secret"] != made["secret"]);
    assert!(no_directory.contains("DOORWARD_AUDIT_DIR"), "{no_directory}");
    assert_eq!((&set["name"], &set["format"]), (&json!("Collector"), &json!("ocsf")));
    assert_eq!((&set["events"], all.get("events")), (&json!("role.defined, user.*"), None));
    assert!(unknown.contains("the nearest is role.defined"), "{unknown}");
    assert_eq!((&paused["state"], &listed[0]["state"]), (&json!("paused"), &json!("paused")));
    assert!(listed[0].get("secret").is_none(), "{listed}");
    assert_eq!(replayed["next_seq"], json!(1));
    assert!(beyond.contains("from_seq") && gone.contains("no such stream"), "{beyond} {gone}");
}

#[test]
fn an_organisation_gets_a_look_and_loses_it_and_what_is_no_picture_is_refused() {
    fn brand<'a>(more: &[&'a str]) -> Vec<&'a str> {
        [&["org", "brand", "acme"], more].concat()
    }
    let instance = Instance::with_organisation();
    let file = |name: &str, content: &[u8]| {
        let path = instance.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (logo, svg) = (file("logo.png", &crate::branding::png(64, 32)), file("svg.png", b"<svg/>"));

    let dressed = instance.json(&brand(&["--accent", "#0a5", "--logo", &logo, "--support", "help@acme.example"]));
    let shown = instance.json(&brand(&[]));
    let wrong = instance.run(&brand(&["--logo", &svg]), "");
    let both = instance.run(&brand(&["--none", "--accent", "#0a5"]), "");
    let plain = instance.json(&brand(&["--none"]));

    assert_eq!((&dressed["accent"], &dressed["logo"]), (&json!("#00aa55"), &json!("image/png 64x32")));
    assert_eq!((&shown, &shown["support"]), (&dressed, &json!("mailto:help@acme.example")));
    assert_eq!((wrong.code, both.code), (Some(1), Some(2)));
    assert!(wrong.err.contains("logo: send a PNG, JPEG or WebP picture"), "{}", wrong.err);
    assert_eq!(plain, json!({ "version": 2 }));
}

/// The secret of a bucket's key comes from standard input, and no answer has it.
#[test]
fn a_bucket_is_named_at_the_command_line_and_its_secret_comes_from_standard_input() {
    let instance = Instance::with_organisation();
    let url = "https://s3.eu-central-1.amazonaws.com/acme-logs/doorward";
    let named = ["audit", "stream", "add", "--org", "acme", "--name", "archive", "--kind", "s3", "--to", url];
    let key = ["--region", "eu-central-1", "--access-key-id", "AKIAFIRST"];
    let from_stdin = ["--secret-access-key-stdin"];

    let without = instance.refused(&[&named[..], &key].concat(), "");
    let made = instance.json_with(&[&named[..], &key, &from_stdin].concat(), "canary/first\n");
    let id = made["id"].as_str().unwrap();
    let set = ["audit", "stream", "set", id, "--access-key-id", "AKIASECOND"];
    let changed = instance.json_with(&[&set[..], &from_stdin].concat(), "canary/second\n");
    let rotated = instance.refused(&["audit", "stream", "rotate-secret", id], "");

    assert!(without.contains("secret_access_key"), "{without}");
    assert_eq!(
        (&made["to"], &made["region"], &made["access_key_id"]),
        (&json!(url), &json!("eu-central-1"), &json!("AKIAFIRST"))
    );
    assert_eq!((&changed["access_key_id"], &changed["region"]), (&json!("AKIASECOND"), &json!("eu-central-1")));
    assert!(rotated.contains("change the stream"), "{rotated}");
    assert!(![made, changed].iter().any(|it| it.to_string().contains("canary")));
}

/// OU-07: a file is exported with a manifest, and proved wherever the public key is known: with no database, by whoever holds both.
#[test]
fn ou_07_an_exported_file_is_proved_by_its_manifest_alone() {
    let instance = Instance::with_organisation();
    let other = Instance::new();
    std::fs::write(other.dir.path().join("master.key"), "6b".repeat(32)).unwrap();
    let path = |name: &str| instance.dir.path().join(name).display().to_string();
    let export =
        |file: &str, proof: &str| ["audit", "export", file, "--org", "acme", "--manifest", proof].map(str::to_owned);
    let run =
        |by: &Instance, arguments: &[String]| by.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
    let made = run(&instance, &export("record.ndjson", "record.manifest"));
    let again = run(&instance, &export("other.ndjson", "record.manifest"));
    run(&instance, &export("second.ndjson", "second.manifest"));
    let to_output = [&export("-", "third.manifest")[..], &["--format", "csv"].map(str::to_owned)].concat();
    let nowhere = run(&instance, &to_output);
    let key = instance.json(&["audit", "checkpoint", "--org", "acme"])["public_key"].as_str().unwrap().to_owned();
    let text = std::fs::read_to_string(path("record.ndjson")).unwrap();
    std::fs::write(path("changed.ndjson"), text.replacen("acme", "acne", 1)).unwrap();
    let proof = std::fs::read_to_string(path("record.manifest")).unwrap();
    std::fs::write(path("changed.manifest"), proof.replacen("\"deeds\":", "\"deeds\":1", 1)).unwrap();
    std::fs::write(path("none.manifest"), &text).unwrap();
    let verify = |by: &Instance, file: &str, proof: &str, key: &[&str]| {
        let (file, proof) = (path(file), path(proof));
        by.run(&[&["audit", "verify", "--export", &file, "--manifest", &proof], key].concat(), "")
    };

    let (here, by_key) = (
        verify(&instance, "record.ndjson", "record.manifest", &[]),
        verify(
            &Instance { database_url: "sqlite:/nowhere/at/all.db".to_owned(), ..Instance::new() },
            "record.ndjson",
            "record.manifest",
            &["--key", &key],
        ),
    );

    assert_eq!(
        (made.code, here.code, by_key.code),
        (Some(0), Some(0), Some(0)),
        "{} {} {}",
        made.err,
        here.err,
        by_key.err
    );
    assert!(here.out.contains("as it was written") && here.out == by_key.out, "{} {}", here.out, by_key.out);
    assert!(again.code == Some(1) && again.err.contains("record.manifest cannot be made"), "{}", again.err);
    assert!(nowhere.code == Some(1) && nowhere.err.contains("manifest: proves a file"), "{}", nowhere.err);
    for (by, file, proof, problem) in [
        (&instance, "changed.ndjson", "record.manifest", "the SHA-256 of the file is"),
        (&instance, "second.ndjson", "record.manifest", "the manifest is of one with"),
        (&instance, "record.ndjson", "changed.manifest", "it was changed after it was signed"),
        (&instance, "record.ndjson", "none.manifest", "is no manifest of a file of the audit log"),
        (&instance, "record.ndjson", "no.manifest", "cannot be read"),
        (&other, "record.ndjson", "record.manifest", "the key of another instance"),
    ] {
        let said = verify(by, file, proof, &[]);
        assert!(said.code == Some(1) && said.err.contains(problem), "{file} {proof}: {} {}", said.out, said.err);
    }
}
