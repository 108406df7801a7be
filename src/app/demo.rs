//! The demonstration: an organisation with an owner, an identity provider that pushes people, and an application.
//!
//! **Invariant:** everything is made through the deeds and surfaces that an operator and an identity provider use.

use std::time::Duration;

use crate::app::accounts::{self, NewUser, WayIn};
use crate::app::clients::{self, Lifetimes, NewClient, Reach};
use crate::app::connections::{self, NewConnection};
use crate::app::organisations::{self, NewOrganisation};
use crate::app::project_access::{self, Access, Grant, Subject};
use crate::app::rehearse::{self, OktaManner, Provider, Report, Script};
use crate::app::sample::{Registration, Sample};
use crate::app::totp::{self, Seed};
use crate::app::{App, groups, projects, role_models, users};
use crate::domain::Error;
use crate::domain::connection::{Kind, Settings};
use crate::domain::id::{OrgId, UserId};
use crate::domain::policy::{Action, Actor};
use crate::domain::secret::{Secret, temporary_password};
use crate::domain::user::SignIn;
use crate::oidc::client::{AccessTokenFormat, AuthMethod, Profile};

/// The short name of the organisation.
pub const ORGANISATION: &str = "acme";
/// The group whose members get more than the default role.
const MAPPED: (&str, &str) = ("Engineering", "contributor");
/// Projects with a description, the group that is their team, and what it may do there.
const PROJECTS: [(&str, &str, &str, Access); 3] = [
    ("Website", "What customers see", "Engineering", Access::Write),
    ("Help desk", "Questions of customers, and answers", "Support", Access::Write),
    ("Annual report", "Figures of the year", "Finance", Access::Read),
];
const A_YEAR: Duration = Duration::from_hours(365 * 24);

/// What was made before the server answers.
pub struct Stage {
    /// The organisation.
    pub org: OrgId,
    /// Who owns the organisation.
    pub owner: Login,
    /// The owner's second factor.
    pub seed: Seed,
    /// The token of the connection.
    pub token: Secret<String>,
}

/// Somebody who can sign in.
pub struct Login {
    /// The user name.
    pub user_name: String,
    /// The password.
    pub password: Secret<String>,
}

/// What came of the push.
pub struct Pushed {
    /// The rehearsal.
    pub report: Report,
    /// Somebody who was pushed and got a password.
    pub person: Login,
    /// The role that this person got through a group.
    pub role: &'static str,
    /// Somebody who was shut out again.
    pub gone: Option<String>,
}

/// Makes the organisation, its owner, its connection and the application at `origin`.
pub async fn prepare(app: &App, actor: &Actor, origin: &str) -> Result<(Stage, Sample), Error> {
    let role_model = role_models::source(role_models::DEFAULT_PRESET)?;
    let new = NewOrganisation { slug: ORGANISATION.to_owned(), name: "Acme".to_owned(), role_model };
    let org = organisations::create(app, actor, new).await?.id;
    let owner = Login { user_name: "owner@acme.example".to_owned(), password: temporary_password() };
    let id = make_owner(app, actor, org, &owner).await?;
    let seed = Seed::generate();
    enrol(app, actor, org, id, &seed).await?;
    let token = connect(app, actor, org).await?;
    let sample = register(app, actor, org, origin).await?;
    Ok((Stage { org, owner, seed, token }, sample))
}

/// Lets an identity provider push 25 people and 4 groups over HTTP, and one of them out again.
pub async fn push(app: &App, actor: &Actor, stage: &Stage) -> Result<Pushed, Error> {
    let url = connections::scim_base_url(app);
    let url = url.parse().map_err(|cause| anyhow::anyhow!("{url} is no URL: {cause}"))?;
    let script = Script { url, token: stage.token.clone(), users: 25, groups: 4, deactivate: 1, seed: 1, life: false };
    let report = rehearse::play(Provider::Okta(OktaManner::Catalogue), &script, None).await?;
    let mapped = |it: &&rehearse::Pushed| it.is_active && it.groups.iter().any(|group| group == MAPPED.0);
    let Some(chosen) = report.people.iter().find(mapped) else {
        return Err(anyhow::anyhow!("the rehearsal pushed nobody into the group {}", MAPPED.0).into());
    };
    let person = Login { user_name: chosen.person.user_name.clone(), password: temporary_password() };
    let user = users::by_name(app, actor, stage.org, &person.user_name).await?.user;
    accounts::set_password(app, actor, &user, person.password.clone(), false).await?;
    make_projects(app, actor, stage.org, user.id).await?;
    let gone = report.people.iter().find(|it| !it.is_active).map(|it| it.person.user_name.clone());
    Ok(Pushed { report, person, role: MAPPED.1, gone })
}

/// Projects, the groups that were pushed as their teams, and one person who is on a project alone.
async fn make_projects(app: &App, actor: &Actor, org: OrgId, alone: UserId) -> Result<(), Error> {
    for (name, description, team, access) in PROJECTS {
        let project = projects::create(app, actor, org, (name, description)).await?;
        let subject = Subject::Group(groups::by_label(app, actor, org, team).await?.id);
        let grant = Grant { subject, access: Some(access), as_team: Some(true) };
        project_access::assign(app, actor, project.id, grant).await?;
        if access == Access::Read {
            let grant = Grant { subject: Subject::User(alone), access: None, as_team: None };
            project_access::assign(app, actor, project.id, grant).await?;
        }
    }
    Ok(())
}

async fn make_owner(app: &App, actor: &Actor, org: OrgId, owner: &Login) -> Result<UserId, Error> {
    let new = NewUser {
        user_name: owner.user_name.clone(),
        display_name: "Olivia Owner".to_owned(),
        email: Some(owner.user_name.clone()),
        role: None,
        sign_in: Some(SignIn::Password),
        way_in: Some(WayIn::Password { password: owner.password.clone(), must_change: false }),
    };
    Ok(accounts::create(app, actor, org, new).await?.person.user.id)
}

async fn enrol(app: &App, actor: &Actor, org: OrgId, owner: UserId, seed: &Seed) -> Result<(), Error> {
    let tx = app.begin(org).await?;
    let target = users::load(&tx, owner).await?.target();
    let (tx, permit) = app.ask(tx, actor, Action::EnrolMfa { method: "totp" }, target).await?;
    totp::enrol_in(app, &tx, owner, seed, 0).await?;
    tx.commit(permit).await
}

async fn connect(app: &App, actor: &Actor, org: OrgId) -> Result<Secret<String>, Error> {
    let new = NewConnection {
        org,
        kind: Kind::Okta,
        name: "Rehearsed Okta".to_owned(),
        settings: Settings { default_role: Some("viewer".to_owned()), ..Settings::default() },
        domains: Vec::new(),
        client_secret: None,
        token_lifetime: A_YEAR,
    };
    let (connection, token) = connections::create(app, actor, new).await?;
    let role = MAPPED.1.parse().map_err(|cause| anyhow::anyhow!("{cause}"))?;
    connections::map_group(app, actor, connection.id, MAPPED.0, &role).await?;
    Ok(token.secret)
}

async fn register(app: &App, actor: &Actor, org: OrgId, origin: &str) -> Result<Sample, Error> {
    let new = NewClient {
        org: Some(org),
        name: "Sample application".to_owned(),
        auth_method: AuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: vec![Sample::redirect_uri(origin)],
        post_logout_redirect_uris: vec![format!("{origin}/")],
        backchannel_logout_uri: None,
        frontchannel_logout_uri: None,
        frontchannel_logout_session_required: false,
        events_uri: None,
        scopes: None,
        first_party: false,
        require_mfa: false,
        profile: Profile::Standard,
        id_token_alg: None,
        access_token_format: AccessTokenFormat::Opaque,
        require_pushed_requests: false,
        dpop_bound: false,
        device_grant: false,
        resource: None,
        audiences: Vec::new(),
        pairwise: false,
        claims: Default::default(),
        initiate_login_uri: None,
        lifetimes: Lifetimes::default(),
        reach: Reach::default(),
    };
    let (registered, secret) = clients::create(app, actor, new).await?;
    let client_secret = secret.ok_or_else(|| anyhow::anyhow!("the application was given no secret"))?;
    Sample::new(Registration {
        issuer: app.config.public_url.clone(),
        client_id: registered.registration.client_id,
        client_secret,
        origin: origin.to_owned(),
    })
}
