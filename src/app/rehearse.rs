//! Plays an identity provider against any SCIM server, as Okta's own provisioning does, and reports each request.
//!
//! **Invariant:** the same seed plays the same people, groups and order; only throw-away passwords are new each time.
//! **Invariant:** a request that depends on one that failed is not sent.

mod okta;
mod people;
#[cfg(test)]
mod tests;
mod wire;

use std::path::Path;

use url::Url;

use crate::app::outbound::Outbound;
use crate::domain::Error;
use crate::domain::secret::Secret;

pub use people::Person;
pub use wire::Step;

/// What is played, and against whom.
pub struct Script {
    /// The SCIM base URL.
    pub url: Url,
    /// The bearer token.
    pub token: Secret<String>,
    /// How many people are pushed.
    pub users: usize,
    /// How many groups are pushed.
    pub groups: usize,
    /// How many people are shut out again at the end.
    pub deactivate: usize,
    /// What the names are drawn from.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// Every request, in order.
    pub steps: Vec<Step>,
    /// The people as they were pushed.
    pub people: Vec<Pushed>,
    /// The names of the groups that were pushed.
    pub groups: Vec<String>,
}

/// A person as the server has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Who it is.
    pub person: Person,
    /// The id that the server gave.
    pub id: String,
    /// The groups it was put in.
    pub groups: Vec<String>,
    /// False when it was shut out again.
    pub is_active: bool,
}

impl Report {
    /// How many requests were not answered as they must be.
    pub fn failed(&self) -> usize {
        self.steps.iter().filter(|step| step.problem.is_some()).count()
    }
}

/// Plays Okta: test of the credentials, people, profile updates, group push, deactivation.
pub async fn okta(script: &Script, extra_ca_file: Option<&Path>) -> Result<Report, Error> {
    let mut line = wire::Line::new(Outbound::anywhere(extra_ca_file)?, script);
    let mut report = Report::default();
    if okta::test_credentials(&mut line).await {
        okta::play(&mut line, script, &mut report).await;
    }
    report.steps = line.steps;
    Ok(report)
}
