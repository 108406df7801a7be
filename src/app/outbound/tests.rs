//! What may be reached and what may not, and how much of an answer is taken.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::app::config::Settings;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Calls to addresses that somebody else chose, with these networks allowed.
fn vetted(allowed: &str) -> Outbound {
    let _installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let outbound_allow = (!allowed.is_empty()).then(|| allowed.to_owned());
    let settings = Settings { outbound_allow, ..Settings::default() };
    Outbound::vetted(&settings.check().unwrap()).unwrap()
}

fn get(url: &str) -> Call {
    Call { method: Method::GET, url: url.parse().unwrap(), headers: Vec::new(), body: Vec::new() }
}

/// A place on this machine where somebody listens and nobody answers.
fn listener(ip: &str) -> (std::net::TcpListener, u16) {
    let listener = std::net::TcpListener::bind((ip, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// True when no connection waits there; one that was made waits before whoever made it goes on.
fn is_alone(listener: &std::net::TcpListener) -> bool {
    listener.accept().is_err_and(|cause| cause.kind() == ErrorKind::WouldBlock)
}

/// A server on 127.0.0.1 that writes this head to every caller and then what the function writes; answers its address.
async fn server<F: Future<Output = io::Result<()>> + Send>(
    head: impl Into<String>,
    write: impl Fn(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, head) = (format!("http://{}/", listener.local_addr().unwrap()), head.into());
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _length = caller.read(&mut request).await;
            if caller.write_all(head.as_bytes()).await.is_ok() {
                // Whoever has heard enough hangs up.
                let _ended = write(caller).await;
            }
        }
    });
    url
}

/// The same with an answer of one piece.
async fn saying(head: &str, body: Vec<u8>) -> String {
    let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    server(head, move |mut caller| {
        let body = body.clone();
        async move { caller.write_all(&body).await }
    })
    .await
}

#[test]
fn only_public_addresses_are_reached_unasked() {
    let public = ["93.184.216.34", "8.8.8.8", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "2001:4860:4860::8888"];
    let private = [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
        "64:ff9b::7f00:1",
    ];

    assert!(public.iter().all(|it| is_public(address(it))));
    for it in private {
        assert!(!is_public(address(it)), "{it}");
    }
}

#[test]
fn a_network_that_the_operator_named_is_reached_and_its_neighbours_are_not() {
    let allowed = ["10.1.0.0/16".parse().unwrap()];

    assert!(may_reach(address("10.1.2.3"), &allowed));
    assert!(!may_reach(address("10.2.2.3"), &allowed));
}

/// SS-01: an address inside is refused in every spelling, and so is everything that is not HTTP.
#[tokio::test]
async fn ss_01_nothing_inside_is_called_that_the_operator_did_not_name() {
    let strict = vetted("");
    let (open, port) = listener("127.0.0.1");

    for url in [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://0.0.0.0/",
        &format!("http://127.0.0.1:{port}/"),
        &format!("http://localhost:{port}/"),
    ] {
        let refused = strict.send(get(url)).await.unwrap_err();
        assert!(format!("{refused:?}").contains("not a public address"), "{url}: {refused:?}");
    }
    for url in
        ["file:///etc/passwd", "gopher://93.184.216.34/", "ftp://93.184.216.34/", "data:text/plain,x", "unix:/run/x"]
    {
        for outbound in [&strict, &vetted("127.0.0.1"), &Outbound::anywhere(None).unwrap()] {
            let refused = outbound.send(get(url)).await.unwrap_err();
            assert_eq!(refused.to_string(), "only http and https are spoken", "{url}");
        }
    }
    assert!(is_alone(&open));
    let named = saying("200 OK", b"here".to_vec()).await;
    assert_eq!(vetted("127.0.0.1").send(get(&named)).await.unwrap().body, b"here");
}

/// SS-02: an answer that sends the caller elsewhere is an answer; nobody goes there, inside or not.
#[tokio::test]
async fn ss_02_a_redirect_is_not_followed() {
    let (inside, port) = listener("127.0.0.1");

    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let head = format!("{status}\r\nlocation: http://127.0.0.1:{port}/");
        let answer = vetted("127.0.0.1").send(get(&saying(&head, Vec::new()).await)).await.unwrap();
        assert!(status.starts_with(&answer.status.to_string()), "{answer:?}");
    }

    assert!(is_alone(&inside));
}

/// Calls by a resolver that answers a name with these addresses, one list after the other; 127.0.0.2 counts as public.
fn resolving(answers: &'static [&'static [&'static str]]) -> (Outbound, Arc<AtomicUsize>) {
    let allowed: Arc<[IpNet]> = vec!["127.0.0.2/32".parse().unwrap()].into();
    let asked = Arc::new(AtomicUsize::new(0));
    let nth = Arc::clone(&asked);
    let lookup = move |_| {
        let list = answers[nth.fetch_add(1, Ordering::SeqCst)];
        let found = list.iter().map(|it| SocketAddr::new(address(it), 0)).collect();
        async move { Ok(found) }
    };
    let _installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let vetting = Vetting { allowed: Arc::clone(&allowed), lookup };
    let http = client(None, Some(Arc::new(vetting))).unwrap();
    (Outbound { http, allowed: Some(allowed), limits: CHOSEN, extra_ca_file: None, tls: Arc::default() }, asked)
}

/// SS-03: what was vetted is what is dialled, whatever the name leads to a moment later, and nothing beside it.
#[tokio::test]
async fn ss_03_the_address_that_was_vetted_is_the_one_that_is_dialled() {
    let public = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let port = public.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut caller, _) = public.accept().await.unwrap();
        let mut request = [0; 4096];
        let _length = caller.read(&mut request).await;
        caller.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await
    });
    let rebound = std::net::TcpListener::bind(("127.0.0.3", port)).unwrap();
    rebound.set_nonblocking(true).unwrap();
    let url = format!("http://rebinding.example:{port}/");

    let (changing, asked) = resolving(&[&["127.0.0.2"], &["127.0.0.3"]]);
    let first = changing.send(get(&url)).await.unwrap();
    let asked_by_one_call = asked.load(Ordering::SeqCst);
    let second = changing.send(get(&url)).await.unwrap_err();
    // Nobody listens on the public address any more: the other one must not take its place.
    let (mixed, _) = resolving(&[&["127.0.0.2", "127.0.0.3"]]);
    let beside = mixed.send(get(&url)).await.unwrap_err();

    assert_eq!((first.status, asked_by_one_call), (204, 1));
    assert!(format!("{second:?}").contains("not a public address"), "{second:?}");
    assert!(matches!(beside, Failed::Unreached(_)), "{beside:?}");
    assert!(is_alone(&rebound));
}

/// SS-07: of an answer that is too long or does not end no more than a mebibyte is taken, one that is slow is cut, and one that
/// is packed stays packed.
#[tokio::test]
async fn ss_07_an_answer_that_is_long_endless_slow_or_packed_is_cut() {
    let usual = vetted("127.0.0.1");
    let hasty = Outbound { limits: Limits { whole_call: Duration::from_millis(300), ..CHOSEN }, ..usual.clone() };
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    let just = usual.send(get(&saying("200 OK", vec![b'x'; MEBIBYTE]).await)).await;
    let over = usual.send(get(&saying("200 OK", vec![b'x'; MEBIBYTE + 1]).await)).await;
    let long = usual.send(get(&saying("200 OK", vec![b'x'; 10 * MEBIBYTE]).await)).await;
    let endless = server(chunked, |mut caller| async move {
        loop {
            caller.write_all(format!("4000\r\n{}\r\n", "x".repeat(0x4000)).as_bytes()).await?;
        }
    });
    let endless = usual.send(get(&endless.await)).await;
    let slow = server(chunked, |mut caller| async move {
        loop {
            caller.write_all(b"1\r\nx\r\n").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let slow = hasty.send(get(&slow.await)).await;
    let silent = server("", |caller| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(caller);
        Ok(())
    });
    let silent = hasty.send(get(&silent.await)).await;
    // The first bytes of a stream that would unpack to gigabytes: nobody unpacks it.
    let bomb = [vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], vec![0; 4096]].concat();
    let packed = usual.send(get(&saying("200 OK\r\ncontent-encoding: gzip", bomb.clone()).await)).await;

    assert_eq!(just.unwrap().body.len(), MEBIBYTE);
    for it in [over, long, endless] {
        assert!(matches!(it, Err(Failed::TooLong)), "{it:?}");
    }
    for it in [slow, silent] {
        assert!(matches!(it, Err(Failed::Late)), "{it:?}");
    }
    assert_eq!(packed.unwrap().body, bomb);
}

/// SS-07: ten seconds and a mebibyte for what somebody else chose, a minute and four for what the operator named.
#[tokio::test]
async fn ss_07_whoever_chose_the_address_says_how_much_there_may_be_of_a_call() {
    let chosen = vetted("127.0.0.1");
    let named = Outbound::anywhere(None).unwrap();
    let url = saying("200 OK", vec![b'x'; 2 * MEBIBYTE]).await;

    assert_eq!(chosen.limits, Limits { whole_call: Duration::from_secs(10), answer_max: 1 << 20 });
    assert_eq!(named.limits, Limits { whole_call: Duration::from_secs(60), answer_max: 4 << 20 });
    assert!(matches!(chosen.send(get(&url)).await, Err(Failed::TooLong)));
    assert_eq!(named.send(get(&url)).await.unwrap().body.len(), 2 * MEBIBYTE);
}

/// SS-08: whether a port inside is open, closed or filtered is told by neither words nor time.
#[tokio::test]
async fn ss_08_a_port_inside_is_refused_alike_whether_it_is_open_closed_or_filtered() {
    let strict = vetted("");
    let (open, port) = listener("127.0.0.1");
    let closed = {
        let (_gone, port) = listener("127.0.0.1");
        port
    };

    for host in ["127.0.0.1", "localhost"] {
        let mut said = Vec::new();
        for port in [port, closed] {
            let began = tokio::time::Instant::now();
            let refused = strict.send(get(&format!("http://{host}:{port}/"))).await.unwrap_err();
            assert!(began.elapsed() < Duration::from_secs(2), "{host}:{port}");
            said.push(format!("{refused:#}").replace(&port.to_string(), "PORT"));
        }
        assert_eq!(said[0], said[1]);
    }
    // Nobody answers there and nobody refuses.
    let began = tokio::time::Instant::now();
    let filtered = strict.send(get("http://10.255.255.1:81/")).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(2));
    let refused = strict.send(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap_err();
    assert_eq!(filtered.to_string().replace("10.255.255.1", "127.0.0.1"), refused.to_string());
    assert!(is_alone(&open));
}
