//! The form of something that has a name and a description.

use super::words;
use crate::domain::Error;
use crate::web::form::Fields;
use crate::web::form::shown::Clash;
use crate::web::texts::Texts;

/// Name and description as they stand in a form.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) name_max: usize,
    pub(super) description_max: usize,
    /// What the form shows of what stands there.
    pub(super) shown: String,
    pub(super) problem: Option<String>,
    pub(super) wrong: String,
}

/// Name and description as they were typed.
pub(super) fn typed(fields: &Fields) -> (String, String) {
    let text = |name: &str| fields.get(name).map(str::trim).unwrap_or_default().to_owned();
    (text("name"), text("description"))
}

/// The form as it shows these.
pub(super) fn shown(name: &str, description: &str) -> Fields {
    Fields::shown([("name", name), ("description", description)])
}

impl Described {
    /// The form with these in it, and with what is the most of each.
    pub(super) fn of(name: &str, description: &str, (name_max, description_max): (usize, usize)) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            name_max,
            description_max,
            shown: shown(name, description).carried(),
            problem: None,
            wrong: String::new(),
        }
    }

    /// The same form, filled in with something else.
    pub(super) fn filled(self, name: &str, description: &str) -> Self {
        Self { name: name.to_owned(), description: description.to_owned(), ..self }
    }

    /// The same form with what somebody else has changed meanwhile.
    pub(super) fn clashing(self, t: Texts, clashes: &[Clash]) -> Self {
        let wrong = clashes.first().map(|it| it.field.clone()).unwrap_or_default();
        Self { problem: Some(words::clash_of_texts(t, clashes)), wrong, ..self }
    }

    /// The same form with why it was refused.
    pub(super) fn refused(self, t: Texts, cause: &Error) -> Self {
        let field = if let Error::Invalid { field, .. } = cause { field } else { "name" };
        Self { problem: Some(words::problem(t, cause).1), wrong: field.to_owned(), ..self }
    }
}
