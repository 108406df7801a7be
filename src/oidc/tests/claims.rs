use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ISSUER;
use crate::oidc::claims::{Address, Occasion, Person, SUPPORTED, access_token, chosen, id_token, scope_of, userinfo};
use crate::oidc::jwt::{Algorithm, Claims};
use crate::oidc::mapping::Mapping;
use crate::oidc::scope::{Scope, Scopes};

const NOW: i64 = 1_800_000_000;

pub(super) fn ada() -> Person {
    let text = |value: &str| Some(value.to_owned());
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    Person {
        sub: "0190d6f0".into(),
        org_id: "0190aaaa".into(),
        org_slug: "acme".into(),
        user_name: "ada".into(),
        name: text("Ada B. Example"),
        given_name: text("Ada"),
        middle_name: text("B."),
        family_name: text("Example"),
        nickname: text("Addie"),
        profile: text("https://people.example.com/ada"),
        picture: text("https://people.example.com/ada.png"),
        website: text("https://ada.example.com"),
        gender: text("female"),
        birthdate: text("1815-12-10"),
        locale: text("en-GB"),
        zoneinfo: text("Europe/London"),
        updated_at: Some(1_700_000_000),
        email: text("ada@example.com"),
        email_verified: true,
        phone_number: text("+441234567890"),
        phone_number_verified: false,
        address: Address { locality: text("London"), country: text("GB"), ..Address::default() },
        roles: list(&["owner"]),
        permissions: list(&["app.pipeline:read"]),
        groups: list(&["Engineering"]),
        group_ids: list(&["0190bbbb"]),
        teams: list(&["Platform"]),
        team_quotas: [("Platform".to_owned(), json!({ "workflows": 5 }))].into(),
    }
}

static NOTHING: Mapping = Mapping::new();

fn occasion<'a>(scopes: &'a Scopes, amr: &'a [String]) -> Occasion<'a> {
    Occasion {
        issuer: ISSUER,
        client_id: "app",
        scopes,
        auth_time: NOW - 60,
        acr: Some("urn:doorward:mfa"),
        amr,
        sid: Some("s1d"),
        session_expiry: Some(NOW + 28_800),
        now_seconds: NOW,
        lifetime_seconds: 300,
        algorithm: Algorithm::Es256,
        jkt: None,
        hands: &[],
        mapping: &NOTHING,
    }
}

fn scopes(text: &str) -> Scopes {
    Scopes::exactly(text).unwrap()
}

fn names(claims: &Claims) -> Vec<&str> {
    claims.keys().map(String::as_str).collect()
}

#[test]
fn an_id_token_says_who_signed_in_and_holds_no_profile() {
    let all: Scopes = Scope::ALL.into_iter().filter(|s| !matches!(s, Scope::Roles | Scope::Groups)).collect();
    let amr = ["pwd".to_owned(), "otp".to_owned()];

    // The access token and its hash are the pair of OpenID Connect Core A.3.
    let claims =
        id_token(&ada(), &occasion(&all, &amr), Some("n0nce"), Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"));

    assert_eq!(
        Value::from(claims),
        json!({
            "iss": ISSUER, "sub": "0190d6f0", "aud": "app", "iat": NOW, "exp": NOW + 300, "auth_time": NOW - 60,
            "nonce": "n0nce", "acr": "urn:doorward:mfa", "amr": ["pwd", "otp"], "sid": "s1d", "session_expiry": NOW + 28_800,
            "at_hash": "77QmUPtjPfzWtF2AnpK9RQ", "org_id": "0190aaaa", "org_slug": "acme",
        })
    );
}

#[test]
fn an_id_token_leaves_out_what_has_no_value() {
    let openid = scopes("openid");
    let bare = Occasion { acr: None, sid: None, session_expiry: None, ..occasion(&openid, &[]) };

    let claims = id_token(&ada(), &bare, None, None);

    assert_eq!(names(&claims), ["aud", "auth_time", "exp", "iat", "iss", "org_id", "org_slug", "sub"]);
}

#[test]
fn roles_and_groups_come_with_their_scope_in_every_document() {
    let table = [
        ("openid", vec!["org_id", "org_slug"]),
        ("openid roles", vec!["org_id", "org_slug", "permissions", "roles"]),
        ("openid groups", vec!["groups", "org_id", "org_slug", "teams"]),
        ("openid roles groups", vec!["groups", "org_id", "org_slug", "permissions", "roles", "teams"]),
    ];
    let standing = ["groups", "org_id", "org_slug", "permissions", "roles", "teams"];

    for (text, expected) in table {
        let scopes = scopes(text);
        let occasion = occasion(&scopes, &[]);
        for claims in [
            id_token(&ada(), &occasion, None, None),
            access_token(&ada(), &occasion, &[], "j1"),
            userinfo(&ada(), &scopes),
        ] {
            let found: Vec<_> = names(&claims).into_iter().filter(|name| standing.contains(name)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn somebody_without_roles_has_an_empty_list_and_not_no_answer() {
    let nobody = Person { roles: vec![], permissions: vec![], ..ada() };

    assert_eq!(userinfo(&nobody, &scopes("openid roles"))["roles"], json!([]));
}

#[test]
fn userinfo_gives_the_claims_of_each_scope_and_no_others() {
    let profile = vec![
        "birthdate",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "picture",
        "preferred_username",
        "profile",
        "updated_at",
        "website",
        "zoneinfo",
    ];
    let table = [
        ("openid", vec![]),
        ("openid profile", profile),
        ("openid email", vec!["email", "email_verified"]),
        ("openid phone", vec!["phone_number", "phone_number_verified"]),
        ("openid address", vec!["address"]),
        ("openid offline_access api", vec![]),
    ];

    for (text, expected) in table {
        let claims = userinfo(&ada(), &scopes(text));
        let always = ["sub", "org_id", "org_slug"];
        let found: Vec<_> = names(&claims).into_iter().filter(|name| !always.contains(name)).collect();
        assert_eq!(found, expected, "{text}");
        assert!(always.into_iter().all(|name| claims.contains_key(name)), "{text}");
    }
}

#[test]
fn userinfo_has_the_types_of_the_standard() {
    let claims = userinfo(&ada(), &scopes("openid profile email phone address"));

    assert_eq!(claims["updated_at"], json!(1_700_000_000));
    assert_eq!(claims["email_verified"], json!(true));
    assert_eq!(claims["phone_number_verified"], json!(false));
    assert_eq!(claims["address"], json!({"locality": "London", "country": "GB"}));
    assert_eq!(claims["preferred_username"], "ada");
}

#[test]
fn userinfo_leaves_out_what_has_no_value() {
    let sparse = Person {
        sub: "0190d6f0".into(),
        org_id: "0190aaaa".into(),
        org_slug: "acme".into(),
        user_name: "ada".into(),
        name: Some(String::new()),
        ..Person::default()
    };

    let claims = userinfo(&sparse, &scopes("openid profile email phone address"));

    assert_eq!(names(&claims), ["org_id", "org_slug", "preferred_username", "sub"]);
}

#[test]
fn a_birthdate_is_told_only_where_it_is_one() {
    let told = |text: &str| {
        let person = Person { birthdate: Some(text.to_owned()), ..ada() };
        userinfo(&person, &scopes("openid profile")).contains_key("birthdate")
    };

    for text in ["1815-12-10", "0000-12-10", "1815", "2000-02-29"] {
        assert!(told(text), "{text}");
    }
    for text in
        ["", "0000", "15", "1815-12", "1815-13-01", "1815-00-10", "1815-12-32", "10.12.1815", "1815-1-1", "+815-12-10"]
    {
        assert!(!told(text), "{text}");
    }
}

#[test]
fn a_claim_that_was_chosen_comes_alone_and_only_with_a_value() {
    let nameless = Person { nickname: None, ..ada() };

    let claims = chosen(&nameless, ["email", "nickname", "address"]);

    assert_eq!(names(&claims), ["address", "email"]);
}

#[test]
fn each_claim_about_the_person_is_held_by_the_scope_that_gives_it() {
    for scope in Scope::ALL {
        let alone = userinfo(&ada(), &[scope].into_iter().collect());
        for name in alone.keys().filter(|name| !["sub", "org_id", "org_slug"].contains(&name.as_str())) {
            assert_eq!(scope_of(name), Some(scope), "{name}");
        }
    }
    for name in ["sub", "acr", "iss", "org_id", "auth_time", "sid", "nothing"] {
        assert_eq!(scope_of(name), None, "{name}");
    }
}

#[test]
fn an_access_token_has_the_claims_of_rfc_9068() {
    let scopes = scopes("openid profile");
    let amr = ["pwd".to_owned()];

    let claims = access_token(&ada(), &occasion(&scopes, &amr), &["https://api.example.com".to_owned()], "j1");

    assert_eq!(
        Value::from(claims),
        json!({
            "iss": ISSUER, "sub": "0190d6f0", "aud": "https://api.example.com", "iat": NOW, "exp": NOW + 300,
            "auth_time": NOW - 60, "acr": "urn:doorward:mfa", "amr": ["pwd"], "client_id": "app",
            "scope": "openid profile", "jti": "j1", "org_id": "0190aaaa", "org_slug": "acme",
        })
    );
}

/// RFC 9068 3, RFC 8693 4.1.
#[test]
fn an_access_token_names_whom_it_is_for_and_through_whose_hands_it_went() {
    let scopes = scopes("roles");
    let hands = ["gateway".to_owned(), "portal".to_owned()];
    let two = ["https://api.example.com".to_owned(), "urn:example:ledger".to_owned()];
    let handed_on = Occasion { client_id: "gateway", hands: &hands, ..occasion(&scopes, &[]) };

    let (own, theirs) =
        (access_token(&ada(), &occasion(&scopes, &[]), &[], "j1"), access_token(&ada(), &handed_on, &two, "j2"));

    assert_eq!((own.get("aud"), own.get("act")), (Some(&json!("app")), None));
    assert_eq!((theirs.get("aud"), theirs.get("client_id")), (Some(&json!(two)), Some(&json!("gateway"))));
    assert_eq!(theirs.get("act"), Some(&json!({ "sub": "gateway", "act": { "sub": "portal" } })));
}

#[test]
fn exactly_the_claims_that_are_given_out_are_advertised() {
    let all: Scopes = Scope::ALL.into_iter().collect();
    let amr = ["pwd".to_owned()];
    let mut given = id_token(&ada(), &occasion(&all, &amr), Some("n"), Some("at"));
    given.extend(userinfo(&ada(), &all));

    let given: BTreeSet<_> = given.keys().map(String::as_str).collect();

    assert_eq!(given, SUPPORTED.iter().copied().collect());
}
