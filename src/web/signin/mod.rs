//! The pages of signing in: each reads its form, asks `app::signin`, and shows what is due next.
//!
//! **Invariant:** no page decides what comes after it: a proof that was taken leads back to the address of the attempt, and
//! that shows whatever is due.
//! **Invariant:** the address of an attempt is worth nothing without the cookie of the browser that began it.
//! **Invariant:** a token in an address leaves the address bar with the first answer.

mod links;
mod pages;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum_extra::extract::Query;
use serde::Deserialize;
use url::form_urlencoded;

use super::answer;
use super::context::{CallerAddress, speak, texts};
use super::cookie::Cookie;
use super::error::PageError;
use super::form::{Fields, Signed, csrf_token, kept_fields};
use super::page::{EmptyPage, GoOnPage, Page, PageForm, Problem, ProofDuePage, SignedOutPage};
use super::routes::{Access, Routes};
use super::sign_out::SIGNED_OUT;
use super::texts::Language;
use super::words;
use crate::app::signin::{self, Answer, Arrival, Attempt, Browser, Errand, Finished, Given, Onward, Proof, Started};
use crate::app::{App, sessions};
use crate::domain::Error;
use crate::domain::secret::Secret;

use pages::Asked;

pub(super) const START: &str = "/sign-in";
/// Where somebody is who has signed in for nothing else.
const HOME: &str = "/account";

/// The routes of signing in and of one-time links.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/sign-in", Access::Open, start)
        .get("/sign-in/{attempt}", Access::Attempt, show)
        .post("/sign-in/{attempt}", Access::Attempt, prove)
        .get("/sign-in/{attempt}/recovery", Access::Attempt, recovery)
        .get("/sign-in/{attempt}/passkey", Access::Attempt, passkey)
        .post("/sign-in/{attempt}/passkey", Access::Attempt, ask_passkey)
        .get("/sign-in/{attempt}/restart", Access::Attempt, restart)
        .get(SIGNED_OUT, Access::Open, signed_out);
    links::routes(routes)
}

/// Sends a browser to the attempt that has begun for it.
pub(super) fn enter(app: &App, started: &Started) -> Result<Response, PageError> {
    let cookie = Cookie::Attempt.set(app, &started.cookie)?;
    Ok((AppendHeaders([cookie]), Redirect::to(&format!("{START}/{}", started.id))).into_response())
}

/// The same for a form that was refused and is kept until the attempt has ended.
pub(super) fn enter_after(app: &App, refused: StatusCode, started: &Started) -> Result<Response, PageError> {
    let cookie = Cookie::Attempt.set(app, &started.cookie)?;
    let (t, url) = (texts(), format!("{START}/{}", started.id));
    let is_ended = refused == StatusCode::UNAUTHORIZED;
    let (title, lead) = if is_ended { ("sign-in-again", "session-ended") } else { ("prove-it", "proof-is-due") };
    let page = ProofDuePage { t, title: t.say(title), lead: t.say(lead), url: &url };
    Ok((refused, AppendHeaders([cookie]), Page(page)).into_response())
}

/// The browser at the other end, with its live session if it has one.
pub(super) async fn browser(app: &App, headers: &HeaderMap, caller: CallerAddress) -> Result<Browser, Error> {
    let live = match Cookie::Session.read(app, headers) {
        Some(token) => sessions::find(app, &token).await?,
        None => None,
    };
    let user_agent = headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let device = Cookie::Device.read(app, headers);
    Ok(Browser { ip: caller.0, user_agent: user_agent.to_owned(), device, live })
}

#[derive(Deserialize)]
struct Start {
    organisation: Option<String>,
    /// `password` for those who sign in here although a provider has the domain of their name.
    method: Option<String>,
    /// The page that was asked for before the sign-in.
    return_to: Option<String>,
}

/// The sign-in page that leads to this page afterwards.
pub(super) fn sign_in_for(path: &str) -> String {
    if path == HOME {
        return START.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", path).finish();
    format!("{START}?{query}")
}

async fn start(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Query(Start { organisation, method, return_to }): Query<Start>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let return_to = return_to.filter(|path| signin::is_behind_sign_in(path));
    if browser(&app, &headers, caller).await?.live.is_some() {
        return Ok(Redirect::to(return_to.as_deref().unwrap_or(HOME)).into_response());
    }
    if signin::is_without_organisation(&app).await? {
        return Ok(Page(EmptyPage { t: texts() }).into_response());
    }
    let arrival = Arrival { organisation, is_local: method.as_deref() == Some("password"), return_to };
    let started = signin::begin_at_home(&app, arrival, attempt_of(&app, &headers).await?).await?;
    enter(&app, &started)
}

async fn show(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&app, caller, &id, &headers, Asked::Usual(None)).await
}

/// The page that asks for a recovery code in place of a code from the phone.
async fn recovery(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&app, caller, &id, &headers, Asked::Recovery(None)).await
}

/// The page that makes a passkey in place of an authenticator.
async fn passkey(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&app, caller, &id, &headers, Asked::Passkey(None)).await
}

/// What the browser is to ask a passkey, for the script of the page.
async fn ask_passkey(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    let Some((attempt, _)) = own_attempt(&app, &headers, &id).await? else {
        return Err(Error::NotFound("sign-in").into());
    };
    let browser = browser(&app, &headers, caller).await?;
    let question = signin::ask_passkey(&app, attempt, &browser).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], question).into_response())
}

async fn page(
    app: &App,
    caller: CallerAddress,
    id: &str,
    headers: &HeaderMap,
    asked: Asked<'_>,
) -> Result<Response, PageError> {
    let Some((attempt, cookie)) = own_attempt(app, headers, id).await? else {
        return Ok(Redirect::to(START).into_response());
    };
    let browser = browser(app, headers, caller).await?;
    pages::show(app, attempt, &cookie, &browser, asked).await
}

async fn prove(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Signed(fields): Signed,
) -> Result<Response, PageError> {
    let Some((attempt, cookie)) = own_attempt(&app, &headers, &id).await? else {
        return Ok(Redirect::to(START).into_response());
    };
    let browser = browser(&app, &headers, caller).await?;
    let answer = match signin::prove(&app, attempt, proof(&fields), &browser).await {
        Err(Error::NotFound("link")) => return Ok(links::gone()),
        other => other?,
    };
    match answer {
        None => Ok(Redirect::to(START).into_response()),
        Some(Answer::Again(refusal)) => {
            let Some((attempt, _)) = own_attempt(&app, &headers, &id).await? else {
                return Ok(Redirect::to(START).into_response());
            };
            let text = words::complaint(texts(), &refusal.why);
            let problem = Some(Problem { field: refusal.field, text: &text });
            let asked = match refusal.field {
                "recovery_code" => Asked::Recovery(problem),
                "passkey" => Asked::Passkey(problem),
                _ => Asked::Usual(problem),
            };
            let page = pages::show(&app, attempt, &cookie, &browser, asked).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Some(answer) => answered(&app, &id, answer),
    }
}

/// Sends the browser on after a proof that was taken.
pub(super) fn answered(app: &App, id: &str, answer: Answer) -> Result<Response, PageError> {
    let onward = || Redirect::to(&format!("{START}/{id}")).into_response();
    match answer {
        Answer::Again(_) => Ok(onward()),
        Answer::Next { cookie, session } => {
            let mut cookies = vec![Cookie::Attempt.set(app, &cookie)?];
            if let Some(given) = session {
                cookies.extend(given_cookies(app, &given)?);
            }
            Ok((AppendHeaders(cookies), onward()).into_response())
        }
        Answer::Done(finished) => done(app, *finished),
    }
}

fn given_cookies(app: &App, given: &Given) -> Result<[(HeaderName, HeaderValue); 2], Error> {
    Ok([Cookie::Session.set(app, &given.session)?, Cookie::Device.set(app, &given.device)?])
}

fn done(app: &App, finished: Finished) -> Result<Response, PageError> {
    let mut cookies = vec![Cookie::Attempt.clear(app)?];
    if let Some(given) = &finished.session {
        cookies.extend(given_cookies(app, given)?);
    }
    let onward = match (finished.reply, finished.onward) {
        (Some(reply), _) => answer::render(&reply),
        (None, Some(onward)) => go_on(app, &onward, finished.session.as_ref())?,
        (None, None) => Redirect::to(HOME).into_response(),
    };
    Ok((AppendHeaders(cookies), onward).into_response())
}

/// Leads to the page that was asked for. A form is not sent without a further click: what it does may be grave.
fn go_on(app: &App, onward: &Onward, given: Option<&Given>) -> Result<Response, PageError> {
    let fields = match &onward.errand {
        Errand::Open => return Ok(Redirect::to(&onward.path).into_response()),
        Errand::Take => Vec::new(),
        Errand::Send(form) => kept_fields(form),
    };
    let csrf = given.map_or_else(|| Ok(String::new()), |it| csrf_token(app, it.session.reveal()))?;
    let page = GoOnPage {
        t: texts(),
        path: &onward.path,
        form: matches!(onward.errand, Errand::Send(_)).then_some(PageForm {
            action: &onward.path,
            csrf: &csrf,
            problem: None,
        }),
        fields: &fields,
        home_url: HOME,
    };
    Ok(Page(page).into_response())
}

async fn restart(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, PageError> {
    let restarted = match own_attempt(&app, &headers, &id).await? {
        Some((attempt, _)) => signin::restart(&app, attempt).await?,
        None => None,
    };
    let Some(cookie) = restarted else {
        return Ok(Redirect::to(START).into_response());
    };
    let cookie = Cookie::Attempt.set(&app, &cookie)?;
    Ok((AppendHeaders([cookie]), Redirect::to(&format!("{START}/{id}"))).into_response())
}

async fn signed_out() -> Response {
    Page(SignedOutPage { t: texts(), sign_in_url: START }).into_response()
}

/// The attempt of the browser, if it has one under way.
pub(super) async fn attempt_of(app: &App, headers: &HeaderMap) -> Result<Option<Attempt>, Error> {
    match Cookie::Attempt.read(app, headers) {
        Some(cookie) => signin::find(app, &cookie).await,
        None => Ok(None),
    }
}

/// The attempt of this address, when the browser that asks is the one that began it; with the token of its cookie.
async fn own_attempt(app: &App, headers: &HeaderMap, id: &str) -> Result<Option<(Attempt, String)>, Error> {
    let Some(cookie) = Cookie::Attempt.read(app, headers) else {
        return Ok(None);
    };
    let attempt = signin::find(app, &cookie).await?;
    // OpenID Connect Core 3.1.2.1: the application may know better than the browser what its people read.
    let wished = attempt.as_ref().and_then(|it| it.application()?.request.ui_locales.as_deref());
    if let Some(language) = wished.and_then(|it| Language::liked(&it.replace(' ', ","))) {
        speak(language);
    }
    Ok(attempt.filter(|attempt| attempt.id.to_string() == id).map(|attempt| (attempt, cookie)))
}

fn proof(fields: &Fields) -> Proof {
    let text = |name: &str| fields.get(name).map(str::to_owned);
    let secret = |name: &str| text(name).map(Secret::new);
    Proof {
        username: text("username"),
        organisation: text("organisation"),
        password: secret("password"),
        password_again: secret("password_again"),
        code: text("code"),
        recovery_code: text("recovery_code"),
        passkey: text("passkey"),
        name: text("name"),
        activate: text("activate"),
        display_name: text("display_name"),
        decision: text("decision"),
    }
}
