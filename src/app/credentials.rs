//! What people do with their own password and second factor.
//!
//! **Invariant:** each of these deeds gives the browser it is done in a new token, and whoever's credential it is gets a
//! letter about it.
//! **Invariant:** that the session has not ended meanwhile is asked inside the unit, after everything that takes long.
//! **Invariant:** a guess at the current password counts as one at the sign-in does.
//! **Invariant:** nobody switches off a second factor that is required of them.

use std::net::IpAddr;

use crate::app::api_access::Proven;
use crate::app::mail::{self, Letter, Whence};
use crate::app::passwords::{self, Chosen, Measure, is_mfa_required};
use crate::app::signals::{self, Credential, Turn};
use crate::app::totp::{self, Seed};
use crate::app::users::{self, Person};
use crate::app::{App, grace, recovery, sessions, signin};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::id::{PasskeyId, SessionId};
use crate::domain::password::Demands;
use crate::domain::policy::{Action, Actor};
use crate::domain::recovery::RecoveryCode;
use crate::domain::secret::Secret;
use crate::domain::session::Session;
use crate::domain::user::{SignIn, User};
use crate::domain::{Conflict, Denial, Error, Timestamp};
use crate::store::passkeys::{self, StoredPasskey};
use crate::store::passwords::StoredPassword;
use crate::store::{Tx, factors, links, passwords as password_rows, recovery_codes};

/// Why the second factor stays on.
pub const MFA_IS_REQUIRED: &str = "your organisation requires a second factor of you, so it cannot be switched off";

/// Another password for oneself.
pub struct PasswordChange {
    /// The one that is replaced.
    pub current: Secret<String>,
    /// The new one.
    pub password: Secret<String>,
    /// The new one again.
    pub password_again: Secret<String>,
    /// Whether all other sessions end with it.
    pub ends_other_sessions: bool,
}

/// Where somebody changes a credential of their own: in a browser, or through an application that they signed in to.
pub trait Surface: Sync {
    /// What the caller goes on with.
    type Next: Send;

    /// The one session that stays when all others end.
    fn session(&self) -> SessionId;

    /// Who acts.
    fn actor(&self, now: &Person) -> Actor;

    /// From where.
    fn whence(&self) -> Whence;

    /// What the caller goes on with, once everything else is done.
    fn go_on(&self, tx: &Tx, user: &User) -> impl Future<Output = Result<Self::Next, Error>> + Send;
}

/// A browser with its session, which goes on under a new token.
pub struct InBrowser<'a> {
    /// The session.
    pub session: &'a Session,
    /// From where this was asked, which is not where the session began when it was stolen.
    pub whence: Whence,
}

impl Surface for InBrowser<'_> {
    type Next = Secret<String>;

    fn session(&self) -> SessionId {
        self.session.id
    }

    fn actor(&self, now: &Person) -> Actor {
        now.actor(Some(self.session))
    }

    fn whence(&self) -> Whence {
        self.whence.clone()
    }

    async fn go_on(&self, tx: &Tx, user: &User) -> Result<Secret<String>, Error> {
        sessions::rotate_in(tx, self.session, user).await
    }
}

/// An application, which goes on with the access token it has.
impl Surface for Proven {
    type Next = ();

    fn session(&self) -> SessionId {
        self.session
    }

    fn actor(&self, now: &Person) -> Actor {
        now.actor(None)
    }

    fn whence(&self) -> Whence {
        self.whence.clone()
    }

    async fn go_on(&self, tx: &Tx, user: &User) -> Result<(), Error> {
        sessions::is_live_in(tx, user, self.session).await
    }
}

/// What became of a change.
pub enum Changed<N> {
    /// It is done, and this is what the caller goes on with.
    Done(N),
    /// It was refused.
    Refused(Refusal),
}

/// What the own password must be like.
pub async fn password_rules(app: &App, person: &Person) -> Result<Demands, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    Ok(passwords::demands(&organisation, &model, person))
}

/// Whether a second factor is required of somebody.
pub async fn requires_mfa(app: &App, person: &Person) -> Result<bool, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    Ok(is_mfa_required(&organisation, &model, person))
}

/// Whether the authenticator of somebody has to stay, because it is the only second factor and one is required.
pub async fn keeps_authenticator(app: &App, person: &Person) -> Result<bool, Error> {
    let is_last = passkeys::list(app.store.reader(), person.user.org, person.user.id).await?.is_empty();
    Ok(is_last && requires_mfa(app, person).await?)
}

/// Whether the only passkey of somebody has to stay, because it is the only second factor and one is required.
pub async fn keeps_passkey(app: &App, person: &Person) -> Result<bool, Error> {
    let (db, user) = (app.store.reader(), &person.user);
    let is_last = passkeys::list(db, user.org, user.id).await?.len() == 1
        && factors::find_totp(db, user.org, user.id).await?.is_none();
    Ok(is_last && requires_mfa(app, person).await?)
}

/// Until when somebody of whom a second factor is required may still do without.
pub async fn mfa_due(app: &App, person: &Person) -> Result<Option<Timestamp>, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    grace::open_until(app, (&organisation, &model), person).await
}

/// Replaces the own password, from this address and the browser that says it is known.
pub async fn change_password<S: Surface>(
    app: &App,
    (surface, person): (&S, &Person),
    change: PasswordChange,
    from: (IpAddr, Option<&str>),
) -> Result<Changed<S::Next>, Error> {
    if person.user.sign_in != SignIn::Password {
        return Err(Conflict::SsoUser.into());
    }
    let Some(old) = signin::check_password(app, &person.user, &change.current, from).await? else {
        return Ok(Changed::Refused(Refusal::new("current_password", Complaint::WrongCurrentPassword)));
    };
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    let demands = passwords::demands(&organisation, &model, person);
    let measure = Measure::of_own(app, (person, &organisation), demands, Some(&old)).await?;
    let chosen = passwords::choose_twice(app, &measure, Some(change.password), Some(change.password_again)).await?;
    let phc = match chosen {
        Chosen::Hash(phc) => phc,
        Chosen::Refused(refusal) => return Ok(Changed::Refused(refusal)),
    };
    let (tx, now) = begin(app, person).await?;
    let (tx, permit) = app.ask(tx, &surface.actor(&now), Action::ChangePassword, now.target()).await?;
    let password = StoredPassword::permanent(phc);
    password_rows::set(&tx, now.user.id, &password).await?;
    links::delete_of_user(&tx, now.user.id).await?;
    if change.ends_other_sessions {
        sessions::end_all_in(&tx, &now.user, Some(surface.session())).await?;
    }
    let next = surface.go_on(&tx, &now.user).await?;
    mail::queue_done(app, &tx, &now.user, Letter::OwnPasswordChanged, surface.whence()).await?;
    tx.commit(permit).await?;
    Ok(Changed::Done(next))
}

/// Enrols an authenticator, of whose seed the code of a time step was right, with these recovery codes; every session
/// but this one ends.
pub(crate) async fn add_second_factor(
    app: &App,
    person: &Person,
    (seed, step, hashes): (&Seed, i64, &[String]),
    keep: Option<SessionId>,
    whence: Whence,
) -> Result<(), Error> {
    let (tx, now) = begin(app, person).await?;
    let action = Action::EnrolMfa { method: "totp" };
    let (tx, permit) = app.ask(tx, &now.actor(None), action, now.target()).await?;
    if let Some(session) = keep {
        sessions::is_live_in(&tx, &now.user, session).await?;
    }
    totp::enrol_in(app, &tx, now.user.id, seed, step).await?;
    recovery_codes::replace(&tx, now.user.id, hashes).await?;
    sessions::end_all_in(&tx, &now.user, keep).await?;
    mail::queue_done(app, &tx, &now.user, Letter::SecondFactorOn, whence).await?;
    tx.commit(permit).await
}

/// What became of an authenticator that its owner gave up.
pub struct Removed<N> {
    /// What the caller goes on with.
    pub next: N,
    /// Whether passkeys still are a second factor.
    pub keeps_passkeys: bool,
}

/// Removes the own authenticator; the other sessions end. The recovery codes go with the last factor.
pub async fn remove_second_factor<S: Surface>(
    app: &App,
    surface: &S,
    person: &Person,
) -> Result<Removed<S::Next>, Error> {
    let (tx, now) = begin(app, person).await?;
    let required = is_mfa_required(tx.organisation()?, tx.roles()?, &now);
    let keeps_passkeys = !passkeys::list(&*tx, tx.org, now.user.id).await?.is_empty();
    let removal = Action::RemoveOwnMfa { keeps_passkeys };
    let (tx, permit) = app.ask(tx, &surface.actor(&now), removal, now.target()).await?;
    if required && !keeps_passkeys {
        return Err(Error::denied(Denial::MfaIsRequired));
    }
    if factors::find_totp(&*tx, tx.org, now.user.id).await?.is_none() {
        return Err(Error::NotFound("second factor"));
    }
    if keeps_passkeys {
        factors::delete_totp(&tx, now.user.id).await?;
    } else {
        factors::delete_all(&tx, now.user.id).await?;
    }
    signals::tell_of_credential(&tx, now.user.id, Credential::App, Turn::Delete).await?;
    sessions::end_all_in(&tx, &now.user, Some(surface.session())).await?;
    let next = surface.go_on(&tx, &now.user).await?;
    let letter = if keeps_passkeys { Letter::AuthenticatorRemoved } else { Letter::SecondFactorOff };
    mail::queue_done(app, &tx, &now.user, letter, surface.whence()).await?;
    tx.commit(permit).await?;
    Ok(Removed { next, keeps_passkeys })
}

/// A passkey of one's own.
pub async fn own_passkey(app: &App, person: &Person, id: PasskeyId) -> Result<StoredPasskey, Error> {
    let mine = passkeys::list(app.store.reader(), person.user.org, person.user.id).await?;
    mine.into_iter().find(|it| it.id == id).ok_or(Error::NotFound("passkey"))
}

/// Removes one of the own passkeys; the other sessions end. The recovery codes go with the last factor.
pub async fn remove_passkey<S: Surface>(
    app: &App,
    surface: &S,
    person: &Person,
    id: PasskeyId,
) -> Result<S::Next, Error> {
    let (tx, now) = begin(app, person).await?;
    let required = is_mfa_required(tx.organisation()?, tx.roles()?, &now);
    let action = Action::RemovePasskey { passkey: id };
    let (tx, permit) = app.ask(tx, &surface.actor(&now), action, now.target()).await?;
    let mine = passkeys::list(&*tx, tx.org, now.user.id).await?;
    let gone = mine.iter().find(|it| it.id == id).ok_or(Error::NotFound("passkey"))?;
    let is_last = mine.len() == 1 && factors::find_totp(&*tx, tx.org, now.user.id).await?.is_none();
    if required && is_last {
        return Err(Error::denied(Denial::MfaIsRequired));
    }
    passkeys::delete(&tx, now.user.id, id).await?;
    signals::tell_of_credential(&tx, now.user.id, Credential::Fido2Roaming, Turn::Delete).await?;
    if is_last {
        factors::delete_all(&tx, now.user.id).await?;
    }
    sessions::end_all_in(&tx, &now.user, Some(surface.session())).await?;
    let next = surface.go_on(&tx, &now.user).await?;
    let letter = Letter::PasskeyRemoved { name: gone.name.clone() };
    mail::queue_done(app, &tx, &now.user, letter, surface.whence()).await?;
    tx.commit(permit).await?;
    Ok(next)
}

/// Makes other recovery codes in place of the own ones; the answer is the only time that they are seen.
pub async fn renew_recovery_codes<S: Surface>(
    app: &App,
    surface: &S,
    person: &Person,
) -> Result<(Vec<Secret<String>>, S::Next), Error> {
    let codes = RecoveryCode::generate_set();
    let hashes = recovery::hash_all(app, &codes).await?;
    let (tx, now) = begin(app, person).await?;
    let action = Action::RenewRecoveryCodes;
    let (tx, permit) = app.ask(tx, &surface.actor(&now), action, now.target()).await?;
    if !factors::has_any(&*tx, tx.org, now.user.id).await? {
        return Err(Error::NotFound("second factor"));
    }
    recovery_codes::replace(&tx, now.user.id, &hashes).await?;
    let next = surface.go_on(&tx, &now.user).await?;
    mail::queue_done(app, &tx, &now.user, Letter::RecoveryCodesRenewed, surface.whence()).await?;
    tx.commit(permit).await?;
    Ok((codes, next))
}

/// Begins a unit in which the person is as the session knows them.
async fn begin(app: &App, person: &Person) -> Result<(Tx, Person), Error> {
    let tx = app.begin(person.user.org).await?;
    let now = users::load(&tx, person.user.id).await?;
    if now.user.epoch == person.user.epoch { Ok((tx, now)) } else { Err(Error::Unauthenticated) }
}
