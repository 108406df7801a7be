//! Where the value that a filter compares is stored: a column, rows of their own, or the search document.

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait as _, DbBackend};

use super::{NotStored, Scope, Table};
use crate::domain::id::UserId;
use crate::domain::user::Status;
use crate::scim::filter::AttributeRef;
use crate::scim::schema::{DOORWARD_URN, Kind};
use crate::store::in_order;
use crate::store::rows::{group, member, password, user, user_email};

/// What the names of a filter are relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The resource itself.
    Row,
    /// One element of a list of the search document.
    Element { extension: Option<&'static str>, name: &'static str },
    /// One group of a user.
    GroupOfUser,
    /// One member of a group.
    MemberOfGroup,
}

/// A stored value.
pub(super) struct Value {
    /// SQL for the value in the form it is compared in, and NULL when it is absent.
    pub comparable: Expr,
    /// The column of an id, in which equality is a seek where `comparable` would be a walk.
    pub id: Option<Expr>,
}

impl Value {
    fn plain(comparable: Expr) -> Self {
        Self { comparable, id: None }
    }

    /// An id: stored as bytes or as a UUID, compared as text.
    fn id(scope: Scope, column: Expr) -> Self {
        Self { comparable: id_text(scope, &column), id: Some(column) }
    }

    /// This is the id that the text writes; a text that is none equals nothing.
    pub(super) fn is_id(column: Expr, text: &str) -> Expr {
        // Ids of users and of groups are written alike.
        match text.parse::<UserId>() {
            Ok(id) => column.eq(id.uuid()),
            Err(_) => Expr::val(1).eq(0),
        }
    }
}

impl Place {
    /// The list that this attribute is.
    pub(super) fn list(attribute: &AttributeRef) -> Option<Self> {
        if !attribute.multi_valued {
            return None;
        }
        Some(match (attribute.extension, attribute.name) {
            (None, "groups") => Self::GroupOfUser,
            (None, "members") => Self::MemberOfGroup,
            (extension, name) => Self::Element { extension, name },
        })
    }

    /// The value of the attribute at this place.
    pub(super) fn value(self, scope: Scope, attribute: &AttributeRef) -> Result<Value, NotStored> {
        match self {
            Self::Row => row_value(scope, attribute),
            Self::Element { .. } => {
                Ok(Value::plain(json_value(scope, "e", "value", &steps(None, attribute), attribute.kind)))
            }
            Self::GroupOfUser => match attribute.sub {
                Some("value") => Ok(Value::id(scope, group_column(group::Column::Id))),
                Some("display") => Ok(Value::plain(group_column(group::Column::DisplayNameKey))),
                Some("type") => Ok(Value::plain(constant("direct"))),
                Some(_) | None => Err(NotStored(*attribute)),
            },
            Self::MemberOfGroup => match attribute.sub {
                Some("value") => Ok(Value::id(scope, member_column(member::Column::UserId))),
                Some("type") => Ok(Value::plain(constant("user"))),
                Some(_) | None => Err(NotStored(*attribute)),
            },
        }
    }

    /// True for a resource of which one element satisfies the condition.
    pub(super) fn any(self, scope: Scope, condition: Expr) -> Expr {
        match self {
            Self::Row => condition,
            Self::Element { extension, name } => {
                let elements = elements(scope, extension, name);
                let columns = if scope.backend == DbBackend::Postgres { "(value)" } else { "" };
                custom(scope, &format!("EXISTS (SELECT 1 FROM {elements} AS e{columns} WHERE %)"), [condition])
            }
            Self::GroupOfUser => Expr::exists(groups_of_user(scope).expr(Expr::val(1)).and_where(condition).to_owned()),
            Self::MemberOfGroup => Expr::exists(members_of_group().expr(Expr::val(1)).and_where(condition).to_owned()),
        }
    }

    /// What a list is ordered by: its primary element, else its first; the rows of membership have no order of theirs.
    pub(super) fn sort_value(self, scope: Scope, attribute: &AttributeRef) -> Option<Expr> {
        let Self::Element { extension, name } = self else { return None };
        let value = json_value(scope, "e", "value", &steps(None, attribute), attribute.kind);
        let elements = elements(scope, extension, name);
        let has_primary = attribute.sub.is_some();
        let (alias, order) = if scope.backend == DbBackend::Postgres {
            let order = if has_primary { "COALESCE(e.value ->> 'primary', 'false') DESC, e.n" } else { "e.n" };
            (" WITH ORDINALITY AS e(value, n)", order)
        } else {
            let primary = "COALESCE(json_extract(e.value, '$.\"primary\"'), 0) DESC, e.key";
            (" AS e", if has_primary { primary } else { "e.key" })
        };
        Some(custom(scope, &format!("(SELECT % FROM {elements}{alias} ORDER BY {order} LIMIT 1)"), [value]))
    }
}

fn row_value(scope: Scope, attribute: &AttributeRef) -> Result<Value, NotStored> {
    let value = match (attribute.extension, attribute.name, attribute.sub) {
        (None, "id", _) => return Ok(Value::id(scope, own(scope, user::Column::Id, group::Column::Id))),
        (None, "externalId", _) => own(scope, user::Column::ExternalId, group::Column::ExternalId),
        (None, "meta", sub) => meta(scope, sub).ok_or(NotStored(*attribute))?,
        (None, "userName", _) => user_column(user::Column::UserNameKey),
        (None, "displayName", _) if scope.table == Table::Groups => group_column(group::Column::DisplayNameKey),
        (None, "active", _) => active(scope),
        (Some(DOORWARD_URN), "authMode", _) => user_column(user::Column::SignIn),
        (Some(DOORWARD_URN), "status", _) => user_column(user::Column::Status),
        (Some(DOORWARD_URN), "mustChangePassword", _) => must_change_password(scope),
        (Some(DOORWARD_URN), "effectiveRole", _) => return Err(NotStored(*attribute)),
        (_, _, Some("$ref")) => return Err(NotStored(*attribute)),
        (extension, _, _) => {
            let table = if scope.table == Table::Users { "users" } else { "groups" };
            json_value(scope, table, "search", &steps(extension, attribute), attribute.kind)
        }
    };
    Ok(Value::plain(value))
}

fn meta(scope: Scope, sub: Option<&str>) -> Option<Expr> {
    Some(match sub {
        None => Expr::val(1),
        Some("resourceType") => constant(if scope.table == Table::Users { "User" } else { "Group" }),
        Some("created") => own(scope, user::Column::CreatedAt, group::Column::CreatedAt),
        Some("lastModified") => own(scope, user::Column::UpdatedAt, group::Column::UpdatedAt),
        Some("version") => {
            let version = own(scope, user::Column::Version, group::Column::Version);
            custom(scope, "('W/\"' || CAST(% AS TEXT) || '\"')", [version])
        }
        Some(_) => return None,
    })
}

/// Whether the user may sign in; absent when the document says nothing about it, as in the resource.
fn active(scope: Scope) -> Expr {
    let said = json_text(scope, "users", "search", &["active"]);
    let reads = user_column(user::Column::Status).ne(Status::Deactivated.word());
    let (yes, no) = (boolean(scope, true), boolean(scope, false));
    custom(scope, "(CASE WHEN % IS NULL THEN NULL WHEN % THEN % ELSE % END)", [said, reads, yes, no])
}

fn must_change_password(scope: Scope) -> Expr {
    let temporary = Query::select()
        .expr(Expr::val(1))
        .from(password::Entity)
        .and_where(Expr::col((password::Entity, password::Column::OrgId)).eq(scope.org.uuid()))
        .and_where(Expr::col((password::Entity, password::Column::UserId)).equals((user::Entity, user::Column::Id)))
        .and_where(Expr::col((password::Entity, password::Column::MustChange)).eq(true))
        .to_owned();
    let (yes, no) = (boolean(scope, true), boolean(scope, false));
    custom(scope, "(CASE WHEN % THEN % ELSE % END)", [Expr::exists(temporary), yes, no])
}

/// The users of the organisation who have this address.
pub(super) fn owners_of_address(scope: Scope, key: &str) -> SelectStatement {
    Query::select()
        .column(user_email::Column::UserId)
        .from(user_email::Entity)
        .and_where(user_email::Column::OrgId.eq(scope.org.uuid()))
        .and_where(user_email::Column::ValueKey.eq(key))
        .to_owned()
}

/// The connection that manages the row.
pub(super) fn manager(scope: Scope) -> Expr {
    own(scope, user::Column::ManagedBy, group::Column::ManagedBy)
}

/// The id of the user of the row.
pub(super) fn user_id() -> Expr {
    user_column(user::Column::Id)
}

/// A boolean as the search document holds it.
pub(super) fn boolean(scope: Scope, value: bool) -> Expr {
    if scope.backend == DbBackend::Postgres {
        Expr::val(if value { "true" } else { "false" })
    } else {
        Expr::val(i32::from(value))
    }
}

/// Where a text begins in another; 0 when it is not in it.
pub(super) fn position(scope: Scope, text: Expr, wanted: Expr) -> Expr {
    let function = if scope.backend == DbBackend::Postgres { "strpos" } else { "instr" };
    Func::cust(Alias::new(function)).args([text, wanted]).into()
}

/// The first characters of a text.
pub(super) fn head(scope: Scope, text: Expr, length: i64) -> Expr {
    let template = if scope.backend == DbBackend::Postgres { "left(%, CAST(% AS INTEGER))" } else { "substr(%, 1, %)" };
    custom(scope, template, [text, Expr::val(length)])
}

/// The last characters of a text.
pub(super) fn tail(scope: Scope, text: Expr, length: i64) -> Expr {
    let template = if scope.backend == DbBackend::Postgres { "right(%, CAST(% AS INTEGER))" } else { "substr(%, -%)" };
    custom(scope, template, [text, Expr::val(length)])
}

fn groups_of_user(scope: Scope) -> SelectStatement {
    let same =
        |one: member::Column, other: group::Column| Expr::col((member::Entity, one)).equals((group::Entity, other));
    let same = same(member::Column::OrgId, group::Column::OrgId).and(same(member::Column::GroupId, group::Column::Id));
    let mut found = Query::select()
        .from(member::Entity)
        .and_where(member_column(member::Column::OrgId).eq(scope.org.uuid()))
        .and_where(Expr::col((member::Entity, member::Column::UserId)).equals((user::Entity, user::Column::Id)))
        .and_where(group_column(group::Column::ManagedBy).eq(scope.connection.uuid()))
        .to_owned();
    in_order::then(&mut found, group::Entity, same).to_owned()
}

fn members_of_group() -> SelectStatement {
    Query::select()
        .from(member::Entity)
        .and_where(Expr::col((member::Entity, member::Column::OrgId)).equals((group::Entity, group::Column::OrgId)))
        .and_where(Expr::col((member::Entity, member::Column::GroupId)).equals((group::Entity, group::Column::Id)))
        .to_owned()
}

fn own(scope: Scope, of_user: user::Column, of_group: group::Column) -> Expr {
    match scope.table {
        Table::Users => user_column(of_user),
        Table::Groups => group_column(of_group),
    }
}

fn user_column(column: user::Column) -> Expr {
    Expr::col((user::Entity, column))
}

fn group_column(column: group::Column) -> Expr {
    Expr::col((group::Entity, column))
}

fn member_column(column: member::Column) -> Expr {
    Expr::col((member::Entity, column))
}

/// A text that is the same for every row; bound text has no type of its own in PostgreSQL.
fn constant(text: &'static str) -> Expr {
    Expr::cust(format!("CAST('{text}' AS TEXT)"))
}

fn id_text(scope: Scope, column: &Expr) -> Expr {
    if scope.backend == DbBackend::Postgres {
        return custom(scope, "(CAST(% AS TEXT) COLLATE \"C\")", [column.clone()]);
    }
    let part = |start: i32, length: i32| format!("substr(hex(%), {start}, {length})");
    let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ");
    custom(scope, &format!("lower({parts})"), std::iter::repeat_n(column.clone(), 5))
}

/// The keys that lead from the document, or from an element, to a value.
fn steps(extension: Option<&'static str>, attribute: &AttributeRef) -> Vec<&'static str> {
    let within_element = attribute.multi_valued;
    let name = (!within_element).then_some(attribute.name);
    extension.filter(|_| !within_element).into_iter().chain(name).chain(attribute.sub).collect()
}

fn json_value(scope: Scope, table: &str, column: &str, steps: &[&'static str], kind: Kind) -> Expr {
    let text = json_text(scope, table, column, steps);
    match (scope.backend, kind) {
        (DbBackend::Postgres, Kind::Integer | Kind::Decimal) => custom(scope, "CAST(% AS DOUBLE PRECISION)", [text]),
        (DbBackend::Postgres, Kind::DateTime) => custom(scope, "CAST(% AS BIGINT)", [text]),
        _ => text,
    }
}

/// A value of a JSON column as SQL text; names come from the static schema tables and hold no quote.
fn json_text(scope: Scope, table: &str, column: &str, steps: &[&'static str]) -> Expr {
    if scope.backend == DbBackend::Postgres {
        let path = steps.iter().map(|step| format!("\"{step}\"")).collect::<Vec<_>>().join(",");
        return Expr::cust(format!("(({table}.{column} #>> '{{{path}}}') COLLATE \"C\")"));
    }
    if steps.is_empty() {
        return Expr::cust(format!("{table}.{column}"));
    }
    let path: String = steps.iter().map(|step| format!(".\"{step}\"")).collect();
    Expr::cust(format!("json_extract({table}.{column}, '${path}')"))
}

fn elements(scope: Scope, extension: Option<&'static str>, name: &'static str) -> String {
    let steps: Vec<&str> = extension.into_iter().chain([name]).collect();
    let table = if scope.table == Table::Users { "users" } else { "groups" };
    if scope.backend == DbBackend::Postgres {
        let path = steps.iter().map(|step| format!("\"{step}\"")).collect::<Vec<_>>().join(",");
        return format!("jsonb_array_elements({table}.search #> '{{{path}}}')");
    }
    let path: String = steps.iter().map(|step| format!(".\"{step}\"")).collect();
    format!("json_each({table}.search, '${path}')")
}

/// SQL of our own around other SQL: each `%` stands for the next part.
fn custom(scope: Scope, template: &str, parts: impl IntoIterator<Item = Expr>) -> Expr {
    let mut numbered = String::with_capacity(template.len() + 8);
    let mut next = 0_u32;
    for c in template.chars() {
        match c {
            '%' if scope.backend == DbBackend::Postgres => {
                next += 1;
                numbered.push_str(&format!("${next}"));
            }
            '%' => numbered.push('?'),
            c => numbered.push(c),
        }
    }
    Expr::cust_with_exprs(numbered, parts)
}
