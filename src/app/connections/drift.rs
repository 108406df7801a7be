//! Where the people of a connection differ from what its provider said of them last: since when, and who did it.
//!
//! **Invariant:** nothing is changed by looking.

use std::time::Duration;

use super::managed;
use crate::app::history::{self, Event, Label};
use crate::app::{App, cursor};
use crate::domain::drift::{DAYS, DAYS_MAX, Kind};
use crate::domain::id::ConnectionId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::{audit, drift as rows};

pub use crate::store::drift::Found;

/// So many differences are on a page where nobody said.
pub const LIMIT_DEFAULT: u64 = 50;
/// And at most.
pub const LIMIT_MAX: u64 = 500;
/// So many deeds are read to find who did what is on a page.
const DEEDS: u64 = 2_000;

/// Which differences, and from where on.
#[derive(Debug, Clone)]
pub struct DriftQuery {
    /// In what they differ.
    pub kind: Kind,
    /// After so many days without a word somebody counts as not spoken of; the usual number without it.
    pub days: Option<u32>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// How many at most; the usual number without it.
    pub limit: Option<u64>,
}

/// A difference, and who brought it about.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The difference.
    pub found: Found,
    /// Since when it is so, as far as that is known.
    pub since: Option<Timestamp>,
    /// Who did it here, as far as that is on record.
    pub by: Option<Label>,
}

/// A page of the differences.
#[derive(Debug, Clone)]
pub struct DriftPage {
    /// The differences.
    pub differences: Vec<Difference>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// A page of the differences of a connection.
pub async fn drift(app: &App, actor: &Actor, id: ConnectionId, query: &DriftQuery) -> Result<DriftPage, Error> {
    let (connection, _) = managed(app, actor, id).await?;
    let org = connection.org;
    let days = checked("days", query.days.unwrap_or(DAYS).into(), DAYS_MAX.into())?;
    let limit = checked("limit", query.limit.unwrap_or(LIMIT_DEFAULT), LIMIT_MAX)?;
    let list = format!("drift.{id}.{}", query.kind.word());
    let after = query.after.as_deref().map(|it| cursor::read(app, (&list, org), ("cursor", it))).transpose()?;
    let since = app.now().before(Duration::from_hours(days.saturating_mul(24)));
    let part = rows::Part { kind: query.kind, since, after };
    let mut found = rows::page(app.store.reader(), (org, id), &part, limit.saturating_add(1)).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let last = found.get(shown.saturating_sub(1)).filter(|_| found.len() > shown).map(Found::place);
    let next = last.map(|place| cursor::write(app, (&list, org), &place)).transpose()?;
    found.truncate(shown);
    Ok(DriftPage { differences: told(app, query.kind, found).await?, next })
}

fn checked(field: &str, number: u64, most: u64) -> Result<u64, Error> {
    if (1..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Error::invalid(field, Flaw::NotBetween { from: 1, to: most }))
    }
}

/// With who did it: the newest deed of the kind, and where the moment is known only one of that moment.
async fn told(app: &App, kind: Kind, found: Vec<Found>) -> Result<Vec<Difference>, Error> {
    let Some(org) = found.first().map(|it| it.user.org) else { return Ok(Vec::new()) };
    let targets: Vec<String> = found.iter().map(|it| it.user.id.to_string()).collect();
    let deeds = match kind.deeds() {
        [] => Vec::new(),
        deeds => {
            history::told(app, org, audit::deeds_on_any(app.store.reader(), org, &targets, deeds, DEEDS).await?).await?
        }
    };
    let with_deed = |it: Found| {
        let is_it = |event: &&Event| {
            event.row.target_id == it.user.id.to_string() && it.since.is_none_or(|since| event.at() == since)
        };
        let deed = deeds.iter().find(is_it);
        Difference { since: it.since.or_else(|| deed.map(Event::at)), by: deed.map(|it| it.by.clone()), found: it }
    };
    Ok(found.into_iter().map(with_deed).collect())
}
