//! What a user may do and why, now or as it was on a day: each role, project and resource with the chain that leads to it.

use url::form_urlencoded;

use super::user_path;
use crate::app::explain::{self, Explanation, Link, Question, Step};
use crate::app::history::Label;
use crate::app::user_list::Entry;
use crate::app::{App, audit_log, user_sheet};
use crate::domain::id::{ResourceId, UserId};
use crate::domain::project::Subject;
use crate::domain::resource::reach::Reason;
use crate::domain::role::Access as ProjectAccess;
use crate::domain::share::{Level, Sharee};
use crate::domain::user::Status;
use crate::domain::{Error, Timestamp};
use crate::web::console::{Console, projects, provisioning, words};
use crate::web::texts::{Part, Texts};
use crate::web::words::{did, flaw};

/// What stands on the section.
pub(super) struct Access {
    /// Where to ask for another day, for somebody who may look back.
    pub(super) form: Option<Form>,
    /// Why there is no answer for that day.
    pub(super) problem: Option<String>,
    /// That this is how it was, and what of that was otherwise.
    pub(super) notes: Vec<String>,
    pub(super) grants: Vec<Grant>,
    pub(super) permissions: Vec<String>,
    pub(super) projects: Option<Vec<Place>>,
    pub(super) resource: Option<Place>,
}

pub(super) struct Form {
    pub(super) path: String,
    /// The day that is asked for, and the last that can be.
    pub(super) day: String,
    pub(super) last_day: String,
    /// The resource that is asked about, carried along.
    pub(super) resource: Option<String>,
}

pub(super) struct Grant {
    pub(super) role: String,
    pub(super) decides: bool,
    pub(super) chain: Vec<Line>,
}

/// A project or a resource.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) sentence: String,
    pub(super) ways: Vec<Way>,
}

pub(super) struct Way {
    /// What is to be known of it: that it does not count, or how far it leads.
    pub(super) note: Option<String>,
    pub(super) chain: Vec<Line>,
}

/// A link of a chain.
pub(super) struct Line {
    pub(super) sentence: String,
    pub(super) since: Option<Timestamp>,
    pub(super) deed: Option<Done>,
    /// The request of the identity provider, and where it stands in the journal.
    pub(super) request: Option<(String, String)>,
}

/// The deed behind a link.
pub(super) struct Done {
    pub(super) what: String,
    pub(super) by: Label,
    /// Where it stands in the audit log, for somebody who may read that.
    pub(super) path: Option<String>,
}

/// Where the access of somebody to a resource is explained.
pub(in crate::web::console) fn to_resource(user: UserId, resource: ResourceId) -> String {
    format!("{}/access?resource={resource}", user_path(user))
}

pub(super) async fn access_of(app: &App, console: &Console, entry: &Entry, query: &str) -> Result<Access, Error> {
    let asked = |wanted: &str| form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|it| it.1);
    let (day, resource) = (asked("at").unwrap_or_default(), asked("resource"));
    let resource_id = resource.as_deref().map(|it| it.parse().map_err(|_| Error::NotFound("resource"))).transpose()?;
    let question = |at| Question { at, resource: resource_id };
    let explain = async |at| explain::explain(app, &console.actor, entry.person.user.id, question(at)).await;
    let answer = match explain::moment(&day, app.now()) {
        Ok(at) => explain(at).await,
        Err(wrong) => Err(wrong),
    };
    let (told, problem) = match answer {
        Ok(told) => (told, None),
        Err(Error::Invalid { problem, .. }) => (explain(None).await?, Some(flaw(console.t, &problem))),
        Err(other) => return Err(other),
    };
    let form = user_sheet::may_read_deeds(&console.actor, &console.model, entry.person.user.id).is_ok().then(|| Form {
        path: format!("{}/access", user_path(entry.person.user.id)),
        day: day.into_owned(),
        last_day: app.now().date(),
        resource: resource.map(Into::into),
    });
    Ok(Access { form, problem, ..of(console, told) })
}

fn of(console: &Console, told: Explanation) -> Access {
    let t = console.t;
    let lines = |chain: &[Step]| chain.iter().map(|it| line(console, it)).collect::<Vec<_>>();
    let way = |(note, chain): (Option<&str>, &Vec<Step>)| Way { note: note.map(|it| t.say(it)), chain: lines(chain) };
    let decisive = told.person.effective.decided_by();
    let grants = told.roles.iter().map(|it| Grant {
        role: role(console, it.grant.role.as_str()),
        decides: decisive == Some(&it.grant),
        chain: lines(&it.chain),
    });
    let projects = told.projects.as_ref().map(|all| {
        let places = all.iter().map(|it| Place {
            name: it.project.name.clone(),
            path: projects::path_of(it.project.id),
            sentence: projects::decision(t, &it.decision),
            ways: it
                .ways
                .iter()
                .map(|(chain, counts)| way(((!counts).then_some("way-does-not-count"), chain)))
                .collect(),
        });
        places.collect()
    });
    let resource = told.resource.as_ref().map(|it| Place {
        name: it.resource.name.clone(),
        path: crate::web::console::resources::path(it.resource.id),
        sentence: reached(t, it.reach, it.limit),
        ways: it.ways.iter().map(|(chain, level)| way((Some(leads(*level)), chain))).collect(),
    });
    Access {
        notes: notes(t, &told),
        grants: grants.collect(),
        projects,
        resource,
        permissions: told.permissions,
        form: None,
        problem: None,
    }
}

/// What is to be known of an answer that is past.
fn notes(t: Texts, told: &Explanation) -> Vec<String> {
    if !told.is_past {
        return Vec::new();
    }
    let day = t.day(&told.at);
    let mut notes = vec![t.with("access-then", &[("day", Part::Words(&day))])];
    if told.person.user.status == Status::Deactivated {
        notes.push(t.say("access-deactivated-then"));
    }
    if let Some(at) = told.redefined_at {
        let day = t.day(&at);
        notes.push(t.with("access-redefined", &[("day", Part::Words(&day))]));
    }
    notes
}

fn role(console: &Console, key: &str) -> String {
    let known = key.parse().ok().and_then(|key| console.model.get(&key));
    known.map_or_else(|| key.to_owned(), |it| it.label.clone())
}

fn line(console: &Console, step: &Step) -> Line {
    let sees_log = console.actor.may(&console.model, audit_log::READ).is_ok();
    let deed = step.deed.as_ref().map(|it| Done {
        what: did(console.t, &it.row.action),
        by: words::by(console.t, it),
        path: sees_log.then(|| format!("/console/audit/{}", it.row.id)),
    });
    let request = step.request.as_ref().map(|it| (format!("{} {}", it.method, it.path), provisioning::of_call(it.id)));
    Line { sentence: sentence(console, &step.link), since: step.since, deed, request }
}

fn sentence(console: &Console, link: &Link) -> String {
    let t = console.t;
    match link {
        Link::ByHand => t.say("link-by-hand"),
        Link::Asserted(it) => t.name("link-asserted", &it.name),
        Link::Default(it) => t.name("link-default", &it.name),
        Link::Mapped(it, key) => {
            let role = role(console, key.as_str());
            t.with("link-mapped", &[("name", Part::Name(&it.name)), ("role", Part::Name(&role))])
        }
        Link::Member(it) => t.name("link-member", &it.name),
        Link::OnTeam(it) => t.name("link-on-team", &it.name),
        Link::Assigned { subject, project, access } => {
            let key = match subject.id {
                Subject::User(_) => "link-assigned-user",
                Subject::Group(_) => "link-assigned-group",
                Subject::Team(_) => "link-assigned-team",
            };
            let access = t.say(match access {
                ProjectAccess::Read => "access-read",
                ProjectAccess::Write => "access-write",
            });
            let name = if matches!(subject.id, Subject::User(_)) { &project.name } else { &subject.name };
            t.with(
                key,
                &[("name", Part::Name(name)), ("project", Part::Name(&project.name)), ("access", Part::Words(&access))],
            )
        }
        Link::Shared { resource, with, level } => {
            let key = match with.id {
                Sharee::User(_) => "link-shared-user",
                Sharee::Team(_) => "link-shared-team",
            };
            let level = t.say(leads(*level));
            t.with(
                key,
                &[
                    ("name", Part::Name(&resource.name)),
                    ("team", Part::Name(&with.name)),
                    ("level", Part::Words(&level)),
                ],
            )
        }
        Link::Owned(it) => t.name("link-owned", &it.name),
        Link::Open(it) => t.name("link-open", &it.name),
    }
}

const fn leads(level: Level) -> &'static str {
    match level {
        Level::View => "level-view",
        Level::Edit => "level-edit",
    }
}

/// How far somebody gets, and what keeps them from getting further.
fn reached(t: Texts, reach: Option<Level>, limit: Option<Reason>) -> String {
    let far = t.say(match reach {
        Some(Level::Edit) => "reach-edit",
        Some(Level::View) => "reach-view",
        None => "reach-none",
    });
    let why = match limit {
        Some(Reason::NotActive) => "reach-not-active",
        Some(Reason::ReadOnlyProject) => "reach-read-only-project",
        Some(Reason::ReadOnlyRole) => "reach-read-only-role",
        Some(Reason::MisconfiguredTeam) => "reach-misconfigured-team",
        Some(
            Reason::NotShared | Reason::ViewOnly | Reason::OwnerOnly | Reason::Credentials | Reason::UnknownAction,
        )
        | None => return far,
    };
    format!("{far} {}", t.say(why))
}
