//! What a role, or everything a person holds, allows.
//!
//! **Invariant:** a deny beats every allow, and no allow reaches over a ceiling.

use super::permission::{CATALOGUE, Permission, PermissionPattern};

/// Allow, deny and ceilings, with everything inherited already in place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) allow: Vec<PermissionPattern>,
    pub(super) deny: Vec<PermissionPattern>,
    /// Each ceiling is the most that may remain; all of them hold at once.
    pub(super) ceilings: Vec<Vec<PermissionPattern>>,
}

impl Rules {
    pub(super) fn allows(&self, permission: &Permission) -> bool {
        let named = |patterns: &[PermissionPattern]| patterns.iter().any(|pattern| pattern.matches(permission));
        named(&self.allow) && !named(&self.deny) && self.ceilings.iter().all(|ceiling| named(ceiling))
    }

    /// The first thing that these rules allow and `other` does not; `None` when nothing is.
    /// Errs on the side of naming something: two rule sets it calls equal in reach really are.
    pub(super) fn exceeds(&self, other: &Self) -> Option<String> {
        let own = CATALOGUE.iter().filter_map(|text| text.parse::<Permission>().ok());
        let enforced = own.filter(|permission| self.allows(permission) && !other.allows(permission));
        enforced.map(|permission| permission.to_string()).next().or_else(|| self.exceeds_in_app(other))
    }

    fn exceeds_in_app(&self, other: &Self) -> Option<String> {
        let parts = self.allow.iter().filter_map(PermissionPattern::within_app);
        let mut live = parts.filter(|part| !self.deny.iter().any(|deny| deny.covers(part)));
        live.find(|part| !other.reaches(part, &self.deny, &self.ceilings)).map(|part| part.to_string())
    }

    /// True when everything that `part` names is allowed here, apart from what `missing` takes away from it anyway.
    fn reaches(
        &self,
        part: &PermissionPattern,
        missing: &[PermissionPattern],
        ceilings: &[Vec<PermissionPattern>],
    ) -> bool {
        let allowed = self.allow.iter().any(|allow| allow.covers(part));
        let mut biting = self.deny.iter().filter(|deny| deny.overlaps(part));
        let undenied = biting.all(|deny| missing.iter().any(|gone| gone.covers(deny)));
        let below = |ceiling: &Vec<_>| {
            ceilings.contains(ceiling) || ceiling.iter().any(|top: &PermissionPattern| top.covers(part))
        };
        allowed && undenied && self.ceilings.iter().all(below)
    }
}
