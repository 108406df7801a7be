//! Trying a sign-in: whether somebody would come in to an application, and what it would be told, without anything being
//! given out.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum_extra::extract::Query;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Badge, client_id, path, scope};
use crate::app::App;
use crate::app::clients::{self, MOMENTARY, Outcome, Registered, Trial, Why};
use crate::domain::Error;
use crate::oidc::client::Registration;
use crate::oidc::jwt::Claims;
use crate::oidc::scope::Scope;
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::users::{duty, obstacle};
use crate::web::console::{Console, words};
use crate::web::texts::Texts;

/// What is asked for when nobody says.
const USUAL: [Scope; 5] = [Scope::OpenId, Scope::Profile, Scope::Email, Scope::Roles, Scope::Groups];

#[derive(Template)]
#[template(path = "console/applications/trial.html")]
struct TrialPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    name: String,
    path: String,
    user_name: String,
    scopes: Vec<Choice>,
    /// What is wrong with the name that was typed.
    problem: Option<String>,
    trial: Option<Tried>,
    /// Where a sign-in really begins.
    begin: Option<String>,
}

/// What came of it.
struct Tried {
    person: String,
    badge: Badge,
    /// What happens on the way in, or stands in it, each with what the protocol says of it.
    lines: Vec<(String, Option<String>)>,
    told: Vec<Told>,
}

/// What the application is told in one place.
struct Told {
    id: &'static str,
    title: String,
    hint: String,
    /// A claim, and its value where it is known before.
    claims: Vec<(String, Option<String>)>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    user_name: Option<String>,
    #[serde(default)]
    scope: Vec<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = async {
        let it = clients::get(&app, &console.actor, client_id(&id)?).await?;
        let Some(user_name) = asked.user_name.as_deref() else { return Ok(page(&app, &console, &it, &asked, None)) };
        let of = (user_name.trim(), asked.scope.join(" "));
        match clients::try_sign_in(&app, &console.actor, it.client.id, (of.0, &of.1)).await {
            Ok(trial) => Ok(page(&app, &console, &it, &asked, Some(Ok(trial)))),
            Err(cause @ (Error::NotFound("user") | Error::Invalid { .. })) => {
                Ok(page(&app, &console, &it, &asked, Some(Err(cause))))
            }
            Err(other) => Err(other),
        }
    };
    console.answer(page.await)
}

fn page<'a>(
    app: &App,
    console: &'a Console,
    it: &Registered,
    asked: &Asked,
    tried: Option<Result<Trial, Error>>,
) -> TrialPage<'a> {
    let t = console.t;
    let is_chosen = |one: Scope| match asked.user_name {
        Some(_) => asked.scope.iter().any(|word| word == one.as_str()),
        None => USUAL.contains(&one),
    };
    let of_people = it.registration.scopes.iter().filter(|one| !Scope::OF_APPLICATIONS.contains(one));
    let scopes =
        of_people.map(|one| Choice { value: one.as_str().to_owned(), label: scope(t, one), is_chosen: is_chosen(one) });
    let (trial, problem) = match tried {
        Some(Ok(trial)) => (Some(tell(t, &trial)), None),
        Some(Err(Error::NotFound(_))) => (None, Some(t.say("app-test-nobody"))),
        Some(Err(Error::Invalid { field, .. })) if field == "scope" => (None, Some(t.say("app-wrong-scope"))),
        Some(Err(other)) => (None, Some(words::problem(t, &other).1)),
        None => (None, None),
    };
    TrialPage {
        shell: &console.shell,
        t,
        title: t.name("app-test-title", &it.registration.name),
        name: it.registration.name.clone(),
        path: path(it.client.id),
        user_name: asked.user_name.clone().unwrap_or_default(),
        scopes: scopes.collect(),
        problem,
        trial,
        begin: beginning(app, &it.registration),
    }
}

/// Where a sign-in begins at the application (OpenID Connect Core 4).
fn beginning(app: &App, it: &Registration) -> Option<String> {
    let mut url = Url::parse(it.initiate_login_uri.as_deref()?).ok()?;
    url.query_pairs_mut().append_pair("iss", &app.config.public_url);
    Some(url.into())
}

fn tell(t: Texts, trial: &Trial) -> Tried {
    let badge = match trial.is_let_in() {
        true => Badge::good(t.say("app-test-in")),
        false => Badge::warning(t.say("app-test-out")),
    };
    let plain = |text: String| (text, None);
    let mut lines: Vec<_> = trial.entrance.obstacles.iter().map(|it| plain(obstacle(t, *it))).collect();
    lines.extend(trial.entrance.duties.iter().map(|it| plain(duty(t, *it))));
    lines.push(match &trial.outcome {
        Outcome::Code => plain(t.say("app-test-code")),
        Outcome::Consent => plain(t.say("app-test-consent")),
        Outcome::Refused(Why::Disabled) => plain(t.say("app-test-disabled")),
        Outcome::Refused(Why::OutOfReach) => plain(t.say("app-test-reach")),
        Outcome::Refused(Why::Other(sentence)) => (t.say("app-test-refused"), Some(sentence.clone())),
    });
    lines.push(plain(t.say(match (trial.factors.by_application, trial.factors.by_organisation) {
        (true, _) => "app-test-two-factors",
        (false, true) => "app-test-second-factor",
        (false, false) => "app-test-one-factor",
    })));
    lines.push((t.say("app-test-granted"), Some(trial.scopes.to_string())));
    let mut told = Vec::new();
    if let Some(all) = &trial.told {
        let hint = t.say("app-id-token-hint");
        told.extend(all.id_token.as_ref().map(|it| place(("id-token", t.say("app-id-token"), hint), it)));
        let title = t.say("app-userinfo");
        told.push(place(("userinfo", title, t.say("app-userinfo-hint")), &all.userinfo));
    }
    Tried { person: trial.user.display_name.clone(), badge, lines, told }
}

fn place((id, title, hint): (&'static str, String, String), claims: &Claims) -> Told {
    let claim = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), Some(text).filter(|_| !MOMENTARY.contains(&name.as_str())))
    };
    Told { id, title, hint, claims: claims.iter().map(claim).collect() }
}
