//! An organisation of a size, with everything in it that a page or a decision meets.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::browser::Browser;
use crate::load_scim::client::{Client, add};
use crate::load_scim::in_lanes;
use crate::load_scim::seed::{self, Database};
use crate::server::{Instance, http_client, now};

/// The password of the owner.
pub const PASSWORD: &str = "nine purple lanterns over 47 quiet harbours";
/// What a role that a group gives allows, and the one that everybody has does not.
pub const GIVEN: &str = "contributor";
/// So many groups, from the third on, give a role.
pub const GIVING: usize = 20;
/// So many users have it by hand instead of the one that everybody has.
const RAISED: usize = 50;
/// So many members a request adds.
const JOINED: usize = 1_000;
/// So often does the owner sign in.
const SIGN_INS: usize = 60;
const SEALED_WITHIN: Duration = Duration::from_mins(5);

/// How large an organisation is.
#[derive(Clone, Copy)]
pub struct Size {
    /// What it is called.
    pub slug: &'static str,
    /// The number of its first user.
    pub first: usize,
    /// How many users it has.
    pub users: usize,
    /// How many groups.
    pub groups: usize,
    /// How many projects.
    pub projects: usize,
    /// How many teams.
    pub teams: usize,
    /// How many resources.
    pub resources: usize,
}

/// One that was filled, and whoever asks about it.
pub struct Organisation {
    /// How large it is.
    pub size: Size,
    /// How many records its audit log has.
    pub records: usize,
    /// Its provider.
    pub scim: Client,
    /// A program of its own, for the API.
    pub api: Client,
    /// An application that asks for decisions.
    pub application: Client,
    /// The ids of the groups.
    pub groups: Vec<String>,
    /// Of the projects; each has the group of its number and two more, of which one is a team there.
    pub projects: Vec<String>,
    /// Of the teams.
    pub teams: Vec<String>,
    /// Of the resources, dashboards that are called `d0` and so on.
    pub resources: Vec<String>,
}

impl Size {
    /// How many members a group has.
    pub fn members_of(&self, group: usize) -> usize {
        match group {
            0 => self.users / 2,
            group if group % 50 == 1 => 1_000.min(self.users / 10),
            _ => 30,
        }
    }

    /// How many memberships there are.
    pub fn memberships(&self) -> usize {
        (0..self.groups).map(|group| self.members_of(group)).sum()
    }

    /// The user with this number, counted round.
    pub fn user(&self, number: usize) -> String {
        seed::id(self.first + number % self.users)
    }

    /// A member of a group.
    pub fn member(&self, group: usize, number: usize) -> String {
        self.user(group * 37 + number % self.members_of(group))
    }

    /// Whom a resource is shared with.
    pub fn sharee(&self, resource: usize) -> String {
        self.user(resource * 13 + 5)
    }

    /// The user name of its owner.
    pub fn owner(&self) -> String {
        format!("ada@{}.example", self.slug)
    }
}

impl Organisation {
    /// Makes it; no server runs before, nor after.
    pub async fn fill(instance: &Instance, size: Size) -> anyhow::Result<Self> {
        let server = instance.start().await?;
        let scim = Client::of_new_organisation_with_sso(instance, size.slug).await?;
        let (api, application) = (api(instance, &size).await?, application(instance, &size).await?);
        let template = scim.push_user(seed::TEMPLATE).await?;
        set_role(instance, &size, (&template, "viewer")).await?;
        server.stop().await?;
        let (users, last) = (size.users, size.first + size.users - 1);
        let mut database = Database::open(instance.database_url(), size.slug).await?;
        database.copy_users(size.first..=last).await?;
        database.copy_records(size.first..=last).await?;
        database.close().await?;
        let server = instance.start().await?;
        let mut filled = Self {
            size,
            records: users,
            scim,
            api,
            application,
            groups: Vec::new(),
            projects: Vec::new(),
            teams: Vec::new(),
            resources: Vec::new(),
        };
        filled.groups = filled.many(size.groups, async |it, number| it.group(number).await).await?;
        filled.teams = filled.many(size.teams, async |it, number| it.team(number).await).await?;
        filled.projects = filled.many(size.projects, async |it, number| it.project(number).await).await?;
        filled.resources = filled.many(size.resources, async |it, number| it.resource(number).await).await?;
        for number in 2..2 + GIVING {
            let group = format!("Group {number}");
            let map = ["group", "map", "--org", size.slug, "--group", &group, "--role", GIVEN];
            instance.cli::<Value>(&map).await?;
        }
        for number in 0..RAISED {
            set_role(instance, &size, (&size.user(number * 97), GIVEN)).await?;
        }
        for _ in 0..SIGN_INS {
            Browser::signed_in(&instance.origin(), &size.owner(), PASSWORD).await?;
        }
        filled.records = filled.sealed().await?;
        server.stop().await?;
        Database::open(instance.database_url(), size.slug).await?.close().await?;
        Ok(filled)
    }

    /// Makes so many of something; answers their ids in the order of their numbers.
    async fn many(
        &self,
        count: usize,
        make: impl AsyncFn(&Self, usize) -> anyhow::Result<String>,
    ) -> anyhow::Result<Vec<String>> {
        let make = &make;
        let mut made = in_lanes(count, |number| async move { Ok((number, make(self, number).await?)) }).await?;
        made.sort();
        Ok(made.into_iter().map(|(_, id)| id).collect())
    }

    async fn group(&self, number: usize) -> anyhow::Result<String> {
        let id = self.scim.push_group(&format!("Group {number}")).await?;
        let members: Vec<String> = (0..self.size.members_of(number)).map(|nth| self.size.member(number, nth)).collect();
        for some in members.chunks(JOINED) {
            self.scim.change(&id, &add(some)).await?;
        }
        Ok(id)
    }

    async fn team(&self, number: usize) -> anyhow::Result<String> {
        let members: Vec<String> = (0..20).map(|nth| self.size.user(number * 20 + nth)).collect();
        self.post("/api/v1/teams", &json!({"name": format!("Team {number}"), "members": members})).await
    }

    /// One with three groups on it, one of which is a team there.
    async fn project(&self, number: usize) -> anyhow::Result<String> {
        let id = self.post("/api/v1/projects", &json!({"name": format!("Project {number}")})).await?;
        for (group, access, as_team) in
            [(number, "write", false), (number + 1, "read", false), (number + 2, "write", true)]
        {
            let group = self.groups.get(group % self.groups.len()).context("no group")?;
            let assignment = json!({"subject": {"kind": "group", "id": group}, "access": access, "as_team": as_team});
            self.post(&format!("/api/v1/projects/{id}/assignments"), &assignment).await?;
        }
        Ok(id)
    }

    /// One that is shared with a user, and each third with a team; each fourth lies in a project.
    async fn resource(&self, number: usize) -> anyhow::Result<String> {
        let path = format!("/api/v1/resources/dashboard/d{number}");
        let project = self.projects.get(number % self.projects.len()).filter(|_| number.is_multiple_of(4));
        let wanted =
            json!({"name": format!("Dashboard {number}"), "owner": self.size.user(number * 7), "project": project});
        let id = self.put(&path, &wanted).await?;
        let view = json!({"level": "view"});
        self.put(&format!("{path}/shares/user/{}", self.size.sharee(number)), &view).await?;
        if number.is_multiple_of(3) {
            let team = self.teams.get(number % self.teams.len()).context("no team")?;
            self.put(&format!("{path}/shares/team/{team}"), &view).await?;
        }
        Ok(id)
    }

    /// Waits until the audit log is sealed to its end; answers how many records it has.
    async fn sealed(&self) -> anyhow::Result<usize> {
        let (began, mut before) = (now(), 0);
        while began.elapsed() < SEALED_WITHIN {
            let (told, _) = self.api.send(Method::GET, "/api/v1/audit/integrity", None).await?;
            let sealed = told.get("sealed").and_then(Value::as_u64).context("no number of sealed records")?;
            if sealed == before && sealed >= u64::try_from(self.size.users)? {
                return Ok(usize::try_from(sealed)?);
            }
            before = sealed;
            sleep(Duration::from_secs(3)).await;
        }
        bail!("only {before} records of the audit log are sealed after {} s", SEALED_WITHIN.as_secs())
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<String> {
        made(&self.api.send(Method::POST, path, Some(body)).await?.0)
    }

    async fn put(&self, path: &str, body: &Value) -> anyhow::Result<String> {
        made(&self.api.send(Method::PUT, path, Some(body)).await?.0)
    }
}

/// The id of what was made or changed.
fn made(answer: &Value) -> anyhow::Result<String> {
    Ok(answer.get("id").and_then(Value::as_str).with_context(|| format!("no id: {answer}"))?.to_owned())
}

/// Gives somebody a role by hand.
async fn set_role(instance: &Instance, size: &Size, (id, role): (&str, &str)) -> anyhow::Result<()> {
    let arguments = ["user", "set-role", "--org", size.slug, "--id", id, "--role", role];
    instance.cli::<Value>(&arguments).await.map(drop)
}

/// A program of the organisation, and an owner.
async fn api(instance: &Instance, size: &Size) -> anyhow::Result<Client> {
    let owner = size.owner();
    let named = ["--org", size.slug, "--user-name", &owner, "--display-name", "Ada", "--role", "owner"];
    instance.cli_with::<Value>(&[&["user", "create", "--password-stdin"], &named[..]].concat(), PASSWORD).await?;
    let account = ["service-account", "create", "--org", size.slug, "--name", "Load", "--role", "admin"];
    let account = made(&instance.cli(&account).await?)?;
    let token = ["service-account", "token", "create", "--id", &account, "--name", "Load", "--scopes", "read,write"];
    let token: Value = instance.cli(&token).await?;
    let token = token.get("token").and_then(Value::as_str).context("no token")?;
    Ok(Client::new(instance.origin(), token.to_owned())?.plain())
}

/// An application with a token to ask for decisions.
async fn application(instance: &Instance, size: &Size) -> anyhow::Result<Client> {
    let callback = format!("{}/callback", instance.origin());
    let named = ["client", "create", "--org", size.slug, "--name", "Asks", "--redirect-uri", &callback];
    let more = ["--scope", "openid authzen", "--access-token-seconds", "3600"];
    let client: Value = instance.cli(&[&named[..], &more].concat()).await?;
    let word = |of: &Value, name: &str| {
        of.get(name).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no {name}: {of}"))
    };
    let request = http_client()?.post(format!("{}/oauth2/token", instance.origin()));
    let request = request.basic_auth(word(&client, "client_id")?, Some(word(&client, "client_secret")?));
    let answer = request.form(&[("grant_type", "client_credentials"), ("scope", "authzen")]).send().await?;
    let token: Value = serde_json::from_str(&answer.text().await?)?;
    Ok(Client::new(instance.origin(), word(&token, "access_token")?)?.plain())
}
