use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::params;
use crate::oidc::ErrorCode;
use crate::oidc::bearer::{Presented, Refusal, Scheme, challenge, insufficient_scope, invalid_token, token};
use crate::oidc::scope::Scope;

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn read(header: Option<&[u8]>, query: Pairs<'_>, body: Option<Pairs<'_>>) -> Result<String, Option<ErrorCode>> {
    let body = body.map(params);
    match token(header, &params(query), body.as_ref()) {
        Ok(Presented { token, .. }) => Ok(token.expose_secret().to_owned()),
        Err(Refusal::NoToken) => Err(None),
        Err(Refusal::Error(error)) => Err(Some(error.code)),
    }
}

#[test]
fn a_token_comes_in_the_header_or_in_a_form_body() {
    assert_eq!(read(Some(b"Bearer dwat_x-1._~+/="), &[], None), Ok("dwat_x-1._~+/=".to_owned()));
    assert_eq!(read(Some(b"bEARER  t "), &[], Some(&[])), Ok("t".to_owned()));
    assert_eq!(read(None, &[], Some(&[("access_token", "t")])), Ok("t".to_owned()));
}

/// RFC 9449 7.1: the scheme says whether a proof comes with the token, so one is never taken for the other.
#[test]
fn a_token_that_is_bound_to_a_key_has_a_scheme_of_its_own() {
    let scheme = |header: &[u8]| token([header], &params(&[]), None).map(|it| it.scheme).ok();

    assert_eq!(
        (scheme(b"DPoP t"), scheme(b"dpop t"), scheme(b"Bearer t")),
        (Some(Scheme::Dpop), Some(Scheme::Dpop), Some(Scheme::Bearer))
    );
    assert_eq!(read(Some(b"DPoP"), &[], None), Err(Some(ErrorCode::InvalidToken)));
    assert_eq!(
        challenge(&Refusal::NoToken, Scheme::Dpop),
        "DPoP realm=\"doorward\", algs=\"ES256 PS256 EdDSA Ed25519\""
    );
}

#[test]
fn op_19_a_token_in_the_query_is_refused_even_beside_a_good_one() {
    let query: Pairs<'_> = &[("access_token", "t")];

    assert_eq!(read(None, query, None), Err(Some(ErrorCode::InvalidRequest)));
    assert_eq!(read(Some(b"Bearer t"), query, None), Err(Some(ErrorCode::InvalidRequest)));
}

#[test]
fn a_token_in_two_places_is_refused() {
    let twice = token([b"Bearer a".as_slice(), b"Bearer b"], &params(&[]), None).map(|_| ());

    assert_eq!(read(Some(b"Bearer t"), &[], Some(&[("access_token", "t")])), Err(Some(ErrorCode::InvalidRequest)));
    assert!(matches!(twice, Err(Refusal::Error(error)) if error.code == ErrorCode::InvalidRequest));
}

#[test]
fn op_25_a_malformed_header_is_no_token_or_a_bad_one() {
    let million = format!("Bearer {}", "a".repeat(1 << 20));
    let bad: [&[u8]; 8] = [
        b"Bearer",
        b"Bearer ",
        b"Bearer a b",
        b"Bearer a,b",
        b"Bearer ==",
        b"Bearer \xff\xfe",
        b"Bearer\tt",
        million.as_bytes(),
    ];
    for header in bad {
        let start = String::from_utf8_lossy(header).chars().take(20).collect::<String>();
        assert_eq!(read(Some(header), &[], None), Err(Some(ErrorCode::InvalidToken)), "{start:?}");
    }
    for header in [b"".as_slice(), b"Basic YTpi", b"Basic %%%", b"\xff\xff", b"Negotiate t"] {
        assert_eq!(read(Some(header), &[], None), Err(None), "{header:?}");
    }
    assert_eq!(read(None, &[], None), Err(None));
}

#[test]
fn a_challenge_names_an_error_only_when_a_token_was_sent() {
    assert_eq!(challenge(&Refusal::NoToken, Scheme::Bearer), "Bearer realm=\"doorward\"");
    assert_eq!(
        challenge(&invalid_token().into(), Scheme::Bearer),
        "Bearer realm=\"doorward\", error=\"invalid_token\", \
         error_description=\"the access token is not valid, or no longer valid\""
    );
    assert_eq!(
        challenge(&insufficient_scope(Scope::OpenId).into(), Scheme::Bearer),
        "Bearer realm=\"doorward\", error=\"insufficient_scope\", \
         error_description=\"the access token lacks the scope openid\""
    );
}

proptest! {
    #[test]
    fn op_25_any_header_gives_an_answer_and_a_challenge_of_one_line(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        for header in [bytes.clone(), [b"Bearer ".to_vec(), bytes].concat()] {
            if let Err(refusal) = token([header.as_slice()], &params(&[]), None) {
                prop_assert!(challenge(&refusal, Scheme::Dpop).bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            }
        }
    }
}
