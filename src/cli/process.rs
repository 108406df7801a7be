//! What belongs to the process: the runtime, the cryptography of the libraries, the log, and the end.

use std::future::Future;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::app::config::Config;
use crate::domain::Error;

/// Runs a command to its end on a runtime of its own.
pub fn run<T>(command: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    keep_memory()?;
    install_cryptography()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads()).enable_all().build();
    runtime.context("no runtime")?.block_on(command)
}

/// Whoever dies leaves no copy of the memory, in which keys and passwords are: not as a file, and not for a program that gathers
/// such copies, which a limit of their size would not stop.
fn keep_memory() -> Result<(), Error> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).context("the memory cannot be kept from core files")?;
    }
    Ok(())
}

/// As many as there are cores, and two at least: a statement of the embedded database that takes long keeps one of them.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2))
}

/// Starts the log on standard error: what the settings say for the server, and only what is wrong for a command.
pub fn log(config: &Config, is_server: bool) -> Result<(), Error> {
    let wanted = if is_server || config.log != "info" { config.log.as_str() } else { "warn" };
    // The database driver repeats PostgreSQL's notices, such as that a table exists already; they tell an operator nothing.
    let filter = EnvFilter::try_new(format!("sqlx=warn,{wanted}"))
        .map_err(|problem| Error::malformed("log", format!("write levels such as info,doorward=debug: {problem}")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = if config.log_json {
        log.json().flatten_event(true).try_init()
    } else {
        log.with_ansi(io::stderr().is_terminal()).try_init()
    };
    started.map_err(|cause| anyhow::anyhow!("the log cannot be started: {cause}").into())
}

/// The error in one sentence; the operator may know the cause of a fault.
pub fn sentence(error: &Error) -> String {
    if let Error::Internal(cause) = error { format!("{cause:#}") } else { error.to_string() }
}

/// Says on standard error why the command did not do what it was asked.
pub fn fail(sentence: &str) -> ExitCode {
    // Nobody may be reading; the exit code tells it as well.
    drop(writeln!(io::stderr(), "doorward: {sentence}"));
    ExitCode::FAILURE
}

/// Both libraries panic at their first use when nobody has chosen a backend.
fn install_cryptography() -> Result<(), Error> {
    let chosen = rustls::crypto::aws_lc_rs::default_provider().install_default().is_ok()
        && jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default().is_ok();
    if chosen { Ok(()) } else { Err(anyhow::anyhow!("the cryptography was set up twice").into()) }
}
