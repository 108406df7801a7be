//! Opening an instance for work: the data directory, and a database that has the schema of this version.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::app::clock::Clock;
use crate::app::config::Config;
use crate::app::{App, keys};
use crate::domain::Error;

pub use crate::store::Pending;

/// What to do about a database that lacks schema changes of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Bring an embedded database up to date; refuse to work on another one.
    BringEmbedded,
    /// Bring any database up to date.
    Bring,
    /// Leave it as it is.
    Leave,
}

impl App {
    /// Opens the instance that the settings name, ready for work.
    pub async fn start(config: Config, schema: Schema) -> Result<Self, Error> {
        make_private(&config.data_dir)?;
        let app = Self::open(config, Clock::System).await?;
        match schema {
            Schema::Leave => {}
            Schema::Bring => app.store.migrate().await?,
            Schema::BringEmbedded if app.config.is_embedded() => app.store.migrate().await?,
            Schema::BringEmbedded => app.refuse_old_schema().await?,
        }
        if schema != Schema::Leave {
            keys::check_master_key(&app).await?;
        }
        Ok(app)
    }

    /// Every schema change of this version, and whether the database has it.
    pub async fn schema_changes(&self) -> Result<Vec<Pending>, Error> {
        self.store.migrations().await
    }

    async fn refuse_old_schema(&self) -> Result<(), Error> {
        let missing = self.schema_changes().await?.iter().filter(|it| !it.is_applied).count();
        if missing == 0 {
            return Ok(());
        }
        Err(Error::forbidden(format!(
            "the database lacks {missing} schema changes of this version; run `doorward migrate`, or start with `serve --migrate`"
        )))
    }
}

/// Makes the directory for this user alone; one that exists keeps its mode.
fn make_private(dir: &Path) -> Result<(), Error> {
    if dir.exists() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).with_context(|| format!("the data directory {} cannot be made", dir.display()))?;
    Ok(())
}
