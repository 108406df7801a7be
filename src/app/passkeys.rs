//! Passkeys (W3C Web Authentication): what the server asks a browser, and what it makes of the answer.
//!
//! **Invariant:** a passkey verifies its holder whenever it is made or used, so it stands for two factors by itself.
//! **Invariant:** passkeys belong to the host of the public URL, and only pages of that very origin can use them.
//! **Invariant:** what a passkey answers is compared with the row as it is at that moment, and the row changes with it in one
//! conditional statement: an answer counts once, and a counter never goes back.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::app::App;
use crate::app::mail::{self, Letter, Whence};
use crate::app::signals::{self, Credential, Turn};
use crate::domain::id::{OrgId, PasskeyId, UserId};
use crate::domain::user::User;
use crate::domain::{Denial, Error, Flaw, Timestamp};
use crate::store::passkeys::{self, StoredPasskey};
use crate::store::{Reader, Tx};

/// So many passkeys one person may have.
pub const PASSKEYS_MAX: usize = 10;
/// So many characters the name of one may have.
pub const NAME_MAX: usize = 64;
/// What one is called whose owner gives it no name.
pub const UNNAMED: &str = "Passkey";

/// So long a question may be answered.
const QUESTION_LIFETIME: Duration = Duration::from_mins(5);

/// A question that a browser was asked, kept with what it was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Question {
    at: Timestamp,
    about: About,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum About {
    Making(Box<PasskeyRegistration>),
    Using(Box<DiscoverableAuthentication>),
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was right.
    Right {
        /// Whether the key may leave the device it was made on, as keys do that a person has on several.
        is_synced: bool,
    },
    /// It was not, or it came too late or twice.
    Wrong,
    /// Its counter has gone back: there are two of this key.
    Copied,
}

/// Whether this server can have passkeys: browsers tie them to a host name, so not where it is called by a number.
pub fn are_possible(app: &App) -> bool {
    Url::parse(&app.config.public_url).is_ok_and(|url| url.domain().is_some())
}

/// Asks a browser to make a passkey for somebody who has these already.
pub(crate) fn ask_to_make(app: &App, user: &User, has: &[StoredPasskey]) -> Result<(Value, Question), Error> {
    let has = has.iter().map(|it| parsed(it).map(|key| key.cred_id().clone())).collect::<Result<Vec<_>, _>>()?;
    let server = server(app)?;
    let asked = server.start_passkey_registration(user.id.uuid(), &user.user_name, &user.display_name, Some(has));
    let (words, kept) = asked.map_err(|cause| broken(&cause))?;
    let mut words = serde_json::to_value(words).map_err(anyhow::Error::new)?;
    // Only a key that the authenticator itself can find opens an account before a name was given.
    if let Some(selection) = words.pointer_mut("/publicKey/authenticatorSelection") {
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
    }
    Ok((words, Question { at: app.now(), about: About::Making(Box::new(kept)) }))
}

/// Asks a browser for any passkey of this server: the same question whoever it is.
pub(crate) fn ask_for_any(app: &App) -> Result<(Value, Question), Error> {
    let (words, kept) = server(app)?.start_discoverable_authentication().map_err(|cause| broken(&cause))?;
    let mut words = serde_json::to_value(words).map_err(anyhow::Error::new)?;
    if let Some(words) = words.as_object_mut() {
        words.remove("mediation");
    }
    Ok((words, Question { at: app.now(), about: About::Using(Box::new(kept)) }))
}

/// Asks a browser for one of these.
pub(crate) fn ask_for_one_of(app: &App, has: &[StoredPasskey]) -> Result<(Value, Question), Error> {
    let (mut words, question) = ask_for_any(app)?;
    let mut allowed = Vec::with_capacity(has.len());
    for passkey in has {
        let id = URL_SAFE_NO_PAD.encode(parsed(passkey)?.cred_id());
        allowed.push(json!({"type": "public-key", "id": id}));
    }
    if let Some(asked) = words.get_mut("publicKey").and_then(Value::as_object_mut) {
        asked.insert("allowCredentials".to_owned(), json!(allowed));
    }
    Ok((words, question))
}

/// An answer of a passkey that is to be used.
pub(crate) struct Answer(PublicKeyCredential);

impl Answer {
    pub(crate) fn read(sent: &str) -> Result<Self, Error> {
        serde_json::from_str(sent).map(Self).map_err(|_| not_a_passkey())
    }

    /// Whose passkey it says it is.
    pub(crate) fn user(&self) -> Option<UserId> {
        let handle = self.0.get_user_unique_id()?;
        uuid::Uuid::from_slice(handle).ok().map(UserId::from_uuid)
    }

    /// Which of these passkeys it says it is.
    pub(crate) fn among(&self, has: Vec<StoredPasskey>) -> Option<StoredPasskey> {
        let hash = hash(self.0.get_credential_id());
        has.into_iter().find(|it| it.credential_hash == hash)
    }
}

/// Compares an answer with the passkey it claims to be, and notes the use.
pub(crate) async fn check(
    app: &App,
    org: OrgId,
    (question, answer): (Question, &Answer),
    stored: &StoredPasskey,
) -> Result<Verdict, Error> {
    let is_open = question.is_open(app.now());
    let About::Using(kept) = question.about else { return Ok(Verdict::Wrong) };
    if !is_open {
        return Ok(Verdict::Wrong);
    }
    let mut passkey = parsed(stored)?;
    let result = match server(app)?.finish_discoverable_authentication_v2(&answer.0, *kept, &passkey) {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => return Ok(Verdict::Copied),
        Err(_) => return Ok(Verdict::Wrong),
    };
    if !result.user_verified() || passkey.update_credential(&result).is_none() {
        return Ok(Verdict::Wrong);
    }
    let credential = serde_json::to_string(&passkey).map_err(anyhow::Error::new)?;
    let is_first_use = app.store.use_passkey(org, stored, &credential, app.now()).await?;
    Ok(if is_first_use { Verdict::Right { is_synced: result.backup_eligible() } } else { Verdict::Wrong })
}

/// A passkey that was made and is not kept yet.
pub(crate) struct Made(Passkey);

/// Reads what a browser says of a passkey that it made; `None` when that is no answer to the question.
pub(crate) fn made(app: &App, question: Option<Question>, sent: &str) -> Result<Option<Made>, Error> {
    let sent: RegisterPublicKeyCredential = serde_json::from_str(sent).map_err(|_| not_a_passkey())?;
    let Some(About::Making(kept)) = question.filter(|it| it.is_open(app.now())).map(|it| it.about) else {
        return Ok(None);
    };
    Ok(server(app)?.finish_passkey_registration(&sent, &kept).ok().map(Made))
}

impl Made {
    /// Whether the key may leave the device it was made on.
    pub(crate) fn is_synced(&self) -> bool {
        let stored = serde_json::to_value(&self.0).unwrap_or_default();
        stored.pointer("/cred/backup_eligible").and_then(Value::as_bool).unwrap_or_default()
    }
}

/// Keeps a new passkey of somebody who may add one, in a unit that does more; the caller asks for the permit.
pub(crate) async fn add_in(
    app: &App,
    tx: &Tx,
    user: &User,
    (id, name, new): (PasskeyId, &str, &Made),
    whence: Whence,
) -> Result<(), Error> {
    let row = StoredPasskey {
        id,
        name: name.to_owned(),
        credential_hash: hash(new.0.cred_id()),
        credential: serde_json::to_string(&new.0).map_err(anyhow::Error::new)?,
        version: 0,
        created_at: tx.now,
        last_used_at: None,
    };
    passkeys::insert(tx, user.id, &row).await?;
    signals::tell_of_credential(tx, user.id, Credential::Fido2Roaming, Turn::Create).await?;
    mail::queue_done(app, tx, user, Letter::PasskeyAdded { name: row.name }, whence).await
}

/// The passkeys of somebody, oldest first.
pub(crate) async fn of(db: &impl Reader, user: &User) -> Result<Vec<StoredPasskey>, Error> {
    passkeys::list(db, user.org, user.id).await
}

impl Question {
    fn is_open(&self, now: Timestamp) -> bool {
        now.since(self.at) < QUESTION_LIFETIME
    }
}

fn server(app: &App) -> Result<Webauthn, Error> {
    let url = Url::parse(&app.config.public_url).map_err(anyhow::Error::new)?;
    let Some(host) = url.domain() else {
        return Err(Error::denied(Denial::NoPasskeys));
    };
    let server = WebauthnBuilder::new(host, &url).and_then(|it| it.rp_name("Doorward").build());
    server.map_err(|cause| broken(&cause))
}

fn parsed(stored: &StoredPasskey) -> Result<Passkey, Error> {
    Ok(serde_json::from_str(&stored.credential).map_err(anyhow::Error::new)?)
}

fn hash(credential_id: &[u8]) -> Vec<u8> {
    Sha256::digest(credential_id).to_vec()
}

fn not_a_passkey() -> Error {
    Error::invalid("passkey", Flaw::Passkey)
}

fn broken(cause: &WebauthnError) -> Error {
    anyhow::anyhow!("a question about passkeys cannot be put: {cause}").into()
}
