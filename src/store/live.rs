//! When something that somebody holds counts.
//!
//! **Invariant:** the rule has one home: what was made under another epoch, or for somebody who or whose organisation is not
//! active, is not found, whatever the rest of the query says.

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, Select, SelectTwo};

use super::rows::{organisation, user};
use crate::domain::user::Status;

/// By which columns a row belongs to a user and an organisation, and under which of their epochs it was made.
pub(super) struct Belongs<C> {
    pub(super) org: C,
    pub(super) user: C,
    pub(super) user_epoch: C,
    pub(super) org_epoch: C,
}

/// The rows that count, each with its user.
pub(super) fn only<E: EntityTrait>(rows: Select<E>, by: &Belongs<E::Column>) -> SelectTwo<E, user::Entity> {
    let to_user = E::belongs_to(user::Entity).from((by.org, by.user)).to((user::Column::OrgId, user::Column::Id));
    let to_organisation = E::belongs_to(organisation::Entity).from(by.org).to(organisation::Column::Id);
    let user_epoch = Expr::col((user::Entity, user::Column::Epoch));
    let org_epoch = Expr::col((organisation::Entity, organisation::Column::Epoch));
    rows.select_also(user::Entity)
        .join(JoinType::InnerJoin, to_user.into())
        .join(JoinType::InnerJoin, to_organisation.into())
        .filter(user::Column::Status.eq(Status::Active.word()))
        .filter(organisation::Column::Status.eq("active"))
        .filter(user_epoch.equals((E::default(), by.user_epoch)))
        .filter(org_epoch.equals((E::default(), by.org_epoch)))
}
