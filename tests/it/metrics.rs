//! What a monitoring system reads: on a listener of its own, counted under words of the server alone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use doorward::app::jobs;
use doorward::app::metrics::Surface;
use doorward::web::routes::surface;
use reqwest::{Client, Method};
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Browser, Reply, Server, database};
use crate::oidc::stage::Stage;

/// Every label that there is, with every value that it can have; `le` is the end of a step of a histogram.
const LABELS: [(&str, &[&str]); 9] = [
    ("surface", &["scim", "oidc", "sign-in", "console", "account", "api", "decisions", "other"]),
    ("method", &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"]),
    ("status", &["1xx", "2xx", "3xx", "4xx", "5xx"]),
    ("grant", &["code", "refresh", "device", "exchange", "client"]),
    (
        "outcome",
        &[
            "success",
            "unknown",
            "password",
            "throttled",
            "deactivated",
            "sso",
            "pending",
            "no usable password",
            "totp",
            "recovery_code",
            "passkey",
            "copied passkey",
            "provider",
        ],
    ),
    (
        "kind",
        &[
            "mail",
            "backchannel-logout",
            "security-event",
            "async-outcome",
            "stream-event",
            "password-reset-request",
            "sign-in-flood-alert",
            "last-holder-alert",
            "token-by-link-alert",
            "breaker-alert",
            "holder-left-alert",
            "failed-sign-ins-alert",
            "audit-stream-alert",
            "let-go",
            "connection-letter",
            "invitation-refused-alert",
            "invitation-wanted",
            "still-here",
            "organisation-deleted",
            "break-glass-alert",
            "review-asked",
            "review-carry-out",
            "review-nudge",
            "other",
        ],
    ),
    ("database", &["sqlite", "postgresql"]),
    ("version", &[env!("CARGO_PKG_VERSION")]),
    ("le", &[]),
];

/// How often something random is asked in a half of the storm: so many do it at once, each so often.
const STORM: (u64, u64) = (50, 100);

/// The lines of an answer: what stands before the number, and the number.
fn series(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|it| !it.starts_with('#'));
    lines
        .map(|it| it.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

/// The name of a family, and the labels of one of its series.
fn parts(series: &str) -> (&str, Vec<(&str, &str)>) {
    let Some((name, labels)) = series.split_once('{') else { return (series, Vec::new()) };
    let labels = labels.trim_end_matches("\"}").split("\",").map(|it| it.split_once("=\"").unwrap());
    (name, labels.collect())
}

/// What is said that the table does not know.
fn unknown(text: &str) -> Vec<String> {
    let is_known = |(name, value): &(&str, &str)| {
        let known = LABELS.iter().find(|it| it.0 == *name);
        known.is_some_and(|(name, values)| *name == "le" && value.parse::<f64>().is_ok() || values.contains(value))
    };
    let all = series(text);
    all.keys().filter(|it| !parts(it).1.iter().all(is_known)).cloned().collect()
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }

    /// A word that the server has never heard, and that is known again by its beginning.
    fn word(&mut self) -> String {
        format!("zqx{:x}", self.roll(usize::MAX >> 1))
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    /// Something that anybody could send.
    fn request(&mut self, http: &Client, url: &str) -> reqwest::RequestBuilder {
        const PLACES: [&str; 20] = [
            "/",
            "/scim/v2/Users/",
            "/scim/v2/",
            "/scim/",
            "/oauth2/",
            "/oauth2/authorize?client_id=",
            "/oauth2/token?",
            "/.well-known/",
            "/ssf/",
            "/sign-in/",
            "/activate/",
            "/sso/",
            "/console/users/",
            "/console/",
            "/account/",
            "/api/v1/users/",
            "/api/v1/",
            "/access/v1/evaluation?",
            "/assets/",
            "/healthz?",
        ];
        const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let path = format!("{}{}", self.one(&PLACES), self.word());
        let method = if self.roll(8) == 0 { self.word() } else { self.one(&METHODS).to_owned() };
        let request = http.request(method.parse().unwrap(), format!("{url}{path}"));
        let scheme = self.one(&["Bearer", "Basic", "DPoP", "Zqx"]);
        let request = request
            .header("user-agent", self.word())
            .header("authorization", format!("{scheme} {}", self.word()))
            .header("x-forwarded-for", self.word())
            .header("x-request-id", self.word())
            .header("cookie", format!("dw_sid={}", self.word()));
        let form = ["grant_type", "client_id", "username", "password", "scope", "state"].map(|it| (it, self.word()));
        if self.roll(2) == 0 { request.form(&form) } else { request }
    }
}

/// Half of the storm: random requests, sign-ins of people who do not exist, and faults of the server.
async fn storm(server: &Server, seed: u64) {
    let mut under_way = JoinSet::new();
    for nth in 0..STORM.0 {
        let (http, url) =
            (Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap(), server.url.clone());
        let mut dice = Dice((seed * STORM.0 + nth + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        under_way.spawn(async move {
            for _ in 0..STORM.1 {
                let reply = dice.request(&http, &url).send().await.unwrap();
                assert!(reply.status().as_u16() < 500, "{} {}", reply.status(), reply.url());
            }
        });
    }
    while let Some(done) = under_way.join_next().await {
        done.unwrap();
    }
    let mut dice = Dice(seed + 1);
    for _ in 0..3 {
        Browser::new(server).sign_in(&dice.word(), &dice.word()).await;
    }
    let url = server.app.config.database_url.clone();
    database::execute(&url, "ALTER TABLE users RENAME TO taken_away");
    for _ in 0..10 {
        let known = format!("019a0000-0000-7000-8000-{:012x}", dice.roll(1 << 40));
        for path in [format!("/api/v1/users?organisation=acme&name={}", dice.word()), format!("/api/v1/users/{known}")]
        {
            server.send(server.api(Method::GET, &path)).await.expect(500);
        }
    }
    database::execute(&url, "ALTER TABLE taken_away RENAME TO users");
}

/// OU-05: after ten thousand random requests, with users, paths, methods, browsers and tokens that nobody knows, and after
/// faults, the label sets are those of before and each value of a label is one of a fixed list.
#[tokio::test]
async fn ou_05_ten_thousand_random_requests_and_errors_make_no_label() {
    let server = Server::start().await;
    server.tenant("acme").await;
    server.expect_faults();

    storm(&server, 0).await;
    let before = server.metrics().await;
    storm(&server, 1).await;
    let after = server.metrics().await;

    assert_eq!(unknown(&after), Vec::<String>::new());
    let sets = |text: &str| series(text).into_keys().collect::<BTreeSet<String>>();
    assert_eq!(sets(&after), sets(&before));
    assert!(!after.contains("zqx"), "something that was sent is in the metrics");
    let counted: f64 =
        series(&after).iter().filter(|it| it.0.starts_with("doorward_http_requests_total")).map(|it| it.1).sum();
    assert!(counted > 10_000.0, "{counted}");
    for seen in ["surface=\"decisions\"", "method=\"OTHER\"", "status=\"5xx\"", "outcome=\"unknown\""] {
        assert!(after.contains(seen), "{seen} was never met");
    }
}

/// OU-05: the metrics are read at an address of their own, where there is nothing else, and not at the public one.
#[tokio::test]
async fn ou_05_the_metrics_are_not_public() {
    let server = Server::start().await;
    let (http, own) = (Client::new(), server.monitored());
    let ask = async |method: Method, path: &str| {
        Reply::of(http.request(method, format!("{own}{path}")).send().await.unwrap()).await
    };

    let told = ask(Method::GET, "/metrics").await;
    let mut others = Vec::new();
    for path in ["/", "/metrics/", "/metrics/x", "//metrics", "/healthz", "/sign-in", "/api/v1/users", "/scim/v2/Users"]
    {
        others.push(ask(Method::GET, path).await.status);
    }
    let posted = ask(Method::POST, "/metrics").await;
    let public = server.get("/metrics").await;
    let by_operator = server.send(server.api(Method::GET, "/metrics")).await;

    assert_eq!((told.status, told.header("content-type")), (200, Some("text/plain; version=0.0.4; charset=utf-8")));
    assert!(others.iter().all(|it| *it == 404), "{others:?}");
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET")));
    assert_eq!((public.status, by_operator.status), (404, 404));
    assert!(!public.text.contains("doorward_http_requests"), "{}", public.text);
}

#[tokio::test]
async fn what_is_done_is_counted_under_what_it_is() {
    let stage = Stage::new().await;
    let (server, rp) = (&stage.server, stage.rp().await);

    let tokens = stage.tokens(&rp, &stage.grace).await;
    stage.refresh(&rp, tokens["refresh_token"].as_str().unwrap()).await.expect(200);
    stage.refresh(&rp, "dwrt_of-nobody").await.expect(400);
    Browser::new(server).sign_in("grace@acme.example", "not the password of grace").await;
    let told = series(&server.metrics().await);

    let of = |name: &str| told.get(name).copied().unwrap_or_else(|| panic!("{name} is not told in {told:#?}"));
    assert_eq!(of("doorward_sign_ins_total{outcome=\"success\"}"), 1.0);
    assert_eq!(of("doorward_sign_ins_total{outcome=\"password\"}"), 1.0);
    assert_eq!(of("doorward_access_tokens_total{grant=\"code\"}"), 1.0);
    assert_eq!(of("doorward_access_tokens_total{grant=\"refresh\"}"), 1.0);
    assert_eq!(of("doorward_access_tokens_total{grant=\"device\"}"), 0.0);
    assert_eq!(of("doorward_http_requests_total{surface=\"oidc\",method=\"POST\",status=\"2xx\"}"), 2.0);
    assert_eq!(of("doorward_http_requests_total{surface=\"oidc\",method=\"POST\",status=\"4xx\"}"), 1.0);
    assert_eq!(of("doorward_http_request_duration_seconds_count{surface=\"oidc\"}"), 4.0);
    assert_eq!(of("doorward_http_request_duration_seconds_count{surface=\"console\"}"), 0.0);
    assert_eq!([of("doorward_http_requests_under_way"), of("doorward_password_hashes_waiting")], [0.0, 0.0]);
    assert_eq!(of("process_start_time_seconds"), 1_800_000_000.0);
    assert_eq!(of("doorward_database_up"), 1.0);
    assert!(of("doorward_writer_wait_seconds_count") > 5.0, "{told:#?}");
    server.keep_outbox();
}

/// The outbox is asked for one answer in five seconds, so that nobody loads the database by asking often.
#[tokio::test]
async fn what_waits_in_the_outbox_is_counted_by_kind_and_looked_at_every_five_seconds() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let put = async |kind: &str| {
        let put = server.app.store.put_in_outbox(tenant.org, kind, &json!({}), server.app.now()).await;
        put.unwrap();
    };
    let waiting = async |kind: &str| {
        let told = series(&server.metrics().await);
        ["messages", "failing_messages", "late_seconds"]
            .map(|it| told[&format!("doorward_outbox_{it}{{kind=\"{kind}\"}}")])
    };

    put("mail").await;
    put("of-a-later-version").await;
    server.advance(Duration::from_secs(30));
    let (mail, other, none) = (waiting("mail").await, waiting("other").await, waiting("let-go").await);
    put("mail").await;
    server.advance(Duration::from_secs(4));
    let kept = waiting("mail").await;
    server.run_jobs().await;
    server.advance(Duration::from_secs(1));
    let anew = waiting("mail").await;

    assert_eq!((mail, other, none), ([1.0, 0.0, 30.0], [1.0, 0.0, 30.0], [0.0; 3]));
    assert_eq!(kept, mail);
    // Both were tried and could not be read as letters, so they are due again later.
    assert_eq!(anew, [2.0, 2.0, 0.0]);
    server.keep_outbox();
}

#[tokio::test]
async fn the_rest_is_told_while_the_database_does_not_answer() {
    let server = Server::start().await;
    let url = server.app.config.database_url.clone();
    database::execute(&url, "ALTER TABLE outbox RENAME TO taken_away");

    let broken = series(&server.metrics().await);
    database::execute(&url, "ALTER TABLE taken_away RENAME TO outbox");
    server.advance(Duration::from_secs(5));
    let mended = series(&server.metrics().await);

    assert_eq!((broken["doorward_database_up"], mended["doorward_database_up"]), (0.0, 1.0));
    assert_eq!(broken["process_start_time_seconds"], mended["process_start_time_seconds"]);
}

/// How far the sealer of the audit is behind is known without asking the database, and is nothing once it has caught up.
#[tokio::test]
async fn a_record_that_is_not_sealed_yet_grows_old_until_it_is() {
    let server = Server::start().await;
    let lag = async || series(&server.metrics().await)["doorward_audit_unsealed_seconds"];

    let nothing = lag().await;
    server.tenant("acme").await;
    server.advance(Duration::from_secs(30));
    server.tenant("other").await;
    let behind = lag().await;
    jobs::sweep(&server.app).await.unwrap();
    let sealed = lag().await;

    assert_eq!((nothing, behind, sealed), (0.0, 30.0, 0.0));
}

/// Two nodes of one instance tell the same of the database, and each of itself what it did.
#[tokio::test]
async fn each_node_counts_for_itself_and_all_tell_the_same_of_the_database() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    let node = server.node().await;
    server.app.store.put_in_outbox(tenant.org, "mail", &json!({}), server.app.now()).await.unwrap();
    for _ in 0..3 {
        server.get("/healthz").await;
    }

    let (here, there) = (series(&server.metrics().await), series(&node.metrics().await));

    let asked = "doorward_http_request_duration_seconds_count{surface=\"other\"}";
    let mails = "doorward_outbox_messages{kind=\"mail\"}";
    assert_eq!((here[asked], there[asked]), (3.0, 0.0));
    assert_eq!((here[mails], there[mails]), (1.0, 1.0));
    server.keep_outbox();
    node.keep_outbox();
}

#[tokio::test]
async fn every_route_belongs_to_a_surface() {
    let server = Server::start().await;
    let routes = doorward::web::routes(&server.app);

    let others: BTreeSet<&str> =
        routes.table().iter().map(|it| it.path).filter(|it| surface(it) == Surface::Other).collect();

    let brand = ["/brand/{org}/{version}/brand.css", "/brand/{org}/{version}/logo"];
    let expected = ["/assets/{name}", "/csp-reports", "/healthz", "/readyz"].into_iter().chain(brand);
    assert_eq!(others, expected.collect());
}

/// What the metrics mean is written where an operator reads it: every family, and every word of a label.
#[tokio::test]
async fn the_readme_explains_every_family_and_no_other() {
    let server = Server::start().await;
    let readme = include_str!("../../README.md");

    server.get("/healthz").await;
    let told = server.metrics().await;

    let families: BTreeSet<&str> =
        told.lines().filter_map(|it| it.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let written: BTreeSet<&str> = readme
        .lines()
        .filter_map(|it| it.strip_prefix("| `")?.split(['`', '{']).next())
        .filter(|it| families.contains(it) || it.starts_with("doorward_"))
        .collect();
    assert_eq!(written, families);
}
