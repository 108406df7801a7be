//! `doorward group`: groups of users, and the roles they give.

use clap::{Args, Subcommand};

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::groups::{self, Change, Deleted, Entry, Group, GroupQuery, LIMIT_MAX, Turn};
use crate::app::users;
use crate::domain::Error;
use crate::domain::id::UserId;
use crate::domain::role::RoleKey;
use crate::domain::user::User;

/// Groups of users, and the roles they give
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the groups of an organisation
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// Only those with this text in their name
        #[arg(long)]
        name: Option<String>,
    },
    /// Make a group that nobody is in yet
    Create {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// What to call it
        #[arg(long)]
        name: String,
    },
    /// Show a group with the roles it gives
    Show(Which),
    /// List the members of a group
    Members(Which),
    /// Give a group another name; what it gives stays
    Rename {
        #[command(flatten)]
        which: Which,
        /// What to call it
        #[arg(long)]
        to: String,
    },
    /// Delete a group that gives no role and is on no project; its people stay
    Delete(Which),
    /// Let users join a group
    Add(Members),
    /// Let users leave a group
    Remove(Members),
    /// Let membership of a group give a role
    Map(Mapping),
    /// Let membership of a group no longer give a role
    Unmap(Mapping),
}

/// Which group.
#[derive(Debug, Args)]
pub struct Which {
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// The group, by its name or the id its identity provider has for it
    #[arg(long, value_name = "NAME_OR_EXTERNAL_ID")]
    group: String,
}

/// Who joins or leaves which group.
#[derive(Debug, Args)]
pub struct Members {
    #[command(flatten)]
    which: Which,
    /// The user, by user name; give it once for each
    #[arg(long = "user", value_name = "USER_NAME", required = true)]
    users: Vec<String>,
}

/// Which role of which group.
#[derive(Debug, Args)]
pub struct Mapping {
    #[command(flatten)]
    which: Which,
    /// The role
    #[arg(long)]
    role: RoleKey,
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::List { org, name } => list(operator, &org, name).await,
        Command::Create { org, name } => {
            let org = operator.organisation(&org).await?.id;
            let made = groups::create(app, actor, org, &name).await?;
            shown(operator, &made).await
        }
        Command::Show(which) => shown(operator, &find(operator, &which).await?).await,
        Command::Members(which) => members(operator, &find(operator, &which).await?).await,
        Command::Rename { which, to } => {
            let group = find(operator, &which).await?;
            let renamed = groups::rename(app, actor, group.id, &to).await?;
            shown(operator, &renamed).await
        }
        Command::Delete(which) => delete(operator, &find(operator, &which).await?).await,
        Command::Add(change) => move_members(operator, &change, Turn::Join).await,
        Command::Remove(change) => move_members(operator, &change, Turn::Leave).await,
        Command::Map(mapping) => {
            let group = find(operator, &mapping.which).await?;
            groups::map_role(app, actor, group.id, &mapping.role).await?;
            shown(operator, &group).await
        }
        Command::Unmap(mapping) => {
            let group = find(operator, &mapping.which).await?;
            groups::unmap_role(app, actor, group.id, &mapping.role).await?;
            shown(operator, &group).await
        }
    }
}

async fn find(operator: &Operator, which: &Which) -> Result<Group, Error> {
    let org = operator.organisation(&which.org).await?.id;
    groups::by_label(&operator.app, &operator.actor, org, &which.group).await
}

async fn shown(Operator { app, actor }: &Operator, group: &Group) -> Result<Output, Error> {
    Ok(Output::one(view(&groups::show(app, actor, group.id).await?)))
}

async fn list(operator: &Operator, org: &str, name: Option<String>) -> Result<Output, Error> {
    let org = operator.organisation(org).await?.id;
    let mut query = GroupQuery { name, after: None, limit: Some(LIMIT_MAX) };
    let mut all = Vec::new();
    loop {
        let page = groups::page(&operator.app, &operator.actor, org, &query).await?;
        all.extend(page.entries.iter().map(view));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    Ok(Output::many(&["name", "members", "roles", "managed_by", "id"], all))
}

async fn members(Operator { app, actor }: &Operator, group: &Group) -> Result<Output, Error> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = groups::members(app, actor, group, (after.as_deref(), Some(LIMIT_MAX))).await?;
        all.extend(page.people.iter().map(view_user));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(Output::many(&["user_name", "display_name", "status", "id"], all))
}

async fn delete(Operator { app, actor }: &Operator, group: &Group) -> Result<Output, Error> {
    let record = Record::new().with("id", group.id.to_string()).with("name", group.display_name.as_str());
    match groups::delete(app, actor, group.id).await? {
        Deleted::Done => Ok(Output::one(record.with("status", "deleted"))),
        Deleted::StillAssigned(to) => {
            let roles: Vec<&str> = to.roles.iter().map(RoleKey::as_str).collect();
            let projects: Vec<&str> = to.projects.iter().map(|it| it.1.as_str()).collect();
            let sentence = if projects.is_empty() {
                format!("the group gives the role {}; take it away first", roles.join(", "))
            } else {
                format!("the group is on the project {}; take it off first", projects.join(", "))
            };
            Ok(Output::one(record.with("assigned_to", roles).with("projects", projects)).failed(sentence))
        }
    }
}

async fn move_members(operator: &Operator, change: &Members, turn: Turn) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let group = find(operator, &change.which).await?;
    let mut people: Vec<UserId> = Vec::with_capacity(change.users.len());
    for name in &change.users {
        people.push(users::by_name(app, actor, group.org, name).await?.user.id);
    }
    let Change { group, done, skipped } = groups::change_members(app, actor, group.id, (turn, &people)).await?;
    let names = |of: &[User]| of.iter().map(|it| it.user_name.clone()).collect::<Vec<_>>();
    let word = match turn {
        Turn::Join => "added",
        Turn::Leave => "removed",
    };
    let record = Record::new().with("id", group.id.to_string()).with("name", group.display_name);
    Ok(Output::one(record.with(word, names(&done)).with("skipped", names(&skipped))))
}

fn view(it: &Entry) -> Record {
    let roles: Vec<&str> = it.roles.iter().map(RoleKey::as_str).collect();
    Record::new()
        .with("id", it.group.id.to_string())
        .with("name", it.group.display_name.as_str())
        .with("members", it.size.counted)
        .with("has_more_members", it.size.has_more)
        .with("roles", roles)
        .maybe("managed_by", it.manager.as_deref())
        .maybe("external_id", it.group.external_id.as_deref())
        .with("created_at", it.group.created_at.rfc3339())
}

fn view_user(it: &User) -> Record {
    Record::new()
        .with("id", it.id.to_string())
        .with("user_name", it.user_name.as_str())
        .with("display_name", it.display_name.as_str())
        .with("status", it.status.word())
}
