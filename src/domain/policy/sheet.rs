//! Every decision of a role model on paper, and decisions that a model must give, as TOML.
//!
//! ```toml
//! preset = "owner-admin-contributor-viewer"  # left out when the tests stand in the file of the model itself
//!
//! [[test]]
//! actor = "admin"             # a role; `admin+read_only` holds both; a list is tried one by one
//! action = "assign:owner"     # a verb of `manages`, with the role to give where one is given; or `leave`
//! target = "viewer"           # what the other user holds; `self` is the actor
//! expect = "deny"
//! reading = "matrix"          # under another reading of the model
//!
//! [[test]]
//! role = ["owner", "viewer"]
//! permission = "users:list"
//! expect = "allow"
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Action, Actor, Target, TargetUser, UserActor};
use crate::domain::Timestamp;
use crate::domain::id::{ConnectionId, OrgId, UserId};
use crate::domain::role::{Effective, LintProblem, LiveGrant, Misfit, Permission, RoleKey, RoleModel, Source, Verb};

/// What came of the decisions that a model must give.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// How many came out as expected.
    pub passed: usize,
    /// The others, each in a sentence.
    pub failures: Vec<String>,
}

#[derive(Deserialize)]
struct TestFile {
    preset: Option<String>,
    #[serde(default, rename = "test")]
    tests: Vec<Test>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    /// The requirement it comes from; only for the reader.
    #[serde(default)]
    row: Option<String>,
    reading: Option<String>,
    expect: Expect,
    role: Option<OneOrMany>,
    permission: Option<OneOrMany>,
    actor: Option<OneOrMany>,
    action: Option<OneOrMany>,
    target: Option<OneOrMany>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Allow,
    Deny,
}

#[derive(Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn each(field: Option<&OneOrMany>) -> Vec<&str> {
    match field {
        None => Vec::new(),
        Some(OneOrMany::One(text)) => vec![text],
        Some(OneOrMany::Many(texts)) => texts.iter().map(String::as_str).collect(),
    }
}

impl RoleModel {
    /// Runs the decisions in a file that names a preset, or that is a role model itself.
    pub fn test_file(toml: &str) -> Result<Report, Vec<LintProblem>> {
        let preset = toml::from_str::<TestFile>(toml).ok().and_then(|file| file.preset);
        let model = match preset {
            None => Self::parse(toml)?,
            Some(name) => Self::preset(&name).ok_or_else(|| {
                let problem = format!("there is no preset `{name}`; there are {}", Self::PRESETS.join(", "));
                vec![LintProblem { path: "preset".to_owned(), problem: Misfit::Technical(problem) }]
            })?,
        };
        Ok(model.run_tests(toml))
    }

    /// Runs the decisions in a text; one that cannot be read is a failure.
    pub fn run_tests(&self, toml: &str) -> Report {
        let mut report = Report::default();
        match toml::from_str::<TestFile>(toml) {
            Ok(file) => file.tests.iter().for_each(|test| run(self, test, &mut report)),
            Err(error) => report.failures.push(error.to_string().trim_end().to_owned()),
        }
        report
    }

    /// Every decision of the model: role by permission, then role by deed by the role of the other user.
    pub fn sheet(&self) -> String {
        let reading = self.reading().map_or_else(String::new, |reading| format!("reading: {reading}\n"));
        let (first, default) = (self.first_user_role(), self.default_role());
        let deeds: String = self.roles().iter().map(|role| format!("\n{}", deeds_of(self, &role.key))).collect();
        format!(
            "{}: {}\n{}\n{reading}first user: {first}; anybody else: {default}\n\n{}{deeds}",
            self.name(),
            self.label(),
            self.description(),
            self.matrix(),
        )
    }
}

fn run(model: &RoleModel, test: &Test, report: &mut Report) {
    let row = test.row.as_deref().map_or_else(String::new, |row| format!("{row}: "));
    let read = test.reading.as_deref().map_or_else(|| Some(model.clone()), |reading| model.with_reading(reading));
    let Some(model) = read else {
        return report.failures.push(format!("{row}the model has no such reading"));
    };
    let cases = cases(test);
    if cases.is_empty() {
        let problem = "a test names `role` and `permission`, or `actor` and `action`";
        report.failures.push(format!("{row}{problem}"));
    }
    for case in cases {
        match case.decide(&model) {
            Ok(allowed) if allowed == (test.expect == Expect::Allow) => report.passed += 1,
            Ok(true) => report.failures.push(format!("{row}{case} is allowed")),
            Ok(false) => report.failures.push(format!("{row}{case} is denied")),
            Err(problem) => report.failures.push(format!("{row}{case}: {problem}")),
        }
    }
}

/// One decision, as texts.
enum Case<'a> {
    Has { role: &'a str, permission: &'a str },
    Does { actor: &'a str, action: &'a str, target: &'a str },
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Has { role, permission } => write!(f, "{role} {permission}"),
            Self::Does { actor, action, target: "" } => write!(f, "{actor} {action}"),
            Self::Does { actor, action, target } => write!(f, "{actor} {action} on {target}"),
        }
    }
}

fn cases(test: &Test) -> Vec<Case<'_>> {
    let target = if test.target.is_some() { each(test.target.as_ref()) } else { vec![""] };
    let has = product(&each(test.role.as_ref()), &each(test.permission.as_ref()));
    let has = has.into_iter().map(|(role, permission)| Case::Has { role, permission });
    let does = product(&product(&each(test.actor.as_ref()), &each(test.action.as_ref())), &target);
    let does = does.into_iter().map(|((actor, action), target)| Case::Does { actor, action, target });
    has.chain(does).collect()
}

fn product<A: Copy, B: Copy>(one: &[A], other: &[B]) -> Vec<(A, B)> {
    one.iter().flat_map(|a| other.iter().map(move |b| (*a, *b))).collect()
}

impl Case<'_> {
    fn decide(&self, model: &RoleModel) -> Result<bool, String> {
        match self {
            Self::Has { role, permission } => {
                let known = permission.parse::<Permission>().is_ok_and(|permission| permission.is_known());
                let held = Effective::of(model, grants(model, role)?);
                if known { Ok(held.allows(model, permission)) } else { Err("there is no such permission".to_owned()) }
            }
            Self::Does { actor, action, target } => {
                let actor = grants(model, actor)?;
                let target = if *target == "self" { None } else { Some(grants(model, target)?) };
                Ok(allows(model, actor, deed(model, action)?, target))
            }
        }
    }
}

/// The roles of `admin+read_only`, held by hand.
fn grants(model: &RoleModel, roles: &str) -> Result<Vec<LiveGrant>, String> {
    let names = roles.split('+').filter(|name| !name.is_empty());
    let grant = |name| known(model, name).map(by_hand);
    names.map(grant).collect()
}

fn by_hand(role: RoleKey) -> LiveGrant {
    LiveGrant { role, source: Source::Manual, since: Timestamp::from_millis(0) }
}

fn known(model: &RoleModel, name: &str) -> Result<RoleKey, String> {
    let role = RoleKey::parse(name).ok().filter(|key| model.get(key).is_some());
    role.ok_or_else(|| format!("the model has no role `{name}`"))
}

/// The deed behind `assign:owner`, `deactivate` or `leave`.
fn deed(model: &RoleModel, text: &str) -> Result<Action, String> {
    let (name, role) = text.split_once(':').map_or((text, None), |(name, role)| (name, Some(role)));
    let role = role.map(|role| known(model, role)).transpose()?;
    let verb = Verb::ALL.into_iter().find(|verb| verb.name() == name);
    match (verb, role) {
        (None, None) if name == "leave" => Ok(Action::Leave),
        (None, _) => Err(format!("there is no action `{name}`")),
        (Some(verb), role) => {
            done(verb, role).ok_or_else(|| format!("write `{name}:ROLE` where a role is given, else `{name}`"))
        }
    }
}

/// A verb as a deed; `None` when a role is missing or has no place.
fn done(verb: Verb, role: Option<RoleKey>) -> Option<Action> {
    let deed = match (verb, role) {
        (Verb::Invite, Some(role)) => Action::InviteUser { role },
        (Verb::Create, Some(role)) => Action::CreateUser { role: Some(role), source: Source::Manual },
        (Verb::Assign, Some(to)) => Action::ChangeRole { from: None, to },
        (_, Some(_)) | (Verb::Invite | Verb::Create | Verb::Assign, None) => return None,
        (Verb::Update, None) => Action::UpdateUser { changes: Vec::new() },
        (Verb::Activate, None) => Action::ActivateUser,
        (Verb::Deactivate, None) => Action::DeactivateUser,
        (Verb::Remove, None) => Action::RemoveUser,
        (Verb::DeletePending, None) => Action::DeletePendingUser,
        (Verb::Erase, None) => Action::EraseUser,
        (Verb::ResetPassword, None) => Action::RequestPasswordReset,
        (Verb::SetTempPassword, None) => Action::SetTemporaryPassword,
        (Verb::ResetMfa, None) => Action::ResetMfa,
        (Verb::RequireMfa, None) => Action::RequireMfa { required: true },
        (Verb::RevokeSessions, None) => Action::RevokeSessions,
        (Verb::ChangeIdp, None) => {
            Action::LinkUser { connection: ConnectionId::from_uuid(Uuid::nil()), takes: Vec::new(), gives: None }
        }
    };
    Some(deed)
}

/// What the policy says when a holder of `actor` does this to a holder of `target`; to oneself without a target.
fn allows(model: &RoleModel, actor: Vec<LiveGrant>, action: Action, target: Option<Vec<LiveGrant>>) -> bool {
    let [own, other] = [1, 2].map(|id| UserId::from_uuid(Uuid::from_u128(id)));
    let (org, effective) = (OrgId::OPERATOR, Effective::of(model, actor));
    let id = if target.is_some() { other } else { own };
    let roles = target.map_or_else(|| effective.held(), |target| target.into_iter().map(|grant| grant.role).collect());
    let actor =
        UserActor { org, id: own, label: String::new(), effective, owner: None, session: None, proof_is_old: false };
    let target = Target::User(TargetUser { org, id, label: String::new(), roles, managed_by: None });
    Actor::User(actor).permit(model, action, target).is_ok()
}

/// What a holder of the role may do, to holders of which roles.
fn deeds_of(model: &RoleModel, actor: &RoleKey) -> String {
    let keys = || model.roles().iter().map(|role| role.key.clone());
    let held = || vec![by_hand(actor.clone())];
    let on = |action: &Action, target: Option<&RoleKey>| {
        let target = target.map_or_else(Vec::new, |role| vec![by_hand(role.clone())]);
        allows(model, held(), action.clone(), Some(target))
    };
    let mut lines = vec![line("leave", [allows(model, held(), Action::Leave, None).then(|| "yes".to_owned())])];
    for verb in Verb::ALL {
        if let Some(action) = done(verb, None) {
            let targets = keys().map(|target| on(&action, Some(&target)).then(|| target.to_string()));
            lines.push(line(verb.name(), targets));
        } else if verb == Verb::Assign {
            lines.extend(keys().map(|from| {
                let to = keys().map(|to| on(&done(verb, Some(to.clone()))?, Some(&from)).then(|| to.to_string()));
                line(&format!("assign {from} ->"), to)
            }));
        } else {
            let given = keys().map(|role| on(&done(verb, Some(role.clone()))?, None).then(|| role.to_string()));
            lines.push(line(verb.name(), given));
        }
    }
    format!("{actor}\n{}", lines.concat())
}

fn line(name: &str, roles: impl IntoIterator<Item = Option<String>>) -> String {
    let roles: Vec<_> = roles.into_iter().flatten().collect();
    let roles = if roles.is_empty() { "-".to_owned() } else { roles.join(" ") };
    format!("  {name:26} {roles}\n")
}
