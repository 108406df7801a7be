//! What a connection turns into what, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::connections::connection_id;
use super::document::{Documented, operation};
use super::groups::{missing_role, role_key};
use super::json::Words;
use crate::app::App;
use crate::app::connections::{self, Mapped, Mappings, RoleMapping, Unmatched};
use crate::app::groups::Entry;
use crate::domain::Timestamp;
use crate::domain::connection::Mapping;
use crate::domain::id::{GroupId, ProjectId, UserId};
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::web::error::Problem;

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let show = operation("Tells what a connection turns into what: attributes into fields, words and groups into roles")
        .about(
            "Also which words of its people name no role, among the newest 10,000 of them, and which of its groups give none. \
             Of each list of groups the first 100 are told, and of words the 50 that most people have.",
        )
        .answers::<MappingsBody>(200);
    let map = operation("Lets a group of a connection give a role, now or once it is pushed")
        .about("The group is named, or the provider's id of it given, with every character of a URL's own percent-encoded.")
        .answers::<GroupMappingBody>(200);
    let unmap = operation("Lets a group of a connection give a role no longer, or not once it is pushed");
    const GROUP_ROLE: &str = "/api/v1/connections/{id}/groups/{group}/roles/{key}";
    routes.get("/api/v1/connections/{id}/mappings", show, self::show).put(GROUP_ROLE, map, self::map).delete(
        GROUP_ROLE,
        unmap.answers_nothing(204).conflicts(),
        self::unmap,
    )
}

/// What a connection turns into what.
#[derive(Debug, Serialize, ToSchema)]
struct MappingsBody {
    attributes: Vec<AttributeBody>,
    /// The role of everybody to whom nothing else gives one.
    default_role: Option<String>,
    /// The highest role that the connection may give; none where it may give every role that is not protected.
    max_role: Option<String>,
    /// Highest first.
    roles: Vec<RoleMappingBody>,
    /// Words that people have where words give roles, and that name none: what most have comes first.
    unmatched_words: Vec<WordBody>,
    groups: GroupsBody,
}

/// What fills a field.
#[derive(Debug, Serialize, ToSchema)]
struct AttributeBody {
    /// `user_name`, `display_name`, `email`, `external_id`, `active`, `password`, `language`, `role`, `groups` or `others`.
    field: &'static str,
    /// The attributes over SCIM, of which the first that says something counts; none where none is taken.
    scim: Vec<String>,
    /// The claims of the first sign-in of somebody who was not pushed; none where no user is made of such people.
    first_sign_in: Vec<&'static str>,
    /// `provider`, `both` (whoever spoke last) or `nobody`.
    kept_by: &'static str,
}

/// How people come to a role.
#[derive(Debug, Serialize, ToSchema)]
struct RoleMappingBody {
    role: RoleKey,
    /// The provider may say this or the key.
    label: String,
    /// Whether the connection may give it; a request that names it is refused otherwise.
    is_within_ceiling: bool,
    /// Whether it is for everybody to whom nothing else gives a role.
    is_default: bool,
    /// How many have it by `roles`.
    people_by_roles: u64,
    /// How many have it by `entitlements`.
    people_by_entitlements: u64,
    /// How many have it by `role_attribute` of the connection.
    people_by_attribute: u64,
}

/// A word that names no role.
#[derive(Debug, Serialize, ToSchema)]
struct WordBody {
    /// `roles`, `entitlements`, or `role_attribute` of the connection.
    attribute: String,
    word: String,
    display: Option<String>,
    /// How many have it.
    people: u64,
    /// When the provider spoke of one of them last, to the hour.
    last_said_at: Option<String>,
    /// One of them.
    example: Option<UserId>,
}

/// The groups of a connection.
#[derive(Debug, Serialize, ToSchema)]
struct GroupsBody {
    /// Those that give a role, by name.
    mapped: Vec<MappedBody>,
    mapped_total: u64,
    /// Those that give none, by name.
    unmapped: Vec<MappedBody>,
    unmapped_total: u64,
    /// Those that are to give a role once they are pushed.
    awaited: Vec<AwaitedGroupBody>,
}

/// A group.
#[derive(Debug, Serialize, ToSchema)]
struct MappedBody {
    id: GroupId,
    name: String,
    roles: Vec<RoleKey>,
    /// The first of the projects that it is on.
    projects: Vec<ProjectId>,
    /// How many members were counted, up to 1,000.
    members: u64,
}

/// A group that was not pushed yet.
#[derive(Debug, Serialize, ToSchema)]
struct AwaitedGroupBody {
    /// Its name or the provider's id of it, in lower case.
    group: String,
    role: RoleKey,
}

/// A group that gives a role.
#[derive(Debug, Serialize, ToSchema)]
struct GroupMappingBody {
    group: String,
    role: RoleKey,
    /// Whether it does so only once the provider pushes it.
    is_waiting: bool,
}

async fn map(
    State(app): State<App>,
    actor: Actor,
    Words((id, group, key)): Words<(String, String, String)>,
) -> Result<Json<GroupMappingBody>, Problem> {
    let role = role_key(&key)?;
    let mapped =
        connections::map_group(&app, &actor, connection_id(&id)?, &group, &role).await.map_err(missing_role)?;
    Ok(Json(GroupMappingBody { group, role, is_waiting: mapped == Mapped::WhenPushed }))
}

async fn unmap(
    State(app): State<App>,
    actor: Actor,
    Words((id, group, key)): Words<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    connections::unmap_group(&app, &actor, connection_id(&id)?, &group, &role_key(&key)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn show(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<MappingsBody>, Problem> {
    Ok(Json(connections::mappings(&app, &actor, connection_id(&id)?).await?.into()))
}

impl From<Mappings> for MappingsBody {
    fn from(it: Mappings) -> Self {
        let awaited = it.awaited.into_iter().map(|(group, role)| AwaitedGroupBody { group, role });
        Self {
            attributes: it.attributes.iter().map(AttributeBody::from).collect(),
            default_role: it.connection.settings.default_role,
            max_role: it.connection.settings.max_role,
            roles: it.roles.into_iter().map(RoleMappingBody::from).collect(),
            unmatched_words: it.unmatched.into_iter().map(WordBody::from).collect(),
            groups: GroupsBody {
                mapped: it.mapped.into_iter().map(MappedBody::from).collect(),
                mapped_total: it.mapped_total,
                unmapped: it.unmapped.into_iter().map(MappedBody::from).collect(),
                unmapped_total: it.unmapped_total,
                awaited: awaited.collect(),
            },
        }
    }
}

impl From<&Mapping> for AttributeBody {
    fn from(it: &Mapping) -> Self {
        Self {
            field: it.field.word(),
            scim: it.scim.clone(),
            first_sign_in: it.sign_in.to_vec(),
            kept_by: it.keeper.word(),
        }
    }
}

impl From<RoleMapping> for RoleMappingBody {
    fn from(it: RoleMapping) -> Self {
        Self {
            role: it.key,
            label: it.label,
            is_within_ceiling: it.is_within,
            is_default: it.is_default,
            people_by_roles: it.by_roles,
            people_by_entitlements: it.by_entitlements,
            people_by_attribute: it.by_attribute,
        }
    }
}

impl From<Unmatched> for WordBody {
    fn from(it: Unmatched) -> Self {
        Self {
            attribute: it.attribute,
            word: it.word,
            display: it.display,
            people: it.people,
            last_said_at: it.said_at.map(Timestamp::rfc3339),
            example: it.example.map(|it| it.0),
        }
    }
}

impl From<Entry> for MappedBody {
    fn from(it: Entry) -> Self {
        Self {
            id: it.group.id,
            name: it.group.display_name,
            roles: it.roles,
            projects: it.projects.into_iter().map(|it| it.0).collect(),
            members: it.size.counted,
        }
    }
}
