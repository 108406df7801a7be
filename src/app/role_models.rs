//! Role models before an organisation has them: found, checked, compared and tried out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::domain::Error;
use crate::domain::policy::Change;
use crate::domain::role::{Role, RoleModel};

#[cfg(test)]
mod tests;

/// The preset of an organisation that named none.
pub const DEFAULT_PRESET: &str = RoleModel::DEFAULT_PRESET;

/// The text of a model: of a preset by its name, or of a file.
pub fn source(preset_or_file: &str) -> Result<String, Error> {
    if let Some(preset) = RoleModel::preset(preset_or_file) {
        return Ok(preset.to_toml().to_owned());
    }
    let path = Path::new(preset_or_file);
    let unreadable = |cause: std::io::Error| {
        let presets = RoleModel::PRESETS.join(", ");
        Error::malformed(
            "role_model",
            format!("{preset_or_file} is no preset ({presets}) and no readable file: {cause}"),
        )
    };
    std::fs::read_to_string(path).map_err(unreadable)
}

/// The text of a model: of a preset by its name, or what is a text already.
pub fn preset_or_text(word: &str) -> String {
    RoleModel::preset(word).map_or_else(|| word.to_owned(), |it| it.to_toml().to_owned())
}

/// The model of a preset or a file, which must be without a problem.
pub fn load(preset_or_file: &str) -> Result<RoleModel, Error> {
    RoleModel::parse(&source(preset_or_file)?).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        Error::malformed("role_model", format!("{preset_or_file} has {} problems: {first}", problems.len()))
    })
}

/// The name of a stored model.
pub fn name_of(toml: &str) -> String {
    RoleModel::parse(toml).map_or_else(|_| "unreadable".to_owned(), |model| model.name().to_owned())
}

/// What a second model says otherwise than a first: one change for each fact, by its path.
pub fn diff(first: &RoleModel, second: &RoleModel) -> Vec<Change> {
    let (old, new) = (facts(first), facts(second));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = paths.into_iter().map(|path| Change::new(path, old.get(path).cloned(), new.get(path).cloned()));
    changes.filter(|change| change.old != change.new).collect()
}

fn facts(model: &RoleModel) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::from([
        ("default_role".to_owned(), json!(model.default_role())),
        ("first_user_role".to_owned(), json!(model.first_user_role())),
    ]);
    if let Value::Object(settings) = json!(model.settings()) {
        facts.extend(settings.into_iter().map(|(key, value)| (format!("settings.{key}"), value)));
    }
    for role in model.roles() {
        facts.extend(facts_of(model, role).map(|(fact, value)| (format!("role.{}.{fact}", role.key), value)));
    }
    facts
}

fn facts_of<'a>(model: &'a RoleModel, role: &'a Role) -> impl Iterator<Item = (String, Value)> + 'a {
    let protected = role.protected.map(|it| json!({ "min_active": it.min_active, "warn_below": it.warn_below }));
    let plain = [
        ("label".to_owned(), json!(role.label)),
        ("rank".to_owned(), json!(role.rank)),
        ("can_leave".to_owned(), json!(role.can_leave)),
        ("protected".to_owned(), json!(protected)),
    ];
    let allowed = model.permissions().filter(|it| role.allows(it)).map(|it| (format!("allows {it}"), json!(true)));
    let given = role.grants.iter().map(|key| (format!("gives {key}"), json!(true)));
    let managed = role.manages.iter().flat_map(|(verb, keys)| keys.iter().map(|key| (verb.name(), key)));
    let managed = managed.map(|(verb, key)| (format!("may {verb} {key}"), json!(true)));
    plain.into_iter().chain(allowed).chain(given).chain(managed)
}
