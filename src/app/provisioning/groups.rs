//! Groups over SCIM.

use serde_json::Value;

use super::change::changed_paths;
use super::membership::Roll;
use super::show::{self, document_of_group};
use super::{Answer, Caller, Error, Resource, Shown, Unit, paging};
use crate::app::membership::{follow, target};
use crate::app::project_teams;
use crate::domain;
use crate::domain::Timestamp;
use crate::domain::group::Group;
use crate::domain::id::GroupId;
use crate::domain::policy::Action;
use crate::domain::project::Subject;
use crate::domain::text::fold;
use crate::scim::document::{Document, Received};
use crate::scim::list::{ListQuery, Slice};
use crate::scim::patch::{self, MemberChange};
use crate::scim::projection::Projection;
use crate::scim::schema::{GROUP, ResourceType};
use crate::scim::{etag, search};
use crate::store::filter::Table;
use crate::store::pages::Page;
use crate::store::{Reader, groups, members, projects, roster};

/// How many members a group may have for a change of it to be answered with all of them.
const REPEATED_MAX: u64 = 1_000;
/// So many of the projects that a group was on are on record.
const PROJECTS_NAMED: u64 = 100;

/// Groups of people, as identity providers know them.
pub enum Groups {}

impl Resource for Groups {
    const TYPE: &'static ResourceType = &GROUP;

    /// Makes a group. Roles that an administrator has mapped to its name or external id beforehand are mapped now.
    async fn create(caller: &Caller<'_>, received: Received, wanted: &Projection) -> Result<Shown, Error> {
        caller.allowed(&GROUP).require(&["displayName"], "make a group")?;
        let unit = caller.begin().await?;
        let group = new_group(caller, &received.document, unit.tx.now);
        let mut unit = unit.allow(caller, Action::CreateGroup, target(&group)).await?;
        groups::insert(&unit.tx, &group, &searchable(&received.document)).await?;
        let labels: Vec<&str> =
            [Some(group.display_name.as_str()), group.external_id.as_deref()].into_iter().flatten().collect();
        for role in groups::take_intents(&unit.tx, caller.id(), &labels).await? {
            groups::map_role(&unit.tx, group.id, &role).await?;
        }
        if let Some(values) = received.members {
            let mut roll = Roll::open(caller, &unit.tx, group.id).await?;
            roll.apply(&unit.tx, vec![MemberChange::Add(values)]).await?;
            unit = roll.settle(unit, &group).await?;
        }
        unit.finish(caller).await?;
        show::group(caller, &group, wanted).await
    }

    /// Replaces a group. Its members stay when the request has no `members`, so that a rename cannot empty it.
    async fn replace(
        caller: &Caller<'_>,
        id: &str,
        received: Received,
        if_match: Option<&str>,
        wanted: &Projection,
    ) -> Result<Shown, Error> {
        let unit = caller.begin().await?;
        let group = find_own(&*unit.tx, caller, parse(id)?).await?;
        etag::check_match(if_match, group.version)?;
        let unit = Unit { replaces: Some(group.id.to_string()), ..unit };
        let changes = received.members.into_iter().map(MemberChange::Replace).collect();
        let document = caller.allowed(&GROUP).settle(&document_of_group(&group), received.document);
        let group = change(caller, unit, group, document, changes).await?;
        show::group(caller, &group, wanted).await
    }

    /// Applies the operations of a PATCH to a group; all of them or none.
    async fn patch(
        caller: &Caller<'_>,
        id: &str,
        body: &Value,
        if_match: Option<&str>,
        wanted: &Projection,
    ) -> Result<Answer, Error> {
        let patch = caller.read_patch(&GROUP, body, id)?;
        let unit = caller.begin().await?;
        let group = find_own(&*unit.tx, caller, parse(id)?).await?;
        etag::check_match(if_match, group.version)?;
        let before = document_of_group(&group);
        let document = patch::apply(&before, &patch.operations, fold)?.document;
        let document = caller.allowed(&GROUP).settle(&before, document);
        let group = change(caller, unit, group, document, patch.members).await?;
        if caller.connection.settings.patch_no_content || is_too_large(caller, &group, wanted).await? {
            return Ok(Answer::Done { version: group.version });
        }
        Ok(Answer::Shown(show::group(caller, &group, wanted).await?))
    }

    /// Deletes a group; its people lose the roles that it gave, and are on no project through it any more.
    async fn delete(caller: &Caller<'_>, id: &str, if_match: Option<&str>) -> Result<(), Error> {
        caller.allowed(&GROUP).require(&["displayName", "members"], "delete a group")?;
        let unit = caller.begin().await?;
        let group = find_own(&*unit.tx, caller, parse(id)?).await?;
        etag::check_match(if_match, group.version)?;
        let roll = Roll::open(caller, &unit.tx, group.id).await?;
        let on = projects::of_subject(&*unit.tx, unit.tx.org, Subject::Group(group.id), PROJECTS_NAMED).await?;
        let projects = on.into_iter().map(|it| it.name).collect();
        let action = Action::DeleteGroup { roles: roll.roles().to_vec(), projects };
        let unit = unit.allow(caller, action, target(&group)).await?;
        let left = members::ids(&*unit.tx, unit.tx.org, group.id).await?;
        project_teams::detach(&unit.tx, Subject::Group(group.id)).await?;
        members::clear(&unit.tx, group.id).await?;
        groups::delete(&unit.tx, group.id).await?;
        follow(&unit.tx, roll.roles(), &[], &left).await?;
        unit.finish(caller).await
    }

    /// Reads a group.
    async fn get(caller: &Caller<'_>, id: &str, wanted: &Projection) -> Result<Shown, Error> {
        let group = find_own(caller.app.store.reader(), caller, parse(id)?).await?;
        show::group(caller, &group, wanted).await
    }

    /// The groups of a page.
    async fn page(caller: &Caller<'_>, query: &ListQuery) -> Result<Slice, Error> {
        caller.check_query(Self::TYPE, query)?;
        let (store, begin) = (&caller.app.store, paging::begin(caller, Self::TYPE, query)?);
        let page = Page::of(store, caller.org(), caller.id(), Table::Groups, query, begin).map_err(show::not_stored)?;
        let found = page.groups(store).await?;
        let shown = show::groups(caller, &found.rows, &query.projection).await?;
        let next = found.next.map(|place| paging::write(caller, Self::TYPE, query, Some(&place))).transpose()?;
        Ok(Slice { resources: shown.into_iter().map(|it| it.body).collect(), total: found.total, next })
    }
}

fn parse(id: &str) -> Result<GroupId, Error> {
    id.parse().map_err(|_| domain::Error::NotFound("group").into())
}

/// A group that this connection manages.
async fn find_own(db: &impl Reader, caller: &Caller<'_>, id: GroupId) -> Result<Group, Error> {
    let group = groups::find(db, caller.org(), id).await?.filter(|group| group.managed_by == Some(caller.id()));
    Ok(group.ok_or(domain::Error::NotFound("group"))?)
}

/// Makes the group what is wanted and keeps it. Nothing is written when nothing differs.
async fn change(
    caller: &Caller<'_>,
    unit: Unit,
    before: Group,
    document: Document,
    changes: Vec<MemberChange>,
) -> Result<Group, Error> {
    let mut unit = unit;
    let after = described(&before, &document, unit.tx.now);
    let paths = changed_paths(&document_of_group(&before), &document);
    if before.display_name != after.display_name {
        let action = Action::RenameGroup { from: before.display_name.clone(), to: after.display_name.clone() };
        unit = unit.allow(caller, action, target(&before)).await?;
    }
    let others: Vec<_> = paths.into_iter().filter(|change| change.path != "displayName").collect();
    if !others.is_empty() {
        unit = unit.allow(caller, Action::UpdateGroup { changes: others }, target(&before)).await?;
    }
    let is_described_anew = !unit.permits.is_empty();
    if is_described_anew {
        groups::update(&unit.tx, &after, &searchable(&document)).await?;
    }
    let mut joins_or_leaves = false;
    if !changes.is_empty() {
        let mut roll = Roll::open(caller, &unit.tx, before.id).await?;
        roll.apply(&unit.tx, changes).await?;
        joins_or_leaves = roll.net().changes_members();
        unit = roll.settle(unit, &before).await?;
    }
    if joins_or_leaves && !is_described_anew {
        groups::touch(&unit.tx, before.id).await?;
    }
    unit.finish(caller).await?;
    Ok(if is_described_anew || joins_or_leaves { after } else { before })
}

/// True when the answer would repeat more members than anybody reads at every change.
async fn is_too_large(caller: &Caller<'_>, group: &Group, wanted: &Projection) -> Result<bool, Error> {
    if wanted.within(caller.allowed(&GROUP)).excludes_members() {
        return Ok(false);
    }
    Ok(roster::is_larger(caller.app.store.reader(), caller.org(), group.id, REPEATED_MAX).await?)
}

fn new_group(caller: &Caller<'_>, document: &Document, now: Timestamp) -> Group {
    let blank = Group {
        id: GroupId::new(),
        org: caller.org(),
        display_name: String::new(),
        external_id: None,
        managed_by: Some(caller.id()),
        version: 0,
        document: String::new(),
        created_at: now,
        updated_at: now,
    };
    described(&blank, document, now)
}

/// The group with the attributes of the document.
fn described(group: &Group, document: &Document, now: Timestamp) -> Group {
    Group {
        display_name: document.display_name().unwrap_or(&group.display_name).to_owned(),
        external_id: document.external_id().map(str::to_owned),
        document: document.clone().into_json().to_string(),
        version: group.version.saturating_add(1),
        updated_at: now,
        ..group.clone()
    }
}

fn searchable(document: &Document) -> Value {
    search::index(&GROUP, document, fold)
}
