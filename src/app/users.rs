//! What is done to users, whoever asks for it.

use std::collections::HashMap;

use crate::app::grace;
use crate::app::mail::{self, Letter};
use crate::app::organisations::known_role;
use crate::app::project_teams;
use crate::app::{App, logout, service_accounts, signals};
use crate::domain::id::{OrgId, ServiceAccountId, UserId};
use crate::domain::policy::{Action, Actor, Permit, Target, TargetUser, UserActor, keeps_a_holder};
use crate::domain::role::{Effective, RoleKey, RoleModel, Source};
use crate::domain::session::Session;
use crate::domain::share::Sharee;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Conflict, Error, Timestamp};
use crate::oidc::signals::Event;
use crate::store::{
    Tx, break_glass, connections, deprovisionings, end_dates, factors, families, grants, identities, invitations,
    journal, linkings, links, members, mfa_deadlines, organisations, outbox, passwords, past, personal_tokens,
    saved_views, sessions, shares, sign_in_refusals, sign_in_tries, team_usage, teams, undelivered, user_list, users,
};

/// A user and what it holds.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user.
    pub user: User,
    /// What its grants add up to, with where each comes from.
    pub effective: Effective,
}

impl Person {
    /// The user as the target of a deed.
    pub fn target(&self) -> Target {
        Target::User(TargetUser {
            org: self.user.org,
            id: self.user.id,
            label: self.user.user_name.clone(),
            roles: self.effective.held(),
            managed_by: self.user.managed_by,
        })
    }

    /// The user as somebody who acts, in a session where there is one.
    pub fn actor(&self, session: Option<&Session>) -> Actor {
        Actor::User(UserActor {
            org: self.user.org,
            id: self.user.id,
            label: self.user.user_name.clone(),
            effective: self.effective.clone(),
            owner: None,
            session: session.map(|it| it.id),
            proof_is_old: false,
        })
    }
}

/// The user or the service account with this id as somebody who acts, with what they may do now; nobody where they may act no more.
pub(crate) async fn acting_now(app: &App, org: OrgId, id: UserId) -> Result<Option<Actor>, Error> {
    if let Some(user) = users::find(app.store.reader(), org, id).await? {
        return Ok(if user.is_active() { Some(person(app, user).await?.actor(None)) } else { None });
    }
    match service_accounts::acting_now(app, org, ServiceAccountId::from_uuid(id.uuid())).await {
        Ok(actor) => Ok(Some(actor)),
        Err(Error::NotFound(_) | Error::Unauthenticated) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The user with what it holds, inside a unit of work.
pub async fn load(tx: &Tx, id: UserId) -> Result<Person, Error> {
    let user = users::get(&**tx, tx.org, id).await?;
    let effective = Effective::of(tx.roles()?, grants::live(&**tx, &user).await?);
    Ok(Person { user, effective })
}

/// The user with what it holds, for showing or signing in.
pub async fn person(app: &App, user: User) -> Result<Person, Error> {
    let (_, model) = app.store.organisation(user.org).await?;
    person_in(app, &model, user).await
}

/// The same where the role model of the organisation is at hand.
pub(super) async fn person_in(app: &App, model: &RoleModel, user: User) -> Result<Person, Error> {
    let effective = Effective::of(model, grants::live(app.store.reader(), &user).await?);
    Ok(Person { user, effective })
}

/// What switching off the last holder of a protected role does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnLastHolder {
    /// It is refused.
    Refuse,
    /// Sign-in dies at once, the role stays, an alert is raised.
    SuspendAndAlert,
}

/// Ends all access of a user, at once and everywhere: every session, code, token and link is void when this is kept.
pub async fn deactivate(app: &App, actor: &Actor, id: UserId, last: OnLastHolder) -> Result<User, Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    deactivate_loaded(app, tx, actor, (&person, last)).await
}

/// The same in a unit in which the user was read.
pub(crate) async fn deactivate_loaded(
    app: &App,
    tx: Tx,
    actor: &Actor,
    (person, last): (&Person, OnLastHolder),
) -> Result<User, Error> {
    let (tx, permit) = app.ask(tx, actor, Action::DeactivateUser, person.target()).await?;
    let gone = deactivate_in(&tx, person, last).await?;
    if person.user.status != gone.status {
        mail::queue(app, &tx, &gone, Letter::Deactivated).await?;
    }
    tx.commit(permit).await?;
    Ok(gone)
}

/// The same inside a unit that changes more; the caller has asked for the permit.
pub async fn deactivate_in(tx: &Tx, person: &Person, last: OnLastHolder) -> Result<User, Error> {
    if person.user.status == Status::Deactivated {
        return Ok(person.user.clone());
    }
    match keep_holders_of(tx, person, &person.effective.held()).await {
        Err(Error::Conflict(Conflict::LastProtectedRole)) if last == OnLastHolder::SuspendAndAlert => {
            let alert = serde_json::json!({ "user": person.user.id, "user_name": person.user.user_name });
            outbox::insert(tx, "last-holder-alert", &alert).await?;
        }
        other => other?,
    }
    let gone = User {
        status: Status::Deactivated,
        epoch: person.user.epoch.saturating_add(1),
        version: person.user.version.saturating_add(1),
        updated_at: tx.now,
        ..person.user.clone()
    };
    users::set_state(tx, &gone).await?;
    end_dates::ended(tx, gone.id).await?;
    end_access(tx, &gone, &[Event::SessionRevoked, Event::AccountDisabled]).await?;
    Ok(gone)
}

/// Takes away what was issued to a user and tells the applications, and all that keep a stream what that means; the raised epoch
/// has voided it already.
pub async fn end_access(tx: &Tx, user: &User, events: &[Event]) -> Result<(), Error> {
    sessions::delete_of_user(tx, user.id, None).await?;
    links::delete_of_user(tx, user.id).await?;
    personal_tokens::delete_of_user(tx, user.id).await?;
    let ended = families::revoke_of_user(tx, user.id).await?;
    logout::send_notices(tx, &ended).await?;
    signals::tell(tx, user.id, events).await
}

/// Lets a deactivated user in again, with everything it had but no session or token of before.
pub async fn activate(app: &App, actor: &Actor, id: UserId) -> Result<User, Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let target = person.target();
    let (tx, permit) = app.ask(tx, actor, Action::ActivateUser, target).await?;
    let back = activate_in(&tx, &person.user).await?;
    // Who has not chosen a password yet is told of the way in by a letter of its own.
    if person.user.status != back.status && back.is_active() {
        mail::queue(app, &tx, &back, Letter::Reactivated).await?;
    }
    tx.commit(permit).await?;
    Ok(back)
}

/// The same inside a unit that changes more; the caller has asked for the permit. Where the policy says so, the time to put a
/// second factor off begins anew.
pub async fn activate_in(tx: &Tx, user: &User) -> Result<User, Error> {
    if user.status != Status::Deactivated {
        return Ok(user.clone());
    }
    // Who was never in and has only a temporary password has not chosen one yet.
    let was_in = user_list::last_active(&**tx, user).await?.is_some();
    let password = passwords::find(&**tx, tx.org, user.id).await?;
    let is_settled = user.sign_in == SignIn::Sso || password.is_some_and(|it| was_in || !it.must_change);
    let back = User {
        status: if is_settled { Status::Active } else { Status::Pending },
        version: user.version.saturating_add(1),
        updated_at: tx.now,
        ..user.clone()
    };
    users::set_state(tx, &back).await?;
    end_dates::reopened(tx, back.id).await?;
    signals::tell(tx, user.id, &[Event::AccountEnabled]).await?;
    if tx.organisation()?.rules(tx.roles()?).regrace_on_reactivation {
        grace::begin_anew(tx, &back).await?;
    }
    Ok(back)
}

/// Gives a user another role by hand; roles from groups and from the identity provider stay.
pub async fn change_role(app: &App, actor: &Actor, id: UserId, to: &RoleKey) -> Result<Person, Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let (tx, permit) = change_role_in(app, tx, actor, &person, to).await?;
    let changed = load(&tx, id).await?;
    tx.commit(permit).await?;
    Ok(changed)
}

/// The same inside a unit that changes more; asks for the permit.
pub(crate) async fn change_role_in(
    app: &App,
    tx: Tx,
    actor: &Actor,
    before: &Person,
    to: &RoleKey,
) -> Result<(Tx, Permit), Error> {
    known_role(tx.roles()?, to)?;
    let id = before.user.id;
    let action = Action::ChangeRole { from: before.effective.role.clone(), to: to.clone() };
    let (tx, permit) = app.ask(tx, actor, action, before.target()).await?;
    grants::delete_from_source(&tx, id, &Source::Manual).await?;
    grants::insert(&tx, id, to, &Source::Manual).await?;
    grace::begin(&tx, &[id]).await?;
    users::touch(&tx, &[id]).await?;
    let changed = load(&tx, id).await?;
    keep_holders_after(&tx, before, &changed).await?;
    if changed.effective.role != before.effective.role {
        let label = |key: &RoleKey| tx.roles().ok().and_then(|it| it.get(key)).map(|role| role.label.clone());
        let letter = Letter::RoleChanged {
            role: changed.effective.role.as_ref().and_then(label).unwrap_or_default(),
            before: before.effective.role.as_ref().and_then(label),
            by: mail::doer(&tx, actor).await?,
            is_shut_out: !changed.user.is_active(),
        };
        mail::queue(app, &tx, &changed.user, letter).await?;
    }
    Ok((tx, permit))
}

/// Takes a user and all that hangs on it out of the organisation; the audit stays. The caller has asked for the permit
/// and kept the last holder.
pub async fn remove_in(tx: &Tx, user: &User) -> Result<(), Error> {
    end_access(tx, user, &[Event::SessionRevoked, Event::AccountPurged]).await?;
    grants::delete_all(tx, user.id).await?;
    members::leave_all(tx, user.id).await?;
    teams::leave_all(tx, user.id).await?;
    team_usage::forget(tx, user.id).await?;
    shares::delete_with(tx, Sharee::User(user.id)).await?;
    project_teams::forget(tx, user.id).await?;
    past::forget_user(tx, user.id).await?;
    passwords::delete(tx, user.id).await?;
    factors::delete_all(tx, user.id).await?;
    mfa_deadlines::delete(tx, user.id).await?;
    identities::delete_of_user(tx, user.id).await?;
    crate::store::clients::delete_consents(tx, user.id).await?;
    invitations::delete_of_user(tx, user.id).await?;
    saved_views::delete_of_user(tx, user.id).await?;
    sign_in_tries::delete_of_user(tx, user.id).await?;
    sign_in_refusals::delete_of_user(tx, user.id).await?;
    journal::delete_of_user(tx, user.id).await?;
    deprovisionings::delete_open_of_user(tx, user.id).await?;
    linkings::delete_of_user(tx, user.id).await?;
    undelivered::delete_of_user(tx, user.id).await?;
    end_dates::gone(tx, user.id).await?;
    break_glass::delete(tx, user.id).await?;
    users::delete(tx, user.id).await
}

/// Refuses to take these roles from an active user who is the last to hold one that must not be lost. Where that user has
/// no way to sign in, nothing is lost as long as anybody active holds it.
pub async fn keep_holders_of(tx: &Tx, person: &Person, lost: &[RoleKey]) -> Result<(), Error> {
    if !person.user.is_active() {
        return Ok(());
    }
    for role in lost {
        if tx.roles()?.is_protected(role) {
            let counts = person.user.has_way_in(&connections::taking_sign_ins(&**tx, tx.org).await?);
            let except = Some(person.user.id);
            let left = match counts {
                true => grants::active_holders(&**tx, tx.org, role, except).await?,
                false => grants::all_active_holders(&**tx, tx.org, role, except).await?,
            };
            keeps_a_holder(tx.roles()?, role, left)?;
        }
    }
    Ok(())
}

/// The same for a change of roles that is already written in this unit: whatever is held no more was lost.
pub async fn keep_holders_after(tx: &Tx, before: &Person, after: &Person) -> Result<(), Error> {
    let held = after.effective.held();
    let lost: Vec<RoleKey> = before.effective.held().into_iter().filter(|role| !held.contains(role)).collect();
    keep_holders_of(tx, before, &lost).await
}

/// The organisation in which the actor may name this user: its own, or for the operator wherever the user is.
pub(crate) async fn org_of(actor: &Actor, app: &App, id: UserId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(org) => Ok(org),
        None => users::find_anywhere(app.store.reader(), id).await?.map(|it| it.org).ok_or(Error::NotFound("user")),
    }
}

/// Every permission of the role model that somebody has now, by exact name.
pub async fn permissions(app: &App, person: &Person) -> Result<Vec<String>, Error> {
    let (_, model) = app.store.organisation(person.user.org).await?;
    Ok(person.effective.permissions(&model))
}

/// The user with what it holds, for somebody who may see it; oneself is always seen.
pub async fn show(app: &App, actor: &Actor, id: UserId) -> Result<Person, Error> {
    let org = org_of(actor, app, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    if actor.id() != Some(id.to_string()) {
        actor.may(&model, "users:read")?;
    }
    person(app, users::get(app.store.reader(), org, id).await?).await
}

/// The user of an organisation with this user name, in any spelling.
pub async fn by_name(app: &App, actor: &Actor, org: OrgId, user_name: &str) -> Result<Person, Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("user"));
    }
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:read")?;
    let found = users::find_by_name(app.store.reader(), org, user_name).await?;
    person(app, found.ok_or(Error::NotFound("user"))?).await
}

/// Since when each of these users has a second factor; those without one are left out.
pub async fn second_factors(app: &App, org: OrgId, of: &[UserId]) -> Result<HashMap<UserId, Timestamp>, Error> {
    factors::enrolled(app.store.reader(), org, of).await
}

/// The organisation that a caller means: its own, or for the operator the one with this short name.
pub async fn organisation_of(app: &App, actor: &Actor, slug: Option<&str>) -> Result<OrgId, Error> {
    match (actor.org(), slug) {
        (Some(own), None) => Ok(own),
        (own, Some(slug)) => {
            let found = organisations::find_by_slug(app.store.reader(), slug).await?.map(|it| it.id);
            found.filter(|it| own.is_none_or(|own| own == *it)).ok_or(Error::NotFound("organisation"))
        }
        (None, None) => Err(Error::malformed("organisation", "say which one, by its short name")),
    }
}

/// Every user of an organisation with what it holds, by user name.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Person>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:list")?;
    let everybody = users::list(app.store.reader(), org).await?;
    let mut grants = grants::live_of_all(app.store.reader(), org, &everybody).await?;
    let people = everybody.into_iter().map(|user| {
        let effective = Effective::of(&model, grants.remove(&user.id).unwrap_or_default());
        Person { user, effective }
    });
    Ok(people.collect())
}
