//! What a measure found: printed, and kept beside the code with what one needs to measure again.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

const DIRECTORY: &str = "conformance/reports";

/// A table in the making.
pub struct Report {
    text: String,
}

impl Report {
    /// Begins with the machine, the version and the command.
    pub fn new(title: &str, command: &str) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism()?;
        let memory = std::fs::read_to_string("/proc/meminfo").context("the size of the memory")?;
        let kilobytes: u64 = memory.split_whitespace().nth(1).context("the size of the memory")?.parse()?;
        let mut text = format!("# {title}\n\n");
        writeln!(text, "* Machine: {cores} cores, {} GiB, {}", kilobytes >> 20, std::env::consts::OS)?;
        writeln!(text, "* Version: {}", env!("CARGO_PKG_VERSION"))?;
        writeln!(text, "* Command: `{command}`")?;
        Ok(Self { text })
    }

    /// Says something in a line of its own.
    pub fn note(&mut self, note: &str) {
        self.text.push_str("* ");
        self.text.push_str(note);
        self.text.push('\n');
    }

    /// Begins the table.
    pub fn head(&mut self, cells: &[&str]) {
        self.text.push('\n');
        self.row(cells);
        self.row(&vec!["---"; cells.len()]);
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[&str]) {
        self.text.push_str("| ");
        self.text.push_str(&cells.join(" | "));
        self.text.push_str(" |\n");
    }

    /// Prints everything and keeps it, when this runs where the code is.
    pub fn finish(self, name: &str) -> anyhow::Result<()> {
        print!("{}", self.text);
        if Path::new("conformance").is_dir() {
            std::fs::create_dir_all(DIRECTORY)?;
            std::fs::write(format!("{DIRECTORY}/{name}.md"), self.text)?;
        }
        Ok(())
    }
}

/// Figures of which each has a limit.
pub struct Figures {
    report: Report,
    is_fast: bool,
}

impl Figures {
    /// Begins with a report that has its head.
    pub fn new(report: Report) -> Self {
        Self { report, is_fast: true }
    }

    /// Prints and keeps them; false when one is over its limit.
    pub fn finish(self, name: &str) -> anyhow::Result<bool> {
        self.report.finish(name)?;
        Ok(self.is_fast)
    }

    /// Something that may take so long.
    pub fn time(&mut self, what: &str, took: Duration, limit: Duration) {
        self.row(what, &shown(took), &shown(limit), took <= limit);
    }

    /// Something that may take so many times as long as something small.
    pub fn ratio(&mut self, what: &str, large: Duration, small: Duration, limit: f64) {
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        let measured = format!("{ratio:.2} times ({} to {})", shown(large), shown(small));
        self.row(what, &measured, &format!("{limit:.2} times"), ratio <= limit);
    }

    /// A figure, and whether it is within its limit.
    pub fn row(&mut self, what: &str, measured: &str, limit: &str, is_within: bool) {
        self.is_fast &= is_within;
        let measured = if is_within { measured.to_owned() } else { format!("**{measured}**") };
        self.report.row(&[what, &measured, limit]);
    }
}

/// A time as a report says it.
pub fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The time within which so many of a hundred were.
pub fn quantile(mut times: Vec<Duration>, of_hundred: usize) -> anyhow::Result<Duration> {
    times.sort();
    times.get(times.len() * of_hundred / 100).copied().context("nothing was measured")
}
