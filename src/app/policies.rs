//! The policies of an organisation: shown, tried out, changed.
//!
//! **Invariant:** a change that is tried out writes nothing, and says of whom the same change would ask something.

use serde::Serialize;

use crate::app::users::Person;
use crate::app::{App, grace};
use crate::domain::grace::Grace;
use crate::domain::id::{OrgId, UserId};
use crate::domain::policy::{Action, Actor, Target};
use crate::domain::role::RoleModel;
use crate::domain::{Error, Timestamp};
use crate::store::mfa_deadlines::{self, Forecast};
use crate::store::sessions::Since;
use crate::store::{earlier_passwords, organisations, sessions};

pub use crate::domain::organisation::{
    AUDIT_DAYS, ActivationPolicy, AlertPolicy, AuditPolicy, FAILURES_MAX, Organisation, PolicyChange, Rules,
    SessionPolicy,
};

/// So many people are named in a preview.
pub const NAMED: u64 = 5;

/// The permission that changing policies takes.
pub const MANAGE: &str = "org.policies:manage";

/// The policy in force, for somebody who may see it.
pub async fn show(app: &App, actor: &Actor, org: OrgId) -> Result<Rules, Error> {
    let (organisation, model) = visible(app, actor, org).await?;
    actor.may(&model, "org.policies:read")?;
    Ok(organisation.rules(&model))
}

/// How long sessions of somebody live.
pub(crate) async fn sessions_of(app: &App, person: &Person) -> Result<SessionPolicy, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    Ok(organisation.rules(&model).sessions_of(&person.effective, &model))
}

/// The policy in force.
pub(crate) async fn in_force(app: &App, org: OrgId) -> Result<Rules, Error> {
    let (organisation, model) = app.store.organisation(org).await?;
    Ok(organisation.rules(&model))
}

/// Changes policies; a change that changes nothing leaves no trace. Everybody of whom a second factor is required by it has
/// their time from now on.
pub async fn change(app: &App, actor: &Actor, org: OrgId, change: PolicyChange) -> Result<Organisation, Error> {
    visible(app, actor, org).await?;
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let was = before.rules(tx.roles()?);
    let policy = before.policy.with(change, tx.now);
    let rules = policy.over(tx.roles()?.settings());
    let changes = was.changes(&rules);
    let (tx, permit) = app.ask(tx, actor, Action::ChangePolicy { changes: changes.clone() }, target(&before)).await?;
    rules.check(tx.roles()?)?;
    if policy == before.policy {
        return Ok(before);
    }
    if was.mfa != rules.mfa {
        grace::begin_for_all(&tx, &rules.mfa).await?;
    }
    if rules.password.history < was.password.history {
        earlier_passwords::keep_newest(&tx, rules.password.history).await?;
    }
    let changed = Organisation { policy, updated_at: tx.now, ..before };
    organisations::update(&tx, &changed).await?;
    tx.commit(permit).await?;
    Ok(changed)
}

/// What a change would come to.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// The policy that would be in force.
    pub policy: Rules,
    /// Whose sign-in a second factor is required of.
    pub mfa: Asked,
    /// How many sessions would end at once.
    pub sessions_ended: u64,
}

/// Of whom a second factor would be required: people with a password here who are not deactivated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// How many they are.
    pub required: u64,
    /// How many of them have none yet.
    pub without: u64,
    /// The first of those.
    pub without_first: Vec<Named>,
    /// How many of those would be locked out until they enrol, from their next sign-in on.
    pub locked_out: u64,
    /// The first of those.
    pub locked_out_first: Vec<Named>,
    /// When the others would be: the first of them.
    pub first_deadline: Option<String>,
    /// And the last of them.
    pub last_deadline: Option<String>,
}

/// Somebody in a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The user.
    pub id: UserId,
    /// What people call it.
    pub display_name: String,
}

/// What a change would come to, for somebody who may make it.
pub async fn preview(app: &App, actor: &Actor, org: OrgId, change: PolicyChange) -> Result<Preview, Error> {
    let (organisation, model) = visible(app, actor, org).await?;
    actor.may(&model, MANAGE)?;
    let now = app.now();
    let rules = organisation.policy.with(change, now).over(model.settings());
    rules.check(&model)?;
    let db = app.store.reader();
    let forecast = mfa_deadlines::forecast(db, org, &rules.mfa, Grace::of(rules.mfa.grace_days, now), NAMED).await?;
    let was = organisation.rules(&model);
    let roles = model.administrators();
    let live = async |of_all: SessionPolicy, of_administrators: SessionPolicy| {
        let since = |it: SessionPolicy| Since { used: now.before(it.idle()), begun: now.before(it.absolute()) };
        sessions::count_live(db, org, now, since(of_all), (&roles, since(of_administrators))).await
    };
    let (all, administrators) = (was.sessions, was.sessions_of_administrators());
    let kept = live(all.within(rules.sessions), administrators.within(rules.sessions_of_administrators())).await?;
    let sessions_ended = live(all, administrators).await?.saturating_sub(kept);
    Ok(Preview { policy: rules, mfa: asked(forecast), sessions_ended })
}

fn asked(it: Forecast) -> Asked {
    let named = |people: Vec<(UserId, String)>| {
        people.into_iter().map(|(id, display_name)| Named { id, display_name }).collect()
    };
    Asked {
        required: it.required,
        without: it.without,
        without_first: named(it.without_first),
        locked_out: it.locked_out,
        locked_out_first: named(it.locked_out_first),
        first_deadline: it.first_deadline.map(Timestamp::rfc3339),
        last_deadline: it.last_deadline.map(Timestamp::rfc3339),
    }
}

async fn visible(app: &App, actor: &Actor, org: OrgId) -> Result<(Organisation, std::sync::Arc<RoleModel>), Error> {
    actor.knows(org)?;
    app.store.organisation(org).await
}

fn target(it: &Organisation) -> Target {
    Target::Organisation { id: it.id, label: it.slug.clone() }
}
