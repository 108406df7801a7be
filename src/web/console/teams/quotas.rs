//! How much the people of a team may use and do, on its page.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{Console, Draft, path_of, team, team_page};
use crate::app::App;
use crate::app::team_usage::Usage;
use crate::app::teams::{self, AMOUNT_MAX, Amounts, Quota, Team, TeamEdit};
use crate::domain::{Error, Flaw};
use crate::web::console::words;
use crate::web::form::shown::Clash;
use crate::web::form::{Fields, Signed};
use crate::web::texts::{Part, Texts};

/// How much is used of one thing.
pub(super) struct Bar {
    pub(super) label: String,
    /// What is used, of how much.
    pub(super) text: String,
    pub(super) used: u64,
    /// How much may be used; no bar is drawn for what is not limited.
    pub(super) most: Option<u64>,
    pub(super) is_over: bool,
}

/// The quotas as they stand in a form.
pub(super) struct QuotaForm {
    pub(super) rows: Vec<QuotaField>,
    pub(super) amount_max: u64,
    pub(super) shown: String,
    pub(super) problem: Option<String>,
}

pub(super) struct QuotaField {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) is_wrong: bool,
}

/// A bar for everything that is limited or used.
pub(super) fn bars(t: Texts, usage: &Usage) -> Vec<Bar> {
    let used = usage.used();
    let all = Quota::ALL.map(|of| (of, usage.quotas.get(of), used.get(of)));
    let told = all.into_iter().filter(|(_, most, used)| most.is_some() || used.is_some());
    told.map(|(of, most, used)| bar(t, of, most, used.unwrap_or_default())).collect()
}

fn bar(t: Texts, of: Quota, most: Option<u64>, used: u64) -> Bar {
    let text = match most {
        Some(most) => t.with("used-of", &[("used", Part::Number(used)), ("most", Part::Number(most))]),
        None => t.with("used-without-limit", &[("used", Part::Number(used))]),
    };
    Bar { label: label(t, of), text, used, most, is_over: most.is_some_and(|most| used > most) }
}

/// What a quota is called, with its unit.
fn label(t: Texts, of: Quota) -> String {
    t.say(match of {
        Quota::Cpu => "quota-cpu",
        Quota::Memory => "quota-memory",
        Quota::Storage => "quota-storage",
        Quota::Applications => "quota-applications",
        Quota::Workflows => "quota-workflows",
        Quota::Workspaces => "quota-workspaces",
    })
}

impl QuotaForm {
    pub(super) fn of(t: Texts, quotas: &Amounts) -> Self {
        Self::filled(t, &fields(quotas), &fields(quotas))
    }

    /// The form filled in with what was typed over what stands there now.
    fn filled(t: Texts, typed: &Fields, now: &Fields) -> Self {
        let value = |of: Quota| typed.get(of.word()).map(str::trim).unwrap_or_default().to_owned();
        let row = |of: Quota| QuotaField { name: of.word(), label: label(t, of), value: value(of), is_wrong: false };
        Self { rows: Quota::ALL.map(row).into(), amount_max: AMOUNT_MAX, shown: now.carried(), problem: None }
    }

    fn wrong(mut self, problem: String, fields: &[&str]) -> Self {
        for row in &mut self.rows {
            row.is_wrong = fields.contains(&row.name);
        }
        Self { problem: Some(problem), ..self }
    }

    fn refused(self, t: Texts, cause: &Error) -> Self {
        let field = if let Error::Invalid { field, .. } = cause { field.as_str() } else { "" };
        self.wrong(words::problem(t, cause).1, &[field])
    }

    fn clashing(self, t: Texts, clashes: &[Clash]) -> Self {
        let said = |it: &Clash| {
            let of = Quota::ALL.into_iter().find(|of| of.word() == it.field);
            (of.map(|of| label(t, of)).unwrap_or_default(), it.now.clone().unwrap_or_default())
        };
        let fields: Vec<&str> = clashes.iter().map(|it| it.field.as_str()).collect();
        self.wrong(words::clash(t, clashes, said), &fields)
    }
}

/// Keeps the quotas that were typed.
pub(super) async fn update(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(typed): Signed,
) -> Response {
    let team = match team(&app, &console, &id).await {
        Ok(team) => team,
        Err(cause) => return console.refuse(cause),
    };
    let now = fields(&team.quotas);
    let merged = typed.over(&now);
    let form = QuotaForm::filled(console.t, &merged.fields, &now);
    if !merged.clashes.is_empty() {
        let form = form.clashing(console.t, &merged.clashes);
        return again(&app, &console, &team, (&Error::Stale, form)).await;
    }
    let done = async {
        let edit = TeamEdit { quotas: Some(read(&merged.fields)?), ..TeamEdit::default() };
        teams::update(&app, &console.actor, team.id, edit).await
    };
    match done.await {
        Ok(team) => Redirect::to(&format!("{}?said=team-updated", path_of(team.id))).into_response(),
        Err(cause @ Error::Invalid { .. }) => {
            let form = form.refused(console.t, &cause);
            again(&app, &console, &team, (&cause, form)).await
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn again(app: &App, console: &Console, team: &Team, (cause, form): (&Error, QuotaForm)) -> Response {
    let draft = Draft { quotas: Some(form), ..Draft::default() };
    console.again(cause, team_page(app, console, team, draft).await)
}

fn read(typed: &Fields) -> Result<Amounts, Error> {
    let amount = |of: Quota| {
        let text = typed.get(of.word()).map(str::trim).unwrap_or_default();
        let wrong = |_| Error::invalid(of.word(), Flaw::NotBetween { from: 0, to: AMOUNT_MAX });
        if text.is_empty() { Ok((of, None)) } else { text.parse().map(|it| (of, Some(it))).map_err(wrong) }
    };
    Amounts::of(Quota::ALL.map(amount).into_iter().collect::<Result<Vec<_>, Error>>()?)
}

/// The form as it shows these.
fn fields(quotas: &Amounts) -> Fields {
    Fields::shown(Quota::ALL.map(|of| (of.word(), quotas.get(of).map(|it| it.to_string()).unwrap_or_default())))
}
