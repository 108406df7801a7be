//! Signing in as a person does: page by page.

use doorward::domain::Timestamp;
use totp_rs::{Builder, Secret};

use super::browser::attribute;
use super::{Browser, Reply, Server};

/// An authenticator app that holds one key.
pub struct Phone(Secret);

impl Phone {
    /// Types in the key that an enrolment page shows.
    pub fn with_key_of(page: &Reply) -> Self {
        let key = page.text.split("<code id=\"key\">").nth(1).expect("the page shows a key").split('<').next().unwrap();
        Self::with_key(key)
    }

    /// Types in a key.
    pub fn with_key(key: &str) -> Self {
        Self(Secret::try_from_base32(key.replace(' ', "")).unwrap())
    }

    /// The code it shows now, by the server's clock.
    pub fn code(&self, server: &Server) -> String {
        self.code_at(server.app.now())
    }

    /// The code of another moment.
    pub fn code_at(&self, at: Timestamp) -> String {
        let totp = Builder::new().with_secret(self.0.clone()).with_account_name("x").build().unwrap();
        totp.generate(u64::try_from(at.seconds()).unwrap()).to_string()
    }
}

impl Browser<'_> {
    /// Opens the sign-in page and gives a user name; answers the page that follows.
    pub async fn identify(&self, user_name: &str) -> (String, Reply) {
        let (at, page) = self.visit("/sign-in").await;
        let answer = self.submit(&page, &[("username", user_name)]).await;
        self.follow(&at, answer).await
    }

    /// Gives user name and password; answers the page that follows, or the password page that refuses.
    pub async fn sign_in(&self, user_name: &str, password: &str) -> (String, Reply) {
        let (at, page) = self.identify(user_name).await;
        let answer = self.submit(&page, &[("password", password)]).await;
        self.follow(&at, answer).await
    }

    /// Enrols an authenticator on its page; answers the page that follows.
    pub async fn enrol(&self, page: &Reply) -> (Phone, String, Reply) {
        let (phone, codes) = self.confirm(page).await;
        let answer = self.submit(&codes, &[]).await;
        let (at, next) = self.follow("", answer).await;
        (phone, at, next)
    }

    /// Gives the first code on the page of an enrolment; answers the page with the recovery codes.
    pub async fn confirm(&self, page: &Reply) -> (Phone, Reply) {
        let phone = Phone::with_key_of(page);
        let answer = self.submit(page, &[("code", &phone.code(self.server()))]).await;
        let (_, codes) = self.follow("", answer).await;
        assert_eq!(codes.heading(), "Save your recovery codes", "{}", codes.text);
        (phone, codes)
    }

    /// Whether the browser is signed in.
    pub async fn is_signed_in(&self) -> bool {
        self.get("/account").await.status == 200
    }
}

impl Reply {
    /// The heading of a page.
    pub fn heading(&self) -> &str {
        self.text.split("<h1>").nth(1).and_then(|it| it.split("</h1>").next()).unwrap_or_default()
    }

    /// What the page says was wrong.
    pub fn problem(&self) -> &str {
        let part = self.text.split("id=\"problem\"").nth(1).unwrap_or_default();
        part.split("<p>").nth(1).map_or("", |rest| rest.split("</p>").next().unwrap_or_default())
    }

    /// The recovery codes that a page shows.
    pub fn recovery_codes(&self) -> Vec<String> {
        let list = self.text.split("id=\"codes\"").nth(1).expect("the page shows codes");
        let list = list.split("</ol>").next().unwrap();
        list.split("<code>").skip(1).map(|it| it.split('<').next().unwrap().to_owned()).collect()
    }

    /// The page without what differs in every browser.
    pub fn anonymous(&self, user_name: &str) -> String {
        let mut text = self.text.replace(user_name, "NAME");
        for (element, name) in [("name=\"csrf\"", "value"), ("<form", "action")] {
            if let Some(value) = attribute(&text, element, name) {
                text = text.replace(&value, "VARYING");
            }
        }
        text
    }
}
