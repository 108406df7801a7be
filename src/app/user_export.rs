//! Export of users as a file.
//!
//! **Invariant:** nothing leaves without its audit record: the file is handed over after the record is committed.

use crate::app::user_list::{self, Entry};
use crate::app::{App, user_sheet};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};
use crate::domain::list::LIMIT_MAX;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, Target};
use crate::domain::role::RoleKey;
use crate::domain::user_export::{File, Row};
use crate::domain::user_list::UserList;

/// A file to download.
pub struct Export {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
    /// How many users are in it.
    pub users: u64,
}

/// The users that a list would show, on all of its pages, as CSV.
pub async fn csv(app: &App, actor: &Actor, org: OrgId, list: &UserList) -> Result<Export, Error> {
    let (organisation, model) = app.store.organisation(org).await?;
    // Nobody is made to wait for a file that is then refused; the permit itself is asked for below.
    let may = actor.check(&model, &Action::ExportUsers { users: 0 }, &target(&organisation));
    let (mut file, mut count) = (File::new()?, 0_u64);
    let mut page = UserList { cursor: None, limit: LIMIT_MAX, ..list.clone() };
    while may.is_ok() {
        let found = user_list::page(app, actor, org, &page).await?;
        for entry in &found.entries {
            file.push(row(entry))?;
            count = count.saturating_add(1);
        }
        match found.next {
            Some(next) => page.cursor = Some(next),
            None => break,
        }
    }
    hand_over(app, actor, &organisation, (file, count)).await
}

/// These users as CSV, in this order; each must be there.
pub async fn selected(app: &App, actor: &Actor, org: OrgId, ids: &[UserId]) -> Result<Export, Error> {
    let (organisation, model) = app.store.organisation(org).await?;
    let (mut file, mut count) = (File::new()?, 0_u64);
    if actor.check(&model, &Action::ExportUsers { users: 0 }, &target(&organisation)).is_ok() {
        for id in ids {
            file.push(row(&user_sheet::entry(app, actor, *id).await?))?;
            count = count.saturating_add(1);
        }
    }
    hand_over(app, actor, &organisation, (file, count)).await
}

async fn hand_over(
    app: &App,
    actor: &Actor,
    organisation: &Organisation,
    (file, users): (File, u64),
) -> Result<Export, Error> {
    let tx = app.begin(organisation.id).await?;
    let name = format!("{}-users-{}.csv", organisation.slug, tx.now.date());
    let (tx, permit) = app.ask(tx, actor, Action::ExportUsers { users }, target(organisation)).await?;
    tx.commit(permit).await?;
    Ok(Export { name, content: file.finish()?, users })
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
