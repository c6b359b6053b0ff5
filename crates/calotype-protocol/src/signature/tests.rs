//! The worked examples of the manual, and requests that differ from them in one point.

use http::Request;
use http::request::Parts;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::address::Addressing;
use crate::error_code::ErrorCode;
use crate::query::Query;

const SECRET_ID: &str = "AKIDEXAMPLE0000000000000000000000001";
const SECRET_KEY: &str = "ExampleSecretKey0000000000000001";
const HOST: &str = "examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com";
const SIGNATURE_A: &str = "888f6bf04e8954d13426b481f823dcf6628e1141";
const SIGNATURE_B: &str = "4442c6d78a0f0db166622b148708ead9b936d9a9";
const HEADERS_A: &str = "content-length;content-type;host;pic-operations;x-cos-acl;x-cos-meta-key1";
const URI_A: &str = "/dir/%E5%9B%BE%20%E7%89%87.jpg";
const PIC_OPERATIONS: &str =
    r#"{"is_pic_info":1,"rules":[{"fileid":"format.png","rule":"imageView2/format/png"}]}"#;
const VALIDITY: Validity = Validity { start: 1_700_000_000, end: 1_700_010_060 };
const URI_B: &str =
    "/local.jpg?imageMogr2%2Fthumbnail%2F%2150p=&response-content-type=image%2Fpng&versionId=MTg0";
const PARAMETERS_B: &str = "imagemogr2%2fthumbnail%2f%2150p;response-content-type;versionid";
const URI_C: &str = "/dir/%E5%9B%BE%20%E7%89%87.jpg?q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE0000000000000000000000001\
    &q-sign-time=1700000000%3B1700000660&q-key-time=1700000000%3B1700000660&q-header-list=host\
    &q-url-param-list=response-content-disposition&q-signature=f07072502f7755425aaca5c7afed8a2e1b6e94cf\
    &response-content-disposition=attachment%3B+filename%3D%22a+b.jpg%22";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn authorization(headers: &str, parameters: &str, signature: &str) -> String {
    format!(
        "q-sign-algorithm=sha1&q-ak={SECRET_ID}&q-sign-time={VALIDITY}&q-key-time={VALIDITY}\
         &q-header-list={headers}&q-url-param-list={parameters}&q-signature={signature}"
    )
}

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, value.as_bytes());
    }
    request.body(()).unwrap().into_parts().0
}

fn check_at(parts: &Parts, secret_key: &str, now: i64) -> Result<(), SignatureError> {
    let Credential::Cos(fields) = Credential::find(parts)? else { panic!("no COS signature") };
    let target = Addressing::default().resolve(parts).unwrap();
    verify(&fields, secret_key, &SignedRequest::new(parts, &target), at(now))
}

fn check(parts: &Parts) -> Result<(), SignatureError> {
    check_at(parts, SECRET_KEY, 1_700_000_030)
}

fn example_a() -> Parts {
    parts(
        "PUT",
        URI_A,
        &[
            ("Host", HOST),
            ("Content-Type", "image/jpeg"),
            ("Content-Length", "5"),
            ("Pic-Operations", PIC_OPERATIONS),
            ("x-cos-acl", "private"),
            ("x-cos-meta-key1", "value1"),
            ("Authorization", &authorization(HEADERS_A, "", SIGNATURE_A)),
        ],
    )
}

fn example_b(uri: &str) -> Parts {
    let authorization = authorization("host;range", PARAMETERS_B, SIGNATURE_B);
    parts("GET", uri, &[("Host", HOST), ("Range", "bytes=0-9"), ("Authorization", &authorization)])
}

/// Signs with the given host and path what is then sent to another host and path.
fn signed_elsewhere(signed_host: &str, signed_path: &str, host: &str, path: &str) -> Parts {
    let mut request = CanonicalRequest::new(&http::Method::GET, signed_path);
    request.header("host", signed_host.as_bytes());
    let authorization = signer().authorization(&request, VALIDITY);
    parts("GET", path, &[("Host", host), ("Authorization", &authorization)])
}

fn signer() -> Signer<'static> {
    Signer { secret_id: SECRET_ID, secret_key: SECRET_KEY }
}

fn is_mismatch(result: Result<(), SignatureError>) -> bool {
    matches!(result, Err(SignatureError::Mismatch { .. }))
}

#[test]
fn cos_auth_01_pers_35_header_signature_example_a() {
    assert_eq!(check(&example_a()), Ok(()));
}

#[test]
fn cos_sdk_14_signer_makes_example_a() {
    let mut request = CanonicalRequest::new(&http::Method::PUT, "/dir/图 片.jpg");
    for (name, value) in [
        ("x-cos-meta-key1", "value1"),
        ("Host", HOST),
        ("Content-Type", "image/jpeg"),
        ("Content-Length", "5"),
        ("Pic-Operations", PIC_OPERATIONS),
        ("x-cos-acl", " private "),
    ] {
        request.header(name, value.as_bytes());
    }
    assert_eq!(request.header_list(), HEADERS_A);
    assert_eq!(signer().authorization(&request, VALIDITY), authorization(HEADERS_A, "", SIGNATURE_A));
}

#[test]
fn cos_auth_02_cos_auth_04_req_08_signed_parameters_example_b() {
    assert_eq!(check(&example_b(URI_B)), Ok(()));
    // Another spelling of the same instruction.
    let raw = URI_B.replace("imageMogr2%2Fthumbnail%2F%2150p=", "imageMogr2/thumbnail/!50p");
    assert_eq!(check(&example_b(&raw)), Ok(()));
}

#[test]
fn cos_sdk_14_signer_makes_example_b() {
    let mut request = CanonicalRequest::new(&http::Method::GET, "/local.jpg");
    request.parameter("versionId", "MTg0");
    request.parameter("response-content-type", "image/png");
    request.parameter("imageMogr2/thumbnail/!50p", "");
    request.header("host", HOST.as_bytes());
    request.header("range", b"bytes=0-9");
    let expected = authorization("host;range", PARAMETERS_B, SIGNATURE_B);
    assert_eq!(signer().authorization(&request, VALIDITY), expected);
}

#[test]
fn cos_auth_03_presigned_example_c() {
    for uri in [URI_C.to_owned(), URI_C.replace("%3B17", ";17")] {
        assert_eq!(check(&parts("GET", &uri, &[("Host", HOST)])), Ok(()));
    }
}

#[test]
fn cos_sdk_14_signer_makes_example_c() {
    let mut request = CanonicalRequest::new(&http::Method::GET, "/dir/图 片.jpg");
    request.parameter("response-content-disposition", "attachment; filename=\"a b.jpg\"");
    request.header("host", HOST.as_bytes());
    let mut query = Query::default();
    signer().presign(&request, Validity { start: 1_700_000_000, end: 1_700_000_660 }, &mut query);
    assert_eq!(query.value("q-signature"), Some("f07072502f7755425aaca5c7afed8a2e1b6e94cf"));
    query.push("response-content-disposition", Some("attachment; filename=\"a b.jpg\"".into()));
    let uri = format!("{URI_A}?{query}");
    assert_eq!(check(&parts("GET", &uri, &[("Host", HOST)])), Ok(()));
}

#[test]
fn the_older_sign_parameter_is_accepted() {
    let mut request = CanonicalRequest::new(&http::Method::GET, "/k");
    request.header("host", HOST.as_bytes());
    let sign = crate::encoding::encode(signer().authorization(&request, VALIDITY));
    assert_eq!(check(&parts("GET", &format!("/k?sign={sign}"), &[("Host", HOST)])), Ok(()));
}

#[test]
fn cos_auth_05_host_with_and_without_port() {
    let host = "examplebucket-1250000000.cos.ap-guangzhou.Example.test:9000";
    for signed in
        [host, &host[..host.len() - 5], &host.to_lowercase(), &host.to_lowercase()[..host.len() - 5]]
    {
        assert_eq!(check(&signed_elsewhere(signed, "/k", host, "/k")), Ok(()), "{signed}");
    }
    assert!(is_mismatch(check(&signed_elsewhere("other.test", "/k", host, "/k"))));
}

#[test]
fn cos_auth_06_path_style_with_and_without_the_bucket_segment() {
    let (host, path) = ("127.0.0.1:9000", "/examplebucket-1250000000/copy.jpg");
    for signed in [path, "/copy.jpg"] {
        assert_eq!(check(&signed_elsewhere(host, signed, host, path)), Ok(()), "{signed}");
    }
}

#[test]
fn cos_auth_07_unlisted_headers_and_parameters_are_tolerated() {
    let mut more = example_a();
    more.headers.insert("x-added-later", "1".parse().unwrap());
    assert_eq!(check(&more), Ok(()));
    assert_eq!(check(&example_b(&format!("{URI_B}&marker=&max-keys=2000"))), Ok(()));
}

#[test]
fn cos_auth_08_pers_35_altered_header() {
    for (name, value) in [("pic-operations", "{}"), ("x-cos-acl", "public-read"), ("content-length", "6")] {
        let mut altered = example_a();
        altered.headers.insert(name, value.parse().unwrap());
        assert!(is_mismatch(check(&altered)), "{name}");
    }
    let mut missing = example_a();
    missing.headers.remove("x-cos-meta-key1");
    assert!(is_mismatch(check(&missing)));
}

#[test]
fn cos_auth_09_req_08_altered_parameter() {
    for (from, to) in
        [("50p", "60p"), ("image%2Fpng", "image%2Fgif"), ("&versionId=MTg0", ""), ("local", "other")]
    {
        assert!(is_mismatch(check(&example_b(&URI_B.replace(from, to)))), "{from}");
    }
}

#[test]
fn cos_auth_10_wrong_secret_shows_both_strings() {
    let Err(SignatureError::Mismatch { string_to_sign, format_string }) =
        check_at(&example_b(URI_B), "another", 1_700_000_030)
    else {
        panic!("accepted");
    };
    assert_eq!(string_to_sign, "sha1\n1700000000;1700010060\n5a5b61c26ecf58ba130054e03ffa8d6746195dd6\n");
    assert!(
        format_string.starts_with("get\n/local.jpg\nimagemogr2%2fthumbnail%2f%2150p=&response-content-type=")
    );
}

#[test]
fn cos_auth_12_expired() {
    let error = check_at(&example_a(), SECRET_KEY, 1_700_010_061).unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), (ErrorCode::AccessDenied, "Request has expired"));
    assert_eq!(error.server_time(), Some(at(1_700_010_061)));
    assert_eq!(check_at(&example_a(), SECRET_KEY, 1_700_010_060), Ok(()));
}

#[test]
fn cos_auth_13_from_the_future() {
    let error = check_at(&example_a(), SECRET_KEY, 1_700_000_000 - 901).unwrap_err();
    assert_eq!(
        (error.code(), error.server_time()),
        (ErrorCode::RequestTimeTooSkewed, Some(at(1_700_000_000 - 901)))
    );
    assert_eq!(check_at(&example_a(), SECRET_KEY, 1_700_000_000 - 60), Ok(()));
}

#[test]
fn cos_auth_14_malformed_fields() {
    let good = authorization("host", "", SIGNATURE_A);
    for field in ["q-ak", "q-sign-time", "q-key-time", "q-header-list", "q-url-param-list", "q-signature"] {
        let bad = good.replace(field, "q-other");
        let error = Credential::find(&parts("GET", "/", &[("Authorization", &bad)])).unwrap_err();
        assert_eq!(error, SignatureError::MissingField(field));
        assert_eq!(error.code(), ErrorCode::AccessDenied);
    }
    for (from, to) in [
        ("=sha1", "=sha256"),
        ("q-sign-time=1700000000;", "q-sign-time=now;"),
        ("q-sign-time=1700000000;1700010060", "q-sign-time=1700000000"),
        ("q-key-time=1700000000;", "q-key-time=1700010060;"),
    ] {
        let header = good.replace(from, to);
        let error = Credential::find(&parts("GET", "/", &[("Authorization", &header)])).unwrap_err();
        assert_eq!(error.code(), ErrorCode::AccessDenied, "{to}");
    }
}

#[test]
fn lists_of_signed_names_are_bounded() {
    let find = |count: usize| {
        let header = authorization(&vec!["host"; count].join(";"), "", SIGNATURE_A);
        Credential::find(&parts("GET", "/", &[("Authorization", &header)]))
    };
    assert!(matches!(find(SIGNED_NAMES_MAX), Ok(Credential::Cos(_))));
    assert_eq!(find(SIGNED_NAMES_MAX + 1), Err(SignatureError::ListTooLong("q-header-list")));
}

#[test]
fn cos_auth_15_no_or_empty_authorization_is_anonymous() {
    for headers in [&[][..], &[("Authorization", "")], &[("Authorization", "  ")]] {
        assert_eq!(Credential::find(&parts("GET", "/k?versionId=1", headers)), Ok(Credential::Anonymous));
    }
    let find = |value| Credential::find(&parts("GET", "/", &[("Authorization", value)])).unwrap();
    assert_eq!(find("AWS4-HMAC-SHA256 Credential=x"), Credential::Aws);
    assert_eq!(find("AWS id:signature"), Credential::Aws);
    assert_eq!(find("Basic abc"), Credential::Unknown);
}

#[test]
fn cos_auth_16_cos_auth_17_keys_with_everything() {
    for key in ["中文 →←", " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "/a", "//a", "./x/../a.txt", "%41"] {
        let path = format!("/{key}");
        let uri = crate::encoding::encode_path(&path);
        assert_eq!(check(&signed_elsewhere(HOST, &path, HOST, &uri)), Ok(()), "{key}");
        // The Go SDK encodes the slashes of a key, too.
        let uri = format!("/{}", crate::encoding::encode(key));
        assert_eq!(check(&signed_elsewhere(HOST, &path, HOST, &uri)), Ok(()), "{key}");
    }
}

#[test]
fn cos_auth_18_header_values_with_spaces_quotes_and_utf8() {
    let values = [
        ("x-cos-grant-read", "id=\"100000000002\", id=\"100000000003\""),
        ("content-disposition", "attachment; filename=\"图 片.jpg\""),
        ("x-cos-meta-author", " 作者 "),
    ];
    let mut request = CanonicalRequest::new(&http::Method::PUT, "/k");
    values.iter().for_each(|(name, value)| request.header(name, value.as_bytes()));
    let authorization = signer().authorization(&request, VALIDITY);
    let mut headers = values.to_vec();
    headers.extend([("host", HOST), ("authorization", authorization.as_str())]);
    assert_eq!(check(&parts("PUT", "/k", &headers)), Ok(()));
}

#[test]
fn cos_auth_19_repeated_parameters_are_sorted_by_value() {
    let mut request = CanonicalRequest::new(&http::Method::GET, "/k");
    ["b", "a", "c"].iter().for_each(|value| request.parameter("tag", value));
    assert_eq!(request.parameter_list(), "tag;tag;tag");
    assert!(request.format_string().contains("\ntag=a&tag=b&tag=c\n"));
    let authorization = signer().authorization(&request, VALIDITY);
    let headers = [("host", HOST), ("authorization", authorization.as_str())];
    assert_eq!(check(&parts("GET", "/k?tag=c&tag=a&tag=b", &headers)), Ok(()));
    assert!(is_mismatch(check(&parts("GET", "/k?tag=c&tag=a", &headers))));
}

#[test]
fn an_instruction_with_padding_inside_is_signed_as_a_name() {
    let instruction = "watermark/2/text/5p+W/fill/I0ZG==/fontsize/30";
    let mut request = CanonicalRequest::new(&http::Method::GET, "/k");
    request.parameter(instruction, "");
    let authorization = signer().authorization(&request, VALIDITY);
    let headers = [("host", HOST), ("authorization", authorization.as_str())];
    assert_eq!(check(&parts("GET", &format!("/k?{instruction}"), &headers)), Ok(()));
}

#[test]
fn cos_auth_21_security_token_is_found_in_header_and_query() {
    let header = authorization("host", "", SIGNATURE_A);
    for (uri, name) in [("/?x-cos-security-token=token", "x-other"), ("/", "x-cos-security-token")] {
        let found =
            Credential::find(&parts("GET", uri, &[("Authorization", &header), (name, "token")])).unwrap();
        let Credential::Cos(fields) = found else { panic!("no COS signature") };
        assert_eq!(fields.security_token.as_deref(), Some("token"));
    }
}

#[test]
fn cos_auth_22_post_policy_example() {
    let policy = r#"{"expiration":"2023-11-14T23:13:20Z","conditions":[{"bucket":"examplebucket-1250000000"},["starts-with","$key","up/"],{"q-sign-algorithm":"sha1"},{"q-ak":"AKIDEXAMPLE0000000000000000000000001"},{"q-sign-time":"1700000000;1700003600"}]}"#;
    let signed = post_policy_signature(SECRET_KEY, "1700000000;1700003600", policy.as_bytes());
    assert_eq!(signed.string_to_sign, "25d6cfe15f338df59ddd27ebea09e7c19fbe1d6f");
    assert!(signed.matches("247faba47d8dc689d6e5e1ce5fdce3068702b8ce"));
    assert!(!signed.matches("247faba47d8dc689d6e5e1ce5fdce3068702b8cf"));
}

/// Nothing but the comparison of `subtle` decides on a signature: no source of this folder compares one with `==`.
#[test]
fn cos_auth_27_signatures_are_compared_in_constant_time() {
    let sources = [
        include_str!("canonical.rs"),
        include_str!("digest.rs"),
        include_str!("explain/mod.rs"),
        include_str!("post_policy.rs"),
        include_str!("verify.rs"),
    ];
    for line in sources.iter().flat_map(|source| source.lines()) {
        let compares = line.contains("==") || line.contains("!=") || line.contains(".eq(");
        assert!(!(compares && line.contains("signature")), "{line}");
    }
    let digest = include_str!("digest.rs");
    assert_eq!(digest.matches(".ct_eq(").count(), 2);
    assert!(include_str!("verify.rs").contains("if same_signature(&expected, &fields.signature)"));
    assert!(digest::same_signature("abc", "abc"));
    for other in ["abd", "ab", "abcd", ""] {
        assert!(!digest::same_signature("abc", other), "{other}");
    }
}

#[test]
fn secrets_stay_out_of_debug_output() {
    assert!(!format!("{:?}", signer()).contains(SECRET_KEY));
}

proptest! {
    #[test]
    fn any_authorization_is_read_or_refused(value in "[ -~]{0,200}") {
        let _ = Credential::find(&parts("GET", "/", &[("Authorization", &value)]));
        let _ = Credential::find(&parts("GET", "/", &[("Authorization", &format!("q-sign-algorithm=sha1&{value}"))]));
    }

    #[test]
    fn what_is_signed_is_accepted(key in "[^\u{0}-\u{1f}]{1,20}", name in "[a-zA-Z/!]{1,9}", value in "[^\u{0}-\u{1f}]{0,9}") {
        let path = format!("/{key}");
        let mut request = CanonicalRequest::new(&http::Method::GET, &path);
        request.header("host", HOST.as_bytes());
        request.parameter(&name, &value);
        let mut query = Query::default();
        query.push(name, Some(value));
        signer().presign(&request, VALIDITY, &mut query);
        let uri = format!("{}?{query}", crate::encoding::encode_path(&path));
        prop_assert_eq!(check(&parts("GET", &uri, &[("Host", HOST)])), Ok(()));
    }
}
