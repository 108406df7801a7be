use super::params;
use crate::oidc::ErrorCode;
use crate::oidc::client::{AuthMethod, Profile, Registration};
use crate::oidc::jwt::Algorithm;
use crate::oidc::resource::{audience, check, metadata, metadata_url, named, within};
use crate::oidc::scope::{Scope, Scopes};

const API: &str = "https://api.example";
const LEDGER: &str = "urn:example:ledger";

fn list(of: &[&str]) -> Vec<String> {
    of.iter().map(|&it| it.to_owned()).collect()
}

#[test]
fn a_resource_is_an_absolute_uri_without_a_fragment() {
    for good in [API, LEDGER, "https://mcp.example/v1?tenant=7", "http://localhost:3000"] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    let long = format!("https://api.example/{}", "a".repeat(2048));
    for bad in [
        "",
        "api",
        "/v1",
        "//api.example",
        "https://api.example#v1",
        "https://api.example/a b",
        "https://bücher",
        &long,
    ] {
        assert!(check(bad).is_err(), "{bad}");
    }
}

/// RFC 9700 2.3: a client gets tokens for no resource but those that it was registered for, written in the same way.
#[test]
fn a_client_names_no_resource_but_its_own() {
    let allowed = list(&[API, LEDGER]);

    assert_eq!(within(named(&params(&[("resource", API)])), &allowed), Ok(list(&[API])));
    for other in ["https://api.example/", "https://API.example", "https://api.example:443", "https://api.example.evil"]
    {
        assert_eq!(
            within(list(&[API, other]), &allowed).map_err(|it| it.code),
            Err(ErrorCode::InvalidTarget),
            "{other}"
        );
    }
}

#[test]
fn a_token_is_for_what_was_granted_or_for_less() {
    let both = list(&[API, LEDGER]);
    let audience = |named: &[&str], granted: &[&str], allowed: &[&str]| {
        audience(list(named), &list(granted), &list(allowed)).map_err(|it| it.code)
    };

    assert_eq!(audience(&[], &[], &[API]), Ok(vec![]), "nobody named any");
    assert_eq!(audience(&[], &[API, LEDGER], &[API, LEDGER]), Ok(both));
    assert_eq!(audience(&[LEDGER], &[API, LEDGER], &[API, LEDGER]), Ok(list(&[LEDGER])));
    assert_eq!(audience(&[LEDGER], &[], &[API, LEDGER]), Ok(list(&[LEDGER])));
    assert_eq!(audience(&[LEDGER], &[API], &[API, LEDGER]), Err(ErrorCode::InvalidTarget), "not granted");
    assert_eq!(audience(&[LEDGER], &[], &[API]), Err(ErrorCode::InvalidTarget), "not registered");
    assert_eq!(audience(&[], &[LEDGER], &[API]), Err(ErrorCode::InvalidTarget), "registered no more");
}

#[test]
fn a_registration_names_resources_that_could_be_served() {
    let base = super::registration();
    let wrong = |it: Registration| it.check().err().map(|problem| problem.field);

    assert_eq!(
        wrong(Registration { resource: Some(API.to_owned()), audiences: list(&[LEDGER]), ..base.clone() }),
        None
    );
    assert_eq!(wrong(Registration { resource: Some("api".to_owned()), ..base.clone() }), Some("resource"));
    assert_eq!(wrong(Registration { audiences: list(&[API, "#"]), ..base.clone() }), Some("audiences"));
    assert_eq!(wrong(Registration { audiences: vec![API.to_owned(); 51], ..base.clone() }), Some("audiences"));
    let public = Registration { auth_method: AuthMethod::None, frontchannel_logout_uri: None, ..base.clone() };
    assert_eq!(wrong(Registration { audiences: list(&[API]), ..public.clone() }), None);
    assert_eq!(wrong(Registration { resource: Some(API.to_owned()), ..public }), Some("resource"));
    let scopes = Scopes::exactly("openid profile").unwrap();
    let ipsie = Registration { profile: Profile::IpsieSl1, id_token_alg: Algorithm::Es256, scopes, ..base };
    assert_eq!(wrong(ipsie.clone()), None);
    assert_eq!(wrong(Registration { audiences: list(&[API]), ..ipsie }), Some("audiences"));
}

/// RFC 9728 2, 3.1.
#[test]
fn a_resource_server_says_where_tokens_for_it_come_from() {
    let document = metadata(super::ISSUER, API, "Ledger", &[Scope::Roles]);

    assert_eq!(
        document,
        serde_json::json!({
            "resource": API, "resource_name": "Ledger", "authorization_servers": [super::ISSUER],
            "bearer_methods_supported": ["header"], "scopes_supported": ["roles"],
        })
    );
    assert!(metadata(super::ISSUER, API, "Ledger", &[]).get("scopes_supported").is_none());
    let at = "https://api.example/.well-known/oauth-protected-resource";
    for (identifier, url) in [
        (API, at.to_owned()),
        ("https://api.example/v1?t=7", format!("{at}/v1?t=7")),
        ("https://api.example/v1/", format!("{at}/v1")),
    ] {
        assert_eq!(metadata_url(identifier), Some(url), "{identifier}");
    }
    for none in [LEDGER, "http://api.example", "api"] {
        assert_eq!(metadata_url(none), None, "{none}");
    }
}
