//! `doorward invite`: people who may come.

use clap::Subcommand;

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::invitations::{self, Delivery, Invited, Invitee, Sent, Shown};
use crate::domain::Error;
use crate::domain::id::InvitationId;
use crate::domain::invitation_list::InvitationList;
use crate::domain::list::LIMIT_MAX;
use crate::domain::role::RoleKey;

/// Invitations
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Invite people by mail
    Send {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// The role they will have; the role model says it otherwise
        #[arg(long)]
        role: Option<RoleKey>,
        /// Print the links instead of sending mail
        #[arg(long)]
        no_mail: bool,
        /// The addresses, each alone or as `Name <address>`, with commas or spaces between them
        #[arg(required = true, value_name = "ADDRESS")]
        people: Vec<String>,
    },
    /// List the invitations that nobody has answered
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Send an invitation again, with a new link and a new week
    Resend {
        /// The invitation
        #[arg(long)]
        id: InvitationId,
        /// Print the link instead of sending mail
        #[arg(long)]
        no_mail: bool,
    },
    /// Take an invitation back
    Revoke {
        /// The invitation
        #[arg(long)]
        id: InvitationId,
    },
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::Send { org, role, no_mail, people } => {
            let org = operator.organisation(&org).await?;
            let people = invitations::read_list(&people.join("\n"));
            let people = people.into_iter().map(|it| Invitee::of(it, role.clone())).collect();
            let answers = invitations::invite_many(app, actor, org.id, people, delivery(no_mail)).await?;
            Ok(answered(&answers))
        }
        Command::List { org } => list(operator, &org).await,
        Command::Resend { id, no_mail } => {
            let sent = invitations::resend(app, actor, id, delivery(no_mail)).await?;
            Ok(Output::one(sent_view(&sent)))
        }
        Command::Revoke { id } => {
            invitations::revoke(app, actor, id).await?;
            Ok(Output::one(Record::new().with("id", id.to_string()).with("status", "revoked")))
        }
    }
}

const fn delivery(no_mail: bool) -> Delivery {
    if no_mail { Delivery::HandedLink } else { Delivery::Mail }
}

fn answered(answers: &[Invited]) -> Output {
    let columns = ["address", "role", "status", "problem", "link", "id"];
    let rows = answers.iter().map(|answer| match &answer.result {
        Ok(sent) => sent_view(sent),
        Err(problem) => Record::new()
            .with("address", answer.invitee.address.as_str())
            .with("status", "refused")
            .with("problem", problem.to_string()),
    });
    let output = Output::many(&columns, rows.collect());
    match answers.iter().filter(|it| it.result.is_err()).count() {
        0 => output,
        refused => output.failed(format!("{refused} of {} were not invited", answers.len())),
    }
}

async fn list(operator: &Operator, slug: &str) -> Result<Output, Error> {
    let org = operator.organisation(slug).await?;
    let (mut rows, mut list) = (Vec::new(), InvitationList { limit: LIMIT_MAX, ..InvitationList::default() });
    loop {
        let page = invitations::list(&operator.app, &operator.actor, org.id, &list).await?;
        rows.extend(page.invitations.iter().map(view));
        list.cursor = page.next;
        if list.cursor.is_none() {
            break;
        }
    }
    Ok(Output::many(&["address", "role", "status", "invited_by", "sent_at", "expires_at", "id"], rows))
}

fn sent_view(sent: &Sent) -> Record {
    let it = &sent.invitation;
    Record::new()
        .with("id", it.id.to_string())
        .with("address", it.address.as_str())
        .with("role", it.role.to_string())
        .with("status", "invited")
        .with("expires_at", it.expires_at.rfc3339())
        .maybe("link", sent.link.as_ref().map(|link| link.reveal().as_str()))
}

fn view(shown: &Shown) -> Record {
    let it = &shown.invitation;
    Record::new()
        .with("id", it.id.to_string())
        .with("address", it.address.as_str())
        .with("display_name", it.display_name.clone())
        .with("role", it.role.to_string())
        .with("status", shown.standing.word())
        .with("invited_by", Some(it.inviter_name.as_str()).filter(|name| !name.is_empty()))
        .with("sent_at", it.sent_at.rfc3339())
        .with("expires_at", it.expires_at.rfc3339())
}
