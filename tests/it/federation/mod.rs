//! Signing in at an identity provider: an organisation, its connection, and a provider that says what the test wants.

mod again;
mod answers;
mod by_address;
mod ended;
mod flow;
mod inside;
mod people;
mod reasons;
mod refusals;
mod routing;
mod tokens;

use std::time::Duration;

use doorward::app::config;
use doorward::app::connections::{self, NewConnection};
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::{ConnectionId, OrgId, UserId};
use doorward::domain::secret::Secret;
use doorward::store::audit::{self, AuditRow};
use serde_json::Value;

use crate::harness::provider::{CLIENT_ID, CLIENT_SECRET, IdentityProvider};
use crate::harness::{Browser, Provisioning, Reply, Server, Tenant};

/// A server that may call providers on this machine.
async fn server() -> Server {
    let allow = |settings| config::Settings { outbound_allow: Some("127.0.0.1".to_owned()), ..settings };
    Server::start_with(allow).await
}

/// A connection of an organisation to a provider.
struct Link<'s> {
    server: &'s Server,
    provider: &'s IdentityProvider,
    org: OrgId,
    id: ConnectionId,
    scim: Provisioning<'s>,
}

/// The usual connection: everything at its default.
async fn link<'s>(tenant: &Tenant<'s>, provider: &'s IdentityProvider) -> Link<'s> {
    link_with(tenant, provider, Kind::Okta, |settings| settings).await
}

/// A connection with other switches.
async fn link_with<'s>(
    tenant: &Tenant<'s>,
    provider: &'s IdentityProvider,
    kind: Kind,
    change: impl FnOnce(Settings) -> Settings,
) -> Link<'s> {
    link_in((tenant.server, tenant.org), provider, kind, change(Settings::default()), &[]).await
}

/// A connection to which domains lead.
async fn link_in<'s>(
    (server, org): (&'s Server, OrgId),
    provider: &'s IdentityProvider,
    kind: Kind,
    settings: Settings,
    domains: &[&str],
) -> Link<'s> {
    let settings =
        Settings { issuer: Some(provider.issuer.clone()), client_id: Some(CLIENT_ID.to_owned()), ..settings };
    let new = NewConnection {
        org,
        kind,
        name: "Acme Directory".to_owned(),
        settings,
        client_secret: Some(Secret::new(CLIENT_SECRET.to_owned())),
        domains: domains.iter().map(|it| it.parse().unwrap()).collect(),
        token_lifetime: Duration::from_hours(24 * 365),
    };
    let (made, token) = connections::create(&server.app, &Server::operator(), new).await.unwrap();
    let scim = Provisioning { server, id: made.id, token: token.secret.reveal().clone() };
    Link { server, provider, org, id: made.id, scim }
}

impl<'s> Link<'s> {
    fn now(&self) -> i64 {
        self.server.app.now().seconds()
    }

    /// Sends a browser to the provider; answers what the provider is asked.
    async fn ask(&self, browser: &Browser<'_>) -> String {
        let sent = browser.get(&format!("/sso/{}/start", self.id)).await.expect(303);
        sent.header("location").unwrap().to_owned()
    }

    /// Signs a browser in at the provider as this subject; answers the page at the end.
    async fn sign_in(&self, browser: &Browser<'_>, sub: &str) -> (String, Reply) {
        self.sign_in_with(browser, sub, |_| {}).await
    }

    /// The same with changed claims.
    async fn sign_in_with(&self, browser: &Browser<'_>, sub: &str, change: impl FnOnce(&mut Value)) -> (String, Reply) {
        let question = self.ask(browser).await;
        let mut claims = self.provider.claims(&question, sub, self.now());
        change(&mut claims);
        browser.visit(&self.provider.answer(&question, &claims)).await
    }

    /// A new browser that is refused with these claims; answers why. Time goes by, so that nobody is throttled.
    async fn refused_with(&self, sub: &str, change: impl FnOnce(&mut Value)) -> String {
        self.server.advance(Duration::from_mins(1));
        let browser = Browser::new(self.server);
        let (_, page) = self.sign_in_with(&browser, sub, change).await;
        assert!(!browser.is_signed_in().await);
        self.reason(&page).await
    }

    /// Why a page refuses, as the audit of the organisation has it under the number that the page shows.
    async fn reason(&self, page: &Reply) -> String {
        assert_eq!((page.status, page.heading()), (403, "You could not be signed in"), "{}", page.text);
        assert!(page.text.contains("Acme Directory"), "{}", page.text);
        let number = page.text.split("id=\"reference\">").nth(1).unwrap().split('<').next().unwrap();
        let rows = self.audit("auth.sso_refused").await;
        let row = rows.iter().find(|row| row.changes.contains(number)).expect("the audit has the number");
        let changes: Value = serde_json::from_str(&row.changes).unwrap();
        changes[1]["new"].as_str().unwrap().to_owned()
    }

    /// The newest rows of the audit about this deed.
    async fn audit(&self, action: &str) -> Vec<AuditRow> {
        let mut rows = audit::newest(self.server.app.store.reader(), self.org, 1_000).await.unwrap();
        rows.retain(|row| row.action == action);
        rows
    }

    /// How many users the organisation has.
    async fn people(&self) -> u64 {
        doorward::store::users::count(self.server.app.store.reader(), self.org).await.unwrap()
    }

    async fn user_named(&self, user_name: &str) -> Option<doorward::domain::user::User> {
        doorward::store::users::find_by_name(self.server.app.store.reader(), self.org, user_name).await.unwrap()
    }

    async fn deactivate(&self, id: &str) {
        let id: UserId = id.parse().unwrap();
        users::deactivate(&self.server.app, &Server::operator(), id, OnLastHolder::Refuse).await.unwrap();
    }
}
