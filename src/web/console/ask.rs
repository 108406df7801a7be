//! A page that asks before something is done: what follows from it, and at most a name to type. A script shows it as a dialog.

use askama::Template;

use super::Console;
use super::shell::Shell;
use crate::web::texts::Texts;

/// A question with its consequence, and what must be filled in to answer it.
#[derive(Template)]
#[template(path = "console/ask.html")]
pub(super) struct AskPage<'a> {
    pub(super) shell: &'a Shell,
    pub(super) t: Texts,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) button: String,
    pub(super) is_grave: bool,
    /// The name to type, where one is asked for.
    pub(super) name: Option<String>,
    pub(super) name_max: usize,
    /// What the form shows of what stands there, where it shows something.
    pub(super) shown: Option<String>,
    pub(super) problem: Option<String>,
    /// Why this cannot be done now, in place of the form.
    pub(super) why_not: Option<String>,
    /// What the consequence is in particular.
    pub(super) lines: Vec<String>,
}

impl<'a> AskPage<'a> {
    /// A question that is still to be asked, which leads back there.
    pub(super) fn of(console: &'a Console, back: String) -> Self {
        Self {
            shell: &console.shell,
            t: console.t,
            title: String::new(),
            text: String::new(),
            action: String::new(),
            back,
            button: String::new(),
            is_grave: false,
            name: None,
            name_max: 0,
            shown: None,
            problem: None,
            why_not: None,
            lines: Vec::new(),
        }
    }
}
