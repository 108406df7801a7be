//! A sign-in at an identity provider that led to nothing: the number that the person sees, and the record of why.
//!
//! **Invariant:** the person sees the connection, which check failed, and the number; the reason is for those who
//! administer the organisation.

use crate::app::App;
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::policy::{Action, Target, permit_anybody};
use crate::domain::secret::random_bytes;
use crate::domain::sso_refusal::Check;
use crate::oidc::upstream::id_token::Said;

/// Why somebody does not get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub(super) check: Check,
    pub(super) reason: String,
    pub(super) subject: Option<String>,
}

impl Refusal {
    pub(in crate::app) fn because(check: Check, reason: impl Into<String>) -> Self {
        Self { check, reason: reason.into(), subject: None }
    }

    /// The same about what the provider said of the person.
    pub(in crate::app) fn about(self, said: &Said) -> Self {
        Self { subject: Some(said.subject.key.clone()), ..self }
    }
}

/// Why a call of a provider, or about one, was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody gets in by it.
    #[error("{}", .0.reason)]
    Refused(Refusal),
    /// A rule of the product, or a fault.
    #[error(transparent)]
    Product(#[from] Error),
}

impl Failure {
    /// The same about what the provider said of the person.
    pub fn about(self, said: &Said) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(refusal.about(said)),
            other @ Self::Product(_) => other,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A refusal that nothing is known of but these words.
pub fn refused(check: Check, reason: impl Into<String>) -> Failure {
    Refusal::because(check, reason).into()
}

/// What the person sees of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The name of the connection.
    pub connection: String,
    /// The check that failed.
    pub check: Check,
    /// The number under which the audit of the organisation has the reason.
    pub reference: String,
}

/// Records a refusal under a new number.
pub async fn record(app: &App, connection: &Connection, refusal: Refusal) -> Result<Refused, Error> {
    let reference: String = random_bytes::<5>().iter().map(|byte| format!("{byte:02X}")).collect();
    let Refusal { check, reason, subject } = refusal;
    tracing::info!(connection.id = %connection.id, reference, reason, "a sign-in at an identity provider was refused");
    let action = Action::RefuseIdentity { reference: reference.clone(), check, reason, subject };
    let target = Target::Connection { org: connection.org, id: connection.id, label: connection.name.clone() };
    app.store.record(permit_anybody(action, target)?.record(), app.now()).await?;
    Ok(Refused { connection: connection.name.clone(), check, reference })
}
