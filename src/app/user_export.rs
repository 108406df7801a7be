//! Export of users as a file.
//!
//! **Invariant:** nothing leaves without its audit record: the file is handed over after the record is committed.

use crate::app::App;
use crate::app::user_list::{self, Entry};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::{Action, Actor, Target};
use crate::domain::role::RoleKey;
use crate::domain::user_export::{File, Row};
use crate::domain::user_list::{LIMIT_MAX, UserList};

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
    let target = || Target::Organisation { id: org, label: organisation.slug.clone() };
    let deed = |users| Action::ExportUsers { users };
    // Nobody is made to wait for a file that is then refused; the permit itself is asked for below.
    let may = actor.check(&model, &deed(0), &target());
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
    let tx = app.begin(org).await?;
    let name = format!("{}-users-{}.csv", organisation.slug, tx.now.date());
    let (tx, permit) = app.ask(tx, actor, deed(count), target()).await?;
    tx.commit(permit).await?;
    Ok(Export { name, content: file.finish()?, users: count })
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
        mfa: of.mfa.word(),
        created_at: user.created_at,
        last_active: of.last_active,
    }
}
