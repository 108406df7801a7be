//! Looks at an instance as an operator would: what is wrong, and what to do about it.
//!
//! **Invariant:** it changes nothing in any organisation and sends nothing to anybody; identity providers are only asked for
//! what they publish.

use std::path::Path;
use std::time::Duration;

use crate::app::{App, connections, federation, keys, mail, organisations};
use crate::domain::connection::Connection;
use crate::domain::organisation::Organisation;
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::{Error, Timestamp};
use crate::oidc::jwt::Algorithm;
use crate::store::{audit, grants};

/// A token that ends sooner is worth a warning.
const TOKEN_SOON: Duration = Duration::from_hours(30 * 24);
/// A clock that is further behind the newest record is wrong.
const CLOCK_SLACK: Duration = Duration::from_mins(1);
/// No clock that is right shows an earlier moment than this version was written at.
const NOT_BEFORE: Timestamp = Timestamp::from_millis(1_760_000_000_000);
const OPERATOR_TOKEN_MIN: usize = 32;
const CONNECTION: &str = "connection";

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Good,
    /// It works, and deserves a look.
    Warning,
    /// It does not work.
    Bad,
}

impl Level {
    /// The word for people and programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What kind of thing was looked at, in a word of this program.
    pub topic: &'static str,
    /// What was looked at, which may be the name of somebody's.
    pub subject: String,
    /// How bad it is.
    pub level: Level,
    /// How it is, and what to do.
    pub says: String,
}

impl Line {
    /// What there is one of.
    pub fn about(topic: &'static str, level: Level, says: impl Into<String>) -> Self {
        Self { topic, subject: topic.to_owned(), level, says: says.into() }
    }
}

/// Looks at everything; only for the operator.
pub async fn run(app: &App, actor: &Actor) -> Result<Vec<Line>, Error> {
    let mut lines = vec![address(app), key_file(&app.config.master_key_file)];
    lines.extend(metrics(app));
    lines.push(mail(app).await);
    lines.extend(operator_token(app));
    lines.push(schema(app).await?);
    if lines.iter().any(|line| line.topic == "schema" && line.level == Level::Bad) {
        return Ok(lines);
    }
    lines.push(master_key(app).await);
    lines.push(clock(app).await?);
    lines.push(outbox(app).await?);
    lines.push(signing_keys(app, actor).await?);
    let all = organisations::list(app, actor).await?;
    if all.is_empty() {
        lines.push(warning("organisations", "there is none yet; make one with `doorward org create`"));
    }
    for organisation in &all {
        for connection in connections::list(app, actor, organisation.id).await? {
            lines.push(connection_line(app, organisation, &connection).await?);
        }
    }
    Ok(lines)
}

fn address(app: &App) -> Line {
    let config = &app.config;
    let says = format!("browsers reach {}, this server listens on {}", config.public_url, config.listen);
    if config.is_https() && config.trusted_proxies.is_empty() {
        return warning(
            "address",
            &format!(
                "{says}; name the proxy that ends TLS in DOORWARD_TRUSTED_PROXIES, or every caller has its address"
            ),
        );
    }
    if !config.is_https() && !config.listen.ip().is_loopback() {
        return warning("address", &format!("{says}; set DOORWARD_PUBLIC_URL to the https address that people use"));
    }
    good("address", &says)
}

fn metrics(app: &App) -> Option<Line> {
    let at = app.config.metrics_listen?;
    Some(if at.ip().is_loopback() {
        good("metrics", &format!("programs on this machine read them at http://{at}/metrics"))
    } else {
        let says = format!("whoever reaches {at} reads how much is going on here; let only your monitoring reach it");
        warning("metrics", &says)
    })
}

fn key_file(path: &Path) -> Line {
    let shown = path.display();
    match is_open_to_others(path) {
        Ok(false) => good("master key file", &format!("{shown} is readable by its owner only")),
        Ok(true) => bad("master key file", &format!("{shown} is readable by others; run `chmod 600 {shown}`")),
        Err(cause) => bad("master key file", &format!("{shown} cannot be looked at: {cause}")),
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(path: &Path) -> std::io::Result<bool> {
    std::fs::metadata(path).map(|_| false)
}

async fn mail(app: &App) -> Line {
    match mail::check(app).await {
        Ok(()) => good("mail", "letters can leave"),
        Err(cause) => bad("mail", &format!("letters cannot leave: {}; set DOORWARD_MAIL_URL", said(&cause))),
    }
}

fn operator_token(app: &App) -> Option<Line> {
    let path = app.config.operator_token_file.as_ref()?;
    let shown = path.display();
    Some(match std::fs::read_to_string(path) {
        Err(cause) => bad("operator token", &format!("{shown} cannot be read: {cause}")),
        Ok(text) if text.trim().len() < OPERATOR_TOKEN_MIN => {
            bad("operator token", &format!("{shown} holds fewer than {OPERATOR_TOKEN_MIN} characters; use random ones"))
        }
        Ok(_) => match is_open_to_others(path) {
            Ok(false) => good("operator token", &format!("{shown} opens the API")),
            Ok(true) => bad("operator token", &format!("{shown} is readable by others; run `chmod 600 {shown}`")),
            Err(cause) => bad("operator token", &format!("{shown} cannot be looked at: {cause}")),
        },
    })
}

async fn schema(app: &App) -> Result<Line, Error> {
    let changes = app.schema_changes().await?;
    let missing = changes.iter().filter(|it| !it.is_applied).count();
    Ok(if missing == 0 {
        good("schema", &format!("the database has all {} changes of this version", changes.len()))
    } else {
        bad("schema", &format!("the database lacks {missing} changes of this version; run `doorward migrate`"))
    })
}

async fn master_key(app: &App) -> Line {
    match keys::check_master_key(app).await {
        Ok(()) => good("master key", "it is the one that this database was made with"),
        Err(cause) => bad("master key", &said(&cause)),
    }
}

async fn clock(app: &App) -> Result<Line, Error> {
    let now = app.now();
    let newest = audit::newest_at(app.store.reader()).await?.unwrap_or(NOT_BEFORE);
    let is_behind = now < NOT_BEFORE || newest.since(now) > CLOCK_SLACK;
    let says = format!("it is {}", now.rfc3339());
    Ok(if is_behind {
        bad("clock", &format!("{says} here, and the newest record is of {}; set the clock by NTP", newest.rfc3339()))
    } else {
        good("clock", &says)
    })
}

async fn outbox(app: &App) -> Result<Line, Error> {
    let (waiting, failing) = (app.store.waiting().await?, app.store.failing().await?);
    Ok(if failing > 0 {
        warning(
            "outbox",
            &format!("{failing} of {waiting} messages could not be sent so far; the log of the server says why"),
        )
    } else {
        good("outbox", &format!("{waiting} messages wait to be sent"))
    })
}

async fn signing_keys(app: &App, actor: &Actor) -> Result<Line, Error> {
    let listed = keys::list(app, actor).await?;
    let is_active =
        |algorithm: &Algorithm| listed.iter().any(|key| key.algorithm == algorithm.as_str() && key.state == "active");
    if !Algorithm::USUAL.iter().all(is_active) {
        return Ok(warning("signing keys", "there are none yet; the server makes them when they are first needed"));
    }
    Ok(match keys::current(app).await {
        Ok(_) => good("signing keys", &format!("{} keys, all readable under the master key", listed.len())),
        Err(cause) => bad("signing keys", &said(&cause)),
    })
}

async fn connection_line(app: &App, of: &Organisation, connection: &Connection) -> Result<Line, Error> {
    let line = looked_at(app, of, connection).await?;
    Ok(Line { subject: format!("{CONNECTION} {} of {}", connection.name, of.slug), ..line })
}

async fn looked_at(app: &App, of: &Organisation, connection: &Connection) -> Result<Line, Error> {
    if connection.is_paused {
        return Ok(warning(CONNECTION, "it is paused; let it go on with `doorward connection resume`"));
    }
    if connection.settings.protected_roles && !keeps_a_way_back(app, of).await? {
        return Ok(bad(
            CONNECTION,
            "it may manage protected roles, and nobody outside it holds one: make a local user who does",
        ));
    }
    if connection.settings.sign_in().is_some()
        && let Err(why) = federation::reach(app, connection).await
    {
        let says = format!("nobody can sign in there: {why}; check its issuer, and DOORWARD_OUTBOUND_ALLOW");
        return Ok(bad(CONNECTION, &says));
    }
    let db = app.store.reader();
    let tokens = crate::store::connections::list_tokens(db, of.id, connection.id).await?;
    let Some(last) = tokens.iter().map(|token| token.expires_at).max().filter(|at| *at > app.now()) else {
        return Ok(bad(CONNECTION, "it has no token that works; add one with `doorward connection token add`"));
    };
    if last.since(app.now()) < TOKEN_SOON {
        let says = format!("its last token ends at {}; add one and give it to the identity provider", last.rfc3339());
        return Ok(warning(CONNECTION, &says));
    }
    let used = tokens.iter().filter_map(|token| token.last_used_at).max();
    let used = used.map_or_else(|| "has not called yet".to_owned(), |at| format!("called last at {}", at.rfc3339()));
    Ok(good(CONNECTION, &format!("the identity provider {used}")))
}

async fn keeps_a_way_back(app: &App, of: &Organisation) -> Result<bool, Error> {
    let (_, model) = app.store.organisation(of.id).await?;
    let protected = model.roles().iter().filter(|role| role.protected.is_some());
    let protected: Vec<RoleKey> = protected.map(|role| role.key.clone()).collect();
    Ok(grants::break_glass_holders(app.store.reader(), of.id, &protected).await? > 0)
}

/// The cause of a fault, which the operator may know.
fn said(cause: &Error) -> String {
    if let Error::Internal(cause) = cause { format!("{cause:#}") } else { cause.to_string() }
}

fn good(topic: &'static str, says: &str) -> Line {
    Line::about(topic, Level::Good, says)
}

fn warning(topic: &'static str, says: &str) -> Line {
    Line::about(topic, Level::Warning, says)
}

fn bad(topic: &'static str, says: &str) -> Line {
    Line::about(topic, Level::Bad, says)
}
