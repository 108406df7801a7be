//! Why a sign-in at an identity provider let nobody in, for those who administer the organisation.

use crate::domain::sso_refusal::{MetadataFlaw, Reason, TokenFlaw};
use crate::web::texts::{Part, Texts};

/// Why nobody got in.
pub(in crate::web) fn sso_reason(t: Texts, why: &Reason) -> String {
    match why {
        Reason::Unreachable { host } => t.name("reason-unreachable", host),
        Reason::Late { host } => t.name("reason-late", host),
        Reason::AnswerTooLong { host } => t.name("reason-answer-too-long", host),
        Reason::Status { host, status } => {
            t.with("reason-status", &[("name", Part::Name(host)), ("status", Part::Words(&status.to_string()))])
        }
        Reason::Metadata { flaw } => t.with("reason-metadata", &[("flaw", Part::Words(&metadata(t, flaw)))]),
        Reason::Token { flaw } => t.with("reason-token", &[("flaw", Part::Words(&token(t, flaw)))]),
        Reason::ProviderError { error } => t.name("reason-provider-error", error),
        Reason::CodeNotTaken { status, error } => {
            let error = error.clone().unwrap_or_else(|| t.say("reason-not-given"));
            t.with(
                "reason-code-not-taken",
                &[("status", Part::Words(&status.to_string())), ("error", Part::Name(&error))],
            )
        }
        Reason::AboveCeiling { connection, role } => ceiling(t, connection, role),
        Reason::Sentence { text } => text.clone(),
        Reason::NoIssuer => t.say("reason-no-issuer"),
        Reason::Paused => t.say("reason-paused"),
        Reason::Suspended => t.say("reason-suspended"),
        Reason::ConnectionGone => t.say("reason-connection-gone"),
        Reason::ConnectionChanged => t.say("reason-connection-changed"),
        Reason::BadIssuer => t.say("reason-bad-issuer"),
        Reason::NoKeys => t.say("reason-no-keys"),
        Reason::OtherIssuer => t.say("reason-other-issuer"),
        Reason::IssuerNotSaid => t.say("reason-issuer-not-said"),
        Reason::NoCode => t.say("reason-no-code"),
        Reason::NoIdToken => t.say("reason-no-id-token"),
        Reason::NotUnderWay => t.say("reason-not-under-way"),
        Reason::NotAsked => t.say("reason-not-asked"),
        Reason::OtherState => t.say("reason-other-state"),
        Reason::TooLate => t.say("reason-too-late"),
        Reason::Twice => t.say("reason-twice"),
        Reason::MovedOn => t.say("reason-moved-on"),
        Reason::SessionEnded => t.say("reason-session-ended"),
        Reason::ProofTooOld => t.say("reason-proof-too-old"),
        Reason::NoAuthTime => t.say("reason-no-auth-time"),
        Reason::SomebodyElse => t.say("reason-somebody-else"),
        Reason::UnknownSubject => t.say("reason-unknown-subject"),
        Reason::Deactivated => t.say("reason-deactivated"),
        Reason::NotActivated => t.say("reason-not-activated"),
        Reason::SignsInHere => t.say("reason-signs-in-here"),
        Reason::OtherConnection => t.say("reason-other-connection"),
        Reason::LinkedOtherwise => t.say("reason-linked-otherwise"),
        Reason::NameTaken => t.say("reason-name-taken"),
        Reason::NoName => t.say("reason-no-name"),
    }
}

/// A role is above what a connection may give.
pub(super) fn ceiling(t: Texts, connection: &str, role: &str) -> String {
    t.with("above-ceiling", &[("connection", Part::Name(connection)), ("role", Part::Words(role))])
}

fn metadata(t: Texts, flaw: &MetadataFlaw) -> String {
    match flaw {
        MetadataFlaw::Malformed => t.say("metadata-malformed"),
        MetadataFlaw::Issuer => t.say("metadata-issuer"),
        MetadataFlaw::AllTenants => t.say("metadata-all-tenants"),
        MetadataFlaw::Missing(name) => t.name("metadata-missing", name),
        MetadataFlaw::Insecure(name) => t.name("metadata-insecure", name),
    }
}

fn token(t: Texts, flaw: &TokenFlaw) -> String {
    match flaw {
        TokenFlaw::TooLong => t.say("token-too-long"),
        TokenFlaw::Malformed => t.say("token-malformed"),
        TokenFlaw::Header(name) => t.name("token-header", name),
        TokenFlaw::UnknownKey => t.say("token-unknown-key"),
        TokenFlaw::Algorithm => t.say("token-algorithm"),
        TokenFlaw::Purpose => t.say("token-purpose"),
        TokenFlaw::Signature => t.say("token-signature"),
        TokenFlaw::Claim(name) => t.name("token-claim", name),
        TokenFlaw::Issuer => t.say("token-issuer"),
        TokenFlaw::Audience => t.say("token-audience"),
        TokenFlaw::Expired => t.say("token-expired"),
        TokenFlaw::NotYetValid => t.say("token-not-yet-valid"),
        TokenFlaw::TooOld => t.say("token-too-old"),
    }
}
