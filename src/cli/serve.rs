//! `doorward serve`: the server, until it is asked to end.

use std::net::{SocketAddr, TcpListener};

use anyhow::Context as _;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::output::{Output, Record};
use crate::app::config::Config;
use crate::app::{App, Schema, jobs, setup};
use crate::domain::Error;
use crate::domain::secret::Secret;
use crate::web;

/// Run the server
#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Bring a PostgreSQL database up to the schema of this version first, as an embedded one always is
    #[arg(long)]
    migrate: bool,
}

/// Serves until the process is asked to end, then lets running requests finish.
pub async fn run(config: Config, serve: Serve, as_json: bool) -> Result<Output, Error> {
    let schema = if serve.migrate { Schema::Bring } else { Schema::BringEmbedded };
    let listener = listen(config.listen, "--listen")?;
    let metrics = config.metrics_listen.map(|it| listen(it, "--metrics-listen")).transpose()?;
    let config = config.listening(address(&listener)?, metrics.as_ref().map(address).transpose()?);
    let app = App::start(config, schema).await?;
    banner(&app.config, setup::offer(&app).await?.as_ref()).print(as_json).context("the address cannot be printed")?;
    until_asked(app, listener, metrics).await?;
    Ok(Output::silent())
}

/// Answers requests and does the jobs of an instance until the process is asked to end; beside it answers a monitoring system,
/// where there is a listener for it.
async fn until_asked(app: App, listener: TcpListener, metrics: Option<TcpListener>) -> Result<(), Error> {
    let stop = CancellationToken::new();
    let serve = async {
        let ended = answer(app.clone(), listener, asked_to_end()).await;
        stop.cancel();
        ended
    };
    let tell = async {
        match metrics {
            Some(listener) => tell(app.clone(), listener, stop.clone().cancelled_owned()).await,
            None => Ok(()),
        }
    };
    let (served, told, ()) = tokio::join!(serve, tell, Box::pin(jobs::run(app.clone(), stop.clone())));
    served.and(told)
}

async fn tell(app: App, listener: TcpListener, end: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
    tokio::spawn(web::serve::serve_metrics(app, listener, end)).await.context("the server of the metrics broke down")?
}

/// Answers requests until the end, as a task of its own: a job that waits for the disk keeps nobody from being let in.
pub async fn answer(
    app: App,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    tokio::spawn(web::serve::serve(app, listener, end)).await.context("the server broke down")?
}

/// Opens a port of the settings; `flag` is how another one is chosen.
fn listen(at: SocketAddr, flag: &str) -> Result<TcpListener, Error> {
    Ok(TcpListener::bind(at).with_context(|| format!("{at} cannot be listened on; choose another with {flag}"))?)
}

/// Where it is listened on, with the port that the system chose where it was left to it.
pub fn address(listener: &TcpListener) -> Result<SocketAddr, Error> {
    Ok(listener.local_addr().context("the listener has no address")?)
}

/// Resolves when the process gets SIGTERM, or Ctrl-C at a terminal.
pub async fn asked_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminated) = signal(SignalKind::terminate()) else {
            drop(interrupted.await);
            return;
        };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

fn banner(config: &Config, setup_url: Option<&Secret<String>>) -> Output {
    let facts = Record::new()
        .with("url", config.public_url.as_str())
        .with("listen", config.listen.to_string())
        .maybe("metrics", config.metrics_listen.map(|it| format!("http://{it}/metrics")))
        .with("data_directory", config.data_dir.display().to_string())
        .with("database", if config.is_embedded() { "SQLite, embedded" } else { "PostgreSQL" })
        .with("mail", mail_target(&config.mail_url))
        .maybe("setup_url", setup_url.map(|url| url.reveal().as_str()));
    let output = Output::one(facts);
    match setup_url {
        Some(_) => output
            .note("\nOpen the setup url in a browser to make the first organisation. It works once, for 24 hours."),
        None => output,
    }
}

/// Where mail goes, without the password that may be part of the URL.
fn mail_target(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            format!("{scheme}://{host}")
        }
        None => url.to_owned(),
    }
}
