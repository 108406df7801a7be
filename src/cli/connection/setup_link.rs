//! The links by which somebody outside sets a connection up.

use clap::Subcommand;

use super::super::operator::Operator;
use super::super::output::{Output, Record};
use super::Which;
use crate::app::connections::{self, NewSetupLink};
use crate::domain::Error;
use crate::domain::connection::{SETUP_LINK_DAYS, SETUP_LINK_DAYS_MAX, SetupLink as Link};
use crate::domain::id::{SetupLinkId, TokenId};

/// Links by which somebody outside, who looks after the identity provider, sets a connection up
#[derive(Debug, Subcommand)]
pub enum SetupLink {
    /// Make a link, which shows the guide and makes one token; it is printed once
    Create {
        #[command(flatten)]
        which: Which,
        /// How long it works
        #[arg(
            long,
            default_value_t = SETUP_LINK_DAYS,
            value_name = "DAYS",
            value_parser = clap::value_parser!(u32).range(1..=i64::from(SETUP_LINK_DAYS_MAX))
        )]
        days: u32,
    },
    /// List the links that have not ended
    List(Which),
    /// End a link at once; a token that was made with it stays
    Revoke {
        #[command(flatten)]
        which: Which,
        /// The link
        #[arg(long, value_name = "ID")]
        link: SetupLinkId,
    },
}

pub(super) async fn run(operator: &Operator, command: SetupLink) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        SetupLink::Create { which, days } => {
            let NewSetupLink { link, url } = connections::create_setup_link(app, actor, which.id, days).await?;
            Ok(Output::one(view(&link).with("url", url.reveal().as_str())).note("The link is not shown again."))
        }
        SetupLink::List(which) => {
            let links = connections::list_setup_links(app, actor, which.id).await?;
            let rows = links.iter().map(|(link, works)| view(link).with("works", works.to_string())).collect();
            Ok(Output::many(&["link_id", "created_at", "expires_at", "works", "token_id"], rows))
        }
        SetupLink::Revoke { which, link } => {
            connections::revoke_setup_link(app, actor, which.id, link).await?;
            Ok(Output::one(Record::new().with("link_id", link.to_string()).with("status", "revoked")))
        }
    }
}

fn view(it: &Link) -> Record {
    Record::new()
        .with("link_id", it.id.to_string())
        .with("created_at", it.created_at.rfc3339())
        .with("expires_at", it.expires_at.rfc3339())
        .with("token_id", it.token.as_ref().map(TokenId::to_string))
}
