//! Requests that are not carried out, and what they are told.

use super::*;

fn unsupported(method: &str, uri: &str, headers: &[(&str, &str)]) -> String {
    match parse(method, uri, headers) {
        Ok(Endpoint::Unsupported(unsupported)) => unsupported.feature,
        other => panic!("{method} {uri}: {other:?}"),
    }
}

#[test]
fn a_bucket_is_never_made_by_a_put_with_a_sub_resource() {
    for uri in ["/?accesspoint", "/?hotlink", "/?unbind"] {
        assert!(unsupported("PUT", uri, &[]).starts_with('?'), "{uri}");
    }
    for uri in ["/?unknown", "/?unknown=1", "/?location", "/?uploads", "/?delete"] {
        assert_eq!(refusal("PUT", uri, &[]), ErrorCode::MethodNotAllowed, "{uri}");
    }
    let mut head = parts("PUT", "/", &[]);
    head.headers.insert("host", "b-1.pic.r.myqcloud.com".parse().unwrap());
    assert_eq!(parse_parts(&head).unwrap().name(), "Unsupported");
}

#[test]
fn known_features_that_are_not_offered_are_named() {
    for (method, uri, feature) in [
        ("GET", "/?domaincertificate&domainname=a.com", "?domaincertificate"),
        ("POST", "/?inventory&id=a", "POST ?inventory"),
        ("POST", "/k?select&select-type=2", "?select"),
        ("POST", "/jobs", "/jobs"),
        ("POST", "/image/auditing", "/image/auditing"),
    ] {
        assert_eq!(unsupported(method, uri, &[]), feature);
    }
}

#[test]
fn what_no_resource_answers_to_is_not_allowed() {
    for (method, uri) in [
        ("PATCH", "/k"),
        ("PATCH", "/"),
        ("POST", "/"),
        ("POST", "/k"),
        ("POST", "/k?unknown"),
        ("PUT", "/k?unknown"),
        ("DELETE", "/k?unknown="),
        ("DELETE", "/?unknown=1"),
        ("GET", "/?unknown"),
        ("GET", "/k?uploads"),
        ("HEAD", "/k?acl"),
        ("DELETE", "/k?acl"),
        ("DELETE", "/?versioning"),
        ("PUT", "/?versions"),
        ("POST", "/k?tagging"),
        ("PUT", "/k?append"),
        ("PUT", "/k?uploads"),
    ] {
        assert_eq!(
            refusal(method, uri, &[("content-length", "0")]),
            ErrorCode::MethodNotAllowed,
            "{method} {uri}"
        );
    }
    let mut head = parts("DELETE", "/", &[]);
    head.headers.insert("host", "service.cos.myqcloud.com".parse().unwrap());
    assert_eq!(parse_parts(&head).unwrap_err().code, ErrorCode::MethodNotAllowed);
}

#[test]
fn values_out_of_bounds_are_refused() {
    let length = ("content-length", "0");
    let cases: &[(&str, &str, Headers<'_>, ErrorCode)] = &[
        ("GET", "/?max-keys=-1", &[], ErrorCode::InvalidArgument),
        ("GET", "/?max-keys=ten", &[], ErrorCode::InvalidArgument),
        ("GET", "/?encoding-type=base64", &[], ErrorCode::InvalidArgument),
        ("GET", "/?list-type=2&continuation-token=%21", &[], ErrorCode::InvalidArgument),
        ("GET", "/k?imageMogr2/strip&imageView2/2/w/1", &[], ErrorCode::InvalidArgument),
        ("GET", "/k?ci-process=foo", &[], ErrorCode::InvalidArgument),
        ("GET", "/k?x-cos-traffic-limit=819199", &[], ErrorCode::InvalidArgument),
        ("PUT", "/k", &[length, ("x-cos-traffic-limit", "838860801")], ErrorCode::InvalidArgument),
        ("PUT", "/k", &[length, ("content-md5", "short")], ErrorCode::InvalidDigest),
        ("PUT", "/k", &[length, ("x-cos-storage-class", "HOT")], ErrorCode::InvalidStorageClass),
        ("PUT", "/k", &[length, ("x-cos-acl", "public-read-write")], ErrorCode::InvalidArgument),
        ("PUT", "/k", &[], ErrorCode::MissingContentLength),
        ("PUT", "/k", &[("content-length", "5368709121")], ErrorCode::EntityTooLarge),
        ("PUT", "/k", &[("content-length", "-1")], ErrorCode::InvalidArgument),
        ("PUT", "/k?partNumber=0&uploadId=u", &[length], ErrorCode::InvalidArgument),
        ("PUT", "/k?partNumber=10001&uploadId=u", &[length], ErrorCode::InvalidArgument),
        ("PUT", "/k?partNumber=abc&uploadId=u", &[length], ErrorCode::InvalidArgument),
        ("PUT", "/k?partNumber=1", &[length], ErrorCode::InvalidArgument),
        ("PUT", "/k?symlink", &[length], ErrorCode::InvalidArgument),
        ("PUT", "/k?symlink", &[length, ("x-cos-symlink-target", "//")], ErrorCode::InvalidArgument),
        ("POST", "/k?append", &[length], ErrorCode::InvalidArgument),
        ("POST", "/k?append&position=-1", &[length], ErrorCode::InvalidArgument),
        ("POST", "/k?append&position=0", &[], ErrorCode::MissingContentLength),
        ("PUT", "/k?uploadId=", &[length], ErrorCode::InvalidArgument),
        ("PUT", "/k", &[("x-cos-copy-source", "nowhere")], ErrorCode::InvalidArgument),
        (
            "PUT",
            "/k",
            &[("x-cos-copy-source", "/b-1/k"), ("x-cos-metadata-directive", "Keep")],
            ErrorCode::InvalidArgument,
        ),
        ("POST", "/?delete", &[], ErrorCode::MissingContentMD5),
        ("POST", "/k?image_process", &[], ErrorCode::InvalidPicOperations),
        ("POST", "/k?image_process", &[("pic-operations", " ")], ErrorCode::InvalidPicOperations),
        ("PUT", "/%2F%2F%2F", &[length], ErrorCode::InvalidObjectName),
        ("PUT", "/.%2F", &[length], ErrorCode::InvalidObjectName),
        ("OPTIONS", "/k", &[("origin", "https://a.test")], ErrorCode::InvalidArgument),
    ];
    for (method, uri, headers, code) in cases {
        assert_eq!(refusal(method, uri, headers), *code, "{method} {uri} {headers:?}");
    }
    assert_eq!(refusal("PUT", &format!("/{}", "k".repeat(851)), &[length]), ErrorCode::KeyTooLong);
}
