//! One try to sign in: how, from where, for which application, and what came of it.

use super::Timestamp;
use super::id::{OrgId, SignInTryId, UserId};
use super::session::Session;

/// How somebody said who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By a password here.
    Password,
    /// By a passkey alone.
    Passkey,
    /// At an identity provider.
    Provider,
}

/// What was proved besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code of an authenticator app.
    Totp,
    /// A passkey.
    Passkey,
    /// A recovery code.
    RecoveryCode,
    /// Whatever the identity provider asked for.
    Provider,
}

impl Method {
    /// The word that is stored and shown to programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Password, Self::Passkey, Self::Provider].into_iter().find(|it| it.word() == word)
    }

    /// How a session was begun.
    pub fn of(session: &Session) -> Self {
        let has = |word: &str| session.amr.iter().any(|it| it == word);
        match (session.upstream.is_some(), has("pwd")) {
            (true, _) => Self::Provider,
            (false, true) => Self::Password,
            (false, false) => Self::Passkey,
        }
    }
}

impl SecondFactor {
    /// The word that is stored and shown to programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery_code",
            Self::Provider => "provider",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Totp, Self::Passkey, Self::RecoveryCode, Self::Provider].into_iter().find(|it| it.word() == word)
    }

    /// What was proved besides when a session was begun.
    pub fn of(session: &Session) -> Option<Self> {
        let has = |word: &str| session.amr.iter().any(|it| it == word);
        match Method::of(session) {
            Method::Passkey => None,
            Method::Provider => has("mfa").then_some(if has("otp") { Self::Totp } else { Self::Provider }),
            Method::Password if has("otp") => Some(Self::Totp),
            Method::Password if has("hwk") || has("swk") => Some(Self::Passkey),
            Method::Password => has("mfa").then_some(Self::RecoveryCode),
        }
    }
}

/// One try of somebody who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInTry {
    /// The identity of the try; tries sort by it.
    pub id: SignInTryId,
    /// The organisation.
    pub org: OrgId,
    /// Who tried, or was meant.
    pub user: UserId,
    /// When.
    pub at: Timestamp,
    /// How.
    pub method: Method,
    /// What was proved or tried besides.
    pub factor: Option<SecondFactor>,
    /// From which address.
    pub ip: String,
    /// With which browser, as it names itself.
    pub user_agent: String,
    /// For which application; none for this server itself.
    pub client: Option<String>,
    /// Why it failed, in one word; none when it did not.
    pub failure: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ConnectionId, SessionId};
    use crate::domain::session::Upstream;

    #[test]
    fn method_and_factor_are_read_off_what_was_proved() {
        let session = |amr: &[&str], is_upstream: bool| Session {
            id: SessionId::new(),
            org: OrgId::new(),
            user: UserId::new(),
            amr: amr.iter().map(|it| (*it).to_owned()).collect(),
            auth_time: Timestamp::from_millis(0),
            created_at: Timestamp::from_millis(0),
            last_seen_at: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(0),
            ip: String::new(),
            user_agent: String::new(),
            device: None,
            upstream: is_upstream.then(|| Upstream {
                connection: ConnectionId::new(),
                issuer: String::new(),
                sid: None,
                ends_at: None,
            }),
        };
        for (amr, is_upstream, method, factor) in [
            (&["pwd"][..], false, Method::Password, None),
            (&["pwd", "otp", "mfa"], false, Method::Password, Some(SecondFactor::Totp)),
            (&["pwd", "hwk", "user", "mfa"], false, Method::Password, Some(SecondFactor::Passkey)),
            (&["pwd", "mfa"], false, Method::Password, Some(SecondFactor::RecoveryCode)),
            (&["swk", "user", "mfa"], false, Method::Passkey, None),
            (&["pwd"], true, Method::Provider, None),
            (&["pwd", "mfa"], true, Method::Provider, Some(SecondFactor::Provider)),
            (&["otp", "mfa"], true, Method::Provider, Some(SecondFactor::Totp)),
        ] {
            let it = session(amr, is_upstream);
            assert_eq!((Method::of(&it), SecondFactor::of(&it)), (method, factor), "{amr:?} {is_upstream}");
        }
    }
}
