//! Role models before an organisation has them: found, checked, compared and tried out.

use std::path::Path;

use crate::domain::Error;

pub use crate::domain::role::{LintProblem, Role, RoleKey, RoleModel, Verb};

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
        Error::invalid("role_model", format!("{preset_or_file} is no preset ({presets}) and no readable file: {cause}"))
    };
    std::fs::read_to_string(path).map_err(unreadable)
}

/// The model of a preset or a file, which must be without a problem.
pub fn load(preset_or_file: &str) -> Result<RoleModel, Error> {
    RoleModel::parse(&source(preset_or_file)?).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        Error::invalid("role_model", format!("{preset_or_file} has {} problems: {first}", problems.len()))
    })
}

/// The name of a stored model.
pub fn name_of(toml: &str) -> String {
    RoleModel::parse(toml).map_or_else(|_| "unreadable".to_owned(), |model| model.name().to_owned())
}
