//! One page of a list of users: which of them, in which order, after which one.
//!
//! The page is found by keys and ids alone; the rows are read only for the users on it.
//!
//! **Invariant:** a page is found from the place where the last one ended, however far in that is; nothing is counted on
//! the way.
//! **Invariant:** every key is never NULL, and the id decides among equal ones, so the order is the same on both databases.

#[cfg(test)]
mod tests;

use std::time::Duration;

use sea_orm::sea_query::{
    Alias, CaseStatement, Expr, ExprTrait as _, Func, JoinType, Query, SelectStatement, UnionType,
};
use sea_orm::{Condition, ConnectionTrait, DbBackend, QueryResult};
use uuid::Uuid;

use super::error::translate;
use super::rows::{end_date, grant, group_role, member, project_assignment, team_member, user};
use super::turning::{Start, key_in, narrow, turned};
use super::{connections, factors, in_order, users};
use crate::domain::connection::Connection;
use crate::domain::id::{OrgId, ProjectId, UserId};
use crate::domain::list::{Created, Days, Place};
use crate::domain::role::{Role, RoleKey, RoleModel};
use crate::domain::user::{SignIn, Status, User};
use crate::domain::user_list::{Column, Idle, Leaving, Mfa, Origin, UserFilter, UserList};
use crate::domain::{Error, Timestamp};

/// A user on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The user.
    pub user: User,
    /// When it was last seen, to a few minutes.
    pub last_active: Option<Timestamp>,
    /// The state of its second factor.
    pub mfa: Mfa,
}

/// A page, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The users.
    pub users: Vec<Listed>,
    /// Where the next page begins, when there is one.
    pub next: Option<Place>,
    /// Where the page before ends, when there is one.
    pub previous: Option<Place>,
}

/// The organisation whose users are listed, and what its roles are.
pub struct Scope<'a> {
    backend: DbBackend,
    org: OrgId,
    model: &'a RoleModel,
    connections: Vec<Connection>,
    now: Timestamp,
}

impl<'a> Scope<'a> {
    /// The users of this organisation at this moment.
    pub async fn of(
        db: &impl ConnectionTrait,
        org: OrgId,
        model: &'a RoleModel,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let connections = connections::list(db, org).await?;
        Ok(Self { backend: db.get_database_backend(), org, model, connections, now })
    }
}

/// The page of a list on this side of a place, or the first.
pub async fn page(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
    list: &UserList,
    from: Start<'_>,
) -> Result<Page, Error> {
    let found = db.query_all(&statement(scope, list, from)).await.map_err(translate)?;
    let found = found.iter().map(Glimpse::read).collect::<Result<Vec<_>, _>>()?;
    let turned = turned(found, list, from);
    Ok(Page { users: rows(db, scope.org, &turned.rows).await?, next: turned.next, previous: turned.previous })
}

/// How many users a filter finds; for a figure that leads to the list, never for the list itself.
pub async fn count(db: &impl ConnectionTrait, scope: &Scope<'_>, filter: &UserFilter) -> Result<u64, Error> {
    let row = db.query_one(&counted(scope, filter)).await.map_err(translate)?;
    let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose().map_err(translate)?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

fn counted(scope: &Scope<'_>, filter: &UserFilter) -> SelectStatement {
    Query::select()
        .expr(Func::count(Expr::col((user::Entity, user::Column::Id))))
        .from(user::Entity)
        .cond_where(condition(scope, filter))
        .to_owned()
}

/// When a user was last seen.
pub async fn last_active(db: &impl ConnectionTrait, of: &User) -> Result<Option<Timestamp>, Error> {
    let seen = Query::select()
        .column(user::Column::LastActiveAt)
        .from(user::Entity)
        .and_where(Expr::col(user::Column::OrgId).eq(of.org.uuid()))
        .and_where(Expr::col(user::Column::Id).eq(of.id.uuid()))
        .to_owned();
    let row = db.query_one(&seen).await.map_err(translate)?;
    let millis: i64 = row.map(|row| row.try_get_by_index(0)).transpose().map_err(translate)?.unwrap_or(0);
    Ok(moment(millis))
}

/// What is known of a user before its row is read.
struct Glimpse {
    id: UserId,
    last_active: Option<Timestamp>,
}

impl Glimpse {
    fn read(row: &QueryResult) -> Result<(Self, Place), Error> {
        let id: Uuid = row.try_get_by_index(0).map_err(translate)?;
        let seen: i64 = row.try_get_by_index(1).map_err(translate)?;
        Ok((Self { id: UserId::from_uuid(id), last_active: moment(seen) }, Place { key: key_in(row)?, id }))
    }
}

fn moment(millis: i64) -> Option<Timestamp> {
    (millis > 0).then(|| Timestamp::from_millis(millis))
}

async fn rows(db: &impl ConnectionTrait, org: OrgId, glimpses: &[Glimpse]) -> Result<Vec<Listed>, Error> {
    let mut ids: Vec<UserId> = glimpses.iter().map(|it| it.id).collect();
    ids.sort_unstable();
    let mut by_id: std::collections::HashMap<UserId, User> =
        users::list_by_ids(db, org, &ids).await?.into_iter().map(|it| (it.id, it)).collect();
    let enrolled = factors::enrolled(db, org, &ids).await?;
    // Somebody who was deleted between the two statements is not on the page.
    let listed = glimpses.iter().filter_map(|it| {
        let user = by_id.remove(&it.id)?;
        let mfa = mfa_of(enrolled.contains_key(&it.id), user.sign_in);
        Some(Listed { user, last_active: it.last_active, mfa })
    });
    Ok(listed.collect())
}

/// The state of somebody's second factor.
pub const fn mfa_of(has_factor: bool, sign_in: SignIn) -> Mfa {
    match (has_factor, sign_in) {
        (true, _) => Mfa::On,
        (false, SignIn::Sso) => Mfa::AtProvider,
        (false, SignIn::Password) => Mfa::Off,
    }
}

fn statement(scope: &Scope<'_>, list: &UserList, from: Start<'_>) -> SelectStatement {
    let id = Expr::col((user::Entity, user::Column::Id));
    let mut found = Query::select()
        .expr(id.clone())
        .expr(Expr::col((user::Entity, user::Column::LastActiveAt)))
        .from(user::Entity)
        .cond_where(condition(scope, &list.filter))
        .to_owned();
    if list.sort.column == Column::Role {
        found.join_subquery(JoinType::LeftJoin, ranks(scope), Alias::new("ranks"), same_user());
    }
    narrow(&mut found, (&key(scope, list.sort.column), &id), list, from);
    found
}

fn key(scope: &Scope<'_>, column: Column) -> Expr {
    let plain = |it: user::Column| Expr::col((user::Entity, it));
    match column {
        Column::Name => plain(user::Column::DisplayNameKey),
        Column::UserName => plain(user::Column::UserNameKey),
        Column::Email => plain(user::Column::EmailKey),
        Column::Status => plain(user::Column::Status),
        Column::Type => plain(user::Column::SignIn),
        Column::LastActive => plain(user::Column::LastActiveAt),
        Column::Created => plain(user::Column::CreatedAt),
        Column::Role => {
            Func::coalesce([Expr::col((Alias::new("ranks"), Alias::new("rank"))), default_rank(scope)]).into()
        }
        Column::Mfa => CaseStatement::new()
            .case(has_factor(scope.org), 2_i64)
            .case(plain(user::Column::SignIn).eq(SignIn::Sso.word()), 1_i64)
            .finally(0_i64)
            .into(),
        Column::Provider => {
            let managed = |by: &Connection| plain(user::Column::ManagedBy).eq(by.id.uuid());
            let names = CaseStatement::new().case(plain(user::Column::ManagedBy).is_null(), "");
            let named = |names: CaseStatement, it| names.case(managed(it), it.name.as_str());
            scope.connections.iter().fold(names, named).finally("").into()
        }
    }
}

/// A second factor is enrolled. Those who have one are found once, not anew for each user.
pub(super) fn has_factor(org: OrgId) -> Expr {
    Expr::col((user::Entity, user::Column::Id)).in_subquery(factors::owners(org))
}

fn same_user() -> Expr {
    Expr::col((Alias::new("ranks"), Alias::new("user_id"))).equals((user::Entity, user::Column::Id))
}

/// The highest rank that each user holds by a grant or a group.
fn ranks(scope: &Scope<'_>) -> SelectStatement {
    let (user_id, rank) = (Alias::new("user_id"), Alias::new("rank"));
    let mut held = Query::select()
        .expr_as(Expr::col((grant::Entity, grant::Column::UserId)), user_id.clone())
        .expr_as(rank_of(scope.model, &Expr::col((grant::Entity, grant::Column::Role))), rank.clone())
        .from(grant::Entity)
        .and_where(Expr::col((grant::Entity, grant::Column::OrgId)).eq(scope.org.uuid()))
        .to_owned();
    let mut by_group = Query::select()
        .expr_as(Expr::col((member::Entity, member::Column::UserId)), user_id.clone())
        .expr_as(rank_of(scope.model, &Expr::col((group_role::Entity, group_role::Column::Role))), rank.clone())
        .from(group_role::Entity)
        .and_where(Expr::col((group_role::Entity, group_role::Column::OrgId)).eq(scope.org.uuid()))
        .to_owned();
    in_order::then(&mut by_group, member::Entity, same_group());
    held.union(UnionType::All, by_group);
    Query::select()
        .column(user_id.clone())
        .expr_as(Func::max(Expr::col(rank.clone())), rank)
        .from_subquery(held, Alias::new("held"))
        .group_by_col(user_id)
        .to_owned()
}

/// The rank of a role that a row names.
pub(super) fn rank_of(model: &RoleModel, role: &Expr) -> Expr {
    let ranks = model
        .roles()
        .iter()
        .fold(CaseStatement::new(), |ranks, it| ranks.case(role.clone().eq(it.key.to_string()), i64::from(it.rank)));
    ranks.finally(0_i64).into()
}

/// The rank of the role that the connection gives to whoever has no other.
fn default_rank(scope: &Scope<'_>) -> Expr {
    let mut ranks = CaseStatement::new();
    for (connection, role) in defaults(scope) {
        let managed = Expr::col((user::Entity, user::Column::ManagedBy)).eq(connection.id.uuid());
        ranks = ranks.case(managed, i64::from(role.rank));
    }
    let never = Expr::val(1).eq(0);
    ranks.case(never, 0_i64).finally(0_i64).into()
}

fn defaults<'s>(scope: &'s Scope<'_>) -> impl Iterator<Item = (&'s Connection, &'s Role)> {
    scope.connections.iter().filter_map(|connection| {
        let key: RoleKey = connection.settings.default_role.as_deref()?.parse().ok()?;
        Some((connection, scope.model.get(&key)?))
    })
}

fn condition(scope: &Scope<'_>, filter: &UserFilter) -> Condition {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    let statuses = filter.shown_statuses();
    let mut all = Condition::all().add(column(user::Column::OrgId).eq(scope.org.uuid()));
    if statuses.len() < [Status::Pending, Status::Active, Status::Deactivated].len() {
        all = all.add(column(user::Column::Status).is_in(statuses.into_iter().map(Status::word)));
    }
    let parts = [
        (!filter.roles.is_empty()).then(|| holds_one_of(scope, &filter.roles)),
        filter.name.as_deref().map(|text| {
            let names = [user::Column::DisplayNameKey, user::Column::UserNameKey];
            let [display, user_name] = names.map(|name| contains(scope.backend, column(name), text));
            display.or(user_name)
        }),
        filter.email.as_deref().map(|text| contains(scope.backend, column(user::Column::EmailKey), text)),
        filter.sign_in.map(|it| column(user::Column::SignIn).eq(it.word())),
        filter.group.map(|group| {
            let members = Query::select()
                .column(member::Column::UserId)
                .from(member::Entity)
                .and_where(Expr::col(member::Column::OrgId).eq(scope.org.uuid()))
                .and_where(Expr::col(member::Column::GroupId).eq(group.uuid()))
                .to_owned();
            column(user::Column::Id).in_subquery(members)
        }),
        filter.team.map(|team| {
            let members = Query::select()
                .column(team_member::Column::UserId)
                .from(team_member::Entity)
                .and_where(Expr::col(team_member::Column::OrgId).eq(scope.org.uuid()))
                .and_where(Expr::col(team_member::Column::TeamId).eq(team.uuid()))
                .to_owned();
            column(user::Column::Id).in_subquery(members)
        }),
        filter.project.map(|project| on_project(scope, project)),
        filter.mfa.map(|it| with_mfa(scope.org, it)),
        filter.idle.map(|it| idle(scope, it)),
        filter.provider.map(|it| column(user::Column::ManagedBy).eq(it.uuid())),
        filter.origin.map(|it| match it {
            Origin::Local => column(user::Column::ManagedBy).is_null(),
            Origin::Provisioned => column(user::Column::ManagedBy).is_not_null(),
        }),
        filter.leaving.map(|it| leaving(scope, it)),
        filter.created.map(|it| was_made(&column(user::Column::CreatedAt), it, scope.now)),
    ];
    parts.into_iter().flatten().fold(all, Condition::add)
}

/// The time of the user ends then.
fn leaving(scope: &Scope<'_>, when: Leaving) -> Expr {
    let mut ends = Query::select();
    ends.column(end_date::Column::UserId)
        .from(end_date::Entity)
        .and_where(Expr::col(end_date::Column::OrgId).eq(scope.org.uuid()))
        .and_where(Expr::col(end_date::Column::EndedAt).is_null());
    let (at, now) = (Expr::col(end_date::Column::EndsAt), scope.now);
    match when {
        Leaving::Overdue => ends.and_where(at.lte(now.millis())),
        Leaving::Soon => {
            ends.and_where(at.clone().gt(now.millis())).and_where(at.lte(now.after(Leaving::SOON).millis()))
        }
        Leaving::Known => &mut ends,
    };
    Expr::col((user::Entity, user::Column::Id)).in_subquery(ends)
}

/// Somebody is put on a project, or a group or a team that they are in.
fn on_project(scope: &Scope<'_>, project: ProjectId) -> Expr {
    let org = scope.org.uuid();
    let subjects = |kind: &str| {
        let mut subjects = Query::select();
        subjects
            .column(project_assignment::Column::SubjectId)
            .from(project_assignment::Entity)
            .and_where(Expr::col(project_assignment::Column::OrgId).eq(org))
            .and_where(Expr::col(project_assignment::Column::ProjectId).eq(project.uuid()))
            .and_where(Expr::col(project_assignment::Column::SubjectKind).eq(kind));
        subjects
    };
    let mut of_groups = Query::select();
    of_groups
        .column(member::Column::UserId)
        .from(member::Entity)
        .and_where(Expr::col(member::Column::OrgId).eq(org))
        .and_where(Expr::col(member::Column::GroupId).in_subquery(subjects("group")));
    let mut of_teams = Query::select();
    of_teams
        .column(team_member::Column::UserId)
        .from(team_member::Entity)
        .and_where(Expr::col(team_member::Column::OrgId).eq(org))
        .and_where(Expr::col(team_member::Column::TeamId).in_subquery(subjects("team")));
    let id = || Expr::col((user::Entity, user::Column::Id));
    id().in_subquery(subjects("user")).or(id().in_subquery(of_groups)).or(id().in_subquery(of_teams))
}

/// The text stands somewhere in the key, in any spelling.
pub(super) fn contains(backend: DbBackend, key: Expr, text: &str) -> Expr {
    let function = if backend == DbBackend::Postgres { "strpos" } else { "instr" };
    let wanted = Expr::val(crate::domain::text::fold(text));
    Expr::from(Func::cust(Alias::new(function)).args([key, wanted])).gt(0)
}

fn with_mfa(org: OrgId, state: Mfa) -> Expr {
    let sign_in = |it: SignIn| Expr::col((user::Entity, user::Column::SignIn)).eq(it.word());
    match state {
        Mfa::On => has_factor(org),
        Mfa::Off => sign_in(SignIn::Password).and(has_factor(org).not()),
        Mfa::AtProvider => sign_in(SignIn::Sso).and(has_factor(org).not()),
    }
}

fn idle(scope: &Scope<'_>, idle: Idle) -> Expr {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    match idle {
        Idle::Never => column(user::Column::LastActiveAt).eq(0_i64),
        Idle::For(days) => {
            let since = ago(scope.now, days);
            column(user::Column::LastActiveAt).lt(since).and(column(user::Column::CreatedAt).lt(since))
        }
    }
}

/// A row was made in this span.
pub(super) fn was_made(at: &Expr, created: Created, now: Timestamp) -> Expr {
    match created {
        Created::Before(days) => at.clone().lt(ago(now, days)),
        Created::Within(days) => at.clone().gte(ago(now, days)),
    }
}

fn ago(now: Timestamp, days: Days) -> i64 {
    now.before(Duration::from_hours(24 * u64::from(days.0))).millis()
}

/// The effective role is one of these: it is held, and no role of a higher rank is.
fn holds_one_of(scope: &Scope<'_>, roles: &[RoleKey]) -> Expr {
    let known = roles.iter().filter_map(|key| scope.model.get(key));
    known.map(|role| is_effective(scope, role)).reduce(Expr::or).unwrap_or_else(|| Expr::val(1).eq(0))
}

/// One of these roles is held, whether or not a higher one is too.
pub(super) fn holds(org: OrgId, connections: &[Connection], roles: &[RoleKey]) -> Expr {
    let id = || Expr::col((user::Entity, user::Column::Id));
    let named: Vec<&RoleKey> = roles.iter().collect();
    let gives = |it: &&Connection| {
        let given = it.settings.default_role.as_deref();
        given.is_some_and(|given| roles.iter().any(|role| role.as_str() == given))
    };
    let by_default: Vec<Uuid> = connections.iter().filter(gives).map(|it| it.id.uuid()).collect();
    let held = id().in_subquery(holders(org, Some(&named)));
    if by_default.is_empty() {
        return held;
    }
    let managed = Expr::col((user::Entity, user::Column::ManagedBy)).is_in(by_default);
    held.or(managed.and(id().not_in_subquery(holders(org, None))))
}

fn is_effective(scope: &Scope<'_>, role: &Role) -> Expr {
    let id = || Expr::col((user::Entity, user::Column::Id));
    let higher: Vec<&RoleKey> = scope.model.roles().iter().filter(|it| it.rank > role.rank).map(|it| &it.key).collect();
    let by_default: Vec<Uuid> =
        defaults(scope).filter(|(_, given)| given.key == role.key).map(|(it, _)| it.id.uuid()).collect();
    let mut held = id().in_subquery(holders(scope.org, Some(&[&role.key])));
    if !by_default.is_empty() {
        let managed = Expr::col((user::Entity, user::Column::ManagedBy)).is_in(by_default);
        held = held.or(managed.and(id().not_in_subquery(holders(scope.org, None))));
    }
    if higher.is_empty() { held } else { held.and(id().not_in_subquery(holders(scope.org, Some(&higher)))) }
}

/// Whoever holds one of these roles, or any, by a grant or a group.
fn holders(org: OrgId, roles: Option<&[&RoleKey]>) -> SelectStatement {
    let among = |column: Expr| match roles {
        Some(roles) => column.is_in(roles.iter().map(ToString::to_string)),
        None => Expr::val(1).eq(1),
    };
    let mut direct = Query::select()
        .column((grant::Entity, grant::Column::UserId))
        .from(grant::Entity)
        .and_where(Expr::col((grant::Entity, grant::Column::OrgId)).eq(org.uuid()))
        .and_where(among(Expr::col((grant::Entity, grant::Column::Role))))
        .to_owned();
    let mut by_group = Query::select()
        .column((member::Entity, member::Column::UserId))
        .from(group_role::Entity)
        .and_where(Expr::col((group_role::Entity, group_role::Column::OrgId)).eq(org.uuid()))
        .and_where(among(Expr::col((group_role::Entity, group_role::Column::Role))))
        .to_owned();
    in_order::then(&mut by_group, member::Entity, same_group());
    direct.union(UnionType::All, by_group);
    direct
}

fn same_group() -> Expr {
    let same = |one: member::Column, other: group_role::Column| {
        Expr::col((member::Entity, one)).equals((group_role::Entity, other))
    };
    same(member::Column::OrgId, group_role::Column::OrgId)
        .and(same(member::Column::GroupId, group_role::Column::GroupId))
}
