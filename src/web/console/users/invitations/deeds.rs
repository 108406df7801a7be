//! What is done to one invitation: asked for on a page of its own, which a script shows as a dialog.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::deeds::OncePage;
use super::{LIST, role_label, too_often};
use crate::app::App;
use crate::app::invitations::{self, Delivery, Invitation};
use crate::domain::{Denial, Error};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, undelivered, words};
use crate::web::error::status;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

#[derive(Template)]
#[template(path = "console/users/invitation_deed.html")]
struct DeedPage<'a> {
    shell: &'a Shell,
    t: Texts,
    deed: Deed,
    action: String,
    back: &'static str,
    title: String,
    text: String,
    /// That the letter could not be delivered.
    undelivered: Option<String>,
    problem: Option<String>,
}

/// What is done to invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Resend,
    Delete,
}

impl Deed {
    pub(super) const ALL: [Self; 2] = [Self::Resend, Self::Delete];

    pub(super) fn parse(word: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|it| it.word() == word).ok_or(Error::NotFound("page"))
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Delete => "delete",
        }
    }

    /// What it is called.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Resend => "invitation-resend",
            Self::Delete => "invitation-delete",
        }
    }

    /// True when it cannot be taken back.
    pub(super) fn is_grave(self) -> bool {
        self == Self::Delete
    }

    /// True when this person may do it to this invitation.
    pub(super) fn is_offered(self, console: &Console, it: &Invitation) -> bool {
        match self {
            Self::Resend => invitations::may_resend(&console.actor, &console.model, it),
            Self::Delete => invitations::may_revoke(&console.actor, &console.model, it),
        }
    }
}

pub(super) async fn ask(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let asked = asked(&app, &console, (&id, &deed)).await;
    let page = match asked {
        Ok((it, deed)) => first(&app, &console, &it, deed).await,
        Err(cause) => Err(cause),
    };
    console.answer(page)
}

pub(super) async fn do_it(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
    Signed(fields): Signed,
) -> Response {
    let (it, deed) = match asked(&app, &console, (&id, &deed)).await {
        Ok(asked) => asked,
        Err(cause) => return console.refuse(cause),
    };
    match perform(&app, &console, &it, (deed, &fields)).await {
        Ok(done) => done,
        Err(cause @ Error::Throttled { .. }) => again(&console, &it, deed, &cause),
        Err(cause) => console.refuse(cause),
    }
}

/// The page as it is first asked for.
async fn first<'a>(app: &App, console: &'a Console, it: &Invitation, deed: Deed) -> Result<DeedPage<'a>, Error> {
    let undelivered = match deed {
        Deed::Resend => invitations::undelivered(app, it).await?,
        Deed::Delete => None,
    };
    let undelivered = undelivered.map(|note| undelivered::sentence(console.t, &note));
    Ok(DeedPage { undelivered, ..page(console, it, deed, None)? })
}

async fn asked(app: &App, console: &Console, (id, deed): (&str, &str)) -> Result<(Invitation, Deed), Error> {
    let deed = Deed::parse(deed)?;
    let id = id.parse().map_err(|_| Error::NotFound("invitation"))?;
    Ok((invitations::show(app, &console.actor, id).await?, deed))
}

fn page<'a>(console: &'a Console, it: &Invitation, deed: Deed, problem: Option<String>) -> Result<DeedPage<'a>, Error> {
    let t = console.t;
    let (title, text) = match deed {
        Deed::Resend => ("ask-resend", "ask-resend-text"),
        Deed::Delete => ("ask-revoke", "ask-revoke-text"),
    };
    if !deed.is_offered(console, it) {
        return Err(Error::denied(Denial::UserNotOffered));
    }
    let role = role_label(&console.model, &it.role);
    Ok(DeedPage {
        shell: &console.shell,
        t,
        deed,
        action: format!("{LIST}/{}/{}", it.id, deed.word()),
        back: LIST,
        title: t.name(title, &it.address),
        text: t.with(text, &[("name", Part::Name(&it.address)), ("role", Part::Name(&role))]),
        undelivered: None,
        problem,
    })
}

/// The page once more, with how long to wait.
fn again(console: &Console, it: &Invitation, deed: Deed, cause: &Error) -> Response {
    let problem = match cause {
        Error::Throttled { retry_after } => too_often(console.t, *retry_after),
        Error::Unauthenticated
        | Error::Denied(_)
        | Error::NotFound(_)
        | Error::Conflict(_)
        | Error::Obstacle(_)
        | Error::Invalid { .. }
        | Error::Stale
        | Error::Internal(_) => words::problem(console.t, cause).1,
    };
    match page(console, it, deed, Some(problem)) {
        Ok(page) => (status(cause), Page(page)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn perform(
    app: &App,
    console: &Console,
    it: &Invitation,
    (deed, fields): (Deed, &Fields),
) -> Result<Response, Error> {
    match deed {
        Deed::Delete => {
            invitations::revoke(app, &console.actor, it.id).await?;
            Ok(Redirect::to(&format!("{LIST}?said=revoked")).into_response())
        }
        Deed::Resend => {
            let delivery = if fields.get("mail").is_some() { Delivery::Mail } else { Delivery::HandedLink };
            let sent = invitations::resend(app, &console.actor, it.id, delivery).await?;
            let Some(link) = sent.link else {
                return Ok(Redirect::to(&format!("{LIST}?said=resent")).into_response());
            };
            let (t, title) = (console.t, console.t.name("once-invitation-title", &it.address));
            let (text, secret) = (t.say("once-invitation-text"), link.reveal().clone());
            let page = OncePage { shell: &console.shell, t, title, text, secret, back: LIST.to_owned() };
            Ok(Page(page).into_response())
        }
    }
}
