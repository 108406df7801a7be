//! Logos: pictures that somebody sends and browsers of others show.
//!
//! **Invariant:** what a picture is, its own bytes say: never its name, and never whoever sent it.
//! **Invariant:** nothing stands behind the end of a PNG, a WebP or a JPEG that is taken. SVG is none of them, because it may
//! hold programs.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::domain::Flaw;
use crate::domain::text::hexadecimal;

/// What is known of a logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// What kind of picture it is.
    pub media_type: MediaType,
    /// How many pixels it is wide.
    pub width: u32,
    /// How many it is high.
    pub height: u32,
    /// How many bytes it has.
    pub bytes: u32,
    /// The SHA-256 of them, in hexadecimal.
    pub sha256: String,
}

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

/// A logo itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// What is known of it.
    pub logo: Logo,
    /// What a browser gets.
    pub content: Vec<u8>,
}

impl Picture {
    /// So large may one be.
    pub const BYTES_MAX: usize = 256 * 1024;
    /// So few pixels a side may have.
    pub const SIDE_MIN: u32 = 16;
    /// So many it may have.
    pub const SIDE_MAX: u32 = 1024;

    /// Reads a picture that somebody sent.
    pub fn read(content: Vec<u8>) -> Result<Self, Flaw> {
        if content.len() > Self::BYTES_MAX {
            return Err(Flaw::PictureBytes { kibibytes_max: Self::BYTES_MAX / 1024 });
        }
        let media_type = MediaType::of(&content).ok_or(Flaw::Picture)?;
        // Of the header only: what is not looked at is not unpacked.
        let size = imagesize::blob_size(&content).map_err(|_| Flaw::Picture)?;
        let side = |pixels: usize| {
            let pixels = u32::try_from(pixels).ok().filter(|it| (Self::SIDE_MIN..=Self::SIDE_MAX).contains(it));
            pixels.ok_or(Flaw::PictureSide { from: Self::SIDE_MIN, to: Self::SIDE_MAX })
        };
        let (width, height) = (side(size.width)?, side(size.height)?);
        let (bytes, sha256) = (u32::try_from(content.len()).unwrap_or(u32::MAX), Sha256::digest(&content));
        Ok(Self { logo: Logo { media_type, width, height, bytes, sha256: hexadecimal(&sha256) }, content })
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.logo.fmt(f)
    }
}

impl MediaType {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::Webp];

    /// What the web calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The kind that is called this.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// What a whole file is; nothing for what is none of them, or more than one.
    fn of(file: &[u8]) -> Option<Self> {
        let is_whole = |it: &Self| match it {
            Self::Png => ends_as_png(file),
            Self::Jpeg => file.starts_with(&[0xff, 0xd8, 0xff]) && file.ends_with(&[0xff, 0xd9]),
            Self::Webp => ends_as_webp(file),
        };
        Self::ALL.into_iter().find(is_whole)
    }
}

/// W3C PNG 5: a signature, the header, other chunks, and an end; each has a length, a name and a sum.
fn ends_as_png(file: &[u8]) -> bool {
    let Some(mut rest) = file.strip_prefix(b"\x89PNG\r\n\x1a\n") else { return false };
    let mut is_first = true;
    while let Some((length, name, after)) = chunk(rest) {
        if is_first != (name == b"IHDR") {
            return false;
        }
        let Some(after) = after.get(length.saturating_add(4)..) else { return false };
        if name == b"IEND" {
            return after.is_empty();
        }
        (rest, is_first) = (after, false);
    }
    false
}

/// The length and the name of a chunk, and what comes after them.
fn chunk(rest: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (name, rest) = rest.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, name, rest))
}

/// RFC 9649 2.4: the length in the header is that of the file without the first eight bytes.
fn ends_as_webp(file: &[u8]) -> bool {
    let Some((length, rest)) = file.strip_prefix(b"RIFF").and_then(|it| it.split_first_chunk::<4>()) else {
        return false;
    };
    rest.starts_with(b"WEBP") && usize::try_from(u32::from_le_bytes(*length)) == Ok(rest.len())
}
