//! An application's own endpoint, which keeps what is posted to it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use reqwest::Url;

/// An endpoint on a loopback address.
pub struct Receiver {
    /// Its address.
    pub uri: String,
    posted: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// An endpoint that answers every post with this status.
    pub async fn start(status: StatusCode) -> Self {
        let posted: Arc<Mutex<Vec<String>>> = Arc::default();
        let keep = Arc::clone(&posted);
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let uri = format!("http://{}/logout", listener.local_addr().unwrap());
        let handler = move |body: String| {
            keep.lock().unwrap().push(body);
            async move { status }
        };
        let router = Router::new().route("/logout", post(handler));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { uri, posted }
    }

    /// The logout tokens that came, in order.
    pub fn tokens(&self) -> Vec<String> {
        let posted = self.posted.lock().unwrap();
        let token = |body: &String| {
            let url = Url::parse(&format!("http://form/?{body}")).unwrap();
            url.query_pairs().find(|(name, _)| name == "logout_token").unwrap().1.into_owned()
        };
        posted.iter().map(token).collect()
    }
}
