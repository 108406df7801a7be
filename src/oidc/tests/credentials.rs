use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::{params, registration};
use crate::oidc::ErrorCode;
use crate::oidc::client::{AuthMethod, Registration};
use crate::oidc::credentials::Credentials;

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn read(header: Option<&[u8]>, body: Pairs<'_>) -> Result<(String, AuthMethod, Option<String>), ErrorCode> {
    let found = Credentials::of(header, &params(body)).map_err(|error| error.code)?;
    Ok((found.client_id, found.method, found.secret.map(|secret| secret.expose_secret().to_owned())))
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

#[test]
fn a_client_authenticates_in_one_of_three_ways() {
    let found = |id: &str, method, secret: Option<&str>| Ok((id.to_owned(), method, secret.map(str::to_owned)));

    let header = basic("app:s3cret");
    assert_eq!(read(Some(header.as_bytes()), &[]), found("app", AuthMethod::ClientSecretBasic, Some("s3cret")));
    assert_eq!(
        read(Some(header.replace("Basic", "bAsIc").as_bytes()), &[("client_id", "app")]),
        found("app", AuthMethod::ClientSecretBasic, Some("s3cret"))
    );
    assert_eq!(
        read(None, &[("client_id", "app"), ("client_secret", "s3cret")]),
        found("app", AuthMethod::ClientSecretPost, Some("s3cret"))
    );
    assert_eq!(read(None, &[("client_id", "app")]), found("app", AuthMethod::None, None));
}

#[test]
fn both_halves_of_basic_are_form_decoded() {
    let read = read(Some(basic("a%3Ab+c:p%25w%2Bd+:x").as_bytes()), &[]);

    assert_eq!(read, Ok(("a:b c".to_owned(), AuthMethod::ClientSecretBasic, Some("p%w+d :x".to_owned()))));
}

#[test]
fn op_09_two_ways_at_once_are_refused() {
    let header = basic("app:s3cret");

    let both = read(Some(header.as_bytes()), &[("client_id", "app"), ("client_secret", "s3cret")]);
    let two_clients = read(Some(header.as_bytes()), &[("client_id", "other")]);
    let two_headers = Credentials::of([header.as_bytes(), header.as_bytes()], &params(&[])).map_err(|e| e.code);

    assert_eq!(both, Err(ErrorCode::InvalidRequest));
    assert_eq!(two_clients, Err(ErrorCode::InvalidRequest));
    assert_eq!(two_headers.map(|found| found.client_id), Err(ErrorCode::InvalidRequest));
}

#[test]
fn a_request_that_names_no_client_or_brings_half_an_assertion_is_refused() {
    assert_eq!(read(None, &[]), Err(ErrorCode::InvalidClient));
    assert_eq!(read(None, &[("client_secret", "s3cret")]), Err(ErrorCode::InvalidClient));
    let assertion = [("client_id", "app"), ("client_assertion", "x"), ("client_secret", "s3cret")];
    assert_eq!(read(None, &assertion), Err(ErrorCode::InvalidRequest));
    assert_eq!(read(None, &assertion[..2]), Err(ErrorCode::InvalidClient));
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(read(None, &[("client_id", "app"), ("client_assertion_type", kind)]), Err(ErrorCode::InvalidClient));
    let of_app = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(r#"{"sub":"app"}"#));
    let whole = [("client_assertion", of_app.as_str()), ("client_assertion_type", kind), ("client_id", "app")];
    assert_eq!(read(None, &whole), Ok(("app".to_owned(), AuthMethod::PrivateKeyJwt, None)));
    assert_eq!(read(None, &whole[..2]), Ok(("app".to_owned(), AuthMethod::PrivateKeyJwt, None)));
    assert_eq!(read(None, &[whole[0], whole[1], ("client_id", "other")]), Err(ErrorCode::InvalidRequest));
    assert_eq!(read(Some(basic("app:s").as_bytes()), &whole), Err(ErrorCode::InvalidRequest));
}

#[test]
fn op_25_a_malformed_header_is_a_failed_authentication() {
    let million = format!("Basic {}", "A".repeat(1 << 20));
    let table: [&[u8]; 14] = [
        b"",
        b"Basic",
        b"Basic ",
        b"Bearer",
        b"Bearer abc",
        b"Basic %%%",
        b"Basic Og==",
        b"Basic YXBw",
        b"Basic OnNlY3JldA==",
        b"Basic \xff\xfe",
        b"\xff\xff \xff",
        b"Basic /////w==",
        b"Basic YXBwOg",
        million.as_bytes(),
    ];
    for header in table {
        let start = String::from_utf8_lossy(header).chars().take(30).collect::<String>();
        assert_eq!(read(Some(header), &[]), Err(ErrorCode::InvalidClient), "{start:?}");
    }
    for pair in ["app:%", "app:%4", "app:%zz", "%ff:x", "app:%00", "app:%E9"] {
        assert_eq!(read(Some(basic(pair).as_bytes()), &[]), Err(ErrorCode::InvalidClient), "{pair}");
    }
}

#[test]
fn op_09_a_client_authenticates_in_the_way_it_registered() {
    let ways: [(Option<String>, Pairs<'_>, AuthMethod); 3] = [
        (Some(basic("app:s")), &[], AuthMethod::ClientSecretBasic),
        (None, &[("client_id", "app"), ("client_secret", "s")], AuthMethod::ClientSecretPost),
        (None, &[("client_id", "app")], AuthMethod::None),
    ];

    for (header, body, way) in ways {
        let presented = Credentials::of(header.as_deref().map(str::as_bytes), &params(body)).unwrap();
        for registered in AuthMethod::ALL {
            let client = Registration { auth_method: registered, ..registration() };
            let checked = presented.check_method(&client).map_err(|error| error.code);
            let expected = if registered == way { Ok(()) } else { Err(ErrorCode::InvalidClient) };
            assert_eq!(checked, expected, "{way:?} for {registered:?}");
        }
    }
}

#[test]
fn a_secret_does_not_show_in_debug_output() {
    let found = Credentials::of(Some(basic("app:s3cret").as_bytes()), &params(&[])).unwrap();

    assert!(!format!("{found:?}").contains("s3cret"));
}

proptest! {
    #[test]
    fn op_25_any_header_gives_an_answer(header in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _answer = read(Some(&header), &[]);
        let mut prefixed = b"Basic ".to_vec();
        prefixed.extend(header);
        let _answer = read(Some(&prefixed), &[]);
    }

    #[test]
    fn what_a_client_encodes_is_what_is_read(id in "[ -~]{1,30}", secret in "[ -~]{1,30}") {
        let form = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let header = basic(&format!("{}:{}", form(&id), form(&secret)));

        prop_assert_eq!(read(Some(header.as_bytes()), &[]), Ok((id, AuthMethod::ClientSecretBasic, Some(secret))));
    }
}
