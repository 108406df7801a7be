//! Files that a browser or a program keeps.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncRead, DuplexStream, ReadBuf, duplex};
use tokio_util::io::ReaderStream;
use tracing::Instrument as _;

use super::error::log_internal;
use crate::app::audit_exports::KeptFile;
use crate::app::audit_log;
use crate::app::reviews::Evidence;
use crate::app::user_export::Export;
use crate::domain::Error;

/// So much waits for whoever reads more slowly than it is written.
const WAITING_MAX: usize = 64 * 1024;
/// What an archive is called on the web.
pub(super) const ZIP: &str = "application/zip";
/// And what lines of JSON are.
pub(super) const LINES: &str = "application/x-ndjson";

/// Users as a file.
pub(super) fn users(file: Export) -> Response {
    (headers(file.format.media_type(), &file.name), file.content).into_response()
}

/// What proves a review.
pub(super) fn evidence(file: Evidence) -> Response {
    (headers(ZIP, &file.name), file.content).into_response()
}

/// A part of the audit log, sent while it is read.
pub(super) fn audit(export: audit_log::Export) -> Response {
    let headers = headers(export.format.media_type(), &export.name);
    let write = async move |mut out: DuplexStream| Ok(export.write(&mut out).await?.is_some());
    (headers, streamed(write)).into_response()
}

/// A file of the audit log that was kept.
pub(super) fn kept_audit(file: KeptFile) -> Response {
    let headers = headers(file.format.media_type(), &file.name);
    let length = [(CONTENT_LENGTH, file.made.bytes.to_string())];
    let write = async move |mut out: DuplexStream| file.write(&mut out).await;
    (length, headers, streamed(write)).into_response()
}

/// What proves such a file.
pub(super) fn manifest((name, text): (String, String)) -> Response {
    (headers(LINES, &name), text).into_response()
}

fn headers(kind: &str, name: &str) -> [(HeaderName, String); 2] {
    [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, attachment(name))]
}

/// A body that is sent while it is written; what writes it answers whether that was all of it.
fn streamed<W>(write: impl FnOnce(DuplexStream) -> W) -> Body
where
    W: Future<Output = Result<bool, Error>> + Send + 'static,
{
    let (writer, reader) = duplex(WAITING_MAX);
    let is_whole = Arc::new(AtomicBool::new(false));
    let whole = Whole { reader, is_whole: Arc::clone(&is_whole) };
    let writing = write(writer);
    let writing = async move {
        match writing.await {
            Ok(all) => is_whole.store(all, Ordering::Release),
            Err(cause) => log_internal(&cause),
        }
    };
    tokio::spawn(writing.in_current_span());
    Body::from_stream(ReaderStream::with_capacity(whole, WAITING_MAX))
}

/// A file on its way. One that ends too early breaks off: nobody takes a part for the whole.
struct Whole {
    reader: DuplexStream,
    is_whole: Arc<AtomicBool>,
}

impl AsyncRead for Whole {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.reader).poll_read(context, buffer);
        let is_end = matches!(polled, Poll::Ready(Ok(()))) && buffer.filled().len() == before;
        if is_end && !self.is_whole.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        polled
    }
}

/// To be kept under this name; what is no plain letter of a file name is left out of it (RFC 6266 4.3).
fn attachment(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let plain: String = name.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"")
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// OU-02: a name ends neither the header nor the quotes, and leads to no other directory.
    #[test]
    fn ou_02_the_name_of_a_file_is_plain_letters() {
        for (name, kept) in [
            ("acme-users-2026-11-26.csv", "acme-users-2026-11-26.csv"),
            ("a\"; filename=\"b.exe", "a___filename__b.exe"),
            ("a\r\nSet-Cookie: x=1", "a__Set-Cookie__x_1"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("C:\\x", "C__x"),
            ("ü\u{2028}.csv", "__.csv"),
        ] {
            assert_eq!(attachment(name), format!("attachment; filename=\"{kept}\""));
        }
    }

    #[tokio::test]
    async fn s2_40_a_file_that_ends_too_early_is_not_taken_for_the_whole() {
        for is_finished in [true, false] {
            let (mut writer, reader) = duplex(WAITING_MAX);
            let is_whole = Arc::new(AtomicBool::new(false));
            let mut whole = Whole { reader, is_whole: Arc::clone(&is_whole) };
            writer.write_all(b"id,at\n").await.unwrap();
            is_whole.store(is_finished, Ordering::Release);
            drop(writer);

            let mut read = Vec::new();
            let end = whole.read_to_end(&mut read).await;

            assert_eq!((end.is_ok(), &*read), (is_finished, &b"id,at\n"[..]));
        }
    }
}
