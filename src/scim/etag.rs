//! Entity tags: the version of a resource as HTTP says it (RFC 7644 3.14, RFC 9110 8.8.3 and 13.1).

/// The weak entity tag of a version.
pub fn print(version: i64) -> String {
    format!("W/\"{version}\"")
}
