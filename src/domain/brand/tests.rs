//! Colours that can be read, and pictures that are nothing else.

use proptest::prelude::*;

use super::colour::{CONTRAST_MIN, DARK, LIGHT};
use super::{Colour, MediaType, Picture, Shades, Support};
use crate::domain::Flaw;

/// A PNG of one pixel's worth of bytes that says it is so large.
fn png(width: u32, height: u32) -> Vec<u8> {
    let part = |name: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], name, content, &[0; 4]].concat()
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &part(b"IHDR", &header), &part(b"IDAT", &[0; 9]), &part(b"IEND", &[])].concat()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    let frame = [&[0xff, 0xc0, 0, 17, 8][..], &size, &[3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]].concat();
    [&[0xff, 0xd8, 0xff, 0xe0, 0, 16][..], b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0", &frame, &[0xff, 0xd9]].concat()
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let bits = (width - 1) | ((height - 1) << 14);
    let image = [&[0x2f][..], &bits.to_le_bytes(), &[0; 5]].concat();
    let chunk = [&b"VP8L"[..], &u32::try_from(image.len()).unwrap().to_le_bytes(), &image].concat();
    let length = u32::try_from(chunk.len() + 4).unwrap();
    [&b"RIFF"[..], &length.to_le_bytes(), b"WEBP", &chunk].concat()
}

fn flaw(file: &[u8]) -> Option<Flaw> {
    Picture::read(file.to_vec()).err()
}

proptest! {
    /// WCAG 2.2, 1.4.3: no colour is refused, and none makes a page that cannot be read.
    #[test]
    fn every_colour_makes_pages_that_can_be_read(red: u8, green: u8, blue: u8) {
        let colour = Colour::read(&format!("#{red:02x}{green:02x}{blue:02x}")).unwrap();

        let palette = colour.palette();

        for (Shades { accent, strong, on_accent }, page) in [(palette.light, LIGHT), (palette.dark, DARK)] {
            for (text, behind) in [(accent, page), (strong, page), (on_accent, accent), (on_accent, strong)] {
                prop_assert!(text.contrast(behind) >= CONTRAST_MIN, "{colour}: {text} on {behind}");
            }
        }
    }

    #[test]
    fn a_colour_is_read_as_it_is_written(red: u8, green: u8, blue: u8) {
        let text = format!("#{red:02x}{green:02x}{blue:02x}");

        prop_assert_eq!(Colour::read(&text).unwrap().to_string(), text);
    }

    #[test]
    fn no_text_is_a_colour_but_digits_behind_a_hash(text in "\\PC{0,9}") {
        if let Ok(colour) = Colour::read(&text) {
            prop_assert!(text.starts_with('#'));
            prop_assert_eq!(colour.to_string().len(), 7);
        }
    }

    #[test]
    fn whatever_is_sent_as_a_picture_is_read_or_refused(file: Vec<u8>, kind in 0..3_usize) {
        let beginnings = [&b"\x89PNG\r\n\x1a\n"[..], &[0xff, 0xd8, 0xff], b"RIFF"];

        let read = Picture::read([beginnings[kind], &file].concat());

        prop_assert!(read.is_err() || read.is_ok_and(|it| it.logo.width >= 16));
    }
}

#[test]
fn a_colour_that_can_be_read_stays_as_it_was_chosen() {
    let [deep, pale] = ["#0d7161", "#6fd3bb"].map(|it| Colour::read(it).unwrap());

    assert_eq!((deep.palette().light.accent, pale.palette().dark.accent), (deep, pale));
}

#[test]
fn a_colour_is_three_or_six_digits() {
    assert_eq!(Colour::read("#0A5").unwrap().to_string(), "#00aa55");
    for wrong in [
        "",
        "#",
        "0a5",
        "#0a",
        "#0a50",
        "#00aa5",
        "#00aa555",
        "#00aa5g",
        "red",
        "#0a5;}body{color:red",
        "#٣٣٣",
        "rgb(0,0,0)",
    ] {
        assert_eq!(Colour::read(wrong), Err(Flaw::Colour), "{wrong}");
    }
}

/// The stylesheet is where the pages get these from.
#[test]
fn shades_are_measured_against_the_colours_of_the_pages() {
    let stylesheet = include_str!("../../web/assets/doorward.css");

    assert!(stylesheet.contains(&format!("--page: light-dark({LIGHT}, ")));
    assert!(stylesheet.contains(&format!("--sunken: light-dark({LIGHT}, ")));
    assert!(stylesheet.contains(&format!("--surface: light-dark(#ffffff, {DARK})")));
}

#[test]
fn a_picture_is_what_its_bytes_say() {
    for (file, kind) in
        [(png(64, 32), MediaType::Png), (jpeg(64, 32), MediaType::Jpeg), (webp(64, 32), MediaType::Webp)]
    {
        let logo = Picture::read(file.clone()).unwrap().logo;

        assert_eq!((logo.media_type, logo.width, logo.height), (kind, 64, 32));
        assert_eq!(
            (logo.bytes, logo.sha256.len(), MediaType::named(kind.name())),
            (u32::try_from(file.len()).unwrap(), 64, Some(kind))
        );
    }
}

#[test]
fn what_is_no_picture_or_more_than_one_is_refused() {
    let html = b"<!doctype html><script>alert(1)</script>";
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let behind = |mut file: Vec<u8>| {
        file.extend(html);
        file
    };
    let mut headless = png(64, 64);
    headless[12..16].copy_from_slice(b"IDAT");
    for wrong in [
        &b""[..],
        html,
        svg,
        b"GIF89a\x40\0\x40\0\0\0\0",
        b"BM",
        &[&b"\x89PNG\r\n\x1a\n"[..], html].concat(),
        &behind(png(64, 64)),
        &behind(jpeg(64, 64)),
        &behind(webp(64, 64)),
        &png(64, 64)[..40],
        &headless,
        b"RIFF\x04\0\0\0WEBP",
    ] {
        assert_eq!(flaw(wrong), Some(Flaw::Picture), "{}", String::from_utf8_lossy(wrong));
    }
}

/// A header may claim what would fill the memory of whoever draws it.
#[test]
fn a_picture_is_neither_too_small_nor_too_large() {
    let side = Some(Flaw::PictureSide { from: 16, to: 1024 });
    for (width, height) in [(15, 64), (64, 15), (1025, 64), (64, 1025), (0, 0), (u32::MAX, u32::MAX), (1 << 31, 64)] {
        assert_eq!(flaw(&png(width, height)), side, "{width} x {height}");
    }
    assert_eq!((flaw(&jpeg(65_535, 65_535)), flaw(&webp(16_384, 16_384))), (side.clone(), side));
    assert_eq!((flaw(&png(16, 16)), flaw(&png(1024, 1024))), (None, None));
    let large = vec![0; Picture::BYTES_MAX + 1];
    assert_eq!(flaw(&large), Some(Flaw::PictureBytes { kibibytes_max: 256 }));
}

#[test]
fn help_is_a_page_or_a_mailbox() {
    for (written, link) in [
        ("https://help.acme.example", "https://help.acme.example/"),
        ("mailto:help@acme.example", "mailto:help@acme.example"),
        ("help@acme.example", "mailto:help@acme.example"),
    ] {
        assert_eq!(Support::read(written).unwrap().href(), link);
    }
    for wrong in [
        "",
        "acme",
        "http://help.acme.example",
        "javascript:alert(1)",
        "javascript:alert(1)//@a.example",
        "data:text/html,x",
        "https://user:secret@help.acme.example",
        "https://",
        "mailto:",
        "mailto:@acme.example",
        "//help.acme.example",
        "https://help.acme.example/\r\nx",
    ] {
        assert_eq!(Support::read(wrong), Err(Flaw::Support), "{wrong}");
    }
    assert!(Support::read(&format!("https://a.example/{}", "x".repeat(512))).is_err());
}
