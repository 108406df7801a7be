//! The domains that organisations say are their own.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    UpdateMany,
};

use super::error::{translate, unreadable};
use super::rows::own_domain::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::OrgId;
use crate::domain::own_domain::OwnDomain;
use crate::domain::routing::DomainName;
use crate::domain::{Error, Timestamp};

/// The domains of an organisation, by name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<OwnDomain>, Error> {
    let own = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_asc(Column::Domain);
    own.all(db).await.map_err(translate)?.into_iter().map(own_domain).collect()
}

/// The domains that an organisation has proved, by name.
pub async fn proven(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<String>, Error> {
    let own = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ProvenAt.is_not_null());
    let names = own.select_only().column(Column::Domain).order_by_asc(Column::Domain).into_tuple();
    names.all(db).await.map_err(translate)
}

/// True for a domain that another organisation has proved.
pub async fn is_elsewhere(db: &impl ConnectionTrait, org: OrgId, name: &DomainName) -> Result<bool, Error> {
    let others = Entity::find()
        .filter(Column::Domain.eq(name.as_str()))
        .filter(Column::ProvenAt.is_not_null())
        .filter(Column::OrgId.ne(org.uuid()));
    Ok(others.one(db).await.map_err(translate)?.is_some())
}

/// How many domains an organisation has named.
pub async fn count(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).count(db).await.map_err(translate)
}

/// The domain of this name.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, name: &DomainName) -> Result<Option<OwnDomain>, Error> {
    let row = Entity::find_by_id((org.uuid(), name.as_str().to_owned())).one(db).await.map_err(translate)?;
    row.map(own_domain).transpose()
}

/// Stores a domain that was just named.
pub async fn insert(tx: &Tx, new: &OwnDomain) -> Result<(), Error> {
    Entity::insert(row(new).into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// From now on the domain is proven.
pub async fn prove(tx: &Tx, name: &DomainName) -> Result<(), Error> {
    let proven = of(tx.org, name).col_expr(Column::ProvenAt, Expr::value(tx.now.millis()));
    proven.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a domain away.
pub async fn delete(tx: &Tx, name: &DomainName) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), name.as_str().to_owned())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// The domains of all organisations of which the DNS is to be asked, those that wait longest first.
    pub async fn own_domains_due(&self, now: Timestamp, most: u64) -> Result<Vec<OwnDomain>, Error> {
        let due = Entity::find().filter(Column::NextCheckAt.lte(now.millis())).order_by_asc(Column::NextCheckAt);
        due.limit(most).all(self.reader()).await.map_err(translate)?.into_iter().map(own_domain).collect()
    }

    /// True for the one node that is to ask; the others leave it until the next time.
    pub async fn claim_domain_check(&self, due: &OwnDomain, next: Timestamp) -> Result<bool, Error> {
        let claim = of(due.org, &due.name)
            .filter(Column::NextCheckAt.eq(due.next_check_at.millis()))
            .col_expr(Column::NextCheckAt, Expr::value(next.millis()));
        Ok(claim.exec(&self.write).await.map_err(translate)?.rows_affected == 1)
    }

    /// Notes that the DNS has answered, and since when the record is gone.
    pub async fn note_domain_check(
        &self,
        asked: &OwnDomain,
        (now, missing_since): (Timestamp, Option<Timestamp>),
    ) -> Result<(), Error> {
        let noted = of(asked.org, &asked.name)
            .col_expr(Column::CheckedAt, Expr::value(now.millis()))
            .col_expr(Column::MissingSince, Expr::value(missing_since.map(Timestamp::millis)));
        noted.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Forgets the domains that were named before then and never proved.
    pub async fn sweep_own_domains(&self, before: Timestamp) -> Result<(), Error> {
        let old =
            Entity::delete_many().filter(Column::ProvenAt.is_null()).filter(Column::CreatedAt.lt(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn of(org: OrgId, name: &DomainName) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::OrgId.eq(org.uuid())).filter(Column::Domain.eq(name.as_str()))
}

fn own_domain(row: Model) -> Result<OwnDomain, Error> {
    Ok(OwnDomain {
        org: OrgId::from_uuid(row.org_id),
        name: row.domain.parse().map_err(|_| unreadable("own_domains.domain"))?,
        challenge: row.challenge,
        proven_at: row.proven_at.map(Timestamp::from_millis),
        missing_since: row.missing_since.map(Timestamp::from_millis),
        checked_at: row.checked_at.map(Timestamp::from_millis),
        next_check_at: Timestamp::from_millis(row.next_check_at),
        created_at: Timestamp::from_millis(row.created_at),
    })
}

fn row(it: &OwnDomain) -> Model {
    Model {
        org_id: it.org.uuid(),
        domain: it.name.as_str().to_owned(),
        challenge: it.challenge.clone(),
        proven_at: it.proven_at.map(Timestamp::millis),
        missing_since: it.missing_since.map(Timestamp::millis),
        checked_at: it.checked_at.map(Timestamp::millis),
        next_check_at: it.next_check_at.millis(),
        created_at: it.created_at.millis(),
    }
}
