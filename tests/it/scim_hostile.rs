//! SCIM requests that mean harm, and the edges of the protocol over HTTP.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Provisioning, Reply, Server};
use crate::signin::join_all;

async fn search(connection: &Provisioning<'_>, filter: &str) -> Reply {
    connection.send(Method::POST, "/Users/.search", &json!({"filter": filter})).await
}

async fn post(connection: &Provisioning<'_>, body: impl Into<reqwest::Body>) -> Reply {
    let request = connection.request(Method::POST, "/Users").header("content-type", "application/scim+json");
    connection.server.send(request.body(body)).await
}

/// SC-01: no credential that is not exactly one live token opens anything, and no spelling of the path goes around it.
#[tokio::test]
async fn sc_01_nothing_but_one_live_token_opens_scim() {
    use doorward::app::connections::{get, revoke_token};
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let id = connection.push("ada").await;
    let bearer = format!("Bearer {}", connection.token);

    for path in [
        "/Users",
        "/Users/",
        &format!("/Users/{id}"),
        "/Groups",
        "/Schemas",
        "/ResourceTypes",
        "/ServiceProviderConfig",
    ] {
        let ask = || server.request(Method::GET, &format!("/scim/v2{path}"));
        for wrong in [
            ask(),
            ask().header("authorization", "Bearer "),
            ask().header("authorization", connection.token.as_str()),
            ask().header("authorization", format!("Basic {}", connection.token)),
            ask().header("authorization", &bearer).header("authorization", &bearer),
            ask().header("cookie", format!("__Host-dw_sid={}; token={}", connection.token, connection.token)),
            ask().header("authorization", format!("{bearer}x")),
            ask().query(&[("access_token", &connection.token)]),
        ] {
            let refused = server.send(wrong).await;
            assert_eq!(refused.status, 401, "{path}");
            assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"));
            assert_eq!(refused.json()["status"], "401");
        }
    }
    for trick in ["//scim/v2/Users", "/SCIM/v2/Users", "/scim/v2/%55sers", "/scim/v2//Users", "/x/../scim/v2/Users"] {
        let answered = server.get(trick).await;
        assert!(matches!(answered.status, 401 | 404), "{trick}: {}", answered.status);
        assert!(!answered.text.contains("ada"));
    }
    let (_, tokens) = get(&server.app, &Server::operator(), connection.id).await.unwrap();
    revoke_token(&server.app, &Server::operator(), connection.id, tokens[0].id).await.unwrap();
    connection.get("/Users").await.expect(401);
    let expiring = server.tenant("globex").await.connection().await;
    expiring.get("/Users").await.expect(200);
    server.advance(Duration::from_hours(24 * 366));
    expiring.get("/Users").await.expect(401);
}

/// SD-01, SD-02, SD-03, C57, C58: hostile filters are refused at once, by GET and by search.
#[tokio::test]
async fn sd_01_sd_02_sd_03_hostile_filters_are_refused_and_the_server_lives() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;

    let nested = |depth: usize| format!("{}userName pr{}", "(".repeat(depth), ")".repeat(depth));
    let terms = |count: usize| vec!["title pr"; count].join(" or ");
    for (filter, scim_type) in [
        (nested(17), "invalidFilter"),
        (nested(2_000), "invalidFilter"),
        (nested(100_000), "invalidSyntax"),
        ("not (".repeat(5_000), "invalidSyntax"),
        ("not (".repeat(800), "invalidFilter"),
        ("userName eq \"open".to_owned(), "invalidFilter"),
        (format!("userName eq \"{}\"", "x".repeat(900_000)), "invalidSyntax"),
        (terms(65), "tooMany"),
    ] {
        let began = std::time::Instant::now();
        let refused = search(&connection, &filter).await.expect(400).json();
        assert_eq!(refused["scimType"], scim_type, "{}", filter.len());
        assert!(began.elapsed() < Duration::from_secs(5), "{} took {:?}", filter.len(), began.elapsed());
    }
    let by_get = connection.request(Method::GET, "/Users").query(&[("filter", nested(10_000))]);
    assert!(matches!(server.send(by_get).await.status, 400 | 413 | 414 | 431));
    search(&connection, &terms(64)).await.expect(200);
}

/// SD-04: a path is bounded, and selects at most once.
#[tokio::test]
async fn sd_04_hostile_paths_are_refused() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let id = connection.push("ada").await;

    let long = format!("emails[value eq \"{}\"].value", "x".repeat(513));
    for path in [
        long.as_str(),
        "emails[type eq \"work\" and emails[type eq \"x\"]]",
        "emails[",
        "emails[]",
        "a.b.c.d",
        "emails[not (type pr",
    ] {
        let body = json!({"Operations": [{"op": "add", "path": path, "value": "x"}]});
        let refused = connection.send(Method::PATCH, &format!("/Users/{id}"), &body).await.expect(400).json();
        let scim_type = refused["scimType"].as_str().unwrap();
        assert!(matches!(scim_type, "invalidPath" | "invalidFilter"), "{path}: {refused}");
    }
    let many: Vec<Value> = (0..1_001).map(|_| json!({"op": "add", "path": "title", "value": "x"})).collect();
    let refused =
        connection.send(Method::PATCH, &format!("/Users/{id}"), &json!({"Operations": many})).await.expect(400);
    assert_eq!(refused.json()["scimType"], "tooMany");
}

/// SD-05: what means something to SQL means itself.
#[tokio::test]
async fn sd_05_words_of_sql_are_only_words() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let names = ["100%", "a_b", "a\\b", "x' OR '1'='1", "\"; DROP TABLE users; --", "$1 ? :p @q"];
    for name in names {
        connection.push(name).await;
    }

    for (op, value, wanted) in [
        ("co", "%", 1),
        ("sw", "_", 0),
        ("co", "_", 1),
        ("ew", "%", 1),
        ("co", "\\", 1),
        ("eq", "a%b", 0),
        ("co", "'", 1),
        ("sw", "\"; DROP", 1),
        ("co", "$1 ?", 1),
        ("eq", "a\\b", 1),
        ("ew", "\\b", 1),
        ("co", "", 6),
    ] {
        let found = search(&connection, &format!("userName {op} {}", json!(value))).await.expect(200).json();
        assert_eq!(found["totalResults"], wanted, "{op} {value}");
    }
    for name in names {
        let found = search(&connection, &format!("userName eq {}", json!(name))).await.expect(200).json();
        assert_eq!(found["Resources"][0]["userName"], name);
    }
    for (parameter, value) in [
        ("sortBy", "userName; DROP TABLE users"),
        ("sortBy", "(SELECT 1)"),
        ("filter", "userName' eq 1"),
        ("sortOrder", "asc, 1"),
    ] {
        let ask = connection.request(Method::GET, "/Users").query(&[(parameter, value), ("sortBy", "userName")]);
        let refused = server.send(ask).await.expect(400).text;
        assert!(!refused.to_lowercase().contains("sql") && !refused.contains("syntax error"), "{refused}");
    }
    let ignored = connection.request(Method::GET, "/Users").query(&[("attributes", "x\"'); --")]);
    server.send(ignored).await.expect(200);
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 6);
}

/// SD-06: text that one of the databases would refuse is refused by both, and nothing is stored.
#[tokio::test]
async fn sd_06_text_that_cannot_be_stored_is_refused() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;

    for body in [
        br#"{"userName":"a\u0000b"}"#.to_vec(),
        br#"{"userName":"a\ud800b"}"#.to_vec(),
        b"{\"userName\":\"a\xff\xfeb\"}".to_vec(),
        b"\xef\xbb\xbf{\"userName\":\"bom\"}".to_vec(),
        "{\"userName\":\"a\u{ffff}b\"}".as_bytes().to_vec(),
        br#"{"userName":"ok","emails":[{"value":"a\u0000@x"}]}"#.to_vec(),
        br#"{"userName":"ok","na\u0000me":"x"}"#.to_vec(),
    ] {
        let refused = post(&connection, body.clone()).await;
        assert_eq!(refused.status, 400, "{} {}", String::from_utf8_lossy(&body), refused.text);
        assert_eq!(refused.json()["scimType"], "invalidSyntax");
    }
    search(&connection, "userName eq \"a\\u0000b\"").await.expect(400);
    connection.get("/Users?filter=userName%20eq%20%22a%00b%22").await.expect(400);
    connection.get("/Users/%00").await.expect(404);
    connection.get("/Users/%FF").await.expect(404);
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 0);
}

/// SD-07: JSON that is too deep, too wide, too long or says a thing twice is refused.
#[tokio::test]
async fn sd_07_hostile_json_is_refused() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;

    let deep = |depth: usize| format!("{{\"userName\":\"x\",\"y\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    let wide = format!("{{\"userName\":\"x\",\"y\":[{}1]}}", "1,".repeat(400_000));
    let key = format!("{{\"userName\":\"x\",\"{}\":1}}", "k".repeat(1_000_000));
    for body in [
        deep(33),
        deep(129),
        deep(100_000),
        wide,
        key,
        r#"{"userName":"x","active":true,"active":false}"#.to_owned(),
        r#"{"userName":"x","emails":[{"value":"a","value":"b"}]}"#.to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        String::new(),
        "{\"userName\":\"x\"} {}".to_owned(),
        r#"{"userName":"x","name":"text"}"#.to_owned(),
        r#"{"userName":{"a":1}}"#.to_owned(),
        "{}".to_owned(),
        format!("{{\"userName\":\"{}\"}}", "x".repeat(255)),
        format!("{{\"userName\":\"x\",\"emails\":[{}{{}}]}}", "{\"value\":\"a\"},".repeat(100)),
    ] {
        let refused = post(&connection, body.clone()).await;
        assert_eq!(refused.status, 400, "{} {}", body.chars().take(80).collect::<String>(), refused.text);
    }
    assert_eq!(connection.get("/Users").await.json()["totalResults"], 0);
}

/// SD-08, C74: numbers of pages mean what RFC 7644 says or are refused; none is a fault.
#[tokio::test]
async fn sd_08_odd_page_numbers_are_understood_or_refused() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    for name in ["a", "b", "c"] {
        connection.push(name).await;
    }

    for (query, status, items, start) in [
        ("count=-1", 200, 0, 1),
        ("count=0", 200, 0, 1),
        ("count=2147483648", 200, 3, 1),
        ("count=9223372036854775807", 200, 3, 1),
        ("count=9223372036854775808", 400, 0, 0),
        ("count=1e400", 400, 0, 0),
        ("count=x", 400, 0, 0),
        ("startIndex=0", 200, 3, 1),
        ("startIndex=-5", 200, 3, 1),
        ("startIndex=3", 200, 1, 3),
        ("startIndex=101&count=100", 200, 0, 101),
        ("startIndex=9223372036854775807", 200, 0, i64::MAX),
        ("startIndex=9223372036854775808", 400, 0, 0),
        ("count=", 200, 3, 1),
    ] {
        let reply = connection.get(&format!("/Users?{query}")).await;
        assert_eq!(reply.status, status, "{query}: {}", reply.text);
        if status == 200 {
            let body = reply.json();
            assert_eq!((&body["itemsPerPage"], &body["totalResults"]), (&json!(items), &json!(3)), "{query}");
            assert_eq!(body["startIndex"], start, "{query}");
        }
    }
}

/// SD-09: a body beyond its limit, or a compressed one, is refused before it is read.
#[tokio::test]
async fn sd_09_bodies_have_limits() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let large = format!("{{\"userName\":\"x\",\"title\":\"{}\"}}", "x".repeat(1024 * 1024));

    post(&connection, large.clone()).await.expect(413);
    assert_eq!(post_chunked(&connection, &large).await, "HTTP/1.1 413 Payload Too Large");
    let squeezed = connection.request(Method::POST, "/Users").header("content-encoding", "gzip").body(large.clone());
    server.send(squeezed).await.expect(415);
    let group = connection.request(Method::POST, "/Groups").body(large);
    server.send(group).await.expect(400);
    for media in ["text/plain", "application/xml", "application/x-www-form-urlencoded"] {
        let other =
            connection.request(Method::POST, "/Users").header("content-type", media).body("{\"userName\":\"x\"}");
        let refused = server.send(other).await.expect(415);
        assert_eq!(refused.json()["status"], "415");
    }
}

/// Posts a body in chunks, without saying how long it is; answers the first line of the reply.
async fn post_chunked(connection: &Provisioning<'_>, body: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let host = connection.server.url.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\ntransfer-encoding: chunked\r\n\r\n",
        connection.token
    );
    let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    socket.write_all(head.as_bytes()).await.unwrap();
    // The server may answer and stop reading before everything is written.
    let _refused = socket.write_all(chunk.as_bytes()).await;
    let mut reply = vec![0; 64];
    let read = socket.read(&mut reply).await.unwrap();
    String::from_utf8_lossy(&reply[..read]).lines().next().unwrap_or_default().to_owned()
}

/// C80, C81, C83, C84, C85, C86: addresses, media types, bases, slashes, flags and errors as clients need them.
#[tokio::test]
async fn c86_every_layer_speaks_scim() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let id = connection.push("ada").await;

    for (method, path, status) in [
        (Method::GET, "/nowhere".to_owned(), 404),
        (Method::DELETE, "/Users".to_owned(), 405),
        (Method::POST, format!("/Users/{id}"), 405),
        (Method::GET, "/Users/.search".to_owned(), 405),
        (Method::PUT, "/Schemas".to_owned(), 405),
        (Method::DELETE, "/ServiceProviderConfig".to_owned(), 405),
        (Method::GET, "/Schemas/urn:none".to_owned(), 404),
        (Method::GET, "/ResourceTypes/None".to_owned(), 404),
        (Method::GET, "/Schemas?filter=id%20pr".to_owned(), 403),
    ] {
        let reply = server.send(connection.request(method.clone(), &path)).await.expect(status);
        assert_eq!(reply.header("content-type"), Some("application/scim+json"), "{method} {path}");
        assert_eq!(reply.json()["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
        assert_eq!(reply.header("allow").is_some(), status == 405, "{method} {path}");
    }
    server.expect_faults();
    for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let nobody = server.send(connection.request(method, "/Me")).await.expect(501);
        assert_eq!(
            (nobody.header("content-type"), &nobody.json()["status"]),
            (Some("application/scim+json"), &json!("501"))
        );
    }
    for path in
        ["/scim/v2/Users/", "/scim/Users", "/scim/Users/?aadOptscim062020&AzureAdScimPatch2017", "/scim/v2/Users?x=y"]
    {
        let reply = server.send(server.request(Method::GET, path).bearer_auth(&connection.token)).await.expect(200);
        assert_eq!(reply.json()["totalResults"], 1, "{path}");
    }
    let json_only = connection.request(Method::GET, "/Users").header("accept", "application/json");
    assert_eq!(server.send(json_only).await.header("content-type"), Some("application/json"));
    let plain = connection.request(Method::POST, "/Users").body("{\"userName\":\"no media type\"}");
    let made = server.send(plain.header("x-forwarded-host", "evil.example")).await.expect(201);
    let here = server.app.config.url("/scim/v2/Users/");
    assert!(made.header("location").unwrap().starts_with(&here));
    assert!(made.json()["meta"]["location"].as_str().unwrap().starts_with(&here));
    let everything =
        connection.send(Method::POST, "/.search", &json!({"filter": "displayName pr", "count": 1})).await.expect(200);
    assert_eq!((&everything.json()["totalResults"], &everything.json()["itemsPerPage"]), (&json!(1), &json!(1)));
}

/// SD-17: lists that look at everybody wait for one another and for nobody else, and not for ever.
#[tokio::test]
async fn sd_17_lists_that_look_at_everybody_keep_their_connection_from_nobody() {
    const WALKS: [&str; 3] =
        ["/Users?filter=nickName%20co%20%22x%22", "/Users?sortBy=title", "/Groups?filter=members.value%20eq%20%22x%22"];
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let connection = acme.connection().await;
    connection.push("ada").await;
    acme.user("grace", "owner").await;
    let walk = server.app.store.walker().take().await.unwrap();

    let held_up = join_all((0..48).map(|number| connection.get(WALKS[number % WALKS.len()])));
    let others = async {
        for _ in 0..5 {
            connection.get("/Users?filter=userName%20eq%20%22ada%22").await.expect(200);
            connection.get("/Users?startIndex=1&count=100").await.expect(200);
        }
        let browser = Browser::new(&server);
        browser.sign_in("grace", PASSWORD).await;
        browser.is_signed_in().await
    };
    let (held_up, is_signed_in) = tokio::join!(held_up, others);
    walk.rollback().await.unwrap();

    assert!(is_signed_in);
    for reply in held_up {
        assert_eq!((reply.status, reply.header("retry-after")), (429, Some("1")), "{}", reply.text);
    }
    for walk in WALKS {
        connection.get(walk).await.expect(200);
    }
}
