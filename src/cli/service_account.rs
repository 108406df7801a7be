//! `doorward service-account`: accounts of programs, and their tokens.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::personal_tokens::NewToken;
use crate::app::service_accounts::{self, NewServiceAccount, ServiceAccount, ServiceAccountChange, ServiceToken};
use crate::domain::id::{OrgId, PersonalTokenId, ServiceAccountId, UserId};
use crate::domain::personal_token::Scope;
use crate::domain::role::RoleKey;
use crate::domain::{Error, Timestamp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Accounts of programs
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a service account, which has no token yet
    Create {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// What people call it
        #[arg(long)]
        name: String,
        /// What it is for
        #[arg(long, default_value = "")]
        description: String,
        /// Its role, never a protected one
        #[arg(long)]
        role: RoleKey,
        /// Who answers for it, by user name or id
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
    },
    /// List the service accounts of an organisation
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Change a service account; what is left out stays as it is
    Update {
        #[command(flatten)]
        which: Which,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
        /// Its role, never a protected one; counts for every token at once
        #[arg(long)]
        role: Option<RoleKey>,
        /// Who answers for it, by user name or id
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
    },
    /// Shut it out at once; every token ends
    Deactivate(Which),
    /// Let it in again, with new tokens
    Activate(Which),
    /// Delete it with its tokens
    Delete(Which),
    /// Tokens of a service account
    #[command(subcommand)]
    Token(TokenCommand),
}

/// Which service account.
#[derive(Debug, Args)]
pub struct Which {
    /// The service account
    #[arg(long)]
    id: ServiceAccountId,
}

/// Tokens of a service account
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token, which is shown once
    Create {
        #[command(flatten)]
        which: Which,
        /// What it is called
        #[arg(long)]
        name: String,
        /// What it may be used for: `read`, `write` or both with a comma between them
        #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
        scopes: Vec<Scope>,
        /// How long it works
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        days: u32,
    },
    /// List the tokens that work
    List(Which),
    /// End a token at once
    Revoke {
        #[command(flatten)]
        which: Which,
        /// The token
        #[arg(long, value_name = "TOKEN_ID")]
        token: PersonalTokenId,
    },
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word).ok_or_else(|| "choose read, write or both".to_owned())
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::Create { org, name, description, role, owner } => {
            let org = operator.organisation(&org).await?.id;
            let owner = named(operator, org, owner).await?;
            let new = NewServiceAccount { name, description, role, owner };
            Ok(Output::one(view(&service_accounts::create(app, actor, org, new).await?)))
        }
        Command::List { org } => {
            let org = operator.organisation(&org).await?.id;
            let all = service_accounts::list(app, actor, org).await?;
            Ok(Output::many(&["name", "role", "status", "description", "id"], all.iter().map(view).collect()))
        }
        Command::Update { which, name, description, role, owner } => {
            let owner = match owner {
                Some(_) => named(operator, service_accounts::show(app, actor, which.id).await?.org, owner).await?,
                None => None,
            };
            let change = ServiceAccountChange { name, description, role, owner };
            Ok(Output::one(view(&service_accounts::update(app, actor, which.id, change).await?)))
        }
        Command::Deactivate(which) => Ok(Output::one(view(&service_accounts::deactivate(app, actor, which.id).await?))),
        Command::Activate(which) => Ok(Output::one(view(&service_accounts::activate(app, actor, which.id).await?))),
        Command::Delete(which) => {
            service_accounts::delete(app, actor, which.id).await?;
            Ok(Output::one(Record::new().with("id", which.id.to_string()).with("status", "deleted")))
        }
        Command::Token(command) => token(operator, command).await,
    }
}

/// The user with this id or, where it is none, with this user name.
async fn named(Operator { app, actor }: &Operator, org: OrgId, who: Option<String>) -> Result<Option<UserId>, Error> {
    let Some(who) = who else { return Ok(None) };
    match who.parse() {
        Ok(id) => Ok(Some(id)),
        Err(_) => service_accounts::owner_named(app, actor, org, &who).await.map(Some),
    }
}

async fn token(Operator { app, actor }: &Operator, command: TokenCommand) -> Result<Output, Error> {
    match command {
        TokenCommand::Create { which, name, scopes, days } => {
            let new = NewToken { name, scopes, lifetime: DAY.saturating_mul(days) };
            let (token, secret) = service_accounts::create_token(app, actor, which.id, new).await?;
            let record = token_view(&token).with("token", secret.reveal().as_str());
            Ok(Output::one(record).note("The token is shown this once; keep it where only the program reads it."))
        }
        TokenCommand::List(which) => {
            let all = service_accounts::tokens(app, actor, which.id).await?;
            let columns = ["name", "hint", "scopes", "expires_at", "last_used_at", "id"];
            Ok(Output::many(&columns, all.iter().map(token_view).collect()))
        }
        TokenCommand::Revoke { which, token } => {
            service_accounts::revoke_token(app, actor, which.id, token).await?;
            Ok(Output::one(Record::new().with("id", token.to_string()).with("status", "revoked")))
        }
    }
}

fn view(it: &ServiceAccount) -> Record {
    Record::new()
        .with("id", it.id.to_string())
        .with("name", it.name.as_str())
        .with("description", it.description.as_str())
        .with("role", it.role.to_string())
        .maybe("owner", it.owner.map(|id| id.to_string()))
        .with("status", if it.is_active { "active" } else { "deactivated" })
        .with("created_at", it.created_at.rfc3339())
}

fn token_view(it: &ServiceToken) -> Record {
    let scopes: Vec<&str> = it.scopes.iter().map(|scope| scope.word()).collect();
    Record::new()
        .with("id", it.id.to_string())
        .with("name", it.name.as_str())
        .with("hint", it.hint.as_str())
        .with("scopes", scopes)
        .with("expires_at", it.expires_at.rfc3339())
        .maybe("last_used_at", it.last_used_at.map(Timestamp::rfc3339))
}
