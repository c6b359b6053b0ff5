//! Rights. Spec: spec/cos/acl.md.

use calotype_protocol::xml::Element;
use calotype_server::AccountConfig;

use crate::support::{BUCKET, Bucket, TestServer, key_pair};

const OWNER: &str = "qcs::cam::uin/100000000001:uin/100000000001";
const ALL_USERS: &str = "http://cam.qcloud.com/groups/global/AllUsers";

/// Grantee and permission of every grant, in order.
fn grants(acl: &Element) -> Vec<(String, String)> {
    let grantee = |grant: &Element| {
        let grantee = grant.child("Grantee").unwrap();
        let id = grantee.optional_text("URI").unwrap_or_else(|| grantee.text_of("ID"));
        (id.to_owned(), grant.text_of("Permission").to_owned())
    };
    acl.child("AccessControlList").unwrap().children("Grant").map(grantee).collect()
}

fn grant(grantee: &str, permission: &str) -> (String, String) {
    (grantee.to_owned(), permission.to_owned())
}

async fn set(photos: &Bucket, target: &str, acl: &str) {
    let reply = photos.request("PUT", target).header("x-cos-acl", acl).send().await;
    assert_eq!((reply.status, reply.body.len()), (200, 0), "{}", reply.text());
}

#[tokio::test]
async fn cos_acl_01_cos_acl_04_canned_lists_of_buckets() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let owner = grant(OWNER, "FULL_CONTROL");
    let new = photos.request("GET", "/?acl").send().await.xml();
    assert_eq!(grants(&new), std::slice::from_ref(&owner));
    assert_eq!(new.child("Owner").unwrap().text_of("ID"), OWNER);
    for (canned, expected) in [
        ("public-read", vec![grant(ALL_USERS, "READ")]),
        ("public-read-write", vec![grant(ALL_USERS, "READ"), grant(ALL_USERS, "WRITE")]),
        ("private", vec![]),
    ] {
        set(&photos, "/?acl", canned).await;
        let mut found = grants(&photos.request("GET", "/?acl").send().await.xml());
        assert_eq!(found.pop(), Some(owner.clone()), "{canned}");
        assert_eq!(found, expected, "{canned}");
    }
}

#[tokio::test]
async fn cos_acl_02_canned_lists_of_objects() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    let acl = photos.request("GET", "/a?acl").send().await;
    assert_eq!((acl.status, acl.header("x-cos-acl")), (200, Some("default")));
    for (canned, count) in [("private", 1), ("public-read", 2), ("default", 1)] {
        set(&photos, "/a?acl", canned).await;
        let acl = photos.request("GET", "/a?acl").send().await;
        assert_eq!(acl.header("x-cos-acl"), Some(canned));
        assert_eq!(grants(&acl.xml()).len(), count, "{canned}");
    }
    assert_eq!(photos.request("GET", "/missing?acl").send().await.error().1, "NoSuchKey");
    let missing = photos.request("PUT", "/missing?acl").header("x-cos-acl", "private").send().await;
    assert_eq!(missing.error(), (404, "NoSuchKey".into()));
}

#[tokio::test]
async fn cos_acl_03_unknown_lists_are_refused() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    for (target, acl) in
        [("/?acl", "public-read-writ"), ("/?acl", "default"), ("/a?acl", "public-read-write")]
    {
        let reply = photos.request("PUT", target).header("x-cos-acl", acl).send().await;
        assert_eq!(reply.error(), (400, "InvalidArgument".into()), "{target} {acl}");
    }
    let nothing = photos.request("PUT", "/?acl").send().await;
    assert_eq!(nothing.error(), (400, "MissingRequestBodyError".into()));
}

#[tokio::test]
async fn cos_acl_05_grants_come_in_headers() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    for target in ["/?acl", "/a?acl"] {
        let reply = photos
            .request("PUT", target)
            .header("x-cos-acl", "private")
            .header("x-cos-grant-read", "id=\"1001/1002\", id=\"1003\",id=\"qcs::cam::uin/1003:uin/1003\"")
            .send()
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let found = grants(&photos.request("GET", target).send().await.xml());
        let expected =
            [grant("qcs::cam::uin/1001:uin/1002", "READ"), grant("qcs::cam::uin/1003:uin/1003", "READ")];
        assert_eq!(found, expected, "{target}");
        let bad = photos.request("PUT", target).header("x-cos-grant-read", "1001").send().await;
        assert_eq!(bad.error(), (400, "InvalidArgument".into()));
    }
}

fn policy(grantee: &str, permission: &str) -> String {
    format!(
        "<AccessControlPolicy><Owner><ID>{OWNER}</ID></Owner><AccessControlList><Grant>{grantee}\
         <Permission>{permission}</Permission></Grant></AccessControlList></AccessControlPolicy>"
    )
}

#[tokio::test]
async fn cos_acl_06_grants_come_in_xml() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    let id = "qcs::cam::uin/1001:uin/1001";
    let group = format!("<Grantee><URI>{ALL_USERS}</URI></Grantee>");
    for (grantee, expected) in [
        (
            format!(
                "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>{id}</ID></Grantee>"
            ),
            id,
        ),
        (
            format!("<Grantee><Type>CanonicalUser</Type><ID>{id}</ID><DisplayName>x</DisplayName></Grantee>"),
            id,
        ),
        (group.clone(), ALL_USERS),
        ("<Grantee><ID>qcs::cam::anyone:anyone</ID></Grantee>".to_owned(), ALL_USERS),
    ] {
        for target in ["/?acl", "/a?acl"] {
            let reply = photos.request("PUT", target).body(policy(&grantee, "READ")).send().await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let found = grants(&photos.request("GET", target).send().await.xml());
            assert_eq!(found, [grant(expected, "READ")]);
        }
    }
    assert_eq!(photos.get("a").anonymous().send().await.status, 200);
    let write = photos.request("PUT", "/a?acl").body(policy(&group, "WRITE")).send().await;
    assert_eq!(write.error(), (400, "InvalidArgument".into()));
}

#[tokio::test]
async fn cos_acl_07_headers_win_over_the_body() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let body = policy("<Grantee><ID>qcs::cam::anyone:anyone</ID></Grantee>", "READ");
    let reply = photos.request("PUT", "/?acl").header("x-cos-acl", "private").body(body).send().await;
    assert_eq!(reply.status, 200);
    assert_eq!(grants(&photos.request("GET", "/?acl").send().await.xml()), [grant(OWNER, "FULL_CONTROL")]);
}

#[tokio::test]
async fn cos_acl_08_a_group_is_its_address_alone() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    set(&photos, "/?acl", "public-read").await;
    let reply = photos.request("GET", "/?acl").send().await;
    let expected = format!(
        "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\">\
         <URI>{ALL_USERS}</URI></Grantee><Permission>READ</Permission>"
    );
    assert!(reply.text().contains(&expected), "{}", reply.text());
}

#[tokio::test]
async fn cos_acl_09_cos_acl_10_cos_acl_11_who_reads_what() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for acl in ["default", "private", "public-read"] {
        photos.put(acl, "hello").header("x-cos-acl", acl).send().await;
    }
    let status = async |key: &str| {
        let (get, head) =
            (photos.get(key).anonymous().send().await, photos.head(key).anonymous().send().await);
        assert_eq!(get.status, head.status);
        get.status
    };
    assert_eq!(
        [status("default").await, status("private").await, status("public-read").await],
        [403, 403, 200]
    );
    set(&photos, "/?acl", "public-read").await;
    assert_eq!(
        [status("default").await, status("private").await, status("public-read").await],
        [200, 403, 200]
    );
}

#[tokio::test]
async fn cos_acl_12_anybody_writes_where_anybody_may() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    set(&photos, "/?acl", "public-read").await;
    assert_eq!(photos.put("a", "x").anonymous().send().await.error(), (403, "AccessDenied".into()));
    set(&photos, "/?acl", "public-read-write").await;
    assert_eq!(photos.put("a", "x").anonymous().send().await.status, 200);
    assert_eq!(photos.delete("a").anonymous().send().await.status, 204);
}

#[tokio::test]
async fn cos_acl_13_lists_are_never_public() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    set(&photos, "/?acl", "public-read-write").await;
    photos.put("a", "x").header("x-cos-acl", "public-read").send().await;
    for target in ["/?acl", "/a?acl"] {
        let read = photos.request("GET", target).anonymous().send().await;
        assert_eq!(read.error(), (403, "AccessDenied".into()), "{target}");
        let write = photos.request("PUT", target).header("x-cos-acl", "private").anonymous().send().await;
        assert_eq!(write.error(), (403, "AccessDenied".into()), "{target}");
    }
}

#[tokio::test]
async fn cos_acl_14_malformed_lists_are_refused() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for body in ["nonsense", "<AccessControlPolicy>", "<AccessControlPolicy/>", "<Other/>"] {
        let reply = photos.request("PUT", "/?acl").body(body).send().await;
        assert_eq!(reply.error(), (400, "MalformedXML".into()), "{body}");
    }
}

#[tokio::test]
async fn cos_acl_15_another_account_is_somebody() {
    let other = ("AKIDOTHER", "SecretOfTheOther");
    let server = TestServer::start_with(|config| {
        let keys = vec![key_pair(other)];
        config.accounts.push(AccountConfig { app_id: "1300000000".into(), uin: "1003".into(), keys });
    })
    .await;
    let photos = server.bucket(BUCKET).await;
    photos.put("signed", "x").header("x-cos-acl", "authenticated-read").send().await;
    photos.put("named", "x").header("x-cos-grant-read", "id=\"1003\"").send().await;
    photos.has("private", "x").await;
    for (key, theirs) in [("signed", 200), ("named", 200), ("private", 403)] {
        assert_eq!(photos.get(key).anonymous().send().await.status, 403, "{key}");
        assert_eq!(photos.get(key).key_pair(other.0, other.1).send().await.status, theirs, "{key}");
    }
}
