//! Turning the pages of a list for people, forwards and backwards, from the place where the last one ended.
//!
//! **Invariant:** the id decides among equal keys, so that pages neither overlap nor leave anyone out.

use sea_orm::sea_query::{Expr, ExprTrait as _, Order, SelectStatement};
use sea_orm::{DbErr, QueryResult};

use super::error::translate;
use crate::domain::Error;
use crate::domain::list::{Direction, Filter, Key, List, Place};

/// What the value that a list is ordered by is called among the columns of its rows.
pub(super) const KEY: &str = "place_key";

/// Where a page begins, and which way it goes from there.
pub type Start<'a> = Option<&'a (Direction, Place)>;

/// The rows of a page, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turned<T> {
    pub(super) rows: Vec<T>,
    /// Where the next page begins, when there is one.
    pub(super) next: Option<Place>,
    /// Where the page before ends, when there is one.
    pub(super) previous: Option<Place>,
}

/// Narrows a statement to one page of a list, and a row more that tells whether there is another. The key is never NULL.
pub(super) fn narrow<F: Filter>(
    found: &mut SelectStatement,
    (key, id): (&Expr, &Expr),
    list: &List<F>,
    from: Start<'_>,
) {
    let descending = list.sort.descending != is_backwards(from);
    let order = if descending { Order::Desc } else { Order::Asc };
    found
        .expr_as(key.clone(), KEY)
        .order_by(KEY, order.clone())
        .order_by_expr(id.clone(), order)
        .limit(list.limit.saturating_add(1));
    if let Some((_, place)) = from {
        let here = Expr::tuple([key.clone(), id.clone()]);
        let there = Expr::tuple([key_value(&place.key), Expr::val(place.id)]);
        found.and_where(if descending { here.lt(there) } else { here.gt(there) });
    }
}

/// The rows that such a statement found, each with its place.
pub(super) fn turned<F: Filter, T>(mut found: Vec<(T, Place)>, list: &List<F>, from: Start<'_>) -> Turned<T> {
    let limit = usize::try_from(list.limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    if is_backwards(from) {
        found.reverse();
    }
    let (has_later, has_earlier) = if is_backwards(from) { (true, has_more) } else { (has_more, from.is_some()) };
    let next = found.last().filter(|_| has_later).map(|(_, place)| place.clone());
    let previous = found.first().filter(|_| has_earlier).map(|(_, place)| place.clone());
    Turned { rows: found.into_iter().map(|(row, _)| row).collect(), next, previous }
}

/// What a row has in the order of its list: numbers, moments and truths are numbers, everything else is text. PostgreSQL
/// compares every number of a document as a double.
pub(super) fn key_of(row: &QueryResult) -> Result<Option<Key>, DbErr> {
    let number = row.try_get::<i64>("", KEY).map(Key::Number);
    let fraction = |it: f64| Key::Fraction { bits: it.to_bits().cast_signed() };
    let found = number.or_else(|_| row.try_get::<f64>("", KEY).map(fraction));
    found.map(Some).or_else(|_| Ok(row.try_get::<Option<String>>("", KEY)?.map(Key::Text)))
}

/// The same where it is never NULL.
pub(super) fn key_in(row: &QueryResult) -> Result<Key, Error> {
    let nothing = || Error::Internal(anyhow::anyhow!("a row of a list has no key"));
    key_of(row).map_err(translate)?.ok_or_else(nothing)
}

/// What rows are compared with.
pub(super) fn key_value(key: &Key) -> Expr {
    match key {
        Key::Text(text) => Expr::val(text.clone()),
        Key::Number(number) => Expr::val(*number),
        Key::Fraction { bits } => Expr::val(f64::from_bits(bits.cast_unsigned())),
    }
}

fn is_backwards(from: Start<'_>) -> bool {
    from.is_some_and(|(direction, _)| *direction == Direction::Before)
}
