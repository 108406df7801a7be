//! `doorward keys`: the keys that sign tokens.

use clap::Subcommand;

use super::client::algorithm;
use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::keys::{self, KeyLine};
use crate::domain::{Error, Timestamp};
use crate::oidc::jwt::Algorithm;

/// The keys that sign tokens
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the keys
    List,
    /// Publish new keys, which sign after 20 minutes; the old ones stay published while something they signed is valid
    Rotate {
        /// Only the key for this algorithm: RS256, ES256, PS256 or EdDSA
        #[arg(long, value_name = "ALGORITHM", value_parser = algorithm)]
        algorithm: Option<Algorithm>,
        /// In an emergency: the new keys sign at once, the old ones are gone, and what they signed is worth nothing
        #[arg(long)]
        now: bool,
    },
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: &Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let lines = match command {
        Command::List => keys::list(app, actor).await?,
        Command::Rotate { algorithm, now: true } => keys::replace(app, actor, *algorithm).await?,
        Command::Rotate { algorithm, now: false } => keys::rotate(app, actor, *algorithm).await?,
    };
    let columns = ["kid", "algorithm", "state", "created_at", "retired_at"];
    Ok(Output::many(&columns, lines.iter().map(view).collect()))
}

fn view(it: &KeyLine) -> Record {
    Record::new()
        .with("kid", it.kid.as_str())
        .with("algorithm", it.algorithm.as_str())
        .with("state", it.state)
        .with("created_at", it.created_at.rfc3339())
        .with("retired_at", it.retired_at.map(Timestamp::rfc3339))
}
