//! The pages of one's own account.

use askama::Template;
use url::form_urlencoded;

use super::{PageForm, PasswordRule, RoleSource, SecondFactor};
use crate::domain::Timestamp;
use crate::web::texts::{Part, Texts};

/// What every page of one's own account shows around its own part.
#[derive(Debug, Clone, Copy)]
pub struct AccountFrame<'a> {
    /// The name one signs in with.
    pub user_name: &'a str,
    /// Which of the pages it is.
    pub tab: AccountTab,
    /// True when the page of tokens is among them.
    pub offers_tokens: bool,
    /// True for somebody who may look into the console.
    pub offers_console: bool,
    /// The key of what was just done.
    pub done: Option<&'static str>,
}

/// A page of one's own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountTab {
    /// The name and the role.
    Profile,
    /// Password and second factor.
    Security,
    /// Where one is signed in.
    Sessions,
    /// Where to go, and what each application may have.
    Applications,
    /// Tokens for the API.
    Tokens,
    /// What happened.
    Activity,
}

impl AccountFrame<'_> {
    fn tabs(&self) -> Vec<AccountTab> {
        let all = [
            AccountTab::Profile,
            AccountTab::Security,
            AccountTab::Sessions,
            AccountTab::Applications,
            AccountTab::Tokens,
            AccountTab::Activity,
        ];
        all.into_iter().filter(|tab| *tab != AccountTab::Tokens || self.offers_tokens).collect()
    }
}

impl AccountTab {
    /// The key of its name.
    const fn key(self) -> &'static str {
        match self {
            Self::Profile => "tab-profile",
            Self::Security => "tab-security",
            Self::Sessions => "tab-sessions",
            Self::Applications => "tab-applications",
            Self::Tokens => "tab-tokens",
            Self::Activity => "tab-activity",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Profile => "/account",
            Self::Security => "/account/security",
            Self::Sessions => "/account/sessions",
            Self::Applications => "/account/applications",
            Self::Tokens => "/account/tokens",
            Self::Activity => "/account/activity",
        }
    }
}

/// Name and role.
#[derive(Template)]
#[template(path = "account/profile.html")]
pub struct ProfilePage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target of the name, token and last problem.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// The name other people see.
    pub display_name: &'a str,
    /// What is in the field of the name; no field when the name is changed elsewhere.
    pub typed_name: Option<&'a str>,
    /// The organisation's name.
    pub organisation: &'a str,
    /// Where mail goes.
    pub email: Option<&'a str>,
    /// True when the address is changed here.
    pub changes_email: bool,
    /// The languages to choose from; none when it is chosen elsewhere.
    pub languages: Option<Vec<LanguageChoice>>,
    /// The effective role, by its label.
    pub role: Option<&'a str>,
    /// Every live grant behind it.
    pub sources: &'a [RoleSource<'a>],
}

/// A language to choose.
pub struct LanguageChoice {
    /// Its tag.
    pub tag: &'static str,
    /// What it calls itself.
    pub name: &'static str,
    /// True for the one that is chosen.
    pub is_chosen: bool,
}

/// Asking for another e-mail address.
#[derive(Template)]
#[template(path = "account/email.html")]
pub struct EmailPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// The address of now.
    pub email: Option<&'a str>,
    /// What is in the field.
    pub typed: &'a str,
}

/// The page of the link that proves a new address.
#[derive(Template)]
#[template(path = "account/confirm_email.html")]
pub struct ConfirmEmailPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Where the form leads.
    pub action: &'a str,
    /// Whose address it would be.
    pub user_name: &'a str,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The address.
    pub address: &'a str,
}

/// A new address counts.
#[derive(Template)]
#[template(path = "account/email_confirmed.html")]
pub struct EmailConfirmedPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The address.
    pub address: &'a str,
}

/// Password and second factor.
#[derive(Template)]
#[template(path = "account/security.html")]
pub struct SecurityPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The token of the sign-out form.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// False for somebody whose password is the identity provider's.
    pub has_password: bool,
    /// The state of the second factor.
    pub second_factor: SecondFactor,
    /// True when the last factor cannot be removed, because one is required.
    pub keeps_factor: bool,
    /// Until when one has to be set up.
    pub factor_due: Option<Timestamp>,
    /// The passkeys, oldest first.
    pub passkeys: &'a [PasskeyRow<'a>],
    /// Whether this person may have passkeys on this server.
    pub may_add_passkey: bool,
    /// How many recovery codes are left; none when there never were any.
    pub codes_left: Option<u64>,
}

impl SecurityPage<'_> {
    fn has_factor(&self) -> bool {
        matches!(self.second_factor, SecondFactor::On { .. } | SecondFactor::Passkeys)
    }

    /// True when the authenticator app has to stay.
    fn keeps_app(&self) -> bool {
        self.keeps_factor && self.passkeys.is_empty()
    }

    /// True when the passkey has to stay.
    fn keeps_passkey(&self) -> bool {
        self.keeps_factor && self.passkeys.len() == 1 && self.second_factor == SecondFactor::Passkeys
    }
}

/// One passkey of one's own.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyRow<'a> {
    /// Where the page leads that removes it.
    pub remove_url: &'a str,
    /// What its owner calls it.
    pub name: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// Replacing the own password.
#[derive(Template)]
#[template(path = "account/password.html")]
pub struct ChangePasswordPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// The rules of the organisation.
    pub rules: &'a [PasswordRule],
}

/// Asks before an act: switching the second factor off, making new recovery codes, or ending a token.
#[derive(Template)]
#[template(path = "account/confirm.html")]
pub struct ConfirmPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// What it is about, where the question does not say it.
    pub about: Option<&'a str>,
    /// The key of the question.
    pub question: &'static str,
    /// The key of what follows from a yes.
    pub consequence: &'static str,
    /// The key of the word on the button.
    pub yes: &'static str,
    /// The key of the reason why a yes is refused now; nothing when it is not.
    pub why_not: Option<&'static str>,
    /// Where a no leads.
    pub back: &'static str,
}

/// Recovery codes, shown once.
#[derive(Debug, Clone, Copy)]
pub struct ShownCodes<'a> {
    /// Each as it is typed.
    pub codes: &'a [&'a str],
}

impl ShownCodes<'_> {
    /// The codes as the address of a text file, so that they can be saved without a script.
    fn file(&self, t: Texts) -> String {
        let mut address = "data:text/plain;charset=utf-8,".to_owned();
        let title = t.say("recovery-codes");
        for line in [title.as_str()].iter().chain(self.codes) {
            // In a form a space is a plus, in an address it is not.
            address
                .extend(form_urlencoded::byte_serialize(line.as_bytes()).map(|it| if it == "+" { "%20" } else { it }));
            address.push_str("%0A");
        }
        address
    }
}

/// New recovery codes in place of the earlier ones.
#[derive(Template)]
#[template(path = "account/codes.html")]
pub struct CodesPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The token of the sign-out form.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// The codes.
    pub shown: ShownCodes<'a>,
}

/// Recovery codes on the way to an active second factor.
#[derive(Template)]
#[template(path = "sign_in/codes.html")]
pub struct ActivatePage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// The codes.
    pub shown: ShownCodes<'a>,
}

/// A recovery code in place of a code from the authenticator app.
#[derive(Template)]
#[template(path = "sign_in/recovery.html")]
pub struct RecoveryPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The application one signs in to, when there is one.
    pub application: Option<&'a str>,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
}

/// Where one is signed in.
#[derive(Template)]
#[template(path = "account/sessions.html")]
pub struct SessionsPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The token of the forms.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// The session this page is shown in.
    pub current: SessionRow<'a>,
    /// The other live sessions.
    pub others: &'a [SessionRow<'a>],
}

/// One session of one's own.
#[derive(Debug, Clone)]
pub struct SessionRow<'a> {
    /// Where the form that ends it goes.
    pub end_url: &'a str,
    /// The browser and system, in words.
    pub browser: String,
    /// The address it was made from.
    pub ip: &'a str,
    /// When it began.
    pub signed_in_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// How, in words: `Password and authenticator code`.
    pub method: String,
}

/// The own applications.
#[derive(Template)]
#[template(path = "account/applications.html")]
pub struct OwnApplicationsPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The token of the forms.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// By name.
    pub applications: &'a [OwnApplicationRow<'a>],
}

/// One application of one's own.
#[derive(Debug, Clone, Copy)]
pub struct OwnApplicationRow<'a> {
    /// Where the form that takes everything back goes.
    pub withdraw_url: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// Where a sign-in to it begins.
    pub start_url: Option<&'a str>,
    /// What it may have, each shown in words.
    pub scopes: &'a [String],
    /// The other servers at which it may act.
    pub resources: &'a [String],
    /// Since when it has something; nothing before.
    pub since: Option<Timestamp>,
}

/// The own tokens.
#[derive(Template)]
#[template(path = "account/tokens.html")]
pub struct TokensPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The token of the forms.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// True when the role allows to make one.
    pub may_create: bool,
    /// The tokens, newest first.
    pub tokens: &'a [TokenRow<'a>],
}

/// One token of one's own.
#[derive(Debug, Clone)]
pub struct TokenRow<'a> {
    /// Where one is asked whether it shall end.
    pub end_url: &'a str,
    /// What its owner calls it.
    pub name: &'a str,
    /// Its first characters.
    pub hint: &'a str,
    /// What it may do, in words.
    pub scopes: String,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Making a token.
#[derive(Template)]
#[template(path = "account/new_token.html")]
pub struct NewTokenPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// What was typed as its name.
    pub name: &'a str,
    /// Whether it may change something.
    pub writes: bool,
}

/// A new token, shown once.
#[derive(Template)]
#[template(path = "account/token_made.html")]
pub struct TokenMadePage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The token of the sign-out form.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// What its owner calls it.
    pub name: &'a str,
    /// The token itself.
    pub token: &'a str,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl TokenMadePage<'_> {
    fn lead(&self) -> String {
        let until = self.t.moment(&self.expires_at);
        self.t.with("token-made", &[("name", Part::Name(self.name)), ("until", Part::Words(&until))])
    }
}

/// What happened to one's account.
#[derive(Template)]
#[template(path = "account/activity.html")]
pub struct ActivityPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The token of the sign-out form.
    pub form: PageForm<'a>,
    /// What is around it.
    pub frame: AccountFrame<'a>,
    /// What happened, newest first.
    pub happenings: &'a [HappeningRow],
    /// Whether there is a password here that can be changed.
    pub has_password: bool,
}

/// Something that happened to one's account.
#[derive(Debug, Clone)]
pub struct HappeningRow {
    /// When.
    pub at: Timestamp,
    /// What, in words.
    pub what: String,
    /// How, or why it failed, in words; empty when there is nothing to say.
    pub how: String,
    /// True for what was refused.
    pub is_failure: bool,
    /// Who did it, when that was somebody else.
    pub by: Option<String>,
    /// From where, where it was a try to sign in.
    pub from: Option<HappenedFrom>,
}

/// From where somebody tried to sign in, and for what.
#[derive(Debug, Clone)]
pub struct HappenedFrom {
    /// The network address.
    pub address: String,
    /// The browser, in words.
    pub browser: String,
    /// The application, where it was for one.
    pub client: Option<String>,
}

/// Which device is to be let in?
#[derive(Template)]
#[template(path = "oidc/device.html")]
pub struct DevicePage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// Who lets it in.
    pub username: &'a str,
    /// No link to be somebody else.
    pub restart_url: Option<&'a str>,
    /// What was typed, or came with the address.
    pub typed: &'a str,
}

/// What became of a device that somebody was to let in.
#[derive(Template)]
#[template(path = "oidc/device_answered.html")]
pub struct DeviceAnsweredPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// What became of it.
    pub heading: &'a str,
    /// What that means.
    pub lead: &'a str,
}
