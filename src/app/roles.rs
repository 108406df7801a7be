//! The roles of an organisation: roles of its own, and another reading of its role model; tried out, then kept.
//!
//! **Invariant:** a change that is tried out writes nothing, and says who would gain and lose what by the same change.
//! **Invariant:** a role is taken out, and a new one made, only while nothing of the organisation names its key, so that a
//! name that comes back gives nothing back.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::app::App;
use crate::app::policies::Named;
use crate::app::role_models::diff;
use crate::domain::id::OrgId;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, Change, Target};
use crate::domain::role::{Effective, LintProblem, LiveGrant, Power, RoleKey, RoleModel, Source, Unfit};
use crate::domain::user::Status;
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::role_use::{self, RoleUse};
use crate::store::{Reader, grants, organisations, service_accounts, users};

pub use crate::domain::role::RoleDraft;

/// So many holders of a role are named.
const NAMED: u64 = 10;

/// What becomes of the role model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleChange {
    /// A role of the organisation's own.
    Create(RoleKey, RoleDraft),
    /// Another version of such a role.
    Update(RoleKey, RoleDraft),
    /// Such a role is gone.
    Delete(RoleKey),
    /// Another reading of the model.
    Read(String),
}

/// What a change would come to.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// What the model would say otherwise.
    pub changes: Vec<Change>,
    /// Who would gain and lose something.
    pub effects: Vec<Effect>,
    /// Stands for exactly this change of exactly this model.
    pub seen: String,
}

/// What people with the same roles would gain and lose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The roles they hold, the one that counts first.
    pub roles: Vec<RoleKey>,
    /// How many users they are, without the deactivated ones.
    pub users: u64,
    /// How many service accounts they are, without the deactivated ones.
    pub service_accounts: u64,
    /// What they could do then.
    pub gains: Vec<Power>,
    /// What they could do no more.
    pub loses: Vec<Power>,
}

/// What still names a role.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Usage {
    /// How many users hold it by a grant, the deactivated ones too.
    pub users: u64,
    /// The first of them.
    pub users_first: Vec<Named>,
    /// The groups that give it.
    pub groups: Vec<String>,
    /// The service accounts that have it.
    pub service_accounts: Vec<String>,
    /// The addresses with an open invitation as this.
    pub invitations: Vec<String>,
    /// The connections that give it by default, or whose highest role it is.
    pub connections: Vec<String>,
    /// The roles that extend it.
    pub extended_by: Vec<RoleKey>,
    /// True when the policy asks a second factor of those who hold it.
    pub in_policy: bool,
}

impl Usage {
    /// True when nothing names the role.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a change of the role model was refused.
#[derive(Debug)]
pub enum Refused {
    /// The model would have these problems.
    Problems(Vec<LintProblem>),
    /// Something still names the role.
    InUse(Box<Usage>),
    /// Anything else.
    Other(Error),
}

impl From<Error> for Refused {
    fn from(cause: Error) -> Self {
        Self::Other(cause)
    }
}

impl From<Unfit> for Refused {
    fn from(cause: Unfit) -> Self {
        match cause {
            Unfit::Problems(problems) => Self::Problems(problems),
            Unfit::Rule(error) => Self::Other(error),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Other(error) => error,
            Refused::InUse(_) => Conflict::RoleInUse.into(),
            Refused::Problems(problems) => {
                let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Self::malformed("role", texts.join("; "))
            }
        }
    }
}

/// Refuses somebody who may not define roles.
pub fn may_define(actor: &Actor, model: &RoleModel, org: OrgId) -> Result<(), Error> {
    let define = Action::DefineRoles { gives: Vec::new(), changes: Vec::new() };
    actor.check(model, &define, &Target::Organisation { id: org, label: String::new() })
}

/// The role model, for somebody who may see the roles.
pub async fn model(app: &App, actor: &Actor, org: OrgId) -> Result<Arc<RoleModel>, Error> {
    let (_, model) = visible(app, actor, org).await?;
    actor.may(&model, "users:list")?;
    Ok(model)
}

/// What still names a role, for somebody who may define roles.
pub async fn usage(app: &App, actor: &Actor, org: OrgId, role: &RoleKey) -> Result<Usage, Error> {
    let (_, model) = visible(app, actor, org).await?;
    may_define(actor, &model, org)?;
    model.get(role).ok_or(Error::NotFound("role"))?;
    found(app.store.reader(), org, &model, role).await
}

/// What a change would come to, for somebody who may make it.
pub async fn preview(app: &App, actor: &Actor, org: OrgId, change: &RoleChange) -> Result<Preview, Refused> {
    let (organisation, model) = visible(app, actor, org).await?;
    actor.check(&model, &action(change, Vec::new()), &target(&organisation))?;
    let db = app.store.reader();
    is_free(db, org, &model, change).await?;
    let after = proposed(&model, change)?;
    let effects = effects(db, org, &model, &after).await?;
    Ok(Preview { changes: diff(&model, &after), effects, seen: seal(app, &after)? })
}

/// Changes the role model; a change that changes nothing leaves no trace. With `seen`, only what was previewed as that.
pub async fn change(
    app: &App,
    actor: &Actor,
    org: OrgId,
    change: &RoleChange,
    seen: Option<&str>,
) -> Result<(), Refused> {
    visible(app, actor, org).await?;
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let model = tx.roles()?.clone();
    let proposed = proposed(&model, change);
    let changes = proposed.as_ref().map_or_else(|_| Vec::new(), |after| diff(&model, after));
    let (tx, permit) = app.ask(tx, actor, action(change, changes), target(&before)).await?;
    is_free(&*tx, org, &model, change).await?;
    let after = proposed?;
    if let Some(seen) = seen
        && seen != seal(app, &after)?
    {
        return Err(Error::Stale.into());
    }
    if after == model {
        return Ok(());
    }
    let changed = Organisation { role_model: after.to_toml().to_owned(), updated_at: tx.now, ..before };
    organisations::update(&tx, &changed).await?;
    Ok(tx.commit(permit).await?)
}

fn action(change: &RoleChange, changes: Vec<Change>) -> Action {
    match change {
        // A role that gives itself gives nothing that its holders lack.
        RoleChange::Create(key, draft) | RoleChange::Update(key, draft) => {
            Action::DefineRoles { gives: draft.grants.iter().filter(|it| *it != key).cloned().collect(), changes }
        }
        RoleChange::Read(_) => Action::DefineRoles { gives: Vec::new(), changes },
        RoleChange::Delete(_) => Action::DeleteRole { changes },
    }
}

fn proposed(model: &RoleModel, change: &RoleChange) -> Result<RoleModel, Unfit> {
    match change {
        RoleChange::Create(key, draft) => model.with_new_role(key, draft),
        RoleChange::Update(key, draft) => model.with_changed_role(key, draft),
        RoleChange::Delete(key) => model.without_role(key),
        RoleChange::Read(reading) => model
            .with_reading(reading)
            .ok_or_else(|| Error::invalid("reading", Flaw::Reading(model.readings().to_vec())).into()),
    }
}

/// Nothing names a role that goes, nor one that comes.
async fn is_free(db: &impl Reader, org: OrgId, model: &RoleModel, change: &RoleChange) -> Result<(), Refused> {
    let key = match change {
        RoleChange::Create(key, _) if model.get(key).is_none() => key,
        RoleChange::Delete(key) if model.get(key).is_some_and(|role| role.is_own) => key,
        RoleChange::Create(..) | RoleChange::Update(..) | RoleChange::Delete(_) | RoleChange::Read(_) => return Ok(()),
    };
    let usage = found(db, org, model, key).await?;
    if usage.is_none() { Ok(()) } else { Err(Refused::InUse(Box::new(usage))) }
}

async fn found(db: &impl Reader, org: OrgId, model: &RoleModel, role: &RoleKey) -> Result<Usage, Error> {
    let RoleUse { users, first, groups, service_accounts, invitations, connections, in_policy } =
        role_use::of(db, org, role, NAMED).await?;
    let heirs = model.roles().iter().filter(|it| it.extends.as_ref() == Some(role));
    Ok(Usage {
        users,
        users_first: first.into_iter().map(|(id, display_name)| Named { id, display_name }).collect(),
        groups,
        service_accounts,
        invitations,
        connections,
        extended_by: heirs.map(|it| it.key.clone()).collect(),
        in_policy,
    })
}

/// How many hold the same roles, and what those come to before and after.
#[derive(Default)]
struct Alike {
    users: u64,
    service_accounts: u64,
    grants: Vec<LiveGrant>,
}

async fn effects(db: &impl Reader, org: OrgId, before: &RoleModel, after: &RoleModel) -> Result<Vec<Effect>, Error> {
    let people: Vec<_> =
        users::list(db, org).await?.into_iter().filter(|it| it.status != Status::Deactivated).collect();
    let mut live = grants::live_of_all(db, org, &people).await?;
    let mut alike: BTreeMap<Vec<RoleKey>, Alike> = BTreeMap::new();
    for user in &people {
        let held = live.remove(&user.id).unwrap_or_default();
        let mut roles: Vec<RoleKey> = held.iter().map(|it| it.role.clone()).collect();
        roles.sort();
        roles.dedup();
        let group = alike.entry(roles).or_insert_with(|| Alike { grants: held, ..Alike::default() });
        group.users = group.users.saturating_add(1);
    }
    for program in service_accounts::list(db, org).await?.into_iter().filter(|it| it.is_active) {
        let grant = LiveGrant { role: program.role.clone(), source: Source::Manual, since: Timestamp::from_millis(0) };
        let group =
            alike.entry(vec![program.role]).or_insert_with(|| Alike { grants: vec![grant], ..Alike::default() });
        group.service_accounts = group.service_accounts.saturating_add(1);
    }
    Ok(alike.into_values().filter_map(|group| effect(before, after, group)).collect())
}

fn effect(before: &RoleModel, after: &RoleModel, group: Alike) -> Option<Effect> {
    let was = Effective::of(before, group.grants.clone()).powers(before);
    let held = Effective::of(after, group.grants);
    let will = held.powers(after);
    let gains: Vec<Power> = will.difference(&was).cloned().collect();
    let loses: Vec<Power> = was.difference(&will).cloned().collect();
    let is_hit = !gains.is_empty() || !loses.is_empty();
    let (users, service_accounts) = (group.users, group.service_accounts);
    is_hit.then(|| Effect { roles: held.held(), users, service_accounts, gains, loses })
}

/// What stands for a model in a form, so that only what was seen is kept.
fn seal(app: &App, model: &RoleModel) -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(app.seal.lookup(&format!("role model {}", model.to_toml()))?))
}

async fn visible(app: &App, actor: &Actor, org: OrgId) -> Result<(Organisation, Arc<RoleModel>), Error> {
    actor.knows(org)?;
    app.store.organisation(org).await
}

fn target(it: &Organisation) -> Target {
    Target::Organisation { id: it.id, label: it.slug.clone() }
}
