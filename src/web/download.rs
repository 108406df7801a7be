//! Files that a browser or a program keeps.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::app::user_export::Export;

/// Users as CSV.
pub(super) fn csv(file: Export) -> Response {
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, attachment(&file.name))];
    (headers, file.content).into_response()
}

/// To be kept under this name; what is no plain letter of a file name is left out of it (RFC 6266 4.3).
fn attachment(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let plain: String = name.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OU-02: a name ends neither the header nor the quotes, and leads to no other directory.
    #[test]
    fn ou_02_the_name_of_a_file_is_plain_letters() {
        for (name, kept) in [
            ("acme-users-2026-11-26.csv", "acme-users-2026-11-26.csv"),
            ("a\"; filename=\"b.exe", "a___filename__b.exe"),
            ("a\r\nSet-Cookie: x=1", "a__Set-Cookie__x_1"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("C:\\x", "C__x"),
            ("ü\u{2028}.csv", "__.csv"),
        ] {
            assert_eq!(attachment(name), format!("attachment; filename=\"{kept}\""));
        }
    }
}
