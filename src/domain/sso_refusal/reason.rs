//! Why a sign-in at an identity provider let nobody in, for those who administer the organisation.
//!
//! **Invariant:** it is stored as data, so that every language says it in its own words; the sentences here are those that
//! programs and logs read. What a provider called its error stays as the provider said it.

use serde::{Deserialize, Serialize};

/// Why nobody gets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// Nobody signs in by this connection.
    #[error("the connection has no issuer, so nobody signs in by it")]
    NoIssuer,
    /// The connection is switched off.
    #[error("the connection is paused")]
    Paused,
    /// The organisation is switched off.
    #[error("the organisation is suspended")]
    Suspended,
    /// The connection was taken away.
    #[error("the connection is gone")]
    ConnectionGone,
    /// The connection is another one than at the question.
    #[error("the connection was changed during the sign-in")]
    ConnectionChanged,
    /// No answer came.
    #[error("the identity provider at {host} could not be reached")]
    Unreachable {
        /// The provider.
        host: String,
    },
    /// The answer took too long.
    #[error("the identity provider at {host} did not answer in time")]
    Late {
        /// The provider.
        host: String,
    },
    /// The answer is longer than any that can be of use.
    #[error("the answer of the identity provider at {host} is too long")]
    AnswerTooLong {
        /// The provider.
        host: String,
    },
    /// What the provider publishes was not given.
    #[error("the identity provider at {host} answered {status}")]
    Status {
        /// The provider.
        host: String,
        /// The status of HTTP.
        status: u16,
    },
    /// The issuer of the connection cannot be called.
    #[error("the issuer is no address")]
    BadIssuer,
    /// What the provider says about itself is not right.
    #[error("the metadata of the identity provider cannot be used: {flaw}")]
    Metadata {
        /// What is wrong.
        flaw: MetadataFlaw,
    },
    /// The provider publishes no keys.
    #[error("the keys of the identity provider are no key set")]
    NoKeys,
    /// What the provider says about the person is not right.
    #[error("a token of the identity provider is not believed: {flaw}")]
    Token {
        /// What is wrong.
        flaw: TokenFlaw,
    },
    /// Somebody else answered.
    #[error("the answer is of another issuer")]
    OtherIssuer,
    /// Nobody knows who answered.
    #[error("the answer does not say whose it is")]
    IssuerNotSaid,
    /// The answer holds nothing.
    #[error("the answer has no code")]
    NoCode,
    /// The provider answered with an error.
    #[error("the identity provider answered {error}")]
    ProviderError {
        /// The word of the provider.
        error: String,
    },
    /// The provider left the token out.
    #[error("the identity provider gave no ID token")]
    NoIdToken,
    /// The provider gave nothing for the code.
    #[error("the identity provider did not take the code: {status} {}", .error.as_deref().unwrap_or("no reason given"))]
    CodeNotTaken {
        /// The status of HTTP.
        status: u16,
        /// The word of the provider.
        error: Option<String>,
    },
    /// The browser waits for no answer.
    #[error("this browser has no sign-in under way")]
    NotUnderWay,
    /// The browser waits for no answer of this provider.
    #[error("this browser was not sent to this identity provider, or has been answered already")]
    NotAsked,
    /// The answer is that to another question.
    #[error("the state of the answer is not that of the question")]
    OtherState,
    /// The person was away for too long.
    #[error("the answer came too late")]
    TooLate,
    /// The answer was used.
    #[error("the answer came twice")]
    Twice,
    /// Another window was faster.
    #[error("the sign-in has moved on meanwhile")]
    MovedOn,
    /// The session there is over.
    #[error("the session at the identity provider has ended already")]
    SessionEnded,
    /// The provider did not ask the person again.
    #[error("a newer proof is wanted than the identity provider has")]
    ProofTooOld,
    /// The provider does not say when it asked the person.
    #[error("it must be known when the person signed in, and the identity provider does not say (auth_time)")]
    NoAuthTime,
    /// It is another person than the one who is signed in here.
    #[error("somebody else signed in at the identity provider")]
    SomebodyElse,
    /// Nobody has this id.
    #[error("nobody here is known by this subject")]
    UnknownSubject,
    /// The user is switched off.
    #[error("this user is deactivated")]
    Deactivated,
    /// The user has not begun.
    #[error("this user has not been activated")]
    NotActivated,
    /// The user does not sign in at providers.
    #[error("this user signs in here, with a password")]
    SignsInHere,
    /// The user signs in at another provider.
    #[error("this user belongs to another connection")]
    OtherConnection,
    /// The user has another id at the provider.
    #[error("this user is linked to another subject of the identity provider")]
    LinkedOtherwise,
    /// The user holds more than the connection may give.
    #[error("the connection {connection} may not give or manage the role {role}")]
    AboveCeiling {
        /// What the connection is called.
        connection: String,
        /// The role.
        role: String,
    },
    /// A new user cannot have the name.
    #[error("another user here has the name that the new one would get")]
    NameTaken,
    /// A new user cannot be called like this.
    #[error("the names of the person cannot be those of a user")]
    NoName,
    /// A sentence that is no data: those of versions before 2026-12, and what has no words of its own.
    #[error("{text}")]
    Sentence {
        /// The sentence.
        text: String,
    },
}

/// What is wrong with what a provider says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MetadataFlaw {
    /// Not a JSON object.
    #[error("they are not a JSON object")]
    Malformed,
    /// Of somebody else.
    #[error("they name another issuer")]
    Issuer,
    /// Of every tenant at once.
    #[error("they are those of all tenants; give the connection the issuer of one, with the id of that tenant in it")]
    AllTenants,
    /// An address is missing or none.
    #[error("they give no usable {0}")]
    Missing(String),
    /// An address is not https.
    #[error("their {0} is not https")]
    Insecure(String),
}

/// What is wrong with what a provider says about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum TokenFlaw {
    /// It is longer than anybody needs.
    #[error("the token is too long")]
    TooLong,
    /// It cannot be read.
    #[error("the token is malformed")]
    Malformed,
    /// Its header says too much or too little.
    #[error("the header {0} is missing or not allowed")]
    Header(String),
    /// Its key is none of the published ones.
    #[error("the key is unknown")]
    UnknownKey,
    /// Its algorithm is not that of the key.
    #[error("the algorithm is not one of the key")]
    Algorithm,
    /// It is a token for another purpose.
    #[error("the token is for another purpose")]
    Purpose,
    /// The signature is not one of the key.
    #[error("the signature is wrong")]
    Signature,
    /// A claim is missing or not what it must be.
    #[error("the claim {0} is missing or wrong")]
    Claim(String),
    /// Somebody else issued it.
    #[error("the issuer is another one")]
    Issuer,
    /// It is for somebody else.
    #[error("the audience is another one")]
    Audience,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It was made too long ago.
    #[error("the token was made too long ago")]
    TooOld,
}

impl Reason {
    /// Reads what was stored; what is no data is a sentence.
    pub fn parse(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_else(|_| Self::Sentence { text: stored.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_back_from_what_is_stored_and_an_old_sentence_stays_what_it_was() {
        let host = "idp.example".to_owned();
        for reason in [
            Reason::Paused,
            Reason::Status { host, status: 503 },
            Reason::Token { flaw: TokenFlaw::Claim("nonce".to_owned()) },
            Reason::Metadata { flaw: MetadataFlaw::AllTenants },
            Reason::CodeNotTaken { status: 400, error: None },
        ] {
            assert_eq!(Reason::parse(&serde_json::to_string(&reason).unwrap()), reason);
        }

        let old = "the identity provider at idp.example answered 503";
        assert_eq!(Reason::parse(old).to_string(), old);
        assert_eq!(Reason::parse(r#"{"why":"from a later version"}"#).to_string(), r#"{"why":"from a later version"}"#);
    }
}
