//! Doorward beside another server that keeps everything in memory: both do the same by turns, and what counts is the time of the
//! processor that a server takes for one request.
//!
//! **Invariant:** the process of the other server is killed when its `Peer` is dropped, and its directory is removed.

use std::cell::Cell;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use futures_util::future::try_join_all;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::sleep;

use crate::report::Figures;
use crate::server::{http_client, now, processor_time};

const PAIRS: usize = 5;
const TURN: Duration = Duration::from_secs(3);
/// The machine is called restless when the other server took more than so many times what it took in its best turn.
const NOISE_MAX: f64 = 1.3;
const TRIES: usize = 3;
const GIVE_UP_AFTER: Duration = Duration::from_secs(20);

/// What a report says where the servers are put [`Apart`].
pub const APART: &str =
    "wherever two servers are compared, and for sign-ins, a server has one core and the load another";

/// What is asked of both.
pub struct What<'a> {
    /// In the words of the report.
    pub name: &'a str,
    /// What the other server is called.
    pub peer: &'a str,
    /// So many requests are on their way at a time.
    pub lanes: usize,
    /// Ours may take this part of what the other takes.
    pub ratio_max: f64,
}

/// A server of the two, and how it is asked once, in a lane.
pub struct Side<F> {
    /// The number of its process.
    pub process: u32,
    /// Asks.
    pub ask: F,
}

/// One turn of each after the other, so often that chance is seen; again where the machine was restless.
pub async fn compare(
    figures: &mut Figures,
    what: &What<'_>,
    ours: Side<impl AsyncFn(usize) -> anyhow::Result<()>>,
    theirs: Side<impl AsyncFn(usize) -> anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let _apart = Apart::of(&[ours.process, theirs.process]);
    let (mut pairs, mut is_calm) = (Vec::new(), false);
    for _ in 0..TRIES {
        pairs = Vec::new();
        for _ in 0..PAIRS {
            pairs.push((ours.turn(what).await?, theirs.turn(what).await?));
        }
        let [least, _, most] = spread(pairs.iter().map(|(_, theirs)| *theirs))?;
        is_calm = most <= least * NOISE_MAX;
        if is_calm {
            break;
        }
    }
    let [least, ratio, most] = spread(pairs.iter().map(|(ours, theirs)| ours / theirs))?;
    let [_, our, _] = spread(pairs.iter().map(|(ours, _)| *ours))?;
    let [_, their, _] = spread(pairs.iter().map(|(_, theirs)| *theirs))?;
    let noise = if is_calm { "" } else { "; the machine was restless" };
    let measured =
        format!("{ratio:.3} times ({our:.0} to {their:.0} µs of the processor; {least:.3} to {most:.3}{noise})");
    let What { name, peer, ratio_max, .. } = what;
    let row = format!("{name} beside {peer}, median of {PAIRS} turns each");
    figures.row(&row, &measured, &format!("{ratio_max:.2} times"), ratio <= *ratio_max);
    Ok(())
}

/// Servers that have one core, all the same, and this process, which has another: what it costs to wake a thread on another core
/// depends on where the system puts the threads. For as long as this lives, and where there are two cores and Linux.
pub struct Apart(Vec<u32>);

impl Apart {
    /// Whether there are two cores, and the command that puts processes on them.
    pub fn is_possible() -> bool {
        let mut version = std::process::Command::new("taskset");
        let is_there = version.arg("--version").stdout(Stdio::null()).status().is_ok_and(|it| it.success());
        is_there && std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
    }

    /// Puts these processes and this one apart.
    pub fn of(servers: &[u32]) -> Self {
        if !Self::is_possible() {
            return Self(Vec::new());
        }
        servers.iter().for_each(|process| put(*process, "0"));
        put(std::process::id(), "1");
        Self([servers, &[std::process::id()]].concat())
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.0.iter().for_each(|process| put(*process, "0-1023"));
    }
}

/// Lets a process, with all its threads, run on these cores alone.
fn put(process: u32, cores: &str) {
    let mut taskset = std::process::Command::new("taskset");
    taskset.args(["--all-tasks", "--cpu-list", "--pid", cores, &process.to_string()]).stdout(Stdio::null());
    // One that has ended stands nowhere.
    drop(taskset.status());
}

/// The least, the middle and the most.
fn spread(figures: impl Iterator<Item = f64>) -> anyhow::Result<[f64; 3]> {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().context("nothing was measured");
    Ok([at(0)?, at(sorted.len() / 2)?, at(sorted.len().saturating_sub(1))?])
}

impl<F: AsyncFn(usize) -> anyhow::Result<()>> Side<F> {
    /// Asks as often as there is time for; answers what one request took of the processor, in microseconds.
    async fn turn(&self, what: &What<'_>) -> anyhow::Result<f64> {
        let (before, until, done) = (processor_time(self.process)?, now() + TURN, Cell::new(0_u32));
        let lane = async |number: usize| {
            while now() < until {
                (self.ask)(number).await?;
                done.set(done.get() + 1);
            }
            anyhow::Ok(())
        };
        try_join_all((0..what.lanes).map(lane)).await?;
        let took = processor_time(self.process)?.saturating_sub(before);
        ensure!(!took.is_zero(), "{}: the processor was not used", what.name);
        Ok(took.as_secs_f64() * 1e6 / f64::from(done.get()))
    }
}

/// The other server.
pub struct Peer {
    child: Child,
    output: BufReader<ChildStdout>,
    directory: tempfile::TempDir,
    /// Where it can be reached.
    pub origin: String,
}

impl Peer {
    /// Installs it in a directory of its own and starts its script with its port and these arguments; it is there as soon as it
    /// answers something under this path.
    pub async fn start(script: &str, arguments: &[&str], path: &str) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("doorward-peer-").tempdir()?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        for name in ["package.json", "package-lock.json", script] {
            std::fs::copy(source.join(name), directory.path().join(name)).with_context(|| format!("no {name}"))?;
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--silent"]).current_dir(directory.path());
        ensure!(npm.status().await.context("npm, which installs the other server")?.success(), "npm ci failed");
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut node = Command::new("node");
        node.arg(script).arg(address.port().to_string()).args(arguments).env("NODE_ENV", "production");
        node.current_dir(directory.path()).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = node.spawn()?;
        let output = BufReader::new(child.stdout.take().context("no pipe")?);
        let peer = Self { child, output, directory, origin: format!("http://{address}") };
        peer.answers(path).await?;
        Ok(peer)
    }

    /// The number of its process.
    pub fn process(&self) -> anyhow::Result<u32> {
        self.child.id().context("the other server has ended")
    }

    /// What it says next.
    pub async fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line).await?;
        Ok(line)
    }

    async fn answers(&self, path: &str) -> anyhow::Result<()> {
        let client = http_client()?;
        let began = now();
        while began.elapsed() < GIVE_UP_AFTER {
            if client.get(format!("{}{path}", self.origin)).send().await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("the other server in {} does not answer", self.directory.path().display())
    }
}
