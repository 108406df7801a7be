//! What somebody sees about themselves.

use serde_json::json;

use crate::app::user_sheet::{self, Provenance};
use crate::app::users::{self, Person};
use crate::app::{App, directory};
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::text::check_name;
use crate::domain::user::User;
use crate::domain::{Denial, Error, Timestamp};
use crate::store::{factors, passkeys, recovery_codes, users as user_rows};

pub use crate::store::passkeys::StoredPasskey;

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

/// Everything about this person.
pub async fn of(app: &App, person: &Person) -> Result<Profile, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    let totp = factors::find_totp(app.store.reader(), person.user.org, person.user.id).await?;
    let (db, id) = (app.store.reader(), person.user.id);
    let codes_left = match recovery_codes::are_there(db, organisation.id, id).await? {
        true => Some(recovery_codes::count_left(db, organisation.id, id).await?),
        false => None,
    };
    let held = user_sheet::access(app, person).await?;
    let known = held.into_iter().filter(|it| model.get(&it.grant.role).is_some());
    let sources = known.map(|it| (label(&model, &it.grant.role), it)).collect();
    Ok(Profile {
        organisation: organisation.name,
        role: person.effective.role.as_ref().map(|role| label(&model, role)),
        sources,
        authenticator_since: totp.map(|it| it.created_at),
        passkeys: passkeys::list(db, organisation.id, id).await?,
        codes_left,
    })
}

/// True when the person may do this.
pub async fn allows(app: &App, person: &Person, permission: &str) -> Result<bool, Error> {
    let (_, model) = app.store.organisation(person.user.org).await?;
    Ok(person.effective.allows(&model, permission))
}

/// Gives the person who asks another name.
pub async fn rename(app: &App, actor: &Actor, of: &Person, display_name: &str) -> Result<Person, Error> {
    check_name("display_name", display_name, DISPLAY_NAME_MAX)?;
    let tx = app.begin(of.user.org).await?;
    let person = users::load(&tx, of.user.id).await?;
    let change = Change::new("displayName", Some(json!(person.user.display_name)), Some(json!(display_name)));
    let action = Action::UpdateOwnProfile { changes: vec![change] };
    let (tx, permit) = app.ask(tx, actor, action, person.target()).await?;
    if person.user.managed_by.is_some() {
        return Err(Error::denied(Denial::NameIsManaged));
    }
    if person.user.display_name == display_name {
        return Ok(person);
    }
    let version = person.user.version.saturating_add(1);
    let named = User { display_name: display_name.to_owned(), version, updated_at: tx.now, ..person.user };
    let (document, searchable) = directory::redescribed(&named)?;
    let changed = User { document, ..named };
    user_rows::update(&tx, &changed, &searchable).await?;
    tx.commit(permit).await?;
    Ok(Person { user: changed, ..person })
}

fn label(model: &RoleModel, key: &RoleKey) -> String {
    model.get(key).map_or_else(|| key.to_string(), |role| role.label.clone())
}
