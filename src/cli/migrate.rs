//! `doorward migrate`: the schema of the database.

use clap::Args;

use super::output::{Output, Record};
use crate::app::config::Config;
use crate::app::{App, Schema};
use crate::domain::Error;

/// Bring the database up to the schema of this version
#[derive(Debug, Args)]
pub struct Migrate {
    /// Only say which schema changes the database has
    #[arg(long)]
    status: bool,
}

/// Applies what is missing, or only tells.
pub async fn run(config: Config, migrate: Migrate) -> Result<Output, Error> {
    let app = App::start(config, if migrate.status { Schema::Leave } else { Schema::Bring }).await?;
    let changes = app.schema_changes().await?;
    let line = |name: &str, is_applied: bool| Record::new().with("name", name).with("applied", is_applied);
    let records = changes.iter().map(|it| line(&it.name, it.is_applied)).collect();
    Ok(Output::many(&["name", "applied"], records))
}
