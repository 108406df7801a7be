//! Lists of users for people and programs: one page at a time, with what each user holds.

use std::collections::HashMap;

use crate::app::users::Person;
use crate::app::{App, cursor, projects};
use crate::domain::id::{ConnectionId, GroupId, OrgId, ProjectId, TeamId};
use crate::domain::list::{Cursor, Direction};
use crate::domain::policy::Actor;
use crate::domain::role::{Effective, RoleKey, RoleModel};
use crate::domain::user::Status;
use crate::domain::user_list::{Column, Mfa, UserFilter, UserList, View};
use crate::domain::{Error, Timestamp};
use crate::store::user_list::{self, Scope};
use crate::store::{self, connections, grants, group_list, teams};

/// So many projects are offered to narrow a list to.
const OFFERED_MAX: u64 = 1_000;
/// The permission for what only the page of a user tells.
const READ: &str = "users:read";

/// A user on a page of a list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The user and what it holds.
    pub person: Person,
    /// What only whoever may read users sees of it.
    pub habits: Option<Habits>,
}

/// How somebody signs in, as others may use it against them: who has no second factor, and who is never here.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// The state of the second factor.
    pub mfa: Mfa,
    /// When the user was last seen.
    pub last_active: Option<Timestamp>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The users, in order.
    pub entries: Vec<Entry>,
    /// Where the next page begins, when there is one.
    pub next: Option<Cursor>,
    /// Where the page before ends, when there is one.
    pub previous: Option<Cursor>,
}

/// One page of the users of an organisation.
pub async fn page(app: &App, actor: &Actor, org: OrgId, list: &UserList) -> Result<UserPage, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:list")?;
    let sees_habits = sees_habits(actor, &model);
    if asks_habits(list) {
        actor.may(&model, READ)?;
    }
    if list.filter.project.is_some() {
        actor.may(&model, projects::MANAGE)?;
    }
    let db = app.store.reader();
    // A place means something in one order only.
    let name = format!("users.{}", list.sort.word());
    let from = cursor::open(app, (&name, org), list.cursor.as_ref())?;
    let found = user_list::page(db, &Scope::of(db, org, &model, app.now()).await?, list, from.as_ref()).await?;
    let users: Vec<_> = found.users.iter().map(|it| it.user.clone()).collect();
    let mut grants = grants::live_of(db, org, &users).await?;
    let entries = found.users.into_iter().map(|it| {
        let effective = Effective::of(&model, grants.remove(&it.user.id).unwrap_or_default());
        let habits = sees_habits.then_some(Habits { mfa: it.mfa, last_active: it.last_active });
        Entry { person: Person { user: it.user, effective }, habits }
    });
    Ok(UserPage {
        entries: entries.collect(),
        next: cursor::seal(app, (&name, org), (Direction::After, found.next))?,
        previous: cursor::seal(app, (&name, org), (Direction::Before, found.previous))?,
    })
}

/// True for whoever sees of a list of users how they sign in, not only who they are and what they hold.
pub fn sees_habits(actor: &Actor, model: &RoleModel) -> bool {
    actor.may(model, READ).is_ok()
}

/// True when a list tells by what it holds, or by its order, how people sign in.
pub const fn asks_habits(list: &UserList) -> bool {
    list.filter.asks_habits() || matches!(list.sort.column, Column::Mfa | Column::LastActive)
}

/// The views that somebody can use.
pub fn views(actor: &Actor, model: &RoleModel) -> Vec<View> {
    let sees_habits = sees_habits(actor, model);
    View::ALL.into_iter().filter(|it| sees_habits || !it.filter(model).asks_habits()).collect()
}

/// The names that a list of users refers to.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The connections, by name.
    pub connections: Vec<(ConnectionId, String)>,
    /// Whether the reader sees how people sign in.
    pub sees_habits: bool,
    /// Those at whose identity provider people can sign in now.
    pub taking_sign_ins: Vec<ConnectionId>,
    /// The groups, by name.
    pub groups: Vec<(GroupId, String)>,
    /// The teams, by name.
    pub teams: Vec<(TeamId, String)>,
    /// The projects, by name, for whoever may see who is on them.
    pub projects: Vec<(ProjectId, String)>,
}

/// How many of the groups and projects are told that a list of users can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menus {
    /// None: there is no list.
    Absent,
    /// The first of each, which tells that there are some.
    Closed,
    /// Every group, and as many projects as are offered.
    Open,
}

/// What a list of users refers to, and what it can be narrowed to.
pub async fn surroundings(app: &App, actor: &Actor, org: OrgId, menus: Menus) -> Result<Surroundings, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:list")?;
    let db = app.store.reader();
    let connections = connections::list(db, org).await?;
    let taking_sign_ins = connections.iter().filter(|it| it.takes_sign_ins()).map(|it| it.id).collect();
    let mut connections: Vec<_> = connections.into_iter().map(|it| (it.id, it.name)).collect();
    connections.sort_by(|one, other| one.1.cmp(&other.1));
    let (groups_most, projects_most) = match menus {
        Menus::Absent => (0, 0),
        Menus::Closed => (1, 1),
        Menus::Open => (u64::from(u32::MAX), OFFERED_MAX),
    };
    let groups = match actor.may(&model, "groups:read") {
        Ok(()) if groups_most > 0 => group_list::names(db, org, groups_most).await?,
        Ok(()) | Err(_) => Vec::new(),
    };
    let teams = match actor.may(&model, "teams:read") {
        Ok(()) => teams::list(db, org).await?.into_iter().map(|it| (it.id, it.name)).collect(),
        Err(_) => Vec::new(),
    };
    let projects = match actor.may(&model, projects::MANAGE) {
        Ok(()) if projects_most > 0 => store::projects::page(db, org, (None, None), projects_most).await?,
        Ok(()) | Err(_) => Vec::new(),
    };
    let projects = projects.into_iter().map(|it| (it.id, it.name)).collect();
    let sees_habits = sees_habits(actor, &model);
    Ok(Surroundings { connections, sees_habits, taking_sign_ins, groups, teams, projects })
}

/// How many users there are of each kind that the list has a tab for.
pub async fn counts(app: &App, actor: &Actor, org: OrgId) -> Result<HashMap<Status, u64>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:list")?;
    let db = app.store.reader();
    let scope = Scope::of(db, org, &model, app.now()).await?;
    let mut counts = HashMap::new();
    for status in [Status::Active, Status::Pending, Status::Deactivated] {
        let filter = UserFilter { statuses: vec![status], ..UserFilter::default() };
        counts.insert(status, user_list::count(db, &scope, &filter).await?);
    }
    Ok(counts)
}

/// How well an organisation keeps to what is good practice.
#[derive(Debug, Clone)]
pub struct Posture {
    /// The protected roles: how many active holders each has, and how many it should have.
    pub protected: Vec<Holders>,
    /// How many users each view finds.
    pub views: Vec<(View, u64)>,
    /// How many users may sign in.
    pub active: u64,
}

/// The active holders of a protected role.
#[derive(Debug, Clone)]
pub struct Holders {
    /// The role.
    pub role: RoleKey,
    /// Its name for people.
    pub label: String,
    /// How many active users hold it.
    pub count: u64,
    /// Fewer are too few.
    pub warn_below: u64,
}

impl Holders {
    /// True when there are so few that losing one more person would hurt.
    pub const fn are_few(&self) -> bool {
        self.count < self.warn_below
    }
}

/// What the front page of the console says of the users.
pub async fn posture(app: &App, actor: &Actor, org: OrgId) -> Result<Posture, Error> {
    let protected = holders(app, actor, org).await?;
    let (_, model) = app.store.organisation(org).await?;
    let db = app.store.reader();
    let scope = Scope::of(db, org, &model, app.now()).await?;
    let mut views = Vec::new();
    for view in self::views(actor, &model) {
        views.push((view, user_list::count(db, &scope, &view.filter(&model)).await?));
    }
    let everybody = UserFilter { statuses: vec![Status::Active], ..UserFilter::default() };
    Ok(Posture { protected, views, active: user_list::count(db, &scope, &everybody).await? })
}

/// The protected roles and who is left to hold them.
pub async fn holders(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Holders>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:list")?;
    let mut all = Vec::new();
    for role in model.roles() {
        if let Some(protected) = role.protected {
            let count = grants::active_holders(app.store.reader(), org, &role.key, None).await?;
            let (role, label) = (role.key.clone(), role.label.clone());
            all.push(Holders { role, label, count, warn_below: protected.warn_below });
        }
    }
    Ok(all)
}
