//! The state of the two trees as an address, and back.

use url::form_urlencoded;

use super::PERMISSIONS;
use crate::app::groups::GroupQuery;
use crate::app::projects::ProjectQuery;

/// So many groups, and so many projects, are in a panel at once.
const ROWS: u64 = 20;

/// Which groups and which projects.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) groups: GroupQuery,
    pub(super) projects: ProjectQuery,
}

impl Place {
    /// Reads the query of an address.
    pub(super) fn read(query: &str) -> Self {
        let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let text = |wanted: &str| {
            let found = words.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim().to_owned());
            found.filter(|it| !it.is_empty())
        };
        let limit = Some(ROWS);
        Self {
            groups: GroupQuery { name: text("groups"), after: text("groups_after"), limit },
            projects: ProjectQuery { name: text("projects"), after: text("projects_after"), limit },
        }
    }

    /// The address of this state.
    pub(super) fn here(&self) -> String {
        let words = self.words();
        if words.is_empty() {
            return PERMISSIONS.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish();
        format!("{PERMISSIONS}?{query}")
    }

    /// The address with other groups.
    pub(super) fn with_groups(&self, after: Option<String>) -> String {
        Self { groups: GroupQuery { after, ..self.groups.clone() }, ..self.clone() }.here()
    }

    /// The address with other projects.
    pub(super) fn with_projects(&self, after: Option<String>) -> String {
        Self { projects: ProjectQuery { after, ..self.projects.clone() }, ..self.clone() }.here()
    }

    /// The fields that the search of a panel carries on, so that the other panel stays as it is.
    pub(super) fn fields_without(&self, left_out: &[&str]) -> Vec<(&'static str, String)> {
        let mut fields = self.words();
        fields.retain(|(name, _)| !left_out.contains(name));
        fields
    }

    fn words(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("groups", &self.groups.name),
            ("groups_after", &self.groups.after),
            ("projects", &self.projects.name),
            ("projects_after", &self.projects.after),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}
