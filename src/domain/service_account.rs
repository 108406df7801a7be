//! A service account: an account of a program.
//!
//! **Invariant:** it has tokens and nothing else that opens anything: no password, link, second factor, identity or session
//! can belong to it, because it is no user.

use super::id::{OrgId, PersonalTokenId, ServiceAccountId, UserId};
use super::personal_token::Scope;
use super::role::RoleKey;
use super::time::Timestamp;

/// A service account as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// The identity of the account.
    pub id: ServiceAccountId,
    /// Its organisation.
    pub org: OrgId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its one role, never a protected one.
    pub role: RoleKey,
    /// Who answers for it; nobody when the operator made it.
    pub owner: Option<UserId>,
    /// False from the moment on in which it was shut out.
    pub is_active: bool,
    /// Raised when it is shut out; a token of an older epoch is void.
    pub epoch: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A token of a service account as stored; its secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    /// The identity of the token.
    pub id: PersonalTokenId,
    /// The organisation of the account.
    pub org: OrgId,
    /// Whose it is.
    pub account: ServiceAccountId,
    /// What people call it.
    pub name: String,
    /// The first characters, by which it is known again.
    pub hint: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl ServiceToken {
    /// True when the token may be used for this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}
