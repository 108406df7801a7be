//! Export of users as a file.
//!
//! **Invariant:** nothing leaves without its audit record: the file is handed over after the record is committed.

use std::collections::HashMap;

use crate::app::project_access::WayOn;
use crate::app::user_list::{self, Entry};
use crate::app::{App, project_access, user_sheet};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};
use crate::domain::list::LIMIT_MAX;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, Target};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::user_export::book::{Assigned, Book};
use crate::domain::user_export::{File, Row};
use crate::domain::user_list::UserList;
use crate::domain::workbook::MEDIA_TYPE;

/// A file to download.
pub struct Export {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
    /// How many users are in it.
    pub users: u64,
    /// What it is like.
    pub format: Format,
}

/// What a file is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with commas between (RFC 4180).
    Csv,
    /// A workbook of Microsoft Excel, with a sheet of users and one of the projects they are on.
    Xlsx,
}

impl Format {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// The word that is sent, which is how the names of such files end, too.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// What it is called on the web.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => MEDIA_TYPE,
        }
    }

    /// Reads the word; CSV where there is none.
    pub fn read(word: Option<&str>) -> Result<Self, Error> {
        let Some(word) = word else { return Ok(Self::Csv) };
        let found = Self::ALL.into_iter().find(|it| it.word() == word);
        let wrong = || Error::malformed("format", format!("must be one of {}", Self::ALL.map(Self::word).join(", ")));
        found.ok_or_else(wrong)
    }
}

/// The users that a list would show, on all of its pages.
pub async fn list(app: &App, actor: &Actor, org: OrgId, (list, format): (&UserList, Format)) -> Result<Export, Error> {
    let (organisation, model) = app.store.organisation(org).await?;
    // Nobody is made to wait for a file that is then refused; the permit itself is asked for below.
    let may = actor.check(&model, &Action::ExportUsers { users: 0 }, &target(&organisation));
    let mut making = Making::new(actor, &model, format)?;
    let mut page = UserList { cursor: None, limit: LIMIT_MAX, ..list.clone() };
    while may.is_ok() {
        let found = user_list::page(app, actor, org, &page).await?;
        making.push(app, actor, org, &found.entries).await?;
        match found.next {
            Some(next) => page.cursor = Some(next),
            None => break,
        }
    }
    hand_over(app, actor, &organisation, making).await
}

/// These users, in this order; each must be there.
pub async fn selected(
    app: &App,
    actor: &Actor,
    org: OrgId,
    (ids, format): (&[UserId], Format),
) -> Result<Export, Error> {
    let (organisation, model) = app.store.organisation(org).await?;
    let mut making = Making::new(actor, &model, format)?;
    if actor.check(&model, &Action::ExportUsers { users: 0 }, &target(&organisation)).is_ok() {
        let mut entries = Vec::new();
        for id in ids {
            entries.push(user_sheet::entry(app, actor, *id).await?);
        }
        making.push(app, actor, org, &entries).await?;
    }
    hand_over(app, actor, &organisation, making).await
}

/// A file in the making.
struct Making {
    file: AnyFile,
    users: u64,
    format: Format,
}

enum AnyFile {
    Csv(Box<File>),
    Xlsx {
        book: Box<Book>,
        /// Whether it is told who is on projects.
        with_projects: bool,
    },
}

impl Making {
    fn new(actor: &Actor, model: &RoleModel, format: Format) -> Result<Self, Error> {
        let file = match format {
            Format::Csv => AnyFile::Csv(Box::new(File::new()?)),
            Format::Xlsx => {
                let with_projects = project_access::may_manage(actor, model);
                AnyFile::Xlsx { book: Box::new(Book::new(with_projects)?), with_projects }
            }
        };
        Ok(Self { file, users: 0, format })
    }

    async fn push(&mut self, app: &App, actor: &Actor, org: OrgId, entries: &[Entry]) -> Result<(), Error> {
        self.users = self.users.saturating_add(u64::try_from(entries.len()).unwrap_or(u64::MAX));
        match &mut self.file {
            AnyFile::Csv(file) => entries.iter().try_for_each(|it| file.push(row(it))),
            AnyFile::Xlsx { book, with_projects } => {
                entries.iter().try_for_each(|it| book.push(row(it)))?;
                if *with_projects {
                    let people: Vec<UserId> = entries.iter().map(|it| it.person.user.id).collect();
                    let ways = project_access::ways_on(app, actor, org, &people).await?;
                    assign(book, entries, &ways)?;
                }
                Ok(())
            }
        }
    }
}

impl AnyFile {
    fn finish(self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Csv(file) => file.finish(),
            Self::Xlsx { book, .. } => book.finish(),
        }
    }
}

/// The ways of each of these people on projects, in the order of the people.
fn assign(book: &mut Book, entries: &[Entry], ways: &[WayOn]) -> Result<(), Error> {
    let mut of: HashMap<UserId, Vec<&WayOn>> = HashMap::new();
    for way in ways {
        of.entry(way.user).or_default().push(way);
    }
    for user in entries.iter().map(|it| &it.person.user) {
        for way in of.get(&user.id).into_iter().flatten() {
            book.assign(Assigned {
                user_name: &user.user_name,
                display_name: &user.display_name,
                project: &way.project,
                access: way.through.assignment.access.word(),
                is_team: way.is_team,
                through: way.through.assignment.subject.kind(),
                name: way.through.called(),
            })?;
        }
    }
    Ok(())
}

async fn hand_over(app: &App, actor: &Actor, organisation: &Organisation, making: Making) -> Result<Export, Error> {
    let Making { file, users, format } = making;
    // Packing takes long, so it is done beside the requests, and before anything is recorded as exported.
    let content = tokio::task::spawn_blocking(move || file.finish()).await.map_err(anyhow::Error::new)??;
    let tx = app.begin(organisation.id).await?;
    let name = format!("{}-users-{}.{}", organisation.slug, tx.now.date(), format.word());
    let (tx, permit) = app.ask(tx, actor, Action::ExportUsers { users }, target(organisation)).await?;
    tx.commit(permit).await?;
    Ok(Export { name, content, users, format })
}

fn target(organisation: &Organisation) -> Target {
    Target::Organisation { id: organisation.id, label: organisation.slug.clone() }
}

fn row(of: &Entry) -> Row<'_> {
    let user = &of.person.user;
    Row {
        user_name: &user.user_name,
        display_name: &user.display_name,
        email: user.email.as_deref(),
        role: of.person.effective.role.as_ref().map(RoleKey::as_str),
        sign_in: user.sign_in.word(),
        status: user.status.word(),
        mfa: of.habits.map_or("", |it| it.mfa.word()),
        created_at: user.created_at,
        last_active: of.habits.and_then(|it| it.last_active),
    }
}
