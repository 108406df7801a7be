//! What the presets of role models say of themselves and of their roles, in the reader's language.
//!
//! **Invariant:** what an organisation wrote itself is shown as it was written.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::web::texts::{Language, Texts};

/// The sentences of the presets.
const KEYS: [&str; 40] = [
    "about-model-platform",
    "about-platform-admin",
    "about-platform-admin-for",
    "about-platform-developer",
    "about-platform-developer-for",
    "about-platform-analyst",
    "about-platform-analyst-for",
    "about-platform-viewer",
    "about-platform-viewer-for",
    "about-model-devops",
    "about-devops-admin",
    "about-account-admin-for",
    "about-devops-platform",
    "about-devops-platform-for",
    "about-devops-team",
    "about-devops-team-for",
    "about-model-standard",
    "about-standard-admin",
    "about-standard-user",
    "about-standard-user-for",
    "about-standard-readonly",
    "about-standard-readonly-for",
    "about-model-owner",
    "about-owner-owner",
    "about-owner-owner-for",
    "about-owner-admin",
    "about-owner-admin-for",
    "about-owner-contributor",
    "about-owner-contributor-for",
    "about-owner-viewer",
    "about-owner-viewer-for",
    "about-owner-no-secrets",
    "about-owner-no-secrets-for",
    "about-model-root",
    "about-root-root",
    "about-root-root-for",
    "about-root-admin",
    "about-root-admin-for",
    "about-root-developer",
    "about-root-developer-for",
];

/// The keys by the sentence in the files of the presets.
static KNOWN: LazyLock<HashMap<String, &str>> =
    LazyLock::new(|| KEYS.iter().map(|key| (Texts(Language::English).say(key), *key)).collect());

impl Texts {
    /// What a model or a role is about.
    pub fn about_role(self, written: &str) -> String {
        KNOWN.get(written).map_or_else(|| written.to_owned(), |key| self.say(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::RoleModel;

    #[test]
    fn every_preset_speaks_every_language_and_what_somebody_wrote_stays() {
        let german = Texts(Language::German);
        for model in RoleModel::PRESETS.into_iter().filter_map(RoleModel::preset) {
            let roles = model.roles().iter().flat_map(|role| [role.description.as_str(), role.best_for.as_str()]);
            for written in roles.chain([model.description()]).filter(|it| !it.is_empty()) {
                assert_eq!(Texts(Language::English).about_role(written), written);
                assert_ne!(german.about_role(written), written);
            }
        }

        assert_eq!(german.about_role("Looks after the lanterns."), "Looks after the lanterns.");
    }
}
