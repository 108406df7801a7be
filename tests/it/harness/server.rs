//! The server under test.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use doorward::app::App;
use doorward::app::clock::Clock;
use doorward::app::config::{Config, Settings};
use doorward::app::jobs;
use doorward::domain::Timestamp;
use doorward::domain::id::UserId;
use doorward::store::Store;
use doorward::web::serve::{serve, serve_metrics};
use reqwest::{Client, Method, RequestBuilder};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::Reply;
use super::database::fresh;
use super::dns::Dns;

/// The operator token of every server under test.
pub const OPERATOR_TOKEN: &str = "dwop_the-operator-under-test";

/// A running server with a database of its own and a clock that moves only when told.
pub struct Server {
    /// The application behind it.
    pub app: App,
    /// Where it answers.
    pub url: String,
    /// Its data directory.
    pub dir: TempDir,
    /// The DNS that it asks.
    pub dns: Dns,
    http: Client,
    expects_faults: AtomicBool,
    keeps_outbox: AtomicBool,
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Starts a server on a fresh database.
    pub async fn start() -> Self {
        Self::start_with(|settings| settings).await
    }

    /// Starts a server with other settings than the usual ones.
    pub async fn start_with(change: impl FnOnce(Settings) -> Settings) -> Self {
        let (dir, dns) = (TempDir::new().unwrap(), Dns::start().await);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let settings = Settings {
            listen: Some(address.to_string()),
            database_url: Some(fresh(dir.path())),
            data_dir: Some(dir.path().to_owned()),
            operator_token_file: Some(dir.path().join("operator.token")),
            dynamic_registration: Some(true),
            dns_servers: Some(dns.at.to_string()),
            ..Settings::default()
        };
        let mut config = change(settings).check().unwrap();
        config.rsa_bits = 2048;
        std::fs::write(&config.master_key_file, "5a".repeat(32)).unwrap();
        std::fs::write(dir.path().join("operator.token"), OPERATOR_TOKEN).unwrap();
        let clock = Clock::fixed(Timestamp::from_millis(1_800_000_000_000));
        Self::run(config, clock, listener, (dir, dns)).await
    }

    /// Another node of the same instance: it has the database, the master key, the public URL and the clock of this one.
    pub async fn node(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let config = Config { listen: listener.local_addr().unwrap(), ..self.app.config.clone() };
        Self::run(config, self.app.clock.clone(), listener, (TempDir::new().unwrap(), self.dns.clone())).await
    }

    async fn run(config: Config, clock: Clock, listener: TcpListener, (dir, dns): (TempDir, Dns)) -> Self {
        let address = listener.local_addr().unwrap();
        let app = App::open(config, clock).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ended = stopped.await;
        };
        tokio::spawn(serve(app.clone(), listener, shutdown));
        Self {
            url: format!("http://{address}"),
            app,
            dir,
            dns,
            http: Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
            expects_faults: AtomicBool::new(false),
            keeps_outbox: AtomicBool::new(false),
            _stop: stop,
        }
    }

    /// Moves the server's clock on.
    pub fn advance(&self, by: Duration) {
        self.app.clock.advance(by);
    }

    /// Sets the server's clock back.
    pub fn set_back(&self, by: Duration) {
        if let Clock::Fixed(at) = &self.app.clock {
            at.fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
        }
    }

    /// Sends everything that waits in the outbox; answers how much that was.
    pub async fn run_jobs(&self) -> usize {
        jobs::run_due(&self.app).await.unwrap()
    }

    /// From now on the server may answer 5xx.
    pub fn expect_faults(&self) {
        self.expects_faults.store(true, Ordering::SeqCst);
    }

    /// Messages may stay in the outbox when this server ends.
    pub fn keep_outbox(&self) {
        self.keeps_outbox.store(true, Ordering::SeqCst);
    }

    /// Every mail so far as text, oldest first, quoted-printable taken back.
    pub fn mails(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.dir.path().join("mail")) else {
            return Vec::new();
        };
        let mut files: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
        files.sort();
        let text = |file: &std::path::PathBuf| std::fs::read_to_string(file).unwrap();
        files.iter().map(|file| text(file).replace("=\r\n", "").replace("=3D", "=")).collect()
    }

    /// The path of the link in the newest mail.
    pub fn newest_link(&self) -> String {
        let mail = self.mails().pop().expect("a mail was sent");
        let (_, after) = mail.split_once(&self.url).expect("the mail holds a link");
        after.split_whitespace().next().unwrap().to_owned()
    }

    /// A request to a path of this server, under the name that the world calls it by.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let (request, public) = (self.http.request(method, format!("{}{path}", self.url)), &self.app.config.public_url);
        if *public == self.url { request } else { request.header("host", public.split_once("//").unwrap().1) }
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: RequestBuilder) -> Reply {
        let reply = Reply::of(request.send().await.unwrap()).await;
        let is_fault = reply.status >= 500;
        assert!(!is_fault || self.expects_faults.load(Ordering::SeqCst), "{}: {}", reply.status, reply.text);
        reply
    }

    /// Opens the listener at which a monitoring system reads the metrics of this node, and answers where that is.
    pub fn monitored(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve_metrics(self.app.clone(), listener, std::future::pending()));
        url
    }

    /// What is read there.
    pub async fn metrics(&self) -> String {
        let asked = self.http.get(format!("{}/metrics", self.monitored()));
        Reply::of(asked.send().await.unwrap()).await.expect(200).text
    }

    /// Gets a path without any credential.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }
}

/// A path of the API as the operator calls it, who says which organisation is meant where no id does.
pub fn in_acme(path: &str) -> String {
    if path.split(['/', '?']).any(|part| part.parse::<UserId>().is_ok()) {
        return path.to_owned();
    }
    format!("{path}{}organisation=acme", if path.contains('?') { '&' } else { '?' })
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() || self.keeps_outbox.load(Ordering::SeqCst) {
            return;
        }
        let url = self.app.config.database_url.clone();
        // A thread of its own, because a runtime cannot wait inside another.
        let waiting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { Store::open(&url).await.unwrap().waiting().await.unwrap() })
        });
        assert_eq!(waiting.join().unwrap(), 0, "messages were left in the outbox");
    }
}
