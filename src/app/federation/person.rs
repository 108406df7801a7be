//! Whom an identity provider means: a user who is linked, one whom the same connection pushed under this subject, where the
//! connection says so one with this address, or a new one.
//!
//! **Invariant:** an address finds somebody only when the provider says that it is verified, it is of a domain that leads to
//! this connection, nobody else here has it, and nothing says that the provider means this user by another subject; and
//! somebody who signs in here, or at another provider, is found by none.
//! **Invariant:** the connection is read again in the unit that finds the user, so that a connection which was paused,
//! changed or taken away meanwhile lets nobody in.
//! **Invariant:** a user who is linked is linked to no second subject of the same connection, and one who holds more than
//! the connection may give is not linked at all: an external id that was changed over SCIM opens nobody's account.
//! **Invariant:** somebody deactivated stays so, and no second user is made in their place.

use super::claimed;
use super::refusal::{Failure, Refusal, refused};
use crate::app::mail::{self, Letter};
use crate::app::users::{self, Person};
use crate::app::{App, directory, provisioner};
use crate::domain::connection::{Connection, LinkedBy};
use crate::domain::id::UserId;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Permit, Target, TargetUser};
use crate::domain::role::Source;
use crate::domain::routing::DomainName;
use crate::domain::sso_refusal::{Check, Reason};
use crate::domain::text::check_name;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Conflict, Denial, Error};
use crate::oidc::upstream::id_token::Said;
use crate::store::identities::{self, Key};
use crate::store::{Reader, Tx, connections, users as user_rows};

const USER_NAME_MAX: usize = 254;
const DISPLAY_NAME_MAX: usize = 256;

/// The user whom the provider of this connection means; linked or made on the way where that is allowed.
pub async fn admit(app: &App, asked: &Connection, said: &Said) -> Result<Person, Failure> {
    let person = find_or_make(app, asked, said).await.map_err(|failure| failure.about(said))?;
    claimed::refuse(app, asked, &person, said).await?;
    Ok(person)
}

/// The same where it must be this user, who is linked already: nobody is linked or made.
pub async fn recognise(app: &App, asked: &Connection, said: &Said, user: UserId) -> Result<Person, Failure> {
    let another = || refused(Check::Same, Reason::SomebodyElse).about(said);
    let issuer = asked.settings.issuer.as_deref().unwrap_or_default();
    let key = Key { connection: asked.id, issuer, subject: &said.subject.key };
    if identities::find(app.store.reader(), asked.org, key).await? != Some(user) {
        return Err(another());
    }
    let person = admit(app, asked, said).await?;
    if person.user.id == user { Ok(person) } else { Err(another()) }
}

/// Refuses a connection that may let nobody in now.
pub fn check_usable(connection: &Connection, organisation: &Organisation) -> Result<(), Refusal> {
    if connection.is_paused {
        return Err(Refusal::because(Check::Open, Reason::Paused));
    }
    let suspended = || Refusal::because(Check::Open, Reason::Suspended);
    if organisation.is_suspended { Err(suspended()) } else { Ok(()) }
}

async fn find_or_make(app: &App, asked: &Connection, said: &Said) -> Result<Person, Failure> {
    let tx = app.begin(asked.org).await?;
    let connection = connections::find(&*tx, asked.org, asked.id).await?;
    let connection = connection.ok_or_else(|| refused(Check::Open, Reason::ConnectionGone))?;
    check_usable(&connection, tx.organisation()?)?;
    let issuer = match (connection.settings.sign_in(), asked.settings.sign_in()) {
        (Some(now), Some(then)) if now == then => now.0,
        _ => return Err(refused(Check::Open, Reason::ConnectionChanged)),
    };
    let key = Key { connection: connection.id, issuer, subject: &said.subject.key };
    if let Some(linked) = identities::find(&*tx, tx.org, key).await? {
        let person = users::load(&tx, linked).await?;
        check_may_enter(&person.user, &connection)?;
        return Ok(person);
    }
    let pushed = user_rows::find_by_external_id(&*tx, tx.org, connection.id, &said.subject.external_id).await?;
    if let Some(user) = pushed {
        return link_found(app, tx, &connection, key, (&user, LinkedBy::ExternalId)).await;
    }
    if let Some(address) = &said.profile.email
        && let Some(user) = by_address(&*tx, &connection, address).await?
    {
        return link_found(app, tx, &connection, key, (&user, LinkedBy::Email)).await;
    }
    if connection.settings.jit {
        return make(app, tx, &connection, key, said).await;
    }
    Err(refused(Check::Known, Reason::UnknownSubject))
}

/// True where the own address, once the provider says that it is verified, would link this user at the first sign-in.
pub async fn is_found_by_address(app: &App, of: &Connection, user: &User) -> Result<bool, Error> {
    let Some(address) = &user.email else { return Ok(false) };
    Ok(by_address(app.store.reader(), of, address).await?.is_some_and(|found| found.id == user.id))
}

/// The user of this connection whom a verified address means, where the connection links people so.
async fn by_address(db: &impl Reader, of: &Connection, address: &str) -> Result<Option<User>, Error> {
    let Some(domain) = DomainName::of_address(address).filter(|_| of.settings.link_by_email) else { return Ok(None) };
    let leads_here = connections::find_by_domain(db, Some(of.org), &domain).await?.contains(&(of.org, of.id));
    let mut having = if leads_here { user_rows::list_by_address(db, of.org, address, 2).await? } else { Vec::new() };
    let only = having.pop().filter(|_| having.is_empty());
    Ok(only.filter(|user| {
        let is_same = user.email.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(address));
        let is_of_provider = user.sign_in == SignIn::Sso && user.managed_by == Some(of.id);
        is_same && is_of_provider && user.external_id.as_deref().is_none_or(|it| of.kind.never_means(it))
    }))
}

fn check_may_enter(user: &User, connection: &Connection) -> Result<(), Refusal> {
    let (check, reason) = match (user.status, user.sign_in) {
        (Status::Deactivated, _) => (Check::Active, Reason::Deactivated),
        (Status::Pending, _) => (Check::Active, Reason::NotActivated),
        (Status::Active, SignIn::Password) => (Check::Known, Reason::SignsInHere),
        (Status::Active, SignIn::Sso) if user.managed_by != Some(connection.id) => {
            (Check::Known, Reason::OtherConnection)
        }
        (Status::Active, SignIn::Sso) => return Ok(()),
    };
    Err(Refusal::because(check, reason).of(user.id))
}

async fn link_found(
    app: &App,
    tx: Tx,
    of: &Connection,
    key: Key<'_>,
    (user, by): (&User, LinkedBy),
) -> Result<Person, Failure> {
    check_may_enter(user, of)?;
    let person = users::load(&tx, user.id).await?;
    let (tx, permit) = link(app, tx, (of, by), key, (user.id, person.target())).await?;
    if by == LinkedBy::Email {
        mail::queue(app, &tx, user, Letter::LinkedByEmail { provider: of.name.clone() }).await?;
    }
    tx.commit(permit).await?;
    Ok(person)
}

/// Makes a user of somebody whom the provider has signed in and nobody pushed.
async fn make(app: &App, tx: Tx, of: &Connection, key: Key<'_>, said: &Said) -> Result<Person, Failure> {
    let (user, searchable) = new_user(&tx, of, said)?;
    let target = TargetUser {
        org: user.org,
        id: user.id,
        label: user.user_name.clone(),
        roles: Vec::new(),
        managed_by: user.managed_by,
    };
    let target = Target::User(target);
    let created = Action::CreateUser { role: None, source: Source::Default(of.id) };
    let (tx, creation) = app.ask(tx, &provisioner::actor(of)?, created, target.clone()).await?;
    match user_rows::insert(&tx, &user, &searchable).await {
        Err(Error::Conflict(Conflict::UserName)) => {
            return Err(refused(Check::Known, Reason::NameTaken));
        }
        other => other?,
    }
    let (tx, permit) = link(app, tx, (of, LinkedBy::NewUser), key, (user.id, target)).await?;
    let person = users::load(&tx, user.id).await?;
    tx.commit_all(vec![creation, permit]).await?;
    Ok(person)
}

async fn link(
    app: &App,
    tx: Tx,
    (of, by): (&Connection, LinkedBy),
    key: Key<'_>,
    (user, target): (UserId, Target),
) -> Result<(Tx, Permit), Failure> {
    let (issuer, subject) = (key.issuer.to_owned(), key.subject.to_owned());
    let action = Action::LinkIdentity { connection: of.id, issuer, subject, by };
    let (tx, permit) = match app.ask(tx, &provisioner::actor(of)?, action, target).await {
        Err(Error::Denied(denial)) => return Err(Refusal::because(Check::Known, not_linked(denial)).of(user).into()),
        other => other?,
    };
    match identities::insert(&tx, key, user).await {
        Err(Error::Conflict(_)) => Err(Refusal::because(Check::Known, Reason::LinkedOtherwise).of(user).into()),
        other => Ok(other.map(|()| (tx, permit))?),
    }
}

/// Why the connection may not have this person.
fn not_linked(denial: Denial) -> Reason {
    if let Denial::Ceiling { connection, role } = denial {
        return Reason::AboveCeiling { connection, role: role.to_string() };
    }
    Reason::Sentence { text: denial.to_string() }
}

fn new_user(tx: &Tx, of: &Connection, said: &Said) -> Result<(User, user_rows::Searchable), Failure> {
    let external_id = said.subject.external_id.as_str();
    let user_name = said.profile.user_name.clone().unwrap_or_else(|| external_id.to_owned());
    let display_name = said.profile.name.clone().unwrap_or_else(|| user_name.clone());
    let email = said.profile.email.clone();
    let named = check_name("user_name", &user_name, USER_NAME_MAX)
        .and_then(|()| check_name("display_name", &display_name, DISPLAY_NAME_MAX));
    let described =
        named.and_then(|()| directory::introduced(&user_name, &display_name, email.as_deref(), external_id));
    let (document, searchable) = match described {
        Err(Error::Invalid { .. }) => {
            return Err(refused(Check::Known, Reason::NoName));
        }
        other => other?,
    };
    let user = User {
        id: UserId::new(),
        org: tx.org,
        user_name,
        display_name,
        email,
        proved_email: None,
        external_id: Some(external_id.to_owned()),
        managed_by: Some(of.id),
        sign_in: SignIn::Sso,
        status: Status::Active,
        mfa_required: false,
        epoch: 0,
        version: 1,
        document,
        created_at: tx.now,
        updated_at: tx.now,
    };
    Ok((user, searchable))
}
