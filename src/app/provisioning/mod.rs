//! What an identity provider does to the directory over SCIM: people and groups made, changed, read and taken away.
//!
//! The protocol core makes documents out of requests; here the document before is compared with the document after, and
//! every difference is a deed of its own: renamed, changed, given a role, let in, shut out. Each deed asks for its permit
//! and leaves its audit row; a request in which nothing differs writes nothing and raises no version.
//!
//! **Invariant:** a connection sees and changes only the users and groups that it manages; the id of anything else, in
//! this organisation or another, is answered like an id that does not exist.
//! **Invariant:** what a token does not name it neither sees nor sets; see `attributes`.
//! **Invariant:** a request is kept whole or not at all; one that is carried out later leaves with what it does the mark that it
//! was done, so that it is not done twice.
//! **Invariant:** nobody beyond the breaker's limit is let go before an owner has agreed; see `breaker`.
//! **Invariant:** whoever is the last active holder of a protected role does not lose it; see `app::users`.

mod attributes;
mod breaker;
pub mod catalogue;
mod change;
pub mod everything;
mod extensions;
mod groups;
pub mod lanes;
pub mod me;
mod membership;
mod paging;
mod perform;
mod resource;
mod roles;
mod said;
mod show;
mod trace;
mod trial;
mod turn;
mod users;

use std::ptr;
use std::time::Duration;

use crate::app::connections::scim_base_url;
use crate::app::{App, events, provisioner};
use crate::domain::connection::{Attributes, Connection};
use crate::domain::drift::Said;
use crate::domain::id::{ConnectionId, OrgId, UserId};
use crate::domain::policy::{Action, AuditRecord, Permit, Target, What};
use crate::domain::{self};
use crate::scim;
use crate::scim::schema::ResourceType;
use crate::store::{Tx, clients, connections, kept_requests, users as user_rows};

pub(crate) use breaker::let_go;
pub use groups::Groups;
pub use perform::{by_token, check_scopes, perform};
pub use resource::Resource;
pub use said::{said, status};
pub use show::{Answer, Shown};
pub use trace::{KEPT_BYTES, Notes, Trace};
pub use trial::{Trial, about, change_of, rehearse, replay};
pub use turn::{Turn, Turns};
pub use users::Users;

/// When a request is worth sending again while which an administrator has changed the schemas of users.
const SCHEMAS_CHANGED: Duration = Duration::from_secs(1);

/// Why a request was not done: the product's rules, or the protocol's.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule of the directory, or a fault.
    #[error(transparent)]
    Product(#[from] domain::Error),
    /// What only SCIM can say.
    #[error(transparent)]
    Protocol(#[from] scim::Error),
}

impl From<domain::Conflict> for Error {
    fn from(conflict: domain::Conflict) -> Self {
        Self::Product(conflict.into())
    }
}

/// An identity provider that asks.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    /// The running instance.
    pub app: &'a App,
    /// The connection whose token came with the request.
    pub connection: &'a Connection,
    /// The table of the users of its organisation.
    pub users: &'static ResourceType,
    /// What the token sees and sets of users and groups.
    pub attributes: &'a Attributes,
    /// Where what the request comes to is noted.
    pub trace: &'a Trace,
}

impl Caller<'_> {
    /// The events that somebody is told of what happens here (RFC 9967).
    pub async fn event_uris(&self) -> Result<Vec<&'static str>, Error> {
        let receivers = clients::receivers(self.app.store.reader(), self.org()).await?;
        let of_resources = (!receivers.is_empty()).then(|| What::ALL.map(events::uri)).into_iter().flatten();
        let of_requests = self.connection.settings.events_uri.as_ref().map(|_| events::ASYNC_RESPONSE);
        Ok(of_resources.chain(of_requests).collect())
    }

    fn org(&self) -> OrgId {
        self.connection.org
    }

    fn id(&self) -> ConnectionId {
        self.connection.id
    }

    /// The table of resources of this type, as they are in this organisation.
    pub fn table(&self, of: &'static ResourceType) -> &'static ResourceType {
        if of == self.users { self.users } else { of }
    }

    /// The public address of the SCIM root, whatever address the request came to.
    pub fn base(&self) -> String {
        scim_base_url(self.app)
    }

    /// Begins a unit. A connection that was deleted since its token was read writes nothing more, and neither does a request
    /// that was read by other schemas than there are now, nor whoever carries one out that another node has taken over or done.
    async fn begin(&self) -> Result<Unit, Error> {
        self.unit(self.app.begin(self.org()).await?).await
    }

    /// The same for a deed that is about one user.
    async fn begin_brief(&self) -> Result<Unit, Error> {
        self.unit(self.app.begin_brief(self.org()).await?).await
    }

    async fn unit(&self, tx: Tx) -> Result<Unit, Error> {
        if connections::find(&*tx, tx.org, self.id()).await?.is_none() {
            return Err(domain::Error::Unauthenticated.into());
        }
        // The request was read by the schemas as they were.
        if !ptr::eq(self.app.users_of(tx.organisation()?)?, self.users) {
            return Err(domain::Error::Throttled { retry_after: SCHEMAS_CHANGED }.into());
        }
        if let Some((claim, operation)) = self.trace.kept() {
            kept_requests::check_undone(&tx, claim, operation).await?;
        }
        Ok(Unit { tx, permits: Vec::new(), is_news: false, replaces: None })
    }
}

/// A unit of work with the permits for what was done in it so far.
struct Unit {
    tx: Tx,
    permits: Vec<Permit>,
    /// True when it was noted that the provider spoke of somebody, which is no deed.
    is_news: bool,
    /// The user or group that becomes what the provider says that it is.
    replaces: Option<String>,
}

impl Unit {
    /// Asks for one more permit; a refusal undoes everything and is recorded.
    async fn allow(self, caller: &Caller<'_>, action: Action, target: Target) -> Result<Self, Error> {
        let Self { tx, mut permits, is_news, replaces } = self;
        let actor = provisioner::actor(caller.connection)?;
        if caller.trace.is_trial() {
            permits.push(actor.permit(tx.roles()?, action, target)?);
            return Ok(Self { tx, permits, is_news, replaces });
        }
        let (tx, permit) = caller.app.ask(tx, &actor, action, target).await?;
        permits.push(permit);
        Ok(Self { tx, permits, is_news, replaces })
    }

    /// Notes that the provider speaks of a user, and what it says of the user's access, where it says something.
    async fn hear(&mut self, user: UserId, said: Option<Said>) -> Result<(), Error> {
        self.is_news |= user_rows::assert(&self.tx, user, said).await?;
        Ok(())
    }

    /// Keeps what was asked for, and that it was done where that is asked for once more.
    async fn finish(self, caller: &Caller<'_>) -> Result<(), Error> {
        let first = self.permits.first().and_then(|it| it.tells().target_id.as_deref());
        if let (Some((claim, operation)), Some(resource)) = (caller.trace.kept(), first) {
            kept_requests::done(&self.tx, claim, (operation, resource)).await?;
        }
        self.keep(caller).await
    }

    /// Keeps what was done and heard; a unit without any of both is dropped, and so is one that was only a trial.
    async fn keep(self, caller: &Caller<'_>) -> Result<(), Error> {
        let deeds: Vec<AuditRecord> = self.permits.iter().map(|it| it.tells().clone()).collect();
        if (self.is_news || !self.permits.is_empty()) && !caller.trace.is_trial() {
            let permits = match &self.replaces {
                Some(id) => self.permits.into_iter().map(|it| it.by_replacing(id)).collect(),
                None => self.permits,
            };
            self.tx.commit_all(permits).await?;
        }
        caller.trace.did(deeds.iter());
        Ok(())
    }
}
