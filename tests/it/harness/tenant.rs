//! An organisation under test: its people and its identity provider.

use std::time::Duration;

use doorward::app::accounts::{self, Created, NewUser, Secret, SignIn, WayIn};
use doorward::app::connections::{self, NewConnection};
use doorward::app::organisations::{self, MfaPolicy, MfaRequirement, NewOrganisation};
use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::{ConnectionId, OrgId, UserId};
use doorward::domain::policy::Actor;
use doorward::domain::role::RoleModel;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::{Reply, Server};

/// The password of everybody who has one.
pub const PASSWORD: &str = "quiet lantern over the harbour";

/// An organisation under test.
pub struct Tenant<'s> {
    /// The server it lives on.
    pub server: &'s Server,
    /// Its id.
    pub org: OrgId,
}

/// A connection and its token.
pub struct Provisioning<'s> {
    /// The server it talks to.
    pub server: &'s Server,
    /// Its id.
    pub id: ConnectionId,
    /// Its bearer token.
    pub token: String,
}

impl Server {
    /// Whoever runs the instance.
    pub fn operator() -> Actor {
        Actor::Operator { label: "the operator under test".to_owned() }
    }

    /// A new organisation with the default roles.
    pub async fn tenant(&self, slug: &str) -> Tenant<'_> {
        self.tenant_with(slug, "owner-admin-contributor-viewer").await
    }

    /// A new organisation with the roles of a preset.
    pub async fn tenant_with(&self, slug: &str, preset: &str) -> Tenant<'_> {
        self.tenant_of_model(slug, RoleModel::preset(preset).unwrap().to_toml()).await
    }

    /// A new organisation with a role model of its own.
    pub async fn tenant_of_model(&self, slug: &str, role_model: &str) -> Tenant<'_> {
        let role_model = role_model.to_owned();
        let new = NewOrganisation { slug: slug.to_owned(), name: slug.to_uppercase(), role_model };
        let made = organisations::create(&self.app, &Self::operator(), new).await.unwrap();
        Tenant { server: self, org: made.id }
    }

    /// A request to the administration API with the operator token.
    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(super::OPERATOR_TOKEN)
    }
}

impl<'s> Tenant<'s> {
    /// A new active user with [`PASSWORD`].
    pub async fn user(&self, user_name: &str, role: &str) -> UserId {
        let password = Secret::new(PASSWORD.to_owned());
        self.user_with(user_name, role, SignIn::Password, WayIn::Password { password, must_change: false }).await
    }

    /// A new active user with [`PASSWORD`], as somebody who acts.
    pub async fn actor(&self, user_name: &str, role: &str) -> (UserId, Actor) {
        let id = self.user(user_name, role).await;
        let person = users::show(&self.server.app, &Server::operator(), id).await.unwrap();
        (id, person.actor(None))
    }

    /// A new user with another way in.
    pub async fn user_with(&self, user_name: &str, role: &str, sign_in: SignIn, way_in: WayIn) -> UserId {
        self.make(user_name, None, role, (sign_in, way_in)).await.person.user.id
    }

    /// A new user with a password to come or there, who has mail at `mail.example`.
    pub async fn mailed(&self, name: &str, role: &str, way_in: WayIn) -> Created {
        self.make(name, Some(format!("{name}@mail.example")), role, (SignIn::Password, way_in)).await
    }

    async fn make(&self, name: &str, email: Option<String>, role: &str, (sign_in, way_in): (SignIn, WayIn)) -> Created {
        let new = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            email,
            role: Some(role.parse().unwrap()),
            sign_in: Some(sign_in),
            way_in: Some(way_in),
        };
        accounts::create(&self.server.app, &Server::operator(), self.org, new).await.unwrap()
    }

    /// From now on these people need a second factor, after so many days.
    pub async fn mfa_policy(&self, require: MfaRequirement, roles: &[&str], grace_days: u32) {
        let roles = roles.iter().map(|key| key.parse().unwrap()).collect();
        let policy = MfaPolicy { require, roles, grace_days };
        organisations::require_mfa(&self.server.app, &Server::operator(), self.org, policy).await.unwrap();
    }

    /// From now on everybody with a password needs a second factor.
    pub async fn require_mfa(&self) {
        self.mfa_policy(MfaRequirement::All, &[], 0).await;
    }

    /// A new connection with the usual switches.
    pub async fn connection(&self) -> Provisioning<'s> {
        self.connection_with(Kind::Okta, Settings::default()).await
    }

    /// A new connection with other switches.
    pub async fn connection_with(&self, kind: Kind, settings: Settings) -> Provisioning<'s> {
        // The clock stands still, so nothing would ever be let in again.
        let requests_per_second = settings.requests_per_second.or(Some(0));
        let settings = Settings { requests_per_second, ..settings };
        let new = NewConnection {
            org: self.org,
            kind,
            name: "the provider under test".to_owned(),
            settings,
            client_secret: None,
            domains: Vec::new(),
            token_lifetime: Duration::from_hours(24 * 365),
        };
        let (made, token) = connections::create(&self.server.app, &Server::operator(), new).await.unwrap();
        Provisioning { server: self.server, id: made.id, token: token.secret.reveal().clone() }
    }
}

impl Provisioning<'_> {
    /// A SCIM request with the token of this connection.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, &format!("/scim/v2{path}")).bearer_auth(&self.token)
    }

    /// Gets a resource or a list.
    pub async fn get(&self, path: &str) -> Reply {
        self.server.send(self.request(Method::GET, path)).await
    }

    /// Deletes a resource.
    pub async fn delete(&self, path: &str) -> Reply {
        self.server.send(self.request(Method::DELETE, path)).await
    }

    /// Sends a body.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = self.request(method, path).header("content-type", "application/scim+json");
        self.server.send(request.body(body.to_string())).await
    }

    /// Pushes a user; answers its id.
    pub async fn push(&self, user_name: &str) -> String {
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "displayName": user_name,
            "externalId": format!("00u-{user_name}"),
            "active": true,
        });
        let made = self.send(Method::POST, "/Users", &body).await.expect(201);
        made.json()["id"].as_str().unwrap().to_owned()
    }
}
