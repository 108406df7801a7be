use serde_json::json;

use super::*;

#[test]
fn an_error_is_answered_with_its_status_as_text_and_its_keyword_if_it_has_one() {
    assert_eq!(
        Error::bad(ScimType::InvalidFilter, "no").to_json(),
        json!({"schemas": [ERROR_URN], "status": "400", "scimType": "invalidFilter", "detail": "no"})
    );
    assert_eq!(Error::new(404, "gone").to_json(), json!({"schemas": [ERROR_URN], "status": "404", "detail": "gone"}));
}
