//! Tags of objects. Spec: spec/cos/objects.md, Object tagging.

use crate::support::{BUCKET, Bucket, Request, TestServer};

fn document(tags: &[(&str, &str)]) -> String {
    let tag = |(key, value): &(&str, &str)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
    format!("<Tagging><TagSet>{}</TagSet></Tagging>", tags.iter().map(tag).collect::<String>())
}

fn put(photos: &Bucket, key: &str, tags: &[(&str, &str)]) -> Request {
    photos.request("PUT", &format!("/{key}?tagging")).body(document(tags))
}

async fn tags(photos: &Bucket, target: &str) -> Vec<[String; 2]> {
    let reply = photos.request("GET", target).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let tags = reply.xml();
    assert_eq!(tags.name(), "Tagging");
    let pair = |tag: &calotype_protocol::xml::Element| ["Key", "Value"].map(|n| tag.text_of(n).to_owned());
    tags.child("TagSet").unwrap().children("Tag").map(pair).collect()
}

#[tokio::test]
async fn cos_obj_04_cos_put_15_tags_are_set_read_and_removed_in_order() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "hello").header("x-cos-tagging", "z=1&a=%E5%9B%BE").send().await;
    assert_eq!(tags(&photos, "/a?tagging").await, [["z", "1"], ["a", "图"]]);

    assert_eq!(put(&photos, "a", &[("k2", "v&amp;2"), ("k1", "")]).send().await.status, 200);
    assert_eq!(tags(&photos, "/a?tagging=").await, [["k2", "v&2"], ["k1", ""]]);
    assert_eq!(photos.head("a").send().await.header("x-cos-tagging-count"), Some("2"));
    assert_eq!(photos.content("a").await.unwrap(), b"hello");

    let removed = photos.request("DELETE", "/a?tagging").send().await;
    assert_eq!((removed.status, removed.body.len()), (204, 0));
    let none = photos.request("GET", "/a?tagging").send().await;
    assert!(none.text().ends_with("<Tagging><TagSet/></Tagging>"), "{}", none.text());
    assert_eq!(photos.head("a").send().await.header("x-cos-tagging-count"), None);
}

#[tokio::test]
async fn cos_obj_04_limits_of_tags_hold() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    let (keys, long) = ((0..11).map(|n| format!("k{n}")).collect::<Vec<_>>(), "x".repeat(257));
    let eleven: Vec<_> = keys.iter().map(|key| (key.as_str(), "v")).collect();
    assert_eq!(put(&photos, "a", &eleven[..10]).send().await.status, 200);
    for bad in [&eleven[..], &[("k", "1"), ("k", "2")], &[("k", &long)], &[(&long[..129], "v")], &[("", "v")]]
    {
        assert_eq!(put(&photos, "a", bad).send().await.error(), (400, "InvalidTag".into()));
    }
    for (body, code) in [("<Tagging><TagSet>", "MalformedXML"), ("", "MissingRequestBodyError")] {
        let reply = photos.request("PUT", "/a?tagging").body(body).send().await;
        assert_eq!(reply.error(), (400, code.into()));
    }
    assert_eq!(tags(&photos, "/a?tagging").await.len(), 10);
    assert_eq!(put(&photos, "missing", &[]).send().await.error(), (404, "NoSuchKey".into()));
    assert_eq!(photos.request("GET", "/missing?tagging").send().await.error().1, "NoSuchKey");
}

#[tokio::test]
async fn cos_obj_04_tags_are_of_one_version_and_never_for_strangers() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "old").header("x-cos-acl", "public-read").header("x-cos-tagging", "age=old").send().await;
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(photos.request("PUT", "/?versioning").body(enabled).send().await.status, 200);
    assert_eq!(photos.get("a").anonymous().send().await.status, 200);
    for request in [photos.request("GET", "/a?tagging"), put(&photos, "a", &[])] {
        assert_eq!(request.anonymous().send().await.error(), (403, "AccessDenied".into()));
    }
    assert_eq!(photos.request("DELETE", "/a?tagging").anonymous().send().await.status, 403);

    let new = photos.put("a", "new").send().await.header("x-cos-version-id").unwrap().to_owned();
    let tagged = put(&photos, "a", &[("age", "new")]).send().await;
    assert_eq!((tagged.status, tagged.header("x-cos-version-id")), (200, Some(new.as_str())));
    assert_eq!(tags(&photos, "/a?tagging&versionId=null").await, [["age", "old"]]);
    assert_eq!(tags(&photos, &format!("/a?tagging&versionId={new}")).await, [["age", "new"]]);
    assert_eq!(photos.request("DELETE", "/a?tagging&versionId=null").send().await.status, 204);
    assert_eq!(tags(&photos, "/a?tagging").await, [["age", "new"]]);
    assert!(tags(&photos, "/a?tagging&versionId=null").await.is_empty());
}
