//! The command line: each command is a translation from words to one deed of `app`, and back.
//!
//! **Invariant:** a command answers 0 when it is done, 1 when it was refused or failed, with one sentence on standard
//! error, and 2 when it was called wrongly.
//! **Invariant:** standard output holds the answer and nothing else, with `--json` as one document.
//! **Invariant:** secrets are printed once, by the command that makes them, and never logged.

mod audit;
mod branding;
mod check;
mod client;
mod connection;
mod demo;
mod domain;
mod export;
mod fsck;
mod group;
mod import;
mod invite;
mod key_set;
mod keys;
mod migrate;
mod operator;
mod org;
mod output;
mod policy;
mod process;
mod project;
mod reading;
mod rehearse;
mod roles;
mod serve;
mod service_account;
mod support_bundle;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::config::Settings;
use crate::app::{App, Schema};
use crate::domain::Error;
use operator::Operator;
use output::Output;

/// Doorward stands between the identity providers of organisations and the applications their people use.
#[derive(Parser)]
#[command(version, about, max_term_width = 120)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    /// Answer with one JSON document
    #[arg(long, global = true)]
    json: bool,
    /// Who gives the command, for the audit
    #[arg(long = "as", env = "USER", global = true, value_name = "NAME", hide_env = true)]
    given_by: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server; what `doorward` alone does
    Serve(serve::Serve),
    /// Bring the database up to the schema of this version
    Migrate(migrate::Migrate),
    /// Role models: check, compare, try out and show
    #[command(subcommand)]
    Roles(roles::Command),
    /// Say what is wrong with this instance, and what to do about it
    Check(check::Check),
    /// Gather what helps to find a fault, without secrets, names and addresses
    SupportBundle(support_bundle::SupportBundle),
    /// Show everything at once, in a directory that is thrown away
    Demo(demo::Demo),
    /// Play an identity provider against any SCIM server, with a report
    #[command(subcommand)]
    Rehearse(rehearse::Command),
    #[command(flatten)]
    Directory(Directory),
}

/// The commands that work on an open instance.
#[derive(Debug, Subcommand)]
enum Directory {
    /// Organisations
    #[command(subcommand)]
    Org(org::Command),
    /// Users of an organisation
    #[command(subcommand)]
    User(user::Command),
    /// Groups of users, and the roles they give
    #[command(subcommand)]
    Group(group::Command),
    /// Projects, and who is on them
    #[command(subcommand)]
    Project(project::Command),
    /// Accounts of programs
    #[command(subcommand)]
    ServiceAccount(service_account::Command),
    /// Invitations
    #[command(subcommand)]
    Invite(invite::Command),
    /// Import users from CSV
    Import(import::Import),
    /// Export users as CSV
    Export(export::Export),
    /// What was done and what was refused
    #[command(subcommand)]
    Audit(audit::Command),
    /// Domains of an organisation, and the proof that they are its own
    #[command(subcommand)]
    Domain(domain::Command),
    /// Connections to identity providers
    #[command(subcommand)]
    Connection(connection::Command),
    /// Applications that people sign in to
    #[command(subcommand)]
    Client(client::Command),
    /// The keys that sign tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// Check that the directory does not contradict itself
    Fsck,
}

/// Runs the command that the arguments of the process name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let as_json = cli.json;
    let said = process::run(run(cli)).and_then(|output| {
        output.print(as_json).map_err(anyhow::Error::new)?;
        Ok(output)
    });
    match said {
        Ok(output) => output.failure().map_or(ExitCode::SUCCESS, process::fail),
        Err(error) => process::fail(&process::sentence(&error)),
    }
}

async fn run(cli: Cli) -> Result<Output, Error> {
    let config = cli.settings.resolve()?;
    let command = cli.command.unwrap_or_else(|| Command::Serve(serve::Serve::default()));
    process::log(&config, matches!(command, Command::Serve(_)))?;
    match command {
        Command::Serve(serve) => serve::run(config, serve, cli.json).await,
        Command::Migrate(migrate) => migrate::run(config, migrate).await,
        Command::Roles(command) => roles::run(&command),
        Command::Check(check) => check::run(config, &check, cli.given_by).await,
        Command::SupportBundle(it) => Box::pin(support_bundle::run(config, &it, cli.given_by)).await,
        Command::Demo(demo) => Box::pin(demo::run(&config, &demo, cli.json)).await,
        Command::Rehearse(command) => rehearse::run(&config, command).await,
        Command::Directory(command) => {
            if let Directory::Audit(command) = &command
                && let Some(proved) = audit::prove_offline(command)
            {
                return proved;
            }
            let app = App::start(config, Schema::BringEmbedded).await?;
            Box::pin(act(&Operator::new(app, cli.given_by), command)).await
        }
    }
}

async fn act(operator: &Operator, command: Directory) -> Result<Output, Error> {
    match command {
        Directory::Org(command) => org::run(operator, command).await,
        Directory::User(command) => user::run(operator, command).await,
        Directory::Group(command) => group::run(operator, command).await,
        Directory::Project(command) => project::run(operator, command).await,
        Directory::ServiceAccount(command) => service_account::run(operator, command).await,
        Directory::Invite(command) => invite::run(operator, command).await,
        Directory::Import(import) => import::run(operator, &import).await,
        Directory::Export(export) => export::run(operator, &export).await,
        Directory::Audit(command) => audit::run(operator, command).await,
        Directory::Domain(command) => domain::run(operator, command).await,
        Directory::Connection(command) => connection::run(operator, command).await,
        Directory::Client(command) => client::run(operator, command).await,
        Directory::Fsck => fsck::run(operator).await,
        Directory::Keys(command) => keys::run(operator, &command).await,
    }
}
