//! An organisation (tenant): the boundary that no id, name or token crosses.

mod policy;

pub use policy::{
    ABSOLUTE_MINUTES, AUDIT_DAYS, ActivationPolicy, AlertPolicy, AuditPolicy, FAILURES_MAX, IDLE_MINUTES, Policy,
    PolicyChange, Rules, SessionPolicy,
};

use super::error::Error;
use super::flaw::Flaw;
use super::id::OrgId;
use super::role::RoleModel;
use super::time::Timestamp;

/// An organisation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The identity of the organisation.
    pub id: OrgId,
    /// Its short name in URLs and claims.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Suspended organisations have no sign-in, no tokens and no provisioning.
    pub is_suspended: bool,
    /// Raised by suspension; whatever was issued under an older epoch is void.
    pub epoch: i64,
    /// The role model, as TOML.
    pub role_model: String,
    /// The policies.
    pub policy: Policy,
    /// The tag of the language for whoever wishes for none (BCP 47); nothing for that of the instance.
    pub language: Option<String>,
    /// The extensions of users that it defines for SCIM, as JSON; nothing where it never defined any.
    pub scim_schemas: Option<String>,
    /// Set where somebody has deleted it; it is suspended then, too.
    pub deletion: Option<Deletion>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The end of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deletion {
    /// Until then it can be restored.
    pub at: Timestamp,
    /// Since when its rows go, once they do.
    pub erased_since: Option<Timestamp>,
}

impl Deletion {
    /// True when there is no way back.
    pub fn is_final(&self, now: Timestamp) -> bool {
        self.at <= now || self.erased_since.is_some()
    }
}

impl Organisation {
    /// The policy in force.
    pub fn rules(&self, model: &RoleModel) -> Rules {
        self.policy.over(model.settings())
    }

    /// How it stands, in one word.
    pub const fn status(&self) -> &'static str {
        match (self.deletion, self.is_suspended) {
            (Some(_), _) => "deleting",
            (None, true) => "suspended",
            (None, false) => "active",
        }
    }
}

/// Checks a short name: lower-case letters, digits and inner hyphens, 2 to 63 characters.
pub fn check_slug(slug: &str) -> Result<(), Error> {
    let letters = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if letters && (2..=63).contains(&slug.len()) && !slug.starts_with('-') && !slug.ends_with('-') {
        return Ok(());
    }
    Err(Error::invalid("slug", Flaw::Slug))
}
