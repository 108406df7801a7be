//! Changing what an application is registered for.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::{self, Form, Wrong};
use super::{client_id, path, words};
use crate::app::App;
use crate::app::client_proof::JWKS_BYTES_MAX;
use crate::app::clients::{
    self, AccessTokenFormat, Algorithm, AuthMethod, Edit, Lifetimes, NAME_MAX, Profile, Reach, Registered,
};
use crate::app::groups;
use crate::domain::{Error, Flaw};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::form::shown::{Clash, Merged};
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/applications/edit.html")]
struct EditPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    name: String,
    path: String,
    /// What the form shows of what stands there.
    shown: String,
    has_keys: bool,
    /// Whether this person sees the groups; who does not leaves those that are named.
    sees_groups: bool,
    form: Form,
}

pub(super) async fn ask(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let it = open(&app, &console, &id).await?;
        page(&app, &console, &it, (shown(&it), None)).await
    };
    console.answer(page.await)
}

pub(super) async fn save(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let it = match open(&app, &console, &id).await {
        Ok(it) => it,
        Err(cause) => return console.refuse(cause),
    };
    let Merged { fields, clashes } = fields.over(&shown(&it));
    if !clashes.is_empty() {
        let wrong = Wrong { field: String::new(), text: clash(console.t, &clashes), detail: None };
        return console.again(&Error::Stale, page(&app, &console, &it, (fields, Some(wrong))).await);
    }
    let sees_groups = console.actor.may(&console.model, groups::READ).is_ok();
    let done = async {
        let edit = changed(&fields, &it, sees_groups)?;
        Box::pin(clients::edit(&app, &console.actor, it.client.id, edit)).await
    };
    match done.await {
        Ok(it) => Redirect::to(&format!("{}?said=application-changed", path(it.client.id))).into_response(),
        Err(cause @ Error::Invalid { .. }) => {
            let wrong = Wrong::of(console.t, &cause);
            console.again(&cause, page(&app, &console, &it, (fields, Some(wrong))).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn open(app: &App, console: &Console, id: &str) -> Result<Registered, Error> {
    clients::get(app, &console.actor, client_id(id)?).await
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    it: &Registered,
    (fields, wrong): (Fields, Option<Wrong>),
) -> Result<EditPage<'a>, Error> {
    let (t, reach) = (console.t, &it.registration.reach);
    let groups = form::groups(app, console, &fields, reach).await?;
    let roles = form::roles(&console.model, &fields, reach);
    let sees_groups = groups.is_some();
    Ok(EditPage {
        shell: &console.shell,
        t,
        title: t.name("app-edit-title", &it.registration.name),
        name: it.registration.name.clone(),
        path: path(it.client.id),
        shown: shown(it).carried(),
        has_keys: it.registration.auth_method == AuthMethod::PrivateKeyJwt,
        sees_groups,
        form: Form { roles, groups: groups.unwrap_or_default(), ..Form::of(t, fields, wrong) },
    })
}

/// The form as it shows an application.
fn shown(Registered { client, registration: it }: &Registered) -> Fields {
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let jwks = it.jwks.as_ref().map(|keys| serde_json::to_string_pretty(keys).unwrap_or_default());
    let fields = [
        ("name", it.name.clone()),
        ("redirect_uris", it.redirect_uris.join("\n")),
        ("post_logout_redirect_uris", it.post_logout_redirect_uris.join("\n")),
        ("backchannel_logout_uri", text(&it.backchannel_logout_uri)),
        ("frontchannel_logout_uri", text(&it.frontchannel_logout_uri)),
        ("initiate_login_uri", text(&it.initiate_login_uri)),
        ("events_uri", text(&client.events_uri)),
        ("resource", text(&it.resource)),
        ("audiences", it.audiences.join("\n")),
        ("claims", form::claim_lines(&it.claims).join("\n")),
        ("profile", it.profile.as_str().to_owned()),
        ("id_token_alg", it.id_token_alg.as_str().to_owned()),
        ("access_token_format", it.access_token_format.as_str().to_owned()),
        ("access_token_seconds", it.lifetimes.access_token_seconds.to_string()),
        ("refresh_token_idle_seconds", it.lifetimes.refresh_token_idle_seconds.to_string()),
        ("authorization_seconds", it.lifetimes.authorization_seconds.to_string()),
    ];
    let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value));
    let switches = [
        ("first_party", it.first_party),
        ("require_mfa", it.require_mfa),
        ("require_pushed_requests", it.require_pushed_authorization_requests),
        ("dpop_bound", it.dpop_bound_access_tokens),
        ("device_grant", it.device_grant),
    ];
    let on = switches.into_iter().filter(|(_, is_on)| *is_on).map(|(field, _)| field.to_owned());
    let scopes = it.scopes.iter().map(|scope| format!("scope-{}", scope.as_str()));
    let roles = it.reach.roles.iter().map(|key| format!("role-{key}"));
    let groups = it.reach.groups.iter().map(|id| format!("group-{id}"));
    let ticked = on.chain(scopes).chain(roles).chain(groups).map(|field| (field, "on".to_owned()));
    Fields::shown(fields.chain(ticked).chain(jwks.map(|keys| ("jwks".to_owned(), keys))))
}

fn changed(fields: &Fields, before: &Registered, sees_groups: bool) -> Result<Edit, Error> {
    let was = &before.registration;
    let ticked = |beginning: &str| fields.under(beginning).map(str::to_owned).collect::<Vec<_>>();
    let groups = if sees_groups { ticked("group-") } else { was.reach.groups.clone() };
    let has_keys = was.auth_method == AuthMethod::PrivateKeyJwt;
    let jwks = if has_keys { Some(form::key_set(fields)?) } else { None };
    Ok(Edit {
        name: Some(fields.get("name").unwrap_or_default().trim().to_owned()),
        jwks,
        redirect_uris: Some(form::lines(fields, "redirect_uris")),
        post_logout_redirect_uris: Some(form::lines(fields, "post_logout_redirect_uris")),
        backchannel_logout_uri: Some(form::typed(fields, "backchannel_logout_uri")),
        frontchannel_logout_uri: Some(form::typed(fields, "frontchannel_logout_uri")),
        frontchannel_logout_session_required: None,
        events_uri: Some(form::typed(fields, "events_uri")),
        initiate_login_uri: Some(form::typed(fields, "initiate_login_uri")),
        scopes: Some(form::scopes(fields)?),
        first_party: Some(fields.get("first_party").is_some()),
        require_mfa: Some(fields.get("require_mfa").is_some()),
        profile: Some(form::chosen(fields, "profile", Profile::named)?),
        id_token_alg: Some(form::chosen(fields, "id_token_alg", Algorithm::named)?),
        access_token_format: Some(form::chosen(fields, "access_token_format", AccessTokenFormat::named)?),
        require_pushed_requests: Some(fields.get("require_pushed_requests").is_some()),
        dpop_bound: Some(fields.get("dpop_bound").is_some()),
        device_grant: Some(fields.get("device_grant").is_some()),
        resource: Some(form::typed(fields, "resource")),
        audiences: Some(form::lines(fields, "audiences")),
        claims: Some(form::claims(fields)?),
        lifetimes: Some(lifetimes(fields)?),
        reach: Some(Reach { organisations: was.reach.organisations.clone(), groups, roles: ticked("role-") }),
    })
}

fn lifetimes(fields: &Fields) -> Result<Lifetimes, Error> {
    let number = |field: &'static str| {
        let text = fields.get(field).unwrap_or_default().trim();
        text.parse().map_err(|_| Error::invalid(field, Flaw::NotANumber))
    };
    Ok(Lifetimes {
        access_token_seconds: number("access_token_seconds")?,
        refresh_token_idle_seconds: number("refresh_token_idle_seconds")?,
        authorization_seconds: number("authorization_seconds")?,
    })
}

fn clash(t: Texts, clashes: &[Clash]) -> String {
    words::clash(t, clashes, |it| {
        let now = it.now.clone().unwrap_or_default();
        let text = |key: &str| (t.say(key), now.replace('\n', ", "));
        let ticked = |key: &str| (t.say(key), words::ticked(t, it));
        match it.field.as_str() {
            "redirect_uris" => text("app-redirects"),
            "post_logout_redirect_uris" => text("app-post-logout"),
            "backchannel_logout_uri" => text("app-backchannel"),
            "frontchannel_logout_uri" => text("app-frontchannel"),
            "initiate_login_uri" => text("app-initiate"),
            "events_uri" => text("app-events"),
            "resource" => text("app-resource"),
            "audiences" => text("app-audiences"),
            "claims" => text("app-claims"),
            "jwks" => text("client-keys"),
            "profile" => text("app-profile"),
            "id_token_alg" => text("app-alg"),
            "access_token_format" => text("app-format"),
            "access_token_seconds" => text("app-access-seconds"),
            "refresh_token_idle_seconds" => text("app-idle-seconds"),
            "authorization_seconds" => text("app-authorization-seconds"),
            "first_party" => ticked("app-first-party"),
            "require_mfa" => ticked("app-require-mfa"),
            "require_pushed_requests" => ticked("app-pushed"),
            "dpop_bound" => ticked("app-dpop"),
            "device_grant" => ticked("app-device"),
            field if field.starts_with("scope-") => ticked("app-scopes"),
            field if field.starts_with("role-") => ticked("app-only-roles"),
            field if field.starts_with("group-") => ticked("app-only-groups"),
            _ => text("column-name"),
        }
    })
}
