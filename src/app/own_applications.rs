//! The applications of one person: where a sign-in can begin, and what each may have of them.

use url::Url;

use super::App;
use super::application::registration;
use super::tokens::person;
use super::users::Person;
use crate::domain::client::Client;
use crate::domain::id::{ClientId, OrgId};
use crate::domain::{Error, Timestamp};
use crate::oidc::claims;
use crate::store::{clients, families};

/// One application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnApplication {
    /// The application.
    pub client: ClientId,
    /// Its name for people.
    pub name: String,
    /// Where a browser goes that begins a sign-in to it.
    pub start: Option<String>,
    /// What it may have of the person.
    pub scopes: Vec<String>,
    /// Since when it may; nothing where it has nothing of them.
    pub since: Option<Timestamp>,
}

/// Those that have something of a person, and those to which they may go from here, by name.
pub async fn list(app: &App, person: &Person) -> Result<Vec<OwnApplication>, Error> {
    let (db, user) = (app.store.reader(), &person.user);
    let told = person::read(app, person).await?;
    let given = clients::consents(db, user.org, user.id).await?;
    let living = families::living_of(db, (user.org, user.id), app.now()).await?;
    let mut all = Vec::new();
    for client in [clients::list(db, user.org).await?, clients::list(db, OrgId::OPERATOR).await?].concat() {
        let consent = given.iter().filter(|(of, ..)| *of == client.id).map(|(.., scopes, at)| (scopes, *at));
        let has = living.iter().filter(|it| it.client == client.id).map(|it| (&it.scopes, it.created_at));
        let (mut scopes, mut since) = (Vec::new(), None);
        for (words, at) in consent.chain(has) {
            scopes.extend(words.iter().filter(|it| !scopes.contains(*it)).cloned().collect::<Vec<_>>());
            since = since.into_iter().chain([at]).min();
        }
        let start = start(app, &client, &told)?;
        if since.is_some() || start.is_some() {
            all.push(OwnApplication { client: client.id, name: client.name, start, scopes, since });
        }
    }
    all.sort_by_cached_key(|it| it.name.to_lowercase());
    Ok(all)
}

/// Where a sign-in to an application begins that somebody may use, which is told whose sign-in it is (OpenID Connect Core 4).
fn start(app: &App, client: &Client, of: &claims::Person) -> Result<Option<String>, Error> {
    let registration = registration(client)?;
    let begins = registration.initiate_login_uri.filter(|_| !client.is_disabled && registration.reach.includes(of));
    let Some(mut url) = begins.and_then(|uri| Url::parse(&uri).ok()) else { return Ok(None) };
    url.query_pairs_mut().append_pair("iss", &app.config.public_url);
    Ok(Some(url.into()))
}
