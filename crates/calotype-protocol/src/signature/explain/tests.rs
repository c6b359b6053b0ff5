//! Mistakes made on purpose, and what is said about each.

use http::{Method, Request};

use super::super::{CanonicalRequest, Credential, Signer, Validity};
use super::*;
use crate::address::Addressing;

const SIGNER: Signer<'_> = Signer { secret_id: "AKIDEXAMPLE", secret_key: "ExampleSecretKey" };
const VALIDITY: Validity = Validity { start: 1_700_000_000, end: 1_700_003_600 };
const HOST: &str = "examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com";

/// What is said about a request to `host` and `uri` whose client signed what `sign` writes.
fn said(host: &str, uri: &str, signer: Signer<'_>, sign: impl FnOnce(&mut CanonicalRequest)) -> Explanation {
    let mut signed = CanonicalRequest::new(&Method::GET, "/a b.jpg");
    sign(&mut signed);
    let authorization = signer.authorization(&signed, VALIDITY);
    explained(host, uri, &authorization)
}

fn explained(host: &str, uri: &str, authorization: &str) -> Explanation {
    let request = Request::builder().uri(uri).header("host", host).header("authorization", authorization);
    let request = request.header("x-cos-meta-note", "a b(c)").header("content-type", "image/png");
    let parts = request.body(()).unwrap().into_parts().0;
    let Credential::Cos(fields) = Credential::find(&parts).unwrap() else { panic!("no COS signature") };
    let target = Addressing::default().resolve(&parts).unwrap();
    explain(&fields, SIGNER.secret_key, &parts, &target, Timestamp::from_second(1_700_000_100).unwrap())
}

fn only(explanation: &Explanation) -> (&'static str, &str, &str, &'static str) {
    assert!(explanation.verdict.is_err());
    let [difference] = explanation.differences.as_slice() else { panic!("{explanation:#?}") };
    (difference.place, &difference.signed, &difference.expected, difference.why)
}

#[test]
fn a_good_signature_needs_no_explanation() {
    let good = said(HOST, "/a%20b.jpg", SIGNER, |request| request.header("host", HOST.as_bytes()));
    assert_eq!((good.verdict, good.differences), (Ok(()), vec![]));
    assert!(good.format_string.starts_with("get\n/a b.jpg\n\nhost="));
}

#[test]
fn the_host_was_another_one() {
    let port =
        said(HOST, "/a%20b.jpg", SIGNER, |request| request.header("host", format!("{HOST}:9000").as_bytes()));
    let (place, signed, expected, why) = only(&port);
    assert_eq!((place, expected), ("line 4, headers", format!("host={HOST}").as_str()));
    assert!(signed.ends_with("%3A9000") && why.contains("port"), "{signed} {why}");

    let endpoint = said(HOST, "/a%20b.jpg", SIGNER, |request| {
        request.header("host", b"cos.ap-guangzhou.myqcloud.com");
    });
    assert!(only(&endpoint).3.contains("that of the bucket"));
    let style = said("127.0.0.1:9000", "/examplebucket-1250000000/a%20b.jpg", SIGNER, |request| {
        request.header("host", b"examplebucket-1250000000.127.0.0.1:9000");
    });
    assert!(only(&style).3.contains("path style"));
}

#[test]
fn the_path_was_another_one() {
    for (signed, uri, word) in [
        ("/a%20b.jpg", "/a%20b.jpg", "decoded"),
        ("a b.jpg", "/a%20b.jpg", "slash"),
        ("/examplebucket-1250000000/a b.jpg", "/a%20b.jpg", "path style"),
        ("/a b.jpg?versionId=1", "/a%20b.jpg?versionId=1", "query"),
        ("/a/b", "/a//b", "slashes"),
        ("/", "/a%20b.jpg", "missing"),
    ] {
        let explanation = said(HOST, uri, SIGNER, |request| {
            request.set_path(signed);
            request.header("host", HOST.as_bytes());
        });
        let (place, told, _, why) = only(&explanation);
        assert_eq!((place, told), ("line 2, path", signed));
        assert!(why.contains(word), "{why}");
    }
}

#[test]
fn values_were_encoded_otherwise() {
    let text = format!("get\n/a b.jpg\n\nhost={HOST}&x-cos-meta-note=a%20b%28c%29\n");
    for (from, to, word) in [
        ("%28c%29", "(c)", "encodeURIComponent"),
        ("a%20b%28c%29", "a b(c)", "percent-encoded"),
        ("%20b%28", "+b%28", "not +"),
        ("note=a%20b%28c%29", "note=", "no value yet"),
        ("get", "GET", "lower case"),
    ] {
        let explanation = signed_by_hand(&text.replacen(from, to, 1), "host;x-cos-meta-note");
        assert!(only(&explanation).3.contains(word), "{to}: {explanation:#?}");
    }
}

#[test]
fn the_texts_were_put_together_otherwise() {
    let right = format!("get\n/a b.jpg\n\nhost={HOST}\n");
    let unended = signed_by_hand(right.trim_end(), "host");
    assert_eq!(only(&unended).0, "end of HttpString");
    let secret = format!("{}\n", SIGNER.secret_key);
    let with_line_break = Signer { secret_key: &secret, ..SIGNER };
    let read = said(HOST, "/a%20b.jpg", with_line_break, |request| request.header("host", HOST.as_bytes()));
    assert_eq!(only(&read).0, "SecretKey");
    let two = signed_by_hand(&right.replacen("get", "GET", 1).replacen("/a b.jpg", "/a%20b.jpg", 1), "host");
    let places: Vec<_> = two.differences.iter().map(|difference| difference.place).collect();
    assert_eq!(places, ["line 1, method", "line 2, path"]);
}

#[test]
fn another_secret_is_not_explained_by_a_line() {
    let other = Signer { secret_key: "another", ..SIGNER };
    let explanation = said(HOST, "/a%20b.jpg", other, |request| request.header("host", HOST.as_bytes()));
    assert!(explanation.verdict.is_err() && explanation.differences.is_empty());
}

/// What is said about a request whose client put its canonical text together itself.
fn signed_by_hand(http_string: &str, header_list: &str) -> Explanation {
    let sign_key = hmac_sha1(SIGNER.secret_key.as_bytes(), VALIDITY.to_string().as_bytes());
    let string_to_sign = format!("sha1\n{VALIDITY}\n{}\n", sha1(http_string.as_bytes()));
    let signature = hmac_sha1(sign_key.as_bytes(), string_to_sign.as_bytes());
    let authorization = format!(
        "q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE&q-sign-time={VALIDITY}&q-key-time={VALIDITY}\
         &q-header-list={header_list}&q-url-param-list=&q-signature={signature}"
    );
    explained(HOST, "/a%20b.jpg", &authorization)
}
