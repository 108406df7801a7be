//! One service account: what it is, what it may do, and its tokens.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::table::{Badge, Menu};
use super::super::user_path;
use super::{account_id, menu, path, role_label, status, why_no_token};
use crate::app::App;
use crate::app::service_account_sheet::{self, Sheet};
use crate::app::service_accounts::ServiceToken;
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::texts::Texts;
use crate::web::words::scopes;

#[derive(Template)]
#[template(path = "console/service_accounts/show.html")]
struct AccountPage<'a> {
    shell: &'a Shell,
    t: Texts,
    name: String,
    status: Badge,
    description: String,
    role: String,
    role_text: String,
    owner: Option<Owner>,
    created: Timestamp,
    updated: Timestamp,
    menu: Menu,
    can_make_tokens: bool,
    new_token: String,
    /// Why no token can be made now, though this person may.
    why_not: Option<String>,
    tokens: Vec<TokenRow>,
}

/// Whoever answers for it.
struct Owner {
    name: String,
    path: String,
    is_active: bool,
}

struct TokenRow {
    name: String,
    hint: String,
    scopes: String,
    created: Timestamp,
    ends: Timestamp,
    last_used: Option<Timestamp>,
    end_path: String,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<AccountPage<'a>, Error> {
    let sheet = service_account_sheet::show(app, &console.actor, account_id(id)?).await?;
    let (t, why_not) = (console.t, sheet.token_obstacle());
    let Sheet { account: it, owner, tokens } = sheet;
    let owner = owner.map(|it| Owner { name: it.name, path: user_path(it.id), is_active: it.is_active });
    Ok(AccountPage {
        shell: &console.shell,
        t,
        status: status(t, &it),
        role: role_label(&console.model, &it.role),
        role_text: console.model.get(&it.role).map(|role| console.t.about_role(&role.description)).unwrap_or_default(),
        owner,
        created: it.created_at,
        updated: it.updated_at,
        menu: menu(console, &it),
        can_make_tokens: service_account_sheet::may_make_tokens(&console.actor, &console.model, &it),
        new_token: format!("{}/tokens/new", path(it.id)),
        why_not: why_not.map(|obstacle| why_no_token(t, obstacle)),
        tokens: tokens.into_iter().map(|token| row(t, token)).collect(),
        name: it.name,
        description: it.description,
    })
}

fn row(t: Texts, token: ServiceToken) -> TokenRow {
    TokenRow {
        scopes: scopes(t, &token.scopes),
        created: token.created_at,
        ends: token.expires_at,
        last_used: token.last_used_at,
        end_path: format!("{}/tokens/{}/end", path(token.account), token.id),
        name: token.name,
        hint: token.hint,
    }
}
