//! One `doorward serve` on SQLite, started and ended by a measure.
//!
//! **Invariant:** the process is killed when its `Server` is dropped.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::sleep;

const POLL_EVERY: Duration = Duration::from_millis(1);
const GIVE_UP_AFTER: Duration = Duration::from_secs(20);

/// What is measured.
#[derive(Args)]
pub struct Target {
    /// The binary to measure; make it with `cargo build --release`
    #[arg(long, default_value = "target/release/doorward")]
    binary: PathBuf,
    /// An empty PostgreSQL database; without it SQLite is measured
    #[arg(long)]
    database_url: Option<String>,
}

impl Target {
    /// A new instance with its tables, in a directory that is called after the measure.
    pub async fn instance(&self, measure: &str) -> anyhow::Result<Instance> {
        let directory = std::env::temp_dir().join(format!("doorward-{measure}-{}", std::process::id()));
        let mut instance = Instance::new(&self.binary, &directory)?;
        if let Some(url) = &self.database_url {
            // A server with such a database makes no master key by itself.
            std::fs::write(instance.directory.join("master.key"), "5a".repeat(32))?;
            instance.database_url.clone_from(url);
        }
        instance.cli::<serde_json::Value>(&["migrate"]).await?;
        Ok(instance)
    }

    /// What the database is called, in a sentence and in the name of a report.
    pub fn database(&self) -> (&'static str, &'static str) {
        if self.database_url.is_some() { ("PostgreSQL", "postgres") } else { ("SQLite", "sqlite") }
    }

    /// How the database is said on a command line, if it must be.
    pub fn option(&self) -> &'static str {
        if self.database_url.is_some() { " --database-url postgres://…" } else { "" }
    }
}

/// An instance: a binary, a directory and an address.
pub struct Instance {
    binary: PathBuf,
    directory: PathBuf,
    address: String,
    database_url: String,
}

/// A running process of an instance.
pub struct Server {
    child: Child,
    /// From the start of the process to its first 200 on /healthz.
    pub answered_after: Duration,
}

impl Instance {
    /// Prepares an instance in a new directory, on a loopback port that is free now.
    pub fn new(binary: &Path, directory: &Path) -> anyhow::Result<Instance> {
        let binary = binary
            .canonicalize()
            .with_context(|| format!("no binary at {}: run `cargo build --release` first", binary.display()))?;
        std::fs::create_dir_all(directory)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let directory = directory.canonicalize()?;
        let database_url = format!("sqlite:{}", directory.join("doorward.db").display());
        Ok(Instance { binary, directory, address, database_url })
    }

    /// Takes away what it wrote; the server has ended.
    pub fn remove(self) -> anyhow::Result<()> {
        Ok(std::fs::remove_dir_all(self.directory)?)
    }

    /// Where its rows are.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// Starts the server and waits for its first answer.
    pub async fn start(&self) -> anyhow::Result<Server> {
        let log = std::fs::File::create(self.directory.join("server.log"))?;
        let started = now();
        let mut child = self.command(&["serve"]).stdout(log.try_clone()?).stderr(log).kill_on_drop(true).spawn()?;
        let client = http_client()?;
        while started.elapsed() < GIVE_UP_AFTER {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended while starting: {status}; see {}/server.log", self.directory.display());
            }
            let answer = client.get(format!("http://{}/healthz", self.address)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(Server { child, answered_after: started.elapsed() });
            }
            sleep(POLL_EVERY).await;
        }
        bail!("no answer within {} s; see {}/server.log", GIVE_UP_AFTER.as_secs(), self.directory.display())
    }

    /// Where it can be reached.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Runs a command of the binary and reads what it prints as JSON.
    pub async fn cli<T: DeserializeOwned>(&self, arguments: &[&str]) -> anyhow::Result<T> {
        self.cli_with(arguments, "").await
    }

    /// Runs a command that reads something.
    pub async fn cli_with<T: DeserializeOwned>(&self, arguments: &[&str], input: &str) -> anyhow::Result<T> {
        let mut command = self.command(arguments);
        let pipes = command.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn()?;
        child.stdin.take().context("no pipe")?.write_all(input.as_bytes()).await?;
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!("doorward {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .env_clear()
            .env("DOORWARD_LISTEN", &self.address)
            .env("DOORWARD_PUBLIC_URL", format!("http://{}", self.address))
            .env("DOORWARD_DATA_DIR", &self.directory)
            .env("DOORWARD_DATABASE_URL", &self.database_url)
            .current_dir(&self.directory)
            .stdin(Stdio::null());
        command
    }
}

impl Server {
    /// The resident memory of the process in kilobytes, as the kernel counts it.
    pub fn resident_kb(&self) -> anyhow::Result<u64> {
        self.memory_kb("VmRSS:")
    }

    /// The most memory that was resident since the process began.
    pub fn peak_kb(&self) -> anyhow::Result<u64> {
        self.memory_kb("VmHWM:")
    }

    /// The number of its process.
    pub fn process(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server has ended")
    }

    fn memory_kb(&self, name: &str) -> anyhow::Result<u64> {
        let id = self.process()?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such memory in /proc")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Ends the process and waits until it is gone.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// A client for the loopback address.
pub fn http_client() -> anyhow::Result<reqwest::Client> {
    Ok(client_builder().build()?)
}

/// A client for the loopback address that wants more settings.
#[expect(clippy::disallowed_methods, reason = "a measure calls the server under test, not the outside world")]
pub fn client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30))
}

/// What a process has taken of the processor until now; the kernel counts it in hundredths of a second.
pub fn processor_time(process: u32) -> anyhow::Result<Duration> {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, after_name) = line.rsplit_once(')').context("no name in /proc")?;
    let ticks: Result<Vec<u64>, _> = after_name.split_whitespace().skip(11).take(2).map(str::parse).collect();
    Ok(Duration::from_millis(ticks?.iter().sum::<u64>() * 10))
}

/// The time, to measure with.
#[expect(clippy::disallowed_methods, reason = "measures a duration")]
pub fn now() -> Instant {
    Instant::now()
}
