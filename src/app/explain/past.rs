//! How somebody stood at a moment.

use std::time::Duration;

use crate::app::App;
use crate::app::history::change;
use crate::app::users::Person;
use crate::domain::id::{ConnectionId, GroupId, OrgId, TeamId};
use crate::domain::role::{Effective, LiveGrant, RoleKey, RoleModel, Source};
use crate::domain::user::{Status, User};
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::audit::{self, AuditRow};
use crate::store::{connections, past};

/// So many deeds on one thing are looked through, newest first.
const DEEDS_MAX: u64 = 1_000;
/// What lets somebody in or shuts them out.
const SHUT_OUT: &str = "user.deactivated";
const LET_IN: &str = "user.activated";
/// What takes away what is old.
const FORGETTING: &str = "audit.retention_applied";
/// What defines roles.
const DEFINING: [&str; 2] = ["role.defined", "role.deleted"];

/// A person at a moment, with what led there.
pub(super) struct Then {
    /// The person.
    pub(super) person: Person,
    /// The groups, and since when.
    pub(super) groups: Vec<(GroupId, Timestamp)>,
    /// The teams, and since when.
    pub(super) teams: Vec<(TeamId, Timestamp)>,
    /// The roles that the groups gave, and since when.
    pub(super) mappings: Vec<(GroupId, RoleKey, Timestamp)>,
}

/// Refuses a moment of which nothing is known.
pub(super) async fn is_known(app: &App, user: &User, at: Timestamp) -> Result<(), Error> {
    let now = app.now();
    if at > now {
        return Err(Error::invalid("at", Flaw::InFuture));
    }
    let noted_from = past::noted_from(app.store.reader()).await?.min(now);
    let from = forgotten_before(app, user.org).await?.unwrap_or(noted_from).max(noted_from).max(user.created_at);
    if at < from { Err(Error::invalid("at", Flaw::NotKnownBefore { from })) } else { Ok(()) }
}

/// What had ended before this was forgotten with the log.
async fn forgotten_before(app: &App, org: OrgId) -> Result<Option<Timestamp>, Error> {
    let newest = audit::deeds_on(app.store.reader(), org, &org.to_string(), &[FORGETTING], 1).await?.pop();
    let day = newest.as_ref().and_then(|it| change(it, "before")?.0);
    // The day is told, and it may have been its end.
    Ok(day.and_then(|it| Timestamp::parse_date(&it)).map(|it| it.after(Duration::from_hours(24))))
}

/// When roles were last defined anew after a moment.
pub(super) async fn redefined_at(app: &App, org: OrgId, at: Timestamp) -> Result<Option<Timestamp>, Error> {
    audit::newest_of(app.store.reader(), org, &DEFINING, at).await
}

/// The person as it stood at a moment.
pub(super) async fn person(app: &App, model: &RoleModel, today: &Person, at: Timestamp) -> Result<Then, Error> {
    let (db, of) = (app.store.reader(), (today.user.org, today.user.id));
    let groups = past::groups_at(db, of, at).await?;
    let ids: Vec<GroupId> = groups.iter().map(|it| it.0).collect();
    let mappings = past::mappings_at(db, (of.0, &ids), at).await?;
    let mut grants = past::grants_at(db, of, at).await?;
    for (group, role, _) in &mappings {
        let since = groups.iter().find(|it| it.0 == *group).map_or(at, |it| it.1);
        grants.push(LiveGrant { role: role.clone(), source: Source::Group(*group), since });
    }
    if grants.is_empty() {
        grants.extend(by_default(app, &today.user, at).await?);
    }
    let status = status(app, &today.user, at).await?;
    let user = User { status, ..today.user.clone() };
    Ok(Then {
        person: Person { user, effective: Effective::of(model, grants) },
        teams: past::teams_at(db, of, at).await?,
        groups,
        mappings,
    })
}

/// Whether somebody was shut out: what the last deed before says, or the opposite of what the first one after did.
async fn status(app: &App, user: &User, at: Timestamp) -> Result<Status, Error> {
    let rows = done(app, user.org, (&user.id.to_string(), &[SHUT_OUT, LET_IN])).await?;
    let was_shut_out = match (before(&rows, at), after(&rows, at)) {
        (_, None) => return Ok(user.status),
        (Some(last), Some(_)) => last.action == SHUT_OUT,
        (None, Some(next)) => next.action == LET_IN,
    };
    Ok(match (was_shut_out, user.status) {
        (true, _) => Status::Deactivated,
        (false, Status::Deactivated) => Status::Active,
        (false, Status::Pending | Status::Active) => user.status,
    })
}

/// The role that the connection gave which managed the user then.
async fn by_default(app: &App, user: &User, at: Timestamp) -> Result<Option<LiveGrant>, Error> {
    let Some(manager) = manager(app, user, at).await? else { return Ok(None) };
    let Some(connection) = connections::find(app.store.reader(), user.org, manager).await? else { return Ok(None) };
    // It is named when the connection is made, and stays.
    let role = connection.settings.default_role.and_then(|it| it.parse::<RoleKey>().ok());
    Ok(role.map(|role| LiveGrant { role, source: Source::Default(manager), since: user.created_at }))
}

async fn manager(app: &App, user: &User, at: Timestamp) -> Result<Option<ConnectionId>, Error> {
    let rows = done(app, user.org, (&user.id.to_string(), &["user.linked", "user.created"])).await?;
    if after(&rows, at).is_none() {
        return Ok(user.managed_by);
    }
    let Some(last) = before(&rows, at) else { return Ok(None) };
    let named = if last.action == "user.linked" { change(last, "connection").and_then(|it| it.1) } else { None };
    let maker = (last.actor_kind == "connection").then(|| last.actor_id.clone());
    Ok(named.or(maker).and_then(|it| it.parse().ok()))
}

/// What somebody or something had at this path at a moment, where a deed has changed it since.
pub(super) fn was(rows: &[AuditRow], at: Timestamp, path: &str) -> Option<Option<String>> {
    rows.iter().rev().filter(|it| it.at > at).find_map(|it| Some(change(it, path)?.0))
}

/// The deeds of these names on something, newest first.
pub(super) async fn done(app: &App, org: OrgId, (on, names): (&str, &[&str])) -> Result<Vec<AuditRow>, Error> {
    audit::deeds_on_any(app.store.reader(), org, &[on.to_owned()], names, DEEDS_MAX).await
}

fn before(rows: &[AuditRow], at: Timestamp) -> Option<&AuditRow> {
    rows.iter().find(|it| it.at <= at)
}

fn after(rows: &[AuditRow], at: Timestamp) -> Option<&AuditRow> {
    rows.iter().rev().find(|it| it.at > at)
}
