//! The tokens with which an identity provider comes.

use clap::Subcommand;

use super::super::operator::Operator;
use super::super::output::{Output, Record};
use super::Which;
use crate::app::connections::{self, NewToken, TOKEN_DAYS, TOKEN_DAYS_MAX};
use crate::domain::connection::{ConnectionToken, Scope, Scopes};
use crate::domain::id::TokenId;
use crate::domain::{Error, Timestamp};

/// Bearer tokens of a connection
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make another token; the others stay valid
    Add {
        #[command(flatten)]
        which: Which,
        /// How long it works
        #[arg(long, default_value_t = TOKEN_DAYS, value_name = "DAYS", value_parser = days())]
        token_days: u32,
        /// What it may be used for: users:read, users:write, groups:read, groups:write, roles:read; writing includes reading;
        /// several with commas between [default: whatever the connection may do]
        #[arg(long, value_delimiter = ',', value_parser = scope)]
        scopes: Vec<Scope>,
        /// The attributes of users and groups that it sees and sets, such as userName, name.familyName, emails, active, displayName,
        /// members; several with commas between [default: all of them]
        #[arg(long, value_delimiter = ',', value_name = "NAME")]
        attributes: Vec<String>,
    },
    /// End a token at once
    Revoke {
        #[command(flatten)]
        which: Which,
        /// The token
        #[arg(long, value_name = "ID")]
        token: TokenId,
    },
    /// List the tokens
    List(Which),
}

pub(super) async fn run(operator: &Operator, command: Token) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Token::Add { which, token_days, scopes, attributes } => {
            let lifetime = connections::token_lifetime(token_days)?;
            let scopes = Scopes::only(scopes).unwrap_or_default();
            let named = (!attributes.is_empty()).then_some(attributes.as_slice());
            let token = connections::add_token(app, actor, which.id, lifetime, (scopes, named)).await?;
            Ok(shown_once(Record::new().with("connection", which.id.to_string()), &token))
        }
        Token::Revoke { which, token } => {
            connections::revoke_token(app, actor, which.id, token).await?;
            Ok(Output::one(Record::new().with("token_id", token.to_string()).with("status", "revoked")))
        }
        Token::List(which) => {
            let (_, tokens) = connections::get(app, actor, which.id).await?;
            let columns = ["token_id", "hint", "scopes", "attributes", "created_at", "expires_at", "last_used_at"];
            Ok(Output::many(&columns, tokens.iter().map(view).collect()))
        }
    }
}

pub(super) fn days() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=i64::from(TOKEN_DAYS_MAX))
}

fn scope(word: &str) -> Result<Scope, String> {
    let words = Scope::ALL.map(Scope::word).join(", ");
    Scope::parse(word).ok_or_else(|| format!("the scopes are {words}"))
}

pub(super) fn shown_once(record: Record, new: &NewToken) -> Output {
    let record = record
        .with("token", new.secret.reveal().as_str())
        .with("token_id", new.token.id.to_string())
        .with("expires_at", new.token.expires_at.rfc3339());
    Output::one(record).note("The token is not shown again.")
}

pub(super) fn view(it: &ConnectionToken) -> Record {
    Record::new()
        .with("token_id", it.id.to_string())
        .with("hint", format!("{}…", it.hint))
        .with("scopes", it.scopes.words())
        .with("attributes", serde_json::json!(it.attributes.words()))
        .with("created_at", it.created_at.rfc3339())
        .with("expires_at", it.expires_at.rfc3339())
        .with("last_used_at", it.last_used_at.map(Timestamp::rfc3339))
}
