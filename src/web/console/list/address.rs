//! The state of a list as an address, and back.

use url::form_urlencoded::{self, Serializer};

use super::Listed;
use crate::domain::Error;
use crate::domain::list::{Column as _, List};

/// So many rows are on a page of the console.
const ROWS: u64 = 50;

/// Everything that an address of a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::console) struct Address<F: Listed> {
    /// Which rows, in which order, from where on.
    pub(in crate::web::console) list: List<F>,
    /// The columns shown, in their order.
    pub(in crate::web::console) columns: Vec<F::Column>,
    /// The columns that the reader may not see.
    pub(in crate::web::console) hidden: Vec<F::Column>,
    /// The filter whose window is open.
    pub(in crate::web::console) window: Option<String>,
}

impl<F: Listed> Address<F> {
    /// Reads the query of an address.
    pub(in crate::web::console) fn read(query: &str) -> Result<Self, Error> {
        let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let list = List::read(words.iter().map(|(name, value)| (&**name, &**value)))?;
        let named = |wanted: &'static str| words.iter().filter(move |(name, _)| name == wanted).map(|(_, it)| &**it);
        let chosen: Vec<F::Column> = named("columns").filter_map(F::Column::parse).collect();
        let is_shown = |it: &F::Column| super::is_fixed::<F>(*it) || chosen.contains(it);
        let columns = if chosen.is_empty() {
            F::COLUMNS.to_vec()
        } else {
            F::Column::ALL.iter().copied().filter(is_shown).collect()
        };
        let window = named("add").next().map(str::to_owned);
        Ok(Self { list: List { limit: ROWS, ..list }, columns, hidden: Vec::new(), window })
    }

    /// Takes columns away that the reader may not see.
    pub(in crate::web::console) fn hide(&mut self, columns: &[F::Column]) {
        self.hidden = columns.to_vec();
        self.columns.retain(|it| !columns.contains(it));
    }

    /// The address of another list, in the same columns and order.
    pub(in crate::web::console) fn with(&self, change: impl FnOnce(&mut List<F>)) -> String {
        let mut list = List { cursor: None, ..self.list.clone() };
        change(&mut list);
        of(&list, &self.chosen_columns())
    }

    /// The address of the list without one value of a filter.
    pub(super) fn without(&self, field: &str, value: &str) -> String {
        let mut words = self.fields_without(&[]);
        words.retain(|(name, it)| *name != field || it != value);
        at(F::PATH, &words)
    }

    /// The address of this page of the list.
    pub(in crate::web::console) fn here(&self) -> String {
        of(&self.list, &self.chosen_columns())
    }

    /// The same rows at another address.
    pub(in crate::web::console) fn to(&self, path: &str) -> String {
        let list = List { cursor: None, ..self.list.clone() };
        at(path, &words(&list, &[]))
    }

    /// The columns, when they are not the usual ones.
    pub(in crate::web::console) fn chosen_columns(&self) -> Vec<F::Column> {
        let usual = F::COLUMNS.iter().filter(|it| !self.hidden.contains(it));
        if usual.eq(&self.columns) { Vec::new() } else { self.columns.clone() }
    }

    /// The fields that a form must carry on so that nothing but its own part of the state changes.
    pub(in crate::web::console) fn fields_without(&self, left_out: &[&str]) -> Vec<(&'static str, String)> {
        let list = List { cursor: None, ..self.list.clone() };
        let mut fields = words(&list, &self.chosen_columns());
        fields.retain(|(name, _)| !left_out.contains(name));
        fields
    }
}

/// The address of a list.
pub(in crate::web::console) fn of<F: Listed>(list: &List<F>, columns: &[F::Column]) -> String {
    at(F::PATH, &words(list, columns))
}

/// The address of the list that a form was sent from; that of the whole list where it says no such thing.
pub(in crate::web::console) fn back<F: Listed>(query: &str) -> String {
    Address::<F>::read(query).map_or_else(|_| F::PATH.to_owned(), |it| it.here())
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

fn words<F: Listed>(list: &List<F>, columns: &[F::Column]) -> Vec<(&'static str, String)> {
    let mut words = list.words();
    words.retain(|(name, _)| *name != "limit");
    words.extend(columns.iter().map(|it| ("columns", it.word().to_owned())));
    words
}
