//! Policies of buckets. Spec: spec/cos/misc.md, policy; spec/cos/acl.md, Evaluation.

use calotype_server::{AccountConfig, ServerConfig};
use serde_json::{Value, json};

use crate::pictures::{SMALL, fixture};
use crate::support::{BUCKET, Bucket, Request, TestServer, content_md5, key_pair};

const ANYONE: &str = "qcs::cam::anyone:anyone";
const GUEST: (&str, &str) = ("AKIDGUEST", "SecretOfTheGuest");
const GUEST_ID: &str = "qcs::cam::uin/1003:uin/1003";

/// A service that knows a second account.
async fn start() -> (TestServer, Bucket) {
    let guests = |config: &mut ServerConfig| {
        let keys = vec![key_pair(GUEST)];
        config.accounts.push(AccountConfig { app_id: "1300000000".into(), uin: "1003".into(), keys });
    };
    let server = TestServer::start_with(guests).await;
    let photos = server.bucket(BUCKET).await;
    (server, photos)
}

/// A statement about keys of the bucket; the pattern is what follows its name.
fn statement(effect: &str, who: &str, actions: &[&str], pattern: &str) -> Value {
    let actions: Vec<_> = actions.iter().map(|action| format!("name/cos:{action}")).collect();
    let resource = format!("qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}{pattern}");
    json!({ "Effect": effect, "Principal": { "qcs": [who] }, "Action": actions, "Resource": [resource] })
}

fn with_condition(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

async fn set(photos: &Bucket, statements: &[Value]) {
    let policy = json!({ "Statement": statements, "version": "2.0" }).to_string();
    let reply = photos.request("PUT", "/?policy").body(policy).send().await;
    assert_eq!((reply.status, reply.body.len()), (204, 0), "{}", reply.text());
}

fn as_guest(request: Request) -> Request {
    request.key_pair(GUEST.0, GUEST.1)
}

async fn status(request: Request) -> u16 {
    request.send().await.status
}

#[tokio::test]
async fn cos_conf_08_put_get_and_delete() {
    let (server, photos) = start().await;
    let get = || photos.request("GET", "/?policy");
    assert_eq!(get().send().await.error(), (404, "NoSuchBucketPolicy".into()));
    assert_eq!(status(photos.request("DELETE", "/?policy")).await, 204);

    let resource = format!("qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}/*");
    // As the SDK for Node.js sends it.
    let sent = json!({
        "version": "2.0",
        "principal": { "qcs": [ANYONE] },
        "statement": [{ "effect": "allow", "action": ["name/cos:GetObject"], "resource": [resource] }],
    });
    let put = photos.request("PUT", "/?policy").header("Content-Type", "application/json");
    assert_eq!(status(put.body(sent.to_string())).await, 204);
    let told = get().send().await;
    assert_eq!((told.status, told.header("Content-Type")), (200, Some("application/json")));
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    assert_eq!(told["Statement"][0]["resource"][0], resource);
    assert_eq!((&told["Statement"], &told["principal"]), (&sent["statement"], &sent["principal"]));
    assert_eq!(told["version"], "2.0");

    assert_eq!(status(photos.request("DELETE", "/?policy")).await, 204);
    assert_eq!(get().send().await.error(), (404, "NoSuchBucketPolicy".into()));
    let nowhere = server.existing_bucket("nowhere-1250000000");
    assert_eq!(nowhere.request("GET", "/?policy").send().await.error(), (404, "NoSuchBucket".into()));
}

#[tokio::test]
async fn cos_conf_08_cos_conf_24_what_is_no_policy_is_refused() {
    let (_server, photos) = start().await;
    let good = json!({ "Statement": [statement("allow", ANYONE, &["GetObject"], "/*")] }).to_string();
    for (bad, said) in [
        (String::new(), "JSON"),
        ("<Policy/>".to_owned(), "JSON"),
        (good.replace("allow", "perhaps"), "perhaps"),
        (good.replace(BUCKET, "other-1250000000"), "other-1250000000"),
        ("[".repeat(10_000), "JSON"),
        (" ".repeat(30_000), "20480"),
    ] {
        let reply = photos.request("PUT", "/?policy").body(bad).send().await;
        assert_eq!(reply.error(), (400, "MalformedPolicy".into()));
        assert!(reply.xml().text_of("Message").contains(said), "{}", reply.text());
    }
    let put = photos.request("PUT", "/?policy").header("Content-MD5", content_md5(b"other"));
    assert_eq!(put.body(good).send().await.error(), (400, "BadDigest".into()));
    assert_eq!(photos.request("GET", "/?policy").send().await.status, 404);
}

#[tokio::test]
async fn cos_conf_09_anyone_may_read_a_prefix() {
    let (_server, photos) = start().await;
    photos.has("open/a", "hello").await;
    photos.has("closed/a", "hello").await;
    set(&photos, &[statement("allow", ANYONE, &["GetObject", "HeadObject"], "/open/*")]).await;
    for (method, key, expected) in [
        ("GET", "/open/a", 200),
        ("HEAD", "/open/a", 200),
        ("GET", "/closed/a", 403),
        ("HEAD", "/closed/a", 403),
        ("PUT", "/open/b", 403),
        ("DELETE", "/open/a", 403),
        ("GET", "/", 403),
        ("GET", "/open/a?acl", 403),
        // Who may not list is not told what is there.
        ("GET", "/open/missing", 403),
    ] {
        let request = photos.request(method, key);
        assert_eq!(status(request.clone().anonymous()).await, expected, "{method} {key}");
        assert_eq!(status(as_guest(request)).await, expected, "{method} {key}");
    }
    photos.request("DELETE", "/?policy").send().await;
    assert_eq!(status(photos.get("open/a").anonymous()).await, 403);
}

#[tokio::test]
async fn cos_conf_09_an_explicit_deny_beats_lists_and_owners() {
    let (_server, photos) = start().await;
    photos.put("a", "hello").header("x-cos-acl", "public-read").send().await;
    photos.put("secret/a", "hello").header("x-cos-acl", "public-read").send().await;
    set(&photos, &[statement("deny", ANYONE, &["GetObject", "HeadObject"], "/secret/*")]).await;
    assert_eq!(status(photos.get("a").anonymous()).await, 200);
    for request in [photos.get("secret/a"), photos.head("secret/a")] {
        assert_eq!(status(request.clone().anonymous()).await, 403);
        assert_eq!(status(request).await, 403);
    }
    // A copy reads its source, and so does processing.
    let copy = photos
        .request("PUT", "/b")
        .header("x-cos-copy-source", format!("{BUCKET}.cos.ap-guangzhou.myqcloud.com/secret/a"));
    assert_eq!(copy.send().await.error(), (403, "AccessDenied".into()));
    assert_eq!(status(photos.request("GET", "/secret/a?imageInfo")).await, 403);
}

#[tokio::test]
async fn cos_conf_09_owners_are_not_shut_out_of_their_policy() {
    let (_server, photos) = start().await;
    set(&photos, &[statement("deny", "*", &["*"], "/*"), statement("deny", "*", &["*"], "")]).await;
    assert_eq!(status(photos.request("GET", "/")).await, 403);
    assert_eq!(status(photos.put("a", "x")).await, 403);
    assert_eq!(status(photos.request("GET", "/?policy")).await, 200);
    assert_eq!(status(as_guest(photos.request("DELETE", "/?policy"))).await, 403);
    assert_eq!(status(photos.request("DELETE", "/?policy")).await, 204);
    assert_eq!(status(photos.put("a", "x")).await, 200);
}

#[tokio::test]
async fn cos_conf_09_somebody_by_name() {
    let (_server, photos) = start().await;
    photos.has("a", "hello").await;
    let actions =
        ["GetObject", "PutObject", "DeleteObject", "GetBucket", "GetObjectACL", "*Multipart*", "UploadPart"];
    set(&photos, &[statement("allow", GUEST_ID, &actions, "/*")]).await;
    for request in
        [photos.get("a"), photos.put("b", "x"), photos.request("GET", "/"), photos.request("GET", "/a?acl")]
    {
        assert_eq!(status(as_guest(request.clone())).await, 200, "{}", request.target());
        assert_eq!(status(request.clone().anonymous()).await, 403, "{}", request.target());
    }
    assert_eq!(status(as_guest(photos.request("POST", "/c?uploads"))).await, 200);
    assert_eq!(status(as_guest(photos.delete("b"))).await, 204);
    let opened = photos.request("PUT", "/a?acl").header("x-cos-acl", "public-read");
    assert_eq!(status(as_guest(opened)).await, 403);
    assert_eq!(status(as_guest(photos.request("GET", "/?policy"))).await, 403);
    assert_eq!(status(as_guest(photos.request("DELETE", "/"))).await, 403);
}

#[tokio::test]
async fn cos_conf_09_a_batch_is_judged_key_by_key() {
    let (_server, photos) = start().await;
    for key in ["mine/a", "yours/a", "mine/locked"] {
        photos.has(key, "x").await;
    }
    set(
        &photos,
        &[
            statement("allow", GUEST_ID, &["DeleteMultipleObjects"], "/mine/*"),
            statement("deny", ANYONE, &["DeleteObject"], "/mine/locked"),
        ],
    )
    .await;
    let delete = |keys: &[&str]| {
        let objects: String = keys.iter().map(|key| format!("<Object><Key>{key}</Key></Object>")).collect();
        let body = format!("<Delete><Quiet>false</Quiet>{objects}</Delete>");
        photos.request("POST", "/?delete").header("Content-MD5", content_md5(body.as_bytes())).body(body)
    };
    let reply = as_guest(delete(&["mine/a", "yours/a", "mine/locked"])).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let result = reply.xml();
    let deleted: Vec<_> = result.children("Deleted").map(|entry| entry.text_of("Key")).collect();
    let errors: Vec<_> =
        result.children("Error").map(|entry| (entry.text_of("Key"), entry.text_of("Code"))).collect();
    assert_eq!(deleted, ["mine/a"]);
    assert_eq!(errors, [("yours/a", "AccessDenied"), ("mine/locked", "AccessDenied")]);
    assert_eq!(photos.keys().await, ["mine/locked", "yours/a"]);
    assert_eq!(as_guest(delete(&["yours/a"])).send().await.error(), (403, "AccessDenied".into()));
    assert_eq!(delete(&["yours/a"]).anonymous().send().await.error(), (403, "AccessDenied".into()));
}

#[tokio::test]
async fn cos_conf_09_conditions_look_at_the_request() {
    let (_server, photos) = start().await;
    photos.has("a", "hello").await;
    let allows = |action: &'static str, condition: Value| {
        with_condition(statement("allow", ANYONE, &[action], "/*"), condition)
    };
    for (condition, expected) in [
        (json!({ "ip_equal": { "qcs:ip": "127.0.0.0/8" } }), 200),
        (json!({ "ip_equal": { "qcs:ip": ["10.0.0.0/8", "192.0.2.1"] } }), 403),
        (json!({ "ip_not_equal": { "qcs:ip": "127.0.0.1" } }), 403),
        (json!({ "bool_equal": { "cos:secure-transport": "true" } }), 403),
        (json!({ "bool_equal": { "cos:secure-transport": "false" } }), 200),
        (json!({ "string_like": { "cos:referer": "http://*.example.com/*" } }), 200),
        (json!({ "string_not_like": { "referer": "http://*.example.com/*" } }), 403),
    ] {
        set(&photos, &[allows("GetObject", condition.clone())]).await;
        let request = photos.get("a").anonymous().header("Referer", "http://www.example.com/page");
        assert_eq!(status(request).await, expected, "{condition}");
    }

    set(&photos, &[allows("GetBucket", json!({ "string_equal": { "cos:prefix": "a/" }, "numeric_less_than_equal": { "cos:max-keys": 10 } }))]).await;
    for (target, expected) in [
        ("/?prefix=a/&max-keys=10", 200),
        ("/?prefix=a%2F&max-keys=9", 200),
        ("/?prefix=a/&max-keys=11", 403),
        ("/?prefix=b/&max-keys=10", 403),
        ("/?max-keys=10", 403),
        ("/?prefix=a/", 403),
    ] {
        // What is a parameter is not taken from a header of that name.
        let request = photos.request("GET", target).anonymous().header("Prefix", "a/");
        assert_eq!(status(request).await, expected, "{target}");
    }

    set(&photos, &[allows("PutObject", json!({ "string_like": { "cos:content-type": "image/*" }, "numeric_less_than": { "cos:content-length": 100 } }))]).await;
    for (content_type, size_bytes, expected) in
        [("image/png", 99, 200), ("text/html", 99, 403), ("image/png", 100, 403)]
    {
        let request = photos.put("b", vec![0; size_bytes]).anonymous().header("Content-Type", content_type);
        assert_eq!(status(request).await, expected, "{content_type} {size_bytes}");
    }
}

#[tokio::test]
async fn cos_conf_09_pers_34_processing_reads_its_source_and_writes_its_results() {
    let (_server, photos) = start().await;
    photos.has("in/a.png", fixture(SMALL)).await;
    let process = || {
        let rules = r#"{"rules":[{"fileid":"/out/b.png","rule":"imageMogr2/rotate/90"}]}"#;
        as_guest(photos.request("POST", "/in/a.png?image_process").header("Pic-Operations", rules))
    };
    let reads = statement("allow", GUEST_ID, &["GetObject"], "/in/*");
    let writes = statement("allow", GUEST_ID, &["PutObject"], "/out/*");
    for (statements, expected) in [
        (vec![], 403),
        (vec![reads.clone()], 403),
        (vec![writes.clone()], 403),
        (vec![statement("allow", GUEST_ID, &["PutObject"], "/in/*"), reads.clone()], 403),
        (vec![reads, writes], 200),
    ] {
        if !statements.is_empty() {
            set(&photos, &statements).await;
        }
        let reply = process().send().await;
        assert_eq!(reply.status, expected, "{statements:?} {}", reply.text());
        assert_eq!(photos.content("out/b.png").await.is_some(), expected == 200);
    }
}

#[tokio::test]
async fn cos_conf_09_an_upload_may_write_where_its_results_go() {
    let (_server, photos) = start().await;
    let upload = || {
        let rules = r#"{"rules":[{"fileid":"/out/b.png","rule":"imageMogr2/rotate/90"}]}"#;
        as_guest(photos.put("in/a.png", fixture(SMALL)).header("Pic-Operations", rules))
    };
    set(&photos, &[statement("allow", GUEST_ID, &["PutObject"], "/in/*")]).await;
    assert_eq!(upload().send().await.error(), (403, "AccessDenied".into()));
    assert!(photos.keys().await.is_empty());
    let both = [
        statement("allow", GUEST_ID, &["PutObject"], "/in/*"),
        statement("allow", GUEST_ID, &["PutObject"], "/out/*"),
    ];
    set(&photos, &both).await;
    assert_eq!(status(upload()).await, 200);
    assert_eq!(photos.keys().await, ["in/a.png", "out/b.png"]);
}
