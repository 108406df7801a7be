//! The standard output of the server, for whatever collects what its container prints.
//!
//! **Invariant:** one batch is written at a time, and in whole lines: no line holds something of two organisations, and what broke off
//! ends before the next.
//! **Invariant:** what nobody reads is not taken; it keeps neither other streams waiting for long nor the server from ending.

use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;

/// So long whoever reads may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The standard output.
#[derive(Default)]
pub struct StandardOutput {
    /// Held by whoever writes; true when the last of them came no further than into a line.
    is_torn: Arc<Mutex<bool>>,
}

impl StandardOutput {
    /// Writes whole lines, and answers when they are out.
    pub(super) async fn print(&self, lines: String) -> anyhow::Result<()> {
        let printed = async {
            let mut is_torn = Arc::clone(&self.is_torn).lock_owned().await;
            let (done, written) = oneshot::channel();
            // Nothing ends a write that nobody reads. When the server ends, the runtime would wait for a thread of its own, and the
            // library for its lock of the standard output.
            let mut out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
            thread::Builder::new().name("audit-stdout".to_owned()).spawn(move || {
                let result = put(&mut out, &mut is_torn, lines.as_bytes());
                drop(is_torn);
                // Whoever waited may have lost patience.
                drop(done.send(result));
            })?;
            written.await.context("the writer broke down")?.context("the standard output cannot be written")
        };
        timeout(PATIENCE, printed).await.map_err(|_| anyhow::anyhow!("nobody reads the standard output"))?
    }
}

fn put(out: &mut impl Write, is_torn: &mut bool, lines: &[u8]) -> io::Result<()> {
    if mem::replace(is_torn, true) {
        out.write_all(b"\n")?;
    }
    out.write_all(lines)?;
    *is_torn = false;
    Ok(())
}

#[cfg(test)]
mod tests;
