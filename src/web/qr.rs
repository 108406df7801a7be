//! Drawings of addresses for a phone's camera.
//!
//! **Invariant:** a [`Qr`] holds markup that this module drew and nothing else, so a page may print it unescaped.

use std::fmt;

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// A QR code as an inline SVG element.
pub struct Qr(String);

impl Qr {
    /// Draws an address; fails only when it is too long for any QR code.
    pub fn draw(address: &str) -> anyhow::Result<Self> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M)?;
        let drawn = code.render::<svg::Color>().min_dimensions(192, 192).build();
        // An XML declaration has no place inside an HTML page.
        let element = drawn.find("<svg").and_then(|at| drawn.get(at..)).unwrap_or_default();
        Ok(Self(element.to_owned()))
    }
}

impl fmt::Display for Qr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
