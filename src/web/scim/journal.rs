//! What goes into the journal of a connection about a request and its answer.

use std::sync::Arc;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::response::Response;
use serde_json::Value;
use tokio::time::Instant;

use super::super::barrier::Barrier;
use super::super::serve::Deadline;
use crate::app::App;
use crate::app::journal::{self, Heard};
use crate::app::provisioning::{KEPT_BYTES, Notes, Trace};
use crate::domain::Timestamp;
use crate::domain::connection::{Attributes, Connection};
use crate::domain::journal::CALLER_GONE;
use crate::scim;

const LATE: &str = "it was not answered in time; what was done until then is named here, and stands in the audit log";
const GONE: &str =
    "the caller hung up before it was answered; what was done until then is named here, and stands in the audit log";

/// A request that is being answered.
///
/// **Invariant:** it is noted once, also where nobody hears the answer: the caller hung up, or the time was over. One that is
/// carried out later is noted with its being kept.
pub(in super::super) struct CallUnderWay {
    app: App,
    connection: Arc<Connection>,
    attributes: Arc<Attributes>,
    trace: Arc<Trace>,
    at: Timestamp,
    began: Instant,
    ends: Option<Deadline>,
    method: Method,
    uri: Uri,
    is_noted: bool,
}

impl CallUnderWay {
    /// The request as it came.
    pub(in super::super) fn of(
        app: &App,
        connection: &Arc<Connection>,
        (attributes, trace): (&Arc<Attributes>, &Arc<Trace>),
        request: &Request,
    ) -> Self {
        Self {
            app: app.clone(),
            connection: connection.clone(),
            attributes: attributes.clone(),
            trace: trace.clone(),
            at: app.now(),
            began: Instant::now(),
            ends: request.extensions().get().copied(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            is_noted: false,
        }
    }

    /// Notes what became of the request; the answer is the same as before.
    pub(in super::super) async fn note(mut self, response: Response) -> Response {
        if self.trace.is_told_elsewhere() {
            return response;
        }
        let (response, answer) = kept(response).await;
        self.is_noted = true;
        let (heard, notes) = self.heard(response.status().as_u16(), answer);
        journal::note(&self.app, &self.connection, heard, notes).await;
        response
    }

    fn heard(&self, status: u16, answer: Option<Value>) -> (Heard<'_>, Notes) {
        let heard = Heard {
            at: self.at,
            took: self.began.elapsed(),
            method: self.method.as_str(),
            path: self.uri.path(),
            query: self.uri.query(),
            status,
            answer,
        };
        (heard, Notes { named: self.attributes.names(), ..self.trace.take() })
    }
}

impl Drop for CallUnderWay {
    fn drop(&mut self) {
        if self.is_noted || self.trace.is_told_elsewhere() {
            return;
        }
        let (status, why) = if std::thread::panicking() {
            (Barrier::Broken.status().as_u16(), Barrier::Broken.to_string())
        } else if self.ends.is_some_and(Deadline::is_over) {
            (Barrier::TooSlow.status().as_u16(), LATE.to_owned())
        } else {
            (CALLER_GONE, GONE.to_owned())
        };
        let (heard, notes) = self.heard(status, Some(scim::Error::new(status, why).to_json()));
        journal::hold(&self.app, &self.connection, heard, notes);
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
