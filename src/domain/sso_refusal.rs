//! Why a sign-in at an identity provider let nobody in: the check that failed.
//!
//! **Invariant:** whoever reads a check is told nothing about anybody but the one who signed in at the provider: that no
//! account is found and that one may not be used by this way are the same to them.

mod advice;
mod kept;
mod reason;

use serde::{Deserialize, Serialize};

pub use advice::{Advice, Claimed, Named, Pair, beside, for_user};
pub use kept::{BYTES_MAX, kept};
pub use reason::{MetadataFlaw, Reason, TokenFlaw};

/// The check that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The provider can be called and answers in time.
    Reachable,
    /// The provider gives what it is asked for, and no error.
    Answered,
    /// The provider lets the person use this service.
    Admitted,
    /// The provider asked for a second factor where one is needed.
    SecondFactor,
    /// What the provider says about itself and about the person can be believed.
    Believed,
    /// The answer belongs to a question of this browser that still waits.
    UnderWay,
    /// The connection takes sign-ins.
    Open,
    /// The proof at the provider is as new as it must be.
    Fresh,
    /// There is an account here that this person may open in this way.
    Known,
    /// That account is active.
    Active,
    /// It is the same person who is signed in here.
    Same,
}

impl Check {
    /// Every check, in the order in which they are made.
    pub const ALL: [Self; 11] = [
        Self::Open,
        Self::Reachable,
        Self::UnderWay,
        Self::Answered,
        Self::Admitted,
        Self::SecondFactor,
        Self::Believed,
        Self::Fresh,
        Self::Same,
        Self::Known,
        Self::Active,
    ];

    /// The word that is stored and that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::Answered => "answered",
            Self::Admitted => "admitted",
            Self::SecondFactor => "second_factor",
            Self::Believed => "believed",
            Self::UnderWay => "under_way",
            Self::Open => "open",
            Self::Fresh => "fresh",
            Self::Known => "known",
            Self::Active => "active",
            Self::Same => "same",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The check that an error of a provider fails (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6).
    pub fn of_provider_error(error: &str) -> Self {
        match error {
            "access_denied" | "consent_required" => Self::Admitted,
            "unmet_authentication_requirements" => Self::SecondFactor,
            _ => Self::Answered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_read_back_from_its_word_and_no_other_word_is_one() {
        for check in Check::ALL {
            assert_eq!(Check::parse(check.word()), Some(check));
            assert_eq!(serde_json::to_value(check).unwrap(), check.word());
        }
        assert_eq!(Check::parse("Reachable"), None);
        assert_eq!(Check::parse(""), None);
    }

    #[test]
    fn an_error_of_a_provider_says_which_check_it_fails() {
        let of = Check::of_provider_error;

        assert_eq!(of("access_denied"), Check::Admitted);
        assert_eq!(of("unmet_authentication_requirements"), Check::SecondFactor);
        for other in ["server_error", "temporarily_unavailable", "login_required", "", "<script>"] {
            assert_eq!(of(other), Check::Answered, "{other}");
        }
    }
}
