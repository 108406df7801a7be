//! Sign-ins that failed lately, counted by whom they were for and by where they came from.
//!
//! **Invariant:** a try with a name that nobody has belongs to no organisation, so it is counted in none.

use std::collections::HashMap;
use std::time::Duration;

use crate::app::App;
use crate::domain::id::{OrgId, UserId};
use crate::domain::policy::Actor;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};
use crate::store::{sign_in_tries, users};

pub use crate::app::sign_in_refusals::READ;
pub use crate::store::sign_in_tries::OfAddress;

/// So many of each are told, those with the most failures first.
pub const MOST: u64 = 100;

/// How far back is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Window {
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
}

impl Window {
    /// Every window, the shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    const fn span(self) -> Duration {
        Duration::from_hours(match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 24 * 7,
            Self::Month => 24 * 30,
        })
    }
}

/// The failures of a window.
#[derive(Debug, Clone)]
pub struct Failures {
    /// From when on.
    pub since: Timestamp,
    /// How many there were.
    pub total: u64,
    /// Those of each user, most first.
    pub users: Vec<OfUser>,
    /// Those from each address, most first.
    pub addresses: Vec<OfAddress>,
}

/// The failures of a user.
#[derive(Debug, Clone)]
pub struct OfUser {
    /// The user.
    pub user: User,
    /// How many there were.
    pub failures: u64,
    /// The newest.
    pub last_at: Timestamp,
}

/// Counts the failures of a window, for somebody who may see what people do.
pub async fn count(app: &App, actor: &Actor, org: OrgId, window: Window) -> Result<Failures, Error> {
    actor.knows(org)?;
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, READ)?;
    let (db, since) = (app.store.reader(), app.now().before(window.span()));
    let counted = sign_in_tries::failed_by_user(db, org, since, MOST).await?;
    let ids: Vec<UserId> = counted.iter().map(|it| it.user).collect();
    let mut known: HashMap<_, _> =
        users::list_by_ids(db, org, &ids).await?.into_iter().map(|user| (user.id, user)).collect();
    let named = counted
        .into_iter()
        .filter_map(|it| Some(OfUser { user: known.remove(&it.user)?, failures: it.failures, last_at: it.last_at }));
    Ok(Failures {
        since,
        total: sign_in_tries::failed(db, org, since).await?,
        users: named.collect(),
        addresses: sign_in_tries::failed_by_address(db, org, since, MOST).await?,
    })
}
