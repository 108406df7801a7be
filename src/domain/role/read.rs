//! From TOML to a model: every problem is found in one pass and named by its path.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::{NotARoleKey, RoleKey};
use super::misfit::Misfit;
use super::model::{Protected, Role, RoleModel, Verb};
use super::permission::{NotAPermission, Permission, PermissionPattern};
use super::rules::Rules;
use super::settings::Settings;
use crate::domain::password::{DEMANDED, HISTORY_MAX};

/// The reading of a model as it is written, without any overlay.
const PLAIN_READING: &str = "strict";
const SCHEMA: i64 = 1;
const ROLES_MAX: usize = 100;
const LENGTH_MAX: usize = 256 * 1024;

/// One thing that is wrong with a role model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintProblem {
    /// Where it is: `role.admin.grants`, `settings.mfa`.
    pub path: String,
    /// What is wrong and what would be right.
    pub problem: Misfit,
}

impl fmt::Display for LintProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { self.problem.fmt(f) } else { write!(f, "{}: {}", self.path, self.problem) }
    }
}

#[derive(Clone, Deserialize)]
struct RawModel {
    schema: i64,
    name: String,
    label: String,
    #[serde(default)]
    description: String,
    first_user_role: String,
    default_role: String,
    reading: Option<String>,
    #[serde(default)]
    readings: BTreeMap<String, BTreeMap<String, RawOverlay>>,
    #[serde(default)]
    app_permissions: Vec<String>,
    #[serde(default)]
    settings: toml::Table,
    #[serde(default, rename = "role")]
    roles: Vec<toml::Table>,
    /// Decisions the model must give; run on demand, not read here.
    #[serde(default, rename = "test")]
    _tests: Vec<toml::Table>,
    #[serde(flatten)]
    unknown: toml::Table,
}

#[derive(Clone, Deserialize)]
struct RawRole {
    key: String,
    label: String,
    rank: u32,
    #[serde(default)]
    description: String,
    #[serde(default)]
    best_for: String,
    extends: Option<String>,
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    deny: Vec<String>,
    #[serde(default)]
    ceiling: Vec<String>,
    #[serde(default)]
    grants: Vec<String>,
    #[serde(default)]
    manages: BTreeMap<String, Vec<String>>,
    protected: Option<RawProtected>,
    #[serde(default)]
    can_leave: bool,
    #[serde(default)]
    is_own: bool,
    #[serde(flatten)]
    unknown: toml::Table,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProtected {
    min_active: u64,
    warn_below: u64,
}

/// What a reading adds to a role.
#[derive(Clone, Deserialize)]
struct RawOverlay {
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    grants: Vec<String>,
    #[serde(default)]
    manages: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    unknown: toml::Table,
}

#[derive(Default)]
struct Problems(Vec<LintProblem>);

impl Problems {
    fn add(&mut self, path: impl Into<String>, problem: Misfit) {
        self.0.push(LintProblem { path: path.into(), problem });
    }

    fn technical(&mut self, path: impl Into<String>, problem: impl Into<String>) {
        self.add(path, Misfit::Technical(problem.into()));
    }

    fn unknown_keys(&mut self, path: &str, table: &toml::Table) {
        for key in table.keys() {
            self.technical(format!("{path}{key}"), "there is no such setting; remove it or correct its name");
        }
    }
}

/// Reads and checks a model, under every reading it has.
pub(super) fn read(source: &str) -> Result<RoleModel, Vec<LintProblem>> {
    let mut problems = Problems::default();
    let Some(raw) = parse(source, &mut problems) else { return Err(problems.0) };
    let model = check(source, raw.clone(), &mut problems);
    for reading in readings(&raw.readings) {
        if problems.0.is_empty() {
            check(source, RawModel { reading: Some(reading), ..raw.clone() }, &mut problems);
        }
    }
    match model {
        Some(model) if problems.0.is_empty() => Ok(model),
        Some(_) | None => Err(problems.0),
    }
}

fn parse(source: &str, problems: &mut Problems) -> Option<RawModel> {
    if source.len() > LENGTH_MAX {
        problems.technical("", format!("the model is longer than {LENGTH_MAX} bytes"));
        return None;
    }
    match toml::from_str::<RawModel>(source) {
        Ok(raw) => Some(raw),
        Err(error) => {
            problems.technical("", error.to_string().trim_end());
            None
        }
    }
}

fn check(source: &str, raw: RawModel, problems: &mut Problems) -> Option<RoleModel> {
    problems.unknown_keys("", &raw.unknown);
    if raw.schema != SCHEMA {
        problems.technical("schema", format!("this version reads schema {SCHEMA}"));
    }
    for text in &raw.app_permissions {
        check_app_permission(text, problems);
    }
    let settings = read_settings(raw.settings.clone(), problems);
    let mut drafts = drafts(&raw, problems);
    if drafts.len() < raw.roles.len() {
        return None;
    }
    overlay(&raw, &mut drafts, problems);
    let roles = roles(&drafts, problems);
    let known: BTreeSet<&RoleKey> = roles.iter().map(|role| &role.key).collect();
    let default_role = named_role("default_role", &raw.default_role, &known, problems);
    let first_user_role = named_role("first_user_role", &raw.first_user_role, &known, problems);
    if !settings.password.has_possible_min() {
        problems.technical("settings.password", format!("min is from {} to {}", DEMANDED.0, DEMANDED.1));
    }
    if !settings.password.has_possible_history() {
        problems.technical("settings.password", format!("history is from 0 to {HISTORY_MAX}"));
    }
    for key in settings.mfa.roles.iter().filter(|key| !known.contains(key)) {
        problems.add("settings.mfa.roles", no_such_role(key.as_str()));
    }
    let (default_role, first_user_role) = (default_role?, first_user_role?);
    let model = RoleModel {
        source: source.to_owned(),
        name: raw.name,
        label: raw.label,
        description: raw.description,
        readings: readings(&raw.readings),
        reading: raw.reading,
        roles,
        default_role,
        first_user_role,
        app_permissions: raw.app_permissions,
        settings,
    };
    check_whole(&model, problems);
    Some(model)
}

fn readings(overlays: &BTreeMap<String, BTreeMap<String, RawOverlay>>) -> Vec<String> {
    if overlays.is_empty() {
        return Vec::new();
    }
    std::iter::once(PLAIN_READING.to_owned()).chain(overlays.keys().cloned()).collect()
}

fn check_app_permission(text: &str, problems: &mut Problems) {
    let fits = text.parse::<Permission>().is_ok() && text.starts_with("app.");
    if !fits {
        problems
            .technical("app_permissions", format!("`{text}` is not a permission of an application: `app.object:verb`"));
    }
}

fn read_settings(table: toml::Table, problems: &mut Problems) -> Settings {
    match table.try_into() {
        Ok(settings) => settings,
        Err(error) => {
            problems.technical("settings", on_one_line(&error));
            Settings::default()
        }
    }
}

fn on_one_line(error: &toml::de::Error) -> String {
    error.to_string().trim_end().replace('\n', " ")
}

/// The roles as written, by key; one that cannot be read is reported and left out.
fn drafts(raw: &RawModel, problems: &mut Problems) -> BTreeMap<RoleKey, RawRole> {
    let mut drafts = BTreeMap::new();
    if raw.roles.is_empty() || raw.roles.len() > ROLES_MAX {
        problems.add("role", Misfit::HowMany { most: ROLES_MAX });
    }
    for (index, table) in raw.roles.iter().take(ROLES_MAX).enumerate() {
        let name = table.get("key").and_then(toml::Value::as_str).map_or(format!("[{index}]"), |key| format!(".{key}"));
        let path = format!("role{name}");
        let draft: RawRole = match table.clone().try_into() {
            Ok(draft) => draft,
            Err(error) => {
                problems.technical(path, on_one_line(&error));
                continue;
            }
        };
        problems.unknown_keys(&format!("{path}."), &draft.unknown);
        match RoleKey::parse(&draft.key) {
            Err(NotARoleKey) => problems.add(path, Misfit::RoleKey),
            Ok(key) if drafts.contains_key(&key) => problems.add(path, Misfit::KeyTaken),
            Ok(key) => drop(drafts.insert(key, draft)),
        }
    }
    drafts
}

/// Adds what the chosen reading adds; the others are checked for unknown roles and keys only.
fn overlay(raw: &RawModel, drafts: &mut BTreeMap<RoleKey, RawRole>, problems: &mut Problems) {
    let chosen = raw.reading.as_deref();
    let is_known = |name: &str| name == PLAIN_READING || raw.readings.contains_key(name);
    if chosen.is_some_and(|name| !is_known(name)) || (chosen.is_none() && !raw.readings.is_empty()) {
        let others = raw.readings.keys().map(|name| format!(", {name}")).collect::<String>();
        problems.technical("reading", format!("name one of the readings of the model: {PLAIN_READING}{others}"));
    }
    for (name, roles) in &raw.readings {
        for (key, added) in roles {
            let path = format!("readings.{name}.{key}");
            problems.unknown_keys(&format!("{path}."), &added.unknown);
            match RoleKey::parse(key).ok().and_then(|key| drafts.get_mut(&key)) {
                None => problems.add(path, no_such_role(key)),
                Some(draft) if chosen == Some(name.as_str()) => added.apply(draft),
                Some(_) => {}
            }
        }
    }
}

impl RawOverlay {
    fn apply(&self, draft: &mut RawRole) {
        draft.allow.extend(self.allow.iter().cloned());
        draft.grants.extend(self.grants.iter().cloned());
        for (verb, roles) in &self.manages {
            draft.manages.entry(verb.clone()).or_default().extend(roles.iter().cloned());
        }
    }
}

/// The checked roles, highest rank first.
fn roles(drafts: &BTreeMap<RoleKey, RawRole>, problems: &mut Problems) -> Vec<Role> {
    let mut roles: Vec<Role> = drafts.iter().map(|(key, draft)| role(key, draft, drafts, problems)).collect();
    roles.sort_by_key(|role| std::cmp::Reverse(role.rank));
    roles
}

fn role(key: &RoleKey, draft: &RawRole, drafts: &BTreeMap<RoleKey, RawRole>, problems: &mut Problems) -> Role {
    let path = format!("role.{key}");
    Role {
        key: key.clone(),
        label: draft.label.clone(),
        description: draft.description.clone(),
        best_for: draft.best_for.clone(),
        extends: draft.extends.as_deref().and_then(|name| RoleKey::parse(name).ok()),
        rank: draft.rank,
        grants: role_list(&format!("{path}.grants"), &draft.grants, drafts, problems),
        manages: manages(&path, draft, drafts, problems),
        protected: draft.protected.as_ref().map(|raw| protected(&path, raw, problems)),
        can_leave: draft.can_leave,
        is_own: draft.is_own,
        rules: rules(&path, draft, drafts, problems),
    }
}

fn protected(path: &str, raw: &RawProtected, problems: &mut Problems) -> Protected {
    if raw.min_active == 0 || raw.warn_below < raw.min_active {
        problems.technical(format!("{path}.protected"), "min_active is at least 1, and warn_below at least min_active");
    }
    Protected { min_active: raw.min_active, warn_below: raw.warn_below }
}

fn role_list(
    path: &str,
    names: &[String],
    drafts: &BTreeMap<RoleKey, RawRole>,
    problems: &mut Problems,
) -> BTreeSet<RoleKey> {
    let mut keys = BTreeSet::new();
    for name in names {
        match RoleKey::parse(name) {
            _ if name == "*" => keys.extend(drafts.keys().cloned()),
            Ok(key) if drafts.contains_key(&key) => drop(keys.insert(key)),
            Ok(_) | Err(_) => problems.add(path, no_such_role(name)),
        }
    }
    keys
}

fn manages(
    path: &str,
    draft: &RawRole,
    drafts: &BTreeMap<RoleKey, RawRole>,
    problems: &mut Problems,
) -> BTreeMap<Verb, BTreeSet<RoleKey>> {
    let mut manages: BTreeMap<Verb, BTreeSet<RoleKey>> = BTreeMap::new();
    for (name, roles) in &draft.manages {
        let path = format!("{path}.manages.{name}");
        let verbs: Vec<Verb> = Verb::ALL.into_iter().filter(|verb| name == "*" || verb.name() == name).collect();
        if verbs.is_empty() {
            let known = Verb::ALL.map(Verb::name).join(", ");
            problems.add(&path, Misfit::Verb(known));
        }
        let roles = role_list(&path, roles, drafts, problems);
        for verb in verbs {
            manages.entry(verb).or_default().extend(roles.iter().cloned());
        }
    }
    manages
}

/// The rules of a role with those of the roles it extends: allows and denies add up, every ceiling stays.
fn rules(path: &str, draft: &RawRole, drafts: &BTreeMap<RoleKey, RawRole>, problems: &mut Problems) -> Rules {
    let mut rules = Rules::default();
    let mut seen = BTreeSet::from([draft.key.clone()]);
    let mut next = Some(draft);
    while let Some(draft) = next {
        // Each role reports its own patterns once; an ancestor is reported under its own name.
        let mut silent = Problems::default();
        let own = seen.len() == 1;
        let sink = if own { &mut *problems } else { &mut silent };
        rules.allow.extend(patterns(&format!("{path}.allow"), &draft.allow, sink));
        rules.deny.extend(patterns(&format!("{path}.deny"), &draft.deny, sink));
        if !draft.ceiling.is_empty() {
            rules.ceilings.push(patterns(&format!("{path}.ceiling"), &draft.ceiling, sink));
        }
        let Some(name) = &draft.extends else { break };
        next = RoleKey::parse(name).ok().and_then(|key| drafts.get(&key));
        if next.is_none() && own {
            problems.add(format!("{path}.extends"), no_such_role(name));
        }
        if !seen.insert(name.clone()) {
            problems.add(format!("{path}.extends"), Misfit::Circle);
            break;
        }
    }
    rules
}

fn patterns(path: &str, texts: &[String], problems: &mut Problems) -> Vec<PermissionPattern> {
    let mut patterns = Vec::new();
    for text in texts {
        match text.parse::<PermissionPattern>() {
            Err(NotAPermission) => problems.add(path, Misfit::NotAPattern { text: text.clone() }),
            Ok(pattern) if !pattern.is_known() => {
                problems.add(path, Misfit::Unknown { text: text.clone() });
            }
            Ok(pattern) => patterns.push(pattern),
        }
    }
    patterns
}

fn named_role(path: &str, name: &str, known: &BTreeSet<&RoleKey>, problems: &mut Problems) -> Option<RoleKey> {
    let key = RoleKey::parse(name).ok().filter(|key| known.contains(key));
    if key.is_none() {
        problems.add(path, no_such_role(name));
    }
    key
}

fn no_such_role(name: &str) -> Misfit {
    Misfit::NoSuchRole(name.to_owned())
}

/// What holds between roles.
fn check_whole(model: &RoleModel, problems: &mut Problems) {
    if !model.roles.iter().any(|role| role.protected.is_some()) {
        problems.add("role", Misfit::NoneProtected);
    }
    if model.is_protected(&model.default_role) {
        problems.add("default_role", Misfit::ProtectedByDefault);
    }
    let pairs = model.roles.iter().zip(model.roles.iter().skip(1));
    for (higher, lower) in pairs.filter(|(higher, lower)| higher.rank == lower.rank) {
        problems.add(format!("role.{}.rank", lower.key), Misfit::SameRank(higher.key.clone()));
    }
    for role in &model.roles {
        let given = role.grants.iter().filter_map(|key| model.get(key));
        for (given, excess) in given.filter_map(|given| Some((given, given.rules.exceeds(&role.rules)?))) {
            let problem = Misfit::GivesMore { given: given.key.clone(), excess };
            problems.add(format!("role.{}.grants", role.key), problem);
        }
    }
}
