//! What a running node tells a monitoring system: how much it does, how long that takes, and what waits.
//!
//! **Invariant:** the value of a label is a word of this program (`&'static str`), never text of a caller, so that how many series
//! there are does not depend on who calls.
//! **Invariant:** counting costs an atomic addition and asks no database. What is read there for an answer is bounded, is read for
//! one answer at a time, and serves the others of the next [`KEPT`], so that whoever asks often asks the database no more.
//! **Invariant:** nothing of it is global: every node counts for itself, also where one process runs several.

use std::time::Duration;

use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::app::{App, jobs};
use crate::domain::{Error, Timestamp};
use crate::oidc::token;
use crate::store::outbox::Waiting;

/// The media type of an answer.
pub const MEDIA_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// What was read from the database is good for so long.
pub const KEPT: Duration = Duration::from_secs(5);
/// So long an answer waits for the database; it tells the rest without it.
const READ_WITHIN: Duration = Duration::from_secs(3);
/// So many messages are counted; where more wait, it is this number.
const MESSAGES_MAX: u32 = 10_000;

/// Up to when an answer was quick, in seconds.
const ANSWERED_WITHIN: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Up to when somebody who wanted to write waited little, in seconds.
const WAITED: [f64; 9] = [0.000_1, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Identity providers push people and groups.
    Scim,
    /// Applications and their people.
    Oidc,
    /// The way in: passwords, providers, links.
    SignIn,
    /// The pages of administration.
    Console,
    /// The pages of one's own account.
    Account,
    /// The administration by programs.
    Api,
    /// Questions whether somebody may do something.
    Decisions,
    /// Files of the pages, probes, and what leads nowhere.
    Other,
}

impl Surface {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::Oidc => "oidc",
            Self::SignIn => "sign-in",
            Self::Console => "console",
            Self::Account => "account",
            Self::Api => "api",
            Self::Decisions => "decisions",
            Self::Other => "other",
        }
    }

    const ALL: [Self; 8] =
        [Self::Scim, Self::Oidc, Self::SignIn, Self::Console, Self::Account, Self::Api, Self::Decisions, Self::Other];
}

/// A request that is being answered; it is over when this is dropped, also where nobody waits for the answer any more.
#[must_use = "it is over at once where it is not held"]
pub struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Seconds = Gauge<f64, std::sync::atomic::AtomicU64>;

/// The numbers of a node.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels<3>, Counter>,
    request_seconds: Family<Labels<1>, Histogram, fn() -> Histogram>,
    requests_under_way: Gauge,
    requests_shed: Counter,
    sign_ins: Family<Labels<1>, Counter>,
    access_tokens: Family<Labels<1>, Counter>,
    writer_wait_seconds: Histogram,
    given_up: Family<Labels<1>, Counter>,
    job_failures: Counter,
    read: Read,
    read_at: Mutex<Option<Timestamp>>,
}

/// What is read when it is asked for.
struct Read {
    hashes_under_way: Gauge,
    hashes_waiting: Gauge,
    audit_unsealed_seconds: Seconds,
    database_up: Gauge,
    outbox_messages: Family<Labels<1>, Gauge>,
    outbox_failing: Family<Labels<1>, Gauge>,
    outbox_late_seconds: Family<Labels<1>, Seconds>,
}

impl Metrics {
    /// Nothing counted yet by a node that starts at this moment, with the embedded database or another.
    pub fn new(started: Timestamp, is_embedded: bool) -> Self {
        let mut all = Registry::default();
        about_process(&mut all, started, is_embedded);
        let read = Read::new(&mut all);
        Self {
            requests: add(&mut all, "doorward_http_requests", "Requests answered", Family::default()),
            request_seconds: add(
                &mut all,
                "doorward_http_request_duration_seconds",
                "How long requests took",
                Family::new_with_constructor(|| Histogram::new(ANSWERED_WITHIN)),
            ),
            requests_under_way: add(
                &mut all,
                "doorward_http_requests_under_way",
                "Requests that are being answered",
                Gauge::default(),
            ),
            requests_shed: add(
                &mut all,
                "doorward_http_requests_shed",
                "Requests refused because too many were under way",
                Counter::default(),
            ),
            sign_ins: add(&mut all, "doorward_sign_ins", "Sign-ins, by what came of them", Family::default()),
            access_tokens: add(&mut all, "doorward_access_tokens", "Access tokens issued", Family::default()),
            writer_wait_seconds: add(
                &mut all,
                "doorward_writer_wait_seconds",
                "How long units of work waited for their turn to write",
                Histogram::new(WAITED),
            ),
            given_up: add(
                &mut all,
                "doorward_outbox_given_up",
                "Messages that were not sent and are not tried again",
                Family::default(),
            ),
            job_failures: add(
                &mut all,
                "doorward_job_failures",
                "Jobs of the server that failed, to be tried again",
                Counter::default(),
            ),
            registry: all,
            read,
            read_at: Mutex::default(),
        }
        .at_zero()
    }

    /// Makes the series that there always are, at nothing: what was never counted cannot be told from what is not there.
    fn at_zero(self) -> Self {
        for surface in Surface::ALL {
            drop(self.request_seconds.get_or_create(&[("surface", surface.word())]));
        }
        for grant in token::WORDS {
            drop(self.access_tokens.get_or_create(&[("grant", grant)]));
        }
        for kind in jobs::KINDS {
            drop(self.given_up.get_or_create(&[("kind", kind)]));
        }
        drop(self.sign_ins.get_or_create(&[("outcome", SIGNED_IN)]));
        self
    }

    /// Notes that a request is being answered.
    pub fn under_way(&self) -> UnderWay {
        self.requests_under_way.inc();
        UnderWay(self.requests_under_way.clone())
    }

    /// Counts a request that was answered, with its method and the class of its status, and how long that took.
    pub fn answered(&self, surface: Surface, (method, class): (&'static str, &'static str), took: Duration) {
        let surface = ("surface", surface.word());
        self.requests.get_or_create(&[surface, ("method", method), ("status", class)]).inc();
        self.request_seconds.get_or_create(&[surface]).observe(took.as_secs_f64());
    }

    /// Counts a request that was refused because too many were under way.
    pub fn shed(&self) {
        self.requests_shed.inc();
    }

    /// Counts a sign-in that led to a session.
    pub fn signed_in(&self) {
        self.sign_in_failed(SIGNED_IN);
    }

    /// Counts a sign-in that failed.
    pub fn sign_in_failed(&self, reason: &'static str) {
        self.sign_ins.get_or_create(&[("outcome", reason)]).inc();
    }

    /// Counts an access token that was issued.
    pub fn access_token_issued(&self, grant: &'static str) {
        self.access_tokens.get_or_create(&[("grant", grant)]).inc();
    }

    /// Counts a unit of work that could begin, and how long it waited.
    pub fn may_write(&self, waited: Duration) {
        self.writer_wait_seconds.observe(waited.as_secs_f64());
    }

    /// Counts a message that is not tried again.
    pub fn message_given_up(&self, kind: &str) {
        self.given_up.get_or_create(&[("kind", jobs::kind(kind))]).inc();
    }

    /// Counts a job that failed.
    pub fn job_failed(&self) {
        self.job_failures.inc();
    }
}

/// What came of a sign-in that led to a session.
const SIGNED_IN: &str = "success";

fn about_process(all: &mut Registry, started: Timestamp, is_embedded: bool) {
    let build: Family<Labels<2>, Gauge> = Family::default();
    let database = if is_embedded { "sqlite" } else { "postgresql" };
    build.get_or_create(&[("version", env!("CARGO_PKG_VERSION")), ("database", database)]).set(1);
    add(all, "doorward_build_info", "The version that runs, and the kind of its database", build);
    let start = add(all, "process_start_time_seconds", "When the process started", Gauge::<i64>::default());
    start.set(started.seconds());
}

/// Adds a family. The library ends each help with a full stop, and the name of each counter with `_total`.
fn add<M: Metric + Clone>(all: &mut Registry, name: &str, help: &str, metric: M) -> M {
    all.register(name, help, metric.clone());
    metric
}

/// Everything, as a monitoring system reads it.
pub async fn tell(app: &App) -> Result<String, Error> {
    let metrics = &app.metrics;
    // Whoever comes meanwhile waits here, and finds what was read.
    let mut read_at = metrics.read_at.lock().await;
    let now = app.now();
    if !read_at.is_some_and(|at| now.is_within(KEPT, at)) {
        metrics.read.database(app, now).await;
        *read_at = Some(now);
    }
    metrics.read.process(app, now);
    let mut text = String::new();
    prometheus_text::encode(&mut text, &metrics.registry).map_err(anyhow::Error::new)?;
    Ok(text)
}

impl Read {
    fn new(all: &mut Registry) -> Self {
        Self {
            hashes_under_way: add(
                all,
                "doorward_password_hashes_under_way",
                "Passwords that are being hashed",
                Gauge::default(),
            ),
            hashes_waiting: add(
                all,
                "doorward_password_hashes_waiting",
                "Passwords that wait to be hashed",
                Gauge::default(),
            ),
            audit_unsealed_seconds: add(
                all,
                "doorward_audit_unsealed_seconds",
                "Age of the oldest record of the audit, written by this node, that is not part of the chain yet",
                Seconds::default(),
            ),
            database_up: add(all, "doorward_database_up", "Whether the database answered", Gauge::default()),
            outbox_messages: add(all, "doorward_outbox_messages", "Messages that wait", Family::default()),
            outbox_failing: add(
                all,
                "doorward_outbox_failing_messages",
                "Messages of which the last try failed",
                Family::default(),
            ),
            outbox_late_seconds: add(
                all,
                "doorward_outbox_late_seconds",
                "For how long the first message has been due",
                Family::default(),
            ),
        }
    }

    /// What this process knows by itself.
    fn process(&self, app: &App, now: Timestamp) {
        let (under_way, waiting) = app.hasher.at_work();
        self.hashes_under_way.set(under_way);
        self.hashes_waiting.set(waiting);
        let oldest = app.store.unsealed.oldest();
        self.audit_unsealed_seconds.set(oldest.map_or(0.0, |it| now.since(it).as_secs_f64()));
    }

    /// What the database knows. Where it does not answer, what it said last stays.
    async fn database(&self, app: &App, now: Timestamp) {
        match timeout(READ_WITHIN, app.store.waiting_by_kind(MESSAGES_MAX)).await {
            Ok(Ok(waiting)) => {
                self.database_up.set(1);
                self.outbox(&waiting, now);
            }
            Ok(Err(failure)) => {
                self.database_up.set(0);
                tracing::warn!(failure = %failure, "the database could not be asked for the metrics");
            }
            Err(_) => {
                self.database_up.set(0);
                tracing::warn!("the database took too long to be asked for the metrics");
            }
        }
    }

    fn outbox(&self, waiting: &[Waiting], now: Timestamp) {
        for kind in jobs::KINDS {
            let of_kind = || waiting.iter().filter(|it| jobs::kind(&it.kind) == kind);
            let label = [("kind", kind)];
            self.outbox_messages.get_or_create(&label).set(of_kind().map(|it| it.messages).sum());
            self.outbox_failing.get_or_create(&label).set(of_kind().map(|it| it.failing).sum());
            let first_due = of_kind().map(|it| it.first_due).min();
            let late = first_due.map_or(0.0, |it| now.since(it).as_secs_f64());
            self.outbox_late_seconds.get_or_create(&label).set(late);
        }
    }
}
