//! What somebody was refused, for people.

use super::deeds::deed;
use super::sso_reasons::ceiling;
use crate::domain::Denial;
use crate::web::texts::{Part, Texts};

/// What was refused, why, and what helps.
pub(in crate::web) fn denial(t: Texts, why: &Denial) -> String {
    let word = |key: &str, name: &str, text: &str| t.with(key, &[(name, Part::Words(text))]);
    match why {
        Denial::Deed { deed: action, .. } => word("denied-deed", "deed", &deed(t, action)),
        Denial::Holder { deed: action, role, .. } => {
            let parts = [("deed", Part::Words(&deed(t, action))), ("role", Part::Words(role.as_str()))];
            t.with("denied-holder", &parts)
        }
        Denial::Permission { permission, .. } => word("denied-permission", "permission", permission),
        Denial::GiveRole { role, .. } => word("denied-give", "role", role.as_str()),
        Denial::GiveMore { role, excess, .. } => {
            t.with("denied-give-more", &[("role", Part::Words(role.as_str())), ("permission", Part::Words(excess))])
        }
        Denial::TakeRole { role, .. } => word("denied-take", "role", role.as_str()),
        Denial::RaiseOneself => t.say("denied-raise"),
        Denial::RoleOfProvider => t.say("denied-role-of-provider"),
        Denial::DefineRoles => t.say("denied-define-roles"),
        Denial::EndOneself => t.say("denied-end-oneself"),
        Denial::Oneself => t.say("denied-oneself"),
        Denial::OwnDeprovisioning => t.say("denied-own-deprovisioning"),
        Denial::PersonalTokens => t.say("denied-personal-tokens"),
        Denial::MfaIsRequired => t.say("denied-mfa-required"),
        Denial::MfaAtProvider => t.say("denied-mfa-at-provider"),
        Denial::NameIsManaged => t.say("denied-name-managed"),
        Denial::LanguageIsManaged => t.say("language-managed"),
        Denial::ProofIsOld => t.say("denied-proof-old"),
        Denial::NoProof => t.say("denied-no-proof"),
        Denial::NoPasskeys => t.say("denied-no-passkeys"),
        Denial::UserNotOffered => t.say("not-offered"),
        Denial::NewcomersNotOffered => t.say("not-offered-newcomers"),
        Denial::ServiceAccountNotOffered => t.say("service-not-offered"),
        Denial::TeamNotOffered => t.say("not-offered-team"),
        Denial::ReviewNotOffered => t.say("not-offered-review"),
        Denial::StreamsNotOffered => t.say("not-offered-streams"),
        Denial::GroupNotOffered => t.say("not-offered-group"),
        Denial::ProjectNotOffered => t.say("not-offered-project"),
        Denial::OpenToOneself => t.say("denied-open-to-oneself"),
        Denial::TakeOver => t.say("denied-take-over"),
        Denial::NotTheirs => t.say("denied-not-theirs"),
        Denial::AddressIsWayIn => t.say("denied-address"),
        Denial::Ceiling { connection, role } => ceiling(t, connection, role.as_str()),
        Denial::ClaimDomain => t.say("denied-claim-domain"),
        Denial::Technical(sentence) => sentence.clone(),
    }
}
