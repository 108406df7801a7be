//! Putting batches into a bucket, as objects of which each holds a record a line.
//!
//! **Invariant:** no redirect is followed: the key signs for the host that somebody chose, and for no other.
//! **Invariant:** of what a store answers the status, its word for the fault and one sentence are kept, and no more.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use url::Url;

use super::secret;
use super::sigv4::{Signer, signed};
use super::sinks::{Batch, Refused, VERSION, for_now, refused};
use crate::app::App;
use crate::app::audit_log::INSTANCE;
use crate::app::outbound::{Answer, Call, Method};
use crate::domain::Error;
use crate::domain::audit_stream::{AuditStream, Bucket, kept_error, object, trial};
use crate::domain::id::OrgId;

/// So much of an answer that is no yes is looked at, in bytes.
const ANSWER_MAX: usize = 4 * 1024;

/// Puts a batch, or what is sent on trial.
pub(super) async fn put(app: &App, stream: &AuditStream, bucket: &Bucket, batch: &Batch) -> Result<String, Refused> {
    let (name, call) = request(app, stream, bucket, batch).await.map_err(|it| for_now(&it))?;
    let sent = async { app.outbound()?.send(call).await.map_err(|it| Error::from(anyhow::Error::new(it))) };
    let answer = sent.await.map_err(|it| for_now(&it))?;
    match answer.status {
        200..=299 => Ok(format!("it is stored as {name}")),
        _ => Err(refused(&answer, kept_error(&why(&answer)))),
    }
}

async fn request(app: &App, stream: &AuditStream, bucket: &Bucket, batch: &Batch) -> Result<(String, Call), Error> {
    let (name, media_type) = match batch.numbers {
        Some(numbers) => {
            let at = batch.since.unwrap_or_else(|| app.now());
            (object(&slug(app, stream.org).await?, at, numbers, stream.id), "application/x-ndjson")
        }
        None => (trial(stream.id), "application/json"),
    };
    let body = batch.text().into_bytes();
    let call = Call {
        method: Method::PUT,
        url: Url::parse(&bucket.url_of(&name)).map_err(anyhow::Error::new)?,
        headers: vec![
            ("content-type", media_type.to_owned()),
            // A bucket with object lock takes nothing without it.
            ("content-md5", STANDARD.encode(Md5::digest(&body))),
        ],
        body,
    };
    let sealed = stream.secret_sealed.as_ref().context("the key of the bucket has no secret")?;
    let secret = secret(app, stream.id, sealed)?;
    let by = Signer { key_id: &bucket.access_key_id, secret: secret.reveal(), region: &bucket.region };
    let mut call = signed(call, by, app.now())?;
    // Unsigned: there are proxies that write their own.
    call.headers.push(("user-agent", format!("Doorward/{VERSION}")));
    Ok((name, call))
}

/// The short name of the organisation whose log it is.
async fn slug(app: &App, org: OrgId) -> Result<String, Error> {
    if org == OrgId::OPERATOR {
        return Ok(INSTANCE.to_owned());
    }
    Ok(app.store.organisation(org).await?.0.slug)
}

/// What a store says is wrong, in plain words where its word for it is known.
fn why(answer: &Answer) -> String {
    let status = answer.status;
    let text = String::from_utf8_lossy(answer.body.get(..ANSWER_MAX).unwrap_or(&answer.body)).into_owned();
    let code = element(&text, "Code").unwrap_or_default();
    let plain = match code {
        "RequestTimeTooSkewed" => "the clocks of this server and of the store are too far apart; set them",
        "AccessDenied" => "the key may not put objects there; allow it s3:PutObject",
        "NoSuchBucket" => "there is no such bucket",
        "InvalidAccessKeyId" => "the store does not know this access key id",
        "SignatureDoesNotMatch" => "the secret access key does not belong to the access key id",
        "AuthorizationHeaderMalformed" | "PermanentRedirect" | "TemporaryRedirect" | "Redirect" => {
            "the bucket is in another region or at another address"
        }
        _ => element(&text, "Message").unwrap_or_default(),
    };
    let elsewhere = element(&text, "Region").or_else(|| element(&text, "Endpoint"));
    let elsewhere = elsewhere.filter(|_| matches!(status, 300..=400)).map(|it| format!(": {it}")).unwrap_or_default();
    if code.is_empty() {
        return format!("the store answered with status {status}");
    }
    format!("the store answered with status {status} ({code}): {plain}{elsewhere}")
}

/// What the first element of this name holds.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|it| it.0.trim())
}

#[cfg(test)]
mod tests;
