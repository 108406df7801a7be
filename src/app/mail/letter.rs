//! The texts of all letters, each written once and shown as plain text and as HTML.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Mail;
use crate::domain::Timestamp;

/// What is written to somebody.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// A link to choose a new password.
    PasswordReset {
        /// The link.
        link: String,
    },
    /// A link to choose the first password.
    Activation {
        /// The link.
        link: String,
    },
    /// A temporary password.
    TemporaryPassword {
        /// The password.
        password: String,
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
    /// Another role counts from now on.
    RoleChanged {
        /// The label of that role.
        role: String,
    },
    /// The account is closed.
    Deactivated,
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
}

/// A letter in words.
pub(super) struct Text {
    pub(super) subject: String,
    paragraphs: Vec<Paragraph>,
}

enum Paragraph {
    Words(String),
    Link { address: String, words: &'static str },
    Code(String),
}

impl Letter {
    /// Writes the letter.
    #[expect(clippy::too_many_lines, reason = "a table: what each letter says, one after the other")]
    pub(super) fn write(&self, mail: &Mail, public_url: &str) -> Text {
        let user_name = &mail.user_name;
        let (name, organisation) = (&unlinked(&mail.name), &unlinked(&mail.organisation));
        let words = |text: String| Paragraph::Words(text);
        let (subject, body) = match self {
            Self::PasswordReset { link } => (
                format!("Choose a new password for {organisation}"),
                vec![
                    words(format!("somebody, probably you, asked for a new password for {user_name} at {organisation}.")),
                    Paragraph::Link { address: link.clone(), words: "Choose a new password" },
                    words("The link works once, for 30 minutes. If it was not you, do nothing: your password stays as it is.".to_owned()),
                ],
            ),
            Self::Activation { link } => (
                format!("Your account at {organisation}"),
                vec![
                    words(format!("{organisation} has made an account for you. Your user name is {user_name}.")),
                    Paragraph::Link { address: link.clone(), words: "Choose your password" },
                    words("The link works once, for three days. After that, ask an administrator for a new one.".to_owned()),
                ],
            ),
            Self::TemporaryPassword { password } => (
                format!("Your temporary password for {organisation}"),
                vec![
                    words(format!("your user name at {organisation} is {user_name}. Your temporary password is:")),
                    Paragraph::Code(password.clone()),
                    words("It works for 24 hours, and you choose your own when you sign in.".to_owned()),
                    Paragraph::Link { address: format!("{public_url}/sign-in"), words: "Sign in" },
                ],
            ),
            Self::OwnPasswordChanged => own_deed(
                format!("Your password for {organisation} was changed"),
                format!("the password of {user_name} at {organisation} was changed on the account page."),
                public_url,
            ),
            Self::SecondFactorOn => own_deed(
                format!("A second factor protects your account at {organisation}"),
                format!("an authenticator app was set up for {user_name} at {organisation}. From now on signing in takes a code from it."),
                public_url,
            ),
            Self::SecondFactorOff => own_deed(
                format!("Your second factor at {organisation} was switched off"),
                format!("the second factor of {user_name} at {organisation} was switched off on the account page. Signing in takes only the password now."),
                public_url,
            ),
            Self::AuthenticatorRemoved => own_deed(
                format!("Your authenticator app at {organisation} was removed"),
                format!("the authenticator app of {user_name} at {organisation} was removed on the account page. Signing in takes a passkey now."),
                public_url,
            ),
            Self::PasskeyAdded { name } => own_deed(
                format!("A new passkey opens your account at {organisation}"),
                format!("a passkey was added for {user_name} at {organisation}. It opens the account alone. It is called: {}", unlinked(name)),
                public_url,
            ),
            Self::PasskeyRemoved { name } => own_deed(
                format!("A passkey of yours at {organisation} was removed"),
                format!("a passkey of {user_name} at {organisation} was removed on the account page and no longer opens the account. It was called: {}", unlinked(name)),
                public_url,
            ),
            Self::RecoveryCodesRenewed => own_deed(
                format!("Your recovery codes for {organisation} are new"),
                format!("{user_name} at {organisation} has new recovery codes. The earlier ones no longer work."),
                public_url,
            ),
            Self::RecoveryCodeUsed { left } => own_deed(
                format!("A recovery code was used at {organisation}"),
                format!("somebody signed in as {user_name} at {organisation} with a recovery code. Codes left: {left}."),
                public_url,
            ),
            Self::PersonalToken { name } => own_deed(
                format!("A new token of yours at {organisation}"),
                format!("{user_name} at {organisation} has a new token for the API. It is called: {}", unlinked(name)),
                public_url,
            ),
            Self::Invitation { link, inviter, role } => {
                let role = unlinked(role);
                let invites = match inviter.as_deref().map(unlinked) {
                    Some(inviter) => format!("{inviter} invites you to {organisation}, as {role}."),
                    None => format!("you are invited to {organisation}, as {role}."),
                };
                (
                    format!("Your invitation to {organisation}"),
                    vec![
                        words(format!("{invites} Your user name will be {user_name}.")),
                        Paragraph::Link { address: link.clone(), words: "Accept or decline" },
                        words("The link works once, for seven days. If you did not expect this, do nothing: without you nothing happens.".to_owned()),
                    ],
                )
            }
            Self::InvitationRefused { address, inviter } => (
                format!("An invitation to {organisation} was refused"),
                vec![
                    words(format!("{address} wanted to join {organisation} with an invitation from {}, who may not give that role any more. The invitation was refused and has ended.", unlinked(inviter))),
                    words("If this person should come, send a new invitation yourself.".to_owned()),
                    Paragraph::Link { address: public_url.to_owned(), words: "Open Doorward" },
                ],
            ),
            Self::RoleChanged { role } => (
                format!("Your role at {organisation} has changed"),
                vec![
                    words(format!("from now on you are {} at {organisation}. You need not sign in again.", unlinked(role))),
                    account(public_url),
                    ask("If you did not expect this"),
                ],
            ),
            Self::Deactivated => (
                format!("Your account at {organisation} is closed"),
                vec![
                    words(format!("the account {user_name} at {organisation} was deactivated. You are signed out everywhere, and what you made stays as it is.")),
                    ask("If this is a mistake"),
                ],
            ),
            Self::Reactivated => (
                format!("Your account at {organisation} is open again"),
                vec![
                    words(format!("the account {user_name} at {organisation} works again, with everything it had.")),
                    Paragraph::Link { address: format!("{public_url}/sign-in"), words: "Sign in" },
                ],
            ),
            Self::MfaReset => (
                format!("Your second factor at {organisation} was reset"),
                vec![
                    words(format!("an administrator has taken away the authenticator of {user_name} at {organisation} and signed you out everywhere. If {organisation} asks for a second factor, you set one up at the next sign-in.")),
                    Paragraph::Link { address: format!("{public_url}/sign-in"), words: "Sign in" },
                    ask("If you did not ask for this"),
                ],
            ),
            Self::SecondFactorDue { until, days_left } => {
                let due = until.zip(*days_left).map(|(until, days)| (moment(until), days));
                let subject = match &due {
                    Some((until, _)) => format!("Set up your second factor at {organisation} by {until}"),
                    None => format!("Set up your second factor at {organisation}"),
                };
                let rest = match due {
                    Some((until, 1)) => format!("This is the last day: from {until} on you cannot sign in without it."),
                    Some((until, days)) => format!("You have {days} days left: from {until} on you cannot sign in without it."),
                    None => "You cannot put it off: at your next sign-in you set it up.".to_owned(),
                };
                (
                    subject,
                    vec![
                        words(format!("{organisation} requires a second factor of {user_name}: a code from your phone besides the password. {rest}")),
                        Paragraph::Link { address: format!("{public_url}/account/security"), words: "Set it up now" },
                    ],
                )
            }
            Self::PasswordChanged => (
                format!("Your password at {organisation} was changed"),
                vec![
                    words(format!("the password of {user_name} at {organisation} was changed just now, and every other session has ended. If it was not you, choose a new one at once and tell an administrator of your organisation.")),
                    Paragraph::Link { address: format!("{public_url}/forgot"), words: "Choose a new password" },
                ],
            ),
            Self::EmailChanged { new } => (
                format!("Your e-mail address at {organisation} has changed"),
                vec![
                    words(format!("mail about the account {user_name} at {organisation} goes to {new} from now on. Links that were sent before no longer work.")),
                    ask("If you did not expect this"),
                ],
            ),
            Self::ConfirmEmail { link } => (
                format!("Confirm your new address for {organisation}"),
                vec![
                    words(format!("somebody, probably you, asked that mail about the account {user_name} at {organisation} goes to this address.")),
                    Paragraph::Link { address: link.clone(), words: "Confirm this address" },
                    words("The link works once, for 30 minutes. If it was not you, do nothing: nothing changes.".to_owned()),
                ],
            ),
            Self::EmailChangeAsked { new } => own_deed(
                format!("Another e-mail address for your account at {organisation}"),
                format!("somebody asked on the account page of {user_name} at {organisation} that your mail goes to {new}. Nothing changes before that address is confirmed."),
                public_url,
            ),
            Self::LastHolderAlert { holder } => (
                format!("{organisation} has lost its last protected role holder"),
                vec![
                    words(format!("the identity provider of {organisation} has deactivated {holder}, who was the last active holder of a protected role.")),
                    words("Sign-in of that person ended at once; the role was kept. Somebody who may give roles, or the operator with `doorward user set-role`, has to give it to somebody who is active, so that the organisation can be administered.".to_owned()),
                    Paragraph::Link { address: public_url.to_owned(), words: "Open Doorward" },
                ],
            ),
        };
        let greeting = Paragraph::Words(if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") });
        Text { subject, paragraphs: std::iter::once(greeting).chain(body).collect() }
    }
}

/// What somebody did with the own account, and what to do when it was somebody else.
fn own_deed(subject: String, happened: String, public_url: &str) -> (String, Vec<Paragraph>) {
    let alarm = "If that was you, there is nothing to do. If not, change your password now and tell an administrator.";
    let account = Paragraph::Link { address: format!("{public_url}/account/security"), words: "Look at your account" };
    (subject, vec![Paragraph::Words(happened), Paragraph::Words(alarm.to_owned()), account])
}

/// A moment as people write it, with its zone.
fn moment(at: Timestamp) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

fn account(public_url: &str) -> Paragraph {
    Paragraph::Link { address: format!("{public_url}/account"), words: "Open your account" }
}

fn ask(when: &str) -> Paragraph {
    Paragraph::Words(format!("{when}, ask an administrator of your organisation at once."))
}

impl Text {
    /// The letter in plain text.
    pub(super) fn plain(&self) -> String {
        let lines = self.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Words(words) => single_line(words),
            Paragraph::Link { address, words } => format!("{words}: {address}"),
            Paragraph::Code(code) => format!("    {code}"),
        });
        lines.collect::<Vec<_>>().join("\r\n\r\n") + "\r\n"
    }

    /// The letter in HTML.
    pub(super) fn html(&self) -> String {
        let blocks = self.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Words(words) => format!("<p>{}</p>", escape(&single_line(words))),
            Paragraph::Link { address, words } => format!("<p><a href=\"{}\">{words}</a></p>", escape(address)),
            Paragraph::Code(code) => format!("<p><code>{}</code></p>", escape(code)),
        });
        let body: Vec<String> = blocks.collect();
        format!(
            "<!doctype html>\r\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\r\n\
             <body>\r\n{}\r\n</body></html>\r\n",
            escape(&single_line(&self.subject)),
            body.join("\r\n")
        )
    }
}

/// A name as words only: programs that show mail make links of whatever looks like an address of the web, and a name is
/// chosen by people whom the reader need not know. The mark between the parts is invisible.
pub(super) fn unlinked(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    for c in name.chars() {
        words.push(c);
        if matches!(c, '.' | ':' | '/' | '@') {
            words.push(WORD_JOINER);
        }
    }
    words
}

/// Has no width and forbids a break (Unicode U+2060).
pub(super) const WORD_JOINER: char = '\u{2060}';

/// A name with line breaks must not look like a paragraph of ours.
fn single_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
