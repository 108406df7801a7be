//! What the product's own words are called for people: states, kinds, problems and deeds.

use std::time::Duration;

use url::form_urlencoded;

use crate::app::history::{Event, Label};
use crate::domain::Error;
use crate::domain::connection::SsoMfa;
use crate::domain::user::{SignIn, Status};
use crate::domain::user_list::{Column, Leaving, Mfa, Origin, View};
use crate::web::form::shown::Clash;
use crate::web::texts::{Part, Texts};
use crate::web::words::{denial, flaw, obstacle, who};
pub(super) use crate::web::words::{misfit, rule};

/// What somebody else has changed too, with what stands there now; `said` names a field and its value.
pub(super) fn clash(t: Texts, clashes: &[Clash], said: impl Fn(&Clash) -> (String, String)) -> String {
    let lines = clashes.iter().map(|it| {
        let (field, now) = said(it);
        let now = if now.is_empty() { t.say("none") } else { now };
        t.with("form-clash-field", &[("field", Part::Name(&field)), ("now", Part::Name(&now))])
    });
    let what = lines.collect::<Vec<_>>().join("; ");
    t.with("form-clash", &[("what", Part::Words(&what))])
}

/// The same for the fields that many forms have, whose value is what is typed.
pub(super) fn clash_of_texts(t: Texts, clashes: &[Clash]) -> String {
    clash(t, clashes, |it| {
        let field = if it.field == "description" { "description" } else { "column-name" };
        (t.say(field), it.now.clone().unwrap_or_default())
    })
}

/// Whether a box is ticked.
pub(super) fn ticked(t: Texts, clash: &Clash) -> String {
    t.say(if clash.now.is_some() { "yes" } else { "no" })
}

/// Who did something, by the name of now.
pub(super) fn by(t: Texts, it: &Event) -> Label {
    Label { now: who(t, &it.row.actor_kind, &it.by.now), ..it.by.clone() }
}

/// A problem as a title and a sentence that says what to do.
pub(super) fn problem(t: Texts, cause: &Error) -> (String, String) {
    match cause {
        Error::Unauthenticated => (t.say("problem-session"), t.say("problem-session-text")),
        Error::Denied(why) => (t.say("problem-denied"), denial(t, why)),
        Error::NotFound(_) => (t.say("problem-missing"), t.say("problem-missing-text")),
        Error::Conflict(conflict) => (t.say("problem-conflict"), t.say(rule(*conflict))),
        Error::Obstacle(what) => (t.say("problem-conflict"), obstacle(t, what)),
        Error::Invalid { problem, .. } => (t.say("problem-invalid"), flaw(t, problem)),
        Error::Stale => (t.say("problem-conflict"), t.say("problem-stale")),
        Error::Throttled { .. } => (t.say("problem-wait"), t.say("problem-wait-text")),
        Error::Internal(_) => (t.say("problem-ours"), t.say("problem-ours-text")),
    }
}

/// How long somebody has to wait, in minutes or, where those are many, in hours.
pub(super) fn wait(t: Texts, retry_after: Duration) -> String {
    let minutes = retry_after.as_secs().div_ceil(60).max(1);
    if minutes < 120 { t.count("wait-minutes", minutes) } else { t.count("wait-hours", minutes.div_ceil(60)) }
}

/// What was just done, when the address says so in one of the words that this console writes.
#[expect(clippy::too_many_lines, reason = "a table: one line for each deed")]
pub(super) fn said(t: Texts, query: &str) -> Option<String> {
    let find = |wanted: &str| form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
    let (_, word) = find("said")?;
    let number = |name: &str| find(name).and_then(|(_, value)| value.parse::<u64>().ok()).unwrap_or(0);
    let parts = [("done", Part::Number(number("done"))), ("skipped", Part::Number(number("skipped")))];
    match &*word {
        "created" => Some(t.say("said-created")),
        "created-without-provider" => Some(t.say("said-created-without-provider")),
        "role" => Some(t.say("said-role")),
        "role-saved" => Some(t.say("said-role-saved")),
        "role-deleted" => Some(t.say("said-role-deleted")),
        "view-saved" => Some(t.say("said-view-saved")),
        "view-deleted" => Some(t.say("said-view-deleted")),
        "reading" => Some(t.say("said-reading")),
        "schema-saved" => Some(t.say("said-schema-saved")),
        "schema-retired" => Some(t.say("said-schema-retired")),
        "sessions" => Some(t.say("said-sessions")),
        "deactivated" => Some(t.say("said-deactivated")),
        "activated" => Some(t.say("said-activated")),
        "activation" => Some(t.say("said-activation")),
        "reset" => Some(t.say("said-reset")),
        "temp-password" => Some(t.say("said-temp-password")),
        "mfa" => Some(t.say("said-mfa")),
        "removed" => Some(t.say("said-removed")),
        "deleted" => Some(t.say("said-deleted")),
        "erased" => Some(t.say("said-erased")),
        "organisation" => Some(t.say("said-organisation")),
        "branding" => Some(t.say("said-branding")),
        "policy" => Some(t.say("said-policy")),
        "invited" => Some(t.count("said-invited", number("count"))),
        "imported" => Some(t.count("said-imported", number("count"))),
        "resent" => Some(t.say("said-resent")),
        "revoked" => Some(t.say("said-revoked")),
        "released" => Some(t.with("said-released", &parts)),
        "releasing" => Some(t.count("said-releasing", number("count"))),
        "kept" => Some(t.count("said-kept", number("count"))),
        "group-awaited" => Some(t.say("said-group-awaited")),
        "linked" => Some(t.say("said-linked")),
        "left-alone" => Some(t.say("said-left-alone")),
        "connection-changed" => Some(t.say("said-connection-changed")),
        "replayed" => Some(t.say("said-replayed")),
        "connection-paused" => Some(t.say("said-connection-paused")),
        "connection-resumed" => Some(t.say("said-connection-resumed")),
        "connection-deleted" => Some(t.say("said-connection-deleted")),
        "service-created" => Some(t.say("said-service-created")),
        "service-changed" => Some(t.say("said-service-changed")),
        "service-activated" => Some(t.say("said-service-activated")),
        "service-deactivated" => Some(t.say("said-service-deactivated")),
        "service-deleted" => Some(t.say("said-service-deleted")),
        "setup-link-ended" => Some(t.say("said-setup-link-ended")),
        "client-made" => Some(t.say("said-client-made")),
        "client-ended" => Some(t.say("said-client-ended")),
        "token-ended" => Some(t.say("said-token-ended")),
        "updated" => Some(t.say("said-updated")),
        "team-created" => Some(t.say("said-team-created")),
        "team-updated" => Some(t.say("said-team-updated")),
        "team-deleted" => Some(t.say("said-team-deleted")),
        "project-created" => Some(t.say("said-project-created")),
        "project-updated" => Some(t.say("said-project-updated")),
        "project-deleted" => Some(t.say("said-project-deleted")),
        "project-access" => Some(t.say("said-project-access")),
        "transferred" => Some(t.count("said-transferred", number("count"))),
        "members" => Some(t.say("said-members")),
        "group-created" => Some(t.say("said-group-created")),
        "group-renamed" => Some(t.say("said-group-renamed")),
        "group-deleted" => Some(t.say("said-group-deleted")),
        "group-mapped" => Some(t.say("said-group-mapped")),
        "group-unmapped" => Some(t.say("said-group-unmapped")),
        "mfa-required" => Some(t.say("said-mfa-required")),
        "several" => Some(t.with("said-several", &parts)),
        other => said_of_applications(t, other),
    }
}

/// The same about applications and what they registered, and about reviews.
fn said_of_applications(t: Texts, word: &str) -> Option<String> {
    let key = match word {
        "shared" => "said-shared",
        "review-staged" => "said-review-staged",
        "review-open" => "said-review-open",
        "review-close" => "said-review-close",
        "review-cancel" => "said-review-cancel",
        "review-decided" => "said-review-decided",
        "review-noted" => "said-review-noted",
        "alerts-saved" => "said-alerts-saved",
        "end-date" => "said-end-date",
        "domain-removed" => "said-domain-removed",
        "audit-export-asked" => "said-audit-export-asked",
        "audit-export-deleted" => "said-audit-export-deleted",
        "audit-stream-made" => "said-audit-stream-made",
        "audit-stream-changed" => "said-audit-stream-changed",
        "audit-stream-paused" => "said-audit-stream-paused",
        "audit-stream-resumed" => "said-audit-stream-resumed",
        "audit-stream-replayed" => "said-audit-stream-replayed",
        "audit-stream-deleted" => "said-audit-stream-deleted",
        "schedule-saved" => "said-schedule-saved",
        "schedule-deleted" => "said-schedule-deleted",
        "application-made" => "said-application-made",
        "application-changed" => "said-application-changed",
        "application-disabled" => "said-application-disabled",
        "application-enabled" => "said-application-enabled",
        "application-deleted" => "said-application-deleted",
        "application-access-ended" => "said-application-access-ended",
        _ => return None,
    };
    Some(t.say(key))
}

/// Where a user stands in its life.
pub(super) fn status(t: Texts, status: Status) -> String {
    t.say(match status {
        Status::Pending => "status-pending",
        Status::Active => "status-active",
        Status::Deactivated => "status-deactivated",
    })
}

/// Where a user signs in.
pub(super) fn sign_in(t: Texts, sign_in: SignIn) -> String {
    t.say(match sign_in {
        SignIn::Sso => "type-sso",
        SignIn::Password => "type-password",
    })
}

/// What a rule about the second factors of those who sign in at a provider is called, and what it means.
pub(super) const fn second_factor(it: SsoMfa) -> (&'static str, &'static str) {
    match it {
        SsoMfa::TrustIdp => ("sso-trust", "sso-trust-text"),
        SsoMfa::RequireAmr => ("sso-amr", "sso-amr-text"),
        SsoMfa::RequireLocal => ("sso-local", "sso-local-text"),
    }
}

/// The state of a second factor.
pub(super) fn mfa(t: Texts, mfa: Mfa) -> String {
    t.say(match mfa {
        Mfa::On => "mfa-on",
        Mfa::Off => "mfa-off",
        Mfa::AtProvider => "mfa-provider",
    })
}

/// Where a user comes from.
pub(super) fn origin(t: Texts, origin: Origin) -> String {
    t.say(match origin {
        Origin::Local => "source-local",
        Origin::Provisioned => "source-provisioned",
    })
}

/// When somebody's time ends.
pub(super) fn leaving(t: Texts, it: Leaving) -> String {
    t.say(match it {
        Leaving::Overdue => "leaving-overdue",
        Leaving::Soon => "leaving-soon",
        Leaving::Known => "leaving-known",
    })
}

/// The heading of a column.
pub(super) fn column(t: Texts, column: Column) -> String {
    t.say(match column {
        Column::Name => "column-name",
        Column::UserName => "column-user-name",
        Column::Email => "column-email",
        Column::Role => "column-role",
        Column::Status => "column-status",
        Column::Type => "column-type",
        Column::Mfa => "column-mfa",
        Column::LastActive => "column-last-active",
        Column::Provider => "column-provider",
        Column::Created => "column-created",
    })
}

/// The name of a view.
pub(super) fn view(t: Texts, view: View) -> String {
    t.say(match view {
        View::AdminsWithoutMfa => "view-admins-without-mfa",
        View::Inactive => "view-inactive",
        View::LongPending => "view-long-pending",
        View::Overdue => "view-overdue",
    })
}
