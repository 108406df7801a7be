//! Which tokens of Microsoft Entra ID open a connection.
//!
//! Every application of a tenant can get a token for every audience of it, and so can every person: tenant and audience alone
//! name nobody. So the program that the token was given to counts, too.

use serde::{Deserialize, Serialize};

use crate::domain::Flaw;
use crate::domain::text::name_flaw;

/// Whom the tokens are for that Entra's provisioning sends where nothing else was set up.
pub const USUAL_AUDIENCE: &str = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";
/// Entra's provisioning service, in every tenant.
pub const USUAL_APP: &str = "00000014-0000-0000-c000-000000000000";
/// The longest audience.
pub const AUDIENCE_MAX: usize = 300;

/// The tokens that open a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntraTokens {
    /// The tenant that issues them.
    pub tenant: String,
    /// Whom they are for.
    pub audience: String,
    /// The program that they are given to.
    pub app: String,
}

impl EntraTokens {
    /// Those of a tenant; audience and program are the usual ones where nothing is said.
    pub fn of(tenant: &str, audience: Option<&str>, app: Option<&str>) -> Self {
        Self {
            tenant: tenant.to_ascii_lowercase(),
            audience: audience.unwrap_or(USUAL_AUDIENCE).to_owned(),
            app: app.unwrap_or(USUAL_APP).to_ascii_lowercase(),
        }
    }

    /// What is wrong with them, and in which field.
    pub fn flaw(&self) -> Option<(&'static str, Flaw)> {
        let of_guid = |field, text: &str| (!is_guid(text)).then_some((field, Flaw::Guid));
        of_guid("entra_tenant", &self.tenant)
            .or_else(|| name_flaw(&self.audience, AUDIENCE_MAX).map(|flaw| ("entra_audience", flaw)))
            .or_else(|| of_guid("entra_app", &self.app))
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, character)| match at {
            8 | 13 | 18 | 23 => character == '-',
            _ => character.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_and_a_program_are_guids_and_an_audience_is_something() {
        let tenant = "6F1B4D2E-9A53-4C2F-8A5F-0D4BE1C7A911";
        assert_eq!(EntraTokens::of(tenant, None, None).flaw(), None);
        assert_eq!(EntraTokens::of(tenant, None, None).tenant, tenant.to_lowercase());
        for wrong in ["", "common", "acme.example", "6f1b4d2e-9a53-4c2f-8a5f-0d4be1c7a91x", "../6f1b4d2e"] {
            assert_eq!(EntraTokens::of(wrong, None, None).flaw(), Some(("entra_tenant", Flaw::Guid)), "{wrong}");
            assert_eq!(EntraTokens::of(tenant, None, Some(wrong)).flaw(), Some(("entra_app", Flaw::Guid)), "{wrong}");
        }
        for wrong in [String::new(), "x".repeat(AUDIENCE_MAX + 1)] {
            let field = EntraTokens::of(tenant, Some(&wrong), None).flaw().map(|it| it.0);
            assert_eq!(field, Some("entra_audience"), "{wrong}");
        }
    }
}
