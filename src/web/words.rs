//! What the product's own rules are called for people, on pages of every kind.

mod deeds;
mod denials;
mod flaws;
mod misfits;
mod presets;
mod records;
mod sso_reasons;

use super::page::PasswordRule;
use super::texts::{Part, Texts};
use crate::app::user_sheet::Provenance;
use crate::domain::Conflict;
use crate::domain::complaint::Complaint;
use crate::domain::obstacle::Obstacle;
use crate::domain::password::{BYTES_MAX, CHARACTERS_MAX, Composition, Weakness};
use crate::domain::personal_token::Scope;
use crate::domain::role::Source;

pub(super) use denials::denial;
pub(super) use flaws::{address, field_label, flaw};
pub(super) use misfits::misfit;
pub(super) use records::{about, did, kind, who};
pub(super) use sso_reasons::sso_reason;

/// What is not right with what was typed, and what to do about it.
pub(super) fn complaint(t: Texts, why: &Complaint) -> String {
    match why {
        Complaint::NoUserName => t.say("wrong-user-name"),
        Complaint::WrongPassword { may_be_elsewhere: false } => t.say("wrong-password"),
        Complaint::WrongPassword { may_be_elsewhere: true } => t.say("wrong-password-or-organisation"),
        Complaint::WrongCode => t.say("wrong-code"),
        Complaint::WrongRecoveryCode => t.say("wrong-recovery-code"),
        Complaint::WrongFirstCode => t.say("wrong-first-code"),
        Complaint::KeyIsOld => t.say("wrong-key-old"),
        Complaint::WrongPasskey => t.say("wrong-passkey"),
        Complaint::PasskeyNotMade => t.say("wrong-passkey-made"),
        Complaint::PasskeyKnown => t.say("wrong-passkey-known"),
        Complaint::PasskeysFull => t.say("wrong-passkeys-full"),
        Complaint::SaveCodesFirst => t.say("wrong-save-first"),
        Complaint::SessionEnded => t.say("session-ended"),
        Complaint::TooManyCodes => t.say("wrong-too-many"),
        Complaint::WrongCurrentPassword => t.say("wrong-current"),
        Complaint::PasswordsDiffer => t.say("wrong-differ"),
        Complaint::BadName => t.say("wrong-name"),
        Complaint::BadAddress => t.say("wrong-address"),
        Complaint::AddressTaken { organisation } => t.name("wrong-address-taken", organisation),
        Complaint::Weak(all) => weaknesses(t, all),
    }
}

/// Which rule of the directory stands in the way.
pub(super) const fn rule(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::UserName => "rule-user-name",
        Conflict::ExternalId => "rule-external-id",
        Conflict::GroupName => "rule-group-name",
        Conflict::TeamName => "rule-team-name",
        Conflict::ViewName => "rule-view-name",
        Conflict::NotRepeatable => "rule-not-repeatable",
        Conflict::ProjectName => "rule-project-name",
        Conflict::Assigned => "rule-assigned",
        Conflict::Slug => "rule-slug",
        Conflict::ManagedElsewhere => "rule-managed-elsewhere",
        Conflict::GroupOfProvider => "rule-group-of-provider",
        Conflict::GroupAssigned => "rule-group-assigned",
        Conflict::LastProtectedRole => "rule-last-holder",
        Conflict::SsoUser => "rule-sso-user",
        Conflict::NotSso => "rule-not-sso",
        Conflict::ManagedByProvider => "rule-managed-by-provider",
        Conflict::NotPending => "rule-not-pending",
        Conflict::NoAddress => "rule-no-address",
        Conflict::Invited => "rule-invited",
        Conflict::Member => "rule-member",
        Conflict::NoFactor => "why-no-factor",
        Conflict::NeverSignedIn => "rule-never-signed-in",
        Conflict::AlreadyActive => "rule-already-active",
        Conflict::Deactivated => "rule-deactivated",
        Conflict::AccountDeactivated => "rule-account-deactivated",
        Conflict::TooMany => "rule-too-many",
        Conflict::MfaPerUser => "rule-mfa-per-user",
        Conflict::ActivationMode => "rule-activation-mode",
        Conflict::RoleName => "rule-role-name",
        Conflict::RoleInUse => "rule-role-in-use",
        Conflict::RoleOfTheModel => "rule-role-of-the-model",
        Conflict::NotEmpty => "rule-not-empty",
        Conflict::Exists => "rule-exists",
    }
}

/// Who or what stands in the way, by name.
pub(super) fn obstacle(t: Texts, what: &Obstacle) -> String {
    match what {
        Obstacle::SecondTeam { person, team, project } => t.with(
            "obstacle-second-team",
            &[("person", Part::Name(person)), ("team", Part::Name(team)), ("project", Part::Name(project))],
        ),
        Obstacle::TeamOnProjects(projects) => {
            t.with("obstacle-team-on-projects", &[("projects", Part::Name(&projects.join(", ")))])
        }
    }
}

/// What a token may be used for.
pub(super) fn scopes(t: Texts, scopes: &[Scope]) -> String {
    t.say(match (scopes.contains(&Scope::Read), scopes.contains(&Scope::Write)) {
        (true, true) => "scopes-both",
        (false, true) => "scopes-write",
        (_, false) => "scopes-read",
    })
}

fn weaknesses(t: Texts, all: &[Weakness]) -> String {
    all.iter().map(|it| weakness(t, *it)).collect::<Vec<_>>().join(" ")
}

fn weakness(t: Texts, weakness: Weakness) -> String {
    match weakness {
        Weakness::TooShort { min } => number(t, "weak-short", min),
        Weakness::TooLong => t.with("weak-long", &[("count", whole(CHARACTERS_MAX)), ("bytes", whole(BYTES_MAX))]),
        Weakness::Control => t.say("weak-control"),
        Weakness::Upper { min } => number(t, "weak-upper", min),
        Weakness::Lower { min } => number(t, "weak-lower", min),
        Weakness::Digit { min } => number(t, "weak-digit", min),
        Weakness::Special { min } => number(t, "weak-special", min),
        Weakness::Common => t.say("weak-common"),
        Weakness::Context => t.say("weak-context"),
        Weakness::Same => t.say("weak-same"),
    }
}

/// Where a role comes from.
pub(super) fn source(t: Texts, it: &Provenance) -> String {
    let named = |key: &str, unnamed: &str| match &it.from {
        Some(name) => t.with(key, &[("name", Part::Name(name))]),
        None => t.say(unnamed),
    };
    match it.grant.source {
        Source::Manual => t.say("from-hand"),
        Source::Group(_) => named("from-group", "from-a-group"),
        Source::ScimRole(_) | Source::Entitlement(_) => named("from-provider", "from-a-provider"),
        Source::Default(_) => named("from-default", "from-a-provider"),
    }
}

/// What a password must consist of.
pub(super) fn rules(t: Texts, rules: Composition) -> Vec<PasswordRule> {
    rules_of(t, rules, "rule-uncommon")
}

/// The same for the password of somebody else than the reader.
pub(super) fn rules_for_another(t: Texts, rules: Composition) -> Vec<PasswordRule> {
    rules_of(t, rules, "rule-uncommon-of-another")
}

fn rules_of(t: Texts, rules: Composition, uncommon: &str) -> Vec<PasswordRule> {
    let Composition { min, upper, lower, digit, special } = rules;
    let kinds = [
        (min, "length", "rule-length"),
        (upper, "upper", "rule-upper"),
        (lower, "lower", "rule-lower"),
        (digit, "digit", "rule-digit"),
        (special, "special", "rule-special"),
    ];
    let counted = kinds.into_iter().filter(|(least, _, _)| *least > 0);
    let counted =
        counted.map(|(least, kind, key)| PasswordRule { text: number(t, key, least), kept_by: Some((kind, least)) });
    counted.chain([PasswordRule { text: t.say(uncommon), kept_by: None }]).collect()
}

fn number(t: Texts, key: &str, number: usize) -> String {
    t.with(key, &[("count", whole(number))])
}

fn whole(number: usize) -> Part<'static> {
    Part::Number(u64::try_from(number).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
