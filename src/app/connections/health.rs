//! How the connections of an organisation fare: when each was heard, what its requests came to, how long its tokens work.

use std::collections::HashMap;
use std::time::Duration;

use super::MANAGE;
use crate::app::{App, journal};
use crate::domain::Error;
use crate::domain::connection::{Answered, Connection, ConnectionToken, Health, Pulse};
use crate::domain::id::{ConnectionId, OrgId};
use crate::domain::policy::Actor;
use crate::store::{connection_clients, connections, deprovisionings, journal as calls, pulses, roster};

/// What requests came to is counted of so long.
const COUNTED: Duration = Duration::from_hours(24);

/// How every connection of an organisation fares, by name: one statement for each kind of fact, however many there are.
pub async fn health(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Health>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)?;
    journal::write_all(app).await?;
    let (db, now) = (app.store.reader(), app.now());
    let mut tokens: HashMap<ConnectionId, Vec<ConnectionToken>> = HashMap::new();
    for token in connections::tokens_of_all(db, org).await? {
        tokens.entry(token.connection).or_default().push(token);
    }
    let mut answers: HashMap<ConnectionId, Vec<Answered>> = HashMap::new();
    for (connection, answered) in calls::count_by_status(db, org, now.before(COUNTED)).await? {
        answers.entry(connection).or_default().push(answered);
    }
    let programs = connection_clients::connections(db, org).await?;
    let waiting = roster::count_awaited_by(db, org).await?;
    let held = deprovisionings::held_by_connection(db, org).await?;
    let pulses: HashMap<_, _> = pulses::list(db, org).await?.into_iter().map(|it| (it.connection, it)).collect();
    let of = |it: Connection| Health {
        pulse: pulses.get(&it.id).copied().unwrap_or_else(|| unheard(&it)),
        has_programs: it.settings.entra.is_some() || programs.contains(&it.id),
        tokens: tokens.remove(&it.id).unwrap_or_default(),
        answers: answers.remove(&it.id).unwrap_or_default(),
        held: held.get(&it.id).copied().unwrap_or_default(),
        waiting: waiting.get(&it.id).copied().unwrap_or_default(),
        at: now,
        connection: it,
    };
    Ok(connections::list(db, org).await?.into_iter().map(of).collect())
}

/// The pulse of a connection that was made this moment.
const fn unheard(of: &Connection) -> Pulse {
    Pulse {
        org: of.org,
        connection: of.id,
        heard_at: None,
        succeeded_at: None,
        silent_since: None,
        look_at: None,
        outside: None,
    }
}
