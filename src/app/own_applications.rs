//! The applications of one person: where a sign-in can begin, and what each may have of them.

use url::Url;

use super::App;
use super::application::registration;
use super::authorize::Circumstances;
use super::tokens::person;
use super::users::Person;
use crate::domain::client::Agreed;
use crate::domain::id::ClientId;
use crate::domain::{Error, Timestamp};
use crate::oidc::claims;
use crate::oidc::client::Registration;
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
    /// What it may have of the person, and where it may act for them.
    pub agreed: Agreed,
    /// Since when it may; nothing where it has nothing of them.
    pub since: Option<Timestamp>,
}

/// Those that have something of a person, and those to which they may go from here, by name. One that nobody registered is shown
/// to whoever uses it alone.
pub async fn list(app: &App, person: &Person) -> Result<Vec<OwnApplication>, Error> {
    let (db, user) = (app.store.reader(), &person.user);
    let told = person::read(app, person).await?;
    let given = clients::consents(db, user.org, user.id).await?;
    let living = families::living_of(db, (user.org, user.id), app.now()).await?;
    let used: Vec<ClientId> = given.iter().map(|(of, ..)| *of).chain(living.iter().map(|it| it.client)).collect();
    let mut all = Vec::new();
    for client in clients::serving(db, user.org, &used).await? {
        let registration = registration(&client)?;
        let start = start(app, registration, &told).filter(|_| !client.is_disabled);
        let mut one =
            OwnApplication { client: client.id, name: client.name, start, agreed: Agreed::default(), since: None };
        for (_, _, agreed, at) in given.iter().filter(|(of, ..)| *of == client.id) {
            one.has(&agreed.scopes, &agreed.resources, *at);
        }
        for family in living.iter().filter(|it| it.client == client.id) {
            one.has(&family.scopes, &Circumstances::of(family)?.resources, family.created_at);
        }
        if one.since.is_some() || one.start.is_some() {
            all.push(one);
        }
    }
    all.sort_by_cached_key(|it| it.name.to_lowercase());
    Ok(all)
}

impl OwnApplication {
    /// Adds what it has, and since when.
    fn has(&mut self, scopes: &[String], resources: &[String], at: Timestamp) {
        for (words, known) in [(scopes, &mut self.agreed.scopes), (resources, &mut self.agreed.resources)] {
            let new: Vec<String> = words.iter().filter(|it| !known.contains(*it)).cloned().collect();
            known.extend(new);
        }
        self.since = self.since.into_iter().chain([at]).min();
    }
}

/// Where a sign-in to an application begins that somebody may use, which is told whose sign-in it is (OpenID Connect Core 4).
fn start(app: &App, to: Registration, of: &claims::Person) -> Option<String> {
    let begins = to.initiate_login_uri.filter(|_| to.reach.includes(of))?;
    let mut url = Url::parse(&begins).ok()?;
    url.query_pairs_mut().append_pair("iss", &app.config.public_url);
    Some(url.into())
}
