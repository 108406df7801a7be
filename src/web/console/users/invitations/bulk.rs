//! Several invitations are sent again or taken back: first what would become of each, then the deed.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::deeds::Deed;
use super::role_label;
use crate::app::App;
use crate::app::invitations::{self, Delivery, Invitation, Shown, State as Stored};
use crate::domain::Error;
use crate::domain::invitation_list::InvitationFilter;
use crate::web::console::Console;
use crate::web::console::plan::{Chosen, Kind, Line, Plan, PlanPage, Subject, Tally};
use crate::web::form::Signed;

/// Where the plan is.
pub(super) const PATH: &str = "/console/users/invitations/bulk";
const KIND: Kind = Kind { list: "tab-invitations", title: "bulk-invitations-title", path: PATH };

/// An invitation of a plan, with the role as people call it.
struct Entry {
    invitation: Invitation,
    role: String,
}

impl Subject for Entry {
    fn id(&self) -> String {
        self.invitation.id.to_string()
    }

    fn line(&self, note: String) -> Line {
        let note = if note.is_empty() { self.role.clone() } else { note };
        Line { name: self.invitation.address.clone(), path: None, note, badge: None }
    }
}

/// What the bar above the list offers for the invitations on a page of it: the words and the names.
pub(super) fn bar(console: &Console, shown: &[Shown]) -> Vec<(&'static str, String)> {
    let can = |deed: &Deed| shown.iter().any(|it| deed.is_offered(console, &it.invitation));
    Deed::ALL.into_iter().filter(can).map(|it| (it.word(), console.t.say(it.label()))).collect()
}

pub(super) async fn plan(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let chosen = Chosen::read(query.as_deref().unwrap_or_default());
    console.answer(page(&app, &console, &chosen).await)
}

pub(super) async fn apply(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let chosen = Chosen::sent(&fields);
    match perform(&app, &console, &chosen).await {
        Ok(tally) => Redirect::to(&tally.after(&chosen.back)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn page<'a>(app: &App, console: &'a Console, chosen: &Chosen<InvitationFilter>) -> Result<PlanPage<'a>, Error> {
    let (t, deed) = (console.t, Deed::parse(&chosen.deed)?);
    let plan = planned(app, console, (deed, chosen)).await?;
    let text = match deed {
        Deed::Resend => "bulk-resend-invitations-text",
        Deed::Delete => "bulk-delete-invitations-text",
    };
    let page = plan.page(console, chosen, (&KIND, &t.say(deed.label())));
    Ok(PlanPage { text: t.say(text), is_grave: deed.is_grave(), ..page })
}

async fn planned(
    app: &App,
    console: &Console,
    (deed, chosen): (Deed, &Chosen<InvitationFilter>),
) -> Result<Plan<Entry>, Error> {
    let mut plan = Plan::empty();
    for id in chosen.rows()? {
        let invitation = invitations::recall(app, &console.actor, *id).await?;
        let why_not = if invitation.state != Stored::Pending {
            Some("why-answered")
        } else if !deed.is_offered(console, &invitation) {
            Some("why-not-your-invitation")
        } else {
            None
        };
        let role = role_label(&console.model, &invitation.role);
        plan.add(Entry { invitation, role }, why_not.map(|it| console.t.say(it)));
    }
    Ok(plan)
}

/// Does it to every invitation of the plan.
async fn perform(app: &App, console: &Console, chosen: &Chosen<InvitationFilter>) -> Result<Tally, Error> {
    let (actor, deed) = (&console.actor, Deed::parse(&chosen.deed)?);
    let plan = planned(app, console, (deed, chosen)).await?;
    let mut tally = plan.tally();
    for it in &plan.ready {
        let id = it.invitation.id;
        tally.count(match deed {
            Deed::Resend => invitations::resend(app, actor, id, Delivery::Mail).await.map(drop),
            Deed::Delete => invitations::revoke(app, actor, id).await,
        })?;
    }
    Ok(tally)
}
