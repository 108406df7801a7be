use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::scim::ScimType;
use crate::scim::schema::{COMMON, ENTERPRISE_URN, GROUP, Named, USER};

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn printed(text: &str) -> String {
    parse(&USER, text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

fn refused(text: &str) -> crate::scim::Error {
    let error = parse(&USER, text).expect_err(text);
    assert_eq!(error.status, 400);
    error
}

fn holds(text: &str, resource: &Value) -> bool {
    matches(&parse(&USER, text).unwrap_or_else(|error| panic!("{text}: {error}")), resource, lower)
}

#[test]
fn every_form_of_a_filter_is_read() {
    let same = [
        r#"userName eq "bjensen""#,
        r#"name.familyName co "O'Malley""#,
        r#"title pr"#,
        r#"title pr and userType eq "Employee""#,
        r#"title pr or userType eq "Intern""#,
        r#"userType eq "Employee" and (emails.value co "example.com" or emails.value co "example.org")"#,
        r#"userType ne "Employee" and not (emails.value co "example.com")"#,
        r#"emails[type eq "work" and value co "@example.com"]"#,
        r#"emails[type eq "work"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
        r#"meta.lastModified gt "2011-05-13T04:42:34.000Z""#,
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "R&D""#,
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "x""#,
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        r#"active eq true"#,
        r#"nickName eq null"#,
        r#"emails pr"#,
        r#"roles.primary eq true"#,
        r#"externalId eq "quote \" backslash \\ unicode é tab \t""#,
    ];
    for text in same {
        assert_eq!(printed(text), text);
    }
}

#[test]
fn other_spellings_mean_the_same() {
    let pairs = [
        (r#"USERNAME EQ "x""#, r#"userName eq "x""#),
        (r#"  userName   eq"x"  "#, r#"userName eq "x""#),
        (r#"title PR AND NOT(active Eq FALSE)"#, "title pr and not (active eq false)"),
        (r#"active eq "True""#, "active eq true"),
        (r#"active ne "false""#, "active ne false"),
        (r#"emails co "x""#, r#"emails.value co "x""#),
        (r#"manager eq "x""#, r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "x""#),
        (r#"emails[type eq "work"].value eq "a@b""#, r#"emails[type eq "work" and value eq "a@b"]"#),
        (
            r#"emails[type eq "work" or primary eq true].value eq "a""#,
            r#"emails[(type eq "work" or primary eq true) and value eq "a"]"#,
        ),
        (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "x""#, r#"userName eq "x""#),
        (
            r#"employeeNumber eq 12"#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "12""#,
        ),
        (r#"((userName eq "x"))"#, r#"userName eq "x""#),
        (r#"(title pr and active pr) and locale pr"#, "title pr and active pr and locale pr"),
        (r#"meta.created ge "2026-01-01T01:00:00+01:00""#, r#"meta.created ge "2026-01-01T00:00:00.000Z""#),
        (r#"groups.$REF eq "x""#, r#"groups.$ref eq "x""#),
    ];
    for (text, wanted) in pairs {
        assert_eq!(printed(text), wanted, "{text}");
    }
}

#[test]
fn and_binds_tighter_than_or() {
    let filter = parse(&USER, "title pr or active pr and locale pr").expect("a filter");

    let Filter::Or(parts) = filter else { panic!("not a disjunction: {filter}") };
    assert!(matches!(parts.as_slice(), [Filter::Present(_), Filter::And(_)]));
}

#[test]
fn the_tree_carries_all_that_a_compiler_needs() {
    let filter = parse(&USER, r#"emails[type eq "work"]"#).expect("a filter");

    let Filter::Element { attribute, filter } = filter else { panic!("not an element") };
    assert_eq!((attribute.name, attribute.sub, attribute.multi_valued), ("emails", None, true));
    let Filter::Compare { attribute, op, value } = *filter else { panic!("not a comparison") };
    assert_eq!((attribute.sub, attribute.kind, attribute.case_exact), (Some("type"), Kind::String, false));
    assert_eq!((op, value), (Op::Eq, Literal::Text("work".into())));
}

#[test]
fn c57_what_cannot_be_read_is_refused() {
    for text in [
        "",
        " ",
        "userName",
        "userName eq",
        "userName eq x",
        "userName eq \"x",
        "userName xx \"x\"",
        "eq \"x\"",
        "(title pr",
        "title pr)",
        "title pr and",
        "and title pr",
        "title pr title pr",
        "not title pr",
        "not",
        "emails[type eq \"work\"",
        "emails[]",
        "emails[type]",
        "emails[emails.type eq \"x\"]",
        "emails[type eq \"x\"].nope eq \"y\"",
        "userName[value eq \"x\"]",
        "name[givenName eq \"x\"]",
        "emails.type[value eq \"x\"]",
        "name eq \"x\"",
        "addresses eq \"x\"",
        "userName eq {}",
        "userName eq [1]",
        "userName eq true",
        "active eq 1",
        "active eq \"yes\"",
        "meta.created gt \"yesterday\"",
        "meta.created co \"2026\"",
        "active gt true",
        "active co \"t\"",
        "x509Certificates gt \"a\"",
        "x509Certificates.value co \"a\"",
        "userName gt null",
        "userName co null",
        "userName eq \"a\\u0000b\"",
        "userName eq \"\\ud800\"",
        "userName eq 'x'",
        "emails[ims[type eq \"x\"]]",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
        ".value eq \"x\"",
        "emails[type pr].value",
    ] {
        assert_eq!(refused(text).scim_type, Some(ScimType::InvalidFilter), "{text}");
    }
}

#[test]
fn sc_07_sc_08_a_hidden_attribute_is_refused_in_the_words_of_an_unknown_one() {
    for hidden in ["password", "passwordHash", "totp", "password_hash", "sessions.token"] {
        for form in ["X eq \"a\"", "X pr", "X sw \"a\"", "not (X pr)"] {
            let words = |name: &str| refused(&form.replace('X', name)).detail.replace(name, "X");
            assert_eq!(words(hidden), words("nope"));
        }
    }
}

#[test]
fn sd_01_deep_parentheses_are_refused() {
    let nested = |depth: usize| format!("{}title pr{}", "(".repeat(depth), ")".repeat(depth));

    assert_eq!(printed(&nested(16)), "title pr");
    for depth in [17, 1_000, 10_000, 100_000] {
        assert_eq!(refused(&nested(depth)).scim_type, Some(ScimType::InvalidFilter));
    }
}

#[test]
fn sd_02_deep_negation_an_open_one_and_a_huge_literal_are_refused() {
    let negated = |depth: usize| format!("{}title pr{}", "not (".repeat(depth), ")".repeat(depth));

    assert!(parse(&USER, &negated(16)).is_ok());
    refused(&negated(17));
    refused(&negated(5_000));
    refused("not (title pr");
    refused(&format!("userName eq \"{}\"", "a".repeat(1 << 20)));
    refused(&format!("{}emails[type pr]{}", "(".repeat(16), ")".repeat(16)));
}

#[test]
fn sd_03_the_65th_comparison_is_too_many() {
    let terms = |count: usize| vec!["title pr"; count].join(" or ");

    assert!(parse(&USER, &terms(64)).is_ok());
    assert_eq!(refused(&terms(65)).scim_type, Some(ScimType::TooMany));
    let mut in_brackets = terms(63);
    let _ = write!(in_brackets, " or emails[type pr and value pr]");
    assert_eq!(refused(&in_brackets).scim_type, Some(ScimType::TooMany));
    refused(&terms(5_000));
}

#[test]
fn a_filter_of_4096_characters_is_read_and_a_longer_one_is_not() {
    let filter = |length: usize| format!("userName eq \"{}\"", "é".repeat(length - 14));

    assert!(parse(&USER, &filter(4_096)).is_ok());
    refused(&filter(4_097));
}

#[test]
fn sd_05_wildcards_and_quotes_are_ordinary_characters() {
    let user = json!({"userName": "a%b_c\\d'e\"f"});

    for part in ["%", "_", "\\\\", "'", "\\\"", "a%b_c"] {
        assert!(holds(&format!("userName co \"{part}\""), &user), "{part}");
    }
    assert!(!holds("userName co \"%%\"", &user));
    assert!(!holds("userName sw \"_\"", &user));
    assert!(!holds("userName eq \"a%\"", &user));
}

#[test]
fn c22_a_missing_reference_is_null() {
    let group = json!({"members": [{"value": "x", "type": "User"}]});
    let filter = parse(&GROUP, r#"members[$ref eq null and value eq "x"]"#).expect("a filter");

    assert!(matches(&filter, &group, lower));
}

#[test]
fn a_single_value_follows_the_table() {
    let present = json!({"title": "Boss", "active": true, "meta": {"created": "2026-01-01T00:00:00Z"}});
    let absent = json!({"userName": "x"});
    let cases = [
        ("title pr", true, false),
        ("title eq null", false, true),
        ("title ne null", true, false),
        ("title eq \"bOSS\"", true, false),
        ("title eq \"x\"", false, false),
        ("title ne \"x\"", true, true),
        ("title ne \"boss\"", false, true),
        ("title co \"OS\"", true, false),
        ("title sw \"bo\"", true, false),
        ("title ew \"SS\"", true, false),
        ("title gt \"a\"", true, false),
        ("title ge \"boss\"", true, false),
        ("title lt \"c\"", true, false),
        ("title le \"a\"", false, false),
        ("not (title eq \"boss\")", false, true),
        ("not (title gt \"z\")", true, true),
        ("active eq true", true, false),
        ("active ne true", false, true),
        ("active eq false", false, false),
        ("meta.created eq \"2026-01-01T01:00:00+01:00\"", true, false),
        ("meta.created gt \"2025-12-31T23:59:59.999Z\"", true, false),
        ("meta.created lt \"2026-01-01T00:00:00Z\"", false, false),
        ("meta.created ne \"2026-01-01T00:00:00Z\"", false, true),
    ];
    for (text, with, without) in cases {
        assert_eq!((holds(text, &present), holds(text, &absent)), (with, without), "{text}");
    }
}

#[test]
fn a_list_follows_the_table() {
    let two = json!({"emails": [{"value": "A", "type": "work"}, {"value": "b"}]});
    let bare = json!({"emails": [{"type": "work"}]});
    let none = json!({});
    let cases = [
        ("emails pr", [true, true, false]),
        ("emails.value pr", [true, false, false]),
        ("emails.value eq null", [false, true, true]),
        ("emails.value ne null", [true, false, false]),
        ("emails.value eq \"a\"", [true, false, false]),
        ("emails.value ne \"a\"", [true, true, true]),
        ("emails.type ne \"work\"", [true, false, true]),
        ("not (emails.value eq \"a\")", [false, true, true]),
        ("emails co \"A\"", [true, false, false]),
        ("emails.value lt \"a\"", [false, false, false]),
        ("emails[type eq \"work\" and value eq \"a\"]", [true, false, false]),
        ("emails[type eq \"work\" and value eq \"b\"]", [false, false, false]),
        ("emails[type eq \"work\" and value ne \"b\"]", [true, true, false]),
        ("emails[not (type pr)]", [true, false, false]),
        ("emails[type eq null]", [true, false, false]),
        ("not (emails[type eq \"work\"])", [false, false, true]),
    ];
    for (text, wanted) in cases {
        assert_eq!([&two, &bare, &none].map(|resource| holds(text, resource)), wanted, "{text}");
    }
}

#[test]
fn case_counts_only_where_the_schema_says_so() {
    let user = json!({"userName": "Ada", "externalId": "Ada", "id": "x"});

    assert!(holds("userName eq \"ADA\"", &user));
    assert!(!holds("externalId eq \"ADA\"", &user));
    assert!(holds("externalId eq \"Ada\"", &user));
    assert!(!holds("id eq \"X\"", &user));
}

#[test]
fn an_extension_is_looked_up_under_its_urn() {
    let user = json!({ENTERPRISE_URN: {"department": "R&D", "manager": {"value": "m1"}}});

    assert!(holds("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"r&d\"", &user));
    assert!(holds("id eq null and manager eq \"m1\"", &user));
    assert!(!holds("manager eq \"M1\"", &user));
}

fn attributes() -> Vec<AttributeRef> {
    let core = USER.core.attributes.iter().chain(COMMON).map(|attribute| (None, attribute));
    let extended = USER.extensions.iter().flat_map(|s| s.attributes.iter().map(|a| (Some(s.urn), a)));
    let mut all = Vec::new();
    for (extension, attribute) in core.chain(extended).filter(|(_, attribute)| attribute.is_searchable()) {
        all.push(AttributeRef::new(Located { extension, attribute, sub: None }));
        all.extend(
            attribute
                .sub_attributes
                .iter()
                .map(|sub| AttributeRef::new(Located { extension, attribute, sub: Some(sub) })),
        );
    }
    all
}

fn a_literal(kind: Kind) -> BoxedStrategy<Literal> {
    match kind {
        Kind::String | Kind::Reference | Kind::Binary | Kind::Complex => {
            "[ -~é\t\n\u{FB01}]{0,12}".prop_map(Literal::Text).boxed()
        }
        Kind::Boolean => any::<bool>().prop_map(Literal::Bool).boxed(),
        Kind::Integer | Kind::Decimal => any::<i32>().prop_map(|n| Literal::Number(f64::from(n))).boxed(),
        Kind::DateTime => (-60_000_000_000_000_i64..250_000_000_000_000).prop_map(Literal::Moment).boxed(),
    }
}

fn a_comparison(attribute: AttributeRef) -> BoxedStrategy<Filter> {
    let ops: Vec<Op> = match attribute.kind {
        Kind::String | Kind::Reference => Op::ALL.to_vec(),
        Kind::Boolean | Kind::Binary => vec![Op::Eq, Op::Ne],
        Kind::Decimal | Kind::Integer | Kind::DateTime => vec![Op::Eq, Op::Ne, Op::Gt, Op::Ge, Op::Lt, Op::Le],
        Kind::Complex => return Just(Filter::Present(attribute)).boxed(),
    };
    let literal = (proptest::sample::select(ops), a_literal(attribute.kind), any::<bool>());
    let compare = literal.prop_map(move |(op, value, null)| {
        let value = if null && matches!(op, Op::Eq | Op::Ne) { Literal::Null } else { value };
        Filter::Compare { attribute, op, value }
    });
    prop_oneof![4 => compare, 1 => Just(Filter::Present(attribute))].boxed()
}

fn combined(leaf: BoxedStrategy<Filter>) -> BoxedStrategy<Filter> {
    leaf.prop_recursive(4, 20, 3, |inner| {
        let parts = || proptest::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            parts().prop_map(|parts| Filter::and(parts).expect("not empty")),
            parts().prop_map(|parts| Filter::or(parts).expect("not empty")),
            inner.clone().prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
    .boxed()
}

fn any_filter() -> BoxedStrategy<Filter> {
    let leaf = proptest::sample::select(attributes()).prop_flat_map(|attribute| {
        if attribute.kind != Kind::Complex || !attribute.multi_valued {
            return a_comparison(attribute);
        }
        let inside: Vec<_> =
            attributes().into_iter().filter(|sub| sub.name == attribute.name && sub.sub.is_some()).collect();
        let element = combined(proptest::sample::select(inside).prop_flat_map(a_comparison).boxed());
        element.prop_map(move |filter| Filter::Element { attribute, filter: Box::new(filter) }).boxed()
    });
    combined(leaf.boxed())
}

proptest! {
    #[test]
    fn a_printed_filter_reads_as_itself(filter in any_filter()) {
        let text = filter.to_string();
        match parse(&USER, &text) {
            Ok(read) => prop_assert_eq!(read, filter),
            Err(error) => prop_assert!(text.chars().count() > LENGTH_MAX || error.scim_type == Some(ScimType::TooMany), "{}: {}", text, error),
        }
    }

    #[test]
    fn any_text_ends_in_a_filter_or_a_refusal(text in "\\PC{0,80}") {
        let _outcome = parse(&USER, &text);
    }

    #[test]
    fn any_sequence_of_words_ends_in_a_filter_or_a_refusal(words in proptest::collection::vec(proptest::sample::select(vec![
        "(", ")", "[", "]", "not", "and", "or", "pr", "eq", "ne", "co", "\"x\"", "true", "null", "5", "userName", "emails",
        "emails.value", ".value", "type", "\"", "\\", "name", "active",
    ]), 0..24)) {
        if let Ok(filter) = parse(&USER, &words.join(" ")) {
            prop_assert_eq!(parse(&USER, &filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn negation_is_the_other_truth_value(filter in any_filter(), title in proptest::option::of("[a-c]{1,2}")) {
        let resource = json!({"title": title, "emails": [{"value": "a", "type": "work"}], "active": true});
        prop_assert_ne!(matches(&filter, &resource, lower), matches(&Filter::Not(Box::new(filter.clone())), &resource, lower));
    }
}

#[test]
fn the_names_in_a_printed_filter_resolve_to_the_same_attributes() {
    for attribute in attributes() {
        let Some(Named::Attribute(at)) = USER.resolve(&attribute.to_string()) else { panic!("{attribute}") };
        assert_eq!(AttributeRef::new(at), attribute);
    }
}
