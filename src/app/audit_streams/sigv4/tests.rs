use reqwest::Method;
use url::Url;

use super::*;

/// The day of the examples in the documentation of S3.
const DAY: Timestamp = Timestamp::from_millis(1_369_353_600_000);

fn by(secret: &[u8]) -> Signer<'_> {
    Signer { key_id: "AKIAIOSFODNN7EXAMPLE", secret, region: "us-east-1" }
}

fn header<'a>(call: &'a Call, name: &str) -> &'a str {
    &call.headers.iter().find(|it| it.0 == name).unwrap().1
}

/// "Authenticating Requests: Using the Authorization Header", the examples of GET Object and PUT Object.
#[test]
fn the_examples_of_the_documentation_are_signed_as_it_says() {
    let get = Call {
        method: Method::GET,
        url: Url::parse("https://examplebucket.s3.amazonaws.com/test.txt").unwrap(),
        headers: vec![("range", "bytes=0-9".to_owned())],
        body: Vec::new(),
    };
    let put = Call {
        method: Method::PUT,
        url: Url::parse("https://examplebucket.s3.amazonaws.com/test%24file.text").unwrap(),
        headers: vec![
            ("date", "Fri, 24 May 2013 00:00:00 GMT".to_owned()),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY".to_owned()),
        ],
        body: b"Welcome to Amazon S3.".to_vec(),
    };

    let signed = [get, put].map(|it| signed(it, by(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), DAY).unwrap());

    let begins = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=";
    for (call, ends) in signed.iter().zip([
        "host;range;x-amz-content-sha256;x-amz-date,\
         Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,\
         Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ]) {
        assert_eq!(header(call, "authorization"), format!("{begins}{ends}"));
        assert_eq!(header(call, "x-amz-date"), "20130524T000000Z");
    }
}

#[test]
fn another_byte_host_moment_region_or_secret_is_another_signature() {
    let call = |url: &str, body: &[u8]| Call {
        method: Method::PUT,
        url: Url::parse(url).unwrap(),
        headers: Vec::new(),
        body: body.to_vec(),
    };
    let said = |call: Call, by: Signer<'_>, now| {
        let call = signed(call, by, now).unwrap();
        header(&call, "authorization").split("Signature=").nth(1).unwrap().to_owned()
    };
    let url = "https://store.example:8443/bucket/a";
    let later = DAY.after(std::time::Duration::from_secs(1));

    let signatures = [
        said(call(url, b"x"), by(b"secret"), DAY),
        said(call(url, b"y"), by(b"secret"), DAY),
        said(call("https://store.example/bucket/a", b"x"), by(b"secret"), DAY),
        said(call("https://store.example:8443/bucket/b", b"x"), by(b"secret"), DAY),
        said(call(url, b"x"), by(b"secret"), later),
        said(call(url, b"x"), by(b"another"), DAY),
        said(call(url, b"x"), Signer { region: "eu-central-1", ..by(b"secret") }, DAY),
    ];

    let different: std::collections::BTreeSet<_> = signatures.iter().collect();
    assert_eq!(different.len(), signatures.len());
    assert_eq!(signatures[0], said(call("https://store.example:8443/bucket/a", b"x"), by(b"secret"), DAY));
}
