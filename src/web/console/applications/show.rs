//! One application: what is registered, how products are set up for it, who is signed in, and what can be done to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::form;
use super::setup::{self, Shown};
use super::{Badge, client_id, kind, path, profile, scope, status};
use crate::app::clients::{self, AccessTokenFormat, Reach, Registered, SHOWN, SignedIn};
use crate::app::{App, groups, signals};
use crate::domain::id::GroupId;
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::told;
use crate::web::console::users::user_path;
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/applications/show.html")]
struct ShowPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    client_id: String,
    kind: String,
    status: Badge,
    is_disabled: bool,
    has_secret: bool,
    facts: Vec<Fact>,
    products: Vec<Shown>,
    people: Vec<PersonRow>,
    /// True where there are more people than are shown.
    has_more: bool,
    /// How it hears of ended access, where it keeps a stream.
    stream: Option<String>,
    /// What it was told.
    told: Vec<told::Row>,
}

/// Something that is registered.
struct Fact {
    label: String,
    value: Value,
}

enum Value {
    Text(String),
    Lines(Vec<String>),
    Moment(Timestamp),
}

/// Somebody who is signed in there.
struct PersonRow {
    name: String,
    user_name: String,
    /// Their page, for somebody who may see it.
    path: Option<String>,
    began: Timestamp,
    until: Timestamp,
    /// Where it is ended, for somebody who may.
    end_path: Option<String>,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<ShowPage<'a>, Error> {
    let t = console.t;
    let it = clients::get(app, &console.actor, client_id(id)?).await?;
    let found = clients::signed_in(app, &console.actor, it.client.id, SHOWN).await?;
    let who = who(app, console, &it.registration.reach).await?;
    Ok(ShowPage {
        shell: &console.shell,
        t,
        path: path(it.client.id),
        kind: kind(t, it.registration.auth_method),
        status: status(t, &it),
        is_disabled: it.client.is_disabled,
        has_secret: it.registration.auth_method.has_secret(),
        facts: facts(t, &it, who),
        products: setup::all(app, &console.model, t, &it.registration),
        people: found.people.into_iter().map(|person| row(console, &it, person)).collect(),
        has_more: found.has_more,
        stream: signals::standing_of(app, &it.client).await?.map(|standing| told::stream(t, standing)),
        told: told::rows(t, &signals::of_application(app, it.client.id, None).await?),
        client_id: it.registration.client_id,
        name: it.registration.name,
    })
}

fn facts(t: Texts, Registered { client, registration: it }: &Registered, who: Vec<String>) -> Vec<Fact> {
    let text = |label: &str, text: String| Fact { label: t.say(label), value: Value::Text(text) };
    let lines = |label: &str, lines: Vec<String>| Fact { label: t.say(label), value: Value::Lines(lines) };
    let yes = |label: &str, is: bool| text(label, t.say(if is { "yes" } else { "no" }));
    let one = |label: &str, uri: &Option<String>| lines(label, uri.iter().cloned().collect());
    let at = |label: &str, at: Timestamp| Fact { label: t.say(label), value: Value::Moment(at) };
    let seconds = |label: &str, seconds: u32| text(label, lasting(t, seconds));
    let format = match it.access_token_format {
        AccessTokenFormat::Opaque => "app-format-opaque",
        AccessTokenFormat::Jwt => "app-format-jwt",
    };
    let mut all = vec![
        text("client-proof", it.auth_method.as_str().to_owned()),
        lines("app-redirects", it.redirect_uris.clone()),
        lines("app-post-logout", it.post_logout_redirect_uris.clone()),
        one("app-backchannel", &it.backchannel_logout_uri),
        one("app-frontchannel", &it.frontchannel_logout_uri),
        one("app-initiate", &it.initiate_login_uri),
        lines("app-who", who),
        yes("app-first-party", it.first_party),
        yes("app-require-mfa", it.require_mfa),
        lines("app-scopes", it.scopes.iter().map(|one| format!("{} ({})", scope(t, one), one.as_str())).collect()),
        text("app-profile", profile(t, it.profile)),
        text("app-alg", it.id_token_alg.as_str().to_owned()),
        text("app-format", t.say(format)),
        yes("app-pushed", it.needs_pushed_requests()),
        yes("app-dpop", it.needs_dpop()),
        yes("app-device", it.device_grant),
        yes("app-pairwise", it.pairwise),
        lines("app-claims", form::claim_lines(&it.claims)),
        one("app-resource", &it.resource),
        lines("app-audiences", it.audiences.clone()),
        seconds("app-access-seconds", it.lifetimes.access_token_seconds),
        seconds("app-idle-seconds", it.lifetimes.refresh_token_idle_seconds),
        seconds("app-authorization-seconds", it.lifetimes.authorization_seconds),
    ];
    if it.jwks.is_some() {
        all.insert(1, lines("app-key-ids", it.key_ids()));
    }
    all.extend([at("column-created", client.created_at), at("changed", client.updated_at)]);
    all
}

/// A time in the largest unit that divides it.
fn lasting(t: Texts, seconds: u32) -> String {
    for (unit, key) in [(24 * 60 * 60, "app-days"), (60 * 60, "app-hours"), (60, "app-minutes")] {
        if seconds.is_multiple_of(unit) {
            return t.count(key, seconds / unit);
        }
    }
    t.count("app-seconds", seconds)
}

/// Who may use it, by name.
async fn who(app: &App, console: &Console, reach: &Reach) -> Result<Vec<String>, Error> {
    let t = console.t;
    if reach.is_everybody() {
        return Ok(vec![t.say("app-everybody")]);
    }
    let label = |key: &String| {
        let role = console.model.roles().iter().find(|role| role.key.as_str() == key);
        t.name("app-with-role", role.map_or(key, |role| &role.label))
    };
    let mut all: Vec<String> = reach.roles.iter().map(label).collect();
    for id in &reach.groups {
        all.push(t.name("app-in-group", &group(app, console, id).await?));
    }
    Ok(all)
}

/// The name of a group; its id where it is gone, or not for this person to see.
async fn group(app: &App, console: &Console, id: &str) -> Result<String, Error> {
    let Ok(group): Result<GroupId, _> = id.parse() else { return Ok(id.to_owned()) };
    match groups::show(app, &console.actor, group).await {
        Ok(entry) => Ok(entry.group.display_name),
        Err(Error::NotFound(_) | Error::Denied(_)) => Ok(id.to_owned()),
        Err(other) => Err(other),
    }
}

fn row(console: &Console, it: &Registered, person: SignedIn) -> PersonRow {
    let may_end = clients::may_end_access(&console.actor, &console.model, &person.user);
    let sees = console.actor.may(&console.model, "users:read").is_ok();
    PersonRow {
        end_path: may_end.then(|| format!("{}/people/{}/end", path(it.client.id), person.user.id)),
        path: sees.then(|| user_path(person.user.id)),
        name: person.user.display_name,
        user_name: person.user.user_name,
        began: person.began,
        until: person.until,
    }
}
