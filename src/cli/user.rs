//! `doorward user`: users of an organisation.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::operator::{Operator, secret_from_stdin};
use super::output::{Output, Record};
use crate::app::accounts::{self, NewUser, Placement, WayIn};
use crate::app::edit::{self, Edit};
use crate::app::users::{self, OnLastHolder, Person};
use crate::app::{break_glass, departures, user_list};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, OrgId, TeamId, UserId};
use crate::domain::list::LIMIT_MAX;
use crate::domain::role::RoleKey;
use crate::domain::secret::Secret;
use crate::domain::user::SignIn;
use crate::domain::user_list::{UserFilter, UserList};

/// Users of an organisation
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a user
    Create(Create),
    /// List the users of an organisation
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// Only those of whom this is true, in the words of `GET /api/v1/users`: `role=admin`, `mfa=off`, `inactive=90`,
        /// `status=pending`; repeat it for several
        #[arg(long, value_name = "NAME=VALUE")]
        filter: Vec<String>,
    },
    /// Show a user, its role and where the role comes from
    Show(Who),
    /// End all access of a user at once
    Deactivate(Who),
    /// Let a deactivated user in again
    Activate(Who),
    /// Give a user another role by hand
    SetRole {
        #[command(flatten)]
        who: Who,
        /// The role
        #[arg(long)]
        role: RoleKey,
    },
    /// Set the password of a user; every session and token of before ends
    SetPassword {
        #[command(flatten)]
        who: Who,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The user chooses another one at the next sign-in
        #[arg(long)]
        must_change: bool,
    },
    /// Give a user a temporary password, shown once
    TempPassword(Who),
    /// Take the second factors of a user away
    ResetMfa(Who),
    /// Change the name, the address or the identity provider of a user
    Update {
        #[command(flatten)]
        who: Who,
        /// What people call the user
        #[arg(long)]
        display_name: Option<String>,
        /// Where mail goes
        #[arg(long)]
        email: Option<String>,
        /// The connection of the identity provider at which a user with SSO on signs in
        #[arg(long, value_name = "ID")]
        connection: Option<ConnectionId>,
        /// A team the user is on, and on no other but those that are named; repeat it for several
        #[arg(long, value_name = "ID")]
        team: Vec<TeamId>,
    },
    /// Ask a user for a second factor from the next sign-in on
    RequireMfa {
        #[command(flatten)]
        who: Who,
        /// Ask no longer, unless the organisation or the role does
        #[arg(long)]
        off: bool,
    },
    /// Make a user a break-glass account, whose every use is told at once
    BreakGlass {
        #[command(flatten)]
        who: Who,
        /// Make it a user like all others again
        #[arg(long)]
        off: bool,
    },
    /// Send somebody who never signed in a new link for the first password
    ResendActivation(Who),
    /// Mail a user a link for a new password
    SendReset(Who),
    /// End every session and token of a user
    RevokeSessions(Who),
    /// Take a user out of the organisation; the audit stays
    Delete(Who),
    /// Erase the personal data of a user for good
    Erase(Who),
}

/// Make a user
#[derive(Debug, Args)]
pub struct Create {
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// What the user signs in as
    #[arg(long)]
    user_name: String,
    /// What people call the user
    #[arg(long)]
    display_name: String,
    /// Where mail goes
    #[arg(long)]
    email: Option<String>,
    /// The role; the first user of an organisation gets the role of first users, others the default role
    #[arg(long)]
    role: Option<RoleKey>,
    /// Whether the user signs in at the identity provider; the role model says it otherwise, and where it does not, a
    /// provider that takes sign-ins means yes and a way to a first password no
    #[arg(long)]
    sso: Option<Switch>,
    /// The connection of the identity provider at which a user with SSO on signs in
    #[arg(long, value_name = "ID")]
    connection: Option<ConnectionId>,
    /// A team the user is on; repeat it for several
    #[arg(long, value_name = "ID")]
    team: Vec<TeamId>,
    /// Read a permanent password from standard input
    #[arg(long, conflicts_with = "activation")]
    password_stdin: bool,
    /// The user chooses another password at the first sign-in
    #[arg(long, requires = "password_stdin")]
    must_change: bool,
    /// How the user gets in; the role model says it otherwise
    #[arg(long)]
    activation: Option<Activation>,
}

/// Which user.
#[derive(Debug, Args)]
pub struct Who {
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// The user name
    #[arg(long, required_unless_present = "id")]
    user_name: Option<String>,
    /// The id, instead of the user name
    #[arg(long, conflicts_with = "user_name")]
    id: Option<UserId>,
}

/// On or off.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Switch {
    /// At the identity provider
    On,
    /// Here, with a password
    Off,
}

/// How a user gets in for the first time.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Activation {
    /// Print a one-time link to set a password
    Link,
    /// Mail a temporary password
    TempPasswordMail,
    /// Print a temporary password
    TempPasswordAdmin,
    /// Leave the user without a way in
    None,
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::Create(new) => create(operator, new).await,
        Command::List { org, filter } => list(operator, &org, &filter).await,
        Command::Show(who) => Ok(Output::one(view(&find(operator, &who).await?))),
        Command::Deactivate(who) => {
            let person = find(operator, &who).await?;
            users::deactivate(app, actor, person.user.id, OnLastHolder::Refuse).await?;
            show_again(operator, &person).await
        }
        Command::Activate(who) => {
            let person = find(operator, &who).await?;
            users::activate(app, actor, person.user.id).await?;
            show_again(operator, &person).await
        }
        Command::SetRole { who, role } => {
            let person = find(operator, &who).await?;
            let changed = users::change_role(app, actor, person.user.id, &role).await?;
            Ok(Output::one(view(&changed)))
        }
        Command::SetPassword { who, must_change, .. } => {
            let person = find(operator, &who).await?;
            let password = Secret::new(secret_from_stdin()?);
            accounts::set_password(app, actor, &person.user, password, must_change).await?;
            show_again(operator, &person).await
        }
        Command::TempPassword(who) => {
            let person = find(operator, &who).await?;
            let (_, password) = accounts::set_temporary_password(app, actor, &person.user).await?;
            let record = view(&find(operator, &who).await?).with("temporary_password", password.reveal().as_str());
            Ok(Output::one(record).note("The temporary password works once, within 24 hours, and is not shown again."))
        }
        Command::ResetMfa(who) => {
            let person = find(operator, &who).await?;
            accounts::reset_mfa(app, actor, &person.user).await?;
            show_again(operator, &person).await
        }
        Command::Erase(who) => {
            let id = find(operator, &who).await?.user.id;
            departures::erase(app, actor, id).await?;
            Ok(gone(id, "erased"))
        }
        Command::Delete(who) => {
            let id = find(operator, &who).await?.user.id;
            departures::delete(app, actor, id).await?;
            Ok(gone(id, "deleted"))
        }
        Command::Update { who, display_name, email, connection, team } => {
            let teams = (!team.is_empty()).then_some(team);
            update(operator, &who, Edit { display_name, email, connection, teams, ..Edit::default() }).await
        }
        Command::RequireMfa { who, off } => {
            let person = find(operator, &who).await?;
            Ok(Output::one(view(&accounts::require_mfa(app, actor, person.user.id, !off).await?)))
        }
        Command::BreakGlass { who, off } => mark_break_glass(operator, &who, !off).await,
        Command::ResendActivation(who) => resend_activation(operator, &who).await,
        Command::SendReset(who) => {
            let person = find(operator, &who).await?;
            accounts::send_reset(app, actor, person.user.id).await?;
            Ok(Output::one(view(&person)).note("A link for a new password is on its way; it works for 30 minutes."))
        }
        Command::RevokeSessions(who) => {
            let person = find(operator, &who).await?;
            accounts::revoke_sessions(app, actor, person.user.id).await?;
            show_again(operator, &person).await
        }
    }
}

async fn update(operator: &Operator, who: &Who, edit: Edit) -> Result<Output, Error> {
    let person = find(operator, who).await?;
    Ok(Output::one(view(&edit::update(&operator.app, &operator.actor, person.user.id, edit).await?)))
}

async fn resend_activation(operator: &Operator, who: &Who) -> Result<Output, Error> {
    let person = find(operator, who).await?;
    let link = accounts::resend_activation(&operator.app, &operator.actor, person.user.id).await?;
    let record = view(&person).with("activation_link", link.reveal().as_str());
    Ok(Output::one(record).note("The link works once, for 72 hours, and is not shown again."))
}

fn gone(id: UserId, status: &'static str) -> Output {
    Output::one(Record::new().with("id", id.to_string()).with("status", status))
}

async fn create(operator: &Operator, new: Create) -> Result<Output, Error> {
    let org = operator.organisation(&new.org).await?;
    let way_in = way_in(&new)?;
    let user = NewUser {
        user_name: new.user_name,
        display_name: new.display_name,
        email: new.email,
        role: new.role,
        sign_in: new.sso.map(|sso| match sso {
            Switch::On => SignIn::Sso,
            Switch::Off => SignIn::Password,
        }),
        way_in,
    };
    let placement = Placement { connection: new.connection, teams: new.team, mfa_required: false };
    let made = accounts::create_placed(&operator.app, &operator.actor, org.id, user, placement).await?;
    let record = view(&made.person)
        .maybe("activation_link", made.link.as_ref().map(|link| link.reveal().as_str()))
        .maybe("temporary_password", made.temporary_password.as_ref().map(|password| password.reveal().as_str()));
    let output = Output::one(record);
    Ok(match (made.link, made.temporary_password) {
        (Some(_), _) => output.note("The link works once, for 72 hours, and is not shown again."),
        (None, Some(_)) => output.note("The temporary password works once, within 24 hours, and is not shown again."),
        (None, None) => output,
    })
}

fn way_in(new: &Create) -> Result<Option<WayIn>, Error> {
    if new.password_stdin {
        let password = Secret::new(secret_from_stdin()?);
        return Ok(Some(WayIn::Password { password, must_change: new.must_change }));
    }
    Ok(new.activation.map(|activation| match activation {
        Activation::Link => WayIn::Link,
        Activation::TempPasswordMail => WayIn::MailedPassword,
        Activation::TempPasswordAdmin => WayIn::HandedPassword,
        Activation::None => WayIn::Closed,
    }))
}

async fn list(operator: &Operator, slug: &str, filters: &[String]) -> Result<Output, Error> {
    let org = operator.organisation(slug).await?;
    let people = match filters {
        [] => users::list(&operator.app, &operator.actor, org.id).await?,
        filters => found(operator, org.id, filters).await?,
    };
    let columns = ["user_name", "display_name", "role", "status", "sign_in", "id"];
    Ok(Output::many(&columns, people.iter().map(view).collect()))
}

/// Everybody on every page of a list.
async fn found(operator: &Operator, org: OrgId, filters: &[String]) -> Result<Vec<Person>, Error> {
    let named = |it: &String| it.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let words: Option<Vec<_>> = filters.iter().map(named).collect();
    let words = words.ok_or_else(|| Error::malformed("filter", "say it as NAME=VALUE, such as role=admin"))?;
    if let Some((name, _)) = words.iter().find(|(name, _)| !UserFilter::WORDS.contains(&name.as_str())) {
        return Err(Error::malformed("filter", format!("{name} is none; there are {}", UserFilter::WORDS.join(", "))));
    }
    let list = UserList::read(words.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let mut page = UserList { limit: LIMIT_MAX, ..list };
    let mut all = Vec::new();
    loop {
        let found = user_list::page(&operator.app, &operator.actor, org, &page).await?;
        all.extend(found.entries.into_iter().map(|it| it.person));
        let Some(next) = found.next else { return Ok(all) };
        page.cursor = Some(next);
    }
}

async fn find(operator: &Operator, who: &Who) -> Result<Person, Error> {
    let Operator { app, actor } = operator;
    let org = operator.organisation(&who.org).await?;
    match (who.id, &who.user_name) {
        (Some(id), _) => match users::show(app, actor, id).await? {
            person if person.user.org == org.id => Ok(person),
            _ => Err(Error::NotFound("user")),
        },
        (None, name) => users::by_name(app, actor, org.id, name.as_deref().unwrap_or_default()).await,
    }
}

async fn mark_break_glass(operator: &Operator, who: &Who, is_one: bool) -> Result<Output, Error> {
    let person = find(operator, who).await?;
    break_glass::mark(&operator.app, &operator.actor, person.user.id, is_one).await?;
    Ok(Output::one(view(&person).with("break_glass", is_one)))
}

async fn show_again(operator: &Operator, person: &Person) -> Result<Output, Error> {
    let now = users::show(&operator.app, &operator.actor, person.user.id).await?;
    Ok(Output::one(view(&now)))
}

fn view(person: &Person) -> Record {
    let user = &person.user;
    let from = person.effective.decided_by().map(|grant| grant.source.kind());
    let grants = person.effective.grants.iter();
    let held: Vec<_> =
        grants.map(|it| json!({ "role": it.role, "source": it.source, "since": it.since.rfc3339() })).collect();
    Record::new()
        .with("id", user.id.to_string())
        .with("user_name", user.user_name.as_str())
        .with("display_name", user.display_name.as_str())
        .with("email", user.email.clone())
        .with("role", person.effective.role.as_ref().map(RoleKey::to_string))
        .with("role_from", from)
        .with("grants", held)
        .with("status", user.status.word())
        .with("sign_in", user.sign_in.word())
        .with("mfa_required", user.mfa_required)
        .with("external_id", user.external_id.clone())
        .with("managed_by", user.managed_by.map(|id| id.to_string()))
        .with("created_at", user.created_at.rfc3339())
        .with("updated_at", user.updated_at.rfc3339())
}
