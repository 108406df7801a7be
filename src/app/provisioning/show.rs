//! What is answered: a resource made from its rows and cut to what the client asked for.

use serde_json::Value;

use super::change::document_of;
use super::{Caller, Error};
use crate::app::App;
use crate::app::connections::scim_base_url;
use crate::domain::group::Group;
use crate::domain::id::{GroupId, UserId};
use crate::domain::role::Effective;
use crate::domain::user::User;
use crate::scim::document::{self, Document, ServerParts};
use crate::scim::projection::Projection;
use crate::scim::schema::{DOORWARD_URN, GROUP, ResourceType, USER};
use crate::scim::{self, ScimType};
use crate::store::filter::NotStored;
use crate::store::{grants, members, pages, passwords};

/// A resource as it is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The id.
    pub id: String,
    /// The version, for the entity tag.
    pub version: i64,
    /// The body.
    pub body: Value,
}

/// The answer to a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The resource as it is now.
    Shown(Shown),
    /// It was done; the resource is too large to be repeated at every change.
    Done {
        /// The version, for the entity tag.
        version: i64,
    },
}

/// Users as they are answered: one statement for the groups of all of them.
pub(super) async fn users(caller: &Caller<'_>, users: &[User], wanted: &Projection) -> Result<Vec<Shown>, Error> {
    let (db, wanted) = (caller.app.store.reader(), &wanted.within(caller.allowed(&USER)));
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let mut groups = if wanted.excludes("groups") {
        Vec::new()
    } else {
        members::groups_of_managed(db, (caller.org(), &ids), caller.id()).await?
    };
    groups.sort_by_key(|(user, _, _)| *user);
    let base = caller.base();
    let mut shown = Vec::with_capacity(users.len());
    for user in users {
        let from = groups.partition_point(|(of, _, _)| *of < user.id);
        let mine = groups.iter().skip(from).take_while(|(of, _, _)| *of == user.id);
        let mine = mine.map(|(_, id, name)| document::group_of_user(&id.to_string(), name, &base)).collect();
        shown.push(one_user((caller.app, caller.users), user, mine, wanted).await?);
    }
    Ok(shown)
}

/// One user with these groups, as it is answered.
pub(super) async fn one_user(
    (app, of): (&App, &'static ResourceType),
    user: &User,
    groups: Vec<Value>,
    wanted: &Projection,
) -> Result<Shown, Error> {
    let parts = ServerParts {
        id: user.id.to_string(),
        created: user.created_at.millis(),
        last_modified: user.updated_at.millis(),
        version: user.version,
        active: Some(user.reads_active()),
        groups,
        members: None,
        extensions: state(app, user, wanted).await?,
    };
    let body = wanted.apply(document::render(of, &document_of(user), parts, &scim_base_url(app)));
    Ok(Shown { id: user.id.to_string(), version: user.version, body })
}

/// One user as it is answered.
pub(super) async fn user(caller: &Caller<'_>, user: &User, wanted: &Projection) -> Result<Shown, Error> {
    let shown = users(caller, std::slice::from_ref(user), wanted).await?;
    shown.into_iter().next().ok_or_else(nothing)
}

/// What Doorward reports about a user, as far as it was asked for by name.
async fn state(app: &App, user: &User, wanted: &Projection) -> Result<Vec<(&'static str, &'static str, Value)>, Error> {
    let asked = |name: &str| wanted.shows_extension(DOORWARD_URN, name);
    let mut state = Vec::new();
    if asked("authMode") {
        state.push((DOORWARD_URN, "authMode", user.sign_in.word().into()));
    }
    if asked("status") {
        state.push((DOORWARD_URN, "status", user.status.word().into()));
    }
    if asked("effectiveRole") {
        let (_, model) = app.store.organisation(user.org).await?;
        let effective = Effective::of(&model, grants::live(app.store.reader(), user).await?);
        state.extend(effective.role.map(|role| (DOORWARD_URN, "effectiveRole", Value::from(role.as_str()))));
    }
    if asked("mustChangePassword") {
        let password = passwords::find(app.store.reader(), user.org, user.id).await?;
        state.push((DOORWARD_URN, "mustChangePassword", password.is_some_and(|it| it.must_change).into()));
    }
    Ok(state)
}

/// Groups as they are answered: one statement for the members of all of them, and none when they are not wanted.
pub(super) async fn groups(caller: &Caller<'_>, groups: &[Group], wanted: &Projection) -> Result<Vec<Shown>, Error> {
    let wanted = &wanted.within(caller.allowed(&GROUP));
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let members = if wanted.excludes_members() {
        Vec::new()
    } else {
        pages::members_of(caller.app.store.reader(), caller.org(), &ids).await?
    };
    let base = caller.base();
    Ok(groups
        .iter()
        .map(|group| {
            let from = members.partition_point(|(of, _)| *of < group.id);
            let mine = members.iter().skip(from).take_while(|(of, _)| *of == group.id);
            let mine = mine.map(|(_, user)| document::member(&user.to_string(), &base)).collect();
            one_group(group, mine, wanted, &base)
        })
        .collect())
}

/// One group as it is answered.
pub(super) async fn group(caller: &Caller<'_>, group: &Group, wanted: &Projection) -> Result<Shown, Error> {
    let shown = groups(caller, std::slice::from_ref(group), wanted).await?;
    shown.into_iter().next().ok_or_else(nothing)
}

fn one_group(group: &Group, members: Vec<Value>, wanted: &Projection, base: &str) -> Shown {
    let parts = ServerParts {
        id: group.id.to_string(),
        created: group.created_at.millis(),
        last_modified: group.updated_at.millis(),
        version: group.version,
        active: None,
        groups: Vec::new(),
        members: Some(members),
        extensions: Vec::new(),
    };
    let document = document_of_group(group);
    let body = wanted.apply(document::render(&GROUP, &document, parts, base));
    Shown { id: group.id.to_string(), version: group.version, body }
}

/// The document of a group as stored.
pub(super) fn document_of_group(group: &Group) -> Document {
    Document::from_stored(serde_json::from_str(&group.document).unwrap_or_default())
}

fn nothing() -> Error {
    Error::Product(anyhow::anyhow!("a resource that was just read is not there").into())
}

/// A name that is known but has no stored value to compare with.
pub(super) fn not_stored(NotStored(attribute): NotStored) -> Error {
    scim::Error::bad(ScimType::InvalidFilter, format!("`{attribute}` is made for each answer and cannot be searched"))
        .into()
}
