//! What access reviews are about and what becomes of them, in words.

use std::collections::HashMap;

use crate::app::App;
use crate::app::reviews::{
    self, Decision, Every, Holder, Item, Justify, Outcome, Progress, Review, Risk, Scope, Silence, State,
};
use crate::domain::id::{OrgId, UserId};
use crate::domain::review::Warning;
use crate::domain::{Error, Timestamp};
use crate::web::console::users::{Badge, Mark, user_path};
use crate::web::texts::{Part, Texts};

/// A place as it is shown.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) user_name: String,
    pub(super) path: Option<String>,
    pub(super) held: String,
    pub(super) about: String,
    pub(super) risks: Vec<String>,
    pub(super) last_active: Option<Timestamp>,
    pub(super) reviewer: String,
    pub(super) decision: String,
    pub(super) comment: String,
    pub(super) outcome: Option<Badge>,
    pub(super) why: String,
}

/// What those are called who are asked about these places, or have decided about them.
pub(super) async fn names(app: &App, org: OrgId, items: &[Item]) -> Result<HashMap<UserId, String>, Error> {
    let mut ids: Vec<UserId> =
        items.iter().flat_map(|it| it.reviewer.into_iter().chain(it.decided.as_ref().map(|it| it.by))).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(reviews::names(app, org, &ids).await?.into_iter().collect())
}

pub(super) fn line(t: Texts, it: &Item, names: &HashMap<UserId, String>) -> Line {
    let decided = it.decided.as_ref().filter(|it| it.is_submitted);
    let asked = decided.map(|it| it.by).or(it.reviewer);
    Line {
        name: it.holder_name.clone(),
        user_name: it.user_name.clone(),
        path: it.holder.user().map(user_path),
        held: held(t, it),
        about: about(t, it),
        risks: it.facts.risks.iter().map(|it| t.say(risk(*it))).collect(),
        last_active: it.facts.last_active,
        reviewer: asked.and_then(|it| names.get(&it)).cloned().unwrap_or_default(),
        decision: decided.map(|it| decision(t, &it.what)).unwrap_or_default(),
        comment: decided.map(|it| it.comment.clone()).unwrap_or_default(),
        outcome: it.ended.as_ref().map(|it| outcome(t, it.what)),
        why: it.ended.as_ref().map(|it| it.why.clone()).unwrap_or_default(),
    }
}

/// What is held: `Role Admin`.
pub(super) fn held(t: Texts, it: &Item) -> String {
    let key = match (it.held.kind(), it.holder) {
        ("role", Holder::ServiceAccount(_)) => "review-held-program",
        ("role", _) => "review-held-role",
        ("group", _) => "review-held-group",
        ("team", _) => "review-held-team",
        ("project", _) => "review-held-project",
        _ => "review-held-account",
    };
    t.name(key, &it.held_name)
}

/// By what it is held.
pub(super) fn about(t: Texts, it: &Item) -> String {
    match (it.held.kind(), it.via.as_str(), it.is_of_provider) {
        ("project", "write", _) => t.say("access-write"),
        ("project", _, _) => t.say("access-read"),
        (_, "", false) => t.say("review-by-hand"),
        (_, "", true) => t.say("review-by-provider"),
        (_, via, true) => t.name("review-via-provider", via),
        (_, via, false) => t.name("review-via", via),
    }
}

pub(super) const fn risk(it: Risk) -> &'static str {
    match it {
        Risk::NeverSignedIn => "risk-never-signed-in",
        Risk::Inactive => "risk-inactive",
        Risk::NoSecondFactor => "risk-no-second-factor",
        Risk::Deactivated => "risk-deactivated",
        Risk::Twice => "risk-twice",
        Risk::GoneAtProvider => "risk-gone-at-provider",
    }
}

pub(super) fn decision(t: Texts, it: &Decision) -> String {
    match it {
        Decision::Keep => t.say("decision-keep"),
        Decision::Remove => t.say("decision-remove"),
        Decision::Reduce { role } => t.name("decision-reduced-to", role.as_str()),
        Decision::Deactivate => t.say("decision-deactivate"),
    }
}

fn outcome(t: Texts, it: Outcome) -> Badge {
    let (mark, key) = match it {
        Outcome::Kept => (Mark::Good, "outcome-kept"),
        Outcome::Unanswered => (Mark::Warning, "outcome-unanswered"),
        Outcome::Removed => (Mark::Good, "outcome-removed"),
        Outcome::Reduced => (Mark::Good, "outcome-reduced"),
        Outcome::Deactivated => (Mark::Good, "outcome-deactivated"),
        Outcome::HandedOver => (Mark::Waiting, "outcome-handed-over"),
        Outcome::DoneAtProvider => (Mark::Good, "outcome-done-at-provider"),
        Outcome::Gone => (Mark::Off, "outcome-gone"),
        Outcome::Refused => (Mark::Warning, "outcome-refused"),
    };
    Badge { mark, label: t.say(key) }
}

pub(super) fn state(t: Texts, it: State) -> Badge {
    let (mark, key) = match it {
        State::Staged => (Mark::Waiting, "review-staged"),
        State::Active => (Mark::Waiting, "review-active"),
        State::Closing => (Mark::Waiting, "review-closing"),
        State::Closed => (Mark::Good, "review-closed"),
        State::Cancelled => (Mark::Off, "review-cancelled"),
    };
    Badge { mark, label: t.say(key) }
}

pub(super) fn progress(t: Texts, it: Progress) -> String {
    t.with("review-progress", &[("decided", Part::Number(it.decided)), ("items", Part::Number(it.items))])
}

pub(super) fn warning(t: Texts, it: &Warning) -> String {
    match it {
        Warning::Silent { connection, since } => {
            t.with("review-warning-silent", &[("name", Part::Name(connection)), ("day", Part::Words(&t.day(since)))])
        }
        Warning::Undecidable { items } => t.count("review-warning-undecidable", *items),
    }
}

/// How a review goes, as label and value.
pub(super) async fn terms(app: &App, t: Texts, review: &Review) -> Result<Vec<(String, String)>, Error> {
    let it = &review.terms;
    let ids = [it.reviewers.as_slice(), &[it.fallback]].concat();
    let names: HashMap<UserId, String> = reviews::names(app, review.org, &ids).await?.into_iter().collect();
    let name = |id: &UserId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let reviewers: Vec<String> = it.reviewers.iter().map(name).collect();
    Ok(vec![
        (t.say("review-scope"), t.say(scope(it.scope))),
        (t.say("review-reviewers"), reviewers.join(", ")),
        (t.say("review-fallback"), name(&it.fallback)),
        (t.say("review-silence"), t.say(silence(it.silence))),
    ])
}

pub(super) const fn scope(it: Scope) -> &'static str {
    match it {
        Scope::Privileged => "review-of-privileged",
        Scope::Inactive => "review-of-inactive",
        Scope::Teams => "review-of-teams",
        Scope::Groups => "review-of-groups",
        Scope::Projects => "review-of-projects",
    }
}

pub(super) const fn about_scope(it: Scope) -> &'static str {
    match it {
        Scope::Privileged => "about-review-of-privileged",
        Scope::Inactive => "about-review-of-inactive",
        Scope::Teams => "about-review-of-teams",
        Scope::Groups => "about-review-of-groups",
        Scope::Projects => "about-review-of-projects",
    }
}

pub(super) const fn silence(it: Silence) -> &'static str {
    match it {
        Silence::Keep => "silence-keep",
        Silence::Advice => "silence-advice",
        Silence::Remove => "silence-remove",
    }
}

pub(super) const fn justify(it: Justify) -> &'static str {
    match it {
        Justify::Privileged => "justify-privileged",
        Justify::Always => "justify-always",
        Justify::Never => "justify-never",
    }
}

pub(super) const fn every(it: Every) -> &'static str {
    match it {
        Every::Month => "every-month",
        Every::Quarter => "every-quarter",
        Every::HalfYear => "every-half-year",
        Every::Year => "every-year",
    }
}
