//! `doorward org`: organisations.

use clap::Subcommand;

use super::operator::Operator;
use super::output::{Output, Record};
use super::{branding, policy, reading};
use crate::app::organisations::{self, NewOrganisation, OrganisationChange};
use crate::app::{language, role_models};
use crate::domain::Error;
use crate::domain::organisation::Organisation;
use crate::domain::role::{MfaRequirement, RoleKey};

/// Organisations
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an organisation
    Create {
        /// Its short name in URLs and claims
        #[arg(long)]
        slug: String,
        /// Its name for people
        #[arg(long)]
        name: String,
        /// A preset, or a file with a role model
        #[arg(long, value_name = "PRESET|FILE.toml", default_value = role_models::DEFAULT_PRESET)]
        role_model: String,
    },
    /// List the organisations
    List,
    /// Show an organisation
    Show {
        /// Its short name
        slug: String,
    },
    /// Give an organisation another name or language
    Set {
        /// Its short name
        slug: String,
        /// Its name for people
        #[arg(long, required_unless_present = "default_language")]
        name: Option<String>,
        /// The language of letters and pages for whoever has chosen none: en, de, or auto for that of the instance
        #[arg(long, value_name = "LANGUAGE")]
        default_language: Option<String>,
    },
    /// Say how an organisation looks; without anything to change, show it
    Brand(branding::Options),
    /// Shut everybody of an organisation out at once
    Suspend {
        /// Its short name
        slug: String,
    },
    /// Let the people of a suspended organisation in again
    Resume {
        /// Its short name
        slug: String,
    },
    /// Shut everybody of an organisation out at once, and erase it after some days
    Delete {
        /// Its short name
        slug: String,
        /// For so many days it can be restored, 0 to 90
        #[arg(long, value_name = "DAYS", default_value_t = organisations::GRACE_DAYS)]
        grace_days: u32,
        /// Its short name again
        #[arg(long, value_name = "SLUG")]
        confirm: String,
    },
    /// Keep a deleted organisation, and let its people in again
    Restore {
        /// Its short name
        slug: String,
    },
    /// Say what an organisation demands of its people; without anything to change, show it
    Policy(policy::Options),
    /// Show or choose the reading of the role model
    Reading(reading::Options),
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let organisation = match command {
        Command::Create { slug, name, role_model } => {
            let role_model = role_models::source(&role_model)?;
            organisations::create(app, actor, NewOrganisation { slug, name, role_model }).await?
        }
        Command::List => {
            let all = organisations::list(app, actor).await?;
            return Ok(Output::many(&["slug", "name", "status", "delete_at"], all.iter().map(view).collect()));
        }
        Command::Show { slug } => operator.organisation(&slug).await?,
        Command::Set { slug, name, default_language } => {
            let org = operator.organisation(&slug).await?.id;
            let language = default_language.as_deref().map(language::by_tag).transpose()?;
            organisations::change(app, actor, org, OrganisationChange { name, language }).await?
        }
        Command::Brand(options) => return branding::run(operator, options).await,
        Command::Suspend { slug } => {
            let org = operator.organisation(&slug).await?.id;
            organisations::suspend(app, actor, org).await?
        }
        Command::Resume { slug } => {
            let org = operator.organisation(&slug).await?.id;
            organisations::resume(app, actor, org).await?
        }
        Command::Delete { slug, grace_days, confirm } => {
            if confirm != slug {
                return Err(Error::malformed("confirm", format!("write {slug} again, to say that it is meant")));
            }
            let org = operator.organisation(&slug).await?.id;
            organisations::delete(app, actor, org, grace_days).await?
        }
        Command::Restore { slug } => {
            let org = operator.organisation(&slug).await?.id;
            organisations::restore(app, actor, org).await?
        }
        Command::Reading(options) => return reading::run(operator, options).await,
        Command::Policy(options) => return policy::run(operator, options).await,
    };
    Ok(Output::one(view(&organisation)))
}

pub(super) fn view(it: &Organisation) -> Record {
    let mfa = it.policy.mfa.as_ref().map(|mfa| match mfa.require {
        MfaRequirement::All => "all".to_owned(),
        MfaRequirement::None => "none".to_owned(),
        MfaRequirement::Roles => mfa.roles.iter().map(RoleKey::as_str).collect::<Vec<_>>().join(","),
    });
    Record::new()
        .with("id", it.id.to_string())
        .with("slug", it.slug.as_str())
        .with("name", it.name.as_str())
        .with("status", it.status())
        .maybe("delete_at", it.deletion.map(|it| it.at.rfc3339()))
        .with("role_model", role_models::name_of(&it.role_model))
        .maybe("language", it.language.clone())
        .maybe("require_mfa", mfa)
        .with("created_at", it.created_at.rfc3339())
}
