//! What somebody sees about themselves.

use crate::app::users::Person;
use crate::app::{App, sessions};
use crate::domain::role::{LiveGrant, RoleKey, RoleModel, Source};
use crate::domain::session::Session;
use crate::domain::{Error, Timestamp};
use crate::store::{connections, factors, groups};

/// What the own account page shows.
pub struct Profile {
    /// The organisation's name.
    pub organisation: String,
    /// The effective role, by its label.
    pub role: Option<String>,
    /// Every live grant: the label of its role, and in words where it comes from.
    pub sources: Vec<(String, String)>,
    /// Since when an authenticator is enrolled.
    pub authenticator_since: Option<Timestamp>,
    /// The other live sessions, newest first.
    pub other_sessions: Vec<Session>,
}

/// Everything about the person of this session.
pub async fn of(app: &App, session: &Session, person: &Person) -> Result<Profile, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    let totp = factors::find_totp(app.store.reader(), person.user.org, person.user.id).await?;
    let mut sources = Vec::new();
    for grant in &person.effective.grants {
        sources.push((label(&model, &grant.role), source(app, person, grant).await?));
    }
    Ok(Profile {
        organisation: organisation.name,
        role: person.effective.role.as_ref().map(|role| label(&model, role)),
        sources,
        authenticator_since: totp.map(|it| it.created_at),
        other_sessions: sessions::others(app, session).await?,
    })
}

fn label(model: &RoleModel, key: &RoleKey) -> String {
    model.get(key).map_or_else(|| key.to_string(), |role| role.label.clone())
}

async fn source(app: &App, person: &Person, grant: &LiveGrant) -> Result<String, Error> {
    let (db, org) = (app.store.reader(), person.user.org);
    let connection = match grant.source {
        Source::Manual => return Ok("Given by an administrator".to_owned()),
        Source::Group(id) => {
            let group = groups::find(db, org, id).await?;
            return Ok(group.map_or("A group".to_owned(), |it| format!("Group “{}”", it.display_name)));
        }
        Source::ScimRole(id) | Source::Entitlement(id) | Source::Default(id) => connections::find(db, org, id).await?,
    };
    let name = connection.map_or("the identity provider".to_owned(), |it| it.name);
    Ok(match grant.source {
        Source::Default(_) => format!("For everybody from {name}"),
        Source::Manual | Source::Group(_) | Source::ScimRole(_) | Source::Entitlement(_) => format!("Sent by {name}"),
    })
}
