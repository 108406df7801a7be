//! Import of users from CSV: each row becomes a user, is left alone because it is one already, or is refused.
//!
//! **Invariant:** a refused row stops no other; a user who is there is never changed, so an import can be repeated.
//! **Invariant:** a plan writes nothing, and says what the import would do at this moment.
//! **Invariant:** the permit is asked for each row, so nobody brings anybody in by a file who could not by hand.
//!
//! So many rows at a time are one unit of work; when the server ends in between, those of before are kept.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::app::App;
use crate::app::accounts::{self, Created, NewUser, Prepared};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, Target, TargetUser};
use crate::domain::role::{Activation, RoleKey, RoleModel, Source};
use crate::domain::secret::Secret;
use crate::domain::text::fold;
use crate::domain::user::SignIn;
use crate::domain::user_import::{self, Against, Entry, Row};
use crate::store::{Reader, users};

pub use crate::domain::user_import::{BYTES_MAX, BadFile, COLUMNS, Problem, ROWS_MAX};

/// So many rows are one unit of work.
const UNIT_ROWS: usize = 100;
/// So many people get a temporary password by one import; each takes its time to be hashed.
const TEMPORARY_PASSWORDS_MAX: usize = 500;

/// What an import did, or would do.
pub struct Report {
    /// The rows, in the order of the file.
    pub lines: Vec<Line>,
}

/// A row and what becomes of it.
pub struct Line {
    /// The line on which it begins.
    pub line: u64,
    /// The user name as it stands there.
    pub user_name: String,
    /// The role that the user gets; none where the row cannot be read.
    pub role: Option<RoleKey>,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a row.
pub enum Fate {
    /// A user is made.
    Created(Handed),
    /// There is a user of this name, who stays as it is.
    Exists,
    /// Nobody is made, for these reasons.
    Refused(Vec<Problem>),
}

/// What the importer hands over to a new user, shown once; a plan has nothing of it.
#[derive(Default)]
pub struct Handed {
    /// The user.
    pub id: Option<UserId>,
    /// A one-time link to set a password, where there is no address to mail it to.
    pub link: Option<Secret<String>>,
    /// A temporary password, where the policy has it handed over.
    pub temporary_password: Option<Secret<String>>,
}

/// How many rows have which fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Users made.
    pub created: u64,
    /// Users who were there.
    pub exists: u64,
    /// Rows refused.
    pub refused: u64,
}

impl Fate {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Created(_) => "created",
            Self::Exists => "exists",
            Self::Refused(_) => "refused",
        }
    }
}

impl Report {
    /// How many rows have which fate.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for line in &self.lines {
            let count = match line.fate {
                Fate::Created(_) => &mut counts.created,
                Fate::Exists => &mut counts.exists,
                Fate::Refused(_) => &mut counts.refused,
            };
            *count = count.saturating_add(1);
        }
        counts
    }
}

/// Says what an import would do; nothing is written.
pub async fn plan(app: &App, actor: &Actor, org: OrgId, file: &[u8]) -> Result<Report, Error> {
    let place = Place::of(app, org).await?;
    place.may_import(actor)?;
    let rows = place.judged(actor, file)?.0;
    Ok(Report { lines: place.planned(app, &rows).await? })
}

/// Makes users of the rows of a file.
pub async fn import(app: &App, actor: &Actor, org: OrgId, file: &[u8]) -> Result<Report, Error> {
    let place = Place::of(app, org).await?;
    if let Err(refusal) = place.may_import(actor) {
        place.record(app, actor, place.model.default_role()).await?;
        return Err(refusal);
    }
    let (rows, denied) = place.judged(actor, file)?;
    place.planned(app, &rows).await?;
    for role in &denied {
        place.record(app, actor, role).await?;
    }
    let mut lines = Vec::with_capacity(rows.len());
    for rows in rows.chunks(UNIT_ROWS) {
        lines.extend(place.write(app, actor, rows).await?);
    }
    Ok(Report { lines })
}

/// The organisation that people are brought into.
struct Place {
    organisation: Organisation,
    model: Arc<RoleModel>,
    /// How people sign in of whom the file does not say it.
    usual: SignIn,
    /// How those who sign in here get their first password.
    activation: Activation,
}

impl Place {
    async fn of(app: &App, org: OrgId) -> Result<Self, Error> {
        let (organisation, model) = app.store.organisation(org).await?;
        let activation = organisation.rules(&model).activation.default;
        let usual = accounts::usual_sign_in(app, org, &model).await?;
        Ok(Self { organisation, model, usual, activation })
    }

    /// Refuses somebody who may bring in nobody at all.
    fn may_import(&self, actor: &Actor) -> Result<(), Error> {
        let may = |role: &RoleKey| self.may_create(actor, role).is_ok();
        if self.model.roles().iter().any(|role| may(&role.key)) {
            return Ok(());
        }
        self.may_create(actor, self.model.default_role())
    }

    fn may_create(&self, actor: &Actor, role: &RoleKey) -> Result<(), Error> {
        actor.check(&self.model, &create(role), &self.newcomer())
    }

    /// Records that the actor was refused to make users of this role.
    async fn record(&self, app: &App, actor: &Actor, role: &RoleKey) -> Result<(), Error> {
        app.store.record(actor.denial_record(&create(role), &self.newcomer()), app.now()).await
    }

    /// Somebody who is not there yet and holds nothing.
    fn newcomer(&self) -> Target {
        let (org, id, label) = (self.organisation.id, UserId::new(), String::new());
        Target::User(TargetUser { org, id, label, roles: Vec::new(), managed_by: None })
    }

    /// The rows of a file, refused where they cannot be used or the actor may not make such a user; and the roles that
    /// the actor may not give.
    fn judged(&self, actor: &Actor, file: &[u8]) -> Result<(Vec<Row>, BTreeSet<RoleKey>), Error> {
        let mut denied = BTreeSet::new();
        let mut rows = user_import::read(file, Against { model: &self.model, usual: self.usual })?;
        for row in &mut rows {
            let Some(role) = row.role().cloned() else { continue };
            match self.may_create(actor, &role) {
                Err(Error::Denied(denial)) => {
                    denied.insert(role);
                    row.refuse(Problem::Denied(denial));
                }
                Err(other) => return Err(other),
                Ok(()) => {}
            }
        }
        if self.activation == Activation::TempPasswordMail {
            let without = rows.iter_mut().filter(|row| row.has_password_and_no_address());
            without.for_each(|row| row.refuse(Problem::NoAddress));
        }
        Ok((rows, denied))
    }

    /// What would become of the rows now.
    async fn planned(&self, app: &App, rows: &[Row]) -> Result<Vec<Line>, Error> {
        let (mut lines, mut passwords) = (Vec::with_capacity(rows.len()), 0_usize);
        for rows in rows.chunks(UNIT_ROWS) {
            let known = self.known(app.store.reader(), rows).await?;
            for row in rows {
                let fate = told(row, &known).unwrap_or_else(|| Fate::Created(Handed::default()));
                let is_new = matches!(fate, Fate::Created(_));
                let has_password = row.entry.as_ref().is_ok_and(|it| it.sign_in == SignIn::Password);
                passwords = passwords.saturating_add(usize::from(is_new && has_password));
                lines.push(Line::of(row, fate));
            }
        }
        if self.activation == Activation::Link || passwords <= TEMPORARY_PASSWORDS_MAX {
            return Ok(lines);
        }
        let problem = BadFile::TooManyPasswords { people: passwords, most: TEMPORARY_PASSWORDS_MAX };
        Err(Error::invalid("file", problem))
    }

    /// The keys of the user names of these rows that are taken.
    async fn known(&self, db: &impl Reader, rows: &[Row]) -> Result<HashSet<String>, Error> {
        let usable = rows.iter().filter(|row| row.entry.is_ok());
        let keys: Vec<String> = usable.map(|row| fold(&row.user_name)).collect();
        Ok(users::known_names(db, self.organisation.id, &keys).await?.into_iter().collect())
    }

    /// Makes users of some rows, in one unit of work.
    async fn write(&self, app: &App, actor: &Actor, rows: &[Row]) -> Result<Vec<Line>, Error> {
        let prepared = self.prepared(app, rows).await?;
        let mut tx = app.begin(self.organisation.id).await?;
        let known = self.known(&*tx, rows).await?;
        let (mut lines, mut permits) = (Vec::with_capacity(rows.len()), Vec::new());
        for (row, prepared) in rows.iter().zip(prepared) {
            let fate = match (told(row, &known), prepared) {
                (None, Some(prepared)) => {
                    let (kept, created, permit) = accounts::insert(app, tx, actor, prepared).await?;
                    tx = kept;
                    permits.push(permit);
                    Fate::Created(created.into())
                }
                (Some(fate), _) => fate,
                // Whoever had the name a moment ago is gone; the next import makes the user.
                (None, None) => Fate::Exists,
            };
            lines.push(Line::of(row, fate));
        }
        if !permits.is_empty() {
            tx.commit_all(permits).await?;
        }
        Ok(lines)
    }

    /// What each row of which a user is to be made needs before the unit of work.
    async fn prepared(&self, app: &App, rows: &[Row]) -> Result<Vec<Option<Prepared>>, Error> {
        let known = self.known(app.store.reader(), rows).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(match (told(row, &known), &row.entry) {
                (None, Ok(entry)) => {
                    let new = new_user(&row.user_name, entry);
                    Some(accounts::prepare(app, (&self.organisation, &self.model), new).await?)
                }
                _ => None,
            });
        }
        Ok(all)
    }
}

impl Line {
    fn of(row: &Row, fate: Fate) -> Self {
        let role = row.entry.as_ref().ok().map(|entry| entry.role.clone());
        Self { line: row.line, user_name: row.user_name.clone(), role, fate }
    }
}

impl From<Created> for Handed {
    fn from(created: Created) -> Self {
        let user = created.person.user;
        let link = created.link.filter(|_| user.email.is_none());
        Self { id: Some(user.id), link, temporary_password: created.temporary_password }
    }
}

/// The fate of a row of which no user is made.
fn told(row: &Row, known: &HashSet<String>) -> Option<Fate> {
    match &row.entry {
        Err(refused) => Some(Fate::Refused(refused.problems.clone())),
        Ok(_) if known.contains(&fold(&row.user_name)) => Some(Fate::Exists),
        Ok(_) => None,
    }
}

fn create(role: &RoleKey) -> Action {
    Action::CreateUser { role: Some(role.clone()), source: Source::Manual }
}

fn new_user(user_name: &str, entry: &Entry) -> NewUser {
    NewUser {
        user_name: user_name.to_owned(),
        display_name: entry.display_name.clone(),
        email: entry.email.clone(),
        role: Some(entry.role.clone()),
        sign_in: Some(entry.sign_in),
        way_in: None,
    }
}
