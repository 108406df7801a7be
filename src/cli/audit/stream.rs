//! `doorward audit stream`: the streams in which an audit log goes out as it happens.

use clap::{Args, Subcommand};

use crate::app::audit_streams::{self, ChangedStream, Events, Kind, NewStream, Signing, Standing, Style, Tried};
use crate::cli::operator::{Operator, secret_from_stdin};
use crate::cli::output::{Output, Record};
use crate::domain::id::{AuditStreamId, OrgId};
use crate::domain::secret::Secret;
use crate::domain::{Error, Timestamp};

const AT_THE_SERVER: &str =
    "the standard output is that of the server; try it there, by POST /api/v1/audit/streams/ID/test";

/// What can be done with streams.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Let an audit log go out from now on; the secret of a webhook is printed once
    Add(Added),
    /// List the streams of an organisation, each with how far behind it is
    List {
        /// The organisation; without it, what belongs to the instance itself
        #[arg(long, value_name = "SLUG")]
        org: Option<String>,
    },
    /// Show a stream
    Show(Which),
    /// Let a stream go out otherwise; what is not said stays
    #[command(arg_required_else_help = true)]
    Set(Changed),
    /// Let a stream wait; what happens meanwhile waits with it
    Pause(Which),
    /// Let a stream go on where it was
    Resume(Which),
    /// Let a stream go on at another number
    Replay {
        /// The stream
        id: AuditStreamId,
        /// The number of the record that is sent next
        #[arg(long, value_name = "SEQ")]
        from: i64,
    },
    /// Sign with another secret; for a day each request is signed with the one before as well
    RotateSecret(Which),
    /// Send something that is no record, and tell whether it was taken
    Test(Which),
    /// Let the log go out by a stream no more
    Delete(Which),
}

/// Which stream.
#[derive(Debug, Args)]
pub struct Which {
    /// The stream
    id: AuditStreamId,
}

/// A new stream.
#[derive(Debug, Args)]
pub struct Added {
    /// The organisation; without it, what belongs to the instance itself
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
    /// What people call it
    #[arg(long)]
    name: String,
    /// By which way; a file is written into the directory of DOORWARD_AUDIT_DIR, and stdout is that of the server
    #[arg(long, value_parser = Kind::ALL.map(Kind::word))]
    kind: String,
    /// To where: https://… for a webhook, https://STORE/BUCKET/PREFIX for s3, HOST:PORT for syslog under TLS; nothing otherwise
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    #[command(flatten)]
    key: Key,
    /// What each record looks like
    #[arg(long, value_parser = Style::ALL.map(Style::word), default_value = Style::Json.word())]
    format: String,
    /// Which records are told, such as role.assigned or user.*, with commas in between; without this, all
    #[arg(long, value_name = "EVENTS", default_value = "", hide_default_value = true)]
    events: String,
}

/// With what requests to a bucket are signed.
#[derive(Debug, Args)]
pub struct Key {
    /// The region of a bucket
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The name of the key that may put objects into it
    #[arg(long, value_name = "ID")]
    access_key_id: Option<String>,
    /// Read the secret of that key from standard input
    #[arg(long)]
    secret_access_key_stdin: bool,
}

impl Key {
    fn signing(self) -> Result<Signing, Error> {
        let Self { region, access_key_id, secret_access_key_stdin } = self;
        let secret_access_key = secret_access_key_stdin.then(secret_from_stdin).transpose()?.map(Secret::new);
        Ok(Signing { region, access_key_id, secret_access_key })
    }
}

/// What is to change.
#[derive(Debug, Args)]
pub struct Changed {
    /// The stream
    id: AuditStreamId,
    /// What people call it
    #[arg(long)]
    name: Option<String>,
    /// To where
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    #[command(flatten)]
    key: Key,
    /// What each record looks like
    #[arg(long, value_parser = Style::ALL.map(Style::word))]
    format: Option<String>,
    /// Which records are told, with commas in between; nothing between quotes for all
    #[arg(long, value_name = "EVENTS")]
    events: Option<String>,
}

/// Runs the command.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let (app, actor) = (&operator.app, &operator.actor);
    match command {
        Command::Add(it) => add(operator, it).await,
        Command::List { org } => {
            let all = audit_streams::list(app, actor, organisation(operator, org.as_deref()).await?).await?;
            let columns = ["id", "name", "kind", "to", "state", "behind"];
            Ok(Output::many(&columns, all.into_iter().map(record).collect()))
        }
        Command::Show(Which { id }) => shown(operator, id).await,
        Command::Set(Changed { id, name, to, key, format, events }) => {
            let style = format.as_deref().map(style).transpose()?;
            let events = events.as_deref().map(Events::read_line).transpose()?;
            let to = ChangedStream { name, address: to, signing: key.signing()?, style, events };
            audit_streams::change(app, actor, id, to).await?;
            shown(operator, id).await
        }
        Command::Pause(Which { id }) => {
            audit_streams::pause(app, actor, id).await?;
            shown(operator, id).await
        }
        Command::Resume(Which { id }) => {
            audit_streams::resume(app, actor, id).await?;
            shown(operator, id).await
        }
        Command::Replay { id, from } => {
            audit_streams::replay(app, actor, id, from).await?;
            shown(operator, id).await
        }
        Command::RotateSecret(Which { id }) => {
            let secret = audit_streams::rotate_secret(app, actor, id).await?;
            Ok(Output::one(Record::new().with("id", id.to_string()).with("secret", secret.reveal().clone())))
        }
        Command::Test(Which { id }) => {
            if audit_streams::show(app, actor, id).await?.stream.sink.kind() == Kind::Stdout {
                return Err(Error::malformed("kind", AT_THE_SERVER));
            }
            let Tried { is_taken, said } = audit_streams::test(app, actor, id).await?;
            let output = Output::one(Record::new().with("taken", is_taken).with("said", said));
            Ok(if is_taken { output } else { output.failed("it was not taken") })
        }
        Command::Delete(Which { id }) => {
            audit_streams::delete(app, actor, id).await?;
            Ok(Output::one(Record::new().with("deleted", id.to_string())))
        }
    }
}

async fn add(operator: &Operator, it: Added) -> Result<Output, Error> {
    let org = organisation(operator, it.org.as_deref()).await?;
    let new = NewStream {
        name: it.name,
        kind: Kind::parse(&it.kind).ok_or_else(|| Error::malformed("kind", "is unknown"))?,
        address: it.to.unwrap_or_default(),
        signing: it.key.signing()?,
        style: style(&it.format)?,
        events: Events::read_line(&it.events)?,
    };
    let (made, secret) = audit_streams::create(&operator.app, &operator.actor, org, new).await?;
    let standing = audit_streams::show(&operator.app, &operator.actor, made.id).await?;
    Ok(Output::one(record(standing).maybe("secret", secret.map(|it| it.reveal().clone()))))
}

async fn shown(operator: &Operator, id: AuditStreamId) -> Result<Output, Error> {
    Ok(Output::one(record(audit_streams::show(&operator.app, &operator.actor, id).await?)))
}

async fn organisation(operator: &Operator, slug: Option<&str>) -> Result<OrgId, Error> {
    match slug {
        Some(slug) => Ok(operator.organisation(slug).await?.id),
        None => Ok(OrgId::OPERATOR),
    }
}

fn style(word: &str) -> Result<Style, Error> {
    Style::parse(word).ok_or_else(|| Error::malformed("format", "is unknown"))
}

fn record(it: Standing) -> Record {
    let Standing { stream, address, bucket, behind, oldest } = it;
    Record::new()
        .with("id", stream.id.to_string())
        .with("name", stream.name.clone())
        .with("kind", stream.sink.kind().word())
        .maybe("to", (!address.is_empty()).then_some(address))
        .maybe("region", bucket.as_ref().map(|it| it.region.clone()))
        .maybe("access_key_id", bucket.map(|it| it.access_key_id))
        .with("format", stream.style.word())
        .maybe("events", Some(stream.events.line()).filter(|it| !it.is_empty()))
        .with("state", stream.state().word())
        .with("next_seq", stream.next_seq)
        .with("behind", behind)
        .maybe("oldest_waiting_at", oldest.map(Timestamp::rfc3339))
        .maybe("last_sent_at", stream.last_sent_at.map(Timestamp::rfc3339))
        .maybe("failing_since", stream.failing_since.map(Timestamp::rfc3339))
        .maybe("last_error", stream.last_error)
}
