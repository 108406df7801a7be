//! What happened to somebody's account: sign-ins, and changes of what protects it.

use std::time::Duration;

use serde_json::Value;

use crate::app::App;
use crate::app::sign_in_tries::{Place, SignInTry};
use crate::app::users::Person;
use crate::domain::policy::Change;
use crate::domain::{Error, Timestamp};
use crate::store::audit::{self, AuditRow};
use crate::store::sign_in_tries;

const SHOWN: u64 = 100;
/// A try that failed is kept at most so long before the record of it is written.
const APART: Duration = Duration::from_secs(1);
/// The deeds that are shown.
const DEEDS: [&str; 25] = [
    "auth.signed_in",
    "auth.sign_in_failed",
    "auth.signed_out",
    "session.revoked",
    "password.set",
    "password.temporary_set",
    "password.changed",
    "password.reset_requested",
    "password.reset",
    "mfa.required",
    "mfa.enrolled",
    "mfa.removed",
    "mfa.authenticator_removed",
    "mfa.passkey_added",
    "mfa.passkey_removed",
    "mfa.reset",
    "mfa.recovery_code_used",
    "mfa.recovery_codes_renewed",
    "token.personal_created",
    "token.personal_revoked",
    "token.consented",
    "token.consent_withdrawn",
    "user.activated",
    "user.email_change_requested",
    "user.email_changed",
];

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What, as the audit names it.
    pub action: String,
    /// `success`, `failure` or `denied`.
    pub outcome: String,
    /// How it was done or why it failed, in the words of the audit.
    pub details: Vec<String>,
    /// Who did it, when that was somebody else.
    pub by: Option<Doer>,
    /// From where, and for which application, where it was a try to sign in.
    pub from: Option<Place>,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    /// What it is, in the word of the audit.
    pub kind: String,
    /// What it was called.
    pub label: String,
}

/// What happened to this person's account, newest first.
pub async fn of(app: &App, person: &Person) -> Result<Vec<Happening>, Error> {
    let user = &person.user;
    let rows = audit::deeds_on(app.store.reader(), user.org, &user.id.to_string(), &DEEDS, SHOWN).await?;
    let tries = sign_in_tries::list(app.store.reader(), user.org, user.id, None, SHOWN).await?;
    let places = places(&rows, tries);
    let is_somebody_else = |it: &Doer| it.label != user.user_name && it.kind != "anonymous";
    let happenings = rows.into_iter().zip(places).map(|(row, from)| Happening {
        from,
        at: row.at,
        details: details(&row.changes),
        action: row.action,
        outcome: row.outcome,
        by: Some(Doer { kind: row.actor_kind, label: row.actor_label }).filter(is_somebody_else),
    });
    Ok(happenings.collect())
}

/// From where each of these was done, as the history of sign-ins knows it.
///
/// The record of a try and its place in the history are written one after the other, so that each try belongs to the first
/// record from its own moment on: the oldest choose first.
fn places(rows: &[AuditRow], mut tries: Vec<SignInTry>) -> Vec<Option<Place>> {
    let mut places: Vec<Option<Place>> = rows
        .iter()
        .rev()
        .map(|row| {
            let has_failed = match row.action.as_str() {
                "auth.signed_in" => false,
                "auth.sign_in_failed" => true,
                _ => return None,
            };
            let is_it =
                |it: &SignInTry| it.failure.is_some() == has_failed && it.at <= row.at && row.at <= it.at.after(APART);
            let at = tries.iter().rposition(is_it)?;
            let SignInTry { ip, user_agent, client, .. } = tries.remove(at);
            Some(Place { ip, user_agent, client })
        })
        .collect();
    places.reverse();
    places
}

/// The methods of a sign-in, or the reason of a failure.
fn details(changes: &str) -> Vec<String> {
    let changes: Vec<Change> = serde_json::from_str(changes).unwrap_or_default();
    let told = changes.into_iter().filter(|it| matches!(it.path.as_str(), "amr" | "reason"));
    told.filter_map(|it| it.new).flat_map(words).collect()
}

fn words(value: Value) -> Vec<String> {
    match value {
        Value::String(word) => vec![word],
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}
