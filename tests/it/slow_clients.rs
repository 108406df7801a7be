//! Clients that hold the server up: slow heads, slow bodies, big heads, and floods of HTTP/2 frames, over bare sockets.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::harness::{Provisioning, Server};
use crate::journal;
use crate::signin::join_all;

/// So many sockets that dribble, beside each other.
const SOCKETS: usize = 200;
/// What a frame of HTTP/2 begins a connection with, and settings that say nothing.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

fn address(server: &Server) -> String {
    server.url.strip_prefix("http://").unwrap().to_owned()
}

/// Sends the head of a request byte by byte, or nothing at all; answers how long the server bore it.
async fn dribble(server: &Server, head: &[u8]) -> Duration {
    let began = Instant::now();
    let (mut from, mut to) = TcpStream::connect(address(server)).await.unwrap().into_split();
    let write = async {
        for byte in head {
            if to.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(2)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut said = Vec::new();
    tokio::select! {
        () = write => {}
        _closed = timeout(Duration::from_secs(20), from.read_to_end(&mut said)) => {}
    }
    began.elapsed()
}

/// SD-13: whoever sends a head byte by byte, or nothing, is put out within 15 seconds, and nobody else waits meanwhile.
#[tokio::test]
async fn sd_13_a_head_that_does_not_come_ends_the_connection_and_holds_nobody_up() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;

    let slow =
        join_all((0..SOCKETS).map(|number| dribble(&server, if number % 2 == 0 { b"GET / HTTP/1.1" } else { b"" })));
    let others = async {
        let mut longest = Duration::ZERO;
        for _ in 0..50 {
            let began = Instant::now();
            connection.get("/Users").await.expect(200);
            longest = longest.max(began.elapsed());
            sleep(Duration::from_millis(100)).await;
        }
        longest
    };
    let (borne, longest) = tokio::join!(slow, others);

    assert!(borne.iter().all(|it| *it < Duration::from_secs(15)), "{:?}", borne.iter().max());
    assert!(borne.iter().all(|it| *it > Duration::from_secs(8)), "{:?}", borne.iter().min());
    assert!(longest < Duration::from_secs(3), "an ordinary request took {longest:?}");
}

/// SD-14: a body that comes at a byte a second is answered 408 after half a minute, and so is one that stops coming.
#[tokio::test]
async fn sd_14_a_body_that_does_not_come_is_answered_408() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-length: 1000\r\n\r\n",
        address(&server),
        connection.token
    );

    let ask = async |pace: Option<Duration>| {
        let began = Instant::now();
        let (mut from, mut to) = TcpStream::connect(address(&server)).await.unwrap().into_split();
        to.write_all(head.as_bytes()).await.unwrap();
        let write = async {
            while let Some(pace) = pace
                && to.write_all(b" ").await.is_ok()
            {
                sleep(pace).await;
            }
            std::future::pending::<()>().await;
        };
        let mut said = vec![0; 4096];
        let read = tokio::select! {
            () = write => 0,
            read = timeout(Duration::from_secs(45), from.read(&mut said)) => read.unwrap().unwrap(),
        };
        (String::from_utf8_lossy(&said[..read]).into_owned(), began.elapsed())
    };
    let (slow, stuck) = tokio::join!(ask(Some(Duration::from_secs(1))), ask(None));

    for (said, after) in [slow, stuck] {
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
        assert!(said.contains("\"status\":\"408\""), "{said}");
        assert!(after > Duration::from_secs(25) && after < Duration::from_secs(40), "after {after:?}");
    }
    let calls = journal::calls(&server, "").await;
    assert_eq!(calls.len(), 2, "{calls:?}");
    for call in calls {
        assert_eq!([&call["method"], &call["path"], &call["result"]], ["POST", "/scim/v2/Users", "failed"], "{call}");
        assert_eq!(call["status"], 408, "{call}");
        assert!(call["took_ms"].as_f64().unwrap() > 29_000.0, "{call}");
    }
    assert_eq!(connection.get("/Users").await.expect(200).json()["totalResults"], 0);
}

/// A request of the connection for a new user, sent over a connection that can be closed before the answer.
async fn sent(server: &Server, by: &Provisioning<'_>, header: &str) -> TcpStream {
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "kim"}).to_string();
    let (host, token, length) = (address(server), &by.token, body.len());
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let request = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n{header}\
         content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Who hangs up before the answer finds the request in the journal all the same.
#[tokio::test]
async fn a_request_whose_caller_hangs_up_is_in_the_journal() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let connection = acme.connection().await;

    // The first use of a token is noted before anything else.
    connection.get("/Users").await.expect(200);
    let another = server.app.begin(acme.org).await.unwrap();
    let stream = sent(&server, &connection, "").await;
    sleep(Duration::from_millis(500)).await;
    drop(stream);
    sleep(Duration::from_millis(500)).await;
    drop(another);

    let calls = journal::calls(&server, "").await;
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!([&calls[0]["status"], &calls[0]["result"]], [&json!(499), &json!("failed")], "{calls:?}");
    assert_eq!(connection.get("/Users").await.expect(200).json()["totalResults"], 0);
}

/// What is carried out later is noted when it is kept, and not once more for a caller who does not hear that.
#[tokio::test]
async fn a_request_that_is_kept_is_noted_once_although_its_caller_hangs_up() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let connection = acme.connection().await;

    connection.get("/Users").await.expect(200);
    // The request waits for the first unit, and what it does after it was kept for the second.
    let first = server.app.begin(acme.org).await.unwrap();
    let stream = sent(&server, &connection, "prefer: respond-async\r\n").await;
    sleep(Duration::from_millis(500)).await;
    let (app, org) = (server.app.clone(), acme.org);
    let second = tokio::spawn(async move { app.begin(org).await.unwrap() });
    sleep(Duration::from_millis(200)).await;
    drop(first);
    let second = second.await.unwrap();
    sleep(Duration::from_millis(200)).await;
    drop(stream);
    sleep(Duration::from_millis(500)).await;
    drop(second);

    let calls = journal::calls(&server, "").await;
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!([&calls[0]["status"], &calls[0]["result"]], [&json!(202), &json!("waiting")], "{calls:?}");
    server.run_jobs().await;
    assert_eq!(connection.get("/Users").await.expect(200).json()["totalResults"], 1);
}

/// SD-16: a header of a megabyte, ten thousand headers and a cookie of 64 KiB are refused before anything looks at them.
#[tokio::test]
async fn sd_16_big_heads_are_refused() {
    let server = Server::start().await;
    let host = address(&server);

    for (what, more) in [
        ("a long header", format!("x-long: {}\r\n", "a".repeat(1 << 20))),
        ("many headers", "x: y\r\n".repeat(10_000)),
        ("101 headers", "x: y\r\n".repeat(101)),
        ("a long cookie", format!("cookie: dw_sid={}\r\n", "a".repeat(64 << 10))),
    ] {
        let (mut from, mut to) = TcpStream::connect(&host).await.unwrap().into_split();
        let head = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\n{more}\r\n");
        let mut said = Vec::new();
        let write = async {
            // The server answers and stops reading before everything is written.
            let _refused = to.write_all(head.as_bytes()).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = write => {}
            _closed = timeout(Duration::from_secs(5), from.read_to_end(&mut said)) => {}
        }
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(said.starts_with("HTTP/1.1 431 "), "{what}: {said}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// The fields of a request for `/`: indexed ones, and the authority as it is.
fn fields(method: u8, host: &str) -> Vec<u8> {
    let mut block = vec![method, 0x86, 0x84, 0x41, u8::try_from(host.len()).unwrap()];
    block.extend(host.as_bytes());
    block
}

/// Writes a flood over one connection; answers true when the server has said that it goes, or has gone.
async fn is_ended_by(server: &Server, flood: &[u8]) -> bool {
    let mut socket = TcpStream::connect(address(server)).await.unwrap();
    socket.write_all(PREFACE).await.unwrap();
    let (mut from, mut to) = socket.into_split();
    let write = async {
        for part in flood.chunks(16 << 10) {
            if to.write_all(part).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut said = Vec::new();
    tokio::select! {
        () = write => false,
        closed = timeout(Duration::from_secs(10), from.read_to_end(&mut said)) => closed.is_ok(),
    }
}

/// SD-15: streams that are opened and reset, heads without an end and streams beyond what is allowed end the connection that
/// sends them; empty data without end does at least no harm, and others are answered at once.
#[tokio::test]
async fn sd_15_floods_of_frames_end_their_connection_and_nothing_else() {
    let server = Server::start().await;
    let host = address(&server);
    let (get, post) = (fields(0x82, &host), fields(0x83, &host));
    let streams = |count: u32| (0..count).map(|number| 2 * number + 1);
    let junk: Vec<u8> = b"\0\x01x\x7e".iter().copied().chain([b'y'; 126]).collect();

    let resets: Vec<u8> =
        streams(20_000).flat_map(|it| [frame(1, 5, it, &get), frame(3, 0, it, &[0, 0, 0, 8])].concat()).collect();
    let continuations: Vec<u8> =
        std::iter::once(frame(1, 1, 1, &get)).chain((0..20_000).map(|_| frame(9, 0, 1, &junk))).flatten().collect();
    let open: Vec<u8> = streams(10_000).flat_map(|it| frame(1, 4, it, &post)).collect();
    let empty: Vec<u8> =
        std::iter::once(frame(1, 4, 1, &post)).chain((0..100_000).map(|_| frame(0, 0, 1, &[]))).flatten().collect();

    for (what, flood, ends) in [
        ("resets", resets, true),
        ("continuations", continuations, true),
        ("streams", open, true),
        ("data", empty, false),
    ] {
        let ended = is_ended_by(&server, &flood).await;
        let began = Instant::now();
        let alive = server.get("/healthz").await.status;
        assert!(ended || !ends, "{what}: the connection lives");
        assert_eq!(alive, 200, "{what}");
        assert!(began.elapsed() < Duration::from_secs(5), "{what}: the next answer took {:?}", began.elapsed());
    }
}
