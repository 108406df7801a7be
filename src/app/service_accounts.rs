//! Service accounts: accounts of programs, with tokens and no other way in.
//!
//! **Invariant:** a service account holds one role that whoever makes it, changes it or makes a token for it may give, and
//! never a protected one.
//! **Invariant:** the role is asked of the database on every use, so a token shrinks with it at once; shutting the account
//! out ends every token at once and for good.
//! **Invariant:** the secret of a token is answered once, when it is made; what is kept is its hash.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::app::organisations::known_role;
use crate::app::personal_tokens::NewToken;
use crate::app::users as people;
use crate::domain::id::{OrgId, PersonalTokenId, ServiceAccountId, UserId};
use crate::domain::policy::{Action, Actor, Change, Target, UserActor};
use crate::domain::role::{Effective, LiveGrant, RoleKey, RoleModel, Source};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::check_name;
use crate::domain::user::Status;
use crate::domain::{Error, Flaw};
use crate::store::{Tx, service_accounts, team_usage, users};

pub use crate::domain::service_account::{ServiceAccount, ServiceToken};

/// What a role must allow before its holder may see and keep service accounts.
pub const PERMISSION: &str = "tokens.service:manage";

const NAME_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 500;
/// So many accounts an organisation has at most, so that a list of them is always whole.
pub const ACCOUNTS_MAX: u64 = 500;
/// So many tokens an account has at most.
pub const TOKENS_MAX: usize = 20;
const HINT_CHARACTERS: usize = 12;
/// How exactly the last use of a token is known.
const LAST_USE: Duration = Duration::from_mins(1);

/// What a new service account is to be.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its role.
    pub role: RoleKey,
    /// Who answers for it; whoever makes it when nobody is named.
    pub owner: Option<UserId>,
}

/// What is to be different; what is left out stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ServiceAccountChange {
    /// What people call it.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its role.
    pub role: Option<RoleKey>,
    /// Who answers for it.
    pub owner: Option<UserId>,
}

/// Every service account of an organisation, by name.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<ServiceAccount>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, PERMISSION)?;
    service_accounts::list(app.store.reader(), org).await
}

/// One service account.
pub async fn show(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<ServiceAccount, Error> {
    let org = org_of(app, actor, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, PERMISSION)?;
    service_accounts::get(app.store.reader(), org, id).await
}

/// Makes a service account, which has no token yet.
pub async fn create(app: &App, actor: &Actor, org: OrgId, new: NewServiceAccount) -> Result<ServiceAccount, Error> {
    check(&new.name, &new.description)?;
    let tx = app.begin(org).await?;
    let made = ServiceAccount {
        id: ServiceAccountId::new(),
        org,
        name: new.name,
        description: new.description,
        role: new.role,
        owner: new.owner.or(if let Actor::User(own) = actor { Some(own.id) } else { None }),
        is_active: true,
        epoch: 0,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let action = Action::CreateServiceAccount { role: made.role.clone() };
    let (tx, permit) = app.ask(tx, actor, action, target(&made)).await?;
    fits(tx.roles()?, &made.role)?;
    answers_for(&tx, made.owner).await?;
    if service_accounts::count(&*tx, org).await? >= ACCOUNTS_MAX {
        return Err(Error::invalid("name", Flaw::TooManyAccounts { most: ACCOUNTS_MAX }));
    }
    service_accounts::insert(&tx, &made).await?;
    tx.commit(permit).await?;
    Ok(made)
}

/// Changes a service account. Another role counts for every token from this moment on.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: ServiceAccountId,
    change: ServiceAccountChange,
) -> Result<ServiceAccount, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let after = ServiceAccount {
        name: change.name.unwrap_or_else(|| before.name.clone()),
        description: change.description.unwrap_or_else(|| before.description.clone()),
        role: change.role.unwrap_or_else(|| before.role.clone()),
        owner: change.owner.or(before.owner),
        updated_at: tx.now,
        ..before.clone()
    };
    check(&after.name, &after.description)?;
    let action = Action::ChangeServiceAccount {
        from: before.role.clone(),
        to: after.role.clone(),
        changes: changes(&before, &after),
    };
    let (tx, permit) = app.ask(tx, actor, action, target(&before)).await?;
    if before.role != after.role {
        fits(tx.roles()?, &after.role)?;
    }
    if before.owner != after.owner {
        answers_for(&tx, after.owner).await?;
    }
    service_accounts::update(&tx, &after).await?;
    tx.commit(permit).await?;
    Ok(after)
}

/// The active user with this name, who may answer for a service account.
pub async fn owner_named(app: &App, actor: &Actor, org: OrgId, user_name: &str) -> Result<UserId, Error> {
    match people::by_name(app, actor, org, user_name).await {
        Ok(person) if person.user.status == Status::Active => Ok(person.user.id),
        Ok(_) | Err(Error::NotFound(_)) => Err(no_such_owner()),
        Err(other) => Err(other),
    }
}

/// Shuts a service account out at once: every token of it is dead for good.
pub async fn deactivate(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<ServiceAccount, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::DeactivateServiceAccount, target(&before)).await?;
    if !before.is_active {
        return Ok(before);
    }
    let epoch = before.epoch.saturating_add(1);
    let gone = ServiceAccount { is_active: false, epoch, updated_at: tx.now, ..before };
    service_accounts::update(&tx, &gone).await?;
    service_accounts::delete_tokens(&tx, id).await?;
    tx.commit(permit).await?;
    Ok(gone)
}

/// Lets a service account in again, with new tokens only.
pub async fn activate(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<ServiceAccount, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let action = Action::ActivateServiceAccount { role: before.role.clone() };
    let (tx, permit) = app.ask(tx, actor, action, target(&before)).await?;
    if before.is_active {
        return Ok(before);
    }
    let back = ServiceAccount { is_active: true, updated_at: tx.now, ..before };
    service_accounts::update(&tx, &back).await?;
    tx.commit(permit).await?;
    Ok(back)
}

/// Takes a service account away, with every token.
pub async fn delete(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<(), Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::DeleteServiceAccount, target(&before)).await?;
    service_accounts::delete(&tx, id).await?;
    team_usage::forget(&tx, UserId::from_uuid(id.uuid())).await?;
    tx.commit(permit).await
}

/// The tokens of a service account, newest first, without those that have ended.
pub async fn tokens(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<Vec<ServiceToken>, Error> {
    let account = show(app, actor, id).await?;
    let mut all = service_accounts::tokens(app.store.reader(), account.org, id).await?;
    let now = app.now();
    all.retain(|token| token.expires_at > now);
    Ok(all)
}

/// Makes a token for a service account; the answer is the only time that it is seen.
pub async fn create_token(
    app: &App,
    actor: &Actor,
    id: ServiceAccountId,
    new: NewToken,
) -> Result<(ServiceToken, Secret<String>), Error> {
    new.check()?;
    let secret = TokenKind::Service.generate();
    let (tx, account) = begin(app, actor, id).await?;
    let token = ServiceToken {
        id: PersonalTokenId::new(),
        org: account.org,
        account: id,
        name: new.name,
        hint: secret.reveal().chars().take(HINT_CHARACTERS).collect(),
        scopes: new.scopes,
        created_at: tx.now,
        expires_at: tx.now.after(new.lifetime),
        last_used_at: None,
    };
    let scopes = token.scopes.iter().map(|scope| scope.word()).collect();
    let action = Action::CreateServiceToken { token: token.id, scopes, role: account.role.clone() };
    let (tx, permit) = app.ask(tx, actor, action, target(&account)).await?;
    if !account.is_active {
        return Err(crate::domain::Conflict::AccountDeactivated.into());
    }
    let held = service_accounts::tokens(&*tx, account.org, id).await?;
    if held.iter().filter(|it| it.expires_at > tx.now).count() >= TOKENS_MAX {
        return Err(Error::invalid("name", Flaw::TooManyTokens { most: TOKENS_MAX }));
    }
    service_accounts::insert_token(&tx, &token, &TokenHash::of(secret.reveal()), &account).await?;
    tx.commit(permit).await?;
    Ok((token, secret))
}

/// Ends a token of a service account.
pub async fn revoke_token(app: &App, actor: &Actor, id: ServiceAccountId, token: PersonalTokenId) -> Result<(), Error> {
    let (tx, account) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::RevokeServiceToken { token }, target(&account)).await?;
    if !service_accounts::delete_token(&tx, id, token).await? {
        return Err(Error::NotFound("token"));
    }
    tx.commit(permit).await
}

/// The live token that was presented, and the account as somebody who acts.
pub(crate) async fn find(app: &App, token: &str) -> Result<Option<(ServiceToken, Actor)>, Error> {
    if !token.starts_with(TokenKind::Service.prefix()) {
        return Ok(None);
    }
    let now = app.now();
    let found = service_accounts::find_live(app.store.reader(), &TokenHash::of(token), now).await?;
    let Some((found, account)) = found else {
        return Ok(None);
    };
    if found.last_used_at.is_none_or(|at| now.since(at) >= LAST_USE) {
        app.store.service_token_used(&found, now).await?;
    }
    let (_, model) = app.store.organisation(account.org).await?;
    Ok(Some((found, acting(&model, account))))
}

/// The account as somebody who acts, as it stands now.
pub(super) async fn acting_now(app: &App, org: OrgId, id: ServiceAccountId) -> Result<Actor, Error> {
    let account = service_accounts::get(app.store.reader(), org, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    if account.is_active { Ok(acting(&model, account)) } else { Err(Error::Unauthenticated) }
}

/// The account with the one role that it holds; a role that became a protected one gives it nothing.
fn acting(model: &RoleModel, account: ServiceAccount) -> Actor {
    let since = account.updated_at;
    let role = Some(account.role).filter(|role| fits(model, role).is_ok());
    let grants = role.into_iter().map(|role| LiveGrant { role, source: Source::Manual, since });
    Actor::Service(UserActor {
        org: account.org,
        id: UserId::from_uuid(account.id.uuid()),
        label: account.name,
        effective: Effective::of(model, grants.collect()),
        owner: account.owner,
        session: None,
        proof_is_old: false,
    })
}

async fn begin(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<(Tx, ServiceAccount), Error> {
    let tx = app.begin(org_of(app, actor, id).await?).await?;
    let account = service_accounts::get(&*tx, tx.org, id).await?;
    Ok((tx, account))
}

/// The organisation of an account, for those who may know of it.
async fn org_of(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<OrgId, Error> {
    let found = service_accounts::find_org(app.store.reader(), id).await?;
    let is_visible = |org: &OrgId| actor.org().is_none_or(|own| own == *org);
    found.filter(is_visible).ok_or(Error::NotFound("service account"))
}

pub(super) fn target(it: &ServiceAccount) -> Target {
    Target::ServiceAccount { org: it.org, id: it.id, label: it.name.clone() }
}

fn check(name: &str, description: &str) -> Result<(), Error> {
    check_name("name", name, NAME_MAX)?;
    if description.is_empty() { Ok(()) } else { check_name("description", description, DESCRIPTION_MAX) }
}

/// A role that a program may hold: whoever may not be lost to an organisation must be a person.
fn fits(model: &RoleModel, role: &RoleKey) -> Result<(), Error> {
    if known_role(model, role)?.protected.is_some() {
        return Err(Error::invalid("role", Flaw::ProtectedRole));
    }
    Ok(())
}

async fn answers_for(tx: &Tx, owner: Option<UserId>) -> Result<(), Error> {
    let Some(owner) = owner else { return Ok(()) };
    match users::get(&**tx, tx.org, owner).await {
        Ok(user) if user.status == Status::Active => Ok(()),
        Ok(_) | Err(Error::NotFound(_)) => Err(no_such_owner()),
        Err(other) => Err(other),
    }
}

fn no_such_owner() -> Error {
    Error::invalid("owner", Flaw::Owner)
}

fn changes(before: &ServiceAccount, after: &ServiceAccount) -> Vec<Change> {
    let all = [
        ("name", json!(before.name), json!(after.name)),
        ("description", json!(before.description), json!(after.description)),
        ("role", json!(before.role), json!(after.role)),
        ("owner", json!(before.owner), json!(after.owner)),
    ];
    let differing = all.into_iter().filter(|(_, old, new)| old != new);
    differing.map(|(path, old, new)| Change::new(path, Some(old), Some(new))).collect()
}
