//! Who calls. Spec: spec/cos/auth.md.

use calotype_protocol::signature::{CanonicalRequest, Signer, Validity};
use calotype_server::{AccountConfig, Clock};
use jiff::Timestamp;

use crate::support::{BUCKET, KEY_PAIR, TestServer, key_pair};

/// A service at the time the worked examples were signed.
async fn server_of_the_examples() -> TestServer {
    TestServer::start_with(|config| {
        config.clock = Clock::fixed(Timestamp::from_second(1_700_000_100).unwrap());
    })
    .await
}

/// The examples need their bucket, which is made with a signature of their time.
async fn make_example_bucket(server: &TestServer) {
    let made = server.existing_bucket(BUCKET).request("PUT", "/");
    let seconds = 1_700_000_000 - Timestamp::now().as_second();
    let made = made.valid(seconds, seconds + 3600).send().await;
    assert_eq!(made.status, 200, "{}", made.text());
}

const EXAMPLE_HOST: &str = "examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com";

fn authorization(header_list: &str, parameter_list: &str, signature: &str) -> String {
    let id = KEY_PAIR.0;
    format!(
        "q-sign-algorithm=sha1&q-ak={id}&q-sign-time=1700000000;1700010060&q-key-time=1700000000;1700010060\
         &q-header-list={header_list}&q-url-param-list={parameter_list}&q-signature={signature}"
    )
}

#[tokio::test]
async fn cos_auth_01_header_signature_example_a() {
    let server = server_of_the_examples().await;
    make_example_bucket(&server).await;
    let headers = "content-length;content-type;host;x-cos-acl;x-cos-meta-key1";
    let without_rules = server
        .request("PUT", "/dir/%E5%9B%BE%20%E7%89%87.jpg")
        .host(EXAMPLE_HOST)
        .header("Content-Type", "image/jpeg")
        .header("x-cos-acl", "private")
        .header("x-cos-meta-key1", "value1")
        .body("hello")
        .anonymous()
        .unsigned_header("Authorization", authorization(headers, "", &"0".repeat(40)))
        .send()
        .await;
    assert_eq!(without_rules.error(), (403, "SignatureDoesNotMatch".into()));

    let rules = r#"{"is_pic_info":1,"rules":[{"fileid":"format.png","rule":"imageView2/format/png"}]}"#;
    let headers = "content-length;content-type;host;pic-operations;x-cos-acl;x-cos-meta-key1";
    let signed = server
        .request("PUT", "/dir/%E5%9B%BE%20%E7%89%87.jpg")
        .host(EXAMPLE_HOST)
        .header("Content-Type", "image/jpeg")
        .header("Pic-Operations", rules)
        .header("x-cos-acl", "private")
        .header("x-cos-meta-key1", "value1")
        .body("hello")
        .anonymous()
        .unsigned_header(
            "Authorization",
            authorization(headers, "", "888f6bf04e8954d13426b481f823dcf6628e1141"),
        )
        .send()
        .await;
    // The proof holds; what is wrong now is that "hello" is no picture.
    assert_ne!(signed.status, 403, "{}", signed.text());
}

#[tokio::test]
async fn cos_auth_02_cos_auth_04_query_parameters_example_b() {
    let server = server_of_the_examples().await;
    make_example_bucket(&server).await;
    let list = "imagemogr2%2fthumbnail%2f%2150p;response-content-type;versionid";
    let target =
        "/local.jpg?imageMogr2%2Fthumbnail%2F%2150p=&response-content-type=image%2Fpng&versionId=MTg0";
    let reply = server
        .request("GET", target)
        .host(EXAMPLE_HOST)
        .header("Range", "bytes=0-9")
        .anonymous()
        .unsigned_header(
            "Authorization",
            authorization("host;range", list, "4442c6d78a0f0db166622b148708ead9b936d9a9"),
        )
        .send()
        .await;
    assert_eq!(reply.status, 404, "{}", reply.text());
}

#[tokio::test]
async fn cos_auth_03_presigned_url_example_c() {
    let server = server_of_the_examples().await;
    make_example_bucket(&server).await;
    for separator in ["%3B", ";"] {
        let time = format!("1700000000{separator}1700000660");
        let target = format!(
            "/dir/%E5%9B%BE%20%E7%89%87.jpg?q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE0000000000000000000000001\
             &q-sign-time={time}&q-key-time={time}&q-header-list=host\
             &q-url-param-list=response-content-disposition&q-signature=f07072502f7755425aaca5c7afed8a2e1b6e94cf\
             &response-content-disposition=attachment%3B+filename%3D%22a+b.jpg%22"
        );
        let reply = server.request("GET", &target).host(EXAMPLE_HOST).anonymous().send().await;
        assert_eq!(reply.error(), (404, "NoSuchKey".into()));
        let other = target.replace("a+b.jpg", "a+c.jpg");
        let reply = server.request("GET", &other).host(EXAMPLE_HOST).anonymous().send().await;
        assert_eq!(reply.error(), (403, "SignatureDoesNotMatch".into()));
    }
}

#[tokio::test]
async fn cos_auth_05_the_host_is_signed_with_or_without_its_port() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let bare = format!("{BUCKET}.cos.ap-guangzhou.example.test");
    let with_port = format!("{bare}:9000");
    for signed in [&bare, &with_port] {
        let head = String::from_utf8(photos.get("a").host(signed).head()).unwrap();
        let sent = head.replace(&format!("Host: {signed}\r\n"), &format!("Host: {with_port}\r\n"));
        let mut connection = server.connect().await;
        connection.write(sent.as_bytes()).await;
        let reply = connection.reply().await;
        assert_eq!(reply.status, 200, "signed {signed}");
    }
}

#[tokio::test]
async fn cos_auth_06_path_style_is_signed_without_the_bucket_too() {
    let server = TestServer::start().await;
    server.bucket(BUCKET).await.has("a", "hello").await;
    let signed = String::from_utf8(server.request("GET", "/a").head()).unwrap();
    let sent = signed.replacen("GET /a ", &format!("GET /{BUCKET}/a "), 1);
    let mut connection = server.connect().await;
    connection.write(sent.as_bytes()).await;
    let reply = connection.reply().await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()));
}

#[tokio::test]
async fn cos_auth_07_what_is_not_listed_is_not_signed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let head = String::from_utf8(photos.request("GET", "/").head()).unwrap();
    let sent = head.replacen("GET / ", "GET /?marker=&max-keys=7 ", 1);
    let sent = sent.replacen("\r\n\r\n", "\r\nx-cos-later: 1\r\n\r\n", 1);
    let mut connection = server.connect().await;
    connection.write(sent.as_bytes()).await;
    let reply = connection.reply().await;
    assert_eq!((reply.status, reply.xml().text_of("MaxKeys")), (200, "7"));
}

#[tokio::test]
async fn cos_auth_08_cos_auth_09_what_is_signed_cannot_be_changed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let signed = photos.request("GET", "/?prefix=a").header("x-cos-meta-a", "1").head();
    let signed = String::from_utf8(signed).unwrap();
    for (was, is) in [("x-cos-meta-a: 1", "x-cos-meta-a: 2"), ("prefix=a", "prefix=b"), ("GET", "HEAD")] {
        let mut connection = server.connect().await;
        connection.write(signed.replacen(was, is, 1).as_bytes()).await;
        let reply = connection.reply_head().await;
        assert_eq!(reply.status, 403, "{was}");
    }
    let mut connection = server.connect().await;
    connection.write(signed.replacen("prefix=a", "prefix=b", 1).as_bytes()).await;
    assert_eq!(connection.reply().await.error(), (403, "SignatureDoesNotMatch".into()));
}

#[tokio::test]
async fn cos_auth_10_a_wrong_secret_is_shown_what_was_expected() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.get("a").key_pair(KEY_PAIR.0, "wrong").send().await;
    assert_eq!(reply.error(), (403, "SignatureDoesNotMatch".into()));
    let error = reply.xml();
    assert!(error.text_of("StringToSign").starts_with("sha1\n"));
    assert!(error.text_of("FormatString").starts_with("get\n/a\n"));
    assert_eq!(error.text_of("Message"), "The Signature you specified is invalid.");
}

#[tokio::test]
async fn cos_auth_11_an_unknown_id_is_named_so() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.get("a").key_pair("AKIDNOBODY", KEY_PAIR.1).send().await;
    assert_eq!(reply.error(), (403, "InvalidAccessKeyId".into()));
}

#[tokio::test]
async fn cos_auth_12_an_expired_signature_is_told_the_time() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.get("a").valid(-7200, -3600).send().await;
    assert_eq!(reply.error(), (403, "AccessDenied".into()));
    assert_eq!(reply.xml().text_of("Message"), "Request has expired");
    let time = reply.xml().text_of("ServerTime").to_owned();
    assert!(time.ends_with('Z') && time.len() == 20, "{time}");
    assert!(reply.header("Date").is_some());
}

#[tokio::test]
async fn cos_auth_13_a_signature_of_the_future_waits() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    assert_eq!(photos.get("a").valid(60, 3600).send().await.status, 200);
    let reply = photos.get("a").valid(1000, 3600).send().await;
    assert_eq!(reply.error(), (403, "RequestTimeTooSkewed".into()));
    assert!(!reply.xml().text_of("ServerTime").is_empty());
}

#[tokio::test]
async fn cos_auth_14_a_malformed_proof_is_denied() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let whole = authorization("host", "", &"0".repeat(40));
    let broken = [
        whole.replace("&q-ak=AKIDEXAMPLE0000000000000000000000001", ""),
        whole.replace("sha1", "sha256"),
        whole.replace("1700000000;1700010060", "x;y"),
        whole.replace("1700000000;1700010060", "1700010060;1700000000"),
        whole.replace("&q-header-list=host", ""),
        "q-sign-algorithm=".to_owned(),
        "Basic dXNlcjpwYXNz".to_owned(),
        "nonsense".to_owned(),
    ];
    for proof in broken {
        let reply = photos.get("a").anonymous().unsigned_header("Authorization", &proof).send().await;
        assert_eq!(reply.error(), (403, "AccessDenied".into()), "{proof}");
    }
}

#[tokio::test]
async fn cos_auth_15_an_empty_proof_is_nobody() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "hello").header("x-cos-acl", "public-read").send().await;
    let reply = photos.get("a").anonymous().unsigned_header("Authorization", "").send().await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()));
}

/// Every printable ASCII character, arrows and CJK in one key, as the suites of the SDKs have it.
const SPECIAL: &str = "中文→↓←→↖↗↙↘! \"#$%&'()*+,-./0123456789:;<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

#[tokio::test]
async fn cos_auth_16_any_key_can_be_signed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for key in [SPECIAL, "图 片.jpg", "a+b c%20d", "?a=b&c", "#fragment"] {
        photos.has(key, key).await;
        assert_eq!(photos.get(key).presigned().send().await.text(), key);
    }
}

#[tokio::test]
async fn cos_auth_17_keys_may_begin_with_slashes() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for key in ["/a", "//a", "a"] {
        photos.has(key, key).await;
    }
    for key in ["/a", "//a", "a"] {
        assert_eq!(photos.get(key).send().await.text(), key);
    }
}

#[tokio::test]
async fn cos_auth_18_header_values_are_signed_as_they_are() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let stored = photos
        .put("a", "hello")
        .header("x-cos-grant-read", "id=\"100000000002\", id=\"100000000003\"")
        .header("Content-Disposition", "attachment; filename=\"a b.jpg\"; filename*=UTF-8''%E5%9B%BE")
        .header("x-cos-meta-name", "  图 片 & more  ")
        .send()
        .await;
    assert_eq!(stored.status, 200, "{}", stored.text());
    let head = photos.head("a").send().await;
    assert_eq!(head.header_bytes("x-cos-meta-name").unwrap(), "图 片 & more".as_bytes());
}

#[tokio::test]
async fn cos_auth_19_repeated_parameters_are_signed_sorted() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let reply = photos.request("GET", "/a?x=2&x=1&y").send().await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn cos_auth_20_a_presigned_upload_binds_its_headers() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.request("PUT", "/a").header("Content-Type", "image/png").presigned();
    assert_eq!(upload.clone().body("hello").send().await.status, 200);
    let head = String::from_utf8(upload.head()).unwrap();
    let mut connection = server.connect().await;
    connection.write(head.replacen("image/png", "text/html", 1).as_bytes()).await;
    assert_eq!(connection.reply().await.error(), (403, "SignatureDoesNotMatch".into()));
}

#[tokio::test]
async fn cos_auth_23_an_account_may_have_several_pairs() {
    let second = ("AKIDSECOND", "SecretOfTheSecond");
    let server = TestServer::start_with(|config| config.accounts[0].keys.push(key_pair(second))).await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    assert_eq!(photos.get("a").key_pair(second.0, second.1).send().await.status, 200);
}

#[tokio::test]
async fn buckets_of_another_account_are_closed() {
    let other = ("AKIDOTHER", "SecretOfTheOther");
    let server = TestServer::start_with(|config| {
        config.accounts.push(AccountConfig {
            app_id: "1300000000".to_owned(),
            uin: "100000000009".to_owned(),
            keys: vec![key_pair(other)],
        });
    })
    .await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    for request in [photos.get("a"), photos.request("GET", "/"), photos.put("b", "x"), photos.delete("a")] {
        let reply = request.key_pair(other.0, other.1).send().await;
        assert_eq!(reply.error(), (403, "AccessDenied".into()));
    }
    assert_eq!(photos.content("a").await.unwrap(), b"hello");
}

#[tokio::test]
async fn cos_auth_24_a_strict_bucket_wants_its_headers_and_parameters_signed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let strict = "<StrictSignatureConfiguration><Headers><Header>Host</Header><Header>x-cos-meta-a</Header></Headers>\
                  <Params><Param>versionId</Param></Params></StrictSignatureConfiguration>";
    assert_eq!(photos.request("PUT", "/?strict-signature").body(strict).send().await.status, 200);
    assert_eq!(photos.get("a").send().await.status, 200);
    // Signed without its host, as some clients are told to.
    let signer = Signer { secret_id: KEY_PAIR.0, secret_key: KEY_PAIR.1 };
    let now = jiff::Timestamp::now().as_second();
    let validity = Validity { start: now - 60, end: now + 600 };
    let unsigned_host = signer.authorization(&CanonicalRequest::new(&http::Method::GET, "/a"), validity);
    let open = photos.get("a").anonymous().unsigned_header("Authorization", &unsigned_host).send().await;
    assert_eq!(open.error(), (403, "AccessDenied".into()));
    assert_eq!(open.xml().text_of("Message"), "Strict signature missing header that must be signed");
    let later = photos.get("a").unsigned_header("x-cos-meta-a", "1").send().await;
    assert_eq!(later.error(), (403, "AccessDenied".into()));

    let head = String::from_utf8(photos.get("a").head()).unwrap();
    let mut connection = server.connect().await;
    connection.write(head.replacen("GET /a ", "GET /a?versionId=null ", 1).as_bytes()).await;
    let reply = connection.reply().await;
    assert_eq!(reply.xml().text_of("Message"), "Strict signature missing param that must be signed");

    assert_eq!(photos.request("DELETE", "/?strict-signature").send().await.status, 204);
    let open = photos.get("a").anonymous().unsigned_header("Authorization", &unsigned_host).send().await;
    assert_eq!(open.status, 200);
}

#[tokio::test]
async fn signatures_of_aws_are_named_as_not_offered() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for proof in ["AWS4-HMAC-SHA256 Credential=x", "AWS id:signature"] {
        let reply = photos.get("a").anonymous().unsigned_header("Authorization", proof).send().await;
        assert_eq!(reply.error(), (501, "NotImplemented".into()));
        assert!(reply.xml().text_of("Message").contains("AWS signature"), "{}", reply.text());
    }
    let query = photos.request("GET", "/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0").anonymous();
    assert_eq!(query.send().await.error(), (501, "NotImplemented".into()));
}
