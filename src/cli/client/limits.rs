//! The arguments that say how long what an application gets is good, and who may use it.

use clap::Args;

use crate::app::clients::{Lifetimes, Reach};
use crate::cli::operator::Operator;
use crate::domain::Error;

/// How long, and who.
#[derive(Debug, Args)]
pub struct Limits {
    /// How long an access token and an ID token are good, 60 to 3600 [default: 300]
    #[arg(long, value_name = "SECONDS")]
    access_token_seconds: Option<u32>,
    /// How long a refresh token is good that nobody uses, up to 90 days [default: 14 days]
    #[arg(long, value_name = "SECONDS")]
    refresh_token_idle_seconds: Option<u32>,
    /// How long all lives that came from one sign-in, up to a year [default: 30 days]
    #[arg(long, value_name = "SECONDS")]
    authorization_seconds: Option<u32>,
    /// Only people of this organisation may use it; may be given several times
    #[arg(long, value_name = "SLUG")]
    only_org: Vec<String>,
    /// Only members of this group, or of another that is named; may be given several times
    #[arg(long, value_name = "ID")]
    only_group: Vec<String>,
    /// Only people with this role, or another that is named; may be given several times
    #[arg(long, value_name = "ROLE")]
    only_role: Vec<String>,
    /// Everybody whom it serves may use it
    #[arg(long, conflicts_with_all = ["only_org", "only_group", "only_role"])]
    everybody: bool,
}

impl Limits {
    /// The lifetimes, with what is not said as it was; nothing where nothing is said.
    pub fn lifetimes(&self, was: Lifetimes) -> Option<Lifetimes> {
        let said = Lifetimes {
            access_token_seconds: self.access_token_seconds.unwrap_or(was.access_token_seconds),
            refresh_token_idle_seconds: self.refresh_token_idle_seconds.unwrap_or(was.refresh_token_idle_seconds),
            authorization_seconds: self.authorization_seconds.unwrap_or(was.authorization_seconds),
        };
        (said != was).then_some(said)
    }

    /// Who may use it; nothing where nothing is said.
    pub async fn reach(&self, operator: &Operator) -> Result<Option<Reach>, Error> {
        if self.everybody {
            return Ok(Some(Reach::default()));
        }
        let mut organisations = Vec::new();
        for slug in &self.only_org {
            organisations.push(operator.organisation(slug).await?.id.to_string());
        }
        let reach = Reach { organisations, groups: self.only_group.clone(), roles: self.only_role.clone() };
        Ok((!reach.is_everybody()).then_some(reach))
    }
}
