//! The people to invite, as the form of the page carries them from step to step.
//!
//! **Invariant:** whatever was typed or pasted is on the next page: as a row, or in the field it was typed into.

use crate::app::invitations::{AT_ONCE_MAX, Entry, read_list};
use crate::web::form::Fields;

/// The rows and what holds for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Staged {
    pub(super) rows: Vec<Row>,
    /// What was pasted and could not be made into rows, because it is too much.
    pub(super) text: String,
    /// How many there would be, where that is too many.
    pub(super) too_many: Option<usize>,
    /// The role for everybody.
    pub(super) role: String,
    pub(super) sends_mail: bool,
    /// True when rows were added by this step, which the person has not seen yet.
    pub(super) has_new: bool,
}

/// Somebody to invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) address: String,
    pub(super) name: String,
    pub(super) role: String,
    /// The ids of the teams ticked.
    pub(super) teams: Vec<String>,
}

impl Staged {
    /// Nobody yet.
    pub(super) fn nobody(role: &str) -> Self {
        let (text, role) = (String::new(), role.to_owned());
        Self { rows: Vec::new(), text, too_many: None, role, sends_mail: true, has_new: false }
    }

    /// Reads a form and does what its button asks for, short of sending.
    pub(super) fn read(fields: &Fields, default_role: &str) -> Self {
        let role = fields.get("role-all").filter(|it| !it.is_empty()).unwrap_or(default_role);
        let is_first = fields.get("rows").is_none();
        let mut staged = Self { sends_mail: is_first || fields.get("mail").is_some(), ..Self::nobody(role) };
        staged.rows = rows(fields);
        if fields.get("step") == Some("apply") {
            staged.rows.iter_mut().for_each(|row| role.clone_into(&mut row.role));
        }
        staged.add(fields.get("text").unwrap_or_default());
        staged
    }

    fn add(&mut self, text: &str) {
        let pasted = read_list(text);
        let all = self.rows.len().saturating_add(pasted.len());
        if all > AT_ONCE_MAX {
            self.too_many = Some(all);
            text.clone_into(&mut self.text);
            return;
        }
        self.has_new = !pasted.is_empty();
        let role = self.role.clone();
        self.rows.extend(pasted.into_iter().map(|it| Row::of(it, &role)));
    }
}

impl Row {
    fn of(entry: Entry, role: &str) -> Self {
        let address = entry.address.unwrap_or(entry.typed);
        Self { address, name: entry.name.unwrap_or_default(), role: role.to_owned(), teams: Vec::new() }
    }
}

/// The rows of a form, without the one whose button was pressed.
fn rows(fields: &Fields) -> Vec<Row> {
    let count = fields.get("rows").and_then(|it| it.parse().ok()).unwrap_or(0).min(AT_ONCE_MAX);
    let removed: Option<usize> = fields.get("remove").and_then(|it| it.parse().ok());
    let text =
        |name: &str, at: usize| fields.get(&format!("{name}-{at}")).map(str::trim).unwrap_or_default().to_owned();
    let kept = (0..count).filter(|at| Some(*at) != removed);
    let row = |at: usize| Row {
        address: text("address", at),
        name: text("name", at),
        role: text("role", at),
        teams: fields.under(&format!("team-{at}-")).map(str::to_owned).collect(),
    };
    kept.map(row).collect()
}

#[cfg(test)]
mod tests;
