//! Break-glass accounts: users outside every identity provider, kept for the day on which nobody else gets in.
//!
//! **Invariant:** only people touch one: no identity provider takes it over, and no review and no end date ends its access.
//! **Invariant:** whoever signs in as one is on record, and the others who may change the organisation and whoever runs the
//! instance are written to at once; the latter also when the second factor is wrong after the right password.

use serde::{Deserialize, Serialize};

use crate::app::mail::{self, Letter};
use crate::app::organisations::{self, MANAGE};
use crate::app::users::{self, Person, load, org_of};
use crate::app::{App, alert};
use crate::domain::id::{OrgId, UserId};
use crate::domain::policy::{Action, Actor, Permit};
use crate::domain::session::Session;
use crate::domain::user::{SignIn, User};
use crate::domain::{Conflict, Error, Timestamp};
use crate::store::outbox::Message;
use crate::store::{Reader, Tx, break_glass, end_dates, factors, outbox, passwords};

/// The kind of the outbox message that tells of the use of one.
pub(crate) const USED: &str = "break-glass-alert";

/// A break-glass account, and what it is good for.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who it is.
    pub person: Person,
    /// Since when it is one.
    pub marked_at: Timestamp,
    /// When somebody last signed in as it since then; a test is a sign-in.
    pub used_at: Option<Timestamp>,
    /// What it lacks; nothing where it is ready.
    pub lacks: Vec<Lack>,
}

/// What an account lacks on the day on which it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It may not sign in.
    Access,
    /// It holds no protected role.
    ProtectedRole,
    /// It has no password, or one that has to be changed first.
    Password,
    /// It has no second factor.
    SecondFactor,
    /// It has no address to which mail goes.
    Address,
}

impl Lack {
    /// The word for it, for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::ProtectedRole => "protected-role",
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
            Self::Address => "address",
        }
    }
}

/// The break-glass accounts, for whoever may change the organisation.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Account>, Error> {
    organisations::show(app, actor, org).await?;
    let mut accounts = Vec::new();
    for mark in break_glass::list(app.store.reader(), org).await? {
        let person = users::person(app, crate::store::users::get(app.store.reader(), org, mark.user).await?).await?;
        let lacks = lacks(app, &person).await?;
        accounts.push(Account { person, marked_at: mark.marked_at, used_at: mark.used_at, lacks });
    }
    Ok(accounts)
}

async fn lacks(app: &App, person: &Person) -> Result<Vec<Lack>, Error> {
    let (user, db) = (&person.user, app.store.reader());
    let (_, model) = app.store.organisation(user.org).await?;
    let password = passwords::find(db, user.org, user.id).await?;
    let all = [
        (Lack::Access, !user.is_active()),
        (Lack::ProtectedRole, !person.effective.held().iter().any(|it| model.is_protected(it))),
        (Lack::Password, password.is_none_or(|it| it.must_change)),
        (Lack::SecondFactor, !factors::has_any(db, user.org, user.id).await?),
        (Lack::Address, user.email.is_none()),
    ];
    Ok(all.into_iter().filter(|it| it.1).map(|it| it.0).collect())
}

/// Makes a user a break-glass account, or one like all others again.
pub async fn mark(app: &App, actor: &Actor, id: UserId, is_one: bool) -> Result<(), Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::MarkBreakGlass { is_one }, person.target()).await?;
    if break_glass::is_one(&*tx, org, id).await? == is_one {
        return Ok(());
    }
    if is_one {
        is_fit(&tx, &person).await?;
        break_glass::insert(&tx, id).await?;
    } else {
        break_glass::delete(&tx, id).await?;
    }
    tx.commit(permit).await
}

async fn is_fit(tx: &Tx, person: &Person) -> Result<(), Error> {
    let (user, model) = (&person.user, tx.roles()?);
    let is_protected = person.effective.held().iter().any(|it| model.is_protected(it));
    let leaves = end_dates::find(&**tx, tx.org, user.id).await?.is_some_and(|it| it.ended_at.is_none());
    let is_alone = user.sign_in == SignIn::Password && user.managed_by.is_none();
    if user.is_active() && is_alone && is_protected && !leaves {
        return Ok(());
    }
    Err(Conflict::NoBreakGlass.into())
}

/// Refuses what only people do to a break-glass account.
pub(crate) async fn keep_away(db: &impl Reader, org: OrgId, user: UserId) -> Result<(), Error> {
    if break_glass::is_one(db, org, user).await? { Err(Conflict::BreakGlass.into()) } else { Ok(()) }
}

#[derive(Serialize, Deserialize)]
struct Used {
    user: UserId,
    name: String,
    address: String,
    at: Timestamp,
    is_failed: bool,
}

/// Has it told that somebody signs in as a break-glass account; no permit where it is none.
pub(crate) async fn used(
    app: &App,
    tx: Tx,
    (actor, person, session): (&Actor, &Person, &Session),
) -> Result<(Tx, Option<Permit>), Error> {
    let user = &person.user;
    if !break_glass::used(&tx, user.id).await? {
        return Ok((tx, None));
    }
    outbox::insert(&tx, USED, &told(user, &session.ip, (tx.now, false))?).await?;
    let (tx, permit) = app.ask(tx, actor, Action::UseBreakGlass, person.target()).await?;
    Ok((tx, Some(permit)))
}

/// Has it told that somebody knows the password of a break-glass account and not its second factor.
pub(crate) async fn failed(app: &App, user: &User, address: &str) -> Result<(), Error> {
    if !break_glass::is_one(app.store.reader(), user.org, user.id).await? {
        return Ok(());
    }
    let now = app.now();
    app.store.put_in_outbox(user.org, USED, &told(user, address, (now, true))?, now).await
}

fn told(user: &User, address: &str, (at, is_failed): (Timestamp, bool)) -> Result<serde_json::Value, Error> {
    let (name, address) = (user.display_name.clone(), address.to_owned());
    Ok(serde_json::to_value(Used { user: user.id, name, address, at, is_failed }).map_err(anyhow::Error::new)?)
}

/// Writes to whoever runs the instance, and to everybody else who may change the organisation.
pub(crate) async fn tell(app: &App, message: &Message) -> Result<(), Error> {
    let org = message.org;
    let Used { user, name, address, at, is_failed } =
        serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    tracing::error!(org.id = %org, user.id = %user, is_failed, "a break-glass account was used");
    let letter = || Letter::BreakGlassUsed { name: name.clone(), address: address.clone(), at, is_failed };
    let (organisation, _) = app.store.organisation(org).await?;
    mail::send_to_operator(app, message, &organisation.name, letter()).await?;
    alert::tell_others(app, (message, user), MANAGE, letter).await
}
