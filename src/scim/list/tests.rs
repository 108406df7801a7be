use serde_json::json;

use super::*;
use crate::scim::ScimType;
use crate::scim::schema::USER;

fn query(pairs: &[(&str, &str)]) -> Result<ListQuery, Error> {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ListQuery::from_pairs(&USER, &pairs)
}

fn page(pairs: &[(&str, &str)]) -> (i64, i64) {
    let query = query(pairs).expect("a query");
    let Start::Index(index) = query.start else { panic!("{:?}", query.start) };
    (index, query.count)
}

#[test]
fn without_parameters_the_first_hundred_are_asked_for() {
    let query = query(&[]).expect("a query");

    assert_eq!((query.start, query.count), (Start::Index(1), 100));
    assert_eq!((query.filter, query.sort), (None, None));
    assert_eq!(query.projection, Projection::default_of(&USER));
}

#[test]
fn c74_sd_08_numbers_out_of_range_mean_the_nearest_one_in_range() {
    for (start, wanted) in
        [("0", 1), ("-5", 1), ("1", 1), ("101", 101), ("2147483648", 2_147_483_648), ("-9223372036854775808", 1)]
    {
        assert_eq!(page(&[("startIndex", start)]).0, wanted, "{start}");
    }
    for (count, wanted) in
        [("-1", 0), ("0", 0), ("1", 1), ("1000", 1_000), ("1001", 1_000), ("9223372036854775807", 1_000)]
    {
        assert_eq!(page(&[("count", count)]).1, wanted, "{count}");
    }
}

#[test]
fn sd_08_what_is_no_whole_number_is_refused() {
    for name in ["startIndex", "count"] {
        for value in ["x", "1.5", "1e400", "9223372036854775808", "0x10", "1 2", "٣"] {
            let error = query(&[(name, value)]).expect_err(value);
            assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidValue)));
            assert!(error.detail.contains(name));
        }
    }
}

#[test]
fn c84_unknown_parameters_are_ignored_and_known_ones_found_in_any_case() {
    let query = query(&[
        ("aadOptscim062020", ""),
        ("AzureAdScimPatch2017", "true"),
        ("FILTER", "title pr"),
        ("sortby", "userName"),
        ("SORTORDER", "descending"),
    ]);

    let query = query.expect("a query");
    assert_eq!(query.filter.map(|filter| filter.to_string()), Some("title pr".into()));
    assert_eq!(query.sort.map(|sort| sort.descending), Some(true));
}

#[test]
fn empty_parameters_say_nothing() {
    let query = query(&[("filter", ""), ("sortBy", ""), ("count", ""), ("startIndex", " "), ("attributes", "")]);

    assert_eq!(query, super::tests::query(&[]));
}

#[test]
fn a_search_body_says_the_same_as_a_query() {
    let body = json!({
        "schemas": [SEARCH_URN], "filter": "title pr", "sortBy": "userName", "sortOrder": "descending", "startIndex": 5,
        "count": 10, "attributes": ["userName", "title"], "unknown": {},
    });
    let pairs = [
        ("filter", "title pr"),
        ("sortBy", "userName"),
        ("sortOrder", "descending"),
        ("startIndex", "5"),
        ("count", "10"),
        ("attributes", "userName,title"),
    ];

    assert_eq!(ListQuery::from_body(&USER, &body), query(&pairs));
    let excluded = json!({"excludedAttributes": "title", "count": "10"});
    assert_eq!(ListQuery::from_body(&USER, &excluded), query(&[("excludedAttributes", "title"), ("count", "10")]));
}

#[test]
fn a_search_body_of_the_wrong_types_is_refused() {
    for body in [
        json!([]),
        json!({"filter": 1}),
        json!({"count": 1.5}),
        json!({"count": {}}),
        json!({"attributes": [1]}),
        json!({"sortBy": []}),
    ] {
        assert_eq!(ListQuery::from_body(&USER, &body).expect_err("refused").status, 400, "{body}");
    }
}

#[test]
fn c73_a_page_counts_what_it_holds_and_an_empty_one_has_its_list() {
    assert_eq!(
        render(Slice { total: 2, ..Slice::default() }, &Start::Index(101)),
        json!({"schemas": [LIST_URN], "totalResults": 2, "itemsPerPage": 0, "startIndex": 101, "Resources": []})
    );
    assert_eq!(whole(vec![json!({"id": "a"})])["itemsPerPage"], 1);
}

#[test]
fn a_cursor_goes_before_an_index_and_an_empty_one_begins_the_list() {
    let start = |pairs: &[(&str, &str)]| query(pairs).expect("a query").start;

    assert_eq!(start(&[("cursor", ""), ("startIndex", "5")]), Start::Beginning);
    assert_eq!(start(&[("Cursor", "abc"), ("startIndex", "x")]), Start::Cursor("abc".into()));
    let body = json!({"schemas": [SEARCH_URN], "cursor": "abc", "count": 10});
    assert_eq!(ListQuery::from_body(&USER, &body).expect("a query").start, Start::Cursor("abc".into()));
    for wrong in [json!({"cursor": 7}), json!({"cursor": ["abc"]}), json!({"cursor": "a".repeat(10_000)})] {
        let error = ListQuery::from_body(&USER, &wrong).expect_err("refused");
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidCursor)));
    }
}

#[test]
fn a_page_of_cursors_has_no_index_and_the_last_one_no_next() {
    let page = |next: Option<&str>| {
        let slice = Slice { resources: vec![json!({"id": "a"})], total: 2, next: next.map(str::to_owned) };
        render(slice, &Start::Beginning)
    };

    let body = json!({"schemas": [LIST_URN], "totalResults": 2, "itemsPerPage": 1, "Resources": [{"id": "a"}]});
    assert_eq!(page(None), body);
    let mut more = body;
    more["nextCursor"] = "abc".into();
    assert_eq!(page(Some("abc")), more);
}
