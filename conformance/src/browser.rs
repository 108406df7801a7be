//! Signs in at the pages as a person does, without drawing them.

use anyhow::{Context, bail};
use reqwest::{Client, RequestBuilder, Response, redirect};

use crate::server::client_builder;

/// A person with cookies.
pub struct Browser {
    client: Client,
    origin: String,
    cookies: Vec<(String, String)>,
    at: String,
}

impl Browser {
    /// One in which nobody has signed in.
    pub fn new(origin: &str) -> anyhow::Result<Self> {
        // The cookies are for https; a store would keep them from the plain loopback address, so they are kept here.
        let client = client_builder().redirect(redirect::Policy::none()).build()?;
        Ok(Self { client, origin: origin.to_owned(), cookies: Vec::new(), at: String::new() })
    }

    /// Signs in with user name and password, and nothing else.
    pub async fn signed_in(origin: &str, user_name: &str, password: &str) -> anyhow::Result<Self> {
        let mut browser = Self::new(origin)?;
        browser.sign_in("/sign-in", user_name, password).await?;
        Ok(browser)
    }

    /// Signs in where this path leads to; answers the address at which that ends.
    pub async fn sign_in(&mut self, path: &str, user_name: &str, password: &str) -> anyhow::Result<&str> {
        let mut page = self.visit(path).await?;
        for (name, value) in [("username", user_name), ("password", password)] {
            page = self.fill(&page, name, value).await?;
        }
        Ok(&self.at)
    }

    /// The address at which this path ends.
    pub async fn follow(&mut self, path: &str) -> anyhow::Result<&str> {
        self.visit(path).await?;
        Ok(&self.at)
    }

    /// Gets a page that must be there.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<String> {
        let request = self.client.get(format!("{}{path}", self.origin));
        let answer = self.send(request).await?;
        if answer.status() != 200 {
            bail!("GET {path}: {}", answer.status());
        }
        Ok(answer.text().await?)
    }

    /// Sends the form of a page that asks for this field, with it filled in; answers the page that it leads to.
    pub async fn fill(&mut self, page: &str, name: &str, value: &str) -> anyhow::Result<String> {
        let form = page.split("<form").find(|form| form.contains(&format!(r#"name="{name}""#)));
        let form = form.with_context(|| format!("no form asks for {name}: {page}"))?;
        let action = after(form, r#"action=""#)?;
        let fields = [("csrf", after(form, r#"name="csrf" value=""#)?), (name, value)];
        let request = self.client.post(format!("{}{action}", self.origin)).header("Origin", &self.origin).form(&fields);
        let answer = self.send(request).await?;
        let next = answer.headers().get("Location").with_context(|| format!("{name}: {}", answer.status()))?;
        let next = next.to_str()?.trim_start_matches(&self.origin).to_owned();
        self.visit(&next).await
    }

    /// Gets a page, along its redirects.
    async fn visit(&mut self, path: &str) -> anyhow::Result<String> {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let request = self.client.get(format!("{}{path}", self.origin));
            let answer = self.send(request).await?;
            match answer.headers().get("Location") {
                Some(next) => path = next.to_str()?.trim_start_matches(&self.origin).to_owned(),
                None => {
                    self.at = path;
                    return Ok(answer.text().await?);
                }
            }
        }
        bail!("too many redirects, last to {path}")
    }

    async fn send(&mut self, request: RequestBuilder) -> anyhow::Result<Response> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header("Cookie", cookies.join("; ")).send().await?;
        for set in answer.headers().get_all("Set-Cookie") {
            let pair = set.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("a cookie without a value")?;
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        Ok(answer)
    }
}

fn after<'a>(text: &'a str, mark: &str) -> anyhow::Result<&'a str> {
    let (_, rest) = text.split_once(mark).with_context(|| format!("no {mark} in {text}"))?;
    Ok(rest.split('"').next().unwrap_or_default())
}
