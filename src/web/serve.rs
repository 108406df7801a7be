//! The accept loop: a listener, deadlines on everything a stranger can stretch, and a graceful end.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use axum_server::Handle;
use axum_server::accept::Accept;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use super::barrier::Barrier;
use super::error::refuse;
use super::{api, console, metrics, router, scim};
use crate::app::{App, journal};
use crate::domain::Error;

const FIRST_BYTE: Duration = Duration::from_secs(10);
const HEADERS: Duration = Duration::from_secs(10);
const HEADERS_MAX: usize = 100;
const HEADER_BYTES_MAX: usize = 16 * 1024;
const WHOLE_REQUEST: Duration = Duration::from_secs(30);
const WHOLE_LONG_REQUEST: Duration = Duration::from_secs(120);
const STREAMS_MAX: u32 = 128;
const GRACE: Duration = Duration::from_secs(20);

/// Serves until `shutdown` resolves, then lets running requests finish.
pub async fn serve(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    // Whoever asks it to end while the routes are still being made is heard.
    let handle = until(shutdown);
    accept(router(&app), listener, handle).await?;
    journal::write_all(&app).await
}

/// Answers a monitoring system until `shutdown` resolves.
pub async fn serve_metrics(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    accept(metrics::router(&app), listener, until(shutdown)).await
}

/// What ends a server gracefully once `shutdown` resolves.
fn until(shutdown: impl Future<Output = ()> + Send + 'static) -> Handle<SocketAddr> {
    let handle = Handle::new();
    tokio::spawn(stop_after(shutdown, handle.clone()));
    handle
}

async fn stop_after(shutdown: impl Future<Output = ()>, handle: Handle<SocketAddr>) {
    shutdown.await;
    handle.graceful_shutdown(Some(GRACE));
}

async fn accept(router: Router, listener: TcpListener, handle: Handle<SocketAddr>) -> Result<(), Error> {
    listener.set_nonblocking(true).context("the listener cannot be used")?;
    let mut server =
        axum_server::from_tcp(listener).context("the listener cannot be used")?.acceptor(FirstByte).handle(handle);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX);
    server
        .http_builder()
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(16 * 1024);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(server.serve(service).await.context("the server ended")?)
}

/// When the time of a request is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// True once it is.
    pub(super) fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}

/// Ends a request that takes too long, its body included.
pub(super) async fn in_time(mut request: Request, next: Next, path: &str) -> Response {
    let is_long = [scim::BULK, api::IMPORTS, console::IMPORT].contains(&path);
    let ends = Instant::now() + if is_long { WHOLE_LONG_REQUEST } else { WHOLE_REQUEST };
    request.extensions_mut().insert(Deadline(ends));
    match timeout_at(ends, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(path, &Barrier::TooSlow),
    }
}

/// Waits for the first byte before a connection costs more than a socket: the header timeout starts only with it.
#[derive(Debug, Clone, Copy)]
struct FirstByte;

impl<S: Send + 'static> Accept<TcpStream, S> for FirstByte {
    type Stream = TcpStream;
    type Service = S;
    type Future = std::pin::Pin<Box<dyn Future<Output = io::Result<(TcpStream, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        Box::pin(async move {
            timeout(FIRST_BYTE, stream.peek(&mut [0; 1])).await??;
            stream.set_nodelay(true)?;
            Ok((stream, service))
        })
    }
}
