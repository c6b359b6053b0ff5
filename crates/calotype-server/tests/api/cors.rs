//! What pages of other sites may do with a bucket.
//!
//! Spec: spec/cos/objects.md, OPTIONS.

use crate::configuration::put;
use crate::support::{BUCKET, Bucket, Reply, TestServer};

const SITE: &str = "https://example.com";

/// A bucket with one rule for one site, and one for everybody.
async fn bucket(server: &TestServer) -> Bucket {
    let photos = server.bucket(BUCKET).await;
    put(
        &photos,
        "cors",
        "<CORSConfiguration><CORSRule><AllowedOrigin>https://example.com</AllowedOrigin>\
         <AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader>\
         <ExposeHeader>ETag</ExposeHeader><ExposeHeader>Content-Length</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds>\
         </CORSRule><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>HEAD</AllowedMethod></CORSRule>\
         </CORSConfiguration>",
    )
    .await;
    photos
}

async fn preflight(bucket: &Bucket, origin: &str, method: &str, headers: &str) -> Reply {
    bucket
        .request("OPTIONS", "/any/key")
        .anonymous()
        .header("Origin", origin)
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", headers)
        .send()
        .await
}

#[tokio::test]
async fn cos_obj_08_a_preflight_is_answered_by_the_first_rule_that_fits() {
    let server = TestServer::start().await;
    let photos = bucket(&server).await;
    let reply = preflight(&photos, SITE, "PUT", "Content-MD5, x-cos-acl").await;
    assert_eq!((reply.status, reply.body.len()), (200, 0), "{}", reply.text());
    for (name, value) in [
        ("Access-Control-Allow-Origin", SITE),
        ("Access-Control-Allow-Methods", "PUT,GET"),
        ("Access-Control-Allow-Headers", "content-md5,x-cos-acl"),
        ("Access-Control-Expose-Headers", "ETag,Content-Length"),
        ("Access-Control-Max-Age", "600"),
        ("Access-Control-Allow-Credentials", "true"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    let anybody = preflight(&photos, "http://other.test", "HEAD", "").await;
    assert_eq!(anybody.header("Access-Control-Allow-Origin"), Some("*"));
    assert_eq!(anybody.header("Access-Control-Allow-Credentials"), None);
    for (origin, method, headers) in
        [("http://other.test", "PUT", ""), (SITE, "DELETE", ""), ("http://other.test", "HEAD", "x-cos-acl")]
    {
        let refused = preflight(&photos, origin, method, headers).await;
        assert_eq!(refused.error(), (403, "AccessForbidden".into()), "{origin} {method}");
        assert_eq!(refused.header("Access-Control-Allow-Origin"), None);
    }
}

#[tokio::test]
async fn cos_obj_09_answers_say_what_the_page_may_read() {
    let server = TestServer::start().await;
    let photos = bucket(&server).await;
    photos.has("a", "hello").await;
    let read = photos.get("a").header("Origin", SITE).send().await;
    assert_eq!((read.status, read.header("Access-Control-Allow-Origin")), (200, Some(SITE)));
    assert_eq!(read.header("Access-Control-Allow-Methods"), Some("PUT,GET"));
    assert_eq!(read.header("Access-Control-Expose-Headers"), Some("ETag,Content-Length"));
    assert_eq!(read.header("Vary"), Some("Origin"));
    let missing = photos.get("nope").header("Origin", SITE).send().await;
    assert_eq!((missing.status, missing.header("Access-Control-Allow-Origin")), (404, Some(SITE)));
    let seen = photos.head("a").header("Origin", "http://other.test").send().await;
    assert_eq!((seen.header("Access-Control-Allow-Origin"), seen.header("Vary")), (Some("*"), None));

    for plain in [photos.get("a"), photos.get("a").header("Origin", "http://other.test")] {
        let reply = plain.send().await;
        assert_eq!((reply.status, reply.header("Access-Control-Allow-Origin")), (200, None));
        assert_eq!(reply.header("Vary"), None);
    }
}

#[tokio::test]
async fn cos_obj_09_a_bucket_may_say_that_all_its_answers_vary() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    put(
        &photos,
        "cors",
        "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>\
         <ResponseVary>true</ResponseVary></CORSConfiguration>",
    )
    .await;
    assert_eq!(photos.get("a").send().await.header("Vary"), Some("Origin"));
    photos.request("DELETE", "/?cors").send().await;
    assert_eq!(photos.get("a").send().await.header("Vary"), None);
}
