//! Forms that carry a file: `multipart/form-data` (RFC 7578), read as a whole.
//!
//! **Invariant:** what is not written as browsers write it is refused, and no part of it is used.
//! **Invariant:** a form has one file at most; a file that was not chosen is none.

use std::collections::BTreeMap;

use axum::http::HeaderMap;

use super::{Fields, media_type};
use crate::domain::{Error, Flaw};

/// The most parts of a form.
const PARTS_MAX: usize = 100;
/// The most bytes of what stands above the content of a part.
const HEAD_MAX: usize = 2_048;
/// RFC 2046 5.1.1.
const BOUNDARY_MAX: usize = 70;

/// What a form sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Its fields, without the file.
    pub fields: Fields,
    /// Its file.
    pub file: Option<Upload>,
}

/// A file that was chosen.
#[derive(Debug, PartialEq, Eq)]
pub struct Upload {
    /// The name of the field.
    pub field: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Sent {
    /// Everything as text, for a form that is sent once more without the file; nothing where the file is no text.
    pub fn into_fields(self) -> Option<Fields> {
        let Self { mut fields, file } = self;
        if let Some(Upload { field, bytes }) = file {
            let text = String::from_utf8(bytes).ok().filter(|it| !it.contains('\0'))?;
            fields.0.insert(field, text);
        }
        Some(fields)
    }
}

/// What divides the parts of a body of this type.
pub fn boundary(headers: &HeaderMap) -> Option<&str> {
    let (media_type, parameters) = media_type(headers)?;
    if !media_type.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = parameters.split(';').filter_map(|it| it.trim().split_once('='));
    let value = named.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?.1;
    let boundary = value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(value);
    (1..=BOUNDARY_MAX).contains(&boundary.len()).then_some(boundary)
}

/// Reads a body; a repeated field or a NUL in one is refused.
pub fn read(boundary: &str, body: &[u8]) -> Result<Sent, Error> {
    let first = format!("--{boundary}");
    let between = format!("\r\n{first}");
    let mut rest = body.strip_prefix(first.as_bytes()).ok_or_else(broken)?;
    let (mut fields, mut file) = (BTreeMap::new(), None);
    for _ in 0..PARTS_MAX {
        if matches!(rest, b"--" | b"--\r\n") {
            return Ok(Sent { fields: Fields(fields), file });
        }
        rest = rest.strip_prefix(b"\r\n").ok_or_else(broken)?;
        let (part, after) = split(rest, between.as_bytes()).ok_or_else(broken)?;
        let (head, content) = split(part, b"\r\n\r\n").ok_or_else(broken)?;
        let Head { name, has_file_name, is_chosen } = Head::read(head)?;
        if !has_file_name {
            let text = std::str::from_utf8(content).map_err(|_| broken())?;
            if text.contains('\0') {
                return Err(Error::invalid(name, Flaw::Nul));
            }
            if fields.insert(name.clone(), text.to_owned()).is_some() {
                return Err(Error::invalid(name, Flaw::Twice));
            }
        } else if is_chosen || !content.is_empty() {
            if file.is_some() {
                return Err(Error::invalid(name, Flaw::Twice));
            }
            file = Some(Upload { field: name, bytes: content.to_vec() });
        }
        rest = after;
    }
    Err(broken())
}

/// What stands above the content of a part.
struct Head {
    name: String,
    has_file_name: bool,
    is_chosen: bool,
}

impl Head {
    fn read(head: &[u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(head).ok().filter(|it| it.len() <= HEAD_MAX).ok_or_else(broken)?;
        let lines = text.split("\r\n").filter_map(|line| line.split_once(':'));
        let mut dispositions = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-disposition"));
        let (Some((_, disposition)), None) = (dispositions.next(), dispositions.next()) else { return Err(broken()) };
        let parameters = disposition.trim_start().strip_prefix("form-data").ok_or_else(broken)?;
        let name = quoted(parameters, "; name=\"").filter(|it| !it.is_empty()).ok_or_else(broken)?;
        let file_name = quoted(parameters, "; filename=\"");
        Ok(Self {
            name: name.to_owned(),
            has_file_name: file_name.is_some(),
            is_chosen: file_name.is_some_and(|it| !it.is_empty()),
        })
    }
}

/// Browsers write a quote within a value as `%22`, so that the next one ends it.
fn quoted<'a>(parameters: &'a str, beginning: &str) -> Option<&'a str> {
    parameters.split_once(beginning)?.1.split_once('"').map(|(value, _)| value)
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = bytes.windows(at.len()).position(|it| it == at)?;
    let (before, rest) = bytes.split_at_checked(place)?;
    Some((before, rest.strip_prefix(at)?))
}

fn broken() -> Error {
    Error::malformed("form", "it is no multipart/form-data as browsers write it (RFC 7578)")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::{Fields, Sent, Upload, boundary, read};

    fn part(disposition: &str, content: &str) -> String {
        format!("--B\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    }

    fn whole(parts: &[String]) -> String {
        format!("{}--B--\r\n", parts.concat())
    }

    fn file(bytes: &[u8]) -> Option<Upload> {
        Some(Upload { field: "upload".to_owned(), bytes: bytes.to_vec() })
    }

    #[test]
    fn fields_and_the_file_are_read_as_they_are() {
        let typed =
            "Content-Disposition: form-data; name=\"upload\"; filename=\"a;name=%22b.csv\"\r\nContent-Type: text/csv";
        let body = whole(&[
            part("name=\"csrf\"", "t"),
            part("name=\"file\"", ""),
            format!("--B\r\n{typed}\r\n\r\n\u{feff}a;b\r\n--C\r\n--B\n\r\n"),
        ]);

        let sent = read("B", body.as_bytes()).unwrap();

        assert_eq!(sent.fields, Fields::shown([("csrf", "t"), ("file", "")]));
        assert_eq!(sent.file, file("\u{feff}a;b\r\n--C\r\n--B\n".as_bytes()));
    }

    #[test]
    fn a_file_that_was_not_chosen_is_none_and_an_empty_one_is_one() {
        for (name, expected) in [("", None), ("empty.csv", file(b""))] {
            let body = whole(&[part(&format!("name=\"upload\"; filename=\"{name}\""), "")]);
            assert_eq!(read("B", body.as_bytes()).unwrap().file, expected, "{name:?}");
        }
    }

    #[test]
    fn what_no_browser_writes_is_refused() {
        let field = |name: &str| part(&format!("name=\"{name}\""), "x");
        let upload = part("name=\"upload\"; filename=\"a\"", "x");
        for body in [
            String::new(),
            "--B".to_owned(),
            field("a"),
            whole(&[field("a"), field("a")]),
            whole(&[upload.clone(), upload.replace("upload", "other")]),
            whole(&[part("name=\"a\"", "x\0y")]),
            whole(&[part("filename=\"a\"", "x")]),
            whole(&[part("name=\"\"", "x")]),
            whole(&[field("a").replace("form-data", "attachment")]),
            whole(&[field("a").replace("Content-Disposition", "Other")]),
            whole(&[field("a").replace("\r\n\r\n", "\r\n")]),
            whole(&[field("a").replace("--B\r\n", "--B\r\nContent-Disposition: form-data; name=\"b\"\r\n")]),
            whole(&[field(&"a".repeat(2_100))]),
            whole(&(0..100).map(|nth| field(&nth.to_string())).collect::<Vec<_>>()),
            format!("preamble\r\n{}", whole(&[field("a")])),
            format!("{}epilogue", whole(&[field("a")])),
        ] {
            assert!(read("B", body.as_bytes()).is_err(), "{body}");
        }
        assert!(read("B", &[whole(&[field("a")]).replace('x', "").as_bytes(), b"\xff"].concat()).is_err());
    }

    #[test]
    fn a_body_that_was_cut_is_never_read() {
        let body = whole(&[part("name=\"a\"", "x"), part("name=\"upload\"; filename=\"a\"", "y\r\n--")]);

        for length in 0..body.len() - 2 {
            assert!(read("B", &body.as_bytes()[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn a_form_is_kept_as_text_with_its_file_unless_that_is_no_text() {
        let sent = |bytes: &[u8]| Sent { fields: Fields::shown([("a", "1")]), file: file(bytes) };

        assert_eq!(sent(b"x;y").into_fields(), Some(Fields::shown([("a", "1"), ("upload", "x;y")])));
        assert_eq!((sent(b"J\xfcrgen").into_fields(), sent(b"a\0b").into_fields()), (None, None));
    }

    #[test]
    fn the_boundary_is_that_of_the_media_type() {
        for (given, expected) in [
            ("multipart/form-data; boundary=----X", Some("----X")),
            ("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b\"", Some("a b")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/mixed; boundary=X", None),
            ("application/x-www-form-urlencoded; boundary=X", None),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, given.parse().unwrap())]);
            assert_eq!(boundary(&headers), expected, "{given}");
        }
    }
}
