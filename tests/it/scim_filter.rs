//! The filter in SQL and the filter in memory: random people, random filters, the same answer.

use std::time::Duration;

use doorward::domain::connection::{Kind, Settings};
use doorward::domain::text::fold;
use doorward::scim::filter::{self, matches};
use doorward::scim::schema::{GROUP, ResourceType, USER};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fuzz::seed;
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

/// The source of chance of this run, which its printed seed repeats.
fn runner() -> TestRunner {
    let seed = seed();
    println!("DOORWARD_FUZZ_SEED={seed}");
    let bytes: Vec<u8> = seed.to_le_bytes().repeat(4);
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// FZ-1: the two readings of a filter are one: `matches` and `condition` select the same resources, on the database under test.
#[tokio::test]
async fn the_filter_in_sql_selects_what_the_filter_in_memory_selects() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection_with(Kind::Generic, Settings::default()).await;
    let mut runner = runner();
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

/// C71, RFC 9865: going by cursor, nobody is seen twice or left out in any order, and the pages are those of the index.
#[tokio::test]
async fn c71_pages_by_cursor_are_those_by_index_in_any_order() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection_with(Kind::Generic, Settings::default()).await;
    fill(&server, &connection, &mut TestRunner::deterministic()).await;

    for by in ["", "id", "userName", "title", "emails.value", "meta.created", "active", "emails.primary", "manager"] {
        for order in ["ascending", "descending"] {
            let ask = json!({"sortBy": by, "sortOrder": order, "count": 1000, "filter": "userName pr"});
            let whole = search(&connection, &USER, &ask).await.unwrap();
            let pages = walk(&connection, "/Users/.search", &with(&ask, "count", 7)).await;

            assert!(
                pages.len() > 5 && pages.iter().rev().skip(1).all(|page| page["itemsPerPage"] == 7),
                "{by} {order}"
            );
            assert!(pages.iter().all(|page| page["totalResults"] == whole["totalResults"]), "{by} {order}");
            assert!(pages.iter().all(|page| page.get("startIndex").is_none()), "{by} {order}");
            assert_eq!(Value::from(resources(&pages)), whole["Resources"], "{by} {order}");
        }
    }
}

/// RFC 9865: who comes or goes behind a cursor changes nothing before it, and a place stays when its row is gone.
#[tokio::test]
async fn a_cursor_keeps_its_place_while_people_come_and_go() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection_with(Kind::Generic, Settings::default()).await;
    let mut ids = Vec::new();
    for name in ["b", "d", "f", "h", "j"] {
        ids.push(connection.push(name).await);
    }
    for (order, left) in [("ascending", ["f", "h", "j"]), ("descending", ["f", "d", "b"])] {
        let ask = |cursor: &str| json!({"sortBy": "userName", "sortOrder": order, "count": 2, "cursor": cursor});
        let first = search(&connection, &USER, &ask("")).await.unwrap();
        let last_seen = first["Resources"][1]["id"].as_str().unwrap().to_owned();
        let last_name = first["Resources"][1]["userName"].as_str().unwrap().to_owned();

        connection.delete(&format!("/Users/{last_seen}")).await.expect(204);
        let behind = connection.push(if order == "ascending" { "a" } else { "k" }).await;
        let second = search(&connection, &USER, &ask(first["nextCursor"].as_str().unwrap())).await.unwrap();
        let third = search(&connection, &USER, &ask(second["nextCursor"].as_str().unwrap())).await.unwrap();

        let names: Vec<Value> = resources(&[second, third]).iter().map(|it| it["userName"].clone()).collect();
        assert_eq!(names, left, "{order}");
        connection.delete(&format!("/Users/{behind}")).await.expect(204);
        connection.push(&last_name).await;
    }
}

/// RFC 9865 3: a cursor of another filter, order, type, connection or organisation, or a changed one, is refused.
#[tokio::test]
async fn a_cursor_is_good_for_the_list_that_handed_it_out_only() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let connection = acme.connection_with(Kind::Generic, Settings::default()).await;
    let sibling = acme.connection_with(Kind::Generic, Settings::default()).await;
    let stranger = globex.connection_with(Kind::Generic, Settings::default()).await;
    for connection in [&connection, &sibling, &stranger] {
        for name in ["ann", "ben", "cem"] {
            connection.push(&format!("{name}-{}", connection.id)).await;
        }
    }
    let ask = |cursor: &str| json!({"count": 1, "cursor": cursor, "sortBy": "userName", "filter": "userName pr"});
    let first = search(&connection, &USER, &ask("")).await.unwrap();
    let cursor = first["nextCursor"].as_str().unwrap();
    assert!(cursor.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~".contains(&it)), "{cursor}");

    let mut refused = vec![
        search(&connection, &USER, &with(&ask(cursor), "filter", "title pr")).await,
        search(&connection, &USER, &with(&ask(cursor), "sortOrder", "descending")).await,
        search(&connection, &USER, &with(&ask(cursor), "sortBy", "title")).await,
        search(&connection, &USER, &json!({"cursor": cursor})).await,
        search(&connection, &GROUP, &json!({"cursor": cursor})).await,
        search(&sibling, &USER, &ask(cursor)).await,
        search(&stranger, &USER, &ask(cursor)).await,
        search(&connection, &USER, &ask(cursor.get(1..).unwrap())).await,
        search(&connection, &USER, &ask("AAAA")).await,
        search(&connection, &USER, &ask("%00")).await,
    ];
    let good = search(&connection, &USER, &with(&ask(cursor), "count", 2)).await.unwrap();

    assert_eq!(good["itemsPerPage"], 2, "another count is no other list");
    for answer in refused.drain(..) {
        let said = answer.expect_err("refused");
        assert!(said.contains("\"scimType\":\"invalidCursor\"") && said.contains("\"status\":\"400\""), "{said}");
    }
}

/// RFC 9865, RFC 7644 3.4.3: the search over everything goes by cursor from the users on to the groups.
#[tokio::test]
async fn a_search_over_everything_goes_on_from_users_to_groups() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let connection = tenant.connection_with(Kind::Generic, Settings::default()).await;
    let mut ids = Vec::new();
    for name in ["u1", "u2", "u3", "u4"] {
        ids.push(connection.push(name).await);
    }
    for name in ["g1", "g2", "g3"] {
        let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name});
        let made = connection.send(Method::POST, "/Groups", &group).await.expect(201);
        ids.push(made.json()["id"].as_str().unwrap().to_owned());
    }

    for count in 1..=8 {
        let pages = walk(&connection, "/.search", &json!({"count": count})).await;

        let seen: Vec<Value> = resources(&pages).iter().map(|it| it["id"].clone()).collect();
        assert_eq!(seen, ids, "{count} a page");
        assert_eq!(pages.len(), ids.len().div_ceil(count), "{count} a page");
        assert!(pages.iter().all(|page| page["totalResults"] == 7));
    }
    let none = walk(&connection, "/.search", &json!({"count": 0})).await;
    assert_eq!((none.len(), &none[0]["totalResults"], &none[0]["itemsPerPage"]), (1, &json!(7), &json!(0)));
}

/// Every page of a list, by cursor.
async fn walk(connection: &Provisioning<'_>, path: &str, ask: &Value) -> Vec<Value> {
    let mut ask = ask.clone();
    ask["cursor"] = "".into();
    let mut pages = Vec::new();
    loop {
        let page = connection.send(Method::POST, path, &ask).await.expect(200).json();
        let next = page["nextCursor"].clone();
        pages.push(page);
        if next.is_null() {
            return pages;
        }
        assert!(pages.len() < 500, "the list does not end");
        ask["cursor"] = next;
    }
}

/// The same question with one thing different.
fn with(ask: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut other = ask.clone();
    other[name] = value.into();
    other
}

fn resources(pages: &[Value]) -> Vec<Value> {
    pages.iter().flat_map(|page| page["Resources"].as_array().unwrap().clone()).collect()
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
