//! `doorward project`: projects, and who is on them.

use clap::{Args, Subcommand};

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::project_access::{
    self, Access, AssignmentEdit, Decision, Grant, Misconfiguration, Named, Subject, UserAccess,
};
use crate::app::projects::{self, LIMIT_MAX, Project, ProjectEdit, ProjectQuery};
use crate::app::{groups, teams, users};
use crate::domain::Error;

/// Projects, and who is on them
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the projects of an organisation
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// Only those with this text in their name
        #[arg(long)]
        name: Option<String>,
    },
    /// Make a project that nobody is on yet
    Create {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// What to call it
        #[arg(long)]
        name: String,
        /// What it is for
        #[arg(long, default_value = "")]
        description: String,
    },
    /// List who and what is on a project
    Show(Which),
    /// Give a project another name or description; who is on it stays
    Update {
        #[command(flatten)]
        which: Which,
        /// What to call it
        #[arg(long)]
        to: Option<String>,
        /// What it is for
        #[arg(long)]
        description: Option<String>,
    },
    /// Delete a project; whoever was on it stays otherwise
    Delete(Which),
    /// Put a user, a group or a team on a project, or change how it is on it
    Assign {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        whom: Whom,
        /// `read` or `write`; what the role model says without it
        #[arg(long, value_parser = access)]
        access: Option<Access>,
        /// Let its people be a team of the project
        #[arg(long)]
        as_team: bool,
    },
    /// Take a user, a group or a team off a project
    Unassign {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        whom: Whom,
    },
    /// Say what a user may do in a project, through what, and why no more
    Access {
        #[command(flatten)]
        which: Which,
        /// The user, by user name
        #[arg(long, value_name = "USER_NAME")]
        user: String,
        /// A permission to decide, such as app.project:update
        #[arg(long)]
        permission: Option<String>,
    },
    /// List those who are not on a project as the role model wants it
    Misconfigured {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
}

/// Which project.
#[derive(Debug, Args)]
pub struct Which {
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// The project, by its name
    #[arg(long, value_name = "NAME")]
    project: String,
}

/// Who or what is put on a project or taken off it; one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whom {
    /// A user, by user name
    #[arg(long, value_name = "USER_NAME")]
    user: Option<String>,
    /// A group, by its name or the id its identity provider has for it
    #[arg(long, value_name = "NAME_OR_EXTERNAL_ID")]
    group: Option<String>,
    /// A team, by its name
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::List { org, name } => list(operator, &org, name).await,
        Command::Create { org, name, description } => {
            let org = operator.organisation(&org).await?.id;
            Ok(Output::one(view(&projects::create(app, actor, org, (&name, &description)).await?)))
        }
        Command::Show(which) => show(operator, &find(operator, &which).await?).await,
        Command::Update { which, to, description } => {
            let project = find(operator, &which).await?;
            let edit = ProjectEdit { name: to, description };
            Ok(Output::one(view(&projects::update(app, actor, project.id, edit).await?)))
        }
        Command::Delete(which) => {
            let project = find(operator, &which).await?;
            projects::delete(app, actor, project.id).await?;
            Ok(Output::one(view(&project).with("status", "deleted")))
        }
        Command::Assign { which, whom, access, as_team } => {
            let project = find(operator, &which).await?;
            let subject = subject(operator, &project, &whom).await?;
            assign(operator, &project, Grant { subject, access, as_team: as_team.then_some(true) }).await
        }
        Command::Unassign { which, whom } => {
            let project = find(operator, &which).await?;
            let subject = subject(operator, &project, &whom).await?;
            let on = project_access::find(app, actor, &project, subject).await?;
            let gone = project_access::revoke(app, actor, (project.id, on.assignment.id)).await?;
            Ok(Output::one(view_assignment(&gone).with("status", "unassigned")))
        }
        Command::Access { which, user, permission } => {
            let project = find(operator, &which).await?;
            let user = users::by_name(app, actor, project.org, &user).await?.user.id;
            let on = (project.id, user);
            Ok(Output::one(view_access(&project_access::of_user(app, actor, on, permission.as_deref()).await?)))
        }
        Command::Misconfigured { org } => misconfigured(operator, &org).await,
    }
}

async fn find(operator: &Operator, which: &Which) -> Result<Project, Error> {
    let org = operator.organisation(&which.org).await?.id;
    projects::by_name(&operator.app, &operator.actor, org, &which.project).await
}

async fn list(operator: &Operator, org: &str, name: Option<String>) -> Result<Output, Error> {
    let org = operator.organisation(org).await?.id;
    let mut query = ProjectQuery { name, after: None, limit: Some(LIMIT_MAX) };
    let mut all = Vec::new();
    loop {
        let page = projects::page(&operator.app, &operator.actor, org, &query).await?;
        all.extend(page.projects.iter().map(view));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    Ok(Output::many(&["name", "description", "id"], all))
}

async fn show(Operator { app, actor }: &Operator, project: &Project) -> Result<Output, Error> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = project_access::page(app, actor, project, (after.as_deref(), Some(LIMIT_MAX))).await?;
        all.extend(page.assignments.iter().map(view_assignment));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(Output::many(&["name", "kind", "access", "as_team", "id"], all))
}

/// Puts it on the project, or changes how it is there.
async fn assign(Operator { app, actor }: &Operator, project: &Project, grant: Grant) -> Result<Output, Error> {
    let named = match project_access::find(app, actor, project, grant.subject).await {
        Ok(on) => {
            let edit = AssignmentEdit { access: grant.access, as_team: grant.as_team };
            project_access::change(app, actor, (project.id, on.assignment.id), edit).await?
        }
        Err(Error::NotFound(_)) => project_access::assign(app, actor, project.id, grant).await?,
        Err(other) => return Err(other),
    };
    Ok(Output::one(view_assignment(&named)))
}

async fn subject(operator: &Operator, project: &Project, whom: &Whom) -> Result<Subject, Error> {
    let Operator { app, actor } = operator;
    if let Some(name) = &whom.user {
        return Ok(Subject::User(users::by_name(app, actor, project.org, name).await?.user.id));
    }
    if let Some(label) = &whom.group {
        return Ok(Subject::Group(groups::by_label(app, actor, project.org, label).await?.id));
    }
    let name = whom.team.as_deref().unwrap_or_default();
    Ok(Subject::Team(teams::by_name(app, actor, project.org, name).await?.id))
}

async fn misconfigured(operator: &Operator, org: &str) -> Result<Output, Error> {
    let org = operator.organisation(org).await?.id;
    let found = project_access::misconfigured(&operator.app, &operator.actor, org, &[]).await?;
    let people = found.people.iter().map(|it| {
        Record::new()
            .with("user_name", it.user.user_name.as_str())
            .with("project", it.project.name.as_str())
            .with("problem", it.what.word())
    });
    Ok(Output::many(&["user_name", "project", "problem"], people.collect()))
}

fn access(word: &str) -> Result<Access, String> {
    Access::parse(word).ok_or_else(|| "write read or write".to_owned())
}

fn view(it: &Project) -> Record {
    Record::new()
        .with("id", it.id.to_string())
        .with("name", it.name.as_str())
        .with("description", it.description.as_str())
        .with("created_at", it.created_at.rfc3339())
}

fn view_assignment(it: &Named) -> Record {
    Record::new()
        .with("id", it.assignment.id.to_string())
        .with("kind", it.assignment.subject.kind())
        .with("name", it.name.as_str())
        .with("access", it.assignment.access.word())
        .with("as_team", it.assignment.as_team)
        .with("since", it.assignment.since.rfc3339())
}

fn view_access(it: &UserAccess) -> Record {
    let reason = match &it.decision {
        Decision::Deny(refusal) => Some(refusal.word()),
        Decision::Read(limits) => limits.first().map(|it| it.word()),
        Decision::Write => None,
    };
    let through: Vec<String> = it.ways.iter().map(|(way, _)| way.name.clone()).collect();
    let wrong: Vec<&str> = it.misconfigurations.iter().map(|it| Misconfiguration::word(*it)).collect();
    let team = it.ways.iter().find(|(way, _)| Some(way.assignment.id) == it.team).map(|(way, _)| way.name.as_str());
    let record = Record::new()
        .with("user_name", it.user.user_name.as_str())
        .with("access", it.decision.word())
        .maybe("reason", reason)
        .maybe("team", team)
        .with("through", through)
        .with("misconfigurations", wrong);
    match &it.asked {
        Some((name, why)) => record.with("permission", name.as_str()).with("allowed", why.is_none()).maybe("why", *why),
        None => record,
    }
}
