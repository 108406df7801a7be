//! A person reads the user that they are here (RFC 7644 3.11), through an application that they are signed in to.
//!
//! What is answered is what the identity provider reads of that user, with the groups that others keep too. Nothing is
//! changed in this way: what an identity provider pushed is its own to change, and the rest is changed on the account page
//! or through the API, where whoever changes a credential proves who they are.
//!
//! **Invariant:** a token opens nobody but its own person, and only while the person, the organisation and the application
//! live; the scope for it opens nothing else.

use super::Error;
use super::show::{self, Shown};
use crate::app::App;
use crate::app::connections::scim_base_url;
use crate::app::tokens::{self, Opened};
use crate::domain;
use crate::domain::user::User;
use crate::oidc::scope::Scope;
use crate::scim::document;
use crate::scim::projection::Projection;
use crate::scim::schema::ResourceType;
use crate::store::members;

/// Whose access token this is, with the table of the users of the organisation; nobody's where it is anything else.
pub async fn find(app: &App, token: &str) -> Result<Option<(User, &'static ResourceType)>, domain::Error> {
    let Some(Opened { family, person }) = tokens::opened(app, token, Scope::Scim).await? else { return Ok(None) };
    let (organisation, _) = app.store.organisation(family.org).await?;
    Ok(Some((person.user, app.users_of(&organisation)?)))
}

/// The person as a SCIM user.
pub async fn show(app: &App, (user, of): (&User, &'static ResourceType), wanted: &Projection) -> Result<Shown, Error> {
    let groups = if wanted.excludes("groups") {
        Vec::new()
    } else {
        members::groups_of(app.store.reader(), user.org, &[user.id]).await?
    };
    let base = scim_base_url(app);
    let groups = groups.iter().map(|(_, id, name)| document::group_of_user(&id.to_string(), name, &base)).collect();
    show::one_user((app, of), user, groups, wanted).await
}
