//! A user before and after: which deeds lie between, and doing them.

use secrecy::ExposeSecret as _;
use secrecy::SecretString;
use serde_json::Value;

use super::roles::{Assertion, completed, keep_others};
use super::{Caller, Error, Unit, breaker, extensions, membership};
use crate::app::mail::{self, Letter, Recipient};
use crate::app::signals;
use crate::app::users::{Person, activate_in, deactivate_in, end_access, load};
use crate::app::{directory, grace};
use crate::domain::Timestamp;
use crate::domain::deprovisioning::Way;
use crate::domain::drift::Said;
use crate::domain::password::{CHARACTERS_MIN, Password, Weakness};
use crate::domain::policy::{Action, Change};
use crate::domain::secret::Secret;
use crate::domain::user::{SignIn, Status, User};
use crate::scim::document::Document;
use crate::scim::quirks;
use crate::scim::{self, ScimType};
use crate::store::passwords::{self, StoredPassword};
use crate::store::{links, users};

/// What a user is to be.
pub(super) struct Wanted {
    /// The attributes.
    pub document: Document,
    /// The hash of a new password.
    pub phc: Option<String>,
    /// Whether the user may sign in; `None` leaves that as it is.
    pub active: Option<bool>,
    /// What the request itself says of that.
    pub said: Option<bool>,
}

/// The document as stored, with `active` as it is now: the state may have changed elsewhere.
pub(super) fn document_of(user: &User) -> Document {
    let mut document = Document::from_stored(serde_json::from_str(&user.document).unwrap_or_default());
    if document.active().is_some() {
        document.set_active(user.reads_active());
    }
    document
}

/// Hashes a password that came with a request; people who sign in at the identity provider have none here (AU-17).
pub(super) async fn hashed(
    caller: &Caller<'_>,
    sign_in: SignIn,
    password: Option<&SecretString>,
) -> Result<Option<String>, Error> {
    let Some(password) = password.filter(|_| sign_in == SignIn::Password) else { return Ok(None) };
    let refused = |why: Weakness| scim::Error::bad(ScimType::InvalidValue, format!("`password`: {why}"));
    let password = Password::read(password.expose_secret()).map_err(refused)?;
    if password.reveal().chars().count() < CHARACTERS_MIN {
        return Err(refused(Weakness::TooShort { min: CHARACTERS_MIN }).into());
    }
    Ok(Some(caller.app.hasher.hash(Secret::new(password.reveal().to_owned())).await?))
}

/// The user with the attributes of the document.
pub(super) fn described(user: &User, document: &Document, now: Timestamp) -> User {
    let user_name = document.user_name().unwrap_or(&user.user_name).to_owned();
    User {
        display_name: name_of(document).unwrap_or(&user_name).to_owned(),
        user_name,
        email: document.email().map(str::to_owned),
        external_id: document.external_id().map(str::to_owned),
        document: document.clone().into_json().to_string(),
        version: user.version.saturating_add(1),
        updated_at: now,
        ..user.clone()
    }
}

/// Makes the user what is wanted: the deeds in between, each with its permit. Nothing is written when nothing differs.
pub(super) async fn change(
    caller: &Caller<'_>,
    unit: Unit,
    before: Person,
    wanted: Wanted,
) -> Result<(Unit, User), Error> {
    let (known_as, said) = (before.user.external_id.clone(), wanted.said.map(Said::of));
    let unit = match wanted.active {
        Some(false) if before.user.reads_active() => breaker::pass(caller, unit, &before, Way::Deactivate).await?,
        Some(true) if wanted.said == Some(true) => breaker::withdraw(caller, unit, &before).await?,
        Some(_) | None => unit,
    };
    let change = Difference::between(caller, &unit, &before, wanted)?;
    let permits = unit.permits.len();
    let mut unit = change.ask(caller, unit).await?;
    unit.hear(before.user.id, said).await?;
    if unit.permits.len() == permits {
        return Ok((unit, before.user));
    }
    let after = change.write(caller, &unit).await?;
    if after.external_id == known_as {
        return Ok((unit, after));
    }
    Ok((membership::join_held(caller, unit, &after).await?, after))
}

/// What differs between a user and what it is to be.
struct Difference {
    before: Person,
    after: User,
    document: Document,
    changes: Vec<Change>,
    roles: Assertion,
    phc: Option<String>,
    active: Option<bool>,
}

impl Difference {
    fn between(caller: &Caller<'_>, unit: &Unit, before: &Person, wanted: Wanted) -> Result<Self, Error> {
        let Wanted { document, phc, active, .. } = wanted;
        let model = unit.tx.roles()?;
        let mut document = completed(caller, model, document);
        let active = active.filter(|active| *active != before.user.reads_active());
        let stays_out = !active.unwrap_or(before.user.reads_active());
        let current = &before.user.user_name;
        if stays_out && document.user_name().is_some_and(|name| quirks::is_tombstone(name, current)) {
            document.set_user_name(current);
        }
        if document.active().is_some() {
            document.set_active(!stays_out);
        }
        let old = document_of(&before.user);
        Ok(Self {
            changes: changed_paths(&old, &document),
            after: described(&before.user, &document, unit.tx.now),
            roles: Assertion::of(caller, model, &document, Some(before)),
            before: before.clone(),
            document,
            phc,
            active,
        })
    }

    async fn ask(&self, caller: &Caller<'_>, unit: Unit) -> Result<Unit, Error> {
        let target = self.before.target();
        let mut deeds = Vec::new();
        if self.before.user.user_name != self.after.user_name {
            let (from, to) = (self.before.user.user_name.clone(), self.after.user_name.clone());
            deeds.push(Action::RenameUser { from, to });
        }
        if !self.changes.is_empty() {
            deeds.push(Action::UpdateUser { changes: self.changes.clone() });
        }
        if self.phc.is_some() {
            deeds.push(Action::SetPassword);
        }
        deeds.extend(self.active.map(|active| if active { Action::ActivateUser } else { Action::DeactivateUser }));
        let mut unit = self.roles.ask(caller, unit, &target).await?;
        for deed in deeds {
            unit = unit.allow(caller, deed, target.clone()).await?;
        }
        Ok(unit)
    }

    async fn write(self, caller: &Caller<'_>, unit: &Unit) -> Result<User, Error> {
        let tx = &unit.tx;
        let old = document_of(&self.before.user);
        extensions::keep_unique(caller, unit, self.after.id, (&old, &self.document)).await?;
        let searchable = directory::searchable_after(caller.users, (&old, &self.document));
        users::update(tx, &self.after, &searchable).await?;
        self.roles.write(unit, self.after.id).await?;
        grace::begin(tx, &[self.after.id]).await?;
        if self.roles.takes_any() {
            let held = load(tx, self.after.id).await?.effective.held();
            let mut lost = self.before.effective.held();
            lost.retain(|role| !held.contains(role));
            keep_others(tx, self.after.id, &lost).await?;
        }
        if self.before.user.email != self.after.email {
            // A link that was mailed to the old address must not open an account that has moved on.
            links::delete_of_user(tx, self.after.id).await?;
            tell_old_address(caller, unit, &self.before.user, &self.after).await?;
        }
        let after = match &self.phc {
            Some(phc) => set_password(unit, &self.after, phc).await?,
            None => self.after,
        };
        match self.active {
            None => Ok(after),
            Some(true) => Ok(activate_in(tx, &after).await?),
            Some(false) => {
                let person = Person { user: after, effective: self.before.effective };
                Ok(deactivate_in(tx, &person, breaker::on_last_holder(caller.connection)).await?)
            }
        }
    }
}

/// Writes to the address that mail went to so far, where somebody else's hand may have moved it (SC-09).
async fn tell_old_address(caller: &Caller<'_>, unit: &Unit, before: &User, after: &User) -> Result<(), Error> {
    let (Some(old), Some(new)) = (&before.email, &after.email) else { return Ok(()) };
    let Some(to) = Recipient::of(before).filter(|_| before.status == Status::Active && !old.eq_ignore_ascii_case(new))
    else {
        return Ok(());
    };
    Ok(mail::queue_to(caller.app, &unit.tx, to, Letter::EmailChanged { new: new.clone() }).await?)
}

/// Stores a password. Sessions and tokens that were opened with the old one end.
async fn set_password(unit: &Unit, user: &User, phc: &str) -> Result<User, Error> {
    let stored = StoredPassword::permanent(phc.to_owned());
    passwords::set(&unit.tx, user.id, &stored).await?;
    let status = if user.status == Status::Pending { Status::Active } else { user.status };
    let changed = User { status, epoch: user.epoch.saturating_add(1), ..user.clone() };
    users::set_state(&unit.tx, &changed).await?;
    end_access(&unit.tx, &changed, &signals::of_new_password(user.status)).await?;
    Ok(changed)
}

/// What people are called: the display name, else the whole name, else the user name by the caller.
fn name_of(document: &Document) -> Option<&str> {
    document.display_name().or_else(|| document.attributes().get("name")?.get("formatted")?.as_str())
}

/// The attributes that differ. The user name and the state are deeds of their own; values are personal data and stay out
/// of the record.
pub(super) fn changed_paths(before: &Document, after: &Document) -> Vec<Change> {
    let (before, after) = (before.attributes(), after.attributes());
    let own_deed = |name: &str, one: Option<&Value>, other: Option<&Value>| {
        name == "userName" || (name == "active" && one.is_some() && other.is_some())
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| {
            let (one, other) = (before.get(*name), after.get(*name));
            one != other && !own_deed(name, one, other)
        })
        .map(|name| Change::new(name.clone(), None, None))
        .collect()
}
