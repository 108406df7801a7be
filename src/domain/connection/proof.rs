//! Which words of an ID token prove two factors at a connection.
//!
//! **Invariant:** only a word that counts at the connection proves anything; silence, and every other word, proves nothing.

use super::Settings;
use crate::domain::Flaw;

/// So many words of one claim may count at one connection.
pub const WORDS_MAX: usize = 16;

/// A claim that says how somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofClaim {
    /// The methods (RFC 8176).
    Amr,
    /// The context (OpenID Connect Core 2), and beside it the contexts that Entra writes into `acrs`.
    Acr,
}

impl ProofClaim {
    /// The words that count where a connection names none: for contexts those of Okta, of the OpenID EAP and REFEDS
    /// profiles, and our own.
    pub const fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Amr => &["mfa"],
            Self::Acr => &["urn:okta:loa:2fa:any", "phr", "phrh", "https://refeds.org/profile/mfa", "aal2"],
        }
    }

    /// The setting, and the field, that names the words in place of the usual ones.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Amr => "mfa_amr",
            Self::Acr => "mfa_acr",
        }
    }

    /// The longest word that may count.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Amr => 32,
            Self::Acr => 200,
        }
    }

    /// What is wrong with the words that shall count.
    pub fn flaw(self, words: &[String]) -> Option<Flaw> {
        let is_word = |word: &String| {
            (1..=self.bytes_max()).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let is_good = words.len() <= WORDS_MAX && words.iter().all(is_word);
        (!is_good).then_some(Flaw::ProofWords { most: WORDS_MAX, characters_max: self.bytes_max() })
    }
}

impl Settings {
    /// The words of a claim that were named in place of the usual ones.
    pub fn named(&self, claim: ProofClaim) -> Option<&[String]> {
        match claim {
            ProofClaim::Amr => self.mfa_amr.as_deref(),
            ProofClaim::Acr => self.mfa_acr.as_deref(),
        }
    }

    /// The words of a claim that prove two factors at this connection.
    pub fn proving(&self, claim: ProofClaim) -> Vec<&str> {
        match self.named(claim) {
            Some(words) => words.iter().map(String::as_str).collect(),
            None => claim.usual().to_vec(),
        }
    }

    /// True when a token with these methods and contexts says that somebody proved two factors.
    pub fn proves_two(&self, amr: &[String], acr: &[String]) -> bool {
        let counts = |claim, said: &[String]| {
            let proving = self.proving(claim);
            said.iter().any(|word| proving.contains(&word.as_str()))
        };
        counts(ProofClaim::Amr, amr) || counts(ProofClaim::Acr, acr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(all: &[&str]) -> Vec<String> {
        all.iter().map(|&it| it.to_owned()).collect()
    }

    fn proves(mfa_amr: Option<&[&str]>, mfa_acr: Option<&[&str]>, amr: &[&str], acr: &[&str]) -> bool {
        let settings = Settings { mfa_amr: mfa_amr.map(words), mfa_acr: mfa_acr.map(words), ..Settings::default() };
        settings.proves_two(&words(amr), &words(acr))
    }

    #[test]
    fn only_the_words_that_count_at_the_connection_prove_two_factors() {
        type Words = &'static [&'static str];
        type Row = (Option<Words>, Option<Words>, Words, Words, bool);
        let table: [Row; 16] = [
            // the usual words
            (None, None, &["pwd", "mfa"], &[], true),
            (None, None, &[], &["urn:okta:loa:2fa:any"], true),
            (None, None, &[], &["c1", "phr"], true),
            (None, None, &["pwd", "otp"], &["1"], false),
            (None, None, &["MFA"], &["PHR"], false),
            (None, None, &[], &[], false),
            // a word of one claim counts for nothing in the other
            (None, None, &["phr"], &["mfa"], false),
            // words of the connection take the place of the usual ones of their claim
            (Some(&["hwk"]), None, &["pwd", "hwk"], &[], true),
            (Some(&["hwk"]), None, &["pwd", "mfa"], &[], false),
            (Some(&["hwk"]), None, &[], &["phr"], true),
            (None, Some(&["c1", "c2"]), &[], &["c2"], true),
            (None, Some(&["c1", "c2"]), &[], &["phr"], false),
            (None, Some(&["c1"]), &["mfa"], &[], true),
            // none at all
            (Some(&[]), None, &["mfa"], &[], false),
            (None, Some(&[]), &[], &["phr"], false),
            (Some(&[]), Some(&[]), &["mfa", ""], &["phr", ""], false),
        ];

        for (nth, (mfa_amr, mfa_acr, amr, acr, proved)) in table.into_iter().enumerate() {
            assert_eq!(proves(mfa_amr, mfa_acr, amr, acr), proved, "{nth}");
        }
    }

    #[test]
    fn words_that_count_are_few_short_and_printable() {
        for claim in [ProofClaim::Amr, ProofClaim::Acr] {
            let longest = "x".repeat(claim.bytes_max());
            assert_eq!(claim.flaw(&[]), None);
            assert_eq!(claim.flaw(&vec![longest.clone(); WORDS_MAX]), None);
            assert_eq!(claim.flaw(&claim.usual().iter().map(|&it| it.to_owned()).collect::<Vec<_>>()), None);
            let wrong = Some(Flaw::ProofWords { most: WORDS_MAX, characters_max: claim.bytes_max() });
            assert_eq!(claim.flaw(&vec!["x".to_owned(); WORDS_MAX + 1]), wrong);
            for word in [String::new(), format!("{longest}x"), "a b".to_owned(), "é".to_owned(), "a\n".to_owned()] {
                assert_eq!(claim.flaw(std::slice::from_ref(&word)), wrong, "{word:?}");
            }
        }
    }
}
