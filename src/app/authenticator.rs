//! Enrolling an authenticator through an application, in two calls: the key, and a code that shows it is known.
//!
//! **Invariant:** the seed is made here and travels sealed: what comes back opens only for the person and the session that
//! it was made in, and only for ten minutes.
//! **Invariant:** nothing is enrolled before a code was right; the recovery codes are in that answer and never again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::api_access::Proven;
use crate::app::totp::{SHOWN_FOR, Seed, SixDigits};
use crate::app::users::Person;
use crate::app::{App, credentials, recovery};
use crate::domain::recovery::RecoveryCode;
use crate::domain::secret::Secret;
use crate::domain::user::SignIn;
use crate::domain::{Conflict, Denial, Error, Timestamp};
use crate::store::factors;

/// A key that waits for its first code.
pub struct Offer {
    /// What comes back with the code.
    pub enrolment: String,
    /// The address that an authenticator reads.
    pub address: Secret<String>,
    /// The key as a person types it.
    pub key: Secret<String>,
    /// Until when the code must come.
    pub expires_at: Timestamp,
}

/// Makes a key for the person; nothing is enrolled yet.
pub async fn offer(app: &App, proven: &Proven, person: &Person) -> Result<Offer, Error> {
    may_enrol(app, person).await?;
    let (organisation, _) = app.store.organisation(person.user.org).await?;
    let (seed, expires_at) = (Seed::generate(), app.now().after(SHOWN_FOR));
    let sealed = seed.seal(app, &place(proven, person, expires_at))?;
    Ok(Offer {
        enrolment: format!("{}.{}", expires_at.millis(), URL_SAFE_NO_PAD.encode(sealed)),
        address: seed.address(&organisation.name, &person.user.user_name)?,
        key: seed.base32(),
        expires_at,
    })
}

/// Enrols the key of which this is the code; answers the recovery codes that count from now on.
pub async fn confirm(
    app: &App,
    proven: &Proven,
    person: &Person,
    (enrolment, code): (&str, &str),
) -> Result<Vec<Secret<String>>, Error> {
    may_enrol(app, person).await?;
    let seed = open(app, proven, person, enrolment);
    let seed =
        seed.ok_or_else(|| Error::malformed("enrolment", "is over, or of another session; ask for a new key"))?;
    let digits = SixDigits::read(code).ok_or_else(|| Error::malformed("code", "send the six digits that are shown"))?;
    let step = seed.step_of(&digits, app.now())?;
    let step =
        step.ok_or_else(|| Error::malformed("code", "is not the code of now; wait for the next and send that"))?;
    let codes = RecoveryCode::generate_set();
    let hashes = recovery::hash_all(app, &codes).await?;
    let whence = proven.whence.clone();
    credentials::add_second_factor(app, person, (&seed, step, &hashes), Some(proven.session), whence).await?;
    Ok(codes)
}

/// Refuses whoever has an authenticator already, here or at an identity provider.
async fn may_enrol(app: &App, person: &Person) -> Result<(), Error> {
    if person.user.sign_in != SignIn::Password {
        return Err(Error::denied(Denial::MfaAtProvider));
    }
    match factors::find_totp(app.store.reader(), person.user.org, person.user.id).await? {
        Some(_) => Err(Conflict::Exists.into()),
        None => Ok(()),
    }
}

/// The seed of an offer that is still open to this person in this session.
fn open(app: &App, proven: &Proven, person: &Person, enrolment: &str) -> Option<Seed> {
    let (millis, sealed) = enrolment.split_once('.')?;
    let expires_at = Timestamp::from_millis(millis.parse().ok()?);
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let seed = Seed::unseal(app, &place(proven, person, expires_at), &sealed).ok()?;
    (app.now() < expires_at).then_some(seed)
}

fn place(proven: &Proven, person: &Person, expires_at: Timestamp) -> String {
    format!("authenticator of {} in {} until {}", person.user.id, proven.session, expires_at.millis())
}
