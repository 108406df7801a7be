//! Mail: what is written to people, and how it leaves.
//!
//! A letter is put into the outbox by the unit of work that causes it and sent by the outbox job.
//!
//! **Invariant:** a letter waits sealed; what it says is never logged.
//! **Invariant:** nothing that a person chose becomes a header, an address or markup: control characters are taken out of
//! names, and everything is encoded or escaped.

mod draft;
mod letter;
mod smtp;
mod text;
mod undelivered;
mod whence;

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::Context as _;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::app::config::Config;
use crate::app::{App, language};
use crate::domain::id::{OutboxId, UserId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::Actor;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};
use crate::store::outbox::Message as Queued;
use crate::store::{Tx, outbox, users};
use crate::texts::Language;

pub use letter::Letter;
pub use undelivered::of_user as undelivered_to;
pub(crate) use undelivered::{give_up, of_invitations as undelivered_invitations};
pub use whence::Whence;

/// The kind of an outbox message that holds a letter.
pub const MAIL: &str = "mail";

/// That a letter could not be delivered is told for so long.
pub(crate) const UNDELIVERED_KEPT: Duration = Duration::from_hours(30 * 24);

const PLACE: &str = "outbox.payload.mail";

/// A letter with its recipient.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// Whose address it is.
    pub name: String,
    /// The user name, which the letter mentions.
    pub user_name: String,
    /// The organisation's name.
    pub organisation: String,
    /// The organisation's short name; empty where an earlier version put the letter into the outbox.
    #[serde(default)]
    pub slug: String,
    /// The language it is written in; that of everybody else where an earlier version put the letter into the outbox.
    #[serde(default)]
    pub language: Language,
    /// Who it is, a user or somebody who is invited; nobody where it matters to no administrator that the letter arrives.
    #[serde(default)]
    pub person: Option<UserId>,
    /// When that was done which the letter is about; nothing where an earlier version put the letter into the outbox.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// From where it was done.
    #[serde(default)]
    pub whence: Whence,
    /// What is written.
    pub letter: Letter,
}

/// Whom a letter goes to.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The address.
    pub to: String,
    /// Whose address it is; empty when nobody knows.
    pub name: String,
    /// The user name, which letters mention.
    pub user_name: String,
    /// The language that the person reads, where it is known.
    pub language: Option<Language>,
    /// Who it is, a user or somebody who is invited; nobody where it is neither.
    pub person: Option<UserId>,
}

impl Recipient {
    /// A user, at its own address; none for a user without one.
    pub fn of(user: &User) -> Option<Self> {
        let to = user.email.clone()?;
        let (name, user_name) = (user.display_name.clone(), user.user_name.clone());
        let language = language::of_letters(&user.document);
        Some(Self { to, name, user_name, language, person: Some(user.id) })
    }
}

/// Puts a letter to somebody into the outbox; somebody without an address gets none.
pub async fn queue(app: &App, tx: &Tx, to: &User, letter: Letter) -> Result<(), Error> {
    match Recipient::of(to) {
        Some(to) => queue_to(app, tx, to, letter).await,
        None => Ok(()),
    }
}

/// The same about something that was done from there.
pub async fn queue_done(app: &App, tx: &Tx, to: &User, letter: Letter, whence: Whence) -> Result<(), Error> {
    match Recipient::of(to) {
        Some(to) => put(app, tx, Mail { whence, ..addressed(app, to, tx.organisation()?, letter) }).await,
        None => Ok(()),
    }
}

/// Puts a letter to an address into the outbox.
pub async fn queue_to(app: &App, tx: &Tx, to: Recipient, letter: Letter) -> Result<(), Error> {
    put(app, tx, addressed(app, to, tx.organisation()?, letter)).await
}

/// What the person is called who does something, for a letter about it; nobody where no person does it.
pub(crate) async fn doer(tx: &Tx, actor: &Actor) -> Result<Option<String>, Error> {
    let Actor::User(person) = actor else { return Ok(None) };
    Ok(users::find(&**tx, tx.org, person.id).await?.map(|it| it.display_name))
}

async fn put(app: &App, tx: &Tx, mail: Mail) -> Result<(), Error> {
    let mail = Mail { at: Some(tx.now), ..mail };
    let plain = serde_json::to_vec(&mail).map_err(anyhow::Error::new)?;
    outbox::insert(tx, MAIL, &serde_json::json!(app.seal.seal(PLACE, &plain)?)).await
}

/// Whether a letter could leave now; nothing is sent.
pub async fn check(app: &App) -> Result<(), Error> {
    if let Some(directory) = app.config.mail_url.strip_prefix("file:") {
        let probe = Path::new(directory).join(format!(".{}.partial", OutboxId::new()));
        tokio::fs::create_dir_all(directory).await.with_context(|| format!("{directory} cannot be made"))?;
        tokio::fs::write(&probe, b"").await.with_context(|| format!("{directory} cannot be written to"))?;
        tokio::fs::remove_file(&probe).await.with_context(|| format!("{directory} cannot be written to"))?;
        return Ok(());
    }
    smtp::check(&app.config).await
}

/// True when a letter that could not be sent would be refused again, however often it is tried.
pub(crate) fn is_refused_for_good(failure: &Error) -> bool {
    smtp::is_refused_for_good(failure)
}

/// Sends a letter out of the outbox.
pub(crate) async fn send(app: &App, queued: &Queued) -> Result<(), Error> {
    let mail = opened(app, &queued.payload)?;
    deliver(app, queued.id, &mail).await?;
    undelivered::reached(app, queued.org, &mail).await;
    Ok(())
}

fn opened(app: &App, payload: &str) -> Result<Mail, Error> {
    let sealed: Vec<u8> = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    let plain = app.seal.open(PLACE, &sealed)?;
    Ok(serde_json::from_slice(plain.reveal()).map_err(anyhow::Error::new)?)
}

/// Sends a letter about an organisation or the instance to whoever runs the instance at once, from a job; nobody gets it
/// where no address is set.
pub(crate) async fn send_to_operator(app: &App, message: &Queued, about: &str, letter: Letter) -> Result<(), Error> {
    let Some(to) = app.config.operator_email.clone() else {
        return Ok(());
    };
    let (name, organisation, language) = ("operator".to_owned(), about.to_owned(), app.config.language);
    let (user_name, slug, whence) = (String::new(), String::new(), Whence::UNKNOWN);
    let mail = Mail { to, name, user_name, organisation, slug, language, person: None, at: None, whence, letter };
    deliver(app, letter_of(message, None), &mail).await
}

/// Sends a letter to somebody at once, because of a message.
pub(crate) async fn send_now(
    app: &App,
    message: &Queued,
    to: &User,
    (organisation, letter): (&Organisation, Letter),
) -> Result<(), Error> {
    let id = letter_of(message, Some(to.id));
    match Recipient::of(to) {
        Some(to) => deliver(app, id, &addressed(app, to, organisation, letter)).await,
        None => Ok(()),
    }
}

/// The letter to somebody, or to the operator, that a message asks for. It is the same one however often it is written: whoever was
/// at it may have died before the message was gone. Letters keep the order of their messages.
fn letter_of(message: &Queued, to: Option<UserId>) -> OutboxId {
    let (of_message, to) = (message.id.uuid(), to.map(UserId::uuid).unwrap_or_default());
    let digest = Sha256::new().chain_update(of_message).chain_update(to).finalize();
    let mut id = of_message.into_bytes();
    id.iter_mut().skip(8).zip(digest).for_each(|(byte, of_digest)| *byte = of_digest);
    OutboxId::from_uuid(uuid::Builder::from_bytes(id).with_variant(uuid::Variant::RFC4122).into_uuid())
}

fn addressed(app: &App, to: Recipient, organisation: &Organisation, letter: Letter) -> Mail {
    let Recipient { to, name, user_name, language, person } = to;
    let language = language.unwrap_or_else(|| language::of_organisation(app, organisation));
    let (organisation, slug) = (organisation.name.clone(), organisation.slug.clone());
    let (at, whence) = (None, Whence::UNKNOWN);
    Mail { to, name, user_name, organisation, slug, language, person, at, whence, letter }
}

async fn deliver(app: &App, id: OutboxId, mail: &Mail) -> Result<(), Error> {
    let message = compose(mail, &app.config.public_url, sender(&app.config)?, (id, app.now()))?;
    match app.config.mail_url.strip_prefix("file:") {
        Some(directory) => write(Path::new(directory), id, &message.formatted()).await,
        None => smtp::submit(&app.config, message).await,
    }
}

/// The letter as a message (RFC 5322), in plain text and in HTML.
fn compose(mail: &Mail, public_url: &str, from: Address, (id, now): (OutboxId, Timestamp)) -> Result<Message, Error> {
    let host = host(public_url);
    let to: Address = mail.to.parse().context("a stored e-mail address cannot be written to")?;
    let text = mail.letter.write(mail, public_url);
    let sent_at = UNIX_EPOCH + Duration::from_millis(u64::try_from(now.millis()).unwrap_or_default());
    let message = Message::builder()
        .from(Mailbox::new(Some("Doorward".to_owned()), from))
        .to(Mailbox::new(Some(printable(&mail.name)).filter(|name| !name.is_empty()), to))
        .subject(printable(&text.subject.replace(draft::WORD_JOINER, "")))
        .message_id(Some(format!("<{id}@{host}>")))
        .date(sent_at)
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(text.plain(), text.html()));
    Ok(message.context("a mail could not be composed")?)
}

/// Who every letter comes from.
fn sender(config: &Config) -> Result<Address, Error> {
    Ok(match &config.mail_from {
        Some(address) => address.parse().context("the setting mail_from is no address")?,
        None => Address::new("no-reply", host(&config.public_url)).context("the public URL gives no sender address")?,
    })
}

/// Keeps answering machines from answering (RFC 3834 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The host of the public URL; mail has no plain numeric hosts, so those become `localhost`.
fn host(public_url: &str) -> String {
    let url = Url::parse(public_url).ok();
    let domain = url.as_ref().and_then(Url::domain);
    domain.unwrap_or("localhost").to_owned()
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Writes one `.eml` file; a reader never sees half of it.
async fn write(directory: &Path, id: OutboxId, message: &[u8]) -> Result<(), Error> {
    let at = |what: &str| format!("{} {what}", directory.display());
    tokio::fs::create_dir_all(directory).await.with_context(|| at("cannot be made"))?;
    let (partial, whole) = (directory.join(format!(".{id}.partial")), directory.join(format!("{id}.eml")));
    tokio::fs::write(&partial, message).await.with_context(|| at("cannot be written to"))?;
    tokio::fs::rename(&partial, &whole).await.with_context(|| at("cannot be written to"))?;
    Ok(())
}

#[cfg(test)]
mod tests;
