//! Decisions about what applications have registered.

use super::{Answer, Ground, Through, through_role};
use crate::app::project_access;
use crate::app::users::Person;
use crate::domain::Error;
use crate::domain::resource::reach::{Link, Reach, Standing, Verdict, Way, decide as verdict_of, refusal};
use crate::domain::resource::{DEPTH_MAX, Kind, MANAGE_ALL, MANAGE_OWN, Resource, ResourceKey};
use crate::domain::role::Permission;
use crate::domain::share::Sharee;
use crate::store::{projects, resources, shares};

/// Decides about a resource by the key that its application gave it.
pub(super) async fn decide(
    ground: &Ground<'_>,
    person: &Person,
    (kind, id): (Kind, &str),
    action: &str,
) -> Result<Answer, Error> {
    let found = match ResourceKey::read(kind.word(), id) {
        Ok(key) => resources::find(ground.app.store.reader(), ground.org(), &key).await?,
        Err(_) => None,
    };
    match found {
        Some(resource) => {
            let verdict = verdict(ground, person, &resource).await?;
            Ok(answer(ground, person, (kind, &verdict), action))
        }
        None => Ok(Answer::no("unknown_resource")),
    }
}

/// How far somebody gets with a resource.
pub(super) async fn verdict(ground: &Ground<'_>, person: &Person, of: &Resource) -> Result<Verdict, Error> {
    Ok(verdict_of(&standing(ground, person, of).await?))
}

/// The answer about one deed: one of the resource's own, or a permission of the application, which asks the role as well.
pub(super) fn answer(ground: &Ground<'_>, person: &Person, (kind, verdict): (Kind, &Verdict), action: &str) -> Answer {
    let permission = action.strip_prefix("app.").and_then(|_| action.parse::<Permission>().ok());
    let deed = match &permission {
        Some(permission) if permission.is_reading() => "view",
        Some(_) => "edit",
        None => action,
    };
    if let Some(reason) = refusal(kind, verdict, deed) {
        return Answer::no(reason.word());
    }
    if permission.is_some() && !person.effective.allows(&ground.model, action) {
        return Answer::no("no_permission");
    }
    let wide_enough =
        |reach: Reach| refusal(kind, &Verdict { reach: Some(reach), ways: Vec::new(), limit: None }, deed);
    let ways = verdict.ways.iter().filter(|(_, reach)| wide_enough(*reach).is_none());
    let through: Vec<Through> = ways.flat_map(|(way, _)| through(person, *way)).collect();
    let reason = through.first().map_or("role", |it| it.kind);
    Answer::yes(reason, through)
}

fn through(person: &Person, way: Way) -> Vec<Through> {
    let one = |kind: &'static str, id: String| vec![Through { kind, id: Some(id) }];
    match way {
        Way::Owner(_) => one("owner", person.user.id.to_string()),
        Way::Role => through_role(person),
        Way::Share(_, Sharee::User(id)) => one("share_with_user", id.to_string()),
        Way::Share(_, Sharee::Team(id)) => one("share_with_team", id.to_string()),
        Way::Everybody(_) => vec![Through { kind: "all_users", id: None }],
        Way::Project(id) => one("project", id.to_string()),
    }
}

async fn standing(ground: &Ground<'_>, person: &Person, of: &Resource) -> Result<Standing, Error> {
    let db = ground.app.store.reader();
    let chain = chain(ground, of).await?;
    let ids: Vec<_> = chain.iter().map(|it| it.id).collect();
    let mut reaching = shares::reaching(db, (ground.org(), person.user.id), &ids).await?;
    let links = chain.iter().map(|it| Link {
        resource: it.id,
        is_own: [it.owner, it.registrar].contains(&Some(person.user.id)),
        visibility: it.visibility,
        shares: reaching.remove(&it.id).unwrap_or_default(),
    });
    let on: Vec<_> = chain.iter().find_map(|it| it.project).into_iter().collect();
    let project = match projects::among(db, ground.org(), &on).await?.pop() {
        Some(it) => Some((it.id, project_access::decision(db, &ground.model, (&it, person)).await?)),
        None => None,
    };
    Ok(Standing {
        is_active: person.user.is_active(),
        is_reader: person.effective.is_reader(&ground.model),
        has_everything: person.effective.has_everything(&ground.model),
        manages_all: person.effective.allows(&ground.model, MANAGE_ALL),
        manages_own: person.effective.allows(&ground.model, MANAGE_OWN),
        chain: links.collect(),
        project,
    })
}

/// The resource, and what it lies in, outwards.
async fn chain(ground: &Ground<'_>, of: &Resource) -> Result<Vec<Resource>, Error> {
    let mut chain = vec![of.clone()];
    while let Some(outer) = chain.last().and_then(|it| it.parent)
        && chain.len() < DEPTH_MAX
    {
        chain.push(resources::get(ground.app.store.reader(), ground.org(), outer).await?);
    }
    Ok(chain)
}
