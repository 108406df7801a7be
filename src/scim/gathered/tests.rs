use serde_json::json;

use super::*;
use crate::scim::schema::ENTITLEMENT;

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn ids(query: &[(&str, &str)]) -> Vec<String> {
    let pairs: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let query = ListQuery::from_pairs(&ENTITLEMENT, &pairs).expect("a query");
    let all = vec![
        json!({"id": "c", "displayName": "Beta", "type": "role"}),
        json!({"id": "a", "displayName": "alpha"}),
        json!({"id": "b", "displayName": "ALPHA", "type": "role", "description": "The first."}),
    ];
    select(all, &query, lower).iter().filter_map(|it| it["id"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_list_in_memory_is_filtered_and_ordered_like_a_stored_one() {
    assert_eq!(ids(&[]), ["c", "a", "b"]);
    assert_eq!(ids(&[("filter", "displayName eq \"alpha\"")]), ["a", "b"]);
    assert_eq!(ids(&[("filter", "type pr and not (id eq \"b\")")]), ["c"]);
    assert_eq!(ids(&[("sortBy", "displayName")]), ["a", "b", "c"]);
    assert_eq!(ids(&[("sortBy", "displayName"), ("sortOrder", "descending")]), ["c", "a", "b"]);
    assert_eq!(ids(&[("sortBy", "id")]), ["a", "b", "c"]);
}

#[test]
fn what_has_no_value_comes_last_and_first_the_other_way_round() {
    assert_eq!(ids(&[("sortBy", "type")]), ["c", "b", "a"]);
    assert_eq!(ids(&[("sortBy", "type"), ("sortOrder", "descending")]), ["a", "c", "b"]);
}
