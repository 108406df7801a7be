//! The state of the two panels as an address, and back.

use url::form_urlencoded;

use super::LIST;
use crate::app::groups::GroupQuery;
use crate::domain::Error;
use crate::domain::id::UserId;
use crate::domain::user_list::UserList;
use crate::web::console::list::address::at;

/// So many users, and so many groups, are in a panel at once.
const ROWS: u64 = 50;
/// So many users are chosen by an address.
const CHOSEN_MAX: usize = 100;

/// Everything that an address of the page says.
pub(super) struct State {
    /// Which users.
    pub(super) users: UserList,
    /// Which groups.
    pub(super) groups: GroupQuery,
    /// Whom somebody chose elsewhere.
    pub(super) chosen: Vec<UserId>,
}

impl State {
    /// Reads the query of an address.
    pub(super) fn read(query: &str) -> Result<Self, Error> {
        let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let users = UserList::read(words.iter().map(|(name, value)| (&**name, &**value)))?;
        let named = |wanted: &'static str| words.iter().filter(move |(name, _)| name == wanted).map(|(_, it)| &**it);
        let text = |wanted| named(wanted).map(str::trim).find(|it| !it.is_empty()).map(str::to_owned);
        let groups = GroupQuery { name: text("groups"), after: text("groups_after"), limit: Some(ROWS) };
        let chosen = named("chosen").filter_map(|it| it.parse().ok()).take(CHOSEN_MAX).collect();
        Ok(Self { users: UserList { limit: ROWS, ..users }, groups, chosen })
    }

    /// The address of this state.
    pub(super) fn here(&self) -> String {
        at(LIST, &self.words())
    }

    /// The address with other users.
    pub(super) fn with_users(&self, change: impl FnOnce(&mut UserList)) -> String {
        let mut users = UserList { cursor: None, ..self.users.clone() };
        change(&mut users);
        at(LIST, &Self { users, groups: self.groups.clone(), chosen: self.chosen.clone() }.words())
    }

    /// The address with other groups.
    pub(super) fn with_groups(&self, name: Option<String>, after: Option<String>) -> String {
        let groups = GroupQuery { name, after, ..self.groups.clone() };
        at(LIST, &Self { users: self.users.clone(), groups, chosen: self.chosen.clone() }.words())
    }

    /// The fields that the search of a panel carries on, so that the other panel stays as it is.
    pub(super) fn fields_without(&self, left_out: &[&str]) -> Vec<(&'static str, String)> {
        let mut fields = self.words();
        fields.retain(|(name, _)| !left_out.contains(name));
        fields
    }

    fn words(&self) -> Vec<(&'static str, String)> {
        let mut words = self.users.words();
        words.retain(|(name, _)| *name != "limit");
        words.extend(self.groups.name.iter().map(|it| ("groups", it.clone())));
        words.extend(self.groups.after.iter().map(|it| ("groups_after", it.clone())));
        words.extend(self.chosen.iter().map(|it| ("chosen", it.to_string())));
        words
    }
}

/// The address of the page with these users chosen.
pub(in crate::web::console) fn choosing(users: &[UserId]) -> String {
    let words: Vec<_> = users.iter().take(CHOSEN_MAX).map(|it| ("chosen", it.to_string())).collect();
    at(LIST, &words)
}
