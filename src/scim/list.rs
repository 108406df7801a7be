//! Queries and the lists that answer them (RFC 7644 3.4.2 and 3.4.3).

use serde_json::{Value, json};

/// The schema of a list.
pub const LIST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The longest page.
pub const COUNT_MAX: i64 = 1_000;
/// The page when none is asked for.
pub const COUNT_DEFAULT: i64 = 100;

/// The body of a list that is not paged.
pub fn whole(resources: Vec<Value>) -> Value {
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    render(resources, total, 1)
}

/// The body of one page. `total` counts all matches, `start_index` is where this page starts.
pub fn render(resources: Vec<Value>, total: i64, start_index: i64) -> Value {
    let page = resources.len();
    json!({
        "schemas": [LIST_URN],
        "totalResults": total,
        "itemsPerPage": page,
        "startIndex": start_index,
        "Resources": Value::Array(resources),
    })
}
