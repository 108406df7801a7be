//! Passwords: choosing, setting and resetting them.
//!
//! **Invariant:** whoever gets another password loses every session, token and link at that moment.
//! **Invariant:** earlier passwords are compared only with what their owner chooses, or the holder of a link; nobody else
//! learns anything of them.
//! **Invariant:** asking for a reset looks nobody up: what it does and how long it takes is the same for every name.
//! **Invariant:** a link or password on its way to a person is sealed until it is sent.

mod reset;

use std::time::Duration;

use crate::app::mail::{self, Letter};
use crate::app::throttle::Rate;
use crate::app::users::{self, Person};
use crate::app::{App, signals};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::id::OrgId;
use crate::domain::organisation::Organisation;
use crate::domain::password::{Demands, Password, Weakness};
use crate::domain::policy::Actor;
use crate::domain::role::RoleModel;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::signin::mfa_required;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::links;
use crate::store::passwords::StoredPassword;
use crate::store::{Tx, earlier_passwords, passwords, users as user_rows};

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
    mfa_required(&organisation.rules(model).mfa, &person.effective.held(), person.user.mfa_required)
}

/// What a password of somebody must be like.
pub fn demands(organisation: &Organisation, model: &RoleModel, person: &Person) -> Demands {
    organisation.rules(model).password.demands(is_mfa_required(organisation, model, person))
}

/// What a password must be like that is set for somebody else.
pub async fn demands_for_another(app: &App, person: &Person) -> Result<Demands, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    Ok(demands(&organisation, &model, person).without_history())
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

/// What a new password is measured against.
pub struct Measure<'a> {
    /// What everybody knows of the person: names, address, organisation.
    pub about: Vec<&'a str>,
    /// What is asked of it.
    pub demands: Demands,
    /// The hash of the password it replaces, which it must differ from.
    pub old: Option<&'a str>,
    /// The hashes of those that it must not be again.
    pub earlier: Vec<String>,
}

impl<'a> Measure<'a> {
    /// What a password is measured against that somebody else sets for this person.
    pub fn of(person: &'a Person, organisation: &'a Organisation, demands: Demands) -> Self {
        let user = &person.user;
        let email = user.email.as_deref().unwrap_or_default();
        let about = vec![&*user.user_name, &user.display_name, email, &organisation.name, &organisation.slug];
        Self { about, demands: demands.without_history(), old: None, earlier: Vec::new() }
    }

    /// What a password is measured against that this person chooses: besides, the one it replaces, and those before it as
    /// far as the policy looks back. Without the old one at hand, that one counts as the last of those before.
    pub async fn of_own(
        app: &App,
        (person, organisation): (&'a Person, &'a Organisation),
        demands: Demands,
        old: Option<&'a str>,
    ) -> Result<Self, Error> {
        let (db, user) = (app.store.reader(), &person.user);
        let mut earlier = Vec::new();
        if demands.history > 0 {
            let present = passwords::find(db, user.org, user.id).await?;
            earlier.extend(present.filter(|it| old.is_none() && !it.must_change).map(|it| it.phc));
            earlier.extend(earlier_passwords::newest(db, user.org, user.id, demands.history).await?);
        }
        Ok(Self { demands, old, earlier, ..Self::of(person, organisation, demands) })
    }
}

/// A password that was measured.
pub enum Chosen {
    /// It is good; this is its hash.
    Hash(String),
    /// It is not.
    Refused(Refusal),
}

/// Measures a password that was typed twice, and hashes it.
pub async fn choose_twice(
    app: &App,
    measure: &Measure<'_>,
    typed: Option<Secret<String>>,
    again: Option<Secret<String>>,
) -> Result<Chosen, Error> {
    let typed = typed.ok_or_else(|| Error::invalid("password", Flaw::Missing))?;
    let again = again.ok_or_else(|| Error::invalid("password_again", Flaw::Missing))?;
    if typed.reveal() != again.reveal() {
        return Ok(Chosen::Refused(Refusal::new("password_again", Complaint::PasswordsDiffer)));
    }
    Ok(match weigh(app, measure, &typed).await? {
        Ok(phc) => Chosen::Hash(phc),
        Err(weaknesses) => Chosen::Refused(Refusal::new("password", Complaint::Weak(weaknesses))),
    })
}

/// The hash of a password that is good enough; any other is an invalid field `password`.
pub async fn measured(app: &App, measure: &Measure<'_>, typed: &Secret<String>) -> Result<String, Error> {
    weigh(app, measure, typed).await?.map_err(|weaknesses| Error::invalid("password", Flaw::Weak(weaknesses)))
}

/// The hash of a password, or every reason why it is not good enough.
async fn weigh(
    app: &App,
    measure: &Measure<'_>,
    typed: &Secret<String>,
) -> Result<Result<String, Vec<Weakness>>, Error> {
    let password = match Password::read(typed.reveal()) {
        Ok(password) => password,
        Err(weakness) => return Ok(Err(vec![weakness])),
    };
    let weaknesses = measure.demands.weaknesses(&password, &measure.about);
    if !weaknesses.is_empty() {
        return Ok(Err(weaknesses));
    }
    let plain = || Secret::new(password.reveal().to_owned());
    if let Some(old) = measure.old
        && app.hasher.verify(plain(), Some(old.to_owned())).await?.is_right
    {
        return Ok(Err(vec![Weakness::Same]));
    }
    for earlier in &measure.earlier {
        if app.hasher.verify(plain(), Some(earlier.clone())).await?.is_right {
            return Ok(Err(vec![Weakness::Earlier { history: measure.demands.history }]));
        }
    }
    app.hasher.hash(plain()).await.map(Ok)
}

/// Stores a password that stays, inside a unit that changes more; the caller has asked for the permit. Somebody pending
/// is active from then on, and all access of before ends.
pub async fn set_in(app: &App, tx: &Tx, user: &User, phc: &str) -> Result<User, Error> {
    let password = StoredPassword::permanent(phc.to_owned());
    passwords::set(tx, user.id, &password).await?;
    let changed = User {
        status: if user.status == Status::Pending { Status::Active } else { user.status },
        epoch: user.epoch.saturating_add(1),
        version: user.version.saturating_add(1),
        updated_at: tx.now,
        ..user.clone()
    };
    user_rows::set_state(tx, &changed).await?;
    users::end_access(tx, &changed, &signals::of_new_password(user.status)).await?;
    if user.status != Status::Pending {
        mail::queue(app, tx, &changed, Letter::PasswordChanged).await?;
    }
    Ok(changed)
}

/// Who wants that somebody gets a link.
#[derive(Debug, Clone, Copy)]
pub enum Wish<'a> {
    /// Whoever says to be that person.
    Own,
    /// An administrator.
    Administrator(&'a Actor),
}

/// Stores a new one-time link of somebody and mails it, inside a unit that changes more; the caller has asked for the
/// permit. The answer is the link.
pub async fn send_link_in(
    app: &App,
    tx: &Tx,
    user: &User,
    (purpose, wish): (Purpose, Wish<'_>),
) -> Result<Secret<String>, Error> {
    let token = TokenKind::Link.generate();
    let (path, lifetime) = match purpose {
        Purpose::Activate => ("activate", ACTIVATION_LINK),
        Purpose::Reset => ("reset", RESET_LINK),
    };
    links::replace(tx, user, purpose, &TokenHash::of(token.reveal()), tx.now.after(lifetime)).await?;
    let link = app.config.url(&format!("/{path}/{}", token.reveal()));
    let letter = match purpose {
        Purpose::Activate => {
            let by = match wish {
                Wish::Own => None,
                Wish::Administrator(actor) => mail::doer(tx, actor).await?,
            };
            Letter::Activation { link: link.clone(), by }
        }
        Purpose::Reset => {
            let by_administrator = matches!(wish, Wish::Administrator(_));
            Letter::PasswordReset { link: link.clone(), by_administrator }
        }
    };
    mail::queue(app, tx, user, letter).await?;
    Ok(Secret::new(link))
}
