//! A sign-in at an identity provider that led to nothing: the number that the person sees, and the record of why.
//!
//! **Invariant:** the person sees the connection, which check failed, and the number; the reason is for those who
//! administer the organisation.
//! **Invariant:** the record of the deed and what is kept for looking into it are written together.

use crate::app::App;
use crate::app::sign_in_refusals::{self, KEPT_MAX, Kept};
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::id::{RefusalId, UserId};
use crate::domain::policy::{Action, Target, permit_anybody};
use crate::domain::secret::random_bytes;
use crate::domain::sso_refusal::{Check, Reason, kept};
use crate::oidc::jwt::Claims;
use crate::oidc::upstream::id_token::Said;
use crate::store::sign_in_refusals::{self as rows, StoredRefusal};

/// Why somebody does not get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub(super) check: Check,
    pub(super) reason: Reason,
    pub(super) subject: Option<String>,
    /// The user who was found and may not come in.
    pub(super) user: Option<UserId>,
    /// What the provider said.
    pub(super) said: Option<Box<Kept>>,
}

impl Refusal {
    pub(in crate::app) fn because(check: Check, reason: Reason) -> Self {
        Self { check, reason, subject: None, user: None, said: None }
    }

    /// The same about what the provider said of the person.
    pub(in crate::app) fn about(self, said: &Said) -> Self {
        let kept = Box::new(Kept { is_verified: true, claims: kept(&said.claims) });
        Self { subject: Some(said.subject.key.clone()), said: Some(kept), ..self }
    }

    /// The same about a user who was found.
    pub(super) fn of(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
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

    /// The same with what a token says that is not believed.
    pub fn unbelieved(self, claims: Option<Claims>) -> Self {
        match self {
            Self::Refused(refusal) => {
                let said = claims.map(|claims| Box::new(Kept { is_verified: false, claims: kept(&claims) }));
                Self::Refused(Refusal { said, ..refusal })
            }
            other @ Self::Product(_) => other,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A refusal that nothing is known of but this.
pub fn refused(check: Check, reason: Reason) -> Failure {
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

/// Records a refusal under a new number, with what the provider said as far as it may be kept.
pub async fn record(app: &App, connection: &Connection, refusal: Refusal) -> Result<Refused, Error> {
    let reference: String = random_bytes::<5>().iter().map(|byte| format!("{byte:02X}")).collect();
    let Refusal { check, reason, subject, user, said } = refusal;
    tracing::info!(connection.id = %connection.id, reference, %reason, "a sign-in at an identity provider was refused");
    let id = RefusalId::new();
    let user = match (user, &said) {
        (None, Some(said)) => sign_in_refusals::guess(app, connection, &said.claims).await?,
        (known, _) => known,
    };
    let sealed = said.map(|said| {
        let plain = serde_json::to_vec(&said).map_err(anyhow::Error::new)?;
        app.seal.seal(&sign_in_refusals::place(id), &plain)
    });
    let tx = app.begin_shared(connection.org).await?;
    let kept = StoredRefusal {
        id,
        org: connection.org,
        reference: reference.clone(),
        at: tx.now,
        connection: connection.id,
        connection_name: connection.name.clone(),
        check,
        reason: reason.clone(),
        user,
        claims_sealed: sealed.transpose()?,
    };
    rows::insert(&tx, &kept, KEPT_MAX).await?;
    let action = Action::RefuseIdentity { reference: reference.clone(), check, reason: reason.to_string(), subject };
    let target = Target::Connection { org: connection.org, id: connection.id, label: connection.name.clone() };
    tx.commit(permit_anybody(action, target)?).await?;
    app.metrics.sign_in_failed("provider");
    Ok(Refused { connection: connection.name.clone(), check, reference })
}
