//! The pages of the console.

use anyhow::Context;

use super::fill::{Organisation, PASSWORD};
use super::{Clock, PAGE_MAX};
use crate::browser::Browser;
use crate::server::Instance;

/// Pages with nothing to fill in; where one says `ID`, it is the first of that kind, which is the large one.
const PAGES: [&str; 37] = [
    "/console",
    "/console/users",
    "/console/users?sort=-last_active",
    "/console/users?sort=role",
    "/console/users?sort=mfa",
    "/console/users?sort=provider",
    "/console/users?sort=-created",
    "/console/users?status=pending",
    "/console/users?role=admin",
    "/console/users?role=contributor",
    "/console/users?name=person+p77",
    "/console/users?name=nobody",
    "/console/users?mfa=off",
    "/console/users?inactive=90",
    "/console/users?group=GROUP",
    "/console/users?project=PROJECT",
    "/console/users?team=TEAM",
    "/console/users/USER",
    "/console/users/USER/access",
    "/console/users/USER/activity",
    "/console/groups",
    "/console/groups?groups=group+77",
    "/console/groups/GROUP",
    "/console/projects",
    "/console/projects/PROJECT",
    "/console/projects/permissions",
    "/console/teams",
    "/console/teams/TEAM",
    "/console/resources",
    "/console/resources?orphaned=1",
    "/console/resources/RESOURCE",
    "/console/reviews",
    "/console/security/sign-ins",
    "/console/security/failed-sign-ins",
    "/console/provisioning",
    "/console/provisioning/journal",
    "/console/provisioning/mappings",
];
/// Pages of the audit log; `ACTOR` is the owner.
const LOG: [&str; 8] = [
    "/console/audit",
    "/console/audit?actor=ACTOR",
    "/console/audit?actor=connection",
    "/console/audit?target=USER",
    "/console/audit?action=project.created",
    "/console/audit?outcome=denied",
    "/console/audit?text=person+p77",
    "/console/audit?text=nobody",
];
/// So many pages in.
const DEEP: usize = 100;

/// Asks for each again and again.
pub(super) async fn measure(clock: &mut Clock, instance: &Instance, of: &Organisation) -> anyhow::Result<()> {
    let mut browser = Browser::signed_in(&instance.origin(), &of.size.owner(), PASSWORD).await?;
    let owner = owner(&mut browser, of).await?;
    let first = |ids: &[String]| ids.first().cloned().context("nothing was made");
    let ids = [
        ("USER", of.size.user(0)),
        ("ACTOR", owner),
        ("GROUP", first(&of.groups)?),
        ("PROJECT", first(&of.projects)?),
        ("TEAM", first(&of.teams)?),
        ("RESOURCE", first(&of.resources)?),
    ];
    for page in PAGES.iter().chain(&LOG) {
        let path = ids.iter().fold((*page).to_owned(), |path, (word, id)| path.replace(word, id));
        clock.time(page, PAGE_MAX, async |_| browser.get(&path).await.map(drop)).await?;
    }
    for list in ["/console/users", "/console/audit"] {
        let path = deep(&mut browser, list).await?;
        let what = format!("{list}, {DEEP} pages in");
        clock.time(&what, PAGE_MAX, async |_| browser.get(&path).await.map(drop)).await?;
    }
    Ok(())
}

/// The id of the owner, who has the only page of that name.
async fn owner(browser: &mut Browser, of: &Organisation) -> anyhow::Result<String> {
    let page = browser.get(&format!("/console/users?name={}", of.size.owner())).await?;
    let mut linked = page.split("/console/users/").skip(1).filter_map(|it| it.get(..36));
    let id = linked.find(|id| id.split('-').map(str::len).eq([8, 4, 4, 4, 12]));
    Ok(id.context("the owner is not on the list")?.to_owned())
}

/// The address of a page so far in, or of the last one.
async fn deep(browser: &mut Browser, list: &str) -> anyhow::Result<String> {
    let mut path = list.to_owned();
    for _ in 0..DEEP {
        let page = browser.get(&path).await?;
        let Some((_, link)) = page.split_once(r#"rel="next""#) else { break };
        let (_, address) = link.split_once(r#"href=""#).context("a link that leads nowhere")?;
        path = address.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&");
    }
    Ok(path)
}
