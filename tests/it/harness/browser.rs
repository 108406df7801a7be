//! A browser without JavaScript: cookies, forms and redirects, one request at a time.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::Method;

use super::{Reply, Server};

/// A browser with a cookie jar of its own.
pub struct Browser<'s> {
    server: &'s Server,
    cookies: Mutex<BTreeMap<String, String>>,
    language: Option<&'static str>,
}

impl<'s> Browser<'s> {
    /// A browser that has never been anywhere.
    pub fn new(server: &'s Server) -> Self {
        Self { server, cookies: Mutex::default(), language: None }
    }

    /// The same browser, asking for pages in a language from now on.
    pub fn speaking(self, language: &'static str) -> Self {
        Self { language: Some(language), ..self }
    }

    /// The server it talks to.
    pub const fn server(&self) -> &'s Server {
        self.server
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Every cookie, as it would be sent.
    pub fn jar(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    /// Puts another jar in place.
    pub fn set_jar(&self, jar: BTreeMap<String, String>) {
        *self.cookies.lock().unwrap() = jar;
    }

    /// Gets a path and stays there, whatever it answers.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.server.request(Method::GET, path)).await
    }

    /// Gets a path and follows redirects inside this server; answers the last page and its path.
    pub async fn visit(&self, path: &str) -> (String, Reply) {
        let first = self.get(path).await;
        self.follow(path, first).await
    }

    /// Follows redirects inside this server from a reply.
    pub async fn follow(&self, path: &str, reply: Reply) -> (String, Reply) {
        let (mut at, mut reply) = (path.to_owned(), reply);
        for _ in 0..10 {
            let Some(next) = reply.header("location").map(str::to_owned) else {
                break;
            };
            let Some(local) = next.strip_prefix(&self.server.url).or_else(|| next.starts_with('/').then_some(&*next))
            else {
                break;
            };
            at = local.to_owned();
            reply = self.get(&at).await;
        }
        (at, reply)
    }

    /// Submits a form as it stands on a page, hidden fields included, with these fields filled in.
    pub async fn submit(&self, page: &Reply, fields: &[(&str, &str)]) -> Reply {
        let action = attribute(&page.text, "<form", "action").expect("the page has a form");
        self.submit_to(&action, page, fields).await
    }

    /// Submits the form of a page to another address.
    pub async fn submit_to(&self, path: &str, page: &Reply, fields: &[(&str, &str)]) -> Reply {
        let mut all = hidden_fields(&page.text);
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.send(self.server.request(Method::POST, path).form(&all)).await
    }

    /// Submits the form of a page that goes there as somebody leaves it who changes only these fields; nothing unticks a box.
    pub async fn fill_in(&self, page: &Reply, action: &str, changed: &[(&str, Option<&str>)]) -> Reply {
        let mut fields = page.fields(action);
        fields.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        let typed = changed.iter().filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())));
        fields.extend(typed);
        self.send(self.server.request(Method::POST, action).form(&fields)).await
    }

    /// Sends a request with the cookies of this browser and keeps those that come back.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let line: Vec<String> = self.jar().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if line.is_empty() { request } else { request.header("cookie", line.join("; ")) };
        let request = match self.language {
            Some(language) => request.header("accept-language", language),
            None => request,
        };
        let reply = self.server.send(request).await;
        let mut jar = self.cookies.lock().unwrap();
        for set in reply.headers.get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                jar.remove(name)
            } else {
                jar.insert(name.to_owned(), value.to_owned())
            };
        }
        drop(jar);
        reply
    }
}

/// The hidden fields of the first form on a page.
pub fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let form = html.split("<form").nth(1).unwrap_or_default();
    let form = form.split("</form>").next().unwrap_or_default();
    let inputs = form.split("<input").skip(1).map(|it| it.split('>').next().unwrap_or_default());
    let hidden = inputs.filter(|it| it.contains("type=\"hidden\""));
    hidden.filter_map(|it| Some((attribute(it, "", "name")?, attribute(it, "", "value").unwrap_or_default()))).collect()
}

impl Reply {
    /// What the form of a page that is posted there would send, as it stands.
    pub fn fields(&self, action: &str) -> Vec<(String, String)> {
        let mark = format!("action=\"{action}\"");
        let form = self.text.split("<form").skip(1).find(|it| {
            let tag = it.split('>').next().unwrap();
            tag.contains(&mark) && tag.contains("method=\"post\"")
        });
        let form = form.expect("the page has the form").split("</form>").next().unwrap();
        form.split('<').filter_map(|tag| sent(form, tag)).collect()
    }

    /// What stands in one field of it.
    pub fn field(&self, action: &str, name: &str) -> Option<String> {
        self.fields(action).into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }
}

/// The name and the value that one element of a form is sent with.
fn sent(form: &str, tag: &str) -> Option<(String, String)> {
    let (head, text) = tag.split_once('>')?;
    let name = attribute(head, "", "name")?;
    let is = |mark: &str| head.ends_with(mark) || head.contains(&format!("{mark} "));
    let is_box = head.contains("type=\"checkbox\"") || head.contains("type=\"radio\"");
    let value = match head.split(' ').next()? {
        _ if is(" disabled") => return None,
        "input" if is_box && !is(" checked") => return None,
        "input" => attribute(head, "", "value").unwrap_or_default(),
        "textarea" => text.to_owned(),
        "select" => {
            let options = form.split(&format!("<{head}")).nth(1)?.split("</select>").next()?;
            let options: Vec<&str> = options.split("<option").skip(1).collect();
            let chosen = options.iter().find(|it| it.split('>').next().unwrap_or_default().ends_with(" selected"));
            attribute(chosen.or(options.first())?, "", "value").unwrap_or_default()
        }
        _ => return None,
    };
    Some((name, value))
}

/// An attribute of the first element that begins like this.
pub fn attribute(html: &str, element: &str, name: &str) -> Option<String> {
    let after = if element.is_empty() { html } else { html.split_once(element)?.1 };
    let tag = after.split('>').next()?;
    let value = tag.split_once(&format!("{name}=\""))?.1.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&").replace("&#34;", "\"").replace("&#39;", "'"))
}
