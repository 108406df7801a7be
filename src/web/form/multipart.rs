//! Forms that carry a file: `multipart/form-data` (RFC 7578).
//!
//! **Invariant:** of a body that is not whole nothing is used.
//! **Invariant:** a form has one file at most; a file that was not chosen is none.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, header};

use super::{Fields, media_type};
use crate::domain::{Error, Flaw};

/// The most parts of a form.
const PARTS_MAX: usize = 100;

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
    pub bytes: Bytes,
}

impl Sent {
    /// Everything as text, for a form that is sent once more without the file; nothing where the file is no text.
    pub fn into_fields(self) -> Option<Fields> {
        let Self { mut fields, file } = self;
        if let Some(Upload { field, bytes }) = file {
            let text = std::str::from_utf8(&bytes).ok().filter(|it| !it.contains('\0'))?;
            fields.0.insert(field, text.to_owned());
        }
        Some(fields)
    }
}

/// The type of a body that is such a form, with what divides its parts.
pub fn of(headers: &HeaderMap) -> Option<HeaderValue> {
    let (media_type, _) = media_type(headers)?;
    media_type.eq_ignore_ascii_case("multipart/form-data").then(|| headers.get(header::CONTENT_TYPE).cloned())?
}

/// Reads a body of this type, whose length has been seen to; a repeated field or a NUL in one is refused.
pub async fn read(of: HeaderValue, body: Bytes) -> Result<Sent, Error> {
    let mut request = Request::new(Body::from(body));
    request.headers_mut().insert(header::CONTENT_TYPE, of);
    DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let (mut fields, mut file, mut names) = (BTreeMap::new(), None, BTreeSet::new());
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let name = part.name().filter(|it| !it.is_empty()).ok_or_else(broken)?.to_owned();
        if !names.insert(name.clone()) {
            return Err(Error::invalid(name, Flaw::Twice));
        }
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| broken())?;
        match file_name {
            None => drop(fields.insert(name.clone(), text(&name, &bytes)?)),
            Some(unchosen) if unchosen.is_empty() && bytes.is_empty() => {}
            Some(_) if file.is_some() => return Err(broken()),
            Some(_) => file = Some(Upload { field: name, bytes }),
        }
        if names.len() > PARTS_MAX {
            return Err(broken());
        }
    }
    Ok(Sent { fields: Fields(fields), file })
}

fn text(name: &str, bytes: &[u8]) -> Result<String, Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(Error::invalid(name, Flaw::Nul)),
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(broken()),
    }
}

fn broken() -> Error {
    Error::malformed("form", "it is no multipart/form-data as browsers write it (RFC 7578)")
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Fields, Sent, Upload, of, read};

    fn part(disposition: &str, content: &str) -> String {
        format!("--B\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    }

    fn whole(parts: &[String]) -> String {
        format!("{}--B--\r\n", parts.concat())
    }

    fn file(bytes: &'static [u8]) -> Option<Upload> {
        Some(Upload { field: "upload".to_owned(), bytes: Bytes::from_static(bytes) })
    }

    async fn sent(body: &[u8]) -> Result<Sent, crate::domain::Error> {
        read(HeaderValue::from_static("multipart/form-data; boundary=B"), Bytes::copy_from_slice(body)).await
    }

    #[tokio::test]
    async fn fields_and_the_file_are_read_as_they_are() {
        let typed =
            "Content-Disposition: form-data; name=\"upload\"; filename=\"a;name=%22b.csv\"\r\nContent-Type: text/csv";
        let body = whole(&[
            part("name=\"csrf\"", "t"),
            part("name=\"file\"", ""),
            format!("--B\r\n{typed}\r\n\r\n\u{feff}a;b\r\n--C\r\n B\n\r\n"),
        ]);

        let sent = sent(body.as_bytes()).await.unwrap();

        assert_eq!(sent.fields, Fields::shown([("csrf", "t"), ("file", "")]));
        assert_eq!(sent.file, file("\u{feff}a;b\r\n--C\r\n B\n".as_bytes()));
    }

    #[tokio::test]
    async fn a_file_that_was_not_chosen_is_none_and_an_empty_one_is_one() {
        for (name, expected) in [("", None), ("empty.csv", file(b""))] {
            let body = whole(&[part(&format!("name=\"upload\"; filename=\"{name}\""), "")]);
            assert_eq!(sent(body.as_bytes()).await.unwrap().file, expected, "{name:?}");
        }
    }

    #[tokio::test]
    async fn what_no_browser_writes_is_refused() {
        let field = |name: &str| part(&format!("name=\"{name}\""), "x");
        let upload = part("name=\"upload\"; filename=\"a\"", "x");
        for body in [
            String::new(),
            "--B".to_owned(),
            field("a"),
            whole(&[field("a"), field("a")]),
            whole(&[upload.clone(), upload.replace("upload", "other")]),
            whole(&[field("upload"), upload.clone()]),
            whole(&[part("name=\"a\"", "x\0y")]),
            whole(&[part("filename=\"a\"", "x")]),
            whole(&[part("name=\"\"", "x")]),
            whole(&(0..101).map(|nth| field(&nth.to_string())).collect::<Vec<_>>()),
        ] {
            assert!(sent(body.as_bytes()).await.is_err(), "{body}");
        }
        let latin = whole(&[field("a")]).into_bytes().into_iter().map(|it| if it == b'x' { 0xff } else { it });
        assert!(sent(&latin.collect::<Vec<u8>>()).await.is_err());
    }

    #[tokio::test]
    async fn a_body_that_was_cut_is_never_read() {
        let body = whole(&[part("name=\"a\"", "x"), part("name=\"upload\"; filename=\"a\"", "y\r\n--")]);

        for length in 0..body.len() - 4 {
            assert!(sent(&body.as_bytes()[..length]).await.is_err(), "{length}");
        }
    }

    #[test]
    fn a_form_is_kept_as_text_with_its_file_unless_that_is_no_text() {
        let sent = |bytes: &'static [u8]| Sent { fields: Fields::shown([("a", "1")]), file: file(bytes) };

        assert_eq!(sent(b"x;y").into_fields(), Some(Fields::shown([("a", "1"), ("upload", "x;y")])));
        assert_eq!((sent(b"J\xfcrgen").into_fields(), sent(b"a\0b").into_fields()), (None, None));
    }

    #[test]
    fn only_a_form_with_files_is_one() {
        for (given, expected) in [
            ("multipart/form-data; boundary=----X", true),
            ("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b\"", true),
            ("multipart/mixed; boundary=X", false),
            ("application/x-www-form-urlencoded; boundary=X", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, given.parse().unwrap())]);
            assert_eq!(of(&headers).is_some(), expected, "{given}");
        }
    }
}
