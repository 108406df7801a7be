use super::*;

fn said(status: u16, body: &str) -> String {
    why(&Answer { status, body: body.as_bytes().to_vec(), retry_after: None })
}

#[test]
fn what_a_store_says_is_told_in_plain_words() {
    for (status, body, expected) in [
        (
            403,
            "<?xml version=\"1.0\"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference is</Message></Error>",
            "the store answered with status 403 (RequestTimeTooSkewed): the clocks of this server and of the store are too \
             far apart; set them",
        ),
        (
            403,
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
            "the store answered with status 403 (AccessDenied): the key may not put objects there; allow it s3:PutObject",
        ),
        (
            404,
            "<Error><Code>NoSuchBucket</Code></Error>",
            "the store answered with status 404 (NoSuchBucket): there is no such bucket",
        ),
        (
            400,
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>eu-west-1</Region></Error>",
            "the store answered with status 400 (AuthorizationHeaderMalformed): the bucket is in another region or at \
             another address: eu-west-1",
        ),
        (
            301,
            "<Error><Code>PermanentRedirect</Code><Endpoint>acme.s3-eu-west-1.amazonaws.com</Endpoint></Error>",
            "the store answered with status 301 (PermanentRedirect): the bucket is in another region or at another \
             address: acme.s3-eu-west-1.amazonaws.com",
        ),
        (
            503,
            "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>",
            "the store answered with status 503 (SlowDown): Please reduce your request rate.",
        ),
        (500, "", "the store answered with status 500"),
        (500, "<html><Code>unended", "the store answered with status 500"),
    ] {
        assert_eq!(said(status, body), expected);
    }
}

#[test]
fn of_a_long_answer_little_is_looked_at() {
    let long = format!("{}<Code>AccessDenied</Code>", "x".repeat(ANSWER_MAX));

    assert_eq!(said(403, &long), "the store answered with status 403");
}
