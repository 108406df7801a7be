//! What the server writes into its log, for tests that look for what must not be there.

use std::io::Write;
use std::sync::{Mutex, Once};

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static START: Once = Once::new();

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// From now on keeps what every server of this process logs, in all detail; the answer reads what was kept so far.
pub fn captured() -> impl Fn() -> String {
    START.call_once(|| {
        let filter = tracing_subscriber::EnvFilter::new("doorward=trace");
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Lines);
        log.init();
    });
    || String::from_utf8_lossy(&LINES.lock().unwrap()).into_owned()
}
