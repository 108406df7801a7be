//! Importing users from CSV: a file is chosen or its text pasted, what would become of each row is shown, and then it is done.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::user_path;
use crate::app::App;
use crate::app::import::{self, BadFile, Counts, Fate, Line, Problem, Report};
use crate::app::offers::Judge;
use crate::domain::{Denial, Error};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::SignedFile;
use crate::web::form::multipart::Sent;
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};
use crate::web::words::{address, denial, flaw};

/// Where users are imported.
pub(in crate::web) const PATH: &str = "/console/users/import";

/// The field of the file.
const UPLOAD: &str = "upload";

/// So many rows of one fate are shown; the others are counted.
const SHOWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "console/users/import.html")]
struct ImportPage<'a> {
    shell: &'a Shell,
    t: Texts,
    action: &'static str,
    problem: Option<String>,
    file: String,
    outcome: Option<Outcome>,
}

impl ImportPage<'_> {
    /// False when everything is done and nothing is left to mend.
    fn takes_file(&self) -> bool {
        self.outcome.as_ref().is_none_or(|it| !it.is_done || !it.is_whole)
    }
}

/// What became of the rows, or what would.
struct Outcome {
    is_done: bool,
    /// True when there are links or passwords to hand over.
    has_secrets: bool,
    /// True when there is nothing to mend and to send again.
    is_whole: bool,
    title: String,
    groups: Vec<Group>,
    /// What stands on the button that imports; nothing when it would import nobody.
    import: String,
}

/// The rows of one fate.
struct Group {
    title: String,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    line: String,
    name: String,
    path: Option<String>,
    note: String,
    secret: Option<String>,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console, String::new()).await)
}

pub(super) async fn step(State(app): State<App>, console: Console, SignedFile(sent): SignedFile) -> Response {
    let is_import = sent.fields.get("step") == Some("import");
    let file = file_of(sent);
    match perform(&app, &console, file, is_import).await {
        Ok(done) => done,
        Err(cause) => console.refuse(cause),
    }
}

/// The file that was chosen; the text where none was, or where a proof came in between and the file was kept as text.
fn file_of(sent: Sent) -> Vec<u8> {
    if let Some(upload) = sent.file.filter(|it| it.field == UPLOAD) {
        return upload.bytes.to_vec();
    }
    let text = |name: &str| sent.fields.get(name).filter(|it| !it.is_empty());
    text(UPLOAD).or_else(|| text("file")).unwrap_or_default().as_bytes().to_vec()
}

async fn perform(app: &App, console: &Console, file: Vec<u8>, is_import: bool) -> Result<Response, Error> {
    let (actor, org) = (&console.actor, console.org());
    let text = str::from_utf8(&file).ok().filter(|it| !it.contains('\0'));
    let blank = page(app, console, text.unwrap_or_default().to_owned()).await?;
    let report = match text {
        None => Err(Error::invalid("file", BadFile::Encoding)),
        Some(_) if is_import => import::import(app, actor, org, &file).await,
        Some(_) => import::plan(app, actor, org, &file).await,
    };
    let report = match report {
        Ok(report) => report,
        Err(cause @ Error::Invalid { .. }) => {
            let problem = Some(words::problem(console.t, &cause).1);
            return Ok((status(&cause), Page(ImportPage { problem, ..blank })).into_response());
        }
        Err(cause) => return Err(cause),
    };
    let counts = report.counts();
    if is_import && counts.refused == 0 && !has_secrets(&report) {
        return Ok(Redirect::to(&format!("/console/users?said=imported&count={}", counts.created)).into_response());
    }
    Ok(Page(ImportPage { outcome: Some(outcome(console, report, is_import)), ..blank }).into_response())
}

async fn page<'a>(app: &App, console: &'a Console, file: String) -> Result<ImportPage<'a>, Error> {
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    if judge.placeable(console.org()).is_empty() {
        return Err(Error::denied(Denial::NewcomersNotOffered));
    }
    Ok(ImportPage { shell: &console.shell, t: console.t, action: PATH, problem: None, file, outcome: None })
}

fn has_secrets(report: &Report) -> bool {
    report.lines.iter().any(|it| match &it.fate {
        Fate::Created(handed) => handed.link.is_some() || handed.temporary_password.is_some(),
        Fate::Exists | Fate::Refused(_) => false,
    })
}

fn outcome(console: &Console, report: Report, is_done: bool) -> Outcome {
    let (t, has_secrets) = (console.t, has_secrets(&report));
    let Counts { created, exists, refused } = report.counts();
    let (mut new, mut old, mut bad) = (Vec::new(), Vec::new(), Vec::new());
    for line in report.lines {
        let rows = match &line.fate {
            Fate::Created(_) => &mut new,
            Fate::Exists => &mut old,
            Fate::Refused(_) => &mut bad,
        };
        rows.push(row(console, line));
    }
    let new_title = if is_done { t.count("import-created", created) } else { t.count("import-would-create", created) };
    // What is shown once must not be left out.
    let shown = if is_done { usize::MAX } else { SHOWN_MAX };
    let groups = [
        group(t, t.count("import-refused", refused), bad, SHOWN_MAX),
        group(t, new_title, new, shown),
        group(t, t.count("import-exists", exists), old, SHOWN_MAX),
    ];
    Outcome {
        is_done,
        has_secrets,
        is_whole: refused == 0,
        title: if is_done { t.say("import-done") } else { t.say("import-plan") },
        groups: groups.into_iter().filter(|group| !group.rows.is_empty()).collect(),
        import: if is_done || created == 0 { String::new() } else { t.count("import-do", created) },
    }
}

fn group(t: Texts, title: String, mut rows: Vec<Row>, shown: usize) -> Group {
    let hidden = u64::try_from(rows.len().saturating_sub(shown)).unwrap_or(u64::MAX);
    rows.truncate(shown);
    Group { title, rows, more: (hidden > 0).then(|| t.count("import-more", hidden)) }
}

fn row(console: &Console, it: Line) -> Row {
    let t = console.t;
    let role = it.role.and_then(|key| console.model.get(&key)).map(|role| role.label.clone()).unwrap_or_default();
    let (path, note, secret) = match it.fate {
        Fate::Created(handed) => {
            let secret = handed.temporary_password.or(handed.link).map(|it| it.reveal().clone());
            (handed.id.map(user_path), role, secret)
        }
        Fate::Exists => (None, String::new(), None),
        Fate::Refused(problems) => {
            let sentences: Vec<String> = problems.iter().map(|it| why_not(t, it)).collect();
            (None, sentences.join(" "), None)
        }
    };
    Row { line: t.count("import-line", it.line), name: it.user_name, path, note, secret }
}

/// Why a row is refused, and what to do.
fn why_not(t: Texts, problem: &Problem) -> String {
    match problem {
        Problem::Cells { found, wanted } => {
            t.with("import-cells", &[("found", number(*found)), ("wanted", number(*wanted))])
        }
        Problem::Name { column, problem } => {
            t.with("import-name", &[("column", Part::Words(column)), ("text", Part::Words(&flaw(t, problem)))])
        }
        Problem::Address(problem) => address(t, *problem),
        Problem::Role { named, roles } => {
            t.with("import-role", &[("name", Part::Name(named)), ("roles", Part::Name(roles))])
        }
        Problem::SignIn(named) => t.name("import-sign-in", named),
        Problem::Twice { line } => t.count("import-twice", *line),
        Problem::Denied(why) => denial(t, why),
        Problem::NoAddress => t.say("import-no-address"),
    }
}

fn number(of: usize) -> Part<'static> {
    Part::Number(u64::try_from(of).unwrap_or(u64::MAX))
}
