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
use crate::domain::password::{BYTES_MAX, CHARACTERS_MAX, Class, Demands, Weakness};
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
        Conflict::DomainInUse => "rule-domain-in-use",
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
        Conflict::ReviewTooLarge => "rule-review-too-large",
        Conflict::ReviewIsNotOpen => "rule-review-not-open",
        Conflict::ReviewIsOver => "rule-review-over",
        Conflict::NotEmpty => "rule-not-empty",
        Conflict::BreakGlass => "rule-break-glass",
        Conflict::NoBreakGlass => "rule-no-break-glass",
        Conflict::Deleting => "rule-deleting",
        Conflict::Erased => "rule-erased",
        Conflict::PlanChanged => "rule-plan-changed",
        Conflict::NoFile => "rule-no-file",
        Conflict::StreamExists => "rule-stream-exists",
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
        Obstacle::OverQuota(_) => t.say("obstacle-over-quota"),
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
        Weakness::Upper => t.say("weak-upper"),
        Weakness::Lower => t.say("weak-lower"),
        Weakness::Digit => t.say("weak-digit"),
        Weakness::Special => t.say("weak-special"),
        Weakness::Common => t.say("weak-common"),
        Weakness::Context => t.say("weak-context"),
        Weakness::Same => t.say("weak-same"),
        Weakness::Earlier { history } => t.count("weak-earlier", history),
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
        Source::ScimRole(_) | Source::Entitlement(_) | Source::Attribute(_) => {
            named("from-provider", "from-a-provider")
        }
        Source::Default(_) => named("from-default", "from-a-provider"),
    }
}

/// What a password must be like.
pub(super) fn rules(t: Texts, demands: Demands) -> Vec<PasswordRule> {
    rules_of(t, demands, "rule-no-name")
}

/// The same for the password of somebody else than the reader.
pub(super) fn rules_for_another(t: Texts, demands: Demands) -> Vec<PasswordRule> {
    rules_of(t, demands, "rule-no-name-of-another")
}

fn rules_of(t: Texts, demands: Demands, no_name: &str) -> Vec<PasswordRule> {
    let kept_by = |text, kind, least| PasswordRule { text, kept_by: Some((kind, least)) };
    let plain = |text| PasswordRule { text, kept_by: None };
    let length = kept_by(number(t, "rule-length", demands.min), "length", demands.min);
    let classes = demands.classes().map(|it| kept_by(t.say(class(it)), it.word(), 1));
    let others = [
        demands.is_uncommon.then(|| t.say("rule-uncommon")),
        demands.is_no_name.then(|| t.say(no_name)),
        (demands.history > 0).then(|| t.count("rule-earlier", demands.history)),
    ];
    std::iter::once(length).chain(classes).chain(others.into_iter().flatten().map(plain)).collect()
}

/// The rule that asks for a kind of characters.
const fn class(class: Class) -> &'static str {
    match class {
        Class::Upper => "rule-upper",
        Class::Lower => "rule-lower",
        Class::Digit => "rule-digit",
        Class::Special => "rule-special",
    }
}

fn number(t: Texts, key: &str, number: usize) -> String {
    t.with(key, &[("count", whole(number))])
}

fn whole(number: usize) -> Part<'static> {
    Part::Number(u64::try_from(number).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
