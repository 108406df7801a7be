//! The presets that ship in the binary, each a role model with the decisions it must give.

/// The names of the presets.
pub(super) const NAMES: [&str; 5] = [
    "root-admin-developer",
    "owner-admin-contributor-viewer",
    "admin-developer-viewer",
    "admin-standard-readonly",
    "admin-platform-devops",
];

/// The text of a preset.
pub(super) fn source(name: &str) -> Option<&'static str> {
    match name {
        "root-admin-developer" => Some(include_str!("../presets/root-admin-developer.toml")),
        "owner-admin-contributor-viewer" => Some(include_str!("../presets/owner-admin-contributor-viewer.toml")),
        "admin-developer-viewer" => Some(include_str!("../presets/admin-developer-viewer.toml")),
        "admin-standard-readonly" => Some(include_str!("../presets/admin-standard-readonly.toml")),
        "admin-platform-devops" => Some(include_str!("../presets/admin-platform-devops.toml")),
        _ => None,
    }
}

/// The decisions that a preset must give.
pub(super) fn tests(name: &str) -> Option<&'static str> {
    match name {
        "root-admin-developer" => Some(include_str!("../presets/tests/root-admin-developer.toml")),
        "owner-admin-contributor-viewer" => Some(include_str!("../presets/tests/owner-admin-contributor-viewer.toml")),
        "admin-developer-viewer" => Some(include_str!("../presets/tests/admin-developer-viewer.toml")),
        "admin-standard-readonly" => Some(include_str!("../presets/tests/admin-standard-readonly.toml")),
        "admin-platform-devops" => Some(include_str!("../presets/tests/admin-platform-devops.toml")),
        _ => None,
    }
}
