//! What goes into the journal of a connection about a request and its answer.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::response::Response;
use serde_json::Value;
use tokio::time::Instant;

use crate::app::App;
use crate::app::journal::{self, Heard};
use crate::app::provisioning::{KEPT_BYTES, Notes};
use crate::domain::Timestamp;
use crate::domain::connection::Connection;

/// A request that is being answered.
pub(in super::super) struct CallUnderWay {
    at: Timestamp,
    began: Instant,
    method: Method,
    uri: Uri,
}

impl CallUnderWay {
    /// The request as it came.
    pub(in super::super) fn of(app: &App, request: &Request) -> Self {
        Self { at: app.now(), began: Instant::now(), method: request.method().clone(), uri: request.uri().clone() }
    }

    /// Notes what became of the request; the answer is the same as before.
    pub(in super::super) async fn note(
        self,
        app: &App,
        connection: &Connection,
        notes: Notes,
        response: Response,
    ) -> Response {
        let (response, answer) = kept(response).await;
        let heard = Heard {
            at: self.at,
            took: self.began.elapsed(),
            method: self.method.as_str(),
            path: self.uri.path(),
            query: self.uri.query(),
            status: response.status().as_u16(),
            answer,
        };
        journal::note(app, connection, heard, notes).await;
        response
    }
}

/// An answer with its body, unless that is large.
async fn kept(response: Response) -> (Response, Option<Value>) {
    let is_small = response.body().size_hint().exact().is_some_and(|bytes| bytes <= KEPT_BYTES as u64);
    if !is_small {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, KEPT_BYTES).await {
        Ok(bytes) => {
            let answer = serde_json::from_slice(&bytes).ok();
            (Response::from_parts(parts, Body::from(bytes)), answer)
        }
        Err(_) => (Response::from_parts(parts, Body::empty()), None),
    }
}
