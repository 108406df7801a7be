//! The operator at the command line: the open instance, and in whose name its deeds are recorded.

use std::io::Read as _;

use anyhow::Context as _;

use crate::app::App;
use crate::app::organisations::by_slug;
use crate::domain::Error;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Actor, Operator as By};

/// The most bytes that are read from standard input.
const STDIN_MAX: u64 = 64 * 1024;

/// Whoever gives the commands.
pub struct Operator {
    /// The open instance.
    pub app: App,
    /// Who it is, for the audit.
    pub actor: Actor,
}

impl Operator {
    /// The operator of an instance, under the name of the system's user where it is known.
    pub fn new(app: App, name: Option<String>) -> Self {
        Self { app, actor: By::CommandLine(name).into() }
    }

    /// The organisation with this short name.
    pub async fn organisation(&self, slug: &str) -> Result<Organisation, Error> {
        by_slug(&self.app, &self.actor, slug).await
    }
}

/// Reads a secret from standard input, without the line break that ends it.
pub fn secret_from_stdin() -> Result<String, Error> {
    let mut text = String::new();
    std::io::stdin().take(STDIN_MAX).read_to_string(&mut text).context("standard input cannot be read as text")?;
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Ok(line.unwrap_or(&text).to_owned())
}
