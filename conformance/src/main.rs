//! Measures of Doorward that drive the built binary from outside, and the state of the coverage table.
//!
//! **Invariant:** nothing here is a timed test of the suite: a measure is a command that a person runs, prints its table
//! and ends with 1 when it is over the limit.
//! **Invariant:** a measure ends only processes that it started itself, and writes only below a directory of its own.

mod beside;
mod browser;
mod cold_start;
mod coverage;
mod load_attack;
mod load_console;
mod load_oidc;
mod load_organisation;
mod load_scim;
mod report;
mod server;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures and tables around the doorward binary")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Time from start to the first answer, and memory at rest, on SQLite with people pushed in by SCIM
    ColdStart {
        /// The binary to measure; make it with `cargo build --release`
        #[arg(long, default_value = "target/release/doorward")]
        binary: PathBuf,
        /// How many users the directory holds
        #[arg(long, default_value_t = 1_000)]
        users: u32,
    },
    /// Load on a large instance
    #[command(subcommand)]
    Load(Load),
    /// Which ids of the coverage table have no test yet
    Coverage {
        /// The table
        #[arg(long, default_value = "conformance/coverage.toml")]
        table: PathBuf,
    },
}

#[derive(Subcommand)]
enum Load {
    /// The page of the users in the console, on SQLite with imported users
    Console {
        /// The binary to measure; make it with `cargo build --release`
        #[arg(long, default_value = "target/release/doorward")]
        binary: PathBuf,
        /// How many users the organisation has
        #[arg(long, default_value_t = 10_000)]
        users: usize,
    },
    /// SCIM at the size of the largest tenants: large groups, lookups, pages, and a whole directory pushed
    Scim(load_scim::Sizes),
    /// The endpoints that applications call, and signing in to one
    Oidc(load_oidc::Sizes),
    /// Pages, lists and decisions of one large organisation, with groups, projects, teams, resources and an audit log
    Organisation(load_organisation::Sizes),
    /// Signing in while lists look at every user and connections never finish their head
    Attack(load_attack::Sizes),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::ColdStart { binary, users } => cold_start::measure(&binary, users).await,
        Command::Load(Load::Console { binary, users }) => load_console::measure(&binary, users).await,
        Command::Load(Load::Scim(sizes)) => load_scim::measure(&sizes).await,
        Command::Load(Load::Oidc(sizes)) => load_oidc::measure(&sizes).await,
        Command::Load(Load::Organisation(sizes)) => load_organisation::measure(&sizes).await,
        Command::Load(Load::Attack(sizes)) => load_attack::measure(&sizes).await,
        Command::Coverage { table } => coverage::print_open(&table),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
