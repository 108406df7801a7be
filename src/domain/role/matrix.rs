//! Which role allows what, as a table.

use std::fmt;

use serde::Serialize;

use super::key::RoleKey;
use super::model::RoleModel;

/// Role by permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The columns, highest rank first.
    pub roles: Vec<RoleKey>,
    /// The rows: the catalogue, then the permissions of the applications.
    pub rows: Vec<MatrixRow>,
}

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixRow {
    /// The permission.
    pub permission: String,
    /// Whether the role of the same column allows it.
    pub allowed: Vec<bool>,
}

impl RoleModel {
    /// Which role allows what.
    pub fn matrix(&self) -> Matrix {
        let row = |permission: &str| MatrixRow {
            permission: permission.to_owned(),
            allowed: self.roles().iter().map(|role| role.allows(permission)).collect(),
        };
        Matrix {
            roles: self.roles().iter().map(|role| role.key.clone()).collect(),
            rows: self.permissions().map(row).collect(),
        }
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.rows.iter().map(|row| row.permission.len()).max().unwrap_or(0);
        let roles: Vec<&str> = self.roles.iter().map(RoleKey::as_str).collect();
        writeln!(f, "{:first$}  {}", "permission", roles.join("  "))?;
        for row in &self.rows {
            let cells = roles.iter().zip(&row.allowed).map(|(role, allowed)| {
                let (mark, width) = (if *allowed { "yes" } else { "-" }, role.len().max(3));
                format!("{mark:width$}")
            });
            let line = format!("{:first$}  {}", row.permission, cells.collect::<Vec<_>>().join("  "));
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
