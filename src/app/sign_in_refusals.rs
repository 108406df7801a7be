//! Why somebody could not sign in at an identity provider: the refusals of the last days, and what can be done.
//!
//! **Invariant:** what a provider said is personal data: it waits sealed, is shown to those who may see the activity of
//! others, and is gone after seven days.
//! **Invariant:** the users beside it are those whom the provider could have meant, for a person to compare; nobody is let
//! in by that.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::App;
use crate::app::users::org_of;
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, OrgId, RefusalId, UserId};
use crate::domain::policy::Actor;
use crate::domain::sso_refusal::{Advice, Check, Claimed, Pair, beside, for_user};
use crate::domain::user::User;
use crate::store::{connections, identities, sign_in_refusals as rows, users};

pub use crate::store::sign_in_refusals::{StoredRefusal, Which};

/// The permission to look into the refusals.
pub const READ: &str = "users.activity:read";
/// So long a refusal is kept.
pub const KEPT: Duration = Duration::from_hours(7 * 24);
/// So many refusals of one connection are kept.
pub(super) const KEPT_MAX: u64 = 500;
/// So many users are shown beside one refusal.
const CANDIDATES_MAX: usize = 5;

/// What a provider said, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Whether the token was believed.
    pub(super) is_verified: bool,
    /// The claims, as far as they are kept.
    pub(super) claims: Map<String, Value>,
}

/// A refusal with everything that helps to understand it.
pub struct Seen {
    /// The refusal.
    pub refusal: StoredRefusal,
    /// The connection, while it is there.
    pub connection: Option<Connection>,
    /// What the provider said.
    pub claims: Option<Map<String, Value>>,
    /// Whether that was believed.
    pub is_verified: bool,
    /// The users whom it could have meant.
    pub candidates: Vec<Candidate>,
    /// What to do, as far as it is not about one of them.
    pub advice: Option<Advice>,
}

/// A user whom a provider could have meant.
pub struct Candidate {
    /// The user.
    pub user: User,
    /// The names there and here.
    pub pairs: [Pair; 3],
    /// What to do, where the refusal was about the account.
    pub advice: Option<Advice>,
}

/// The place for which the claims of a refusal are sealed.
pub(super) fn place(id: RefusalId) -> String {
    format!("sign_in_refusals.claims_sealed.{id}")
}

/// The refusals of an organisation, newest first.
pub async fn list(app: &App, actor: &Actor, org: OrgId, which: Which, most: u64) -> Result<Vec<StoredRefusal>, Error> {
    may_read(app, actor, org).await?;
    rows::list(app.store.reader(), org, which, most).await
}

/// The refusals that are, or may be, about a user, newest first.
pub async fn of_user(app: &App, actor: &Actor, id: UserId, most: u64) -> Result<Vec<StoredRefusal>, Error> {
    let org = org_of(actor, app, id).await?;
    may_read(app, actor, org).await?;
    let user = users::get(app.store.reader(), org, id).await?;
    let which = Which { user: Some(user.id), ..Which::default() };
    rows::list(app.store.reader(), org, which, most).await
}

/// The connections of an organisation by name, to choose from.
pub async fn connections_of(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<(ConnectionId, String)>, Error> {
    may_read(app, actor, org).await?;
    let all = connections::list(app.store.reader(), org).await?;
    Ok(all.into_iter().map(|it| (it.id, it.name)).collect())
}

/// The refusal with this number, with what the provider said and whom it could have meant.
pub async fn show(app: &App, actor: &Actor, org: OrgId, reference: &str) -> Result<Seen, Error> {
    may_read(app, actor, org).await?;
    let db = app.store.reader();
    let found = rows::find(db, org, &reference.trim().to_ascii_uppercase()).await?;
    let refusal = found.ok_or(Error::NotFound("refused sign-in"))?;
    let connection = connections::find(db, org, refusal.connection).await?;
    let kept = opened(app, &refusal)?;
    let is_about_account = matches!(refusal.check, Check::Known | Check::Active);
    let mut candidates = Vec::new();
    if let (Some(connection), Some(kept)) = (&connection, &kept) {
        let claimed = Claimed::of(connection.kind, &kept.claims);
        for user in could_mean(app, connection, &claimed, refusal.user).await? {
            let linked = identities::subject_of(db, org, user.id, connection.id).await?;
            let advice = is_about_account.then(|| for_user(&claimed, &user, connection, linked.as_deref()));
            candidates.push(Candidate { pairs: beside(&claimed, &user), advice, user });
        }
    }
    let advice = (!is_about_account || candidates.is_empty()).then(|| Advice::on(refusal.check));
    let (is_verified, claims) = kept.map_or((false, None), |kept| (kept.is_verified, Some(kept.claims)));
    Ok(Seen { refusal, connection, claims, is_verified, candidates, advice })
}

/// The user whom claims mean, or may mean, when there is one.
pub(super) async fn guess(app: &App, of: &Connection, claims: &Map<String, Value>) -> Result<Option<UserId>, Error> {
    let claimed = Claimed::of(of.kind, claims);
    Ok(could_mean(app, of, &claimed, None).await?.first().map(|user| user.id))
}

/// Those who are found by id, user name and address, and the one who was found at that moment.
async fn could_mean(
    app: &App,
    connection: &Connection,
    claimed: &Claimed,
    then: Option<UserId>,
) -> Result<Vec<User>, Error> {
    let (db, org) = (app.store.reader(), connection.org);
    let mut found = Vec::new();
    if let Some(id) = then {
        found.extend(users::find(db, org, id).await?);
    }
    if let Some(external_id) = &claimed.external_id {
        found.extend(users::find_by_external_id(db, org, connection.id, external_id).await?);
    }
    for name in [&claimed.user_name, &claimed.email].into_iter().flatten() {
        found.extend(users::find_by_name(db, org, name).await?);
        found.extend(users::list_by_address(db, org, name, CANDIDATES_MAX).await?);
    }
    let mut seen = Vec::new();
    found.retain(|user| {
        let is_new = !seen.contains(&user.id);
        seen.push(user.id);
        is_new
    });
    found.truncate(CANDIDATES_MAX);
    Ok(found)
}

fn opened(app: &App, refusal: &StoredRefusal) -> Result<Option<Kept>, Error> {
    let Some(sealed) = &refusal.claims_sealed else { return Ok(None) };
    let plain = app.seal.open(&place(refusal.id), sealed)?;
    Ok(Some(serde_json::from_slice(plain.reveal()).map_err(anyhow::Error::new)?))
}

async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, READ)
}
