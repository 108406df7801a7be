//! The state of the list as an address, and back.

use url::form_urlencoded::{self, Serializer};

use crate::domain::Error;
use crate::domain::user_list::{Column, UserList};

/// Where the list is.
const LIST: &str = "/console/users";
/// So many users are on a page of the console.
const ROWS: u64 = 50;

/// The columns of somebody who chose none.
pub(in crate::web::console) const COLUMNS: [Column; 7] =
    [Column::Name, Column::Email, Column::Role, Column::Status, Column::Type, Column::Mfa, Column::LastActive];

/// Everything that an address of the list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::console) struct Address {
    /// Which users, in which order, from where on.
    pub(in crate::web::console) list: UserList,
    /// The columns shown, in their order.
    pub(in crate::web::console) columns: Vec<Column>,
    /// The filter whose window is open.
    pub(in crate::web::console) window: Option<String>,
}

impl Address {
    /// Reads the query of an address.
    pub(in crate::web::console) fn read(query: &str) -> Result<Self, Error> {
        let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let list = UserList::read(words.iter().map(|(name, value)| (&**name, &**value)))?;
        let named = |wanted: &'static str| words.iter().filter(move |(name, _)| name == wanted).map(|(_, it)| &**it);
        let chosen: Vec<Column> = named("columns").filter_map(Column::parse).collect();
        let is_shown = |it: &Column| *it == Column::Name || chosen.contains(it);
        let columns =
            if chosen.is_empty() { COLUMNS.to_vec() } else { Column::ALL.into_iter().filter(is_shown).collect() };
        let window = named("add").next().map(str::to_owned);
        Ok(Self { list: UserList { limit: ROWS, ..list }, columns, window })
    }

    /// The address of another list, in the same columns and order.
    pub(in crate::web::console) fn with(&self, change: impl FnOnce(&mut UserList)) -> String {
        let mut list = UserList { cursor: None, ..self.list.clone() };
        change(&mut list);
        of(&list, &self.chosen_columns())
    }

    /// The address of this page of the list.
    pub(in crate::web::console) fn here(&self) -> String {
        of(&self.list, &self.chosen_columns())
    }

    /// The same users at another address.
    pub(in crate::web::console) fn to(&self, path: &str) -> String {
        let list = UserList { cursor: None, ..self.list.clone() };
        at(path, &words(&list, &[]))
    }

    /// The columns, when they are not the usual ones.
    pub(in crate::web::console) fn chosen_columns(&self) -> Vec<Column> {
        if self.columns == COLUMNS { Vec::new() } else { self.columns.clone() }
    }

    /// The fields that a form must carry on so that nothing but its own part of the state changes.
    pub(in crate::web::console) fn fields_without(&self, left_out: &[&str]) -> Vec<(&'static str, String)> {
        let list = UserList { cursor: None, ..self.list.clone() };
        let mut fields = words(&list, &self.chosen_columns());
        fields.retain(|(name, _)| !left_out.contains(name));
        fields
    }
}

/// The address of a list.
pub(in crate::web::console) fn of(list: &UserList, columns: &[Column]) -> String {
    at(LIST, &words(list, columns))
}

/// The address of the list that a form was sent from; that of the whole list where it says no such thing.
pub(in crate::web::console) fn back(query: &str) -> String {
    Address::read(query).map_or_else(|_| LIST.to_owned(), |it| it.here())
}

/// What an address says after its path.
pub(in crate::web::console) fn query_of(address: &str) -> String {
    address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

/// The address of a page with these words.
pub(in crate::web::console) fn at(path: &str, words: &[(&'static str, String)]) -> String {
    if words.is_empty() {
        return path.to_owned();
    }
    let query = words.iter().fold(Serializer::new(String::new()), |mut query, (name, value)| {
        query.append_pair(name, value);
        query
    });
    format!("{path}?{}", { query }.finish())
}

fn words(list: &UserList, columns: &[Column]) -> Vec<(&'static str, String)> {
    let mut words = list.words();
    words.retain(|(name, _)| *name != "limit");
    words.extend(columns.iter().map(|it| ("columns", it.word().to_owned())));
    words
}
