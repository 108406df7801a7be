//! The texts of all letters, each written once and shown as plain text and as HTML.

use serde::{Deserialize, Serialize};

use super::Mail;

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
    /// The own password was changed.
    PasswordChanged,
    /// An authenticator was enrolled.
    SecondFactorOn,
    /// The second factor was switched off by its owner.
    SecondFactorOff,
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
    pub(super) fn write(&self, mail: &Mail, public_url: &str) -> Text {
        let Mail { name, user_name, organisation, .. } = mail;
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
            Self::PasswordChanged => own_deed(
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
                format!("{user_name} at {organisation} has a new token for the API. It is called: {name}"),
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
        let greeting = Paragraph::Words(format!("Hello {name},"));
        Text { subject, paragraphs: std::iter::once(greeting).chain(body).collect() }
    }
}

/// What somebody did with the own account, and what to do when it was somebody else.
fn own_deed(subject: String, happened: String, public_url: &str) -> (String, Vec<Paragraph>) {
    let alarm = "If that was you, there is nothing to do. If not, change your password now and tell an administrator.";
    let account = Paragraph::Link { address: format!("{public_url}/account/security"), words: "Look at your account" };
    (subject, vec![Paragraph::Words(happened), Paragraph::Words(alarm.to_owned()), account])
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
