//! Signing in: one dispatcher over a stored attempt.
//!
//! An attempt is begun for something [`Wanted`]; [`show`] says which page is due and [`prove`] takes what the person
//! sends back. What comes next is decided by [`crate::domain::signin::next`] over facts read anew at every step.
//!
//! **Invariant:** a proof is taken only while it is the one asked for; anything else that is sent does nothing.
//! **Invariant:** every step that succeeds gives the attempt a new token, and a used token finds nothing.
//! **Invariant:** nothing is proved for good: when the user, its epoch or its organisation changes on the way, the attempt
//! starts again.
//! **Invariant:** nobody can tell from an answer whether a name belongs to somebody, or why somebody may not sign in.

mod again;
mod attempt;
mod change;
mod code;
mod consent;
mod enrol;
mod finish;
mod invitation;
mod known;
mod link;
mod onward;
mod passkey;
mod password;
mod provider;
mod repurpose;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::app::invitations::{self, Gone, Offer};
use crate::app::passwords::Purpose;
use crate::app::sign_in_tries::Place;
use crate::app::users::Person;
use crate::app::{App, authorize, devices, passkeys};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::id::{AttemptId, OrgId};
use crate::domain::password::Demands;
use crate::domain::secret::Secret;
use crate::domain::session::Session;
use crate::domain::signin::Step;
use crate::domain::{Error, Flaw};
use crate::oidc::authorize::Authorization;

pub use again::{begin_enrolment, begin_passkey, prove_again};
pub use attempt::Attempt;
pub use invitation::{Invited, open as open_invitation};
pub use known::are_several as are_several_organisations;
pub use link::open as open_link;
pub use onward::{Errand, Onward, is_behind_sign_in};
pub use passkey::ask as ask_passkey;
pub(crate) use password::check_again as check_password;
pub use provider::{Answered, Asking, answer_provider, ask_provider, check_issuer};

pub use crate::app::federation::Refused;
pub use crate::app::federation::exchange::Callback;

use attempt::State;
use known::Known;
use onward::Kept;

/// What somebody signs in for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// The own account page.
    Account,
    /// What an application asked for.
    Application(Box<Application>),
    /// A new password, with a one-time link.
    NewPassword(link::Opened),
    /// A proof of who somebody is who is signed in already.
    Proof(again::Oneself),
    /// An authenticator, enrolled by somebody who is signed in.
    Authenticator(again::Oneself),
    /// A passkey, made by somebody who is signed in.
    Passkey(again::Oneself),
    /// Coming by an invitation.
    Invitation(invitations::Opened),
}

/// An authorization request and what its pages show of the application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Application {
    /// The request.
    pub request: Authorization,
    /// The application's name for people.
    pub name: String,
    /// The organisation whose people it serves; none when it serves everybody.
    pub org: Option<OrgId>,
}

impl Wanted {
    /// Who it must be, where that is known.
    const fn oneself(&self) -> Option<&again::Oneself> {
        match self {
            Self::Proof(oneself) | Self::Authenticator(oneself) | Self::Passkey(oneself) => Some(oneself),
            Self::Account | Self::Application(_) | Self::NewPassword(_) | Self::Invitation(_) => None,
        }
    }

    /// What an application asked for, where it is for one.
    fn application(&self) -> Option<&Application> {
        match self {
            Self::Application(application) => Some(application),
            Self::Account
            | Self::NewPassword(_)
            | Self::Invitation(_)
            | Self::Proof(_)
            | Self::Authenticator(_)
            | Self::Passkey(_) => None,
        }
    }

    /// True when it is for an application that takes nobody with one factor.
    fn wants_two_factors(&self) -> bool {
        self.application().is_some_and(|it| it.request.needs_two_factors())
    }

    /// What this application asks for.
    pub fn by(application: &crate::app::application::Application, request: Authorization) -> Self {
        let org = application.client.org;
        let org = (org != OrgId::OPERATOR).then_some(org);
        Self::Application(Box::new(Application { request, name: application.registration.name.clone(), org }))
    }
}

/// The browser at the other end.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Its address.
    pub ip: IpAddr,
    /// What it calls itself.
    pub user_agent: String,
    /// What says that somebody has signed in there before; it proves nothing.
    pub device: Option<String>,
    /// Its live session, if it has one.
    pub live: Option<(Session, Person)>,
}

impl Browser {
    /// Where, and for what, somebody tries in this browser.
    fn place(&self, state: &attempt::State) -> Place {
        Place {
            ip: self.ip.to_string(),
            user_agent: self.user_agent.clone(),
            client: state.wanted.application().map(|it| it.name.clone()),
        }
    }
}

/// An attempt that has begun.
pub struct Started {
    /// Part of the address of its pages; worth nothing without the cookie.
    pub id: AttemptId,
    /// The token for the browser's cookie.
    pub cookie: Secret<String>,
}

/// The question who it is.
pub struct Identification {
    /// Whether a passkey may stand for everything that is asked.
    pub offers_passkey: bool,
    /// What was typed before, or a hint from the application.
    pub username: String,
    /// Asked for when given: the short name typed so far.
    pub organisation: Option<String>,
    /// The identity providers at which one may sign in instead.
    pub providers: Vec<Provider>,
    /// Why the sign-in starts again.
    pub notice: Option<Complaint>,
}

/// The question for the password.
pub struct PasswordQuestion {
    /// The user name as typed.
    pub username: String,
    /// Whether a passkey may stand for everything that is asked.
    pub offers_passkey: bool,
    /// The identity providers at which one may sign in instead.
    pub providers: Vec<Provider>,
    /// True when nobody has said in which organisation, so that its providers cannot be offered.
    pub is_anywhere: bool,
}

/// An authenticator to enrol.
pub struct Enrolment {
    /// The user name as typed.
    pub username: String,
    /// The `otpauth://` address.
    pub address: Secret<String>,
    /// The key in base 32.
    pub key: Secret<String>,
    /// False for somebody who does it by their own wish.
    pub is_required: bool,
    /// True where nobody but the application wants it.
    pub is_for_application: bool,
    /// Whether a passkey may be made instead.
    pub offers_passkey: bool,
    /// For so many days it may still be put off; none when it may not.
    pub days_left: Option<u64>,
}

/// Which page is due.
pub enum Page {
    /// Who is it?
    Identifier(Identification),
    /// The identity provider.
    Provider {
        /// The user name as typed; empty when none was.
        username: String,
        /// Where one signs in.
        provider: Provider,
    },
    /// The password.
    Password(PasswordQuestion),
    /// A code of the enrolled authenticator, or a passkey.
    SecondFactor {
        /// The user name as typed.
        username: String,
        /// Whether there is an authenticator.
        has_code: bool,
        /// Whether there is a passkey.
        has_passkey: bool,
    },
    /// A passkey to make.
    Passkey {
        /// The user name as typed.
        username: String,
    },
    /// A new password.
    NewPassword {
        /// The user name as typed.
        username: String,
        /// Which link was followed; none in place of a temporary password.
        purpose: Option<Purpose>,
        /// What it must consist of.
        rules: Demands,
    },
    /// An authenticator to enrol.
    Enrol(Enrolment),
    /// The recovery codes to keep before the authenticator is active.
    RecoveryCodes {
        /// The user name as typed.
        username: String,
        /// Each as it is typed.
        codes: Vec<Secret<String>>,
    },
    /// An invitation to accept or decline.
    Invitation(Box<Offer>),
    /// An invitation that does not count any more.
    InvitationGone(Gone),
    /// May the application have what it asks for?
    Consent {
        /// Who is asked.
        username: String,
        /// The scopes asked for.
        scopes: Vec<String>,
        /// The other servers at which it wants to act for the person.
        resources: Vec<String>,
    },
}

/// An identity provider as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The name of the connection.
    pub name: String,
    /// Where the way there begins.
    pub url: String,
}

/// What a person sends back; each page reads its own fields only.
#[derive(Default)]
pub struct Proof {
    /// The user name.
    pub username: Option<String>,
    /// The short name of the organisation.
    pub organisation: Option<String>,
    /// The password, or the new one.
    pub password: Option<Secret<String>>,
    /// The new password again.
    pub password_again: Option<Secret<String>>,
    /// The code of the authenticator.
    pub code: Option<String>,
    /// A recovery code in its place.
    pub recovery_code: Option<String>,
    /// What a browser says of a passkey, as JSON.
    pub passkey: Option<String>,
    /// What the owner calls a new passkey.
    pub name: Option<String>,
    /// Sent when the recovery codes are kept.
    pub activate: Option<String>,
    /// What people call the person.
    pub display_name: Option<String>,
    /// `allow` or `deny`; about an invitation `decline` or `ask`; about an enrolment `later`.
    pub decision: Option<String>,
}

/// What a proof led to.
pub enum Answer {
    /// On to the next page, with a new cookie; a session may have been made on the way.
    Next {
        /// The new token of the attempt.
        cookie: Secret<String>,
        /// What a session that was made gives the browser.
        session: Option<Given>,
    },
    /// The same page again.
    Again(Refusal),
    /// The attempt has ended.
    Done(Box<Finished>),
}

/// What the browser gets with a new session.
pub struct Given {
    /// The token of the session.
    pub session: Secret<String>,
    /// What says from now on that somebody has signed in there before.
    pub device: Secret<String>,
}

/// The end of an attempt.
pub struct Finished {
    /// What a new session gives the browser; nothing when the browser keeps the one it has.
    pub session: Option<Given>,
    /// What the application gets, when there is one.
    pub reply: Option<authorize::Answer>,
    /// Where the person goes on, when it is not the account page.
    pub onward: Option<Onward>,
}

/// Begins an attempt, or goes on with the one under way in the browser where that has used a temporary password.
pub async fn begin(app: &App, wanted: Wanted, under_way: Option<Attempt>) -> Result<Started, Error> {
    go_on_or_begin(app, under_way, State::new(wanted)).await
}

async fn go_on_or_begin(app: &App, under_way: Option<Attempt>, new: State) -> Result<Started, Error> {
    match repurpose::repurpose(app, under_way, &new).await? {
        Some(started) => Ok(started),
        None => attempt::insert(app, new).await,
    }
}

/// How somebody comes to the sign-in page of the own account.
#[derive(Clone, Default)]
pub struct Arrival {
    /// The short name of the organisation that the address of the page names.
    pub organisation: Option<String>,
    /// True when a password is asked for, whatever the domain of the name says: for those who sign in here although their
    /// name is one of a provider's domain.
    pub is_local: bool,
    /// The page that they wanted to open.
    pub return_to: Option<String>,
}

/// Begins an attempt for the own account, or goes on with the one under way like [`begin`].
pub async fn begin_at_home(app: &App, arrival: Arrival, under_way: Option<Attempt>) -> Result<Started, Error> {
    let Arrival { organisation, is_local, return_to } = arrival;
    let onward = return_to.as_deref().map(Kept::open_page);
    let new = State { organisation, is_local, onward, ..State::new(Wanted::Account) };
    go_on_or_begin(app, under_way, new).await
}

/// Begins an attempt for a form whose session has ended. It is kept for whom the browser knows; nothing begins where that is
/// nobody.
pub async fn begin_with_form(app: &App, form: &Onward, device: Option<&str>) -> Result<Option<Started>, Error> {
    let Some((_, user)) = device.and_then(|it| devices::owner(app, it)) else { return Ok(None) };
    let onward = Some(form.keep(app, user)?);
    attempt::insert(app, State { onward, ..State::new(Wanted::Account) }).await.map(Some)
}

/// Begins an attempt in which somebody who is signed in is only asked for consent.
pub async fn ask_consent(app: &App, wanted: Wanted, live: &Session) -> Result<Started, Error> {
    attempt::insert(app, State { session: Some(live.id), ..State::new(wanted) }).await
}

/// True for an instance in which nobody can sign in yet.
pub async fn is_without_organisation(app: &App) -> Result<bool, Error> {
    Ok(crate::store::organisations::count(app.store.reader()).await? == 0)
}

/// The attempt of a cookie.
pub async fn find(app: &App, cookie: &str) -> Result<Option<Attempt>, Error> {
    attempt::find(app, cookie).await
}

/// Forgets who it was and what was proved; what is wanted stays. None when the attempt has moved on meanwhile.
pub async fn restart(app: &App, mut attempt: Attempt) -> Result<Option<Secret<String>>, Error> {
    attempt.state.restart(false);
    attempt.step(app).await
}

/// Which page is due.
pub async fn show(app: &App, mut attempt: Attempt, browser: &Browser) -> Result<Page, Error> {
    if let Wanted::NewPassword(link) = &attempt.state.wanted {
        return link::show(app, link).await;
    }
    if let Wanted::Invitation(opened) = &attempt.state.wanted {
        return invitation::show(app, opened).await;
    }
    if let Wanted::Passkey(_) = &attempt.state.wanted {
        return passkey::show(app, &attempt, browser);
    }
    attempt.state.hold_to(browser.live.as_ref().map(|(session, _)| session.id));
    let known = known::load(app, &attempt.state).await?;
    match due(app, &attempt.state, known.as_ref(), browser) {
        Due::Consent(application, person) => Ok(consent::show(application, person)),
        Due::Step(step) => match (step, known) {
            (Step::ChangePassword, Some(known)) => Ok(change::show(&attempt.state, &known)),
            (Step::Enrol, Some(known)) => enrol::show(app, &mut attempt, &known).await,
            (Step::SecondFactor, Some(known)) => Ok(Page::SecondFactor {
                username: attempt.state.typed(),
                has_code: known.totp.is_some(),
                has_passkey: !known.passkeys.is_empty(),
            }),
            (Step::Provider, _) => match provider::show(app, &attempt).await? {
                Some(page) => Ok(page),
                None => identifier(app, &attempt).await,
            },
            (Step::Password, _) => password_question(app, &attempt).await,
            (Step::Identifier | Step::ChangePassword | Step::Enrol | Step::SecondFactor | Step::Done, _) => {
                identifier(app, &attempt).await
            }
        },
    }
}

/// The organisation whose pages those of an attempt are: of an application that serves its people only, of a link that it sent,
/// and of somebody who has proved who it is. Before that it is nobody's, so that no page tells whether a name is known.
pub async fn whose(app: &App, attempt: &Attempt, browser: &Browser) -> Result<Option<OrgId>, Error> {
    let state = &attempt.state;
    match &state.wanted {
        Wanted::Application(application) if application.org.is_some() => Ok(application.org),
        Wanted::Proof(oneself) | Wanted::Authenticator(oneself) | Wanted::Passkey(oneself) => Ok(Some(oneself.org)),
        Wanted::NewPassword(opened) => link::whose(app, opened).await,
        Wanted::Invitation(opened) => invitation::whose(app, opened).await,
        Wanted::Account | Wanted::Application(_) => match &browser.live {
            Some((session, person)) if state.session == Some(session.id) => Ok(Some(person.user.org)),
            Some(_) | None => Ok(known::load(app, state).await?.map(|it| it.organisation.id)),
        },
    }
}

/// Takes a proof for the page that is due. None when the attempt has moved on meanwhile.
pub async fn prove(app: &App, mut attempt: Attempt, proof: Proof, browser: &Browser) -> Result<Option<Answer>, Error> {
    if let Wanted::NewPassword(link) = &attempt.state.wanted {
        let link = link.clone();
        return link::choose(app, attempt, &link, proof, browser).await;
    }
    if let Wanted::Invitation(opened) = &attempt.state.wanted {
        let opened = opened.clone();
        return invitation::answer(app, attempt, &opened, proof, browser).await;
    }
    if let Wanted::Passkey(_) = &attempt.state.wanted {
        return passkey::add_own(app, attempt, &proof, browser).await;
    }
    attempt.state.hold_to(browser.live.as_ref().map(|(session, _)| session.id));
    let known = known::load(app, &attempt.state).await?;
    match due(app, &attempt.state, known.as_ref(), browser) {
        Due::Consent(..) => consent::decide(app, attempt, proof, browser).await,
        Due::Step(step) => Box::pin(by_step(app, attempt, (step, known), proof, browser)).await,
    }
}

async fn by_step(
    app: &App,
    attempt: Attempt,
    (step, known): (Step, Option<Known>),
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    if let Some(sent) = &proof.passkey {
        return match (step, known) {
            (Step::Identifier | Step::Password, _) => passkey::alone(app, attempt, sent, browser).await,
            (Step::SecondFactor, Some(known)) => passkey::second(app, attempt, known, sent, browser).await,
            (Step::Enrol, Some(known)) if known.may_make_passkeys(app) => {
                passkey::enrol(app, attempt, known, &proof, browser).await
            }
            (Step::SecondFactor | Step::Enrol | Step::Provider | Step::ChangePassword | Step::Done, _) => {
                next(app, attempt).await
            }
        };
    }
    match (step, known) {
        (Step::Password, _) => password::check(app, attempt, proof, browser).await,
        (Step::SecondFactor, Some(known)) => code::check(app, attempt, known, proof, browser).await,
        (Step::ChangePassword, Some(known)) => change::choose(app, attempt, known, proof, browser).await,
        (Step::Enrol, Some(known)) => enrol::confirm(app, attempt, known, proof, browser).await,
        (Step::Done, Some(known)) => Box::pin(finish::finish(app, attempt, known, browser)).await,
        (
            Step::Identifier | Step::Provider | Step::SecondFactor | Step::ChangePassword | Step::Enrol | Step::Done,
            _,
        ) => identify(app, attempt, proof, browser).await,
    }
}

enum Due<'a> {
    Step(Step),
    Consent(&'a Application, &'a Person),
}

/// What is due now; consent only in the session that the attempt was proved in.
fn due<'a>(app: &App, state: &'a State, known: Option<&Known>, browser: &'a Browser) -> Due<'a> {
    let signed_in = browser.live.as_ref().filter(|(session, _)| state.session == Some(session.id));
    if let (Wanted::Application(application), Some((_, person))) = (&state.wanted, signed_in) {
        return Due::Consent(application, person);
    }
    let facts = known.map_or_else(|| state.facts(), |known| known.facts);
    Due::Step(crate::domain::signin::next(&facts, app.now()))
}

async fn identifier(app: &App, attempt: &Attempt) -> Result<Page, Error> {
    let state = &attempt.state;
    let hint = state.wanted.application().and_then(|it| it.request.login_hint.clone());
    Ok(Page::Identifier(Identification {
        offers_passkey: passkeys::are_possible(app),
        username: state.typed.clone().or(hint).unwrap_or_default(),
        organisation: known::asked_organisation(app, state).await?,
        providers: provider::offered(app, attempt).await?,
        notice: match &state.onward {
            _ if state.had_too_many_codes => Some(Complaint::TooManyCodes),
            Some(onward) if onward.has_form() => Some(Complaint::SessionEnded),
            Some(_) | None => None,
        },
    }))
}

async fn password_question(app: &App, attempt: &Attempt) -> Result<Page, Error> {
    let state = &attempt.state;
    let is_oneself = state.wanted.oneself().is_some();
    let providers = if is_oneself { Vec::new() } else { provider::offered(app, attempt).await? };
    let asked = if is_oneself { None } else { known::asked_organisation(app, state).await? };
    Ok(Page::Password(PasswordQuestion {
        username: state.typed(),
        offers_passkey: passkeys::are_possible(app),
        providers,
        is_anywhere: !state.is_local && asked.is_some_and(|slug| slug.is_empty()),
    }))
}

/// Notes who it is said to be; where that is known already nothing is noted.
async fn identify(app: &App, mut attempt: Attempt, proof: Proof, browser: &Browser) -> Result<Option<Answer>, Error> {
    if attempt.state.wanted.oneself().is_some() {
        return next(app, attempt).await;
    }
    let username = proof.username.ok_or_else(|| Error::invalid("username", Flaw::Missing))?;
    if username.trim().is_empty() || username.chars().count() > 254 || crate::domain::text::has_control(&username) {
        return Ok(Some(Answer::Again(Refusal::new("username", Complaint::NoUserName))));
    }
    let slug = proof.organisation.filter(|it| !it.trim().is_empty());
    attempt.state.restart(false);
    attempt.state.organisation = slug.or(attempt.state.organisation);
    attempt.state.typed = Some(username);
    attempt.state.provider = provider::route(app, &attempt.state, browser).await?;
    next(app, attempt).await
}

/// Moves the attempt on to its next page.
async fn next(app: &App, attempt: Attempt) -> Result<Option<Answer>, Error> {
    let cookie = attempt.step(app).await?;
    Ok(cookie.map(|cookie| Answer::Next { cookie, session: None }))
}

/// After a proof: the next page, or the end when nothing is left. The end is boxed, because every proof may lead to it.
async fn advance(app: &App, attempt: Attempt, browser: &Browser) -> Result<Option<Answer>, Error> {
    let known = known::load(app, &attempt.state).await?;
    match known {
        Some(known) if crate::domain::signin::next(&known.facts, app.now()) == Step::Done => {
            Box::pin(finish::finish(app, attempt, known, browser)).await
        }
        Some(_) | None => next(app, attempt).await,
    }
}

#[cfg(test)]
mod tests;
