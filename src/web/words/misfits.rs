//! What is wrong in a role, for people.

use super::whole;
use crate::domain::role::{Misfit, RoleKey};
use crate::web::texts::{Part, Texts};

/// What is wrong, and what would be right.
pub(in crate::web) fn misfit(t: Texts, misfit: &Misfit) -> String {
    match misfit {
        Misfit::NoSuchRole(name) => t.with("misfit-no-role", &[("role", Part::Words(name))]),
        Misfit::RoleKey => t.say("flaw-role-key"),
        Misfit::KeyTaken => t.say("misfit-key-taken"),
        Misfit::HowMany { most } => t.with("misfit-how-many", &[("most", whole(*most))]),
        Misfit::NotAPattern { text } => t.with("misfit-pattern", &[("text", Part::Words(text))]),
        Misfit::Unknown { text } => t.with("misfit-unknown", &[("text", Part::Words(text))]),
        Misfit::Circle => t.say("misfit-circle"),
        Misfit::Verb(known) => t.with("misfit-verb", &[("verbs", Part::Words(known))]),
        Misfit::SameRank(role) => t.with("misfit-rank", &[key(role)]),
        Misfit::GivesMore { given, excess } => {
            t.with("misfit-gives-more", &[key(given), ("permission", Part::Words(excess))])
        }
        Misfit::NoneProtected => t.say("misfit-none-protected"),
        Misfit::ProtectedByDefault => t.say("misfit-default"),
        Misfit::Technical(sentence) => sentence.clone(),
    }
}

fn key(role: &RoleKey) -> (&'static str, Part<'_>) {
    ("role", Part::Words(role.as_str()))
}
