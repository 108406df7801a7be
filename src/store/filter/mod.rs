//! The SCIM filter as SQL: what `scim::filter::matches` says of a resource, said of its rows.
//!
//! A filter is compiled over the columns that identity providers ask for (user name, external id, addresses, group name,
//! times), the rows of membership, and for everything else the search document. The logic has two values on both sides:
//! an absent value is SQL's NULL, and every comparison here is true or false of it, never NULL, so that `NOT` means not.
//!
//! **Invariant:** `condition` selects exactly the resources that `matches` selects; a property test holds them together.
//! **Invariant:** values are bound and never printed into SQL; only names of the static schema tables are. `LIKE` is not
//! used at all: it ignores case on SQLite and has wildcards everywhere.
//! **Invariant:** text is compared byte by byte, which for UTF-8 is the order of code points.
//! **Invariant:** the groups of a user are those of the asking connection; addresses that the server makes (`$ref`,
//! `meta.location`) are not stored and cannot be asked for.

mod place;

#[cfg(test)]
mod tests;

use sea_orm::sea_query::{Expr, ExprTrait as _, SelectStatement};
use sea_orm::{Condition, DbBackend};

use crate::domain::id::{ConnectionId, OrgId};
use crate::domain::text::fold;
use crate::scim::filter::{AttributeRef, Filter, Literal, Op};
use crate::scim::sort::Sort;
use place::{Place, Value};

/// Which resources a filter is about, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Which SQL to write.
    pub backend: DbBackend,
    /// The organisation.
    pub org: OrgId,
    /// The connection that asks.
    pub connection: ConnectionId,
    /// The table.
    pub table: Table,
}

/// The table that a filter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// The users.
    Users,
    /// The groups.
    Groups,
}

/// A name in a filter or a sort that has no stored value to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotStored(pub AttributeRef);

/// The filter as a condition on the rows of the table.
pub fn condition(scope: Scope, filter: &Filter) -> Result<Condition, NotStored> {
    Ok(Condition::all().add(compile(scope, Place::Row, filter)?))
}

/// True when an index finds the few rows that the filter can select, so that nobody else is looked at.
pub fn seeks(table: Table, filter: &Filter) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().any(|part| seeks(table, part)),
        Filter::Compare { attribute, op: Op::Eq, value: Literal::Text(_) } => {
            attribute.is_core("id")
                || attribute.is_core("externalId")
                || match table {
                    Table::Users => attribute.is_core("userName") || is_address(attribute),
                    Table::Groups => attribute.is_core("displayName"),
                }
        }
        Filter::Element { attribute, filter } => address(attribute, filter).is_some(),
        // Not every planner seeks each side of an `or`.
        Filter::Or(_) | Filter::Compare { .. } | Filter::Not(_) | Filter::Present(_) => false,
    }
}

/// All rows that the asking connection manages, for which the index by manager and id is the way.
pub fn all_managed(scope: Scope) -> Condition {
    Condition::all().add(place::manager(scope).eq(scope.connection.uuid()))
}

/// The rows that the asking connection manages, beside a condition that may have an index of its own.
///
/// SQLite without statistics takes this for the best way in, which it is only together with an external id: there alone
/// it may use the index.
pub fn managed(scope: Scope) -> Condition {
    let owner = place::manager(scope);
    let hidden = if scope.backend == DbBackend::Sqlite { Expr::cust_with_expr("+?", owner) } else { owner };
    Condition::all().add(hidden.eq(scope.connection.uuid()))
}

/// What the rows are ordered by; `None` within it sorts last ascending and first descending.
pub fn sort_key(scope: Scope, sort: &Sort) -> Result<Expr, NotStored> {
    let attribute = &sort.by;
    match Place::list(attribute) {
        Some(list) => list.sort_value(scope, attribute).ok_or(NotStored(*attribute)),
        None => Ok(Place::Row.value(scope, attribute)?.comparable),
    }
}

fn compile(scope: Scope, place: Place, filter: &Filter) -> Result<Expr, NotStored> {
    let all = |parts: &[Filter]| parts.iter().map(|part| compile(scope, place, part)).collect::<Result<Vec<_>, _>>();
    match filter {
        Filter::And(parts) => Ok(joined(all(parts)?, Expr::and)),
        Filter::Or(parts) => Ok(joined(all(parts)?, Expr::or)),
        Filter::Not(inner) => Ok(compile(scope, place, inner)?.not()),
        Filter::Present(attribute) => present(scope, place, attribute),
        Filter::Compare { attribute, op, value } => compare(scope, place, attribute, *op, value),
        Filter::Element { attribute, filter } => {
            let list = Place::list(attribute).ok_or(NotStored(*attribute))?;
            let one = list.any(scope, compile(scope, list, filter)?);
            Ok(match address(attribute, filter) {
                Some(address) => one.and(has_address(scope, address)),
                None => one,
            })
        }
    }
}

fn joined(parts: Vec<Expr>, join: impl Fn(Expr, Expr) -> Expr) -> Expr {
    parts.into_iter().reduce(join).unwrap_or_else(|| Expr::val(true))
}

/// The list that an attribute outside brackets ranges over.
fn outer_list(place: Place, attribute: &AttributeRef) -> Option<Place> {
    if place == Place::Row { Place::list(attribute) } else { None }
}

fn present(scope: Scope, place: Place, attribute: &AttributeRef) -> Result<Expr, NotStored> {
    match outer_list(place, attribute) {
        Some(list) if attribute.sub.is_none() => Ok(list.any(scope, Expr::val(1).eq(1))),
        Some(list) => Ok(list.any(scope, list.value(scope, attribute)?.comparable.is_not_null())),
        None => Ok(place.value(scope, attribute)?.comparable.is_not_null()),
    }
}

fn compare(scope: Scope, place: Place, attribute: &AttributeRef, op: Op, literal: &Literal) -> Result<Expr, NotStored> {
    let Some(list) = outer_list(place, attribute) else {
        let one = compare_one(scope, place.value(scope, attribute)?, attribute, op, literal);
        let is_seek = op == Op::Eq && attribute.is_core("externalId");
        return Ok(if is_seek { place::manager(scope).eq(scope.connection.uuid()).and(one) } else { one });
    };
    if *literal == Literal::Null {
        let present = present(scope, place, attribute)?;
        return Ok(if op == Op::Ne { present } else { present.not() });
    }
    if let (Op::Eq, Some(address)) = (op, address_of(attribute, literal)) {
        return Ok(has_address(scope, address));
    }
    let any = list.any(scope, compare_one(scope, list.value(scope, attribute)?, attribute, op, literal));
    Ok(match op {
        Op::Ne => list.any(scope, Expr::val(1).eq(1)).not().or(any),
        Op::Eq | Op::Co | Op::Sw | Op::Ew | Op::Gt | Op::Ge | Op::Lt | Op::Le => any,
    })
}

fn compare_one(scope: Scope, value: Value, attribute: &AttributeRef, op: Op, literal: &Literal) -> Expr {
    let Value { comparable, id } = value;
    let (wanted, length) = match literal {
        Literal::Null => {
            return if op == Op::Eq { comparable.is_null() } else { comparable.is_not_null() };
        }
        Literal::Text(text) => {
            if let (Op::Eq, Some(id)) = (op, id) {
                return Value::is_id(id, text);
            }
            let text = if attribute.case_exact { text.clone() } else { fold(text) };
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            (Expr::val(text), length)
        }
        Literal::Bool(wanted) => (place::boolean(scope, *wanted), 0),
        Literal::Number(wanted) => (Expr::val(*wanted), 0),
        Literal::Moment(wanted) => (Expr::val(*wanted), 0),
    };
    let present = comparable.clone().is_not_null();
    present.and(match op {
        Op::Eq => comparable.eq(wanted),
        Op::Ne => return comparable.clone().is_null().or(comparable.ne(wanted)),
        Op::Gt => comparable.gt(wanted),
        Op::Ge => comparable.gte(wanted),
        Op::Lt => comparable.lt(wanted),
        Op::Le => comparable.lte(wanted),
        Op::Co | Op::Sw | Op::Ew if length == 0 => return comparable.is_not_null(),
        Op::Co => place::position(scope, comparable, wanted).gt(0),
        Op::Sw => place::head(scope, comparable, length).eq(wanted),
        Op::Ew => place::tail(scope, comparable, length).eq(wanted),
    })
}

/// The address in a filter on the elements of `emails` that every element it selects must have.
fn address<'f>(attribute: &AttributeRef, filter: &'f Filter) -> Option<&'f str> {
    match filter {
        Filter::Compare { attribute: sub, op: Op::Eq, value } if attribute.name == "emails" => address_of(sub, value),
        Filter::And(parts) => parts.iter().find_map(|part| address(attribute, part)),
        Filter::Compare { .. } | Filter::Or(_) | Filter::Not(_) | Filter::Present(_) | Filter::Element { .. } => None,
    }
}

fn address_of<'f>(attribute: &AttributeRef, literal: &'f Literal) -> Option<&'f str> {
    match literal {
        Literal::Text(text) if is_address(attribute) => Some(text),
        Literal::Text(_) | Literal::Bool(_) | Literal::Number(_) | Literal::Moment(_) | Literal::Null => None,
    }
}

fn is_address(attribute: &AttributeRef) -> bool {
    attribute.name == "emails" && attribute.sub == Some("value")
}

/// The user has this address: an index seek, where the search document would be a walk over everybody.
fn has_address(scope: Scope, address: &str) -> Expr {
    let owners: SelectStatement = place::owners_of_address(scope, &fold(address));
    place::user_id().in_subquery(owners)
}
