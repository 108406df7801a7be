//! What can be wrong with a file of users: with all of it, and with a row.

use std::fmt;

use super::{BYTES_MAX, COLUMNS, ROWS_MAX};
use crate::domain::address::AddressProblem;
use crate::domain::{Denial, Flaw};

/// Why a file cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// There is nothing in it.
    #[error("it is empty; {}", begin_with())]
    Empty,
    /// It is too large.
    #[error("it is larger than {} MiB; split it", BYTES_MAX / 1024 / 1024)]
    TooLarge,
    /// It is no UTF-8.
    #[error("save it in the encoding UTF-8")]
    Encoding,
    /// A quote is opened and not closed.
    #[error("a double quote is not closed; a cell that holds one stands in quotes, and the quote in it twice")]
    OpenQuote,
    /// The first line names columns that are not known.
    #[error("there is no column {}; {}", quoted(.0), begin_with())]
    UnknownColumns(Vec<String>),
    /// The first line names a column twice.
    #[error("the column {0} is there twice; leave one out")]
    ColumnTwice(&'static str),
    /// The first line lacks a column.
    #[error("the column {name} is missing; {}", begin_with(), name = .0)]
    ColumnMissing(&'static str),
    /// There are too many rows.
    #[error("it has more than {ROWS_MAX} rows; split it")]
    TooManyRows,
    /// There is no row.
    #[error("there is no row below the first line")]
    NoRows,
    /// It is no CSV; these are the words of the reader.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Too many people would get a temporary password.
    #[error(
        "{people} people would get a temporary password; import at most {most} such people at once, or let the policy \
         send links"
    )]
    TooManyPasswords {
        /// So many there would be.
        people: usize,
        /// So many there may be.
        most: usize,
    },
}

/// Why no user is made of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It has more or fewer cells than the first line.
    Cells {
        /// How many it has.
        found: usize,
        /// How many the first line has.
        wanted: usize,
    },
    /// A name cannot be used.
    Name {
        /// The column.
        column: &'static str,
        /// What is wrong and what would be right.
        problem: Flaw,
    },
    /// The address cannot be written to.
    Address(AddressProblem),
    /// The organisation has no such role.
    Role {
        /// What stands there.
        named: String,
        /// The roles that there are.
        roles: String,
    },
    /// It is neither of the words for where somebody signs in.
    SignIn(String),
    /// A row above has the same user name.
    Twice {
        /// The line of that row.
        line: u64,
    },
    /// The importer may not make such a user.
    Denied(Denial),
    /// The first password would be mailed, and there is no address.
    NoAddress,
}

impl Problem {
    /// The name of the problem, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cells { .. } => "cells",
            Self::Name { .. } => "name",
            Self::Address(_) => "address",
            Self::Role { .. } => "unknown-role",
            Self::SignIn(_) => "sign-in",
            Self::Twice { .. } => "twice",
            Self::Denied(_) => "denied",
            Self::NoAddress => "no-address",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cells { found, wanted } => {
                write!(
                    f,
                    "it has {found} cells and the first line has {wanted}; put a cell that holds a separator in quotes"
                )
            }
            Self::Name { column, problem } => write!(f, "{column}: {problem}"),
            Self::Address(problem) => write!(f, "email: {problem}"),
            Self::Role { named, roles } => {
                write!(f, "role: the organisation has no role {named:?}; its roles are {roles}")
            }
            Self::SignIn(named) => write!(f, "sign_in: write sso or password, not {named:?}"),
            Self::Twice { line } => write!(f, "line {line} has this user name already"),
            Self::Denied(denial) => denial.fmt(f),
            Self::NoAddress => f.write_str("email: give an address to send the temporary password to"),
        }
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("{it:?}")).collect();
    names.join(", ")
}

fn begin_with() -> String {
    format!("the first line names the columns, which are {}", COLUMNS.join(", "))
}
