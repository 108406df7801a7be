//! What administrators are told of letters that could not be delivered.
//!
//! **Invariant:** of a letter that was given up nothing is kept but the address, the moment and why: no link, no password,
//! and what the mail server said only when it repeats neither.
//! **Invariant:** only an address that the person has now is told of: not one that somebody has yet to prove.

use std::collections::HashMap;

use super::{Letter, Mail, opened, smtp};
use crate::app::App;
use crate::domain::Error;
use crate::domain::id::{InvitationId, OrgId, UserId};
use crate::domain::invitation::{Invitation, State};
use crate::domain::policy::Actor;
use crate::domain::undelivered::{GivenUp, Undelivered, quoted};
use crate::domain::user::User;
use crate::store::outbox::Message;
use crate::store::{Reader, invitations, undelivered, users};

/// What shows what happened to a user shows this too.
const READ: &str = "users.activity:read";

/// Notes a letter that is given up.
pub(crate) async fn give_up(app: &App, message: &Message, failure: &Error) -> Result<(), Error> {
    // A letter that cannot be read cannot be told of; it is in the log.
    let Ok(mail) = opened(app, &message.payload) else { return Ok(()) };
    let Some(person) = mail.person else { return Ok(()) };
    if !is_of_now(app, message.org, person, &mail.to).await? {
        return Ok(());
    }
    let secrets = secrets(&mail.letter);
    let note = Undelivered {
        org: message.org,
        person,
        address: mail.to.clone(),
        written_at: message.created_at,
        at: app.now(),
        why: if smtp::is_refused_for_good(failure) { GivenUp::Refused } else { GivenUp::NeverLeft },
        said: smtp::said_of_letter(failure).and_then(|said| quoted(&said, &secrets)),
    };
    app.store.note_undelivered(&note).await
}

/// Takes back what was noted, because a letter to the same address has left.
pub(super) async fn reached(app: &App, org: OrgId, mail: &Mail) {
    let Some(person) = mail.person else { return };
    // A failure here must not have the letter sent again.
    if let Err(failure) = app.store.reached(org, person, &mail.to).await {
        tracing::error!(failure = %failure, user.id = %person, "the note about a letter before this one stays");
    }
}

/// The last letter to a user that could not be delivered, for somebody who may see what happened to the user.
pub async fn of_user(app: &App, actor: &Actor, user: &User) -> Result<Option<Undelivered>, Error> {
    let (_, model) = app.store.organisation(user.org).await?;
    if actor.may(&model, READ).is_err() {
        return Ok(None);
    }
    let found = undelivered::of(app.store.reader(), user.org, &[user.id]).await?;
    Ok(found.into_iter().find(|it| user.email.as_ref() == Some(&it.address)))
}

/// Those of some invitations whose newest letter could not be delivered.
pub(crate) async fn of_invitations(
    db: &impl Reader,
    org: OrgId,
    sent: &[Invitation],
) -> Result<HashMap<InvitationId, Undelivered>, Error> {
    let ids: Vec<UserId> = sent.iter().map(|it| it.id.user()).collect();
    let mut notes: HashMap<UserId, Undelivered> =
        undelivered::of(db, org, &ids).await?.into_iter().map(|it| (it.person, it)).collect();
    let is_newest = |it: &Invitation, note: &Undelivered| note.address == it.address && note.written_at >= it.sent_at;
    let of = |it: &Invitation| Some((it.id, notes.remove(&it.id.user()).filter(|note| is_newest(it, note))?));
    Ok(sent.iter().filter_map(of).collect())
}

/// True when the person is written to at this address.
async fn is_of_now(app: &App, org: OrgId, person: UserId, address: &str) -> Result<bool, Error> {
    let db = app.store.reader();
    if let Some(user) = users::find(db, org, person).await? {
        return Ok(user.email.as_deref() == Some(address));
    }
    let invited = invitations::find(db, org, InvitationId::from_uuid(person.uuid())).await?;
    Ok(invited.is_some_and(|it| it.state == State::Pending && it.address == address))
}

/// What opens something: the link with its token, or the password.
fn secrets(letter: &Letter) -> Vec<&str> {
    match letter {
        Letter::PasswordReset { link, .. }
        | Letter::Activation { link, .. }
        | Letter::Invitation { link, .. }
        | Letter::ConfirmEmail { link } => {
            let token = link.rsplit('/').next().unwrap_or_default();
            vec![link, token]
        }
        Letter::TemporaryPassword { password, .. } => vec![password],
        Letter::PasswordSet { .. }
        | Letter::NewSignIn { .. }
        | Letter::DeviceLetIn { .. }
        | Letter::OwnPasswordChanged
        | Letter::SecondFactorOn
        | Letter::SecondFactorOff
        | Letter::AuthenticatorRemoved
        | Letter::PasskeyAdded { .. }
        | Letter::PasskeyRemoved { .. }
        | Letter::RecoveryCodesRenewed
        | Letter::RecoveryCodeUsed { .. }
        | Letter::PersonalToken { .. }
        | Letter::InvitationRefused { .. }
        | Letter::InvitationWanted { .. }
        | Letter::RoleChanged { .. }
        | Letter::Deactivated
        | Letter::Removed { .. }
        | Letter::Left
        | Letter::HolderLeft { .. }
        | Letter::Reactivated
        | Letter::MfaReset
        | Letter::SecondFactorDue { .. }
        | Letter::PasswordChanged
        | Letter::EmailChanged { .. }
        | Letter::EmailChangeAsked { .. }
        | Letter::LastHolderAlert { .. }
        | Letter::LinkedByEmail { .. }
        | Letter::Linked { .. }
        | Letter::BreakerTripped { .. }
        | Letter::TokenByLink { .. }
        | Letter::StillHeld { .. }
        | Letter::TokenEnds { .. }
        | Letter::ConnectionSilent { .. }
        | Letter::ConnectionSpeaks { .. }
        | Letter::ReviewAsked { .. }
        | Letter::FailedSignIns { .. }
        | Letter::StillHere { .. }
        | Letter::OrganisationDeleted { .. }
        | Letter::BreakGlassUsed { .. }
        | Letter::ReviewMissing { .. }
        | Letter::AuditStreamFails { .. }
        | Letter::AuditExportReady { .. }
        | Letter::SignInFlood { .. } => Vec::new(),
    }
}
