//! The streams in which the audit log goes out, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words, kept, told};
use super::users::Which;
use crate::app::audit_streams::{self, ChangedStream, Events, Kind, NewStream, Signing, Standing, Style, Tried};
use crate::app::{App, users};
use crate::domain::id::AuditStreamId;
use crate::domain::policy::Actor;
use crate::domain::secret::Secret;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

const LIST: &str = "/api/v1/audit/streams";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the streams in which the audit log goes out, by name, each with how far behind it is")
        .of_an_organisation()
        .answers::<AuditStreamList>(200);
    let create = operation("Lets the audit log go out from now on")
        .about(
            "Each record is told once it is part of the chain, in the order of `seq`, at least once. A webhook gets requests \
             signed as Standard Webhooks are; its secret is in this answer and never again. A bucket of an S3-compatible store \
             gets an object a minute, of up to 1,000 records or 5 MiB.",
        )
        .of_an_organisation()
        .takes::<NewAuditStreamBody>()
        .answers::<MadeAuditStreamBody>(201)
        .conflicts();
    let show = operation("Shows a stream, and how far behind it is").answers::<AuditStreamBody>(200);
    let change = operation("Lets a stream go out otherwise; what is left out stays")
        .takes::<ChangedAuditStreamBody>()
        .answers::<AuditStreamBody>(200);
    let pause = operation("Lets a stream wait; what happens meanwhile waits with it").answers::<AuditStreamBody>(200);
    let resume = operation("Lets a stream go on where it was").answers::<AuditStreamBody>(200);
    let replay = operation("Lets a stream go on at another number; what was sent since is sent once more")
        .takes::<ReplayBody>()
        .answers::<AuditStreamBody>(200);
    let rotate = operation("Signs with another secret, which is in this answer and never again")
        .about("For a day each request is signed with the secret before as well.")
        .answers::<StreamSecretBody>(200);
    let test = operation("Sends something that is no record, and tells whether it was taken")
        .throttles()
        .answers::<TriedBody>(200);
    let delete = operation("Lets the audit log go out by this stream no more");
    routes
        .get(LIST, list, self::list)
        .post(LIST, create, self::create)
        .get("/api/v1/audit/streams/{id}", show, self::show)
        .patch("/api/v1/audit/streams/{id}", change, self::change)
        .delete("/api/v1/audit/streams/{id}", delete, self::delete)
        .post("/api/v1/audit/streams/{id}/pause", pause, self::pause)
        .post("/api/v1/audit/streams/{id}/resume", resume, self::resume)
        .post("/api/v1/audit/streams/{id}/replay", replay, self::replay)
        .post("/api/v1/audit/streams/{id}/rotate-secret", rotate, self::rotate)
        .post("/api/v1/audit/streams/{id}/test", test, self::test)
}

/// A stream that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAuditStreamBody {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `webhook`, `syslog`, `s3` or, for the operator alone, `file` or `stdout`.
    kind: String,
    /// An address that begins with https:// for a webhook, and for a bucket with that and what names begin with behind its host; a host
    /// and a port for syslog under TLS (RFC 5425); none otherwise.
    #[serde(default)]
    #[schema(max_length = 2000)]
    address: Option<String>,
    /// The region of a bucket; of that alone, as what follows.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    region: Option<String>,
    /// The name of the key that may put objects into it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    access_key_id: Option<String>,
    /// The secret of that key, which is never shown.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    secret_access_key: Option<String>,
    /// `json`, as this API tells a deed, or `ocsf`, as events of OCSF 1.8.0.
    #[serde(default)]
    format: Option<String>,
    /// Which records are told: names such as `role.assigned`, and areas such as `user.*`; all where none is named.
    #[serde(default)]
    #[schema(max_items = 50)]
    events: Vec<String>,
}

/// What is to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangedAuditStreamBody {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    address: Option<Option<String>>,
    /// Of a bucket alone, as what follows.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    region: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    access_key_id: Option<Option<String>>,
    /// Another secret takes the place of the one before at once.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    secret_access_key: Option<Option<String>>,
    /// `json` or `ocsf`.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>)]
    format: Option<Option<String>>,
    /// Names such as `role.assigned`, and areas such as `user.*`; none for all.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    events: Option<Option<Vec<String>>>,
}

/// Where a stream is to go on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayBody {
    /// The number of the record that is sent next.
    #[schema(minimum = 1)]
    from_seq: i64,
}

/// A stream.
#[derive(Debug, Serialize, ToSchema)]
struct AuditStreamBody {
    id: AuditStreamId,
    name: String,
    /// `webhook`, `syslog`, `s3`, `file` or `stdout`.
    kind: &'static str,
    /// Without its path and query for whoever may not manage streams; none for what stays with the operator.
    address: Option<String>,
    /// Of a bucket.
    region: Option<String>,
    /// The name of the key that signs for a bucket.
    access_key_id: Option<String>,
    /// `json` or `ocsf`.
    format: &'static str,
    /// Which records are told; all where this is empty.
    events: Vec<String>,
    /// `active`, `failing` or `paused`.
    state: &'static str,
    /// The number of the record that is sent next.
    next_seq: i64,
    /// How many records wait.
    behind: u64,
    /// When the oldest of them was written.
    oldest_waiting_at: Option<String>,
    last_sent_at: Option<String>,
    /// Since when nothing is taken.
    failing_since: Option<String>,
    last_error: Option<String>,
    /// When it is tried again, where the last try failed.
    next_try_at: Option<String>,
    /// Until when requests are signed with the secret before as well.
    earlier_secret_until: Option<String>,
    created_at: String,
    updated_at: String,
}

/// A stream that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct MadeAuditStreamBody {
    stream: AuditStreamBody,
    /// What requests are signed with, as Standard Webhooks write it; of a webhook alone.
    secret: Option<String>,
}

/// The streams, by name.
#[derive(Debug, Serialize, ToSchema)]
struct AuditStreamList {
    streams: Vec<AuditStreamBody>,
}

/// A secret that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct StreamSecretBody {
    secret: String,
}

/// What came of sending something.
#[derive(Debug, Serialize, ToSchema)]
struct TriedBody {
    taken: bool,
    /// What the receiver answered, or why it was not reached.
    said: String,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<AuditStreamList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = audit_streams::list(&app, &actor, org).await?;
    Ok(Json(AuditStreamList { streams: all.into_iter().map(AuditStreamBody::from).collect() }))
}

async fn create(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Params(which): Params<Which>,
    Body(new): Body<NewAuditStreamBody>,
) -> Result<(StatusCode, Json<MadeAuditStreamBody>), Problem> {
    caller.has_proved_lately()?;
    let org = users::organisation_of(&app, &caller.actor, which.organisation.as_deref()).await?;
    let new = NewStream {
        kind: Kind::parse(&new.kind).ok_or_else(|| one_of("kind", &Kind::ALL.map(Kind::word)))?,
        style: new.format.as_deref().map(style).transpose()?.unwrap_or_default(),
        events: events(&new.events)?,
        name: new.name,
        address: new.address.unwrap_or_default(),
        signing: Signing {
            region: new.region,
            access_key_id: new.access_key_id,
            secret_access_key: new.secret_access_key.map(Secret::new),
        },
    };
    let (made, secret) = audit_streams::create(&app, &caller.actor, org, new).await?;
    let stream = audit_streams::show(&app, &caller.actor, made.id).await?.into();
    let secret = secret.as_ref().map(Secret::reveal).cloned();
    Ok((StatusCode::CREATED, Json(MadeAuditStreamBody { stream, secret })))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<AuditStreamBody>, Problem> {
    shown(&app, &actor, stream_id(&id)?).await
}

async fn change(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    Body(to): Body<ChangedAuditStreamBody>,
) -> Result<Json<AuditStreamBody>, Problem> {
    caller.has_proved_lately()?;
    let to = ChangedStream {
        name: kept("name", to.name)?,
        address: kept("address", to.address)?,
        signing: Signing {
            region: kept("region", to.region)?,
            access_key_id: kept("access_key_id", to.access_key_id)?,
            secret_access_key: kept("secret_access_key", to.secret_access_key)?.map(Secret::new),
        },
        style: kept("format", to.format)?.as_deref().map(style).transpose()?,
        events: kept("events", to.events)?.as_deref().map(events).transpose()?,
    };
    let id = audit_streams::change(&app, &caller.actor, stream_id(&id)?, to).await?.id;
    shown(&app, &caller.actor, id).await
}

async fn pause(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<AuditStreamBody>, Problem> {
    let id = audit_streams::pause(&app, &actor, stream_id(&id)?).await?.id;
    shown(&app, &actor, id).await
}

async fn resume(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<AuditStreamBody>, Problem> {
    let id = audit_streams::resume(&app, &actor, stream_id(&id)?).await?.id;
    shown(&app, &actor, id).await
}

async fn replay(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(from): Body<ReplayBody>,
) -> Result<Json<AuditStreamBody>, Problem> {
    let id = audit_streams::replay(&app, &actor, stream_id(&id)?, from.from_seq).await?.id;
    shown(&app, &actor, id).await
}

async fn rotate(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
) -> Result<Json<StreamSecretBody>, Problem> {
    caller.has_proved_lately()?;
    let secret = audit_streams::rotate_secret(&app, &caller.actor, stream_id(&id)?).await?;
    Ok(Json(StreamSecretBody { secret: secret.reveal().clone() }))
}

async fn test(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<TriedBody>, Problem> {
    let Tried { is_taken, said } = audit_streams::test(&app, &actor, stream_id(&id)?).await?;
    Ok(Json(TriedBody { taken: is_taken, said }))
}

async fn delete(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<StatusCode, Problem> {
    audit_streams::delete(&app, &actor, stream_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn shown(app: &App, actor: &Actor, id: AuditStreamId) -> Result<Json<AuditStreamBody>, Problem> {
    Ok(Json(audit_streams::show(app, actor, id).await?.into()))
}

/// What is not an id names nothing.
fn stream_id(text: &str) -> Result<AuditStreamId, Error> {
    text.parse().map_err(|_| Error::NotFound("stream"))
}

fn style(word: &str) -> Result<Style, Error> {
    Style::parse(word).ok_or_else(|| one_of("format", &Style::ALL.map(Style::word)))
}

fn events(words: &[String]) -> Result<Events, Error> {
    Events::read(words.iter().map(String::as_str))
}

fn one_of(field: &str, words: &[&str]) -> Error {
    Error::malformed(field, format!("must be one of {}", words.join(", ")))
}

impl From<Standing> for AuditStreamBody {
    fn from(it: Standing) -> Self {
        let Standing { stream, address, bucket, behind, oldest } = it;
        Self {
            id: stream.id,
            kind: stream.sink.kind().word(),
            address: (!address.is_empty()).then_some(address),
            region: bucket.as_ref().map(|it| it.region.clone()),
            access_key_id: bucket.map(|it| it.access_key_id),
            format: stream.style.word(),
            events: stream.events.words(),
            state: stream.state().word(),
            next_seq: stream.next_seq,
            behind,
            oldest_waiting_at: oldest.map(Timestamp::rfc3339),
            last_sent_at: stream.last_sent_at.map(Timestamp::rfc3339),
            failing_since: stream.failing_since.map(Timestamp::rfc3339),
            next_try_at: stream.failing_since.filter(|_| !stream.is_paused).map(|_| stream.next_at.rfc3339()),
            last_error: stream.last_error,
            earlier_secret_until: stream.earlier.map(|(_, until)| until.rfc3339()),
            created_at: stream.created_at.rfc3339(),
            updated_at: stream.updated_at.rfc3339(),
            name: stream.name,
        }
    }
}
