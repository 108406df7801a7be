//! What an identity provider is told of an error, in an answer of its own or as a part of one.
//!
//! **Invariant:** the status of an error is the same on every surface; `web::error` takes it from here.

use super::Error;
use crate::domain::{self, Conflict};
use crate::scim::{self, ScimType};

impl Error {
    /// What is said.
    pub fn said(&self) -> scim::Error {
        match self {
            Self::Protocol(error) => error.clone(),
            Self::Product(error) => said(error),
        }
    }

    /// True for what may go well a little later without anybody doing anything.
    pub(crate) const fn is_fault(&self) -> bool {
        matches!(self, Self::Product(domain::Error::Internal(_) | domain::Error::Throttled { .. }))
    }
}

/// An error of the product as SCIM says it.
pub fn said(error: &domain::Error) -> scim::Error {
    scim::Error { scim_type: scim_type(error), ..scim::Error::new(status(error), error.to_string()) }
}

/// The status of an error.
pub const fn status(error: &domain::Error) -> u16 {
    match error {
        domain::Error::Unauthenticated => 401,
        domain::Error::Denied(_) => 403,
        domain::Error::NotFound(_) => 404,
        domain::Error::Conflict(_) | domain::Error::Obstacle(_) => 409,
        domain::Error::Invalid { .. } => 400,
        domain::Error::Stale => 412,
        domain::Error::Throttled { .. } => 429,
        domain::Error::Internal(_) => 500,
    }
}

fn scim_type(error: &domain::Error) -> Option<ScimType> {
    match error {
        domain::Error::Conflict(
            Conflict::UserName
            | Conflict::ExternalId
            | Conflict::GroupName
            | Conflict::TeamName
            | Conflict::ViewName
            | Conflict::ProjectName
            | Conflict::ManagedElsewhere
            | Conflict::NoFile
            | Conflict::StreamExists
            | Conflict::Exists
            | Conflict::Slug,
        ) => Some(ScimType::Uniqueness),
        domain::Error::Invalid { .. } => Some(ScimType::InvalidValue),
        domain::Error::Conflict(
            Conflict::LastProtectedRole
            | Conflict::SsoUser
            | Conflict::NotSso
            | Conflict::ManagedByProvider
            | Conflict::GroupOfProvider
            | Conflict::GroupAssigned
            | Conflict::NotRepeatable
            | Conflict::NotPending
            | Conflict::NoAddress
            | Conflict::MfaPerUser
            | Conflict::ActivationMode
            | Conflict::NoFactor
            | Conflict::NeverSignedIn
            | Conflict::AlreadyActive
            | Conflict::Deactivated
            | Conflict::AccountDeactivated
            | Conflict::Invited
            | Conflict::TooMany
            | Conflict::ReviewTooLarge
            | Conflict::ReviewIsNotOpen
            | Conflict::ReviewIsOver
            | Conflict::NotEmpty
            | Conflict::DomainInUse
            | Conflict::BreakGlass
            | Conflict::NoBreakGlass
            | Conflict::Deleting
            | Conflict::Erased
            | Conflict::PlanChanged
            | Conflict::Assigned
            | Conflict::RoleName
            | Conflict::RoleInUse
            | Conflict::RoleOfTheModel
            | Conflict::Member,
        )
        | domain::Error::Obstacle(_)
        | domain::Error::Unauthenticated
        | domain::Error::Denied(_)
        | domain::Error::NotFound(_)
        | domain::Error::Stale
        | domain::Error::Throttled { .. }
        | domain::Error::Internal(_) => None,
    }
}
