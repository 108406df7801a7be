//! How what goes out reaches whoever takes it: a webhook (Standard Webhooks), syslog under TLS (RFC 5424, RFC 5425), a bucket,
//! a file, or the standard output.
//!
//! **Invariant:** what is sent is taken as a whole or not at all as far as this side knows; half a batch is sent again.
//! **Invariant:** nothing of what a webhook answers is kept but its status.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use url::{Host, Url};

use super::{bucket, key};
use crate::app::outbound::{Answer, Call, Method};
use crate::app::{App, jobs};
use crate::domain::audit_stream::{
    AuditStream, Body, Line, Note, Sender, Sink, frame, kept_error, note, printed, webhook_id,
};
use crate::domain::{Error, Timestamp};

/// What goes out at once.
pub(super) struct Batch {
    /// Of which numbers it tells; none of what is sent on trial.
    pub numbers: Option<(i64, i64)>,
    /// When the first of the records in it was written.
    pub since: Option<Timestamp>,
    /// What is told.
    pub lines: Vec<Line>,
}

impl Batch {
    /// A line for each.
    pub(super) fn text(&self) -> String {
        self.lines.iter().flat_map(|it| [it.text(), "\n"]).collect()
    }
}

/// What came of sending something on trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Whether it was taken.
    pub is_taken: bool,
    /// What was said.
    pub said: String,
}

/// Why something was not taken.
#[derive(Debug)]
pub(super) enum Refused {
    /// It may be another time.
    ForNow {
        /// What was said.
        why: String,
        /// How long the receiver wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The receiver wants nothing more.
    ForGood(String),
}

/// Sends a batch; answers what was said.
pub(super) async fn send(app: &App, stream: &AuditStream, batch: &Batch) -> Result<String, Refused> {
    match &stream.sink {
        Sink::Webhook(url) => post(app, stream, url, batch).await,
        Sink::Syslog(to) => hand_over(app, to, &batch.lines).await.map_err(|it| for_now(&it)),
        Sink::S3(to) => bucket::put(app, stream, to, batch).await,
        Sink::File => append(app, stream, batch.text()).await.map_err(|it| for_now(&it)),
        Sink::Stdout => print(app, stream, &batch.lines).await.map_err(|it| for_now(&it)),
    }
}

/// Sends something that is no record.
pub(super) async fn test(app: &App, stream: &AuditStream) -> Result<Tried, Error> {
    let batch = Batch { numbers: None, since: None, lines: vec![note(stream.style, app.now(), Note::Test)?] };
    Ok(match send(app, stream, &batch).await {
        Ok(said) => Tried { is_taken: true, said },
        Err(Refused::ForNow { why: said, .. } | Refused::ForGood(said)) => Tried { is_taken: false, said },
    })
}

async fn post(app: &App, stream: &AuditStream, url: &str, batch: &Batch) -> Result<String, Refused> {
    let call = request(app, stream, url, batch).map_err(|it| for_now(&it))?;
    let sent = async { app.outbound()?.send(call).await.map_err(|it| Error::from(anyhow::Error::new(it))) };
    let answer = sent.await.map_err(|it| for_now(&it))?;
    let said = format!("the receiver answered with status {}", answer.status);
    match answer.status {
        200..=299 => Ok(said),
        // Standard Webhooks: whoever answers so wants no more.
        410 => Err(Refused::ForGood(said)),
        _ => Err(refused(&answer, said)),
    }
}

/// What is made of an answer that is no yes: whoever is busy says how long.
pub(super) fn refused(answer: &Answer, why: String) -> Refused {
    Refused::ForNow { why, retry_after: answer.retry_after.filter(|_| matches!(answer.status, 429 | 503)) }
}

fn request(app: &App, stream: &AuditStream, url: &str, batch: &Batch) -> Result<Call, Error> {
    let (now, numbers) = (app.now(), batch.numbers);
    let body = serde_json::to_vec(&Body::of((stream.org, stream.id), now, numbers, &batch.lines));
    let body = body.map_err(anyhow::Error::new)?;
    let (id, at) = (webhook_id(stream.id, now, numbers), now.seconds().to_string());
    let earlier = stream.earlier.as_ref().filter(|(_, until)| now < *until).map(|it| &it.0);
    let mut signatures = Vec::new();
    for sealed in stream.secret_sealed.iter().chain(earlier) {
        let mac = Hmac::<Sha256>::new_from_slice(key(app, stream.id, sealed)?.reveal());
        let mut mac = mac.context("the secret of a stream is no key")?;
        mac.update(format!("{id}.{at}.").as_bytes());
        mac.update(&body);
        signatures.push(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    }
    Ok(Call {
        method: Method::POST,
        url: Url::parse(url).map_err(anyhow::Error::new)?,
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("user-agent", format!("Doorward/{VERSION}")),
            ("webhook-id", id),
            ("webhook-timestamp", at),
            ("webhook-signature", signatures.join(" ")),
        ],
        body,
    })
}

pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

async fn hand_over(app: &App, to: &str, lines: &[Line]) -> Result<String, Error> {
    let (host, port) = host_and_port(to).context("the address names no host and port")?;
    let own = Url::parse(&app.config.public_url).map_err(anyhow::Error::new)?;
    let by = Sender { host: own.host_str().unwrap_or_default(), version: VERSION };
    let bytes: Vec<u8> = lines.iter().flat_map(|it| frame(it, by)).collect();
    app.outbound()?.hand_over((&host, port), &bytes).await.map_err(anyhow::Error::new)?;
    Ok("the receiver took it and closed the connection".to_owned())
}

/// Reads `host:port`; a host is read as a browser reads it, so that no spelling hides an address.
pub(super) fn host_and_port(text: &str) -> Option<(Host, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|it| *it != 0 && port.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((Host::parse(host).ok()?, port))
}

async fn append(app: &App, stream: &AuditStream, text: String) -> Result<String, Error> {
    let dir = app.config.audit_dir.clone().context("no directory for files of the audit log is named any more")?;
    let path = dir.join(format!("{}-{}.ndjson", stream.org, stream.id));
    let written = tokio::task::spawn_blocking(move || write(&dir, &path, text.as_bytes()));
    written.await.map_err(anyhow::Error::new)??;
    Ok("it is written".to_owned())
}

fn write(dir: &Path, path: &PathBuf, bytes: &[u8]) -> anyhow::Result<()> {
    // Whoever looks after the organisation reads this, and has no business with where files of the server lie.
    DirBuilder::new().recursive(true).mode(0o700).create(dir).context("the file has no directory")?;
    let mut open = OpenOptions::new();
    // Whoever may write into the directory must not lead the log elsewhere.
    open.read(true).append(true).create(true).mode(0o600).custom_flags(libc::O_NOFOLLOW);
    let mut file = open.open(path).context("the file cannot be opened")?;
    anyhow::ensure!(file.metadata()?.is_file(), "what stands in its place is no file");
    let end = file.seek(SeekFrom::End(0))?;
    let written = put(&mut file, end, bytes);
    if written.is_err() {
        // What was written of it goes, so that no half line is left before the next try.
        file.set_len(end)?;
    }
    written.context("the file cannot be written")
}

/// Appends whole lines; what a machine that died left of a line ends before them.
fn put(file: &mut File, end: u64, bytes: &[u8]) -> io::Result<()> {
    if end > 0 {
        let mut last = [0_u8];
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    file.write_all(bytes)?;
    file.sync_data()
}

async fn print(app: &App, stream: &AuditStream, lines: &[Line]) -> Result<String, Error> {
    if !app.config.audit_stdout {
        return Err(anyhow::anyhow!("the settings do not allow the standard output any more").into());
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&printed((stream.org, stream.id), line)?);
        text.push('\n');
    }
    app.standard_output.print(text).await?;
    Ok("it is written".to_owned())
}

pub(super) fn for_now(cause: &Error) -> Refused {
    let told = if let Error::Internal(cause) = cause { jobs::told(cause) } else { cause.to_string() };
    Refused::ForNow { why: kept_error(&told), retry_after: None }
}
