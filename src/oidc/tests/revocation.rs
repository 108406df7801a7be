use super::params;
use crate::oidc::ErrorCode;
use crate::oidc::introspection::Kind;
use crate::oidc::revocation::{Effect, effect, parse};

#[test]
fn a_request_names_a_token_and_its_hint_does_not_matter() {
    assert!(parse(&params(&[("token", "t"), ("token_type_hint", "nonsense")])).is_ok());
    assert_eq!(parse(&params(&[])).map(|_| ()).map_err(|error| error.code), Err(ErrorCode::InvalidRequest));
}

#[test]
fn op_18_a_client_ends_its_own_tokens_only() {
    assert_eq!(effect(Some((Kind::Access, "app")), "app"), Effect::Token);
    assert_eq!(effect(Some((Kind::Refresh, "app")), "app"), Effect::Family);
    assert_eq!(effect(Some((Kind::Access, "app")), "other"), Effect::Nothing);
    assert_eq!(effect(Some((Kind::Refresh, "app")), "other"), Effect::Nothing);
    assert_eq!(effect(None, "app"), Effect::Nothing);
}
