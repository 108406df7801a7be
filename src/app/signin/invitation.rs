//! The page that an invitation leads to.
//!
//! **Invariant:** an invitation opens nobody's session by itself: the password that is chosen with it is the first proof of
//! a sign-in, and whatever else is asked of the person follows.

use super::attempt::{self, Proved, State};
use super::{Answer, Attempt, Browser, Page, Proof, Started, Wanted, advance, next};
use crate::app::App;
use crate::app::invitations::{self, Acceptance, Accepted, Found, Gone, Opened};
use crate::domain::id::OrgId;
use crate::domain::{Error, Flaw};

/// What following the link of an invitation leads to.
pub enum Invited {
    /// An attempt with a form to fill in.
    Begun(Started),
    /// A page that says why there is none.
    Gone(Gone),
}

/// Begins an attempt for the token of an invitation, where there is something to do.
pub async fn open(app: &App, token: &str) -> Result<Invited, Error> {
    let (opened, found) = invitations::open(app, token).await?;
    match found {
        Found::Gone(gone) if !gone.can_ask() => Ok(Invited::Gone(gone)),
        Found::Gone(_) | Found::Open(_) => {
            attempt::insert(app, State::new(Wanted::Invitation(opened))).await.map(Invited::Begun)
        }
    }
}

pub(super) async fn show(app: &App, opened: &Opened) -> Result<Page, Error> {
    Ok(match invitations::find(app, opened).await? {
        Found::Open(offer) => Page::Invitation(offer),
        Found::Gone(gone) => Page::InvitationGone(gone),
    })
}

/// Whose invitation it is; nobody's when it does not count any more.
pub(super) async fn whose(app: &App, opened: &Opened) -> Result<Option<OrgId>, Error> {
    Ok(match invitations::find(app, opened).await? {
        Found::Open(offer) => Some(offer.invitation.org),
        Found::Gone(_) => None,
    })
}

pub(super) async fn answer(
    app: &App,
    mut attempt: Attempt,
    opened: &Opened,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    match proof.decision.as_deref() {
        Some("decline") => invitations::decline(app, opened).await?,
        Some("ask") => {
            invitations::ask_for_another(app, opened).await?;
            attempt.state.wanted = Wanted::Invitation(opened.asked());
            attempt.keep(app).await?;
        }
        Some(_) | None => {
            let display_name = proof.display_name.ok_or_else(|| Error::invalid("display_name", Flaw::Missing))?;
            let opened = opened.filled_in(&display_name);
            let from = Acceptance { display_name, password: proof.password, password_again: proof.password_again };
            match invitations::accept(app, &opened, from).await? {
                Accepted::Again(refusal) => {
                    attempt.state.wanted = Wanted::Invitation(opened);
                    attempt.keep(app).await?;
                    return Ok(Some(Answer::Again(refusal)));
                }
                Accepted::Gone => {}
                Accepted::Done { organisation, user } => {
                    let proved = Proved { org: user.org, user: user.id, epoch: user.epoch, at: app.now() };
                    let (organisation, typed, password) = (Some(organisation), Some(user.user_name), Some(proved));
                    attempt.state = State { organisation, typed, password, ..State::new(Wanted::Account) };
                    return advance(app, attempt, browser).await;
                }
            }
        }
    }
    next(app, attempt).await
}
