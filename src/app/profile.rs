//! What somebody sees about themselves.

use serde_json::json;

use crate::app::user_sheet::{self, Factors, Provenance};
use crate::app::users::{self, Person};
use crate::app::{App, directory, language};
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::text::check_name;
use crate::domain::user::User;
use crate::domain::{Denial, Error, Timestamp};
use crate::store::users as user_rows;
use crate::texts::Language;

pub use crate::app::user_sheet::StoredPasskey;

const DISPLAY_NAME_MAX: usize = 256;

/// What the own account page shows.
pub struct Profile {
    /// The organisation's name.
    pub organisation: String,
    /// The effective role, by its label.
    pub role: Option<String>,
    /// Every live grant: the label of its role, and where it comes from.
    pub sources: Vec<(String, Provenance)>,
    /// Since when an authenticator is enrolled.
    pub authenticator_since: Option<Timestamp>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<StoredPasskey>,
    /// How many recovery codes are left; none when there never were any.
    pub codes_left: Option<u64>,
}

impl Profile {
    /// True when there is a second factor here.
    pub fn has_factor(&self) -> bool {
        self.authenticator_since.is_some() || !self.passkeys.is_empty()
    }
}

/// Everything about this person.
pub async fn of(app: &App, person: &Person) -> Result<Profile, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    let Factors { authenticator_since, passkeys, codes_left } = user_sheet::factors_of(app, person).await?;
    let held = user_sheet::access(app, person).await?;
    let known = held.into_iter().filter(|it| model.get(&it.grant.role).is_some());
    let sources = known.map(|it| (label(&model, &it.grant.role), it)).collect();
    Ok(Profile {
        organisation: organisation.name,
        role: person.effective.role.as_ref().map(|role| label(&model, role)),
        sources,
        authenticator_since,
        passkeys,
        codes_left,
    })
}

/// True when the person may do this.
pub async fn allows(app: &App, person: &Person, permission: &str) -> Result<bool, Error> {
    let (_, model) = app.store.organisation(person.user.org).await?;
    Ok(person.effective.allows(&model, permission))
}

/// What somebody changes about the own profile; what is none stays.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// The name other people see.
    pub display_name: Option<String>,
    /// The language of pages and letters; none of them leaves it to the browser.
    pub language: Option<Option<Language>>,
}

/// Changes the profile of the person who asks.
pub async fn change(app: &App, actor: &Actor, of: &Person, wanted: ProfileChange) -> Result<Person, Error> {
    if let Some(name) = &wanted.display_name {
        check_name("display_name", name, DISPLAY_NAME_MAX)?;
    }
    let tx = app.begin(of.user.org).await?;
    let person = users::load(&tx, of.user.id).await?;
    let changes = wanted.changes(&person.user);
    let changes_nothing = changes.is_empty();
    let (tx, permit) = app.ask(tx, actor, Action::UpdateOwnProfile { changes }, person.target()).await?;
    if person.user.managed_by.is_some() {
        let of_name = wanted.display_name.is_some();
        return Err(Error::denied(if of_name { Denial::NameIsManaged } else { Denial::LanguageIsManaged }));
    }
    if changes_nothing {
        return Ok(person);
    }
    let version = person.user.version.saturating_add(1);
    let wished = wanted.applied(User { version, updated_at: tx.now, ..person.user });
    let (document, searchable) = directory::redescribed(&wished, app.users_of(tx.organisation()?)?)?;
    let changed = User { document, ..wished };
    user_rows::update(&tx, &changed, &searchable).await?;
    tx.commit(permit).await?;
    Ok(Person { user: changed, ..person })
}

impl ProfileChange {
    fn changes(&self, user: &User) -> Vec<Change> {
        let (old, tag) = (language::chosen(user), |it: Language| json!(it.tag()));
        let name = self.display_name.as_ref().filter(|it| **it != user.display_name);
        let name = name.map(|it| Change::new("displayName", Some(json!(user.display_name)), Some(json!(it))));
        let spoken = self.language.filter(|it| *it != old);
        let spoken = spoken.map(|it| Change::new("preferredLanguage", old.map(tag), it.map(tag)));
        name.into_iter().chain(spoken).collect()
    }

    fn applied(self, user: User) -> User {
        let document = match self.language {
            Some(language) => directory::preferring(&user, language.map(Language::tag)),
            None => user.document.clone(),
        };
        User { display_name: self.display_name.unwrap_or(user.display_name), document, ..user }
    }
}

fn label(model: &RoleModel, key: &RoleKey) -> String {
    model.get(key).map_or_else(|| key.to_string(), |role| role.label.clone())
}
