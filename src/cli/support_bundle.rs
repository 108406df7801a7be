//! `doorward support-bundle`: what may be given to somebody who helps.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::export::new_file;
use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::config::Config;
use crate::app::{App, Schema, support_bundle};
use crate::domain::Error;

/// Gather what helps to find a fault, without secrets, names and addresses
#[derive(Debug, Args)]
pub struct SupportBundle {
    /// A ZIP archive that is not there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Gathers it, on an instance that may lack anything but its database.
pub async fn run(config: Config, it: &SupportBundle, name: Option<String>) -> Result<Output, Error> {
    if let Some(path) = config.missing_database() {
        return Err(Error::forbidden(format!("there is no database at {path}, and so nothing to tell")));
    }
    let operator = Operator::new(App::start(config, Schema::Leave).await?, name);
    let mut place = new_file(&it.out)?;
    let bundle = support_bundle::gather(&operator.app, &operator.actor).await?;
    place.write_all(&bundle.content).with_context(|| format!("{} cannot be written", it.out.display()))?;
    let names: Vec<&str> = bundle.files.iter().map(|it| it.name).collect();
    let facts = Record::new().with("file", it.out.display().to_string()).with("bytes", bundle.content.len());
    Ok(Output::one(facts.with("files", names)))
}
