//! How well an organisation keeps to what is good practice: owners, second factors, inactive and pending people, ends that are
//! overdue, and access reviews.

use crate::app::end_dates::{self, Meter};
use crate::app::user_list::{self, Posture};
use crate::app::{App, reviews};
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

/// Everything, for whoever sees how well the organisation keeps to good practice.
pub async fn of(app: &App, actor: &Actor, org: OrgId) -> Result<(Posture, Meter, LastReview), Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("organisation"));
    }
    let meter = end_dates::meter(app, actor, org).await?;
    Ok((user_list::posture(app, actor, org).await?, meter, last_review(app, actor, org).await?))
}
