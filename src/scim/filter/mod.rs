//! Filters (RFC 7644 3.4.2.2): text in, a resolved and typed tree out, and what the tree means.
//!
//! The tree needs no schema to be used: every attribute is an [`AttributeRef`] with its kind, and every literal has the
//! type of the attribute it is compared with. The store compiles it to SQL over the search document
//! ([`super::search`]); [`matches`] evaluates it over a resource in memory; both must select the same rows.
//!
//! # What a comparison means
//!
//! The logic has two values: a comparison is true or false, `not` negates, nothing is unknown. A value is *absent*
//! when its key is missing; canonical documents hold no `null`, no empty string, no empty list and no empty object.
//! Text of an attribute that is not `case_exact` is folded on both sides; folded or not, it is ordered by code point.
//!
//! | operator | single value absent | single value present |
//! |---|---|---|
//! | `pr` | false | true |
//! | `eq null` | true | false |
//! | `ne null` | false | true |
//! | `eq` | false | equal |
//! | `ne` | **true** | not equal |
//! | `co` `sw` `ew` | false | contains, starts with, ends with |
//! | `gt` `ge` `lt` `le` | false | ordered so |
//!
//! A multi-valued attribute outside brackets (`emails.value`, or `emails`, which means its `value`), over its elements:
//!
//! | operator | no element | otherwise |
//! |---|---|---|
//! | `pr` on the attribute (no `sub`) | false | true |
//! | `pr` on a sub-attribute, `ne null` | false | true if **any** element has the sub-attribute |
//! | `eq null` | true | true if **no** element has the sub-attribute |
//! | `ne` | **true** | true if **any** element lacks the sub-attribute or has it unequal |
//! | all others | false | true if **any** element satisfies the single-valued rule |
//!
//! So `ne` on a list is not the negation of `eq`: for values `a` and `b`, `eq "a"` and `ne "a"` both hold; "no element
//! equals" is written `not (emails.value eq "a")`.
//!
//! In brackets (`emails[type eq "work" and value co "@x"]`, [`Filter::Element`]) one element has to satisfy the whole
//! inner filter; inside, each sub-attribute follows the single-valued table. With no element it is false.
//!
//! **Invariant:** `parse(print(x)) == x` for every tree made by [`parse`], [`Filter::and`] and [`Filter::or`].
//! **Invariant:** a tree has at most [`TERMS_MAX`] comparisons and is at most [`DEPTH_MAX`] deep.
//! **Invariant:** an attribute that may not be searched is refused in the same words as one that does not exist.

mod evaluate;
mod parse;
mod print;

#[cfg(test)]
mod tests;

use super::schema::{Kind, Located};

pub use evaluate::{element_matches, matches};
pub use parse::{parse, parse_element};

/// The longest filter in characters.
pub const LENGTH_MAX: usize = 4_096;
/// How deep parentheses and brackets may nest.
pub const DEPTH_MAX: usize = 16;
/// How many comparisons one filter may hold.
pub const TERMS_MAX: usize = 64;

/// A filter, resolved and typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of them; at least two, none of them an `And`.
    And(Vec<Filter>),
    /// Any of them; at least two, none of them an `Or`.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A comparison with a literal.
    Compare {
        /// What is compared; never a bare complex attribute.
        attribute: AttributeRef,
        /// How.
        op: Op,
        /// With what; `Null` only with `Eq` and `Ne`.
        value: Literal,
    },
    /// The attribute has a value.
    Present(AttributeRef),
    /// One element of a multi-valued complex attribute satisfies a filter.
    Element {
        /// The attribute; `sub` is `None`.
        attribute: AttributeRef,
        /// A filter whose every [`AttributeRef`] is a sub-attribute of `attribute`; it holds no `Element`.
        filter: Box<Filter>,
    },
}

impl Filter {
    /// All of these; nested conjunctions are flattened and a single one stands for itself.
    pub fn and(parts: Vec<Filter>) -> Option<Filter> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            if let Filter::And(inner) = part {
                flat.extend(inner);
            } else {
                flat.push(part);
            }
        }
        if flat.len() > 1 { Some(Filter::And(flat)) } else { flat.pop() }
    }

    /// Any of these; nested disjunctions are flattened and a single one stands for itself.
    pub fn or(parts: Vec<Filter>) -> Option<Filter> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            if let Filter::Or(inner) = part {
                flat.extend(inner);
            } else {
                flat.push(part);
            }
        }
        if flat.len() > 1 { Some(Filter::Or(flat)) } else { flat.pop() }
    }
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
}

impl Op {
    /// Every operator.
    pub const ALL: [Op; 9] = [Op::Eq, Op::Ne, Op::Co, Op::Sw, Op::Ew, Op::Gt, Op::Ge, Op::Lt, Op::Le];

    /// The operator as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str().eq_ignore_ascii_case(word))
    }
}

/// What an attribute is compared with, in the type of the attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text as it was written, not folded: `String`, `Reference` and `Binary` attributes.
    Text(String),
    /// `Boolean` attributes.
    Bool(bool),
    /// `Integer` and `Decimal` attributes.
    Number(f64),
    /// `DateTime` attributes: milliseconds since the epoch.
    Moment(i64),
    /// Nothing: only with `Eq` and `Ne`.
    Null,
}

/// An attribute that a filter or a sort names, with all that is needed to reach and compare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeRef {
    /// The URN of the extension object that holds it, or `None` at the top of the resource.
    pub extension: Option<&'static str>,
    /// The attribute, in schema spelling.
    pub name: &'static str,
    /// The sub-attribute, in schema spelling.
    pub sub: Option<&'static str>,
    /// The type of what is compared: that of `sub` if there is one.
    pub kind: Kind,
    /// Whether case counts in what is compared.
    pub case_exact: bool,
    /// Whether `name` is a list. Inside [`Filter::Element`] the list has been entered already.
    pub multi_valued: bool,
}

impl AttributeRef {
    pub(super) fn new(at: Located) -> Self {
        let compared = at.sub.unwrap_or(at.attribute);
        Self {
            extension: at.extension,
            name: at.attribute.name,
            sub: at.sub.map(|sub| sub.name),
            kind: compared.kind,
            case_exact: compared.case_exact,
            multi_valued: at.attribute.multi_valued,
        }
    }

    /// True for this attribute of the core schema, or common attribute, without a sub-attribute.
    pub fn is_core(&self, name: &str) -> bool {
        self.extension.is_none() && self.sub.is_none() && self.name == name
    }
}
