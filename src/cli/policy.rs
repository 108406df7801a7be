//! `doorward org policy`: what an organisation demands of its people.

use clap::{Args, ValueEnum};

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::policies::{
    self, ActivationPolicy, AlertPolicy, AuditPolicy, PolicyChange, Preview, Rules, SessionPolicy,
};
use crate::domain::Error;
use crate::domain::connection::SsoMfa;
use crate::domain::password::{Class, PasswordPolicy, PasswordPreset};
use crate::domain::role::{Activation, MfaPolicy, MfaRequirement, RoleKey};

/// What is to change; what is not named stays as it is.
#[derive(Debug, Args)]
pub struct Options {
    /// Its short name
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// Who must have a second factor
    #[arg(long, value_name = "all|none|ROLE[,ROLE]")]
    require_mfa: Option<String>,
    /// Days that people have to enrol one
    #[arg(long, default_value_t = 0, value_name = "N", requires = "require_mfa")]
    grace_days: u32,
    /// Whether the days begin anew with a user who is activated again
    #[arg(long, value_name = "BOOL")]
    regrace_on_reactivation: Option<bool>,
    /// The rule for passwords
    #[arg(long)]
    password: Option<Password>,
    /// Characters that a password has at least, where the rule asks for fewer
    #[arg(long, value_name = "N")]
    password_min: Option<u32>,
    /// Kinds of characters that a password has besides those of the rule
    #[arg(long, value_delimiter = ',', value_name = "none|KIND[,KIND]")]
    password_classes: Option<Vec<Kind>>,
    /// Whether common passwords are refused
    #[arg(long, value_name = "BOOL")]
    deny_breached: Option<bool>,
    /// Whether passwords made of names of person, organisation and product are refused
    #[arg(long, value_name = "BOOL")]
    deny_context_words: Option<bool>,
    /// How many passwords before the present one may not come again
    #[arg(long, value_name = "N")]
    password_history: Option<u32>,
    /// Minutes without use after which a session ends
    #[arg(long, value_name = "N")]
    idle_minutes: Option<u32>,
    /// The longest life of a session, in minutes
    #[arg(long, value_name = "N")]
    absolute_minutes: Option<u32>,
    /// The same for whoever acts on others
    #[arg(long, value_name = "N")]
    admin_idle_minutes: Option<u32>,
    /// The same for whoever acts on others
    #[arg(long, value_name = "N")]
    admin_absolute_minutes: Option<u32>,
    /// The ways to a first password that may be used besides the link
    #[arg(long, value_delimiter = ',', value_name = "WAY[,WAY]")]
    activation: Option<Vec<Way>>,
    /// The way that is used when nobody says
    #[arg(long, value_name = "WAY")]
    activation_default: Option<Way>,
    /// What counts as a second factor of those who sign in at an identity provider, where its connection does not say
    #[arg(long, value_name = "RULE")]
    sso_mfa: Option<Sso>,
    /// So many sign-ins of one user that fail in an hour are told of; 0 tells of none
    #[arg(long, value_name = "N")]
    alert_user: Option<u32>,
    /// The same of those from one address
    #[arg(long, value_name = "N")]
    alert_address: Option<u32>,
    /// The same of those of all users together
    #[arg(long, value_name = "N")]
    alert_organisation: Option<u32>,
    /// So many days the audit is kept
    #[arg(long, value_name = "N")]
    audit_days: Option<u32>,
    /// Whether nothing of the audit goes, however old it is
    #[arg(long, value_name = "BOOL")]
    audit_hold: Option<bool>,
    /// Change nothing, and say what the change would come to
    #[arg(long)]
    dry_run: bool,
}

/// A rule for passwords.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Password {
    /// 15 characters, or 8 with a second factor; no rules about kinds of characters
    Modern,
    /// 8 characters of four kinds
    Classic,
}

/// A kind of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// No kind besides those of the rule
    None,
    /// Upper-case letters
    Upper,
    /// Lower-case letters
    Lower,
    /// Digits
    Digit,
    /// Characters that are neither letters nor digits
    Special,
}

/// A way to a first password.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    /// A link by mail
    Link,
    /// A temporary password by mail
    TempPasswordMail,
    /// A temporary password that an administrator hands over
    TempPasswordAdmin,
}

/// What counts as a second factor of those who sign in elsewhere.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sso {
    /// The provider sees to that
    TrustIdp,
    /// It must say so; else a code is asked for here
    RequireAmr,
    /// A code is always asked for here
    RequireLocal,
}

/// Changes the policies, tries a change out, or shows what is in force.
pub async fn run(operator: &Operator, options: Options) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let organisation = operator.organisation(&options.org).await?;
    let was = policies::show(app, actor, organisation.id).await?;
    let dry_run = options.dry_run;
    let change = change(options, &was)?;
    if dry_run {
        let preview = policies::preview(app, actor, organisation.id, change).await?;
        return Ok(Output::one(foreseen(shown(Record::new(), &preview.policy), &preview)));
    }
    let changed = policies::change(app, actor, organisation.id, change).await?;
    let rules = policies::show(app, actor, organisation.id).await?;
    Ok(Output::one(shown(super::org::view(&changed), &rules)))
}

fn change(options: Options, was: &Rules) -> Result<PolicyChange, Error> {
    let password = password(&options, &was.password);
    let mfa = options.require_mfa.as_deref().map(|text| mfa(text, options.grace_days)).transpose()?;
    let sessions = |was: SessionPolicy, idle: Option<u32>, absolute: Option<u32>| {
        let idle_minutes = idle.unwrap_or(was.idle_minutes);
        let wanted = SessionPolicy { idle_minutes, absolute_minutes: absolute.unwrap_or(was.absolute_minutes) };
        (wanted != was).then_some(Some(wanted))
    };
    let allowed = options.activation.map(|ways| {
        let is_named = |way: &Activation| *way == Activation::Link || ways.iter().any(|it| it.activation() == *way);
        Activation::ALL.into_iter().filter(is_named).collect()
    });
    let activation = ActivationPolicy {
        allowed: allowed.unwrap_or_else(|| was.activation.allowed.clone()),
        default: options.activation_default.map_or(was.activation.default, Way::activation),
    };
    let alerts = AlertPolicy {
        user: options.alert_user.unwrap_or(was.alerts.user),
        address: options.alert_address.unwrap_or(was.alerts.address),
        organisation: options.alert_organisation.unwrap_or(was.alerts.organisation),
    };
    let audit = AuditPolicy {
        keep_days: options.audit_days.unwrap_or(was.audit.keep_days),
        hold: options.audit_hold.unwrap_or(was.audit.hold),
    };
    Ok(PolicyChange {
        audit: (audit != was.audit).then_some(Some(audit)),
        alerts: (alerts != was.alerts).then_some(Some(alerts)),
        mfa: mfa.map(Some),
        regrace_on_reactivation: options.regrace_on_reactivation.map(Some),
        password: (password != was.password || options.password.is_some()).then_some(Some(password)),
        sessions: sessions(was.sessions, options.idle_minutes, options.absolute_minutes),
        admin_sessions: sessions(was.admin_sessions, options.admin_idle_minutes, options.admin_absolute_minutes),
        activation: (activation != was.activation).then_some(Some(activation)),
        sso_mfa: options.sso_mfa.map(|it| Some(it.rule())),
    })
}

/// The rule for passwords with what is named in place of what was.
fn password(options: &Options, was: &PasswordPolicy) -> PasswordPolicy {
    let classes = options.password_classes.as_ref().map(|all| all.iter().filter_map(|it| it.class()).collect());
    PasswordPolicy {
        preset: options.password.map_or(was.preset, Password::preset),
        min: options.password_min.unwrap_or(was.min),
        classes: classes.unwrap_or_else(|| was.classes.clone()),
        deny_breached: options.deny_breached.unwrap_or(was.deny_breached),
        deny_context_words: options.deny_context_words.unwrap_or(was.deny_context_words),
        history: options.password_history.unwrap_or(was.history),
    }
}

fn mfa(text: &str, grace_days: u32) -> Result<MfaPolicy, Error> {
    let (require, roles) = match text {
        "all" => (MfaRequirement::All, Vec::new()),
        "none" => (MfaRequirement::None, Vec::new()),
        names => {
            let roles: Result<Vec<RoleKey>, _> = names.split(',').map(|name| RoleKey::parse(name.trim())).collect();
            (MfaRequirement::Roles, roles.map_err(|problem| Error::malformed("require_mfa", problem.to_string()))?)
        }
    };
    Ok(MfaPolicy { require, roles, grace_days })
}

impl Password {
    const fn preset(self) -> PasswordPreset {
        match self {
            Self::Modern => PasswordPreset::Modern,
            Self::Classic => PasswordPreset::Classic,
        }
    }
}

impl Kind {
    const fn class(self) -> Option<Class> {
        match self {
            Self::None => None,
            Self::Upper => Some(Class::Upper),
            Self::Lower => Some(Class::Lower),
            Self::Digit => Some(Class::Digit),
            Self::Special => Some(Class::Special),
        }
    }
}

impl Way {
    const fn activation(self) -> Activation {
        match self {
            Self::Link => Activation::Link,
            Self::TempPasswordMail => Activation::TempPasswordMail,
            Self::TempPasswordAdmin => Activation::TempPasswordAdmin,
        }
    }
}

impl Sso {
    const fn rule(self) -> SsoMfa {
        match self {
            Self::TrustIdp => SsoMfa::TrustIdp,
            Self::RequireAmr => SsoMfa::RequireAmr,
            Self::RequireLocal => SsoMfa::RequireLocal,
        }
    }
}

fn shown(record: Record, rules: &Rules) -> Record {
    record
        .with("mfa", serde_json::json!(rules.mfa))
        .with("regrace_on_reactivation", rules.regrace_on_reactivation)
        .with("password", serde_json::json!(rules.password))
        .with("sessions", serde_json::json!(rules.sessions))
        .with("admin_sessions", serde_json::json!(rules.admin_sessions))
        .with("activation", serde_json::json!(rules.activation))
        .with("sso_mfa", serde_json::json!(rules.sso_mfa))
        .with("alerts", serde_json::json!(rules.alerts))
        .with("audit", serde_json::json!(rules.audit))
}

fn foreseen(record: Record, preview: &Preview) -> Record {
    let mfa = &preview.mfa;
    record
        .with("mfa_required", mfa.required)
        .with("mfa_without", mfa.without)
        .with("mfa_locked_out", mfa.locked_out)
        .maybe("first_deadline", mfa.first_deadline.clone())
        .maybe("last_deadline", mfa.last_deadline.clone())
        .with("sessions_ended", preview.sessions_ended)
}
