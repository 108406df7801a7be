//! The form of a stream, for making and for changing one.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{LIST, NEW, kind, managed, may_manage, path, secret, style};
use crate::app::App;
use crate::app::audit_streams::{
    self, ADDRESS_MAX, AuditStream, ChangedStream, Events, Kind, NAME_MAX, NewStream, SIGNING_MAX, Signing, Style,
};
use crate::domain::secret::Secret;
use crate::domain::{Error, Flaw};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::words::problem;
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

/// So long the field of the events is at most.
const EVENTS_MAX: usize = 2_000;
/// What an organisation can have by itself, with what it is; files and the standard output are the operator's.
const KINDS: [(Kind, &str); 3] =
    [(Kind::Webhook, "stream-webhook-text"), (Kind::Syslog, "stream-syslog-text"), (Kind::S3, "stream-s3-text")];

#[derive(Template)]
#[template(path = "console/audit/streams/form.html")]
struct FormPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    action: String,
    back: String,
    button: String,
    problem: Option<String>,
    wrong: String,
    name: String,
    /// The ways to choose from; none for a stream that there is.
    kinds: Vec<Chosen>,
    address: String,
    /// Whether it is, or can become, one in a bucket.
    has_key: bool,
    region: String,
    access_key_id: String,
    styles: Vec<Chosen>,
    /// Which records are told.
    events: String,
    /// What the stream was when the form was opened.
    shown: Option<String>,
}

/// Something to choose, with what it means.
struct Chosen {
    value: &'static str,
    label: String,
    about: String,
    is_chosen: bool,
}

pub(super) async fn new(console: Console) -> Response {
    let fields = Fields::shown([("kind", Kind::Webhook.word()), ("format", Style::default().word())]);
    console.answer(page(&console, None, &fields, None))
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let made = async {
        may_manage(&console)?;
        let chosen = KINDS.into_iter().map(|it| it.0).find(|it| fields.get("kind") == Some(it.word()));
        let kind = chosen.ok_or_else(|| wrong("kind"))?;
        let new = NewStream {
            name: text(&fields, "name"),
            kind,
            address: text(&fields, "address"),
            signing: signing(&fields, kind),
            style: chosen_style(&fields)?,
            events: Events::read_line(&text(&fields, "events"))?,
        };
        audit_streams::create(&app, &console.actor, console.org(), new).await
    };
    match made.await {
        Ok((it, Some(made))) => secret::once(&console, (it.id, &it.name), &made),
        Ok((it, None)) => Redirect::to(&format!("{}?said=audit-stream-made", path(it.id))).into_response(),
        Err(cause) => again(&console, None, &fields, cause),
    }
}

pub(super) async fn edit(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let it = managed(&app, &console, &id).await?.stream;
        page(&console, Some(&it), &shown(&it), None)
    };
    console.answer(page.await)
}

pub(super) async fn save(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let before = match managed(&app, &console, &id).await {
        Ok(it) => it.stream,
        Err(cause) => return console.refuse(cause),
    };
    let merged = fields.over(&shown(&before));
    if !merged.clashes.is_empty() {
        return console.refuse(Error::Stale);
    }
    let fields = merged.fields;
    let changed = async {
        let to = ChangedStream {
            name: Some(text(&fields, "name")),
            address: Some(text(&fields, "address")),
            signing: signing(&fields, before.sink.kind()),
            style: Some(chosen_style(&fields)?),
            events: Some(Events::read_line(&text(&fields, "events"))?),
        };
        audit_streams::change(&app, &console.actor, before.id, to).await
    };
    match changed.await {
        Ok(it) => Redirect::to(&format!("{}?said=audit-stream-changed", path(it.id))).into_response(),
        Err(cause) => again(&console, Some(&before), &fields, cause),
    }
}

/// The form as it shows a stream.
fn shown(it: &AuditStream) -> Fields {
    let events = it.events.line();
    let (region, key) = it.sink.bucket().map_or(("", ""), |it| (&it.region, &it.access_key_id));
    Fields::shown([
        ("name", it.name.as_str()),
        ("address", it.sink.address()),
        ("region", region),
        ("access_key_id", key),
        ("format", it.style.word()),
        ("events", &events),
    ])
}

fn text(fields: &Fields, name: &str) -> String {
    fields.get(name).unwrap_or_default().trim().to_owned()
}

/// What is typed in fields of a bucket while another way is chosen is not meant. An empty secret stays as it is; what is typed is taken
/// as it is.
fn signing(fields: &Fields, kind: Kind) -> Signing {
    if kind != Kind::S3 {
        return Signing::default();
    }
    let secret = fields.get("secret_access_key").filter(|it| !it.is_empty());
    Signing {
        region: Some(text(fields, "region")),
        access_key_id: Some(text(fields, "access_key_id")),
        secret_access_key: secret.map(|it| Secret::new(it.to_owned())),
    }
}

fn chosen_style(fields: &Fields) -> Result<Style, Error> {
    fields.get("format").and_then(Style::parse).ok_or_else(|| wrong("format"))
}

fn wrong(field: &str) -> Error {
    Error::invalid(field, Flaw::Meaningless)
}

fn again(console: &Console, of: Option<&AuditStream>, fields: &Fields, cause: Error) -> Response {
    if !matches!(cause, Error::Invalid { .. } | Error::Conflict(_)) {
        return console.refuse(cause);
    }
    console.again(&cause, page(console, of, fields, Some(&cause)))
}

fn page<'a>(
    console: &'a Console,
    of: Option<&AuditStream>,
    fields: &Fields,
    cause: Option<&Error>,
) -> Result<FormPage<'a>, Error> {
    may_manage(console)?;
    let t = console.t;
    let kinds = KINDS.map(|(it, about)| Chosen {
        value: it.word(),
        label: kind(t, it),
        about: t.say(about),
        is_chosen: fields.get("kind") == Some(it.word()),
    });
    let styles = Style::ALL.map(|it| Chosen {
        value: it.word(),
        label: style(t, it),
        about: t.say(if it == Style::Json { "stream-json-text" } else { "stream-ocsf-text" }),
        is_chosen: fields.get("format") == Some(it.word()),
    });
    let place = of.map(|it| path(it.id));
    let wrong = if let Some(Error::Invalid { field, .. }) = cause { field.clone() } else { String::new() };
    Ok(FormPage {
        shell: &console.shell,
        t,
        title: of.map_or_else(|| t.say("stream-new"), |it| t.name("stream-edit", &it.name)),
        button: t.say(if of.is_some() { "save" } else { "stream-make" }),
        action: place.as_ref().map_or_else(|| NEW.to_owned(), |it| format!("{it}/edit")),
        back: place.unwrap_or_else(|| LIST.to_owned()),
        problem: cause.map(|it| problem(t, it).1),
        wrong,
        name: fields.get("name").unwrap_or_default().to_owned(),
        kinds: if of.is_some() { Vec::new() } else { kinds.into() },
        address: fields.get("address").unwrap_or_default().to_owned(),
        has_key: of.is_none_or(|it| it.sink.kind() == Kind::S3),
        region: fields.get("region").unwrap_or_default().to_owned(),
        access_key_id: fields.get("access_key_id").unwrap_or_default().to_owned(),
        styles: styles.into(),
        events: fields.get("events").unwrap_or_default().to_owned(),
        shown: of.map(|it| shown(it).carried()),
    })
}
