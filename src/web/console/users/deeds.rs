//! What is done to one user: asked for on a page of its own, which a script shows as a dialog.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::{user_id, user_path};
use crate::app::accounts::Secret;
use crate::app::offers::{Deed, Judge, Obstacle, Offer};
use crate::app::plans::{self, Trial};
use crate::app::user_list::Entry;
use crate::app::users::OnLastHolder;
use crate::app::{App, accounts, departures, passwords, resources, user_sheet, users};
use crate::domain::id::UserId;
use crate::domain::role::{RemoveLabel, Role, RoleKey, RoleModel, Source};
use crate::domain::user::User;
use crate::domain::{Denial, Error, Flaw};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::cookie::Cookie;
use crate::web::error::status;
use crate::web::form::shown::{Clash, Merged};
use crate::web::form::{Fields, Signed};
use crate::web::page::{Page, PasswordRule};
use crate::web::texts::{Part, Texts};
use crate::web::words::{did, rules_for_another};

#[derive(Template)]
#[template(path = "console/user/deed.html")]
struct DeedPage<'a> {
    shell: &'a Shell,
    t: Texts,
    action: String,
    back: String,
    title: String,
    text: String,
    button: String,
    is_grave: bool,
    problem: Option<String>,
    /// The reason why this cannot be done now, in place of the form.
    why_not: Option<String>,
    roles: Vec<RoleChoice>,
    /// Says which role it is now.
    now: Option<String>,
    /// Says that another source gives a role too.
    note: Option<String>,
    /// What the form shows of what stands there, where it shows something.
    shown: Option<String>,
    /// What a password must be like, where one can be typed.
    password_rules: Option<Vec<PasswordRule>>,
    /// What must be typed to confirm.
    confirmation: Option<String>,
    /// What will be done, and the word by which that and nothing else is.
    plan: Option<(Vec<String>, String)>,
}

impl DeedPage<'_> {
    /// The same page with this role chosen.
    fn chosen(mut self, role: Option<&str>) -> Self {
        for it in &mut self.roles {
            it.is_chosen = role == Some(&it.key);
        }
        self
    }
}

/// A role to choose, with what it is and whom it suits.
pub(in crate::web::console) struct RoleChoice {
    pub(in crate::web::console) key: String,
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) description: String,
    pub(in crate::web::console) best_for: String,
    pub(in crate::web::console) is_chosen: bool,
}

impl RoleChoice {
    pub(super) fn of(role: &Role, chosen: Option<&RoleKey>) -> Self {
        Self {
            key: role.key.to_string(),
            label: role.label.clone(),
            description: role.description.clone(),
            best_for: role.best_for.clone(),
            is_chosen: chosen == Some(&role.key),
        }
    }
}

/// A secret that is shown once.
#[derive(Template)]
#[template(path = "console/user/once.html")]
pub(in crate::web::console) struct OncePage<'a> {
    pub(in crate::web::console) shell: &'a Shell,
    pub(in crate::web::console) t: Texts,
    pub(in crate::web::console) title: String,
    pub(in crate::web::console) text: String,
    pub(in crate::web::console) secret: String,
    pub(in crate::web::console) back: String,
}

/// A deed that a user was asked for.
struct Asked {
    entry: Entry,
    deed: Deed,
}

pub(super) async fn ask(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
) -> Response {
    let page = async {
        let asked = asked(&app, &console, (&id, &deed)).await?;
        page(&app, &console, &asked, None).await
    };
    console.answer(page.await)
}

pub(super) async fn do_it(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
    Signed(fields): Signed,
) -> Response {
    let asked = match asked(&app, &console, (&id, &deed)).await {
        Ok(asked) => asked,
        Err(cause) => return console.refuse(cause),
    };
    let Merged { fields, clashes } = fields.over(&shown(asked.deed, &asked.entry));
    if !clashes.is_empty() {
        let page = page(&app, &console, &asked, Some(clash(&console, &clashes))).await;
        return console.again(&Error::Stale, page.map(|it| it.chosen(fields.get("role"))));
    }
    let done = async {
        let path = path(asked.entry.person.user.id, asked.deed);
        match fields.get("plan") {
            Some(word) => {
                let trial = plans::confirmed(&app, &console.actor, &path, word)?;
                perform(&app.on_trial(trial), &console, &asked, &fields).await
            }
            None => perform(&app, &console, &asked, &fields).await,
        }
    };
    match done.await {
        Ok(done) => done,
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. } | Error::Throttled { .. })) => {
            again(&app, &console, &asked, cause).await
        }
        Err(cause) => console.refuse(cause),
    }
}

/// The form of a deed as it shows somebody: the role, where another one is to be chosen.
pub(super) fn shown(deed: Deed, entry: &Entry) -> Fields {
    let held = entry.person.effective.role.as_ref().filter(|_| deed == Deed::ChangeRole);
    Fields::shown(held.map(|role| ("role", role.as_str())))
}

fn clash(console: &Console, clashes: &[Clash]) -> String {
    words::clash(console.t, clashes, |it| {
        let key = it.now.as_deref().and_then(|now| now.parse::<RoleKey>().ok());
        let role = key.and_then(|key| console.model.get(&key)).map(|role| role.label.clone());
        (console.t.say("column-role"), role.unwrap_or_default())
    })
}

/// The page once more, with what was wrong; only that when there is no such page for this user.
async fn again(app: &App, console: &Console, asked: &Asked, cause: Error) -> Response {
    let sentence = why_refused(console.t, asked, &cause);
    match page(app, console, asked, Some(sentence)).await {
        Ok(page) => (status(&cause), Page(page)).into_response(),
        Err(_) => console.refuse(cause),
    }
}

/// What was wrong; of letters, how long it takes until one can go again.
fn why_refused(t: Texts, asked: &Asked, cause: &Error) -> String {
    let is_letter = matches!(asked.deed, Deed::ResetPassword | Deed::ResendActivation);
    if let Error::Throttled { retry_after } = cause
        && is_letter
    {
        let (name, wait) = (&asked.entry.person.user.display_name, words::wait(t, *retry_after));
        return t.with("letters-too-often", &[("name", Part::Name(name)), ("wait", Part::Words(&wait))]);
    }
    words::problem(t, cause).1
}

async fn asked(app: &App, console: &Console, (id, deed): (&str, &str)) -> Result<Asked, Error> {
    // Editing has a page of its own.
    let deed = Deed::parse(deed).filter(|it| *it != Deed::Edit).ok_or(Error::NotFound("page"))?;
    let entry = user_sheet::entry(app, &console.actor, user_id(id)?).await?;
    Ok(Asked { entry, deed })
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    asked: &Asked,
    problem: Option<String>,
) -> Result<DeedPage<'a>, Error> {
    let (t, deed, entry) = (console.t, asked.deed, &asked.entry);
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let offer = judge.weigh(deed, entry);
    let Offer { obstacle, .. } = offer.ok_or_else(|| Error::denied(Denial::UserNotOffered))?;
    let user = &entry.person.user;
    let plan = if obstacle.is_none() && is_planned(deed) { plan(app, console, asked).await? } else { None };
    let held = entry.person.effective.role.as_ref();
    let roles = match deed {
        Deed::ChangeRole => judge.assignable(&entry.person).into_iter().map(|it| RoleChoice::of(it, held)).collect(),
        Deed::Edit
        | Deed::ResendActivation
        | Deed::ResetPassword
        | Deed::SetTemporaryPassword
        | Deed::RequireMfa
        | Deed::ResetMfa
        | Deed::EndSessions
        | Deed::Activate
        | Deed::Deactivate
        | Deed::Leave
        | Deed::Remove
        | Deed::DeletePending
        | Deed::Erase => Vec::new(),
    };
    Ok(DeedPage {
        shell: &console.shell,
        t,
        action: path(user.id, deed),
        back: user_path(user.id),
        title: t.name(title(called(deed, &console.model)), &user.display_name),
        text: t.with(
            text(deed),
            &[("name", Part::Name(&user.display_name)), ("org", Part::Name(&console.shell.organisation))],
        ),
        button: t.say(button(called(deed, &console.model))),
        is_grave: is_grave(deed),
        problem,
        why_not: obstacle.map(|it| why_not(t, &it)),
        roles,
        now: held.and_then(|it| console.model.get(it)).filter(|_| deed == Deed::ChangeRole).map(|role| {
            t.with("is-role-now", &[("name", Part::Name(&user.display_name)), ("role", Part::Name(&role.label))])
        }),
        note: note(app, console, asked).await?,
        shown: (deed == Deed::ChangeRole).then(|| shown(deed, entry).carried()),
        password_rules: password_rules(app, t, asked).await?,
        confirmation: (deed == Deed::Erase).then(|| user.user_name.clone()),
        plan,
    })
}

/// True for a deed that takes something away, and asks nothing that decides what.
const fn is_planned(deed: Deed) -> bool {
    match deed {
        Deed::ResetMfa | Deed::EndSessions | Deed::Deactivate | Deed::Leave | Deed::Remove | Deed::DeletePending => {
            true
        }
        // It is typed who is meant, and all that there is of somebody would be gone through for the plan.
        Deed::Erase
        | Deed::Edit
        | Deed::ChangeRole
        | Deed::ResendActivation
        | Deed::ResetPassword
        | Deed::SetTemporaryPassword
        | Deed::RequireMfa
        | Deed::Activate => false,
    }
}

/// What would be done now, in the words of the audit log, with the word that confirms it; nothing where it would be refused, which
/// is told to whoever does it.
async fn plan(app: &App, console: &Console, asked: &Asked) -> Result<Option<(Vec<String>, String)>, Error> {
    let (user, trial) = (&asked.entry.person.user, Trial::rehearsal());
    match perform(&app.on_trial(trial.clone()), console, asked, &Fields::default()).await {
        Ok(_) => {}
        Err(fault @ Error::Internal(_)) => return Err(fault),
        Err(_) => return Ok(None),
    }
    let plan = trial.plan();
    let lines = plan.deeds().map(|it| format!("{}: {}", did(console.t, it.action), it.target_label)).collect();
    let (word, _) = plans::confirmation(app, &console.actor, path(user.id, asked.deed), &plan)?;
    Ok(Some((lines, word)))
}

/// What a password must be like, where one can be typed.
async fn password_rules(app: &App, t: Texts, asked: &Asked) -> Result<Option<Vec<PasswordRule>>, Error> {
    if asked.deed != Deed::SetTemporaryPassword {
        return Ok(None);
    }
    Ok(Some(rules_for_another(t, passwords::demands_for_another(app, &asked.entry.person).await?)))
}

/// What somebody should know besides, before it is done.
async fn note(app: &App, console: &Console, asked: &Asked) -> Result<Option<String>, Error> {
    match asked.deed {
        Deed::ChangeRole => super::show::note(app, console, &asked.entry).await,
        Deed::Deactivate | Deed::Leave | Deed::Remove | Deed::DeletePending | Deed::Erase => {
            what_stays(app, console.t, &asked.entry.person.user).await
        }
        Deed::Edit
        | Deed::ResendActivation
        | Deed::ResetPassword
        | Deed::SetTemporaryPassword
        | Deed::RequireMfa
        | Deed::ResetMfa
        | Deed::EndSessions
        | Deed::Activate => Ok(None),
    }
}

/// That what the user owns stays, without an active owner.
pub(super) async fn what_stays(app: &App, t: Texts, user: &User) -> Result<Option<String>, Error> {
    let owned = resources::owned_by(app, user).await?;
    Ok((owned > 0).then(|| t.count("resources-stay", owned)))
}

async fn perform(app: &App, console: &Console, asked: &Asked, fields: &Fields) -> Result<Response, Error> {
    let (actor, user) = (&console.actor, &asked.entry.person.user);
    match asked.deed {
        Deed::Edit => return Err(Error::NotFound("page")),
        Deed::ChangeRole => {
            let wrong = |_| Error::invalid("role", Flaw::ChooseRole);
            let to: RoleKey = fields.get("role").unwrap_or_default().parse().map_err(wrong)?;
            users::change_role(app, actor, user.id, &to).await?;
        }
        Deed::ResendActivation => return resend_activation(app, console, asked).await,
        Deed::ResetPassword => accounts::send_reset(app, actor, user.id).await?,
        Deed::SetTemporaryPassword => return set_temporary_password(app, console, asked, fields).await,
        Deed::RequireMfa => drop(accounts::require_mfa(app, actor, user.id, true).await?),
        Deed::ResetMfa => drop(accounts::reset_mfa(app, actor, user).await?),
        Deed::EndSessions => drop(accounts::revoke_sessions(app, actor, user.id).await?),
        Deed::Activate => drop(users::activate(app, actor, user.id).await?),
        Deed::Deactivate => drop(users::deactivate(app, actor, user.id, OnLastHolder::Refuse).await?),
        Deed::Leave => {
            departures::leave(app, actor).await?;
            let cookie = Cookie::Session.clear(app)?;
            return Ok((AppendHeaders([cookie]), Redirect::to("/left")).into_response());
        }
        Deed::Remove => departures::remove(app, actor, user.id).await?,
        Deed::DeletePending => departures::delete_pending(app, actor, user.id).await?,
        Deed::Erase => {
            if fields.get("confirmation").map(str::trim) != Some(&user.user_name) {
                return Err(Error::invalid("confirmation", Flaw::Confirmation));
            }
            departures::erase(app, actor, user.id).await?;
        }
    }
    Ok(Redirect::to(&after(asked, &console.model)).into_response())
}

/// A link that nobody can be mailed is shown once.
async fn resend_activation(app: &App, console: &Console, asked: &Asked) -> Result<Response, Error> {
    let (user, t) = (&asked.entry.person.user, console.t);
    let link = accounts::resend_activation(app, &console.actor, user.id).await?;
    if user.email.is_some() {
        return Ok(Redirect::to(&after(asked, &console.model)).into_response());
    }
    let (title, text) = (t.name("once-link-title", &user.display_name), t.say("once-link-text"));
    let (secret, back) = (link.reveal().clone(), user_path(user.id));
    Ok(Page(OncePage { shell: &console.shell, t, title, text, secret, back }).into_response())
}

async fn set_temporary_password(
    app: &App,
    console: &Console,
    asked: &Asked,
    fields: &Fields,
) -> Result<Response, Error> {
    let (actor, user, t) = (&console.actor, &asked.entry.person.user, console.t);
    let back = user_path(user.id);
    if let Some(typed) = fields.get("password").filter(|it| !it.is_empty()) {
        accounts::set_password(app, actor, user, Secret::new(typed.to_owned()), true).await?;
        return Ok(Redirect::to(&format!("{back}?said=temp-password")).into_response());
    }
    let (_, password) = accounts::set_temporary_password(app, actor, user).await?;
    let page = OncePage {
        shell: &console.shell,
        t,
        title: t.name("once-password-title", &user.display_name),
        text: t.say("once-password-text"),
        secret: password.reveal().clone(),
        back,
    };
    Ok((StatusCode::OK, Page(page)).into_response())
}

/// Where one goes when it is done, and what is said there.
fn after(asked: &Asked, model: &RoleModel) -> String {
    let here = user_path(asked.entry.person.user.id);
    match called(asked.deed, model) {
        Deed::Edit => format!("{here}?said=updated"),
        Deed::ChangeRole => {
            let by_hand = asked.entry.person.effective.grants.iter().find(|it| it.source == Source::Manual);
            by_hand.map_or_else(|| format!("{here}?said=role"), |it| format!("{here}?said=role&undo={}", it.role))
        }
        Deed::ResendActivation => format!("{here}?said=activation"),
        Deed::ResetPassword | Deed::SetTemporaryPassword => format!("{here}?said=reset"),
        Deed::RequireMfa => format!("{here}?said=mfa-required"),
        Deed::ResetMfa => format!("{here}?said=mfa"),
        Deed::EndSessions => format!("{here}?said=sessions"),
        Deed::Activate => format!("{here}?said=activated"),
        Deed::Deactivate => format!("{here}?said=deactivated"),
        Deed::Leave => "/left".to_owned(),
        Deed::Remove => "/console/users?said=removed".to_owned(),
        Deed::DeletePending => "/console/users?said=deleted".to_owned(),
        Deed::Erase => "/console/users?said=erased".to_owned(),
    }
}

/// Where a deed is asked for.
pub(super) fn path(of: UserId, deed: Deed) -> String {
    match deed {
        Deed::Edit => format!("{}/edit", user_path(of)),
        Deed::ChangeRole
        | Deed::ResendActivation
        | Deed::ResetPassword
        | Deed::SetTemporaryPassword
        | Deed::RequireMfa
        | Deed::ResetMfa
        | Deed::EndSessions
        | Deed::Activate
        | Deed::Deactivate
        | Deed::Leave
        | Deed::Remove
        | Deed::DeletePending
        | Deed::Erase => format!("{}/deeds/{}", user_path(of), deed.word()),
    }
}

/// The deed whose words this one has in an organisation: where anybody can be deleted, removing is called so.
pub(super) fn called(deed: Deed, model: &RoleModel) -> Deed {
    match model.settings().remove_label {
        RemoveLabel::DeleteUser if deed == Deed::Remove => Deed::DeletePending,
        RemoveLabel::DeleteUser | RemoveLabel::RemoveAccess => deed,
    }
}

/// The name of a deed in a menu.
pub(super) const fn label(deed: Deed) -> &'static str {
    match deed {
        Deed::Edit => "deed-edit",
        Deed::ChangeRole => "deed-role",
        Deed::ResendActivation => "deed-resend-activation",
        Deed::ResetPassword => "deed-reset-password",
        Deed::SetTemporaryPassword => "deed-temp-password",
        Deed::RequireMfa => "deed-require-mfa",
        Deed::ResetMfa => "deed-reset-mfa",
        Deed::EndSessions => "deed-end-sessions",
        Deed::Activate => "deed-activate",
        Deed::Deactivate => "deed-deactivate",
        Deed::Leave => "deed-leave",
        Deed::Remove => "deed-remove",
        Deed::DeletePending => "deed-delete",
        Deed::Erase => "deed-erase",
    }
}

const fn title(deed: Deed) -> &'static str {
    match deed {
        Deed::Edit => "ask-edit",
        Deed::ChangeRole => "ask-role",
        Deed::ResendActivation => "ask-resend-activation",
        Deed::ResetPassword => "ask-reset-password",
        Deed::SetTemporaryPassword => "ask-temp-password",
        Deed::RequireMfa => "ask-require-mfa",
        Deed::ResetMfa => "ask-reset-mfa",
        Deed::EndSessions => "ask-end-sessions",
        Deed::Activate => "ask-activate",
        Deed::Deactivate => "ask-deactivate",
        Deed::Leave => "ask-leave",
        Deed::Remove => "ask-remove",
        Deed::DeletePending => "ask-delete",
        Deed::Erase => "ask-erase",
    }
}

/// What follows from a deed.
pub(super) const fn text(deed: Deed) -> &'static str {
    match deed {
        Deed::Edit | Deed::ChangeRole => "ask-role-text",
        Deed::ResendActivation => "ask-resend-activation-text",
        Deed::ResetPassword => "ask-reset-password-text",
        Deed::SetTemporaryPassword => "ask-temp-password-text",
        Deed::RequireMfa => "ask-require-mfa-text",
        Deed::ResetMfa => "ask-reset-mfa-text",
        Deed::EndSessions => "ask-end-sessions-text",
        Deed::Activate => "ask-activate-text",
        Deed::Deactivate => "ask-deactivate-text",
        Deed::Leave => "ask-leave-text",
        Deed::Remove => "ask-remove-text",
        Deed::DeletePending => "ask-delete-text",
        Deed::Erase => "ask-erase-text",
    }
}

/// What stands on the button that does it.
pub(super) const fn button(deed: Deed) -> &'static str {
    match deed {
        Deed::Edit | Deed::ChangeRole => "do-role",
        Deed::ResendActivation => "do-resend",
        Deed::ResetPassword => "do-reset-password",
        Deed::SetTemporaryPassword => "do-temp-password",
        Deed::RequireMfa => "do-require-mfa",
        Deed::ResetMfa => "do-reset-mfa",
        Deed::EndSessions => "do-end-sessions",
        Deed::Activate => "do-activate",
        Deed::Deactivate => "do-deactivate",
        Deed::Leave => "do-leave",
        Deed::Remove => "do-remove",
        Deed::DeletePending => "do-delete",
        Deed::Erase => "do-erase",
    }
}

/// True for what takes something away that the person may miss.
pub(super) const fn is_grave(deed: Deed) -> bool {
    match deed {
        Deed::Edit
        | Deed::ChangeRole
        | Deed::ResendActivation
        | Deed::ResetPassword
        | Deed::SetTemporaryPassword
        | Deed::RequireMfa
        | Deed::Activate => false,
        Deed::ResetMfa
        | Deed::EndSessions
        | Deed::Deactivate
        | Deed::Leave
        | Deed::Remove
        | Deed::DeletePending
        | Deed::Erase => true,
    }
}

/// Why a deed cannot be done now.
pub(super) fn why_not(t: Texts, obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::LastHolder(role) => t.with("why-last-holder", &[("role", Part::Name(role))]),
        Obstacle::NoAddress => t.say("why-no-address"),
        Obstacle::NoFactor => t.say("why-no-factor"),
        Obstacle::MfaRequired => t.say("why-mfa-required"),
        Obstacle::Deactivated => t.say("why-deactivated"),
        Obstacle::SwitchedOff => t.say("why-switched-off"),
        Obstacle::Managed => t.say("rule-managed-by-provider"),
    }
}
