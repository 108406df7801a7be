//! What somebody who helps an operator needs to know of an instance: how it is set up, how it fares, and nothing of its people.
//!
//! **Invariant:** nothing is taken out afterwards. Each fact is put in by name, and is a number, a moment, a yes or no, an id that
//! this server has made, or a word of this program: no name, address, text or secret that anybody has entered.
//! **Invariant:** what cannot be found out leaves a gap and does not keep the rest from being told, because it is when something
//! is broken that this is needed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::app::config::Config;
use crate::app::{App, audit_chain, check, connections, fsck, jobs, organisations};
use crate::domain::archive::{self, File, Listed};
use crate::domain::connection::Health;
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Timestamp};
use crate::store::{audit, audit_seals};

/// So many messages are looked at.
const MESSAGES_MAX: u32 = 100_000;

/// The files of a bundle.
pub struct Bundle {
    /// A ZIP archive.
    pub content: Vec<u8>,
    /// What is in it, the list itself left out.
    pub files: Vec<Listed>,
}

/// Gathers everything; only for the operator.
pub async fn gather(app: &App, actor: &Actor) -> Result<Bundle, Error> {
    if !matches!(actor, Actor::Operator { .. }) {
        return Err(Error::forbidden("only the operator of the instance may gather what is told of it"));
    }
    let files: [File; 8] = [
        file("instance.json", instance(app).await)?,
        file("settings.json", Ok(settings(&app.config)))?,
        file("check.json", checked(app, actor).await)?,
        file("fsck.json", directory(app, actor).await)?,
        file("tables.json", tables(app).await)?,
        file("outbox.json", outbox(app).await)?,
        file("audit.json", audit_of_all(app, actor).await)?,
        file("connections.json", connections_of_all(app, actor).await)?,
    ];
    let listed: Vec<Listed> = files.iter().map(Listed::of).collect();
    let manifest = json!({ "version": env!("CARGO_PKG_VERSION"), "made_at": app.now().rfc3339(), "files": listed });
    let content = archive::pack(std::iter::once(file("manifest.json", Ok(manifest))?).chain(files))?;
    Ok(Bundle { content, files: listed })
}

/// A file of facts, or of what kind of failure there is none. What the failure says may name anything, so it stays here.
fn file(name: &'static str, facts: Result<Value, Error>) -> Result<File, Error> {
    let facts = facts.unwrap_or_else(|failure| json!({ "missing_because": kind_of_failure(&format!("{failure:#?}")) }));
    Ok((name, serde_json::to_vec_pretty(&facts).map_err(anyhow::Error::new)?))
}

async fn instance(app: &App) -> Result<Value, Error> {
    let schema: Vec<Value> = app
        .schema_changes()
        .await?
        .iter()
        .map(|it| json!({ "change": it.name, "is_applied": it.is_applied }))
        .collect();
    let newest = audit::newest_at(app.store.reader()).await?;
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "os": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "is_musl": cfg!(target_env = "musl"),
        "cores": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "database": if app.store.is_embedded() { "sqlite" } else { "postgresql" },
        "database_version": app.store.version().await?,
        "schema": schema,
        "now": app.now().rfc3339(),
        "newest_record_at": newest.map(Timestamp::rfc3339),
    }))
}

/// Whoever adds a setting says here what of it may leave.
fn settings(config: &Config) -> Value {
    let Config {
        listen,
        metrics_listen,
        public_url,
        database_url: _,
        data_dir,
        master_key_file,
        mail_url,
        mail_from,
        operator_email,
        language,
        log,
        log_json,
        extra_ca_file,
        outbound_allow,
        dns_servers,
        trusted_proxies,
        entra_authority,
        operator_token_file,
        dynamic_registration,
        client_id_metadata_documents,
        audit_dir,
        audit_stdout,
        rsa_bits: _,
    } = config;
    let port = |it: &std::net::SocketAddr| json!({ "port": it.port(), "is_loopback": it.ip().is_loopback() });
    let is_set = |it: bool| if it { "set" } else { "not set" };
    let standard = |it: bool| if it { "default" } else { "set" };
    json!({
        "listen": port(listen),
        "metrics_listen": metrics_listen.as_ref().map(port),
        "public_url": scheme(public_url, &["https", "http"]),
        "database_url": if config.is_embedded() { "sqlite" } else { "postgresql" },
        "data_dir": { "is_there": data_dir.exists() },
        "master_key_file": { "is_there": master_key_file.exists() },
        "mail_url": scheme(mail_url, &["smtp", "smtps", "file"]),
        "mail_from": is_set(mail_from.is_some()),
        "operator_email": is_set(operator_email.is_some()),
        "language": language.tag(),
        "log": standard(log == "info"),
        "log_format": if *log_json { "json" } else { "text" },
        "extra_ca_file": is_set(extra_ca_file.is_some()),
        "outbound_allow": { "networks": outbound_allow.len() },
        "dns_servers": dns_servers.iter().map(port).collect::<Vec<_>>(),
        "trusted_proxies": { "networks": trusted_proxies.len() },
        "entra_authority": standard(entra_authority == "https://login.microsoftonline.com"),
        "operator_token_file": is_set(operator_token_file.is_some()),
        "dynamic_registration": dynamic_registration,
        "client_id_metadata_documents": client_id_metadata_documents,
        "audit_dir": is_set(audit_dir.is_some()),
        "audit_stdout": audit_stdout,
    })
}

/// Which of these an address begins with.
fn scheme(url: &str, known: &[&'static str]) -> &'static str {
    let named = url.split(':').next().unwrap_or_default();
    known.iter().find(|it| **it == named).unwrap_or(&"other")
}

async fn checked(app: &App, actor: &Actor) -> Result<Value, Error> {
    let lines = check::run(app, actor).await?;
    let counts = count(lines.iter().map(|it| (it.topic.to_owned(), it.level.word().to_owned())));
    Ok(counted(counts, |(topic, result), times| json!({ "topic": topic, "result": result, "times": times })))
}

async fn directory(app: &App, actor: &Actor) -> Result<Value, Error> {
    let report = fsck::run(app, actor).await?;
    let by_rule = |findings: &[fsck::Finding]| {
        let counts = count(findings.iter().map(|it| it.rule.clone()));
        counted(counts, |rule, times| json!({ "rule": rule, "times": times }))
    };
    Ok(json!({ "broken": by_rule(&report.broken), "notices": by_rule(&report.notices) }))
}

async fn tables(app: &App) -> Result<Value, Error> {
    Ok(app.store.row_counts().await?.into_iter().map(|(table, rows)| json!({ "table": table, "rows": rows })).collect())
}

async fn outbox(app: &App) -> Result<Value, Error> {
    let now = app.now();
    let waiting: Vec<Value> = app
        .store
        .waiting_by_kind(MESSAGES_MAX)
        .await?
        .iter()
        .map(|it| {
            json!({
                "kind": jobs::kind(&it.kind),
                "messages": it.messages,
                "failing": it.failing,
                "tries": it.tries,
                "late_seconds": now.since(it.first_due).as_secs(),
                "oldest_seconds": now.since(it.oldest).as_secs(),
            })
        })
        .collect();
    let failures = app.store.failures(MESSAGES_MAX.into()).await?;
    let failures = count(failures.iter().map(|(kind, why)| (jobs::kind(kind), kind_of_failure(why))));
    let failures = counted(failures, |(kind, why), times| json!({ "kind": kind, "failure": why, "times": times }));
    Ok(json!({ "waiting": waiting, "failures": failures }))
}

async fn audit_of_all(app: &App, actor: &Actor) -> Result<Value, Error> {
    let mut all = vec![json!({ "organisation": Value::Null, "audit": audit_of(app, actor, OrgId::OPERATOR).await? })];
    for it in organisations::list(app, actor).await? {
        let audit = audit_of(app, actor, it.id).await?;
        all.push(json!({ "organisation": it.id, "is_suspended": it.is_suspended, "audit": audit }));
    }
    Ok(Value::Array(all))
}

async fn audit_of(app: &App, actor: &Actor, org: OrgId) -> Result<Value, Error> {
    let integrity = audit_chain::integrity(app, actor, org).await?;
    let verification = integrity.verification;
    Ok(json!({
        "sealed": integrity.sealed,
        "unsealed": audit_seals::count_unsealed(app.store.reader(), org, app.now()).await?,
        "verified_at": verification.as_ref().map(|it| it.at.rfc3339()),
        "problems": verification.as_ref().map(|it| it.problems),
    }))
}

async fn connections_of_all(app: &App, actor: &Actor) -> Result<Value, Error> {
    let mut all = Vec::new();
    for organisation in organisations::list(app, actor).await? {
        all.extend(connections::health(app, actor, organisation.id).await?.iter().map(connection));
    }
    Ok(Value::Array(all))
}

fn connection(of: &Health) -> Value {
    let ago = |at: Option<Timestamp>| at.map(|it| of.at.since(it).as_secs());
    let answers = of.answers.iter().map(|it| json!({ "status": it.status, "requests": it.requests }));
    json!({
        "organisation": of.connection.org,
        "connection": of.connection.id,
        "kind": of.connection.kind.word(),
        "is_paused": of.connection.is_paused,
        "signs_in": of.connection.settings.sign_in().is_some(),
        "heard_seconds_ago": ago(of.pulse.heard_at),
        "succeeded_seconds_ago": ago(of.pulse.succeeded_at),
        "answers_of_a_day": answers.collect::<Vec<_>>(),
        "tokens": of.tokens.iter().filter(|it| !it.has_ended(of.at)).count(),
        "held": of.held,
        "waiting": of.waiting,
    })
}

/// What kind of failure a text tells of that others have written.
fn kind_of_failure(text: &str) -> &'static str {
    const KINDS: [(&str, &[&str]); 6] = [
        ("certificate", &["certificate", "tls"]),
        ("name", &["dns", "resolve", "name or service", "lookup"]),
        ("timeout", &["timed out", "timeout", "too long", "deadline"]),
        ("connection", &["refused", "unreachable", "reset", "no route", "no connection", "connect"]),
        ("answer", &["status", "permanent error", "transient error"]),
        ("database", &["no such", "relation", "sql", "database"]),
    ];
    let text = text.to_lowercase();
    KINDS.into_iter().find(|(_, words)| words.iter().any(|it| text.contains(it))).map_or("other", |it| it.0)
}

fn count<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    for it in all {
        *counts.entry(it).or_insert(0_u64) += 1;
    }
    counts
}

fn counted<T>(counts: BTreeMap<T, u64>, view: impl Fn(T, u64) -> Value) -> Value {
    counts.into_iter().map(|(it, times)| view(it, times)).collect()
}

#[cfg(test)]
mod tests;
