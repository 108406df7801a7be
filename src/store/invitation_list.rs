//! One page of the invitations that nobody has answered: which of them, in which order, after which one.
//!
//! **Invariant:** filter, order and page are one statement, and a page is found from the place where the last one ended.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _, Func, Order, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, DbBackend, FromQueryResult as _, QueryFilter, QueryTrait as _};
use uuid::Uuid;

use super::error::translate;
use super::grants::role_key;
use super::invitations::{PENDING, invitation, pending};
use super::rows::invitation::{self as row, Column as Of, Entity, Model};
use super::rows::undelivered_letter as letter;
use super::turning::{Start, key_in, narrow, turned};
use super::user_list::{contains, rank_of, was_made};
use crate::domain::id::{OrgId, UserId};
use crate::domain::invitation::{Invitation, Standing, Warrant};
use crate::domain::invitation_list::{Column, InvitationFilter, InvitationList, Sender};
use crate::domain::list::Place;
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::{Error, Timestamp};

/// What the moment of the newest invitation is called among the columns of a sender.
const SENT: &str = "newest";

/// Whose invitations are listed, and what is known beside the rows.
pub struct Scope<'a> {
    /// The organisation.
    pub org: OrgId,
    /// What its roles are.
    pub model: &'a RoleModel,
    /// The moment that counts.
    pub now: Timestamp,
    /// What no invitation can rest on any more.
    pub void: Vec<Warrant>,
}

/// A page, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The invitations.
    pub invitations: Vec<Invitation>,
    /// Where the next page begins, when there is one.
    pub next: Option<Place>,
    /// Where the page before ends, when there is one.
    pub previous: Option<Place>,
}

/// The page of a list on this side of a place, or the first.
pub async fn page(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
    list: &InvitationList,
    from: Start<'_>,
) -> Result<Page, Error> {
    let mut found = pending(scope.org).filter(condition(db.get_database_backend(), scope, &list.filter)).into_query();
    narrow(&mut found, (&key(scope, list.sort.column), &of(Of::Id)), list, from);
    let mut rows = Vec::new();
    for row in db.query_all(&found).await.map_err(translate)? {
        let model = Model::from_query_result(&row, "").map_err(translate)?;
        let place = Place { key: key_in(&row)?, id: model.id };
        rows.push((invitation(model)?, place));
    }
    let turned = turned(rows, list, from);
    Ok(Page { invitations: turned.rows, next: turned.next, previous: turned.previous })
}

/// What the invitations rest on whose time is not over, each once.
pub async fn warrants(db: &impl ConnectionTrait, org: OrgId, now: Timestamp) -> Result<Vec<Warrant>, Error> {
    let mut found = waiting(org);
    found
        .distinct()
        .columns([Of::InviterId, Of::InviterEpoch, Of::OrgEpoch, Of::Role])
        .and_where(of(Of::ExpiresAt).gt(now.millis()));
    let rows = db.query_all(&found).await.map_err(translate)?;
    rows.iter()
        .map(|row| {
            let inviter: Option<Uuid> = row.try_get_by_index(0).map_err(translate)?;
            let role: String = row.try_get_by_index(3).map_err(translate)?;
            Ok(Warrant {
                inviter: inviter.map(UserId::from_uuid),
                inviter_epoch: row.try_get_by_index(1).map_err(translate)?,
                org_epoch: row.try_get_by_index(2).map_err(translate)?,
                role: role_key(&role)?,
            })
        })
        .collect()
}

/// Those in whose name the invitations were sent, each with the name of the newest of them.
pub async fn senders(db: &impl ConnectionTrait, org: OrgId) -> Result<HashMap<Sender, String>, Error> {
    let mut found = waiting(org);
    // Later rows replace earlier ones.
    found
        .columns([Of::InviterId, Of::InviterName])
        .expr_as(Func::max(of(Of::SentAt)), SENT)
        .group_by_columns([Of::InviterId, Of::InviterName])
        .order_by(SENT, Order::Asc);
    let rows = db.query_all(&found).await.map_err(translate)?;
    rows.iter()
        .map(|row| {
            let inviter: Option<Uuid> = row.try_get_by_index(0).map_err(translate)?;
            let name: String = row.try_get_by_index(1).map_err(translate)?;
            Ok((inviter.map_or(Sender::Operator, |id| Sender::User(UserId::from_uuid(id))), name))
        })
        .collect()
}

/// The invitations of an organisation that nobody has answered.
fn waiting(org: OrgId) -> SelectStatement {
    Query::select().from(Entity).and_where(of(Of::OrgId).eq(org.uuid())).and_where(Expr::cust(PENDING)).to_owned()
}

fn of(column: Of) -> Expr {
    Expr::col((Entity, column))
}

fn key(scope: &Scope<'_>, column: Column) -> Expr {
    match column {
        Column::Address => of(Of::AddressKey),
        Column::Name => of(Of::DisplayNameKey),
        Column::Role => rank_of(scope.model, &of(Of::Role)),
        Column::Status => CaseStatement::new()
            .case(has_run_out(scope), 2_i64)
            .case(rests_on_nothing(scope), 1_i64)
            .finally(0_i64)
            .into(),
        Column::Inviter => of(Of::InviterName),
        Column::Created => of(Of::CreatedAt),
        Column::Sent => of(Of::SentAt),
        Column::Expires => of(Of::ExpiresAt),
    }
}

fn condition(backend: DbBackend, scope: &Scope<'_>, filter: &InvitationFilter) -> Condition {
    let standings = filter.standings.iter().map(|it| stands(scope, *it));
    let parts = [
        (!filter.roles.is_empty()).then(|| of(Of::Role).is_in(filter.roles.iter().map(ToString::to_string))),
        filter.name.as_deref().map(|text| {
            let [address, name] = [Of::AddressKey, Of::DisplayNameKey].map(|it| contains(backend, of(it), text));
            address.or(name)
        }),
        standings.reduce(Expr::or),
        filter.undelivered.map(|wanted| if wanted { is_undelivered() } else { is_undelivered().not() }),
        filter.inviter.map(|it| {
            sent_by(match it {
                Sender::Operator => None,
                Sender::User(id) => Some(id),
            })
        }),
        filter.created.map(|it| was_made(&of(Of::CreatedAt), it, scope.now)),
    ];
    parts.into_iter().flatten().fold(Condition::all(), Condition::add)
}

fn stands(scope: &Scope<'_>, standing: Standing) -> Expr {
    let runs = has_run_out(scope).not();
    match standing {
        Standing::Expired => has_run_out(scope),
        Standing::Void => runs.and(rests_on_nothing(scope)),
        Standing::Open => runs.and(rests_on_nothing(scope).not()),
    }
}

fn has_run_out(scope: &Scope<'_>) -> Expr {
    of(Of::ExpiresAt).lte(scope.now.millis())
}

fn rests_on_nothing(scope: &Scope<'_>) -> Expr {
    // One term for all who sent theirs alike: a thousand inviters must not become a thousand terms.
    let mut alike: BTreeMap<_, Vec<Option<UserId>>> = BTreeMap::new();
    for it in &scope.void {
        alike.entry((it.inviter_epoch, it.org_epoch, &it.role)).or_default().push(it.inviter);
    }
    let rests_on = |((inviter_epoch, org_epoch, role), inviters): ((i64, i64, &RoleKey), Vec<Option<UserId>>)| {
        sent_by_one_of(&inviters)
            .and(of(Of::InviterEpoch).eq(inviter_epoch))
            .and(of(Of::OrgEpoch).eq(org_epoch))
            .and(of(Of::Role).eq(role.to_string()))
    };
    alike.into_iter().map(rests_on).reduce(Expr::or).unwrap_or_else(|| Expr::val(1).eq(0))
}

fn sent_by_one_of(inviters: &[Option<UserId>]) -> Expr {
    let people = of(Of::InviterId).is_in(inviters.iter().flatten().map(|it| it.uuid()));
    if inviters.contains(&None) { people.or(sent_by(None)) } else { people }
}

fn sent_by(inviter: Option<UserId>) -> Expr {
    inviter.map_or_else(|| of(Of::InviterId).is_null(), |id| of(Of::InviterId).eq(id.uuid()))
}

/// The letter with the newest link was given up.
fn is_undelivered() -> Expr {
    let same = |one: letter::Column, other: row::Column| Expr::col((letter::Entity, one)).equals((Entity, other));
    let noted = Query::select()
        .expr(Expr::val(1))
        .from(letter::Entity)
        .and_where(same(letter::Column::OrgId, Of::OrgId))
        .and_where(same(letter::Column::PersonId, Of::Id))
        .and_where(same(letter::Column::Address, Of::Address))
        .and_where(Expr::col((letter::Entity, letter::Column::WrittenAt)).gte(of(Of::SentAt)))
        .to_owned();
    Expr::exists(noted)
}
