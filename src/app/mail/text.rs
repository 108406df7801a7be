//! A letter in words: as plain text and as HTML.
//!
//! **Invariant:** whatever stands in a sentence is neither markup nor a paragraph of its own.

use crate::texts::Language;

/// A letter in words.
pub(super) struct Text {
    pub(super) language: Language,
    pub(super) subject: String,
    pub(super) paragraphs: Vec<Paragraph>,
}

/// A part of a letter.
pub(super) enum Paragraph {
    Words(String),
    Link { address: String, words: String },
    Code(String),
}

impl Text {
    /// The letter in plain text.
    pub(super) fn plain(&self) -> String {
        let lines = self.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Words(words) => single_line(words),
            Paragraph::Link { address, words } => format!("{words}: {address}"),
            Paragraph::Code(code) => format!("    {code}"),
        });
        lines.collect::<Vec<_>>().join("\r\n\r\n") + "\r\n"
    }

    /// The letter in HTML.
    pub(super) fn html(&self) -> String {
        let blocks = self.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Words(words) => format!("<p>{}</p>", escape(&single_line(words))),
            Paragraph::Link { address, words } => {
                format!("<p><a href=\"{}\">{}</a></p>", escape(address), escape(words))
            }
            Paragraph::Code(code) => format!("<p><code>{}</code></p>", escape(code)),
        });
        let body: Vec<String> = blocks.collect();
        format!(
            "<!doctype html>\r\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\r\n\
             <body>\r\n{}\r\n</body></html>\r\n",
            self.language.tag(),
            self.language.direction(),
            escape(&single_line(&self.subject)),
            body.join("\r\n")
        )
    }
}

/// A name with line breaks must not look like a paragraph of ours.
fn single_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
