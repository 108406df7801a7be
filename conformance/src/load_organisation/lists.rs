//! The lists of the API, at their beginning and at their end, and the list of the console beside that of SCIM.

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::Value;
use tokio::sync::Mutex;

use super::fill::{Organisation, PASSWORD};
use super::{Clock, PAGE_MAX};
use crate::beside::{Side, What, compare as beside};
use crate::browser::Browser;
use crate::load_scim::client::Client;
use crate::report::Figures;
use crate::server::Instance;

/// Lists, and how many rows are turned over at once on the way to the end.
const LISTS: [(&str, usize); 6] = [
    ("/api/v1/users", 1_000),
    ("/api/v1/groups", 500),
    ("/api/v1/groups/GROUP/members", 1_000),
    ("/api/v1/projects", 200),
    ("/api/v1/resources", 200),
    ("/api/v1/audit", 200),
];
/// A list that has one page.
const WHOLE: &str = "/api/v1/teams";
/// So many rows has a page that is compared.
const ROWS: usize = 50;
/// The list of the console may take so many times as long as that of SCIM.
const CONSOLE_MAX: f64 = 2.0;

/// Asks for the first and for the last page of each list.
pub(super) async fn measure(clock: &mut Clock, of: &Organisation) -> anyhow::Result<()> {
    let large = of.groups.first().context("no group")?;
    for (list, at_once) in LISTS {
        let path = list.replace("GROUP", large);
        time(clock, of, (list, &path)).await?;
        if let Some(cursor) = end_of(&of.api, &path, at_once).await? {
            time(clock, of, (&format!("{list}, its last page"), &format!("{path}?cursor={cursor}"))).await?;
        }
    }
    time(clock, of, (WHOLE, WHOLE)).await
}

async fn time(clock: &mut Clock, of: &Organisation, (what, path): (&str, &str)) -> anyhow::Result<()> {
    clock.time(what, PAGE_MAX, async |_| of.api.send(Method::GET, path, None).await.map(drop)).await
}

/// The cursor of the last page of a list, where there is more than one.
async fn end_of(api: &Client, path: &str, at_once: usize) -> anyhow::Result<Option<String>> {
    let mut last = None;
    loop {
        let more = last.as_ref().map(|it| format!("&cursor={it}")).unwrap_or_default();
        let (page, _) = api.send(Method::GET, &format!("{path}?limit={at_once}{more}"), None).await?;
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(next) => last = Some(next.to_owned()),
            None => return Ok(last),
        }
    }
}

/// The list of the console beside that of SCIM, both with as many users on a page.
pub(super) async fn compare(
    figures: &mut Figures,
    instance: &Instance,
    (process, of): (u32, &Organisation),
) -> anyhow::Result<()> {
    let browser = Mutex::new(Browser::signed_in(&instance.origin(), &of.size.owner(), PASSWORD).await?);
    let (page, list) = (format!("/console/users?limit={ROWS}"), format!("/Users?startIndex=1&count={ROWS}"));
    let in_console = async |_| browser.lock().await.get(&page).await.map(drop);
    let over_scim = async |_| {
        let (found, _) = of.scim.send(Method::GET, &list, None).await?;
        let length = found.get("Resources").and_then(Value::as_array).map(Vec::len);
        ensure!(length == Some(ROWS), "a page of {length:?}");
        Ok(())
    };
    let name = format!("the console's list of {ROWS} users");
    let what = What { name: &name, peer: "the list of SCIM", lanes: 1, ratio_max: CONSOLE_MAX };
    beside(figures, &what, Side { process, ask: in_console }, Side { process, ask: over_scim }).await
}
