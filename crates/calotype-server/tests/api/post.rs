//! Uploads from browser forms.
//!
//! Spec: spec/cos/objects.md, POST Object; spec/cos/auth.md, 8.

use calotype_protocol::signature::post_policy_signature;
use jiff::Timestamp;

use crate::pictures::{LAND, fixture};
use crate::support::{BUCKET, Bucket, KEY_PAIR, Reply, Request, TestServer, base64, content_md5, md5_hex};

const BOUNDARY: &str = "----calotype0123456789";

/// A form being filled in.
#[derive(Clone, Default)]
struct Form {
    body: Vec<u8>,
}

impl Form {
    fn new(key: &str) -> Self {
        Self::default().field("key", key)
    }

    fn field(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), value.as_bytes())
    }

    fn file(self, name: &str, content: &[u8]) -> Self {
        self.part(&format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: x/ignored"), content)
    }

    fn part(mut self, disposition: &str, content: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(content);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// Signs a policy with these conditions and adds it.
    fn signed(self, conditions: &str) -> Self {
        self.signed_for(conditions, 3600)
    }

    fn signed_for(self, conditions: &str, seconds: i64) -> Self {
        let now = Timestamp::now().as_second();
        let expiration = Timestamp::from_second(now + seconds).unwrap();
        let policy = format!(r#"{{"expiration":"{expiration}","conditions":[{conditions}]}}"#);
        self.with_policy(&policy, KEY_PAIR, &format!("{};{}", now - 60, now + 3600))
    }

    fn with_policy(self, policy: &str, (id, key): (&str, &str), key_time: &str) -> Self {
        let signature = post_policy_signature(key, key_time, policy.as_bytes()).signature;
        self.field("policy", &base64(policy))
            .field("q-sign-algorithm", "sha1")
            .field("q-ak", id)
            .field("q-key-time", key_time)
            .field("q-signature", &signature)
    }

    /// The request a browser makes of it: nothing signed but the policy.
    fn request(mut self, bucket: &Bucket) -> Request {
        self.body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        raw(bucket, self.body)
    }

    async fn send(self, bucket: &Bucket) -> Reply {
        self.request(bucket).send().await
    }
}

fn raw(bucket: &Bucket, body: Vec<u8>) -> Request {
    let request = bucket.request("POST", "/").anonymous().body(body);
    request.header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
}

#[tokio::test]
async fn cos_obj_10_cos_auth_22_a_signed_form_stores_its_file() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let conditions =
        format!(r#"{{"bucket":"{BUCKET}"}},["starts-with","$key","up/"],{{"q-sign-algorithm":"sha1"}}"#);
    let reply = Form::new("up/图 1.txt").signed(&conditions).file("a.txt", b"hello").send(&photos).await;
    assert_eq!((reply.status, reply.body.len()), (204, 0), "{}", reply.text());
    assert_eq!(reply.header("ETag"), Some(format!("\"{}\"", md5_hex(b"hello")).as_str()));
    assert_eq!(reply.header("x-cos-hash-crc64ecma"), Some("11177612005948864433"));
    let location = format!("http://{}/up/%E5%9B%BE%201.txt", photos.host());
    assert_eq!(reply.header("Location"), Some(location.as_str()));
    let stored = photos.get("up/图 1.txt").send().await;
    assert_eq!(stored.body, b"hello");
    assert_eq!(stored.header("Content-Type"), Some("text/plain"));
}

#[tokio::test]
async fn cos_obj_10_large_files_arrive_whole() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let mut content = crate::support::pattern(5_000_000);
    // What looks like the end of the file, and is not.
    for place in [1000, 2_000_000, 4_999_000] {
        let almost = b"\r\n------calotype0123456788\r\n\r\n\r";
        content[place..place + almost.len()].copy_from_slice(almost);
    }
    let form = Form::new("large").signed("").file("large.bin", &content);
    assert_eq!(form.request(&photos).chunked().send().await.status, 204);
    assert!(photos.content("large").await.unwrap() == content);
    assert_eq!(Form::new("empty").signed("").file("", b"").send(&photos).await.status, 204);
    assert_eq!(photos.content("empty").await.unwrap(), b"");
}

#[tokio::test]
async fn cos_obj_11_the_form_says_what_it_wants_to_hear() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let form = |name: &str, value: &str| Form::new("a b").signed("").field(name, value).file("a", b"hello");
    for (asked, status) in [("200", 200), ("204", 204), ("299", 204)] {
        assert_eq!(form("success_action_status", asked).send(&photos).await.status, status, "{asked}");
    }
    let created = form("success_action_status", "201").send(&photos).await;
    assert_eq!((created.status, created.header("Content-Type")), (201, Some("application/xml")));
    let document = created.xml();
    assert_eq!(document.name(), "PostResponse");
    assert_eq!(document.text_of("Location"), format!("http://{}/a%20b", photos.host()));
    assert_eq!((document.text_of("Bucket"), document.text_of("Key")), (BUCKET, "a b"));
    assert_eq!(document.text_of("ETag"), format!("\"{}\"", md5_hex(b"hello")));

    let sent_on = form("success_action_redirect", "https://example.com/done?x=1").send(&photos).await;
    let tag = md5_hex(b"hello");
    let address = format!("https://example.com/done?x=1&bucket={BUCKET}&key=a%20b&etag=%22{tag}%22");
    assert_eq!((sent_on.status, sent_on.header("Location")), (303, Some(address.as_str())));
}

#[tokio::test]
async fn cos_obj_12_a_form_has_to_fit_its_policy() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let form = |conditions: &str| Form::new("up/a").signed(conditions).file("a", b"hello");
    for conditions in [
        r#"{"key":"up/b"}"#,
        r#"["starts-with","$key","down/"]"#,
        r#"{"bucket":"other-1"}"#,
        r#"{"acl":"private"}"#,
    ] {
        let reply = form(conditions).send(&photos).await;
        assert_eq!(reply.error(), (403, "AccessDenied".into()), "{conditions}");
        assert!(reply.text().contains("Policy Condition failed"), "{}", reply.text());
    }
    for (conditions, code) in [
        (r#"["content-length-range",6,10]"#, "EntityTooSmall"),
        (r#"["content-length-range",1,4]"#, "EntityTooLarge"),
        (r#"["like","$key","a"]"#, "InvalidPolicyDocument"),
    ] {
        assert_eq!(form(conditions).send(&photos).await.error(), (400, code.into()), "{conditions}");
    }
    let expired = Form::new("up/a").signed_for("", -10).file("a", b"hello").send(&photos).await;
    assert_eq!(expired.error(), (403, "AccessDenied".into()));
    assert_eq!(photos.keys().await, Vec::<String>::new());
    assert_eq!(form(r#"["content-length-range",5,5]"#).send(&photos).await.status, 204);
}

#[tokio::test]
async fn cos_obj_12_a_signature_has_to_be_whole_known_right_and_in_time() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let now = Timestamp::now().as_second();
    let good = (now - 60, now + 60);
    let policy = r#"{"expiration":"2099-01-01T00:00:00Z","conditions":[]}"#;
    for (pair, (start, end), code) in [
        ((KEY_PAIR.0, "another"), good, "SignatureDoesNotMatch"),
        (("AKIDNOBODY", KEY_PAIR.1), good, "InvalidAccessKeyId"),
        (KEY_PAIR, (now - 60, now - 30), "AccessDenied"),
        (KEY_PAIR, (now + 5000, now + 6000), "RequestTimeTooSkewed"),
        (KEY_PAIR, (now, now - 10), "AccessDenied"),
    ] {
        let form = Form::new("a").with_policy(policy, pair, &format!("{start};{end}")).file("a", b"x");
        assert_eq!(form.send(&photos).await.error(), (403, code.into()), "{code}");
    }
    let whole = Form::new("a").field("q-ak", KEY_PAIR.0).file("a", b"x");
    assert_eq!(whole.send(&photos).await.error(), (403, "AccessDenied".into()));
    assert_eq!(photos.keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn cos_obj_12_what_is_no_form_with_one_file_is_refused() {
    let server = TestServer::start().await;
    let photos = server.existing_bucket(BUCKET);
    photos.request("PUT", "/").header("x-cos-acl", "public-read-write").send().await;
    let form = Form::new("a").file("a", b"hello");
    let mut broken_off = form.clone().body;
    broken_off.truncate(broken_off.len() - 4);
    let no_key = Form::default().file("a", b"hello");
    let many = (0..101).fold(Form::new("a"), |form, number| form.field(&format!("f{number}"), "x"));
    let long = Form::new("a").field("x", &"x".repeat(70_000));
    for (name, body) in [
        ("nothing", Vec::new()),
        ("nonsense", b"nonsense".to_vec()),
        ("no file", Form::new("a").body),
        ("no key", [no_key.body.as_slice(), format!("--{BOUNDARY}--\r\n").as_bytes()].concat()),
        ("no end", form.clone().body),
        ("broken off", broken_off),
        ("too many fields", many.file("a", b"x").body),
        ("a long field", long.file("a", b"x").body),
        ("a head without end", [b"--", BOUNDARY.as_bytes(), b"\r\nContent-", &vec![b'x'; 3 << 20]].concat()),
    ] {
        let reply = raw(&photos, body).send().await;
        assert_eq!(reply.error(), (400, "MalformedPOSTRequest".into()), "{name}");
    }
    let twice = form.file("b", b"other").send(&photos).await;
    assert_eq!(twice.error(), (400, "IncorrectNumberOfFilesInPostRequest".into()));
    let digest = Form::new("a").field("Content-MD5", &content_md5(b"other")).file("a", b"hello");
    assert_eq!(digest.send(&photos).await.error(), (400, "BadDigest".into()));
    assert_eq!(photos.keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn cos_obj_13_the_name_of_the_file_becomes_part_of_the_key() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let conditions = r#"["eq","$key","up/photo.jpg"]"#;
    let form = Form::new("up/${filename}").signed(conditions).file("C:\\pictures\\photo.jpg", b"x");
    assert_eq!(form.send(&photos).await.status, 204);
    assert_eq!(photos.keys().await, ["up/photo.jpg"]);
}

#[tokio::test]
async fn cos_obj_14_anybody_posts_where_anybody_may_write() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let post = || Form::new("a").file("a", b"hello").send(&photos);
    for (acl, status) in [("private", 403), ("public-read", 403), ("public-read-write", 204)] {
        photos.request("PUT", "/?acl").header("x-cos-acl", acl).send().await;
        assert_eq!(post().await.status, status, "{acl}");
    }
    let nowhere = Form::new("a").file("a", b"x").send(&server.existing_bucket("nowhere-1250000000")).await;
    assert_eq!(nowhere.error(), (404, "NoSuchBucket".into()));
}

#[tokio::test]
async fn cos_obj_15_fields_stay_with_the_object() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let form = Form::new("a.jpg")
        .field("Acl", "public-read")
        .field("Content-Type", "image/x-test")
        .field("Cache-Control", "no-store")
        .field("Content-Disposition", "inline; filename=\"图.jpg\"")
        .field("X-Cos-Meta-Author", "作者")
        .field("x-cos-storage-class", "STANDARD_IA")
        .field("x-cos-tagging", "k=v")
        .signed("")
        .file("b.png", b"hello")
        .field("x-cos-meta-late", "behind the file");
    assert_eq!(form.send(&photos).await.status, 204);
    let stored = photos.get("a.jpg").anonymous().send().await;
    assert_eq!(stored.body, b"hello");
    for (name, value) in [
        ("Content-Type", "image/x-test"),
        ("Cache-Control", "no-store"),
        ("Content-Disposition", "inline; filename=\"图.jpg\""),
        ("x-cos-meta-author", "作者"),
        ("x-cos-storage-class", "STANDARD_IA"),
        ("x-cos-tagging-count", "1"),
    ] {
        assert_eq!(stored.header(name), Some(value), "{name}");
    }
    assert_eq!(stored.header("x-cos-meta-late"), None);

    let injected = Form::new("b").field("x-cos-meta-a", "b\r\nx-cos-meta-c: d").signed("").file("b", b"x");
    assert_eq!(injected.send(&photos).await.error(), (400, "InvalidArgument".into()));
}

#[tokio::test]
async fn a_form_may_bear_the_signature_of_a_request() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let signed = photos.request("POST", "/");
    let head = String::from_utf8(signed.head()).unwrap();
    let authorization = head.lines().find_map(|line| line.strip_prefix("Authorization: ")).unwrap();
    let reply = Form::new("a").field("Signature", authorization).file("a", b"hello").send(&photos).await;
    assert_eq!(reply.status, 204, "{}", reply.text());
    let altered = authorization.replace("q-signature=", "q-signature=0");
    let altered = Form::new("b").field("Signature", &altered).file("b", b"x").send(&photos).await;
    assert_eq!(altered.error(), (403, "SignatureDoesNotMatch".into()));
    let by_header = Form::new("a").file("a", b"hello").request(&photos).key_pair(KEY_PAIR.0, KEY_PAIR.1);
    assert_eq!(by_header.send().await.status, 204);
}

#[tokio::test]
async fn a_form_with_rules_makes_pictures() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let operations =
        r#"{"is_pic_info":1,"rules":[{"fileid":"small.jpg","rule":"imageMogr2/thumbnail/!50p"}]}"#;
    let form = |operations: &str| {
        Form::new("land.jpg").signed("").field("Pic-Operations", operations).file("land.jpg", &fixture(LAND))
    };
    let reply = form(operations).send(&photos).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let result = reply.xml();
    assert_eq!(result.name(), "UploadResult");
    let made = result.child("ProcessResults").unwrap().child("Object").unwrap();
    assert_eq!((made.text_of("Key"), made.text_of("Width")), ("small.jpg", "320"));
    assert_eq!(photos.keys().await, ["land.jpg", "small.jpg"]);

    let sent_on = form(operations).field("success_action_redirect", "https://example.com/");
    assert_eq!(sent_on.send(&photos).await.status, 200, "fields behind the file mean nothing");
    let bad = form(r#"{"rules":[{"fileid":"b.jpg","rule":"imageMogr2/nope"}]}"#).send(&photos).await;
    assert_eq!(bad.status, 400);
}
