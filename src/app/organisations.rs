//! Organisations: made, suspended and resumed, deleted and restored, and what they demand of a sign-in.

mod deletion;

use std::sync::Arc;

use serde_json::Value;

use crate::app::policies::{self, PolicyChange};
use crate::app::projects::checked_limit;
use crate::app::{App, cursor, logout};
use crate::domain::id::OrgId;
use crate::domain::organisation::{Policy, check_slug};
use crate::domain::policy::{Action, Actor, Change, Permit, Target};
use crate::domain::role::{LintProblem, Role, RoleModel};
use crate::domain::text::check_name;
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::{Tx, families, organisations, setup};
use crate::texts::Language;

pub use crate::domain::organisation::{Deletion, Organisation};
pub use crate::domain::role::{MfaPolicy, MfaRequirement, RoleKey};
pub(crate) use deletion::{DELETED, erase_due, tell_deleted};
pub use deletion::{GRACE_DAYS, GRACE_DAYS_MAX, delete, restore};

const NAME_MAX: usize = 128;
const LIST: (&str, OrgId) = ("organisations", OrgId::OPERATOR);

/// The permission that changing an organisation takes.
pub const MANAGE: &str = "org.account:manage";

/// What an organisation starts with.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// Its short name.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its role model, as TOML.
    pub role_model: String,
}

/// What of an organisation changes; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganisationChange {
    /// Its name for people.
    pub name: Option<String>,
    /// The language for whoever wishes for none; `None` inside for that of the instance.
    pub language: Option<Option<Language>>,
}

/// A new organisation that was checked, ready to be stored.
pub(super) struct Founding {
    new: NewOrganisation,
    model: RoleModel,
}

impl Founding {
    /// Checks what an organisation is to start with.
    pub(super) fn new(new: NewOrganisation) -> Result<Self, Error> {
        check_slug(&new.slug)?;
        check_name("name", &new.name, NAME_MAX)?;
        let model = RoleModel::parse(&new.role_model).map_err(|problems| unfit(&problems))?;
        Ok(Self { new, model })
    }

    /// Its role model.
    pub(super) const fn model(&self) -> &RoleModel {
        &self.model
    }

    /// The organisation as it will be at this moment.
    pub(super) fn at(&self, id: OrgId, now: Timestamp) -> Organisation {
        Organisation {
            id,
            slug: self.new.slug.clone(),
            name: self.new.name.clone(),
            is_suspended: false,
            epoch: 0,
            role_model: self.new.role_model.clone(),
            policy: Policy::default(),
            language: None,
            scim_schemas: None,
            deletion: None,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Makes an organisation.
pub async fn create(app: &App, actor: &Actor, new: NewOrganisation) -> Result<Organisation, Error> {
    let founding = Founding::new(new)?;
    let mut tx = app.begin(OrgId::new()).await?;
    let (made, permit) = insert(&mut tx, actor, founding).await?;
    tx.commit(permit).await?;
    Ok(made)
}

/// Stores a new organisation inside its unit. Whoever could set the instance up until now cannot any more.
pub(super) async fn insert(tx: &mut Tx, actor: &Actor, founding: Founding) -> Result<(Organisation, Permit), Error> {
    let made = founding.at(tx.org, tx.now);
    let permit = actor.permit(&founding.model, Action::CreateOrganisation, target(&made))?;
    organisations::insert(tx, &made, Arc::new(founding.model)).await?;
    setup::close(tx).await?;
    Ok((made, permit))
}

/// Refuses everybody but the operator, to whom all organisations belong.
pub fn is_for_the_operator(actor: &Actor) -> Result<(), Error> {
    if matches!(actor, Actor::Operator { .. }) {
        return Ok(());
    }
    Err(Error::forbidden("only the operator of the instance may do this with organisations"))
}

/// Every organisation, by short name; only for the operator.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Organisation>, Error> {
    is_for_the_operator(actor)?;
    organisations::list(app.store.reader()).await
}

/// One page of the same, and where the next one begins.
pub async fn page(
    app: &App,
    actor: &Actor,
    (after, limit): (Option<&str>, Option<u64>),
) -> Result<(Vec<Organisation>, Option<String>), Error> {
    is_for_the_operator(actor)?;
    let limit = checked_limit(limit)?;
    let after: Option<String> = after.map(|it| cursor::read(app, LIST, ("cursor", it))).transpose()?;
    let mut found = organisations::page(app.store.reader(), after.as_deref(), limit.saturating_add(1)).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > shown;
    found.truncate(shown);
    let last = found.last().filter(|_| has_more).map(|it| it.slug.clone());
    let next = last.map(|it| cursor::write(app, LIST, &it)).transpose()?;
    Ok((found, next))
}

/// The organisation with this short name, for those who may know of it.
pub async fn by_slug(app: &App, actor: &Actor, slug: &str) -> Result<Organisation, Error> {
    let found = organisations::find_by_slug(app.store.reader(), slug).await?;
    let is_visible = |it: &Organisation| match actor.org() {
        Some(own) => own == it.id,
        None => matches!(actor, Actor::Operator { .. } | Actor::Job(_)),
    };
    found.filter(is_visible).ok_or(Error::NotFound("organisation"))
}

/// The own organisation of somebody, and its roles.
pub async fn of(app: &App, actor: &Actor) -> Result<(Organisation, Arc<RoleModel>), Error> {
    app.store.organisation(actor.org().ok_or(Error::NotFound("organisation"))?).await
}

/// The organisation, for those who may change it.
pub async fn show(app: &App, actor: &Actor, org: OrgId) -> Result<Organisation, Error> {
    let (organisation, model) = app.store.organisation(org).await?;
    actor.knows(org)?;
    actor.may(&model, MANAGE)?;
    Ok(organisation)
}

/// Gives an organisation another name or language; what stays as it is leaves no trace.
pub async fn change(
    app: &App,
    actor: &Actor,
    org: OrgId,
    OrganisationChange { name, language }: OrganisationChange,
) -> Result<Organisation, Error> {
    let before = show(app, actor, org).await?;
    let name = name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned());
    check_name("name", &name, NAME_MAX)?;
    let language = language.map_or_else(|| before.language.clone(), |it| it.map(|it| it.tag().to_owned()));
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let changed = Organisation { name, language, updated_at: tx.now, ..before.clone() };
    let changes = changes(&before, &changed);
    if changes.is_empty() {
        return Ok(before);
    }
    let (tx, permit) = app.ask(tx, actor, Action::ChangeOrganisation { changes }, target(&before)).await?;
    organisations::update(&tx, &changed).await?;
    tx.commit(permit).await?;
    Ok(changed)
}

fn changes(before: &Organisation, after: &Organisation) -> Vec<Change> {
    let name = (before.name != after.name).then(|| Change::new("name", said(&before.name), said(&after.name)));
    let tag = |it: &Organisation| it.language.as_ref().and_then(|it| said(it));
    let language = (before.language != after.language).then(|| Change::new("language", tag(before), tag(after)));
    name.into_iter().chain(language).collect()
}

fn said(text: &str) -> Option<Value> {
    Some(Value::from(text))
}

/// Shuts everybody of an organisation out at once and tells the applications.
pub async fn suspend(app: &App, actor: &Actor, org: OrgId) -> Result<Organisation, Error> {
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let (tx, permit) = app.ask(tx, actor, Action::SuspendOrganisation, target(&before)).await?;
    if before.is_suspended {
        return Ok(before);
    }
    let suspended = shut(&tx, before).await?;
    tx.commit(permit).await?;
    Ok(suspended)
}

/// What anybody of it has is void from now on, and nobody gets anything else.
async fn shut(tx: &Tx, open: Organisation) -> Result<Organisation, Error> {
    let epoch = open.epoch.saturating_add(1);
    let shut = Organisation { is_suspended: true, epoch, updated_at: tx.now, ..open };
    organisations::update(tx, &shut).await?;
    let ended = families::revoke_all(tx).await?;
    logout::notify(tx, &ended).await?;
    Ok(shut)
}

/// Lets the people of a suspended organisation sign in again; what they had before stays void.
pub async fn resume(app: &App, actor: &Actor, org: OrgId) -> Result<Organisation, Error> {
    let tx = app.begin(org).await?;
    let before = tx.organisation()?.clone();
    let (tx, permit) = app.ask(tx, actor, Action::ResumeOrganisation, target(&before)).await?;
    if before.deletion.is_some() {
        return Err(Conflict::Deleting.into());
    }
    if !before.is_suspended {
        return Ok(before);
    }
    let resumed = Organisation { is_suspended: false, updated_at: tx.now, ..before };
    organisations::update(&tx, &resumed).await?;
    tx.commit(permit).await?;
    Ok(resumed)
}

/// Says who must have a second factor, in place of what the role model says.
pub async fn require_mfa(app: &App, actor: &Actor, org: OrgId, mfa: MfaPolicy) -> Result<Organisation, Error> {
    policies::change(app, actor, org, PolicyChange { mfa: Some(Some(mfa)), ..PolicyChange::default() }).await
}

/// The role of this key, which the organisation must have.
pub fn known_role<'a>(model: &'a RoleModel, key: &RoleKey) -> Result<&'a Role, Error> {
    known_role_of("role", model, key)
}

/// The same of a role that stands in this field.
pub fn known_role_of<'a>(field: &'static str, model: &'a RoleModel, key: &RoleKey) -> Result<&'a Role, Error> {
    let missing = || {
        let roles = model.roles().iter().map(|role| role.key.clone()).collect();
        Error::invalid(field, Flaw::NoSuchRole { role: key.clone(), roles })
    };
    model.get(key).ok_or_else(missing)
}

pub(super) fn target(it: &Organisation) -> Target {
    Target::Organisation { id: it.id, label: it.slug.clone() }
}

fn unfit(problems: &[LintProblem]) -> Error {
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Error::malformed("role_model", problems.join("; "))
}
