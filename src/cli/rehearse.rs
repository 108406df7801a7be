//! `doorward rehearse`: plays an identity provider against any SCIM server.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use url::Url;

use super::output::Output;
use crate::app::config::Config;
use crate::app::rehearse::{self, EntraManner, OktaManner, Provider, Report, Script, Step};
use crate::domain::Error;
use crate::domain::secret::Secret;

/// Play an identity provider
#[derive(Subcommand)]
pub enum Command {
    /// Play Okta: people, profiles, group push, deactivation and return, import
    Okta {
        /// As an app that the app wizard made, which writes everything by PUT, and not as the catalogue's connector
        #[arg(long)]
        app_wizard: bool,
        #[command(flatten)]
        play: Play,
    },
    /// Play Microsoft Entra ID: people, managers, groups, disabling, restoring and deleting
    Entra {
        /// With `?aadOptscim062020` at the end of the tenant URL
        #[arg(long)]
        compatibility_flag: bool,
        #[command(flatten)]
        play: Play,
    },
}

/// What is played.
#[derive(Args)]
pub struct Play {
    /// SCIM base URL of the server
    #[arg(long)]
    url: Url,
    /// Bearer token of the connection
    #[arg(long, env = "DOORWARD_SCIM_TOKEN", hide_env_values = true)]
    token: String,
    /// How many people are pushed
    #[arg(long, default_value_t = 25, value_name = "N")]
    users: usize,
    /// How many groups are pushed
    #[arg(long, default_value_t = 4, value_name = "N")]
    groups: usize,
    /// How many people are shut out again at the end
    #[arg(long, default_value_t = 1, value_name = "N")]
    deactivate: usize,
    /// What the names are drawn from
    #[arg(long, default_value_t = 1, value_name = "K")]
    seed: u64,
}

/// Plays, and reports like a test runner.
pub async fn run(config: &Config, command: Command) -> Result<Output, Error> {
    let (provider, play) = match command {
        Command::Okta { app_wizard: false, play } => (Provider::Okta(OktaManner::Catalogue), play),
        Command::Okta { app_wizard: true, play } => (Provider::Okta(OktaManner::Wizard), play),
        Command::Entra { compatibility_flag: false, play } => (Provider::Entra(EntraManner::Plain), play),
        Command::Entra { compatibility_flag: true, play } => (Provider::Entra(EntraManner::Flagged), play),
    };
    if !matches!(play.url.scheme(), "http" | "https") {
        return Err(Error::malformed("url", "write an http or https URL, such as https://id.example.com/scim/v2"));
    }
    let script = Script {
        url: play.url,
        token: Secret::new(play.token),
        users: play.users,
        groups: play.groups,
        deactivate: play.deactivate,
        seed: play.seed,
        life: true,
    };
    let report = rehearse::play(provider, &script, config.extra_ca_file.as_deref()).await?;
    let output = Output::of(text(&report), view(&report));
    let failed = report.failed();
    Ok(if failed == 0 { output } else { output.failed(format!("{failed} of {} requests failed", report.steps.len())) })
}

/// The report of a rehearsal, for people.
pub fn text(report: &Report) -> String {
    let lines: String = report.steps.iter().map(line).collect();
    let took: u128 = report.steps.iter().map(|step| step.took.as_millis()).sum();
    let passed = report.steps.len().saturating_sub(report.failed());
    format!("{lines}\n{passed} passed, {} failed in {took} ms\n", report.failed())
}

fn line(step: &Step) -> String {
    let word = if step.problem.is_none() { "ok    " } else { "FAILED" };
    let status = step.status.map_or_else(|| "---".to_owned(), |status| status.to_string());
    let problem = step.problem.as_ref().map(|problem| format!("\n        {problem}")).unwrap_or_default();
    format!("{word}  {status}  {:>5} ms  {:6} {}{problem}\n", step.took.as_millis(), step.method, step.name)
}

fn view(report: &Report) -> Value {
    let steps = report.steps.iter().map(|step| {
        json!({
            "name": step.name,
            "method": step.method,
            "path": step.path,
            "status": step.status,
            "ms": u64::try_from(step.took.as_millis()).unwrap_or(u64::MAX),
            "problem": step.problem,
        })
    });
    let people = report.people.iter().map(|it| {
        json!({
            "id": it.id,
            "user_name": it.person.user_name,
            "display_name": it.person.display_name(),
            "groups": it.groups,
            "active": it.is_active,
        })
    });
    json!({
        "passed": report.steps.len().saturating_sub(report.failed()),
        "failed": report.failed(),
        "steps": steps.collect::<Value>(),
        "people": people.collect::<Value>(),
        "groups": report.groups,
    })
}
