//! The columns and filters of the list of invitations.

use super::super::filters::{of_words, roles};
use super::LIST;
use crate::domain::id::InvitationId;
use crate::domain::invitation::Standing;
use crate::domain::invitation_list::{Column, InvitationFilter, Sender};
use crate::domain::role::RoleModel;
use crate::web::console::list::{self, Field, Kind, Listed};
use crate::web::texts::Texts;

/// An address of the list.
pub(super) type Address = list::Address<InvitationFilter>;

impl Listed for InvitationFilter {
    type Id = InvitationId;

    const PATH: &'static str = LIST;
    const COLUMNS: &'static [Column] =
        &[Column::Address, Column::Name, Column::Role, Column::Status, Column::Inviter, Column::Sent, Column::Expires];

    fn column(t: Texts, column: Column) -> String {
        t.say(match column {
            Column::Address => "column-email",
            Column::Name => "column-name",
            Column::Role => "column-role",
            Column::Status => "column-status",
            Column::Inviter => "invited-by",
            Column::Created => "first-invited",
            Column::Sent => "sent",
            Column::Expires => "expires",
        })
    }
}

/// The filters of the list, in the order in which they are offered.
pub(super) fn fields(
    t: Texts,
    (model, senders): (&RoleModel, &[(Sender, String)]),
    on: &InvitationFilter,
) -> Vec<Field> {
    let field = |word, label, kind, values| Field { word, label: t.say(label), kind, values };
    let standings = Standing::ALL.map(|it| (it.word(), t.say(standing(it))));
    let letters = [("1", t.say("letter-undelivered")), ("0", t.say("letter-without-problem"))];
    let created = list::created(t, on.created, ("created-within", "created-before"));
    vec![
        field("name", "name-or-email", Kind::Text, Vec::new()),
        field("role", "column-role", Kind::Several, roles(model)),
        field("status", "column-status", Kind::Several, of_words(standings)),
        field("undelivered", "filter-letter", Kind::One, of_words(letters)),
        field("inviter", "invited-by", Kind::Menu, senders.iter().map(|it| sender(t, it)).collect()),
        field("created", "first-invited", Kind::One, created),
    ]
}

/// What a standing is called.
pub(super) const fn standing(it: Standing) -> &'static str {
    match it {
        Standing::Open => "status-invited",
        Standing::Expired => "status-expired",
        Standing::Void => "status-void",
    }
}

fn sender(t: Texts, (it, name): &(Sender, String)) -> (String, String) {
    let name = match it {
        Sender::Operator => t.say("the-operator"),
        Sender::User(_) => name.clone(),
    };
    (it.word(), name)
}
