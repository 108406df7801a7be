use super::{public_client, registration};
use crate::oidc::client::{AccessTokenFormat, AuthMethod, Profile, Registration};
use crate::oidc::jwt::Algorithm;
use crate::oidc::scope::Scopes;
use serde_json::json;

fn field_of(client: &Registration) -> Option<&'static str> {
    client.check().err().map(|problem| problem.field)
}

#[test]
fn a_registration_may_ask_only_for_what_is_offered() {
    let (base, usual) = (registration(), Scopes::exactly("openid profile").unwrap());
    let on = |uri: &str| Registration { frontchannel_logout_uri: Some(uri.to_owned()), ..base.clone() };
    let table = [
        (base.clone(), None),
        (public_client("com.example.app:/callback"), None),
        (Registration { auth_method: AuthMethod::PrivateKeyJwt, ..base.clone() }, Some("jwks")),
        (Registration { auth_method: AuthMethod::PrivateKeyJwt, jwks: Some(json!({})), ..base.clone() }, None),
        (Registration { jwks: Some(json!({})), ..base.clone() }, Some("jwks")),
        (Registration { profile: Profile::Fapi2, ..base.clone() }, Some("token_endpoint_auth_method")),
        (Registration { profile: Profile::IpsieSl1, ..base.clone() }, Some("id_token_signed_response_alg")),
        (Registration { profile: Profile::IpsieSl1, id_token_alg: Algorithm::Es256, ..base.clone() }, Some("scope")),
        (
            Registration { scopes: usual, profile: Profile::IpsieSl1, id_token_alg: Algorithm::Es256, ..base.clone() },
            None,
        ),
        (Registration { redirect_uris: vec![], ..base.clone() }, Some("redirect_uris")),
        (Registration { redirect_uris: vec!["http://a.example".into()], ..base.clone() }, Some("redirect_uris")),
        (
            Registration { post_logout_redirect_uris: vec!["javascript:1".into()], ..base.clone() },
            Some("post_logout_redirect_uris"),
        ),
        (Registration { backchannel_logout_uri: None, ..base.clone() }, None),
        (
            Registration { backchannel_logout_uri: Some("com.example.app:/x".into()), ..base.clone() },
            Some("backchannel_logout_uri"),
        ),
        (on("https://app.example.com/out?x=1"), None),
        (on("https://app.example.com:8443/out"), Some("frontchannel_logout_uri")),
        (on("https://elsewhere.example.com/out"), Some("frontchannel_logout_uri")),
        (on("http://app.example.com/out"), Some("frontchannel_logout_uri")),
        (on("com.example.app:/x"), Some("frontchannel_logout_uri")),
        (
            Registration { frontchannel_logout_session_required: true, frontchannel_logout_uri: None, ..base },
            Some("frontchannel_logout_session_required"),
        ),
    ];

    for (client, field) in table {
        assert_eq!(field_of(&client), field, "{client:?}");
    }
}

#[test]
fn every_switch_has_one_name_everywhere() {
    for method in AuthMethod::ALL {
        assert_eq!(AuthMethod::named(method.as_str()), Some(method));
        assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
    }
    for profile in Profile::ALL {
        assert_eq!(Profile::named(profile.as_str()), Some(profile));
        assert_eq!(serde_json::to_value(profile).unwrap(), profile.as_str());
    }
    for format in AccessTokenFormat::ALL {
        assert_eq!(AccessTokenFormat::named(format.as_str()), Some(format));
        assert_eq!(serde_json::to_value(format).unwrap(), format.as_str());
    }
    for algorithm in Algorithm::ALL {
        assert_eq!(Algorithm::named(algorithm.as_str()), Some(algorithm));
        assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.as_str());
    }
}

#[test]
fn a_post_logout_address_is_compared_to_the_letter() {
    let client = registration();

    assert!(client.has_post_logout_redirect_uri("https://app.example.com/bye"));
    for other in ["https://app.example.com/bye/", "https://app.example.com/bye?x=1", "https://app.example.com/callback"]
    {
        assert!(!client.has_post_logout_redirect_uri(other), "{other}");
    }
}
