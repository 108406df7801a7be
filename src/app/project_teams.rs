//! What follows for the teams of projects when people join or leave what stands as one, whoever asked for it.
//!
//! **Invariant:** an identity provider is never refused for a team of a project: whoever it puts into a second one keeps the
//! first, and is listed as misconfigured. A person who asks for that is refused, where the role model allows one team only.

use crate::domain::Error;
use crate::domain::id::UserId;
use crate::domain::obstacle::Obstacle;
use crate::domain::project::{Assignment, Subject};
use crate::store::project_teams::{self as places, Clash, Scope};
use crate::store::{Tx, groups, project_list, projects, teams, users};

/// What a second team of somebody comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Second {
    /// It is refused.
    Refused,
    /// The first one counts.
    KeepsFirst,
}

/// People have joined this group or team.
pub(crate) async fn joined(tx: &Tx, subject: Subject, people: &[UserId], second: Second) -> Result<(), Error> {
    if people.is_empty() || places::projects_of(&**tx, tx.org, subject).await?.is_empty() {
        return Ok(());
    }
    if second == Second::Refused {
        refuse_second(tx, Scope::Subject(subject), people).await?;
    }
    places::fill(tx, (Scope::Subject(subject), people)).await
}

/// People have left this group or team. Whoever is on another team of the same project is on that one from now on.
pub(crate) async fn left(tx: &Tx, subject: Subject, people: &[UserId]) -> Result<(), Error> {
    if people.is_empty() || places::projects_of(&**tx, tx.org, subject).await?.is_empty() {
        return Ok(());
    }
    places::leave(tx, (subject, people)).await?;
    places::fill(tx, (Scope::ProjectsOf(subject), people)).await
}

/// Takes a group or team off every project, because it is going.
pub(crate) async fn detach(tx: &Tx, subject: Subject) -> Result<(), Error> {
    let on = places::projects_of(&**tx, tx.org, subject).await?;
    if on.is_empty() {
        return Ok(());
    }
    places::leave(tx, (subject, &[])).await?;
    projects::unassign_everywhere(tx, subject).await?;
    places::fill(tx, (Scope::Projects(&on), &[])).await
}

/// Takes a user off every project and every team of one, because the user is going.
pub(crate) async fn forget(tx: &Tx, user: UserId) -> Result<(), Error> {
    places::leave_all(tx, user).await?;
    projects::unassign_everywhere(tx, Subject::User(user)).await
}

/// The people of an assignment are a team from now on.
pub(crate) async fn stand(tx: &Tx, team: &Assignment) -> Result<(), Error> {
    refuse_second(tx, Scope::Assignment(team.id), &[]).await?;
    places::fill(tx, (Scope::Assignment(team.id), &[])).await
}

/// They are a team no more, or on the project no more.
pub(crate) async fn stand_down(tx: &Tx, team: &Assignment) -> Result<(), Error> {
    places::empty(tx, team.id).await?;
    places::fill(tx, (Scope::Projects(&[team.project]), &[])).await
}

async fn refuse_second(tx: &Tx, scope: Scope<'_>, people: &[UserId]) -> Result<(), Error> {
    if !tx.roles()?.settings().one_team_per_project {
        return Ok(());
    }
    match places::clashes(&**tx, tx.org, (scope, people), 1).await?.first() {
        Some(clash) => Err(named(tx, *clash).await?),
        None => Ok(()),
    }
}

async fn named(tx: &Tx, clash: Clash) -> Result<Error, Error> {
    let person = users::get(&**tx, tx.org, clash.user).await?.user_name;
    let project = projects::get(&**tx, tx.org, clash.project).await?.name;
    let first = project_list::among(&**tx, tx.org, &[clash.first]).await?;
    let team = match first.first().map(|it| it.subject) {
        Some(Subject::Group(id)) => groups::get(&**tx, tx.org, id).await?.display_name,
        Some(Subject::Team(id)) => teams::get(&**tx, tx.org, id).await?.name,
        Some(Subject::User(_)) | None => person.clone(),
    };
    Ok(Error::Obstacle(Obstacle::SecondTeam { person, team, project }))
}
