use super::authorize::check;
use super::registration;
use crate::oidc::ErrorCode;
use crate::oidc::acr::Acr;
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::client::Registration;
use crate::oidc::scope::Scopes;

const GOOD: [&str; 9] = [
    "{}",
    r#"{"userinfo":{},"id_token":{}}"#,
    r#"{"userinfo":{"name":{"essential":true},"nickname":null,"picture":{"essential":false,"x":[{}]}}}"#,
    r#"{"id_token":{"auth_time":{"essential":true},"acr":{"values":["gold","aal2"]}}}"#,
    r#"{"id_token":{"acr":null,"email":null},"userinfo":{"email":{"value":"ada@example.com"}}}"#,
    r#"{"id_token":{"sub":{"value":"0190d6f0"}},"userinfo":{"sub":{"values":["0190d6f0"]}}}"#,
    r#"{"userinfo":{"name#de":null,"http://example.com/claims/groups":null,"groups":{"values":[1,true,"x"]}}}"#,
    r#"{"userinfo":{"acr":{"value":7}},"purpose":"not understood","id_token":{"acr":{"essential":true}}}"#,
    r#"{"userinfo":{"roles":null,"teams":null,"address":null,"phone_number":null,"updated_at":null}}"#,
];

fn parsed(text: &str) -> ClaimsRequest {
    ClaimsRequest::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn what_is_malformed_is_refused() {
    let (long, many) = (format!("{{\"x\":\"{}\"}}", "a".repeat(4096)), vec!["1"; 21].join(","));
    let crowd: Vec<String> = (0..51).map(|it| format!("\"c{it}\":null")).collect();
    let too_many_values = format!("{{\"userinfo\":{{\"name\":{{\"values\":[{many}]}}}}}}");
    let too_many_claims = format!("{{\"userinfo\":{{{}}}}}", crowd.join(","));
    let too_deep = format!("{{\"userinfo\":{{\"name\":{{\"x\":{}{}}}}}}}", "[".repeat(40), "]".repeat(40));
    let table = [
        "",
        "null",
        "[]",
        "\"name\"",
        "{",
        "{} {}",
        r#"{"userinfo":null}"#,
        r#"{"userinfo":["name"]}"#,
        r#"{"id_token":"name"}"#,
        r#"{"userinfo":{"name":true}}"#,
        r#"{"userinfo":{"name":["essential"]}}"#,
        r#"{"userinfo":{"name":{"essential":"true"}}}"#,
        r#"{"userinfo":{"name":{"essential":null}}}"#,
        r#"{"userinfo":{"name":{"value":"a","values":["a"]}}}"#,
        r#"{"userinfo":{"name":{"values":"a"}}}"#,
        r#"{"userinfo":{"name":{"values":[]}}}"#,
        r#"{"userinfo":{"name":{"value":{"a":1}}}}"#,
        r#"{"userinfo":{"name":{"values":[["a"]]}}}"#,
        r#"{"userinfo":{"name":null,"name":null}}"#,
        r#"{"userinfo":{},"userinfo":{}}"#,
        r#"{"id_token":{"acr":{"value":2}}}"#,
        r#"{"id_token":{"sub":{"values":["a","b"]}}}"#,
        r#"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}"#,
        &long,
        &too_many_values,
        &too_many_claims,
        &too_deep,
    ];

    for text in table {
        assert_eq!(ClaimsRequest::parse(text).unwrap_err().code, ErrorCode::InvalidRequest, "{text}");
    }
}

#[test]
fn what_is_printed_is_read_as_the_same() {
    for text in GOOD {
        let first = parsed(text);
        assert_eq!(parsed(&first.to_string()), first, "{text}");
        let stored = serde_json::to_string(&first).unwrap();
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).unwrap(), first, "{text}");
    }
}

/// Any text gives an answer, and what is accepted can be stored.
#[test]
fn any_text_is_read_or_refused() {
    for text in GOOD {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for put in ["", "\"", "{", "}", "[", "null", ",", ":", "\\u0000", "\u{e4}"] {
                let (before, after) = text.split_at(at);
                let mixed = format!("{before}{put}{after}");
                for variant in [mixed.as_str(), before] {
                    if let Ok(read) = ClaimsRequest::parse(variant) {
                        assert_eq!(ClaimsRequest::try_from(read.to_string()).unwrap(), read, "{variant}");
                    }
                }
            }
        }
    }
}

#[test]
fn only_claims_of_the_person_are_taken_and_each_where_it_was_asked_for() {
    let text =
        r#"{"userinfo":{"name":{"essential":true},"sid":null,"made_up":null},"id_token":{"email":null,"iss":null}}"#;

    let asked = parsed(text);

    assert_eq!(asked.at_userinfo().collect::<Vec<_>>(), ["name"]);
    assert_eq!(asked.in_id_token().collect::<Vec<_>>(), ["email"]);
    assert_eq!(asked.scopes(), Scopes::exactly("profile email").unwrap());
}

#[test]
fn a_client_gets_no_claim_of_a_scope_that_it_is_not_registered_for() {
    let narrow = Registration { scopes: Scopes::exactly("openid profile").unwrap(), ..registration() };
    let claims = r#"{"userinfo":{"name":null,"email":null},"id_token":{"groups":null}}"#;

    let asked = check(&[("scope", "openid"), ("claims", claims)], &narrow).unwrap();

    assert_eq!(asked.claims.at_userinfo().collect::<Vec<_>>(), ["name"]);
    assert_eq!(asked.claims.in_id_token().count(), 0);
    assert_eq!((asked.scopes.to_string(), asked.asked().to_string()), ("openid".into(), "openid profile".into()));
}

#[test]
fn without_openid_there_are_no_claims_and_a_malformed_request_is_refused() {
    let claims = ("claims", r#"{"userinfo":{"email":null}}"#);

    let plain = check(&[("scope", "profile"), claims], &registration()).unwrap();

    assert_eq!(plain.claims, ClaimsRequest::default());
    assert!(check(&[("claims", "{")], &registration()).is_err());
}

#[test]
fn the_context_that_is_told_is_a_wished_one_where_that_is_true() {
    let told = |pairs: &[(&str, &str)], reached| check(pairs, &registration()).unwrap().told_context(reached);

    assert_eq!(told(&[], Acr::Aal2), Acr::Aal2);
    assert_eq!(told(&[("acr_values", "aal1")], Acr::Aal2), Acr::Aal1);
    assert_eq!(told(&[("acr_values", "aal2")], Acr::Aal1), Acr::Aal1, "never more than was reached");
    assert_eq!(told(&[("acr_values", "aal1 aal2")], Acr::Aal2), Acr::Aal2);
    let wish = r#"{"id_token":{"acr":{"essential":true,"value":"aal1"}}}"#;
    assert_eq!(told(&[("claims", wish), ("acr_values", "aal2")], Acr::Aal2), Acr::Aal1);
}

#[test]
fn two_factors_are_needed_where_nothing_less_will_do() {
    let needs = |text: &str| check(&[("claims", text)], &registration()).unwrap().needs_two_factors();

    assert!(needs(r#"{"id_token":{"acr":{"essential":true,"values":["gold","aal2"]}}}"#));
    for text in [
        "{}",
        r#"{"id_token":{"acr":{"essential":true}}}"#,
        r#"{"id_token":{"acr":{"value":"aal2"}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":["aal2","aal1"]}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#,
    ] {
        assert!(!needs(text), "{text}");
    }
}
