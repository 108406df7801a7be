//! OpenID Connect clients, and the consents given to them.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use super::error::{translate, unreadable};
use super::rows::client::{Column, Entity, Model};
use super::rows::{consent, family};
use super::{Store, Tx, client_access, device_requests, pushed_requests, streams};
use crate::domain::client::{Agreed, Client, Secrets};
use crate::domain::id::{ClientId, OrgId, UserId};
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// The client with this id and the hashes of its secrets, whatever its organisation: the `client_id` alone names it.
pub async fn find(db: &impl ConnectionTrait, id: ClientId) -> Result<Option<(Client, Secrets)>, Error> {
    let row = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    row.map(client).transpose()
}

/// The clients of an organisation, or of the operator.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Client>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_asc(Column::Name);
    let rows = mine.all(db).await.map_err(translate)?;
    rows.into_iter().map(|row| client(row).map(|found| found.0)).collect()
}

/// The clients that people of an organisation can be sent to: its own and those of the operator, without those that nobody
/// registered but these.
pub async fn serving(db: &impl ConnectionTrait, org: OrgId, known: &[ClientId]) -> Result<Vec<Client>, Error> {
    let known = Column::Id.is_in(known.iter().map(|id| id.uuid()));
    let serving = Entity::find()
        .filter(Column::OrgId.is_in([org.uuid(), OrgId::OPERATOR.uuid()]))
        .filter(Column::MetAt.is_null().or(known))
        .order_by_asc(Column::Name);
    let rows = serving.all(db).await.map_err(translate)?;
    rows.into_iter().map(|row| client(row).map(|found| found.0)).collect()
}

/// What these clients are called, as far as they are there.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = ClientId>,
) -> Result<HashMap<ClientId, String>, Error> {
    let named = Entity::find().select_only().columns([Column::Id, Column::Name]);
    let named = named.filter(Column::Id.is_in(ids.map(ClientId::uuid)));
    let rows: Vec<(uuid::Uuid, String)> = named.into_tuple().all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(|(id, name)| (ClientId::from_uuid(id), name)).collect())
}

/// The clients that are told of changes to the users and groups of an organisation: its own, and those of the operator.
pub async fn receivers(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<ClientId>, Error> {
    let listening = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OrgId.is_in([org.uuid(), OrgId::OPERATOR.uuid()]))
        .filter(Column::Status.eq("active"))
        .filter(Column::EventsUri.is_not_null());
    let ids: Vec<uuid::Uuid> = listening.into_tuple().all(db).await.map_err(translate)?;
    Ok(ids.into_iter().map(ClientId::from_uuid).collect())
}

/// The hash of the token with which a client that registered itself sees and changes its registration.
pub async fn registration_token(db: &impl ConnectionTrait, id: ClientId) -> Result<Option<TokenHash>, Error> {
    let kept = Entity::find().select_only().column(Column::RegistrationTokenHash).filter(Column::Id.eq(id.uuid()));
    let found: Option<Option<Vec<u8>>> = kept.into_tuple().one(db).await.map_err(translate)?;
    hash(&found.flatten(), "clients.registration_token_hash")
}

/// Stores a new client, with the hashes of its secret and of the token for its registration, where it has them.
pub async fn insert(
    tx: &Tx,
    new: &Client,
    secret: Option<&TokenHash>,
    registration_token: Option<&TokenHash>,
) -> Result<(), Error> {
    let registration_token_hash = registration_token.map(TokenHash::bytes);
    let row = Model { secret_hash: secret.map(TokenHash::bytes), registration_token_hash, ..row(new) };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores a changed client; `secrets` replaces its secrets when given.
pub async fn update(tx: &Tx, changed: &Client, secrets: Option<&Secrets>) -> Result<(), Error> {
    let mut row = row(changed).into_active_model().reset_all();
    let (mut present, mut earlier, mut until) = (ActiveValue::NotSet, ActiveValue::NotSet, ActiveValue::NotSet);
    if let Some(secrets) = secrets {
        present = ActiveValue::Set(secrets.present.map(|hash| hash.bytes()));
        earlier = ActiveValue::Set(secrets.earlier.map(|(hash, _)| hash.bytes()));
        until = ActiveValue::Set(secrets.earlier.map(|(_, until)| until.millis()));
    }
    (row.secret_hash, row.earlier_secret_hash, row.earlier_secret_until) = (present, earlier, until);
    row.registration_token_hash = ActiveValue::NotSet;
    row.update(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a client away; what was issued to it is void from then on.
pub async fn delete(tx: &Tx, id: ClientId) -> Result<bool, Error> {
    pushed_requests::delete_of(tx, id).await?;
    device_requests::delete_of(tx, id).await?;
    client_access::delete_of(tx, id).await?;
    streams::delete_of(tx, id).await?;
    let done = Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// The clients that nobody registered, that nobody came with since a moment, and that nobody has agreed to or is signed in to.
pub async fn unused(db: &impl ConnectionTrait, since: Timestamp, limit: u64) -> Result<Vec<ClientId>, Error> {
    let found = unused_since(since).select_only().column(Column::Id).limit(limit);
    let ids: Vec<uuid::Uuid> = found.into_tuple().all(db).await.map_err(translate)?;
    Ok(ids.into_iter().map(ClientId::from_uuid).collect())
}

/// Whether this is one of them.
pub async fn is_unused(db: &impl ConnectionTrait, id: ClientId, since: Timestamp) -> Result<bool, Error> {
    let found = unused_since(since).filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    Ok(found.is_some())
}

fn unused_since(since: Timestamp) -> Select<Entity> {
    let of = |column: Expr| column.eq(Expr::col((Entity, Column::Id)));
    let agreed = Query::select()
        .expr(Expr::val(1))
        .from(consent::Entity)
        .and_where(of(Expr::col((consent::Entity, consent::Column::ClientId))))
        .to_owned();
    let let_in = Query::select()
        .expr(Expr::val(1))
        .from(family::Entity)
        .and_where(of(Expr::col((family::Entity, family::Column::ClientId))))
        .to_owned();
    Entity::find()
        .filter(Column::OrgId.eq(OrgId::OPERATOR.uuid()))
        .filter(Column::MetAt.lt(since.millis()))
        .filter(Expr::exists(agreed).not())
        .filter(Expr::exists(let_in).not())
}

/// What a person has agreed to for a client.
pub async fn consent(db: &impl ConnectionTrait, org: OrgId, user: UserId, client: ClientId) -> Result<Agreed, Error> {
    let key = (org.uuid(), user.uuid(), client.uuid());
    let row = consent::Entity::find_by_id(key).one(db).await.map_err(translate)?;
    Ok(row.map(|row| agreed(&row)).unwrap_or_default())
}

/// Remembers what a person has agreed to.
pub async fn set_consent(tx: &Tx, user: UserId, client: ClientId, to: &Agreed) -> Result<(), Error> {
    let row = consent::Model {
        org_id: tx.org.uuid(),
        user_id: user.uuid(),
        client_id: client.uuid(),
        scopes: to.scopes.join(" "),
        given_at: tx.now.millis(),
        resources: to.resources.join(" "),
    };
    let again = OnConflict::columns([consent::Column::OrgId, consent::Column::UserId, consent::Column::ClientId])
        .update_columns([consent::Column::Scopes, consent::Column::GivenAt, consent::Column::Resources])
        .to_owned();
    consent::Entity::insert(row.into_active_model())
        .on_conflict(again)
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

fn agreed(row: &consent::Model) -> Agreed {
    Agreed { scopes: words(&row.scopes), resources: words(&row.resources) }
}

/// What a person has agreed to: client, its name, what, and since when; by name.
pub async fn consents(
    db: &impl ConnectionTrait,
    org: OrgId,
    user: UserId,
) -> Result<Vec<(ClientId, String, Agreed, Timestamp)>, Error> {
    let given = consent::Entity::find()
        .select_also(Entity)
        .join(
            JoinType::InnerJoin,
            consent::Entity::belongs_to(Entity).from(consent::Column::ClientId).to(Column::Id).into(),
        )
        .filter(consent::Column::OrgId.eq(org.uuid()))
        .filter(consent::Column::UserId.eq(user.uuid()))
        .order_by_asc(Column::Name);
    let rows = given.all(db).await.map_err(translate)?;
    let named = rows.into_iter().map(|(row, client)| {
        let name = client.map(|client| client.name).unwrap_or_default();
        (ClientId::from_uuid(row.client_id), name, agreed(&row), Timestamp::from_millis(row.given_at))
    });
    Ok(named.collect())
}

/// Forgets what a person agreed to for one client.
pub async fn delete_consent(tx: &Tx, user: UserId, client: ClientId) -> Result<(), Error> {
    let key = (tx.org.uuid(), user.uuid(), client.uuid());
    consent::Entity::delete_by_id(key).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets what a person agreed to, for every client.
pub async fn delete_consents(tx: &Tx, user: UserId) -> Result<(), Error> {
    let gone = consent::Entity::delete_many()
        .filter(consent::Column::OrgId.eq(tx.org.uuid()))
        .filter(consent::Column::UserId.eq(user.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Notes that somebody has come with a client that nobody registered.
    pub async fn touch_client(&self, of: ClientId, now: Timestamp) -> Result<(), Error> {
        let it = Entity::update_many()
            .col_expr(Column::MetAt, Expr::value(now.millis()))
            .filter(Column::OrgId.eq(OrgId::OPERATOR.uuid()))
            .filter(Column::Id.eq(of.uuid()))
            .filter(Column::MetAt.is_not_null());
        it.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

/// A space-separated list, as scopes are stored.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn hash(bytes: &Option<Vec<u8>>, column: &'static str) -> Result<Option<TokenHash>, Error> {
    let read = |bytes: &Vec<u8>| TokenHash::from_stored(bytes).ok_or_else(|| unreadable(column));
    bytes.as_ref().map(read).transpose()
}

fn client(row: Model) -> Result<(Client, Secrets), Error> {
    let present = hash(&row.secret_hash, "clients.secret_hash")?;
    let earlier = hash(&row.earlier_secret_hash, "clients.earlier_secret_hash")?;
    let earlier = earlier.zip(row.earlier_secret_until.map(Timestamp::from_millis));
    let client = Client {
        id: ClientId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        name: row.name,
        registration: row.registration,
        is_disabled: row.status == "disabled",
        epoch: row.epoch,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        events_uri: row.events_uri,
        met_at: row.met_at.map(Timestamp::from_millis),
    };
    Ok((client, Secrets { present, earlier }))
}

fn row(it: &Client) -> Model {
    Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        name: it.name.clone(),
        registration: it.registration.clone(),
        secret_hash: None,
        status: if it.is_disabled { "disabled" } else { "active" }.to_owned(),
        epoch: it.epoch,
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
        events_uri: it.events_uri.clone(),
        earlier_secret_hash: None,
        earlier_secret_until: None,
        registration_token_hash: None,
        met_at: it.met_at.map(Timestamp::millis),
    }
}
