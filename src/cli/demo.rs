//! `doorward demo`: everything at once, in a directory that is thrown away.

use std::fs;
use std::io::{BufRead as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::operator::Operator;
use super::output::{Output, Record};
use super::serve::{address, answer, asked_to_end};
use crate::app::config::{Config, Settings};
use crate::app::demo::{self, ORGANISATION, Pushed, Stage};
use crate::app::totp::Seed;
use crate::app::{App, Schema, jobs};
use crate::domain::Error;
use crate::domain::secret::random_bytes;
use crate::domain::text::hexadecimal;
use crate::web;

const PORT: u16 = 8080;
const SAMPLE_PORT: u16 = 8081;

/// Show everything at once
#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the data directory at the end
    #[arg(long)]
    keep: bool,
}

/// A directory that is removed at the end.
struct Throwaway {
    path: PathBuf,
    keep: bool,
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        if !self.keep {
            // Nothing is lost when it stays: it lies among the temporary files.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

/// Runs the demonstration until the process is asked to end.
pub async fn run(config: &Config, demo: &Demo, as_json: bool) -> Result<Output, Error> {
    let directory = Throwaway { path: throwaway_path(), keep: demo.keep };
    let (listener, sample_listener) = (listen(config.listen)?, listen(([127, 0, 0, 1], SAMPLE_PORT).into())?);
    let at = address(&listener)?;
    // Another host name than Doorward's makes it another site to a browser, as a real application would be.
    let origin = format!("http://localhost:{}", address(&sample_listener)?.port());
    let settings = Settings {
        listen: Some(at.to_string()),
        data_dir: Some(directory.path.clone()),
        log: Some(config.log.clone()),
        ..Settings::default()
    };
    let app = App::start(settings.check()?, Schema::Bring).await?;
    let operator = Operator::new(app.clone(), Some("demo".to_owned()));
    let (stage, sample) = demo::prepare(&operator.app, &operator.actor, &origin).await?;
    let stop = CancellationToken::new();
    let story = async {
        let told = tell(&operator, &stage, &origin, as_json).await;
        if told.is_ok() {
            asked_to_end().await;
        }
        stop.cancel();
        told
    };
    let (told, served, shown, ()) = tokio::join!(
        story,
        answer(app.clone(), listener, stop.clone().cancelled_owned()),
        web::sample::serve(sample, sample_listener, stop.clone().cancelled_owned()),
        jobs::run(app.clone(), stop.clone()),
    );
    told.and(served).and(shown)?;
    Ok(Output::silent())
}

/// Lets the people be pushed, and says what to open and as whom.
async fn tell(operator: &Operator, stage: &Stage, origin: &str, as_json: bool) -> Result<(), Error> {
    let pushed = demo::push(&operator.app, &operator.actor, stage).await?;
    let output = Output::of(text(operator, stage, &pushed, origin)?, view(operator, stage, &pushed, origin)?);
    output.print(as_json).context("the addresses cannot be printed")?;
    if !as_json {
        repeat_codes(operator.app.clone(), stage.seed.clone());
    }
    Ok(())
}

fn text(operator: &Operator, stage: &Stage, pushed: &Pushed, origin: &str) -> Result<String, Error> {
    let config = &operator.app.config;
    let report = &pushed.report;
    let program = std::env::current_exe().map_or_else(|_| "doorward".to_owned(), |path| path.display().to_string());
    Ok(format!(
        "Doorward demonstration. Press Ctrl-C to end it; everything is thrown away then.

A rehearsed Okta pushed {people} people and {groups} groups: {requests} requests, {failed} failed.

Open      {origin}/           a sample application; press \"Sign in\"
          {issuer}/account    the account pages of Doorward itself
          {issuer}/console    its administration console, for the owner

Sign in as somebody whom Okta pushed ({role} through a group):
          user name    {person}
          password     {person_password}

or as the owner, who has a second factor:
          user name    {owner}
          password     {owner_password}
          TOTP secret  {secret}
          code now     {code}    (press Enter for a new one)

{gone}Say \"gone\" while somebody is signed in, then reload the sample application:
          {program} --data-dir {directory} user deactivate --org {ORGANISATION} --user-name {person}

",
        people = report.people.len(),
        groups = report.groups.len(),
        requests = report.steps.len(),
        failed = report.failed(),
        issuer = config.public_url,
        role = pushed.role,
        person = pushed.person.user_name,
        person_password = pushed.person.password.reveal(),
        owner = stage.owner.user_name,
        owner_password = stage.owner.password.reveal(),
        secret = stage.seed.base32().reveal(),
        code = stage.seed.code(operator.app.now())?,
        gone = pushed.gone.as_ref().map(|name| format!("Okta has shut out {name} again.\n\n")).unwrap_or_default(),
        directory = config.data_dir.display(),
    ))
}

fn view(operator: &Operator, stage: &Stage, pushed: &Pushed, origin: &str) -> Result<Value, Error> {
    let owner = Record::new()
        .with("user_name", stage.owner.user_name.as_str())
        .with("password", stage.owner.password.reveal().as_str())
        .with("totp_secret", stage.seed.base32().reveal().as_str())
        .with("code", stage.seed.code(operator.app.now())?);
    let person = Record::new()
        .with("user_name", pushed.person.user_name.as_str())
        .with("password", pushed.person.password.reveal().as_str())
        .with("role", pushed.role);
    let facts = Record::new()
        .with("url", operator.app.config.public_url.as_str())
        .with("sample_url", origin)
        .with("data_directory", operator.app.config.data_dir.display().to_string())
        .with("scim_base_url", operator.app.config.url("/scim/v2"))
        .with("scim_token", stage.token.reveal().as_str())
        .with("owner", owner.into_json())
        .with("person", person.into_json())
        .with("deactivated", pushed.gone.clone())
        .with("pushed_people", pushed.report.people.len())
        .with("pushed_groups", pushed.report.groups.len())
        .with("requests_failed", pushed.report.failed());
    Ok(facts.into_json())
}

/// Plays the owner's phone: prints the present code whenever somebody presses Enter.
fn repeat_codes(app: App, seed: Seed) {
    std::thread::spawn(move || {
        for _ in std::io::stdin().lock().lines().map_while(Result::ok) {
            let Ok(code) = seed.code(app.now()) else { return };
            if writeln!(std::io::stdout(), "          code now     {code}").is_err() {
                return;
            }
        }
    });
}

/// That address; where somebody has one of the usual ports, any free one instead.
fn listen(wished: SocketAddr) -> Result<TcpListener, Error> {
    let is_usual = wished.ip() == Ipv4Addr::LOCALHOST && [PORT, SAMPLE_PORT].contains(&wished.port());
    let bound = TcpListener::bind(wished);
    let bound = if is_usual { bound.or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))) } else { bound };
    Ok(bound.with_context(|| format!("{wished} cannot be listened on; choose another with --listen"))?)
}

fn throwaway_path() -> PathBuf {
    let random = hexadecimal(&random_bytes::<6>());
    std::env::temp_dir().join(format!("doorward-demo-{random}"))
}
