//! Changing the own e-mail address: asked for by the person, proved from the new address, told to the old one.
//!
//! **Invariant:** the address changes only by a link that was mailed to the new one; following it changes nothing, only the
//! form that it leads to does, once.
//! **Invariant:** the old address is told twice: when another one is asked for, while that can still be stopped, and when it
//! counts.
//! **Invariant:** with the change every link of before is void, so that what was mailed to the old address opens nothing.

use std::time::Duration;

use crate::app::mail::{self, Letter, Recipient, Whence};
use crate::app::passwords::LINKS_TO_USER;
use crate::app::throttle::{self, Subject};
use crate::app::users::{self, Person};
use crate::app::{App, directory};
use crate::domain::address;
use crate::domain::id::UserId;
use crate::domain::policy::{Action, Actor};
use crate::domain::secret::{TokenHash, TokenKind};
use crate::domain::user::{SignIn, User};
use crate::domain::{Conflict, Error, Flaw};
use crate::store::email_links::{self, EmailLink};
use crate::store::{Reader, links, users as user_rows};

/// How long a link to a new address works.
pub const LINK: Duration = Duration::from_mins(30);

/// What a link would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whose address it would be.
    pub user_name: String,
    /// The organisation's name.
    pub organisation: String,
    /// The address.
    pub address: String,
}

/// Why somebody's address is not changed here; nothing when it is.
pub fn obstacle(user: &User) -> Option<Conflict> {
    let is_elsewhere = user.managed_by.is_some() || user.sign_in == SignIn::Sso;
    is_elsewhere.then_some(Conflict::ManagedByProvider)
}

/// Mails a link to the new address and tells the old one. The caller has seen to it that the person has proved lately who
/// they are.
pub async fn request(app: &App, actor: &Actor, of: &Person, new: &str, whence: Whence) -> Result<(), Error> {
    let new = new.trim();
    address::check(new).map_err(|problem| Error::invalid("email", problem))?;
    count(app, of).await?;
    let tx = app.begin(of.user.org).await?;
    let person = users::load(&tx, of.user.id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::RequestEmailChange, person.target()).await?;
    if let Some(conflict) = obstacle(&person.user) {
        return Err(conflict.into());
    }
    if person.user.email.as_deref().is_some_and(|old| address::is_same(old, new)) {
        return Err(Error::invalid("email", Flaw::SameAddress));
    }
    let token = TokenKind::Link.generate();
    email_links::replace(&tx, &person.user, new, &TokenHash::of(token.reveal()), tx.now.after(LINK)).await?;
    let link = app.config.url(&format!("/email/{}", token.reveal()));
    let reached = User { email: Some(new.to_owned()), ..person.user.clone() };
    mail::queue(app, &tx, &reached, Letter::ConfirmEmail { link }).await?;
    let asked = Letter::EmailChangeAsked { new: new.to_owned() };
    mail::queue_done(app, &tx, &person.user, asked, whence).await?;
    tx.commit(permit).await
}

/// Counts a request; more than a few in an hour are refused, so that nobody has us write to strangers.
async fn count(app: &App, of: &Person) -> Result<(), Error> {
    let mails = Subject::happening(app, "own address mail", of.user.id)?;
    match throttle::count(app, mails, LINKS_TO_USER).await? {
        Some(retry_after) => Err(Error::Throttled { retry_after }),
        None => Ok(()),
    }
}

/// What the link with this token would do; `None` when it was used, replaced or has ended.
pub async fn open(app: &App, token: &str) -> Result<Option<Asked>, Error> {
    let Some((link, user)) = live(app, app.store.reader(), token).await? else { return Ok(None) };
    let (organisation, _) = app.store.organisation(link.org).await?;
    Ok(Some(Asked { user_name: user.user_name, organisation: organisation.name, address: link.address }))
}

/// Uses the link up: its address counts from now on. It is proved to be that of its user where the link is opened in a browser in
/// which they are signed in; else whoever reads somebody else's letters would prove it for them. `None` when the link was used,
/// replaced or has ended.
pub async fn confirm(app: &App, token: &str, signed_in: Option<UserId>) -> Result<Option<String>, Error> {
    let Some((link, _)) = live(app, app.store.reader(), token).await? else { return Ok(None) };
    let tx = app.begin(link.org).await?;
    let Some((link, user)) = live(app, &*tx, token).await? else { return Ok(None) };
    let person = users::load(&tx, user.id).await?;
    let (tx, permit) = app.ask(tx, &person.actor(None), Action::ChangeOwnEmail, person.target()).await?;
    if !email_links::redeem(&tx, &link).await? {
        return Ok(None);
    }
    let version = person.user.version.saturating_add(1);
    let moved = User {
        email: Some(link.address.clone()),
        proved_email: Some(link.address.clone()).filter(|_| signed_in == Some(person.user.id)),
        version,
        updated_at: tx.now,
        ..person.user.clone()
    };
    let (document, searchable) = directory::redescribed(&moved, app.users_of(tx.organisation()?)?)?;
    let moved = User { document, ..moved };
    user_rows::update(&tx, &moved, &searchable).await?;
    links::delete_of_user(&tx, moved.id).await?;
    for to in [Recipient::of(&person.user), Recipient::of(&moved)].into_iter().flatten() {
        mail::queue_to(app, &tx, to, Letter::EmailChanged { new: link.address.clone() }).await?;
    }
    tx.commit(permit).await?;
    Ok(Some(link.address))
}

/// The link and its user, as long as the link is good for that user.
async fn live(app: &App, db: &impl Reader, token: &str) -> Result<Option<(EmailLink, User)>, Error> {
    if !token.starts_with(TokenKind::Link.prefix()) {
        return Ok(None);
    }
    let Some(link) = email_links::find(db, &TokenHash::of(token), app.now()).await? else { return Ok(None) };
    let user = user_rows::find(db, link.org, link.user).await?;
    let is_good = |user: &User| user.is_active() && user.epoch == link.user_epoch && obstacle(user).is_none();
    let (organisation, _) = app.store.organisation(link.org).await?;
    Ok(user.filter(is_good).filter(|_| !organisation.is_suspended).map(|user| (link, user)))
}
