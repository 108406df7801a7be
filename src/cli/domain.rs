//! `doorward domain`: the domains of an organisation, and the proof that they are its own.

use clap::{Args, Subcommand};

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::own_domains::{self, OwnDomain, Seen};
use crate::domain::id::OrgId;
use crate::domain::routing::DomainName;
use crate::domain::{Error, Timestamp};

/// What can be done with domains.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say that a domain is an organisation's own; prints the record that proves it
    Add(Which),
    /// List the domains of an organisation
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Ask the DNS whether the record of a domain is there
    Check(Which),
    /// Say that a domain is an organisation's own no more
    Remove(Which),
}

/// Which domain.
#[derive(Debug, Args)]
pub struct Which {
    /// The domain
    domain: String,
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
}

/// Runs the command.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::Add(it) => {
            let (org, name) = it.read(operator).await?;
            Ok(Output::one(view(&own_domains::add(app, actor, org, name).await?)))
        }
        Command::List { org } => {
            let org = operator.organisation(&org).await?.id;
            let all = own_domains::list(app, actor, org).await?;
            Ok(Output::many(&["domain", "state", "checked_at"], all.iter().map(view).collect()))
        }
        Command::Check(it) => {
            let (org, name) = it.read(operator).await?;
            let (domain, seen) = own_domains::check(app, actor, org, &name).await?;
            let seen = match seen {
                Seen::Record => "the record".to_owned(),
                Seen::Elsewhere => "the record, and the domain is another organisation's".to_owned(),
                Seen::Nothing => "no record".to_owned(),
                Seen::Others(others) => format!("only {}", others.join(" · ")),
                Seen::NoAnswer => "no answer".to_owned(),
            };
            Ok(Output::one(view(&domain).with("seen", seen)))
        }
        Command::Remove(it) => {
            let (org, name) = it.read(operator).await?;
            own_domains::remove(app, actor, org, &name).await?;
            Ok(Output::one(Record::new().with("domain", name.as_str()).with("state", "removed")))
        }
    }
}

impl Which {
    async fn read(self, operator: &Operator) -> Result<(OrgId, DomainName), Error> {
        let name = own_domains::named("domain", &self.domain)?;
        Ok((operator.organisation(&self.org).await?.id, name))
    }
}

fn view(it: &OwnDomain) -> Record {
    Record::new()
        .with("domain", it.name.as_str())
        .with("state", it.state().word())
        .with("record_type", "TXT")
        .with("record_name", it.record_name())
        .with("record_value", it.record_value())
        .maybe("proven_at", it.proven_at.map(Timestamp::rfc3339))
        .maybe("missing_since", it.missing_since.map(Timestamp::rfc3339))
        .maybe("checked_at", it.checked_at.map(Timestamp::rfc3339))
}
