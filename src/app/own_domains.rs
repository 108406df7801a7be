//! The domains of an organisation: named, proved by a record in the DNS, and looked at again from time to time.
//!
//! **Invariant:** the DNS is asked between two units of work, never inside one.
//! **Invariant:** what was proved stays proven until the organisation takes it away: a record that is gone is shown, and ends
//! nobody's way to sign in.

use std::time::Duration;

use crate::app::throttle::{self, Rate, Subject};
use crate::app::{App, dns, organisations};
use crate::domain::id::OrgId;
use crate::domain::own_domain::{DOMAINS_MAX, UNPROVEN_KEPT};
use crate::domain::policy::{Action, Actor, DomainDeed, JOB_DOMAINS, Permit};
use crate::domain::routing::DomainName;
use crate::domain::secret::random_letters;
use crate::domain::{Conflict, Error, Flaw};
use crate::store::{Tx, connections, own_domains};

pub use crate::domain::own_domain::{MANAGE, OwnDomain, State};

/// So often somebody may have the DNS asked.
const CHECKS: Rate = Rate { most: 30, per: Duration::from_mins(1) };
/// So many are looked at in one round.
const AT_ONCE: u64 = 50;
/// About 160 bits.
const CHALLENGE_LETTERS: usize = 32;

/// What the DNS said of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The record is there.
    Record,
    /// The record is there, and another organisation has proved the domain.
    Elsewhere,
    /// There is no record of the name.
    Nothing,
    /// There are records of the name, and this is none of them.
    Others(Vec<String>),
    /// Nobody answered.
    NoAnswer,
}

/// The domain that somebody has written into a field.
pub fn named(field: &'static str, text: &str) -> Result<DomainName, Error> {
    text.trim().parse().map_err(|_| Error::invalid(field, Flaw::Domain))
}

/// The domains of an organisation, by name.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<OwnDomain>, Error> {
    may_manage(app, actor, org).await?;
    own_domains::list(app.store.reader(), org).await
}

/// A domain of an organisation.
pub async fn show(app: &App, actor: &Actor, org: OrgId, name: &DomainName) -> Result<OwnDomain, Error> {
    may_manage(app, actor, org).await?;
    found(own_domains::find(app.store.reader(), org, name).await?)
}

/// Says that a domain is the organisation's own; answers what proves it. Whoever says it again is told the same.
pub async fn add(app: &App, actor: &Actor, org: OrgId, name: DomainName) -> Result<OwnDomain, Error> {
    let tx = begin(app, actor, org).await?;
    let (tx, permit) = ask(app, tx, actor, DomainDeed::Add { name: name.to_string() }).await?;
    if let Some(there) = own_domains::find(&*tx, org, &name).await? {
        return Ok(there);
    }
    if own_domains::count(&*tx, org).await? >= DOMAINS_MAX {
        return Err(Conflict::TooMany.into());
    }
    let challenge = random_letters(b"abcdefghijkmnpqrstuvwxyz23456789", CHALLENGE_LETTERS).reveal().clone();
    let new = OwnDomain {
        org,
        name,
        challenge,
        proven_at: None,
        missing_since: None,
        checked_at: None,
        next_check_at: tx.now,
        created_at: tx.now,
    };
    let new = OwnDomain { next_check_at: new.next_check(tx.now), ..new };
    own_domains::insert(&tx, &new).await?;
    tx.commit(permit).await?;
    Ok(new)
}

/// Takes a domain away, once it leads to no connection any more.
pub async fn remove(app: &App, actor: &Actor, org: OrgId, name: &DomainName) -> Result<(), Error> {
    let tx = begin(app, actor, org).await?;
    let (tx, permit) = ask(app, tx, actor, DomainDeed::Remove { name: name.to_string() }).await?;
    found(own_domains::find(&*tx, org, name).await?)?;
    if !connections::find_by_domain(&*tx, Some(org), name).await?.is_empty() {
        return Err(Conflict::DomainInUse.into());
    }
    own_domains::delete(&tx, name).await?;
    tx.commit(permit).await
}

/// Asks the DNS now.
pub async fn check(app: &App, actor: &Actor, org: OrgId, name: &DomainName) -> Result<(OwnDomain, Seen), Error> {
    let it = show(app, actor, org, name).await?;
    if let Some(retry_after) =
        throttle::count(app, Subject::organisation(app, "checks of domains", org)?, CHECKS).await?
    {
        return Err(Error::Throttled { retry_after });
    }
    let seen = look(app, actor, &it).await?;
    Ok((show(app, actor, org, name).await?, seen))
}

/// Asks the DNS of every domain that is due, and forgets what nobody proved.
pub(crate) async fn tend(app: &App) -> Result<(), Error> {
    app.store.sweep_own_domains(app.now().before(UNPROVEN_KEPT)).await?;
    for it in app.store.own_domains_due(app.now(), AT_ONCE).await? {
        if !app.store.claim_domain_check(&it, it.next_check(app.now())).await? {
            continue;
        }
        if let Err(failure) = look(app, &Actor::Job(JOB_DOMAINS), &it).await {
            tracing::error!(failure = %failure, "could not look at a domain of an organisation");
        }
    }
    Ok(())
}

/// Asks the DNS, and notes what it says.
async fn look(app: &App, actor: &Actor, it: &OwnDomain) -> Result<Seen, Error> {
    let wanted = it.record_value();
    let texts = match dns::texts(&app.config.dns_servers, &it.record_name()).await {
        Ok(texts) => texts,
        Err(cause) => {
            tracing::info!(cause = ?cause, "the DNS was asked about a domain of an organisation in vain");
            return Ok(Seen::NoAnswer);
        }
    };
    let is_there = texts.iter().any(|text| text.trim() == wanted);
    let is_elsewhere = is_there && it.proven_at.is_none() && !prove(app, actor, it).await?;
    let missing_since = (!is_there && it.proven_at.is_some()).then(|| it.missing_since.unwrap_or_else(|| app.now()));
    app.store.note_domain_check(it, (app.now(), missing_since)).await?;
    Ok(match texts.is_empty() {
        _ if is_elsewhere => Seen::Elsewhere,
        _ if is_there => Seen::Record,
        true => Seen::Nothing,
        false => Seen::Others(texts),
    })
}

/// Notes the proof; false where another organisation has the domain.
async fn prove(app: &App, actor: &Actor, it: &OwnDomain) -> Result<bool, Error> {
    let tx = begin(app, actor, it.org).await?;
    // It may have been taken away and named anew meanwhile.
    let is_same = |now: &OwnDomain| now.challenge == it.challenge && now.proven_at.is_none();
    if !own_domains::find(&*tx, it.org, &it.name).await?.as_ref().is_some_and(is_same) {
        return Ok(true);
    }
    // Two that prove it at the same moment both have it: whoever keeps the domain has entered both records.
    if own_domains::is_elsewhere(&*tx, it.org, &it.name).await? {
        return Ok(false);
    }
    let (tx, permit) = ask(app, tx, actor, DomainDeed::Prove { name: it.name.to_string() }).await?;
    own_domains::prove(&tx, &it.name).await?;
    tx.commit(permit).await?;
    Ok(true)
}

async fn begin(app: &App, actor: &Actor, org: OrgId) -> Result<Tx, Error> {
    actor.knows(org)?;
    app.begin(org).await
}

async fn ask(app: &App, tx: Tx, actor: &Actor, deed: DomainDeed) -> Result<(Tx, Permit), Error> {
    let target = organisations::target(tx.organisation()?);
    app.ask(tx, actor, Action::Domain(deed), target).await
}

async fn may_manage(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    actor.knows(org)?;
    actor.may(&app.store.organisation(org).await?.1, MANAGE)
}

fn found(it: Option<OwnDomain>) -> Result<OwnDomain, Error> {
    it.ok_or(Error::NotFound("domain"))
}
