//! Roles as data: what a role allows, which roles its holders may give, and on whom they may act.
//!
//! A model is TOML text. [`RoleModel::parse`] checks it once; afterwards it only answers questions. [`Effective`] weighs
//! everything one person holds; `domain::policy` turns both into decisions.
//!
//! **Invariant:** a role is never an enum and never compared by name in code.

mod effective;
mod key;
mod matrix;
mod misfit;
mod model;
mod own;
mod permission;
mod powers;
mod presets;
mod read;
mod rules;
mod settings;

pub use effective::{Effective, LiveGrant, Source, effective};
pub use key::{NotARoleKey, RoleKey};
pub use matrix::{Matrix, MatrixRow};
pub use misfit::Misfit;
pub use model::{Protected, Role, RoleModel, Verb};
pub use own::{LABEL_MAX, RoleDraft, TEXT_MAX, Unfit};
pub use permission::{CATALOGUE, NotAPermission, Permission, PermissionPattern};
pub use powers::Power;
pub use read::LintProblem;
pub use settings::{
    Access, Activation, DeletePolicy, GroupDelete, InviteLabel, MfaPolicy, MfaRequirement, RemoveLabel, Settings,
};

#[cfg(test)]
mod lint_tests;
#[cfg(test)]
mod own_tests;
#[cfg(test)]
mod tests;
