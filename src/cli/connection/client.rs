//! `doorward connection client`: programs that get tokens for a connection by themselves.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Which;
use crate::app::connections::{self, NewClient};
use crate::cli::key_set::key_set;
use crate::cli::operator::Operator;
use crate::cli::output::{Output, Record};
use crate::domain::connection::{ConnectionClient, EntraTokens};
use crate::domain::id::ClientId;
use crate::domain::{Error, Timestamp};

/// Programs that get tokens for a connection by themselves
#[derive(Debug, Subcommand)]
pub enum Client {
    /// Make another client; the others stay valid
    Add {
        #[command(flatten)]
        which: Which,
        /// Its name for people
        #[arg(long)]
        name: String,
        /// A file with the public keys (JWKS) it signs with [default: it gets a secret]
        #[arg(long, value_name = "FILE")]
        jwks: Option<PathBuf>,
    },
    /// End a client at once, with every token it got
    Revoke {
        #[command(flatten)]
        which: Which,
        /// The client
        #[arg(long, value_name = "ID")]
        client: ClientId,
    },
    /// List the clients
    List(Which),
}

/// Which tokens of Microsoft Entra ID open a connection.
#[derive(Debug, Args)]
pub struct Entra {
    /// Tokens of this tenant of Microsoft Entra ID open it, at a base URL of its own
    #[arg(long, value_name = "GUID")]
    entra_tenant: Option<String>,
    /// Whom they are for [default: 8adf8e6e-67b2-4cf2-a259-e3dc5476c621]
    #[arg(long, value_name = "AUDIENCE", requires = "entra_tenant")]
    entra_audience: Option<String>,
    /// The application that they are given to [default: Entra's provisioning service]
    #[arg(long, value_name = "GUID", requires = "entra_tenant")]
    entra_app: Option<String>,
}

impl Entra {
    /// What was said; nothing where no tenant is.
    pub fn tokens(&self) -> Option<EntraTokens> {
        let tenant = self.entra_tenant.as_deref()?;
        Some(EntraTokens::of(tenant, self.entra_audience.as_deref(), self.entra_app.as_deref()))
    }
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Client) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Client::Add { which, name, jwks } => {
            let jwks = jwks.map(|file| key_set(&file)).transpose()?;
            let NewClient { client, secret } =
                connections::add_client(app, actor, which.id, (name, jwks.as_ref())).await?;
            let record = view(&client).with("token_endpoint", app.config.url(crate::oidc::discovery::TOKEN));
            Ok(match secret {
                Some(secret) => Output::one(record.with("client_secret", secret.reveal().as_str()))
                    .note("The secret is not shown again."),
                None => Output::one(record),
            })
        }
        Client::Revoke { which, client } => {
            connections::revoke_client(app, actor, which.id, client).await?;
            Ok(Output::one(Record::new().with("client_id", client.to_string()).with("status", "revoked")))
        }
        Client::List(which) => {
            let all = connections::sheet(app, actor, which.id).await?.clients;
            let columns = ["client_id", "name", "auth_method", "created_at", "last_used_at"];
            Ok(Output::many(&columns, all.iter().map(view).collect()))
        }
    }
}

/// A client as a record.
pub fn view(it: &ConnectionClient) -> Record {
    Record::new()
        .with("client_id", it.id.to_string())
        .with("name", it.name.as_str())
        .with("auth_method", it.method())
        .with("created_at", it.created_at.rfc3339())
        .with("last_used_at", it.last_used_at.map(Timestamp::rfc3339))
}
