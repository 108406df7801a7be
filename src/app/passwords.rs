//! Passwords: choosing, setting and resetting them.
//!
//! **Invariant:** whoever gets another password loses every session, token and link at that moment.
//! **Invariant:** asking for a reset looks nobody up: what it does and how long it takes is the same for every name.
//! **Invariant:** a link or password on its way to a person is sealed until it is sent.

mod reset;

use std::time::Duration;

use crate::app::App;
use crate::app::mail::{self, Letter};
use crate::app::throttle::Rate;
use crate::app::users::{self, Person};
use crate::domain::id::OrgId;
use crate::domain::organisation::Organisation;
use crate::domain::password::{Composition, Password, PasswordPolicy};
use crate::domain::role::RoleModel;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::signin::mfa_required;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Error, Timestamp};
use crate::store::links;
use crate::store::passwords::StoredPassword;
use crate::store::{Tx, passwords, users as user_rows};

pub use crate::store::links::Purpose;
pub(crate) use reset::answer as answer_reset_request;
pub use reset::{RESET_REQUEST, request as request_reset};

/// How long a link for a new password works.
pub const RESET_LINK: Duration = Duration::from_mins(30);
/// Mails with a link that one user gets.
pub const LINKS_TO_USER: Rate = Rate { most: 3, per: Duration::from_hours(1) };
/// How long a link for the first password works.
pub const ACTIVATION_LINK: Duration = Duration::from_hours(72);

/// Whether a second factor is required of somebody.
pub fn is_mfa_required(organisation: &Organisation, model: &RoleModel, person: &Person) -> bool {
    mfa_required(&organisation.rules(model).mfa, &person.effective.held(), person.user.mfa_required, false)
}

/// True when this password lets its user begin to sign in: somebody who was never active only with a temporary one.
pub fn opens(user: &User, password: &StoredPassword, now: Timestamp) -> bool {
    let may = match user.status {
        Status::Active => true,
        Status::Pending => password.must_change,
        Status::Deactivated => false,
    };
    may && user.sign_in == SignIn::Password && password.expires_at.is_none_or(|end| now < end)
}

/// The user of this organisation with this name, or of all organisations when there is only one.
pub async fn named(app: &App, org: Option<OrgId>, typed: &str) -> Result<Option<User>, Error> {
    let db = app.store.reader();
    match org {
        Some(org) => user_rows::find_by_name(db, org, typed).await,
        None => {
            let mut all = user_rows::find_by_name_anywhere(db, typed).await?;
            Ok(all.pop().filter(|_| all.is_empty()))
        }
    }
}

/// The rules of a policy, one sentence each.
pub fn rules(policy: PasswordPolicy, is_mfa_required: bool) -> Vec<String> {
    let Composition { min, upper, lower, digit, special } = policy.composition(is_mfa_required);
    let kinds = [
        (upper, "upper-case letter"),
        (lower, "lower-case letter"),
        (digit, "digit"),
        (special, "special character, such as - or !"),
    ];
    let kinds = kinds.into_iter().filter(|(least, _)| *least > 0);
    let kinds = kinds.map(|(least, kind)| format!("With {least} {kind}{}.", if least == 1 { "" } else { " or more" }));
    let mut rules = vec![format!("At least {min} characters.")];
    rules.extend(kinds);
    rules.push("Not a common password, and not made of your name or organisation.".to_owned());
    rules
}

/// What a new password is measured against.
pub struct Measure<'a> {
    /// What everybody knows of the person: names, address, organisation.
    pub about: Vec<&'a str>,
    /// The policy.
    pub policy: PasswordPolicy,
    /// Whether a second factor is required of that user.
    pub is_mfa_required: bool,
    /// The hash of the password it replaces, which it must differ from.
    pub old: Option<&'a str>,
}

impl<'a> Measure<'a> {
    /// What a password of this person is measured against.
    pub fn of(
        person: &'a Person,
        organisation: &'a Organisation,
        (policy, is_mfa_required): (PasswordPolicy, bool),
        old: Option<&'a str>,
    ) -> Self {
        let user = &person.user;
        let email = user.email.as_deref().unwrap_or_default();
        let about = vec![&*user.user_name, &user.display_name, email, &organisation.name, &organisation.slug];
        Self { about, policy, is_mfa_required, old }
    }
}

/// A password that was measured.
pub enum Chosen {
    /// It is good; this is its hash.
    Hash(String),
    /// It is not.
    Refused {
        /// The field to mark.
        field: &'static str,
        /// What to do instead.
        text: String,
    },
}

/// Measures a password that was typed twice, and hashes it.
pub async fn choose_twice(
    app: &App,
    measure: &Measure<'_>,
    typed: Option<Secret<String>>,
    again: Option<Secret<String>>,
) -> Result<Chosen, Error> {
    let typed = typed.ok_or_else(|| Error::invalid("password", "is missing"))?;
    let again = again.ok_or_else(|| Error::invalid("password_again", "is missing"))?;
    if typed.reveal() != again.reveal() {
        let text = "The two passwords are not the same. Type the new one twice.".to_owned();
        return Ok(Chosen::Refused { field: "password_again", text });
    }
    choose(app, measure, &typed).await
}

/// Measures a password, and hashes it.
pub async fn choose(app: &App, measure: &Measure<'_>, typed: &Secret<String>) -> Result<Chosen, Error> {
    match measured(app, measure, typed).await {
        Ok(phc) => Ok(Chosen::Hash(phc)),
        Err(Error::Invalid { problem, .. }) => {
            Ok(Chosen::Refused { field: "password", text: format!("{}.", capitalised(&problem)) })
        }
        Err(other) => Err(other),
    }
}

/// The hash of a password that is good enough; any other is an invalid field `password`.
pub async fn measured(app: &App, measure: &Measure<'_>, typed: &Secret<String>) -> Result<String, Error> {
    let refused = |problem: String| Error::invalid("password", problem);
    let password = Password::read(typed.reveal()).map_err(|weakness| refused(weakness.to_string()))?;
    let weaknesses = measure.policy.weaknesses(&password, measure.is_mfa_required, &measure.about);
    if !weaknesses.is_empty() {
        let all: Vec<String> = weaknesses.iter().map(ToString::to_string).collect();
        return Err(refused(all.join("; ")));
    }
    let plain = || Secret::new(password.reveal().to_owned());
    if let Some(old) = measure.old
        && app.hasher.verify(plain(), Some(old.to_owned())).await?.is_right
    {
        return Err(refused("choose another password than the one you have".to_owned()));
    }
    app.hasher.hash(plain()).await
}

/// Stores a password that stays, inside a unit that changes more; the caller has asked for the permit. Somebody pending
/// is active from then on, and all access of before ends.
pub async fn set_in(app: &App, tx: &Tx, user: &User, phc: &str) -> Result<User, Error> {
    let password = StoredPassword { phc: phc.to_owned(), must_change: false, expires_at: None };
    passwords::set(tx, user.id, &password).await?;
    let changed = User {
        status: if user.status == Status::Pending { Status::Active } else { user.status },
        epoch: user.epoch.saturating_add(1),
        version: user.version.saturating_add(1),
        updated_at: tx.now,
        ..user.clone()
    };
    user_rows::set_state(tx, &changed).await?;
    users::end_access(tx, &changed).await?;
    if user.status != Status::Pending {
        mail::queue(app, tx, &changed, Letter::PasswordChanged).await?;
    }
    Ok(changed)
}

/// Stores a new one-time link of somebody and mails it, inside a unit that changes more; the caller has asked for the
/// permit. The answer is the link.
pub async fn send_link_in(app: &App, tx: &Tx, user: &User, purpose: Purpose) -> Result<Secret<String>, Error> {
    let token = TokenKind::Link.generate();
    let (path, lifetime) = match purpose {
        Purpose::Activate => ("activate", ACTIVATION_LINK),
        Purpose::Reset => ("reset", RESET_LINK),
    };
    links::replace(tx, user, purpose, &TokenHash::of(token.reveal()), tx.now.after(lifetime)).await?;
    let link = app.config.url(&format!("/{path}/{}", token.reveal()));
    let letter = match purpose {
        Purpose::Activate => Letter::Activation { link: link.clone() },
        Purpose::Reset => Letter::PasswordReset { link: link.clone() },
    };
    mail::queue(app, tx, user, letter).await?;
    Ok(Secret::new(link))
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests;
