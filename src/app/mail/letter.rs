//! What each letter says, in the language of whoever gets it.
//!
//! Every sentence has a key, in `letters.en.ftl` and in `letters.de.ftl`.
//!
//! **Invariant:** every letter is complete in every language; a test writes all of them.

use serde::{Deserialize, Serialize};

use super::Mail;
use super::draft::{Draft, unlinked, unlinked_user_name};
use super::text::Text;
use crate::app::alert::Failing;
use crate::domain::Timestamp;
use crate::domain::id::{AuditStreamId, ConnectionId, ReviewId, UserId};

/// What is written to somebody.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// A link to choose a new password.
    PasswordReset {
        /// The link.
        link: String,
        /// Whether an administrator sends it, unasked.
        #[serde(default)]
        by_administrator: bool,
    },
    /// A link to choose the first password.
    Activation {
        /// The link.
        link: String,
        /// Who made the account or sends the link anew; nobody when it is no person.
        #[serde(default)]
        by: Option<String>,
    },
    /// A temporary password.
    TemporaryPassword {
        /// The password.
        password: String,
        /// Who made the account; nobody when it is no person.
        #[serde(default)]
        by: Option<String>,
        /// Until when it works.
        #[serde(default)]
        until: Option<Timestamp>,
    },
    /// An administrator has set another password, which the letter does not tell.
    PasswordSet {
        /// Who did; nobody when it is no person.
        by: Option<String>,
        /// Until when it works, where it is a temporary one.
        until: Option<Timestamp>,
    },
    /// Somebody signed in from a browser that the account does not know.
    NewSignIn {
        /// What the browser calls itself.
        user_agent: String,
        /// The address it has.
        address: String,
        /// When.
        at: Timestamp,
    },
    /// A device without a browser was let in.
    DeviceLetIn {
        /// The application that runs on it.
        application: String,
    },
    /// The account was linked to a person at its identity provider, whom nothing but the address says it is.
    LinkedByEmail {
        /// The name of the connection.
        provider: String,
    },
    /// The account belongs to a connection from now on, as an administrator has decided.
    Linked {
        /// The name of the connection.
        provider: String,
        /// Who decided it.
        by: Option<String>,
        /// True when the person signs in there from now on.
        signs_in_there: bool,
    },
    /// The own password was changed, on the account page.
    OwnPasswordChanged,
    /// An authenticator was enrolled.
    SecondFactorOn,
    /// The second factor was switched off by its owner.
    SecondFactorOff,
    /// The authenticator was removed by its owner, who has passkeys.
    AuthenticatorRemoved,
    /// A passkey opens the account from now on.
    PasskeyAdded {
        /// What its owner calls it.
        name: String,
    },
    /// A passkey no longer opens the account.
    PasskeyRemoved {
        /// What its owner called it.
        name: String,
    },
    /// There are other recovery codes from now on.
    RecoveryCodesRenewed,
    /// Somebody signed in with a recovery code.
    RecoveryCodeUsed {
        /// How many are left.
        left: u64,
    },
    /// A token for the API was made.
    PersonalToken {
        /// What its owner calls it.
        name: String,
    },
    /// An invitation to come.
    Invitation {
        /// The link.
        link: String,
        /// Who sends it; nobody when it is the operator.
        inviter: Option<String>,
        /// The label of the role that is offered.
        role: String,
    },
    /// Somebody wanted to accept an invitation that does not count any more.
    InvitationRefused {
        /// The address that was invited.
        address: String,
        /// Who had sent the invitation.
        inviter: String,
    },
    /// Somebody whose invitation has run out asks for another.
    InvitationWanted {
        /// The address that was invited.
        address: String,
        /// Who had sent the invitation; empty when it was the operator.
        inviter: String,
    },
    /// Another role counts from now on.
    RoleChanged {
        /// The label of that role.
        role: String,
        /// The label of the one before, where there was one.
        #[serde(default)]
        before: Option<String>,
        /// Who changed it; nobody when it is no person.
        #[serde(default)]
        by: Option<String>,
        /// Whether the person cannot sign in now.
        #[serde(default)]
        is_shut_out: bool,
    },
    /// The account is closed.
    Deactivated,
    /// The account is gone.
    Removed {
        /// Who removed it; nobody when it is no person.
        by: Option<String>,
    },
    /// The account is gone, because its owner wanted that.
    Left,
    /// Somebody who held a protected role has left.
    HolderLeft {
        /// What that person was called.
        holder: String,
        /// The label of the role.
        role: String,
    },
    /// The account is open again.
    Reactivated,
    /// The second factors were taken away.
    MfaReset,
    /// A second factor has to be set up.
    SecondFactorDue {
        /// Until when it may be put off; nothing when it may not.
        until: Option<Timestamp>,
        /// In days.
        days_left: Option<u64>,
    },
    /// There is another password.
    PasswordChanged,
    /// Mail goes to another address from now on; written to both.
    EmailChanged {
        /// The new address.
        new: String,
    },
    /// A link that proves a new address; written to that one.
    ConfirmEmail {
        /// The link.
        link: String,
    },
    /// Mail is to go to another address; written to the one of now.
    EmailChangeAsked {
        /// The new address.
        new: String,
    },
    /// The identity provider has shut out the last holder of a protected role.
    LastHolderAlert {
        /// The user name of that holder.
        holder: String,
    },
    /// An identity provider lets so many people go that somebody has to decide.
    BreakerTripped {
        /// The name of the connection.
        provider: String,
        /// The connection.
        connection: ConnectionId,
    },
    /// Somebody outside has made the token of a connection, by a link.
    TokenByLink {
        /// The name of the connection.
        provider: String,
        /// The connection.
        connection: ConnectionId,
    },
    /// Those whom an identity provider lets go wait still.
    StillHeld {
        /// The name of the connection.
        provider: String,
        /// The connection.
        connection: ConnectionId,
        /// How many wait.
        people: u64,
        /// Since when the first of them waits.
        since: Timestamp,
    },
    /// Sign-ins fail at a rate at which passwords are being guessed.
    SignInFlood {
        /// How many failed in the second that gave the alarm.
        in_a_second: u64,
        /// How many had failed in the minute by then.
        in_a_minute: u64,
    },
    /// More sign-ins fail than the policy lets pass.
    FailedSignIns {
        /// What they have in common.
        failing: Failing,
        /// How many failed in an hour.
        failures: u64,
    },
    /// Somebody has signed in as a break-glass account, or nearly.
    BreakGlassUsed {
        /// What the account is called.
        name: String,
        /// From which network address.
        address: String,
        /// When.
        at: Timestamp,
        /// True where the password was right and the second factor was not.
        is_failed: bool,
    },
    /// The organisation is to go.
    OrganisationDeleted {
        /// Until when it can be restored.
        until: Timestamp,
    },
    /// Somebody whose time has ended still has access.
    StillHere {
        /// What people call them.
        name: String,
        /// The user.
        user: UserId,
        /// When their time ended.
        since: Timestamp,
        /// False where an identity provider manages them.
        is_kept_here: bool,
    },
    /// Somebody is asked in an access review.
    ReviewAsked {
        /// The name of the review.
        name: String,
        /// The review.
        review: ReviewId,
        /// About how many places.
        items: u64,
        /// Until when.
        until: Timestamp,
        /// Whether it was written of before.
        is_reminder: bool,
        /// Whether the time is over.
        is_late: bool,
    },
    /// There was no access review in a quarter.
    ReviewMissing {
        /// Which quarter.
        quarter: String,
    },
    /// For a while nothing of a stream of the audit log has arrived.
    AuditStreamFails {
        /// The name of the stream.
        name: String,
        /// The stream.
        stream: AuditStreamId,
        /// Since when.
        since: Timestamp,
        /// What the last try said.
        why: String,
        /// Whether the receiver wants no more.
        is_paused: bool,
    },
    /// A part of the audit log is there as a file.
    AuditExportReady {
        /// Until when.
        until: Timestamp,
    },
    /// A token of a connection ends soon.
    TokenEnds {
        /// The name of the connection.
        provider: String,
        /// The connection.
        connection: ConnectionId,
        /// The first characters of the token.
        hint: String,
        /// When it ends.
        until: Timestamp,
        /// In how many days, the one under way included.
        days_left: u64,
    },
    /// A connection has fallen silent.
    ConnectionSilent {
        /// Its name.
        provider: String,
        /// The connection.
        connection: ConnectionId,
        /// When its last request came.
        since: Timestamp,
        /// After how many hours that is told of.
        hours: u32,
    },
    /// A connection that was silent speaks again.
    ConnectionSpeaks {
        /// Its name.
        provider: String,
        /// The connection.
        connection: ConnectionId,
        /// When its last request had come before.
        since: Timestamp,
    },
}

impl Letter {
    /// Writes the letter.
    #[expect(clippy::too_many_lines, reason = "a table: what each letter says, one after the other")]
    pub(super) fn write(&self, mail: &Mail, public_url: &str) -> Text {
        let letter = Draft::to(mail);
        let page = |path: &str| format!("{public_url}{path}");
        let sign_in = match mail.slug.as_str() {
            "" => page("/sign-in"),
            slug => page(&format!("/sign-in?organisation={slug}")),
        };
        let look = |letter: Draft| letter.say("if-not-you").link("look-at-account", &page("/account/security"));
        let own =
            |letter: Draft, subject: &str, happened: &str| look(letter.subject(subject).say(happened).traced(mail));
        let letter = match self {
            Self::PasswordReset { link, by_administrator: true } => {
                let letter = letter.subject("reset-subject").say("reset-sent").link("choose-new-password", link);
                letter.say("reset-sent-once").say("if-unexpected")
            }
            Self::PasswordReset { link, by_administrator: false } => {
                let letter = letter.subject("reset-subject").say("reset-asked");
                letter.link("choose-new-password", link).say("reset-once")
            }
            Self::Activation { link, by } => {
                let letter = letter.subject("activation-subject").say("activation-made").done_by(by.as_deref());
                letter.link("activation-link", link).say("activation-once").say("activation-unexpected")
            }
            Self::TemporaryPassword { password, by, until } => {
                let letter = letter.subject("temporary-subject").say("temporary-is").code(password);
                let letter = match until {
                    Some(until) => letter.until(*until).say("temporary-until"),
                    None => letter.say("temporary-day"),
                };
                letter.done_by(by.as_deref()).link("sign-in", &sign_in).say("if-unexpected")
            }
            Self::PasswordSet { by, until: Some(until) } => {
                let letter = letter.until(*until).subject("set-temporary-subject").say("set-temporary");
                let letter = letter.done_by(by.as_deref()).say("all-ended");
                letter.link("sign-in", &sign_in).say("if-unexpected")
            }
            Self::PasswordSet { by, until: None } => {
                let letter = letter.subject("changed-subject").say("set-for-good").done_by(by.as_deref());
                letter.say("all-ended").say("set-unexpected").link("choose-new-password", &page("/forgot"))
            }
            Self::NewSignIn { user_agent, address, at } => {
                let letter = letter.seen(user_agent, address).at(*at);
                look(letter.subject("new-sign-in-subject").say("new-sign-in"))
            }
            Self::DeviceLetIn { application } => {
                own(letter.with("name", unlinked(application)), "device-subject", "device-in")
            }
            Self::LinkedByEmail { provider } => {
                let letter = letter.with("provider", unlinked(provider)).subject("linked-subject").say("linked");
                letter.traced(mail).say("linked-unexpected")
            }
            Self::Linked { provider, by, signs_in_there } => {
                let way = if *signs_in_there { "linked-here-there" } else { "linked-here-as-before" };
                let letter = letter.with("provider", unlinked(provider)).subject("linked-subject").say("linked-here");
                letter.say(way).done_by(by.as_deref()).link("sign-in", &sign_in).say("if-unexpected")
            }
            Self::OwnPasswordChanged => {
                let letter = letter.subject("own-password-subject").say("own-password").traced(mail);
                letter.say("own-password-not-you").link("choose-new-password", &page("/forgot"))
            }
            Self::SecondFactorOn => own(letter, "factor-on-subject", "factor-on"),
            Self::SecondFactorOff => own(letter, "factor-off-subject", "factor-off"),
            Self::AuthenticatorRemoved => own(letter, "app-removed-subject", "app-removed"),
            Self::PasskeyAdded { name } => {
                own(letter.with("name", unlinked(name)), "passkey-added-subject", "passkey-added")
            }
            Self::PasskeyRemoved { name } => {
                own(letter.with("name", unlinked(name)), "passkey-removed-subject", "passkey-removed")
            }
            Self::RecoveryCodesRenewed => own(letter, "codes-new-subject", "codes-new"),
            Self::RecoveryCodeUsed { left } => own(letter.count(*left), "code-used-subject", "code-used"),
            Self::PersonalToken { name } => own(letter.with("name", unlinked(name)), "token-subject", "token-new"),
            Self::Invitation { link, inviter, role } => {
                let letter = letter.with("role", unlinked(role)).subject("invitation-subject");
                let letter = match inviter {
                    Some(inviter) => letter.with("name", unlinked(inviter)).say("invitation-by"),
                    None => letter.say("invitation-by-nobody"),
                };
                letter.link("invitation-link", link).say("invitation-once")
            }
            Self::InvitationRefused { address, inviter } => {
                let letter = letter.with("address", address.clone()).with("name", unlinked(inviter));
                let letter = letter.subject("refused-subject").say("refused-why").say("refused-next");
                letter.link("open-doorward", public_url)
            }
            Self::InvitationWanted { address, inviter } => {
                let letter = letter.with("address", address.clone()).with("name", unlinked(inviter));
                let letter = letter.subject("wanted-subject");
                let letter = if inviter.is_empty() { letter.say("wanted") } else { letter.say("wanted-of") };
                letter.say("wanted-next").link("open-invitations", &page("/console/users/invitations"))
            }
            Self::RoleChanged { role, before, by, is_shut_out } => {
                let letter = letter.with("role", unlinked(role)).subject("role-subject");
                let letter = match before {
                    Some(before) => letter.with("before", unlinked(before)).say("role-was"),
                    None => letter.say("role-is"),
                };
                let letter = letter.done_by(by.as_deref());
                let letter =
                    if *is_shut_out { letter } else { letter.say("role-now").link("open-account", &page("/account")) };
                letter.say("if-unexpected")
            }
            Self::Deactivated => letter.subject("closed-subject").say("closed").say("if-mistake"),
            Self::Removed { by } => {
                let letter = letter.subject("removed-subject").say("removed").done_by(by.as_deref());
                letter.traced(mail).say("if-mistake")
            }
            Self::Left => letter.subject("left-subject").say("left").traced(mail).say("left-not-you"),
            Self::HolderLeft { holder, role } => {
                let letter = letter.with("name", unlinked(holder)).with("role", unlinked(role));
                let letter = letter.subject("holder-left-subject").say("holder-left").say("holder-left-next");
                letter.link("open-doorward", public_url)
            }
            Self::Reactivated => letter.subject("open-subject").say("open").link("sign-in", &sign_in),
            Self::MfaReset => {
                let letter = letter.subject("mfa-reset-subject").say("mfa-reset").traced(mail);
                letter.link("sign-in", &sign_in).say("if-not-asked")
            }
            Self::SecondFactorDue { until, days_left } => {
                let letter = match until.zip(*days_left) {
                    Some((until, days)) => letter.until(until).count(days).subject("due-subject-until"),
                    None => letter.subject("due-subject"),
                };
                let rest = if until.is_some() && days_left.is_some() { "due-days" } else { "due-now" };
                letter.say("due-required").say(rest).link("due-link", &page("/account/security"))
            }
            Self::PasswordChanged => {
                let letter = letter.subject("changed-subject").say("changed-now").traced(mail);
                letter.link("choose-new-password", &page("/forgot"))
            }
            Self::EmailChanged { new } => {
                let letter = letter.with("address", new.clone()).subject("address-subject").say("address-new");
                letter.traced(mail).say("if-unexpected")
            }
            Self::ConfirmEmail { link } => {
                let letter = letter.subject("confirm-subject").say("confirm-asked");
                letter.link("confirm-link", link).say("confirm-once")
            }
            Self::EmailChangeAsked { new } => {
                own(letter.with("address", new.clone()), "address-asked-subject", "address-asked")
            }
            Self::LastHolderAlert { holder } => {
                let letter = letter.with("name", unlinked_user_name(holder)).subject("last-holder-subject");
                letter.say("last-holder").say("last-holder-next").link("open-doorward", public_url)
            }
            Self::BreakerTripped { provider, connection } => {
                let letter = letter.with("provider", unlinked(provider)).subject("breaker-subject");
                let letter = letter.say("breaker-tripped").say("breaker-so-far").say("breaker-next");
                letter.link("breaker-link", &page(&format!("{}/held", of_connection(*connection))))
            }
            Self::TokenByLink { provider, connection } => {
                let letter =
                    letter.with("provider", unlinked(provider)).subject("link-token-subject").say("link-token");
                letter.say("link-token-next").link("open-connection", &page(&of_connection(*connection)))
            }
            Self::StillHeld { provider, connection, people, since } => {
                let letter = letter.with("provider", unlinked(provider)).at(*since).count(*people);
                let letter = letter.subject("still-held-subject").say("still-held").say("breaker-next");
                letter.link("breaker-link", &page(&format!("{}/held", of_connection(*connection))))
            }
            Self::SignInFlood { in_a_second, in_a_minute } => {
                let letter = letter.with("second", in_a_second.to_string()).with("minute", in_a_minute.to_string());
                letter.subject("flood-subject").say("flood").say("flood-next")
            }
            Self::FailedSignIns { failing, failures } => {
                let letter = letter.count(*failures);
                let (letter, what) = match failing {
                    Failing::User { name } => (letter.with("name", unlinked_user_name(name)), "failing-user"),
                    Failing::Address { address } => {
                        (letter.with("from", unlinked_user_name(address)), "failing-address")
                    }
                    Failing::Organisation => (letter, "failing-all"),
                };
                let letter = letter.subject("failing-subject").say(what).say("failing-next");
                letter.link("failing-link", &page("/console/security/failed-sign-ins?within=hour"))
            }
            Self::BreakGlassUsed { name, address, at, is_failed } => {
                let letter = letter.with("name", unlinked(name)).with("address", unlinked(address)).at(*at);
                let what = if *is_failed { "break-glass-failed" } else { "break-glass-used" };
                let letter = letter.subject("break-glass-subject").say(what).say("break-glass-next");
                letter.link("break-glass-link", &page("/console/organisation/break-glass"))
            }
            Self::OrganisationDeleted { until } => {
                letter.until(*until).subject("deleted-subject").say("deleted").say("deleted-until")
            }
            Self::StillHere { name, user, since, is_kept_here } => {
                let letter = letter.with("name", unlinked(name)).at(*since).subject("still-here-subject");
                let next = if *is_kept_here { "still-here-last" } else { "still-here-provider" };
                letter.say("still-here").say(next).link("still-here-link", &page(&format!("/console/users/{user}")))
            }
            Self::ReviewAsked { name, review, items, until, is_reminder, is_late } => {
                let letter = letter.with("name", unlinked(name)).count(*items).until(*until);
                let (subject, what) = match (is_late, is_reminder) {
                    (true, _) => ("review-late-subject", "review-late"),
                    (false, true) => ("review-again-subject", "review-again"),
                    (false, false) => ("review-subject", "review-asked"),
                };
                let letter = letter.subject(subject).say(what).say("review-next");
                letter.link("review-link", &page(&format!("/console/reviews/{review}/decide")))
            }
            Self::ReviewMissing { quarter } => {
                let letter = letter.with("quarter", quarter.clone()).subject("review-missing-subject");
                letter.say("review-missing").link("review-missing-link", &page("/console/reviews"))
            }
            Self::AuditStreamFails { name, stream, since, why, is_paused } => {
                let letter = letter.with("name", unlinked(name)).with("why", unlinked(why)).at(*since);
                let what = if *is_paused { "stream-paused" } else { "stream-fails" };
                let letter = letter.subject("stream-subject").say(what).say("stream-why").say("stream-next");
                letter.link("stream-link", &page(&format!("/console/audit/streams/{stream}")))
            }
            Self::AuditExportReady { until } => {
                let letter = letter.until(*until).subject("export-subject").say("export-ready").say("export-until");
                letter.link("export-link", &page("/console/audit/exports"))
            }
            Self::TokenEnds { provider, connection, hint, until, days_left } => {
                let letter = letter.with("provider", unlinked(provider)).with("hint", unlinked(hint));
                let letter = letter.until(*until).count(*days_left).subject("token-ends-subject").say("token-ends");
                letter.say("token-ends-next").link("open-connection", &page(&of_connection(*connection)))
            }
            Self::ConnectionSilent { provider, connection, since, hours } => {
                let letter = letter.with("provider", unlinked(provider)).at(*since).count((*hours).into());
                let letter = letter.subject("silent-subject").say("silent").say("silent-next").say("silent-usual");
                letter.link("open-connection", &page(&of_connection(*connection)))
            }
            Self::ConnectionSpeaks { provider, connection, since } => {
                let letter = letter.with("provider", unlinked(provider)).at(*since);
                let letter = letter.subject("speaks-subject").say("speaks");
                letter.link("open-connection", &page(&of_connection(*connection)))
            }
        };
        letter.text
    }
}

/// The page of a connection.
fn of_connection(id: ConnectionId) -> String {
    format!("/console/provisioning/connections/{id}")
}
