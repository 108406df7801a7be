//! Service accounts as people see them: the list, one of them, and what can be done to it now.
//!
//! **Invariant:** nothing is decided here for good: the deed asks the policy and checks the state again in its own unit.
//! **Invariant:** what the policy refuses is not offered at all; what the state of things forbids is offered with the reason.

use std::collections::HashMap;

use crate::app::App;
use crate::app::service_accounts::{self, ACCOUNTS_MAX, PERMISSION, ServiceAccount, ServiceToken, TOKENS_MAX};
use crate::domain::id::{OrgId, PersonalTokenId, ServiceAccountId, UserId};
use crate::domain::policy::{Action, Actor, Target};
use crate::domain::role::{Role, RoleKey, RoleModel};
use crate::domain::user::{Status, User};
use crate::domain::{Error, Timestamp};
use crate::store::{self, users};

/// A service account of a list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The account.
    pub account: ServiceAccount,
    /// Whoever answers for it.
    pub owner: Option<Owner>,
    /// How much its tokens were used.
    pub last_use: LastUse,
}

/// Somebody who answers for a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Who it is.
    pub id: UserId,
    /// What they sign in as.
    pub user_name: String,
    /// What people call them.
    pub name: String,
    /// False when they cannot sign in any more or not yet, so that in truth nobody answers for it.
    pub is_active: bool,
}

/// How much the tokens of an account were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastUse {
    /// There is no token.
    NoToken,
    /// No token was used yet.
    Never,
    /// The last use of any token that is still there.
    At(Timestamp),
}

/// What is known of one service account.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The account.
    pub account: ServiceAccount,
    /// Whoever answers for it.
    pub owner: Option<Owner>,
    /// Its live tokens, newest first.
    pub tokens: Vec<ServiceToken>,
}

impl Sheet {
    /// Why no token can be made for it now, though somebody may.
    pub const fn token_obstacle(&self) -> Option<TokenObstacle> {
        if !self.account.is_active {
            return Some(TokenObstacle::Deactivated);
        }
        if self.tokens.len() >= TOKENS_MAX {
            return Some(TokenObstacle::TooMany);
        }
        None
    }
}

/// Why no token can be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenObstacle {
    /// The account is shut out.
    Deactivated,
    /// It has as many as it can have.
    TooMany,
}

/// A deed that is offered for a service account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Give it another name or description.
    Rename,
    /// Give it another role.
    ChangeRole,
    /// Let somebody else answer for it.
    HandOver,
    /// Let it in again.
    Activate,
    /// Shut it out.
    Deactivate,
    /// Take it away.
    Delete,
}

impl Deed {
    /// Every deed, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Rename, Self::ChangeRole, Self::HandOver, Self::Activate, Self::Deactivate, Self::Delete];

    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rename => "edit",
            Self::ChangeRole => "role",
            Self::HandOver => "owner",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Delete => "delete",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// How many service accounts an organisation has.
pub async fn count(app: &App, actor: &Actor, org: OrgId) -> Result<u64, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, PERMISSION)?;
    store::service_accounts::count(app.store.reader(), org).await
}

/// True when an organisation can have no further one.
pub async fn is_full(app: &App, actor: &Actor, org: OrgId) -> Result<bool, Error> {
    Ok(count(app, actor, org).await? >= ACCOUNTS_MAX)
}

/// Every service account of an organisation, by name.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Entry>, Error> {
    let accounts = service_accounts::list(app, actor, org).await?;
    let used = store::service_accounts::last_used(app.store.reader(), org).await?;
    let owners = owners(app, org, &accounts).await?;
    let entry = |account: ServiceAccount| Entry {
        owner: account.owner.and_then(|id| owners.get(&id).cloned()),
        last_use: match used.get(&account.id) {
            None => LastUse::NoToken,
            Some(None) => LastUse::Never,
            Some(Some(at)) => LastUse::At(*at),
        },
        account,
    };
    Ok(accounts.into_iter().map(entry).collect())
}

/// One service account with its tokens.
pub async fn show(app: &App, actor: &Actor, id: ServiceAccountId) -> Result<Sheet, Error> {
    let account = service_accounts::show(app, actor, id).await?;
    let tokens = service_accounts::tokens(app, actor, id).await?;
    let owner = owners(app, account.org, std::slice::from_ref(&account)).await?.into_values().next();
    Ok(Sheet { account, owner, tokens })
}

/// True when this can be done to an account in that state, by this actor.
pub fn is_offered(actor: &Actor, model: &RoleModel, deed: Deed, it: &ServiceAccount) -> bool {
    let would = |action: &Action| actor.check(model, action, &target(it)).is_ok();
    match deed {
        Deed::Rename | Deed::HandOver => would(&change(it, &it.role)),
        Deed::ChangeRole => !other_roles(actor, model, it).is_empty(),
        Deed::Activate => !it.is_active && would(&Action::ActivateServiceAccount { role: it.role.clone() }),
        Deed::Deactivate => it.is_active && would(&Action::DeactivateServiceAccount),
        Deed::Delete => would(&Action::DeleteServiceAccount),
    }
}

/// True when the actor may make tokens for an account with this role.
pub fn may_make_tokens(actor: &Actor, model: &RoleModel, it: &ServiceAccount) -> bool {
    let action =
        Action::CreateServiceToken { token: PersonalTokenId::new(), scopes: Vec::new(), role: it.role.clone() };
    actor.check(model, &action, &target(it)).is_ok()
}

/// The roles that the actor may give a new account, highest first.
pub fn roles_for_new<'a>(actor: &Actor, model: &'a RoleModel, org: OrgId) -> Vec<&'a Role> {
    let nobody = Target::ServiceAccount { org, id: ServiceAccountId::from_uuid(org.uuid()), label: String::new() };
    let may =
        |role: &RoleKey| actor.check(model, &Action::CreateServiceAccount { role: role.clone() }, &nobody).is_ok();
    for_programs(model).filter(|role| may(&role.key)).collect()
}

/// The roles that the actor may give this account in place of its own, highest first.
pub fn other_roles<'a>(actor: &Actor, model: &'a RoleModel, it: &ServiceAccount) -> Vec<&'a Role> {
    let may = |to: &RoleKey| actor.check(model, &change(it, to), &target(it)).is_ok();
    for_programs(model).filter(|role| role.key != it.role && may(&role.key)).collect()
}

/// The roles that a program may hold.
fn for_programs(model: &RoleModel) -> impl Iterator<Item = &Role> {
    model.roles().iter().filter(|role| role.protected.is_none())
}

fn change(it: &ServiceAccount, to: &RoleKey) -> Action {
    Action::ChangeServiceAccount { from: it.role.clone(), to: to.clone(), changes: Vec::new() }
}

fn target(it: &ServiceAccount) -> Target {
    Target::ServiceAccount { org: it.org, id: it.id, label: it.name.clone() }
}

/// Those who answer for these accounts.
async fn owners(app: &App, org: OrgId, of: &[ServiceAccount]) -> Result<HashMap<UserId, Owner>, Error> {
    let ids: Vec<UserId> = of.iter().filter_map(|it| it.owner).collect();
    let found = users::list_by_ids(app.store.reader(), org, &ids).await?;
    let owner = |it: User| Owner {
        id: it.id,
        is_active: it.status == Status::Active,
        user_name: it.user_name,
        name: it.display_name,
    };
    Ok(found.into_iter().map(|it| (it.id, owner(it))).collect())
}
