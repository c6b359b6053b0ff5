//! Which bucket a request means. Spec: spec/cos/README.md, 2.

use crate::support::{BUCKET, TestServer};

#[tokio::test]
async fn cos_addr_01_cos_addr_02_cos_addr_06_any_suffix_reaches_the_bucket() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    for suffix in [
        "cos.ap-guangzhou.myqcloud.com",
        "cos.x.example.test",
        "cos-internal.r.tencentcos.cn",
        "cos.accelerate.myqcloud.com",
        "cos.ap-guangzhou.example.test:9000",
        "pic.ap-guangzhou.myqcloud.com",
        "ci.ap-guangzhou.myqcloud.com",
        "COS.ap-guangzhou.Example.TEST:9000",
    ] {
        let reply = photos.get("a").host(&format!("{BUCKET}.{suffix}")).send().await;
        assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()), "{suffix}");
    }
}

#[tokio::test]
async fn cos_addr_03_bare_hosts_take_the_bucket_from_the_path() {
    let server = TestServer::start().await;
    server.bucket(BUCKET).await.has("a/b", "hello").await;
    for host in ["127.0.0.1:9000", "localhost", "[::1]:9000", "cos.ap-guangzhou.myqcloud.com"] {
        let reply = server.request("GET", &format!("/{BUCKET}/a/b")).host(host).send().await;
        assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()), "{host}");
        let listing = server.request("GET", &format!("/{BUCKET}?prefix=a")).host(host).send().await.xml();
        assert_eq!(listing.text_of("Name"), BUCKET, "{host}");
    }
}

#[tokio::test]
async fn cos_addr_04_a_custom_domain_is_its_bucket() {
    let server = TestServer::start_with(|config| {
        config.custom_domains.insert("img.example.test".to_owned(), BUCKET.parse().unwrap());
    })
    .await;
    server.bucket(BUCKET).await.has("a", "hello").await;
    let reply = server.request("GET", "/a").host("img.example.test:9000").send().await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()));
}

#[tokio::test]
async fn cos_addr_05_service_hosts_list_buckets() {
    let server = TestServer::start().await;
    server.bucket(BUCKET).await;
    for host in [
        "service.cos.myqcloud.com",
        "service.cos.tencentcos.cn",
        "cos.ap-guangzhou.myqcloud.com",
        "127.0.0.1:9000",
        "localhost:9000",
    ] {
        let listed = server.request("GET", "/").host(host).send().await.xml();
        assert_eq!(listed.name(), "ListAllMyBucketsResult", "{host}");
        assert_eq!(listed.child("Buckets").unwrap().children("Bucket").count(), 1, "{host}");
    }
    let elsewhere = server.request("GET", "/").host("cos.ap-beijing.myqcloud.com").send().await.xml();
    assert_eq!(elsewhere.child("Buckets").unwrap().children("Bucket").count(), 0);
}

#[tokio::test]
async fn cos_addr_08_a_default_bucket_takes_what_names_none() {
    let server = TestServer::start_with(|config| config.default_bucket = Some(BUCKET.parse().unwrap())).await;
    server.bucket(BUCKET).await.has("a", "hello").await;
    let reply = server.request("GET", "/a").send().await;
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"hello".as_slice()));
}

#[tokio::test]
async fn cos_addr_12_bad_names_are_refused_on_creation_and_unknown_elsewhere() {
    let server = TestServer::start().await;
    let long = format!("{}-1250000000", "a".repeat(60));
    for name in ["under_score-1250000000", "-hyphen-1250000000", "noappid", "a-b", long.as_str()] {
        let host = format!("{name}.cos.ap-guangzhou.myqcloud.com");
        let created = server.request("PUT", "/").host(&host).send().await;
        assert_eq!(created.error(), (400, "InvalidBucketName".into()), "{name}");
        let read = server.request("GET", "/a").host(&host).send().await;
        assert_eq!(read.error(), (404, "NoSuchBucket".into()), "{name}");
    }
    // The path keeps its case, so it alone can show an upper-case name.
    let created = server.request("PUT", "/Upper-1250000000").send().await;
    assert_eq!(created.error(), (400, "InvalidBucketName".into()));
    assert_eq!(server.request("GET", "/Upper-1250000000/a").send().await.error().0, 404);
}
