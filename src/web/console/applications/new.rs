//! Registering an application.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::{self, Form, Wrong};
use super::secret::once;
use super::{kind, path};
use crate::app::App;
use crate::app::client_proof::JWKS_BYTES_MAX;
use crate::app::clients::{
    self, AccessTokenFormat, AuthMethod, Lifetimes, Mapping, NAME_MAX, NewClient, Profile, Reach,
};
use crate::domain::{Error, Flaw};
use crate::oidc::scope::Scope;
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/applications/new.html")]
struct NewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    form: Form,
    kinds: Vec<Kind>,
}

/// A kind of application.
struct Kind {
    value: &'static str,
    label: String,
    text: String,
    is_chosen: bool,
}

pub(super) async fn ask(console: Console) -> Response {
    console.answer(page(&console, usual(), None))
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let made = async {
        let new = wanted(&console, &fields)?;
        Box::pin(clients::create(&app, &console.actor, new)).await
    };
    match made.await {
        Ok((it, Some(secret))) => Page(once(&console, &it, "app-made-title", &secret)).into_response(),
        Ok((it, None)) => Redirect::to(&format!("{}?said=application-made", path(it.client.id))).into_response(),
        Err(cause @ Error::Invalid { .. }) => {
            let wrong = Wrong::of(console.t, &cause);
            console.again(&cause, page(&console, fields, Some(wrong)))
        }
        Err(cause) => console.refuse(cause),
    }
}

fn page(console: &Console, fields: Fields, wrong: Option<Wrong>) -> Result<NewPage<'_>, Error> {
    console.actor.may(&console.model, clients::MANAGE)?;
    let t = console.t;
    let kinds = [
        ("web", AuthMethod::ClientSecretBasic, "app-kind-web-text"),
        ("public", AuthMethod::None, "app-kind-public-text"),
        ("keys", AuthMethod::PrivateKeyJwt, "app-kind-keys-text"),
    ];
    let kinds = kinds.map(|(value, method, text)| Kind {
        value,
        label: kind(t, method),
        text: t.say(text),
        is_chosen: fields.get("kind") == Some(value),
    });
    Ok(NewPage { shell: &console.shell, t, kinds: kinds.into(), form: Form::of(t, fields, wrong) })
}

/// The form before anything is typed.
fn usual() -> Fields {
    let scopes = Scope::ALL.into_iter().filter(|it| !matches!(it, Scope::Api | Scope::Scim));
    let ticked = scopes.map(|it| (format!("scope-{}", it.as_str()), "on".to_owned()));
    let chosen = [("kind".to_owned(), "web".to_owned()), ("profile".to_owned(), Profile::Standard.as_str().to_owned())];
    Fields::shown(ticked.chain(chosen))
}

fn wanted(console: &Console, fields: &Fields) -> Result<NewClient, Error> {
    let auth_method = match fields.get("kind") {
        Some("web") if fields.get("secret_in_body").is_some() => AuthMethod::ClientSecretPost,
        Some("web") => AuthMethod::ClientSecretBasic,
        Some("public") => AuthMethod::None,
        Some("keys") => AuthMethod::PrivateKeyJwt,
        Some(_) | None => return Err(Error::invalid("kind", Flaw::Missing)),
    };
    let jwks = if auth_method == AuthMethod::PrivateKeyJwt { Some(form::key_set(fields)?) } else { None };
    Ok(NewClient {
        org: Some(console.org()),
        name: fields.get("name").unwrap_or_default().trim().to_owned(),
        auth_method,
        jwks,
        redirect_uris: form::lines(fields, "redirect_uris"),
        post_logout_redirect_uris: form::lines(fields, "post_logout_redirect_uris"),
        backchannel_logout_uri: form::typed(fields, "backchannel_logout_uri"),
        frontchannel_logout_uri: form::typed(fields, "frontchannel_logout_uri"),
        frontchannel_logout_session_required: false,
        events_uri: form::typed(fields, "events_uri"),
        scopes: Some(form::scopes(fields)?),
        first_party: fields.get("first_party").is_some(),
        require_mfa: fields.get("require_mfa").is_some(),
        profile: form::chosen(fields, "profile", Profile::named)?,
        id_token_alg: None,
        access_token_format: AccessTokenFormat::Opaque,
        require_pushed_requests: false,
        dpop_bound: false,
        device_grant: false,
        resource: None,
        audiences: Vec::new(),
        pairwise: fields.get("pairwise").is_some(),
        claims: Mapping::new(),
        initiate_login_uri: form::typed(fields, "initiate_login_uri"),
        lifetimes: Lifetimes::default(),
        reach: Reach::default(),
    })
}
