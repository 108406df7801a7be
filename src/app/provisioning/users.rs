//! People over SCIM.

use serde_json::Value;

use super::change::{Wanted, change, described, document_of, hashed};
use super::roles::{Assertion, completed};
use super::{Answer, Caller, Error, Resource, Shown, Unit, breaker, extensions, membership, paging, show};
use crate::app::linkings::{self as link_app, Claim};
use crate::app::users::{Person, load};
use crate::app::{directory, grace};
use crate::domain::deprovisioning::Way;
use crate::domain::drift::Said;
use crate::domain::id::{LinkingId, UserId};
use crate::domain::policy::{Action, Target, TargetUser};
use crate::domain::role::Source;
use crate::domain::text::fold;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{self, Conflict};
use crate::scim::document::{Document, Received};
use crate::scim::list::{ListQuery, Slice};
use crate::scim::patch::{self, PasswordChange};
use crate::scim::projection::Projection;
use crate::scim::schema::{Mutability, ResourceType, USER};
use crate::scim::{self, ScimType, etag};
use crate::store::filter::Table;
use crate::store::pages::Page;
use crate::store::passwords::{self, StoredPassword};
use crate::store::{Reader, linkings, users};

/// People, as identity providers know them.
pub enum Users {}

impl Resource for Users {
    const TYPE: &'static ResourceType = &USER;

    /// Makes a user. One who was deactivated by this identity provider before is let in again, with the new attributes.
    async fn create(caller: &Caller<'_>, received: Received, wanted: &Projection) -> Result<Shown, Error> {
        // Whoever makes somebody lets them in, and lets them in again who was let go.
        caller.allowed(&USER).require(&["active"], "make a user")?;
        let sign_in = if caller.connection.settings.issuer.is_some() { SignIn::Sso } else { SignIn::Password };
        let phc = hashed(caller, sign_in, received.password.as_ref()).await?;
        let mut document = received.document;
        // Whoever comes again is made anew: what was set once before may be set to something else.
        document.settle_extensions(&caller.allowed(&USER), &Document::default())?;
        let unit = caller.begin_brief().await?;
        let (unit, user) = match meant(caller, &unit, &document).await? {
            Meant::Somebody(user) => return Err(ask_to_link(caller, unit, &user, &document).await?),
            Meant::Former(person) => revive(caller, unit, *person, document, phc).await?,
            Meant::Linked(person, linking) => {
                linkings::delete_one(&unit.tx, linking).await?;
                let unit = Unit { is_news: true, ..unit };
                revive(caller, unit, *person, document, phc).await?
            }
            Meant::Nobody => {
                let document = completed(caller, unit.tx.roles()?, document);
                insert(caller, unit, sign_in, &document, phc).await?
            }
        };
        unit.finish(caller).await?;
        show::user(caller, &user, wanted).await
    }

    /// Replaces the attributes of a user. What the server owns stays, and so does `active` when nothing is said about it.
    async fn replace(
        caller: &Caller<'_>,
        id: &str,
        received: Received,
        if_match: Option<&str>,
        wanted: &Projection,
    ) -> Result<Shown, Error> {
        let id = parse(id)?;
        let current = find_own(caller.app.store.reader(), caller, id).await?;
        let phc = hashed(caller, current.sign_in, received.password.as_ref()).await?;
        let unit = Unit { replaces: Some(id.to_string()), ..caller.begin_brief().await? };
        let person = own(caller, &unit, id).await?;
        etag::check_match(if_match, person.user.version)?;
        let (allowed, before) = (caller.allowed(&USER), document_of(&person.user));
        let said = received.document.active();
        let mut document = allowed.settle(&before, received.document);
        if document.active().is_none() {
            document.set_active(person.user.reads_active());
        }
        document.settle_extensions(&allowed, &before)?;
        let active = document.active();
        let (unit, user) = change(caller, unit, person, Wanted { document, phc, active, said }).await?;
        unit.finish(caller).await?;
        show::user(caller, &user, wanted).await
    }

    /// Applies the operations of a PATCH to a user; all of them or none.
    async fn patch(
        caller: &Caller<'_>,
        id: &str,
        body: &Value,
        if_match: Option<&str>,
        wanted: &Projection,
    ) -> Result<Answer, Error> {
        let patch = caller.read_patch(&USER, body, id)?;
        let id = parse(id)?;
        let phc = new_password(caller, id, &patch.operations).await?;
        let unit = caller.begin_brief().await?;
        let person = own(caller, &unit, id).await?;
        etag::check_match(if_match, person.user.version)?;
        let before = document_of(&person.user);
        let allowed = caller.allowed(&USER);
        let mut document = allowed.settle(&before, patch::apply(&before, &patch.operations, fold)?.document);
        document.settle_extensions(&allowed, &before)?;
        let active = document.active();
        let said = active.filter(|_| patch.operations.iter().any(|it| it.target.at.is_core("active")));
        let (unit, user) = change(caller, unit, person, Wanted { document, phc, active, said }).await?;
        unit.finish(caller).await?;
        if caller.connection.settings.patch_no_content {
            return Ok(Answer::Done { version: user.version });
        }
        Ok(Answer::Shown(show::user(caller, &user, wanted).await?))
    }

    /// Takes a user out of the organisation with everything that hangs on it; the audit stays.
    async fn delete(caller: &Caller<'_>, id: &str, if_match: Option<&str>) -> Result<(), Error> {
        caller.allowed(&USER).require(&["active"], "delete a user")?;
        let id = parse(id)?;
        let unit = caller.begin_brief().await?;
        let person = own(caller, &unit, id).await?;
        etag::check_match(if_match, person.user.version)?;
        let unit = match person.user.reads_active() {
            true => breaker::pass(caller, unit, &person, Way::Delete).await?,
            false => unit,
        };
        let unit = unit.allow(caller, Action::RemoveUser, person.target()).await?;
        breaker::let_go(&unit.tx, caller.connection, &person, Way::Delete).await?;
        unit.finish(caller).await
    }

    /// Reads a user.
    async fn get(caller: &Caller<'_>, id: &str, wanted: &Projection) -> Result<Shown, Error> {
        let user = find_own(caller.app.store.reader(), caller, parse(id)?).await?;
        show::user(caller, &user, wanted).await
    }

    /// The users of a page.
    async fn page(caller: &Caller<'_>, query: &ListQuery) -> Result<Slice, Error> {
        caller.check_query(Self::TYPE, query)?;
        let (store, begin) = (&caller.app.store, paging::begin(caller, Self::TYPE, query)?);
        let page = Page::of(store, caller.org(), caller.id(), Table::Users, query, begin).map_err(show::not_stored)?;
        let found = page.users(store).await?;
        let shown = show::users(caller, &found.rows, &query.projection).await?;
        let next = found.next.map(|place| paging::write(caller, Self::TYPE, query, Some(&place))).transpose()?;
        Ok(Slice { resources: shown.into_iter().map(|it| it.body).collect(), total: found.total, next })
    }
}

fn parse(id: &str) -> Result<UserId, Error> {
    id.parse().map_err(|_| domain::Error::NotFound("user").into())
}

/// A user that this connection manages.
async fn find_own(db: &impl Reader, caller: &Caller<'_>, id: UserId) -> Result<User, Error> {
    let user = users::find(db, caller.org(), id).await?.filter(|user| user.managed_by == Some(caller.id()));
    Ok(user.ok_or(domain::Error::NotFound("user"))?)
}

/// A user that this connection manages, inside a unit of work.
async fn own(caller: &Caller<'_>, unit: &Unit, id: UserId) -> Result<Person, Error> {
    let person = load(&unit.tx, id).await?;
    if person.user.managed_by != Some(caller.id()) {
        return Err(domain::Error::NotFound("user").into());
    }
    Ok(person)
}

/// The hash of the password that a PATCH sets. It is made before the unit of work, for a document that may have changed
/// by then; the password itself does not depend on that.
async fn new_password(
    caller: &Caller<'_>,
    id: UserId,
    operations: &[patch::Operation],
) -> Result<Option<String>, Error> {
    if !operations.iter().any(|operation| operation.target.at.attribute.mutability == Mutability::WriteOnly) {
        return Ok(None);
    }
    let current = find_own(caller.app.store.reader(), caller, id).await?;
    match patch::apply(&document_of(&current), operations, fold)?.password {
        Some(PasswordChange::Set(password)) => hashed(caller, current.sign_in, Some(&password)).await,
        Some(PasswordChange::Remove) if current.sign_in == SignIn::Password => {
            let detail = "`password` can be replaced but not removed; deactivate the user instead";
            Err(scim::Error::bad(ScimType::Mutability, detail).into())
        }
        Some(PasswordChange::Remove) | None => Ok(None),
    }
}

/// Whom a request to make somebody means.
enum Meant {
    /// Nobody who is here.
    Nobody,
    /// Somebody deactivated, of this connection.
    Former(Box<Person>),
    /// Somebody who was linked to this connection, which does not know it yet.
    Linked(Box<Person>, LinkingId),
    /// Somebody who is not its to have.
    Somebody(Box<User>),
}

/// Whom this request means, by external id, or by user name where external ids do not say that it is somebody else. A name or
/// an external id of anybody else of the connection is taken.
async fn meant(caller: &Caller<'_>, unit: &Unit, document: &Document) -> Result<Meant, Error> {
    let (db, external_id) = (&*unit.tx, document.external_id());
    let same_name = match document.user_name() {
        Some(name) => users::find_by_name(db, caller.org(), name).await?,
        None => None,
    };
    let same_external_id = match external_id {
        Some(external_id) => users::find_by_external_id(db, caller.org(), caller.id(), external_id).await?,
        None => None,
    };
    if let Some(user) = &same_name {
        if user.managed_by != Some(caller.id()) {
            return Ok(Meant::Somebody(Box::new(user.clone())));
        }
        let is_other = same_external_id.as_ref().is_some_and(|it| it.id != user.id);
        let is_recycled =
            external_id.is_some() && user.external_id.is_some() && user.external_id.as_deref() != external_id;
        if is_other || is_recycled {
            return Err(Conflict::UserName.into());
        }
        let link = link_app::linked(caller.app, &unit.tx, caller.id(), user.id, &claim(document)).await?;
        match link {
            Some((link, true)) => return Ok(Meant::Linked(Box::new(load(&unit.tx, user.id).await?), link)),
            None if user.status == Status::Deactivated => {}
            Some((_, false)) | None => return Err(Conflict::UserName.into()),
        }
    }
    match same_external_id.or(same_name) {
        Some(user) if user.status != Status::Deactivated => Err(Conflict::ExternalId.into()),
        Some(user) => Ok(Meant::Former(Box::new(load(&unit.tx, user.id).await?))),
        None => Ok(Meant::Nobody),
    }
}

/// Refuses to make somebody of whom there is one already who is not this connection's to have, and asks an administrator where
/// they belong to nobody.
async fn ask_to_link(caller: &Caller<'_>, unit: Unit, user: &User, document: &Document) -> Result<Error, Error> {
    if user.managed_by.is_none() {
        link_app::note(caller.app, &unit.tx, caller.connection, user.id, &claim(document)).await?;
        Unit { is_news: true, ..unit }.keep(caller).await?;
    }
    Ok(Conflict::ManagedElsewhere.into())
}

fn claim(document: &Document) -> Claim {
    Claim {
        user_name: document.user_name().unwrap_or_default().to_owned(),
        external_id: document.external_id().map(str::to_owned),
        display_name: document.display_name().map(str::to_owned),
        email: document.email().map(str::to_owned),
    }
}

async fn revive(
    caller: &Caller<'_>,
    unit: Unit,
    person: Person,
    document: Document,
    phc: Option<String>,
) -> Result<(Unit, User), Error> {
    let phc = phc.filter(|_| person.user.sign_in == SignIn::Password);
    let document = caller.allowed(&USER).settle(&document_of(&person.user), document);
    let active = document.active();
    change(caller, unit, person, Wanted { document, phc, active, said: active }).await
}

async fn insert(
    caller: &Caller<'_>,
    unit: Unit,
    sign_in: SignIn,
    document: &Document,
    phc: Option<String>,
) -> Result<(Unit, User), Error> {
    let user = new_user(caller, &unit, sign_in, document, phc.is_some());
    let target = Target::User(TargetUser {
        org: user.org,
        id: user.id,
        label: user.user_name.clone(),
        roles: Vec::new(),
        managed_by: user.managed_by,
    });
    let created = Action::CreateUser { role: None, source: Source::Default(caller.id()) };
    let roles = Assertion::of(caller, unit.tx.roles()?, document, None);
    let unit = unit.allow(caller, created, target.clone()).await?;
    let unit = roles.ask(caller, unit, &target).await?;
    extensions::keep_unique(caller, &unit, user.id, (&Document::default(), document)).await?;
    let said = Said::of(document.active() != Some(false));
    users::insert_asserted(&unit.tx, &user, &directory::searchable_of(caller.users, document), said).await?;
    roles.write(&unit, user.id).await?;
    if let Some(phc) = phc {
        let stored = StoredPassword::permanent(phc);
        passwords::set(&unit.tx, user.id, &stored).await?;
    }
    let unit = membership::join_held(caller, unit, &user).await?;
    grace::begin(&unit.tx, &[user.id]).await?;
    Ok((unit, user))
}

fn new_user(caller: &Caller<'_>, unit: &Unit, sign_in: SignIn, document: &Document, has_password: bool) -> User {
    let status = match sign_in {
        _ if document.active() == Some(false) => Status::Deactivated,
        SignIn::Password if !has_password => Status::Pending,
        SignIn::Password | SignIn::Sso => Status::Active,
    };
    let blank = User {
        id: UserId::new(),
        org: caller.org(),
        user_name: String::new(),
        display_name: String::new(),
        email: None,
        proved_email: None,
        external_id: None,
        managed_by: Some(caller.id()),
        sign_in,
        status,
        mfa_required: false,
        epoch: 0,
        version: 0,
        document: String::new(),
        created_at: unit.tx.now,
        updated_at: unit.tx.now,
    };
    described(&blank, document, unit.tx.now)
}
