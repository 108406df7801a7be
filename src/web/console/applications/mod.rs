//! Applications that people of the organisation sign in to, in the console: the list, one of them, registering and changing
//! one, who is signed in there, and trying a sign-in.
//!
//! **Invariant:** a secret is on the page that answers the form which made it, and on no other.

mod deeds;
mod edit;
mod form;
mod list;
mod new;
mod secret;
mod setup;
mod show;
mod trial;

use super::ask::AskPage;
use super::users::{Badge, Mark};
use super::words;
use crate::app::clients::{AuthMethod, Profile, Registered};
use crate::domain::Error;
use crate::domain::id::ClientId;
use crate::oidc::scope::Scope;
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// Where the list is.
pub(super) const LIST: &str = "/console/applications";
/// Where a new one is registered.
pub(super) const NEW: &str = "/console/applications/new";

/// The routes of the applications.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(LIST, Access::Session, list::show)
        .get(NEW, Access::Recent, new::ask)
        .post(NEW, Access::Recent, new::create)
        .get("/console/applications/{id}", Access::Session, show::show)
        .get("/console/applications/{id}/edit", Access::Recent, edit::ask)
        .post("/console/applications/{id}/edit", Access::Recent, edit::save)
        .get("/console/applications/{id}/secret", Access::Recent, secret::ask)
        .post("/console/applications/{id}/secret", Access::Recent, secret::rotate)
        .get("/console/applications/{id}/test", Access::Session, trial::show)
        .get("/console/applications/{id}/deeds/{deed}", Access::Session, deeds::ask)
        .post("/console/applications/{id}/deeds/{deed}", Access::Session, deeds::do_it)
        .get("/console/applications/{id}/people/{user}/end", Access::Session, deeds::ask_end)
        .post("/console/applications/{id}/people/{user}/end", Access::Session, deeds::end)
}

/// What is not an id names nothing.
fn client_id(text: &str) -> Result<ClientId, Error> {
    text.parse().map_err(|_| Error::NotFound("client"))
}

/// The address of an application.
fn path(id: ClientId) -> String {
    format!("{LIST}/{id}")
}

fn status(t: Texts, it: &Registered) -> Badge {
    let (mark, label) = if it.client.is_disabled { (Mark::Off, "app-disabled") } else { (Mark::Good, "status-active") };
    Badge { mark, label: t.say(label) }
}

/// What kind of application proves itself like this.
fn kind(t: Texts, method: AuthMethod) -> String {
    t.say(match method {
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => "app-kind-web",
        AuthMethod::PrivateKeyJwt => "app-kind-keys",
        AuthMethod::None => "app-kind-public",
    })
}

fn profile(t: Texts, profile: Profile) -> String {
    t.say(match profile {
        Profile::Standard => "app-profile-standard",
        Profile::IpsieSl1 => "app-profile-ipsie",
        Profile::Fapi2 => "app-profile-fapi",
    })
}

/// What a scope is good for, for whoever administers.
fn scope(t: Texts, scope: Scope) -> String {
    t.say(match scope {
        Scope::OpenId => "app-scope-openid",
        Scope::Profile => "app-scope-profile",
        Scope::Email => "app-scope-email",
        Scope::Address => "app-scope-address",
        Scope::Phone => "app-scope-phone",
        Scope::Groups => "app-scope-groups",
        Scope::Roles => "app-scope-roles",
        Scope::OfflineAccess => "app-scope-offline",
        Scope::Api => "app-scope-api",
        Scope::Scim => "app-scope-scim",
        Scope::SsfRead => "app-scope-ssf-read",
        Scope::SsfManage => "app-scope-ssf-manage",
        Scope::AuthZen => "app-scope-authzen",
    })
}

#[cfg(test)]
mod tests {
    use super::setup::PRODUCTS;

    #[test]
    fn every_product_is_named_once() {
        let mut ids: Vec<&str> = PRODUCTS.iter().map(|it| it.id).collect();
        ids.sort_unstable();
        ids.dedup();

        assert_eq!(ids.len(), PRODUCTS.len());
    }
}
