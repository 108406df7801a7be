//! How an organisation looks: its colour, its logo, and where its people find help.
//!
//! **Invariant:** what cannot be shown safely does not exist here: a colour is three numbers, a logo is a picture of a kind and
//! a size that every browser knows, and help is a page or a mailbox.
//! **Invariant:** a version stands for one look for good, so whatever is fetched by it may be kept.

mod colour;
mod logo;
mod support;

pub use colour::{Colour, Palette, Shades};
pub use logo::{Logo, MediaType, Picture};
pub use support::Support;

/// The look of an organisation; one that was taken back has a version and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// Counts each change.
    pub version: i64,
    /// The colour of buttons and links, as it was chosen.
    pub accent: Option<Colour>,
    /// What is known of the logo.
    pub logo: Option<Logo>,
    /// Where its people find help.
    pub support: Option<Support>,
}

impl Brand {
    /// True when pages look like everybody's.
    pub const fn is_plain(&self) -> bool {
        self.accent.is_none() && self.logo.is_none() && self.support.is_none()
    }
}

#[cfg(test)]
mod tests;
