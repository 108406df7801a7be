//! Checks that the directory does not contradict itself.
//!
//! **Invariant:** it changes nothing; each rule is read so that work that goes on meanwhile does not seem to break it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::app::{App, directory};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::{Actor, Change};
use crate::domain::resource::Kind;
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::text::fold;
use crate::scim::document::Document;
use crate::store::{fsck, grants, organisations};

/// Something that contradicts a rule, or deserves a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The short name of the organisation, or its id where it has none.
    pub organisation: String,
    /// The rule, as the sentence that is false, in words of this program alone.
    pub rule: String,
    /// What it is about.
    pub subject: String,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// What must not be.
    pub broken: Vec<Finding>,
    /// What may be, and the operator should know.
    pub notices: Vec<Finding>,
}

/// An organisation as far as the rules need it.
struct Known {
    slug: String,
    model: RoleModel,
}

/// Checks every organisation; only for the operator.
pub async fn run(app: &App, actor: &Actor) -> Result<Report, Error> {
    if !matches!(actor, Actor::Operator { .. }) {
        return Err(Error::forbidden("only the operator of the instance may check the whole directory"));
    }
    let mut known = HashMap::new();
    let mut report = Report::default();
    let all = organisations::list(app.store.reader()).await?;
    let (going, staying): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|it| it.deletion.is_some_and(|it| it.erased_since.is_some()));
    for organisation in staying {
        match RoleModel::parse(&organisation.role_model) {
            Ok(model) => drop(known.insert(organisation.id, Known { slug: organisation.slug, model })),
            Err(_) => report.broken.push(Finding {
                organisation: organisation.slug,
                rule: "the role model can be read".to_owned(),
                subject: organisation.id.to_string(),
            }),
        }
    }
    references(app, &known, &mut report).await?;
    keys(app, &known, &mut report).await?;
    addresses(app, &known, &mut report).await?;
    resources(app, &known, &mut report).await?;
    projects(app, &known, &mut report).await?;
    roles(app, &known, &mut report).await?;
    holders(app, &known, &mut report).await?;
    // What is half gone breaks every rule.
    let going: Vec<String> = going.iter().map(|it| it.id.to_string()).collect();
    report.broken.retain(|it| !going.contains(&it.organisation));
    Ok(report)
}

async fn references(app: &App, known: &HashMap<OrgId, Known>, report: &mut Report) -> Result<(), Error> {
    for found in fsck::dangling(app.store.reader()).await? {
        report.broken.push(finding(known, found.org, found.rule, &found.id));
    }
    Ok(())
}

async fn keys(app: &App, known: &HashMap<OrgId, Known>, report: &mut Report) -> Result<(), Error> {
    for it in fsck::names(app.store.reader()).await? {
        if fold(&it.name) != it.key {
            let rule = format!("the key of a {} is the fold of its name", it.kind);
            report.broken.push(finding(known, it.org, &rule, &it.id));
        }
    }
    Ok(())
}

async fn addresses(app: &App, known: &HashMap<OrgId, Known>, report: &mut Report) -> Result<(), Error> {
    for it in fsck::addressed(app.store.reader()).await? {
        let document = serde_json::from_str::<Value>(&it.document).map(Document::from_stored);
        if !document.is_ok_and(|document| directory::emails_of(&document) == it.keys) {
            report.broken.push(finding(known, it.org, "the addresses that filters find are those of the user", &it.id));
        }
    }
    Ok(())
}

/// The owner of a resource may be gone; what it lies in and whom it is shared with may not.
async fn resources(app: &App, known: &HashMap<OrgId, Known>, report: &mut Report) -> Result<(), Error> {
    for (org, subject) in fsck::shared_with_nobody(app.store.reader()).await? {
        report.broken.push(finding(known, org, "a resource is shared with a user or team that exists", &subject));
    }
    for (org, id, inner, outer) in fsck::placed(app.store.reader()).await? {
        let fits = Kind::parse(&inner).zip(Kind::parse(&outer)).is_some_and(|(inner, outer)| inner.fits_in(outer));
        if !fits {
            report.broken.push(finding(known, org, "a resource lies in one of a kind that stands before its own", &id));
        }
    }
    Ok(())
}

/// Who is on a project is there, and everybody of a team has the place on it that they are in.
async fn projects(app: &App, known: &HashMap<OrgId, Known>, report: &mut Report) -> Result<(), Error> {
    let db = app.store.reader();
    let rules = [
        ("an assignment to a project is of a user, group or team that exists", fsck::assigned_nobody(db).await?),
        ("a place on a team of a project is of somebody in that team", fsck::misplaced(db).await?),
        ("whoever is in a team of a project has a place on one there", fsck::without_place(db).await?),
    ];
    for (rule, found) in rules {
        report.broken.extend(found.into_iter().map(|(org, subject)| finding(known, org, rule, &subject)));
    }
    Ok(())
}

async fn roles(app: &App, known: &HashMap<OrgId, Known>, report: &mut Report) -> Result<(), Error> {
    for (org, place, role) in fsck::roles(app.store.reader()).await? {
        let is_known = |it: &Known| RoleKey::parse(&role).is_ok_and(|key| it.model.get(&key).is_some());
        if known.get(&org).is_some_and(|it| !is_known(it)) {
            let rule = format!("the role that {place} gives is one of the role model");
            report.broken.push(finding(known, org, &rule, &role));
        }
    }
    Ok(())
}

/// An organisation that ever had a holder of a protected role still has one, if only a suspended one.
async fn holders(app: &App, known: &HashMap<OrgId, Known>, report: &mut Report) -> Result<(), Error> {
    // Read first: whoever was given a role by then is among the holders, unless the rule is broken.
    let given = given(app).await?;
    let mut held: BTreeMap<OrgId, BTreeSet<String>> = BTreeMap::new();
    for (org, role) in fsck::held(app.store.reader()).await? {
        held.entry(org).or_default().insert(role);
    }
    for (org, it) in known {
        let protected =
            || it.model.roles().iter().filter(|role| role.protected.is_some()).map(|role| role.key.as_str());
        let has = |all: &BTreeMap<OrgId, BTreeSet<String>>| {
            all.get(org).is_some_and(|roles| protected().any(|role| roles.contains(role)))
        };
        let names = protected().collect::<Vec<_>>().join(" or ");
        if has(&held) {
            if !can_sign_in(app, *org, &it.model).await? {
                let rule = "somebody who could sign in holds a protected role";
                report.notices.push(finding(known, *org, rule, &names));
            }
            continue;
        }
        if has(&given) {
            report.broken.push(finding(known, *org, "an organisation keeps a holder of a protected role", &names));
        } else {
            report.notices.push(finding(known, *org, "nobody has ever held a protected role here", &names));
        }
    }
    Ok(())
}

async fn can_sign_in(app: &App, org: OrgId, model: &RoleModel) -> Result<bool, Error> {
    for role in model.roles().iter().filter(|role| role.protected.is_some()) {
        if grants::active_holders(app.store.reader(), org, &role.key, None).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The roles that the audit says were given to somebody, by organisation.
async fn given(app: &App) -> Result<BTreeMap<OrgId, BTreeSet<String>>, Error> {
    let mut given: BTreeMap<OrgId, BTreeSet<String>> = BTreeMap::new();
    for (org, changes) in fsck::given(app.store.reader()).await? {
        let changes: Vec<Change> = serde_json::from_str(&changes).unwrap_or_default();
        let roles = changes.into_iter().filter(|change| change.path == "role").filter_map(|change| change.new);
        let roles = roles.filter_map(|role| role.as_str().map(str::to_owned));
        given.entry(org).or_default().extend(roles);
    }
    Ok(given)
}

fn finding(known: &HashMap<OrgId, Known>, org: OrgId, rule: &str, subject: &impl ToString) -> Finding {
    let organisation = known.get(&org).map_or_else(|| org.to_string(), |it| it.slug.clone());
    Finding { organisation, rule: rule.to_owned(), subject: subject.to_string() }
}
