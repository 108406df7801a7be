//! Plays an identity provider against any SCIM server, as the provider's own provisioning does, and reports each request.
//!
//! **Invariant:** the same seed plays the same people, groups and order; only throw-away passwords are new each time.
//! **Invariant:** a request that depends on one that failed is not sent.

mod check;
mod entra;
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

pub use entra::{FLAG as ENTRA_FLAG, Manner as EntraManner};
pub use okta::Manner as OktaManner;
pub use people::Person;
pub use wire::Step;

/// Who is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Okta.
    Okta(OktaManner),
    /// Microsoft Entra ID.
    Entra(EntraManner),
}

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
    /// Whether somebody and a group are led through all that may happen to them, to their end.
    pub life: bool,
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

/// Tests the access, pushes people and groups, changes and shuts out some, and with `life` everything that may happen to
/// somebody and to a group after that.
pub async fn play(provider: Provider, script: &Script, extra_ca_file: Option<&Path>) -> Result<Report, Error> {
    let outbound = Outbound::anywhere(extra_ca_file)?;
    let mut line = wire::Line::new(outbound, provider.url(&script.url), script.token.clone(), provider.agent());
    let mut report = Report::default();
    // Somebody who is not among those who stay.
    let guest = people::draw(script.seed, script.users.saturating_add(1)).pop().filter(|_| script.life);
    match provider {
        Provider::Okta(manner) => {
            if okta::test_credentials(&mut line).await {
                okta::play(&mut line, manner, script, &mut report).await;
                if let Some(guest) = &guest {
                    okta::live_through(&mut line, manner, guest).await;
                }
            }
        }
        Provider::Entra(manner) => {
            if entra::test_connection(&mut line).await {
                entra::play(&mut line, manner, script, &mut report).await;
                if let Some(guest) = &guest {
                    entra::live_through(&mut line, manner, guest).await;
                }
            }
        }
    }
    report.steps = line.steps;
    Ok(report)
}

impl Provider {
    /// The base URL with what the provider's administrator adds to it.
    fn url(self, base: &Url) -> Url {
        let mut url = base.clone();
        if self == Self::Entra(EntraManner::Flagged) {
            url.set_query(Some(entra::FLAG));
        }
        url
    }

    /// What it calls itself; Entra often says nothing.
    fn agent(self) -> Option<&'static str> {
        match self {
            Self::Okta(_) => Some("Okta SCIM Client 1.0.0"),
            Self::Entra(_) => None,
        }
    }
}
