//! Keys of the data folder and keys that are lent. Spec: spec/cos/auth.md, 5.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use calotype_protocol::encoding::encode;
use calotype_server::{AccountConfig, KeyFile, StoredKey};
use calotype_store::{ObjectStore, StoreConfig};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{BUCKET, Bucket, KEY_PAIR, Request, TestServer, base64, key_pair};

/// A temporary key.
struct Lent {
    secret_id: String,
    secret_key: String,
    token: String,
}

impl Lent {
    /// Signs a request, the token in a header.
    fn sign(&self, request: Request) -> Request {
        request.key_pair(&self.secret_id, &self.secret_key).header("x-cos-security-token", &self.token)
    }
}

fn policy(actions: &[&str], pattern: &str) -> String {
    let actions: Vec<_> = actions.iter().map(|action| format!("name/cos:{action}")).collect();
    let resource = format!("qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}/{pattern}");
    let statement = json!({ "effect": "allow", "action": actions, "resource": [resource] });
    json!({ "version": "2.0", "statement": [statement] }).to_string()
}

/// Asks for a temporary key as the official helpers do, with fields changed by `change`.
async fn ask(server: &TestServer, policy: &str, change: impl FnOnce(&mut BTreeMap<&str, String>)) -> Value {
    let mut fields = BTreeMap::from([
        ("Action", "GetFederationToken".to_owned()),
        ("DurationSeconds", "1800".to_owned()),
        ("Name", "test".to_owned()),
        ("Nonce", "7".to_owned()),
        ("Policy", encode(policy)),
        ("Region", "ap-guangzhou".to_owned()),
        ("SecretId", KEY_PAIR.0.to_owned()),
        ("Timestamp", Timestamp::now().as_second().to_string()),
        ("Version", "2018-08-13".to_owned()),
    ]);
    change(&mut fields);
    let signed: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = format!("POSTsts.tencentcloudapi.com/?{}", signed.join("&"));
    let mut mac = <Hmac<sha1::Sha1> as KeyInit>::new_from_slice(KEY_PAIR.1.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    fields.insert("Signature", base64(mac.finalize().into_bytes()));
    let form: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let reply = server.request("POST", "/").anonymous().body(form.join("&")).send().await;
    assert_eq!((reply.status, reply.header("Content-Type")), (200, Some("application/json")));
    serde_json::from_slice::<Value>(&reply.body).unwrap()["Response"].take()
}

async fn lend(server: &TestServer, policy: &str) -> Lent {
    let answer = ask(server, policy, |_| {}).await;
    let text =
        |name: &str| answer["Credentials"][name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    let expires = answer["ExpiredTime"].as_i64().unwrap() - Timestamp::now().as_second();
    assert!((1790..=1800).contains(&expires), "{answer}");
    Lent { secret_id: text("TmpSecretId"), secret_key: text("TmpSecretKey"), token: text("Token") }
}

async fn start() -> (TestServer, Bucket) {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    (server, photos)
}

async fn status(request: Request) -> u16 {
    request.send().await.status
}

#[tokio::test]
async fn cos_auth_21_a_temporary_key_does_what_its_policy_allows() {
    let (server, photos) = start().await;
    photos.has("mine/a", "hello").await;
    photos.has("yours/a", "hello").await;
    let lent = lend(&server, &policy(&["GetObject", "PutObject"], "mine/*")).await;
    for (request, expected) in [
        (photos.get("mine/a"), 200),
        (photos.put("mine/b", "x"), 200),
        (photos.get("yours/a"), 403),
        (photos.put("yours/b", "x"), 403),
        (photos.head("mine/a"), 403),
        (photos.delete("mine/a"), 403),
        (photos.request("GET", "/"), 403),
        (photos.request("GET", "/?acl"), 403),
        (photos.request("PUT", "/?policy").body("{}"), 403),
        (server.request("GET", "/"), 403),
        (server.existing_bucket("new-1250000000").request("PUT", "/"), 403),
    ] {
        let target = request.target().to_owned();
        assert_eq!(status(lent.sign(request)).await, expected, "{target}");
    }
    let all = lend(&server, &policy(&["*"], "*").replace(&format!("{BUCKET}/"), "")).await;
    assert_eq!(status(all.sign(photos.request("GET", "/"))).await, 200);
    // What may be read is not more than what its policy says, even where everybody may.
    photos.put("open", "x").header("x-cos-acl", "public-read").send().await;
    assert_eq!(status(lent.sign(photos.get("open"))).await, 403);
    assert_eq!(status(photos.get("open").anonymous()).await, 200);
}

#[tokio::test]
async fn cos_auth_21_the_token_travels_in_a_header_or_in_the_query() {
    let (server, photos) = start().await;
    photos.has("a", "hello").await;
    let lent = lend(&server, &policy(&["GetObject"], "*")).await;
    let in_query = || photos.request("GET", &format!("/a?x-cos-security-token={}", lent.token));
    assert_eq!(status(in_query().key_pair(&lent.secret_id, &lent.secret_key)).await, 200);
    assert_eq!(status(in_query().key_pair(&lent.secret_id, &lent.secret_key).presigned()).await, 200);
    // Beside a permanent key it means nothing.
    assert_eq!(status(photos.get("a").header("x-cos-security-token", "nonsense")).await, 200);

    let without = photos.get("a").key_pair(&lent.secret_id, &lent.secret_key);
    assert_eq!(without.send().await.error(), (403, "InvalidAccessKeyId".into()));
    let other = lend(&server, &policy(&["*"], "*")).await;
    for token in ["nonsense", &other.token, &lent.token[1..]] {
        let request = photos.get("a").key_pair(&lent.secret_id, &lent.secret_key);
        let reply = request.header("x-cos-security-token", token).send().await;
        assert_eq!(reply.error(), (403, "InvalidAccessKeyId".into()), "{token}");
    }
    let wrong =
        photos.get("a").key_pair(&lent.secret_id, "wrong").header("x-cos-security-token", &lent.token);
    assert_eq!(wrong.send().await.error(), (403, "SignatureDoesNotMatch".into()));
}

#[tokio::test]
async fn cos_auth_21_a_temporary_key_ends() {
    let (server, photos) = start().await;
    photos.has("a", "hello").await;
    let reading = policy(&["GetObject"], "*");
    let brief = |fields: &mut BTreeMap<&str, String>| drop(fields.insert("DurationSeconds", "1".to_owned()));
    let answer = ask(&server, &reading, brief).await;
    let text = |name: &str| answer["Credentials"][name].as_str().unwrap().to_owned();
    let lent =
        Lent { secret_id: text("TmpSecretId"), secret_key: text("TmpSecretKey"), token: text("Token") };
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(lent.sign(photos.get("a")).send().await.error(), (400, "ExpiredToken".into()));
}

#[tokio::test]
async fn cos_auth_21_what_is_not_lent_is_refused_in_words() {
    let (server, _photos) = start().await;
    let good = policy(&["GetObject"], "*");
    let now = Timestamp::now().as_second();
    for (name, value, code) in [
        ("Action", "AssumeRole".to_owned(), "InvalidAction"),
        ("SecretId", "AKIDNOBODY".to_owned(), "AuthFailure.SecretIdNotFound"),
        ("Timestamp", (now - 400).to_string(), "AuthFailure.SignatureExpire"),
        ("SignatureMethod", "HmacSHA256".to_owned(), "AuthFailure.SignatureFailure"),
        ("DurationSeconds", "50000".to_owned(), "InvalidParameter"),
        ("DurationSeconds", "x".to_owned(), "InvalidParameter"),
        ("Policy", String::new(), "MissingParameter"),
        ("Policy", "{}".to_owned(), "InvalidParameter.StrategyFormatError"),
    ] {
        let answer = ask(&server, &good, |fields| drop(fields.insert(name, value))).await;
        assert_eq!(answer["Error"]["Code"], code, "{answer}");
        assert!(answer["Credentials"].is_null() && answer["RequestId"].is_string());
    }
    let unsigned = "Action=GetFederationToken&Policy=x&SecretId=AKIDEXAMPLE0000000000000000000000001";
    for body in [unsigned.to_owned(), String::new(), format!("{unsigned}&Timestamp={now}&Signature=AAAA")] {
        let reply = server.request("POST", "/").anonymous().body(body).send().await;
        assert!(reply.text().contains("Error"), "{}", reply.text());
    }
}

fn stored(pair: (&str, &str), app_id: &str, uin: &str) -> StoredKey {
    StoredKey {
        pair: key_pair(pair),
        app_id: app_id.to_owned(),
        uin: uin.to_owned(),
        note: String::new(),
        created: Timestamp::now(),
        is_disabled: false,
    }
}

async fn start_in(folder: &Path) -> TestServer {
    let store = ObjectStore::open(folder, StoreConfig::default()).await.unwrap();
    TestServer::start_on(store, |config| {
        config.accounts = vec![AccountConfig::default()];
        config.key_folder = Some(folder.to_owned());
    })
    .await
}

#[tokio::test]
async fn cos_auth_23_keys_come_and_go_while_the_service_runs() {
    let folder = tempfile::tempdir().unwrap();
    let keys = KeyFile::open(folder.path()).unwrap();
    keys.add(&stored(KEY_PAIR, "1250000000", "100000000001")).unwrap();
    let server = start_in(folder.path()).await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;

    let (second, other) = (("AKIDSECOND", "SecretOfTheSecond"), ("AKIDOTHER", "SecretOfTheOther"));
    keys.add(&stored(second, "1250000000", "100000000001")).unwrap();
    keys.add(&stored(other, "1300000000", "1003")).unwrap();
    let lent = lend(&server, &policy(&["GetObject"], "*")).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(status(photos.get("a").key_pair(second.0, second.1)).await, 200);
    assert_eq!(status(photos.get("a").key_pair(other.0, other.1)).await, 403);
    let theirs = server.existing_bucket("theirs-1300000000");
    assert_eq!(status(theirs.request("PUT", "/").key_pair(other.0, other.1)).await, 200);
    assert_eq!(status(lent.sign(photos.get("a"))).await, 200);

    keys.disable(KEY_PAIR.0).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(photos.get("a").send().await.error(), (403, "InvalidAccessKeyId".into()));
    // What it lent is gone with it.
    assert_eq!(lent.sign(photos.get("a")).send().await.error(), (403, "InvalidAccessKeyId".into()));
    assert_eq!(status(photos.get("a").key_pair(second.0, second.1)).await, 200);
}

#[tokio::test]
async fn a_temporary_key_is_good_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    KeyFile::open(folder.path()).unwrap().add(&stored(KEY_PAIR, "1250000000", "100000000001")).unwrap();
    let server = start_in(folder.path()).await;
    server.bucket(BUCKET).await.has("a", "hello").await;
    let lent = lend(&server, &policy(&["GetObject"], "*")).await;
    server.stop().await;
    let server = start_in(folder.path()).await;
    assert_eq!(status(lent.sign(server.existing_bucket(BUCKET).get("a"))).await, 200);
}
