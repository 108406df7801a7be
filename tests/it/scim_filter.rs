//! The filter in SQL and the filter in memory: random people, random filters, the same answer.

use std::time::Duration;

use doorward::domain::connection::{Kind, Settings};
use doorward::domain::text::fold;
use doorward::scim::filter::{self, matches};
use doorward::scim::schema::{GROUP, ResourceType, USER};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Provisioning, Server};

/// Text in which the two databases, SQL and Rust disagree if anybody is careless.
const WORDS: [&str; 20] = [
    "a",
    "A",
    "b",
    "ab",
    "Ab",
    "%",
    "_",
    "a%",
    "a_b",
    "\\",
    "\\%",
    "ß",
    "ss",
    "É",
    "e\u{301}",
    "ﬁ",
    "İ",
    "🦀",
    "' OR 1=1 --",
    "100%",
];

fn word() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&WORDS[..]), 1..3).prop_map(|words| words.concat())
}

fn maybe(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    proptest::option::weighted(0.6, value).prop_map(|value| value.unwrap_or(Value::Null)).boxed()
}

fn text() -> BoxedStrategy<Value> {
    maybe(word().prop_map(Value::from))
}

fn list(kinds: &'static [&'static str]) -> BoxedStrategy<Value> {
    let element = (text(), text(), proptest::sample::select(kinds), maybe(any::<bool>().prop_map(Value::from)))
        .prop_map(|(value, display, kind, primary)| json!({"value": value, "display": display, "type": kind, "primary": primary}));
    proptest::collection::vec(element, 0..3).prop_map(Value::from).boxed()
}

fn person() -> impl Strategy<Value = Value> {
    let names = (text(), text(), text(), text(), text());
    let lists = (list(&["work", "home"]), list(&["work", "mobile"]), list(&["x"]));
    let enterprise = (text(), text(), text());
    (names, lists, enterprise, any::<bool>(), word()).prop_map(|(names, lists, enterprise, active, user_name)| {
        json!({
            "userName": user_name, "displayName": names.0, "nickName": names.1, "title": names.2, "externalId": names.3,
            "name": {"givenName": names.4, "familyName": names.2}, "active": active, "profileUrl": names.1,
            "emails": lists.0, "phoneNumbers": lists.1, "roles": lists.2,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
                {"department": enterprise.0, "manager": {"value": enterprise.1, "displayName": enterprise.2}},
        })
    })
}

const OPERATORS: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
const OF_USERS: [&str; 34] = [
    "userName",
    "displayName",
    "nickName",
    "title",
    "externalId",
    "name.givenName",
    "name.familyName",
    "name",
    "active",
    "id",
    "meta.created",
    "meta.lastModified",
    "meta.version",
    "meta.resourceType",
    "meta",
    "profileUrl",
    "emails",
    "emails.value",
    "emails.type",
    "emails.primary",
    "phoneNumbers.display",
    "roles",
    "roles.value",
    "groups",
    "groups.value",
    "groups.display",
    "groups.type",
    "schemas",
    "manager",
    "manager.displayName",
    "addresses.locality",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "photos",
    "x509Certificates",
];
const OF_GROUPS: [&str; 9] = [
    "displayName",
    "externalId",
    "id",
    "members",
    "members.value",
    "members.type",
    "meta.lastModified",
    "schemas",
    "meta.version",
];
const INNER: [&str; 5] = ["value", "display", "type", "primary", "$ref"];

/// The text of a random filter; some of them are no filters at all, and the parser says which.
fn filter_of(
    names: &'static [&'static str],
    lists: &'static [&'static str],
    values: Vec<String>,
) -> BoxedStrategy<String> {
    let leaf = comparison(names, values.clone());
    let inner = comparison(&INNER, values).prop_recursive(2, 6, 2, combined);
    let element = (proptest::sample::select(lists), inner).prop_map(|(list, inner)| format!("{list}[{inner}]"));
    prop_oneof![3 => leaf, 1 => element].prop_recursive(3, 12, 3, combined).boxed()
}

fn combined(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![
        (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) and ({other})")),
        (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one}) or ({other})")),
        inner.prop_map(|inner| format!("not ({inner})")),
    ]
    .boxed()
}

fn comparison(names: &'static [&'static str], values: Vec<String>) -> BoxedStrategy<String> {
    let literal = prop_oneof![
        4 => word(),
        4 => proptest::sample::select(values),
        1 => Just("null".to_owned()),
        1 => Just("true".to_owned()),
        1 => Just("false".to_owned()),
        1 => Just("work".to_owned()),
    ];
    let name = || proptest::sample::select(names);
    prop_oneof![
        1 => name().prop_map(|name| format!("{name} pr")),
        6 => (name(), proptest::sample::select(&OPERATORS[..]), literal).prop_map(|(name, op, literal)| {
            let literal = if matches!(literal.as_str(), "null" | "true" | "false") { literal } else { json!(literal).to_string() };
            format!("{name} {op} {literal}")
        }),
    ]
    .boxed()
}

/// The two readings of a filter are one: `matches` and `condition` select the same resources, on the database under test.
#[tokio::test]
async fn the_filter_in_sql_selects_what_the_filter_in_memory_selects() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection_with(Kind::Generic, Settings::default()).await;
    let mut runner = TestRunner::deterministic();
    fill(&server, &connection, &mut runner).await;

    agree(&connection, &mut runner, &USER, &OF_USERS, &["emails", "roles", "groups", "phoneNumbers"]).await;
    agree(&connection, &mut runner, &GROUP, &OF_GROUPS, &["members"]).await;
}

async fn fill(server: &Server, connection: &Provisioning<'_>, runner: &mut TestRunner) {
    let mut ids = Vec::new();
    for _ in 0..60 {
        server.advance(Duration::from_millis(1));
        let body = person().new_tree(runner).unwrap().current();
        let made = connection.send(Method::POST, "/Users", &body).await;
        assert!(matches!(made.status, 201 | 409), "{body} {} {}", made.status, made.text);
        if made.status == 201 {
            ids.push(made.json()["id"].clone());
        }
    }
    assert!(ids.len() > 20, "only {} users were made", ids.len());
    for (index, name) in ["a", "ß", "a%", "É", "b"].iter().enumerate() {
        server.advance(Duration::from_millis(1));
        let members: Vec<Value> = ids.iter().skip(index).step_by(index + 2).map(|id| json!({"value": id})).collect();
        let external_id = if index % 2 == 0 { Value::Null } else { json!(name) };
        let body = json!({"displayName": name, "externalId": external_id, "members": if index == 4 { vec![] } else { members }});
        connection.send(Method::POST, "/Groups", &body).await.expect(201);
    }
}

async fn agree(
    connection: &Provisioning<'_>,
    runner: &mut TestRunner,
    resources: &'static ResourceType,
    names: &'static [&'static str],
    lists: &'static [&'static str],
) {
    let all = search(connection, resources, &json!({"count": 1000})).await.unwrap();
    let all = all["Resources"].as_array().unwrap().clone();
    let filters = filter_of(names, lists, values(&all));
    let (mut asked, mut selected) = (0, 0);

    for _ in 0..1_500 {
        let text = filters.new_tree(runner).unwrap().current();
        let Ok(read) = filter::parse(resources, &text) else { continue };
        let Ok(found) = search(connection, resources, &json!({"filter": text, "count": 1000})).await else {
            assert!(text.contains("$ref"), "{text} was refused");
            continue;
        };

        let wanted: Vec<&Value> = all.iter().filter(|it| matches(&read, it, fold)).map(|it| &it["id"]).collect();
        let found: Vec<&Value> = found["Resources"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
        let differ = all.iter().filter(|it| wanted.contains(&&it["id"]) != found.contains(&&it["id"]));
        let differ = differ.map(|it| format!("{} in SQL: {it}", found.contains(&&it["id"])));
        assert_eq!(wanted, found, "{text}\n{}", differ.collect::<Vec<_>>().join("\n"));
        asked += 1;
        selected += usize::from(!found.is_empty() && found.len() < all.len());
    }
    assert!(asked > 300 && selected > 60, "{asked} filters were asked and {selected} of them selected some");
}

async fn search(connection: &Provisioning<'_>, of: &ResourceType, body: &Value) -> Result<Value, String> {
    let reply = connection.send(Method::POST, &format!("{}/.search", of.endpoint), body).await;
    if reply.status == 200 { Ok(reply.json()) } else { Err(reply.text) }
}

/// Every text that occurs in the resources, so that comparisons hit.
fn values(resources: &[Value]) -> Vec<String> {
    fn collect(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::String(text) => into.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            Value::Object(map) => map.values().for_each(|item| collect(item, into)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut found = Vec::new();
    resources.iter().for_each(|it| collect(it, &mut found));
    found.sort();
    found.dedup();
    found
}

/// C71, C72, C73: pages neither overlap nor leave anyone out, whatever they are ordered by, and absent values come last.
#[tokio::test]
async fn c71_pages_in_any_order_hold_everybody_once() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection_with(Kind::Generic, Settings::default()).await;
    fill(&server, &connection, &mut TestRunner::deterministic()).await;
    let all = search(&connection, &USER, &json!({"count": 1000})).await.unwrap()["totalResults"].as_u64().unwrap();

    for by in
        ["userName", "displayName", "title", "emails.value", "meta.created", "name.givenName", "active", "manager"]
    {
        for order in ["ascending", "descending"] {
            let mut seen: Vec<Value> = Vec::new();
            while u64::try_from(seen.len()).unwrap() < all {
                let ask = json!({"sortBy": by, "sortOrder": order, "startIndex": seen.len() + 1, "count": 7});
                let page = search(&connection, &USER, &ask).await.unwrap();
                assert_eq!(page["totalResults"], all);
                assert!(page["itemsPerPage"].as_u64().unwrap() > 0, "{by} {order} ends early");
                seen.extend(page["Resources"].as_array().unwrap().clone());
            }

            let mut ids: Vec<String> = seen.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(u64::try_from(ids.len()).unwrap(), all, "{by} {order}");
            let keys: Vec<Option<String>> = seen.iter().map(|it| key(it, by)).collect();
            let mut wanted = keys.clone();
            wanted.sort_by(|one, other| (one.is_none(), one).cmp(&(other.is_none(), other)));
            if order == "descending" {
                wanted.reverse();
            }
            assert_eq!(keys, wanted, "{by} {order}");
        }
    }
}

/// What a resource is ordered by, for the attributes of the test above.
fn key(resource: &Value, by: &str) -> Option<String> {
    let value = match by {
        "emails.value" => {
            let emails = resource["emails"].as_array()?;
            let first = emails.iter().find(|it| it["primary"] == true).or(emails.first())?;
            &first["value"]
        }
        "name.givenName" => &resource["name"]["givenName"],
        "meta.created" => &resource["meta"]["created"],
        "manager" => {
            // The id of a manager is compared as it is; everything else in the list is folded.
            let manager = &resource["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["manager"]["value"];
            return manager.as_str().map(str::to_owned);
        }
        name => &resource[name],
    };
    match value {
        Value::Bool(value) => Some(u8::from(*value).to_string()),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            value.as_str().map(fold)
        }
    }
}
