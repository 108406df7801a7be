//! Letters that were given up: of each person the last one.
//!
//! **Invariant:** a letter that reaches the same address takes the note away.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::error::{translate, unreadable};
use super::rows::undelivered_letter::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{OrgId, UserId};
use crate::domain::undelivered::{GivenUp, Undelivered};
use crate::domain::{Error, Timestamp};

/// The last letter that did not reach each of these people.
pub async fn of(db: &impl ConnectionTrait, org: OrgId, people: &[UserId]) -> Result<Vec<Undelivered>, Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let ids = people.iter().map(|it| it.uuid());
    let found = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::PersonId.is_in(ids));
    found.all(db).await.map_err(translate)?.into_iter().map(undelivered).collect()
}

/// Forgets the note about somebody who is taken out of the directory.
pub async fn delete_of_user(tx: &Tx, of: UserId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), of.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Notes a letter that was given up in place of the one before.
    pub async fn note_undelivered(&self, note: &Undelivered) -> Result<(), Error> {
        let row = Model {
            org_id: note.org.uuid(),
            person_id: note.person.uuid(),
            address: note.address.clone(),
            written_at: note.written_at.millis(),
            at: note.at.millis(),
            why: note.why.word().to_owned(),
            said: note.said.clone(),
        };
        let again = OnConflict::columns([Column::OrgId, Column::PersonId])
            .update_columns([Column::Address, Column::WrittenAt, Column::At, Column::Why, Column::Said])
            .to_owned();
        let insert = Entity::insert(row.into_active_model()).on_conflict(again);
        insert.exec_without_returning(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes the note about this person away, because a letter to the same address has left.
    pub async fn reached(&self, org: OrgId, person: UserId, address: &str) -> Result<(), Error> {
        let gone = Entity::delete_many()
            .filter(Column::OrgId.eq(org.uuid()))
            .filter(Column::PersonId.eq(person.uuid()))
            .filter(Column::Address.eq(address));
        gone.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away what was noted until this moment.
    pub async fn sweep_undelivered(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::At.lte(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn undelivered(row: Model) -> Result<Undelivered, Error> {
    Ok(Undelivered {
        org: OrgId::from_uuid(row.org_id),
        person: UserId::from_uuid(row.person_id),
        address: row.address,
        written_at: Timestamp::from_millis(row.written_at),
        at: Timestamp::from_millis(row.at),
        why: GivenUp::parse(&row.why).ok_or_else(|| unreadable("undelivered_letters.why"))?,
        said: row.said,
    })
}
