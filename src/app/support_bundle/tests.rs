use crate::app::config::Settings;

use super::*;

#[test]
fn of_the_settings_nothing_leaves_that_somebody_has_written() {
    let written = |text: &str| Some(format!("{text}canary"));
    let settings = Settings {
        listen: Some("192.0.2.77:8443".to_owned()),
        metrics_listen: Some("192.0.2.78:9464".to_owned()),
        public_url: written("https://id.example."),
        database_url: written("postgres://doorward:canary@db.canary/"),
        data_dir: written("/srv/").map(Into::into),
        master_key_file: written("/srv/").map(Into::into),
        mail_url: written("smtps://doorward:canary@mail."),
        mail_from: written("canary@mail."),
        operator_email: written("canary@mail."),
        language: Some("de".to_owned()),
        log: written("info,"),
        log_format: Some("json".to_owned()),
        extra_ca_file: written("/srv/").map(Into::into),
        outbound_allow: Some("192.0.2.0/24,198.51.100.7".to_owned()),
        dns_servers: Some("192.0.2.53".to_owned()),
        trusted_proxies: Some("192.0.2.79".to_owned()),
        entra_authority: written("https://login."),
        operator_token_file: written("/srv/").map(Into::into),
        dynamic_registration: Some(true),
        client_id_metadata_documents: None,
        audit_dir: written("/srv/").map(Into::into),
        audit_stdout: Some(true),
    };

    let told = super::settings(&settings.check().unwrap());

    let text = told.to_string();
    assert!(["canary", "192.0.2", "198.51", "/srv"].iter().all(|it| !text.contains(it)), "{text}");
    assert_eq!(told["listen"], json!({ "port": 8443, "is_loopback": false }));
    assert_eq!(told["metrics_listen"], json!({ "port": 9464, "is_loopback": false }));
    assert_eq!([&told["public_url"], &told["database_url"], &told["mail_url"]], ["https", "postgresql", "smtps"]);
    assert_eq!([&told["mail_from"], &told["log"], &told["entra_authority"]], ["set", "set", "set"]);
    assert_eq!([&told["outbound_allow"]["networks"], &told["trusted_proxies"]["networks"]], [2, 1]);
    assert_eq!(told["dns_servers"], json!([{ "port": 53, "is_loopback": false }]));
    assert_eq!([&told["dynamic_registration"], &told["client_id_metadata_documents"]], [true, false]);
    assert_eq!((&told["audit_dir"], &told["audit_stdout"]), (&json!("set"), &json!(true)));
}

#[test]
fn a_failure_leaves_as_its_kind_alone() {
    for (text, kind) in [
        ("error sending request for url (https://canary.example/): operation timed out", "timeout"),
        ("dns error: failed to lookup address information: canary.example", "name"),
        ("invalid peer certificate: NotValidForName(canary.example)", "certificate"),
        ("tcp connect error: Connection refused (os error 111)", "connection"),
        ("the application answered the logout notice with status 503", "answer"),
        ("permanent error (550): no mailbox canary@example.com", "answer"),
        ("no such table: users", "database"),
        ("canary", "other"),
    ] {
        assert_eq!(kind_of_failure(text), kind, "{text}");
    }
}

#[test]
fn a_gap_is_told_by_its_kind() {
    let (name, content) =
        file("tables.json", Err(anyhow::anyhow!("relation \"canary\" does not exist").into())).unwrap();

    assert_eq!(name, "tables.json");
    assert_eq!(serde_json::from_slice::<Value>(&content).unwrap(), json!({ "missing_because": "database" }));
}
