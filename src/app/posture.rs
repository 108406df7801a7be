//! How well an organisation keeps to what is good practice: owners, second factors, inactive and pending people, ends that are
//! overdue, access reviews, and connections to identity providers.

use crate::app::end_dates::{self, Meter};
use crate::app::user_list::{self, Posture};
use crate::app::{App, connections, reviews};
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Timestamp};

/// The permission to see how well an organisation keeps to good practice.
pub const POSTURE: &str = "org.posture:read";

/// A review that is older than this is due again: a quarter of a year.
const REVIEW_DAYS: u64 = 92;

/// When the last access review was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastReview {
    /// Nothing where none was carried through.
    pub closed_at: Option<Timestamp>,
    /// How many days ago.
    pub days: Option<u64>,
}

impl LastReview {
    /// True where the next one is due.
    pub fn is_due(&self) -> bool {
        self.days.is_none_or(|it| it > REVIEW_DAYS)
    }
}

/// When the last access review was over, for whoever sees reviews or how well the organisation keeps to good practice.
pub async fn last_review(app: &App, actor: &Actor, org: OrgId) -> Result<LastReview, Error> {
    let (_, model) = app.store.organisation(org).await?;
    if !reviews::may_list(actor, &model) {
        actor.may(&model, POSTURE)?;
    }
    let (closed_at, _) = reviews::last_closed(app, org).await?;
    Ok(LastReview { closed_at, days: closed_at.map(|at| app.now().since(at).as_secs() / (24 * 60 * 60)) })
}

/// How the connections to identity providers fare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provisioning {
    /// How many there are.
    pub connections: u64,
    /// With how many of them there is something to do.
    pub in_need: u64,
}

/// How the connections fare, for whoever manages them.
pub async fn provisioning(app: &App, actor: &Actor, org: OrgId) -> Result<Provisioning, Error> {
    let all = connections::health(app, actor, org).await?;
    let count = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
    let in_need = all.iter().filter(|it| !it.advice().is_empty()).count();
    Ok(Provisioning { connections: count(all.len()), in_need: count(in_need) })
}

/// Everything that is known of it.
#[derive(Debug, Clone)]
pub struct Everything {
    /// Of people.
    pub people: Posture,
    /// Of departures.
    pub departures: Meter,
    /// Of access reviews.
    pub review: LastReview,
    /// Of connections; nothing for whoever does not manage them.
    pub provisioning: Option<Provisioning>,
}

/// Everything, for whoever sees how well the organisation keeps to good practice.
pub async fn of(app: &App, actor: &Actor, org: OrgId) -> Result<Everything, Error> {
    actor.knows(org)?;
    Ok(Everything {
        departures: end_dates::meter(app, actor, org).await?,
        people: user_list::posture(app, actor, org).await?,
        review: last_review(app, actor, org).await?,
        provisioning: may_see(provisioning(app, actor, org).await)?,
    })
}

/// What somebody may not see is nothing to them.
pub fn may_see<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Err(Error::Denied(_)) => Ok(None),
        found => found.map(Some),
    }
}
