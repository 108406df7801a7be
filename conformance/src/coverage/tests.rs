use super::open_ids;

#[test]
fn an_id_without_a_test_is_open() {
    let section = toml::from_str("AU-01 = [\"signin::a_test\"]\nAU-02 = []").unwrap();

    let open: Vec<&str> = open_ids(&section).collect();

    assert_eq!(open, ["AU-02"]);
}
