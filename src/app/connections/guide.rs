//! How far the setting up of a connection has come.

use std::collections::BTreeSet;

use url::form_urlencoded;

use super::get;
use crate::app::App;
use crate::app::journal::{self, Entry, Which};
use crate::domain::Error;
use crate::domain::connection::guide::{Evidence, Pushed};
use crate::domain::connection::{Connection, ConnectionToken};
use crate::domain::id::{CallId, ConnectionId, UserId};
use crate::domain::journal::{About, CameTo};
use crate::domain::policy::{Actor, JOB_PROVISIONING};
use crate::domain::user::User;
use crate::store::{connection_clients, grants, groups, identities, users};

/// So many of the newest requests are looked at, and the users whom they were about.
const CALLS: u64 = 50;
/// The longest name of an attribute that is told of.
const NAME_MAX: usize = 100;

/// What is known of a connection that is being set up.
pub async fn evidence(app: &App, actor: &Actor, id: ConnectionId) -> Result<Evidence, Error> {
    let (connection, tokens) = get(app, actor, id).await?;
    let calls = calls(app, &connection).await?;
    of(app, &connection, &tokens, &calls).await
}

/// The newest requests of a connection; whoever asks may know of them.
pub(super) async fn calls(app: &App, connection: &Connection) -> Result<Vec<Entry>, Error> {
    let which = Which { connection: Some(connection.id), ..Which::default() };
    journal::list(app, &Actor::Job(JOB_PROVISIONING), connection.org, which, CALLS).await
}

/// The same, for whoever may know it.
pub(super) async fn of(
    app: &App,
    connection: &Connection,
    tokens: &[ConnectionToken],
    calls: &[Entry],
) -> Result<Evidence, Error> {
    let (db, org, id) = (app.store.reader(), connection.org, connection.id);
    let has_people = users::is_any_managed(db, org, id).await?;
    let has_programs =
        connection.settings.entra.is_some() || connection_clients::connections(db, org).await?.contains(&id);
    Ok(Evidence {
        kind: connection.kind,
        takes_sign_ins: connection.settings.sign_in().is_some(),
        has_token: has_programs || tokens.iter().any(|it| it.expires_at > app.now()),
        has_asked: !calls.is_empty() || has_people || tokens.iter().any(|it| it.last_used_at.is_some()),
        has_people,
        has_groups: groups::is_any_managed(db, org, id).await?,
        has_signed_in: identities::is_any_of(db, org, id).await?,
        looked_up_by: calls.iter().filter_map(|it| looked_up_by(&it.call.path, it.said.query.as_deref()?)).collect(),
        newest: newest(app, connection, calls).await?,
        refused: refused(calls),
    })
}

/// The users of the connection whom these requests were about.
async fn newest(app: &App, connection: &Connection, calls: &[Entry]) -> Result<Vec<Pushed>, Error> {
    let (db, org) = (app.store.reader(), connection.org);
    let ids: BTreeSet<UserId> = calls.iter().filter_map(|it| about_user(it.call.about?)).collect();
    let mut found = users::list_by_ids(db, org, &ids.into_iter().collect::<Vec<_>>()).await?;
    found.retain(|it| it.managed_by == Some(connection.id));
    let grants = grants::live_of(db, org, &found).await?;
    let pushed = |it: User| Pushed {
        has_address: it.email.is_some(),
        has_name: it.display_name != it.user_name,
        has_role: grants.get(&it.id).is_some_and(|grants| !grants.is_empty()),
        external_id: it.external_id,
    };
    Ok(found.into_iter().map(pushed).collect())
}

const fn about_user(about: About) -> Option<UserId> {
    match about {
        About::User(id) => Some(id),
        About::Group(_) => None,
    }
}

/// The newest request that was refused, unless a change went well since.
fn refused(calls: &[Entry]) -> Option<(CallId, String)> {
    let since = calls.iter().take_while(|it| it.call.came_to != CameTo::Changed);
    let mut refused = since.filter(|it| it.call.came_to == CameTo::Refused);
    refused.find_map(|it| Some((it.call.id, it.said.detail()?.to_owned())))
}

/// The attribute with which a filter over users begins; what cannot be the name of one is told to nobody.
fn looked_up_by(path: &str, query: &str) -> Option<String> {
    let is_of_users = path == "/scim/v2/Users";
    let mut pairs = form_urlencoded::parse(query.as_bytes()).filter(|_| is_of_users);
    let (_, filter) = pairs.find(|(name, _)| name == "filter")?;
    let (attribute, _) = filter.trim_start_matches('(').split_once(' ')?;
    let is_name =
        |it: &str| it.len() <= NAME_MAX && it.chars().all(|one| one.is_ascii_alphanumeric() || "$-_.:".contains(one));
    Some(attribute.to_owned()).filter(|it| is_name(it))
}
