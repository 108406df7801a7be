//! Addresses inside the network of this server, named by whoever sets a connection up or by what a provider says.

use std::io::ErrorKind;
use std::net::TcpListener;

use doorward::app::connections::{self, NewConnection};
use doorward::domain::connection::{Kind, Settings};
use serde_json::json;

use super::{link, link_in, server};
use crate::harness::provider::IdentityProvider;
use crate::harness::{Browser, Server, Tenant};

/// A place on this machine that waits for a connection.
struct Inside {
    listener: TcpListener,
    /// Its address without the scheme.
    at: String,
}

impl Inside {
    fn on(ip: &str) -> Self {
        let listener = TcpListener::bind((ip, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let at = listener.local_addr().unwrap().to_string();
        Self { listener, at }
    }

    /// True when nobody has connected to it.
    fn is_alone(&self) -> bool {
        self.listener.accept().is_err_and(|cause| cause.kind() == ErrorKind::WouldBlock)
    }
}

/// What somebody who begins a sign-in at a provider with this issuer is refused for.
async fn reason(tenant: &Tenant<'_>, issuer: &str) -> String {
    let provider = IdentityProvider::start().await.said_to_be(issuer);
    let link = link_in((tenant.server, tenant.org), &provider, Kind::Generic, Settings::default(), &[]).await;
    let page = Browser::new(tenant.server).get(&format!("/sso/{}/start", link.id)).await;
    link.reason(&page).await
}

/// SS-01: a provider inside is not asked unless the operator named its network, and what is no address of the web is no issuer.
#[tokio::test]
async fn ss_01_no_provider_inside_is_asked_that_the_operator_did_not_name() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let inside = Inside::on("127.0.0.1");
    let port = inside.at.rsplit(':').next().unwrap();
    let hosts = ["127.0.0.1", "localhost", "2130706433", "[::ffff:7f00:1]", "0.0.0.0"];

    for host in hosts {
        let why = reason(&tenant, &format!("https://{host}:{port}")).await;
        assert!(why.ends_with("could not be reached"), "{host}: {why}");
    }
    for address in ["169.254.169.254", "10.0.0.1", "[::1]", "[fe80::1]"] {
        let why = reason(&tenant, &format!("https://{address}")).await;
        assert!(why.ends_with("could not be reached"), "{address}: {why}");
    }
    assert!(inside.is_alone());
    for issuer in ["file:///etc/passwd", "gopher://127.0.0.1:70/x", "http://10.0.0.1", "unix:/run/x", "//127.0.0.1"] {
        let settings =
            Settings { issuer: Some(issuer.to_owned()), client_id: Some("x".to_owned()), ..Settings::default() };
        let new = NewConnection {
            org: tenant.org,
            kind: Kind::Generic,
            name: "Inside".to_owned(),
            settings,
            client_secret: None,
            domains: Vec::new(),
            token_lifetime: std::time::Duration::from_hours(24),
        };
        assert!(connections::create(&server.app, &Server::operator(), new).await.is_err(), "{issuer}");
    }
}

/// SS-04: a provider that may be reached leads nowhere that may not: neither to keys nor to tokens nor to userinfo inside.
#[tokio::test]
async fn ss_04_metadata_that_name_addresses_inside_lead_nowhere() {
    let (server, inside) = (server().await, Inside::on("127.0.0.2"));
    let tenant = server.tenant("acme").await;
    let elsewhere = format!("https://{}/", inside.at);

    for name in ["jwks_uri", "token_endpoint", "userinfo_endpoint"] {
        for address in [&elsewhere, "https://169.254.169.254/", "https://[::1]:1/"] {
            let provider = IdentityProvider::start().await;
            provider.publish(name, json!(address));
            let link = link(&tenant, &provider).await;
            server.advance(std::time::Duration::from_mins(1));
            let (_, page) = link.sign_in(&Browser::new(&server), "nobody").await;

            let why = link.reason(&page).await;
            // Whoever is not told of at userinfo is known by the token alone.
            let expected = if name == "userinfo_endpoint" { "nobody here is known" } else { "could not be reached" };
            assert!(why.contains(expected), "{name} {address}: {why}");
        }
    }

    assert!(inside.is_alone());
}

/// SS-05: what a provider or a directory says about the picture of somebody is kept or passed over, and nobody goes there.
#[tokio::test]
async fn ss_05_no_address_that_is_said_of_a_person_is_fetched() {
    let (server, provider, inside) = (server().await, IdentityProvider::start().await, Inside::on("127.0.0.1"));
    let tenant = server.tenant("acme").await;
    let link = link(&tenant, &provider).await;
    let address = format!("http://{}/ada.png", inside.at);
    let photos = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ada",
        "externalId": "00u-ada",
        "profileUrl": address,
        "photos": [{ "value": address, "type": "photo" }],
    });
    link.scim.send(reqwest::Method::POST, "/Users", &photos).await.expect(201);
    provider.tell(json!({ "sub": "00u-ada", "picture": address, "profile": address, "website": address }));

    let browser = Browser::new(&server);
    let (at, _) = link
        .sign_in_with(&browser, "00u-ada", |claims| {
            for name in ["picture", "profile", "website", "logo_uri", "policy_uri", "tos_uri", "jku"] {
                claims[name] = json!(address);
            }
        })
        .await;
    let account = browser.get("/account").await;
    server.run_jobs().await;

    assert_eq!((at.as_str(), account.status), ("/account", 200));
    assert!(inside.is_alone());
}

/// SS-08: whoever sets a connection up learns nothing of what listens inside.
#[tokio::test]
async fn ss_08_a_provider_inside_is_refused_alike_whether_anybody_listens_there_or_not() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let open = Inside::on("127.0.0.1");
    let closed = Inside::on("127.0.0.1").at;

    let (one, other) =
        (reason(&tenant, &format!("http://{}", open.at)).await, reason(&tenant, &format!("http://{closed}")).await);

    assert_eq!(one, "the identity provider at 127.0.0.1 could not be reached");
    assert_eq!(one, other);
    assert!(open.is_alone());
}
