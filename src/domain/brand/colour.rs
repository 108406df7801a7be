//! Colours, and the shades of one that can be read on light and on dark pages.
//!
//! **Invariant:** whatever colour was chosen, text in a shade and text on it have the contrast that WCAG 2.2, 1.4.3 asks for.

use std::fmt;

use crate::domain::Flaw;

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// A colour on pages of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shades {
    /// For links and buttons.
    pub accent: Colour,
    /// For those of them under the pointer.
    pub strong: Colour,
    /// For text on either.
    pub on_accent: Colour,
}

/// A colour on all pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// On light pages.
    pub light: Shades,
    /// On dark ones.
    pub dark: Shades,
}

const BLACK: Colour = Colour::new(0, 0, 0);
const WHITE: Colour = Colour::new(0xff, 0xff, 0xff);
/// The darkest that links stand on in light pages.
pub(super) const LIGHT: Colour = Colour::new(0xf3, 0xf5, 0xf3);
/// The lightest that links stand on in dark pages.
pub(super) const DARK: Colour = Colour::new(0x17, 0x1c, 0x1a);
/// The least contrast of text (WCAG 2.2, 1.4.3).
pub(super) const CONTRAST_MIN: f64 = 4.5;

impl Colour {
    const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb` or `#rgb`.
    pub fn read(text: &str) -> Result<Self, Flaw> {
        let digits = text.strip_prefix('#').ok_or(Flaw::Colour)?;
        let values = digits.chars().map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()));
        let values: Vec<u8> = values.collect::<Option<_>>().ok_or(Flaw::Colour)?;
        match values[..] {
            [red, green, blue] => Ok(Self::new(red * 17, green * 17, blue * 17)),
            [r, red, g, green, b, blue] => Ok(Self::new(r * 16 + red, g * 16 + green, b * 16 + blue)),
            _ => Err(Flaw::Colour),
        }
    }

    /// The shades of it that can be read.
    pub fn palette(self) -> Palette {
        let (light, dark) = (self.readable_on(LIGHT, BLACK), self.readable_on(DARK, WHITE));
        Palette {
            light: Shades { accent: light, strong: light.towards(BLACK, 25), on_accent: WHITE },
            dark: Shades { accent: dark, strong: dark.towards(WHITE, 35), on_accent: DARK },
        }
    }

    /// The nearest to it on the way to `end` that can be read on `page`.
    fn readable_on(self, page: Self, end: Self) -> Self {
        let mut shades = (0..=100).map(|percent| self.towards(end, percent));
        shades.find(|it| it.contrast(page) >= CONTRAST_MIN).unwrap_or(end)
    }

    /// So far on the way to another one.
    fn towards(self, end: Self, percent: u16) -> Self {
        let mixed = |from: u8, to: u8| {
            let sum = u16::from(from) * (100 - percent) + u16::from(to) * percent;
            u8::try_from(sum / 100).unwrap_or(to)
        };
        Self::new(mixed(self.red, end.red), mixed(self.green, end.green), mixed(self.blue, end.blue))
    }

    /// How well one is told from the other, from 1 to 21 (WCAG 2.2, contrast ratio).
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(other) / one.min(other)
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}
