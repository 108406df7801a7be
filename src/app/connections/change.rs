//! What is said anew of a connection: its name, how long its journal is, when its breaker trips, and how people sign in there.
//!
//! **Invariant:** the secret of one issuer is never sent to another.
//! **Invariant:** whoever says anew who vouches for people could give every role themselves that the connection may give.
//! **Invariant:** only whoever runs the instance lets a further domain lead to a connection that the organisation has not proved.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use serde_json::{Value, json};
use url::Url;

use super::{NAME_MAX, begin, ceiling, claim_domains, names, secret_place, target, unproven};
use crate::app::{App, events};
use crate::domain::connection::{
    BreakerChange, Connection, EntraTokens, JOURNAL_DAYS_MAX, ProofClaim, SILENCE_HOURS_MAX, Settings, SsoMfa,
    addresses, lanes,
};
use crate::domain::id::ConnectionId;
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::routing::DomainName;
use crate::domain::secret::Secret;
use crate::domain::text::name_flaw;
use crate::domain::{Error, Flaw};
use crate::store::{Tx, connections};

/// The longest issuer.
pub const ISSUER_MAX: usize = 500;
/// The longest id of this server at an identity provider.
pub const CLIENT_ID_MAX: usize = 200;
/// The longest secret for that id.
pub const CLIENT_SECRET_MAX: usize = 1_000;

/// What says nothing of how people sign in.
const OF_UPKEEP: [&str; 5] = ["name", "journal_days", "silence_hours", "requests_per_second", "events_uri"];

/// What changes of a connection; what is left out stays as it is.
#[derive(Default)]
pub struct ConnectionChange {
    /// Its name for people.
    pub name: Option<String>,
    /// The issuer of the provider.
    pub issuer: Option<String>,
    /// Our id there.
    pub client_id: Option<String>,
    /// Our secret there.
    pub client_secret: Option<Secret<String>>,
    /// Whether somebody whom nobody pushed is made a user.
    pub jit: Option<bool>,
    /// Whether somebody is linked by a verified address.
    pub link_by_email: Option<bool>,
    /// What counts as a second factor, or that the policy of the organisation says so.
    pub mfa: Option<Option<SsoMfa>>,
    /// The methods that prove two factors, or the usual ones.
    pub mfa_amr: Option<Option<Vec<String>>>,
    /// The contexts that prove two factors, or the usual ones.
    pub mfa_acr: Option<Option<Vec<String>>>,
    /// Whether the provider governs who may do what.
    pub governance: Option<bool>,
    /// The attribute of users whose texts name roles, or none.
    pub role_attribute: Option<Option<String>>,
    /// For how many days requests are kept in the journal.
    pub journal_days: Option<u32>,
    /// When its breaker trips.
    pub breaker: BreakerChange,
    /// After how many hours without a request it is silent, or what is usual.
    pub silence_hours: Option<Option<u32>>,
    /// How many requests it may send in a second, or what is usual.
    pub requests_per_second: Option<Option<u32>>,
    /// Where it is told what became of requests that it did not wait for, or nowhere.
    pub events_uri: Option<Option<String>>,
    /// The networks from which its tokens work; none for everywhere.
    pub allowed_addresses: Option<Vec<String>>,
    /// Which tokens of Entra open it, or none.
    pub entra: Option<Option<EntraTokens>>,
    /// The domains whose addresses sign in there.
    pub domains: Option<Vec<DomainName>>,
}

impl ConnectionChange {
    /// True when it says anything anew but the name and what is of upkeep ([`OF_UPKEEP`]).
    pub fn is_grave(&self) -> bool {
        let Self {
            name: _,
            journal_days: _,
            silence_hours: _,
            requests_per_second: _,
            events_uri: _,
            issuer,
            client_id,
            client_secret,
            jit,
            link_by_email,
            mfa,
            mfa_amr,
            mfa_acr,
            governance,
            role_attribute,
            breaker,
            allowed_addresses,
            entra,
            domains,
        } = self;
        let of_provider = issuer.is_some() || client_id.is_some() || client_secret.is_some() || domains.is_some();
        let of_proof = mfa.is_some() || mfa_amr.is_some() || mfa_acr.is_some();
        let of_people = jit.is_some() || link_by_email.is_some() || breaker.says_something();
        let of_roles = governance.is_some() || role_attribute.is_some();
        of_provider || of_proof || of_people || of_roles || allowed_addresses.is_some() || entra.is_some()
    }
}

/// Says anew what a connection is called and how people sign in there. Users who were there before keep their way in.
pub async fn change(app: &App, actor: &Actor, id: ConnectionId, new: ConnectionChange) -> Result<Connection, Error> {
    check_secret(new.client_secret.as_ref())?;
    let allowed_addresses = new.allowed_addresses.map(each_network).transpose()?;
    let new = ConnectionChange { allowed_addresses, ..new };
    let (tx, before) = begin(app, actor, id).await?;
    let new = match new.role_attribute {
        Some(Some(name)) if before.settings.role_attribute.as_ref() != Some(&name) => {
            ConnectionChange { role_attribute: Some(Some(role_attribute(app, &tx, &name)?)), ..new }
        }
        Some(_) | None => new,
    };
    let old_domains = connections::list_domains(&*tx, tx.org, id).await?;
    let wanted = wanted(&before, &new);
    let domains = new.domains.map(each_once);
    check(&wanted, new.client_secret.is_some() || domains.as_ref().is_some_and(|it| !it.is_empty()))?;
    check_width(actor, Some(&before.settings), &wanted.settings)?;
    let domains_of_both = (&old_domains[..], domains.as_deref());
    let changes = changes(Some(&before), &wanted, domains_of_both, new.client_secret.is_some());
    let is_grave = changes.iter().any(|it| !OF_UPKEEP.contains(&it.path.as_str()));
    let further = domains.iter().flatten().map(ToString::to_string).filter(|it| !old_domains.contains(it));
    let action = Action::ChangeConnection {
        default_role: None,
        ceiling: if is_grave { Some(ceiling(&before.settings)?) } else { None },
        claims: unproven(&tx, further.collect()).await?,
        changes,
    };
    let is_nothing = matches!(&action, Action::ChangeConnection { changes, .. } if changes.is_empty());
    let (tx, permit) = app.ask(tx, actor, action, target(&before)).await?;
    if is_nothing {
        return Ok(before);
    }
    let is_elsewhere = before.settings.issuer.is_some() && wanted.settings.issuer != before.settings.issuer;
    if is_elsewhere && new.client_secret.is_none() && connections::client_secret(&*tx, tx.org, id).await?.is_some() {
        return Err(Error::invalid("client_secret", Flaw::SecretOfIssuer));
    }
    let changed = Connection { updated_at: tx.now, ..wanted };
    connections::update(&tx, &changed).await?;
    if let Some(secret) = new.client_secret {
        let sealed = app.seal.seal(&secret_place(id), secret.reveal().as_bytes())?;
        connections::set_client_secret(&tx, id, sealed).await?;
    }
    if let Some(domains) = &domains {
        connections::release_domains(&tx, id).await?;
        claim_domains(&tx, id, domains).await?;
    }
    tx.commit(permit).await?;
    Ok(changed)
}

fn wanted(before: &Connection, new: &ConnectionChange) -> Connection {
    let old = before.settings.clone();
    let breaker = old.breaker().with(new.breaker);
    let settings = Settings {
        issuer: new.issuer.clone().or(old.issuer),
        client_id: new.client_id.clone().or(old.client_id),
        jit: new.jit.unwrap_or(old.jit),
        link_by_email: new.link_by_email.unwrap_or(old.link_by_email),
        mfa: new.mfa.unwrap_or(old.mfa),
        mfa_amr: new.mfa_amr.clone().unwrap_or(old.mfa_amr),
        mfa_acr: new.mfa_acr.clone().unwrap_or(old.mfa_acr),
        governance: new.governance.or(old.governance),
        role_attribute: new.role_attribute.clone().unwrap_or(old.role_attribute),
        journal_days: new.journal_days.or(old.journal_days),
        breaker: if new.breaker.says_something() { Some(breaker) } else { old.breaker },
        silence_hours: new.silence_hours.unwrap_or(old.silence_hours),
        requests_per_second: new.requests_per_second.unwrap_or(old.requests_per_second),
        events_uri: new.events_uri.clone().unwrap_or(old.events_uri),
        allowed_addresses: new.allowed_addresses.clone().unwrap_or(old.allowed_addresses),
        entra: new.entra.clone().unwrap_or(old.entra),
        ..old
    };
    Connection { name: new.name.clone().unwrap_or_else(|| before.name.clone()), settings, ..before.clone() }
}

/// What the record keeps of a change, or of a new connection where there was none before.
pub(super) fn changes(
    before: Option<&Connection>,
    wanted: &Connection,
    (old_domains, domains): (&[String], Option<&[DomainName]>),
    has_secret: bool,
) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(before) = before.filter(|it| it.name != wanted.name) {
        changes.push(Change::new("name", Some(json!(before.name)), Some(json!(wanted.name))));
    }
    let governs = |it: &Connection| Some(json!(it.governs()));
    if let Some(before) = before.filter(|it| it.governs() != wanted.governs()) {
        changes.push(Change::new("governance", governs(before), governs(wanted)));
    }
    let attribute = |it: &Connection| it.settings.role_attribute.as_ref().map(|it| json!(it));
    if before.and_then(attribute) != attribute(wanted) {
        changes.push(Change::new("role_attribute", before.and_then(attribute), attribute(wanted)));
    }
    let days = |it: &Connection| Some(json!(it.settings.journal_days()));
    if let Some(before) = before.filter(|it| days(it) != days(wanted)) {
        changes.push(Change::new("journal_days", days(before), days(wanted)));
    }
    let breaker = |it: &Connection| Some(json!(it.settings.breaker()));
    if let Some(before) = before.filter(|it| breaker(it) != breaker(wanted)) {
        changes.push(Change::new("breaker", breaker(before), breaker(wanted)));
    }
    let hours = |it: &Connection| Some(json!(it.silence_hours()));
    if let Some(before) = before.filter(|it| it.settings.silence_hours != wanted.settings.silence_hours) {
        changes.push(Change::new("silence_hours", hours(before), hours(wanted)));
    }
    let width = |it: &Connection| Some(json!(it.requests_per_second().map_or(0, NonZeroU32::get)));
    if let Some(before) = before.filter(|it| it.settings.requests_per_second != wanted.settings.requests_per_second) {
        changes.push(Change::new("requests_per_second", width(before), width(wanted)));
    }
    let events = |it: &Connection| it.settings.events_uri.as_ref().map(|it| json!(it));
    if before.and_then(events) != events(wanted) {
        changes.push(Change::new("events_uri", before.and_then(events), events(wanted)));
    }
    let networks = |it: &Connection| Some(json!(it.settings.allowed_addresses));
    let none_before = before.is_none() && wanted.settings.allowed_addresses.is_empty();
    if !none_before && before.and_then(networks) != networks(wanted) {
        changes.push(Change::new("allowed_addresses", before.and_then(networks), networks(wanted)));
    }
    let entra = |it: &Connection| it.settings.entra.as_ref().map(|it| json!(it));
    if before.and_then(entra) != entra(wanted) {
        changes.push(Change::new("entra", before.and_then(entra), entra(wanted)));
    }
    let (was, is) = (before.map(|it| shown(&it.settings)), shown(&wanted.settings));
    if was.as_ref() != Some(&is) {
        changes.push(Change::new("sign_in", was, Some(is)));
    }
    if has_secret {
        let word = if before.is_some() { "changed" } else { "set" };
        changes.push(Change::new("client_secret", None, Some(json!(word))));
    }
    let is_same =
        |new: &[DomainName]| new.iter().map(DomainName::as_str).collect::<BTreeSet<_>>() == of_old(old_domains);
    if let Some(new) = domains.filter(|new| !is_same(new)).map(names) {
        changes.push(Change::new("domains", Some(json!(old_domains)), Some(json!(new))));
    }
    changes
}

fn of_old(domains: &[String]) -> BTreeSet<&str> {
    domains.iter().map(String::as_str).collect()
}

/// What the record keeps of how people sign in.
fn shown(settings: &Settings) -> Value {
    json!({
        "issuer": settings.issuer,
        "client_id": settings.client_id,
        "jit": settings.jit,
        "link_by_email": settings.link_by_email,
        "mfa": settings.mfa,
        "mfa_amr": settings.mfa_amr,
        "mfa_acr": settings.mfa_acr,
    })
}

/// The same domains, none of them twice.
pub(super) fn each_once(domains: Vec<DomainName>) -> Vec<DomainName> {
    domains.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Refuses what no connection can be called, and no way to sign in there; `is_for_issuer` when a secret or domains are said,
/// which lead nowhere without an issuer.
pub(super) fn check(it: &Connection, is_for_issuer: bool) -> Result<(), Error> {
    let named = name_flaw(&it.name, NAME_MAX).map(|flaw| ("name", flaw));
    let settings = &it.settings;
    let issuer = match (&settings.issuer, &settings.client_id) {
        (None, None) if !is_for_issuer => None,
        (Some(issuer), _) if !is_issuer(issuer) => Some(("issuer", Flaw::Issuer)),
        (None, _) => Some(("issuer", Flaw::Issuer)),
        (Some(_), Some(id)) if name_flaw(id, CLIENT_ID_MAX).is_none() => None,
        (Some(_), _) => Some(("client_id", Flaw::ClientId { characters_max: CLIENT_ID_MAX })),
    };
    let words = |claim: ProofClaim| {
        let flaw = settings.named(claim).and_then(|words| claim.flaw(words));
        flaw.map(|flaw| (claim.field(), flaw))
    };
    let is_kept = (1..=JOURNAL_DAYS_MAX).contains(&settings.journal_days());
    let days = (!is_kept).then_some(("journal_days", Flaw::Days { from: 1, to: JOURNAL_DAYS_MAX }));
    let is_too_long = it.silence_hours() > SILENCE_HOURS_MAX;
    let most = Flaw::NotBetween { from: 0, to: SILENCE_HOURS_MAX.into() };
    let hours = is_too_long.then_some(("silence_hours", most));
    let is_width = it.requests_per_second().is_none_or(|it| (lanes::FEWEST..=lanes::MOST).contains(&it.get()));
    let flaw = named
        .or(days)
        .or(hours)
        .or((!is_width).then_some(("requests_per_second", width_flaw())))
        .or_else(|| settings.breaker().flaw())
        .or_else(|| settings.entra.as_ref().and_then(EntraTokens::flaw))
        .or(issuer)
        .or_else(|| words(ProofClaim::Amr))
        .or_else(|| words(ProofClaim::Acr));
    match flaw {
        Some((field, flaw)) => Err(Error::invalid(field, flaw)),
        None => settings.events_uri.as_deref().map_or(Ok(()), events::check_uri),
    }
}

/// The attribute that may give roles, in the spelling in which it is kept.
pub(super) fn role_attribute(app: &App, tx: &Tx, name: &str) -> Result<String, Error> {
    let unknown = || Flaw::RoleAttribute { name: name.chars().take(NAME_MAX).collect() };
    let at = app.users_of(tx.organisation()?)?.telling(name);
    Ok(at.ok_or_else(|| Error::invalid("role_attribute", unknown()))?.to_string())
}

/// The networks as they are kept, each once, in the order in which they were written.
pub(super) fn each_network(written: Vec<String>) -> Result<Vec<String>, Error> {
    let flaw = || Error::invalid("allowed_addresses", Flaw::Networks { most: addresses::ENTRIES_MAX });
    if written.len() > addresses::ENTRIES_MAX {
        return Err(flaw());
    }
    let mut kept: Vec<String> = Vec::with_capacity(written.len());
    for it in written {
        let network = addresses::network(&it).ok_or_else(flaw)?;
        if !kept.contains(&network) {
            kept.push(network);
        }
    }
    Ok(kept)
}

fn width_flaw() -> Flaw {
    Flaw::NotBetween { from: lanes::FEWEST.into(), to: lanes::MOST.into() }
}

/// Lets nobody but the operator lift the limit: it is there for the other organisations of the instance, too.
pub(super) fn check_width(actor: &Actor, before: Option<&Settings>, wanted: &Settings) -> Result<(), Error> {
    let is_lifted = |it: &Settings| it.requests_per_second == Some(0);
    if is_lifted(wanted) && !before.is_some_and(is_lifted) && !matches!(actor, Actor::Operator { .. }) {
        return Err(Error::invalid("requests_per_second", width_flaw()));
    }
    Ok(())
}

/// Refuses a secret that no provider hands out.
pub(super) fn check_secret(secret: Option<&Secret<String>>) -> Result<(), Error> {
    let flaw = secret.and_then(|it| name_flaw(it.reveal(), CLIENT_SECRET_MAX));
    flaw.map_or(Ok(()), |flaw| Err(Error::invalid("client_secret", flaw)))
}

/// OpenID Connect Discovery 2: an issuer is an https address without query and fragment. What stands around an address is
/// not passed over, because the issuer of a token is compared letter by letter.
fn is_issuer(text: &str) -> bool {
    let Some(url) = Url::parse(text).ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_graphic())) else {
        return false;
    };
    let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    is_safe && text.len() <= ISSUER_MAX && url.query().is_none() && url.fragment().is_none()
}
