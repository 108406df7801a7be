//! One stream: where it goes, how far behind it is, what went wrong last, and whether something arrives.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use super::{kind, path, state, stream_id, style};
use crate::app::App;
use crate::app::audit_streams::{self, Bucket, Kind, Standing, Tried};
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::Badge;
use crate::web::form::Signed;
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

#[derive(Template)]
#[template(path = "console/audit/streams/show.html")]
struct ShowPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    kind: String,
    state: Badge,
    address: String,
    bucket: Option<Bucket>,
    style: String,
    events: String,
    behind: String,
    oldest: Option<Timestamp>,
    next_seq: i64,
    sent: Option<Timestamp>,
    failing_since: Option<Timestamp>,
    next_try: Option<Timestamp>,
    last_error: Option<String>,
    /// Until when requests are signed with the secret before as well.
    earlier_until: Option<String>,
    has_secret: bool,
    is_paused: bool,
    may_change: bool,
    tried: Option<Tried>,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let it = audit_streams::show(&app, &console.actor, stream_id(&id)?).await?;
        Ok(page(&app, &console, it, None))
    };
    console.answer(page.await)
}

pub(super) async fn test(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    let tried = async {
        let id = stream_id(&id)?;
        let tried = audit_streams::test(&app, &console.actor, id).await?;
        Ok::<_, Error>((audit_streams::show(&app, &console.actor, id).await?, tried))
    };
    match tried.await {
        Ok((it, tried)) => Page(page(&app, &console, it, Some(tried))).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

fn page<'a>(app: &App, console: &'a Console, it: Standing, tried: Option<Tried>) -> ShowPage<'a> {
    let (t, Standing { stream, address, bucket, behind, oldest }) = (console.t, it);
    let earlier = stream.earlier.as_ref().map(|it| it.1).filter(|until| app.now() < *until);
    let is_failing = stream.failing_since.is_some() && !stream.is_paused;
    ShowPage {
        shell: &console.shell,
        t,
        path: path(stream.id),
        kind: kind(t, stream.sink.kind()),
        state: state(t, stream.state()),
        style: style(t, stream.style),
        events: stream.events.line(),
        behind: t.count("stream-behind", behind),
        oldest,
        next_seq: stream.next_seq,
        sent: stream.last_sent_at,
        failing_since: stream.failing_since,
        next_try: is_failing.then_some(stream.next_at),
        earlier_until: earlier.map(|it| t.with("stream-earlier", &[("moment", Part::Words(&t.moment(&it)))])),
        has_secret: stream.sink.kind() == Kind::Webhook,
        is_paused: stream.is_paused,
        may_change: !stream.sink.kind().is_of_operator() && audit_streams::may_manage(&console.actor, &console.model),
        name: stream.name,
        last_error: stream.last_error,
        address,
        bucket,
        tried,
    }
}
