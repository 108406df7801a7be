//! The filters of the list of users.

use crate::app::user_list::Surroundings;
use crate::domain::id::UserId;
use crate::domain::list::Days;
use crate::domain::role::RoleModel;
use crate::domain::user::{SignIn, Status};
use crate::domain::user_list::{Column, Idle, Leaving, Mfa, Origin, UserFilter};
use crate::web::console::list::{self, Field, Kind, Listed};
use crate::web::console::words;
use crate::web::texts::Texts;

/// An address of the list.
pub(in crate::web::console) type Address = list::Address<UserFilter>;

impl Listed for UserFilter {
    type Id = UserId;

    const PATH: &'static str = "/console/users";
    const COLUMNS: &'static [Column] =
        &[Column::Name, Column::Email, Column::Role, Column::Status, Column::Type, Column::Mfa, Column::LastActive];

    fn column(t: Texts, column: Column) -> String {
        words::column(t, column)
    }
}

/// Everything that a filter's values are named by.
#[derive(Clone, Copy)]
pub(in crate::web::console) struct Names<'a> {
    pub(in crate::web::console) t: Texts,
    pub(in crate::web::console) model: &'a RoleModel,
    pub(in crate::web::console) around: &'a Surroundings,
}

/// The filters of the list, in the order in which they are offered.
pub(super) fn fields(names: Names<'_>, on: &UserFilter) -> Vec<Field> {
    let (t, around) = (names.t, names.around);
    let field = |word, label, kind, values| Field { word, label: t.say(label), kind, values };
    let statuses = [Status::Active, Status::Pending, Status::Deactivated].map(|it| (it.word(), words::status(t, it)));
    let types = [SignIn::Sso, SignIn::Password].map(|it| (it.word(), words::sign_in(t, it)));
    let created = list::created(t, on.created, ("created-within", "created-before"));
    let mut fields = vec![
        field("role", "column-role", Kind::Several, roles(names.model)),
        field("name", "column-name", Kind::Text, Vec::new()),
        field("email", "column-email", Kind::Text, Vec::new()),
        field("status", "column-status", Kind::Several, of_words(statuses)),
        field("type", "column-type", Kind::One, of_words(types)),
        field("group", "filter-group", Kind::Menu, named(&around.groups)),
        field("team", "filter-team", Kind::Menu, named(&around.teams)),
        field("project", "filter-project", Kind::Menu, named(&around.projects)),
        field("mfa", "column-mfa", Kind::One, of_words(Mfa::ALL.map(|it| (it.word(), words::mfa(t, it))))),
        field("inactive", "column-last-active", Kind::One, idle(t, on.idle)),
        field("provider", "column-provider", Kind::Menu, named(&around.connections)),
        field("source", "filter-source", Kind::One, of_words(Origin::ALL.map(|it| (it.word(), words::origin(t, it))))),
        field("created", "column-created", Kind::One, created),
        field(
            "leaving",
            "filter-leaving",
            Kind::One,
            of_words(Leaving::ALL.map(|it| (it.word(), words::leaving(t, it)))),
        ),
    ];
    fields.retain(|it| around.sees_habits || !matches!(it.word, "mfa" | "inactive" | "leaving"));
    fields
}

/// The roles of an organisation as values.
pub(super) fn roles(model: &RoleModel) -> Vec<(String, String)> {
    model.roles().iter().map(|it| (it.key.to_string(), it.label.clone())).collect()
}

/// Words with their names as values.
pub(super) fn of_words<const N: usize>(words: [(&'static str, String); N]) -> Vec<(String, String)> {
    words.map(|(word, label)| (word.to_owned(), label)).into()
}

fn named<I: ToString>(things: &[(I, String)]) -> Vec<(String, String)> {
    things.iter().map(|(id, name)| (id.to_string(), name.clone())).collect()
}

/// For how long nobody was seen: what is usual, what is on, and never.
fn idle(t: Texts, on: Option<Idle>) -> Vec<(String, String)> {
    let mut days = vec![30, 60, 90, 180, 365];
    if let Some(Idle::For(Days(other))) = on
        && !days.contains(&other)
    {
        days.push(other);
    }
    let spans = days.into_iter().map(|it| (it.to_string(), t.count("idle-for", u64::from(it))));
    spans.chain([("never".to_owned(), t.say("idle-never"))]).collect()
}
